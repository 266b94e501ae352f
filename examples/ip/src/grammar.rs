//! What words may stand in a command line and what attributes come of them, as data.
//!
//! A grammar is a text with one entry a line, and a row for each. An entry is a word, or several with
//! `/` between. A word's beginning is enough for it.
//!
//! | in an entry | means |
//! |---|---|
//! | `=word` | the whole word |
//! | `~word` | it may have a `no` before it |
//! | `word:names` | its value is one of these |
//! | `word?` | its value is `off` or `on` |
//! | `word\|names` | or a number |
//! | `word#names` | or the number of one of these |
//! | `word<number` | its value is less than this |
//! | `word!complaint` | what is said of a value that will not do; `!!` with nothing behind |
//! | `&` | goes with the entry before: its row gets the same value |
//!
//! Names are written as [`names`](super::names) has them.

use barelink_codec::schema::{Int, Order, Type};
use barelink_codec::value::Value;
use barelink_codec::{Key, rtnl::link::LinkFlags};

use super::names::{each, known};
use super::words::{TextOutput, abbreviates, cut, number};

/// Entries, and a row for each.
pub struct Grammar {
    /// The entries.
    pub text: &'static str,
    /// Their rows.
    pub rows: &'static [Row],
}

/// Writes a grammar: each entry with its row.
macro_rules! grammar {
    ($($entry:literal => $row:expr),* $(,)?) => {
        $crate::grammar::Grammar { text: concat!($($entry, "\n"),*), rows: &[$($row),*] }
    };
}
pub(super) use grammar;

/// Which attribute a word is about, and how its value is read.
#[derive(Clone, Copy)]
pub struct Row {
    /// The attribute's number.
    pub number: u8,
    /// How the value is read.
    pub format: Format,
}

/// No bit at all, of those that a word sets.
pub const NO_BIT: u8 = 63;

/// How an integer is kept, in one byte: there are many rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PackedInt(u8);

impl PackedInt {
    const SIGNED: u8 = 0x10;
    const BIG: u8 = 0x20;

    /// No integer.
    pub const NONE: PackedInt = PackedInt(0xf);

    /// As this integer.
    pub const fn new(int: Int) -> PackedInt {
        let signed = if int.signed { PackedInt::SIGNED } else { 0 };
        let big = if matches!(int.order, Order::Big) { PackedInt::BIG } else { 0 };
        PackedInt(int.size | signed | big)
    }

    /// How it is kept.
    pub fn int(self) -> Int {
        Int {
            size: self.0 & 0xf,
            signed: self.0 & PackedInt::SIGNED != 0,
            order: if self.0 & PackedInt::BIG != 0 { Order::Big } else { Order::Native },
        }
    }
}

/// How a value is read, and written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// An integer.
    Int(PackedInt),
    /// A type of service: a name, or a number in base 16.
    Dsfield,
    /// A tunnel's key: a number, or one written as an IPv4 address.
    Dotted,
    /// Nothing: the attribute has no payload.
    Flag,
    /// Nothing: the word itself says it, in so many bytes, with this value.
    Fixed(u8, u8),
    /// Nothing: the word itself sets a bit of an integer, or clears it; [`NO_BIT`] is none.
    Bits(PackedInt, u8),
    /// Whether bits are set, in a structure that also has which of them are meant.
    Switch(u8),
    /// Whether this bit of the header's flags is set; nothing follows, if there are no names.
    LinkFlag(u8),
    /// A link's name, of which the index is kept.
    Device,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// Either, IPv6 in the attribute of this number.
    Ip(u8),
    /// A hardware address.
    Mac,
    /// Text.
    Text,
    /// What is read by a function of its own.
    Special(SpecialValue),
}

/// What is read by a function of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // The words they stand for say it.
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
    /// The attribute that holds how many bits count.
    Prefix(u8),
    PrefixReset,
    /// The attribute that says that it is inherited.
    Ttl(u8),
    /// The attribute that holds the tunnel's flags; the same below.
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
    /// Whether a word follows in any case.
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
    /// How the values of this type are read.
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
            _ => panic!("no word can say this"),
        }
    }

    /// Whether a word follows, which is the value.
    pub fn takes_value(self, named: bool) -> bool {
        match self {
            Format::Flag | Format::Fixed(..) | Format::Bits(..) => false,
            Format::Special(special) => special.takes_value(),
            Format::LinkFlag(_) => named,
            _ => true,
        }
    }
}

/// The attribute, its value read by its type.
pub const fn key<S, V: Value>(key: Key<S, V>) -> Row {
    Row { number: key.number() as u8, format: Format::of(V::TYPE) }
}

