//! Grammars of the arguments of any link, and of its virtual functions.

use barelink_codec::rtnl::link::vf::Vf;
use barelink_codec::rtnl::link::{Link, LinkFlags};

use super::grammar::{
    Format, Grammar, SpecialValue, by, grammar, key, link_flag, no_attr, signed, special,
};

/// Words before `type`.
pub const LINK: Grammar = grammar! {
    "=up" => link_flag(LinkFlags::UP),
    "=down" => no_attr(SpecialValue::Down),
    "=name" => no_attr(SpecialValue::Name),
    "=index<0x80000000" => no_attr(SpecialValue::Index),
    "link" => no_attr(SpecialValue::Link),
    "address" => key(Link::ADDRESS),
    "broadcast/brd" => key(Link::BROADCAST),
    "txqueuelen/qlen/txqlen" => signed(Link::TXQLEN),
    "=mtu" => signed(Link::MTU),
    "=netns" => no_attr(SpecialValue::Netns),
    "=multicast?" => link_flag(LinkFlags::MULTICAST),
    "=allmulticast?" => link_flag(LinkFlags::ALLMULTI),
    "=promisc?" => link_flag(LinkFlags::PROMISC),
    "=trailers:on,off" => link_flag(LinkFlags::NOTRAILERS),
    "=arp:on,off" => link_flag(LinkFlags::NOARP),
    "=carrier?" => key(Link::CARRIER),
    "=vf<0x80000000" => no_attr(SpecialValue::Vf),
    "master" => special(Link::MASTER, SpecialValue::Master),
    "=vrf" => special(Link::MASTER, SpecialValue::Vrf),
    "nomaster" => special(Link::MASTER, SpecialValue::Nomaster),
    "dynamic?" => link_flag(LinkFlags::DYNAMIC),
    "type" => no_attr(SpecialValue::Type),
    "alias" => special(Link::IFALIAS, SpecialValue::Alias),
    "=group|default" => key(Link::GROUP),
    "&" => no_attr(SpecialValue::Group),
    "=mode:default,dormant" => key(Link::LINKMODE),
    "=state:unknown,notpresent,down,lowerlayerdown,testing,dormant,up" => key(Link::OPERSTATE),
    "numtxqueues" => key(Link::NUM_TX_QUEUES),
    "numrxqueues" => key(Link::NUM_RX_QUEUES),
    "addrgenmode:@addr_gen_mode" => no_attr(SpecialValue::AddrGenMode),
    "link-netnsid" => key(Link::LINK_NETNSID),
    "=protodown?" => key(Link::PROTO_DOWN),
    "=protodown_reason<32" => no_attr(SpecialValue::ProtoDownReason),
    "=gso_max_size" => key(Link::GSO_MAX_SIZE),
    "=gso_max_segs" => key(Link::GSO_MAX_SEGS),
    "=gro_max_size" => key(Link::GRO_MAX_SIZE),
    "=gso_ipv4_max_size" => key(Link::GSO_IPV4_MAX_SIZE),
    "=gro_ipv4_max_size" => key(Link::GRO_IPV4_MAX_SIZE),
    "=parentdev" => by(Link::PARENT_DEV_NAME, Format::Text),
    "=netns-immutable?" => key(Link::NETNS_IMMUTABLE),
};

/// Words after `vf NUMBER`; each value is sent after the function's number.
pub const VF: Grammar = grammar! {
    "mac" => special(Vf::MAC, SpecialValue::Vf),
    "vlan" => special(Vf::VLAN, SpecialValue::Vf),
    "rate" => special(Vf::TX_RATE, SpecialValue::Vf),
    "spoofchk?" => special(Vf::SPOOFCHK, SpecialValue::Vf),
    "query_rss?" => special(Vf::RSS_QUERY_EN, SpecialValue::Vf),
    "trust?" => special(Vf::TRUST, SpecialValue::Vf),
    "state:@vf_state" => special(Vf::LINK_STATE, SpecialValue::Vf),
};
