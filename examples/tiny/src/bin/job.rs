//! `job ADDRESS/BITS GATEWAY`, with nothing else in it.
#![no_std]
#![no_main]

use core::fmt::Write;

use barelink_job::{Job, Kernel};
use barelink_transport::{Channel, Deadline, Errno, Error, KERNEL, Received};
use rustix::fd::OwnedFd;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{
    self, AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, connect, socket_with,
};
use barelink_start::{Once, Out, err};

barelink_start::main!(main);

static ROOM: Once<[u8; 33 * 1024]> = Once::new([0; 33 * 1024]);

fn main(words: &[&str]) -> u8 {
    let (Some(job), Some(room)) = (Job::from_words(words), ROOM.take()) else {
        let _ = err().write_str("usage: job ADDRESS/BITS GATEWAY\n");
        return 255;
    };
    let mut out = Out::new();
    let done = Bare::open().and_then(|bare| job.run(&mut Kernel::new(bare, room), &mut out));
    let _ = out.flush();
    // The words for all that can go wrong would be as long as the program.
    done.map_or_else(|errno| errno.raw_os_error() as u8, |()| 0)
}

/// A socket that is connected to the kernel, which hears from nobody else, and neither waits for a
/// time nor can be told anything.
struct Bare(OwnedFd);

impl Bare {
    fn open() -> Result<Bare, Errno> {
        let flags = SocketFlags::CLOEXEC;
        let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, None)?;
        connect(&socket, &SocketAddrNetlink::new(KERNEL, 0))?;
        Ok(Bare(socket))
    }
}

impl Channel for Bare {
    fn port(&mut self) -> Result<u32, Error> {
        Ok(0)
    }

    fn send(&mut self, datagram: &[u8], _: Option<Deadline>) -> Result<(), Error> {
        let sent = net::send(&self.0, datagram, SendFlags::empty());
        sent.map(|_| ()).map_err(|errno| Error::Socket { call: "send", errno })
    }

    fn receive(&mut self, buffer: &mut [u8], _: Option<Deadline>) -> Result<Received, Error> {
        let room = buffer.len();
        let (_, needed) = net::recv(&self.0, buffer, RecvFlags::TRUNC)
            .map_err(|errno| Error::Socket { call: "receive", errno })?;
        if needed > room {
            return Err(Error::DatagramTruncated { needed, room });
        }
        Ok(Received { len: needed, from: KERNEL, ..Received::default() })
    }
}
