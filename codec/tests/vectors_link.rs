//! Links, bridge VLANs and multicast groups as the kernel and iproute2 sent them: read, and built.
#![cfg(all(feature = "rtnl", target_endian = "little"))]

mod vectors;

use core::net::Ipv6Addr;

use barelink_codec::Flags;
use barelink_codec::rtnl::bridge::mdb::{
    self, GroupMode, MdbEntry, MdbHeader, MdbSet, MdbSetInfo, MdbSetSource, MdbSetSources, MdbState,
};
use barelink_codec::rtnl::bridge::port::PortState;
use barelink_codec::rtnl::bridge::spec::{
    BridgeFlags, BridgeSpec, VlanInfo, VlanInfoFlags, VlanSet, VlanTunnel,
};
use barelink_codec::rtnl::bridge::vlan::{self, VlanDb, VlanEntry, VlanHeader};
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::af_spec::{
    AddrGenMode, FamilySpec, Inet, Inet6, Inet6Flags, Inet6Timing,
};
use barelink_codec::rtnl::link::devconf::{Icmp6Stat, Inet6Stat, Ipv4Conf, Ipv6Conf};
use barelink_codec::rtnl::link::vf::{Vf, VfList, VfMac};
use barelink_codec::rtnl::link::xdp::{Xdp, XdpAttached};
use barelink_codec::rtnl::link::{
    self, ExtMask, Hardware, Link, LinkFlags, LinkHeader, LinkInfo, LinkMap, LinkMode, LinkStats,
    LinkStats64, OperState, PropList,
};
use barelink_codec::rtnl::stats::{self, StatsFilter, StatsHeader};
use vectors::{builds, bytes, message};

/// Reply of Linux 6.18 to `ip -d -s link show` of a veth.
const VETH: &[&str] = &[
    "24060000100002004d4c026bbe380000", // nlmsghdr: NEWLINK, multi
    "00000100030000004313010000000000", // ifinfomsg
    "0a0003007665746830000000",         // IFNAME
    "08000d0044100000",                 // TXQLEN
    "0500100006000000",                 // OPERSTATE
    "0500110001000000",                 // LINKMODE
    "0500430000000000",                 // NETNS_IMMUTABLE
    "08000400cc1c0000",                 // MTU
    "0800320044000000",                 // MIN_MTU
    "08003300ffff0000",                 // MAX_MTU
    "08001b0069000000",                 // GROUP
    "08001e0001000000",                 // PROMISCUITY
    "08003d0001000000",                 // ALLMULTI
    "08001f0002000000",                 // NUM_TX_QUEUES
    "0800280028000000",                 // GSO_MAX_SEGS
    "08002900899b0000",                 // GSO_MAX_SIZE
    "08003a0000000100",                 // GRO_MAX_SIZE
    "08003f00899b0000",                 // GSO_IPV4_MAX_SIZE
    "0800400000000100",                 // GRO_IPV4_MAX_SIZE
    "08003b00f8ff0700",                 // TSO_MAX_SIZE
    "08003c00ffff0000",                 // TSO_MAX_SEGS
    "0800420000000000",                 // MAX_PACING_OFFLOAD_HORIZON
    "0800200002000000",                 // NUM_RX_QUEUES
    "0500210001000000",                 // CARRIER
    "1000140075706c696e6b20746f203400", // IFALIAS
    "0800230002000000",                 // CARRIER_CHANGES
    "08002f0001000000",                 // CARRIER_UP_COUNT
    "0800300001000000",                 // CARRIER_DOWN_COUNT
    "0600440000000000",                 // HEADROOM
    "0600450000000000",                 // TAILROOM
    "0500270000000000",                 // PROTO_DOWN
    "0a00010002b85abc89010000",         // ADDRESS
    "0a000200ffffffffffff0000",         // BROADCAST
    // STATS64
    "cc00170002000000000000000300000000000000b0000000000000000e010000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "000000000000000000000000",
    // STATS
    "640007000200000003000000b00000000e010000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "00000000",
    "0c002b000500020000000000",         // XDP
    "10001200090001007665746800000000", // LINKINFO
    "0800250000000000",                 // LINK_NETNSID
    "0800050002000000",                 // LINK
    "0c0006006e6f717565756500",         // QDISC
    // AF_SPEC
    "30031a008c000200880001000000000000000000000000000100000001000000",
    "0100000001000000000000000100000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "000000000000000000000000000000000000000010270000e803000000000000",
    "00000000000000000000000001000000a0020a00080001000000008014000500",
    "ffff0000aa60080050870000e8030000f40002000000000040000000cc1c0000",
    "01000000010000000100000001000000ffffffffa00f0000e803000000000000",
    "803a090080510100030000005802000010000000000000000100000001000000",
    "0100000060ea0000000000000000000000000000000000000000000000000000",
    "01000000000000000000000010270000e8030000010000000000000000000000",
    "0100000000000000000000000100000000000000000000000000000000000000",
    "80ee360000000000000000000100000000000000000000000000000000000000",
    "000000000004000000000000ffff0000ffffffff010000000000000000000000",
    "0000000034010300260000000000000002000000000000009400000000000000",
    "0000000000000000020000000000000000000000000000000000000000000000",
    "000000000000000003000000000000000300000000000000e400000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000020000000000000003000000000000000000000000000000",
    "00000000000000009400000000000000e4000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000003c00060007000000",
    "0000000000000000000000000000000000000000030000000000000000000000",
    "0000000000000000000000000000000000000000140007000000000000000000",
    "00000000000000000500080000000000",
    // MAP
    "24000e0000000000000000000000000000000000000000000000000000000000",
    "00000000",
    // PROP_LIST
    "340034802e003500616c74302d612d7261746865722d6c6f6e672d616c746572",
    "6e61746976652d6e616d652d3237373433000000",
    "04003e80", // DEVLINK_PORT
    "04004180", // DPLL_PIN
];

