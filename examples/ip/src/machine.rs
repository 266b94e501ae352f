//! Linux implementation of [`System`]: sockets, files, network namespaces.

use core::ffi::CStr;
use core::fmt::{Arguments, Write};
use core::mem::MaybeUninit;
use core::time::Duration;

use barelink_transport::{Connection, Errno, Error, Monitor, Protocol, Socket};
use rustix::fd::{AsFd, AsRawFd, IntoRawFd, OwnedFd};
use rustix::fs::{Mode, OFlags, RawDir, StatVfsMountFlags, mkdir, open, openat, statvfs, unlink};
use rustix::mount::{
    MountFlags, MountPropagationFlags, UnmountFlags, mount, mount_bind, mount_bind_recursive,
    mount_change, unmount,
};
#[allow(deprecated)]
use rustix::thread::unshare;
use rustix::thread::{LinkNameSpaceType, UnshareFlags, move_into_link_name_space};

use super::output::TextBuffer;
use super::words::{Exit, TextOutput, USAGE};
use super::{NamespaceVisitor, System, errors};

/// Directory of the files that name network namespaces; `/var/run` is a link to `/run`.
const NETNS_DIR: &str = "/run/netns";

/// Directory of the files that replace those of `/etc` in a network namespace.
const NETNS_ETC_DIR: &str = "/etc/netns";

/// Network namespace of this thread.
const OWN_NETNS: &str = "/proc/thread-self/ns/net";

/// Services of the running kernel, and the functions that each program supplies.
#[derive(Debug)]
pub struct Machine {
    /// Source of batch commands: the standard input, if there is one, or a file.
    pub input: Option<OwnedFd>,
    /// Returns the time since 1970.
    pub now: fn() -> Option<Duration>,
    /// Replaces the process by another program; returns only if that fails.
    pub execute: fn(&[&str]) -> Errno,
}

impl<'b> System<'b> for Machine {
    type Channel = Socket;

