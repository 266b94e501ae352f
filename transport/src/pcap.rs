//! Capture files in pcap format, as Wireshark reads and writes them (`LINKTYPE_NETLINK`).
//!
//! ```text
//! | magic | version | 0 | 0 | snap length | 253 |      file header, 24 bytes
//! | seconds | nanoseconds | captured | original |      each datagram: record header, 16 bytes,
//! | direction | 824 | 0 ... | protocol |               cooked header, 16 bytes, big-endian,
//! | datagram ...                                       and the captured bytes
//! ```

use core::time::Duration;

use barelink_codec::message::{Flags, Messages};
use barelink_codec::socket::Protocol;
use barelink_codec::structure;
use barelink_codec::value::{Be, Structure};
use rustix::time::{ClockId, clock_gettime};

use crate::error::Error;

structure! {
    /// File header.
    FileHeader "" "" (24) {
        /// Magic number, by which byte order and resolution of the times are recognised.
        0 => magic: u32,
        /// Major version, 2.
        4 => major: u16,
        /// Minor version, 4.
        6 => minor: u16,
        /// Snap length: maximum number of bytes captured of a datagram.
        16 => snap_len: u32,
        /// Link type, `LINKTYPE_NETLINK`.
        20 => link_type: u32,
    }
}

structure! {
    /// Record header.
    RecordHeader "" "" (16) {
        /// Time, seconds since 1970.
        0 => seconds: u32,
        /// Fraction of the time, in nanoseconds or microseconds.
        4 => fraction: u32,
        /// Number of captured bytes, the cooked header included.
        8 => captured_len: u32,
        /// Original number of bytes, the cooked header included.
        12 => original_len: u32,
    }
}

structure! {
    /// Cooked header, before the datagram.
    CookedHeader "" "" (16) {
        /// Direction, `PACKET_*`.
        0 => direction: u16 as Be<u16>,
        /// Hardware type, `ARPHRD_NETLINK`.
        2 => hardware: u16 as Be<u16>,
        /// Netlink protocol.
        14 => protocol: u16 as Be<u16>,
    }
}

/// Magic number of files with nanoseconds.
const NANOSECONDS: u32 = 0xa1b2_3c4d;
/// Magic number of files with microseconds.
const MICROSECONDS: u32 = 0xa1b2_c3d4;
/// Link type of netlink captures.
const LINKTYPE_NETLINK: u32 = 253;
/// Hardware type of the netlink monitor device.
const ARPHRD_NETLINK: u16 = 824;
/// Direction to the kernel, as some programs write it.
const PACKET_OUTGOING: u16 = 4;
/// Direction from the kernel.
pub(crate) const PACKET_USER: u16 = 6;
/// Direction to the kernel.
pub(crate) const PACKET_KERNEL: u16 = 7;
/// Snap length, 256 KiB: longer than any datagram.
const SNAP_LEN: u32 = 1 << 18;

const FILE_HEADER_LEN: usize = 24;
const RECORD_HEADER_LEN: usize = 16;
const COOKED_HEADER_LEN: usize = 16;
const HEADERS_LEN: usize = RECORD_HEADER_LEN + COOKED_HEADER_LEN;

/// Returns the first bytes of a file: pcap 2.4, nanoseconds, native byte order.
pub(crate) fn file_header() -> [u8; FILE_HEADER_LEN] {
    let mut bytes = [0; FILE_HEADER_LEN];
    let (magic, snap_len, link_type) = (NANOSECONDS, SNAP_LEN, LINKTYPE_NETLINK);
    FileHeader { magic, major: 2, minor: 4, snap_len, link_type }.write(&mut bytes);
    bytes
}

/// Returns the headers of a record that is captured now.
pub(crate) fn record_headers(
    protocol: Protocol,
    direction: u16,
    captured: usize,
    original: usize,
) -> [u8; HEADERS_LEN] {
    let now = clock_gettime(ClockId::Realtime);
    let mut bytes = [0; HEADERS_LEN];
    let (record, cooked) = bytes.split_at_mut(RECORD_HEADER_LEN);
    RecordHeader {
        seconds: now.tv_sec as u32,
        fraction: now.tv_nsec as u32,
        captured_len: captured.saturating_add(COOKED_HEADER_LEN) as u32,
        original_len: original.saturating_add(COOKED_HEADER_LEN) as u32,
    }
    .write(record);
    let protocol = protocol.0 as u16;
    CookedHeader { direction, hardware: ARPHRD_NETLINK, protocol }.write(cooked);
    bytes
}

/// Destination of a capture: a closure that takes bytes, a [`MemorySink`], or with the feature
/// `std` a [`WriteSink`] around anything that is `io::Write`.
///
/// # For implementers
///
/// The one method is required. It is called for the file header first (with an empty datagram),
/// then once for each record. A record that is written in part makes the rest of the file
/// unreadable.
pub trait Sink {
    /// Writes a record whole or not at all, header first, then datagram; returns whether it was
    /// written.
    fn write_record(&mut self, header: &[u8], datagram: &[u8]) -> bool;
}

impl<F: FnMut(&[u8])> Sink for F {
    fn write_record(&mut self, header: &[u8], datagram: &[u8]) -> bool {
        self(header);
        self(datagram);
        true
    }
}

/// Sink in a buffer of the caller; records that do not fit are dropped whole.
#[derive(Debug)]
pub struct MemorySink<'b> {
    buffer: &'b mut [u8],
    len: usize,
}

