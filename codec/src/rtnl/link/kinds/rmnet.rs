//! `rmnet`: channels of a Qualcomm modem (MAP protocol).

use crate::value::Struct;

attributes! {
    /// Settings of an rmnet interface.
    pub Rmnet "IFLA_RMNET_" {
        /// Multiplexer channel ID.
        1 => MUX_ID: u16 where max(254),
        /// Data format.
        2 => FLAGS: Struct<RmnetFlagsChange>,
    }
}

structure! {
    /// Data format flags and a mask of those to change.
    pub RmnetFlagsChange "struct ifla_rmnet_flags" "" (8) {
        /// Flags that are set.
        0 => flags: RmnetFlags,
        /// Mask of flags.
        4 => mask: RmnetFlags,
    }
}

flags! {
    /// Data format of an rmnet interface.
    pub RmnetFlags "RMNET_FLAGS_": u32 {
        /// Received packets are deaggregated.
        0x1 => INGRESS_DEAGGREGATION,
        /// Flow control commands of the modem are processed.
        0x2 => INGRESS_MAP_COMMANDS,
        /// Received packets carry checksum trailers, MAP version 4.
        0x4 => INGRESS_MAP_CKSUMV4,
        /// Transmitted packets request checksum offload, MAP version 4.
        0x8 => EGRESS_MAP_CKSUMV4,
        /// Received packets carry checksum headers, MAP version 5.
        0x10 => INGRESS_MAP_CKSUMV5,
        /// Transmitted packets request checksum offload, MAP version 5.
        0x20 => EGRESS_MAP_CKSUMV5,
    }
}
