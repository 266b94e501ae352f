//! The socket itself: datagrams in and out.

use core::num::NonZeroU32;
use core::time::Duration;

use barelink_codec::socket::{Instruction, Protocol};
use linux_raw_sys::net::{SCM_CREDENTIALS, SOL_NETLINK, SOL_SOCKET};
use linux_raw_sys::netlink as number;
use rustix::event::{PollFd, PollFlags, poll};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::{self, Errno, IoSlice, ioctl_fionbio};
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::sockopt as option;
use rustix::net::{
    self, AddressFamily, RecvFlags, SendAncillaryBuffer, SendFlags, SocketAddrAny, SocketFlags,
    SocketType,
};
use rustix::time::Timespec;

use crate::deadline::Deadline;
use crate::error::Error;
use crate::sockopt;

/// The port of the kernel itself; nobody else can have it.
pub const KERNEL: u32 = 0;

/// An option of netlink's that is on or off, `NETLINK_*` of `netlink(7)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SocketOption(pub u32);

impl SocketOption {
    /// Tells with each datagram which group it went to: [`Received::group`].
    pub const PKTINFO: SocketOption = SocketOption(number::NETLINK_PKTINFO);
    /// Tells senders in the kernel when this socket missed what went to a group; some then send it
    /// again.
    pub const BROADCAST_ERROR: SocketOption = SocketOption(number::NETLINK_BROADCAST_ERROR);
    /// Loses messages without a word instead of with [`Error::Overrun`].
    pub const NO_ENOBUFS: SocketOption = SocketOption(number::NETLINK_NO_ENOBUFS);
    /// Also hears from the network namespaces that this one has numbers for: [`Received::nsid`].
    /// Takes `CAP_NET_BROADCAST`.
    pub const LISTEN_ALL_NSID: SocketOption = SocketOption(number::NETLINK_LISTEN_ALL_NSID);
    /// Leaves the request out of the errors about it.
    pub const CAP_ACK: SocketOption = SocketOption(number::NETLINK_CAP_ACK);
    /// Adds the kernel's words, and where in the request it stumbled.
    pub const EXT_ACK: SocketOption = SocketOption(number::NETLINK_EXT_ACK);
    /// Has the kernel check what a dump asks for, and answer just that.
    pub const GET_STRICT_CHK: SocketOption = SocketOption(number::NETLINK_GET_STRICT_CHK);
}

/// How to open a socket that is not like most.
///
/// ```no_run
/// use barelink_transport::{SocketBuilder, Protocol};
///
/// let socket = SocketBuilder::new().port(7).nonblocking().open(Protocol::USERSOCK)?;
/// # Ok::<(), barelink_transport::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[must_use]
pub struct SocketBuilder {
    port: u32,
    groups: u32,
    datagram: bool,
    nonblocking: bool,
}

impl SocketBuilder {
    /// As most are: a port of the kernel's choice, no groups, blocking.
    pub const fn new() -> Self {
        SocketBuilder { port: 0, groups: 0, datagram: false, nonblocking: false }
    }

    /// With this port; whoever chooses ports sees to it that they are unique.
    pub const fn port(self, port: u32) -> Self {
        SocketBuilder { port, ..self }
    }

    /// Listening from the start to these of the groups 1 to 32, one bit each.
    pub const fn groups(self, groups: u32) -> Self {
        SocketBuilder { groups, ..self }
    }

    /// `SOCK_DGRAM` instead of `SOCK_RAW`, which netlink does not tell apart.
    pub const fn datagram(self) -> Self {
        SocketBuilder { datagram: true, ..self }
    }

    /// [`Error::WouldBlock`] instead of waiting.
    pub const fn nonblocking(self) -> Self {
        SocketBuilder { nonblocking: true, ..self }
    }

