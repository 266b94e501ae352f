//! What a route puts around packets: lightweight tunnels, which need no link of their own.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::nest::Nest;
use crate::rtnl::ids::{Label, RouteTable};
use crate::rtnl::route::Route;
use crate::value::{Array, Be, Blob, Bytes, Embedded, Multi, Text, WithTail};

values! {
    /// What kind of thing a route puts around packets, `LWTUNNEL_ENCAP_*`.
    pub EncapType "LWTUNNEL_ENCAP_": u16 {
        /// Nothing.
        0 => NONE,
        /// Labels: [`MplsTunnel`].
        1 => MPLS,
        /// A tunnel's header, sent through a link that takes it from the route: [`IpTunnel`].
        2 => IP,
        /// Nothing, but the address is rewritten: [`Ila`].
        3 => ILA,
        /// As `IP`, by IPv6: [`Ip6Tunnel`].
        4 => IP6,
        /// A list of IPv6 addresses to go by: [`Seg6`].
        5 => SEG6,
        /// What a program does: [`Bpf`].
        6 => BPF,
        /// What this machine does as an address on such a list: [`Seg6Local`].
        7 => SEG6_LOCAL,
        /// A list of IPv6 addresses to go by, in low-power networks: [`Rpl`].
        8 => RPL,
        /// Room in which routers on the way note what they see: [`Ioam6`].
        9 => IOAM6,
        /// IPsec: [`XfrmTunnel`].
        10 => XFRM,
    }
}

attributes! {
    /// Labels around packets, `MPLS_IPTUNNEL_*`.
    pub MplsTunnel "MPLS_IPTUNNEL_" {
        /// The labels, the outermost first.
        1 => DST: Array<Embedded<Label>>,
        /// How many hops the labelled packet may make; absent or 0, as many as it had left.
        2 => TTL: u8,
    }
}

attributes! {
    /// A tunnel's header around packets, by IPv4, `LWTUNNEL_IP_*`.
    pub IpTunnel "LWTUNNEL_IP_" {
        /// The tunnel's key, or VNI.
        1 => ID: Be<u64>,
        /// The tunnel's other end.
        2 => DST: Ipv4Addr,
        /// This end.
        3 => SRC: Ipv4Addr,
        /// How many hops the outer packet may make; 0 for the usual number.
        4 => TTL: u8,
        /// The outer packet's type of service.
        5 => TOS: u8,
        /// What the header has.
        6 => FLAGS: TunnelFlags,
        /// Fills up to 8 bytes.
        7 => PAD: Bytes,
        /// The header's options, by the kind of tunnel.
        8 => OPTS: Nest<TunnelOptions>,
    }
}

attributes! {
    /// A tunnel's header around packets, by IPv6, `LWTUNNEL_IP6_*`.
    pub Ip6Tunnel "LWTUNNEL_IP6_" {
        /// The tunnel's key, or VNI.
        1 => ID: Be<u64>,
        /// The tunnel's other end.
        2 => DST: Ipv6Addr,
        /// This end.
        3 => SRC: Ipv6Addr,
        /// How many hops the outer packet may make; 0 for the usual number.
        4 => HOPLIMIT: u8,
        /// The outer packet's traffic class.
        5 => TC: u8,
        /// What the header has.
        6 => FLAGS: TunnelFlags,
        /// Fills up to 8 bytes.
        7 => PAD: Bytes,
        /// The header's options, by the kind of tunnel.
        8 => OPTS: Nest<TunnelOptions>,
    }
}

flags! {
    /// What a tunnel's header has, `TUNNEL_*`.
    pub TunnelFlags "TUNNEL_": Be<u16> {
        /// A checksum.
        0x1 => CSUM,
        /// A list of routers to go by.
        0x2 => ROUTING,
        /// A key.
        0x4 => KEY,
        /// Sequence numbers.
        0x8 => SEQ,
        /// A list of routers to go by strictly.
        0x10 => STRICT,
        /// Further headers.
        0x20 => REC,
        /// Another version.
        0x40 => VERSION,
        /// No key.
        0x80 => NO_KEY,
        /// The mark that routers must not split the packet.
        0x100 => DONT_FRAGMENT,
        /// The mark that it is for the tunnel itself.
        0x200 => OAM,
        /// Options that must be understood.
        0x400 => CRIT_OPT,
        /// Geneve's options.
        0x800 => GENEVE_OPT,
        /// VXLAN's options.
        0x1000 => VXLAN_OPT,
        /// A route that must not be remembered.
        0x2000 => NOCACHE,
        /// ERSPAN's options.
        0x4000 => ERSPAN_OPT,
        /// GTP's options.
        0x8000 => GTP_OPT,
    }
}

