//! Sizes of a socket's receive and send buffer.

use rustix::fd::{AsFd, BorrowedFd};
use rustix::io;
use rustix::net::sockopt as option;
use rustix::net::{self, AddressFamily, SocketFlags, SocketType};

use crate::error::Error;
use crate::socket::fd::{Socket, map_errno};

impl Socket {
    /// Returns the receive buffer's size in bytes, the kernel's overhead included (`SO_RCVBUF`).
    ///
    /// The default is `net.core.rmem_default`, as a rule 212 992 bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] if the system call fails.
    #[doc(alias = "SO_RCVBUF")]
    pub fn receive_buffer(&self) -> Result<usize, Error> {
        map_errno("receive buffer", option::socket_recv_buffer_size(self))
    }

    /// Raises the receive buffer to this size in bytes, and returns the size that it has then.
    ///
    /// Never lowers it. Without `CAP_NET_ADMIN` (`SO_RCVBUFFORCE`), the limit is twice
    /// `net.core.rmem_max`.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] if a system call fails; a limit is no error.
    #[doc(alias = "SO_RCVBUF")]
    #[doc(alias = "SO_RCVBUFFORCE")]
    pub fn raise_receive_buffer(&self, bytes: usize) -> Result<usize, Error> {
        let result = self.raise(
            bytes,
            |fd| option::socket_recv_buffer_size(fd),
            |fd, bytes| option::set_socket_recv_buffer_size_force(fd, bytes),
            |fd, bytes| option::set_socket_recv_buffer_size(fd, bytes),
        );
        map_errno("receive buffer", result)
    }

    /// Returns the send buffer's size in bytes (`SO_SNDBUF`): the longest datagram, less some
    /// overhead.
    ///
    /// The default is `net.core.wmem_default`, as a rule 212 992 bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] if the system call fails.
    #[doc(alias = "SO_SNDBUF")]
    pub fn send_buffer(&self) -> Result<usize, Error> {
        map_errno("send buffer", option::socket_send_buffer_size(self))
    }

    /// Raises the send buffer to this size in bytes, and returns the size that it has then.
    ///
    /// Never lowers it. Without `CAP_NET_ADMIN` (`SO_SNDBUFFORCE`), the limit is twice
    /// `net.core.wmem_max`.
    ///
    /// # Errors
    ///
    /// [`Error::Socket`] if a system call fails; a limit is no error.
    #[doc(alias = "SO_SNDBUF")]
    #[doc(alias = "SO_SNDBUFFORCE")]
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
        set: impl Fn(BorrowedFd<'_>, usize) -> io::Result<()>,
    ) -> io::Result<usize> {
        let current = get(self.as_fd())?;
        if bytes <= current {
            return Ok(current);
        }
        // The kernel doubles the value, for its overhead.
        let half = bytes.div_ceil(2).min(i32::MAX as usize / 2);
        if force(self.as_fd(), half).is_err() {
            // Without the capability the system's limit applies, maybe below the size that a
            // privileged process has set before: try on another socket first.
            let (family, kind) = (AddressFamily::NETLINK, SocketType::RAW);
            let trial = net::socket_with(family, kind, SocketFlags::CLOEXEC, None)?;
            set(trial.as_fd(), half)?;
            if get(trial.as_fd())? > current {
                set(self.as_fd(), half)?;
            }
        }
        get(self.as_fd())
    }
}
