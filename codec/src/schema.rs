//! What attribute sets, structures and families are, as data.
//!
//! One table serves all: the typed keys are made from it, and checking, printing, error paths,
//! tests and tools read it. Nothing here is linked into a program that does not use it.

use core::fmt;

use crate::error::Error;
use crate::frame;

/// An attribute set: which attributes there are, and what they hold.
pub trait Set: 'static {
    /// The set's table. A function, for sets have attributes that are called `TABLE`.
    fn table() -> &'static Table;
}

/// No attributes at all: the set of messages that have none.
impl Set for () {
    fn table() -> &'static Table {
        &Table { name: "", rows: &[] }
    }
}

/// An attribute set's table.
pub struct Table {
    /// The set's name.
    pub name: &'static str,
    /// Its rows, sorted by number.
    pub rows: &'static [Row],
}

/// A table's address. A function, for a set may hold itself.
pub type TableFn = fn() -> &'static Table;

/// One row of an attribute set's table.
pub struct Row {
    /// The attribute's number.
    pub number: u16,
    /// The attribute's name: the kernel's, without the set's prefix.
    pub name: &'static str,
    /// What its payload looks like.
    pub ty: Type,
    /// What its value is held to besides. Most have nothing, so that it takes no room in the row.
    pub constraint: Option<&'static Constraint>,
    /// Whether there may be several.
    pub multi: bool,
}

impl Table {
    /// The row of this number.
    pub fn row(&self, number: u16) -> Option<&'static Row> {
        let at = self.rows.partition_point(|row| row.number < number);
        self.rows.get(at).filter(|row| row.number == number)
    }

    /// The row of this name.
    pub fn named(&self, name: &str) -> Option<&'static Row> {
        self.rows.iter().find(|row| row.name == name)
    }
}

/// What a payload looks like.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Type {
    /// No payload: being there says it all, `NLA_FLAG`.
    Flag,
    /// An integer.
    Int(Int),
    /// An integer, with names for some values.
    Enum(Int, ValueNames),
    /// An integer of two halves of 16 bits, with names for some values.
    Halves(Int, ValueNames),
    /// An integer of bits, with names for some.
    Flags(Int, ValueNames),
    /// Bits, and which of them are meant, `NLA_BITFIELD32`.
    Bitfield32(ValueNames),
    /// A string of at most this many bytes, less the NUL.
    Text(usize),
    /// Bytes, at least so many and at most so many.
    Bytes(usize, usize),
    /// A hardware address of whatever length the hardware has.
    Hardware,
    /// An IPv4 or IPv6 address, by its length.
    Ip,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// A C structure, perhaps a longer or shorter one than we know.
    Struct(&'static Layout),
    /// Several of these, one behind the other.
    Array(&'static Type),
    /// Attributes of a set, `NLA_NESTED`.
    Nest(TableFn),
    /// Attributes that are each one of these, whatever their numbers, `NLA_NESTED_ARRAY`.
    IndexedArray(&'static Type),
    /// A C structure, then attributes of a set.
    FixedHeader(&'static Layout, TableFn),
    /// Records that start with a C structure whose first field, a `u16`, is the record's length;
    /// then attributes of a set.
    Records(&'static Layout, TableFn),
    /// A C structure, then directly one of these, up to the end.
    WithTail(&'static Layout, &'static Type),
    /// What goes with another attribute's value.
    SubMessage(&'static Selector),
    /// The kernel takes none of these, `NLA_REJECT`.
    Reject,
}

/// How an integer is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Int {
    /// How many bytes it has; 0 for 4 or 8, whichever it fits, `NLA_UINT`, `NLA_SINT`.
    pub size: u8,
    /// Whether it may be negative.
    pub signed: bool,
    /// In which order its bytes are.
    pub order: Order,
}

/// In which order an integer's bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Order {
    /// As the machine has them.
    Native,
    /// The most significant first, which is network byte order.
    Big,
    /// The least significant first.
    Little,
}

/// Names for an integer's values, or for its bits.
pub type ValueNames = &'static [(u64, &'static str)];

/// What a value is held to besides its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Constraint {
    /// The lowest and the highest value, `NLA_POLICY_RANGE`.
    Unsigned(u64, u64),
    /// The lowest and the highest value, of an integer that may be negative.
    Signed(i64, i64),
    /// The bits that may be set, `NLA_POLICY_MASK`.
    Mask(u64),
    /// The fewest and the most bytes, `NLA_POLICY_MIN_LEN`, `NLA_POLICY_EXACT_LEN`.
    Len(usize, usize),
}

/// Bounds as the rows of a table write them: `1 => ID: u16 where range(0, 4094)`.
pub mod constraint {
    use super::Constraint;

    /// At least `min`, at most `max`.
    pub const fn range(min: u64, max: u64) -> Constraint {
        Constraint::Unsigned(min, max)
    }
    /// At least `min`.
    pub const fn min(min: u64) -> Constraint {
        Constraint::Unsigned(min, u64::MAX)
    }
    /// At most `max`.
    pub const fn max(max: u64) -> Constraint {
        Constraint::Unsigned(0, max)
    }
    /// At least `min`, at most `max`, and perhaps negative.
    pub const fn signed(min: i64, max: i64) -> Constraint {
        Constraint::Signed(min, max)
    }
    /// None but these bits.
    pub const fn mask(mask: u64) -> Constraint {
        Constraint::Mask(mask)
    }
    /// At least `min` bytes, at most `max`.
    pub const fn len(min: usize, max: usize) -> Constraint {
        Constraint::Len(min, max)
    }
}

