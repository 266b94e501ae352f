//! Grammars of link kinds, and the order and defaults of their attributes.

use barelink_codec::rtnl::bridge::port::BridgePort;
use barelink_codec::rtnl::link::kinds::amt::Amt;
use barelink_codec::rtnl::link::kinds::bareudp::Bareudp;
use barelink_codec::rtnl::link::kinds::batadv::Batadv;
use barelink_codec::rtnl::link::kinds::bond::{Bond, BondSlave};
use barelink_codec::rtnl::link::kinds::bridge::{BoolOpts, Bridge};
use barelink_codec::rtnl::link::kinds::hsr::Hsr;
use barelink_codec::rtnl::link::kinds::ipvlan::{Ipvlan, IpvlanFlags};
use barelink_codec::rtnl::link::kinds::macsec::Macsec;
use barelink_codec::rtnl::link::kinds::macvlan::{Macvlan, MacvlanFlags};
use barelink_codec::rtnl::link::kinds::netkit::Netkit;
use barelink_codec::rtnl::link::kinds::ovpn::Ovpn;
use barelink_codec::rtnl::link::kinds::veth::Veth;
use barelink_codec::rtnl::link::kinds::vlan::{Vlan, VlanFlags};
use barelink_codec::rtnl::link::kinds::vrf::Vrf;

use super::grammar::{
    Grammar, SpecialValue, bit, device, grammar, is_one_of, key, no_attr, special, switch,
};
use super::link_tunnels as tunnels;
use super::words::{TextOutput, cut};

/// Grammars of a link kind, and the attributes that are sent last.
pub struct LinkKind {
    /// Grammars of the kind's words.
    pub words: &'static [&'static Grammar],
    /// Attributes that are sent last, in this order.
    pub tail: &'static [Out],
    /// Attributes that replace `tail` if the last of them is given: those of an externally
    /// controlled tunnel.
    pub external: &'static [Out],
    /// `true` if attributes that are not given keep their values: those of `tail` are read first,
    /// and all are sent.
    pub whole: bool,
}

/// Attribute that is sent last, and its default.
#[derive(Clone, Copy)]
pub struct Out {
    /// Attribute number.
    pub number: u8,
    /// Value if it was not given.
    pub default: DefaultValue,
}

/// Value of an attribute that was not given, and the values that are omitted.
#[derive(Clone, Copy)]
pub enum DefaultValue {
    /// Omitted.
    None,
    /// Omitted, also if the given value is 0.
    OmitZero,
    /// Omitted, when creating a link also if the given value is 0: the unspecified address.
    OmitZeroOnCreate,
    /// Default value: size in bytes, and value.
    Value(u8, u8),
    /// Default value when creating a link: size in bytes, and value.
    OnCreate(u8, u8),
}

/// Attribute that is sent last, if it was given.
pub const fn last<S, V>(key: barelink_codec::Key<S, V>) -> Out {
    Out { number: key.number() as u8, default: DefaultValue::None }
}

/// Attribute that is sent last, with this default.
pub const fn always<S, V>(key: barelink_codec::Key<S, V>, default: DefaultValue) -> Out {
    Out { number: key.number() as u8, default }
}

/// Kind whose attributes are sent in the order of the words, except for those of `tail`.
const fn plain(words: &'static [&'static Grammar], tail: &'static [Out]) -> LinkKind {
    LinkKind { words, tail, external: &[], whole: false }
}

/// Builds the table of kinds from their names and grammars.
macro_rules! kinds {
    ($($names:literal => $kind:expr,)*) => {
        const NAMES: &str = concat!($($names, "\n"),*);
        static KINDS: &[LinkKind] = &[$($kind),*];
    };
}

