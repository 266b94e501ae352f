//! What every command that changes something needs: its verb, a request to put together, the
//! kernel's answer, and the words' values.
//!
//! A request is a [`Body`], header and attributes, in the order that the words come in.
//! [`send`] has the kernel do it. Options whose word is followed by one plain value are rows of
//! [`Row`]s, which [`option`] reads.

use core::fmt::Write;
use core::net::IpAddr;

use barelink_codec::frame::{self, Walk};
use barelink_codec::message::Flags;
use barelink_codec::policy::Set;
use barelink_codec::rtnl::family::AddressFamily;
use barelink_codec::value::Structure;
use barelink_codec::{Attrs, Error as CodecError, Kind};
use barelink_transport::{Channel, Connection, Errno, Error, Refusal, Requests};

use super::names::{self, Names, REALMS};
use super::pen::Pen;
use super::prefix::Prefix;
use super::words::{Exit, USAGE, Words, abbreviates, number, wrong};
use super::{Ip, batch, errors};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Show them.
    Show,
    /// Ask for one.
    Get,
    /// Make what is not there yet.
    Add,
    /// Change what is there.
    Change,
    /// Change it, or make it.
    Replace,
    /// Make it, behind others like it.
    Append,
    /// Make it, ahead of others like it.
    Prepend,
    /// See whether it is there.
    Test,
    /// Delete it.
    Delete,
    /// Delete all like this.
    Flush,
    /// Names that a link has besides.
    Property,
    /// What next hops' groups consist of.
    Bucket,
    /// Say how it is used.
    Help,
    /// iproute2 has it, this program does not.
    Missing,
}

impl Verb {
    /// Whether one request is all there is to it.
    pub fn is_one_change(self) -> bool {
        use Verb::*;
        matches!(self, Add | Change | Replace | Append | Prepend | Test | Delete)
    }

    /// What `NEW` says of it.
    pub fn flags(self) -> Flags {
        match self {
            Verb::Add => Flags::CREATE | Flags::EXCL,
            Verb::Change => Flags::REPLACE,
            Verb::Replace => Flags::CREATE | Flags::REPLACE,
            Verb::Append => Flags::CREATE | Flags::APPEND,
            Verb::Prepend => Flags::CREATE,
            Verb::Test => Flags::EXCL,
            _ => Flags::NONE,
        }
    }
}

type Verbs = &'static [(&'static str, Verb)];

/// The verbs of each object, in the order that abbreviations are tried.
const VERBS: &[(&str, Verbs)] = &[
    (
        "link",
        &[
            ("add", Verb::Add),
            ("set", Verb::Change),
            ("change", Verb::Change),
            ("replace", Verb::Replace),
            ("delete", Verb::Delete),
            ("show", Verb::Show),
            ("lst", Verb::Show),
            ("list", Verb::Show),
            ("xstats", Verb::Missing),
            ("afstats", Verb::Missing),
            ("property", Verb::Property),
        ],
    ),
    (
        "address",
        &[
            ("add", Verb::Add),
            ("change", Verb::Change),
            ("chg", Verb::Change),
            ("replace", Verb::Replace),
            ("delete", Verb::Delete),
            ("show", Verb::Show),
            ("list", Verb::Show),
            ("lst", Verb::Show),
            ("flush", Verb::Flush),
            ("save", Verb::Missing),
            ("showdump", Verb::Missing),
            ("restore", Verb::Missing),
        ],
    ),
    (
        "route",
        &[
            ("list", Verb::Show),
            ("show", Verb::Show),
            ("lst", Verb::Show),
            ("get", Verb::Get),
            ("add", Verb::Add),
            ("change", Verb::Change),
            ("chg", Verb::Change),
            ("replace", Verb::Replace),
            ("prepend", Verb::Prepend),
            ("append", Verb::Append),
            ("test", Verb::Test),
            ("delete", Verb::Delete),
            ("flush", Verb::Flush),
            ("save", Verb::Missing),
            ("restore", Verb::Missing),
            ("showdump", Verb::Missing),
        ],
    ),
    (
        "rule",
        &[
            ("list", Verb::Show),
            ("lst", Verb::Show),
            ("show", Verb::Show),
            ("save", Verb::Missing),
            ("restore", Verb::Missing),
            ("add", Verb::Add),
            ("delete", Verb::Delete),
            ("flush", Verb::Flush),
        ],
    ),
    (
        "neigh",
        &[
            ("add", Verb::Add),
            ("change", Verb::Change),
            ("chg", Verb::Change),
            ("replace", Verb::Replace),
            ("delete", Verb::Delete),
            ("get", Verb::Get),
            ("show", Verb::Show),
            ("lst", Verb::Show),
            ("list", Verb::Show),
            ("flush", Verb::Flush),
        ],
    ),
    (
        "tunnel",
        &[
            ("add", Verb::Add),
            ("change", Verb::Change),
            ("delete", Verb::Delete),
            ("show", Verb::Show),
            ("lst", Verb::Show),
            ("list", Verb::Show),
            ("prl", Verb::Missing),
            ("6rd", Verb::Missing),
        ],
    ),
    (
        "nexthop",
        &[
            ("add", Verb::Add),
            ("replace", Verb::Replace),
            ("delete", Verb::Delete),
            ("list", Verb::Show),
            ("show", Verb::Show),
            ("lst", Verb::Show),
            ("get", Verb::Get),
            ("flush", Verb::Flush),
            ("bucket", Verb::Bucket),
        ],
    ),
];

