//! A made-up kernel that plays a script: what it has is the truth; what it tells may be lost.
//!
//! As the real one, it makes the first part of a dump when that is asked for, and each further part
//! when something has been received; and once it has lost an event, it loses all until what waits
//! has been received.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::rc::Rc;

use barelink_cache::manager::Counters;
use barelink_codec::message::Kind;
use barelink_codec::rtnl::addr::{self, Addr, AddrHeader, Lifetime};
use barelink_codec::rtnl::family::AddressFamily;
use barelink_codec::rtnl::link::{self, Link, LinkFlags, LinkHeader};
use barelink_codec::{Flags, Messages, Writer};
use barelink_transport::{Channel, Deadline, Errno, Error, KERNEL, Received};

use super::thing::{self, ThingHeader, Things};
use crate::input::Input;

/// The port that answers go to.
pub const PORT: u32 = 7;
/// Somebody else's.
const FOREIGN: u32 = 4711;

/// A link, as the kernel knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkState {
    pub name: u8,
    pub up: bool,
    pub mtu: u32,
    /// The number of the last change that was told of in part only: high up in the flags.
    pub part: u32,
    /// The number of the last change: the length of the queue.
    pub stamp: u32,
}

impl LinkState {
    pub fn flags(&self) -> LinkFlags {
        let up = if self.up { LinkFlags::UP } else { LinkFlags::EMPTY };
        LinkFlags(up.0 | self.part << 20)
    }
    pub fn name(&self) -> String {
        format!("net{}", self.name)
    }
}

/// A thing, as the kernel knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThingState {
    pub value: u8,
    pub tag: u8,
    pub odd: bool,
    pub stamp: u32,
}

/// An address, as the kernel knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddrState {
    pub priority: u32,
    /// The seconds that it is valid.
    pub stamp: u32,
}

/// What waits to be received.
#[derive(Debug)]
enum Item {
    Datagram { bytes: Vec<u8>, from: u32, nsid: Option<i32>, whole: bool },
    Cut,
    Overrun,
}

impl Item {
    fn of(bytes: Vec<u8>) -> Item {
        Item::Datagram { bytes, from: KERNEL, nsid: None, whole: true }
    }
}

/// What can happen to a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mishap {
    Cut,
    Garbled,
    Short,
    /// Something comes before it.
    Foreign,
    Namespace,
    Overrun,
    Lost,
    Stray,
}

impl Mishap {
    fn of(byte: u8) -> Mishap {
        use Mishap::*;
        [Cut, Garbled, Short, Foreign, Namespace, Overrun, Lost, Stray][usize::from(byte & 7)]
    }
}

/// What a dump is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Things { odd_keys: bool },
    Links,
    Addrs { v6: bool },
}

/// How the next dump is to go.
#[derive(Debug, Clone, Copy, Default)]
struct How {
    /// How many objects a part has.
    part: u8,
    /// The end comes with the last part.
    end_inside: bool,
    /// It goes on by counting, and may so miss some or tell some twice; which it then says, but of
    /// things.
    counts: bool,
    /// It says that it was interrupted though nothing is wrong.
    flagged: bool,
    /// It is refused at once, or at its end.
    refused: Option<bool>,
}

#[derive(Debug)]
struct Dump {
    of: Of,
    seq: u32,
    how: How,
    after: Option<u32>,
    count: usize,
    changes: u32,
}

/// What the manager should have counted, and of what it is reading.
#[derive(Debug, Default)]
pub struct Expected {
    pub counters: Counters,
    seq: u32,
    open: bool,
    flagged: bool,
}

