//! Connection tracking, as conntrack-tools send requests and the kernel replies.
#![cfg(all(feature = "netfilter", target_endian = "little"))]

mod vectors;

use core::net::Ipv4Addr;

use barelink_codec::netfilter::conntrack::{
    self, Conntrack, ConntrackStatus, ConntrackTimestamp, GlobalStats, ProtoInfo, TcpFlags,
    TcpFlagsMask, TcpInfo, TcpState, Tuple, TupleIp, TupleProto,
};
use barelink_codec::netfilter::header::{NfHeader, NfProto};
use barelink_codec::{Attrs, Flags, Writer};
use vectors::{builds, message};

const TCP: u8 = 6;
const V4: NfHeader = NfHeader { family: NfProto::IPV4, version: 0, res_id: 0 };

/// Address and port of one end of a connection.
type End = (Ipv4Addr, u16);

fn end(host: u8, port: u16) -> End {
    ([10, 148, 0, host].into(), port)
}

fn put(tuple: &mut Writer<'_, Tuple>, from: End, to: End) {
    tuple.nest(Tuple::IP, |ip| {
        ip.put(TupleIp::V4_SRC, from.0).put(TupleIp::V4_DST, to.0);
    });
    tuple.nest(Tuple::PROTO, |proto| {
        proto.put(TupleProto::NUM, TCP);
        proto.put(TupleProto::SRC_PORT, from.1).put(TupleProto::DST_PORT, to.1);
    });
}

fn ends(tuple: Attrs<'_, Tuple>) -> (End, End) {
    let ip = tuple.require(Tuple::IP).unwrap();
    let proto = tuple.require(Tuple::PROTO).unwrap();
    assert_eq!(proto.require(TupleProto::NUM), Ok(TCP));
    (
        (ip.require(TupleIp::V4_SRC).unwrap(), proto.require(TupleProto::SRC_PORT).unwrap()),
        (ip.require(TupleIp::V4_DST).unwrap(), proto.require(TupleProto::DST_PORT).unwrap()),
    )
}

/// Notification of a new connection to port 2975.
#[rustfmt::skip]
const OPENED: [u8; 216] = [
    216, 0, 0, 0,  0, 1,  0, 6,  0, 0, 0, 0,  0, 0, 0, 0,        // nlmsghdr: conntrack's NEW, create|excl
    2, 0,  0, 0,                                                 // nfgenmsg: IPv4
    52, 0, 1, 128,                                               // TUPLE_ORIG
        20, 0, 1, 128,                                           //   IP
            8, 0, 1, 0,  10, 148, 0, 1,                          //     V4_SRC
            8, 0, 2, 0,  10, 148, 0, 2,                          //     V4_DST
        28, 0, 2, 128,                                           //   PROTO
            5, 0, 1, 0,  6,  0, 0, 0,                            //     NUM: TCP
            6, 0, 2, 0,  200, 22,  0, 0,                         //     SRC_PORT
            6, 0, 3, 0,  11, 159,  0, 0,                         //     DST_PORT
    52, 0, 2, 128,                                               // TUPLE_REPLY
        20, 0, 1, 128,  8, 0, 1, 0,  10, 148, 0, 2,  8, 0, 2, 0,  10, 148, 0, 1,
        28, 0, 2, 128,  5, 0, 1, 0,  6,  0, 0, 0,
            6, 0, 2, 0,  11, 159,  0, 0,  6, 0, 3, 0,  200, 22,  0, 0,
    8, 0, 12, 0,  36, 2, 37, 161,                                // ID
    8, 0, 3, 0,  0, 0, 1, 136,                                   // STATUS: confirmed, both ways of NAT decided
    8, 0, 7, 0,  0, 0, 0, 120,                                   // TIMEOUT: two minutes
    48, 0, 4, 128,                                               // PROTOINFO
        44, 0, 1, 128,                                           //   TCP
            5, 0, 1, 0,  1,  0, 0, 0,                            //     STATE: SYN_SENT
            5, 0, 2, 0,  10,  0, 0, 0,                           //     WSCALE_ORIGINAL
            5, 0, 3, 0,  0,  0, 0, 0,                            //     WSCALE_REPLY
            6, 0, 4, 0,  3, 0,  0, 0,                            //     FLAGS_ORIGINAL
            6, 0, 5, 0,  0, 0,  0, 0,                            //     FLAGS_REPLY
    8, 0, 8, 0,  0, 0, 9, 210,                                   // MARK
    12, 0, 27, 0,  24, 234, 59, 143, 154, 241, 68, 26,           // TIMESTAMP_EVENT
];

