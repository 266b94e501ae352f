//! Prints attributes and messages by their tables, with names: `{IFNAME: "lo", MTU: 65536}`.
//!
//! `{:?}` prints on one line, `{:#?}` an attribute a line, nests indented.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use crate::attr::{Attr, Attrs};
use crate::frame::{self, AttrWalk, NUMBER};
use crate::message::Message;
use crate::nest::Parsed;
use crate::schema::{
    Family, Layout, LayoutField, MessageRow, Row, Scope, Selector, SelectorValue, Set,
    SplitRecords, Table, TableFn, Type, print_flags, print_halves, print_named, until_nul,
};
use crate::value::{Fixed, MacAddr, Str};

impl<S: Set> fmt::Debug for Attrs<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scope = Scope { siblings: self.bytes(), ..Scope::default() };
        attributes(Type::Nest(S::table), self.bytes(), &scope, 0, f)
    }
}

impl<S: Set> fmt::Debug for Attr<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        attribute(Type::Nest(S::table), self.number(), self.payload(), &Scope::default(), 0, f)
    }
}

impl<H: fmt::Debug, S: Set> fmt::Debug for Parsed<'_, H, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.header, self.attrs)
    }
}

/// A message, to be printed with the names that its family has for what is in it.
///
#[cfg_attr(feature = "rtnl", doc = "```")]
#[cfg_attr(not(feature = "rtnl"), doc = "```ignore")]
/// # use barelink_codec::{Messages, print::MessageDebug, rtnl::link::{self, Link, LinkHeader}};
/// # let mut buffer = [0; 128];
/// # let bytes = link::GET.build(&mut buffer, 7, LinkHeader::default(), |link| {
/// #     link.put(Link::IFNAME, "lo");
/// # }).unwrap();
/// let message = Messages::new(bytes).next().unwrap().unwrap();
/// let text = format!("{:?}", MessageDebug { message, family: Some(&link::FAMILY) });
/// assert!(text.starts_with("route/link GET REQUEST seq 7 port 0 {"));
/// assert!(text.ends_with("{IFNAME: \"lo\"}"));
/// ```
#[derive(Clone, Copy)]
pub struct MessageDebug<'a> {
    /// The message.
    pub message: Message<'a>,
    /// The family whose message it is; without one, its payload prints as bytes.
    pub family: Option<&'static Family>,
}

impl fmt::Debug for MessageDebug<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Message { message_type: kind, flags, seq, port, payload } = self.message;
        let row = self.family.and_then(|family| Some((family, family.row(&self.message)?)));
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
        Type::Ip | Type::Ipv4 if payload.len() == 4 => ipv4(Ipv4Addr::load(payload), f),
        Type::Ip | Type::Ipv6 if payload.len() == 16 => ipv6(Ipv6Addr::load(payload), f),
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

/// Prints an IPv4 address as core does. Core's own way has a panic in it, though one that is never
/// reached.
pub(crate) fn ipv4(address: Ipv4Addr, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let [a, b, c, d] = address.octets();
    write!(f, "{a}.{b}.{c}.{d}")
}

/// Prints an IPv6 address as core does: the longest run of zeros, if it is longer than one, left
/// out.
pub(crate) fn ipv6(address: Ipv6Addr, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let Some(mapped) = address.to_ipv4_mapped() {
        f.write_str("::ffff:")?;
        return ipv4(mapped, f);
    }
    let segments = address.segments();
    let (mut longest, mut start) = (0..0, 0);
    for (at, segment) in frame::count(segments) {
        let end = at.saturating_add(1);
        if segment != 0 {
            start = end;
        } else if (start..end).len() > longest.len() {
            longest = start..end;
        }
    }
    let mut between = "";
    for (at, segment) in frame::count(segments) {
        if longest.len() > 1 && longest.contains(&at) {
            if at == longest.start {
                f.write_str("::")?;
            }
            between = "";
        } else {
            write!(f, "{between}{segment:x}")?;
            between = ":";
        }
    }
    Ok(())
}

/// What a structure's `Debug` calls: its name, then its fields as they print in a message.
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

fn bytes(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("#")?;
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

// How tables themselves print: by their names, for a set may hold itself.

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} => {}: {:?}", self.number, self.name, self.ty)?;
        self.constraint.map_or(Ok(()), |bound| write!(f, " where {bound:?}"))
    }
}

impl fmt::Debug for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.name, self.len)
    }
}

impl fmt::Debug for LayoutField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} => {}: {:?}", self.offset, self.name, self.ty)
    }
}

impl fmt::Debug for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Debug for MessageRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} => {}: {:?}", self.number, self.name, (self.table)())
    }
}

impl fmt::Debug for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {{", self.by)?;
        self.cases.iter().try_for_each(|(case, ty)| write!(f, "{case:?} => {ty:?},"))?;
        f.write_str("}")
    }
}