/// The kernel.
#[derive(Debug)]
pub struct Kernel<'a> {
    pub script: Input<'a>,
    /// In so many calls yet, something happens meanwhile.
    pub busy: u32,
    /// The value of things that are not wanted. A link that is down leaves them as they are, and they
    /// are never told of in part: what is kept would not tell enough to understand it.
    unwanted: Option<u8>,
    pub links: BTreeMap<i32, LinkState>,
    pub addrs: BTreeMap<(u32, u8), AddrState>,
    pub things: BTreeMap<(u8, u8), ThingState>,
    stamp: u32,
    part: u32,
    changes: u32,
    events: VecDeque<Item>,
    limit: usize,
    overrun: bool,
    congested: bool,
    together: u8,
    mishap: Option<Mishap>,
    replies: VecDeque<Item>,
    running: Option<Dump>,
    how: How,
    part_mishap: Option<Mishap>,
    delay: u8,
    failing: Option<(bool, Error)>,
    pub failed: Option<Error>,
    pub expected: Expected,
}

/// The address of this number on the link of this index.
pub fn address(index: u32, which: u8) -> IpAddr {
    match which & 1 {
        0 => Ipv4Addr::new(10, 0, index as u8, which).into(),
        _ => Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, index as u16, which.into()).into(),
    }
}

