//! What a route puts around packets.

use core::net::Ipv6Addr;

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::lwtunnel::{
    EncapType, Ila, Ioam6, Ip6Tunnel, IpTunnel, LwtBpf, LwtBpfProgram, MplsTunnel, Rpl, Seg6,
    Seg6Local, Seg6LocalBpf, Seg6LocalCounters, Seg6LocalFlavors, TunnelFlags, TunnelOptions,
    XfrmTunnel,
};
use barelink_codec::value::Items;
use barelink_transport::Channel;

use super::index::Payloads;
use super::names::{self, Names};
use super::output::Value;
use super::pen::Pen;
use super::prefix::{Address, Digits, V6};
use super::sheet::{self, Form, Sheet, by, sheet, show};

const TYPES: Names = "none,mpls,ip,ila,ip6,seg6,bpf,seg6local,rpl,ioam6,xfrm";

/// Prints what is put around packets: of this type, in these bytes.
pub fn print<C: Channel>(pen: &mut Pen<'_, '_, C>, kind: EncapType, encap: &[u8]) {
    pen.out.object(Some("encap"));
    let name = names::name(kind.0.into(), TYPES).filter(|_| kind.0 != 0).unwrap_or("unknown");
    pen.out.string("encap_type", " encap {} ", &name);
    let from = &Payloads::new(encap);
    match kind {
        EncapType::MPLS => print_mpls(pen, from),
        EncapType::IP => {
            sheet::print(pen, from, &IP);
            print_tunnel(pen, from.get(IpTunnel::FLAGS), from.at(IpTunnel::OPTS.number()));
        }
        EncapType::IP6 => {
            sheet::print(pen, from, &IP6);
            print_tunnel(pen, from.get(Ip6Tunnel::FLAGS), from.at(Ip6Tunnel::OPTS.number()));
        }
        EncapType::ILA => print_ila(pen, from),
        EncapType::SEG6 => print_seg6(pen, from),
        EncapType::SEG6_LOCAL => print_seg6_local(pen, from),
        EncapType::RPL => print_rpl(pen, from),
        EncapType::IOAM6 => print_ioam6(pen, from),
        EncapType::BPF => print_bpf(pen, from),
        EncapType::XFRM => sheet::print(pen, from, &XFRM),
        _ => {}
    }
    pen.out.end_object();
}

const IP: Sheet = sheet! {
    "id" => show(IpTunnel::ID),
    "src" => show(IpTunnel::SRC),
    "dst" => show(IpTunnel::DST),
    "ttl" => show(IpTunnel::TTL),
    "tos" => show(IpTunnel::TOS),
};
const IP6: Sheet = sheet! {
    "id" => show(Ip6Tunnel::ID),
    "src" => show(Ip6Tunnel::SRC),
    "dst" => show(Ip6Tunnel::DST),
    "hoplimit" => show(Ip6Tunnel::HOPLIMIT),
    "tc" => show(Ip6Tunnel::TC),
};
const XFRM: Sheet = sheet! {
    "if_id" => by(XfrmTunnel::IF_ID, Form::Hex),
    "link_dev" => by(XfrmTunnel::LINK, Form::Link),
};

fn print_mpls<C: Channel>(pen: &mut Pen<'_, '_, C>, mpls: &Payloads<'_>) {
    if let Some(labels) = mpls.at(MplsTunnel::DST.number()) {
        pen.out.string("dst", " {} ", &Address(AddressFamily::MPLS, labels));
    }
    sheet::print(pen, mpls, &sheet! { "ttl" => show(MplsTunnel::TTL) });
}

