//! Printing of a route's lightweight tunnel (`RTA_ENCAP`).

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
use super::prefix::{Address, HexString, V6};
use super::print_table::{self, Form, PrintTable, by, print_table, show};
use super::printer::Printer;

const TYPES: Names = "none,mpls,ip,ila,ip6,seg6,bpf,seg6local,rpl,ioam6,xfrm";

/// Prints the encapsulation of this type from its attributes.
pub fn print<C: Channel>(printer: &mut Printer<'_, '_, C>, encap_type: EncapType, encap: &[u8]) {
    printer.out.object(Some("encap"));
    let name =
        names::name(encap_type.0.into(), TYPES).filter(|_| encap_type.0 != 0).unwrap_or("unknown");
    printer.out.string("encap_type", " encap {} ", &name);
    let from = &Payloads::new(encap);
    match encap_type {
        EncapType::MPLS => print_mpls(printer, from),
        EncapType::IP => {
            print_table::print(printer, from, &IP);
            print_tunnel(printer, from.get(IpTunnel::FLAGS), from.at(IpTunnel::OPTS.number()));
        }
        EncapType::IP6 => {
            print_table::print(printer, from, &IP6);
            print_tunnel(printer, from.get(Ip6Tunnel::FLAGS), from.at(Ip6Tunnel::OPTS.number()));
        }
        EncapType::ILA => print_ila(printer, from),
        EncapType::SEG6 => print_seg6(printer, from),
        EncapType::SEG6_LOCAL => print_seg6_local(printer, from),
        EncapType::RPL => print_rpl(printer, from),
        EncapType::IOAM6 => print_ioam6(printer, from),
        EncapType::BPF => print_bpf(printer, from),
        EncapType::XFRM => print_table::print(printer, from, &XFRM),
        _ => {}
    }
    printer.out.end_object();
}

const IP: PrintTable = print_table! {
    "id" => show(IpTunnel::ID),
    "src" => show(IpTunnel::SRC),
    "dst" => show(IpTunnel::DST),
    "ttl" => show(IpTunnel::TTL),
    "tos" => show(IpTunnel::TOS),
};
const IP6: PrintTable = print_table! {
    "id" => show(Ip6Tunnel::ID),
    "src" => show(Ip6Tunnel::SRC),
    "dst" => show(Ip6Tunnel::DST),
    "hoplimit" => show(Ip6Tunnel::HOPLIMIT),
    "tc" => show(Ip6Tunnel::TC),
};
const XFRM: PrintTable = print_table! {
    "if_id" => by(XfrmTunnel::IF_ID, Form::Hex),
    "link_dev" => by(XfrmTunnel::LINK, Form::Link),
};

fn print_mpls<C: Channel>(printer: &mut Printer<'_, '_, C>, mpls: &Payloads<'_>) {
    if let Some(labels) = mpls.at(MplsTunnel::DST.number()) {
        printer.out.string("dst", " {} ", &Address(AddressFamily::MPLS, labels));
    }
    print_table::print(printer, mpls, &print_table! { "ttl" => show(MplsTunnel::TTL) });
}

/// Prints the flags and options of an IP tunnel.
fn print_tunnel<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
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
            printer.out.any(key, word, true);
        }
    }
    if let Some(options) = options {
        print_options(printer, options);
    }
}

fn print_options<C: Channel>(printer: &mut Printer<'_, '_, C>, options: &[u8]) {
    use barelink_codec::rtnl::route::lwtunnel::{ErspanOption, GeneveOption, VxlanOption};
    let options = Payloads::new(options);
    if let Some(geneve) = options.get(TunnelOptions::GENEVE) {
        printer.out.list(Some("geneve_opts"));
        printer.out.literal("geneve_opts ");
        let (mut class, mut option_type) = (0, 0);
        let mut between = "";
        for attr in geneve.iter().flatten() {
            class = attr.get(GeneveOption::CLASS).ok().flatten().unwrap_or(class);
            option_type = attr.get(GeneveOption::TYPE).ok().flatten().unwrap_or(option_type);
            let Ok(Some(data)) = attr.get(GeneveOption::DATA) else { continue };
            printer.out.object(None);
            printer.out.key("class", class);
            printer.out.key("type", option_type);
            printer.out.key_string("data", &HexString(data));
            printer.out.text(format_args!("{between}{class}:{option_type}:{}", HexString(data)));
            printer.out.end_object();
            between = ",";
        }
        printer.out.literal(" ");
        printer.out.end_list();
    }
    if let Some(vxlan) = options.at(TunnelOptions::VXLAN.number()) {
        printer.out.list(Some("vxlan_opts"));
        printer.out.object(None);
        let print_table = print_table! { "gbp=vxlan_opts" => show(VxlanOption::GBP) };
        print_table::print(printer, &Payloads::new(vxlan), &print_table);
        printer.out.end_object();
        printer.out.end_list();
    }
    if let Some(erspan) = options.at(TunnelOptions::ERSPAN.number()) {
        let erspan = Payloads::new(erspan);
        printer.out.list(Some("erspan_opts"));
        printer.out.object(None);
        let version = erspan.get(ErspanOption::VER).unwrap_or(0);
        let index = erspan.get(ErspanOption::INDEX).unwrap_or(0);
        let direction = erspan.get(ErspanOption::DIR).unwrap_or(0);
        let hardware = erspan.get(ErspanOption::HWID).unwrap_or(0);
        printer.out.key("ver", version);
        printer.out.key("index", index);
        printer.out.key("dir", direction);
        printer.out.key("hwid", hardware);
        printer.out.text(format_args!("erspan_opts {version}:{index}:{direction}:{hardware} "));
        printer.out.end_object();
        printer.out.end_list();
    }
}

