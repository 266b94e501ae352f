//! Schedule of resyncs: the stale caches, and the earliest time of the next resync.

use core::time::Duration;

use barelink_transport::Deadline;

/// Rate limit of resyncs, and the timeout of dump replies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Backoff {
    /// Minimum time between two resyncs. Each failed resync doubles it. Default: 100 ms.
    pub min: Duration,
    /// Maximum time between two resyncs. Default: 5 s.
    pub max: Duration,
    /// Timeout of each dump reply. Default: 5 s.
    pub reply_timeout: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Backoff {
            min: Duration::from_millis(100),
            max: Duration::from_secs(5),
            reply_timeout: Duration::from_secs(5),
        }
    }
}

/// Stale caches as a bit mask, the attempts of the resync, and the earliest time of the next.
#[derive(Debug)]
pub(super) struct Schedule {
    /// Caches that may differ from the kernel.
    pub(super) stale: u32,
    /// Caches that the resync in progress has still to dump.
    pub(super) pending: u32,
    /// `true` if the staleness has been reported since the resync started.
    pub(super) stale_reported: bool,
    /// Number of resyncs since the caches were last in sync.
    pub(super) attempt: u32,
    /// Number of times that the caches came in sync.
    pub(super) generation: u32,
    pub(super) not_before: Deadline,
    pub(super) backoff: Backoff,
}

impl Schedule {
    /// Creates the schedule of caches that have never been dumped.
    pub(super) fn new(stale: u32) -> Self {
        Schedule {
            stale,
            pending: 0,
            stale_reported: false,
            attempt: 0,
            generation: 0,
            not_before: Deadline::NOW,
            backoff: Backoff::default(),
        }
    }

    /// Marks caches as stale. Returns whether that is to be reported.
    pub(super) fn mark_stale(&mut self, caches: u32) -> bool {
        self.stale |= caches;
        !core::mem::replace(&mut self.stale_reported, true)
    }

    /// Delays the next resync by at least the shortest time: a link that goes down is notified
    /// before the kernel removes its routes.
    pub(super) fn delay(&mut self) {
        self.not_before = self.not_before.max(Deadline::after(self.backoff.min));
    }

    /// Returns whether a resync is needed and may start.
    pub(super) fn is_due(&self) -> bool {
        self.stale != 0 && self.not_before.has_passed()
    }

    /// Starts a resync of the stale caches. Returns the number of the attempt.
    pub(super) fn begin(&mut self) -> u32 {
        self.attempt = self.attempt.saturating_add(1);
        // Staleness from here on is new.
        self.stale_reported = false;
        self.pending = self.stale;
        self.attempt
    }

    /// Returns the next of `count` caches to dump, which is then no longer stale.
    pub(super) fn next(&mut self, count: usize) -> Option<usize> {
        let cache = (0..count).find(|cache| self.pending & bit(*cache) != 0)?;
        self.pending &= !bit(cache);
        self.stale &= !bit(cache);
        Some(cache)
    }

    /// Ends a resync and sets the earliest time of the next. Returns the generation if the caches
    /// are in sync.
    pub(super) fn end(&mut self) -> Option<u32> {
        let mut gap = self.backoff.min;
        let synced = self.stale == 0;
        if synced {
            self.attempt = 0;
            self.stale_reported = false;
            self.generation = self.generation.wrapping_add(1).max(1);
        } else {
            let doubled = 1u32.checked_shl(self.attempt).unwrap_or(u32::MAX);
            gap = gap.saturating_mul(doubled).min(self.backoff.max);
        }
        self.not_before = Deadline::after(gap);
        synced.then_some(self.generation)
    }
}

/// Returns the mask of `count` caches.
pub(super) const fn all(count: usize) -> u32 {
    match 1u32.checked_shl(count as u32) {
        Some(above) => above.wrapping_sub(1),
        None => u32::MAX,
    }
}

/// Returns the bit of a cache.
pub(super) const fn bit(cache: usize) -> u32 {
    match 1u32.checked_shl(cache as u32) {
        Some(bit) => bit,
        None => 0,
    }
}