attributes! {
    /// A tunnel's options by kind, `LWTUNNEL_IP_OPTS_*`.
    pub TunnelOptions "LWTUNNEL_IP_OPTS_" {
        /// Geneve's. Each goes in one of its own; the kernel answers with all in one.
        1 => GENEVE: Multi<Nest<GeneveOption>>,
        /// VXLAN's.
        2 => VXLAN: Nest<VxlanOption>,
        /// ERSPAN's.
        3 => ERSPAN: Nest<ErspanOption>,
    }
}

attributes! {
    /// Geneve's options, `LWTUNNEL_IP_OPT_GENEVE_*`. As the kernel answers, the three repeat.
    pub GeneveOption "LWTUNNEL_IP_OPT_GENEVE_" {
        /// Who gives the type its meaning.
        1 => CLASS: Multi<Be<u16>>,
        /// What it means.
        2 => TYPE: Multi<u8>,
        /// What it says, a multiple of 4 bytes.
        3 => DATA: Multi<Blob<0, 127>>,
    }
}

attributes! {
    /// VXLAN's options, `LWTUNNEL_IP_OPT_VXLAN_*`.
    pub VxlanOption "LWTUNNEL_IP_OPT_VXLAN_" {
        /// The group policy.
        1 => GBP: u32,
    }
}

attributes! {
    /// ERSPAN's options, `LWTUNNEL_IP_OPT_ERSPAN_*`.
    pub ErspanOption "LWTUNNEL_IP_OPT_ERSPAN_" {
        /// The version: 1 has `INDEX`, 2 has `DIR` and `HWID`.
        1 => VER: u8,
        /// The port that the packet was seen on.
        2 => INDEX: Be<u32>,
        /// Whether the packet came in (0) or went out (1).
        3 => DIR: u8,
        /// The hardware that saw it.
        4 => HWID: u8,
    }
}

attributes! {
    /// How an address is rewritten, by identifier and locator, `ILA_ATTR_*`.
    pub Ila "ILA_ATTR_" {
        /// The upper half of the new address.
        1 => LOCATOR: Be<u64>,
        /// Unused.
        2 => IDENTIFIER: Be<u64>,
        /// The upper half that an address must have to be rewritten.
        3 => LOCATOR_MATCH: Be<u64>,
        /// The link that packets must come in by.
        4 => IFINDEX: i32,
        /// Unused.
        5 => DIR: u32,
        /// Fills up to 8 bytes.
        6 => PAD: Bytes,
        /// How checksums stay right.
        7 => CSUM_MODE: IlaChecksum,
        /// What the lower half is.
        8 => IDENT_TYPE: IlaIdentifier,
        /// When it is rewritten.
        9 => HOOK_TYPE: IlaHook,
    }
}

values! {
    /// How checksums stay right when an address is rewritten, `ILA_CSUM_*`.
    pub IlaChecksum "ILA_CSUM_": u8 {
        /// The transport's checksum is adjusted.
        0 => ADJUST_TRANSPORT,
        /// The address is adjusted, so that the sum stays the same.
        1 => NEUTRAL_MAP,
        /// Not at all.
        2 => NO_ACTION,
        /// As `NEUTRAL_MAP`, without a bit that says so.
        3 => NEUTRAL_MAP_AUTO,
    }
}

