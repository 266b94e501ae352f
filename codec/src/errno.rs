//! Error numbers and their `strerror(3)` texts.

use core::fmt;

/// Error number, printed with its `strerror(3)` text: `Invalid argument (errno 22)`, or `errno 524`
/// for a number without a text.
///
/// The alternate form `{:#}` prints the text alone, as the C library does: `Success` for 0,
/// `Unknown error 524` for a number without a text.
///
/// ```
/// use barelink_codec::errno::ErrnoText;
///
/// assert_eq!(format!("{}", ErrnoText(22)), "Invalid argument (errno 22)");
/// assert_eq!(format!("{:#}", ErrnoText(22)), "Invalid argument");
/// assert_eq!(format!("{} {:#}", ErrnoText(524), ErrnoText(524)), "errno 524 Unknown error 524");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ErrnoText(pub i32);

impl fmt::Display for ErrnoText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ErrnoText(errno) = *self;
        match (text(errno), f.alternate()) {
            (Some(text), true) => f.write_str(text),
            (Some(text), false) => write!(f, "{text} (errno {errno})"),
            (None, true) if errno == 0 => f.write_str("Success"),
            (None, true) => write!(f, "Unknown error {errno}"),
            (None, false) => write!(f, "errno {errno}"),
        }
    }
}

/// Returns the `strerror(3)` text of an error number, or `None` for a number without a text.
///
/// ```
/// assert_eq!(barelink_codec::errno::text(19), Some("No such device"));
/// assert_eq!(barelink_codec::errno::text(524), None);
/// ```
pub fn text(errno: i32) -> Option<&'static str> {
    let errno = match errno {
        35.. if cfg!(any(target_arch = "sparc", target_arch = "sparc64")) => return None,
        errno if MIPS => from_mips(errno)?,
        errno => errno,
    };
    nth(errno).filter(|text| errno > 0 && !text.is_empty())
}

/// Returns the text of a number in the numbering that most architectures share.
fn nth(errno: i32) -> Option<&'static str> {
    let (mut left, mut start, mut end) = (errno, 0, 0usize);
    while let Some(byte) = TEXTS.as_bytes().get(end) {
        if *byte == b'\n' {
            left = left.saturating_sub(1);
            if left == 0 {
                return TEXTS.get(start..end);
            }
            start = end.saturating_add(1);
        }
        end = end.saturating_add(1);
    }
    None
}

/// `true` on MIPS, whose error numbers above 34 differ; the kernel's replies have these numbers.
const MIPS: bool = cfg!(any(
    target_arch = "mips",
    target_arch = "mips32r6",
    target_arch = "mips64",
    target_arch = "mips64r6",
));

/// Returns the common number of a MIPS error number; `None` for the few that only streams and disks
/// have.
const fn from_mips(errno: i32) -> Option<i32> {
    #[allow(clippy::arithmetic_side_effects)] // within the ranges
    Some(match errno {
        ..=34 | 61 | 62 | 71 => errno,
        77 => 74,
        78 => 36,
        79 => 75,
        89 => 38,
        90 => 40,
        93 => 39,
        95..=99 => errno - 7,
        120..=134 => errno - 27,
        143..=151 => errno - 35,
        158 => 125,
        _ => return None,
    })
}

