//! A made-up kernel that plays a script: what it has is the truth; what it tells may be lost.
//!
//! Here is what it has and what happens to it, step by step; in [`messages`] how it puts that, in
//! [`line`] what becomes of that on its way, in [`dump`] how it tells all that it has, in [`port`]
//! how it is asked, and in [`expected`] what should have been counted then.

mod dump;
mod expected;
mod line;
mod messages;
mod port;

use std::collections::{BTreeMap, VecDeque};

use barelink_codec::rtnl::addr;
use barelink_codec::rtnl::link::{self, Link, LinkFlags, LinkHeader};
use barelink_transport::{Errno, Error};

use super::thing;
use crate::input::Input;
use dump::{Dump, UpdateOp};
use expected::Expected;
use line::{Item, Line, Mishap, met_with};
use messages::{EVENT, message, noise, of_kind};

pub use messages::address;
pub use port::Port;

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
    events: Line,
    mishap: Option<Mishap>,
    replies: VecDeque<Item>,
    running: Option<Dump>,
    op: UpdateOp,
    part_mishap: Option<Mishap>,
    delay: u8,
    failing: Option<(bool, Error)>,
    pub failed: Option<Error>,
    pub expected: Expected,
}

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
            events: Line::new(),
            mishap: None,
            replies: VecDeque::new(),
            running: None,
            op: UpdateOp::default(),
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
        self.events.is_empty()
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
                self.events.queue(Item::of(noise(how)));
            }
            12 => {
                let how = self.script.byte();
                match how >> 6 {
                    0 => self.mishap = Some(Mishap::of(how)),
                    1 => self.part_mishap = Some(Mishap::of(how)),
                    2 => self.events.together = how & 7,
                    _ => self.events.limit = 1 + usize::from(how & 15),
                }
            }
            13 => {
                let how = self.script.byte();
                self.op = UpdateOp {
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
                    _ => self.events.overrun_now(),
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
            let bytes = of_kind(thing::DEL.number(), self.thing(which, thing::WHOLE, EVENT));
            self.things.remove(&which);
            self.stamp();
            self.tell(bytes);
        }
    }

    /// Where some are not wanted, one that comes to be or ceases to be is told of as another.
    fn how_things_change(&self) -> u8 {
        if self.unwanted.is_none() { thing::WHOLE } else { thing::REPLACES }
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
        let bytes = of_kind(addr::DEL.number(), self.addr(which, EVENT));
        self.addrs.remove(&which);
        self.stamp();
        if told {
            self.tell(bytes);
        }
    }

    /// Tells of something, unless a mishap comes in between.
    fn tell(&mut self, bytes: Vec<u8>) {
        let mishap = self.mishap.take();
        for item in met_with(mishap, bytes, || self.lie()) {
            self.events.queue(item);
        }
    }
}
