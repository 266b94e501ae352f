//! How it went, for people to read and for the status that the program ends with.

use core::fmt::{self, Write};
use core::net::IpAddr;

use barelink_codec::addr_text::Prefix;
use barelink_codec::errno::ErrnoText;
use barelink_transport::Error;
use heapless::String;

use super::fields::Fields;

/// An address as people write it, by the same code that prints prefixes.
pub struct Host(pub IpAddr);

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::<64>::new();
        write!(text, "{}", Prefix { address: self.0, len: 0 })?;
        f.write_str(Fields::by(&text, b'/').field())
    }
}

/// Why something was not done: the kernel's own words if there are any, else the error's. There are
/// fewer here than transport has, for a program that is to be small.
pub struct Reason<'e>(pub &'e Error);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errno = match self.0 {
            Error::Kernel(refusal) if !refusal.text().is_empty() => {
                return f.write_str(refusal.text());
            }
            Error::Kernel(refusal) => refusal.errno(),
            Error::Socket { call, errno } => {
                f.write_str(call)?;
                f.write_str(": ")?;
                *errno
            }
            _ => return f.write_str("netlink makes no sense"),
        };
        ErrnoText(errno.raw_os_error()).fmt(f)
    }
}

/// How it went; of several, the greatest counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Status {
    /// All was done.
    Done = 0,
    /// All but what takes DHCP.
    Dhcp = 1,
    /// Something did not come in time.
    Late = 2,
    /// The kernel refused something.
    Refused = 3,
    /// A word of the command line is not understood.
    Words = 4,
}

/// Where is told what is done and what is not, a line each, which goes out as a whole.
pub struct Log<'l> {
    to: &'l mut dyn Write,
    room: String<256>,
    /// How it went so far.
    pub status: Status,
}

impl Write for Log<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.room.push_str(text).is_err() {
            let full = self.to.write_str(&self.room);
            self.room.clear();
            full.and(self.to.write_str(text))?;
        }
        if text.ends_with('\n') {
            let line = self.to.write_str(&self.room);
            self.room.clear();
            line?;
        }
        Ok(())
    }
}

impl<'l> Log<'l> {
    /// Nothing is told yet.
    pub fn new(to: &'l mut dyn Write) -> Self {
        Log { to, room: String::new(), status: Status::Done }
    }

    /// A line.
    pub fn line(&mut self, text: fmt::Arguments<'_>) {
        // There is nobody to tell that it cannot be told.
        let _ = self.write_str("netup: ");
        let _ = self.write_fmt(text);
        let _ = self.write_str("\n");
    }

    /// A line about what did not go well.
    pub fn worse(&mut self, status: Status, text: fmt::Arguments<'_>) {
        self.status = self.status.max(status);
        self.line(text);
    }

    /// Whether it went well; if not, what was asked for, of whom, and why it was not done.
    pub fn is_done(&mut self, whom: &str, what: &str, result: Result<(), Error>) -> bool {
        match result {
            Ok(()) => return true,
            Err(Error::TimedOut) => {
                self.worse(Status::Late, format_args!("{whom}: {what}: time is up"));
            }
            Err(error) => {
                self.worse(Status::Refused, format_args!("{whom}: {what}: {}", Reason(&error)))
            }
        }
        false
    }
}
