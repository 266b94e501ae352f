//! Traffic control, with the real kernel.
#![allow(missing_docs)]

mod common;
mod versus;

use barelink_cache::class::{ClassIndex, ClassKey};
use barelink_cache::qdisc::QdiscKey;
use barelink_cache::{Cache, ClassEntry, LinkEntry, Manager, QdiscEntry, caches};
use barelink_codec::rtnl::tc::handle::Handle;
use common::in_namespace;
use common::kernel::compare;
use std::time::Duration;
use versus::{quick, read, run, settle};

caches! {
    /// State that a traffic shaper follows.
    pub struct Net, changes NetChange {
        /// Links.
        Link: links => [LinkEntry; 16],
        /// Queueing disciplines of the links.
        Qdisc: qdiscs => [QdiscEntry; 64],
        /// Classes of one link.
        Class: classes => [ClassEntry; 64],
    }
}

/// Interface index of the link whose classes are cached: the first after the loopback.
const SHAPED: i32 = 2;

fn net() -> Box<Net> {
    let mut net = Box::new(Net::new());
    net.classes = Cache::with_index(ClassIndex::of_link(SHAPED));
    net
}

fn wrong(ours: &Net) -> Vec<String> {
    let fresh = read(net());
    let mut wrong = compare(&ours.qdiscs, &fresh.qdiscs);
    wrong.extend(compare(&ours.classes, &fresh.classes));
    // Not a change, but up to date all the same.
    for class in &fresh.classes {
        if ours.classes.get(ClassKey::new(SHAPED, class.handle)).is_some_and(|c| c != class) {
            wrong.push(format!("stale: {class:?}"));
        }
    }
    wrong
}

/// Commands of administrators. Those that the kernel lacks a module for fail, and change nothing.
const LINES: &str = "
    ip link add i0 type ifb
    ip link set i0 up
    ip link set lo up
    ip link add v0 type veth peer name v1
    ip link set v0 up
    ip link set v1 up
    ip link set i0 down
    ip link set i0 up
    tc qdisc add dev i0 root handle 1: htb default 1
    tc class add dev i0 parent 1: classid 1:1 htb rate 9mbit
    tc class add dev i0 parent 1: classid 1:2 htb rate 9mbit
    tc qdisc add dev i0 parent 1:1 handle 10: htb
    tc qdisc add dev i0 parent 1:2 handle 20: pfifo
    tc class add dev i0 parent 10: classid 10:1 htb rate 1mbit
    tc class add dev i0 parent 10:1 classid 10:2 htb rate 1mbit
    tc qdisc add dev i0 parent 10:2 handle 30: bfifo
    tc class change dev i0 parent 1: classid 1:2 htb rate 8mbit
    tc qdisc replace dev i0 parent 1:2 handle 21: pfifo
    tc class add dev i0 parent 10:2 classid 10:3 htb rate 1mbit
    tc qdisc add dev i0 parent 10:3 handle 30: bfifo
    tc class add dev i0 parent 1:1 classid 1:3 htb rate 1mbit
    tc qdisc add dev i0 parent 1:3 handle 10: htb
    tc class add dev i0 parent 10: classid 10:1 htb rate 1mbit
    tc qdisc add dev i0 parent 10:1 handle 30: bfifo
    tc class del dev i0 classid 1:3
    tc qdisc del dev i0 parent 1:2
    tc qdisc add dev i0 parent 1:1 handle 10: htb
    tc class add dev i0 parent 10: classid 10:1 htb rate 1mbit
    tc qdisc add dev i0 parent 10:1 handle 30: bfifo
    tc qdisc add dev i0 parent 1:2 handle 30: bfifo
    tc qdisc replace dev i0 parent 1:2 handle 30: bfifo
    tc qdisc del dev i0 parent 1:1
    tc qdisc replace dev i0 root handle 2: htb
    tc class add dev i0 parent 2: classid 2:1 htb rate 9mbit
    tc qdisc add dev i0 parent 2:1 handle 10: htb
    tc class add dev i0 parent 10: classid 10:1 htb rate 1mbit
    tc qdisc del dev i0 root
    tc qdisc add dev i0 root handle 3: ets bands 4
    tc qdisc add dev i0 parent 3:4 handle 40: pfifo
    tc qdisc add dev i0 parent 3:1 handle 41: ets bands 2
    tc qdisc change dev i0 root handle 3: ets bands 2
    tc qdisc replace dev i0 root handle 4: tbf rate 1mbit burst 10k latency 50ms
    tc qdisc replace dev i0 parent 4:1 handle 40: ets bands 3
    ip link set i0 down
    tc qdisc del dev i0 root
    ip link set i0 up
    tc qdisc add dev i0 ingress
    tc qdisc del dev i0 ingress
    tc qdisc add dev i0 ingress_block 7 egress_block 8 clsact
    tc qdisc replace dev v0 root pfifo
    ip link set v0 down
    tc qdisc del dev v0 root
    ip link set v0 up
    ip link add m0 numtxqueues 3 type ifb
    ip link set m0 up
    tc qdisc replace dev m0 root mq
    tc qdisc replace dev m0 root handle 5: mq
    tc qdisc replace dev m0 parent 5:1 pfifo
    tc qdisc del dev m0 parent 5:1
    tc qdisc del dev m0 root
    ip link set m0 down
    ip link del v0
    ip link del m0
    ip link del i0
    ip link add i0 index 2 numtxqueues 3 type ifb
    ip link set i0 up
    tc qdisc replace dev i0 root handle 5: mq
    tc qdisc replace dev i0 parent 5:1 handle 6: pfifo
    ip link set i0 down
    ip link set i0 up
    ip link add v0 type veth peer name v1
    tc qdisc add dev v0 root handle 1: htb
    tc class add dev v0 parent 1: classid 1:1 htb rate 9mbit
    ip link set v0 up
    tc qdisc del dev i0 root
    ip link del i0