kinds! {
    "vlan" => plain(&[&VLAN], &[last(Vlan::FLAGS)]),
    "bridge" => plain(&[&BRIDGE], &[last(Bridge::MULTI_BOOLOPT)]),
    "bridge_slave" => plain(&[&BRIDGE_SLAVE], &[]),
    "bond" => plain(&[&BOND], &[]),
    "bond_slave" => plain(&[&BOND_SLAVE], &[]),
    "veth/vxcan" => plain(&[&PAIR], &[]),
    "macvlan/macvtap" => plain(&[&MACVLAN], &[last(Macvlan::MODE), last(Macvlan::FLAGS)]),
    "ipvlan/ipvtap" => plain(&[&IPVLAN], &[always(Ipvlan::FLAGS, DefaultValue::Value(2, 0))]),
    "vrf" => plain(&[&VRF], &[]),
    "hsr" => plain(&[&HSR], &[]),
    "netkit" => plain(&[&NETKIT], &[]),
    "macsec" => plain(&[&MACSEC], &[]),
    "batadv" => plain(&[&BATADV], &[]),
    "ovpn" => plain(&[&OVPN], &[]),
    "amt" => plain(&[&AMT], &[]),
    "bareudp" => plain(&[&BAREUDP], &[]),
    "vxlan" => tunnels::VXLAN,
    "geneve" => tunnels::GENEVE,
    "gre/gretap" => tunnels::GRE,
    "erspan" => tunnels::ERSPAN,
    "ip6gre/ip6gretap/ip6erspan" => tunnels::GRE6,
    "ipip" => tunnels::IPIP,
    "sit" => tunnels::SIT,
    "ip6tnl" => tunnels::IP6TNL,
    "vti" => tunnels::VTI,
    "vti6" => tunnels::VTI6,
    "xfrm" => tunnels::XFRM,
}

/// Returns a kind's grammars by its name; `None` if it has none.
pub fn find(name: &str) -> Option<&'static LinkKind> {
    let mut names = NAMES;
    KINDS.iter().find(|_| is_one_of(cut(&mut names, b'\n'), name, true))
}

/// Writes the usage of a kind.
pub fn write_usage(name: &str, kind: &LinkKind, out: &mut TextOutput<'_>) {
    write!(out, "Usage: ... {name}");
    kind.words.iter().for_each(|words| words.write_usage(out));
    out.write_str("\n");
}

const VLAN: Grammar = grammar! {
    "protocol|@vlan_protocol" => key(Vlan::PROTOCOL),
    "id" => key(Vlan::ID),
    "reorder_hdr?" => switch(Vlan::FLAGS, VlanFlags::REORDER_HDR.0),
    "gvrp?" => switch(Vlan::FLAGS, VlanFlags::GVRP.0),
    "mvrp?" => switch(Vlan::FLAGS, VlanFlags::MVRP.0),
    "loose_binding?" => switch(Vlan::FLAGS, VlanFlags::LOOSE_BINDING.0),
    "bridge_binding?" => switch(Vlan::FLAGS, VlanFlags::BRIDGE_BINDING.0),
    "ingress-qos-map" => special(Vlan::INGRESS_QOS, SpecialValue::QosMap),
    "egress-qos-map" => special(Vlan::EGRESS_QOS, SpecialValue::QosMap),
};

