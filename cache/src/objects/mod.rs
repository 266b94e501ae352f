//! Entries of the kernel's objects, with the rules by which the kernel changes them.

pub mod addr;
pub mod class;
#[cfg(feature = "netfilter")]
pub mod conntrack;
#[cfg(feature = "genl")]
pub mod family;
pub mod fdb;
pub mod link;
pub mod neigh;
pub mod nexthop;
pub mod nsid;
pub mod qdisc;
pub mod route;
pub mod rule;
