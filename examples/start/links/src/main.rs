//! Lists the links, without libc, standard library and allocator.
#![no_std]
#![no_main]

use core::fmt::Write;

use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_start::{Once, Out, err};
use barelink_transport::{Connection, Error, Protocol};

barelink_start::main!(main);
static BUFFER: Once<[u8; 33 * 1024]> = Once::new([0; 33 * 1024]);

fn main(_: &[&str]) -> u8 {
    let Some(buffer) = BUFFER.take() else { return 1 };
    let Err(error) = list(buffer) else { return 0 };
    let _ = writeln!(err(), "links: {error}");
    1
}

fn list(buffer: &mut [u8]) -> Result<(), Error> {
    let (mut route, mut out) = (Connection::open(Protocol::ROUTE, buffer)?, Out::new());
    let mut links = route.dump(link::GET, LinkHeader::default(), |_| {})?;
    while let Some(link) = links.next()? {
        let _ = writeln!(out, "{}: {}", link.header.index, link.require(Link::IFNAME)?);
    }
    let _ = out.flush();
    Ok(())
}
