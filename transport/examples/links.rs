//! Lists the links; with an argument, with all of their attributes: `links [all]`.

use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_transport::{Connection, Error, Protocol};

fn main() -> Result<(), Error> {
    let mut buffer = [0; 33 * 1024];
    let mut route = Connection::open(Protocol::ROUTE, &mut buffer)?;

    let mut links = route.dump(link::GET, LinkHeader::default(), |_| {})?;
    while let Some(link) = links.next()? {
        let name = link.require(Link::IFNAME)?;
        let mtu = link.get(Link::MTU)?.unwrap_or(0);
        println!("{}: {name} mtu {mtu}", link.header.index);
        if std::env::args().count() > 1 {
            println!("    {:#?}", link.attrs);
        }
    }
    Ok(())
}
