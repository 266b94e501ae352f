//! What has to be done before a machine can be reached: `lo` up, an address, a default route; then the
//! links are printed, to see what there is.

use core::fmt::Write;
use core::net::Ipv4Addr;

use barelink_codec::rtnl::addr::{self, Addr, AddrHeader};
use barelink_codec::rtnl::family::AddressFamily;
use barelink_codec::rtnl::link::{self, Link, LinkFlags, LinkHeader};
use barelink_codec::rtnl::route::{self, Route, RouteHeader, RouteProtocol, RouteTable, RouteType};
use barelink_transport::{Channel, Connection, Error};

/// The first link of every machine is `lo`.
const LO: u32 = 1;

/// What the job is: an address, how many of its bits are the network's, and who knows the way.
#[derive(Debug, Clone, Copy)]
pub struct Job {
    /// The address.
    pub address: Ipv4Addr,
    /// The bits of it that are the network's.
    pub prefix_len: u8,
    /// The gateway, in that network.
    pub gateway: Ipv4Addr,
}

impl Job {
    /// From the words `ADDRESS/BITS GATEWAY`.
    pub fn from_words(words: &[&str]) -> Option<Job> {
        let [prefix, gateway] = words else { return None };
        let (address, bits) = prefix.split_once('/')?;
        let prefix_len = bits.parse().ok()?;
        Some(Job { address: address.parse().ok()?, prefix_len, gateway: gateway.parse().ok()? })
    }

    /// Does it.
    pub fn run<C: Channel>(
        &self,
        route: &mut Connection<'_, C>,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        let lo = LinkHeader { index: LO as i32, ..Default::default() };
        let up = LinkHeader { flags: LinkFlags::UP, change: LinkFlags::UP, ..lo };
        route.execute(link::SET, up, |_| {})?;

        let family = AddressFamily::INET;
        let prefix_len = self.prefix_len;
        let header = AddrHeader { family, prefix_len, index: LO, ..Default::default() };
        route.execute(addr::NEW.create(), header, |address| {
            address.put(Addr::LOCAL, self.address.into());
        })?;

        let header = RouteHeader {
            family,
            table: RouteTable::MAIN.into(),
            protocol: RouteProtocol::BOOT,
            kind: RouteType::UNICAST,
            ..Default::default()
        };
        route.execute(route::NEW.create(), header, |default| {
            default.put(Route::GATEWAY, self.gateway.into());
        })?;

        let mut links = route.dump(link::GET, LinkHeader::default(), |_| {})?;
        while let Some(link) = links.next()? {
            let name = link.require(Link::IFNAME)?;
            let mtu = link.get(Link::MTU)?.unwrap_or(0);
            let _ = writeln!(out, "{}: {name} mtu {mtu}", link.header.index);
        }
        Ok(())
    }
}
