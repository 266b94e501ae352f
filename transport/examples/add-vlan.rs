//! Creates a VLAN on a link: `add-vlan PARENT ID`, or prints the kernel's error.

use barelink_codec::rtnl::link::kinds::vlan::Vlan;
use barelink_codec::rtnl::link::{self, Link, LinkHeader, LinkInfo};
use barelink_transport::{Connection, Protocol};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(parent), Some(id)) = (arguments.next(), arguments.next()) else {
        return Err("usage: add-vlan PARENT ID".into());
    };
    let id: u16 = id.parse()?;
    let name = format!("{parent}.{id}");

    let mut buffer = [0; 16 * 1024];
    let mut route = Connection::open(Protocol::ROUTE, &mut buffer)?;
    let found = route.get(link::GET, LinkHeader::default(), |link| {
        link.put(Link::IFNAME, &parent);
    })?;
    let index = found.header.index as u32;

    let created = route.execute(link::NEW.create(), LinkHeader::default(), |link| {
        link.put(Link::IFNAME, &name).put(Link::LINK, index);
        link.nest(Link::LINKINFO, |info| {
            info.put(LinkInfo::KIND, "vlan");
            info.nest(LinkInfo::DATA.nested::<Vlan>(), |vlan| {
                vlan.put(Vlan::ID, id);
            });
        });
    });
    match created {
        Ok(()) => println!("{name} created"),
        Err(error) => println!("{name}: {error}"),
    }
    Ok(())
}
