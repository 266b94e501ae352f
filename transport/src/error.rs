//! What can go wrong between us and the kernel.

use core::fmt;

use rustix::io::Errno;

use crate::refusal::KernelError;

/// Why a socket did not do what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The system refused a call.
    Socket {
        /// What was being done.
        call: &'static str,
        /// The kernel's reason.
        errno: Errno,
    },
    /// Another socket of this protocol and network namespace has that port.
    PortInUse {
        /// The port that was asked for.
        port: u32,
    },
    /// What was to be received is longer than the buffer; of a datagram, the rest is lost.
    DatagramTruncated {
        /// How many bytes it takes.
        needed: usize,
        /// How many there were.
        room: usize,
    },
    /// Messages were lost, because they came faster than they were read: the state has to be read
    /// anew.
    Overrun,
    /// There is nothing to receive now, or no room to send; poll, then try again.
    WouldBlock,
    /// The deadline passed.
    TimedOut,
    /// The kernel refused a request, or broke off a dump.
    Kernel(KernelError),
    /// A message could not be built, or one that was needed not be read.
    Codec(barelink_codec::Error),
    /// What was dumped changed meanwhile, so some may be missing or double: dump it again.
    Interrupted,
    /// The kernel did what it was asked, and had nothing to give.
    NoReply,
    /// The kernel knows no family or group of that name.
    NotFound,
}

impl From<barelink_codec::Error> for Error {
    fn from(error: barelink_codec::Error) -> Self {
        Error::Codec(error)
    }
}

/// What to do about the kernel's answer to a request, as far as the errno says.
pub(crate) fn advice(errno: Errno) -> Option<&'static str> {
    Some(match errno {
        Errno::PERM => "CAP_NET_ADMIN (or root) is needed",
        Errno::OPNOTSUPP => "this kernel lacks it, or its module is not loaded",
        Errno::PROTONOSUPPORT | Errno::PFNOSUPPORT => "this kernel lacks the protocol",
        _ => return None,
    })
}

impl Error {
    /// What this call's failure is called.
    pub(crate) fn from_call(call: &'static str) -> impl Fn(Errno) -> Error {
        move |errno| match errno {
            Errno::AGAIN => Error::WouldBlock,
            errno => Error::Socket { call, errno },
        }
    }
}

/// What to do about it, as far as the call and the errno say.
fn reason(call: &str, errno: Errno) -> Option<&'static str> {
    Some(match (call, errno) {
        ("join" | "leave", Errno::INVAL) => "no such multicast group",
        ("bind", Errno::INVAL) => "it has another port already",
        ("send", Errno::NOBUFS) => "a listener had no room for it, or the kernel no memory",
        ("set option", Errno::PERM) => "not permitted: CAP_NET_BROADCAST (or root) is needed here",
        ("attach filter", Errno::INVAL) => "the kernel's checker refused the filter program",
        ("adopt", Errno::AFNOSUPPORT | Errno::NOTSOCK) => "not a netlink socket",
        ("adopt", Errno::PROTOTYPE) => "a socket of another netlink protocol",
        ("replay", Errno::NODATA) => "the recording has no more requests",
        (_, Errno::PERM) => "not permitted: CAP_NET_ADMIN (or root) is needed here",
        (_, Errno::ACCESS) => "not permitted: a security policy is in the way",
        (_, Errno::PROTONOSUPPORT) => "this kernel lacks the protocol, or its module is not loaded",
        (_, Errno::AFNOSUPPORT) => "this kernel lacks netlink",
        (_, Errno::NOPROTOOPT) => "this kernel is too old for the option",
        (_, Errno::CONNREFUSED) => "nobody is listening at that port, or it talks to others only",
        (_, Errno::SRCH) => "nobody is listening in that group",
        (_, Errno::MSGSIZE) => "the message is longer than the send buffer",
        (_, Errno::NODATA) => "an empty message cannot be sent",
        (_, Errno::NOBUFS | Errno::NOMEM) => "the kernel is out of memory for it",
        (_, Errno::MFILE) => "this process has too many open files",
        (_, Errno::NFILE) => "the machine has too many open files",
        (_, Errno::INVAL) => "the kernel found the argument invalid",
        _ => return None,
    })
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Error::Socket { call, errno } => match reason(call, errno) {
                Some(reason) => write!(f, "{call}: {reason} (errno {})", errno.raw_os_error()),
                None => write!(f, "{call}: {}", Words(errno.raw_os_error())),
            },
            Error::PortInUse { port } => write!(f, "port {port} is taken by another socket"),
            Error::DatagramTruncated { needed, room } => {
                write!(f, "{needed} bytes came, the buffer has room for {room}")
            }
            Error::Overrun => {
                f.write_str("messages were lost: they came faster than they were read")
            }
            Error::WouldBlock => f.write_str("nothing there yet"),
            Error::TimedOut => f.write_str("no answer in time"),
            Error::Kernel(refusal) => write!(f, "the kernel refuses: {refusal}"),
            Error::Codec(error) => error.fmt(f),
            Error::Interrupted => f.write_str("what was dumped changed meanwhile: dump it again"),
            Error::NoReply => f.write_str("the kernel had nothing to give"),
            Error::NotFound => f.write_str("the kernel knows nothing of that name"),
        }
    }
}

/// An error number in words, and as a number.
pub(crate) struct Words(pub i32);

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match barelink_codec::errno::text(self.0) {
            Some(text) => write!(f, "{text} (errno {})", self.0),
            None => write!(f, "errno {}", self.0),
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
            Error::PortInUse { port } => defmt::write!(f, "port {=u32} is taken", port),
            Error::DatagramTruncated { needed, room } => {
                defmt::write!(f, "{=usize} bytes came, room for {=usize}", needed, room);
            }
            Error::Overrun => defmt::write!(f, "messages were lost"),
            Error::WouldBlock => defmt::write!(f, "nothing there yet"),
            Error::TimedOut => defmt::write!(f, "no answer in time"),
            Error::Kernel(refusal) => defmt::write!(f, "the kernel refuses: {}", refusal),
            Error::Codec(error) => defmt::write!(f, "{}", error),
            Error::Interrupted => defmt::write!(f, "what was dumped changed meanwhile"),
            Error::NoReply => defmt::write!(f, "the kernel had nothing to give"),
            Error::NotFound => defmt::write!(f, "the kernel knows nothing of that name"),
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::string::ToString;

    #[track_caller]
    fn says(error: Error, words: &str) {
        let text = error.to_string();
        assert!(text.contains(words), "{text}");
    }

    #[test]
    fn a_missing_privilege_is_named() {
        let error = Error::from_call("join")(Errno::PERM);
        says(error, "join: not permitted: CAP_NET_ADMIN (or root) is needed here (errno 1)");
        let error = Error::from_call("set option")(Errno::PERM);
        says(error, "CAP_NET_BROADCAST");
    }

    #[test]
    fn an_errno_without_advice_is_told_by_its_words_or_its_number() {
        says(Error::from_call("send")(Errno::XDEV), "send: Invalid cross-device link (errno 18)");
        says(Error::from_call("send")(Errno::from_raw_os_error(524)), "send: errno 524");
    }

    #[test]
    fn trying_again_is_not_a_failure_of_the_call() {
        assert_eq!(Error::from_call("send")(Errno::AGAIN), Error::WouldBlock);
    }

    #[test]
    fn running_out_of_room_names_both_lengths() {
        let error = Error::DatagramTruncated { needed: 100, room: 64 };
        says(error, "100 bytes came, the buffer has room for 64");
    }
}
