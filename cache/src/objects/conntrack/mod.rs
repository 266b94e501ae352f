//! Connections that the kernel follows, as a cache keeps them.
//!
//! The kernel tells of a connection only if somebody on the machine listened when it began, unless
//! `net.netfilter.nf_conntrack_events` is 1: of one that is older than the manager, and read, the end
//! may never be told. Where that is 2, as it is from the start, it takes a
//! [`resync`](crate::Manager::resync) from time to time. That packets put off a connection's end is
//! told to nobody either.

mod entry;
mod index;
mod tuple;

pub use entry::{ConntrackEntry, ConntrackFields};
pub use index::ConntrackIndex;
pub use tuple::{ConntrackKey, FlowTuple};
