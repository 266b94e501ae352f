//! Messages as JSON in the format of the kernel's YNL tool, from the codec's tables.
//!
//! A key is the row's name in lower case with dashes. An unknown attribute is printed by its
//! number, with its bytes in hexadecimal.

use std::net::{Ipv4Addr, Ipv6Addr};

use barelink_codec::schema::{Type, ValueNames};
use barelink_codec::value::{MacAddr, Str};
use serde_json::{Map, Value, json};

use crate::tree::{Embedded, Node, Part, Run, Tree};

/// Returns a row's name in YNL's spelling.
pub fn name(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}

/// Returns bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns a message's attributes as a JSON object.
pub fn attributes(tree: &Tree<'_>) -> Value {
    run(&tree.run).into()
}

/// Returns a message's header as a JSON object.
pub fn header(tree: &Tree<'_>) -> Value {
    parts(&tree.header).into()
}

fn run(run: &Run<'_>) -> Map<String, Value> {
    let mut object = Map::new();
    for attr in &run.attrs {
        let value = node(&attr.node);
        let (name, multi) = match attr.row {
            Some(row) => (name(row.name), row.multi),
            None => (format!("UnknownAttr({})", attr.number), false),
        };
        match (object.get_mut(&name), multi) {
            (Some(Value::Array(several)), true) => several.push(value),
            (_, true) => {
                object.insert(name, Value::Array(vec![value]));
            }
            (_, false) => {
                object.insert(name, value);
            }
        }
    }
    object
}

fn parts(parts: &[Part<'_>]) -> Map<String, Value> {
    parts.iter().map(|part| (name(part.field.name), node(&part.node))).collect()
}

fn with_header(header: &[Part<'_>], attrs: &Run<'_>) -> Value {
    let mut object = parts(header);
    object.extend(run(attrs));
    object.into()
}

fn node(node: &Node<'_>) -> Value {
    match &node.inner {
        Embedded::Value => leaf(node.ty, node.payload),
        Embedded::Odd => hex(node.payload).into(),
        Embedded::Parts(fields) => parts(fields).into(),
        Embedded::Items(items) => items.iter().map(self::node).collect(),
        Embedded::Attrs(attrs) => run(attrs).into(),
        Embedded::FixedHeader(header, attrs) => with_header(header, attrs),
        Embedded::WithTail(header, tail) => {
            let mut object = parts(header);
            match self::node(tail) {
                Value::Object(tail) => object.extend(tail),
                tail => drop(object.insert("tail".to_owned(), tail)),
            }
            object.into()
        }
        Embedded::Records(records, _) => {
            records.iter().map(|(header, attrs)| with_header(header, attrs)).collect()
        }
        Embedded::Elements(elements) => elements
            .attrs
            .iter()
            .map(|element| match self::node(&element.node) {
                value @ Value::Object(_) => json!({ element.number.to_string(): value }),
                value => value,
            })
            .collect(),
    }
}

/// Returns one value, whose payload has been checked against its type.
fn leaf(ty: Type, payload: &[u8]) -> Value {
    if let (Some(int), Some(value)) = (ty.int(), ty.int().and_then(|int| int.load(payload))) {
        return match ty {
            Type::Flags(_, names) => flags(value, names),
            Type::Enum(_, names) => match names.iter().find(|known| known.0 == value) {
                Some((_, known)) => name(known).into(),
                None => integer(int.signed, value),
            },
            _ => integer(int.signed, value),
        };
    }
    match ty {
        Type::Flag => true.into(),
        Type::Text(_) => text(payload).into(),
        Type::Hardware => MacAddr(payload).to_string().into(),
        Type::Ip | Type::Ipv4 | Type::Ipv6 => address(payload).unwrap_or_default().into(),
        Type::Bitfield32(names) => match payload.split_at_checked(4) {
            Some((value, selector)) => json!({
                "value": flags(word(value), names),
                "selector": flags(word(selector), names),
            }),
            None => hex(payload).into(),
        },
        _ => hex(payload).into(),
    }
}

fn word(bytes: &[u8]) -> u64 {
    bytes.first_chunk().map_or(0, |bytes| u32::from_ne_bytes(*bytes).into())
}

fn integer(signed: bool, value: u64) -> Value {
    if signed { (value as i64).into() } else { value.into() }
}

/// Returns the names of the bits that are set, sorted, and the remaining bits as a number.
pub fn flags(value: u64, names: ValueNames) -> Value {
    if names.is_empty() {
        return value.into();
    }
    let mut rest = value;
    let mut set: Vec<String> = Vec::new();
    for (mask, known) in names {
        if *mask != 0 && rest & mask == *mask {
            rest &= !mask;
            set.push(name(known));
        }
    }
    if rest != 0 {
        set.push(format!("{rest:#x}"));
    }
    set.sort();
    set.into()
}

/// Returns text up to its NUL, with bytes that are not UTF-8 escaped.
pub fn text(payload: &[u8]) -> String {
    let text = payload.split(|byte| *byte == 0).next().unwrap_or_default();
    match Str(text).to_str() {
        Some(text) => text.to_owned(),
        None => text.escape_ascii().to_string(),
    }
}

/// Returns an IPv4 or IPv6 address, by its length.
pub fn address(payload: &[u8]) -> Option<String> {
    if let Ok(v4) = <[u8; 4]>::try_from(payload) {
        return Some(Ipv4Addr::from(v4).to_string());
    }
    <[u8; 16]>::try_from(payload).ok().map(|v6| Ipv6Addr::from(v6).to_string())
}
