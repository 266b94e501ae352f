//! Grammars of the tunnel kinds, and the order and defaults of their attributes.

use barelink_codec::rtnl::link::kinds::geneve::Geneve;
use barelink_codec::rtnl::link::kinds::gre::{Gre, Gre6, GreFlags};
use barelink_codec::rtnl::link::kinds::iptun::{Ip6TnlFlags, Ip6tnl, Iptun, SitFlags};
use barelink_codec::rtnl::link::kinds::vti::{Vti, Vti6};
use barelink_codec::rtnl::link::kinds::vxlan::Vxlan;
use barelink_codec::rtnl::link::kinds::xfrm::Xfrm;
use barelink_codec::rtnl::link::tunnel::TunnelEncapFlags;

use super::grammar::{
    Format, Grammar, SpecialValue, bit, by, device, grammar, key, no_attr, on, special, v4_or_v6,
};
use super::link_kinds::DefaultValue::{OmitZero, OmitZeroOnCreate, OnCreate, Value};
use super::link_kinds::{LinkKind, Out, always, last};

/// Builds the grammar of UDP encapsulation, `encap fou|gue` and its options.
macro_rules! envelope {
    ($set:ident) => {
        grammar! {
            "=noencap" => by($set::ENCAP_TYPE, Format::Fixed(2, 0)),
            "=encap:none,fou,gue" => key($set::ENCAP_TYPE),
            "=encap-sport|auto" => key($set::ENCAP_SPORT),
            "=encap-dport" => key($set::ENCAP_DPORT),
            "=~encap-csum" => bit($set::ENCAP_FLAGS, TunnelEncapFlags::CSUM.0 as u32),
            "=~encap-udp6-csum/encap-csum6" =>
                bit($set::ENCAP_FLAGS, TunnelEncapFlags::CSUM6.0 as u32),
            "=~encap-remcsum" => bit($set::ENCAP_FLAGS, TunnelEncapFlags::REMCSUM.0 as u32),
        }
    };
}

/// UDP encapsulation of GRE, whose attribute numbers are the same over IPv4 and IPv6.
const GRE_ENVELOPE: Grammar = envelope!(Gre);
/// UDP encapsulation of the other tunnels, whose attribute numbers are the same over IPv4 and IPv6.
const IPTUN_ENVELOPE: Grammar = envelope!(Iptun);

/// Words of GRE over IPv4 and IPv6, whose attribute numbers are the same.
const GRE_WORDS: Grammar = grammar! {
    "key" => by(Gre::IKEY, Format::Dotted),
    "&" => by(Gre::OKEY, Format::Dotted),
    "&" => bit(Gre::IFLAGS, GreFlags::KEY.0 as u32),
    "&" => bit(Gre::OFLAGS, GreFlags::KEY.0 as u32),
    "nokey" => no_attr(SpecialValue::Nothing),
    "ikey" => by(Gre::IKEY, Format::Dotted),
    "&" => bit(Gre::IFLAGS, GreFlags::KEY.0 as u32),
    "okey" => by(Gre::OKEY, Format::Dotted),
    "&" => bit(Gre::OFLAGS, GreFlags::KEY.0 as u32),
    "~seq" => bit(Gre::IFLAGS, GreFlags::SEQ.0 as u32),
    "&" => bit(Gre::OFLAGS, GreFlags::SEQ.0 as u32),
    "~iseq" => bit(Gre::IFLAGS, GreFlags::SEQ.0 as u32),
    "~oseq" => bit(Gre::OFLAGS, GreFlags::SEQ.0 as u32),
    "~csum" => bit(Gre::IFLAGS, GreFlags::CSUM.0 as u32),
    "&" => bit(Gre::OFLAGS, GreFlags::CSUM.0 as u32),
    "~icsum" => bit(Gre::IFLAGS, GreFlags::CSUM.0 as u32),
    "~ocsum" => bit(Gre::OFLAGS, GreFlags::CSUM.0 as u32),
    "dev" => device(Gre::LINK),
    "ttl/hoplimit/hlim|inherit" => key(Gre::TTL),
    "=external" => key(Gre::COLLECT_METADATA),
    "=erspan<0x100000" => key(Gre::ERSPAN_INDEX),
    "=erspan_ver" => key(Gre::ERSPAN_VER),
    "=erspan_dir:@erspan_dir" => key(Gre::ERSPAN_DIR),
    "=erspan_hwid" => key(Gre::ERSPAN_HWID),
};

