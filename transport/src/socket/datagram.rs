//! Sending, receiving and waiting.

use core::time::Duration;

use linux_raw_sys::net::{SCM_CREDENTIALS, SOL_NETLINK, SOL_SOCKET};
use linux_raw_sys::netlink as number;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fd::AsFd;
use rustix::io::{self, Errno, IoSlice};
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::sockopt as option;
use rustix::net::{self, RecvFlags, SendAncillaryBuffer, SendFlags};
use rustix::time::Timespec;

use crate::deadline::Deadline;
use crate::error::Error;
use crate::socket::fd::{Socket, map_errno, netlink_address};
use crate::socket::received::{Credentials, Received};
use crate::sockopt;

impl Socket {
    /// Sends a datagram to the default peer: the kernel, unless [connected](Socket::connect) to
    /// another.
    ///
    /// # Errors
    ///
    /// [`Error::WouldBlock`] if the peer's receive buffer is full and the socket is nonblocking or
    /// its [send timeout](Socket::set_send_timeout) passed; [`Error::Socket`] with `EMSGSIZE` if
    /// the datagram is longer than the send buffer, `ECONNREFUSED` if no socket has the peer's port
    /// or the peer is connected to another.
    pub fn send(&self, datagram: &[u8]) -> Result<(), Error> {
        let flags = SendFlags::empty();
        map_errno("send", io::retry_on_intr(|| net::send(self, datagram, flags)))?;
        Ok(())
    }