impl<'b> MemorySink<'b> {
    /// Starts an empty file in this buffer.
    pub fn new(buffer: &'b mut [u8]) -> Self {
        MemorySink { buffer, len: 0 }
    }

    /// Returns the file written so far.
    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.len).unwrap_or_default()
    }
}

impl Sink for MemorySink<'_> {
    fn write_record(&mut self, header: &[u8], datagram: &[u8]) -> bool {
        let end = self.len.saturating_add(header.len()).saturating_add(datagram.len());
        let Some(room) = self.buffer.get_mut(self.len..end) else { return false };
        room.iter_mut().zip(header.iter().chain(datagram)).for_each(|(to, from)| *to = *from);
        self.len = end;
        true
    }
}

impl Sink for &mut MemorySink<'_> {
    fn write_record(&mut self, header: &[u8], datagram: &[u8]) -> bool {
        (**self).write_record(header, datagram)
    }
}

/// Sink around an `io::Write`, such as a file.
///
/// After a write error it writes nothing more: part of a record may have been written, and records
/// after it could not be read.
#[cfg(feature = "std")]
#[derive(Debug)]
pub struct WriteSink<W> {
    out: W,
    failed: bool,
}

#[cfg(feature = "std")]
impl<W> WriteSink<W> {
    /// Writes to `out`.
    pub const fn new(out: W) -> Self {
        WriteSink { out, failed: false }
    }

    /// Returns the writer.
    pub fn into_inner(self) -> W {
        self.out
    }
}

#[cfg(feature = "std")]
impl<W: std::io::Write> Sink for WriteSink<W> {
    fn write_record(&mut self, header: &[u8], datagram: &[u8]) -> bool {
        let write =
            |out: &mut W| out.write_all(header).and_then(|()| out.write_all(datagram)).is_ok();
        self.failed = self.failed || !write(&mut self.out);
        !self.failed
    }
}

/// One datagram of a capture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CaptureRecord<'a> {
    /// Time of the capture, since 1970-01-01 UTC.
    pub time: Duration,
    /// Netlink protocol.
    pub protocol: Protocol,
    /// `true` if it was sent to the kernel, `false` if received.
    pub outgoing: bool,
    /// Original length, in bytes; more than `bytes` has if only the beginning was captured.
    pub len: usize,
    /// Captured bytes, from the `nlmsghdr` on.
    pub bytes: &'a [u8],
}

/// Iterator over the records of a capture file, of this crate or of Wireshark.
///
/// Reads either byte order and microseconds as well as nanoseconds; not pcapng. After a malformed
/// record it ends, with the error as its last item.
///
/// ```
/// # use barelink_transport::capture::CaptureChannel;
/// # use barelink_transport::pcap::{CaptureReader, MemorySink};
/// # use barelink_transport::{Channel, Fake, Protocol};
/// # let (mut queue, mut room) = ([0; 64], [0; 256]);
/// # let fake = Fake::new(&mut queue, |_, _| {});
/// # let mut channel = CaptureChannel::new(fake, Protocol::ROUTE, MemorySink::new(&mut room));
/// # channel.send(&[16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], None).unwrap();
/// # let file = channel.sink().bytes();
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
    /// Reads the file header.
    ///
    /// # Errors
    ///
    /// [`Error::Codec`] with `Truncated` if it is no pcap file, or one of another link type.
    pub fn open(file: &'a [u8]) -> Result<Self, Error> {
        let malformed = |at| Error::Codec(barelink_codec::Error::Truncated { at });
        let header = FileHeader::read(file.get(..FILE_HEADER_LEN).ok_or(malformed(0))?);
        let (swapped, nanoseconds) = match (header.magic, header.magic.swap_bytes()) {
            (NANOSECONDS, _) => (false, true),
            (MICROSECONDS, _) => (false, false),
            (_, NANOSECONDS) => (true, true),
            (_, MICROSECONDS) => (true, false),
            _ => return Err(malformed(0)),
        };
        let link_type = if swapped { header.link_type.swap_bytes() } else { header.link_type };
        // The upper bits may have the length of a frame check sequence.
        if link_type & 0xffff != LINKTYPE_NETLINK {
            return Err(malformed(20));
        }
        Ok(CaptureReader { bytes: file, at: FILE_HEADER_LEN, swapped, nanoseconds })
    }

    /// Returns whether the file was written in the other byte order, so that its messages are, too,
    /// and cannot be read here.
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
        let split = rest.split_at_checked(RECORD_HEADER_LEN).and_then(|(head, rest)| {
            let header = RecordHeader::read(head);
            let (cooked, bytes) = rest
                .get(..word(header.captured_len) as usize)?
                .split_at_checked(COOKED_HEADER_LEN)?;
            Some((header, CookedHeader::read(cooked), bytes))
        });
        let Some((header, cooked, bytes)) = split else {
            return Some(Err(Error::Codec(barelink_codec::Error::Truncated { at })));
        };
        self.at = at.saturating_add(HEADERS_LEN).saturating_add(bytes.len());
        let fraction = word(header.fraction);
        let fraction = if self.nanoseconds { fraction } else { fraction.saturating_mul(1000) };
        let outgoing = match cooked.direction {
            PACKET_OUTGOING | PACKET_KERNEL => true,
            PACKET_USER => false,
            // Some programs leave the direction out: requests are sent to the kernel.
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
            len: (word(header.original_len) as usize)
                .saturating_sub(COOKED_HEADER_LEN)
                .max(bytes.len()),
            bytes,
        }))
    }
}
