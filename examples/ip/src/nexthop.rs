//! `ip nexthop`: next hops, groups of them, and the buckets of groups.

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

use super::ask;
use super::body::Body;
use super::change::Doomed;
use super::index::Index;
use super::names::{PROTOCOLS, SCOPES};
use super::output::Value;
use super::pen::Pen;
use super::prefix::Address;
use super::said::{Lines, Said, Take, attr, key, lines, slot, take};
use super::sheet::{self, Form, Sheet, by, sheet, show};
use super::verb::{Verb, verb};
use super::words::{Exit, Words, wrong};
use super::{Ip, encap, errors, route};

/// What is said of the next hops, or buckets, that are wanted.
const ID: u8 = 0;
const HOP: u8 = 1;
const PROTOCOL: u8 = 2;
const PLACE: u8 = 3;

/// What goes into the request does so at once.
const WORDS: Lines = lines! {
    "=id!!invalid id value" => slot(ID, Take::Number(32)),
    "=nhid!!invalid id value" => slot(HOP, Take::Number(32)),
    "dev!Device does not exist" => attr(NextHop::OIF, Take::Link),
    "groups" => key(NextHop::GROUPS),
    "master!Device does not exist" => attr(NextHop::MASTER, Take::Link),
    "vrf!Invalid VRF" => attr(NextHop::MASTER, Take::VrfLink),
    "protocol!!invalid protocol value" => slot(PROTOCOL, Take::Number(32)),
    "fdb" => key(NextHop::FDB),
};

const BUCKET_WORDS: Lines = lines! {
    "=id!!invalid id value" => slot(ID, Take::Number(32)),
    "=index!!invalid bucket index value" => slot(PLACE, Take::Number(16)),
};

/// Hundredths of a second, as seconds with up to two digits.
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

/// `ip nexthop show`, and `get`, `bucket`.
pub fn command<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    verb: Verb,
    mut words: Words<'_>,
) -> Result<(), Exit> {
    if verb == Verb::Bucket {
        return bucket_command(ip, words);
    }
    let (said, body) = parse(&mut words, &mut ip.pen, verb)?;
    match said.number(ID) {
        Some(id) => get(ip, id as u32),
        None if verb == Verb::Get => Err(super::usage::of("nexthop", ip.pen.err)),
        None => {
            ip.pen.out.start();
            dump(ip, &said, body, None)?;
            ip.pen.out.finish();
            Ok(())
        }
    }
}

/// Reads which are wanted; the request, too.
fn parse<'w, C: Channel>(
    words: &mut Words<'w>,
    pen: &mut Pen<'_, '_, C>,
    verb: Verb,
) -> Result<(Said<'w>, Body), Exit> {
    let header = NextHopHeader { family: pen.options.family, ..Default::default() };
    let (mut said, mut body) = (Said::new(header.family), Body::new(&header));
    while let Some(word) = words.next() {
        if !take(&WORDS, word, words, (&mut said, Some(&mut body)), pen)? {
            if verb == Verb::Get {
                return Err(super::usage::of("nexthop", pen.err));
            }
            return Err(wrong(pen.err, word, ""));
        }
        // Of next hops there is only one of a number, whatever else may follow.
        if said.last == "id" && verb != Verb::Bucket {
            break;
        }
    }
    Ok((said, body))
}

/// Asks for counters, if they are to be shown.
fn put_flags(stats: u8, body: &mut Body) {
    let flags = match stats {
        0 => return,
        1 => NextHopOpFlags::DUMP_STATS,
        _ => NextHopOpFlags::DUMP_STATS | NextHopOpFlags::DUMP_HW_STATS,
    };
    body.put_u32(NextHop::OP_FLAGS.number(), flags.0);
}

/// The number of the only next hop that is wanted, if that is said.
pub fn only<C: Channel>(
    mut words: Words<'_>,
    pen: &mut Pen<'_, '_, C>,
) -> Result<Option<u32>, Exit> {
    Ok(parse(&mut words, pen, Verb::Flush)?.0.number(ID).map(|id| id as u32))
}

