//! `bond`, and the links that one is made of.

use core::fmt::Display;

use barelink_codec::rtnl::kinds::bond::{Bond, BondAdInfo, BondSlave};
use barelink_transport::Channel;

use super::index::Index;
use super::kind::{choice, each};
use super::names::{self, Names};
use super::output::Value;
use super::pen::Pen;

const MODES: Names = &[
    (0, "balance-rr"),
    (1, "active-backup"),
    (2, "balance-xor"),
    (3, "broadcast"),
    (4, "802.3ad"),
    (5, "balance-tlb"),
    (6, "balance-alb"),
];
const ARP_VALIDATE: Names = &[
    (0, "none"),
    (1, "active"),
    (2, "backup"),
    (3, "all"),
    (4, "filter"),
    (5, "filter_active"),
    (6, "filter_backup"),
];
const RESELECT: Names = &[(0, "always"), (1, "better"), (2, "failure")];
const FAIL_OVER_MAC: Names = &[(0, "none"), (1, "active"), (2, "follow")];
const HASH_POLICIES: Names = &[
    (0, "layer2"),
    (1, "layer3+4"),
    (2, "layer2+3"),
    (3, "encap2+3"),
    (4, "encap3+4"),
    (5, "vlan+srcmac"),
];
const AD_SELECT: Names = &[(0, "stable"), (1, "bandwidth"), (2, "count"), (3, "actor_port_prio")];

/// Prints addresses, in text with commas between.
fn print_targets<C: Channel, A: Display, E>(
    pen: &mut Pen<'_, '_, C>,
    key: &str,
    targets: impl Iterator<Item = Result<(u16, A), E>>,
) {
    let mut targets = targets.flatten().peekable();
    if targets.peek().is_none() {
        return;
    }
    pen.out.list(Some(key));
    pen.out.text(format_args!("{key} "));
    while let Some((_, address)) = targets.next() {
        let template = if targets.peek().is_some() { "{}," } else { "{}" };
        pen.out.element(template, Value::Text(&address));
    }
    pen.out.words(" ");
    pen.out.end_list();
}

