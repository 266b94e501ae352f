//! What goes in and out, as a file that Wireshark opens: pcap, `LINKTYPE_NETLINK`.
//!
//! ```text
//! | magic | version | 0 | 0 | longest | 253 |                          the file's header, 24 bytes
//! | seconds | nanoseconds | kept | length |                            for each datagram: 16 bytes,
//! | direction | 824 | 0 ... | protocol |                               16 bytes, most significant first,
//! | datagram, as it was                                                and what went in or out
//! ```

use core::time::Duration;

use barelink_codec::message::{Flags, Messages};
use barelink_codec::socket::Protocol;
use barelink_codec::structure;
use barelink_codec::value::{Be, Structure};
use rustix::time::{ClockId, clock_gettime};

use crate::channel::Channel;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::socket::Received;

structure! {
    /// What a file starts with.
    FileHeader "" "" (24) {
        /// Says in which byte order the file is, and how fine its times are.
        0 => magic: u32,
        /// The format's version.
        4 => major: u16,
        /// Its minor version.
        6 => minor: u16,
        /// The most bytes that are kept of a datagram.
        16 => longest: u32,
        /// What is captured.
        20 => link: u32,
    }
}

structure! {
    /// What a record starts with.
    RecordHeader "" "" (16) {
        /// The seconds of its time.
        0 => seconds: u32,
        /// The rest of its time.
        4 => fraction: u32,
        /// How many bytes are kept.
        8 => kept: u32,
        /// How many there were.
        12 => len: u32,
    }
}

structure! {
    /// What stands before the datagram.
    Cooked "" "" (16) {
        /// Where it goes.
        0 => direction: u16 as Be<u16>,
        /// What kind of link it went over.
        2 => hardware: u16 as Be<u16>,
        /// Which part of the kernel it goes to or comes from.
        14 => protocol: u16 as Be<u16>,
    }
}

const NANOSECONDS: u32 = 0xa1b2_3c4d;
const MICROSECONDS: u32 = 0xa1b2_c3d4;
/// `LINKTYPE_NETLINK`.
const NETLINK: u32 = 253;
/// `ARPHRD_NETLINK`.
const HARDWARE: u16 = 824;
/// `PACKET_OUTGOING`, as some write it.
const OUTGOING: u16 = 4;
/// `PACKET_USER`.
const TO_USER: u16 = 6;
/// `PACKET_KERNEL`.
const TO_KERNEL: u16 = 7;
/// The most that is kept of a datagram; longer ones do not occur.
const LONGEST: u32 = 1 << 18;

const FILE: usize = 24;
const RECORD: usize = 16;
const COOKED: usize = 16;

/// What a capture is written to.
///
/// A closure that takes bytes is one; so is [`Room`] in memory, and with the feature `std`
/// everything that is `io::Write`, in [`Output`].
pub trait Sink {
    /// Takes a record, all of it or nothing: its head, then the datagram. Whether it did.
    fn take(&mut self, head: &[u8], datagram: &[u8]) -> bool;
}

impl<F: FnMut(&[u8])> Sink for F {
    fn take(&mut self, head: &[u8], datagram: &[u8]) -> bool {
        self(head);
        self(datagram);
        true
    }
}

/// Room in memory for a capture.
#[derive(Debug)]
pub struct Room<'b> {
    buffer: &'b mut [u8],
    len: usize,
}

impl<'b> Room<'b> {
    /// Room in this buffer.
    pub fn new(buffer: &'b mut [u8]) -> Self {
        Room { buffer, len: 0 }
    }

    /// The file so far.
    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.len).unwrap_or_default()
    }
}

impl Sink for Room<'_> {
    fn take(&mut self, head: &[u8], datagram: &[u8]) -> bool {
        let end = self.len.saturating_add(head.len()).saturating_add(datagram.len());
        let Some(room) = self.buffer.get_mut(self.len..end) else { return false };
        room.iter_mut().zip(head.iter().chain(datagram)).for_each(|(to, from)| *to = *from);
        self.len = end;
        true
    }
}