/// Texts from error number 1 on, one per line: smaller than a table of references.
static TEXTS: &str = concat!(
    "Operation not permitted\n",
    "No such file or directory\n",
    "No such process\n",
    "Interrupted system call\n",
    "Input/output error\n",
    "No such device or address\n",
    "Argument list too long\n",
    "Exec format error\n",
    "Bad file descriptor\n",
    "No child processes\n",
    "Resource temporarily unavailable\n",
    "Cannot allocate memory\n",
    "Permission denied\n",
    "Bad address\n",
    "Block device required\n",
    "Device or resource busy\n",
    "File exists\n",
    "Invalid cross-device link\n",
    "No such device\n",
    "Not a directory\n",
    "Is a directory\n",
    "Invalid argument\n",
    "Too many open files in system\n",
    "Too many open files\n",
    "Inappropriate ioctl for device\n",
    "Text file busy\n",
    "File too large\n",
    "No space left on device\n",
    "Illegal seek\n",
    "Read-only file system\n",
    "Too many links\n",
    "Broken pipe\n",
    "Numerical argument out of domain\n",
    "Numerical result out of range\n",
    "Resource deadlock avoided\n",
    "File name too long\n",
    "No locks available\n",
    "Function not implemented\n",
    "Directory not empty\n",
    "Too many levels of symbolic links\n",
    "\n",
    "No message of desired type\n",
    "Identifier removed\n",
    "Channel number out of range\n",
    "Level 2 not synchronized\n",
    "Level 3 halted\n",
    "Level 3 reset\n",
    "Link number out of range\n",
    "Protocol driver not attached\n",
    "No CSI structure available\n",
    "Level 2 halted\n",
    "Invalid exchange\n",
    "Invalid request descriptor\n",
    "Exchange full\n",
    "No anode\n",
    "Invalid request code\n",
    "Invalid slot\n",
    "\n",
    "Bad font file format\n",
    "Device not a stream\n",
    "No data available\n",
    "Timer expired\n",
    "Out of streams resources\n",
    "Machine is not on the network\n",
    "Package not installed\n",
    "Object is remote\n",
    "Link has been severed\n",
    "Advertise error\n",
    "Srmount error\n",
    "Communication error on send\n",
    "Protocol error\n",
    "Multihop attempted\n",
    "RFS specific error\n",
    "Bad message\n",
    "Value too large for defined data type\n",
    "Name not unique on network\n",
    "File descriptor in bad state\n",
    "Remote address changed\n",
    "Can not access a needed shared library\n",
    "Accessing a corrupted shared library\n",
    ".lib section in a.out corrupted\n",
    "Attempting to link in too many shared libraries\n",
    "Cannot exec a shared library directly\n",
    "Invalid or incomplete multibyte or wide character\n",
    "Interrupted system call should be restarted\n",
    "Streams pipe error\n",
    "Too many users\n",
    "Socket operation on non-socket\n",
    "Destination address required\n",
    "Message too long\n",
    "Protocol wrong type for socket\n",
    "Protocol not available\n",
    "Protocol not supported\n",
    "Socket type not supported\n",
    "Operation not supported\n",
    "Protocol family not supported\n",
    "Address family not supported by protocol\n",
    "Address already in use\n",
    "Cannot assign requested address\n",
    "Network is down\n",
    "Network is unreachable\n",
    "Network dropped connection on reset\n",
    "Software caused connection abort\n",
    "Connection reset by peer\n",
    "No buffer space available\n",
    "Transport endpoint is already connected\n",
    "Transport endpoint is not connected\n",
    "Cannot send after transport endpoint shutdown\n",
    "Too many references: cannot splice\n",
    "Connection timed out\n",
    "Connection refused\n",
    "Host is down\n",
    "No route to host\n",
    "Operation already in progress\n",
    "Operation now in progress\n",
    "Stale file handle\n",
    "Structure needs cleaning\n",
    "Not a XENIX named type file\n",
    "No XENIX semaphores available\n",
    "Is a named type file\n",
    "Remote I/O error\n",
    "Disk quota exceeded\n",
    "No medium found\n",
    "Wrong medium type\n",
    "Operation canceled\n",
    "Required key not available\n",
    "Key has expired\n",
    "Key has been revoked\n",
    "Key was rejected by service\n",
    "Owner died\n",
    "State not recoverable\n",
    "Operation not possible due to RF-kill\n",
    "Memory page has hardware error\n",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mips_numbers_have_the_texts_of_mips() {
        let text = |errno| from_mips(errno).and_then(nth);
        for (errno, words) in [
            (1, "Operation not permitted"),
            (22, "Invalid argument"),
            (89, "Function not implemented"),
            (95, "Socket operation on non-socket"),
            (99, "Protocol not available"),
            (120, "Protocol not supported"),
            (122, "Operation not supported"),
            (132, "No buffer space available"),
            (145, "Connection timed out"),
            (148, "No route to host"),
        ] {
            assert_eq!(text(errno), Some(words), "{errno}");
        }
        assert_eq!(from_mips(35), None);
    }
}
