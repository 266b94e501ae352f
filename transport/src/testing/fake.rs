//! Fake kernel for tests, whose replies and faults a closure makes.

use core::fmt;

use barelink_codec::control::{Control, ExtAck};
use barelink_codec::message::{self, Flags, Message, MessageHeader, MessageType, Messages};
use barelink_codec::schema::Set;
use barelink_codec::value::Structure;
use barelink_codec::{Error as CodecError, Writer, align, structure};

use crate::channel::Channel;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::socket::received::{KERNEL, Received};

/// Fake kernel: a [`Channel`] whose replies a closure makes, which is called for every message sent.
///
/// Replies are queued in a buffer of the caller's. Nothing takes time: receiving from an empty queue
/// is [`Error::TimedOut`] at once.
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
///     _ => answers.error(19, |_| {}), // ENODEV
/// });
/// let mut buffer = [0; 1024];
/// let mut route = Connection::with_channel(kernel, &mut buffer)?;
/// let one = LinkHeader { index: 1, ..Default::default() };
/// assert_eq!(route.get(link::GET, one, |_| {})?.require(Link::IFNAME)?, "lo");
/// let two = LinkHeader { index: 2, ..Default::default() };
/// assert!(matches!(route.get(link::GET, two, |_| {}), Err(Error::Kernel(error)) if error.errno == 19));
/// # Ok::<(), Error>(())
/// ```
pub struct Fake<'q, F> {
    answer: F,
    queue: &'q mut [u8],
    start: usize,
    end: usize,
    full: Option<usize>,
    port: u32,
    uncapped: bool,
}

impl<F> fmt::Debug for Fake<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fake({} bytes waiting)", self.end.saturating_sub(self.start))
    }
}

structure! {
    /// Header of an entry of the queue.
    QueueEntry "" "" (12) {
        /// Kind of the entry: a datagram or a fault.
        0 => kind: u32,
        /// Length of the datagram in bytes, which follows unless it is truncated.
        4 => len: u32,
        /// Port of the sender.
        8 => from: u32,
    }
}

/// Length of an entry's header.
const ENTRY_LEN: usize = 12;

/// Kinds of entries.
const DATAGRAM: u32 = 0;
const OVERRUN: u32 = 1;
const TRUNCATED: u32 = 2;
const NO_REPLY: u32 = 3;

structure! {
    /// Payload of `NLMSG_ERROR`.
    ErrorHeader "struct nlmsgerr" "" (20) {
        /// Negative errno; 0 acknowledges.
        0 => code: i32,
        /// Length of the request.
        4 => len: u32,
        /// Type of the request.
        8 => message_type: u16,
        /// Flags of the request.
        10 => flags: u16,
        /// Sequence number of the request.
        12 => seq: u32,
        /// Port of the request.
        16 => port: u32,
    }
}

structure! {
    /// Payload of `NLMSG_DONE`.
    DoneHeader "" "" (4) {
        /// Negative errno; 0 for success.
        0 => code: i32,
    }
}

impl<'q, F: FnMut(&Message<'_>, &mut Answers<'_>)> Fake<'q, F> {
    /// Creates a kernel that replies by `answer`, and keeps replies in `queue` until they are received.
    pub fn new(queue: &'q mut [u8], answer: F) -> Self {
        Fake { answer, queue, start: 0, end: 0, full: None, port: 1, uncapped: false }
    }

    /// Quotes the whole request in errors, as the kernel does without
    /// [`SocketOption::CAP_ACK`](crate::SocketOption::CAP_ACK).
    pub fn with_uncapped_acks(self) -> Self {
        Fake { uncapped: true, ..self }
    }

