//! Next hop objects and groups, which routes refer to by ID (`RTM_NEWNEXTHOP`, `RTM_DELNEXTHOP`,
//! `RTM_GETNEXTHOP`).

use core::net::IpAddr;

use crate::nest::{Nest, SubMessage};
use crate::rtnl::ids::{AddressFamily, NextHopFlags, RouteProtocol, RouteScope};
use crate::rtnl::route::Encap;
use crate::rtnl::route::lwtunnel::EncapType;
use crate::value::{Array, Be, Bytes, Embedded, Flag, Multi, Uint};

messages! {
    /// Next hop messages.
    pub FAMILY "route/nexthop": NextHopHeader, NextHop {
        /// New or changed next hop or group; in a request, adds or replaces one.
        104 => NEW "RTM_NEWNEXTHOP",
        /// Deleted next hop or group; in a request, deletes one.
        105 => DEL "RTM_DELNEXTHOP",
        /// Requests a next hop or group; as a dump, all of them.
        106 => GET "RTM_GETNEXTHOP",
    }
}

structure! {
    /// Header of next hop messages.
    pub NextHopHeader "struct nhmsg" "nh_" (8) {
        /// Address family, IPv4 or IPv6; [`AddressFamily::UNSPEC`] for a group.
        0 => family: AddressFamily,
        /// Scope (reply only).
        1 => scope: RouteScope,
        /// Origin (routing protocol).
        2 => protocol: RouteProtocol,
        /// Flags of the next hop.
        4 => flags: NextHopFlags,
    }
}

attributes! {
    /// Next hop attributes.
    pub NextHop "NHA_" {
        /// Next hop ID; if absent or 0 in a request, the kernel assigns one.
        1 => ID: u32,
        /// Next hops of a group.
        2 => GROUP: Array<Embedded<NextHopGroupMember>>,
        /// Algorithm by which a group chooses a next hop; if absent, [`NextHopGroupType::MPATH`].
        3 => GROUP_TYPE: NextHopGroupType,
        /// Blackhole next hop, which drops packets silently.
        4 => BLACKHOLE: Flag,
        /// Interface index of the outgoing link; in a dump request, only next hops of this link.
        5 => OIF: u32,
        /// Address of the gateway.
        6 => GATEWAY: IpAddr,
        /// Encapsulation type, which selects the format of [`NextHop::ENCAP`].
        7 => ENCAP_TYPE: EncapType,
        /// Encapsulation, in the format that [`NextHop::ENCAP_TYPE`] selects.
        8 => ENCAP: SubMessage<NextHopEncap>,
        /// Only groups (dump request only).
        9 => GROUPS: Flag,
        /// Only next hops whose link has the master of this interface index (dump request only).
        10 => MASTER: u32,
        /// Next hop for bridge forwarding database (FDB) entries, not for routes; in a dump
        /// request, only these.
        11 => FDB: Flag,
        /// Parameters of a resilient group.
        12 => RES_GROUP: Nest<ResilientGroup>,
        /// Bucket of a resilient group, in bucket messages.
        13 => RES_BUCKET: Nest<ResilientBucket>,
        /// Operation flags.
        14 => OP_FLAGS: NextHopOpFlags,
        /// Packet counters of a group's next hops.
        15 => GROUP_STATS: Nest<NextHopGroupStats>,
        /// Hardware counters of a group: 1 enabled, 0 disabled.
        16 => HW_STATS_ENABLE: u32 where max(1),
        /// Hardware counters in use by a driver: 1 yes, 0 no (reply only).
        17 => HW_STATS_USED: u32,
        /// Destination UDP port of a VXLAN FDB next hop, big-endian, at least 1.
        18 => DST_PORT: Be<u16> where min(1),
    }
}

sub_messages! {
    /// Payload of [`NextHop::ENCAP`], selected by [`NextHop::ENCAP_TYPE`].
    pub NextHopEncap by number NextHop::ENCAP_TYPE as Encap
}

structure! {
    /// Next hop of a group, with its weight.
    pub NextHopGroupMember "struct nexthop_grp" "" (8) {
        /// Next hop ID.
        0 => id: u32,
        /// Weight minus 1, the lower 8 bits.
        4 => weight: u8,
        /// Weight minus 1, the upper 8 bits; valid in replies with
        /// [`NextHopOpFlags::RESP_GRP_RESVD_0`].
        5 => weight_high: u8,
    }
}

values! {
    /// Algorithm by which a group chooses a next hop.
    pub NextHopGroupType "NEXTHOP_GRP_TYPE_": u16 {
        /// Multipath (hash-threshold) group: a removed next hop redistributes the flows of the
        /// others, too; the default.
        0 => MPATH,
        /// Resilient group (hash buckets): a removed next hop moves its own flows only.
        1 => RES,
    }
}

flags! {
    /// Operation flags of next hop messages.
    pub NextHopOpFlags "NHA_OP_FLAG_": u32 {
        /// Packet counters in replies (request only).
        0x1 => DUMP_STATS,
        /// Hardware packet counters in replies, too (request only).
        0x2 => DUMP_HW_STATS,
        /// Reserved bytes of each [`NextHopGroupMember`] are zeroed, so that `weight_high` is valid
        /// (reply only).
        0x8000_0000 => RESP_GRP_RESVD_0,
    }
}

attributes! {
    /// Parameters of a resilient next hop group.
    pub ResilientGroup "NHA_RES_GROUP_" {
        /// Padding to align the 64-bit attribute that follows.
        0 => PAD: Bytes,
        /// Number of buckets.
        1 => BUCKETS: u16,
        /// Time without traffic after which a bucket counts as idle and may migrate, in 1/100 s.
        2 => IDLE_TIMER: u32,
        /// Time that the group may be unbalanced before busy buckets migrate, too, in 1/100 s; 0
        /// for no limit.
        3 => UNBALANCED_TIMER: u32,
        /// Time that the group has been unbalanced, in 1/100 s (reply only).
        4 => UNBALANCED_TIME: u64,
    }
}

attributes! {
    /// Bucket of a resilient next hop group.
    pub ResilientBucket "NHA_RES_BUCKET_" {
        /// Padding to align the 64-bit attribute that follows.
        0 => PAD: Bytes,
        /// Bucket index, from 0.
        1 => INDEX: u16,
        /// Time since the bucket's last packet, in 1/100 s (reply only).
        2 => IDLE_TIME: u64,
        /// ID of the next hop that the bucket maps to.
        3 => NH_ID: u32,
    }
}

attributes! {
    /// Packet counters of a group's next hops.
    pub NextHopGroupStats "NHA_GROUP_STATS_" {
        /// Counters of one next hop.
        1 => ENTRY: Multi<Nest<NextHopGroupStatsEntry>>,
    }
}

attributes! {
    /// Packet counters of one next hop of a group.
    pub NextHopGroupStatsEntry "NHA_GROUP_STATS_ENTRY_" {
        /// Next hop ID.
        1 => ID: u32,
        /// Packets forwarded, by software and hardware.
        2 => PACKETS: Uint,
        /// Packets forwarded by hardware.
        3 => PACKETS_HW: Uint,
    }
}
