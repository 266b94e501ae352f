//! Connections that the kernel follows, of whatever protocol: who talks with whom, in what state,
//! and whose addresses are replaced.
//!
//! A connection has two tuples: the first packet's, and the one that replies are known by. Where
//! addresses are replaced, the second is not the first turned around.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::nest::Nest;
use crate::netfilter::header::NfHeader;
use crate::value::{Be, Blob, Bytes, Struct, Text};

messages! {
    /// Connections.
    pub FAMILY "netfilter/conntrack": NfHeader, Conntrack {
        /// A connection is new or has changed; or is to be added or changed.
        256 => NEW,
        /// Asks for a connection, or for all that match.
        257 => GET,
        /// A connection is gone; or is to be removed. Without a tuple, all are removed: of one
        /// protocol only if the header's version is above 0.
        258 => DEL,
        /// Asks as [`GET`] does, and sets the counters to 0.
        259 => GET_CTRZERO,
        /// Asks what each processor has counted, and the answer, with the processor's number in the
        /// header.
        260 => GET_STATS_CPU: CpuStats,
        /// Asks how many connections there are, and the answer.
        261 => GET_STATS: GlobalStats,
        /// Asks for connections that are gone, while someone still has to be told.
        262 => GET_DYING,
        /// Asks for connections whose first packet is still on its way; newer kernels know of none.
        263 => GET_UNCONFIRMED,
    }
}

attributes! {
    /// A connection's attributes, `CTA_*`.
    pub Conntrack "CTA_" {
        /// Who talks with whom, as the first packet has it.
        1 => TUPLE_ORIG: Nest<Tuple>,
        /// Who talks with whom, as replies have it.
        2 => TUPLE_REPLY: Nest<Tuple>,
        /// How far it is, and what is done with it.
        3 => STATUS: Status,
        /// Its state, as its protocol has it.
        4 => PROTOINFO: Nest<ProtoInfo>,
        /// What reads along, to know of connections that come of this one.
        5 => HELP: Nest<Helper>,
        /// In a request: what its source is replaced by.
        6 => NAT_SRC: Nest<Nat>,
        /// In how many seconds it is given up, unless a packet comes.
        7 => TIMEOUT: Be<u32>,
        /// Its mark.
        8 => MARK: Be<u32>,
        /// What has been counted on the first packet's way.
        9 => COUNTERS_ORIG: Nest<Counters>,
        /// What has been counted on the replies' way.
        10 => COUNTERS_REPLY: Nest<Counters>,
        /// How many use it.
        11 => USE: Be<u32>,
        /// Its number; another connection may have it later.
        12 => ID: Be<u32>,
        /// In a request: what its destination is replaced by.
        13 => NAT_DST: Nest<Nat>,
        /// The connection that this one comes of.
        14 => TUPLE_MASTER: Nest<Tuple>,
        /// How sequence numbers are shifted on the first packet's way.
        15 => SEQ_ADJ_ORIG: Nest<SeqAdj>,
        /// How sequence numbers are shifted on the replies' way.
        16 => SEQ_ADJ_REPLY: Nest<SeqAdj>,
        /// The number of its security context; [`Conntrack::SECCTX`] has taken its place.
        17 => SECMARK: Be<u32>,
        /// The zone that it is in; the same tuple is another connection in another zone.
        18 => ZONE: Be<u16>,
        /// Its security context.
        19 => SECCTX: Nest<SecCtx>,
        /// When it came and went, if the kernel is told to keep that.
        20 => TIMESTAMP: Nest<Timestamp>,
        /// In a request: which bits of the mark count.
        21 => MARK_MASK: Be<u32>,
        /// Its labels, a bit each, in the machine's order.
        22 => LABELS: Blob<0, 16>,
        /// In a request: which of the labels are meant.
        23 => LABELS_MASK: Blob<0, 16>,
        /// What stands between it and those who open connections only to fill tables.
        24 => SYNPROXY: Nest<SynProxy>,
        /// In a request: what of the tuples has to match.
        25 => FILTER: Nest<TupleFilter>,
        /// In a request: which bits of the status have to match.
        26 => STATUS_MASK: Status,
        /// When what a notification tells has happened, in nanoseconds since 1970.
        27 => TIMESTAMP_EVENT: Be<u64>,
    }
}