values! {
    /// What the lower half of an address is, `ILA_ATYPE_*`.
    pub IlaIdentifier "ILA_ATYPE_": u8 {
        /// An interface's identifier.
        0 => IID,
        /// A unique number.
        1 => LUID,
        /// A virtual network's IPv4 address.
        2 => VIRT_V4,
        /// A virtual network's IPv6 address.
        3 => VIRT_UNI_V6,
        /// A virtual network's multicast address.
        4 => VIRT_MULTI_V6,
        /// An address that is not local.
        5 => NONLOCAL_ADDR,
        /// Unused.
        6 => RSVD_1,
        /// Unused.
        7 => RSVD_2,
        /// The address itself tells.
        32 => USE_FORMAT,
    }
}

values! {
    /// When an address is rewritten, `ILA_HOOK_ROUTE_*`.
    pub IlaHook "ILA_HOOK_ROUTE_": u8 {
        /// As packets go out.
        0 => OUTPUT,
        /// As packets come in.
        1 => INPUT,
    }
}

attributes! {
    /// A list of IPv6 addresses to go by, `SEG6_IPTUNNEL_*`.
    pub Seg6 "SEG6_IPTUNNEL_" {
        /// How the list is put into packets, and the list itself.
        1 => SRH: WithTail<Seg6Encap, SegmentList>,
        /// The outer packet's source.
        2 => SRC: Ipv6Addr,
        /// The table that the first address is looked up in.
        3 => TABLE: RouteTable,
    }
}

structure! {
    /// `struct seg6_iptunnel_encap`, before the list.
    pub Seg6Encap "struct seg6_iptunnel_encap" "" (4) {
        /// How the list is put into packets.
        0 => mode: Seg6Mode,
    }
}

values! {
    /// How a list of addresses is put into packets, `SEG6_IPTUN_MODE_*`.
    pub Seg6Mode "SEG6_IPTUN_MODE_": i32 {
        /// Into the packet as it is.
        0 => INLINE,
        /// Into a packet around it.
        1 => ENCAP,
        /// Into a packet around the whole frame.
        2 => L2ENCAP,
        /// As `ENCAP`, but the first address stands in the packet's header only.
        3 => ENCAP_RED,
        /// As `L2ENCAP`, but the first address stands in the packet's header only.
        4 => L2ENCAP_RED,
    }
}

/// A header that lists IPv6 addresses to go by, the last one first. There are
/// [`first_segment`](SegmentHeader::first_segment) and one more; what follows them are options.
pub type SegmentList = WithTail<SegmentHeader, Array<Ipv6Addr>>;

structure! {
    /// `struct ipv6_sr_hdr`, before the addresses.
    pub SegmentHeader "struct ipv6_sr_hdr" "" (8) {
        /// What follows it in the packet, `IPPROTO_*`; the kernel fills it in.
        0 => next_header: u8,
        /// How many times 8 bytes it has, less the first 8.
        1 => len: u8,
        /// 4.
        2 => kind: u8,
        /// Where in the list the packet goes next.
        3 => segments_left: u8,
        /// Where in the list the first address is.
        4 => first_segment: u8,
        /// What else it says.
        5 => flags: SegmentFlags,
        /// A number for packets that are alike.
        6 => tag: u16 as Be<u16>,
    }
}

flags! {
    /// What a list of addresses says besides, `SR6_FLAG1_*`.
    pub SegmentFlags "SR6_FLAG1_": u8 {
        /// An option signs it.
        0x8 => HMAC,
        /// Something important follows.
        0x10 => ALERT,
        /// It tests the way.
        0x20 => OAM,
        /// It is already on a detour.
        0x40 => PROTECTED,
    }
}

attributes! {
    /// What a machine does as an address on such a list, `SEG6_LOCAL_*`.
    pub Seg6Local "SEG6_LOCAL_" {
        /// What it does.
        1 => ACTION: Seg6Action,
        /// The list to put on top.
        2 => SRH: SegmentList,
        /// The table to look the next address up in.
        3 => TABLE: RouteTable,
        /// The IPv4 next hop.
        4 => NH4: Ipv4Addr,
        /// The IPv6 next hop.
        5 => NH6: Ipv6Addr,
        /// The link that answers come in by.
        6 => IIF: u32,
        /// The link that packets go out by.
        7 => OIF: u32,
        /// The program that decides.
        8 => BPF: Nest<Seg6LocalBpf>,
        /// The table of a VRF to look the inner destination up in.
        9 => VRFTABLE: RouteTable,
        /// How many packets it has seen. To have it count, put an empty one in.
        10 => COUNTERS: Nest<Seg6LocalCounters>,
        /// How it does it.
        11 => FLAVORS: Nest<Seg6LocalFlavors>,
    }
}