const BRIDGE: Grammar = grammar! {
    "forward_delay" => key(Bridge::FORWARD_DELAY),
    "hello_time" => key(Bridge::HELLO_TIME),
    "max_age" => key(Bridge::MAX_AGE),
    "ageing_time" => key(Bridge::AGEING_TIME),
    "stp_state" => key(Bridge::STP_STATE),
    "stp_mode:@stp_mode" => key(Bridge::STP_MODE),
    "mst_enabled" => switch(Bridge::MULTI_BOOLOPT, BoolOpts::MST_ENABLE.0),
    "priority" => key(Bridge::PRIORITY),
    "vlan_filtering" => key(Bridge::VLAN_FILTERING),
    "vlan_protocol|@vlan_protocol" => key(Bridge::VLAN_PROTOCOL),
    "group_fwd_mask" => key(Bridge::GROUP_FWD_MASK),
    "group_address" => key(Bridge::GROUP_ADDR),
    "no_linklocal_learn" => switch(Bridge::MULTI_BOOLOPT, BoolOpts::NO_LL_LEARN.0),
    "fdb_max_learned" => key(Bridge::FDB_MAX_LEARNED),
    "fdb_flush" => key(Bridge::FDB_FLUSH),
    "fdb_local_vlan_0" => switch(Bridge::MULTI_BOOLOPT, BoolOpts::FDB_LOCAL_VLAN_0.0),
    "vlan_default_pvid" => key(Bridge::VLAN_DEFAULT_PVID),
    "vlan_stats_enabled" => key(Bridge::VLAN_STATS_ENABLED),
    "vlan_stats_per_port" => key(Bridge::VLAN_STATS_PER_PORT),
    "mcast_router" => key(Bridge::MCAST_ROUTER),
    "mcast_snooping" => key(Bridge::MCAST_SNOOPING),
    "mcast_vlan_snooping" => switch(Bridge::MULTI_BOOLOPT, BoolOpts::MCAST_VLAN_SNOOPING.0),
    "mcast_query_use_ifaddr" => key(Bridge::MCAST_QUERY_USE_IFADDR),
    "mcast_querier" => key(Bridge::MCAST_QUERIER),
    "mdb_offload_fail_notification" =>
        switch(Bridge::MULTI_BOOLOPT, BoolOpts::MDB_OFFLOAD_FAIL_NOTIFICATION.0),
    "mcast_hash_elasticity" => key(Bridge::MCAST_HASH_ELASTICITY),
    "mcast_hash_max" => key(Bridge::MCAST_HASH_MAX),
    "mcast_last_member_count" => key(Bridge::MCAST_LAST_MEMBER_CNT),
    "mcast_startup_query_count" => key(Bridge::MCAST_STARTUP_QUERY_CNT),
    "mcast_last_member_interval" => key(Bridge::MCAST_LAST_MEMBER_INTVL),
    "mcast_membership_interval" => key(Bridge::MCAST_MEMBERSHIP_INTVL),
    "mcast_querier_interval" => key(Bridge::MCAST_QUERIER_INTVL),
    "mcast_query_interval" => key(Bridge::MCAST_QUERY_INTVL),
    "=mcast_query_response_interval" => key(Bridge::MCAST_QUERY_RESPONSE_INTVL),
    "=mcast_startup_query_interval" => key(Bridge::MCAST_STARTUP_QUERY_INTVL),
    "mcast_stats_enabled" => key(Bridge::MCAST_STATS_ENABLED),
    "mcast_igmp_version" => key(Bridge::MCAST_IGMP_VERSION),
    "mcast_mld_version" => key(Bridge::MCAST_MLD_VERSION),
    "nf_call_iptables" => key(Bridge::NF_CALL_IPTABLES),
    "nf_call_ip6tables" => key(Bridge::NF_CALL_IP6TABLES),
    "nf_call_arptables" => key(Bridge::NF_CALL_ARPTABLES),
};

const BRIDGE_SLAVE: Grammar = grammar! {
    "fdb_flush" => key(BridgePort::FLUSH),
    "state" => key(BridgePort::STATE),
    "priority" => key(BridgePort::PRIORITY),
    "cost" => key(BridgePort::COST),
    "hairpin?" => key(BridgePort::MODE),
    "guard?" => key(BridgePort::GUARD),
    "root_block?" => key(BridgePort::PROTECT),
    "fastleave?" => key(BridgePort::FAST_LEAVE),
    "learning?" => key(BridgePort::LEARNING),
    "flood?" => key(BridgePort::UNICAST_FLOOD),
    "mcast_flood?" => key(BridgePort::MCAST_FLOOD),
    "bcast_flood?" => key(BridgePort::BCAST_FLOOD),
    "mcast_to_unicast?" => key(BridgePort::MCAST_TO_UCAST),
    "proxy_arp?" => key(BridgePort::PROXYARP),
    "proxy_arp_wifi?" => key(BridgePort::PROXYARP_WIFI),
    "mcast_router" => key(BridgePort::MULTICAST_ROUTER),
    "mcast_fast_leave?" => key(BridgePort::FAST_LEAVE),
    "mcast_max_groups" => key(BridgePort::MCAST_MAX_GROUPS),
    "neigh_suppress?" => key(BridgePort::NEIGH_SUPPRESS),
    "=neigh_vlan_suppress?" => key(BridgePort::NEIGH_VLAN_SUPPRESS),
    "group_fwd_mask" => key(BridgePort::GROUP_FWD_MASK),
    "vlan_tunnel?" => key(BridgePort::VLAN_TUNNEL),
    "isolated?" => key(BridgePort::ISOLATED),
    "=locked?" => key(BridgePort::LOCKED),
    "=mab?" => key(BridgePort::MAB),
    "backup_port" => device(BridgePort::BACKUP_PORT),
    "nobackup_port" => special(BridgePort::BACKUP_PORT, SpecialValue::Nomaster),
    "=backup_nhid" => key(BridgePort::BACKUP_NHID),
};

