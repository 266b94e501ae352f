//! Printing of the attributes of tunnel links: `gre` and its variants, `ipip`, `sit`, `ip6tnl`,
//! `vti`.

use core::fmt::Display;
use core::net::Ipv4Addr;

use barelink_codec::rtnl::link::kinds::gre::{Gre, Gre6, GreFlags};
use barelink_codec::rtnl::link::kinds::iptun::{Ip6TnlFlags, Ip6tnl, Iptun, SitFlags};
use barelink_codec::rtnl::link::kinds::vti::{Vti, Vti6};
use barelink_codec::rtnl::link::tunnel::{TunnelEncap, TunnelEncapFlags};
use barelink_codec::value::{Be, Value as _};
use barelink_transport::Channel;

use super::index::Payloads;
use super::kind::SpecialField;
use super::output::Value;
use super::prefix::Address;
use super::print_table::{self, Form, PrintTable, by, print_table, show, special};
use super::printer::Printer;

/// Table of GRE over IPv4: `gre`, `gretap`, `erspan`.
pub const GRE: PrintTable = print_table! {
    "external|external " => show(Gre::COLLECT_METADATA),
    "remote" => by(Gre::REMOTE, Form::Endpoint),
    "local" => by(Gre::LOCAL, Form::Endpoint),
    "link=dev" => by(Gre::LINK, Form::Link).omit_zero(),
    "ttl|ttl {} |ttl inherit " => show(Gre::TTL),
    "tos" => by(Gre::TOS, Form::Tos(true)).omit_zero(),
    "pmtudisc||nopmtudisc " => by(Gre::PMTUDISC, Form::Bool),
    "ignore_df|ignore-df " => by(Gre::IGNORE_DF, Form::Bool).omit_zero(),
    "ikey" => special(Gre::IKEY, SpecialField::GreKey),
    "okey" => special(Gre::OKEY, SpecialField::GreKey),
    "iseq|iseq " => by(Gre::IFLAGS, Form::bit(GreFlags::SEQ.0 as u64)),
    "oseq|oseq " => by(Gre::OFLAGS, Form::bit(GreFlags::SEQ.0 as u64)),
    "icsum|icsum " => by(Gre::IFLAGS, Form::bit(GreFlags::CSUM.0 as u64)),
    "ocsum|ocsum " => by(Gre::OFLAGS, Form::bit(GreFlags::CSUM.0 as u64)),
    "fwmark" => by(Gre::FWMARK, Form::Hex).omit_zero(),
    "erspan_index" => show(Gre::ERSPAN_INDEX),
    "erspan_ver" => show(Gre::ERSPAN_VER),
    "erspan_dir:@erspan_dir" => by(Gre::ERSPAN_DIR, Form::Named),
    "erspan_hwid" => by(Gre::ERSPAN_HWID, Form::Hex),
    "" => special(Gre::ENCAP_TYPE, SpecialField::Encap),
};

