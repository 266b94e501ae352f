//! Datagrams split into messages.

mod common;

use barelink_codec::message::{size, total_size};
use barelink_codec::{Error, Flags, Messages};
use common::*;

#[test]
fn sizes_are_those_of_nlmsg_size_and_nlmsg_total_size() {
    assert_eq!([0, 1, 4].map(size), [16, 17, 20]);
    assert_eq!([0, 1, 4, 5].map(total_size), [16, 20, 20, 24]);
    assert_eq!(total_size(1) - size(1), 3, "nlmsg_padlen");
    assert_eq!(total_size(usize::MAX), usize::MAX & !3, "no wrap-around");
}

#[test]
fn a_message_has_the_fields_of_its_header() {
    let bytes = message(16, 0x605, 0xffff_ffff, 0x8000_0001, b"abc");
    let message = first(&bytes);
    assert_eq!((message.message_type, message.flags), (16, Flags(0x605)));
    assert_eq!((message.seq, message.port), (0xffff_ffff, 0x8000_0001));
    assert_eq!(message.payload, b"abc");
    assert_eq!(message.header().len, 19);
}

#[test]
fn messages_of_a_datagram_are_split_past_their_padding() {
    let bytes = [message(16, 0, 1, 0, b"abc"), message(17, 0, 2, 0, b"")].concat();
    let mut messages = Messages::new(&bytes);
    assert_eq!(messages.next().unwrap().unwrap().seq, 1);
    assert_eq!(messages.at(), 20);
    assert_eq!(messages.next().unwrap().unwrap().seq, 2);
    assert!(messages.next().is_none());
}

#[test]
fn the_last_message_may_lack_its_padding() {
    let bytes = message(16, 0, 1, 0, b"abcde");
    let mut messages = Messages::new(&bytes[..21]);
    assert_eq!(messages.next().unwrap().unwrap().payload, b"abcde");
    assert!(messages.next().is_none());
}

#[test]
fn a_truncated_second_message_is_reported_after_the_first() {
    let second = header(40, 16, 0, 2, 0);
    let bytes = [&message(16, 0, 1, 0, b"abcd")[..], &second].concat();
    let mut messages = Messages::new(&bytes);
    assert_eq!(messages.next().unwrap().unwrap().seq, 1);
    assert_eq!(messages.next().unwrap().unwrap_err(), Error::Truncated { at: 20 });
    assert!(messages.next().is_none(), "reported once");
}

#[test]
fn an_impossible_length_is_an_error() {
    for len in [0, 1, 15, 17, 0x7fff_ffff, 0xffff_fff0, 0xffff_ffff] {
        let bytes = header(len, 16, 0, 1, 0);
        let mut messages = Messages::new(&bytes);
        assert_eq!(messages.next().unwrap().unwrap_err(), Error::Truncated { at: 0 }, "{len:#x}");
        assert!(messages.next().is_none());
    }
}

#[test]
fn a_partial_header_is_an_error_no_bytes_are_no_message() {
    let bytes = message(16, 0, 1, 0, b"");
    assert!(Messages::new(&[]).next().is_none());
    for len in 1..16 {
        let cut = Messages::new(&bytes[..len]).next().unwrap();
        assert_eq!(cut.unwrap_err(), Error::Truncated { at: 0 }, "{len} bytes");
    }
}

#[test]
fn zeros_behind_the_last_message_are_no_message() {
    let bytes = [&message(16, 0, 1, 0, b"")[..], &[0; 112]].concat();
    assert_eq!(Messages::new(&bytes).filter_map(Result::ok).count(), 1);
    assert!(Messages::new(&bytes).all(|message| message.is_ok()));
    let mut garbled = bytes;
    garbled[127] = 1;
    assert_eq!(Messages::new(&garbled).last().unwrap().unwrap_err(), Error::Truncated { at: 16 });
    assert!(Messages::new(&[0; 16]).next().unwrap().is_err(), "zeros alone");
}

#[test]
fn a_message_parses_as_its_own_type_only() {
    let bytes = message(17, 0, 1, 0, &[2, 0, 0, 0, 0, 0, 0, 0]);
    assert!(first(&bytes).parse(NEW).is_none());
    assert_eq!(first(&bytes).parse(DEL).unwrap().header.family, 2);
    assert_eq!(first(&bytes).read(NEW).header.family, 2, "read checks no message type");
}

#[test]
fn a_header_that_ends_early_reads_as_if_zeros_followed() {
    let bytes = message(16, 0, 1, 0, &[2]);
    let car = first(&bytes).read(NEW);
    assert_eq!(car.header, CarHeader { family: 2, index: 0 });
    assert!(car.attrs.is_empty());
}

#[test]
fn messages_read_the_same_at_any_alignment() {
    let bytes = everything();
    let expected = format!("{:?}", first(&bytes).read(NEW));
    for shift in 1..8 {
        let shifted = [&[0xa5; 8][..shift], &bytes].concat();
        assert_eq!(format!("{:?}", first(&shifted[shift..]).read(NEW)), expected);
    }
}

#[test]
fn requests_have_the_flags_of_their_message_type() {
    let flags = [
        NEW.flags(),
        NEW.create().flags(),
        NEW.replace().flags(),
        NEW.change().flags(),
        NEW.append().flags(),
        GET.dump().flags(),
        NEW.with(Flags::ACK | Flags::ECHO).flags(),
        NEW.create().without(Flags::EXCL).flags(),
    ];
    assert_eq!(flags.map(|flags| flags.0), [1, 0x601, 0x501, 0x101, 0xc01, 0x301, 0xd, 0x401]);
}

#[test]
fn flags_common_to_all_messages_print_by_name() {
    assert_eq!(format!("{:?}", Flags(0x305)), "REQUEST|ACK|0x300");
    assert_eq!(format!("{:?}", Flags::NONE), "0");
    assert!(Flags::DUMP.contains(Flags::ROOT) && !Flags::ROOT.contains(Flags::DUMP));
}
