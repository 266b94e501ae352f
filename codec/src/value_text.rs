//! Prints payloads by their tables, with names: `{IFNAME: "lo", MTU: 65536}`.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use crate::addr_text::{write_ipv4, write_ipv6};
use crate::frame::{self, AttrWalk, NUMBER};
use crate::schema::{
    Layout, MAX_DEPTH, Scope, SplitRecords, TableFn, Type, print_flags, print_halves, print_named,
    until_nul,
};
use crate::value::{Fixed, MacAddr, Str};

/// Prints a run of attributes, elements or records of this type.
pub(crate) fn attributes(
    ty: Type,
    run: &[u8],
    scope: &Scope<'_>,
    depth: usize,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    if depth > MAX_DEPTH {
        return bytes(run, f);
    }
    f.write_str("{")?;
    let mut first = true;
    for attr in AttrWalk::new(run) {
        separate(&mut first, depth, f)?;
        match attr {
            Ok((raw, payload)) => attribute(ty, raw & NUMBER, payload, scope, depth, f)?,
            Err(error) => write!(f, "({error})")?,
        }
    }
    finish(first, depth, f)
}

fn separate(first: &mut bool, depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if !core::mem::take(first) {
        f.write_str(if f.alternate() { "," } else { ", " })?;
    }
    if f.alternate() { indent(depth.saturating_add(1), f) } else { Ok(()) }
}

fn finish(empty: bool, depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if f.alternate() && !empty {
        indent(depth, f)?;
    }
    f.write_str("}")
}

fn indent(depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("\n")?;
    (0..depth).try_for_each(|_| f.write_str("    "))
}

pub(crate) fn attribute(
    ty: Type,
    number: u16,
    payload: &[u8],
    scope: &Scope<'_>,
    depth: usize,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let row = ty.nested().and_then(|(_, rows)| rows().row(number));
    let inner = match (ty, row) {
        (Type::IndexedArray(element), _) => {
            write!(f, "{number}: ")?;
            *element
        }
        (_, Some(row)) => {
            f.write_str(row.name)?;
            f.write_str(": ")?;
            row.ty
        }
        (_, None) => {
            write!(f, "{number}: ")?;
            return bytes(payload, f);
        }
    };
    value(inner.choose(scope), payload, scope, depth.saturating_add(1), f)
}

fn value(
    ty: Type,
    payload: &[u8],
    scope: &Scope<'_>,
    depth: usize,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    if let Some(int) = ty.int() {
        return match (int.load(payload), ty) {
            (None, _) => bytes(payload, f),
            (Some(value), Type::Enum(_, names)) => print_named(int, value, names, f),
            (Some(value), Type::Halves(_, names)) => print_halves(value, names, f),
            (Some(value), Type::Flags(_, names)) => print_flags(value, names, f),
            (Some(value), _) => int.print(value, f),
        };
    }
    match ty {
        Type::Nest(_) | Type::IndexedArray(_) => {
            attributes(ty, payload, &scope.inner(payload), depth, f)
        }
        Type::FixedHeader(layout, _) => {
            structure(layout, payload, f)?;
            f.write_str(" ")?;
            let attrs = payload.get(frame::align(layout.len)..).unwrap_or_default();
            attributes(ty, attrs, &scope.inner(attrs), depth, f)
        }
        Type::Records(layout, rows) => records(layout, rows, payload, scope, depth, f),
        Type::Flag if payload.is_empty() => f.write_str("set"),
        Type::Text(_) => write!(f, "{:?}", Str(until_nul(payload))),
        Type::Ip | Type::Ipv4 if payload.len() == 4 => write_ipv4(Ipv4Addr::load(payload), f),
        Type::Ip | Type::Ipv6 if payload.len() == 16 => write_ipv6(Ipv6Addr::load(payload), f),
        Type::Hardware => write!(f, "{}", MacAddr(payload)),
        Type::Struct(layout) => structure(layout, payload, f),
        Type::Bitfield32(names) => match (u32::read(payload, 0), u32::read(payload, 4)) {
            (Some(value), Some(selector)) if payload.len() == 8 => {
                print_flags(value.into(), names, f)?;
                f.write_str(" of ")?;
                print_flags(selector.into(), names, f)
            }
            _ => bytes(payload, f),
        },
        Type::WithTail(layout, tail) => {
            structure(layout, payload, f)?;
            f.write_str(" ")?;
            let rest = payload.get(layout.len..).unwrap_or_default();
            value(*tail, rest, scope, depth, f)
        }
        Type::Array(element) => array(element, payload, f),
        _ => bytes(payload, f),
    }
}

/// Reads a value within a payload.
trait ReadAt: Fixed {
    fn read(payload: &[u8], at: usize) -> Option<Self::Plain> {
        payload.get(at..).filter(|rest| rest.len() >= Self::LEN).map(Self::load)
    }
}

impl ReadAt for u32 {}

fn array(element: &Type, payload: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Some(len) = element.fixed_len() else { return bytes(payload, f) };
    f.write_str("[")?;
    let mut rest = payload;
    let mut between = "";
    while !rest.is_empty() {
        let (item, after) = rest.split_at_checked(len).unwrap_or((rest, &[]));
        f.write_str(between)?;
        value(*element, item, &Scope::default(), 0, f)?;
        (rest, between) = (after, ", ");
    }
    f.write_str("]")
}

/// Prints a structure with its name and its fields, for its `Debug`.
#[doc(hidden)]
pub fn named_structure(
    layout: &'static Layout,
    bytes: &[u8],
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    f.write_str(layout.name)?;
    f.write_str(" ")?;
    structure(layout, bytes, f)
}

pub(crate) fn structure(
    layout: &'static Layout,
    payload: &[u8],
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    f.write_str("{")?;
    let mut between = "";
    for (field, bytes) in layout.split(payload) {
        f.write_str(between)?;
        f.write_str(field.name)?;
        f.write_str(": ")?;
        value(field.ty, bytes, &Scope::default(), 0, f)?;
        between = ", ";
    }
    f.write_str("}")
}

fn records(
    layout: &'static Layout,
    rows: TableFn,
    payload: &[u8],
    scope: &Scope<'_>,
    depth: usize,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    f.write_str("[")?;
    let mut between = "";
    for record in SplitRecords::new(payload, layout.len) {
        f.write_str(between)?;
        match record {
            Ok((_, record)) => {
                structure(layout, record, f)?;
                f.write_str(" ")?;
                let attrs = record.get(frame::align(layout.len)..).unwrap_or_default();
                attributes(Type::Nest(rows), attrs, &scope.inner(attrs), depth, f)?;
            }
            Err(error) => write!(f, "({error})")?,
        }
        between = ", ";
    }
    f.write_str("]")
}

pub(crate) fn bytes(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("#")?;
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}