attributes! {
    /// Who talks with whom, `CTA_TUPLE_*`.
    pub Tuple "CTA_TUPLE_" {
        /// From which address, and to which.
        1 => IP: Nest<TupleIp>,
        /// By which protocol; from which port, and to which.
        2 => PROTO: Nest<TupleProto>,
        /// The zone, where it is one for this way only.
        3 => ZONE: Be<u16>,
    }
}

attributes! {
    /// From which address, and to which, `CTA_IP_*`.
    pub TupleIp "CTA_IP_" {
        /// From where, IPv4.
        1 => V4_SRC: Ipv4Addr,
        /// To where, IPv4.
        2 => V4_DST: Ipv4Addr,
        /// From where, IPv6.
        3 => V6_SRC: Ipv6Addr,
        /// To where, IPv6.
        4 => V6_DST: Ipv6Addr,
    }
}

attributes! {
    /// By which protocol, from which port and to which, `CTA_PROTO_*`.
    pub TupleProto "CTA_PROTO_" {
        /// The protocol's number, `IPPROTO_*`: 6 for TCP, 17 for UDP.
        1 => NUM: u8,
        /// From which port; of GRE, which key.
        2 => SRC_PORT: Be<u16>,
        /// To which port; of GRE, which key.
        3 => DST_PORT: Be<u16>,
        /// The number of a series of echo requests, IPv4.
        4 => ICMP_ID: Be<u16>,
        /// The kind of the control message, IPv4.
        5 => ICMP_TYPE: u8,
        /// What it is more closely, IPv4.
        6 => ICMP_CODE: u8,
        /// The number of a series of echo requests, IPv6.
        7 => ICMPV6_ID: Be<u16>,
        /// The kind of the control message, IPv6.
        8 => ICMPV6_TYPE: u8,
        /// What it is more closely, IPv6.
        9 => ICMPV6_CODE: u8,
    }
}

flags! {
    /// How far a connection is, and what is done with it, `IPS_*`.
    pub Status "IPS_": Be<u32> {
        /// Another connection let expect it.
        0x1 => EXPECTED,
        /// A reply has come.
        0x2 => SEEN_REPLY,
        /// It is not given up early when the table is full.
        0x4 => ASSURED,
        /// Its first packet has gone out.
        0x8 => CONFIRMED,
        /// Its source is replaced.
        0x10 => SRC_NAT,
        /// Its destination is replaced.
        0x20 => DST_NAT,
        /// Its sequence numbers are shifted.
        0x40 => SEQ_ADJUST,
        /// Whether its source is replaced has been decided.
        0x80 => SRC_NAT_DONE,
        /// Whether its destination is replaced has been decided.
        0x100 => DST_NAT_DONE,
        /// It is gone.
        0x200 => DYING,
        /// Packets do not put off when it is given up.
        0x400 => FIXED_TIMEOUT,
        /// It is no connection, but what some are made after.
        0x800 => TEMPLATE,
        /// Another one came first with the same tuple; older kernels: nobody follows it.
        0x1000 => NAT_CLASH,
        /// A rule says what reads along.
        0x2000 => HELPER,
        /// Its packets take a short cut.
        0x4000 => OFFLOAD,
        /// The short cut is in hardware.
        0x8000 => HW_OFFLOAD,
    }
}

attributes! {
    /// A connection's state, as its protocol has it, `CTA_PROTOINFO_*`.
    pub ProtoInfo "CTA_PROTOINFO_" {
        /// TCP.
        1 => TCP: Nest<TcpInfo>,
        /// DCCP, which newer kernels do not follow.
        2 => DCCP: Nest<DccpInfo>,
        /// SCTP.
        3 => SCTP: Nest<SctpInfo>,
    }
}

