//! `ip rule add`, `delete` and `flush`.

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::RouteTable;
use barelink_codec::rtnl::rule::{
    self, PortRange, Rule, RuleAction, RuleFlags, RuleHeader, UidRange,
};
use barelink_transport::Channel;

use super::Ip;
use super::args::{
    ArgTable, ArgType, NameTable, ParsedArgs, arg_table, attr, key, parse_arg, range, slot,
};
use super::body::Body;
use super::change::{
    DeleteBatch, default_family, flush, put_table, send, split_mask, uint, uint32,
};
use super::names::{DSFIELDS, known, route_type};
use super::prefix::Prefix;
use super::rule::find;
use super::verb::Verb;
use super::words::{Exit, TextOutput, Words, abbreviates, fail, invalid_argument, number};

const TOS: u8 = 0;
const TABLE: u8 = 1;

const WORDS: ArgTable = arg_table! {
    "=tos/dsfield!TOS value is invalid" => slot(TOS, ArgType::Dsfield),
    "dsfield!TOS value is invalid" => slot(TOS, ArgType::Dsfield),
    "preference/order/priority!preference value is invalid" => key(Rule::PRIORITY),
    "protocol!\"protocol\" value is invalid" => attr(Rule::PROTOCOL, ArgType::Named(NameTable::Protocols)),
    "tun_id!\"tun_id\" value is invalid" => key(Rule::TUN_ID),
    "suppress_prefixlength!suppress_prefixlength value is invalid" =>
        attr(Rule::SUPPRESS_PREFIXLEN, ArgType::Number(31)),
    "=sup_pl!suppress_prefixlength value is invalid" =>
        attr(Rule::SUPPRESS_PREFIXLEN, ArgType::Number(31)),
    "suppress_ifgroup!Invalid \"suppress_ifgroup\" value" =>
        attr(Rule::SUPPRESS_IFGROUP, ArgType::Named(NameTable::Groups)),
    "=sup_group!Invalid \"suppress_ifgroup\" value" =>
        attr(Rule::SUPPRESS_IFGROUP, ArgType::Named(NameTable::Groups)),
    "=dev/iif!!\"iif\"/\"dev\" not a valid ifname" => attr(Rule::IIFNAME, ArgType::LinkName),
    "=oif!!\"oif\" not a valid ifname" => attr(Rule::OIFNAME, ArgType::LinkName),
    "=ipproto!Invalid \"ipproto\" value" => attr(Rule::IP_PROTO, ArgType::Named(NameTable::IpProtocols)),
    "realms!invalid realms" => attr(Rule::FLOW, ArgType::Realms),
    "=lookup!invalid table ID" => slot(TABLE, ArgType::Named(NameTable::Tables)),
    "table!invalid table ID" => slot(TABLE, ArgType::Named(NameTable::Tables)),
};

/// Returns the action that a word names.
fn action(word: &str) -> Option<RuleAction> {
    match word {
        _ if abbreviates(word, "nop") => Some(RuleAction::NOP),
        _ => route_type(word).map(|number| RuleAction(number as u8)),
    }
}

/// Appends a port, a range of ports, or a port with a mask.
fn ports(
    word: &str,
    (range_number, mask_number, why): (u16, u16, &str),
    body: &mut Body,
    err: &mut TextOutput<'_>,
) -> Result<(), Exit> {
    let (ports, mask) = split_mask(word);
    let found = range(ports).and_then(|(start, end)| {
        Some(PortRange { start: start.try_into().ok()?, end: end.try_into().ok()? })
    });
    let Some(found) = found else { return Err(invalid_argument(err, word, why)) };
    body.put_structure(range_number, &found);
    if let Some(mask) = mask {
        body.put_u16(mask_number, uint(mask, 0xffff, why, err)? as u16);
    }
    Ok(())
}

