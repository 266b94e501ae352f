//! Entries in places of their own, found by their hashes, in memory of a fixed size.
//!
//! ```text
//!   hash of the key ----> heads[h] --> place --next--> place --next--> nothing
//!   hash of a name -----> heads[h] --> place ...        one chain for each way to look things up
//! ```
//!
//! An entry stays in its place until it goes: places are a stable order. A free place is used
//! again. There are as many heads as places, so that chains are short, and any capacity will do.

use core::fmt;
use core::hash::Hash;

use heapless::Vec;
use heapless::vec::VecView;

use crate::cause::Cause;
use crate::entry::{Concerned, Effect, Entry, How, Index, Plan, Update, What};
use crate::hash::Hasher;

/// Where an entry is: the number of its place, from 1 up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Place(u32);

impl Place {
    /// No place.
    const NONE: Place = Place(0);

    fn at(index: usize) -> Place {
        Place(u32::try_from(index.saturating_add(1)).unwrap_or(0))
    }
    const fn index(self) -> usize {
        (self.0 as usize).wrapping_sub(1)
    }
    fn some(self) -> Option<Place> {
        (self != Place::NONE).then_some(self)
    }
}

/// The neighbours of an entry in a chain.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Link {
    next: Place,
    prev: Place,
}

impl Link {
    const NONE: Link = Link { next: Place::NONE, prev: Place::NONE };
}

/// So many ways to look entries up, besides that by key.
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Lookups<const K: usize>;

/// A number of ways to look entries up: [`Lookups`].
pub trait LookupCount {
    /// The neighbours of an entry in each chain but that of the keys.
    type Links: Copy + AsRef<[Link]> + AsMut<[Link]> + fmt::Debug;
    /// Where the chains start, of a cache with room for `N` entries.
    type Heads<const N: usize>: Heads + Clone + fmt::Debug;
    /// In no chain.
    const UNLINKED: Self::Links;
}

impl<const K: usize> LookupCount for Lookups<K> {
    type Links = [Link; K];
    type Heads<const N: usize> = [[Place; N]; K];
    const UNLINKED: [Link; K] = [Link::NONE; K];
}

/// Where chains start.
pub trait Heads {
    /// All of them empty.
    const EMPTY: Self;
    /// Every head, one look-up after the other.
    fn all(&self) -> &[Place];
    /// The same, to be changed.
    fn all_mut(&mut self) -> &mut [Place];
}

impl<const N: usize, const K: usize> Heads for [[Place; N]; K] {
    const EMPTY: Self = [[Place::NONE; N]; K];
    fn all(&self) -> &[Place] {
        self.as_flattened()
    }
    fn all_mut(&mut self) -> &mut [Place] {
        self.as_flattened_mut()
    }
}

type LookupsOf<E> = <<E as Entry>::Index as Index<E>>::Lookups;

/// What is known of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark(u32);

impl Mark {
    const FREE: u32 = 0;
    const LIVE: u32 = 1;
    /// Its entry went while all were being read: kept, for what is read may not know that yet.
    const GONE: u32 = 2;
    const STATE: u32 = 3;
    /// An event told of it, which counts more than what is being read.
    const TOLD: u32 = 4;
    const BITS: u32 = 3;

    const fn new(state: u32, source: Source, generation: u32) -> Mark {
        let told = match source {
            Source::Event => Mark::TOLD,
            Source::Dump => 0,
        };
        Mark(state | told | generation << Mark::BITS)
    }
    const fn is(self, state: u32) -> bool {
        self.0 & Mark::STATE == state
    }
    const fn is_of(self, generation: u32) -> bool {
        self.0 >> Mark::BITS == generation & (u32::MAX >> Mark::BITS)
    }
    const fn was_told(self) -> bool {
        self.0 & Mark::TOLD != 0
    }
}

/// A place: an entry, where it is in the chains, and what is known of it.
///
/// What a walk along a chain looks at stands in front, together.
#[repr(C)]
struct Slot<E: Entry> {
    key: Link,
    hash: u32,
    mark: Mark,
    others: <LookupsOf<E> as LookupCount>::Links,
    entry: E,
}

