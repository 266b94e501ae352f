//! What is said when the kernel refuses, in the C library's words, with the kernel's own.

use core::fmt;

use barelink_codec::errno;
use barelink_transport::{Errno, Error, KernelError};

use super::words::{Exit, TextOutput};

/// An errno in words.
pub struct ErrnoText(pub Errno);

impl fmt::Display for ErrnoText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match errno::text(self.0.raw_os_error()) {
            Some(text) => f.write_str(text),
            None => write!(f, "errno {}", self.0.raw_os_error()),
        }
    }
}

/// Tells what the kernel warns of.
pub fn warning(err: &mut TextOutput<'_>, warning: &KernelError) {
    let text = warning.text();
    let end = if text.ends_with(['.', '\n']) { "" } else { "." };
    writeln!(err, "Warning: {text}{end}");
}

/// Tells a refusal: the kernel's own words if there are any, and which attribute it means.
fn report_kernel_error(err: &mut TextOutput<'_>, error: &KernelError) {
    match error.text() {
        "" => writeln!(err, "RTNETLINK answers: {}", ErrnoText(error.errno())),
        text => {
            let end = if text.ends_with(['.', '\n']) { "" } else { "." };
            writeln!(err, "Error: {text}{end}")
        }
    }
    if !error.path.is_empty() {
        writeln!(err, "Attribute: {}", error.path);
    }
}

/// Tells why something could not be asked for.
pub fn report(err: &mut TextOutput<'_>, error: &Error) {
    match error {
        Error::Kernel(error) => report_kernel_error(err, error),
        Error::Interrupted => {
            writeln!(err, "Dump was interrupted and may be inconsistent.")
        }
        Error::Socket { call, errno } => writeln!(err, "{call}: {}", ErrnoText(*errno)),
        other => writeln!(err, "{other}"),
    }
}

/// Tells why a request failed, and how the program ends.
pub fn request_failed(err: &mut TextOutput<'_>, error: &Error) -> Exit {
    report(err, error);
    Exit(2)
}

/// The same, of what is shown or was to be flushed. While something is flushed, what is told changes
/// under way, and is asked for again.
pub fn dump_or_flush_failed(
    err: &mut TextOutput<'_>,
    error: &Error,
    flushing: bool,
    code: u8,
) -> Result<(), Exit> {
    match error {
        _ if !flushing => return dump_failed(err, error, code),
        Error::Interrupted => return Ok(()),
        _ => report(err, error),
    }
    err.write_str("Flush terminated\n");
    Err(Exit(code))
}

/// Tells why a dump ended; one that changed under way is told of, and counts as done.
pub fn dump_failed(err: &mut TextOutput<'_>, error: &Error, code: u8) -> Result<(), Exit> {
    report(err, error);
    if matches!(error, Error::Interrupted) {
        return Ok(());
    }
    writeln!(err, "Dump terminated");
    Err(Exit(code))
}
