//! What a route puts around packets.

use core::fmt::Display;
use core::net::Ipv6Addr;

use barelink_codec::Attrs;
use barelink_codec::nest::Nest;
use barelink_codec::rtnl::family::AddressFamily;
use barelink_codec::rtnl::lwtunnel::{
    Bpf, BpfProgram, EncapType, Ila, Ioam6, Ip6Tunnel, IpTunnel, MplsTunnel, Rpl, Seg6, Seg6Flavor,
    Seg6Local, Seg6LocalBpf, Seg6LocalCounters, Seg6LocalFlavors, TunnelFlags, TunnelOptions,
    XfrmTunnel,
};
use barelink_codec::value::{Items, Value as Payload};
use barelink_transport::Channel;

use super::index::Index;
use super::kind::each;
use super::names::{self, Names, TABLES};
use super::output::Value;
use super::pen::Pen;
use super::prefix::{Address, Digits, V6};

const TYPES: Names = &[
    (1, "mpls"),
    (2, "ip"),
    (3, "ila"),
    (4, "ip6"),
    (5, "seg6"),
    (6, "bpf"),
    (7, "seg6local"),
    (8, "rpl"),
    (9, "ioam6"),
    (10, "xfrm"),
];

/// Prints what is put around packets: of this type, in these bytes.
pub fn print<C: Channel>(pen: &mut Pen<'_, '_, C>, kind: EncapType, encap: &[u8]) {
    fn nest<S: barelink_codec::Set>(encap: &[u8]) -> Index<'_, S> {
        Index::new(Nest::<S>::read(encap).unwrap_or(Attrs::new(&[])))
    }
    pen.out.object(Some("encap"));
    let name = names::name(kind.0.into(), TYPES).unwrap_or("unknown");
    pen.out.string("encap_type", " encap {} ", &name);
    match kind {
        EncapType::MPLS => print_mpls(pen, &nest(encap)),
        EncapType::IP => print_ip(pen, &nest(encap)),
        EncapType::IP6 => print_ip6(pen, &nest(encap)),
        EncapType::ILA => print_ila(pen, &nest(encap)),
        EncapType::SEG6 => print_seg6(pen, &nest(encap)),
        EncapType::SEG6_LOCAL => print_seg6_local(pen, &nest(encap)),
        EncapType::RPL => print_rpl(pen, &nest(encap)),
        EncapType::IOAM6 => print_ioam6(pen, &nest(encap)),
        EncapType::BPF => print_bpf(pen, &nest(encap)),
        EncapType::XFRM => print_xfrm(pen, &nest(encap)),
        _ => {}
    }
    pen.out.end_object();
}

fn print_mpls<C: Channel>(pen: &mut Pen<'_, '_, C>, mpls: &Index<'_, MplsTunnel>) {
    if let Some(labels) = mpls.payload(MplsTunnel::DST) {
        pen.out.string("dst", " {} ", &Address(AddressFamily::MPLS, labels));
    }
    each! { pen, mpls; MplsTunnel::TTL => "ttl", "ttl {} "; }
}

/// What a tunnel's header has, and its options.
fn print_tunnel<C: Channel>(
    pen: &mut Pen<'_, '_, C>,
    flags: Option<TunnelFlags>,
    options: Option<Attrs<'_, TunnelOptions>>,
) {
    let flags = flags.unwrap_or_default();
    for (flag, key, word) in [
        (TunnelFlags::KEY, "key", "key "),
        (TunnelFlags::CSUM, "csum", "csum "),
        (TunnelFlags::SEQ, "seq", "seq "),
    ] {
        if flags.contains(flag) {
            pen.out.any(key, word, true);
        }
    }
    if let Some(options) = options {
        print_options(pen, options);
    }
}

