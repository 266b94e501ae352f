//! Tunnels: `gre` and its kind, `ipip`, `sit`, `ip6tnl`, `vti`, `xfrm`.

use core::fmt::Display;
use core::net::{IpAddr, Ipv4Addr};

use barelink_codec::rtnl::kinds::gre::{Gre, Gre6, GreFlags};
use barelink_codec::rtnl::kinds::iptun::{Ip6TnlFlags, Ip6tnl, Iptun, SitFlags};
use barelink_codec::rtnl::kinds::udp::{TunnelEncap, TunnelEncapFlags};
use barelink_codec::rtnl::kinds::vti::{Vti, Vti6};
use barelink_codec::rtnl::kinds::xfrm::Xfrm;
use barelink_transport::Channel;

use super::index::Index;
use super::names;
use super::output::Value;
use super::pen::Pen;
use super::prefix::Ip;

/// An end of the tunnel, under its key.
fn print_end<C: Channel>(pen: &mut Pen<'_, '_, C>, key: &str, end: Option<impl Into<IpAddr>>) {
    let Some(end) = end else { return };
    let end: IpAddr = end.into();
    let word: &dyn Display = if end.is_unspecified() { &"any" } else { &Ip(end) };
    pen.out.key_string(key, word);
    pen.out.text(format_args!("{key} {word} "));
}

fn print_link<C: Channel>(pen: &mut Pen<'_, '_, C>, link: Option<u32>) {
    if let Some(link) = link.filter(|link| *link != 0) {
        pen.device("link", "dev {} ", link);
    }
}

/// How many hops packets may take; 0 as the packet within.
fn print_ttl<C: Channel>(pen: &mut Pen<'_, '_, C>, word: &str, ttl: Option<u8>) {
    let Some(ttl) = ttl else { return };
    pen.out.key("ttl", ttl);
    match ttl {
        0 => pen.out.text(format_args!("{word} inherit ")),
        ttl => pen.out.text(format_args!("{word} {ttl} ")),
    }
}

/// The traffic class; 1 as the packet within.
fn print_tos<C: Channel>(pen: &mut Pen<'_, '_, C>, tos: Option<u8>) {
    match tos {
        None | Some(0) => {}
        Some(1) => pen.out.string("tos", "tos {} ", &"inherit"),
        Some(tos) => pen.out.any("tos", "tos {} ", Value::Hex(tos.into())),
    }
}

fn print_pmtudisc<C: Channel>(pen: &mut Pen<'_, '_, C>, discovers: Option<u8>) {
    if let Some(discovers) = discovers {
        let word = if discovers != 0 { "" } else { "nopmtudisc " };
        pen.out.any("pmtudisc", word, discovers != 0);
    }
}

/// A key, in the form of an IPv4 address.
fn print_key<C: Channel>(pen: &mut Pen<'_, '_, C>, key: &str, value: Option<u32>) {
    if let Some(value) = value {
        pen.out.key_string(key, &Ipv4Addr::from(value));
        pen.out.text(format_args!("{key} {} ", Ipv4Addr::from(value)));
    }
}

fn print_mark<C: Channel>(pen: &mut Pen<'_, '_, C>, mark: Option<u32>) {
    if let Some(mark) = mark.filter(|mark| *mark != 0) {
        pen.out.any("fwmark", "fwmark {} ", Value::Hex(mark.into()));
    }
}

/// What is put around the tunnel's packets.
struct Encap {
    kind: Option<TunnelEncap>,
    flags: Option<TunnelEncapFlags>,
    sport: Option<u16>,
    dport: Option<u16>,
}

impl Encap {
    fn print<C: Channel>(self, pen: &mut Pen<'_, '_, C>) {
        let Some(kind) = self.kind.filter(|kind| *kind != TunnelEncap::NONE) else { return };
        let flags = self.flags.unwrap_or_default();
        let (sport, dport) = (self.sport.unwrap_or(0), self.dport.unwrap_or(0));
        pen.out.object(Some("encap"));
        pen.out.words("encap ");
        match kind {
            TunnelEncap::FOU => pen.out.string("type", "{} ", &"fou"),
            TunnelEncap::GUE => pen.out.string("type", "{} ", &"gue"),
            _ => pen.out.any("type", "{} ", Value::Null("unknown")),
        }
        pen.out.key("sport", sport);
        match sport {
            0 => pen.out.words("encap-sport auto "),
            sport => pen.out.text(format_args!("encap-sport {sport} ")),
        }
        pen.out.any("dport", "encap-dport {} ", dport);
        for (flag, key, on, off) in [
            (TunnelEncapFlags::CSUM, "csum", "encap-csum ", "noencap-csum "),
            (TunnelEncapFlags::CSUM6, "csum6", "encap-csum6 ", "noencap-csum6 "),
            (TunnelEncapFlags::REMCSUM, "remcsum", "encap-remcsum ", "noencap-remcsum "),
        ] {
            let set = flags.contains(flag);
            pen.out.any(key, if set { on } else { off }, set);
        }
        pen.out.end_object();
    }
}

