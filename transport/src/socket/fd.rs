//! The socket: opening, ports, groups, options.

use core::num::NonZeroU32;
use core::time::Duration;

use barelink_codec::socket::{Instruction, Protocol};
use linux_raw_sys::netlink as number;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::{self, Errno, ioctl_fionbio};
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::sockopt as option;
use rustix::net::{self, AddressFamily, SocketAddrAny, SocketFlags, SocketType};

use crate::error::Error;
use crate::socket::option::SocketOption;
use crate::socket::received::Groups;
use crate::sockopt;

/// Builder of a socket with other properties than [`Socket::open`] gives it.
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
    /// Starts with the defaults: a port that the kernel chooses, no groups, `SOCK_RAW`, blocking.
    pub const fn new() -> Self {
        SocketBuilder { port: 0, groups: 0, datagram: false, nonblocking: false }
    }

    /// Sets the port (`nl_pid`), unique within protocol and network namespace; 0, the default, lets
    /// the kernel choose.
    #[doc(alias = "nl_pid")]
    pub const fn port(self, port: u32) -> Self {
        SocketBuilder { port, ..self }
    }

    /// Joins the groups of this bit mask on binding (`nl_groups`): bit 0 is group 1, bit 31 group
    /// 32.
    #[doc(alias = "nl_groups")]
    pub const fn groups(self, groups: u32) -> Self {
        SocketBuilder { groups, ..self }
    }

    /// Opens `SOCK_DGRAM` instead of `SOCK_RAW`; netlink treats both alike.
    pub const fn datagram(self) -> Self {
        SocketBuilder { datagram: true, ..self }
    }

    /// Makes the socket nonblocking: [`Error::WouldBlock`] instead of waiting.
    pub const fn nonblocking(self) -> Self {
        SocketBuilder { nonblocking: true, ..self }
    }

    /// Opens and binds the socket.
    ///
    /// # Errors
    ///
    /// [`Error::PortInUse`] if another socket has the port; [`Error::Socket`] with
    /// `EPROTONOSUPPORT` if the kernel lacks the protocol, `EPERM` if its groups require a
    /// capability.
    pub fn open(self, protocol: Protocol) -> Result<Socket, Error> {
        let socket_type = if self.datagram { SocketType::DGRAM } else { SocketType::RAW };
        let mut flags = SocketFlags::CLOEXEC;
        flags.set(SocketFlags::NONBLOCK, self.nonblocking);
        let number = NonZeroU32::new(protocol.0).map(net::Protocol::from_raw);
        let fd = net::socket_with(AddressFamily::NETLINK, socket_type, flags, number)
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

/// Netlink socket: sends and receives datagrams.
///
/// Closed on drop and on `execve(2)` (`SOCK_CLOEXEC`). [`AsFd`] is the way into an event loop.
#[derive(Debug)]
pub struct Socket {
    fd: OwnedFd,
}

impl Socket {
    /// Opens a blocking socket on a port that the kernel chooses; [`SocketBuilder`] opens others.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] with `EPROTONOSUPPORT` if the kernel lacks the protocol.
    pub fn open(protocol: Protocol) -> Result<Self, Error> {
        SocketBuilder::new().open(protocol)
    }

    /// Takes over a file descriptor that is a netlink socket of this protocol, e.g. one that a
    /// service manager passed.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] with `EAFNOSUPPORT` or `ENOTSOCK` if it is no netlink socket, `EPROTOTYPE`
    /// if it has another protocol.
    pub fn adopt(fd: OwnedFd, protocol: Protocol) -> Result<Self, Error> {
        let error = Error::from_call("adopt");
        if option::socket_domain(&fd).map_err(&error)? != AddressFamily::NETLINK {
            return Err(error(Errno::AFNOSUPPORT));
        }
        let socket = Socket { fd };
        if socket.protocol()? != protocol {
            return Err(error(Errno::PROTOTYPE));
        }
        Ok(socket)
    }

    /// Returns the protocol (`SO_PROTOCOL`).
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] if the system call fails.
    #[doc(alias = "SO_PROTOCOL")]
    pub fn protocol(&self) -> Result<Protocol, Error> {
        let protocol = map_errno("protocol", option::socket_protocol(self))?;
        Ok(Protocol(protocol.map_or(0, |protocol| protocol.as_raw().get())))
    }

    /// Binds to a port and sets the membership in the groups 1 to 32 to a bit mask (`bind(2)`).
    ///
    /// Port 0 keeps the socket's port, or lets the kernel choose one. Opened sockets are bound
    /// already: their port is final, only the groups change.
    ///
    /// # Errors
    ///
    /// [`Error::PortInUse`] if another socket has the port; [`Error::Socket`] with `EINVAL` if this
    /// one is bound to another port, `EPERM` if the groups require a capability.
    pub fn bind(&self, port: u32, groups: u32) -> Result<(), Error> {
        let bind = |port| net::bind(self, &SocketAddrNetlink::new(port, groups));
        match bind(port) {
            Err(Errno::INVAL) if port == 0 => map_errno("bind", bind(self.local_port()?)),
            Err(Errno::ADDRINUSE) => Err(Error::PortInUse { port }),
            other => map_errno("bind", other),
        }
    }

    /// Returns the socket's own port (`nl_pid` of `getsockname(2)`); 0 before it is bound.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] if the system call fails.
    #[doc(alias = "getsockname")]
    pub fn local_port(&self) -> Result<u32, Error> {
        let local = map_errno("local port", net::getsockname(self))?;
        Ok(netlink_address("local port", Some(local))?.pid())
    }

    /// Sets the default peer: a port, and a bit mask of groups of which the lowest counts
    /// (`connect(2)`).
    ///
    /// The kernel then refuses unicast from other ports (their sender gets `ECONNREFUSED`);
    /// multicast still arrives. Connected to the [`KERNEL`](crate::KERNEL), the socket gets no
    /// unicast from other programs.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] with `EPERM` without `CAP_NET_ADMIN`, unless the peer is the kernel
    /// without a group or the protocol is `USERSOCK`.
    pub fn connect(&self, port: u32, groups: u32) -> Result<(), Error> {
        map_errno("connect", net::connect(self, &SocketAddrNetlink::new(port, groups)))
    }

    /// Returns port and groups of the default peer (`getpeername(2)`); `(0, 0)`, the kernel, unless
    /// connected to another.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] if the system call fails.
    #[doc(alias = "getpeername")]
    pub fn peer(&self) -> Result<(u32, u32), Error> {
        let peer = map_errno("peer", net::getpeername(self))?;
        let peer = netlink_address("peer", peer)?;
        Ok((peer.pid(), peer.groups()))
    }

    /// Joins a multicast group by its number (`NETLINK_ADD_MEMBERSHIP` = 1): `RTNLGRP_*`,
    /// `NFNLGRP_*`, or a generic family's, found by
    /// [`Connection::group`](crate::Connection::group).
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] with `EINVAL` if there is no such group, `EPERM` if the group takes a
    /// capability.
    #[doc(alias = "NETLINK_ADD_MEMBERSHIP")]
    pub fn join(&self, group: u32) -> Result<(), Error> {
        let name = number::NETLINK_ADD_MEMBERSHIP;
        map_errno("join", sockopt::set(self.as_fd(), name, group))
    }

    /// Leaves a multicast group (`NETLINK_DROP_MEMBERSHIP` = 2).
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] with `EINVAL` if there is no such group, `EPERM` as of
    /// [`join`](Socket::join).
    #[doc(alias = "NETLINK_DROP_MEMBERSHIP")]
    pub fn leave(&self, group: u32) -> Result<(), Error> {
        let name = number::NETLINK_DROP_MEMBERSHIP;
        map_errno("leave", sockopt::set(self.as_fd(), name, group))
    }

    /// Returns the groups that the socket has joined (`NETLINK_LIST_MEMBERSHIPS` = 9, since Linux
    /// 4.2), read into `words` as a bit mask of 32 groups a word.
    ///
    /// # Errors
    ///
    /// [`Error::DatagramTruncated`] with the length in bytes if `words` is too short.
    #[doc(alias = "NETLINK_LIST_MEMBERSHIPS")]
    pub fn groups<'r>(&self, words: &'r mut [u32]) -> Result<Groups<'r>, Error> {
        words.fill(0);
        let name = number::NETLINK_LIST_MEMBERSHIPS;
        let needed = map_errno("groups", sockopt::get(self.as_fd(), name, words))?;
        let room = size_of_val(words);
        if needed > room {
            return Err(Error::DatagramTruncated { needed, room });
        }
        Ok(Groups::new(words))
    }

    /// Sets an option.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] with `ENOPROTOOPT` if the kernel is too old for it, `EPERM` if it takes a
    /// capability.
    pub fn set(&self, option: SocketOption, on: bool) -> Result<(), Error> {
        map_errno("set option", sockopt::set(self.as_fd(), option.0, on.into()))
    }

    /// Returns whether an option is set.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] with `ENOPROTOOPT` if the kernel is too old for it; some options can be
    /// set before they can be read.
    pub fn get(&self, option: SocketOption) -> Result<bool, Error> {
        let mut value = [0];
        map_errno("get option", sockopt::get(self.as_fd(), option.0, &mut value))?;
        Ok(value != [0])
    }

    /// Adds the sender's credentials to each datagram, [`Received::credentials`] (`SO_PASSCRED`);
    /// off by default.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] if the system call fails.
    ///
    /// [`Received::credentials`]: crate::Received::credentials
    #[doc(alias = "SO_PASSCRED")]
    pub fn set_pass_credentials(&self, on: bool) -> Result<(), Error> {
        map_errno("pass credentials", option::set_socket_passcred(self, on))
    }

    /// Returns whether datagrams carry credentials (`SO_PASSCRED`).
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] if the system call fails.
    #[doc(alias = "SO_PASSCRED")]
    pub fn pass_credentials(&self) -> Result<bool, Error> {
        map_errno("pass credentials", option::socket_passcred(self))
    }

    /// Makes the socket nonblocking (`O_NONBLOCK`), so that it returns [`Error::WouldBlock`]
    /// instead of waiting, or blocking again.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] if the system call fails.
    #[doc(alias = "O_NONBLOCK")]
    pub fn set_nonblocking(&self, on: bool) -> Result<(), Error> {
        map_errno("nonblocking", ioctl_fionbio(self, on))
    }

    /// Sets the time after which a blocking send to a program with a full receive buffer returns
    /// [`Error::WouldBlock`] (`SO_SNDTIMEO`); `None`, the default, sets no limit.
    ///
    /// Sending to the kernel never waits.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] if the system call fails.
    #[doc(alias = "SO_SNDTIMEO")]
    pub fn set_send_timeout(&self, timeout: Option<Duration>) -> Result<(), Error> {
        let result = option::set_socket_timeout(self, option::Timeout::Send, timeout);
        map_errno("send timeout", result)
    }

    /// Attaches a classic BPF program that received datagrams have to pass (`SO_ATTACH_FILTER`);
    /// datagrams that are queued already stay.
    ///
    /// The program returns the number of bytes to keep: 0 drops the datagram, `u32::MAX` keeps all.
    /// A lower number truncates it without notice.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] with `EINVAL` if the kernel rejects the program.
    #[doc(alias = "SO_ATTACH_FILTER")]
    pub fn attach_filter(&self, program: &[Instruction]) -> Result<(), Error> {
        map_errno("attach filter", sockopt::attach_filter(self.as_fd(), program))
    }

    /// Detaches the filter (`SO_DETACH_FILTER`).
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] with `ENOENT` if none is attached.
    #[doc(alias = "SO_DETACH_FILTER")]
    pub fn detach_filter(&self) -> Result<(), Error> {
        map_errno("detach filter", sockopt::detach_filter(self.as_fd()))
    }
}

/// Adds the name of the operation to the errno of a failed call.
pub(crate) fn map_errno<T>(call: &'static str, result: io::Result<T>) -> Result<T, Error> {
    result.map_err(Error::from_call(call))
}

/// Returns a netlink address; an absent one is an error, not the kernel's.
pub(crate) fn netlink_address(
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
