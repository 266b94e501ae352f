//! Runs each example in a network namespace of its own, and looks at what it prints.

mod common;

use std::process::{Command, Output};

use common::{in_namespace, says};

const LINKS: (&str, &str) = ("LINKS", env!("CARGO_BIN_EXE_links"));
const ADDRESSES: (&str, &str) = ("ADDRESSES", env!("CARGO_BIN_EXE_addresses"));
const ROUTES: (&str, &str) = ("ROUTES", env!("CARGO_BIN_EXE_routes"));
const ADD_ADDRESS: (&str, &str) = ("ADD_ADDRESS", env!("CARGO_BIN_EXE_add-address"));
const ADD_VLAN: (&str, &str) = ("ADD_VLAN", env!("CARGO_BIN_EXE_add-vlan"));
const MONITOR: (&str, &str) = ("MONITOR", env!("CARGO_BIN_EXE_monitor"));
const CALLBACKS: (&str, &str) = ("CALLBACKS", env!("CARGO_BIN_EXE_callbacks"));
const FAMILIES: (&str, &str) = ("FAMILIES", env!("CARGO_BIN_EXE_families"));
const POLICY: (&str, &str) = ("POLICY", env!("CARGO_BIN_EXE_policy"));
const USER_TO_USER: (&str, &str) = ("USER_TO_USER", env!("CARGO_BIN_EXE_user-to-user"));
const CACHE: (&str, &str) = ("CACHE", env!("CARGO_BIN_EXE_cache"));
const OWN_ENTRY: (&str, &str) = ("OWN_ENTRY", env!("CARGO_BIN_EXE_own-entry"));

#[test]
fn links_lists_the_loopback_of_a_new_namespace() {
    let Some(output) = in_namespace("$LINKS", &[LINKS]) else { return };
    says(&output, &["1: lo mtu 65536\n"]);
}

#[test]
fn links_prints_every_attribute_by_name_if_asked() {
    let Some(output) = in_namespace("$LINKS all", &[LINKS]) else { return };
    says(&output, &["IFNAME: \"lo\"", "OPERSTATE: DOWN", "AF_SPEC: {"]);
}

#[test]
fn an_address_that_was_added_is_listed_and_is_there_already_the_second_time() {
    let script = "$ADD_ADDRESS lo 192.0.2.7/24; $ADD_ADDRESS lo 192.0.2.7/24; \
                  $ADD_ADDRESS lo 2001:db8::7/64; $ADDRESSES";
    let Some(output) = in_namespace(script, &[ADD_ADDRESS, ADDRESSES]) else { return };
    let words = [
        "lo has 192.0.2.7/24 now\nlo has 192.0.2.7/24 already\n",
        "lo: 192.0.2.7/24 scope UNIVERSE",
        "lo: 2001:db8::7/64",
    ];
    says(&output, &words);
}

#[test]
fn routes_lists_the_main_table_and_no_other() {
    let script = "command -v ip >/dev/null || { echo no ip; exit 0; }; ip link set lo up; \
                  ip route add 198.51.100.0/24 dev lo metric 7; \
                  ip route add 203.0.113.0/24 dev lo table 99; $ROUTES";
    let Some(output) = in_namespace(script, &[ROUTES]) else { return };
    if output.stdout.starts_with(b"no ip") {
        println!("skipped: no iproute2 to make routes with");
        return;
    }
    says(&output, &["198.51.100.0/24 link 1 metric 7\n"]);
    assert!(!String::from_utf8_lossy(&output.stdout).contains("203.0.113"));
}