/// Builds the list of the UDP encapsulation's attributes with their defaults.
macro_rules! envelope_out {
    ($set:ident, $flags:literal) => {
        [
            always($set::ENCAP_TYPE, Value(2, 0)),
            always($set::ENCAP_FLAGS, Value(2, $flags)),
            always($set::ENCAP_SPORT, Value(2, 0)),
            always($set::ENCAP_DPORT, Value(2, 0)),
        ]
    };
}

/// Concatenates two lists of attributes.
const fn chain<const N: usize, const M: usize, const L: usize>(
    first: [Out; N],
    second: [Out; M],
) -> [Out; L] {
    let mut out = [first[0]; L];
    let mut at = 0;
    while at < L {
        out[at] = if at < N { first[at] } else { second[at - N] };
        at += 1;
    }
    out
}

const GRE_OUT: [Out; 12] = [
    always(Gre::IKEY, Value(4, 0)),
    always(Gre::OKEY, Value(4, 0)),
    always(Gre::IFLAGS, Value(2, 0)),
    always(Gre::OFLAGS, Value(2, 0)),
    always(Gre::LOCAL, OmitZeroOnCreate),
    always(Gre::REMOTE, OmitZeroOnCreate),
    always(Gre::PMTUDISC, Value(1, 1)),
    last(Gre::IGNORE_DF),
    always(Gre::TOS, Value(1, 0)),
    always(Gre::LINK, OmitZero),
    always(Gre::TTL, Value(1, 0)),
    always(Gre::FWMARK, Value(4, 0)),
];

const ERSPAN_OUT: [Out; 4] = [
    always(Gre::ERSPAN_VER, Value(1, 1)),
    always(Gre::ERSPAN_INDEX, OmitZero),
    last(Gre::ERSPAN_DIR),
    last(Gre::ERSPAN_HWID),
];

const GRE6_OUT: [Out; 16] = [
    always(Gre6::IKEY, Value(4, 0)),
    always(Gre6::OKEY, Value(4, 0)),
    always(Gre6::IFLAGS, Value(2, 0)),
    always(Gre6::OFLAGS, Value(2, 0)),
    always(Gre6::LOCAL, OmitZeroOnCreate),
    always(Gre6::REMOTE, OmitZeroOnCreate),
    always(Gre6::LINK, OmitZero),
    always(Gre6::TTL, Value(1, 64)),
    always(Gre6::ENCAP_LIMIT, Value(1, 4)),
    always(Gre6::FLOWINFO, Value(4, 0)),
    always(Gre6::FLAGS, Value(4, 0)),
    always(Gre6::FWMARK, Value(4, 0)),
    always(Gre6::ERSPAN_VER, Value(1, 1)),
    always(Gre6::ERSPAN_INDEX, OmitZero),
    last(Gre6::ERSPAN_DIR),
    last(Gre6::ERSPAN_HWID),
];

const IPTUN_OUT: [Out; 8] = [
    always(Iptun::PROTO, Value(1, 0)),
    always(Iptun::LOCAL, OmitZeroOnCreate),
    always(Iptun::REMOTE, OmitZeroOnCreate),
    always(Iptun::PMTUDISC, Value(1, 1)),
    always(Iptun::TOS, Value(1, 0)),
    always(Iptun::TTL, Value(1, 0)),
    always(Iptun::LINK, Value(4, 0)),
    always(Iptun::FWMARK, Value(4, 0)),
];

const IPIP_OUT: [Out; 12] = chain(IPTUN_OUT, envelope_out!(Iptun, 0));

const SIT_OUT: [Out; 17] = chain(
    IPIP_OUT,
    [
        always(Iptun::FLAGS, Value(2, 0)),
        always(Iptun::IPTUN_6RD_PREFIX, OmitZero),
        always(Iptun::IPTUN_6RD_PREFIXLEN, OmitZero),
        last(Iptun::IPTUN_6RD_RELAY_PREFIX),
        last(Iptun::IPTUN_6RD_RELAY_PREFIXLEN),
    ],
);

