//! Shows next hop entries.

use barelink_cache::NextHopEntry;
use barelink_cache::nexthop::NextHopFields;
use barelink_codec::rtnl::route::NextHopFlags;
use serde_json::{Value, json};

use crate::caches::WatchCaches;
use crate::show::{Show, flags, join_words, link_name, lower_case, optional_text};

impl<const MEMBERS: usize> Show for NextHopEntry<MEMBERS> {
    const OBJECT: &'static str = "nexthop";
    const HEADINGS: &'static [&'static str] = &["id", "via", "link", "group", "protocol", "flags"];

    fn cells(&self, caches: &WatchCaches) -> Vec<String> {
        let mut members =
            self.members().iter().map(|member| format!("{}*{}", member.id, member.weight));
        let mut group = members.by_ref().collect::<Vec<_>>().join(" ");
        if self.is_truncated() {
            group.push_str(" ...");
        }
        vec![
            self.id.to_string(),
            self.gateway.map(|gateway| gateway.to_string()).unwrap_or_default(),
            link_name(self.index, caches),
            group,
            lower_case(self.protocol),
            join_words([
                if self.blackhole { "blackhole".into() } else { String::new() },
                if self.fdb { "fdb".into() } else { String::new() },
                if self.flags == NextHopFlags::EMPTY {
                    String::new()
                } else {
                    lower_case(self.flags)
                },
            ]),
        ]
    }

    fn json(&self) -> Value {
        let members =
            self.members().iter().map(|member| json!({ "id": member.id, "weight": member.weight }));
        json!({
            "id": self.id,
            "link": self.index,
            "gateway": optional_text(self.gateway),
            "family": lower_case(self.family),
            "flags": flags(self.flags.0, NextHopFlags::NAMES),
            "scope": lower_case(self.scope),
            "protocol": lower_case(self.protocol),
            "group": self.group.map(lower_case),
            "members": members.collect::<Vec<_>>(),
            "member-count": self.member_count(),
            "blackhole": self.blackhole,
            "fdb": self.fdb,
        })
    }

    fn fields(diff: NextHopFields) -> Value {
        flags(diff.0, NextHopFields::NAMES)
    }
}
