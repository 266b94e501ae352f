//! What a cache needs to know of the things that it keeps.

use core::hash::Hash;

use barelink_codec::message::Kind;
use barelink_codec::policy::Set;
use barelink_codec::socket::Protocol;
use barelink_codec::value::Structure;
use barelink_codec::{Error, Message, Writer};

use crate::cause::{Cause, LinkState};
use crate::filter::Program;
use crate::hash::Hasher;
use crate::table::{Among, Place};

/// Something that a cache keeps: what it is told apart by, how it is read, and how to ask for all.
///
/// Keep only the fields that you want: what is not kept cannot change.
///
/// ```
/// use barelink_cache::{Asking, Entry, Update};
/// use barelink_codec::rtnl::{group::Group, link::{self, Link, LinkHeader}};
/// use barelink_codec::{Error, Message};
///
/// /// How long packets may be, by link.
/// #[derive(Debug, Clone, PartialEq)]
/// struct Mtu {
///     index: i32,
///     mtu: u32,
/// }
///
/// impl Entry for Mtu {
///     type Key = i32;
///     type What = bool;
///     type Index = ();
///     const GROUPS: &'static [u32] = &[Group::LINK.0];
///
///     fn key(&self) -> i32 {
///         self.index
///     }
///     fn what(&self, new: &Self) -> bool {
///         self != new
///     }
///     fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
///         if let Some(link) = message.parse(link::DEL) {
///             return Ok(Some(Update::gone(Mtu { index: link.header.index, mtu: 0 })));
///         }
///         let Some(link) = message.parse(link::NEW) else { return Ok(None) };
///         let mtu = link.get(Link::MTU)?;
///         Ok(mtu.map(|mtu| Update::is(Mtu { index: link.header.index, mtu })))
///     }
///     fn ask(_: &(), step: usize, asking: &mut Asking<'_>) -> bool {
///         step == 0 && asking.dump(link::GET, LinkHeader::default(), |_| {})
///     }
/// }
/// ```
pub trait Entry: Sized + Clone {
    /// What entries are looked up by. Where several may have the same, [`is`](Entry::is) tells them
    /// apart.
    type Key: Copy + Eq + Hash;
    /// Which fields differ; a `bool` where just whether any does is of interest.
    type What: What;
    /// What helps to find entries, and which are wanted; `()` for all of them, by key.
    type Index: Index<Self>;

    /// Whose messages tell of it.
    const PROTOCOL: Protocol = Protocol::ROUTE;
    /// The groups that changes are told to.
    const GROUPS: &'static [u32];

