//! Captures: written, read, replayed.

mod common;

use std::time::Duration;

use barelink_codec::Parsed;
use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_transport::capture::CaptureChannel;
use barelink_transport::pcap::{CaptureReader, CaptureRecord, MemorySink, Sink, WriteSink};
use barelink_transport::testing::{Answers, Fake};
use barelink_transport::{
    Channel, Connection, Errno, Error, Monitor, MonitorEvent, Protocol, Replay, Socket,
};
use common::in_namespace;

fn header(index: i32) -> LinkHeader {
    LinkHeader { index, ..Default::default() }
}

fn answer(request: &barelink_codec::Message<'_>, answers: &mut Answers<'_>) {
    let index = request.read(link::GET).header.index;
    if index > 5 {
        return answers.error(19, |_| {});
    }
    if request.flags.contains(barelink_codec::Flags::DUMP) {
        answers.reply(link::NEW, header(1), |_| {});
        answers.reply(link::NEW, header(2), |_| {});
        return answers.done();
    }
    answers.notify(link::DEL, header(9), |_| {});
    answers.reply(link::NEW, header(index), |_| {});
    answers.ack();
}

/// Requests and their replies: get, dump, a failing execute, a batch of three.
fn exchange_all<C: Channel>(route: &mut Connection<'_, C>) {
    assert_eq!(route.get(link::GET, header(3), |_| {}).unwrap().header.index, 3);
    let mut links = route.dump(link::GET, header(0), |_| {}).unwrap();
    let mut all = vec![];
    while let Some(link) = links.next().unwrap() {
        all.push(link.header.index);
    }
    assert_eq!(all, [1, 2]);
    let Err(Error::Kernel(error)) = route.execute(link::DEL, header(6), |_| {}) else { panic!() };
    assert_eq!(error.errno(), Errno::NODEV);
    let mut results = vec![];
    let fill = |batch: &mut barelink_transport::Requests<'_>| {
        [6, 4, 7].iter().try_for_each(|index| batch.push(link::DEL, header(*index), |_| {}))
    };
    route.batch(fill, |index, result| results.push((index, result.is_ok()))).unwrap();
    assert_eq!(results, [(0, false), (1, true), (2, false)]);
}

fn recorded() -> Vec<u8> {
    let (mut queue, mut buffer, mut file) = ([0; 4096], [0; 4096], vec![]);
    let sink = |bytes: &[u8]| file.extend_from_slice(bytes);
    let channel = CaptureChannel::new(Fake::new(&mut queue, answer), Protocol::ROUTE, sink);
    let mut route = Connection::with_channel(channel, &mut buffer).unwrap();
    exchange_all(&mut route);
    file
}

#[test]
fn a_replay_answers_as_the_recorded_kernel() {
    let file = recorded();
    let mut buffer = [0; 4096];
    let records = CaptureReader::open(&file).unwrap().map(Result::unwrap);
    let mut route = Connection::with_channel(Replay::new(records), &mut buffer).unwrap();
    // Uses up sequence numbers, so that they differ from the recorded ones.
    route.batch(|_| Ok(()), |_, _| {}).unwrap();
    let _ = route.execute(link::SET, LinkHeader::default(), |link| {
        link.put_raw(1, &[0; 8000]); // too long to be sent, but it takes a number
    });
    exchange_all(&mut route);
    assert!(route.channel().is_exhausted());
    let end = route.execute(link::DEL, header(1), |_| {}).unwrap_err();
    assert!(end.to_string().contains("no more requests"), "{end}");
}

#[test]
fn a_replay_skips_unread_replies() {
    let file = recorded();
    let mut buffer = [0; 4096];
    let records = CaptureReader::open(&file).unwrap().map(Result::unwrap);
    let mut route = Connection::with_channel(Replay::new(records), &mut buffer).unwrap();
    route.request(link::GET, header(3), |_| {}).unwrap();
    route.dump(link::GET, header(0), |_| {}).unwrap();
    let gone = route.execute(link::DEL, header(6), |_| {});
    assert!(matches!(gone, Err(Error::Kernel(error)) if error.errno() == Errno::NODEV));
}

