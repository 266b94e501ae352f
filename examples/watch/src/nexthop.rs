//! Next hops, as they are shown.

use barelink_cache::NextHopEntry;
use barelink_cache::nexthop::NextHopFields;
use barelink_codec::rtnl::route::NextHopFlags;
use serde_json::{Value, json};

use crate::known::Known;
use crate::show::{Show, flags, link, low, text, words};

impl<const MEMBERS: usize> Show for NextHopEntry<MEMBERS> {
    const OBJECT: &'static str = "nexthop";
    const HEADS: &'static [&'static str] = &["id", "via", "link", "group", "set by", "flags"];

    fn cells(&self, known: &Known) -> Vec<String> {
        let mut members = self.members().iter().map(|it| format!("{}*{}", it.id, it.weight));
        let mut group = members.by_ref().collect::<Vec<_>>().join(" ");
        if self.is_truncated() {
            group.push_str(" ...");
        }
        vec![
            self.id.to_string(),
            self.gateway.map(|gateway| gateway.to_string()).unwrap_or_default(),
            link(self.index, known),
            group,
            low(self.protocol),
            words([
                if self.blackhole { "blackhole".into() } else { String::new() },
                if self.fdb { "fdb".into() } else { String::new() },
                if self.flags == NextHopFlags::EMPTY { String::new() } else { low(self.flags) },
            ]),
        ]
    }

    fn json(&self) -> Value {
        let members =
            self.members().iter().map(|member| json!({ "id": member.id, "weight": member.weight }));
        json!({
            "id": self.id,
            "link": self.index,
            "gateway": text(self.gateway),
            "family": low(self.family),
            "flags": flags(self.flags.0, NextHopFlags::NAMES),
            "scope": low(self.scope),
            "protocol": low(self.protocol),
            "group": self.group.map(low),
            "members": members.collect::<Vec<_>>(),
            "member-count": self.member_count(),
            "blackhole": self.blackhole,
            "fdb": self.fdb,
        })
    }

    fn fields(what: NextHopFields) -> Value {
        flags(what.0, NextHopFields::NAMES)
    }
}
