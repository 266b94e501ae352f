//! Caches that a manager keeps, against a kernel made up by a script; or a cache alone, against a
//! plain list.

pub mod kernel;
pub mod table;
pub mod thing;

use std::cell::RefCell;
use std::fmt::Debug;
use std::hash::Hash;
use std::rc::Rc;
use std::time::Duration;

use barelink_cache::{
    AddrEntry, Backoff, Cache, Caches, Change, Diff, Entry, Event, LinkEntry, Manager, Progress,
    addr::{AddrIndex, AddrKey},
    caches,
};

use crate::input::Input;
use kernel::{AddrState, Kernel, LinkState, Port, ThingState};
use thing::{Thing, ThingIndex};

caches! {
    /// Room for all that the kernel may have.
    pub struct Roomy, changes RoomyChange {
        /// The things.
        Thing: things => [Thing; 17],
        /// The links.
        Link: links => [LinkEntry; 8],
        /// Their addresses.
        Addr: addrs => [AddrEntry; 32],
    }
}

caches! {
    /// Too little room, in another order.
    pub struct Tight, changes TightChange {
        /// The addresses.
        Addr: addrs => [AddrEntry; 4],
        /// The links that they belong to.
        Link: links => [LinkEntry; 3],
        /// The things.
        Thing: things => [Thing; 5],
    }
}

