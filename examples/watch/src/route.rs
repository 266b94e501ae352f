//! Shows route entries.

use barelink_cache::RouteEntry;
use barelink_cache::route::{RouteFields, RouteNextHop};
use barelink_codec::rtnl::route::{NextHopFlags, RouteType};
use serde_json::{Value, json};

use crate::caches::WatchCaches;
use crate::show::{Show, flags, join_words, link_name, lower_case, non_zero, optional_text};

impl<const HOPS: usize, const LABELS: usize> Show for RouteEntry<HOPS, LABELS> {
    const OBJECT: &'static str = "route";
    const HEADINGS: &'static [&'static str] =
        &["to", "via", "link", "metric", "table", "protocol", "type", "more"];

    fn cells(&self, caches: &WatchCaches) -> Vec<String> {
        let hop = self.hop();
        let others = self.hop_count().saturating_sub(1);
        let to = match (self.dst(), self.label()) {
            (Some(_), _) if self.dst_len == 0 => "default".into(),
            (Some(dst), _) => format!("{dst}/{}", self.dst_len),
            (None, label) => label.map(|label| format!("label {label}")).unwrap_or_default(),
        };
        let via = hop.and_then(RouteNextHop::gateway).map(|gateway| gateway.to_string());
        vec![
            to,
            join_words([
                via.unwrap_or_default(),
                if others > 0 { format!("+{others}") } else { String::new() },
            ]),
            hop.map(|hop| link_name(hop.index, caches)).unwrap_or_default(),
            non_zero(self.priority),
            lower_case(self.table),
            lower_case(self.protocol),
            if self.rtm_type == RouteType::UNICAST {
                String::new()
            } else {
                lower_case(self.rtm_type)
            },
            join_words([
                self.src().map(|src| format!("from {src}/{}", self.src_len)).unwrap_or_default(),
                self.prefsrc().map(|src| format!("src {src}")).unwrap_or_default(),
                if self.nexthop_id > 0 {
                    format!("nhid {}", self.nexthop_id)
                } else {
                    String::new()
                },
                if self.mtu > 0 { format!("mtu {}", self.mtu) } else { String::new() },
                if hop.is_some_and(RouteNextHop::is_down) { "down".into() } else { String::new() },
            ]),
        ]
    }

    fn json(&self) -> Value {
        let hops = self.hops().iter().map(|hop| {
            json!({
                "link": hop.index,
                "gateway": optional_text(hop.gateway()),
                "weight": hop.weight(),
                "flags": flags(hop.flags().0, NextHopFlags::NAMES),
                "labels": hop.labels(),
            })
        });
        json!({
            "family": lower_case(self.family),
            "dst": optional_text(self.dst()),
            "dst-len": self.dst_len,
            "label": self.label(),
            "src": optional_text(self.src()),
            "src-len": self.src_len,
            "tos": self.tos,
            "table": self.table.0,
            "priority": self.priority,
            "type": lower_case(self.rtm_type),
            "scope": lower_case(self.scope),
            "protocol": lower_case(self.protocol),
            "prefsrc": optional_text(self.prefsrc()),
            "mtu": self.mtu,
            "nexthop-id": self.nexthop_id,
            "hops": hops.collect::<Vec<_>>(),
            "hop-count": self.hop_count(),
            "in-hardware": self.is_offloaded(),
        })
    }

    fn fields(diff: RouteFields) -> Value {
        flags(diff.0, RouteFields::NAMES)
    }
}
