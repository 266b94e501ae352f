//! `ip nexthop`: next hops, groups of them, and the buckets of groups.

use core::fmt::{self, Display};

use barelink_codec::Parsed;
use barelink_codec::rtnl::nexthop::{
    self, GroupStats, GroupStatsEntry, GroupType, NextHop, NextHopHeader, NextHopOpFlags,
    ResilientBucket, ResilientGroup,
};
use barelink_codec::rtnl::nexthop_bucket;
use barelink_codec::rtnl::route::RouteFlags;
use barelink_transport::Channel;

use super::change::Doomed;
use super::index::Index;
use super::names::{PROTOCOLS, SCOPES};
use super::output::Value;
use super::pen::Pen;
use super::prefix::Address;
use super::sheet::{self, Form, Sheet, by, sheet, show};
use super::verb::{Verb, verb};
use super::words::{Exit, Words, abbreviates, number, number32, wrong};
use super::{Ip, encap, errors, route};

/// Which next hops, or buckets, are wanted.
#[derive(Debug, Clone, Copy, Default)]
struct Filter {
    index: u32,
    master: u32,
    groups: bool,
    fdb: bool,
    protocol: u32,
    id: Option<u32>,
    /// Of buckets, those that go by this next hop.
    hop: Option<u32>,
}

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
    let filter = parse(&mut words, &mut ip.pen)?;
    match filter.id {
        Some(id) => get(ip, id),
        None if verb == Verb::Get => Err(super::usage(ip.pen.err)),
        None => {
            ip.pen.out.start();
            dump(ip, &filter, None)?;
            ip.pen.out.finish();
            Ok(())
        }
    }
}

fn parse<C: Channel>(words: &mut Words<'_>, pen: &mut Pen<'_, '_, C>) -> Result<Filter, Exit> {
    let mut filter = Filter::default();
    while let Some(word) = words.next() {
        let mut id = |pen: &mut Pen<'_, '_, C>| {
            let word = words.value(pen.err)?;
            number32(word).ok_or_else(|| wrong(pen.err, word, "invalid id value"))
        };
        match word {
            "id" => filter.id = Some(id(pen)?),
            "nhid" => filter.hop = Some(id(pen)?),
            _ if abbreviates(word, "dev") => {
                let name = words.value(pen.err)?;
                filter.index = pen.find_or(name, "Device does not exist\n")?;
            }
            _ if abbreviates(word, "groups") => filter.groups = true,
            _ if abbreviates(word, "master") => {
                let name = words.value(pen.err)?;
                filter.master = pen.find_or(name, "Device does not exist\n")?;
            }
            _ if abbreviates(word, "vrf") => {
                let name = words.value(pen.err)?;
                filter.master = pen.find_or(name, "Invalid VRF\n")?;
            }
            _ if abbreviates(word, "protocol") => {
                let word = words.value(pen.err)?;
                let protocol = super::names::number(word, PROTOCOLS);
                filter.protocol =
                    protocol.ok_or_else(|| wrong(pen.err, word, "invalid protocol value"))?;
            }
            _ if abbreviates(word, "fdb") => filter.fdb = true,
            _ => return Err(wrong(pen.err, word, "")),
        }
    }
    Ok(filter)
}

fn op_flags(stats: u8) -> NextHopOpFlags {
    match stats {
        0 => NextHopOpFlags::EMPTY,
        1 => NextHopOpFlags::DUMP_STATS,
        _ => NextHopOpFlags::DUMP_STATS | NextHopOpFlags::DUMP_HW_STATS,
    }
}

/// The number of the only next hop that is wanted, if that is said.
pub fn only<C: Channel>(
    mut words: Words<'_>,
    pen: &mut Pen<'_, '_, C>,
) -> Result<Option<u32>, Exit> {
    Ok(parse(&mut words, pen)?.id)
}

/// Finds next hops, to delete them.
pub fn find<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    mut words: Words<'_>,
    doomed: &mut Doomed,
) -> Result<(), Exit> {
    let filter = parse(&mut words, &mut ip.pen)?;
    dump(ip, &filter, Some(doomed))
}

