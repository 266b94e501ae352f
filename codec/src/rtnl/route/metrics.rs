//! Metrics of a route (`RTA_METRICS`): TCP and path parameters for its destination.

use crate::value::Text;

attributes! {
    /// Metrics of a route; 0 leaves a metric unset.
    pub Metrics "RTAX_" {
        /// Metrics that are locked: path discovery and TCP do not change them.
        1 => LOCK: MetricLocks,
        /// Path MTU, in bytes.
        2 => MTU: u32,
        /// Largest TCP window to advertise, in bytes.
        3 => WINDOW: u32,
        /// Initial round-trip time, in 1/8 ms.
        4 => RTT: u32,
        /// Initial round-trip time variance, in 1/4 ms.
        5 => RTTVAR: u32,
        /// Initial slow-start threshold, in segments.
        6 => SSTHRESH: u32,
        /// Clamp of the congestion window, in segments; ignored unless locked.
        7 => CWND: u32,
        /// Maximum segment size (MSS) to advertise, in bytes.
        8 => ADVMSS: u32,
        /// Initial reordering metric: segments out of order before loss is assumed.
        9 => REORDERING: u32,
        /// Hop limit (TTL) of packets sent.
        10 => HOPLIMIT: u32,
        /// Initial congestion window, in segments.
        11 => INITCWND: u32,
        /// Features allowed for the destination.
        12 => FEATURES: MetricFeatures,
        /// Minimum TCP retransmission timeout, in milliseconds.
        13 => RTO_MIN: u32,
        /// Initial receive window to advertise, in segments.
        14 => INITRWND: u32,
        /// Quick acknowledgement mode: 1 acknowledges each segment at once, 0 allows delayed ACKs.
        15 => QUICKACK: u32,
        /// TCP congestion control algorithm, e.g. `cubic`.
        16 => CC_ALGO: Text<15>,
        /// TCP Fast Open without a cookie: 1 on, 0 off.
        17 => FASTOPEN_NO_COOKIE: u32,
    }
}

flags! {
    /// Locked metrics: bit `1 << RTAX_*`.
    pub MetricLocks "": u32 {
        /// Lock of [`Metrics::MTU`]: no path MTU discovery.
        0x4 => MTU,
        /// Lock of [`Metrics::WINDOW`].
        0x8 => WINDOW,
        /// Lock of [`Metrics::RTT`].
        0x10 => RTT,
        /// Lock of [`Metrics::RTTVAR`].
        0x20 => RTTVAR,
        /// Lock of [`Metrics::SSTHRESH`].
        0x40 => SSTHRESH,
        /// Lock of [`Metrics::CWND`].
        0x80 => CWND,
        /// Lock of [`Metrics::ADVMSS`].
        0x100 => ADVMSS,
        /// Lock of [`Metrics::REORDERING`].
        0x200 => REORDERING,
        /// Lock of [`Metrics::HOPLIMIT`].
        0x400 => HOPLIMIT,
        /// Lock of [`Metrics::INITCWND`].
        0x800 => INITCWND,
        /// Lock of [`Metrics::FEATURES`].
        0x1000 => FEATURES,
        /// Lock of [`Metrics::RTO_MIN`].
        0x2000 => RTO_MIN,
        /// Lock of [`Metrics::INITRWND`].
        0x4000 => INITRWND,
        /// Lock of [`Metrics::QUICKACK`].
        0x8000 => QUICKACK,
        /// Lock of [`Metrics::CC_ALGO`].
        0x10000 => CC_ALGO,
        /// Lock of [`Metrics::FASTOPEN_NO_COOKIE`].
        0x20000 => FASTOPEN_NO_COOKIE,
    }
}

flags! {
    /// Features allowed for a destination.
    pub MetricFeatures "RTAX_FEATURE_": u32 {
        /// Explicit congestion notification (ECN).
        0x1 => ECN,
        /// Selective acknowledgements; unused.
        0x2 => SACK,
        /// TCP timestamps; unused.
        0x4 => TIMESTAMP,
        /// Fragment header in every IPv6 packet; unused.
        0x8 => ALLFRAG,
        /// TCP timestamps in microseconds.
        0x10 => TCP_USEC_TS,
    }
}
