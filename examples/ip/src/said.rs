//! Words with a value behind each, as rows: what the value may be, and where it goes.
//!
//! What `show` looks for and what `add` puts are read by the same function, [`take`]. The words are
//! written as a grammar's; what stands behind a `!` is said of a value that will not do.

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::schema::{Int, Type};
use barelink_codec::{Key, value};
use barelink_transport::Channel;

use super::body::Body;
use super::change::address;
use super::grammar::{Entry, Kept, entry, store};
use super::names::{self, Names, dsfield, realms};
use super::pen::Pen;
use super::prefix::Prefix;
use super::words::{Exit, Words, is_name, number, number32, wrong};

/// Entries, and a row for each.
pub struct Lines {
    /// The entries.
    pub text: &'static str,
    /// Their rows.
    pub rows: &'static [Row],
}

/// Writes lines: each entry with its row.
macro_rules! lines {
    ($($entry:expr => $row:expr),* $(,)?) => {
        $crate::said::Lines { text: concat!($($entry, "\n"),*), rows: const { &[$($row),*] } }
    };
}
pub(super) use lines;

/// What stands behind a word, and where it goes.
#[derive(Clone, Copy)]
pub struct Row {
    take: Take,
    put: Put,
}

/// What stands behind a word.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// Nothing: it is said, or not.
    Nothing,
    /// A number of so many bits.
    Number(u8),
    /// A number by its name, or the number.
    Named(Book),
    /// The same; or `all`, which takes back what was said.
    OrAll(Book),
    /// A type of service.
    Dsfield,
    /// Realms.
    Realms,
    /// A number, or two with a `-` between: the first is the upper half.
    Range,
    /// Two numbers with a `-` between.
    Pair,
    /// A number, behind which there may be a mask that nobody looks at.
    Mark,
    /// Text.
    Text,
    /// What a link may be called.
    LinkName,
    /// A link's index, by its name.
    Link,
    /// The same, of a VRF.
    VrfLink,
    /// The table of a VRF, by its name.
    Vrf,
    /// A prefix.
    Prefix,
    /// A prefix that tells the family of all that follows.
    Family,
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
}

/// Names of numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // As the lists are called.
pub enum Book {
    Tables,
    Protocols,
    Scopes,
    Groups,
    Types,
    Transports,
    Origins,
    Actions,
}

impl Book {
    fn names(self) -> Names {
        match self {
            Book::Tables => names::TABLES,
            Book::Protocols => names::PROTOCOLS,
            Book::Scopes => names::SCOPES,
            Book::Groups => names::GROUPS,
            Book::Types => names::TYPES,
            Book::Transports => names::TRANSPORTS,
            Book::Origins => names::ORIGINS,
            Book::Actions => super::encap::ACTIONS,
        }
    }

    /// The highest number there is, whether or not it has a name.
    fn max(self) -> u32 {
        match self {
            Book::Groups => u32::MAX - 1,
            Book::Tables | Book::Actions => u32::MAX,
            _ => 0xff,
        }
    }

    /// The number of this name, or the number itself.
    fn number(self, word: &str) -> Option<u64> {
        let number = match self {
            Book::Types => names::route_type(word).or_else(|| number32(word)),
            _ => names::number(word, self.names()),
        };
        number.filter(|number| *number <= self.max()).map(u64::from)
    }
}

/// Where it goes.
#[derive(Clone, Copy)]
enum Put {
    /// It is remembered under this number.
    Slot(u8),
    /// To the attribute of this number.
    Attr(u8, Kept),
}

/// Remembers it.
pub const fn slot(number: u8, take: Take) -> Row {
    Row { take, put: Put::Slot(number) }
}

/// Puts it under this key.
pub const fn attr<S, V: value::Value>(key: Key<S, V>, take: Take) -> Row {
    let kept = match V::TYPE.int() {
        // What may be of four bytes or of eight is sent in four.
        Some(Int { size: 0, .. }) => Kept::new(Int::unsigned(4)),
        Some(int) => Kept::new(int),
        None => Kept::NONE,
    };
    Row { take, put: Put::Attr(key.number() as u8, kept) }
}

