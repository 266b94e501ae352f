//! The routing family, `NETLINK_ROUTE`.
//!
//! | module                              | is about |
//! | ----------------------------------- | -------- |
//! | [`link`], [`kinds`]                 | what sends and receives packets, and of which kind it is |
//! | [`af_spec`], [`vf`], [`xdp`], [`brport`], [`devconf`] | parts of a link |
//! | [`stats`]                           | what links have counted |
//! | [`bridge_spec`], [`bridge_vlan`], [`mdb`], [`mrp`], [`cfm`] | what bridges are told |
//! | [`addr`], [`addrlabel`], [`prefix`] | addresses, how one is chosen, what routers announce |
//! | [`route`], [`nexthop`], [`nexthop_bucket`] | where packets go |
//! | [`lwtunnel`], [`mpls`]              | what a route puts around packets |
//! | [`rule`]                            | which table a packet's route is looked up in |
//! | [`neigh`], [`neightbl`]             | hardware addresses of neighbours, and how they are learned |
//! | [`tc`]                              | how packets queue to leave, and what is done with them |
//! | [`netconf`], [`nsid`]               | forwarding switches, numbers of namespaces |
//! | [`group`], [`family`]               | whom to listen to, which protocol |
//!
//! Each object's module has its kinds of message, of `NEW`, `DEL`, `GET` and `SET` those that there
//! are, the header that they start with, and the attributes that follow.

use crate::schema::Family;

pub mod addr;
pub mod addrlabel;
pub mod af_spec;
pub mod bridge_spec;
pub mod bridge_vlan;
pub mod brport;
pub mod cfm;
pub mod devconf;
pub mod family;
pub mod group;
pub mod kinds;
pub mod link;
pub mod lwtunnel;
pub mod mdb;
pub mod mpls;
pub mod mrp;
pub mod neigh;
pub mod neightbl;
pub mod netconf;
pub mod nexthop;
pub mod nexthop_bucket;
pub mod nsid;
pub mod prefix;
pub mod route;
pub mod rule;
pub mod stats;
pub mod tc;
pub mod vf;
pub mod xdp;

/// Every object of the routing family, to print any of its messages by name.
pub static FAMILIES: &[&Family] = &[
    &addr::FAMILY,
    &addrlabel::FAMILY,
    &bridge_vlan::FAMILY,
    &link::FAMILY,
    &mdb::FAMILY,
    &neigh::FAMILY,
    &neightbl::FAMILY,
    &netconf::FAMILY,
    &nexthop::FAMILY,
    &nexthop_bucket::FAMILY,
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
