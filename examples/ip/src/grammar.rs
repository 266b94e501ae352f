//! Grammars of command-line words and the attributes that they become, as data.
//!
//! A grammar is a text with one entry a line, and a row for each entry. An entry is a word, or
//! several joined by `/`. A word may be abbreviated to its beginning.
//!
//! | in an entry | means |
//! |---|---|
//! | `=word` | the word may not be abbreviated |
//! | `~word` | the word may have `no` before it |
//! | `word:names` | its value is one of these names |
//! | `word?` | its value is `off` or `on` |
//! | `word\|names` | its value is one of these names, or a number |
//! | `word#names` | its value is one of these names, or the number of one |
//! | `word<number` | its value is less than this |
//! | `word!message` | the error message of an invalid value; `!!` without a newline after it |
//! | `&` | continues the entry before: its row gets the same value |
//!
//! Names have the syntax of [`Names`](super::names::Names).

use barelink_codec::schema::{Int, Order, Type};
use barelink_codec::value::Value;
use barelink_codec::{Key, rtnl::link::LinkFlags};

use super::names::{each, known};
use super::words::{TextOutput, abbreviates, cut, number};

/// Grammar: a text with one entry a line, and a row for each entry.
pub struct Grammar {
    /// Entries, separated by newlines.
    pub text: &'static str,
    /// Attribute and value format of each entry, in the order of the entries.
    pub rows: &'static [Row],
}

/// Builds a [`Grammar`] from entries and their rows.
macro_rules! grammar {
    ($($entry:literal => $row:expr),* $(,)?) => {
        $crate::grammar::Grammar { text: concat!($($entry, "\n"),*), rows: &[$($row),*] }
    };
}
pub(super) use grammar;

/// Attribute that a word sets, and the format of its value.
#[derive(Clone, Copy)]
pub struct Row {
    /// Attribute number; 0 if the word sets none.
    pub number: u8,
    /// Format of the value on the command line.
    pub format: Format,
}

/// Bit number of [`Format::Bits`] for a word that sets no bit.
pub const NO_BIT: u8 = 63;

/// Size, sign and byte order of an integer, packed into one byte to keep rows small.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PackedInt(u8);

impl PackedInt {
    const SIGNED: u8 = 0x10;
    const BIG: u8 = 0x20;

    /// Not an integer.
    pub const NONE: PackedInt = PackedInt(0xf);

    /// Packs an integer's layout.
    pub const fn new(int: Int) -> PackedInt {
        let signed = if int.signed { PackedInt::SIGNED } else { 0 };
        let big = if matches!(int.order, Order::Big) { PackedInt::BIG } else { 0 };
        PackedInt(int.size | signed | big)
    }

    /// Unpacks the integer's layout.
    pub fn unpack(self) -> Int {
        Int {
            size: self.0 & 0xf,
            signed: self.0 & PackedInt::SIGNED != 0,
            order: if self.0 & PackedInt::BIG != 0 { Order::Big } else { Order::Native },
        }
    }
}

/// Format of a value on the command line and in its attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Integer of this layout.
    Int(PackedInt),
    /// DS field (TOS): a name, or a number in base 16.
    Dsfield,
    /// Tunnel key: a number, or one written as an IPv4 address.
    Dotted,
    /// No value; the attribute has no payload.
    Flag,
    /// No value; the word sets an attribute of this size in bytes to this value, and to 0 with `no`
    /// before it.
    Fixed(u8, u8),
    /// No value; the word sets this bit of an integer, and clears it with `no` before it;
    /// [`NO_BIT`] is none.
    Bits(PackedInt, u8),
    /// `on` or `off`, for these bits of a structure with a value and a mask.
    Switch(u8),
    /// `on` or `off`, for this bit of `ifi_flags`; set without a value if the entry has no names.
    LinkFlag(u8),
    /// Name of a link, sent as its index.
    Device,
    /// IPv4 address.
    Ipv4,
    /// IPv6 address.
    Ipv6,
    /// IPv4 or IPv6 address; an IPv6 one is sent in the attribute of this number.
    Ip(u8),
    /// Hardware address.
    Mac,
    /// Text, sent with its NUL.
    Text,
    /// Value that a function parses.
    Special(SpecialValue),
}

