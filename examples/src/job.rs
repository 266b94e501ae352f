//! What has to be done before a machine can be reached: `lo` up, an address, a default route; then the
//! links are printed, to see what there is.

use core::fmt::{self, Write};
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
        let (address, gateway) = (ipv4(address)?, ipv4(gateway)?);
        Some(Job { address, prefix_len: byte(bits)?, gateway })
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
            let _ = print(out, link.header.index as u32, name.to_str().unwrap_or("?"), mtu);
        }
        Ok(())
    }
}

// Much of what small programs are made of is the library's ways to read and print numbers, which can do
// all that anybody may want of them; these do what is wanted here.

/// A number up to 255.
fn byte(digits: &str) -> Option<u8> {
    if !(1..=3).contains(&digits.len()) {
        return None;
    }
    digits.bytes().try_fold(0u8, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 { None } else { number.checked_mul(10)?.checked_add(digit) }
    })
}

/// An address.
fn ipv4(word: &str) -> Option<Ipv4Addr> {
    let mut parts = word.split('.').map(byte);
    let mut next = || parts.next()?;
    let address = Ipv4Addr::new(next()?, next()?, next()?, next()?);
    parts.next().is_none().then_some(address)
}

/// Prints a link's line.
fn print(out: &mut dyn Write, index: u32, name: &str, mtu: u32) -> fmt::Result {
    number(out, index)?;
    out.write_str(": ")?;
    out.write_str(name)?;
    out.write_str(" mtu ")?;
    number(out, mtu)?;
    out.write_str("\n")
}

/// Prints a number.
fn number(out: &mut dyn Write, number: u32) -> fmt::Result {
    if number >= 10 {
        self::number(out, number / 10)?;
    }
    out.write_char(char::from(b'0' + (number % 10) as u8))
}
