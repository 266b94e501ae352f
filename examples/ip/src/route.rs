//! `ip route show` and `get`: the filter of routes, and the two requests.

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::{self, Route, RouteFlags, RouteHeader, RouteTable, RouteType};
use barelink_codec::value::Value as _;
use barelink_transport::{Channel, Errno, Error};

use super::args::{ArgTable, ArgType, NameTable, ParsedArgs, arg_table, parse_arg, slot};
use super::body::Body;
use super::change::{DeleteBatch, default_family, family_prefix};
use super::index::Index;
use super::names::{self, TABLES};
use super::prefix::{Prefix, host_bits};
use super::printer::Printer;
use super::request;
use super::words::{Exit, TextOutput, USAGE, Words, abbreviates, fail, invalid_argument};
use super::{Ip, errors};

pub use super::route_print::{print, print_flags};

/// Slots of the filter: numbers, names of links, prefixes. A field that is the same for all printed
/// routes is not printed. This is the routing table.
pub const TABLE: u8 = 0;
/// Slot of the origin (`RTPROT_*`).
pub const PROTOCOL: u8 = 1;
/// Slot of the scope.
pub const SCOPE: u8 = 2;
const TYPE: u8 = 3;
/// Slot of the type of service.
pub const TOS: u8 = 4;
const MARK: u8 = 5;
/// Slot of the metric.
pub const METRIC: u8 = 6;
const HOP: u8 = 7;
const CLONED: u8 = 8;
/// Slot of the input link.
pub const IIF: u8 = 9;
/// Slot of the output link.
pub const OIF: u8 = 10;
const REALMS: u8 = 11;
/// Slot of the realms' mask.
pub const REALMS_MASK: u8 = 12;
const IN_VRF: u8 = 13;
const IIF_NAME: u8 = 0;
const OIF_NAME: u8 = 1;
const ROOT: u8 = 0;
const MATCH: u8 = 1;
const ROOT_SOURCE: u8 = 2;
const MATCH_SOURCE: u8 = 3;
/// Slot of the gateway.
pub const VIA: u8 = 4;
/// Slot of the preferred source address.
pub const SOURCE: u8 = 5;

const WORDS: ArgTable = arg_table! {
    "=scope!invalid \"scope\"" => slot(SCOPE, ArgType::NamedOrAll(NameTable::Scopes)),
    "=type!node type value is invalid" => slot(TYPE, ArgType::NamedOrAll(NameTable::RouteTypes)),
    "=dev/oif" => slot(OIF_NAME, ArgType::Text),
    "=iif" => slot(IIF_NAME, ArgType::Text),
    "=tos!TOS value is invalid" => slot(TOS, ArgType::Dsfield),
    "dsfield!TOS value is invalid" => slot(TOS, ArgType::Dsfield),
    "=mark!!invalid mark value" => slot(MARK, ArgType::Number(32)),
    "=src" => slot(SOURCE, ArgType::Prefix),
    "realms!invalid realms" => slot(REALMS, ArgType::Realms),
    "=vrf!Invalid VRF" => slot(TABLE, ArgType::Vrf),
    "=nhid!!invalid nhid value" => slot(HOP, ArgType::Number(32)),
    "=cached/cloned" => slot(CLONED, ArgType::Nothing),
    "protocol!invalid \"protocol\"" => slot(PROTOCOL, ArgType::NamedOrAll(NameTable::Protocols)),
    "metric/priority!\"metric\" value is invalid" => slot(METRIC, ArgType::Number(32)),
};

