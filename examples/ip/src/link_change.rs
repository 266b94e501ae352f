//! `ip link add`, `set`, `replace`, `delete` and `property`.

use core::net::{IpAddr, Ipv4Addr};

use barelink_codec::Attrs;
use barelink_codec::message::Flags;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::kinds::netkit::Netkit;
use barelink_codec::rtnl::link::{self, Link, LinkFlags, LinkHeader, LinkInfo};
use barelink_codec::schema::Int;
use barelink_transport::Channel;

use super::body::Body;
use super::change::{self, duplicate_argument, hardware_address, send};
use super::grammar::{Format, MatchedEntry, NO_BIT, Row, store};
use super::index::Index;
use super::link_data;
use super::link_kinds::{self, LinkKind};
use super::link_property;
use super::link_words::LINK;
use super::names::dsfield;
use super::request;
use super::verb::Verb;
use super::words::{
    Exit, USAGE, Words, abbreviates, duplicate_or_garbage, fail, invalid_argument, is_name,
    number32,
};
use super::{Ip, batch, usage};

/// Attributes that may be given once, a bit for each number.
const ONCE: u64 = 1 << Link::TXQLEN.number()
    | 1 << Link::MTU.number()
    | 1 << Link::GROUP.number()
    | 1 << Link::NUM_TX_QUEUES.number()
    | 1 << Link::NUM_RX_QUEUES.number()
    | 1 << Link::LINK_NETNSID.number();

/// Parser of a link's arguments.
pub struct Reader<'p, 'a, 'b, 'w, C> {
    /// Context of the command.
    pub ip: &'p mut Ip<'a, 'b, C>,
    /// Arguments not parsed yet.
    pub words: Words<'w>,
    /// `true` if the link is created.
    pub create: bool,
    /// Arguments of the link itself.
    pub args: LinkArgs<'w>,
    /// `true` if the arguments are about the peer of a `netkit` pair.
    pub peer: bool,
    /// `true` if each of the kind's attributes may be given once.
    pub once: bool,
}

/// Arguments of a link besides its attributes.
#[derive(Clone, Copy, Default)]
pub struct LinkArgs<'w> {
    /// Header, `struct ifinfomsg`.
    pub header: LinkHeader,
    /// New name.
    pub name: Option<&'w str>,
    /// Current name.
    pub dev: Option<&'w str>,
    /// Name of the lower link.
    pub link: Option<&'w str>,
    /// Link kind.
    pub kind: Option<&'w str>,
    /// New index.
    pub index: Option<u32>,
    /// `true` if a group was given.
    pub group: bool,
    /// `true` if the link moves to another network namespace.
    pub netns: bool,
    /// Length of the new hardware address.
    pub address: Option<usize>,
    /// Attributes given so far, a bit for each number.
    pub seen: u64,
}

/// Runs `ip link add`, `set`, `replace`, `delete` and `property`.
pub fn command<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    verb: Verb,
    words: Words<'_>,
) -> Result<(), Exit> {
    let message_type = match verb {
        Verb::Add => link::NEW.create(),
        Verb::Change => link::NEW,
        Verb::Replace => link::NEW.replace(),
        Verb::Delete => link::DEL,
        _ => return link_property::command(ip, words),
    };
    let create = message_type.flags().contains(Flags::CREATE);
    let mut reader =
        Reader { ip, words, create, args: LinkArgs::default(), peer: false, once: false };
    reader.args.header.family = reader.ip.printer.options.family;
    let mut body = Body::new(&LinkHeader::default());
    reader.link(&mut body)?;
    let LinkArgs { header, dev, kind, index, group, netns, address, .. } = reader.args;
    let mut header = header;
    if create {
        header.index = index.unwrap_or(0) as i32;
    } else if let Some(dev) = dev {
        header.index = reader.ip.printer.find(dev)? as i32;
        if let Some(len) = address {
            check_address_len(reader.ip, header.index, len)?;
        }
        match index {
            Some(index) if netns => body.put_u32(Link::NEW_IFINDEX.number(), index),
            Some(_) => {
                let why = "index can be used only when creating devices or when moving device to \
                           another netns.\n";
                return Err(fail(reader.ip.printer.err, why, USAGE));
            }
            None => {}
        }
    } else if !group {
        writeln!(reader.ip.printer.err, "Not enough information: \"dev\" argument is required.");
        return Err(USAGE);
    }
    body.header(&header);
    reader.args.header = header;
    reader.names(&mut body)?;
    match kind {
        Some(kind) => reader.kind(kind, &mut body)?,
        None if create => {
            let why = "Not enough information: \"type\" argument is required\n";
            return Err(fail(reader.ip.printer.err, why, Exit(1)));
        }
        None => {}
    }
    send(ip, message_type, &body)
}

