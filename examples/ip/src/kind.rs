//! What kinds of link have of their own: which sheet prints which, and the small ones.

use barelink_codec::Attrs;
use barelink_codec::rtnl::link::LinkInfo;
use barelink_codec::rtnl::link::kinds::{hsr, ipvlan, macvlan, netkit, ovpn, tun, vlan, vrf, xfrm};
use barelink_codec::value::Value as _;
use barelink_transport::Channel;

use super::grammar::one_of;
use super::index::{Index, Payloads};
use super::output::Value;
use super::pen::Pen;
use super::sheet::{self, Form, Sheet, by, field, sheet, show};
use super::{kind_bond, kind_bridge, kind_tunnel, kind_vxlan};

/// What a function prints.
#[derive(Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // The attributes' names say it.
pub enum Special {
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
    PortsSaid,
}

/// Which kinds' attributes a sheet prints.
type Sheets = &'static [(&'static str, &'static Sheet)];

const KINDS: Sheets = &[
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

/// What a link of these kinds has to say of its ports.
const PORTS: Sheets =
    &[("bond", &kind_bond::SLAVE), ("bridge", &kind_bridge::PORT), ("vrf", &VRF_PORT)];

/// Prints what kind of link it is, and what the kind has of its own.
pub fn print<C: Channel>(pen: &mut Pen<'_, '_, C>, info: &Index<'_, LinkInfo>) {
    pen.out.object(Some("linkinfo"));
    let own = (info.get(LinkInfo::KIND), info.payload(LinkInfo::DATA));
    let port = (info.get(LinkInfo::SLAVE_KIND), info.payload(LinkInfo::SLAVE_DATA));
    for ((kind, data), [key, data_key, template], sheets) in [
        (own, ["info_kind", "info_data", "    {} "], KINDS),
        (port, ["info_slave_kind", "info_slave_data", "    {}_slave "], PORTS),
    ] {
        let Some(kind) = kind else { continue };
        pen.out.line();
        pen.out.string(key, template, &kind);
        let is =
            |words: &str| core::str::from_utf8(kind.0).is_ok_and(|kind| one_of(words, kind, true));
        let Some((_, sheet)) = sheets.iter().find(|row| is(row.0)) else { continue };
        pen.out.object(Some(data_key));
        if let Some(data) = data {
            sheet::print(pen, &Payloads::new(data), sheet);
        }
        pen.out.end_object();
    }
    pen.out.end_object();
}

/// Prints what a row of a sheet leaves to a function.
pub fn special<C: Channel>(
    pen: &mut Pen<'_, '_, C>,
    from: &Payloads<'_>,
    special: Special,
    number: u16,
    key: &'static str,
) {
    let payload = from.at(number);
    match special {
        Special::QosMap => print_qos_map(pen, key, payload),
        Special::Remotes => print_remotes(pen, from),
        Special::IpvlanFlags => print_ipvlan_flags(pen, from),
        Special::Slave => print_slave(pen, key, payload),
        Special::BoolOpts => kind_bridge::print_options(pen, payload),
        Special::Querier => kind_bridge::print_querier(pen, payload),
        Special::Targets => kind_bond::print_targets(pen, key, payload),
        Special::AdInfo => kind_bond::print_partner(pen, payload),
        Special::GreKey => kind_tunnel::print_key(pen, from, number, key),
        Special::Ip6 => kind_tunnel::print_ip6(pen, from, number),
        Special::Encap => kind_tunnel::print_encap(pen, from, number),
        Special::SixRd => kind_tunnel::print_6rd(pen, from),
        Special::Group => kind_vxlan::print_group(pen, number, payload),
        Special::Ttl => kind_vxlan::print_ttl(pen, from, number),
        Special::PortRange => kind_vxlan::print_ports(pen, payload, true),
        Special::PortsSaid => kind_vxlan::print_ports(pen, payload, false),
    }
}

const VLAN: Sheet = sheet! {
    "protocol:@vlan_protocol" => by(vlan::Vlan::PROTOCOL, Form::Bracketed),
    "id" => show(vlan::Vlan::ID),
    "flags|<:REORDER_HDR,GVRP,MVRP=3,LOOSE_BINDING=2,BRIDGE_BINDING=4" =>
        field(vlan::Vlan::FLAGS, 0).form(Form::Flags),
    "ingress_qos" => sheet::special(vlan::Vlan::INGRESS_QOS, Special::QosMap),
    "egress_qos" => sheet::special(vlan::Vlan::EGRESS_QOS, Special::QosMap),
};

fn print_qos_map<C: Channel>(pen: &mut Pen<'_, '_, C>, key: &str, map: Option<&[u8]>) {
    let Some(map) = map.map(Attrs::<vlan::VlanQos>::new) else { return };
    let name = if key == "ingress_qos" { "ingress" } else { "egress" };
    pen.out.list(Some(key));
    pen.out.line();
    pen.out.text(format_args!("      {name}-qos-map {{ "));
    for pair in map.all(vlan::VlanQos::MAPPING).flatten() {
        pen.out.object(None);
        pen.out.any("from", "{}:", pair.from);
        pen.out.any("to", "{} ", pair.to);
        pen.out.end_object();
    }
    pen.out.words("} ");
    pen.out.end_list();
}

const MACVLAN: Sheet = sheet! {
    "mode:@macvlan_mode" => by(macvlan::Macvlan::MODE, Form::Named),
    "nopromisc|nopromisc " =>
        by(macvlan::Macvlan::FLAGS, Form::bit(macvlan::MacvlanFlags::NOPROMISC.0 as u64)),
    "nodst|nodst " => by(macvlan::Macvlan::FLAGS, Form::bit(macvlan::MacvlanFlags::NODST.0 as u64)),
    "bcqueuelen" => show(macvlan::Macvlan::BC_QUEUE_LEN),
    "usedbcqueuelen" => show(macvlan::Macvlan::BC_QUEUE_LEN_USED),
    "bclim" => show(macvlan::Macvlan::BC_CUTOFF),
    "" => sheet::special(macvlan::Macvlan::MACADDR_COUNT, Special::Remotes),
};

fn print_remotes<C: Channel>(pen: &mut Pen<'_, '_, C>, macvlan: &Payloads<'_>) {
    use macvlan::{MacaddrData, Macvlan, MacvlanMode};
    let source = macvlan.get(Macvlan::MODE) == Some(MacvlanMode::SOURCE);
    let Some(count) = macvlan.get(Macvlan::MACADDR_COUNT).filter(|_| source) else { return };
    pen.out.any("macaddr_count", "remotes ({}) ", count);
    if let Some(list) = macvlan.get(Macvlan::MACADDR_DATA).filter(|_| count > 0) {
        pen.out.list(Some("macaddr_data"));
        for address in list.all(MacaddrData::MACADDR).flatten() {
            pen.out.element("{} ", Value::Text(&address));
        }
        pen.out.end_list();
    }
}

const IPVLAN: Sheet = sheet! {
    "mode| mode {} :@ipvlan_mode" => by(ipvlan::Ipvlan::MODE, Form::Named),
    "" => sheet::special(ipvlan::Ipvlan::FLAGS, Special::IpvlanFlags),
};

fn print_ipvlan_flags<C: Channel>(pen: &mut Pen<'_, '_, C>, ipvlan: &Payloads<'_>) {
    use ipvlan::{Ipvlan, IpvlanFlags};
    let Some(flags) = ipvlan.get(Ipvlan::FLAGS) else { return };
    let key = match flags {
        _ if flags.contains(IpvlanFlags::PRIVATE) => "private",
        _ if flags.contains(IpvlanFlags::VEPA) => "vepa",
        _ => "bridge",
    };
    pen.out.entry(key, key, " ", Value::Bool(true));
}

const VRF: Sheet = sheet! { "table" => show(vrf::Vrf::TABLE) };
const VRF_PORT: Sheet = sheet! { "table" => show(vrf::VrfPort::TABLE) };

const HSR: Sheet = sheet! {
    "slave1" => sheet::special(hsr::Hsr::SLAVE1, Special::Slave),
    "slave2" => sheet::special(hsr::Hsr::SLAVE2, Special::Slave),
    "interlink" => by(hsr::Hsr::INTERLINK, Form::Link).quiet(),
    "seq_nr=sequence" => show(hsr::Hsr::SEQ_NR),
    "supervision_addr=supervision" => show(hsr::Hsr::SUPERVISION_ADDR),
    "proto" => show(hsr::Hsr::PROTOCOL),
    "version" => show(hsr::Hsr::VERSION),
};

fn print_slave<C: Channel>(pen: &mut Pen<'_, '_, C>, key: &str, index: Option<&[u8]>) {
    match index.and_then(u32::read).unwrap_or(0) {
        0 => pen.out.entry(key, key, " {} ", Value::Null("<none>")),
        index => {
            let name = pen.link(index);
            pen.out.entry(key, key, " {} ", Value::Text(&name));
        }
    }
}

const TUN: Sheet = sheet! {
    "type:tun=1,tap" => by(tun::Tun::TYPE, Form::Named),
    "pi" => by(tun::Tun::PI, Form::OnOff),
    "vnet_hdr" => by(tun::Tun::VNET_HDR, Form::OnOff),
    "multi_queue|multi_queue |" => by(tun::Tun::MULTI_QUEUE, Form::Bool),
    "numqueues" => show(tun::Tun::NUM_QUEUES),
    "numdisabled" => show(tun::Tun::NUM_DISABLED_QUEUES),
    "persist" => by(tun::Tun::PERSIST, Form::OnOff),
    // iproute2 looks the names up in /etc/passwd and /etc/group.
    "user" => show(tun::Tun::OWNER),
    "group" => show(tun::Tun::GROUP),
};

const NETKIT: Sheet = sheet! {
    "mode:@netkit_mode" => by(netkit::Netkit::MODE, Form::Named),
    "type:peer,primary" => by(netkit::Netkit::PRIMARY, Form::Named),
    "policy:@netkit_policy" => by(netkit::Netkit::POLICY, Form::Named),
    "peer_policy=peer policy:@netkit_policy" => by(netkit::Netkit::PEER_POLICY, Form::Named),
    "scrub:@netkit_scrub" => by(netkit::Netkit::SCRUB, Form::Named),
    "peer_scrub=peer scrub:@netkit_scrub" => by(netkit::Netkit::PEER_SCRUB, Form::Named),
};

const OVPN: Sheet = sheet! { "mode:@ovpn_mode" => by(ovpn::Ovpn::MODE, Form::Named) };

const XFRM: Sheet = sheet! {
    "external|external " => show(xfrm::Xfrm::COLLECT_METADATA),
    "if_id" => by(xfrm::Xfrm::IF_ID, Form::Hex),
};
