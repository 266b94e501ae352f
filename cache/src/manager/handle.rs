//! [`Manager`]: opening, accessors, polling.

use core::time::Duration;

use barelink_transport::{
    Channel, Connection, Deadline, Error, KERNEL, Protocol, Socket, SocketOption,
};

use super::schedule::{Backoff, Schedule, all};
use super::state::{Input, Phase, Sockets};
use super::stats::{ManagerStats, Progress};
use crate::caches::{AnyCache, Caches};
use crate::event::{Event, StaleReason};
use crate::filter::ClassicFilter;
use crate::hash::Hasher;

/// Manager that keeps caches in sync with the kernel.
///
/// It joins the multicast groups first, then dumps the caches, then follows the notifications.
/// Those that arrive during a dump are processed between its parts, in the order of the kernel: a
/// part of a dump does not override a notification received since the dump started. When
/// notifications may have been lost, the stale caches are dumped again, and only differences are
/// reported.
///
/// ```no_run
/// use barelink_cache::{Cache, Event, LinkEntry, Manager};
/// use barelink_transport::Error;
///
/// let (mut links, mut buffer) = (Cache::<LinkEntry, 64>::new(), [0; 32 * 1024]);
/// let mut manager = Manager::open(&mut links, &mut buffer)?;
/// loop {
///     manager.poll_for(None, |_, event| match event {
///         Event::Change(change) => println!("{change:?}"),
///         other => println!("{other:?}"),
///     })?;
/// }
/// # #[allow(unreachable_code)]
/// # Ok::<(), Error>(())
/// ```
///
/// In an event loop: wait until [`events`](Manager::events) is readable or
/// [`next_deadline`](Manager::next_deadline) has passed, then call [`poll`](Manager::poll).
#[derive(Debug)]
pub struct Manager<'b, T, C = Socket> {
    pub(super) caches: &'b mut T,
    pub(super) buffer: &'b mut [u8],
    pub(super) sockets: Sockets<C>,
    pub(super) input: Input,
    pub(super) phase: Phase,
    pub(super) schedule: Schedule,
    pub(super) stats: ManagerStats,
}

/// Returns the caches, each as it is for any entry type.
pub(super) fn each<T: Caches>(caches: &T) -> impl Iterator<Item = &dyn AnyCache> {
    (0..T::COUNT).filter_map(|cache| caches.any(cache))
}

impl<'b, T: Caches> Manager<'b, T> {
    /// Opens the event socket and the dump socket, and joins the multicast groups of the wanted
    /// entries.
    ///
    /// The buffer has to hold the longest datagram: 32 KiB is the most that the kernel sends. The
    /// receive buffer of the event socket has the system's default size (`net.core.rmem_default`);
    /// see [`open_with`](Manager::open_with) for a larger one.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] with the failed call and its errno: `EPROTONOSUPPORT` if the kernel lacks
    /// the protocol, `EINVAL` of a join if it lacks the group.
    pub fn open(caches: &'b mut T, buffer: &'b mut [u8]) -> Result<Self, Error> {
        Manager::open_with(caches, buffer, |_| Ok(()))
    }

    /// As [`open`](Manager::open), with a function that sets up the event socket before it joins:
    /// to enlarge its receive buffer, for example.
    ///
    /// # Errors
    ///
    /// As [`open`](Manager::open), and any error of the function.
    pub fn open_with(
        caches: &'b mut T,
        buffer: &'b mut [u8],
        set_up: impl FnOnce(&Socket) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let events = Socket::open(T::PROTOCOL)?;
        events.connect(KERNEL, 0)?;
        set_up(&events)?;
        let mut filter = ClassicFilter::new();
        each(caches).for_each(|cache| cache.socket_filter(&mut filter));
        if let Some(instructions) = filter.instructions() {
            events.attach_filter(&instructions)?;
        }
        for cache in each(caches) {
            let mut nth = 0;
            while let Some(group) = cache.group(nth) {
                events.join(group)?;
                nth = nth.saturating_add(1);
            }
        }
        let dumps = Socket::open(T::PROTOCOL)?;
        Connection::set_up(&dumps)?;
        // Unknown to other machines, like the address of a variable on the stack.
        let address = (&raw const filter).addr();
        let seed = Hasher::new(dumps.local_port()?).hash_one(&address);
        for cache in 0..T::COUNT {
            if let Some(cache) = caches.any_mut(cache) {
                cache.set_seed(seed);
            }
        }
        Manager::with_channel(caches, events, dumps, buffer)
    }

    /// Receives notifications of every network namespace that has an ID (nsid) in this one
    /// (`NETLINK_LISTEN_ALL_NSID`), for caches of
    /// [`InNamespace`](crate::objects::nsid::InNamespace).
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] with `EPERM` without `CAP_NET_BROADCAST`.
    pub fn listen_all_namespaces(&self) -> Result<(), Error> {
        self.sockets.events.set(SocketOption::LISTEN_ALL_NSID, true)
    }
}

