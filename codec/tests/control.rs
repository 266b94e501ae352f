//! Control messages: errors, acknowledgements, ends of dumps, and their extended acknowledgements.

mod common;

use barelink_codec::control::{ExtAck, PolicyAttr, PolicyType, Status};
use barelink_codec::value::Str;
use barelink_codec::{Error, Message};
use common::*;

fn status(message: Message<'_>) -> Status<'_> {
    Status::read(&message).unwrap()
}

#[test]
fn the_extended_ack_follows_the_quoted_request() {
    // A request of 21 bytes is quoted with its padding.
    let quoted = [&header(21, 16, 5, 7, 9)[..], &[1, 2, 3, 4, 5, 0, 0, 0]].concat();
    let payload = [&(-22i32).to_ne_bytes()[..], &quoted, &attr(1, b"no\0")].concat();
    let bytes = message(2, 0x200, 7, 9, &payload);
    let whole = status(first(&bytes));
    assert_eq!((whole.errno, whole.text()), (22, Some(Str(b"no"))));
    assert_eq!(whole.quoted, [1, 2, 3, 4, 5, 0, 0, 0]);
    assert_eq!(whole.request.unwrap().len, 21);

    let capped = message(2, 0x300, 7, 9, &error(-22, &attr(1, b"no\0")));
    let capped = status(first(&capped));
    assert_eq!((capped.text(), capped.quoted), (Some(Str(b"no")), &[][..]));
}

#[test]
fn a_request_longer_than_its_quote_has_no_extended_ack() {
    let claims = header(u32::MAX, 16, 5, 7, 9);
    let payload = [&(-22i32).to_ne_bytes()[..], &claims, &attr(1, b"no\0")].concat();
    let bytes = message(2, 0x200, 7, 9, &payload);
    let status = status(first(&bytes));
    assert_eq!((status.text(), status.quoted.len()), (None, 8));
}

#[test]
fn the_extended_ack_has_the_violated_policy() {
    let policy = [attr(1, &2u32.to_ne_bytes()), attr(5, &6u64.to_ne_bytes())].concat();
    let bytes = message(2, 0x300, 7, 9, &error(-34, &attr(0x8004, &policy)));
    let policy = status(first(&bytes)).ext_ack.require(ExtAck::POLICY).unwrap();
    assert_eq!(policy.get(PolicyAttr::TYPE), Ok(Some(PolicyType::U8)));
    assert_eq!(policy.get(PolicyAttr::MAX_VALUE_U), Ok(Some(6)));
}

#[test]
fn an_acknowledgement_may_carry_a_cookie() {
    let bytes = message(2, 0x300, 7, 9, &error(0, &attr(3, &[1, 2])));
    assert_eq!(status(first(&bytes)).ext_ack.get(ExtAck::COOKIE), Ok(Some(&[1, 2][..])));
}

#[test]
fn a_garbled_extended_ack_leaves_the_error_readable() {
    let bytes = message(2, 0x300, 7, 9, &error(-1, &raw_attr(3, 1, b"no\0\0")));
    let status = status(first(&bytes));
    assert_eq!((status.errno, status.text()), (1, None));
    assert_eq!(status.ext_ack.get(ExtAck::MSG), Err(Error::Truncated { at: 0 }));
}

#[test]
fn an_ack_is_always_capped() {
    let bytes = message(2, 0x200, 7, 9, &error(0, &attr(1, b"hm\0")));
    assert_eq!(status(first(&bytes)).text(), Some(Str(b"hm")));
}

#[test]
fn without_the_flag_there_is_no_extended_ack() {
    for kind in [2, 3] {
        let bytes = message(kind, 0x100, 7, 9, &error(-1, &attr(1, b"no\0")));
        assert_eq!(status(first(&bytes)).text(), None);
    }
}
