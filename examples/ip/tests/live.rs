//! Differential test of `ip` and iproute2 in a network namespace with many objects: text, JSON,
//! exit statuses and errors are compared.

mod common;

use std::process::Command;

use common::{Json, Rules, differences, shell};

/// Script that creates the objects; those that the kernel lacks are left out.
const SETUP: &str = "
ip link set lo up
ip link add br0 type bridge
ip link add v0 type veth peer name v1
ip link set v0 master br0 up; ip link set v1 up; ip link set br0 up
ip link property add dev v1 altname alternative1 altname anotherlongername1234
ip link set v1 alias 'hello \"world\"' group 7
ip link add mv0 link v1 type macvlan mode bridge; ip link set mv0 up
ip link add mvs link v1 type macvlan mode source
ip link add vx0 type vxlan id 42 remote 10.9.9.9 local 10.0.0.1 dstport 4789 dev v1
ip link add vx6 type vxlan id 43 group ff05::100 dev v1 dstport 8472 ttl 5
ip link add vx1 type vxlan external dstport 4790
ip link add ifb0 type ifb
ip tuntap add mode tap name tap0; ip tuntap add mode tun name tun0
ip link add vlan7 link v1 type vlan id 7 egress 1:2 ingress 3:4
ip link add d0 type dummy; ip link add bo0 type bond; ip link add vr0 type vrf table 10
ip link add gre9 type gre remote 10.9.9.9 local 10.0.0.1 key 5
ip addr add 10.0.0.1/24 dev v1 brd + label v1:one
ip addr add 10.0.0.2/24 dev v1
ip addr add 192.0.2.1 peer 192.0.2.9/32 dev v1
ip addr add 10.5.0.1/16 dev v1 valid_lft 500 preferred_lft 300 noprefixroute metric 77
ip addr add 2001:db8::1/64 dev v1 nodad
ip addr add 2001:db8:1::1/64 dev v1 valid_lft 900 preferred_lft 0 nodad
ip addr add 2001:db8:2::1 peer 2001:db8:3::1/128 dev v1 nodad
ip addr add 10.7.0.1/24 dev br0 scope link
ip route add 198.51.100.0/24 via 10.0.0.9 metric 5 mtu lock 1400 rtt 20ms advmss 1300 hoplimit 7 \
  initcwnd 12 congctl cubic features ecn quickack 1 rto_min 1500ms proto static src 10.0.0.1
