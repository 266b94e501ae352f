//! Neighbours: which hardware address a machine on a link has; and a bridge's forwarding entries,
//! which are the same messages with [`AddressFamily::BRIDGE`].

use crate::nest::Nest;
use crate::rtnl::ids::{Address, AddressFamily, RouteProtocol, RouteType};
use crate::value::{Be, Flag, Mac, Struct};

pub mod table;

messages! {
    /// Neighbours, and forwarding entries of bridges.
    pub FAMILY "route/neigh": NeighHeader, Neigh {
        /// A neighbour is new or has changed; or is to be added.
        28 => NEW,
        /// A neighbour is gone; or is to be removed.
        29 => DEL,
        /// Asks for a neighbour, or for all.
        30 => GET,
    }
}

structure! {
    /// `struct ndmsg`.
    pub NeighHeader "struct ndmsg" "" (12) {
        /// IPv4, IPv6; or a bridge's forwarding entries.
        0 => family: AddressFamily,
        /// The index of the link that it is on.
        4 => index: i32,
        /// How sure it is.
        8 => state: NeighState,
        /// What it is like, and what is asked of it.
        10 => flags: NeighFlags,
        /// What its address is.
        11 => ndm_type: RouteType,
    }
}

attributes! {
    /// A neighbour's attributes, `NDA_*`.
    pub Neigh "NDA_" {
        /// Its address; in a VXLAN's forwarding entry, the machine that has the hardware address
        /// behind it.
        1 => DST: Address,
        /// Its hardware address.
        2 => LLADDR: Mac,
        /// How it is used.
        3 => CACHEINFO: Struct<NeighCacheInfo>,
        /// How many times it was asked for without an answer.
        4 => PROBES: u32,
        /// The VLAN that a forwarding entry is for.
        5 => VLAN: u16,
        /// The other machine's UDP port, of a VXLAN's forwarding entry.
        6 => PORT: Be<u16>,
        /// The VNI to send to, of a VXLAN's forwarding entry.
        7 => VNI: u32,
        /// The link to send by, of a VXLAN's forwarding entry; or that is asked for.
        8 => IFINDEX: u32,
        /// The bridge that it is an entry of; or that is asked for.
        9 => MASTER: u32,
        /// The namespace of the link to send by.
        10 => LINK_NETNSID: i32,
        /// The VNI that the entry is for, of a VXLAN that has several.
        11 => SRC_VNI: u32,
        /// Who set it.
        12 => PROTOCOL: RouteProtocol,
        /// The next hop group that a forwarding entry goes by.
        13 => NH_ID: u32,
        /// More of forwarding entries.
        14 => FDB_EXT_ATTRS: Nest<FdbExt>,
        /// More of what it is like.
        15 => FLAGS_EXT: NeighExtFlags,
        /// Which bits of the state to compare when several are removed.
        16 => NDM_STATE_MASK: NeighState,
        /// Which flags to compare when several are removed.
        17 => NDM_FLAGS_MASK: NeighFlags,
    }
}

attributes! {
    /// More of forwarding entries, `NFEA_*`.
    pub FdbExt "NFEA_" {
        /// Whether to tell when the entry is not used for a while.
        1 => ACTIVITY_NOTIFY: FdbActivity,
        /// The change does not count as use.
        2 => DONT_REFRESH: Flag,
    }
}

flags! {
    /// What is told of a forwarding entry's use, `FDB_NOTIFY_*`.
    pub FdbActivity "FDB_NOTIFY_": u8 {
        /// That it is used, or no longer is.
        0x1 => NOTIFY,
        /// It is not used at present.
        0x2 => INACTIVE,
    }
}

structure! {
    /// `struct nda_cacheinfo`; times are in hundredths of a second, before now.
    pub NeighCacheInfo "struct nda_cacheinfo" "" (16) {
        /// When it was last known to be there.
        0 => confirmed: u32,
        /// When it was last used.
        4 => used: u32,
        /// When it last changed.
        8 => updated: u32,
        /// How many use it.
        12 => clients: u32,
    }
}

flags! {
    /// How sure a neighbour is, `NUD_*`; none of them, it is not known at all.
    pub NeighState "NUD_": u16 {
        /// It has been asked for, and has not answered yet.
        0x1 => INCOMPLETE,
        /// It is there.
        0x2 => REACHABLE,
        /// It was there a while ago.
        0x4 => STALE,
        /// It was there a while ago, and will be asked soon.
        0x8 => DELAY,
        /// It was there a while ago, and is being asked.
        0x10 => PROBE,
        /// It has not answered.
        0x20 => FAILED,
        /// Nobody needs to ask for it.
        0x40 => NOARP,
        /// It stays whatever happens.
        0x80 => PERMANENT,
    }
}

flags! {
    /// What a neighbour is like, and what is asked of it, `NTF_*`.
    pub NeighFlags "NTF_": u8 {
        /// Treat it as just used, so that it is asked for.
        0x1 => USE,
        /// It is an entry of the link's own.
        0x2 => SELF,
        /// It is an entry of the bridge that the link is a port of.
        0x4 => MASTER,
        /// This machine answers for it.
        0x8 => PROXY,
        /// A program, or the hardware, has learned it.
        0x10 => EXT_LEARNED,
        /// It is in hardware.
        0x20 => OFFLOADED,
        /// It does not move to another port.
        0x40 => STICKY,
        /// It is a router.
        0x80 => ROUTER,
    }
}

flags! {
    /// More of what a neighbour is like, `NTF_EXT_*`.
    pub NeighExtFlags "NTF_EXT_": u32 {
        /// The kernel keeps it fresh.
        0x1 => MANAGED,
        /// Its port is locked, and its address may not be used there.
        0x2 => LOCKED,
        /// A program has checked that it is valid.
        0x4 => EXT_VALIDATED,
    }
}
