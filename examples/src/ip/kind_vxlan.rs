//! `vxlan` and `geneve`: Ethernet over UDP.

use core::net::IpAddr;

use barelink_codec::rtnl::kinds::geneve::Geneve;
use barelink_codec::rtnl::kinds::vxlan::Vxlan;
use barelink_transport::Channel;

use super::index::Index;
use super::kind::{choice, each};
use super::names::Names;
use super::output::Value;
use super::pen::Pen;
use super::prefix::Ip;

/// An address, under one key for IPv4 and another for IPv6; unless it is none.
fn print_address<C: Channel>(
    pen: &mut Pen<'_, '_, C>,
    word: &str,
    keys: (&str, &str),
    address: Option<IpAddr>,
) {
    let Some(address) = address.filter(|address| !address.is_unspecified()) else { return };
    let key = if address.is_ipv4() { keys.0 } else { keys.1 };
    pen.out.key_string(key, &Ip(address));
    pen.out.text(format_args!("{word} {} ", Ip(address)));
}

/// How many hops packets may take, or where that is taken from.
fn print_ttl<C: Channel>(pen: &mut Pen<'_, '_, C>, ttl: Option<u8>, inherit: Option<u8>) {
    match (ttl, inherit.is_some_and(|inherit| inherit != 0)) {
        (_, true) => pen.out.string("ttl", "ttl {} ", &"inherit"),
        (Some(0), false) => {
            pen.out.key("ttl", 0u8);
            pen.out.words("ttl auto ");
        }
        (Some(ttl), false) => pen.out.any("ttl", "ttl {} ", ttl),
        (None, false) => {}
    }
}

/// The traffic class; 1 is the one of the packet within.
fn print_tos<C: Channel>(pen: &mut Pen<'_, '_, C>, tos: Option<u8>) {
    match tos {
        None | Some(0) => {}
        Some(1) if !pen.out.json => pen.out.words("tos inherit "),
        Some(tos) => pen.out.any("tos", "tos {} ", Value::Hex(tos.into())),
    }
}

const DF: Names = &[(0, "unset"), (1, "set"), (2, "inherit")];

fn print_df<C: Channel>(pen: &mut Pen<'_, '_, C>, df: Option<u8>) {
    if pen.out.json || df != Some(0) {
        choice(pen, "df", "df {} ", df, DF);
    }
}

/// Prints a VXLAN.
pub fn print<C: Channel>(pen: &mut Pen<'_, '_, C>, vxlan: &Index<'_, Vxlan>) {
    let external = vxlan.get(Vxlan::COLLECT_METADATA);
    if let Some(external) = external {
        pen.out.any("external", if external != 0 { "external " } else { "" }, external != 0);
    }
    if let Some(filter) = vxlan.get(Vxlan::VNIFILTER).filter(|filter| *filter != 0) {
        pen.out.any("vnifilter", "vnifilter ", filter != 0);
    }
    each! { pen, vxlan; Vxlan::ID => "id", "id {} "; }
    let group = match vxlan.get(Vxlan::GROUP) {
        Some(group) => Some(IpAddr::V4(group)),
        None => vxlan.get(Vxlan::GROUP6).map(IpAddr::V6),
    };
    match group {
        Some(group) if group.is_multicast() => {
            print_address(pen, "group", ("group", "group6"), Some(group));
        }
        group => print_address(pen, "remote", ("remote", "remote6"), group),
    }
    let local = match vxlan.get(Vxlan::LOCAL) {
        Some(local) => Some(IpAddr::V4(local)),
        None => vxlan.get(Vxlan::LOCAL6).map(IpAddr::V6),
    };
    print_address(pen, "local", ("local", "local6"), local);
    if let Some(link) = vxlan.get(Vxlan::LINK).filter(|link| *link != 0) {
        pen.device("link", "dev {} ", link);
    }
    if let Some(range) = vxlan.get(Vxlan::PORT_RANGE) {
        pen.out.object(Some("port_range"));
        pen.out.any("low", "srcport {} ", range.low);
        pen.out.any("high", "{} ", range.high);
        pen.out.end_object();
    }
    each! { pen, vxlan; Vxlan::PORT => "port", "dstport {} "; }
    // In text, what is on as it is by default goes without saying.
    switch(pen, "learning", ("", "nolearning "), vxlan.get(Vxlan::LEARNING));
    switch(pen, "proxy", ("proxy ", ""), vxlan.get(Vxlan::PROXY));
    switch(pen, "rsc", ("rsc ", ""), vxlan.get(Vxlan::RSC));
    switch(pen, "l2miss", ("l2miss ", ""), vxlan.get(Vxlan::L2MISS));
    switch(pen, "l3miss", ("l3miss ", ""), vxlan.get(Vxlan::L3MISS));
    print_tos(pen, vxlan.get(Vxlan::TOS));
    print_ttl(pen, vxlan.get(Vxlan::TTL), vxlan.get(Vxlan::TTL_INHERIT));
    print_df(pen, vxlan.get(Vxlan::DF).map(|df| df.0));
    if let Some(label) = vxlan.get(Vxlan::LABEL).filter(|label| *label != 0) {
        pen.out.any("label", "flowlabel {} ", Value::Hex(label.into()));
    }
    if vxlan.get(Vxlan::LABEL_POLICY).is_some_and(|policy| policy.0 == 1) {
        pen.out.string("label_policy", "flowlabel {} ", &"inherit");
    }
    if let Some(ageing) = vxlan.get(Vxlan::AGEING) {
        match ageing {
            0 if !pen.out.json => pen.out.words("ageing none "),
            ageing => pen.out.any("ageing", "ageing {} ", ageing),
        }
    }
    if let Some(limit) = vxlan.get(Vxlan::LIMIT).filter(|limit| *limit != 0) {
        pen.out.any("limit", "maxaddr {} ", limit);
    }
    if let Some(bits) = vxlan.get(Vxlan::RESERVED_BITS) {
        let bits = u64::from(bits.vx_flags) << 32 | u64::from(bits.vx_vni);
        pen.out.any("reserved_bits", "reserved_bits {} ", Value::Hex(bits));
    }
    switch(pen, "udp_csum", ("udpcsum ", "noudpcsum "), vxlan.get(Vxlan::UDP_CSUM));
    let tx = vxlan.get(Vxlan::UDP_ZERO_CSUM6_TX);
    switch(pen, "udp_zero_csum6_tx", ("udp6zerocsumtx ", "noudp6zerocsumtx "), tx);
    let rx = vxlan.get(Vxlan::UDP_ZERO_CSUM6_RX);
    switch(pen, "udp_zero_csum6_rx", ("udp6zerocsumrx ", "noudp6zerocsumrx "), rx);
    switch(pen, "remcsum_tx", ("remcsumtx ", ""), vxlan.get(Vxlan::REMCSUM_TX));
    switch(pen, "remcsum_rx", ("remcsumrx ", ""), vxlan.get(Vxlan::REMCSUM_RX));
    let bypass = vxlan.get(Vxlan::LOCALBYPASS);
    switch(pen, "localbypass", ("localbypass ", "nolocalbypass "), bypass);
    let route = vxlan.get(Vxlan::MC_ROUTE).filter(|route| *route != 0);
    switch(pen, "mcroute", ("mcroute ", ""), route);
    for (key, word, has) in [
        ("gbp", "gbp ", vxlan.has(Vxlan::GBP)),
        ("gpe", "gpe ", vxlan.has(Vxlan::GPE)),
        ("remcsum_nopartial", "noremcsumpartial ", vxlan.has(Vxlan::REMCSUM_NOPARTIAL)),
    ] {
        if has {
            pen.out.any(key, word, Value::Null(""));
        }
    }
}

