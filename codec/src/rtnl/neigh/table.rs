//! How neighbours are learned, kept and forgotten: the settings of the tables `arp_cache` and
//! `ndisc_cache`, and of each link in them.

use crate::nest::Nest;
use crate::rtnl::ids::AddressFamily;
use crate::value::{Bytes, Struct, Text};

messages! {
    /// Tables of neighbours.
    pub FAMILY "route/neightbl": NeighTableHeader, NeighTable {
        /// A table, or a link's settings in it.
        64 => NEW,
        /// Asks for all tables.
        66 => GET,
        /// Changes settings.
        67 => SET,
    }
}

structure! {
    /// `struct ndtmsg`.
    pub NeighTableHeader "struct ndtmsg" "" (4) {
        /// IPv4 or IPv6.
        0 => family: AddressFamily,
    }
}

attributes! {
    /// A table of neighbours, `NDTA_*`.
    pub NeighTable "NDTA_" {
        /// What it is called: `arp_cache` or `ndisc_cache`.
        1 => NAME: Text<255>,
        /// With fewer neighbours, none is forgotten.
        2 => THRESH1: u32,
        /// With more neighbours, those older than 5 seconds are forgotten.
        3 => THRESH2: u32,
        /// More neighbours there are never.
        4 => THRESH3: u32,
        /// How it is made.
        5 => CONFIG: Struct<NeighTableConfig>,
        /// The settings: of a link, or those that new links get.
        6 => PARMS: Nest<NeighTableParms>,
        /// What it has done.
        7 => STATS: Struct<NeighTableStats>,
        /// How often old ones are looked for, in milliseconds.
        8 => GC_INTERVAL: u64,
        /// Fills up to 8 bytes.
        9 => PAD: Bytes,
    }
}

attributes! {
    /// A table's settings, `NDTPA_*`; times are in milliseconds.
    pub NeighTableParms "NDTPA_" {
        /// The index of the link; absent, they are those that new links get.
        1 => IFINDEX: u32,
        /// How many use them.
        2 => REFCNT: u32,
        /// How long a neighbour that was there counts as being there: drawn anew now and then.
        3 => REACHABLE_TIME: u64,
        /// The time around which that one is drawn.
        4 => BASE_REACHABLE_TIME: u64,
        /// How long to wait for an answer before asking again.
        5 => RETRANS_TIME: u64,
        /// How long a neighbour must be unused before it may be forgotten.
        6 => GC_STALETIME: u64,
        /// How long to hope for a sign of life before asking.
        7 => DELAY_PROBE_TIME: u64,
        /// How many packets wait for an answer at most.
        8 => QUEUE_LEN: u32,
        /// How many times a program is asked.
        9 => APP_PROBES: u32,
        /// How many times the neighbour itself is asked.
        10 => UCAST_PROBES: u32,
        /// How many times everyone is asked.
        11 => MCAST_PROBES: u32,
        /// How long to wait at most before answering for an anycast address.
        12 => ANYCAST_DELAY: u64,
        /// How long to wait at most before answering for another.
        13 => PROXY_DELAY: u64,
        /// How many questions wait for such an answer at most.
        14 => PROXY_QLEN: u32,
        /// How long a neighbour stays as it is at least.
        15 => LOCKTIME: u64,
        /// How many bytes wait for an answer at most.
        16 => QUEUE_LENBYTES: u32,
        /// How many times everyone is asked again, after the neighbour itself.
        17 => MCAST_REPROBES: u32,
        /// Fills up to 8 bytes.
        18 => PAD: Bytes,
        /// How often a neighbour that the kernel keeps fresh is asked.
        19 => INTERVAL_PROBE_TIME_MS: u64 where range(1, 86_400_000),
    }
}

structure! {
    /// `struct ndt_config`; times are in milliseconds, before now.
    pub NeighTableConfig "struct ndt_config" "" (32) {
        /// How many bytes an address has.
        0 => key_len: u16,
        /// How many bytes a neighbour takes.
        2 => entry_size: u16,
        /// How many neighbours there are.
        4 => entries: u32,
        /// When it was last cleared.
        8 => last_flush: u32,
        /// When times were last drawn anew.
        12 => last_rand: u32,
        /// What addresses are mixed with.
        16 => hash_rnd: u32,
        /// How many places there are, less one.
        20 => hash_mask: u32,
        /// Where old ones were last looked for.
        24 => hash_chain_gc: u32,
        /// How many questions wait for an answer on behalf of another.
        28 => proxy_qlen: u32,
    }
}

structure! {
    /// `struct ndt_stats`.
    pub NeighTableStats "struct ndt_stats" "" (88) {
        /// Neighbours made.
        0 => allocs: u64,
        /// Neighbours forgotten.
        8 => destroys: u64,
        /// How often it grew.
        16 => hash_grows: u64,
        /// Neighbours that did not answer.
        24 => res_failed: u64,
        /// How often a neighbour was looked for.
        32 => lookups: u64,
        /// How often it was found.
        40 => hits: u64,
        /// Questions to everyone that came in.
        48 => rcv_probes_mcast: u64,
        /// Questions to this machine that came in.
        56 => rcv_probes_ucast: u64,
        /// How often old ones were looked for because it was time.
        64 => periodic_gc_runs: u64,
        /// How often old ones were looked for because there was no room.
        72 => forced_gc_runs: u64,
        /// How often there was no room even then.
        80 => table_fulls: u64,
    }
}
