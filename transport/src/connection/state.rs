//! Requests and their replies, over a socket.
//!
//! The request stays at the front of the buffer while its replies come in behind it, so that an
//! error can say which of its attributes the kernel means.

use core::time::Duration;

use barelink_codec::control::Status;
use barelink_codec::handler::{Action, Handler, dispatch};
use barelink_codec::message::{self, Flags, Message, MessageType, Messages};
use barelink_codec::schema::{Set, TableFn};
use barelink_codec::socket::Protocol;
use barelink_codec::value::Structure;
use barelink_codec::{Error as CodecError, Exchange, ExchangeEvent, Parsed, Writer};

use crate::channel::Channel;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::refusal::{KernelError, names, path};
use crate::requests::{Requests, Shapes};
use crate::socket::{KERNEL, Socket, SocketOption};

/// A socket for requests, with the buffer that it sends from and receives into.
///
/// The kernel fills datagrams up to the room it sees, at most 32 KiB: 32 KiB of room for replies,
/// and what the requests take, is a good size. With less, dumps take more datagrams, and what does
/// not fit into one is an error, [`Error::Cut`].
///
/// ```no_run
/// use barelink_codec::rtnl::link::{self, Link, LinkHeader};
/// use barelink_transport::{Connection, Error, Protocol};
///
/// let mut buffer = [0; 33 * 1024];
/// let mut route = Connection::open(Protocol::ROUTE, &mut buffer)?;
/// let mut links = route.dump(link::GET, LinkHeader::default(), |_| {})?;
/// while let Some(link) = links.next()? {
///     println!("{}: {}", link.header.index, link.require(Link::IFNAME)?);
/// }
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug)]
pub struct Connection<'b, C = Socket> {
    channel: C,
    buffer: &'b mut [u8],
    /// How much of the buffer the request takes.
    request: usize,
    seq: u32,
    port: u32,
    peer: u32,
    timeout: Option<Duration>,
    exchange: Option<Exchange>,
    /// What the request looks like, for an error to find its attribute: the table of the attributes'
    /// names, if they are to be had, and how long the header before them is.
    names: Option<TableFn>,
    head: usize,
    warning: Option<KernelError>,
    counters: ConnectionStats,
    strict: bool,
    /// Something that the request awaited may be lost, so that waiting for it is in vain.
    lost: bool,
}

/// What a connection passed over.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ConnectionStats {
    /// Datagrams from someone else than the peer.
    pub foreign: u32,
    /// Messages that answer no request of ours that is still open: notifications, leftovers.
    pub stray: u32,
}

/// How long a request may take if nobody says otherwise. The kernel answers while the request is
/// being sent, so this is only reached when something is wrong.
const TIMEOUT: Duration = Duration::from_secs(30);

impl<'b> Connection<'b> {
    /// Opens a connection to the kernel's side of this protocol, with strict checking, extended
    /// acknowledgements and capped ones, as far as the kernel has them.
    pub fn open(protocol: Protocol, buffer: &'b mut [u8]) -> Result<Self, Error> {
        let socket = Socket::open(protocol)?;
        let strict = Connection::set_up(&socket)?;
        Ok(Connection { strict, ..Connection::with_channel(socket, buffer)? })
    }

    /// Sets a socket up as [`open`](Connection::open) does; whether the kernel checks strictly then.
    pub fn set_up(socket: &Socket) -> Result<bool, Error> {
        socket.connect(KERNEL, 0)?;
        is_supported(socket.set(SocketOption::CAP_ACK, true))?;
        is_supported(socket.set(SocketOption::EXT_ACK, true))?;
        is_supported(socket.set(SocketOption::GET_STRICT_CHK, true))
    }
}

