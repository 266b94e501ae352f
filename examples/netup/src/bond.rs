//! A bond's options, by the names that the kernel's module has for them.

use core::net::{IpAddr, Ipv4Addr};

use barelink_codec::addr_text::Prefix;
use barelink_codec::attr::Key;
use barelink_codec::rtnl::link::kinds::bond::{
    AdSelect, ArpAllTargets, ArpValidate, Bond, BondMode, FailOverMac, LacpRate, PrimaryReselect,
    XmitHashPolicy,
};
use barelink_codec::writer::Writer;

use super::bad::Why;
use super::fields::Fields;
use super::parse::number;

/// An option: its name, its values' names, and how it is put into a message.
pub struct Row {
    name: &'static str,
    names: &'static [(&'static str, u32)],
    /// What becomes of its value.
    pub put: Put,
}

/// How a value is put into a message.
#[derive(Clone, Copy)]
pub enum Put {
    /// As a number: into which attribute, and of how many bytes.
    Number(u16, usize),
    /// As the index of the link of that name.
    Primary,
    /// As addresses, with semicolons between.
    Targets,
    /// Not at all: it is for the module, or the kernel ignores it.
    Nothing,
}

/// How a number is put into this attribute.
const fn number_in<V: Copy>(key: Key<Bond, V>) -> Put {
    Put::Number(key.number(), size_of::<V>())
}

/// Rows: `"name" { "value" => number } in KEY`. A number is of its attribute's own type.
macro_rules! rows {
    ($($name:literal $({ $($word:literal => $value:expr),* $(,)? })? in $key:ident,)*) => {
        &[$(Row {
            name: $name,
            names: &[$($(($word, $value.0 as u32)),*)?],
            put: number_in(Bond::$key),
        }),*]
    };
}

const ROWS: &[Row] = rows! {
    "mode" {
        "balance-rr" => BondMode::ROUNDROBIN,
        "active-backup" => BondMode::ACTIVEBACKUP,
        "balance-xor" => BondMode::XOR,
        "broadcast" => BondMode::BROADCAST,
        "802.3ad" => BondMode::MODE_8023AD,
        "balance-tlb" => BondMode::TLB,
        "balance-alb" => BondMode::ALB,
    } in MODE,
    "miimon" in MIIMON,
    "updelay" in UPDELAY,
    "downdelay" in DOWNDELAY,
    "use_carrier" in USE_CARRIER,
    "arp_interval" in ARP_INTERVAL,
    "arp_validate" {
        "none" => ArpValidate::NONE,
        "active" => ArpValidate::ACTIVE,
        "backup" => ArpValidate::BACKUP,
        "all" => ArpValidate::ALL,
        "filter" => ArpValidate::FILTER,
        "filter_active" => ArpValidate::FILTER_ACTIVE,
        "filter_backup" => ArpValidate::FILTER_BACKUP,
    } in ARP_VALIDATE,
    "arp_all_targets" {
        "any" => ArpAllTargets::ANY,
        "all" => ArpAllTargets::ALL,
    } in ARP_ALL_TARGETS,
    "primary_reselect" {
        "always" => PrimaryReselect::ALWAYS,
        "better" => PrimaryReselect::BETTER,
        "failure" => PrimaryReselect::FAILURE,
    } in PRIMARY_RESELECT,
    "fail_over_mac" {
        "none" => FailOverMac::NONE,
        "active" => FailOverMac::ACTIVE,
        "follow" => FailOverMac::FOLLOW,
    } in FAIL_OVER_MAC,
    "xmit_hash_policy" {
        "layer2" => XmitHashPolicy::LAYER2,
        "layer3+4" => XmitHashPolicy::LAYER34,
        "layer2+3" => XmitHashPolicy::LAYER23,
        "encap2+3" => XmitHashPolicy::ENCAP23,
        "encap3+4" => XmitHashPolicy::ENCAP34,
        "vlan+srcmac" => XmitHashPolicy::VLAN_SRCMAC,
    } in XMIT_HASH_POLICY,
    "lacp_rate" {
        "slow" => LacpRate::SLOW,
        "fast" => LacpRate::FAST,
    } in AD_LACP_RATE,
    "ad_select" {
        "stable" => AdSelect::STABLE,
        "bandwidth" => AdSelect::BANDWIDTH,
        "count" => AdSelect::COUNT,
    } in AD_SELECT,
    "resend_igmp" in RESEND_IGMP,
    "num_grat_arp" in NUM_PEER_NOTIF,
    "num_unsol_na" in NUM_PEER_NOTIF,
    "all_slaves_active" in ALL_SLAVES_ACTIVE,
    "min_links" in MIN_LINKS,
    "lp_interval" in LP_INTERVAL,
    "packets_per_slave" in PACKETS_PER_SLAVE,
    "tlb_dynamic_lb" in TLB_DYNAMIC_LB,
    "peer_notif_delay" in PEER_NOTIF_DELAY,
};

const OTHERS: &[Row] = &[
    Row { name: "primary", names: &[], put: Put::Primary },
    Row { name: "arp_ip_target", names: &[], put: Put::Targets },
    Row { name: "max_bonds", names: &[], put: Put::Nothing },
];

/// Puts a number of that many bytes into a message.
pub fn put(bond: &mut Writer<'_, Bond>, attribute: u16, len: usize, value: u32) {
    match len {
        1 => bond.put_raw(attribute, &[value as u8]),
        2 => bond.put_raw(attribute, &(value as u16).to_ne_bytes()),
        _ => bond.put_raw(attribute, &value.to_ne_bytes()),
    };
}

/// Goes through options, `name=value` with commas between, and gives each with its number or text.
pub fn each<'a>(
    options: &'a str,
    take: &mut dyn FnMut(&'static Row, Value<'a>),
) -> Result<(), (&'a str, Why)> {
    for option in Fields::by(options, b',') {
        let mut fields = Fields::by(option, b'=');
        let (name, text) = (fields.field(), fields.rest.unwrap_or_default());
        let mut rows = ROWS.iter().chain(OTHERS);
        let row = rows.find(|row| row.name == name).ok_or((option, Why::Option))?;
        let wrong = (option, Why::Value);
        let value = match row.put {
            Put::Number(..) => {
                let named = row.names.iter().find(|(name, _)| *name == text);
                let value = named.map(|(_, value)| *value).or_else(|| number(text));
                Value { number: value.ok_or(wrong)?, text }
            }
            Put::Targets if targets(text).any(|target| target.is_none()) => return Err(wrong),
            Put::Primary if text.is_empty() => return Err(wrong),
            _ => Value { number: 0, text },
        };
        take(row, value);
    }
    Ok(())
}

/// An option's value.
pub struct Value<'a> {
    /// As a number, for those that are.
    pub number: u32,
    /// As it was written.
    pub text: &'a str,
}

/// The addresses of [`Put::Targets`]; none where there should be one.
pub fn targets(text: &str) -> impl Iterator<Item = Option<Ipv4Addr>> {
    Fields::by(text, b';').map(|text| match Prefix::parse(text, None) {
        Ok(Prefix { address: IpAddr::V4(address), len: 32 }) => Some(address),
        _ => None,
    })
}
