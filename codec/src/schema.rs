//! Attribute sets and structures as data.
//!
//! The typed keys, validation, printing, error paths, tests and tools read the same tables. A table
//! that a program does not use is not linked into it.

use core::fmt;

use crate::error::Error;
use crate::frame;

/// An attribute set: the attributes that may occur together, and their types.
pub trait Set: 'static {
    /// Returns the set's table. A function, as sets have attributes named `TABLE`.
    fn table() -> &'static Table;
}

/// The empty set, of messages without attributes.
impl Set for () {
    fn table() -> &'static Table {
        &Table { name: "", rows: &[] }
    }
}

/// Table of an attribute set.
pub struct Table {
    /// Name of the set.
    pub name: &'static str,
    /// Rows, sorted by number.
    pub rows: &'static [Row],
}

/// Function that returns a table: a static reference would not allow a set that contains itself.
pub type TableFn = fn() -> &'static Table;

/// Row of an attribute set's table.
pub struct Row {
    /// Number of the attribute, `nla_type` without flags.
    pub number: u16,
    /// Name of the attribute: the C name without the set's prefix.
    pub name: &'static str,
    /// Type of the payload.
    pub ty: Type,
    /// Constraint on the value, beyond its type. Behind a reference, as most rows have none.
    pub constraint: Option<&'static Constraint>,
    /// `true` if the attribute may occur several times (YNL's `multi-attr`).
    pub multi: bool,
}

impl Table {
    /// Returns the row with this number.
    pub fn row(&self, number: u16) -> Option<&'static Row> {
        let at = self.rows.partition_point(|row| row.number < number);
        self.rows.get(at).filter(|row| row.number == number)
    }

    /// Returns the row with this name.
    pub fn named(&self, name: &str) -> Option<&'static Row> {
        self.rows.iter().find(|row| row.name == name)
    }
}

/// Type of a payload.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Type {
    /// No payload; the attribute's presence is its value, `NLA_FLAG`.
    Flag,
    /// An integer.
    Int(Int),
    /// An integer with named values, an enumeration.
    Enum(Int, ValueNames),
    /// A 32-bit integer of two 16-bit halves, with named values: a traffic control handle.
    Halves(Int, ValueNames),
    /// An integer of bits, with named flags.
    Flags(Int, ValueNames),
    /// Bits and a mask of those that are valid, `NLA_BITFIELD32`.
    Bitfield32(ValueNames),
    /// A string of at most this many bytes without the NUL, `NLA_NUL_STRING`.
    Text(usize),
    /// Bytes, with the minimum and maximum length, `NLA_BINARY`.
    Bytes(usize, usize),
    /// A link-layer (hardware) address, whose length depends on the hardware.
    Hardware,
    /// An IPv4 or IPv6 address, distinguished by length.
    Ip,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// A C structure; the kernel's may be shorter or longer than this layout.
    Struct(&'static Layout),
    /// Array of values without headers in between (YNL's `binary` with a `sub-type`).
    Array(&'static Type),
    /// Attributes of a set, `NLA_NESTED`.
    Nest(TableFn),
    /// Nest of elements of one type, whose attribute numbers are indexes, `NLA_NESTED_ARRAY`.
    IndexedArray(&'static Type),
    /// A C structure followed by attributes of a set (YNL's `fixed-header`).
    FixedHeader(&'static Layout, TableFn),
    /// Records, each a C structure whose first field is the record's length (`u16`), followed by
    /// attributes of a set.
    Records(&'static Layout, TableFn),
    /// A C structure followed directly by a value that takes the rest of the payload.
    WithTail(&'static Layout, &'static Type),
    /// A payload whose type depends on another attribute's value (YNL's `sub-message`).
    SubMessage(&'static Selector),
    /// Rejected by the kernel, `NLA_REJECT`.
    Reject,
}

/// Representation of an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Int {
    /// Length in bytes; 0 for 4 or 8, whichever the value needs (`NLA_UINT`, `NLA_SINT`).
    pub size: u8,
    /// `true` if the integer is signed.
    pub signed: bool,
    /// Byte order.
    pub order: Order,
}

/// Byte order of an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Order {
    /// Host byte order.
    Native,
    /// Network byte order, most significant byte first.
    Big,
    /// Least significant byte first.
    Little,
}

/// Names of an integer's values or bits, with their numbers.
pub type ValueNames = &'static [(u64, &'static str)];

/// Constraint on a value, beyond its type; checked in requests, as the kernel's policy does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Constraint {
    /// Minimum and maximum of an unsigned integer, `NLA_POLICY_RANGE`.
    Unsigned(u64, u64),
    /// Minimum and maximum of a signed integer, `NLA_POLICY_RANGE`.
    Signed(i64, i64),
    /// Bits that may be set, `NLA_POLICY_MASK`.
    Mask(u64),
    /// Minimum and maximum length in bytes, `NLA_POLICY_MIN_LEN`, `NLA_POLICY_EXACT_LEN`.
    Len(usize, usize),
}

