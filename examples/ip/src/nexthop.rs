//! `ip nexthop show`, `get` and `bucket`: next hops, their groups, and the buckets of groups.

use core::fmt::{self, Display};

use barelink_codec::frame::NESTED;
use barelink_codec::rtnl::route::RouteFlags;
use barelink_codec::rtnl::route::nexthop::{
    self, NextHop, NextHopGroupStats, NextHopGroupStatsEntry, NextHopGroupType, NextHopHeader,
    NextHopOpFlags, ResilientBucket, ResilientGroup,
};
use barelink_codec::rtnl::route::nexthop_bucket;
use barelink_codec::{Attrs, Parsed};
use barelink_transport::Channel;

use super::args::{ArgTable, ArgType, ParsedArgs, arg_table, attr, key, parse_arg, slot};
use super::body::Body;
use super::change::DeleteBatch;
use super::index::Index;
use super::names::{PROTOCOLS, SCOPES};
use super::output::Value;
use super::prefix::Address;
use super::print_table::{self, Form, PrintTable, by, print_table, show};
use super::printer::Printer;
use super::request;
use super::verb::{Verb, verb};
use super::words::{Exit, Words, invalid_argument};
use super::{Ip, encap, errors, route};

/// Slots of the filter.
const ID: u8 = 0;
const HOP: u8 = 1;
const PROTOCOL: u8 = 2;
const PLACE: u8 = 3;

/// Words of the filter; attributes go into the request at once.
const WORDS: ArgTable = arg_table! {
    "=id!!invalid id value" => slot(ID, ArgType::Number(32)),
    "=nhid!!invalid id value" => slot(HOP, ArgType::Number(32)),
    "dev!Device does not exist" => attr(NextHop::OIF, ArgType::Link),
    "groups" => key(NextHop::GROUPS),
    "master!Device does not exist" => attr(NextHop::MASTER, ArgType::Link),
    "vrf!Invalid VRF" => attr(NextHop::MASTER, ArgType::VrfLink),
    "protocol!!invalid protocol value" => slot(PROTOCOL, ArgType::Number(32)),
    "fdb" => key(NextHop::FDB),
};

const BUCKET_WORDS: ArgTable = arg_table! {
    "=id!!invalid id value" => slot(ID, ArgType::Number(32)),
    "=index!!invalid bucket index value" => slot(PLACE, ArgType::Number(16)),
};

/// Time in hundredths of a second, printed as seconds with up to two decimals.
pub struct Seconds(pub u64);

impl Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        match rest {
            0 => write!(f, "{whole}"),
            rest if rest % 10 == 0 => write!(f, "{whole}.{}", rest / 10),
            rest => write!(f, "{whole}.{rest:02}"),
        }
    }
}

/// Runs `ip nexthop show`, `get` and `bucket`.
pub fn command<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    verb: Verb,
    mut words: Words<'_>,
) -> Result<(), Exit> {
    if verb == Verb::Bucket {
        return bucket_command(ip, words);
    }
    let (args, body) = parse(&mut words, &mut ip.printer, verb)?;
    match args.number(ID) {
        Some(id) => get(ip, id as u32),
        None if verb == Verb::Get => Err(super::usage::of("nexthop", ip.printer.err)),
        None => {
            ip.printer.out.start();
            dump(ip, &args, body, None)?;
            ip.printer.out.finish();
            Ok(())
        }
    }
}

/// Parses the filter, and the body of the request.
fn parse<'w, C: Channel>(
    words: &mut Words<'w>,
    printer: &mut Printer<'_, '_, C>,
    verb: Verb,
) -> Result<(ParsedArgs<'w>, Body), Exit> {
    let header = NextHopHeader { family: printer.options.family, ..Default::default() };
    let (mut args, mut body) = (ParsedArgs::new(header.family), Body::new(&header));
    while let Some(word) = words.next() {
        if !parse_arg(&WORDS, word, words, (&mut args, Some(&mut body)), printer)? {
            if verb == Verb::Get {
                return Err(super::usage::of("nexthop", printer.err));
            }
            return Err(invalid_argument(printer.err, word, ""));
        }
        // An ID selects one next hop; the rest is ignored, as iproute2 does.
        if args.last == "id" && verb != Verb::Bucket {
            break;
        }
    }
    Ok((args, body))
}

