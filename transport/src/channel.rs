//! What a connection needs of a socket, so that something else can stand in for it.

use crate::deadline::Deadline;
use crate::error::Error;
use crate::socket::{Received, Socket};

/// Datagrams out and in: a [`Socket`], a recording, or a kernel made up for a test.
pub trait Channel {
    /// The port that answers come to.
    fn port(&mut self) -> Result<u32, Error>;
    /// Sends a datagram to the peer; with a deadline, waiting until then at most.
    fn send(&mut self, datagram: &[u8], deadline: Option<Deadline>) -> Result<(), Error>;
    /// Receives a datagram; with a deadline, waiting until then at most. What is there is received
    /// even after it. Of one that is [`Error::Cut`], the buffer holds the beginning.
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
