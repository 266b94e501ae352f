//! Addresses of links.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::rtnl::ids::{Address, AddressFamily, RouteScope};
use crate::value::{StoredAs, Struct, Text};

messages! {
    /// Addresses of links.
    pub FAMILY "route/addr": AddrHeader, Addr {
        /// An address is new or has changed; or is to be added.
        20 => NEW,
        /// An address is gone; or is to be removed.
        21 => DEL,
        /// Asks for an address, or for all.
        22 => GET,
        /// A multicast address is listened to.
        56 => NEW_MULTICAST,
        /// A multicast address is no longer listened to.
        57 => DEL_MULTICAST,
        /// Asks for the multicast addresses that are listened to.
        58 => GET_MULTICAST,
        /// An anycast address is answered to.
        60 => NEW_ANYCAST,
        /// An anycast address is no longer answered to.
        61 => DEL_ANYCAST,
        /// Asks for the anycast addresses that are answered to.
        62 => GET_ANYCAST,
    }
}

structure! {
    /// `struct ifaddrmsg`.
    pub AddrHeader "struct ifaddrmsg" "" (8) {
        /// IPv4 or IPv6.
        0 => family: AddressFamily,
        /// How many bits at the front all addresses on the link share.
        1 => prefix_len: u8,
        /// The lower eight of the flags; [`Addr::FLAGS`] has all.
        2 => flags: AddrFlags as StoredAs<AddrFlags, u8>,
        /// How far away it is valid.
        3 => scope: RouteScope,
        /// The index of the link.
        4 => index: u32,
    }
}

attributes! {
    /// An address's attributes, `IFA_*`.
    pub Addr "IFA_" {
        /// The address; on a point-to-point link, the peer's.
        1 => ADDRESS: Address,
        /// The address itself, where `ADDRESS` is the peer's.
        2 => LOCAL: Address,
        /// The name that `ifconfig` knows it by.
        3 => LABEL: Text<15>,
        /// Where packets for everyone on the link are sent to.
        4 => BROADCAST: Ipv4Addr,
        /// The anycast address that a message of the anycast kinds is about.
        5 => ANYCAST: Ipv6Addr,
        /// How long it lasts.
        6 => CACHEINFO: Struct<Lifetime>,
        /// The multicast address that a message of the multicast kinds is about.
        7 => MULTICAST: IpAddr,
        /// All of the flags.
        8 => FLAGS: AddrFlags,
        /// The metric of the route to the address's network.
        9 => RT_PRIORITY: u32,
        /// Asks in the namespace of this number instead of the socket's.
        10 => TARGET_NETNSID: i32,
        /// Who set it.
        11 => PROTO: Origin,
        /// How many listen to a multicast address.
        12 => MC_USERS: u32,
    }
}

structure! {
    /// `struct ifa_cacheinfo`.
    pub Lifetime "struct ifa_cacheinfo" "" (16) {
        /// Seconds that new connections may start from it; `u32::MAX` for ever.
        0 => preferred: u32,
        /// Seconds that it is valid; `u32::MAX` for ever.
        4 => valid: u32,
        /// When it was made, in hundredths of a second since the machine started.
        8 => created: u32,
        /// When it last changed, in hundredths of a second since the machine started.
        12 => updated: u32,
    }
}

flags! {
    /// What an address is like, `IFA_F_*`.
    pub AddrFlags "IFA_F_": u32 {
        /// Another one of the same network came first; of IPv6, it is a temporary one.
        0x1 => SECONDARY,
        /// It is used without asking whether somebody else has it.
        0x2 => NODAD,
        /// It is used while that is still being asked.
        0x4 => OPTIMISTIC,
        /// Somebody else has it.
        0x8 => DADFAILED,
        /// It is the home address of a mobile machine.
        0x10 => HOMEADDRESS,
        /// No new connection starts from it.
        0x20 => DEPRECATED,
        /// It is still being asked whether somebody else has it.
        0x40 => TENTATIVE,
        /// It does not end by itself.
        0x80 => PERMANENT,
        /// Temporary addresses are made from it.
        0x100 => MANAGETEMPADDR,
        /// No route to its network comes with it.
        0x200 => NOPREFIXROUTE,
        /// The multicast group of this address is joined.
        0x400 => MCAUTOJOIN,
        /// It is made from a secret, and stays the same in the same network.
        0x800 => STABLE_PRIVACY,
    }
}

values! {
    /// Who set an address, `IFAPROT_*`. Programs may have numbers of their own.
    pub Origin "IFAPROT_": u8 {
        /// Nobody said.
        0 => UNSPEC,
        /// The kernel, as it does on the loopback link.
        1 => KERNEL_LO,
        /// The kernel, as a router announced.
        2 => KERNEL_RA,
        /// The kernel, for the link alone.
        3 => KERNEL_LL,
    }
}
