//! Kinds of links, and the settings of each.
//!
//! Kinds without settings have no file: `dummy`, `ifb`, `lowpan`, `nlmon`, `pfcp`, `team`, `vcan`,
//! `wireguard` and others; neither have ports of `team`.

use crate::nest::Nest;
use crate::rtnl::bridge::port::BridgePort;
use crate::rtnl::link::LinkInfo;
use crate::value::Struct;

pub mod amt;
pub mod bareudp;
pub mod batadv;
pub mod bond;
pub mod bridge;
pub mod caif;
pub mod can;
pub mod dsa;
pub mod geneve;
pub mod gre;
pub mod gtp;
pub mod hsr;
pub mod ipoib;
pub mod iptun;
pub mod ipvlan;
pub mod macsec;
pub mod macvlan;
pub mod netkit;
pub mod ovpn;
pub mod ppp;
pub mod rmnet;
pub mod tun;
pub mod veth;
pub mod vlan;
pub mod vrf;
pub mod vti;
pub mod vxcan;
pub mod vxlan;
pub mod wwan;
pub mod xfrm;

sub_messages! {
    /// Settings in [`LinkInfo::DATA`], selected by [`LinkInfo::KIND`].
    pub LinkData by text LinkInfo::KIND {
        "amt" => Nest<amt::Amt>,
        "bareudp" => Nest<bareudp::Bareudp>,
        "batadv" => Nest<batadv::Batadv>,
        "bond" => Nest<bond::Bond>,
        "bridge" => Nest<bridge::Bridge>,
        "caif" => Nest<caif::Caif>,
        "can" => Nest<can::Can>,
        "dsa" => Nest<dsa::Dsa>,
        "geneve" => Nest<geneve::Geneve>,
        "gre" | "gretap" | "erspan" => Nest<gre::Gre>,
        "ip6gre" | "ip6gretap" | "ip6erspan" => Nest<gre::Gre6>,
        "gtp" => Nest<gtp::Gtp>,
        "hsr" => Nest<hsr::Hsr>,
        "ipoib" => Nest<ipoib::Ipoib>,
        "ipip" | "sit" => Nest<iptun::Iptun>,
        "ip6tnl" => Nest<iptun::Ip6tnl>,
        "ipvlan" | "ipvtap" => Nest<ipvlan::Ipvlan>,
        "macsec" => Nest<macsec::Macsec>,
        "macvlan" | "macvtap" => Nest<macvlan::Macvlan>,
        "netkit" => Nest<netkit::Netkit>,
        "ovpn" => Nest<ovpn::Ovpn>,
        "ppp" => Nest<ppp::Ppp>,
        "rmnet" => Nest<rmnet::Rmnet>,
        "tun" => Nest<tun::Tun>,
        "veth" => Nest<veth::Veth>,
        "vlan" => Nest<vlan::Vlan>,
        "vrf" => Nest<vrf::Vrf>,
        "vti" => Nest<vti::Vti>,
        "vti6" => Nest<vti::Vti6>,
        "vxcan" => Nest<vxcan::Vxcan>,
        "vxlan" => Nest<vxlan::Vxlan>,
        "wwan" => Nest<wwan::Wwan>,
        "xfrm" => Nest<xfrm::Xfrm>,
    }
}

sub_messages! {
    /// Settings in [`LinkInfo::SLAVE_DATA`], selected by [`LinkInfo::SLAVE_KIND`], the kind of the
    /// master; iproute2 writes `bond_slave` in [`LinkInfo::KIND`] instead.
    pub SlaveData by text LinkInfo::SLAVE_KIND | LinkInfo::KIND {
        "bond" | "bond_slave" => Nest<bond::BondSlave>,
        "bridge" | "bridge_slave" => Nest<BridgePort>,
        "vrf" | "vrf_slave" => Nest<vrf::VrfPort>,
    }
}

sub_messages! {
    /// Statistics in [`LinkInfo::XSTATS`], selected by [`LinkInfo::KIND`].
    pub XstatsData by text LinkInfo::KIND {
        "can" => Struct<can::CanDeviceStats>,
    }
}