/// Requests counters, if they are printed.
fn put_flags(stats: u8, body: &mut Body) {
    let flags = match stats {
        0 => return,
        1 => NextHopOpFlags::DUMP_STATS,
        _ => NextHopOpFlags::DUMP_STATS | NextHopOpFlags::DUMP_HW_STATS,
    };
    body.put_u32(NextHop::OP_FLAGS.number(), flags.0);
}

/// Returns the ID of the one next hop that the filter selects, if it has one.
pub fn only<C: Channel>(
    mut words: Words<'_>,
    printer: &mut Printer<'_, '_, C>,
) -> Result<Option<u32>, Exit> {
    Ok(parse(&mut words, printer, Verb::Flush)?.0.number(ID).map(|id| id as u32))
}

/// Dumps next hops, and adds those that match to `deletions`.
pub fn find<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    mut words: Words<'_>,
    deletions: &mut DeleteBatch,
) -> Result<(), Exit> {
    let (args, body) = parse(&mut words, &mut ip.printer, Verb::Flush)?;
    dump(ip, &args, body, Some(deletions))
}

/// Dumps next hops, and prints those that match or adds them to `deletions`.
fn dump<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    args: &ParsedArgs<'_>,
    mut body: Body,
    mut deletions: Option<&mut DeleteBatch>,
) -> Result<(), Exit> {
    let printer = &mut ip.printer;
    put_flags(printer.options.stats, &mut body);
    let result = request::dump(&mut ip.kernel, nexthop::GET, &body, &mut |hop| {
        let index = Index::new(hop.attrs);
        let protocol = u64::from(hop.header.protocol.0);
        if args.number(PROTOCOL).is_some_and(|wanted| wanted != 0 && wanted != protocol) {
            return;
        }
        match deletions.as_deref_mut() {
            Some(deletions) => {
                let id = index.get(NextHop::ID).unwrap_or(0);
                deletions.push_id(printer, &NextHopHeader::default(), NextHop::ID.number(), id);
            }
            None => {
                printer.out.object(None);
                print(printer, &hop.header, &index, false);
                printer.out.literal("\n");
                printer.out.end_object();
            }
        }
    });
    result
        .or_else(|error| errors::dump_or_flush_failed(printer.err, &error, deletions.is_some(), 2))
}

fn get<C: Channel>(ip: &mut Ip<'_, '_, C>, id: u32) -> Result<(), Exit> {
    let printer = &mut ip.printer;
    let body = request(printer, id);
    let result = request::get(&mut ip.kernel, nexthop::GET, &body, &mut |hop| {
        printer.out.start();
        printer.out.object(None);
        print(printer, &hop.header, &Index::new(hop.attrs), false);
        printer.out.literal("\n");
        printer.out.end_object();
        printer.out.finish();
    });
    result.map_err(|error| errors::request_failed(printer.err, &error))
}

/// Returns the body of a request for a next hop.
fn request<C: Channel>(printer: &Printer<'_, '_, C>, id: u32) -> Body {
    let header = NextHopHeader { family: printer.options.family, ..Default::default() };
    let mut body = Body::new(&header);
    body.put_u32(NextHop::ID.number(), id);
    put_flags(printer.options.stats, &mut body);
    body
}

const NUMBER: PrintTable = print_table! { "id" => show(NextHop::ID) };
const COUNTS: PrintTable = print_table! {
    "id|    id {}" => show(NextHopGroupStatsEntry::ID),
    "packets| packets {}" => show(NextHopGroupStatsEntry::PACKETS),
};

