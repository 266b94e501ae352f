//! Tables of command-line arguments that each have a value: the value's type, and its destination.
//!
//! [`parse_arg`] reads both the filters of `show` and the attributes of `add`. Entries are written
//! as in a [`grammar`](super::grammar); the text after a `!` is the error message for an invalid
//! value.

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::schema::{Int, Type};
use barelink_codec::{Key, value};
use barelink_transport::Channel;

use super::body::Body;
use super::change::address;
use super::grammar::{Entry, PackedInt, entry, store};
use super::names::{self, Names, dsfield, realms};
use super::prefix::Prefix;
use super::printer::Printer;
use super::words::{Exit, Words, invalid_argument, is_name, number, number32};

/// Argument table: a text with one entry a line, and a row for each entry.
pub struct ArgTable {
    /// Entries, separated by newlines.
    pub text: &'static str,
    /// Type and destination of each entry's value, in the order of the entries.
    pub rows: &'static [Row],
}

/// Builds an [`ArgTable`] from entries and their rows.
macro_rules! arg_table {
    ($($entry:expr => $row:expr),* $(,)?) => {
        $crate::args::ArgTable { text: concat!($($entry, "\n"),*), rows: const { &[$($row),*] } }
    };
}
pub(super) use arg_table;

/// Type of an argument's value, and its destination.
#[derive(Clone, Copy)]
pub struct Row {
    arg_type: ArgType,
    target: Target,
}

/// Type of an argument's value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ArgType {
    /// No value follows; the argument is a flag.
    Nothing,
    /// Number of this many bits.
    Number(u8),
    /// Number, or its name in the table.
    Named(NameTable),
    /// Number, its name in the table, or `all`, which clears the slot.
    NamedOrAll(NameTable),
    /// DS field (TOS): a name, or a number in base 16.
    Dsfield,
    /// Route realms, `TO` or `FROM/TO`.
    Realms,
    /// Number, or two joined by `-`; the first is the upper half.
    Range,
    /// Two numbers joined by `-`.
    Pair,
    /// Firewall mark; a mask after `/` is ignored.
    Mark,
    /// Any text.
    Text,
    /// Name that a link may have.
    LinkName,
    /// Index of a link, given by its name.
    Link,
    /// Index of a VRF link, given by its name.
    VrfLink,
    /// Routing table of a VRF, given by its name.
    Vrf,
    /// Address prefix.
    Prefix,
    /// Address prefix that also sets the family of what follows.
    Family,
    /// IPv4 address.
    Ipv4,
    /// IPv6 address.
    Ipv6,
}

/// Table of names for numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // The variants are named after the lists.
pub enum NameTable {
    Tables,
    Protocols,
    Scopes,
    Groups,
    RouteTypes,
    IpProtocols,
    AddrProtocols,
    Actions,
}

impl NameTable {
    fn names(self) -> Names {
        match self {
            NameTable::Tables => names::TABLES,
            NameTable::Protocols => names::PROTOCOLS,
            NameTable::Scopes => names::SCOPES,
            NameTable::Groups => names::GROUPS,
            NameTable::RouteTypes => names::ROUTE_TYPES,
            NameTable::IpProtocols => names::IP_PROTOCOLS,
            NameTable::AddrProtocols => names::ADDR_PROTOCOLS,
            NameTable::Actions => super::encap::ACTIONS,
        }
    }

    /// Returns the highest valid number, with or without a name.
    fn max(self) -> u32 {
        match self {
            NameTable::Groups => u32::MAX - 1,
            NameTable::Tables | NameTable::Actions => u32::MAX,
            _ => 0xff,
        }
    }

    /// Returns the number of a name, or the number itself.
    fn number(self, word: &str) -> Option<u64> {
        let number = match self {
            NameTable::RouteTypes => names::route_type(word).or_else(|| number32(word)),
            _ => names::number(word, self.names()),
        };
        number.filter(|number| *number <= self.max()).map(u64::from)
    }
}

/// Destination of an argument's value.
#[derive(Clone, Copy)]
enum Target {
    /// Slot of this number in [`ParsedArgs`].
    Slot(u8),
    /// Attribute of this number, stored as this integer.
    Attr(u8, PackedInt),
}

/// Stores the value in a slot.
pub const fn slot(number: u8, arg_type: ArgType) -> Row {
    Row { arg_type, target: Target::Slot(number) }
}

