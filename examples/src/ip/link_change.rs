//! `ip link add|set|replace|delete|property`: links made, changed and deleted.

use core::fmt::{Arguments, Write};
use core::net::{IpAddr, Ipv4Addr};

use barelink_codec::frame::NESTED;
use barelink_codec::message::Flags;
use barelink_codec::policy::Int;
use barelink_codec::rtnl::family::AddressFamily;
use barelink_codec::rtnl::kinds::geneve::Geneve;
use barelink_codec::rtnl::kinds::gre::{Gre, GreFlags};
use barelink_codec::rtnl::kinds::iptun::Iptun;
use barelink_codec::rtnl::kinds::vxlan::Vxlan;
use barelink_codec::rtnl::link::{self, Link, LinkFlags, LinkHeader, LinkInfo, PropList};
use barelink_codec::value::Bytes;
use barelink_codec::{Attrs, Key};
use barelink_transport::Channel;

use super::change::{self, Body, Verb, duplicate, hardware, send};
use super::grammar::{Found, How, Row, store};
use super::link_kinds::{KINDS, LinkKind, Out, Unsaid};
use super::link_words::LINK;
use super::names::{self, DSFIELDS};
use super::words::{Exit, USAGE, Words, abbreviates, number, twice};
use super::{Ip, usage};

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
                let _ = writeln!(
                    reader.ip.pen.err,
                    "index can be used only when creating devices or when moving device to \
                     another netns."
                );
                return Err(USAGE);
            }
            None => {}
        }
    } else if !group {
        let _ =
            writeln!(reader.ip.pen.err, "Not enough information: \"dev\" argument is required.");
        return Err(USAGE);
    }
    body.header(&header);
    reader.said.header = header;
    reader.names(&mut body)?;
    match type_ {
        Some(kind) => reader.kind(kind, &mut body)?,
        None if made => {
            let _ = writeln!(
                reader.ip.pen.err,
                "Not enough information: \"type\" argument is required"
            );
            return Err(Exit(1));
        }
        None => {}
    }
    send(ip, kind, &body)
}

/// A link as it is now.
#[inline(never)]
fn look<'i, C: Channel>(ip: &'i mut Ip<'_, '_, C>, index: i32) -> Option<Attrs<'i, Link>> {
    let header = LinkHeader { index, ..LinkHeader::default() };
    Some(ip.kernel.get(link::GET, header, |_| {}).ok()?.attrs)
}

/// Looks whether a link has addresses of this length.
fn fits<C: Channel>(ip: &mut Ip<'_, '_, C>, index: i32, len: usize) -> Result<(), Exit> {
    let now = look(ip, index).and_then(|link| link.get(Link::ADDRESS).ok().flatten());
    let must = now.map_or(len, |now| now.0.len());
    if len == must {
        return Ok(());
    }
    let _ = writeln!(ip.pen.err, "Invalid address length {len} - must be {must} bytes");
    Err(Exit(1))
}