/// Reads an object's verb; without one, things are shown.
pub fn verb(words: &mut Words<'_>, object: &str, err: &mut dyn Write) -> Result<Verb, Exit> {
    let Some(word) = words.next() else { return Ok(Verb::Show) };
    let verbs = VERBS.iter().find(|row| row.0 == object).map_or(&[][..], |row| row.1);
    match verbs.iter().find(|row| abbreviates(word, row.0)) {
        Some((name, Verb::Missing)) => {
            let _ = writeln!(err, "Command \"{name}\" is not supported by this ip.");
        }
        Some((_, verb)) => return Ok(*verb),
        None if abbreviates(word, "help") => return Ok(Verb::Help),
        None => {
            let _ = writeln!(err, "Command \"{word}\" is unknown, try \"ip {object} help\".");
        }
    }
    Err(USAGE)
}

/// The most that one request takes.
const ROOM: usize = 4096;

/// A request's header and attributes.
pub struct Body {
    bytes: [u8; ROOM],
    /// How much of them there is; more than there is room for, if it did not fit.
    len: usize,
}

/// Where an attribute that holds others began.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct Open(usize);

impl Body {
    /// A header, and no attributes yet.
    pub fn new<H: Structure>(header: &H) -> Body {
        let mut body = Body { bytes: [0; ROOM], len: H::LEN.next_multiple_of(4) };
        body.header(header);
        body
    }

    /// No header, and no attributes yet: what is to go into another.
    pub fn empty() -> Body {
        Body::new(&())
    }

    /// Puts another header in place of the one that is there.
    pub fn header<H: Structure>(&mut self, header: &H) {
        if let Some(room) = self.bytes.get_mut(..H::LEN) {
            header.write(room);
        }
    }

    /// What there is; nothing if it did not fit.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Puts bytes behind what is there, and as many zeros as make it a multiple of four.
    #[inline(never)]
    pub fn raw(&mut self, bytes: &[u8]) {
        let start = self.len;
        self.len = start.saturating_add(bytes.len()).next_multiple_of(4);
        if let Some(room) = self.bytes.get_mut(start..self.len) {
            room.fill(0);
            room.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        }
    }

    /// Puts an attribute.
    #[inline(never)]
    pub fn put(&mut self, number: u16, payload: &[u8]) {
        let open = self.open(number);
        self.raw(payload);
        self.shut(open, payload.len());
    }

    /// Puts an attribute of eight bits.
    pub fn put_u8(&mut self, number: u16, value: u8) {
        self.put(number, &[value]);
    }

    /// Puts an attribute of 16 bits.
    pub fn put_u16(&mut self, number: u16, value: u16) {
        self.put(number, &value.to_ne_bytes());
    }

    /// Puts an attribute of 32 bits.
    pub fn put_u32(&mut self, number: u16, value: u32) {
        self.put(number, &value.to_ne_bytes());
    }

    /// Puts an attribute that is text, with the zero at its end.
    #[inline(never)]
    pub fn put_text(&mut self, number: u16, text: &str) {
        let open = self.open(number);
        let len = text.len().saturating_add(1);
        self.raw(text.as_bytes());
        if text.len().is_multiple_of(4) {
            self.raw(&[0; 4]);
        }
        self.shut(open, len);
    }

    /// Puts an attribute that is an address.
    pub fn put_address(&mut self, number: u16, addr: IpAddr) {
        match addr {
            IpAddr::V4(v4) => self.put(number, &v4.octets()),
            IpAddr::V6(v6) => self.put(number, &v6.octets()),
        }
    }

