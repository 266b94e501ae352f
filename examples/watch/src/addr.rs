//! Addresses, as they are shown.

use barelink_cache::AddrEntry;
use barelink_cache::addr::AddrFields;
use barelink_codec::rtnl::addr::AddrFlags;
use barelink_examples_support::json;
use serde_json::{Value, json};

use crate::known::Known;
use crate::show::{Show, flags, link, low, some, text};

/// A number of seconds; none for ever.
fn seconds(seconds: u32) -> Option<u32> {
    (seconds != u32::MAX).then_some(seconds)
}

impl Show for AddrEntry {
    const OBJECT: &'static str = "address";
    const HEADS: &'static [&'static str] =
        &["link", "address", "scope", "lasts", "peer", "metric", "flags"];

    fn cells(&self, known: &Known) -> Vec<String> {
        let peer = Some(self.peer()).filter(|peer| *peer != self.address());
        vec![
            link(self.index, known),
            format!("{}/{}", self.address(), self.prefix_len),
            low(self.scope),
            seconds(self.valid).map_or("forever".into(), |valid| format!("{valid} s")),
            peer.map(|peer| peer.to_string()).unwrap_or_default(),
            some(self.priority),
            low(self.flags),
        ]
    }

    fn json(&self) -> Value {
        json!({
            "link": self.index,
            "address": self.address().to_string(),
            "prefix-len": self.prefix_len,
            "peer": self.peer().to_string(),
            "broadcast": text(self.broadcast()),
            "label": self.label().map(|label| json::text(label.as_bytes())),
            "scope": low(self.scope),
            "flags": flags(self.flags.0, AddrFlags::NAMES),
            "valid": seconds(self.valid),
            "preferred": seconds(self.preferred),
            "priority": self.priority,
            "origin": low(self.origin),
        })
    }

    fn fields(what: AddrFields) -> Value {
        flags(what.0, AddrFields::NAMES)
    }
}
