//! Printing of routes.

use core::fmt::{self, Display};

use barelink_codec::Parsed;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::{
    MetricFeatures, Metrics, MultipathNextHop, Route, RouteCacheInfo, RouteFlags, RouteHeader,
    RouteTable, RouterPreference,
};
use barelink_codec::value::Value as _;
use barelink_transport::Channel;

use super::args::ParsedArgs;
use super::index::Index;
use super::names::{self, DSFIELDS, FAMILIES, PROTOCOLS, REALMS, ROUTE_TYPES, SCOPES, TABLES};
use super::output::{Output, Value};
use super::prefix::{Address, host_bits};
use super::printer::Printer;
use super::route::{IIF, METRIC, OIF, PROTOCOL, REALMS_MASK, SCOPE, SOURCE, TABLE, TOS, VIA};
use super::rule::Tos;
use super::{encap, nexthop};

/// Prefix, printed without its length if that is the address's.
struct Network<'a>(AddressFamily, &'a [u8], u8);

impl Display for Network<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Address(self.0, self.1).fmt(f)?;
        if self.2 == host_bits(self.0) { Ok(()) } else { write!(f, "/{}", self.2) }
    }
}

/// Prints the flags of a route or next hop (`RTNH_F_*`, `RTM_F_*`).
pub fn print_flags(out: &mut Output<'_>, flags: RouteFlags) {
    out.list(Some("flags"));
    for (flag, word) in [
        (RouteFlags::DEAD, "dead"),
        (RouteFlags::ONLINK, "onlink"),
        (RouteFlags::PERVASIVE, "pervasive"),
        (RouteFlags::HOP_OFFLOAD, "offload"),
        (RouteFlags::HOP_TRAP, "trap"),
        (RouteFlags::NOTIFY, "notify"),
        (RouteFlags::LINKDOWN, "linkdown"),
        (RouteFlags::UNRESOLVED, "unresolved"),
        (RouteFlags::OFFLOAD, "rt_offload"),
        (RouteFlags::TRAP, "rt_trap"),
        (RouteFlags::OFFLOAD_FAILED, "rt_offload_failed"),
    ] {
        if flags.contains(flag) {
            out.element("{} ", Value::Text(&word));
        }
    }
    out.end_list();
}

