//! `ip neighbour`.

use core::fmt::Display;

use barelink_codec::Parsed;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::neigh::{
    self, Neigh, NeighExtFlags, NeighFlags, NeighHeader, NeighState,
};
use barelink_transport::Channel;

use super::ask;
use super::body::Body;
use super::change::{Doomed, duplicate, settle, whole};
use super::index::Index;
use super::names::PROTOCOLS;
use super::output::Value;
use super::pen::Pen;
use super::prefix::{Address, Bytes, Prefix};
use super::said::{Book, Lines, Said, Take, lines, slot, take};
use super::words::{Exit, Words, abbreviates, number32, refuse, twice, wrong};
use super::{Ip, errors};

/// The states' names, in the order that they are printed.
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

/// Wants those without any state.
const NO_STATE: u16 = 0x100;

/// What is said of the neighbours that are wanted.
const PROTOCOL: u8 = 0;
const MASTER: u8 = 1;
const NO_MASTER: u8 = 2;
const UNUSED: u8 = 3;
const PROXY: u8 = 4;
const STATES_SAID: u8 = 5;
const DEVICE: u8 = 0;
const NETWORK: u8 = 0;

const WORDS: Lines = lines! {
    "=master!Device does not exist" => slot(MASTER, Take::Link),
    "=vrf!Not a valid VRF name" => slot(MASTER, Take::VrfLink),
    "=nomaster" => slot(NO_MASTER, Take::Nothing),
    "=unused" => slot(UNUSED, Take::Nothing),
    "=proxy" => slot(PROXY, Take::Nothing),
    "protocol!invalid \"protocol\"" => slot(PROTOCOL, Take::OrAll(Book::Protocols)),
};

/// Whether this neighbour is wanted: of these states, and of this link; 0 for any.
fn wants(
    said: &Said<'_>,
    (states, index): (u16, u32),
    header: &NeighHeader,
    neigh: &Index<'_, Neigh>,
) -> bool {
    let state = header.state.0;
    let extended = neigh.get(Neigh::FLAGS_EXT).unwrap_or_default();
    let exempt = header.flags.intersects(NeighFlags::PROXY | NeighFlags::EXT_LEARNED)
        || extended.contains(NeighExtFlags::MANAGED)
        || (state == 0 && states & NO_STATE != 0);
    // 0 is anybody.
    (said.or_zero(PROTOCOL) == 0 || said.fits(&[neigh.number(Neigh::PROTOCOL)]))
        && (said.family == AddressFamily::UNSPEC || said.family == header.family)
        && (index == 0 || index == header.index as u32)
        && (state & states != 0 || exempt)
        && said.prefix(NETWORK).is_none_or(|network| {
            let address = neigh.payload(Neigh::DST);
            network.family == AddressFamily::UNSPEC
                || network.family == header.family
                    && address.is_some_and(|address| network.begins(address, network.bits))
        })
        && (!said.has(UNUSED) || neigh.get(Neigh::CACHEINFO).is_none_or(|info| info.clients == 0))
}

/// The states that a word names, of those that are looked for.
fn states(word: &str) -> Option<u16> {
    match word {
        "none" => Some(NO_STATE),
        "all" => Some(u16::MAX),
        _ => state(word),
    }
}

/// The one state that a word names, or a number is.
pub fn state(word: &str) -> Option<u16> {
    // Of these the beginning will do.
    let short = ["permanent", "reachable", "failed"];
    let is = |name: &str| name == word || short.contains(&name) && abbreviates(word, name);
    match STATES.iter().find(|row| is(row.0)) {
        _ if word == "none" => Some(0),
        Some(row) => Some(row.2.0),
        None => number32(word).filter(|it| *it < 0x100 && it.count_ones() < 2).map(|it| it as u16),
    }
}

/// Finds neighbours, and prints them, or dooms them.
pub fn find<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    mut words: Words<'_>,
    mut doomed: Option<&mut Doomed>,
) -> Result<(), Exit> {
    let pen = &mut ip.pen;
    let mut said = Said::new(pen.options.family);
    let mut wanted = match doomed {
        None => 0xff & !NeighState::NOARP.0,
        Some(_) => !(NeighState::PERMANENT | NeighState::NOARP).0,
    };
    while let Some(word) = words.next() {
        if take(&WORDS, word, &mut words, (&mut said, None), pen)? {
            if said.last == "nomaster" {
                said.set(MASTER, Some(0));
            }
            continue;
        }
        match word {
            "dev" => {
                let name = words.value(pen.err)?;
                if said.text(DEVICE).is_some() {
                    return Err(duplicate(pen.err, "dev", name));
                }
                said.set_text(DEVICE, name);
            }
            "nud" => {
                let word = words.value(pen.err)?;
                if !said.has(STATES_SAID) {
                    wanted = 0;
                    said.set(STATES_SAID, Some(1));
                }
                wanted |= states(word).ok_or_else(|| wrong(pen.err, word, "nud state is bad"))?;
            }
            _ => {
                let address = if word == "to" { words.value(pen.err)? } else { word };
                let network = Prefix::parse(address, said.family, pen.err)?;
                settle(&mut said.family, network.family);
                said.set_prefix(NETWORK, Some(network));
            }
        }
    }
    let mut header = NeighHeader { family: said.family, ..Default::default() };
    if said.has(PROXY) {
        header.flags = NeighFlags::PROXY;
    }
    let index = match said.text(DEVICE) {
        Some(name) => pen.find(name)?,
        None => 0,
    };
    let mut body = Body::new(&header);
    if index != 0 {
        body.put_u32(Neigh::IFINDEX.number(), index);
    }
    if said.has(MASTER) {
        body.put_u32(Neigh::MASTER.number(), said.or_zero(MASTER));
    }
    let asked = ask::all(&mut ip.kernel, neigh::GET, &body, &mut |neigh| {
        let attrs = Index::new(neigh.attrs);
        if wants(&said, (wanted, index), &neigh.header, &attrs) {
            match doomed.as_deref_mut() {
                Some(doomed) => doomed.take(pen, &neigh.header, neigh.attrs.bytes()),
                None => print(pen, &neigh, &attrs, Event::None, index == 0),
            }
        }
    });
    asked.or_else(|error| errors::found(pen.err, &error, doomed.is_some(), 1))
}

