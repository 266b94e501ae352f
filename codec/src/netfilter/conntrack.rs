//! Connection tracking (ctnetlink, `IPCTNL_MSG_CT_*`): connections of any protocol, with their
//! tuples, state, NAT, counters.
//!
//! A connection has two tuples: that of the original direction, as its first packet has it, and
//! that of the reply direction. With NAT, the second is not the first one inverted.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::nest::Nest;
use crate::netfilter::header::NfHeader;
use crate::value::{Be, Blob, Bytes, Struct, Text};

messages! {
    /// Connection tracking messages. The message type is `NFNL_SUBSYS_CTNETLINK` (1) in the upper 8
    /// bits, `IPCTNL_MSG_CT_*` in the lower 8.
    pub FAMILY "netfilter/conntrack": NfHeader, Conntrack {
        /// New or changed connection; in a request, adds or changes one.
        256 => NEW "IPCTNL_MSG_CT_NEW",
        /// Requests a connection; as a dump, all that match.
        257 => GET "IPCTNL_MSG_CT_GET",
        /// Deleted connection; in a request, deletes one. Without a tuple, deletes (flushes) all,
        /// or those of the header's family if its version is above 0.
        258 => DEL "IPCTNL_MSG_CT_DELETE",
        /// Requests connections as [`GET`] does, and resets their counters to 0.
        259 => GET_CTRZERO "IPCTNL_MSG_CT_GET_CTRZERO",
        /// Requests the statistics of each CPU; in a reply, those of the CPU in the header's
        /// `res_id`.
        260 => GET_STATS_CPU "IPCTNL_MSG_CT_GET_STATS_CPU": CpuStats,
        /// Requests the number of connections; also the type of the reply.
        261 => GET_STATS "IPCTNL_MSG_CT_GET_STATS": GlobalStats,
        /// Requests dying connections, whose deletion has still to be reported to a listener.
        262 => GET_DYING "IPCTNL_MSG_CT_GET_DYING",
        /// Requests unconfirmed connections, whose first packet is still inside the stack; always
        /// empty since Linux 5.19.
        263 => GET_UNCONFIRMED "IPCTNL_MSG_CT_GET_UNCONFIRMED",
    }
}

attributes! {
    /// Connection attributes.
    pub Conntrack "CTA_" {
        /// Tuple of the original direction.
        1 => TUPLE_ORIG: Nest<Tuple>,
        /// Tuple of the reply direction.
        2 => TUPLE_REPLY: Nest<Tuple>,
        /// Status flags, big-endian.
        3 => STATUS: ConntrackStatus,
        /// State of the transport protocol.
        4 => PROTOINFO: Nest<ProtoInfo>,
        /// Connection tracking helper, e.g. `ftp`.
        5 => HELP: Nest<ConntrackHelper>,
        /// Source NAT to set up (request only).
        6 => NAT_SRC: Nest<ConntrackNat>,
        /// Timeout: seconds until the entry expires without another packet, big-endian.
        7 => TIMEOUT: Be<u32>,
        /// Connection mark (connmark), big-endian.
        8 => MARK: Be<u32>,
        /// Counters of the original direction.
        9 => COUNTERS_ORIG: Nest<ConntrackCounters>,
        /// Counters of the reply direction.
        10 => COUNTERS_REPLY: Nest<ConntrackCounters>,
        /// Reference count, big-endian.
        11 => USE: Be<u32>,
        /// Connection ID, big-endian; may be reused after the connection is gone.
        12 => ID: Be<u32>,
        /// Destination NAT to set up (request only).
        13 => NAT_DST: Nest<ConntrackNat>,
        /// Tuple (original direction) of the master connection, which this one was expected from.
        14 => TUPLE_MASTER: Nest<Tuple>,
        /// Sequence number adjustment of the original direction.
        15 => SEQ_ADJ_ORIG: Nest<SeqAdj>,
        /// Sequence number adjustment of the reply direction.
        16 => SEQ_ADJ_REPLY: Nest<SeqAdj>,
        /// Security mark, big-endian; obsolete, replaced by [`Conntrack::SECCTX`].
        17 => SECMARK: Be<u32>,
        /// Zone, big-endian, default 0; the same tuple in another zone is another connection.
        18 => ZONE: Be<u16>,
        /// Security context (LSM).
        19 => SECCTX: Nest<SecCtx>,
        /// Start and stop time, if `net.netfilter.nf_conntrack_timestamp` is on.
        20 => TIMESTAMP: Nest<ConntrackTimestamp>,
        /// Mask of `MARK`, big-endian (request only).
        21 => MARK_MASK: Be<u32>,
        /// Labels (connlabels): a bitmap of up to 128 bits, in host byte order.
        22 => LABELS: Blob<0, 16>,
        /// Mask of `LABELS`: the labels to change (request only).
        23 => LABELS_MASK: Blob<0, 16>,
        /// SYN proxy state of the connection.
        24 => SYNPROXY: Nest<SynProxy>,
        /// Filter of a dump or flush: the parts of the tuples that have to match (request only).
        25 => FILTER: Nest<TupleFilter>,
        /// Mask of `STATUS`: the flags that a dump compares, big-endian (request only).
        26 => STATUS_MASK: ConntrackStatus,
        /// Time of the event in a notification, in nanoseconds since the Unix epoch, big-endian.
        27 => TIMESTAMP_EVENT: Be<u64>,
    }
}