#[test]
fn a_capture_has_direction_time_and_protocol() {
    let file = recorded();
    let records: Vec<CaptureRecord<'_>> =
        CaptureReader::open(&file).unwrap().map(Result::unwrap).collect();
    let directions: String =
        records.iter().map(|record| if record.outgoing { '>' } else { '<' }).collect();
    assert_eq!(directions, "><<<><<<><><<<<<");
    for record in &records {
        assert_eq!((record.protocol, record.len), (Protocol::ROUTE, record.bytes.len()));
        assert!(record.time > Duration::from_secs(1_600_000_000), "{:?}", record.time);
    }
    assert!(records.is_sorted_by_key(|record| record.time));
}

#[test]
fn a_truncated_datagram_is_captured_up_to_the_buffer() {
    let (mut queue, mut buffer, mut room) = ([0; 1024], [0; 68], [0; 1024]);
    let answer = |_: &barelink_codec::Message<'_>, answers: &mut Answers<'_>| {
        answers.reply(link::NEW, header(7), |link| {
            link.put(Link::IFALIAS, "a name that does not fit");
        });
    };
    let channel = CaptureChannel::new(
        Fake::new(&mut queue, answer),
        Protocol::ROUTE,
        MemorySink::new(&mut room),
    );
    let mut route = Connection::with_channel(channel, &mut buffer).unwrap();
    let cut = route.get(link::GET, header(7), |_| {}).map(|_| ());
    assert_eq!(cut, Err(Error::DatagramTruncated { needed: 64, room: 36 }));
    let file = route.channel().sink().bytes();
    let records: Vec<CaptureRecord<'_>> =
        CaptureReader::open(file).unwrap().map(Result::unwrap).collect();
    assert_eq!((records[1].len, records[1].bytes.len()), (64, 36));
    assert_eq!(records[1].bytes[4], if cfg!(target_endian = "little") { 16 } else { 0 });
    // Replayed, it is truncated again.
    let mut buffer = [0; 4096];
    let mut route =
        Connection::with_channel(Replay::new(records.into_iter()), &mut buffer).unwrap();
    let cut = route.get(link::GET, header(7), |_| {}).map(|_| ());
    assert!(matches!(cut, Err(Error::DatagramTruncated { needed: 64, .. })), "{cut:?}");
}

#[test]
fn a_record_that_does_not_fit_is_dropped_and_counted() {
    let (mut queue, mut buffer, mut room) = ([0; 4096], [0; 4096], [0; 24 + 64 + 10]);
    let fake = Fake::new(&mut queue, answer);
    let channel = CaptureChannel::new(fake, Protocol::ROUTE, MemorySink::new(&mut room));
    let mut route = Connection::with_channel(channel, &mut buffer).unwrap();
    exchange_all(&mut route);
    assert_eq!(route.channel().lost(), 15);
    let file = route.channel().sink().bytes();
    assert!(CaptureReader::open(file).unwrap().all(|record| record.is_ok()));
    assert_eq!(CaptureReader::open(file).unwrap().count(), 1);
}

#[test]
fn write_errors_of_a_capture_do_not_stop_the_connection() {
    struct Failing;
    impl std::io::Write for Failing {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("no space"))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let (mut queue, mut buffer) = ([0; 4096], [0; 4096]);
    let channel = CaptureChannel::new(
        Fake::new(&mut queue, answer),
        Protocol::ROUTE,
        WriteSink::new(Failing),
    );
    let mut route = Connection::with_channel(channel, &mut buffer).unwrap();
    exchange_all(&mut route);
    assert_eq!(route.channel().lost(), 17);
}

/// Capture file as another program or a machine of another byte order writes it.
fn foreign(big: bool, nanoseconds: bool, direction: u16, datagram: &[u8]) -> Vec<u8> {
    let word = |word: u32| if big { word.to_be_bytes() } else { word.to_le_bytes() };
    let half = |half: u16| if big { half.to_be_bytes() } else { half.to_le_bytes() };
    let mut file = vec![];
    file.extend(word(if nanoseconds { 0xa1b2_3c4d } else { 0xa1b2_c3d4 }));
    file.extend([half(2), half(4)].concat());
    file.extend([word(0), word(0), word(65535), word(253)].concat());
    let len = 16 + datagram.len() as u32;
    file.extend([word(1_700_000_000), word(123_456), word(len), word(len)].concat());
    file.extend(direction.to_be_bytes());
    file.extend(824u16.to_be_bytes());
    file.extend([0; 10]);
    file.extend(16u16.to_be_bytes());
    file.extend(datagram);
    file
}

