//! `job ADDRESS/BITS GATEWAY` without libc.
#![no_std]
#![no_main]

use core::fmt::Write;

use barelink_job::{Job, Kernel};
use barelink_start::{Once, Out, err};
use barelink_transport::{Channel, Deadline, Errno, Error, KERNEL, Received};
use rustix::fd::OwnedFd;
use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{
    self, AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, connect, socket_with,
};

barelink_start::main!(main);

static BUFFER: Once<[u8; 33 * 1024]> = Once::new([0; 33 * 1024]);

fn main(arguments: &[&str]) -> u8 {
    let (Some(job), Some(buffer)) = (Job::parse(arguments), BUFFER.take()) else {
        let _ = err().write_str("usage: job ADDRESS/BITS GATEWAY\n");
        return 255;
    };
    let mut out = Out::new();
    let result = MinimalSocket::open()
        .and_then(|socket| job.run(&mut Kernel::new(socket, buffer), &mut out));
    let _ = out.flush();
    // The texts of all errors would be as long as the program.
    result.map_or_else(|errno| errno.raw_os_error() as u8, |()| 0)
}

/// Socket that is connected to the kernel, without deadlines and socket options.
struct MinimalSocket(OwnedFd);

impl MinimalSocket {
    fn open() -> Result<MinimalSocket, Errno> {
        let flags = SocketFlags::CLOEXEC;
        let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, None)?;
        connect(&socket, &SocketAddrNetlink::new(KERNEL, 0))?;
        Ok(MinimalSocket(socket))
    }
}

impl Channel for MinimalSocket {
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
