//! The words of `ip link add|set` that any link may have.

use barelink_codec::rtnl::link::{Link, LinkFlags};
use barelink_codec::rtnl::vf::Vf;

use super::grammar::{Grammar, How, Special, alone, by, grammar, key, special, state};

/// What may stand before the kind.
pub const LINK: Grammar = grammar! {
    "=up" => state(LinkFlags::UP),
    "=down" => alone(Special::Down),
    "=name" => alone(Special::Name),
    "=index" => alone(Special::Index),
    "link" => alone(Special::Link),
    "address" => key(Link::ADDRESS),
    "broadcast/brd" => key(Link::BROADCAST),
    "txqueuelen/qlen/txqlen" => key(Link::TXQLEN),
    "=mtu" => key(Link::MTU),
    "=netns" => alone(Special::Netns),
    "=multicast:off,on" => state(LinkFlags::MULTICAST),
    "=allmulticast:off,on" => state(LinkFlags::ALLMULTI),
    "=promisc:off,on" => state(LinkFlags::PROMISC),
    "=trailers:on,off" => state(LinkFlags::NOTRAILERS),
    "=arp:on,off" => state(LinkFlags::NOARP),
    "=carrier:off,on" => key(Link::CARRIER),
    "=vf" => alone(Special::Vf),
    "master" => special(Link::MASTER, Special::Master),
    "=vrf" => special(Link::MASTER, Special::Vrf),
    "nomaster" => special(Link::MASTER, Special::Nomaster),
    "dynamic:off,on" => state(LinkFlags::DYNAMIC),
    "type" => alone(Special::Type),
    "alias" => special(Link::IFALIAS, Special::Alias),
    "=group|default" => key(Link::GROUP),
    "&" => alone(Special::Group),
    "=mode:default,dormant" => key(Link::LINKMODE),
    "=state:unknown,notpresent,down,lowerlayerdown,testing,dormant,up" => key(Link::OPERSTATE),
    "numtxqueues" => key(Link::NUM_TX_QUEUES),
    "numrxqueues" => key(Link::NUM_RX_QUEUES),
    "addrgenmode:eui64,none,stable_secret,random" => alone(Special::AddrGenMode),
    "link-netns" => special(Link::LINK_NETNSID, Special::LinkNetns),
    "link-netnsid" => key(Link::LINK_NETNSID),
    "=protodown:off,on" => key(Link::PROTO_DOWN),
    "=protodown_reason" => alone(Special::ProtoDownReason),
    "=gso_max_size" => key(Link::GSO_MAX_SIZE),
    "=gso_max_segs" => key(Link::GSO_MAX_SEGS),
    "=gro_max_size" => key(Link::GRO_MAX_SIZE),
    "=gso_ipv4_max_size" => key(Link::GSO_IPV4_MAX_SIZE),
    "=gro_ipv4_max_size" => key(Link::GRO_IPV4_MAX_SIZE),
    "=parentdev" => by(Link::PARENT_DEV_NAME, How::Text),
    "=netns-immutable:off,on" => key(Link::NETNS_IMMUTABLE),
};

/// What is said of a virtual function: each number but the card's address goes behind the
/// function's own.
pub const VF: Grammar = grammar! {
    "mac" => special(Vf::MAC, Special::Vf),
    "vlan" => special(Vf::VLAN, Special::Vf),
    "rate" => special(Vf::TX_RATE, Special::Vf),
    "max_tx_rate" => special(Vf::RATE, Special::Vf),
    "min_tx_rate" => special(Vf::RATE, Special::Vf),
    "spoofchk:off,on" => special(Vf::SPOOFCHK, Special::Vf),
    "query_rss:off,on" => special(Vf::RSS_QUERY_EN, Special::Vf),
    "trust:off,on" => special(Vf::TRUST, Special::Vf),
    "state:auto,enable,disable" => special(Vf::LINK_STATE, Special::Vf),
    "qos" => alone(Special::Nothing),
    "proto:802.1q=0x8100,802.1ad=0x88a8" => alone(Special::Nothing),
};
