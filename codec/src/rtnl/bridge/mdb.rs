//! Multicast database (MDB) of bridges and VXLAN links: multicast groups and the ports with members
//! of them (`RTM_NEWMDB`, `RTM_DELMDB`, `RTM_GETMDB`).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::nest::{FixedHeader, Nest};
use crate::rtnl::ids::{AddressFamily, RouterType};
use crate::value::{Be, Multi, Struct};

messages! {
    /// Multicast database messages that the kernel sends.
    pub FAMILY "route/mdb": MdbHeader, Mdb {
        /// New or changed MDB entry or router port.
        84 => NEW "RTM_NEWMDB",
        /// Deleted MDB entry or router port.
        85 => DEL "RTM_DELMDB",
        /// Reply to a dump request, which has the request's message type: the MDB of one link.
        86 => GET "RTM_GETMDB",
    }
}

/// Multicast database requests: the same message types as the kernel sends, with other attributes.
pub mod request {
    use super::{MdbHeader, MdbSet};

    messages! {
        /// Multicast database requests.
        pub FAMILY "route/mdb request": MdbHeader, MdbSet {
            /// MDB entry to add or replace.
            84 => NEW "RTM_NEWMDB",
            /// MDB entry to delete; with `NLM_F_BULK`, all entries that match.
            85 => DEL "RTM_DELMDB",
            /// Request for an MDB entry; as a dump, for all entries and router ports.
            86 => GET "RTM_GETMDB",
        }
    }
}

structure! {
    /// Header of multicast database messages.
    pub MdbHeader "struct br_port_msg" "" (8) {
        /// Address family, [`AddressFamily::BRIDGE`].
        0 => family: AddressFamily,
        /// Interface index of the bridge or VXLAN link; 0 for all (dump request only).
        4 => index "ifindex": u32,
    }
}

attributes! {
    /// Multicast database of a bridge or VXLAN link.
    pub Mdb "MDBA_" {
        /// Multicast database entries.
        1 => MDB: Nest<MdbGroups>,
        /// Multicast router ports.
        2 => ROUTER: Nest<MdbRouter>,
    }
}

attributes! {
    /// Multicast database entries, by group.
    pub MdbGroups "MDBA_MDB_" {
        /// Entries of one group.
        1 => ENTRY: Multi<Nest<MdbMembers>>,
    }
}

attributes! {
    /// Multicast database entries of one group.
    pub MdbMembers "MDBA_MDB_ENTRY_" {
        /// Entry of the group, for one port.
        1 => INFO: Multi<FixedHeader<MdbEntry, MdbInfo>>,
    }
}

structure! {
    /// Multicast database entry: a group, and a port to forward it to.
    pub MdbEntry "struct br_mdb_entry" "" (28) {
        /// Interface index of the port; that of the bridge itself for a host entry.
        0 => index "ifindex": u32,
        /// Lifetime of the entry.
        4 => state: MdbState,
        /// Offload, fast leave and source filter flags of the entry.
        5 => flags: MdbFlags,
        /// VLAN ID; 0 for none.
        6 => vid: u16,
        /// Group address: IPv4 in the first 4 bytes, IPv6 in all 16, MAC in the first 6.
        8 => address "addr.u": [u8; 16],
        /// Type of the group address, big-endian: 0x0800 (`ETH_P_IP`), 0x86dd (`ETH_P_IPV6`), or 0
        /// for a MAC address.
        24 => proto "addr.proto": u16 as Be<u16>,
    }
}

/// EtherType of IPv4, `ETH_P_IP`.
const ETH_IP: u16 = 0x0800;
/// EtherType of IPv6, `ETH_P_IPV6`.
const ETH_IPV6: u16 = 0x86dd;

impl MdbEntry {
    /// Returns an entry with this group address; all other fields are 0.
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

    /// Returns the group's IP address; `None` for a MAC address.
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
    /// Lifetime of a multicast database entry.
    pub MdbState "MDB_": u8 {
        /// Temporary: expires without a new membership report.
        0 => TEMPORARY,
        /// Permanent: does not expire.
        1 => PERMANENT,
    }
}

flags! {
    /// Flags of a multicast database entry.
    pub MdbFlags "MDB_FLAGS_": u8 {
        /// Offloaded to hardware.
        0x1 => OFFLOAD,
        /// Deleted by multicast fast leave.
        0x2 => FAST_LEAVE,
        /// (S, G) entry that follows from a (*, G) entry of the port in EXCLUDE mode.
        0x4 => STAR_EXCL,
        /// Blocked: the group is not forwarded from this source to the port.
        0x8 => BLOCKED,
        /// Offload to hardware failed.
        0x10 => OFFLOAD_FAILED,
    }
}