#[test]
fn a_vlan_is_made_or_the_kernel_says_why_not() {
    let Some(output) = in_namespace("$ADD_VLAN lo 7", &[ADD_VLAN]) else { return };
    says(&output, &["lo.7"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("is there") || text.contains("kernel error"), "{text}");
}

#[test]
fn monitor_tells_of_an_address_that_is_added() {
    let script = "log=$(mktemp); $MONITOR 1 > $log & sleep 0.3; \
                  $ADD_ADDRESS lo 192.0.2.9/24; wait; cat $log; rm $log";
    let Some(output) = in_namespace(script, &[MONITOR, ADD_ADDRESS]) else { return };
    says(&output, &["listening", "route/addr NEW", "LOCAL: 192.0.2.9", "LABEL: \"lo\""]);
}

#[test]
fn callbacks_count_the_links() {
    let Some(output) = in_namespace("$CALLBACKS", &[CALLBACKS]) else { return };
    says(&output, &[" links, "]);
}

#[test]
fn two_sockets_greet_each_other() {
    let Some(output) = in_namespace("$USER_TO_USER", &[USER_TO_USER]) else { return };
    says(&output, &["bob hears \"hello, bob\" from alice: true\n"]);
}

#[test]
fn families_lists_the_controller_with_its_group() {
    let Some(output) = in_namespace("$FAMILIES", &[FAMILIES]) else { return };
    says(&output, &["nlctrl is 16; commands 3 10; group notify is 16\n"]);
}

#[test]
fn a_request_is_checked_by_what_the_kernel_says_that_it_takes() {
    let Some(output) = in_namespace("$POLICY", &[POLICY]) else { return };
    let text = String::from_utf8_lossy(&output.stdout);
    if text.contains("says nothing") {
        println!("skipped: a kernel before 5.7, or one that keeps its policies to itself");
        return;
    }
    says(&output, &["FAMILY_ID: U16", "by name: Ok(())", "Ctrl.FAMILY_ID, at byte 0: 1 bytes"]);
}

/// Follows what happens to a pair of links, and prints what the program said.
const PAIR: &str = "command -v ip >/dev/null || { echo no ip; exit 0; }; log=$(mktemp); \
                    until_says() { for _ in $(seq 200); do \
                        [ $(grep -ci $2 $log) -ge $1 ] && return; sleep 0.05; done; }; \
                    $PROGRAM 20 > $log & until_says 1 lo; \
                    ip link add ann type veth peer name bob || { echo no ip; exit 0; }; \
                    ip link set ann mtu 1400; ip link set ann up; ip link set bob up; \
                    ip link set bob down; ip link del ann; until_says 2 deleted; \
                    kill $!; wait || :; cat $log; rm $log";

/// What a program says of a pair of links that come, change and go; none where there are none.
fn follows_a_pair(program: (&str, &str)) -> Option<Output> {
    let output = in_namespace(PAIR, &[("PROGRAM", program.1)])?;
    if output.stdout.starts_with(b"no ip") {
        println!("skipped: no iproute2 to make links with, or no such links");
        return None;
    }
    Some(output)
}

#[test]
fn the_cache_lists_links_and_tells_what_becomes_of_them() {
    let Some(output) = follows_a_pair(CACHE) else { return };
    let words = [
        "1: lo mtu 65536\n",
        "new: ann\n",
        "changed: ann, MTU: mtu 1400 was 1500\n",
        "changed: bob, FLAGS",
        "deleted: ann\n",
        "deleted: bob\n",
    ];
    says(&output, &words);
}

#[test]
fn an_entry_of_ones_own_changes_only_where_its_own_fields_do() {
    let Some(output) = follows_a_pair(OWN_ENTRY) else { return };
    let words = [
        "New(Port { index: 1, name: \"lo\", up: false, running: false })\n",
        "name: \"ann\", up: false, running: false }, new: Port",
        "name: \"ann\", up: true, running: true }, what: true }",
        "Deleted(Port",
    ];
    says(&output, &words);
    let text = String::from_utf8_lossy(&output.stdout);
    // The MTU is none of them.
    let ups = text.lines().filter(|line| line.contains("Changed") && line.contains("\"ann\""));
    assert!(ups.clone().all(|line| line.contains("up: true")), "{text}");
}

#[test]
fn after_a_storm_the_caches_have_what_the_kernel_has() {
    for buffer in [&[][..], &["--receive-buffer", "4096"]] {
        let mut storm = Command::new(env!("CARGO_BIN_EXE_storm"));
        let output = storm.args(["--routes", "3000", "--rounds", "2"]).args(buffer).output();
        let output = output.expect("the program");
        if output.stdout.starts_with(b"skipped: ") {
            println!("{}", String::from_utf8_lossy(&output.stdout).trim_end());
            return;
        }
        says(&output, &["round 1: ", "round 2: ", " 0 wrong\n"]);
        let text = String::from_utf8_lossy(&output.stdout);
        let lost = |line: &str| !line.contains(" 0 overruns");
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(buffer.is_empty() || text.lines().any(lost), "nothing was lost:\n{text}");
    }
}
