//! Addresses, neighbours, rules, netconf and namespaces, as iproute2 sends requests and the kernel
//! replies.
#![cfg(all(feature = "rtnl", target_endian = "little"))]

mod vectors;

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use barelink_codec::rtnl::addr::{self, Addr, AddrCacheInfo, AddrFlags, AddrHeader, AddrProto};
use barelink_codec::rtnl::addrlabel::{self, AddrLabel, AddrLabelHeader};
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::neigh::table::{NeighTable, NeighTableHeader, NeighTableParms};
use barelink_codec::rtnl::neigh::{self, Neigh, NeighHeader, NeighState};
use barelink_codec::rtnl::netconf::{self, Netconf, NetconfHeader, NetconfLink};
use barelink_codec::rtnl::nsid::{self, Nsid, NsidHeader};
use barelink_codec::rtnl::route::RouteProtocol;
use barelink_codec::rtnl::rule::{self, PortRange, Rule, RuleAction, RuleFlags, RuleHeader};
use barelink_codec::value::{MacAddr, Structure};
use barelink_codec::{Error, Flags, MessageType};
use vectors::{builds, message};

/// Returns a message type with the flags of `ip … add`.
const fn add<H: Structure, S>(kind: MessageType<H, S>) -> MessageType<H, S> {
    kind.create().with(Flags::ACK)
}

fn v4(address: [u8; 4]) -> IpAddr {
    Ipv4Addr::from(address).into()
}

/// `ip -6 addr add 2001:db8:2c5:0::2/64 dev veth0 valid_lft 73180 preferred_lft 340 nodad`
#[rustfmt::skip]
const ADDRESS_FOR_A_TIME: [u8; 84] = [
    84, 0, 0, 0,  20, 0,  5, 6,  87, 76, 2, 107,  0, 0, 0, 0,    // nlmsghdr: NEWADDR, request|ack|create|excl
    10, 64, 2, 0,  12, 0, 0, 0,                                  // ifaddrmsg: INET6 /64, nodad, universe, link 12
    20, 0, 2, 0,                                                 // LOCAL
        32, 1, 13, 184, 2, 197, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
    20, 0, 1, 0,                                                 // ADDRESS
        32, 1, 13, 184, 2, 197, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2,
    20, 0, 6, 0,  84, 1, 0, 0,  220, 29, 1, 0,  0, 0, 0, 0,  0, 0, 0, 0, // CACHEINFO: 340 s, 73180 s
];

#[test]
fn an_address_with_lifetimes_is_read_and_built() {
    let header = AddrHeader {
        family: AddressFamily::INET6,
        prefix_len: 64,
        flags: AddrFlags::NODAD,
        index: 12,
        ..Default::default()
    };
    let lifetime = AddrCacheInfo { preferred: 340, valid: 73180, ..Default::default() };
    let local = IpAddr::from(Ipv6Addr::new(0x2001, 0xdb8, 0x2c5, 0, 0, 0, 0, 2));

    let address = message(&ADDRESS_FOR_A_TIME).parse(addr::NEW).unwrap();
    assert_eq!(address.header, header);
    assert_eq!(address.require(Addr::LOCAL), Ok(local));
    assert_eq!(address.require(Addr::CACHEINFO), Ok(lifetime));

    builds(&ADDRESS_FOR_A_TIME, add(addr::NEW), header, |address| {
        address.put(Addr::LOCAL, local).put(Addr::ADDRESS, local).put(Addr::CACHEINFO, lifetime);
    });
}

/// `ip addr add 10.85.3.1/25 dev veth0 noprefixroute metric 6985 proto 66`
#[rustfmt::skip]
const ADDRESS_OF_A_PROGRAM: [u8; 64] = [
    64, 0, 0, 0,  20, 0,  5, 6,  77, 76, 2, 107,  0, 0, 0, 0,    // nlmsghdr: NEWADDR, request|ack|create|excl
    2, 25, 0, 0,  12, 0, 0, 0,                                   // ifaddrmsg: INET /25, universe, link 12
    8, 0, 2, 0,  10, 85, 3, 1,                                   // LOCAL
    8, 0, 9, 0,  73, 27, 0, 0,                                   // RT_PRIORITY
    5, 0, 11, 0,  66, 0, 0, 0,                                   // PROTO: nobody's we know
    8, 0, 8, 0,  0, 2, 0, 0,                                     // FLAGS: NOPREFIXROUTE
    8, 0, 1, 0,  10, 85, 3, 1,                                   // ADDRESS
];

