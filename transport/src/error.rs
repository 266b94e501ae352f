//! Errors of sockets and requests.

use core::fmt;

use barelink_codec::errno::ErrnoText;
use rustix::io::Errno;

use crate::kernel_error::KernelError;

/// Error of a socket or a request.
///
/// | error | what to do |
/// |---|---|
/// | [`Interrupted`](Error::Interrupted), [`Overrun`](Error::Overrun) | dump again |
/// | [`WouldBlock`](Error::WouldBlock) | poll, then call again |
/// | [`DatagramTruncated`](Error::DatagramTruncated) | use a larger buffer |
/// | [`TimedOut`](Error::TimedOut) | try again, or give up |
/// | [`Kernel`](Error::Kernel) | look at its errno: `ENOENT`, `EEXIST`, `EPERM`, ... |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A system call on the socket failed.
    Socket {
        /// Operation that failed: `"bind"`, `"join"`, `"send"`, ...
        call: &'static str,
        /// Error number of the system call.
        errno: Errno,
    },
    /// The port belongs to another socket of this protocol and network namespace (`EADDRINUSE`).
    #[doc(alias = "EADDRINUSE")]
    PortInUse {
        /// Port that was requested.
        port: u32,
    },
    /// A datagram was longer than the buffer (`MSG_TRUNC`), and its rest is lost; or a list of
    /// groups did not fit, see [`Socket::groups`](crate::Socket::groups).
    #[doc(alias = "MSG_TRUNC")]
    DatagramTruncated {
        /// Length that the buffer would need, in bytes.
        needed: usize,
        /// Length that the buffer had, in bytes.
        room: usize,
    },
    /// The socket's receive buffer overflowed (`ENOBUFS`) and messages were lost: dump again to
    /// resynchronize.
    #[doc(alias = "ENOBUFS")]
    Overrun,
    /// Nothing to receive now, or no space to send (`EAGAIN`): poll, then call again.
    #[doc(alias = "EAGAIN")]
    WouldBlock,
    /// The deadline passed.
    TimedOut,
    /// The kernel rejected the request, or aborted a dump.
    Kernel(KernelError),
    /// A message could not be built, or a required part of one could not be read.
    Codec(barelink_codec::Error),
    /// The dumped objects changed during the dump (`NLM_F_DUMP_INTR`), so that some may be missing
    /// or duplicate: dump again.
    #[doc(alias = "NLM_F_DUMP_INTR")]
    Interrupted,
    /// The kernel acknowledged the request without a reply.
    NoReply,
    /// No generic netlink family or multicast group has that name.
    NotFound,
}

impl From<barelink_codec::Error> for Error {
    fn from(error: barelink_codec::Error) -> Self {
        Error::Codec(error)
    }
}

impl Error {
    /// Returns the conversion of a failed call's errno.
    pub(crate) fn from_call(call: &'static str) -> impl Fn(Errno) -> Error {
        move |errno| match errno {
            Errno::AGAIN => Error::WouldBlock,
            errno => Error::Socket { call, errno },
        }
    }
}

