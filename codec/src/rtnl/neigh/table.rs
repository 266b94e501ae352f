//! Neighbour tables (`arp_cache`, `ndisc_cache`): garbage collection thresholds, statistics, and
//! parameters of each link (`RTM_NEWNEIGHTBL`, `RTM_GETNEIGHTBL`, `RTM_SETNEIGHTBL`).

use crate::nest::Nest;
use crate::rtnl::ids::AddressFamily;
use crate::value::{Bytes, Struct, Text};

messages! {
    /// Neighbour table messages.
    pub FAMILY "route/neightbl": NeighTableHeader, NeighTable {
        /// Neighbour table, or the parameters of a link in one.
        64 => NEW "RTM_NEWNEIGHTBL",
        /// Dump request for neighbour tables.
        66 => GET "RTM_GETNEIGHTBL",
        /// Request to change a table or the parameters of a link.
        67 => SET "RTM_SETNEIGHTBL",
    }
}

structure! {
    /// Header of neighbour table messages.
    pub NeighTableHeader "struct ndtmsg" "ndtm_" (4) {
        /// Address family: IPv4 or IPv6; [`AddressFamily::UNSPEC`] in a dump request for both.
        0 => family: AddressFamily,
    }
}

attributes! {
    /// Neighbour table attributes.
    pub NeighTable "NDTA_" {
        /// Name: `arp_cache` or `ndisc_cache`.
        1 => NAME: Text<255>,
        /// Garbage collection minimum: with fewer entries, none is removed; the default is 128.
        2 => THRESH1: u32,
        /// Garbage collection soft limit: with more entries, those unchanged for 5 s are removed;
        /// the default is 512.
        3 => THRESH2: u32,
        /// Garbage collection hard limit: maximum number of entries; the default is 1024.
        4 => THRESH3: u32,
        /// Layout and fill level (read only).
        5 => CONFIG: Struct<NeighTableConfig>,
        /// Parameters: of a link, or the default ones of new links.
        6 => PARMS: Nest<NeighTableParms>,
        /// Statistics (read only).
        7 => STATS: Struct<NeighTableStats>,
        /// Garbage collection interval, in milliseconds; the default is 30000.
        8 => GC_INTERVAL: u64,
        /// Padding to align the 64-bit attribute that follows.
        9 => PAD: Bytes,
    }
}

attributes! {
    /// Neighbour table parameters.
    pub NeighTableParms "NDTPA_" {
        /// Interface index; absent for the default parameters of new links.
        1 => IFINDEX: u32,
        /// Reference count (read only).
        2 => REFCNT: u32,
        /// Current reachable time: time that an entry stays reachable after a confirmation, a
        /// random value of 0.5 to 1.5 times `BASE_REACHABLE_TIME`, in milliseconds (read only).
        3 => REACHABLE_TIME: u64,
        /// Base reachable time (RFC 4861), in milliseconds; the default is 30000.
        4 => BASE_REACHABLE_TIME: u64,
        /// Retransmission interval of probes, in milliseconds; the default is 1000.
        5 => RETRANS_TIME: u64,
        /// Time without use after which garbage collection may remove an entry, in
        /// milliseconds; the default is 60000.
        6 => GC_STALETIME: u64,
        /// Delay of the first probe of a stale entry in use, in milliseconds; the default is 5000.
        7 => DELAY_PROBE_TIME: u64,
        /// Maximum number of packets queued per unresolved neighbour, an estimate from
        /// `QUEUE_LENBYTES`, which replaces it.
        8 => QUEUE_LEN: u32,
        /// Number of probes sent to user space (`app_solicit`); the default is 0.
        9 => APP_PROBES: u32,
        /// Maximum number of unicast probes (`ucast_solicit`); the default is 3.
        10 => UCAST_PROBES: u32,
        /// Maximum number of multicast or broadcast probes (`mcast_solicit`); the default is 3.
        11 => MCAST_PROBES: u32,
        /// Maximum delay of the answer for an anycast address, in milliseconds; the default is
        /// 1000.
        12 => ANYCAST_DELAY: u64,
        /// Maximum delay of a proxy answer, in milliseconds; the default is 800.
        13 => PROXY_DELAY: u64,
        /// Maximum number of requests queued for proxy answers; the default is 64.
        14 => PROXY_QLEN: u32,
        /// Minimum time between changes of an entry's link-layer address, in milliseconds; the
        /// default is 1000 (IPv4) or 0 (IPv6).
        15 => LOCKTIME: u64,
        /// Maximum number of bytes queued per unresolved neighbour.
        16 => QUEUE_LENBYTES: u32,
        /// Maximum number of multicast or broadcast probes after unicast probes failed
        /// (`mcast_resolicit`); the default is 0.
        17 => MCAST_REPROBES: u32,
        /// Padding to align the 64-bit attribute that follows.
        18 => PAD: Bytes,
        /// Probe interval of managed entries (`NTF_EXT_MANAGED`), in milliseconds, 1 to 86400000;
        /// the default is 5000.
        19 => INTERVAL_PROBE_TIME_MS: u64 where range(1, 86_400_000),
    }
}

structure! {
    /// Layout and fill level of a neighbour table.
    pub NeighTableConfig "struct ndt_config" "ndtc_" (32) {
        /// Length of a network-layer address, in bytes.
        0 => key_len: u16,
        /// Size of an entry, in bytes.
        2 => entry_size: u16,
        /// Number of entries.
        4 => entries: u32,
        /// Time since the table was last flushed, in milliseconds.
        8 => last_flush: u32,
        /// Time since reachable times were last randomized, in milliseconds.
        12 => last_rand: u32,
        /// Seed of the hash function.
        16 => hash_rnd: u32,
        /// Number of hash buckets, less one.
        20 => hash_mask: u32,
        /// Hash bucket last garbage collected; 0 on current kernels.
        24 => hash_chain_gc: u32,
        /// Number of requests queued for proxy answers.
        28 => proxy_qlen: u32,
    }
}

structure! {
    /// Statistics of a neighbour table.
    pub NeighTableStats "struct ndt_stats" "ndts_" (88) {
        /// Number of entries allocated.
        0 => allocs: u64,
        /// Number of entries destroyed.
        8 => destroys: u64,
        /// Number of times the hash table grew.
        16 => hash_grows: u64,
        /// Number of failed address resolutions.
        24 => res_failed: u64,
        /// Number of lookups of an entry.
        32 => lookups: u64,
        /// Number of lookups that found an entry.
        40 => hits: u64,
        /// Number of multicast solicitations received (IPv6 only).
        48 => rcv_probes_mcast: u64,
        /// Number of unicast solicitations received (IPv6 only).
        56 => rcv_probes_ucast: u64,
        /// Number of periodic garbage collections.
        64 => periodic_gc_runs: u64,
        /// Number of garbage collections forced by a full table.
        72 => forced_gc_runs: u64,
        /// Number of entries not allocated because the table was full.
        80 => table_fulls: u64,
    }
}
