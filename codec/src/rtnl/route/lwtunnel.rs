//! Lightweight tunnels (LWT): encapsulation of a route's or next hop's packets without a tunnel
//! link of its own, carried by `RTA_ENCAP_TYPE` and `RTA_ENCAP`.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::nest::Nest;
use crate::rtnl::ids::{Label, RouteTable};
use crate::value::{Array, Be, Blob, Bytes, Embedded, Multi, Text, WithTail};

values! {
    /// Encapsulation type of a lightweight tunnel.
    pub EncapType "LWTUNNEL_ENCAP_": u16 {
        /// No encapsulation.
        0 => NONE,
        /// MPLS label stack: [`MplsTunnel`].
        1 => MPLS,
        /// Tunnel metadata over IPv4, for a tunnel link in external (collect metadata) mode:
        /// [`IpTunnel`].
        2 => IP,
        /// Identifier-locator addressing, a translation of the destination address: [`Ila`].
        3 => ILA,
        /// Tunnel metadata over IPv6, as `IP`: [`Ip6Tunnel`].
        4 => IP6,
        /// IPv6 segment routing (SRv6), headend behaviors: [`Seg6`].
        5 => SEG6,
        /// BPF programs: [`LwtBpf`].
        6 => BPF,
        /// IPv6 segment routing (SRv6), endpoint behaviors: [`Seg6Local`].
        7 => SEG6_LOCAL,
        /// RPL source routing for low-power and lossy networks (RFC 6554): [`Rpl`].
        8 => RPL,
        /// In-situ OAM for IPv6 (IOAM, RFC 9197): [`Ioam6`].
        9 => IOAM6,
        /// IPsec (xfrm) interface metadata: [`XfrmTunnel`].
        10 => XFRM,
    }
}

attributes! {
    /// MPLS encapsulation.
    pub MplsTunnel "MPLS_IPTUNNEL_" {
        /// Label stack to push, outermost label first.
        1 => DST: Array<Embedded<Label>>,
        /// TTL of the label stack entries; 0 copies the IP packet's TTL; if absent,
        /// `net.mpls.ip_ttl_propagate` decides.
        2 => TTL: u8,
    }
}

attributes! {
    /// Tunnel metadata over IPv4.
    pub IpTunnel "LWTUNNEL_IP_" {
        /// Tunnel key (GRE) or network identifier (VXLAN, Geneve VNI), big-endian.
        1 => ID: Be<u64>,
        /// Destination address of the outer header (remote endpoint).
        2 => DST: Ipv4Addr,
        /// Source address of the outer header (local endpoint).
        3 => SRC: Ipv4Addr,
        /// TTL of the outer header; 0 leaves the choice to the tunnel link.
        4 => TTL: u8,
        /// Type of service (DSCP and ECN) of the outer header.
        5 => TOS: u8,
        /// Options of the tunnel header, big-endian.
        6 => FLAGS: TunnelFlags,
        /// Padding to align the 64-bit attribute that follows.
        7 => PAD: Bytes,
        /// Options specific to the tunnel protocol.
        8 => OPTS: Nest<TunnelOptions>,
    }
}

attributes! {
    /// Tunnel metadata over IPv6.
    pub Ip6Tunnel "LWTUNNEL_IP6_" {
        /// Tunnel key (GRE) or network identifier (VXLAN, Geneve VNI), big-endian.
        1 => ID: Be<u64>,
        /// Destination address of the outer header (remote endpoint).
        2 => DST: Ipv6Addr,
        /// Source address of the outer header (local endpoint).
        3 => SRC: Ipv6Addr,
        /// Hop limit of the outer header; 0 leaves the choice to the tunnel link.
        4 => HOPLIMIT: u8,
        /// Traffic class (DSCP and ECN) of the outer header.
        5 => TC: u8,
        /// Options of the tunnel header, big-endian.
        6 => FLAGS: TunnelFlags,
        /// Padding to align the 64-bit attribute that follows.
        7 => PAD: Bytes,
        /// Options specific to the tunnel protocol.
        8 => OPTS: Nest<TunnelOptions>,
    }
}

