//! `rmnet`: the channels of a Qualcomm modem, each as a link.

use crate::value::Struct;

attributes! {
    /// The attributes of a modem's channel, `IFLA_RMNET_*`.
    pub Rmnet "IFLA_RMNET_" {
        /// The channel's number.
        1 => MUX_ID: u16 where max(254),
        /// How packets are packed for the modem.
        2 => FLAGS: Struct<RmnetFlagsChange>,
    }
}

structure! {
    /// `struct ifla_rmnet_flags`.
    pub RmnetFlagsChange "struct ifla_rmnet_flags" "" (8) {
        /// The flags, those that are set.
        0 => flags: RmnetFlags,
        /// Which of them are meant.
        4 => mask: RmnetFlags,
    }
}

flags! {
    /// How packets are packed for a modem, `RMNET_FLAGS_*`.
    pub RmnetFlags "RMNET_FLAGS_": u32 {
        /// Received ones come several in one.
        0x1 => INGRESS_DEAGGREGATION,
        /// The modem may stop and start the sending.
        0x2 => INGRESS_MAP_COMMANDS,
        /// Received ones carry a checksum, version 4.
        0x4 => INGRESS_MAP_CKSUMV4,
        /// The modem is to compute checksums of those sent, version 4.
        0x8 => EGRESS_MAP_CKSUMV4,
        /// Received ones carry a checksum, version 5.
        0x10 => INGRESS_MAP_CKSUMV5,
        /// The modem is to compute checksums of those sent, version 5.
        0x20 => EGRESS_MAP_CKSUMV5,
    }
}
