//! `ip link` against recorded traffic: for iproute2's command lines, the requests are iproute2's, to
//! the byte.

mod ip_common;

use std::path::Path;

use barelink_codec::Attrs;
use barelink_codec::frame::NESTED;
use barelink_codec::message::Messages;
use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_examples::ip::{self, Room};
use ip_common::Json;
use ip_common::machine::{Machine, recording, seen_links};
use ip_common::recorded::{Sink, records, scenarios};

/// Makes, deletes, changes links; gives them names, takes names from them.
const CHANGES: [u16; 5] = [16, 17, 19, 108, 109];

/// The words of a command line, some with quotation marks.
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

/// Whether a command line is about links, and more than a look at them.
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

/// Kind, flags and payload of the messages that change a link: all but sequence number and port.
fn requests<'m>(datagrams: impl Iterator<Item = &'m [u8]>) -> Vec<(u16, u16, Vec<u8>)> {
    let messages = datagrams.flat_map(|it| Messages::new(it).map_while(Result::ok));
    let own = messages.filter(|message| CHANGES.contains(&message.kind));
    own.map(|message| (message.kind, message.flags.0, message.payload.to_vec())).collect()
}

/// The descriptor that iproute2 had of the namespace that a link went to.
fn descriptor(requests: &[(u16, u16, Vec<u8>)]) -> Option<i32> {
    let payload = &requests.first()?.2;
    let mut windows = payload.windows(8);
    let found = windows.find(|window| window[..4] == [8, 0, 28, 0])?;
    Some(i32::from_ne_bytes(found[4..].try_into().ok()?))
}

/// Whether the first lines say the same; a refusal's text that is very long is cut.
fn same(ours: &str, theirs: &str) -> bool {
    let first = |text: &str| text.lines().next().unwrap_or_default().to_string();
    let (ours, theirs) = (first(ours), first(theirs));
    ours == theirs || ours.len() > 90 && theirs.starts_with(ours.trim_end_matches('.'))
}

#[derive(Default)]
struct Score {
    equal: usize,
    all: usize,
    misses: Vec<String>,
}

fn replay(path: &Path, score: &mut Score) {
    let text = std::fs::read_to_string(path).unwrap();
    let scenario = Json::parse(&text).unwrap_or_else(|| panic!("{}: no JSON", path.display()));
    let Ok(file) = std::fs::read(path.with_extension("nl")) else { return };
    let records = records(&file);
    let mut links = Vec::new();
    for step in scenario.get("steps").map_or(&[][..], Json::list) {
        let bounds = step.get("records").map_or(&[][..], Json::list);
        let bound = |at: usize| bounds.get(at).and_then(Json::number).unwrap_or(0.0) as usize;
        let own = records.get(bound(0)..bound(1)).unwrap_or_default();
        own.iter().filter(|it| !it.0 && it.1 == 0).for_each(|it| seen_links(it.2, &mut links));
        let line = step.get("cmd").and_then(Json::text).unwrap_or_default();
        if !changes(line) {
            continue;
        }
        score.all += 1;
        let theirs = requests(own.iter().filter(|it| it.0 && it.1 == 0).map(|it| it.2));
        let words = words(line);
        let words: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
        let mut machine = Machine::new(recording(own, &links));
        machine.namespace = descriptor(&theirs).unwrap_or(-1);
        let sent = machine.sent.clone();
        let (mut out, mut err) = (Sink(String::new()), Sink(String::new()));
        let code = ip::run(&words, machine, &mut Room::new(), &mut out, &mut err);
        let ours = requests(sent.borrow().iter().map(Vec::as_slice));
        let status = step.get("rc").and_then(Json::number).unwrap_or(0.0) as u8;
        let said = step.get("stderr").and_then(Json::text).unwrap_or_default();
        let why = if ours != theirs {
            format!("{ours:02x?}\n    recorded {theirs:02x?}")
        } else if code != status {
            format!("status {code}, recorded {status}")
        } else if !same(&err.0, said) {
            format!("{:?}, recorded {said:?}", err.0)
        } else {
            score.equal += 1;
            continue;
        };
        score.misses.push(format!("{}: {line}\n    {why} {}", path.display(), err.0));
    }
}

fn score(folder: &Path) -> Score {
    let mut paths = Vec::new();
    scenarios(folder, &mut paths);
    let mut score = Score::default();
    // Of another byte order: their integers are not this machine's.
    let native = if cfg!(target_endian = "big") { "big" } else { "little" };
    for path in &paths {
        let big = path.to_string_lossy().contains("s390x");
        if big == (native == "big") {
            replay(path, &mut score);
        }
    }
    score.misses.iter().for_each(|miss| println!("{miss}"));
    println!("{} of {} recorded command lines send the same", score.equal, score.all);
    score
}

#[test]
fn a_handful_of_recorded_commands_send_what_iproute2_sent() {
    let score = score(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/ip"));
    assert!(score.all > 0, "no recordings");
    assert_eq!(score.equal, score.all);
}

#[test]
fn all_recorded_commands_send_what_iproute2_sent_and_end_as_it_did() {
    let Some(shared) = std::env::var_os("BARELINK_SHARED") else {
        println!("skipped: BARELINK_SHARED is not set");
        return;
    };
    let score = score(&Path::new(&shared).join("captures"));
    assert!(score.all > 300, "{} recordings", score.all);
    assert_eq!(score.equal, score.all);
}

/// Command lines, and what iproute2 6.1 made of each where `lo` is the only link: kind, flags and
/// payload of its request, or the status that it ended with, asking nothing.
const REQUESTS: &str = include_str!("data/ip/link-requests.txt");

/// A link's attributes as iproute2 6.1 puts them: the kind's name has no zero at its end there.
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
fn command_lines_of_all_kinds_send_what_iproute2_sends_or_end_as_it_does() {
    if cfg!(target_endian = "big") {
        println!("skipped: the bytes are those of a little-endian machine");
        return;
    }
    let mut room = [0; 64];
    let header = LinkHeader { index: 1, ..LinkHeader::default() };
    let lo = link::NEW.build(&mut room, 0, header, |link| {
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
        let code = ip::run(&words, machine, &mut Room::new(), &mut out, &mut err);
        let ours = requests(sent.borrow().iter().map(Vec::as_slice));
        let ours = match ours.first() {
            Some((kind, flags, payload)) => {
                let hex = without_zero(payload);
                let hex = hex.chunks(4).map(|word| word.iter().map(|it| format!("{it:02x}")));
                let hex: Vec<String> = hex.map(Iterator::collect).collect();
                format!("    {kind} {flags:#x} {}", hex.join(" "))
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