attributes! {
    /// The state of a TCP connection, `CTA_PROTOINFO_TCP_*`.
    pub TcpInfo "CTA_PROTOINFO_TCP_" {
        /// How far it is.
        1 => STATE: TcpState where max(9),
        /// How far windows are shifted on the first packet's way.
        2 => WSCALE_ORIGINAL: u8 where max(14),
        /// How far windows are shifted on the replies' way.
        3 => WSCALE_REPLY: u8 where max(14),
        /// What is known of whoever sent the first packet.
        4 => FLAGS_ORIGINAL: Struct<TcpFlagsMask>,
        /// What is known of whoever replies.
        5 => FLAGS_REPLY: Struct<TcpFlagsMask>,
    }
}

values! {
    /// How far a TCP connection is, `TCP_CONNTRACK_*`.
    pub TcpState "TCP_CONNTRACK_": u8 {
        /// Nothing is known of it.
        0 => NONE,
        /// It has been asked for.
        1 => SYN_SENT,
        /// That has been answered.
        2 => SYN_RECV,
        /// It is there.
        3 => ESTABLISHED,
        /// One has said that it is done.
        4 => FIN_WAIT,
        /// The other one knows.
        5 => CLOSE_WAIT,
        /// Both have said that they are done.
        6 => LAST_ACK,
        /// Both know; late packets may come.
        7 => TIME_WAIT,
        /// It was broken off.
        8 => CLOSE,
        /// Both have asked for it at once; older kernels: someone waits for it.
        9 => SYN_SENT2,
    }
}

structure! {
    /// Flags, and which of them are meant, `struct nf_ct_tcp_flags`.
    pub TcpFlagsMask "struct nf_ct_tcp_flags" "" (2) {
        /// The flags.
        0 => flags: TcpFlags,
        /// In a request: which of them are meant.
        1 => mask: TcpFlags,
    }
}

flags! {
    /// What is known of one end of a TCP connection, `IP_CT_TCP_FLAG_*`.
    pub TcpFlags "IP_CT_TCP_FLAG_": u8 {
        /// It shifts windows.
        0x1 => WINDOW_SCALE,
        /// It may acknowledge out of order.
        0x2 => SACK_PERM,
        /// It was the first to say that it is done.
        0x4 => CLOSE_INIT,
        /// Sequence numbers out of the window are let through.
        0x8 => BE_LIBERAL,
        /// It has sent what is not acknowledged.
        0x10 => DATA_UNACKNOWLEDGED,
        /// The highest acknowledgement that it sent is known.
        0x20 => MAXACK_SET,
        /// It is expected to send an acknowledgement to make sure.
        0x40 => CHALLENGE_ACK,
        /// It has asked for the connection when the other one did, too.
        0x80 => SIMULTANEOUS_OPEN,
    }
}

attributes! {
    /// The state of a DCCP connection, `CTA_PROTOINFO_DCCP_*`.
    pub DccpInfo "CTA_PROTOINFO_DCCP_" {
        /// How far it is.
        1 => STATE: DccpState,
        /// Who sent the first packet.
        2 => ROLE: DccpRole,
        /// The sequence number that it was opened with.
        3 => HANDSHAKE_SEQ: Be<u64>,
        /// Fills up to 8 bytes.
        4 => PAD: Bytes,
    }
}

values! {
    /// How far a DCCP connection is, `CT_DCCP_*`.
    pub DccpState "CT_DCCP_": u8 {
        /// Nothing is known of it.
        0 => NONE,
        /// It has been asked for.
        1 => REQUEST,
        /// That has been answered.
        2 => RESPOND,
        /// The answer has been acknowledged.
        3 => PARTOPEN,
        /// It is there.
        4 => OPEN,
        /// The server has said that it is done.
        5 => CLOSEREQ,
        /// One has closed it.
        6 => CLOSING,
        /// Both have; late packets may come.
        7 => TIMEWAIT,
        /// The packet says nothing.
        8 => IGNORE,
        /// The packet makes no sense.
        9 => INVALID,
    }
}

values! {
    /// Which end of a DCCP connection one is, `CT_DCCP_ROLE_*`.
    pub DccpRole "CT_DCCP_ROLE_": u8 {
        /// It asked for the connection.
        0 => CLIENT,
        /// It was asked.
        1 => SERVER,
    }
}

