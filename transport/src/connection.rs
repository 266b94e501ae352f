//! Requests and their replies, over a socket.
//!
//! The request stays at the front of the buffer while its replies come in behind it, so that an
//! error can say which of its attributes the kernel means.

use core::marker::PhantomData;
use core::time::Duration;

use barelink_codec::control::Verdict;
use barelink_codec::handler::{Action, Handler, dispatch};
use barelink_codec::message::{self, Flags, Kind, Message, Messages};
use barelink_codec::policy::{Rows, Set};
use barelink_codec::value::Structure;
use barelink_codec::{Event, Exchange, Parsed, Writer};

use crate::channel::Channel;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::protocol::Protocol;
use crate::refusal::Refusal;
use crate::socket::{KERNEL, Socket, Switch};

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
    warning: Option<Refusal>,
    counters: Counters,
    modern: bool,
}

/// What a connection passed over.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Counters {
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
        socket.connect(KERNEL, 0)?;
        socket.set(Switch::CAP_ACK, true).or_else(old)?;
        socket.set(Switch::EXT_ACK, true).or_else(old)?;
        let strict = socket.set(Switch::GET_STRICT_CHK, true);
        let mut connection = Connection::over(socket, buffer)?;
        connection.modern = strict.is_ok();
        strict.or_else(old)?;
        Ok(connection)
    }
}

/// A kernel that lacks an option is none the worse for it.
fn old(error: Error) -> Result<(), Error> {
    match error {
        Error::Socket { errno: rustix::io::Errno::NOPROTOOPT, .. } => Ok(()),
        error => Err(error),
    }
}