/// A change in one of the caches.
pub enum Told<'c> {
    /// A thing's.
    Thing(Change<'c, Thing>),
    /// A link's.
    Link(Change<'c, LinkEntry>),
    /// An address's.
    Addr(Change<'c, AddrEntry>),
}

/// Several caches, however much room they have.
pub trait Kept: Caches {
    /// Which cache it is that has changed.
    fn told<'c>(&'c self, change: Self::Change<'c>) -> Told<'c>;
    /// Asserts that each has what was told of it.
    fn check(&self, heard: &Heard);
    /// Asserts that each has what the kernel has.
    fn compare(&self, kernel: &Kernel<'_>);
    /// Sets the value that things have that are not wanted.
    fn set_unwanted(&mut self, unwanted: Option<u8>);
}

macro_rules! kept {
    ($caches:ident, $change:ident) => {
        impl Kept for $caches {
            fn told<'c>(&'c self, change: $change<'c>) -> Told<'c> {
                match change {
                    $change::Thing(change) => Told::Thing(change),
                    $change::Link(change) => Told::Link(change),
                    $change::Addr(change) => Told::Addr(change),
                }
            }
            fn check(&self, heard: &Heard) {
                check_things(&self.things, &heard.things);
                check_links(&self.links, &heard.links);
                check_addrs(&self.addrs, &heard.addrs);
            }
            fn compare(&self, kernel: &Kernel<'_>) {
                compare(&self.things, &kernel.wanted_things(self.things.index().unwanted));
                compare(&self.links, &kernel.all_links());
                compare(&self.addrs, &kernel.all_addrs());
            }
            fn set_unwanted(&mut self, unwanted: Option<u8>) {
                self.things = Cache::with_index(ThingIndex { unwanted, ..ThingIndex::default() });
            }
        }
    };
}

kept!(Roomy, RoomyChange);
kept!(Tight, TightChange);

/// Whether it is the same, whatever values it has.
fn same<E: Entry>(one: &E, other: &E) -> bool {
    one.key() == other.key() && one.identical(other)
}

/// What a cache should have, by what was told.
#[derive(Debug)]
pub struct Replayed<E>(pub Vec<E>);

impl<E: Entry + Debug> Replayed<E> {
    fn find(&self, entry: &E) -> Option<usize> {
        self.0.iter().position(|it| same(it, entry))
    }

    /// Takes in a change; `has` says whether the kernel has just this.
    fn take(&mut self, change: Change<'_, E>, has: impl Fn(&E) -> bool) {
        match change {
            Change::New(new) => {
                assert!(self.find(new).is_none(), "told twice that it is new: {new:?}");
                self.0.push(new.clone());
            }
            Change::Changed { old, new, diff } => {
                let at = self.find(old).unwrap_or_else(|| panic!("changed, but unknown: {old:?}"));
                assert!(self.0[at].diff(old).is_empty(), "{:?} was {old:?}", self.0[at]);
                assert!(!diff.is_empty() && !old.diff(new).is_empty(), "no change: {new:?}");
                assert!(!has(old), "{old:?} has not changed, to {new:?}");
                self.0[at] = new.clone();
            }
            Change::Deleted(old) => {
                let at = self.find(old).unwrap_or_else(|| panic!("gone, but unknown: {old:?}"));
                assert!(self.0[at].diff(old).is_empty(), "{:?} was {old:?}", self.0[at]);
                assert!(!has(old), "{old:?} has not gone");
                self.0.remove(at);
            }
            Change::Rejected(entry) => {
                assert!(self.find(entry).is_none(), "refused, though kept: {entry:?}");
            }
        }
    }
}

/// What was heard so far.
#[derive(Debug)]
pub struct Heard {
    things: Replayed<Thing>,
    links: Replayed<LinkEntry>,
    addrs: Replayed<AddrEntry>,
    changes: usize,
    stale: bool,
    rounds: u32,
    synced: u32,
}

impl Heard {
    fn hear<'c, T: Kept>(&mut self, all: &'c T, event: Event<T::Change<'c>>, kernel: &Kernel<'_>) {
        match event {
            Event::Change(change) => {
                let change = all.told(change);
                let refused = matches!(
                    change,
                    Told::Thing(Change::Rejected(_))
                        | Told::Link(Change::Rejected(_))
                        | Told::Addr(Change::Rejected(_))
                );
                self.changes += usize::from(!refused);
                match change {
                    Told::Thing(change) => {
                        let all = kernel.wanted_things(None);
                        self.things.take(change, |thing| all.iter().any(|it| it.identical(thing)));
                    }
                    Told::Link(change) => {
                        let all = kernel.all_links();
                        self.links.take(change, |link| all.iter().any(|it| it.identical(link)));
                    }
                    Told::Addr(change) => {
                        let all = kernel.all_addrs();
                        self.addrs.take(change, |addr| all.iter().any(|it| it.identical(addr)));
                    }
                }
            }
            Event::Stale(_) => {
                assert!(!self.stale, "told twice that it may be wrong");
                self.stale = true;
            }
            Event::Resyncing { .. } => {
                assert!(self.stale, "not told that it may be wrong");
                self.stale = false;
                self.rounds += 1;
            }
            Event::Synced { generation } => {
                self.synced += 1;
                // Told while others were being read: of a cache that was read after that.
                self.stale = false;
                assert_eq!(generation, self.synced);
            }
            _ => {}
        }
    }
}

/// Asserts that a cache has just this, and finds all of it by its key.
fn check<E: Entry + Debug, const N: usize>(cache: &Cache<E, N>, heard: &Replayed<E>) {
    assert_eq!(cache.len(), heard.0.len());
    assert_eq!((cache.is_empty(), cache.capacity()), (heard.0.is_empty(), N));
    assert!(cache.len() <= N);
    assert_eq!(cache.iter().count(), cache.len());
    for entry in cache {
        let same: Vec<&E> = heard.0.iter().filter(|it| same(*it, entry)).collect();
        assert!(matches!(*same, [it] if it.diff(entry).is_empty()), "{same:?} is {entry:?}");
        assert_eq!(cache.all(entry.key()).filter(|it| it.identical(entry)).count(), 1);
        assert!(cache.get(entry.key()).is_some_and(|it| it.key() == entry.key()));
        let place = cache.view().find(entry).unwrap();
        assert!(cache.at(place).is_some_and(|it| std::ptr::eq(it, entry)));
    }
}

/// Asserts that a look-up finds just those that a look at each finds.
fn check_lookup<E: Entry, const N: usize, K: Hash>(
    cache: &Cache<E, N>,
    (lookup, by): (usize, K),
    is: impl Fn(&E) -> bool,
) {
    let found = cache.lookup(lookup, &by).filter(|entry| is(entry)).count();
    assert_eq!(found, cache.iter().filter(|entry| is(entry)).count());
}

fn check_things<const N: usize>(cache: &Cache<Thing, N>, heard: &Replayed<Thing>) {
    check(cache, heard);
    for number in 0..9u8 {
        check_lookup(cache, (ThingIndex::BY_TAG, u32::from(number)), |it| it.tag == number);
        check_lookup(cache, (ThingIndex::BY_VALUE, number), |it| it.value == number && number != 0);
        let all: Vec<u8> = cache.all(number).map(|it| it.twin).collect();
        assert!(all.is_sorted() && all.len() == cache.iter().filter(|it| it.key == number).count());
        assert_eq!(cache.get(number).map(|it| it.twin), all.first().copied());
    }
    let ThingIndex { count, sum, unwanted } = *cache.index();
    assert_eq!(count, cache.len());
    assert_eq!(sum, cache.iter().map(|it| usize::from(it.value)).sum());
    assert!(cache.iter().all(|it| Some(it.value) != unwanted));
}

fn check_links<const N: usize>(cache: &Cache<LinkEntry, N>, heard: &Replayed<LinkEntry>) {
    check(cache, heard);
    for number in 0..9 {
        let name = format!("net{number}");
        let has = |it: &LinkEntry| it.name == *name;
        assert_eq!(cache.by_name(&name).is_some(), cache.iter().any(has));
        assert!(cache.by_name(&name).is_none_or(has));
    }
}

fn check_addrs<const N: usize>(cache: &Cache<AddrEntry, N>, heard: &Replayed<AddrEntry>) {
    check(cache, heard);
    for index in 0..9 {
        let count = cache.iter().filter(|it| it.index == index).count();
        assert_eq!(cache.of_link(index).count(), count);
        for which in 0..4 {
            let address = kernel::address(index, which);
            let count = cache.iter().filter(|it| it.address() == address).count();
            assert_eq!(cache.by_address(address).count(), count);
            let len = if address.is_ipv4() { 24 } else { 64 };
            assert_eq!(cache.get(AddrKey::new(index, address, len)).is_some(), count == 1);
        }
    }
    assert!(matches!(cache.index(), AddrIndex { .. }));
}

/// What the kernel has, to be compared with an entry.
pub trait Truth<E>: Debug {
    /// Whether it is just this.
    fn identical(&self, entry: &E) -> bool;
}

impl Truth<Thing> for ((u8, u8), ThingState) {
    fn identical(&self, thing: &Thing) -> bool {
        let (which, state) = self;
        (thing.key, thing.twin) == *which
            && (thing.value, thing.tag, thing.stamp) == (state.value, state.tag, state.stamp)
    }
}

impl Truth<LinkEntry> for (i32, LinkState) {
    fn identical(&self, link: &LinkEntry) -> bool {
        let (index, state) = self;
        (link.index, link.flags, link.mtu, link.txqlen)
            == (*index, state.flags(), state.mtu, state.stamp)
            && link.name == *state.name()
    }
}

impl Truth<AddrEntry> for ((u32, u8), AddrState) {
    fn identical(&self, addr: &AddrEntry) -> bool {
        let ((index, which), state) = self;
        (addr.index, addr.address(), addr.priority, addr.valid)
            == (*index, kernel::address(*index, *which), state.priority, state.stamp)
    }
}

/// Asserts that a cache has what the kernel has, or as much of it as there is room for.
fn compare<E: Entry + Debug, const N: usize>(cache: &Cache<E, N>, truth: &[impl Truth<E>]) {
    for entry in cache {
        assert!(truth.iter().any(|it| it.identical(entry)), "{entry:?} is not so: {truth:?}");
    }
    if cache.is_complete() {
        assert_eq!(cache.len(), truth.len(), "of {truth:?}, there is but {cache:?}");
    } else {
        assert!(cache.len() == N, "some are missing, though there is room");
        assert!(cache.len() + cache.rejected() as usize >= truth.len());
    }
}

/// Plays a script: how much room there is, what is not wanted, and what happens.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let first = input.byte();
    let unwanted = (first & 0x10 != 0).then_some(first >> 5);
    match first & 3 {
        0 | 1 => play(Roomy::new(), unwanted, input),
        2 => play(Tight::new(), unwanted, input),
        _ => table::run(first >> 2, input),
    }
}

/// As many calls, at most, until all is quiet.
const PATIENCE: usize = 60;

fn play<T: Kept>(mut caches: T, unwanted: Option<u8>, input: Input<'_>) {
    caches.set_unwanted(unwanted);
    let kernel = Rc::new(RefCell::new(Kernel::new(input, unwanted)));
    let port = |events| Port { kernel: kernel.clone(), events };
    let mut buffer = [0; 2048];
    let mut manager =
        Manager::with_channel(&mut caches, port(true), port(false), &mut buffer).unwrap();
    let none = Duration::ZERO;
    manager.set_backoff(Backoff { min: none, max: none, reply_timeout: none });
    let mut heard = Heard {
        things: Replayed(Vec::new()),
        links: Replayed(Vec::new()),
        addrs: Replayed(Vec::new()),
        changes: 0,
        stale: false,
        rounds: 0,
        synced: 0,
    };
    let poll = |manager: &mut Manager<'_, T, Port<'_>>, heard: &mut Heard| {
        let polled = manager.poll(|all, event| heard.hear(all, event, &kernel.borrow()));
        let progress = match polled {
            Ok(progress) => progress,
            Err(error) => {
                assert_eq!(kernel.borrow_mut().failed.take(), Some(error));
                Progress::More
            }
        };
        manager.caches().check(heard);
        if progress == Progress::Idle {
            let kernel = kernel.borrow();
            let mut expected = kernel.expected.counters;
            expected.rounds = heard.rounds;
            assert_eq!(manager.stats(), expected);
            if manager.is_synced() && kernel.is_heard() {
                manager.caches().compare(&kernel);
            }
        }
        progress
    };
    loop {
        let step = {
            let mut kernel = kernel.borrow_mut();
            if kernel.script.0.is_empty() {
                break;
            }
            kernel.script.byte()
        };
        match (step >> 6, step & 63) {
            (3, 0..=31) => {
                poll(&mut manager, &mut heard);
            }
            (3, 32..=47) => {
                (0..PATIENCE).find(|_| poll(&mut manager, &mut heard) == Progress::Idle);
            }
            (3, 48..=51) => {
                manager.resync(|all, event| heard.hear(all, event, &kernel.borrow()));
            }
            (3, many) => kernel.borrow_mut().busy = 2 * (1 + u32::from(many - 52)),
            (_, step) => kernel.borrow_mut().step(step),
        }
    }
    let settle = |manager: &mut Manager<'_, T, Port<'_>>, heard: &mut Heard| {
        let mut is_quiet = |_: &usize| {
            let idle = poll(manager, heard) == Progress::Idle;
            idle && manager.is_synced() && kernel.borrow().is_heard()
        };
        (0..PATIENCE).find(&mut is_quiet).expect("it never comes to rest");
    };
    kernel.borrow_mut().settle();
    settle(&mut manager, &mut heard);

    // Read anew, what is as it was is no change.
    let changes = heard.changes;
    manager.resync(|all, event| heard.hear(all, event, &kernel.borrow()));
    settle(&mut manager, &mut heard);
    assert_eq!(heard.changes, changes, "a reading changed something");
}