impl<'b, T: Caches, C: Channel> Manager<'b, T, C> {
    /// Creates a manager over two channels of the caller: sockets, or replacements of them. The
    /// event channel has joined the groups.
    ///
    /// # Errors
    ///
    /// Any error of [`Channel::port`] of the dump channel.
    pub fn with_channel(
        caches: &'b mut T,
        events: C,
        mut dumps: C,
        buffer: &'b mut [u8],
    ) -> Result<Self, Error> {
        let dump_port = dumps.port()?;
        Ok(Manager {
            caches,
            buffer,
            sockets: Sockets { events, dumps, dump_port, seq: 0 },
            input: Input::EMPTY,
            phase: Phase::Idle,
            schedule: Schedule::new(all(T::COUNT)),
            stats: ManagerStats::default(),
        })
    }

    /// Sets the rate limit of resyncs and the timeout of dump replies. Default: see [`Backoff`].
    pub fn set_backoff(&mut self, backoff: Backoff) {
        self.schedule.backoff = backoff;
    }

    /// Returns the caches, as of the last poll.
    pub const fn caches(&self) -> &T {
        self.caches
    }

    /// Returns the event socket, to be waited for.
    pub const fn events(&self) -> &C {
        &self.sockets.events
    }

    /// Returns the dump socket.
    pub const fn dumps(&self) -> &C {
        &self.sockets.dumps
    }

    /// Returns the statistics.
    pub const fn stats(&self) -> ManagerStats {
        self.stats
    }

    /// Returns whether the caches match the kernel, except for notifications not received yet.
    pub const fn is_synced(&self) -> bool {
        self.schedule.stale == 0
            && matches!(self.phase, Phase::Idle)
            && self.schedule.generation > 0
    }

    /// Returns whether every wanted entry fits; `false` after an entry was rejected for lack of
    /// capacity.
    pub fn is_complete(&self) -> bool {
        each(self.caches).all(AnyCache::is_complete)
    }

    /// Marks every cache as stale, so that a resync starts as soon as the rate limit allows. Only
    /// differences are reported.
    pub fn resync(&mut self, on: impl for<'c> FnMut(&'c T, Event<T::Change<'c>>)) {
        let mut on = on;
        self.mark_stale(all(T::COUNT), StaleReason::Requested, &mut on);
    }

    /// Returns the time at which to poll even without an event; `None` if there is none.
    pub fn next_deadline(&self) -> Option<Deadline> {
        match self.phase {
            _ if self.input.is_pending() => Some(Deadline::NOW),
            Phase::Reply { .. } => Some(Deadline::after(REPLY_POLL)),
            Phase::Idle if self.schedule.stale == 0 => None,
            Phase::Idle => Some(self.schedule.not_before),
            _ => Some(Deadline::NOW),
        }
    }

    /// Does a bounded part of the pending work, at most 1024 messages or entries; never blocks.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] if a socket fails. Overruns, truncated datagrams and errors of the kernel
    /// are not errors, but [`Event::Stale`].
    pub fn poll(
        &mut self,
        on: impl for<'c> FnMut(&'c T, Event<T::Change<'c>>),
    ) -> Result<Progress, Error> {
        let mut on = on;
        self.advance(Some(Deadline::NOW), &mut on)
    }

    /// As [`poll`](Manager::poll), but blocks while there is nothing to do, for at most this time;
    /// `None` blocks without limit.
    ///
    /// # Errors
    ///
    /// As [`poll`](Manager::poll). An elapsed limit is no error.
    pub fn poll_for(
        &mut self,
        limit: Option<Duration>,
        on: impl for<'c> FnMut(&'c T, Event<T::Change<'c>>),
    ) -> Result<Progress, Error> {
        let mut on = on;
        self.advance(limit.map(Deadline::after), &mut on)
    }

    /// Blocks until the caches are in sync, for at most this time.
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`] if they are not in sync by then; call it again to go on. Otherwise as
    /// [`poll`](Manager::poll).
    pub fn sync(
        &mut self,
        limit: Duration,
        on: impl for<'c> FnMut(&'c T, Event<T::Change<'c>>),
    ) -> Result<(), Error> {
        let (mut on, deadline) = (on, Deadline::after(limit));
        while self.advance(Some(Deadline::NOW), &mut on)? == Progress::More || !self.is_synced() {
            if deadline.has_passed() {
                return Err(Error::TimedOut);
            }
            if !self.is_synced() {
                self.advance(Some(deadline), &mut on)?;
            }
        }
        Ok(())
    }

    /// Returns whether the manager follows `NETLINK_ROUTE`, whose messages can be triggers.
    pub(super) const fn has_triggers(&self) -> bool {
        T::PROTOCOL.0 == Protocol::ROUTE.0
    }
}

/// Time to wait for a dump reply before looking for events again. The kernel replies at once.
pub(super) const REPLY_POLL: Duration = Duration::from_millis(1);
