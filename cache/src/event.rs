//! What a manager tells.

use barelink_codec::Error;

/// What a manager tells: changes, and how certain it is.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Event<C> {
    /// Something is not as it was.
    Change(C),
    /// What is kept may be wrong from here on; it will be read anew. Told once, until then.
    Stale(StaleReason),
    /// All of what may be wrong is being read.
    Resyncing {
        /// The how manieth time that is, since it was last right.
        attempt: u32,
    },
    /// What is kept is what the kernel has.
    Synced {
        /// How many times that was said.
        generation: u32,
    },
    /// A datagram from someone else than the kernel was dropped.
    Foreign {
        /// The sender's port.
        port: u32,
    },
    /// Something that was read cannot be understood, and is not kept.
    Unreadable(Error),
}

/// Why what is kept may be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum StaleReason {
    /// Nothing has been read yet.
    NotLoaded,
    /// Messages were lost: they came faster than they were taken in.
    Overrun,
    /// What was being read changed meanwhile.
    Interrupted,
    /// A datagram was longer than the buffer.
    DatagramTruncated {
        /// How many bytes it takes.
        needed: usize,
    },
    /// A message cannot be understood.
    Invalid(Error),
    /// The kernel refused to be read.
    DumpError {
        /// Its error number.
        errno: i32,
    },
    /// The kernel did not answer in time.
    TimedOut,
    /// A request has no room in the buffer.
    Request(Error),
    /// What happened cannot be told from what the kernel said, or there is room for what was refused.
    Ambiguous,
    /// Asked for, by [`Manager::resync`](crate::Manager::resync).
    Requested,
}
