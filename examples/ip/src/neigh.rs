//! `ip neighbour show` and `get`.

use core::fmt::Display;

use barelink_codec::Parsed;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::neigh::{
    self, Neigh, NeighExtFlags, NeighFlags, NeighHeader, NeighState,
};
use barelink_transport::Channel;

use super::args::{ArgTable, ArgType, NameTable, ParsedArgs, arg_table, parse_arg, slot};
use super::body::Body;
use super::change::{DeleteBatch, default_family, duplicate_argument, host_prefix};
use super::index::Index;
use super::names::PROTOCOLS;
use super::output::Value;
use super::prefix::{Address, Bytes, Prefix};
use super::printer::Printer;
use super::request;
use super::words::{
    Exit, Words, abbreviates, duplicate_or_garbage, fail, invalid_argument, number32,
};
use super::{Ip, errors};

/// Names of the states (`NUD_*`), in lower and upper case, in printing order.
pub const STATES: [(&str, &str, NeighState); 8] = [
    ("incomplete", "INCOMPLETE", NeighState::INCOMPLETE),
    ("reachable", "REACHABLE", NeighState::REACHABLE),
    ("stale", "STALE", NeighState::STALE),
    ("delay", "DELAY", NeighState::DELAY),
    ("probe", "PROBE", NeighState::PROBE),
    ("failed", "FAILED", NeighState::FAILED),
    ("noarp", "NOARP", NeighState::NOARP),
    ("permanent", "PERMANENT", NeighState::PERMANENT),
];

/// Filter bit for neighbours without a state (`NUD_NONE`).
const NO_STATE: u16 = 0x100;

/// Slots of the filter: numbers, the link's name, the network.
const PROTOCOL: u8 = 0;
const MASTER: u8 = 1;
const NO_MASTER: u8 = 2;
const UNUSED: u8 = 3;
const PROXY: u8 = 4;
const STATES_GIVEN: u8 = 5;
const DEVICE: u8 = 0;
const NETWORK: u8 = 0;

const WORDS: ArgTable = arg_table! {
    "=master!Device does not exist" => slot(MASTER, ArgType::Link),
    "=vrf!Not a valid VRF name" => slot(MASTER, ArgType::VrfLink),
    "=nomaster" => slot(NO_MASTER, ArgType::Nothing),
    "=unused" => slot(UNUSED, ArgType::Nothing),
    "=proxy" => slot(PROXY, ArgType::Nothing),
    "protocol!invalid \"protocol\"" => slot(PROTOCOL, ArgType::NamedOrAll(NameTable::Protocols)),
};

/// Returns whether a neighbour matches, also by its state and its link; an index of 0 matches any.
fn matches(
    args: &ParsedArgs<'_>,
    (states, index): (u16, u32),
    header: &NeighHeader,
    neigh: &Index<'_, Neigh>,
) -> bool {
    let state = header.state.0;
    let extended = neigh.get(Neigh::FLAGS_EXT).unwrap_or_default();
    let exempt = header.flags.intersects(NeighFlags::PROXY | NeighFlags::EXT_LEARNED)
        || extended.contains(NeighExtFlags::MANAGED)
        || (state == 0 && states & NO_STATE != 0);
    // 0 matches any.
    (args.number_or_zero(PROTOCOL) == 0 || args.matches(&[neigh.number(Neigh::PROTOCOL)]))
        && (args.family == AddressFamily::UNSPEC || args.family == header.family)
        && (index == 0 || index == header.index as u32)
        && (state & states != 0 || exempt)
        && args.prefix(NETWORK).is_none_or(|network| {
            let address = neigh.payload(Neigh::DST);
            network.family == AddressFamily::UNSPEC
                || network.family == header.family
                    && address.is_some_and(|address| network.contains(address, network.bits))
        })
        && (!args.has(UNUSED) || neigh.get(Neigh::CACHEINFO).is_none_or(|info| info.clients == 0))
}

/// Returns the state filter that a word names.
fn states(word: &str) -> Option<u16> {
    match word {
        "none" => Some(NO_STATE),
        "all" => Some(u16::MAX),
        _ => state(word),
    }
}