#[test]
fn a_link_reply_is_read() {
    let sent = bytes(&VETH.concat());
    let message = message(&sent);
    let link = message.parse(link::NEW).unwrap();
    assert_eq!((link.header.index, link.header.hardware), (3, Hardware::ETHER));
    let up = LinkFlags::UP | LinkFlags::RUNNING | LinkFlags::LOWER_UP;
    assert!(link.header.flags.contains(up));
    assert!(!link.header.flags.contains(LinkFlags::LOOPBACK));

    assert_eq!(link.require(Link::IFNAME).unwrap(), "veth0");
    assert_eq!(link.require(Link::MTU).unwrap(), 7372);
    assert_eq!(link.require(Link::OPERSTATE).unwrap(), OperState::UP);
    assert_eq!(link.require(Link::LINKMODE).unwrap(), LinkMode::DORMANT);
    assert_eq!(link.require(Link::IFALIAS).unwrap(), "uplink to 4");
    assert_eq!(link.require(Link::ADDRESS).unwrap().to_string(), "02:b8:5a:bc:89:01");
    assert_eq!(link.require(Link::LINK_NETNSID).unwrap(), 0);
    assert_eq!(link.require(Link::MAX_PACING_OFFLOAD_HORIZON).unwrap(), 0);

    let stats = link.require(Link::STATS64).unwrap();
    assert_eq!((stats.rx_packets, stats.tx_packets), (2, 3));
    assert_eq!((stats.rx_bytes, stats.tx_bytes), (176, 270));
    assert_eq!(link.require(Link::STATS).unwrap().tx_bytes, 270);

    let info = link.require(Link::LINKINFO).unwrap();
    assert_eq!(info.require(LinkInfo::KIND).unwrap(), "veth");
    let xdp = link.require(Link::XDP).unwrap();
    assert_eq!(xdp.require(Xdp::ATTACHED).unwrap(), XdpAttached::NONE);
    let names = link.require(Link::PROP_LIST).unwrap();
    let names: Vec<_> = names.all(PropList::ALT_IFNAME).map(Result::unwrap).collect();
    assert_eq!(names, ["alt0-a-rather-long-alternative-name-27743"]);
}