/// What `gre` tunnels over IPv4 and over IPv6 have in common.
macro_rules! gre {
    ($set:ident, $pen:expr, $gre:expr) => {{
        let (iflags, oflags) = (
            $gre.get($set::IFLAGS).unwrap_or_default(),
            $gre.get($set::OFLAGS).unwrap_or_default(),
        );
        print_key($pen, "ikey", $gre.get($set::IKEY).filter(|_| iflags.contains(GreFlags::KEY)));
        print_key($pen, "okey", $gre.get($set::OKEY).filter(|_| oflags.contains(GreFlags::KEY)));
        for (flags, flag, key, word) in [
            (iflags, GreFlags::SEQ, "iseq", "iseq "),
            (oflags, GreFlags::SEQ, "oseq", "oseq "),
            (iflags, GreFlags::CSUM, "icsum", "icsum "),
            (oflags, GreFlags::CSUM, "ocsum", "ocsum "),
        ] {
            if flags.contains(flag) {
                $pen.out.any(key, word, true);
            }
        }
    }};
}

/// What `erspan` over IPv4 and over IPv6 has more.
macro_rules! erspan {
    ($set:ident, $pen:expr, $gre:expr) => {
        if let Some(version) = $gre.get($set::ERSPAN_VER) {
            if let Some(index) = $gre.get($set::ERSPAN_INDEX).filter(|_| version == 1) {
                $pen.out.any("erspan_index", "erspan_index {} ", index);
            }
            $pen.out.any("erspan_ver", "erspan_ver {} ", version);
            if let Some(direction) = $gre.get($set::ERSPAN_DIR).filter(|_| version == 2) {
                let word = if direction.0 == 0 { "ingress" } else { "egress" };
                $pen.out.string("erspan_dir", "erspan_dir {} ", &word);
            }
            if let Some(hardware) = $gre.get($set::ERSPAN_HWID).filter(|_| version == 2) {
                $pen.out.any("erspan_hwid", "erspan_hwid {} ", Value::Hex(hardware.into()));
            }
        }
    };
}

/// The encapsulation of any tunnel.
macro_rules! encap {
    ($set:ident, $pen:expr, $tunnel:expr) => {
        Encap {
            kind: $tunnel.get($set::ENCAP_TYPE),
            flags: $tunnel.get($set::ENCAP_FLAGS),
            sport: $tunnel.get($set::ENCAP_SPORT),
            dport: $tunnel.get($set::ENCAP_DPORT),
        }
        .print($pen)
    };
}

fn print_external<C: Channel>(pen: &mut Pen<'_, '_, C>, external: bool) {
    if external {
        pen.out.any("external", "external ", true);
    }
}

/// Prints a GRE tunnel over IPv4.
pub fn print_gre<C: Channel>(pen: &mut Pen<'_, '_, C>, gre: &Index<'_, Gre>) {
    print_external(pen, gre.has(Gre::COLLECT_METADATA));
    print_end(pen, "remote", gre.get(Gre::REMOTE));
    print_end(pen, "local", gre.get(Gre::LOCAL));
    print_link(pen, gre.get(Gre::LINK));
    print_ttl(pen, "ttl", gre.get(Gre::TTL));
    print_tos(pen, gre.get(Gre::TOS));
    print_pmtudisc(pen, gre.get(Gre::PMTUDISC));
    if gre.get(Gre::IGNORE_DF).is_some_and(|ignore| ignore != 0) {
        pen.out.any("ignore_df", "ignore-df ", true);
    }
    gre!(Gre, pen, gre);
    print_mark(pen, gre.get(Gre::FWMARK));
    erspan!(Gre, pen, gre);
    encap!(Gre, pen, gre);
}

