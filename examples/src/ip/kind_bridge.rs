//! `bridge`, and the ports of one.

use core::fmt::{self, Display};

use barelink_codec::rtnl::brport::BridgePort;
use barelink_codec::rtnl::kinds::bridge::{BoolOpts, Bridge, BridgeId, BridgeQuerier};
use barelink_transport::Channel;

use super::index::Index;
use super::kind::{choice, each, vlan_protocol};
use super::names::Names;
use super::output::Value;
use super::pen::Pen;

/// A bridge, as the spanning tree knows it: without zeros in front of the address's bytes.
struct Id {
    priority: u16,
    address: [u8; 6],
}

impl Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04x}", self.priority)?;
        let mut between = '.';
        for byte in self.address {
            write!(f, "{between}{byte:x}")?;
            between = ':';
        }
        Ok(())
    }
}

fn print_id<C: Channel>(
    pen: &mut Pen<'_, '_, C>,
    key: &str,
    word: &str,
    priority: u16,
    address: [u8; 6],
) {
    let id = Id { priority, address };
    pen.out.key_string(key, &id);
    pen.out.text(format_args!("{word} {id} "));
}

/// Hundredths of a second, as seconds.
fn print_timer<C: Channel>(pen: &mut Pen<'_, '_, C>, key: &str, ticks: Option<u64>) {
    let Some(ticks) = ticks else { return };
    let (seconds, rest) = (ticks / 100, ticks % 100);
    pen.out.key(key, Value::Number(&format_args!("{seconds}.{rest:02}")));
    pen.out.text(format_args!("{key} {seconds:4}.{rest:02} "));
}

const STP_MODES: Names = &[(0, "auto"), (1, "user"), (2, "kernel")];

/// Options that are on or off, in the order that they are printed.
const OPTIONS: [(BoolOpts, &str, &str); 5] = [
    (BoolOpts::NO_LL_LEARN, "no_linklocal_learn", "no_linklocal_learn {} "),
    (BoolOpts::MCAST_VLAN_SNOOPING, "mcast_vlan_snooping", "mcast_vlan_snooping {} "),
    (BoolOpts::MST_ENABLE, "mst_enabled", "mst_enabled {} "),
    (
        BoolOpts::MDB_OFFLOAD_FAIL_NOTIFICATION,
        "mdb_offload_fail_notification",
        "mdb_offload_fail_notification {} ",
    ),
    (BoolOpts::FDB_LOCAL_VLAN_0, "fdb_local_vlan_0", "fdb_local_vlan_0 {} "),
];

