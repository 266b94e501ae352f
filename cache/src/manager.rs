//! Reads all, follows what changes, and reads anew what may be wrong.
//!
//! It joins the groups first, then reads, then follows: what happens while it reads waits in the
//! event socket. Events and parts of what is read are taken in by turns, in the order in which the
//! kernel made them: a part counts only for what no event has told of since, so that nothing is told
//! backwards, or comes back that has gone. Where something may have been lost, all is read again,
//! and what is still as it was is no change.
//!
//! There are two sockets, since a reading's replies and events would mix, and an overrun of the one
//! throw away the other's.

use core::time::Duration;

use barelink_codec::control::Control;
use barelink_codec::message::{self, Messages};
use barelink_codec::{Exchange, ExchangeEvent};
use barelink_transport::{
    Channel, Connection, Deadline, Errno, Error, KERNEL, Protocol, Socket, SocketOption,
};

use crate::caches::{Act, Caches, EventSink};
use crate::entry::DumpRequest;
use crate::event::{Event, StaleReason};
use crate::filter::ClassicFilter;
use crate::hash::Hasher;
use crate::table::{Cursor, Source};
use crate::trigger::Trigger;

/// Keeps caches true.
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
/// In an event loop of one's own: wait for [`events`](Manager::events) to be readable, or for
/// [`next_deadline`](Manager::next_deadline) to pass; then [`poll`](Manager::poll).
#[derive(Debug)]
pub struct Manager<'b, T, C = Socket> {
    caches: &'b mut T,
    events: C,
    dumps: C,
    buffer: &'b mut [u8],
    unread: Unread,
    follow: Option<Follow>,
    phase: Phase,
    /// The caches that may be wrong, a bit each.
    stale: u32,
    /// Of those that are read in this round, the ones that are still to be.
    todo: u32,
    /// It has been said that something may be wrong.
    stale_reported: bool,
    attempt: u32,
    generation: u32,
    not_before: Deadline,
    backoff: Backoff,
    seq: u32,
    port: u32,
    counters: ManagerStats,
}

/// How often all may be read anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Backoff {
    /// From one reading to the next, at least. Each one in vain doubles it.
    pub min: Duration,
    /// But no longer than this.
    pub max: Duration,
    /// How long the kernel may take to answer.
    pub reply_timeout: Duration,
}

impl Default for Backoff {
    /// 100 milliseconds to 5 seconds; 5 seconds for an answer.
    fn default() -> Self {
        Backoff {
            min: Duration::from_millis(100),
            max: Duration::from_secs(5),
            reply_timeout: Duration::from_secs(5),
        }
    }
}

/// What a manager went through so far.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ManagerStats {
    /// How often messages were lost.
    pub overruns: u32,
    /// How many rounds of reading were begun.
    pub rounds: u32,
    /// How many dumps changed while they were read.
    pub interrupted: u32,
    /// How many datagrams were longer than the buffer.
    pub truncated: u32,
    /// How many datagrams came from someone else than the kernel.
    pub foreign: u32,
    /// How many messages could not be understood.
    pub invalid: u32,
    /// How many messages told of events.
    pub events: u64,
    /// How many messages were read in dumps.
    pub read: u64,
}

/// Whether there is more to do at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Progress {
    /// Nothing until an event, or the next deadline.
    Idle,
    /// There is.
    More,
}

/// The part of the buffer that has been received and not been taken in yet.
#[derive(Debug, Clone, Copy)]
struct Unread {
    at: usize,
    end: usize,
    source: Source,
    nsid: Option<i32>,
}

impl Unread {
    const NOTHING: Unread = Unread { at: 0, end: 0, source: Source::Event, nsid: None };
}

/// A cause that is being followed up, in one cache after the other.
#[derive(Debug, Clone, Copy)]
struct Follow {
    cause: Trigger,
    cache: usize,
    cursor: Cursor,
}

/// What is being done between events.
#[derive(Debug, Clone, Copy)]
enum Phase {
    Idle,
    /// A cache is to be asked for.
    Ask {
        reading: Reading,
    },
    /// Its answer is awaited.
    Read {
        reading: Reading,
        exchange: Exchange,
        by: Deadline,
    },
    /// What it does not have any more goes.
    Sweep {
        cache: usize,
        cursor: Cursor,
    },
}

