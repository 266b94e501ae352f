//! Notifications of multicast groups.

use core::time::Duration;

use barelink_codec::message::{self, Message, Messages};
use barelink_codec::socket::Protocol;

use crate::channel::Channel;
use crate::deadline::Deadline;
use crate::error::Error;
use crate::socket::fd::Socket;
use crate::socket::option::SocketOption;
use crate::socket::received::{KERNEL, Received};

/// Listener for notifications: a socket that joined multicast groups, and the buffer that it
/// receives into.
///
/// A buffer of 16 KiB holds the longest notifications that are common; a longer one is
/// [`MonitorEvent::DatagramTruncated`]. Notifications that arrive faster than they are read overrun
/// the socket's receive buffer, which [`Socket::raise_receive_buffer`] enlarges.
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
///         lost => println!("notifications lost, dump again: {lost:?}"),
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

/// Notification, or the reason why some were lost.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum MonitorEvent<'a> {
    /// The kernel sent a notification.
    Message {
        /// Notification.
        message: Message<'a>,
        /// Number of the multicast group, with [`SocketOption::PKTINFO`].
        group: Option<u32>,
        /// ID (nsid) of the network namespace that it is about, absent for the socket's own; with
        /// [`SocketOption::LISTEN_ALL_NSID`].
        nsid: Option<i32>,
    },
    /// The receive buffer overflowed (`ENOBUFS`) and notifications were lost: dump again to
    /// resynchronize.
    #[doc(alias = "ENOBUFS")]
    Overrun,
    /// A datagram was longer than the buffer (`MSG_TRUNC`) and is lost.
    #[doc(alias = "MSG_TRUNC")]
    DatagramTruncated {
        /// Length of the datagram, in bytes.
        needed: usize,
    },
    /// The rest of a datagram is malformed, and is lost.
    Invalid(barelink_codec::Error),
}

impl<'b> Monitor<'b> {
    /// Opens a socket, connected to the kernel and with [`SocketOption::PKTINFO`], and joins these
    /// groups.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] with `EPROTONOSUPPORT` if the kernel lacks the protocol, `EINVAL` if it
    /// lacks a group, `EPERM` if a group requires a capability.
    pub fn open(protocol: Protocol, groups: &[u32], buffer: &'b mut [u8]) -> Result<Self, Error> {
        let socket = Socket::open(protocol)?;
        // Other programs cannot send to it then, except to groups.
        socket.connect(KERNEL, 0)?;
        socket.set(SocketOption::PKTINFO, true)?;
        for group in groups {
            socket.join(*group)?;
        }
        Ok(Monitor::with_channel(socket, buffer))
    }
}

impl<'b, C: Channel> Monitor<'b, C> {
    /// Listens on a socket of the caller's, or on another channel: a capture, a recording, a fake
    /// kernel.
    pub fn with_channel(channel: C, buffer: &'b mut [u8]) -> Self {
        Monitor { channel, buffer, at: 0, received: Received::default(), foreign: 0 }
    }

    /// Closes the monitor and returns its channel.
    pub fn into_channel(self) -> C {
        self.channel
    }

    /// Returns the channel, e.g. the socket: to join and leave groups, set options, poll.
    pub const fn channel(&self) -> &C {
        &self.channel
    }

    /// Returns the number of datagrams from other senders than the kernel, which were dropped.
    pub const fn foreign(&self) -> u32 {
        self.foreign
    }

    /// Returns the next notification, waiting up to `timeout`, or without one until one arrives.
    ///
    /// Lost notifications are events, not errors: the monitor goes on after them.
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`] after the timeout; [`Error::WouldBlock`] without one, if a nonblocking
    /// socket has nothing queued; [`Error::Socket`] if the system call fails.
    pub fn next(&mut self, timeout: Option<Duration>) -> Result<MonitorEvent<'_>, Error> {
        let deadline = timeout.map(Deadline::after);
        let mut skipped = 0;
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
                    skipped += 1;
                    // They may arrive without end.
                    let late = deadline.is_some_and(|deadline| deadline.has_passed());
                    if late && skipped > MAX_SKIPPED {
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
        // Parsed a second time, outside the loop, so that the borrow lasts.
        let (group, nsid) = (self.received.group, self.received.nsid);
        let bytes = self.buffer.get(found..self.received.len).unwrap_or_default();
        match Messages::new(bytes).next() {
            Some(Ok(message)) => Ok(MonitorEvent::Message { message, group, nsid }),
            _ => Err(Error::Codec(barelink_codec::Error::Truncated { at: found })),
        }
    }
}

/// Number of datagrams from other senders than the kernel that are skipped after the deadline.
const MAX_SKIPPED: u32 = 1000;