impl<E: Entry> Slot<E> {
    /// Its neighbours in a chain: that of the keys, or that of a look-up.
    #[inline(always)]
    fn link(&self, chain: Chain) -> Link {
        match chain {
            None => self.key,
            Some(lookup) => self.others.as_ref().get(lookup).copied().unwrap_or(Link::NONE),
        }
    }
    #[inline(always)]
    fn link_mut(&mut self, chain: Chain) -> Option<&mut Link> {
        match chain {
            None => Some(&mut self.key),
            Some(lookup) => self.others.as_mut().get_mut(lookup),
        }
    }
}

/// The keys' chains, or those of a look-up.
type Chain = Option<usize>;

/// Where news come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Source {
    /// All are being read.
    Dump,
    /// The kernel tells that something happened.
    Event,
}

/// What a cache knows besides its entries.
struct State<E: Entry> {
    index: E::Index,
    free: Place,
    live: usize,
    /// Places of what went while all were being read.
    gone: usize,
    generation: u32,
    seed: u32,
    refused: u32,
    /// All are being read.
    reading: bool,
    /// What was read cannot be all there is, so that it has to be read anew.
    again: bool,
    /// Something was refused, and then there was room.
    room: bool,
}

/// At most `N` entries: those that the kernel has, as far as they are wanted and there is room.
///
/// Looking up by key takes the same time however many there are. Iteration is in the order of their
/// places, which is that of their coming until some go. Where there is no room for one, it is
/// refused, counted, and the cache [incomplete](Cache::is_complete) until all have been read anew.
///
/// It is as large as its type says, wherever it lives: in a `static` it takes no room on a stack, nor
/// in the program's file.
///
/// ```
/// use barelink_cache::{Cache, LinkEntry};
///
/// static LINKS: std::sync::Mutex<Cache<LinkEntry, 64>> = std::sync::Mutex::new(Cache::new());
/// assert!(LINKS.lock().unwrap().by_name("eth0").is_none());
/// ```
pub struct Cache<E: Entry, const N: usize> {
    slots: Vec<Slot<E>, N>,
    keys: [Place; N],
    others: <LookupsOf<E> as LookupCount>::Heads<N>,
    state: State<E>,
}

impl<E: Entry, const N: usize> Default for Cache<E, N> {
    fn default() -> Self {
        Cache::new()
    }
}

impl<E: Entry + fmt::Debug, const N: usize> fmt::Debug for Cache<E, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<E: Entry, const N: usize> Cache<E, N> {
    /// An empty cache, of all that there are.
    pub const fn new() -> Self {
        Cache::of(E::Index::NEW)
    }

    /// An empty cache, of those that the index wants.
    pub const fn of(index: E::Index) -> Self {
        Cache {
            slots: Vec::new(),
            keys: [Place::NONE; N],
            others: <<LookupsOf<E> as LookupCount>::Heads<N> as Heads>::EMPTY,
            state: State {
                index,
                free: Place::NONE,
                live: 0,
                gone: 0,
                generation: 0,
                seed: 0,
                refused: 0,
                reading: false,
                again: false,
                room: false,
            },
        }
    }

    /// How many entries there is room for.
    pub const fn capacity(&self) -> usize {
        N
    }

    /// How many entries there are.
    pub const fn len(&self) -> usize {
        self.state.live
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.state.live == 0
    }

    /// Whether nothing was refused for want of room since all were last read.
    pub const fn is_complete(&self) -> bool {
        self.state.refused == 0
    }

    /// How many were refused for want of room since all were last read.
    pub const fn refused(&self) -> u32 {
        self.state.refused
    }

    /// What is wanted.
    pub const fn index(&self) -> &E::Index {
        &self.state.index
    }

    /// The entry of this key; the first of them, where several may have it.
    #[inline]
    pub fn get(&self, key: E::Key) -> Option<&E> {
        self.all(key).next()
    }

