//! Runs rounds: a storm, a manager that follows it, and the comparison of its caches afterwards.

use std::sync::mpsc::{self, TryRecvError};
use std::time::{Duration, Instant};

use barelink_cache::manager::ManagerStats;
use barelink_cache::{
    AddrEntry, Event, LinkEntry, Manager, NeighEntry, Progress, RouteEntry, caches,
};
use barelink_codec::rtnl::addr::AddrFlags;
use barelink_transport::{Connection, Error, Protocol};

use crate::changes::{Storm, StormStats};
use crate::model::{Differences, Model, compare};

caches! {
    /// Caches of the objects that a storm changes.
    pub struct StormCaches, changes StormChange {
        /// Links, as the kernel reports them.
        Link: links => [LinkEntry; 256],
        /// Addresses.
        Addr: addresses => [AddrEntry; 4096],
        /// Routes; more than the storm's, since each address has routes too.
        Route: routes => [RouteEntry; 131072],
        /// Neighbours.
        Neigh: neighbours => [NeighEntry; 16384],
    }
}

impl StormCaches {
    fn clear(&mut self) {
        self.links.clear();
        self.addresses.clear();
        self.routes.clear();
        self.neighbours.clear();
    }

    fn has_tentative(&self) -> bool {
        self.addresses.iter().any(|address| address.flags.contains(AddrFlags::TENTATIVE))
    }

    fn compare(&self, fresh: &StormCaches) -> Differences {
        let mut differences = compare(&self.links, &fresh.links);
        differences.extend(compare(&self.addresses, &fresh.addresses));
        differences.extend(compare(&self.routes, &fresh.routes));
        differences.extend(compare(&self.neighbours, &fresh.neighbours));
        differences
    }
}

#[derive(Debug, Default)]
struct Models {
    links: Model<LinkEntry>,
    addresses: Model<AddrEntry>,
    routes: Model<RouteEntry>,
    neighbours: Model<NeighEntry>,
}

impl Models {
    fn apply(&mut self, event: Event<StormChange<'_>>) {
        let Event::Change(change) = event else { return };
        match change {
            StormChange::Link(change) => self.links.apply(change),
            StormChange::Addr(change) => self.addresses.apply(change),
            StormChange::Route(change) => self.routes.apply(change),
            StormChange::Neigh(change) => self.neighbours.apply(change),
        }
    }

    fn reported(&self) -> u64 {
        self.links.reported
            + self.addresses.reported
            + self.routes.reported
            + self.neighbours.reported
    }

    fn compare(&mut self, caches: &StormCaches) -> Differences {
        let mut differences = self.links.compare(&caches.links);
        differences.extend(self.addresses.compare(&caches.addresses));
        differences.extend(self.routes.compare(&caches.routes));
        differences.extend(self.neighbours.compare(&caches.neighbours));
        differences
    }
}

/// Result of a round.
#[derive(Debug)]
pub struct Report {
    /// Requests of the storm.
    pub storm: StormStats,
    /// Duration of the storm.
    pub duration: Duration,
    /// Manager statistics of the round.
    pub stats: ManagerStats,
    /// Time from the end of the storm until the manager was synced.
    pub sync_delay: Duration,
    /// Number of changes reported.
    pub reported: u64,
    /// Numbers of links, addresses, routes and neighbours in the caches.
    pub entries: [usize; 4],
    /// Differences between the caches and a fresh dump.
    pub cache_differences: Differences,
    /// Differences between the caches and a replay of the reported changes.
    pub report_differences: Differences,
}

/// Settings of a test.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Number of routes that are added and deleted.
    pub routes: usize,
    /// Number of storms, one after the other.
    pub rounds: u32,
    /// Size of the manager's receive buffer in bytes; `None` is the system's default.
    pub receive_buffer: Option<usize>,
    /// Seed of the random numbers.
    pub seed: u64,
}

/// Maximum time until the manager is synced with the state after a storm.
const ROUND_TIMEOUT: Duration = Duration::from_secs(120);