ip route add 198.51.101.0/24 nexthop via 10.0.0.7 dev v1 weight 3 nexthop via 10.7.0.4 dev br0 onlink
ip route add blackhole 198.51.102.0/24
ip route add unreachable 198.51.103.1
ip route add 203.0.113.0/24 via inet6 2001:db8::99 dev v1
ip route add default via 10.0.0.254 dev v1 realms 3/4
ip route add 203.0.112.0/24 dev v1 table 200 scope link proto bird
ip route add 203.0.111.0/24 dev v1 tos 0x10
ip nexthop add id 1 via 10.0.0.5 dev v1
ip nexthop add id 2 via 10.0.0.6 dev v1 proto static
ip nexthop add id 3 group 1,5/2
ip nexthop add id 4 blackhole
ip nexthop add id 5 via 2001:db8::7 dev v1
ip nexthop add id 6 group 1/2 type resilient buckets 4 idle_timer 5 unbalanced_timer 100
ip nexthop add id 7 via 10.0.0.8 dev v1 fdb
ip route add 203.0.110.0/24 nhid 1
ip route add 203.0.109.0/24 nhid 3
ip route add 203.0.108.0/24 encap ip id 7 dst 10.9.9.9 src 10.0.0.1 ttl 4 via 10.0.0.9 dev v1
ip route add 203.0.107.0/24 encap mpls 100/200 via 10.0.0.9
ip -6 route add 2001:db8:5::/48 via 2001:db8::2 dev v1 metric 9 pref high
ip -6 route add 2001:db8:6::/48 nexthop via 2001:db8::2 dev v1 nexthop via 2001:db8::3 dev v1 weight 4
ip -6 route add 2001:db8:7::/48 via 2001:db8::2 dev v1 expires 400
ip -6 route add 2001:db8:8::/48 encap seg6 mode encap segs 2001:db8::a,2001:db8::b via 2001:db8::2 dev v1
ip -6 route add unreachable 2001:db8:9::/48
ip -6 route add 2001:db8:a::/48 from 2001:db8::/32 dev v1
ip rule add from 10.1.0.0/16 to 10.2.0.0/24 fwmark 3/7 tos 0x10 iif v1 oif br0 lookup 200 pref 100
ip rule add not from 10.1.2.3 ipproto tcp sport 5 dport 10-20 uidrange 5-6 pref 101 goto 32766
ip rule add to 10.1.2.3 blackhole pref 102
ip rule add from all lookup main suppress_prefixlength 0 suppress_ifgroup 3 realms 3/4 pref 103 protocol static
ip -6 rule add from 2001:db8::/32 lookup 201 pref 104
ip rule add l3mdev pref 105
ip rule add from 10.3.0.0/16 unreachable pref 107
ip rule add nop pref 108
ip rule add tun_id 7 lookup 9 pref 109
ip rule add iif gone goto 9999 pref 110
ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v1 nud permanent
ip neigh add 10.0.0.10 lladdr 02:00:00:00:00:0a dev v1 nud stale
ip neigh add 2001:db8::9 lladdr 02:00:00:00:00:0b dev v1 nud permanent router
ip neigh add proxy 10.0.0.77 dev v1
ip neigh add 10.0.0.12 dev v1 lladdr 02:00:00:00:00:0c nud noarp
ip neigh add 10.0.0.13 lladdr 02:00:00:00:00:0d dev v1 nud reachable extern_learn
ip neigh add 10.0.0.14 lladdr 02:00:00:00:00:0e dev v1 protocol static nud permanent
";

/// Command lines whose output is compared, with each of [`OPTIONS`].
const COMMANDS: &[&str] = &[
    "link",
    "-s link",
    "-s -s link",
    "-h -s link",
    "link show dev v1",
    "link show v0",
    "link show dev alternative1",
    "link show dev anotherlongername1234",
    "link show up",
    "link show type veth",
    "link show type bridge_slave",
    "link show master br0",
    "link show group 7",
    "l",
    "-br link",
    "-o link",
    "a",
    "addr",
    "-s addr",
    "-4 addr",
    "-6 addr",
    "-o addr",
    "-br addr",
    "-br -4 addr",
    "addr show dev v1",
    "addr show dev v1 up scope global",
    "addr show scope link",
    "addr show to 10.0.0.0/8",
    "addr show label v1:*",
    "addr show dynamic",
    "addr show permanent",
    "addr show secondary",
    "addr show primary dev v1",
    "addr show -tentative dev v1",
    "addr show deprecated",
    "addr show up type veth",
    "-6 addr show dev v1 nodad",
    "route",
    "r",
    "-6 route",
    "-N route",
    "route show table all",
    "-6 route show table all",
    "-4 route show table all",
    "route show table local",
    "route show table 200",
    "route show proto static",
    "route show proto kernel",
    "route show dev br0",
    "route show scope link",
    "route show type blackhole",
    "route show root 198.51.0.0/16",
    "route show match 198.51.100.9",
    "route show exact 198.51.100.0/24",
    "route show 198.51.100.0/24",
    "route show default",
    "route show via 10.0.0.9",
    "route show src 10.0.0.1",
    "route show metric 5",
    "route show tos 0x10",
    "route show table all proto static dev v1",
    "-6 route show root 2001:db8::/32",
    "-o route",
    "route get 10.0.0.9",
    "route get 198.51.100.3 fibmatch",
    "route get fibmatch 10.0.0.9 dsfield 0x10",
    "route get 10.0.0.9 tos 0x10",
    "route show dsfield 0x10",
    "route show vrf default",
    "route show vrf nosuch",
    "-6 route get 2001:db8::5",
    "rule",
    "ru list",
    "-6 rule",
    "-N rule",
    "rule show table 200",
    "rule show pref 101",
    "rule show from 10.1.0.0/16",
    "rule show iif v1",
    "neigh",
    "n",
    "-4 neigh",
    "-s neigh show nud all",
    "neigh show nud permanent",
    "neigh show dev v1 nud all",
    "neigh show proxy",
    "neigh show to 10.0.0.8/30",
    "neigh show proto static",
    "neigh get 10.0.0.9 dev v1",
    "nexthop",
    "nexthop show id 3",
    "nexthop show groups",
    "nexthop show dev v1",
    "nexthop show fdb",
    "nexthop get id 5",
    "nexthop bucket",
    "nexthop bucket show id 6",
    "nexthop bucket get id 6 index 2",
];

