//! Netfilter (`NETLINK_NETFILTER`, nfnetlink).
//!
//! | module        | is about |
//! | ------------- | -------- |
//! | [`header`]    | header of every message |
//! | [`conntrack`] | connection tracking |
//! | [`group`]     | multicast groups |
//!
//! A message type has the subsystem (`NFNL_SUBSYS_*`) in the upper 8 bits and the subsystem's
//! message in the lower 8. Integers are big-endian, except where a row's type has no `Be`.

use crate::family::Family;

pub mod conntrack;
pub mod group;
pub mod header;

/// Families of netfilter that have tables.
pub static FAMILIES: &[&Family] = &[&conntrack::FAMILY];
