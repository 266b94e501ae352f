//! What kinds of link have of their own: which file prints which, and the small ones.

use barelink_codec::nest::Nest;
use barelink_codec::rtnl::brport::BridgePort;
use barelink_codec::rtnl::kinds::{
    bond, bridge, geneve, gre, hsr, iptun, ipvlan, macvlan, netkit, ovpn, tun, vlan, vrf, vti,
    vxlan, xfrm,
};
use barelink_codec::rtnl::link::LinkInfo;
use barelink_transport::Channel;

use super::index::Index;
use super::names::{self, Names};
use super::output::Value;
use super::pen::Pen;
use super::{kind_bond, kind_bridge, kind_tunnel, kind_vxlan};

/// Prints each number that is there, under its key and by its template.
macro_rules! each {
    ($pen:expr, $index:expr; $($key:expr => $name:literal, $template:literal;)*) => {
        $( $index.print(&mut $pen.out, $key, concat!($name, "\0", $template)); )*
    };
}
pub(super) use each;

/// Prints the name that a number has, if it has one, else the number.
pub fn choice<C: Channel>(
    pen: &mut Pen<'_, '_, C>,
    key: &str,
    template: &str,
    number: Option<impl Into<u32>>,
    names: Names,
) {
    if let Some(number) = number {
        let named = names::Named::new(number, names);
        pen.out.string(key, template, &named);
    }
}

/// Prints what kind of link it is, and what the kind has of its own.
pub fn print<C: Channel>(pen: &mut Pen<'_, '_, C>, info: &Index<'_, LinkInfo>) {
    pen.out.object(Some("linkinfo"));
    if let Some(kind) = info.get(LinkInfo::KIND) {
        pen.out.line();
        pen.out.string("info_kind", "    {} ", &kind);
        if has_printer(kind.0) {
            pen.out.object(Some("info_data"));
            data(pen, kind.0, info);
            pen.out.end_object();
        }
    }
    if let Some(kind) = info.get(LinkInfo::SLAVE_KIND) {
        pen.out.line();
        pen.out.string("info_slave_kind", "    {}_slave ", &kind);
        if matches!(kind.0, b"bond" | b"bridge" | b"vrf") {
            pen.out.object(Some("info_slave_data"));
            slave_data(pen, kind.0, info);
            pen.out.end_object();
        }
    }
    pen.out.end_object();
}

/// Whether the kind has a function below.
fn has_printer(kind: &[u8]) -> bool {
    matches!(
        kind,
        b"bond"
            | b"bridge"
            | b"erspan"
            | b"geneve"
            | b"gre"
            | b"gretap"
            | b"hsr"
            | b"ip6erspan"
            | b"ip6gre"
            | b"ip6gretap"
            | b"ip6tnl"
            | b"ipip"
            | b"ipvlan"
            | b"ipvtap"
            | b"macvlan"
            | b"macvtap"
            | b"netkit"
            | b"ovpn"
            | b"sit"
            | b"tun"
            | b"vlan"
            | b"vrf"
            | b"vti"
            | b"vti6"
            | b"vxlan"
            | b"xfrm"
    )
}