/// Finds next hops, to delete them.
pub fn find<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    mut words: Words<'_>,
    doomed: &mut Doomed,
) -> Result<(), Exit> {
    let (said, body) = parse(&mut words, &mut ip.pen, Verb::Flush)?;
    dump(ip, &said, body, Some(doomed))
}

/// Asks for them, and prints them, or dooms them.
fn dump<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    said: &Said<'_>,
    mut body: Body,
    mut doomed: Option<&mut Doomed>,
) -> Result<(), Exit> {
    let pen = &mut ip.pen;
    put_flags(pen.options.stats, &mut body);
    let asked = ask::all(&mut ip.kernel, nexthop::GET, &body, &mut |hop| {
        let index = Index::new(hop.attrs);
        let protocol = u64::from(hop.header.protocol.0);
        if said.number(PROTOCOL).is_some_and(|wanted| wanted != 0 && wanted != protocol) {
            return;
        }
        match doomed.as_deref_mut() {
            Some(doomed) => {
                let id = index.get(NextHop::ID).unwrap_or(0);
                doomed.take_number(pen, &NextHopHeader::default(), NextHop::ID.number(), id);
            }
            None => {
                pen.out.object(None);
                print(pen, &hop.header, &index, false);
                pen.out.words("\n");
                pen.out.end_object();
            }
        }
    });
    asked.or_else(|error| errors::found(pen.err, &error, doomed.is_some(), 2))
}

fn get<C: Channel>(ip: &mut Ip<'_, '_, C>, id: u32) -> Result<(), Exit> {
    let pen = &mut ip.pen;
    let body = request(pen, id);
    let asked = ask::one(&mut ip.kernel, nexthop::GET, &body, &mut |hop| {
        pen.out.start();
        pen.out.object(None);
        print(pen, &hop.header, &Index::new(hop.attrs), false);
        pen.out.words("\n");
        pen.out.end_object();
        pen.out.finish();
    });
    asked.map_err(|error| errors::request(pen.err, &error))
}

/// What asks for a next hop.
fn request<C: Channel>(pen: &Pen<'_, '_, C>, id: u32) -> Body {
    let header = NextHopHeader { family: pen.options.family, ..Default::default() };
    let mut body = Body::new(&header);
    body.put_u32(NextHop::ID.number(), id);
    put_flags(pen.options.stats, &mut body);
    body
}

const NUMBER: Sheet = sheet! { "id" => show(NextHop::ID) };
const COUNTS: Sheet = sheet! {
    "id|    id {}" => show(NextHopGroupStatsEntry::ID),
    "packets| packets {}" => show(NextHopGroupStatsEntry::PACKETS),
};