#[test]
fn a_new_connection_is_read_and_built() {
    let (client, server) = (end(1, 51222), end(2, 2975));
    let status =
        ConntrackStatus::CONFIRMED | ConntrackStatus::SRC_NAT_DONE | ConntrackStatus::DST_NAT_DONE;
    let flags = TcpFlags::WINDOW_SCALE | TcpFlags::SACK_PERM;
    let original = TcpFlagsMask { flags, mask: TcpFlags::EMPTY };

    let opened = message(&OPENED).parse(conntrack::NEW).unwrap();
    assert_eq!(opened.header, V4);
    assert_eq!(ends(opened.require(Conntrack::TUPLE_ORIG).unwrap()), (client, server));
    assert_eq!(ends(opened.require(Conntrack::TUPLE_REPLY).unwrap()), (server, client));
    assert_eq!(opened.require(Conntrack::STATUS), Ok(status));
    assert_eq!(opened.require(Conntrack::TIMEOUT), Ok(120));
    assert_eq!(opened.require(Conntrack::MARK), Ok(2514));
    assert_eq!(opened.require(Conntrack::TIMESTAMP_EVENT), Ok(0x18ea_3b8f_9af1_441a));
    let tcp = opened.require(Conntrack::PROTOINFO).unwrap().require(ProtoInfo::TCP).unwrap();
    assert_eq!(tcp.require(TcpInfo::STATE), Ok(TcpState::SYN_SENT));
    assert_eq!(tcp.require(TcpInfo::FLAGS_ORIGINAL), Ok(original));

    let kind = conntrack::NEW.create().without(Flags::REQUEST);
    builds(&OPENED, kind, V4, |opened| {
        opened.nest(Conntrack::TUPLE_ORIG, |tuple| put(tuple, client, server));
        opened.nest(Conntrack::TUPLE_REPLY, |tuple| put(tuple, server, client));
        opened.put(Conntrack::ID, 0x2402_25a1).put(Conntrack::STATUS, status);
        opened.put(Conntrack::TIMEOUT, 120).nest(Conntrack::PROTOINFO, |info| {
            info.nest(ProtoInfo::TCP, |tcp| {
                tcp.put(TcpInfo::STATE, TcpState::SYN_SENT);
                tcp.put(TcpInfo::WSCALE_ORIGINAL, 10).put(TcpInfo::WSCALE_REPLY, 0);
                tcp.put(TcpInfo::FLAGS_ORIGINAL, original);
                tcp.put(TcpInfo::FLAGS_REPLY, TcpFlagsMask::default());
            });
        });
        opened.put(Conntrack::MARK, 2514);
        opened.put(Conntrack::TIMESTAMP_EVENT, 0x18ea_3b8f_9af1_441a);
    });
}

/// `conntrack -I -p tcp -s 10.148.0.50 -d 10.148.0.51 --sport 23026 --dport 992 --state ESTABLISHED
/// -u SEEN_REPLY,ASSURED -t 4143 -m 92`
#[rustfmt::skip]
const INSERT: [u8; 180] = [
    180, 0, 0, 0,  0, 1,  5, 6,  192, 77, 2, 107,  0, 0, 0, 0,   // nlmsghdr: conntrack's NEW, request|ack|create|excl
    2, 0,  0, 0,                                                 // nfgenmsg: IPv4
    52, 0, 1, 128,                                               // TUPLE_ORIG
        20, 0, 1, 128,  8, 0, 1, 0,  10, 148, 0, 50,  8, 0, 2, 0,  10, 148, 0, 51,
        28, 0, 2, 128,  5, 0, 1, 0,  6,  0, 0, 0,
            6, 0, 2, 0,  89, 242,  0, 0,  6, 0, 3, 0,  3, 224,  0, 0,
    52, 0, 2, 128,                                               // TUPLE_REPLY
        20, 0, 1, 128,  8, 0, 1, 0,  10, 148, 0, 51,  8, 0, 2, 0,  10, 148, 0, 50,
        28, 0, 2, 128,  5, 0, 1, 0,  6,  0, 0, 0,
            6, 0, 2, 0,  3, 224,  0, 0,  6, 0, 3, 0,  89, 242,  0, 0,
    8, 0, 3, 0,  0, 0, 0, 14,                                    // STATUS: confirmed, as it has to be
    8, 0, 7, 0,  0, 0, 16, 47,                                   // TIMEOUT
    8, 0, 8, 0,  0, 0, 0, 92,                                    // MARK
    32, 0, 4, 128,                                               // PROTOINFO
        28, 0, 1, 128,                                           //   TCP
            5, 0, 1, 0,  3,  0, 0, 0,                            //     STATE: ESTABLISHED
            6, 0, 4, 0,  10, 10,  0, 0,                          //     FLAGS_ORIGINAL, and which are meant
            6, 0, 5, 0,  10, 10,  0, 0,                          //     FLAGS_REPLY
];

