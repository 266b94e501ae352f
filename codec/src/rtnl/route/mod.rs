//! Routes: where packets go.

use core::net::IpAddr;

use crate::nest::{Nest, Records, SubMessage};
use crate::rtnl::ids::{Address, AddressFamily};
use crate::rtnl::route::lwtunnel::EncapType;
use crate::value::{Array, Be, Bytes, Embedded, StoredAs, Struct, Uint, WithTail};

pub mod lwtunnel;
pub mod metrics;
pub mod nexthop;
pub mod nexthop_bucket;

pub use self::lwtunnel::Encap;
pub use self::metrics::{MetricFeatures, MetricLocks, Metrics};
pub use crate::rtnl::ids::{Label, NextHopFlags, RouteProtocol, RouteScope, RouteTable, RouteType};

messages! {
    /// Routes.
    pub FAMILY "route/route": RouteHeader, Route {
        /// A route is new or has changed; or is to be added.
        24 => NEW,
        /// A route is gone; or is to be removed.
        25 => DEL,
        /// Asks which route a packet would take, or for all routes.
        26 => GET,
    }
}

structure! {
    /// `struct rtmsg`.
    pub RouteHeader "struct rtmsg" "" (12) {
        /// IPv4, IPv6 or MPLS; or multicast routes of one.
        0 => family: AddressFamily,
        /// How many bits of the destination count; 0 for the default route.
        1 => dst_len: u8,
        /// How many bits of the source count.
        2 => src_len: u8,
        /// The type of service that it is for.
        3 => tos: u8,
        /// The table it is in, if its number is that low; [`Route::TABLE`] has it always.
        4 => table: RouteTable as StoredAs<RouteTable, u8>,
        /// Who set it.
        5 => protocol: RouteProtocol,
        /// How far away the destination is.
        6 => scope: RouteScope,
        /// What happens to packets.
        7 => rtm_type: RouteType,
        /// What it is like, and what is asked of it.
        8 => flags: RouteFlags,
    }
}

attributes! {
    /// A route's attributes, `RTA_*`.
    pub Route "RTA_" {
        /// Where packets want to go; absent for everywhere.
        1 => DST: Address,
        /// Where packets come from; absent for anywhere.
        2 => SRC: Address,
        /// The index of the link that packets come in by.
        3 => IIF: u32,
        /// The index of the link that packets go out by.
        4 => OIF: u32,
        /// The router that packets are handed to.
        5 => GATEWAY: IpAddr,
        /// The metric: of two routes for a packet, the one with the lower counts.
        6 => PRIORITY: u32,
        /// The source address for packets that have none yet.
        7 => PREFSRC: IpAddr,
        /// What is known of, or demanded from, the way to the destination.
        8 => METRICS: Nest<Metrics>,
        /// Several next hops, each with attributes of this set.
        9 => MULTIPATH: Records<Hop, Route>,
        /// Unused.
        10 => PROTOINFO: Bytes,
        /// The realms for accounting: that of the source in the upper 16 bits, the destination's in
        /// the lower.
        11 => FLOW: u32,
        /// How it is used, and when it ends.
        12 => CACHEINFO: Struct<RouteCacheInfo>,
        /// Unused.
        13 => SESSION: Bytes,
        /// Unused.
        14 => MP_ALGO: Bytes,
        /// The table it is in.
        15 => TABLE: RouteTable,
        /// The mark that a packet asked about would have.
        16 => MARK: u32,
        /// How many packets a multicast route has seen.
        17 => MFC_STATS: Struct<MfcStats>,
        /// A router whose address is of another family than the route. Where that is
        /// [`AddressFamily::PACKET`], the address is no IP address: read the key
        /// [`cast`](crate::Key::cast).
        18 => VIA: WithTail<Via, IpAddr>,
        /// The labels that replace the one that a packet came with.
        19 => NEWDST: Array<Embedded<Label>>,
        /// Whether an announced router is better or worse than others.
        20 => PREF: RouterPreference,
        /// What kind of thing [`Route::ENCAP`] puts around packets.
        21 => ENCAP_TYPE: EncapType,
        /// What is put around packets.
        22 => ENCAP: SubMessage<Encap>,
        /// In how many seconds it ends; of a multicast route, hundredths of a second, 8 bytes.
        23 => EXPIRES: Uint,
        /// Fills up to 8 bytes.
        24 => PAD: Bytes,
        /// The user whose packet is asked about.
        25 => UID: u32,
        /// Whether a packet's hops left go on counting within and behind the labels.
        26 => TTL_PROPAGATE: u8,
        /// The transport protocol of the packet asked about.
        27 => IP_PROTO: u8,
        /// The source port of the packet asked about.
        28 => SPORT: Be<u16>,
        /// The destination port of the packet asked about.
        29 => DPORT: Be<u16>,
        /// The next hop object, or group of them, that it goes by.
        30 => NH_ID: u32,
        /// The flow label of the packet asked about.
        31 => FLOWLABEL: Be<u32>,
        /// Why it went.
        32 => DEL_REASON: DelReason,
    }
}