/// What a tunnel's header has, and its options.
fn print_tunnel<C: Channel>(
    pen: &mut Pen<'_, '_, C>,
    flags: Option<TunnelFlags>,
    options: Option<&[u8]>,
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

fn print_options<C: Channel>(pen: &mut Pen<'_, '_, C>, options: &[u8]) {
    use barelink_codec::rtnl::route::lwtunnel::{ErspanOption, GeneveOption, VxlanOption};
    let options = Payloads::new(options);
    if let Some(geneve) = options.get(TunnelOptions::GENEVE) {
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
    if let Some(vxlan) = options.at(TunnelOptions::VXLAN.number()) {
        pen.out.list(Some("vxlan_opts"));
        pen.out.object(None);
        let sheet = sheet! { "gbp=vxlan_opts" => show(VxlanOption::GBP) };
        sheet::print(pen, &Payloads::new(vxlan), &sheet);
        pen.out.end_object();
        pen.out.end_list();
    }
    if let Some(erspan) = options.at(TunnelOptions::ERSPAN.number()) {
        let erspan = Payloads::new(erspan);
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

const ILA: Sheet = sheet! {
    "csum_mode| csum-mode {} :adj-transport,neutral-map,no-action,neutral-map-auto" =>
        by(Ila::CSUM_MODE, Form::Named),
    "ident_type| ident-type {} :iid,luid,virt-v4,virt-uni-v6,virt-multi-v6,nonlocal-addr,use-format=32" =>
        by(Ila::IDENT_TYPE, Form::Named),
    "hook_type| hook-type {} :output,input" => by(Ila::HOOK_TYPE, Form::Named),
};

fn print_ila<C: Channel>(pen: &mut Pen<'_, '_, C>, ila: &Payloads<'_>) {
    if let Some(locator) = ila.get(Ila::LOCATOR) {
        let part = |shift: u32| locator >> shift & 0xffff;
        let text = format_args!("{:x}:{:x}:{:x}:{:x}", part(48), part(32), part(16), part(0));
        pen.out.string("locator", " {} ", &text);
    }
    sheet::print(pen, ila, &ILA);
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
pub const SEG6_MODES: Names = "inline,encap,l2encap,encap.red,l2encap.red";

fn print_seg6<C: Channel>(pen: &mut Pen<'_, '_, C>, seg6: &Payloads<'_>) {
    let Some((encap, (header, segments))) = seg6.get(Seg6::SRH) else { return };
    let mode = names::name(encap.mode.0 as u32, SEG6_MODES).unwrap_or("<unknown>");
    pen.out.string("mode", "mode {} ", &mode);
    print_segments(pen, header.first_segment, &segments);
    sheet::print(pen, seg6, &SEG6);
}

const SEG6: Sheet = sheet! {
    "tunsrc" => show(Seg6::SRC),
    "table" => by(Seg6::TABLE, Form::Table),
};

/// What a segment has done.
pub const ACTIONS: Names = "End=1,End.X,End.T,End.DX2,End.DX6,End.DX4,End.DT6,End.DT4,End.B6,End.B6.Encaps,End.BM,End.S,End.AS,End.AM,End.BPF,End.DT46";

const LOCAL: Sheet = sheet! {
    "table" => by(Seg6Local::TABLE, Form::Table),
    "vrftable" => by(Seg6Local::VRFTABLE, Form::Table),
    "nh4" => show(Seg6Local::NH4),
    "nh6" => show(Seg6Local::NH6),
    "iif" => by(Seg6Local::IIF, Form::Link),
    "oif" => by(Seg6Local::OIF, Form::Link),
};
const COUNTERS: Sheet = sheet! {
    "packets" => show(Seg6LocalCounters::PACKETS),
    "bytes" => show(Seg6LocalCounters::BYTES),
    "errors" => show(Seg6LocalCounters::ERRORS),
};

fn print_seg6_local<C: Channel>(pen: &mut Pen<'_, '_, C>, local: &Payloads<'_>) {
    let action = local.get(Seg6Local::ACTION).map_or(0, |action| action.0);
    let name = names::name(action, ACTIONS).unwrap_or("<unknown>");
    pen.out.string("action", "action {} ", &name);
    if let Some((header, segments)) = local.get(Seg6Local::SRH) {
        pen.out.object(Some("srh"));
        print_segments(pen, header.first_segment, &segments);
        pen.out.end_object();
    }
    sheet::print(pen, local, &LOCAL);
    if let Some(program) = local.at(Seg6Local::BPF.number()) {
        let sheet = sheet! { "endpoint" => show(Seg6LocalBpf::PROG_NAME) };
        sheet::print(pen, &Payloads::new(program), &sheet);
    }
    let counters = local.at(Seg6Local::COUNTERS.number());
    if let Some(counters) = counters.filter(|_| pen.options.stats > 0) {
        pen.out.object(Some("stats64"));
        sheet::print(pen, &Payloads::new(counters), &COUNTERS);
        pen.out.end_object();
    }
    if let Some(flavors) = local.at(Seg6Local::FLAVORS.number()) {
        print_flavors(pen, &Payloads::new(flavors));
    }
}

/// What an action does besides, by its bits.
pub const FLAVORS: Names = "psp=1,usp,usd,next-csid";

fn print_flavors<C: Channel>(pen: &mut Pen<'_, '_, C>, flavors: &Payloads<'_>) {
    if let Some(set) = flavors.get(Seg6LocalFlavors::OPERATION) {
        pen.out.list(Some("flavors"));
        pen.out.words("flavors ");
        pen.out.bits(set.0, FLAVORS);
        pen.out.words(" ");
        pen.out.end_list();
    }
    let sheet = sheet! {
        "lblen" => show(Seg6LocalFlavors::LCBLOCK_BITS),
        "nflen" => show(Seg6LocalFlavors::LCNODE_FN_BITS),
    };
    sheet::print(pen, flavors, &sheet);
}

fn print_rpl<C: Channel>(pen: &mut Pen<'_, '_, C>, rpl: &Payloads<'_>) {
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

const IOAM6: Sheet = sheet! {
    "freqk|freq {}" => show(Ioam6::FREQ_K),
    "freqn|/{} " => show(Ioam6::FREQ_N),
    "mode:,inline,encap,auto" => by(Ioam6::MODE, Form::Named),
    "tunsrc" => show(Ioam6::SRC),
    "tundst" => show(Ioam6::DST),
};

fn print_ioam6<C: Channel>(pen: &mut Pen<'_, '_, C>, ioam: &Payloads<'_>) {
    sheet::print(pen, ioam, &IOAM6);
    if let Some(trace) = ioam.get(Ioam6::TRACE) {
        let trace_type = format_args!("{:#08x}", trace.trace_type >> 8);
        pen.out.words("trace prealloc ");
        pen.out.string("type", "type {} ", &trace_type);
        pen.out.any("ns", "ns {} ", trace.namespace);
        pen.out.any("size", "size {} ", u16::from(trace.remaining & 0x7f) * 4);
    }
}

fn print_bpf<C: Channel>(pen: &mut Pen<'_, '_, C>, bpf: &Payloads<'_>) {
    for (key, program) in [
        ("in", bpf.at(LwtBpf::IN.number())),
        ("out", bpf.at(LwtBpf::OUT.number())),
        ("xmit", bpf.at(LwtBpf::XMIT.number())),
    ] {
        let Some(program) = program else { continue };
        pen.out.object(Some(key));
        pen.out.words(key);
        pen.out.words(" ");
        let sheet = sheet! { "name|{} " => show(LwtBpfProgram::NAME) };
        sheet::print(pen, &Payloads::new(program), &sheet);
        pen.out.end_object();
    }
    sheet::print(pen, bpf, &sheet! { "headroom" => show(LwtBpf::XMIT_HEADROOM) });
}
