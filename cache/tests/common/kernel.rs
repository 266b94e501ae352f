//! A manager in a network namespace of its own, what is done to the kernel there, and the comparison
//! with what a fresh reading gives.

use std::fmt::Debug;
use std::process::Command;
use std::time::{Duration, Instant};

use barelink_cache::{
    AddrEntry, Backoff, Cache, Change, Diff, Event, KernelRules, LinkEntry, Manager, NextHopEntry,
    Progress, RouteEntry, caches,
};

use super::in_namespace;

caches! {
    /// What is kept in these tests.
    pub struct Net, changes NetChange {
        /// The links.
        Link: links => [LinkEntry; 128],
        /// Their addresses.
        Address: addresses => [AddrEntry; 256],
        /// The routes.
        Route: routes => [RouteEntry<4, 2>; 1024],
        /// The next hops.
        NextHop: nexthops => [NextHopEntry; 64],
    }
}

/// What the changes that were told amount to, on an empty table.
pub struct Replayed<E>(pub Vec<E>);

impl<E: KernelRules + Clone + Debug + PartialEq> Replayed<E> {
    fn take(&mut self, change: Change<'_, E>) {
        let Replayed(all) = self;
        let same = |all: &[E], entry: &E| {
            all.iter().position(|it| it.key() == entry.key() && it.identical(entry))
        };
        match change {
            Change::New(new) => {
                assert_eq!(same(all, new), None, "told twice that it is new: {new:?}");
                all.push(new.clone());
            }
            Change::Changed { old, new, diff } => {
                assert!(!diff.is_empty(), "told of no change: {new:?}");
                let at = same(all, old).unwrap_or_else(|| panic!("changed, but unknown: {old:?}"));
                all[at] = new.clone();
            }
            Change::Deleted(old) => {
                let at = same(all, old).unwrap_or_else(|| panic!("gone, but unknown: {old:?}"));
                all.swap_remove(at);
            }
            Change::Rejected(entry) => panic!("no room for {entry:?}"),
        }
    }

    fn differs<const N: usize>(&self, cache: &Cache<E, N>) -> Vec<String> {
        differences("replayed", self.0.iter(), &|it| {
            cache.all(it.key()).find(|other| other.identical(it)).cloned()
        })
        .into_iter()
        .chain(
            (self.0.len() != cache.len())
                .then(|| format!("{} replayed, {} kept", self.0.len(), cache.len())),
        )
        .collect()
    }
}

fn differences<'e, E: KernelRules + Debug + 'e>(
    whose: &str,
    entries: impl Iterator<Item = &'e E>,
    find: &dyn Fn(&E) -> Option<E>,
) -> Vec<String> {
    let compare = |entry: &E| match find(entry) {
        None => Some(format!("only {whose}: {entry:?}")),
        Some(other) if !other.diff(entry).is_empty() => {
            Some(format!("{whose}: {entry:?}\n     but: {other:?}"))
        }
        Some(_) => None,
    };
    entries.filter_map(compare).collect()
}

/// Where two caches differ.
pub fn compare<E: KernelRules + Debug, const N: usize>(
    ours: &Cache<E, N>,
    fresh: &Cache<E, N>,
) -> Vec<String> {
    let find = |cache: &'_ Cache<E, N>, entry: &E| {
        cache.all(entry.key()).find(|it| it.identical(entry)).cloned()
    };
    let mut all = differences("fresh", fresh.iter(), &|entry| find(ours, entry));
    let ghosts = differences("kept", ours.iter(), &|entry| find(fresh, entry));
    all.extend(ghosts.into_iter().filter(|line| line.starts_with("only")));
    all
}

/// A manager, and what it has told.
pub struct Kernel<'b> {
    pub manager: Manager<'b, Net>,
    pub links: Replayed<LinkEntry>,
    pub addresses: Replayed<AddrEntry>,
    pub routes: Replayed<RouteEntry<4, 2>>,
    pub nexthops: Replayed<NextHopEntry>,
    /// How many changes were told.
    pub told: usize,
    pub lines: Vec<String>,
}

/// Runs `ip` with these words; whether it succeeded.
pub fn ip(line: &str) -> bool {
    let output = Command::new("ip").args(line.split_whitespace()).output();
    output.is_ok_and(|output| output.status.success())
}

