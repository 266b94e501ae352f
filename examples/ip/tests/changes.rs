//! Differential test of changing commands: `ip` and iproute2 run the same command lines in a
//! network namespace each; exit statuses, errors and the resulting state are compared.

mod common;

use std::process::Command;

use common::shell;

const LINES: &str = include_str!("data/changes.txt");

const SETUP: &str = "
ip link set lo up
ip link add v0 address 02:00:00:00:01:00 type veth peer name v1 address 02:00:00:00:01:01
ip link set v0 addrgenmode none up; ip link set v1 addrgenmode none up
ip addr add 10.0.0.1/16 dev v0; ip addr add 2001:db8::1/32 dev v0 nodad
";

/// Commands that print the state, by iproute2 in both namespaces.
const SHOWS: [&str; 7] = [
    "addr",
    "-4 route show table all",
    "-6 route show table all",
    "rule",
    "-6 rule",
    "neigh",
    "nexthop",
];

/// Errors and exit statuses, output, and resulting state of a program.
struct RunResult {
    errors: String,
    printed: String,
    state: String,
}

fn run(program: &str) -> Option<RunResult> {
    let mut script = String::from(SETUP);
    script.push_str("exec 3>&1 4>&2\n");
    for line in LINES.lines() {
        let line_command = format!("{program} {line}; echo \"= $?\" >&2\n");
        script.push_str(&format!("echo '# {line}'; echo '# {line}' >&2\n{line_command}"));
    }
    script.push_str("printf '\\001'\n");
    for show in SHOWS {
        script.push_str(&format!("echo '# {show}'; ip -d {show}\n"));
    }
    let output = shell::run(script)?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (printed, state) = text.split_once('\u{1}')?;
    Some(RunResult {
        errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        printed: printed.into(),
        state: state.into(),
    })
}

/// Returns the lines without attribute names (printed by this program only), usage texts, and
/// numbers that change with time.
fn plain(text: &str) -> Vec<String> {
    let mut usage = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        usage = line.starts_with("Usage:") || usage && !line.starts_with("= ");
        if usage || line.starts_with("Attribute: ") {
            continue;
        }
        let mut words: Vec<&str> = line.split(' ').collect();
        for at in 1..words.len() {
            let counts = ["expires", "valid_lft", "preferred_lft", "used"];
            if counts.contains(&words[at - 1].trim()) && words[at] != "forever" {
                words[at] = "N";
            }
        }
        lines.push(words.join(" "));
    }
    lines
}

/// Returns the differences of two texts, after the command lines that they belong to.
fn differences(ours: &str, theirs: &str, in_any_order: bool) -> Vec<String> {
    let (ours, theirs) = (plain(ours), plain(theirs));
    let parts = |lines: &[String]| {
        let mut parts: Vec<Vec<String>> = Vec::new();
        for line in lines {
            match parts.last_mut() {
                Some(part) if !line.starts_with("# ") => part.push(line.clone()),
                _ => parts.push(vec![line.clone()]),
            }
        }
        if in_any_order {
            parts.iter_mut().for_each(|part| part.sort());
        }
        parts
    };
    let pairs = parts(&ours).into_iter().zip(parts(&theirs));
    let mut found: Vec<_> = pairs
        .filter(|(ours, theirs)| ours != theirs)
        .map(|(ours, theirs)| format!("ours   {ours:#?}\ntheirs {theirs:#?}"))
        .collect();
    if ours.len() != theirs.len() && found.is_empty() {
        found.push(format!("{} lines, theirs {}", ours.len(), theirs.len()));
    }
    found
}

/// Returns whether iproute2 is installed and namespaces can be created; prints what is missing.
fn can_compare() -> bool {
    if !Command::new("ip").arg("-V").output().is_ok_and(|it| it.status.success()) {
        println!("skipped: there is no iproute2 here");
        return false;
    }
    let made = Command::new("unshare").args(["-rnm", "true"]).status();
    if !made.is_ok_and(|it| it.success()) {
        println!("skipped: no network namespace can be made here");
        return false;
    }
    true
}