/// Runs `ip rule add`, `delete` and `flush`.
pub fn command<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    verb: Verb,
    mut words: Words<'_>,
) -> Result<(), Exit> {
    if verb == Verb::Flush {
        let find = &mut |ip: &mut _, deletions: &mut DeleteBatch| find(ip, words, Some(deletions));
        return flush(ip, rule::DEL, find).map(|_| ());
    }
    let deleting = verb == Verb::Delete;
    if words.peek().is_none() {
        let verb = if deleting { "del" } else { "add" };
        writeln!(ip.printer.err, "\"ip rule {verb}\" requires arguments.");
        return Err(Exit(1));
    }
    let mut header = RuleHeader { family: ip.printer.options.family, ..Default::default() };
    if !deleting {
        header.action = RuleAction::TO_TBL;
    }
    let mut body = Body::new(&header);
    let mut args = ParsedArgs::new(header.family);
    let (mut acted, mut vrf) = (false, false);
    while let Some(word) = words.next() {
        let err = &mut *ip.printer.err;
        match word {
            "not" => header.flags |= RuleFlags::INVERT,
            "from" | "to" => {
                let prefix = Prefix::parse(words.value(err)?, header.family, err)?;
                let number = if word == "from" { Rule::SRC.number() } else { Rule::DST.number() };
                body.put(number, prefix.octets());
                match word {
                    "from" => header.src_len = prefix.bits,
                    _ => header.dst_len = prefix.bits,
                }
            }
            _ if parse_arg(
                &WORDS,
                word,
                &mut words,
                (&mut args, Some(&mut body)),
                &mut ip.printer,
            )? =>
            {
                if matches!(args.last, "lookup" | "table") {
                    let table = args.number_or_zero(TABLE);
                    header.table = put_table(table, Rule::TABLE.number(), &mut body);
                    acted = true;
                }
            }
            "dscp" => {
                let why = "invalid dscp value\n";
                let (value, mask) = split_mask(words.value(ip.printer.err)?);
                // A name stands for the upper six bits of eight.
                let named = known(value, DSFIELDS).map(|number| number >> 2);
                let dscp = match named {
                    Some(dscp) => dscp as u8,
                    None => uint(value, 0x3f, why, ip.printer.err)? as u8,
                };
                body.put_u8(Rule::DSCP.number(), dscp);
                if let Some(mask) = mask {
                    let mask = uint(mask, 0x3f, "invalid dscp mask\n", ip.printer.err)? as u8;
                    body.put_u8(Rule::DSCP_MASK.number(), mask);
                }
            }
            "fwmark" => {
                let (value, mask) = split_mask(words.value(ip.printer.err)?);
                let value = uint32(value, "fwmark value is invalid\n", ip.printer.err)?;
                body.put_u32(Rule::FWMARK.number(), value);
                if let Some(mask) = mask {
                    let mask = uint32(mask, "fwmask value is invalid\n", ip.printer.err)?;
                    body.put_u32(Rule::FWMASK.number(), mask);
                }
            }
            "flowlabel" => {
                let (value, mask) = split_mask(words.value(ip.printer.err)?);
                let value = uint32(value, "invalid flowlabel\n", ip.printer.err)?;
                let mask = match mask {
                    Some(mask) => uint32(mask, "invalid flowlabel mask\n", ip.printer.err)?,
                    None => 0xf_ffff,
                };
                body.put(Rule::FLOWLABEL.number(), &value.to_be_bytes());
                body.put(Rule::FLOWLABEL_MASK.number(), &mask.to_be_bytes());
            }
            "l3mdev" => {
                body.put_u8(Rule::L3MDEV.number(), 1);
                vrf = true;
            }
            "uidrange" => {
                let word = words.value(ip.printer.err)?;
                let users = range(word).filter(|_| word.contains('-'));
                let Some((start, end)) = users else {
                    return Err(invalid_argument(ip.printer.err, word, "invalid UID range\n"));
                };
                body.put_structure(Rule::UID_RANGE.number(), &UidRange { start, end });
            }
            "sport" | "dport" => {
                let numbers = match word {
                    "sport" => (
                        Rule::SPORT_RANGE.number(),
                        Rule::SPORT_MASK.number(),
                        "invalid port range\n",
                    ),
                    _ => (
                        Rule::DPORT_RANGE.number(),
                        Rule::DPORT_MASK.number(),
                        "invalid dport range\n",
                    ),
                };
                ports(words.value(ip.printer.err)?, numbers, &mut body, ip.printer.err)?;
            }
            _ => {
                let err = &mut *ip.printer.err;
                let word = if word == "type" { words.value(err)? } else { word };
                if abbreviates(word, "help") {
                    return Err(super::usage::of("rule", err));
                }
                if abbreviates(word, "goto") {
                    let target = uint32(words.value(err)?, "invalid target\n", err)?;
                    header.action = RuleAction::GOTO;
                    body.put_u32(Rule::GOTO.number(), target);
                } else {
                    let action = action(word)
                        .or(number(word).and_then(|number| number.try_into().ok()).map(RuleAction));
                    let Some(action) = action else {
                        return Err(invalid_argument(err, word, "Failed to parse rule type"));
                    };
                    header.action = action;
                }
                acted = true;
            }
        }
    }
    header.tos = args.number_or_zero(TOS) as u8;
    if vrf && args.number_or_zero(TABLE) != 0 {
        return Err(fail(
            ip.printer.err,
            "table can not be specified for l3mdev rules\n",
            Exit(22),
        ));
    }
    default_family(&mut header.family, AddressFamily::INET);
    if !acted && !vrf && !deleting {
        header.table = RouteTable::MAIN;
    }
    body.header(&header);
    let message_type = if deleting { rule::DEL } else { rule::NEW.with(verb.flags()) };
    send(ip, message_type, &body)
}
