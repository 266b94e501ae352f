//! Keeps caches in sync with the kernel: [`Manager`].
//!
//! | file | contents |
//! |---|---|
//! | `stats` | [`ManagerStats`], [`Progress`] |
//! | `schedule` | [`Backoff`]; which caches are stale, and when the next resync may start |
//! | `state` | the sockets, the message and the trigger in progress, the phase of a resync |
//! | `handle` | [`Manager`]: opening, accessors, polling |
//! | `run` | the work of a poll: events, triggers, dumps, sweeps |

mod handle;
mod run;
mod schedule;
mod state;
mod stats;

pub use handle::Manager;
pub use schedule::Backoff;
pub use stats::{ManagerStats, Progress};