const ILA: PrintTable = print_table! {
    "csum_mode| csum-mode {} :adj-transport,neutral-map,no-action,neutral-map-auto" =>
        by(Ila::CSUM_MODE, Form::Named),
    "ident_type| ident-type {} :iid,luid,virt-v4,virt-uni-v6,virt-multi-v6,nonlocal-addr,use-format=32" =>
        by(Ila::IDENT_TYPE, Form::Named),
    "hook_type| hook-type {} :output,input" => by(Ila::HOOK_TYPE, Form::Named),
};

fn print_ila<C: Channel>(printer: &mut Printer<'_, '_, C>, ila: &Payloads<'_>) {
    if let Some(locator) = ila.get(Ila::LOCATOR) {
        let part = |shift: u32| locator >> shift & 0xffff;
        let [a, b, c, d] = [part(48), part(32), part(16), part(0)];
        printer.out.string("locator", " {} ", &format_args!("{a:x}:{b:x}:{c:x}:{d:x}"));
    }
    print_table::print(printer, ila, &ILA);
}

/// Prints a segment list, from the index `first` down to 0.
fn print_segments<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    first: u8,
    segments: &Items<'_, Ipv6Addr>,
) {
    printer.out.list(Some("segs"));
    printer.out.text(format_args!("segs {} [ ", u16::from(first) + 1));
    for place in (0..=first).rev() {
        let Some(segment) = segments.clone().nth(place.into()) else { continue };
        printer.out.element("{} ", Value::Text(&V6(segment)));
    }
    printer.out.literal("] ");
    printer.out.end_list();
}

/// Names of the modes in which a segment routing header is added, `SEG6_IPTUN_MODE_*`.
pub const SEG6_MODES: Names = "inline,encap,l2encap,encap.red,l2encap.red";

fn print_seg6<C: Channel>(printer: &mut Printer<'_, '_, C>, seg6: &Payloads<'_>) {
    let Some((encap, (header, segments))) = seg6.get(Seg6::SRH) else { return };
    let mode = names::name(encap.mode.0 as u32, SEG6_MODES).unwrap_or("<unknown>");
    printer.out.string("mode", "mode {} ", &mode);
    print_segments(printer, header.first_segment, &segments);
    print_table::print(printer, seg6, &SEG6);
}

const SEG6: PrintTable = print_table! {
    "tunsrc" => show(Seg6::SRC),
    "table" => by(Seg6::TABLE, Form::Table),
};

/// Names of the local segment actions, `SEG6_LOCAL_ACTION_*`.
pub const ACTIONS: Names = "End=1,End.X,End.T,End.DX2,End.DX6,End.DX4,End.DT6,End.DT4,End.B6,End.B6.Encaps,End.BM,End.S,End.AS,End.AM,End.BPF,End.DT46";

const LOCAL: PrintTable = print_table! {
    "table" => by(Seg6Local::TABLE, Form::Table),
    "vrftable" => by(Seg6Local::VRFTABLE, Form::Table),
    "nh4" => show(Seg6Local::NH4),
    "nh6" => show(Seg6Local::NH6),
    "iif" => by(Seg6Local::IIF, Form::Link),
    "oif" => by(Seg6Local::OIF, Form::Link),
};
const COUNTERS: PrintTable = print_table! {
    "packets" => show(Seg6LocalCounters::PACKETS),
    "bytes" => show(Seg6LocalCounters::BYTES),
    "errors" => show(Seg6LocalCounters::ERRORS),
};

