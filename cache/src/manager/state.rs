//! Sockets of a manager, and its state between two polls.

use barelink_codec::Exchange;
use barelink_transport::Deadline;

use crate::table::{Cursor, Source};
use crate::trigger::Trigger;

/// Sockets of a manager. Two, since replies and events on one socket would mix, and an overrun of
/// events would lose replies.
#[derive(Debug)]
pub(super) struct Sockets<C> {
    pub(super) events: C,
    pub(super) dumps: C,
    /// Port ID of the dump socket.
    pub(super) dump_port: u32,
    /// Sequence number of the last dump request.
    pub(super) seq: u32,
}

/// Received messages and the trigger that are still to be processed.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) unread: Unread,
    pub(super) trigger: Option<PendingTrigger>,
}

impl Input {
    pub(super) const EMPTY: Input = Input { unread: Unread::NOTHING, trigger: None };

    /// Returns whether something is still to be processed.
    pub(super) const fn is_pending(&self) -> bool {
        self.trigger.is_some() || self.unread.start < self.unread.end
    }
}

/// Part of the buffer that is still to be processed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unread {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) source: Source,
    pub(super) nsid: Option<i32>,
}

impl Unread {
    const NOTHING: Unread = Unread { start: 0, end: 0, source: Source::Event, nsid: None };
}

/// Trigger that is being applied, to one cache after the other.
#[derive(Debug, Clone, Copy)]
pub(super) struct PendingTrigger {
    pub(super) trigger: Trigger,
    pub(super) cache: usize,
    pub(super) cursor: Cursor,
}

/// Phase of a resync.
#[derive(Debug, Clone, Copy)]
pub(super) enum Phase {
    /// No resync in progress.
    Idle,
    /// A dump request is to be sent.
    Request { dump: DumpProgress },
    /// The reply of a dump request is being received.
    Reply { dump: DumpProgress, exchange: Exchange, deadline: Deadline },
    /// Entries that the dump did not report are being removed.
    Sweep { cache: usize, cursor: Cursor },
}

/// Progress of the dump of a cache.
#[derive(Debug, Clone, Copy)]
pub(super) struct DumpProgress {
    pub(super) cache: usize,
    /// Number of the dump request.
    pub(super) step: usize,
    /// `true` if no reply was interrupted or lost so far.
    pub(super) complete: bool,
    /// `true` if `EINVAL` counts as an empty reply.
    pub(super) optional: bool,
}
