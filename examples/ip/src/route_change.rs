//! `ip route add`, `append`, `prepend`, `change`, `replace`, `test`, `delete` and `flush`.

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::{
    self, Metrics, NextHopFlags, Route, RouteFlags, RouteHeader, RouteProtocol, RouteScope,
    RouteTable, RouteType, RouterPreference,
};
use barelink_transport::Channel;

use super::args::{
    ArgTable, ArgType, NameTable, ParsedArgs, arg_table, attr, key, parse_arg, slot,
};
use super::body::Body;
use super::change::{
    DeleteBatch, default_family, family_address, flush, host_prefix, put_table, send, uint,
};
use super::names::{realms, route_type};
use super::prefix::Prefix;
use super::printer::Printer;
use super::route_metrics::{LAST_METRICS, LAST_ROWS, METRIC_ROWS, METRICS, MetricArgs};
use super::verb::Verb;
use super::words::{
    Exit, TextOutput, USAGE, Words, abbreviates, duplicate_or_garbage, fail, invalid_argument,
};
use super::{Ip, encap_change, route as shown};

/// Slots of a route: numbers, and the name of its link.
const TOS: u8 = 0;
const TABLE: u8 = 1;
const SCOPE: u8 = 2;
const PROTOCOL: u8 = 3;
const ONLINK: u8 = 4;
const DEVICE: u8 = 0;

/// Words that are tried before the metrics, then those after them.
const WORDS: ArgTable = arg_table! {
    "=tos!\"tos\" value is invalid" => slot(TOS, ArgType::Dsfield),
    "dsfield!\"tos\" value is invalid" => slot(TOS, ArgType::Dsfield),
    "=expires!\"expires\" value is invalid" => key(Route::EXPIRES),
    "metric/priority/preference!\"metric\" value is invalid" => key(Route::PRIORITY),
    "=nhid!\"id\" value is invalid" => key(Route::NH_ID),
    "=scope!invalid \"scope\" value" => slot(SCOPE, ArgType::Named(NameTable::Scopes)),
};
const MORE_WORDS: ArgTable = arg_table! {
    "realms!\"realm\" value is invalid" => attr(Route::FLOW, ArgType::Realms),
    "=onlink" => slot(ONLINK, ArgType::Nothing),
    "protocol!\"protocol\" value is invalid" => slot(PROTOCOL, ArgType::Named(NameTable::Protocols)),
    "=vrf!Invalid VRF" => slot(TABLE, ArgType::Vrf),
    "table!\"table\" value is invalid" => slot(TABLE, ArgType::Named(NameTable::Tables)),
    "=dev/oif" => slot(DEVICE, ArgType::Text),
};

/// Appends a gateway, of the route's family or another.
fn gateway(
    words: &mut Words<'_>,
    family: &mut AddressFamily,
    body: &mut Body,
    err: &mut TextOutput<'_>,
) -> Result<(), Exit> {
    let via = family_address(words, *family, err)?;
    default_family(family, via.family);
    if via.family == *family {
        body.put(Route::GATEWAY.number(), via.octets());
    } else {
        let mut buffer = [0; 18];
        let [f0, f1] = u16::from(via.family.0).to_ne_bytes();
        let family = [f0, f1];
        let payload = buffer.iter_mut().zip(family.iter().chain(via.octets()));
        payload.for_each(|(to, from)| *to = *from);
        let len = via.octets().len().saturating_add(2);
        body.put(Route::VIA.number(), buffer.get(..len).unwrap_or_default());
    }
    Ok(())
}

/// Appends the new destination of packets (`RTA_NEWDST`): an MPLS label stack, or an address.
fn new_destination(
    words: &mut Words<'_>,
    family: &mut AddressFamily,
    body: &mut Body,
    err: &mut TextOutput<'_>,
) -> Result<(), Exit> {
    let mut word = words.value(err)?;
    if word == "to" {
        word = words.value(err)?;
    }
    if *family == AddressFamily::MPLS {
        return encap_change::labels(word, Route::NEWDST.number(), body, err);
    }
    let has_dst = host_prefix(word, *family, err)?;
    default_family(family, has_dst.family);
    body.put(Route::NEWDST.number(), has_dst.octets());
    Ok(())
}