/// Prints a bridge.
pub fn print<C: Channel>(pen: &mut Pen<'_, '_, C>, bridge: &Index<'_, Bridge>) {
    each! { pen, bridge;
        Bridge::FORWARD_DELAY => "forward_delay", "forward_delay {} ";
        Bridge::HELLO_TIME => "hello_time", "hello_time {} ";
        Bridge::MAX_AGE => "max_age", "max_age {} ";
        Bridge::AGEING_TIME => "ageing_time", "ageing_time {} ";
    }
    if let Some(state) = bridge.get(Bridge::STP_STATE) {
        pen.out.any("stp_state", "stp_state {} ", state.0);
    }
    let mode = bridge.get(Bridge::STP_MODE).map(|mode| mode.0);
    choice(pen, "stp_mode", "stp_mode {} ", mode, STP_MODES);
    each! { pen, bridge;
        Bridge::PRIORITY => "priority", "priority {} ";
        Bridge::VLAN_FILTERING => "vlan_filtering", "vlan_filtering {} ";
    }
    if let Some(protocol) = bridge.get(Bridge::VLAN_PROTOCOL) {
        vlan_protocol(pen, "vlan_protocol", "vlan_protocol {} ", protocol.0);
    }
    if let Some(BridgeId { prio, addr }) = bridge.get(Bridge::BRIDGE_ID) {
        print_id(pen, "bridge_id", "bridge_id", prio, addr);
    }
    if let Some(BridgeId { prio, addr }) = bridge.get(Bridge::ROOT_ID) {
        print_id(pen, "root_id", "designated_root", prio, addr);
    }
    each! { pen, bridge;
        Bridge::ROOT_PORT => "root_port", "root_port {} ";
        Bridge::ROOT_PATH_COST => "root_path_cost", "root_path_cost {} ";
        Bridge::TOPOLOGY_CHANGE => "topology_change", "topology_change {} ";
        Bridge::TOPOLOGY_CHANGE_DETECTED =>
            "topology_change_detected", "topology_change_detected {} ";
    }
    print_timer(pen, "hello_timer", bridge.get(Bridge::HELLO_TIMER));
    print_timer(pen, "tcn_timer", bridge.get(Bridge::TCN_TIMER));
    print_timer(pen, "topology_change_timer", bridge.get(Bridge::TOPOLOGY_CHANGE_TIMER));
    print_timer(pen, "gc_timer", bridge.get(Bridge::GC_TIMER));
    each! { pen, bridge;
        Bridge::FDB_N_LEARNED => "fdb_n_learned", "fdb_n_learned {} ";
        Bridge::FDB_MAX_LEARNED => "fdb_max_learned", "fdb_max_learned {} ";
        Bridge::VLAN_DEFAULT_PVID => "vlan_default_pvid", "vlan_default_pvid {} ";
        Bridge::VLAN_STATS_ENABLED => "vlan_stats_enabled", "vlan_stats_enabled {} ";
        Bridge::VLAN_STATS_PER_PORT => "vlan_stats_per_port", "vlan_stats_per_port {} ";
    }
    if let Some(mask) = bridge.get(Bridge::GROUP_FWD_MASK) {
        pen.out.any("group_fwd_mask", "group_fwd_mask {} ", Value::Hex(mask.into()));
    }
    if let Some(address) = bridge.get(Bridge::GROUP_ADDR) {
        pen.out.string("group_addr", "group_address {} ", &address);
    }
    each! { pen, bridge; Bridge::MCAST_SNOOPING => "mcast_snooping", "mcast_snooping {} "; }
    if let Some(options) = bridge.get(Bridge::MULTI_BOOLOPT) {
        for (option, key, template) in OPTIONS {
            if options.optmask.contains(option) {
                pen.out.any(key, template, u8::from(options.optval.contains(option)));
            }
        }
    }
    print_multicast(pen, bridge);
    each! { pen, bridge;
        Bridge::NF_CALL_IPTABLES => "nf_call_iptables", "nf_call_iptables {} ";
        Bridge::NF_CALL_IP6TABLES => "nf_call_ip6tables", "nf_call_ip6tables {} ";
        Bridge::NF_CALL_ARPTABLES => "nf_call_arptables", "nf_call_arptables {} ";
    }
}

