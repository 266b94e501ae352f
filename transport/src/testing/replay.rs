//! Recording in place of the kernel.

use barelink_codec::message::{self, MessageHeader, Messages};
use barelink_codec::value::Structure;
use rustix::io::Errno;

use crate::channel::Channel;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::pcap::CaptureRecord;
use crate::socket::received::Received;

/// [`Channel`] that replays the received datagrams of a recording.
///
/// Sending a datagram moves on to the next request of the recording, whatever its contents, and fails
/// after the last. The replies recorded after it get the sequence number and the port of the sent
/// request. After those, receiving fails with [`Error::TimedOut`] at once, until the next request.
///
/// ```
/// # use barelink_codec::rtnl::link::{self, Link, LinkHeader};
/// # use barelink_transport::capture::CaptureChannel;
/// # use barelink_transport::pcap::MemorySink;
/// # use barelink_transport::{Fake, Protocol};
/// use barelink_transport::pcap::CaptureReader;
/// use barelink_transport::{Connection, Error, Replay};
///
/// # let (mut queue, mut room, mut buffer) = ([0; 512], [0; 1024], [0; 512]);
/// # let fake = Fake::new(&mut queue, |_, answers| {
/// #     answers.reply(link::NEW, LinkHeader::default(), |link| { link.put(Link::IFNAME, "lo"); });
/// #     answers.done();
/// # });
/// # let channel = CaptureChannel::new(fake, Protocol::ROUTE, MemorySink::new(&mut room));
/// # let mut route = Connection::with_channel(channel, &mut buffer)?;
/// # route.dump(link::GET, LinkHeader::default(), |_| {})?.finish()?;
/// # let file = route.channel().sink().bytes();
/// let recording = CaptureReader::open(file)?.map_while(Result::ok);
/// let mut buffer = [0; 1024];
/// let mut route = Connection::with_channel(Replay::new(recording), &mut buffer)?;
/// let mut links = route.dump(link::GET, LinkHeader::default(), |_| {})?;
/// while let Some(link) = links.next()? {
///     assert_eq!(link.require(Link::IFNAME)?, "lo");
/// }
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug)]
pub struct Replay<'a, I> {
    records: I,
    next: Option<CaptureRecord<'a>>,
    /// Recorded request whose replies come next.
    recorded_request: &'a [u8],
    /// Sequence number of the request that was sent in its place.
    seq: u32,
}

/// Own port, which replies are addressed to.
const PORT: u32 = 1;

impl<'a, I: Iterator<Item = CaptureRecord<'a>>> Replay<'a, I> {
    /// Replays these records, of [`CaptureReader`](crate::pcap::CaptureReader) or another source.
    pub fn new(mut records: I) -> Self {
        let next = records.next();
        Replay { records, next, recorded_request: &[], seq: 0 }
    }

    /// Returns the recorded request in place of the one sent last, to compare the two.
    pub const fn expected_request(&self) -> &'a [u8] {
        self.recorded_request
    }

    /// Returns whether all records were replayed.
    pub const fn is_exhausted(&self) -> bool {
        self.next.is_none()
    }

    /// Rewrites sequence number and port of recorded replies to those of the sent request.
    fn readdress(&self, datagram: &mut [u8]) {
        let mut rest = datagram;
        while let Some(bytes) = rest.get_mut(..message::HEADER) {
            let mut header = MessageHeader::read(bytes);
            let index = Messages::new(self.recorded_request)
                .map_while(Result::ok)
                .position(|request| request.seq == header.seq);
            if let Some(index) = index {
                header.seq = self.seq.wrapping_add(index as u32);
                header.port = if header.port == 0 { 0 } else { PORT };
                header.write(bytes);
            }
            let len = (header.len as usize).max(message::HEADER);
            rest = rest.get_mut(barelink_codec::align(len)..).unwrap_or_default();
        }
    }
}

impl<'a, I: Iterator<Item = CaptureRecord<'a>>> Channel for Replay<'a, I> {
    fn port(&mut self) -> Result<u32, Error> {
        Ok(PORT)
    }

    fn send(&mut self, datagram: &[u8], _: Option<Deadline>) -> Result<(), Error> {
        while let Some(record) = self.next {
            self.next = self.records.next();
            if record.outgoing {
                self.recorded_request = record.bytes;
                self.seq = MessageHeader::read(datagram).seq;
                return Ok(());
            }
        }
        Err(Error::Socket { call: "replay", errno: Errno::NODATA })
    }

    fn receive(&mut self, buffer: &mut [u8], _: Option<Deadline>) -> Result<Received, Error> {
        let Some(record) = self.next.filter(|record| !record.outgoing) else {
            return Err(Error::TimedOut);
        };
        self.next = self.records.next();
        buffer.iter_mut().zip(record.bytes).for_each(|(to, from)| *to = *from);
        let (len, room) = (record.len, buffer.len());
        match buffer.get_mut(..len).filter(|_| record.bytes.len() == len) {
            Some(datagram) => self.readdress(datagram),
            None => {
                return Err(Error::DatagramTruncated {
                    needed: len,
                    room: room.min(record.bytes.len()),
                });
            }
        }
        Ok(Received { len, ..Received::default() })
    }
}