/// What tunnels over IPv6 have in common: limit, traffic class, flow label.
fn print_ip6<C: Channel>(
    pen: &mut Pen<'_, '_, C>,
    flags: Ip6TnlFlags,
    limit: Option<u8>,
    flowinfo: Option<u32>,
) {
    if flags.contains(Ip6TnlFlags::IGN_ENCAP_LIMIT) {
        pen.out.any("ip6_tnl_f_ign_encap_limit", "encaplimit none ", true);
    } else if let Some(limit) = limit {
        pen.out.any("encap_limit", "encaplimit {} ", limit);
    }
    let flowinfo = flowinfo.unwrap_or(0);
    if flags.contains(Ip6TnlFlags::USE_ORIG_TCLASS) {
        pen.out.any("ip6_tnl_f_use_orig_tclass", "tclass inherit ", true);
    } else {
        let class = flowinfo >> 20 & 0xff;
        pen.out.string("tclass", "tclass {} ", &format_args!("{class:#04x}"));
    }
    if flags.contains(Ip6TnlFlags::USE_ORIG_FLOWLABEL) {
        pen.out.any("ip6_tnl_f_use_orig_flowlabel", "flowlabel inherit ", true);
    } else {
        let label = flowinfo & 0xf_ffff;
        pen.out.string("flowlabel", "flowlabel {} ", &format_args!("{label:#07x}"));
    }
    for (flag, key, word) in [
        (Ip6TnlFlags::RCV_DSCP_COPY, "ip6_tnl_f_rcv_dscp_copy", "dscp inherit "),
        (Ip6TnlFlags::MIP6_DEV, "ip6_tnl_f_mip6_dev", "mip6 "),
        (Ip6TnlFlags::ALLOW_LOCAL_REMOTE, "ip6_tnl_f_allow_local_remote", "allow-localremote "),
    ] {
        if flags.contains(flag) {
            pen.out.any(key, word, true);
        }
    }
}

fn print_mark6<C: Channel>(pen: &mut Pen<'_, '_, C>, flags: Ip6TnlFlags, mark: Option<u32>) {
    if flags.contains(Ip6TnlFlags::USE_ORIG_FWMARK) {
        pen.out.any("ip6_tnl_f_use_orig_fwmark", "fwmark inherit ", true);
    } else {
        print_mark(pen, mark);
    }
}

/// Prints a GRE tunnel over IPv6.
pub fn print_gre6<C: Channel>(pen: &mut Pen<'_, '_, C>, gre: &Index<'_, Gre6>) {
    let flags = gre.get(Gre6::FLAGS).unwrap_or_default();
    print_external(pen, gre.has(Gre6::COLLECT_METADATA));
    print_end(pen, "remote", gre.get(Gre6::REMOTE));
    print_end(pen, "local", gre.get(Gre6::LOCAL));
    print_link(pen, gre.get(Gre6::LINK));
    print_ttl(pen, "hoplimit", gre.get(Gre6::TTL));
    print_ip6(pen, flags, gre.get(Gre6::ENCAP_LIMIT), gre.get(Gre6::FLOWINFO));
    gre!(Gre6, pen, gre);
    print_mark6(pen, flags, gre.get(Gre6::FWMARK));
    erspan!(Gre6, pen, gre);
    encap!(Gre6, pen, gre);
}

/// Which protocol a tunnel carries.
fn print_carried<C: Channel>(pen: &mut Pen<'_, '_, C>, names: names::Names, carried: Option<u8>) {
    if let Some(name) = carried.and_then(|carried| names::name(carried.into(), names)) {
        pen.out.string("proto", "{} ", &name);
    }
}