    /// Every entry of this key, in the kernel's order.
    #[inline]
    pub fn all(&self, key: E::Key) -> impl Iterator<Item = &E> + use<'_, E, N> {
        self.among().all(key)
    }

    /// Every entry that this look-up may find by this, and maybe others of the same hash.
    #[inline]
    pub fn found<K: Hash + ?Sized>(
        &self,
        lookup: usize,
        by: &K,
    ) -> impl Iterator<Item = &E> + use<'_, E, N, K> {
        let among = self.among();
        let hash = Hasher::new(self.state.seed).of(by);
        among.chain(Some(lookup), hash).filter(|(_, slot)| slot.mark.is(Mark::LIVE)).map(entry)
    }

    /// Every entry.
    pub fn iter(&self) -> Iter<'_, E> {
        Iter { slots: self.slots.iter() }
    }

    /// The entry in this place.
    pub fn at(&self, place: Place) -> Option<&E> {
        self.among().at(place)
    }

    /// What is kept, as [`Entry::meet`] sees it.
    #[inline(always)]
    pub fn among(&self) -> Among<'_, E> {
        Among {
            slots: &self.slots,
            keys: &self.keys,
            others: self.others.all(),
            state: &self.state,
            known: None,
        }
    }

    /// The cache, to be changed; whatever its capacity, it is the same type.
    pub fn table(&mut self) -> Table<'_, E> {
        Table {
            slots: self.slots.as_mut_view(),
            keys: &mut self.keys,
            others: self.others.all_mut(),
            state: &mut self.state,
        }
    }

    /// Forgets everything, and wants what this index wants from here on: for a cache in a `static`,
    /// where what is wanted is known only later. Before a manager is opened, which asks what to join.
    pub fn want(&mut self, index: E::Index) {
        self.clear();
        self.state.index = index;
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        while let Some(slot) = self.slots.pop() {
            if slot.mark.is(Mark::LIVE) {
                self.state.index.removed(&slot.entry);
            }
        }
        self.keys.fill(Place::NONE);
        self.others.all_mut().fill(Place::NONE);
        let state = &mut self.state;
        (state.free, state.live, state.gone, state.refused) = (Place::NONE, 0, 0, 0);
        (state.reading, state.again, state.room) = (false, false, false);
    }
}

impl<'c, E: Entry, const N: usize> IntoIterator for &'c Cache<E, N> {
    type Item = &'c E;
    type IntoIter = Iter<'c, E>;

    fn into_iter(self) -> Iter<'c, E> {
        self.iter()
    }
}

/// Goes through the entries of a cache.
pub struct Iter<'c, E: Entry> {
    slots: core::slice::Iter<'c, Slot<E>>,
}

impl<E: Entry> fmt::Debug for Iter<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at most {} entries", self.slots.len())
    }
}

impl<E: Entry> Clone for Iter<'_, E> {
    fn clone(&self) -> Self {
        Iter { slots: self.slots.clone() }
    }
}

impl<'c, E: Entry> Iterator for Iter<'c, E> {
    type Item = &'c E;

    fn next(&mut self) -> Option<&'c E> {
        self.slots.find(|slot| slot.mark.is(Mark::LIVE)).map(|slot| &slot.entry)
    }
}

fn entry<E: Entry>((_, slot): (Place, &Slot<E>)) -> &E {
    &slot.entry
}

/// What is kept, whatever the cache's capacity.
pub struct Among<'c, E: Entry> {
    slots: &'c [Slot<E>],
    keys: &'c [Place],
    others: &'c [Place],
    state: &'c State<E>,
    /// The hash of a key that is likely to be looked for.
    known: Option<(E::Key, u32)>,
}

impl<E: Entry> Clone for Among<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: Entry> Copy for Among<'_, E> {}

impl<E: Entry> fmt::Debug for Among<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} entries", self.state.live)
    }
}

impl<'c, E: Entry> Among<'c, E> {
    /// Where this entry is, whatever values it has.
    #[inline]
    pub fn find(&self, entry: &E) -> Option<Place> {
        self.same(entry, Mark::LIVE)
    }

