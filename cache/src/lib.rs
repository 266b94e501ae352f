//! What the kernel has, kept true in memory of a fixed size.
//!
//! | file | one thing it does |
//! |---|---|
//! | [`hash`] | turns a key into a number that tells where to look for it |
//! | [`table`] | keeps entries in places of their own: [`Cache`] |
//! | [`entry`] | says what a cache needs to know of an entry: [`Entry`] |
//! | [`cause`] | says what the kernel means besides what it says |
//! | [`filter`] | has the kernel hold back what nobody wants |
//! | [`bounded`] | names and hardware addresses of a bounded length |
//! | [`link`], [`addr`], [`route`], [`nexthop`], [`neigh`], [`fdb`], [`rule`] | what there is to keep |
//! | [`event`] | what a manager tells |
//! | [`caches`] | puts several caches together: [`caches!`] |
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
pub mod bounded;
pub mod caches;
pub mod cause;
pub mod entry;
pub mod event;
pub mod fdb;
pub mod filter;
pub mod hash;
pub mod link;
pub mod manager;
pub mod neigh;
pub mod nexthop;
pub mod route;
pub mod rule;
pub mod table;

pub use addr::AddrEntry;
pub use barelink_codec::{Error as CodecError, Message};
pub use barelink_transport::Protocol;
pub use caches::Caches;
pub use cause::Cause;
pub use entry::{Asking, Entry, Index, Update, What};
pub use event::{Event, Why};
pub use fdb::FdbEntry;
pub use link::{LinkEntry, LinkWithStats};
pub use manager::{Manager, Pace, Progress};
pub use neigh::NeighEntry;
pub use nexthop::NextHopEntry;
pub use route::RouteEntry;
pub use rule::RuleEntry;
pub use table::{Cache, Change, Source};
