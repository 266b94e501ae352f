//! What the program needs of this machine: sockets, files, network namespaces.

use core::mem::MaybeUninit;
use core::time::Duration;

use barelink_transport::{Connection, Errno, Error, Monitor, Protocol, Socket};
use rustix::fd::{AsFd, IntoRawFd, OwnedFd};
use rustix::fs::{Mode, OFlags, RawDir, open};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use super::System;
use super::output::Small;

/// This machine's kernel.
#[derive(Debug, Default)]
pub struct Kernel {
    /// Where commands are read from: the standard input, if there is one, or a file.
    pub input: Option<OwnedFd>,
}

impl<'b> System<'b> for Kernel {
    type Channel = Socket;

    fn connection(&mut self, room: &'b mut [u8]) -> Result<Connection<'b>, Error> {
        Connection::open(Protocol::ROUTE, room)
    }

    fn monitor(&mut self, groups: &[u32], room: &'b mut [u8]) -> Result<Monitor<'b>, Error> {
        Monitor::open(Protocol::ROUTE, groups, room)
    }

    fn now(&mut self) -> Option<Duration> {
        None
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
        let folder = read_only("/run/netns").or_else(|_| read_only("/var/run/netns"));
        let Ok(folder) = folder else { return "" };
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
    let mut path = Small::<280>::new();
    let written = core::fmt::Write::write_fmt(&mut path, format_args!("/var/run/netns/{name}"));
    written.map_err(|_| Errno::NAMETOOLONG)?;
    // `/var/run` is a link to `/run`, where there is one.
    let short = path.as_str().strip_prefix("/var").unwrap_or_default();
    read_only(short).or_else(|_| read_only(path.as_str()))
}
