//! Routes (`RTM_NEWROUTE`, `RTM_DELROUTE`, `RTM_GETROUTE`): IPv4, IPv6, MPLS and multicast.

use core::net::IpAddr;

use crate::nest::{Nest, Records, SubMessage};
use crate::rtnl::ids::{Address, AddressFamily};
use crate::rtnl::route::lwtunnel::{
    EncapType, Ila, Ioam6, Ip6Tunnel, IpTunnel, LwtBpf, MplsTunnel, Rpl, Seg6, Seg6Local,
    XfrmTunnel,
};
use crate::value::{Array, Be, Bytes, Embedded, StoredAs, Struct, Uint, WithTail};

pub mod lwtunnel;
pub mod metrics;
pub mod nexthop;
pub mod nexthop_bucket;

pub use self::metrics::{MetricFeatures, MetricLocks, Metrics};
pub use crate::rtnl::ids::{Label, NextHopFlags, RouteProtocol, RouteScope, RouteTable, RouteType};

messages! {
    /// Route messages.
    pub FAMILY "route/route": RouteHeader, Route {
        /// New or changed route; in a request, adds or replaces one.
        24 => NEW "RTM_NEWROUTE",
        /// Deleted route; in a request, deletes one.
        25 => DEL "RTM_DELROUTE",
        /// Requests the route to a destination (FIB lookup); as a dump, all routes.
        26 => GET "RTM_GETROUTE",
    }
}

structure! {
    /// Header of route messages.
    pub RouteHeader "struct rtmsg" "rtm_" (12) {
        /// Address family: IPv4, IPv6 or MPLS; [`AddressFamily::IPMR`] or [`AddressFamily::IP6MR`]
        /// for multicast routes.
        0 => family: AddressFamily,
        /// Prefix length of the destination, in bits; 0 for the default route.
        1 => dst_len: u8,
        /// Prefix length of the source, in bits.
        2 => src_len: u8,
        /// Type of service (TOS) that the route matches; 0 for any.
        3 => tos: u8,
        /// Routing table, if below 256, else [`RouteTable::COMPAT`]; [`Route::TABLE`] has all
        /// values.
        4 => table: RouteTable as StoredAs<RouteTable, u8>,
        /// Route origin (routing protocol).
        5 => protocol: RouteProtocol,
        /// Scope: distance to the destination.
        6 => scope: RouteScope,
        /// Route type: what happens to packets.
        7 => rtm_type "rtm_type": RouteType,
        /// Flags of the route, and of a request.
        8 => flags: RouteFlags,
    }
}

attributes! {
    /// Route attributes.
    pub Route "RTA_" {
        /// Destination prefix; absent for the default route.
        1 => DST: Address,
        /// Source prefix; absent for any source.
        2 => SRC: Address,
        /// Interface index of the incoming link.
        3 => IIF: u32,
        /// Interface index of the outgoing link.
        4 => OIF: u32,
        /// Address of the gateway (next hop).
        5 => GATEWAY: IpAddr,
        /// Metric: of routes with the same destination, the lowest is preferred.
        6 => PRIORITY: u32,
        /// Preferred source address, for packets that have none yet.
        7 => PREFSRC: IpAddr,
        /// Metrics: TCP and path parameters.
        8 => METRICS: Nest<Metrics>,
        /// Multipath next hops, each with attributes of this set.
        9 => MULTIPATH: Records<MultipathNextHop, Route>,
        /// Unused.
        10 => PROTOINFO: Bytes,
        /// Realms for accounting and classification: source realm in the upper 16 bits, destination
        /// realm in the lower.
        11 => FLOW: u32,
        /// Usage, expiry and error.
        12 => CACHEINFO: Struct<RouteCacheInfo>,
        /// Unused.
        13 => SESSION: Bytes,
        /// Unused.
        14 => MP_ALGO: Bytes,
        /// Routing table.
        15 => TABLE: RouteTable,
        /// Firewall mark (fwmark) of the flow in a FIB lookup.
        16 => MARK: u32,
        /// Statistics of a multicast route.
        17 => MFC_STATS: Struct<MfcStats>,
        /// Gateway of another address family than the route. With [`AddressFamily::PACKET`] it is
        /// no IP address: read the key [`cast`](crate::Key::cast).
        18 => VIA: WithTail<Via, IpAddr>,
        /// New destination: the label stack that replaces the incoming MPLS label.
        19 => NEWDST: Array<Embedded<Label>>,
        /// Router preference (RFC 4191), IPv6 only.
        20 => PREF: RouterPreference,
        /// Encapsulation type, which selects the format of [`Route::ENCAP`].
        21 => ENCAP_TYPE: EncapType,
        /// Encapsulation, in the format that [`Route::ENCAP_TYPE`] selects.
        22 => ENCAP: SubMessage<Encap>,
        /// Lifetime, in seconds (IPv6 request only); in a multicast route, time until it expires,
        /// in 1/100 s, 8 bytes.
        23 => EXPIRES: Uint,
        /// Padding to align the 64-bit attribute that follows.
        24 => PAD: Bytes,
        /// User ID (UID) of the flow in a FIB lookup.
        25 => UID: u32,
        /// MPLS TTL propagation to and from the IP header: 0 off, 1 on; if absent,
        /// `net.mpls.ip_ttl_propagate` decides.
        26 => TTL_PROPAGATE: u8,
        /// Transport protocol (`IPPROTO_*`) of the flow in a FIB lookup.
        27 => IP_PROTO: u8,
        /// Source port of the flow in a FIB lookup, big-endian.
        28 => SPORT: Be<u16>,
        /// Destination port of the flow in a FIB lookup, big-endian.
        29 => DPORT: Be<u16>,
        /// ID of the next hop object or group.
        30 => NH_ID: u32,
        /// IPv6 flow label of the flow in a FIB lookup, big-endian.
        31 => FLOWLABEL: Be<u32>,
        /// Reason of the deletion (IPv6 notification only).
        32 => DEL_REASON: DelReason,
    }
}