/// Appends the next hops of a multipath route.
fn next_hops<C: Channel>(
    words: &mut Words<'_>,
    family: &mut AddressFamily,
    body: &mut Body,
    printer: &mut Printer<'_, '_, C>,
) -> Result<(), Exit> {
    let open = body.open(Route::MULTIPATH.number());
    while let Some(word) = words.next() {
        if word != "nexthop" {
            writeln!(
                printer.err,
                "Error: \"nexthop\" or end of line is expected instead of \"{word}\""
            );
            return Err(USAGE);
        }
        if words.peek().is_none() {
            return Err(fail(
                printer.err,
                "Error: unexpected end of line after \"nexthop\"\n",
                USAGE,
            ));
        }
        let mut hop = route::MultipathNextHop::default();
        let start = body.position();
        body.put_raw_structure(&hop);
        while let Some(word) = words.peek().filter(|word| *word != "nexthop") {
            words.next();
            match word {
                "via" => gateway(words, family, body, printer.err)?,
                "dev" => {
                    let name = words.value(printer.err)?;
                    let found = printer.find(name);
                    if found.is_err() {
                        printer.err.write_str("Error: cannot parse nexthop\n");
                    }
                    hop.index = found.map_err(|_| USAGE)? as i32;
                }
                "weight" => {
                    let word = words.value(printer.err)?;
                    let weight = uint(word, 256, "\"weight\" is invalid\n", printer.err)?;
                    let Some(hops) = weight.checked_sub(1) else {
                        return Err(invalid_argument(printer.err, word, "\"weight\" is invalid\n"));
                    };
                    hop.hops = hops as u8;
                }
                "onlink" => hop.flags = NextHopFlags::ONLINK,
                "encap" => encap_change::parse(
                    words,
                    body,
                    Route::ENCAP.number(),
                    Route::ENCAP_TYPE.number(),
                    printer,
                )?,
                "as" => new_destination(words, family, body, printer.err)?,
                _ if abbreviates(word, "realms") => {
                    let word = words.value(printer.err)?;
                    let why = "\"realm\" value is invalid\n";
                    let realms =
                        realms(word).ok_or_else(|| invalid_argument(printer.err, word, why))?;
                    body.put_u32(Route::FLOW.number(), realms);
                }
                _ => {
                    writeln!(
                        printer.err,
                        "Error: \"nexthop\" or end of line is expected instead of \"{word}\""
                    );
                    return Err(USAGE);
                }
            }
        }
        body.write_structure_at(start, &hop);
    }
    body.close(open);
    Ok(())
}

/// Parses a prefix and appends it; returns its length.
fn prefix(
    word: &str,
    family: &mut AddressFamily,
    number: u16,
    body: &mut Body,
    err: &mut TextOutput<'_>,
) -> Result<u8, Exit> {
    let prefix = Prefix::parse(word, *family, err)?;
    default_family(family, prefix.family);
    if !prefix.octets().is_empty() {
        body.put(number, prefix.octets());
    }
    Ok(prefix.bits)
}

