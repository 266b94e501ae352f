//! Differential test of `ip link`: `ip` and iproute2 run the same command lines in a network
//! namespace each; exit statuses, errors and the resulting links are compared.

mod common;

use std::process::Command;

use common::{Json, Rules, differences, shell};

/// Command lines in order; all addresses are given, so that none is random.
const LINES: &[&str] = &[
    "link set lo up",
    "link add br0 address 02:00:00:00:00:01 type bridge",
    "link add name v0 index 50 address 02:00:00:00:00:02 mtu 1400 type veth peer name v1 address 02:00:00:00:00:03 mtu 1300",
    "link set v0 master br0 up",
    "link set dev v1 up txqueuelen 77 group 5 alias hello",
    "link set v1 promisc on allmulticast on arp off multicast off",
    "link set v1 arp on multicast on down",
    "link set v1 up",
    "link property add dev v1 altname another-name-of-it altname b",
    "link property del dev v1 altname b",
    "link set another-name-of-it addrgenmode none",
    "link set br0 up type bridge stp_state 0 priority 4096 ageing_time 5000 forward_delay 300 vlan_filtering 1 vlan_default_pvid 7 mcast_snooping 0 no_linklocal_learn 1 vlan_protocol 802.1ad group_fwd_mask 8 mcast_querier_interval 777",
    "link set v0 type bridge_slave cost 55 priority 9 hairpin on guard on learning off flood off neigh_suppress on isolated on mcast_flood off",
    "link add link v1 name mv0 address 02:00:00:00:00:04 type macvlan mode bridge",
    "link add link v1 name mv1 address 02:00:00:00:00:05 type macvlan mode source macaddr set 02:00:00:00:01:01 02:00:00:00:01:02",
    "link set mv1 type macvlan macaddr add 02:00:00:00:01:03",
    "link set mv1 type macvlan macaddr del 02:00:00:00:01:02",
    "link add ifb7 numtxqueues 2 numrxqueues 2 address 02:00:00:00:00:06 type ifb",
    "link add vx0 address 02:00:00:00:00:07 type vxlan id 42 local 10.0.0.1 remote 10.0.0.2 dev v1 dstport 4789 ttl 9 tos CS1 nolearning noudpcsum srcport 100 200 ageing 77 maxaddress 9 proxy l2miss",
    "link set vx0 type vxlan ttl 11 remote 10.0.0.3 learning",
    "link add vx1 address 02:00:00:00:00:08 type vxlan external dstport 4790 vnifilter",
    "link add vx2 address 02:00:00:00:00:09 type vxlan id 7 group ff05::1 dev v1 dstport 8472 df set flowlabel 0x77 ttl inherit",
    "link add vx3 address 02:00:00:00:00:0a type vxlan id 8 group 239.1.1.1 dev v1 dstport 0",
    "link replace name v9 address 02:00:00:00:00:0b type veth peer name v10 address 02:00:00:00:00:0c up",
    "link change v9 name v11 up",
    "link set v11 carrier on",
    "link set v11 nomaster",
    "link set v11 gso_max_size 30000 gso_max_segs 100 gro_max_size 40000",
    "link add v12 address 02:00:00:00:00:0d type veth peer v13 address 02:00:00:00:00:0e",
    "link del dev v12",
    "link set group 5 mtu 1250",
    "link set v11 master br0",
    "link set v11 vrf br0",
    "link set v11 mode dormant state dormant",
    // Rejected by the program or by the kernel.
    "link add br0 type bridge",
    "link set nope up",
    "link set up",
    "link set v1 frob",
    "link set v1 mtu x",
    "link set v1 mtu 1400 mtu 1500",
    "link set v1 mtu 1000000",
    "link set v1 promisc maybe",
    "link set v1 address 02:00",
    "link set v1 address zz",
    "link set v1 master nope",
    "link set v1 netns nope",
    "link set v1 netns 1 netns 2",
    "link set v1 index 9",
    "link set v1 group nope",
    "link set v1 name a/b",
    "link add d0",
    "link add d0 type nope",
    "link add d0 type nope option",
    "link add d0 type bond mode frob",
    "link add d0 type bond frob",
    "link add d0 link nope type vlan id 5",
    "link add d0 type vxlan id 5 vni 6",
    "link add d0 type vxlan dstport 5",
    "link add d0 type vxlan id 5 external",
    "link add d0 type vxlan id 5 group 239.1.1.1 dstport 0",
    "link add d0 type vxlan id 99999999 dstport 0",
    "link add a-name-that-is-far-too-long type ifb",
    "link add d0 name d1 name d2 dev d3 dev d4 type ifb",
    "link add d0 type veth peer name d1 type veth",
    "link del",
    "link del nope",
    "link del group 77",
    "link set lo type bridge stp_state x",
    "link set v1 type bridge_slave cost 5",
    "link set lo vf 0 mac 02:00:00:00:00:01",
    "link set lo vf 0 vlan 5 qos 3 spoofchk on",
    "link property add altname x",
    "link property frob",
];

/// Exit status and first error line of a command.
type Ended = (String, String);

