//! Shows neighbour entries.

use barelink_cache::NeighEntry;
use barelink_cache::neigh::NeighFields;
use barelink_codec::rtnl::neigh::{NeighFlags, NeighState};
use barelink_codec::rtnl::route::RouteProtocol;
use serde_json::{Value, json};

use crate::caches::WatchCaches;
use crate::show::{Show, flags, link_name, lower_case};

impl Show for NeighEntry {
    const OBJECT: &'static str = "neighbour";
    const HEADINGS: &'static [&'static str] =
        &["link", "address", "lladdr", "state", "flags", "protocol"];

    fn cells(&self, caches: &WatchCaches) -> Vec<String> {
        let flags =
            if self.flags == NeighFlags::EMPTY { String::new() } else { lower_case(self.flags) };
        let set = self.protocol != RouteProtocol::UNSPEC;
        vec![
            link_name(self.index, caches),
            self.address.to_string(),
            self.lladdr.mac().to_string(),
            lower_case(self.state),
            flags,
            if set { lower_case(self.protocol) } else { String::new() },
        ]
    }

    fn json(&self) -> Value {
        json!({
            "link": self.index,
            "address": self.address.to_string(),
            "lladdr": self.lladdr.mac().to_string(),
            "state": flags(self.state.0, NeighState::NAMES),
            "flags": flags(self.flags.0, NeighFlags::NAMES),
            "type": lower_case(self.ndm_type),
            "protocol": lower_case(self.protocol),
        })
    }

    fn fields(diff: NeighFields) -> Value {
        flags(diff.0, NeighFields::NAMES)
    }
}