    /// Puts an attribute that is a structure.
    pub fn put_structure<H: Structure>(&mut self, number: u16, value: &H) {
        let open = self.open(number);
        self.structure(value);
        self.close(open);
    }

    /// Puts a structure, as it is.
    pub fn structure<H: Structure>(&mut self, value: &H) {
        let start = self.len;
        self.len = start.saturating_add(H::LEN).next_multiple_of(4);
        if let Some(room) = self.bytes.get_mut(start..self.len) {
            room.fill(0);
            value.write(room.get_mut(..H::LEN).unwrap_or_default());
        }
    }

    /// Puts a structure where room was left for it; one that begins with its length is told it:
    /// up to here.
    pub fn structure_at<H: Structure>(&mut self, Open(start): Open, value: &H) {
        let len = self.len.saturating_sub(start) as u16;
        let room = self.bytes.get_mut(start..).and_then(|rest| rest.get_mut(..H::LEN));
        if let Some(room) = room {
            value.write(room);
            room.iter_mut().zip(len.to_ne_bytes()).for_each(|(to, from)| *to = from);
        }
    }

    /// Begins an attribute that holds others. The mark of a nest is the caller's to set:
    /// iproute2 leaves it out of most.
    #[inline(never)]
    pub fn open(&mut self, number: u16) -> Open {
        let start = self.len;
        let [n0, n1] = number.to_ne_bytes();
        self.raw(&[0, 0, n0, n1]);
        Open(start)
    }

    /// Ends an attribute that holds others; or a structure that begins with its length.
    #[inline(never)]
    pub fn close(&mut self, open: Open) {
        let len = self.len.saturating_sub(open.0).saturating_sub(4);
        self.shut(open, len);
    }

    fn shut(&mut self, Open(start): Open, payload: usize) {
        let len = payload.saturating_add(4) as u16;
        if let Some(to) = self.bytes.get_mut(start..).and_then(|rest| rest.first_chunk_mut()) {
            *to = len.to_ne_bytes();
        }
    }

    /// The payload of the first attribute of this number, where there is no header.
    #[inline(never)]
    pub fn find(&mut self, number: u16) -> Option<&mut [u8]> {
        let mut walk = Walk::new(self.bytes.get(..self.len)?);
        let mut start: usize = 0;
        while let Some(Ok((raw, payload))) = walk.next() {
            if raw == number {
                let end = start.saturating_add(frame::attr_size(payload.len()));
                return self.bytes.get_mut(start..end)?.get_mut(frame::HEADER..);
            }
            start = walk.at();
        }
        None
    }

    /// The first bytes of the first attribute of this number as an integer, big end first.
    #[inline(never)]
    pub fn number(&mut self, number: u16) -> Option<u32> {
        let bytes = self.find(number)?.iter().take(4);
        Some(bytes.fold(0, |value, byte| value.wrapping_shl(8) | u32::from(*byte)))
    }

    /// Sets an attribute where there is no header: the one that is there, or a new one.
    #[inline(never)]
    pub fn set(&mut self, number: u16, payload: &[u8]) {
        match self.find(number).filter(|room| room.len() == payload.len()) {
            Some(room) => room.iter_mut().zip(payload).for_each(|(to, from)| *to = *from),
            None => self.put(number, payload),
        }
    }

    /// Takes an attribute back.
    pub fn cancel(&mut self, open: Open) {
        self.len = open.0;
    }

    /// Where the next attribute will begin.
    pub fn here(&self) -> Open {
        Open(self.len)
    }
}