/// Returns the state that a word names, or that a number is.
pub fn state(word: &str) -> Option<u16> {
    // These may be abbreviated.
    let short = ["permanent", "reachable", "failed"];
    let is = |name: &str| name == word || short.contains(&name) && abbreviates(word, name);
    match STATES.iter().find(|row| is(row.0)) {
        _ if word == "none" => Some(0),
        Some(row) => Some(row.2.0),
        None => number32(word).filter(|it| *it < 0x100 && it.count_ones() < 2).map(|it| it as u16),
    }
}

/// Dumps neighbours, and prints those that match or adds them to `deletions`.
pub fn find<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    mut words: Words<'_>,
    mut deletions: Option<&mut DeleteBatch>,
) -> Result<(), Exit> {
    let printer = &mut ip.printer;
    let mut args = ParsedArgs::new(printer.options.family);
    let mut wanted = match deletions {
        None => 0xff & !NeighState::NOARP.0,
        Some(_) => !(NeighState::PERMANENT | NeighState::NOARP).0,
    };
    while let Some(word) = words.next() {
        if parse_arg(&WORDS, word, &mut words, (&mut args, None), printer)? {
            if args.last == "nomaster" {
                args.set(MASTER, Some(0));
            }
            continue;
        }
        match word {
            "dev" => {
                let name = words.value(printer.err)?;
                if args.text(DEVICE).is_some() {
                    return Err(duplicate_argument(printer.err, "dev", name));
                }
                args.set_text(DEVICE, name);
            }
            "nud" => {
                let word = words.value(printer.err)?;
                if !args.has(STATES_GIVEN) {
                    wanted = 0;
                    args.set(STATES_GIVEN, Some(1));
                }
                wanted |= states(word)
                    .ok_or_else(|| invalid_argument(printer.err, word, "nud state is bad"))?;
            }
            _ => {
                let address = if word == "to" { words.value(printer.err)? } else { word };
                let network = Prefix::parse(address, args.family, printer.err)?;
                default_family(&mut args.family, network.family);
                args.set_prefix(NETWORK, Some(network));
            }
        }
    }
    let mut header = NeighHeader { family: args.family, ..Default::default() };
    if args.has(PROXY) {
        header.flags = NeighFlags::PROXY;
    }
    let index = match args.text(DEVICE) {
        Some(name) => printer.find(name)?,
        None => 0,
    };
    let mut body = Body::new(&header);
    if index != 0 {
        body.put_u32(Neigh::IFINDEX.number(), index);
    }
    if args.has(MASTER) {
        body.put_u32(Neigh::MASTER.number(), args.number_or_zero(MASTER));
    }
    let result = request::dump(&mut ip.kernel, neigh::GET, &body, &mut |neigh| {
        let attrs = Index::new(neigh.attrs);
        if matches(&args, (wanted, index), &neigh.header, &attrs) {
            match deletions.as_deref_mut() {
                Some(deletions) => deletions.push(printer, &neigh.header, neigh.attrs.bytes()),
                None => print(printer, &neigh, &attrs, NeighEvent::None, index == 0),
            }
        }
    });
    result
        .or_else(|error| errors::dump_or_flush_failed(printer.err, &error, deletions.is_some(), 1))
}

/// Runs `ip neighbour get`.
pub fn get<C: Channel>(ip: &mut Ip<'_, '_, C>, mut words: Words<'_>) -> Result<(), Exit> {
    let printer = &mut ip.printer;
    let (mut device, mut address) = (None, None);
    let mut header = NeighHeader { family: printer.options.family, ..Default::default() };
    while let Some(word) = words.next() {
        if word == "dev" {
            device = Some(words.value(printer.err)?);
            continue;
        }
        let proxy = abbreviates(word, "proxy");
        let word = if proxy || word == "to" { words.value(printer.err)? } else { word };
        if proxy {
            header.flags = NeighFlags::PROXY;
        }
        if address.is_some() {
            return Err(match proxy {
                true => duplicate_argument(printer.err, "address", word),
                false => duplicate_or_garbage(printer.err, "to", word),
            });
        }
        address = Some(host_prefix(word, header.family, printer.err)?);
    }
    let address = address.filter(|address| address.family != AddressFamily::UNSPEC);
    let (Some(address), Some(name)) = (address, device) else {
        return Err(fail(printer.err, "Device and address are required arguments.\n", Exit(1)));
    };
    header.family = address.family;
    header.index = printer.find(name)? as i32;
    let mut body = Body::new(&header);
    body.put(Neigh::DST.number(), address.octets());
    let result = request::get(&mut ip.kernel, neigh::GET, &body, &mut |neigh| {
        printer.out.start();
        print(printer, &neigh, &Index::new(neigh.attrs), NeighEvent::None, true);
        printer.out.finish();
    });
    result.map_err(|error| errors::request_failed(printer.err, &error))
}

