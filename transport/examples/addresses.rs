//! Lists the addresses, each with the name of its link.

use barelink_codec::rtnl::addr::{self, Addr, AddrHeader};
use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_transport::{Connection, Error, Protocol};
use std::collections::HashMap;

fn main() -> Result<(), Error> {
    let mut buffer = [0; 33 * 1024];
    let mut route = Connection::open(Protocol::ROUTE, &mut buffer)?;

    let mut names = HashMap::new();
    let mut links = route.dump(link::GET, LinkHeader::default(), |_| {})?;
    while let Some(link) = links.next()? {
        names.insert(link.header.index as u32, link.require(Link::IFNAME)?.to_string());
    }

    let mut addresses = route.dump(addr::GET, AddrHeader::default(), |_| {})?;
    while let Some(found) = addresses.next()? {
        let (local, address) = found.find((Addr::LOCAL, Addr::ADDRESS))?;
        let Some(address) = local.get()?.or(address.get()?) else { continue };
        let name = names.get(&found.header.index).map_or("?", String::as_str);
        println!("{name}: {address}/{} scope {}", found.header.prefix_len, found.header.scope);
    }
    Ok(())
}
