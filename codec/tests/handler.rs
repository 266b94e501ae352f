//! Callbacks: the methods called for each message, and the effect of their actions.

mod common;

use barelink_codec::control::Status;
use barelink_codec::family::Family;
use barelink_codec::handler::{Debug, Verbose, dispatch};
use barelink_codec::{Action, Error, Exchange, Handler, Message};
use common::*;

const SEQ: u32 = 7;
const PORT: u32 = 9;

/// Handler that records the called methods, and returns a given action from one of them.
#[derive(Default)]
struct Record {
    called: Vec<&'static str>,
    answer: Option<(&'static str, Action)>,
}

/// Returns the default action of a method.
struct Quiet;
impl Handler for Quiet {}

impl Record {
    fn note(&mut self, name: &'static str, default: Action) -> Action {
        self.called.push(name);
        self.answer.filter(|answer| answer.0 == name).map_or(default, |answer| answer.1)
    }
}

macro_rules! recorded {
    ($($name:ident($($argument:ident: $type:ty)?),)*) => {
        impl Handler for Record { $(
            fn $name(&mut self, $($argument: $type)?) -> Action {
                let default = Quiet.$name($($argument)?);
                self.note(stringify!($name), default)
            }
        )* }
    };
}

recorded! {
    msg_in(message: &Message<'_>),
    msg_out(message: &Message<'_>),
    valid(message: &Message<'_>),
    ack(status: &Status<'_>),
    finish(status: &Status<'_>),
    dump_intr(),
    overrun(),
    skipped(message: &Message<'_>),
    seq_check(message: &Message<'_>),
    send_ack(message: &Message<'_>),
    invalid(error: Error),
    error(status: &Status<'_>),
}

fn data() -> Vec<u8> {
    message(16, 2, SEQ, PORT, &[0; 8])
}

/// Returns a datagram for which this method is called.
fn calling(name: &str) -> Vec<u8> {
    match name {
        "msg_in" | "valid" => data(),
        "ack" => message(2, 0x100, SEQ, PORT, &error(0, &[])),
        "finish" => message(3, 2, SEQ, PORT, &[0; 4]),
        "dump_intr" => message(3, 0x12, SEQ, PORT, &[0; 4]),
        "overrun" => message(4, 0, SEQ, PORT, &[]),
        "skipped" => message(1, 0, SEQ, PORT, &[]),
        "seq_check" => message(16, 0, SEQ + 1, PORT, &[0; 8]),
        "send_ack" => message(16, 5, SEQ, PORT, &[0; 8]),
        "invalid" => message(2, 0, SEQ, PORT, &[0; 8]),
        "error" => message(2, 0x100, SEQ, PORT, &error(-1, &[])),
        other => panic!("{other}"),
    }
}

/// Returns the methods called for a datagram, and the final action.
fn run(datagram: &[u8], answer: Option<(&'static str, Action)>) -> (Vec<&'static str>, Action) {
    let mut record = Record { answer, ..Default::default() };
    let mut exchange = Exchange::new(SEQ);
    let action = dispatch(datagram, Some(&mut exchange), &mut record);
    (record.called, action)
}

/// Methods called for each datagram, and the final action, with default actions.
const CALLS: &[(&str, &[&str], Action)] = &[
    ("valid", &["msg_in", "valid"], Action::Ok),
    ("ack", &["msg_in", "ack"], Action::Stop),
    ("finish", &["msg_in", "finish"], Action::Stop),
    ("dump_intr", &["msg_in", "dump_intr", "finish"], Action::Stop),
    ("overrun", &["msg_in", "overrun"], Action::Stop),
    ("skipped", &["msg_in", "skipped"], Action::Ok),
    ("seq_check", &["msg_in", "seq_check"], Action::Ok),
    ("send_ack", &["msg_in", "send_ack", "valid"], Action::Ok),
    ("invalid", &["msg_in", "invalid"], Action::Stop),
    ("error", &["msg_in", "error"], Action::Stop),
];

#[test]
fn each_event_calls_its_method_and_has_its_default_action() {
    for (name, calls, action) in CALLS {
        let (called, answered) = run(&calling(name), None);
        assert_eq!((&called[..], answered), (*calls, *action), "{name}");
    }
}

#[test]
fn stop_ends_the_datagram_from_any_method() {
    for (name, _, _) in CALLS.iter().chain(&[("msg_in", &[][..], Action::Ok)]) {
        let datagram = [calling(name), data()].concat();
        let (called, action) = run(&datagram, Some((name, Action::Stop)));
        assert_eq!((called.last(), action), (Some(name), Action::Stop), "{name}");
        assert_eq!(called.iter().filter(|call| **call == "msg_in").count(), 1, "{name}");
    }
}

#[test]
fn skip_ends_the_message_and_continues_with_the_next() {
    for (name, _, _) in CALLS.iter().chain(&[("msg_in", &[][..], Action::Ok)]) {
        let datagram = [calling(name), message(1, 0, 0, 0, &[])].concat();
        let (called, action) = run(&datagram, Some((name, Action::Skip)));
        let at = called.iter().position(|call| call == name).unwrap();
        assert_eq!(called[at + 1], "msg_in", "{name}: no further method for this message");
        assert_eq!(action, Action::Ok, "{name}");
    }
}

#[test]
fn ok_continues_with_the_message_and_then_the_next() {
    // DONE of an interrupted dump stops after `dump_intr`.
    for (name, calls, _) in CALLS.iter().filter(|(name, _, _)| *name != "dump_intr") {
        let datagram = [calling(name), message(1, 0, 0, 0, &[])].concat();
        let (called, _) = run(&datagram, Some((name, Action::Ok)));
        let expected: &[&str] = match *name {
            "seq_check" => &["msg_in", "seq_check", "valid"],
            _ => calls,
        };
        assert_eq!(called[..expected.len()], *expected, "{name}");
        assert_eq!(called[expected.len()..], ["msg_in", "skipped"], "{name}");
    }
}

#[test]
fn bytes_that_are_no_message_are_invalid_without_msg_in() {
    let datagram = [data(), vec![1; 5]].concat();
    assert_eq!(run(&datagram, None).0, ["msg_in", "valid", "invalid"]);
}

#[test]
fn an_interrupted_dump_is_reported_once_before_its_end() {
    let part = message(16, 0x12, SEQ, PORT, &[0; 8]);
    let datagram = [part.clone(), part, calling("finish")].concat();
    let expected = ["msg_in", "valid", "msg_in", "valid", "msg_in", "dump_intr", "finish"];
    assert_eq!(run(&datagram, None).0, expected);
}

#[test]
fn a_lax_sequence_check_accepts_a_stray_ack() {
    let stray = message(2, 0x100, SEQ + 1, PORT, &error(0, &[]));
    let (called, action) = run(&stray, Some(("seq_check", Action::Ok)));
    assert_eq!((&called[..], action), (&["msg_in", "seq_check", "ack"][..], Action::Stop));
}

#[test]
fn a_dump_stopped_early_leaves_strays_for_the_next_request() {
    let mut record = Record { answer: Some(("valid", Action::Stop)), ..Default::default() };
    let dump = [data(), data(), calling("finish")];
    assert_eq!(dispatch(&dump[0], Some(&mut Exchange::new(SEQ)), &mut record), Action::Stop);
    let mut next = Exchange::new(SEQ + 1);
    let mut record = Record::default();
    dispatch(&dump[1..].concat(), Some(&mut next), &mut record);
    assert_eq!(record.called, ["msg_in", "seq_check", "msg_in", "seq_check"]);
    assert!(!next.is_done(), "the DONE of the earlier dump does not end this one");
    dispatch(&message(2, 0x100, SEQ + 1, PORT, &error(-19, &[])), Some(&mut next), &mut record);
    assert_eq!(record.called.last(), Some(&"error"));
}

#[test]
fn without_an_exchange_every_message_counts() {
    let mut record = Record::default();
    let events = [message(16, 0, 0, 0, &[]), message(17, 4, 123, 456, &[])].concat();
    assert_eq!(dispatch(&events, None, &mut record), Action::Ok);
    assert_eq!(record.called, ["msg_in", "valid", "msg_in", "send_ack", "valid"]);
}

#[test]
fn the_default_handler_stops_where_libnl_does() {
    let none = message(1, 0, 0, 0, &[]);
    let none = first(&none);
    let done = message(3, 0, 0, 0, &[]);
    let status = Status::read(&first(&done)).unwrap();
    let go_on = [Quiet.msg_in(&none), Quiet.msg_out(&none), Quiet.valid(&none)];
    assert_eq!(go_on, [Action::Ok; 3]);
    assert_eq!([Quiet.dump_intr(), Quiet.send_ack(&none)], [Action::Ok; 2]);
    assert_eq!([Quiet.skipped(&none), Quiet.seq_check(&none)], [Action::Skip; 2]);
    let stop = [Quiet.ack(&status), Quiet.finish(&status), Quiet.error(&status)];
    assert_eq!(stop, [Action::Stop; 3]);
    let stop = [Quiet.overrun(), Quiet.invalid(Error::Truncated { at: 0 })];
    assert_eq!(stop, [Action::Stop; 2]);
}

fn family(message: &Message<'_>) -> Option<&'static Family> {
    (16..19).contains(&message.message_type).then_some(&CARS)
}

/// Returns the text that a printing handler prints of a datagram.
fn printed(datagram: &[u8]) -> [String; 2] {
    let [mut verbose, mut debug] = [String::new(), String::new()];
    let mut inner = Record { answer: Some(("seq_check", Action::Skip)), ..Default::default() };
    let mut handler = Verbose { inner: &mut inner, out: &mut verbose };
    let action = dispatch(datagram, Some(&mut Exchange::new(SEQ)), &mut handler);
    let mut handler = Debug { inner: &mut inner, out: &mut debug, family };
    assert_eq!(dispatch(datagram, Some(&mut Exchange::new(SEQ)), &mut handler), action);
    let (first, second) = inner.called.split_at(inner.called.len() / 2);
    assert_eq!(first, second, "both forward the same calls");
    [verbose, debug]
}

#[test]
fn verbose_prints_errors_only() {
    let why = attr(1, b"why\0");
    let refused = message(2, 0x300, SEQ, PORT, &error(-19, &why));
    let words = "-- Error received: No such device: why\n\
        -- Original message: type=0x10 length=16 flags=<REQUEST,ACK> sequence-nr=7 pid=9\n";
    assert_eq!(printed(&refused)[0], words);
    assert_eq!(printed(&calling("overrun"))[0], "-- Error: Netlink Overrun\n");
    let invalid = "-- Error: Invalid message: truncated or invalid length at byte 16\n";
    assert_eq!(printed(&calling("invalid"))[0], invalid);
    assert_eq!(printed(&calling("dump_intr"))[0], "-- Warning: Interrupted dump\n");
    let stray = "-- Warning: Stray message: type=0x10 length=24 flags=<> sequence-nr=8 pid=9\n";
    assert_eq!(printed(&calling("seq_check"))[0], stray);
    for name in ["valid", "ack", "finish", "skipped", "send_ack"] {
        assert_eq!(printed(&calling(name))[0], "", "{name}");
    }
    let done = message(3, 2, SEQ, PORT, &(-22i32).to_ne_bytes());
    assert_eq!(printed(&done)[0], "-- Error received: Invalid argument\n");
}

#[test]
fn debug_prints_each_message_and_its_classification() {
    let begin = "-- Debug: Received Message:\n\
        --------------------------   BEGIN NETLINK MESSAGE ---------------------------\n";
    for (name, _, _) in CALLS {
        let [verbose, debug] = printed(&calling(name));
        assert!(debug.starts_with(begin), "{name}: {debug}");
        assert!(debug.contains(&verbose), "{name}: what goes wrong is printed, too");
    }
    let ends = |name, words: &str| {
        let debug = printed(&calling(name))[1].clone();
        assert!(debug.ends_with(words), "{name}: {debug}");
    };
    let line = "type=0x10 length=24 flags=<MULTI> sequence-nr=7 pid=9\n";
    ends("valid", &format!("-- Debug: Valid message: {line}"));
    ends("ack", "-- Debug: ACK\n");
    ends("finish", "-- Debug: End of multipart message block\n");
    ends("skipped", "type=NOOP length=16 flags=<> sequence-nr=7 pid=9\n");
    assert!(printed(&data())[1].contains(".type = 16 <test/car::new>\n"));
}

#[test]
fn debug_prints_sent_messages() {
    let mut out = String::new();
    let bytes = data();
    let mut debug = Debug { inner: Quiet, out: &mut out, family };
    assert_eq!(debug.msg_out(&first(&bytes)), Action::Ok);
    assert!(out.starts_with("-- Debug: Sent Message:\n-----"));
    assert!(out.ends_with("END NETLINK MESSAGE   ---------------------------\n"));
}