fn message<H: barelink_codec::value::Structure, S: barelink_codec::policy::Set>(
    kind: Kind<H, S>,
    to: (u32, u32, Flags),
    header: H,
    fill: impl FnOnce(&mut Writer<'_, S>),
) -> Vec<u8> {
    let (seq, port, flags) = to;
    let mut room = [0; 256];
    let kind = kind.without(Flags::REQUEST).with(flags);
    let mut bytes = kind.build(&mut room, seq, header, fill).unwrap().to_vec();
    bytes[12..16].copy_from_slice(&port.to_ne_bytes());
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// A message of netlink's own.
fn control(kind: u16, flags: Flags, seq: u32, payload: &[u8]) -> Vec<u8> {
    let len = 16 + payload.len() as u32;
    let mut bytes = len.to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(flags.0.to_ne_bytes());
    bytes.extend(seq.to_ne_bytes());
    bytes.extend(PORT.to_ne_bytes());
    bytes.extend(payload);
    bytes
}

const ERROR: u16 = 2;
const DONE: u16 = 3;
const OVERRUN: u16 = 4;

/// A message that nobody asked for.
const EVENT: (u32, u32, Flags) = (0, 0, Flags::NONE);

impl<'a> Kernel<'a> {
    pub fn new(script: Input<'a>, unwanted: Option<u8>) -> Self {
        Kernel {
            script,
            busy: 0,
            unwanted,
            links: BTreeMap::new(),
            addrs: BTreeMap::new(),
            things: BTreeMap::new(),
            stamp: 0,
            part: 0,
            changes: 0,
            events: VecDeque::new(),
            limit: 8,
            overrun: false,
            congested: false,
            together: 0,
            mishap: None,
            replies: VecDeque::new(),
            running: None,
            how: How::default(),
            part_mishap: None,
            delay: 0,
            failing: None,
            failed: None,
            expected: Expected::default(),
        }
    }

    /// The things that are wanted and can be understood.
    pub fn wanted_things(&self, unwanted: Option<u8>) -> Vec<((u8, u8), ThingState)> {
        let all = self.things.iter().map(|(which, thing)| (*which, *thing));
        all.filter(|(_, thing)| !thing.odd && Some(thing.value) != unwanted).collect()
    }

    /// The links.
    pub fn all_links(&self) -> Vec<(i32, LinkState)> {
        self.links.iter().map(|(index, link)| (*index, *link)).collect()
    }

    /// The addresses.
    pub fn all_addrs(&self) -> Vec<((u32, u8), AddrState)> {
        self.addrs.iter().map(|(which, addr)| (*which, *addr)).collect()
    }

    /// Whether all that it told has been received, and nothing was lost that has not been said.
    pub fn is_heard(&self) -> bool {
        self.events.is_empty() && !self.overrun
    }

    /// Nothing happens any more, and nothing takes time.
    pub fn settle(&mut self) {
        (self.busy, self.delay) = (0, 0);
    }

    /// Does what the script says next.
    pub fn step(&mut self, step: u8) {
        match step & 15 {
            0..=2 => {
                let (which, value) = (self.script.byte(), self.script.byte());
                self.put_thing(which, value & 7, value >> 3 & 7, false);
            }
            3 => {
                let which = self.script.byte();
                self.delete_thing(Self::thing_of(which));
            }
            4 => {
                let (which, value) = (self.script.byte(), self.script.byte());
                self.put_thing_partly(Self::thing_of(which), value & 7);
            }
            5 => self.tell_again(),
            6 => {
                let (which, what) = (self.script.byte(), self.script.byte());
                self.put_link(i32::from(which & 7), what);
            }
            7 => {
                let (which, what) = (self.script.byte(), self.script.byte());
                self.put_link_partly(i32::from(which & 7), what);
            }
            8 => {
                let which = self.script.byte();
                self.delete_link(i32::from(which & 7), which & 8 != 0);
            }
            9 => {
                let (which, what) = (self.script.byte(), self.script.byte());
                self.put_addr(u32::from(which & 7), which >> 3 & 3, what.into());
            }
            10 => {
                let which = self.script.byte();
                self.delete_addr((u32::from(which & 7), which >> 3 & 3), true);
            }
            11 => {
                let how = self.script.byte();
                self.noise(how);
            }
            12 => {
                let how = self.script.byte();
                match how >> 6 {
                    0 => self.mishap = Some(Mishap::of(how)),
                    1 => self.part_mishap = Some(Mishap::of(how)),
                    2 => self.together = how & 7,
                    _ => self.limit = 1 + usize::from(how & 15),
                }
            }
            13 => {
                let how = self.script.byte();
                self.how = How {
                    part: how & 3,
                    end_inside: how & 4 != 0,
                    counts: how & 8 != 0,
                    flagged: how & 0x30 == 0x10,
                    refused: (how & 0x30 == 0x20).then_some(how & 0x40 != 0),
                };
                self.delay = if how & 0x30 == 0x30 { how >> 6 } else { 0 };
            }
            14 => {
                let which = self.script.byte();
                match which >> 5 {
                    0..=3 => self.put_thing(which, 0, 0, true),
                    4 => self.failing = Some((true, Error::WouldBlock)),
                    5 => {
                        let error = Error::Socket { call: "receive", errno: Errno::NOMEM };
                        self.failing = Some((false, error));
                    }
                    6 => {
                        for key in 0..8 {
                            self.put_thing(key << 1 | which & 1, key & 7, which & 7, false);
                        }
                    }
                    _ => self.overrun_now(),
                }
            }
            _ => {
                let keep = usize::from(self.script.byte() & 3);
                for which in self.things.keys().copied().skip(keep).collect::<Vec<_>>() {
                    self.delete_thing(which);
                }
            }
        }
    }

    fn thing_of(which: u8) -> (u8, u8) {
        (which >> 1 & 7, which & 1)
    }

    fn stamp(&mut self) -> u32 {
        self.stamp += 1;
        self.changes += 1;
        self.stamp
    }

    fn put_thing(&mut self, which: u8, value: u8, tag: u8, odd: bool) {
        let which = Self::thing_of(which);
        let value = self.value_by(tag, value);
        let stamp = self.stamp();
        self.things.insert(which, ThingState { value, tag, odd, stamp });
        self.tell(self.thing(which, self.how_things_change(), EVENT));
    }

    /// The value that a thing has that is to have this one.
    fn value_by(&self, tag: u8, value: u8) -> u8 {
        let down = self.links.get(&tag.into()).is_some_and(|link| !link.up);
        if down && Some(value) != self.unwanted { 0 } else { value }
    }

    fn put_thing_partly(&mut self, which: (u8, u8), value: u8) {
        let tells = self.unwanted.is_none();
        let known = self.things.get(&which).filter(|thing| tells && !thing.odd);
        let Some(thing) = known.copied() else { return };
        let value = self.value_by(thing.tag, value);
        let stamp = self.stamp();
        self.things.insert(which, ThingState { value, stamp, ..thing });
        self.tell(self.thing(which, thing::PARTLY, EVENT));
    }

    fn delete_thing(&mut self, which: (u8, u8)) {
        if self.things.contains_key(&which) {
            let mut bytes = self.thing(which, thing::WHOLE, EVENT);
            bytes[4..6].copy_from_slice(&thing::DEL.number().to_ne_bytes());
            self.things.remove(&which);
            self.stamp();
            self.tell(bytes);
        }
    }

    /// Where some are not wanted, one that comes to be or ceases to be is told of as another.
    fn how_things_change(&self) -> u8 {
        if self.unwanted.is_none() { thing::WHOLE } else { thing::REPLACES }
    }

    fn thing(&self, which: (u8, u8), how: u8, to: (u32, u32, Flags)) -> Vec<u8> {
        let thing = self.things[&which];
        let header = ThingHeader {
            key: which.0,
            twin: which.1,
            value: thing.value,
            odd: thing.odd.into(),
            tag: if how == thing::PARTLY { 0 } else { thing.tag },
            how,
            half: 0,
        };
        message(thing::NEW, to, header, |attrs| {
            attrs.put(Things::STAMP, thing.stamp);
        })
    }

    /// Something is told that everyone knows already.
    fn tell_again(&mut self) {
        let which = self.script.byte();
        let nth = usize::from(which >> 2);
        let bytes = match which & 3 {
            0 | 1 => self
                .things
                .keys()
                .nth(nth % self.things.len().max(1))
                .map(|which| self.thing(*which, thing::WHOLE, EVENT)),
            2 => self
                .links
                .keys()
                .nth(nth % self.links.len().max(1))
                .map(|index| self.link(*index, EVENT)),
            _ => self
                .addrs
                .keys()
                .nth(nth % self.addrs.len().max(1))
                .map(|which| self.addr(*which, EVENT)),
        };
        if let Some(bytes) = bytes {
            self.tell(bytes);
        }
    }

    fn put_link(&mut self, index: i32, what: u8) {
        if index == 0 {
            return;
        }
        let stamp = self.stamp();
        let up = what & 1 != 0;
        let link =
            LinkState { name: what >> 1 & 7, up, mtu: 1000 + u32::from(what >> 4), part: 0, stamp };
        self.links.insert(index, link);
        self.things_follow(index, up);
        self.tell(self.link(index, EVENT));
    }

    /// As an event of wireless extensions: the flags, and perhaps the name.
    fn put_link_partly(&mut self, index: i32, what: u8) {
        self.part += 1;
        let part = self.part & 0xfff;
        let Some(link) = self.links.get_mut(&index) else { return };
        (link.part, link.up) = (part, what & 1 != 0);
        if what & 2 != 0 {
            link.name = what >> 2 & 7;
        }
        let link = *link;
        self.changes += 1;
        self.things_follow(index, link.up);
        let header = LinkHeader { index, flags: link.flags(), ..LinkHeader::default() };
        self.tell(message(link::NEW, EVENT, header, |attrs| {
            if what & 2 != 0 {
                attrs.put(Link::IFNAME, link.name().as_str());
            }
        }));
    }

    /// Of which nothing is told.
    fn things_follow(&mut self, index: i32, up: bool) {
        for thing in self.things.values_mut() {
            if !up && i32::from(thing.tag) == index && Some(thing.value) != self.unwanted {
                thing.value = 0;
            }
        }
    }

    /// With it go its addresses, which may be told, and things, which is not.
    fn delete_link(&mut self, index: i32, told: bool) {
        let Some(link) = self.links.remove(&index) else { return };
        self.stamp();
        for which in self.addrs.keys().copied().collect::<Vec<_>>() {
            if which.0 == index as u32 {
                self.delete_addr(which, told);
            }
        }
        self.things.retain(|_, thing| i32::from(thing.tag) != index);
        let header = LinkHeader { index, flags: link.flags(), ..LinkHeader::default() };
        self.tell(message(link::DEL, EVENT, header, |attrs| {
            attrs.put(Link::IFNAME, link.name().as_str());
        }));
    }

    fn link(&self, index: i32, to: (u32, u32, Flags)) -> Vec<u8> {
        let link = self.links[&index];
        let header = LinkHeader { index, flags: link.flags(), ..LinkHeader::default() };
        message(link::NEW, to, header, |attrs| {
            attrs.put(Link::IFNAME, link.name().as_str());
            attrs.put(Link::MTU, link.mtu).put(Link::TXQLEN, link.stamp);
        })
    }

    fn put_addr(&mut self, index: u32, which: u8, priority: u32) {
        if self.links.contains_key(&(index as i32)) {
            let stamp = self.stamp();
            self.addrs.insert((index, which), AddrState { priority, stamp });
            self.tell(self.addr((index, which), EVENT));
        }
    }

    fn delete_addr(&mut self, which: (u32, u8), told: bool) {
        if !self.addrs.contains_key(&which) {
            return;
        }
        let mut bytes = self.addr(which, EVENT);
        bytes[4..6].copy_from_slice(&addr::DEL.number().to_ne_bytes());
        self.addrs.remove(&which);
        self.stamp();
        if told {
            self.tell(bytes);
        }
    }

    fn addr(&self, which: (u32, u8), to: (u32, u32, Flags)) -> Vec<u8> {
        let AddrState { priority, stamp } = self.addrs[&which];
        let address = address(which.0, which.1);
        let (family, prefix_len) = match address {
            IpAddr::V4(_) => (AddressFamily::INET, 24),
            IpAddr::V6(_) => (AddressFamily::INET6, 64),
        };
        let header = AddrHeader { family, prefix_len, index: which.0, ..AddrHeader::default() };
        message(addr::NEW, to, header, |attrs| {
            attrs.put(Addr::ADDRESS, address);
            let life = Lifetime { valid: stamp, preferred: stamp, ..Lifetime::default() };
            attrs.put(Addr::CACHEINFO, life).put(Addr::RT_PRIORITY, priority);
        })
    }

    /// A message that would do harm if somebody believed it.
    fn lie(&self) -> Vec<u8> {
        let index = self.links.keys().next().copied().unwrap_or(1);
        message(link::DEL, EVENT, LinkHeader { index, ..LinkHeader::default() }, |_| {})
    }

    /// What has nothing to do with anything.
    fn noise(&mut self, how: u8) {
        let item = match how & 7 {
            0 => Item::of(control(1, Flags::NONE, 0, &[])),
            1 => Item::of(control(OVERRUN, Flags::NONE, 0, &[])),
            2 => Item::of(control(ERROR, Flags::NONE, 0, &[0; 20])),
            3 => Item::of(control(DONE, Flags::NONE, 0, &[0; 4])),
            4 => Item::of(Vec::new()),
            // A bridge's, and IPv6's view of a link.
            5 | 6 => {
                let family =
                    if how & 1 != 0 { AddressFamily::BRIDGE } else { AddressFamily::INET6 };
                let kind = if how & 8 != 0 { link::NEW } else { link::DEL };
                let index = i32::from(how >> 4 & 7);
                let header = LinkHeader { family, index, ..LinkHeader::default() };
                Item::of(message(kind, EVENT, header, |attrs| {
                    attrs.put(Link::MTU, 1).put(Link::IFNAME, "br");
                }))
            }
            _ => Item::of(control(0x99, Flags::NONE, 0, &[1, 2, 3, 4])),
        };
        self.queue(item);
    }

    /// Tells of something, unless a mishap comes in between.
    fn tell(&mut self, bytes: Vec<u8>) {
        let mishap = self.mishap.take();
        for item in self.met_with(mishap, bytes) {
            self.queue(item);
        }
    }

    /// What becomes of a datagram.
    fn met_with(&self, mishap: Option<Mishap>, mut bytes: Vec<u8>) -> Vec<Item> {
        let broken = |bytes| Item::Datagram { bytes, from: KERNEL, nsid: None, whole: false };
        let lie = |from, nsid| Item::Datagram { bytes: self.lie(), from, nsid, whole: false };
        match mishap {
            None => vec![Item::of(bytes)],
            Some(Mishap::Cut) => vec![Item::Cut],
            Some(Mishap::Lost) => vec![Item::Overrun],
            Some(Mishap::Garbled) => {
                bytes[..4].copy_from_slice(&3u32.to_ne_bytes());
                vec![broken(bytes)]
            }
            Some(Mishap::Short) => {
                bytes.truncate(bytes.len() - 4);
                vec![broken(bytes)]
            }
            Some(Mishap::Foreign) => vec![lie(FOREIGN, None), Item::of(bytes)],
            Some(Mishap::Namespace) => vec![lie(KERNEL, Some(3)), Item::of(bytes)],
            Some(Mishap::Overrun) => {
                vec![Item::of(control(OVERRUN, Flags::NONE, 0, &[])), Item::of(bytes)]
            }
            Some(Mishap::Stray) => {
                let stray = control(DONE, Flags::MULTI, u32::MAX, &[0; 4]);
                vec![Item::of(stray), Item::of(bytes)]
            }
        }
    }

    /// Puts an event in the queue, if there is room.
    fn queue(&mut self, item: Item) {
        if matches!(item, Item::Overrun) || self.congested || self.events.len() >= self.limit {
            return self.overrun_now();
        }
        if self.together > 0 {
            self.together -= 1;
            if let (
                Some(Item::Datagram { bytes, nsid: None, whole: true, .. }),
                Item::Datagram { bytes: more, from: KERNEL, nsid: None, whole: more_whole },
            ) = (self.events.back_mut(), &item)
            {
                bytes.extend(more);
                if let (false, Some(Item::Datagram { whole, .. })) =
                    (*more_whole, self.events.back_mut())
                {
                    *whole = false;
                }
                return;
            }
        }
        self.events.push_back(item);
    }

    /// Loses an event. That is said once; others are lost until all that waits has been received.
    fn overrun_now(&mut self) {
        self.overrun |= !self.congested;
        self.congested = !self.events.is_empty();
    }

    /// What is dumped, each by a number that it is in the order of.
    fn all(&self, of: Of) -> Vec<u32> {
        match of {
            Of::Things { odd_keys } => self
                .things
                .keys()
                .filter(|(key, _)| (key & 1 != 0) == odd_keys)
                .map(|(key, twin)| u32::from(*key) << 8 | u32::from(*twin))
                .collect(),
            Of::Links => self.links.keys().map(|index| *index as u32).collect(),
            Of::Addrs { v6 } => self
                .addrs
                .keys()
                .filter(|(_, which)| (which & 1 != 0) == v6)
                .map(|(index, which)| index << 8 | u32::from(*which))
                .collect(),
        }
    }

    fn one(&self, of: Of, number: u32, to: (u32, u32, Flags)) -> Vec<u8> {
        let pair = (number >> 8, number as u8);
        match of {
            Of::Things { .. } => self.thing((pair.0 as u8, pair.1), thing::WHOLE, to),
            Of::Links => self.link(number as i32, to),
            Of::Addrs { .. } => self.addr(pair, to),
        }
    }

    /// A request has come.
    fn ask(&mut self, datagram: &[u8]) {
        let request = Messages::new(datagram).next().unwrap().unwrap();
        assert!(request.flags.contains(Flags::DUMP));
        let seq = request.seq;
        (self.expected.seq, self.expected.open, self.expected.flagged) = (seq, true, false);
        if self.running.is_some() {
            return self.replies.push_back(Item::of(self.refusal(Errno::BUSY, seq)));
        }
        let of = if let Some(get) = request.parse(thing::GET) {
            Of::Things { odd_keys: get.header.half != 0 }
        } else if request.parse(link::GET).is_some() {
            Of::Links
        } else {
            Of::Addrs { v6: request.read(addr::GET).header.family == AddressFamily::INET6 }
        };
        let how = std::mem::take(&mut self.how);
        if how.refused == Some(true) {
            let none = self.all(of).is_empty();
            let errno = if none { Errno::OPNOTSUPP } else { Errno::PERM };
            return self.replies.push_back(Item::of(self.refusal(errno, seq)));
        }
        let changes = self.changes;
        self.running = Some(Dump { of, seq, how, after: None, count: 0, changes });
        self.make_part();
    }

    fn refusal(&self, errno: Errno, seq: u32) -> Vec<u8> {
        let mut payload = (-errno.raw_os_error()).to_ne_bytes().to_vec();
        payload.extend([0; 16]);
        control(ERROR, Flags::CAPPED, seq, &payload)
    }

    /// Makes the next part of what is being dumped.
    fn make_part(&mut self) {
        let Some(mut dump) = self.running.take() else { return };
        let all = self.all(dump.of);
        let from = match dump.how.counts {
            true => dump.count.min(all.len()),
            false => all.iter().position(|it| Some(*it) > dump.after).unwrap_or(all.len()),
        };
        let to = all.len().min(from + 1 + usize::from(dump.how.part));
        let says_so = !matches!(dump.of, Of::Things { .. });
        let changed = dump.how.counts && says_so && self.changes != dump.changes;
        let flags = match changed || dump.how.flagged {
            true => Flags::MULTI | Flags::DUMP_INTR,
            false => Flags::MULTI,
        };
        let part = &all[from..to];
        let mut bytes = Vec::new();
        for number in part {
            bytes.extend(self.one(dump.of, *number, (dump.seq, PORT, flags)));
        }
        dump.count = to;
        dump.after = part.last().copied().or(dump.after);
        dump.changes = self.changes;
        let ends = part.is_empty() || (dump.how.end_inside && to == all.len());
        if ends {
            let refused = dump.how.refused.is_some();
            let code = if refused { -Errno::NOMEM.raw_os_error() } else { 0 };
            bytes.extend(control(DONE, flags, dump.seq, &code.to_ne_bytes()));
        }
        let mishap = self.part_mishap.take();
        let items = self.met_with(mishap, bytes);
        self.replies.extend(items);
        self.running = (!ends).then_some(dump);
    }

    /// Time passes: what the script says happens, one thing after the other.
    fn meanwhile(&mut self) {
        if self.busy == 0 {
            return;
        }
        self.busy -= 1;
        while !self.script.0.is_empty() {
            let step = self.script.byte();
            self.step(step);
            if step & 0x80 == 0 {
                break;
            }
        }
    }

    fn fail(&mut self, sending: bool) -> Result<(), Error> {
        match self.failing.take_if(|(send, _)| *send == sending) {
            Some((_, error)) => {
                self.failed = Some(error);
                Err(error)
            }
            None => Ok(()),
        }
    }

    fn receive_event(&mut self, buffer: &mut [u8]) -> Result<Received, Error> {
        self.meanwhile();
        self.fail(false)?;
        if std::mem::take(&mut self.overrun) {
            self.expected.counters.overruns += 1;
            return Err(Error::Overrun);
        }
        let item = self.events.pop_front().ok_or(Error::TimedOut)?;
        self.congested &= !self.events.is_empty();
        self.expected.event(&item);
        deliver(item, buffer)
    }

    fn receive_part(&mut self, buffer: &mut [u8]) -> Result<Received, Error> {
        self.meanwhile();
        if self.delay > 0 {
            self.delay -= 1;
            return Err(Error::TimedOut);
        }
        let item = self.replies.pop_front().ok_or(Error::TimedOut)?;
        self.make_part();
        self.expected.part(&item);
        deliver(item, buffer)
    }
}

fn deliver(item: Item, buffer: &mut [u8]) -> Result<Received, Error> {
    match item {
        Item::Cut => Err(Error::Cut { needed: 1 << 16, room: buffer.len() }),
        Item::Overrun => Err(Error::Overrun),
        Item::Datagram { bytes, from, nsid, .. } => {
            buffer[..bytes.len()].copy_from_slice(&bytes);
            Ok(Received { len: bytes.len(), from, nsid, ..Received::default() })
        }
    }
}

/// Calls back for every message's kind, flags, sequence number and payload; whether all are whole.
fn each(mut bytes: &[u8], mut on: impl FnMut(u16, Flags, u32, &[u8])) -> bool {
    while !bytes.is_empty() {
        let word = |at: usize| u32::from_ne_bytes(bytes[at..at + 4].try_into().unwrap());
        let half = |at: usize| u16::from_ne_bytes(bytes[at..at + 2].try_into().unwrap());
        let len = word(0) as usize;
        if len < 16 || len > bytes.len() {
            return false;
        }
        on(half(4), Flags(half(6)), word(8), &bytes[16..len]);
        bytes = &bytes[len..];
    }
    true
}

fn is_odd(kind: u16, payload: &[u8]) -> bool {
    (kind == thing::NEW.number() || kind == thing::DEL.number()) && payload[3] != 0
}

impl Expected {
    fn event(&mut self, item: &Item) {
        let counters = &mut self.counters;
        match item {
            Item::Cut => counters.cut += 1,
            Item::Overrun => counters.overruns += 1,
            Item::Datagram { from, .. } if *from != KERNEL => counters.foreign += 1,
            Item::Datagram { bytes, .. } => {
                let whole = each(bytes, |kind, _, _, payload| match kind {
                    OVERRUN => counters.overruns += 1,
                    1..=3 => {}
                    _ => {
                        counters.events += 1;
                        counters.invalid += u32::from(is_odd(kind, payload));
                    }
                });
                counters.invalid += u32::from(!whole);
            }
        }
    }

    fn part(&mut self, item: &Item) {
        let Expected { counters, seq, open, flagged } = self;
        match item {
            Item::Cut => counters.cut += 1,
            Item::Overrun => counters.overruns += 1,
            Item::Datagram { from, .. } if *from != KERNEL => counters.foreign += 1,
            Item::Datagram { bytes, .. } => {
                let whole = each(bytes, |kind, flags, number, payload| {
                    if !*open || number != *seq || kind == OVERRUN || kind == 1 {
                        return;
                    }
                    *flagged |= flags.contains(Flags::DUMP_INTR);
                    match kind {
                        ERROR | DONE => {
                            *open = false;
                            let refused = kind == ERROR || payload != [0; 4];
                            counters.interrupted += u32::from(*flagged && !refused);
                        }
                        _ => {
                            counters.read += 1;
                            counters.invalid += u32::from(is_odd(kind, payload));
                        }
                    }
                });
                counters.invalid += u32::from(!whole);
            }
        }
    }
}

/// One of the manager's two sockets.
#[derive(Debug)]
pub struct Port<'a> {
    pub kernel: Rc<RefCell<Kernel<'a>>>,
    pub events: bool,
}

impl Channel for Port<'_> {
    fn port(&mut self) -> Result<u32, Error> {
        Ok(PORT)
    }
    fn send(&mut self, datagram: &[u8], _: Option<Deadline>) -> Result<(), Error> {
        assert!(!self.events, "nothing is asked where events come from");
        let mut kernel = self.kernel.borrow_mut();
        kernel.meanwhile();
        kernel.fail(true)?;
        kernel.ask(datagram);
        Ok(())
    }
    fn receive(&mut self, buffer: &mut [u8], by: Option<Deadline>) -> Result<Received, Error> {
        assert!(by.is_some_and(|by| by.has_passed()), "it waits");
        let mut kernel = self.kernel.borrow_mut();
        match self.events {
            true => kernel.receive_event(buffer),
            false => kernel.receive_part(buffer),
        }
    }
}