impl Sink for &mut Room<'_> {
    fn take(&mut self, head: &[u8], datagram: &[u8]) -> bool {
        (**self).take(head, datagram)
    }
}

/// A file, or whatever else is `io::Write`. After an error it takes nothing more: half a record may
/// be there, and what came behind it could not be read.
#[cfg(feature = "std")]
#[derive(Debug)]
pub struct Output<W> {
    out: W,
    broken: bool,
}

#[cfg(feature = "std")]
impl<W> Output<W> {
    /// Writes to this.
    pub const fn new(out: W) -> Self {
        Output { out, broken: false }
    }

    /// What is written to.
    pub fn into_inner(self) -> W {
        self.out
    }
}

#[cfg(feature = "std")]
impl<W: std::io::Write> Sink for Output<W> {
    fn take(&mut self, head: &[u8], datagram: &[u8]) -> bool {
        let done = |out: &mut W| out.write_all(head).and_then(|()| out.write_all(datagram)).is_ok();
        self.broken = self.broken || !done(&mut self.out);
        !self.broken
    }
}

/// A [`Channel`] that also writes down what goes through it.
///
/// ```no_run
/// use barelink_transport::capture::{Captured, Output};
/// use barelink_transport::{Connection, Protocol, Socket};
///
/// let file = Output::new(std::fs::File::create("route.pcap")?);
/// let socket = Socket::open(Protocol::ROUTE)?;
/// Connection::set_up(&socket)?;
/// let mut buffer = [0; 33 * 1024];
/// let captured = Captured::new(socket, Protocol::ROUTE, file);
/// let mut route = Connection::with_channel(captured, &mut buffer)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Captured<C, W> {
    channel: C,
    protocol: Protocol,
    sink: W,
    lost: u32,
}

impl<C, W: Sink> Captured<C, W> {
    /// Writes down what goes through this channel, which is of this protocol.
    pub fn new(channel: C, protocol: Protocol, mut sink: W) -> Self {
        let mut head = [0; FILE];
        FileHeader { magic: NANOSECONDS, major: 2, minor: 4, longest: LONGEST, link: NETLINK }
            .write(&mut head);
        let lost = u32::from(!sink.take(&head, &[]));
        Captured { channel, protocol, sink, lost }
    }

    /// How many records could not be written. What goes through the channel does so all the same.
    pub const fn lost(&self) -> u32 {
        self.lost
    }

    /// The channel itself.
    pub const fn channel(&self) -> &C {
        &self.channel
    }

    /// What it is written to.
    pub const fn sink(&self) -> &W {
        &self.sink
    }

    /// Ends the capture: the channel, and what it was written to.
    pub fn into_parts(self) -> (C, W) {
        (self.channel, self.sink)
    }

    fn record(&mut self, direction: u16, kept: &[u8], len: usize) {
        let now = clock_gettime(ClockId::Realtime);
        let mut head = [0; RECORD + COOKED];
        let (record, cooked) = head.split_at_mut(RECORD);
        RecordHeader {
            seconds: now.tv_sec as u32,
            fraction: now.tv_nsec as u32,
            kept: kept.len().saturating_add(COOKED) as u32,
            len: len.saturating_add(COOKED) as u32,
        }
        .write(record);
        let protocol = self.protocol.0 as u16;
        Cooked { direction, hardware: HARDWARE, protocol }.write(cooked);
        if !self.sink.take(&head, kept) {
            self.lost = self.lost.saturating_add(1);
        }
    }
}

impl<C: Channel, W: Sink> Channel for Captured<C, W> {
    fn port(&mut self) -> Result<u32, Error> {
        self.channel.port()
    }

    fn send(&mut self, datagram: &[u8], deadline: Option<Deadline>) -> Result<(), Error> {
        let sent = self.channel.send(datagram, deadline);
        if sent.is_ok() {
            self.record(TO_KERNEL, datagram, datagram.len());
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
        self.record(TO_USER, buffer.get(..len).unwrap_or(buffer), len);
        received
    }
}

/// A datagram of a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CaptureRecord<'a> {
    /// When it went through, since 1970.
    pub time: Duration,
    /// Which part of the kernel it went to or came from.
    pub protocol: Protocol,
    /// Whether it went to the kernel.
    pub outgoing: bool,
    /// How long it was; more than `bytes` has if only its beginning was kept.
    pub len: usize,
    /// What was kept of it.
    pub bytes: &'a [u8],
}

