//! Scripts of datagrams, and the events of an [`Exchange`] for each.

mod common;

use barelink_codec::{Error, Exchange, ExchangeEvent, Messages};
use common::*;

const SEQ: u32 = 7;
const PORT: u32 = 9;
const MULTI: u16 = 0x2;
const DUMP_INTR: u16 = 0x10;
const CAPPED: u16 = 0x100;
const TLVS: u16 = 0x200;

/// Returns the event of each message as text.
fn script(exchange: &mut Exchange, datagrams: &[Vec<u8>]) -> Vec<String> {
    let messages = datagrams.iter().flat_map(|datagram| Messages::new(datagram));
    messages
        .map(|message| match exchange.step(message.unwrap()) {
            ExchangeEvent::Valid(message) => format!("valid {}", message.message_type),
            ExchangeEvent::Ack(status) => match status.text() {
                Some(text) => format!("ack: {text}"),
                None => "ack".into(),
            },
            ExchangeEvent::Finish { interrupted: true, .. } => "finish, interrupted".into(),
            ExchangeEvent::Finish { status, .. } => match status.text() {
                Some(text) => format!("finish: {text}"),
                None => "finish".into(),
            },
            ExchangeEvent::Error(status) => match status.text() {
                Some(text) => format!("refused {}: {text}", status.errno),
                None => format!("refused {}", status.errno),
            },
            ExchangeEvent::Overrun => "overrun".into(),
            ExchangeEvent::Skipped(_) => "skipped".into(),
            ExchangeEvent::Stray(message) => format!("stray {}", message.message_type),
            ExchangeEvent::Invalid(_, Error::Truncated { at }) => {
                format!("invalid, truncated at {at}")
            }
            other => format!("{other:?}"),
        })
        .collect()
}

/// Runs a script for a request of sequence number 7 from port 9.
fn run(datagrams: &[Vec<u8>]) -> (Vec<String>, bool) {
    let mut exchange = Exchange::new(SEQ).to_port(PORT);
    let events = script(&mut exchange, datagrams);
    (events, exchange.is_done())
}

#[track_caller]
fn ends(datagrams: &[Vec<u8>], expected: &[&str]) {
    let (events, done) = run(datagrams);
    assert_eq!(events, expected);
    assert!(done);
}

fn data(flags: u16) -> Vec<u8> {
    message(16, flags, SEQ, PORT, &[0; 8])
}

fn done(flags: u16, payload: &[u8]) -> Vec<u8> {
    message(3, MULTI | flags, SEQ, PORT, payload)
}

fn ack() -> Vec<u8> {
    message(2, CAPPED, SEQ, PORT, &error(0, &[]))
}

fn error_reply(errno: i32) -> Vec<u8> {
    message(2, CAPPED, SEQ, PORT, &error(-errno, &[]))
}

/// `NLMSGERR_ATTR_MSG`.
fn text() -> Vec<u8> {
    attr(1, b"why\0")
}

const ZERO: &[u8] = &[0; 4];

#[test]
fn a_dump_of_several_parts_ends_with_done() {
    ends(
        &[[data(MULTI), data(MULTI)].concat(), data(MULTI), done(0, ZERO)],
        &["valid 16", "valid 16", "valid 16", "finish"],
    );
}

#[test]
fn done_may_be_in_the_datagram_of_the_last_part() {
    ends(&[[data(MULTI), done(0, ZERO)].concat()], &["valid 16", "finish"]);
}

#[test]
fn done_may_have_no_payload() {
    ends(&[done(0, &[])], &["finish"]);
}

#[test]
fn done_may_carry_an_error_with_or_without_a_message() {
    let error = (-22i32).to_ne_bytes();
    ends(&[data(MULTI), done(0, &error)], &["valid 16", "refused 22"]);
    ends(&[done(TLVS, &[&error[..], &text()].concat())], &["refused 22: why"]);
}

#[test]
fn done_may_carry_a_message_without_an_error() {
    ends(&[done(TLVS, &[ZERO, &text()].concat())], &["finish: why"]);
}

#[test]
fn done_with_a_positive_code_is_a_success() {
    ends(&[done(0, &5i32.to_ne_bytes())], &["finish"]);
}

#[test]
fn an_empty_dump_is_done_alone() {
    ends(&[done(0, ZERO)], &["finish"]);
}

#[test]
fn parts_of_a_dump_may_lack_the_multi_flag() {
    ends(&[data(0), data(0), done(0, ZERO)], &["valid 16", "valid 16", "finish"]);
}

#[test]
fn an_interrupted_dump_is_reported_at_its_end() {
    for interrupted in 0..3 {
        let flags = |part: usize| MULTI | if part == interrupted { DUMP_INTR } else { 0 };
        let datagrams = [data(flags(0)), data(flags(1)), done(flags(2), ZERO)];
        ends(&datagrams, &["valid 16", "valid 16", "finish, interrupted"]);
    }
}

#[test]
fn an_interruption_is_known_before_the_end() {
    let mut exchange = Exchange::new(SEQ);
    script(&mut exchange, &[data(MULTI)]);
    assert!(!exchange.is_interrupted());
    script(&mut exchange, &[data(MULTI | DUMP_INTR)]);
    assert!(exchange.is_interrupted() && !exchange.is_done());
}

