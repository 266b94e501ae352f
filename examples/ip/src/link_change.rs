//! `ip link add|set|replace|delete|property`: links made, changed and deleted.

use core::net::{IpAddr, Ipv4Addr};

use barelink_codec::Attrs;
use barelink_codec::frame::NESTED;
use barelink_codec::message::Flags;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::kinds::netkit::Netkit;
use barelink_codec::rtnl::link::{self, Link, LinkFlags, LinkHeader, LinkInfo, PropList};
use barelink_codec::schema::Int;
use barelink_transport::Channel;

use super::ask;
use super::body::Body;
use super::change::{self, duplicate, hardware, send};
use super::grammar::{Found, How, NO_BIT, Row, store};
use super::index::Index;
use super::link_kinds::{self, LinkKind};
use super::link_settle;
use super::link_words::LINK;
use super::names::dsfield;
use super::verb::Verb;
use super::words::{Exit, USAGE, Words, abbreviates, is_name, number32, refuse, twice, wrong};
use super::{Ip, batch, usage};

/// The attributes of any link that may be said but once, a bit for each.
const ONCE: u64 = 1 << Link::TXQLEN.number()
    | 1 << Link::MTU.number()
    | 1 << Link::GROUP.number()
    | 1 << Link::NUM_TX_QUEUES.number()
    | 1 << Link::NUM_RX_QUEUES.number()
    | 1 << Link::LINK_NETNSID.number();

/// Reads a link's words.
pub struct Reader<'p, 'a, 'b, 'w, C> {
    /// What there is to ask and to complain with.
    pub ip: &'p mut Ip<'a, 'b, C>,
    /// The words that are left.
    pub words: Words<'w>,
    /// Whether the link is to be made.
    pub made: bool,
    /// What has been said of the link itself.
    pub said: Said<'w>,
    /// Whether words are about a pair's other end.
    pub peer: bool,
    /// Whether each of the kind's attributes may be said but once.
    pub once: bool,
}

/// What has been said of a link, but for its attributes.
#[derive(Clone, Copy, Default)]
pub struct Said<'w> {
    /// The header.
    pub header: LinkHeader,
    /// Its name to be.
    pub name: Option<&'w str>,
    /// Its name now.
    pub dev: Option<&'w str>,
    /// The link under it.
    pub link: Option<&'w str>,
    /// Its kind.
    pub kind: Option<&'w str>,
    /// Its index to be.
    pub index: Option<u32>,
    /// Whether a group was said.
    pub group: bool,
    /// Whether it is to move.
    pub netns: bool,
    /// How long its address is to be.
    pub address: Option<usize>,
    /// Which attributes were said, a bit for each.
    pub seen: u64,
}

/// `ip link add`, `set`, `replace`, `delete`, `property`.
pub fn command<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    verb: Verb,
    words: Words<'_>,
) -> Result<(), Exit> {
    let kind = match verb {
        Verb::Add => link::NEW.create(),
        Verb::Change => link::NEW,
        Verb::Replace => link::NEW.replace(),
        Verb::Delete => link::DEL,
        _ => return property(ip, words),
    };
    let made = kind.flags().contains(Flags::CREATE);
    let mut reader = Reader { ip, words, made, said: Said::default(), peer: false, once: false };
    reader.said.header.family = reader.ip.pen.options.family;
    let mut body = Body::new(&LinkHeader::default());
    reader.link(&mut body)?;
    let Said { header, dev, kind: type_, index, group, netns, address, .. } = reader.said;
    let mut header = header;
    if made {
        header.index = index.unwrap_or(0) as i32;
    } else if let Some(dev) = dev {
        header.index = reader.ip.pen.find(dev)? as i32;
        if let Some(len) = address {
            fits(reader.ip, header.index, len)?;
        }
        match index {
            Some(index) if netns => body.put_u32(Link::NEW_IFINDEX.number(), index),
            Some(_) => {
                let why = "index can be used only when creating devices or when moving device to \
                           another netns.\n";
                return Err(refuse(reader.ip.pen.err, why, USAGE));
            }
            None => {}
        }
    } else if !group {
        writeln!(reader.ip.pen.err, "Not enough information: \"dev\" argument is required.");
        return Err(USAGE);
    }
    body.header(&header);
    reader.said.header = header;
    reader.names(&mut body)?;
    match type_ {
        Some(kind) => reader.kind(kind, &mut body)?,
        None if made => {
            let why = "Not enough information: \"type\" argument is required\n";
            return Err(refuse(reader.ip.pen.err, why, Exit(1)));
        }
        None => {}
    }
    send(ip, kind, &body)
}

