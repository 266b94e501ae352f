//! Keeps entries, in memory of a fixed size, and takes in what is told of them.
//!
//! | file | one thing it does |
//! |---|---|
//! | `places` | gives entries places, and finds them by their hashes: nobody else touches a chain |
//! | `among` | looks at what is kept, without changing it: [`CacheView`] |
//! | `change` | says what came of what was told: [`Outcome`], [`Change`] |
//! | `cache` | the memory itself, of a size that its type says: [`Cache`] |
//! | `table` | this file: decides what changes, whatever the size: [`Table`] |

mod among;
mod cache;
mod change;
mod places;

use core::fmt;

pub use among::{CacheIter, CacheView};
pub use cache::Cache;
pub use change::{Change, Outcome};
pub use places::{Heads, Link, LookupCount, Lookups, Place};

use among::State;
use places::{Chain, Mark, PlacesMut};

use crate::entry::{Candidates, Diff, Effect, Entry, Index, Plan, Update, UpdateOp};
use crate::trigger::Trigger;

/// Where news come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Source {
    /// All are being read.
    Dump,
    /// The kernel tells that something happened.
    Event,
}

/// A cache that is being changed.
pub struct Table<'c, E: Entry> {
    places: PlacesMut<'c, E>,
    state: &'c mut State<E>,
}

impl<E: Entry> fmt::Debug for Table<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.among().fmt(f)
    }
}