/// Prints a route.
pub fn print<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    header: &RouteHeader,
    route: &Index<'_, Route>,
    args: &ParsedArgs<'_>,
    deleted: bool,
) {
    let details = printer.options.details;
    let family = header.family;
    let cloned = header.flags.contains(RouteFlags::CLONED);
    printer.out.object(None);
    if deleted {
        printer.out.any("deleted", "Deleted ", true);
    }
    if header.rtm_type.0 != 1 || details {
        printer.name("type", "{} ", header.rtm_type.0, ROUTE_TYPES);
    }
    match route.payload(Route::DST) {
        Some(to) => printer.out.string("dst", "{} ", &Network(family, to, header.dst_len)),
        None if header.dst_len != 0 => {
            printer.out.string("dst", "{} ", &format_args!("0/{}", header.dst_len));
        }
        None => printer.out.string("dst", "{} ", &"default"),
    }
    match route.payload(Route::SRC) {
        Some(from) => {
            printer.out.string("from", "from {} ", &Network(family, from, header.src_len))
        }
        None if header.src_len != 0 => {
            printer.out.string("from", "from {} ", &format_args!("0/{}", header.src_len));
        }
        None => {}
    }
    print_new_labels(printer, route);
    print_encap(printer, route);
    if header.tos != 0 && !args.has(TOS) {
        let names = if printer.options.numeric { "" } else { DSFIELDS };
        printer.out.string("tos", "tos {} ", &Tos(header.tos, names));
    }
    if let Some(id) = route.get(Route::NH_ID) {
        printer.out.any("nhid", "nhid {} ", id);
    }
    let all_via = args.prefix(VIA).is_some_and(|via| via.bits == host_bits(family));
    if !all_via {
        print_gateway(printer, family, route);
    }
    print_via(printer, route);
    if let Some(index) = route.get(Route::OIF).filter(|_| !args.has(OIF)) {
        printer.device("dev", "dev {} ", index);
    }
    let table = route.get(Route::TABLE).unwrap_or(header.table);
    if table.0 != 0 && (table != RouteTable::MAIN || details) && !args.has(TABLE) {
        printer.name("table", "table {} ", table.0, TABLES);
    }
    if !cloned {
        if (header.protocol.0 != 3 || details) && !args.has(PROTOCOL) {
            printer.name("protocol", "proto {} ", header.protocol.0, PROTOCOLS);
        }
        if (header.scope.0 != 0 || details) && !args.has(SCOPE) {
            printer.name("scope", "scope {} ", header.scope.0, SCOPES);
        }
    }
    let all_from = args.prefix(SOURCE).is_some_and(|source| source.bits == host_bits(family));
    if let Some(source) = route.payload(Route::PREFSRC).filter(|_| !all_from) {
        printer.out.string("prefsrc", "src {} ", &Address(family, source));
    }
    if let Some(metric) = route.get(Route::PRIORITY).filter(|_| !args.has(METRIC)) {
        printer.out.any("metric", "metric {} ", metric);
    }
    print_flags(&mut printer.out, header.flags);
    match route.get(Route::MARK) {
        None | Some(0) => {}
        Some(mark @ 1..16) => printer.out.any("mark", "mark {} ", mark),
        Some(mark) => {
            printer.out.key("mark", mark);
            printer.out.text(format_args!("mark {mark:#x} "));
        }
    }
    if let Some(flow) =
        route.get(Route::FLOW).filter(|_| args.number_or_zero(REALMS_MASK) != u32::MAX)
    {
        print_flow(printer, flow);
    }
    if let Some(user) = route.get(Route::UID) {
        printer.out.any("uid", "uid {} ", user);
    }
    if cloned && family == AddressFamily::INET {
        print_cache(printer, header.flags);
    }
    if let Some(info) = route.get(Route::CACHEINFO) {
        if family == AddressFamily::INET || cloned || info.expires != 0 {
            print_cache_info(printer, &info, cloned && family == AddressFamily::INET6);
        }
    }
    if let Some(metrics) = route.nest(Route::METRICS) {
        print_metrics(printer, &metrics);
    }
    if let Some(index) = route.get(Route::IIF).filter(|_| !args.has(IIF)) {
        printer.device("iif", "iif {} ", index);
    }
    if let Some(preference) = route.get(Route::PREF) {
        match preference {
            RouterPreference::LOW => printer.out.string("pref", "pref {}", &"low"),
            RouterPreference::MEDIUM => printer.out.string("pref", "pref {}", &"medium"),
            RouterPreference::HIGH => printer.out.string("pref", "pref {}", &"high"),
            other => printer.out.any("pref", "pref {}", other.0),
        }
    }
    if let Some(on) = route.get(Route::TTL_PROPAGATE) {
        // Spelt as iproute2 does.
        let word = if on != 0 { "ttl-propagate enabled" } else { "ttl-propagate disabled" };
        printer.out.any("ttl-propogate", word, on != 0);
    }
    if let Some(id) = route.get(Route::NH_ID).filter(|_| details) {
        nexthop::print_info(printer, id);
    }
    if let Some(hops) = route.get(Route::MULTIPATH) {
        printer.out.list(Some("nexthops"));
        for hop in hops.flatten() {
            print_hop(printer, family, &hop);
        }
        printer.out.end_list();
    }
    printer.out.literal("\n");
    printer.out.end_object();
}

/// Prints the label stack that replaces a packet's (`RTA_NEWDST`).
fn print_new_labels<C: Channel>(printer: &mut Printer<'_, '_, C>, route: &Index<'_, Route>) {
    if let Some(labels) = route.payload(Route::NEWDST) {
        printer.out.string("to", "as to {} ", &Address(AddressFamily::MPLS, labels));
    }
}

fn print_encap<C: Channel>(printer: &mut Printer<'_, '_, C>, route: &Index<'_, Route>) {
    let (encap_type, bytes) = (route.get(Route::ENCAP_TYPE), route.payload(Route::ENCAP));
    if let (Some(encap_type), Some(bytes)) = (encap_type, bytes) {
        encap::print(printer, encap_type, bytes);
    }
}

