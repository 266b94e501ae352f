//! A storm: changes as fast as the kernel makes them, and caches that are compared with it afterwards.
//!
//! Each round ([`round`]) starts a thread that changes routes, links, addresses and neighbours in
//! batches ([`make`]), while the manager follows; afterwards the caches are compared with a fresh dump,
//! and with a replay of the changes that were reported ([`model`]). `main.rs` reads the options, makes
//! the network namespace, and prints a line for each round.

pub mod make;
pub mod model;
pub mod round;
