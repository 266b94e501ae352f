//! Listening: what the kernel tells those who joined a group.

use core::time::Duration;

use barelink_codec::message::{self, Message, Messages};
use barelink_codec::socket::Protocol;

use crate::channel::Channel;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::socket::{KERNEL, Received, Socket, SocketOption};

/// A socket that listens, with the buffer that it receives into.
///
/// ```no_run
/// use barelink_codec::rtnl::link::{self, Link};
/// use barelink_transport::{Error, Monitor, MonitorEvent, Protocol};
///
/// let mut buffer = [0; 16 * 1024];
/// let mut monitor = Monitor::open(Protocol::ROUTE, &[1], &mut buffer)?; // RTNLGRP_LINK
/// loop {
///     match monitor.next(None)? {
///         MonitorEvent::Message { message, .. } => if let Some(link) = message.parse(link::NEW) {
///             println!("{:?}", link.get(Link::IFNAME)?);
///         },
///         lost => println!("look at all anew: {lost:?}"),
///     }
/// }
/// # #[allow(unreachable_code)]
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug)]
pub struct Monitor<'b, C = Socket> {
    channel: C,
    buffer: &'b mut [u8],
    at: usize,
    received: Received,
    foreign: u32,
}

/// What a listener learns.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum MonitorEvent<'a> {
    /// The kernel tells something.
    Message {
        /// What it tells.
        message: Message<'a>,
        /// To which group, if [`SocketOption::PKTINFO`] is on.
        group: Option<u32>,
        /// In which other network namespace, if [`SocketOption::LISTEN_ALL_NSID`] is on.
        nsid: Option<i32>,
    },
    /// Messages were lost, because they came faster than they were read: the state has to be read
    /// anew.
    Overrun,
    /// A datagram was longer than the buffer, and is lost.
    DatagramTruncated {
        /// How many bytes it takes.
        needed: usize,
    },
    /// The rest of a datagram is no message, and is lost.
    Invalid(barelink_codec::Error),
}

impl<'b> Monitor<'b> {
    /// Listens to these groups, with [`SocketOption::PKTINFO`] on. For all that changes, the kernel sends
    /// a datagram; a buffer of 16 KiB holds the longest that are common.
    pub fn open(protocol: Protocol, groups: &[u32], buffer: &'b mut [u8]) -> Result<Self, Error> {
        let socket = Socket::open(protocol)?;
        // Nobody else can write to it then, apart from groups.
        socket.connect(KERNEL, 0)?;
        socket.set(SocketOption::PKTINFO, true)?;
        for group in groups {
            socket.join(*group)?;
        }
        Ok(Monitor::with_channel(socket, buffer))
    }
}

impl<'b, C: Channel> Monitor<'b, C> {
    /// Listens on a socket of one's own, or what stands in for one.
    pub fn with_channel(channel: C, buffer: &'b mut [u8]) -> Self {
        Monitor { channel, buffer, at: 0, received: Received::default(), foreign: 0 }
    }

    /// The socket back, to be used otherwise.
    pub fn into_channel(self) -> C {
        self.channel
    }

    /// The socket: to join and leave groups, to set options, to wait for along with others.
    pub const fn channel(&self) -> &C {
        &self.channel
    }

    /// How many datagrams from someone else than the kernel were dropped.
    pub const fn foreign(&self) -> u32 {
        self.foreign
    }

    /// The next notice; with a time limit, [`Error::TimedOut`] after it.
    ///
    /// On a nonblocking socket without a time limit, [`Error::WouldBlock`] when there is none.
    pub fn next(&mut self, limit: Option<Duration>) -> Result<MonitorEvent<'_>, Error> {
        let deadline = limit.map(Deadline::after);
        let mut strangers = 0;
        let found = loop {
            let unread = self.buffer.get(self.at..self.received.len).unwrap_or_default();
            let mut messages =
                if self.at == 0 { Messages::new(unread) } else { Messages::rest(unread) };
            match messages.next() {
                None => {}
                Some(Err(error)) => {
                    self.at = self.received.len;
                    return Ok(MonitorEvent::Invalid(error));
                }
                Some(Ok(message)) => {
                    let start = self.at;
                    self.at = start.saturating_add(message::total_size(message.payload.len()));
                    break start;
                }
            }
            self.at = 0;
            self.received.len = 0;
            match self.channel.receive(self.buffer, deadline) {
                Ok(received) if received.from == KERNEL => self.received = received,
                Ok(_) => {
                    self.foreign = self.foreign.wrapping_add(1);
                    strangers += 1;
                    // They may come for ever.
                    let late = deadline.is_some_and(|deadline| deadline.has_passed());
                    if late && strangers > PATIENCE {
                        return Err(Error::TimedOut);
                    }
                }
                Err(Error::Overrun) => return Ok(MonitorEvent::Overrun),
                Err(Error::DatagramTruncated { needed, .. }) => {
                    return Ok(MonitorEvent::DatagramTruncated { needed });
                }
                Err(error) => return Err(error),
            }
        };
        // Found a second time, outside the loop, for the borrow to last.
        let (group, nsid) = (self.received.group, self.received.nsid);
        let bytes = self.buffer.get(found..self.received.len).unwrap_or_default();
        match Messages::new(bytes).next() {
            Some(Ok(message)) => Ok(MonitorEvent::Message { message, group, nsid }),
            _ => Err(Error::Codec(barelink_codec::Error::Truncated { at: found })),
        }
    }
}

/// How many datagrams from others than the kernel are passed over when time is up already.
const PATIENCE: u32 = 1000;
