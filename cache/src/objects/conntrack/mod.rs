//! Connection tracking entries: [`ConntrackEntry`].
//!
//! Unless `net.netfilter.nf_conntrack_events` is 1, the kernel notifies only of connections that
//! began while a listener existed: the deletion of an older connection, found by a dump, may not be
//! notified. With the default of 2, call [`resync`](crate::Manager::resync) from time to time. The
//! kernel never notifies when packets refresh a connection's timeout.

mod entry;
mod index;
mod tuple;

pub use entry::{ConntrackEntry, ConntrackFields};
pub use index::ConntrackIndex;
pub use tuple::{ConntrackKey, FlowTuple};