/// Table of GRE over IPv6: `ip6gre`, `ip6gretap`, `ip6erspan`.
pub const GRE6: PrintTable = print_table! {
    "external|external " => show(Gre6::COLLECT_METADATA),
    "remote" => by(Gre6::REMOTE, Form::Endpoint),
    "local" => by(Gre6::LOCAL, Form::Endpoint),
    "link=dev" => by(Gre6::LINK, Form::Link).omit_zero(),
    "ttl|hoplimit {} |hoplimit inherit " => show(Gre6::TTL),
    "" => special(Gre6::FLOWINFO, SpecialField::Ip6),
    "ip6_tnl_f_rcv_dscp_copy|dscp inherit " =>
        by(Gre6::FLAGS, Form::bit(Ip6TnlFlags::RCV_DSCP_COPY.0 as u64)),
    "ip6_tnl_f_mip6_dev|mip6 " => by(Gre6::FLAGS, Form::bit(Ip6TnlFlags::MIP6_DEV.0 as u64)),
    "ip6_tnl_f_allow_local_remote|allow-localremote " =>
        by(Gre6::FLAGS, Form::bit(Ip6TnlFlags::ALLOW_LOCAL_REMOTE.0 as u64)),
    "ikey" => special(Gre6::IKEY, SpecialField::GreKey),
    "okey" => special(Gre6::OKEY, SpecialField::GreKey),
    "iseq|iseq " => by(Gre6::IFLAGS, Form::bit(GreFlags::SEQ.0 as u64)),
    "oseq|oseq " => by(Gre6::OFLAGS, Form::bit(GreFlags::SEQ.0 as u64)),
    "icsum|icsum " => by(Gre6::IFLAGS, Form::bit(GreFlags::CSUM.0 as u64)),
    "ocsum|ocsum " => by(Gre6::OFLAGS, Form::bit(GreFlags::CSUM.0 as u64)),
    "ip6_tnl_f_use_orig_fwmark|fwmark inherit " =>
        by(Gre6::FLAGS, Form::bit(Ip6TnlFlags::USE_ORIG_FWMARK.0 as u64)),
    "fwmark" => by(Gre6::FWMARK, Form::Hex).omit_zero(),
    "erspan_index" => show(Gre6::ERSPAN_INDEX),
    "erspan_ver" => show(Gre6::ERSPAN_VER),
    "erspan_dir:@erspan_dir" => by(Gre6::ERSPAN_DIR, Form::Named),
    "erspan_hwid" => by(Gre6::ERSPAN_HWID, Form::Hex),
    "" => special(Gre6::ENCAP_TYPE, SpecialField::Encap),
};

/// Table of `ipip` and `sit`.
pub const IPTUN: PrintTable = print_table! {
    "external|external " => show(Iptun::COLLECT_METADATA),
    "proto|{} :any,ipip=4,ip6ip=41,mplsip=137" => by(Iptun::PROTO, Form::NameOnly),
    "remote" => by(Iptun::REMOTE, Form::Endpoint),
    "local" => by(Iptun::LOCAL, Form::Endpoint),
    "link=dev" => by(Iptun::LINK, Form::Link).omit_zero(),
    "ttl|ttl {} |ttl inherit " => show(Iptun::TTL),
    "tos" => by(Iptun::TOS, Form::Tos(true)).omit_zero(),
    "pmtudisc||nopmtudisc " => by(Iptun::PMTUDISC, Form::Bool),
    "isatap|isatap " => by(Iptun::FLAGS, Form::bit(SitFlags::ISATAP.0 as u64)),
    "" => special(Iptun::IPTUN_6RD_PREFIX, SpecialField::SixRd),
    "" => special(Iptun::ENCAP_TYPE, SpecialField::Encap),
    "fwmark" => by(Iptun::FWMARK, Form::Hex).omit_zero(),
};

/// Table of `ip6tnl`.
pub const IP6TNL: PrintTable = print_table! {
    "external|external " => show(Ip6tnl::COLLECT_METADATA),
    "proto|{} :any,ipip6=4,ip6ip6=41" => by(Ip6tnl::PROTO, Form::NameOnly),
    "remote" => by(Ip6tnl::REMOTE, Form::Endpoint),
    "local" => by(Ip6tnl::LOCAL, Form::Endpoint),
    "link=dev" => by(Ip6tnl::LINK, Form::Link).omit_zero(),
    "ttl|hoplimit {} |hoplimit inherit " => show(Ip6tnl::TTL),
    "" => special(Ip6tnl::FLOWINFO, SpecialField::Ip6),
    "ip6_tnl_f_rcv_dscp_copy|dscp inherit " =>
        by(Ip6tnl::FLAGS, Form::bit(Ip6TnlFlags::RCV_DSCP_COPY.0 as u64)),
    "ip6_tnl_f_mip6_dev|mip6 " => by(Ip6tnl::FLAGS, Form::bit(Ip6TnlFlags::MIP6_DEV.0 as u64)),
    "ip6_tnl_f_allow_local_remote|allow-localremote " =>
        by(Ip6tnl::FLAGS, Form::bit(Ip6TnlFlags::ALLOW_LOCAL_REMOTE.0 as u64)),
    "ip6_tnl_f_use_orig_fwmark|fwmark inherit " =>
        by(Ip6tnl::FLAGS, Form::bit(Ip6TnlFlags::USE_ORIG_FWMARK.0 as u64)),
    "fwmark" => by(Ip6tnl::FWMARK, Form::Hex).omit_zero(),
    "" => special(Ip6tnl::ENCAP_TYPE, SpecialField::Encap),
};

