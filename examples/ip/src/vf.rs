//! Printing of the virtual functions (SR-IOV) of a link.

use barelink_codec::Attrs;
use barelink_codec::rtnl::link::vf::{Vf, VfList, VfSetting, VfSignal, VfStats, VfVlans};
use barelink_transport::Channel;

use super::index::Index;
use super::names::{Fallback, Named};
use super::output::Value;
use super::prefix::Bytes;
use super::printer::Printer;

/// Prints the list of virtual functions (`IFLA_VFINFO_LIST`).
pub fn print<C: Channel>(printer: &mut Printer<'_, '_, C>, list: Attrs<'_, VfList>) {
    printer.out.list(Some("vfinfo_list"));
    for function in list.all(VfList::INFO).flatten() {
        printer.out.object(None);
        print_one(printer, &Index::new(function));
        printer.out.end_object();
    }
    printer.out.end_list();
}

fn print_one<C: Channel>(printer: &mut Printer<'_, '_, C>, function: &Index<'_, Vf>) {
    let Some(mac) = function.get(Vf::MAC) else { return };
    printer.out.line();
    printer.out.any("vf", "    vf {}     ", mac.vf);
    let address = mac.mac.get(..6).unwrap_or_default();
    printer.out.string("address", "link/ether {}", &Bytes(address));
    if let Some(broadcast) = function.get(Vf::BROADCAST) {
        let broadcast = broadcast.0.get(..6).unwrap_or_default();
        printer.out.string("broadcast", " brd {}", &Bytes(broadcast));
    }
    if let Some(vlans) = function.get(Vf::VLAN_LIST) {
        printer.out.list(Some("vlan_list"));
        for vlan in vlans.all(VfVlans::INFO).flatten() {
            printer.out.object(None);
            print_vlan(printer, vlan.vlan, vlan.qos);
            if !matches!(vlan.vlan_proto.0, 0 | 0x8100) {
                let protocol = Named::new(vlan.vlan_proto.0, "@vlan_protocol");
                let protocol = Named { fallback: Fallback::Bracketed, ..protocol };
                printer.out.string("protocol", ", vlan protocol {}", &protocol);
            }
            printer.out.end_object();
        }
        printer.out.end_list();
    } else if let Some(vlan) = function.get(Vf::VLAN) {
        print_vlan(printer, vlan.vlan, vlan.qos);
    }
    if let Some(rate) = function.get(Vf::TX_RATE).filter(|rate| rate.rate != 0) {
        printer.out.any("tx_rate", ", tx rate {} (Mbps)", rate.rate);
    }
    if let Some(rate) = function.get(Vf::RATE) {
        printer.out.object(Some("rate"));
        printer.out.key("max_tx", rate.max_tx_rate);
        printer.out.key("min_tx", rate.min_tx_rate);
        printer.out.end_object();
        if rate.max_tx_rate != 0 {
            printer.out.text(format_args!(", max_tx_rate {}Mbps", rate.max_tx_rate));
        }
        if rate.min_tx_rate != 0 {
            printer.out.text(format_args!(", min_tx_rate {}Mbps", rate.min_tx_rate));
        }
    }
    print_on_off(printer, "spoofchk", ", spoof checking {}", function.get(Vf::SPOOFCHK));
    if let Some(state) = function.get(Vf::LINK_STATE) {
        let word = match state.link_state {
            VfSignal::AUTO => "auto",
            VfSignal::ENABLE => "enable",
            _ => "disable",
        };
        printer.out.string("link_state", ", link-state {}", &word);
    }
    print_on_off(printer, "trust", ", trust {}", function.get(Vf::TRUST));
    print_on_off(printer, "query_rss_en", ", query_rss {}", function.get(Vf::RSS_QUERY_EN));
    if let Some(stats) = function.get(Vf::STATS).filter(|_| printer.options.stats > 0) {
        print_stats(printer, &Index::new(stats));
    }
}

fn print_vlan<C: Channel>(printer: &mut Printer<'_, '_, C>, vlan: u32, qos: u32) {
    if vlan != 0 {
        printer.out.any("vlan", ", vlan {}", vlan);
    }
    if qos != 0 {
        printer.out.any("qos", ", qos {}", qos);
    }
}

/// Prints a setting as `on` or `off`; nothing if it is unknown (`u32::MAX`).
fn print_on_off<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    key: &str,
    template: &str,
    setting: Option<VfSetting>,
) {
    if let Some(setting) = setting.filter(|setting| setting.setting != u32::MAX) {
        printer.out.any(key, template, Value::OnOff(setting.setting != 0));
    }
}

fn print_stats<C: Channel>(printer: &mut Printer<'_, '_, C>, stats: &Index<'_, VfStats>) {
    let count = |key| stats.get(key).unwrap_or(0u64);
    let received = [
        ("bytes", 10, count(VfStats::RX_BYTES)),
        ("packets", 8, count(VfStats::RX_PACKETS)),
        ("multicast", 7, count(VfStats::MULTICAST)),
        ("broadcast", 7, count(VfStats::BROADCAST)),
        ("dropped", 8, count(VfStats::RX_DROPPED)),
    ];
    let sent = [
        ("tx_bytes", 10, count(VfStats::TX_BYTES)),
        ("tx_packets", 8, count(VfStats::TX_PACKETS)),
        ("dropped", 8, count(VfStats::TX_DROPPED)),
    ];
    printer.out.object(Some("stats"));
    for (key, words, counts) in [
        ("rx", "    RX: bytes  packets  mcast   bcast   dropped ", &received[..]),
        ("tx", "    TX: bytes  packets   dropped ", &sent[..]),
    ] {
        printer.out.object(Some(key));
        printer.out.line();
        printer.out.literal(words);
        printer.out.line();
        printer.out.literal("    ");
        for (key, wide, count) in counts {
            printer.out.key(key, *count);
            printer.out.text(format_args!("{count:<wide$} "));
        }
        printer.out.end_object();
    }
    printer.out.end_object();
}
