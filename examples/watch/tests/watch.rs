//! Runs `watch` in a network namespace of its own, and looks at what it prints.

use std::process::{Command, Output, Stdio};

use barelink_test_support::assert_prints;
use serde_json::Value;

const WATCH: (&str, &str) = ("WATCH", env!("CARGO_BIN_EXE_watch"));
const ADD_ADDRESS: (&str, &str) = ("ADD_ADDRESS", "ip address add dev");

/// Runs a script in a network namespace of its own, where iproute2 is there to change it.
fn in_namespace(script: &str, programs: &[(&str, &str)]) -> Option<Output> {
    if Command::new("ip").arg("-V").output().is_err() {
        println!("skipped: no iproute2 to add addresses with");
        return None;
    }
    barelink_test_support::in_namespace(script, programs)
}

/// Lines of JSON.
#[track_caller]
fn lines(output: &Output) -> Vec<Value> {
    assert_prints(output, &[]);
    let text = String::from_utf8_lossy(&output.stdout);
    let lines = text.lines().filter(|line| line.starts_with('{'));
    lines.map(|line| serde_json::from_str(line).expect(line)).collect()
}

#[test]
fn once_prints_a_table_for_each_object() {
    let script = "$ADD_ADDRESS lo 192.0.2.7/24; $WATCH --once rules links addresses";
    let Some(output) = in_namespace(script, &[WATCH, ADD_ADDRESS]) else { return };
    let words = [
        "rules: 5 of 1024\n",
        "  32766     inet    all   all  table main     kernel\n",
        "\nlinks: 1 of 1024\n",
        "  1  lo    down   65536  00:00:00:00:00:00  loopback\n",
        "\naddresses: 1 of 4096\n",
        "  link  address       scope     lasts    flags\n  lo    192.0.2.7/24  universe  forever  ",
    ];
    assert_prints(&output, &words);
    assert!(!String::from_utf8_lossy(&output.stdout).contains("routes"));
}

#[test]
fn once_prints_a_line_of_json_for_each_object() {
    let script = "$ADD_ADDRESS lo 192.0.2.7/24 >&2; $WATCH --json --once";
    let Some(output) = in_namespace(script, &[WATCH, ADD_ADDRESS]) else { return };
    let lines = lines(&output);
    let objects: Vec<_> = lines.iter().map(|line| line["objects"].as_str().unwrap()).collect();
    assert_eq!(objects, ["links", "addresses", "routes", "neighbours"]);
    let [links, addresses, ..] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!((&links["count"], &links["complete"]), (&1.into(), &true.into()));
    assert_eq!(links["entries"][0]["name"], "lo");
    assert_eq!(links["entries"][0]["flags"][0], "loopback");
    assert_eq!(addresses["entries"][0]["address"], "192.0.2.7");
    assert_eq!(addresses["entries"][0]["prefix-len"], 24);
}

/// What is told, as JSON, of these objects while a script runs, until this has been told.
fn told(objects: &str, script: &str, until: &str) -> Option<Output> {
    let script = format!(
        "log=$(mktemp); \
         until_says() {{ for _ in $(seq 200); do grep -q $1 $log && return; sleep 0.05; done; }}; \
         $WATCH --json --seconds 20 {objects} > $log & until_says synced; \
         {script}; until_says {until}; kill $!; wait || :; cat $log; rm $log"
    );
    in_namespace(&script, &[WATCH, ADD_ADDRESS])
}

#[test]
fn json_tells_of_each_change_as_it_comes_and_of_nothing_else() {
    let script = "$ADD_ADDRESS lo 192.0.2.9/24 >&2";
    let Some(output) = told("addresses", script, "192.0.2.9") else { return };
    let lines = lines(&output);
    let events: Vec<_> = lines.iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["stale", "resyncing", "synced", "new"], "{lines:?}");
    assert_eq!(lines[0]["why"], "not-loaded");
    assert_eq!((&lines[2]["generation"], &lines[2]["counters"]["rounds"]), (&1.into(), &1.into()));
    let new = &lines[3];
    assert_eq!((&new["object"], &new["new"]["address"]), (&"address".into(), &"192.0.2.9".into()));
    assert_eq!(new.get("old"), None);
}

#[test]
fn json_says_what_was_and_what_is_and_which_fields_differ() {
    let script = "command -v ip >/dev/null || { echo no ip; exit 0; }; \
         ip link set lo mtu 1400; ip link set lo up";
    let Some(output) = told("links", script, "lower-up") else { return };
    if output.stdout.starts_with(b"no ip") {
        println!("skipped: no iproute2 to change a link with");
        return;
    }
    let lines = lines(&output);
    let changed: Vec<_> = lines.iter().filter(|line| line["event"] == "changed").collect();
    let [mtu, up, ..] = changed[..] else { panic!("{lines:?}") };
    assert_eq!(mtu["what"], serde_json::json!(["mtu"]));
    assert_eq!((&mtu["old"]["mtu"], &mtu["new"]["mtu"]), (&65536.into(), &1400.into()));
    assert!(up["what"].as_array().unwrap().contains(&"flags".into()), "{up}");
    assert!(up["new"]["flags"].as_array().unwrap().contains(&"up".into()), "{up}");
}

/// A terminal of 24 lines that somebody types something on after a second; what was put on it.
fn on_a_terminal(script: &str, types: &str) -> Option<Output> {
    let script = format!(
        "command -v script >/dev/null || {{ echo no script; exit 0; }}; \
         {{ sleep 1; printf '{types}'; sleep 1; }} | \
         TERM=xterm script -qec 'stty rows 24 cols 80; {script}; echo ended $?; stty -a' /dev/null"
    );
    let output = in_namespace(&script, &[WATCH, ADD_ADDRESS])?;
    if output.stdout.starts_with(b"no script") {
        println!("skipped: no `script` to make a terminal");
        return None;
    }
    Some(output)
}

#[test]
fn a_terminal_shows_a_table_until_q_and_is_as_before_afterwards() {
    let script = "$ADD_ADDRESS lo 192.0.2.7/24; $WATCH --seconds 20";
    let Some(output) = on_a_terminal(script, "q") else { return };
    // Away from what was there before, and back; typed letters are shown again.
    let words = ["\x1b[?1049h", "Synced", "192.0.2.7/24", "\x1b[?1049l", "ended 0", " echo "];
    assert_prints(&output, &words);
}

#[test]
fn who_asks_for_what_is_not_there_is_told_what_there_is() {
    let run = |arguments: &[&str]| {
        let mut watch = Command::new(WATCH.1);
        let output = watch.args(arguments).stdin(Stdio::null()).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, says) = run(&["--once", "nodes"]);
    assert_eq!(code, Some(2));
    assert!(says.contains("\"nodes\": no such object; there are links, "), "{says}");
    let (code, says) = run(&["--frob"]);
    assert_eq!(code, Some(2));
    assert!(says.contains("--frob") && says.contains("watch --help"), "{says}");
    let (code, says) = run(&[]);
    assert_eq!(code, Some(1));
    assert!(says.contains("no terminal"), "{says}");
}
