//! `ip route add|append|prepend|change|replace|test|delete|flush`.

use barelink_codec::rtnl::family::AddressFamily;
use barelink_codec::rtnl::route::{
    self, MetricFeatures, Metrics, NextHopFlags, Route, RouteFlags, RouteHeader, RouteProtocol,
    RouteScope, RouteTable, RouteType, RouterPreference,
};
use barelink_transport::Channel;

use super::body::Body;
use super::change::{
    Doomed, How, Row, exact, family_address, flush, named, option, realms, send, settle, short,
    uint, whole,
};
use super::names::{DSFIELDS, PROTOCOLS, SCOPES, TABLES, TYPES, known};
use super::pen::Pen;
use super::prefix::Prefix;
use super::verb::Verb;
use super::words::{Complaints, Exit, USAGE, Words, abbreviates, twice, wrong};
use super::{Ip, encap_change, route as shown};

const METRIC: &str = "\"metric\" value is invalid\n";

/// Words with a plain value.
const ROWS: &[Row] = &[
    exact("expires", Route::EXPIRES.number(), How::U32, "\"expires\" value is invalid\n"),
    short("metric", Route::PRIORITY.number(), How::U32, METRIC),
    short("priority", Route::PRIORITY.number(), How::U32, METRIC),
    short("preference", Route::PRIORITY.number(), How::U32, METRIC),
    exact("nhid", Route::NH_ID.number(), How::U32, "\"id\" value is invalid\n"),
];

/// How a metric is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Number,
    /// Milliseconds, times this.
    Time(u32),
    Text,
    Features,
}

/// The metrics, in the order that abbreviations are tried; whether the beginning of a word will do.
const METRICS: &[(&str, bool, u16, Unit)] = &[
    ("mtu", false, Metrics::MTU.number(), Unit::Number),
    ("hoplimit", false, Metrics::HOPLIMIT.number(), Unit::Number),
    ("advmss", false, Metrics::ADVMSS.number(), Unit::Number),
    ("reordering", true, Metrics::REORDERING.number(), Unit::Number),
    ("rtt", false, Metrics::RTT.number(), Unit::Time(8)),
    ("rto_min", false, Metrics::RTO_MIN.number(), Unit::Time(1)),
    ("window", true, Metrics::WINDOW.number(), Unit::Number),
    ("cwnd", true, Metrics::CWND.number(), Unit::Number),
    ("initcwnd", true, Metrics::INITCWND.number(), Unit::Number),
    ("initrwnd", true, Metrics::INITRWND.number(), Unit::Number),
    ("features", true, Metrics::FEATURES.number(), Unit::Features),
    ("quickack", true, Metrics::QUICKACK.number(), Unit::Number),
    ("congctl", true, Metrics::CC_ALGO.number(), Unit::Text),
    ("rttvar", true, Metrics::RTTVAR.number(), Unit::Time(4)),
    ("ssthresh", true, Metrics::SSTHRESH.number(), Unit::Number),
];

/// The metrics tried behind all other words.
const LATE: &[(&str, bool, u16, Unit)] =
    &[("fastopen_no_cookie", true, Metrics::FASTOPEN_NO_COOKIE.number(), Unit::Number)];

