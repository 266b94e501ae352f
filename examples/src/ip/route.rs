//! `ip route`: which are wanted, and the two ways to ask.

use barelink_codec::rtnl::family::AddressFamily;
use barelink_codec::rtnl::route::{self, Route, RouteFlags, RouteHeader, RouteTable, RouteType};
use barelink_codec::value::Value as _;
use barelink_transport::{Channel, Errno, Error};

use super::change::Doomed;
use super::index::Index;
use super::names::{self, DSFIELDS, PROTOCOLS, REALMS, SCOPES, TABLES, TYPES};
use super::pen::Pen;
use super::prefix::{Prefix, host_bits};
use super::words::{Complaints, Exit, Words, abbreviates, number32, wrong};
use super::{Ip, errors};

pub use super::route_print::{print, print_flags};

/// Which routes are wanted. What is the same for all that are shown is not printed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Those of this family.
    pub family: AddressFamily,
    /// Those in this table; 0 for any.
    pub table: u32,
    /// Those in the cache, or those that are not; either, if that does not matter.
    pub cloned: Option<bool>,
    /// Those that this set.
    pub protocol: Option<u8>,
    /// Those that reach this far.
    pub scope: Option<u8>,
    /// Those of this type.
    pub kind: Option<u8>,
    /// Those for this type of service.
    pub tos: Option<u8>,
    /// Those by which packets come in here; 0 for any.
    pub iif: u32,
    /// Those by which packets go out here; 0 for any.
    pub oif: u32,
    /// Those for this mark.
    pub mark: Option<u32>,
    /// Those with this metric.
    pub metric: Option<u32>,
    /// Those of these realms.
    pub realms: Option<u32>,
    /// Those of this next hop object; 0 for any.
    pub hop: u32,
    /// Those within this network.
    pub root: Option<Prefix>,
    /// Those that this network is in.
    pub matching: Option<Prefix>,
    /// Those from within this network.
    pub root_source: Option<Prefix>,
    /// Those from where this network is in.
    pub matching_source: Option<Prefix>,
    /// Those by this router.
    pub via: Option<Prefix>,
    /// Those with this source address.
    pub source: Option<Prefix>,
    /// Those of a VRF's table, but for the ones to the machine's own addresses and to all.
    pub of_vrf: bool,
}

impl Filter {
    /// Whether this route is wanted.
    pub fn wants(&self, header: &RouteHeader, route: &Index<'_, Route>) -> bool {
        let table = route.get(Route::TABLE).unwrap_or(header.table).0;
        let within = |network: Option<Prefix>, address: Option<&[u8]>, bits: u8| {
            network.is_none_or(|network| {
                network.family == header.family
                    && network.bits <= bits
                    && network.begins(address.unwrap_or(&[]), network.bits)
            })
        };
        let contains = |network: Option<Prefix>, address: Option<&[u8]>, bits: u8| {
            network.is_none_or(|network| {
                network.family == header.family
                    && (network.bits >= bits)
                    && network.begins(address.unwrap_or(&[]), bits)
            })
        };
        let (to, from) = (route.payload(Route::DST), route.payload(Route::SRC));
        let is = |wanted: Option<u32>, value: u32| wanted.is_none_or(|wanted| wanted == value);
        let one = |wanted: Option<u8>, value: u8| wanted.is_none_or(|wanted| wanted == value);
        let link = |wanted: u32, key| wanted == 0 || route.get(key) == Some(wanted);
        (self.family == AddressFamily::UNSPEC || self.family == header.family)
            && self.cloned.is_none_or(|cloned| cloned == header.flags.contains(RouteFlags::CLONED))
            && (self.table == 0 || self.table == table)
            && one(self.protocol, header.protocol.0)
            && one(self.scope, header.scope.0)
            && one(self.kind, header.kind.0)
            && !(self.of_vrf && matches!(header.kind, RouteType::LOCAL | RouteType::BROADCAST))
            && one(self.tos, header.tos)
            && within(self.root, to, header.dst_len)
            && contains(self.matching, to, header.dst_len)
            && within(self.root_source, from, header.src_len)
            && contains(self.matching_source, from, header.src_len)
            && self.via.is_none_or(|via| via_is(header, route, via))
            && self.source.is_none_or(|source| {
                let own = route.payload(Route::PREFSRC).unwrap_or(&[]);
                header.family == source.family && source.begins(own, source.bits)
            })
            && is(self.realms, route.get(Route::FLOW).unwrap_or(0))
            && link(self.iif, Route::IIF)
            && (self.oif == 0 || goes_by(route, self.oif))
            && is(self.mark, route.get(Route::MARK).unwrap_or(0))
            && is(self.metric, route.get(Route::PRIORITY).unwrap_or(0))
            && (self.hop == 0 || route.get(Route::NH_ID) == Some(self.hop))
    }
}