/// Prints an IPv4 tunnel: `ipip`, `sit`.
pub fn print_iptun<C: Channel>(pen: &mut Pen<'_, '_, C>, tunnel: &Index<'_, Iptun>) {
    print_external(pen, tunnel.has(Iptun::COLLECT_METADATA));
    let carried = &[(0, "any"), (4, "ipip"), (41, "ip6ip"), (137, "mplsip")];
    print_carried(pen, carried, tunnel.get(Iptun::PROTO));
    print_end(pen, "remote", tunnel.get(Iptun::REMOTE));
    print_end(pen, "local", tunnel.get(Iptun::LOCAL));
    print_link(pen, tunnel.get(Iptun::LINK));
    print_ttl(pen, "ttl", tunnel.get(Iptun::TTL));
    print_tos(pen, tunnel.get(Iptun::TOS));
    print_pmtudisc(pen, tunnel.get(Iptun::PMTUDISC));
    if tunnel.get(Iptun::FLAGS).is_some_and(|flags| flags.contains(SitFlags::ISATAP)) {
        pen.out.any("isatap", "isatap ", true);
    }
    let prefix = tunnel.get(Iptun::IPTUN_6RD_PREFIXLEN).filter(|len| *len != 0);
    if let (Some(len), Some(prefix)) = (prefix, tunnel.get(Iptun::IPTUN_6RD_PREFIX)) {
        pen.out.string("prefix", "6rd-prefix {}", &prefix);
        pen.out.any("prefixlen", "/{} ", len);
        let relay = tunnel.get(Iptun::IPTUN_6RD_RELAY_PREFIX);
        if let Some(relay) = relay.filter(|relay| !relay.is_unspecified()) {
            let len = tunnel.get(Iptun::IPTUN_6RD_RELAY_PREFIXLEN).unwrap_or(0);
            pen.out.string("relay_prefix", "6rd-relay_prefix {}", &relay);
            pen.out.any("relay_prefixlen", "/{} ", len);
        }
    }
    encap!(Iptun, pen, tunnel);
    print_mark(pen, tunnel.get(Iptun::FWMARK));
}

/// Prints an IPv6 tunnel: `ip6tnl`.
pub fn print_ip6tnl<C: Channel>(pen: &mut Pen<'_, '_, C>, tunnel: &Index<'_, Ip6tnl>) {
    let flags = tunnel.get(Ip6tnl::FLAGS).unwrap_or_default();
    print_external(pen, tunnel.has(Ip6tnl::COLLECT_METADATA));
    let carried = &[(0, "any"), (4, "ipip6"), (41, "ip6ip6")];
    print_carried(pen, carried, tunnel.get(Ip6tnl::PROTO));
    print_end(pen, "remote", tunnel.get(Ip6tnl::REMOTE));
    print_end(pen, "local", tunnel.get(Ip6tnl::LOCAL));
    print_link(pen, tunnel.get(Ip6tnl::LINK));
    print_ttl(pen, "hoplimit", tunnel.get(Ip6tnl::TTL));
    print_ip6(pen, flags, tunnel.get(Ip6tnl::ENCAP_LIMIT), tunnel.get(Ip6tnl::FLOWINFO));
    print_mark6(pen, flags, tunnel.get(Ip6tnl::FWMARK));
    encap!(Ip6tnl, pen, tunnel);
}

/// Prints an IPsec tunnel over IPv4.
pub fn print_vti<C: Channel>(pen: &mut Pen<'_, '_, C>, vti: &Index<'_, Vti>) {
    print_end(pen, "remote", vti.get(Vti::REMOTE));
    print_end(pen, "local", vti.get(Vti::LOCAL));
    print_link(pen, vti.get(Vti::LINK));
    print_key(pen, "ikey", vti.get(Vti::IKEY).filter(|key| *key != 0));
    print_key(pen, "okey", vti.get(Vti::OKEY).filter(|key| *key != 0));
    print_mark(pen, vti.get(Vti::FWMARK));
}

/// Prints an IPsec tunnel over IPv6.
pub fn print_vti6<C: Channel>(pen: &mut Pen<'_, '_, C>, vti: &Index<'_, Vti6>) {
    print_end(pen, "remote", vti.get(Vti6::REMOTE));
    print_end(pen, "local", vti.get(Vti6::LOCAL));
    print_link(pen, vti.get(Vti6::LINK));
    print_key(pen, "ikey", vti.get(Vti6::IKEY).filter(|key| *key != 0));
    print_key(pen, "okey", vti.get(Vti6::OKEY).filter(|key| *key != 0));
    print_mark(pen, vti.get(Vti6::FWMARK));
}

/// Prints an IPsec interface.
pub fn print_xfrm<C: Channel>(pen: &mut Pen<'_, '_, C>, xfrm: &Index<'_, Xfrm>) {
    print_external(pen, xfrm.has(Xfrm::COLLECT_METADATA));
    if let Some(id) = xfrm.get(Xfrm::IF_ID) {
        pen.out.any("if_id", "if_id {} ", Value::Hex(id.into()));
    }
}