/// What is on or off: words for both in text.
fn switch<C: Channel>(pen: &mut Pen<'_, '_, C>, key: &str, words: (&str, &str), on: Option<u8>) {
    if let Some(on) = on {
        pen.out.any(key, if on != 0 { words.0 } else { words.1 }, on != 0);
    }
}

/// Prints a Geneve tunnel.
pub fn print_geneve<C: Channel>(pen: &mut Pen<'_, '_, C>, geneve: &Index<'_, Geneve>) {
    if geneve.has(Geneve::COLLECT_METADATA) {
        pen.out.any("external", "external ", true);
    }
    each! { pen, geneve; Geneve::ID => "id", "id {} "; }
    let remote = match geneve.get(Geneve::REMOTE) {
        Some(remote) => Some(IpAddr::V4(remote)),
        None => geneve.get(Geneve::REMOTE6).map(IpAddr::V6),
    };
    print_address(pen, "remote", ("remote", "remote6"), remote);
    let local = match geneve.get(Geneve::LOCAL) {
        Some(local) => Some(IpAddr::V4(local)),
        None => geneve.get(Geneve::LOCAL6).map(IpAddr::V6),
    };
    print_address(pen, "local", ("local", "local6"), local);
    print_ttl(pen, geneve.get(Geneve::TTL), geneve.get(Geneve::TTL_INHERIT));
    print_tos(pen, geneve.get(Geneve::TOS));
    print_df(pen, geneve.get(Geneve::DF).map(|df| df.0));
    if let Some(label) = geneve.get(Geneve::LABEL).filter(|label| *label != 0) {
        pen.out.any("label", "flowlabel {} ", Value::Hex(label.into()));
    }
    each! { pen, geneve; Geneve::PORT => "port", "dstport {} "; }
    switch(pen, "udp_csum", ("udpcsum ", "noudpcsum "), geneve.get(Geneve::UDP_CSUM));
    let tx = geneve.get(Geneve::UDP_ZERO_CSUM6_TX);
    switch(pen, "udp_zero_csum6_tx", ("udp6zerocsumtx ", "noudp6zerocsumtx "), tx);
    let rx = geneve.get(Geneve::UDP_ZERO_CSUM6_RX);
    switch(pen, "udp_zero_csum6_rx", ("udp6zerocsumrx ", "noudp6zerocsumrx "), rx);
    if geneve.has(Geneve::INNER_PROTO_INHERIT) {
        pen.out.any("inner_proto_inherit", "innerprotoinherit ", true);
    }
    // Those that it has unless told otherwise go without saying.
    let range = geneve.get(Geneve::PORT_RANGE).filter(|it| (it.low, it.high) != (1, u16::MAX));
    if let Some(range) = range {
        pen.out.object(Some("port_range"));
        pen.out.any("low", "srcport {} ", range.low);
        pen.out.any("high", "{} ", range.high);
        pen.out.end_object();
    }
}
