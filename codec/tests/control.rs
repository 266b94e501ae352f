//! The kernel's own words: errors, acknowledgements, ends of dumps, and their details.

mod common;

use barelink_codec::control::{ExtAck, PolicyAttr, PolicyType, Status};
use barelink_codec::value::Str;
use barelink_codec::{Error, Message};
use common::*;

fn status(message: Message<'_>) -> Status<'_> {
    Status::read(&message).unwrap()
}

#[test]
fn details_follow_the_request_as_long_as_it_is_quoted() {
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
fn a_request_that_claims_to_be_longer_than_what_is_quoted_has_no_details() {
    let claims = header(u32::MAX, 16, 5, 7, 9);
    let payload = [&(-22i32).to_ne_bytes()[..], &claims, &attr(1, b"no\0")].concat();
    let bytes = message(2, 0x200, 7, 9, &payload);
    let status = status(first(&bytes));
    assert_eq!((status.text(), status.quoted.len()), (None, 8));
}

#[test]
fn details_tell_the_policy_that_was_broken() {
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
fn garbled_details_cost_the_details_and_not_the_error() {
    let bytes = message(2, 0x300, 7, 9, &error(-1, &raw_attr(3, 1, b"no\0\0")));
    let status = status(first(&bytes));
    assert_eq!((status.errno, status.text()), (1, None));
    assert_eq!(status.ext_ack.get(ExtAck::MSG), Err(Error::Truncated { at: 0 }));
}

#[test]
fn a_success_is_capped_whatever_its_flags_say() {
    let bytes = message(2, 0x200, 7, 9, &error(0, &attr(1, b"hm\0")));
    assert_eq!(status(first(&bytes)).text(), Some(Str(b"hm")));
}

#[test]
fn details_without_their_flag_are_none() {
    for kind in [2, 3] {
        let bytes = message(kind, 0x100, 7, 9, &error(-1, &attr(1, b"no\0")));
        assert_eq!(status(first(&bytes)).text(), None);
    }
}
