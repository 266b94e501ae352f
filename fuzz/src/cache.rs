//! Caches that a manager keeps in sync with a scripted fake kernel; or one cache compared with a
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
    /// Caches with capacity for every object of the fake kernel.
    pub struct Roomy, changes RoomyChange {
        /// Things.
        Thing: things => [Thing; 17],
        /// Links.
        Link: links => [LinkEntry; 8],
        /// Addresses of the links.
        Addr: addrs => [AddrEntry; 32],
    }
}

caches! {
    /// Caches with too little capacity, in another order.
    pub struct Tight, changes TightChange {
        /// Addresses.
        Addr: addrs => [AddrEntry; 4],
        /// Links that the addresses belong to.
        Link: links => [LinkEntry; 3],
        /// Things.
        Thing: things => [Thing; 5],
    }
}

/// Change in one of the caches.
pub enum AnyChange<'c> {
    /// Change of a thing.
    Thing(Change<'c, Thing>),
    /// Change of a link.
    Link(Change<'c, LinkEntry>),
    /// Change of an address.
    Addr(Change<'c, AddrEntry>),
}

/// Caches of things, links and addresses, of any capacity.
pub trait CacheSet: Caches {
    /// Returns the change with the type of its cache.
    fn any_change<'c>(&'c self, change: Self::Change<'c>) -> AnyChange<'c>;
    /// Asserts that each cache has exactly the entries that its changes reported.
    fn check(&self, reported: &Reported);
    /// Asserts that each cache has exactly the objects of the kernel.
    fn compare(&self, kernel: &Kernel<'_>);
    /// Sets the value of the things that are not wanted.
    fn set_unwanted(&mut self, unwanted: Option<u8>);
}

macro_rules! cache_set {
    ($caches:ident, $change:ident) => {
        impl CacheSet for $caches {
            fn any_change<'c>(&'c self, change: $change<'c>) -> AnyChange<'c> {
                match change {
                    $change::Thing(change) => AnyChange::Thing(change),
                    $change::Link(change) => AnyChange::Link(change),
                    $change::Addr(change) => AnyChange::Addr(change),
                }
            }
            fn check(&self, reported: &Reported) {
                check_things(&self.things, &reported.things);
                check_links(&self.links, &reported.links);
                check_addrs(&self.addrs, &reported.addrs);
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

cache_set!(Roomy, RoomyChange);
cache_set!(Tight, TightChange);

/// Returns whether two entries are of one object, whatever their values.
fn same<E: Entry>(one: &E, other: &E) -> bool {
    one.key() == other.key() && one.identical(other)
}

/// Entries that a cache should have, according to its changes.
#[derive(Debug)]
pub struct Replayed<E>(pub Vec<E>);

impl<E: Entry + Debug> Replayed<E> {
    fn find(&self, entry: &E) -> Option<usize> {
        self.0.iter().position(|it| same(it, entry))
    }

    /// Applies a change; `has` returns whether the kernel has exactly this object.
    fn take(&mut self, change: Change<'_, E>, has: impl Fn(&E) -> bool) {
        match change {
            Change::New(new) => {
                assert!(self.find(new).is_none(), "reported as new twice: {new:?}");
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
                assert!(self.find(entry).is_none(), "rejected, though kept: {entry:?}");
            }
        }
    }
}

/// Events of a manager so far.
#[derive(Debug)]
pub struct Reported {
    things: Replayed<Thing>,
    links: Replayed<LinkEntry>,
    addrs: Replayed<AddrEntry>,
    changes: usize,
    stale: bool,
    rounds: u32,
    synced: u32,
}

impl Reported {
    fn process<'c, T: CacheSet>(
        &mut self,
        all: &'c T,
        event: Event<T::Change<'c>>,
        kernel: &Kernel<'_>,
    ) {
        match event {
            Event::Change(change) => {
                let change = all.any_change(change);
                let refused = matches!(
                    change,
                    AnyChange::Thing(Change::Rejected(_))
                        | AnyChange::Link(Change::Rejected(_))
                        | AnyChange::Addr(Change::Rejected(_))
                );
                self.changes += usize::from(!refused);
                match change {
                    AnyChange::Thing(change) => {
                        let all = kernel.wanted_things(None);
                        self.things.take(change, |thing| all.iter().any(|it| it.identical(thing)));
                    }
                    AnyChange::Link(change) => {
                        let all = kernel.all_links();
                        self.links.take(change, |link| all.iter().any(|it| it.identical(link)));
                    }
                    AnyChange::Addr(change) => {
                        let all = kernel.all_addrs();
                        self.addrs.take(change, |addr| all.iter().any(|it| it.identical(addr)));
                    }
                }
            }
            Event::Stale(_) => {
                assert!(!self.stale, "reported as stale twice");
                self.stale = true;
            }
            Event::Resyncing { .. } => {
                assert!(self.stale, "not reported as stale");
                self.stale = false;
                self.rounds += 1;
            }
            Event::Synced { generation } => {
                self.synced += 1;
                // Reported during the dumps of other caches, of a cache that was dumped after that.
                self.stale = false;
                assert_eq!(generation, self.synced);
            }
            _ => {}
        }
    }
}

/// Asserts that a cache has exactly these entries, and finds each by its key.
fn check<E: Entry + Debug, const N: usize>(cache: &Cache<E, N>, reported: &Replayed<E>) {
    assert_eq!(cache.len(), reported.0.len());
    assert_eq!((cache.is_empty(), cache.capacity()), (reported.0.is_empty(), N));
    assert!(cache.len() <= N);
    assert_eq!(cache.iter().count(), cache.len());
    for entry in cache {
        let same: Vec<&E> = reported.0.iter().filter(|it| same(*it, entry)).collect();
        assert!(matches!(*same, [it] if it.diff(entry).is_empty()), "{same:?} is {entry:?}");
        assert_eq!(cache.all(entry.key()).filter(|it| it.identical(entry)).count(), 1);
        assert!(cache.get(entry.key()).is_some_and(|it| it.key() == entry.key()));
        let place = cache.view().find(entry).unwrap();
        assert!(cache.at(place).is_some_and(|it| std::ptr::eq(it, entry)));
    }
}

/// Asserts that a look-up finds exactly the entries that a search finds.
fn check_lookup<E: Entry, const N: usize, K: Hash>(
    cache: &Cache<E, N>,
    (lookup, by): (usize, K),
    is: impl Fn(&E) -> bool,
) {
    let found = cache.lookup(lookup, &by).filter(|entry| is(entry)).count();
    assert_eq!(found, cache.iter().filter(|entry| is(entry)).count());
}

fn check_things<const N: usize>(cache: &Cache<Thing, N>, reported: &Replayed<Thing>) {
    check(cache, reported);
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

fn check_links<const N: usize>(cache: &Cache<LinkEntry, N>, reported: &Replayed<LinkEntry>) {
    check(cache, reported);
    for number in 0..9 {
        let name = format!("net{number}");
        let has = |it: &LinkEntry| it.name == *name;
        assert_eq!(cache.by_name(&name).is_some(), cache.iter().any(has));
        assert!(cache.by_name(&name).is_none_or(has));
    }
}

fn check_addrs<const N: usize>(cache: &Cache<AddrEntry, N>, reported: &Replayed<AddrEntry>) {
    check(cache, reported);
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

/// Object of the fake kernel, to be compared with an entry.
pub trait Truth<E>: Debug {
    /// Returns whether an entry is exactly this object.
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

/// Asserts that a cache has the objects of the kernel, or as many as its capacity allows.
fn compare<E: Entry + Debug, const N: usize>(cache: &Cache<E, N>, truth: &[impl Truth<E>]) {
    for entry in cache {
        assert!(truth.iter().any(|it| it.identical(entry)), "{entry:?} is not so: {truth:?}");
    }
    if cache.is_complete() {
        assert_eq!(cache.len(), truth.len(), "of {truth:?}, there is but {cache:?}");
    } else {
        assert!(cache.len() == N, "entries are missing, though the cache is not full");
        assert!(cache.len() + cache.rejected() as usize >= truth.len());
    }
}

/// Plays a script: capacity of the caches, values that are not wanted, events.
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

/// Maximum number of polls until a manager is idle.
const MAX_POLLS: usize = 60;

fn play<T: CacheSet>(mut caches: T, unwanted: Option<u8>, input: Input<'_>) {
    caches.set_unwanted(unwanted);
    let kernel = Rc::new(RefCell::new(Kernel::new(input, unwanted)));
    let port = |events| Port { kernel: kernel.clone(), events };
    let mut buffer = [0; 2048];
    let mut manager =
        Manager::with_channel(&mut caches, port(true), port(false), &mut buffer).unwrap();
    let none = Duration::ZERO;
    manager.set_backoff(Backoff { min: none, max: none, reply_timeout: none });
    let mut reported = Reported {
        things: Replayed(Vec::new()),
        links: Replayed(Vec::new()),
        addrs: Replayed(Vec::new()),
        changes: 0,
        stale: false,
        rounds: 0,
        synced: 0,
    };
    let poll = |manager: &mut Manager<'_, T, Port<'_>>, reported: &mut Reported| {
        let polled = manager.poll(|all, event| reported.process(all, event, &kernel.borrow()));
        let progress = match polled {
            Ok(progress) => progress,
            Err(error) => {
                assert_eq!(kernel.borrow_mut().failed.take(), Some(error));
                Progress::More
            }
        };
        manager.caches().check(reported);
        if progress == Progress::Idle {
            let kernel = kernel.borrow();
            let mut expected = kernel.expected.counters;
            expected.rounds = reported.rounds;
            assert_eq!(manager.stats(), expected);
            if manager.is_synced() && kernel.is_drained() {
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
                poll(&mut manager, &mut reported);
            }
            (3, 32..=47) => {
                (0..MAX_POLLS).find(|_| poll(&mut manager, &mut reported) == Progress::Idle);
            }
            (3, 48..=51) => {
                manager.resync(|all, event| reported.process(all, event, &kernel.borrow()));
            }
            (3, many) => kernel.borrow_mut().busy = 2 * (1 + u32::from(many - 52)),
            (_, step) => kernel.borrow_mut().step(step),
        }
    }
    let settle = |manager: &mut Manager<'_, T, Port<'_>>, reported: &mut Reported| {
        let mut is_quiet = |_: &usize| {
            let idle = poll(manager, reported) == Progress::Idle;
            idle && manager.is_synced() && kernel.borrow().is_drained()
        };
        (0..MAX_POLLS).find(&mut is_quiet).expect("the manager never gets idle and in sync");
    };
    kernel.borrow_mut().settle();
    settle(&mut manager, &mut reported);

    // A resync of an unchanged kernel reports no change.
    let changes = reported.changes;
    manager.resync(|all, event| reported.process(all, event, &kernel.borrow()));
    settle(&mut manager, &mut reported);
    assert_eq!(reported.changes, changes, "a resync reported a change");
}