/// Value that a function parses.
#[derive(Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // The variants are named after the words.
pub enum SpecialValue {
    Down,
    Name,
    Index,
    Link,
    Netns,
    Master,
    Nomaster,
    Type,
    Alias,
    Group,
    AddrGenMode,
    ProtoDownReason,
    Vrf,
    Vf,
    Targets,
    Targets6,
    QosMap,
    Macaddr,
    Peer,
    Policy,
    PortRange,
    /// Attribute number of the prefix length.
    Prefix(u8),
    PrefixReset,
    /// Attribute number of the inherit flag.
    Ttl(u8),
    /// Attribute number of the tunnel's flags; the same below.
    Tclass(u8),
    FlowLabel(u8),
    EncapLimit(u8),
    Fwmark(u8),
    Dscp,
    Sci,
    SciAddress,
    Cipher,
    Nothing,
}

impl SpecialValue {
    /// Returns whether a value always follows the word.
    const fn takes_value(self) -> bool {
        !matches!(
            self,
            SpecialValue::Down
                | SpecialValue::Nomaster
                | SpecialValue::Group
                | SpecialValue::Targets
                | SpecialValue::Targets6
                | SpecialValue::QosMap
                | SpecialValue::Peer
                | SpecialValue::Policy
                | SpecialValue::PrefixReset
                | SpecialValue::Nothing
        )
    }
}

impl Format {
    /// Returns the format that follows from an attribute's type.
    const fn of(ty: Type) -> Format {
        if let Some(int) = ty.int() {
            return Format::Int(PackedInt::new(int));
        }
        match ty {
            Type::Flag => Format::Flag,
            Type::Text(_) => Format::Text,
            Type::Ipv4 => Format::Ipv4,
            Type::Ipv6 => Format::Ipv6,
            Type::Hardware => Format::Mac,
            #[allow(clippy::panic)] // at compile time
            _ => panic!("no argument of this type"),
        }
    }

    /// Returns whether a value follows the word; `named` is `true` if the entry has names.
    pub fn takes_value(self, named: bool) -> bool {
        match self {
            Format::Flag | Format::Fixed(..) | Format::Bits(..) => false,
            Format::Special(special) => special.takes_value(),
            Format::LinkFlag(_) => named,
            _ => true,
        }
    }
}

/// Sets an attribute, with the format that follows from its type.
pub const fn key<S, V: Value>(key: Key<S, V>) -> Row {
    Row { number: key.number() as u8, format: Format::of(V::TYPE) }
}

/// Sets an attribute, with this format.
pub const fn by<S, V>(key: Key<S, V>, format: Format) -> Row {
    Row { number: key.number() as u8, format }
}

/// Sets an unsigned attribute of 32 bits whose value may be negative on the command line.
pub const fn signed<S>(key: Key<S, u32>) -> Row {
    by(key, Format::Int(PackedInt::new(Int { size: 4, signed: true, order: Order::Native })))
}

/// Sets an attribute of one byte to 1, or to 0 with `no` before the word.
pub const fn on<S, V>(key: Key<S, V>) -> Row {
    by(key, Format::Fixed(1, 1))
}

/// Sets a bit of an attribute, or clears it with `no` before the word.
pub const fn bit<S, V: Value>(key: Key<S, V>, bit: u32) -> Row {
    let bit = if bit == 0 { NO_BIT } else { bit.trailing_zeros() as u8 };
    match V::TYPE.int() {
        Some(int) => by(key, Format::Bits(PackedInt::new(int), bit)),
        #[allow(clippy::panic)] // at compile time
        None => panic!("the attribute is no integer"),
    }
}