impl<'b, C: Channel> Connection<'b, C> {
    /// A connection over a socket of one's own, set up as it should be, or what stands in for one.
    pub fn over(mut channel: C, buffer: &'b mut [u8]) -> Result<Self, Error> {
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
            warning: None,
            counters: Counters::default(),
            modern: true,
        })
    }

    /// Takes replies from this port, not from the kernel.
    pub fn to_peer(self, port: u32) -> Self {
        Connection { peer: port, ..self }
    }

    /// How long a request may take, from being sent to its last reply; without a limit, for ever.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.timeout = timeout;
    }

    /// What was passed over so far.
    pub const fn counters(&self) -> Counters {
        self.counters
    }

    /// Whether the kernel checks requests strictly: since 4.20, on route sockets it then filters
    /// dumps as asked, instead of sending all.
    pub const fn is_strict(&self) -> bool {
        self.modern
    }

    /// What the kernel had to say about the last request, though it did it.
    pub const fn warning(&self) -> Option<&Refusal> {
        self.warning.as_ref()
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
    ///     Err(Error::Refused(refusal)) if refusal.errno() == Errno::NODEV => {} // it has gone
    ///     other => other?,
    /// }
    /// # Ok::<(), Error>(())
    /// ```
    pub fn execute<H: Structure, S: Set>(
        &mut self,
        kind: Kind<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<(), Error> {
        self.ask(kind, header, fill)?.finish()
    }

    /// Asks for one thing; an acknowledgement without it is [`Error::NoReply`].
    pub fn get<H: Structure, S: Set>(
        &mut self,
        kind: Kind<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<Parsed<'_, H, S>, Error> {
        self.send(kind.with(Flags::ACK), header, fill)?;
        let deadline = self.deadline();
        let mut position = Position { at: self.request, end: self.request };
        let found = self.step(&mut position, deadline, names::<S>(), H::LEN)?;
        let found = found.ok_or(Error::NoReply)?;
        // The acknowledgement comes in behind the reply.
        let mut rest = Position { at: position.at, end: position.end };
        while self.step_behind(&mut rest, position.end, deadline, names::<S>(), H::LEN)?.is_some() {
            self.counters.stray = self.counters.stray.wrapping_add(1);
        }
        Ok(kind_of(self.message(found), kind))
    }

    /// Asks for something and waits for its acknowledgement, giving the replies in between: what
    /// a request with [`Flags::ECHO`] caused, or several answers to one question.
    pub fn ask<H: Structure, S: Set>(
        &mut self,
        kind: Kind<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<Replies<'_, 'b, H, S, C>, Error> {
        self.send(kind.with(Flags::ACK), header, fill)?;
        Ok(Replies::new(self, kind))
    }

    /// Asks for all there are of something.
    ///
    /// A dump that changed under way gives all its parts, and [`Error::Interrupted`] at the end.
    pub fn dump<H: Structure, S: Set>(
        &mut self,
        kind: Kind<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<Replies<'_, 'b, H, S, C>, Error> {
        self.send(kind.dump(), header, fill)?;
        Ok(Replies::new(self, kind))
    }

    /// Dumps, and dumps again when what was dumped changed meanwhile, up to `tries` times.
    ///
    /// `start` begins a collection, anew for each try, and `each` adds to it.
    pub fn dump_consistent<H: Structure, S: Set, T>(
        &mut self,
        tries: usize,
        kind: Kind<H, S>,
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
    /// go into one batch; where answers are lost, that is [`Error::Overrun`].
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
        fill: impl FnOnce(&mut Requests<'_>) -> Result<(), barelink_codec::Error>,
        mut each: impl FnMut(usize, Result<(), Refusal>),
    ) -> Result<(), Error> {
        self.drain()?;
        let first = self.seq.wrapping_add(1);
        let mut requests =
            Requests { batch: barelink_codec::Batch::new(self.buffer), seq: self.seq };
        fill(&mut requests)?;
        self.request = requests.batch.bytes().len();
        self.seq = requests.seq;
        let mut open = requests.batch.count();
        if open == 0 {
            return Ok(());
        }
        self.channel.send(self.buffer.get(..self.request).unwrap_or_default())?;
        let deadline = self.deadline();
        let (peer, port) = (self.peer, self.port);
        while open > 0 {
            let end = self.receive(self.request, deadline)?;
            let (requests, replies) = self.buffer.split_at(self.request);
            for message in
                Messages::new(replies.get(..end.saturating_sub(self.request)).unwrap_or_default())
            {
                let message = message?;
                let place = message.seq.wrapping_sub(first) as usize;
                let mut exchange = expect(peer, port, message.seq);
                let result = match exchange.step(message) {
                    Event::Ack(_) => Ok(()),
                    Event::Refused(verdict) => {
                        let request = Messages::new(requests).nth(place).and_then(Result::ok);
                        let payload = request.map_or(&[][..], |request| request.payload);
                        Err(Refusal::new(&verdict, verdict.path(None, 0, payload)))
                    }
                    Event::Overrun => return Err(Error::Overrun),
                    Event::Invalid(_, error) => return Err(error.into()),
                    _ => {
                        self.counters.stray = self.counters.stray.wrapping_add(1);
                        continue;
                    }
                };
                if place < self.seq.wrapping_sub(first).wrapping_add(1) as usize {
                    open -= 1;
                    each(place, result);
                } else {
                    self.counters.stray = self.counters.stray.wrapping_add(1);
                }
            }
        }
        Ok(())
    }

    /// Sends a request and hands all that comes in to the callbacks, until one says to stop or the
    /// request is done.
    pub fn run<H: Structure, S: Set>(
        &mut self,
        kind: Kind<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
        handler: &mut (impl Handler + ?Sized),
    ) -> Result<(), Error> {
        self.drain()?;
        self.build(kind, header, fill)?;
        let request = self.buffer.get(..self.request).unwrap_or_default();
        if let Some(Ok(message)) = Messages::new(request).next() {
            if handler.msg_out(&message) != Action::Ok {
                return Ok(());
            }
        }
        self.channel.send(request)?;
        let mut exchange = self.expect(self.seq);
        let deadline = self.deadline();
        let mut result = Ok(());
        while !exchange.is_done() && result.is_ok() {
            match self.receive(self.request, deadline) {
                Ok(end) => {
                    let datagram = self.buffer.get(self.request..end).unwrap_or_default();
                    if dispatch(datagram, Some(&mut exchange), handler) == Action::Stop {
                        break;
                    }
                }
                Err(Error::Overrun) if handler.overrun() != Action::Stop => {}
                Err(error) => result = Err(error),
            }
        }
        self.exchange = Some(exchange).filter(|exchange| !exchange.is_done());
        result
    }

    /// Sends a request whose only answer is one message without an end: `NETLINK_FIB_LOOKUP`.
    pub fn single<H: Structure, S: Set>(
        &mut self,
        kind: Kind<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<Parsed<'_, H, S>, Error> {
        self.send(kind, header, fill)?;
        // Its answer is the request sent back, which nobody addressed.
        self.exchange = Some(Exchange::new(self.seq).single());
        let mut position = Position { at: self.request, end: self.request };
        let deadline = self.deadline();
        let found = self.step(&mut position, deadline, names::<S>(), H::LEN)?;
        Ok(kind_of(self.message(found.ok_or(Error::NoReply)?), kind))
    }

    /// Sends a request, once what is left of an earlier one has been received.
    fn send<H: Structure, S: Set>(
        &mut self,
        kind: Kind<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<(), Error> {
        self.drain()?;
        self.build(kind, header, fill)?;
        self.channel.send(self.buffer.get(..self.request).unwrap_or_default())?;
        self.exchange = Some(self.expect(self.seq));
        Ok(())
    }

    /// The exchange of this sequence number.
    fn expect(&self, seq: u32) -> Exchange {
        expect(self.peer, self.port, seq)
    }

    fn build<H: Structure, S: Set>(
        &mut self,
        kind: Kind<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<(), Error> {
        self.warning = None;
        self.seq = self.seq.wrapping_add(1).max(1);
        self.request = kind.build(self.buffer, self.seq, header, fill)?.len();
        Ok(())
    }

    /// Receives what is left of a request that was given up: the kernel would refuse the next dump,
    /// or its end be taken for the next one's.
    fn drain(&mut self) -> Result<(), Error> {
        let deadline = self.deadline();
        while let Some(mut exchange) = self.exchange {
            if exchange.is_done() {
                break;
            }
            let end = match self.receive(0, deadline) {
                Ok(end) => end,
                // It has not been asked for.
                Err(Error::Cut { .. }) => continue,
                Err(error) => return Err(error),
            };
            let datagram = self.buffer.get(..end).unwrap_or_default();
            for message in Messages::new(datagram).flatten() {
                exchange.step(message);
            }
            self.exchange = Some(exchange);
        }
        self.exchange = None;
        Ok(())
    }

    fn deadline(&self) -> Option<Deadline> {
        self.timeout.map(Deadline::after)
    }

    /// Receives a datagram of the peer's behind `start`; where it ends.
    fn receive(&mut self, start: usize, deadline: Option<Deadline>) -> Result<usize, Error> {
        loop {
            let room = self.buffer.get_mut(start..).unwrap_or_default();
            let received = self.channel.receive(room, deadline)?;
            if received.from == self.peer {
                return Ok(start.saturating_add(received.len));
            }
            self.counters.foreign = self.counters.foreign.wrapping_add(1);
        }
    }

    /// Where the exchange's next reply starts; none once the exchange is done.
    fn step(
        &mut self,
        position: &mut Position,
        deadline: Option<Deadline>,
        names: Option<Rows>,
        head: usize,
    ) -> Result<Option<usize>, Error> {
        self.step_behind(position, self.request, deadline, names, head)
    }

    /// The same, receiving behind `start`.
    fn step_behind(
        &mut self,
        position: &mut Position,
        start: usize,
        deadline: Option<Deadline>,
        names: Option<Rows>,
        head: usize,
    ) -> Result<Option<usize>, Error> {
        let Some(mut exchange) = self.exchange else { return Ok(None) };
        loop {
            let unread = self.buffer.get(position.at..position.end).unwrap_or_default();
            for message in Messages::new(unread) {
                let found = position.at;
                let message = match message {
                    Ok(message) => message,
                    Err(error) => {
                        position.at = position.end;
                        return Err(error.into());
                    }
                };
                position.at = found.saturating_add(message::total_size(message.payload.len()));
                let event = exchange.step(message);
                self.exchange = Some(exchange);
                let explain = |verdict: &Verdict<'_>| {
                    let request =
                        self.buffer.get(message::HEADER..self.request).unwrap_or_default();
                    Refusal::new(verdict, verdict.path(names, head, request))
                };
                match event {
                    Event::Valid(_) => return Ok(Some(found)),
                    Event::Ack(verdict) => {
                        self.warning = verdict.text().map(|_| explain(&verdict));
                        return Ok(None);
                    }
                    Event::Finish { interrupted, verdict } => {
                        self.warning = verdict.text().map(|_| explain(&verdict));
                        return if interrupted { Err(Error::Interrupted) } else { Ok(None) };
                    }
                    Event::Refused(verdict) => return Err(Error::Refused(explain(&verdict))),
                    Event::Overrun => return Err(Error::Overrun),
                    Event::Invalid(_, error) => return Err(error.into()),
                    _ => self.counters.stray = self.counters.stray.wrapping_add(1),
                }
            }
            if exchange.is_done() {
                return Ok(None);
            }
            position.at = start;
            position.end = start;
            position.end = self.receive(start, deadline)?;
        }
    }

    /// The message that starts there, and was found to be whole.
    fn message(&self, at: usize) -> Message<'_> {
        let bytes = self.buffer.get(at..).unwrap_or_default();
        let nothing = Message { kind: 0, flags: Flags::NONE, seq: 0, port: 0, payload: &[] };
        Messages::new(bytes).next().and_then(Result::ok).unwrap_or(nothing)
    }
}

/// The exchange of this sequence number. The kernel addresses its replies; other peers may not.
fn expect(peer: u32, port: u32, seq: u32) -> Exchange {
    let exchange = Exchange::new(seq);
    if peer == KERNEL { exchange.to_port(port) } else { exchange }
}

fn kind_of<'a, H: Structure, S>(message: Message<'a>, kind: Kind<H, S>) -> Parsed<'a, H, S> {
    message.read(kind)
}

/// The table that errors take their names from.
fn names<S: Set>() -> Option<Rows> {
    if cfg!(feature = "names") { Some(|| S::TABLE) } else { None }
}

/// Which part of the buffer has been received and not been read yet.
#[derive(Debug, Clone, Copy)]
struct Position {
    at: usize,
    end: usize,
}

/// The requests of a batch.
#[derive(Debug)]
pub struct Requests<'b> {
    batch: barelink_codec::Batch<'b>,
    seq: u32,
}

impl Requests<'_> {
    /// Adds a request; one that does not fit leaves the batch as it was.
    pub fn push<H: Structure, S: Set>(
        &mut self,
        kind: Kind<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<(), barelink_codec::Error> {
        let seq = self.seq.wrapping_add(1);
        self.batch.push(kind.with(Flags::ACK), seq, header, fill)?;
        self.seq = seq;
        Ok(())
    }

    /// How many there are.
    pub const fn count(&self) -> usize {
        self.batch.count()
    }
}

/// The replies to a request, one after the other. Dropped early, the rest is received and left
/// alone when the connection is used next.
#[derive(Debug)]
pub struct Replies<'c, 'b, H, S, C: Channel = Socket> {
    connection: &'c mut Connection<'b, C>,
    position: Position,
    deadline: Option<Deadline>,
    kind: Kind<H, S>,
    types: PhantomData<fn() -> (H, S)>,
}

impl<'c, 'b, H: Structure, S: Set, C: Channel> Replies<'c, 'b, H, S, C> {
    fn new(connection: &'c mut Connection<'b, C>, kind: Kind<H, S>) -> Self {
        let position = Position { at: connection.request, end: connection.request };
        let deadline = connection.deadline();
        Replies { connection, position, deadline, kind, types: PhantomData }
    }

    /// The next reply, or nothing after the last.
    #[allow(clippy::should_implement_trait)] // it lends
    pub fn next(&mut self) -> Result<Option<Parsed<'_, H, S>>, Error> {
        Ok(self.next_message()?.map(|message| message.read(Kind::<H, S>::new(0))))
    }

    /// The next reply as a message, for those that answer with more than one kind.
    pub fn next_message(&mut self) -> Result<Option<Message<'_>>, Error> {
        let found =
            self.connection.step(&mut self.position, self.deadline, names::<S>(), H::LEN)?;
        Ok(found.map(|at| self.connection.message(at)))
    }

    /// Waits until the request is done, whatever replies there are.
    pub fn finish(mut self) -> Result<(), Error> {
        while self.next_message()?.is_some() {}
        Ok(())
    }

    /// The kind of message that was asked for.
    pub const fn kind(&self) -> Kind<H, S> {
        self.kind
    }
}