values! {
    /// What a machine does as an address on a list, `SEG6_LOCAL_ACTION_*`. Their names are those of
    /// RFC 8986.
    pub Seg6Action "SEG6_LOCAL_ACTION_": u32 {
        /// Nothing that would be known.
        0 => UNSPEC,
        /// Sends the packet to the next address.
        1 => END,
        /// The same, by a given next hop.
        2 => END_X,
        /// The same, by a given table.
        3 => END_T,
        /// Takes the frame out, and sends it out by a given link.
        4 => END_DX2,
        /// Takes the IPv6 packet out, and sends it to a given next hop.
        5 => END_DX6,
        /// Takes the IPv4 packet out, and sends it to a given next hop.
        6 => END_DX4,
        /// Takes the IPv6 packet out, and looks it up in a given table.
        7 => END_DT6,
        /// Takes the IPv4 packet out, and looks it up in a given table.
        8 => END_DT4,
        /// Puts another list into the packet.
        9 => END_B6,
        /// Puts another list around the packet.
        10 => END_B6_ENCAP,
        /// Puts labels on the packet.
        11 => END_BM,
        /// Looks the last address up in a table of names.
        12 => END_S,
        /// Hands the packet to a machine that knows nothing of lists.
        13 => END_AS,
        /// The same, the list hidden in the packet.
        14 => END_AM,
        /// Asks a program.
        15 => END_BPF,
        /// Takes the packet out, IPv4 or IPv6, and looks it up in a given table.
        16 => END_DT46,
    }
}

attributes! {
    /// A program that decides, `SEG6_LOCAL_BPF_*`.
    pub Seg6LocalBpf "SEG6_LOCAL_BPF_" {
        /// Its file descriptor when it is set, its number when asked.
        1 => PROG: u32,
        /// Its name.
        2 => PROG_NAME: Text<256>,
    }
}

attributes! {
    /// How many packets an address on a list has seen, `SEG6_LOCAL_CNT_*`.
    pub Seg6LocalCounters "SEG6_LOCAL_CNT_" {
        /// Fills up to 8 bytes.
        1 => PAD: Bytes,
        /// How many went well.
        2 => PACKETS: u64,
        /// How many bytes those had.
        3 => BYTES: u64,
        /// How many went wrong.
        4 => ERRORS: u64,
    }
}

attributes! {
    /// How an address on a list does what it does, `SEG6_LOCAL_FLV_*`.
    pub Seg6LocalFlavors "SEG6_LOCAL_FLV_" {
        /// What differs from the usual.
        1 => OPERATION: Seg6Flavor,
        /// How many bits all compressed addresses begin with.
        2 => LCBLOCK_BITS: u8,
        /// How many bits each compressed address has.
        3 => LCNODE_FN_BITS: u8,
    }
}

flags! {
    /// What an address on a list does differently, `SEG6_LOCAL_FLV_OP_*`, each by the bit of its
    /// number.
    pub Seg6Flavor "SEG6_LOCAL_FLV_OP_": u32 {
        /// Takes the list off before the last address.
        0x2 => PSP,
        /// Takes the list off at the last address.
        0x4 => USP,
        /// Takes the outer packet off at the last address.
        0x8 => USD,
        /// Goes by compressed addresses.
        0x10 => NEXT_CSID,
    }
}

attributes! {
    /// Programs that packets go through, `LWT_BPF_*`.
    pub Bpf "LWT_BPF_" {
        /// For packets that come in.
        1 => IN: Nest<BpfProgram>,
        /// For packets that go out.
        2 => OUT: Nest<BpfProgram>,
        /// For packets that are about to be sent.
        3 => XMIT: Nest<BpfProgram>,
        /// How many bytes the last may put in front.
        4 => XMIT_HEADROOM: u32 where max(256),
    }
}

