//! Counters of a link.

structure! {
    /// `struct rtnl_link_stats`: what has gone through a link, in 32 bits that wrap around.
    pub LinkStats "struct rtnl_link_stats" "" (96) {
        /// Packets received.
        0 => rx_packets: u32,
        /// Packets sent.
        4 => tx_packets: u32,
        /// Bytes received.
        8 => rx_bytes: u32,
        /// Bytes sent.
        12 => tx_bytes: u32,
        /// Bad packets received.
        16 => rx_errors: u32,
        /// Packets that could not be sent.
        20 => tx_errors: u32,
        /// Good packets received, but thrown away.
        24 => rx_dropped: u32,
        /// Packets thrown away on their way out.
        28 => tx_dropped: u32,
        /// Packets received that were for a group.
        32 => multicast: u32,
        /// How often two sent at once.
        36 => collisions: u32,
        /// Received too long or too short.
        40 => rx_length_errors: u32,
        /// Received when the hardware's buffers were full.
        44 => rx_over_errors: u32,
        /// Received with a wrong checksum.
        48 => rx_crc_errors: u32,
        /// Received with bytes cut through.
        52 => rx_frame_errors: u32,
        /// Received faster than they were fetched.
        56 => rx_fifo_errors: u32,
        /// Received when there was no buffer to put them.
        60 => rx_missed_errors: u32,
        /// Given up on the way out.
        64 => tx_aborted_errors: u32,
        /// Lost for want of a signal.
        68 => tx_carrier_errors: u32,
        /// Not handed to the hardware fast enough.
        72 => tx_fifo_errors: u32,
        /// Sent, but the transceiver did not say so.
        76 => tx_heartbeat_errors: u32,
        /// Lost to a collision that came too late.
        80 => tx_window_errors: u32,
        /// Packets received compressed.
        84 => rx_compressed: u32,
        /// Packets sent compressed.
        88 => tx_compressed: u32,
        /// Received, but nobody wanted them.
        92 => rx_nohandler: u32,
    }
}

structure! {
    /// `struct rtnl_link_stats64`: what has gone through a link.
    pub LinkStats64 "struct rtnl_link_stats64" "" (200) {
        /// Packets received.
        0 => rx_packets: u64,
        /// Packets sent.
        8 => tx_packets: u64,
        /// Bytes received.
        16 => rx_bytes: u64,
        /// Bytes sent.
        24 => tx_bytes: u64,
        /// Bad packets received.
        32 => rx_errors: u64,
        /// Packets that could not be sent.
        40 => tx_errors: u64,
        /// Good packets received, but thrown away.
        48 => rx_dropped: u64,
        /// Packets thrown away on their way out.
        56 => tx_dropped: u64,
        /// Packets received that were for a group.
        64 => multicast: u64,
        /// How often two sent at once.
        72 => collisions: u64,
        /// Received too long or too short.
        80 => rx_length_errors: u64,
        /// Received when the hardware's buffers were full.
        88 => rx_over_errors: u64,
        /// Received with a wrong checksum.
        96 => rx_crc_errors: u64,
        /// Received with bytes cut through.
        104 => rx_frame_errors: u64,
        /// Received faster than they were fetched.
        112 => rx_fifo_errors: u64,
        /// Received when there was no buffer to put them.
        120 => rx_missed_errors: u64,
        /// Given up on the way out.
        128 => tx_aborted_errors: u64,
        /// Lost for want of a signal.
        136 => tx_carrier_errors: u64,
        /// Not handed to the hardware fast enough.
        144 => tx_fifo_errors: u64,
        /// Sent, but the transceiver did not say so.
        152 => tx_heartbeat_errors: u64,
        /// Lost to a collision that came too late.
        160 => tx_window_errors: u64,
        /// Packets received compressed.
        168 => rx_compressed: u64,
        /// Packets sent compressed.
        176 => tx_compressed: u64,
        /// Received, but nobody wanted them.
        184 => rx_nohandler: u64,
        /// Received, but for another machine.
        192 => rx_otherhost_dropped: u64,
    }
}
