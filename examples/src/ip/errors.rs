//! What is said when the kernel refuses, in the C library's words, with the kernel's own.

use core::fmt::{self, Write};

use barelink_transport::{Errno, Error, Refusal};

use super::words::Exit;

/// An errno in words.
pub struct Words(pub Errno);

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Errno::PERM => "Operation not permitted",
            Errno::NOENT => "No such file or directory",
            Errno::SRCH => "No such process",
            Errno::INTR => "Interrupted system call",
            Errno::IO => "Input/output error",
            Errno::NXIO => "No such device or address",
            Errno::BADF => "Bad file descriptor",
            Errno::AGAIN => "Resource temporarily unavailable",
            Errno::NOMEM => "Cannot allocate memory",
            Errno::ACCESS => "Permission denied",
            Errno::BUSY => "Device or resource busy",
            Errno::EXIST => "File exists",
            Errno::NODEV => "No such device",
            Errno::INVAL => "Invalid argument",
            Errno::NFILE => "Too many open files in system",
            Errno::MFILE => "Too many open files",
            Errno::RANGE => "Numerical result out of range",
            Errno::NODATA => "No data available",
            Errno::MSGSIZE => "Message too long",
            Errno::PROTONOSUPPORT => "Protocol not supported",
            Errno::OPNOTSUPP => "Operation not supported",
            Errno::PFNOSUPPORT => "Protocol family not supported",
            Errno::AFNOSUPPORT => "Address family not supported by protocol",
            Errno::ADDRINUSE => "Address already in use",
            Errno::ADDRNOTAVAIL => "Cannot assign requested address",
            Errno::NETDOWN => "Network is down",
            Errno::NETUNREACH => "Network is unreachable",
            Errno::NOBUFS => "No buffer space available",
            Errno::TIMEDOUT => "Connection timed out",
            Errno::CONNREFUSED => "Connection refused",
            Errno::HOSTUNREACH => "No route to host",
            other => return write!(f, "errno {}", other.raw_os_error()),
        })
    }
}

/// Tells a refusal: the kernel's own words if there are any, and which attribute it means.
fn refused(err: &mut dyn Write, refusal: &Refusal) {
    let _ = match refusal.text() {
        "" => writeln!(err, "RTNETLINK answers: {}", Words(refusal.errno())),
        text => {
            let end = if text.ends_with(['.', '\n']) { "" } else { "." };
            writeln!(err, "Error: {text}{end}")
        }
    };
    if !refusal.path.is_empty() {
        let _ = writeln!(err, "Attribute: {}", refusal.path);
    }
}

/// Tells why something could not be asked for.
pub fn tell(err: &mut dyn Write, error: &Error) {
    let _ = match error {
        Error::Refused(refusal) => {
            refused(err, refusal);
            Ok(())
        }
        Error::Interrupted => {
            writeln!(err, "Dump was interrupted and may be inconsistent.")
        }
        Error::Socket { call, errno } => writeln!(err, "{call}: {}", Words(*errno)),
        other => writeln!(err, "{other}"),
    };
}

/// Tells why a request failed, and how the program ends.
pub fn request(err: &mut dyn Write, error: &Error) -> Exit {
    tell(err, error);
    Exit(2)
}

/// Tells why a dump ended; one that changed under way is told of, and counts as done.
pub fn dump(err: &mut dyn Write, error: &Error, code: u8) -> Result<(), Exit> {
    tell(err, error);
    if matches!(error, Error::Interrupted) {
        return Ok(());
    }
    let _ = writeln!(err, "Dump terminated");
    Err(Exit(code))
}
