//! A kernel made up for a test: no socket, no privileges, and whatever can go wrong at will.

use core::fmt;

use barelink_codec::control::{Control, ExtAck};
use barelink_codec::message::{self, Flags, Message, MessageHeader, MessageType, Messages};
use barelink_codec::schema::Set;
use barelink_codec::value::Structure;
use barelink_codec::{Error as CodecError, Writer, align, structure};

use crate::channel::Channel;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::socket::{KERNEL, Received};

/// A [`Channel`] whose answers come from a closure, which is called for every message sent.
///
/// What it answers waits in a buffer of the caller's. Nothing ever takes time: when there is
/// nothing to receive, that is [`Error::TimedOut`] at once.
///
/// ```
/// use barelink_codec::rtnl::link::{self, Link, LinkHeader};
/// use barelink_transport::{Connection, Error, Fake};
///
/// let mut queue = [0; 1024];
/// let kernel = Fake::new(&mut queue, |request, answers| match request.parse(link::GET) {
///     Some(get) if get.header.index == 1 => {
///         answers.reply(link::NEW, get.header, |link| { link.put(Link::IFNAME, "lo"); });
///         answers.ack();
///     }
///     _ => answers.refuse(19, |_| {}), // ENODEV
/// });
/// let mut buffer = [0; 1024];
/// let mut route = Connection::with_channel(kernel, &mut buffer)?;
/// let one = LinkHeader { index: 1, ..Default::default() };
/// assert_eq!(route.get(link::GET, one, |_| {})?.require(Link::IFNAME)?, "lo");
/// let two = LinkHeader { index: 2, ..Default::default() };
/// assert!(matches!(route.get(link::GET, two, |_| {}), Err(Error::Kernel(why)) if why.errno == 19));
/// # Ok::<(), Error>(())
/// ```
pub struct Fake<'q, F> {
    answer: F,
    queue: &'q mut [u8],
    start: usize,
    end: usize,
    full: Option<usize>,
    port: u32,
    quotes: bool,
}

impl<F> fmt::Debug for Fake<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fake({} bytes waiting)", self.end.saturating_sub(self.start))
    }
}

structure! {
    /// What waits in the queue.
    Entry "" "" (12) {
        /// What it is.
        0 => what: u32,
        /// How many bytes follow; of what is cut, how many there would have been.
        4 => len: u32,
        /// Who sent it.
        8 => from: u32,
    }
}

/// The lengths of entries.
const ENTRY: usize = 12;
const DATAGRAM: u32 = 0;
const OVERRUN: u32 = 1;
const CUT: u32 = 2;
const SILENCE: u32 = 3;

structure! {
    /// `struct nlmsgerr`.
    Refused "struct nlmsgerr" "" (20) {
        /// The error number, negative; or 0.
        0 => code: i32,
        /// The request's header.
        4 => len: u32,
        /// The request's kind.
        8 => kind: u16,
        /// Its flags.
        10 => flags: u16,
        /// Its sequence number.
        12 => seq: u32,
        /// Its port.
        16 => port: u32,
    }
}

structure! {
    /// What the end of a dump starts with.
    Code "" "" (4) {
        /// The error number, negative; or 0.
        0 => code: i32,
    }
}

impl<'q, F: FnMut(&Message<'_>, &mut Answers<'_>)> Fake<'q, F> {
    /// A kernel that answers like this; what it answers waits in `queue`.
    pub fn new(queue: &'q mut [u8], answer: F) -> Self {
        Fake { answer, queue, start: 0, end: 0, full: None, port: 1, quotes: false }
    }

    /// Quotes requests in full when it refuses them, as the kernel does to those who did not ask
    /// for less.
    pub fn with_uncapped_acks(self) -> Self {
        Fake { quotes: true, ..self }
    }

    /// Puts in what nobody asked for.
    pub fn push(&mut self, what: impl FnOnce(&mut Answers<'_>)) {
        self.with(None, |_, answers| what(answers));
    }

    fn with(&mut self, request: Option<Message<'_>>, what: impl FnOnce(&mut F, &mut Answers<'_>)) {
        self.queue.copy_within(self.start..self.end, 0);
        self.end = self.end.saturating_sub(self.start);
        self.start = 0;
        let mut answers = Answers {
            queue: self.queue,
            end: self.end,
            full: self.full,
            request,
            port: self.port,
            quotes: self.quotes,
            open: None,
        };
        what(&mut self.answer, &mut answers);
        (self.end, self.full) = (answers.end, answers.full);
    }
}

