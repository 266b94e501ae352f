//! Declares the caches, and selects what they keep.

use barelink_cache::addr::AddrIndex;
use barelink_cache::neigh::NeighIndex;
use barelink_cache::route::RouteIndex;
use barelink_cache::rule::RuleIndex;
use barelink_cache::{
    AddrEntry, LinkEntry, NeighEntry, NextHopEntry, RouteEntry, RuleEntry, caches,
};
use barelink_codec::rtnl::ids::AddressFamily;

use crate::columns::{ChangeRow, EntryRows};

caches! {
    /// Caches of all objects that can be watched.
    pub struct WatchCaches, changes Change {
        /// Links; always kept, for their names.
        Link: links => [LinkEntry; 1024],
        /// Addresses of the links.
        Addr: addresses => [AddrEntry; 4096],
        /// Routes, with up to four next hops and two MPLS labels each.
        Route: routes => [RouteEntry<4, 2>; 65536],
        /// Neighbours: ARP, NDP and FDB entries.
        Neigh: neighbours => [NeighEntry; 16384],
        /// Policy routing rules (`ip rule`).
        Rule: rules => [RuleEntry; 1024],
        /// Next-hop objects (`ip nexthop`).
        NextHop: nexthops => [NextHopEntry; 4096],
    }
}

/// Object that can be watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Object {
    Links,
    Addresses,
    Routes,
    Neighbours,
    Rules,
    NextHops,
}

impl Object {
    /// Every object, in the order in which they are shown.
    pub const ALL: [Object; 6] = [
        Object::Links,
        Object::Addresses,
        Object::Routes,
        Object::Neighbours,
        Object::Rules,
        Object::NextHops,
    ];
    /// Objects that are shown by default.
    pub const DEFAULT: &'static [Object] =
        &[Object::Links, Object::Addresses, Object::Routes, Object::Neighbours];

    /// Returns the name in the plural, as on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Object::Links => "links",
            Object::Addresses => "addresses",
            Object::Routes => "routes",
            Object::Neighbours => "neighbours",
            Object::Rules => "rules",
            Object::NextHops => "nexthops",
        }
    }

    /// Returns the first object whose name begins with `name`.
    pub fn by_prefix(name: &str) -> Option<Object> {
        let mut all = Object::ALL.into_iter();
        all.find(|object| !name.is_empty() && object.name().starts_with(name))
    }
}

impl WatchCaches {
    /// Keeps only these objects, links, and next hops, which are few.
    pub fn select(&mut self, objects: &[Object]) {
        let no_family = AddressFamily::UNSPEC;
        if !objects.contains(&Object::Addresses) {
            self.addresses.set_index(AddrIndex::ALL.with_family(no_family));
        }
        if !objects.contains(&Object::Routes) {
            self.routes.set_index(RouteIndex::ALL.with_family(no_family));
        }
        if !objects.contains(&Object::Neighbours) {
            self.neighbours.set_index(NeighIndex::ALL.with_family(no_family));
        }
        if !objects.contains(&Object::Rules) {
            self.rules.set_index(RuleIndex::ALL.with_family(no_family));
        }
    }

    /// Returns the cache of an object.
    pub fn entry_rows(&self, object: Object) -> &dyn EntryRows {
        match object {
            Object::Links => &self.links,
            Object::Addresses => &self.addresses,
            Object::Routes => &self.routes,
            Object::Neighbours => &self.neighbours,
            Object::Rules => &self.rules,
            Object::NextHops => &self.nexthops,
        }
    }
}

impl Change<'_> {
    /// Returns the object that changed, and the change.
    pub fn change_row(&self) -> (Object, &dyn ChangeRow) {
        match self {
            Change::Link(change) => (Object::Links, change),
            Change::Addr(change) => (Object::Addresses, change),
            Change::Route(change) => (Object::Routes, change),
            Change::Neigh(change) => (Object::Neighbours, change),
            Change::Rule(change) => (Object::Rules, change),
            Change::NextHop(change) => (Object::NextHops, change),
        }
    }
}
