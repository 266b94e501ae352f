//! Reads the command line's file, writes `resolv.conf`, and sets the hostname.

use core::fmt::{self, Write};
use core::net::IpAddr;
use core::str::{Utf8Error, from_utf8};

use barelink_codec::errno::ErrnoText;
use rustix::fd::OwnedFd;
use rustix::fs::{Mode, OFlags, mkdir, open};
use rustix::io::{Errno, read, retry_on_intr, write};

use super::status::{Host, Log, Status};

/// Reads a file, as far as the buffer is long.
pub fn read_file<'r>(path: &str, buffer: &'r mut [u8]) -> Result<&'r [u8], Errno> {
    let file = open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
    let mut len = 0;
    while let Some(rest) = buffer.get_mut(len..).filter(|rest| !rest.is_empty()) {
        match retry_on_intr(|| read(&file, &mut *rest))? {
            0 => break,
            more => len += more,
        }
    }
    Ok(buffer.get(..len).unwrap_or_default())
}

/// Returns the longest prefix that is UTF-8.
pub fn utf8_prefix(bytes: &[u8]) -> &str {
    let up_to = |error: Utf8Error| bytes.get(..error.valid_up_to()).unwrap_or_default();
    from_utf8(bytes).or_else(|error| from_utf8(up_to(error))).unwrap_or_default()
}

/// File that text is written to, and the first error.
struct FileWriter(OwnedFd, Result<(), Errno>);

impl Write for FileWriter {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            match retry_on_intr(|| write(&self.0, rest)) {
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(errno) => {
                    self.1 = Err(errno);
                    return Err(fmt::Error);
                }
            }
        }
        Ok(())
    }
}

/// Writes `nameserver` lines to a file (`resolv.conf(5)`).
fn write_resolv_conf(path: &str, servers: &[IpAddr]) -> Result<(), Errno> {
    if let Some(end) = path.bytes().rposition(|byte| byte == b'/') {
        // The directory exists most often; if it cannot be created, opening the file fails.
        let _ = mkdir(path.get(..end).unwrap_or_default(), Mode::from_raw_mode(0o755));
    }
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::CLOEXEC;
    let mut file = FileWriter(open(path, flags, Mode::from_raw_mode(0o644))?, Ok(()));
    for server in servers {
        let _ = writeln!(file, "nameserver {}", Host(*server));
    }
    file.1
}

/// Writes name servers to a file; without any, the file is not changed.
pub fn set_name_servers(path: &str, servers: &[IpAddr], log: &mut Log<'_>) {
    if servers.is_empty() {
        return;
    }
    match write_resolv_conf(path, servers) {
        Ok(()) => log.line(format_args!("{path}: name servers: {}", servers.len() as u32)),
        Err(errno) => report_errno(log, path, errno),
    }
}

/// Sets the hostname (`sethostname(2)`).
pub fn set_hostname(name: &str, log: &mut Log<'_>) {
    match rustix::system::sethostname(name.as_bytes()) {
        Ok(()) => log.line(format_args!("hostname: {name}")),
        Err(errno) => report_errno(log, name, errno),
    }
}

/// Logs a system call that failed, by what it was about.
pub fn report_errno(log: &mut Log<'_>, subject: &str, errno: Errno) {
    log.failure(Status::Rejected, format_args!("{subject}: {}", ErrnoText(errno.raw_os_error())));
}
