//! Statistics of qdiscs, classes and filters; rate estimators and size tables.

use crate::value::{Array, Bytes, Struct};

structure! {
    /// Traffic control statistics with 32-bit counters.
    pub TcStats "struct tc_stats" "" (40) {
        /// Bytes processed.
        0 => bytes: u64,
        /// Packets processed.
        8 => packets: u32,
        /// Packets dropped.
        12 => drops: u32,
        /// Times that a packet was delayed because the rate limit was exceeded (throttle events).
        16 => overlimits: u32,
        /// Estimated rate, in bytes per second.
        20 => bps: u32,
        /// Estimated rate, in packets per second.
        24 => pps: u32,
        /// Queue length, in packets.
        28 => qlen: u32,
        /// Backlog of the queue, in bytes.
        32 => backlog: u32,
    }
}

attributes! {
    /// Traffic control statistics.
    pub TcStats2 "TCA_STATS_" {
        /// Bytes and packets processed.
        1 => BASIC: Struct<BasicStats>,
        /// Estimated rate.
        2 => RATE_EST: Struct<RateEstimate>,
        /// Queue statistics.
        3 => QUEUE: Struct<QueueStats>,
        /// Statistics specific to the kind, in its own format.
        4 => APP: Bytes,
        /// Estimated rate with 64-bit values; only if 32 bits do not suffice.
        5 => RATE_EST64: Struct<RateEstimate64>,
        /// Padding to align the 64-bit attribute that follows.
        6 => PAD: Bytes,
        /// Bytes and packets processed by hardware, a part of [`TcStats2::BASIC`].
        7 => BASIC_HW: Struct<BasicStats>,
        /// Packets of [`TcStats2::BASIC`] as a 64-bit value; only if 32 bits do not suffice.
        8 => PKT64: u64,
    }
}

structure! {
    /// Bytes and packets processed.
    pub BasicStats "struct gnet_stats_basic" "" (16) {
        /// Bytes processed.
        0 => bytes: u64,
        /// Packets processed.
        8 => packets: u32,
    }
}

structure! {
    /// Rate, as estimated from samples.
    pub RateEstimate "struct gnet_stats_rate_est" "" (8) {
        /// Bytes per second.
        0 => bps: u32,
        /// Packets per second.
        4 => pps: u32,
    }
}

structure! {
    /// Rate with 64-bit values, as estimated from samples.
    pub RateEstimate64 "struct gnet_stats_rate_est64" "" (16) {
        /// Bytes per second.
        0 => bps: u64,
        /// Packets per second.
        8 => pps: u64,
    }
}

structure! {
    /// Queue statistics.
    pub QueueStats "struct gnet_stats_queue" "" (20) {
        /// Queue length, in packets.
        0 => qlen: u32,
        /// Backlog of the queue, in bytes.
        4 => backlog: u32,
        /// Packets dropped.
        8 => drops: u32,
        /// Packets requeued, because the link was busy.
        12 => requeues: u32,
        /// Times that a packet was delayed because the rate limit was exceeded (throttle events).
        16 => overlimits: u32,
    }
}

structure! {
    /// Rate estimator configuration.
    pub Estimator "struct gnet_estimator" "" (2) {
        /// Sampling interval: `2^interval` seconds, for -2 (250 ms) to 3 (8 s).
        0 => interval: i8,
        /// Weight of a new sample in the moving average: `1 / 2^ewma_log`.
        1 => ewma_log: u8,
    }
}

attributes! {
    /// Size table, which adapts packet sizes to the link layer (`tc-stab(8)`).
    pub SizeTable "TCA_STAB_" {
        /// Parameters of the lookup.
        1 => BASE: Struct<SizeSpec>,
        /// Sizes, in units of `2^size_log` bytes ([`SizeSpec::size_log`]).
        2 => DATA: Array<u16>,
    }
}

structure! {
    /// Parameters of a size table.
    pub SizeSpec "struct tc_sizespec" "" (24) {
        /// Binary logarithm of the cell size: packet sizes are shifted right by it to get the
        /// index.
        0 => cell_log: u8,
        /// Binary logarithm of the unit of the table's sizes: they are shifted left by it.
        1 => size_log: u8,
        /// Number added to the packet size before the shift by `cell_log`.
        2 => cell_align: i16,
        /// Overhead that is added to each packet's size, in bytes; may be negative.
        4 => overhead: i32,
        /// Link layer (`TC_LINKLAYER_*`): 0 unaware, 1 Ethernet, 2 ATM.
        8 => linklayer: u32,
        /// Minimum packet size of the table, in bytes.
        12 => mpu: u32,
        /// Maximum packet size of the table, in bytes.
        16 => mtu: u32,
        /// Number of sizes in the table.
        20 => tsize: u32,
    }
}