/// Prints what the kind has of its own, if the kernel says anything.
fn data<C: Channel>(pen: &mut Pen<'_, '_, C>, kind: &[u8], info: &Index<'_, LinkInfo>) {
    if !info.has(LinkInfo::DATA) {
        return;
    }
    macro_rules! with {
        ($set:ty, $print:expr) => {
            if let Some(data) = info.nest(LinkInfo::DATA.holding::<Nest<$set>>()) {
                $print(pen, &data);
            }
        };
    }
    match kind {
        b"bond" => with!(bond::Bond, kind_bond::print),
        b"bridge" => with!(bridge::Bridge, kind_bridge::print),
        b"gre" | b"gretap" | b"erspan" => with!(gre::Gre, kind_tunnel::print_gre),
        b"ip6gre" | b"ip6gretap" | b"ip6erspan" => with!(gre::Gre6, kind_tunnel::print_gre6),
        b"ipip" | b"sit" => with!(iptun::Iptun, kind_tunnel::print_iptun),
        b"ip6tnl" => with!(iptun::Ip6tnl, kind_tunnel::print_ip6tnl),
        b"vti" => with!(vti::Vti, kind_tunnel::print_vti),
        b"vti6" => with!(vti::Vti6, kind_tunnel::print_vti6),
        b"xfrm" => with!(xfrm::Xfrm, kind_tunnel::print_xfrm),
        b"vxlan" => with!(vxlan::Vxlan, kind_vxlan::print),
        b"geneve" => with!(geneve::Geneve, kind_vxlan::print_geneve),
        b"hsr" => with!(hsr::Hsr, print_hsr),
        b"ipvlan" | b"ipvtap" => with!(ipvlan::Ipvlan, print_ipvlan),
        b"macvlan" | b"macvtap" => with!(macvlan::Macvlan, print_macvlan),
        b"netkit" => with!(netkit::Netkit, print_netkit),
        b"ovpn" => with!(ovpn::Ovpn, print_ovpn),
        b"tun" => with!(tun::Tun, print_tun),
        b"vlan" => with!(vlan::Vlan, print_vlan),
        b"vrf" => with!(vrf::Vrf, print_vrf),
        _ => {}
    }
}

/// Prints what the kind that it is a port of has to say of it.
fn slave_data<C: Channel>(pen: &mut Pen<'_, '_, C>, kind: &[u8], info: &Index<'_, LinkInfo>) {
    match kind {
        b"bond" => {
            let key = LinkInfo::SLAVE_DATA.of::<bond::BondSlave>();
            if let Some(data) = info.nest(key) {
                kind_bond::print_slave(pen, &data);
            }
        }
        b"bridge" => {
            let key = LinkInfo::SLAVE_DATA.of::<BridgePort>();
            if let Some(data) = info.nest(key) {
                kind_bridge::print_port(pen, &data);
            }
        }
        _ => {
            let key = LinkInfo::SLAVE_DATA.of::<vrf::VrfPort>();
            if let Some(data) = info.nest(key) {
                each! { pen, data; vrf::VrfPort::TABLE => "table", "table {} "; }
            }
        }
    }
}

const VLAN_PROTOCOLS: Names = &[(0x8100, "802.1Q"), (0x88a8, "802.1ad")];

/// Prints the Ethernet type of a VLAN's tags.
pub fn vlan_protocol<C: Channel>(
    pen: &mut Pen<'_, '_, C>,
    key: &str,
    template: &str,
    protocol: u16,
) {
    match names::name(protocol.into(), VLAN_PROTOCOLS) {
        Some(name) => pen.out.string(key, template, &name),
        None => pen.out.string(key, template, &format_args!("[{protocol}]")),
    }
}

fn print_vlan<C: Channel>(pen: &mut Pen<'_, '_, C>, vlan: &Index<'_, vlan::Vlan>) {
    use vlan::{Vlan, VlanFlags};
    const FLAGS: [(VlanFlags, &str); 5] = [
        (VlanFlags::REORDER_HDR, "REORDER_HDR"),
        (VlanFlags::GVRP, "GVRP"),
        (VlanFlags::MVRP, "MVRP"),
        (VlanFlags::LOOSE_BINDING, "LOOSE_BINDING"),
        (VlanFlags::BRIDGE_BINDING, "BRIDGE_BINDING"),
    ];
    let protocol = vlan.get(Vlan::PROTOCOL).map_or(0x8100, |protocol| protocol.0);
    vlan_protocol(pen, "protocol", "protocol {} ", protocol);
    each! { pen, vlan; Vlan::ID => "id", "id {} "; }
    if let Some(flags) = vlan.get(Vlan::FLAGS) {
        let mut left = flags.flags;
        pen.out.list(Some("flags"));
        pen.out.words("<");
        for (flag, name) in FLAGS {
            if left.contains(flag) {
                left = left.without(flag);
                let template = if left == VlanFlags::EMPTY { "{}" } else { "{}," };
                pen.out.element(template, Value::Text(&name));
            }
        }
        if left != VlanFlags::EMPTY {
            pen.out.element("{}", Value::Text(&format_args!("{:x}", left.0)));
        }
        pen.out.words("> ");
        pen.out.end_list();
    }
    for (key, name, map) in [
        ("ingress_qos", "ingress-qos-map", vlan.get(Vlan::INGRESS_QOS)),
        ("egress_qos", "egress-qos-map", vlan.get(Vlan::EGRESS_QOS)),
    ] {
        let Some(map) = map else { continue };
        pen.out.list(Some(key));
        pen.out.line();
        pen.out.text(format_args!("      {name} {{ "));
        for pair in map.all(vlan::VlanQos::MAPPING).flatten() {
            pen.out.object(None);
            pen.out.any("from", "{}:", pair.from);
            pen.out.any("to", "{} ", pair.to);
            pen.out.end_object();
        }
        pen.out.words("} ");
        pen.out.end_list();
    }
}

