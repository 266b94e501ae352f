//! IPv6 address labels (RFC 6724, the label part of the policy table): source address selection
//! prefers an address with the destination's label (`RTM_NEWADDRLABEL`, `RTM_DELADDRLABEL`,
//! `RTM_GETADDRLABEL`).

use core::net::Ipv6Addr;

use crate::rtnl::ids::AddressFamily;

messages! {
    /// Address label messages.
    pub FAMILY "route/addrlabel": AddrLabelHeader, AddrLabel {
        /// Address label; as a request, adds one.
        72 => NEW "RTM_NEWADDRLABEL",
        /// Request to delete an address label.
        73 => DEL "RTM_DELADDRLABEL",
        /// Request for the label of an address, or as a dump for all labels.
        74 => GET "RTM_GETADDRLABEL",
    }
}

structure! {
    /// Header of address label messages.
    pub AddrLabelHeader "struct ifaddrlblmsg" "ifal_" (12) {
        /// Address family, [`AddressFamily::INET6`].
        0 => family: AddressFamily,
        /// Prefix length of the address, in bits.
        2 => prefix_len "ifal_prefixlen": u8,
        /// Flags; none are defined.
        3 => flags: u8,
        /// Index of the link that the label is for; 0 for any.
        4 => index: u32,
        /// Sequence number of the label table, which each new label increments.
        8 => generation "ifal_seq": u32,
    }
}

attributes! {
    /// Address label attributes.
    pub AddrLabel "IFAL_" {
        /// Prefix that has the label; in a request for one label, an address.
        1 => ADDRESS: Ipv6Addr,
        /// Label, which has no meaning but equality; `u32::MAX` is reserved.
        2 => LABEL: u32,
    }
}