/// Sets bits in an attribute with a value and a mask.
pub const fn switch<S, V>(key: Key<S, V>, bits: u32) -> Row {
    by(key, Format::Switch(bits as u8))
}

/// Sets an attribute to the index of the named link.
pub const fn device<S, V>(key: Key<S, V>) -> Row {
    by(key, Format::Device)
}

/// Sets an attribute to a value that a function parses.
pub const fn special<S, V>(key: Key<S, V>, special: SpecialValue) -> Row {
    by(key, Format::Special(special))
}

/// Sets one of two attributes to an address, by its family.
pub const fn v4_or_v6<S, V, W>(v4: Key<S, V>, v6: Key<S, W>) -> Row {
    by(v4, Format::Ip(v6.number() as u8))
}

/// Has a function parse the value, without an attribute of the row's own.
pub const fn no_attr(special: SpecialValue) -> Row {
    Row { number: 0, format: Format::Special(special) }
}

/// Sets flags of the header, `ifi_flags`.
pub const fn link_flag(flags: LinkFlags) -> Row {
    Row { number: 0, format: Format::LinkFlag(flags.0.trailing_zeros() as u8) }
}

/// Entry that a word matches, with its value and rows.
#[derive(Clone, Copy)]
pub struct MatchedEntry<'w> {
    /// First word of the entry.
    pub name: &'static str,
    /// Value that follows the word.
    pub value: &'w str,
    /// Constraint on values, its mark first; empty if any number is valid.
    pub values: &'static str,
    /// Rows of the entry and of the `&` entries after it.
    pub rows: &'static [Row],
    /// `true` if the entry belongs to a link kind's grammar.
    pub of_kind: bool,
    /// `false` if the word had `no` before it.
    pub on: bool,
}

/// Entry of a text that a word matches.
#[derive(Clone, Copy)]
pub struct Entry {
    /// Index of the entry and its row.
    pub at: usize,
    /// Number of `&` entries that follow.
    pub more: usize,
    /// First word of the entry.
    pub name: &'static str,
    /// Constraint on values, its mark first.
    pub values: &'static str,
    /// `false` if the word had `no` before it.
    pub on: bool,
}

/// Splits an entry into its words and the constraint on values, each with its marks.
fn split_entry(entry: &'static str) -> (&'static str, &'static str) {
    let marks = |byte: u8| matches!(byte, b':' | b'|' | b'#' | b'<' | b'?' | b'!');
    let end = entry.bytes().position(marks).unwrap_or(entry.len());
    entry.split_at_checked(end).unwrap_or((entry, ""))
}

/// Returns the first entry of a text that matches the word.
#[inline(never)]
pub fn entry(mut text: &'static str, word: &str) -> Option<Entry> {
    let mut at = 0usize;
    while !text.is_empty() {
        let entry = cut(&mut text, b'\n');
        let (mut words, values) = split_entry(entry);
        if let Some(on) = match_entry(&mut words, word).filter(|_| entry != "&") {
            let mut more = 0;
            while text.starts_with('&') {
                cut(&mut text, b'\n');
                more = 1usize.saturating_add(more);
            }
            return Some(Entry { at, more, name: cut(&mut words, b'/'), values, on });
        }
        at = at.saturating_add(1);
    }
    None
}

impl Grammar {
    /// Returns the first entry that matches the word.
    #[inline(never)]
    pub fn find<'w>(&self, word: &str) -> Option<MatchedEntry<'w>> {
        let Entry { at, more, name, values, on } = entry(self.text, word)?;
        let rows = self.rows.get(at..=at.saturating_add(more))?;
        Some(MatchedEntry { name, value: "", values, rows, of_kind: true, on })
    }

