//! Captures: written, read back, and in place of the kernel.

mod common;

use std::time::Duration;

use barelink_codec::Parsed;
use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_transport::capture::{CaptureReader, CaptureRecord, Captured, Output, Room};
use barelink_transport::fake::{Answers, Fake};
use barelink_transport::{
    Channel, Connection, Errno, Error, Monitor, MonitorEvent, Protocol, Replay, Socket,
};
use common::in_namespace;

fn header(index: i32) -> LinkHeader {
    LinkHeader { index, ..Default::default() }
}

fn answer(request: &barelink_codec::Message<'_>, answers: &mut Answers<'_>) {
    let asked = request.read(link::GET).header.index;
    if asked > 5 {
        return answers.error(19, |_| {});
    }
    if request.flags.contains(barelink_codec::Flags::DUMP) {
        answers.reply(link::NEW, header(1), |_| {});
        answers.reply(link::NEW, header(2), |_| {});
        return answers.done();
    }
    answers.notify(link::DEL, header(9), |_| {});
    answers.reply(link::NEW, header(asked), |_| {});
    answers.ack();
}

/// A conversation: one link, all of them, one that is not there, three at once.
fn talk<C: Channel>(route: &mut Connection<'_, C>) {
    assert_eq!(route.get(link::GET, header(3), |_| {}).unwrap().header.index, 3);
    let mut links = route.dump(link::GET, header(0), |_| {}).unwrap();
    let mut all = vec![];
    while let Some(link) = links.next().unwrap() {
        all.push(link.header.index);
    }
    assert_eq!(all, [1, 2]);
    let Err(Error::Kernel(refusal)) = route.execute(link::DEL, header(6), |_| {}) else { panic!() };
    assert_eq!(refusal.errno(), Errno::NODEV);
    let mut results = vec![];
    let fill = |batch: &mut barelink_transport::Requests<'_>| {
        [6, 4, 7].iter().try_for_each(|index| batch.push(link::DEL, header(*index), |_| {}))
    };
    route.batch(fill, |place, result| results.push((place, result.is_ok()))).unwrap();
    assert_eq!(results, [(0, false), (1, true), (2, false)]);
}

fn recorded() -> Vec<u8> {
    let (mut queue, mut buffer, mut file) = ([0; 4096], [0; 4096], vec![]);
    let sink = |bytes: &[u8]| file.extend_from_slice(bytes);
    let captured = Captured::new(Fake::new(&mut queue, answer), Protocol::ROUTE, sink);
    let mut route = Connection::with_channel(captured, &mut buffer).unwrap();
    talk(&mut route);
    file
}

#[test]
fn a_recording_answers_as_the_kernel_did() {
    let file = recorded();
    let mut buffer = [0; 4096];
    let records = CaptureReader::open(&file).unwrap().map(Result::unwrap);
    let mut route = Connection::with_channel(Replay::new(records), &mut buffer).unwrap();
    // With other sequence numbers than those recorded.
    route.batch(|_| Ok(()), |_, _| {}).unwrap();
    let _ = route.execute(link::SET, LinkHeader::default(), |link| {
        link.put_raw(1, &[0; 8000]); // too long to be sent, but numbered
    });
    talk(&mut route);
    assert!(route.channel().is_exhausted());
    let over = route.execute(link::DEL, header(1), |_| {}).unwrap_err();
    assert!(over.to_string().contains("no more requests"), "{over}");
}

#[test]
fn a_replayed_recording_skips_answers_that_nobody_reads() {
    let file = recorded();
    let mut buffer = [0; 4096];
    let records = CaptureReader::open(&file).unwrap().map(Result::unwrap);
    let mut route = Connection::with_channel(Replay::new(records), &mut buffer).unwrap();
    route.request(link::GET, header(3), |_| {}).unwrap();
    route.dump(link::GET, header(0), |_| {}).unwrap();
    let gone = route.execute(link::DEL, header(6), |_| {});
    assert!(matches!(gone, Err(Error::Kernel(refusal)) if refusal.errno() == Errno::NODEV));
}