/// How far the reading of a cache has come.
#[derive(Debug, Clone, Copy)]
struct Reading {
    cache: usize,
    step: usize,
    /// Nothing was missing so far.
    whole: bool,
    /// What is asked for may be somewhere that is no more.
    optional: bool,
}

/// How much is done in one call: so many messages are taken in, or entries looked at.
const WORK: usize = 1024;

impl<'b, T: Caches> Manager<'b, T> {
    /// Opens two sockets, and joins the groups that tell of what the caches want. 32 KiB of buffer
    /// are enough for what the kernel sends.
    pub fn open(caches: &'b mut T, buffer: &'b mut [u8]) -> Result<Self, Error> {
        Manager::open_with(caches, buffer, |_| Ok(()))
    }

    /// As [`open`](Manager::open), with an event socket that is set up before it joins: with a larger
    /// buffer, say.
    pub fn open_with(
        caches: &'b mut T,
        buffer: &'b mut [u8],
        set_up: impl FnOnce(&Socket) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let events = Socket::open(T::PROTOCOL)?;
        events.connect(KERNEL, 0)?;
        set_up(&events)?;
        let mut program = ClassicFilter::new();
        (0..T::COUNT).for_each(|cache| caches.socket_filter(cache, &mut program));
        if let Some(instructions) = program.instructions() {
            events.attach_filter(&instructions)?;
        }
        for cache in 0..T::COUNT {
            let mut nth = 0;
            while let Some(group) = caches.group(cache, nth) {
                events.join(group)?;
                nth = nth.saturating_add(1);
            }
        }
        let dumps = Socket::open(T::PROTOCOL)?;
        Connection::set_up(&dumps)?;
        // Who does not know where this is in memory does not know where entries go.
        let place = (&raw const program).addr();
        let seed = Hasher::new(dumps.local_port()?).of(&place);
        (0..T::COUNT).for_each(|cache| {
            caches.act(cache, Act::Seed(seed));
        });
        Manager::with_channel(caches, events, dumps, buffer)
    }

    /// Hears from all the namespaces that this one has numbers for, too, `NETLINK_LISTEN_ALL_NSID`:
    /// for entries that keep what other namespaces have. Takes `CAP_NET_BROADCAST`.
    pub fn listen_all_namespaces(&self) -> Result<(), Error> {
        self.events.set(SocketOption::LISTEN_ALL_NSID, true)
    }
}

impl<'b, T: Caches, C: Channel> Manager<'b, T, C> {
    /// Over sockets of one's own, or what stands in for them: one that events come from, and one to
    /// read by.
    pub fn with_channel(
        caches: &'b mut T,
        events: C,
        mut dumps: C,
        buffer: &'b mut [u8],
    ) -> Result<Self, Error> {
        let port = dumps.port()?;
        Ok(Manager {
            caches,
            events,
            dumps,
            buffer,
            unread: Unread::NOTHING,
            follow: None,
            phase: Phase::Idle,
            stale: all::<T>(),
            todo: 0,
            stale_reported: false,
            attempt: 0,
            generation: 0,
            not_before: Deadline::NOW,
            backoff: Backoff::default(),
            seq: 0,
            port,
            counters: ManagerStats::default(),
        })
    }

    /// How often all may be read anew.
    pub fn set_backoff(&mut self, backoff: Backoff) {
        self.backoff = backoff;
    }

    /// What is kept.
    pub const fn caches(&self) -> &T {
        self.caches
    }

    /// The socket that events come from, to be waited for.
    pub const fn events(&self) -> &C {
        &self.events
    }

    /// The socket that all are read by.
    pub const fn dumps(&self) -> &C {
        &self.dumps
    }

    /// What it went through so far.
    pub const fn stats(&self) -> ManagerStats {
        self.counters
    }

    /// Whether what is kept is what the kernel has, up to the events that wait to be taken in.
    pub const fn is_synced(&self) -> bool {
        self.stale == 0 && matches!(self.phase, Phase::Idle) && self.generation > 0
    }

