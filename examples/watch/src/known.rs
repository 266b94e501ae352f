//! The caches, and which of them are wanted.

use barelink_cache::addr::AddrIndex;
use barelink_cache::neigh::NeighIndex;
use barelink_cache::route::RouteIndex;
use barelink_cache::rule::RuleIndex;
use barelink_cache::{
    AddrEntry, LinkEntry, NeighEntry, NextHopEntry, RouteEntry, RuleEntry, caches,
};
use barelink_codec::rtnl::ids::AddressFamily;

use crate::shelf::{Shelf, Told};

caches! {
    /// All that can be watched.
    pub struct Known, changes Change {
        /// Links; always wanted, for their names.
        Link: links => [LinkEntry; 1024],
        /// Their addresses.
        Addr: addresses => [AddrEntry; 4096],
        /// Routes, with four next hops and two labels each.
        Route: routes => [RouteEntry<4, 2>; 65536],
        /// Neighbours.
        Neigh: neighbours => [NeighEntry; 16384],
        /// Rules.
        Rule: rules => [RuleEntry; 1024],
        /// Next hops.
        NextHop: nexthops => [NextHopEntry; 4096],
    }
}

/// What can be watched.
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
    /// All of them.
    pub const ALL: [Object; 6] = [
        Object::Links,
        Object::Addresses,
        Object::Routes,
        Object::Neighbours,
        Object::Rules,
        Object::NextHops,
    ];
    /// Those that are shown unless others are asked for.
    pub const USUAL: &'static [Object] =
        &[Object::Links, Object::Addresses, Object::Routes, Object::Neighbours];

    /// What they are called.
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

    /// By its name, or the beginning of it.
    pub fn named(name: &str) -> Option<Object> {
        let mut all = Object::ALL.into_iter();
        all.find(|object| !name.is_empty() && object.name().starts_with(name))
    }
}

impl Known {
    /// Wants only these, and links. Of next hops, few as they are, all are kept.
    pub fn want(&mut self, objects: &[Object]) {
        let nothing = AddressFamily::UNSPEC;
        if !objects.contains(&Object::Addresses) {
            self.addresses.set_index(AddrIndex::ALL.with_family(nothing));
        }
        if !objects.contains(&Object::Routes) {
            self.routes.set_index(RouteIndex::ALL.with_family(nothing));
        }
        if !objects.contains(&Object::Neighbours) {
            self.neighbours.set_index(NeighIndex::ALL.with_family(nothing));
        }
        if !objects.contains(&Object::Rules) {
            self.rules.set_index(RuleIndex::ALL.with_family(nothing));
        }
    }

    /// The cache of such objects.
    pub fn shelf(&self, object: Object) -> &dyn Shelf {
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
    /// What it is about, and what happened to it.
    pub fn told(&self) -> (Object, &dyn Told) {
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
