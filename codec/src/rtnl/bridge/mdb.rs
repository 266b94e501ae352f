//! The multicast database: which groups have members behind which ports.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::nest::{FixedHeader, Nest};
use crate::rtnl::ids::{AddressFamily, RouterType};
use crate::value::{Be, Multi, Struct};

messages! {
    /// Members of groups, as the kernel tells of them.
    pub FAMILY "route/mdb": MdbHeader, Mdb {
        /// A member is new or has changed.
        84 => NEW,
        /// A member is gone.
        85 => DEL,
        /// All members of a bridge; a dump's replies have the kind of its request.
        86 => GET,
    }
}

/// What the kernel is told or asked about members of groups: the same kinds of message, with
/// attributes of their own.
pub mod request {
    use super::{MdbHeader, MdbSet};

    messages! {
        /// Members of groups, as the kernel is told of them.
        pub FAMILY "route/mdb request": MdbHeader, MdbSet {
            /// Adds a member.
            84 => NEW,
            /// Takes a member away, or with `NLM_F_BULK` all that match.
            85 => DEL,
            /// Asks for a member, or for all.
            86 => GET,
        }
    }
}

structure! {
    /// `struct br_port_msg`.
    pub MdbHeader "struct br_port_msg" "" (8) {
        /// [`AddressFamily::BRIDGE`].
        0 => family: AddressFamily,
        /// The index of the bridge; 0 for all.
        4 => index: u32,
    }
}

attributes! {
    /// The members of groups on a bridge, `MDBA_*`.
    pub Mdb "MDBA_" {
        /// The members.
        1 => MDB: Nest<MdbGroups>,
        /// The ports that routers for groups are behind.
        2 => ROUTER: Nest<MdbRouter>,
    }
}

attributes! {
    /// The groups that have members, `MDBA_MDB_*`.
    pub MdbGroups "MDBA_MDB_" {
        /// One of them.
        1 => ENTRY: Multi<Nest<MdbMembers>>,
    }
}

attributes! {
    /// The members of a group, `MDBA_MDB_ENTRY_*`.
    pub MdbMembers "MDBA_MDB_ENTRY_" {
        /// One of them.
        1 => INFO: Multi<FixedHeader<MdbEntry, MdbInfo>>,
    }
}

structure! {
    /// `struct br_mdb_entry`: a group, and a port with a member behind it.
    pub MdbEntry "struct br_mdb_entry" "" (28) {
        /// The index of the port, or of the bridge itself.
        0 => index: u32,
        /// Whether it lasts.
        4 => state: MdbState,
        /// What is special about it.
        5 => flags: MdbFlags,
        /// The VLAN; 0 for none.
        6 => vid: u16,
        /// The group's address: the first 4 bytes, all 16, or a hardware address.
        8 => address: [u8; 16],
        /// Which: 0x0800, 0x86dd, or 0 for a hardware address.
        24 => proto: u16 as Be<u16>,
    }
}

/// The number of IPv4 in Ethernet, `ETH_P_IP`.
const ETH_IP: u16 = 0x0800;
/// The number of IPv6 in Ethernet, `ETH_P_IPV6`.
const ETH_IPV6: u16 = 0x86dd;