    /// Writes the usage of each entry: its word and values.
    pub fn write_usage(&self, out: &mut TextOutput<'_>) {
        let mut text = self.text;
        for row in self.rows {
            let entry = cut(&mut text, b'\n');
            let (words, values) = split_entry(entry);
            if entry == "&" {
                continue;
            }
            let plain = words.trim_start_matches(['=', '~']);
            let no = if words == plain || words.starts_with('=') { "" } else { "[no]" };
            write!(out, "\n        [ {no}{}", cut(&mut { plain }, b'/'));
            let (mark, names) = values.split_at_checked(1).unwrap_or_default();
            if mark == "?" {
                out.write_str(" { off | on }");
            } else if matches!(mark, ":" | "|" | "#") {
                let names = cut(&mut { names }, b'!');
                each(names).enumerate().for_each(|(at, (_, name))| {
                    write!(out, " {} {name}", if at == 0 { '{' } else { '|' });
                });
                out.write_str(if mark == "|" { " | NUMBER }" } else { " }" });
            } else if row.format.takes_value(false) {
                out.write_str(" VALUE");
            } else if matches!(row.format, Format::Special(_)) {
                out.write_str(" ...");
            }
            out.write_str(" ]");
        }
    }
}

/// Strips an entry's marks off its words; if one matches, returns `false` for a word with `no`
/// before it, else `true`.
fn match_entry(words: &mut &'static str, word: &str) -> Option<bool> {
    let mut mark = |mark| {
        let rest = words.strip_prefix(mark);
        *words = rest.unwrap_or(words);
        rest.is_some()
    };
    let (exact, negated) = (mark('='), mark('~'));
    if is_one_of(words, word, exact) {
        return Some(true);
    }
    let word = word.strip_prefix("no").filter(|_| negated)?;
    is_one_of(words, word, exact).then_some(false)
}

/// Returns whether a word equals one of these, or abbreviates one unless `exact`.
#[inline(never)]
pub fn is_one_of(mut words: &str, word: &str, exact: bool) -> bool {
    while !words.is_empty() && !word.is_empty() {
        let whole = cut(&mut words, b'/');
        if word == whole || !exact && abbreviates(word, whole) {
            return true;
        }
    }
    false
}

impl MatchedEntry<'_> {
    /// Returns the entry with another value.
    pub fn with<'w>(&self, value: &'w str) -> MatchedEntry<'w> {
        let MatchedEntry { name, values, rows, of_kind, on, .. } = *self;
        MatchedEntry { name, value, values, rows, of_kind, on }
    }

    /// Returns whether the value is `on` or `off`.
    pub fn switches(&self) -> bool {
        matches!(self.values, "?" | ":on,off")
    }

    /// Returns the value as a number, by its name or digits; `None` if it violates the constraint.
    #[inline(never)]
    pub fn integer(&self) -> Option<u64> {
        let mark = self.values.bytes().next().unwrap_or(b'<');
        let names = if mark == b'?' { "off,on" } else { self.values.get(1..).unwrap_or("") };
        if mark == b'<' {
            let below = number(names);
            return self.number().filter(|number| below.is_none_or(|below| *number < below));
        }
        if let Some(number) = known(self.value, names) {
            return Some(number.into());
        }
        let count = || each(names).count() as u64;
        self.number().filter(|number| mark == b'|' || mark == b'#' && *number < count())
    }

    fn number(&self) -> Option<u64> {
        match self.value.strip_prefix('-') {
            Some(digits) => Some(number(digits)?.wrapping_neg()),
            None => number(self.value),
        }
    }
}

