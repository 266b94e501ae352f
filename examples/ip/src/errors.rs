//! What is said when the kernel refuses, in the C library's words, with the kernel's own.

use barelink_codec::errno::ErrnoText;
use barelink_transport::{Errno, Error, KernelError};

use super::words::{Complaints, Exit};

/// Returns an errno for printing; `{:#}` prints its `strerror(3)` text.
pub fn errno_text(errno: Errno) -> ErrnoText {
    ErrnoText(errno.raw_os_error())
}

/// Tells what the kernel warns of.
pub fn warning(err: &mut Complaints<'_>, warning: &KernelError) {
    let text = warning.text();
    let end = if text.ends_with(['.', '\n']) { "" } else { "." };
    writeln!(err, "Warning: {text}{end}");
}

/// Tells a refusal: the kernel's own words if there are any, and which attribute it means.
fn refused(err: &mut Complaints<'_>, refusal: &KernelError) {
    match refusal.text() {
        "" => writeln!(err, "RTNETLINK answers: {:#}", errno_text(refusal.errno())),
        text => {
            let end = if text.ends_with(['.', '\n']) { "" } else { "." };
            writeln!(err, "Error: {text}{end}")
        }
    }
    if !refusal.path.is_empty() {
        writeln!(err, "Attribute: {}", refusal.path);
    }
}

/// Tells why something could not be asked for.
pub fn tell(err: &mut Complaints<'_>, error: &Error) {
    match error {
        Error::Kernel(refusal) => refused(err, refusal),
        Error::Interrupted => {
            writeln!(err, "Dump was interrupted and may be inconsistent.")
        }
        Error::Socket { call, errno } => writeln!(err, "{call}: {:#}", errno_text(*errno)),
        other => writeln!(err, "{other}"),
    }
}

/// Tells why a request failed, and how the program ends.
pub fn request(err: &mut Complaints<'_>, error: &Error) -> Exit {
    tell(err, error);
    Exit(2)
}

/// The same, of what is shown or was to be flushed. While something is flushed, what is told changes
/// under way, and is asked for again.
pub fn found(
    err: &mut Complaints<'_>,
    error: &Error,
    flushing: bool,
    code: u8,
) -> Result<(), Exit> {
    match error {
        _ if !flushing => return dump(err, error, code),
        Error::Interrupted => return Ok(()),
        _ => tell(err, error),
    }
    err.write_str("Flush terminated\n");
    Err(Exit(code))
}

/// Tells why a dump ended; one that changed under way is told of, and counts as done.
pub fn dump(err: &mut Complaints<'_>, error: &Error, code: u8) -> Result<(), Exit> {
    tell(err, error);
    if matches!(error, Error::Interrupted) {
        return Ok(());
    }
    writeln!(err, "Dump terminated");
    Err(Exit(code))
}
