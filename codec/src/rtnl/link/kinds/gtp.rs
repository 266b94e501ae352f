//! `gtp`: the tunnels of mobile networks.

use core::net::{Ipv4Addr, Ipv6Addr};

attributes! {
    /// The attributes of a mobile network's tunnels, `IFLA_GTP_*`.
    pub Gtp "IFLA_GTP_" {
        /// The socket for version 0.
        1 => FD0: u32,
        /// The socket for version 1.
        2 => FD1: u32,
        /// How many hash buckets it has for its tunnels.
        3 => PDP_HASHSIZE: u32,
        /// Which side of the tunnels it is.
        4 => ROLE: GtpRole,
        /// Whether the kernel makes the sockets itself.
        5 => CREATE_SOCKETS: u8,
        /// How often it was restarted, as it tells those who ask.
        6 => RESTART_COUNT: u8,
        /// The address of the sockets that the kernel makes.
        7 => LOCAL: Ipv4Addr,
        /// The address of the sockets that the kernel makes, over IPv6.
        8 => LOCAL6: Ipv6Addr,
    }
}

values! {
    /// Which side of a mobile network's tunnels it is, `GTP_ROLE_*`.
    pub GtpRole "GTP_ROLE_": u32 {
        /// The side of the Internet.
        0 => GGSN,
        /// The side of the radio.
        1 => SGSN,
    }
}
