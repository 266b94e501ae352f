//! Which link an index means: names, kept for as long as the program runs.

use core::fmt;

use super::body::Body;
use super::index::Index;
use super::request;
use barelink_codec::rtnl::link::kinds::vrf::Vrf;
use barelink_codec::rtnl::link::{self, ExtMask, Link, LinkFlags, LinkHeader, LinkInfo};
use barelink_codec::rtnl::route::RouteTable;
use barelink_codec::{Error as CodecError, Parsed};
use barelink_transport::{Channel, Connection, Error};

/// How many names are kept. Where there are more links, the rest is asked for one by one.
pub const CAPACITY: usize = 128;

/// A link's name.
#[derive(Clone, Copy)]
pub struct LinkName {
    index: u32,
    up: bool,
    len: u8,
    bytes: [u8; 15],
}

impl LinkName {
    const NONE: LinkName = LinkName { index: 0, up: true, len: 0, bytes: [0; 15] };

    /// The name in a message about a link.
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

    /// Whether the link is switched on, as far as is known.
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

/// The names, and a connection to ask for more while the first one is busy with a dump.
pub struct LinkNames<'b, C> {
    /// The connection.
    pub second: Connection<'b, C>,
    names: [LinkName; CAPACITY],
    used: usize,
    /// Where the next name goes once there is no more room.
    next: usize,
    filled: bool,
}

impl<'b, C: Channel> LinkNames<'b, C> {
    /// Knows nothing yet.
    pub fn new(second: Connection<'b, C>) -> Self {
        LinkNames { second, names: [LinkName::NONE; CAPACITY], used: 0, next: 0, filled: false }
    }

    /// Takes a link's name from a message about it.
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

    /// Forgets a link that is gone.
    pub fn forget(&mut self, index: u32) {
        if let Some(entry) = self.names.iter_mut().find(|entry| entry.index == index) {
            *entry = LinkName { index, ..LinkName::NONE };
        }
    }

    /// Forgets all links: some may have changed.
    pub fn forget_all(&mut self) {
        (self.used, self.filled) = (0, false);
    }

    /// The index of a link whose name is known.
    pub fn known_index(&self, name: &str) -> Option<u32> {
        let same =
            |entry: &&LinkName| entry.bytes.get(..usize::from(entry.len)) == Some(name.as_bytes());
        self.names.iter().take(self.used).find(same).map(|entry| entry.index)
    }

    /// The name of a link.
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

    /// Dumps all links, and keeps as many names as there is room for.
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

    /// Asks for one link, by index or by name, and remembers it.
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

    /// The index of a link, by any of its names.
    pub fn index(&mut self, name: &str) -> Option<u32> {
        self.request_link(LinkHeader::default(), Some(name)).ok()
    }

    /// The table that a VRF looks in; none of another link.
    pub fn vrf_table(&mut self, name: &str) -> Option<u32> {
        // No VRF is one too, unless a link is called so.
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

    /// Asks what kind of link it is.
    fn info(&mut self, index: u32, each: &mut dyn FnMut(Index<'_, LinkInfo>)) {
        let header = LinkHeader { index: index as i32, ..Default::default() };
        let _ = request::get(&mut self.second, link::GET, &Body::new(&header), &mut |link| {
            if let Some(info) = Index::new(link.attrs).nest(Link::LINKINFO) {
                each(info);
            }
        });
    }

    /// What kind of link it is, by name: whether it is a VRF.
    pub fn is_kind(&mut self, index: u32, kind: &str) -> bool {
        let mut is = false;
        self.info(index, &mut |info| is = info.get(LinkInfo::KIND).is_some_and(|it| it == kind));
        is
    }
}
