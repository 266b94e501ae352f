//! Runs `watch` in a new network namespace, and compares its output.

use std::process::{Command, Output, Stdio};

use barelink_test_support::assert_prints;
use serde_json::Value;

const WATCH: (&str, &str) = ("WATCH", env!("CARGO_BIN_EXE_watch"));
const ADD_ADDRESS: (&str, &str) = ("ADD_ADDRESS", "ip address add dev");

/// Runs a script in a new network namespace; skips the test without iproute2.
fn in_namespace(script: &str, programs: &[(&str, &str)]) -> Option<Output> {
    if Command::new("ip").arg("-V").output().is_err() {
        println!("skipped: iproute2 is not installed");
        return None;
    }
    barelink_test_support::in_namespace(script, programs)
}

/// Returns the lines of JSON of an output.
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
        "  link  address       scope     valid    flags\n  lo    192.0.2.7/24  universe  forever  ",
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

/// Returns the JSON lines about these objects while a script runs, until one contains `until`.
fn json_during(objects: &str, script: &str, until: &str) -> Option<Output> {
    let script = format!(
        "log=$(mktemp); \
         wait_for() {{ for _ in $(seq 200); do grep -q $1 $log && return; sleep 0.05; done; }}; \
         $WATCH --json --seconds 20 {objects} > $log & wait_for synced; \
         {script}; wait_for {until}; kill $!; wait || :; cat $log; rm $log"
    );
    in_namespace(&script, &[WATCH, ADD_ADDRESS])
}

#[test]
fn json_has_a_line_for_each_change_of_the_given_objects() {
    let script = "$ADD_ADDRESS lo 192.0.2.9/24 >&2";
    let Some(output) = json_during("addresses", script, "192.0.2.9") else { return };
    let lines = lines(&output);
    let events: Vec<_> = lines.iter().map(|line| line["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["stale", "resyncing", "synced", "new"], "{lines:?}");
    assert_eq!(lines[0]["reason"], "not-loaded");
    assert_eq!((&lines[2]["generation"], &lines[2]["counters"]["rounds"]), (&1.into(), &1.into()));
    let new = &lines[3];
    assert_eq!((&new["object"], &new["new"]["address"]), (&"address".into(), &"192.0.2.9".into()));
    assert_eq!(new.get("old"), None);
}

#[test]
fn json_has_the_old_and_new_entry_and_the_changed_fields() {
    let script = "command -v ip >/dev/null || { echo no ip; exit 0; }; \
         ip link set lo mtu 1400; ip link set lo up";
    let Some(output) = json_during("links", script, "lower-up") else { return };
    if output.stdout.starts_with(b"no ip") {
        println!("skipped: iproute2 is not installed");
        return;
    }
    let lines = lines(&output);
    let changed: Vec<_> = lines.iter().filter(|line| line["event"] == "changed").collect();
    let [mtu, up, ..] = changed[..] else { panic!("{lines:?}") };
    assert_eq!(mtu["fields"], serde_json::json!(["mtu"]));
    assert_eq!((&mtu["old"]["mtu"], &mtu["new"]["mtu"]), (&65536.into(), &1400.into()));
    assert!(up["fields"].as_array().unwrap().contains(&"flags".into()), "{up}");
    assert!(up["new"]["flags"].as_array().unwrap().contains(&"up".into()), "{up}");
}

/// Runs a script on a terminal of 24 lines, types a text after a second, and returns the output.
fn on_a_terminal(script: &str, types: &str) -> Option<Output> {
    let script = format!(
        "command -v script >/dev/null || {{ echo no script; exit 0; }}; \
         {{ sleep 1; printf '{types}'; sleep 1; }} | \
         TERM=xterm script -qec 'stty rows 24 cols 80; {script}; echo ended $?; stty -a' /dev/null"
    );
    let output = in_namespace(&script, &[WATCH, ADD_ADDRESS])?;
    if output.stdout.starts_with(b"no script") {
        println!("skipped: `script` is not installed");
        return None;
    }
    Some(output)
}

#[test]
fn a_terminal_shows_a_table_until_q_and_is_restored() {
    let script = "$ADD_ADDRESS lo 192.0.2.7/24; $WATCH --seconds 20";
    let Some(output) = on_a_terminal(script, "q") else { return };
    // The alternate screen, and back; typed letters are echoed again.
    let words = ["\x1b[?1049h", "Synced", "192.0.2.7/24", "\x1b[?1049l", "ended 0", " echo "];
    assert_prints(&output, &words);
}

#[test]
fn invalid_arguments_are_reported_with_the_known_ones() {
    let run = |arguments: &[&str]| {
        let mut watch = Command::new(WATCH.1);
        let output = watch.args(arguments).stdin(Stdio::null()).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (code, error) = run(&["--once", "nodes"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("\"nodes\": unknown object; known are links, "), "{error}");
    let (code, error) = run(&["--frob"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("--frob") && error.contains("watch --help"), "{error}");
    let (code, error) = run(&[]);
    assert_eq!(code, Some(1));
    assert!(error.contains("not a terminal"), "{error}");
}
