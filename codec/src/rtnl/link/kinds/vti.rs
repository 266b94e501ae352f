//! `vti` and `vti6`: what goes through them goes through IPsec.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::value::Be;

attributes! {
    /// The attributes of an IPsec tunnel over IPv4, `IFLA_VTI_*`.
    pub Vti "IFLA_VTI_" {
        /// The link that its packets go through.
        1 => LINK: u32,
        /// The mark that IPsec knows packets received by.
        2 => IKEY: Be<u32>,
        /// The mark that IPsec knows packets sent by.
        3 => OKEY: Be<u32>,
        /// The address on this side.
        4 => LOCAL: Ipv4Addr,
        /// The address on the other side.
        5 => REMOTE: Ipv4Addr,
        /// The mark that its packets are routed by.
        6 => FWMARK: u32,
    }
}

attributes! {
    /// The attributes of an IPsec tunnel over IPv6, `IFLA_VTI_*`.
    pub Vti6 "IFLA_VTI_" {
        /// The link that its packets go through.
        1 => LINK: u32,
        /// The mark that IPsec knows packets received by.
        2 => IKEY: Be<u32>,
        /// The mark that IPsec knows packets sent by.
        3 => OKEY: Be<u32>,
        /// The address on this side.
        4 => LOCAL: Ipv6Addr,
        /// The address on the other side.
        5 => REMOTE: Ipv6Addr,
        /// The mark that its packets are routed by.
        6 => FWMARK: u32,
    }
}
