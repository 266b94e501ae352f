//! The routing family, `NETLINK_ROUTE`.

pub mod link;