/// Whether packets go out by this link.
fn goes_by(route: &Index<'_, Route>, index: u32) -> bool {
    match route.get(Route::OIF) {
        Some(oif) => oif == index,
        None => false,
    }
}

/// Whether packets are handed to a router within this prefix.
fn via_is(header: &RouteHeader, route: &Index<'_, Route>, via: Prefix) -> bool {
    match route.payload(Route::VIA) {
        Some(bytes) => {
            let (family, address) = bytes.split_at_checked(2).unwrap_or((&[], &[]));
            let family = u16::read(family).unwrap_or(0);
            u16::from(via.family.0) == family && via.begins(address, via.bits)
        }
        None => {
            let address = route.payload(Route::GATEWAY).unwrap_or(&[]);
            header.family == via.family && via.begins(address, via.bits)
        }
    }
}

/// The number that a word names, or a complaint.
fn named(
    words: &mut Words<'_>,
    names: names::Names,
    why: &str,
    err: &mut Complaints<'_>,
) -> Result<Option<u32>, Exit> {
    let word = words.value(err)?;
    match names::number(word, names) {
        Some(number) => Ok(Some(number)),
        None if word == "all" => Ok(None),
        None => Err(wrong(err, word, why)),
    }
}

/// Realms, `from/to` or `to`.
fn realms(word: &str) -> Option<u32> {
    let realm = |word| names::number(word, REALMS).filter(|realm| *realm < 0x10000);
    match word.split_once('/') {
        Some((from, to)) => Some(realm(from)? << 16 | realm(to)?),
        None => realm(word),
    }
}

fn parse<C: Channel>(
    words: &mut Words<'_>,
    pen: &mut Pen<'_, '_, C>,
    family: AddressFamily,
) -> Result<Filter, Exit> {
    let mut filter =
        Filter { family, table: RouteTable::MAIN.0, cloned: Some(false), ..Default::default() };
    let (mut iif, mut oif) = (None, None);
    let byte = |number: Option<u32>| number.and_then(|number| u8::try_from(number).ok());
    while let Some(word) = words.next() {
        let err = &mut *pen.err;
        match word {
            "scope" => {
                filter.scope = byte(named(words, SCOPES, "invalid \"scope\"\n", err)?);
            }
            "type" => {
                filter.kind = byte(named(words, TYPES, "node type value is invalid\n", err)?);
            }
            "dev" | "oif" => oif = Some(words.value(err)?),
            "iif" => iif = Some(words.value(err)?),
            _ if word == "tos" || abbreviates(word, "dsfield") => {
                filter.tos = byte(named(words, DSFIELDS, "TOS value is invalid\n", err)?)
            }
            "mark" => filter.mark = named(words, "", "invalid mark value\n", err)?,
            "via" => {
                let word = words.value(err)?;
                let known = names::known(word, names::FAMILIES);
                let (word, family) = match known {
                    Some(row) => (words.value(err)?, AddressFamily(row as u8)),
                    None => (word, family),
                };
                filter.via = Some(Prefix::parse(word, family, err)?);
            }
            "src" => filter.source = Some(Prefix::parse(words.value(err)?, family, err)?),
            "realms" => {
                let word = words.value(err)?;
                let found = realms(word);
                filter.realms = Some(found.ok_or_else(|| wrong(err, word, "invalid realms\n"))?);
            }
            "from" => {
                let word = words.value(err)?;
                let (root, matching) = directions(word, words, family, err)?;
                (filter.root_source, filter.matching_source) = (root, matching);
            }
            "vrf" => {
                let name = words.value(err)?;
                let Some(table) = pen.vrf_table(name) else {
                    return Err(wrong(pen.err, name, "Invalid VRF\n"));
                };
                filter.table = table;
                filter.of_vrf = true;
            }
            "nhid" => {
                let word = words.value(err)?;
                let id = number32(word);
                filter.hop = id.ok_or_else(|| wrong(err, word, "invalid nhid value"))?;
            }
            "cached" | "cloned" => filter.cloned = Some(true),
            _ if abbreviates(word, "table") => {
                let word = words.value(err)?;
                match names::number(word, TABLES) {
                    Some(table) => filter.table = table,
                    None if word == "all" => filter.table = 0,
                    None if abbreviates(word, "cache") => filter.cloned = Some(true),
                    None => return Err(wrong(err, word, "table id value is invalid\n")),
                }
            }
            _ if abbreviates(word, "cached") || abbreviates(word, "cloned") => {
                filter.cloned = Some(true);
            }
            _ if abbreviates(word, "dsfield") => {
                filter.tos = byte(named(words, DSFIELDS, "TOS value is invalid\n", err)?);
            }
            _ if abbreviates(word, "metric") || abbreviates(word, "priority") => {
                filter.metric = named(words, "", "\"metric\" value is invalid\n", err)?;
            }
            _ if abbreviates(word, "protocol") => {
                filter.protocol = byte(named(words, PROTOCOLS, "invalid \"protocol\"\n", err)?);
            }
            _ => {
                if word != "to" && word.len() > 1 && abbreviates(word, "help") {
                    return Err(super::usage(err));
                }
                let word = if word == "to" { words.value(err)? } else { word };
                let (root, matching) = directions(word, words, family, err)?;
                (filter.root, filter.matching) = (root, matching);
            }
        }
    }
    for (name, index) in [(iif, &mut filter.iif), (oif, &mut filter.oif)] {
        if let Some(name) = name {
            *index = pen.find(name)?;
        }
    }
    Ok(filter)
}

