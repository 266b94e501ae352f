//! `macsec`: encryption of Ethernet frames.

use crate::value::{Be, Bytes};

attributes! {
    /// The attributes of an encrypted link, `IFLA_MACSEC_*`.
    pub Macsec "IFLA_MACSEC_" {
        /// Who sends, as receivers know it: hardware address and port in one number.
        1 => SCI: Be<u64>,
        /// The port, where the hardware address is the link's own.
        2 => PORT: Be<u16>,
        /// How many bytes prove that a frame is genuine.
        3 => ICV_LEN: u8 where range(8, 16),
        /// How frames are encrypted.
        4 => CIPHER_SUITE: CipherSuite,
        /// How many frames may overtake one.
        5 => WINDOW: u32,
        /// The number of the key to send with.
        6 => ENCODING_SA: u8 where max(3),
        /// Whether frames are encrypted, or only proved to be genuine.
        7 => ENCRYPT: u8 where max(1),
        /// Whether frames are protected at all.
        8 => PROTECT: u8 where max(1),
        /// Whether each frame says who sends.
        9 => INC_SCI: u8 where max(1),
        /// Whether a frame's source address says who sends.
        10 => ES: u8 where max(1),
        /// Whether frames are for all at once, `EPON`'s single copy.
        11 => SCB: u8 where max(1),
        /// Whether frames that come twice or too late are dropped.
        12 => REPLAY_PROTECT: u8 where max(1),
        /// What becomes of frames that are not genuine.
        13 => VALIDATION: Validation where max(2),
        /// Fills up to 8 bytes.
        14 => PAD: Bytes,
        /// Who does the work.
        15 => OFFLOAD: Offload where max(2),
    }
}

values! {
    /// How frames are encrypted, `MACSEC_CIPHER_ID_*`.
    pub CipherSuite "MACSEC_CIPHER_ID_": u64 {
        /// By AES-128, as old kernels and programs call it.
        0x0080020001000001 => DEFAULT,
        /// By AES-128 in Galois/Counter mode.
        0x0080c20001000001 => GCM_AES_128,
        /// By AES-256 in Galois/Counter mode.
        0x0080c20001000002 => GCM_AES_256,
        /// By AES-128, with frame numbers of 64 bits.
        0x0080c20001000003 => GCM_AES_XPN_128,
        /// By AES-256, with frame numbers of 64 bits.
        0x0080c20001000004 => GCM_AES_XPN_256,
    }
}

values! {
    /// What becomes of frames that are not genuine, `MACSEC_VALIDATE_*`.
    pub Validation "MACSEC_VALIDATE_": u8 {
        /// Nobody looks.
        0 => DISABLED,
        /// They are counted, and let through.
        1 => CHECK,
        /// They are dropped.
        2 => STRICT,
    }
}

values! {
    /// Who encrypts, `MACSEC_OFFLOAD_*`.
    pub Offload "MACSEC_OFFLOAD_": u8 {
        /// The kernel.
        0 => OFF,
        /// The hardware that drives the wire.
        1 => PHY,
        /// The network card.
        2 => MAC,
    }
}
