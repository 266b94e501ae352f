//! Messages: header, type, flags, iteration over a datagram.
//!
//! ```text
//!  0          4      6      8          12         16                    len     align(len)
//!  +----------+------+------+----------+----------+---------------------+-------+
//!  |   len    | type | flags|   seq    |   port   | header, attributes  |padding|
//!  +----------+------+------+----------+----------+---------------------+-------+
//!                 struct nlmsghdr                   the family's own
//! ```

use core::marker::PhantomData;

use crate::attr::Key;
use crate::error::Error;
use crate::frame::align;
use crate::nest::Parsed;
use crate::value::Structure;

/// Length of a message's header in bytes, `NLMSG_HDRLEN`.
pub const HEADER: usize = 16;
/// Lowest message type of a family, `NLMSG_MIN_TYPE`; lower ones are control messages.
pub const MIN_TYPE: u16 = 16;

/// Returns the length of a message with a payload of `len` bytes, without padding, `nlmsg_size`.
pub const fn size(len: usize) -> usize {
    HEADER.saturating_add(len)
}

/// Returns the length of a message with a payload of `len` bytes, with padding, `nlmsg_total_size`.
pub const fn total_size(len: usize) -> usize {
    align(size(len))
}

/// Message type with its header and attribute set, and the flags of a request.
pub struct MessageType<H, S> {
    number: u16,
    flags: Flags,
    mask: Option<DumpMask>,
    types: PhantomData<fn() -> (H, S)>,
}

/// Attribute that dump requests of a message type carry.
#[derive(Clone, Copy)]
struct DumpMask {
    number: u16,
    value: u32,
    /// Address family (the header's first byte) whose dump requests do not carry it.
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
    /// Creates a message type, `nlmsg_type`.
    pub const fn new(number: u16) -> Self {
        MessageType { number, flags: Flags::REQUEST, mask: None, types: PhantomData }
    }

    /// Returns the message type, `nlmsg_type`.
    pub const fn number(self) -> u16 {
        self.number
    }

    /// Returns the flags of a request, `nlmsg_flags`.
    pub const fn flags(self) -> Flags {
        self.flags
    }

    /// Adds a 32-bit attribute that dump requests carry ahead of all others.
    ///
    /// For requests that the kernel answers incompletely without it: a dump of links silently omits
    /// a link whose message is too long, unless the request has `IFLA_EXT_MASK`. The same
    /// attribute, put by the caller, comes later and takes precedence.
    pub const fn on_dump<V>(self, key: Key<S, V>, value: u32) -> Self {
        MessageType { mask: Some(DumpMask { number: key.number(), value, unless: None }), ..self }
    }

    /// Exempts an address family from [`on_dump`](MessageType::on_dump): IPv6 rejects attributes in
    /// a dump of links.
    pub const fn but_not_of(self, family: u8) -> Self {
        match self.mask {
            Some(mask) => {
                MessageType { mask: Some(DumpMask { unless: Some(family), ..mask }), ..self }
            }
            None => self,
        }
    }

    /// Returns the number and value of the attribute that a request carries ahead of all others,
    /// given the first byte of its header.
    pub(crate) fn mask(self, family: Option<u8>) -> Option<(u16, u32)> {
        let mask = self.mask.filter(|_| self.flags.contains(Flags::DUMP))?;
        (mask.unless.is_none() || mask.unless != family).then_some((mask.number, mask.value))
    }

    /// Adds flags.
    pub const fn with(self, flags: Flags) -> Self {
        MessageType { flags: Flags(self.flags.0 | flags.0), ..self }
    }

    /// Removes flags.
    pub const fn without(self, flags: Flags) -> Self {
        MessageType { flags: Flags(self.flags.0 & !flags.0), ..self }
    }

    /// Adds `NLM_F_CREATE | NLM_F_EXCL`: creates an object, and fails with `EEXIST` if it exists.
    pub const fn create(self) -> Self {
        self.with(Flags(Flags::CREATE.0 | Flags::EXCL.0))
    }

    /// Adds `NLM_F_CREATE | NLM_F_REPLACE`: creates an object, or replaces it if it exists.
    pub const fn replace(self) -> Self {
        self.with(Flags(Flags::CREATE.0 | Flags::REPLACE.0))
    }

    /// Adds `NLM_F_REPLACE`: changes an object that exists.
    #[doc(alias = "NLM_F_REPLACE")]
    pub const fn change(self) -> Self {
        self.with(Flags::REPLACE)
    }

    /// Adds `NLM_F_CREATE | NLM_F_APPEND`: creates an object after those of the same key.
    pub const fn append(self) -> Self {
        self.with(Flags(Flags::CREATE.0 | Flags::APPEND.0))
    }

    /// Adds `NLM_F_DUMP`: dumps all objects.
    #[doc(alias = "NLM_F_DUMP")]
    pub const fn dump(self) -> Self {
        self.with(Flags::DUMP)
    }
}

/// Flags of a message, `nlmsg_flags`.
///
/// The upper byte depends on the request: GET, NEW and DEL requests and acknowledgements give the
/// same bits different meanings.
#[derive(Default, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Flags(pub u16);