/// Table of `vti`, the virtual tunnel interface of IPsec over IPv4.
pub const VTI: PrintTable = print_table! {
    "remote" => by(Vti::REMOTE, Form::Endpoint),
    "local" => by(Vti::LOCAL, Form::Endpoint),
    "link=dev" => by(Vti::LINK, Form::Link).omit_zero(),
    "ikey" => by(Vti::IKEY, Form::Address).omit_zero(),
    "okey" => by(Vti::OKEY, Form::Address).omit_zero(),
    "fwmark" => by(Vti::FWMARK, Form::Hex).omit_zero(),
};

/// Table of `vti6`, the virtual tunnel interface of IPsec over IPv6.
pub const VTI6: PrintTable = print_table! {
    "remote" => by(Vti6::REMOTE, Form::Endpoint),
    "local" => by(Vti6::LOCAL, Form::Endpoint),
    "link=dev" => by(Vti6::LINK, Form::Link).omit_zero(),
    "ikey" => by(Vti6::IKEY, Form::Address).omit_zero(),
    "okey" => by(Vti6::OKEY, Form::Address).omit_zero(),
    "fwmark" => by(Vti6::FWMARK, Form::Hex).omit_zero(),
};

/// Prints a GRE key in the form of an IPv4 address, if the key flag is set.
pub fn print_key<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    from: &Payloads<'_>,
    number: u16,
    key: &str,
) {
    let flags = if number == Gre::IKEY.number() { Gre::IFLAGS } else { Gre::OFLAGS };
    if from.get(flags).is_some_and(|flags| flags.contains(GreFlags::KEY)) {
        if let Some(payload) = from.at(number) {
            printer.out.entry(key, key, " {} ", Value::Text(&Address::of(payload)));
        }
    }
}

/// Prints the encapsulation limit, traffic class and flow label of a tunnel over IPv6; `number` is
/// that of the flow info attribute, between those of the limit and of the flags.
pub fn print_ip6<C: Channel>(printer: &mut Printer<'_, '_, C>, from: &Payloads<'_>, number: u16) {
    const { assert!(Gre6::FLOWINFO.number() == Gre6::ENCAP_LIMIT.number() + 1) };
    const { assert!(Gre6::FLOWINFO.number() == Gre6::FLAGS.number() - 1) };
    const { assert!(Ip6tnl::FLOWINFO.number() == Ip6tnl::ENCAP_LIMIT.number() + 1) };
    const { assert!(Ip6tnl::FLOWINFO.number() == Ip6tnl::FLAGS.number() - 1) };
    let flags = from.at(number + 1).and_then(Ip6TnlFlags::read).unwrap_or_default();
    let info = from.at(number).and_then(Be::<u32>::read).unwrap_or(0);
    let limit = from.at(number - 1).and_then(u8::read);
    let limit = limit.map(|limit| Value::Uint(limit.into()));
    let (class, label) = (info >> 20 & 0xff, info & 0xf_ffff);
    for (flag, inherited, key, word, value) in [
        (
            Ip6TnlFlags::IGN_ENCAP_LIMIT,
            "ip6_tnl_f_ign_encap_limit",
            "encap_limit",
            "encaplimit none ",
            limit,
        ),
        (
            Ip6TnlFlags::USE_ORIG_TCLASS,
            "ip6_tnl_f_use_orig_tclass",
            "tclass",
            "tclass inherit ",
            Some(Value::Text(&format_args!("{class:#04x}"))),
        ),
        (
            Ip6TnlFlags::USE_ORIG_FLOWLABEL,
            "ip6_tnl_f_use_orig_flowlabel",
            "flowlabel",
            "flowlabel inherit ",
            Some(Value::Text(&format_args!("{label:#07x}"))),
        ),
    ] {
        if flags.contains(flag) {
            printer.out.any(inherited, word, true);
        } else if let Some(value) = value {
            let word = word.split_once(' ').unwrap_or_default().0;
            printer.out.entry(key, word, " {} ", value);
        }
    }
}

