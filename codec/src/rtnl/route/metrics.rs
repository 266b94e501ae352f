//! Metrics of a route.

use crate::value::Text;

attributes! {
    /// What is known of, or demanded from, the way to a destination, `RTAX_*`.
    pub Metrics "RTAX_" {
        /// Which of the others the kernel must not change.
        1 => LOCK: MetricLocks,
        /// The longest packet, in bytes.
        2 => MTU: u32,
        /// The largest window to announce, in bytes.
        3 => WINDOW: u32,
        /// The time there and back at first, in eighths of a millisecond.
        4 => RTT: u32,
        /// How much that varies, in quarters of a millisecond.
        5 => RTTVAR: u32,
        /// Where slow start ends, in segments.
        6 => SSTHRESH: u32,
        /// How many segments may be under way at most.
        7 => CWND: u32,
        /// The segment size to announce, in bytes.
        8 => ADVMSS: u32,
        /// By how many segments packets may be out of order before one counts as lost.
        9 => REORDERING: u32,
        /// How many hops packets may make.
        10 => HOPLIMIT: u32,
        /// How many segments may be sent at first.
        11 => INITCWND: u32,
        /// What may be used.
        12 => FEATURES: MetricFeatures,
        /// The shortest time before anything is sent again, in milliseconds.
        13 => RTO_MIN: u32,
        /// How many segments are announced as window at first.
        14 => INITRWND: u32,
        /// Whether each segment is acknowledged at once.
        15 => QUICKACK: u32,
        /// The congestion control, by name.
        16 => CC_ALGO: Text<15>,
        /// Whether data in the first packet needs no cookie.
        17 => FASTOPEN_NO_COOKIE: u32,
    }
}

flags! {
    /// Metrics that the kernel must not change, each by the bit of its number.
    pub MetricLocks "": u32 {
        /// [`Metrics::MTU`].
        0x4 => MTU,
        /// [`Metrics::WINDOW`].
        0x8 => WINDOW,
        /// [`Metrics::RTT`].
        0x10 => RTT,
        /// [`Metrics::RTTVAR`].
        0x20 => RTTVAR,
        /// [`Metrics::SSTHRESH`].
        0x40 => SSTHRESH,
        /// [`Metrics::CWND`].
        0x80 => CWND,
        /// [`Metrics::ADVMSS`].
        0x100 => ADVMSS,
        /// [`Metrics::REORDERING`].
        0x200 => REORDERING,
        /// [`Metrics::HOPLIMIT`].
        0x400 => HOPLIMIT,
        /// [`Metrics::INITCWND`].
        0x800 => INITCWND,
        /// [`Metrics::FEATURES`].
        0x1000 => FEATURES,
        /// [`Metrics::RTO_MIN`].
        0x2000 => RTO_MIN,
        /// [`Metrics::INITRWND`].
        0x4000 => INITRWND,
        /// [`Metrics::QUICKACK`].
        0x8000 => QUICKACK,
        /// [`Metrics::CC_ALGO`].
        0x10000 => CC_ALGO,
        /// [`Metrics::FASTOPEN_NO_COOKIE`].
        0x20000 => FASTOPEN_NO_COOKIE,
    }
}

flags! {
    /// What may be used on the way, `RTAX_FEATURE_*`.
    pub MetricFeatures "RTAX_FEATURE_": u32 {
        /// Routers may mark packets instead of dropping them.
        0x1 => ECN,
        /// Unused.
        0x2 => SACK,
        /// Unused.
        0x4 => TIMESTAMP,
        /// Unused: every packet gets a fragment header.
        0x8 => ALLFRAG,
        /// TCP's time stamps count microseconds.
        0x10 => TCP_USEC_TS,
    }
}