/// Constraints as the rows of a table write them: `1 => ID: u16 where range(0, 4094)`.
pub mod constraint {
    use super::Constraint;

    /// Returns a range of an unsigned integer, both ends included.
    pub const fn range(min: u64, max: u64) -> Constraint {
        Constraint::Unsigned(min, max)
    }
    /// Returns a minimum of an unsigned integer.
    pub const fn min(min: u64) -> Constraint {
        Constraint::Unsigned(min, u64::MAX)
    }
    /// Returns a maximum of an unsigned integer.
    pub const fn max(max: u64) -> Constraint {
        Constraint::Unsigned(0, max)
    }
    /// Returns a range of a signed integer, both ends included.
    pub const fn signed(min: i64, max: i64) -> Constraint {
        Constraint::Signed(min, max)
    }
    /// Returns a mask of the bits that may be set.
    pub const fn mask(mask: u64) -> Constraint {
        Constraint::Mask(mask)
    }
    /// Returns a range of the length in bytes, both ends included.
    pub const fn len(min: usize, max: usize) -> Constraint {
        Constraint::Len(min, max)
    }
}

/// Choice of a payload's type by the value of another attribute (YNL's `selector`).
pub struct Selector {
    /// Attribute or field that selects.
    pub by: SelectBy,
    /// Types by value; the first match counts.
    pub cases: &'static [(SelectorValue, Type)],
}

/// Attribute or field that selects a payload's type.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum SelectBy {
    /// Text attribute of this number, in the enclosing nest of this level (0: a sibling).
    Text(u16, u8),
    /// Text attribute of the first number, or of the second where the first is missing.
    TextOr(u16, u16, u8),
    /// Integer attribute of this number, in the enclosing nest of this level (0: a sibling).
    Number(u16, u8),
    /// First byte of the message's own header, most often the address family.
    Family,
}

/// Value that selects a payload's type.
#[derive(Clone, Copy)]
pub enum SelectorValue {
    /// Text that has to be equal.
    Text(&'static str),
    /// Number that has to be equal.
    Number(u64),
    /// Any value.
    Any,
}

/// Layout of a C structure.
pub struct Layout {
    /// Name of the structure.
    pub name: &'static str,
    /// Length in bytes, of the newest version that is known.
    pub len: usize,
    /// Fields, by offset.
    pub fields: &'static [LayoutField],
}

impl Layout {
    /// Returns an iterator over the fields and their bytes, up to the end of the payload. A field
    /// extends as far as the length of its type, or without one to the next field.
    pub fn split<'a>(
        &'static self,
        payload: &'a [u8],
    ) -> impl Iterator<Item = (&'static LayoutField, &'a [u8])> {
        let nexts = self.fields.iter().skip(1).map(|next| next.offset);
        let nexts = nexts.chain(core::iter::once(self.len));
        self.fields.iter().zip(nexts).map_while(move |(field, next)| {
            let end = field.ty.fixed_len().map_or(next, |len| field.offset.saturating_add(len));
            let bytes = payload.get(field.offset..end.min(payload.len()))?;
            (!bytes.is_empty()).then_some((field, bytes))
        })
    }
}

/// Field of a C structure.
pub struct LayoutField {
    /// Offset in bytes.
    pub offset: usize,
    /// Name of the field.
    pub name: &'static str,
    /// Type of the field.
    pub ty: Type,
}

