//! `ip` against recorded traffic: asked the same, the recorded kernel answers the same, and what is
//! printed is what iproute2 printed then.

mod ip_common;

use std::path::Path;

use barelink_examples::ip::{self, Room};
use ip_common::machine::{Machine, recording, seen_links};
use ip_common::recorded::{Sink, records, scenarios};
use ip_common::{Json, Rules, differences, other_order};

/// The objects that this program shows.
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

/// Known to differ, with the reason.
const EXCUSED: &[(&str, &str)] = &[("tuntap", "iproute2 looks up groups' names in /etc/group")];

#[derive(Default)]
struct Score {
    equal: usize,
    all: usize,
    misses: Vec<String>,
}

/// Runs every command of a scenario again.
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
        if !step.get("query").is_some_and(Json::is_true) || !is_supported(line) {
            continue;
        }
        score.all += 1;
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        let (mut out, mut err) = (Sink(String::new()), Sink(String::new()));
        let machine = Machine::new(recording(own, &links));
        let code = ip::run(&words, machine, &mut Room::new(), &mut out, &mut err);
        let expected = step.get("rc").and_then(Json::number).unwrap_or(0.0) as u8;
        let mut found = Vec::new();
        if code != expected {
            found.push(format!("status {code}, recorded {expected}: {}", err.0));
        }
        match (step.get("json"), step.get("stdout").and_then(Json::text)) {
            (Some(theirs), _) => match Json::parse(&out.0) {
                Some(ours) => {
                    let rules = Rules { extra: &[], near: &[] };
                    found.extend(differences(&ours, theirs, &rules));
                    // Of no consequence, but text has the same order.
                    if let Some(order) = other_order(&ours, theirs) {
                        println!("{}: {line}: another order: {order}", path.display());
                    }
                }
                None => found.push(format!("no JSON: {:?}", out.0)),
            },
            (None, Some(theirs)) if theirs != out.0 => found.push(format!("{:?}", out.0)),
            _ => {}
        }
        if found.is_empty() {
            score.equal += 1;
        } else {
            let name = path.with_extension("");
            let name: Vec<_> = name.iter().rev().take(3).collect();
            let name: Vec<_> = name.iter().rev().map(|part| part.to_string_lossy()).collect();
            let name = name.join("/");
            let reason = EXCUSED.iter().find(|row| name.contains(row.0));
            score.misses.push(format!(
                "{name}: {line}{}\n    {}",
                reason.map_or(String::new(), |row| format!(" ({})", row.1)),
                found.iter().take(4).cloned().collect::<Vec<_>>().join("\n    ")
            ));
        }
    }
}

fn score(folder: &Path) -> Score {
    let mut paths = Vec::new();
    scenarios(folder, &mut paths);
    let mut score = Score::default();
    // Of another byte order: their kernel's numbers are not this machine's.
    paths.iter().filter(|path| !path.to_string_lossy().contains("s390x")).for_each(|path| {
        replay(path, &mut score);
    });
    score.misses.iter().for_each(|miss| println!("{miss}"));
    println!("{} of {} recorded command lines print the same", score.equal, score.all);
    score
}

#[test]
fn a_handful_of_recorded_commands_print_what_iproute2_printed() {
    let score = score(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/ip"));
    assert!(score.all > 0, "no recordings");
    assert_eq!(score.equal, score.all);
}

#[test]
fn nine_in_ten_of_all_recorded_commands_print_what_iproute2_printed() {
    let Some(shared) = std::env::var_os("BARELINK_SHARED") else {
        println!("skipped: BARELINK_SHARED is not set");
        return;
    };
    let score = score(&Path::new(&shared).join("captures"));
    assert!(score.all > 0, "no recordings");
    assert!(score.equal * 10 >= score.all * 9, "{} of {}", score.equal, score.all);
}