#[test]
fn what_went_in_and_out_is_in_the_file_with_direction_time_and_protocol() {
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
fn a_datagram_that_was_cut_is_kept_as_far_as_it_came() {
    let (mut queue, mut buffer, mut room) = ([0; 1024], [0; 68], [0; 1024]);
    let answer = |_: &barelink_codec::Message<'_>, answers: &mut Answers<'_>| {
        answers.reply(link::NEW, header(7), |link| {
            link.put(Link::IFALIAS, "a name that does not fit");
        });
    };
    let captured =
        Captured::new(Fake::new(&mut queue, answer), Protocol::ROUTE, Room::new(&mut room));
    let mut route = Connection::with_channel(captured, &mut buffer).unwrap();
    let cut = route.get(link::GET, header(7), |_| {}).map(|_| ());
    assert_eq!(cut, Err(Error::DatagramTruncated { needed: 64, room: 36 }));
    let file = route.channel().sink().bytes();
    let records: Vec<CaptureRecord<'_>> =
        CaptureReader::open(file).unwrap().map(Result::unwrap).collect();
    assert_eq!((records[1].len, records[1].bytes.len()), (64, 36));
    assert_eq!(records[1].bytes[4], if cfg!(target_endian = "little") { 16 } else { 0 });
    // Replayed, it is cut again.
    let mut buffer = [0; 4096];
    let mut route =
        Connection::with_channel(Replay::new(records.into_iter()), &mut buffer).unwrap();
    let cut = route.get(link::GET, header(7), |_| {}).map(|_| ());
    assert!(matches!(cut, Err(Error::DatagramTruncated { needed: 64, .. })), "{cut:?}");
}

#[test]
fn a_record_without_room_is_left_out_whole_and_counted() {
    let (mut queue, mut buffer, mut room) = ([0; 4096], [0; 4096], [0; 24 + 64 + 10]);
    let fake = Fake::new(&mut queue, answer);
    let captured = Captured::new(fake, Protocol::ROUTE, Room::new(&mut room));
    let mut route = Connection::with_channel(captured, &mut buffer).unwrap();
    talk(&mut route);
    assert_eq!(route.channel().lost(), 15);
    let file = route.channel().sink().bytes();
    assert!(CaptureReader::open(file).unwrap().all(|record| record.is_ok()));
    assert_eq!(CaptureReader::open(file).unwrap().count(), 1);
}

#[test]
fn a_file_that_cannot_be_written_does_not_stop_the_connection() {
    struct Broken;
    impl std::io::Write for Broken {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("no space"))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let (mut queue, mut buffer) = ([0; 4096], [0; 4096]);
    let captured =
        Captured::new(Fake::new(&mut queue, answer), Protocol::ROUTE, Output::new(Broken));
    let mut route = Connection::with_channel(captured, &mut buffer).unwrap();
    talk(&mut route);
    assert_eq!(route.channel().lost(), 17);
}

/// A file as another program, or another machine, would write it.
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
fn files_of_either_byte_order_and_either_fineness_are_read() {
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
fn where_a_file_does_not_say_the_direction_what_asks_goes_out() {
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
fn a_file_cut_anywhere_gives_what_is_whole_and_one_error() {
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
    assert!(CaptureReader::open(b"#!/bin/sh, which is no capture at all").is_err());
}

#[test]
fn every_changed_byte_of_a_file_is_read_without_panic() {
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
fn a_capture_of_the_real_kernel_gives_the_same_links_again() {
    in_namespace(|| {
        let each = |all: &mut Vec<(i32, String)>, link: Parsed<'_, LinkHeader, Link>| {
            let name = link.require(Link::IFNAME)?.to_string();
            all.push((link.header.index, name));
            Ok(())
        };
        let (mut file, mut buffer) = (vec![], [0; 33 * 1024]);
        let captured = Captured::new(
            Socket::open(Protocol::ROUTE).unwrap(),
            Protocol::ROUTE,
            Output::new(&mut file),
        );
        let mut route = Connection::with_channel(captured, &mut buffer).unwrap();
        let live = route.dump_consistent(3, link::GET, header(0), |_| {}, Vec::new, each).unwrap();
        assert_eq!(live, [(1, "lo".to_string())]);
        let records = CaptureReader::open(&file).unwrap().map(Result::unwrap);
        let mut route = Connection::with_channel(Replay::new(records), &mut buffer).unwrap();
        let again = route.dump_consistent(3, link::GET, header(0), |_| {}, Vec::new, each).unwrap();
        assert_eq!(live, again);
    });
}

#[test]
fn recorded_events_are_heard_again() {
    let (mut queue, mut buffer, mut file) = ([0; 512], [0; 512], vec![]);
    let mut fake = Fake::new(&mut queue, |_, _| {});
    fake.push(|kernel| {
        kernel.notify(link::NEW, header(4), |_| {});
        kernel.notify(link::DEL, header(5), |_| {});
    });
    let sink = |bytes: &[u8]| file.extend_from_slice(bytes);
    let mut monitor =
        Monitor::with_channel(Captured::new(fake, Protocol::ROUTE, sink), &mut buffer);
    while monitor.next(Some(Duration::ZERO)).is_ok() {}
    let records = CaptureReader::open(&file).unwrap().map(Result::unwrap);
    let mut monitor = Monitor::with_channel(Replay::new(records), &mut buffer);
    let mut heard = vec![];
    while let Ok(MonitorEvent::Message { message, .. }) = monitor.next(Some(Duration::ZERO)) {
        heard.push((message.message_type, message.read(link::NEW).header.index));
    }
    assert_eq!(heard, [(16, 4), (17, 5)]);
}

/// The recordings of this format of the shared folder: length, direction, protocol, datagram.
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
fn what_other_programs_were_told_is_told_again() {
    use barelink_codec::genl::ctrl::{self, Ctrl, PolicyType};
    use barelink_codec::genl::kernel_policy::PolicyEntry;
    let Ok(folder) = std::env::var("BARELINK_SHARED") else {
        return eprintln!("skipped: BARELINK_SHARED is not set");
    };
    let file = std::fs::read(format!("{folder}/captures/linux-6.18/genl/ctrl.nl")).unwrap();
    let records = shared(&file);
    let mut buffer = vec![0; 64 * 1024];

    // The kernel's own tool: all families, then one.
    let replay = Replay::new(records.iter().copied().skip(18));
    let mut generic = Connection::with_channel(replay, &mut buffer).unwrap();
    let (kind, header) = (ctrl::GET_FAMILY.kind(ctrl::ID), ctrl::GET_FAMILY.header(()));
    let mut families = generic.dump(kind, header, |_| {}).unwrap();
    let mut names = vec![];
    while let Some(family) = families.next().unwrap() {
        names.push(family.require(Ctrl::FAMILY_NAME).unwrap().to_string());
    }
    assert!(names.iter().any(|name| name == "ethtool"), "{names:?}");
    let ethtool = generic.family("ethtool").unwrap();
    assert_eq!(ethtool.id, 21);

    // iproute2: the policies of one family.
    let replay = Replay::new(records.iter().copied().skip(9));
    let mut generic = Connection::with_channel(replay, &mut buffer).unwrap();
    let mut room = vec![PolicyEntry::VACANT; 1000];
    let policy = generic.policy(ethtool, None, &mut room).unwrap();
    assert!(policy.needed() > 200, "{}", policy.needed());
    let rings = policy.do_policy(16).expect("a policy for RINGS_SET");
    let mut rules = policy.rules(rings);
    assert!(rules.any(|(number, ty, _)| (number, ty) == (11, PolicyType::U8)));
}

/// Takes this many writes, and then one more in half.
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
fn a_file_that_took_half_a_record_gets_nothing_behind_it() {
    use barelink_transport::capture::{Output, Sink};
    let mut output = Output::new(FullDisk(3));
    assert!(output.take(b"head", b"body"));
    assert!(!output.take(b"head", b"body"), "half of it");
    assert!(!output.take(b"", b""), "not even nothing");
    assert_eq!(output.into_inner().0, 0);
}
