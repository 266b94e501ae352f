//! What the kernel has, kept true in memory of a fixed size.
//!
//! | file | one thing it does |
//! |---|---|
//! | [`hash`] | turns a key into a number that tells where to look for it |
//! | [`table`] | keeps entries in places of their own: [`Cache`] |
//! | [`entry`] | says what a cache needs to know of an entry: [`Entry`] |
//! | [`trigger`] | says what the kernel means besides what it says |
//! | [`filter`] | has the kernel hold back what nobody wants |
//! | `format` | says to `defmt` what `Debug` says |
//! | [`short_bytes`] | names and hardware addresses of a bounded length |
//! | [`link`], [`addr`], [`route`], [`nexthop`], [`neigh`], [`fdb`], [`rule`] | what there is to keep |
//! | [`qdisc`], [`class`] | the same, of traffic control |
//! | `family`, `conntrack` | the same, of generic netlink and of the packet filter |
//! | [`nsid`] | other namespaces, and what they have |
//! | [`event`] | what a manager tells |
//! | [`mod@caches`] | puts several caches together: [`caches!`] |
//! | [`manager`] | reads all, follows what changes, and reads anew what may be wrong: [`Manager`] |
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    warn(
        clippy::indexing_slicing,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::arithmetic_side_effects
    )
)]

pub mod addr;
pub mod caches;
pub mod class;
#[cfg(feature = "netfilter")]
pub mod conntrack;
pub mod entry;
pub mod event;
#[cfg(feature = "genl")]
pub mod family;
pub mod fdb;
pub mod filter;
#[cfg(feature = "defmt")]
mod format;
pub mod hash;
pub mod link;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub mod manager;
pub mod neigh;
pub mod nexthop;
pub mod nsid;
pub mod qdisc;
pub mod route;
pub mod rule;
pub mod short_bytes;
pub mod table;
pub mod trigger;

pub use addr::AddrEntry;
pub use barelink_codec::{Error as CodecError, Message, Protocol};
pub use caches::Caches;
pub use class::ClassEntry;
#[cfg(feature = "netfilter")]
pub use conntrack::ConntrackEntry;
pub use entry::{Diff, DumpRequest, Entry, Index, Update};
pub use event::{Event, StaleReason};
#[cfg(feature = "genl")]
pub use family::FamilyEntry;
pub use fdb::FdbEntry;
pub use link::{LinkEntry, LinkWithStats};
#[cfg(any(target_os = "linux", target_os = "android"))]
pub use manager::{Backoff, Manager, Progress};
pub use neigh::NeighEntry;
pub use nexthop::NextHopEntry;
pub use nsid::{InNamespace, NsidEntry};
pub use qdisc::QdiscEntry;
pub use route::RouteEntry;
pub use rule::RuleEntry;
pub use table::{Cache, Change, Source};
pub use trigger::{LinkState, Trigger};