/// Prints a next hop within an object that has begun.
pub fn print<C: Channel>(
    pen: &mut Pen<'_, '_, C>,
    header: &NextHopHeader,
    hop: &Index<'_, NextHop>,
    deleted: bool,
) {
    let options = pen.options;
    if deleted {
        pen.out.any("deleted", "Deleted ", true);
    }
    sheet::print(pen, &hop.all, &NUMBER);
    if let Some(members) = hop.get(NextHop::GROUP) {
        pen.out.list(Some("group"));
        let mut before = "group ";
        for member in members {
            pen.out.object(None);
            pen.out.words(before);
            pen.out.any("id", "{}", member.id);
            let weight = u16::from(member.weight) | u16::from(member.weight_high) << 8;
            if weight != 0 {
                pen.out.any("weight", ",{}", u32::from(weight) + 1);
            }
            pen.out.end_object();
            before = "/";
        }
        pen.out.words(" ");
        pen.out.end_list();
    }
    match hop.get(NextHop::GROUP_TYPE) {
        None | Some(NextHopGroupType::MPATH) => {}
        Some(NextHopGroupType::RES) => pen.out.string("type", "type {} ", &"resilient"),
        Some(_) => pen.out.string("type", "type {} ", &"<unknown type>"),
    }
    if let Some(group) = hop.nest(NextHop::RES_GROUP) {
        print_resilient(pen, &group);
    }
    if let (Some(kind), Some(encap)) = (hop.get(NextHop::ENCAP_TYPE), hop.payload(NextHop::ENCAP)) {
        encap::print(pen, kind, encap);
    }
    if let Some(gateway) = hop.payload(NextHop::GATEWAY) {
        pen.out.string("gateway", "via {} ", &Address(header.family, gateway));
    }
    if let Some(index) = hop.get(NextHop::OIF).filter(|index| *index != 0) {
        pen.device("dev", "dev {} ", index);
    }
    if header.scope.0 != 0 || options.details {
        pen.name("scope", "scope {} ", header.scope.0, SCOPES);
    }
    if hop.has(NextHop::BLACKHOLE) {
        pen.out.any("blackhole", "blackhole ", Value::Null(""));
    }
    if header.protocol.0 != 0 || options.details {
        pen.name("protocol", "proto {} ", header.protocol.0, PROTOCOLS);
    }
    route::print_flags(&mut pen.out, RouteFlags(header.flags.0));
    if hop.has(NextHop::FDB) {
        pen.out.any("fdb", "fdb", Value::Null(""));
    }
    if options.details || options.stats > 0 {
        if let Some(enabled) = hop.get(NextHop::HW_STATS_ENABLE) {
            let used = hop.get(NextHop::HW_STATS_USED).unwrap_or(0);
            pen.out.object(Some("hw_stats"));
            pen.out.any("enabled", "hw_stats {} ", Value::OnOff(enabled != 0));
            pen.out.any("used", "used {} ", Value::OnOff(used != 0));
            pen.out.end_object();
        }
    }
    if let Some(stats) = hop.get(NextHop::GROUP_STATS).filter(|_| options.stats > 0) {
        pen.out.list(Some("group_stats"));
        pen.out.line();
        pen.out.words("  stats:");
        for entry in stats.all(NextHopGroupStats::ENTRY).flatten() {
            let entry: Index<'_, NextHopGroupStatsEntry> = Index::new(entry);
            pen.out.line();
            pen.out.object(None);
            sheet::print(pen, &entry.all, &COUNTS);
            if options.stats > 1 {
                let sheet = sheet! { "packets_hw| packets_hw {}" => show(NextHopGroupStatsEntry::PACKETS_HW) };
                sheet::print(pen, &entry.all, &sheet);
            }
            pen.out.end_object();
        }
        pen.out.end_list();
    }
}

const RESILIENT: Sheet = sheet! {
    "buckets" => show(ResilientGroup::BUCKETS),
    "idle_timer" => by(ResilientGroup::IDLE_TIMER, Form::Seconds),
    "unbalanced_timer" => by(ResilientGroup::UNBALANCED_TIMER, Form::Seconds),
    "unbalanced_time" => by(ResilientGroup::UNBALANCED_TIME, Form::Seconds),
};

fn print_resilient<C: Channel>(pen: &mut Pen<'_, '_, C>, group: &Index<'_, ResilientGroup>) {
    pen.out.object(Some("resilient_args"));
    sheet::print(pen, &group.all, &RESILIENT);
    pen.out.end_object();
}