/// `ip neighbour get`.
pub fn get<C: Channel>(ip: &mut Ip<'_, '_, C>, mut words: Words<'_>) -> Result<(), Exit> {
    let pen = &mut ip.pen;
    let (mut device, mut address) = (None, None);
    let mut header = NeighHeader { family: pen.options.family, ..Default::default() };
    while let Some(word) = words.next() {
        if word == "dev" {
            device = Some(words.value(pen.err)?);
            continue;
        }
        let proxy = abbreviates(word, "proxy");
        let word = if proxy || word == "to" { words.value(pen.err)? } else { word };
        if proxy {
            header.flags = NeighFlags::PROXY;
        }
        if address.is_some() {
            return Err(match proxy {
                true => duplicate(pen.err, "address", word),
                false => twice(pen.err, "to", word),
            });
        }
        address = Some(whole(word, header.family, pen.err)?);
    }
    let address = address.filter(|address| address.family != AddressFamily::UNSPEC);
    let (Some(address), Some(name)) = (address, device) else {
        return Err(refuse(pen.err, "Device and address are required arguments.\n", Exit(1)));
    };
    header.family = address.family;
    header.index = pen.find(name)? as i32;
    let mut body = Body::new(&header);
    body.put(Neigh::DST.number(), address.octets());
    let asked = ask::one(&mut ip.kernel, neigh::GET, &body, &mut |neigh| {
        pen.out.start();
        print(pen, &neigh, &Index::new(neigh.attrs), Event::None, true);
        pen.out.finish();
    });
    asked.map_err(|error| errors::request(pen.err, &error))
}

/// What happened to a neighbour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    /// Nothing: it is there, or has changed.
    None,
    /// It went.
    Deleted,
    /// A program is asked for it.
    Miss,
}

/// Prints a neighbour.
pub fn print<C: Channel>(
    pen: &mut Pen<'_, '_, C>,
    message: &Parsed<'_, NeighHeader, Neigh>,
    neigh: &Index<'_, Neigh>,
    event: Event,
    device: bool,
) {
    let header = message.header;
    let extended = neigh.get(Neigh::FLAGS_EXT).unwrap_or_default();
    pen.out.object(None);
    match event {
        Event::None => {}
        Event::Deleted => pen.out.any("deleted", "Deleted ", true),
        Event::Miss => pen.out.any("miss", "miss ", Value::Null("")),
    }
    if let Some(address) = neigh.payload(Neigh::DST) {
        pen.out.string("dst", "{} ", &Address(header.family, address));
    }
    if device && header.index != 0 {
        pen.device("dev", "dev {} ", header.index as u32);
    }
    if let Some(hardware) = neigh.payload(Neigh::LLADDR) {
        let address: &dyn Display = &Bytes(hardware);
        pen.out.string("lladdr", "lladdr {} ", address);
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
            pen.out.any(key, word, Value::Null(""));
        }
    }
    if pen.options.stats > 0 {
        if let Some(info) = neigh.get(Neigh::CACHEINFO) {
            if info.clients != 0 {
                pen.out.any("refcnt", " ref {}", info.clients);
            }
            pen.out.any("used", " used {}", info.used / 100);
            pen.out.any("confirmed", "/{}", info.confirmed / 100);
            pen.out.any("updated", "/{}", info.updated / 100);
        }
        if let Some(probes) = neigh.get(Neigh::PROBES) {
            pen.out.any("probes", "probes {} ", probes);
        }
    }
    if header.state != NeighState::EMPTY {
        print_state(pen, header.state);
    }
    if let Some(protocol) = neigh.get(Neigh::PROTOCOL) {
        pen.name("protocol", "proto {} ", protocol.0, PROTOCOLS);
    }
    pen.out.words("\n");
    pen.out.end_object();
}

fn print_state<C: Channel>(pen: &mut Pen<'_, '_, C>, state: NeighState) {
    pen.out.list(Some("state"));
    let mut left = state;
    for (_, name, flag) in STATES {
        if left.contains(flag) {
            left = left.without(flag);
            let template = if left == NeighState::EMPTY { "{} " } else { "{}," };
            pen.out.element(template, Value::Text(&name));
        }
    }
    if left != NeighState::EMPTY {
        pen.out.element("{} ", Value::Text(&format_args!("{:x}", left.0)));
    }
    pen.out.end_list();
}
