//! Printing of the attributes of `bridge` links and of their ports.

use core::fmt::{self, Display};

use barelink_codec::rtnl::bridge::port::BridgePort;
use barelink_codec::rtnl::link::kinds::bridge::{BoolOptMulti, BoolOpts, Bridge, BridgeQuerier};
use barelink_codec::value::Structure as _;
use barelink_transport::Channel;

use super::index::Payloads;
use super::kind::SpecialField;
use super::names::each;
use super::output::Value;
use super::print_table::{self, Form, PrintTable, by, print_table, show, special};
use super::printer::Printer;

/// Bridge identifier: priority, and MAC address without leading zeros in its bytes.
pub struct Id<'a>(pub &'a [u8]);

impl Display for Id<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((priority, address)) = self.0.split_first_chunk() else { return Ok(()) };
        write!(f, "{:04x}", u16::from_be_bytes(*priority))?;
        let mut between = '.';
        for byte in address {
            write!(f, "{between}{byte:x}")?;
            between = ':';
        }
        Ok(())
    }
}

/// Timer in hundredths of a second, printed as seconds padded to this width.
pub struct Timer(pub u64, pub usize);

impl Display for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, rest, wide) = (self.0 / 100, self.0 % 100, self.1);
        write!(f, "{seconds:wide$}.{rest:02}")
    }
}

/// Table of `IFLA_BR_*`.
pub const BRIDGE: PrintTable = print_table! {
    "forward_delay" => show(Bridge::FORWARD_DELAY),
    "hello_time" => show(Bridge::HELLO_TIME),
    "max_age" => show(Bridge::MAX_AGE),
    "ageing_time" => show(Bridge::AGEING_TIME),
    "stp_state" => show(Bridge::STP_STATE),
    "stp_mode:@stp_mode" => by(Bridge::STP_MODE, Form::Named),
    "priority" => show(Bridge::PRIORITY),
    "vlan_filtering" => show(Bridge::VLAN_FILTERING),
    "vlan_protocol:@vlan_protocol" => by(Bridge::VLAN_PROTOCOL, Form::Bracketed),
    "bridge_id" => by(Bridge::BRIDGE_ID, Form::BridgeId),
    "root_id=designated_root" => by(Bridge::ROOT_ID, Form::BridgeId),
    "root_port" => show(Bridge::ROOT_PORT),
    "root_path_cost" => show(Bridge::ROOT_PATH_COST),
    "topology_change" => show(Bridge::TOPOLOGY_CHANGE),
    "topology_change_detected" => show(Bridge::TOPOLOGY_CHANGE_DETECTED),
    "hello_timer" => by(Bridge::HELLO_TIMER, Form::Timer),
    "tcn_timer" => by(Bridge::TCN_TIMER, Form::Timer),
    "topology_change_timer" => by(Bridge::TOPOLOGY_CHANGE_TIMER, Form::Timer),
    "gc_timer" => by(Bridge::GC_TIMER, Form::Timer),
    "fdb_n_learned" => show(Bridge::FDB_N_LEARNED),
    "fdb_max_learned" => show(Bridge::FDB_MAX_LEARNED),
    "vlan_default_pvid" => show(Bridge::VLAN_DEFAULT_PVID),
    "vlan_stats_enabled" => show(Bridge::VLAN_STATS_ENABLED),
    "vlan_stats_per_port" => show(Bridge::VLAN_STATS_PER_PORT),
    "group_fwd_mask" => by(Bridge::GROUP_FWD_MASK, Form::Hex),
    "group_addr=group_address" => show(Bridge::GROUP_ADDR),
    "mcast_snooping" => show(Bridge::MCAST_SNOOPING),
    "" => special(Bridge::MULTI_BOOLOPT, SpecialField::BoolOpts),
    "mcast_router" => show(Bridge::MCAST_ROUTER),
    "mcast_query_use_ifaddr" => show(Bridge::MCAST_QUERY_USE_IFADDR),
    "mcast_querier" => show(Bridge::MCAST_QUERIER),
    "" => special(Bridge::MCAST_QUERIER_STATE, SpecialField::Querier),
    "mcast_hash_elasticity" => show(Bridge::MCAST_HASH_ELASTICITY),
    "mcast_hash_max" => show(Bridge::MCAST_HASH_MAX),
    "mcast_last_member_cnt=mcast_last_member_count" => show(Bridge::MCAST_LAST_MEMBER_CNT),
    "mcast_startup_query_cnt=mcast_startup_query_count" => show(Bridge::MCAST_STARTUP_QUERY_CNT),
    "mcast_last_member_intvl=mcast_last_member_interval" => show(Bridge::MCAST_LAST_MEMBER_INTVL),
    "mcast_membership_intvl=mcast_membership_interval" => show(Bridge::MCAST_MEMBERSHIP_INTVL),
    "mcast_querier_intvl=mcast_querier_interval" => show(Bridge::MCAST_QUERIER_INTVL),
    "mcast_query_intvl=mcast_query_interval" => show(Bridge::MCAST_QUERY_INTVL),
    "mcast_query_response_intvl=mcast_query_response_interval" =>
        show(Bridge::MCAST_QUERY_RESPONSE_INTVL),
    "mcast_startup_query_intvl=mcast_startup_query_interval" =>
        show(Bridge::MCAST_STARTUP_QUERY_INTVL),
    "mcast_stats_enabled" => show(Bridge::MCAST_STATS_ENABLED),
    "mcast_igmp_version" => show(Bridge::MCAST_IGMP_VERSION),
    "mcast_mld_version" => show(Bridge::MCAST_MLD_VERSION),
    "nf_call_iptables" => show(Bridge::NF_CALL_IPTABLES),
    "nf_call_ip6tables" => show(Bridge::NF_CALL_IP6TABLES),
    "nf_call_arptables" => show(Bridge::NF_CALL_ARPTABLES),
};