/// What an attribute holds, by the value of another.
pub struct Selector {
    /// Where that value is.
    pub by: SelectBy,
    /// What is held, by the value; the first that fits counts.
    pub cases: &'static [(SelectorValue, Type)],
}

/// Where a choice's value is.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum SelectBy {
    /// In the text attribute of this number, so many nests further out.
    Text(u16, u8),
    /// In the text attribute of the first number, or in that of the second where it is missing.
    TextOr(u16, u16, u8),
    /// In the integer attribute of this number, so many nests further out.
    Number(u16, u8),
    /// In the first byte of the message's own header, which most often is the address family.
    Family,
}

/// A value to choose by.
#[derive(Clone, Copy)]
pub enum SelectorValue {
    /// This text.
    Text(&'static str),
    /// This number.
    Number(u64),
    /// Any.
    Any,
}

/// A C structure's fields.
pub struct Layout {
    /// The structure's name.
    pub name: &'static str,
    /// How many bytes it has, as far as we know it.
    pub len: usize,
    /// Its fields, by offset.
    pub fields: &'static [LayoutField],
}

impl Layout {
    /// Each field with its bytes, up to the first one that is not in the payload at all. A field
    /// goes as far as its type says, or else to the next field.
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

/// A field of a C structure.
pub struct LayoutField {
    /// Where it starts, in bytes.
    pub offset: usize,
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub ty: Type,
}

impl Type {
    /// How an integer of this type is kept.
    pub const fn int(self) -> Option<Int> {
        match self {
            Type::Int(int) | Type::Enum(int, _) | Type::Halves(int, _) | Type::Flags(int, _) => {
                Some(int)
            }
            _ => None,
        }
    }
}

/// How the integer under a table's values is kept; stops the build if it is none.
pub const fn int_of(ty: Type) -> Int {
    match ty.int() {
        Some(int) => int,
        #[allow(clippy::panic)] // at compile time
        None => panic!("values of what is no integer"),
    }
}

impl Int {
    /// The native unsigned integer of so many bytes.
    pub const fn unsigned(size: u8) -> Int {
        Int { size, signed: false, order: Order::Native }
    }

    /// The value, its sign extended to 64 bits, or nothing if the payload has another length.
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

    /// Prints a value of this kind.
    pub(crate) fn print(self, value: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.signed { write!(f, "{}", value as i64) } else { write!(f, "{value}") }
    }
}

impl SelectBy {
    /// Finds a choice's value among the attributes it may be in.
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

/// What an attribute stands among: its siblings, theirs, and the message's own header.
#[derive(Debug, Clone, Copy, Default)]
pub struct Scope<'a> {
    /// The run of attributes.
    pub siblings: &'a [u8],
    /// The message's own header, if it is at hand.
    pub header: &'a [u8],
    /// What the run's nest stands among.
    pub outer: Option<&'a Scope<'a>>,
}

impl<'a> Scope<'a> {
    /// The scope of this nest's attributes.
    pub fn inner(&'a self, siblings: &'a [u8]) -> Scope<'a> {
        Scope { siblings, header: self.header, outer: Some(self) }
    }
}

impl Selector {
    /// Which of the cases holds here, counted from 0.
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
    /// This type, in this scope: a choice becomes what it chose, or bytes if nothing fits.
    pub fn choose(self, scope: &Scope<'_>) -> Type {
        match self {
            Type::SubMessage(choices) => choices
                .choose(scope)
                .and_then(|at| choices.cases.get(at))
                .map_or(Type::Bytes(0, usize::MAX), |case| case.1),
            other => other,
        }
    }

    /// The attributes within a payload of this type: how many bytes into it they start, and their
    /// table. None for types that hold none, or more than one run of them.
    pub fn nested(self) -> Option<(usize, TableFn)> {
        match self {
            Type::Nest(rows) => Some((0, rows)),
            Type::FixedHeader(layout, rows) => Some((frame::align(layout.len), rows)),
            _ => None,
        }
    }

    /// How many bytes a payload of this type has, if that is fixed.
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

    /// Whether a payload of this type holds attributes, in one way or another.
    pub const fn holds_attributes(self) -> bool {
        matches!(
            self,
            Type::Nest(_) | Type::FixedHeader(..) | Type::Records(..) | Type::IndexedArray(_)
        )
    }
}

/// What stands before the first NUL.
pub(crate) fn until_nul(bytes: &[u8]) -> &[u8] {
    bytes.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// Nests deeper than this are refused, as the kernel does.
pub const MAX_DEPTH: usize = 10;

/// Stops the build when a table's rows are out of order.
#[allow(clippy::indexing_slicing, clippy::arithmetic_side_effects)] // at compile time
pub const fn assert_sorted(rows: &[Row]) {
    let mut at = 1;
    while at < rows.len() {
        assert!(rows[at - 1].number < rows[at].number, "rows out of order");
        at += 1;
    }
}

/// Prints a value by its name if it has one, by its number otherwise.
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

/// Prints a value by its name if it has one, by its two halves of 16 bits otherwise: `1:a0`, and
/// without a half that is 0.
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

/// Prints bits by their names, those that have none by their number: `UP|LOWER_UP|0x40`.
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

/// Splits records that start with their own length, a `u16`, each into where it starts and what it
/// is, without padding.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SplitRecords<'a> {
    rest: &'a [u8],
    total: usize,
    least: usize,
}

impl<'a> SplitRecords<'a> {
    /// Splits these bytes into records of at least `least` bytes.
    pub const fn new(bytes: &'a [u8], least: usize) -> Self {
        SplitRecords { rest: bytes, total: bytes.len(), least }
    }

    /// What has not been split yet.
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