#[test]
fn a_request_for_a_new_connection_is_read_and_built() {
    let (client, server) = (end(50, 23026), end(51, 992));
    let status =
        ConntrackStatus::SEEN_REPLY | ConntrackStatus::ASSURED | ConntrackStatus::CONFIRMED;
    let flags = TcpFlags::SACK_PERM | TcpFlags::BE_LIBERAL;
    let both = TcpFlagsMask { flags, mask: flags };

    let insert = message(&INSERT).parse(conntrack::NEW).unwrap();
    assert_eq!(ends(insert.require(Conntrack::TUPLE_ORIG).unwrap()), (client, server));
    assert_eq!(insert.require(Conntrack::STATUS), Ok(status));

    builds(&INSERT, conntrack::NEW.create().with(Flags::ACK), V4, |insert| {
        insert.nest(Conntrack::TUPLE_ORIG, |tuple| put(tuple, client, server));
        insert.nest(Conntrack::TUPLE_REPLY, |tuple| put(tuple, server, client));
        insert.put(Conntrack::STATUS, status).put(Conntrack::TIMEOUT, 4143);
        insert.put(Conntrack::MARK, 92).nest(Conntrack::PROTOINFO, |info| {
            info.nest(ProtoInfo::TCP, |tcp| {
                tcp.put(TcpInfo::STATE, TcpState::ESTABLISHED);
                tcp.put(TcpInfo::FLAGS_ORIGINAL, both).put(TcpInfo::FLAGS_REPLY, both);
            });
        });
    });
}

/// `conntrack -L -m 4`
#[rustfmt::skip]
const BY_MARK: [u8; 36] = [
    36, 0, 0, 0,  1, 1,  1, 3,  192, 77, 2, 107,  0, 0, 0, 0,    // nlmsghdr: conntrack's GET, request|dump
    0, 0,  0, 0,                                                 // nfgenmsg: of any protocol
    8, 0, 8, 0,  0, 0, 0, 4,                                     // MARK
    8, 0, 21, 0,  255, 255, 255, 255,                            // MARK_MASK
];

#[test]
fn connections_are_requested_by_mark() {
    let request = message(&BY_MARK).parse(conntrack::GET).unwrap();
    assert_eq!(request.require(Conntrack::MARK_MASK), Ok(u32::MAX));

    builds(&BY_MARK, conntrack::GET.dump(), NfHeader::default(), |request| {
        request.put(Conntrack::MARK, 4).put(Conntrack::MARK_MASK, u32::MAX);
    });
}

/// Timestamp of a connection in a dump.
#[rustfmt::skip]
const CAME: [u8; 36] = [
    36, 0, 0, 0,  0, 1,  2, 0,  191, 77, 2, 107,  178, 5, 0, 0,  // nlmsghdr: conntrack's NEW, multi
    2, 0,  0, 0,                                                 // nfgenmsg: IPv4
    16, 0, 20, 128,                                              // TIMESTAMP
        12, 0, 1, 0,  24, 234, 59, 189, 160, 141, 65, 180,       //   START
];

#[test]
fn the_timestamp_of_a_connection_is_in_a_nest() {
    let came = message(&CAME).parse(conntrack::NEW).unwrap();
    let timestamp = came.require(Conntrack::TIMESTAMP).unwrap();
    assert_eq!(timestamp.require(ConntrackTimestamp::START), Ok(0x18ea_3bbd_a08d_41b4));
    assert_eq!(timestamp.get(ConntrackTimestamp::STOP), Ok(None));

    let kind = conntrack::NEW.without(Flags::REQUEST).with(Flags::MULTI);
    builds(&CAME, kind, V4, |came| {
        came.nest(Conntrack::TIMESTAMP, |timestamp| {
            timestamp.put(ConntrackTimestamp::START, 0x18ea_3bbd_a08d_41b4);
        });
    });
}

/// Reply to `conntrack -C`.
#[rustfmt::skip]
const COUNT: [u8; 36] = [
    36, 0, 0, 0,  5, 1,  2, 0,  192, 77, 2, 107,  183, 5, 0, 0,  // nlmsghdr: conntrack's GET_STATS, multi
    0, 0,  0, 0,                                                 // nfgenmsg
    8, 0, 1, 0,  0, 0, 0, 11,                                    // ENTRIES
    8, 0, 2, 0,  0, 1, 0, 0,                                     // MAX_ENTRIES
];

#[test]
fn the_number_of_connections_is_read_and_built() {
    let count = message(&COUNT).parse(conntrack::GET_STATS).unwrap();
    assert_eq!(count.require(GlobalStats::ENTRIES), Ok(11));
    assert_eq!(count.require(GlobalStats::MAX_ENTRIES), Ok(65536));

    let kind = conntrack::GET_STATS.without(Flags::REQUEST).with(Flags::MULTI);
    builds(&COUNT, kind, NfHeader::default(), |count| {
        count.put(GlobalStats::ENTRIES, 11).put(GlobalStats::MAX_ENTRIES, 65536);
    });
}
