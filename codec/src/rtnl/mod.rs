//! The routing family, `NETLINK_ROUTE`.
//!
//! | module | is about |
//! | ------ | -------- |
//! | [`link`] | links (network interfaces), their kinds, statistics, virtual functions, XDP, per-family settings |
//! | [`stats`] | statistics of links, `RTM_GETSTATS` |
//! | [`bridge`] | bridge ports, VLANs, multicast database, MRP, CFM |
//! | [`addr`], [`addrlabel`], [`prefix`] | addresses, source address selection, prefixes of router advertisements |
//! | [`route`] | routes, their metrics and lightweight tunnels, next hop objects |
//! | [`rule`] | policy routing rules |
//! | [`neigh`] | neighbours (ARP, NDP), forwarding database, neighbour tables |
//! | [`tc`] | traffic control |
//! | [`netconf`], [`nsid`] | per-link configuration, IDs of network namespaces |
//! | [`group`], [`ids`] | multicast groups; numbers that several objects share |
//!
//! Each object's module has its kinds of message, of `NEW`, `DEL`, `GET` and `SET` those that there
//! are, the header that they start with, and the attributes that follow.

use crate::family::Family;

pub mod addr;
pub mod addrlabel;
pub mod bridge;
pub mod group;
pub mod ids;
pub mod link;
pub mod neigh;
pub mod netconf;
pub mod nsid;
pub mod prefix;
pub mod route;
pub mod rule;
pub mod stats;
pub mod tc;

/// Every object of the routing family, to print any of its messages by name.
pub static FAMILIES: &[&Family] = &[
    &addr::FAMILY,
    &addrlabel::FAMILY,
    &bridge::vlan::FAMILY,
    &link::FAMILY,
    &bridge::mdb::FAMILY,
    &neigh::FAMILY,
    &neigh::table::FAMILY,
    &netconf::FAMILY,
    &route::nexthop::FAMILY,
    &route::nexthop_bucket::FAMILY,
    &nsid::FAMILY,
    &prefix::FAMILY,
    &route::FAMILY,
    &rule::FAMILY,
    &stats::FAMILY,
    &tc::chain::FAMILY,
    &tc::class::FAMILY,
    &tc::filter::FAMILY,
    &tc::qdisc::FAMILY,
];
