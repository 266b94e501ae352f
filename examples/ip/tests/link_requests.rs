//! Replay test of `ip link`: the requests of recorded command lines are compared with iproute2's
//! byte by byte.

mod common;

use barelink_codec::Attrs;
use barelink_codec::frame::NESTED;
use barelink_codec::message::Messages;
use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_ip::{self as ip, Buffers};
use common::machine::{Machine, recording};
use common::recorded::{Sink, Step, local_recordings, replay_all, shared_recordings};

/// Types of the messages that change links: NEWLINK, DELLINK, SETLINK, NEWLINKPROP and DELLINKPROP.
const CHANGES: [u16; 5] = [16, 17, 19, 108, 109];

/// Splits a command line into words, some of them in quotation marks.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in line.split('"').enumerate() {
        if at % 2 == 1 {
            words.push(part.to_string());
        } else {
            words.extend(part.split_whitespace().map(String::from));
        }
    }
    words
}

/// Returns whether a command line changes a link.
fn changes(line: &str) -> bool {
    let mut words = line.split_whitespace();
    if words.next() != Some("ip") {
        return false;
    }
    let mut words = words.skip_while(|word| word.starts_with('-'));
    let verb = |verb: &str| {
        ["add", "set", "change", "replace", "del", "delete", "property"].contains(&verb)
    };
    matches!(words.next(), Some("link" | "l")) && words.next().is_some_and(verb)
}

/// Type, flags and payload of the messages that change a link, without sequence number and port.
fn requests<'m>(datagrams: impl Iterator<Item = &'m [u8]>) -> Vec<(u16, u16, Vec<u8>)> {
    let messages = datagrams.flat_map(|it| Messages::new(it).map_while(Result::ok));
    let own = messages.filter(|message| CHANGES.contains(&message.message_type));
    own.map(|message| (message.message_type, message.flags.0, message.payload.to_vec())).collect()
}

/// Returns the descriptor of the namespace that iproute2 moved a link to.
fn descriptor(requests: &[(u16, u16, Vec<u8>)]) -> Option<i32> {
    let payload = &requests.first()?.2;
    let mut windows = payload.windows(8);
    let found = windows.find(|window| window[..4] == [8, 0, 28, 0])?;
    Some(i32::from_ne_bytes(found[4..].try_into().ok()?))
}

/// Returns whether the first lines are equal; a very long text of the kernel is compared up to
/// where it is cut off.
fn same(ours: &str, theirs: &str) -> bool {
    let first = |text: &str| text.lines().next().unwrap_or_default().to_string();
    let (ours, theirs) = (first(ours), first(theirs));
    ours == theirs || ours.len() > 90 && theirs.starts_with(ours.trim_end_matches('.'))
}

/// Replays a step that changes links; returns the differences.
fn replay_step(step: &Step<'_>) -> Option<Vec<String>> {
    if !changes(step.line()) {
        return None;
    }
    let theirs = requests(step.records.iter().filter(|it| it.0 && it.1 == 0).map(|it| it.2));
    let words = words(step.line());
    let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    let mut machine = Machine::new(recording(step.records, step.links));
    machine.namespace = descriptor(&theirs).unwrap_or(-1);
    let sent = machine.sent.clone();
    let (mut out, mut err) = (Sink(String::new()), Sink(String::new()));
    let code = ip::run(&words, machine, &mut Buffers::new(), &mut out, &mut err);
    let ours = requests(sent.borrow().iter().map(Vec::as_slice));
    let (status, errors) = (step.status(), step.text("stderr"));
    let mut found = Vec::new();
    if ours != theirs {
        found.push(format!("{ours:02x?}\n    recorded {theirs:02x?}"));
    }
    if code != status {
        found.push(format!("status {code}, recorded {status}"));
    }
    if !same(&err.0, errors) {
        found.push(format!("{:?}, recorded {errors:?}", err.0));
    }
    Some(found)
}

#[test]
fn local_recordings_send_the_requests_of_iproute2() {
    let score = replay_all(&local_recordings(), replay_step);
    assert!(score.all > 0, "no recordings");
    assert_eq!(score.equal, score.all);
}

#[test]
fn all_recordings_send_the_requests_of_iproute2() {
    let Some(folder) = shared_recordings() else { return };
    let score = replay_all(&folder, replay_step);
    assert!(score.all > 300, "{} recordings", score.all);
    assert_eq!(score.equal, score.all);
}

/// Command lines, and the result of iproute2 6.1 where `lo` is the only link: type, flags and
/// payload of its request, or the exit status if it sent none.
const REQUESTS: &str = include_str!("data/link-requests.txt");

/// Returns a link's attributes as iproute2 6.1 sends them, where the kind's name lacks its NUL.
fn without_zero(payload: &[u8]) -> Vec<u8> {
    let (head, attrs) = payload.split_at(16);
    let mut old = head.to_vec();
    for attr in Attrs::<()>::new(attrs).iter().map_while(Result::ok) {
        let mut payload = attr.payload().to_vec();
        if attr.number() == Link::LINKINFO.number() {
            let len = usize::from(u16::from_ne_bytes([payload[0], payload[1]]));
            let rest = payload.split_off(len.next_multiple_of(4));
            payload.truncate(len - 1);
            payload[..2].copy_from_slice(&(len as u16 - 1).to_ne_bytes());
            payload.resize((len - 1).next_multiple_of(4), 0);
            payload.extend(rest);
        }
        old.extend((payload.len() as u16 + 4).to_ne_bytes());
        let nested = if attr.is_marked_nested() { NESTED } else { 0 };
        old.extend((attr.number() | nested).to_ne_bytes());
        old.extend(&payload);
        old.resize(old.len().next_multiple_of(4), 0);
    }
    old
}

#[test]
fn each_link_kind_sends_the_request_or_status_of_iproute2() {
    if cfg!(target_endian = "big") {
        println!("skipped: the bytes are those of a little-endian machine");
        return;
    }
    let mut buffer = [0; 64];
    let header = LinkHeader { index: 1, ..LinkHeader::default() };
    let lo = link::NEW.build(&mut buffer, 0, header, |link| {
        link.put(Link::IFNAME, "lo").put(Link::ADDRESS, &[0; 6]);
    });
    let links = [lo.unwrap().to_vec()];
    let lines: Vec<&str> = REQUESTS.lines().collect();
    let mut found = Vec::new();
    for row in lines.chunks_exact(2) {
        let words: Vec<&str> = row[0].split_whitespace().skip(1).collect();
        let machine = Machine::new(recording(&[], &links));
        let sent = machine.sent.clone();
        let (mut out, mut err) = (Sink(String::new()), Sink(String::new()));
        let code = ip::run(&words, machine, &mut Buffers::new(), &mut out, &mut err);
        let ours = requests(sent.borrow().iter().map(Vec::as_slice));
        let ours = match ours.first() {
            Some((message_type, flags, payload)) => {
                let hex = without_zero(payload);
                let hex = hex.chunks(4).map(|word| word.iter().map(|it| format!("{it:02x}")));
                let hex: Vec<String> = hex.map(Iterator::collect).collect();
                format!("    {message_type} {flags:#x} {}", hex.join(" "))
            }
            None => format!("    ends {code}"),
        };
        if ours != row[1] {
            found.push(format!("{}\n{}\n{ours} {}", row[0], row[1], err.0));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(lines.len() > 300, "{} lines", lines.len());
}