/// Returns whether a route matches.
pub fn matches(args: &ParsedArgs<'_>, header: &RouteHeader, route: &Index<'_, Route>) -> bool {
    // Compares the address up to the shorter of the two prefix lengths.
    let within = |slot, address: Option<&[u8]>, bits: u8, outer: bool| {
        args.prefix(slot).is_none_or(|network| {
            let (least, most) = if outer { (bits, network.bits) } else { (network.bits, bits) };
            network.family == header.family
                && least <= most
                && network.contains(address.unwrap_or(&[]), least)
        })
    };
    let (to, from) = (route.payload(Route::DST), route.payload(Route::SRC));
    let realms = route.number(Route::FLOW).unwrap_or(0) as u32 ^ args.number_or_zero(REALMS);
    args.matches(&[
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
    ]) && (args.family == AddressFamily::UNSPEC || args.family == header.family)
        && !(args.has(IN_VRF) && matches!(header.rtm_type, RouteType::LOCAL | RouteType::BROADCAST))
        && realms & args.number_or_zero(REALMS_MASK) == 0
        && within(ROOT, to, header.dst_len, false)
        && within(MATCH, to, header.dst_len, true)
        && within(ROOT_SOURCE, from, header.src_len, false)
        && within(MATCH_SOURCE, from, header.src_len, true)
        && args.prefix(VIA).is_none_or(|via| via_is(header, route, via))
        && args.prefix(SOURCE).is_none_or(|source| {
            let own = route.payload(Route::PREFSRC).unwrap_or(&[]);
            header.family == source.family && source.contains(own, source.bits)
        })
}

/// Returns whether the route's gateway is within this prefix.
fn via_is(header: &RouteHeader, route: &Index<'_, Route>, via: Prefix) -> bool {
    match route.payload(Route::VIA) {
        Some(bytes) => {
            let (family, address) = bytes.split_at_checked(2).unwrap_or((&[], &[]));
            let family = u16::read(family).unwrap_or(0);
            u16::from(via.family.0) == family && via.contains(address, via.bits)
        }
        None => {
            let address = route.payload(Route::GATEWAY).unwrap_or(&[]);
            header.family == via.family && via.contains(address, via.bits)
        }
    }
}

/// Parses the filter.
fn parse<'w, C: Channel>(
    words: &mut Words<'w>,
    printer: &mut Printer<'_, '_, C>,
    family: AddressFamily,
) -> Result<ParsedArgs<'w>, Exit> {
    let mut args = ParsedArgs::new(family);
    args.set(TABLE, Some(RouteTable::MAIN.0.into()));
    args.set(CLONED, Some(0));
    while let Some(word) = words.next() {
        if parse_arg(&WORDS, word, words, (&mut args, None), printer)? {
            match args.last {
                "vrf" => args.set(IN_VRF, Some(1)),
                "realms" => {
                    let value = args.value;
                    // An empty half of the realms is not compared.
                    let from = if !value.contains('/') { 0xffff } else { u32::MAX };
                    let mask = if value.ends_with('/') { from & 0xffff_0000 } else { from };
                    args.set(REALMS_MASK, Some(mask.into()));
                }
                _ => {}
            }
            continue;
        }
        let err = &mut *printer.err;
        match word {
            "via" => {
                args.set_prefix(VIA, Some(family_prefix(words, family, err)?));
            }
            _ if abbreviates(word, "from") => {
                let word = words.value(err)?;
                let (root, matching) = prefix_filter(word, words, family, err)?;
                args.set_prefix(ROOT_SOURCE, root);
                args.set_prefix(MATCH_SOURCE, matching);
            }
            _ if abbreviates(word, "table") => {
                let word = words.value(err)?;
                match names::number(word, TABLES) {
                    Some(table) => args.set(TABLE, Some(table.into()).filter(|_| table != 0)),
                    None if word == "all" => args.set(TABLE, None),
                    None if abbreviates(word, "cache") => args.set(CLONED, Some(1)),
                    None => return Err(invalid_argument(err, word, "table id value is invalid\n")),
                }
            }
            _ if abbreviates(word, "cached") || abbreviates(word, "cloned") => {
                args.set(CLONED, Some(1));
            }
            _ => {
                let word = if word == "to" { words.value(err)? } else { word };
                let (root, matching) = prefix_filter(word, words, family, err)?;
                args.set_prefix(ROOT, root);
                args.set_prefix(MATCH, matching);
            }
        }
    }
    for (name, index) in [(IIF_NAME, IIF), (OIF_NAME, OIF)] {
        if let Some(name) = args.text(name) {
            args.set(index, Some(printer.find(name)?.into()));
        }
    }
    Ok(args)
}