/// Event that a printed neighbour comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NeighEvent {
    /// Dump, or a new or changed entry.
    None,
    /// Deletion (`RTM_DELNEIGH`).
    Deleted,
    /// Resolution request to a user-space daemon (`RTM_GETNEIGH`).
    Miss,
}

/// Prints a neighbour.
pub fn print<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    message: &Parsed<'_, NeighHeader, Neigh>,
    neigh: &Index<'_, Neigh>,
    event: NeighEvent,
    device: bool,
) {
    let header = message.header;
    let extended = neigh.get(Neigh::FLAGS_EXT).unwrap_or_default();
    printer.out.object(None);
    match event {
        NeighEvent::None => {}
        NeighEvent::Deleted => printer.out.any("deleted", "Deleted ", true),
        NeighEvent::Miss => printer.out.any("miss", "miss ", Value::Null("")),
    }
    if let Some(address) = neigh.payload(Neigh::DST) {
        printer.out.string("dst", "{} ", &Address(header.family, address));
    }
    if device && header.index != 0 {
        printer.device("dev", "dev {} ", header.index as u32);
    }
    if let Some(hardware) = neigh.payload(Neigh::LLADDR) {
        let address: &dyn Display = &Bytes(hardware);
        printer.out.string("lladdr", "lladdr {} ", address);
    }
    for (set, key, word) in [
        (header.flags.contains(NeighFlags::ROUTER), "router", "router "),
        (header.flags.contains(NeighFlags::PROXY), "proxy", "proxy "),
        (extended.contains(NeighExtFlags::MANAGED), "managed", "managed "),
        (header.flags.contains(NeighFlags::EXT_LEARNED), "extern_learn", "extern_learn "),
        (header.flags.contains(NeighFlags::OFFLOADED), "offload", "offload "),
        (extended.contains(NeighExtFlags::EXT_VALIDATED), "extern_valid", "extern_valid "),
    ] {
        if set {
            printer.out.any(key, word, Value::Null(""));
        }
    }
    if printer.options.stats > 0 {
        if let Some(info) = neigh.get(Neigh::CACHEINFO) {
            if info.clients != 0 {
                printer.out.any("refcnt", " ref {}", info.clients);
            }
            printer.out.any("used", " used {}", info.used / 100);
            printer.out.any("confirmed", "/{}", info.confirmed / 100);
            printer.out.any("updated", "/{}", info.updated / 100);
        }
        if let Some(probes) = neigh.get(Neigh::PROBES) {
            printer.out.any("probes", "probes {} ", probes);
        }
    }
    if header.state != NeighState::EMPTY {
        print_state(printer, header.state);
    }
    if let Some(protocol) = neigh.get(Neigh::PROTOCOL) {
        printer.name("protocol", "proto {} ", protocol.0, PROTOCOLS);
    }
    printer.out.literal("\n");
    printer.out.end_object();
}

fn print_state<C: Channel>(printer: &mut Printer<'_, '_, C>, state: NeighState) {
    printer.out.list(Some("state"));
    let mut left = state;
    for (_, name, flag) in STATES {
        if left.contains(flag) {
            left = left.without(flag);
            let template = if left == NeighState::EMPTY { "{} " } else { "{}," };
            printer.out.element(template, Value::Text(&name));
        }
    }
    if left != NeighState::EMPTY {
        printer.out.element("{} ", Value::Text(&format_args!("{:x}", left.0)));
    }
    printer.out.end_list();
}
