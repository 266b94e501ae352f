//! A cache without a manager, compared with a plain list.

use barelink_cache::change::Outcome;
use barelink_cache::entry::UpdateOp;
use barelink_cache::table::Cursor;
use barelink_cache::{Cache, Entry, Source, Trigger, Update};
use barelink_codec::rtnl::route::RouteTable;

use super::thing::{Thing, ThingIndex};
use super::{Replayed, check_things, same};
use crate::input::Input;

/// Entry, or tombstone of one that was deleted during a dump.
#[derive(Debug, Clone)]
struct Slot {
    thing: Thing,
    gone: bool,
    by_event: bool,
    generation: u32,
}

/// List with the behaviour of a cache.
#[derive(Debug, Default)]
struct List {
    all: Vec<Slot>,
    capacity: usize,
    unwanted: Option<u8>,
    generation: u32,
    reading: bool,
    invalidated: bool,
    freed: bool,
    refused: u32,
}

/// Outcome of an update, with its entries.
#[derive(Debug, Clone, PartialEq)]
enum Report {
    Nothing,
    New(Thing),
    Changed(Thing, Thing),
    Deleted(Thing),
    Refused(Thing),
}

fn report<const N: usize>(outcome: &Outcome<Thing>, cache: &Cache<Thing, N>) -> Report {
    match outcome {
        Outcome::Unchanged => Report::Nothing,
        Outcome::New(place) => Report::New(cache.at(*place).unwrap().clone()),
        Outcome::Changed { old, slot, diff } => {
            assert!(diff);
            Report::Changed(old.clone(), cache.at(*slot).unwrap().clone())
        }
        Outcome::Deleted(old) => Report::Deleted(old.clone()),
        Outcome::Rejected(thing) => Report::Refused(thing.clone()),
    }
}

impl List {
    fn wants(&self, thing: &Thing) -> bool {
        self.unwanted != Some(thing.value)
    }

    fn position(&self, thing: &Thing, gone: bool) -> Option<usize> {
        self.all.iter().position(|it| it.gone == gone && same(&it.thing, thing))
    }

    fn update(&mut self, thing: &Thing, op: UpdateOp, source: Source) -> Report {
        let event = source == Source::Event;
        let at = self.position(thing, false);
        self.invalidated |= event && self.reading && op == UpdateOp::Delete;
        let unread = at.is_none_or(|at| self.all[at].generation != self.generation);
        self.invalidated |= event && self.reading && unread && op == UpdateOp::Replace;
        let mut thing = thing.clone();
        if op == UpdateOp::Partial {
            self.invalidated |=
                if at.is_some() { event && self.reading && unread } else { self.reading };
            let Some(at) = at else { return Report::Nothing };
            thing = Thing { value: thing.value, stamp: thing.stamp, ..self.all[at].thing.clone() };
        }
        match (at, op != UpdateOp::Delete && self.wants(&thing)) {
            (Some(_), false) if !event => Report::Nothing,
            (Some(at), false) => self.remove(at),
            (None, false) => {
                if event && self.reading && self.wants(&thing) {
                    self.leave_tombstone(thing);
                }
                Report::Nothing
            }
            (Some(at), true) => self.replace(at, thing, event),
            (None, true) => self.insert(thing, event),
        }
    }

    fn leave_tombstone(&mut self, thing: Thing) {
        let (generation, by_event, gone) = (self.generation, true, true);
        let kept = Slot { thing, gone, by_event, generation };
        match self.position(&kept.thing, true) {
            Some(at) => (self.all[at].generation, self.all[at].by_event) = (generation, true),
            None if self.all.len() < self.capacity => self.all.push(kept),
            None => self.invalidated |= self.refused == 0,
        }
    }