/// Names of the boolean options by bit (`BR_BOOLOPT_*`), in printing order.
const OPTIONS: &str = concat!(
    "no_linklocal_learn,mcast_vlan_snooping,mst_enabled,",
    "mdb_offload_fail_notification,fdb_local_vlan_0"
);

/// Prints the boolean options that the kernel supports.
pub fn print_options<C: Channel>(printer: &mut Printer<'_, '_, C>, options: Option<&[u8]>) {
    let Some(options) = options.map(BoolOptMulti::read) else { return };
    for (bit, name) in each(OPTIONS) {
        let bit = BoolOpts(1 << bit);
        if options.optmask.contains(bit) {
            let on = options.optval.contains(bit);
            printer.out.entry(name, name, " {} ", Value::Uint(on.into()));
        }
    }
}

const QUERIER4: PrintTable = print_table! {
    "mcast_querier_ipv4_addr" => show(BridgeQuerier::IP_ADDRESS),
    "mcast_querier_ipv4_port" => by(BridgeQuerier::IP_PORT, Form::Link),
    "mcast_querier_ipv4_other_timer" => by(BridgeQuerier::IP_OTHER_TIMER, Form::Timer),
};
const QUERIER6: PrintTable = print_table! {
    "mcast_querier_ipv6_addr" => show(BridgeQuerier::IPV6_ADDRESS),
    "mcast_querier_ipv6_port" => by(BridgeQuerier::IPV6_PORT, Form::Link),
    "mcast_querier_ipv6_other_timer" => by(BridgeQuerier::IPV6_OTHER_TIMER, Form::Timer),
};

/// Prints the state of the multicast queriers.
pub fn print_querier<C: Channel>(printer: &mut Printer<'_, '_, C>, querier: Option<&[u8]>) {
    let Some(querier) = querier.map(Payloads::new) else { return };
    for (key, address, print_table) in [
        ("mcast_querier_state_ipv4", BridgeQuerier::IP_ADDRESS.number(), &QUERIER4),
        ("mcast_querier_state_ipv6", BridgeQuerier::IPV6_ADDRESS.number(), &QUERIER6),
    ] {
        if querier.at(address).is_some() {
            printer.out.object(Some(key));
            print_table::print(printer, &querier, print_table);
            printer.out.end_object();
        }
    }
}

