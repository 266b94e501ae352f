//! Bridges: ports, VLANs, the multicast database, media redundancy (MRP), connectivity fault
//! management (CFM).
//!
//! The bridge itself is a link of the kind [`bridge`](crate::rtnl::link::kinds::bridge).

pub mod cfm;
pub mod mdb;
pub mod mrp;
pub mod port;
pub mod spec;
pub mod vlan;