attributes! {
    /// Tuple: the addresses, protocol and ports of one direction.
    pub Tuple "CTA_TUPLE_" {
        /// Source and destination address.
        1 => IP: Nest<TupleIp>,
        /// Transport protocol and its ports or identifiers.
        2 => PROTO: Nest<TupleProto>,
        /// Zone of this direction only, big-endian.
        3 => ZONE: Be<u16>,
    }
}

attributes! {
    /// Addresses of a tuple.
    pub TupleIp "CTA_IP_" {
        /// IPv4 source address.
        1 => V4_SRC: Ipv4Addr,
        /// IPv4 destination address.
        2 => V4_DST: Ipv4Addr,
        /// IPv6 source address.
        3 => V6_SRC: Ipv6Addr,
        /// IPv6 destination address.
        4 => V6_DST: Ipv6Addr,
    }
}

attributes! {
    /// Transport protocol of a tuple, with its ports or identifiers.
    pub TupleProto "CTA_PROTO_" {
        /// Protocol number, `IPPROTO_*`: 6 for TCP, 17 for UDP.
        1 => NUM: u8,
        /// Source port (GRE: source key), big-endian.
        2 => SRC_PORT: Be<u16>,
        /// Destination port (GRE: destination key), big-endian.
        3 => DST_PORT: Be<u16>,
        /// ICMPv4 identifier (echo), big-endian.
        4 => ICMP_ID: Be<u16>,
        /// ICMPv4 message type, 8 for an echo request.
        5 => ICMP_TYPE: u8,
        /// ICMPv4 code, which details the message type.
        6 => ICMP_CODE: u8,
        /// ICMPv6 identifier (echo), big-endian.
        7 => ICMPV6_ID: Be<u16>,
        /// ICMPv6 message type, 128 for an echo request.
        8 => ICMPV6_TYPE: u8,
        /// ICMPv6 code, which details the message type.
        9 => ICMPV6_CODE: u8,
    }
}

flags! {
    /// Status flags of a connection.
    pub ConntrackStatus "IPS_": Be<u32> {
        /// Expected: related to a master connection by an expectation.
        0x1 => EXPECTED,
        /// Packets seen in both directions.
        0x2 => SEEN_REPLY,
        /// Assured: not dropped early when the table is full.
        0x4 => ASSURED,
        /// Confirmed: the first packet has left the host, the entry is in the table.
        0x8 => CONFIRMED,
        /// Source NAT in the original direction.
        0x10 => SRC_NAT,
        /// Destination NAT in the original direction.
        0x20 => DST_NAT,
        /// TCP sequence numbers are adjusted.
        0x40 => SEQ_ADJUST,
        /// Source NAT set up (or decided against).
        0x80 => SRC_NAT_DONE,
        /// Destination NAT set up (or decided against).
        0x100 => DST_NAT_DONE,
        /// Dying: removed from the table.
        0x200 => DYING,
        /// Fixed timeout, which packets do not renew.
        0x400 => FIXED_TIMEOUT,
        /// Template (`CT` target, nftables `ct` statements), not a connection.
        0x800 => TEMPLATE,
        /// NAT clash: another entry with the same tuple was confirmed first; in older kernels
        /// `IPS_UNTRACKED`, the entry of untracked packets.
        0x1000 => NAT_CLASH,
        /// Helper attached explicitly, by a rule or a request.
        0x2000 => HELPER,
        /// Offloaded to a flow table.
        0x4000 => OFFLOAD,
        /// Offloaded to hardware.
        0x8000 => HW_OFFLOAD,
    }
}