/// Prints a bond.
pub fn print<C: Channel>(pen: &mut Pen<'_, '_, C>, bond: &Index<'_, Bond>) {
    choice(pen, "mode", "mode {} ", bond.get(Bond::MODE).map(|mode| mode.0), MODES);
    if let Some(active) = bond.get(Bond::ACTIVE_SLAVE).filter(|index| *index != 0) {
        pen.device("active_slave", "active_slave {} ", active);
    }
    each! { pen, bond;
        Bond::MIIMON => "miimon", "miimon {} ";
        Bond::UPDELAY => "updelay", "updelay {} ";
        Bond::DOWNDELAY => "downdelay", "downdelay {} ";
        Bond::PEER_NOTIF_DELAY => "peer_notify_delay", "peer_notify_delay {} ";
        Bond::USE_CARRIER => "use_carrier", "use_carrier {} ";
        Bond::ARP_INTERVAL => "arp_interval", "arp_interval {} ";
        Bond::MISSED_MAX => "arp_missed_max", "arp_missed_max {} ";
    }
    if let Some(targets) = bond.get(Bond::ARP_IP_TARGET) {
        print_targets(pen, "arp_ip_target", targets);
    }
    if let Some(targets) = bond.get(Bond::NS_IP6_TARGET) {
        print_targets(pen, "ns_ip6_target", targets);
    }
    if let Some(validate) = bond.get(Bond::ARP_VALIDATE) {
        match names::name(validate.0, ARP_VALIDATE) {
            Some("none") => pen.out.any("arp_validate", "arp_validate {} ", Value::Null("none")),
            _ => choice(pen, "arp_validate", "arp_validate {} ", Some(validate.0), ARP_VALIDATE),
        }
    }
    let targets = bond.get(Bond::ARP_ALL_TARGETS).map(|targets| targets.0);
    choice(pen, "arp_all_targets", "arp_all_targets {} ", targets, &[(0, "any"), (1, "all")]);
    if let Some(primary) = bond.get(Bond::PRIMARY).filter(|index| *index != 0) {
        pen.device("primary", "primary {} ", primary);
    }
    let reselect = bond.get(Bond::PRIMARY_RESELECT).map(|reselect| reselect.0);
    choice(pen, "primary_reselect", "primary_reselect {} ", reselect, RESELECT);
    let mac = bond.get(Bond::FAIL_OVER_MAC).map(|mac| mac.0);
    choice(pen, "fail_over_mac", "fail_over_mac {} ", mac, FAIL_OVER_MAC);
    let policy = bond.get(Bond::XMIT_HASH_POLICY).map(|policy| policy.0);
    choice(pen, "xmit_hash_policy", "xmit_hash_policy {} ", policy, HASH_POLICIES);
    each! { pen, bond;
        Bond::RESEND_IGMP => "resend_igmp", "resend_igmp {} ";
        Bond::NUM_PEER_NOTIF => "num_peer_notif", "num_grat_arp {} ";
        Bond::ALL_SLAVES_ACTIVE => "all_slaves_active", "all_slaves_active {} ";
    }
    on_off(pen, "lacp_strict", "lacp_strict {} ", bond.get(Bond::LACP_STRICT));
    each! { pen, bond;
        Bond::MIN_LINKS => "min_links", "min_links {} ";
        Bond::LP_INTERVAL => "lp_interval", "lp_interval {} ";
        Bond::PACKETS_PER_SLAVE => "packets_per_slave", "packets_per_slave {} ";
    }
    print_lacp(pen, bond);
    each! { pen, bond; Bond::TLB_DYNAMIC_LB => "tlb_dynamic_lb", "tlb_dynamic_lb {} "; }
}

/// What concerns the partner of an 802.3ad bond.
fn print_lacp<C: Channel>(pen: &mut Pen<'_, '_, C>, bond: &Index<'_, Bond>) {
    let active = bond.get(Bond::AD_LACP_ACTIVE);
    choice(pen, "ad_lacp_active", "lacp_active {} ", active, &[(0, "off"), (1, "on")]);
    let rate = bond.get(Bond::AD_LACP_RATE).map(|rate| rate.0);
    choice(pen, "ad_lacp_rate", "lacp_rate {} ", rate, &[(0, "slow"), (1, "fast")]);
    on_off(pen, "coupled_control", "coupled_control {} ", bond.get(Bond::COUPLED_CONTROL));
    on_off(pen, "broadcast_neighbor", "broadcast_neighbor {} ", bond.get(Bond::BROADCAST_NEIGH));
    let select = bond.get(Bond::AD_SELECT).map(|select| select.0);
    choice(pen, "ad_select", "ad_select {} ", select, AD_SELECT);
    if let Some(info) = bond.nest(Bond::AD_INFO) {
        pen.out.object(Some("ad_info"));
        each! { pen, info;
            BondAdInfo::AGGREGATOR => "aggregator", "ad_aggregator {} ";
            BondAdInfo::NUM_PORTS => "num_ports", "ad_num_ports {} ";
            BondAdInfo::ACTOR_KEY => "actor_key", "ad_actor_key {} ";
            BondAdInfo::PARTNER_KEY => "partner_key", "ad_partner_key {} ";
        }
        if let Some(mac) = info.get(BondAdInfo::PARTNER_MAC) {
            pen.out.string("partner_mac", "ad_partner_mac {} ", &mac);
        }
        pen.out.end_object();
    }
    each! { pen, bond;
        Bond::AD_ACTOR_SYS_PRIO => "ad_actor_sys_prio", "ad_actor_sys_prio {} ";
        Bond::AD_USER_PORT_KEY => "ad_user_port_key", "ad_user_port_key {} ";
    }
    if let Some(system) = bond.get(Bond::AD_ACTOR_SYSTEM) {
        pen.out.string("ad_actor_system", "ad_actor_system {} ", &system);
    }
}

