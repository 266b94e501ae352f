//! A line of JSON for each change, and for what becomes of all.

use std::io::{self, Write};

use barelink_cache::Event;
use barelink_cache::manager::ManagerStats;
use serde_json::{Value, json};

use crate::known::{Change, Object};
use crate::state::{counters, words};

/// Lines to be written.
#[derive(Debug, Default)]
pub struct Lines {
    lines: Vec<Value>,
}

impl Lines {
    /// Adds what a manager tells, if it is about one of these or about all.
    pub fn take(&mut self, objects: &[Object], event: Event<Change<'_>>) {
        self.lines.push(match event {
            Event::Change(change) => match change.told() {
                (object, told) if objects.contains(&object) => told.json().into(),
                _ => return,
            },
            Event::Stale(why) => {
                let name = format!("{why:?}");
                let name = kebab(name.split([' ', '(']).next().unwrap_or_default());
                json!({ "event": "stale", "why": name, "in-words": words(why) })
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

    /// Writes and forgets them. What a manager went through goes with its being synced.
    pub fn write(&mut self, counted: ManagerStats, out: &mut impl Write) -> io::Result<()> {
        for mut line in self.lines.drain(..) {
            if line["event"] == "synced" {
                line["counters"] = counters(counted);
            }
            serde_json::to_writer(&mut *out, &line)?;
            out.write_all(b"\n")?;
        }
        out.flush()
    }
}

/// A variant's name in lower case, with dashes.
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
