//! Adds an address to a link: `add-address NAME ADDRESS/BITS`.

use barelink_codec::rtnl::addr::{self, Addr, AddrHeader};
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_transport::{Connection, Errno, Error, Protocol};
use std::net::IpAddr;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(name), Some(prefix)) = (arguments.next(), arguments.next()) else {
        return Err("usage: add-address NAME ADDRESS/BITS".into());
    };
    let (ip, bits) = prefix.split_once('/').ok_or("expected ADDRESS/BITS")?;
    let (ip, prefix_len): (IpAddr, u8) = (ip.parse()?, bits.parse()?);

    let mut buffer = [0; 16 * 1024];
    let mut route = Connection::open(Protocol::ROUTE, &mut buffer)?;
    let link = route.get(link::GET, LinkHeader::default(), |link| {
        link.put(Link::IFNAME, &name);
    })?;

    let family = if ip.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let index = link.header.index as u32;
    let header = AddrHeader { family, prefix_len, index, ..Default::default() };
    let added = route.execute(addr::NEW.create(), header, |address| {
        address.put(Addr::LOCAL, ip).put(Addr::ADDRESS, ip);
    });
    match added {
        Err(Error::Kernel(error)) if error.errno() == Errno::EXIST => {
            println!("{name} has {prefix} already");
        }
        other => {
            other?;
            println!("{name} has {prefix} now");
        }
    }
    Ok(())
}