/// Puts a number, or an address, under this key.
pub const fn key<S, V: value::Value>(key: Key<S, V>) -> Row {
    let take = match V::TYPE {
        Type::Flag => Take::Nothing,
        Type::Ipv4 => Take::Ipv4,
        Type::Ipv6 => Take::Ipv6,
        Type::Text(_) => Take::Text,
        _ => match V::TYPE.int() {
            Some(Int { size: 0, .. }) => Take::Number(32),
            Some(Int { size, .. }) => Take::Number(size * 8),
            #[allow(clippy::panic)] // at compile time
            _ => panic!("no word can say this"),
        },
    };
    attr(key, take)
}

/// The most numbers, texts and prefixes that are remembered.
const NUMBERS: usize = 16;
const TEXTS: usize = 3;
const PREFIXES: usize = 6;

/// What was said.
#[derive(Clone, Copy)]
pub struct Said<'w> {
    /// What family addresses are of.
    pub family: AddressFamily,
    /// The word that came last, in full.
    pub last: &'static str,
    /// What stood behind it.
    pub value: &'w str,
    given: u32,
    numbers: [u64; NUMBERS],
    texts: [Option<&'w str>; TEXTS],
    prefixes: [Option<Prefix>; PREFIXES],
}

impl<'w> Said<'w> {
    /// Nothing yet, and addresses of this family.
    pub fn new(family: AddressFamily) -> Self {
        Said {
            family,
            last: "",
            value: "",
            given: 0,
            numbers: [0; NUMBERS],
            texts: [None; TEXTS],
            prefixes: [None; PREFIXES],
        }
    }

    /// The number that was said.
    #[inline(never)]
    pub fn number(&self, slot: u8) -> Option<u64> {
        let given = self.given >> slot & 1 != 0;
        self.numbers.get(usize::from(slot)).copied().filter(|_| given)
    }

    /// The same, of 32 bits; 0 if none was.
    pub fn or_zero(&self, slot: u8) -> u32 {
        self.number(slot).unwrap_or(0) as u32
    }

    /// Whether it was said.
    pub fn has(&self, slot: u8) -> bool {
        self.number(slot).is_some()
    }

    /// Remembers a number, or forgets one.
    #[inline(never)]
    pub fn set(&mut self, slot: u8, number: Option<u64>) {
        let bit = 1 << slot;
        self.given = if number.is_some() { self.given | bit } else { self.given & !bit };
        if let Some(place) = self.numbers.get_mut(usize::from(slot)) {
            *place = number.unwrap_or(0);
        }
    }

    /// The text that was said.
    pub fn text(&self, slot: u8) -> Option<&'w str> {
        self.texts.get(usize::from(slot)).copied().flatten()
    }

    /// Remembers text.
    pub fn set_text(&mut self, slot: u8, text: &'w str) {
        if let Some(place) = self.texts.get_mut(usize::from(slot)) {
            *place = Some(text);
        }
    }

    /// The prefix that was said.
    pub fn prefix(&self, slot: u8) -> Option<Prefix> {
        self.prefixes.get(usize::from(slot)).copied().flatten()
    }

    /// Remembers a prefix, or forgets one.
    pub fn set_prefix(&mut self, slot: u8, prefix: Option<Prefix>) {
        if let Some(place) = self.prefixes.get_mut(usize::from(slot)) {
            *place = prefix;
        }
    }

    /// Whether these are the numbers that were said, each as far as it was; by their slots.
    #[inline(never)]
    pub fn fits(&self, numbers: &[Option<u64>]) -> bool {
        numbers
            .iter()
            .zip(0u8..)
            .all(|(number, slot)| self.number(slot).is_none_or(|wanted| *number == Some(wanted)))
    }
}

/// A range of ports or users, `first-last` or one.
pub fn range(word: &str) -> Option<(u32, u32)> {
    let (first, last) = word.split_once('-').unwrap_or((word, word));
    Some((names::number(first, "")?, names::number(last, "")?))
}