    fn connection(&mut self, buffer: &'b mut [u8]) -> Result<Connection<'b>, Error> {
        Connection::open(Protocol::ROUTE, buffer)
    }

    fn monitor(&mut self, groups: &[u32], buffer: &'b mut [u8]) -> Result<Monitor<'b>, Error> {
        Monitor::open(Protocol::ROUTE, groups, buffer)
    }

    fn now(&mut self) -> Option<Duration> {
        (self.now)()
    }

    fn execute(&mut self, words: &[&str]) -> Errno {
        (self.execute)(words)
    }

    fn enter(&mut self, name: &str) -> Result<(), Errno> {
        let namespace = open_namespace(name)?;
        move_into_link_name_space(namespace.as_fd(), Some(LinkNameSpaceType::Network))
    }

    fn namespace(&mut self, name: &str) -> Result<i32, Errno> {
        open_namespace(name).map(IntoRawFd::into_raw_fd)
    }

    fn namespaces(&mut self, each: NamespaceVisitor<'_>) -> Result<(), Errno> {
        let dir = match read_only(NETNS_DIR) {
            Err(Errno::NOENT) => return Ok(()),
            dir => dir?,
        };
        files(&dir, &mut |name| {
            let flags = OFlags::RDONLY | OFlags::CLOEXEC;
            let namespace = openat(&dir, name, flags, Mode::empty()).ok();
            let name = core::str::from_utf8(name.to_bytes()).unwrap_or("?");
            each(name, namespace.as_ref().map(AsRawFd::as_raw_fd));
        })
    }

    fn set_up_mounts(&mut self, name: &str, err: &mut TextOutput<'_>) -> Result<(), Exit> {
        let mut report = |errno, what: Arguments<'_>| {
            writeln!(err, "{what} failed: {:#}", errors::errno_text(errno));
            USAGE
        };
        // Not `unsafe` here, for the reason given below.
        #[allow(deprecated)]
        unshare(UnshareFlags::NEWNS).map_err(|errno| report(errno, format_args!("unshare")))?;
        let slave = MountPropagationFlags::DOWNSTREAM | MountPropagationFlags::REC;
        mount_change("/", slave)
            .map_err(|errno| report(errno, format_args!("\"mount --make-rslave /\"")))?;
        let mut flags = MountFlags::empty();
        if unmount("/sys", UnmountFlags::DETACH).is_err() {
            // A read-only mount can be covered only by another one.
            let below = statvfs("/sys").map_or(StatVfsMountFlags::empty(), |below| below.f_flag);
            flags.set(MountFlags::RDONLY, below.contains(StatVfsMountFlags::RDONLY));
        }
        mount(name, "/sys", "sysfs", flags, None)
            .map_err(|errno| report(errno, format_args!("mount of /sys")))?;
        let own = text(format_args!("{NETNS_ETC_DIR}/{name}"));
        let Ok(dir) = own.and_then(|own| read_only(own.as_str())) else { return Ok(()) };
        let listed = files(&dir, &mut |file| {
            let file = file.to_str().unwrap_or("?");
            let from = text(format_args!("{NETNS_ETC_DIR}/{name}/{file}"));
            let to = text(format_args!("/etc/{file}"));
            let bound = from.and_then(|from| mount_bind(from.as_str(), to?.as_str()));
            if let Err(errno) = bound {
                report(errno, format_args!("Bind {NETNS_ETC_DIR}/{name}/{file} -> /etc/{file}"));
            }
        });
        listed.map_err(|errno| report(errno, format_args!("Listing {NETNS_ETC_DIR}/{name}")))
    }

    fn make_namespace(&mut self, name: &str) -> Result<(), Errno> {
        match mkdir(NETNS_DIR, Mode::from_raw_mode(0o755)) {
            Err(errno) if errno != Errno::EXIST => return Err(errno),
            _ => {}
        }
        // Shared, so that mounts and unmounts reach other mount namespaces.
        let shared = MountPropagationFlags::SHARED | MountPropagationFlags::REC;
        if mount_change(NETNS_DIR, shared) == Err(Errno::INVAL) {
            mount_bind_recursive(NETNS_DIR, NETNS_DIR)?;
            mount_change(NETNS_DIR, shared)?;
        }
        let path = path(name)?;
        let flags = OFlags::RDONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        open(path.as_str(), flags, Mode::empty())?;
        let made = read_only(OWN_NETNS).and_then(|own| {
            // `unshare` is unsafe for descriptor tables that are shared, which this flag does not affect.
            #[allow(deprecated)]
            unshare(UnshareFlags::NEWNET)?;
            let bound = mount_bind(OWN_NETNS, path.as_str());
            move_into_link_name_space(own.as_fd(), Some(LinkNameSpaceType::Network)).and(bound)
        });
        if made.is_err() {
            let _ = unlink(path.as_str());
        }
        made
    }

    fn delete_namespace(&mut self, name: &str) -> Result<(), Errno> {
        let path = path(name)?;
        let _ = unmount(path.as_str(), UnmountFlags::DETACH);
        unlink(path.as_str())
    }

    fn input(&mut self, path: &str) -> Result<(), Errno> {
        if path != "-" {
            self.input = Some(read_only(path)?);
        }
        self.input.as_ref().map(|_| ()).ok_or(Errno::BADF)
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Errno> {
        rustix::io::read(self.input.as_ref().ok_or(Errno::BADF)?, buffer)
    }
}

fn read_only(path: &str) -> Result<OwnedFd, Errno> {
    open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
}

/// Opens a network namespace by its name, or by the path of its file.
fn open_namespace(name: &str) -> Result<OwnedFd, Errno> {
    if name.contains('/') {
        return read_only(name);
    }
    read_only(path(name)?.as_str())
}

/// Returns the path of the file that names a network namespace.
fn path(name: &str) -> Result<Path, Errno> {
    text(format_args!("{NETNS_DIR}/{name}"))
}

/// Path of a directory and two file names.
type Path = TextBuffer<536>;

/// Formats a path; `ENAMETOOLONG` if it does not fit.
fn text(text: Arguments<'_>) -> Result<Path, Errno> {
    let mut path = Path::new();
    let written = path.write_fmt(text);
    written.map(|()| path).map_err(|_| Errno::NAMETOOLONG)
}

/// Calls `each` with the name of each file in a directory.
fn files(dir: &OwnedFd, each: &mut dyn FnMut(&CStr)) -> Result<(), Errno> {
    let mut buffer = [MaybeUninit::uninit(); 1024];
    let mut names = RawDir::new(dir, &mut buffer);
    while let Some(entry) = names.next() {
        let entry = entry?;
        if !matches!(entry.file_name().to_bytes(), b"." | b"..") {
            each(entry.file_name());
        }
    }
    Ok(())
}