/// The datagrams of a capture file, ours or Wireshark's, in order.
///
/// ```
/// # use barelink_transport::capture::{Captured, CaptureReader, Room};
/// # use barelink_transport::{Channel, Fake, Protocol};
/// # let (mut queue, mut room) = ([0; 64], [0; 256]);
/// # let mut captured =
/// #     Captured::new(Fake::new(&mut queue, |_, _| {}), Protocol::ROUTE, Room::new(&mut room));
/// # captured.send(&[16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], None).unwrap();
/// # let file = captured.sink().bytes();
/// for record in CaptureReader::open(file)? {
///     let record = record?;
///     println!("{} {} bytes", if record.outgoing { "->" } else { "<-" }, record.len);
/// }
/// # assert_eq!(CaptureReader::open(file)?.count(), 1);
/// # Ok::<(), barelink_transport::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct CaptureReader<'a> {
    bytes: &'a [u8],
    at: usize,
    swapped: bool,
    nanoseconds: bool,
}

impl<'a> CaptureReader<'a> {
    /// Reads a file's header.
    pub fn open(file: &'a [u8]) -> Result<Self, Error> {
        let garbled = |at| Error::Codec(barelink_codec::Error::Truncated { at });
        let header = FileHeader::read(file.get(..FILE).ok_or(garbled(0))?);
        let (swapped, nanoseconds) = match (header.magic, header.magic.swap_bytes()) {
            (NANOSECONDS, _) => (false, true),
            (MICROSECONDS, _) => (false, false),
            (_, NANOSECONDS) => (true, true),
            (_, MICROSECONDS) => (true, false),
            _ => return Err(garbled(0)),
        };
        let link = if swapped { header.link.swap_bytes() } else { header.link };
        // Above it may stand how long a check sum there is.
        if link & 0xffff != NETLINK {
            return Err(garbled(20));
        }
        Ok(CaptureReader { bytes: file, at: FILE, swapped, nanoseconds })
    }

    /// Whether it comes from a machine of the other byte order, whose messages do not read as ours.
    pub const fn is_swapped(&self) -> bool {
        self.swapped
    }
}

impl<'a> Iterator for CaptureReader<'a> {
    type Item = Result<CaptureRecord<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let at = self.at;
        let rest = self.bytes.get(at..).filter(|rest| !rest.is_empty())?;
        self.at = self.bytes.len();
        let word = |word: u32| if self.swapped { word.swap_bytes() } else { word };
        let split = rest.split_at_checked(RECORD).and_then(|(head, rest)| {
            let header = RecordHeader::read(head);
            let (cooked, bytes) =
                rest.get(..word(header.kept) as usize)?.split_at_checked(COOKED)?;
            Some((header, Cooked::read(cooked), bytes))
        });
        let Some((header, cooked, bytes)) = split else {
            return Some(Err(Error::Codec(barelink_codec::Error::Truncated { at })));
        };
        self.at = at.saturating_add(RECORD + COOKED).saturating_add(bytes.len());
        let fraction = word(header.fraction);
        let fraction = if self.nanoseconds { fraction } else { fraction.saturating_mul(1000) };
        let outgoing = match cooked.direction {
            OUTGOING | TO_KERNEL => true,
            TO_USER => false,
            // Not every program says it. What asks goes out.
            _ => Messages::new(bytes)
                .next()
                .and_then(Result::ok)
                .is_some_and(|message| message.flags.contains(Flags::REQUEST)),
        };
        Some(Ok(CaptureRecord {
            time: Duration::from_secs(word(header.seconds).into())
                .saturating_add(Duration::from_nanos(fraction.into())),
            protocol: Protocol(cooked.protocol.into()),
            outgoing,
            len: (word(header.len) as usize).saturating_sub(COOKED).max(bytes.len()),
            bytes,
        }))
    }
}
