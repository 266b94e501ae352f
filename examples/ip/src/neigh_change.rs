//! `ip neighbour add`, `change`, `replace`, `delete` and `flush`.

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::neigh::{
    self, Neigh, NeighExtFlags, NeighFlags, NeighHeader, NeighState,
};
use barelink_transport::Channel;

use super::Ip;
use super::args::{ArgTable, ArgType, NameTable, ParsedArgs, arg_table, attr, parse_arg, slot};
use super::body::Body;
use super::change::{DeleteBatch, duplicate_argument, flush, hardware_address, host_prefix, send};
use super::neigh::{find, state};
use super::verb::Verb;
use super::words::{Exit, USAGE, Words, abbreviates, duplicate_or_garbage, fail, invalid_argument};

const DEVICE: u8 = 0;

const WORDS: ArgTable = arg_table! {
    "=dev" => slot(DEVICE, ArgType::Text),
    // After `proxy`, which may be abbreviated as well.
    "protocol!\"protocol\" value is invalid" => attr(Neigh::PROTOCOL, ArgType::Named(NameTable::Protocols)),
};

/// Words that set flags; the last may be abbreviated.
const FLAGS: &[(&str, NeighFlags, NeighExtFlags)] = &[
    ("router", NeighFlags::ROUTER, NeighExtFlags::EMPTY),
    ("use", NeighFlags::USE, NeighExtFlags::EMPTY),
    ("managed", NeighFlags::EMPTY, NeighExtFlags::MANAGED),
    ("extern_valid", NeighFlags::EMPTY, NeighExtFlags::EXT_VALIDATED),
    ("extern_learn", NeighFlags::EXT_LEARNED, NeighExtFlags::EMPTY),
];

/// Runs `ip neighbour add`, `change`, `replace`, `delete` and `flush`.
pub fn command<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    verb: Verb,
    mut words: Words<'_>,
) -> Result<(), Exit> {
    if verb == Verb::Flush {
        return flush_command(ip, words);
    }
    let family = ip.printer.options.family;
    let mut header = NeighHeader { family, state: NeighState::PERMANENT, ..Default::default() };
    let mut body = Body::new(&header);
    let mut args = ParsedArgs::new(family);
    let (mut address, mut lladdr) = (None, None);
    let mut extended = NeighExtFlags::EMPTY;
    let mut proxy = false;
    while let Some(word) = words.next() {
        let err = &mut *ip.printer.err;
        match word {
            _ if abbreviates(word, "lladdr") => {
                let word = words.value(err)?;
                if lladdr.is_some() {
                    return Err(duplicate_argument(err, "lladdr", word));
                }
                lladdr = Some(word);
            }
            "nud" => {
                let word = words.value(err)?;
                let state =
                    state(word).ok_or_else(|| invalid_argument(err, word, "nud state is bad"))?;
                header.state = NeighState(state);
            }
            _ if !abbreviates(word, "proxy")
                && parse_arg(
                    &WORDS,
                    word,
                    &mut words,
                    (&mut args, Some(&mut body)),
                    &mut ip.printer,
                )? => {}
            _ => {
                let flag = FLAGS.iter().find(|row| {
                    row.0 == word || row.0 == "extern_learn" && abbreviates(word, row.0)
                });
                if let Some((_, flag, more)) = flag {
                    header.flags |= *flag;
                    extended |= *more;
                    if *more == NeighExtFlags::MANAGED {
                        header.state = NeighState::EMPTY;
                    }
                    continue;
                }
                let err = &mut *ip.printer.err;
                let by_proxy = abbreviates(word, "proxy");
                if by_proxy {
                    header.flags |= NeighFlags::PROXY;
                    proxy = true;
                }
                let word = if by_proxy || word == "to" { words.value(err)? } else { word };
                if abbreviates(word, "help") {
                    return Err(super::usage::of("neigh", err));
                }
                if address.is_some() {
                    return Err(match by_proxy {
                        true => duplicate_argument(err, "address", word),
                        false => duplicate_or_garbage(err, "to", word),
                    });
                }
                address = Some(host_prefix(word, family, err)?);
            }
        }
    }
    let device = args.text(DEVICE);
    let address = address.filter(|address| address.family != AddressFamily::UNSPEC);
    let (Some(address), true) = (address, device.is_some() || proxy) else {
        return Err(fail(
            ip.printer.err,
            "Device and destination are required arguments.\n",
            USAGE,
        ));
    };
    header.family = address.family;
    body.put(Neigh::DST.number(), address.octets());
    if let Some(lladdr) = lladdr.filter(|lladdr| *lladdr != "null") {
        let mut buffer = [0; 32];
        let len = hardware_address(lladdr, &mut buffer, ip.printer.err)?;
        body.put(Neigh::LLADDR.number(), buffer.get(..len).unwrap_or_default());
    }
    if extended != NeighExtFlags::EMPTY {
        body.put_u32(Neigh::FLAGS_EXT.number(), extended.0);
    }
    if let Some(device) = device {
        header.index = ip.printer.find(device)? as i32;
    }
    body.header(&header);
    let message_type =
        if verb == Verb::Delete { neigh::DEL } else { neigh::NEW.with(verb.flags()) };
    send(ip, message_type, &body)
}

/// Runs `ip neighbour flush`.
fn flush_command<C: Channel>(ip: &mut Ip<'_, '_, C>, words: Words<'_>) -> Result<(), Exit> {
    if words.peek().is_none() {
        return Err(fail(ip.printer.err, "Flush requires arguments.\n", Exit(1)));
    }
    flush(ip, neigh::DEL, &mut |ip, deletions: &mut DeleteBatch| find(ip, words, Some(deletions)))?;
    Ok(())
}
