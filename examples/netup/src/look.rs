//! What is there: links and IPv6 addresses.

use core::net::IpAddr;

use barelink_codec::attr::Key;
use barelink_codec::nest::Parsed;
use barelink_codec::rtnl::addr::{self, Addr, AddrFlags, AddrHeader};
use barelink_codec::rtnl::ids::{Address, AddressFamily};
use barelink_codec::rtnl::link::{self, Hardware, Link, LinkFlags, LinkHeader};
use barelink_codec::rtnl::route::RouteScope;
use barelink_transport::{Connection, Error};
use heapless::String;

/// A link.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Its index.
    pub index: u32,
    /// Its name.
    pub name: String<16>,
    /// Its flags.
    pub flags: LinkFlags,
    /// Its hardware address, if it is of the usual length.
    pub mac: Option<[u8; 6]>,
    /// The longest packet that it sends.
    pub mtu: u32,
}

impl Seen {
    fn new(link: &Parsed<'_, LinkHeader, Link>) -> Self {
        let mut name = String::new();
        if let Ok(Some(text)) = link.get(Link::IFNAME) {
            let _ = name.push_str(core::str::from_utf8(text.0).unwrap_or("?"));
        }
        let mtu = link.get(Link::MTU).unwrap_or_default().unwrap_or_default();
        let mac = link.get(Link::ADDRESS).unwrap_or_default();
        let mac = mac.and_then(|address| address.0.try_into().ok());
        Seen { index: link.header.index as u32, name, flags: link.header.flags, mac, mtu }
    }
}

/// The first link that `fits`, by its index.
pub fn first(
    route: &mut Connection<'_>,
    fits: &mut dyn FnMut(&Parsed<'_, LinkHeader, Link>) -> bool,
) -> Result<Option<Seen>, Error> {
    let mut found: Option<Seen> = None;
    let mut links = route.dump(link::GET, LinkHeader::default(), |_| {})?;
    loop {
        match links.next() {
            Ok(Some(link)) => {
                let before = found.as_ref().is_none_or(|one| link.header.index < one.index as i32);
                if before && fits(&link) {
                    found = Some(Seen::new(&link));
                }
            }
            // One came or went meanwhile: there is an event of it, for which this is done anew.
            Ok(None) | Err(Error::Interrupted) => return Ok(found),
            Err(error) => return Err(error),
        }
    }
}

/// Whether a link has that name.
pub fn has_name(link: &Parsed<'_, LinkHeader, Link>, name: &str) -> bool {
    matches!(link.get(Link::IFNAME), Ok(Some(text)) if text.0 == name.as_bytes())
}

/// Whether a link has that hardware address, or had it when it was made.
pub fn has_mac(link: &Parsed<'_, LinkHeader, Link>, mac: &[u8; 6]) -> bool {
    [Link::PERM_ADDRESS, Link::ADDRESS]
        .into_iter()
        .any(|key| matches!(link.get(key), Ok(Some(address)) if address.0 == mac))
}

/// Whether a link is a network card, or looks like one, and no port of something else.
pub fn is_card(link: &Parsed<'_, LinkHeader, Link>) -> bool {
    link.header.hardware == Hardware::ETHER
        && !link.header.flags.contains(LinkFlags::LOOPBACK)
        && matches!(link.get(Link::MASTER), Ok(None))
}

/// Which IPv6 address is meant.
#[derive(Debug, Clone, Copy)]
pub enum Wanted {
    /// This one.
    Is(IpAddr),
    /// The kernel's own for the link.
    Link,
    /// One for beyond the link, but not this.
    Wide(Option<IpAddr>),
}

/// How far an IPv6 address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// There is none.
    None,
    /// The kernel asks whether somebody else has it.
    Asking,
    /// Somebody else has it.
    Taken,
    /// It can be used.
    Usable,
}

/// An address of an address.
fn ip(address: &Parsed<'_, AddrHeader, Addr>, key: Key<Addr, Address>) -> Option<IpAddr> {
    address.get(key).unwrap_or_default()
}

/// How far the address is that is wanted on a link; of several, the one that is farthest.
pub fn address(
    route: &mut Connection<'_>,
    index: u32,
    wanted: Wanted,
) -> Result<(Progress, Option<IpAddr>), Error> {
    let header = AddrHeader { family: AddressFamily::INET6, index, ..Default::default() };
    let mut found = (Progress::None, None);
    let mut addresses = route.dump(addr::GET, header, |_| {})?;
    loop {
        let address = match addresses.next() {
            Ok(Some(address)) => address,
            Ok(None) | Err(Error::Interrupted) => return Ok(found),
            Err(error) => return Err(error),
        };
        let of = ip(&address, Addr::LOCAL).or(ip(&address, Addr::ADDRESS));
        let scope = address.header.scope;
        let fits = address.header.index == index
            && match wanted {
                Wanted::Is(this) => of == Some(this),
                Wanted::Link => scope == RouteScope::LINK,
                Wanted::Wide(own) => scope.0 < RouteScope::LINK.0 && of != own,
            };
        let flags = address.get(Addr::FLAGS).unwrap_or_default().unwrap_or(address.header.flags);
        let progress = if flags.contains(AddrFlags::DADFAILED) {
            Progress::Taken
        } else if flags.contains(AddrFlags::TENTATIVE) && !flags.contains(AddrFlags::OPTIMISTIC) {
            Progress::Asking
        } else {
            Progress::Usable
        };
        let better = found.0 != Progress::Usable;
        if fits && better {
            found = (progress, of);
        }
    }
}
