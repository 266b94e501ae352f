//! Routes and next hops, as iproute2 sends them.
#![cfg(all(feature = "rtnl", target_endian = "little"))]

mod vectors;

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use barelink_codec::fib_lookup::{self, FibLookup};
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::ids::Label;
use barelink_codec::rtnl::route::lwtunnel::{
    EncapType, IpTunnel, MplsTunnel, Seg6, Seg6Encap, Seg6Mode, SegmentHeader,
};
use barelink_codec::rtnl::route::nexthop::{
    self, NextHop, NextHopGroupMember, NextHopGroupType, NextHopHeader, ResilientGroup,
};
use barelink_codec::rtnl::route::{
    self, MetricLocks, Metrics, MultipathNextHop, Route, RouteHeader, RouteProtocol, RouteScope,
    RouteTable, RouteType, Via,
};
use barelink_codec::value::{Array, Embedded, Structure};
use barelink_codec::{Error, Flags, MessageType};
use vectors::{builds, message};

const ADD: MessageType<RouteHeader, Route> = route::NEW.create().with(Flags::ACK);

fn header(family: AddressFamily, dst_len: u8) -> RouteHeader {
    RouteHeader {
        family,
        dst_len,
        table: RouteTable::MAIN,
        protocol: RouteProtocol::BOOT,
        rtm_type: RouteType::UNICAST,
        ..Default::default()
    }
}

fn v4(address: [u8; 4]) -> IpAddr {
    Ipv4Addr::from(address).into()
}

/// `ip route add 198.51.100.0/25 via 10.139.0.3 mtu lock 1067 congctl cubic`
#[rustfmt::skip]
const METRICS: [u8; 76] = [
    76, 0, 0, 0,  24, 0,  5, 6,  102, 76, 2, 107,  0, 0, 0, 0,   // nlmsghdr: NEWROUTE, request|ack|create|excl
    2, 25, 0, 0,  254, 3, 0, 1,  0, 0, 0, 0,                     // rtmsg: INET /25, main, boot, universe, unicast
    8, 0, 1, 0,  198, 51, 100, 0,                                // DST
    8, 0, 5, 0,  10, 139, 0, 3,                                  // GATEWAY
    32, 0, 8, 0,                                                 // METRICS
        8, 0, 2, 0,  43, 4, 0, 0,                                //   MTU
        9, 0, 16, 0,  b'c', b'u', b'b', b'i', b'c', 0, 0, 0,     //   CC_ALGO, without a NUL
        8, 0, 1, 0,  4, 0, 0, 0,                                 //   LOCK: MTU
];

#[test]
fn a_route_with_metrics_is_read() {
    let route = message(&METRICS).parse(route::NEW).unwrap();
    assert_eq!(route.header, header(AddressFamily::INET, 25));
    assert_eq!(route.require(Route::DST), Ok(v4([198, 51, 100, 0])));
    assert_eq!(route.require(Route::GATEWAY), Ok(v4([10, 139, 0, 3])));
    let metrics = route.require(Route::METRICS).unwrap();
    assert_eq!(metrics.require(Metrics::MTU), Ok(1067));
    assert_eq!(metrics.require(Metrics::CC_ALGO).unwrap(), "cubic");
    assert_eq!(metrics.require(Metrics::LOCK), Ok(MetricLocks::MTU));
}

#[test]
fn a_route_with_metrics_is_built() {
    builds(&METRICS, ADD, header(AddressFamily::INET, 25), |route| {
        route.put(Route::DST, v4([198, 51, 100, 0])).put(Route::GATEWAY, v4([10, 139, 0, 3]));
        route.nest(Route::METRICS, |metrics| {
            metrics.put(Metrics::MTU, 1067);
            // `Text` appends a NUL, iproute2 does not.
            metrics.put_raw(Metrics::CC_ALGO.number(), b"cubic");
            metrics.put(Metrics::LOCK, MetricLocks::MTU);
        });
    });
}