attributes! {
    /// State of the transport protocol.
    pub ProtoInfo "CTA_PROTOINFO_" {
        /// TCP state.
        1 => TCP: Nest<TcpInfo>,
        /// DCCP state; newer kernels have no DCCP.
        2 => DCCP: Nest<DccpInfo>,
        /// SCTP state.
        3 => SCTP: Nest<SctpInfo>,
    }
}

attributes! {
    /// TCP state of a connection.
    pub TcpInfo "CTA_PROTOINFO_TCP_" {
        /// Connection state, at most 9.
        1 => STATE: TcpState where max(9),
        /// Window scale factor of the original direction, at most 14.
        2 => WSCALE_ORIGINAL: u8 where max(14),
        /// Window scale factor of the reply direction, at most 14.
        3 => WSCALE_REPLY: u8 where max(14),
        /// Flags of the sender in the original direction.
        4 => FLAGS_ORIGINAL: Struct<TcpFlagsMask>,
        /// Flags of the sender in the reply direction.
        5 => FLAGS_REPLY: Struct<TcpFlagsMask>,
    }
}

values! {
    /// Connection tracking state of TCP.
    pub TcpState "TCP_CONNTRACK_": u8 {
        /// Initial state.
        0 => NONE,
        /// SYN seen.
        1 => SYN_SENT,
        /// SYN-ACK seen.
        2 => SYN_RECV,
        /// ACK of the SYN-ACK seen: established.
        3 => ESTABLISHED,
        /// FIN seen.
        4 => FIN_WAIT,
        /// ACK of the FIN seen.
        5 => CLOSE_WAIT,
        /// FIN of the other side seen.
        6 => LAST_ACK,
        /// Last ACK seen; late packets may arrive.
        7 => TIME_WAIT,
        /// Closed (RST seen).
        8 => CLOSE,
        /// SYN of the other side seen, too (simultaneous open); `TCP_CONNTRACK_LISTEN` in older
        /// kernels.
        9 => SYN_SENT2,
    }
}

structure! {
    /// TCP flags of one direction with a mask.
    pub TcpFlagsMask "struct nf_ct_tcp_flags" "" (2) {
        /// Flags of the sender.
        0 => flags: TcpFlags,
        /// Mask of the flags to change (request only).
        1 => mask: TcpFlags,
    }
}

flags! {
    /// Connection tracking flags of a TCP sender.
    pub TcpFlags "IP_CT_TCP_FLAG_": u8 {
        /// Window scaling advertised.
        0x1 => WINDOW_SCALE,
        /// Selective acknowledgements (SACK) permitted.
        0x2 => SACK_PERM,
        /// Sent the first FIN.
        0x4 => CLOSE_INIT,
        /// Liberal window check: packets out of the window are accepted.
        0x8 => BE_LIBERAL,
        /// Unacknowledged data sent.
        0x10 => DATA_UNACKNOWLEDGED,
        /// Highest acknowledgement (`td_maxack`) recorded.
        0x20 => MAXACK_SET,
        /// Challenge ACK (RFC 5961) possible.
        0x40 => CHALLENGE_ACK "IP_CT_EXP_CHALLENGE_ACK",
        /// Simultaneous open: both sides have sent a SYN.
        0x80 => SIMULTANEOUS_OPEN "IP_CT_TCP_SIMULTANEOUS_OPEN",
    }
}

attributes! {
    /// DCCP state of a connection.
    pub DccpInfo "CTA_PROTOINFO_DCCP_" {
        /// Connection state.
        1 => STATE: DccpState,
        /// Role of the sender in the original direction.
        2 => ROLE: DccpRole,
        /// Sequence number of the handshake, big-endian.
        3 => HANDSHAKE_SEQ: Be<u64>,
        /// Padding to align the 64-bit attribute that follows.
        4 => PAD: Bytes,
    }
}

values! {
    /// Connection tracking state of DCCP.
    pub DccpState "CT_DCCP_": u8 {
        /// Initial state.
        0 => NONE,
        /// Request seen.
        1 => REQUEST,
        /// Response seen.
        2 => RESPOND,
        /// Ack of the Response seen.
        3 => PARTOPEN,
        /// Established: another packet of the server seen.
        4 => OPEN,
        /// CloseReq seen.
        5 => CLOSEREQ,
        /// Close seen.
        6 => CLOSING,
        /// Reset seen; late packets may arrive.
        7 => TIMEWAIT,
        /// Packet ignored; never the state of a connection.
        8 => IGNORE,
        /// Packet invalid; never the state of a connection.
        9 => INVALID,
    }
}