attributes! {
    /// Attributes of a multicast database entry.
    pub MdbInfo "MDBA_MDB_EATTR_" {
        /// Time until the entry expires, in 1/100 s; 0 for a permanent entry.
        1 => TIMER: u32,
        /// Source list of a (*, G) entry.
        2 => SRC_LIST: Nest<MdbSources>,
        /// Filter mode of the source list.
        3 => GROUP_MODE: GroupMode,
        /// Source address of an (S, G) entry.
        4 => SOURCE: IpAddr,
        /// Routing protocol that added the entry (`RTPROT_*`).
        5 => RTPROT: u8,
        /// IP address of the remote tunnel endpoint (VXLAN).
        6 => DST: IpAddr,
        /// UDP destination port, host byte order (VXLAN).
        7 => DST_PORT: u16,
        /// Destination VNI (VXLAN).
        8 => VNI: u32,
        /// Interface index of the outgoing link (VXLAN).
        9 => IFINDEX: u32,
        /// Source VNI (VXLAN).
        10 => SRC_VNI: u32,
    }
}

values! {
    /// Filter mode of a source list.
    pub GroupMode "MCAST_": u8 {
        /// EXCLUDE: all sources but those in the list.
        0 => EXCLUDE,
        /// INCLUDE: only the sources in the list.
        1 => INCLUDE,
    }
}

attributes! {
    /// Source list of a multicast database entry.
    pub MdbSources "MDBA_MDB_SRCLIST_" {
        /// Source in the list.
        1 => ENTRY: Multi<Nest<MdbSource>>,
    }
}

attributes! {
    /// Source in the source list of a multicast database entry.
    pub MdbSource "MDBA_MDB_SRCATTR_" {
        /// Address of the source.
        1 => ADDRESS: IpAddr,
        /// Time until the source expires, in 1/100 s.
        2 => TIMER: u32,
    }
}

attributes! {
    /// Multicast router ports.
    pub MdbRouter "MDBA_ROUTER_" {
        /// Interface index and attributes of a router port.
        1 => PORT: Multi<FixedHeader<RouterPort, RouterPortInfo>>,
    }
}

structure! {
    /// Multicast router port.
    pub RouterPort "" "" (4) {
        /// Interface index of the port.
        0 => index: u32,
    }
}

attributes! {
    /// Attributes of a multicast router port.
    pub RouterPortInfo "MDBA_ROUTER_PATTR_" {
        /// Time until the port ceases to be a router port, in 1/100 s: the longer of the two below.
        1 => TIMER: u32,
        /// Router port mode.
        2 => TYPE: RouterType,
        /// Time until the port ceases to be an IPv4 router port, in 1/100 s.
        3 => INET_TIMER: u32,
        /// Time until the port ceases to be an IPv6 router port, in 1/100 s.
        4 => INET6_TIMER: u32,
        /// VLAN ID.
        5 => VID: u16,
    }
}

attributes! {
    /// Attributes of a multicast database request, also of one to get an entry (`MDBA_GET_*`).
    pub MdbSet "MDBA_SET_" {
        /// Entry to add, to delete or to get; with `NLM_F_BULK`, the port and VLAN to match.
        1 => ENTRY: Struct<MdbEntry> where len(28, 28),
        /// Attributes of the entry.
        2 => ENTRY_ATTRS: Nest<MdbSetInfo>,
    }
}

attributes! {
    /// Attributes of the entry in a multicast database request.
    pub MdbSetInfo "MDBE_ATTR_" {
        /// Source address of an (S, G) entry.
        1 => SOURCE: IpAddr,
        /// Source list of a (*, G) entry.
        2 => SRC_LIST: Nest<MdbSetSources>,
        /// Filter mode of the source list.
        3 => GROUP_MODE: GroupMode where range(0, 1),
        /// Routing protocol that adds the entry (`RTPROT_*`), at least 4 (`RTPROT_STATIC`).
        4 => RTPROT: u8 where min(4),
        /// IP address of the remote tunnel endpoint (VXLAN).
        5 => DST: IpAddr,
        /// UDP destination port, host byte order (VXLAN).
        6 => DST_PORT: u16,
        /// Destination VNI (VXLAN).
        7 => VNI: u32 where max(0xff_ffff),
        /// Interface index of the outgoing link (VXLAN).
        8 => IFINDEX: i32 where signed(1, i64::MAX),
        /// Source VNI (VXLAN).
        9 => SRC_VNI: u32 where max(0xff_ffff),
        /// Bits of [`MdbEntry::state`] that have to match with `NLM_F_BULK`: 1, or 0 for any state.
        10 => STATE_MASK: u8 where mask(0x1),
    }
}

attributes! {
    /// Source list in a multicast database request.
    pub MdbSetSources "MDBE_SRC_LIST_" {
        /// Source in the list.
        1 => ENTRY: Multi<Nest<MdbSetSource>>,
    }
}

attributes! {
    /// Source in the source list of a multicast database request.
    pub MdbSetSource "MDBE_SRCATTR_" {
        /// Address of the source.
        1 => ADDRESS: IpAddr,
    }
}
