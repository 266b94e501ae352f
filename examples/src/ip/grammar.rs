//! What words may stand in a command line and what attributes come of them, as data.
//!
//! A grammar is a text with one entry a line and a row for each. An entry is a word, or several with
//! `/` between; a word's beginning is enough for it, unless there is a `=` before. `~` says that the
//! word may have a `no` before it. Names of values follow: behind a `:` if the value has to be one,
//! behind a `|` if it may be a number as well. A `<` is followed by what a number has to be less
//! than. Names count from 0, or from what a name is said to
//! be. The entry `&` goes with the one before: its row gets the same value.

use barelink_codec::policy::{Int, Order, Type};
use barelink_codec::value::Value;
use barelink_codec::{Key, rtnl::link::LinkFlags};

use super::words::{abbreviates, number};

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
        $crate::ip::grammar::Grammar { text: concat!($($entry, "\n"),*), rows: &[$($row),*] }
    };
}
pub(super) use grammar;

/// Which attribute a word is about, and how its value is read.
#[derive(Clone, Copy)]
pub struct Row {
    /// The attribute's number.
    pub number: u8,
    /// How the value is read.
    pub how: How,
}

/// How a value is read, and written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// An integer.
    Int(Int),
    /// A type of service: a name, or a number in base 16.
    Dsfield,
    /// A tunnel's key: a number, or one written as an IPv4 address.
    Dotted,
    /// Nothing: the attribute has no payload.
    Flag,
    /// Nothing: the word itself says it, in so many bytes, with this value.
    Fixed(u8, u8),
    /// Nothing: the word itself sets bits of an integer, or clears them.
    Bits(Int, u16),
    /// Whether bits are set, in a structure that also has which of them are meant.
    Switch(u8),
    /// Which of the header's flags are set; nothing, if there are no names.
    State(u16),
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
    Special(Special),
}

/// What is read by a function of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // The words they stand for say it.
pub enum Special {
    Down,
    Name,
    Index,
    Link,
    LinkNetns,
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

impl How {
    /// How the values of this type are read.
    const fn of(ty: Type) -> How {
        if let Some(int) = ty.int() {
            return How::Int(int);
        }
        match ty {
            Type::Flag => How::Flag,
            Type::Text(_) => How::Text,
            Type::Ipv4 => How::Ipv4,
            Type::Ipv6 => How::Ipv6,
            Type::Hardware => How::Mac,
            #[allow(clippy::panic)] // at compile time
            _ => panic!("no word can say this"),
        }
    }

    /// Whether a word follows, which is the value.
    pub fn takes_value(self, named: bool) -> bool {
        match self {
            How::Flag | How::Fixed(..) | How::Bits(..) | How::Special(_) => false,
            How::State(_) => named,
            _ => true,
        }
    }
}

/// The attribute, its value read by its type.
pub const fn key<S, V: Value>(key: Key<S, V>) -> Row {
    Row { number: key.number() as u8, how: How::of(V::TYPE) }
}

/// The attribute, its value read like this.
pub const fn by<S, V>(key: Key<S, V>, how: How) -> Row {
    Row { number: key.number() as u8, how }
}

/// The attribute of one byte, which the word itself sets to 1, or to 0 with a `no` before it.
pub const fn on<S, V>(key: Key<S, V>) -> Row {
    by(key, How::Fixed(1, 1))
}

/// The attribute's bits, which the word itself sets, or clears with a `no` before it.
pub const fn bits<S, V: Value>(key: Key<S, V>, bits: u16) -> Row {
    match V::TYPE.int() {
        Some(int) => by(key, How::Bits(int, bits)),
        #[allow(clippy::panic)] // at compile time
        None => panic!("bits of what is no integer"),
    }
}

/// The attribute of a structure that has bits, and which of them are meant.
pub const fn switch<S, V>(key: Key<S, V>, bits: u32) -> Row {
    by(key, How::Switch(bits as u8))
}

/// The index of a link, by its name.
pub const fn device<S, V>(key: Key<S, V>) -> Row {
    by(key, How::Device)
}

/// The attribute, read by a function of its own.
pub const fn special<S, V>(key: Key<S, V>, special: Special) -> Row {
    by(key, How::Special(special))
}

/// An address of either family, each with an attribute of its own.
pub const fn either<S, V, W>(v4: Key<S, V>, v6: Key<S, W>) -> Row {
    by(v4, How::Ip(v6.number() as u8))
}

/// No attribute, but a function of its own.
pub const fn alone(special: Special) -> Row {
    Row { number: 0, how: How::Special(special) }
}

/// No attribute, but flags of the header.
pub const fn state(flags: LinkFlags) -> Row {
    Row { number: 0, how: How::State(flags.0 as u16) }
}

/// An entry that a word fits.
#[derive(Clone, Copy)]
pub struct Found {
    /// The entry's first word.
    pub name: &'static str,
    /// Whether it was said without a `no`.
    pub on: bool,
    /// Whether a number will do where there are names.
    pub numbers: bool,
    /// The names of values; none if all are numbers.
    pub names: Option<&'static str>,
    /// What a number has to be less than.
    pub below: Option<u64>,
    /// Its rows.
    pub rows: &'static [Row],
}

impl Grammar {
    /// The first entry that the word fits.
    #[inline(never)]
    pub fn find(&self, word: &str) -> Option<Found> {
        let mut rows = self.rows;
        let mut entries = self.text.split('\n');
        loop {
            let entry = entries.next()?;
            let values = entry.find([':', '|', '<']).unwrap_or(entry.len());
            let (words, values) = entry.split_at(values);
            let (words, on) = fit(words, word);
            if let Some(on) = on {
                let more = entries.take_while(|entry| *entry == "&").count();
                let kind = values.bytes().next();
                let values = values.get(1..);
                return Some(Found {
                    name: words.split('/').next()?,
                    on,
                    numbers: kind != Some(b':'),
                    names: values.filter(|_| kind != Some(b'<')),
                    below: values.filter(|_| kind == Some(b'<')).and_then(number),
                    rows: rows.get(..=more)?,
                });
            }
            rows = rows.get(1..)?;
        }
    }
}

/// An entry's words without their marks, and if one fits, whether it is meant without a `no`.
fn fit(words: &'static str, word: &str) -> (&'static str, Option<bool>) {
    let (exact, words) = words.strip_prefix('=').map_or((false, words), |words| (true, words));
    let (negated, words) = words.strip_prefix('~').map_or((false, words), |words| (true, words));
    let fits = |word: &str| {
        let one = |whole| word == whole || !exact && !word.is_empty() && abbreviates(word, whole);
        words.split('/').any(one)
    };
    let on = match word.strip_prefix("no") {
        Some(word) if negated && fits(word) => Some(false),
        _ => fits(word).then_some(true),
    };
    (words, on)
}

impl Found {
    /// The number that a value's name stands for.
    fn named(&self, word: &str) -> Option<u64> {
        let mut next = 0;
        for item in self.names?.split(',') {
            let (name, value) = item.split_once('=').unwrap_or((item, ""));
            next = number(value).unwrap_or(next);
            if name.eq_ignore_ascii_case(word) {
                return Some(next);
            }
            next = next.wrapping_add(1);
        }
        None
    }

    /// The number that the value is.
    pub fn integer(&self, word: &str) -> Option<u64> {
        let fits = |number: &u64| self.below.is_none_or(|below| *number < below);
        let found = self.named(word).or_else(|| match word.strip_prefix('-') {
            _ if !self.numbers => None,
            Some(digits) => Some(number(digits)?.wrapping_neg()),
            None => number(word),
        });
        found.filter(fits)
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