/// If the word is one of these, reads what follows and puts it where it belongs; whether it is.
#[inline(never)]
pub fn take<'w, C: Channel>(
    lines: &Lines,
    word: &str,
    words: &mut Words<'w>,
    (said, mut body): (&mut Said<'w>, Option<&mut Body>),
    pen: &mut Pen<'_, '_, C>,
) -> Result<bool, Exit> {
    let Some(Entry { at, name, values, .. }) = entry(lines.text, word) else { return Ok(false) };
    let Some(row) = lines.rows.get(at) else { return Ok(false) };
    said.last = name;
    let value = if row.take == Take::Nothing { "" } else { words.value(pen.err)? };
    said.value = value;
    let mut put_bytes = |number: u8, bytes: &[u8]| {
        if let Some(body) = body.as_deref_mut() {
            body.put(number.into(), bytes);
        }
    };
    let number = match row.take {
        Take::Nothing => Some(1),
        Take::Number(bits) => {
            number(value).filter(|number| number.checked_shr(bits.into()).unwrap_or(0) == 0)
        }
        Take::Named(book) | Take::OrAll(book) => book.number(value),
        Take::Dsfield => dsfield(value).map(u64::from),
        Take::Realms => realms(value).map(u64::from),
        Take::Pair if !value.contains('-') => None,
        Take::Range | Take::Pair => {
            range(value).map(|(first, last)| u64::from(first) << 32 | u64::from(last))
        }
        Take::Mark => number(value.split('/').next().unwrap_or_default()),
        Take::Link if values.is_empty() => Some(pen.find(value)?.into()),
        Take::Link => pen.lookup(value).map(u64::from),
        Take::VrfLink => {
            let index = pen.lookup(value).filter(|index| pen.links.is_kind(*index, "vrf"));
            index.map(u64::from)
        }
        Take::Vrf => pen.vrf_table(value).map(u64::from),
        Take::Text => Some(0),
        Take::LinkName => is_name(value, 15).then_some(0),
        Take::Prefix | Take::Family => {
            let prefix = Prefix::parse(value, said.family, pen.err)?;
            if row.take == Take::Family {
                said.family = prefix.family;
            }
            match row.put {
                Put::Slot(slot) => said.set_prefix(slot, Some(prefix)),
                Put::Attr(number, _) => put_bytes(number, prefix.octets()),
            }
            return Ok(true);
        }
        Take::Ipv4 | Take::Ipv6 => {
            let v4 = row.take == Take::Ipv4;
            let family = if v4 { AddressFamily::INET } else { AddressFamily::INET6 };
            let address = Prefix::host(address(value, family, pen.err)?);
            if let Put::Attr(number, _) = row.put {
                put_bytes(number, address.octets());
            }
            return Ok(true);
        }
    };
    let fits = match (row.put, number) {
        (Put::Slot(slot), None) if value == "all" && matches!(row.take, Take::OrAll(_)) => {
            said.set(slot, None);
            true
        }
        (_, None) => false,
        (Put::Slot(slot), Some(_)) if matches!(row.take, Take::Text | Take::LinkName) => {
            said.set_text(slot, value);
            true
        }
        (Put::Slot(slot), number) => {
            said.set(slot, number);
            true
        }
        (Put::Attr(number, _), Some(_)) if matches!(row.take, Take::Text | Take::LinkName) => {
            if let Some(body) = body {
                body.put_text(number.into(), value);
            }
            true
        }
        (Put::Attr(number, Kept::NONE), Some(_)) => {
            put_bytes(number, &[]);
            true
        }
        (Put::Attr(number, kept), Some(said)) => match store(kept.int(), said) {
            Some(bytes) => {
                put_bytes(number, bytes.get(..usize::from(kept.int().size)).unwrap_or_default());
                true
            }
            None => false,
        },
    };
    if fits { Ok(true) } else { Err(complain(pen, value, values)) }
}

/// Says why a value will not do, in the entry's words.
fn complain<C: Channel>(pen: &mut Pen<'_, '_, C>, value: &str, why: &str) -> Exit {
    let exit = wrong(pen.err, value, why.trim_start_matches('!'));
    if !why.starts_with("!!") {
        pen.err.write_str("\n");
    }
    exit
}