/// Returns what an errno means for a call, and what to do about it.
fn advice(call: &str, errno: Errno) -> Option<&'static str> {
    Some(match (call, errno) {
        ("join" | "leave", Errno::INVAL) => "no such multicast group",
        ("bind", Errno::INVAL) => "the socket is bound to another port",
        ("send", Errno::NOBUFS) => "a receiver's buffer is full, or the kernel is out of memory",
        ("set option", Errno::PERM) => "CAP_NET_BROADCAST (or root) is needed",
        ("attach filter", Errno::INVAL) => "the kernel rejected the filter program",
        ("adopt", Errno::AFNOSUPPORT | Errno::NOTSOCK) => "not a netlink socket",
        ("adopt", Errno::PROTOTYPE) => "a socket of another netlink protocol",
        ("replay", Errno::NODATA) => "the recording has no more requests",
        (_, Errno::PERM) => "CAP_NET_ADMIN (or root) is needed",
        (_, Errno::ACCESS) => "a security policy denies it",
        (_, Errno::PROTONOSUPPORT) => "the kernel lacks the protocol, or its module is not loaded",
        (_, Errno::AFNOSUPPORT) => "the kernel lacks netlink",
        (_, Errno::NOPROTOOPT) => "the kernel is too old for the option",
        (_, Errno::CONNREFUSED) => "no socket has that port, or it is connected to another peer",
        (_, Errno::SRCH) => "no socket has joined that group",
        (_, Errno::MSGSIZE) => "the message is longer than the send buffer",
        (_, Errno::NODATA) => "an empty message cannot be sent",
        (_, Errno::NOBUFS | Errno::NOMEM) => "the kernel is out of memory",
        (_, Errno::MFILE) => "the process has too many open files",
        (_, Errno::NFILE) => "the system has too many open files",
        _ => return None,
    })
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Error::Socket { call, errno } => {
                write!(f, "{call}: {}", ErrnoText(errno.raw_os_error()))?;
                match advice(call, errno) {
                    Some(advice) => write!(f, ": {advice}"),
                    None => Ok(()),
                }
            }
            Error::PortInUse { port } => write!(f, "port {port} is in use by another socket"),
            Error::DatagramTruncated { needed, room } => {
                write!(f, "datagram truncated: {needed} bytes needed, the buffer has {room}")
            }
            Error::Overrun => f.write_str("receive buffer overrun, messages lost: dump again"),
            Error::WouldBlock => f.write_str("nothing to receive yet, or no space to send: poll"),
            Error::TimedOut => f.write_str("timed out"),
            Error::Kernel(error) => write!(f, "kernel error: {error}"),
            Error::Codec(error) => error.fmt(f),
            Error::Interrupted => f.write_str("dump interrupted by a change: dump again"),
            Error::NoReply => f.write_str("acknowledged without a reply"),
            Error::NotFound => f.write_str("no generic netlink family or group of that name"),
        }
    }
}

impl core::error::Error for Error {}

#[cfg(feature = "defmt")]
impl defmt::Format for Error {
    fn format(&self, f: defmt::Formatter<'_>) {
        match *self {
            Error::Socket { call, errno } => {
                defmt::write!(f, "{=str}: errno {=i32}", call, errno.raw_os_error());
            }
            Error::PortInUse { port } => defmt::write!(f, "port {=u32} is in use", port),
            Error::DatagramTruncated { needed, room } => {
                defmt::write!(
                    f,
                    "datagram truncated: {=usize} bytes needed, the buffer has {=usize}",
                    needed,
                    room
                );
            }
            Error::Overrun => defmt::write!(f, "receive buffer overrun, messages lost"),
            Error::WouldBlock => defmt::write!(f, "nothing to receive yet"),
            Error::TimedOut => defmt::write!(f, "timed out"),
            Error::Kernel(error) => defmt::write!(f, "kernel error: {}", error),
            Error::Codec(error) => defmt::write!(f, "{}", error),
            Error::Interrupted => defmt::write!(f, "dump interrupted by a change"),
            Error::NoReply => defmt::write!(f, "acknowledged without a reply"),
            Error::NotFound => defmt::write!(f, "no family or group of that name"),
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::string::ToString;

    #[track_caller]
    fn contains(error: Error, expected: &str) {
        let text = error.to_string();
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn a_missing_capability_is_named() {
        let error = Error::from_call("join")(Errno::PERM);
        contains(error, "join: Operation not permitted (errno 1): CAP_NET_ADMIN (or root)");
        let error = Error::from_call("set option")(Errno::PERM);
        contains(error, "CAP_NET_BROADCAST");
    }

    #[test]
    fn an_errno_without_advice_is_printed_by_text_or_number() {
        let error = Error::from_call("send")(Errno::XDEV);
        contains(error, "send: Invalid cross-device link (errno 18)");
        contains(Error::from_call("send")(Errno::from_raw_os_error(524)), "send: errno 524");
    }

    #[test]
    fn eagain_is_would_block() {
        assert_eq!(Error::from_call("send")(Errno::AGAIN), Error::WouldBlock);
    }

    #[test]
    fn a_truncated_datagram_prints_both_lengths() {
        let error = Error::DatagramTruncated { needed: 100, room: 64 };
        contains(error, "datagram truncated: 100 bytes needed, the buffer has 64");
    }
}
