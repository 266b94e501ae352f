//! Events that a manager reports.

use barelink_codec::Error;

/// Event that a manager reports: a change, or a change of its own state.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Event<C> {
    /// A cache changed.
    Change(C),
    /// The caches may differ from the kernel; a resync follows. Reported once per resync.
    Stale(StaleReason),
    /// A resync started: the stale caches are dumped.
    Resyncing {
        /// Resync attempt, counting from 1 since the last `Synced`.
        attempt: u32,
    },
    /// The caches match the kernel.
    Synced {
        /// Number of `Synced` events since the manager was opened, counting from 1.
        generation: u32,
    },
    /// A datagram of another sender than the kernel was dropped.
    Foreign {
        /// Port ID of the sender.
        port: u32,
    },
    /// A message of a dump cannot be read; its entry is not stored.
    Unreadable(Error),
}

/// Reason why the caches may differ from the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum StaleReason {
    /// No dump has completed yet.
    NotLoaded,
    /// Messages were lost because the receive buffer overran (`ENOBUFS`, `NLMSG_OVERRUN`).
    Overrun,
    /// The dump was interrupted (`NLM_F_DUMP_INTR`).
    Interrupted,
    /// A datagram was longer than the buffer (`MSG_TRUNC`).
    DatagramTruncated {
        /// Length of the datagram in bytes.
        needed: usize,
    },
    /// A message cannot be parsed.
    Invalid(Error),
    /// The kernel answered a dump request with an error.
    DumpError {
        /// Errno of the answer.
        errno: i32,
    },
    /// The kernel did not answer a dump request within
    /// [`Backoff::reply_timeout`](crate::Backoff::reply_timeout).
    TimedOut,
    /// A dump request cannot be built.
    Request(Error),
    /// The change does not follow from the kernel's messages, or a slot became free after an entry
    /// was rejected.
    Ambiguous,
    /// [`Manager::resync`](crate::Manager::resync) was called.
    Requested,
}
