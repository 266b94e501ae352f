//! Shows address entries.

use barelink_cache::AddrEntry;
use barelink_cache::addr::AddrFields;
use barelink_codec::rtnl::addr::AddrFlags;
use barelink_examples_support::json;
use serde_json::{Value, json};

use crate::caches::WatchCaches;
use crate::show::{Show, flags, link_name, lower_case, non_zero, optional_text};

/// Returns a lifetime in seconds; `None` for an infinite one (`INFINITY_LIFE_TIME`).
fn seconds(seconds: u32) -> Option<u32> {
    (seconds != u32::MAX).then_some(seconds)
}

impl Show for AddrEntry {
    const OBJECT: &'static str = "address";
    const HEADINGS: &'static [&'static str] =
        &["link", "address", "scope", "valid", "peer", "metric", "flags"];

    fn cells(&self, caches: &WatchCaches) -> Vec<String> {
        let peer = Some(self.peer()).filter(|peer| *peer != self.address());
        vec![
            link_name(self.index, caches),
            format!("{}/{}", self.address(), self.prefix_len),
            lower_case(self.scope),
            seconds(self.valid).map_or("forever".into(), |valid| format!("{valid} s")),
            peer.map(|peer| peer.to_string()).unwrap_or_default(),
            non_zero(self.priority),
            lower_case(self.flags),
        ]
    }

    fn json(&self) -> Value {
        json!({
            "link": self.index,
            "address": self.address().to_string(),
            "prefix-len": self.prefix_len,
            "peer": self.peer().to_string(),
            "broadcast": optional_text(self.broadcast()),
            "label": self.label().map(|label| json::text(label.as_bytes())),
            "scope": lower_case(self.scope),
            "flags": flags(self.flags.0, AddrFlags::NAMES),
            "valid": seconds(self.valid),
            "preferred": seconds(self.preferred),
            "priority": self.priority,
            "origin": lower_case(self.origin),
        })
    }

    fn fields(diff: AddrFields) -> Value {
        flags(diff.0, AddrFields::NAMES)
    }
}
