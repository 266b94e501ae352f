//! The routing family, `NETLINK_ROUTE`.

pub mod af_spec;
pub mod bridge_spec;
pub mod bridge_vlan;
pub mod brport;
pub mod cfm;
pub mod devconf;
pub mod family;
pub mod kinds;
pub mod link;
pub mod mdb;
pub mod mrp;
pub mod stats;
pub mod vf;
pub mod xdp;