/// `ip route add 198.18.101.0/24
///      nexthop encap ip id 340 dst 10.76.0.9 ttl 36 via 10.76.0.2 dev veth0 weight 2
///      nexthop via 10.76.1.2 dev veth1 realm 1`
#[rustfmt::skip]
const MULTIPATH: [u8; 120] = [
    120, 0, 0, 0,  24, 0,  5, 6,  138, 76, 2, 107,  0, 0, 0, 0,  // nlmsghdr: NEWROUTE, request|ack|create|excl
    2, 24, 0, 0,  254, 3, 0, 1,  0, 0, 0, 0,                     // rtmsg: INET /24, main, boot, universe, unicast
    8, 0, 1, 0,  198, 18, 101, 0,                                // DST
    84, 0, 9, 0,                                                 // MULTIPATH
        56, 0, 0, 1,  12, 0, 0, 0,                               //   rtnexthop: weight 2, link 12
        32, 0, 22, 128,                                          //   ENCAP
            12, 0, 1, 0,  0, 0, 0, 0, 0, 0, 1, 84,               //     ID, big-endian
            8, 0, 2, 0,  10, 76, 0, 9,                           //     DST
            5, 0, 4, 0,  36, 0, 0, 0,                            //     TTL (padding was rubbish)
        6, 0, 21, 0,  2, 0, 0, 0,                                //   ENCAP_TYPE: IP
        8, 0, 5, 0,  10, 76, 0, 2,                               //   GATEWAY
        24, 0, 0, 0,  14, 0, 0, 0,                               //   rtnexthop: weight 1, link 14
        8, 0, 5, 0,  10, 76, 1, 2,                               //   GATEWAY
        8, 0, 11, 0,  1, 0, 0, 0,                                //   FLOW
];

#[test]
fn each_next_hop_of_a_route_has_its_own_attributes() {
    let route = message(&MULTIPATH).parse(route::NEW).unwrap();
    let mut hops = route.require(Route::MULTIPATH).unwrap();
    let hop = hops.next().unwrap().unwrap();
    assert_eq!((hop.header.hops, hop.header.index), (1, 12));
    assert_eq!(hop.require(Route::ENCAP_TYPE), Ok(EncapType::IP));
    let encap = hop.require(Route::ENCAP.nested::<IpTunnel>()).unwrap();
    assert_eq!(encap.require(IpTunnel::ID), Ok(340));
    assert_eq!(encap.require(IpTunnel::DST), Ok([10, 76, 0, 9].into()));
    assert_eq!(encap.require(IpTunnel::TTL), Ok(36));
    let hop = hops.next().unwrap().unwrap();
    assert_eq!((hop.header.hops, hop.header.index), (0, 14));
    assert_eq!(hop.require(Route::GATEWAY), Ok(v4([10, 76, 1, 2])));
    assert_eq!(hop.require(Route::FLOW), Ok(1));
    assert!(hops.next().is_none());
}

#[test]
fn a_route_with_several_next_hops_is_built() {
    builds(&MULTIPATH, ADD, header(AddressFamily::INET, 24), |route| {
        route.put(Route::DST, v4([198, 18, 101, 0]));
        route.records(Route::MULTIPATH, |hops| {
            hops.push(MultipathNextHop { hops: 1, index: 12, ..Default::default() }, |hop| {
                hop.nest(Route::ENCAP.nested::<IpTunnel>(), |encap| {
                    encap.put(IpTunnel::ID, 340);
                    encap.put(IpTunnel::DST, [10, 76, 0, 9].into()).put(IpTunnel::TTL, 36);
                });
                hop.put(Route::ENCAP_TYPE, EncapType::IP);
                hop.put(Route::GATEWAY, v4([10, 76, 0, 2]));
            });
            hops.push(MultipathNextHop { index: 14, ..Default::default() }, |hop| {
                hop.put(Route::GATEWAY, v4([10, 76, 1, 2])).put(Route::FLOW, 1);
            });
        });
    });
}

