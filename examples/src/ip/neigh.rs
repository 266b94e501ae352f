//! `ip neighbour`.

use core::fmt::Display;

use barelink_codec::Parsed;
use barelink_codec::rtnl::family::AddressFamily;
use barelink_codec::rtnl::neigh::{
    self, Neigh, NeighExtFlags, NeighFlags, NeighHeader, NeighState,
};
use barelink_transport::Channel;

use super::ask;
use super::body::Body;
use super::change::Doomed;
use super::index::Index;
use super::names::{self, PROTOCOLS};
use super::output::Value;
use super::pen::Pen;
use super::prefix::{Address, Bytes, Prefix};
use super::words::{Exit, Words, abbreviates, refuse, twice, wrong};
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

/// Which neighbours are wanted.
#[derive(Debug, Clone, Copy)]
struct Filter {
    family: AddressFamily,
    index: u32,
    states: u16,
    network: Option<Prefix>,
    protocol: Option<u8>,
    unused: bool,
}

impl Filter {
    fn wants(&self, header: &NeighHeader, neigh: &Index<'_, Neigh>) -> bool {
        let state = header.state.0;
        let extended = neigh.get(Neigh::FLAGS_EXT).unwrap_or_default();
        let exempt = header.flags.intersects(NeighFlags::PROXY | NeighFlags::EXT_LEARNED)
            || extended.contains(NeighExtFlags::MANAGED)
            || (state == 0 && self.states & NO_STATE != 0);
        (self.family == AddressFamily::UNSPEC || self.family == header.family)
            && (self.index == 0 || self.index == header.index as u32)
            && (state & self.states != 0 || exempt)
            && self.network.is_none_or(|network| {
                let address = neigh.payload(Neigh::DST);
                network.family == AddressFamily::UNSPEC
                    || network.family == header.family
                        && address.is_some_and(|address| network.begins(address, network.bits))
            })
            && self.protocol.is_none_or(|protocol| {
                neigh.get(Neigh::PROTOCOL).is_some_and(|it| it.0 == protocol)
            })
            && (!self.unused || neigh.get(Neigh::CACHEINFO).is_none_or(|info| info.clients == 0))
    }
}

/// Finds neighbours, and prints them, or dooms them.
pub fn find<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    mut words: Words<'_>,
    mut doomed: Option<&mut Doomed>,
) -> Result<(), Exit> {
    let pen = &mut ip.pen;
    let mut filter = Filter {
        family: pen.options.family,
        index: 0,
        states: match doomed {
            None => 0xff & !NeighState::NOARP.0,
            Some(_) => !(NeighState::PERMANENT | NeighState::NOARP).0,
        },
        network: None,
        protocol: None,
        unused: false,
    };
    let (mut device, mut master, mut state_given) = (None, None, false);
    let mut header = NeighHeader::default();
    while let Some(word) = words.next() {
        match word {
            "dev" => {
                let name = words.value(pen.err)?;
                if device.is_some() {
                    return Err(twice(pen.err, "dev", name));
                }
                device = Some(name);
            }
            "master" => {
                let name = words.value(pen.err)?;
                master = Some(pen.find_or(name, "Device does not exist\n")?);
            }
            "vrf" => {
                let name = words.value(pen.err)?;
                master = Some(pen.find_or(name, "Not a valid VRF name\n")?);
            }
            "nomaster" => master = Some(0),
            "unused" => filter.unused = true,
            "nud" => {
                let word = words.value(pen.err)?;
                if !state_given {
                    filter.states = 0;
                    state_given = true;
                }
                filter.states |= match (word, STATES.iter().find(|row| row.0 == word)) {
                    ("none", _) => NO_STATE,
                    ("all", _) => u16::MAX,
                    (_, Some(row)) => row.2.0,
                    (word, None) => match names::number(word, "") {
                        Some(number) if number < 0x100 => number as u16,
                        _ => return Err(wrong(pen.err, word, "nud state is bad")),
                    },
                };
            }
            "proxy" => header.flags = NeighFlags::PROXY,
            _ if abbreviates(word, "protocol") => {
                let word = words.value(pen.err)?;
                match names::number(word, PROTOCOLS).and_then(|it| it.try_into().ok()) {
                    Some(protocol) => filter.protocol = Some(protocol),
                    None if word == "all" => filter.protocol = None,
                    None => return Err(wrong(pen.err, word, "invalid \"protocol\"\n")),
                }
            }
            _ => {
                let address = if word == "to" { words.value(pen.err)? } else { word };
                let network = Prefix::parse(address, filter.family, pen.err)?;
                if filter.family == AddressFamily::UNSPEC {
                    filter.family = network.family;
                }
                filter.network = Some(network);
            }
        }
    }
    if let Some(name) = device {
        filter.index = pen.find(name)?;
    }
    header.family = filter.family;
    let mut body = Body::new(&header);
    if filter.index != 0 {
        body.put_u32(Neigh::IFINDEX.number(), filter.index);
    }
    if let Some(master) = master {
        body.put_u32(Neigh::MASTER.number(), master);
    }
    let asked = ask::all(&mut ip.kernel, neigh::GET, &body, &mut |neigh| {
        let index = Index::new(neigh.attrs);
        if filter.wants(&neigh.header, &index) {
            match doomed.as_deref_mut() {
                Some(doomed) => doomed.take(pen, &neigh.header, neigh.attrs.bytes()),
                None => print(pen, &neigh, &index, Event::None, filter.index == 0),
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
        match word {
            "dev" => device = Some(words.value(pen.err)?),
            "proxy" => header.flags = NeighFlags::PROXY,
            _ => {
                let word = if word == "to" { words.value(pen.err)? } else { word };
                address = Some(Prefix::parse(word, header.family, pen.err)?);
            }
        }
    }
    let Some(address) = address else {
        return Err(refuse(pen.err, "Device and address are required arguments.\n", Exit(1)));
    };
    let (Some(addr), Some(name)) = (address.addr(), device) else {
        return Err(refuse(pen.err, "Device and address are required arguments.\n", Exit(1)));
    };
    header.family = address.family;
    header.index = pen.find(name)? as i32;
    let mut body = Body::new(&header);
    body.put_address(Neigh::DST.number(), addr);
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
