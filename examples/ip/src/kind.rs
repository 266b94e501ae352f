//! Printing of the attributes of link kinds: the list of their tables, and the small tables.

use barelink_codec::Attrs;
use barelink_codec::rtnl::link::LinkInfo;
use barelink_codec::rtnl::link::kinds::{hsr, ipvlan, macvlan, netkit, ovpn, tun, vlan, vrf, xfrm};
use barelink_codec::value::Value as _;
use barelink_transport::Channel;

use super::grammar::is_one_of;
use super::index::{Index, Payloads};
use super::output::Value;
use super::print_table::{self, Form, PrintTable, by, field, print_table, show};
use super::printer::Printer;
use super::{kind_bond, kind_bridge, kind_tunnel, kind_vxlan};

/// Field that a function prints, named after its attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // The variants are named after the attributes.
pub enum SpecialField {
    QosMap,
    Remotes,
    IpvlanFlags,
    Slave,
    BoolOpts,
    Querier,
    Targets,
    AdInfo,
    GreKey,
    Ip6,
    Encap,
    SixRd,
    Group,
    Ttl,
    PortRange,
    NonDefaultPortRange,
}

/// Link kinds, joined by `/`, and the table that prints their attributes.
type PrintTables = &'static [(&'static str, &'static PrintTable)];

const KINDS: PrintTables = &[
    ("bond", &kind_bond::BOND),
    ("bridge", &kind_bridge::BRIDGE),
    ("gre/gretap/erspan", &kind_tunnel::GRE),
    ("ip6gre/ip6gretap/ip6erspan", &kind_tunnel::GRE6),
    ("ipip/sit", &kind_tunnel::IPTUN),
    ("ip6tnl", &kind_tunnel::IP6TNL),
    ("vti", &kind_tunnel::VTI),
    ("vti6", &kind_tunnel::VTI6),
    ("xfrm", &XFRM),
    ("vxlan", &kind_vxlan::VXLAN),
    ("geneve", &kind_vxlan::GENEVE),
    ("hsr", &HSR),
    ("ipvlan/ipvtap", &IPVLAN),
    ("macvlan/macvtap", &MACVLAN),
    ("netkit", &NETKIT),
    ("ovpn", &OVPN),
    ("tun", &TUN),
    ("vlan", &VLAN),
    ("vrf", &VRF),
];

/// Tables of `IFLA_INFO_SLAVE_DATA`, by the kind of the master.
const PORTS: PrintTables =
    &[("bond", &kind_bond::SLAVE), ("bridge", &kind_bridge::PORT), ("vrf", &VRF_PORT)];

/// Prints a link's kind and its attributes, and those of its master's kind.
pub fn print<C: Channel>(printer: &mut Printer<'_, '_, C>, info: &Index<'_, LinkInfo>) {
    printer.out.object(Some("linkinfo"));
    let own = (info.get(LinkInfo::KIND), info.payload(LinkInfo::DATA));
    let port = (info.get(LinkInfo::SLAVE_KIND), info.payload(LinkInfo::SLAVE_DATA));
    for ((kind, data), [key, data_key, template], tables) in [
        (own, ["info_kind", "info_data", "    {} "], KINDS),
        (port, ["info_slave_kind", "info_slave_data", "    {}_slave "], PORTS),
    ] {
        let Some(kind) = kind else { continue };
        printer.out.line();
        printer.out.string(key, template, &kind);
        let is = |words: &str| {
            core::str::from_utf8(kind.0).is_ok_and(|kind| is_one_of(words, kind, true))
        };
        let Some((_, print_table)) = tables.iter().find(|row| is(row.0)) else { continue };
        printer.out.object(Some(data_key));
        if let Some(data) = data {
            print_table::print(printer, &Payloads::new(data), print_table);
        }
        printer.out.end_object();
    }
    printer.out.end_object();
}

