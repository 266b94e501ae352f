//! Interface of a cache to the entries that it stores: [`Entry`].

use core::hash::Hash;

use barelink_codec::message::MessageType;
use barelink_codec::schema::Set;
use barelink_codec::socket::Protocol;
use barelink_codec::value::Structure;
use barelink_codec::{Error, Message, Writer};

use crate::filter::ClassicFilter;
use crate::hash::Hasher;
use crate::lookup::{LookupCount, Lookups};

/// Entry of a cache: its key, how it is read from messages, and the requests that dump all of them.
///
/// What the kernel does to entries without a notification is described by
/// [`KernelRules`](crate::kernel_rules::KernelRules); a cache stores types that implement both.
///
/// # For implementers
///
/// Required: [`Key`](Entry::Key), [`Diff`](Entry::Diff), [`Index`](Entry::Index),
/// [`GROUPS`](Entry::GROUPS), [`key`](Entry::key), [`diff`](Entry::diff), [`read`](Entry::read),
/// [`dump_request`](Entry::dump_request); and an implementation of `KernelRules`, which may be
/// empty.
///
/// Optional: [`PROTOCOL`](Entry::PROTOCOL), if not `NETLINK_ROUTE`;
/// [`identical`](Entry::identical), if several entries can have one key;
/// [`wants_group`](Entry::wants_group) and [`socket_filter`](Entry::socket_filter), to receive
/// fewer messages; [`read_from`](Entry::read_from), for entries of other network namespaces.
///
/// Invariants:
///
/// - `key` and `identical` depend on the same fields in a deletion as in the notification of the
///   entry.
/// - `diff` covers every field that the index hashes, other than those that `identical` compares.
/// - A field that is not stored cannot be reported as changed: store the fields that you use, and
///   no others.
///
/// ```
/// use barelink_cache::{DumpRequest, Entry, KernelRules, Update};
/// use barelink_codec::rtnl::{group::Group, link::{self, Link, LinkHeader}};
/// use barelink_codec::{Error, Message};
///
/// /// MTU of a link.
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
///     fn dump_request(_: &(), step: usize, request: &mut DumpRequest<'_>) -> bool {
///         step == 0 && request.dump(link::GET, LinkHeader::default(), |_| {})
///     }
/// }
///
/// impl KernelRules for Mtu {}
/// ```
pub trait Entry: Sized + Clone {
    /// Key that entries are looked up by. If several entries can have the same,
    /// [`identical`](Entry::identical) distinguishes them.
    type Key: Copy + Eq + Hash;
    /// Set of fields that differ; `bool` if no more than "some field differs" is of interest.
    type Diff: Diff;
    /// Additional look-ups and the selection of wanted entries; `()` for neither.
    type Index: Index<Self>;

    /// Netlink protocol of the messages. Default: `NETLINK_ROUTE`.
    const PROTOCOL: Protocol = Protocol::ROUTE;
    /// Multicast groups that notify of changes.
    const GROUPS: &'static [u32];

    /// Returns the key that the entry is looked up by.
    fn key(&self) -> Self::Key;
    /// Returns whether another entry of the same key is the same object, possibly with other
    /// values. Default: `true`.
    fn identical(&self, _: &Self) -> bool {
        true
    }
    /// Returns the fields that differ in `new`.
    ///
    /// An update without a difference is not reported as a change, but `new` is stored. The
    /// difference has to cover the fields that [`Index::hash`] uses, other than those that identify
    /// the entry; and the key, if [`reconcile`](crate::kernel_rules::KernelRules::reconcile)
    /// replaces an entry by one of another key.
    fn diff(&self, new: &Self) -> Self::Diff;
    /// Reads an entry from a message; `None` if the message is about something else.
    ///
    /// # Errors
    ///
    /// Any error of the codec, if the message does not identify the entry that it is about: after a
    /// notification the cache is then stale, and dumped again.
    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error>;
    /// Builds the dump request of a step, counting from 0. Returns `false` if there are no more
    /// steps.
    fn dump_request(index: &Self::Index, step: usize, request: &mut DumpRequest<'_>) -> bool;

    /// Returns whether a group of [`GROUPS`](Entry::GROUPS) is needed for the wanted entries.
    /// Default: `true`.
    fn wants_group(_: &Self::Index, _: u32) -> bool {
        true
    }
    /// Adds the messages that this entry reads to the filter of the event socket. Default: every
    /// message.
    fn socket_filter(_: &Self::Index, filter: &mut ClassicFilter) {
        filter.accept_all();
    }
    /// Reads an entry from a message of the network namespace with this ID (nsid), `None` for the
    /// socket's own. Default: other namespaces are ignored.
    ///
    /// # Errors
    ///
    /// As [`read`](Entry::read).
    #[inline(always)]
    fn read_from(message: &Message<'_>, nsid: Option<i32>) -> Result<Option<Update<Self>>, Error> {
        if nsid.is_some() { Ok(None) } else { Self::read(message) }
    }
}

/// Set of fields that differ between two entries.
///
/// # For implementers
///
/// Implemented for `bool`. Sets declared with `barelink_codec::flags!` compare with their `EMPTY`.
pub trait Diff: Copy {
    /// Returns whether no field differs.
    fn is_empty(&self) -> bool;
}

impl Diff for bool {
    fn is_empty(&self) -> bool {
        !self
    }
}

/// Entry as a message describes it, with the operation that the message reports.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Update<E> {
    /// Entry as the message describes it. For a deletion, only the fields that identify it count.
    pub entry: E,
    /// Operation.
    pub op: UpdateOp,
}