structure! {
    /// A next hop among several, `struct rtnexthop`.
    pub Hop "struct rtnexthop" "" (8) {
        /// How many bytes it has with its attributes; the writer fills it in.
        0 => len: u16,
        /// What it is like.
        2 => flags: NextHopFlags as StoredAs<NextHopFlags, u8>,
        /// Its weight less one.
        3 => hops: u8,
        /// The index of the link that packets go out by.
        4 => index: i32,
    }
}

structure! {
    /// `struct rtvia`, before the address.
    pub Via "struct rtvia" "" (2) {
        /// The family of the address.
        0 => family: AddressFamily as StoredAs<AddressFamily, u16>,
    }
}

structure! {
    /// `struct rta_cacheinfo`.
    pub RouteCacheInfo "struct rta_cacheinfo" "" (32) {
        /// How many use it.
        0 => clients: u32,
        /// Since when it is unused, in hundredths of a second.
        4 => last_use: u32,
        /// When it ends, in hundredths of a second from now; 0 for never.
        8 => expires: i32,
        /// The errno for packets that it refuses; its sign is the kernel's.
        12 => error: u32,
        /// How often it was used.
        16 => used: u32,
        /// Unused.
        20 => id: u32,
        /// Unused.
        24 => timestamp: u32,
        /// Unused.
        28 => timestamp_age: u32,
    }
}

structure! {
    /// `struct rta_mfc_stats`.
    pub MfcStats "struct rta_mfc_stats" "" (24) {
        /// Packets that went by it.
        0 => packets: u64,
        /// Their bytes.
        8 => bytes: u64,
        /// Packets that came in by another link than they should.
        16 => wrong_link: u64,
    }
}

flags! {
    /// What a route is like and what is asked of it, `RTM_F_*`; the lower eight bits are those of
    /// its only next hop, [`NextHopFlags`].
    pub RouteFlags "RTM_F_": u32 {
        /// The next hop is dead.
        0x1 => DEAD,
        /// The next hop's own route is looked up.
        0x2 => PERVASIVE,
        /// The gateway is on the link, whatever the addresses say.
        0x4 => ONLINK,
        /// The next hop is in hardware.
        0x8 => HOP_OFFLOAD,
        /// The next hop's link has no carrier.
        0x10 => LINKDOWN,
        /// The next hop is not known yet.
        0x20 => UNRESOLVED,
        /// The hardware hands the next hop's packets to the kernel.
        0x40 => HOP_TRAP,
        /// Tell the user if it changes.
        0x100 => NOTIFY,
        /// It was made from another one for one destination.
        0x200 => CLONED,
        /// Unused.
        0x400 => EQUALIZE,
        /// It is for a prefix that a router announced.
        0x800 => PREFIX,
        /// The answer tells the table that the route was found in.
        0x1000 => LOOKUP_TABLE,
        /// The answer is the route that was found, not what a packet would get from it.
        0x2000 => FIB_MATCH,
        /// It is in hardware.
        0x4000 => OFFLOAD,
        /// The hardware hands its packets to the kernel.
        0x8000 => TRAP,
        /// The hardware did not take it.
        0x2000_0000 => OFFLOAD_FAILED,
    }
}

values! {
    /// Whether an announced router is better or worse than others, `ICMPV6_ROUTER_PREF_*`.
    pub RouterPreference "ICMPV6_ROUTER_PREF_": u8 {
        /// As good as others.
        0 => MEDIUM,
        /// Better.
        1 => HIGH,
        /// Not allowed.
        2 => INVALID,
        /// Worse.
        3 => LOW,
    }
}

values! {
    /// Why a route went, `RT_DEL_REASON_*`.
    pub DelReason "RT_DEL_REASON_": u32 {
        /// Nobody said.
        0 => UNSPEC,
        /// Its time was over.
        1 => EXPIRED,
        /// The router took its announcement back.
        2 => RA_WITHDRAWN,
    }
}
