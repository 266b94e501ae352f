//! Printing of the network configuration (`NETCONFA_*`) for `ip monitor`.

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::netconf::{Netconf, NetconfHeader, NetconfLink};
use barelink_transport::Channel;

use super::index::Index;
use super::names::{self, FAMILIES};
use super::print_table::{self, Form, PrintTable, by, print_table};
use super::printer::Printer;

const SWITCHES: PrintTable = print_table! {
    "forwarding" => by(Netconf::FORWARDING, Form::OnOff),
    "rp_filter:off,strict,loose" => by(Netconf::RP_FILTER, Form::Named),
    "mc_forwarding" => by(Netconf::MC_FORWARDING, Form::OnOff),
    "proxy_neigh" => by(Netconf::PROXY_NEIGH, Form::OnOff),
    "ignore_routes_with_linkdown" => by(Netconf::IGNORE_ROUTES_WITH_LINKDOWN, Form::OnOff),
    "input" => by(Netconf::INPUT, Form::OnOff),
};

/// Prints the configuration of a link, or the global one.
pub fn print<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    header: &NetconfHeader,
    conf: &Index<'_, Netconf>,
    deleted: bool,
) {
    printer.out.object(None);
    if deleted {
        printer.out.any("deleted", "Deleted ", true);
    }
    let family = match header.family {
        AddressFamily::UNSPEC => Some("all"),
        family => names::name(family.0.into(), FAMILIES),
    };
    printer.out.string("family", "{} ", &family.unwrap_or("unknown"));
    match conf.get(Netconf::IFINDEX) {
        None => {}
        Some(NetconfLink::ALL) => printer.out.string("interface", "{} ", &"all"),
        Some(NetconfLink::DEFAULT) => printer.out.string("interface", "{} ", &"default"),
        Some(link) => printer.device("interface", "{} ", link.0 as u32),
    }
    print_table::print(printer, &conf.all, &SWITCHES);
    printer.out.literal("\n");
    printer.out.end_object();
}