/// Whether the kernel has an option; one that lacks it is none the worse for it.
fn is_supported(set: Result<(), Error>) -> Result<bool, Error> {
    match set {
        Ok(()) => Ok(true),
        Err(Error::Socket { errno: rustix::io::Errno::NOPROTOOPT, .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

impl<'b, C: Channel> Connection<'b, C> {
    /// A connection over a socket of one's own, best [set up](Connection::set_up) as others are, or
    /// over what stands in for one.
    pub fn with_channel(mut channel: C, buffer: &'b mut [u8]) -> Result<Self, Error> {
        let port = channel.port()?;
        Ok(Connection {
            channel,
            buffer,
            request: 0,
            seq: 0,
            port,
            peer: KERNEL,
            timeout: Some(TIMEOUT),
            exchange: None,
            names: None,
            head: 0,
            warning: None,
            counters: ConnectionStats::default(),
            strict: false,
            lost: false,
        })
    }

    /// Takes replies from the program at this port, not from the kernel; the socket is to be
    /// [connected](Socket::connect) to it.
    pub fn to_peer(self, port: u32) -> Self {
        Connection { peer: port, ..self }
    }

    /// How long a request may take, from being sent to its last reply; without a limit, for ever.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.timeout = timeout;
    }

    /// What was passed over so far.
    pub const fn stats(&self) -> ConnectionStats {
        self.counters
    }

    /// Whether the kernel was made to check requests strictly, when this was opened: since 4.20, on
    /// route sockets it then filters dumps as asked, instead of sending all.
    pub const fn is_strict(&self) -> bool {
        self.strict
    }

    /// What the kernel had to say about the last request, though it did it; of a batch, about the
    /// last of its requests that it had to say something about.
    pub const fn warning(&self) -> Option<&KernelError> {
        self.warning.as_ref()
    }

    /// The socket back, to be used otherwise.
    pub fn into_channel(self) -> C {
        self.channel
    }

    /// The socket.
    pub const fn channel(&self) -> &C {
        &self.channel
    }

    /// Has the kernel do something, and waits until it is done.
    ///
    /// ```no_run
    /// # use barelink_codec::rtnl::link::{self, Link, LinkHeader};
    /// # use barelink_transport::{Connection, Errno, Error, Protocol};
    /// # let mut buffer = [0; 4096];
    /// # let mut route = Connection::open(Protocol::ROUTE, &mut buffer)?;
    /// let header = LinkHeader { index: 7, ..Default::default() };
    /// match route.execute(link::SET, header, |link| { link.put(Link::MTU, 1400); }) {
    ///     Err(Error::Kernel(refusal)) if refusal.errno() == Errno::NODEV => {} // it has gone
    ///     other => other?,
    /// }
    /// # Ok::<(), Error>(())
    /// ```
    pub fn execute<H: Structure, S: Set>(
        &mut self,
        kind: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<(), Error> {
        let built = self.build(kind.with(Flags::ACK), header, fill);
        self.done(built, names::<S>(), H::LEN)
    }

    /// Asks for one thing; an acknowledgement without it is [`Error::NoReply`].
    pub fn get<H: Structure, S: Set>(
        &mut self,
        kind: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<Parsed<'_, H, S>, Error> {
        let built = self.build(kind.with(Flags::ACK), header, fill);
        Ok(self.one(built, names::<S>(), H::LEN)?.read(kind))
    }

    /// Asks for something and waits for its acknowledgement, giving the replies in between: what
    /// a request with [`Flags::ECHO`] caused, or several answers to one question.
    pub fn request<H: Structure, S: Set>(
        &mut self,
        kind: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<Replies<'_, 'b, H, S, C>, Error> {
        self.start(kind.with(Flags::ACK), header, fill)
    }

    /// Asks for all there are of something.
    ///
    /// A dump that changed under way gives all its parts, and [`Error::Interrupted`] at the end.
    pub fn dump<H: Structure, S: Set>(
        &mut self,
        kind: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<Replies<'_, 'b, H, S, C>, Error> {
        self.start(kind.dump(), header, fill)
    }

    fn start<H: Structure, S: Set>(
        &mut self,
        kind: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<Replies<'_, 'b, H, S, C>, Error> {
        let built = self.build(kind, header, fill);
        let position = self.send(built, names::<S>(), H::LEN)?;
        Ok(Replies { connection: self, position, kind })
    }

    /// Asks with a request whose header and attributes have been put together elsewhere, and whose
    /// kind says whether it is a dump. Nothing is added to it, also not what [`dump`](Self::dump) asks of
    /// links. The replies are messages, to be read as what they are.
    ///
    /// There is code of this once in a program, whatever it asks for.
    pub fn send_encoded<H: Structure, S: Set>(
        &mut self,
        kind: MessageType<H, S>,
        bytes: &[u8],
    ) -> Result<Replies<'_, 'b, (), (), C>, Error> {
        let kind = MessageType::new(kind.number()).with(kind.flags());
        let position = self.begin_built(kind, bytes, names::<S>(), H::LEN)?;
        Ok(Replies { connection: self, position, kind })
    }

    #[inline(never)]
    fn begin_built(
        &mut self,
        kind: MessageType<(), ()>,
        bytes: &[u8],
        names: Option<TableFn>,
        head: usize,
    ) -> Result<Position, Error> {
        let built = self.build(kind, (), |request| {
            request.append(bytes);
        });
        self.send(built, names, head)
    }

    /// Dumps, and dumps again when what was dumped changed meanwhile, up to `tries` times.
    ///
    /// `start` begins a collection, anew for each try, and `each` adds to it.
    pub fn dump_consistent<H: Structure, S: Set, T>(
        &mut self,
        tries: usize,
        kind: MessageType<H, S>,
        header: H,
        fill: impl Fn(&mut Writer<'_, S>),
        mut start: impl FnMut() -> T,
        mut each: impl FnMut(&mut T, Parsed<'_, H, S>) -> Result<(), Error>,
    ) -> Result<T, Error> {
        let mut left = tries;
        loop {
            let mut all = start();
            let mut replies = self.dump(kind, header, &fill)?;
            let result = loop {
                match replies.next() {
                    Ok(Some(reply)) => each(&mut all, reply)?,
                    Ok(None) => break Ok(()),
                    Err(error) => break Err(error),
                }
            };
            left = left.saturating_sub(1);
            match result {
                Ok(()) => return Ok(all),
                Err(Error::Interrupted) if left > 0 => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Has the kernel do several things, sent as one datagram, and tells of each how it went.
    ///
    /// `fill` puts in the requests; `each` is called once for every one, with its place in the
    /// batch, in the order that the kernel answers. The kernel does all of them whether or not one
    /// fails. It keeps room for an answer to each, so at its default buffer sizes some 200 requests
    /// go into one batch; where answers are lost, that is [`Error::Overrun`]. Of the buffer, 256
    /// bytes are kept for the answers.
    ///
    /// ```no_run
    /// # use barelink_codec::rtnl::link::{self, Link, LinkHeader};
    /// # use barelink_transport::{Connection, Error, Protocol};
    /// # let mut buffer = [0; 4096];
    /// # let mut route = Connection::open(Protocol::ROUTE, &mut buffer)?;
    /// route.batch(
    ///     |batch| {
    ///         for index in 2..5 {
    ///             let header = LinkHeader { index, ..Default::default() };
    ///             batch.push(link::SET, header, |link| { link.put(Link::MTU, 1400); })?;
    ///         }
    ///         Ok(())
    ///     },
    ///     |place, result| if let Err(refusal) = result { eprintln!("{place}: {refusal}") },
    /// )?;
    /// # Ok::<(), Error>(())
    /// ```
    pub fn batch(
        &mut self,
        fill: impl FnOnce(&mut Requests<'_>) -> Result<(), CodecError>,
        mut each: impl FnMut(usize, Result<(), KernelError>),
    ) -> Result<(), Error> {
        let deadline = self.deadline();
        self.drain(0, deadline)?;
        self.warning = None;
        // Without a gap, so that a reply's place is its distance from the first.
        if self.seq > u32::MAX / 2 {
            self.seq = 0;
        }
        let first = self.seq.wrapping_add(1);
        let mut requests = Requests::new(self.buffer, self.seq);
        fill(&mut requests)?;
        let count = requests.count();
        let shapes;
        (self.request, self.seq, shapes) = requests.end();
        if count == 0 {
            return Ok(());
        }
        self.transmit(deadline)?;
        self.answers(first, count, &shapes, deadline, &mut each)
    }

    /// Receives the answers to a batch of so many requests.
    fn answers(
        &mut self,
        first: u32,
        count: usize,
        shapes: &Shapes,
        deadline: Option<Deadline>,
        each: &mut dyn FnMut(usize, Result<(), KernelError>),
    ) -> Result<(), Error> {
        let mut open = count;
        while open > 0 {
            let end = self.receive(self.request, deadline)?;
            let (requests, replies) = self.buffer.split_at(self.request);
            let replies = replies.get(..end.saturating_sub(self.request)).unwrap_or_default();
            let mut stray = true;
            for message in Messages::new(replies) {
                let message = message?;
                let place = message.seq.wrapping_sub(first) as usize;
                let mut exchange = expect(self.peer, self.port, message.seq);
                let explain = |verdict: &Status<'_>| {
                    let request = Messages::new(requests).nth(place).and_then(Result::ok);
                    let path = request.and_then(|request| {
                        let shape =
                            shapes.iter().flatten().find(|it| it.kind == request.message_type)?;
                        Some(path(verdict, shape.names, shape.head, request.payload))
                    });
                    KernelError::new(verdict, path.unwrap_or_default())
                };
                let result = match exchange.step(message) {
                    ExchangeEvent::Ack(verdict) | ExchangeEvent::Finish { verdict, .. }
                        if place < count =>
                    {
                        self.warning = verdict.text().map(|_| explain(&verdict)).or(self.warning);
                        Ok(())
                    }
                    ExchangeEvent::Error(verdict) if place < count => Err(explain(&verdict)),
                    ExchangeEvent::Overrun => return Err(Error::Overrun),
                    ExchangeEvent::Invalid(_, error) => return Err(error.into()),
                    _ => {
                        self.counters.stray = self.counters.stray.wrapping_add(1);
                        continue;
                    }
                };
                stray = false;
                open = open.saturating_sub(1);
                each(place, result);
            }
            if stray && open > 0 {
                check_deadline(deadline)?;
            }
        }
        Ok(())
    }

    /// Sends a request and hands all that comes in to the callbacks, until one says to stop or the
    /// request is done.
    ///
    /// What went wrong the callbacks hear, and the caller too: a refusal, an interrupted dump.
    /// Where [`Handler::msg_out`] says otherwise than [`Action::Ok`], nothing is sent.
    pub fn request_with_handler<H: Structure, S: Set>(
        &mut self,
        kind: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
        handler: &mut (impl Handler + ?Sized),
    ) -> Result<(), Error> {
        let deadline = self.deadline();
        let built = self.build(kind, header, fill);
        self.take(built, names::<S>(), H::LEN)?;
        self.drain(self.request, deadline)?;
        let request = self.buffer.get(..self.request).unwrap_or_default();
        if let Some(Ok(message)) = Messages::new(request).next() {
            if handler.msg_out(&message) != Action::Ok {
                return Ok(());
            }
        }
        self.transmit(deadline)?;
        let mut exchange = self.expect(self.seq);
        let result = loop {
            let end = match self.receive(self.request, deadline) {
                Ok(end) => end,
                Err(Error::Overrun) if handler.overrun() != Action::Stop => {
                    self.lost = false;
                    continue;
                }
                Err(error) => break Err(error),
            };
            let datagram = self.buffer.get(self.request..end).unwrap_or_default();
            let before = exchange;
            let action = dispatch(datagram, Some(&mut exchange), handler);
            if exchange.is_done() || action == Action::Stop {
                let done = exchange.is_done();
                let outcome = self.outcome(before, done, datagram);
                break outcome.map(|warning| self.warning = warning);
            }
            if !Messages::new(datagram).flatten().any(|message| before.owns(&message)) {
                if let Err(error) = check_deadline(deadline) {
                    break Err(error);
                }
            }
        };
        self.exchange = Some(exchange);
        result
    }

    /// What went wrong in this datagram, the last that was handed to callbacks; or what it warns of.
    fn outcome(
        &self,
        mut exchange: Exchange,
        done: bool,
        datagram: &[u8],
    ) -> Result<Option<KernelError>, Error> {
        let mut warning = None;
        for message in Messages::new(datagram) {
            match exchange.step(message?) {
                ExchangeEvent::Error(verdict) if done => {
                    return Err(Error::Kernel(self.explain(&verdict)));
                }
                ExchangeEvent::Finish { interrupted: true, .. } if done => {
                    return Err(Error::Interrupted);
                }
                ExchangeEvent::Ack(verdict) | ExchangeEvent::Finish { verdict, .. } if done => {
                    warning = self.warning_in(&verdict);
                }
                ExchangeEvent::Overrun => return Err(Error::Overrun),
                ExchangeEvent::Invalid(_, error) => return Err(error.into()),
                _ => {}
            }
        }
        Ok(warning)
    }

    /// Sends a request whose only answer is one message without an end: `NETLINK_FIB_LOOKUP`.
    pub fn request_one<H: Structure, S: Set>(
        &mut self,
        kind: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<Parsed<'_, H, S>, Error> {
        let built = self.build(kind, header, fill);
        let mut position = self.send(built, names::<S>(), H::LEN)?;
        // Its answer is the request sent back, which nobody addressed.
        self.exchange = Some(Exchange::new(self.seq).single());
        let found = self.step(&mut position)?;
        Ok(self.message(found.ok_or(Error::NoReply)?).read(kind))
    }

    /// Builds a request, and says how long it is. There is code of this for each kind of request, so
    /// that it does but this; what follows is not told what kind it is.
    fn build<H: Structure, S: Set>(
        &mut self,
        kind: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<usize, CodecError> {
        self.seq = self.seq.wrapping_add(1).max(1);
        kind.build(self.buffer, self.seq, header, fill).map(|built| built.len())
    }

    /// Takes a request of this length, if there is room behind it for the shortest answer: what has
    /// been sent without, nobody would know the outcome of.
    fn take(
        &mut self,
        built: Result<usize, CodecError>,
        names: Option<TableFn>,
        head: usize,
    ) -> Result<(), Error> {
        self.warning = None;
        (self.names, self.head) = (names, head);
        let needed = match built {
            Ok(len) | Err(CodecError::Full { needed: len }) => len.saturating_add(ACK),
            Err(error) => return Err(error.into()),
        };
        if built.is_err() || needed > self.buffer.len() {
            return Err(CodecError::Full { needed }.into());
        }
        self.request = needed.saturating_sub(ACK);
        Ok(())
    }

    /// Sends a request, once what is left of an earlier one has been received; where its replies
    /// will be.
    fn send(
        &mut self,
        built: Result<usize, CodecError>,
        names: Option<TableFn>,
        head: usize,
    ) -> Result<Position, Error> {
        let deadline = self.deadline();
        self.take(built, names, head)?;
        self.drain(self.request, deadline)?;
        self.transmit(deadline)?;
        self.exchange = Some(self.expect(self.seq));
        Ok(Position::new(self.request, deadline))
    }

    /// Sends a request, and waits until it is done.
    fn done(
        &mut self,
        built: Result<usize, CodecError>,
        names: Option<TableFn>,
        head: usize,
    ) -> Result<(), Error> {
        let mut position = self.send(built, names, head)?;
        while self.step(&mut position)?.is_some() {}
        Ok(())
    }

    /// Sends a request; its one reply, once it is done.
    fn one(
        &mut self,
        built: Result<usize, CodecError>,
        names: Option<TableFn>,
        head: usize,
    ) -> Result<Message<'_>, Error> {
        let mut position = self.send(built, names, head)?;
        let found = self.step(&mut position)?.ok_or(Error::NoReply)?;
        // The acknowledgement comes in behind the reply.
        position.start = position.end;
        while self.step(&mut position)?.is_some() {
            self.counters.stray = self.counters.stray.wrapping_add(1);
        }
        Ok(self.message(found))
    }

    /// The exchange of this sequence number.
    fn expect(&self, seq: u32) -> Exchange {
        expect(self.peer, self.port, seq)
    }

    fn transmit(&mut self, deadline: Option<Deadline>) -> Result<(), Error> {
        self.lost = false;
        self.channel.send(self.buffer.get(..self.request).unwrap_or_default(), deadline)?;
        if self.port == 0 {
            // The kernel chose one on sending.
            self.port = self.channel.port()?;
        }
        Ok(())
    }

    /// Receives what is left of a request that was given up: the kernel would refuse the next dump,
    /// or its end be taken for the next one's.
    ///
    /// The kernel goes on with a dump whenever something is received, so that there is nothing to
    /// wait for: once nothing is there, nothing will come. The request stays at the front of the
    /// buffer.
    fn drain(&mut self, start: usize, deadline: Option<Deadline>) -> Result<(), Error> {
        while let Some(mut exchange) = self.exchange.filter(|exchange| !exchange.is_done()) {
            let room = self.buffer.get_mut(start..).unwrap_or_default();
            match self.channel.receive(room, Some(Deadline::NOW)) {
                Ok(received) if received.from == self.peer => {
                    let datagram = room.get(..received.len).unwrap_or_default();
                    for message in Messages::new(datagram).flatten() {
                        exchange.step(message);
                    }
                    self.exchange = Some(exchange);
                }
                Ok(_) => self.counters.foreign = self.counters.foreign.wrapping_add(1),
                // It has not been asked for.
                Err(Error::DatagramTruncated { .. } | Error::Overrun) => {}
                Err(Error::TimedOut | Error::WouldBlock) => break,
                Err(error) => return Err(error),
            }
            check_deadline(deadline)?;
        }
        self.exchange = None;
        Ok(())
    }

    fn deadline(&self) -> Option<Deadline> {
        self.timeout.map(Deadline::after)
    }

    /// Receives a datagram of the peer's behind `start`; where it ends.
    fn receive(&mut self, start: usize, deadline: Option<Deadline>) -> Result<usize, Error> {
        let deadline = if self.lost { Some(Deadline::NOW) } else { deadline };
        loop {
            let room = self.buffer.get_mut(start..).unwrap_or_default();
            match self.channel.receive(room, deadline) {
                Ok(received) if received.from == self.peer => {
                    return Ok(start.saturating_add(received.len));
                }
                Ok(_) => self.counters.foreign = self.counters.foreign.wrapping_add(1),
                Err(error) => {
                    self.lost |= matches!(error, Error::DatagramTruncated { .. } | Error::Overrun);
                    return Err(error);
                }
            }
            check_deadline(deadline)?;
        }
    }

    /// Where the exchange's next reply starts; none once the exchange is done.
    fn step(&mut self, position: &mut Position) -> Result<Option<usize>, Error> {
        let Some(mut exchange) = self.exchange else { return Ok(None) };
        let mut begun = true;
        loop {
            let unread = self.buffer.get(position.at..position.end).unwrap_or_default();
            for message in if begun { Messages::rest(unread) } else { Messages::new(unread) } {
                let found = position.at;
                let message = match message {
                    Ok(message) => message,
                    Err(error) => {
                        position.at = position.end;
                        self.lost = true;
                        return Err(error.into());
                    }
                };
                position.at = found.saturating_add(message::total_size(message.payload.len()));
                let event = exchange.step(message);
                self.exchange = Some(exchange);
                match event {
                    ExchangeEvent::Valid(_) => return Ok(Some(found)),
                    ExchangeEvent::Ack(verdict) => {
                        self.warning = self.warning_in(&verdict);
                        return Ok(None);
                    }
                    ExchangeEvent::Finish { interrupted, verdict } => {
                        self.warning = self.warning_in(&verdict);
                        return if interrupted { Err(Error::Interrupted) } else { Ok(None) };
                    }
                    ExchangeEvent::Error(verdict) => {
                        return Err(Error::Kernel(self.explain(&verdict)));
                    }
                    ExchangeEvent::Overrun => return Err(Error::Overrun),
                    ExchangeEvent::Invalid(_, error) => return Err(error.into()),
                    _ => self.counters.stray = self.counters.stray.wrapping_add(1),
                }
            }
            if exchange.is_done() {
                return Ok(None);
            }
            if !begun {
                check_deadline(position.deadline)?;
            }
            begun = false;
            (position.at, position.end) = (position.start, position.start);
            position.end = self.receive(position.start, position.deadline)?;
        }
    }

    /// The kernel's words, and the attribute of the request that they are about.
    fn explain(&self, verdict: &Status<'_>) -> KernelError {
        let request = self.buffer.get(message::HEADER..self.request).unwrap_or_default();
        KernelError::new(verdict, path(verdict, self.names, self.head, request))
    }

    /// What the kernel has to say though it did what was asked.
    fn warning_in(&self, verdict: &Status<'_>) -> Option<KernelError> {
        verdict.text().map(|_| self.explain(verdict))
    }

    /// The message that starts there, and was found to be whole.
    fn message(&self, at: usize) -> Message<'_> {
        let bytes = self.buffer.get(at..).unwrap_or_default();
        let nothing =
            Message { message_type: 0, flags: Flags::NONE, seq: 0, port: 0, payload: &[] };
        Messages::new(bytes).next().and_then(Result::ok).unwrap_or(nothing)
    }
}

/// The exchange of this sequence number. The kernel addresses its replies; other peers may not.
fn expect(peer: u32, port: u32, seq: u32) -> Exchange {
    let exchange = Exchange::new(seq);
    if peer == KERNEL { exchange.to_port(port) } else { exchange }
}

/// What comes in for others may come in for ever.
fn check_deadline(deadline: Option<Deadline>) -> Result<(), Error> {
    if deadline.is_some_and(|deadline| deadline.has_passed()) {
        Err(Error::TimedOut)
    } else {
        Ok(())
    }
}

/// The length of an acknowledgement.
const ACK: usize = message::size(4 + message::HEADER);

/// Which part of the buffer has been received and not been read yet.
#[derive(Debug, Clone, Copy)]
struct Position {
    /// Where the next datagram is received.
    start: usize,
    at: usize,
    end: usize,
    /// Until when there may be one.
    deadline: Option<Deadline>,
}

impl Position {
    const fn new(start: usize, deadline: Option<Deadline>) -> Self {
        Position { start, at: start, end: start, deadline }
    }
}

/// The replies to a request, one after the other. Dropped early, the rest is received and left
/// alone when the connection is used next.
#[derive(Debug)]
pub struct Replies<'c, 'b, H, S, C: Channel = Socket> {
    connection: &'c mut Connection<'b, C>,
    position: Position,
    kind: MessageType<H, S>,
}

impl<'c, 'b, H: Structure, S: Set, C: Channel> Replies<'c, 'b, H, S, C> {
    /// The next reply, or nothing after the last.
    #[allow(clippy::should_implement_trait)] // it lends
    pub fn next(&mut self) -> Result<Option<Parsed<'_, H, S>>, Error> {
        let kind = self.kind;
        let found = self.connection.step(&mut self.position)?;
        Ok(found.map(|at| self.connection.message(at).read(kind)))
    }

    /// The next reply as a message, for those that answer with more than one kind.
    pub fn next_message(&mut self) -> Result<Option<Message<'_>>, Error> {
        let found = self.connection.step(&mut self.position)?;
        Ok(found.map(|at| self.connection.message(at)))
    }

    /// Waits until the request is done, whatever replies there are.
    pub fn finish(mut self) -> Result<(), Error> {
        while self.connection.step(&mut self.position)?.is_some() {}
        Ok(())
    }

    /// The kind of message that was asked for.
    pub const fn kind(&self) -> MessageType<H, S> {
        self.kind
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::Fake;
    use barelink_codec::rtnl::link::{self, LinkHeader};
    use rustix::io::Errno;

    #[test]
    fn a_kernel_without_an_option_is_talked_to_all_the_same() {
        let failed = |errno| Err(Error::Socket { call: "set option", errno });
        assert_eq!(is_supported(Ok(())), Ok(true));
        assert_eq!(is_supported(failed(Errno::NOPROTOOPT)), Ok(false));
        assert!(is_supported(failed(Errno::PERM)).is_err());
    }

    #[test]
    fn sequence_numbers_start_anew_and_leave_out_that_of_notifications() {
        let (mut queue, mut buffer) = ([0; 1024], [0; 1024]);
        let fake = Fake::new(&mut queue, |request, answers| {
            assert_ne!(request.seq, 0);
            answers.ack();
        });
        let mut route = Connection::with_channel(fake, &mut buffer).unwrap();
        route.seq = u32::MAX - 1;
        for _ in 0..3 {
            route.execute(link::SET, LinkHeader::default(), |_| {}).unwrap();
        }
        route.seq = u32::MAX - 1;
        let mut places = [false; 3];
        let fill = |batch: &mut Requests<'_>| {
            (0..3).try_for_each(|_| batch.push(link::SET, LinkHeader::default(), |_| {}))
        };
        route.batch(fill, |place, result| places[place] = result.is_ok()).unwrap();
        assert_eq!(places, [true; 3]);
    }
}
