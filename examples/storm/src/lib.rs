//! Changes the kernel's state as fast as possible, and compares caches with it afterwards.
//!
//! Each round ([`round`]) starts a thread that changes routes, links, addresses and neighbours in
//! batches ([`changes`]), while the manager follows; afterwards the caches are compared with a fresh dump,
//! and with a replay of the changes that were reported ([`model`]). `main.rs` parses the options, creates
//! the network namespace, and prints a line for each round.

pub mod changes;
pub mod model;
pub mod round;