    /// The entries of this key, and where they are, in the kernel's order.
    #[inline]
    pub fn places(&self, key: E::Key) -> impl Iterator<Item = (Place, &'c E)> + use<'c, E> {
        let hash = self.hash(&key);
        self.chain(None, hash)
            .filter(move |(_, slot)| {
                slot.hash == hash && slot.mark.is(Mark::LIVE) && slot.entry.key() == key
            })
            .map(|(place, slot)| (place, &slot.entry))
    }

    /// The entries of this key, in the kernel's order.
    #[inline]
    pub fn all(&self, key: E::Key) -> impl Iterator<Item = &'c E> + use<'c, E> {
        self.places(key).map(|(_, entry)| entry)
    }

    /// The entry in this place.
    #[inline]
    pub fn at(&self, place: Place) -> Option<&'c E> {
        let slot = self.slots.get(place.index())?;
        slot.mark.is(Mark::LIVE).then_some(&slot.entry)
    }

    /// Every entry that this look-up finds by this hash, and maybe others.
    #[inline]
    pub fn hashed<F: FnOnce(Hasher) -> u32>(
        &self,
        lookup: usize,
        hash: F,
    ) -> impl Iterator<Item = (Place, &'c E)> + use<'c, E, F> {
        let hash = hash(Hasher::new(self.state.seed));
        self.chain(Some(lookup), hash)
            .filter(|(_, slot)| slot.mark.is(Mark::LIVE))
            .map(|(place, slot)| (place, &slot.entry))
    }

    /// Every entry.
    pub fn iter(&self) -> Iter<'c, E> {
        Iter { slots: self.slots.iter() }
    }

    /// Whether nothing was refused for want of room.
    pub const fn is_complete(&self) -> bool {
        self.state.refused == 0
    }

    /// Whether all are being read.
    pub const fn is_being_read(&self) -> bool {
        self.state.reading
    }

    /// What is wanted.
    pub const fn index(&self) -> &'c E::Index {
        &self.state.index
    }

    #[inline]
    fn same(&self, entry: &E, state: u32) -> Option<Place> {
        let key = entry.key();
        let hash = self.hash(&key);
        self.chain(None, hash)
            .find(|(_, slot)| {
                slot.hash == hash
                    && slot.mark.is(state)
                    && slot.entry.key() == key
                    && slot.entry.is(entry)
            })
            .map(|(place, _)| place)
    }

    #[inline(always)]
    fn hash(&self, key: &E::Key) -> u32 {
        match &self.known {
            Some((known, hash)) if known == key => *hash,
            _ => Hasher::new(self.state.seed).of(key),
        }
    }

    #[inline(always)]
    fn chain(&self, chain: Chain, hash: u32) -> Walk<'c, E> {
        let at = match chain {
            None => self.keys.get(bucket(hash, self.keys.len())),
            Some(_) => self.others.get(other(chain, hash, self.keys.len())),
        };
        Walk { slots: self.slots, chain, at: at.copied().unwrap_or(Place::NONE) }
    }
}

/// Which of `count` heads a hash belongs to.
#[inline(always)]
fn bucket(hash: u32, count: usize) -> usize {
    (u64::from(hash).wrapping_mul(count as u64) >> 32) as usize
}

/// Which of the heads of the look-ups a hash belongs to.
#[inline(always)]
fn other(chain: Chain, hash: u32, count: usize) -> usize {
    let before = chain.unwrap_or(0).saturating_mul(count);
    before.saturating_add(bucket(hash, count))
}

/// Goes along a chain.
struct Walk<'c, E: Entry> {
    slots: &'c [Slot<E>],
    chain: Chain,
    at: Place,
}

impl<'c, E: Entry> Iterator for Walk<'c, E> {
    type Item = (Place, &'c Slot<E>);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let place = self.at;
        let slot = self.slots.get(place.index())?;
        self.at = slot.link(self.chain).next;
        Some((place, slot))
    }
}

/// What came of something.
#[derive(Debug)]
pub enum Outcome<E: Entry> {
    /// Nothing is different.
    Nothing,
    /// An entry has come.
    New(Place),
    /// An entry is not as it was.
    Changed {
        /// As it was.
        old: E,
        /// Where it is now.
        place: Place,
        /// Which fields differ.
        what: E::What,
    },
    /// An entry has gone.
    Deleted(E),
    /// There was no room for an entry; the first since all were last read.
    Refused(E),
}