    /// The entry's key.
    fn key(&self) -> Self::Key;
    /// Whether another one of the same key is the same entry, maybe with other values.
    fn is(&self, _: &Self) -> bool {
        true
    }
    /// What differs in `new`. What looks the same here counts as no change, but is kept as it is in
    /// `new` all the same. It has to cover all that [`Index::hash`] uses besides what tells
    /// entries apart, and the key, too, if [`meet`](Entry::meet) puts one in the place of another
    /// key.
    fn what(&self, new: &Self) -> Self::What;
    /// What a message says about such an entry; nothing if it is about something else. An error only
    /// if it cannot be said which entry it is about: what is kept is then no longer certain.
    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error>;
    /// Asks for all of them, or for a part of them in each step; false when there are no more steps.
    fn ask(index: &Self::Index, step: usize, asking: &mut Asking<'_>) -> bool;

    /// Which of [`GROUPS`](Entry::GROUPS) to join for what is wanted.
    fn joins(_: &Self::Index, _: u32) -> bool {
        true
    }
    /// What a message means, given what is kept. Most often just what it says.
    fn meet(update: Update<Self>, among: &Among<'_, Self>) -> Plan<Self> {
        Plan::simple(update, among)
    }
    /// Whether what is being read may lack entries because of this, or, given nothing, because of
    /// what was lost: where the kernel dumps by counting, one that goes makes it leave out another,
    /// and it does not say so.
    fn disturbs(_: Option<&Update<Self>>) -> bool {
        false
    }
    /// Which of those that are kept something else might concern.
    fn concerned(_: &Cause, _: usize) -> Concerned {
        Concerned::Nobody
    }
    /// What of the link of this index matters to others, where links are what is kept.
    fn link_state(_: &Among<'_, Self>, _: i32) -> Option<LinkState> {
        None
    }
    /// What becomes of the entry because of something else.
    fn affected(&self, _: &Cause, _: &Among<'_, Self>) -> Effect<Self> {
        Effect::None
    }
    /// Whether something else brought or took away what no message tells of, so that all have to be
    /// read anew.
    fn unsure(_: &Cause, _: &Among<'_, Self>) -> bool {
        false
    }
    /// Says which messages it reads, for the kernel to hold back the others. One that does not say
    /// so gets them all.
    fn hears(_: &Self::Index, program: &mut Program) {
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
pub trait What: Copy {
    /// Whether none does.
    fn is_nothing(&self) -> bool;
}

impl What for bool {
    fn is_nothing(&self) -> bool {
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
    pub how: How,
}

/// What is said about an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum How {
    /// It is like this.
    Is,
    /// It is like this, behind others of the same key, `NLM_F_APPEND`.
    Appended,
    /// It is there instead of another of the same key, `NLM_F_REPLACE`.
    Replaces,
    /// Of what is kept, only a part is told.
    Partly,
    /// It is no more.
    Gone,
}

impl<E> Update<E> {
    /// It is like this.
    pub const fn is(entry: E) -> Self {
        Update { entry, how: How::Is }
    }

    /// It is no more.
    pub const fn gone(entry: E) -> Self {
        Update { entry, how: How::Gone }
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
        doubt: bool,
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
    Reread,
}

impl<E: Entry> Plan<E> {
    /// What is said is what is.
    #[inline]
    pub fn simple(update: Update<E>, among: &Among<'_, E>) -> Self {
        let at = among.find(&update.entry);
        match update.how {
            How::Gone => Plan::Remove { at, entry: update.entry },
            _ => Plan::Put { at, entry: update.entry, before: None, doubt: false },
        }
    }
}

/// Which of those that are kept something else might concern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Concerned {
    /// No more of them.
    Nobody,
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
    Reread,
}

/// What helps to find entries besides their keys, and tells which are wanted.
pub trait Index<E>: Sized {
    /// How many look-ups there are besides that by key: [`Lookups<K>`](crate::table::Lookups).
    type Lookups: crate::table::LookupCount;
    /// Of an empty cache that wants all.
    const NEW: Self;

    /// The hash by which a look-up finds an entry; none if it never does. Where
    /// [`what`](Entry::what) says that nothing differs, it is not asked for again: whatever is used
    /// here and may differ between two that are the same entry, `what` has to cover.
    fn hash(entry: &E, lookup: usize, hasher: Hasher) -> Option<u32>;
    /// Whether an entry is to be kept. Asked of what has gone, too. An entry that was not wanted and
    /// then is, or the other way round, has to be told of as [`How::Replaces`].
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
pub struct Asking<'b> {
    buffer: &'b mut [u8],
    seq: u32,
    built: Result<usize, Error>,
    optional: bool,
}

impl<'b> Asking<'b> {
    /// A request that is to be built here, and to have this sequence number.
    pub fn new(buffer: &'b mut [u8], seq: u32) -> Self {
        Asking { buffer, seq, built: Ok(0), optional: false }
    }

    /// Asks for all of something. Always true, for [`Entry::ask`] to end with.
    pub fn dump<H: Structure, S: Set>(
        &mut self,
        kind: Kind<H, S>,
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
    pub const fn where_none_may_be(&mut self) -> bool {
        self.optional = true;
        true
    }

    /// Whether it may be somewhere that is no more.
    pub const fn is_optional(&self) -> bool {
        self.optional
    }

    /// How long the request is.
    pub fn built(self) -> Result<usize, Error> {
        self.built
    }
}
