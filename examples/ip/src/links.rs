//! Cache of link names by index.

use core::fmt;

use super::body::Body;
use super::index::Index;
use super::request;
use barelink_codec::rtnl::link::kinds::vrf::Vrf;
use barelink_codec::rtnl::link::{self, ExtMask, Link, LinkFlags, LinkHeader, LinkInfo};
use barelink_codec::rtnl::route::RouteTable;
use barelink_codec::{Error as CodecError, Parsed};
use barelink_transport::{Channel, Connection, Error};

/// Number of cached names; other links are requested one by one.
pub const CAPACITY: usize = 128;

/// Name, index and state of a link.
#[derive(Clone, Copy)]
pub struct LinkName {
    index: u32,
    up: bool,
    len: u8,
    bytes: [u8; 15],
}

impl LinkName {
    const NONE: LinkName = LinkName { index: 0, up: true, len: 0, bytes: [0; 15] };

    /// Returns the name in a link message; `None` if it has none.
    fn from_message(link: &Parsed<'_, LinkHeader, Link>) -> Option<LinkName> {
        let name = link.get(Link::IFNAME).ok()??;
        let mut copy = LinkName {
            index: link.header.index as u32,
            up: link.header.flags.contains(LinkFlags::UP),
            len: name.0.len().min(15) as u8,
            bytes: [0; 15],
        };
        copy.bytes.iter_mut().zip(name.0).for_each(|(to, from)| *to = *from);
        Some(copy)
    }

    /// Returns whether the link has `IFF_UP`; `true` if unknown.
    pub fn is_up(&self) -> bool {
        self.up
    }
}

impl fmt::Display for LinkName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.bytes.get(..usize::from(self.len)).unwrap_or_default();
        match core::str::from_utf8(bytes) {
            Ok(name) if !name.is_empty() => f.pad(name),
            _ => write!(f, "if{}", self.index),
        }
    }
}

/// Cached link names, and the connection for requests while the first one is busy with a dump.
pub struct LinkNames<'b, C> {
    /// Second connection.
    pub second: Connection<'b, C>,
    names: [LinkName; CAPACITY],
    used: usize,
    /// Index of the entry to replace next once the cache is full.
    next: usize,
    filled: bool,
}

impl<'b, C: Channel> LinkNames<'b, C> {
    /// Returns an empty cache.
    pub fn new(second: Connection<'b, C>) -> Self {
        LinkNames { second, names: [LinkName::NONE; CAPACITY], used: 0, next: 0, filled: false }
    }

    /// Stores the name in a link message.
    pub fn remember(&mut self, link: &Parsed<'_, LinkHeader, Link>) {
        if let Some(name) = LinkName::from_message(link) {
            self.keep(name);
        }
    }

    fn keep(&mut self, entry: LinkName) {
        let known = self.names.iter().take(self.used).position(|known| known.index == entry.index);
        let place = known.unwrap_or_else(|| {
            if self.used < CAPACITY {
                self.used = self.used.saturating_add(1);
                self.used.saturating_sub(1)
            } else {
                self.next = self.next.saturating_add(1) % CAPACITY;
                self.next
            }
        });
        if let Some(slot) = self.names.get_mut(place) {
            *slot = entry;
        }
    }

    /// Removes a deleted link's name.
    pub fn forget(&mut self, index: u32) {
        if let Some(entry) = self.names.iter_mut().find(|entry| entry.index == index) {
            *entry = LinkName { index, ..LinkName::NONE };
        }
    }

    /// Removes all names, after a change of links.
    pub fn forget_all(&mut self) {
        (self.used, self.filled) = (0, false);
    }

    /// Returns the index of a cached name.
    pub fn known_index(&self, name: &str) -> Option<u32> {
        let same =
            |entry: &&LinkName| entry.bytes.get(..usize::from(entry.len)) == Some(name.as_bytes());
        self.names.iter().take(self.used).find(same).map(|entry| entry.index)
    }

    /// Returns the name of a link, which is requested if it is not cached.
    pub fn name(&mut self, index: u32) -> LinkName {
        if let Some(name) = self.known(index) {
            return name;
        }
        if !self.filled {
            self.filled = true;
            let _ = self.fill();
        }
        if self.known(index).is_none() {
            let header = LinkHeader { index: index as i32, ..Default::default() };
            let _ = self.request_link(header, None);
        }
        self.known(index).unwrap_or(LinkName { index, ..LinkName::NONE })
    }

    fn known(&self, index: u32) -> Option<LinkName> {
        self.names.iter().take(self.used).find(|entry| entry.index == index).copied()
    }

    /// Dumps all links, and stores names up to the capacity.
    fn fill(&mut self) -> Result<(), Error> {
        let mut found = [LinkName::NONE; CAPACITY];
        let mut count = 0;
        let mut body = Body::new(&LinkHeader::default());
        body.put_u32(Link::EXT_MASK.number(), ExtMask::SKIP_STATS.0);
        request::dump(&mut self.second, link::GET, &body, &mut |link| {
            if let (Some(name), Some(slot)) = (LinkName::from_message(&link), found.get_mut(count))
            {
                *slot = name;
                count = count.saturating_add(1);
            }
        })?;
        self.names = found;
        self.used = count;
        Ok(())
    }

    /// Requests one link, by index or by name, and stores its name.
    fn request_link(&mut self, header: LinkHeader, name: Option<&str>) -> Result<u32, Error> {
        let mut body = Body::new(&header);
        body.put_u32(Link::EXT_MASK.number(), ExtMask::SKIP_STATS.0);
        if let Some(name) = name {
            let key =
                if name.len() <= 15 { Link::IFNAME.number() } else { Link::ALT_IFNAME.number() };
            body.put_text(key, name);
        }
        let mut found = None;
        request::get(&mut self.second, link::GET, &body, &mut |link| {
            found = LinkName::from_message(&link)
        })?;
        let name = found.ok_or(CodecError::Missing { attr: "IFNAME" })?;
        self.keep(name);
        Ok(name.index)
    }

    /// Returns the index of a link, by its name or an alternative one.
    pub fn index(&mut self, name: &str) -> Option<u32> {
        self.request_link(LinkHeader::default(), Some(name)).ok()
    }

    /// Returns the routing table of a VRF; `None` if the link is no VRF.
    pub fn vrf_table(&mut self, name: &str) -> Option<u32> {
        // `default` is the main table, unless a link has that name.
        let Some(index) = self.index(name) else {
            return (name == "default").then_some(RouteTable::MAIN.0);
        };
        let mut table = None;
        self.info(index, &mut |info| {
            let vrf = info.get(LinkInfo::KIND).is_some_and(|kind| kind == "vrf");
            let data = info.nest(LinkInfo::DATA.nested::<Vrf>()).filter(|_| vrf);
            table = data.and_then(|data| data.get(Vrf::TABLE));
        });
        table
    }

    /// Requests a link and passes its `IFLA_LINKINFO` to `each`.
    fn info(&mut self, index: u32, each: &mut dyn FnMut(Index<'_, LinkInfo>)) {
        let header = LinkHeader { index: index as i32, ..Default::default() };
        let _ = request::get(&mut self.second, link::GET, &Body::new(&header), &mut |link| {
            if let Some(info) = Index::new(link.attrs).nest(Link::LINKINFO) {
                each(info);
            }
        });
    }

    /// Returns whether a link is of this kind.
    pub fn is_kind(&mut self, index: u32, kind: &str) -> bool {
        let mut is = false;
        self.info(index, &mut |info| is = info.get(LinkInfo::KIND).is_some_and(|it| it == kind));
        is
    }
}