/// `ip link property add|del`.
fn property<C: Channel>(ip: &mut Ip<'_, '_, C>, mut words: Words<'_>) -> Result<(), Exit> {
    let kind = match words.next() {
        Some(word) if abbreviates(word, "add") => link::NEWPROP.create().append(),
        Some(word) if abbreviates(word, "delete") => link::DELPROP,
        Some(word) if abbreviates(word, "help") => return Err(usage(ip.pen.err)),
        Some(_) => {
            let _ = writeln!(ip.pen.err, "Operator required");
            return Err(USAGE);
        }
        None => return Err(usage(ip.pen.err)),
    };
    let mut body = Body::new(&LinkHeader::default());
    let mut dev = None;
    let list = body.open(Link::PROP_LIST.number() | NESTED);
    while let Some(word) = words.next() {
        if abbreviates(word, "altname") {
            let name = words.value(ip.pen.err)?;
            if !is_name(name, 127) {
                return Err(complain(ip, name, format_args!("not a valid altname")));
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
        let _ = writeln!(ip.pen.err, "Not enough of information: \"dev\" argument is required.");
        return Err(USAGE);
    };
    let index = ip.pen.find(dev)? as i32;
    body.header(&LinkHeader { index, ..LinkHeader::default() });
    send(ip, kind, &body)
}

/// Whether it can be a link's name, of at most so many bytes.
pub fn is_name(name: &str, most: usize) -> bool {
    let fits = |byte: u8| byte != b'/' && !byte.is_ascii_whitespace();
    (1..=most).contains(&name.len()) && name.bytes().all(fits)
}

/// Complains about a word, as `invarg` does.
pub fn complain<C>(ip: &mut Ip<'_, '_, C>, word: &str, why: Arguments<'_>) -> Exit {
    let _ = writeln!(ip.pen.err, "Error: argument \"{word}\" is wrong: {why}");
    USAGE
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
            if let Some(found) = LINK.find(word) {
                self.apply(&found, body, false)?;
            } else if abbreviates(word, "help") {
                return Err(usage(self.ip.pen.err));
            } else {
                let dev = if word == "dev" { self.value()? } else { word };
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
            let mut kinds = KINDS.iter();
            let Some(kind) = kinds.find(|kind| kind.names.split(' ').any(|it| it == name)) else {
                let _ = writeln!(
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
            self.settle(name, &mut data)?;
            emit(kind, self.made, &mut data, body);
            body.close(nest);
        }
        body.close(info);
        Ok(())
    }

    fn kind_words(&mut self, name: &str, kind: &LinkKind, data: &mut Body) -> Result<(), Exit> {
        while let Some(word) = self.words.peek() {
            if let Some(found) = kind.words.find(word) {
                self.words.next();
                self.apply(&found, data, true)?;
            } else if self.peer {
                self.other_end(data)?;
            } else {
                let what = if name.ends_with("_slave") || name.starts_with("mac") {
                    "option"
                } else {
                    "command"
                };
                if !abbreviates(word, "help") {
                    let _ = writeln!(self.ip.pen.err, "{name}: unknown {what} \"{word}\"?");
                }
                return Err(Exit(1));
            }
        }
        Ok(())
    }

    /// What the kernel has of a tunnel, for what is not said to stay.
    fn existing(&mut self, kind: &LinkKind, data: &mut Body) -> Result<(), Exit> {
        let link = look(self.ip, self.said.header.index);
        let info = link.and_then(|link| link.get(Link::LINKINFO).ok().flatten());
        let key = Key::<LinkInfo, Bytes>::new(LinkInfo::DATA.number(), "DATA");
        let Some(bytes) = info.and_then(|info| info.get(key).ok().flatten()) else {
            let _ = writeln!(self.ip.pen.err, "Failed to get existing tunnel info.");
            return Err(Exit(1));
        };
        for attr in Attrs::<()>::new(bytes).iter().map_while(Result::ok) {
            if kind.tail.iter().any(|out| u16::from(out.number) == attr.number()) {
                data.put(attr.number(), attr.payload());
            }
        }
        Ok(())
    }

    /// Does what an entry says; `inner` where attributes are a kind's own.
    fn apply(&mut self, found: &Found, body: &mut Body, inner: bool) -> Result<(), Exit> {
        let takes = found.rows.iter().any(|row| row.how.takes_value(found.names.is_some()));
        let value = if takes { self.value()? } else { "" };
        for row in found.rows {
            self.row(row, found, value, body, inner)?;
        }
        Ok(())
    }

    /// Complains about a value.
    pub fn wrong(&mut self, found: &Found, value: &str, inner: bool) -> Exit {
        let name = found.name;
        match found.names {
            Some("off,on" | "on,off") if !found.numbers => {
                let _ = writeln!(
                    self.ip.pen.err,
                    "Error: argument of \"{name}\" must be one of \"off\", \"on\", not \"{value}\""
                );
                Exit(1)
            }
            _ if inner => complain(self.ip, value, format_args!("invalid {name}")),
            _ => complain(self.ip, value, format_args!("Invalid \"{name}\" value\n")),
        }
    }

    fn row(
        &mut self,
        row: &Row,
        found: &Found,
        value: &'w str,
        body: &mut Body,
        inner: bool,
    ) -> Result<(), Exit> {
        let mut number = u16::from(row.number);
        let mut room = [0; 32];
        let len = match row.how {
            How::Int(int) => {
                let stored = found.integer(value).and_then(|value| store(int, value));
                let Some(stored) = stored else { return Err(self.wrong(found, value, inner)) };
                copy(&mut room, &stored);
                usize::from(int.size)
            }
            How::Dsfield => {
                let named = found.integer(value).filter(|_| value == "inherit");
                let named = named.or_else(|| names::number(value, DSFIELDS).map(u64::from));
                let digits = value.strip_prefix("0x").unwrap_or(value);
                let tos = named.or_else(|| u64::from_str_radix(digits, 16).ok());
                let Some(tos) = tos.filter(|tos| *tos <= 0xff) else {
                    return Err(complain(self.ip, value, format_args!("bad TOS value")));
                };
                copy(&mut room, &[tos as u8]);
                1
            }
            How::Dotted => {
                let key = if value.contains('.') {
                    value.parse().ok().map(|addr: Ipv4Addr| addr.octets())
                } else {
                    super::words::number32(value).map(u32::to_be_bytes)
                };
                let Some(key) = key else {
                    let name = found.name;
                    let _ = writeln!(
                        self.ip.pen.err,
                        "invalid value for \"{name}\": \"{value}\"; it \
                         should be an unsigned integer"
                    );
                    return Err(USAGE);
                };
                copy(&mut room, &key);
                4
            }
            How::Flag => 0,
            How::Fixed(len, fixed) => {
                let fixed = if found.on { fixed } else { 0 };
                let stored = store(Int::unsigned(len), fixed.into()).unwrap_or_default();
                copy(&mut room, &stored);
                usize::from(len)
            }
            How::Bits(int, bits) => {
                let old = body.find(number).and_then(|old| int.load(old)).unwrap_or(0);
                let bits = u64::from(bits);
                let new = if found.on { old | bits } else { old & !bits };
                copy(&mut room, &store(int, new).unwrap_or_default());
                usize::from(int.size)
            }
            How::Switch(bits) => {
                let Some(on) = found.integer(value) else {
                    return Err(self.wrong(found, value, inner));
                };
                if let Some(old) = body.find(number) {
                    copy(&mut room, old);
                }
                let bits = u32::from(bits);
                for (at, set) in [(0, on != 0), (4, true)] {
                    if let Some(word) = room.get_mut(at..).and_then(|room| room.first_chunk_mut()) {
                        let old = u32::from_ne_bytes(*word);
                        *word = if set { old | bits } else { old & !bits }.to_ne_bytes();
                    }
                }
                8
            }
            How::State(flags) => {
                let on = if found.names.is_some() { found.integer(value) } else { Some(1) };
                let Some(on) = on else { return Err(self.wrong(found, value, inner)) };
                self.state(LinkFlags(flags.into()), on != 0);
                return Ok(());
            }
            How::Device => {
                copy(&mut room, &self.ip.pen.find(value)?.to_ne_bytes());
                4
            }
            How::Ipv4 | How::Ipv6 | How::Ip(_) => {
                let family = match row.how {
                    How::Ipv4 => AddressFamily::INET,
                    How::Ipv6 => AddressFamily::INET6,
                    _ => AddressFamily::UNSPEC,
                };
                let addr = change::address(value, family, self.ip.pen.err)?;
                if let (How::Ip(v6), true) = (row.how, addr.is_ipv6()) {
                    number = v6.into();
                }
                match addr {
                    IpAddr::V4(v4) => {
                        copy(&mut room, &v4.octets());
                        4
                    }
                    IpAddr::V6(v6) => {
                        copy(&mut room, &v6.octets());
                        16
                    }
                }
            }
            How::Mac => hardware(value, &mut room, self.ip.pen.err)?,
            How::Text => {
                body.put_text(number, value);
                return Ok(());
            }
            How::Special(special) => return self.special(special, number, found, body),
        };
        let bytes = room.get(..len).unwrap_or_default();
        if inner && self.once && body.find(number).is_some() {
            return Err(twice(self.ip.pen.err, found.name, value));
        }
        if !inner {
            let bit = 1u64.checked_shl(row.number.into()).unwrap_or(0);
            if self.said.seen & bit & ONCE != 0 {
                return Err(duplicate(self.ip.pen.err, found.name, value));
            }
            self.said.seen |= bit;
            if number == Link::ADDRESS.number() {
                self.said.address = Some(len);
            }
        }
        if inner {
            body.set(number, bytes);
        } else {
            body.put(number, bytes);
        }
        Ok(())
    }

    /// Sets flags of the header, or clears them.
    pub fn state(&mut self, flags: LinkFlags, on: bool) {
        let header = &mut self.said.header;
        header.change = header.change | flags;
        header.flags = if on { header.flags | flags } else { header.flags.without(flags) };
    }

    /// Looks whether what was said goes together, and adds what follows from it.
    fn settle(&mut self, name: &str, data: &mut Body) -> Result<(), Exit> {
        let made = self.made;
        let refuse = match name {
            "vxlan" => settle_vxlan(made, data, self.ip.pen.err),
            "geneve" => {
                let id = data.find(Geneve::ID.number()).is_some();
                let remote = data.find(Geneve::REMOTE.number()).is_some()
                    || data.find(Geneve::REMOTE6.number()).is_some();
                match data.find(Geneve::COLLECT_METADATA.number()).is_some() {
                    true if id => Some("geneve: both 'external' and vni cannot be specified"),
                    true => None,
                    false if !id => Some("geneve: missing virtual network identifier"),
                    false if made && !remote => Some("geneve: remote link partner not specified"),
                    false => None,
                }
            }
            "ipip" | "sit" => {
                let first =
                    |data: &mut Body, number| data.find(number).and_then(|it| it.first().copied());
                let fixed = first(data, Iptun::PMTUDISC.number()) == Some(0);
                if fixed && first(data, Iptun::TTL.number()).unwrap_or(0) != 0 {
                    let _ = writeln!(self.ip.pen.err, "ttl != 0 and nopmtudisc are incompatible");
                    return Err(USAGE);
                }
                None
            }
            "gre" | "gretap" | "erspan" | "ip6gre" | "ip6gretap" | "ip6erspan" => {
                settle_gre(name, data)
            }
            _ => None,
        };
        let Some(why) = refuse else { return Ok(()) };
        let _ = writeln!(self.ip.pen.err, "{why}");
        Err(Exit(1))
    }
}

/// Copies as much as there is.
pub fn copy(to: &mut [u8], from: &[u8]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
}

fn settle_vxlan(made: bool, data: &mut Body, err: &mut dyn Write) -> Option<&'static str> {
    let mut has = |number: u16| data.find(number).is_some();
    let (id, dev, port) =
        (has(Vxlan::ID.number()), has(Vxlan::LINK.number()), has(Vxlan::PORT.number()));
    let (gpe, learns) = (has(Vxlan::GPE.number()), has(Vxlan::LEARNING.number()));
    let external =
        data.find(Vxlan::COLLECT_METADATA.number()).is_some_and(|it| it.first() == Some(&1));
    let group = data
        .find(Vxlan::GROUP.number())
        .is_some_and(|it| it.first().is_some_and(|first| (224..240).contains(first)))
        || data.find(Vxlan::GROUP6.number()).is_some_and(|it| it.first() == Some(&0xff));
    if external && id {
        return Some("vxlan: both 'external' and vni cannot be specified");
    }
    if !external && !id && made {
        return Some("vxlan: missing virtual network identifier");
    }
    if group && !dev {
        return Some("vxlan: 'group' requires 'dev' to be specified");
    }
    if !port && gpe {
        data.put(Vxlan::PORT.number(), &4790u16.to_be_bytes());
    } else if !port && made {
        let _ = err.write_str(
            "vxlan: destination port not specified\n\
             Will use Linux kernel default (non-standard value)\n\
             Use 'dstport 4789' to get the IANA assigned value\n\
             Use 'dstport 0' to get default and quiet this message\n",
        );
    }
    if external && made && !learns {
        data.put(Vxlan::LEARNING.number(), &[0]);
    }
    None
}

/// A tunnel to a group has its address for a key; a mirror's version says what else it has.
fn settle_gre(name: &str, data: &mut Body) -> Option<&'static str> {
    let remote = data.find(Gre::REMOTE.number()).and_then(|it| <[u8; 4]>::try_from(&*it).ok());
    if let Some(group) = remote.filter(|addr| (224..240).contains(&addr[0])) {
        settle_key(data, Gre::IKEY.number(), Gre::IFLAGS.number(), group);
        settle_key(data, Gre::OKEY.number(), Gre::OFLAGS.number(), group);
        if data.find(Gre::LOCAL.number()).is_none() {
            return Some("A broadcast tunnel requires a source address.");
        }
    }
    let version = data.find(Gre::ERSPAN_VER.number()).and_then(|it| it.first().copied());
    if name.contains("erspan") && version == Some(2) {
        // An index that was said before goes unheard.
        data.set(Gre::ERSPAN_INDEX.number(), &[0; 4]);
        if data.find(Gre::ERSPAN_DIR.number()).is_none() {
            data.put_u8(Gre::ERSPAN_DIR.number(), 0);
        }
        if data.find(Gre::ERSPAN_HWID.number()).is_none() {
            data.put_u16(Gre::ERSPAN_HWID.number(), 0);
        }
    }
    None
}

/// The group's address is the key, unless there is one.
fn settle_key(data: &mut Body, number: u16, flags: u16, group: [u8; 4]) {
    if data.find(number).is_none_or(|key| *key == [0; 4]) {
        data.set(number, &group);
        let old = data.find(flags).and_then(|old| <[u8; 2]>::try_from(&*old).ok());
        let new = u16::from_be_bytes(old.unwrap_or_default()) | GreFlags::KEY.0;
        data.set(flags, &new.to_be_bytes());
    }
}

/// Puts a kind's attributes in the order that iproute2 has them in.
fn emit(kind: &LinkKind, made: bool, data: &mut Body, body: &mut Body) {
    let external = kind.external.filter(|it| data.find(it.0.into()).is_some());
    let tail = external.map_or(kind.tail, |it| it.1);
    let is_last =
        |outs: &[Out], number: u16| outs.iter().any(|out| u16::from(out.number) == number);
    for attr in Attrs::<()>::new(data.bytes()).iter().map_while(Result::ok) {
        if !is_last(kind.tail, attr.number()) && !is_last(tail, attr.number()) {
            body.put(attr.number(), attr.payload());
        }
    }
    for out in tail {
        let number = u16::from(out.number);
        let value = data.find(number);
        match (value, out.unsaid) {
            (Some(value), Unsaid::NoZero) if value.iter().all(|byte| *byte == 0) => {}
            (Some(value), _) => body.put(number, value),
            (None, Unsaid::Value(len, value)) => put_default(body, number, len, value),
            (None, Unsaid::Made(len, value)) if made => put_default(body, number, len, value),
            (None, _) => {}
        }
    }
}

fn put_default(body: &mut Body, number: u16, len: u8, value: u8) {
    let bytes = store(Int::unsigned(len), value.into()).unwrap_or_default();
    body.put(number, bytes.get(..usize::from(len)).unwrap_or_default());
}

impl<C: Channel> Reader<'_, '_, '_, '_, C> {
    /// The number that follows, of at most this much.
    pub fn number(&mut self, found: &Found, most: u64, inner: bool) -> Result<u64, Exit> {
        let value = self.value()?;
        match number(value).filter(|number| *number <= most) {
            Some(number) => Ok(number),
            None => Err(self.wrong(found, value, inner)),
        }
    }

    /// Complains about a second value.
    pub fn again(&mut self, name: &str, value: &str) -> Exit {
        duplicate(self.ip.pen.err, name, value)
    }
}