fn print_options<C: Channel>(pen: &mut Pen<'_, '_, C>, options: Attrs<'_, TunnelOptions>) {
    use barelink_codec::rtnl::lwtunnel::{ErspanOption, GeneveOption, VxlanOption};
    let index = Index::new(options);
    if let Some(geneve) = index.get(TunnelOptions::GENEVE) {
        pen.out.list(Some("geneve_opts"));
        pen.out.words("geneve_opts ");
        let (mut class, mut kind) = (0, 0);
        let mut between = "";
        for attr in geneve.iter().flatten() {
            class = attr.get(GeneveOption::CLASS).ok().flatten().unwrap_or(class);
            kind = attr.get(GeneveOption::TYPE).ok().flatten().unwrap_or(kind);
            let Ok(Some(data)) = attr.get(GeneveOption::DATA) else { continue };
            pen.out.object(None);
            pen.out.key("class", class);
            pen.out.key("type", kind);
            pen.out.key_string("data", &Digits(data));
            pen.out.text(format_args!("{between}{class}:{kind}:{}", Digits(data)));
            pen.out.end_object();
            between = ",";
        }
        pen.out.words(" ");
        pen.out.end_list();
    }
    if let Some(vxlan) = index.nest(TunnelOptions::VXLAN) {
        pen.out.list(Some("vxlan_opts"));
        pen.out.object(None);
        each! { pen, vxlan; VxlanOption::GBP => "gbp", "vxlan_opts {} "; }
        pen.out.end_object();
        pen.out.end_list();
    }
    if let Some(erspan) = index.nest(TunnelOptions::ERSPAN) {
        pen.out.list(Some("erspan_opts"));
        pen.out.object(None);
        let version = erspan.get(ErspanOption::VER).unwrap_or(0);
        let index = erspan.get(ErspanOption::INDEX).unwrap_or(0);
        let direction = erspan.get(ErspanOption::DIR).unwrap_or(0);
        let hardware = erspan.get(ErspanOption::HWID).unwrap_or(0);
        pen.out.key("ver", version);
        pen.out.key("index", index);
        pen.out.key("dir", direction);
        pen.out.key("hwid", hardware);
        pen.out.text(format_args!("erspan_opts {version}:{index}:{direction}:{hardware} "));
        pen.out.end_object();
        pen.out.end_list();
    }
}

fn print_ip<C: Channel>(pen: &mut Pen<'_, '_, C>, ip: &Index<'_, IpTunnel>) {
    each! { pen, ip; IpTunnel::ID => "id", "id {} "; }
    if let Some(source) = ip.get(IpTunnel::SRC) {
        pen.out.string("src", "src {} ", &source);
    }
    if let Some(destination) = ip.get(IpTunnel::DST) {
        pen.out.string("dst", "dst {} ", &destination);
    }
    each! { pen, ip;
        IpTunnel::TTL => "ttl", "ttl {} ";
        IpTunnel::TOS => "tos", "tos {} ";
    }
    print_tunnel(pen, ip.get(IpTunnel::FLAGS), ip.get(IpTunnel::OPTS));
}

fn print_ip6<C: Channel>(pen: &mut Pen<'_, '_, C>, ip: &Index<'_, Ip6Tunnel>) {
    each! { pen, ip; Ip6Tunnel::ID => "id", "id {} "; }
    if let Some(source) = ip.get(Ip6Tunnel::SRC) {
        pen.out.string("src", "src {} ", &V6(source));
    }
    if let Some(destination) = ip.get(Ip6Tunnel::DST) {
        pen.out.string("dst", "dst {} ", &V6(destination));
    }
    each! { pen, ip;
        Ip6Tunnel::HOPLIMIT => "hoplimit", "hoplimit {} ";
        Ip6Tunnel::TC => "tc", "tc {} ";
    }
    print_tunnel(pen, ip.get(Ip6Tunnel::FLAGS), ip.get(Ip6Tunnel::OPTS));
}

fn print_ila<C: Channel>(pen: &mut Pen<'_, '_, C>, ila: &Index<'_, Ila>) {
    if let Some(locator) = ila.get(Ila::LOCATOR) {
        let part = |shift: u32| locator >> shift & 0xffff;
        let text = format_args!("{:x}:{:x}:{:x}:{:x}", part(48), part(32), part(16), part(0));
        pen.out.string("locator", " {} ", &text);
    }
    let mode = ila.get(Ila::CSUM_MODE).map(|mode| mode.0);
    let modes =
        &[(0, "adj-transport"), (1, "neutral-map"), (2, "no-action"), (3, "neutral-map-auto")];
    super::kind::choice(pen, "csum_mode", " csum-mode {} ", mode, modes);
    let kind = ila.get(Ila::IDENT_TYPE).map(|kind| kind.0);
    let kinds = &[
        (0, "iid"),
        (1, "luid"),
        (2, "virt-v4"),
        (3, "virt-uni-v6"),
        (4, "virt-multi-v6"),
        (5, "nonlocal-addr"),
        (32, "use-format"),
    ];
    super::kind::choice(pen, "ident_type", " ident-type {} ", kind, kinds);
    let hook = ila.get(Ila::HOOK_TYPE).map(|hook| hook.0);
    super::kind::choice(pen, "hook_type", " hook-type {} ", hook, &[(0, "output"), (1, "input")]);
}