/// Options that each command line is run with.
const OPTIONS: &[&str] = &["", "-d", "-j", "-j -d", "-j -p"];

/// Command lines that fail, whose errors and exit statuses are compared.
const FAILURES: &[&str] = &[
    "link show dev nope",
    "addr show dev nope",
    "route show dev nope",
    "neigh show dev nope",
    "nexthop show dev nope",
    "link show master nope",
    "route show table foo",
    "foo",
    "link foo",
    "addr foo",
    "rule bogus",
    "neigh bogus",
    "nexthop bogus",
    "route show root",
    "-Q link",
    "-f foo link",
    "route show type bogus",
    "route show scope bogus",
    "route show proto bogus",
    "route show bogus",
    "addr show scope bogus",
    "addr show to bogus",
    "addr show dev v1 dev v0",
    "neigh show nud bogus",
    "nexthop show id 99",
    "route show table 77",
    "route get 203.0.113.300",
    "neigh get 10.0.0.99 dev v1",
    "route get",
];

/// JSON keys that iproute2 6.1 lacks and newer versions print, and one that it reads by `ioctl`.
const NEWER: &[&str] = &[
    "protocol",          // of addresses: 6.3
    "netns-immutable",   // 6.15
    "gso_ipv4_max_size", // 6.3
    "gro_ipv4_max_size", // 6.3
    "localbypass",       // of vxlan: 6.5
    "external",          // of vxlan: printed even if false since 6.4
    "proxy",             // likewise, and the next six
    "rsc",
    "l2miss",
    "l3miss",
    "remcsum_tx",
    "remcsum_rx",
    "vnifilter",
    "mab",                 // of bridge ports: 6.2
    "neigh_vlan_suppress", // 6.4
    "neigh_forward_grat",  // 7.0
    "fdb_n_learned",       // of bridges: 6.7
    "fdb_max_learned",
    "stp_mode", // 7.1
    "mst_enabled",
    "mdb_offload_fail_notification",
    "fdb_local_vlan_0",
    "bclim",         // of macvlan: 6.4
    "reserved_bits", // of vxlan: 6.14
    "txqlen",        // of `-6 addr`: IPv6's view of a link lacks it
];

/// Words of text that iproute2 6.1 lacks; `true` if a value follows.
const NEWER_TEXT: &[(&str, bool)] = &[
    ("netns-immutable", false),
    ("gso_ipv4_max_size", true),
    ("gro_ipv4_max_size", true),
    ("localbypass", false),
    ("mab", true),
    ("neigh_vlan_suppress", true),
    ("neigh_forward_grat", true),
    ("fdb_n_learned", true),
    ("fdb_max_learned", true),
    ("stp_mode", true),
    ("mst_enabled", true),
    ("mdb_offload_fail_notification", true),
    ("fdb_local_vlan_0", true),
    ("bclim", true),
    ("reserved_bits", true),
    ("proto kernel_lo", false),
    ("proto kernel_ll", false),
];

