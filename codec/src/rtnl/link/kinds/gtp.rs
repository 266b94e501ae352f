//! `gtp`: GPRS Tunnelling Protocol, user plane.

use core::net::{Ipv4Addr, Ipv6Addr};

attributes! {
    /// Settings of a GTP interface.
    pub Gtp "IFLA_GTP_" {
        /// File descriptor of the UDP socket of GTPv0.
        1 => FD0: u32,
        /// File descriptor of the UDP socket of GTPv1.
        2 => FD1: u32,
        /// Number of hash buckets for PDP contexts.
        3 => PDP_HASHSIZE: u32,
        /// Role of this node.
        4 => ROLE: GtpRole,
        /// 1 if the kernel creates the sockets, otherwise 0.
        5 => CREATE_SOCKETS: u8,
        /// Restart counter of echo responses.
        6 => RESTART_COUNT: u8,
        /// IPv4 address of the sockets that the kernel creates.
        7 => LOCAL: Ipv4Addr,
        /// IPv6 address of the sockets that the kernel creates.
        8 => LOCAL6: Ipv6Addr,
    }
}

values! {
    /// Role of a node in a GTP network.
    pub GtpRole "GTP_ROLE_": u32 {
        /// Gateway towards the packet data network.
        0 => GGSN,
        /// Serving node towards the radio network.
        1 => SGSN,
    }
}
