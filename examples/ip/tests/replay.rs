//! Replay test of showing commands: the output for recorded replies is compared with iproute2's.

mod common;

use barelink_ip::{self as ip, Buffers};
use common::machine::{Machine, recording};
use common::recorded::{Sink, Step, local_recordings, replay_all, shared_recordings};
use common::{Json, Rules, differences, other_order};

/// Objects that this program shows.
const OBJECTS: [&str; 8] =
    ["link", "addr", "address", "route", "rule", "neigh", "nexthop", "neighbour"];

fn is_supported(line: &str) -> bool {
    let mut words = line.split_whitespace();
    if words.next() != Some("ip") {
        return false;
    }
    let mut object = words.next();
    while let Some(option) = object.filter(|word| word.starts_with('-')) {
        if matches!(option, "-f" | "-family") {
            words.next();
        }
        object = words.next();
    }
    object.is_some_and(|object| OBJECTS.contains(&object))
}

/// Recordings that are known to differ, with the reason.
const EXCUSED: &[(&str, &str)] = &[("tuntap", "iproute2 looks up groups' names in /etc/group")];

/// Replays a step that shows something; returns the differences.
fn replay_step(step: &Step<'_>) -> Option<Vec<String>> {
    let line = step.line();
    if !step.is_query() || !is_supported(line) {
        return None;
    }
    let words: Vec<&str> = line.split_whitespace().skip(1).collect();
    let (mut out, mut err) = (Sink(String::new()), Sink(String::new()));
    let machine = Machine::new(recording(step.records, step.links));
    let code = ip::run(&words, machine, &mut Buffers::new(), &mut out, &mut err);
    let expected = step.status();
    let mut found = Vec::new();
    if code != expected {
        found.push(format!("status {code}, recorded {expected}: {}", err.0));
    }
    match (step.get("json"), step.get("stdout").and_then(Json::text)) {
        (Some(theirs), _) => match Json::parse(&out.0) {
            Some(ours) => {
                let rules = Rules { extra: &[], near: &[] };
                found.extend(differences(&ours, theirs, &rules));
                // The order of keys is reported, but no difference.
                if let Some(order) = other_order(&ours, theirs) {
                    println!("{}: {line}: another order: {order}", step.scenario());
                }
            }
            None => found.push(format!("no JSON: {:?}", out.0)),
        },
        (None, Some(theirs)) if theirs != out.0 => found.push(format!("{:?}", out.0)),
        _ => {}
    }
    let reason = EXCUSED.iter().find(|row| step.scenario().contains(row.0));
    if let (Some((_, reason)), false) = (reason, found.is_empty()) {
        found.insert(0, format!("({reason})"));
    }
    Some(found)
}

#[test]
fn local_recordings_print_the_output_of_iproute2() {
    let score = replay_all(&local_recordings(), replay_step);
    assert!(score.all > 0, "no recordings");
    assert_eq!(score.equal, score.all);
}

#[test]
fn nine_in_ten_recordings_print_the_output_of_iproute2() {
    let Some(folder) = shared_recordings() else { return };
    let score = replay_all(&folder, replay_step);
    assert!(score.all > 0, "no recordings");
    assert!(score.equal * 10 >= score.all * 9, "{} of {}", score.equal, score.all);
}
