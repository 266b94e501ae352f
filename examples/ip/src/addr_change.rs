//! `ip address add`, `change`, `replace`, `delete` and `flush`.

use core::net::{IpAddr, Ipv4Addr};

use barelink_codec::rtnl::addr::{self, Addr, AddrCacheInfo, AddrFlags, AddrHeader};
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::RouteScope;
use barelink_transport::Channel;

use super::addr::{FLAGS, parse};
use super::args::{
    ArgTable, ArgType, NameTable, ParsedArgs, arg_table, attr, key, parse_arg, slot,
};
use super::body::Body;
use super::change::{
    DeleteBatch, default_family, duplicate_argument, flush, host_prefix, send, uint32,
};
use super::index::Index;
use super::prefix::Prefix;
use super::request;
use super::verb::Verb;
use super::words::{Exit, TextOutput, Words, abbreviates, duplicate_or_garbage, fail};
use super::{Ip, errors};

const SCOPE: u8 = 0;
const DEVICE: u8 = 0;

const WORDS: ArgTable = arg_table! {
    "=scope!!invalid scope value." => slot(SCOPE, ArgType::Named(NameTable::Scopes)),
    "=dev" => slot(DEVICE, ArgType::Text),
    "=label" => key(Addr::LABEL),
    "metric/priority/preference!\"metric\" value is invalid" => key(Addr::RT_PRIORITY),
    "=proto!\"proto\" value is invalid" => attr(Addr::PROTO, ArgType::Named(NameTable::AddrProtocols)),
};

/// Flags that only the kernel sets.
const READ_ONLY: AddrFlags = AddrFlags(
    AddrFlags::SECONDARY.0
        | AddrFlags::DADFAILED.0
        | AddrFlags::DEPRECATED.0
        | AddrFlags::TENTATIVE.0
        | AddrFlags::PERMANENT.0
        | AddrFlags::STABLE_PRIVACY.0,
);

/// Flags that exist for IPv6 addresses only.
const V6_ONLY: AddrFlags = AddrFlags(
    AddrFlags::NODAD.0
        | AddrFlags::OPTIMISTIC.0
        | AddrFlags::HOMEADDRESS.0
        | AddrFlags::MANAGETEMPADDR.0,
);

/// Parses a lifetime in seconds; `forever` is `u32::MAX`.
fn lifetime(word: &str, why: &str, err: &mut TextOutput<'_>) -> Result<u32, Exit> {
    if word == "forever" { Ok(u32::MAX) } else { uint32(word, why, err) }
}

/// Returns the last address of a network, or its first.
fn broadcast(network: &Prefix, last: bool) -> Option<Ipv4Addr> {
    let Some(IpAddr::V4(addr)) = network.addr() else { return None };
    let hosts = u32::MAX.checked_shr(network.bits.into()).unwrap_or(0);
    let addr = u32::from(addr);
    Some(if last { addr | hosts } else { addr & !hosts }.into())
}

/// Sets the flag that a word names, or warns that it cannot be set; returns `false` if the word
/// names none.
fn flag(
    word: &str,
    family: AddressFamily,
    flags: &mut AddrFlags,
    err: &mut TextOutput<'_>,
) -> bool {
    let Some((name, flag)) = FLAGS.iter().find(|row| row.0 == word) else { return false };
    if READ_ONLY.contains(*flag) {
        writeln!(err, "Warning: {name} option is not mutable from userspace");
    } else if V6_ONLY.contains(*flag) && family != AddressFamily::INET6 {
        writeln!(err, "Warning: {name} option can be set only for IPv6 addresses");
    } else {
        *flags |= *flag;
    }
    true
}

