//! Connection: socket, buffer, options, and the pending request.

use core::time::Duration;

use barelink_codec::Exchange;
use barelink_codec::socket::Protocol;
use rustix::io::Errno;

use crate::channel::Channel;
use crate::error::Error;
use crate::kernel_error::{KernelError, RequestLayout};
use crate::socket::fd::Socket;
use crate::socket::option::SocketOption;
use crate::socket::received::KERNEL;

/// Connection for requests: a socket, and the buffer that it sends from and receives into.
///
/// The kernel fills datagrams up to the space that it sees, at most 32 KiB, so that a buffer of
/// 33 KiB (32 KiB for replies, 1 KiB for requests) is a good size. A smaller one takes more
/// datagrams for a dump; a single reply that does not fit is [`Error::DatagramTruncated`].
///
/// A request ends after 30 seconds with [`Error::TimedOut`], unless
/// [`set_timeout`](Connection::set_timeout) sets another limit.
///
/// ```no_run
/// use barelink_codec::rtnl::link::{self, Link, LinkHeader};
/// use barelink_transport::{Connection, Error, Protocol};
///
/// let mut buffer = [0; 33 * 1024];
/// let mut route = Connection::open(Protocol::ROUTE, &mut buffer)?;
/// let mut links = route.dump(link::GET, LinkHeader::default(), |_| {})?;
/// while let Some(link) = links.next()? {
///     println!("{}: {}", link.header.index, link.require(Link::IFNAME)?);
/// }
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug)]
pub struct Connection<'b, C = Socket> {
    pub(super) channel: C,
    /// The request at the front, so that an error can point into it; replies behind.
    pub(super) buffer: &'b mut [u8],
    /// Own port; 0 if it is not known before the first datagram is sent.
    pub(super) port: u32,
    /// Sequence number of the last request.
    pub(super) seq: u32,
    pub(super) pending: Pending,
    pub(super) warning: Option<KernelError>,
    pub(super) options: Options,
    pub(super) stats: ConnectionStats,
}

/// Request that was sent last.
#[derive(Debug)]
pub(super) struct Pending {
    /// Length of the request at the front of the buffer, in bytes.
    pub len: usize,
    pub layout: RequestLayout,
    /// State of its replies; `None` before the first request.
    pub exchange: Option<Exchange>,
    /// `true` after a reply was lost, so that waiting for the rest may be in vain.
    pub lost: bool,
}

/// Options of a connection.
#[derive(Debug)]
pub(super) struct Options {
    /// Port that replies have to come from.
    pub peer: u32,
    pub timeout: Option<Duration>,
    /// `true` if the socket option `GET_STRICT_CHK` is set.
    pub strict: bool,
}

/// Statistics of a connection: what it skipped since it was opened.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ConnectionStats {
    /// Number of datagrams from another port than the peer's.
    pub foreign: u32,
    /// Number of messages that answer no pending request: notifications, late replies.
    pub stray: u32,
}

/// Default timeout of a request. The kernel replies while the request is being sent, so that it
/// passes only after a fault.
const TIMEOUT: Duration = Duration::from_secs(30);

impl<'b> Connection<'b> {
    /// Opens a connection to the kernel, with the socket options of
    /// [`set_up`](Connection::set_up).
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] with `EPROTONOSUPPORT` if the kernel lacks the protocol.
    pub fn open(protocol: Protocol, buffer: &'b mut [u8]) -> Result<Self, Error> {
        let socket = Socket::open(protocol)?;
        let strict = Connection::set_up(&socket)?;
        let mut connection = Connection::with_channel(socket, buffer)?;
        connection.options.strict = strict;
        Ok(connection)
    }

    /// Sets a socket up as [`open`](Connection::open) does: connected to the kernel, capped errors,
    /// extended acknowledgements, strict checking, as far as the kernel has them; returns whether it
    /// checks strictly.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] if a system call fails; an option that the kernel lacks is no error.
    pub fn set_up(socket: &Socket) -> Result<bool, Error> {
        socket.connect(KERNEL, 0)?;
        is_supported(socket.set(SocketOption::CAP_ACK, true))?;
        is_supported(socket.set(SocketOption::EXT_ACK, true))?;
        is_supported(socket.set(SocketOption::GET_STRICT_CHK, true))
    }
}

/// Returns `false` for an option that the kernel lacks.
fn is_supported(set: Result<(), Error>) -> Result<bool, Error> {
    match set {
        Ok(()) => Ok(true),
        Err(Error::Socket { errno: Errno::NOPROTOOPT, .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

impl<'b, C: Channel> Connection<'b, C> {
    /// Creates a connection over a socket of the caller's, preferably [set up](Connection::set_up), or
    /// over another channel: a capture, a recording, a fake kernel.
    ///
    /// # Errors
    ///
    /// Those of [`Channel::port`].
    pub fn with_channel(mut channel: C, buffer: &'b mut [u8]) -> Result<Self, Error> {
        let port = channel.port()?;
        let layout = RequestLayout { table: None, header_len: 0 };
        Ok(Connection {
            channel,
            buffer,
            port,
            seq: 0,
            pending: Pending { len: 0, layout, exchange: None, lost: false },
            warning: None,
            options: Options { peer: KERNEL, timeout: Some(TIMEOUT), strict: false },
            stats: ConnectionStats::default(),
        })
    }

    /// Takes replies from the program at this port instead of the kernel; the socket has to be
    /// [connected](Socket::connect) to it.
    pub fn to_peer(mut self, port: u32) -> Self {
        self.options.peer = port;
        self
    }

    /// Sets the timeout of requests, from sending to the last reply: 30 seconds by default; `None`
    /// sets no limit.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.options.timeout = timeout;
    }

    /// Returns the statistics since the connection was opened.
    pub const fn stats(&self) -> ConnectionStats {
        self.stats
    }

    /// Returns whether [`open`](Connection::open) turned on strict checking
    /// (`NETLINK_GET_STRICT_CHK`, since Linux 4.20), so that the kernel filters dumps on route sockets
    /// by their header and attributes instead of sending all objects.
    pub const fn is_strict(&self) -> bool {
        self.options.strict
    }

    /// Returns the warning that came with the acknowledgement of the last request; after a batch, the
    /// last warning of its requests.
    pub const fn warning(&self) -> Option<&KernelError> {
        self.warning.as_ref()
    }

    /// Closes the connection and returns its channel.
    pub fn into_channel(self) -> C {
        self.channel
    }

    /// Returns the channel, e.g. the socket to set options of.
    pub const fn channel(&self) -> &C {
        &self.channel
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_that_the_kernel_lacks_is_no_error() {
        let failed = |errno| Err(Error::Socket { call: "set option", errno });
        assert_eq!(is_supported(Ok(())), Ok(true));
        assert_eq!(is_supported(failed(Errno::NOPROTOOPT)), Ok(false));
        assert!(is_supported(failed(Errno::PERM)).is_err());
    }
}