impl Flags {
    /// No flags.
    pub const NONE: Flags = Flags(0);
    /// Request, `NLM_F_REQUEST`.
    #[doc(alias = "NLM_F_REQUEST")]
    pub const REQUEST: Flags = Flags(0x1);
    /// Part of a multipart message that `NLMSG_DONE` ends, `NLM_F_MULTI`.
    #[doc(alias = "NLM_F_MULTI")]
    pub const MULTI: Flags = Flags(0x2);
    /// Acknowledgement requested, `NLM_F_ACK`.
    #[doc(alias = "NLM_F_ACK")]
    pub const ACK: Flags = Flags(0x4);
    /// Notification requested by unicast, too, `NLM_F_ECHO`.
    #[doc(alias = "NLM_F_ECHO")]
    pub const ECHO: Flags = Flags(0x8);
    /// Dump inconsistent, as objects changed during it, `NLM_F_DUMP_INTR`.
    #[doc(alias = "NLM_F_DUMP_INTR")]
    pub const DUMP_INTR: Flags = Flags(0x10);
    /// Dump filtered by the kernel as requested, `NLM_F_DUMP_FILTERED`.
    #[doc(alias = "NLM_F_DUMP_FILTERED")]
    pub const DUMP_FILTERED: Flags = Flags(0x20);
    /// GET: the complete table, `NLM_F_ROOT`.
    #[doc(alias = "NLM_F_ROOT")]
    pub const ROOT: Flags = Flags(0x100);
    /// GET: all matching objects, `NLM_F_MATCH`.
    #[doc(alias = "NLM_F_MATCH")]
    pub const MATCH: Flags = Flags(0x200);
    /// GET: atomic snapshot; obsolete, `NLM_F_ATOMIC`.
    #[doc(alias = "NLM_F_ATOMIC")]
    pub const ATOMIC: Flags = Flags(0x400);
    /// GET: dump, `NLM_F_DUMP` (`NLM_F_ROOT | NLM_F_MATCH`).
    #[doc(alias = "NLM_F_DUMP")]
    pub const DUMP: Flags = Flags(0x300);
    /// NEW: replace an existing object, `NLM_F_REPLACE`.
    #[doc(alias = "NLM_F_REPLACE")]
    pub const REPLACE: Flags = Flags(0x100);
    /// NEW: fail if the object exists, `NLM_F_EXCL`.
    #[doc(alias = "NLM_F_EXCL")]
    pub const EXCL: Flags = Flags(0x200);
    /// NEW: create the object if it does not exist, `NLM_F_CREATE`.
    #[doc(alias = "NLM_F_CREATE")]
    pub const CREATE: Flags = Flags(0x400);
    /// NEW: append to the objects with the same key, `NLM_F_APPEND`.
    #[doc(alias = "NLM_F_APPEND")]
    pub const APPEND: Flags = Flags(0x800);
    /// DEL: do not delete recursively, `NLM_F_NONREC`.
    #[doc(alias = "NLM_F_NONREC")]
    pub const NONREC: Flags = Flags(0x100);
    /// DEL: delete all matching objects, `NLM_F_BULK`.
    #[doc(alias = "NLM_F_BULK")]
    pub const BULK: Flags = Flags(0x200);
    /// Acknowledgement: the request is quoted without its payload, `NLM_F_CAPPED`.
    #[doc(alias = "NLM_F_CAPPED")]
    pub const CAPPED: Flags = Flags(0x100);
    /// Acknowledgement: extended acknowledgement attributes follow, `NLM_F_ACK_TLVS`.
    #[doc(alias = "NLM_F_ACK_TLVS")]
    pub const ACK_TLVS: Flags = Flags(0x200);

    /// Returns whether all of these flags are set.
    pub const fn contains(self, flags: Flags) -> bool {
        self.0 & flags.0 == flags.0
    }

    /// Names of the lower flags, which have the same meaning in every message.
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

/// A message, borrowed from the buffer that it was received in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Message<'a> {
    /// Message type, `nlmsg_type`.
    pub message_type: u16,
    /// Flags, `nlmsg_flags`.
    pub flags: Flags,
    /// Sequence number of the request that it answers, `nlmsg_seq`; most often 0 in a notification.
    pub seq: u32,
    /// Port ID of the socket that it answers, `nlmsg_pid`; 0 in most notifications.
    pub port: u32,
    /// Payload behind the header.
    pub payload: &'a [u8],
}

impl<'a> Message<'a> {
    /// Reads the payload as header and attributes of this message type, without comparing the type.
    #[inline(always)]
    pub fn read<H: Structure, S>(&self, _: MessageType<H, S>) -> Parsed<'a, H, S> {
        Parsed::new(self.payload)
    }

    /// Reads the payload as header and attributes, if the message is of this type.
    #[inline(always)]
    pub fn parse<H: Structure, S>(
        &self,
        message_type: MessageType<H, S>,
    ) -> Option<Parsed<'a, H, S>> {
        (self.message_type == message_type.number).then(|| Parsed::new(self.payload))
    }

    /// Returns the message's header.
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

/// Iterator over the messages of a datagram.
///
/// A message with an invalid length yields one error and ends the iteration. Bytes behind the last
/// message that are all zero are ignored, as some senders send their complete buffer.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Messages<'a> {
    bytes: &'a [u8],
    at: usize,
    begun: bool,
}

impl<'a> Messages<'a> {
    /// Creates an iterator over the messages in these bytes.
    #[inline]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Messages { bytes, at: 0, begun: false }
    }

    /// Creates an iterator over the rest of a datagram whose first messages have been read.
    #[inline]
    pub const fn rest(bytes: &'a [u8]) -> Self {
        Messages { bytes, at: 0, begun: true }
    }

    /// Returns the offset of the next message, in bytes from the start.
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
    /// Netlink header, ahead of every message.
    pub MessageHeader "struct nlmsghdr" "nlmsg_" (16) {
        /// Length of the message in bytes, header included, padding not.
        0 => len: u32,
        /// Message type: a control message below 16, otherwise of a family.
        4 => message_type "nlmsg_type": u16,
        /// Flags, `NLM_F_*`.
        6 => flags: u16,
        /// Sequence number.
        8 => seq: u32,
        /// Port ID; of a reply, that of the socket it answers.
        12 => port "nlmsg_pid": u32,
    }
}
