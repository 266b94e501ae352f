//! Fixed-capacity caches of the kernel's netlink objects, kept in sync without an allocator.
//!
//! A daemon that follows links, addresses, routes or neighbours declares which of them it caches
//! and how many. A [`Manager`] dumps them, follows the notifications, and dumps again what may be
//! stale; the program gets an event per change, with the old and the new entry and the fields that
//! differ.
//!
//! ```no_run
//! use std::time::Duration;
//!
//! use barelink_cache::{Cache, Change, Event, LinkEntry, Manager};
//!
//! let (mut links, mut buffer) = (Cache::<LinkEntry, 64>::new(), [0; 32 * 1024]);
//! let mut manager = Manager::open(&mut links, &mut buffer)?;
//! manager.sync(Duration::from_secs(5), |_, _| {})?;
//! println!("{:?}", manager.caches().by_name("eth0"));
//! loop {
//!     manager.poll_for(None, |_, event| match event {
//!         Event::Change(Change::Changed { old, new, diff }) => println!("{diff}: {old:?} -> {new:?}"),
//!         other => println!("{other:?}"),
//!     })?;
//! }
//! # #[allow(unreachable_code)]
//! # Ok::<(), barelink_transport::Error>(())
//! ```
//!
//! ```text
//!                         kernel
//!        notifications |          | replies to dump requests
//!                      v          v
//!              event socket    dump socket
//!                      |          |
//!                      v          v
//!                        Manager         one message after the other, in the kernel's order
//!                           |
//!   Entry::read             |  message -> Update: an entry, and what happened to it
//!   KernelRules::reconcile  |  Update  -> Plan: store, remove, ignore, resync
//!   KernelRules::apply      |  Trigger -> Effect: changes that no message reports
//!                           v
//!             Cache<E, N>: slots and hash chains --> Event: changed, stale, resyncing, synced
//! ```
//!
//! # Main types
//!
//! [`Cache<E, N>`](Cache) stores at most `N` entries of type `E` in itself: in a `static`, it is in
//! `.bss`. [`get`](Cache::get) looks up by key in constant time, methods such as `by_name`,
//! `of_link` or `longest_match` look up by other fields. An entry that does not fit is rejected and
//! counted, and [`is_complete`](Cache::is_complete) is `false`. A cache can also be used without a
//! manager and without Linux: [`table`](Cache::table) applies updates from any source.
//!
//! [`Manager`] owns the two sockets and a buffer of the caller. [`poll`](Manager::poll) does a
//! bounded part of the work and never blocks; [`sync`](Manager::sync) blocks until the caches are
//! in sync. Overruns, interrupted dumps, truncated datagrams and unreadable notifications make a
//! cache stale; it is dumped again, rate-limited by [`Backoff`], and only differences are reported.
//!
//! [`Event`] is what the manager reports: a [`Change`] of a cache, or the manager's state: stale,
//! with the [`StaleReason`], resyncing, synced.
//!
//! [`caches!`] declares a structure of several caches of one protocol, such as links, addresses and
//! routes, that one manager keeps in sync; each [`Change`] is typed, and the handler sees every
//! cache.
//!
//! [`Entry`] describes a type that can be cached: its key, how it is read from a message, how all
//! are dumped. [`KernelRules`] describes what the kernel does to it beyond what messages report.
//! Entries of a program's own implement both, the second often with an empty `impl`. The crate has
//! entries for
//!
//! | entry | object |
//! |---|---|
//! | [`LinkEntry`], [`LinkWithStats`] | links, with statistics |
//! | [`AddrEntry`] | addresses |
//! | [`RouteEntry`], [`NextHopEntry`], [`RuleEntry`] | routes of IPv4, IPv6 and MPLS, next hop objects, policy rules |
//! | [`NeighEntry`], [`FdbEntry`] | neighbours, forwarding entries of bridges and VXLANs |
//! | [`QdiscEntry`], [`ClassEntry`] | queueing disciplines and classes |
//! | `ConntrackEntry` | tracked connections (feature `netfilter`) |
//! | `FamilyEntry` | generic netlink families (feature `genl`) |
//! | [`NsidEntry`], [`InNamespace`] | IDs of other network namespaces, and the links and addresses in them |
//!
//! `docs/cache.md` in the repository describes how caches are kept in sync, what they cost, and
//! what no cache can know.
#![no_std]
#![forbid(unsafe_code)]
#![warn(clippy::missing_errors_doc, clippy::undocumented_unsafe_blocks)]
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

mod bits;
pub mod cache;
pub mod caches;
pub mod change;
pub mod entry;
pub mod event;
pub mod filter;
#[cfg(feature = "defmt")]
mod format;
pub mod hash;
pub mod kernel_rules;
pub mod lookup;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub mod manager;
mod objects;
pub mod short_bytes;
mod slots;
pub mod table;
pub mod trigger;
pub mod view;

pub use cache::Cache;
pub use caches::{AnyCache, Caches};
pub use change::Change;
pub use entry::{Diff, DumpRequest, Entry, Index, Update};
pub use event::{Event, StaleReason};
pub use kernel_rules::KernelRules;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub use manager::{Backoff, Manager, Progress};
#[cfg(feature = "netfilter")]
pub use objects::conntrack::{self, ConntrackEntry};
#[cfg(feature = "genl")]
pub use objects::family::{self, FamilyEntry};
pub use objects::{
    addr::{self, AddrEntry},
    class::{self, ClassEntry},
    fdb::{self, FdbEntry},
    link::{self, LinkEntry, LinkWithStats},
    neigh::{self, NeighEntry},
    nexthop::{self, NextHopEntry},
    nsid::{self, InNamespace, NsidEntry},
    qdisc::{self, QdiscEntry},
    route::{self, RouteEntry},
    rule::{self, RuleEntry},
};
pub use table::Source;
pub use trigger::{LinkState, Trigger};