values! {
    /// Role of a DCCP endpoint.
    pub DccpRole "CT_DCCP_ROLE_": u8 {
        /// Client, which sends the Request.
        0 => CLIENT,
        /// Server, which sends the Response.
        1 => SERVER,
    }
}

attributes! {
    /// SCTP state of a connection.
    pub SctpInfo "CTA_PROTOINFO_SCTP_" {
        /// Association state, at most 8.
        1 => STATE: SctpState where max(8),
        /// Verification tag of the original direction, big-endian.
        2 => VTAG_ORIGINAL: Be<u32>,
        /// Verification tag of the reply direction, big-endian.
        3 => VTAG_REPLY: Be<u32>,
    }
}

values! {
    /// Connection tracking state of SCTP.
    pub SctpState "SCTP_CONNTRACK_": u8 {
        /// Initial state.
        0 => NONE,
        /// Closed: SHUTDOWN_COMPLETE or ABORT seen.
        1 => CLOSED,
        /// INIT seen.
        2 => COOKIE_WAIT,
        /// COOKIE_ECHO seen in the original direction.
        3 => COOKIE_ECHOED,
        /// COOKIE_ACK seen: established.
        4 => ESTABLISHED,
        /// SHUTDOWN seen in the original direction.
        5 => SHUTDOWN_SENT,
        /// SHUTDOWN seen in the reply direction.
        6 => SHUTDOWN_RECD,
        /// SHUTDOWN_ACK seen.
        7 => SHUTDOWN_ACK_SENT,
        /// HEARTBEAT seen in a new flow (secondary path of a multihomed association).
        8 => HEARTBEAT_SENT,
    }
}

attributes! {
    /// Connection tracking helper, which adds expectations for related connections.
    pub ConntrackHelper "CTA_HELP_" {
        /// Name of the helper: `"ftp"`, `"sip"`.
        1 => NAME: Text<15>,
        /// Private data of the helper, in its own format.
        2 => INFO: Bytes,
    }
}

attributes! {
    /// NAT to set up: a range of addresses and ports (request only).
    pub ConntrackNat "CTA_NAT_" {
        /// First IPv4 address of the range.
        1 => V4_MINIP: Ipv4Addr,
        /// Last IPv4 address of the range; if absent, the first.
        2 => V4_MAXIP: Ipv4Addr,
        /// Range of ports.
        3 => PROTO: Nest<NatPorts>,
        /// First IPv6 address of the range.
        4 => V6_MINIP: Ipv6Addr,
        /// Last IPv6 address of the range; if absent, the first.
        5 => V6_MAXIP: Ipv6Addr,
    }
}

attributes! {
    /// Range of ports that NAT maps to.
    pub NatPorts "CTA_PROTONAT_" {
        /// First port, big-endian.
        1 => PORT_MIN: Be<u16>,
        /// Last port, big-endian; if absent, the first.
        2 => PORT_MAX: Be<u16>,
    }
}

attributes! {
    /// Packet and byte counters of one direction.
    pub ConntrackCounters "CTA_COUNTERS_" {
        /// Packets, big-endian.
        1 => PACKETS: Be<u64>,
        /// Bytes, big-endian.
        2 => BYTES: Be<u64>,
        /// Packets as a 32-bit counter, big-endian; old kernels only.
        3 => PACKETS_OLD "CTA_COUNTERS32_PACKETS": Be<u32>,
        /// Bytes as a 32-bit counter, big-endian; old kernels only.
        4 => BYTES_OLD "CTA_COUNTERS32_BYTES": Be<u32>,
        /// Padding to align the 64-bit attribute that follows.
        5 => PAD: Bytes,
    }
}

attributes! {
    /// TCP sequence number adjustment of one direction, after a helper has changed the length of
    /// packets.
    pub SeqAdj "CTA_SEQADJ_" {
        /// Sequence number of the last correction, big-endian.
        1 => CORRECTION_POS: Be<u32>,
        /// Offset of sequence numbers before the correction, big-endian.
        2 => OFFSET_BEFORE: Be<i32>,
        /// Offset of sequence numbers after the correction, big-endian.
        3 => OFFSET_AFTER: Be<i32>,
    }
}

attributes! {
    /// Security context of a connection.
    pub SecCtx "CTA_SECCTX_" {
        /// Name of the context, in the format of the LSM (SELinux: `user:role:type:level`).
        1 => NAME: Text<{ usize::MAX }>,
    }
}