/// Runs a test with a manager in a namespace, where `lo` and two pairs of links are up: `v0` and
/// `v1`, `v2` and `v3`. Skips, with a word, where there is no namespace or no iproute2.
pub fn with_kernel(test: impl FnOnce(&mut Kernel<'_>) + Send + 'static) {
    in_namespace(|| {
        if !ip("link set lo up") {
            eprintln!("skipped: no iproute2");
            return;
        }
        // Addresses that are being asked for are in a dump, but not told of before that is done.
        for knob in ["all", "default"] {
            let _ = std::fs::write(format!("/proc/sys/net/ipv6/conf/{knob}/accept_dad"), "0");
        }
        for pair in ["v0 type veth peer name v1", "v2 type veth peer name v3"] {
            assert!(ip(&format!("link add {pair}")));
        }
        for link in ["v0", "v1", "v2", "v3"] {
            assert!(ip(&format!("link set {link} up")));
        }
        let mut net = Box::new(Net::new());
        let mut buffer = vec![0; 32 * 1024];
        let manager = Manager::open(&mut *net, &mut buffer).unwrap();
        let mut kernel = Kernel {
            manager,
            links: Replayed(vec![]),
            addresses: Replayed(vec![]),
            routes: Replayed(vec![]),
            nexthops: Replayed(vec![]),
            told: 0,
            lines: vec![],
        };
        kernel
            .manager
            .set_backoff(Backoff { min: Duration::from_millis(20), ..Backoff::default() });
        kernel.settle();
        test(&mut kernel);
    });
}

impl Kernel<'_> {
    /// Takes in all that there is, and waits for what was put off.
    pub fn settle(&mut self) {
        let start = Instant::now();
        loop {
            let Kernel { manager, links, addresses, routes, nexthops, told, .. } = self;
            let progress = manager.poll_for(Some(Duration::from_millis(2)), |_, event| {
                let Event::Change(change) = event else { return };
                *told += 1;
                match change {
                    NetChange::Link(change) => links.take(change),
                    NetChange::Address(change) => addresses.take(change),
                    NetChange::Route(change) => routes.take(change),
                    NetChange::NextHop(change) => nexthops.take(change),
                }
            });
            let idle = progress.unwrap() == Progress::Idle && manager.is_synced();
            if idle && start.elapsed() > Duration::from_millis(5) {
                return;
            }
            assert!(start.elapsed() < Duration::from_secs(20), "never in sync");
        }
    }

    /// Does these things, which have to succeed, one a line.
    #[track_caller]
    pub fn run(&mut self, lines: &str) {
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            assert!(ip(line), "ip {line}");
            self.lines.push(line.to_owned());
        }
    }

    /// What is kept has to be what a fresh reading gives, and what the changes amount to; within
    /// the second that the kernel takes to tell that a carrier has come or gone.
    #[track_caller]
    pub fn check(&mut self) {
        let start = Instant::now();
        loop {
            let wrong = self.wrong();
            if wrong.is_empty() {
                return;
            }
            let last = &self.lines[self.lines.len().saturating_sub(8)..];
            let late = start.elapsed() > Duration::from_millis(1500);
            assert!(!late, "{}\nafter {last:#?}", wrong.join("\n"));
        }
    }

    /// Where what is kept is not what a fresh reading gives, or not what the changes amount to.
    fn wrong(&mut self) -> Vec<String> {
        self.settle();
        let mut net = Box::new(Net::new());
        let mut buffer = vec![0; 32 * 1024];
        let mut fresh = Manager::open(&mut *net, &mut buffer).unwrap();
        fresh.sync(Duration::from_secs(5), |_, _| {}).unwrap();
        self.settle();
        let (ours, fresh) = (self.manager.caches(), fresh.caches());
        let mut wrong = compare(&ours.links, &fresh.links);
        wrong.extend(compare(&ours.addresses, &fresh.addresses));
        wrong.extend(compare(&ours.routes, &fresh.routes));
        wrong.extend(compare(&ours.nexthops, &fresh.nexthops));
        wrong.extend(self.links.differs(&ours.links));
        wrong.extend(self.addresses.differs(&ours.addresses));
        wrong.extend(self.routes.differs(&ours.routes));
        wrong.extend(self.nexthops.differs(&ours.nexthops));
        wrong
    }

    /// Does these things and checks after each.
    #[track_caller]
    pub fn each(&mut self, lines: &str) {
        for line in lines.lines() {
            self.run(line);
            self.check();
        }
    }

    /// How many rounds of reading there were.
    pub fn rounds(&self) -> u32 {
        self.manager.stats().rounds
    }
}
