//! Does at random to a real kernel what administrators and hardware do to it, and compares what the
//! manager keeps with what a fresh dump gives.
#![allow(missing_docs)]

use barelink_cache::*;
use std::process::Command;
use std::time::Duration;

caches! {
    /// All.
    pub struct Net, changes NetChange {
        /// L.
        Link: links => [LinkEntry; 64],
        /// A.
        Addr: addresses => [AddrEntry; 128],
        /// R.
        Route: routes => [RouteEntry<4, 2>; 512],
        /// N.
        NextHop: nexthops => [NextHopEntry; 64],
    }
}

fn same<E: Entry + std::fmt::Debug, const N: usize>(
    ours: &Cache<E, N>,
    fresh: &Cache<E, N>,
) -> Vec<String> {
    let mut wrong = vec![];
    for entry in fresh {
        match ours.all(entry.key()).find(|it| it.is(entry)) {
            None => wrong.push(format!("missing: {entry:?}")),
            Some(it) if !it.what(entry).is_nothing() => {
                wrong.push(format!("differs:\n  ours  {it:?}\n  fresh {entry:?}"))
            }
            Some(_) => {}
        }
    }
    for entry in ours {
        if !fresh.all(entry.key()).any(|it| it.is(entry)) {
            wrong.push(format!("ghost: {entry:?}"));
        }
    }
    wrong
}