fn print_seg6_local<C: Channel>(printer: &mut Printer<'_, '_, C>, local: &Payloads<'_>) {
    let action = local.get(Seg6Local::ACTION).map_or(0, |action| action.0);
    let name = names::name(action, ACTIONS).unwrap_or("<unknown>");
    printer.out.string("action", "action {} ", &name);
    if let Some((header, segments)) = local.get(Seg6Local::SRH) {
        printer.out.object(Some("srh"));
        print_segments(printer, header.first_segment, &segments);
        printer.out.end_object();
    }
    print_table::print(printer, local, &LOCAL);
    if let Some(program) = local.at(Seg6Local::BPF.number()) {
        let print_table = print_table! { "endpoint" => show(Seg6LocalBpf::PROG_NAME) };
        print_table::print(printer, &Payloads::new(program), &print_table);
    }
    let counters = local.at(Seg6Local::COUNTERS.number());
    if let Some(counters) = counters.filter(|_| printer.options.stats > 0) {
        printer.out.object(Some("stats64"));
        print_table::print(printer, &Payloads::new(counters), &COUNTERS);
        printer.out.end_object();
    }
    if let Some(flavors) = local.at(Seg6Local::FLAVORS.number()) {
        print_flavors(printer, &Payloads::new(flavors));
    }
}

/// Names of the action flavors by bit, `SEG6_LOCAL_FLV_OP_*`.
pub const FLAVORS: Names = "psp=1,usp,usd,next-csid";

fn print_flavors<C: Channel>(printer: &mut Printer<'_, '_, C>, flavors: &Payloads<'_>) {
    if let Some(set) = flavors.get(Seg6LocalFlavors::OPERATION) {
        printer.out.list(Some("flavors"));
        printer.out.literal("flavors ");
        printer.out.bits(set.0, FLAVORS);
        printer.out.literal(" ");
        printer.out.end_list();
    }
    let print_table = print_table! {
        "lblen" => show(Seg6LocalFlavors::LCBLOCK_BITS),
        "nflen" => show(Seg6LocalFlavors::LCNODE_FN_BITS),
    };
    print_table::print(printer, flavors, &print_table);
}

fn print_rpl<C: Channel>(printer: &mut Printer<'_, '_, C>, rpl: &Payloads<'_>) {
    let Some((header, segments)) = rpl.get(Rpl::SRH) else { return };
    let count = header.segments_left;
    printer.out.list(Some("segs"));
    printer.out.text(format_args!("segs {count} [ "));
    for segment in segments.take(count.into()) {
        printer.out.element("{} ", Value::Text(&V6(segment)));
    }
    printer.out.literal("] ");
    printer.out.end_list();
}

const IOAM6: PrintTable = print_table! {
    "freqk|freq {}" => show(Ioam6::FREQ_K),
    "freqn|/{} " => show(Ioam6::FREQ_N),
    "mode:,inline,encap,auto" => by(Ioam6::MODE, Form::Named),
    "tunsrc" => show(Ioam6::SRC),
    "tundst" => show(Ioam6::DST),
};

fn print_ioam6<C: Channel>(printer: &mut Printer<'_, '_, C>, ioam: &Payloads<'_>) {
    print_table::print(printer, ioam, &IOAM6);
    if let Some(trace) = ioam.get(Ioam6::TRACE) {
        let trace_type = trace.trace_type >> 8;
        printer.out.literal("trace prealloc ");
        printer.out.string("type", "type {} ", &format_args!("{trace_type:#08x}"));
        printer.out.any("ns", "ns {} ", trace.namespace);
        printer.out.any("size", "size {} ", u16::from(trace.remaining & 0x7f) * 4);
    }
}

fn print_bpf<C: Channel>(printer: &mut Printer<'_, '_, C>, bpf: &Payloads<'_>) {
    for (key, program) in [
        ("in", bpf.at(LwtBpf::IN.number())),
        ("out", bpf.at(LwtBpf::OUT.number())),
        ("xmit", bpf.at(LwtBpf::XMIT.number())),
    ] {
        let Some(program) = program else { continue };
        printer.out.object(Some(key));
        printer.out.literal(key);
        printer.out.literal(" ");
        let print_table = print_table! { "name|{} " => show(LwtBpfProgram::NAME) };
        print_table::print(printer, &Payloads::new(program), &print_table);
        printer.out.end_object();
    }
    print_table::print(printer, bpf, &print_table! { "headroom" => show(LwtBpf::XMIT_HEADROOM) });
}
