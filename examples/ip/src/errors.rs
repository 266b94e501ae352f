//! Error messages of failed requests: the kernel's text, or the C library's for its errno.

use barelink_codec::errno::ErrnoText;
use barelink_transport::{Errno, Error, KernelError};

use super::words::{Exit, TextOutput};

/// Returns an errno for printing; `{:#}` prints its `strerror(3)` text.
pub fn errno_text(errno: Errno) -> ErrnoText {
    ErrnoText(errno.raw_os_error())
}

/// Prints a warning of the kernel.
pub fn warning(err: &mut TextOutput<'_>, warning: &KernelError) {
    let text = warning.text();
    let end = if text.ends_with(['.', '\n']) { "" } else { "." };
    writeln!(err, "Warning: {text}{end}");
}

/// Prints an error of the kernel: its text or errno, and the attribute that it is about.
fn report_kernel_error(err: &mut TextOutput<'_>, error: &KernelError) {
    match error.text() {
        "" => writeln!(err, "RTNETLINK answers: {:#}", errno_text(error.errno())),
        text => {
            let end = if text.ends_with(['.', '\n']) { "" } else { "." };
            writeln!(err, "Error: {text}{end}")
        }
    }
    if !error.path.is_empty() {
        writeln!(err, "Attribute: {}", error.path);
    }
}

/// Prints the reason for a failed request.
pub fn report(err: &mut TextOutput<'_>, error: &Error) {
    match error {
        Error::Kernel(error) => report_kernel_error(err, error),
        Error::Interrupted => {
            writeln!(err, "Dump was interrupted and may be inconsistent.")
        }
        Error::Socket { call, errno } => writeln!(err, "{call}: {:#}", errno_text(*errno)),
        other => writeln!(err, "{other}"),
    }
}

/// Prints the reason for a failed request; returns exit status 2.
pub fn request_failed(err: &mut TextOutput<'_>, error: &Error) -> Exit {
    report(err, error);
    Exit(2)
}

/// Prints the reason for a failed dump. During a flush an interrupted dump is no error: what
/// remains is found by the next round.
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

/// Prints the reason for a failed dump; an interrupted one is reported but succeeds.
pub fn dump_failed(err: &mut TextOutput<'_>, error: &Error, code: u8) -> Result<(), Exit> {
    report(err, error);
    if matches!(error, Error::Interrupted) {
        return Ok(());
    }
    writeln!(err, "Dump terminated");
    Err(Exit(code))
}