#[test]
fn captures_of_either_byte_order_and_time_unit_are_read() {
    for big in [false, true] {
        for (nanoseconds, fraction) in [(false, 123_456_000), (true, 123_456)] {
            let file = foreign(big, nanoseconds, 7, &[1; 20]);
            let records = CaptureReader::open(&file).unwrap();
            assert_eq!(records.is_swapped(), big != cfg!(target_endian = "big"));
            let records: Vec<_> = records.map(Result::unwrap).collect();
            let expected = CaptureRecord {
                time: Duration::new(1_700_000_000, fraction),
                protocol: Protocol::GENERIC,
                outgoing: true,
                len: 20,
                bytes: &[1; 20],
            };
            assert_eq!(records, [expected]);
        }
    }
}

#[test]
fn without_a_direction_requests_are_outgoing() {
    let mut buffer = [0; 64];
    let request = link::GET.build(&mut buffer, 1, header(0), |_| {}).unwrap().to_vec();
    let mut buffer = [0; 64];
    let reply = link::NEW.without(barelink_codec::Flags::REQUEST);
    let reply = reply.build(&mut buffer, 1, header(0), |_| {}).unwrap();
    for (direction, datagram, outgoing) in
        [(0, &request[..], true), (0, &reply[..], false), (4, reply, true), (6, &request, false)]
    {
        let file = foreign(cfg!(target_endian = "big"), true, direction, datagram);
        let record = CaptureReader::open(&file).unwrap().next().unwrap().unwrap();
        assert_eq!(record.outgoing, outgoing, "{direction}");
    }
}

#[test]
fn a_truncated_capture_has_whole_records_and_one_error() {
    let file = recorded();
    for len in 0..file.len() {
        match CaptureReader::open(&file[..len]) {
            Err(error) => assert!(len < 24 && matches!(error, Error::Codec(_))),
            Ok(records) => {
                let results: Vec<_> = records.collect();
                let errors = results.iter().filter(|result| result.is_err()).count();
                assert!(errors <= 1 && results.iter().rev().skip(1).all(|result| result.is_ok()));
            }
        }
    }
    let mut other = file.clone();
    other[20] = 1; // Ethernet
    other[23] = 1;
    assert!(CaptureReader::open(&other).is_err());
    assert!(CaptureReader::open(b"#!/bin/sh, not a capture file").is_err());
}

#[test]
fn a_capture_with_any_byte_changed_does_not_panic() {
    let file = recorded();
    for at in 0..file.len() {
        let mut changed = file.clone();
        changed[at] ^= 0xff;
        let Ok(records) = CaptureReader::open(&changed) else { continue };
        let mut buffer = [0; 512];
        let replay = Replay::new(records.map_while(Result::ok));
        let mut route = Connection::with_channel(replay, &mut buffer).unwrap();
        let _ = route.get(link::GET, header(3), |_| {}).map(|_| ());
        if let Ok(mut links) = route.dump(link::GET, header(0), |_| {}) {
            while let Ok(Some(_)) = links.next() {}
        }
    }
}

#[test]
fn a_replayed_capture_of_the_real_kernel_has_the_same_links() {
    in_namespace(|| {
        let each = |all: &mut Vec<(i32, String)>, link: Parsed<'_, LinkHeader, Link>| {
            let name = link.require(Link::IFNAME)?.to_string();
            all.push((link.header.index, name));
            Ok(())
        };
        let (mut file, mut buffer) = (vec![], [0; 33 * 1024]);
        let channel = CaptureChannel::new(
            Socket::open(Protocol::ROUTE).unwrap(),
            Protocol::ROUTE,
            WriteSink::new(&mut file),
        );
        let mut route = Connection::with_channel(channel, &mut buffer).unwrap();
        let live = route.dump_consistent(3, link::GET, header(0), |_| {}, Vec::new, each).unwrap();
        assert_eq!(live, [(1, "lo".to_string())]);
        let records = CaptureReader::open(&file).unwrap().map(Result::unwrap);
        let mut route = Connection::with_channel(Replay::new(records), &mut buffer).unwrap();
        let again = route.dump_consistent(3, link::GET, header(0), |_| {}, Vec::new, each).unwrap();
        assert_eq!(live, again);
    });
}

