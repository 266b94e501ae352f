//! The packet filter's family, `NETLINK_NETFILTER`.
//!
//! | module        | is about |
//! | ------------- | -------- |
//! | [`header`]    | what every message starts with |
//! | [`conntrack`] | connections that the kernel follows |
//! | [`group`]     | whom to listen to |
//!
//! The number of a message's kind is its subsystem's in the upper eight bits, and in the lower ones
//! its own. Integers are in network byte order, but for the few whose rows have it otherwise.

use crate::family::Family;

pub mod conntrack;
pub mod group;
pub mod header;

/// Every object of the packet filter that has tables, to print any of its messages by name.
pub static FAMILIES: &[&Family] = &[&conntrack::FAMILY];
