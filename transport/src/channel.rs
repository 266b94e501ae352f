//! Interface between connections and sockets, which fakes and recordings implement as well.

use crate::deadline::Deadline;
use crate::error::Error;
use crate::socket::fd::Socket;
use crate::socket::received::Received;

/// Sender and receiver of datagrams: a [`Socket`], a capture, a recording, a fake kernel.
///
/// # For implementers
///
/// All three methods are required. Without a deadline, the channel waits as by itself (a blocking
/// socket without a limit). [`receive`](Channel::receive) returns a queued datagram even
/// after the deadline; one that is longer than the buffer is [`Error::DatagramTruncated`], with its
/// beginning in the buffer. [`Error::TimedOut`] and [`Error::WouldBlock`] mean that nothing is
/// queued.
pub trait Channel {
    /// Returns the own port, which replies are addressed to; 0 if it is not known before the first
    /// datagram is sent.
    ///
    /// # Errors
    ///
    /// Those of the channel, of a socket as [`Socket::local_port`].
    fn port(&mut self) -> Result<u32, Error>;
    /// Sends a datagram to the peer, waiting until the deadline.
    ///
    /// # Errors
    ///
    /// Those of the channel, of a socket as [`Socket::send_by`].
    fn send(&mut self, datagram: &[u8], deadline: Option<Deadline>) -> Result<(), Error>;
    /// Receives a datagram, waiting until the deadline.
    ///
    /// # Errors
    ///
    /// Those of the channel, of a socket as [`Socket::receive_by`].
    fn receive(&mut self, buffer: &mut [u8], deadline: Option<Deadline>)
    -> Result<Received, Error>;
}

impl Channel for Socket {
    fn port(&mut self) -> Result<u32, Error> {
        self.local_port()
    }
    fn send(&mut self, datagram: &[u8], deadline: Option<Deadline>) -> Result<(), Error> {
        self.send_by(datagram, deadline)
    }
    fn receive(
        &mut self,
        buffer: &mut [u8],
        deadline: Option<Deadline>,
    ) -> Result<Received, Error> {
        self.receive_by(buffer, deadline)
    }
}

impl<C: Channel> Channel for &mut C {
    fn port(&mut self) -> Result<u32, Error> {
        (**self).port()
    }
    fn send(&mut self, datagram: &[u8], deadline: Option<Deadline>) -> Result<(), Error> {
        (**self).send(datagram, deadline)
    }
    fn receive(
        &mut self,
        buffer: &mut [u8],
        deadline: Option<Deadline>,
    ) -> Result<Received, Error> {
        (**self).receive(buffer, deadline)
    }
}
