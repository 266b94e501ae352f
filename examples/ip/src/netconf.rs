//! Forwarding switches, as `ip monitor` tells of them.

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::netconf::{Netconf, NetconfHeader, NetconfLink};
use barelink_transport::Channel;

use super::index::Index;
use super::names::{self, FAMILIES};
use super::pen::Pen;
use super::sheet::{self, Form, Sheet, by, sheet};

const SWITCHES: Sheet = sheet! {
    "forwarding" => by(Netconf::FORWARDING, Form::OnOff),
    "rp_filter:off,strict,loose" => by(Netconf::RP_FILTER, Form::Named),
    "mc_forwarding" => by(Netconf::MC_FORWARDING, Form::OnOff),
    "proxy_neigh" => by(Netconf::PROXY_NEIGH, Form::OnOff),
    "ignore_routes_with_linkdown" => by(Netconf::IGNORE_ROUTES_WITH_LINKDOWN, Form::OnOff),
    "input" => by(Netconf::INPUT, Form::OnOff),
};

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
    sheet::print(pen, &conf.all, &SWITCHES);
    pen.out.words("\n");
    pen.out.end_object();
}