/// Puts a request in with others, typed, so that a refusal names its attribute.
pub type Push = fn(&mut Requests<'_>, u16, Flags, &[u8]) -> Result<(), CodecError>;

fn push<H: Structure, S: Set>(
    requests: &mut Requests<'_>,
    number: u16,
    flags: Flags,
    bytes: &[u8],
) -> Result<(), CodecError> {
    requests.push_built(Kind::<H, S>::new(number).with(flags), bytes)
}

/// Has the kernel do it, or tells why not.
pub fn send<C: Channel, H: Structure, S: Set>(
    ip: &mut Ip<'_, '_, C>,
    kind: Kind<H, S>,
    body: &Body,
) -> Result<(), Exit> {
    request(ip, push::<H, S>, kind.number(), kind.flags(), body)
}

/// Has the kernel do several things at once. Once in a program, whatever they are.
#[inline(never)]
pub fn together<C: Channel>(
    kernel: &mut Connection<'_, C>,
    fill: &mut dyn FnMut(&mut Requests<'_>) -> Result<(), CodecError>,
    each: &mut dyn FnMut(usize, Result<(), Refusal>),
) -> Result<(), Error> {
    kernel.batch(fill, each)
}

#[inline(never)]
fn request<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    push: Push,
    number: u16,
    flags: Flags,
    body: &Body,
) -> Result<(), Exit> {
    if body.bytes().is_empty() {
        let _ = writeln!(ip.pen.err, "Error: Buffer too small for object.");
        return Err(USAGE);
    }
    while let Some(pending) = ip.pen.pending.as_deref_mut() {
        if pending.take(push, number, flags, body.bytes()) {
            return Ok(());
        }
        batch::settle(&mut ip.pen);
    }
    let mut answer: Result<(), Refusal> = Ok(());
    let sent = together(
        &mut ip.kernel,
        &mut |requests| push(requests, number, flags, body.bytes()),
        &mut |_, result| answer = result,
    );
    let result = sent.and(answer.map_err(Error::Refused));
    if let Some(warning) = ip.kernel.warning() {
        errors::warning(ip.pen.err, warning);
    }
    result.map_err(|error| errors::request(ip.pen.err, &error))
}

/// Messages about what is to be deleted.
pub struct Doomed {
    body: Body,
    count: usize,
    /// There was more than there is room for.
    more: bool,
}

impl Doomed {
    /// Takes a message, unless there is no more room.
    pub fn take<H: Structure>(&mut self, header: &H, attrs: &[u8]) {
        let open = self.body.open(0);
        self.body.structure(header);
        self.body.raw(attrs);
        self.end(open);
    }

    /// Takes what is known by its number.
    pub fn take_number<H: Structure>(&mut self, header: &H, number: u16, value: u32) {
        let open = self.body.open(0);
        self.body.structure(header);
        self.body.put_u32(number, value);
        self.end(open);
    }

    fn end(&mut self, open: Open) {
        self.body.close(open);
        if self.body.len > ROOM {
            self.body.cancel(open);
            self.more = true;
        } else {
            self.count = self.count.saturating_add(1);
        }
    }
}

/// What finds what is to be deleted.
pub type Find<'f, 'a, 'b, C> =
    &'f mut dyn FnMut(&mut Ip<'a, 'b, C>, &mut Doomed) -> Result<(), Exit>;

/// How often a flush looks again whether something is left.
const ROUNDS: usize = 10;

/// Deletes all that `find` finds, until it finds nothing any more; how many those were.
pub fn flush<'a, 'b, C: Channel, H: Structure, S: Set>(
    ip: &mut Ip<'a, 'b, C>,
    delete: Kind<H, S>,
    find: Find<'_, 'a, 'b, C>,
) -> Result<usize, Exit> {
    let (mut round, mut count) = (0, 0);
    while round < ROUNDS {
        let mut doomed = Doomed { body: Body::empty(), count: 0, more: false };
        find(ip, &mut doomed)?;
        if doomed.count == 0 {
            return Ok(count);
        }
        count = doomed.count.saturating_add(count);
        remove(ip, push::<H, S>, delete.number(), &doomed)?;
        if !doomed.more {
            round = round.saturating_add(1);
        }
    }
    let _ = writeln!(ip.pen.err, "*** Flush remains incomplete after {ROUNDS} rounds. ***");
    Err(Exit(1))
}

#[inline(never)]
fn remove<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    push: Push,
    number: u16,
    doomed: &Doomed,
) -> Result<(), Exit> {
    let mut refused = None;
    let sent = together(
        &mut ip.kernel,
        &mut |requests| {
            let attrs = Attrs::<()>::new(doomed.body.bytes()).iter();
            for message in attrs.map_while(Result::ok) {
                push(requests, number, Flags::NONE, message.payload())?;
            }
            Ok(())
        },
        &mut |_, result| {
            // What went with another is gone, too.
            let gone = [Errno::NOENT, Errno::SRCH, Errno::ADDRNOTAVAIL];
            let error = result.err().filter(|refusal| !gone.contains(&refusal.errno()));
            refused = refused.or(error);
        },
    );
    let result = refused.map_or(sent, |refusal| Err(Error::Refused(refusal)));
    result.map_err(|error| {
        let _ = errors::request(ip.pen.err, &error);
        Exit(1)
    })
}