attributes! {
    /// The state of an SCTP connection, `CTA_PROTOINFO_SCTP_*`.
    pub SctpInfo "CTA_PROTOINFO_SCTP_" {
        /// How far it is.
        1 => STATE: SctpState where max(8),
        /// What packets on the first one's way are known by.
        2 => VTAG_ORIGINAL: Be<u32>,
        /// What packets on the replies' way are known by.
        3 => VTAG_REPLY: Be<u32>,
    }
}

values! {
    /// How far an SCTP connection is, `SCTP_CONNTRACK_*`.
    pub SctpState "SCTP_CONNTRACK_": u8 {
        /// Nothing is known of it.
        0 => NONE,
        /// Neither end has said a word.
        1 => CLOSED,
        /// It has been asked for.
        2 => COOKIE_WAIT,
        /// It has been asked for a second time, with what the answer said.
        3 => COOKIE_ECHOED,
        /// It is there.
        4 => ESTABLISHED,
        /// Who sent the first packet wants to end it.
        5 => SHUTDOWN_SENT,
        /// Who replies wants to end it.
        6 => SHUTDOWN_RECD,
        /// That has been acknowledged.
        7 => SHUTDOWN_ACK_SENT,
        /// Over this path there has been but a sign of life so far.
        8 => HEARTBEAT_SENT,
    }
}

attributes! {
    /// What reads along, to know of connections that come of this one, `CTA_HELP_*`.
    pub Helper "CTA_HELP_" {
        /// Its name: `"ftp"`, `"sip"`.
        1 => NAME: Text<15>,
        /// What it has noted, in bytes that it knows.
        2 => INFO: Bytes,
    }
}

attributes! {
    /// What addresses are replaced by, `CTA_NAT_*`.
    pub Nat "CTA_NAT_" {
        /// The first of the addresses, IPv4.
        1 => V4_MINIP: Ipv4Addr,
        /// The last of them, IPv4; without one, it is the first.
        2 => V4_MAXIP: Ipv4Addr,
        /// What ports are replaced by.
        3 => PROTO: Nest<NatPorts>,
        /// The first of the addresses, IPv6.
        4 => V6_MINIP: Ipv6Addr,
        /// The last of them, IPv6; without one, it is the first.
        5 => V6_MAXIP: Ipv6Addr,
    }
}

attributes! {
    /// What ports are replaced by, `CTA_PROTONAT_*`.
    pub NatPorts "CTA_PROTONAT_" {
        /// The first of the ports.
        1 => PORT_MIN: Be<u16>,
        /// The last of them; without one, it is the first.
        2 => PORT_MAX: Be<u16>,
    }
}

attributes! {
    /// What has been counted on one way, `CTA_COUNTERS_*`.
    pub Counters "CTA_COUNTERS_" {
        /// Packets.
        1 => PACKETS: Be<u64>,
        /// Bytes.
        2 => BYTES: Be<u64>,
        /// Packets, as old kernels told.
        3 => PACKETS_OLD: Be<u32>,
        /// Bytes, as old kernels told.
        4 => BYTES_OLD: Be<u32>,
        /// Fills up to 8 bytes.
        5 => PAD: Bytes,
    }
}

attributes! {
    /// How sequence numbers are shifted on one way, `CTA_SEQADJ_*`, for what reads along has changed
    /// the length of packets.
    pub SeqAdj "CTA_SEQADJ_" {
        /// The sequence number from which on the last change counts.
        1 => CORRECTION_POS: Be<u32>,
        /// By how much they are shifted before it.
        2 => OFFSET_BEFORE: Be<i32>,
        /// By how much they are shifted from there on.
        3 => OFFSET_AFTER: Be<i32>,
    }
}

attributes! {
    /// A security context, `CTA_SECCTX_*`.
    pub SecCtx "CTA_SECCTX_" {
        /// Its name.
        1 => NAME: Text<{ usize::MAX }>,
    }
}

attributes! {
    /// When a connection came and went, in nanoseconds since 1970, `CTA_TIMESTAMP_*`.
    pub Timestamp "CTA_TIMESTAMP_" {
        /// When it came.
        1 => START: Be<u64>,
        /// When it went; absent while it is there.
        2 => STOP: Be<u64>,
        /// Fills up to 8 bytes.
        3 => PAD: Bytes,
    }
}