/// `ip route add 198.18.104.0/24 encap mpls 380/4799/30 ttl 52 via 10.76.0.2 dev veth0`
#[rustfmt::skip]
const ENCAP_MPLS: [u8; 88] = [
    88, 0, 0, 0,  24, 0,  5, 6,  140, 76, 2, 107,  0, 0, 0, 0,   // nlmsghdr: NEWROUTE, request|ack|create|excl
    2, 24, 0, 0,  254, 3, 0, 1,  0, 0, 0, 0,                     // rtmsg: INET /24, main, boot, universe, unicast
    8, 0, 1, 0,  198, 18, 104, 0,                                // DST
    28, 0, 22, 128,                                              // ENCAP
        16, 0, 1, 0,  0, 23, 192, 0,  1, 43, 240, 0,  0, 1, 225, 0, // DST: three labels, the last one marked
        5, 0, 2, 0,  52, 0, 0, 0,                                //   TTL (padding was rubbish)
    6, 0, 21, 0,  1, 0, 0, 0,                                    // ENCAP_TYPE: MPLS
    8, 0, 5, 0,  10, 76, 0, 2,                                   // GATEWAY
    8, 0, 4, 0,  12, 0, 0, 0,                                    // OIF
];

#[test]
fn a_route_that_pushes_mpls_labels_is_read() {
    let route = message(&ENCAP_MPLS).parse(route::NEW).unwrap();
    let encap = route.require(Route::ENCAP.nested::<MplsTunnel>()).unwrap();
    let labels: Vec<_> = encap.require(MplsTunnel::DST).unwrap().collect();
    assert_eq!(labels, [Label::new(380, false), Label::new(4799, false), Label::new(30, true)]);
    assert_eq!((labels[0].number(), labels[0].is_last()), (380, false));
    assert_eq!((labels[2].number(), labels[2].is_last()), (30, true));
}

#[test]
fn a_route_that_pushes_mpls_labels_is_built() {
    builds(&ENCAP_MPLS, ADD, header(AddressFamily::INET, 24), |route| {
        route.put(Route::DST, v4([198, 18, 104, 0]));
        route.nest(Route::ENCAP.nested::<MplsTunnel>(), |encap| {
            let labels = [Label::new(380, false), Label::new(4799, false), Label::new(30, true)];
            encap.put(MplsTunnel::DST, &labels).put(MplsTunnel::TTL, 52);
        });
        route.put(Route::ENCAP_TYPE, EncapType::MPLS);
        route.put(Route::GATEWAY, v4([10, 76, 0, 2])).put(Route::OIF, 12);
    });
}

/// `ip route add 198.18.27.0/24 via inet6 2001:db8:29a:0::4d dev veth0`
#[rustfmt::skip]
const VIA: [u8; 68] = [
    68, 0, 0, 0,  24, 0,  5, 6,  104, 76, 2, 107,  0, 0, 0, 0,   // nlmsghdr: NEWROUTE, request|ack|create|excl
    2, 24, 0, 0,  254, 3, 0, 1,  0, 0, 0, 0,                     // rtmsg: INET /24, main, boot, universe, unicast
    8, 0, 1, 0,  198, 18, 27, 0,                                 // DST
    22, 0, 18, 0,  10, 0,                                        // VIA: INET6, and directly behind it
        32, 1, 13, 184, 2, 154, 0, 0, 0, 0, 0, 0, 0, 0, 0, 77,  0, 0, //  the address
    8, 0, 4, 0,  12, 0, 0, 0,                                    // OIF
];

#[test]
fn an_ipv4_route_via_an_ipv6_gateway_is_read_and_built() {
    let router: Ipv6Addr = "2001:db8:29a::4d".parse().unwrap();
    let via = (Via { family: AddressFamily::INET6 }, IpAddr::from(router));
    let route = message(&VIA).parse(route::NEW).unwrap();
    assert_eq!(route.require(Route::VIA), Ok(via));

    builds(&VIA, ADD, header(AddressFamily::INET, 24), |route| {
        route.put(Route::DST, v4([198, 18, 27, 0])).put(Route::VIA, via).put(Route::OIF, 12);
    });
}