/// Prints a field that a table leaves to a function.
pub fn special<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    from: &Payloads<'_>,
    special: SpecialField,
    number: u16,
    key: &'static str,
) {
    let payload = from.at(number);
    match special {
        SpecialField::QosMap => print_qos_map(printer, key, payload),
        SpecialField::Remotes => print_remotes(printer, from),
        SpecialField::IpvlanFlags => print_ipvlan_flags(printer, from),
        SpecialField::Slave => print_slave(printer, key, payload),
        SpecialField::BoolOpts => kind_bridge::print_options(printer, payload),
        SpecialField::Querier => kind_bridge::print_querier(printer, payload),
        SpecialField::Targets => kind_bond::print_targets(printer, key, payload),
        SpecialField::AdInfo => kind_bond::print_partner(printer, payload),
        SpecialField::GreKey => kind_tunnel::print_key(printer, from, number, key),
        SpecialField::Ip6 => kind_tunnel::print_ip6(printer, from, number),
        SpecialField::Encap => kind_tunnel::print_encap(printer, from, number),
        SpecialField::SixRd => kind_tunnel::print_6rd(printer, from),
        SpecialField::Group => kind_vxlan::print_group(printer, number, payload),
        SpecialField::Ttl => kind_vxlan::print_ttl(printer, from, number),
        SpecialField::PortRange => kind_vxlan::print_ports(printer, payload, true),
        SpecialField::NonDefaultPortRange => kind_vxlan::print_ports(printer, payload, false),
    }
}

const VLAN: PrintTable = print_table! {
    "protocol:@vlan_protocol" => by(vlan::Vlan::PROTOCOL, Form::Bracketed),
    "id" => show(vlan::Vlan::ID),
    "flags|<:REORDER_HDR,GVRP,MVRP=3,LOOSE_BINDING=2,BRIDGE_BINDING=4" =>
        field(vlan::Vlan::FLAGS, 0).form(Form::Flags),
    "ingress_qos" => print_table::special(vlan::Vlan::INGRESS_QOS, SpecialField::QosMap),
    "egress_qos" => print_table::special(vlan::Vlan::EGRESS_QOS, SpecialField::QosMap),
};

fn print_qos_map<C: Channel>(printer: &mut Printer<'_, '_, C>, key: &str, map: Option<&[u8]>) {
    let Some(map) = map.map(Attrs::<vlan::VlanQos>::new) else { return };
    let name = if key == "ingress_qos" { "ingress" } else { "egress" };
    printer.out.list(Some(key));
    printer.out.line();
    printer.out.text(format_args!("      {name}-qos-map {{ "));
    for pair in map.all(vlan::VlanQos::MAPPING).flatten() {
        printer.out.object(None);
        printer.out.any("from", "{}:", pair.from);
        printer.out.any("to", "{} ", pair.to);
        printer.out.end_object();
    }
    printer.out.literal("} ");
    printer.out.end_list();
}

const MACVLAN: PrintTable = print_table! {
    "mode:@macvlan_mode" => by(macvlan::Macvlan::MODE, Form::Named),
    "nopromisc|nopromisc " =>
        by(macvlan::Macvlan::FLAGS, Form::bit(macvlan::MacvlanFlags::NOPROMISC.0 as u64)),
    "nodst|nodst " => by(macvlan::Macvlan::FLAGS, Form::bit(macvlan::MacvlanFlags::NODST.0 as u64)),
    "bcqueuelen" => show(macvlan::Macvlan::BC_QUEUE_LEN),
    "usedbcqueuelen" => show(macvlan::Macvlan::BC_QUEUE_LEN_USED),
    "bclim" => show(macvlan::Macvlan::BC_CUTOFF),
    "" => print_table::special(macvlan::Macvlan::MACADDR_COUNT, SpecialField::Remotes),
};

fn print_remotes<C: Channel>(printer: &mut Printer<'_, '_, C>, macvlan: &Payloads<'_>) {
    use macvlan::{MacaddrData, Macvlan, MacvlanMode};
    let source = macvlan.get(Macvlan::MODE) == Some(MacvlanMode::SOURCE);
    let Some(count) = macvlan.get(Macvlan::MACADDR_COUNT).filter(|_| source) else { return };
    printer.out.any("macaddr_count", "remotes ({}) ", count);
    if let Some(list) = macvlan.get(Macvlan::MACADDR_DATA).filter(|_| count > 0) {
        printer.out.list(Some("macaddr_data"));
        for address in list.all(MacaddrData::MACADDR).flatten() {
            printer.out.element("{} ", Value::Text(&address));
        }
        printer.out.end_list();
    }
}

