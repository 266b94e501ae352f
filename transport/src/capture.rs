//! Capturing the datagrams of a channel.

use barelink_codec::socket::Protocol;

use crate::channel::Channel;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::pcap::{PACKET_KERNEL, PACKET_USER, Sink, file_header, record_headers};
use crate::socket::received::Received;

/// [`Channel`] around another, which writes every datagram to a capture file.
///
/// ```no_run
/// use barelink_transport::capture::CaptureChannel;
/// use barelink_transport::pcap::WriteSink;
/// use barelink_transport::{Connection, Protocol, Socket};
///
/// let file = WriteSink::new(std::fs::File::create("route.pcap")?);
/// let socket = Socket::open(Protocol::ROUTE)?;
/// Connection::set_up(&socket)?;
/// let mut buffer = [0; 33 * 1024];
/// let channel = CaptureChannel::new(socket, Protocol::ROUTE, file);
/// let mut route = Connection::with_channel(channel, &mut buffer)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct CaptureChannel<C, S> {
    channel: C,
    protocol: Protocol,
    sink: S,
    lost: u32,
}

impl<C, S: Sink> CaptureChannel<C, S> {
    /// Starts the capture of a channel of this protocol: writes the file header.
    pub fn new(channel: C, protocol: Protocol, mut sink: S) -> Self {
        let lost = u32::from(!sink.write_record(&file_header(), &[]));
        CaptureChannel { channel, protocol, sink, lost }
    }

    /// Returns the number of records that the sink did not write; their datagrams passed through all
    /// the same.
    pub const fn lost(&self) -> u32 {
        self.lost
    }

    /// Returns the captured channel.
    pub const fn channel(&self) -> &C {
        &self.channel
    }

    /// Returns the sink that records go to, e.g. a [`MemorySink`](crate::pcap::MemorySink) to read.
    pub const fn sink(&self) -> &S {
        &self.sink
    }

    /// Ends the capture, and returns channel and sink.
    pub fn into_parts(self) -> (C, S) {
        (self.channel, self.sink)
    }

    fn record(&mut self, direction: u16, captured: &[u8], original: usize) {
        let headers = record_headers(self.protocol, direction, captured.len(), original);
        if !self.sink.write_record(&headers, captured) {
            self.lost = self.lost.saturating_add(1);
        }
    }
}

impl<C: Channel, S: Sink> Channel for CaptureChannel<C, S> {
    fn port(&mut self) -> Result<u32, Error> {
        self.channel.port()
    }

    fn send(&mut self, datagram: &[u8], deadline: Option<Deadline>) -> Result<(), Error> {
        let sent = self.channel.send(datagram, deadline);
        if sent.is_ok() {
            self.record(PACKET_KERNEL, datagram, datagram.len());
        }
        sent
    }

    fn receive(
        &mut self,
        buffer: &mut [u8],
        deadline: Option<Deadline>,
    ) -> Result<Received, Error> {
        let received = self.channel.receive(buffer, deadline);
        let len = match received {
            Ok(received) => received.len,
            Err(Error::DatagramTruncated { needed, .. }) => needed,
            Err(_) => return received,
        };
        self.record(PACKET_USER, buffer.get(..len).unwrap_or(buffer), len);
        received
    }
}