#[test]
fn changes_have_the_effects_and_errors_of_iproute2() {
    if !can_compare() {
        return;
    }
    let (theirs, ours) = (run("ip").unwrap(), run(env!("CARGO_BIN_EXE_ip")).unwrap());
    assert!(theirs.errors.lines().count() > LINES.lines().count(), "{}", theirs.errors);
    // The order of multicast routes depends on which of two links comes up first.
    let texts = [
        (&ours.errors, &theirs.errors, false),
        (&ours.printed, &theirs.printed, false),
        (&ours.state, &theirs.state, true),
    ];
    let found: Vec<_> = texts.iter().flat_map(|it| differences(it.0, it.1, it.2)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Script with many namespaces, one that has its own /etc/hosts, and programs that print what they
/// find.
const MANY: &str = "
mount -t tmpfs none /run && mount -t tmpfs none /etc && mkdir -p /run/netns /etc/netns/n1 || exit 9
echo own > /etc/netns/n1/hosts; echo own > /etc/netns/n1/gone; echo all > /etc/hosts
long=a-name-that-is-fifty-bytes-long-so-that-few-fill-what-room-there-is
ip netns add n1
for n in $(seq 50); do : > /run/netns/$long-$n; mount --bind /run/netns/n1 /run/netns/$long-$n; done
ip -n n1 link add d7 type dummy || ip -n n1 link add d7 type veth peer name d8
exec 2>&1
ulimit -n 30
for line in 'netns' '-j netns' 'netns exec n1 ls /sys/class/net' 'netns exec n1 cat /etc/hosts'
do echo \"# $line\"; $PROGRAM $line; echo \"= $?\"; done
cat /etc/hosts; ls /sys/class/net
umount -l /run/netns; rm -r /run/netns; $PROGRAM netns; echo \"= $?\"
: > /run/netns; $PROGRAM netns 2>&- || echo refused
";

#[test]
fn many_namespaces_are_listed_and_exec_mounts_sys_and_etc() {
    if !can_compare() {
        return;
    }
    let run = |program: &str| {
        let mut command = Command::new("unshare");
        command.args(["-rnm", "sh", "-c", MANY]).env("PROGRAM", program);
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let ((code, theirs), (_, ours)) = (run("ip"), run(env!("CARGO_BIN_EXE_ip")));
    if code == Some(9) {
        println!("skipped: nothing can be mounted here");
        return;
    }
    assert!(theirs.contains("\nd7\n") && theirs.contains("-50\n"), "{theirs}");
    // Where the directory cannot be listed, iproute2 prints nothing.
    let listed = ours.strip_suffix("refused\n");
    assert_eq!(plain(listed.unwrap()), plain(&theirs));
}

/// Script of `ip netns` commands on namespaces with names, one of them with an ID.
const NAMESPACES: &str = "
mount -t tmpfs none /run && mkdir -p /run/netns || exit 9
ip netns add alpha; ip netns add beta; ip netns set beta 5
exec 2>&1
for line in 'netns' '-j netns' 'netns list' 'netns exec alpha echo in' 'netns exec alpha /nowhere' \
    'netns exec gone true' 'netns exec' 'netns exec alpha' 'netns exec alpha false' 'netns foo' \
    '-n alpha -br link' '-n alpha route add blackhole 10.0.0.0/8' '-n gone link' '-netns beta route' \
    'netns set alpha 7' 'netns set alpha 7' 'netns set alpha x' 'netns set alpha' 'netns set gone 5' \
    'netns add gamma' 'netns add alpha' 'netns add a/b' 'netns add' '-n gamma -br link' \
    'netns del beta' 'netns del gone' 'netns'
do echo \"# $line\"; $PROGRAM $line; echo \"= $?\"; done
ip -n alpha route del blackhole 10.0.0.0/8
";

#[test]
fn netns_commands_behave_as_those_of_iproute2() {
    if !can_compare() {
        return;
    }
    let run = |program: &str| {
        let mut command = Command::new("unshare");
        command.args(["-rnm", "sh", "-c", NAMESPACES]).env("PROGRAM", program);
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let ((code, theirs), (_, ours)) = (run("ip"), run(env!("CARGO_BIN_EXE_ip")));
    if code == Some(9) {
        println!("skipped: nothing can be mounted here");
        return;
    }
    assert!(theirs.contains("(id: 5)"), "{theirs}");
    assert_eq!(plain(&ours), plain(&theirs));
}
