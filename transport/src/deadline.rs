//! How long a call may wait.

use core::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// A moment by the clock that nobody sets, `CLOCK_MONOTONIC`; one deadline can bound many calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Deadline {
    since_boot: Duration,
}

impl Deadline {
    /// This long from now.
    ///
    /// ```
    /// use barelink_transport::Deadline;
    /// use core::time::Duration;
    ///
    /// let deadline = Deadline::after(Duration::from_secs(5));
    /// assert!(!deadline.has_passed());
    /// assert!(deadline.remaining() > Duration::from_secs(4));
    /// ```
    pub fn after(duration: Duration) -> Self {
        Deadline { since_boot: now().saturating_add(duration) }
    }

    /// Passed already: to take what is there, and wait for nothing.
    pub const PASSED: Deadline = Deadline { since_boot: Duration::ZERO };

    /// What is left until then; zero once it has passed.
    pub fn remaining(&self) -> Duration {
        self.since_boot.saturating_sub(now())
    }

    /// Whether it is too late.
    pub fn has_passed(&self) -> bool {
        self.remaining().is_zero()
    }
}

fn now() -> Duration {
    let time = clock_gettime(ClockId::Monotonic);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