impl fmt::Debug for SelectorValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SelectorValue::Text(text) => f.write_str(text),
            SelectorValue::Number(number) => write!(f, "{number}"),
            SelectorValue::Any => f.write_str("_"),
        }
    }
}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Flag => f.write_str("Flag"),
            Type::Int(int) => write!(f, "{int:?}"),
            Type::Enum(int, _) => write!(f, "Enum({int:?})"),
            Type::Halves(int, _) => write!(f, "Halves({int:?})"),
            Type::Flags(int, _) => write!(f, "Flags({int:?})"),
            Type::Bitfield32(_) => f.write_str("Bitfield32"),
            Type::Text(max) => write!(f, "Text({max})"),
            Type::Bytes(min, max) => write!(f, "Bytes({min}, {max})"),
            Type::Hardware => f.write_str("Hardware"),
            Type::Ip => f.write_str("Ip"),
            Type::Ipv4 => f.write_str("Ipv4"),
            Type::Ipv6 => f.write_str("Ipv6"),
            Type::Struct(layout) => write!(f, "Struct({layout:?})"),
            Type::Array(element) => write!(f, "Array({element:?})"),
            Type::Nest(rows) => write!(f, "Nest({:?})", rows()),
            Type::IndexedArray(element) => write!(f, "Indexed({element:?})"),
            Type::FixedHeader(layout, rows) => write!(f, "Headed({layout:?}, {:?})", rows()),
            Type::Records(layout, rows) => write!(f, "Records({layout:?}, {:?})", rows()),
            Type::SubMessage(choices) => write!(f, "Choice({:?})", choices.by),
            Type::WithTail(layout, tail) => write!(f, "Tailed({layout:?}, {tail:?})"),
            Type::Reject => f.write_str("Reject"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::format;

    struct Ours<T>(T);

    impl fmt::Display for Ours<Ipv4Addr> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            ipv4(self.0, f)
        }
    }

    impl fmt::Display for Ours<Ipv6Addr> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            ipv6(self.0, f)
        }
    }

    #[test]
    fn addresses_print_as_core_prints_them() {
        for address in [[0; 4], [255; 4], [192, 0, 2, 10]].map(Ipv4Addr::from) {
            assert_eq!(format!("{}", Ours(address)), format!("{address}"));
        }
        // Which segments are zero, in every combination.
        for zeros in 0..=255u32 {
            let address = Ipv6Addr::from(core::array::from_fn::<u16, 8, _>(|at| {
                if zeros >> at & 1 == 0 { 0 } else { 0x20 << at }
            }));
            assert_eq!(format!("{}", Ours(address)), format!("{address}"));
        }
        for address in ["::ffff:192.0.2.1", "::192.0.2.1", "::ffff:0:0", "64:ff9b::1"] {
            let address: Ipv6Addr = address.parse().unwrap();
            assert_eq!(format!("{}", Ours(address)), format!("{address}"));
        }
    }

    structure! {
        /// For this test.
        Thing "" "" (8) {
            /// A number.
            0 => number: u16,
            /// An address.
            4 => address: Ipv4Addr,
        }
    }

    #[test]
    fn a_structure_prints_its_name_and_its_fields() {
        let thing = Thing { number: 7, address: Ipv4Addr::LOCALHOST };
        assert_eq!(format!("{thing:?}"), "Thing {number: 7, address: 127.0.0.1}");
    }

    #[test]
    fn an_error_prints_its_attribute_without_quotes() {
        let error = crate::Error::Payload { attr: "MTU", len: 3 };
        assert_eq!(format!("{error:?}"), "Payload { attr: MTU, len: 3 }");
    }

    values! {
        /// For this test.
        Which "": u8 {
            /// An address.
            1 => ADDRESS,
        }
    }

    attributes! {
        /// For this test.
        Outer "" {
            /// What is inside.
            1 => WHICH: Which,
            /// The nest.
            2 => INNER: crate::nest::Nest<Inside>,
        }
    }

    attributes! {
        /// For this test.
        Inside "" {
            /// An address or not, as `WHICH` further out says.
            1 => VALUE: crate::nest::SubMessage<Chosen>,
        }
    }

    sub_messages! {
        /// For this test.
        Chosen by number out 1 Outer::WHICH { Which::ADDRESS => Ipv4Addr, _ => crate::value::Bytes, }
    }

    #[test]
    fn a_choice_may_be_made_by_an_attribute_further_out() {
        let mut buffer = [0; 64];
        let mut print = |which| {
            let kind = crate::MessageType::<(), Outer>::new(32);
            let built = kind.build(&mut buffer, 1, (), |outer| {
                outer.put(Outer::WHICH, which);
                outer.nest(Outer::INNER, |inner| {
                    inner.put(Inside::VALUE, &[127, 0, 0, 1]);
                });
            });
            format!("{:?}", Attrs::<Outer>::new(&built.unwrap()[crate::message::HEADER..]))
        };
        assert_eq!(print(Which::ADDRESS), "{WHICH: ADDRESS, INNER: {VALUE: 127.0.0.1}}");
        assert_eq!(print(Which(7)), "{WHICH: 7, INNER: {VALUE: #7f000001}}");
    }
}
