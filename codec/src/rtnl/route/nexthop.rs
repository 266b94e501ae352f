//! Next hops as objects of their own, and groups of them, which routes refer to by number.

use core::net::IpAddr;

use crate::nest::{Nest, SubMessage};
use crate::rtnl::ids::{AddressFamily, NextHopFlags, RouteProtocol, RouteScope};
use crate::rtnl::route::lwtunnel::{Encap, EncapType};
use crate::value::{Array, Be, Bytes, Embedded, Flag, Multi, Uint};

messages! {
    /// Next hops, and groups of them.
    pub FAMILY "route/nexthop": NextHopHeader, NextHop {
        /// A next hop is new or has changed; or is to be added.
        104 => NEW,
        /// A next hop is gone; or is to be removed.
        105 => DEL,
        /// Asks for a next hop, or for all.
        106 => GET,
    }
}

structure! {
    /// `struct nhmsg`.
    pub NextHopHeader "struct nhmsg" "" (8) {
        /// IPv4 or IPv6; none for a group.
        0 => family: AddressFamily,
        /// How far away it is; only in answers.
        1 => scope: RouteScope,
        /// Who set it.
        2 => protocol: RouteProtocol,
        /// What it is like.
        4 => flags: NextHopFlags,
    }
}

attributes! {
    /// A next hop's attributes, `NHA_*`.
    pub NextHop "NHA_" {
        /// Its number; absent, the kernel finds one.
        1 => ID: u32,
        /// The next hops of a group.
        2 => GROUP: Array<Embedded<GroupMember>>,
        /// How a group chooses.
        3 => GROUP_TYPE: GroupType,
        /// Packets are dropped.
        4 => BLACKHOLE: Flag,
        /// The index of the link that packets go out by.
        5 => OIF: u32,
        /// The router that packets are handed to.
        6 => GATEWAY: IpAddr,
        /// What kind of thing [`NextHop::ENCAP`] puts around packets.
        7 => ENCAP_TYPE: EncapType,
        /// What is put around packets.
        8 => ENCAP: SubMessage<NextHopEncap>,
        /// Asks for groups only.
        9 => GROUPS: Flag,
        /// Asks for those whose link belongs to this one.
        10 => MASTER: u32,
        /// It is for forwarding entries of bridges, not for routes; or such are asked for.
        11 => FDB: Flag,
        /// How a group that keeps flows together does so.
        12 => RES_GROUP: Nest<ResilientGroup>,
        /// A bucket of such a group, in messages about buckets.
        13 => RES_BUCKET: Nest<ResilientBucket>,
        /// What else is asked for.
        14 => OP_FLAGS: NextHopOpFlags,
        /// How many packets each next hop of a group has seen.
        15 => GROUP_STATS: Nest<GroupStats>,
        /// Whether the hardware is to count, 1 or 0.
        16 => HW_STATS_ENABLE: u32 where max(1),
        /// Whether some hardware does count.
        17 => HW_STATS_USED: u32,
        /// The other machine's UDP port, of a VXLAN's.
        18 => DST_PORT: Be<u16> where min(1),
    }
}

sub_messages! {
    /// What [`NextHop::ENCAP`] holds, by [`NextHop::ENCAP_TYPE`].
    pub NextHopEncap by number NextHop::ENCAP_TYPE as Encap
}

structure! {
    /// A next hop in a group, `struct nexthop_grp`.
    pub GroupMember "struct nexthop_grp" "" (8) {
        /// Its number.
        0 => id: u32,
        /// Its weight less one, the lower eight bits.
        4 => weight: u8,
        /// The upper eight bits of that.
        5 => weight_high: u8,
    }
}

values! {
    /// How a group chooses, `NEXTHOP_GRP_TYPE_*`.
    pub GroupType "NEXTHOP_GRP_TYPE_": u16 {
        /// By a hash: if a next hop goes, flows move between those that stay, too.
        0 => MPATH,
        /// By buckets: only the flows of a next hop that goes are moved.
        1 => RES,
    }
}

flags! {
    /// What else is asked for, `NHA_OP_FLAG_*`.
    pub NextHopOpFlags "NHA_OP_FLAG_": u32 {
        /// How many packets were seen.
        0x1 => DUMP_STATS,
        /// How many packets the hardware saw, too.
        0x2 => DUMP_HW_STATS,
        /// Set in answers: the reserved bytes of a [`GroupMember`] were zeroed.
        0x8000_0000 => RESP_GRP_RESVD_0,
    }
}

attributes! {
    /// How a group keeps flows together, `NHA_RES_GROUP_*`; times are in hundredths of a second.
    pub ResilientGroup "NHA_RES_GROUP_" {
        /// Fills up to 8 bytes.
        0 => PAD: Bytes,
        /// How many buckets it has.
        1 => BUCKETS: u16,
        /// How long a bucket must be unused to be moved.
        2 => IDLE_TIMER: u32,
        /// How long it may be out of balance before buckets in use are moved; 0, for ever.
        3 => UNBALANCED_TIMER: u32,
        /// For how long it has been out of balance.
        4 => UNBALANCED_TIME: u64,
    }
}

attributes! {
    /// A bucket of a group that keeps flows together, `NHA_RES_BUCKET_*`.
    pub ResilientBucket "NHA_RES_BUCKET_" {
        /// Fills up to 8 bytes.
        0 => PAD: Bytes,
        /// Which one.
        1 => INDEX: u16,
        /// For how long it has been unused, in hundredths of a second.
        2 => IDLE_TIME: u64,
        /// The next hop that its packets go by.
        3 => NH_ID: u32,
    }
}

attributes! {
    /// How many packets the next hops of a group have seen, `NHA_GROUP_STATS_*`.
    pub GroupStats "NHA_GROUP_STATS_" {
        /// One of them.
        1 => ENTRY: Multi<Nest<GroupStatsEntry>>,
    }
}

attributes! {
    /// How many packets a next hop of a group has seen, `NHA_GROUP_STATS_ENTRY_*`.
    pub GroupStatsEntry "NHA_GROUP_STATS_ENTRY_" {
        /// Its number.
        1 => ID: u32,
        /// How many in all.
        2 => PACKETS: Uint,
        /// How many of them in hardware.
        3 => PACKETS_HW: Uint,
    }
}