/// Milliseconds of a time: `57ms`, `1.5s`; a bare number is taken as it is, without the factor.
fn milliseconds(word: &str, factor: u32) -> Option<u32> {
    let end = word.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(word.len());
    let (digits, unit) = word.split_at_checked(end)?;
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let times = match unit {
        "" if rest.is_empty() => return super::words::number32(word),
        "s" | "sec" | "secs" => 1000,
        "" | "ms" | "msec" | "msecs" => 1,
        _ => return None,
    };
    let mut thousandths: u64 = 0;
    for at in 0..3 {
        let digit = rest.as_bytes().get(at).map_or(0, |digit| u64::from(digit.wrapping_sub(b'0')));
        thousandths = thousandths.wrapping_mul(10).wrapping_add(digit);
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let all = whole.checked_mul(1000)?.checked_add(thousandths)?.checked_mul(times)?;
    // A part of a millisecond counts as a whole one.
    let whole = all.div_ceil(1000);
    u32::try_from(whole).ok()?.checked_mul(factor)
}

/// What is collected beside the attributes.
struct Collected {
    metrics: Body,
    locked: u32,
}

impl Collected {
    /// Takes a metric; whether the word is one.
    #[inline(never)]
    fn metric(
        &mut self,
        rows: &[(&str, bool, u16, Unit)],
        word: &str,
        words: &mut Words<'_>,
        err: &mut Complaints<'_>,
    ) -> Result<bool, Exit> {
        let row = rows.iter().find(|row| row.0 == word || row.1 && abbreviates(word, row.0));
        let Some((name, _, number, unit)) = row else { return Ok(false) };
        let mut value = words.value(err)?;
        if *number == Metrics::RTO_MIN.number() {
            // One cannot ask for it unlocked.
            self.locked |= 1u32.wrapping_shl((*number).into());
        }
        if value == "lock" && *unit != Unit::Features {
            self.locked |= 1u32.wrapping_shl((*number).into());
            value = words.value(err)?;
        }
        let number_value = match unit {
            Unit::Text => {
                self.metrics.put(*number, value.as_bytes());
                return Ok(true);
            }
            Unit::Features => Some(features(value, words)),
            Unit::Number => super::words::number32(value),
            Unit::Time(factor) => milliseconds(value, *factor),
        };
        let Some(value) = number_value else {
            writeln!(err, "Error: argument \"{value}\" is wrong: \"{name}\" value is invalid\n");
            return Err(USAGE);
        };
        self.metrics.put_u32(*number, value);
        Ok(true)
    }
}

/// The features from this word on.
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

/// Puts a gateway, of the route's own family or another.
fn gateway(
    words: &mut Words<'_>,
    family: &mut AddressFamily,
    body: &mut Body,
    err: &mut Complaints<'_>,
) -> Result<(), Exit> {
    let via = family_address(words, *family, err)?;
    settle(family, via.family);
    if via.family == *family {
        body.put(Route::GATEWAY.number(), via.octets());
    } else {
        let mut room = [0; 18];
        let [f0, f1] = u16::from(via.family.0).to_ne_bytes();
        let family = [f0, f1];
        let payload = room.iter_mut().zip(family.iter().chain(via.octets()));
        payload.for_each(|(to, from)| *to = *from);
        let len = via.octets().len().saturating_add(2);
        body.put(Route::VIA.number(), room.get(..len).unwrap_or_default());
    }
    Ok(())
}

/// Puts the label or labels, or the address, that a packet's target becomes.
fn new_target(
    words: &mut Words<'_>,
    family: &mut AddressFamily,
    body: &mut Body,
    err: &mut Complaints<'_>,
) -> Result<(), Exit> {
    let mut word = words.value(err)?;
    if word == "to" {
        word = words.value(err)?;
    }
    if *family == AddressFamily::MPLS {
        return encap_change::labels(word, Route::NEWDST.number(), body, err);
    }
    let target = whole(word, *family, err)?;
    settle(family, target.family);
    body.put(Route::NEWDST.number(), target.octets());
    Ok(())
}

/// Puts the next hops of a route that has several.
fn next_hops<C: Channel>(
    words: &mut Words<'_>,
    family: &mut AddressFamily,
    body: &mut Body,
    pen: &mut Pen<'_, '_, C>,
) -> Result<(), Exit> {
    let open = body.open(Route::MULTIPATH.number());
    while let Some(word) = words.next() {
        if word != "nexthop" {
            writeln!(
                pen.err,
                "Error: \"nexthop\" or end of line is expected instead of \"{word}\""
            );
            return Err(USAGE);
        }
        if words.peek().is_none() {
            pen.err.write_str("Error: unexpected end of line after \"nexthop\"\n");
            return Err(USAGE);
        }
        let mut hop = route::Hop::default();
        let start = body.here();
        body.structure(&hop);
        while let Some(word) = words.peek().filter(|word| *word != "nexthop") {
            words.next();
            match word {
                "via" => gateway(words, family, body, pen.err)?,
                "dev" => {
                    let name = words.value(pen.err)?;
                    let found = pen.find(name);
                    if found.is_err() {
                        pen.err.write_str("Error: cannot parse nexthop\n");
                    }
                    hop.index = found.map_err(|_| USAGE)? as i32;
                }
                "weight" => {
                    let word = words.value(pen.err)?;
                    let weight = uint(word, 256, "\"weight\" is invalid\n", pen.err)?;
                    let Some(hops) = weight.checked_sub(1) else {
                        return Err(wrong(pen.err, word, "\"weight\" is invalid\n"));
                    };
                    hop.hops = hops as u8;
                }
                "onlink" => hop.flags = NextHopFlags::ONLINK,
                "encap" => encap_change::parse(
                    words,
                    body,
                    Route::ENCAP.number(),
                    Route::ENCAP_TYPE.number(),
                    pen,
                )?,
                "as" => new_target(words, family, body, pen.err)?,
                _ if abbreviates(word, "realms") => {
                    let realms = realms(words.value(pen.err)?, pen.err)?;
                    body.put_u32(Route::FLOW.number(), realms);
                }
                _ => {
                    writeln!(
                        pen.err,
                        "Error: \"nexthop\" or end of line is expected instead of \"{word}\""
                    );
                    return Err(USAGE);
                }
            }
        }
        body.structure_at(start, &hop);
    }
    body.close(open);
    Ok(())
}

/// Reads the prefix behind a word, and puts it.
fn prefix(
    word: &str,
    family: &mut AddressFamily,
    number: u16,
    body: &mut Body,
    err: &mut Complaints<'_>,
) -> Result<u8, Exit> {
    let prefix = Prefix::parse(word, *family, err)?;
    settle(family, prefix.family);
    if !prefix.octets().is_empty() {
        body.put(number, prefix.octets());
    }
    Ok(prefix.bits)
}

/// `ip route add`, `append`, `prepend`, `change`, `replace`, `test`, `delete`.
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
        header.kind = RouteType::UNICAST;
    }
    let mut family = ip.pen.options.family;
    let mut body = Body::new(&header);
    let mut collected = Collected { metrics: Body::empty(), locked: 0 };
    let (mut device, mut target, mut typed, mut table_given) = (None, false, false, false);
    let (mut scope, mut gateway_given, mut several) = (None, false, false);
    while let Some(word) = words.peek() {
        if word == "nexthop" {
            several = true;
            break;
        }
        words.next();
        let pen = &mut ip.pen;
        match word {
            "src" => {
                let source = whole(words.value(pen.err)?, family, pen.err)?;
                settle(&mut family, source.family);
                body.put(Route::PREFSRC.number(), source.octets());
            }
            "as" => new_target(&mut words, &mut family, &mut body, pen.err)?,
            "via" => {
                gateway_given = true;
                gateway(&mut words, &mut family, &mut body, pen.err)?;
            }
            "from" => {
                let word = words.value(pen.err)?;
                let number = Route::SRC.number();
                header.src_len = prefix(word, &mut family, number, &mut body, pen.err)?;
            }
            _ if word == "tos" || abbreviates(word, "dsfield") => {
                let why = "\"tos\" value is invalid\n";
                header.tos = named(words.value(pen.err)?, DSFIELDS, 0xff, why, pen.err)? as u8;
            }
            "pref" => {
                let preference = match words.value(pen.err)? {
                    "low" => RouterPreference::LOW.0,
                    "medium" => RouterPreference::MEDIUM.0,
                    "high" => RouterPreference::HIGH.0,
                    word => uint(word, 0xff, "\"pref\" value is invalid\n", pen.err)? as u8,
                };
                body.put_u8(Route::PREF.number(), preference);
            }
            _ if option(ROWS, word, &mut words, &mut body, pen)? => {
                gateway_given |= word == "nhid";
            }
            "scope" => {
                let why = "invalid \"scope\" value\n";
                scope = Some(named(words.value(pen.err)?, SCOPES, 0xff, why, pen.err)? as u8);
            }
            _ if collected.metric(METRICS, word, &mut words, pen.err)? => {}
            _ if abbreviates(word, "realms") => {
                let realms = realms(words.value(pen.err)?, pen.err)?;
                body.put_u32(Route::FLOW.number(), realms);
            }
            "onlink" => header.flags |= RouteFlags::ONLINK,
            _ if abbreviates(word, "protocol") => {
                let why = "\"protocol\" value is invalid\n";
                let word = words.value(pen.err)?;
                header.protocol.0 = named(word, PROTOCOLS, 0xff, why, pen.err)? as u8;
            }
            _ if word == "vrf" || abbreviates(word, "table") => {
                let value = words.value(pen.err)?;
                let table = if word == "vrf" {
                    let table = pen.vrf_table(value);
                    table.ok_or_else(|| wrong(pen.err, value, "Invalid VRF\n"))?
                } else {
                    let why = "\"table\" value is invalid\n";
                    named(value, TABLES, u32::MAX, why, pen.err)?
                };
                header.table = RouteTable(if table < 256 { table } else { 0 });
                if table >= 256 {
                    body.put_u32(Route::TABLE.number(), table);
                }
                table_given = true;
            }
            "dev" | "oif" => device = Some(words.value(pen.err)?),
            "encap" => encap_change::parse(
                &mut words,
                &mut body,
                Route::ENCAP.number(),
                Route::ENCAP_TYPE.number(),
                pen,
            )?,
            "ttl-propagate" => {
                let on = match words.value(pen.err)? {
                    "enabled" => 1,
                    "disabled" => 0,
                    word => {
                        return Err(wrong(pen.err, word, "\"ttl-propagate\" value is invalid\n"));
                    }
                };
                body.put_u8(Route::TTL_PROPAGATE.number(), on);
            }
            _ if collected.metric(LATE, word, &mut words, pen.err)? => {}
            _ => {
                let mut word = if word == "to" { words.value(pen.err)? } else { word };
                let kind = known(word, TYPES);
                let digit = word.starts_with(|it: char| it.is_ascii_digit());
                if let Some(kind) = kind.filter(|_| !digit) {
                    word = words.value(pen.err)?;
                    header.kind.0 = kind as u8;
                    typed = true;
                }
                if abbreviates(word, "help") {
                    return Err(super::usage(pen.err));
                }
                if target {
                    return Err(twice(pen.err, "to", word));
                }
                let number = Route::DST.number();
                header.dst_len = prefix(word, &mut family, number, &mut body, pen.err)?;
                target = true;
            }
        }
    }
    if !target {
        return Err(super::usage(ip.pen.err));
    }
    if let Some(device) = device {
        let index = ip.pen.find(device)?;
        body.put_u32(Route::OIF.number(), index);
    }
    if !collected.metrics.is_empty() {
        if collected.locked != 0 {
            collected.metrics.put_u32(Metrics::LOCK.number(), collected.locked);
        }
        body.put(Route::METRICS.number(), collected.metrics.bytes());
    }
    if several {
        next_hops(&mut words, &mut family, &mut body, &mut ip.pen)?;
    }
    settle(&mut family, AddressFamily::INET);
    header.family = family;
    if !table_given
        && matches!(
            header.kind,
            RouteType::LOCAL | RouteType::BROADCAST | RouteType::NAT | RouteType::ANYCAST
        )
    {
        header.table = RouteTable::LOCAL;
    }
    header.scope = match scope {
        Some(scope) => RouteScope(scope),
        None => default_scope(&header, deleting, gateway_given || several),
    };
    if !typed && family == AddressFamily::MPLS {
        header.kind = RouteType::UNICAST;
    }
    body.header(&header);
    let kind = if deleting { route::DEL } else { route::NEW.with(verb.flags()) };
    send(ip, kind, &body)
}