/// The addresses to go by, from the `first` of the list down.
fn print_segments<C: Channel>(pen: &mut Pen<'_, '_, C>, first: u8, segments: &Items<'_, Ipv6Addr>) {
    pen.out.list(Some("segs"));
    pen.out.text(format_args!("segs {} [ ", u16::from(first) + 1));
    for place in (0..=first).rev() {
        let Some(segment) = segments.clone().nth(place.into()) else { continue };
        pen.out.element("{} ", Value::Text(&V6(segment)));
    }
    pen.out.words("] ");
    pen.out.end_list();
}

/// How a segment header is put in.
pub const SEG6_MODES: Names =
    &[(0, "inline"), (1, "encap"), (2, "l2encap"), (3, "encap.red"), (4, "l2encap.red")];

fn print_seg6<C: Channel>(pen: &mut Pen<'_, '_, C>, seg6: &Index<'_, Seg6>) {
    let Some((encap, (header, segments))) = seg6.get(Seg6::SRH) else { return };
    let mode = names::name(encap.mode.0 as u32, SEG6_MODES).unwrap_or("<unknown>");
    pen.out.string("mode", "mode {} ", &mode);
    print_segments(pen, header.first_segment, &segments);
    if let Some(source) = seg6.get(Seg6::SRC) {
        pen.out.string("tunsrc", "tunsrc {} ", &V6(source));
    }
    if let Some(table) = seg6.get(Seg6::TABLE) {
        pen.name("table", "table {} ", table.0, TABLES);
    }
}

/// What a segment has done.
pub const ACTIONS: Names = &[
    (1, "End"),
    (2, "End.X"),
    (3, "End.T"),
    (4, "End.DX2"),
    (5, "End.DX6"),
    (6, "End.DX4"),
    (7, "End.DT6"),
    (8, "End.DT4"),
    (9, "End.B6"),
    (10, "End.B6.Encaps"),
    (11, "End.BM"),
    (12, "End.S"),
    (13, "End.AS"),
    (14, "End.AM"),
    (15, "End.BPF"),
    (16, "End.DT46"),
];

fn print_seg6_local<C: Channel>(pen: &mut Pen<'_, '_, C>, local: &Index<'_, Seg6Local>) {
    let action = local.get(Seg6Local::ACTION).map_or(0, |action| action.0);
    let name = names::name(action, ACTIONS).unwrap_or("<unknown>");
    pen.out.string("action", "action {} ", &name);
    if let Some((header, segments)) = local.get(Seg6Local::SRH) {
        pen.out.object(Some("srh"));
        print_segments(pen, header.first_segment, &segments);
        pen.out.end_object();
    }
    for (key, template, table) in [
        ("table", "table {} ", local.get(Seg6Local::TABLE)),
        ("vrftable", "vrftable {} ", local.get(Seg6Local::VRFTABLE)),
    ] {
        if let Some(table) = table {
            pen.name(key, template, table.0, TABLES);
        }
    }
    if let Some(hop) = local.get(Seg6Local::NH4) {
        pen.out.string("nh4", "nh4 {} ", &hop);
    }
    if let Some(hop) = local.get(Seg6Local::NH6) {
        pen.out.string("nh6", "nh6 {} ", &V6(hop));
    }
    if let Some(link) = local.get(Seg6Local::IIF) {
        pen.device("iif", "iif {} ", link);
    }
    if let Some(link) = local.get(Seg6Local::OIF) {
        pen.device("oif", "oif {} ", link);
    }
    if let Some(program) = local.nest(Seg6Local::BPF) {
        let program: Index<'_, Seg6LocalBpf> = program;
        if let Some(name) = program.get(Seg6LocalBpf::PROG_NAME) {
            pen.out.string("endpoint", "endpoint {} ", &name);
        }
    }
    let counters: Option<Index<'_, Seg6LocalCounters>> = local.nest(Seg6Local::COUNTERS);
    if let Some(counters) = counters.filter(|_| pen.options.stats > 0) {
        pen.out.object(Some("stats64"));
        each! { pen, counters;
            Seg6LocalCounters::PACKETS => "packets", "packets {} ";
            Seg6LocalCounters::BYTES => "bytes", "bytes {} ";
            Seg6LocalCounters::ERRORS => "errors", "errors {} ";
        }
        pen.out.end_object();
    }
    if let Some(flavors) = local.nest(Seg6Local::FLAVORS) {
        print_flavors(pen, &flavors);
    }
}

