//! Limit of the time that a call waits.

use core::time::Duration;

use clock::Moment;

/// Point in time by `CLOCK_MONOTONIC` at which a call stops waiting; one deadline can limit many calls.
///
/// With the feature `std` the clock is `std::time::Instant`, without it one system call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deadline {
    at: Moment,
}

impl Deadline {
    /// Returns the deadline this long from now.
    ///
    /// ```
    /// use barelink_transport::Deadline;
    /// use core::time::Duration;
    ///
    /// let deadline = Deadline::after(Duration::from_secs(5));
    /// assert!(!deadline.has_passed());
    /// assert!(deadline.remaining() > Duration::from_secs(4));
    /// assert!(Deadline::after(Duration::MAX) > deadline);
    /// assert!(Deadline::NOW.has_passed() && Deadline::NOW < deadline);
    /// ```
    pub fn after(duration: Duration) -> Self {
        Deadline { at: Moment::after(duration) }
    }

    /// Deadline that has passed: receives what is queued, without waiting.
    pub const NOW: Deadline = Deadline { at: Moment::LONG_AGO };

    /// Returns the time left; zero once the deadline has passed.
    pub fn remaining(&self) -> Duration {
        self.at.remaining()
    }

    /// Returns whether the deadline has passed.
    pub fn has_passed(&self) -> bool {
        self.remaining().is_zero()
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Deadline {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "{=u64} ms left", self.remaining().as_millis() as u64);
    }
}

#[cfg(feature = "std")]
mod clock {
    use core::time::Duration;
    use std::time::Instant;

    /// Instant; `None` is before every other.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub(super) struct Moment(Option<Instant>);

    /// 136 years: later than any deadline in use, and within the range of `Instant`.
    const YEARS: Duration = Duration::from_secs(u32::MAX as u64);

    impl Moment {
        pub(super) const LONG_AGO: Moment = Moment(None);

        pub(super) fn after(duration: Duration) -> Self {
            let now = Instant::now();
            Moment(now.checked_add(duration).or_else(|| now.checked_add(YEARS)))
        }
        pub(super) fn remaining(self) -> Duration {
            self.0.map_or(Duration::ZERO, |at| at.saturating_duration_since(Instant::now()))
        }
    }
}

#[cfg(not(feature = "std"))]
mod clock {
    use core::time::Duration;

    use crate::sockopt::now;

    /// Nanoseconds since boot; 64 bits last for 584 years.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub(super) struct Moment(u64);

    const SECOND: u64 = 1_000_000_000;

    impl Moment {
        pub(super) const LONG_AGO: Moment = Moment(0);

        pub(super) fn after(duration: Duration) -> Self {
            let nanos = duration.as_secs().saturating_mul(SECOND);
            let nanos = nanos.saturating_add(duration.subsec_nanos().into());
            Moment(now().saturating_add(nanos))
        }
        pub(super) fn remaining(self) -> Duration {
            Duration::from_nanos(self.0.saturating_sub(now()))
        }
    }
}
