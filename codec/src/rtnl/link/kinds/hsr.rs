//! `hsr`: every frame on two ways at once, by HSR in a ring or by PRP in two networks.

use crate::value::Mac;

attributes! {
    /// A redundant link's attributes, `IFLA_HSR_*`.
    pub Hsr "IFLA_HSR_" {
        /// The index of the link on one way.
        1 => SLAVE1: u32,
        /// The index of the link on the other way.
        2 => SLAVE2: u32,
        /// The last byte of the group that nodes say they are there to.
        3 => MULTICAST_SPEC: u8,
        /// The group that nodes say they are there to.
        4 => SUPERVISION_ADDR: Mac,
        /// The number of the last frame sent.
        5 => SEQ_NR: u16,
        /// The version of HSR, 0 or 1.
        6 => VERSION: u8,
        /// How copies are told from each other.
        7 => PROTOCOL: HsrProtocol,
        /// The index of a link to another network, whose nodes it speaks for.
        8 => INTERLINK: u32,
    }
}

values! {
    /// How a frame's copies are told from each other, `HSR_PROTOCOL_*`.
    pub HsrProtocol "HSR_PROTOCOL_": u8 {
        /// By a tag in front, in a ring.
        0 => HSR,
        /// By a trailer, in two networks.
        1 => PRP,
    }
}
