//! Error numbers in words.

/// What an error number says, as `strerror` has it; nothing for one that has no words.
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
    let at = usize::try_from(errno).ok()?.checked_sub(1)?;
    TEXTS.get(at).copied().filter(|text| !text.is_empty())
}

/// Whether the machine's own numbers are those of another Unix above 34, as they are in the
/// kernel's answers there.
const MIPS: bool = cfg!(any(
    target_arch = "mips",
    target_arch = "mips32r6",
    target_arch = "mips64",
    target_arch = "mips64r6",
));

/// What a number on MIPS is elsewhere; nothing for the few that only streams and disks have.
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

/// From 1 on.
#[rustfmt::skip]
static TEXTS: [&str; 133] = [
    "Operation not permitted",
    "No such file or directory",
    "No such process",
    "Interrupted system call",
    "Input/output error",
    "No such device or address",
    "Argument list too long",
    "Exec format error",
    "Bad file descriptor",
    "No child processes",
    "Resource temporarily unavailable",
    "Cannot allocate memory",
    "Permission denied",
    "Bad address",
    "Block device required",
    "Device or resource busy",
    "File exists",
    "Invalid cross-device link",
    "No such device",
    "Not a directory",
    "Is a directory",
    "Invalid argument",
    "Too many open files in system",
    "Too many open files",
    "Inappropriate ioctl for device",
    "Text file busy",
    "File too large",
    "No space left on device",
    "Illegal seek",
    "Read-only file system",
    "Too many links",
    "Broken pipe",
    "Numerical argument out of domain",
    "Numerical result out of range",
    "Resource deadlock avoided",
    "File name too long",
    "No locks available",
    "Function not implemented",
    "Directory not empty",
    "Too many levels of symbolic links",
    "",
    "No message of desired type",
    "Identifier removed",
    "Channel number out of range",
    "Level 2 not synchronized",
    "Level 3 halted",
    "Level 3 reset",
    "Link number out of range",
    "Protocol driver not attached",
    "No CSI structure available",
    "Level 2 halted",
    "Invalid exchange",
    "Invalid request descriptor",
    "Exchange full",
    "No anode",
    "Invalid request code",
    "Invalid slot",
    "",
    "Bad font file format",
    "Device not a stream",
    "No data available",
    "Timer expired",
    "Out of streams resources",
    "Machine is not on the network",
    "Package not installed",
    "Object is remote",
    "Link has been severed",
    "Advertise error",
    "Srmount error",
    "Communication error on send",
    "Protocol error",
    "Multihop attempted",
    "RFS specific error",
    "Bad message",
    "Value too large for defined data type",
    "Name not unique on network",
    "File descriptor in bad state",
    "Remote address changed",
    "Can not access a needed shared library",
    "Accessing a corrupted shared library",
    ".lib section in a.out corrupted",
    "Attempting to link in too many shared libraries",
    "Cannot exec a shared library directly",
    "Invalid or incomplete multibyte or wide character",
    "Interrupted system call should be restarted",
    "Streams pipe error",
    "Too many users",
    "Socket operation on non-socket",
    "Destination address required",
    "Message too long",
    "Protocol wrong type for socket",
    "Protocol not available",
    "Protocol not supported",
    "Socket type not supported",
    "Operation not supported",
    "Protocol family not supported",
    "Address family not supported by protocol",
    "Address already in use",
    "Cannot assign requested address",
    "Network is down",
    "Network is unreachable",
    "Network dropped connection on reset",
    "Software caused connection abort",
    "Connection reset by peer",
    "No buffer space available",
    "Transport endpoint is already connected",
    "Transport endpoint is not connected",
    "Cannot send after transport endpoint shutdown",
    "Too many references: cannot splice",
    "Connection timed out",
    "Connection refused",
    "Host is down",
    "No route to host",
    "Operation already in progress",
    "Operation now in progress",
    "Stale file handle",
    "Structure needs cleaning",
    "Not a XENIX named type file",
    "No XENIX semaphores available",
    "Is a named type file",
    "Remote I/O error",
    "Disk quota exceeded",
    "No medium found",
    "Wrong medium type",
    "Operation canceled",
    "Required key not available",
    "Key has expired",
    "Key has been revoked",
    "Key was rejected by service",
    "Owner died",
    "State not recoverable",
    "Operation not possible due to RF-kill",
    "Memory page has hardware error",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_mips_mean_what_they_mean_there() {
        let text = |errno| from_mips(errno).and_then(|errno| TEXTS.get(errno as usize - 1));
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
            assert_eq!(text(errno), Some(&words), "{errno}");
        }
        assert_eq!(from_mips(35), None);
    }
}
