//! `ip nexthop add`, `replace`, `delete` and `flush`.

use barelink_codec::frame::NESTED;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::NextHopFlags;
use barelink_codec::rtnl::route::nexthop::{
    self, NextHop, NextHopGroupMember, NextHopGroupType, NextHopHeader, ResilientGroup,
};
use barelink_transport::Channel;

use super::args::{
    ArgTable, ArgType, NameTable, ParsedArgs, arg_table, attr, key, parse_arg, slot,
};
use super::body::Body;
use super::change::{DeleteBatch, default_family, family_address, flush, on_off, send, uint32};
use super::nexthop::{find, only};
use super::verb::Verb;
use super::words::{Exit, TextOutput, Words, abbreviates, invalid_argument, number32};
use super::{Ip, encap_change};

const PROTOCOL: u8 = 0;

const WORDS: ArgTable = arg_table! {
    "=id!!invalid id value" => key(NextHop::ID),
    "=blackhole" => key(NextHop::BLACKHOLE),
    "=fdb" => key(NextHop::FDB),
    "=dev!Device does not exist" => attr(NextHop::OIF, ArgType::Link),
    "protocol!\"protocol\" value is invalid" => slot(PROTOCOL, ArgType::Named(NameTable::Protocols)),
};

/// Units per second of a resilient group's timers.
const HUNDREDTHS: u32 = 100;

/// Appends the members of a group, `ID[,WEIGHT]/...`.
fn group(word: &str, body: &mut Body, err: &mut TextOutput<'_>) -> Result<(), Exit> {
    let open = body.open(NextHop::GROUP.number());
    for part in word.split('/') {
        let (id, weight) = part.split_once(',').unwrap_or((part, "1"));
        let Some(id) = number32(id).filter(|id| *id != 0) else {
            return Err(invalid_argument(err, word, "\"group\" value is invalid\n"));
        };
        let valid = number32(weight).filter(|weight| (1..=0x1_0000).contains(weight));
        let Some(valid) = valid else {
            return Err(invalid_argument(err, weight, "\"weight\" is invalid\n"));
        };
        let [low, high, ..] = valid.wrapping_sub(1).to_le_bytes();
        body.put_raw_structure(&NextHopGroupMember { id, weight: low, weight_high: high });
    }
    body.close(open);
    Ok(())
}

/// Appends a group's type, and the parameters of a resilient one.
fn group_type(
    words: &mut Words<'_>,
    body: &mut Body,
    err: &mut TextOutput<'_>,
) -> Result<(), Exit> {
    let word = words.value(err)?;
    let group_type = match word {
        "mpath" => NextHopGroupType::MPATH,
        "resilient" => NextHopGroupType::RES,
        _ => return Err(invalid_argument(err, word, "\"type\" value is invalid\n")),
    };
    if group_type == NextHopGroupType::RES {
        let open = body.open(NextHop::RES_GROUP.number() | NESTED);
        while let Some(word @ ("buckets" | "idle_timer" | "unbalanced_timer")) = words.peek() {
            words.next();
            let value = words.value(err)?;
            let why = match word {
                "buckets" => "invalid buckets value",
                "idle_timer" => "invalid idle timer value",
                _ => "invalid unbalanced timer value",
            };
            let number = uint32(value, why, err)?;
            let time = number.checked_mul(HUNDREDTHS);
            match (word, u16::try_from(number), time) {
                ("buckets", Ok(count), _) => {
                    body.put_u16(ResilientGroup::BUCKETS.number(), count);
                }
                ("idle_timer", _, Some(time)) => {
                    body.put_u32(ResilientGroup::IDLE_TIMER.number(), time);
                }
                ("unbalanced_timer", _, Some(time)) => {
                    body.put_u32(ResilientGroup::UNBALANCED_TIMER.number(), time);
                }
                _ => return Err(invalid_argument(err, value, why)),
            }
        }
        body.close(open);
    }
    body.put_u16(NextHop::GROUP_TYPE.number(), group_type.0);
    Ok(())
}

/// Runs `ip nexthop add`, `replace`, `delete` and `flush`.
pub fn command<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    verb: Verb,
    mut words: Words<'_>,
) -> Result<(), Exit> {
    if verb == Verb::Flush {
        return flush_command(ip, words);
    }
    let mut header = NextHopHeader { family: ip.printer.options.family, ..Default::default() };
    let mut body = Body::new(&header);
    let mut args = ParsedArgs::new(header.family);
    while let Some(word) = words.next() {
        let printer = &mut ip.printer;
        match word {
            "via" => {
                let via = family_address(&mut words, header.family, printer.err)?;
                default_family(&mut header.family, via.family);
                body.put(NextHop::GATEWAY.number(), via.octets());
            }
            "encap" => encap_change::parse(
                &mut words,
                &mut body,
                NextHop::ENCAP.number(),
                NextHop::ENCAP_TYPE.number(),
                printer,
            )?,
            "onlink" => header.flags |= NextHopFlags::ONLINK,
            "group" => group(words.value(printer.err)?, &mut body, printer.err)?,
            "type" => group_type(&mut words, &mut body, printer.err)?,
            "hw_stats" => {
                let on = on_off("hw_stats", words.value(printer.err)?, printer.err)?;
                body.put_u32(NextHop::HW_STATS_ENABLE.number(), on.into());
            }
            _ if parse_arg(&WORDS, word, &mut words, (&mut args, Some(&mut body)), printer)? => {
                if matches!(args.last, "dev" | "blackhole") {
                    default_family(&mut header.family, AddressFamily::INET);
                }
            }
            _ if abbreviates(word, "help") => return Err(super::usage::of("nexthop", printer.err)),
            _ => return Err(invalid_argument(printer.err, word, "")),
        }
    }
    header.protocol.0 = args.number_or_zero(PROTOCOL) as u8;
    body.header(&header);
    let group_type =
        if verb == Verb::Delete { nexthop::DEL } else { nexthop::NEW.with(verb.flags()) };
    send(ip, group_type, &body)
}

/// Runs `ip nexthop flush`.
fn flush_command<C: Channel>(ip: &mut Ip<'_, '_, C>, words: Words<'_>) -> Result<(), Exit> {
    if let Some(id) = only(words, &mut ip.printer)? {
        let mut body = Body::new(&NextHopHeader::default());
        body.put_u32(NextHop::ID.number(), id);
        return send(ip, nexthop::DEL, &body).map_err(|_| Exit(1));
    }
    let find = &mut |ip: &mut _, deletions: &mut DeleteBatch| find(ip, words, deletions);
    match flush(ip, nexthop::DEL, find)? {
        0 => ip.printer.out.literal("Nothing to flush\n"),
        count => {
            ip.printer.out.literal("Flushed ");
            ip.printer.out.any("", "{} nexthops\n", count as u64);
        }
    }
    Ok(())
}