#[test]
fn a_flag_above_eight_bits_is_in_the_attribute() {
    let header =
        AddrHeader { family: AddressFamily::INET, prefix_len: 25, index: 12, ..Default::default() };
    let local = v4([10, 85, 3, 1]);

    let address = message(&ADDRESS_OF_A_PROGRAM).parse(addr::NEW).unwrap();
    assert_eq!(address.header.flags, AddrFlags::EMPTY);
    assert_eq!(address.require(Addr::FLAGS), Ok(AddrFlags::NOPREFIXROUTE));
    assert_eq!(address.require(Addr::PROTO), Ok(AddrProto(66)));

    builds(&ADDRESS_OF_A_PROGRAM, add(addr::NEW), header, |address| {
        address
            .put(Addr::LOCAL, local)
            .put(Addr::RT_PRIORITY, 6985)
            .put(Addr::PROTO, AddrProto(66));
        address.put(Addr::FLAGS, AddrFlags::NOPREFIXROUTE).put(Addr::ADDRESS, local);
    });

    let lost = AddrHeader { flags: AddrFlags::NOPREFIXROUTE, ..header };
    let built = addr::NEW.build(&mut [0; 128], 1, lost, |_| {}).map(|bytes| bytes.len());
    assert_eq!(built, Err(Error::InvalidValue { number: 0 }), "in the header it would be lost");
}

/// `ip addrlabel add prefix 2001:db8:2c5:5::/64 label 66 dev veth0`
#[rustfmt::skip]
const LABEL: [u8; 56] = [
    56, 0, 0, 0,  72, 0,  5, 6,  90, 76, 2, 107,  0, 0, 0, 0,    // nlmsghdr: NEWADDRLABEL, request|ack|create|excl
    10, 0, 64, 0,  12, 0, 0, 0,  0, 0, 0, 0,                     // ifaddrlblmsg: INET6 /64, link 12
    8, 0, 2, 0,  66, 0, 0, 0,                                    // LABEL
    20, 0, 1, 0,                                                 // ADDRESS
        32, 1, 13, 184, 2, 197, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0,
];

#[test]
fn an_address_label_is_read_and_built() {
    let header = AddrLabelHeader {
        family: AddressFamily::INET6,
        prefix_len: 64,
        index: 12,
        ..Default::default()
    };
    let prefix = Ipv6Addr::new(0x2001, 0xdb8, 0x2c5, 5, 0, 0, 0, 0);

    let label = message(&LABEL).parse(addrlabel::NEW).unwrap();
    assert_eq!((label.header, label.require(AddrLabel::ADDRESS)), (header, Ok(prefix)));

    builds(&LABEL, add(addrlabel::NEW), header, |label| {
        label.put(AddrLabel::LABEL, 66).put(AddrLabel::ADDRESS, prefix);
    });
}

/// `ip neigh add 10.31.0.6 lladdr 02:5a:fa:85:dd:06 dev veth0 nud noarp protocol 187`
#[rustfmt::skip]
const NEIGHBOUR: [u8; 56] = [
    56, 0, 0, 0,  28, 0,  5, 6,  191, 76, 2, 107,  0, 0, 0, 0,   // nlmsghdr: NEWNEIGH, request|ack|create|excl
    2, 0, 0, 0,  12, 0, 0, 0,  64, 0,  0, 0,                     // ndmsg: INET, link 12, NOARP
    5, 0, 12, 0,  187, 0, 0, 0,                                  // PROTOCOL
    8, 0, 1, 0,  10, 31, 0, 6,                                   // DST
    10, 0, 2, 0,  2, 90, 250, 133, 221, 6,  0, 0,                // LLADDR
];