const IPVLAN: PrintTable = print_table! {
    "mode| mode {} :@ipvlan_mode" => by(ipvlan::Ipvlan::MODE, Form::Named),
    "" => print_table::special(ipvlan::Ipvlan::FLAGS, SpecialField::IpvlanFlags),
};

fn print_ipvlan_flags<C: Channel>(printer: &mut Printer<'_, '_, C>, ipvlan: &Payloads<'_>) {
    use ipvlan::{Ipvlan, IpvlanFlags};
    let Some(flags) = ipvlan.get(Ipvlan::FLAGS) else { return };
    let key = match flags {
        _ if flags.contains(IpvlanFlags::PRIVATE) => "private",
        _ if flags.contains(IpvlanFlags::VEPA) => "vepa",
        _ => "bridge",
    };
    printer.out.entry(key, key, " ", Value::Bool(true));
}

const VRF: PrintTable = print_table! { "table" => show(vrf::Vrf::TABLE) };
const VRF_PORT: PrintTable = print_table! { "table" => show(vrf::VrfPort::TABLE) };

const HSR: PrintTable = print_table! {
    "slave1" => print_table::special(hsr::Hsr::SLAVE1, SpecialField::Slave),
    "slave2" => print_table::special(hsr::Hsr::SLAVE2, SpecialField::Slave),
    "interlink" => by(hsr::Hsr::INTERLINK, Form::Link).omit_zero(),
    "seq_nr=sequence" => show(hsr::Hsr::SEQ_NR),
    "supervision_addr=supervision" => show(hsr::Hsr::SUPERVISION_ADDR),
    "proto" => show(hsr::Hsr::PROTOCOL),
    "version" => show(hsr::Hsr::VERSION),
};

fn print_slave<C: Channel>(printer: &mut Printer<'_, '_, C>, key: &str, index: Option<&[u8]>) {
    match index.and_then(u32::read).unwrap_or(0) {
        0 => printer.out.entry(key, key, " {} ", Value::Null("<none>")),
        index => {
            let name = printer.link(index);
            printer.out.entry(key, key, " {} ", Value::Text(&name));
        }
    }
}

const TUN: PrintTable = print_table! {
    "type:tun=1,tap" => by(tun::Tun::TYPE, Form::Named),
    "pi" => by(tun::Tun::PI, Form::OnOff),
    "vnet_hdr" => by(tun::Tun::VNET_HDR, Form::OnOff),
    "multi_queue|multi_queue |" => by(tun::Tun::MULTI_QUEUE, Form::Bool),
    "numqueues" => show(tun::Tun::NUM_QUEUES),
    "numdisabled" => show(tun::Tun::NUM_DISABLED_QUEUES),
    "persist" => by(tun::Tun::PERSIST, Form::OnOff),
    // iproute2 prints the names in /etc/passwd and /etc/group.
    "user" => show(tun::Tun::OWNER),
    "group" => show(tun::Tun::GROUP),
};

const NETKIT: PrintTable = print_table! {
    "mode:@netkit_mode" => by(netkit::Netkit::MODE, Form::Named),
    "type:peer,primary" => by(netkit::Netkit::PRIMARY, Form::Named),
    "policy:@netkit_policy" => by(netkit::Netkit::POLICY, Form::Named),
    "peer_policy=peer policy:@netkit_policy" => by(netkit::Netkit::PEER_POLICY, Form::Named),
    "scrub:@netkit_scrub" => by(netkit::Netkit::SCRUB, Form::Named),
    "peer_scrub=peer scrub:@netkit_scrub" => by(netkit::Netkit::PEER_SCRUB, Form::Named),
};

const OVPN: PrintTable = print_table! { "mode:@ovpn_mode" => by(ovpn::Ovpn::MODE, Form::Named) };

const XFRM: PrintTable = print_table! {
    "external|external " => show(xfrm::Xfrm::COLLECT_METADATA),
    "if_id" => by(xfrm::Xfrm::IF_ID, Form::Hex),
};
