//! `hsr`: High-availability Seamless Redundancy and Parallel Redundancy Protocol (IEC 62439-3).

use crate::value::Mac;

attributes! {
    /// Settings of an HSR or PRP interface.
    pub Hsr "IFLA_HSR_" {
        /// Interface index of the first port.
        1 => SLAVE1: u32,
        /// Interface index of the second port.
        2 => SLAVE2: u32,
        /// Last byte of the multicast address of supervision frames.
        3 => MULTICAST_SPEC: u8,
        /// Destination MAC address of supervision frames.
        4 => SUPERVISION_ADDR: Mac,
        /// Current sequence number of transmitted frames.
        5 => SEQ_NR: u16,
        /// HSR protocol version, 0 or 1.
        6 => VERSION: u8,
        /// Redundancy protocol.
        7 => PROTOCOL: HsrProtocol,
        /// Interface index of the interlink port, of a RedBox.
        8 => INTERLINK: u32,
    }
}

values! {
    /// Redundancy protocol.
    pub HsrProtocol "HSR_PROTOCOL_": u8 {
        /// HSR: ring, frames with a tag.
        0 => HSR,
        /// PRP: two networks, frames with a trailer.
        1 => PRP,
    }
}