/// Asks for them, and prints them, or dooms them.
fn dump<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    filter: &Filter,
    mut doomed: Option<&mut Doomed>,
) -> Result<(), Exit> {
    let pen = &mut ip.pen;
    let header = NextHopHeader { family: pen.options.family, ..Default::default() };
    let flags = op_flags(pen.options.stats);
    let dump = ip.kernel.dump(nexthop::GET, header, |request| {
        if filter.index != 0 {
            request.put(NextHop::OIF, filter.index);
        }
        if filter.groups {
            request.put(NextHop::GROUPS, ());
        }
        if filter.master != 0 {
            request.put(NextHop::MASTER, filter.master);
        }
        if filter.fdb {
            request.put(NextHop::FDB, ());
        }
        if flags != NextHopOpFlags::EMPTY {
            request.put(NextHop::OP_FLAGS, flags);
        }
    });
    let mut dump = dump.map_err(|error| errors::request(pen.err, &error))?;
    loop {
        match dump.next() {
            Ok(Some(hop)) => {
                let index = Index::new(hop.attrs);
                let protocol = u32::from(hop.header.protocol.0);
                if filter.protocol != 0 && protocol != filter.protocol {
                    continue;
                }
                if let Some(doomed) = doomed.as_deref_mut() {
                    let id = index.get(NextHop::ID).unwrap_or(0);
                    let header = NextHopHeader::default();
                    doomed.take_number(&header, NextHop::ID.number(), id);
                } else {
                    pen.out.object(None);
                    print(pen, &hop.header, &index, false);
                    pen.out.words("\n");
                    pen.out.end_object();
                }
            }
            Ok(None) => return Ok(()),
            Err(error) => return errors::dump(pen.err, &error, 2),
        }
    }
}

fn get<C: Channel>(ip: &mut Ip<'_, '_, C>, id: u32) -> Result<(), Exit> {
    let pen = &mut ip.pen;
    let header = NextHopHeader { family: pen.options.family, ..Default::default() };
    let flags = op_flags(pen.options.stats);
    let asked = ip.kernel.get(nexthop::GET, header, |request| {
        request.put(NextHop::ID, id);
        if flags != NextHopOpFlags::EMPTY {
            request.put(NextHop::OP_FLAGS, flags);
        }
    });
    let hop = asked.map_err(|error| errors::request(pen.err, &error))?;
    pen.out.start();
    pen.out.object(None);
    print(pen, &hop.header, &Index::new(hop.attrs), false);
    pen.out.words("\n");
    pen.out.end_object();
    pen.out.finish();
    Ok(())
}

