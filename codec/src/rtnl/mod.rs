//! The routing family, `NETLINK_ROUTE`.

pub mod kinds;
pub mod link;
