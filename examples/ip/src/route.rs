//! `ip route`: which are wanted, and the two ways to ask.

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::{self, Route, RouteFlags, RouteHeader, RouteTable, RouteType};
use barelink_codec::value::Value as _;
use barelink_transport::{Channel, Errno, Error};

use super::ask;
use super::body::Body;
use super::change::{Doomed, family_prefix, settle};
use super::index::Index;
use super::names::{self, TABLES};
use super::pen::Pen;
use super::prefix::{Prefix, host_bits};
use super::said::{Book, Lines, Said, Take, lines, slot, take};
use super::words::{Complaints, Exit, USAGE, Words, abbreviates, refuse, wrong};
use super::{Ip, errors};

pub use super::route_print::{print, print_flags};

/// What is said of the routes that are wanted; what is the same for all is not printed. Numbers,
/// names of links, prefixes.
pub const TABLE: u8 = 0;
/// Who set it.
pub const PROTOCOL: u8 = 1;
/// How far it reaches.
pub const SCOPE: u8 = 2;
const KIND: u8 = 3;
/// Its type of service.
pub const TOS: u8 = 4;
const MARK: u8 = 5;
/// Its metric.
pub const METRIC: u8 = 6;
const HOP: u8 = 7;
const CLONED: u8 = 8;
/// The link that packets come in by.
pub const IIF: u8 = 9;
/// The link that packets go out by.
pub const OIF: u8 = 10;
const REALMS: u8 = 11;
/// Which bits of the realms count.
pub const REALMS_MASK: u8 = 12;
const OF_VRF: u8 = 13;
const IIF_NAME: u8 = 0;
const OIF_NAME: u8 = 1;
const ROOT: u8 = 0;
const MATCHING: u8 = 1;
const ROOT_SOURCE: u8 = 2;
const MATCHING_SOURCE: u8 = 3;
/// The router.
pub const VIA: u8 = 4;
/// The machine's own address.
pub const SOURCE: u8 = 5;

const WORDS: Lines = lines! {
    "=scope!invalid \"scope\"" => slot(SCOPE, Take::OrAll(Book::Scopes)),
    "=type!node type value is invalid" => slot(KIND, Take::OrAll(Book::Types)),
    "=dev/oif" => slot(OIF_NAME, Take::Text),
    "=iif" => slot(IIF_NAME, Take::Text),
    "=tos!TOS value is invalid" => slot(TOS, Take::Dsfield),
    "dsfield!TOS value is invalid" => slot(TOS, Take::Dsfield),
    "=mark!!invalid mark value" => slot(MARK, Take::Number(32)),
    "=src" => slot(SOURCE, Take::Prefix),
    "realms!invalid realms" => slot(REALMS, Take::Realms),
    "=vrf!Invalid VRF" => slot(TABLE, Take::Vrf),
    "=nhid!!invalid nhid value" => slot(HOP, Take::Number(32)),
    "=cached/cloned" => slot(CLONED, Take::Nothing),
    "protocol!invalid \"protocol\"" => slot(PROTOCOL, Take::OrAll(Book::Protocols)),
    "metric/priority!\"metric\" value is invalid" => slot(METRIC, Take::Number(32)),
};

