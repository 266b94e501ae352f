//! Helpers shared by the tests of `ip`, and a JSON parser and comparison.
#![allow(dead_code)]

pub(crate) mod machine;
pub(crate) mod recorded;
pub(crate) mod shell;

use std::fmt;

/// JSON value; numbers keep their text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Parses a document.
    pub(crate) fn parse(text: &str) -> Option<Json> {
        let mut parser = Parser { rest: text };
        let value = parser.value()?;
        parser.space();
        parser.rest.is_empty().then_some(value)
    }

    /// Returns the value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Json> {
        match self {
            Json::Object(rows) => rows.iter().find(|row| row.0 == key).map(|row| &row.1),
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Json::Number(number) => number.parse().ok(),
            _ => None,
        }
    }

    pub(crate) fn list(&self) -> &[Json] {
        match self {
            Json::List(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn is_true(&self) -> bool {
        *self == Json::Bool(true)
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(value) => write!(f, "{value}"),
            Json::Number(number) => f.write_str(number),
            Json::Text(text) => write!(f, "{text:?}"),
            Json::List(items) => {
                f.write_str("[")?;
                items.iter().try_for_each(|item| write!(f, "{item},"))?;
                f.write_str("]")
            }
            Json::Object(rows) => {
                f.write_str("{")?;
                rows.iter().try_for_each(|(key, value)| write!(f, "{key}:{value},"))?;
                f.write_str("}")
            }
        }
    }
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, token: &str) -> Option<()> {
        self.space();
        self.rest = self.rest.strip_prefix(token)?;
        Some(())
    }

    fn value(&mut self) -> Option<Json> {
        self.space();
        match self.rest.chars().next()? {
            '{' => {
                self.take("{")?;
                let mut rows = Vec::new();
                while self.take("}").is_none() {
                    if !rows.is_empty() {
                        self.take(",")?;
                    }
                    self.space();
                    let key = self.string()?;
                    self.take(":")?;
                    rows.push((key, self.value()?));
                }
                Some(Json::Object(rows))
            }
            '[' => {
                self.take("[")?;
                let mut items = Vec::new();
                while self.take("]").is_none() {
                    if !items.is_empty() {
                        self.take(",")?;
                    }
                    items.push(self.value()?);
                }
                Some(Json::List(items))
            }
            '"' => self.string().map(Json::Text),
            _ => {
                let end = self.rest.find([',', ']', '}', ' ', '\n']).unwrap_or(self.rest.len());
                let (word, rest) = self.rest.split_at(end);
                self.rest = rest;
                match word {
                    "null" => Some(Json::Null),
                    "true" => Some(Json::Bool(true)),
                    "false" => Some(Json::Bool(false)),
                    number => {
                        number.parse::<f64>().ok()?;
                        Some(Json::Number(number.into()))
                    }
                }
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        self.rest = self.rest.strip_prefix('"')?;
        let mut text = String::new();
        let mut chars = self.rest.char_indices();
        while let Some((at, char)) = chars.next() {
            match char {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return Some(text);
                }
                '\\' => match chars.next()?.1 {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    'r' => text.push('\r'),
                    'b' => text.push('\u{8}'),
                    'f' => text.push('\u{c}'),
                    'u' => {
                        let digits: String =
                            (0..4).filter_map(|_| chars.next()).map(|char| char.1).collect();
                        text.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                    }
                    other => text.push(other),
                },
                other => text.push(other),
            }
        }
        None
    }
}

/// Accepted differences of two documents.
pub(crate) struct Rules<'r> {
    /// Keys that only one of the programs prints.
    pub(crate) extra: &'r [&'r str],
    /// Keys whose numbers may differ by this much.
    pub(crate) near: &'r [(&'r str, f64)],
}

/// Returns the differences of two values, with their paths.
pub(crate) fn differences(ours: &Json, theirs: &Json, rules: &Rules<'_>) -> Vec<String> {
    let mut found = Vec::new();
    compare("", "", ours, theirs, rules, &mut found);
    found
}

fn compare(
    path: &str,
    key: &str,
    ours: &Json,
    theirs: &Json,
    rules: &Rules<'_>,
    found: &mut Vec<String>,
) {
    match (ours, theirs) {
        (Json::Object(a), Json::Object(b)) => {
            for (key, value) in b {
                match ours.get(key) {
                    Some(own) => {
                        compare(&format!("{path}.{key}"), key, own, value, rules, found);
                    }
                    None if rules.extra.contains(&key.as_str()) => {}
                    None => found.push(format!("{path}.{key}: missing, theirs {value}")),
                }
            }
            for (key, value) in a {
                if theirs.get(key).is_none() && !rules.extra.contains(&key.as_str()) {
                    found.push(format!("{path}.{key}: ours only, {value}"));
                }
            }
        }
        (Json::List(a), Json::List(b)) => {
            if a.len() != b.len() {
                found.push(format!("{path}: {} items, theirs {}", a.len(), b.len()));
            }
            for (at, (a, b)) in a.iter().zip(b).enumerate() {
                compare(&format!("{path}[{at}]"), key, a, b, rules, found);
            }
        }
        _ => {
            let near = rules.near.iter().find(|row| row.0 == key).map(|row| row.1);
            let equal = match (ours.number(), theirs.number()) {
                (Some(a), Some(b)) => (a - b).abs() <= near.unwrap_or(0.0),
                _ => ours == theirs,
            };
            if !equal {
                found.push(format!("{path}: {ours}, theirs {theirs}"));
            }
        }
    }
}

/// Returns the first place where two documents with the same keys differ in their order.
pub(crate) fn other_order(ours: &Json, theirs: &Json) -> Option<String> {
    match (ours, theirs) {
        (Json::Object(a), Json::Object(b)) => {
            let (mut own, mut other) = (a.iter(), b.iter());
            while let (Some((a, _)), Some((b, _))) = (own.next(), other.next()) {
                if a != b {
                    return Some(format!("key {a}, theirs {b}"));
                }
            }
            b.iter().find_map(|(key, value)| other_order(ours.get(key)?, value))
        }
        (Json::List(a), Json::List(b)) => a.iter().zip(b).find_map(|(a, b)| other_order(a, b)),
        _ => None,
    }
}