const ID: Sheet = sheet! { "id" => show(NextHop::ID) };
const COUNTS: Sheet = sheet! {
    "id|    id {}" => show(GroupStatsEntry::ID),
    "packets| packets {}" => show(GroupStatsEntry::PACKETS),
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
    sheet::print(pen, &hop.all, &ID);
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
        None | Some(GroupType::MPATH) => {}
        Some(GroupType::RES) => pen.out.string("type", "type {} ", &"resilient"),
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
        for entry in stats.all(GroupStats::ENTRY).flatten() {
            let entry: Index<'_, GroupStatsEntry> = Index::new(entry);
            pen.out.line();
            pen.out.object(None);
            sheet::print(pen, &entry.all, &COUNTS);
            if options.stats > 1 {
                let sheet =
                    sheet! { "packets_hw| packets_hw {}" => show(GroupStatsEntry::PACKETS_HW) };
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
        _ => return Err(super::usage(ip.pen.err)),
    }
    let filter = parse(&mut words, &mut ip.pen)?;
    let pen = &mut ip.pen;
    let header = NextHopHeader { family: pen.options.family, ..Default::default() };
    let dump = ip.kernel.dump(nexthop_bucket::GET, header, |request| {
        if filter.index != 0 {
            request.put(NextHop::OIF, filter.index);
        }
        if filter.master != 0 {
            request.put(NextHop::MASTER, filter.master);
        }
        if let Some(id) = filter.id {
            request.put(NextHop::ID, id);
        }
        if let Some(hop) = filter.hop {
            request.nest(NextHop::RES_BUCKET, |bucket| {
                bucket.put(ResilientBucket::NH_ID, hop);
            });
        }
    });
    let mut dump = dump.map_err(|error| errors::request(pen.err, &error))?;
    pen.out.start();
    loop {
        match dump.next() {
            Ok(Some(bucket)) => print_bucket(pen, &bucket, false),
            Ok(None) => break,
            Err(error) => {
                errors::dump(pen.err, &error, 2)?;
                break;
            }
        }
    }
    pen.out.finish();
    Ok(())
}

fn bucket_get<C: Channel>(ip: &mut Ip<'_, '_, C>, mut words: Words<'_>) -> Result<(), Exit> {
    let pen = &mut ip.pen;
    let (mut id, mut place) = (None, None);
    while let Some(word) = words.next() {
        let value = words.value(pen.err)?;
        match word {
            "id" => id = number32(value),
            "index" => {
                let found = number(value).and_then(|place| u16::try_from(place).ok());
                place =
                    Some(found.ok_or_else(|| wrong(pen.err, value, "invalid bucket index value"))?);
            }
            _ => return Err(super::usage(pen.err)),
        }
    }
    let (Some(id), Some(place)) = (id, place) else { return Err(super::usage(pen.err)) };
    let header = NextHopHeader { family: pen.options.family, ..Default::default() };
    let asked = ip.kernel.get(nexthop_bucket::GET, header, |request| {
        request.put(NextHop::ID, id);
        request.nest(NextHop::RES_BUCKET, |bucket| {
            bucket.put(ResilientBucket::INDEX, place);
        });
    });
    let bucket = asked.map_err(|error| errors::request(pen.err, &error))?;
    pen.out.start();
    print_bucket(pen, &bucket, false);
    pen.out.finish();
    Ok(())
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
    sheet::print(pen, &index.all, &ID);
    if let Some(bucket) = index.nest(NextHop::RES_BUCKET) {
        pen.out.object(Some("bucket"));
        sheet::print(pen, &bucket.all, &BUCKET);
        pen.out.end_object();
    }
    route::print_flags(&mut pen.out, RouteFlags(message.header.flags.0));
    pen.out.words("\n");
    pen.out.end_object();
}

/// Prints a next hop that a route goes by, behind the route.
pub fn print_info<C: Channel>(pen: &mut Pen<'_, '_, C>, id: u32) {
    let mut copy = [0; 2048];
    let mut header = NextHopHeader::default();
    let Ok(len) = ask(pen, id, &mut header, &mut copy) else { return };
    let attrs = barelink_codec::Attrs::new(copy.get(..len).unwrap_or_default());
    // Even where a record has one line.
    pen.out.words("\n\tnh_info ");
    pen.out.object(Some("nh_info"));
    print(pen, &header, &Index::new(attrs), false);
    pen.out.end_object();
}

/// Asks for a next hop, and copies it: printing it may ask for the names of links, over the same
/// connection.
fn ask<C: Channel>(
    pen: &mut Pen<'_, '_, C>,
    id: u32,
    header: &mut NextHopHeader,
    copy: &mut [u8],
) -> Result<usize, barelink_transport::Error> {
    let flags = op_flags(pen.options.stats);
    let hop = pen.links.second.get(nexthop::GET, NextHopHeader::default(), |request| {
        request.put(NextHop::ID, id);
        if flags != NextHopOpFlags::EMPTY {
            request.put(NextHop::OP_FLAGS, flags);
        }
    })?;
    *header = hop.header;
    let bytes = hop.attrs.bytes();
    let room = copy.get_mut(..bytes.len());
    let room = room.ok_or(barelink_transport::Error::Cut { needed: bytes.len(), room: 2048 })?;
    room.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    Ok(bytes.len())
}