/// Whether this route is wanted.
pub fn wants(said: &Said<'_>, header: &RouteHeader, route: &Index<'_, Route>) -> bool {
    // Whether an address begins as this one does, of which as many bits count as the two have said.
    let within = |slot, address: Option<&[u8]>, bits: u8, outer: bool| {
        said.prefix(slot).is_none_or(|network| {
            let (least, most) = if outer { (bits, network.bits) } else { (network.bits, bits) };
            network.family == header.family
                && least <= most
                && network.begins(address.unwrap_or(&[]), least)
        })
    };
    let (to, from) = (route.payload(Route::DST), route.payload(Route::SRC));
    let realms = route.number(Route::FLOW).unwrap_or(0) as u32 ^ said.or_zero(REALMS);
    said.fits(&[
        route.number(Route::TABLE).or(Some(header.table.0.into())),
        Some(header.protocol.0.into()),
        Some(header.scope.0.into()),
        Some(header.rtm_type.0.into()),
        Some(header.tos.into()),
        route.number(Route::MARK).or(Some(0)),
        route.number(Route::PRIORITY).or(Some(0)),
        route.number(Route::NH_ID),
        Some(header.flags.contains(RouteFlags::CLONED).into()),
        route.number(Route::IIF),
        route.number(Route::OIF),
    ]) && (said.family == AddressFamily::UNSPEC || said.family == header.family)
        && !(said.has(OF_VRF) && matches!(header.rtm_type, RouteType::LOCAL | RouteType::BROADCAST))
        && realms & said.or_zero(REALMS_MASK) == 0
        && within(ROOT, to, header.dst_len, false)
        && within(MATCHING, to, header.dst_len, true)
        && within(ROOT_SOURCE, from, header.src_len, false)
        && within(MATCHING_SOURCE, from, header.src_len, true)
        && said.prefix(VIA).is_none_or(|via| via_is(header, route, via))
        && said.prefix(SOURCE).is_none_or(|source| {
            let own = route.payload(Route::PREFSRC).unwrap_or(&[]);
            header.family == source.family && source.begins(own, source.bits)
        })
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

/// What is said of the routes that are wanted.
fn parse<'w, C: Channel>(
    words: &mut Words<'w>,
    pen: &mut Pen<'_, '_, C>,
    family: AddressFamily,
) -> Result<Said<'w>, Exit> {
    let mut said = Said::new(family);
    said.set(TABLE, Some(RouteTable::MAIN.0.into()));
    said.set(CLONED, Some(0));
    while let Some(word) = words.next() {
        if take(&WORDS, word, words, (&mut said, None), pen)? {
            match said.last {
                "vrf" => said.set(OF_VRF, Some(1)),
                "realms" => {
                    let value = said.value;
                    // A half that is not said is not looked at.
                    let whence = if !value.contains('/') { 0xffff } else { u32::MAX };
                    let mask = if value.ends_with('/') { whence & 0xffff_0000 } else { whence };
                    said.set(REALMS_MASK, Some(mask.into()));
                }
                _ => {}
            }
            continue;
        }
        let err = &mut *pen.err;
        match word {
            "via" => {
                said.set_prefix(VIA, Some(family_prefix(words, family, err)?));
            }
            _ if abbreviates(word, "from") => {
                let word = words.value(err)?;
                let (root, matching) = directions(word, words, family, err)?;
                said.set_prefix(ROOT_SOURCE, root);
                said.set_prefix(MATCHING_SOURCE, matching);
            }
            _ if abbreviates(word, "table") => {
                let word = words.value(err)?;
                match names::number(word, TABLES) {
                    Some(table) => said.set(TABLE, Some(table.into()).filter(|_| table != 0)),
                    None if word == "all" => said.set(TABLE, None),
                    None if abbreviates(word, "cache") => said.set(CLONED, Some(1)),
                    None => return Err(wrong(err, word, "table id value is invalid\n")),
                }
            }
            _ if abbreviates(word, "cached") || abbreviates(word, "cloned") => {
                said.set(CLONED, Some(1));
            }
            _ => {
                let word = if word == "to" { words.value(err)? } else { word };
                let (root, matching) = directions(word, words, family, err)?;
                said.set_prefix(ROOT, root);
                said.set_prefix(MATCHING, matching);
            }
        }
    }
    for (name, index) in [(IIF_NAME, IIF), (OIF_NAME, OIF)] {
        if let Some(name) = said.text(name) {
            said.set(index, Some(pen.find(name)?.into()));
        }
    }
    Ok(said)
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
        _ if abbreviates(word, "root") => {
            Ok((known(Prefix::parse(words.value(err)?, family, err)?), None))
        }
        _ if abbreviates(word, "match") => {
            Ok((None, known(Prefix::parse(words.value(err)?, family, err)?)))
        }
        _ => {
            let exact = abbreviates(word, "exact");
            let word = if exact { words.value(err)? } else { word };
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
    let said = parse(&mut words, pen, asked)?;
    let (table, oif) = (said.or_zero(TABLE), said.or_zero(OIF));
    let family = match asked {
        AddressFamily::UNSPEC if table != 0 => AddressFamily::INET,
        asked => asked,
    };
    let mut header = RouteHeader { family, ..Default::default() };
    header.protocol.0 = said.or_zero(PROTOCOL) as u8;
    header.rtm_type.0 = said.or_zero(KIND) as u8;
    let cloned = said.or_zero(CLONED) != 0;
    if cloned {
        header.flags = RouteFlags::CLONED;
    }
    let mut body = Body::new(&header);
    if table != 0 && !cloned {
        body.put_u32(Route::TABLE.number(), table);
    }
    if oif != 0 {
        body.put_u32(Route::OIF.number(), oif);
    }
    let asked = ask::all(&mut ip.kernel, route::GET, &body, &mut |route| {
        let index = Index::new(route.attrs);
        if wants(&said, &route.header, &index) {
            match doomed.as_deref_mut() {
                Some(doomed) => doomed.take(pen, &route.header, route.attrs.bytes()),
                None => print(pen, &route.header, &index, &said, false),
            }
        }
    });
    match asked {
        // There is no main table until something is routed: nothing to show, and no trouble.
        Err(Error::Kernel(refusal))
            if table == RouteTable::MAIN.0 && refusal.errno() == Errno::NOENT =>
        {
            Ok(())
        }
        asked => asked.or_else(|error| errors::found(pen.err, &error, doomed.is_some(), 2)),
    }
}

