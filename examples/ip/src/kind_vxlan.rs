//! Printing of the attributes of `vxlan` and `geneve` links.

use barelink_codec::rtnl::link::kinds::geneve::Geneve;
use barelink_codec::rtnl::link::kinds::vxlan::Vxlan;
use barelink_codec::rtnl::link::tunnel::UdpPortRange;
use barelink_codec::schema::{Int, Order};
use barelink_codec::value::{Structure as _, Value as _};
use barelink_transport::Channel;

use super::index::Payloads;
use super::kind::SpecialField;
use super::output::Value;
use super::prefix::Address;
use super::print_table::{Form, PrintTable, by, print_table, show, special};
use super::printer::Printer;

/// Layout of `IFLA_VXLAN_RESERVED_BITS`, whose two fields are printed as one number.
const BITS: Int = Int { size: 8, signed: false, order: Order::Big };

/// Table of `IFLA_VXLAN_*`; in text, a boolean with its default value is omitted.
pub const VXLAN: PrintTable = print_table! {
    "external|external |" => by(Vxlan::COLLECT_METADATA, Form::Bool),
    "vnifilter|vnifilter " => by(Vxlan::VNIFILTER, Form::Bool).omit_zero(),
    "id" => show(Vxlan::ID),
    "" => special(Vxlan::GROUP, SpecialField::Group),
    "" => special(Vxlan::GROUP6, SpecialField::Group),
    "local" => by(Vxlan::LOCAL, Form::Address).omit_zero(),
    "local6=local" => by(Vxlan::LOCAL6, Form::Address).omit_zero(),
    "link=dev" => by(Vxlan::LINK, Form::Link).omit_zero(),
    "" => special(Vxlan::PORT_RANGE, SpecialField::PortRange),
    "port=dstport" => show(Vxlan::PORT),
    "learning||nolearning " => by(Vxlan::LEARNING, Form::Bool),
    "proxy|proxy |" => by(Vxlan::PROXY, Form::Bool),
    "rsc|rsc |" => by(Vxlan::RSC, Form::Bool),
    "l2miss|l2miss |" => by(Vxlan::L2MISS, Form::Bool),
    "l3miss|l3miss |" => by(Vxlan::L3MISS, Form::Bool),
    "tos" => by(Vxlan::TOS, Form::Tos(false)).omit_zero(),
    "" => special(Vxlan::TTL, SpecialField::Ttl),
    "df|df {} |:@df" => by(Vxlan::DF, Form::Named),
    "label=flowlabel" => by(Vxlan::LABEL, Form::Hex).omit_zero(),
    "label_policy=flowlabel:,inherit" => by(Vxlan::LABEL_POLICY, Form::NameOnly),
    "ageing|ageing {} |ageing none " => show(Vxlan::AGEING),
    "limit=maxaddr" => show(Vxlan::LIMIT).omit_zero(),
    "reserved_bits" => by(Vxlan::RESERVED_BITS, Form::Hex).int(BITS),
    "udp_csum|udpcsum |noudpcsum " => by(Vxlan::UDP_CSUM, Form::Bool),
    "udp_zero_csum6_tx|udp6zerocsumtx |noudp6zerocsumtx " =>
        by(Vxlan::UDP_ZERO_CSUM6_TX, Form::Bool),
    "udp_zero_csum6_rx|udp6zerocsumrx |noudp6zerocsumrx " =>
        by(Vxlan::UDP_ZERO_CSUM6_RX, Form::Bool),
    "remcsum_tx|remcsumtx |" => by(Vxlan::REMCSUM_TX, Form::Bool),
    "remcsum_rx|remcsumrx |" => by(Vxlan::REMCSUM_RX, Form::Bool),
    "localbypass|localbypass |nolocalbypass " => by(Vxlan::LOCALBYPASS, Form::Bool),
    "mcroute|mcroute " => by(Vxlan::MC_ROUTE, Form::Bool).omit_zero(),
    "gbp|gbp " => by(Vxlan::GBP, Form::Null),
    "gpe|gpe " => by(Vxlan::GPE, Form::Null),
    "remcsum_nopartial|noremcsumpartial " => by(Vxlan::REMCSUM_NOPARTIAL, Form::Null),
};

