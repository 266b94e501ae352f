//! Fake kernel that plays a script: its objects are the truth, its notifications may be lost.
//!
//! This module has the objects and the steps of the script; [`messages`] encodes, [`queue`] loses
//! and damages datagrams, [`dump`] answers dump requests, [`port`] is the socket, and [`expected`]
//! counts what the manager should count.

mod dump;
mod expected;
mod messages;
mod port;
mod queue;

use std::collections::{BTreeMap, VecDeque};

use barelink_codec::rtnl::addr;
use barelink_codec::rtnl::link::{self, Link, LinkFlags, LinkHeader};
use barelink_transport::{Errno, Error};

use super::thing;
use crate::input::Input;
use dump::{Dump, DumpPlan};
use expected::Expected;
use messages::{EVENT, message, noise, with_message_type};
use queue::{EventQueue, Fault, Item, apply_fault};

pub use messages::address;
pub use port::Port;

/// Link of the fake kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkState {
    pub name: u8,
    pub up: bool,
    pub mtu: u32,
    /// Number of the last change that was notified in part only; sent in the upper bits of the
    /// flags.
    pub part: u32,
    /// Number of the last change, sent as the transmit queue length.
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

/// Thing of the fake kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThingState {
    pub value: u8,
    pub tag: u8,
    pub odd: bool,
    pub stamp: u32,
}

/// Address of the fake kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddrState {
    pub priority: u32,
    /// Number of the last change, sent as the valid lifetime.
    pub stamp: u32,
}

