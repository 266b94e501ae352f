//! Looks up links, and IPv6 addresses with the state of their duplicate address detection.

use core::net::IpAddr;

use barelink_codec::attr::Key;
use barelink_codec::nest::Parsed;
use barelink_codec::rtnl::addr::{self, Addr, AddrFlags, AddrHeader};
use barelink_codec::rtnl::ids::{Address, AddressFamily};
use barelink_codec::rtnl::link::{self, Hardware, Link, LinkFlags, LinkHeader};
use barelink_codec::rtnl::route::RouteScope;
use barelink_transport::{Connection, Error};
use heapless::String;

/// Link found by a dump.
#[derive(Debug, Clone)]
pub struct FoundLink {
    /// Interface index.
    pub index: u32,
    /// Interface name.
    pub name: String<16>,
    /// Device flags (`IFF_*`).
    pub flags: LinkFlags,
    /// Hardware address, if it has 6 bytes.
    pub mac: Option<[u8; 6]>,
    /// MTU in bytes.
    pub mtu: u32,
}

impl FoundLink {
    fn new(link: &Parsed<'_, LinkHeader, Link>) -> Self {
        let mut name = String::new();
        if let Ok(Some(text)) = link.get(Link::IFNAME) {
            let _ = name.push_str(core::str::from_utf8(text.0).unwrap_or("?"));
        }
        let mtu = link.get(Link::MTU).unwrap_or_default().unwrap_or_default();
        let mac = link.get(Link::ADDRESS).unwrap_or_default();
        let mac = mac.and_then(|address| address.0.try_into().ok());
        FoundLink { index: link.header.index as u32, name, flags: link.header.flags, mac, mtu }
    }
}

/// Returns the link of the lowest index for which `fits` returns `true`.
pub fn first_link(
    route: &mut Connection<'_>,
    fits: &mut dyn FnMut(&Parsed<'_, LinkHeader, Link>) -> bool,
) -> Result<Option<FoundLink>, Error> {
    let mut found: Option<FoundLink> = None;
    let mut links = route.dump(link::GET, LinkHeader::default(), |_| {})?;
    loop {
        match links.next() {
            Ok(Some(link)) => {
                let before = found.as_ref().is_none_or(|one| link.header.index < one.index as i32);
                if before && fits(&link) {
                    found = Some(FoundLink::new(&link));
                }
            }
            // The links changed during the dump: a notification follows, after which the caller dumps again.
            Ok(None) | Err(Error::Interrupted) => return Ok(found),
            Err(error) => return Err(error),
        }
    }
}

/// Returns whether a link has this name.
pub fn has_name(link: &Parsed<'_, LinkHeader, Link>, name: &str) -> bool {
    matches!(link.get(Link::IFNAME), Ok(Some(text)) if text.0 == name.as_bytes())
}

/// Returns whether a link has this hardware address, as current or permanent address.
pub fn has_mac(link: &Parsed<'_, LinkHeader, Link>, mac: &[u8; 6]) -> bool {
    [Link::PERM_ADDRESS, Link::ADDRESS]
        .into_iter()
        .any(|key| matches!(link.get(key), Ok(Some(address)) if address.0 == mac))
}

/// Returns whether a link is an Ethernet link other than loopback, and not a port of another link.
pub fn is_card(link: &Parsed<'_, LinkHeader, Link>) -> bool {
    link.header.hardware == Hardware::ETHER
        && !link.header.flags.contains(LinkFlags::LOOPBACK)
        && matches!(link.get(Link::MASTER), Ok(None))
}

/// IPv6 address to look for.
#[derive(Debug, Clone, Copy)]
pub enum AddressFilter {
    /// This address.
    Exact(IpAddr),
    /// Link-local address.
    LinkLocal,
    /// Address of wider scope than the link, other than this one.
    WiderScope(Option<IpAddr>),
}

/// State of an IPv6 address in duplicate address detection (DAD).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DadState {
    /// No such address.
    Absent,
    /// DAD is running (`IFA_F_TENTATIVE`).
    Tentative,
    /// DAD failed: another host has the address (`IFA_F_DADFAILED`).
    Duplicate,
    /// Usable: DAD succeeded, or the address is optimistic.
    Usable,
}

/// Returns an attribute of an address as IP address; `None` if it is missing or invalid.
fn ip_attribute(address: &Parsed<'_, AddrHeader, Addr>, key: Key<Addr, Address>) -> Option<IpAddr> {
    address.get(key).unwrap_or_default()
}

/// Returns the state of the address that the filter selects on a link; of several, a usable one.
pub fn ipv6_address(
    route: &mut Connection<'_>,
    index: u32,
    filter: AddressFilter,
) -> Result<(DadState, Option<IpAddr>), Error> {
    let header = AddrHeader { family: AddressFamily::INET6, index, ..Default::default() };
    let mut found = (DadState::Absent, None);
    let mut addresses = route.dump(addr::GET, header, |_| {})?;
    loop {
        let address = match addresses.next() {
            Ok(Some(address)) => address,
            Ok(None) | Err(Error::Interrupted) => return Ok(found),
            Err(error) => return Err(error),
        };
        let ip = ip_attribute(&address, Addr::LOCAL).or(ip_attribute(&address, Addr::ADDRESS));
        let scope = address.header.scope;
        let fits = address.header.index == index
            && match filter {
                AddressFilter::Exact(this) => ip == Some(this),
                AddressFilter::LinkLocal => scope == RouteScope::LINK,
                AddressFilter::WiderScope(own) => scope.0 < RouteScope::LINK.0 && ip != own,
            };
        let flags = address.get(Addr::FLAGS).unwrap_or_default().unwrap_or(address.header.flags);
        let state = if flags.contains(AddrFlags::DADFAILED) {
            DadState::Duplicate
        } else if flags.contains(AddrFlags::TENTATIVE) && !flags.contains(AddrFlags::OPTIMISTIC) {
            DadState::Tentative
        } else {
            DadState::Usable
        };
        let better = found.0 != DadState::Usable;
        if fits && better {
            found = (state, ip);
        }
    }
}