/// Requests a link and passes its attributes to `each`; nothing is passed if there is none.
fn get_link<C: Channel>(ip: &mut Ip<'_, '_, C>, index: i32, each: &mut dyn FnMut(Index<'_, Link>)) {
    batch::send_pending(&mut ip.printer);
    let body = Body::new(&LinkHeader { index, ..LinkHeader::default() });
    let _ =
        request::get(&mut ip.kernel, link::GET, &body, &mut |link| each(Index::new(link.attrs)));
}

/// Checks that the link's hardware address has this length.
fn check_address_len<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    index: i32,
    len: usize,
) -> Result<(), Exit> {
    let mut must = len;
    get_link(ip, index, &mut |link| must = link.payload(Link::ADDRESS).map_or(len, <[u8]>::len));
    if len == must {
        return Ok(());
    }
    writeln!(ip.printer.err, "Invalid address length {len} - must be {must} bytes");
    Err(Exit(1))
}

/// Runs `ip link help [KIND]`.
pub fn help<C: Channel>(ip: &mut Ip<'_, '_, C>, mut words: Words<'_>) -> Result<(), Exit> {
    let name = words.next().unwrap_or_default();
    let Some(kind) = link_kinds::find(name) else { return Err(usage::of("link", ip.printer.err)) };
    link_kinds::write_usage(name, kind, &mut ip.printer.out.plain());
    Ok(())
}