/// Table of `IFLA_GENEVE_*`.
pub const GENEVE: PrintTable = print_table! {
    "external|external " => show(Geneve::COLLECT_METADATA),
    "id" => show(Geneve::ID),
    "remote" => by(Geneve::REMOTE, Form::Address).omit_zero(),
    "remote6=remote" => by(Geneve::REMOTE6, Form::Address).omit_zero(),
    "local" => by(Geneve::LOCAL, Form::Address).omit_zero(),
    "local6=local" => by(Geneve::LOCAL6, Form::Address).omit_zero(),
    "" => special(Geneve::TTL, SpecialField::Ttl),
    "tos" => by(Geneve::TOS, Form::Tos(false)).omit_zero(),
    "df|df {} |:@df" => by(Geneve::DF, Form::Named),
    "label=flowlabel" => by(Geneve::LABEL, Form::Hex).omit_zero(),
    "port=dstport" => show(Geneve::PORT),
    "udp_csum|udpcsum |noudpcsum " => by(Geneve::UDP_CSUM, Form::Bool),
    "udp_zero_csum6_tx|udp6zerocsumtx |noudp6zerocsumtx " =>
        by(Geneve::UDP_ZERO_CSUM6_TX, Form::Bool),
    "udp_zero_csum6_rx|udp6zerocsumrx |noudp6zerocsumrx " =>
        by(Geneve::UDP_ZERO_CSUM6_RX, Form::Bool),
    "inner_proto_inherit|innerprotoinherit " => show(Geneve::INNER_PROTO_INHERIT),
    "" => special(Geneve::PORT_RANGE, SpecialField::NonDefaultPortRange),
};

/// Prints the remote address as `group` if it is multicast, else as `remote`.
pub fn print_group<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    number: u16,
    address: Option<&[u8]>,
) {
    let Some(address) = address.filter(|bytes| bytes.iter().any(|byte| *byte != 0)) else { return };
    let group = match address {
        [first, _, _, _] => first >> 4 == 0xe,
        bytes => bytes.first() == Some(&0xff),
    };
    let (four, six) = if group { ("group", "group6") } else { ("remote", "remote6") };
    let key = if number == Vxlan::GROUP.number() { four } else { six };
    printer.out.entry(key, four, " {} ", Value::Text(&Address::of(address)));
}

/// Prints the TTL of the outer header: a number, `auto` or `inherit`.
pub fn print_ttl<C: Channel>(printer: &mut Printer<'_, '_, C>, from: &Payloads<'_>, number: u16) {
    let inherits = if number == Vxlan::TTL.number() {
        from.get(Vxlan::TTL_INHERIT)
    } else {
        from.get(Geneve::TTL_INHERIT)
    };
    let ttl = from.at(number).and_then(u8::read);
    let (template, value) = match (inherits, ttl) {
        (Some(1..), _) => ("ttl {} ", Value::Text(&"inherit")),
        (_, Some(0)) => ("ttl auto ", Value::Uint(0)),
        (_, Some(ttl)) => ("ttl {} ", Value::Uint(ttl.into())),
        (_, None) => return,
    };
    printer.out.entry("ttl", "", template, value);
}

/// Prints the range of UDP source ports; the default range only if `all`.
pub fn print_ports<C: Channel>(printer: &mut Printer<'_, '_, C>, range: Option<&[u8]>, all: bool) {
    let Some(range) = range.map(UdpPortRange::read) else { return };
    if !all && (range.low, range.high) == (1, u16::MAX) {
        return;
    }
    printer.out.object(Some("port_range"));
    printer.out.any("low", "srcport {} ", range.low);
    printer.out.any("high", "{} ", range.high);
    printer.out.end_object();
}