const IP6TNL_OUT: [Out; 9] = [
    always(Ip6tnl::PROTO, Value(1, 0)),
    always(Ip6tnl::LOCAL, OmitZeroOnCreate),
    always(Ip6tnl::REMOTE, OmitZeroOnCreate),
    always(Ip6tnl::TTL, Value(1, 64)),
    always(Ip6tnl::ENCAP_LIMIT, Value(1, 4)),
    always(Ip6tnl::FLOWINFO, Value(4, 0)),
    always(Ip6tnl::FLAGS, Value(4, 0)),
    always(Ip6tnl::LINK, Value(4, 0)),
    always(Ip6tnl::FWMARK, Value(4, 0)),
];

/// Tunnel kind: attributes that are not given keep their values.
const fn tunnel(
    words: &'static [&'static Grammar],
    tail: &'static [Out],
    external: &'static [Out],
) -> LinkKind {
    LinkKind { words, tail, external, whole: true }
}

/// Kinds `gre` and `gretap`.
pub const GRE: LinkKind = tunnel(
    &[&GRE4_WORDS, &GRE_WORDS, &GRE_ENVELOPE],
    &const { chain::<12, 4, 16>(GRE_OUT, envelope_out!(Gre, 0)) },
    &[last(Gre::COLLECT_METADATA)],
);

/// Kind `erspan`.
pub const ERSPAN: LinkKind = tunnel(
    GRE.words,
    &const { chain::<16, 4, 20>(chain(GRE_OUT, ERSPAN_OUT), envelope_out!(Gre, 0)) },
    GRE.external,
);

const GRE4_WORDS: Grammar = grammar! {
    "remote" => key(Gre::REMOTE),
    "local" => key(Gre::LOCAL),
    "~pmtudisc" => on(Gre::PMTUDISC),
    "tos/tclass/dsfield|inherit=1" => by(Gre::TOS, Format::Dsfield),
    "=~ignore-df" => on(Gre::IGNORE_DF),
    "=fwmark" => key(Gre::FWMARK),
};

/// Builds the grammar of tunnels over IPv6, with the values that can be inherited from the inner
/// packet.
macro_rules! within {
    ($set:ident; $($entry:literal => $row:expr,)*) => {
        grammar! {
            $($entry => $row,)*
            "=encaplimit" =>
                special($set::ENCAP_LIMIT, SpecialValue::EncapLimit($set::FLAGS.number() as u8)),
            "=flowlabel/fl" =>
                special($set::FLOWINFO, SpecialValue::FlowLabel($set::FLAGS.number() as u8)),
            "tclass/tc/tos/dsfield" =>
                special($set::FLOWINFO, SpecialValue::Tclass($set::FLAGS.number() as u8)),
            "=dscp" => special($set::FLAGS, SpecialValue::Dscp),
            "=fwmark" => special($set::FWMARK, SpecialValue::Fwmark($set::FLAGS.number() as u8)),
            "=~allow-localremote" => bit($set::FLAGS, Ip6TnlFlags::ALLOW_LOCAL_REMOTE.0),
        }
    };
}

const GRE6_WORDS: Grammar = within! { Gre6;
    "remote" => key(Gre6::REMOTE),
    "local" => key(Gre6::LOCAL),
};

/// Kinds `ip6gre`, `ip6gretap` and `ip6erspan`.
pub const GRE6: LinkKind = tunnel(
    &[&GRE6_WORDS, &GRE_WORDS, &GRE_ENVELOPE],
    &const { chain::<16, 4, 20>(GRE6_OUT, envelope_out!(Gre6, 2)) },
    GRE.external,
);

/// Words of `ipip` and `sit`.
const IPTUN_WORDS: Grammar = grammar! {
    "=remote" => key(Iptun::REMOTE),
    "=local" => key(Iptun::LOCAL),
    "dev" => device(Iptun::LINK),
    "=ttl/hoplimit/hlim|inherit" => key(Iptun::TTL),
    "=tos/tclass/tc/dsfield|inherit=1" => by(Iptun::TOS, Format::Dsfield),
    "=~pmtudisc" => on(Iptun::PMTUDISC),
    "=external" => key(Iptun::COLLECT_METADATA),
    "=fwmark" => key(Iptun::FWMARK),
    // IPv6 modes are rejected by iproute2 for `ipip`, and by the kernel.
    "=mode:any=0,any/ipv4=0,ipip=4,ipv4/ipv4=4,ip4ip4=4,ip6ip=41,ipv6/ipv4=41,mplsip=137,mpls/ipv4=137" =>
        key(Iptun::PROTO),
};