#[test]
fn link_attributes_that_ip_prints_are_found_by_name() {
    let sent = bytes(&VETH.concat());
    let link = message(&sent).parse(link::NEW).unwrap();
    let families = link.require(Link::AF_SPEC.nested::<FamilySpec>()).unwrap();

    let inet = families.require(FamilySpec::INET).unwrap();
    let conf = inet.require(Inet::CONF).unwrap();
    assert_eq!(Ipv4Conf::ACCEPT_REDIRECTS.of(conf.clone()), Some(1));
    assert_eq!(Ipv4Conf::IGMPV2_UNSOLICITED_REPORT_INTERVAL.of(conf.clone()), Some(10_000));
    assert_eq!(Ipv4Conf(1000).of(conf.clone()), None);
    assert_eq!(Ipv4Conf(0).of(conf), None);

    let inet6 = families.require(FamilySpec::INET6).unwrap();
    assert_eq!(inet6.require(Inet6::FLAGS).unwrap(), Inet6Flags::READY);
    assert_eq!(inet6.require(Inet6::ADDR_GEN_MODE).unwrap(), AddrGenMode::EUI64);
    let conf = inet6.require(Inet6::CONF).unwrap();
    assert_eq!(Ipv6Conf::MTU6.of(conf.clone()), Some(7372));
    assert_eq!(Ipv6Conf::RTR_SOLICITS.of(conf), Some(-1));
    let stats = inet6.require(Inet6::STATS).unwrap();
    assert_eq!(Inet6Stat::INMCASTOCTETS.of(stats.clone()), Some(148));
    assert_eq!(Inet6Stat::OUTMCASTOCTETS.of(stats), Some(228));
    let stats = inet6.require(Inet6::ICMP6STATS).unwrap();
    assert_eq!(Icmp6Stat::OUTMSGS.of(stats), Some(3));
}

