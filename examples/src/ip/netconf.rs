//! Forwarding switches, as `ip monitor` tells of them.

use barelink_codec::rtnl::family::AddressFamily;
use barelink_codec::rtnl::netconf::{Netconf, NetconfHeader, NetconfLink};
use barelink_transport::Channel;

use super::index::Index;
use super::names::{self, FAMILIES};
use super::output::Value;
use super::pen::Pen;

/// Prints the switches of a link, or of all.
pub fn print<C: Channel>(
    pen: &mut Pen<'_, '_, C>,
    header: &NetconfHeader,
    conf: &Index<'_, Netconf>,
    deleted: bool,
) {
    pen.out.object(None);
    if deleted {
        pen.out.any("deleted", "Deleted ", true);
    }
    let family = match header.family {
        AddressFamily::UNSPEC => Some("all"),
        family => names::name(family.0.into(), FAMILIES),
    };
    pen.out.string("family", "{} ", &family.unwrap_or("unknown"));
    match conf.get(Netconf::IFINDEX) {
        None => {}
        Some(NetconfLink::ALL) => pen.out.string("interface", "{} ", &"all"),
        Some(NetconfLink::DEFAULT) => pen.out.string("interface", "{} ", &"default"),
        Some(link) => pen.device("interface", "{} ", link.0 as u32),
    }
    for (key, template, on) in [
        ("forwarding", "forwarding {} ", conf.get(Netconf::FORWARDING)),
        ("rp_filter", "", conf.get(Netconf::RP_FILTER)),
        ("mc_forwarding", "mc_forwarding {} ", conf.get(Netconf::MC_FORWARDING)),
        ("proxy_neigh", "proxy_neigh {} ", conf.get(Netconf::PROXY_NEIGH)),
        (
            "ignore_routes_with_linkdown",
            "ignore_routes_with_linkdown {} ",
            conf.get(Netconf::IGNORE_ROUTES_WITH_LINKDOWN),
        ),
        ("input", "input {} ", conf.get(Netconf::INPUT)),
    ] {
        match (key, on) {
            (_, None) => {}
            ("rp_filter", Some(0)) => pen.out.string(key, "rp_filter {} ", &"off"),
            ("rp_filter", Some(1)) => pen.out.string(key, "rp_filter {} ", &"strict"),
            ("rp_filter", Some(2)) => pen.out.string(key, "rp_filter {} ", &"loose"),
            ("rp_filter", Some(_)) => pen.out.string(key, "rp_filter {} ", &"unknown mode"),
            (_, Some(on)) => pen.out.any(key, template, Value::OnOff(on != 0)),
        }
    }
    pen.out.words("\n");
    pen.out.end_object();
}