const SIT_WORDS: Grammar = grammar! {
    "=isatap" => bit(Iptun::FLAGS, SitFlags::ISATAP.0 as u32),
    "=6rd-prefix" => special(
        Iptun::IPTUN_6RD_PREFIX,
        SpecialValue::Prefix(Iptun::IPTUN_6RD_PREFIXLEN.number() as u8),
    ),
    "=6rd-relay_prefix" => special(
        Iptun::IPTUN_6RD_RELAY_PREFIX,
        SpecialValue::Prefix(Iptun::IPTUN_6RD_RELAY_PREFIXLEN.number() as u8),
    ),
    "=6rd-reset" => special(Iptun::IPTUN_6RD_PREFIX, SpecialValue::PrefixReset),
};

/// Kind `ipip`.
pub const IPIP: LinkKind = tunnel(
    &[&IPTUN_WORDS, &IPTUN_ENVELOPE],
    &IPIP_OUT,
    &[always(Iptun::PROTO, Value(1, 0)), last(Iptun::COLLECT_METADATA)],
);

/// Kind `sit`.
pub const SIT: LinkKind =
    tunnel(&[&IPTUN_WORDS, &SIT_WORDS, &IPTUN_ENVELOPE], &SIT_OUT, IPIP.external);

const IP6TNL_WORDS: Grammar = within! { Ip6tnl;
    "mode:any=0,any/ipv6=0,ip/ipv6=4,ipv4/ipv6=4,ipip6=4,ip4ip6=4,ipv6/ipv6=41,ip6ip6=41" =>
        key(Ip6tnl::PROTO),
    "=remote" => key(Ip6tnl::REMOTE),
    "=local" => key(Ip6tnl::LOCAL),
    "dev" => device(Ip6tnl::LINK),
    "=ttl/hoplimit/hlim|inherit" => key(Ip6tnl::TTL),
    "=external" => key(Ip6tnl::COLLECT_METADATA),
};

/// Kind `ip6tnl`.
pub const IP6TNL: LinkKind = tunnel(
    &[&IP6TNL_WORDS, &IPTUN_ENVELOPE],
    &const { chain::<9, 4, 13>(IP6TNL_OUT, envelope_out!(Ip6tnl, 2)) },
    IPIP.external,
);

/// Builds a kind of IPsec's virtual tunnel interfaces.
macro_rules! vti {
    ($name:ident, $names:literal, $set:ident) => {
        #[doc = concat!("Kind `", $names, "`.")]
        pub const $name: LinkKind = tunnel(
            &[&grammar! {
                "key" => by($set::IKEY, Format::Dotted),
                "&" => by($set::OKEY, Format::Dotted),
                "ikey" => by($set::IKEY, Format::Dotted),
                "okey" => by($set::OKEY, Format::Dotted),
                "remote" => key($set::REMOTE),
                "local" => key($set::LOCAL),
                "dev" => device($set::LINK),
                "=fwmark" => key($set::FWMARK),
            }],
            &[
                always($set::IKEY, Value(4, 0)),
                always($set::OKEY, Value(4, 0)),
                always($set::LOCAL, OmitZeroOnCreate),
                always($set::REMOTE, OmitZeroOnCreate),
                always($set::FWMARK, Value(4, 0)),
                always($set::LINK, OmitZero),
            ],
            &[],
        );
    };
}

vti!(VTI, "vti", Vti);
vti!(VTI6, "vti6", Vti6);

/// Kind `xfrm`, an IPsec interface.
pub const XFRM: LinkKind = LinkKind {
    words: &[&grammar! {
        "dev" => device(Xfrm::LINK),
        "if_id" => key(Xfrm::IF_ID),
        "external" => key(Xfrm::COLLECT_METADATA),
    }],
    tail: &[last(Xfrm::IF_ID), last(Xfrm::LINK)],
    external: &[last(Xfrm::COLLECT_METADATA)],
    whole: false,
};