#[test]
fn a_link_reply_is_built() {
    let sent = bytes(&VETH.concat());
    let reply = message(&sent);
    let link = reply.parse(link::NEW).unwrap();
    // These long arrays, mostly zero, are put as they were read.
    let families = link.require(Link::AF_SPEC.nested::<FamilySpec>()).unwrap();
    let inet = families.require(FamilySpec::INET).unwrap();
    let inet6 = families.require(FamilySpec::INET6).unwrap();
    let conf: Vec<_> = inet.require(Inet::CONF).unwrap().collect();
    let conf6: Vec<_> = inet6.require(Inet6::CONF).unwrap().collect();
    let stats6: Vec<_> = inet6.require(Inet6::STATS).unwrap().collect();
    let icmp6: Vec<_> = inet6.require(Inet6::ICMP6STATS).unwrap().collect();

    let kind = link::NEW.with(Flags::MULTI).without(Flags::REQUEST);
    builds(&sent, kind, link.header, |link| {
        link.put(Link::IFNAME, "veth0").put(Link::TXQLEN, 4164);
        link.put(Link::OPERSTATE, OperState::UP).put(Link::LINKMODE, LinkMode::DORMANT);
        link.put(Link::NETNS_IMMUTABLE, 0).put(Link::MTU, 7372);
        link.put(Link::MIN_MTU, 68).put(Link::MAX_MTU, 65535).put(Link::GROUP, 105);
        link.put(Link::PROMISCUITY, 1).put(Link::ALLMULTI, 1).put(Link::NUM_TX_QUEUES, 2);
        link.put(Link::GSO_MAX_SEGS, 40).put(Link::GSO_MAX_SIZE, 39817);
        link.put(Link::GRO_MAX_SIZE, 65536).put(Link::GSO_IPV4_MAX_SIZE, 39817);
        link.put(Link::GRO_IPV4_MAX_SIZE, 65536).put(Link::TSO_MAX_SIZE, 524_280);
        link.put(Link::TSO_MAX_SEGS, 65535).put(Link::MAX_PACING_OFFLOAD_HORIZON, 0);
        link.put(Link::NUM_RX_QUEUES, 2).put(Link::CARRIER, 1);
        link.put(Link::IFALIAS, "uplink to 4").put(Link::CARRIER_CHANGES, 2);
        link.put(Link::CARRIER_UP_COUNT, 1).put(Link::CARRIER_DOWN_COUNT, 1);
        link.put(Link::HEADROOM, 0).put(Link::TAILROOM, 0).put(Link::PROTO_DOWN, 0);
        link.put(Link::ADDRESS, &[0x02, 0xb8, 0x5a, 0xbc, 0x89, 0x01]);
        link.put(Link::BROADCAST, &[0xff; 6]);
        let stats = LinkStats64 {
            rx_packets: 2,
            tx_packets: 3,
            rx_bytes: 176,
            tx_bytes: 270,
            ..Default::default()
        };
        link.put(Link::STATS64, stats);
        let stats = LinkStats {
            rx_packets: 2,
            tx_packets: 3,
            rx_bytes: 176,
            tx_bytes: 270,
            ..Default::default()
        };
        link.put(Link::STATS, stats);
        link.nest(Link::XDP, |xdp| {
            xdp.put(Xdp::ATTACHED, XdpAttached::NONE);
        });
        link.nest(Link::LINKINFO, |info| {
            info.put(LinkInfo::KIND, "veth");
        });
        link.put(Link::LINK_NETNSID, 0).put(Link::LINK, 2).put(Link::QDISC, "noqueue");
        link.nest(Link::AF_SPEC.nested::<FamilySpec>(), |families| {
            families.nest(FamilySpec::INET, |inet| {
                inet.put(Inet::CONF, &conf);
            });
            families.nest(FamilySpec::INET6, |inet6| {
                inet6.put(Inet6::FLAGS, Inet6Flags::READY);
                let timing = Inet6Timing {
                    max_reasm_len: 65535,
                    tstamp: 549_034,
                    reachable_time: 34640,
                    retrans_time: 1000,
                };
                inet6.put(Inet6::CACHEINFO, timing).put(Inet6::CONF, &conf6);
                inet6.put(Inet6::STATS, &stats6).put(Inet6::ICMP6STATS, &icmp6);
                inet6.put(Inet6::TOKEN, Ipv6Addr::UNSPECIFIED);
                inet6.put(Inet6::ADDR_GEN_MODE, AddrGenMode::EUI64);
            });
        });
        link.put(Link::MAP, LinkMap::default());
        link.nest(Link::PROP_LIST, |names| {
            names.put(PropList::ALT_IFNAME, "alt0-a-rather-long-alternative-name-27743");
        });
        link.nest(Link::DEVLINK_PORT, |_| {}).nest(Link::DPLL_PIN, |_| {});
    });
}

#[test]
fn a_link_is_requested_by_name_without_statistics() {
    // ip link set veth0 up: first the name is looked up
    let sent = bytes(
        &[
            "3400000012000100684c026b00000000", // nlmsghdr: GETLINK, request, seq
            "00000000000000000000000000000000", // ifinfomsg: none
            "08001d0009010000",                 // EXT_MASK: VF|SKIP_STATS|NAME_ONLY
            "0a000300766574683000",             // IFNAME
            "0000",                             // padding
        ]
        .concat(),
    );
    let mask = ExtMask::VF | ExtMask::SKIP_STATS | ExtMask::NAME_ONLY;

    let link = message(&sent).parse(link::GET).unwrap();
    assert_eq!(link.require(Link::EXT_MASK).unwrap(), mask);
    assert_eq!(mask.to_string(), "VF|SKIP_STATS|NAME_ONLY");

    builds(&sent, link::GET, LinkHeader::default(), |link| {
        link.put(Link::EXT_MASK, mask).put(Link::IFNAME, "veth0");
    });
}