/// Stores the value as the attribute of this key.
pub const fn attr<S, V: value::Value>(key: Key<S, V>, arg_type: ArgType) -> Row {
    let int = match V::TYPE.int() {
        // An integer of four or eight bytes is sent in four.
        Some(Int { size: 0, .. }) => PackedInt::new(Int::unsigned(4)),
        Some(int) => PackedInt::new(int),
        None => PackedInt::NONE,
    };
    Row { arg_type, target: Target::Attr(key.number() as u8, int) }
}

/// Stores the value as the attribute of this key, with the type that follows from the attribute's.
pub const fn key<S, V: value::Value>(key: Key<S, V>) -> Row {
    let parse_arg = match V::TYPE {
        Type::Flag => ArgType::Nothing,
        Type::Ipv4 => ArgType::Ipv4,
        Type::Ipv6 => ArgType::Ipv6,
        Type::Text(_) => ArgType::Text,
        _ => match V::TYPE.int() {
            Some(Int { size: 0, .. }) => ArgType::Number(32),
            Some(Int { size, .. }) => ArgType::Number(size * 8),
            #[allow(clippy::panic)] // at compile time
            _ => panic!("no argument of this type"),
        },
    };
    attr(key, parse_arg)
}

/// Numbers of slots for numbers, texts and prefixes.
const NUMBERS: usize = 16;
const TEXTS: usize = 3;
const PREFIXES: usize = 6;

/// Values of the arguments parsed so far, by slot.
#[derive(Clone, Copy)]
pub struct ParsedArgs<'w> {
    /// Family of the addresses that follow.
    pub family: AddressFamily,
    /// Last parsed argument's full name.
    pub last: &'static str,
    /// Last parsed argument's value; empty if it has none.
    pub value: &'w str,
    given: u32,
    numbers: [u64; NUMBERS],
    texts: [Option<&'w str>; TEXTS],
    prefixes: [Option<Prefix>; PREFIXES],
}

impl<'w> ParsedArgs<'w> {
    /// Returns empty slots, and the family of the addresses that follow.
    pub fn new(family: AddressFamily) -> Self {
        ParsedArgs {
            family,
            last: "",
            value: "",
            given: 0,
            numbers: [0; NUMBERS],
            texts: [None; TEXTS],
            prefixes: [None; PREFIXES],
        }
    }

    /// Returns the number in a slot.
    #[inline(never)]
    pub fn number(&self, slot: u8) -> Option<u64> {
        let given = self.given >> slot & 1 != 0;
        self.numbers.get(usize::from(slot)).copied().filter(|_| given)
    }

    /// Returns the number in a slot as 32 bits; 0 if it is empty.
    pub fn number_or_zero(&self, slot: u8) -> u32 {
        self.number(slot).unwrap_or(0) as u32
    }

    /// Returns whether a slot has a number.
    pub fn has(&self, slot: u8) -> bool {
        self.number(slot).is_some()
    }

    /// Sets a slot's number, or clears the slot.
    #[inline(never)]
    pub fn set(&mut self, slot: u8, number: Option<u64>) {
        let bit = 1 << slot;
        self.given = if number.is_some() { self.given | bit } else { self.given & !bit };
        if let Some(place) = self.numbers.get_mut(usize::from(slot)) {
            *place = number.unwrap_or(0);
        }
    }

    /// Returns the text in a slot.
    pub fn text(&self, slot: u8) -> Option<&'w str> {
        self.texts.get(usize::from(slot)).copied().flatten()
    }

    /// Sets a slot's text.
    pub fn set_text(&mut self, slot: u8, text: &'w str) {
        if let Some(place) = self.texts.get_mut(usize::from(slot)) {
            *place = Some(text);
        }
    }

    /// Returns the prefix in a slot.
    pub fn prefix(&self, slot: u8) -> Option<Prefix> {
        self.prefixes.get(usize::from(slot)).copied().flatten()
    }

    /// Sets a slot's prefix, or clears the slot.
    pub fn set_prefix(&mut self, slot: u8, prefix: Option<Prefix>) {
        if let Some(place) = self.prefixes.get_mut(usize::from(slot)) {
            *place = prefix;
        }
    }

    /// Returns whether each number equals that in the slot of its position; an empty slot matches
    /// any.
    #[inline(never)]
    pub fn matches(&self, numbers: &[Option<u64>]) -> bool {
        numbers
            .iter()
            .zip(0u8..)
            .all(|(number, slot)| self.number(slot).is_none_or(|wanted| *number == Some(wanted)))
    }
}

/// Parses a range of ports or user IDs, `FIRST-LAST` or one number.
pub fn range(word: &str) -> Option<(u32, u32)> {
    let (first, last) = word.split_once('-').unwrap_or((word, word));
    Some((names::number(first, "")?, names::number(last, "")?))
}