impl Type {
    /// Returns the representation of an integer of this type; `None` for other types.
    pub const fn int(self) -> Option<Int> {
        match self {
            Type::Int(int) | Type::Enum(int, _) | Type::Halves(int, _) | Type::Flags(int, _) => {
                Some(int)
            }
            _ => None,
        }
    }
}

/// Returns the representation of the integer under a table's values; fails the build for other
/// types.
pub const fn int_of(ty: Type) -> Int {
    match ty.int() {
        Some(int) => int,
        #[allow(clippy::panic)] // at compile time
        None => panic!("values of what is no integer"),
    }
}

impl Int {
    /// Returns an unsigned integer of `size` bytes in host byte order.
    pub const fn unsigned(size: u8) -> Int {
        Int { size, signed: false, order: Order::Native }
    }

    /// Returns the value, sign-extended to 64 bits; `None` for a payload of another length.
    pub fn load(self, payload: &[u8]) -> Option<u64> {
        let len = payload.len();
        let fits = if self.size == 0 { len == 4 || len == 8 } else { len == self.size as usize };
        if !fits {
            return None;
        }
        let big = match self.order {
            Order::Native => cfg!(target_endian = "big"),
            Order::Big => true,
            Order::Little => false,
        };
        let add = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        let value = match big {
            true => payload.iter().fold(0, add),
            false => payload.iter().rev().fold(0, add),
        };
        let unused = 64u32.saturating_sub((len as u32).saturating_mul(8)) & 63;
        Some(if self.signed { ((value << unused) as i64 >> unused) as u64 } else { value })
    }

    /// Prints a value of this representation.
    pub(crate) fn print(self, value: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.signed { write!(f, "{}", value as i64) } else { write!(f, "{value}") }
    }
}

impl SelectBy {
    /// Returns the payload of the attribute that selects.
    fn payload<'a>(self, scope: &Scope<'a>) -> Option<&'a [u8]> {
        let (number, or, up) = match self {
            SelectBy::Text(number, up) | SelectBy::Number(number, up) => (number, number, up),
            SelectBy::TextOr(number, or, up) => (number, or, up),
            SelectBy::Family => return scope.header.get(..1),
        };
        let mut scope = *scope;
        for _ in 0..up {
            scope = *scope.outer?;
        }
        let find = |number| frame::find(scope.siblings, number).ok().flatten();
        find(number).or_else(|| find(or))
    }
}

/// Scope of an attribute: its siblings, those of the enclosing nests, and the message's header.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scope<'a> {
    /// Attributes of the same nest or message.
    pub siblings: &'a [u8],
    /// The message's own header; empty if unknown.
    pub header: &'a [u8],
    /// Scope of the enclosing nest.
    pub outer: Option<&'a Scope<'a>>,
}

impl<'a> Scope<'a> {
    /// Returns the scope of the attributes within a nest.
    pub fn inner(&'a self, siblings: &'a [u8]) -> Scope<'a> {
        Scope { siblings, header: self.header, outer: Some(self) }
    }
}

impl Selector {
    /// Returns the index of the first case that matches.
    pub fn choose(&self, scope: &Scope<'_>) -> Option<usize> {
        let payload = self.by.payload(scope);
        self.cases.iter().position(|(case, _)| match (*case, payload) {
            (SelectorValue::Any, _) => true,
            (SelectorValue::Text(text), Some(payload)) => until_nul(payload) == text.as_bytes(),
            (SelectorValue::Number(number), Some(payload)) => {
                Int::unsigned(payload.len() as u8).load(payload) == Some(number)
            }
            (_, None) => false,
        })
    }
}

impl Type {
    /// Returns this type as it is in this scope: a sub-message becomes the type that its selector
    /// chooses, or bytes if none matches.
    pub fn choose(self, scope: &Scope<'_>) -> Type {
        match self {
            Type::SubMessage(choices) => choices
                .choose(scope)
                .and_then(|at| choices.cases.get(at))
                .map_or(Type::Bytes(0, usize::MAX), |case| case.1),
            other => other,
        }
    }