/// Encodes an integer in the first `int.size` bytes; `None` if it is out of range.
pub fn store(int: Int, value: u64) -> Option<[u8; 8]> {
    let unused = 64u32.saturating_sub(u32::from(int.size).wrapping_mul(8)) % 64;
    let fits = if int.signed {
        (value as i64).wrapping_shl(unused).wrapping_shr(unused) == value as i64
    } else {
        value.wrapping_shl(unused).wrapping_shr(unused) == value
    };
    let big = match int.order {
        Order::Big => true,
        Order::Little => false,
        Order::Native => cfg!(target_endian = "big"),
    };
    let bytes = if big { value.wrapping_shl(unused).to_be_bytes() } else { value.to_le_bytes() };
    fits.then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use barelink_codec::rtnl::link::kinds::gre::Gre;
    use barelink_codec::rtnl::link::kinds::vxlan::Vxlan;

    const WORDS: Grammar = grammar! {
        "ttl/hoplimit|inherit" => key(Vxlan::TTL),
        "=tos" => key(Vxlan::TOS),
        "~learning" => on(Vxlan::LEARNING),
        "df:unset,set=7,inherit" => key(Vxlan::DF),
        "key" => by(Gre::IKEY, Format::Dotted),
        "&" => by(Gre::OKEY, Format::Dotted),
        "id<10" => key(Vxlan::ID),
        "external?" => key(Vxlan::COLLECT_METADATA),
        "mode#a,b" => key(Vxlan::LIMIT),
    };

    fn number(word: &str, value: &str) -> Option<u64> {
        WORDS.find(word)?.with(value).integer()
    }

    #[test]
    fn an_abbreviation_finds_the_first_entry_that_allows_it() {
        assert_eq!(WORDS.find("t").unwrap().name, "ttl");
        assert_eq!(WORDS.find("hop").unwrap().name, "ttl");
        assert_eq!(WORDS.find("tos").unwrap().name, "tos");
        assert!(WORDS.find("to").is_none());
        assert!(WORDS.find("ttlx").is_none());
        assert!(WORDS.find("").is_none());
        assert!(WORDS.find("&").is_none());
    }

    #[test]
    fn a_no_prefix_negates_entries_that_allow_it() {
        assert!(WORDS.find("learning").unwrap().on);
        assert!(!WORDS.find("nolearn").unwrap().on);
        assert!(WORDS.find("nottl").is_none());
        assert!(WORDS.find("no").is_none());
    }

    #[test]
    fn one_value_can_go_to_several_attributes() {
        let numbers = WORDS.find("key").unwrap().rows.iter().map(|row| row.number);
        assert!(numbers.eq([4, 5]));
        assert_eq!(WORDS.find("id").unwrap().rows.len(), 1);
    }

    #[test]
    fn values_are_read_by_the_names_and_bounds_of_the_entry() {
        assert_eq!(number("ttl", "inherit"), Some(0));
        assert_eq!(number("ttl", "0x10"), Some(16));
        assert_eq!(number("df", "set"), Some(7));
        assert_eq!(number("df", "inherit"), Some(8));
        assert_eq!(number("df", "7"), None);
        assert_eq!(number("mode", "b"), Some(1));
        assert_eq!(number("mode", "1"), Some(1));
        assert_eq!(number("mode", "2"), None);
        assert_eq!(number("id", "9"), Some(9));
        assert_eq!(number("id", "10"), None);
        assert_eq!(number("external", "on"), Some(1));
        assert_eq!(number("external", "1"), None);
    }

    #[test]
    fn an_integer_is_range_checked_and_stored_in_its_order() {
        let two = |order, signed| Int { size: 2, signed, order };
        assert_eq!(
            store(two(Order::Big, false), 0x1234).map(|it| [it[0], it[1]]),
            Some([0x12, 0x34])
        );
        let native = store(two(Order::Native, false), 0x1234).map(|it| [it[0], it[1]]);
        assert_eq!(native, Some(0x1234u16.to_ne_bytes()));
        assert_eq!(store(two(Order::Big, false), 0x12345), None);
        assert_eq!(store(two(Order::Big, true), -5i64 as u64).map(|it| it[1]), Some(0xfb));
        assert_eq!(store(two(Order::Big, true), 0x8000), None);
    }
}
