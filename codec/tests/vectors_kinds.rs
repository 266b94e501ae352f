//! Messages about links of each kind, as `ip` and the kernel sent them: read, and built.
//!
//! The bytes are of a little-endian machine. Most are of iproute2 7.3; where the kind's name has no
//! NUL, of iproute2 6.1.
#![cfg(all(feature = "rtnl", target_endian = "little"))]

mod captures;
mod vectors;

use barelink_codec::nest::Nest;
use barelink_codec::rtnl::link::kinds::bond::{
    Bond, BondLinkState, BondMode, BondSlave, BondSlaveState, ChurnState, FailOverMac, LacpState,
    PrimaryReselect,
};
use barelink_codec::rtnl::link::kinds::bridge::{BoolOptMulti, BoolOpts, Bridge, BridgeQuerier};
use barelink_codec::rtnl::link::kinds::can::{Can, CanBittiming, CanCtrlmode, CanTdc, CtrlMode};
use barelink_codec::rtnl::link::kinds::geneve::Geneve;
use barelink_codec::rtnl::link::kinds::gre::{Gre, Gre6, GreFlags};
use barelink_codec::rtnl::link::kinds::hsr::Hsr;
use barelink_codec::rtnl::link::kinds::iptun::{Ip6TnlFlags, Ip6tnl, Iptun, SitFlags};
use barelink_codec::rtnl::link::kinds::ipvlan::{Ipvlan, IpvlanFlags, IpvlanMode};
use barelink_codec::rtnl::link::kinds::macsec::{CipherSuite, Macsec, MacsecValidation};
use barelink_codec::rtnl::link::kinds::macvlan::{MacaddrData, MacaddrMode, Macvlan, MacvlanMode};
use barelink_codec::rtnl::link::kinds::netkit::{Netkit, NetkitMode, NetkitPolicy};
use barelink_codec::rtnl::link::kinds::veth::Veth;
use barelink_codec::rtnl::link::kinds::vlan::{
    Vlan, VlanFlags, VlanFlagsChange, VlanProtocol, VlanQos, VlanQosMapping,
};
use barelink_codec::rtnl::link::kinds::vrf::Vrf;
use barelink_codec::rtnl::link::kinds::vxlan::Vxlan;
use barelink_codec::rtnl::link::tunnel::{DontFragment, TunnelEncap, TunnelEncapFlags};
use barelink_codec::rtnl::link::{self, Link, LinkHeader, LinkInfo};
use barelink_codec::value::Bytes;
use barelink_codec::{Attrs, Flags, Key, MessageType, Set, Writer};
use captures::Fit;
use vectors::{builds, bytes, message};

const ADD: MessageType<LinkHeader, Link> = link::NEW.create().with(Flags::ACK);

/// Returns the attributes of the kind in a link message.
fn data<'a, N: Set>(sent: &'a [u8], kind: &str, key: Key<LinkInfo, Nest<N>>) -> Attrs<'a, N> {
    let info = message(sent).read(link::NEW).require(Link::LINKINFO).expect("what kind it is");
    assert_eq!(info.require(LinkInfo::KIND).expect("the kind's name"), kind);
    info.require(key).expect("what the kind has of its own")
}

