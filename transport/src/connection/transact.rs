//! One request: built, sent, its replies received and classified.

use barelink_codec::control::Status;
use barelink_codec::message::{self, Flags, Message, MessageType, Messages};
use barelink_codec::schema::Set;
use barelink_codec::value::Structure;
use barelink_codec::{Error as CodecError, Exchange, ExchangeEvent, Writer};

use crate::channel::Channel;
use crate::connection::state::Connection;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::kernel_error::{KernelError, RequestLayout};
use crate::socket::received::KERNEL;

impl<C: Channel> Connection<'_, C> {
    /// Builds a request and returns its length.
    ///
    /// Compiled once for each message type, so that it does nothing else; the functions that follow
    /// are independent of the type.
    pub(super) fn build<H: Structure, S: Set>(
        &mut self,
        message_type: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<usize, CodecError> {
        self.seq = self.seq.wrapping_add(1).max(1);
        message_type.build(self.buffer, self.seq, header, fill).map(|built| built.len())
    }

    /// Accepts a built request if the shortest reply fits behind it: without that, the outcome of the
    /// request would be unknown.
    pub(super) fn accept(
        &mut self,
        built: Result<usize, CodecError>,
        layout: RequestLayout,
    ) -> Result<(), Error> {
        self.warning = None;
        self.pending.layout = layout;
        let needed = match built {
            Ok(len) | Err(CodecError::Full { needed: len }) => len.saturating_add(ACK_LEN),
            Err(error) => return Err(error.into()),
        };
        if built.is_err() || needed > self.buffer.len() {
            return Err(CodecError::Full { needed }.into());
        }
        self.pending.len = needed.saturating_sub(ACK_LEN);
        Ok(())
    }

    /// Sends a request after draining the replies to the one before; returns the position of its
    /// replies.
    pub(super) fn send(
        &mut self,
        built: Result<usize, CodecError>,
        layout: RequestLayout,
    ) -> Result<Position, Error> {
        let deadline = self.deadline();
        self.accept(built, layout)?;
        self.drain(self.pending.len, deadline)?;
        self.transmit(deadline)?;
        self.pending.exchange = Some(self.exchange(self.seq));
        Ok(Position::new(self.pending.len, deadline))
    }

    /// Sends a request and skips its replies.
    pub(super) fn send_and_wait(
        &mut self,
        built: Result<usize, CodecError>,
        layout: RequestLayout,
    ) -> Result<(), Error> {
        let mut position = self.send(built, layout)?;
        while self.step(&mut position)?.is_some() {}
        Ok(())
    }

    /// Sends a request, waits for its acknowledgement, and returns the first reply.
    pub(super) fn send_and_get(
        &mut self,
        built: Result<usize, CodecError>,
        layout: RequestLayout,
    ) -> Result<Message<'_>, Error> {
        let mut position = self.send(built, layout)?;
        let found = self.step(&mut position)?.ok_or(Error::NoReply)?;
        // The acknowledgement is received behind the reply.
        position.start = position.end;
        while self.step(&mut position)?.is_some() {
            self.stats.stray = self.stats.stray.wrapping_add(1);
        }
        Ok(self.message(found))
    }

    /// Creates the exchange of a sequence number. The kernel addresses replies to the own port; other
    /// peers may not.
    pub(super) fn exchange(&self, seq: u32) -> Exchange {
        exchange(self.options.peer, self.port, seq)
    }

    /// Sends the request at the front of the buffer.
    pub(super) fn transmit(&mut self, deadline: Option<Deadline>) -> Result<(), Error> {
        self.pending.lost = false;
        self.channel.send(self.buffer.get(..self.pending.len).unwrap_or_default(), deadline)?;
        if self.port == 0 {
            // The kernel chose one on sending.
            self.port = self.channel.port()?;
        }
        Ok(())
    }

    /// Drains the replies to a request that the caller abandoned: with a dump pending, the kernel
    /// would reject the next one (`EBUSY`).
    ///
    /// The kernel continues a dump on each reception, so that there is nothing to wait for: once
    /// nothing is queued, nothing will be. The next request stays at the front of the buffer.
    pub(super) fn drain(&mut self, start: usize, deadline: Option<Deadline>) -> Result<(), Error> {
        while let Some(mut exchange) = self.pending.exchange.filter(|exchange| !exchange.is_done())
        {
            let space = self.buffer.get_mut(start..).unwrap_or_default();
            match self.channel.receive(space, Some(Deadline::NOW)) {
                Ok(received) if received.from == self.options.peer => {
                    let datagram = space.get(..received.len).unwrap_or_default();
                    for message in Messages::new(datagram).flatten() {
                        exchange.step(message);
                    }
                    self.pending.exchange = Some(exchange);
                }
                Ok(_) => self.stats.foreign = self.stats.foreign.wrapping_add(1),
                // Lost replies to an abandoned request do no harm.
                Err(Error::DatagramTruncated { .. } | Error::Overrun) => {}
                Err(Error::TimedOut | Error::WouldBlock) => break,
                Err(error) => return Err(error),
            }
            check_deadline(deadline)?;
        }
        self.pending.exchange = None;
        Ok(())
    }

    /// Returns the deadline of a request that starts now.
    pub(super) fn deadline(&self) -> Option<Deadline> {
        self.options.timeout.map(Deadline::after)
    }

    /// Receives a datagram of the peer into the buffer from `start` on, and returns its end.
    pub(super) fn receive(
        &mut self,
        start: usize,
        deadline: Option<Deadline>,
    ) -> Result<usize, Error> {
        let deadline = if self.pending.lost { Some(Deadline::NOW) } else { deadline };
        loop {
            let space = self.buffer.get_mut(start..).unwrap_or_default();
            match self.channel.receive(space, deadline) {
                Ok(received) if received.from == self.options.peer => {
                    return Ok(start.saturating_add(received.len));
                }
                Ok(_) => self.stats.foreign = self.stats.foreign.wrapping_add(1),
                Err(error) => {
                    self.pending.lost |=
                        matches!(error, Error::DatagramTruncated { .. } | Error::Overrun);
                    return Err(error);
                }
            }
            check_deadline(deadline)?;
        }
    }

    /// Returns the start of the exchange's next reply, or `None` once the exchange is done.
    pub(super) fn step(&mut self, position: &mut Position) -> Result<Option<usize>, Error> {
        let Some(mut exchange) = self.pending.exchange else { return Ok(None) };
        let mut partly_read = true;
        loop {
            let unread = self.buffer.get(position.at..position.end).unwrap_or_default();
            let messages = if partly_read { Messages::rest(unread) } else { Messages::new(unread) };
            for message in messages {
                let found = position.at;
                let message = match message {
                    Ok(message) => message,
                    Err(error) => {
                        position.at = position.end;
                        self.pending.lost = true;
                        return Err(error.into());
                    }
                };
                position.at = found.saturating_add(message::total_size(message.payload.len()));
                let event = exchange.step(message);
                self.pending.exchange = Some(exchange);
                match event {
                    ExchangeEvent::Valid(_) => return Ok(Some(found)),
                    ExchangeEvent::Ack(status) => {
                        self.warning = self.warning_in(&status);
                        return Ok(None);
                    }
                    ExchangeEvent::Finish { interrupted, status } => {
                        self.warning = self.warning_in(&status);
                        return if interrupted { Err(Error::Interrupted) } else { Ok(None) };
                    }
                    ExchangeEvent::Error(status) => {
                        return Err(Error::Kernel(self.kernel_error(&status)));
                    }
                    ExchangeEvent::Overrun => return Err(Error::Overrun),
                    ExchangeEvent::Invalid(_, error) => return Err(error.into()),
                    _ => self.stats.stray = self.stats.stray.wrapping_add(1),
                }
            }
            if exchange.is_done() {
                return Ok(None);
            }
            if !partly_read {
                check_deadline(position.deadline)?;
            }
            partly_read = false;
            (position.at, position.end) = (position.start, position.start);
            position.end = self.receive(position.start, position.deadline)?;
        }
    }

    /// Returns the kernel's error, with the attribute of the request that it points at.
    pub(super) fn kernel_error(&self, status: &Status<'_>) -> KernelError {
        let request = self.buffer.get(message::HEADER..self.pending.len).unwrap_or_default();
        KernelError::new(status, self.pending.layout.path(status, request))
    }

    /// Returns the warning of an acknowledgement that has a text.
    pub(super) fn warning_in(&self, status: &Status<'_>) -> Option<KernelError> {
        status.text().map(|_| self.kernel_error(status))
    }

    /// Returns the message at this position, which was parsed before.
    pub(super) fn message(&self, at: usize) -> Message<'_> {
        let bytes = self.buffer.get(at..).unwrap_or_default();
        let nothing =
            Message { message_type: 0, flags: Flags::NONE, seq: 0, port: 0, payload: &[] };
        Messages::new(bytes).next().and_then(Result::ok).unwrap_or(nothing)
    }
}

/// Creates the exchange of a sequence number with a peer.
pub(super) fn exchange(peer: u32, port: u32, seq: u32) -> Exchange {
    let exchange = Exchange::new(seq);
    if peer == KERNEL { exchange.to_port(port) } else { exchange }
}

/// Returns [`Error::TimedOut`] after the deadline. Loops that skip messages call it, as those may
/// arrive without end.
pub(super) fn check_deadline(deadline: Option<Deadline>) -> Result<(), Error> {
    if deadline.is_some_and(|deadline| deadline.has_passed()) {
        Err(Error::TimedOut)
    } else {
        Ok(())
    }
}

/// Length of an acknowledgement.
const ACK_LEN: usize = message::size(4 + message::HEADER);

/// Part of the buffer that has been received and not been read yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Position {
    /// Offset in the buffer at which the next datagram is received.
    pub start: usize,
    at: usize,
    pub end: usize,
    deadline: Option<Deadline>,
}

impl Position {
    const fn new(start: usize, deadline: Option<Deadline>) -> Self {
        Position { start, at: start, end: start, deadline }
    }
}