/// How a word's value is read, and put.
#[derive(Debug, Clone, Copy)]
pub enum How {
    /// A number of eight bits.
    U8,
    /// A number of 16 bits.
    U16,
    /// A number of 32 bits.
    U32,
    /// A number of 16 bits, big end first.
    Be16,
    /// A number of 32 bits, big end first.
    Be32,
    /// A number of 64 bits, big end first.
    Be64,
    /// A number by its name, in eight bits.
    Name8(Names),
    /// A number by its name, in 32 bits.
    Name32(Names),
    /// Text.
    Text,
    /// What a link may be called.
    LinkName,
    /// A link's index, by its name.
    Link,
    /// An address of this family.
    Addr(AddressFamily),
    /// Nothing follows: the attribute is there or is not.
    Flag,
}

/// An option: a word, the attribute that its value goes to, and how.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// The word.
    pub word: &'static str,
    /// Whether its beginning will do.
    pub short: bool,
    /// The attribute.
    pub number: u16,
    /// How it is read.
    pub how: How,
    /// What is said when it cannot be.
    pub why: &'static str,
}

/// An option with a word that stands as it is.
pub const fn exact(word: &'static str, number: u16, how: How, why: &'static str) -> Row {
    Row { word, short: false, number, how, why }
}

/// An option with a word of which the beginning will do.
pub const fn short(word: &'static str, number: u16, how: How, why: &'static str) -> Row {
    Row { word, short: true, number, how, why }
}

/// Whether a word is that of a row.
pub fn row<'r>(rows: &'r [Row], word: &str) -> Option<&'r Row> {
    rows.iter().find(|row| row.word == word || row.short && abbreviates(word, row.word))
}

/// If the word is that of a row, reads what follows, and puts it; whether it is.
#[inline(never)]
pub fn option<C: Channel>(
    rows: &[Row],
    word: &str,
    words: &mut Words<'_>,
    body: &mut Body,
    pen: &mut Pen<'_, '_, C>,
) -> Result<bool, Exit> {
    let Some(row) = row(rows, word) else { return Ok(false) };
    let (number, why) = (row.number, row.why);
    if let How::Flag = row.how {
        body.put(number, &[]);
        return Ok(true);
    }
    let value = words.value(pen.err)?;
    match row.how {
        How::Flag => {}
        How::Text => body.put_text(number, value),
        How::LinkName if !is_link_name(value) => return Err(wrong(pen.err, value, why)),
        How::LinkName => body.put_text(number, value),
        How::Link => body.put_u32(number, pen.find(value)?),
        How::Addr(family) => {
            body.put_address(number, address(value, family, pen.err)?);
        }
        How::U8 => body.put_u8(number, uint(value, 0xff, why, pen.err)? as u8),
        How::U16 => body.put_u16(number, uint(value, 0xffff, why, pen.err)? as u16),
        How::U32 => body.put_u32(number, uint32(value, why, pen.err)?),
        How::Be16 => {
            body.put(number, &(uint(value, 0xffff, why, pen.err)? as u16).to_be_bytes());
        }
        How::Be32 => body.put(number, &uint32(value, why, pen.err)?.to_be_bytes()),
        How::Be64 => body.put(number, &uint(value, u64::MAX, why, pen.err)?.to_be_bytes()),
        How::Name8(names) => body.put_u8(number, named(value, names, 0xff, why, pen.err)? as u8),
        How::Name32(names) => body.put_u32(number, named(value, names, u32::MAX, why, pen.err)?),
    }
    Ok(true)
}

/// Whether a link may be called this.
fn is_link_name(word: &str) -> bool {
    let odd = |it: char| it == '/' || it.is_ascii_whitespace();
    (1..=15).contains(&word.len()) && !word.contains(odd)
}

/// A number in base 10, 8 or 16, of at most this much; complains as `invarg` does.
#[inline(never)]
pub fn uint(word: &str, max: u64, why: &str, err: &mut dyn Write) -> Result<u64, Exit> {
    number(word).filter(|number| *number <= max).ok_or_else(|| wrong(err, word, why))
}

/// A number of 32 bits.
pub fn uint32(word: &str, why: &str, err: &mut dyn Write) -> Result<u32, Exit> {
    Ok(uint(word, u32::MAX.into(), why, err)? as u32)
}