flags! {
    /// Options of a tunnel header.
    pub TunnelFlags "TUNNEL_": Be<u16> {
        /// Checksum (GRE, UDP).
        0x1 => CSUM,
        /// Routing field (GRE source routing).
        0x2 => ROUTING,
        /// Tunnel key.
        0x4 => KEY,
        /// Sequence numbers.
        0x8 => SEQ,
        /// Strict source routing (GRE).
        0x10 => STRICT,
        /// Recursion control (GRE).
        0x20 => REC,
        /// GRE version other than 0.
        0x40 => VERSION,
        /// No tunnel key.
        0x80 => NO_KEY,
        /// Don't-fragment bit (DF) in the outer IPv4 header.
        0x100 => DONT_FRAGMENT,
        /// OAM packet, addressed to the tunnel endpoint itself.
        0x200 => OAM,
        /// Critical options, which the endpoint must understand.
        0x400 => CRIT_OPT,
        /// Geneve options.
        0x800 => GENEVE_OPT,
        /// VXLAN options (group policy).
        0x1000 => VXLAN_OPT,
        /// No caching of the outer header's route.
        0x2000 => NOCACHE,
        /// ERSPAN options.
        0x4000 => ERSPAN_OPT,
        /// GTP options.
        0x8000 => GTP_OPT,
    }
}

attributes! {
    /// Tunnel options, by protocol.
    pub TunnelOptions "LWTUNNEL_IP_OPTS_" {
        /// Geneve option; a request has one nest for each option, a reply one nest for all of them.
        1 => GENEVE: Multi<Nest<GeneveOption>>,
        /// VXLAN options.
        2 => VXLAN: Nest<VxlanOption>,
        /// ERSPAN options.
        3 => ERSPAN: Nest<ErspanOption>,
    }
}

attributes! {
    /// Geneve option (RFC 8926); in a reply the three attributes repeat for each option.
    pub GeneveOption "LWTUNNEL_IP_OPT_GENEVE_" {
        /// Option class, the namespace of the type, big-endian.
        1 => CLASS: Multi<Be<u16>>,
        /// Option type; the highest bit marks a critical option.
        2 => TYPE: Multi<u8>,
        /// Option data, a multiple of 4 bytes, at most 124.
        3 => DATA: Multi<Blob<0, 127>>,
    }
}

attributes! {
    /// VXLAN extension of a tunnel header.
    pub VxlanOption "LWTUNNEL_IP_OPT_VXLAN_" {
        /// Group policy ID (VXLAN-GBP).
        1 => GBP: u32,
    }
}

attributes! {
    /// ERSPAN header fields of a mirrored packet.
    pub ErspanOption "LWTUNNEL_IP_OPT_ERSPAN_" {
        /// ERSPAN version: 1 (type II) has `INDEX`, 2 (type III) has `DIR` and `HWID`.
        1 => VER: u8,
        /// Index of the mirrored port, big-endian.
        2 => INDEX: Be<u32>,
        /// Direction of the mirrored traffic: 0 ingress, 1 egress.
        3 => DIR: u8,
        /// Hardware ID of the ERSPAN engine.
        4 => HWID: u8,
    }
}

attributes! {
    /// Identifier-locator addressing (ILA): translation of IPv6 destination addresses.
    pub Ila "ILA_ATTR_" {
        /// Locator that replaces the upper 64 bits of the address, big-endian.
        1 => LOCATOR: Be<u64>,
        /// Unused.
        2 => IDENTIFIER: Be<u64>,
        /// Locator that an address has to have to be translated, big-endian; generic netlink family
        /// `ila` only, routes ignore it.
        3 => LOCATOR_MATCH: Be<u64>,
        /// Interface index of the incoming link; generic netlink family `ila` only, routes ignore
        /// it.
        4 => IFINDEX: i32,
        /// Unused.
        5 => DIR: u32,
        /// Padding to align the 64-bit attribute that follows.
        6 => PAD: Bytes,
        /// Checksum handling.
        7 => CSUM_MODE: IlaChecksum,
        /// Identifier type, the meaning of the lower 64 bits.
        8 => IDENT_TYPE: IlaIdentifier,
        /// Hook where the translation takes place.
        9 => HOOK_TYPE: IlaHook,
    }
}

values! {
    /// Checksum handling of an ILA translation.
    pub IlaChecksum "ILA_CSUM_": u8 {
        /// Adjusts the transport-layer checksum.
        0 => ADJUST_TRANSPORT,
        /// Checksum-neutral mapping: adjusts the identifier and sets its C-bit.
        1 => NEUTRAL_MAP,
        /// Leaves checksums as they are.
        2 => NO_ACTION,
        /// Checksum-neutral mapping without the C-bit.
        3 => NEUTRAL_MAP_AUTO,
    }
}