/// Parses an argument's value into its destination; returns `false` if the table has no entry for
/// the word.
#[inline(never)]
pub fn parse_arg<'w, C: Channel>(
    table: &ArgTable,
    word: &str,
    words: &mut Words<'w>,
    (args, mut body): (&mut ParsedArgs<'w>, Option<&mut Body>),
    printer: &mut Printer<'_, '_, C>,
) -> Result<bool, Exit> {
    let Some(Entry { at, name, values, .. }) = entry(table.text, word) else { return Ok(false) };
    let Some(row) = table.rows.get(at) else { return Ok(false) };
    args.last = name;
    let value = if row.arg_type == ArgType::Nothing { "" } else { words.value(printer.err)? };
    args.value = value;
    let mut put_bytes = |number: u8, bytes: &[u8]| {
        if let Some(body) = body.as_deref_mut() {
            body.put(number.into(), bytes);
        }
    };
    let number = match row.arg_type {
        ArgType::Nothing => Some(1),
        ArgType::Number(bits) => {
            number(value).filter(|number| number.checked_shr(bits.into()).unwrap_or(0) == 0)
        }
        ArgType::Named(names) | ArgType::NamedOrAll(names) => names.number(value),
        ArgType::Dsfield => dsfield(value).map(u64::from),
        ArgType::Realms => realms(value).map(u64::from),
        ArgType::Pair if !value.contains('-') => None,
        ArgType::Range | ArgType::Pair => {
            range(value).map(|(first, last)| u64::from(first) << 32 | u64::from(last))
        }
        ArgType::Mark => number(value.split('/').next().unwrap_or_default()),
        ArgType::Link if values.is_empty() => Some(printer.find(value)?.into()),
        ArgType::Link => printer.lookup(value).map(u64::from),
        ArgType::VrfLink => {
            let index = printer.lookup(value).filter(|index| printer.links.is_kind(*index, "vrf"));
            index.map(u64::from)
        }
        ArgType::Vrf => printer.vrf_table(value).map(u64::from),
        ArgType::Text => Some(0),
        ArgType::LinkName => is_name(value, 15).then_some(0),
        ArgType::Prefix | ArgType::Family => {
            let prefix = Prefix::parse(value, args.family, printer.err)?;
            if row.arg_type == ArgType::Family {
                args.family = prefix.family;
            }
            match row.target {
                Target::Slot(slot) => args.set_prefix(slot, Some(prefix)),
                Target::Attr(number, _) => put_bytes(number, prefix.octets()),
            }
            return Ok(true);
        }
        ArgType::Ipv4 | ArgType::Ipv6 => {
            let v4 = row.arg_type == ArgType::Ipv4;
            let family = if v4 { AddressFamily::INET } else { AddressFamily::INET6 };
            let address = Prefix::host(address(value, family, printer.err)?);
            if let Target::Attr(number, _) = row.target {
                put_bytes(number, address.octets());
            }
            return Ok(true);
        }
    };
    let fits = match (row.target, number) {
        (Target::Slot(slot), None)
            if value == "all" && matches!(row.arg_type, ArgType::NamedOrAll(_)) =>
        {
            args.set(slot, None);
            true
        }
        (_, None) => false,
        (Target::Slot(slot), Some(_))
            if matches!(row.arg_type, ArgType::Text | ArgType::LinkName) =>
        {
            args.set_text(slot, value);
            true
        }
        (Target::Slot(slot), number) => {
            args.set(slot, number);
            true
        }
        (Target::Attr(number, _), Some(_))
            if matches!(row.arg_type, ArgType::Text | ArgType::LinkName) =>
        {
            if let Some(body) = body {
                body.put_text(number.into(), value);
            }
            true
        }
        (Target::Attr(number, PackedInt::NONE), Some(_)) => {
            put_bytes(number, &[]);
            true
        }
        (Target::Attr(number, int), Some(args)) => match store(int.unpack(), args) {
            Some(bytes) => {
                put_bytes(number, bytes.get(..usize::from(int.unpack().size)).unwrap_or_default());
                true
            }
            None => false,
        },
    };
    if fits { Ok(true) } else { Err(invalid_value(printer, value, values)) }
}

/// Prints the error of an invalid value with the entry's message.
fn invalid_value<C: Channel>(printer: &mut Printer<'_, '_, C>, value: &str, why: &str) -> Exit {
    let exit = invalid_argument(printer.err, value, why.trim_start_matches('!'));
    if !why.starts_with("!!") {
        printer.err.write_str("\n");
    }
    exit
}
