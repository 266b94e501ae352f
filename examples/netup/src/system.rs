//! What is told the machine beside its network: name servers and its own name.

use core::fmt::{self, Write};
use core::net::IpAddr;
use core::str::{Utf8Error, from_utf8};

use barelink_codec::errno::ErrnoText;
use rustix::fd::OwnedFd;
use rustix::fs::{Mode, OFlags, mkdir, open};
use rustix::io::{Errno, read, retry_on_intr, write};

use super::status::{Host, Log, Status};

/// What a file holds, as far as there is room.
pub fn contents<'r>(path: &str, room: &'r mut [u8]) -> Result<&'r [u8], Errno> {
    let file = open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
    let mut len = 0;
    while let Some(rest) = room.get_mut(len..).filter(|rest| !rest.is_empty()) {
        match retry_on_intr(|| read(&file, &mut *rest))? {
            0 => break,
            more => len += more,
        }
    }
    Ok(room.get(..len).unwrap_or_default())
}

/// Bytes as text, up to where they are.
pub fn text(bytes: &[u8]) -> &str {
    let up_to = |error: Utf8Error| bytes.get(..error.valid_up_to()).unwrap_or_default();
    from_utf8(bytes).or_else(|error| from_utf8(up_to(error))).unwrap_or_default()
}

/// A file that is written to.
struct Sink(OwnedFd, Result<(), Errno>);

impl Write for Sink {
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

/// Writes name servers to a file, as resolvers read it.
fn write_servers(path: &str, servers: &[IpAddr]) -> Result<(), Errno> {
    if let Some(end) = path.bytes().rposition(|byte| byte == b'/') {
        // It is there most often; if it cannot be made, the file says why.
        let _ = mkdir(path.get(..end).unwrap_or_default(), Mode::from_raw_mode(0o755));
    }
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::CLOEXEC;
    let mut file = Sink(open(path, flags, Mode::from_raw_mode(0o644))?, Ok(()));
    for server in servers {
        let _ = writeln!(file, "nameserver {}", Host(*server));
    }
    file.1
}

/// Tells resolvers of name servers, if there are any.
pub fn servers(path: &str, servers: &[IpAddr], log: &mut Log<'_>) {
    if servers.is_empty() {
        return;
    }
    match write_servers(path, servers) {
        Ok(()) => log.line(format_args!("{path}: name servers: {}", servers.len() as u32)),
        Err(errno) => refused(log, path, errno),
    }
}

/// Gives the machine its name.
pub fn hostname(name: &str, log: &mut Log<'_>) {
    match rustix::system::sethostname(name.as_bytes()) {
        Ok(()) => log.line(format_args!("hostname: {name}")),
        Err(errno) => refused(log, name, errno),
    }
}

/// Tells that the kernel did not do something.
pub fn refused(log: &mut Log<'_>, what: &str, errno: Errno) {
    log.worse(Status::Refused, format_args!("{what}: {}", ErrnoText(errno.raw_os_error())));
}