/// Runs `ip address add`, `change`, `replace`, `delete` and `flush`.
pub fn command<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    verb: Verb,
    mut words: Words<'_>,
) -> Result<(), Exit> {
    if verb == Verb::Flush {
        return flush_command(ip, words);
    }
    let deleting = verb == Verb::Delete;
    let mut header = AddrHeader { family: ip.printer.options.family, ..Default::default() };
    let mut body = Body::new(&header);
    let mut args = ParsedArgs::new(header.family);
    let (mut local, mut peer, mut brd) = (None, None, None);
    let (mut valid, mut preferred, mut anycast) = (None, None, false);
    let mut flags = AddrFlags::EMPTY;
    while let Some(word) = words.next() {
        let err = &mut *ip.printer.err;
        match word {
            "peer" | "remote" => {
                let word = words.value(err)?;
                if peer.is_some() {
                    return Err(duplicate_argument(err, "peer", word));
                }
                let prefix = Prefix::parse(word, header.family, err)?;
                default_family(&mut header.family, prefix.family);
                body.put(Addr::ADDRESS.number(), prefix.octets());
                header.prefix_len = prefix.bits;
                peer = Some(prefix);
            }
            _ if word == "brd" || abbreviates(word, "broadcast") => {
                let word = words.value(err)?;
                if brd.is_some() {
                    return Err(duplicate_argument(err, "broadcast", word));
                }
                if !matches!(word, "+" | "-") {
                    let addr = host_prefix(word, header.family, err)?;
                    default_family(&mut header.family, addr.family);
                    body.put(Addr::BROADCAST.number(), addr.octets());
                }
                brd = Some(word);
            }
            "anycast" => {
                let word = words.value(err)?;
                if core::mem::replace(&mut anycast, true) {
                    return Err(duplicate_argument(err, "anycast", word));
                }
                let addr = host_prefix(word, header.family, err)?;
                default_family(&mut header.family, addr.family);
                body.put(Addr::ANYCAST.number(), addr.octets());
            }
            _ if parse_arg(
                &WORDS,
                word,
                &mut words,
                (&mut args, Some(&mut body)),
                &mut ip.printer,
            )? => {}
            _ if abbreviates(word, "valid_lft") => {
                if valid.is_some() {
                    return Err(duplicate_argument(ip.printer.err, "valid_lft", word));
                }
                let word = words.value(ip.printer.err)?;
                valid = Some(lifetime(word, "valid_lft value", ip.printer.err)?);
            }
            _ if abbreviates(word, "preferred_lft") => {
                if preferred.is_some() {
                    return Err(duplicate_argument(ip.printer.err, "preferred_lft", word));
                }
                let word = words.value(ip.printer.err)?;
                preferred = Some(lifetime(word, "preferred_lft value", ip.printer.err)?);
            }
            _ if flag(word, header.family, &mut flags, ip.printer.err) => {}
            _ => {
                let err = &mut *ip.printer.err;
                let word = if word == "local" { words.value(err)? } else { word };
                if abbreviates(word, "help") {
                    return Err(super::usage::of("address", err));
                }
                if local.is_some_and(|(prefix, _): (Prefix, _)| prefix.len != 0) {
                    return Err(duplicate_or_garbage(err, "local", word));
                }
                let prefix = Prefix::parse(word, header.family, err)?;
                default_family(&mut header.family, prefix.family);
                body.put(Addr::LOCAL.number(), prefix.octets());
                local = Some((prefix, word));
            }
        }
    }
    if flags.0 <= 0xff {
        header.flags = flags;
    } else {
        body.put_u32(Addr::FLAGS.number(), flags.0);
    }
    let Some(device) = args.text(DEVICE) else {
        return Err(fail(
            ip.printer.err,
            "Not enough information: \"dev\" argument is required.\n",
            Exit(1),
        ));
    };
    if let (None, Some((prefix, word))) = (peer, local.filter(|(prefix, _)| prefix.len != 0)) {
        if deleting && prefix.family == AddressFamily::INET && !prefix.explicit_len {
            write!(
                ip.printer.err,
                "Warning: Executing wildcard deletion to stay compatible with old scripts.\n\
                 \x20        Explicitly specify the prefix length ({word}/32) to avoid this warning.\n\
                 \x20        This special behaviour is likely to disappear in further releases,\n\
                 \x20        fix your scripts!\n"
            );
        } else {
            peer = Some(prefix);
            body.put(Addr::ADDRESS.number(), prefix.octets());
        }
    }
    if header.prefix_len == 0 {
        header.prefix_len = local.map_or(0, |local| local.0.bits);
    }
    if let (Some(sign @ ("+" | "-")), false) = (brd, deleting) {
        if header.family != AddressFamily::INET {
            return Err(fail(
                ip.printer.err,
                "Broadcast can be set only for IPv4 addresses\n",
                Exit(1),
            ));
        }
        let network = peer.filter(|peer| peer.bits <= 30);
        if let Some(addr) = network.and_then(|network| broadcast(&network, sign == "+")) {
            body.put(Addr::BROADCAST.number(), &addr.octets());
        }
    }
    let loopback = |prefix: &Prefix| {
        prefix.family == AddressFamily::INET && prefix.bytes.first() == Some(&127)
    };
    header.scope = match args.number(SCOPE) {
        Some(scope) => RouteScope(scope as u8),
        None if deleting => RouteScope::UNIVERSE,
        None if local.is_some_and(|local| loopback(&local.0)) => RouteScope::HOST,
        None => RouteScope::UNIVERSE,
    };
    header.index = ip.printer.find(device)?;
    let multicast = local.and_then(|local| local.0.addr()).is_some_and(|it| it.is_multicast());
    if flags.contains(AddrFlags::MCAUTOJOIN) && !multicast {
        return Err(fail(ip.printer.err, "autojoin needs multicast address\n", Exit(1)));
    }
    if valid.is_some() || preferred.is_some() {
        let lifetime = AddrCacheInfo {
            valid: valid.unwrap_or(u32::MAX),
            preferred: preferred.unwrap_or(u32::MAX),
            ..Default::default()
        };
        let wrong = if lifetime.valid == 0 {
            "valid_lft is zero\n"
        } else if lifetime.valid < lifetime.preferred {
            "preferred_lft is greater than valid_lft\n"
        } else {
            ""
        };
        if !wrong.is_empty() {
            ip.printer.err.write_str(wrong);
            return Err(Exit(1));
        }
        body.put_structure(Addr::CACHEINFO.number(), &lifetime);
    }
    body.header(&header);
    let message_type = if deleting { addr::DEL } else { addr::NEW.with(verb.flags()) };
    send(ip, message_type, &body)
}

/// Runs `ip address flush`.
fn flush_command<C: Channel>(ip: &mut Ip<'_, '_, C>, words: Words<'_>) -> Result<(), Exit> {
    if words.peek().is_none() {
        return Err(fail(ip.printer.err, "Flush requires arguments.\n", Exit(1)));
    }
    let (links, filter) = parse(ip, words)?;
    flush(ip, addr::DEL, &mut |ip, deletions: &mut DeleteBatch| {
        let header = AddrHeader { family: filter.family, ..Default::default() };
        let printer = &mut ip.printer;
        let result =
            request::dump(&mut ip.kernel, addr::GET, &Body::new(&header), &mut |address| {
                let index = address.header.index;
                let name = printer.link(index);
                if (links.index == 0 || links.index == index)
                    && filter.matches(&address.header, &Index::new(address.attrs), &name)
                {
                    deletions.push(printer, &address.header, address.attrs.bytes());
                }
            });
        result.or_else(|error| errors::dump_or_flush_failed(printer.err, &error, true, 1))
    })?;
    Ok(())
}