/// A change, as a cache tells of it; all borrowed.
#[derive(Debug)]
pub enum Change<'c, E: Entry> {
    /// An entry that was not there before.
    New(&'c E),
    /// An entry that is not as it was. Its key may be another, where the kernel replaced it.
    Changed {
        /// As it was.
        old: &'c E,
        /// As it is.
        new: &'c E,
        /// Which fields differ.
        what: E::What,
    },
    /// An entry that is no more.
    Deleted(&'c E),
    /// An entry that there is no room for; told of the first, others are counted:
    /// [`Cache::refused`].
    Refused(&'c E),
}

#[cfg(feature = "defmt")]
impl<E: Entry<What: defmt::Format> + defmt::Format> defmt::Format for Change<'_, E> {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self {
            Change::New(entry) => defmt::write!(f, "New({})", entry),
            Change::Changed { old, new, what } => {
                defmt::write!(f, "Changed {{ old: {}, new: {}, what: {} }}", old, new, what);
            }
            Change::Deleted(entry) => defmt::write!(f, "Deleted({})", entry),
            Change::Refused(entry) => defmt::write!(f, "Refused({})", entry),
        }
    }
}

#[cfg(feature = "defmt")]
impl<E: Entry<What: defmt::Format> + defmt::Format> defmt::Format for Outcome<E> {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self {
            Outcome::Nothing => defmt::write!(f, "Nothing"),
            Outcome::New(place) => defmt::write!(f, "New({})", place),
            Outcome::Changed { old, place, what } => {
                defmt::write!(f, "Changed {{ old: {}, place: {}, what: {} }}", old, place, what);
            }
            Outcome::Deleted(old) => defmt::write!(f, "Deleted({})", old),
            Outcome::Refused(entry) => defmt::write!(f, "Refused({})", entry),
        }
    }
}

impl<E: Entry> Clone for Change<'_, E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: Entry> Copy for Change<'_, E> {}

impl<E: Entry> Outcome<E> {
    /// What to tell of it.
    pub fn change<'c, const N: usize>(&'c self, cache: &'c Cache<E, N>) -> Option<Change<'c, E>> {
        Some(match self {
            Outcome::Nothing => return None,
            Outcome::New(place) => Change::New(cache.at(*place)?),
            Outcome::Changed { old, place, what } => {
                Change::Changed { old, new: cache.at(*place)?, what: *what }
            }
            Outcome::Deleted(old) => Change::Deleted(old),
            Outcome::Refused(entry) => Change::Refused(entry),
        })
    }
}

