//! Labels by which an IPv6 source address is chosen: one that has the destination's label is
//! preferred.

use core::net::Ipv6Addr;

use crate::rtnl::ids::AddressFamily;

messages! {
    /// Labels of IPv6 addresses.
    pub FAMILY "route/addrlabel": AddrLabelHeader, AddrLabel {
        /// A label; or one to be added.
        72 => NEW,
        /// A label that is to be removed.
        73 => DEL,
        /// Asks for an address's label, or for all.
        74 => GET,
    }
}

structure! {
    /// `struct ifaddrlblmsg`.
    pub AddrLabelHeader "struct ifaddrlblmsg" "" (12) {
        /// IPv6.
        0 => family: AddressFamily,
        /// How many bits of the address count.
        2 => prefix_len: u8,
        /// None are known.
        3 => flags: u8,
        /// The link that it is for, or 0 for any.
        4 => index: u32,
        /// Goes up with each change of the table.
        8 => generation: u32,
    }
}

attributes! {
    /// A label's attributes, `IFAL_*`.
    pub AddrLabel "IFAL_" {
        /// The addresses that have it.
        1 => ADDRESS: Ipv6Addr,
        /// A number that means nothing but to be equal or not.
        2 => LABEL: u32,
    }
}