    /// Opens the socket.
    pub fn open(self, protocol: Protocol) -> Result<Socket, Error> {
        let kind = if self.datagram { SocketType::DGRAM } else { SocketType::RAW };
        let mut flags = SocketFlags::CLOEXEC;
        flags.set(SocketFlags::NONBLOCK, self.nonblocking);
        let number = NonZeroU32::new(protocol.0).map(net::Protocol::from_raw);
        let fd = net::socket_with(AddressFamily::NETLINK, kind, flags, number)
            .map_err(Error::from_call("socket"))?;
        let socket = Socket { fd };
        socket.bind(self.port, self.groups)?;
        Ok(socket)
    }
}

impl Default for SocketBuilder {
    fn default() -> Self {
        SocketBuilder::new()
    }
}

/// A netlink socket, closed when dropped, and not passed on to other programs.
#[derive(Debug)]
pub struct Socket {
    fd: OwnedFd,
}

impl Socket {
    /// Opens a blocking socket with a port of the kernel's choice; see [`SocketBuilder`] for others.
    pub fn open(protocol: Protocol) -> Result<Self, Error> {
        SocketBuilder::new().open(protocol)
    }

    /// Takes over a socket that someone else opened, if it is netlink's and of this protocol.
    pub fn adopt(fd: OwnedFd, protocol: Protocol) -> Result<Self, Error> {
        let refuse = Error::from_call("adopt");
        if option::socket_domain(&fd).map_err(&refuse)? != AddressFamily::NETLINK {
            return Err(refuse(Errno::AFNOSUPPORT));
        }
        let socket = Socket { fd };
        if socket.protocol()? != protocol {
            return Err(refuse(Errno::PROTOTYPE));
        }
        Ok(socket)
    }

    /// Which part of the kernel it talks to.
    pub fn protocol(&self) -> Result<Protocol, Error> {
        let protocol = map_errno("protocol", option::socket_protocol(self))?;
        Ok(Protocol(protocol.map_or(0, |protocol| protocol.as_raw().get())))
    }

    /// Takes this port, or for 0 the one it has or that the kernel chooses, and of the groups 1 to
    /// 32 exactly these.
    ///
    /// A socket that was opened here is bound already. One port is for life, while the groups may
    /// change.
    pub fn bind(&self, port: u32, groups: u32) -> Result<(), Error> {
        let bind = |port| net::bind(self, &SocketAddrNetlink::new(port, groups));
        match bind(port) {
            Err(Errno::INVAL) if port == 0 => map_errno("bind", bind(self.local_port()?)),
            Err(Errno::ADDRINUSE) => Err(Error::PortInUse { port }),
            other => map_errno("bind", other),
        }
    }

    /// The port that messages to it are addressed to; 0 before there is one.
    pub fn local_port(&self) -> Result<u32, Error> {
        let local = map_errno("local port", net::getsockname(self))?;
        Ok(netlink_address("local port", Some(local))?.pid())
    }

    /// Sends to this port and the lowest of these groups from now on, and hears from that port
    /// alone, apart from groups.
    ///
    /// Connected to the [`KERNEL`], it cannot be reached by messages that other programs address to
    /// it.
    pub fn connect(&self, port: u32, groups: u32) -> Result<(), Error> {
        map_errno("connect", net::connect(self, &SocketAddrNetlink::new(port, groups)))
    }

    /// The port and the groups that [`send`](Socket::send) sends to: the kernel, unless connected
    /// otherwise.
    pub fn peer(&self) -> Result<(u32, u32), Error> {
        let peer = map_errno("peer", net::getpeername(self))?;
        let peer = netlink_address("peer", peer)?;
        Ok((peer.pid(), peer.groups()))
    }

    /// Hears what is sent to this group, by its number, `RTNLGRP_*` or a generic family's.
    pub fn join(&self, group: u32) -> Result<(), Error> {
        let name = number::NETLINK_ADD_MEMBERSHIP;
        map_errno("join", sockopt::set(self.as_fd(), name, group))
    }

    /// No longer hears what is sent to this group.
    pub fn leave(&self, group: u32) -> Result<(), Error> {
        let name = number::NETLINK_DROP_MEMBERSHIP;
        map_errno("leave", sockopt::set(self.as_fd(), name, group))
    }

