//! `vti` and `vti6`: route-based IPsec tunnels.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::value::Be;

attributes! {
    /// Settings of a VTI over IPv4.
    pub Vti "IFLA_VTI_" {
        /// Interface index of the underlying link.
        1 => LINK: u32,
        /// Mark of received packets for the IPsec policy lookup.
        2 => IKEY: Be<u32>,
        /// Mark of transmitted packets for the IPsec policy lookup.
        3 => OKEY: Be<u32>,
        /// Local address.
        4 => LOCAL: Ipv4Addr,
        /// Remote address.
        5 => REMOTE: Ipv4Addr,
        /// Firewall mark for the route lookup of outer packets.
        6 => FWMARK: u32,
    }
}

attributes! {
    /// Settings of a VTI over IPv6.
    pub Vti6 "IFLA_VTI_" {
        /// Interface index of the underlying link.
        1 => LINK: u32,
        /// Mark of received packets for the IPsec policy lookup.
        2 => IKEY: Be<u32>,
        /// Mark of transmitted packets for the IPsec policy lookup.
        3 => OKEY: Be<u32>,
        /// Local address.
        4 => LOCAL: Ipv6Addr,
        /// Remote address.
        5 => REMOTE: Ipv6Addr,
        /// Firewall mark for the route lookup of outer packets.
        6 => FWMARK: u32,
    }
}