const ENCAP_GRE: PrintTable = print_table! {
    "type=encap:none,fou,gue" => by(Gre::ENCAP_TYPE, Form::NameOrUnknown),
    "sport|encap-sport {} |encap-sport auto " => show(Gre::ENCAP_SPORT),
    "dport=encap-dport" => show(Gre::ENCAP_DPORT),
    "csum|encap-csum |noencap-csum " => by(Gre::ENCAP_FLAGS, Form::set(TunnelEncapFlags::CSUM.0)),
    "csum6|encap-csum6 |noencap-csum6 " =>
        by(Gre::ENCAP_FLAGS, Form::set(TunnelEncapFlags::CSUM6.0)),
    "remcsum|encap-remcsum |noencap-remcsum " =>
        by(Gre::ENCAP_FLAGS, Form::set(TunnelEncapFlags::REMCSUM.0)),
};
const ENCAP_IPTUN: PrintTable = print_table! {
    "type=encap:none,fou,gue" => by(Iptun::ENCAP_TYPE, Form::NameOrUnknown),
    "sport|encap-sport {} |encap-sport auto " => show(Iptun::ENCAP_SPORT),
    "dport=encap-dport" => show(Iptun::ENCAP_DPORT),
    "csum|encap-csum |noencap-csum " => by(Iptun::ENCAP_FLAGS, Form::set(TunnelEncapFlags::CSUM.0)),
    "csum6|encap-csum6 |noencap-csum6 " =>
        by(Iptun::ENCAP_FLAGS, Form::set(TunnelEncapFlags::CSUM6.0)),
    "remcsum|encap-remcsum |noencap-remcsum " =>
        by(Iptun::ENCAP_FLAGS, Form::set(TunnelEncapFlags::REMCSUM.0)),
};

/// Prints the UDP encapsulation (FOU or GUE) of a tunnel; `number` is that of the type's attribute.
pub fn print_encap<C: Channel>(printer: &mut Printer<'_, '_, C>, from: &Payloads<'_>, number: u16) {
    const { assert!(Gre::ENCAP_TYPE.number() == Gre6::ENCAP_TYPE.number()) };
    const { assert!(Iptun::ENCAP_TYPE.number() == Ip6tnl::ENCAP_TYPE.number()) };
    const { assert!(Gre::ENCAP_TYPE.number() != Iptun::ENCAP_TYPE.number()) };
    let print_table = if number == Gre::ENCAP_TYPE.number() { &ENCAP_GRE } else { &ENCAP_IPTUN };
    let encap_type = from.at(number).and_then(TunnelEncap::read).unwrap_or(TunnelEncap::NONE);
    if encap_type != TunnelEncap::NONE {
        printer.out.object(Some("encap"));
        print_table::print(printer, from, print_table);
        printer.out.end_object();
    }
}

/// Prints the prefixes of a 6rd tunnel.
pub fn print_6rd<C: Channel>(printer: &mut Printer<'_, '_, C>, from: &Payloads<'_>) {
    let len = from.get(Iptun::IPTUN_6RD_PREFIXLEN).filter(|len| *len != 0);
    let (Some(len), Some(prefix)) = (len, from.get(Iptun::IPTUN_6RD_PREFIX)) else { return };
    let relay = from.get(Iptun::IPTUN_6RD_RELAY_PREFIX).unwrap_or(Ipv4Addr::UNSPECIFIED);
    let relay_len = from.get(Iptun::IPTUN_6RD_RELAY_PREFIXLEN).unwrap_or(0);
    let both: [(_, _, &dyn Display, _); 2] = [
        ("prefix", "prefixlen", &prefix, len),
        ("relay_prefix", "relay_prefixlen", &relay, relay_len),
    ];
    for (key, len_key, prefix, len) in both {
        printer.out.literal("6rd-");
        printer.out.entry(key, key, " {}", Value::Text(prefix));
        printer.out.any(len_key, "/{} ", len);
        if relay.is_unspecified() {
            break;
        }
    }
}
