//! What disciplines, classes and filters count, and how packets are measured.

use crate::value::{Array, Bytes, Struct};

structure! {
    /// `struct tc_stats`.
    pub TcStats "struct tc_stats" "" (40) {
        /// Bytes that went through.
        0 => bytes: u64,
        /// Packets that went through.
        8 => packets: u32,
        /// Packets thrown away.
        12 => drops: u32,
        /// How often something was too fast.
        16 => overlimits: u32,
        /// Bytes a second, by estimate.
        20 => bps: u32,
        /// Packets a second, by estimate.
        24 => pps: u32,
        /// Packets that wait.
        28 => qlen: u32,
        /// Bytes that wait.
        32 => backlog: u32,
    }
}

attributes! {
    /// What was counted, part by part, `TCA_STATS_*`.
    pub TcStats2 "TCA_STATS_" {
        /// What went through.
        1 => BASIC: Struct<BasicStats>,
        /// How fast it went, by estimate.
        2 => RATE_EST: Struct<RateEstimate>,
        /// What waits, and what was thrown away.
        3 => QUEUE: Struct<QueueStats>,
        /// What only this kind counts, in bytes that the kind knows.
        4 => APP: Bytes,
        /// How fast it went, by estimate, where 32 bits do not suffice.
        5 => RATE_EST64: Struct<RateEstimate64>,
        /// Fills up to 8 bytes.
        6 => PAD: Bytes,
        /// What of it went through in hardware.
        7 => BASIC_HW: Struct<BasicStats>,
        /// The packets of [`TcStats2::BASIC`], where 32 bits do not suffice.
        8 => PKT64: u64,
    }
}

structure! {
    /// `struct gnet_stats_basic`.
    pub BasicStats "struct gnet_stats_basic" "" (16) {
        /// Bytes.
        0 => bytes: u64,
        /// Packets.
        8 => packets: u32,
    }
}

structure! {
    /// `struct gnet_stats_rate_est`.
    pub RateEstimate "struct gnet_stats_rate_est" "" (8) {
        /// Bytes a second.
        0 => bps: u32,
        /// Packets a second.
        4 => pps: u32,
    }
}

structure! {
    /// `struct gnet_stats_rate_est64`.
    pub RateEstimate64 "struct gnet_stats_rate_est64" "" (16) {
        /// Bytes a second.
        0 => bps: u64,
        /// Packets a second.
        8 => pps: u64,
    }
}

structure! {
    /// `struct gnet_stats_queue`.
    pub QueueStats "struct gnet_stats_queue" "" (20) {
        /// Packets that wait.
        0 => qlen: u32,
        /// Bytes that wait.
        4 => backlog: u32,
        /// Packets thrown away.
        8 => drops: u32,
        /// Packets put back, for the link was busy.
        12 => requeues: u32,
        /// How often something was too fast.
        16 => overlimits: u32,
    }
}

structure! {
    /// `struct gnet_estimator`.
    pub Estimator "struct gnet_estimator" "" (2) {
        /// How often to measure: every 2 to this power seconds, -2 to 3.
        0 => interval: i8,
        /// How little a new measure counts: one part in 2 to this power.
        1 => ewma_log: u8,
    }
}

attributes! {
    /// What to take a packet's size for, `TCA_STAB_*`.
    pub SizeTable "TCA_STAB_" {
        /// How to look up a size.
        1 => BASE: Struct<SizeSpec>,
        /// The sizes, each in units of 2 to the power [`SizeSpec::size_log`].
        2 => DATA: Array<u16>,
    }
}

structure! {
    /// `struct tc_sizespec`.
    pub SizeSpec "struct tc_sizespec" "" (24) {
        /// Real sizes are divided by 2 to this power to be looked up.
        0 => cell_log: u8,
        /// Sizes found are multiplied by 2 to this power.
        1 => size_log: u8,
        /// What is added to a size before that division.
        2 => cell_align: i16,
        /// How many bytes the link adds to each packet.
        4 => overhead: i32,
        /// What kind of link it is: 1 for Ethernet, 2 for ATM.
        8 => linklayer: u32,
        /// The least size that a packet is taken for.
        12 => mpu: u32,
        /// The largest size that is looked up.
        16 => mtu: u32,
        /// How many sizes there are in the table.
        20 => tsize: u32,
    }
}
