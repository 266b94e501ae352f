//! Other network namespaces: their numbers, and the links and addresses in them.
//!
//! A socket with `NETLINK_LISTEN_ALL_NSID` receives the notifications of every namespace that has a
//! number, with that number. A deleted namespace first loses its number: its objects are deleted
//! without a notification, and removed from the cache by the number.

use core::hash::Hash;
use core::net::IpAddr;

use barelink_codec::rtnl::addr::{self, Addr};
use barelink_codec::rtnl::group::Group;
use barelink_codec::rtnl::link::{self, ExtMask, Link, LinkHeader};
use barelink_codec::rtnl::nsid::{self, Nsid, NsidHeader};
use barelink_codec::socket::Protocol;
use barelink_codec::{Error, Message};

use crate::cache::Cache;
use crate::entry::{DumpRequest, Entry, Index, Update, UpdateOp};
use crate::filter::ClassicFilter;
use crate::hash::Hasher;
use crate::kernel_rules::{Candidates, Effect, KernelRules, Plan};
use crate::objects::addr::{AddrEntry, AddrIndex};
use crate::objects::link::{ALT_NAMES, LinkEntry};
use crate::trigger::Trigger;
use crate::view::CacheView;

/// Network namespace that has an ID (nsid) in this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NsidEntry {
    /// Namespace ID (`NETNSA_NSID`).
    pub nsid: i32,
}

impl Entry for NsidEntry {
    type Key = i32;
    type Diff = bool;
    type Index = ();
    const GROUPS: &'static [u32] = &[Group::NSID.0];

    fn key(&self) -> i32 {
        self.nsid
    }
    fn diff(&self, _: &Self) -> bool {
        false
    }
    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
        if let Some(namespace) = message.parse(nsid::DEL) {
            return Ok(Some(Update::deleted(NsidEntry { nsid: namespace.require(Nsid::NSID)? })));
        }
        let Some(namespace) = message.parse(nsid::NEW) else { return Ok(None) };
        Ok(Some(Update::full(NsidEntry { nsid: namespace.require(Nsid::NSID)? })))
    }
    fn dump_request(_: &(), step: usize, request: &mut DumpRequest<'_>) -> bool {
        step == 0 && request.dump(nsid::GET, NsidHeader::default(), |_| {})
    }
    fn socket_filter(_: &(), filter: &mut ClassicFilter) {
        filter.accept_types(&[nsid::NEW.number(), nsid::DEL.number()]);
    }
}

impl KernelRules for NsidEntry {
    fn invalidates_dump(update: Option<&Update<Self>>) -> bool {
        update.is_none_or(|update| update.op == UpdateOp::Delete)
    }
}

/// Entry that can also be cached for other network namespaces, by [`InNamespace`].
///
/// # For implementers
///
/// Required: [`dump_request_in`](CrossNamespace::dump_request_in) and
/// [`target_nsid`](CrossNamespace::target_nsid). Optional:
/// [`is_removed_by`](CrossNamespace::is_removed_by), for entries that the kernel deletes together
/// with another object. The entry has one to three [`GROUPS`](Entry::GROUPS).
pub trait CrossNamespace: KernelRules {
    /// Builds the dump request of a step for a namespace, as [`Entry::dump_request`] does for the
    /// own one.
    fn dump_request_in(
        index: &Self::Index,
        nsid: i32,
        step: usize,
        request: &mut DumpRequest<'_>,
    ) -> bool;
    /// Returns the namespace that a reply of such a dump names (`*_TARGET_NETNSID`).
    fn target_nsid(message: &Message<'_>) -> Option<i32>;
    /// Returns whether a trigger removes the entry. Default: `false`.
    fn is_removed_by(&self, _: &Trigger) -> bool {
        false
    }
}

impl CrossNamespace for LinkEntry {
    fn dump_request_in(
        _: &Self::Index,
        nsid: i32,
        step: usize,
        request: &mut DumpRequest<'_>,
    ) -> bool {
        step == 0
            && request.dump(link::GET, LinkHeader::default(), |link| {
                link.put(Link::EXT_MASK, ExtMask::SKIP_STATS).put(Link::TARGET_NETNSID, nsid);
            })
    }
    fn target_nsid(message: &Message<'_>) -> Option<i32> {
        message.parse(link::NEW)?.get(Link::TARGET_NETNSID).ok()?
    }
}

impl CrossNamespace for AddrEntry {
    fn dump_request_in(
        index: &AddrIndex,
        nsid: i32,
        step: usize,
        request: &mut DumpRequest<'_>,
    ) -> bool {
        index.dump_request(step, request, |addr| {
            addr.put(Addr::TARGET_NETNSID, nsid);
        })
    }
    fn target_nsid(message: &Message<'_>) -> Option<i32> {
        message.parse(addr::NEW)?.get(Addr::TARGET_NETNSID).ok()?
    }
    fn is_removed_by(&self, trigger: &Trigger) -> bool {
        matches!(trigger, Trigger::LinkDeleted { index } if *index as u32 == self.index)
    }
}

/// Entry of this network namespace or of another one. The manager has to [receive notifications of
/// all namespaces](crate::Manager::listen_all_namespaces).
///
/// Partial updates are ignored; and the first end of a new veth pair has no peer until it is
/// notified again.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct InNamespace<E> {
    /// Namespace ID; `None` for the namespace of the socket.
    pub nsid: Option<i32>,
    /// Entry in that namespace.
    pub entry: E,
}