/// Runs the command lines with one program in a new namespace; returns the results, and the links
/// afterwards.
fn run(program: &str) -> Option<(Vec<Ended>, Json)> {
    let mut script = String::from("D=$(mktemp)\n");
    for line in LINES {
        script.push_str(&format!(
            "{program} {line} 2>$D; printf '%s\\001%s\\002' $? \"$(grep -v ^Attribute: $D | head -n 1)\"\n"
        ));
    }
    script.push_str("rm $D\n/sbin/ip -d -j link show\n");
    let output = shell::run(script)?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut parts: Vec<&str> = text.split('\u{2}').collect();
    let links = Json::parse(parts.pop()?)?;
    let ended = parts.iter().filter_map(|part| part.split_once('\u{1}'));
    Some((ended.map(|(code, err)| (code.into(), err.into())).collect(), links))
}

/// Replaces messages of iproute2 6.1 by those of newer versions.
fn modern(err: &str) -> String {
    err.replace("must be \"on\" or \"off\"", "must be one of \"off\", \"on\"")
}

#[test]
fn ip_link_leaves_the_same_links_and_errors_as_iproute2() {
    let ours = env!("CARGO_BIN_EXE_ip");
    let (Some(theirs), Some(ours)) = (run("/sbin/ip"), run(ours)) else {
        println!("skipped: no network namespace can be created, or no iproute2");
        return;
    };
    assert_eq!(theirs.0.len(), LINES.len());
    let mut found = Vec::new();
    for (line, (theirs, ours)) in LINES.iter().zip(theirs.0.iter().zip(&ours.0)) {
        if theirs.0 != ours.0 || modern(&theirs.1) != ours.1 {
            found.push(format!("ip {line}\n    {ours:?}, theirs {theirs:?}"));
        }
    }
    // These timers run between the two commands.
    let near = [("hello_timer", 1e3), ("gc_timer", 1e6), ("tcn_timer", 1e3)];
    let rules = Rules { extra: &[], near: &near };
    found.extend(differences(&ours.1, &theirs.1, &rules));
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(theirs.1.list().len() > 5, "too few links could be created");
}

/// Script that moves links to a named namespace, and checks the result.
const MOVES: &str = r#"
mount -t tmpfs none /run && mkdir -p /run/netns && /sbin/ip netns add blue || exit 77
"$1" link add v0 type veth peer name v1 netns blue || exit 1
"$1" link add v2 type ifb || exit 2
"$1" link set v2 netns blue name v3 index 77 || exit 3
"$1" -n blue link set v3 up || exit 4
"$1" link set v0 netns nope 2>/dev/null && exit 5
/sbin/ip -n blue link show v1 >/dev/null || exit 6
/sbin/ip -n blue link show v3 | grep -q '^77: v3: .*,UP' || exit 7
"$1" link show v2 2>/dev/null && exit 8
exit 0
"#;

#[test]
fn links_move_to_a_namespace_by_its_name() {
    let ours = env!("CARGO_BIN_EXE_ip");
    let moved = Command::new("unshare").args(["-rnm", "sh", "-c", MOVES, "-", ours]).status();
    match moved.ok().and_then(|status| status.code()) {
        Some(0) => {}
        Some(code @ 1..=8) => panic!("step {code} failed"),
        other => println!("skipped: no namespaces by name here ({other:?})"),
    }
}

/// Batch in which each line depends on those before.
const BATCH: &str = "link add br9 type bridge
link set br9 up
link add v9 type veth peer name v8
link set v9 master br9
link property add dev v9 altname another-name
link set another-name mtu 1300
link set another-name name v7
link del v8
";

#[test]
fn links_created_in_a_forced_batch_are_found_by_later_lines() {
    let ours = env!("CARGO_BIN_EXE_ip");
    for options in ["-batch", "-force -batch"] {
        let script = format!(
            "\"$1\" {options} - <<'X' && \
             /sbin/ip -o link | grep -c '^[0-9]*: br9: .*UP'\n{BATCH}X\n"
        );
        let ran = Command::new("unshare").args(["-rn", "sh", "-c", &script, "-", ours]).output();
        match ran {
            Ok(ran) if ran.status.code() == Some(0) => {
                assert_eq!(ran.stdout, b"1\n");
                assert_eq!(String::from_utf8_lossy(&ran.stderr), "", "{options}");
            }
            Ok(ran) if !ran.stderr.starts_with(b"unshare") => {
                panic!("{options}: {}", String::from_utf8_lossy(&ran.stderr));
            }
            _ => println!("skipped: no network namespace can be created"),
        }
    }
}

#[test]
fn a_batch_prints_links_by_their_new_names() {
    let ours = env!("CARGO_BIN_EXE_ip");
    let lines = "link add d0 type veth peer name d1\nneigh add 10.0.0.2 lladdr 02:00:00:00:00:01 dev d0\nneigh\n\
        link set d0 name e9\nneigh\n";
    for options in ["-batch", "-force -batch"] {
        let script = format!("\"$1\" {options} - <<'X'\n{lines}X\n");
        let ran = Command::new("unshare").args(["-rn", "sh", "-c", &script, "-", ours]).output();
        let ran = ran.unwrap();
        if !ran.status.success() {
            println!("skipped: no veth in a namespace: {}", String::from_utf8_lossy(&ran.stderr));
            return;
        }
        let text = String::from_utf8_lossy(&ran.stdout);
        let shown: Vec<_> = text.lines().filter_map(|line| line.split(' ').nth(2)).collect();
        assert_eq!(shown, ["d0", "e9"], "{options}");
    }
}