#[test]
fn alternative_names_are_added_to_a_link() {
    // ip link property add dev veth0 altname alt0-… altname alt1
    let sent = bytes(
        &[
            "600000006c00050e4c4c026b00000000", // nlmsghdr: NEWLINKPROP, request|ack|create|excl|append
            "00000000030000000000000000000000", // ifinfomsg: index 3
            "40003480",                         // PROP_LIST
            "2e003500616c74302d612d7261746865", // ALT_IFNAME
            "722d6c6f6e672d616c7465726e617469",
            "76652d6e616d652d3237373433000000",
            "09003500616c743100000000", // ALT_IFNAME, padded
        ]
        .concat(),
    );
    let header = LinkHeader { index: 3, ..Default::default() };
    let kind = link::NEWPROP.create().append().with(Flags::ACK);
    builds(&sent, kind, header, |link| {
        link.nest(Link::PROP_LIST, |names| {
            names.put(PropList::ALT_IFNAME, "alt0-a-rather-long-alternative-name-27743");
            names.put(PropList::ALT_IFNAME, "alt1");
        });
    });

    let link = message(&sent).parse(link::NEWPROP).unwrap();
    let names = link.require(Link::PROP_LIST).unwrap();
    assert_eq!(names.all(PropList::ALT_IFNAME).count(), 2);
}

#[test]
fn a_virtual_function_gets_a_hardware_address() {
    // ip link set eth0 vf 0 mac 02:68:c8:50:1f:05
    let sent = bytes(
        &[
            "5000000010000500f94d026b00000000", // nlmsghdr: NEWLINK, request|ack
            "00000000050000000000000000000000", // ifinfomsg: index 5
            "30001600",                         // VFINFO_LIST
            "2c000100",                         // INFO
            "28000100",                         // MAC
            "00000000",                         // which
            "0268c8501f050000000000000000000000000000000000000000000000000000", // the address
        ]
        .concat(),
    );
    let mut mac = [0; 32];
    mac[..6].copy_from_slice(&[0x02, 0x68, 0xc8, 0x50, 0x1f, 0x05]);
    let mac = VfMac { vf: 0, mac };

    let link = message(&sent).parse(link::NEW).unwrap();
    let list = link.require(Link::VFINFO_LIST).unwrap();
    let functions: Vec<_> = list.all(VfList::INFO).map(Result::unwrap).collect();
    assert_eq!(functions.len(), 1);
    assert_eq!(functions[0].require(Vf::MAC).unwrap(), mac);

    let header = LinkHeader { index: 5, ..Default::default() };
    let kind = link::NEW.with(Flags::ACK);
    builds(&sent, kind, header, |link| {
        link.nest(Link::VFINFO_LIST, |list| {
            list.nest(VfList::INFO, |vf| {
                vf.put(Vf::MAC, mac);
            });
        });
    });
}

/// Returns the header of a message of a bridge, or of its port.
fn bridge_header(index: i32) -> LinkHeader {
    LinkHeader { family: AddressFamily::BRIDGE, index, ..Default::default() }
}