const MACVLAN_MODES: Names =
    &[(1, "private"), (2, "vepa"), (4, "bridge"), (8, "passthru"), (16, "source")];

fn print_macvlan<C: Channel>(pen: &mut Pen<'_, '_, C>, macvlan: &Index<'_, macvlan::Macvlan>) {
    use macvlan::{MacaddrData, Macvlan, MacvlanFlags, MacvlanMode};
    let mode = macvlan.get(Macvlan::MODE);
    choice(pen, "mode", "mode {} ", mode.map(|mode| mode.0), MACVLAN_MODES);
    let flags = macvlan.get(Macvlan::FLAGS).unwrap_or_default();
    if flags.contains(MacvlanFlags::NOPROMISC) {
        pen.out.any("nopromisc", "nopromisc ", true);
    }
    if flags.contains(MacvlanFlags::NODST) {
        pen.out.any("nodst", "nodst ", true);
    }
    each! { pen, macvlan;
        Macvlan::BC_QUEUE_LEN => "bcqueuelen", "bcqueuelen {} ";
        Macvlan::BC_QUEUE_LEN_USED => "usedbcqueuelen", "usedbcqueuelen {} ";
        Macvlan::BC_CUTOFF => "bclim", "bclim {} ";
    }
    let count = macvlan.get(Macvlan::MACADDR_COUNT).filter(|_| mode == Some(MacvlanMode::SOURCE));
    let Some(count) = count else { return };
    pen.out.any("macaddr_count", "remotes ({}) ", count);
    if let Some(list) = macvlan.get(Macvlan::MACADDR_DATA).filter(|_| count > 0) {
        pen.out.list(Some("macaddr_data"));
        for address in list.all(MacaddrData::MACADDR).flatten() {
            pen.out.element("{} ", Value::Text(&address));
        }
        pen.out.end_list();
    }
}

fn print_ipvlan<C: Channel>(pen: &mut Pen<'_, '_, C>, ipvlan: &Index<'_, ipvlan::Ipvlan>) {
    use ipvlan::{Ipvlan, IpvlanFlags};
    let mode = ipvlan.get(Ipvlan::MODE).map(|mode| mode.0);
    choice(pen, "mode", " mode {} ", mode, &[(0, "l2"), (1, "l3"), (2, "l3s")]);
    if let Some(flags) = ipvlan.get(Ipvlan::FLAGS) {
        let (key, word) = match flags {
            _ if flags.contains(IpvlanFlags::PRIVATE) => ("private", "private "),
            _ if flags.contains(IpvlanFlags::VEPA) => ("vepa", "vepa "),
            _ => ("bridge", "bridge "),
        };
        pen.out.any(key, word, true);
    }
}

fn print_vrf<C: Channel>(pen: &mut Pen<'_, '_, C>, vrf: &Index<'_, vrf::Vrf>) {
    each! { pen, vrf; vrf::Vrf::TABLE => "table", "table {} "; }
}