#[test]
fn chaos() {
    println!(
        "{} {} {}",
        size_of::<RouteEntry>(),
        size_of::<RouteEntry<4, 2>>(),
        size_of::<NextHopEntry>()
    );
    std::thread::spawn(|| {
        #[allow(deprecated)]
        rustix::thread::unshare(rustix::thread::UnshareFlags::NEWNET).unwrap();
        for knob in ["all", "default"] {
            std::fs::write(format!("/proc/sys/net/ipv6/conf/{knob}/accept_dad"), "0").unwrap();
        }
        let ip = |line: &str| {
            let out = Command::new("ip").args(line.split_whitespace()).output().unwrap();
            (out.status.success(), String::from_utf8_lossy(&out.stderr).into_owned())
        };
        for line in [
            "link set lo up",
            "link add v0 type veth peer name v1",
            "link add v2 type veth peer name v3",
            "link set v0 up",
            "link set v1 up",
            "link set v2 up",
            "link set v3 up",
        ] {
            assert!(ip(line).0, "{line}");
        }
        let mut net = Box::new(Net::new());
        let mut buffer = vec![0; 32768];
        let mut m = Manager::open(&mut *net, &mut buffer).unwrap();
        m.sync(Duration::from_secs(5), |_, _| {}).unwrap();
        let mut seed: u64 = std::env::var("SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
        let mut rand = move |n: usize| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) as usize % n
        };
        let steps: usize = std::env::var("STEPS").ok().and_then(|s| s.parse().ok()).unwrap_or(300);
        let mut history = vec![];
        let mut rounds = m.counters().rounds;
        let mut fails = 0;
        m.set_pace(Pace { shortest: Duration::from_millis(20), ..Pace::default() });
        for step in 0..steps {
            let dev = ["v0", "v1", "v2", "v3"][rand(4)];
            let v4 = rand(2) == 0;
            let pfx = if v4 {
                format!("10.{}.0.0/16", rand(3))
            } else {
                format!("2001:db8:{}::/48", rand(3))
            };
            let fam = if v4 { "-4" } else { "-6" };
            let gw = |n: usize| {
                if v4 { format!("via 192.0.2.{}", n + 1) } else { format!("via fe80::{}", n + 1) }
            };
            let hop = |r: &mut dyn FnMut(usize) -> usize| {
                let dev = ["v0", "v1", "v2", "v3"][r(4)];
                if r(2) == 0 {
                    format!("{} dev {dev}{}", gw(r(3)), if v4 { " onlink" } else { "" })
                } else {
                    format!("dev {dev}")
                }
            };
            let metric =
                if rand(3) == 0 { format!(" metric {}", 10 + rand(2)) } else { String::new() };
            let line = match rand(24) {
                0..=2 => format!("{fam} route add {pfx} {}{metric}", hop(&mut rand)),
                3..=4 => format!("{fam} route append {pfx} {}{metric}", hop(&mut rand)),
                5 => format!("{fam} route prepend {pfx} {}{metric}", hop(&mut rand)),
                6..=8 => format!("{fam} route replace {pfx} {}{metric}", hop(&mut rand)),
                9 => format!("{fam} route change {pfx} {}{metric}", hop(&mut rand)),
                10 => format!("{fam} route del {pfx} {}{metric}", hop(&mut rand)),
                11 => format!("{fam} route del {pfx}{metric}"),
                12..=13 => format!(
                    "{fam} route {} {pfx}{metric} nexthop {} nexthop {} weight 3",
                    ["add", "replace", "append"][rand(3)],
                    hop(&mut rand),
                    hop(&mut rand)
                ),
                14 => format!("link set {dev} down"),
                15..=16 => format!("link set {dev} up"),
                17 => format!(
                    "addr {} {}/{} dev {dev}",
                    ["add", "del"][rand(2)],
                    if v4 {
                        format!("192.0.2.{}", rand(3) + 10)
                    } else {
                        format!("2001:db8:9::{}", rand(3) + 1)
                    },
                    if v4 { 24 } else { 64 }
                ),
                18 => format!(
                    "nexthop {} id {} {} dev {dev}{}",
                    ["add", "replace"][rand(2)],
                    rand(4) + 1,
                    gw(rand(3)),
                    if v4 { " onlink" } else { "" }
                ),
                19 => format!(
                    "nexthop {} id {} group {}/{}",
                    ["add", "replace"][rand(2)],
                    rand(2) + 10,
                    rand(4) + 1,
                    rand(4) + 1
                ),
                20 => format!("nexthop del id {}", [1, 2, 3, 4, 10, 11][rand(6)]),
                21 => format!(
                    "{fam} route {} {pfx}{metric} nhid {}",
                    ["add", "replace"][rand(2)],
                    [1, 2, 3, 4, 10, 11][rand(6)]
                ),
                22 => format!(
                    "{fam} route {} blackhole {pfx}{metric}",
                    ["add", "replace", "del"][rand(3)]
                ),
                _ => format!(
                    "{fam} route add {pfx} dev {dev} src {}",
                    if v4 { "192.0.2.10".into() } else { format!("2001:db8:9::1") }
                ),
            };
            let (ok, _) = ip(&line);
            history.push(format!("{}{line}", if ok { "" } else { "(failed) " }));
            let mut told = vec![];
            loop {
                let p = m.poll(|_, e| told.push(format!("{e:?}"))).unwrap();
                if p == Progress::Idle && m.is_synced() {
                    break;
                }
            }
            let mut net2 = Box::new(Net::new());
            let mut buffer2 = vec![0; 32768];
            let mut m2 = Manager::open(&mut *net2, &mut buffer2).unwrap();
            m2.sync(Duration::from_secs(5), |_, _| {}).unwrap();
            // again, so that events up to now are in
            std::thread::sleep(Duration::from_millis(1));
            loop {
                let p = m.poll(|_, e| told.push(format!("{e:?}"))).unwrap();
                if p == Progress::Idle && m.is_synced() {
                    break;
                }
            }
            // A reread may have been put off.
            loop {
                let p = m
                    .poll_for(Some(Duration::from_millis(30)), |_, e| told.push(format!("{e:?}")))
                    .unwrap();
                if p == Progress::Idle && m.is_synced() {
                    break;
                }
            }
            let (a, b) = (m.caches(), m2.caches());
            let mut wrong = same(&a.links, &b.links);
            wrong.extend(same(&a.addresses, &b.addresses));
            wrong.extend(same(&a.routes, &b.routes));
            wrong.extend(same(&a.nexthops, &b.nexthops));
            if m.counters().rounds != rounds {
                println!("step {step}: reread after {line} (ok {ok})");
                rounds = m.counters().rounds;
            }
            if !wrong.is_empty() {
                fails += 1;
                println!(
                    "--- step {step}: after {line} (ok: {ok})\n{}\nhistory: {:#?}",
                    wrong.join("\n"),
                    &history[history.len().saturating_sub(5)..]
                );
                let o = Command::new("ip")
                    .args(["-6", "route", "show", "table", "main"])
                    .output()
                    .unwrap();
                println!("{}", String::from_utf8_lossy(&o.stdout));
                if std::env::var_os("TOLD").is_some() {
                    println!("{}", told.join("\n"));
                }
                m.resync(|_, _| {});
                m.sync(Duration::from_secs(5), |_, _| {}).unwrap();
                rounds = m.counters().rounds;
                if fails > 6 {
                    panic!("too many");
                }
            }
        }
        assert_eq!(fails, 0);
    })
    .join()
    .unwrap();
}