#[test]
fn a_neighbour_is_read_and_built() {
    let header = NeighHeader {
        family: AddressFamily::INET,
        index: 12,
        state: NeighState::NOARP,
        ..Default::default()
    };
    let mac = [2, 90, 250, 133, 221, 6];

    let neighbour = message(&NEIGHBOUR).parse(neigh::NEW).unwrap();
    assert_eq!(neighbour.header, header);
    assert_eq!(neighbour.require(Neigh::DST), Ok(v4([10, 31, 0, 6])));
    assert_eq!(neighbour.require(Neigh::LLADDR), Ok(MacAddr(&mac)));
    assert_eq!(neighbour.require(Neigh::PROTOCOL), Ok(RouteProtocol::ISIS));

    builds(&NEIGHBOUR, add(neigh::NEW), header, |neighbour| {
        neighbour.put(Neigh::PROTOCOL, RouteProtocol::ISIS);
        neighbour.put(Neigh::DST, v4([10, 31, 0, 6])).put(Neigh::LLADDR, &mac);
    });
}

/// `ip ntable change name arp_cache dev veth0 base_reachable 60251 queue 66`
#[rustfmt::skip]
const TABLE: [u8; 68] = [
    68, 0, 0, 0,  67, 0,  5, 1,  195, 76, 2, 107,  0, 0, 0, 0,   // nlmsghdr: SETNEIGHTBL, request|ack|replace
    0, 0, 0, 0,                                                  // ndtmsg
    14, 0, 1, 0,  b'a', b'r', b'p', b'_', b'c', b'a', b'c', b'h', b'e', 0,  0, 0, // NAME
    32, 0, 6, 0,                                                 // PARMS
        8, 0, 1, 0,  12, 0, 0, 0,                                //   IFINDEX
        12, 0, 4, 0,  91, 235, 0, 0, 0, 0, 0, 0,                 //   BASE_REACHABLE_TIME, aligned to 4 bytes
        8, 0, 8, 0,  66, 0, 0, 0,                                //   QUEUE_LEN
];

#[test]
fn neighbour_table_parameters_are_read_and_built() {
    let table = message(&TABLE).parse(neigh::table::SET).unwrap();
    assert_eq!(table.require(NeighTable::NAME).unwrap(), "arp_cache");
    let parms = table.require(NeighTable::PARMS).unwrap();
    assert_eq!(parms.require(NeighTableParms::BASE_REACHABLE_TIME), Ok(60251));

    let change = neigh::table::SET.change().with(Flags::ACK);
    builds(&TABLE, change, NeighTableHeader::default(), |table| {
        table.put(NeighTable::NAME, "arp_cache").nest(NeighTable::PARMS, |parms| {
            parms.put(NeighTableParms::IFINDEX, 12);
            parms.put(NeighTableParms::BASE_REACHABLE_TIME, 60251);
            parms.put(NeighTableParms::QUEUE_LEN, 66);
        });
    });
}

/// `ip rule add not from all dport 351-32902 sport 50797 ipproto tcp goto 32766 pref 3331`
#[rustfmt::skip]
const RULE: [u8; 72] = [
    72, 0, 0, 0,  32, 0,  5, 6,  177, 76, 2, 107,  0, 0, 0, 0,   // nlmsghdr: NEWRULE, request|ack|create|excl
    2, 0, 0, 0,  0, 0, 0, 2,  2, 0, 0, 0,                        // fib_rule_hdr: INET, goto, invert
    4, 0, 2, 0,                                                  // SRC: empty, for all
    8, 0, 24, 0,  95, 1,  134, 128,                              // DPORT_RANGE
    8, 0, 23, 0,  109, 198,  109, 198,                           // SPORT_RANGE
    5, 0, 22, 0,  6, 0, 0, 0,                                    // IP_PROTO: TCP
    8, 0, 4, 0,  254, 127, 0, 0,                                 // GOTO
    8, 0, 6, 0,  3, 13, 0, 0,                                    // PRIORITY
];

