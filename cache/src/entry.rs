//! What a cache needs to know of the things that it keeps.

use core::hash::Hash;

use barelink_codec::message::MessageType;
use barelink_codec::schema::Set;
use barelink_codec::socket::Protocol;
use barelink_codec::value::Structure;
use barelink_codec::{Error, Message, Writer};

use crate::filter::ClassicFilter;
use crate::hash::Hasher;
use crate::table::{CacheView, Place};
use crate::trigger::{LinkState, Trigger};

/// Something that a cache keeps: what it is told apart by, how it is read, and how to ask for all.
///
/// Keep only the fields that you want: what is not kept cannot change.
///
/// ```
/// use barelink_cache::{DumpRequest, Entry, Update};
/// use barelink_codec::rtnl::{group::Group, link::{self, Link, LinkHeader}};
/// use barelink_codec::{Error, Message};
///
/// /// UpdateOp long packets may be, by link.
/// #[derive(Debug, Clone, PartialEq)]
/// struct Mtu {
///     index: i32,
///     mtu: u32,
/// }
///
/// impl Entry for Mtu {
///     type Key = i32;
///     type Diff = bool;
///     type Index = ();
///     const GROUPS: &'static [u32] = &[Group::LINK.0];
///
///     fn key(&self) -> i32 {
///         self.index
///     }
///     fn diff(&self, new: &Self) -> bool {
///         self != new
///     }
///     fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
///         if let Some(link) = message.parse(link::DEL) {
///             return Ok(Some(Update::deleted(Mtu { index: link.header.index, mtu: 0 })));
///         }
///         let Some(link) = message.parse(link::NEW) else { return Ok(None) };
///         let mtu = link.get(Link::MTU)?;
///         Ok(mtu.map(|mtu| Update::full(Mtu { index: link.header.index, mtu })))
///     }
///     fn dump_request(_: &(), step: usize, asking: &mut DumpRequest<'_>) -> bool {
///         step == 0 && asking.dump(link::GET, LinkHeader::default(), |_| {})
///     }
/// }
/// ```
pub trait Entry: Sized + Clone {
    /// What entries are looked up by. Where several may have the same, [`is`](Entry::identical) tells them
    /// apart.
    type Key: Copy + Eq + Hash;
    /// Which fields differ; a `bool` where just whether any does is of interest.
    type Diff: Diff;
    /// What helps to find entries, and which are wanted; `()` for all of them, by key.
    type Index: Index<Self>;

    /// Whose messages tell of it.
    const PROTOCOL: Protocol = Protocol::ROUTE;
    /// The groups that changes are told to.
    const GROUPS: &'static [u32];

    /// The entry's key.
    fn key(&self) -> Self::Key;
    /// Whether another one of the same key is the same entry, maybe with other values.
    fn identical(&self, _: &Self) -> bool {
        true
    }
    /// What differs in `new`. What looks the same here counts as no change, but is kept as it is in
    /// `new` all the same. It has to cover all that [`Index::hash`] uses besides what tells
    /// entries apart, and the key, too, if [`meet`](Entry::reconcile) puts one in the place of another
    /// key.
    fn diff(&self, new: &Self) -> Self::Diff;
    /// What a message says about such an entry; nothing if it is about something else. An error only
    /// if it cannot be said which entry it is about: what is kept is then no longer certain.
    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error>;
    /// Asks for all of them, or for a part of them in each step; false when there are no more steps.
    fn dump_request(index: &Self::Index, step: usize, asking: &mut DumpRequest<'_>) -> bool;

    /// Which of [`GROUPS`](Entry::GROUPS) to join for what is wanted.
    fn wants_group(_: &Self::Index, _: u32) -> bool {
        true
    }
    /// What a message means, given what is kept. Most often just what it says.
    fn reconcile(update: Update<Self>, among: &CacheView<'_, Self>) -> Plan<Self> {
        Plan::simple(update, among)
    }
    /// Whether what is being read may lack entries because of this, or, given nothing, because of
    /// what was lost: where the kernel dumps by counting, one that goes makes it leave out another,
    /// and it does not say so.
    fn invalidates_dump(_: Option<&Update<Self>>) -> bool {
        false
    }
    /// Which of those that are kept something else might concern.
    fn candidates(_: &Trigger, _: usize) -> Candidates {
        Candidates::None
    }
    /// What of the link of this index matters to others, where links are what is kept.
    fn link_state(_: &CacheView<'_, Self>, _: i32) -> Option<LinkState> {
        None
    }
    /// What becomes of the entry because of something else.
    fn apply(&self, _: &Trigger, _: &CacheView<'_, Self>) -> Effect<Self> {
        Effect::None
    }
    /// Whether something else brought or took away what no message tells of, so that all have to be
    /// read anew.
    fn needs_resync(_: &Trigger, _: &CacheView<'_, Self>) -> bool {
        false
    }
    /// Says which messages it reads, for the kernel to hold back the others. One that does not say
    /// so gets them all.
    fn socket_filter(_: &Self::Index, program: &mut ClassicFilter) {
        program.all();
    }
    /// As [`read`](Entry::read), of a message from the namespace of this number; what is kept is the
    /// socket's own namespace, unless the entry says otherwise.
    #[inline(always)]
    fn read_from(message: &Message<'_>, nsid: Option<i32>) -> Result<Option<Update<Self>>, Error> {
        if nsid.is_some() { Ok(None) } else { Self::read(message) }
    }
}

/// Which fields of an entry differ.
pub trait Diff: Copy {
    /// Whether none does.
    fn is_empty(&self) -> bool;
}

impl Diff for bool {
    fn is_empty(&self) -> bool {
        !self
    }
}

/// What a message says about an entry.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Update<E> {
    /// The entry; where it is gone, only what tells it apart counts.
    pub entry: E,
    /// What is said about it.
    pub op: UpdateOp,
}

