//! IPv6 prefixes received in router advertisements (`RTM_NEWPREFIX`, a notification only).

use core::net::Ipv6Addr;

use crate::rtnl::ids::AddressFamily;
use crate::value::Struct;

messages! {
    /// Router advertisement prefix messages.
    pub FAMILY "route/prefix": PrefixHeader, Prefix {
        /// Prefix received in a router advertisement.
        52 => NEW "RTM_NEWPREFIX",
    }
}

structure! {
    /// Header of prefix messages.
    pub PrefixHeader "struct prefixmsg" "prefix_" (12) {
        /// Address family, [`AddressFamily::INET6`].
        0 => family: AddressFamily,
        /// Index of the link that received the router advertisement.
        4 => index "prefix_ifindex": i32,
        /// Type of the neighbour discovery option: 3, prefix information.
        8 => prefix_type "prefix_type": u8,
        /// Prefix length, in bits.
        9 => len: u8,
        /// Flags of the prefix information option.
        10 => flags: PrefixFlags,
    }
}

attributes! {
    /// Prefix attributes.
    pub Prefix "PREFIX_" {
        /// Prefix as advertised; bits past its length have no meaning.
        1 => ADDRESS: Ipv6Addr,
        /// Lifetimes.
        2 => CACHEINFO: Struct<PrefixCacheInfo>,
    }
}

structure! {
    /// Lifetimes of a prefix.
    pub PrefixCacheInfo "struct prefix_cacheinfo" "" (8) {
        /// Preferred lifetime, in seconds; `u32::MAX` is infinite.
        0 => preferred "preferred_time": u32,
        /// Valid lifetime, in seconds; `u32::MAX` is infinite.
        4 => valid "valid_time": u32,
    }
}

flags! {
    /// Flags of a prefix information option.
    pub PrefixFlags "IF_PREFIX_": u8 {
        /// On-link: the prefix's addresses are on the link (L flag).
        0x1 => ONLINK,
        /// Autonomous: the prefix may be used for address autoconfiguration (A flag).
        0x2 => AUTOCONF,
    }
}
