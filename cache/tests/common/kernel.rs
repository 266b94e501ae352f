//! A manager in a network namespace of its own, commands, and comparison with a dump.

use std::fmt::Debug;
use std::process::Command;
use std::time::{Duration, Instant};

use barelink_cache::{
    AddrEntry, Backoff, Cache, Change, Diff, Event, KernelRules, LinkEntry, Manager, NextHopEntry,
    Progress, RouteEntry, caches,
};

use super::in_namespace;

caches! {
    /// Caches of these tests.
    pub struct Net, changes NetChange {
        /// Links.
        Link: links => [LinkEntry; 128],
        /// Addresses of the links.
        Address: addresses => [AddrEntry; 256],
        /// Routes.
        Route: routes => [RouteEntry<4, 2>; 1024],
        /// Next hops.
        NextHop: nexthops => [NextHopEntry; 64],
    }
}

/// Entries that result from the reported changes, beginning with none.
pub struct Replayed<E>(pub Vec<E>);

impl<E: KernelRules + Clone + Debug + PartialEq> Replayed<E> {
    fn take(&mut self, change: Change<'_, E>) {
        let Replayed(all) = self;
        let same = |all: &[E], entry: &E| {
            all.iter().position(|it| it.key() == entry.key() && it.identical(entry))
        };
        match change {
            Change::New(new) => {
                assert_eq!(same(all, new), None, "reported twice as new: {new:?}");
                all.push(new.clone());
            }
            Change::Changed { old, new, diff } => {
                assert!(!diff.is_empty(), "a change without a difference: {new:?}");
                let at = same(all, old).unwrap_or_else(|| panic!("changed, but unknown: {old:?}"));
                all[at] = new.clone();
            }
            Change::Deleted(old) => {
                let at = same(all, old).unwrap_or_else(|| panic!("deleted, but unknown: {old:?}"));
                all.swap_remove(at);
            }
            Change::Rejected(entry) => panic!("rejected: {entry:?}"),
        }
    }

    fn differs<const N: usize>(&self, cache: &Cache<E, N>) -> Vec<String> {
        differences("replayed", self.0.iter(), &|it| {
            cache.all(it.key()).find(|other| other.identical(it)).cloned()
        })
        .into_iter()
        .chain(
            (self.0.len() != cache.len())
                .then(|| format!("{} replayed, {} cached", self.0.len(), cache.len())),
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

/// Returns the differences of two caches.
pub fn compare<E: KernelRules + Debug, const N: usize>(
    ours: &Cache<E, N>,
    fresh: &Cache<E, N>,
) -> Vec<String> {
    let find = |cache: &'_ Cache<E, N>, entry: &E| {
        cache.all(entry.key()).find(|it| it.identical(entry)).cloned()
    };
    let mut all = differences("fresh", fresh.iter(), &|entry| find(ours, entry));
    let ghosts = differences("cached", ours.iter(), &|entry| find(fresh, entry));
    all.extend(ghosts.into_iter().filter(|line| line.starts_with("only")));
    all
}

/// A manager, and the changes that it reported.
pub struct Kernel<'b> {
    pub manager: Manager<'b, Net>,
    pub links: Replayed<LinkEntry>,
    pub addresses: Replayed<AddrEntry>,
    pub routes: Replayed<RouteEntry<4, 2>>,
    pub nexthops: Replayed<NextHopEntry>,
    /// Number of reported changes.
    pub changes: usize,
    pub lines: Vec<String>,
}

/// Runs `ip` with these arguments. Returns whether it succeeded.
pub fn ip(line: &str) -> bool {
    let output = Command::new("ip").args(line.split_whitespace()).output();
    output.is_ok_and(|output| output.status.success())
}

/// Runs a test with a manager in a namespace where `lo` and two veth pairs are up: `v0` and `v1`,
/// `v2` and `v3`. Skipped, with a message, without namespaces or iproute2.
pub fn with_kernel(test: impl FnOnce(&mut Kernel<'_>) + Send + 'static) {
    in_namespace(|| {
        if !ip("link set lo up") {
            eprintln!("skipped: no iproute2");
            return;
        }
        // Tentative addresses are dumped, but not notified before duplicate address detection ends.
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
            changes: 0,
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
    /// Processes every event, and waits for delayed resyncs.
    pub fn settle(&mut self) {
        let start = Instant::now();
        loop {
            let Kernel { manager, links, addresses, routes, nexthops, changes, .. } = self;
            let progress = manager.poll_for(Some(Duration::from_millis(2)), |_, event| {
                let Event::Change(change) = event else { return };
                *changes += 1;
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

    /// Runs commands, one per line, that have to succeed.
    #[track_caller]
    pub fn run(&mut self, lines: &str) {
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            assert!(ip(line), "ip {line}");
            self.lines.push(line.to_owned());
        }
    }

    /// Checks that the cache equals a dump and the replayed changes, within the second by which the
    /// kernel may delay a notification of a carrier change.
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

    /// Returns the differences from a dump, and from the replayed changes.
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

    /// Runs commands, and checks after each.
    #[track_caller]
    pub fn each(&mut self, lines: &str) {
        for line in lines.lines() {
            self.run(line);
            self.check();
        }
    }

    /// Returns the number of resyncs.
    pub fn rounds(&self) -> u32 {
        self.manager.stats().rounds
    }
}
