//! Runs each example in its own network namespace, and checks its output.

use barelink_test_support::{assert_prints, examples_in_namespace as in_namespace};

const LINKS: (&str, &str) = ("LINKS", "links");
const ADDRESSES: (&str, &str) = ("ADDRESSES", "addresses");
const ROUTES: (&str, &str) = ("ROUTES", "routes");
const ADD_ADDRESS: (&str, &str) = ("ADD_ADDRESS", "add-address");
const ADD_VLAN: (&str, &str) = ("ADD_VLAN", "add-vlan");
const MONITOR: (&str, &str) = ("MONITOR", "monitor");
const CALLBACKS: (&str, &str) = ("CALLBACKS", "callbacks");
const FAMILIES: (&str, &str) = ("FAMILIES", "families");
const POLICY: (&str, &str) = ("POLICY", "policy");
const USER_TO_USER: (&str, &str) = ("USER_TO_USER", "user-to-user");

#[test]
fn links_lists_the_loopback_of_a_new_namespace() {
    let Some(output) = in_namespace("$LINKS", &[LINKS]) else { return };
    assert_prints(&output, &["1: lo mtu 65536\n"]);
}

#[test]
fn links_all_prints_every_attribute_by_name() {
    let Some(output) = in_namespace("$LINKS all", &[LINKS]) else { return };
    assert_prints(&output, &["IFNAME: \"lo\"", "OPERSTATE: DOWN", "AF_SPEC: {"]);
}

#[test]
fn an_added_address_is_listed_and_exists_the_second_time() {
    let script = "$ADD_ADDRESS lo 192.0.2.7/24; $ADD_ADDRESS lo 192.0.2.7/24; \
                  $ADD_ADDRESS lo 2001:db8::7/64; $ADDRESSES";
    let Some(output) = in_namespace(script, &[ADD_ADDRESS, ADDRESSES]) else { return };
    let expected = [
        "lo has 192.0.2.7/24 now\nlo has 192.0.2.7/24 already\n",
        "lo: 192.0.2.7/24 scope UNIVERSE",
        "lo: 2001:db8::7/64",
    ];
    assert_prints(&output, &expected);
}

#[test]
fn routes_lists_only_the_main_table() {
    let script = "command -v ip >/dev/null || { echo no ip; exit 0; }; ip link set lo up; \
                  ip route add 198.51.100.0/24 dev lo metric 7; \
                  ip route add 203.0.113.0/24 dev lo table 99; $ROUTES";
    let Some(output) = in_namespace(script, &[ROUTES]) else { return };
    if output.stdout.starts_with(b"no ip") {
        println!("skipped: no iproute2 to add routes");
        return;
    }
    assert_prints(&output, &["198.51.100.0/24 link 1 metric 7\n"]);
    assert!(!String::from_utf8_lossy(&output.stdout).contains("203.0.113"));
}

#[test]
fn add_vlan_creates_a_vlan_or_prints_the_error() {
    let Some(output) = in_namespace("$ADD_VLAN lo 7", &[ADD_VLAN]) else { return };
    assert_prints(&output, &["lo.7"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("created") || text.contains("kernel error"), "{text}");
}

#[test]
fn monitor_prints_an_added_address() {
    let script = "log=$(mktemp); $MONITOR 1 > $log & sleep 0.3; \
                  $ADD_ADDRESS lo 192.0.2.9/24; wait; cat $log; rm $log";
    let Some(output) = in_namespace(script, &[MONITOR, ADD_ADDRESS]) else { return };
    assert_prints(&output, &["listening", "route/addr NEW", "LOCAL: 192.0.2.9", "LABEL: \"lo\""]);
}

#[test]
fn callbacks_count_the_links() {
    let Some(output) = in_namespace("$CALLBACKS", &[CALLBACKS]) else { return };
    assert_prints(&output, &[" links, "]);
}

#[test]
fn user_to_user_delivers_a_greeting() {
    let Some(output) = in_namespace("$USER_TO_USER", &[USER_TO_USER]) else { return };
    assert_prints(&output, &["bob received \"hello, bob\", from alice: true\n"]);
}

#[test]
fn families_lists_the_controller_with_its_group() {
    let Some(output) = in_namespace("$FAMILIES", &[FAMILIES]) else { return };
    assert_prints(&output, &["nlctrl is 16; commands 3 10; group notify is 16\n"]);
}

#[test]
fn policy_validates_requests_by_the_kernels_policy() {
    let Some(output) = in_namespace("$POLICY", &[POLICY]) else { return };
    let text = String::from_utf8_lossy(&output.stdout);
    if text.contains("no policy") {
        println!("skipped: no policy dumps before Linux 5.7");
        return;
    }
    assert_prints(
        &output,
        &["FAMILY_ID: U16", "by name: Ok(())", "Ctrl.FAMILY_ID, at byte 0: 1 bytes"],
    );
}

#[test]
fn examples_print_the_same_without_socket_options() {
    let script = "
        command -v strace >/dev/null || { echo 'skipped: no strace'; exit 0; }
        command -v ip >/dev/null || { echo 'skipped: no iproute2 to add routes'; exit 0; }
        old='strace -qq -o /dev/null -e trace=setsockopt -e inject=setsockopt:error=ENOPROTOOPT'
        $old true || { echo 'skipped: strace is not permitted'; exit 0; }
        ip link set lo up
        ip route add 198.51.100.0/24 dev lo
        ip route add 203.0.113.0/24 dev lo table 99
        [ \"$($ROUTES)\" = \"$($old $ROUTES)\" ] || echo differs: routes
        [ \"$($LINKS)\" = \"$($old $LINKS)\" ] || echo differs: links
        $ROUTES; $LINKS";
    let Some(output) = in_namespace(script, &[ROUTES, LINKS]) else { return };
    let text = String::from_utf8_lossy(&output.stdout);
    if text.starts_with("skipped: ") {
        return print!("{text}");
    }
    assert!(!text.contains("differs"), "{text}");
    assert_prints(&output, &["198.51.100.0/24 link 1", "1: lo mtu 65536\n"]);
}
