//! Shared by tests that create links and addresses.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use barelink_codec::rtnl::addr::{self, Addr, AddrHeader};
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::{self, Link, LinkFlags, LinkHeader, LinkInfo};
use barelink_transport::{Channel, Connection, Error, KernelError, Protocol};

pub const ROOM: usize = 33 * 1024;

pub fn connect(buffer: &mut [u8]) -> Connection<'_> {
    Connection::open(Protocol::ROUTE, buffer).unwrap()
}

pub fn header(index: i32) -> LinkHeader {
    LinkHeader { index, ..Default::default() }
}

pub fn up(index: i32) -> LinkHeader {
    LinkHeader { index, flags: LinkFlags::UP, change: LinkFlags::UP, ..Default::default() }
}

/// Creates a link of a kind that takes no attributes of its own.
pub fn make<C: Channel>(
    route: &mut Connection<'_, C>,
    name: &str,
    kind: &str,
) -> Result<(), Error> {
    route.execute(link::NEW.create(), header(0), |link| {
        link.put(Link::IFNAME, name);
        link.nest(Link::LINKINFO, |info| {
            info.put(LinkInfo::KIND, kind);
        });
    })
}

pub fn index<C: Channel>(route: &mut Connection<'_, C>, name: &str) -> Result<i32, Error> {
    let link = route.get(link::GET, header(0), |link| {
        link.put(Link::IFNAME, name);
    })?;
    Ok(link.header.index)
}

pub fn many<C: Channel>(route: &mut Connection<'_, C>, count: usize) {
    for number in 0..count {
        make(route, &format!("ifb{number}"), "ifb").unwrap();
    }
}

pub fn names<C: Channel>(route: &mut Connection<'_, C>) -> Vec<String> {
    let mut links = route.dump(link::GET, header(0), |_| {}).unwrap();
    let mut names = vec![];
    while let Some(link) = links.next().unwrap() {
        names.push(link.require(Link::IFNAME).unwrap().to_string());
    }
    names
}

#[track_caller]
pub fn kernel_error<T: std::fmt::Debug>(result: Result<T, Error>) -> KernelError {
    match result {
        Err(Error::Kernel(error)) => error,
        other => panic!("{other:?}"),
    }
}

pub fn inet(index: i32, prefix_len: u8) -> AddrHeader {
    let family = AddressFamily::INET;
    AddrHeader { family, prefix_len, index: index as u32, ..Default::default() }
}

pub fn ip(last: u8) -> IpAddr {
    Ipv4Addr::new(10, 9, 8, last).into()
}

pub fn add_address<C: Channel>(
    route: &mut Connection<'_, C>,
    index: i32,
    last: u8,
) -> Result<(), Error> {
    route.execute(addr::NEW.create(), inet(index, 24), |addr| {
        addr.put(Addr::LOCAL, ip(last)).put(Addr::ADDRESS, ip(last));
    })
}

/// Creates a second link, and adds an address to each: 10.9.8.1 and 10.9.8.2.
pub fn two_addresses<C: Channel>(route: &mut Connection<'_, C>) {
    make(route, "ifb0", "ifb").unwrap();
    for index in [1, 2] {
        add_address(route, index, index as u8).unwrap();
    }
}

pub fn soon() -> Option<Duration> {
    Some(Duration::from_secs(5))
}