    /// Sends a datagram to the default peer, waiting until the deadline, or without one like
    /// [`send`](Socket::send); a nonblocking socket does not wait.
    ///
    /// Only programs with a full receive buffer make a sender wait, never the kernel.
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`] after the deadline; otherwise as [`send`](Socket::send).
    pub fn send_by(&self, datagram: &[u8], deadline: Option<Deadline>) -> Result<(), Error> {
        let at_once = io::retry_on_intr(|| net::send(self, datagram, SendFlags::DONTWAIT));
        let Some(deadline) = deadline.filter(|_| at_once == Err(Errno::AGAIN)) else {
            return match at_once {
                Err(Errno::AGAIN) => self.send(datagram),
                result => map_errno("send", result).map(|_| ()),
            };
        };
        // Polling does not report space in the receiver's buffer, so that SO_SNDTIMEO bounds it.
        const SHORTEST: Duration = Duration::from_millis(1);
        // The kernel counts in ticks of at most this length, and may return one early.
        const TICK: Duration = Duration::from_millis(10);
        let before =
            map_errno("send timeout", option::socket_timeout(self, option::Timeout::Send))?;
        let sent = loop {
            self.set_send_timeout(Some(deadline.remaining().clamp(SHORTEST, LONGEST_WAIT)))?;
            // After a signal, the rest of the time is left.
            match net::send(self, datagram, SendFlags::empty()) {
                Err(Errno::INTR) if !deadline.has_passed() => {}
                Err(Errno::INTR | Errno::AGAIN) if deadline.remaining() < TICK => {
                    break Err(Error::TimedOut);
                }
                sent => break map_errno("send", sent).map(|_| ()),
            }
        };
        self.set_send_timeout(before)?;
        sent
    }

    /// Sends a datagram to this port, and to the members of the lowest group in the bit mask
    /// `groups`.
    ///
    /// In a protocol without a receiver in the kernel (`USERSOCK`), sending to a group with port
    /// [`KERNEL`](crate::KERNEL) delivers to its members, then fails with `ECONNREFUSED`; send to
    /// the port of a member to avoid that.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] with `EPERM` without `CAP_NET_ADMIN`, unless the peer is the kernel
    /// without a group or the protocol is `USERSOCK`; otherwise as [`send`](Socket::send).
    pub fn send_to(&self, datagram: &[u8], port: u32, groups: u32) -> Result<(), Error> {
        let address = SocketAddrNetlink::new(port, groups);
        let flags = SendFlags::empty();
        let sent = io::retry_on_intr(|| net::sendto(self, datagram, flags, &address));
        map_errno("send", sent)?;
        Ok(())
    }

    /// Sends the contents of several buffers as one datagram to the default peer.
    ///
    /// # Errors
    ///
    /// As [`send`](Socket::send).
    pub fn send_vectored(&self, parts: &[IoSlice<'_>]) -> Result<(), Error> {
        let mut control = SendAncillaryBuffer::default();
        let flags = SendFlags::empty();
        let sent = io::retry_on_intr(|| net::sendmsg(self, parts, &mut control, flags));
        map_errno("send", sent)?;
        Ok(())
    }

    /// Receives a datagram.
    ///
    /// A datagram of 0 bytes is one like others; netlink has no end of a stream.
    ///
    /// # Errors
    ///
    /// [`Error::DatagramTruncated`] if it was longer than the buffer, which has its beginning then;
    /// [`Error::Overrun`] once after messages were lost; [`Error::WouldBlock`] if a nonblocking
    /// socket has nothing queued.
    pub fn receive(&self, buffer: &mut [u8]) -> Result<Received, Error> {
        self.receive_with(buffer, RecvFlags::empty())
    }

    /// Receives a datagram, waiting until the deadline even if the socket is nonblocking; without a
    /// deadline like [`receive`](Socket::receive).
    ///
    /// A datagram that is queued already is received even after the deadline.
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`] after the deadline; otherwise as [`receive`](Socket::receive).
    pub fn receive_by(
        &self,
        buffer: &mut [u8],
        deadline: Option<Deadline>,
    ) -> Result<Received, Error> {
        if deadline.is_none() {
            return self.receive(buffer);
        }
        loop {
            match self.receive_with(buffer, RecvFlags::DONTWAIT) {
                Err(Error::WouldBlock) => self.wait(PollFlags::IN, deadline)?,
                result => return result,
            };
        }
    }

    fn receive_with(&self, buffer: &mut [u8], flags: RecvFlags) -> Result<Received, Error> {
        let room = buffer.len();
        let flags = flags | RecvFlags::TRUNC;
        let (message, control) =
            io::retry_on_intr(|| sockopt::receive(self.as_fd(), buffer, flags))
                .map_err(receive_error)?;
        if message.bytes > room {
            return Err(Error::DatagramTruncated { needed: message.bytes, room });
        }
        let sender = netlink_address("receive", message.address)?;
        let mut received = Received {
            len: message.bytes,
            from: sender.pid(),
            groups: sender.groups(),
            ..Received::default()
        };
        for (level, message_type, data) in control.messages() {
            let word = |at| Some(u32::from_ne_bytes(*data.get(at..)?.first_chunk()?));
            match (level, message_type) {
                (SOL_NETLINK, number::NETLINK_PKTINFO) => received.group = word(0),
                (SOL_NETLINK, number::NETLINK_LISTEN_ALL_NSID) => {
                    received.nsid = word(0).map(|nsid| nsid as i32);
                }
                (SOL_SOCKET, SCM_CREDENTIALS) => {
                    if let (Some(pid), Some(uid), Some(gid)) = (word(0), word(4), word(8)) {
                        received.credentials = Some(Credentials { pid, uid, gid });
                    }
                }
                _ => {}
            }
        }
        Ok(received)
    }

    /// Returns the length of the next datagram, which stays queued (`MSG_PEEK`).
    ///
    /// # Errors
    ///
    /// As [`receive`](Socket::receive), except truncation.
    #[doc(alias = "MSG_PEEK")]
    pub fn peek_len(&self) -> Result<usize, Error> {
        let flags = RecvFlags::PEEK | RecvFlags::TRUNC;
        let (_, len) = io::retry_on_intr(|| net::recv(self, &mut [0u8; 0][..], flags))
            .map_err(receive_error)?;
        Ok(len)
    }

    /// Waits for one of these events (`poll(2)`) until the deadline, or without a limit, and
    /// returns the events; an overrun counts as one, `ERR`.
    ///
    /// # Errors
    ///
    /// [`Error::TimedOut`] after the deadline.
    pub fn wait(&self, events: PollFlags, deadline: Option<Deadline>) -> Result<PollFlags, Error> {
        loop {
            let left = deadline.map(|deadline| deadline.remaining());
            let timeout = left.map(|left| {
                let left = left.min(LONGEST_WAIT);
                Timespec { tv_sec: left.as_secs() as i64, tv_nsec: left.subsec_nanos() as _ }
            });
            let mut ready = [PollFd::from_borrowed_fd(self.as_fd(), events)];
            match poll(&mut ready, timeout.as_ref()) {
                Ok(0) if left.is_some_and(|left| left.is_zero()) => return Err(Error::TimedOut),
                Ok(0) | Err(Errno::INTR) => {}
                Ok(_) => return Ok(ready[0].revents()),
                Err(errno) => return Err(Error::Socket { call: "wait", errno }),
            }
        }
    }
}

/// Longest wait of one system call, well below the limits of kernels with 32-bit time.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// Converts the errno of a failed reception: `ENOBUFS` reports an overrun there.
fn receive_error(errno: Errno) -> Error {
    match errno {
        Errno::NOBUFS => Error::Overrun,
        errno => Error::from_call("receive")(errno),
    }
}
