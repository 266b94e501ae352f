//! How it went, for people to read and for the status that the program ends with.

use core::fmt::{self, Write};
use core::net::IpAddr;

use barelink_codec::addr_text::Prefix;
use barelink_transport::Error;
use heapless::String;

/// An address as people write it, by the same code that prints prefixes.
pub struct Host(pub IpAddr);

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::<64>::new();
        write!(text, "{}", Prefix { address: self.0, len: 0 })?;
        f.write_str(text.split('/').next().unwrap_or_default())
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

/// Where is told what is done and what is not, a line each.
pub struct Log<'l> {
    /// Where it goes.
    pub to: &'l mut dyn Write,
    /// How it went so far.
    pub status: Status,
}

impl Log<'_> {
    /// A line.
    pub fn line(&mut self, text: fmt::Arguments<'_>) {
        // There is nobody to tell that it cannot be told.
        let _ = self.to.write_str("netup: ");
        let _ = self.to.write_fmt(text);
        let _ = self.to.write_str("\n");
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
            Err(error) => self.worse(Status::Refused, format_args!("{whom}: {what}: {error}")),
        }
        false
    }
}