#[test]
fn a_bridges_own_link_message_has_its_vlans_flat() {
    // bridge vlan tunnelshow: the bridge itself
    let sent = bytes(
        &[
            "8800000010000200244f026bd8000000", // nlmsghdr: NEWLINK, multi
            "07000100040000004310010000000000", // ifinfomsg: AF_BRIDGE, index 4
            "0800030062723000",                 // IFNAME
            "08000a0004000000",                 // MASTER
            "08000400dc050000",                 // MTU
            "0500100006000000",                 // OPERSTATE
            "0a00010082676293b6fb0000",         // ADDRESS, padded
            "3c001a00",                         // AF_SPEC
            "0800020006000100",                 // VLAN_INFO: 1, PVID and untagged
            "0800020000006400",                 // VLAN_INFO: 100
            "0800020000006500",
            "0800020000006600",
            "0800020000006700",
            "0800020000006800",
            "0800020000006900",
        ]
        .concat(),
    );
    let vlans: Vec<_> = [(6, 1), (0, 100), (0, 101), (0, 102), (0, 103), (0, 104), (0, 105)]
        .map(|(flags, vid)| VlanInfo { flags: VlanInfoFlags(flags), vid })
        .into();

    let reply = message(&sent);
    let link = reply.parse(link::NEW).unwrap();
    assert_eq!(link.header.family, AddressFamily::BRIDGE);
    let bridge = link.require(Link::AF_SPEC.nested::<BridgeSpec>()).unwrap();
    let read: Vec<_> = bridge.all(BridgeSpec::VLAN_INFO).map(Result::unwrap).collect();
    assert_eq!(read, vlans);
    assert_eq!(read[0].flags, VlanInfoFlags::PVID | VlanInfoFlags::UNTAGGED);

    let kind = link::NEW.with(Flags::MULTI).without(Flags::REQUEST);
    builds(&sent, kind, link.header, |link| {
        link.put(Link::IFNAME, "br0").put(Link::MASTER, 4).put(Link::MTU, 1500);
        link.put(Link::OPERSTATE, OperState::UP);
        link.put(Link::ADDRESS, &[0x82, 0x67, 0x62, 0x93, 0xb6, 0xfb]);
        link.nest(Link::AF_SPEC.nested::<BridgeSpec>(), |bridge| {
            for vlan in vlans {
                bridge.put(BridgeSpec::VLAN_INFO, vlan);
            }
        });
    });
}

#[test]
fn a_range_of_vlans_is_added_to_a_port() {
    // bridge vlan add dev br0 vid 100-105 self
    let sent = bytes(
        &[
            "3c000000130005001f4f026b00000000", // nlmsghdr: SETLINK, request|ack
            "07000000040000000000000000000000", // ifinfomsg: AF_BRIDGE, index 4
            "1c001a00",                         // AF_SPEC
            "0600000002000000",                 // FLAGS: SELF, padded
            "0800020008006400",                 // VLAN_INFO: 100, a range's first
            "0800020010006900",                 // VLAN_INFO: 105, its last
        ]
        .concat(),
    );
    let mut vlans = VlanSet::new();
    (100..=105).for_each(|vid| vlans.insert(vid));
    let kind = link::SET.with(Flags::ACK);
    builds(&sent, kind, bridge_header(4), |link| {
        link.nest(Link::AF_SPEC.nested::<BridgeSpec>(), |bridge| {
            bridge.put(BridgeSpec::FLAGS, BridgeFlags::SELF);
            bridge.put_vlans(&vlans, &VlanSet::new(), None);
        });
    });
}

#[test]
fn a_vlan_is_mapped_to_a_tunnel() {
    // bridge vlan add dev swp1 vid 300 tunnel_info id 5365
    let sent = bytes(
        &[
            "4000000013000500204f026b00000000", // nlmsghdr: SETLINK, request|ack
            "07000000080000000000000000000000", // ifinfomsg: AF_BRIDGE, index 8
            "20001a00",                         // AF_SPEC
            "1c000300",                         // VLAN_TUNNEL_INFO
            "08000100f5140000",                 // ID
            "060002002c010000",                 // VID, padded
            "0600030000000000",                 // FLAGS, padded
        ]
        .concat(),
    );
    let link = message(&sent).parse(link::SET).unwrap();
    let bridge = link.require(Link::AF_SPEC.nested::<BridgeSpec>()).unwrap();
    let tunnel = bridge.all(BridgeSpec::VLAN_TUNNEL_INFO).next().unwrap().unwrap();
    assert_eq!(tunnel.require(VlanTunnel::ID).unwrap(), 5365);
    assert_eq!(tunnel.require(VlanTunnel::VID).unwrap(), 300);

    let kind = link::SET.with(Flags::ACK);
    builds(&sent, kind, bridge_header(8), |link| {
        link.nest(Link::AF_SPEC.nested::<BridgeSpec>(), |bridge| {
            bridge.nest(BridgeSpec::VLAN_TUNNEL_INFO, |tunnel| {
                tunnel.put(VlanTunnel::ID, 5365).put(VlanTunnel::VID, 300);
                tunnel.put(VlanTunnel::FLAGS, VlanInfoFlags::EMPTY);
            });
        });
    });
}

