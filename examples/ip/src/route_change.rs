//! `ip route add`, `append`, `prepend`, `change`, `replace`, `test`, `delete` and `flush`.

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::{
    self, MetricFeatures, Metrics, NextHopFlags, Route, RouteFlags, RouteHeader, RouteProtocol,
    RouteScope, RouteTable, RouteType, RouterPreference,
};
use barelink_transport::Channel;

use super::args::{
    ArgTable, ArgType, NameTable, ParsedArgs, arg_table, attr, key, parse_arg, slot,
};
use super::body::Body;
use super::change::{
    DeleteBatch, default_family, family_address, flush, host_prefix, put_table, send, uint,
};
use super::grammar::{Entry, entry};
use super::names::{realms, route_type};
use super::prefix::Prefix;
use super::printer::Printer;
use super::verb::Verb;
use super::words::{
    Exit, TextOutput, USAGE, Words, abbreviates, duplicate_or_garbage, fail, invalid_argument,
    number32,
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

/// Unit of a metric.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Number,
    /// Milliseconds, multiplied by this factor.
    Time(u32),
    Text,
    Features,
}

/// Metrics, in the order that abbreviations are tried.
const METRICS: &str = "=mtu\n=hoplimit\n=advmss\nreordering\n=rtt\n=rto_min\nwindow\ncwnd\ninitcwnd\n\
    initrwnd\nfeatures\nquickack\ncongctl\nrttvar\nssthresh\n";

/// Metrics that are tried after all other words.
const LAST_METRICS: &str = "fastopen_no_cookie\n";

/// Attribute and unit of each metric.
const METRIC_ROWS: &[(u8, Unit)] = &[
    (Metrics::MTU.number() as u8, Unit::Number),
    (Metrics::HOPLIMIT.number() as u8, Unit::Number),
    (Metrics::ADVMSS.number() as u8, Unit::Number),
    (Metrics::REORDERING.number() as u8, Unit::Number),
    (Metrics::RTT.number() as u8, Unit::Time(8)),
    (Metrics::RTO_MIN.number() as u8, Unit::Time(1)),
    (Metrics::WINDOW.number() as u8, Unit::Number),
    (Metrics::CWND.number() as u8, Unit::Number),
    (Metrics::INITCWND.number() as u8, Unit::Number),
    (Metrics::INITRWND.number() as u8, Unit::Number),
    (Metrics::FEATURES.number() as u8, Unit::Features),
    (Metrics::QUICKACK.number() as u8, Unit::Number),
    (Metrics::CC_ALGO.number() as u8, Unit::Text),
    (Metrics::RTTVAR.number() as u8, Unit::Time(4)),
    (Metrics::SSTHRESH.number() as u8, Unit::Number),
];
const LAST_ROWS: &[(u8, Unit)] = &[(Metrics::FASTOPEN_NO_COOKIE.number() as u8, Unit::Number)];

/// Parses a time such as `57ms` or `1.5s` into milliseconds multiplied by the factor, rounded up; a
/// number without a unit is taken unchanged.
fn milliseconds(word: &str, factor: u32) -> Option<u32> {
    if let Some(raw) = number32(word) {
        return Some(raw);
    }
    let end = word.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(word.len());
    let (digits, unit) = word.split_at_checked(end)?;
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let is = |units: &[&str]| units.iter().any(|it| same(unit, it));
    let (times, factor) = match unit {
        "" => (1, 1),
        _ if is(&["s", "sec", "secs"]) => (1000, factor),
        _ if is(&["ms", "msec", "msecs"]) => (1, factor),
        _ => return None,
    };
    if rest.contains('.') {
        return None;
    }
    let mut thousandths: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    for at in 0..3 {
        let digit = rest.as_bytes().get(at).map_or(0, |digit| u64::from(digit.wrapping_sub(b'0')));
        thousandths = thousandths.checked_mul(10)?.checked_add(digit)?;
    }
    let more = rest.bytes().skip(3).any(|digit| digit != b'0');
    let all = thousandths.checked_mul(times)?;
    // Digits after the third are rounded up.
    let all = all.checked_add(u64::from(more))?.div_ceil(1000);
    u32::try_from(all).ok()?.checked_mul(factor)
}

/// Returns whether two words are equal but for case.
#[inline(never)]
fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// Metrics of a route, and which of them are locked.
struct MetricArgs {
    body: Body,
    locked: u32,
}

impl MetricArgs {
    /// Parses a metric; returns `false` if the word is none.
    #[inline(never)]
    fn metric(
        &mut self,
        (names, rows): (&'static str, &[(u8, Unit)]),
        word: &str,
        words: &mut Words<'_>,
        err: &mut TextOutput<'_>,
    ) -> Result<bool, Exit> {
        let Some(Entry { at, name, .. }) = entry(names, word) else { return Ok(false) };
        let Some((number, unit)) = rows.get(at) else { return Ok(false) };
        let number = u16::from(*number);
        let mut value = words.value(err)?;
        let bit = 1u32.wrapping_shl(number.into());
        if number == Metrics::RTO_MIN.number() {
            // The kernel has no unlocked form of it.
            self.locked |= bit;
        }
        if value == "lock" && *unit != Unit::Features {
            self.locked |= bit;
            value = words.value(err)?;
        }
        let number_value = match unit {
            Unit::Text => {
                self.body.put(number, value.as_bytes());
                return Ok(true);
            }
            Unit::Features => Some(features(value, words)),
            Unit::Number => number32(value),
            Unit::Time(factor) => milliseconds(value, *factor),
        };
        let on = matches!(name, "quickack" | "fastopen_no_cookie");
        let why = match (number_value, unit) {
            (Some(0), Unit::Features) => "value not valid",
            (Some(2..), _) if on => "value should be 0 or 1",
            (Some(0x100..), _) if name == "hoplimit" => "value is invalid",
            (Some(value), _) => {
                self.body.put_u32(number, value);
                return Ok(true);
            }
            (None, _) => "value is invalid",
        };
        let name = if name == "advmss" { "mss" } else { name };
        writeln!(err, "Error: argument \"{value}\" is wrong: \"{name}\" {why}\n");
        Err(USAGE)
    }
}

/// Parses a list of features.
fn features(word: &str, words: &mut Words<'_>) -> u32 {
    let feature = |word: &str| match word {
        "ecn" => Some(MetricFeatures::ECN.0),
        "tcp_usec_ts" => Some(MetricFeatures::TCP_USEC_TS.0),
        _ => None,
    };
    let mut all = feature(word).unwrap_or(0);
    while let Some(more) = words.peek().and_then(feature) {
        words.next();
        all |= more;
    }
    all
}

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