/// How far away a route leads that does not say so.
fn default_scope(header: &RouteHeader, deleting: bool, by_gateway: bool) -> RouteScope {
    if header.family != AddressFamily::INET {
        return RouteScope::UNIVERSE;
    }
    match header.kind {
        RouteType::LOCAL | RouteType::NAT => RouteScope::HOST,
        RouteType::BROADCAST | RouteType::MULTICAST | RouteType::ANYCAST => RouteScope::LINK,
        RouteType::UNICAST | RouteType::UNSPEC if deleting => RouteScope::NOWHERE,
        RouteType::UNICAST | RouteType::UNSPEC if !by_gateway => RouteScope::LINK,
        _ if deleting => RouteScope::NOWHERE,
        _ => RouteScope::UNIVERSE,
    }
}

/// `ip route flush`.
fn flush_command<C: Channel>(ip: &mut Ip<'_, '_, C>, words: Words<'_>) -> Result<(), Exit> {
    if words.peek().is_none() {
        ip.pen.err.write_str("\"ip route flush\" requires arguments.\n");
        return Err(Exit(1));
    }
    if words.peek() == Some("cache") {
        // No kernel that is maintained has such a cache any more.
        return Ok(());
    }
    flush(ip, route::DEL, &mut |ip, doomed: &mut Doomed| shown::find(ip, words, Some(doomed)))?;
    Ok(())
}
