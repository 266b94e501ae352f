//! Lists the links: index, name, mtu; barelink with std.

use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_transport::{Connection, Error, Protocol};

fn main() -> Result<(), Error> {
    let mut buffer = [0; 33 * 1024];
    let mut route = Connection::open(Protocol::ROUTE, &mut buffer)?;
    let mut links = route.dump(link::GET, LinkHeader::default(), |_| {})?;
    while let Some(link) = links.next()? {
        let (name, mtu) = link.find((Link::IFNAME, Link::MTU))?;
        println!("{}: {} mtu {}", link.header.index, name.require()?, mtu.get()?.unwrap_or(0));
    }
    Ok(())
}
