//! Neighbour entries: the ARP cache (IPv4), the neighbour discovery cache (IPv6), and with
//! [`AddressFamily::BRIDGE`] the forwarding database (FDB) of bridges and VXLAN links
//! (`RTM_NEWNEIGH`, `RTM_DELNEIGH`, `RTM_GETNEIGH`).

use crate::nest::Nest;
use crate::rtnl::ids::{Address, AddressFamily, RouteProtocol, RouteType};
use crate::value::{Be, Flag, Mac, Struct};

pub mod table;

messages! {
    /// Neighbour and forwarding database messages.
    pub FAMILY "route/neigh": NeighHeader, Neigh {
        /// New or changed entry; as a request, adds or changes one.
        28 => NEW "RTM_NEWNEIGH",
        /// Deleted entry; as a request, deletes one, or with `NLM_F_BULK` matching FDB entries.
        29 => DEL "RTM_DELNEIGH",
        /// Request for an entry, or as a dump for all; as a notification, a request to user space
        /// to resolve an address (`app_solicit`).
        30 => GET "RTM_GETNEIGH",
    }
}

structure! {
    /// Header of neighbour messages.
    pub NeighHeader "struct ndmsg" "ndm_" (12) {
        /// Address family: IPv4, IPv6, or [`AddressFamily::BRIDGE`] for the forwarding database.
        0 => family: AddressFamily,
        /// Interface index.
        4 => index "ndm_ifindex": i32,
        /// Neighbour unreachability detection (NUD) state.
        8 => state: NeighState,
        /// Flags of the entry, and of a request.
        10 => flags: NeighFlags,
        /// Type of the address, such as unicast or multicast.
        11 => ndm_type "ndm_type": RouteType,
    }
}

attributes! {
    /// Neighbour attributes.
    pub Neigh "NDA_" {
        /// Network-layer address of the neighbour; in a VXLAN FDB entry, the IP address of the
        /// remote VTEP.
        1 => DST: Address,
        /// Link-layer address of the neighbour; in an FDB entry, the destination MAC address.
        2 => LLADDR: Mac,
        /// Times since its last use and change, and the reference count.
        3 => CACHEINFO: Struct<NeighCacheInfo>,
        /// Number of probes sent without a reply.
        4 => PROBES: u32,
        /// VLAN ID of an FDB entry.
        5 => VLAN: u16,
        /// UDP destination port of a VXLAN FDB entry, big-endian.
        6 => PORT: Be<u16>,
        /// Destination VNI of a VXLAN FDB entry.
        7 => VNI: u32,
        /// Interface index of the outgoing link of a VXLAN FDB entry; in a dump request, the link
        /// to report.
        8 => IFINDEX: u32,
        /// Interface index of the bridge of an FDB entry; in a dump request, the controller whose
        /// ports to report.
        9 => MASTER: u32,
        /// Namespace ID of the outgoing link of a VXLAN FDB entry.
        10 => LINK_NETNSID: i32,
        /// Source VNI of an FDB entry of a VXLAN link in external mode, which carries several.
        11 => SRC_VNI: u32,
        /// Routing protocol that added the entry.
        12 => PROTOCOL: RouteProtocol,
        /// Next hop ID that an FDB entry forwards to.
        13 => NH_ID: u32,
        /// Extended attributes of an FDB entry.
        14 => FDB_EXT_ATTRS: Nest<FdbExt>,
        /// Extended flags of the entry.
        15 => FLAGS_EXT: NeighExtFlags,
        /// Bits of the header's state to match in a bulk deletion.
        16 => NDM_STATE_MASK: NeighState,
        /// Bits of the header's flags to match in a bulk deletion.
        17 => NDM_FLAGS_MASK: NeighFlags,
    }
}

attributes! {
    /// Extended attributes of a forwarding database entry.
    pub FdbExt "NFEA_" {
        /// Notification about activity of the entry.
        1 => ACTIVITY_NOTIFY: FdbActivity,
        /// Request not to refresh the entry's time of last use with this change.
        2 => DONT_REFRESH: Flag,
    }
}

flags! {
    /// Notification about activity of a forwarding database entry.
    pub FdbActivity "FDB_NOTIFY_": u8 {
        /// Notification when the entry becomes active or inactive.
        0x1 => NOTIFY "FDB_NOTIFY_BIT",
        /// Inactive: unused for the ageing time.
        0x2 => INACTIVE "FDB_NOTIFY_INACTIVE_BIT",
    }
}

structure! {
    /// Use of a neighbour entry.
    pub NeighCacheInfo "struct nda_cacheinfo" "ndm_" (16) {
        /// Time since reachability was last confirmed, in 1/100 s.
        0 => confirmed: u32,
        /// Time since the entry was last used, in 1/100 s.
        4 => used: u32,
        /// Time since the entry was last updated, in 1/100 s.
        8 => updated: u32,
        /// Reference count.
        12 => clients "ndm_refcnt": u32,
    }
}

flags! {
    /// Neighbour state (neighbour unreachability detection, RFC 4861); 0 (`NUD_NONE`) for an entry
    /// without one.
    pub NeighState "NUD_": u16 {
        /// Address resolution is in progress.
        0x1 => INCOMPLETE,
        /// Reachability was confirmed recently.
        0x2 => REACHABLE,
        /// Reachability is unconfirmed, and is verified on the next use.
        0x4 => STALE,
        /// Delay before the first probe: used while stale, a confirmation may still arrive.
        0x8 => DELAY,
        /// Probe in progress to verify reachability.
        0x10 => PROBE,
        /// Resolution or probing failed.
        0x20 => FAILED,
        /// No address resolution needed, as for multicast and loopback.
        0x40 => NOARP,
        /// Permanent: not probed, not garbage collected.
        0x80 => PERMANENT,
    }
}

flags! {
    /// Flags of a neighbour entry.
    pub NeighFlags "NTF_": u8 {
        /// Use of the entry, which triggers address resolution (request only).
        0x1 => USE,
        /// FDB entry of the link itself.
        0x2 => SELF,
        /// FDB entry of the bridge that the link is a port of.
        0x4 => MASTER,
        /// Proxy entry: the host answers requests for the address.
        0x8 => PROXY,
        /// Learned externally, by a user-space control plane or hardware.
        0x10 => EXT_LEARNED,
        /// Offloaded to hardware.
        0x20 => OFFLOADED,
        /// Sticky FDB entry: does not move to another port.
        0x40 => STICKY,
        /// Neighbour is a router (IPv6; for VXLAN, a remote VTEP that routes).
        0x80 => ROUTER,
    }
}

flags! {
    /// Extended flags of a neighbour entry.
    pub NeighExtFlags "NTF_EXT_": u32 {
        /// Managed: the kernel probes the entry to keep it reachable.
        0x1 => MANAGED,
        /// Locked FDB entry: learned on a locked port, traffic from its address is dropped.
        0x2 => LOCKED,
        /// Validated externally by user space: the kernel neither removes nor invalidates it.
        0x4 => EXT_VALIDATED,
    }
}
