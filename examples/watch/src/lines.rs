//! Prints a line of JSON for each change and each state of the caches, for `--json`.

use std::io::{self, Write};

use barelink_cache::Event;
use barelink_cache::manager::ManagerStats;
use serde_json::{Value, json};

use crate::caches::{Change, Object};
use crate::state::{reason_text, stats_json};

/// Queue of lines to write.
#[derive(Debug, Default)]
pub struct Lines {
    lines: Vec<Value>,
}

impl Lines {
    /// Adds an event of the manager; changes of other objects are ignored.
    pub fn push(&mut self, objects: &[Object], event: Event<Change<'_>>) {
        self.lines.push(match event {
            Event::Change(change) => match change.change_row() {
                (object, change) if objects.contains(&object) => change.json().into(),
                _ => return,
            },
            Event::Stale(reason) => {
                let name = format!("{reason:?}");
                let name = kebab(name.split([' ', '(']).next().unwrap_or_default());
                json!({ "event": "stale", "reason": name, "description": reason_text(reason) })
            }
            Event::Resyncing { attempt } => json!({ "event": "resyncing", "attempt": attempt }),
            Event::Synced { generation } => json!({ "event": "synced", "generation": generation }),
            Event::Foreign { port } => json!({ "event": "foreign", "port": port }),
            Event::Unreadable(error) => {
                json!({ "event": "unreadable", "error": error.to_string() })
            }
            other => json!({ "event": format!("{other:?}") }),
        });
    }

    /// Writes and removes the lines; the `synced` line has the manager's statistics.
    pub fn write(&mut self, stats: ManagerStats, out: &mut impl Write) -> io::Result<()> {
        for mut line in self.lines.drain(..) {
            if line["event"] == "synced" {
                line["counters"] = stats_json(stats);
            }
            serde_json::to_writer(&mut *out, &line)?;
            out.write_all(b"\n")?;
        }
        out.flush()
    }
}

/// Converts a variant's name to lower case with dashes.
fn kebab(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('-');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}