values! {
    /// Identifier type of an ILA address.
    pub IlaIdentifier "ILA_ATYPE_": u8 {
        /// Interface identifier.
        0 => IID,
        /// Locally unique identifier.
        1 => LUID,
        /// Virtual network identifier with an IPv4 address.
        2 => VIRT_V4,
        /// Virtual network identifier with an IPv6 unicast address.
        3 => VIRT_UNI_V6,
        /// Virtual network identifier with an IPv6 multicast address.
        4 => VIRT_MULTI_V6,
        /// Identifier of a non-local address.
        5 => NONLOCAL_ADDR,
        /// Reserved.
        6 => RSVD_1,
        /// Reserved.
        7 => RSVD_2,
        /// Type from the type field of the identifier itself.
        32 => USE_FORMAT,
    }
}

values! {
    /// Hook where an ILA translation takes place.
    pub IlaHook "ILA_HOOK_ROUTE_": u8 {
        /// Route output: packets that this host sends.
        0 => OUTPUT,
        /// Route input: packets that arrive.
        1 => INPUT,
    }
}

attributes! {
    /// SRv6 headend encapsulation (RFC 8986, section 5).
    pub Seg6 "SEG6_IPTUNNEL_" {
        /// Encapsulation mode and segment routing header (SRH).
        1 => SRH: WithTail<Seg6Encap, SegmentList>,
        /// Source address of the outer header; if absent, that of the network namespace or the
        /// link.
        2 => SRC: Ipv6Addr,
        /// Routing table in which the first segment is looked up.
        3 => TABLE: RouteTable,
    }
}

structure! {
    /// SRv6 encapsulation mode, followed by the segment routing header.
    pub Seg6Encap "struct seg6_iptunnel_encap" "" (4) {
        /// Encapsulation mode.
        0 => mode: Seg6Mode,
    }
}

values! {
    /// SRv6 encapsulation mode.
    pub Seg6Mode "SEG6_IPTUN_MODE_": i32 {
        /// Inserts the SRH into the IPv6 packet itself.
        0 => INLINE,
        /// Encapsulates the packet in IPv6 with an SRH (H.Encaps).
        1 => ENCAP,
        /// Encapsulates the whole Ethernet frame in IPv6 with an SRH (H.Encaps.L2).
        2 => L2ENCAP,
        /// As `ENCAP`, with the first segment in the destination address only, not in the SRH
        /// (H.Encaps.Red).
        3 => ENCAP_RED,
        /// As `L2ENCAP`, with the first segment in the destination address only, not in the SRH
        /// (H.Encaps.L2.Red).
        4 => L2ENCAP_RED,
    }
}

/// Segment routing header (SRH, RFC 8754) with its segments, the last segment of the path first:
/// [`first_segment`](SegmentHeader::first_segment) + 1 addresses, followed by TLVs.
pub type SegmentList = WithTail<SegmentHeader, Array<Ipv6Addr>>;

structure! {
    /// Fixed part of a segment routing header (SRH), before the segments.
    pub SegmentHeader "struct ipv6_sr_hdr" "" (8) {
        /// Protocol of the header that follows, `IPPROTO_*`; the kernel fills it in.
        0 => next_header "nexthdr": u8,
        /// Length of the header in units of 8 bytes, without the first 8.
        1 => len "hdrlen": u8,
        /// Routing type: 4, segment routing.
        2 => routing_type "type": u8,
        /// Index of the next segment in the list.
        3 => segments_left: u8,
        /// Index of the last entry of the list, which is the first segment of the path (Last
        /// Entry).
        4 => first_segment: u8,
        /// Flags of the packet.
        5 => flags: SegmentFlags,
        /// Tag that marks packets of one class, big-endian.
        6 => tag: u16 as Be<u16>,
    }
}

flags! {
    /// Flags of a segment routing header.
    pub SegmentFlags "SR6_FLAG1_": u8 {
        /// HMAC TLV present.
        0x8 => HMAC,
        /// Alert: important TLVs present.
        0x10 => ALERT,
        /// OAM packet.
        0x20 => OAM,
        /// Protected: already rerouted by fast reroute.
        0x40 => PROTECTED,
    }
}