/// Operation that a message reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum UpdateOp {
    /// The entry exists, with every field as in the message.
    Full,
    /// As `Full`, after the other entries of its key (`NLM_F_APPEND`).
    Append,
    /// As `Full`, in place of another entry of its key (`NLM_F_REPLACE`).
    Replace,
    /// The entry exists; the message has only some of the stored fields.
    Partial,
    /// The entry was deleted.
    Delete,
}

impl<E> Update<E> {
    /// Creates an update of an entry with all of its fields.
    pub const fn full(entry: E) -> Self {
        Update { entry, op: UpdateOp::Full }
    }

    /// Creates the deletion of an entry.
    pub const fn deleted(entry: E) -> Self {
        Update { entry, op: UpdateOp::Delete }
    }
}

/// Additional look-ups of entries, and the selection of wanted entries.
///
/// # For implementers
///
/// Required: [`Lookups`](Index::Lookups), [`NEW`](Index::NEW), [`hash`](Index::hash). Optional:
/// [`wants`](Index::wants), to store only some of the entries; [`added`](Index::added) and
/// [`removed`](Index::removed), to keep counts.
///
/// Invariants: `hash` depends only on fields that identify the entry or that [`Entry::diff`]
/// covers. An entry whose update changes the result of `wants` has to be read as
/// [`UpdateOp::Replace`].
pub trait Index<E>: Sized {
    /// Number of look-ups besides the one by key: [`Lookups<K>`](Lookups).
    type Lookups: LookupCount;
    /// Index of an empty cache that wants every entry.
    const NEW: Self;

    /// Returns the hash by which a look-up finds the entry; `None` if it never does.
    ///
    /// Not called again after an update for which [`Entry::diff`] is empty.
    fn hash(entry: &E, lookup: usize, hasher: Hasher) -> Option<u32>;
    /// Returns whether an entry is wanted. Also called for deleted entries. Default: `true`.
    fn wants(&self, _: &E) -> bool {
        true
    }
    /// Called after an entry was stored.
    fn added(&mut self, _: &E) {}
    /// Called after an entry was removed.
    fn removed(&mut self, _: &E) {}
}

impl<E> Index<E> for () {
    type Lookups = Lookups<0>;
    const NEW: Self = ();

    fn hash(_: &E, _: usize, _: Hasher) -> Option<u32> {
        None
    }
}

/// Dump request (`NLM_F_DUMP`) under construction.
#[derive(Debug)]
pub struct DumpRequest<'b> {
    buffer: &'b mut [u8],
    seq: u32,
    built: Result<usize, Error>,
    optional: bool,
}

impl<'b> DumpRequest<'b> {
    /// Creates a request with this sequence number, to be built in this buffer.
    pub fn new(buffer: &'b mut [u8], seq: u32) -> Self {
        DumpRequest { buffer, seq, built: Ok(0), optional: false }
    }

    /// Builds the request. Always returns `true`, so that the call can be the last expression of
    /// [`Entry::dump_request`].
    pub fn dump<H: Structure, S: Set>(
        &mut self,
        message_type: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> bool {
        let built = message_type.dump().build(self.buffer, self.seq, header, fill);
        self.built = built.map(|bytes| bytes.len());
        self.optional = false;
        true
    }

    /// Treats `EINVAL` as an empty dump: the object that the request names may not exist any more.
    /// Always returns `true`.
    pub const fn allow_missing(&mut self) -> bool {
        self.optional = true;
        true
    }

    /// Returns whether `EINVAL` counts as an empty dump.
    pub const fn is_optional(&self) -> bool {
        self.optional
    }

    /// Returns the length of the request in bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Full`], with the needed length, if the request does not fit into the buffer.
    pub fn finish(self) -> Result<usize, Error> {
        self.built
    }
}