#[test]
fn a_rule_with_ports_and_an_empty_source_is_read_and_built() {
    let header = RuleHeader {
        family: AddressFamily::INET,
        action: RuleAction::GOTO,
        flags: RuleFlags::INVERT,
        ..Default::default()
    };
    let (dport, sport) =
        (PortRange { start: 351, end: 32902 }, PortRange { start: 50797, end: 50797 });

    let rule = message(&RULE).parse(rule::NEW).unwrap();
    assert_eq!(rule.header, header);
    assert_eq!(rule.require(Rule::DPORT_RANGE), Ok(dport));
    assert_eq!(rule.require(Rule::SPORT_RANGE), Ok(sport));
    assert_eq!(rule.require(Rule::GOTO), Ok(32766));
    assert!(rule.get(Rule::SRC).is_err());

    builds(&RULE, add(rule::NEW), header, |rule| {
        rule.put_raw(Rule::SRC.number(), &[]);
        rule.put(Rule::DPORT_RANGE, dport).put(Rule::SPORT_RANGE, sport).put(Rule::IP_PROTO, 6);
        rule.put(Rule::GOTO, 32766).put(Rule::PRIORITY, 3331);
    });
}

/// First message of the reply to `ip netconf`.
#[rustfmt::skip]
const SWITCHES: [u8; 76] = [
    76, 0, 0, 0,  80, 0,  2, 0,  84, 76, 2, 107,  245, 1, 0, 0,  // nlmsghdr: NEWNETCONF, multi
    2, 0, 0, 0,                                                  // netconfmsg: INET
    8, 0, 1, 0,  1, 0, 0, 0,                                     // IFINDEX
    8, 0, 2, 0,  0, 0, 0, 0,                                     // FORWARDING
    8, 0, 3, 0,  0, 0, 0, 0,                                     // RP_FILTER
    8, 0, 4, 0,  0, 0, 0, 0,                                     // MC_FORWARDING
    8, 0, 8, 0,  0, 0, 0, 0,                                     // BC_FORWARDING
    8, 0, 5, 0,  0, 0, 0, 0,                                     // PROXY_NEIGH
    8, 0, 6, 0,  0, 0, 0, 0,                                     // IGNORE_ROUTES_WITH_LINKDOWN
];

#[test]
fn a_header_of_one_byte_is_followed_by_padding() {
    let switches = message(&SWITCHES).parse(netconf::NEW).unwrap();
    assert_eq!(switches.header, NetconfHeader { family: AddressFamily::INET });
    assert_eq!(switches.require(Netconf::IFINDEX), Ok(NetconfLink(1)));
    assert_eq!(switches.require(Netconf::IGNORE_ROUTES_WITH_LINKDOWN), Ok(0));
    assert_eq!(switches.iter().count(), 7);

    let kind = netconf::NEW.without(Flags::REQUEST).with(Flags::MULTI);
    let mut recorded = SWITCHES;
    recorded[12..16].fill(0);
    builds(&recorded, kind, switches.header, |to| {
        to.put(Netconf::IFINDEX, NetconfLink(1));
        to.put(Netconf::FORWARDING, 0).put(Netconf::RP_FILTER, 0).put(Netconf::MC_FORWARDING, 0);
        to.put(Netconf::BC_FORWARDING, 0).put(Netconf::PROXY_NEIGH, 0);
        to.put(Netconf::IGNORE_ROUTES_WITH_LINKDOWN, 0);
    });
}

/// `ip netns set` of a namespace opened as file 5.
#[rustfmt::skip]
const NUMBER: [u8; 36] = [
    36, 0, 0, 0,  88, 0,  5, 0,  58, 77, 2, 107,  0, 0, 0, 0,    // nlmsghdr: NEWNSID, request|ack
    0, 0, 0, 0,                                                  // rtgenmsg
    8, 0, 3, 0,  5, 0, 0, 0,                                     // FD
    8, 0, 1, 0,  5, 0, 0, 0,                                     // NSID
];

#[test]
fn a_namespace_id_is_read_and_built() {
    let number = message(&NUMBER).parse(nsid::NEW).unwrap();
    assert_eq!((number.require(Nsid::FD), number.require(Nsid::NSID)), (Ok(5), Ok(5)));

    builds(&NUMBER, nsid::NEW.with(Flags::ACK), NsidHeader::default(), |number| {
        number.put(Nsid::FD, 5).put(Nsid::NSID, 5);
    });
}

#[test]
fn special_interface_indices_print_by_name() {
    let printed =
        [NetconfLink::ALL, NetconfLink::DEFAULT, NetconfLink(3)].map(|link| link.to_string());
    assert_eq!(printed, ["ALL", "DEFAULT", "3"]);
}