attributes! {
    /// A program, `LWT_BPF_PROG_*`.
    pub BpfProgram "LWT_BPF_PROG_" {
        /// Its file descriptor, when it is set.
        1 => FD: u32,
        /// Its name.
        2 => NAME: Text<256>,
    }
}

attributes! {
    /// A list of IPv6 addresses to go by in low-power networks, `RPL_IPTUNNEL_*`.
    pub Rpl "RPL_IPTUNNEL_" {
        /// The list.
        1 => SRH: WithTail<RplHeader, Array<Ipv6Addr>>,
    }
}

structure! {
    /// `struct ipv6_rpl_sr_hdr`, before the addresses.
    pub RplHeader "struct ipv6_rpl_sr_hdr" "" (8) {
        /// What follows it in the packet, `IPPROTO_*`; the kernel fills it in.
        0 => next_header: u8,
        /// How many times 8 bytes it has, less the first 8.
        1 => len: u8,
        /// 3.
        2 => kind: u8,
        /// Where in the list the packet goes next.
        3 => segments_left: u8,
        /// How many bytes are left out of the addresses (the upper 4 bits), and out of the last one.
        4 => compressed: u8,
        /// How many bytes of padding there are, in the upper 4 bits.
        5 => padding: u8,
    }
}

attributes! {
    /// Room in which routers on the way note what they see, `IOAM6_IPTUNNEL_*`.
    pub Ioam6 "IOAM6_IPTUNNEL_" {
        /// How the room is put into packets.
        1 => MODE: Ioam6Mode where range(1, 3),
        /// The outer packet's destination.
        2 => DST: Ipv6Addr,
        /// What is to be noted.
        3 => TRACE: Embedded<Ioam6Trace>,
        /// Of how many packets `FREQ_N` some get the room.
        4 => FREQ_K: u32 where range(1, 1_000_000),
        /// How many packets `FREQ_K` is of.
        5 => FREQ_N: u32 where range(1, 1_000_000),
        /// The outer packet's source.
        6 => SRC: Ipv6Addr,
    }
}

values! {
    /// How room for notes is put into packets, `IOAM6_IPTUNNEL_MODE_*`.
    pub Ioam6Mode "IOAM6_IPTUNNEL_MODE_": u8 {
        /// Into the packet as it is.
        1 => INLINE,
        /// Into a packet around it.
        2 => ENCAP,
        /// Into the packet if it starts here, else into one around it.
        3 => AUTO,
    }
}

structure! {
    /// What is to be noted, `struct ioam6_trace_hdr`.
    pub Ioam6Trace "struct ioam6_trace_hdr" "" (8) {
        /// Whose notes they are.
        0 => namespace: u16 as Be<u16>,
        /// How many times 4 bytes each router writes, in the upper 5 bits; then whether the room ran
        /// out.
        2 => node_len: u8,
        /// How many times 4 bytes of room are left, in the lower 7 bits.
        3 => remaining: u8,
        /// Which facts, a bit each, from the top; the lowest 8 are none.
        4 => facts: u32 as Be<u32>,
    }
}

attributes! {
    /// IPsec for a route's packets, `LWT_XFRM_*`.
    pub XfrmTunnel "LWT_XFRM_" {
        /// The number of the interface that policies go by.
        1 => IF_ID: u32 where min(1),
        /// The index of the link under it.
        2 => LINK: u32 where min(1),
    }
}

sub_messages! {
    /// What [`Route::ENCAP`] holds, by [`Route::ENCAP_TYPE`].
    pub Encap by number Route::ENCAP_TYPE {
        EncapType::MPLS => Nest<MplsTunnel>,
        EncapType::IP => Nest<IpTunnel>,
        EncapType::ILA => Nest<Ila>,
        EncapType::IP6 => Nest<Ip6Tunnel>,
        EncapType::SEG6 => Nest<Seg6>,
        EncapType::BPF => Nest<Bpf>,
        EncapType::SEG6_LOCAL => Nest<Seg6Local>,
        EncapType::RPL => Nest<Rpl>,
        EncapType::IOAM6 => Nest<Ioam6>,
        EncapType::XFRM => Nest<XfrmTunnel>,
    }
}