/// `ip -6 route add 2001:db8:a001::/48 encap seg6 mode encap
///      segs 2001:db8:271:0::b,2001:db8:271:0::c,2001:db8:271:0::d via 2001:db8:271:0::2 dev veth0`
#[rustfmt::skip]
const ENCAP_SEG6: [u8; 152] = [
    152, 0, 0, 0,  24, 0,  5, 6,  140, 76, 2, 107,  0, 0, 0, 0,  // nlmsghdr: NEWROUTE, request|ack|create|excl
    10, 48, 0, 0,  254, 3, 0, 1,  0, 0, 0, 0,                    // rtmsg: INET6 /48, main, boot, universe, unicast
    20, 0, 1, 0,                                                 // DST
        32, 1, 13, 184, 160, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    68, 0, 22, 128,                                              // ENCAP
        64, 0, 1, 0,                                             //   SRH
            1, 0, 0, 0,                                          //     seg6_iptunnel_encap: encap
            0, 6, 4, 2, 2, 0, 0, 0,                              //     ipv6_sr_hdr: 8 + 6 * 8 bytes, two left, the third is first
            32, 1, 13, 184, 2, 113, 0, 0, 0, 0, 0, 0, 0, 0, 0, 13,
            32, 1, 13, 184, 2, 113, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12,
            32, 1, 13, 184, 2, 113, 0, 0, 0, 0, 0, 0, 0, 0, 0, 11,
    6, 0, 21, 0,  5, 0, 0, 0,                                    // ENCAP_TYPE: SEG6
    20, 0, 5, 0,                                                 // GATEWAY
        32, 1, 13, 184, 2, 113, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
    8, 0, 4, 0,  12, 0, 0, 0,                                    // OIF
];

#[test]
fn a_route_with_a_segment_list_is_read_and_built() {
    let host = |last: u16| Ipv6Addr::new(0x2001, 0xdb8, 0x271, 0, 0, 0, 0, last);
    let encap = Seg6Encap { mode: Seg6Mode::ENCAP };
    let list = SegmentHeader {
        len: 6,
        routing_type: 4,
        segments_left: 2,
        first_segment: 2,
        ..Default::default()
    };
    let segments = [host(13), host(12), host(11)];

    let route = message(&ENCAP_SEG6).parse(route::NEW).unwrap();
    let seg6 = route.require(Route::ENCAP.nested::<Seg6>()).unwrap();
    let (read_encap, (read_list, read_segments)) = seg6.require(Seg6::SRH).unwrap();
    assert_eq!((read_encap, read_list), (encap, list));
    assert!(read_segments.eq(segments));

    builds(&ENCAP_SEG6, ADD, header(AddressFamily::INET6, 48), |route| {
        let dst = Ipv6Addr::new(0x2001, 0xdb8, 0xa001, 0, 0, 0, 0, 0);
        route.put(Route::DST, dst.into());
        route.nest(Route::ENCAP.nested::<Seg6>(), |seg6| {
            seg6.put(Seg6::SRH, (encap, (list, &segments)));
        });
        route.put(Route::ENCAP_TYPE, EncapType::SEG6);
        route.put(Route::GATEWAY, host(2).into()).put(Route::OIF, 12);
    });
}

/// `ip -f mpls route add 952 nexthop as to 100 via inet 10.76.0.2 dev veth0
///      nexthop as to 200/300 via inet 10.76.1.2 dev veth1`
#[rustfmt::skip]
const MPLS: [u8; 100] = [
    100, 0, 0, 0,  24, 0,  5, 6,  142, 76, 2, 107,  0, 0, 0, 0,  // nlmsghdr: NEWROUTE, request|ack|create|excl
    28, 20, 0, 0,  254, 3, 0, 1,  0, 0, 0, 0,                    // rtmsg: MPLS /20, main, boot, universe, unicast
    8, 0, 1, 0,  0, 59, 129, 0,                                  // DST: label 952
    64, 0, 9, 0,                                                 // MULTIPATH
        28, 0, 0, 0,  12, 0, 0, 0,                               //   rtnexthop: link 12
        8, 0, 19, 0,  0, 6, 65, 0,                               //   NEWDST: label 100
        10, 0, 18, 0,  2, 0,  10, 76, 0, 2,  0, 0,               //   VIA: INET
        32, 0, 0, 0,  14, 0, 0, 0,                               //   rtnexthop: link 14
        12, 0, 19, 0,  0, 12, 128, 0,  0, 18, 193, 0,            //   NEWDST: labels 200, 300
        10, 0, 18, 0,  2, 0,  10, 76, 1, 2,  0, 0,               //   VIA: INET
];