/// What is said about an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum UpdateOp {
    /// It is like this.
    Full,
    /// It is like this, behind others of the same key, `NLM_F_APPEND`.
    Append,
    /// It is there instead of another of the same key, `NLM_F_REPLACE`.
    Replace,
    /// Of what is kept, only a part is told.
    Partial,
    /// It is no more.
    Delete,
}

impl<E> Update<E> {
    /// It is like this.
    pub const fn full(entry: E) -> Self {
        Update { entry, op: UpdateOp::Full }
    }

    /// It is no more.
    pub const fn deleted(entry: E) -> Self {
        Update { entry, op: UpdateOp::Delete }
    }
}

/// What is to be done about what a message says.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Plan<E> {
    /// It is to be like this.
    Put {
        /// The one that it was; none, if it is new.
        at: Option<Place>,
        /// What it is now.
        entry: E,
        /// A new one goes before this one; at the end, if there is none.
        before: Option<Place>,
        /// That is not all there is to it: all have to be read anew, unless this was read.
        resync: bool,
    },
    /// It is to go.
    Remove {
        /// The one that goes, if it is kept.
        at: Option<Place>,
        /// What is known of it.
        entry: E,
    },
    /// It does not matter.
    Nothing,
    /// It cannot be known from the message: all have to be read anew.
    Resync,
}

impl<E: Entry> Plan<E> {
    /// What is said is what is.
    #[inline]
    pub fn simple(update: Update<E>, among: &CacheView<'_, E>) -> Self {
        let at = among.find(&update.entry);
        match update.op {
            UpdateOp::Delete => Plan::Remove { at, entry: update.entry },
            _ => Plan::Put { at, entry: update.entry, before: None, resync: false },
        }
    }
}

/// Which of those that are kept something else might concern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Candidates {
    /// No more of them.
    None,
    /// Each.
    All,
    /// Those that this look-up finds, by the hash of this number.
    Found {
        /// Which look-up.
        lookup: usize,
        /// What it looks for.
        number: u32,
    },
}

/// What becomes of an entry because of something else.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Effect<E> {
    /// Nothing.
    None,
    /// It is like this now.
    Is(E),
    /// It is no more.
    Gone,
    /// It cannot be known: all have to be read anew.
    Resync,
}

/// What helps to find entries besides their keys, and tells which are wanted.
pub trait Index<E>: Sized {
    /// How many look-ups there are besides that by key: [`Lookups<K>`](crate::table::Lookups).
    type Lookups: crate::table::LookupCount;
    /// Of an empty cache that wants all.
    const NEW: Self;

    /// The hash by which a look-up finds an entry; none if it never does. Where
    /// [`what`](Entry::diff) says that nothing differs, it is not asked for again: whatever is used
    /// here and may differ between two that are the same entry, `what` has to cover.
    fn hash(entry: &E, lookup: usize, hasher: Hasher) -> Option<u32>;
    /// Whether an entry is to be kept. Asked of what has gone, too. An entry that was not wanted and
    /// then is, or the other way round, has to be told of as [`UpdateOp::Replace`].
    fn wants(&self, _: &E) -> bool {
        true
    }
    /// An entry has come.
    fn added(&mut self, _: &E) {}
    /// An entry has gone.
    fn removed(&mut self, _: &E) {}
}

impl<E> Index<E> for () {
    type Lookups = crate::table::Lookups<0>;
    const NEW: Self = ();

    fn hash(_: &E, _: usize, _: Hasher) -> Option<u32> {
        None
    }
}

/// A request in the making.
#[derive(Debug)]
pub struct DumpRequest<'b> {
    buffer: &'b mut [u8],
    seq: u32,
    built: Result<usize, Error>,
    optional: bool,
}

impl<'b> DumpRequest<'b> {
    /// A request that is to be built here, and to have this sequence number.
    pub fn new(buffer: &'b mut [u8], seq: u32) -> Self {
        DumpRequest { buffer, seq, built: Ok(0), optional: false }
    }

    /// Asks for all of something. Always true, for [`Entry::dump_request`] to end with.
    pub fn dump<H: Structure, S: Set>(
        &mut self,
        kind: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> bool {
        let built = kind.dump().build(self.buffer, self.seq, header, fill);
        self.built = built.map(|bytes| bytes.len());
        self.optional = false;
        true
    }

    /// What was asked for last may be somewhere that is no more: that the kernel calls it invalid
    /// means that there is nothing. Always true, as above.
    pub const fn allow_missing(&mut self) -> bool {
        self.optional = true;
        true
    }

    /// Whether it may be somewhere that is no more.
    pub const fn is_optional(&self) -> bool {
        self.optional
    }

    /// How long the request is.
    pub fn finish(self) -> Result<usize, Error> {
        self.built
    }
}
