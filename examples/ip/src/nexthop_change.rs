//! `ip nexthop add|replace|delete|flush`.

use barelink_codec::frame::NESTED;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::NextHopFlags;
use barelink_codec::rtnl::route::nexthop::{
    self, NextHop, NextHopGroupMember, NextHopGroupType, NextHopHeader, ResilientGroup,
};
use barelink_transport::Channel;

use super::body::Body;
use super::change::{Doomed, family_address, flush, on_off, send, settle, uint32};
use super::nexthop::{find, only};
use super::said::{Book, Lines, Said, Take, attr, key, lines, slot, take};
use super::verb::Verb;
use super::words::{Complaints, Exit, Words, abbreviates, number32, wrong};
use super::{Ip, encap_change};

const PROTOCOL: u8 = 0;

const WORDS: Lines = lines! {
    "=id!!invalid id value" => key(NextHop::ID),
    "=blackhole" => key(NextHop::BLACKHOLE),
    "=fdb" => key(NextHop::FDB),
    "=dev!Device does not exist" => attr(NextHop::OIF, Take::Link),
    "protocol!\"protocol\" value is invalid" => slot(PROTOCOL, Take::Named(Book::Protocols)),
};

/// The times of a resilient group are hundredths of a second.
const HUNDREDTHS: u32 = 100;

/// Puts the members of a group: `ID[,WEIGHT]/...`.
fn group(word: &str, body: &mut Body, err: &mut Complaints<'_>) -> Result<(), Exit> {
    let open = body.open(NextHop::GROUP.number());
    for part in word.split('/') {
        let (id, weight) = part.split_once(',').unwrap_or((part, "1"));
        let Some(id) = number32(id).filter(|id| *id != 0) else {
            return Err(wrong(err, word, "\"group\" value is invalid\n"));
        };
        let valid = number32(weight).filter(|weight| (1..=0x1_0000).contains(weight));
        let Some(valid) = valid else {
            return Err(wrong(err, weight, "\"weight\" is invalid\n"));
        };
        let [low, high, ..] = valid.wrapping_sub(1).to_le_bytes();
        body.structure(&NextHopGroupMember { id, weight: low, weight_high: high });
    }
    body.close(open);
    Ok(())
}

/// Puts a group's type, and what a resilient one is like.
fn group_type(
    words: &mut Words<'_>,
    body: &mut Body,
    err: &mut Complaints<'_>,
) -> Result<(), Exit> {
    let word = words.value(err)?;
    let kind = match word {
        "mpath" => NextHopGroupType::MPATH,
        "resilient" => NextHopGroupType::RES,
        _ => return Err(wrong(err, word, "\"type\" value is invalid\n")),
    };
    if kind == NextHopGroupType::RES {
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
                _ => return Err(wrong(err, value, why)),
            }
        }
        body.close(open);
    }
    body.put_u16(NextHop::GROUP_TYPE.number(), kind.0);
    Ok(())
}

/// `ip nexthop add`, `replace`, `delete`.
pub fn command<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    verb: Verb,
    mut words: Words<'_>,
) -> Result<(), Exit> {
    if verb == Verb::Flush {
        return flush_command(ip, words);
    }
    let mut header = NextHopHeader { family: ip.pen.options.family, ..Default::default() };
    let mut body = Body::new(&header);
    let mut said = Said::new(header.family);
    while let Some(word) = words.next() {
        let pen = &mut ip.pen;
        match word {
            "via" => {
                let via = family_address(&mut words, header.family, pen.err)?;
                settle(&mut header.family, via.family);
                body.put(NextHop::GATEWAY.number(), via.octets());
            }
            "encap" => encap_change::parse(
                &mut words,
                &mut body,
                NextHop::ENCAP.number(),
                NextHop::ENCAP_TYPE.number(),
                pen,
            )?,
            "onlink" => header.flags |= NextHopFlags::ONLINK,
            "group" => group(words.value(pen.err)?, &mut body, pen.err)?,
            "type" => group_type(&mut words, &mut body, pen.err)?,
            "hw_stats" => {
                let on = on_off("hw_stats", words.value(pen.err)?, pen.err)?;
                body.put_u32(NextHop::HW_STATS_ENABLE.number(), on.into());
            }
            _ if take(&WORDS, word, &mut words, (&mut said, Some(&mut body)), pen)? => {
                if matches!(said.last, "dev" | "blackhole") {
                    settle(&mut header.family, AddressFamily::INET);
                }
            }
            _ if abbreviates(word, "help") => return Err(super::usage::of("nexthop", pen.err)),
            _ => return Err(wrong(pen.err, word, "")),
        }
    }
    header.protocol.0 = said.or_zero(PROTOCOL) as u8;
    body.header(&header);
    let kind = if verb == Verb::Delete { nexthop::DEL } else { nexthop::NEW.with(verb.flags()) };
    send(ip, kind, &body)
}

/// `ip nexthop flush`.
fn flush_command<C: Channel>(ip: &mut Ip<'_, '_, C>, words: Words<'_>) -> Result<(), Exit> {
    if let Some(id) = only(words, &mut ip.pen)? {
        let mut body = Body::new(&NextHopHeader::default());
        body.put_u32(NextHop::ID.number(), id);
        return send(ip, nexthop::DEL, &body).map_err(|_| Exit(1));
    }
    let find = &mut |ip: &mut _, doomed: &mut Doomed| find(ip, words, doomed);
    match flush(ip, nexthop::DEL, find)? {
        0 => ip.pen.out.words("Nothing to flush\n"),
        count => {
            ip.pen.out.words("Flushed ");
            ip.pen.out.any("", "{} nexthops\n", count as u64);
        }
    }
    Ok(())
}