fn on_off<C: Channel>(pen: &mut Pen<'_, '_, C>, key: &str, template: &str, on: Option<u8>) {
    if let Some(on) = on {
        pen.out.any(key, template, Value::OnOff(on != 0));
    }
}

/// The bits of a port's state, from the lowest.
const PORT_STATES: [&str; 8] = [
    "active",
    "short_timeout",
    "aggregating",
    "in_sync",
    "collecting",
    "distributing",
    "defaulted",
    "expired",
];

fn print_port_state<C: Channel>(
    pen: &mut Pen<'_, '_, C>,
    key: &str,
    list: &str,
    state: Option<u16>,
) {
    let Some(state) = state else { return };
    pen.out.key(key, state);
    pen.out.text(format_args!("{key} {state} "));
    pen.out.list(Some(list));
    pen.out.text(format_args!("{list} <"));
    let mut left = state;
    for (bit, name) in PORT_STATES.iter().enumerate() {
        if left & (1 << bit) != 0 {
            left &= !(1 << bit);
            pen.out.element(if left == 0 { "{}" } else { "{}," }, Value::Text(name));
        }
    }
    if left != 0 {
        pen.out.element("{}", Value::Text(&format_args!("{left:x}")));
    }
    pen.out.words("> ");
    pen.out.end_list();
}

/// Prints what a bond has to say of a link in it.
pub fn print_slave<C: Channel>(pen: &mut Pen<'_, '_, C>, slave: &Index<'_, BondSlave>) {
    let state = slave.get(BondSlave::STATE).map(|state| state.0);
    choice(pen, "state", "state {} ", state, &[(0, "ACTIVE"), (1, "BACKUP")]);
    let status = slave.get(BondSlave::MII_STATUS).map(|status| status.0);
    let statuses = &[(0, "UP"), (1, "GOING_DOWN"), (2, "DOWN"), (3, "GOING_BACK")];
    choice(pen, "mii_status", "mii_status {} ", status, statuses);
    each! { pen, slave;
        BondSlave::LINK_FAILURE_COUNT => "link_failure_count", "link_failure_count {} ";
    }
    if let Some(address) = slave.get(BondSlave::PERM_HWADDR) {
        pen.out.string("perm_hwaddr", "perm_hwaddr {} ", &address);
    }
    each! { pen, slave;
        BondSlave::QUEUE_ID => "queue_id", "queue_id {} ";
        BondSlave::PRIO => "prio", "prio {} ";
        BondSlave::AD_AGGREGATOR_ID => "ad_aggregator_id", "ad_aggregator_id {} ";
    }
    let actor = slave.get(BondSlave::AD_ACTOR_OPER_PORT_STATE).map(|state| state.0);
    print_port_state(pen, "ad_actor_oper_port_state", "ad_actor_oper_port_state_str", actor);
    let partner = slave.get(BondSlave::AD_PARTNER_OPER_PORT_STATE).map(|state| state.0);
    print_port_state(pen, "ad_partner_oper_port_state", "ad_partner_oper_port_state_str", partner);
    let churn =
        |key| slave.get(key).map(|state: barelink_codec::rtnl::kinds::bond::ChurnState| state.0);
    let states = &[(0, "MONITOR"), (1, "CHURNED"), (2, "NONE")];
    let actor = churn(BondSlave::AD_CHURN_ACTOR_STATE);
    choice(pen, "churn_actor_state", "churn_actor_state {} ", actor, states);
    let partner = churn(BondSlave::AD_CHURN_PARTNER_STATE);
    choice(pen, "churn_partner_state", "churn_partner_state {} ", partner, states);
    each! { pen, slave; BondSlave::ACTOR_PORT_PRIO => "actor_port_prio", "actor_port_prio {} "; }
}