/// Table of a bridge port's `IFLA_BRPORT_*`.
pub const PORT: PrintTable = print_table! {
    "state:disabled,listening,learning,forwarding,blocking" => by(BridgePort::STATE, Form::Named),
    "priority" => show(BridgePort::PRIORITY),
    "cost" => show(BridgePort::COST),
    "hairpin" => by(BridgePort::MODE, Form::OnOff),
    "guard" => by(BridgePort::GUARD, Form::OnOff),
    "root_block" => by(BridgePort::PROTECT, Form::OnOff),
    "fastleave" => by(BridgePort::FAST_LEAVE, Form::OnOff),
    "learning" => by(BridgePort::LEARNING, Form::OnOff),
    "flood" => by(BridgePort::UNICAST_FLOOD, Form::OnOff),
    "id=port_id" => by(BridgePort::ID, Form::Hex),
    "no=port_no" => by(BridgePort::NO, Form::Hex),
    "designated_port" => show(BridgePort::DESIGNATED_PORT),
    "designated_cost" => show(BridgePort::DESIGNATED_COST),
    "bridge_id=designated_bridge" => by(BridgePort::BRIDGE_ID, Form::BridgeId),
    "root_id=designated_root" => by(BridgePort::ROOT_ID, Form::BridgeId),
    "hold_timer" => by(BridgePort::HOLD_TIMER, Form::Timer),
    "message_age_timer" => by(BridgePort::MESSAGE_AGE_TIMER, Form::Timer),
    "forward_delay_timer" => by(BridgePort::FORWARD_DELAY_TIMER, Form::Timer),
    "topology_change_ack" => show(BridgePort::TOPOLOGY_CHANGE_ACK),
    "config_pending" => show(BridgePort::CONFIG_PENDING),
    "proxy_arp" => by(BridgePort::PROXYARP, Form::OnOff),
    "proxy_arp_wifi" => by(BridgePort::PROXYARP_WIFI, Form::OnOff),
    "multicast_router=mcast_router" => show(BridgePort::MULTICAST_ROUTER),
    // Again, for text only.
    "|mcast_fast_leave {} " => by(BridgePort::FAST_LEAVE, Form::OnOff),
    "mcast_flood" => by(BridgePort::MCAST_FLOOD, Form::OnOff),
    "bcast_flood" => by(BridgePort::BCAST_FLOOD, Form::OnOff),
    "mcast_to_unicast" => by(BridgePort::MCAST_TO_UCAST, Form::OnOff),
    "neigh_suppress" => by(BridgePort::NEIGH_SUPPRESS, Form::OnOff),
    "neigh_vlan_suppress" => by(BridgePort::NEIGH_VLAN_SUPPRESS, Form::OnOff),
    "neigh_forward_grat" => by(BridgePort::NEIGH_FORWARD_GRAT, Form::OnOff),
    "group_fwd_mask" => by(BridgePort::GROUP_FWD_MASK, Form::Hex),
    // With `0x` even if it is 0.
    "group_fwd_mask_str" => by(BridgePort::GROUP_FWD_MASK, Form::HexWithPrefix),
    "vlan_tunnel" => by(BridgePort::VLAN_TUNNEL, Form::OnOff),
    "isolated" => by(BridgePort::ISOLATED, Form::OnOff),
    "locked" => by(BridgePort::LOCKED, Form::OnOff),
    "mab" => by(BridgePort::MAB, Form::OnOff),
    "backup_port" => by(BridgePort::BACKUP_PORT, Form::Link),
    "backup_nhid" => show(BridgePort::BACKUP_NHID),
};
