//! Policy routing rules, which select the routing table of a lookup (`RTM_NEWRULE`, `RTM_DELRULE`,
//! `RTM_GETRULE`).

use core::net::IpAddr;

use crate::rtnl::ids::{AddressFamily, RouteProtocol, RouteTable};
use crate::value::{Be, Bytes, StoredAs, Struct, Text};

messages! {
    /// Rule messages.
    pub FAMILY "route/rule": RuleHeader, Rule {
        /// New rule; in a request, adds one.
        32 => NEW "RTM_NEWRULE",
        /// Deleted rule; in a request, deletes one.
        33 => DEL "RTM_DELRULE",
        /// Requests all rules (dump only).
        34 => GET "RTM_GETRULE",
    }
}

structure! {
    /// Header of rule messages.
    pub RuleHeader "struct fib_rule_hdr" "" (12) {
        /// Address family: IPv4 or IPv6; [`AddressFamily::IPMR`] or [`AddressFamily::IP6MR`] for
        /// multicast routing.
        0 => family: AddressFamily,
        /// Prefix length of the destination, in bits.
        1 => dst_len: u8,
        /// Prefix length of the source, in bits.
        2 => src_len: u8,
        /// Type of service (TOS) to match; 0 for any.
        3 => tos: u8,
        /// Routing table, if below 256, else [`RouteTable::COMPAT`]; [`Rule::TABLE`] has all
        /// values.
        4 => table: RouteTable as StoredAs<RouteTable, u8>,
        /// Action on packets that match.
        7 => action: RuleAction,
        /// Flags of the rule.
        8 => flags: RuleFlags,
    }
}

attributes! {
    /// Rule attributes; a packet matches the rule if it matches every selector that is present.
    pub Rule "FRA_" {
        /// Destination prefix to match.
        1 => DST: IpAddr,
        /// Source prefix to match.
        2 => SRC: IpAddr,
        /// Name of the incoming link to match; `lo` for packets that this host sends.
        3 => IIFNAME: Text<15>,
        /// Priority of the rule to continue with, for [`RuleAction::GOTO`].
        4 => GOTO: u32,
        /// Priority (preference): rules are evaluated from the lowest up.
        6 => PRIORITY: u32,
        /// Firewall mark (fwmark) to match.
        10 => FWMARK: u32,
        /// Realms for accounting and classification: source realm in the upper 16 bits, destination
        /// realm in the lower.
        11 => FLOW: u32,
        /// Tunnel ID (tunnel metadata) to match, big-endian.
        12 => TUN_ID: Be<u64>,
        /// Link group (`IFLA_GROUP`): lookup results through a link of this group are rejected.
        13 => SUPPRESS_IFGROUP: u32,
        /// Prefix length: lookup results with this prefix length or a shorter one are rejected; -1
        /// for none.
        14 => SUPPRESS_PREFIXLEN: i32,
        /// Routing table of the lookup.
        15 => TABLE: RouteTable,
        /// Mask of `FWMARK`.
        16 => FWMASK: u32,
        /// Name of the outgoing link to match, that the sending socket is bound to.
        17 => OIFNAME: Text<15>,
        /// Padding to align the 64-bit attribute that follows.
        18 => PAD: Bytes,
        /// Layer-3 master device (l3mdev): 1, the only value, looks up the table of the packet's
        /// VRF.
        19 => L3MDEV: u8,
        /// Range of user IDs (UID) to match.
        20 => UID_RANGE: Struct<UidRange>,
        /// Origin of the rule (routing protocol).
        21 => PROTOCOL: RouteProtocol,
        /// Transport protocol to match, `IPPROTO_*`.
        22 => IP_PROTO: u8,
        /// Range of source ports to match.
        23 => SPORT_RANGE: Struct<PortRange>,
        /// Range of destination ports to match.
        24 => DPORT_RANGE: Struct<PortRange>,
        /// DSCP to match, 0 to 63; excludes `tos` of the header.
        25 => DSCP: u8,
        /// IPv6 flow label to match, big-endian.
        26 => FLOWLABEL: Be<u32>,
        /// Mask of `FLOWLABEL`, big-endian.
        27 => FLOWLABEL_MASK: Be<u32>,
        /// Mask of the source port; only with a `SPORT_RANGE` of a single port.
        28 => SPORT_MASK: u16,
        /// Mask of the destination port; only with a `DPORT_RANGE` of a single port.
        29 => DPORT_MASK: u16,
        /// Mask of `DSCP`.
        30 => DSCP_MASK: u8,
    }
}

structure! {
    /// Range of user IDs.
    pub UidRange "struct fib_rule_uid_range" "" (8) {
        /// First user ID.
        0 => start: u32,
        /// Last user ID, included.
        4 => end: u32,
    }
}

structure! {
    /// Range of ports, in host byte order.
    pub PortRange "struct fib_rule_port_range" "" (4) {
        /// First port.
        0 => start: u16,
        /// Last port, included.
        2 => end: u16,
    }
}

values! {
    /// Action on packets that match a rule.
    pub RuleAction "FR_ACT_": u8 {
        /// Unspecified.
        0 => UNSPEC,
        /// Looks up the route in a routing table.
        1 => TO_TBL,
        /// Continues with another rule.
        2 => GOTO,
        /// Does nothing; the next rule follows.
        3 => NOP,
        /// Reserved.
        4 => RES3,
        /// Reserved.
        5 => RES4,
        /// Drops the packet silently.
        6 => BLACKHOLE,
        /// Rejects the packet as unreachable (`ENETUNREACH`).
        7 => UNREACHABLE,
        /// Rejects the packet as prohibited (`EACCES`).
        8 => PROHIBIT,
    }
}

flags! {
    /// Options of a rule, and the state of the objects that it refers to.
    pub RuleFlags "FIB_RULE_": u32 {
        /// Permanent: the rule cannot be deleted.
        0x1 => PERMANENT,
        /// Inverted: the rule applies to packets that do not match.
        0x2 => INVERT,
        /// Target of [`RuleAction::GOTO`] does not exist.
        0x4 => UNRESOLVED,
        /// Incoming link (`IIFNAME`) does not exist.
        0x8 => IIF_DETACHED,
        /// Outgoing link (`OIFNAME`) does not exist.
        0x10 => OIF_DETACHED,
        /// Match of a lookup that has no source address yet, if the address selected later is in
        /// the rule's source prefix (IPv6).
        0x1_0000 => FIND_SADDR,
    }
}