/// Maximum number of selected namespaces.
pub const MAX_NAMESPACES: usize = 16;

/// Selection of namespaces, and of the wanted entries in them. Look-ups are those of the entries.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct InNamespaceIndex<I> {
    entries: I,
    /// Negative numbers select no namespace.
    nsids: [i32; MAX_NAMESPACES],
}

impl<I> InNamespaceIndex<I> {
    /// Selects the own namespace and those with these IDs, at most 16. A negative ID selects none.
    ///
    /// ```
    /// use barelink_cache::link::LinkIndex;
    /// use barelink_cache::nsid::{InNamespace, InNamespaceIndex};
    /// use barelink_cache::{Cache, LinkEntry};
    ///
    /// let cache = Cache::<InNamespace<LinkEntry>, 64>::with_index(InNamespaceIndex::new(LinkIndex, [0, 3]));
    /// assert!(cache.index().includes(Some(3)) && cache.index().includes(None));
    /// assert!(!cache.index().includes(Some(1)));
    /// ```
    pub fn new<const N: usize>(entries: I, nsids: [i32; N]) -> Self {
        const { assert!(N <= MAX_NAMESPACES, "at most 16 namespaces can be selected") };
        let mut all = [-1; MAX_NAMESPACES];
        all.iter_mut().zip(nsids).for_each(|(to, nsid)| *to = nsid);
        InNamespaceIndex { entries, nsids: all }
    }

    /// Returns whether a namespace is selected.
    pub fn includes(&self, nsid: Option<i32>) -> bool {
        nsid.is_none_or(|nsid| nsid >= 0 && self.nsids.contains(&nsid))
    }
}

/// Returns a hasher that has hashed the namespace ID; for the own one, the hasher
/// itself.
fn hasher_in(nsid: Option<i32>, hasher: Hasher) -> Hasher {
    let mut hasher = hasher;
    if let Some(nsid) = nsid {
        core::hash::Hasher::write_i32(&mut hasher, nsid);
    }
    hasher
}

impl<E: CrossNamespace> Index<InNamespace<E>> for InNamespaceIndex<E::Index> {
    type Lookups = <E::Index as Index<E>>::Lookups;
    const NEW: Self =
        InNamespaceIndex { entries: <E::Index as Index<E>>::NEW, nsids: [-1; MAX_NAMESPACES] };

    fn hash(entry: &InNamespace<E>, lookup: usize, hasher: Hasher) -> Option<u32> {
        E::Index::hash(&entry.entry, lookup, hasher_in(entry.nsid, hasher))
    }
    fn wants(&self, entry: &InNamespace<E>) -> bool {
        self.includes(entry.nsid) && self.entries.wants(&entry.entry)
    }
    fn added(&mut self, entry: &InNamespace<E>) {
        self.entries.added(&entry.entry);
    }
    fn removed(&mut self, entry: &InNamespace<E>) {
        self.entries.removed(&entry.entry);
    }
}

impl<E: CrossNamespace> InNamespace<E> {
    /// Groups of the entry, and `RTNLGRP_NSID`.
    const ALL: [u32; 4] = match E::GROUPS {
        [a] => [Group::NSID.0, *a, 0, 0],
        [a, b] => [Group::NSID.0, *a, *b, 0],
        [a, b, c] => [Group::NSID.0, *a, *b, *c],
        _ => [0; 4],
    };
}