const BOND: Grammar = grammar! {
    "mode#@bond_mode" =>
        key(Bond::MODE),
    "active_slave" => device(Bond::ACTIVE_SLAVE),
    "clear_active_slave" => special(Bond::ACTIVE_SLAVE, SpecialValue::Nomaster),
    "miimon" => key(Bond::MIIMON),
    "updelay" => key(Bond::UPDELAY),
    "downdelay" => key(Bond::DOWNDELAY),
    "peer_notify_delay" => key(Bond::PEER_NOTIF_DELAY),
    "use_carrier" => key(Bond::USE_CARRIER),
    "arp_interval" => key(Bond::ARP_INTERVAL),
    "arp_ip_target" => special(Bond::ARP_IP_TARGET, SpecialValue::Targets),
    "ns_ip6_target" => special(Bond::NS_IP6_TARGET, SpecialValue::Targets6),
    "arp_validate#@arp_validate" =>
        key(Bond::ARP_VALIDATE),
    "arp_all_targets#@arp_all_targets" => key(Bond::ARP_ALL_TARGETS),
    "primary" => device(Bond::PRIMARY),
    "primary_reselect#@primary_reselect" => key(Bond::PRIMARY_RESELECT),
    "fail_over_mac#@fail_over_mac" => key(Bond::FAIL_OVER_MAC),
    "xmit_hash_policy#@xmit_hash_policy" =>
        key(Bond::XMIT_HASH_POLICY),
    "resend_igmp" => key(Bond::RESEND_IGMP),
    "num_grat_arp/num_unsol_na" => key(Bond::NUM_PEER_NOTIF),
    "all_slaves_active" => key(Bond::ALL_SLAVES_ACTIVE),
    "min_links" => key(Bond::MIN_LINKS),
    "lp_interval" => key(Bond::LP_INTERVAL),
    "packets_per_slave" => key(Bond::PACKETS_PER_SLAVE),
    "lacp_rate#@lacp_rate" => key(Bond::AD_LACP_RATE),
    "=lacp_active#@off_on" => key(Bond::AD_LACP_ACTIVE),
    "=coupled_control#@off_on" => key(Bond::COUPLED_CONTROL),
    "=broadcast_neighbor#@off_on" => key(Bond::BROADCAST_NEIGH),
    "=lacp_strict#@off_on" => key(Bond::LACP_STRICT),
    "ad_select#stable,bandwidth,count,prio" => key(Bond::AD_SELECT),
    "ad_user_port_key" => key(Bond::AD_USER_PORT_KEY),
    "ad_actor_sys_prio" => key(Bond::AD_ACTOR_SYS_PRIO),
    "ad_actor_system" => key(Bond::AD_ACTOR_SYSTEM),
    "tlb_dynamic_lb" => key(Bond::TLB_DYNAMIC_LB),
    "arp_missed_max" => key(Bond::MISSED_MAX),
};

const BOND_SLAVE: Grammar = grammar! {
    "queue_id" => key(BondSlave::QUEUE_ID),
    "=prio" => key(BondSlave::PRIO),
    "=actor_port_prio" => key(BondSlave::ACTOR_PORT_PRIO),
};

const PAIR: Grammar = grammar! {
    "=peer" => special(Veth::PEER, SpecialValue::Peer),
};

const MACVLAN: Grammar = grammar! {
    "mode:@macvlan_mode" => key(Macvlan::MODE),
    "=macaddr:add,del,flush,set" => special(Macvlan::MACADDR_MODE, SpecialValue::Macaddr),
    "=flag" => bit(Macvlan::FLAGS, 0),
    "=nopromisc" => bit(Macvlan::FLAGS, MacvlanFlags::NOPROMISC.0 as u32),
    "=nodst" => bit(Macvlan::FLAGS, MacvlanFlags::NODST.0 as u32),
    "bcqueuelen" => key(Macvlan::BC_QUEUE_LEN),
    "=bclim" => key(Macvlan::BC_CUTOFF),
};