/// Puts `LINKINFO` with the kind and its attributes.
fn kind<N: Set>(
    link: &mut Writer<'_, Link>,
    kind: &str,
    key: Key<LinkInfo, Nest<N>>,
    fill: impl FnOnce(&mut Writer<'_, N>),
) {
    link.nest(Link::LINKINFO, |info| {
        info.put(LinkInfo::KIND, kind).nest(key, fill);
    });
}

/// Puts `LINKINFO` with the kind's name without a NUL, as `ip` did until 6.x.
fn bare_kind<N: Set>(
    link: &mut Writer<'_, Link>,
    kind: &str,
    key: Key<LinkInfo, Nest<N>>,
    fill: impl FnOnce(&mut Writer<'_, N>),
) {
    link.nest(Link::LINKINFO, |info| {
        info.put(LinkInfo::KIND.cast::<Bytes>(), kind.as_bytes()).nest(key, fill);
    });
}

/// `ip link add link eth1 name vl1 type vlan protocol 802.1ad id 3327 reorder_hdr off gvrp on
/// loose_binding on ingress-qos-map 0:1 3:1 5:2 egress-qos-map 1:7 6:4`
#[test]
fn a_vlan_with_qos_maps_is_read_and_built() {
    let sent = bytes(
        "
        a4000000 1000 0506 134c026b 00000000  // nlmsghdr
        00000000 00000000 00000000 00000000  // ifinfomsg
        0800 0500 0b000000  // LINK
        0800 0300 766c3100  // IFNAME
        7400 1200  // LINKINFO
          0900 0100 766c616e00 000000  // KIND
          6400 0200  // DATA
            0600 0500 88a8 0000  // PROTOCOL
            0600 0100 ff0c 0000  // ID
            2800 0400  // INGRESS_QOS
              0c00 0100 0000000001000000  // MAPPING
              0c00 0100 0300000001000000  // MAPPING
              0c00 0100 0500000002000000  // MAPPING
            1c00 0300  // EGRESS_QOS
              0c00 0100 0100000007000000  // MAPPING
              0c00 0100 0600000004000000  // MAPPING
            0c00 0200 0600000007000000  // FLAGS
        ",
    );
    let vlan = data(&sent, "vlan", LinkInfo::DATA.nested::<Vlan>());
    assert_eq!(vlan.require(Vlan::ID), Ok(3327));
    assert_eq!(vlan.require(Vlan::PROTOCOL), Ok(VlanProtocol::P_8021AD));
    let egress = vlan.require(Vlan::EGRESS_QOS).unwrap();
    let pairs: Vec<_> = egress.all(VlanQos::MAPPING).map(|pair| pair.unwrap()).collect();
    assert_eq!(pairs[1], VlanQosMapping { from: 6, to: 4 });
    let flags = vlan.require(Vlan::FLAGS).unwrap();
    assert_eq!(format!("{:?}", flags.mask), "REORDER_HDR|GVRP|LOOSE_BINDING");
    builds(&sent, ADD, LinkHeader::default(), |link| {
        link.put(Link::LINK, 11).put(Link::IFNAME, "vl1");
        kind(link, "vlan", LinkInfo::DATA.nested::<Vlan>(), |vlan| {
            vlan.put(Vlan::PROTOCOL, VlanProtocol::P_8021AD).put(Vlan::ID, 3327);
            vlan.nest(Vlan::INGRESS_QOS, |map| {
                for (from, to) in [(0, 1), (3, 1), (5, 2)] {
                    map.put(VlanQos::MAPPING, VlanQosMapping { from, to });
                }
            });
            vlan.nest(Vlan::EGRESS_QOS, |map| {
                for (from, to) in [(1, 7), (6, 4)] {
                    map.put(VlanQos::MAPPING, VlanQosMapping { from, to });
                }
            });
            let flags = VlanFlags::GVRP | VlanFlags::LOOSE_BINDING;
            let mask = flags | VlanFlags::REORDER_HDR;
            vlan.put(Vlan::FLAGS, VlanFlagsChange { flags, mask });
        });
    });
}

/// `ip link add vx3 type vxlan id 5307 remote 2001:db8:5cd:0::9 local 2001:db8:5cd:0::1 dstport
/// 21435 udp6zerocsumrx noudpcsum flowlabel 24062 df set gbp`
#[test]
fn a_vxlan_over_ipv6_is_read_and_built() {
    let sent = bytes(
        "
        a0000000 1000 0506 e34b026b 00000000  // nlmsghdr
        00000000 00000000 00000000 00000000  // ifinfomsg
        0800 0300 76783300  // IFNAME
        7800 1200  // LINKINFO
          0a00 0100 76786c616e00 0000  // KIND
          6800 0200  // DATA
            0500 1400 01 000000  // UDP_ZERO_CSUM6_RX
            0500 1200 00 000000  // UDP_CSUM
            0800 1a00 00005dfe  // LABEL
            0500 1d00 01 000000  // DF
            0400 1700  // GBP
            0800 0100 bb140000  // ID
            1400 1100 20010db805cd00000000000000000001  // LOCAL6
            1400 1000 20010db805cd00000000000000000009  // GROUP6
            0500 0700 01 000000  // LEARNING
            0600 0f00 53bb 0000  // PORT
        ",
    );
    let vxlan = data(&sent, "vxlan", LinkInfo::DATA.nested::<Vxlan>());
    assert_eq!(vxlan.require(Vxlan::PORT), Ok(21435));
    assert_eq!(vxlan.require(Vxlan::LABEL), Ok(24062));
    assert_eq!(vxlan.require(Vxlan::DF), Ok(DontFragment::SET));
    assert_eq!(vxlan.get(Vxlan::GBP), Ok(Some(())));
    assert_eq!(vxlan.get(Vxlan::GPE), Ok(None));
    builds(&sent, ADD, LinkHeader::default(), |link| {
        link.put(Link::IFNAME, "vx3");
        kind(link, "vxlan", LinkInfo::DATA.nested::<Vxlan>(), |vxlan| {
            vxlan.put(Vxlan::UDP_ZERO_CSUM6_RX, 1).put(Vxlan::UDP_CSUM, 0);
            vxlan.put(Vxlan::LABEL, 24062).put(Vxlan::DF, DontFragment::SET);
            vxlan.put(Vxlan::GBP, ()).put(Vxlan::ID, 5307);
            vxlan.put(Vxlan::LOCAL6, "2001:db8:5cd::1".parse().unwrap());
            vxlan.put(Vxlan::GROUP6, "2001:db8:5cd::9".parse().unwrap());
            vxlan.put(Vxlan::LEARNING, 1).put(Vxlan::PORT, 21435);
        });
    });
}

/// `ip link add bond0 type bond mode active-backup arp_interval 221 arp_ip_target
/// 10.135.0.1,10.135.0.2 primary_reselect better fail_over_mac active num_grat_arp 5`
#[test]
fn a_bond_with_targets_is_read_and_built() {
    let sent = bytes(
        "
        7c000000 1000 0506 1a4c026b 00000000  // nlmsghdr
        00000000 00000000 00000000 00000000  // ifinfomsg
        0a00 0300 626f6e643000 0000  // IFNAME
        5000 1200  // LINKINFO
          0900 0100 626f6e6400 000000  // KIND
          4000 0200  // DATA
            0500 0100 01 000000  // MODE
            0800 0700 dd000000  // ARP_INTERVAL
            1400 0800  // ARP_IP_TARGET
              0800 0000 0a870001  // 0
              0800 0100 0a870002  // 1
            0500 0c00 01 000000  // PRIMARY_RESELECT
            0500 0d00 01 000000  // FAIL_OVER_MAC
            0500 1000 05 000000  // NUM_PEER_NOTIF
        ",
    );
    let bond = data(&sent, "bond", LinkInfo::DATA.nested::<Bond>());
    assert_eq!(bond.require(Bond::MODE), Ok(BondMode::ACTIVEBACKUP));
    let targets: Vec<_> = bond.require(Bond::ARP_IP_TARGET).unwrap().map(Result::unwrap).collect();
    assert_eq!(targets, [(0, [10, 135, 0, 1].into()), (1, [10, 135, 0, 2].into())]);
    builds(&sent, ADD, LinkHeader::default(), |link| {
        link.put(Link::IFNAME, "bond0");
        kind(link, "bond", LinkInfo::DATA.nested::<Bond>(), |bond| {
            bond.put(Bond::MODE, BondMode::ACTIVEBACKUP).put(Bond::ARP_INTERVAL, 221);
            bond.elements(Bond::ARP_IP_TARGET, |targets| {
                targets.put(0, [10, 135, 0, 1].into()).put(1, [10, 135, 0, 2].into());
            });
            bond.put(Bond::PRIMARY_RESELECT, PrimaryReselect::BETTER);
            bond.put(Bond::FAIL_OVER_MAC, FailOverMac::ACTIVE).put(Bond::NUM_PEER_NOTIF, 5);
        });
    });
}

/// `ip link set dum1 type bond_slave queue_id 2`
#[test]
fn bond_port_options_are_read_and_built() {
    let sent = bytes(
        "
        40000000 1000 0500 1d4c026b 00000000  // nlmsghdr
        00000000 0f000000 00000000 00000000  // ifinfomsg
        2000 1200  // LINKINFO
          0f00 0100 626f6e645f736c61766500 00  // KIND
          0c00 0500  // SLAVE_DATA
            0600 0500 0200 0000  // QUEUE_ID
        ",
    );
    let port = data(&sent, "bond_slave", LinkInfo::SLAVE_DATA.nested::<BondSlave>());
    assert_eq!(port.require(BondSlave::QUEUE_ID), Ok(2));
    captures::check(&link::FAMILY, &message(&sent), &mut |path, payload, fit| {
        assert!(matches!(fit, Fit::Fits), "{path}: {fit:?}, {payload:02x?}");
    });
    builds(
        &sent,
        link::NEW.with(Flags::ACK),
        LinkHeader { index: 15, ..Default::default() },
        |link| {
            kind(link, "bond_slave", LinkInfo::SLAVE_DATA.nested::<BondSlave>(), |port| {
                port.put(BondSlave::QUEUE_ID, 2);
            });
        },
    );
}

/// `ip link add br0 type bridge vlan_filtering 1 mcast_snooping 1 vlan_stats_per_port 1
/// mcast_vlan_snooping 1 mcast_igmp_version 3`
#[test]
fn a_bridge_with_options_is_read_and_built() {
    let sent = bytes(
        "
        68000000 1000 0506 1b4f026b 00000000  // nlmsghdr
        00000000 00000000 00000000 00000000  // ifinfomsg
        0800 0300 62723000  // IFNAME
        4000 1200  // LINKINFO
          0b00 0100 62726964676500 00  // KIND
          3000 0200  // DATA
            0500 0700 01 000000  // VLAN_FILTERING
            0500 1700 01 000000  // MCAST_SNOOPING
            0500 2d00 01 000000  // VLAN_STATS_PER_PORT
            0500 2b00 03 000000  // MCAST_IGMP_VERSION
            0c00 2e00 0200000002000000  // MULTI_BOOLOPT
        ",
    );
    let bridge = data(&sent, "bridge", LinkInfo::DATA.nested::<Bridge>());
    assert_eq!(bridge.require(Bridge::VLAN_FILTERING), Ok(1));
    let options = bridge.require(Bridge::MULTI_BOOLOPT).unwrap();
    assert_eq!(options.optval, BoolOpts::MCAST_VLAN_SNOOPING);
    builds(&sent, ADD, LinkHeader::default(), |link| {
        link.put(Link::IFNAME, "br0");
        kind(link, "bridge", LinkInfo::DATA.nested::<Bridge>(), |bridge| {
            bridge.put(Bridge::VLAN_FILTERING, 1).put(Bridge::MCAST_SNOOPING, 1);
            bridge.put(Bridge::VLAN_STATS_PER_PORT, 1).put(Bridge::MCAST_IGMP_VERSION, 3);
            let options = BoolOpts::MCAST_VLAN_SNOOPING;
            bridge.put(Bridge::MULTI_BOOLOPT, BoolOptMulti { optval: options, optmask: options });
        });
    });
}

/// `ip link add veth0 type veth peer name veth1`
#[test]
fn a_veth_with_its_peer_is_read_and_built() {
    let sent = bytes(
        "
        60000000 1000 0506 c54b026b 00000000  // nlmsghdr
        00000000 00000000 00000000 00000000  // ifinfomsg
        0a00 0300 766574683000 0000  // IFNAME
        3400 1200  // LINKINFO
          0900 0100 7665746800 000000  // KIND
          2400 0200  // DATA
            2000 0100 00000000000000000000000000000000  // PEER
              0a00 0300 766574683100 0000  // IFNAME
        ",
    );
    let veth = data(&sent, "veth", LinkInfo::DATA.nested::<Veth>());
    let peer = veth.require(Veth::PEER).unwrap();
    assert_eq!(peer.header, LinkHeader::default());
    assert_eq!(peer.require(Link::IFNAME).unwrap(), "veth1");
    builds(&sent, ADD, LinkHeader::default(), |link| {
        link.put(Link::IFNAME, "veth0");
        kind(link, "veth", LinkInfo::DATA.nested::<Veth>(), |veth| {
            veth.nest_with_header(Veth::PEER, LinkHeader::default(), |peer| {
                peer.put(Link::IFNAME, "veth1");
            });
        });
    });
}

/// `ip link add nk0 type netkit mode l2 forward peer blackhole name nk1`
#[test]
fn a_netkit_with_its_peer_is_read_and_built() {
    let sent = bytes(
        "
        70000000 1000 0506 144f026b 00000000  // nlmsghdr
        00000000 00000000 00000000 00000000  // ifinfomsg
        0800 0300 6e6b3000  // IFNAME
        4800 1200  // LINKINFO
          0b00 0100 6e65746b697400 00  // KIND
          3800 0200  // DATA
            0800 0500 00000000  // MODE
            0800 0300 00000000  // POLICY
            0800 0400 02000000  // PEER_POLICY
            1c00 0100 00000000000000000000000000000000  // PEER_INFO
              0800 0300 6e6b3100  // IFNAME
        ",
    );
    let netkit = data(&sent, "netkit", LinkInfo::DATA.nested::<Netkit>());
    assert_eq!(netkit.require(Netkit::PEER_POLICY), Ok(NetkitPolicy::BLACKHOLE));
    let peer = netkit.require(Netkit::PEER_INFO).unwrap();
    assert_eq!(peer.require(Link::IFNAME).unwrap(), "nk1");
    builds(&sent, ADD, LinkHeader::default(), |link| {
        link.put(Link::IFNAME, "nk0");
        kind(link, "netkit", LinkInfo::DATA.nested::<Netkit>(), |netkit| {
            netkit.put(Netkit::MODE, NetkitMode::L2).put(Netkit::POLICY, NetkitPolicy::FORWARD);
            netkit.put(Netkit::PEER_POLICY, NetkitPolicy::BLACKHOLE);
            netkit.nest_with_header(Netkit::PEER_INFO, LinkHeader::default(), |peer| {
                peer.put(Link::IFNAME, "nk1");
            });
        });
    });
}

/// `ip link add tun1 type gre local 10.215.0.1 remote 10.215.0.3 ikey 5522 okey 10.215.0.9 icsum
/// ocsum iseq ttl 64`
#[test]
fn a_gre_tunnel_with_keys_is_read_and_built() {
    let sent = bytes(
        "
        ac000000 1000 0506 ed4b026b 00000000  // nlmsghdr
        00000000 00000000 00000000 00000000  // ifinfomsg
        0900 0300 74756e3100 000000  // IFNAME
        8000 1200  // LINKINFO
          0800 0100 67726500  // KIND
          7400 0200  // DATA
            0800 0400 00001592  // IKEY
            0800 0500 0ad70009  // OKEY
            0600 0200 b000 0000  // IFLAGS
            0600 0300 a000 0000  // OFLAGS
            0800 0600 0ad70001  // LOCAL
            0800 0700 0ad70003  // REMOTE
            0500 0a00 01 000000  // PMTUDISC
            0500 0900 00 000000  // TOS
            0500 0800 40 000000  // TTL
            0800 1400 00000000  // FWMARK
            0600 0e00 0000 0000  // ENCAP_TYPE
            0600 0f00 0000 0000  // ENCAP_FLAGS
            0600 1000 0000 0000  // ENCAP_SPORT
            0600 1100 0000 0000  // ENCAP_DPORT
        ",
    );
    let gre = data(&sent, "gre", LinkInfo::DATA.nested::<Gre>());
    assert_eq!(gre.require(Gre::IKEY), Ok(5522));
    assert_eq!(format!("{:?}", gre.require(Gre::IFLAGS).unwrap()), "CSUM|KEY|SEQ");
    assert_eq!(gre.require(Gre::REMOTE), Ok([10, 215, 0, 3].into()));
    builds(&sent, ADD, LinkHeader::default(), |link| {
        link.put(Link::IFNAME, "tun1");
        kind(link, "gre", LinkInfo::DATA.nested::<Gre>(), |gre| {
            gre.put(Gre::IKEY, 5522).put(Gre::OKEY, 0x0ad7_0009);
            gre.put(Gre::IFLAGS, GreFlags::CSUM | GreFlags::KEY | GreFlags::SEQ);
            gre.put(Gre::OFLAGS, GreFlags::CSUM | GreFlags::KEY);
            gre.put(Gre::LOCAL, [10, 215, 0, 1].into()).put(Gre::REMOTE, [10, 215, 0, 3].into());
            gre.put(Gre::PMTUDISC, 1).put(Gre::TOS, 0).put(Gre::TTL, 64).put(Gre::FWMARK, 0);
            gre.put(Gre::ENCAP_TYPE, TunnelEncap::NONE)
                .put(Gre::ENCAP_FLAGS, TunnelEncapFlags::EMPTY);
            gre.put(Gre::ENCAP_SPORT, 0).put(Gre::ENCAP_DPORT, 0);
        });
    });
}

/// `ip link add tun7 type ip6gre local 2001:db8:258:0::1 remote 2001:db8:258:0::3 key 54017`
#[test]
fn a_gre_tunnel_over_ipv6_is_read_and_built() {
    let sent = bytes(
        "
        d8000000 1000 0506 ef4b026b 00000000  // nlmsghdr
        00000000 00000000 00000000 00000000  // ifinfomsg
        0900 0300 74756e3700 000000  // IFNAME
        ac00 1200  // LINKINFO
          0b00 0100 69703667726500 00  // KIND
          9c00 0200  // DATA
            0800 0400 0000d301  // IKEY
            0800 0500 0000d301  // OKEY
            0600 0200 2000 0000  // IFLAGS
            0600 0300 2000 0000  // OFLAGS
            1400 0600 20010db8025800000000000000000001  // LOCAL
            1400 0700 20010db8025800000000000000000003  // REMOTE
            0500 0800 40 000000  // TTL
            0500 0b00 04 000000  // ENCAP_LIMIT
            0800 0c00 00000000  // FLOWINFO
            0800 0d00 00000000  // FLAGS
            0800 1400 00000000  // FWMARK
            0500 1600 01 000000  // ERSPAN_VER
            0600 0e00 0000 0000  // ENCAP_TYPE
            0600 0f00 0200 0000  // ENCAP_FLAGS
            0600 1000 0000 0000  // ENCAP_SPORT
            0600 1100 0000 0000  // ENCAP_DPORT
        ",
    );
    let gre = data(&sent, "ip6gre", LinkInfo::DATA.nested::<Gre6>());
    assert_eq!(gre.require(Gre6::OKEY), Ok(54017));
    assert_eq!(gre.require(Gre6::LOCAL), Ok("2001:db8:258::1".parse().unwrap()));
    assert_eq!(gre.require(Gre6::ENCAP_FLAGS), Ok(TunnelEncapFlags::CSUM6));
    builds(&sent, ADD, LinkHeader::default(), |link| {
        link.put(Link::IFNAME, "tun7");
        kind(link, "ip6gre", LinkInfo::DATA.nested::<Gre6>(), |gre| {
            gre.put(Gre6::IKEY, 54017).put(Gre6::OKEY, 54017);
            gre.put(Gre6::IFLAGS, GreFlags::KEY).put(Gre6::OFLAGS, GreFlags::KEY);
            gre.put(Gre6::LOCAL, "2001:db8:258::1".parse().unwrap());
            gre.put(Gre6::REMOTE, "2001:db8:258::3".parse().unwrap());
            gre.put(Gre6::TTL, 64).put(Gre6::ENCAP_LIMIT, 4).put(Gre6::FLOWINFO, 0);
            gre.put(Gre6::FLAGS, Ip6TnlFlags::EMPTY).put(Gre6::FWMARK, 0).put(Gre6::ERSPAN_VER, 1);
            gre.put(Gre6::ENCAP_TYPE, TunnelEncap::NONE)
                .put(Gre6::ENCAP_FLAGS, TunnelEncapFlags::CSUM6);
            gre.put(Gre6::ENCAP_SPORT, 0).put(Gre6::ENCAP_DPORT, 0);
        });
    });
}

/// `ip link add tun4 type sit local 10.215.0.1 remote 10.215.0.6 ttl 128 mode any`
#[test]
fn a_sit_tunnel_whose_flags_are_16_bits_is_read_and_built() {
    let sent = bytes(
        "
        a4000000 1000 0506 ee4b026b 00000000  // nlmsghdr
        00000000 00000000 00000000 00000000  // ifinfomsg
        0900 0300 74756e3400 000000  // IFNAME
        7800 1200  // LINKINFO
          0800 0100 73697400  // KIND
          6c00 0200  // DATA
            0500 0900 00 000000  // PROTO
            0800 0200 0ad70001  // LOCAL
            0800 0300 0ad70006  // REMOTE
            0500 0a00 01 000000  // PMTUDISC
            0500 0500 00 000000  // TOS
            0500 0400 80 000000  // TTL
            0800 0100 00000000  // LINK
            0800 1400 00000000  // FWMARK
            0600 0f00 0000 0000  // ENCAP_TYPE
            0600 1000 0000 0000  // ENCAP_FLAGS
            0600 1100 0000 0000  // ENCAP_SPORT
            0600 1200 0000 0000  // ENCAP_DPORT
            0600 0800 0000 0000  // FLAGS
        ",
    );
    let sit = data(&sent, "sit", LinkInfo::DATA.nested::<Iptun>());
    assert_eq!(sit.require(Iptun::FLAGS), Ok(SitFlags::EMPTY));
    assert_eq!(sit.require(Iptun::TTL), Ok(128));
    builds(&sent, ADD, LinkHeader::default(), |link| {
        link.put(Link::IFNAME, "tun4");
        kind(link, "sit", LinkInfo::DATA.nested::<Iptun>(), |sit| {
            sit.put(Iptun::PROTO, 0);
            sit.put(Iptun::LOCAL, [10, 215, 0, 1].into())
                .put(Iptun::REMOTE, [10, 215, 0, 6].into());
            sit.put(Iptun::PMTUDISC, 1).put(Iptun::TOS, 0).put(Iptun::TTL, 128);
            sit.put(Iptun::LINK, 0).put(Iptun::FWMARK, 0);
            sit.put(Iptun::ENCAP_TYPE, TunnelEncap::NONE)
                .put(Iptun::ENCAP_FLAGS, TunnelEncapFlags::EMPTY);
            sit.put(Iptun::ENCAP_SPORT, 0).put(Iptun::ENCAP_DPORT, 0);
            sit.put(Iptun::FLAGS, SitFlags::EMPTY);
        });
    });
}

/// `ip link add tun6 type ip6tnl local 2001:db8:258:0::1 remote 2001:db8:258:0::2 mode ip4ip6
/// encaplimit 7 hoplimit 195 tclass 0x3f flowlabel 0xe09b7`
#[test]
fn an_ip6tnl_tunnel_whose_flags_are_32_bits_is_read_and_built() {
    let sent = bytes(
        "
        c0000000 1000 0506 ef4b026b 00000000  // nlmsghdr
        00000000 00000000 00000000 00000000  // ifinfomsg
        0900 0300 74756e3600 000000  // IFNAME
        9400 1200  // LINKINFO
          0b00 0100 697036746e6c00 00  // KIND
          8400 0200  // DATA
            0500 0900 04 000000  // PROTO
            1400 0200 20010db8025800000000000000000001  // LOCAL
            1400 0300 20010db8025800000000000000000002  // REMOTE
            0500 0400 c3 000000  // TTL
            0500 0600 07 000000  // ENCAP_LIMIT
            0800 0700 03fe09b7  // FLOWINFO
            0800 0800 00000000  // FLAGS
            0800 0100 00000000  // LINK
            0800 1400 00000000  // FWMARK
            0600 0f00 0000 0000  // ENCAP_TYPE
            0600 1000 0200 0000  // ENCAP_FLAGS
            0600 1100 0000 0000  // ENCAP_SPORT
            0600 1200 0000 0000  // ENCAP_DPORT
        ",
    );
    let tunnel = data(&sent, "ip6tnl", LinkInfo::DATA.nested::<Ip6tnl>());
    assert_eq!(tunnel.require(Ip6tnl::FLOWINFO), Ok(0x3f << 20 | 0xe09b7));
    assert_eq!(tunnel.require(Ip6tnl::FLAGS), Ok(Ip6TnlFlags::EMPTY));
    builds(&sent, ADD, LinkHeader::default(), |link| {
        link.put(Link::IFNAME, "tun6");
        kind(link, "ip6tnl", LinkInfo::DATA.nested::<Ip6tnl>(), |tunnel| {
            tunnel.put(Ip6tnl::PROTO, 4);
            tunnel.put(Ip6tnl::LOCAL, "2001:db8:258::1".parse().unwrap());
            tunnel.put(Ip6tnl::REMOTE, "2001:db8:258::2".parse().unwrap());
            tunnel.put(Ip6tnl::TTL, 195).put(Ip6tnl::ENCAP_LIMIT, 7);
            tunnel
                .put(Ip6tnl::FLOWINFO, 0x3f << 20 | 0xe09b7)
                .put(Ip6tnl::FLAGS, Ip6TnlFlags::EMPTY);
            tunnel.put(Ip6tnl::LINK, 0).put(Ip6tnl::FWMARK, 0);
            tunnel.put(Ip6tnl::ENCAP_TYPE, TunnelEncap::NONE);
            tunnel.put(Ip6tnl::ENCAP_FLAGS, TunnelEncapFlags::CSUM6);
            tunnel.put(Ip6tnl::ENCAP_SPORT, 0).put(Ip6tnl::ENCAP_DPORT, 0);
        });
    });
}

/// `ip link add link veth0 name mv3 type macvlan mode source macaddr set 02:74:18:27:c7:04
/// 02:95:18:5b:04:05 02:b9:81:a8:8e:06`
#[test]
fn a_macvlan_with_source_addresses_is_read_and_built() {
    let sent = bytes(
        "
        7c000000 1000 0506 d74b026b 00000000  // nlmsghdr
        00000000 00000000 00000000 00000000  // ifinfomsg
        0800 0500 03000000  // LINK
        0800 0300 6d763300  // IFNAME
        4c00 1200  // LINKINFO
          0c00 0100 6d6163766c616e00  // KIND
          3c00 0200  // DATA
            0800 0300 03000000  // MACADDR_MODE
            2800 0500  // MACADDR_DATA
              0a00 0400 02741827c704 0000  // MACADDR
              0a00 0400 0295185b0405 0000  // MACADDR
              0a00 0400 02b981a88e06 0000  // MACADDR
            0800 0100 10000000  // MODE
        ",
    );
    let macvlan = data(&sent, "macvlan", LinkInfo::DATA.nested::<Macvlan>());
    assert_eq!(macvlan.require(Macvlan::MODE), Ok(MacvlanMode::SOURCE));
    let list = macvlan.require(Macvlan::MACADDR_DATA).unwrap();
    let list: Vec<_> = list.all(MacaddrData::MACADDR).map(|a| a.unwrap().to_string()).collect();
    assert_eq!(list, ["02:74:18:27:c7:04", "02:95:18:5b:04:05", "02:b9:81:a8:8e:06"]);
    builds(&sent, ADD, LinkHeader::default(), |link| {
        link.put(Link::LINK, 3).put(Link::IFNAME, "mv3");
        kind(link, "macvlan", LinkInfo::DATA.nested::<Macvlan>(), |macvlan| {
            macvlan.put(Macvlan::MACADDR_MODE, MacaddrMode::SET);
            macvlan.nest(Macvlan::MACADDR_DATA, |list| {
                list.put(MacaddrData::MACADDR, &[0x02, 0x74, 0x18, 0x27, 0xc7, 0x04]);
                list.put(MacaddrData::MACADDR, &[0x02, 0x95, 0x18, 0x5b, 0x04, 0x05]);
                list.put(MacaddrData::MACADDR, &[0x02, 0xb9, 0x81, 0xa8, 0x8e, 0x06]);
            });
            macvlan.put(Macvlan::MODE, MacvlanMode::SOURCE);
        });
    });
}

/// `ip link add gnv0 type geneve id 14099005 remote 10.218.0.9 ttl 234 tos 4 dstport 20141 df set`
#[test]
fn a_geneve_tunnel_is_read_and_built() {
    let sent = bytes(
        "
        78000000 1000 0506 114f026b 00000000  // nlmsghdr
        00000000 00000000 00000000 00000000  // ifinfomsg
        0900 0300 676e763000 000000  // IFNAME
        4c00 1200  // LINKINFO
          0b00 0100 67656e65766500 00  // KIND
          3c00 0200  // DATA
            0500 0d00 01 000000  // DF
            0800 0100 3d22d700  // ID
            0800 0200 0ada0009  // REMOTE
            0800 0b00 00000000  // LABEL
            0500 0300 ea 000000  // TTL
            0500 0400 04 000000  // TOS
            0600 0500 4ead 0000  // PORT
        ",
    );
    let geneve = data(&sent, "geneve", LinkInfo::DATA.nested::<Geneve>());
    assert_eq!(geneve.require(Geneve::ID), Ok(14099005));
    assert_eq!(geneve.require(Geneve::REMOTE), Ok([10, 218, 0, 9].into()));
    assert_eq!(geneve.require(Geneve::PORT), Ok(20141));
    builds(&sent, ADD, LinkHeader::default(), |link| {
        link.put(Link::IFNAME, "gnv0");
        kind(link, "geneve", LinkInfo::DATA.nested::<Geneve>(), |geneve| {
            geneve.put(Geneve::DF, DontFragment::SET).put(Geneve::ID, 14099005);
            geneve.put(Geneve::REMOTE, [10, 218, 0, 9].into()).put(Geneve::LABEL, 0);
            geneve.put(Geneve::TTL, 234).put(Geneve::TOS, 4).put(Geneve::PORT, 20141);
        });
    });
}

/// `ip link add hsr0 type hsr slave1 dum0 slave2 dum1 supervision 75 version 1`
#[test]
fn an_hsr_link_is_read_and_built() {
    let sent = bytes(
        "
        5c000000 1000 0506 134f026b 00000000  // nlmsghdr
        00000000 00000000 00000000 00000000  // ifinfomsg
        0900 0300 6873723000 000000  // IFNAME
        3000 1200  // LINKINFO
          0800 0100 68737200  // KIND
          2400 0200  // DATA
            0800 0100 06000000  // SLAVE1
            0800 0200 07000000  // SLAVE2
            0500 0300 4b 000000  // MULTICAST_SPEC
            0500 0600 01 000000  // VERSION
        ",
    );
    let hsr = data(&sent, "hsr", LinkInfo::DATA.nested::<Hsr>());
    assert_eq!((hsr.require(Hsr::SLAVE1), hsr.require(Hsr::SLAVE2)), (Ok(6), Ok(7)));
    builds(&sent, ADD, LinkHeader::default(), |link| {
        link.put(Link::IFNAME, "hsr0");
        kind(link, "hsr", LinkInfo::DATA.nested::<Hsr>(), |hsr| {
            hsr.put(Hsr::SLAVE1, 6).put(Hsr::SLAVE2, 7);
            hsr.put(Hsr::MULTICAST_SPEC, 75).put(Hsr::VERSION, 1);
        });
    });
}

/// `ip link add vrf7 type vrf table 1007`
#[test]
fn a_vrf_is_read_and_built() {
    let sent = bytes(
        "
        44000000 1000 0506 7864026b 00000000  // nlmsghdr
        00000000 00000000 00000000 00000000  // ifinfomsg
        0900 0300 7672663700 000000  // IFNAME
        1800 1200  // LINKINFO
          0700 0100 767266 00  // KIND
          0c00 0200  // DATA
            0800 0100 ef030000  // TABLE
        ",
    );
    let vrf = data(&sent, "vrf", LinkInfo::DATA.nested::<Vrf>());
    assert_eq!(vrf.require(Vrf::TABLE), Ok(1007));
    builds(&sent, ADD, LinkHeader::default(), |link| {
        link.put(Link::IFNAME, "vrf7");
        bare_kind(link, "vrf", LinkInfo::DATA.nested::<Vrf>(), |vrf| {
            vrf.put(Vrf::TABLE, 1007);
        });
    });
}

/// `ip link add link lo name iv0 type ipvlan mode l3 private`
#[test]
fn an_ipvlan_is_read_and_built() {
    let sent = bytes(
        "
        54000000 1000 0506 7864026b 00000000  // nlmsghdr
        00000000 00000000 00000000 00000000  // ifinfomsg
        0800 0500 01000000  // LINK
        0800 0300 69763000  // IFNAME
        2400 1200  // LINKINFO
          0a00 0100 6970766c616e 0000  // KIND
          1400 0200  // DATA
            0600 0100 0100 0000  // MODE
            0600 0200 0100 0000  // FLAGS
        ",
    );
    let ipvlan = data(&sent, "ipvlan", LinkInfo::DATA.nested::<Ipvlan>());
    assert_eq!(ipvlan.require(Ipvlan::MODE), Ok(IpvlanMode::L3));
    builds(&sent, ADD, LinkHeader::default(), |link| {
        link.put(Link::LINK, 1).put(Link::IFNAME, "iv0");
        bare_kind(link, "ipvlan", LinkInfo::DATA.nested::<Ipvlan>(), |ipvlan| {
            ipvlan.put(Ipvlan::MODE, IpvlanMode::L3).put(Ipvlan::FLAGS, IpvlanFlags::PRIVATE);
        });
    });
}

/// `ip link add link lo name ms0 type macsec port 7 encrypt on cipher gcm-aes-256 icvlen 16
/// encodingsa 2 validate strict replay on window 64`
#[test]
fn a_macsec_link_is_read_and_built() {
    let sent = bytes(
        "
        88000000 1000 0506 7864026b 00000000  // nlmsghdr
        00000000 00000000 00000000 00000000  // ifinfomsg
        0800 0500 01000000  // LINK
        0800 0300 6d733000  // IFNAME
        5800 1200  // LINKINFO
          0a00 0100 6d6163736563 0000  // KIND
          4800 0200  // DATA
            0600 0200 0007 0000  // PORT
            0500 0700 01 000000  // ENCRYPT
            0500 0d00 02 000000  // VALIDATION
            0c00 0400 0200000100c28000  // CIPHER_SUITE
            0500 0300 10 000000  // ICV_LEN
            0800 0500 40000000  // WINDOW
            0500 0c00 01 000000  // REPLAY_PROTECT
            0500 0600 02 000000  // ENCODING_SA
        ",
    );
    let macsec = data(&sent, "macsec", LinkInfo::DATA.nested::<Macsec>());
    assert_eq!(macsec.require(Macsec::PORT), Ok(7));
    assert_eq!(macsec.require(Macsec::CIPHER_SUITE), Ok(CipherSuite::GCM_AES_256));
    assert_eq!(macsec.require(Macsec::VALIDATION), Ok(MacsecValidation::STRICT));
    builds(&sent, ADD, LinkHeader::default(), |link| {
        link.put(Link::LINK, 1).put(Link::IFNAME, "ms0");
        bare_kind(link, "macsec", LinkInfo::DATA.nested::<Macsec>(), |macsec| {
            macsec.put(Macsec::PORT, 7).put(Macsec::ENCRYPT, 1);
            macsec.put(Macsec::VALIDATION, MacsecValidation::STRICT);
            macsec.put(Macsec::CIPHER_SUITE, CipherSuite::GCM_AES_256).put(Macsec::ICV_LEN, 16);
            macsec
                .put(Macsec::WINDOW, 64)
                .put(Macsec::REPLAY_PROTECT, 1)
                .put(Macsec::ENCODING_SA, 2);
        });
    });
}

/// `ip link set lo type can bitrate 500000 sample-point 0.875 dbitrate 2000000 dsample-point 0.75
/// fd on tdcv 10 tdco 20 tdc-mode manual restart-ms 100 termination 120 listen-only on loopback
/// off`
#[test]
fn a_can_controller_is_read_and_built() {
    let sent = bytes(
        "
        a8000000 1000 0500 7864026b 00000000  // nlmsghdr
        00000000 01000000 00000000 00000000  // ifinfomsg
        8800 1200  // LINKINFO
          0700 0100 63616e 00  // KIND
          7c00 0200  // DATA
            0800 0600 64000000  // RESTART_MS
            0600 0b00 7800 0000  // TERMINATION
            2400 0100 20a107006b030000000000000000000000000000000000000000000000000000  // BITTIMING
            2400 0900 80841e00ee020000000000000000000000000000000000000000000000000000  // DATA_BITTIMING
            0c00 0500 2304000022040000  // CTRLMODE
            1400 1080  // TDC
              0800 0700 0a000000  // TDCV
              0800 0800 14000000  // TDCO
        ",
    );
    let can = data(&sent, "can", LinkInfo::DATA.nested::<Can>());
    assert_eq!(can.require(Can::BITTIMING).unwrap().bitrate, 500_000);
    let mode = can.require(Can::CTRLMODE).unwrap();
    assert_eq!(format!("{:?}", mode.flags), "LISTENONLY|FD|TDC_MANUAL");
    assert_eq!(can.require(Can::TDC).unwrap().require(CanTdc::TDCO), Ok(20));
    builds(
        &sent,
        link::NEW.with(Flags::ACK),
        LinkHeader { index: 1, ..Default::default() },
        |link| {
            bare_kind(link, "can", LinkInfo::DATA.nested::<Can>(), |can| {
                can.put(Can::RESTART_MS, 100).put(Can::TERMINATION, 120);
                let rate = |bitrate, sample_point| CanBittiming {
                    bitrate,
                    sample_point,
                    ..Default::default()
                };
                can.put(Can::BITTIMING, rate(500_000, 875));
                can.put(Can::DATA_BITTIMING, rate(2_000_000, 750));
                let flags = CtrlMode::LISTENONLY | CtrlMode::FD | CtrlMode::TDC_MANUAL;
                let mask = flags | CtrlMode::LOOPBACK;
                can.put(Can::CTRLMODE, CanCtrlmode { mask, flags });
                can.nest(Can::TDC, |tdc| {
                    tdc.put(CanTdc::TDCV, 10).put(CanTdc::TDCO, 20);
                });
            });
        },
    );
}

/// Port of an 802.3ad bond that has neither carrier nor partner, as the kernel reports it.
#[test]
fn a_port_of_a_bond_is_read() {
    let sent = bytes(
        "
        0500 0100 01 000000  // STATE
        0500 0200 02 000000  // MII_STATUS
        0800 0300 00000000  // LINK_FAILURE_COUNT
        0a00 0400 06389f5fa9c3 0000  // PERM_HWADDR
        0600 0500 0200 0000  // QUEUE_ID
        0800 0900 00000000  // PRIO
        0600 0600 0100 0000  // AD_AGGREGATOR_ID
        0500 0700 47 000000  // AD_ACTOR_OPER_PORT_STATE
        0600 0800 0000 0000  // AD_PARTNER_OPER_PORT_STATE
        0500 0b00 00 000000  // AD_CHURN_ACTOR_STATE
        0500 0c00 00 000000  // AD_CHURN_PARTNER_STATE
        0600 0a00 ff00 0000  // ACTOR_PORT_PRIO
        ",
    );
    let port = Attrs::<BondSlave>::new(&sent);
    assert_eq!(port.require(BondSlave::STATE), Ok(BondSlaveState::BACKUP));
    assert_eq!(port.require(BondSlave::MII_STATUS), Ok(BondLinkState::DOWN));
    let state = LacpState::LACP_ACTIVITY
        | LacpState::LACP_TIMEOUT
        | LacpState::AGGREGATION
        | LacpState::DEFAULTED;
    assert_eq!(port.require(BondSlave::AD_ACTOR_OPER_PORT_STATE), Ok(state));
    assert_eq!(port.require(BondSlave::PRIO), Ok(0));
    assert_eq!(port.require(BondSlave::ACTOR_PORT_PRIO), Ok(255));
    assert_eq!(port.require(BondSlave::AD_CHURN_ACTOR_STATE), Ok(ChurnState::CHURN_MONITOR));
}

/// Bridge that is the multicast querier itself, as the kernel reports it.
#[test]
fn a_bridges_querier_is_read() {
    let sent = bytes(
        "
        0800 0100 00000000  // IP_ADDRESS
        1400 0500 00000000000000000000000000000000  // IPV6_ADDRESS
        ",
    );
    let querier = Attrs::<BridgeQuerier>::new(&sent);
    assert_eq!(querier.require(BridgeQuerier::IP_ADDRESS), Ok([0, 0, 0, 0].into()));
    assert_eq!(querier.get(BridgeQuerier::IP_PORT), Ok(None));
}
