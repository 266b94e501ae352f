//! Neighbours, as they are shown.

use barelink_cache::NeighEntry;
use barelink_cache::neigh::NeighFields;
use barelink_codec::rtnl::neigh::{NeighFlags, NeighState};
use barelink_codec::rtnl::route::RouteProtocol;
use serde_json::{Value, json};

use crate::known::Known;
use crate::show::{Show, flags, link, low};

impl Show for NeighEntry {
    const OBJECT: &'static str = "neighbour";
    const HEADS: &'static [&'static str] =
        &["link", "address", "hardware", "state", "flags", "set by"];

    fn cells(&self, known: &Known) -> Vec<String> {
        let flags = if self.flags == NeighFlags::EMPTY { String::new() } else { low(self.flags) };
        let set = self.protocol != RouteProtocol::UNSPEC;
        vec![
            link(self.index, known),
            self.address.to_string(),
            self.lladdr.mac().to_string(),
            low(self.state),
            flags,
            if set { low(self.protocol) } else { String::new() },
        ]
    }

    fn json(&self) -> Value {
        json!({
            "link": self.index,
            "address": self.address.to_string(),
            "hardware": self.lladdr.mac().to_string(),
            "state": flags(self.state.0, NeighState::NAMES),
            "flags": flags(self.flags.0, NeighFlags::NAMES),
            "kind": low(self.ndm_type),
            "protocol": low(self.protocol),
        })
    }

    fn fields(what: NeighFields) -> Value {
        flags(what.0, NeighFields::NAMES)
    }
}