const IPVLAN: Grammar = grammar! {
    "mode:@ipvlan_mode" => key(Ipvlan::MODE),
    "=private" => bit(Ipvlan::FLAGS, IpvlanFlags::PRIVATE.0 as u32),
    "=vepa" => bit(Ipvlan::FLAGS, IpvlanFlags::VEPA.0 as u32),
    "=bridge" => bit(Ipvlan::FLAGS, 0),
};

const VRF: Grammar = grammar! {
    "table|default=253,main,local" => key(Vrf::TABLE),
};

const HSR: Grammar = grammar! {
    "supervision" => key(Hsr::MULTICAST_SPEC),
    "version" => key(Hsr::VERSION),
    "proto" => key(Hsr::PROTOCOL),
    "slave1" => device(Hsr::SLAVE1),
    "slave2" => device(Hsr::SLAVE2),
    "=interlink" => device(Hsr::INTERLINK),
};

const NETKIT: Grammar = grammar! {
    "mode:@netkit_mode" => key(Netkit::MODE),
    "forward" => special(Netkit::POLICY, SpecialValue::Policy),
    "blackhole" => special(Netkit::POLICY, SpecialValue::Policy),
    "scrub:@netkit_scrub" => special(Netkit::SCRUB, SpecialValue::Policy),
    "=headroom" => key(Netkit::HEADROOM),
    "=tailroom" => key(Netkit::TAILROOM),
    "peer" => special(Netkit::PEER_INFO, SpecialValue::Policy),
};

const MACSEC: Grammar = grammar! {
    "=sci" => special(Macsec::SCI, SpecialValue::Sci),
    "=address" => special(Macsec::SCI, SpecialValue::SciAddress),
    "=port" => key(Macsec::PORT),
    "=cipher" => special(Macsec::CIPHER_SUITE, SpecialValue::Cipher),
    "=icvlen" => key(Macsec::ICV_LEN),
    "=encrypt?" => key(Macsec::ENCRYPT),
    "=send_sci?" => key(Macsec::INC_SCI),
    "=end_station?" => key(Macsec::ES),
    "=scb?" => key(Macsec::SCB),
    "=protect?" => key(Macsec::PROTECT),
    "=replay?" => key(Macsec::REPLAY_PROTECT),
    "=window" => key(Macsec::WINDOW),
    "=validate:disabled,check,strict" => key(Macsec::VALIDATION),
    "=encodingsa" => key(Macsec::ENCODING_SA),
    "=offload:off,phy,mac" => key(Macsec::OFFLOAD),
};

const BATADV: Grammar = grammar! {
    "ra/routing_algo" => key(Batadv::ALGO_NAME),
};

const OVPN: Grammar = grammar! {
    "mode:@ovpn_mode" => key(Ovpn::MODE),
};

const AMT: Grammar = grammar! {
    "mode:gateway,relay" => key(Amt::MODE),
    "=relay_port" => key(Amt::RELAY_PORT),
    "=gateway_port" => key(Amt::GATEWAY_PORT),
    "=max_tunnels" => key(Amt::MAX_TUNNELS),
    "=dev" => device(Amt::LINK),
    "=local" => key(Amt::LOCAL_IP),
    "=remote" => key(Amt::REMOTE_IP),
    "=discovery" => key(Amt::DISCOVERY_IP),
};

const BAREUDP: Grammar = grammar! {
    "dstport" => key(Bareudp::PORT),
    "ethertype|ip=0x800,ipv4=0x800,ipv6=0x86dd,mpls_uc=0x8847,mpls_mc=0x8848" =>
        key(Bareudp::ETHERTYPE),
    "srcportmin" => key(Bareudp::SRCPORT_MIN),
    "multiproto" => key(Bareudp::MULTIPROTO_MODE),
    "nomultiproto" => no_attr(SpecialValue::Nothing),
};