    /// Returns the offset and the table of the attributes within a payload of this type; `None` for
    /// types without attributes, or with several runs of them.
    pub fn nested(self) -> Option<(usize, TableFn)> {
        match self {
            Type::Nest(rows) => Some((0, rows)),
            Type::FixedHeader(layout, rows) => Some((frame::align(layout.len), rows)),
            _ => None,
        }
    }

    /// Returns the length of a payload of this type in bytes, if it is fixed.
    pub fn fixed_len(self) -> Option<usize> {
        match self {
            Type::Struct(layout) => Some(layout.len),
            Type::Ipv4 => Some(4),
            Type::Ipv6 => Some(16),
            Type::Bitfield32(_) => Some(8),
            Type::Bytes(min, max) if min == max => Some(min),
            _ => self.int().map(|int| int.size as usize),
        }
        .filter(|len| *len > 0)
    }

    /// Returns whether a payload of this type contains attributes.
    pub const fn holds_attributes(self) -> bool {
        matches!(
            self,
            Type::Nest(_) | Type::FixedHeader(..) | Type::Records(..) | Type::IndexedArray(_)
        )
    }
}

/// Returns the bytes ahead of the first NUL.
pub(crate) fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// Maximum nesting depth, as in the kernel's own checks.
pub const MAX_DEPTH: usize = 10;

/// Fails the build when a table's rows are out of order.
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // at compile time
pub const fn assert_sorted(rows: &[Row]) {
    let mut at = 1;
    while at < rows.len() {
        assert!(rows[at - 1].number < rows[at].number, "rows out of order");
        at += 1;
    }
}

/// Prints the name of a value, or its number if it has none.
///
/// # Errors
///
/// Those of the formatter.
pub fn print_named(
    int: Int,
    value: u64,
    names: ValueNames,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    match names.iter().find(|name| name.0 == value) {
        Some((_, name)) => f.write_str(name),
        None => int.print(value, f),
    }
}

/// Prints the name of a value, or its two 16-bit halves in hexadecimal, `1:a0`, without a half that
/// is 0.
///
/// # Errors
///
/// Those of the formatter.
pub fn print_halves(value: u64, names: ValueNames, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let Some((_, name)) = names.iter().find(|name| name.0 == value) {
        return f.write_str(name);
    }
    let (major, minor) = (value >> 16 & 0xffff, value & 0xffff);
    if major != 0 {
        write!(f, "{major:x}")?;
    }
    f.write_str(":")?;
    if minor != 0 { write!(f, "{minor:x}") } else { Ok(()) }
}

/// Prints the names of set bits, and the number of those without a name: `UP|LOWER_UP|0x40`.
///
/// # Errors
///
/// Those of the formatter.
pub fn print_flags(value: u64, names: ValueNames, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut rest = value;
    let mut first = true;
    for (mask, name) in names {
        if *mask != 0 && rest & mask == *mask {
            rest &= !mask;
            f.write_str(if first { "" } else { "|" })?;
            f.write_str(name)?;
            first = false;
        }
    }
    match (rest, first) {
        (0, false) => Ok(()),
        (0, true) => f.write_str("0"),
        (rest, _) => write!(f, "{}{rest:#x}", if first { "" } else { "|" }),
    }
}

/// Iterator over records that start with their own length (`u16`), each as its offset and its bytes
/// without padding.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SplitRecords<'a> {
    rest: &'a [u8],
    total: usize,
    least: usize,
}

impl<'a> SplitRecords<'a> {
    /// Creates an iterator over the records in these bytes, each of at least `least` bytes.
    pub const fn new(bytes: &'a [u8], least: usize) -> Self {
        SplitRecords { rest: bytes, total: bytes.len(), least }
    }

    /// Returns the bytes not yet iterated over.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for SplitRecords<'a> {
    type Item = Result<(usize, &'a [u8]), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let at = self.total.saturating_sub(self.rest.len());
        let len = self.rest.first_chunk().map_or(0, |len| u16::from_ne_bytes(*len)) as usize;
        let record = self.rest.get(..len).filter(|_| len >= self.least && len >= 2);
        self.rest = record.and(self.rest.get(frame::align(len)..)).unwrap_or_default();
        Some(record.map(|record| (at, record)).ok_or(Error::Truncated { at }))
    }
}