/// Parses `root PREFIX`, `match PREFIX`, `exact PREFIX` or `PREFIX` into the network that contains
/// the route, and the one that the route contains.
fn prefix_filter(
    word: &str,
    words: &mut Words<'_>,
    family: AddressFamily,
    err: &mut TextOutput<'_>,
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
                // `default` without a family is IPv4's.
                prefix.family = AddressFamily::INET;
            }
            Ok((Some(prefix), Some(prefix)))
        }
    }
}

/// Dumps routes, and prints those that match or adds them to `deletions`.
pub fn find<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    mut words: Words<'_>,
    mut deletions: Option<&mut DeleteBatch>,
) -> Result<(), Exit> {
    let printer = &mut ip.printer;
    let asked = printer.options.family;
    let args = parse(&mut words, printer, asked)?;
    let (table, oif) = (args.number_or_zero(TABLE), args.number_or_zero(OIF));
    let family = match asked {
        AddressFamily::UNSPEC if table != 0 => AddressFamily::INET,
        asked => asked,
    };
    let mut header = RouteHeader { family, ..Default::default() };
    header.protocol.0 = args.number_or_zero(PROTOCOL) as u8;
    header.rtm_type.0 = args.number_or_zero(TYPE) as u8;
    let cloned = args.number_or_zero(CLONED) != 0;
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
    let asked = request::dump(&mut ip.kernel, route::GET, &body, &mut |route| {
        let index = Index::new(route.attrs);
        if matches(&args, &route.header, &index) {
            match deletions.as_deref_mut() {
                Some(deletions) => deletions.push(printer, &route.header, route.attrs.bytes()),
                None => print(printer, &route.header, &index, &args, false),
            }
        }
    });
    match asked {
        // The main table does not exist before the first route: an empty list, not an error.
        Err(Error::Kernel(error))
            if table == RouteTable::MAIN.0 && error.errno() == Errno::NOENT =>
        {
            Ok(())
        }
        asked => asked.or_else(|error| {
            errors::dump_or_flush_failed(printer.err, &error, deletions.is_some(), 2)
        }),
    }
}

/// Slots of `ip route get`: numbers, prefixes, names of links.
const GET_OIF: u8 = 0;
const GET_IIF: u8 = 1;
const GET_TOS: u8 = 2;
const SPORT: u8 = 3;
const DPORT: u8 = 4;
const TRANSPORT: u8 = 5;
const GET_MARK: u8 = 6;
const USER: u8 = 7;
const NOTIFY: u8 = 8;
const CONNECTED: u8 = 9;
const FIB_MATCH: u8 = 10;
const FROM: u8 = 0;
const GET_IIF_NAME: u8 = 0;
const GET_OIF_NAME: u8 = 1;

const GET_ARGS: ArgTable = arg_table! {
    "=dev" => slot(GET_OIF_NAME, ArgType::Text),
    "=tos!TOS value is invalid" => slot(GET_TOS, ArgType::Dsfield),
    "dsfield!TOS value is invalid" => slot(GET_TOS, ArgType::Dsfield),
    "=vrf!Invalid VRF" => slot(GET_OIF, ArgType::VrfLink),
    "=sport!invalid sport" => slot(SPORT, ArgType::Number(16)),
    "=dport!invalid dport" => slot(DPORT, ArgType::Number(16)),
    "ipproto!Invalid \"ipproto\" value" => slot(TRANSPORT, ArgType::Named(NameTable::IpProtocols)),
    "from" => slot(FROM, ArgType::Family),
    "iif" => slot(GET_IIF_NAME, ArgType::Text),
    "mark!!invalid mark value" => slot(GET_MARK, ArgType::Number(32)),
    "oif" => slot(GET_OIF_NAME, ArgType::Text),
    "notify" => slot(NOTIFY, ArgType::Nothing),
    "connected" => slot(CONNECTED, ArgType::Nothing),
    "uid!invalid UID" => slot(USER, ArgType::Number(32)),
    "fibmatch" => slot(FIB_MATCH, ArgType::Nothing),
};

