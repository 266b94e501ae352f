//! Lets a storm rage, follows it, and looks at what is kept afterwards.

use std::sync::mpsc::{self, TryRecvError};
use std::time::{Duration, Instant};

use barelink_cache::manager::ManagerStats;
use barelink_cache::{
    AddrEntry, Event, LinkEntry, Manager, NeighEntry, Progress, RouteEntry, caches,
};
use barelink_codec::rtnl::addr::AddrFlags;
use barelink_transport::{Connection, Error, Protocol};

use crate::make::{Done, Storm};
use crate::model::{Model, Wrong, compare};

caches! {
    /// What a storm is about.
    pub struct Net, changes NetChange {
        /// Links.
        Link: links => [LinkEntry; 256],
        /// Addresses.
        Addr: addresses => [AddrEntry; 4096],
        /// Routes; two each, for each address has some of its own.
        Route: routes => [RouteEntry; 131072],
        /// Neighbours.
        Neigh: neighbours => [NeighEntry; 16384],
    }
}

impl Net {
    fn clear(&mut self) {
        self.links.clear();
        self.addresses.clear();
        self.routes.clear();
        self.neighbours.clear();
    }

    fn has_tentative(&self) -> bool {
        self.addresses.iter().any(|address| address.flags.contains(AddrFlags::TENTATIVE))
    }

    fn compare(&self, fresh: &Net) -> Wrong {
        let mut wrong = compare(&self.links, &fresh.links);
        wrong.extend(compare(&self.addresses, &fresh.addresses));
        wrong.extend(compare(&self.routes, &fresh.routes));
        wrong.extend(compare(&self.neighbours, &fresh.neighbours));
        wrong
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
    fn tell(&mut self, event: Event<NetChange<'_>>) {
        let Event::Change(change) = event else { return };
        match change {
            NetChange::Link(change) => self.links.tell(change),
            NetChange::Addr(change) => self.addresses.tell(change),
            NetChange::Route(change) => self.routes.tell(change),
            NetChange::Neigh(change) => self.neighbours.tell(change),
        }
    }

    fn told(&self) -> u64 {
        self.links.told + self.addresses.told + self.routes.told + self.neighbours.told
    }

    fn compare(&mut self, net: &Net) -> Wrong {
        let mut wrong = self.links.compare(&net.links);
        wrong.extend(self.addresses.compare(&net.addresses));
        wrong.extend(self.routes.compare(&net.routes));
        wrong.extend(self.neighbours.compare(&net.neighbours));
        wrong
    }
}

/// What came of a round.
#[derive(Debug)]
pub struct Report {
    /// What the kernel was made to do.
    pub storm: Done,
    /// How long that took.
    pub raged: Duration,
    /// What the manager went through meanwhile, and until it was right again.
    pub counters: ManagerStats,
    /// From the end of the storm until all was right, as the manager says.
    pub settled: Duration,
    /// How many changes were told.
    pub told: u64,
    /// How many links, addresses, routes and neighbours there are.
    pub kept: [usize; 4],
    /// What is kept otherwise than it is.
    pub wrong: Wrong,
    /// What is kept otherwise than was told.
    pub mistold: Wrong,
}

/// How a storm is to be.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// How many routes there are to come and go.
    pub routes: usize,
    /// How many rounds.
    pub rounds: u32,
    /// How many bytes of events may wait for the manager; if it is not said, as many as usual.
    pub receive_buffer: Option<usize>,
    /// What chance begins with.
    pub seed: u64,
}

/// How long a round may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Lets a storm rage in this thread's network namespace, round by round.
pub fn rage(
    setting: Setting,
    net: &mut Net,
    fresh: &mut Net,
    mut each: impl FnMut(u32, Report),
) -> Result<(), Error> {
    let mut buffer = vec![0; 32 * 1024];
    let mut room = vec![0; 32 * 1024];
    net.clear();
    let mut manager = Manager::open_with(net, &mut buffer, |socket| {
        let Some(bytes) = setting.receive_buffer else { return Ok(()) };
        // The transport only raises it.
        rustix::net::sockopt::set_socket_recv_buffer_size(socket, bytes)
            .map_err(|errno| Error::Socket { call: "receive buffer", errno })
    })?;
    let mut models = Models::default();
    manager.sync(Duration::from_secs(10), |_, event| models.tell(event))?;

    let (go, wait) = mpsc::channel::<()>();
    let (tell, ended) = mpsc::channel();
    // It inherits the namespace, and ends with the channel.
    let maker = std::thread::spawn(move || -> Result<(), Error> {
        let mut buffer = vec![0; 64 * 1024];
        let kernel = Connection::open(Protocol::ROUTE, &mut buffer)?;
        let mut storm = Storm::new(kernel, setting.routes, setting.seed)?;
        while wait.recv().is_ok() {
            let start = Instant::now();
            let done = storm.rage()?;
            if tell.send((done, start.elapsed(), Instant::now())).is_err() {
                break;
            }
        }
        Ok(())
    });

    let mut result = Ok(());
    'rounds: for round in 1..=setting.rounds {
        let (start, before, told) = (Instant::now(), manager.stats(), models.told());
        let mut end = None;
        if go.send(()).is_err() {
            break;
        }
        let (storm, raged, calm) = loop {
            if end.is_none() {
                match ended.try_recv() {
                    Ok(done) => end = Some(done),
                    Err(TryRecvError::Empty) => {}
                    Err(TryRecvError::Disconnected) => break 'rounds,
                }
            }
            let moment = Duration::from_millis(if end.is_some() { 1 } else { 10 });
            let progress = manager.poll_for(Some(moment), |_, event| models.tell(event))?;
            if let Some(end) = end.filter(|_| progress == Progress::Idle && manager.is_synced()) {
                break end;
            }
            if start.elapsed() > PATIENCE {
                result = Err(Error::TimedOut);
                break 'rounds;
            }
        };
        let settled = calm.elapsed();
        // What goes on by itself may end first. Of an address that IPv6 is still making sure of, the
        // kernel says nothing but to who asks.
        let mut wrong;
        loop {
            let events = manager.stats().events;
            fresh.clear();
            let mut reader = Manager::open(fresh, &mut room)?;
            reader.sync(Duration::from_secs(10), |_, _| {})?;
            let limit = Some(Duration::from_millis(1));
            while manager.poll_for(limit, |_, event| models.tell(event))? == Progress::More
                || !manager.is_synced()
            {}
            wrong = manager.caches().compare(fresh);
            let quiet = manager.stats().events == events && !fresh.has_tentative();
            if wrong.is_empty() || quiet || start.elapsed() > PATIENCE {
                break;
            }
        }
        let net = manager.caches();
        let kept = [net.links.len(), net.addresses.len(), net.routes.len(), net.neighbours.len()];
        let mistold = models.compare(net);
        let counters = less(manager.stats(), before);
        let told = models.told() - told;
        each(round, Report { storm, raged, counters, settled, told, kept, wrong, mistold });
    }
    drop(go);
    match maker.join() {
        Ok(made) => result.and(made),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

fn less(now: ManagerStats, before: ManagerStats) -> ManagerStats {
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