/// What `ip route get` is asked: numbers, prefixes.
const ASKED_OIF: u8 = 0;
const ASKED_IIF: u8 = 1;
const ASKED_TOS: u8 = 2;
const SPORT: u8 = 3;
const DPORT: u8 = 4;
const TRANSPORT: u8 = 5;
const ASKED_MARK: u8 = 6;
const USER: u8 = 7;
const NOTIFY: u8 = 8;
const CONNECTED: u8 = 9;
const FIB_MATCH: u8 = 10;
const FROM: u8 = 0;
const ASKED_IIF_NAME: u8 = 0;
const ASKED_OIF_NAME: u8 = 1;

const QUESTION: Lines = lines! {
    "=dev" => slot(ASKED_OIF_NAME, Take::Text),
    "=tos!TOS value is invalid" => slot(ASKED_TOS, Take::Dsfield),
    "dsfield!TOS value is invalid" => slot(ASKED_TOS, Take::Dsfield),
    "=vrf!Invalid VRF" => slot(ASKED_OIF, Take::VrfLink),
    "=sport!invalid sport" => slot(SPORT, Take::Number(16)),
    "=dport!invalid dport" => slot(DPORT, Take::Number(16)),
    "ipproto!Invalid \"ipproto\" value" => slot(TRANSPORT, Take::Named(Book::Transports)),
    "from" => slot(FROM, Take::Family),
    "iif" => slot(ASKED_IIF_NAME, Take::Text),
    "mark!!invalid mark value" => slot(ASKED_MARK, Take::Number(32)),
    "oif" => slot(ASKED_OIF_NAME, Take::Text),
    "notify" => slot(NOTIFY, Take::Nothing),
    "connected" => slot(CONNECTED, Take::Nothing),
    "uid!invalid UID" => slot(USER, Take::Number(32)),
    "fibmatch" => slot(FIB_MATCH, Take::Nothing),
};

