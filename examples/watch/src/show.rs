//! Defines how an entry is shown: columns for people, JSON for programs.

use std::fmt::Display;

use barelink_cache::Entry;
use barelink_codec::schema::ValueNames;
use barelink_examples_support::json;
use serde_json::Value;

use crate::caches::WatchCaches;

/// Cache entry that can be shown.
pub trait Show: Entry {
    /// Name of the object in JSON.
    const OBJECT: &'static str;
    /// Headings of the columns.
    const HEADINGS: &'static [&'static str];

    /// Returns the text of each column; the caches have the links' names.
    fn cells(&self, caches: &WatchCaches) -> Vec<String>;
    /// Returns every field as JSON.
    fn json(&self) -> Value;
    /// Returns the names of the fields that differ.
    fn fields(diff: Self::Diff) -> Value;
}

/// Returns the name of a link; `#index` if it is unknown, an empty text for index 0.
pub fn link_name(index: u32, caches: &WatchCaches) -> String {
    match caches.links.get(index as i32) {
        Some(link) => link.name.to_string(),
        None if index == 0 => String::new(),
        None => format!("#{index}"),
    }
}

/// Returns the name of a value or of flags, in lower case and with dashes.
pub fn lower_case(names: impl Display) -> String {
    names.to_string().to_ascii_lowercase().replace('|', ",").replace('_', "-")
}

/// Returns a number as text, and an empty text for 0.
pub fn non_zero(number: u32) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}

/// Returns an optional value as JSON: its text, or `null`.
pub fn optional_text(value: Option<impl Display>) -> Value {
    value.map(|value| value.to_string()).into()
}

/// Returns the names of the flags that are set, as a JSON array.
pub fn flags(value: impl Into<u64>, names: ValueNames) -> Value {
    json::flags(value.into(), names)
}

/// Joins the texts that are not empty, with spaces.
pub fn join_words(words: impl IntoIterator<Item = String>) -> String {
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
