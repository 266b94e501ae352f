//! What the kernel's messages about routes mean, given what is kept; and what becomes of routes when
//! links come and go.

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::{RouteScope, RouteType};

use super::{DEAD, RouteEntry, RouteIndex, RouteNextHop, TWICE};
use crate::entry::{Effect, Entry, Plan, UpdateOp};
use crate::table::{CacheView, Place};

/// IPv4 keeps routes of one key apart by all that they are, in an order of their own.
pub(super) fn meet_v4<const H: usize, const L: usize>(
    entry: RouteEntry<H, L>,
    op: UpdateOp,
    among: &CacheView<'_, RouteEntry<H, L>>,
) -> Plan<RouteEntry<H, L>> {
    let (mut first, mut same, mut others) = (None, None, 0u32);
    for (place, other) in among.places(entry.key()) {
        first = first.or(Some(place));
        match other.identical(&entry) {
            true => same = same.or(Some(place)),
            false => others = others.saturating_add(1),
        }
    }
    match op {
        UpdateOp::Delete => match (same, first) {
            (None, Some(_)) => Plan::Resync,
            (at, _) => Plan::Remove { at, entry },
        },
        UpdateOp::Replace => match (same, others) {
            (None, 1) => Plan::Put { at: first, entry, before: None, resync: false },
            // If what went is in a part of what is being read, it may come yet.
            (_, 0) => {
                let doubt = same.is_none() && among.is_being_read();
                Plan::Put { at: same, entry, before: None, resync: doubt }
            }
            // The first of them went; but what is their order? And the kernel may show in what is
            // being read what it has not told yet: then one of the others went.
            _ => Plan::Resync,
        },
        UpdateOp::Full => Plan::Put { at: same, entry, before: first, resync: false },
        _ => Plan::Put { at: same, entry, before: None, resync: false },
    }
}

/// IPv6 puts routes by gateways together; each message tells of all of them, but for one that goes.
pub(super) fn meet_v6<const H: usize, const L: usize>(
    entry: RouteEntry<H, L>,
    op: UpdateOp,
    among: &CacheView<'_, RouteEntry<H, L>>,
) -> Plan<RouteEntry<H, L>> {
    let same = among.find(&entry);
    let kept = same.and_then(|place| among.at(place));
    match (op, same, kept) {
        (UpdateOp::Delete, Some(at), Some(kept)) if kept.is_joined() => {
            let mut left = *kept;
            let gone = left.retain_hops(|hop| !entry.hops().iter().any(|it| it.goes_like(hop)));
            if left.count == 0 || entry.count >= kept.count {
                Plan::Remove { at: same, entry }
            } else if kept.is_truncated() || gone != entry.count {
                Plan::Resync
            } else {
                Plan::Put { at: Some(at), entry: left, before: None, resync: false }
            }
        }
        (UpdateOp::Delete, Some(_), Some(kept)) if kept.marks & TWICE != 0 => Plan::Resync,
        (UpdateOp::Delete, at, _) => Plan::Remove { at, entry },
        // The first of the same metric went, rather one like it.
        (UpdateOp::Replace, _, _) => match (same, among.replaced(&entry)) {
            (None, Some(at)) => {
                let twice = among.at(at).is_some_and(|kept| kept.marks & TWICE != 0);
                Plan::Put { at: Some(at), entry, before: None, resync: twice }
            }
            (Some(at), Some(only)) if at == only => {
                let twice = kept.map_or(0, |kept| kept.marks & TWICE);
                let entry = RouteEntry { marks: entry.marks | twice, ..entry };
                Plan::Put { at: same, entry, before: None, resync: false }
            }
            (Some(_), _) if entry.is_joined() => {
                Plan::Put { at: same, entry, before: None, resync: false }
            }
            // Another one of them went, and this one is there twice.
            (Some(_), _) => {
                let entry = RouteEntry { marks: entry.marks | TWICE, ..entry };
                Plan::Put { at: same, entry, before: None, resync: true }
            }
            (None, None) => Plan::Resync,
        },
        (_, at, kept) => {
            let twice = kept.map_or(0, |kept| kept.marks & TWICE);
            let entry = RouteEntry { marks: entry.marks | twice, ..entry };
            Plan::Put { at, entry, before: None, resync: false }
        }
    }
}

