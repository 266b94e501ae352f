//! Diff an entry looks like, to people and to programs.

use std::fmt::Display;

use barelink_cache::Entry;
use barelink_codec::schema::ValueNames;
use barelink_examples_support::json;
use serde_json::Value;

use crate::known::Known;

/// Something that can be shown.
pub trait Show: Entry {
    /// Diff such a thing is called, in JSON.
    const OBJECT: &'static str;
    /// Diff stands above its cells.
    const HEADS: &'static [&'static str];

    /// A row of a table; what else is known has the links' names.
    fn cells(&self, known: &Known) -> Vec<String>;
    /// All that is kept of it.
    fn json(&self) -> Value;
    /// The names of the fields that differ.
    fn fields(what: Self::Diff) -> Value;
}

/// The name of the link of this index; its number where it has none, nothing for none.
pub fn link(index: u32, known: &Known) -> String {
    match known.links.get(index as i32) {
        Some(link) => link.name.to_string(),
        None if index == 0 => String::new(),
        None => format!("#{index}"),
    }
}

/// A name or several as the tables have them, in lower case.
pub fn low(names: impl Display) -> String {
    names.to_string().to_ascii_lowercase().replace('|', ",").replace('_', "-")
}

/// Unless it is zero.
pub fn some(number: u32) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}

/// An address as JSON has it; or nothing.
pub fn text(value: Option<impl Display>) -> Value {
    value.map(|value| value.to_string()).into()
}

/// The names of flags that are set, as JSON has them.
pub fn flags(value: impl Into<u64>, names: ValueNames) -> Value {
    json::flags(value.into(), names)
}

/// Words that say something, with a blank between.
pub fn words(words: impl IntoIterator<Item = String>) -> String {
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