    fn replace(&mut self, at: usize, thing: Thing, event: bool) -> Report {
        let kept = &mut self.all[at];
        if !event && kept.by_event && kept.generation == self.generation {
            return Report::Nothing;
        }
        (kept.generation, kept.by_event) = (self.generation, event);
        let old = std::mem::replace(&mut kept.thing, thing.clone());
        if old.diff(&thing) { Report::Changed(old, thing) } else { Report::Nothing }
    }

    fn insert(&mut self, thing: Thing, event: bool) -> Report {
        if let Some(at) = self.position(&thing, true) {
            if !event && self.all[at].generation == self.generation {
                return Report::Nothing;
            }
            self.release(at);
        }
        if self.all.len() == self.capacity {
            self.refused += 1;
            return if self.refused == 1 { Report::Refused(thing) } else { Report::Nothing };
        }
        let (generation, by_event) = (self.generation, event);
        self.all.push(Slot { thing: thing.clone(), gone: false, by_event, generation });
        Report::New(thing)
    }

    fn remove(&mut self, at: usize) -> Report {
        let old = self.all[at].thing.clone();
        if self.reading {
            let kept = &mut self.all[at];
            (kept.gone, kept.by_event, kept.generation) = (true, true, self.generation);
        } else {
            self.release(at);
        }
        Report::Deleted(old)
    }

    fn release(&mut self, at: usize) {
        self.all.remove(at);
        self.freed |= self.refused > 0;
    }

    fn wants_reading(&self) -> bool {
        !self.reading && (self.invalidated || self.freed)
    }
}

/// Plays a script on a cache of the capacity that `which` selects.
pub fn run(which: u8, input: Input<'_>) {
    let unwanted = (which & 8 != 0).then_some(which >> 4);
    match which & 7 {
        0 => play::<0>(unwanted, input),
        1 => play::<1>(unwanted, input),
        2 => play::<2>(unwanted, input),
        3 => play::<3>(unwanted, input),
        4 | 5 => play::<7>(unwanted, input),
        _ => play::<64>(unwanted, input),
    }
}

fn thing(input: &mut Input<'_>) -> Thing {
    let (which, what) = (input.byte(), input.byte());
    let (key, twin) = (which & 7, which >> 3 & 7);
    Thing { key, twin, value: what & 7, tag: what >> 3 & 7, stamp: u32::from(which >> 6) }
}

fn play<const N: usize>(unwanted: Option<u8>, mut input: Input<'_>) {
    let mut cache = Cache::<Thing, N>::with_index(ThingIndex { unwanted, ..ThingIndex::default() });
    let mut list = List { capacity: N, unwanted, ..List::default() };
    cache.table().set_seed(input.word());
    // Position of the running sweep.
    let mut sweep: Option<Cursor> = None;
    while !input.0.is_empty() {
        let step = input.byte();
        let source = if step & 0x20 == 0 { Source::Event } else { Source::Dump };
        match step & 0x1f {
            how @ 0..=15 => {
                let thing = thing(&mut input);
                // The list does not know which entries a running sweep has removed.
                if sweep.is_some() && (list.all.len() == N || source == Source::Dump) {
                    continue;
                }
                let op = match how {
                    0..=3 if source == Source::Event => UpdateOp::Delete,
                    4 | 5 => UpdateOp::Partial,
                    6 | 7 => UpdateOp::Replace,
                    _ => UpdateOp::Full,
                };
                let expected = list.update(&thing, op, source);
                let outcome = cache.table().update(Update { entry: thing, op }, source);
                assert_eq!(report(&outcome, &cache), expected);
            }
            16..=19 if sweep.is_none() => {
                cache.table().begin_dump();
                list.generation += 1;
                (list.reading, list.invalidated, list.freed, list.refused) =
                    (true, false, false, 0);
            }
            20 | 21 if sweep.is_none() => {
                assert_eq!(cache.table().end_dump(), !list.invalidated);
                (list.reading, list.invalidated) = (false, false);
            }
            22..=25 => {
                let mut work = 1 + usize::from(input.byte() & 15);
                if !list.reading || sweep.is_some() {
                    sweep_part(&mut cache, &mut list, &mut sweep, &mut work);
                }
            }
            26..=28 => {
                let trigger = match (step >> 6, i32::from(input.byte())) {
                    (0, index) => Trigger::LinkDeleted { index: index & 7 },
                    (_, index) => Trigger::Link {
                        index: index & 7,
                        up: step & 0x20 != 0,
                        running: false,
                        master: 0,
                        table: RouteTable::LOCAL,
                        previous: None,
                        up_changed: false,
                    },
                };
                affect(&mut cache, &mut list, &trigger, &mut input);
            }
            29 => {
                cache.table().mark_stale();
                list.invalidated = true;
            }
            30 if step >> 6 == 3 => {
                cache.clear();
                let (generation, capacity) = (list.generation, N);
                list = List { capacity, unwanted, generation, ..List::default() };
                sweep = None;
            }
            _ => {}
        }
        assert_eq!(cache.rejected(), list.refused);
        assert_eq!(cache.is_complete(), list.refused == 0);
        if sweep.is_none() {
            assert_eq!(cache.view().needs_dump(), list.wants_reading());
        }
        let live = list.all.iter().filter(|it| !it.gone).map(|it| it.thing.clone());
        check_things(&cache, &Replayed(live.collect()));
    }
}