/// `root PREFIX`, `match PREFIX`, `exact PREFIX` or `PREFIX`: within which network, and in which.
fn directions(
    word: &str,
    words: &mut Words<'_>,
    family: AddressFamily,
    err: &mut Complaints<'_>,
) -> Result<(Option<Prefix>, Option<Prefix>), Exit> {
    let known = |prefix: Prefix| Some(prefix).filter(|it| it.family != AddressFamily::UNSPEC);
    match word {
        "root" => Ok((known(Prefix::parse(words.value(err)?, family, err)?), None)),
        "match" => Ok((None, known(Prefix::parse(words.value(err)?, family, err)?))),
        _ => {
            let word = if word == "exact" { words.value(err)? } else { word };
            let mut prefix = Prefix::parse(word, family, err)?;
            if prefix.family == AddressFamily::UNSPEC {
                // `default`, of the family that is shown when none is said.
                prefix.family = AddressFamily::INET;
            }
            Ok((Some(prefix), Some(prefix)))
        }
    }
}

/// Finds routes, and prints them, or dooms them.
pub fn find<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    mut words: Words<'_>,
    mut doomed: Option<&mut Doomed>,
) -> Result<(), Exit> {
    let pen = &mut ip.pen;
    let asked = pen.options.family;
    let filter = parse(&mut words, pen, asked)?;
    let family = match asked {
        AddressFamily::UNSPEC if filter.table != 0 => AddressFamily::INET,
        asked => asked,
    };
    let mut header = RouteHeader { family, ..Default::default() };
    header.protocol.0 = filter.protocol.unwrap_or(0);
    header.kind.0 = filter.kind.unwrap_or(0);
    if filter.cloned == Some(true) {
        header.flags = RouteFlags::CLONED;
    }
    let dump = ip.kernel.dump(route::GET, header, |request| {
        if filter.table != 0 && filter.cloned != Some(true) {
            request.put(Route::TABLE, RouteTable(filter.table));
        }
        if filter.oif != 0 {
            request.put(Route::OIF, filter.oif);
        }
    });
    let mut dump = dump.map_err(|error| errors::request(pen.err, &error))?;
    loop {
        match dump.next() {
            Ok(Some(route)) => {
                let index = Index::new(route.attrs);
                if filter.wants(&route.header, &index) {
                    match doomed.as_deref_mut() {
                        Some(doomed) => doomed.take(&route.header, route.attrs.bytes()),
                        None => print(pen, &route.header, &index, &filter, false),
                    }
                }
            }
            Ok(None) => return Ok(()),
            // There is no main table until something is routed: nothing to show, and no trouble.
            Err(Error::Refused(refusal))
                if filter.table == RouteTable::MAIN.0 && refusal.errno() == Errno::NOENT =>
            {
                return Ok(());
            }
            Err(error) => return errors::dump(pen.err, &error, 2),
        }
    }
}

/// What `ip route get` asks.
#[derive(Default)]
struct Question {
    header: RouteHeader,
    to: Option<Prefix>,
    from: Option<Prefix>,
    iif: u32,
    oif: u32,
    mark: u32,
    user: Option<u32>,
    transport: Option<u8>,
    sport: Option<u16>,
    dport: Option<u16>,
    connected: bool,
}