    /// Whether all that is wanted is kept: nothing was refused for want of room.
    pub fn is_complete(&mut self) -> bool {
        (0..T::COUNT).all(|cache| self.caches.act(cache, Act::IsComplete))
    }

    /// Reads all anew, as soon as the pace allows: what is still as it was is no change.
    pub fn resync(&mut self, on: impl for<'c> FnMut(&'c T, Event<T::Change<'c>>)) {
        let mut on = on;
        self.mark_stale(all::<T>(), StaleReason::Requested, &mut on);
    }

    /// When to poll though no event has come; none, if there is no such time.
    pub fn next_deadline(&self) -> Option<Deadline> {
        let in_hand = self.follow.is_some() || self.unread.at < self.unread.end;
        match self.phase {
            _ if in_hand => Some(Deadline::NOW),
            Phase::Read { .. } => Some(Deadline::after(MOMENT)),
            Phase::Idle if self.stale == 0 => None,
            Phase::Idle => Some(self.not_before),
            _ => Some(Deadline::NOW),
        }
    }

    /// Does what there is to do, a bounded part of it, and never waits.
    pub fn poll(
        &mut self,
        on: impl for<'c> FnMut(&'c T, Event<T::Change<'c>>),
    ) -> Result<Progress, Error> {
        let mut on = on;
        self.advance(Some(Deadline::NOW), &mut on)
    }

    /// As [`poll`](Manager::poll), but if there is nothing to do, waits until there is; so long at
    /// most, or for ever.
    pub fn poll_for(
        &mut self,
        limit: Option<Duration>,
        on: impl for<'c> FnMut(&'c T, Event<T::Change<'c>>),
    ) -> Result<Progress, Error> {
        let mut on = on;
        self.advance(limit.map(Deadline::after), &mut on)
    }

    /// Waits until what is kept is what the kernel has, so long at most: then [`Error::TimedOut`].
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

    fn advance(
        &mut self,
        until: Option<Deadline>,
        on: &mut EventSink<'_, T>,
    ) -> Result<Progress, Error> {
        let mut work = WORK;
        let mut did = false;
        // Whether every event has been taken in that there was when the last part was read.
        let mut drained = false;
        while work > 0 {
            if self.follow.is_some() {
                self.follow_up(&mut work, on);
                continue;
            }
            if self.unread.at < self.unread.end {
                work = work.saturating_sub(1);
                did = true;
                self.process_message(on);
                drained = drained && self.unread.source == Source::Event;
                continue;
            }
            if !drained {
                work = work.saturating_sub(1);
                drained = !self.receive(Deadline::NOW, on)?;
                continue;
            }
            match self.phase {
                Phase::Idle => {
                    let wants = self.needing_dump();
                    if wants != 0 {
                        self.mark_stale(wants, StaleReason::Ambiguous, on);
                        // The kernel tells of a link that goes down before it takes away the routes.
                        self.not_before = self.not_before.max(Deadline::after(self.backoff.min));
                    }
                    if self.stale != 0 && self.not_before.has_passed() {
                        self.begin_round(on);
                        continue;
                    }
                    if did || until.is_some_and(|until| until.has_passed()) {
                        return Ok(Progress::Idle);
                    }
                    let retry = (self.stale != 0).then_some(self.not_before);
                    let deadline = match (until, retry) {
                        (Some(until), Some(retry)) => Some(until.min(retry)),
                        (until, retry) => until.or(retry),
                    };
                    drained = match deadline {
                        Some(deadline) => !self.receive(deadline, on)?,
                        None => !self.receive_whenever(on)?,
                    };
                }
                Phase::Ask { reading } => {
                    did = true;
                    work = work.saturating_sub(1);
                    self.dump_request(reading, on)?;
                    drained = false;
                }
                Phase::Read { by, .. } => {
                    work = work.saturating_sub(1);
                    let came = self.receive_part(on)?;
                    did |= came;
                    drained = !came;
                    if came {
                        continue;
                    }
                    if by.has_passed() {
                        self.end_part(false, Some(StaleReason::TimedOut), on);
                    } else if until.is_some_and(|until| until.has_passed()) {
                        return Ok(Progress::Idle);
                    } else {
                        drained = !self.receive(Deadline::after(MOMENT), on)?;
                    }
                }
                Phase::Sweep { cache, mut cursor } => {
                    did = true;
                    self.caches.walk(cache, None, &mut cursor, &mut work, on);
                    self.phase = Phase::Sweep { cache, cursor };
                    if cursor.is_past() {
                        self.next_cache(on);
                    }
                }
            }
        }
        Ok(Progress::More)
    }