/// Runs a part of a sweep.
fn sweep_part<const N: usize>(
    cache: &mut Cache<Thing, N>,
    list: &mut List,
    sweep: &mut Option<Cursor>,
    work: &mut usize,
) {
    let mut cursor = sweep.unwrap_or_default();
    while *work > 0 && !cursor.is_past() {
        let outcome = cache.table().sweep(&mut cursor, work);
        let Report::Deleted(old) = report(&outcome, cache) else { continue };
        let at = list.position(&old, false).expect("a sweep removes present entries");
        assert_ne!(
            list.all[at].generation, list.generation,
            "a sweep removed an entry of the dump"
        );
        list.release(at);
    }
    *sweep = Some(cursor);
    if cursor.is_past() {
        *sweep = None;
        list.freed |= list.refused > 0 && list.all.iter().any(|it| it.gone);
        list.all.retain(|it| !it.gone);
        assert!(
            list.all.iter().all(|it| it.generation == list.generation),
            "a sweep left an entry that the dump lacks"
        );
    }
}

/// Applies the consequences of a trigger, a part at a time.
fn affect<const N: usize>(
    cache: &mut Cache<Thing, N>,
    list: &mut List,
    trigger: &Trigger,
    input: &mut Input<'_>,
) {
    let mut expected = Vec::new();
    let concerned = !matches!(trigger, Trigger::Link { up: true, .. });
    list.invalidated |= list.reading && concerned;
    for at in (0..list.all.len()).rev() {
        let thing = list.all[at].thing.clone();
        if list.all[at].gone {
            continue;
        }
        match *trigger {
            Trigger::LinkDeleted { index } if i32::from(thing.tag) == index => {
                expected.push(list.remove(at));
            }
            Trigger::Link { index, up: false, .. }
                if i32::from(thing.tag) == index && thing.value != 0 =>
            {
                let new = Thing { value: 0, ..thing };
                let wanted = list.wants(&new);
                expected.push(if wanted { list.replace(at, new, true) } else { list.remove(at) });
            }
            _ => {}
        }
    }
    let mut cursor = Cursor::new();
    while !cursor.is_past() {
        let mut work = 1 + usize::from(input.byte() & 7);
        while work > 0 && !cursor.is_past() {
            let outcome = cache.table().apply_trigger(trigger, &mut cursor, &mut work);
            let report = report(&outcome, cache);
            if report != Report::Nothing {
                let at = expected.iter().position(|it| *it == report);
                expected.remove(at.unwrap_or_else(|| panic!("{report:?} is none of {expected:?}")));
            }
        }
    }
    assert!(expected.is_empty(), "{expected:?} should have happened");
}