/// Kind `vxlan`.
pub const VXLAN: LinkKind = LinkKind {
    words: &[&grammar! {
        "id/vni<0x1000000" => key(Vxlan::ID),
        "group" => v4_or_v6(Vxlan::GROUP, Vxlan::GROUP6),
        "remote" => v4_or_v6(Vxlan::GROUP, Vxlan::GROUP6),
        "local" => v4_or_v6(Vxlan::LOCAL, Vxlan::LOCAL6),
        "dev" => device(Vxlan::LINK),
        "ttl/hoplimit" => special(Vxlan::TTL, SpecialValue::Ttl(Vxlan::TTL_INHERIT.number() as u8)),
        "tos/dsfield|inherit=1" => by(Vxlan::TOS, Format::Dsfield),
        "df:@df" => key(Vxlan::DF),
        "label/flowlabel<0x100000" => key(Vxlan::LABEL),
        "ageing|none" => key(Vxlan::AGEING),
        "maxaddress|unlimited" => key(Vxlan::LIMIT),
        "port/srcport<0x10000" => special(Vxlan::PORT_RANGE, SpecialValue::PortRange),
        "dstport" => key(Vxlan::PORT),
        "~learning" => on(Vxlan::LEARNING),
        "~proxy" => on(Vxlan::PROXY),
        "~rsc" => on(Vxlan::RSC),
        "~l2miss" => on(Vxlan::L2MISS),
        "~l3miss" => on(Vxlan::L3MISS),
        "~udpcsum" => on(Vxlan::UDP_CSUM),
        "~udp6zerocsumtx" => on(Vxlan::UDP_ZERO_CSUM6_TX),
        "~udp6zerocsumrx" => on(Vxlan::UDP_ZERO_CSUM6_RX),
        "~remcsumtx" => on(Vxlan::REMCSUM_TX),
        "~remcsumrx" => on(Vxlan::REMCSUM_RX),
        "~external" => on(Vxlan::COLLECT_METADATA),
        "gbp" => key(Vxlan::GBP),
        "gpe" => key(Vxlan::GPE),
        "~localbypass" => on(Vxlan::LOCALBYPASS),
        "~vnifilter" => on(Vxlan::VNIFILTER),
        "=~mcroute" => on(Vxlan::MC_ROUTE),
    }],
    tail: &[
        last(Vxlan::ID),
        last(Vxlan::LOCAL),
        last(Vxlan::LOCAL6),
        last(Vxlan::GROUP),
        last(Vxlan::GROUP6),
        always(Vxlan::LEARNING, OnCreate(1, 1)),
        always(Vxlan::PORT, OmitZero),
    ],
    external: &[],
    whole: false,
};

/// Kind `geneve`.
pub const GENEVE: LinkKind = LinkKind {
    words: &[&grammar! {
        "id/vni<0x1000000" => key(Geneve::ID),
        "remote" => v4_or_v6(Geneve::REMOTE, Geneve::REMOTE6),
        "=local" => v4_or_v6(Geneve::LOCAL, Geneve::LOCAL6),
        "ttl/hoplimit" => special(Geneve::TTL, SpecialValue::Ttl(Geneve::TTL_INHERIT.number() as u8)),
        "tos/dsfield|inherit=1" => by(Geneve::TOS, Format::Dsfield),
        "df:@df" => key(Geneve::DF),
        "label/flowlabel<0x100000" => key(Geneve::LABEL),
        "dstport" => key(Geneve::PORT),
        "port/srcport<0x10000" => special(Geneve::PORT_RANGE, SpecialValue::PortRange),
        "external" => key(Geneve::COLLECT_METADATA),
        "noexternal" => no_attr(SpecialValue::Nothing),
        "~udpcsum" => on(Geneve::UDP_CSUM),
        "~udp6zerocsumtx" => on(Geneve::UDP_ZERO_CSUM6_TX),
        "~udp6zerocsumrx" => on(Geneve::UDP_ZERO_CSUM6_RX),
        "innerprotoinherit" => key(Geneve::INNER_PROTO_INHERIT),
    }],
    tail: &[
        always(Geneve::ID, Value(4, 0)),
        last(Geneve::REMOTE),
        last(Geneve::REMOTE6),
        last(Geneve::LOCAL),
        last(Geneve::LOCAL6),
        always(Geneve::LABEL, OnCreate(4, 0)),
        always(Geneve::TTL, OnCreate(1, 0)),
        always(Geneve::TOS, OnCreate(1, 0)),
        always(Geneve::PORT, OmitZero),
        last(Geneve::COLLECT_METADATA),
        last(Geneve::UDP_CSUM),
        last(Geneve::UDP_ZERO_CSUM6_TX),
        last(Geneve::UDP_ZERO_CSUM6_RX),
        last(Geneve::INNER_PROTO_INHERIT),
    ],
    external: &[],
    whole: false,
};