/// A cache that is being changed.
pub struct Table<'c, E: Entry> {
    slots: &'c mut VecView<Slot<E>>,
    keys: &'c mut [Place],
    others: &'c mut [Place],
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
    pub fn among(&self) -> Among<'_, E> {
        let Table { slots, keys, others, state } = self;
        Among { slots, keys, others, state, known: None }
    }

    /// What is wanted.
    pub fn index(&self) -> &E::Index {
        &self.state.index
    }

    /// Chooses where entries go by this number; only while there are none.
    pub fn set_seed(&mut self, seed: u32) {
        if self.slots.is_empty() {
            self.state.seed = seed;
        }
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
        !self.state.reading && (self.state.again || (self.state.room && self.state.refused > 0))
    }

    /// Something is not certain, so that all have to be read.
    pub fn doubt(&mut self) {
        self.state.again = true;
    }

    /// Messages were lost: what is being read may lack entries because of what they told.
    pub fn lost(&mut self) {
        if self.state.reading && E::disturbs(None) {
            self.doubt();
        }
    }

    /// Takes in what a message says.
    #[inline]
    pub fn update(&mut self, update: Update<E>, source: Source) -> Outcome<E> {
        if self.state.reading && source == Source::Event && E::disturbs(Some(&update)) {
            self.doubt();
        }
        let key = update.entry.key();
        let hash = Hasher::new(self.state.seed).of(&key);
        let among = Among { known: Some((key, hash)), ..self.among() };
        let rests_on_kept = matches!(update.how, How::Partly | How::Replaces);
        let plan = E::meet(update, &among);
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
                let slot = self.slots.get(place.index());
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
            Plan::Put { at, entry, before, doubt } => {
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
                self.remember_gone(entry, source);
                Outcome::Nothing
            }
            Plan::Nothing => Outcome::Nothing,
            Plan::Reread => {
                self.doubt();
                Outcome::Nothing
            }
        }
    }

    /// The next change that follows from something: `cursor` starts as [`Cursor::new`], and is past
    /// the end when there is nothing more. At most `work` entries are looked at.
    pub fn affect(&mut self, cause: &Cause, cursor: &mut Cursor, work: &mut usize) -> Outcome<E> {
        if cursor.part == 0 && E::unsure(cause, &self.among()) {
            self.doubt();
        }
        while *work > 0 {
            let Some(place) = cursor.place else {
                if cursor.past {
                    return Outcome::Nothing;
                }
                let concerned = E::concerned(cause, cursor.part);
                cursor.part = cursor.part.saturating_add(1);
                *work = work.saturating_sub(1);
                cursor.place = match concerned {
                    Concerned::Nobody => {
                        cursor.past = true;
                        return Outcome::Nothing;
                    }
                    // What is being read may not know of it yet.
                    _ if self.state.reading && !self.state.again => {
                        self.state.again = true;
                        cursor.part = 0;
                        continue;
                    }
                    Concerned::All => {
                        cursor.chain = None;
                        Place::at(0).some()
                    }
                    Concerned::Found { lookup, number } => {
                        let hash = Hasher::new(self.state.seed).of(&number);
                        cursor.chain = Some(lookup);
                        self.among().chain(cursor.chain, hash).at.some()
                    }
                };
                continue;
            };
            *work = work.saturating_sub(1);
            let Some(slot) = self.slots.get(place.index()) else {
                cursor.place = None;
                continue;
            };
            cursor.place = match cursor.chain {
                None => Some(Place(place.0.saturating_add(1))),
                Some(_) => slot.link(cursor.chain).next.some(),
            };
            if !slot.mark.is(Mark::LIVE) {
                continue;
            }
            let outcome = match slot.entry.affected(cause, &self.among()) {
                Effect::None => Outcome::Nothing,
                Effect::Is(entry) if self.state.index.wants(&entry) => {
                    self.replace(place, entry, Source::Event)
                }
                Effect::Is(_) | Effect::Gone => self.remove(place),
                Effect::Reread => {
                    self.doubt();
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
        let mut index = match cursor.place {
            None if cursor.past => return Outcome::Nothing,
            None => 0,
            Some(place) => place.index(),
        };
        while *work > 0 {
            *work = work.saturating_sub(1);
            let Some(slot) = self.slots.get(index) else {
                (cursor.place, cursor.past) = (None, true);
                return Outcome::Nothing;
            };
            let (place, mark) = (Place::at(index), slot.mark);
            index = index.saturating_add(1);
            cursor.place = Some(Place::at(index));
            if mark.is(Mark::GONE) {
                self.release(place);
            } else if mark.is(Mark::LIVE) && !mark.is_of(self.state.generation) {
                return self.remove(place);
            }
        }
        Outcome::Nothing
    }

    fn mark(&self, state: u32, source: Source) -> Mark {
        Mark::new(state, source, self.state.generation)
    }

    fn replace(&mut self, place: Place, new: E, source: Source) -> Outcome<E> {
        let (mark, generation) = (self.mark(Mark::LIVE, source), self.state.generation);
        let Some(slot) = self.slots.get_mut(place.index()) else { return Outcome::Nothing };
        if source == Source::Dump && slot.mark.is_of(generation) && slot.mark.was_told() {
            return Outcome::Nothing;
        }
        slot.mark = mark;
        let what = slot.entry.what(&new);
        if what.is_nothing() {
            slot.entry = new;
            return Outcome::Nothing;
        }
        let hasher = Hasher::new(self.state.seed);
        let lookups = slot.others.as_ref().len();
        let (was, is) = (slot.hash, hasher.of(&new.key()));
        if was != is {
            self.unlink(place, None, was);
        }
        for lookup in 0..lookups {
            let Some(slot) = self.slots.get(place.index()) else { break };
            let (was, is) =
                (E::Index::hash(&slot.entry, lookup, hasher), E::Index::hash(&new, lookup, hasher));
            if was != is {
                was.inspect(|hash| self.unlink(place, Some(lookup), *hash));
                is.inspect(|hash| self.link(place, Some(lookup), *hash));
            }
        }
        let Some(slot) = self.slots.get_mut(place.index()) else { return Outcome::Nothing };
        let old = core::mem::replace(&mut slot.entry, new);
        slot.hash = is;
        self.state.index.removed(&old);
        self.state.index.added(&slot.entry);
        if was != is {
            self.link_last(place, is);
        }
        // It may have taken the place of another, which what is being read may tell of still.
        if self.state.reading && !self.is_in(place, &old) {
            self.remember_gone(old.clone(), source);
        }
        Outcome::Changed { old, place, what }
    }

    /// Whether what is in this place is this entry, whatever values it has.
    fn is_in(&self, place: Place, entry: &E) -> bool {
        let slot = self.slots.get(place.index());
        slot.is_some_and(|slot| slot.entry.key() == entry.key() && slot.entry.is(entry))
    }

    fn insert(&mut self, entry: E, before: Option<Place>, source: Source) -> Outcome<E> {
        if self.state.gone > 0 {
            // One may have gone in a reading that came to nothing, and again in this one.
            while let Some(place) = self.among().same(&entry, Mark::GONE) {
                let mark = self.slots.get(place.index()).map_or(Mark(0), |slot| slot.mark);
                if source == Source::Dump && mark.is_of(self.state.generation) {
                    return Outcome::Nothing;
                }
                self.release(place);
            }
        }
        let mark = self.mark(Mark::LIVE, source);
        match self.settle(entry, before, mark) {
            Ok(place) => {
                self.state.live = self.state.live.saturating_add(1);
                Outcome::New(place)
            }
            Err(entry) => {
                self.state.refused = self.state.refused.saturating_add(1);
                if self.state.refused == 1 { Outcome::Refused(entry) } else { Outcome::Nothing }
            }
        }
    }

    /// Puts an entry into a free place, and into the chains.
    fn settle(&mut self, entry: E, before: Option<Place>, mark: Mark) -> Result<Place, E> {
        let hasher = Hasher::new(self.state.seed);
        let hash = hasher.of(&entry.key());
        let live = mark.is(Mark::LIVE);
        let others = <LookupsOf<E> as LookupCount>::UNLINKED;
        let slot = Slot { key: Link::NONE, hash, mark, others, entry };
        let place = match self.slots.get_mut(self.state.free.index()) {
            Some(free) => {
                let place = self.state.free;
                self.state.free = free.key.next;
                *free = slot;
                place
            }
            None => {
                let place = Place::at(self.slots.len());
                if place == Place::NONE {
                    return Err(slot.entry);
                }
                self.slots.push(slot).map_err(|slot| slot.entry)?;
                place
            }
        };
        match before {
            Some(other) => self.link_before(place, other, hash),
            None => self.link_last(place, hash),
        }
        if live {
            for lookup in 0..others.as_ref().len() {
                let Some(slot) = self.slots.get(place.index()) else { break };
                if let Some(hash) = E::Index::hash(&slot.entry, lookup, hasher) {
                    self.link(place, Some(lookup), hash);
                }
            }
            if let Some(slot) = self.slots.get(place.index()) {
                self.state.index.added(&slot.entry);
            }
        }
        Ok(place)
    }

    /// Keeps in mind that an entry has gone, for what is being read may tell of it still.
    fn remember_gone(&mut self, entry: E, source: Source) {
        if source == Source::Dump || !self.state.reading || !self.state.index.wants(&entry) {
            return;
        }
        let mark = self.mark(Mark::GONE, source);
        match self.among().same(&entry, Mark::GONE) {
            Some(place) => {
                if let Some(slot) = self.slots.get_mut(place.index()) {
                    slot.mark = mark;
                }
            }
            // Incomplete, it is read anew as soon as there is room for what should not be there.
            None => match self.settle(entry, None, mark) {
                Ok(_) => self.state.gone = self.state.gone.saturating_add(1),
                Err(_) => self.state.again |= self.state.refused == 0,
            },
        }
    }

    fn remove(&mut self, place: Place) -> Outcome<E> {
        let hasher = Hasher::new(self.state.seed);
        let count = <LookupsOf<E> as LookupCount>::UNLINKED.as_ref().len();
        for lookup in 0..count {
            let Some(slot) = self.slots.get(place.index()) else { return Outcome::Nothing };
            if let Some(hash) = E::Index::hash(&slot.entry, lookup, hasher) {
                self.unlink(place, Some(lookup), hash);
            }
        }
        let gone = self.mark(Mark::GONE, Source::Event);
        let Some(slot) = self.slots.get_mut(place.index()) else { return Outcome::Nothing };
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
        let Some(Slot { hash, mark, .. }) = self.slots.get(place.index()) else { return };
        self.state.gone = self.state.gone.saturating_sub(usize::from(mark.is(Mark::GONE)));
        self.unlink(place, None, *hash);
        if let Some(slot) = self.slots.get_mut(place.index()) {
            slot.mark = Mark(Mark::FREE);
            slot.key.next = self.state.free;
            self.state.free = place;
            self.state.room = true;
        }
    }

    #[inline(always)]
    fn head(&mut self, chain: Chain, hash: u32) -> Option<&mut Place> {
        let count = self.keys.len();
        match chain {
            None => self.keys.get_mut(bucket(hash, count)),
            Some(_) => self.others.get_mut(other(chain, hash, count)),
        }
    }

    #[inline(always)]
    fn link_of(&mut self, place: Place, chain: Chain) -> Option<&mut Link> {
        self.slots.get_mut(place.index())?.link_mut(chain)
    }

    /// Puts a place at the beginning of a chain.
    #[inline]
    fn link(&mut self, place: Place, chain: Chain, hash: u32) {
        let Some(head) = self.head(chain, hash) else { return };
        let next = core::mem::replace(head, place);
        if let Some(link) = self.link_of(place, chain) {
            *link = Link { next, prev: Place::NONE };
        }
        if let Some(link) = self.link_of(next, chain) {
            link.prev = place;
        }
    }

    /// Puts a place at the end of the keys' chain.
    #[inline]
    fn link_last(&mut self, place: Place, hash: u32) {
        match self.among().chain(None, hash).last() {
            None => self.link(place, None, hash),
            Some((last, _)) => {
                if let Some(link) = self.link_of(last, None) {
                    link.next = place;
                }
                if let Some(link) = self.link_of(place, None) {
                    *link = Link { next: Place::NONE, prev: last };
                }
            }
        }
    }

    /// Puts a place before another one in the keys' chain.
    fn link_before(&mut self, place: Place, other: Place, hash: u32) {
        let Some(prev) = self.link_of(other, None).map(|link| link.prev) else { return };
        if prev == Place::NONE {
            return self.link(place, None, hash);
        }
        for (at, next) in [(prev, place), (place, other)] {
            if let Some(link) = self.link_of(at, None) {
                link.next = next;
            }
        }
        for (at, before) in [(place, prev), (other, place)] {
            if let Some(link) = self.link_of(at, None) {
                link.prev = before;
            }
        }
    }

    #[inline]
    fn unlink(&mut self, place: Place, chain: Chain, hash: u32) {
        let Some(link) = self.link_of(place, chain) else { return };
        let Link { next, prev } = core::mem::replace(link, Link::NONE);
        match self.link_of(prev, chain) {
            Some(link) => link.next = next,
            None => {
                if let Some(head) = self.head(chain, hash).filter(|head| **head == place) {
                    *head = next;
                }
            }
        }
        if let Some(link) = self.link_of(next, chain) {
            link.prev = prev;
        }
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
