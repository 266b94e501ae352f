//! Prints attributes and messages by their tables, with names: `{IFNAME: "lo", MTU: 65536}`.
//!
//! `{:?}` prints on one line, `{:#?}` an attribute a line, nests indented.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use crate::attr::{Attr, Attrs};
use crate::frame::{self, NUMBER, Walk};
use crate::message::Message;
use crate::nest::Parsed;
use crate::policy::{
    Family, Layout, Rows, Scope, Set, Split, Type, print_flags, print_named, until_nul,
};
use crate::value::{Fixed, MacAddr, Str};

impl<S: Set> fmt::Debug for Attrs<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scope = Scope { siblings: self.bytes(), ..Scope::default() };
        attributes(Type::Nest(|| S::TABLE), self.bytes(), &scope, 0, f)
    }
}

impl<S: Set> fmt::Debug for Attr<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        attribute(Type::Nest(|| S::TABLE), self.number(), self.payload(), &Scope::default(), 0, f)
    }
}

impl<H: fmt::Debug, S: Set> fmt::Debug for Parsed<'_, H, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.header, self.attrs)
    }
}

/// A message, to be printed with the names that its family has for what is in it.
///
/// ```
/// # use barelink_codec::{Messages, print::Named, rtnl::link::{self, Link, LinkHeader}};
/// # let mut buffer = [0; 128];
/// # let bytes = link::GET.build(&mut buffer, 7, LinkHeader::default(), |link| {
/// #     link.put(Link::IFNAME, "lo");
/// # }).unwrap();
/// let message = Messages::new(bytes).next().unwrap().unwrap();
/// let text = format!("{:?}", Named { message, family: Some(&link::FAMILY) });
/// assert!(text.starts_with("route/link GET REQUEST seq 7 port 0 {"));
/// assert!(text.ends_with("{IFNAME: \"lo\"}"));
/// ```
#[derive(Clone, Copy)]
pub struct Named<'a> {
    /// The message.
    pub message: Message<'a>,
    /// The family whose message it is; without one, its payload prints as bytes.
    pub family: Option<&'static Family>,
}

impl fmt::Debug for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Message { kind, flags, seq, port, payload } = self.message;
        let row = self.family.and_then(|family| {
            family.message(family.number(&self.message)).map(|row| (family, row))
        });
        match row {
            Some((family, row)) => write!(f, "{} {} ", family.name, row.name)?,
            None => write!(f, "kind {kind} ")?,
        }
        write!(f, "{flags:?} seq {seq} port {port} ")?;
        let Some((family, row)) = row else { return bytes(payload, f) };
        structure(family.header, payload, f)?;
        f.write_str(" ")?;
        let attrs = payload.get(frame::align(family.header.len)..).unwrap_or_default();
        let scope = Scope { siblings: attrs, header: payload, outer: None };
        attributes(Type::Nest(row.table), attrs, &scope, 0, f)
    }
}

/// Prints a run of attributes, or of elements or records, which `ty` says.
fn attributes(
    ty: Type,
    run: &[u8],
    scope: &Scope<'_>,
    depth: usize,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    if depth > crate::path::MAX_DEPTH {
        return bytes(run, f);
    }
    f.write_str("{")?;
    let mut first = true;
    for attr in Walk::new(run) {
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

fn attribute(
    ty: Type,
    number: u16,
    payload: &[u8],
    scope: &Scope<'_>,
    depth: usize,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let row = ty.nested().and_then(|(_, rows)| rows().row(number));
    let inner = match (ty, row) {
        (Type::Indexed(element), _) => {
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
            (Some(value), Type::Named(_, names)) => print_named(int, value, names, f),
            (Some(value), Type::Flags(_, names)) => print_flags(value, names, f),
            (Some(value), _) => int.print(value, f),
        };
    }
    match ty {
        Type::Nest(_) | Type::Indexed(_) => {
            attributes(ty, payload, &scope.inner(payload), depth, f)
        }
        Type::Headed(layout, _) => {
            structure(layout, payload, f)?;
            f.write_str(" ")?;
            let attrs = payload.get(frame::align(layout.len)..).unwrap_or_default();
            attributes(ty, attrs, &scope.inner(attrs), depth, f)
        }
        Type::Records(layout, rows) => records(layout, rows, payload, scope, depth, f),
        Type::Flag if payload.is_empty() => f.write_str("set"),
        Type::Text(_) => write!(f, "{:?}", Str(until_nul(payload))),
        Type::Ip | Type::Ipv4 if payload.len() == 4 => write!(f, "{}", Ipv4Addr::load(payload)),
        Type::Ip | Type::Ipv6 if payload.len() == 16 => write!(f, "{}", Ipv6Addr::load(payload)),
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
        Type::Tailed(layout, tail) => {
            structure(layout, payload, f)?;
            f.write_str(" ")?;
            let rest = payload.get(layout.len..).unwrap_or_default();
            value(*tail, rest, scope, depth, f)
        }
        Type::Array(element) => array(element, payload, f),
        _ => bytes(payload, f),
    }
}

/// Reads in the middle of a payload.
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

fn structure(layout: &'static Layout, payload: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
    rows: Rows,
    payload: &[u8],
    scope: &Scope<'_>,
    depth: usize,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    f.write_str("[")?;
    let mut between = "";
    for record in Split::new(payload, layout.len) {
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

fn bytes(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("#")?;
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}