";

#[test]
fn unnotified_qdisc_and_class_changes_are_followed() {
    in_namespace(|| {
        let (mut net, mut buffer) = (net(), vec![0; 32 * 1024]);
        let mut manager = Manager::open(&mut *net, &mut buffer).unwrap();
        manager.sync(Duration::from_secs(5), |_, _| {}).unwrap();
        quick(&mut manager);
        let mut failures = vec![];
        for line in LINES.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let rounds = manager.stats().rounds;
            let done = run(line);
            let changes = settle(&mut manager);
            let reread = manager.stats().rounds - rounds;
            println!("{line}: {reread} resyncs{}", if done { "" } else { ", failed" });
            let wrong = wrong(manager.caches());
            if !wrong.is_empty() {
                failures.push(format!("{line}\n  {}\ntold {changes:#?}", wrong.join("\n  ")));
                manager.resync(|_, _| {});
                settle(&mut manager);
            }
        }
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    });
}

#[test]
fn repeated_link_notifications_cause_no_resync() {
    in_namespace(|| {
        for line in ["ip link add i0 type ifb", "ip link set i0 up", "ip link add v0 type veth"] {
            assert!(run(line));
        }
        let (mut net, mut buffer) = (net(), vec![0; 32 * 1024]);
        let mut manager = Manager::open(&mut *net, &mut buffer).unwrap();
        manager.sync(Duration::from_secs(5), |_, _| {}).unwrap();
        quick(&mut manager);
        let rounds = manager.stats().rounds;
        for mtu in 1300..1320 {
            assert!(run(&format!("ip link set i0 mtu {mtu}")));
            assert!(run(&format!("ip link set v0 mtu {mtu}")));
            settle(&mut manager);
        }
        assert_eq!(manager.stats().rounds, rounds);
        assert!(manager.stats().events >= 40);
    });
}

#[test]
fn qdiscs_are_found_by_link_and_handle() {
    in_namespace(|| {
        for line in [
            "ip link add i0 type ifb",
            "ip link set i0 up",
            "tc qdisc add dev i0 root handle 1: htb",
            "tc class add dev i0 parent 1: classid 1:1 htb rate 9mbit",
            "tc qdisc add dev i0 parent 1:1 handle 10: pfifo",
            "tc qdisc add dev i0 ingress_block 7 egress_block 8 clsact",
        ] {
            assert!(run(line), "{line}");
        }
        let net = read(net());
        let root = net.qdiscs.root(SHAPED).unwrap();
        assert_eq!((root.kind.as_bytes(), root.handle), (&b"htb"[..], Handle::new(1, 0)));
        let clsact = net.qdiscs.ingress(SHAPED).unwrap();
        assert_eq!((clsact.ingress_block, clsact.egress_block), (7, 8));
        let leaf = net.qdiscs.get(QdiscKey::new(SHAPED, Handle::new(0x10, 0))).unwrap();
        assert_eq!((leaf.kind.as_bytes(), leaf.parent), (&b"pfifo"[..], Handle::new(1, 1)));
        assert_eq!(net.qdiscs.of_link(SHAPED).count(), 3);
        assert_eq!(net.qdiscs.of_link(77).count(), 0);
        let class = net.classes.get(ClassKey::new(SHAPED, Handle::new(1, 1))).unwrap();
        assert_eq!((class.leaf, class.parent), (leaf.handle, Handle::ROOT));
    });
}