impl<E: CrossNamespace> Entry for InNamespace<E> {
    type Key = (Option<i32>, E::Key);
    type Diff = E::Diff;
    type Index = InNamespaceIndex<E::Index>;
    const PROTOCOL: Protocol = E::PROTOCOL;
    const GROUPS: &'static [u32] = {
        assert!(
            matches!(E::GROUPS.len(), 1..=3),
            "an entry in other namespaces has one to three groups"
        );
        &Self::ALL
    };

    fn key(&self) -> Self::Key {
        (self.nsid, self.entry.key())
    }
    fn identical(&self, other: &Self) -> bool {
        self.entry.identical(&other.entry)
    }
    fn diff(&self, new: &Self) -> E::Diff {
        self.entry.diff(&new.entry)
    }
    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
        Self::read_from(message, None)
    }
    fn read_from(message: &Message<'_>, nsid: Option<i32>) -> Result<Option<Update<Self>>, Error> {
        let Some(Update { entry, op }) = E::read(message)? else { return Ok(None) };
        let nsid = nsid.or_else(|| E::target_nsid(message));
        Ok(Some(Update { entry: InNamespace { nsid, entry }, op }))
    }
    fn dump_request(index: &Self::Index, step: usize, request: &mut DumpRequest<'_>) -> bool {
        let InNamespaceIndex { entries, nsids } = index;
        let mut left = step;
        let mut sub_step = 0;
        while E::dump_request(entries, sub_step, request) {
            let Some(fewer) = left.checked_sub(1) else { return true };
            (left, sub_step) = (fewer, sub_step.saturating_add(1));
        }
        for nsid in nsids.iter().copied().filter(|nsid| *nsid >= 0) {
            sub_step = 0;
            while E::dump_request_in(entries, nsid, sub_step, request) {
                let Some(fewer) = left.checked_sub(1) else { return request.allow_missing() };
                (left, sub_step) = (fewer, sub_step.saturating_add(1));
            }
        }
        false
    }
    fn wants_group(index: &Self::Index, group: u32) -> bool {
        match Group(group) {
            Group::NONE => false,
            Group::NSID => true,
            _ => E::wants_group(&index.entries, group),
        }
    }
    fn socket_filter(index: &Self::Index, filter: &mut ClassicFilter) {
        E::socket_filter(&index.entries, filter);
        filter.accept_types(&[nsid::DEL.number()]);
    }
}

impl<E: CrossNamespace> KernelRules for InNamespace<E> {
    fn reconcile(update: Update<Self>, view: &CacheView<'_, Self>) -> Plan<Self> {
        if update.op == UpdateOp::Partial { Plan::Ignore } else { Plan::simple(update, view) }
    }
    fn candidates(trigger: &Trigger, nth: usize) -> Candidates {
        match trigger {
            Trigger::NamespaceDeleted { .. } if nth == 0 => Candidates::All,
            Trigger::NamespaceDeleted { .. } => Candidates::None,
            _ => E::candidates(trigger, nth),
        }
    }
    fn apply(&self, trigger: &Trigger, _: &CacheView<'_, Self>) -> Effect<Self> {
        let deleted = match trigger {
            Trigger::NamespaceDeleted { nsid } => self.nsid == Some(*nsid),
            _ => self.nsid.is_none() && self.entry.is_removed_by(trigger),
        };
        if deleted { Effect::Removed } else { Effect::None }
    }
}

impl<E: CrossNamespace, const N: usize> Cache<InNamespace<E>, N> {
    /// Returns the entries of a namespace.
    pub fn of_namespace(&self, nsid: Option<i32>) -> impl Iterator<Item = &E> {
        self.iter().filter(move |it| it.nsid == nsid).map(|it| &it.entry)
    }

    fn lookup_in<'c, K: Hash>(
        &'c self,
        nsid: Option<i32>,
        lookup: usize,
        by: K,
    ) -> impl Iterator<Item = &'c E> + use<'c, E, K, N> {
        self.view()
            .lookup(lookup, move |hasher| hasher_in(nsid, hasher).hash_one(&by))
            .map(|(_, it)| it)
            .filter(move |it| it.nsid == nsid)
            .map(|it| &it.entry)
    }
}

impl<const N: usize> Cache<InNamespace<LinkEntry>, N> {
    /// Returns the link with this name or alternative name in a namespace.
    pub fn by_name(
        &self,
        nsid: Option<i32>,
        name: &(impl AsRef<[u8]> + ?Sized),
    ) -> Option<&LinkEntry> {
        let name = name.as_ref();
        (0..=ALT_NAMES)
            .find_map(|lookup| self.lookup_in(nsid, lookup, name).find(|link| link.has_name(name)))
    }
}

impl<const N: usize> Cache<InNamespace<AddrEntry>, N> {
    /// Returns the addresses of the link with this interface index in a namespace.
    pub fn of_link(&self, nsid: Option<i32>, index: u32) -> impl Iterator<Item = &AddrEntry> {
        self.lookup_in(nsid, AddrIndex::BY_LINK, index).filter(move |entry| entry.index == index)
    }

    /// Returns the entries with this address in a namespace.
    pub fn by_address(
        &self,
        nsid: Option<i32>,
        address: IpAddr,
    ) -> impl Iterator<Item = &AddrEntry> {
        self.lookup_in(nsid, AddrIndex::BY_ADDRESS, address)
            .filter(move |entry| entry.address() == address)
    }
}