/// The attribute, its value read like this.
pub const fn by<S, V>(key: Key<S, V>, format: Format) -> Row {
    Row { number: key.number() as u8, format }
}

/// The attribute of 32 bits, whose value may be negative on the command line.
pub const fn signed<S>(key: Key<S, u32>) -> Row {
    by(key, Format::Int(PackedInt::new(Int { size: 4, signed: true, order: Order::Native })))
}

/// The attribute of one byte, which the word itself sets to 1, or to 0 with a `no` before it.
pub const fn on<S, V>(key: Key<S, V>) -> Row {
    by(key, Format::Fixed(1, 1))
}

/// The attribute's bit, which the word itself sets, or clears with a `no` before it.
pub const fn bit<S, V: Value>(key: Key<S, V>, bit: u32) -> Row {
    let bit = if bit == 0 { NO_BIT } else { bit.trailing_zeros() as u8 };
    match V::TYPE.int() {
        Some(int) => by(key, Format::Bits(PackedInt::new(int), bit)),
        #[allow(clippy::panic)] // at compile time
        None => panic!("bits of what is no integer"),
    }
}

/// The attribute of a structure that has bits, and which of them are meant.
pub const fn switch<S, V>(key: Key<S, V>, bits: u32) -> Row {
    by(key, Format::Switch(bits as u8))
}

/// The index of a link, by its name.
pub const fn device<S, V>(key: Key<S, V>) -> Row {
    by(key, Format::Device)
}

/// The attribute, read by a function of its own.
pub const fn special<S, V>(key: Key<S, V>, special: SpecialValue) -> Row {
    by(key, Format::Special(special))
}

/// An address of either family, each with an attribute of its own.
pub const fn v4_or_v6<S, V, W>(v4: Key<S, V>, v6: Key<S, W>) -> Row {
    by(v4, Format::Ip(v6.number() as u8))
}

/// No attribute, but a function of its own.
pub const fn no_attr(special: SpecialValue) -> Row {
    Row { number: 0, format: Format::Special(special) }
}

/// No attribute, but flags of the header.
pub const fn link_flag(flags: LinkFlags) -> Row {
    Row { number: 0, format: Format::LinkFlag(flags.0.trailing_zeros() as u8) }
}

/// An entry that a word fits.
#[derive(Clone, Copy)]
pub struct MatchedEntry<'w> {
    /// The entry's first word.
    pub name: &'static str,
    /// The value that follows.
    pub value: &'w str,
    /// What is said of values, the mark first; nothing if any number will do.
    pub values: &'static str,
    /// Its rows.
    pub rows: &'static [Row],
    /// Whether the entry is a kind's own.
    pub of_kind: bool,
    /// Whether it was said without a `no`.
    pub on: bool,
}

/// An entry that a word fits.
#[derive(Clone, Copy)]
pub struct Entry {
    /// Its place, and its row's.
    pub at: usize,
    /// How many go with it.
    pub more: usize,
    /// Its first word.
    pub name: &'static str,
    /// What is said of values, the mark first.
    pub values: &'static str,
    /// Whether it was said without a `no`.
    pub on: bool,
}

/// An entry's words, with their marks, and what is said of values, the mark first.
fn split_entry(entry: &'static str) -> (&'static str, &'static str) {
    let marks = |byte: u8| matches!(byte, b':' | b'|' | b'#' | b'<' | b'?' | b'!');
    let end = entry.bytes().position(marks).unwrap_or(entry.len());
    entry.split_at_checked(end).unwrap_or((entry, ""))
}

/// The first entry of a text that the word fits.
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
    /// The first entry that the word fits.
    #[inline(never)]
    pub fn find<'w>(&self, word: &str) -> Option<MatchedEntry<'w>> {
        let Entry { at, more, name, values, on } = entry(self.text, word)?;
        let rows = self.rows.get(at..=at.saturating_add(more))?;
        Some(MatchedEntry { name, value: "", values, rows, of_kind: true, on })
    }

    /// Says which words there are, and which values they take.
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

/// Takes an entry's marks off its words; if one fits, whether it is meant without a `no`.
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

/// Whether a word is one of these, or its beginning if that will do.
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
    /// The same with another value.
    pub fn with<'w>(&self, value: &'w str) -> MatchedEntry<'w> {
        let MatchedEntry { name, values, rows, of_kind, on, .. } = *self;
        MatchedEntry { name, value, values, rows, of_kind, on }
    }

    /// Whether the value is on or off.
    pub fn switches(&self) -> bool {
        matches!(self.values, "?" | ":on,off")
    }

    /// The number that the value is.
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

/// An integer's bytes, if it fits; the first `int.size` of them count.
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