attributes! {
    /// SRv6 endpoint behavior of a local segment identifier (SID).
    pub Seg6Local "SEG6_LOCAL_" {
        /// Behavior.
        1 => ACTION: Seg6Action,
        /// Segment routing header that `END_B6` and `END_B6_ENCAP` apply.
        2 => SRH: SegmentList,
        /// Routing table of `END_T` and `END_DT6`.
        3 => TABLE: RouteTable,
        /// IPv4 next hop of `END_DX4`.
        4 => NH4: Ipv4Addr,
        /// IPv6 next hop of `END_X` and `END_DX6`.
        5 => NH6: Ipv6Addr,
        /// Interface index of the incoming link.
        6 => IIF: u32,
        /// Interface index of the outgoing link.
        7 => OIF: u32,
        /// BPF program of `END_BPF`.
        8 => BPF: Nest<Seg6LocalBpf>,
        /// Routing table of the VRF in which `END_DT4`, `END_DT6` and `END_DT46` look up the inner
        /// destination.
        9 => VRFTABLE: RouteTable,
        /// Packet counters; a request enables them with a nest that has all three, whatever their
        /// values.
        10 => COUNTERS: Nest<Seg6LocalCounters>,
        /// Flavors of the behavior.
        11 => FLAVORS: Nest<Seg6LocalFlavors>,
    }
}

values! {
    /// SRv6 endpoint behavior, named as in RFC 8986.
    pub Seg6Action "SEG6_LOCAL_ACTION_": u32 {
        /// Unspecified.
        0 => UNSPEC,
        /// Endpoint: forwards the packet to the next segment.
        1 => END,
        /// As `END`, by a given IPv6 next hop (layer-3 cross-connect).
        2 => END_X,
        /// As `END`, by a lookup in a given routing table.
        3 => END_T,
        /// Decapsulates the Ethernet frame and sends it through a given link (layer-2
        /// cross-connect).
        4 => END_DX2,
        /// Decapsulates the IPv6 packet and sends it to a given next hop.
        5 => END_DX6,
        /// Decapsulates the IPv4 packet and sends it to a given next hop.
        6 => END_DX4,
        /// Decapsulates the IPv6 packet and looks it up in a given routing table.
        7 => END_DT6,
        /// Decapsulates the IPv4 packet and looks it up in a given routing table.
        8 => END_DT4,
        /// Inserts another SRH into the packet (bound to an SRv6 policy).
        9 => END_B6,
        /// Encapsulates the packet in IPv6 with another SRH (bound to an SRv6 policy).
        10 => END_B6_ENCAP,
        /// Pushes an MPLS label stack (bound to an SR-MPLS policy).
        11 => END_BM,
        /// Looks up the last segment in a table.
        12 => END_S,
        /// Static proxy for an SR-unaware service.
        13 => END_AS,
        /// Masquerading proxy for an SR-unaware service.
        14 => END_AM,
        /// Runs a BPF program.
        15 => END_BPF,
        /// Decapsulates the IPv4 or IPv6 packet and looks it up in a given routing table.
        16 => END_DT46,
    }
}

attributes! {
    /// BPF program of an SRv6 endpoint behavior.
    pub Seg6LocalBpf "SEG6_LOCAL_BPF_" {
        /// File descriptor of the program in a request, its ID in a reply.
        1 => PROG: u32,
        /// Name of the program.
        2 => PROG_NAME: Text<256>,
    }
}

attributes! {
    /// Counters of an SRv6 endpoint behavior.
    pub Seg6LocalCounters "SEG6_LOCAL_CNT_" {
        /// Padding to align the 64-bit attribute that follows.
        1 => PAD: Bytes,
        /// Packets processed without error.
        2 => PACKETS: u64,
        /// Bytes of the packets processed without error.
        3 => BYTES: u64,
        /// Packets dropped or processed with an error.
        4 => ERRORS: u64,
    }
}

attributes! {
    /// Flavors of an SRv6 endpoint behavior.
    pub Seg6LocalFlavors "SEG6_LOCAL_FLV_" {
        /// Flavors in effect.
        1 => OPERATION: Seg6Flavor,
        /// Length of the locator block of NEXT-C-SID, in bits, default 32.
        2 => LCBLOCK_BITS: u8,
        /// Length of the locator node and function of NEXT-C-SID, in bits, default 16.
        3 => LCNODE_FN_BITS: u8,
    }
}

flags! {
    /// Flavors of an SRv6 endpoint behavior: bit `1 << SEG6_LOCAL_FLV_OP_*`.
    pub Seg6Flavor "SEG6_LOCAL_FLV_OP_": u32 {
        /// Penultimate segment pop: removes the SRH before the last segment.
        0x2 => PSP,
        /// Ultimate segment pop: removes the SRH at the last segment.
        0x4 => USP,
        /// Ultimate segment decapsulation: removes the outer header at the last segment.
        0x8 => USD,
        /// Compressed segment lists with NEXT-C-SID (RFC 9800).
        0x10 => NEXT_CSID,
    }
}

