//! Traffic control: in what order and how fast packets leave a link, and what is done with those
//! that match. From the link down:
//!
//! | module     | is about |
//! | ---------- | -------- |
//! | [`qdisc`]  | queueing disciplines, which hold packets until they go |
//! | [`class`]  | the parts that some disciplines divide themselves into |
//! | [`filter`] | what puts packets into classes, or does something with them |
//! | [`chain`]  | lists of filters |
//! | [`handle`] | by which numbers all of them are known |
//! | [`stats`]  | what they have counted |
//!
//! All four have the same header and the same attributes.

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
    /// `struct tcmsg`.
    pub TcHeader "struct tcmsg" "" (20) {
        /// Of no use here.
        0 => family: AddressFamily,
        /// The index of the link that it is on; [`filter::BLOCK`] for filters that links share.
        4 => index: i32,
        /// Its own number. A filter's is its kind's to say, and most often no [`Handle`] at all.
        8 => handle: Handle,
        /// What it is under; the number of the block for filters that links share.
        12 => parent: Handle,
        /// A discipline's users, and a class's discipline, when the kernel tells of them; a filter's
        /// priority and protocol, [`filter::info`].
        16 => info: u32,
    }
}

attributes! {
    /// The attributes of all that controls traffic, `TCA_*`.
    pub Tc "TCA_" {
        /// Of which kind it is: `"fq_codel"`, `"htb"`, `"flower"`.
        1 => KIND: Text<15>,
        /// What goes with the kind. There are no tables of these so far: bytes here, which are
        /// attributes for most kinds, a structure for others, and both for `"netem"`.
        2 => OPTIONS: Bytes,
        /// What it has counted, as far as 32 bits go.
        3 => STATS: Struct<TcStats>,
        /// What only this kind counts, in bytes that the kind knows.
        4 => XSTATS: Bytes,
        /// Asks for an estimate of how fast packets come.
        5 => RATE: Struct<Estimator>,
        /// Of no use any more.
        6 => FCNT: u32,
        /// What it has counted, part by part.
        7 => STATS2: Nest<TcStats2>,
        /// What to take a packet's size for.
        8 => STAB: Nest<SizeTable>,
        /// Fills up to 8 bytes.
        9 => PAD: Bytes,
        /// In a request: also the disciplines that the kernel put under classes, as nobody set one.
        10 => DUMP_INVISIBLE: Flag,
        /// The chain that a filter is in; or that is asked for.
        11 => CHAIN: u32,
        /// Whether the link does it by itself, 1 or 0.
        12 => HW_OFFLOAD: u8,
        /// The block of filters for packets that come in; above 0, links share it.
        13 => INGRESS_BLOCK: u32,
        /// The block of filters for packets that go out; above 0, links share it.
        14 => EGRESS_BLOCK: u32,
        /// In a request: what to leave out of a dump of filters.
        15 => DUMP_FLAGS: Bitfield32<DumpFlags>,
        /// What the kernel has to say about it, though it was done; in its notification.
        16 => EXT_WARN_MSG: Text<{ usize::MAX }>,
    }
}

flags! {
    /// What to leave out of a dump of filters, `TCA_DUMP_FLAGS_*`.
    pub DumpFlags "TCA_DUMP_FLAGS_": u32 {
        /// All but what tells them apart, and what they have counted.
        0x1 => TERSE,
    }
}