    /// The groups that it is in; each word has room for 32, and too few words are [`Error::Cut`].
    pub fn groups<'r>(&self, words: &'r mut [u32]) -> Result<Groups<'r>, Error> {
        words.fill(0);
        let name = number::NETLINK_LIST_MEMBERSHIPS;
        let needed = map_errno("groups", sockopt::get(self.as_fd(), name, words))?;
        let room = size_of_val(words);
        if needed > room {
            return Err(Error::DatagramTruncated { needed, room });
        }
        Ok(Groups { words, next: 0 })
    }

    /// Turns an option on or off.
    pub fn set(&self, switch: SocketOption, on: bool) -> Result<(), Error> {
        map_errno("set option", sockopt::set(self.as_fd(), switch.0, on.into()))
    }

    /// Whether an option is on.
    pub fn get(&self, switch: SocketOption) -> Result<bool, Error> {
        let mut value = [0];
        map_errno("get option", sockopt::get(self.as_fd(), switch.0, &mut value))?;
        Ok(value != [0])
    }

    /// Has the kernel tell with each datagram whose it is, `SO_PASSCRED`: [`Received::credentials`].
    pub fn set_pass_credentials(&self, on: bool) -> Result<(), Error> {
        map_errno("pass credentials", option::set_socket_passcred(self, on))
    }

    /// Whether [`Received::credentials`] are told.
    pub fn pass_credentials(&self) -> Result<bool, Error> {
        map_errno("pass credentials", option::socket_passcred(self))
    }

    /// Turns waiting into [`Error::WouldBlock`], or back.
    pub fn set_nonblocking(&self, on: bool) -> Result<(), Error> {
        map_errno("nonblocking", ioctl_fionbio(self, on))
    }

    /// Bounds how long a blocking send waits for a program that does not read, `SO_SNDTIMEO`; then
    /// it is [`Error::WouldBlock`].
    ///
    /// The kernel itself never keeps a sender waiting.
    pub fn set_send_timeout(&self, timeout: Option<Duration>) -> Result<(), Error> {
        let result = option::set_socket_timeout(self, option::Timeout::Send, timeout);
        map_errno("send timeout", result)
    }

    /// How many bytes may wait to be received, the kernel's own overhead included, `SO_RCVBUF`.
    pub fn receive_buffer(&self) -> Result<usize, Error> {
        map_errno("receive buffer", option::socket_recv_buffer_size(self))
    }

    /// Makes room for this many bytes to wait, or as many as are allowed, never fewer than before;
    /// says how many it came to.
    pub fn raise_receive_buffer(&self, bytes: usize) -> Result<usize, Error> {
        let result = self.raise(
            bytes,
            |fd| option::socket_recv_buffer_size(fd),
            |fd, bytes| option::set_socket_recv_buffer_size_force(fd, bytes),
            |fd, bytes| option::set_socket_recv_buffer_size(fd, bytes),
        );
        map_errno("receive buffer", result)
    }

    /// How many bytes one message to send may have, a little less for overhead, `SO_SNDBUF`.
    pub fn send_buffer(&self) -> Result<usize, Error> {
        map_errno("send buffer", option::socket_send_buffer_size(self))
    }

    /// Makes room for longer messages to send, or as long as are allowed, never shorter than
    /// before; says how many bytes it came to.
    pub fn raise_send_buffer(&self, bytes: usize) -> Result<usize, Error> {
        let result = self.raise(
            bytes,
            |fd| option::socket_send_buffer_size(fd),
            |fd, bytes| option::set_socket_send_buffer_size_force(fd, bytes),
            |fd, bytes| option::set_socket_send_buffer_size(fd, bytes),
        );
        map_errno("send buffer", result)
    }

    fn raise(
        &self,
        bytes: usize,
        get: impl Fn(BorrowedFd<'_>) -> io::Result<usize>,
        force: impl Fn(BorrowedFd<'_>, usize) -> io::Result<()>,
        ask: impl Fn(BorrowedFd<'_>, usize) -> io::Result<()>,
    ) -> io::Result<usize> {
        let had = get(self.as_fd())?;
        if bytes <= had {
            return Ok(had);
        }
        // The kernel doubles what it is given, for its overhead.
        let half = bytes.div_ceil(2).min(i32::MAX as usize / 2);
        if force(self.as_fd(), half).is_err() {
            // Without privilege the machine's limit cuts it, maybe to less than someone with
            // privilege gave before. Try it on another.
            let (family, kind) = (AddressFamily::NETLINK, SocketType::RAW);
            let trial = net::socket_with(family, kind, SocketFlags::CLOEXEC, None)?;
            ask(trial.as_fd(), half)?;
            if get(trial.as_fd())? > had {
                ask(self.as_fd(), half)?;
            }
        }
        get(self.as_fd())
    }

    /// Receives only what this classic packet filter lets through; what is waiting already stays.
    ///
    /// Its answer is how many bytes to keep: `u32::MAX` for all, as what it cuts off is gone
    /// without a trace.
    pub fn attach_filter(&self, program: &[Instruction]) -> Result<(), Error> {
        map_errno("attach filter", sockopt::attach_filter(self.as_fd(), program))
    }

    /// Receives everything again.
    pub fn detach_filter(&self) -> Result<(), Error> {
        map_errno("detach filter", sockopt::detach_filter(self.as_fd()))
    }

    /// Sends a datagram to the peer: the kernel, unless connected otherwise.
    pub fn send(&self, datagram: &[u8]) -> Result<(), Error> {
        let flags = SendFlags::empty();
        map_errno("send", io::retry_on_intr(|| net::send(self, datagram, flags)))?;
        Ok(())
    }

    /// Sends a datagram to the peer, waiting until the deadline and, without one, for ever; a
    /// nonblocking socket does not wait.
    ///
    /// Only a program that does not read keeps a sender waiting, never the kernel.
    pub fn send_by(&self, datagram: &[u8], deadline: Option<Deadline>) -> Result<(), Error> {
        let at_once = io::retry_on_intr(|| net::send(self, datagram, SendFlags::DONTWAIT));
        let Some(deadline) = deadline.filter(|_| at_once == Err(Errno::AGAIN)) else {
            return match at_once {
                Err(Errno::AGAIN) => self.send(datagram),
                done => map_errno("send", done).map(|_| ()),
            };
        };
        // Polling does not tell when the other side has room again.
        const SHORTEST: Duration = Duration::from_millis(1);
        // The kernel counts in these, and may be one early.
        const TICK: Duration = Duration::from_millis(10);
        let before =
            map_errno("send timeout", option::socket_timeout(self, option::Timeout::Send))?;
        let sent = loop {
            self.set_send_timeout(Some(deadline.remaining().clamp(SHORTEST, LONGEST)))?;
            // A signal does not start the time anew.
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

    /// Sends a datagram to this port, and to whoever is in the lowest of these groups.
    ///
    /// Where the kernel takes no messages, as with `USERSOCK`, a group alone gets its copies, and
    /// then the kernel's port is refused with `ECONNREFUSED`; send to the port of a member.
    pub fn send_to(&self, datagram: &[u8], port: u32, groups: u32) -> Result<(), Error> {
        let address = SocketAddrNetlink::new(port, groups);
        let flags = SendFlags::empty();
        let sent = io::retry_on_intr(|| net::sendto(self, datagram, flags, &address));
        map_errno("send", sent)?;
        Ok(())
    }

    /// Sends what several buffers hold as one datagram to the peer.
    pub fn send_vectored(&self, parts: &[IoSlice<'_>]) -> Result<(), Error> {
        let mut control = SendAncillaryBuffer::default();
        let flags = SendFlags::empty();
        let sent = io::retry_on_intr(|| net::sendmsg(self, parts, &mut control, flags));
        map_errno("send", sent)?;
        Ok(())
    }

    /// Receives a datagram, whole or not at all; one of no bytes is one too, and never means that
    /// the other side is gone.
    pub fn receive(&self, buffer: &mut [u8]) -> Result<Received, Error> {
        self.receive_with(buffer, RecvFlags::empty())
    }

    /// Receives a datagram, waiting until the deadline, whether the socket blocks or not; without
    /// one as [`receive`](Socket::receive) does.
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
                done => return done,
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
        for (level, kind, data) in control.messages() {
            let word = |at| Some(u32::from_ne_bytes(*data.get(at..)?.first_chunk()?));
            match (level, kind) {
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

    /// How long the next datagram is, which stays where it is.
    pub fn peek_len(&self) -> Result<usize, Error> {
        let flags = RecvFlags::PEEK | RecvFlags::TRUNC;
        let (_, len) = io::retry_on_intr(|| net::recv(self, &mut [0u8; 0][..], flags))
            .map_err(receive_error)?;
        Ok(len)
    }

    /// Waits until one of these events, the deadline or, without one, for ever; an overrun too
    /// counts as an event, `ERR`.
    pub fn wait(&self, events: PollFlags, deadline: Option<Deadline>) -> Result<PollFlags, Error> {
        loop {
            let left = deadline.map(|deadline| deadline.remaining());
            let timeout = left.map(|left| {
                let left = left.min(LONGEST);
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

/// Kernels with 32-bit time wait no longer than this at once, with room to spare.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Says which call it was that failed.
fn map_errno<T>(call: &'static str, result: io::Result<T>) -> Result<T, Error> {
    result.map_err(Error::from_call(call))
}

/// On receiving, the kernel's "no buffer space" means that the socket had none for messages that
/// came.
fn receive_error(errno: Errno) -> Error {
    match errno {
        Errno::NOBUFS => Error::Overrun,
        errno => Error::from_call("receive")(errno),
    }
}

/// Nobody's address is not the kernel's.
fn netlink_address(
    call: &'static str,
    address: Option<SocketAddrAny>,
) -> Result<SocketAddrNetlink, Error> {
    let address = address.and_then(|address| SocketAddrNetlink::try_from(address).ok());
    address.ok_or(Error::Socket { call, errno: Errno::AFNOSUPPORT })
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Socket {
    fn format(&self, f: defmt::Formatter<'_>) {
        use rustix::fd::AsRawFd;
        defmt::write!(f, "socket {=i32}", self.fd.as_raw_fd());
    }
}

impl From<Socket> for OwnedFd {
    fn from(socket: Socket) -> OwnedFd {
        socket.fd
    }
}

/// What came with a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Received {
    /// How much of the buffer it fills.
    pub len: usize,
    /// The sender's port, [`KERNEL`] or a program's.
    pub from: u32,
    /// Which group it was sent to, as a bit, if that was one of the groups 1 to 32.
    pub groups: u32,
    /// Which group it was sent to, or 0 for this socket alone; told if [`SocketOption::PKTINFO`] is on.
    pub group: Option<u32>,
    /// Which other network namespace it is about; told if [`SocketOption::LISTEN_ALL_NSID`] is on.
    pub nsid: Option<i32>,
    /// Who sent it; told after [`Socket::set_pass_credentials`].
    pub credentials: Option<Credentials>,
}

impl Received {
    /// Whether the kernel sent it; what other programs send can look the same.
    pub const fn is_from_kernel(&self) -> bool {
        self.from == KERNEL
    }
}

/// Who sent a datagram, `struct ucred`; all zero for the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Credentials {
    /// The process.
    pub pid: u32,
    /// Its user.
    pub uid: u32,
    /// Its group.
    pub gid: u32,
}

/// The numbers of the groups that a socket is in, in order.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Groups<'r> {
    words: &'r [u32],
    next: u32,
}

impl Iterator for Groups<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        loop {
            let word = self.words.get(self.next as usize / 32)?;
            let is_in = word >> (self.next % 32) & 1 == 1;
            self.next += 1;
            if is_in {
                return Some(self.next);
            }
        }
    }
}
