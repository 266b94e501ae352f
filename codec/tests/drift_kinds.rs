//! Tables of link kinds, compared with the kernel's descriptions.
#![cfg(feature = "rtnl")]

mod drift;

use barelink_codec::rtnl::link::kinds::batadv::Batadv;
use barelink_codec::rtnl::link::kinds::bond::{Bond, BondAdInfo, BondSlave};
use barelink_codec::rtnl::link::kinds::bridge::{Bridge, StpMode};
use barelink_codec::rtnl::link::kinds::geneve::Geneve;
use barelink_codec::rtnl::link::kinds::gre::{Gre, Gre6};
use barelink_codec::rtnl::link::kinds::hsr::Hsr;
use barelink_codec::rtnl::link::kinds::iptun::{Ip6tnl, Iptun};
use barelink_codec::rtnl::link::kinds::netkit::{
    Netkit, NetkitMode, NetkitPairing, NetkitPolicy, NetkitScrub,
};
use barelink_codec::rtnl::link::kinds::ovpn::{Ovpn, OvpnMode};
use barelink_codec::rtnl::link::kinds::tun::Tun;
use barelink_codec::rtnl::link::kinds::vlan::{Vlan, VlanFlags, VlanProtocol, VlanQos};
use barelink_codec::rtnl::link::kinds::vrf::Vrf;
use barelink_codec::rtnl::link::kinds::vti::{Vti, Vti6};
use barelink_codec::schema::Set;

const BOND_SLAVE: drift::Exceptions<'_> = &[
    (9, "the kernel's policy and iproute2 have a signed number"),
    (10, "IFLA_BOND_SLAVE_ACTOR_PORT_PRIO of Linux 6.18, forgotten in the spec"),
    (11, "IFLA_BOND_SLAVE_AD_CHURN_ACTOR_STATE of Linux 7.3, forgotten in the spec"),
    (12, "IFLA_BOND_SLAVE_AD_CHURN_PARTNER_STATE of Linux 7.3, forgotten in the spec"),
];

const BRIDGE: drift::Exceptions<'_> = &[
    (8, "81 00 on every machine: in network byte order"),
    (10, "80 00 for the default priority on every machine: in network byte order"),
    (11, "80 00 for the default priority on every machine: in network byte order"),
    (21, "only its being there counts; iproute2 sends it empty"),
];

const IPTUN: drift::Exceptions<'_> = &[
    (8, "SIT_ISATAP is 1 in the machine's byte order"),
    (11, "no name in Rust starts with a digit"),
    (12, "no name in Rust starts with a digit"),
    (13, "no name in Rust starts with a digit"),
    (14, "no name in Rust starts with a digit"),
];

const IP6TNL: drift::Exceptions<'_> =
    &[(8, "00 00 04 00 on x86 is IP6_TNL_F_CAP_PER_PACKET in the machine's byte order")];

const VLAN_PROTOCOL: drift::Exceptions<'_> = &[
    (0x8100, "no name in Rust starts with a digit"),
    (0x88a8, "no name in Rust starts with a digit"),
];

#[test]
fn link_kinds_are_as_the_kernel_describes_them() {
    let Some(spec) = drift::spec("json/rt-link.json") else { return };
    spec.attributes(Bond::table(), "linkinfo-bond-attrs", &[]);
    spec.attributes(BondAdInfo::table(), "bond-ad-info-attrs", &[]);
    spec.attributes(BondSlave::table(), "bond-slave-attrs", BOND_SLAVE);
    spec.attributes(Bridge::table(), "linkinfo-bridge-attrs", BRIDGE);
    spec.attributes(Geneve::table(), "linkinfo-geneve-attrs", &[]);
    spec.attributes(Gre::table(), "linkinfo-gre-attrs", &[]);
    spec.attributes(Gre6::table(), "linkinfo-gre6-attrs", &[]);
    spec.attributes(Hsr::table(), "linkinfo-hsr-attrs", &[]);
    spec.attributes(Iptun::table(), "linkinfo-iptun-attrs", IPTUN);
    spec.attributes(Ip6tnl::table(), "linkinfo-ip6tnl-attrs", IP6TNL);
    spec.attributes(Netkit::table(), "linkinfo-netkit-attrs", &[]);
    spec.attributes(Ovpn::table(), "linkinfo-ovpn-attrs", &[]);
    spec.attributes(Tun::table(), "linkinfo-tun-attrs", &[]);
    spec.attributes(Vlan::table(), "linkinfo-vlan-attrs", &[]);
    spec.attributes(VlanQos::table(), "ifla-vlan-qos", &[]);
    spec.attributes(Vrf::table(), "linkinfo-vrf-attrs", &[]);
    spec.attributes(Vti::table(), "linkinfo-vti-attrs", &[]);
    spec.attributes(Vti6::table(), "linkinfo-vti6-attrs", &[]);
    spec.names(NetkitMode::NAMES, "netkit-mode", &[]);
    spec.names(NetkitPairing::NAMES, "netkit-pairing", &[]);
    spec.names(NetkitPolicy::NAMES, "netkit-policy", &[]);
    spec.names(NetkitScrub::NAMES, "netkit-scrub", &[]);
    spec.names(OvpnMode::NAMES, "ovpn-mode", &[]);
    spec.names(StpMode::NAMES, "br-stp-mode", &[]);
    spec.names(VlanFlags::NAMES, "vlan-flags", &[]);
    spec.names(VlanProtocol::NAMES, "vlan-protocols", VLAN_PROTOCOL);
}

#[test]
fn batadv_is_as_the_kernels_header_has_it() {
    let Some(spec) = drift::spec("json-uapi/batadv.json") else { return };
    spec.attributes(Batadv::table(), "ifla-batadv", &[]);
}