    /// What is kept by these caches may be wrong.
    fn mark_stale(&mut self, caches: u32, why: StaleReason, on: &mut EventSink<'_, T>) {
        self.stale |= caches;
        if !self.stale_reported {
            self.stale_reported = true;
            on(self.caches, Event::Stale(why));
        }
    }

    /// Which caches had better be read anew.
    fn needing_dump(&mut self) -> u32 {
        let mut wants = 0;
        for cache in 0..T::COUNT {
            if self.stale & bit(cache) == 0 && self.caches.act(cache, Act::WantsReading) {
                wants |= bit(cache);
            }
        }
        wants
    }

    fn begin_round(&mut self, on: &mut EventSink<'_, T>) {
        if !self.stale_reported {
            on(self.caches, Event::Stale(StaleReason::NotLoaded));
        }
        self.attempt = self.attempt.saturating_add(1);
        self.counters.rounds = self.counters.rounds.wrapping_add(1);
        // What goes wrong from here on is news.
        self.stale_reported = false;
        self.todo = self.stale;
        on(self.caches, Event::Resyncing { attempt: self.attempt });
        self.next_cache(on);
    }

    /// Begins with the next cache that is to be read, or ends the round.
    fn next_cache(&mut self, on: &mut EventSink<'_, T>) {
        if let Some(cache) = (0..T::COUNT).find(|cache| self.todo & bit(*cache) != 0) {
            self.todo &= !bit(cache);
            self.stale &= !bit(cache);
            self.caches.act(cache, Act::Begin);
            self.phase =
                Phase::Ask { reading: Reading { cache, step: 0, whole: true, optional: false } };
            return;
        }
        self.phase = Phase::Idle;
        let mut gap = self.backoff.min;
        if self.stale == 0 {
            self.attempt = 0;
            self.stale_reported = false;
            self.generation = self.generation.wrapping_add(1).max(1);
            on(self.caches, Event::Synced { generation: self.generation });
        } else {
            let doubled = 1u32.checked_shl(self.attempt).unwrap_or(u32::MAX);
            gap = gap.saturating_mul(doubled).min(self.backoff.max);
        }
        self.not_before = Deadline::after(gap);
    }

    fn dump_request(&mut self, reading: Reading, on: &mut EventSink<'_, T>) -> Result<(), Error> {
        self.seq = self.seq.wrapping_add(1).max(1);
        let mut asking = DumpRequest::new(self.buffer, self.seq);
        if !self.caches.dump_request(reading.cache, reading.step, &mut asking) {
            self.end_reading(reading, on);
            return Ok(());
        }
        let reading = Reading { optional: asking.is_optional(), ..reading };
        match asking.finish() {
            Ok(len) => {
                let request = self.buffer.get(..len).unwrap_or_default();
                let by = Deadline::after(self.backoff.reply_timeout);
                self.dumps.send(request, Some(by))?;
                let exchange = Exchange::new(self.seq).to_port(self.port);
                self.phase = Phase::Read { reading, exchange, by };
            }
            Err(error) => {
                self.mark_stale(bit(reading.cache), StaleReason::Request(error), on);
                self.end_reading(Reading { whole: false, ..reading }, on);
            }
        }
        Ok(())
    }

    /// An answer has ended: goes on with the next step.
    fn end_part(&mut self, whole: bool, why: Option<StaleReason>, on: &mut EventSink<'_, T>) {
        let Phase::Read { reading, .. } = self.phase else { return };
        if let Some(why) = why {
            self.mark_stale(bit(reading.cache), why, on);
        }
        let step = reading.step.saturating_add(1);
        let whole = whole && reading.whole;
        self.phase = Phase::Ask { reading: Reading { step, whole, ..reading } };
    }