/// Counters and timers that change between two commands, with the accepted difference.
const NEAR: &[(&str, f64)] = &[
    ("bytes", 1e9),
    ("packets", 1e6),
    ("multicast", 1e6),
    ("dropped", 1e6),
    ("valid_life_time", 3.0),
    ("preferred_life_time", 3.0),
    ("expires", 3.0),
    ("used", 3.0),
    ("confirmed", 3.0),
    ("updated", 3.0),
    ("idle_time", 3.0),
    ("unbalanced_time", 3.0),
    ("hello_timer", 60.0),
    ("gc_timer", 600.0),
    ("tcn_timer", 60.0),
    ("topology_change_timer", 60.0),
    ("hold_timer", 60.0),
    ("message_age_timer", 60.0),
    ("forward_delay_timer", 60.0),
    ("refcnt", 2.0),
];

/// Exit status, output and errors of a command.
#[derive(Debug)]
struct RunResult {
    code: i32,
    out: String,
    err: String,
}

/// Runs the commands with both programs, in one namespace.
fn run_all(theirs: &str, ours: &str, lines: &[String]) -> Option<Vec<(RunResult, RunResult)>> {
    let mut script = String::from("exec 2>/dev/null\n");
    script.push_str(SETUP);
    // The flags of IPv6 addresses change until duplicate address detection ends.
    script.push_str("sleep 2.2\nD=$(mktemp -d)\n");
    for line in lines {
        for program in [theirs, ours] {
            script.push_str(&format!(
                "{program} {line} >$D/o 2>$D/e </dev/null; printf '%s\\001' $?; cat $D/o; printf '\\001'; cat $D/e; printf '\\002'\n"
            ));
        }
    }
    script.push_str("rm -r $D\n");
    let output = shell::run(script)?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let ran: Vec<RunResult> = text
        .split('\u{2}')
        .filter_map(|part| {
            let mut fields = part.split('\u{1}');
            let code = fields.next()?.parse().ok()?;
            Some(RunResult { code, out: fields.next()?.into(), err: fields.next()?.into() })
        })
        .collect();
    let mut pairs = Vec::new();
    let mut ran = ran.into_iter();
    while let (Some(theirs), Some(ours)) = (ran.next(), ran.next()) {
        pairs.push((theirs, ours));
    }
    (pairs.len() == lines.len()).then_some(pairs)
}

/// Returns the path of iproute2's program, if it is installed and namespaces can be created.
fn iproute2() -> Option<&'static str> {
    let path = ["/sbin/ip", "/usr/sbin/ip", "/bin/ip"].into_iter().find(|path| {
        Command::new(path)
            .arg("-V")
            .output()
            .is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("iproute2"))
    });
    if path.is_none() {
        println!("skipped: iproute2 is not installed");
        return None;
    }
    if !Command::new("unshare").args(["-rn", "true"]).status().is_ok_and(|it| it.success()) {
        println!("skipped: no network namespace can be made here");
        return None;
    }
    path
}

/// Returns a line without what newer versions print, and without numbers that change with time.
fn plain(line: &str) -> String {
    let mut line = line.to_string();
    for (word, valued) in NEWER_TEXT {
        while let Some(at) = find_word(&line, word) {
            let mut end = at + word.len() + 1;
            if *valued {
                end += line[end..].find([' ', '\n']).map_or(line.len() - end, |len| len + 1);
            }
            line.replace_range(at..end.min(line.len()), "");
        }
    }
    // IPv6's view of a link lacks this and the qdisc; 6.1 uses an ioctl.
    if let (Some(at), None) = (line.find("qlen "), line.find(" qdisc ")) {
        line.truncate(at);
    }
    let mut plain = String::new();
    let mut words = line.split(' ').peekable();
    let mut before = "";
    while let Some(word) = words.next() {
        let counting = word.ends_with("sec") && word.len() > 3
            || before.ends_with("_timer")
            || before == "used"
            || before == "idle_time"
            || before == "ref";
        let number = word.contains(|char: char| char.is_ascii_digit());
        match counting && number {
            true => plain.push('#'),
            false => plain.push_str(word),
        }
        let padding = word.is_empty() && before.ends_with("_timer");
        if words.peek().is_some() && !padding {
            plain.push(' ');
        }
        if !word.is_empty() {
            before = word;
        }
    }
    plain
}