fn print_gateway<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    family: AddressFamily,
    route: &Index<'_, Route>,
) {
    if let Some(gateway) = route.payload(Route::GATEWAY) {
        printer.out.string("gateway", "via {} ", &Address(family, gateway));
    }
}

/// Prints a gateway of another family than the route's (`RTA_VIA`).
fn print_via<C: Channel>(printer: &mut Printer<'_, '_, C>, route: &Index<'_, Route>) {
    let Some(via) = route.payload(Route::VIA) else { return };
    let Some((family, address)) = via.split_at_checked(2) else { return };
    let family = AddressFamily(u16::read(family).unwrap_or(0) as u8);
    printer.out.object(Some("via"));
    match names::name(family.0.into(), FAMILIES) {
        Some(name) => printer.out.string("family", "via {} ", &name),
        None => printer.out.string("family", "via {} ", &"???"),
    }
    printer.out.string("host", "{} ", &Address(family, address));
    printer.out.end_object();
}

fn print_flow<C: Channel>(printer: &mut Printer<'_, '_, C>, flow: u32) {
    let (from, to) = (flow >> 16, flow & 0xffff);
    printer.out.object(Some("flow"));
    if from != 0 {
        printer.out.literal("realms ");
        printer.name("from", "{}/", from, REALMS);
    } else {
        printer.out.literal("realm ");
    }
    printer.name("to", "{} ", to, REALMS);
    printer.out.end_object();
}

/// Names of the cache flags, `RTCF_*`.
const CACHE_FLAGS: [(u32, &str); 14] = [
    (0x8000_0000, "local"),
    (0x4000_0000, "reject"),
    (0x2000_0000, "mc"),
    (0x1000_0000, "brd"),
    (0x0800_0000, "dst-nat"),
    (0x0080_0000, "src-nat"),
    (0x0040_0000, "masq"),
    (0x0002_0000, "dst-direct"),
    (0x0400_0000, "src-direct"),
    (0x0004_0000, "redirected"),
    (0x0100_0000, "redirect"),
    (0x0020_0000, "fastroute"),
    (0x0001_0000, "notify"),
    (0x0008_0000, "proxy"),
];

fn print_cache<C: Channel>(printer: &mut Printer<'_, '_, C>, flags: RouteFlags) {
    let mut left = flags.0 & !0xffff;
    printer.out.list(Some("cache"));
    printer.out.line();
    printer.out.literal("    cache ");
    if left != 0 {
        printer.out.literal("<");
    }
    for (flag, word) in CACHE_FLAGS {
        if left & flag != 0 {
            left &= !flag;
            printer.out.element(if left == 0 { "{}> " } else { "{}," }, Value::Text(&word));
        }
    }
    if left != 0 {
        printer.out.element("{}> ", Value::Text(&format_args!("{left:x}")));
    }
    printer.out.end_list();
}

fn print_cache_info<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    info: &RouteCacheInfo,
    cached: bool,
) {
    if cached {
        printer.out.line();
        printer.out.literal("    cache ");
    }
    if info.expires != 0 {
        printer.out.any("expires", "expires {}sec ", info.expires / 100);
    }
    if info.error != 0 {
        printer.out.any("error", "error {} ", info.error as i32);
    }
    if printer.options.stats > 0 {
        for (key, template, number) in [
            ("users", "users {} ", info.clients),
            ("used", "used {} ", info.used),
            ("age", "age {}sec ", info.last_use / 100),
        ] {
            if number != 0 {
                printer.out.any(key, template, number);
            }
        }
    }
    if info.id != 0 {
        printer.out.any("ipid", "ipid {} ", Value::Hex(info.id.into()));
    }
}

/// Time in milliseconds, printed as seconds from 1000 on.
struct Millis(u32);

impl Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 1000, self.0 % 1000);
        match (whole, rest) {
            (0, rest) => write!(f, "{rest}ms"),
            (whole, 0) => write!(f, "{whole}s"),
            (whole, rest) if rest % 100 == 0 => write!(f, "{whole}.{}s", rest / 100),
            (whole, rest) if rest % 10 == 0 => write!(f, "{whole}.{:02}s", rest / 10),
            (whole, rest) => write!(f, "{whole}.{rest:03}s"),
        }
    }
}

