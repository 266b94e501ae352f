//! Shows rule entries.

use barelink_cache::RuleEntry;
use barelink_codec::rtnl::route::RouteTable;
use barelink_codec::rtnl::rule::{RuleAction, RuleFlags};
use barelink_examples_support::json;
use serde_json::{Value, json};

use crate::caches::WatchCaches;
use crate::show::{Show, flags, join_words, lower_case};

fn network(network: Option<(std::net::IpAddr, u8)>) -> Option<String> {
    network.map(|(address, len)| format!("{address}/{len}"))
}

fn prefixed(word: &str, name: &[u8]) -> String {
    if name.is_empty() { String::new() } else { format!("{word} {}", json::text(name)) }
}

impl Show for RuleEntry {
    const OBJECT: &'static str = "rule";
    const HEADINGS: &'static [&'static str] =
        &["priority", "family", "from", "to", "selector", "action", "protocol"];

    fn cells(&self, _: &WatchCaches) -> Vec<String> {
        let all = || "all".into();
        let action = match self.action {
            RuleAction::TO_TBL if self.table == RouteTable::UNSPEC => "table of the VRF".into(),
            RuleAction::TO_TBL => format!("table {}", lower_case(self.table)),
            RuleAction::GOTO => format!("goto {}", self.goto),
            other => lower_case(other),
        };
        let invert = self.flags.contains(RuleFlags::INVERT);
        vec![
            self.priority.to_string(),
            lower_case(self.family),
            network(self.src).unwrap_or_else(all),
            network(self.dst).unwrap_or_else(all),
            join_words([
                if invert { "not".into() } else { String::new() },
                prefixed("in", self.iif.as_bytes()),
                prefixed("out", self.oif.as_bytes()),
                if self.mark_mask != 0 {
                    format!("mark {:#x}/{:#x}", self.mark, self.mark_mask)
                } else {
                    String::new()
                },
                if self.ip_proto != 0 { format!("proto {}", self.ip_proto) } else { String::new() },
            ]),
            action,
            lower_case(self.protocol),
        ]
    }

    fn json(&self) -> Value {
        json!({
            "priority": self.priority,
            "family": lower_case(self.family),
            "action": lower_case(self.action),
            "table": self.table.0,
            "goto": self.goto,
            "flags": flags(self.flags.0, RuleFlags::NAMES),
            "src": network(self.src),
            "dst": network(self.dst),
            "iif": json::text(self.iif.as_bytes()),
            "oif": json::text(self.oif.as_bytes()),
            "mark": self.mark,
            "mark-mask": self.mark_mask,
            "tos": self.tos,
            "ip-proto": self.ip_proto,
            "source-ports": [self.source_ports.start, self.source_ports.end],
            "destination-ports": [self.destination_ports.start, self.destination_ports.end],
            "users": self.users.map(|users| [users.start, users.end]),
            "suppress-prefix-len": self.suppress_prefix_len,
            "l3mdev": self.l3mdev,
            "protocol": lower_case(self.protocol),
        })
    }

    fn fields(_: bool) -> Value {
        // A rule never changes: the kernel deletes it and adds another one.
        Value::Array(vec![])
    }
}
