//! Parses a bond's options, by the names that the kernel's module has for them.

use core::net::{IpAddr, Ipv4Addr};

use barelink_codec::addr_text::Prefix;
use barelink_codec::attr::Key;
use barelink_codec::rtnl::link::kinds::bond::{
    AdSelect, ArpAllTargets, ArpValidate, Bond, BondMode, FailOverMac, LacpRate, PrimaryReselect,
    XmitHashPolicy,
};
use barelink_codec::writer::Writer;

use super::fields::Fields;
use super::param_error::ParamProblem;
use super::parse::number;

/// Bond option: its name, the names of its values, and its encoding.
pub struct BondOption {
    name: &'static str,
    value_names: &'static [(&'static str, u32)],
    /// Encoding of the value in a message.
    pub encoding: Encoding,
}

/// Encoding of an option's value in a message.
#[derive(Clone, Copy)]
pub enum Encoding {
    /// Integer: the attribute number, and the length in bytes.
    Number(u16, usize),
    /// Interface index of the named link, `IFLA_BOND_PRIMARY`.
    Primary,
    /// IPv4 addresses separated by semicolons, `IFLA_BOND_ARP_IP_TARGET`.
    ArpTargets,
    /// No attribute: an option of the module itself.
    Ignored,
}

/// Returns the encoding of an integer attribute.
const fn integer<V: Copy>(key: Key<Bond, V>) -> Encoding {
    Encoding::Number(key.number(), size_of::<V>())
}

/// Options: `"name" { "value" => number } in KEY`, with the integer type of the attribute.
macro_rules! integer_options {
    ($($name:literal $({ $($word:literal => $value:expr),* $(,)? })? in $key:ident,)*) => {
        &[$(BondOption {
            name: $name,
            value_names: &[$($(($word, $value.0 as u32)),*)?],
            encoding: integer(Bond::$key),
        }),*]
    };
}

const INTEGER_OPTIONS: &[BondOption] = integer_options! {
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

const OTHER_OPTIONS: &[BondOption] = &[
    BondOption { name: "primary", value_names: &[], encoding: Encoding::Primary },
    BondOption { name: "arp_ip_target", value_names: &[], encoding: Encoding::ArpTargets },
    BondOption { name: "max_bonds", value_names: &[], encoding: Encoding::Ignored },
];

/// Writes an integer attribute of `len` bytes.
pub fn put_integer(bond: &mut Writer<'_, Bond>, attribute: u16, len: usize, value: u32) {
    match len {
        1 => bond.put_raw(attribute, &[value as u8]),
        2 => bond.put_raw(attribute, &(value as u16).to_ne_bytes()),
        _ => bond.put_raw(attribute, &value.to_ne_bytes()),
    };
}

/// Parses options, `name=value` separated by commas, and calls `take` with each option and its value.
pub fn for_each<'a>(
    options: &'a str,
    take: &mut dyn FnMut(&'static BondOption, OptionValue<'a>),
) -> Result<(), (&'a str, ParamProblem)> {
    for option in Fields::separated_by(options, b',') {
        let mut fields = Fields::separated_by(option, b'=');
        let (name, text) = (fields.field(), fields.rest.unwrap_or_default());
        let mut known = INTEGER_OPTIONS.iter().chain(OTHER_OPTIONS);
        let bond_option =
            known.find(|known| known.name == name).ok_or((option, ParamProblem::Option))?;
        let invalid = (option, ParamProblem::Value);
        let value = match bond_option.encoding {
            Encoding::Number(..) => {
                let named = bond_option.value_names.iter().find(|(name, _)| *name == text);
                let value = named.map(|(_, value)| *value).or_else(|| number(text));
                OptionValue { number: value.ok_or(invalid)?, text }
            }
            Encoding::ArpTargets if arp_targets(text).any(|target| target.is_none()) => {
                return Err(invalid);
            }
            Encoding::Primary if text.is_empty() => return Err(invalid),
            _ => OptionValue { number: 0, text },
        };
        take(bond_option, value);
    }
    Ok(())
}

/// Parsed value of an option, as number or text.
pub struct OptionValue<'a> {
    /// Number of an [`Encoding::Number`]; otherwise 0.
    pub number: u32,
    /// Text of the value.
    pub text: &'a str,
}

/// Returns the addresses of [`Encoding::ArpTargets`]; `None` for each that is invalid.
pub fn arp_targets(text: &str) -> impl Iterator<Item = Option<Ipv4Addr>> {
    Fields::separated_by(text, b';').map(|text| match Prefix::parse(text, None) {
        Ok(Prefix { address: IpAddr::V4(address), len: 32 }) => Some(address),
        _ => None,
    })
}
