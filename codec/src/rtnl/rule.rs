//! Rules: which table a packet's route is looked up in.

use core::net::IpAddr;

use crate::rtnl::ids::{AddressFamily, RouteProtocol, RouteTable};
use crate::value::{Be, Bytes, StoredAs, Struct, Text};

messages! {
    /// Rules.
    pub FAMILY "route/rule": RuleHeader, Rule {
        /// A rule is new; or is to be added.
        32 => NEW,
        /// A rule is gone; or is to be removed.
        33 => DEL,
        /// Asks for all rules.
        34 => GET,
    }
}

structure! {
    /// `struct fib_rule_hdr`.
    pub RuleHeader "struct fib_rule_hdr" "" (12) {
        /// IPv4 or IPv6; or multicast routes of one.
        0 => family: AddressFamily,
        /// How many bits of the destination count.
        1 => dst_len: u8,
        /// How many bits of the source count.
        2 => src_len: u8,
        /// The type of service that it is for; 0 for any.
        3 => tos: u8,
        /// The table, if its number is that low; [`Rule::TABLE`] has it always.
        4 => table: RouteTable as StoredAs<RouteTable, u8>,
        /// What it does with packets that match.
        7 => action: RuleAction,
        /// What it is like.
        8 => flags: RuleFlags,
    }
}

attributes! {
    /// A rule's attributes, `FRA_*`; a packet has to match all that are there.
    pub Rule "FRA_" {
        /// Where the packet wants to go.
        1 => DST: IpAddr,
        /// Where the packet comes from.
        2 => SRC: IpAddr,
        /// The name of the link that it came in by; `lo` for this machine's own.
        3 => IIFNAME: Text<15>,
        /// The rule to go on with, by its `PRIORITY`.
        4 => GOTO: u32,
        /// When it is looked at: from the lowest up.
        6 => PRIORITY: u32,
        /// The packet's mark.
        10 => FWMARK: u32,
        /// The realms for accounting: that of the source in the upper 16 bits, the destination's in
        /// the lower.
        11 => FLOW: u32,
        /// The key of the tunnel that it came by.
        12 => TUN_ID: Be<u64>,
        /// Routes over links of this group do not count.
        13 => SUPPRESS_IFGROUP: u32,
        /// Routes with that many bits of destination or fewer do not count; -1, all do.
        14 => SUPPRESS_PREFIXLEN: i32,
        /// The table that the route is looked up in.
        15 => TABLE: RouteTable,
        /// Which bits of the mark to compare.
        16 => FWMASK: u32,
        /// The name of the link that the sender is bound to.
        17 => OIFNAME: Text<15>,
        /// Fills up to 8 bytes.
        18 => PAD: Bytes,
        /// 1: the table is that of the packet's VRF.
        19 => L3MDEV: u8,
        /// The users whose packets it is for.
        20 => UID_RANGE: Struct<UidRange>,
        /// Who set it.
        21 => PROTOCOL: RouteProtocol,
        /// The transport protocol, `IPPROTO_*`.
        22 => IP_PROTO: u8,
        /// The source ports.
        23 => SPORT_RANGE: Struct<PortRange>,
        /// The destination ports.
        24 => DPORT_RANGE: Struct<PortRange>,
        /// The upper six bits of the type of service.
        25 => DSCP: u8,
        /// The flow label.
        26 => FLOWLABEL: Be<u32>,
        /// Which bits of the flow label to compare.
        27 => FLOWLABEL_MASK: Be<u32>,
        /// Which bits of the source port to compare.
        28 => SPORT_MASK: u16,
        /// Which bits of the destination port to compare.
        29 => DPORT_MASK: u16,
        /// Which bits of `DSCP` to compare.
        30 => DSCP_MASK: u8,
    }
}

structure! {
    /// `struct fib_rule_uid_range`.
    pub UidRange "struct fib_rule_uid_range" "" (8) {
        /// The first.
        0 => start: u32,
        /// The last.
        4 => end: u32,
    }
}

structure! {
    /// `struct fib_rule_port_range`, in the machine's own byte order.
    pub PortRange "struct fib_rule_port_range" "" (4) {
        /// The first.
        0 => start: u16,
        /// The last.
        2 => end: u16,
    }
}

values! {
    /// What a rule does with packets that match, `FR_ACT_*`.
    pub RuleAction "FR_ACT_": u8 {
        /// Not said.
        0 => UNSPEC,
        /// Looks their route up in a table.
        1 => TO_TBL,
        /// Goes on with another rule.
        2 => GOTO,
        /// Nothing.
        3 => NOP,
        /// Unused.
        4 => RES3,
        /// Unused.
        5 => RES4,
        /// Drops them in silence.
        6 => BLACKHOLE,
        /// Refuses them: no way there.
        7 => UNREACHABLE,
        /// Refuses them: not allowed.
        8 => PROHIBIT,
    }
}

flags! {
    /// What a rule is like, `FIB_RULE_*`.
    pub RuleFlags "FIB_RULE_": u32 {
        /// It cannot be removed.
        0x1 => PERMANENT,
        /// It is for packets that do not match.
        0x2 => INVERT,
        /// The rule to go on with is not there.
        0x4 => UNRESOLVED,
        /// The link to come in by is not there.
        0x8 => IIF_DETACHED,
        /// The link to go out by is not there.
        0x10 => OIF_DETACHED,
        /// It is for packets that have no source yet, too.
        0x1_0000 => FIND_SADDR,
    }
}