impl Question {
    fn parse<C: Channel>(
        words: &mut Words<'_>,
        pen: &mut Pen<'_, '_, C>,
    ) -> Result<Question, Exit> {
        let mut question = Question::default();
        question.header.family = pen.options.family;
        while let Some(word) = words.next() {
            let family = question.header.family;
            let err = &mut *pen.err;
            match word {
                "dev" => {
                    let name = words.value(err)?;
                    question.oif = pen.find(name)?;
                }
                _ if word == "tos" || abbreviates(word, "dsfield") => {
                    let tos = named(words, DSFIELDS, "TOS value is invalid\n", err)?;
                    question.header.tos = tos.unwrap_or(0) as u8;
                }
                "vrf" => {
                    let name = words.value(err)?;
                    question.oif = pen.find_or(name, "Invalid VRF\n")?;
                }
                "sport" | "dport" => {
                    let port = named(words, "", "invalid port\n", err)?;
                    let port = port.map(|port| port as u16);
                    match word {
                        "sport" => question.sport = port,
                        _ => question.dport = port,
                    }
                }
                "ipproto" => {
                    let names = names::TRANSPORTS;
                    let transport = named(words, names, "Invalid \"ipproto\" value\n", err)?;
                    question.transport = transport.map(|transport| transport as u8);
                }
                _ if abbreviates(word, "from") => {
                    let from = Prefix::parse(words.value(err)?, family, err)?;
                    question.header.family = from.family;
                    question.from = Some(from);
                }
                _ if abbreviates(word, "iif") => {
                    let name = words.value(err)?;
                    question.iif = pen.find(name)?;
                }
                _ if abbreviates(word, "mark") => {
                    question.mark = named(words, "", "invalid mark value", err)?.unwrap_or(0);
                }
                _ if abbreviates(word, "oif") => {
                    let name = words.value(err)?;
                    question.oif = pen.find(name)?;
                }
                _ if abbreviates(word, "notify") => question.header.flags |= RouteFlags::NOTIFY,
                _ if abbreviates(word, "connected") => question.connected = true,
                _ if abbreviates(word, "uid") => {
                    question.user = named(words, "", "invalid UID\n", err)?;
                }
                _ if abbreviates(word, "fibmatch") => {
                    question.header.flags |= RouteFlags::FIB_MATCH;
                }
                _ => {
                    let word = if word == "to" { words.value(err)? } else { word };
                    let to = Prefix::parse(word, family, err)?;
                    question.header.family = to.family;
                    question.to = Some(to);
                }
            }
        }
        Ok(question)
    }
}

/// `ip route get`: which route a packet would take.
pub fn get<C: Channel>(ip: &mut Ip<'_, '_, C>, mut words: Words<'_>) -> Result<(), Exit> {
    let pen = &mut ip.pen;
    let question = Question::parse(&mut words, pen)?;
    let Some(to) = question.to.filter(|to| to.bits > 0) else {
        pen.err.write_str("need at least a destination address\n");
        return Err(Exit(1));
    };
    if question.connected || to.bits != host_bits(to.family) {
        pen.err.write_str("ip route get does not support this\n");
        return Err(Exit(1));
    }
    let mut header = question.header;
    header.dst_len = to.bits;
    header.src_len = question.from.map_or(0, |from| from.bits);
    // IPv6 has no such flag, and refuses it.
    if to.family == AddressFamily::INET {
        header.flags |= RouteFlags::LOOKUP_TABLE;
    }
    let asked = ip.kernel.get(route::GET, header, |request| {
        for (key, address) in [(Route::DST, Some(to)), (Route::SRC, question.from)] {
            if let Some(address) = address.and_then(|address| address.addr()) {
                request.put(key, address);
            }
        }
        for (key, index) in [(Route::IIF, question.iif), (Route::OIF, question.oif)] {
            if index != 0 {
                request.put(key, index);
            }
        }
        if question.mark != 0 {
            request.put(Route::MARK, question.mark);
        }
        if let Some(user) = question.user {
            request.put(Route::UID, user);
        }
        if let Some(transport) = question.transport {
            request.put(Route::IP_PROTO, transport);
        }
        if let Some(port) = question.sport {
            request.put(Route::SPORT, port);
        }
        if let Some(port) = question.dport {
            request.put(Route::DPORT, port);
        }
    });
    let route = asked.map_err(|error| errors::request(pen.err, &error))?;
    let index = Index::new(route.attrs);
    pen.out.start();
    print(pen, &route.header, &index, &Filter::default(), false);
    pen.out.finish();
    Ok(())
}
