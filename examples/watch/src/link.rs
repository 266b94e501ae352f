//! Links, as they are shown.

use barelink_cache::LinkEntry;
use barelink_cache::link::LinkFields;
use barelink_codec::rtnl::link::LinkFlags;
use barelink_examples_support::json::text;
use serde_json::{Value, json};

use crate::known::Known;
use crate::show::{Show, flags, link, low};

impl Show for LinkEntry {
    const OBJECT: &'static str = "link";
    const HEADS: &'static [&'static str] =
        &["#", "name", "kind", "state", "mtu", "address", "master", "flags"];

    fn cells(&self, known: &Known) -> Vec<String> {
        vec![
            self.index.to_string(),
            self.name.to_string(),
            self.kind.to_string(),
            low(self.state),
            self.mtu.to_string(),
            self.address.mac().to_string(),
            link(self.master, known),
            low(self.flags),
        ]
    }

    fn json(&self) -> Value {
        json!({
            "index": self.index,
            "name": text(self.name.as_bytes()),
            "alternative": self.alt_names.iter().map(text).collect::<Vec<_>>(),
            "kind": text(self.kind.as_bytes()),
            "flags": flags(self.flags.0, LinkFlags::NAMES),
            "hardware": low(self.hardware),
            "state": low(self.state),
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

    fn fields(what: LinkFields) -> Value {
        flags(what.0, LinkFields::NAMES)
    }
}