attributes! {
    /// What is known of a connection that the kernel has answered for a server, `CTA_SYNPROXY_*`.
    pub SynProxy "CTA_SYNPROXY_" {
        /// The sequence number that it answered with.
        1 => ISN: Be<u32>,
        /// The time that it answered with.
        2 => ITS: Be<u32>,
        /// By how much times are shifted.
        3 => TSOFF: Be<u32>,
    }
}

attributes! {
    /// What of the tuples has to match, `CTA_FILTER_*`.
    pub TupleFilter "CTA_FILTER_" {
        /// What of [`Conntrack::TUPLE_ORIG`].
        1 => ORIG_FLAGS: TupleFlags where mask(0xfff),
        /// What of [`Conntrack::TUPLE_REPLY`].
        2 => REPLY_FLAGS: TupleFlags where mask(0xfff),
    }
}

flags! {
    /// What of a tuple has to match, `CTA_FILTER_F_*`, in the machine's byte order.
    pub TupleFlags "CTA_FILTER_F_": u32 {
        /// From where. Of IPv6, Linux 6.18 leaves out what matches, and tells the others.
        0x1 => IP_SRC,
        /// To where; see [`TupleFlags::IP_SRC`] for IPv6.
        0x2 => IP_DST,
        /// In which zone.
        0x4 => TUPLE_ZONE,
        /// By which protocol.
        0x8 => PROTO_NUM,
        /// From which port.
        0x10 => PROTO_SRC_PORT,
        /// To which port.
        0x20 => PROTO_DST_PORT,
        /// The kind of control message, IPv4.
        0x40 => PROTO_ICMP_TYPE,
        /// What it is more closely, IPv4.
        0x80 => PROTO_ICMP_CODE,
        /// The number of a series of echo requests, IPv4.
        0x100 => PROTO_ICMP_ID,
        /// The kind of control message, IPv6.
        0x200 => PROTO_ICMPV6_TYPE,
        /// What it is more closely, IPv6.
        0x400 => PROTO_ICMPV6_CODE,
        /// The number of a series of echo requests, IPv6.
        0x800 => PROTO_ICMPV6_ID,
    }
}

attributes! {
    /// What one processor has counted, `CTA_STATS_*`.
    pub CpuStats "CTA_STATS_" {
        /// Look-ups, as old kernels told.
        1 => SEARCHED: Be<u32>,
        /// Look-ups that found a connection.
        2 => FOUND: Be<u32>,
        /// New connections, as old kernels told.
        3 => NEW: Be<u32>,
        /// Packets that belong to no connection and may begin none.
        4 => INVALID: Be<u32>,
        /// Packets of connections known already, as old kernels told.
        5 => IGNORE: Be<u32>,
        /// Connections removed, as old kernels told.
        6 => DELETE: Be<u32>,
        /// Connections put on the list of those that go, as old kernels told.
        7 => DELETE_LIST: Be<u32>,
        /// Connections put into the table.
        8 => INSERT: Be<u32>,
        /// Connections that could not be put into the table, as the same were there.
        9 => INSERT_FAILED: Be<u32>,
        /// Packets thrown away, for their connections could not be put into the table.
        10 => DROP: Be<u32>,
        /// Connections given up early, for the table was full.
        11 => EARLY_DROP: Be<u32>,
        /// Control messages that make no sense.
        12 => ERROR: Be<u32>,
        /// Look-ups that had to start anew, for the table changed meanwhile.
        13 => SEARCH_RESTART: Be<u32>,
        /// Connections joined with one that came first with the same tuple.
        14 => CLASH_RESOLVE: Be<u32>,
        /// Connections that could not be put into the table, for too many were in one place.
        15 => CHAIN_TOOLONG: Be<u32>,
    }
}

attributes! {
    /// How many connections there are, `CTA_STATS_GLOBAL_*`.
    pub GlobalStats "CTA_STATS_GLOBAL_" {
        /// How many in the table.
        1 => ENTRIES: Be<u32>,
        /// How many it takes at most.
        2 => MAX_ENTRIES: Be<u32>,
    }
}
