//! What the program needs of this machine: sockets, files, network namespaces.

use core::mem::MaybeUninit;
use core::time::Duration;

use barelink_transport::{Connection, Errno, Error, Monitor, Protocol, Socket};
use rustix::fd::{AsFd, IntoRawFd, OwnedFd};
use rustix::fs::{Mode, OFlags, RawDir, mkdir, open, unlink};
use rustix::mount::{
    MountPropagationFlags, UnmountFlags, mount_bind, mount_bind_recursive, mount_change, unmount,
};
#[allow(deprecated)]
use rustix::thread::unshare;
use rustix::thread::{LinkNameSpaceType, UnshareFlags, move_into_link_name_space};

use super::System;
use super::output::Small;

/// Where files stand for network namespaces; `/var/run` is a link to `/run`.
const FOLDER: &str = "/run/netns";

/// The network namespace of this thread.
const OWN: &str = "/proc/thread-self/ns/net";

/// This machine: its kernel, and what else a program has in a way of its own.
#[derive(Debug)]
pub struct Machine {
    /// Where commands are read from: the standard input, if there is one, or a file.
    pub input: Option<OwnedFd>,
    /// Tells the time since 1970.
    pub now: fn() -> Option<Duration>,
    /// Becomes another program; why not, if it cannot.
    pub execute: fn(&[&str]) -> Errno,
}

impl<'b> System<'b> for Machine {
    type Channel = Socket;

    fn connection(&mut self, room: &'b mut [u8]) -> Result<Connection<'b>, Error> {
        Connection::open(Protocol::ROUTE, room)
    }

    fn monitor(&mut self, groups: &[u32], room: &'b mut [u8]) -> Result<Monitor<'b>, Error> {
        Monitor::open(Protocol::ROUTE, groups, room)
    }

    fn now(&mut self) -> Option<Duration> {
        (self.now)()
    }

    fn execute(&mut self, words: &[&str]) -> Errno {
        (self.execute)(words)
    }

    fn enter(&mut self, name: &str) -> Result<(), Errno> {
        let namespace = named(name)?;
        move_into_link_name_space(namespace.as_fd(), Some(LinkNameSpaceType::Network))
    }

    fn namespace(&mut self, name: &str) -> Result<i32, Errno> {
        named(name).map(IntoRawFd::into_raw_fd)
    }

    fn namespaces<'r>(&mut self, room: &'r mut [u8]) -> &'r str {
        let (mut names, mut listed) = ([MaybeUninit::uninit(); 1024], 0);
        let Ok(folder) = read_only(FOLDER) else { return "" };
        let mut names = RawDir::new(folder, &mut names);
        while let Some(Ok(entry)) = names.next() {
            let name = entry.file_name().to_bytes();
            let end = listed + name.len();
            match room.get_mut(listed..=end) {
                Some(slot) if !matches!(name, b"." | b"..") => {
                    let line = name.iter().chain(b"\n");
                    slot.iter_mut().zip(line).for_each(|(to, from)| *to = *from);
                    listed = end + 1;
                }
                _ => {}
            }
        }
        core::str::from_utf8(room.get(..listed).unwrap_or_default()).unwrap_or_default()
    }

    fn make_namespace(&mut self, name: &str) -> Result<(), Errno> {
        match mkdir(FOLDER, Mode::from_raw_mode(0o755)) {
            Err(errno) if errno != Errno::EXIST => return Err(errno),
            _ => {}
        }
        // What is mounted there is to be seen from other namespaces of mounts, and unmounted there.
        let shared = MountPropagationFlags::SHARED | MountPropagationFlags::REC;
        if mount_change(FOLDER, shared) == Err(Errno::INVAL) {
            mount_bind_recursive(FOLDER, FOLDER)?;
            mount_change(FOLDER, shared)?;
        }
        let path = path(name)?;
        let flags = OFlags::RDONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        open(path.as_str(), flags, Mode::empty())?;
        let made = read_only(OWN).and_then(|own| {
            // Unsafe is to leave a table of descriptors that others use, which this does not.
            #[allow(deprecated)]
            unshare(UnshareFlags::NEWNET)?;
            let bound = mount_bind(OWN, path.as_str());
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

    fn read(&mut self, room: &mut [u8]) -> Result<usize, Errno> {
        rustix::io::read(self.input.as_ref().ok_or(Errno::BADF)?, room)
    }
}

fn read_only(path: &str) -> Result<OwnedFd, Errno> {
    open(path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())
}

/// A network namespace by its name, or by the path of a file that stands for it.
fn named(name: &str) -> Result<OwnedFd, Errno> {
    if name.contains('/') {
        return read_only(name);
    }
    read_only(path(name)?.as_str())
}

/// The file that stands for a network namespace.
fn path(name: &str) -> Result<Small<280>, Errno> {
    let mut path = Small::new();
    let written = core::fmt::Write::write_fmt(&mut path, format_args!("{FOLDER}/{name}"));
    written.map(|()| path).map_err(|_| Errno::NAMETOOLONG)
}