fn print_hsr<C: Channel>(pen: &mut Pen<'_, '_, C>, hsr: &Index<'_, hsr::Hsr>) {
    use hsr::Hsr;
    for (key, template, index) in [
        ("slave1", "slave1 {} ", Some(hsr.get(Hsr::SLAVE1).unwrap_or(0))),
        ("slave2", "slave2 {} ", Some(hsr.get(Hsr::SLAVE2).unwrap_or(0))),
        ("interlink", "interlink {} ", hsr.get(Hsr::INTERLINK).filter(|index| *index != 0)),
    ] {
        match index {
            Some(0) => pen.out.any(key, template, Value::Null("<none>")),
            Some(index) => pen.device(key, template, index),
            None => {}
        }
    }
    each! { pen, hsr; Hsr::SEQ_NR => "seq_nr", "sequence {} "; }
    if let Some(address) = hsr.get(Hsr::SUPERVISION_ADDR) {
        pen.out.string("supervision_addr", "supervision {} ", &address);
    }
    if let Some(protocol) = hsr.get(Hsr::PROTOCOL) {
        pen.out.any("proto", "proto {} ", protocol.0);
    }
    each! { pen, hsr; Hsr::VERSION => "version", "version {} "; }
}

fn print_tun<C: Channel>(pen: &mut Pen<'_, '_, C>, tun: &Index<'_, tun::Tun>) {
    use tun::Tun;
    let kind = tun.get(Tun::TYPE).map(|kind| kind.0);
    choice(pen, "type", "type {} ", kind, &[(1, "tun"), (2, "tap")]);
    let on = |key| tun.get(key).map(|on: u8| Value::OnOff(on != 0));
    if let Some(pi) = on(Tun::PI) {
        pen.out.any("pi", "pi {} ", pi);
    }
    if let Some(header) = on(Tun::VNET_HDR) {
        pen.out.any("vnet_hdr", "vnet_hdr {} ", header);
    }
    let several = tun.get(Tun::MULTI_QUEUE).map(|several| several != 0);
    if let Some(several) = several {
        pen.out.any("multi_queue", if several { "multi_queue " } else { "" }, several);
    }
    if several == Some(true) {
        each! { pen, tun;
            Tun::NUM_QUEUES => "numqueues", "numqueues {} ";
            Tun::NUM_DISABLED_QUEUES => "numdisabled", "numdisabled {} ";
        }
    }
    if let Some(stays) = on(Tun::PERSIST) {
        pen.out.any("persist", "persist {} ", stays);
    }
    // iproute2 looks the names up in /etc/passwd and /etc/group.
    each! { pen, tun;
        Tun::OWNER => "user", "user {} ";
        Tun::GROUP => "group", "group {} ";
    }
}

fn print_netkit<C: Channel>(pen: &mut Pen<'_, '_, C>, netkit: &Index<'_, netkit::Netkit>) {
    use netkit::Netkit;
    const POLICIES: Names = &[(0, "forward"), (2, "blackhole")];
    const SCRUBS: Names = &[(0, "none"), (1, "default")];
    let mode = netkit.get(Netkit::MODE).map(|mode| mode.0);
    choice(pen, "mode", "mode {} ", mode, &[(0, "l2"), (1, "l3")]);
    if let Some(primary) = netkit.get(Netkit::PRIMARY) {
        let which = if primary != 0 { "primary" } else { "peer" };
        pen.out.string("type", "type {} ", &which);
    }
    let policy = |key| netkit.get(key).map(|policy: netkit::NetkitPolicy| policy.0);
    choice(pen, "policy", "policy {} ", policy(Netkit::POLICY), POLICIES);
    choice(pen, "peer_policy", "peer policy {} ", policy(Netkit::PEER_POLICY), POLICIES);
    let scrub = |key| netkit.get(key).map(|scrub: netkit::NetkitScrub| scrub.0);
    choice(pen, "scrub", "scrub {} ", scrub(Netkit::SCRUB), SCRUBS);
    choice(pen, "peer_scrub", "peer scrub {} ", scrub(Netkit::PEER_SCRUB), SCRUBS);
}

fn print_ovpn<C: Channel>(pen: &mut Pen<'_, '_, C>, ovpn: &Index<'_, ovpn::Ovpn>) {
    let mode = ovpn.get(ovpn::Ovpn::MODE).map(|mode| mode.0);
    choice(pen, "mode", "mode {} ", mode, &[(0, "p2p"), (1, "mp")]);
}
