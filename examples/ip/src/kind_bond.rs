//! Printing of the attributes of `bond` links and of their ports.

use barelink_codec::Attrs;
use barelink_codec::rtnl::link::kinds::bond::{Bond, BondAdInfo, BondSlave};
use barelink_transport::Channel;

use super::index::Payloads;
use super::kind::SpecialField;
use super::output::Value;
use super::prefix::Address;
use super::print_table::{self, Form, PrintTable, by, print_table, show, special};
use super::printer::Printer;

/// Table of `IFLA_BOND_*`.
pub const BOND: PrintTable = print_table! {
    "mode:@bond_mode" =>
        by(Bond::MODE, Form::Named),
    "active_slave" => by(Bond::ACTIVE_SLAVE, Form::Link).omit_zero(),
    "miimon" => show(Bond::MIIMON),
    "updelay" => show(Bond::UPDELAY),
    "downdelay" => show(Bond::DOWNDELAY),
    "peer_notify_delay" => show(Bond::PEER_NOTIF_DELAY),
    "use_carrier" => show(Bond::USE_CARRIER),
    "arp_interval" => show(Bond::ARP_INTERVAL),
    "arp_missed_max" => show(Bond::MISSED_MAX),
    "arp_ip_target" => special(Bond::ARP_IP_TARGET, SpecialField::Targets),
    "ns_ip6_target" => special(Bond::NS_IP6_TARGET, SpecialField::Targets),
    "arp_validate:@arp_validate" =>
        by(Bond::ARP_VALIDATE, Form::NamedOrNull),
    "arp_all_targets:@arp_all_targets" => by(Bond::ARP_ALL_TARGETS, Form::Named),
    "primary" => by(Bond::PRIMARY, Form::Link).omit_zero(),
    "primary_reselect:@primary_reselect" => by(Bond::PRIMARY_RESELECT, Form::Named),
    "fail_over_mac:@fail_over_mac" => by(Bond::FAIL_OVER_MAC, Form::Named),
    "xmit_hash_policy:@xmit_hash_policy" =>
        by(Bond::XMIT_HASH_POLICY, Form::Named),
    "resend_igmp" => show(Bond::RESEND_IGMP),
    "num_peer_notif=num_grat_arp" => show(Bond::NUM_PEER_NOTIF),
    "all_slaves_active" => show(Bond::ALL_SLAVES_ACTIVE),
    "lacp_strict" => by(Bond::LACP_STRICT, Form::OnOff),
    "min_links" => show(Bond::MIN_LINKS),
    "lp_interval" => show(Bond::LP_INTERVAL),
    "packets_per_slave" => show(Bond::PACKETS_PER_SLAVE),
    "ad_lacp_active=lacp_active:@off_on" => by(Bond::AD_LACP_ACTIVE, Form::Named),
    "ad_lacp_rate=lacp_rate:@lacp_rate" => by(Bond::AD_LACP_RATE, Form::Named),
    "coupled_control" => by(Bond::COUPLED_CONTROL, Form::OnOff),
    "broadcast_neighbor" => by(Bond::BROADCAST_NEIGH, Form::OnOff),
    "ad_select:stable,bandwidth,count,actor_port_prio" => by(Bond::AD_SELECT, Form::Named),
    "" => special(Bond::AD_INFO, SpecialField::AdInfo),
    "ad_actor_sys_prio" => show(Bond::AD_ACTOR_SYS_PRIO),
    "ad_user_port_key" => show(Bond::AD_USER_PORT_KEY),
    "ad_actor_system" => by(Bond::AD_ACTOR_SYSTEM, Form::Bytes),
    "tlb_dynamic_lb" => show(Bond::TLB_DYNAMIC_LB),
};

const PARTNER: PrintTable = print_table! {
    "aggregator=ad_aggregator" => show(BondAdInfo::AGGREGATOR),
    "num_ports=ad_num_ports" => show(BondAdInfo::NUM_PORTS),
    "actor_key=ad_actor_key" => show(BondAdInfo::ACTOR_KEY),
    "partner_key=ad_partner_key" => show(BondAdInfo::PARTNER_KEY),
    "partner_mac=ad_partner_mac" => by(BondAdInfo::PARTNER_MAC, Form::Bytes),
};

/// Table of a bond port's `IFLA_BOND_SLAVE_*`.
pub const SLAVE: PrintTable = print_table! {
    "state:ACTIVE,BACKUP" => by(BondSlave::STATE, Form::Named),
    "mii_status:UP,GOING_DOWN,DOWN,GOING_BACK" => by(BondSlave::MII_STATUS, Form::Named),
    "link_failure_count" => show(BondSlave::LINK_FAILURE_COUNT),
    "perm_hwaddr" => by(BondSlave::PERM_HWADDR, Form::Bytes),
    "queue_id" => show(BondSlave::QUEUE_ID),
    "prio" => show(BondSlave::PRIO),
    "ad_aggregator_id" => show(BondSlave::AD_AGGREGATOR_ID),
    "ad_actor_oper_port_state" => show(BondSlave::AD_ACTOR_OPER_PORT_STATE),
    "ad_actor_oper_port_state_str|ad_actor_oper_port_state_str <:\
        active,short_timeout,aggregating,in_sync,collecting,distributing,defaulted,expired" =>
        by(BondSlave::AD_ACTOR_OPER_PORT_STATE, Form::Flags),
    "ad_partner_oper_port_state" => show(BondSlave::AD_PARTNER_OPER_PORT_STATE),
    "ad_partner_oper_port_state_str|ad_partner_oper_port_state_str <:\
        active,short_timeout,aggregating,in_sync,collecting,distributing,defaulted,expired" =>
        by(BondSlave::AD_PARTNER_OPER_PORT_STATE, Form::Flags),
    "churn_actor_state:MONITOR,CHURNED,NONE" => by(BondSlave::AD_CHURN_ACTOR_STATE, Form::Named),
    "churn_partner_state:MONITOR,CHURNED,NONE" =>
        by(BondSlave::AD_CHURN_PARTNER_STATE, Form::Named),
    "actor_port_prio" => show(BondSlave::ACTOR_PORT_PRIO),
};

/// Prints the target addresses of link monitoring, separated by commas in text.
pub fn print_targets<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    key: &str,
    targets: Option<&[u8]>,
) {
    let targets = Attrs::<()>::new(targets.unwrap_or_default());
    let mut targets = targets.iter().map_while(Result::ok).peekable();
    if targets.peek().is_none() {
        return;
    }
    printer.out.list(Some(key));
    printer.out.literal(key);
    let mut template = " {}";
    for target in targets {
        printer.out.element(template, Value::Text(&Address::of(target.payload())));
        template = ",{}";
    }
    printer.out.literal(" ");
    printer.out.end_list();
}

/// Prints the active aggregator of an 802.3ad bond (`IFLA_BOND_AD_INFO`).
pub fn print_partner<C: Channel>(printer: &mut Printer<'_, '_, C>, info: Option<&[u8]>) {
    if let Some(info) = info {
        printer.out.object(Some("ad_info"));
        print_table::print(printer, &Payloads::new(info), &PARTNER);
        printer.out.end_object();
    }
}