#[test]
fn recorded_notifications_are_replayed() {
    let (mut queue, mut buffer, mut file) = ([0; 512], [0; 512], vec![]);
    let mut fake = Fake::new(&mut queue, |_, _| {});
    fake.push(|kernel| {
        kernel.notify(link::NEW, header(4), |_| {});
        kernel.notify(link::DEL, header(5), |_| {});
    });
    let sink = |bytes: &[u8]| file.extend_from_slice(bytes);
    let mut monitor =
        Monitor::with_channel(CaptureChannel::new(fake, Protocol::ROUTE, sink), &mut buffer);
    while monitor.next(Some(Duration::ZERO)).is_ok() {}
    let records = CaptureReader::open(&file).unwrap().map(Result::unwrap);
    let mut monitor = Monitor::with_channel(Replay::new(records), &mut buffer);
    let mut notifications = vec![];
    while let Ok(MonitorEvent::Message { message, .. }) = monitor.next(Some(Duration::ZERO)) {
        notifications.push((message.message_type, message.read(link::NEW).header.index));
    }
    assert_eq!(notifications, [(16, 4), (17, 5)]);
}

/// Records of a recording in the format of the shared folder: length, direction, protocol, datagram.
#[cfg(target_endian = "little")]
fn shared(file: &[u8]) -> Vec<CaptureRecord<'_>> {
    let (mut rest, mut records) = (file, vec![]);
    while let Some((head, behind)) = rest.split_first_chunk::<8>() {
        let len = u32::from_le_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let (bytes, behind) = behind.split_at(len);
        rest = behind;
        let protocol = Protocol(head[5].into());
        records.push(CaptureRecord {
            time: Duration::ZERO,
            protocol,
            outgoing: head[4] == 1,
            len,
            bytes,
        });
    }
    records
}

#[test]
#[cfg(target_endian = "little")]
fn recorded_dumps_of_other_programs_are_replayed() {
    use barelink_codec::genl::ctrl::{self, Ctrl, PolicyType};
    use barelink_codec::genl::kernel_policy::PolicyEntry;
    let Ok(folder) = std::env::var("BARELINK_SHARED") else {
        return eprintln!("skipped: BARELINK_SHARED is not set");
    };
    let file = std::fs::read(format!("{folder}/captures/linux-6.18/genl/ctrl.nl")).unwrap();
    let records = shared(&file);
    let mut buffer = vec![0; 64 * 1024];

    // ynl: a dump of all families, then one.
    let replay = Replay::new(records.iter().copied().skip(18));
    let mut generic = Connection::with_channel(replay, &mut buffer).unwrap();
    let (kind, header) = (ctrl::GET_FAMILY.message_type(ctrl::ID), ctrl::GET_FAMILY.header(()));
    let mut families = generic.dump(kind, header, |_| {}).unwrap();
    let mut names = vec![];
    while let Some(family) = families.next().unwrap() {
        names.push(family.require(Ctrl::FAMILY_NAME).unwrap().to_string());
    }
    assert!(names.iter().any(|name| name == "ethtool"), "{names:?}");
    let ethtool = generic.family("ethtool").unwrap();
    assert_eq!(ethtool.id, 21);

    // iproute2: the policy of one family.
    let replay = Replay::new(records.iter().copied().skip(9));
    let mut generic = Connection::with_channel(replay, &mut buffer).unwrap();
    let mut entries = vec![PolicyEntry::VACANT; 1000];
    let policy = generic.policy(ethtool, None, &mut entries).unwrap();
    assert!(policy.needed() > 200, "{}", policy.needed());
    let rings = policy.do_policy(16).expect("a policy for RINGS_SET");
    let mut rules = policy.rules(rings);
    assert!(rules.any(|(number, ty, _)| (number, ty) == (11, PolicyType::U8)));
}

/// Accepts this number of writes, then fails.
struct FullDisk(usize);

impl std::io::Write for FullDisk {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 = self.0.checked_sub(1).ok_or(std::io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn after_half_a_record_nothing_more_is_written() {
    let mut sink = WriteSink::new(FullDisk(3));
    assert!(sink.write_record(b"head", b"body"));
    assert!(!sink.write_record(b"head", b"body"), "half of it");
    assert!(!sink.write_record(b"", b""), "not even an empty record");
    assert_eq!(sink.into_inner().0, 0);
}