/// Prints a next hop within an object that has been begun.
pub fn print<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    header: &NextHopHeader,
    hop: &Index<'_, NextHop>,
    deleted: bool,
) {
    let options = printer.options;
    if deleted {
        printer.out.any("deleted", "Deleted ", true);
    }
    print_table::print(printer, &hop.all, &NUMBER);
    if let Some(members) = hop.get(NextHop::GROUP) {
        printer.out.list(Some("group"));
        let mut before = "group ";
        for member in members {
            printer.out.object(None);
            printer.out.literal(before);
            printer.out.any("id", "{}", member.id);
            let weight = u16::from(member.weight) | u16::from(member.weight_high) << 8;
            if weight != 0 {
                printer.out.any("weight", ",{}", u32::from(weight) + 1);
            }
            printer.out.end_object();
            before = "/";
        }
        printer.out.literal(" ");
        printer.out.end_list();
    }
    match hop.get(NextHop::GROUP_TYPE) {
        None | Some(NextHopGroupType::MPATH) => {}
        Some(NextHopGroupType::RES) => printer.out.string("type", "type {} ", &"resilient"),
        Some(_) => printer.out.string("type", "type {} ", &"<unknown type>"),
    }
    if let Some(group) = hop.nest(NextHop::RES_GROUP) {
        print_resilient(printer, &group);
    }
    if let (Some(encap_type), Some(encap)) =
        (hop.get(NextHop::ENCAP_TYPE), hop.payload(NextHop::ENCAP))
    {
        encap::print(printer, encap_type, encap);
    }
    if let Some(gateway) = hop.payload(NextHop::GATEWAY) {
        printer.out.string("gateway", "via {} ", &Address(header.family, gateway));
    }
    if let Some(index) = hop.get(NextHop::OIF).filter(|index| *index != 0) {
        printer.device("dev", "dev {} ", index);
    }
    if header.scope.0 != 0 || options.details {
        printer.name("scope", "scope {} ", header.scope.0, SCOPES);
    }
    if hop.has(NextHop::BLACKHOLE) {
        printer.out.any("blackhole", "blackhole ", Value::Null(""));
    }
    if header.protocol.0 != 0 || options.details {
        printer.name("protocol", "proto {} ", header.protocol.0, PROTOCOLS);
    }
    route::print_flags(&mut printer.out, RouteFlags(header.flags.0));
    if hop.has(NextHop::FDB) {
        printer.out.any("fdb", "fdb", Value::Null(""));
    }
    if options.details || options.stats > 0 {
        if let Some(enabled) = hop.get(NextHop::HW_STATS_ENABLE) {
            let used = hop.get(NextHop::HW_STATS_USED).unwrap_or(0);
            printer.out.object(Some("hw_stats"));
            printer.out.any("enabled", "hw_stats {} ", Value::OnOff(enabled != 0));
            printer.out.any("used", "used {} ", Value::OnOff(used != 0));
            printer.out.end_object();
        }
    }
    if let Some(stats) = hop.get(NextHop::GROUP_STATS).filter(|_| options.stats > 0) {
        printer.out.list(Some("group_stats"));
        printer.out.line();
        printer.out.literal("  stats:");
        for entry in stats.all(NextHopGroupStats::ENTRY).flatten() {
            let entry: Index<'_, NextHopGroupStatsEntry> = Index::new(entry);
            printer.out.line();
            printer.out.object(None);
            print_table::print(printer, &entry.all, &COUNTS);
            if options.stats > 1 {
                let print_table = print_table! { "packets_hw| packets_hw {}" => show(NextHopGroupStatsEntry::PACKETS_HW) };
                print_table::print(printer, &entry.all, &print_table);
            }
            printer.out.end_object();
        }
        printer.out.end_list();
    }
}

const RESILIENT: PrintTable = print_table! {
    "buckets" => show(ResilientGroup::BUCKETS),
    "idle_timer" => by(ResilientGroup::IDLE_TIMER, Form::Seconds),
    "unbalanced_timer" => by(ResilientGroup::UNBALANCED_TIMER, Form::Seconds),
    "unbalanced_time" => by(ResilientGroup::UNBALANCED_TIME, Form::Seconds),
};

fn print_resilient<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    group: &Index<'_, ResilientGroup>,
) {
    printer.out.object(Some("resilient_args"));
    print_table::print(printer, &group.all, &RESILIENT);
    printer.out.end_object();
}

