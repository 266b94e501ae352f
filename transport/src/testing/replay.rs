//! A recording in place of the kernel.

use barelink_codec::message::{self, MessageHeader, Messages};
use barelink_codec::value::Structure;
use rustix::io::Errno;

use crate::capture::CaptureRecord;
use crate::channel::Channel;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::socket::Received;

/// A [`Channel`] that gives what once came in.
///
/// Sending moves on to the next request of the recording, whatever it asked for. What came in after
/// it is made to answer the request that was sent now: its sequence number, and the port. Then, until
/// something is sent, there is nothing more: [`Error::TimedOut`], at once.
///
/// ```
/// # use barelink_codec::rtnl::link::{self, Link, LinkHeader};
/// # use barelink_transport::capture::{Captured, Room};
/// # use barelink_transport::Fake;
/// use barelink_transport::{Connection, Error, Replay, capture::CaptureReader};
///
/// # let (mut queue, mut room, mut buffer) = ([0; 512], [0; 1024], [0; 512]);
/// # let fake = Fake::new(&mut queue, |_, answers| {
/// #     answers.reply(link::NEW, LinkHeader::default(), |link| { link.put(Link::IFNAME, "lo"); });
/// #     answers.done();
/// # });
/// # let captured = Captured::new(fake, barelink_transport::Protocol::ROUTE, Room::new(&mut room));
/// # let mut route = Connection::with_channel(captured, &mut buffer)?;
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
    /// The request that was recorded.
    asked: &'a [u8],
    /// The sequence number of the one that was sent now.
    seq: u32,
}

/// The port that what came in is addressed to.
const PORT: u32 = 1;

impl<'a, I: Iterator<Item = CaptureRecord<'a>>> Replay<'a, I> {
    /// Gives what came in of these records.
    pub fn new(mut records: I) -> Self {
        let next = records.next();
        Replay { records, next, asked: &[], seq: 0 }
    }

    /// The recorded request that was sent last.
    pub const fn expected_request(&self) -> &'a [u8] {
        self.asked
    }

    /// Whether nothing of the recording is left.
    pub const fn is_exhausted(&self) -> bool {
        self.next.is_none()
    }

    /// Makes recorded answers answers to what was sent now.
    fn address(&self, datagram: &mut [u8]) {
        let mut rest = datagram;
        while let Some(bytes) = rest.get_mut(..message::HEADER) {
            let mut header = MessageHeader::read(bytes);
            let place = Messages::new(self.asked)
                .map_while(Result::ok)
                .position(|asked| asked.seq == header.seq);
            if let Some(place) = place {
                header.seq = self.seq.wrapping_add(place as u32);
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
                self.asked = record.bytes;
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
            Some(datagram) => self.address(datagram),
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