#[test]
fn an_acknowledgement_ends_a_request_and_may_carry_a_warning() {
    ends(&[ack()], &["ack"]);
    let warned = message(2, CAPPED | TLVS, SEQ, PORT, &error(0, &text()));
    ends(&[warned], &["ack: why"]);
}

#[test]
fn an_echo_comes_before_its_acknowledgement() {
    ends(&[[data(0), ack()].concat()], &["valid 16", "ack"]);
    ends(&[data(0), ack()], &["valid 16", "ack"]);
}

#[test]
fn a_reply_does_not_end_a_request_its_acknowledgement_does() {
    let (events, done) = run(&[data(0)]);
    assert_eq!((events, done), (vec!["valid 16".to_string()], false));
}

#[test]
fn an_error_number_is_kept_exactly() {
    for errno in [1, 113, 524] {
        ends(&[error_reply(errno)], &[&format!("refused {errno}")]);
    }
}

#[test]
fn an_error_in_the_middle_of_a_dump_ends_it() {
    ends(&[data(MULTI), error_reply(105)], &["valid 16", "refused 105"]);
}

#[test]
fn a_truncated_error_is_reported_and_ends_the_request() {
    for len in 0..20 {
        let short = message(2, 0, SEQ, PORT, &error(-1, &[])[..len]);
        ends(&[short], &["invalid, truncated at 16"]);
    }
}

#[test]
fn a_notification_on_the_same_socket_is_stray_and_costs_nothing() {
    let notification = message(16, 0, 0, 0, &[0; 8]);
    ends(
        &[notification.clone(), data(MULTI), notification.clone(), done(0, ZERO), notification],
        &["stray 16", "valid 16", "stray 16", "finish", "stray 16"],
    );
}

#[test]
fn a_notification_with_the_requests_own_number_does_not_end_it() {
    let notification = message(16, 0x600, SEQ, PORT, &[0; 8]);
    ends(&[notification, ack()], &["valid 16", "ack"]);
}

#[test]
fn leftovers_of_an_earlier_request_are_stray() {
    let old = |kind, payload: &[u8]| message(kind, MULTI, SEQ - 1, PORT, payload);
    let leftovers = [old(16, &[0; 8]), old(3, ZERO), old(2, &error(0, &[])), old(2, &[])];
    ends(
        &[leftovers.concat(), data(MULTI), done(0, ZERO)],
        &["stray 16", "stray 3", "stray 2", "stray 2", "valid 16", "finish"],
    );
}

#[test]
fn an_ack_of_an_earlier_request_does_not_end_this_one() {
    let old = message(2, CAPPED, SEQ - 1, PORT, &error(0, &[]));
    ends(&[old, error_reply(19)], &["stray 2", "refused 19"]);
}

#[test]
fn a_reply_to_another_port_is_stray() {
    let other = message(3, MULTI, SEQ, PORT + 1, ZERO);
    ends(&[other, ack()], &["stray 3", "ack"]);
    let mut anybodys = Exchange::new(SEQ);
    assert_eq!(script(&mut anybodys, &[message(3, 0, SEQ, 1234, ZERO)]), ["finish"]);
}

#[test]
fn messages_after_the_end_are_stray() {
    ends(&[[ack(), ack(), data(0)].concat()], &["ack", "stray 2", "stray 16"]);
}

#[test]
fn two_requests_answered_in_one_datagram_are_distinguished() {
    let (mut first, mut second) = (Exchange::new(7), Exchange::new(8));
    let other = |kind, payload: &[u8]| message(kind, CAPPED, 8, PORT, payload);
    let datagram =
        [data(0), other(16, &[0; 8]), ack(), other(2, &error(-17, &[])), data(0)].concat();
    let datagrams = [datagram];
    let strays = ["valid 16", "stray 16", "ack", "stray 2", "stray 16"];
    assert_eq!(script(&mut first, &datagrams), strays);
    let strays = ["stray 16", "valid 16", "stray 2", "refused 17", "stray 16"];
    assert_eq!(script(&mut second, &datagrams), strays);
    assert!(first.is_done() && second.is_done());
}

#[test]
fn a_noop_is_skipped_and_the_messages_after_it_count() {
    let noop = message(1, 0, SEQ, PORT, &[]);
    ends(&[[noop, data(0), ack()].concat()], &["skipped", "valid 16", "ack"]);
}

#[test]
fn an_overrun_is_reported_for_any_sequence_number_and_port() {
    let overrun = |seq| message(4, 0, seq, 0, &[]);
    let (events, done) = run(&[overrun(SEQ), overrun(0), data(0)]);
    assert_eq!(events, ["overrun", "overrun", "valid 16"]);
    assert!(!done);
}

#[test]
fn a_request_without_acks_ends_with_its_first_reply() {
    let mut exchange = Exchange::new(SEQ).single();
    let reply = message(0, 0, SEQ, PORT, &[0; 20]);
    assert_eq!(script(&mut exchange, &[reply.clone(), reply]), ["valid 0", "stray 0"]);
    assert!(exchange.is_done());
}

#[test]
fn the_highest_sequence_number_is_one_like_any_other() {
    let mut exchange = Exchange::new(u32::MAX);
    let datagrams = [message(16, MULTI, 0, 0, &[]), message(3, MULTI, u32::MAX, 0, &[])];
    assert_eq!(script(&mut exchange, &datagrams), ["stray 16", "finish"]);
}