    /// A cache has been read.
    fn end_reading(&mut self, reading: Reading, on: &mut EventSink<'_, T>) {
        let cache = reading.cache;
        let certain = self.caches.act(cache, Act::End);
        if reading.whole && certain {
            self.phase = Phase::Sweep { cache, cursor: Cursor::new() };
            return;
        }
        // What has not been read may be there all the same.
        if reading.whole {
            self.mark_stale(bit(cache), StaleReason::Ambiguous, on);
        }
        self.stale |= bit(cache);
        self.next_cache(on);
    }

    /// Receives an event; false if there is none.
    fn receive(&mut self, deadline: Deadline, on: &mut EventSink<'_, T>) -> Result<bool, Error> {
        let received = self.events.receive(self.buffer, Some(deadline));
        self.received(received, Source::Event, on)
    }

    /// Receives an event, whenever it comes.
    fn receive_whenever(&mut self, on: &mut EventSink<'_, T>) -> Result<bool, Error> {
        let received = self.events.receive(self.buffer, Some(Deadline::after(YEAR)));
        self.received(received, Source::Event, on)
    }

    /// Receives a part of what is read; false if there is none yet.
    fn receive_part(&mut self, on: &mut EventSink<'_, T>) -> Result<bool, Error> {
        let received = self.dumps.receive(self.buffer, Some(Deadline::NOW));
        self.received(received, Source::Dump, on)
    }

    fn received(
        &mut self,
        received: Result<barelink_transport::Received, Error>,
        source: Source,
        on: &mut EventSink<'_, T>,
    ) -> Result<bool, Error> {
        match received {
            Ok(received) if received.from == KERNEL => {
                let nsid = received.nsid;
                self.unread = Unread { at: 0, end: received.len, source, nsid };
            }
            Ok(received) => {
                self.counters.foreign = self.counters.foreign.wrapping_add(1);
                on(self.caches, Event::Foreign { port: received.from });
            }
            Err(Error::Overrun) => {
                self.counters.overruns = self.counters.overruns.wrapping_add(1);
                self.lost(source, StaleReason::Overrun, on);
            }
            Err(Error::DatagramTruncated { needed, .. }) => {
                self.counters.truncated = self.counters.truncated.wrapping_add(1);
                self.lost(source, StaleReason::DatagramTruncated { needed }, on);
            }
            Err(Error::TimedOut | Error::WouldBlock) => return Ok(false),
            Err(error) => return Err(error),
        }
        Ok(true)
    }

    /// Messages are lost.
    fn lost(&mut self, source: Source, why: StaleReason, on: &mut EventSink<'_, T>) {
        match (source, &mut self.phase) {
            (Source::Event, _) => {
                (0..T::COUNT).for_each(|cache| _ = self.caches.act(cache, Act::Lost));
                self.mark_stale(all::<T>(), why, on);
            }
            (Source::Dump, Phase::Read { reading, .. }) => {
                reading.whole = false;
                let cache = bit(reading.cache);
                self.mark_stale(cache, why, on);
            }
            _ => {}
        }
    }