#[test]
fn the_destination_of_an_mpls_route_is_a_label() {
    let dst = Route::DST.as_type::<Array<Embedded<Label>>>();
    let via = |last| (Via { family: AddressFamily::INET }, v4([10, 76, last, 2]));

    let route = message(&MPLS).parse(route::NEW).unwrap();
    let labels: Vec<_> = route.require(dst).unwrap().collect();
    assert_eq!(labels, [Label::new(952, true)]);
    let hop = route.require(Route::MULTIPATH).unwrap().nth(1).unwrap().unwrap();
    assert!(hop.require(Route::NEWDST).unwrap().map(Label::number).eq([200, 300]));
    assert_eq!(hop.require(Route::VIA), Ok(via(1)));

    builds(&MPLS, ADD, header(AddressFamily::MPLS, 20), |route| {
        route.put(dst, &[Label::new(952, true)]);
        route.records(Route::MULTIPATH, |hops| {
            hops.push(MultipathNextHop { index: 12, ..Default::default() }, |hop| {
                hop.put(Route::NEWDST, &[Label::new(100, true)]).put(Route::VIA, via(0));
            });
            hops.push(MultipathNextHop { index: 14, ..Default::default() }, |hop| {
                hop.put(Route::NEWDST, &[Label::new(200, false), Label::new(300, true)]);
                hop.put(Route::VIA, via(1));
            });
        });
    });
}

/// `ip nexthop add id 835 group 828/829 type resilient buckets 32 idle_timer 134 unbalanced_timer
/// 503`
#[rustfmt::skip]
const GROUP: [u8; 88] = [
    88, 0, 0, 0,  104, 0,  5, 6,  155, 76, 2, 107,  0, 0, 0, 0,  // nlmsghdr: NEWNEXTHOP, request|ack|create|excl
    0, 0, 0, 0, 0, 0, 0, 0,                                      // nhmsg
    8, 0, 1, 0,  67, 3, 0, 0,                                    // ID
    20, 0, 2, 0,                                                 // GROUP
        60, 3, 0, 0,  0, 0, 0, 0,                                //   828, weight 1
        61, 3, 0, 0,  0, 0, 0, 0,                                //   829, weight 1
    28, 0, 12, 128,                                              // RES_GROUP
        6, 0, 1, 0,  32, 0, 0, 0,                                //   BUCKETS
        8, 0, 2, 0,  88, 52, 0, 0,                               //   IDLE_TIMER: 134 s
        8, 0, 3, 0,  124, 196, 0, 0,                             //   UNBALANCED_TIMER: 503 s
    6, 0, 3, 0,  1, 0, 0, 0,                                     // GROUP_TYPE: RES
];

#[test]
fn a_next_hop_group_is_read_and_built() {
    let members = [828, 829].map(|id| NextHopGroupMember { id, ..Default::default() });
    let group = message(&GROUP).parse(nexthop::NEW).unwrap();
    assert_eq!(group.require(NextHop::ID), Ok(835));
    assert_eq!(group.require(NextHop::GROUP_TYPE), Ok(NextHopGroupType::RES));
    assert!(group.require(NextHop::GROUP).unwrap().eq(members));
    let resilient = group.require(NextHop::RES_GROUP).unwrap();
    assert_eq!(resilient.require(ResilientGroup::BUCKETS), Ok(32));
    assert_eq!(resilient.require(ResilientGroup::IDLE_TIMER), Ok(13_400));

    let add = nexthop::NEW.create().with(Flags::ACK);
    builds(&GROUP, add, NextHopHeader::default(), |group| {
        group.put(NextHop::ID, 835).put(NextHop::GROUP, &members);
        group.nest(NextHop::RES_GROUP, |resilient| {
            resilient.put(ResilientGroup::BUCKETS, 32);
            resilient.put(ResilientGroup::IDLE_TIMER, 13_400);
            resilient.put(ResilientGroup::UNBALANCED_TIMER, 50_300);
        });
        group.put(NextHop::GROUP_TYPE, NextHopGroupType::RES);
    });
}