impl<F: FnMut(&Message<'_>, &mut Answers<'_>)> Channel for Fake<'_, F> {
    fn port(&mut self) -> Result<u32, Error> {
        Ok(self.port)
    }

    fn send(&mut self, datagram: &[u8], _: Option<Deadline>) -> Result<(), Error> {
        for message in Messages::new(datagram) {
            let message = message?;
            self.with(Some(message), |answer, answers| answer(&message, answers));
        }
        Ok(())
    }

    fn receive(&mut self, buffer: &mut [u8], _: Option<Deadline>) -> Result<Received, Error> {
        if let Some(needed) = self.full {
            return Err(CodecError::Full { needed }.into());
        }
        let waiting = self.queue.get(self.start..self.end).unwrap_or_default();
        let Some((head, rest)) = waiting.split_at_checked(ENTRY) else {
            return Err(Error::TimedOut);
        };
        let entry = Entry::read(head);
        let len = entry.len as usize;
        let bytes = rest.get(..len).filter(|_| entry.what == DATAGRAM).unwrap_or_default();
        self.start = self.start.saturating_add(ENTRY).saturating_add(align(bytes.len()));
        buffer.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        match entry.what {
            OVERRUN => Err(Error::Overrun),
            SILENCE => Err(Error::TimedOut),
            CUT => Err(Error::DatagramTruncated { needed: len, room: buffer.len() }),
            _ if len > buffer.len() => {
                Err(Error::DatagramTruncated { needed: len, room: buffer.len() })
            }
            _ => Ok(Received { len, from: entry.from, ..Received::default() }),
        }
    }
}

/// Takes a made-up kernel's answers to one message. Each is a datagram of its own, unless they are
/// put [`together`](Answers::together).
#[derive(Debug)]
pub struct Answers<'a> {
    queue: &'a mut [u8],
    end: usize,
    full: Option<usize>,
    request: Option<Message<'a>>,
    port: u32,
    quotes: bool,
    /// Where the datagram starts that answers are added to.
    open: Option<usize>,
}

