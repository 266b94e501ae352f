//! Messages: a header that says what follows, and what follows.
//!
//! ```text
//!  0          4      6      8          12         16                    len     align(len)
//!  +----------+------+------+----------+----------+---------------------+-------+
//!  |   len    | kind | flags|   seq    |   port   | header, attributes  |padding|
//!  +----------+------+------+----------+----------+---------------------+-------+
//!                 struct nlmsghdr                   the family's own
//! ```

use core::marker::PhantomData;

use crate::attr::Key;
use crate::error::Error;
use crate::frame::align;
use crate::nest::Parsed;
use crate::value::Structure;

/// The length of a message's header, `struct nlmsghdr`.
pub const HEADER: usize = 16;
/// The lowest number that a family may give a kind; those below are netlink's own,
/// `NLMSG_MIN_TYPE`.
pub const MIN_TYPE: u16 = 16;

/// How many bytes a message with a payload of `len` bytes has, without padding, `nlmsg_size`.
pub const fn size(len: usize) -> usize {
    HEADER.saturating_add(len)
}

/// How many bytes a message with a payload of `len` bytes takes, with padding, `nlmsg_total_size`.
pub const fn total_size(len: usize) -> usize {
    align(size(len))
}

/// A kind of message: its number, the flags of a request, and the header and attributes that go
/// with it.
pub struct MessageType<H, S> {
    number: u16,
    flags: Flags,
    mask: Option<DumpMask>,
    types: PhantomData<fn() -> (H, S)>,
}

/// What a kind's dumps carry.
#[derive(Clone, Copy)]
struct DumpMask {
    number: u16,
    value: u32,
    /// But not where the header's first byte, the address family, is this.
    unless: Option<u8>,
}

impl<H, S> Clone for MessageType<H, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H, S> Copy for MessageType<H, S> {}

impl<H, S> core::fmt::Debug for MessageType<H, S> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Kind({}, {:?})", self.number, self.flags)
    }
}

impl<H, S> MessageType<H, S> {
    /// The kind of this number.
    pub const fn new(number: u16) -> Self {
        MessageType { number, flags: Flags::REQUEST, mask: None, types: PhantomData }
    }

    /// Its number, `nlmsg_type`.
    pub const fn number(self) -> u16 {
        self.number
    }

    /// The flags that a request of this kind has.
    pub const fn flags(self) -> Flags {
        self.flags
    }

    /// This kind, whose dumps carry this attribute of 32 bits, ahead of all others.
    ///
    /// For requests that the kernel answers badly without it: a link whose message is long is left
    /// out of a dump in silence, unless the dump has an `IFLA_EXT_MASK`. The same attribute put in
    /// by hand comes later, and counts.
    pub const fn on_dump<V>(self, key: Key<S, V>, value: u32) -> Self {
        MessageType { mask: Some(DumpMask { number: key.number(), value, unless: None }), ..self }
    }

    /// This kind, whose dumps of this address family carry no attribute of their own: IPv6 takes
    /// none in a dump of links.
    pub const fn but_not_of(self, family: u8) -> Self {
        match self.mask {
            Some(mask) => {
                MessageType { mask: Some(DumpMask { unless: Some(family), ..mask }), ..self }
            }
            None => self,
        }
    }

    /// What a request of this kind carries ahead of all else, given the first byte of its header:
    /// an attribute's number, and its value.
    pub(crate) fn mask(self, family: Option<u8>) -> Option<(u16, u32)> {
        let mask = self.mask.filter(|_| self.flags.contains(Flags::DUMP))?;
        (mask.unless.is_none() || mask.unless != family).then_some((mask.number, mask.value))
    }

    /// This kind, with these flags as well.
    pub const fn with(self, flags: Flags) -> Self {
        MessageType { flags: Flags(self.flags.0 | flags.0), ..self }
    }

    /// This kind, without these flags.
    pub const fn without(self, flags: Flags) -> Self {
        MessageType { flags: Flags(self.flags.0 & !flags.0), ..self }
    }

    /// This kind, to make what must not be there yet, `NLM_F_CREATE | NLM_F_EXCL`.
    pub const fn create(self) -> Self {
        self.with(Flags(Flags::CREATE.0 | Flags::EXCL.0))
    }

    /// This kind, to make it or to replace what is there, `NLM_F_CREATE | NLM_F_REPLACE`.
    pub const fn replace(self) -> Self {
        self.with(Flags(Flags::CREATE.0 | Flags::REPLACE.0))
    }

    /// This kind, to change what must be there, `NLM_F_REPLACE`.
    pub const fn change(self) -> Self {
        self.with(Flags::REPLACE)
    }

    /// This kind, to add it behind what is there, `NLM_F_CREATE | NLM_F_APPEND`.
    pub const fn append(self) -> Self {
        self.with(Flags(Flags::CREATE.0 | Flags::APPEND.0))
    }

    /// This kind, to ask for all there are, `NLM_F_DUMP`.
    pub const fn dump(self) -> Self {
        self.with(Flags::DUMP)
    }
}

/// A message's flags, `NLM_F_*`.
///
/// The upper ones mean different things by the kind of message: in a GET, in a NEW, in a DEL, and in
/// an acknowledgement.
#[derive(Default, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Flags(pub u16);