    /// Queues datagrams that no request caused: notifications, faults.
    pub fn push(&mut self, fill: impl FnOnce(&mut Answers<'_>)) {
        self.answer(None, |_, answers| fill(answers));
    }

    fn answer(
        &mut self,
        request: Option<Message<'_>>,
        fill: impl FnOnce(&mut F, &mut Answers<'_>),
    ) {
        self.queue.copy_within(self.start..self.end, 0);
        self.end = self.end.saturating_sub(self.start);
        self.start = 0;
        let mut answers = Answers {
            queue: self.queue,
            end: self.end,
            full: self.full,
            request,
            port: self.port,
            uncapped: self.uncapped,
            open: None,
        };
        fill(&mut self.answer, &mut answers);
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
            self.answer(Some(message), |answer, answers| answer(&message, answers));
        }
        Ok(())
    }

    fn receive(&mut self, buffer: &mut [u8], _: Option<Deadline>) -> Result<Received, Error> {
        if let Some(needed) = self.full {
            return Err(CodecError::Full { needed }.into());
        }
        let waiting = self.queue.get(self.start..self.end).unwrap_or_default();
        let Some((header, rest)) = waiting.split_at_checked(ENTRY_LEN) else {
            return Err(Error::TimedOut);
        };
        let entry = QueueEntry::read(header);
        let len = entry.len as usize;
        let bytes = rest.get(..len).filter(|_| entry.kind == DATAGRAM).unwrap_or_default();
        self.start = self.start.saturating_add(ENTRY_LEN).saturating_add(align(bytes.len()));
        buffer.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        match entry.kind {
            OVERRUN => Err(Error::Overrun),
            NO_REPLY => Err(Error::TimedOut),
            TRUNCATED => Err(Error::DatagramTruncated { needed: len, room: buffer.len() }),
            _ if len > buffer.len() => {
                Err(Error::DatagramTruncated { needed: len, room: buffer.len() })
            }
            _ => Ok(Received { len, from: entry.from, ..Received::default() }),
        }
    }
}

/// Replies of a [`Fake`] kernel to one message, each a datagram of its own, unless
/// [`coalesce`](Answers::coalesce) combines them.
#[derive(Debug)]
pub struct Answers<'a> {
    queue: &'a mut [u8],
    end: usize,
    full: Option<usize>,
    request: Option<Message<'a>>,
    port: u32,
    uncapped: bool,
    /// Start of the datagram that replies are added to, within `coalesce`.
    open: Option<usize>,
}

