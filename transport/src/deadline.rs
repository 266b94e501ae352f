//! How long a call may wait.

use core::time::Duration;

use clock::Moment;

/// A moment by the clock that nobody sets, `CLOCK_MONOTONIC`; one deadline can bound many calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deadline {
    at: Moment,
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
    /// assert!(Deadline::after(Duration::MAX) > deadline);
    /// assert!(Deadline::NOW.has_passed() && Deadline::NOW < deadline);
    /// ```
    pub fn after(duration: Duration) -> Self {
        Deadline { at: Moment::after(duration) }
    }

    /// Passed already: to take what is there, and wait for nothing.
    pub const NOW: Deadline = Deadline { at: Moment::LONG_AGO };

    /// What is left until then; zero once it has passed.
    pub fn remaining(&self) -> Duration {
        self.at.remaining()
    }

    /// Whether it is too late.
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

    /// None is long ago.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub(super) struct Moment(Option<Instant>);

    /// As good as for ever.
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

    /// Nanoseconds since boot: centuries of them.
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
