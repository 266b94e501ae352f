//! Prints each step's outcome, and keeps the worst for the exit status.

use core::fmt::{self, Write};
use core::net::IpAddr;

use barelink_codec::addr_text::Prefix;
use barelink_codec::errno::ErrnoText;
use barelink_transport::Error;
use heapless::String;

use super::fields::Fields;

/// Displays an address, by the same code that prints prefixes.
pub struct Host(pub IpAddr);

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::<64>::new();
        write!(text, "{}", Prefix { address: self.0, len: 0 })?;
        f.write_str(Fields::separated_by(&text, b'/').field())
    }
}

/// Displays an error: the kernel's extended acknowledgement if there is one, otherwise the errno.
///
/// It is shorter than transport's own text, for a small program.
pub struct ErrorText<'e>(pub &'e Error);

impl fmt::Display for ErrorText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errno = match self.0 {
            Error::Kernel(error) if !error.text().is_empty() => {
                return f.write_str(error.text());
            }
            Error::Kernel(error) => error.errno(),
            Error::Socket { call, errno } => {
                f.write_str(call)?;
                f.write_str(": ")?;
                *errno
            }
            _ => return f.write_str("invalid netlink reply"),
        };
        ErrnoText(errno.raw_os_error()).fmt(f)
    }
}

/// Exit status; of several outcomes, the greatest applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Status {
    /// Everything was done.
    Complete = 0,
    /// Everything was done except what needs another program: a DHCP or DHCPv6 client.
    NeedsClient = 1,
    /// A link, carrier, address or lease did not appear in time.
    TimedOut = 2,
    /// The kernel rejected a request.
    Rejected = 3,
    /// A parameter of the command line is invalid.
    InvalidParam = 4,
}

/// Log of the steps, a line each; a line is written as a whole.
pub struct Log<'l> {
    to: &'l mut dyn Write,
    line: String<256>,
    /// Worst outcome of the steps so far.
    pub status: Status,
}

impl Write for Log<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.line.push_str(text).is_err() {
            let full = self.to.write_str(&self.line);
            self.line.clear();
            full.and(self.to.write_str(text))?;
        }
        if text.ends_with('\n') {
            let line = self.to.write_str(&self.line);
            self.line.clear();
            line?;
        }
        Ok(())
    }
}

impl<'l> Log<'l> {
    /// Returns an empty log that writes to `to`.
    pub fn new(to: &'l mut dyn Write) -> Self {
        Log { to, line: String::new(), status: Status::Complete }
    }

    /// Writes `netup: `, a text, and a line end.
    pub fn line(&mut self, text: fmt::Arguments<'_>) {
        // An error of the log itself cannot be reported anywhere.
        let _ = self.write_str("netup: ");
        let _ = self.write_fmt(text);
        let _ = self.write_str("\n");
    }

    /// Writes a line about a failure, and raises the exit status to at least `status`.
    pub fn failure(&mut self, status: Status, text: fmt::Arguments<'_>) {
        self.status = self.status.max(status);
        self.line(text);
    }

    /// Returns whether a step succeeded; logs the subject, the step and the error if it failed.
    pub fn check(&mut self, subject: &str, step: &str, result: Result<(), Error>) -> bool {
        match result {
            Ok(()) => return true,
            Err(Error::TimedOut) => {
                self.failure(Status::TimedOut, format_args!("{subject}: {step}: timed out"));
            }
            Err(error) => {
                self.failure(
                    Status::Rejected,
                    format_args!("{subject}: {step}: {}", ErrorText(&error)),
                );
            }
        }
        false
    }
}