/// A number by its name, or the number itself.
#[inline(never)]
pub fn named(
    word: &str,
    names: Names,
    max: u32,
    why: &str,
    err: &mut dyn Write,
) -> Result<u32, Exit> {
    names::number(word, names).filter(|number| *number <= max).ok_or_else(|| wrong(err, word, why))
}

/// Whether a word is `on` or `off`.
pub fn on_off(name: &str, word: &str, err: &mut dyn Write) -> Result<bool, Exit> {
    match word {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => {
            let _ = writeln!(
                err,
                "Error: argument of \"{name}\" must be one of \"on\" or \"off\", not \"{word}\""
            );
            Err(USAGE)
        }
    }
}

/// An address of this family, or of the one it looks like; complains as `get_addr` does.
#[inline(never)]
pub fn address(word: &str, family: AddressFamily, err: &mut dyn Write) -> Result<IpAddr, Exit> {
    whole(word, family, err)?.addr().ok_or_else(|| not_address(word, family, err))
}

/// The same as a prefix of all its bits; a label, too, if it is of that family.
#[inline(never)]
pub fn whole(word: &str, family: AddressFamily, err: &mut dyn Write) -> Result<Prefix, Exit> {
    match Prefix::read(word, family) {
        Some(prefix) if !prefix.said && !word.contains('/') => Ok(prefix),
        _ => Err(not_address(word, family, err)),
    }
}

fn not_address(word: &str, family: AddressFamily, err: &mut dyn Write) -> Exit {
    let name = super::prefix::family_name(family);
    let _ = writeln!(err, "Error: {name} address is expected rather than \"{word}\".");
    Exit(1)
}

/// A hardware address: bytes in base 16 with colons between, or an IPv4 address's; how many.
#[inline(never)]
pub fn hardware(word: &str, room: &mut [u8; 32], err: &mut dyn Write) -> Result<usize, Exit> {
    if word.contains('.') && !word.contains(':') {
        if let Some(IpAddr::V4(v4)) =
            Prefix::read(word, AddressFamily::INET).and_then(|it| it.addr())
        {
            room.iter_mut().zip(v4.octets()).for_each(|(to, from)| *to = from);
            return Ok(4);
        }
    }
    let mut len = 0;
    for part in word.split(':') {
        let byte = u8::from_str_radix(part, 16).ok();
        let slot = room.get_mut(len);
        let (Some(byte), Some(slot)) = (byte, slot) else {
            let _ = writeln!(err, "\"{word}\" is invalid lladdr.");
            return Err(Exit(1));
        };
        *slot = byte;
        len = len.saturating_add(1);
    }
    Ok(len)
}

/// The address behind an optional word for its family, else of the family that is known so far.
pub fn family_address(
    words: &mut Words<'_>,
    family: AddressFamily,
    err: &mut dyn Write,
) -> Result<Prefix, Exit> {
    let word = words.value(err)?;
    match names::FAMILIES.iter().find(|row| row.1 == word) {
        Some(row) => whole(words.value(err)?, AddressFamily(row.0 as u8), err),
        None => whole(word, family, err),
    }
}

/// Takes the family of what was said, if none is known so far.
pub fn settle(family: &mut AddressFamily, said: AddressFamily) {
    if *family == AddressFamily::UNSPEC {
        *family = said;
    }
}

/// A mark and its mask, `N` or `N/MASK`.
pub fn masked(word: &str) -> (&str, Option<&str>) {
    match word.split_once('/') {
        Some((value, mask)) => (value, Some(mask)),
        None => (word, None),
    }
}

/// Realms as an attribute has them: `TO`, or `FROM/TO`.
#[inline(never)]
pub fn realms(word: &str, err: &mut dyn Write) -> Result<u32, Exit> {
    let (from, to) = word.split_once('/').unwrap_or(("0", word));
    let realm = |word: &str| names::number(if word.is_empty() { "0" } else { word }, REALMS);
    match (realm(from), realm(to)) {
        (Some(from), Some(to)) => Ok(from.wrapping_shl(16) | to),
        _ => Err(wrong(err, word, "\"realm\" value is invalid\n")),
    }
}

/// Complains about a second value for the same thing, as `duparg` does.
pub fn duplicate(err: &mut dyn Write, name: &str, word: &str) -> Exit {
    let _ = writeln!(err, "Error: duplicate \"{name}\": \"{word}\" is the second value.");
    USAGE
}

/// Complains about what is missing, as `missarg` does.
pub fn missing(err: &mut dyn Write, name: &str) -> Exit {
    let _ = writeln!(err, "Error: argument \"{name}\" is required");
    USAGE
}