/// Prints the metrics, in the order of their numbers.
fn print_metrics<C: Channel>(printer: &mut Printer<'_, '_, C>, metrics: &Index<'_, Metrics>) {
    let locks = metrics.get(Metrics::LOCK).unwrap_or_default();
    let out = &mut printer.out;
    out.list(Some("metrics"));
    out.object(None);
    let start = |out: &mut Output<'_>, word: &str, number: u16| {
        let lock = if locks.0 & 1 << number != 0 { "lock " } else { "" };
        out.text(format_args!("{word} {lock}"));
    };
    for (key, word) in [
        (Metrics::MTU, "mtu"),
        (Metrics::WINDOW, "window"),
        (Metrics::RTT, "rtt"),
        (Metrics::RTTVAR, "rttvar"),
        (Metrics::SSTHRESH, "ssthresh"),
        (Metrics::CWND, "cwnd"),
        (Metrics::ADVMSS, "advmss"),
        (Metrics::REORDERING, "reordering"),
        (Metrics::HOPLIMIT, "hoplimit"),
        (Metrics::INITCWND, "initcwnd"),
        (Metrics::FEATURES.cast(), "features"),
        (Metrics::RTO_MIN, "rto_min"),
        (Metrics::INITRWND, "initrwnd"),
        (Metrics::QUICKACK, "quickack"),
        (Metrics::FASTOPEN_NO_COOKIE, "fastopen_no_cookie"),
    ] {
        let number = key.number();
        if number == Metrics::FASTOPEN_NO_COOKIE.number() {
            // The congestion control algorithm has the number before.
            if let Some(name) = metrics.get(Metrics::CC_ALGO) {
                start(out, "congctl", Metrics::CC_ALGO.number());
                out.string("congestion", "{} ", &name);
            }
        }
        let Some(value) = metrics.get(key) else { continue };
        let time = match number {
            _ if number == Metrics::RTT.number() => Some(value / 8),
            _ if number == Metrics::RTTVAR.number() => Some(value / 4),
            _ if number == Metrics::RTO_MIN.number() => Some(value),
            _ => None,
        };
        if number == Metrics::HOPLIMIT.number() && value == u32::MAX {
            continue;
        }
        start(out, word, number);
        if number == Metrics::FEATURES.number() {
            print_features(out, MetricFeatures(value));
        } else if let Some(time) = time {
            out.key(word, time);
            out.text(format_args!("{} ", Millis(time)));
        } else {
            out.any(word, "{} ", value);
        }
    }
    out.end_object();
    out.end_list();
}

fn print_features(out: &mut Output<'_>, features: MetricFeatures) {
    let mut left = features;
    for (feature, word, text) in [
        (MetricFeatures::ECN, "ecn", "ecn "),
        (MetricFeatures::TCP_USEC_TS, "tcp_usec_ts", "tcp_usec_ts "),
    ] {
        if left.contains(feature) {
            left = left.without(feature);
            out.any(word, text, Value::Null(""));
        }
    }
    if left != MetricFeatures::EMPTY {
        out.any("features", "{} ", Value::Hex(features.0.into()));
    }
}

/// Prints a next hop of a multipath route.
fn print_hop<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    family: AddressFamily,
    hop: &Parsed<'_, MultipathNextHop, Route>,
) {
    let attrs = Index::new(hop.attrs);
    printer.out.object(None);
    printer.out.line();
    printer.out.literal("\tnexthop ");
    print_encap(printer, &attrs);
    print_new_labels(printer, &attrs);
    print_gateway(printer, family, &attrs);
    print_via(printer, &attrs);
    if let Some(flow) = attrs.get(Route::FLOW) {
        print_flow(printer, flow);
    }
    printer.device("dev", "dev {} ", hop.header.index as u32);
    if family != AddressFamily::MPLS {
        printer.out.any("weight", "weight {} ", u32::from(hop.header.hops) + 1);
    }
    print_flags(&mut printer.out, RouteFlags(hop.header.flags.0));
    printer.out.end_object();
}