/// `ip nexthop bucket`.
fn bucket_command<C: Channel>(ip: &mut Ip<'_, '_, C>, mut words: Words<'_>) -> Result<(), Exit> {
    match verb(&mut words, "nexthop", ip.pen.err)? {
        Verb::Show => {}
        Verb::Get => return bucket_get(ip, words),
        _ => return Err(super::usage::of("nexthop", ip.pen.err)),
    }
    let (said, mut body) = parse(&mut words, &mut ip.pen, Verb::Bucket)?;
    if let Some(id) = said.number(ID) {
        body.put_u32(NextHop::ID.number(), id as u32);
    }
    if let Some(hop) = said.number(HOP) {
        let open = body.open(NextHop::RES_BUCKET.number() | NESTED);
        body.put_u32(ResilientBucket::NH_ID.number(), hop as u32);
        body.close(open);
    }
    let pen = &mut ip.pen;
    pen.out.start();
    let asked = ask::all(&mut ip.kernel, nexthop_bucket::GET, &body, &mut |bucket| {
        print_bucket(pen, &bucket, false);
    });
    asked.or_else(|error| errors::dump(pen.err, &error, 2))?;
    pen.out.finish();
    Ok(())
}

fn bucket_get<C: Channel>(ip: &mut Ip<'_, '_, C>, mut words: Words<'_>) -> Result<(), Exit> {
    let pen = &mut ip.pen;
    let header = NextHopHeader { family: pen.options.family, ..Default::default() };
    let mut said = Said::new(header.family);
    while let Some(word) = words.next() {
        if !take(&BUCKET_WORDS, word, &mut words, (&mut said, None), pen)? {
            return Err(super::usage::of("nexthop", pen.err));
        }
    }
    let (Some(id), Some(place)) = (said.number(ID), said.number(PLACE)) else {
        return Err(super::usage::of("nexthop", pen.err));
    };
    let mut body = Body::new(&header);
    body.put_u32(NextHop::ID.number(), id as u32);
    let open = body.open(NextHop::RES_BUCKET.number() | NESTED);
    body.put_u16(ResilientBucket::INDEX.number(), place as u16);
    body.close(open);
    let asked = ask::one(&mut ip.kernel, nexthop_bucket::GET, &body, &mut |bucket| {
        pen.out.start();
        print_bucket(pen, &bucket, false);
        pen.out.finish();
    });
    asked.map_err(|error| errors::request(pen.err, &error))
}

const BUCKET: Sheet = sheet! {
    "index" => show(ResilientBucket::INDEX),
    "idle_time" => by(ResilientBucket::IDLE_TIME, Form::Seconds),
    "nhid" => show(ResilientBucket::NH_ID),
};

/// Prints a bucket.
pub fn print_bucket<C: Channel>(
    pen: &mut Pen<'_, '_, C>,
    message: &Parsed<'_, NextHopHeader, NextHop>,
    deleted: bool,
) {
    let index = Index::new(message.attrs);
    pen.out.object(None);
    if deleted {
        pen.out.any("deleted", "Deleted ", true);
    }
    sheet::print(pen, &index.all, &NUMBER);
    if let Some(bucket) = index.nest(NextHop::RES_BUCKET) {
        pen.out.object(Some("bucket"));
        sheet::print(pen, &bucket.all, &BUCKET);
        pen.out.end_object();
    }
    route::print_flags(&mut pen.out, RouteFlags(message.header.flags.0));
    pen.out.words("\n");
    pen.out.end_object();
}

/// Prints a next hop that a route goes by, behind the route. It is copied, as printing it may ask for
/// the names of links, over the same connection.
pub fn print_info<C: Channel>(pen: &mut Pen<'_, '_, C>, id: u32) {
    let (mut header, mut copy) = (NextHopHeader::default(), Body::empty());
    let body = request(pen, id);
    let asked = ask::one(&mut pen.links.second, nexthop::GET, &body, &mut |hop| {
        header = hop.header;
        copy.raw(hop.attrs.bytes());
    });
    if asked.is_err() {
        return;
    }
    let attrs = Attrs::new(copy.bytes());
    // Even where a record has one line.
    pen.out.words("\n\tnh_info ");
    pen.out.object(Some("nh_info"));
    print(pen, &header, &Index::new(attrs), false);
    pen.out.end_object();
}
