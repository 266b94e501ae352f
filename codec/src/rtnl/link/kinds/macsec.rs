//! `macsec`: MAC security, encryption of Ethernet frames (IEEE 802.1AE).

use crate::value::{Be, Bytes};

attributes! {
    /// Settings of a MACsec interface.
    pub Macsec "IFLA_MACSEC_" {
        /// Secure channel identifier: MAC address (48 bits) and port (16 bits).
        1 => SCI: Be<u64>,
        /// Port of the secure channel identifier, where its MAC address is the link's own (request
        /// only).
        2 => PORT: Be<u16>,
        /// Length of the integrity check value in bytes.
        3 => ICV_LEN: u8 where range(8, 16),
        /// Cipher suite: algorithm and key length.
        4 => CIPHER_SUITE: CipherSuite,
        /// Replay window: number of packets that may arrive out of order.
        5 => WINDOW: u32,
        /// Association number of the transmit security association, 0 to 3.
        6 => ENCODING_SA: u8 where max(3),
        /// 1 for confidentiality (encryption), 0 for integrity only.
        7 => ENCRYPT: u8 where max(1),
        /// 1 if frames are protected, otherwise 0.
        8 => PROTECT: u8 where max(1),
        /// 1 if frames carry the secure channel identifier, otherwise 0.
        9 => INC_SCI: u8 where max(1),
        /// 1 if the end station bit is set: the source MAC address identifies the channel.
        10 => ES: u8 where max(1),
        /// 1 if the single copy broadcast bit is set (EPON), otherwise 0.
        11 => SCB: u8 where max(1),
        /// 1 if replay protection is enabled, otherwise 0.
        12 => REPLAY_PROTECT: u8 where max(1),
        /// Validation of received frames.
        13 => VALIDATION: MacsecValidation where max(2),
        /// Padding to align the 64-bit attribute that follows.
        14 => PAD: Bytes,
        /// Offload to hardware.
        15 => OFFLOAD: MacsecOffload where max(2),
    }
}

values! {
    /// Cipher suite of a MACsec interface.
    pub CipherSuite "MACSEC_CIPHER_ID_": u64 {
        /// GCM-AES-128, by the number that old kernels and programs use.
        0x0080020001000001 => DEFAULT "MACSEC_DEFAULT_CIPHER_ID",
        /// AES with a key of 128 bits in Galois/Counter mode.
        0x0080c20001000001 => GCM_AES_128,
        /// AES with a key of 256 bits in Galois/Counter mode.
        0x0080c20001000002 => GCM_AES_256,
        /// AES with a key of 128 bits and extended (64-bit) packet numbering.
        0x0080c20001000003 => GCM_AES_XPN_128,
        /// AES with a key of 256 bits and extended (64-bit) packet numbering.
        0x0080c20001000004 => GCM_AES_XPN_256,
    }
}

values! {
    /// Validation of received MACsec frames.
    pub MacsecValidation "MACSEC_VALIDATE_": u8 {
        /// Frames are not validated.
        0 => DISABLED,
        /// Invalid frames are counted and accepted if possible.
        1 => CHECK,
        /// Invalid frames are dropped.
        2 => STRICT,
    }
}

values! {
    /// Place where MACsec frames are protected and validated.
    pub MacsecOffload "MACSEC_OFFLOAD_": u8 {
        /// Software.
        0 => OFF,
        /// PHY hardware.
        1 => PHY,
        /// Network adapter (MAC) hardware.
        2 => MAC,
    }
}