impl<const H: usize, const L: usize> CacheView<'_, RouteEntry<H, L>> {
    /// The one IPv6 route that this one may have replaced, if just one comes into question: one of
    /// the same metric, rather one that goes by a gateway, or not, as this one does.
    fn replaced(&self, entry: &RouteEntry<H, L>) -> Option<Place> {
        let RouteEntry { family, table, dst, dst_len, .. } = *entry;
        let hash =
            |hasher| RouteEntry::<H, L>::prefix_hash(family.0, table.0, dst_len, dst, hasher);
        let (mut alike, mut others) = ((None, 0u32), (None, 0u32));
        for (place, other) in self.hashed(RouteIndex::BY_PREFIX, hash) {
            if other.has_prefix(family, table, dst, dst_len)
                && (other.priority, other.src_len, other.src)
                    == (entry.priority, entry.src_len, entry.src)
            {
                let like = other.is_joined() == entry.is_joined();
                let (found, count) = if like { &mut alike } else { &mut others };
                (*found, *count) = (Some(place), count.saturating_add(1));
            }
        }
        match (alike, others) {
            ((found, 1), _) | ((None, _), (found, 1)) => found,
            _ => None,
        }
    }
}

impl<const HOPS: usize, const LABELS: usize> RouteEntry<HOPS, LABELS> {
    /// What the kernel does to it when a link goes, goes down, or loses its carrier.
    pub(super) fn lost_link(
        &self,
        index: u32,
        gone: bool,
        up: bool,
        running: bool,
    ) -> Effect<Self> {
        if !self.goes_by(index) {
            return if self.is_truncated() { Effect::Resync } else { Effect::None };
        }
        if gone {
            return match self.family {
                // With one of its links, the whole route goes.
                AddressFamily::INET => Effect::Gone,
                _ => self.without_link(index),
            };
        }
        // Next hop objects go with the carrier, and with them what goes by them.
        if self.nexthop_id != 0 && !running {
            return self.without_link(index);
        }
        if self.is_own() && (up || self.family == AddressFamily::INET) {
            return Effect::None;
        }
        if !up && self.count == 1 {
            return match self.family {
                AddressFamily::MPLS => self.with_down(index, true),
                _ => Effect::Gone,
            };
        }
        let effect = self.with_down(index, !running);
        let now = if let Effect::Is(entry) = &effect { entry } else { self };
        if up || !now.hops().iter().all(RouteNextHop::is_down) {
            return effect;
        }
        // With all of its links switched off, the route goes; with others just without a carrier,
        // not.
        let all = now.hops().iter().all(|hop| hop.index == index) && !now.is_truncated();
        if all { Effect::Gone } else { Effect::Resync }
    }

    pub(super) fn goes_by(&self, link: u32) -> bool {
        self.hops().iter().any(|hop| hop.index == link)
    }

    pub(super) fn is_dead_by(&self, link: u32) -> bool {
        self.hops().iter().any(|hop| hop.index == link && hop.flags & DEAD != 0)
    }

    /// Whether it is to this machine itself: then a carrier does not matter.
    pub(super) fn is_own(&self) -> bool {
        match self.family {
            AddressFamily::INET => self.scope == RouteScope::HOST,
            _ => matches!(self.kind, RouteType::LOCAL | RouteType::ANYCAST),
        }
    }

    fn without_link(&self, index: u32) -> Effect<Self> {
        let mut left = *self;
        left.retain_hops(|hop| hop.index != index);
        match left.count {
            0 => Effect::Gone,
            _ if self.is_truncated() => Effect::Resync,
            _ => Effect::Is(left),
        }
    }

    fn with_down(&self, index: u32, down: bool) -> Effect<Self> {
        let mut entry = *self;
        for hop in entry.hops_mut() {
            if hop.index == index {
                hop.set_down(down);
            }
        }
        if entry == *self { Effect::None } else { Effect::Is(entry) }
    }
}