#[test]
fn a_multicast_routes_expiry_of_eight_bytes_is_read() {
    let bytes = [12, 0, 23, 0, 0x88, 0x13, 0, 0, 0, 0, 0, 0];
    let route = barelink_codec::Attrs::<Route>::new(&bytes);
    assert_eq!(route.require(Route::EXPIRES), Ok(5000));
}

#[test]
fn a_table_above_255_is_in_the_attribute() {
    let mut bytes = [0xa5; RouteHeader::LEN];
    RouteHeader { table: RouteTable(87521), ..Default::default() }.write(&mut bytes);
    assert_eq!(RouteHeader::read(&bytes).table, RouteTable::UNSPEC);
}

#[test]
fn a_truncated_via_is_invalid() {
    let bytes = [5, 0, 18, 0, 10, 0, 0, 0];
    let route = barelink_codec::Attrs::<Route>::new(&bytes);
    assert_eq!(route.require(Route::VIA), Err(Error::Payload { attr: "VIA", len: 1 }));
}

/// Reply of Linux 6.18 to a look-up of 127.0.0.1.
#[rustfmt::skip]
const LOOKUP: [u8; 36] = [
    36, 0, 0, 0,  0, 0,  1, 0,  7, 0, 0, 0,  0, 0, 0, 0,         // nlmsghdr: type 0, REQUEST, as in the request
    127, 0, 0, 1,  0, 0, 0, 0,                                   // addr, mark
    0, 0, 0,                                                     // tos, scope, no table: as in the request
    254, 32, 0, 2, 254,                                          // table main, /32, hop 0, local, on this machine
    0, 0, 0, 0,                                                  // err
];

#[test]
fn a_fib_lookup_reply_has_the_request_table_and_type() {
    let answer = message(&LOOKUP).parse(fib_lookup::LOOKUP).unwrap().header;
    assert_eq!((answer.table, answer.route_type), (RouteTable::MAIN, RouteType::LOCAL));
    assert_eq!((answer.prefix_len, answer.scope, answer.error), (32, RouteScope::HOST, 0));

    let request = FibLookup { addr: Ipv4Addr::LOCALHOST, ..Default::default() };
    let mut buffer = [0xa5; 36];
    let bytes = fib_lookup::LOOKUP.build(&mut buffer, 7, request, |_| {}).unwrap();
    assert_eq!(bytes[..27], LOOKUP[..27]);
    assert_eq!(bytes[27..], [0; 9]);
}

#[test]
fn a_table_above_255_in_the_header_is_an_error() {
    let header = RouteHeader { table: RouteTable(1000), ..Default::default() };
    let build = |header, buffer: &mut [u8]| {
        let fill = |route: &mut barelink_codec::Writer<'_, Route>| {
            route.put(Route::TABLE, RouteTable(1000));
        };
        route::NEW.build(buffer, 1, header, fill).map(|bytes| bytes.len())
    };
    assert_eq!(build(header, &mut [0; 64]), Err(Error::InvalidValue { number: 0 }));
    assert_eq!(build(RouteHeader::default(), &mut [0; 64]), Ok(36));
}

#[test]
fn the_encap_of_a_next_hop_has_its_own_encap_type() {
    let mut buffer = [0; 128];
    let built = nexthop::NEW.build(&mut buffer, 1, NextHopHeader::default(), |hop| {
        hop.put(NextHop::ENCAP_TYPE, EncapType::MPLS);
        hop.nest(NextHop::ENCAP.nested::<MplsTunnel>(), |mpls| {
            mpls.put(MplsTunnel::TTL, 9);
        });
    });
    let printed = format!("{:?}", message(built.unwrap()).read(nexthop::NEW).attrs);
    assert_eq!(printed, "{ENCAP_TYPE: MPLS, ENCAP: {TTL: 9}}");
}