/// Fake kernel.
#[derive(Debug)]
pub struct Kernel<'a> {
    pub script: Input<'a>,
    /// Number of calls during which steps of the script still happen.
    pub busy: u32,
    /// Value of the things that are not wanted. A link that goes down does not change them, and
    /// they are never notified in part: the cache lacks the rest of them.
    unwanted: Option<u8>,
    pub links: BTreeMap<i32, LinkState>,
    pub addrs: BTreeMap<(u32, u8), AddrState>,
    pub things: BTreeMap<(u8, u8), ThingState>,
    stamp: u32,
    part: u32,
    changes: u32,
    events: EventQueue,
    fault: Option<Fault>,
    replies: VecDeque<Item>,
    running: Option<Dump>,
    plan: DumpPlan,
    part_fault: Option<Fault>,
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
            events: EventQueue::new(),
            fault: None,
            replies: VecDeque::new(),
            running: None,
            plan: DumpPlan::default(),
            part_fault: None,
            delay: 0,
            failing: None,
            failed: None,
            expected: Expected::default(),
        }
    }

    /// Returns the things that are wanted and can be decoded.
    pub fn wanted_things(&self, unwanted: Option<u8>) -> Vec<((u8, u8), ThingState)> {
        let all = self.things.iter().map(|(which, thing)| (*which, *thing));
        all.filter(|(_, thing)| !thing.odd && Some(thing.value) != unwanted).collect()
    }

    /// Returns the links.
    pub fn all_links(&self) -> Vec<(i32, LinkState)> {
        self.links.iter().map(|(index, link)| (*index, *link)).collect()
    }

    /// Returns the addresses.
    pub fn all_addrs(&self) -> Vec<((u32, u8), AddrState)> {
        self.addrs.iter().map(|(which, addr)| (*which, *addr)).collect()
    }

    /// Returns whether every notification was received, and every loss reported.
    pub fn is_drained(&self) -> bool {
        self.events.is_empty()
    }

    /// Ends steps during calls, and delays.
    pub fn settle(&mut self) {
        (self.busy, self.delay) = (0, 0);
    }

    /// Plays a step of the script.
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
                self.put_part_of_thing(Self::thing_of(which), value & 7);
            }
            5 => self.repeat_notification(),
            6 => {
                let (which, what) = (self.script.byte(), self.script.byte());
                self.put_link(i32::from(which & 7), what);
            }
            7 => {
                let (which, what) = (self.script.byte(), self.script.byte());
                self.put_part_of_link(i32::from(which & 7), what);
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
                self.events.push(Item::of(noise(how)));
            }
            12 => {
                let how = self.script.byte();
                match how >> 6 {
                    0 => self.fault = Some(Fault::of(how)),
                    1 => self.part_fault = Some(Fault::of(how)),
                    2 => self.events.join = how & 7,
                    _ => self.events.limit = 1 + usize::from(how & 15),
                }
            }
            13 => {
                let how = self.script.byte();
                self.plan = DumpPlan {
                    part: how & 3,
                    end_inside: how & 4 != 0,
                    by_position: how & 8 != 0,
                    interrupted: how & 0x30 == 0x10,
                    fails: (how & 0x30 == 0x20).then_some(how & 0x40 != 0),
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
        self.notify(self.thing(which, self.thing_op(), EVENT));
    }

    /// Returns the value that a thing gets when it is set to this one: 0 while its link is down.
    fn value_by(&self, tag: u8, value: u8) -> u8 {
        let down = self.links.get(&tag.into()).is_some_and(|link| !link.up);
        if down && Some(value) != self.unwanted { 0 } else { value }
    }

    fn put_part_of_thing(&mut self, which: (u8, u8), value: u8) {
        let in_part = self.unwanted.is_none();
        let known = self.things.get(&which).filter(|thing| in_part && !thing.odd);
        let Some(thing) = known.copied() else { return };
        let value = self.value_by(thing.tag, value);
        let stamp = self.stamp();
        self.things.insert(which, ThingState { value, stamp, ..thing });
        self.notify(self.thing(which, thing::PARTIAL, EVENT));
    }

    fn delete_thing(&mut self, which: (u8, u8)) {
        if self.things.contains_key(&which) {
            let bytes =
                with_message_type(thing::DEL.number(), self.thing(which, thing::FULL, EVENT));
            self.things.remove(&which);
            self.stamp();
            self.notify(bytes);
        }
    }

    /// Returns the operation of a thing's notification; where some things are not wanted, it may
    /// replace one that was, or was not.
    fn thing_op(&self) -> u8 {
        if self.unwanted.is_none() { thing::FULL } else { thing::REPLACE }
    }

    /// Repeats a notification.
    fn repeat_notification(&mut self) {
        let which = self.script.byte();
        let nth = usize::from(which >> 2);
        let bytes = match which & 3 {
            0 | 1 => self
                .things
                .keys()
                .nth(nth % self.things.len().max(1))
                .map(|which| self.thing(*which, thing::FULL, EVENT)),
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
            self.notify(bytes);
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
        self.notify(self.link(index, EVENT));
    }

    /// Changes a link and sends a part of it, as wireless extensions do: flags, sometimes the name.
    fn put_part_of_link(&mut self, index: i32, what: u8) {
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
        self.notify(message(link::NEW, EVENT, header, |attrs| {
            if what & 2 != 0 {
                attrs.put(Link::IFNAME, link.name().as_str());
            }
        }));
    }

    /// Changes the things of a link that went down, without a notification.
    fn things_follow(&mut self, index: i32, up: bool) {
        for thing in self.things.values_mut() {
            if !up && i32::from(thing.tag) == index && Some(thing.value) != self.unwanted {
                thing.value = 0;
            }
        }
    }

    /// Deletes a link, its addresses, with a notification if `notify`, and its things, without one.
    fn delete_link(&mut self, index: i32, notify: bool) {
        let Some(link) = self.links.remove(&index) else { return };
        self.stamp();
        for which in self.addrs.keys().copied().collect::<Vec<_>>() {
            if which.0 == index as u32 {
                self.delete_addr(which, notify);
            }
        }
        self.things.retain(|_, thing| i32::from(thing.tag) != index);
        let header = LinkHeader { index, flags: link.flags(), ..LinkHeader::default() };
        self.notify(message(link::DEL, EVENT, header, |attrs| {
            attrs.put(Link::IFNAME, link.name().as_str());
        }));
    }

    fn put_addr(&mut self, index: u32, which: u8, priority: u32) {
        if self.links.contains_key(&(index as i32)) {
            let stamp = self.stamp();
            self.addrs.insert((index, which), AddrState { priority, stamp });
            self.notify(self.addr((index, which), EVENT));
        }
    }

    fn delete_addr(&mut self, which: (u32, u8), notify: bool) {
        if !self.addrs.contains_key(&which) {
            return;
        }
        let bytes = with_message_type(addr::DEL.number(), self.addr(which, EVENT));
        self.addrs.remove(&which);
        self.stamp();
        if notify {
            self.notify(bytes);
        }
    }

    /// Sends a notification, which the next fault may damage or lose.
    fn notify(&mut self, bytes: Vec<u8>) {
        let fault = self.fault.take();
        for item in apply_fault(fault, bytes, || self.forged()) {
            self.events.push(item);
        }
    }
}