impl<'w, C: Channel> Reader<'_, '_, '_, 'w, C> {
    /// Returns the value that has to follow.
    pub fn value(&mut self) -> Result<&'w str, Exit> {
        self.words.value(self.ip.printer.err)
    }

    /// Parses the arguments of any link, up to its kind.
    pub fn link(&mut self, body: &mut Body) -> Result<(), Exit> {
        while self.args.kind.is_none() {
            let Some(word) = self.words.next() else { break };
            if let Some(mut found) = LINK.find(word) {
                found.of_kind = false;
                self.apply(&mut found, body)?;
            } else if abbreviates(word, "help") {
                return Err(usage::of("link", self.ip.printer.err));
            } else {
                let dev = if word == "dev" { self.value()? } else { word };
                if !is_name(dev, 127) {
                    return Err(invalid_argument(
                        self.ip.printer.err,
                        dev,
                        "\"dev\" not a valid ifname",
                    ));
                }
                if self.args.dev.replace(dev).is_some() {
                    return Err(duplicate_or_garbage(self.ip.printer.err, "dev", dev));
                }
            }
        }
        Ok(())
    }

    /// Appends the index of the lower link, and the new name.
    pub fn names(&mut self, body: &mut Body) -> Result<(), Exit> {
        if let Some(link) = self.args.link.filter(|_| self.create) {
            body.put_u32(Link::LINK.number(), self.ip.printer.find(link)?);
        }
        if let Some(name) = self.args.name.or(self.args.dev.filter(|_| self.create)) {
            body.put_text(Link::IFNAME.number(), name);
        }
        Ok(())
    }

    /// Parses the arguments of a link kind, and appends `IFLA_LINKINFO`.
    fn kind(&mut self, name: &str, body: &mut Body) -> Result<(), Exit> {
        let info = body.open(Link::LINKINFO.number());
        body.put_text(LinkInfo::KIND.number(), name);
        if let Some(word) = self.words.peek() {
            let Some(kind) = link_kinds::find(name) else {
                writeln!(
                    self.ip.printer.err,
                    "Garbage instead of arguments \"{word} ...\". Try \"ip link help\"."
                );
                return Err(Exit(1));
            };
            let slave = name.ends_with("_slave");
            let number =
                if slave { LinkInfo::SLAVE_DATA.number() } else { LinkInfo::DATA.number() };
            let nest = body.open(number);
            let mut data = Body::empty();
            if kind.whole && !self.create {
                self.read_existing(kind, &mut data)?;
            }
            self.once = matches!(name, "vxlan" | "geneve");
            self.kind_words(name, kind, &mut data)?;
            if let Some(why) = link_data::check(name, self.create, &mut data, self.ip.printer.err) {
                let code = if why.starts_with("ttl") { USAGE } else { Exit(1) };
                return Err(fail(self.ip.printer.err, why, code));
            }
            link_data::put(kind, self.create, &mut data, body);
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
                self.peer_link(Netkit::PEER_INFO.number(), data)?;
            } else {
                let what = if name.ends_with("_slave") || name.starts_with("mac") {
                    "option"
                } else {
                    "command"
                };
                let err = &mut *self.ip.printer.err;
                if abbreviates(word, "help") {
                    link_kinds::write_usage(name, kind, err);
                } else {
                    writeln!(err, "{name}: unknown {what} \"{word}\"?");
                }
                return Err(Exit(1));
            }
        }
        Ok(())
    }

    /// Reads the tunnel's current attributes, so that those not given keep their values.
    fn read_existing(&mut self, kind: &LinkKind, data: &mut Body) -> Result<(), Exit> {
        let mut known = false;
        get_link(self.ip, self.args.header.index, &mut |link| {
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
        Err(fail(self.ip.printer.err, "Failed to get existing tunnel info.\n", Exit(1)))
    }

    /// Parses the value of an entry and sets its attributes.
    fn apply(&mut self, found: &mut MatchedEntry<'w>, body: &mut Body) -> Result<(), Exit> {
        if found.rows.iter().any(|row| row.format.takes_value(!found.values.is_empty())) {
            found.value = self.value()?;
        }
        let rows = found.rows;
        rows.iter().try_for_each(|row| self.row(row, found, body))
    }

    /// Prints the error of an invalid value.
    #[inline(never)]
    pub fn invalid_value(&mut self, found: &MatchedEntry<'_>) -> Exit {
        let MatchedEntry { name, value, .. } = *found;
        let err = &mut *self.ip.printer.err;
        if found.switches() {
            writeln!(
                err,
                "Error: argument of \"{name}\" must be one of \"off\", \"on\", not \"{value}\""
            );
            return Exit(1);
        }
        if found.of_kind {
            writeln!(err, "Error: argument \"{value}\" is wrong: invalid {name}")
        } else {
            writeln!(err, "Error: argument \"{value}\" is wrong: Invalid \"{name}\" value\n")
        };
        USAGE
    }

    /// Returns the value as a number; prints an error if it is invalid.
    #[inline(never)]
    pub fn integer(&mut self, found: &MatchedEntry<'_>) -> Result<u64, Exit> {
        found.integer().ok_or_else(|| self.invalid_value(found))
    }

    /// Returns the value as a number of 32 bits; prints an error if it is invalid.
    #[inline(never)]
    pub fn integer32(&mut self, found: &MatchedEntry<'_>) -> Result<u32, Exit> {
        let number = found.integer().and_then(|number| number.try_into().ok());
        number.ok_or_else(|| self.invalid_value(found))
    }

    /// Sets an attribute; fails if it may be given once and has been given.
    #[inline(never)]
    fn put(
        &mut self,
        number: u16,
        bytes: &[u8],
        found: &MatchedEntry<'_>,
        body: &mut Body,
    ) -> Result<(), Exit> {
        if found.of_kind {
            if self.once && body.find(number).is_some() {
                return Err(duplicate_or_garbage(self.ip.printer.err, found.name, found.value));
            }
            body.set(number, bytes);
            return Ok(());
        }
        let bit = 1u64.checked_shl(number.into()).unwrap_or(0);
        if self.args.seen & bit & ONCE != 0 {
            return Err(duplicate_argument(self.ip.printer.err, found.name, found.value));
        }
        self.args.seen |= bit;
        if number == Link::ADDRESS.number() {
            self.args.address = Some(bytes.len());
        }
        body.put(number, bytes);
        Ok(())
    }

    /// Sets an integer attribute; fails if the value is out of range.
    #[inline(never)]
    fn put_int(
        &mut self,
        number: u16,
        (int, value): (Int, u64),
        found: &MatchedEntry<'_>,
        body: &mut Body,
    ) -> Result<(), Exit> {
        let Some(bytes) = store(int, value) else { return Err(self.invalid_value(found)) };
        self.put(number, bytes.get(..usize::from(int.size)).unwrap_or_default(), found, body)
    }

    fn row(&mut self, row: &Row, found: &MatchedEntry<'w>, body: &mut Body) -> Result<(), Exit> {
        let number = u16::from(row.number);
        let value = found.value;
        match row.format {
            Format::Int(int) => {
                let integer = self.integer(found)?;
                self.put_int(number, (int.unpack(), integer), found, body)
            }
            Format::Dsfield => match if value == "inherit" { Some(1) } else { dsfield(value) } {
                Some(field) => self.put(number, &[field], found, body),
                None => Err(invalid_argument(self.ip.printer.err, value, "bad TOS value")),
            },
            Format::Dotted => {
                let key = match value.parse::<Ipv4Addr>() {
                    Ok(addr) => Some(addr.into()),
                    Err(_) => number32(value),
                };
                match key {
                    Some(key) => self.put(number, &u32::to_be_bytes(key), found, body),
                    None => Err(invalid_argument(self.ip.printer.err, value, "invalid key")),
                }
            }
            Format::Flag => self.put(number, &[], found, body),
            Format::Fixed(len, fixed) => {
                let fixed = if found.on { fixed } else { 0 };
                self.put_int(number, (Int::unsigned(len), fixed.into()), found, body)
            }
            Format::Bits(int, bit) => {
                let int = int.unpack();
                let old = body.find(number).and_then(|old| int.load(old)).unwrap_or(0);
                let bit = if bit == NO_BIT { 0 } else { 1u64.wrapping_shl(bit.into()) };
                let new = if found.on { old | bit } else { old & !bit };
                // Bits accumulate, so the attribute may be present.
                let once = core::mem::take(&mut self.once);
                let put = self.put_int(number, (int, new), found, body);
                self.once = once;
                put
            }
            Format::Switch(bits) => {
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
            Format::LinkFlag(bit) => {
                let on = found.values.is_empty() || self.integer(found)? != 0;
                self.set_flags(LinkFlags(1u32.wrapping_shl(bit.into())), on);
                Ok(())
            }
            Format::Device => {
                let index = self.ip.printer.find(value)?;
                self.put(number, &index.to_ne_bytes(), found, body)
            }
            Format::Ipv4 => self.address(number, number, AddressFamily::INET, found, body),
            Format::Ipv6 => self.address(number, number, AddressFamily::INET6, found, body),
            Format::Ip(v6) => self.address(number, v6.into(), AddressFamily::UNSPEC, found, body),
            Format::Mac => {
                let mut buffer = [0; 32];
                let len = hardware_address(value, &mut buffer, self.ip.printer.err)?;
                self.put(number, buffer.get(..len).unwrap_or_default(), found, body)
            }
            Format::Text => {
                body.put_text(number, value);
                Ok(())
            }
            Format::Special(special) => self.special(special, number, found, body),
        }
    }

    #[inline(never)]
    fn address(
        &mut self,
        v4: u16,
        v6: u16,
        family: AddressFamily,
        found: &MatchedEntry<'_>,
        body: &mut Body,
    ) -> Result<(), Exit> {
        let addr = change::address(found.value, family, self.ip.printer.err)?;
        // Of two attributes, `group` requires multicast, and the others unicast.
        if v4 != v6 && addr.is_multicast() != (found.name == "group") {
            return Err(self.invalid_value(found));
        }
        match addr {
            IpAddr::V4(addr) => self.put(v4, &addr.octets(), found, body),
            IpAddr::V6(addr) => self.put(v6, &addr.octets(), found, body),
        }
    }

    /// Sets or clears flags of the header, `ifi_flags`.
    pub fn set_flags(&mut self, flags: LinkFlags, on: bool) {
        let header = &mut self.args.header;
        header.change |= flags;
        header.flags = if on { header.flags | flags } else { header.flags.without(flags) };
    }
}
