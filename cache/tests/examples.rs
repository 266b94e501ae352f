//! Runs the examples in a network namespace of their own, and looks at what they print.

use std::process::Output;

use barelink_test_support::{assert_prints, examples_in_namespace as in_namespace};

/// Script: makes, changes and deletes a pair of links, and prints the output of the program that follows.
const PAIR: &str = "command -v ip >/dev/null || { echo no ip; exit 0; }; log=$(mktemp); \
                    until_says() { for _ in $(seq 200); do \
                        [ $(grep -ci $2 $log) -ge $1 ] && return; sleep 0.05; done; }; \
                    $PROGRAM 20 > $log & until_says 1 lo; \
                    ip link add ann type veth peer name bob || { echo no ip; exit 0; }; \
                    ip link set ann mtu 1400; ip link set ann up; ip link set bob up; \
                    ip link set bob down; ip link del ann; until_says 2 deleted; \
                    kill $!; wait || :; cat $log; rm $log";

/// Returns the output of a program that follows a pair of links; `None` where there are no such links.
fn follows_a_pair(program: &str) -> Option<Output> {
    let output = in_namespace(PAIR, &[("PROGRAM", program)])?;
    if output.stdout.starts_with(b"no ip") {
        println!("skipped: no iproute2 to make links with, or no such links");
        return None;
    }
    Some(output)
}

#[test]
fn the_cache_example_lists_links_and_reports_changes() {
    let Some(output) = follows_a_pair("cache") else { return };
    let words = [
        "1: lo mtu 65536\n",
        "new: ann\n",
        "changed: ann, MTU: mtu 1400 was 1500\n",
        "changed: bob, FLAGS",
        "deleted: ann\n",
        "deleted: bob\n",
    ];
    assert_prints(&output, &words);
}

#[test]
fn an_entry_of_ones_own_changes_only_where_its_own_fields_do() {
    let Some(output) = follows_a_pair("own-entry") else { return };
    let words = [
        "New(Port { index: 1, name: \"lo\", up: false, running: false })\n",
        "name: \"ann\", up: false, running: false }, new: Port",
        "name: \"ann\", up: true, running: true }, diff: true }",
        "Deleted(Port",
    ];
    assert_prints(&output, &words);
    let text = String::from_utf8_lossy(&output.stdout);
    // The MTU is none of them.
    let ups = text.lines().filter(|line| line.contains("Changed") && line.contains("\"ann\""));
    assert!(ups.clone().all(|line| line.contains("up: true")), "{text}");
}