attributes! {
    /// Start and stop time of a connection.
    pub ConntrackTimestamp "CTA_TIMESTAMP_" {
        /// Time of creation, in nanoseconds since the Unix epoch, big-endian.
        1 => START: Be<u64>,
        /// Time of deletion, in nanoseconds since the Unix epoch, big-endian; absent while the
        /// connection exists.
        2 => STOP: Be<u64>,
        /// Padding to align the 64-bit attribute that follows.
        3 => PAD: Bytes,
    }
}

attributes! {
    /// SYN proxy state: the handshake that the kernel completed on behalf of a server.
    pub SynProxy "CTA_SYNPROXY_" {
        /// Initial sequence number (ISN) of the proxy, big-endian.
        1 => ISN: Be<u32>,
        /// Initial TCP timestamp of the proxy, big-endian.
        2 => ITS: Be<u32>,
        /// TCP timestamp offset, big-endian.
        3 => TSOFF: Be<u32>,
    }
}

attributes! {
    /// Filter of a dump or flush: the parts of each tuple that have to match.
    pub TupleFilter "CTA_FILTER_" {
        /// Parts of [`Conntrack::TUPLE_ORIG`].
        1 => ORIG_FLAGS: TupleFlags where mask(0xfff),
        /// Parts of [`Conntrack::TUPLE_REPLY`].
        2 => REPLY_FLAGS: TupleFlags where mask(0xfff),
    }
}

flags! {
    /// Parts of a tuple that have to match, in host byte order.
    pub TupleFlags "CTA_FILTER_F_CTA_": u32 {
        /// Source address has to match. For IPv6, Linux 6.18 inverts the test: it skips the
        /// connections that match.
        0x1 => IP_SRC,
        /// Destination address has to match; see [`TupleFlags::IP_SRC`] for IPv6.
        0x2 => IP_DST,
        /// Zone of the tuple has to match.
        0x4 => TUPLE_ZONE,
        /// Protocol number has to match.
        0x8 => PROTO_NUM,
        /// Source port has to match.
        0x10 => PROTO_SRC_PORT,
        /// Destination port has to match.
        0x20 => PROTO_DST_PORT,
        /// ICMPv4 message type has to match.
        0x40 => PROTO_ICMP_TYPE,
        /// ICMPv4 code has to match.
        0x80 => PROTO_ICMP_CODE,
        /// ICMPv4 identifier has to match.
        0x100 => PROTO_ICMP_ID,
        /// ICMPv6 message type has to match.
        0x200 => PROTO_ICMPV6_TYPE,
        /// ICMPv6 code has to match.
        0x400 => PROTO_ICMPV6_CODE,
        /// ICMPv6 identifier has to match.
        0x800 => PROTO_ICMPV6_ID,
    }
}

attributes! {
    /// Connection tracking statistics of one CPU; all counters are big-endian.
    pub CpuStats "CTA_STATS_" {
        /// Table lookups; old kernels only.
        1 => SEARCHED: Be<u32>,
        /// Lookups that found an entry.
        2 => FOUND: Be<u32>,
        /// New connections that were not expected; old kernels only.
        3 => NEW: Be<u32>,
        /// Invalid packets, which cannot be tracked.
        4 => INVALID: Be<u32>,
        /// Packets already attached to a connection; old kernels only.
        5 => IGNORE: Be<u32>,
        /// Entries removed; old kernels only.
        6 => DELETE: Be<u32>,
        /// Entries put on the dying list; old kernels only.
        7 => DELETE_LIST: Be<u32>,
        /// Entries inserted.
        8 => INSERT: Be<u32>,
        /// Insertions that failed, because the entry already existed.
        9 => INSERT_FAILED: Be<u32>,
        /// Packets dropped because tracking failed: the entry could not be allocated or inserted.
        10 => DROP: Be<u32>,
        /// Entries dropped early because the table was full.
        11 => EARLY_DROP: Be<u32>,
        /// Malformed packets, such as invalid ICMP messages.
        12 => ERROR: Be<u32>,
        /// Lookups restarted because the table was resized meanwhile.
        13 => SEARCH_RESTART: Be<u32>,
        /// Insertion clashes resolved: another entry with the same tuple was confirmed first.
        14 => CLASH_RESOLVE: Be<u32>,
        /// Insertions that failed because the hash chain was too long.
        15 => CHAIN_TOOLONG: Be<u32>,
    }
}

attributes! {
    /// Global connection tracking statistics.
    pub GlobalStats "CTA_STATS_GLOBAL_" {
        /// Number of entries in the table, big-endian.
        1 => ENTRIES: Be<u32>,
        /// Maximum number of entries (`net.netfilter.nf_conntrack_max`), big-endian.
        2 => MAX_ENTRIES: Be<u32>,
    }
}