/// Returns the flags and ids that `put_vlans` writes for these ranges, each untagged or not, and this
/// PVID.
fn vlan_attributes(ranges: &[(u16, u16, bool)], pvid: Option<u16>) -> Vec<(u16, u16)> {
    let (mut vlans, mut untagged) = (VlanSet::new(), VlanSet::new());
    for &(first, last, bare) in ranges {
        (first..=last).for_each(|vid| vlans.insert(vid));
        (first..=last).filter(|_| bare).for_each(|vid| untagged.insert(vid));
    }
    let mut buffer = [0xa5; 256];
    let built = link::SET.build(&mut buffer, 1, bridge_header(1), |link| {
        link.nest(Link::AF_SPEC.nested::<BridgeSpec>(), |bridge| {
            bridge.put_vlans(&vlans, &untagged, pvid);
        });
    });
    let link = message(built.unwrap()).parse(link::SET).unwrap();
    let bridge = link.require(Link::AF_SPEC.nested::<BridgeSpec>()).unwrap();
    let read = bridge.all(BridgeSpec::VLAN_INFO).map(Result::unwrap);
    read.map(|vlan| (vlan.flags.0, vlan.vid)).collect()
}

const PVID: u16 = VlanInfoFlags::PVID.0;
const UNTAGGED: u16 = VlanInfoFlags::UNTAGGED.0;
const BEGIN: u16 = VlanInfoFlags::RANGE_BEGIN.0;
const END: u16 = VlanInfoFlags::RANGE_END.0;

#[test]
fn a_pvid_that_is_untagged_is_one_attribute() {
    assert_eq!(vlan_attributes(&[(1, 1, true)], Some(1)), [(PVID | UNTAGGED, 1)]);
}

#[test]
fn all_vlans_are_two_attributes() {
    assert_eq!(vlan_attributes(&[(1, 4094, false)], None), [(BEGIN, 1), (END, 4094)]);
}

#[test]
fn a_pvid_splits_a_range_and_is_last() {
    assert_eq!(
        vlan_attributes(&[(1, 27, false), (7, 7, true)], Some(7)),
        [(BEGIN, 1), (END, 6), (BEGIN, 8), (END, 27), (PVID | UNTAGGED, 7)]
    );
}

#[test]
fn untagged_vlans_are_ranges_of_their_own() {
    let ranges = [(1, 1, true), (1, 25, false), (26, 50, true), (51, 75, false)];
    assert_eq!(
        vlan_attributes(&ranges, Some(1)),
        [
            (BEGIN, 2),
            (END, 25),
            (BEGIN | UNTAGGED, 26),
            (END | UNTAGGED, 50),
            (BEGIN, 51),
            (END, 75),
            (PVID | UNTAGGED, 1),
        ]
    );
}

#[test]
fn single_vlans_are_no_ranges() {
    assert_eq!(
        vlan_attributes(&[(5, 5, false), (3067, 3067, true)], None),
        [(0, 5), (UNTAGGED, 3067)]
    );
}

#[test]
fn a_vlan_set_has_the_inserted_and_not_removed_ids() {
    let mut vlans = VlanSet::new();
    for vid in [0, 63, 64, 4095, 4096, u16::MAX] {
        vlans.insert(vid);
    }
    vlans.remove(64);
    let kept: Vec<_> = (0..=u16::MAX).filter(|vid| vlans.contains(*vid)).collect();
    assert_eq!(kept, [0, 63, 4095]);
}