/// What a bridge does about groups.
fn print_multicast<C: Channel>(pen: &mut Pen<'_, '_, C>, bridge: &Index<'_, Bridge>) {
    if let Some(router) = bridge.get(Bridge::MCAST_ROUTER) {
        pen.out.any("mcast_router", "mcast_router {} ", router.0);
    }
    each! { pen, bridge;
        Bridge::MCAST_QUERY_USE_IFADDR =>
            "mcast_query_use_ifaddr", "mcast_query_use_ifaddr {} ";
        Bridge::MCAST_QUERIER => "mcast_querier", "mcast_querier {} ";
    }
    if let Some(querier) = bridge.nest(Bridge::MCAST_QUERIER_STATE) {
        print_querier(pen, &querier);
    }
    each! { pen, bridge;
        Bridge::MCAST_HASH_ELASTICITY => "mcast_hash_elasticity", "mcast_hash_elasticity {} ";
        Bridge::MCAST_HASH_MAX => "mcast_hash_max", "mcast_hash_max {} ";
        Bridge::MCAST_LAST_MEMBER_CNT =>
            "mcast_last_member_cnt", "mcast_last_member_count {} ";
        Bridge::MCAST_STARTUP_QUERY_CNT =>
            "mcast_startup_query_cnt", "mcast_startup_query_count {} ";
        Bridge::MCAST_LAST_MEMBER_INTVL =>
            "mcast_last_member_intvl", "mcast_last_member_interval {} ";
        Bridge::MCAST_MEMBERSHIP_INTVL =>
            "mcast_membership_intvl", "mcast_membership_interval {} ";
        Bridge::MCAST_QUERIER_INTVL => "mcast_querier_intvl", "mcast_querier_interval {} ";
        Bridge::MCAST_QUERY_INTVL => "mcast_query_intvl", "mcast_query_interval {} ";
        Bridge::MCAST_QUERY_RESPONSE_INTVL =>
            "mcast_query_response_intvl", "mcast_query_response_interval {} ";
        Bridge::MCAST_STARTUP_QUERY_INTVL =>
            "mcast_startup_query_intvl", "mcast_startup_query_interval {} ";
        Bridge::MCAST_STATS_ENABLED => "mcast_stats_enabled", "mcast_stats_enabled {} ";
        Bridge::MCAST_IGMP_VERSION => "mcast_igmp_version", "mcast_igmp_version {} ";
        Bridge::MCAST_MLD_VERSION => "mcast_mld_version", "mcast_mld_version {} ";
    }
}

/// Who asks for group members.
fn print_querier<C: Channel>(pen: &mut Pen<'_, '_, C>, querier: &Index<'_, BridgeQuerier>) {
    if let Some(address) = querier.get(BridgeQuerier::IP_ADDRESS) {
        pen.out.object(Some("mcast_querier_state_ipv4"));
        pen.out.string("mcast_querier_ipv4_addr", "mcast_querier_ipv4_addr {} ", &address);
        if let Some(port) = querier.get(BridgeQuerier::IP_PORT) {
            pen.device("mcast_querier_ipv4_port", "mcast_querier_ipv4_port {} ", port);
        }
        print_timer(
            pen,
            "mcast_querier_ipv4_other_timer",
            querier.get(BridgeQuerier::IP_OTHER_TIMER),
        );
        pen.out.end_object();
    }
    if let Some(address) = querier.get(BridgeQuerier::IPV6_ADDRESS) {
        pen.out.object(Some("mcast_querier_state_ipv6"));
        pen.out.string("mcast_querier_ipv6_addr", "mcast_querier_ipv6_addr {} ", &address);
        if let Some(port) = querier.get(BridgeQuerier::IPV6_PORT) {
            pen.device("mcast_querier_ipv6_port", "mcast_querier_ipv6_port {} ", port);
        }
        print_timer(
            pen,
            "mcast_querier_ipv6_other_timer",
            querier.get(BridgeQuerier::IPV6_OTHER_TIMER),
        );
        pen.out.end_object();
    }
}

const STATES: Names =
    &[(0, "disabled"), (1, "listening"), (2, "learning"), (3, "forwarding"), (4, "blocking")];

/// Prints each value that is there as `on` or `off`.
macro_rules! switches {
    ($pen:expr, $index:expr; $($key:expr => $name:literal, $template:literal;)*) => {
        $( if let Some(value) = $index.get($key) {
            $pen.out.any($name, $template, Value::OnOff(value != 0));
        } )*
    };
}