fn find_word(line: &str, word: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = line[from..].find(word).map(|at| at + from) {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        if before.is_none_or(|char| char == ' ') && after == Some(' ') {
            return Some(at);
        }
        from = at + word.len();
    }
    None
}

/// Returns the lines that differ; lines of counters are compared by the number of columns.
fn text_differences(ours: &str, theirs: &str) -> Vec<String> {
    let counters = |line: &str| {
        let line = line.trim();
        !line.is_empty() && line.chars().all(|char| char.is_ascii_digit() || " .kMG".contains(char))
    };
    let (a, b): (Vec<_>, Vec<_>) = (ours.lines().collect(), theirs.lines().collect());
    let mut found = Vec::new();
    if a.len() != b.len() {
        found.push(format!("{} lines, theirs {}", a.len(), b.len()));
    }
    for (a, b) in a.iter().zip(&b) {
        let same = match counters(a) && counters(b) {
            true => a.split_whitespace().count() == b.split_whitespace().count(),
            false => plain(a) == plain(b),
        };
        if !same {
            found.push(format!("ours   {a:?}\n      theirs {b:?}"));
        }
    }
    found
}

#[test]
fn text_and_json_equal_those_of_iproute2() {
    let Some(theirs) = iproute2() else { return };
    let lines: Vec<String> = OPTIONS
        .iter()
        .flat_map(|options| COMMANDS.iter().map(move |command| format!("{options} {command}")))
        .collect();
    let Some(pairs) = run_all(theirs, env!("CARGO_BIN_EXE_ip"), &lines) else {
        panic!("the namespace's script did not complete");
    };
    let rules = Rules { extra: NEWER, near: NEAR };
    let mut misses = 0;
    for (line, (theirs, ours)) in lines.iter().zip(&pairs) {
        let mut found = Vec::new();
        if ours.code != theirs.code {
            found.push(format!("status {}, theirs {}: {}", ours.code, theirs.code, ours.err));
        }
        if line.contains("-j") {
            match (Json::parse(&ours.out), Json::parse(&theirs.out)) {
                (Some(a), Some(b)) => found.extend(differences(&a, &whole(b, &a), &rules)),
                (None, Some(_)) => found.push(format!("no JSON: {:?}", ours.out)),
                (_, None) => {}
            }
            if !line.contains("-p") && ours.out.lines().count() > 1 {
                found.push("JSON in several lines".into());
            }
        } else {
            found.extend(text_differences(&ours.out, &theirs.out));
        }
        if !found.is_empty() {
            misses += 1;
            println!("ip {line}");
            found.iter().take(6).for_each(|found| println!("    {found}"));
        }
    }
    println!("{} of {} command lines print the same", lines.len() - misses, lines.len());
    assert_eq!(misses, 0, "command lines that print something else");
}

/// Moves the encapsulation of routes into an object of its own; iproute2 6.1 prints it among the
/// keys of the route.
fn whole(theirs: Json, ours: &Json) -> Json {
    match theirs {
        Json::List(items) => {
            let mut own = ours.list().iter();
            let whole = |item| whole(item, own.next().unwrap_or(&Json::Null));
            Json::List(items.into_iter().map(whole).collect())
        }
        Json::Object(rows) => {
            let mut nested = Vec::new();
            let mut rows = rows.into_iter();
            while let Some((key, value)) = rows.next() {
                let own = ours.get(&key).unwrap_or(&Json::Null);
                let value = match (&value, own) {
                    (Json::Text(_), Json::Object(inner)) if key == "encap" => {
                        let kind = ("encap_type".to_string(), value);
                        let rest = rows.by_ref().take(inner.len() - 1);
                        Json::Object(std::iter::once(kind).chain(rest).collect())
                    }
                    _ => whole(value, own),
                };
                nested.push((key, value));
            }
            Json::Object(nested)
        }
        other => other,
    }
}