/// What an action does besides.
pub const FLAVORS: Names = &[
    (Seg6Flavor::PSP.0, "psp"),
    (Seg6Flavor::USP.0, "usp"),
    (Seg6Flavor::USD.0, "usd"),
    (Seg6Flavor::NEXT_CSID.0, "next-csid"),
];

fn print_flavors<C: Channel>(pen: &mut Pen<'_, '_, C>, flavors: &Index<'_, Seg6LocalFlavors>) {
    if let Some(set) = flavors.get(Seg6LocalFlavors::OPERATION) {
        pen.out.list(Some("flavors"));
        let mut before = "flavors ";
        for (flavor, name) in FLAVORS {
            if set.0 & flavor != 0 {
                pen.out.words(before);
                pen.out.element("{}", Value::Text(name));
                before = ",";
            }
        }
        pen.out.words(" ");
        pen.out.end_list();
    }
    each! { pen, flavors;
        Seg6LocalFlavors::LCBLOCK_BITS => "lblen", "lblen {} ";
        Seg6LocalFlavors::LCNODE_FN_BITS => "nflen", "nflen {} ";
    }
}

fn print_rpl<C: Channel>(pen: &mut Pen<'_, '_, C>, rpl: &Index<'_, Rpl>) {
    let Some((header, segments)) = rpl.get(Rpl::SRH) else { return };
    let count = header.segments_left;
    pen.out.list(Some("segs"));
    pen.out.text(format_args!("segs {count} [ "));
    for segment in segments.take(count.into()) {
        pen.out.element("{} ", Value::Text(&V6(segment)));
    }
    pen.out.words("] ");
    pen.out.end_list();
}

fn print_ioam6<C: Channel>(pen: &mut Pen<'_, '_, C>, ioam: &Index<'_, Ioam6>) {
    let (k, n) = (ioam.get(Ioam6::FREQ_K), ioam.get(Ioam6::FREQ_N));
    if let (Some(k), Some(n)) = (k, n) {
        pen.out.any("freqk", "freq {}", k);
        pen.out.any("freqn", "/{} ", n);
    }
    let mode = ioam.get(Ioam6::MODE).map(|mode| mode.0);
    let modes = &[(1, "inline"), (2, "encap"), (3, "auto")];
    super::kind::choice(pen, "mode", "mode {} ", mode, modes);
    if let Some(source) = ioam.get(Ioam6::SRC) {
        pen.out.string("tunsrc", "tunsrc {} ", &V6(source));
    }
    if let Some(destination) = ioam.get(Ioam6::DST) {
        pen.out.string("tundst", "tundst {} ", &V6(destination));
    }
    if let Some(trace) = ioam.get(Ioam6::TRACE) {
        let facts = format_args!("{:#08x}", trace.facts >> 8);
        pen.out.words("trace prealloc ");
        pen.out.string("type", "type {} ", &facts);
        pen.out.any("ns", "ns {} ", trace.namespace);
        pen.out.any("size", "size {} ", u16::from(trace.remaining & 0x7f) * 4);
    }
}

fn print_bpf<C: Channel>(pen: &mut Pen<'_, '_, C>, bpf: &Index<'_, Bpf>) {
    for (key, program) in
        [("in", bpf.nest(Bpf::IN)), ("out", bpf.nest(Bpf::OUT)), ("xmit", bpf.nest(Bpf::XMIT))]
    {
        let Some(program) = program else { continue };
        let program: Index<'_, BpfProgram> = program;
        pen.out.object(Some(key));
        pen.out.text(format_args!("{key} "));
        if let Some(name) = program.get(BpfProgram::NAME) {
            pen.out.string("name", "{} ", &name as &dyn Display);
        }
        pen.out.end_object();
    }
    each! { pen, bpf; Bpf::XMIT_HEADROOM => "headroom", "headroom {} "; }
}

fn print_xfrm<C: Channel>(pen: &mut Pen<'_, '_, C>, xfrm: &Index<'_, XfrmTunnel>) {
    if let Some(id) = xfrm.get(XfrmTunnel::IF_ID) {
        pen.out.any("if_id", "if_id {} ", Value::Hex(id.into()));
    }
    if let Some(link) = xfrm.get(XfrmTunnel::LINK) {
        pen.device("link_dev", "link_dev {} ", link);
    }
}