/// Prints what a bridge has to say of its port.
pub fn print_port<C: Channel>(pen: &mut Pen<'_, '_, C>, port: &Index<'_, BridgePort>) {
    let state = port.get(BridgePort::STATE).map(|state| state.0);
    choice(pen, "state", "state {} ", state, STATES);
    each! { pen, port;
        BridgePort::PRIORITY => "priority", "priority {} ";
        BridgePort::COST => "cost", "cost {} ";
    }
    switches! { pen, port;
        BridgePort::MODE => "hairpin", "hairpin {} ";
        BridgePort::GUARD => "guard", "guard {} ";
        BridgePort::PROTECT => "root_block", "root_block {} ";
        BridgePort::FAST_LEAVE => "fastleave", "fastleave {} ";
        BridgePort::LEARNING => "learning", "learning {} ";
        BridgePort::UNICAST_FLOOD => "flood", "flood {} ";
    }
    if let Some(id) = port.get(BridgePort::ID) {
        pen.out.any("id", "port_id {} ", Value::Hex(id.into()));
    }
    if let Some(number) = port.get(BridgePort::NO) {
        pen.out.any("no", "port_no {} ", Value::Hex(number.into()));
    }
    each! { pen, port;
        BridgePort::DESIGNATED_PORT => "designated_port", "designated_port {} ";
        BridgePort::DESIGNATED_COST => "designated_cost", "designated_cost {} ";
    }
    if let Some(id) = port.get(BridgePort::BRIDGE_ID) {
        print_id(pen, "bridge_id", "designated_bridge", id.prio, id.addr);
    }
    if let Some(id) = port.get(BridgePort::ROOT_ID) {
        print_id(pen, "root_id", "designated_root", id.prio, id.addr);
    }
    print_timer(pen, "hold_timer", port.get(BridgePort::HOLD_TIMER));
    print_timer(pen, "message_age_timer", port.get(BridgePort::MESSAGE_AGE_TIMER));
    print_timer(pen, "forward_delay_timer", port.get(BridgePort::FORWARD_DELAY_TIMER));
    each! { pen, port;
        BridgePort::TOPOLOGY_CHANGE_ACK => "topology_change_ack", "topology_change_ack {} ";
        BridgePort::CONFIG_PENDING => "config_pending", "config_pending {} ";
    }
    switches! { pen, port;
        BridgePort::PROXYARP => "proxy_arp", "proxy_arp {} ";
        BridgePort::PROXYARP_WIFI => "proxy_arp_wifi", "proxy_arp_wifi {} ";
    }
    if let Some(router) = port.get(BridgePort::MULTICAST_ROUTER) {
        pen.out.any("multicast_router", "mcast_router {} ", router.0);
    }
    // Again, for text only.
    if let Some(leave) = port.get(BridgePort::FAST_LEAVE) {
        pen.out.text(format_args!("mcast_fast_leave {} ", Value::OnOff(leave != 0)));
    }
    switches! { pen, port;
        BridgePort::MCAST_FLOOD => "mcast_flood", "mcast_flood {} ";
        BridgePort::BCAST_FLOOD => "bcast_flood", "bcast_flood {} ";
        BridgePort::MCAST_TO_UCAST => "mcast_to_unicast", "mcast_to_unicast {} ";
        BridgePort::NEIGH_SUPPRESS => "neigh_suppress", "neigh_suppress {} ";
        BridgePort::NEIGH_VLAN_SUPPRESS => "neigh_vlan_suppress", "neigh_vlan_suppress {} ";
        BridgePort::NEIGH_FORWARD_GRAT => "neigh_forward_grat", "neigh_forward_grat {} ";
    }
    if let Some(mask) = port.get(BridgePort::GROUP_FWD_MASK) {
        pen.out.any("group_fwd_mask", "group_fwd_mask {} ", Value::Hex(mask.into()));
        let text = format_args!("{mask:#x}");
        pen.out.string("group_fwd_mask_str", "group_fwd_mask_str {} ", &text);
    }
    switches! { pen, port;
        BridgePort::VLAN_TUNNEL => "vlan_tunnel", "vlan_tunnel {} ";
        BridgePort::ISOLATED => "isolated", "isolated {} ";
        BridgePort::LOCKED => "locked", "locked {} ";
        BridgePort::MAB => "mab", "mab {} ";
    }
    if let Some(backup) = port.get(BridgePort::BACKUP_PORT) {
        pen.device("backup_port", "backup_port {} ", backup);
    }
    each! { pen, port; BridgePort::BACKUP_NHID => "backup_nhid", "backup_nhid {} "; }
}
