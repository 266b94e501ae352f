//! The work of a poll: events, triggers, dumps, sweeps.

use core::time::Duration;

use barelink_codec::control::Control;
use barelink_codec::message::{self, Message, Messages};
use barelink_codec::{Exchange, ExchangeEvent};
use barelink_transport::{Channel, Deadline, Errno, Error, KERNEL, Received};

use super::handle::{Manager, REPLY_POLL, each};
use super::schedule::{all, bit};
use super::state::{DumpProgress, PendingTrigger, Phase, Unread};
use super::stats::Progress;
use crate::caches::{AnyCache, Caches, EventSink};
use crate::entry::DumpRequest;
use crate::event::{Event, StaleReason};
use crate::table::{Cursor, Source};
use crate::trigger::Trigger;

/// Maximum number of messages processed or entries examined per poll.
const WORK: usize = 1024;

impl<T: Caches, C: Channel> Manager<'_, T, C> {
    /// Does the pending work, at most [`WORK`]. If there is none, blocks until then; `None` blocks
    /// without limit.
    pub(super) fn advance(
        &mut self,
        until: Option<Deadline>,
        on: &mut EventSink<'_, T>,
    ) -> Result<Progress, Error> {
        let mut work = WORK;
        let mut did = false;
        // `true` if every event that had arrived before the last part of a dump is processed.
        let mut drained = false;
        let until_passed = || until.is_some_and(|until| until.has_passed());
        while work > 0 {
            if self.input.trigger.is_some() {
                self.apply_trigger(&mut work, on);
                continue;
            }
            if self.input.unread.start < self.input.unread.end {
                work = work.saturating_sub(1);
                did = true;
                self.process_message(on);
                drained = drained && self.input.unread.source == Source::Event;
                continue;
            }
            if !drained {
                work = work.saturating_sub(1);
                drained = !self.receive_event(Deadline::NOW, on)?;
                continue;
            }
            match self.phase {
                Phase::Idle => {
                    if self.begin_due_resync(on) {
                        continue;
                    }
                    if did || until_passed() {
                        return Ok(Progress::Idle);
                    }
                    drained = !self.wait_for_event(until, on)?;
                }
                Phase::Request { dump } => {
                    did = true;
                    work = work.saturating_sub(1);
                    self.send_dump_request(dump, on)?;
                    drained = false;
                }
                Phase::Reply { deadline, .. } => {
                    work = work.saturating_sub(1);
                    let received = self.receive_reply(on)?;
                    did |= received;
                    drained = !received;
                    if received {
                        continue;
                    }
                    if deadline.has_passed() {
                        self.end_reply(false, Some(StaleReason::TimedOut), on);
                    } else if until_passed() {
                        return Ok(Progress::Idle);
                    } else {
                        drained = !self.receive_event(Deadline::after(REPLY_POLL), on)?;
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

    /// Marks caches as stale, and reports it once per resync.
    pub(super) fn mark_stale(
        &mut self,
        caches: u32,
        reason: StaleReason,
        on: &mut EventSink<'_, T>,
    ) {
        if self.schedule.mark_stale(caches) {
            on(self.caches, Event::Stale(reason));
        }
    }

    /// Returns the caches that need a dump, other than the stale ones.
    fn needing_dump(&self) -> u32 {
        let mut mask = 0;
        for cache in 0..T::COUNT {
            let needs_dump = self.caches.any(cache).is_some_and(AnyCache::needs_dump);
            if self.schedule.stale & bit(cache) == 0 && needs_dump {
                mask |= bit(cache);
            }
        }
        mask
    }

    /// Starts a resync, if one is needed and the rate limit allows it.
    // Not inlined, as the compiler copies `advance` per handler: -7 KB in `router`.
    #[inline(never)]
    fn begin_due_resync(&mut self, on: &mut EventSink<'_, T>) -> bool {
        let caches = self.needing_dump();
        if caches != 0 {
            self.mark_stale(caches, StaleReason::Ambiguous, on);
            self.schedule.delay();
        }
        if !self.schedule.is_due() {
            return false;
        }
        if !self.schedule.stale_reported {
            on(self.caches, Event::Stale(StaleReason::NotLoaded));
        }
        let attempt = self.schedule.begin();
        self.stats.rounds = self.stats.rounds.wrapping_add(1);
        on(self.caches, Event::Resyncing { attempt });
        self.next_cache(on);
        true
    }

    /// Begins the dump of the next cache, or ends the resync.
    fn next_cache(&mut self, on: &mut EventSink<'_, T>) {
        if let Some(cache) = self.schedule.next(T::COUNT) {
            if let Some(any) = self.caches.any_mut(cache) {
                any.begin_dump();
            }
            let dump = DumpProgress { cache, step: 0, complete: true, optional: false };
            self.phase = Phase::Request { dump };
            return;
        }
        self.phase = Phase::Idle;
        if let Some(generation) = self.schedule.end() {
            on(self.caches, Event::Synced { generation });
        }
    }

    /// Sends the dump request of a step, or ends the dump after the last.
    #[inline(never)]
    fn send_dump_request(
        &mut self,
        dump: DumpProgress,
        on: &mut EventSink<'_, T>,
    ) -> Result<(), Error> {
        let sockets = &mut self.sockets;
        sockets.seq = sockets.seq.wrapping_add(1).max(1);
        let mut request = DumpRequest::new(self.buffer, sockets.seq);
        let cache = self.caches.any(dump.cache);
        if !cache.is_some_and(|cache| cache.dump_request(dump.step, &mut request)) {
            self.end_dump(dump, on);
            return Ok(());
        }
        let dump = DumpProgress { optional: request.is_optional(), ..dump };
        match request.finish() {
            Ok(len) => {
                let request = self.buffer.get(..len).unwrap_or_default();
                let deadline = Deadline::after(self.schedule.backoff.reply_timeout);
                sockets.dumps.send(request, Some(deadline))?;
                let exchange = Exchange::new(sockets.seq).to_port(sockets.dump_port);
                self.phase = Phase::Reply { dump, exchange, deadline };
            }
            Err(error) => {
                self.mark_stale(bit(dump.cache), StaleReason::Request(error), on);
                self.end_dump(DumpProgress { complete: false, ..dump }, on);
            }
        }
        Ok(())
    }

    /// Ends a reply: the next step follows.
    fn end_reply(
        &mut self,
        complete: bool,
        reason: Option<StaleReason>,
        on: &mut EventSink<'_, T>,
    ) {
        let Phase::Reply { dump, .. } = self.phase else { return };
        if let Some(reason) = reason {
            self.mark_stale(bit(dump.cache), reason, on);
        }
        let step = dump.step.saturating_add(1);
        let complete = complete && dump.complete;
        self.phase = Phase::Request { dump: DumpProgress { step, complete, ..dump } };
    }

    /// Ends the dump of a cache: a sweep follows if the dump was complete.
    fn end_dump(&mut self, dump: DumpProgress, on: &mut EventSink<'_, T>) {
        let cache = dump.cache;
        let certain = self.caches.any_mut(cache).is_some_and(AnyCache::end_dump);
        if dump.complete && certain {
            self.phase = Phase::Sweep { cache, cursor: Cursor::new() };
            return;
        }
        // An entry that was not dumped may still exist.
        if dump.complete {
            self.mark_stale(bit(cache), StaleReason::Ambiguous, on);
        }
        self.schedule.stale |= bit(cache);
        self.next_cache(on);
    }

    /// Receives a datagram of the event socket. Returns `false` if none arrived by the deadline.
    fn receive_event(
        &mut self,
        deadline: Deadline,
        on: &mut EventSink<'_, T>,
    ) -> Result<bool, Error> {
        let received = self.sockets.events.receive(self.buffer, Some(deadline));
        self.received(received, Source::Event, on)
    }

    /// Blocks until an event, the given time, or the time of the next resync. Returns `false`
    /// without an event.
    fn wait_for_event(
        &mut self,
        until: Option<Deadline>,
        on: &mut EventSink<'_, T>,
    ) -> Result<bool, Error> {
        let retry = (self.schedule.stale != 0).then_some(self.schedule.not_before);
        let deadline = match (until, retry) {
            (Some(until), Some(retry)) => until.min(retry),
            (until, retry) => until.or(retry).unwrap_or_else(|| Deadline::after(YEAR)),
        };
        self.receive_event(deadline, on)
    }

    /// Receives a part of a dump. Returns `false` if none has arrived.
    fn receive_reply(&mut self, on: &mut EventSink<'_, T>) -> Result<bool, Error> {
        let received = self.sockets.dumps.receive(self.buffer, Some(Deadline::NOW));
        self.received(received, Source::Dump, on)
    }

    fn received(
        &mut self,
        received: Result<Received, Error>,
        source: Source,
        on: &mut EventSink<'_, T>,
    ) -> Result<bool, Error> {
        match received {
            Ok(received) if received.from == KERNEL => {
                let nsid = received.nsid;
                self.input.unread = Unread { start: 0, end: received.len, source, nsid };
            }
            Ok(received) => {
                self.stats.foreign = self.stats.foreign.wrapping_add(1);
                on(self.caches, Event::Foreign { port: received.from });
            }
            Err(Error::Overrun) => {
                self.stats.overruns = self.stats.overruns.wrapping_add(1);
                self.messages_lost(source, StaleReason::Overrun, on);
            }
            Err(Error::DatagramTruncated { needed, .. }) => {
                self.stats.truncated = self.stats.truncated.wrapping_add(1);
                self.messages_lost(source, StaleReason::DatagramTruncated { needed }, on);
            }
            Err(Error::TimedOut | Error::WouldBlock) => return Ok(false),
            Err(error) => return Err(error),
        }
        Ok(true)
    }

    /// Records that messages were lost: of events every cache is stale, of a dump its cache.
    fn messages_lost(&mut self, source: Source, reason: StaleReason, on: &mut EventSink<'_, T>) {
        match (source, &mut self.phase) {
            (Source::Event, _) => {
                for cache in 0..T::COUNT {
                    if let Some(any) = self.caches.any_mut(cache) {
                        any.messages_lost();
                    }
                }
                self.mark_stale(all(T::COUNT), reason, on);
            }
            (Source::Dump, Phase::Reply { dump, .. }) => {
                dump.complete = false;
                let cache = bit(dump.cache);
                self.mark_stale(cache, reason, on);
            }
            _ => {}
        }
    }

    /// Processes the next message of the buffer.
    fn process_message(&mut self, on: &mut EventSink<'_, T>) {
        let Unread { start, end, source, nsid } = self.input.unread;
        let rest = self.buffer.get(start..end).unwrap_or_default();
        let mut messages = if start == 0 { Messages::new(rest) } else { Messages::rest(rest) };
        let message = match messages.next() {
            Some(Ok(message)) => message,
            None => return self.input.unread.start = end,
            Some(Err(error)) => {
                self.input.unread.start = end;
                self.stats.invalid = self.stats.invalid.wrapping_add(1);
                return self.messages_lost(source, StaleReason::Invalid(error), on);
            }
        };
        self.input.unread.start = start.saturating_add(message::total_size(message.payload.len()));
        if source == Source::Event {
            return match Control(message.message_type) {
                Control::OVERRUN => {
                    self.stats.overruns = self.stats.overruns.wrapping_add(1);
                    self.messages_lost(source, StaleReason::Overrun, on);
                }
                Control::NOOP | Control::ERROR | Control::DONE => {}
                _ => self.process_event(start, end, nsid, on),
            };
        }
        let Phase::Reply { dump, exchange, .. } = &mut self.phase else { return };
        let DumpProgress { cache, optional, .. } = *dump;
        let event = exchange.step(message);
        match event {
            ExchangeEvent::Valid(message) => {
                self.stats.read = self.stats.read.wrapping_add(1);
                if let Err(error) = self.caches.message(cache, &message, None, source, on) {
                    self.stats.invalid = self.stats.invalid.wrapping_add(1);
                    on(self.caches, Event::Unreadable(error));
                }
            }
            ExchangeEvent::Finish { interrupted: false, .. } | ExchangeEvent::Ack(_) => {
                self.end_reply(true, None, on);
            }
            ExchangeEvent::Finish { .. } => {
                self.stats.interrupted = self.stats.interrupted.wrapping_add(1);
                self.end_reply(false, Some(StaleReason::Interrupted), on);
            }
            ExchangeEvent::Error(status) => {
                let errno = status.errno;
                let mut empty = EMPTY_DUMP.iter().any(|known| known.raw_os_error() == errno);
                empty |= optional && Errno::INVAL.raw_os_error() == errno;
                let reason = (!empty).then_some(StaleReason::DumpError { errno });
                self.end_reply(empty, reason, on);
            }
            ExchangeEvent::Invalid(_, error) => {
                self.end_reply(false, Some(StaleReason::Invalid(error)), on)
            }
            ExchangeEvent::Overrun => self.messages_lost(source, StaleReason::Overrun, on),
            _ => {}
        }
    }

    /// Processes a notification, which is at this position of the buffer.
    fn process_event(
        &mut self,
        start: usize,
        end: usize,
        nsid: Option<i32>,
        on: &mut EventSink<'_, T>,
    ) {
        let bytes = self.buffer.get(start..end).unwrap_or_default();
        let Some(Ok(message)) = Messages::new(bytes).next() else { return };
        self.stats.events = self.stats.events.wrapping_add(1);
        if self.has_triggers() && nsid.is_none() {
            self.input.trigger = trigger_of(&message, &*self.caches);
        }
        for cache in 0..T::COUNT {
            if let Err(error) = self.caches.message(cache, &message, nsid, Source::Event, on) {
                self.stats.invalid = self.stats.invalid.wrapping_add(1);
                if self.schedule.mark_stale(bit(cache)) {
                    on(self.caches, Event::Stale(StaleReason::Invalid(error)));
                }
            }
        }
    }

    /// Continues to apply the trigger in progress.
    fn apply_trigger(&mut self, work: &mut usize, on: &mut EventSink<'_, T>) {
        let Some(pending) = &mut self.input.trigger else { return };
        if pending.cache >= T::COUNT {
            self.input.trigger = None;
            return;
        }
        self.caches.walk(pending.cache, Some(&pending.trigger), &mut pending.cursor, work, on);
        if pending.cursor.is_past() {
            pending.cache = pending.cache.saturating_add(1);
            pending.cursor = Cursor::new();
        }
    }
}

/// Returns the trigger that a notification is, with the previous state of the link if links are
/// cached.
fn trigger_of<T: Caches>(message: &Message<'_>, caches: &T) -> Option<PendingTrigger> {
    let trigger = Trigger::from_message(message)?;
    let link_state = |index| each(caches).find_map(|cache| cache.link_state(index));
    let trigger = trigger.with_previous(link_state);
    Some(PendingTrigger { trigger, cache: 0, cursor: Cursor::new() })
}

/// Maximum time that a call blocks without a limit, before it looks again.
const YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Errors that mean an empty dump: the kernel lacks the family, or has no such table or link.
const EMPTY_DUMP: [Errno; 5] =
    [Errno::OPNOTSUPP, Errno::AFNOSUPPORT, Errno::PROTONOSUPPORT, Errno::NOENT, Errno::NODEV];
