//! Prefixes that IPv6 routers announce.

use core::net::Ipv6Addr;

use crate::rtnl::ids::AddressFamily;
use crate::value::Struct;

messages! {
    /// Prefixes that routers announce.
    pub FAMILY "route/prefix": PrefixHeader, Prefix {
        /// A router has announced a prefix.
        52 => NEW,
    }
}

structure! {
    /// `struct prefixmsg`.
    pub PrefixHeader "struct prefixmsg" "" (12) {
        /// IPv6.
        0 => family: AddressFamily,
        /// The link that it was heard on.
        4 => index: i32,
        /// The announcement's option that it came in; 3, a prefix.
        8 => kind: u8,
        /// How many bits of the address count.
        9 => len: u8,
        /// What to do with it.
        10 => flags: PrefixFlags,
    }
}

attributes! {
    /// An announced prefix's attributes, `PREFIX_*`.
    pub Prefix "PREFIX_" {
        /// The prefix, zeros behind it.
        1 => ADDRESS: Ipv6Addr,
        /// How long it lasts.
        2 => CACHEINFO: Struct<PrefixLifetime>,
    }
}

structure! {
    /// `struct prefix_cacheinfo`.
    pub PrefixLifetime "struct prefix_cacheinfo" "" (8) {
        /// Seconds that new connections may start from its addresses.
        0 => preferred: u32,
        /// Seconds that it is valid.
        4 => valid: u32,
    }
}

flags! {
    /// What to do with a prefix, `IF_PREFIX_*`.
    pub PrefixFlags "IF_PREFIX_": u8 {
        /// Its addresses are on the link.
        0x1 => ONLINK,
        /// Addresses may be made from it.
        0x2 => AUTOCONF,
    }
}
