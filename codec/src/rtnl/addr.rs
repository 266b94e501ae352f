//! Interface addresses of IPv4 and IPv6 (`RTM_NEWADDR`, `RTM_DELADDR`, `RTM_GETADDR`), joined
//! multicast groups (`RTM_NEWMULTICAST` ...) and anycast addresses (`RTM_NEWANYCAST` ...).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::rtnl::ids::{Address, AddressFamily, RouteScope};
use crate::value::{StoredAs, Struct, Text};

messages! {
    /// Interface address messages.
    pub FAMILY "route/addr": AddrHeader, Addr {
        /// New or changed address; as a request, adds or replaces one.
        20 => NEW "RTM_NEWADDR",
        /// Removed address; as a request, removes one.
        21 => DEL "RTM_DELADDR",
        /// Request for an address (IPv6 only), or as a dump for all.
        22 => GET "RTM_GETADDR",
        /// Joined multicast group.
        56 => NEW_MULTICAST "RTM_NEWMULTICAST",
        /// Left multicast group.
        57 => DEL_MULTICAST "RTM_DELMULTICAST",
        /// Dump request for joined multicast groups.
        58 => GET_MULTICAST "RTM_GETMULTICAST",
        /// Joined anycast address.
        60 => NEW_ANYCAST "RTM_NEWANYCAST",
        /// Left anycast address.
        61 => DEL_ANYCAST "RTM_DELANYCAST",
        /// Dump request for joined anycast addresses (IPv6 only).
        62 => GET_ANYCAST "RTM_GETANYCAST",
    }
}

structure! {
    /// Header of interface address messages.
    pub AddrHeader "struct ifaddrmsg" "ifa_" (8) {
        /// Address family: IPv4 or IPv6; [`AddressFamily::UNSPEC`] in a dump request for both.
        0 => family: AddressFamily,
        /// Prefix length, in bits.
        1 => prefix_len "ifa_prefixlen": u8,
        /// Lower 8 bits of the flags; [`Addr::FLAGS`] has all 32.
        2 => flags: AddrFlags as StoredAs<AddrFlags, u8>,
        /// Scope in which the address is valid.
        3 => scope: RouteScope,
        /// Interface index.
        4 => index: u32,
    }
}

attributes! {
    /// Interface address attributes.
    pub Addr "IFA_" {
        /// Interface address; the peer's address on a point-to-point link.
        1 => ADDRESS: Address,
        /// Local address, where `ADDRESS` is the peer's; the kernel reports it for each IPv4
        /// address, and for an IPv6 address that has a peer.
        2 => LOCAL: Address,
        /// Address label, as shown by `ifconfig` (IPv4 only): the link's name, perhaps with a
        /// suffix, as in `eth0:1`.
        3 => LABEL: Text<15>,
        /// Broadcast address of the subnet (IPv4 only).
        4 => BROADCAST: Ipv4Addr,
        /// Anycast address (`RTM_NEWANYCAST`, `RTM_DELANYCAST`).
        5 => ANYCAST: Ipv6Addr,
        /// Lifetimes and timestamps.
        6 => CACHEINFO: Struct<AddrCacheInfo>,
        /// Multicast group address (`RTM_NEWMULTICAST`, `RTM_DELMULTICAST`).
        7 => MULTICAST: IpAddr,
        /// Flags, all 32 bits.
        8 => FLAGS: AddrFlags,
        /// Metric of the prefix route; 0 for the default.
        9 => RT_PRIORITY: u32,
        /// ID of the namespace to look in, in place of the socket's.
        10 => TARGET_NETNSID: i32,
        /// Address protocol: what added the address.
        11 => PROTO: AddrProto,
        /// Number of users of a multicast group on the link.
        12 => MC_USERS: u32,
    }
}

structure! {
    /// Lifetimes and timestamps of an address.
    pub AddrCacheInfo "struct ifa_cacheinfo" "" (16) {
        /// Preferred lifetime, in seconds; `u32::MAX` is infinite.
        0 => preferred "ifa_prefered": u32,
        /// Valid lifetime, in seconds; `u32::MAX` is infinite.
        4 => valid "ifa_valid": u32,
        /// Time of creation, in 1/100 s since boot.
        8 => created "cstamp": u32,
        /// Time of the last change, in 1/100 s since boot.
        12 => updated "tstamp": u32,
    }
}

flags! {
    /// Interface address flags.
    pub AddrFlags "IFA_F_": u32 {
        /// Secondary: another address of the same subnet is the primary one (IPv4). Temporary
        /// (`IFA_F_TEMPORARY`, RFC 8981) for IPv6.
        0x1 => SECONDARY,
        /// No duplicate address detection (DAD).
        0x2 => NODAD,
        /// Optimistic (RFC 4429): usable while duplicate address detection runs.
        0x4 => OPTIMISTIC,
        /// Duplicate address detection failed.
        0x8 => DADFAILED,
        /// Home address of a Mobile IPv6 node (RFC 6275).
        0x10 => HOMEADDRESS,
        /// Deprecated: past its preferred lifetime, not selected as a source for new connections.
        0x20 => DEPRECATED,
        /// Tentative: duplicate address detection is running.
        0x40 => TENTATIVE,
        /// Permanent: infinite valid lifetime.
        0x80 => PERMANENT,
        /// Template for temporary addresses, which the kernel generates from it (RFC 8981).
        0x100 => MANAGETEMPADDR,
        /// No prefix route is created along with the address.
        0x200 => NOPREFIXROUTE,
        /// Multicast autojoin: the kernel joins the group of this multicast address.
        0x400 => MCAUTOJOIN,
        /// Stable privacy address (RFC 7217): its interface identifier is generated from a secret.
        0x800 => STABLE_PRIVACY,
    }
}

values! {
    /// Address protocol: what added an address; values above 3 are for user space.
    pub AddrProto "IFAPROT_": u8 {
        /// Unspecified, the default.
        0 => UNSPEC,
        /// Kernel, loopback address.
        1 => KERNEL_LO,
        /// Kernel, from a router advertisement.
        2 => KERNEL_RA,
        /// Kernel, link-local address.
        3 => KERNEL_LL,
    }
}