sub_messages! {
    /// Payload of [`Route::ENCAP`], selected by [`Route::ENCAP_TYPE`].
    pub Encap by number Route::ENCAP_TYPE {
        EncapType::MPLS => Nest<MplsTunnel>,
        EncapType::IP => Nest<IpTunnel>,
        EncapType::ILA => Nest<Ila>,
        EncapType::IP6 => Nest<Ip6Tunnel>,
        EncapType::SEG6 => Nest<Seg6>,
        EncapType::BPF => Nest<LwtBpf>,
        EncapType::SEG6_LOCAL => Nest<Seg6Local>,
        EncapType::RPL => Nest<Rpl>,
        EncapType::IOAM6 => Nest<Ioam6>,
        EncapType::XFRM => Nest<XfrmTunnel>,
    }
}

structure! {
    /// Next hop of a multipath route, followed by its attributes.
    pub MultipathNextHop "struct rtnexthop" "rtnh_" (8) {
        /// Length with the attributes, in bytes; the writer fills it in.
        0 => len: u16,
        /// Flags of the next hop.
        2 => flags: NextHopFlags as StoredAs<NextHopFlags, u8>,
        /// Weight minus 1.
        3 => hops: u8,
        /// Interface index of the outgoing link.
        4 => index "rtnh_ifindex": i32,
    }
}

structure! {
    /// Address family of a gateway, followed by its address.
    pub Via "struct rtvia" "rtvia_" (2) {
        /// Address family.
        0 => family: AddressFamily as StoredAs<AddressFamily, u16>,
    }
}

structure! {
    /// Usage, expiry and error of a route.
    pub RouteCacheInfo "struct rta_cacheinfo" "rta_" (32) {
        /// Reference count.
        0 => clients "rta_clntref": u32,
        /// Time since the last use, in 1/100 s.
        4 => last_use "rta_lastuse": u32,
        /// Time until the route expires, in 1/100 s; 0 for never.
        8 => expires: i32,
        /// Error of a route that rejects packets: a negative errno (two's complement), 0 for none.
        12 => error: u32,
        /// Number of uses.
        16 => used: u32,
        /// Unused.
        20 => id: u32,
        /// Unused.
        24 => timestamp "rta_ts": u32,
        /// Unused.
        28 => timestamp_age "rta_tsage": u32,
    }
}

structure! {
    /// Statistics of a multicast route (multicast forwarding cache).
    pub MfcStats "struct rta_mfc_stats" "mfcs_" (24) {
        /// Packets forwarded.
        0 => packets: u64,
        /// Bytes forwarded.
        8 => bytes: u64,
        /// Packets that arrived on the wrong interface.
        16 => wrong_link "mfcs_wrong_if": u64,
    }
}

flags! {
    /// Flags of a route and of a request; the lower 8 bits are the [`NextHopFlags`] of a route with
    /// a single next hop.
    pub RouteFlags "RTM_F_": u32 {
        /// Next hop dead.
        0x1 => DEAD "RTNH_F_DEAD",
        /// Recursive lookup of the gateway; unused.
        0x2 => PERVASIVE "RTNH_F_PERVASIVE",
        /// Gateway is on the link, even if no prefix of the link covers it.
        0x4 => ONLINK "RTNH_F_ONLINK",
        /// Next hop offloaded to hardware.
        0x8 => HOP_OFFLOAD "RTNH_F_OFFLOAD",
        /// No carrier on the next hop's link.
        0x10 => LINKDOWN "RTNH_F_LINKDOWN",
        /// Unresolved entry (multicast routes).
        0x20 => UNRESOLVED "RTNH_F_UNRESOLVED",
        /// Hardware traps the next hop's packets to the kernel.
        0x40 => HOP_TRAP "RTNH_F_TRAP",
        /// Notification when the route changes.
        0x100 => NOTIFY,
        /// Cloned route, a cache entry for one destination; in a dump request, only such routes.
        0x200 => CLONED,
        /// Multipath equalizer; unused.
        0x400 => EQUALIZE,
        /// Only prefix routes from router advertisements (IPv6 dump request only).
        0x800 => PREFIX,
        /// Table of the FIB lookup result in the reply, instead of the main table (request only).
        0x1000 => LOOKUP_TABLE,
        /// Matching FIB entry in the reply, instead of the result for one destination (request
        /// only).
        0x2000 => FIB_MATCH,
        /// Route offloaded to hardware.
        0x4000 => OFFLOAD,
        /// Hardware traps the route's packets to the kernel.
        0x8000 => TRAP,
        /// Offload to hardware failed.
        0x2000_0000 => OFFLOAD_FAILED,
    }
}

values! {
    /// Router preference (RFC 4191).
    pub RouterPreference "ICMPV6_ROUTER_PREF_": u8 {
        /// Medium, the default.
        0 => MEDIUM,
        /// High: preferred to medium.
        1 => HIGH,
        /// Reserved; treated as medium.
        2 => INVALID,
        /// Low: used if no medium or high one is left.
        3 => LOW,
    }
}

values! {
    /// Reason of a route's deletion.
    pub DelReason "RT_DEL_REASON_": u32 {
        /// Not recorded.
        0 => UNSPEC,
        /// Lifetime expired.
        1 => EXPIRED,
        /// Withdrawn by a router advertisement with lifetime 0.
        2 => RA_WITHDRAWN,
    }
}