/// Runs `ip route get`: looks up the route of a packet.
pub fn get<C: Channel>(ip: &mut Ip<'_, '_, C>, mut words: Words<'_>) -> Result<(), Exit> {
    let printer = &mut ip.printer;
    let mut args = ParsedArgs::new(printer.options.family);
    let mut to = None;
    while let Some(word) = words.next() {
        if !parse_arg(&GET_ARGS, word, &mut words, (&mut args, None), printer)? {
            let word = if word == "to" { words.value(printer.err)? } else { word };
            let prefix = Prefix::parse(word, args.family, printer.err)?;
            args.family = prefix.family;
            let (bits, whole) = (prefix.bits, host_bits(prefix.family));
            if bits != whole && prefix.family != AddressFamily::UNSPEC {
                writeln!(
                    printer.err,
                    "Warning: /{bits} as prefix is invalid, only /{whole} (or none) is supported."
                );
            }
            to = Some(prefix);
        }
    }
    let Some(to) = to else {
        return Err(fail(printer.err, "need at least a destination address\n", Exit(1)));
    };
    for (name, index) in [(GET_IIF_NAME, GET_IIF), (GET_OIF_NAME, GET_OIF)] {
        if let Some(name) = args.text(name) {
            args.set(index, Some(printer.find(name)?.into()));
        }
    }
    let mut family = to.family;
    default_family(&mut family, AddressFamily::INET);
    let whole = host_bits(family);
    let from = args.prefix(FROM);
    let mut header = RouteHeader { family, dst_len: whole, ..Default::default() };
    header.src_len = from.map_or(0, |from| from.bits);
    header.tos = args.number_or_zero(GET_TOS) as u8;
    for (slot, flag) in [(NOTIFY, RouteFlags::NOTIFY), (FIB_MATCH, RouteFlags::FIB_MATCH)] {
        if args.has(slot) {
            header.flags |= flag;
        }
    }
    // IPv6 lacks this flag and rejects it.
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
        (Route::IIF.number(), GET_IIF),
        (Route::OIF.number(), GET_OIF),
        (Route::MARK.number(), GET_MARK),
    ] {
        if args.number_or_zero(slot) != 0 {
            body.put_u32(number, args.number_or_zero(slot));
        }
    }
    if args.has(USER) {
        body.put_u32(Route::UID.number(), args.number_or_zero(USER));
    }
    if args.has(TRANSPORT) {
        body.put_u8(Route::IP_PROTO.number(), args.number_or_zero(TRANSPORT) as u8);
    }
    for (number, slot) in [(Route::SPORT.number(), SPORT), (Route::DPORT.number(), DPORT)] {
        if args.has(slot) {
            body.put(number, &(args.number_or_zero(slot) as u16).to_be_bytes());
        }
    }
    // iproute2 sends a second request and prints both replies.
    let times = if args.has(CONNECTED) && from.is_none() { 2 } else { 1 };
    for again in 1..=times {
        let mut connects = true;
        let asked = request::get(&mut ip.kernel, route::GET, &body, &mut |route| {
            let all = ParsedArgs::new(AddressFamily::UNSPEC);
            let index = Index::new(route.attrs);
            connects = again == times || index.has(Route::PREFSRC) || index.has(Route::SRC);
            if again == 1 {
                printer.out.start();
            }
            print(printer, &route.header, &index, &all, false);
        });
        asked.map_err(|error| errors::request_failed(printer.err, &error))?;
        if !connects {
            return Err(fail(printer.err, "Failed to connect the route\n", USAGE));
        }
    }
    printer.out.finish();
    Ok(())
}
