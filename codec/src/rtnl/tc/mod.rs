//! Traffic control (`tc`): scheduling, shaping, classification and actions on a link's packets.
//!
//! | module     | is about |
//! | ---------- | -------- |
//! | [`qdisc`]  | queueing disciplines (qdiscs), which schedule packets |
//! | [`class`]  | classes of classful qdiscs |
//! | [`filter`] | filters, which classify packets and run actions |
//! | [`chain`]  | chains of filters |
//! | [`handle`] | handles, the identifiers of qdiscs and classes |
//! | [`stats`]  | statistics, rate estimators, size tables |
//!
//! Qdiscs, classes, filters and chains have the same header and the same attributes.

use crate::nest::Nest;
use crate::rtnl::ids::AddressFamily;
use crate::rtnl::tc::handle::Handle;
use crate::rtnl::tc::stats::{Estimator, SizeTable, TcStats, TcStats2};
use crate::value::{Bitfield32, Bytes, Flag, Struct, Text};

pub mod chain;
pub mod class;
pub mod filter;
pub mod handle;
pub mod qdisc;
pub mod stats;

structure! {
    /// Header of traffic control messages.
    pub TcHeader "struct tcmsg" "tcm_" (20) {
        /// Address family; unused, [`AddressFamily::UNSPEC`].
        0 => family: AddressFamily,
        /// Interface index of the link; [`filter::BLOCK`] for a shared filter block.
        4 => index "tcm_ifindex": i32,
        /// Handle of the object; for a filter, an identifier whose format its kind defines.
        8 => handle: Handle,
        /// Handle of the parent; the block index for a shared filter block.
        12 => parent: Handle,
        /// In replies, the reference count of a qdisc, or the handle of a class's leaf qdisc; for a
        /// filter, its priority and protocol, [`filter::info`].
        16 => info: u32,
    }
}

attributes! {
    /// Traffic control attributes.
    pub Tc "TCA_" {
        /// Name of the qdisc, class or filter implementation: `"fq_codel"`, `"htb"`, `"flower"`.
        1 => KIND: Text<15>,
        /// Options, in a format that [`Tc::KIND`] selects: attributes for most, a structure for
        /// some, a structure followed by attributes for `"netem"`. They are bytes here, without
        /// tables.
        2 => OPTIONS: Bytes,
        /// Statistics with 32-bit counters; [`Tc::STATS2`] supersedes them.
        3 => STATS: Struct<TcStats>,
        /// Statistics specific to the kind, in its own format.
        4 => XSTATS: Bytes,
        /// Rate estimator to attach (request only).
        5 => RATE: Struct<Estimator>,
        /// Unused.
        6 => FCNT: u32,
        /// Statistics.
        7 => STATS2: Nest<TcStats2>,
        /// Size table, which adapts packet sizes to the link layer.
        8 => STAB: Nest<SizeTable>,
        /// Padding to align the 64-bit attribute that follows.
        9 => PAD: Bytes,
        /// Default qdiscs of classes, which are hidden otherwise, in the dump, too (request only).
        10 => DUMP_INVISIBLE: Flag,
        /// Chain index of a filter or chain; if absent, 0.
        11 => CHAIN: u32,
        /// Offload to hardware: 1 offloaded, 0 not (reply only).
        12 => HW_OFFLOAD: u8,
        /// Index of the filter block of `ingress` or `clsact` for received packets; links that have
        /// the same one share it.
        13 => INGRESS_BLOCK: u32,
        /// Index of the filter block of `clsact` for packets sent; links that have the same one
        /// share it.
        14 => EGRESS_BLOCK: u32,
        /// Flags of a filter dump (request only).
        15 => DUMP_FLAGS: Bitfield32<DumpFlags>,
        /// Warning (extended ack message) of a request that succeeded (notification only).
        16 => EXT_WARN_MSG: Text<{ usize::MAX }>,
    }
}

flags! {
    /// Flags of a filter dump.
    pub DumpFlags "TCA_DUMP_FLAGS_": u32 {
        /// Terse dump: identifiers and statistics only.
        0x1 => TERSE,
    }
}