impl Flags {
    /// None.
    pub const NONE: Flags = Flags(0);
    /// It asks for something.
    pub const REQUEST: Flags = Flags(0x1);
    /// More of the same reply follow, up to the one that says it is done.
    pub const MULTI: Flags = Flags(0x2);
    /// An acknowledgement is wanted.
    pub const ACK: Flags = Flags(0x4);
    /// The notification that comes of it is wanted, too.
    pub const ECHO: Flags = Flags(0x8);
    /// What is being dumped changed meanwhile.
    pub const DUMP_INTR: Flags = Flags(0x10);
    /// The dump was filtered as asked.
    pub const DUMP_FILTERED: Flags = Flags(0x20);
    /// GET: the whole table.
    pub const ROOT: Flags = Flags(0x100);
    /// GET: all that match.
    pub const MATCH: Flags = Flags(0x200);
    /// GET: all at one moment; obsolete.
    pub const ATOMIC: Flags = Flags(0x400);
    /// GET: all of them.
    pub const DUMP: Flags = Flags(0x300);
    /// NEW: replace what is there.
    pub const REPLACE: Flags = Flags(0x100);
    /// NEW: fail if it is there.
    pub const EXCL: Flags = Flags(0x200);
    /// NEW: make it if it is not there.
    pub const CREATE: Flags = Flags(0x400);
    /// NEW: add it to the end.
    pub const APPEND: Flags = Flags(0x800);
    /// DEL: this one, not what is under it.
    pub const NONREC: Flags = Flags(0x100);
    /// DEL: all that match.
    pub const BULK: Flags = Flags(0x200);
    /// Acknowledgement: the request is quoted without its payload.
    pub const CAPPED: Flags = Flags(0x100);
    /// Acknowledgement: attributes with details follow.
    pub const ACK_TLVS: Flags = Flags(0x200);

    /// Whether all of these are set.
    pub const fn contains(self, flags: Flags) -> bool {
        self.0 & flags.0 == flags.0
    }

    /// The names of the lower flags, which mean the same in every message.
    const NAMES: crate::schema::ValueNames = &[
        (0x1, "REQUEST"),
        (0x2, "MULTI"),
        (0x4, "ACK"),
        (0x8, "ECHO"),
        (0x10, "DUMP_INTR"),
        (0x20, "DUMP_FILTERED"),
    ];
}

impl core::fmt::Debug for Flags {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        crate::schema::print_flags(self.0.into(), Flags::NAMES, f)
    }
}

impl core::ops::BitOr for Flags {
    type Output = Flags;

    fn bitor(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }
}

/// A message, in the buffer that it came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Message<'a> {
    /// The number of its kind, `nlmsg_type`.
    pub message_type: u16,
    /// Its flags.
    pub flags: Flags,
    /// The sequence number of the request that it answers; 0 for what nobody asked for.
    pub seq: u32,
    /// The port of whom it answers, `nlmsg_pid`; 0 for what nobody asked for.
    pub port: u32,
    /// What follows the header.
    pub payload: &'a [u8],
}

impl<'a> Message<'a> {
    /// What follows the header, as the header and attributes of this kind, whatever kind it is.
    #[inline(always)]
    pub fn read<H: Structure, S>(&self, _: MessageType<H, S>) -> Parsed<'a, H, S> {
        Parsed::new(self.payload)
    }

    /// The message as one of this kind, if it is of this kind.
    #[inline(always)]
    pub fn parse<H: Structure, S>(
        &self,
        message_type: MessageType<H, S>,
    ) -> Option<Parsed<'a, H, S>> {
        (self.message_type == message_type.number).then(|| Parsed::new(self.payload))
    }

    /// The header as it stands in front of the payload.
    pub const fn header(&self) -> MessageHeader {
        MessageHeader {
            len: size(self.payload.len()) as u32,
            message_type: self.message_type,
            flags: self.flags.0,
            seq: self.seq,
            port: self.port,
        }
    }
}

/// The messages of a datagram.
///
/// Each is complete. Where one's length does not hold up, the walk says so once and ends. Bytes
/// behind the last message that are all zero are no message: some senders send their whole buffer.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Messages<'a> {
    bytes: &'a [u8],
    at: usize,
    begun: bool,
}

impl<'a> Messages<'a> {
    /// The messages in these bytes.
    #[inline]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Messages { bytes, at: 0, begun: false }
    }

    /// The messages in what is left of a datagram, whose first have been read before.
    #[inline]
    pub const fn rest(bytes: &'a [u8]) -> Self {
        Messages { bytes, at: 0, begun: true }
    }

    /// Where the next message starts, in bytes.
    #[inline]
    pub const fn at(&self) -> usize {
        self.at
    }
}

impl<'a> Iterator for Messages<'a> {
    type Item = Result<Message<'a>, Error>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let at = self.at;
        let rest = self.bytes.get(at..).unwrap_or_default();
        if rest.is_empty() {
            return None;
        }
        let Some(message) = split(rest) else {
            self.at = self.bytes.len();
            let unused = (self.begun || at > 0) && rest.iter().all(|byte| *byte == 0);
            return if unused { None } else { Some(Err(Error::Truncated { at })) };
        };
        self.at = at.saturating_add(total_size(message.payload.len()));
        Some(Ok(message))
    }
}

#[inline(always)]
fn split(bytes: &[u8]) -> Option<Message<'_>> {
    let header = MessageHeader::read(bytes.get(..HEADER)?);
    Some(Message {
        message_type: header.message_type,
        flags: Flags(header.flags),
        seq: header.seq,
        port: header.port,
        payload: bytes.get(HEADER..header.len as usize)?,
    })
}

structure! {
    /// `struct nlmsghdr`.
    pub MessageHeader "struct nlmsghdr" "" (16) {
        /// How many bytes the message has, with this header and without padding.
        0 => len: u32,
        /// The number of its kind.
        4 => message_type: u16,
        /// Its flags, `NLM_F_*`.
        6 => flags: u16,
        /// Its sequence number.
        8 => seq: u32,
        /// The port of whom it answers.
        12 => port: u32,
    }
}
