//! Shows link entries.

use barelink_cache::LinkEntry;
use barelink_cache::link::LinkFields;
use barelink_codec::rtnl::link::LinkFlags;
use barelink_examples_support::json::text;
use serde_json::{Value, json};

use crate::caches::WatchCaches;
use crate::show::{Show, flags, link_name, lower_case};

impl Show for LinkEntry {
    const OBJECT: &'static str = "link";
    const HEADINGS: &'static [&'static str] =
        &["#", "name", "kind", "state", "mtu", "address", "master", "flags"];

    fn cells(&self, caches: &WatchCaches) -> Vec<String> {
        vec![
            self.index.to_string(),
            self.name.to_string(),
            self.kind.to_string(),
            lower_case(self.state),
            self.mtu.to_string(),
            self.address.mac().to_string(),
            link_name(self.master, caches),
            lower_case(self.flags),
        ]
    }

    fn json(&self) -> Value {
        json!({
            "index": self.index,
            "name": text(self.name.as_bytes()),
            "alternative": self.alt_names.iter().map(text).collect::<Vec<_>>(),
            "kind": text(self.kind.as_bytes()),
            "flags": flags(self.flags.0, LinkFlags::NAMES),
            "hardware": lower_case(self.hardware),
            "state": lower_case(self.state),
            "carrier": self.carrier,
            "carrier-changes": self.carrier_changes,
            "mtu": self.mtu,
            "address": self.address.mac().to_string(),
            "master": self.master,
            "link": self.link,
            "link-nsid": self.link_nsid,
            "group": self.group,
            "txqlen": self.txqlen,
        })
    }

    fn fields(diff: LinkFields) -> Value {
        flags(diff.0, LinkFields::NAMES)
    }
}