#[test]
fn options_of_a_bridge_vlan_are_set() {
    // bridge vlan set dev swp1 vid 211 state blocking
    let sent = bytes(
        &[
            "2c00000070000500214f026b00000000", // nlmsghdr: NEWVLAN, request|ack
            "0700000008000000",                 // br_vlan_msg: AF_BRIDGE, index 8
            "14000180",                         // ENTRY
            "080001004000d300",                 // INFO: 211, options only
            "0500030004000000",                 // STATE: blocking, padded
        ]
        .concat(),
    );
    let vlans = message(&sent).parse(vlan::NEW).unwrap();
    let entry = vlans.all(VlanDb::ENTRY).next().unwrap().unwrap();
    let info = VlanInfo { flags: VlanInfoFlags::ONLY_OPTS, vid: 211 };
    assert_eq!(entry.require(VlanEntry::INFO).unwrap(), info);
    assert_eq!(entry.require(VlanEntry::STATE).unwrap(), PortState::BLOCKING);

    let header = VlanHeader { family: AddressFamily::BRIDGE, index: 8 };
    let kind = vlan::NEW.with(Flags::ACK);
    builds(&sent, kind, header, |vlans| {
        vlans.nest(VlanDb::ENTRY, |entry| {
            entry.put(VlanEntry::INFO, info).put(VlanEntry::STATE, PortState::BLOCKING);
        });
    });
}

#[test]
fn a_group_member_is_added_with_its_sources() {
    // bridge mdb add dev br0 port swp1 grp ff1e::2ff permanent vid 211
    //     filter_mode include source_list 2001:db8:4b3:0::8
    let sent = bytes(
        &[
            "6000000054000506234f026b00000000", // nlmsghdr: NEWMDB, request|ack|create|excl
            "0700000004000000",                 // br_port_msg: AF_BRIDGE, index 4
            "20000100",                         // ENTRY
            "080000000100d300",                 // port 8, permanent, no flags, VLAN 211
            "ff1e00000000000000000000000002ff", // the group
            "86dd0000",                         // IPv6
            "28000280",                         // ENTRY_ATTRS
            "0500030001000000",                 // GROUP_MODE: include, padded
            "1c000280",                         // SRC_LIST
            "18000180",                         // ENTRY
            "1400010020010db804b300000000000000000008", // ADDRESS
        ]
        .concat(),
    );
    let sender = "2001:db8:4b3::8".parse().unwrap();
    let entry = MdbEntry {
        index: 8,
        state: MdbState::PERMANENT,
        vid: 211,
        ..MdbEntry::group("ff1e::2ff".parse().unwrap())
    };

    let set = message(&sent).parse(mdb::request::NEW).unwrap();
    assert_eq!(set.require(MdbSet::ENTRY).unwrap(), entry);
    assert_eq!(entry.ip(), Some("ff1e::2ff".parse().unwrap()));
    let more = set.require(MdbSet::ENTRY_ATTRS).unwrap();
    assert_eq!(more.require(MdbSetInfo::GROUP_MODE).unwrap(), GroupMode::INCLUDE);
    let senders = more.require(MdbSetInfo::SRC_LIST).unwrap();
    let first = senders.all(MdbSetSources::ENTRY).next().unwrap().unwrap();
    assert_eq!(first.require(MdbSetSource::ADDRESS).unwrap(), sender);

    let header = MdbHeader { family: AddressFamily::BRIDGE, index: 4 };
    let kind = mdb::request::NEW.create().with(Flags::ACK);
    builds(&sent, kind, header, |set| {
        set.put(MdbSet::ENTRY, entry).nest(MdbSet::ENTRY_ATTRS, |more| {
            more.put(MdbSetInfo::GROUP_MODE, GroupMode::INCLUDE);
            more.nest(MdbSetInfo::SRC_LIST, |senders| {
                senders.nest(MdbSetSources::ENTRY, |source| {
                    source.put(MdbSetSource::ADDRESS, sender);
                });
            });
        });
    });
}

#[test]
fn statistics_are_requested_by_the_headers_mask() {
    // bridge -s vlan show
    let sent = bytes(
        &[
            "1c0000005e000103574c026b00000000", // nlmsghdr: GETSTATS, request|dump
            "000000000000000002000000",         // if_stats_msg: any link, LINK_XSTATS
        ]
        .concat(),
    );
    let header = StatsHeader { filter: StatsFilter::LINK_XSTATS, ..Default::default() };
    assert_eq!(message(&sent).parse(stats::GET).unwrap().header, header);
    builds(&sent, stats::GET.dump(), header, |_| {});
}