/// Runs `ip route add`, `append`, `prepend`, `change`, `replace`, `test`, `delete` and `flush`.
pub fn command<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    verb: Verb,
    mut words: Words<'_>,
) -> Result<(), Exit> {
    if verb == Verb::Flush {
        return flush_command(ip, words);
    }
    let deleting = verb == Verb::Delete;
    let mut header = RouteHeader { table: RouteTable::MAIN, ..Default::default() };
    if !deleting {
        header.protocol = RouteProtocol::BOOT;
        header.rtm_type = RouteType::UNICAST;
    }
    let mut family = ip.printer.options.family;
    let mut body = Body::new(&header);
    let mut metrics = MetricArgs { body: Body::empty(), locked: 0 };
    let mut args = ParsedArgs::new(family);
    let (mut has_dst, mut has_type, mut gateway_given, mut multipath) =
        (false, false, false, false);
    while let Some(word) = words.peek() {
        if word == "nexthop" {
            multipath = true;
            break;
        }
        words.next();
        let printer = &mut ip.printer;
        match word {
            "src" => {
                let source = host_prefix(words.value(printer.err)?, family, printer.err)?;
                default_family(&mut family, source.family);
                body.put(Route::PREFSRC.number(), source.octets());
            }
            "as" => new_destination(&mut words, &mut family, &mut body, printer.err)?,
            "via" => {
                gateway_given = true;
                gateway(&mut words, &mut family, &mut body, printer.err)?;
            }
            "from" => {
                let word = words.value(printer.err)?;
                let number = Route::SRC.number();
                header.src_len = prefix(word, &mut family, number, &mut body, printer.err)?;
            }
            "pref" => {
                let preference = match words.value(printer.err)? {
                    "low" => RouterPreference::LOW.0,
                    "medium" => RouterPreference::MEDIUM.0,
                    "high" => RouterPreference::HIGH.0,
                    word => uint(word, 0xff, "\"pref\" value is invalid\n", printer.err)? as u8,
                };
                body.put_u8(Route::PREF.number(), preference);
            }
            _ if parse_arg(&WORDS, word, &mut words, (&mut args, Some(&mut body)), printer)? => {
                gateway_given |= args.last == "nhid";
            }
            _ if metrics.metric((METRICS, METRIC_ROWS), word, &mut words, printer.err)? => {}
            _ if parse_arg(
                &MORE_WORDS,
                word,
                &mut words,
                (&mut args, Some(&mut body)),
                printer,
            )? =>
            {
                if matches!(args.last, "vrf" | "table") {
                    let table = args.number_or_zero(TABLE);
                    header.table = put_table(table, Route::TABLE.number(), &mut body);
                }
            }
            "encap" => encap_change::parse(
                &mut words,
                &mut body,
                Route::ENCAP.number(),
                Route::ENCAP_TYPE.number(),
                printer,
            )?,
            "ttl-propagate" => {
                let on = match words.value(printer.err)? {
                    "enabled" => 1,
                    "disabled" => 0,
                    word => {
                        return Err(invalid_argument(
                            printer.err,
                            word,
                            "\"ttl-propagate\" value is invalid\n",
                        ));
                    }
                };
                body.put_u8(Route::TTL_PROPAGATE.number(), on);
            }
            _ if metrics.metric((LAST_METRICS, LAST_ROWS), word, &mut words, printer.err)? => {}
            _ => {
                let mut word = if word == "to" { words.value(printer.err)? } else { word };
                let route_type = route_type(word);
                let digit = word.starts_with(|it: char| it.is_ascii_digit());
                if let Some(route_type) = route_type.filter(|_| !digit) {
                    word = words.value(printer.err)?;
                    header.rtm_type.0 = route_type as u8;
                    has_type = true;
                }
                if abbreviates(word, "help") {
                    return Err(super::usage::of("route", printer.err));
                }
                if has_dst {
                    return Err(duplicate_or_garbage(printer.err, "to", word));
                }
                let number = Route::DST.number();
                header.dst_len = prefix(word, &mut family, number, &mut body, printer.err)?;
                has_dst = true;
            }
        }
    }
    if !has_dst {
        return Err(super::usage::of("route", ip.printer.err));
    }
    if let Some(device) = args.text(DEVICE) {
        let index = ip.printer.find(device)?;
        body.put_u32(Route::OIF.number(), index);
    }
    if !metrics.body.is_empty() {
        if metrics.locked != 0 {
            metrics.body.put_u32(Metrics::LOCK.number(), metrics.locked);
        }
        body.put_body(Route::METRICS.number(), &metrics.body);
    }
    if multipath {
        next_hops(&mut words, &mut family, &mut body, &mut ip.printer)?;
    }
    default_family(&mut family, AddressFamily::INET);
    header.family = family;
    header.tos = args.number_or_zero(TOS) as u8;
    if let Some(protocol) = args.number(PROTOCOL) {
        header.protocol.0 = protocol as u8;
    }
    if args.has(ONLINK) {
        header.flags |= RouteFlags::ONLINK;
    }
    use RouteType as Type;
    let own = matches!(header.rtm_type, Type::LOCAL | Type::BROADCAST | Type::NAT | Type::ANYCAST);
    if own && !args.has(TABLE) {
        header.table = RouteTable::LOCAL;
    }
    header.scope = match args.number(SCOPE) {
        Some(scope) => RouteScope(scope as u8),
        None => default_scope(&header, deleting, gateway_given || multipath),
    };
    if !has_type && family == AddressFamily::MPLS {
        header.rtm_type = RouteType::UNICAST;
    }
    body.header(&header);
    let route_type = if deleting { route::DEL } else { route::NEW.with(verb.flags()) };
    send(ip, route_type, &body)
}

/// Returns the scope of a route for which none is given.
fn default_scope(header: &RouteHeader, deleting: bool, by_gateway: bool) -> RouteScope {
    if header.family != AddressFamily::INET {
        return RouteScope::UNIVERSE;
    }
    match header.rtm_type {
        RouteType::LOCAL | RouteType::NAT => RouteScope::HOST,
        RouteType::BROADCAST | RouteType::MULTICAST | RouteType::ANYCAST => RouteScope::LINK,
        RouteType::UNICAST | RouteType::UNSPEC if deleting => RouteScope::NOWHERE,
        RouteType::UNICAST | RouteType::UNSPEC if !by_gateway => RouteScope::LINK,
        _ if deleting => RouteScope::NOWHERE,
        _ => RouteScope::UNIVERSE,
    }
}

/// Runs `ip route flush`.
fn flush_command<C: Channel>(ip: &mut Ip<'_, '_, C>, words: Words<'_>) -> Result<(), Exit> {
    if words.peek().is_none() {
        return Err(fail(ip.printer.err, "\"ip route flush\" requires arguments.\n", Exit(1)));
    }
    if words.peek() == Some("cache") {
        // Kernels since 3.6 have no route cache.
        return Ok(());
    }
    flush(ip, route::DEL, &mut |ip, deletions: &mut DeleteBatch| {
        shown::find(ip, words, Some(deletions))
    })?;
    Ok(())
}