impl Answers<'_> {
    /// Acknowledges the request.
    pub fn ack(&mut self) {
        self.status(0, |_| {});
    }

    /// Acknowledges the request with a warning: an extended acknowledgement with errno 0.
    pub fn warn(&mut self, fill: impl FnOnce(&mut Writer<'_, ExtAck>)) {
        self.status(0, fill);
    }

    /// Rejects the request with an errno, and an extended acknowledgement that `fill` writes.
    ///
    /// ```
    /// # use barelink_codec::control::ExtAck;
    /// # use barelink_transport::Fake;
    /// # let mut queue = [0; 256];
    /// Fake::new(&mut queue, |_, answers| {
    ///     answers.error(22, |details| {
    ///         details.put(ExtAck::MSG, "value out of range").put(ExtAck::OFFS, 32);
    ///     });
    /// });
    /// ```
    pub fn error(&mut self, errno: i32, fill: impl FnOnce(&mut Writer<'_, ExtAck>)) {
        self.status(errno, fill);
    }

    /// Replies with a message. Those of a dump have [`Flags::MULTI`]: `link::NEW.with(Flags::MULTI)`.
    pub fn reply<H: Structure, S: Set>(
        &mut self,
        message_type: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) {
        let (seq, port) = (self.request.map_or(0, |request| request.seq), self.port);
        self.message(message_type.without(Flags::REQUEST), seq, port, header, fill);
    }

    /// Ends a dump (`NLMSG_DONE`).
    pub fn done(&mut self) {
        self.end(0, |_| {});
    }

    /// Ends a dump with an errno (`NLMSG_DONE`), or for 0 with a warning.
    pub fn abort_dump(&mut self, errno: i32, fill: impl FnOnce(&mut Writer<'_, ExtAck>)) {
        self.end(errno, fill);
    }

    /// Sends a notification: sequence number and port are 0.
    pub fn notify<H: Structure, S: Set>(
        &mut self,
        message_type: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) {
        self.message(message_type.without(Flags::REQUEST), 0, 0, header, fill);
    }

    /// Sends a datagram of these bytes, valid or not.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.foreign(KERNEL, bytes);
    }

    /// Sends a datagram of these bytes from another port than the kernel's.
    pub fn foreign(&mut self, from: u32, bytes: &[u8]) {
        self.add(from, |room| {
            let needed = bytes.len();
            let room = room.get_mut(..needed).ok_or(CodecError::Full { needed })?;
            room.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
            Ok(needed)
        });
    }

    /// Makes the next reception fail with [`Error::Overrun`].
    pub fn overrun(&mut self) {
        self.entry(QueueEntry { kind: OVERRUN, len: 0, from: KERNEL });
    }

    /// Makes the next reception fail with [`Error::DatagramTruncated`], for a datagram of this length.
    pub fn truncated(&mut self, needed: usize) {
        self.entry(QueueEntry { kind: TRUNCATED, len: needed as u32, from: KERNEL });
    }

    /// Makes the next reception fail with [`Error::TimedOut`]; later replies follow it.
    pub fn drop_reply(&mut self) {
        self.entry(QueueEntry { kind: NO_REPLY, len: 0, from: KERNEL });
    }

    /// Combines several messages into one datagram.
    pub fn coalesce(&mut self, fill: impl FnOnce(&mut Self)) {
        let start = self.end;
        self.entry(QueueEntry { kind: DATAGRAM, len: 0, from: KERNEL });
        self.open = Some(start);
        fill(self);
        self.open = None;
    }

    fn status(&mut self, errno: i32, fill: impl FnOnce(&mut Writer<'_, ExtAck>)) {
        let Some(request) = self.request else { return };
        let MessageHeader { len, message_type, flags, seq, port } = request.header();
        let code = errno.saturating_neg();
        let header = ErrorHeader { code, len, message_type, flags, seq, port };
        let capped = errno == 0 || !self.uncapped;
        let flags = if capped { Flags::CAPPED } else { Flags::NONE };
        let error = MessageType::<ErrorHeader, ExtAck>::new(Control::ERROR.0).with(flags);
        self.control(error, header, |details| {
            if !capped {
                details.append(request.payload);
            }
            let before = details.len();
            fill(details);
            details.len() > before
        });
    }

    fn end(&mut self, errno: i32, fill: impl FnOnce(&mut Writer<'_, ExtAck>)) {
        let done = MessageType::<DoneHeader, ExtAck>::new(Control::DONE.0).with(Flags::MULTI);
        self.control(done, DoneHeader { code: errno.saturating_neg() }, |details| {
            let before = details.len();
            fill(details);
            details.len() > before
        });
    }

    /// Adds a control message; `fill` returns whether it wrote an extended acknowledgement.
    fn control<H: Structure>(
        &mut self,
        message_type: MessageType<H, ExtAck>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, ExtAck>) -> bool,
    ) {
        let (seq, port) = (self.request.map_or(0, |request| request.seq), self.port);
        let mut has_ext_ack = false;
        let at = self.message(message_type.without(Flags::REQUEST), seq, port, header, |details| {
            has_ext_ack = fill(details);
        });
        if let (Some(at), true) = (at, has_ext_ack) {
            self.change(at, |header| header.flags |= Flags::ACK_TLVS.0);
        }
    }

    /// Adds a message and returns its start.
    fn message<H: Structure, S: Set>(
        &mut self,
        message_type: MessageType<H, S>,
        seq: u32,
        port: u32,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Option<usize> {
        let at = self.add(KERNEL, |room| Ok(message_type.build(room, seq, header, fill)?.len()))?;
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

    /// Adds to the open datagram, or starts another, and returns the start of the bytes.
    fn add(
        &mut self,
        from: u32,
        build: impl FnOnce(&mut [u8]) -> Result<usize, CodecError>,
    ) -> Option<usize> {
        let start = match self.open {
            Some(start) => start,
            None => {
                let start = self.end;
                self.entry(QueueEntry { kind: DATAGRAM, len: 0, from });
                start
            }
        };
        let at = self.end;
        let mut end = at;
        match build(self.queue.get_mut(at..).unwrap_or_default()) {
            Ok(len) => {
                end = at.saturating_add(len);
                let aligned = align(end);
                // The next entry starts there.
                if aligned > self.queue.len() {
                    self.full = Some(aligned);
                }
            }
            Err(CodecError::Full { needed }) => self.full = Some(at.saturating_add(needed)),
            Err(_) => self.full = Some(usize::MAX),
        }
        self.end = align(end).min(self.queue.len());
        let len = end.saturating_sub(start).saturating_sub(ENTRY_LEN);
        if let Some(header) = self.queue.get_mut(start..).and_then(|rest| rest.get_mut(..ENTRY_LEN))
        {
            QueueEntry { len: len as u32, ..QueueEntry::read(header) }.write(header);
        }
        self.full.is_none().then_some(at)
    }

    fn entry(&mut self, entry: QueueEntry) {
        let end = self.end.saturating_add(ENTRY_LEN);
        match self.queue.get_mut(self.end..end) {
            Some(header) => {
                entry.write(header);
                self.end = end;
            }
            None => self.full = Some(end),
        }
    }
}
