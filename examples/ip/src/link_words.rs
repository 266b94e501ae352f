//! The words of `ip link add|set` that any link may have.

use barelink_codec::rtnl::link::vf::Vf;
use barelink_codec::rtnl::link::{Link, LinkFlags};

use super::grammar::{Grammar, How, Special, alone, by, grammar, key, signed, special, state};

/// What may stand before the kind.
pub const LINK: Grammar = grammar! {
    "=up" => state(LinkFlags::UP),
    "=down" => alone(Special::Down),
    "=name" => alone(Special::Name),
    "=index<0x80000000" => alone(Special::Index),
    "link" => alone(Special::Link),
    "address" => key(Link::ADDRESS),
    "broadcast/brd" => key(Link::BROADCAST),
    "txqueuelen/qlen/txqlen" => signed(Link::TXQLEN),
    "=mtu" => signed(Link::MTU),
    "=netns" => alone(Special::Netns),
    "=multicast?" => state(LinkFlags::MULTICAST),
    "=allmulticast?" => state(LinkFlags::ALLMULTI),
    "=promisc?" => state(LinkFlags::PROMISC),
    "=trailers:on,off" => state(LinkFlags::NOTRAILERS),
    "=arp:on,off" => state(LinkFlags::NOARP),
    "=carrier?" => key(Link::CARRIER),
    "=vf<0x80000000" => alone(Special::Vf),
    "master" => special(Link::MASTER, Special::Master),
    "=vrf" => special(Link::MASTER, Special::Vrf),
    "nomaster" => special(Link::MASTER, Special::Nomaster),
    "dynamic?" => state(LinkFlags::DYNAMIC),
    "type" => alone(Special::Type),
    "alias" => special(Link::IFALIAS, Special::Alias),
    "=group|default" => key(Link::GROUP),
    "&" => alone(Special::Group),
    "=mode:default,dormant" => key(Link::LINKMODE),
    "=state:unknown,notpresent,down,lowerlayerdown,testing,dormant,up" => key(Link::OPERSTATE),
    "numtxqueues" => key(Link::NUM_TX_QUEUES),
    "numrxqueues" => key(Link::NUM_RX_QUEUES),
    "addrgenmode:@addr_gen_mode" => alone(Special::AddrGenMode),
    "link-netnsid" => key(Link::LINK_NETNSID),
    "=protodown?" => key(Link::PROTO_DOWN),
    "=protodown_reason<32" => alone(Special::ProtoDownReason),
    "=gso_max_size" => key(Link::GSO_MAX_SIZE),
    "=gso_max_segs" => key(Link::GSO_MAX_SEGS),
    "=gro_max_size" => key(Link::GRO_MAX_SIZE),
    "=gso_ipv4_max_size" => key(Link::GSO_IPV4_MAX_SIZE),
    "=gro_ipv4_max_size" => key(Link::GRO_IPV4_MAX_SIZE),
    "=parentdev" => by(Link::PARENT_DEV_NAME, How::Text),
    "=netns-immutable?" => key(Link::NETNS_IMMUTABLE),
};

/// What is said of a virtual function: each number but the card's address goes behind the
/// function's own.
pub const VF: Grammar = grammar! {
    "mac" => special(Vf::MAC, Special::Vf),
    "vlan" => special(Vf::VLAN, Special::Vf),
    "rate" => special(Vf::TX_RATE, Special::Vf),
    "spoofchk?" => special(Vf::SPOOFCHK, Special::Vf),
    "query_rss?" => special(Vf::RSS_QUERY_EN, Special::Vf),
    "trust?" => special(Vf::TRUST, Special::Vf),
    "state:@vf_state" => special(Vf::LINK_STATE, Special::Vf),
};
