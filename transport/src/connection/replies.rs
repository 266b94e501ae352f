//! Iteration over the replies to a request.

use barelink_codec::Parsed;
use barelink_codec::message::{Message, MessageType};
use barelink_codec::schema::Set;
use barelink_codec::value::Structure;

use crate::channel::Channel;
use crate::connection::state::Connection;
use crate::connection::transact::Position;
use crate::error::Error;
use crate::socket::fd::Socket;

/// Replies to a request, one after the other.
///
/// If it is dropped before the last, the next request on the connection first drains the rest.
#[derive(Debug)]
pub struct Replies<'c, 'b, H, S, C: Channel = Socket> {
    connection: &'c mut Connection<'b, C>,
    position: Position,
    message_type: MessageType<H, S>,
}

impl<'c, 'b, H: Structure, S: Set, C: Channel> Replies<'c, 'b, H, S, C> {
    pub(super) fn new(
        connection: &'c mut Connection<'b, C>,
        position: Position,
        message_type: MessageType<H, S>,
    ) -> Self {
        Replies { connection, position, message_type }
    }

    /// Returns the next reply, or `None` after the last.
    ///
    /// # Errors
    ///
    /// [`Error::Interrupted`] at the end of a dump during which objects changed: dump again.
    /// [`Error::Kernel`] if the kernel rejects the request or aborts the dump.
    /// [`Error::DatagramTruncated`], [`Error::Overrun`] and [`Error::TimedOut`] as of
    /// [`Socket::receive_by`]; further replies may follow these.
    #[allow(clippy::should_implement_trait)] // A lending iterator.
    pub fn next(&mut self) -> Result<Option<Parsed<'_, H, S>>, Error> {
        let message_type = self.message_type;
        let found = self.connection.step(&mut self.position)?;
        Ok(found.map(|at| self.connection.message(at).read(message_type)))
    }

    /// Returns the next reply as an untyped message, for requests with replies of several types.
    ///
    /// # Errors
    ///
    /// As [`next`](Replies::next).
    pub fn next_message(&mut self) -> Result<Option<Message<'_>>, Error> {
        let found = self.connection.step(&mut self.position)?;
        Ok(found.map(|at| self.connection.message(at)))
    }

    /// Skips the replies that are left, and returns the outcome of the request.
    ///
    /// # Errors
    ///
    /// As [`next`](Replies::next).
    pub fn finish(mut self) -> Result<(), Error> {
        while self.connection.step(&mut self.position)?.is_some() {}
        Ok(())
    }

    /// Returns the message type that was requested.
    pub const fn message_type(&self) -> MessageType<H, S> {
        self.message_type
    }
}