/// A link as it is now; nothing if there is none.
fn look<C: Channel>(ip: &mut Ip<'_, '_, C>, index: i32, each: &mut dyn FnMut(Index<'_, Link>)) {
    batch::settle(&mut ip.pen);
    let body = Body::new(&LinkHeader { index, ..LinkHeader::default() });
    let _ = ask::one(&mut ip.kernel, link::GET, &body, &mut |link| each(Index::new(link.attrs)));
}

/// Looks whether a link has addresses of this length.
fn fits<C: Channel>(ip: &mut Ip<'_, '_, C>, index: i32, len: usize) -> Result<(), Exit> {
    let mut must = len;
    look(ip, index, &mut |link| must = link.payload(Link::ADDRESS).map_or(len, <[u8]>::len));
    if len == must {
        return Ok(());
    }
    writeln!(ip.pen.err, "Invalid address length {len} - must be {must} bytes");
    Err(Exit(1))
}

/// `ip link help`, or that of a kind.
pub fn help<C: Channel>(ip: &mut Ip<'_, '_, C>, mut words: Words<'_>) -> Result<(), Exit> {
    let name = words.next().unwrap_or_default();
    let Some(kind) = link_kinds::find(name) else { return Err(usage::of("link", ip.pen.err)) };
    link_kinds::tell(name, kind, &mut ip.pen.out.plain());
    Ok(())
}

/// `ip link property add|del`.
fn property<C: Channel>(ip: &mut Ip<'_, '_, C>, mut words: Words<'_>) -> Result<(), Exit> {
    let kind = match words.next() {
        Some(word) if abbreviates(word, "add") => link::NEWPROP.create().append(),
        Some(word) if abbreviates(word, "delete") => link::DELPROP,
        Some(word) if abbreviates(word, "help") => return Err(usage::of("link", ip.pen.err)),
        Some(_) => {
            return Err(refuse(ip.pen.err, "Operator required\n", USAGE));
        }
        None => return Err(usage::of("link", ip.pen.err)),
    };
    let mut body = Body::new(&LinkHeader::default());
    let mut dev = None;
    let list = body.open(Link::PROP_LIST.number() | NESTED);
    while let Some(word) = words.next() {
        if abbreviates(word, "altname") {
            let name = words.value(ip.pen.err)?;
            if !is_name(name, 127) {
                return Err(wrong(ip.pen.err, name, "not a valid altname"));
            }
            body.put_text(PropList::ALT_IFNAME.number(), name);
        } else {
            let word = if word == "dev" { words.value(ip.pen.err)? } else { word };
            if dev.replace(word).is_some() {
                return Err(twice(ip.pen.err, "dev", word));
            }
        }
    }
    body.close(list);
    let Some(dev) = dev else {
        return Err(refuse(
            ip.pen.err,
            "Not enough of information: \"dev\" argument is required.\n",
            USAGE,
        ));
    };
    let index = ip.pen.find(dev)? as i32;
    body.header(&LinkHeader { index, ..LinkHeader::default() });
    send(ip, kind, &body)
}

impl<'w, C: Channel> Reader<'_, '_, '_, 'w, C> {
    /// The word that has to follow.
    pub fn value(&mut self) -> Result<&'w str, Exit> {
        self.words.value(self.ip.pen.err)
    }

    /// Reads what may be said of any link, up to its kind.
    pub fn link(&mut self, body: &mut Body) -> Result<(), Exit> {
        while self.said.kind.is_none() {
            let Some(word) = self.words.next() else { break };
            if let Some(mut found) = LINK.find(word) {
                found.inner = false;
                self.apply(&mut found, body)?;
            } else if abbreviates(word, "help") {
                return Err(usage::of("link", self.ip.pen.err));
            } else {
                let dev = if word == "dev" { self.value()? } else { word };
                if !is_name(dev, 127) {
                    return Err(wrong(self.ip.pen.err, dev, "\"dev\" not a valid ifname"));
                }
                if self.said.dev.replace(dev).is_some() {
                    return Err(twice(self.ip.pen.err, "dev", dev));
                }
            }
        }
        Ok(())
    }

    /// Puts the link under it, and its name.
    pub fn names(&mut self, body: &mut Body) -> Result<(), Exit> {
        if let Some(link) = self.said.link.filter(|_| self.made) {
            body.put_u32(Link::LINK.number(), self.ip.pen.find(link)?);
        }
        if let Some(name) = self.said.name.or(self.said.dev.filter(|_| self.made)) {
            body.put_text(Link::IFNAME.number(), name);
        }
        Ok(())
    }

    /// Reads what may be said of a link of this kind.
    fn kind(&mut self, name: &str, body: &mut Body) -> Result<(), Exit> {
        let info = body.open(Link::LINKINFO.number());
        body.put_text(LinkInfo::KIND.number(), name);
        if let Some(word) = self.words.peek() {
            let Some(kind) = link_kinds::find(name) else {
                writeln!(
                    self.ip.pen.err,
                    "Garbage instead of arguments \"{word} ...\". Try \"ip link help\"."
                );
                return Err(Exit(1));
            };
            let slave = name.ends_with("_slave");
            let number =
                if slave { LinkInfo::SLAVE_DATA.number() } else { LinkInfo::DATA.number() };
            let nest = body.open(number);
            let mut data = Body::empty();
            if kind.whole && !self.made {
                self.existing(kind, &mut data)?;
            }
            self.once = matches!(name, "vxlan" | "geneve");
            self.kind_words(name, kind, &mut data)?;
            if let Some(why) = link_settle::settle(name, self.made, &mut data, self.ip.pen.err) {
                let code = if why.starts_with("ttl") { USAGE } else { Exit(1) };
                return Err(refuse(self.ip.pen.err, why, code));
            }
            link_settle::emit(kind, self.made, &mut data, body);
            body.close(nest);
        }
        body.close(info);
        Ok(())
    }

    fn kind_words(&mut self, name: &str, kind: &LinkKind, data: &mut Body) -> Result<(), Exit> {
        while let Some(word) = self.words.peek() {
            if let Some(mut found) = kind.words.iter().find_map(|words| words.find(word)) {
                self.words.next();
                self.apply(&mut found, data)?;
            } else if self.peer {
                self.other_end(Netkit::PEER_INFO.number(), data)?;
            } else {
                let what = if name.ends_with("_slave") || name.starts_with("mac") {
                    "option"
                } else {
                    "command"
                };
                let err = &mut *self.ip.pen.err;
                if abbreviates(word, "help") {
                    link_kinds::tell(name, kind, err);
                } else {
                    writeln!(err, "{name}: unknown {what} \"{word}\"?");
                }
                return Err(Exit(1));
            }
        }
        Ok(())
    }

    /// What the kernel has of a tunnel, for what is not said to stay.
    fn existing(&mut self, kind: &LinkKind, data: &mut Body) -> Result<(), Exit> {
        let mut known = false;
        look(self.ip, self.said.header.index, &mut |link| {
            let info: Option<Index<'_, LinkInfo>> = link.nest(Link::LINKINFO);
            let bytes = info.and_then(|info| info.payload(LinkInfo::DATA));
            known = bytes.is_some();
            let attrs = Attrs::<()>::new(bytes.unwrap_or_default()).iter();
            for attr in attrs.map_while(Result::ok) {
                if kind.tail.iter().any(|out| u16::from(out.number) == attr.number()) {
                    data.put(attr.number(), attr.payload());
                }
            }
        });
        if known {
            return Ok(());
        }
        Err(refuse(self.ip.pen.err, "Failed to get existing tunnel info.\n", Exit(1)))
    }

    /// Does what an entry says.
    fn apply(&mut self, found: &mut Found<'w>, body: &mut Body) -> Result<(), Exit> {
        if found.rows.iter().any(|row| row.how.takes_value(!found.values.is_empty())) {
            found.value = self.value()?;
        }
        let rows = found.rows;
        rows.iter().try_for_each(|row| self.row(row, found, body))
    }

    /// Complains about a value.
    #[inline(never)]
    pub fn wrong(&mut self, found: &Found<'_>) -> Exit {
        let Found { name, value, .. } = *found;
        let err = &mut *self.ip.pen.err;
        if found.switches() {
            writeln!(
                err,
                "Error: argument of \"{name}\" must be one of \"off\", \"on\", not \"{value}\""
            );
            return Exit(1);
        }
        if found.inner {
            writeln!(err, "Error: argument \"{value}\" is wrong: invalid {name}")
        } else {
            writeln!(err, "Error: argument \"{value}\" is wrong: Invalid \"{name}\" value\n")
        };
        USAGE
    }

    /// The number that the value is, or a complaint.
    #[inline(never)]
    pub fn integer(&mut self, found: &Found<'_>) -> Result<u64, Exit> {
        found.integer().ok_or_else(|| self.wrong(found))
    }

    /// The same, of 32 bits at most.
    #[inline(never)]
    pub fn integer32(&mut self, found: &Found<'_>) -> Result<u32, Exit> {
        let number = found.integer().and_then(|number| number.try_into().ok());
        number.ok_or_else(|| self.wrong(found))
    }

    /// Puts an attribute that was not said before, or may be said again.
    #[inline(never)]
    fn put(
        &mut self,
        number: u16,
        bytes: &[u8],
        found: &Found<'_>,
        body: &mut Body,
    ) -> Result<(), Exit> {
        if found.inner {
            if self.once && body.find(number).is_some() {
                return Err(twice(self.ip.pen.err, found.name, found.value));
            }
            body.set(number, bytes);
            return Ok(());
        }
        let bit = 1u64.checked_shl(number.into()).unwrap_or(0);
        if self.said.seen & bit & ONCE != 0 {
            return Err(duplicate(self.ip.pen.err, found.name, found.value));
        }
        self.said.seen |= bit;
        if number == Link::ADDRESS.number() {
            self.said.address = Some(bytes.len());
        }
        body.put(number, bytes);
        Ok(())
    }

    /// Puts an integer.
    #[inline(never)]
    fn put_int(
        &mut self,
        number: u16,
        (int, value): (Int, u64),
        found: &Found<'_>,
        body: &mut Body,
    ) -> Result<(), Exit> {
        let Some(bytes) = store(int, value) else { return Err(self.wrong(found)) };
        self.put(number, bytes.get(..usize::from(int.size)).unwrap_or_default(), found, body)
    }

    fn row(&mut self, row: &Row, found: &Found<'w>, body: &mut Body) -> Result<(), Exit> {
        let number = u16::from(row.number);
        let value = found.value;
        match row.how {
            How::Int(kept) => {
                let said = self.integer(found)?;
                self.put_int(number, (kept.int(), said), found, body)
            }
            How::Dsfield => match if value == "inherit" { Some(1) } else { dsfield(value) } {
                Some(said) => self.put(number, &[said], found, body),
                None => Err(wrong(self.ip.pen.err, value, "bad TOS value")),
            },
            How::Dotted => {
                let key = match value.parse::<Ipv4Addr>() {
                    Ok(addr) => Some(addr.into()),
                    Err(_) => number32(value),
                };
                match key {
                    Some(key) => self.put(number, &u32::to_be_bytes(key), found, body),
                    None => Err(wrong(self.ip.pen.err, value, "invalid key")),
                }
            }
            How::Flag => self.put(number, &[], found, body),
            How::Fixed(len, fixed) => {
                let fixed = if found.on { fixed } else { 0 };
                self.put_int(number, (Int::unsigned(len), fixed.into()), found, body)
            }
            How::Bits(kept, bit) => {
                let int = kept.int();
                let old = body.find(number).and_then(|old| int.load(old)).unwrap_or(0);
                let bit = if bit == NO_BIT { 0 } else { 1u64.wrapping_shl(bit.into()) };
                let new = if found.on { old | bit } else { old & !bit };
                // Bits add up, so the attribute may be there.
                let once = core::mem::take(&mut self.once);
                let put = self.put_int(number, (int, new), found, body);
                self.once = once;
                put
            }
            How::Switch(bits) => {
                let on = self.integer(found)? != 0;
                let bits = u32::from(bits);
                if body.find(number).is_none() {
                    body.put(number, &[0; 8]);
                }
                let halves = body.find(number).unwrap_or_default().chunks_exact_mut(4);
                for (half, set) in halves.zip([on, true]) {
                    let old = half.first_chunk().map_or(0, |old| u32::from_ne_bytes(*old));
                    let new = if set { old | bits } else { old & !bits };
                    half.iter_mut().zip(new.to_ne_bytes()).for_each(|(to, from)| *to = from);
                }
                Ok(())
            }
            How::State(bit) => {
                let on = found.values.is_empty() || self.integer(found)? != 0;
                self.state(LinkFlags(1u32.wrapping_shl(bit.into())), on);
                Ok(())
            }
            How::Device => {
                let index = self.ip.pen.find(value)?;
                self.put(number, &index.to_ne_bytes(), found, body)
            }
            How::Ipv4 => self.address(number, number, AddressFamily::INET, found, body),
            How::Ipv6 => self.address(number, number, AddressFamily::INET6, found, body),
            How::Ip(v6) => self.address(number, v6.into(), AddressFamily::UNSPEC, found, body),
            How::Mac => {
                let mut room = [0; 32];
                let len = hardware(value, &mut room, self.ip.pen.err)?;
                self.put(number, room.get(..len).unwrap_or_default(), found, body)
            }
            How::Text => {
                body.put_text(number, value);
                Ok(())
            }
            How::Special(special) => self.special(special, number, found, body),
        }
    }

    #[inline(never)]
    fn address(
        &mut self,
        v4: u16,
        v6: u16,
        family: AddressFamily,
        found: &Found<'_>,
        body: &mut Body,
    ) -> Result<(), Exit> {
        let addr = change::address(found.value, family, self.ip.pen.err)?;
        // Where there are two attributes, a group is called one, and all else is none.
        if v4 != v6 && addr.is_multicast() != (found.name == "group") {
            return Err(self.wrong(found));
        }
        match addr {
            IpAddr::V4(addr) => self.put(v4, &addr.octets(), found, body),
            IpAddr::V6(addr) => self.put(v6, &addr.octets(), found, body),
        }
    }

    /// Sets flags of the header, or clears them.
    pub fn state(&mut self, flags: LinkFlags, on: bool) {
        let header = &mut self.said.header;
        header.change |= flags;
        header.flags = if on { header.flags | flags } else { header.flags.without(flags) };
    }
}
