//! Decides what an update, a trigger or a dump changes in a cache, of any capacity: [`Table`].

use core::fmt;

use crate::change::Outcome;
use crate::entry::{Diff, Index, Update, UpdateOp};
use crate::kernel_rules::{Candidates, Effect, KernelRules, Plan};
use crate::lookup::SlotId;
use crate::slots::{Chain, Mark, SlotsMut};
use crate::trigger::Trigger;
use crate::view::{CacheView, State};

/// Source of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Source {
    /// Reply to a dump request.
    Dump,
    /// Notification of a multicast group.
    Event,
}

/// View of a cache for modification, of the same type for any capacity.
pub struct Table<'c, E: KernelRules> {
    pub(crate) slots: SlotsMut<'c, E>,
    pub(crate) state: &'c mut State<E>,
}

impl<E: KernelRules> fmt::Debug for Table<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.view().fmt(f)
    }
}

impl<E: KernelRules> Table<'_, E> {
    /// Returns a read-only view.
    #[inline(always)]
    pub fn view(&self) -> CacheView<'_, E> {
        CacheView { slots: self.slots.view(), state: self.state, hashed_key: None }
    }

    /// Returns the index, which selects the wanted entries.
    pub const fn index(&self) -> &E::Index {
        &self.state.index
    }

    /// Sets the seed of the hashes, if no entry has been stored yet.
    pub fn set_seed(&mut self, seed: u32) {
        self.slots.set_seed(seed);
    }

    /// Begins a dump: entries that it does not report are removed by the sweep after it.
    pub fn begin_dump(&mut self) {
        let state = &mut *self.state;
        state.generation = state.generation.wrapping_add(1);
        (state.dumping, state.stale, state.slot_freed, state.rejected) = (true, false, false, 0);
    }

    /// Ends a dump, complete or not. Returns whether it can have reported every entry.
    pub fn end_dump(&mut self) -> bool {
        self.state.dumping = false;
        !core::mem::take(&mut self.state.stale)
    }

    /// Marks the entries as possibly wrong, so that another dump is needed.
    pub fn mark_stale(&mut self) {
        self.state.stale = true;
    }

    /// Records that notifications were lost: a dump in progress may lack entries because of them.
    pub fn messages_lost(&mut self) {
        if self.state.dumping && E::invalidates_dump(None) {
            self.mark_stale();
        }
    }

    /// Applies an update.
    #[inline]
    pub fn update(&mut self, update: Update<E>, source: Source) -> Outcome<E> {
        if self.state.dumping && source == Source::Event && E::invalidates_dump(Some(&update)) {
            self.mark_stale();
        }
        let key = update.entry.key();
        let hash = self.slots.hasher().hash_one(&key);
        let view = CacheView { hashed_key: Some((key, hash)), ..self.view() };
        let needs_stored = matches!(update.op, UpdateOp::Partial | UpdateOp::Replace);
        let plan = E::reconcile(update, &view);
        if needs_stored && self.state.dumping && source == Source::Event {
            self.state.stale |= self.depends_on_undumped(&plan);
        }
        self.apply_plan(plan, source)
    }

    /// Returns whether a notified change is of an entry that the dump in progress has not reported
    /// yet: the stored entry may not be the one that the kernel changed.
    fn depends_on_undumped(&self, plan: &Plan<E>) -> bool {
        match plan {
            Plan::Put { at: Some(id), .. } => {
                let slot = self.slots.get(*id);
                !slot.is_some_and(|slot| slot.mark.is_of_generation(self.state.generation))
            }
            Plan::Put { at: None, .. } => true,
            _ => false,
        }
    }

    /// Applies a plan.
    #[inline]
    pub fn apply_plan(&mut self, plan: Plan<E>, source: Source) -> Outcome<E> {
        let plan = match plan {
            Plan::Put { at, entry, .. } if !self.state.index.wants(&entry) => {
                Plan::Remove { at, entry }
            }
            other => other,
        };
        match plan {
            Plan::Put { at, entry, before, resync } => {
                self.state.stale |= resync && source == Source::Event;
                match at {
                    Some(id) => self.replace(id, entry, source),
                    None => self.insert(entry, before, source),
                }
            }
            Plan::Remove { at: Some(id), .. } => match source {
                Source::Dump => Outcome::Unchanged,
                Source::Event => self.remove(id),
            },
            Plan::Remove { at: None, entry } => {
                self.leave_tombstone(entry, source);
                Outcome::Unchanged
            }
            Plan::Ignore => Outcome::Unchanged,
            Plan::Resync => {
                self.mark_stale();
                Outcome::Unchanged
            }
        }
    }

    /// Applies a trigger until an entry changes, and returns that change. `cursor` starts as
    /// [`Cursor::new`] and is at the end when no candidate is left. Examines at most `work`
    /// entries, and subtracts their number.
    pub fn apply_trigger(
        &mut self,
        trigger: &Trigger,
        cursor: &mut Cursor,
        work: &mut usize,
    ) -> Outcome<E> {
        if cursor.nth == 0 && E::needs_resync(trigger, &self.view()) {
            self.mark_stale();
        }
        while *work > 0 && !cursor.past {
            let Some(id) = cursor.slot else {
                *work = work.saturating_sub(1);
                self.next_candidates(trigger, cursor);
                continue;
            };
            *work = work.saturating_sub(1);
            let Some(slot) = self.slots.get(id) else {
                cursor.slot = None;
                continue;
            };
            cursor.slot = match cursor.chain {
                None => Some(id.following()),
                Some(_) => slot.next(cursor.chain),
            };
            if !slot.mark.has_state(Mark::LIVE) {
                continue;
            }
            let outcome = match slot.entry.apply(trigger, &self.view()) {
                Effect::None => Outcome::Unchanged,
                Effect::Changed(entry) if self.state.index.wants(&entry) => {
                    self.replace(id, entry, Source::Event)
                }
                Effect::Changed(_) | Effect::Removed => self.remove(id),
                Effect::Resync => {
                    self.mark_stale();
                    cursor.past = true;
                    return Outcome::Unchanged;
                }
            };
            if !matches!(outcome, Outcome::Unchanged) {
                return outcome;
            }
        }
        Outcome::Unchanged
    }

    /// Moves a cursor to the next candidates of a trigger.
    fn next_candidates(&mut self, trigger: &Trigger, cursor: &mut Cursor) {
        let candidates = E::candidates(trigger, cursor.nth);
        cursor.nth = cursor.nth.saturating_add(1);
        cursor.slot = match candidates {
            Candidates::None => {
                cursor.past = true;
                None
            }
            // The dump in progress may be from before the trigger.
            _ if self.state.dumping && !self.state.stale => {
                self.state.stale = true;
                cursor.nth = 0;
                None
            }
            Candidates::All => {
                cursor.chain = None;
                Some(SlotId::FIRST)
            }
            Candidates::Lookup { lookup, key } => {
                let hash = self.slots.hasher().hash_one(&key);
                cursor.chain = Some(lookup);
                self.slots.view().chain(cursor.chain, hash).next().map(|(id, _)| id)
            }
        };
    }

    /// Removes the next entry that the completed dump did not report. Examines at most `work`
    /// entries, and subtracts their number.
    pub fn sweep(&mut self, cursor: &mut Cursor, work: &mut usize) -> Outcome<E> {
        while *work > 0 && !cursor.past {
            *work = work.saturating_sub(1);
            let id = cursor.slot.unwrap_or(SlotId::FIRST);
            let Some(slot) = self.slots.get(id) else {
                cursor.past = true;
                return Outcome::Unchanged;
            };
            let mark = slot.mark;
            cursor.slot = Some(id.following());
            if mark.has_state(Mark::TOMBSTONE) {
                self.release(id);
            } else if mark.has_state(Mark::LIVE) && !mark.is_of_generation(self.state.generation) {
                return self.remove(id);
            }
        }
        Outcome::Unchanged
    }

    fn mark(&self, state: u32, source: Source) -> Mark {
        Mark::new(state, source == Source::Event, self.state.generation)
    }

    fn replace(&mut self, id: SlotId, new: E, source: Source) -> Outcome<E> {
        let (mark, generation) = (self.mark(Mark::LIVE, source), self.state.generation);
        let Some(slot) = self.slots.get_mut(id) else { return Outcome::Unchanged };
        if source == Source::Dump
            && slot.mark.is_of_generation(generation)
            && slot.mark.is_from_event()
        {
            return Outcome::Unchanged;
        }
        slot.mark = mark;
        let diff = slot.entry.diff(&new);
        if diff.is_empty() {
            slot.entry = new;
            return Outcome::Unchanged;
        }
        let Some(old) = self.slots.replace(id, new) else {
            return Outcome::Unchanged;
        };
        self.state.index.removed(&old);
        if let Some(slot) = self.slots.get(id) {
            self.state.index.added(&slot.entry);
        }
        // The entry may have replaced another one, which the dump may still report.
        if self.state.dumping && !self.has_entry(id, &old) {
            self.leave_tombstone(old.clone(), source);
        }
        Outcome::Changed { old, slot: id, diff }
    }

    /// Returns whether a slot has the identical entry, whatever its other fields.
    fn has_entry(&self, id: SlotId, entry: &E) -> bool {
        let slot = self.slots.get(id);
        slot.is_some_and(|slot| slot.entry.key() == entry.key() && slot.entry.identical(entry))
    }

    fn insert(&mut self, entry: E, before: Option<SlotId>, source: Source) -> Outcome<E> {
        if self.state.tombstones > 0 {
            // There may be a tombstone of an earlier dump that failed, and one of this dump.
            while let Some(id) = self.view().find_in_state(&entry, Mark::TOMBSTONE) {
                let slot = self.slots.get(id);
                let current =
                    slot.is_some_and(|slot| slot.mark.is_of_generation(self.state.generation));
                if source == Source::Dump && current {
                    return Outcome::Unchanged;
                }
                self.release(id);
            }
        }
        let mark = self.mark(Mark::LIVE, source);
        match self.slots.insert(entry, before, mark) {
            Ok(id) => {
                if let Some(slot) = self.slots.get(id) {
                    self.state.index.added(&slot.entry);
                }
                self.state.live = self.state.live.saturating_add(1);
                Outcome::New(id)
            }
            Err(entry) => {
                self.state.rejected = self.state.rejected.saturating_add(1);
                if self.state.rejected == 1 { Outcome::Rejected(entry) } else { Outcome::Unchanged }
            }
        }
    }

    /// Leaves a tombstone of a removed entry: the dump in progress may still report it.
    fn leave_tombstone(&mut self, entry: E, source: Source) {
        if source == Source::Dump || !self.state.dumping || !self.state.index.wants(&entry) {
            return;
        }
        let mark = self.mark(Mark::TOMBSTONE, source);
        match self.view().find_in_state(&entry, Mark::TOMBSTONE) {
            Some(id) => {
                if let Some(slot) = self.slots.get_mut(id) {
                    slot.mark = mark;
                }
            }
            // An incomplete cache is dumped again as soon as a slot becomes free.
            None => match self.slots.insert(entry, None, mark) {
                Ok(_) => self.state.tombstones = self.state.tombstones.saturating_add(1),
                Err(_) => self.state.stale |= self.state.rejected == 0,
            },
        }
    }

    fn remove(&mut self, id: SlotId) -> Outcome<E> {
        self.slots.unlink_lookups(id);
        let tombstone = self.mark(Mark::TOMBSTONE, Source::Event);
        let Some(slot) = self.slots.get_mut(id) else { return Outcome::Unchanged };
        self.state.index.removed(&slot.entry);
        self.state.live = self.state.live.saturating_sub(1);
        let old = slot.entry.clone();
        if self.state.dumping {
            slot.mark = tombstone;
            self.state.tombstones = self.state.tombstones.saturating_add(1);
        } else {
            self.release(id);
        }
        Outcome::Deleted(old)
    }

    /// Frees the slot of a removed entry.
    fn release(&mut self, id: SlotId) {
        let Some(slot) = self.slots.get(id) else { return };
        let tombstone = usize::from(slot.mark.has_state(Mark::TOMBSTONE));
        self.state.tombstones = self.state.tombstones.saturating_sub(tombstone);
        self.slots.free(id);
        self.state.slot_freed |= self.state.rejected > 0;
    }
}

/// Position of a walk over a cache that is done in parts.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Cursor {
    nth: usize,
    chain: Chain,
    slot: Option<SlotId>,
    past: bool,
}

impl Cursor {
    /// Creates a cursor at the beginning.
    pub const fn new() -> Self {
        Cursor { nth: 0, chain: None, slot: None, past: false }
    }

    /// Returns whether the walk is complete.
    pub const fn is_past(&self) -> bool {
        self.past
    }
}

impl Default for Cursor {
    fn default() -> Self {
        Cursor::new()
    }
}
