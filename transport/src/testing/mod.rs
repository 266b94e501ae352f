//! Channels for tests: no socket, no privileges, the same code above them.
//!
//! [`Fake`] is a kernel whose replies a closure makes, faults included; [`Replay`] replays a capture
//! file.

pub(crate) mod fake;
pub(crate) mod replay;

pub use fake::{Answers, Fake};
pub use replay::Replay;