impl MdbEntry {
    /// A group with this address, to be completed.
    pub fn group(address: IpAddr) -> Self {
        let mut entry = MdbEntry::default();
        match address {
            IpAddr::V4(v4) => {
                entry.proto = ETH_IP;
                let [a, b, c, d] = v4.octets();
                entry.address = [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            }
            IpAddr::V6(v6) => {
                entry.proto = ETH_IPV6;
                entry.address = v6.octets();
            }
        }
        entry
    }

    /// The group's address, unless it is a hardware address.
    pub fn ip(&self) -> Option<IpAddr> {
        let [a, b, c, d, ..] = self.address;
        match self.proto {
            ETH_IP => Some(Ipv4Addr::new(a, b, c, d).into()),
            ETH_IPV6 => Some(Ipv6Addr::from(self.address).into()),
            _ => None,
        }
    }
}

values! {
    /// Whether a member lasts, `MDB_*`.
    pub MdbState "MDB_": u8 {
        /// Until it has not been heard for a while.
        0 => TEMPORARY,
        /// For good.
        1 => PERMANENT,
    }
}

flags! {
    /// What is special about a member, `MDB_FLAGS_*`.
    pub MdbFlags "MDB_FLAGS_": u8 {
        /// Hardware knows it.
        0x1 => OFFLOAD,
        /// It gets no more at once when it leaves.
        0x2 => FAST_LEAVE,
        /// It is there for members that want all senders but some.
        0x4 => STAR_EXCL,
        /// It is not to get anything from this sender.
        0x8 => BLOCKED,
        /// Hardware would not take it.
        0x10 => OFFLOAD_FAILED,
    }
}

attributes! {
    /// More about a member, `MDBA_MDB_EATTR_*`.
    pub MdbInfo "MDBA_MDB_EATTR_" {
        /// How long it is one without saying so again, in hundredths of a second.
        1 => TIMER: u32,
        /// The senders that it wants, or does not want.
        2 => SRC_LIST: Nest<MdbSources>,
        /// Whether it wants them.
        3 => GROUP_MODE: GroupMode,
        /// The one sender that this is about.
        4 => SOURCE: IpAddr,
        /// Who said so, `RTPROT_*`.
        5 => RTPROT: u8,
        /// The other end of the tunnel.
        6 => DST: IpAddr,
        /// The port at the other end of the tunnel.
        7 => DST_PORT: u16,
        /// The tunnel's number there.
        8 => VNI: u32,
        /// The index of the link that the tunnel leaves by.
        9 => IFINDEX: u32,
        /// The tunnel's number here.
        10 => SRC_VNI: u32,
    }
}

values! {
    /// Whether a member wants the senders in a list, `MCAST_*`.
    pub GroupMode "MCAST_": u8 {
        /// All but these.
        0 => EXCLUDE,
        /// Only these.
        1 => INCLUDE,
    }
}

attributes! {
    /// Senders to a group, `MDBA_MDB_SRCLIST_*`.
    pub MdbSources "MDBA_MDB_SRCLIST_" {
        /// One of them.
        1 => ENTRY: Multi<Nest<MdbSource>>,
    }
}

attributes! {
    /// A sender to a group, `MDBA_MDB_SRCATTR_*`.
    pub MdbSource "MDBA_MDB_SRCATTR_" {
        /// Its address.
        1 => ADDRESS: IpAddr,
        /// How long it is wanted without a word, in hundredths of a second.
        2 => TIMER: u32,
    }
}

attributes! {
    /// The ports that routers for groups are behind, `MDBA_ROUTER_*`.
    pub MdbRouter "MDBA_ROUTER_" {
        /// One of them.
        1 => PORT: Multi<FixedHeader<RouterPort, RouterPortInfo>>,
    }
}

structure! {
    /// A port that a router for groups is behind.
    pub RouterPort "" "" (4) {
        /// The port's index.
        0 => index: u32,
    }
}

attributes! {
    /// More about a port that a router is behind, `MDBA_ROUTER_PATTR_*`; times are in hundredths of
    /// a second.
    pub RouterPortInfo "MDBA_ROUTER_PATTR_" {
        /// How long it is one without a word, the longer of the two below.
        1 => TIMER: u32,
        /// Whether it is one for good.
        2 => TYPE: RouterType,
        /// How long it is one without a word, IPv4.
        3 => INET_TIMER: u32,
        /// How long it is one without a word, IPv6.
        4 => INET6_TIMER: u32,
        /// The VLAN.
        5 => VID: u16,
    }
}

attributes! {
    /// The member to add, to take away or to ask for, `MDBA_SET_*` and `MDBA_GET_*`.
    pub MdbSet "MDBA_SET_" {
        /// The group, and the port.
        1 => ENTRY: Struct<MdbEntry> where len(28, 28),
        /// More about it.
        2 => ENTRY_ATTRS: Nest<MdbSetInfo>,
    }
}

attributes! {
    /// More about the member to add, to take away or to ask for, `MDBE_ATTR_*`.
    pub MdbSetInfo "MDBE_ATTR_" {
        /// The one sender that this is about.
        1 => SOURCE: IpAddr,
        /// The senders that it wants, or does not want.
        2 => SRC_LIST: Nest<MdbSetSources>,
        /// Whether it wants them.
        3 => GROUP_MODE: GroupMode where range(0, 1),
        /// Who says so, `RTPROT_*`.
        4 => RTPROT: u8 where min(4),
        /// The other end of the tunnel.
        5 => DST: IpAddr,
        /// The port at the other end of the tunnel.
        6 => DST_PORT: u16,
        /// The tunnel's number there.
        7 => VNI: u32 where max(0xff_ffff),
        /// The index of the link that the tunnel leaves by.
        8 => IFINDEX: i32 where signed(1, i64::MAX),
        /// The tunnel's number here.
        9 => SRC_VNI: u32 where max(0xff_ffff),
        /// Which bits of the state have to match, when all that match go.
        10 => STATE_MASK: u8 where mask(0x1),
    }
}

attributes! {
    /// Senders to a group, `MDBE_SRC_LIST_*`.
    pub MdbSetSources "MDBE_SRC_LIST_" {
        /// One of them.
        1 => ENTRY: Multi<Nest<MdbSetSource>>,
    }
}

attributes! {
    /// A sender to a group, `MDBE_SRCATTR_*`.
    pub MdbSetSource "MDBE_SRCATTR_" {
        /// Its address.
        1 => ADDRESS: IpAddr,
    }
}