/// Runs `ip nexthop bucket`.
fn bucket_command<C: Channel>(ip: &mut Ip<'_, '_, C>, mut words: Words<'_>) -> Result<(), Exit> {
    match verb(&mut words, "nexthop", ip.printer.err)? {
        Verb::Show => {}
        Verb::Get => return bucket_get(ip, words),
        _ => return Err(super::usage::of("nexthop", ip.printer.err)),
    }
    let (args, mut body) = parse(&mut words, &mut ip.printer, Verb::Bucket)?;
    if let Some(id) = args.number(ID) {
        body.put_u32(NextHop::ID.number(), id as u32);
    }
    if let Some(hop) = args.number(HOP) {
        let open = body.open(NextHop::RES_BUCKET.number() | NESTED);
        body.put_u32(ResilientBucket::NH_ID.number(), hop as u32);
        body.close(open);
    }
    let printer = &mut ip.printer;
    printer.out.start();
    let result = request::dump(&mut ip.kernel, nexthop_bucket::GET, &body, &mut |bucket| {
        print_bucket(printer, &bucket, false);
    });
    result.or_else(|error| errors::dump_failed(printer.err, &error, 2))?;
    printer.out.finish();
    Ok(())
}

fn bucket_get<C: Channel>(ip: &mut Ip<'_, '_, C>, mut words: Words<'_>) -> Result<(), Exit> {
    let printer = &mut ip.printer;
    let header = NextHopHeader { family: printer.options.family, ..Default::default() };
    let mut args = ParsedArgs::new(header.family);
    while let Some(word) = words.next() {
        if !parse_arg(&BUCKET_WORDS, word, &mut words, (&mut args, None), printer)? {
            return Err(super::usage::of("nexthop", printer.err));
        }
    }
    let (Some(id), Some(place)) = (args.number(ID), args.number(PLACE)) else {
        return Err(super::usage::of("nexthop", printer.err));
    };
    let mut body = Body::new(&header);
    body.put_u32(NextHop::ID.number(), id as u32);
    let open = body.open(NextHop::RES_BUCKET.number() | NESTED);
    body.put_u16(ResilientBucket::INDEX.number(), place as u16);
    body.close(open);
    let result = request::get(&mut ip.kernel, nexthop_bucket::GET, &body, &mut |bucket| {
        printer.out.start();
        print_bucket(printer, &bucket, false);
        printer.out.finish();
    });
    result.map_err(|error| errors::request_failed(printer.err, &error))
}

const BUCKET: PrintTable = print_table! {
    "index" => show(ResilientBucket::INDEX),
    "idle_time" => by(ResilientBucket::IDLE_TIME, Form::Seconds),
    "nhid" => show(ResilientBucket::NH_ID),
};

/// Prints a bucket of a resilient group.
pub fn print_bucket<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    message: &Parsed<'_, NextHopHeader, NextHop>,
    deleted: bool,
) {
    let index = Index::new(message.attrs);
    printer.out.object(None);
    if deleted {
        printer.out.any("deleted", "Deleted ", true);
    }
    print_table::print(printer, &index.all, &NUMBER);
    if let Some(bucket) = index.nest(NextHop::RES_BUCKET) {
        printer.out.object(Some("bucket"));
        print_table::print(printer, &bucket.all, &BUCKET);
        printer.out.end_object();
    }
    route::print_flags(&mut printer.out, RouteFlags(message.header.flags.0));
    printer.out.literal("\n");
    printer.out.end_object();
}

/// Prints the next hop of a route, after the route. Its attributes are copied, since printing may
/// request link names over the same connection.
pub fn print_info<C: Channel>(printer: &mut Printer<'_, '_, C>, id: u32) {
    let (mut header, mut copy) = (NextHopHeader::default(), Body::empty());
    let body = request(printer, id);
    let result = request::get(&mut printer.links.second, nexthop::GET, &body, &mut |hop| {
        header = hop.header;
        copy.put_raw(hop.attrs.bytes());
    });
    if result.is_err() {
        return;
    }
    let attrs = Attrs::new(copy.bytes());
    // Also with `-oneline`.
    printer.out.literal("\n\tnh_info ");
    printer.out.object(Some("nh_info"));
    print(printer, &header, &Index::new(attrs), false);
    printer.out.end_object();
}
