//! What a connection needs of a socket, so that something else can stand in for it.

use crate::deadline::Deadline;
use crate::error::Error;
use crate::socket::{Received, Socket};

/// Datagrams out and in: a [`Socket`], a recording, or a kernel made up for a test.
pub trait Channel {
    /// The port that answers come to.
    fn port(&mut self) -> Result<u32, Error>;
    /// Sends a datagram to the peer.
    fn send(&mut self, datagram: &[u8]) -> Result<(), Error>;
    /// Receives a datagram; with a deadline, until then at most.
    fn receive(&mut self, buffer: &mut [u8], deadline: Option<Deadline>)
    -> Result<Received, Error>;
}

impl Channel for Socket {
    fn port(&mut self) -> Result<u32, Error> {
        self.local_port()
    }
    fn send(&mut self, datagram: &[u8]) -> Result<(), Error> {
        Socket::send(self, datagram)
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
    fn send(&mut self, datagram: &[u8]) -> Result<(), Error> {
        (**self).send(datagram)
    }
    fn receive(
        &mut self,
        buffer: &mut [u8],
        deadline: Option<Deadline>,
    ) -> Result<Received, Error> {
        (**self).receive(buffer, deadline)
    }
}
