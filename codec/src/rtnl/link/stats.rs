//! Traffic statistics of a link.

structure! {
    /// Traffic statistics in 32 bits, which wrap around.
    pub LinkStats "struct rtnl_link_stats" "" (96) {
        /// Packets received.
        0 => rx_packets: u32,
        /// Packets transmitted.
        4 => tx_packets: u32,
        /// Bytes received, link-layer header included, FCS not.
        8 => rx_bytes: u32,
        /// Bytes transmitted, link-layer header included, FCS not.
        12 => tx_bytes: u32,
        /// Received packets with errors, the sum of the specific receive errors.
        16 => rx_errors: u32,
        /// Transmission errors, the sum of the specific transmit errors.
        20 => tx_errors: u32,
        /// Received packets that were dropped, for lack of memory or of a protocol; not those
        /// counted in `rx_missed_errors`.
        24 => rx_dropped: u32,
        /// Packets dropped on transmission, for lack of resources.
        28 => tx_dropped: u32,
        /// Multicast packets received.
        32 => multicast: u32,
        /// Collisions during transmission.
        36 => collisions: u32,
        /// Received packets with an invalid length.
        40 => rx_length_errors: u32,
        /// Receive ring or buffer overflows.
        44 => rx_over_errors: u32,
        /// Received packets with a CRC error.
        48 => rx_crc_errors: u32,
        /// Received packets with a frame alignment error.
        52 => rx_frame_errors: u32,
        /// Receive FIFO overruns.
        56 => rx_fifo_errors: u32,
        /// Packets dropped by the device for lack of receive buffers.
        60 => rx_missed_errors: u32,
        /// Transmissions aborted, on half-duplex Ethernet for excessive collisions.
        64 => tx_aborted_errors: u32,
        /// Frames not transmitted for loss of carrier.
        68 => tx_carrier_errors: u32,
        /// Transmit FIFO underruns.
        72 => tx_fifo_errors: u32,
        /// Heartbeat (SQE test) errors, of half-duplex Ethernet.
        76 => tx_heartbeat_errors: u32,
        /// Frames lost to late collisions.
        80 => tx_window_errors: u32,
        /// Compressed packets received (CSLIP, PPP).
        84 => rx_compressed: u32,
        /// Compressed packets transmitted (CSLIP, PPP).
        88 => tx_compressed: u32,
        /// Packets dropped on an inactive device, such as a standby slave of a bond.
        92 => rx_nohandler: u32,
    }
}

structure! {
    /// Traffic statistics in 64 bits.
    pub LinkStats64 "struct rtnl_link_stats64" "" (200) {
        /// Packets received.
        0 => rx_packets: u64,
        /// Packets transmitted.
        8 => tx_packets: u64,
        /// Bytes received, link-layer header included, FCS not.
        16 => rx_bytes: u64,
        /// Bytes transmitted, link-layer header included, FCS not.
        24 => tx_bytes: u64,
        /// Received packets with errors, the sum of the specific receive errors.
        32 => rx_errors: u64,
        /// Transmission errors, the sum of the specific transmit errors.
        40 => tx_errors: u64,
        /// Received packets that were dropped, for lack of memory or of a protocol; not those
        /// counted in `rx_missed_errors`.
        48 => rx_dropped: u64,
        /// Packets dropped on transmission, for lack of resources.
        56 => tx_dropped: u64,
        /// Multicast packets received.
        64 => multicast: u64,
        /// Collisions during transmission.
        72 => collisions: u64,
        /// Received packets with an invalid length.
        80 => rx_length_errors: u64,
        /// Receive ring or buffer overflows.
        88 => rx_over_errors: u64,
        /// Received packets with a CRC error.
        96 => rx_crc_errors: u64,
        /// Received packets with a frame alignment error.
        104 => rx_frame_errors: u64,
        /// Receive FIFO overruns.
        112 => rx_fifo_errors: u64,
        /// Packets dropped by the device for lack of receive buffers.
        120 => rx_missed_errors: u64,
        /// Transmissions aborted, on half-duplex Ethernet for excessive collisions.
        128 => tx_aborted_errors: u64,
        /// Frames not transmitted for loss of carrier.
        136 => tx_carrier_errors: u64,
        /// Transmit FIFO underruns.
        144 => tx_fifo_errors: u64,
        /// Heartbeat (SQE test) errors, of half-duplex Ethernet.
        152 => tx_heartbeat_errors: u64,
        /// Frames lost to late collisions.
        160 => tx_window_errors: u64,
        /// Compressed packets received (CSLIP, PPP).
        168 => rx_compressed: u64,
        /// Compressed packets transmitted (CSLIP, PPP).
        176 => tx_compressed: u64,
        /// Packets dropped on an inactive device, such as a standby slave of a bond.
        184 => rx_nohandler: u64,
        /// Packets dropped as their destination MAC address is that of another host.
        192 => rx_otherhost_dropped: u64,
    }
}