/// Runs the rounds in this thread's network namespace, and calls `each` with each result.
///
/// # Errors
/// [`Error::TimedOut`] if the manager does not get in sync; errors of the sockets.
pub fn run(
    settings: Settings,
    caches: &mut StormCaches,
    fresh: &mut StormCaches,
    mut each: impl FnMut(u32, Report),
) -> Result<(), Error> {
    let mut buffer = vec![0; 32 * 1024];
    let mut fresh_buffer = vec![0; 32 * 1024];
    caches.clear();
    let mut manager = Manager::open_with(caches, &mut buffer, |socket| {
        let Some(bytes) = settings.receive_buffer else { return Ok(()) };
        // The transport can only raise the size.
        rustix::net::sockopt::set_socket_recv_buffer_size(socket, bytes)
            .map_err(|errno| Error::Socket { call: "receive buffer", errno })
    })?;
    let mut models = Models::default();
    manager.sync(Duration::from_secs(10), |_, event| models.apply(event))?;

    let (start_storm, started) = mpsc::channel::<()>();
    let (report_end, ended) = mpsc::channel();
    // The thread inherits the namespace, and ends when the channel is closed.
    let thread = std::thread::spawn(move || -> Result<(), Error> {
        let mut buffer = vec![0; 64 * 1024];
        let kernel = Connection::open(Protocol::ROUTE, &mut buffer)?;
        let mut storm = Storm::new(kernel, settings.routes, settings.seed)?;
        while started.recv().is_ok() {
            let start = Instant::now();
            let done = storm.run()?;
            if report_end.send((done, start.elapsed(), Instant::now())).is_err() {
                break;
            }
        }
        Ok(())
    });

    let mut result = Ok(());
    'rounds: for round in 1..=settings.rounds {
        let (start, before, reported_before) = (Instant::now(), manager.stats(), models.reported());
        let mut end = None;
        if start_storm.send(()).is_err() {
            break;
        }
        let (storm, duration, end) = loop {
            if end.is_none() {
                match ended.try_recv() {
                    Ok(done) => end = Some(done),
                    Err(TryRecvError::Empty) => {}
                    Err(TryRecvError::Disconnected) => break 'rounds,
                }
            }
            let timeout = Duration::from_millis(if end.is_some() { 1 } else { 10 });
            let progress = manager.poll_for(Some(timeout), |_, event| models.apply(event))?;
            if let Some(end) = end.filter(|_| progress == Progress::Idle && manager.is_synced()) {
                break end;
            }
            if start.elapsed() > ROUND_TIMEOUT {
                result = Err(Error::TimedOut);
                break 'rounds;
            }
        };
        let sync_delay = end.elapsed();
        // Repeated until the kernel's own changes have ended: a tentative IPv6 address is in dumps,
        // but is not notified before duplicate address detection is done.
        let mut cache_differences;
        loop {
            let events = manager.stats().events;
            fresh.clear();
            let mut reader = Manager::open(fresh, &mut fresh_buffer)?;
            reader.sync(Duration::from_secs(10), |_, _| {})?;
            let limit = Some(Duration::from_millis(1));
            while manager.poll_for(limit, |_, event| models.apply(event))? == Progress::More
                || !manager.is_synced()
            {}
            cache_differences = manager.caches().compare(fresh);
            let is_quiet = manager.stats().events == events && !fresh.has_tentative();
            if cache_differences.is_empty() || is_quiet || start.elapsed() > ROUND_TIMEOUT {
                break;
            }
        }
        let caches = manager.caches();
        let entries = [
            caches.links.len(),
            caches.addresses.len(),
            caches.routes.len(),
            caches.neighbours.len(),
        ];
        let report_differences = models.compare(caches);
        let stats = difference(manager.stats(), before);
        let reported = models.reported() - reported_before;
        each(
            round,
            Report {
                storm,
                duration,
                stats,
                sync_delay,
                reported,
                entries,
                cache_differences,
                report_differences,
            },
        );
    }
    drop(start_storm);
    match thread.join() {
        Ok(storms) => result.and(storms),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

fn difference(now: ManagerStats, before: ManagerStats) -> ManagerStats {
    ManagerStats {
        overruns: now.overruns - before.overruns,
        rounds: now.rounds - before.rounds,
        interrupted: now.interrupted - before.interrupted,
        truncated: now.truncated - before.truncated,
        foreign: now.foreign - before.foreign,
        invalid: now.invalid - before.invalid,
        events: now.events - before.events,
        read: now.read - before.read,
    }
}