#[test]
fn pretty_json_equals_that_of_iproute2() {
    let Some(theirs) = iproute2() else { return };
    let lines: Vec<String> = [
        "-j -p rule",
        "-j rule",
        "-p -j neigh show proxy",
        "-j -p -d nexthop",
        "-j route show table 200",
    ]
    .map(String::from)
    .to_vec();
    let Some(pairs) = run_all(theirs, env!("CARGO_BIN_EXE_ip"), &lines) else {
        panic!("the namespace's script did not complete");
    };
    for (line, (theirs, ours)) in lines.iter().zip(&pairs) {
        assert_eq!(ours.out, theirs.out, "ip {line}");
    }
}

#[test]
fn errors_and_statuses_equal_those_of_iproute2() {
    let Some(theirs) = iproute2() else { return };
    let lines: Vec<String> = FAILURES.iter().map(|line| String::from(*line)).collect();
    let Some(pairs) = run_all(theirs, env!("CARGO_BIN_EXE_ip"), &lines) else {
        panic!("the namespace's script did not complete");
    };
    let mut misses = 0;
    for (line, (theirs, ours)) in lines.iter().zip(&pairs) {
        if (ours.code, &ours.err) != (theirs.code, &theirs.err) {
            misses += 1;
            println!("ip {line}\n    ours   {} {:?}", ours.code, ours.err);
            println!("    theirs {} {:?}", theirs.code, theirs.err);
        }
    }
    assert_eq!(misses, 0, "command lines that fail differently");
}

#[test]
fn before_the_first_route_only_the_main_table_reads_as_empty() {
    let Some(theirs) = iproute2() else { return };
    let script = |ip: &str| {
        let lines =
            ["route", "-6 route", "-j route", "route show table 77", "-6 route show table 77"];
        lines.map(|line| format!("{ip} {line} 2>&1; echo $?\n")).concat()
    };
    let run = |ip: &str| {
        let output =
            Command::new("unshare").args(["-rn", "sh", "-c", &script(ip)]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert_eq!(run(env!("CARGO_BIN_EXE_ip")), run(theirs));
}

/// Script of changes, one of each type.
const CHANGES: &str = "
ip link add v0 type veth peer name v1; ip link set v0 up; ip link set v1 up
ip addr add 10.0.0.1/24 dev v0; ip addr add 2001:db8::1/64 dev v0 nodad
ip route add 10.9.0.0/16 via 10.0.0.9; ip route del 10.9.0.0/16
ip rule add from 10.1.0.0/16 lookup 77; ip rule del from 10.1.0.0/16 lookup 77
ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:01 dev v0; ip neigh del 10.0.0.9 dev v0
ip nexthop add id 4 via 10.0.0.7 dev v0; ip nexthop del id 4
ip addr del 10.0.0.1/24 dev v0
ip link del v0
";

#[test]
fn monitor_output_equals_that_of_iproute2() {
    let Some(theirs) = iproute2() else { return };
    let ours = env!("CARGO_BIN_EXE_ip");
    let script = format!(
        "exec 2>/dev/null; ip link set lo up; D=$(mktemp -d)
         timeout 3 {theirs} monitor all >$D/a & timeout 3 {ours} monitor all >$D/b &
         timeout 3 {ours} -j monitor >$D/c & sleep 0.7
         {CHANGES}
         wait; cat $D/a; printf '\\001'; cat $D/b; printf '\\001'; cat $D/c; rm -r $D"
    );
    let output = Command::new("unshare").args(["-rn", "sh", "-c", &script]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let mut parts = text.split('\u{1}');
    let mut part = || parts.next().unwrap_or_default();
    let (theirs, ours, json) = (part(), part(), part());
    assert!(theirs.lines().count() > 40, "{theirs}");
    let found = text_differences(ours, theirs);
    assert!(found.is_empty(), "{}", found.join("\n"));
    for line in json.lines() {
        assert!(matches!(Json::parse(line), Some(Json::Object(_))), "{line}");
    }
    for key in ["ifname", "local", "gateway", "priority", "lladdr", "id", "interface", "deleted"] {
        assert!(json.contains(&format!("\"{key}\":")), "{key}");
    }
}
