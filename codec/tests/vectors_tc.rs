//! Traffic control, as iproute2 sends requests and the kernel replies.
#![cfg(all(feature = "rtnl", target_endian = "little"))]

mod vectors;

use barelink_codec::Flags;
use barelink_codec::print::MessageDebug;
use barelink_codec::rtnl::tc::handle::Handle;
use barelink_codec::rtnl::tc::stats::{BasicStats, QueueStats, TcStats, TcStats2};
use barelink_codec::rtnl::tc::{Tc, TcHeader, filter, qdisc};
use vectors::{builds, message};

/// Notification after `tc qdisc replace dev veth0 root handle a85: pfifo limit 77`.
#[rustfmt::skip]
const DISCIPLINE: [u8; 156] = [
    156, 0, 0, 0,  36, 0,  0, 1,  241, 76, 2, 107,  229, 3, 0, 0, // nlmsghdr: NEWQDISC, replace
    0, 0, 0, 0,  12, 0, 0, 0,                                    // tcmsg: link 12,
        0, 0, 133, 10,  255, 255, 255, 255,  5, 0, 0, 0,         //   a85: under the root, five users
    10, 0, 1, 0,  b'p', b'f', b'i', b'f', b'o', 0,  0, 0,        // KIND
    8, 0, 2, 0,  77, 0, 0, 0,                                    // OPTIONS: tc_fifo_qopt, limit 77
    5, 0, 12, 0,  0,  0, 0, 0,                                   // HW_OFFLOAD: no
    48, 0, 7, 0,                                                 // STATS2
        20, 0, 1, 0,  0, 0, 0, 0, 0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0, // BASIC: nothing yet
        24, 0, 3, 0,  0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,      //   QUEUE: nothing waits
            0, 0, 0, 0,  0, 0, 0, 0,
    44, 0, 3, 0,  0, 0, 0, 0, 0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0, // STATS
        0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,
];

#[test]
fn a_qdisc_is_read_and_built() {
    let header = TcHeader {
        index: 12,
        handle: Handle::new(0xa85, 0),
        parent: Handle::ROOT,
        info: 5,
        ..Default::default()
    };

    let pfifo = message(&DISCIPLINE).parse(qdisc::NEW).unwrap();
    assert_eq!(pfifo.header, header);
    assert_eq!(pfifo.require(Tc::KIND).unwrap(), "pfifo");
    assert_eq!(pfifo.require(Tc::OPTIONS.cast::<u32>()), Ok(77));
    let stats = pfifo.require(Tc::STATS2).unwrap();
    assert_eq!(stats.require(TcStats2::BASIC), Ok(BasicStats::default()));
    assert_eq!(stats.get(TcStats2::PKT64), Ok(None));

    let kind = qdisc::NEW.without(Flags::REQUEST).with(Flags::REPLACE);
    builds(&DISCIPLINE, kind, header, |pfifo| {
        pfifo.put(Tc::KIND, "pfifo").put(Tc::OPTIONS, &77u32.to_ne_bytes());
        pfifo.put(Tc::HW_OFFLOAD, 0).nest(Tc::STATS2, |stats| {
            stats.put(TcStats2::BASIC, BasicStats::default());
            stats.put(TcStats2::QUEUE, QueueStats::default());
        });
        pfifo.put(Tc::STATS, TcStats::default());
    });
}

#[test]
fn handles_print_as_tc_prints_them() {
    let handles = [Handle::new(0x1, 0xa0), Handle::new(0xa85, 0), Handle(0x206), Handle::ROOT];
    assert_eq!(handles.map(|handle| handle.to_string()), ["1:a0", "a85:", ":206", "ROOT"]);

    let message = message(&DISCIPLINE);
    let text = format!("{:?}", MessageDebug { message, family: Some(&qdisc::FAMILY) });
    assert!(text.contains("index: 12, handle: a85:, parent: ROOT, info: 5} {KIND: \"pfifo\""));
}

/// `tc filter add dev veth0 egress protocol ip prio 71 handle 518 fw action …`, without
/// the action.
#[rustfmt::skip]
const FILTER: [u8; 48] = [
    48, 0, 0, 0,  44, 0,  5, 6,  31, 77, 2, 107,  0, 0, 0, 0,    // nlmsghdr: NEWTFILTER, request|ack|create|excl
    0, 0, 0, 0,  12, 0, 0, 0,                                    // tcmsg: link 12,
        6, 2, 0, 0,  243, 255, 255, 255,  8, 0, 71, 0,           //   518, what goes out, 0x800 in network order, 71
    7, 0, 1, 0,  b'f', b'w', 0,  0,                              // KIND
    4, 0, 2, 0,                                                  // OPTIONS
];

#[test]
fn a_filters_priority_and_protocol_are_in_its_header() {
    let header = TcHeader {
        index: 12,
        handle: Handle(518),
        parent: Handle::CLSACT_EGRESS,
        info: filter::info(71, 0x800),
        ..Default::default()
    };

    let fw = message(&FILTER).parse(filter::NEW).unwrap();
    assert_eq!(fw.header, header);
    let info = fw.header.info;
    assert_eq!((filter::priority(info), filter::protocol(info)), (71, 0x800));

    builds(&FILTER, filter::NEW.create().with(Flags::ACK), header, |fw| {
        fw.put(Tc::KIND, "fw").put(Tc::OPTIONS, &[]);
    });
}

/// Request for all qdiscs, with the default ones of classes.
#[rustfmt::skip]
const EVERY_DISCIPLINE: [u8; 40] = [
    40, 0, 0, 0,  38, 0,  1, 3,  242, 76, 2, 107,  0, 0, 0, 0,   // nlmsghdr: GETQDISC, request|dump
    0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0,  0, 0, 0, 0, // tcmsg
    4, 0, 10, 0,                                                 // DUMP_INVISIBLE
];

#[test]
fn default_qdiscs_are_requested_by_a_flag() {
    let request = message(&EVERY_DISCIPLINE).parse(qdisc::GET).unwrap();
    assert_eq!(request.get(Tc::DUMP_INVISIBLE), Ok(Some(())));

    builds(&EVERY_DISCIPLINE, qdisc::GET.dump(), TcHeader::default(), |request| {
        request.put(Tc::DUMP_INVISIBLE, ());
    });
}