/// `ip route get`: which route a packet would take.
pub fn get<C: Channel>(ip: &mut Ip<'_, '_, C>, mut words: Words<'_>) -> Result<(), Exit> {
    let pen = &mut ip.pen;
    let mut said = Said::new(pen.options.family);
    let mut to = None;
    while let Some(word) = words.next() {
        if !take(&QUESTION, word, &mut words, (&mut said, None), pen)? {
            let word = if word == "to" { words.value(pen.err)? } else { word };
            let prefix = Prefix::parse(word, said.family, pen.err)?;
            said.family = prefix.family;
            let (bits, whole) = (prefix.bits, host_bits(prefix.family));
            if bits != whole && prefix.family != AddressFamily::UNSPEC {
                writeln!(
                    pen.err,
                    "Warning: /{bits} as prefix is invalid, only /{whole} (or none) is supported."
                );
            }
            to = Some(prefix);
        }
    }
    let Some(to) = to else {
        return Err(refuse(pen.err, "need at least a destination address\n", Exit(1)));
    };
    for (name, index) in [(ASKED_IIF_NAME, ASKED_IIF), (ASKED_OIF_NAME, ASKED_OIF)] {
        if let Some(name) = said.text(name) {
            said.set(index, Some(pen.find(name)?.into()));
        }
    }
    let mut family = to.family;
    settle(&mut family, AddressFamily::INET);
    let whole = host_bits(family);
    let from = said.prefix(FROM);
    let mut header = RouteHeader { family, dst_len: whole, ..Default::default() };
    header.src_len = from.map_or(0, |from| from.bits);
    header.tos = said.or_zero(ASKED_TOS) as u8;
    for (slot, flag) in [(NOTIFY, RouteFlags::NOTIFY), (FIB_MATCH, RouteFlags::FIB_MATCH)] {
        if said.has(slot) {
            header.flags |= flag;
        }
    }
    // IPv6 has no such flag, and refuses it.
    if family == AddressFamily::INET {
        header.flags |= RouteFlags::LOOKUP_TABLE;
    }
    let mut body = Body::new(&header);
    for (number, address) in [(Route::DST.number(), Some(to)), (Route::SRC.number(), from)] {
        if let Some(address) = address.filter(|address| address.len != 0) {
            body.put(number, address.octets());
        }
    }
    for (number, slot) in [
        (Route::IIF.number(), ASKED_IIF),
        (Route::OIF.number(), ASKED_OIF),
        (Route::MARK.number(), ASKED_MARK),
    ] {
        if said.or_zero(slot) != 0 {
            body.put_u32(number, said.or_zero(slot));
        }
    }
    if said.has(USER) {
        body.put_u32(Route::UID.number(), said.or_zero(USER));
    }
    if said.has(TRANSPORT) {
        body.put_u8(Route::IP_PROTO.number(), said.or_zero(TRANSPORT) as u8);
    }
    for (number, slot) in [(Route::SPORT.number(), SPORT), (Route::DPORT.number(), DPORT)] {
        if said.has(slot) {
            body.put(number, &(said.or_zero(slot) as u16).to_be_bytes());
        }
    }
    // iproute2 asks the same again, and shows both answers.
    let times = if said.has(CONNECTED) && from.is_none() { 2 } else { 1 };
    for again in 1..=times {
        let mut connects = true;
        let asked = ask::one(&mut ip.kernel, route::GET, &body, &mut |route| {
            let all = Said::new(AddressFamily::UNSPEC);
            let index = Index::new(route.attrs);
            connects = again == times || index.has(Route::PREFSRC) || index.has(Route::SRC);
            if again == 1 {
                pen.out.start();
            }
            print(pen, &route.header, &index, &all, false);
        });
        asked.map_err(|error| errors::request(pen.err, &error))?;
        if !connects {
            return Err(refuse(pen.err, "Failed to connect the route\n", USAGE));
        }
    }
    pen.out.finish();
    Ok(())
}
