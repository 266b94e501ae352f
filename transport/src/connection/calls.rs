//! Requests: execute, get, request, dump.

use barelink_codec::message::{Flags, MessageType};
use barelink_codec::schema::Set;
use barelink_codec::value::Structure;
use barelink_codec::{Exchange, Parsed, Writer};

use crate::channel::Channel;
use crate::connection::replies::Replies;
use crate::connection::state::Connection;
use crate::connection::transact::Position;
use crate::error::Error;
use crate::kernel_error::RequestLayout;

impl<'b, C: Channel> Connection<'b, C> {
    /// Sends a request and waits for its acknowledgement.
    ///
    /// ```no_run
    /// # use barelink_codec::rtnl::link::{self, Link, LinkHeader};
    /// # use barelink_transport::{Connection, Errno, Error, Protocol};
    /// # let mut buffer = [0; 4096];
    /// # let mut route = Connection::open(Protocol::ROUTE, &mut buffer)?;
    /// let header = LinkHeader { index: 7, ..Default::default() };
    /// match route.execute(link::SET, header, |link| { link.put(Link::MTU, 1400); }) {
    ///     Err(Error::Kernel(error)) if error.errno() == Errno::NODEV => {} // the link was removed
    ///     other => other?,
    /// }
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Kernel`] if the kernel rejects the request; [`Error::TimedOut`] after the timeout, 30
    /// seconds by default; [`Error::Codec`] with `Full` if the request does not fit the buffer, and
    /// with other variants if `fill` wrote an invalid value.
    pub fn execute<H: Structure, S: Set>(
        &mut self,
        message_type: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<(), Error> {
        let built = self.build(message_type.with(Flags::ACK), header, fill);
        self.send_and_wait(built, RequestLayout::of::<H, S>())
    }

    /// Sends a request, waits for its acknowledgement, and returns the reply, the first if there are
    /// several.
    ///
    /// # Errors
    ///
    /// [`Error::NoReply`] if only the acknowledgement comes; otherwise as
    /// [`execute`](Connection::execute) and [`Replies::next`].
    pub fn get<H: Structure, S: Set>(
        &mut self,
        message_type: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<Parsed<'_, H, S>, Error> {
        let built = self.build(message_type.with(Flags::ACK), header, fill);
        let reply = self.send_and_get(built, RequestLayout::of::<H, S>())?;
        Ok(reply.read(message_type))
    }

    /// Sends a request and returns the replies before its acknowledgement: the notifications that a
    /// request with [`Flags::ECHO`] causes, or several replies to one request.
    ///
    /// # Errors
    ///
    /// As [`execute`](Connection::execute), except the kernel's error, which comes with
    /// [`Replies::next`].
    pub fn request<H: Structure, S: Set>(
        &mut self,
        message_type: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<Replies<'_, 'b, H, S, C>, Error> {
        self.start(message_type.with(Flags::ACK), header, fill)
    }

    /// Dumps all objects of a type (`NLM_F_DUMP`), filtered by header and attributes where the kernel
    /// supports that.
    ///
    /// A dump during which objects changed (`NLM_F_DUMP_INTR`) returns all its replies, and
    /// [`Error::Interrupted`] at the end; [`dump_consistent`](Connection::dump_consistent) repeats
    /// it.
    ///
    /// # Errors
    ///
    /// As [`request`](Connection::request).
    pub fn dump<H: Structure, S: Set>(
        &mut self,
        message_type: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<Replies<'_, 'b, H, S, C>, Error> {
        self.start(message_type.dump(), header, fill)
    }

    fn start<H: Structure, S: Set>(
        &mut self,
        message_type: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<Replies<'_, 'b, H, S, C>, Error> {
        let built = self.build(message_type, header, fill);
        let position = self.send(built, RequestLayout::of::<H, S>())?;
        Ok(Replies::new(self, position, message_type))
    }

    /// Sends an already encoded request, family header and attributes, with the flags of its message
    /// type as they are (a dump takes `message_type.dump()`, others `Flags::ACK`), and returns the
    /// replies as messages.
    ///
    /// Compiled once, not per message type.
    ///
    /// # Errors
    ///
    /// As [`request`](Connection::request).
    pub fn send_encoded<H: Structure, S: Set>(
        &mut self,
        message_type: MessageType<H, S>,
        bytes: &[u8],
    ) -> Result<Replies<'_, 'b, (), (), C>, Error> {
        let untyped = MessageType::new(message_type.number()).with(message_type.flags());
        let position = self.send_untyped(untyped, bytes, RequestLayout::of::<H, S>())?;
        Ok(Replies::new(self, position, untyped))
    }

    #[inline(never)]
    fn send_untyped(
        &mut self,
        message_type: MessageType<(), ()>,
        bytes: &[u8],
        layout: RequestLayout,
    ) -> Result<Position, Error> {
        let built = self.build(message_type, (), |request| {
            request.append(bytes);
        });
        self.send(built, layout)
    }

    /// Dumps, and repeats an interrupted dump, up to `tries` times in all.
    ///
    /// `start` creates an empty collection for each try, and `each` adds a reply to it; the
    /// collection of the last try is returned.
    ///
    /// # Errors
    ///
    /// [`Error::Interrupted`] if objects changed during every try; otherwise as
    /// [`dump`](Connection::dump), and those of `each`.
    pub fn dump_consistent<H: Structure, S: Set, T>(
        &mut self,
        tries: usize,
        message_type: MessageType<H, S>,
        header: H,
        fill: impl Fn(&mut Writer<'_, S>),
        mut start: impl FnMut() -> T,
        mut each: impl FnMut(&mut T, Parsed<'_, H, S>) -> Result<(), Error>,
    ) -> Result<T, Error> {
        let mut left = tries;
        loop {
            let mut all = start();
            let mut replies = self.dump(message_type, header, &fill)?;
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

    /// Sends a request whose only reply is one message without an acknowledgement:
    /// `NETLINK_FIB_LOOKUP`.
    ///
    /// # Errors
    ///
    /// As [`get`](Connection::get).
    pub fn request_one<H: Structure, S: Set>(
        &mut self,
        message_type: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<Parsed<'_, H, S>, Error> {
        let built = self.build(message_type, header, fill);
        let mut position = self.send(built, RequestLayout::of::<H, S>())?;
        // The reply is the request sent back, which is not addressed to the own port.
        self.pending.exchange = Some(Exchange::new(self.seq).single());
        let found = self.step(&mut position)?;
        Ok(self.message(found.ok_or(Error::NoReply)?).read(message_type))
    }
}