attributes! {
    /// BPF programs of a route.
    pub LwtBpf "LWT_BPF_" {
        /// Program for packets received (`BPF_PROG_TYPE_LWT_IN`).
        1 => IN: Nest<LwtBpfProgram>,
        /// Program for packets sent, before output (`BPF_PROG_TYPE_LWT_OUT`).
        2 => OUT: Nest<LwtBpfProgram>,
        /// Program for packets about to be transmitted (`BPF_PROG_TYPE_LWT_XMIT`).
        3 => XMIT: Nest<LwtBpfProgram>,
        /// Headroom that the `XMIT` program may use, in bytes, at most 256.
        4 => XMIT_HEADROOM: u32 where max(256),
    }
}

attributes! {
    /// BPF program of a lightweight tunnel.
    pub LwtBpfProgram "LWT_BPF_PROG_" {
        /// File descriptor of the program (request only).
        1 => FD: u32,
        /// Name of the program.
        2 => NAME: Text<256>,
    }
}

attributes! {
    /// RPL source routing (RFC 6554).
    pub Rpl "RPL_IPTUNNEL_" {
        /// Source routing header with its addresses.
        1 => SRH: WithTail<RplHeader, Array<Ipv6Addr>>,
    }
}

structure! {
    /// Fixed part of an RPL source routing header, before the addresses.
    pub RplHeader "struct ipv6_rpl_sr_hdr" "" (8) {
        /// Protocol of the header that follows, `IPPROTO_*`; the kernel fills it in.
        0 => next_header "nexthdr": u8,
        /// Length of the header in units of 8 bytes, without the first 8.
        1 => len "hdrlen": u8,
        /// Routing type: 3, RPL source route.
        2 => routing_type "type": u8,
        /// Number of addresses still to be visited.
        3 => segments_left: u8,
        /// Prefix bytes elided from each address but the last (`cmpri`, upper 4 bits) and from the
        /// last (`cmpre`, lower 4 bits).
        4 => compressed: u8,
        /// Bytes of padding after the addresses, in the upper 4 bits.
        5 => padding "pad": u8,
    }
}

attributes! {
    /// In-situ OAM for IPv6: a pre-allocated trace option in which nodes on the path record data.
    pub Ioam6 "IOAM6_IPTUNNEL_" {
        /// Mode of insertion.
        1 => MODE: Ioam6Mode where range(1, 3),
        /// Destination address of the outer header, for the modes `ENCAP` and `AUTO`.
        2 => DST: Ipv6Addr,
        /// Trace option header, a template for the packets.
        3 => TRACE: Embedded<Ioam6Trace>,
        /// Insertion frequency: `FREQ_K` of every `FREQ_N` packets get the option; 1 to 1 000 000.
        4 => FREQ_K: u32 where range(1, 1_000_000),
        /// Packets that `FREQ_K` refers to; 1 to 1 000 000, at least `FREQ_K`.
        5 => FREQ_N: u32 where range(1, 1_000_000),
        /// Source address of the outer header.
        6 => SRC: Ipv6Addr,
    }
}

values! {
    /// Mode of inserting an IOAM option.
    pub Ioam6Mode "IOAM6_IPTUNNEL_MODE_": u8 {
        /// Inserts the option into the packet itself.
        1 => INLINE,
        /// Encapsulates the packet in IPv6 with the option.
        2 => ENCAP,
        /// Inserts into packets that this host sends, encapsulates those that it forwards.
        3 => AUTO,
    }
}

structure! {
    /// Header of an IOAM trace option.
    pub Ioam6Trace "struct ioam6_trace_hdr" "" (8) {
        /// IOAM namespace ID, big-endian.
        0 => namespace "namespace_id": u16 as Be<u16>,
        /// Length of the data that each node adds, in units of 4 bytes (upper 5 bits), and the
        /// overflow flag (bit 2).
        2 => node_len "nodelen": u8,
        /// Space left for node data, in units of 4 bytes (lower 7 bits).
        3 => remaining "remlen": u8,
        /// IOAM trace type: data fields that each node adds, a bit each from the highest (bit 0)
        /// down; the lowest 8 bits are reserved. Big-endian.
        4 => trace_type "type_be32": u32 as Be<u32>,
    }
}

attributes! {
    /// Metadata for an xfrm interface in external (collect metadata) mode.
    pub XfrmTunnel "LWT_XFRM_" {
        /// Xfrm interface ID (`if_id`) that policies and states match, at least 1.
        1 => IF_ID: u32 where min(1),
        /// Interface index of the underlying link, at least 1.
        2 => LINK: u32 where min(1),
    }
}