    /// Takes in the next message of what was received.
    fn process_message(&mut self, on: &mut EventSink<'_, T>) {
        let Unread { at, end, source, nsid } = self.unread;
        let rest = self.buffer.get(at..end).unwrap_or_default();
        let mut messages = if at == 0 { Messages::new(rest) } else { Messages::rest(rest) };
        let message = match messages.next() {
            Some(Ok(message)) => message,
            None => return self.unread.at = end,
            Some(Err(error)) => {
                self.unread.at = end;
                self.counters.invalid = self.counters.invalid.wrapping_add(1);
                return self.lost(source, StaleReason::Invalid(error), on);
            }
        };
        self.unread.at = at.saturating_add(message::total_size(message.payload.len()));
        if source == Source::Event {
            return match Control(message.message_type) {
                Control::OVERRUN => {
                    self.counters.overruns = self.counters.overruns.wrapping_add(1);
                    self.lost(source, StaleReason::Overrun, on);
                }
                Control::NOOP | Control::ERROR | Control::DONE => {}
                _ => self.event(at, end, nsid, on),
            };
        }
        let Phase::Read { reading, exchange, .. } = &mut self.phase else { return };
        let Reading { cache, optional, .. } = *reading;
        let part = exchange.step(message);
        match part {
            ExchangeEvent::Valid(message) => {
                self.counters.read = self.counters.read.wrapping_add(1);
                if let Err(error) = self.caches.message(cache, &message, None, source, on) {
                    self.counters.invalid = self.counters.invalid.wrapping_add(1);
                    on(self.caches, Event::Unreadable(error));
                }
            }
            ExchangeEvent::Finish { interrupted: false, .. } | ExchangeEvent::Ack(_) => {
                self.end_part(true, None, on);
            }
            ExchangeEvent::Finish { .. } => {
                self.counters.interrupted = self.counters.interrupted.wrapping_add(1);
                self.end_part(false, Some(StaleReason::Interrupted), on);
            }
            ExchangeEvent::Error(status) => {
                let errno = status.errno;
                // Of what the kernel does not know, it has none.
                let mut none = NONE_SUCH.iter().any(|known| known.raw_os_error() == errno);
                none |= optional && Errno::INVAL.raw_os_error() == errno;
                let why = (!none).then_some(StaleReason::DumpError { errno });
                self.end_part(none, why, on);
            }
            ExchangeEvent::Invalid(_, error) => {
                self.end_part(false, Some(StaleReason::Invalid(error)), on)
            }
            ExchangeEvent::Overrun => self.lost(source, StaleReason::Overrun, on),
            _ => {}
        }
    }

    /// Takes in an event, which stands there in the buffer.
    fn event(&mut self, at: usize, end: usize, nsid: Option<i32>, on: &mut EventSink<'_, T>) {
        let bytes = self.buffer.get(at..end).unwrap_or_default();
        let Some(Ok(message)) = Messages::new(bytes).next() else { return };
        self.counters.events = self.counters.events.wrapping_add(1);
        if T::PROTOCOL == Protocol::ROUTE && nsid.is_none() {
            let cause = Trigger::of(&message);
            let cause = cause.map(|cause| cause.since(|index| self.caches.link_state(index)));
            self.follow = cause.map(|cause| Follow { cause, cache: 0, cursor: Cursor::new() });
        }
        for cache in 0..T::COUNT {
            if let Err(error) = self.caches.message(cache, &message, nsid, Source::Event, on) {
                self.counters.invalid = self.counters.invalid.wrapping_add(1);
                self.stale |= bit(cache);
                if !self.stale_reported {
                    self.stale_reported = true;
                    on(self.caches, Event::Stale(StaleReason::Invalid(error)));
                }
            }
        }
    }

    /// Goes on with what follows from an event.
    fn follow_up(&mut self, work: &mut usize, on: &mut EventSink<'_, T>) {
        let Some(follow) = &mut self.follow else { return };
        if follow.cache >= T::COUNT {
            self.follow = None;
            return;
        }
        self.caches.walk(follow.cache, Some(&follow.cause), &mut follow.cursor, work, on);
        if follow.cursor.is_past() {
            follow.cache = follow.cache.saturating_add(1);
            follow.cursor = Cursor::new();
        }
    }
}

/// How long to wait for an answer before looking for events again. The kernel answers at once.
const MOMENT: Duration = Duration::from_millis(1);
/// As good as for ever.
const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What the kernel says when there is nothing of what was asked for: it lacks the family, or there
/// is no such table or link.
const NONE_SUCH: [Errno; 5] =
    [Errno::OPNOTSUPP, Errno::AFNOSUPPORT, Errno::PROTONOSUPPORT, Errno::NOENT, Errno::NODEV];

/// A bit for each cache.
const fn all<T: Caches>() -> u32 {
    match 1u32.checked_shl(T::COUNT as u32) {
        Some(above) => above.wrapping_sub(1),
        None => u32::MAX,
    }
}

/// The bit of a cache.
const fn bit(cache: usize) -> u32 {
    match 1u32.checked_shl(cache as u32) {
        Some(bit) => bit,
        None => 0,
    }
}