impl<E: Entry> Table<'_, E> {
    /// What is kept.
    #[inline(always)]
    pub fn among(&self) -> CacheView<'_, E> {
        CacheView { places: self.places.view(), state: self.state, known: None }
    }

    /// What is wanted.
    pub fn index(&self) -> &E::Index {
        &self.state.index
    }

    /// Chooses where entries go by this number; only while there are none.
    pub fn set_seed(&mut self, seed: u32) {
        self.places.set_seed(seed);
    }

    /// All are going to be read: what is not told of again until the end has gone.
    pub fn begin(&mut self) {
        let state = &mut *self.state;
        state.generation = state.generation.wrapping_add(1);
        (state.reading, state.again, state.room, state.refused) = (true, false, false, 0);
    }

    /// All have been read, or the reading was given up; whether what was read can be all.
    pub fn end(&mut self) -> bool {
        self.state.reading = false;
        !core::mem::take(&mut self.state.again)
    }

    /// Whether it is better to read all anew: something is not certain, or there is room for what
    /// was refused.
    pub fn wants_reading(&self) -> bool {
        !self.state.reading && (self.state.again || self.state.room)
    }

    /// Something is not certain, so that all have to be read.
    pub fn mark_stale(&mut self) {
        self.state.again = true;
    }

    /// Messages were lost: what is being read may lack entries because of what they told.
    pub fn lost(&mut self) {
        if self.state.reading && E::invalidates_dump(None) {
            self.mark_stale();
        }
    }

    /// Takes in what a message says.
    #[inline]
    pub fn update(&mut self, update: Update<E>, source: Source) -> Outcome<E> {
        if self.state.reading && source == Source::Event && E::invalidates_dump(Some(&update)) {
            self.mark_stale();
        }
        let key = update.entry.key();
        let hash = self.places.hasher().of(&key);
        let among = CacheView { known: Some((key, hash)), ..self.among() };
        let rests_on_kept = matches!(update.op, UpdateOp::Partial | UpdateOp::Replace);
        let plan = E::reconcile(update, &among);
        if rests_on_kept && self.state.reading && source == Source::Event {
            self.state.again |= self.rests_on_unread(&plan);
        }
        self.carry_out(plan, source)
    }

    /// Whether a change, told while all are read, is one of an entry that has not been read yet:
    /// nobody knows then whether what is kept was so when the kernel changed it.
    fn rests_on_unread(&self, plan: &Plan<E>) -> bool {
        match plan {
            Plan::Put { at: Some(place), .. } => {
                let slot = self.places.get(*place);
                !slot.is_some_and(|slot| slot.mark.is_of(self.state.generation))
            }
            Plan::Put { at: None, .. } => true,
            _ => false,
        }
    }

    /// Does what is to be done.
    #[inline]
    pub fn carry_out(&mut self, plan: Plan<E>, source: Source) -> Outcome<E> {
        let plan = match plan {
            Plan::Put { at, entry, .. } if !self.state.index.wants(&entry) => {
                Plan::Remove { at, entry }
            }
            other => other,
        };
        match plan {
            Plan::Put { at, entry, before, resync: doubt } => {
                self.state.again |= doubt && source == Source::Event;
                match at {
                    Some(place) => self.replace(place, entry, source),
                    None => self.insert(entry, before, source),
                }
            }
            Plan::Remove { at: Some(place), .. } => match source {
                Source::Dump => Outcome::Nothing,
                Source::Event => self.remove(place),
            },
            Plan::Remove { at: None, entry } => {
                self.leave_tombstone(entry, source);
                Outcome::Nothing
            }
            Plan::Nothing => Outcome::Nothing,
            Plan::Resync => {
                self.mark_stale();
                Outcome::Nothing
            }
        }
    }

    /// The next change that follows from something: `cursor` starts as [`Cursor::new`], and is past
    /// the end when there is nothing more. At most `work` entries are looked at.
    pub fn affect(&mut self, cause: &Trigger, cursor: &mut Cursor, work: &mut usize) -> Outcome<E> {
        if cursor.part == 0 && E::needs_resync(cause, &self.among()) {
            self.mark_stale();
        }
        while *work > 0 {
            let Some(place) = cursor.place else {
                if cursor.past {
                    return Outcome::Nothing;
                }
                let concerned = E::candidates(cause, cursor.part);
                cursor.part = cursor.part.saturating_add(1);
                *work = work.saturating_sub(1);
                cursor.place = match concerned {
                    Candidates::None => {
                        cursor.past = true;
                        return Outcome::Nothing;
                    }
                    // What is being read may not know of it yet.
                    _ if self.state.reading && !self.state.again => {
                        self.state.again = true;
                        cursor.part = 0;
                        continue;
                    }
                    Candidates::All => {
                        cursor.chain = None;
                        Some(Place::FIRST)
                    }
                    Candidates::Found { lookup, number } => {
                        let hash = self.places.hasher().of(&number);
                        cursor.chain = Some(lookup);
                        self.places.view().chain(cursor.chain, hash).next().map(|(place, _)| place)
                    }
                };
                continue;
            };
            *work = work.saturating_sub(1);
            let Some(slot) = self.places.get(place) else {
                cursor.place = None;
                continue;
            };
            cursor.place = match cursor.chain {
                None => Some(place.following()),
                Some(_) => slot.next(cursor.chain),
            };
            if !slot.mark.identical(Mark::LIVE) {
                continue;
            }
            let outcome = match slot.entry.apply(cause, &self.among()) {
                Effect::None => Outcome::Nothing,
                Effect::Is(entry) if self.state.index.wants(&entry) => {
                    self.replace(place, entry, Source::Event)
                }
                Effect::Is(_) | Effect::Gone => self.remove(place),
                Effect::Resync => {
                    self.mark_stale();
                    cursor.past = true;
                    return Outcome::Nothing;
                }
            };
            if !matches!(outcome, Outcome::Nothing) {
                return outcome;
            }
        }
        Outcome::Nothing
    }

    /// The next entry that goes because it was not told of while all were read. At most `work`
    /// entries are looked at.
    pub fn sweep(&mut self, cursor: &mut Cursor, work: &mut usize) -> Outcome<E> {
        while *work > 0 && !cursor.past {
            *work = work.saturating_sub(1);
            let place = cursor.place.unwrap_or(Place::FIRST);
            let Some(slot) = self.places.get(place) else {
                cursor.past = true;
                return Outcome::Nothing;
            };
            let mark = slot.mark;
            cursor.place = Some(place.following());
            if mark.identical(Mark::GONE) {
                self.release(place);
            } else if mark.identical(Mark::LIVE) && !mark.is_of(self.state.generation) {
                return self.remove(place);
            }
        }
        Outcome::Nothing
    }

    fn mark(&self, state: u32, source: Source) -> Mark {
        Mark::new(state, source == Source::Event, self.state.generation)
    }

    fn replace(&mut self, place: Place, new: E, source: Source) -> Outcome<E> {
        let (mark, generation) = (self.mark(Mark::LIVE, source), self.state.generation);
        let Some(slot) = self.places.get_mut(place) else { return Outcome::Nothing };
        if source == Source::Dump && slot.mark.is_of(generation) && slot.mark.was_told() {
            return Outcome::Nothing;
        }
        slot.mark = mark;
        let what = slot.entry.diff(&new);
        if what.is_empty() {
            slot.entry = new;
            return Outcome::Nothing;
        }
        let Some(old) = self.places.replace(place, new) else {
            return Outcome::Nothing;
        };
        self.state.index.removed(&old);
        if let Some(slot) = self.places.get(place) {
            self.state.index.added(&slot.entry);
        }
        // It may have taken the place of another, which what is being read may tell of still.
        if self.state.reading && !self.is_in(place, &old) {
            self.leave_tombstone(old.clone(), source);
        }
        Outcome::Changed { old, place, what }
    }

    /// Whether what is in this place is this entry, whatever values it has.
    fn is_in(&self, place: Place, entry: &E) -> bool {
        let slot = self.places.get(place);
        slot.is_some_and(|slot| slot.entry.key() == entry.key() && slot.entry.identical(entry))
    }

    fn insert(&mut self, entry: E, before: Option<Place>, source: Source) -> Outcome<E> {
        if self.state.gone > 0 {
            // One may have gone in a reading that came to nothing, and again in this one.
            while let Some(place) = self.among().same(&entry, Mark::GONE) {
                let slot = self.places.get(place);
                let lately = slot.is_some_and(|slot| slot.mark.is_of(self.state.generation));
                if source == Source::Dump && lately {
                    return Outcome::Nothing;
                }
                self.release(place);
            }
        }
        let mark = self.mark(Mark::LIVE, source);
        match self.places.settle(entry, before, mark) {
            Ok(place) => {
                if let Some(slot) = self.places.get(place) {
                    self.state.index.added(&slot.entry);
                }
                self.state.live = self.state.live.saturating_add(1);
                Outcome::New(place)
            }
            Err(entry) => {
                self.state.refused = self.state.refused.saturating_add(1);
                if self.state.refused == 1 { Outcome::Refused(entry) } else { Outcome::Nothing }
            }
        }
    }

    /// Keeps in mind that an entry has gone, for what is being read may tell of it still.
    fn leave_tombstone(&mut self, entry: E, source: Source) {
        if source == Source::Dump || !self.state.reading || !self.state.index.wants(&entry) {
            return;
        }
        let mark = self.mark(Mark::GONE, source);
        match self.among().same(&entry, Mark::GONE) {
            Some(place) => {
                if let Some(slot) = self.places.get_mut(place) {
                    slot.mark = mark;
                }
            }
            // Incomplete, it is read anew as soon as there is room for what should not be there.
            None => match self.places.settle(entry, None, mark) {
                Ok(_) => self.state.gone = self.state.gone.saturating_add(1),
                Err(_) => self.state.again |= self.state.refused == 0,
            },
        }
    }

    fn remove(&mut self, place: Place) -> Outcome<E> {
        self.places.hide(place);
        let gone = self.mark(Mark::GONE, Source::Event);
        let Some(slot) = self.places.get_mut(place) else { return Outcome::Nothing };
        self.state.index.removed(&slot.entry);
        self.state.live = self.state.live.saturating_sub(1);
        let old = slot.entry.clone();
        if self.state.reading {
            slot.mark = gone;
            self.state.gone = self.state.gone.saturating_add(1);
        } else {
            self.release(place);
        }
        Outcome::Deleted(old)
    }

    /// Frees the place of what has gone.
    fn release(&mut self, place: Place) {
        let Some(slot) = self.places.get(place) else { return };
        let gone = usize::from(slot.mark.identical(Mark::GONE));
        self.state.gone = self.state.gone.saturating_sub(gone);
        self.places.free(place);
        self.state.room |= self.state.refused > 0;
    }
}

/// How far a walk over a cache has come that is done in parts.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Cursor {
    part: usize,
    chain: Chain,
    place: Option<Place>,
    past: bool,
}

impl Cursor {
    /// At the beginning.
    pub const fn new() -> Self {
        Cursor { part: 0, chain: None, place: None, past: false }
    }

    /// Whether all has been walked over.
    pub const fn is_past(&self) -> bool {
        self.past
    }
}

impl Default for Cursor {
    fn default() -> Self {
        Cursor::new()
    }
}