impl Answers<'_> {
    /// Acknowledges the request.
    pub fn ack(&mut self) {
        self.verdict(0, |_| {});
    }

    /// Acknowledges the request, and has something to say about it.
    pub fn warn(&mut self, fill: impl FnOnce(&mut Writer<'_, ExtAck>)) {
        self.verdict(0, fill);
    }

    /// Refuses the request with this error number, and perhaps details.
    ///
    /// ```
    /// # use barelink_codec::control::ExtAck;
    /// # use barelink_transport::Fake;
    /// # let mut queue = [0; 256];
    /// Fake::new(&mut queue, |_, answers| {
    ///     answers.refuse(22, |details| {
    ///         details.put(ExtAck::MSG, "that is too much").put(ExtAck::OFFS, 32);
    ///     });
    /// });
    /// ```
    pub fn error(&mut self, errno: i32, fill: impl FnOnce(&mut Writer<'_, ExtAck>)) {
        self.verdict(errno, fill);
    }

    /// Answers with a message. Parts of a dump have [`Flags::MULTI`]: `link::NEW.with(Flags::MULTI)`.
    pub fn reply<H: Structure, S: Set>(
        &mut self,
        kind: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) {
        let (seq, port) = (self.request.map_or(0, |request| request.seq), self.port);
        self.message(kind.without(Flags::REQUEST), seq, port, header, fill);
    }

    /// Ends a dump.
    pub fn done(&mut self) {
        self.end(0, |_| {});
    }

    /// Breaks off a dump, or refuses it at its end; with 0, ends it with something to say.
    pub fn abort_dump(&mut self, errno: i32, fill: impl FnOnce(&mut Writer<'_, ExtAck>)) {
        self.end(errno, fill);
    }

    /// Tells something that nobody asked for.
    pub fn notify<H: Structure, S: Set>(
        &mut self,
        kind: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) {
        self.message(kind.without(Flags::REQUEST), 0, 0, header, fill);
    }

    /// A datagram of these bytes, whatever they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.foreign(KERNEL, bytes);
    }

    /// A datagram of these bytes from a program's port.
    pub fn foreign(&mut self, from: u32, bytes: &[u8]) {
        self.add(from, |room| {
            let needed = bytes.len();
            let room = room.get_mut(..needed).ok_or(CodecError::Full { needed })?;
            room.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
            Ok(needed)
        });
    }

    /// Has lost messages: [`Error::Overrun`].
    pub fn overrun(&mut self) {
        self.entry(Entry { what: OVERRUN, len: 0, from: KERNEL });
    }

    /// A datagram of this many bytes that does not fit the buffer: [`Error::Cut`].
    pub fn truncated(&mut self, needed: usize) {
        self.entry(Entry { what: CUT, len: needed as u32, from: KERNEL });
    }

    /// Says nothing for longer than anyone waits: [`Error::TimedOut`], and what follows is there
    /// after that.
    pub fn drop_reply(&mut self) {
        self.entry(Entry { what: SILENCE, len: 0, from: KERNEL });
    }

    /// Puts several messages into one datagram.
    pub fn coalesce(&mut self, fill: impl FnOnce(&mut Self)) {
        let start = self.end;
        self.entry(Entry { what: DATAGRAM, len: 0, from: KERNEL });
        self.open = Some(start);
        fill(self);
        self.open = None;
    }

    fn verdict(&mut self, errno: i32, fill: impl FnOnce(&mut Writer<'_, ExtAck>)) {
        let Some(request) = self.request else { return };
        let MessageHeader { len, message_type: kind, flags, seq, port } = request.header();
        let header = Refused { code: errno.saturating_neg(), len, kind, flags, seq, port };
        let capped = errno == 0 || !self.quotes;
        let flags = if capped { Flags::CAPPED } else { Flags::NONE };
        let kind = MessageType::<Refused, ExtAck>::new(Control::ERROR.0).with(flags);
        self.detailed(kind, header, |details| {
            if !capped {
                details.append(request.payload);
            }
            let before = details.len();
            fill(details);
            details.len() > before
        });
    }

    fn end(&mut self, errno: i32, fill: impl FnOnce(&mut Writer<'_, ExtAck>)) {
        let kind = MessageType::<Code, ExtAck>::new(Control::DONE.0).with(Flags::MULTI);
        self.detailed(kind, Code { code: errno.saturating_neg() }, |details| {
            let before = details.len();
            fill(details);
            details.len() > before
        });
    }

    /// An answer of netlink's own, marked if `fill` says that it has put in details.
    fn detailed<H: Structure>(
        &mut self,
        kind: MessageType<H, ExtAck>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, ExtAck>) -> bool,
    ) {
        let (seq, port) = (self.request.map_or(0, |request| request.seq), self.port);
        let mut there = false;
        let at = self.message(kind.without(Flags::REQUEST), seq, port, header, |details| {
            there = fill(details);
        });
        if let (Some(at), true) = (at, there) {
            self.change(at, |header| header.flags |= Flags::ACK_TLVS.0);
        }
    }

    /// Adds a message; where it starts.
    fn message<H: Structure, S: Set>(
        &mut self,
        kind: MessageType<H, S>,
        seq: u32,
        port: u32,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Option<usize> {
        let at = self.add(KERNEL, |room| Ok(kind.build(room, seq, header, fill)?.len()))?;
        self.change(at, |header| header.port = port);
        Some(at)
    }

    fn change(&mut self, at: usize, change: impl FnOnce(&mut MessageHeader)) {
        if let Some(bytes) =
            self.queue.get_mut(at..).and_then(|rest| rest.get_mut(..message::HEADER))
        {
            let mut header = MessageHeader::read(bytes);
            change(&mut header);
            header.write(bytes);
        }
    }

    /// Adds to the open datagram or starts another; where its bytes start.
    fn add(
        &mut self,
        from: u32,
        build: impl FnOnce(&mut [u8]) -> Result<usize, CodecError>,
    ) -> Option<usize> {
        let start = match self.open {
            Some(start) => start,
            None => {
                let start = self.end;
                self.entry(Entry { what: DATAGRAM, len: 0, from });
                start
            }
        };
        let at = self.end;
        let mut end = at;
        match build(self.queue.get_mut(at..).unwrap_or_default()) {
            Ok(len) => {
                end = at.saturating_add(len);
                let aligned = align(end);
                // The next starts there.
                if aligned > self.queue.len() {
                    self.full = Some(aligned);
                }
            }
            Err(CodecError::Full { needed }) => self.full = Some(at.saturating_add(needed)),
            Err(_) => self.full = Some(usize::MAX),
        }
        self.end = align(end).min(self.queue.len());
        let len = end.saturating_sub(start).saturating_sub(ENTRY);
        if let Some(head) = self.queue.get_mut(start..).and_then(|rest| rest.get_mut(..ENTRY)) {
            Entry { len: len as u32, ..Entry::read(head) }.write(head);
        }
        self.full.is_none().then_some(at)
    }

    fn entry(&mut self, entry: Entry) {
        let end = self.end.saturating_add(ENTRY);
        match self.queue.get_mut(self.end..end) {
            Some(head) => {
                entry.write(head);
                self.end = end;
            }
            None => self.full = Some(end),
        }
    }
}
