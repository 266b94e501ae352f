//! [`KernelRules`] of routes: what messages mean given the cached routes, and what happens to
//! routes when links, addresses and next hops change.

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::{RouteProtocol, RouteScope, RouteType};

use super::entry::{DUPLICATE, RouteEntry};
use super::hop::{DEAD, RouteNextHop};
use super::index::RouteIndex;
use crate::bits::octets;
use crate::entry::{Entry, Update, UpdateOp};
use crate::kernel_rules::{Candidates, Effect, KernelRules, Plan};
use crate::lookup::SlotId;
use crate::trigger::Trigger;
use crate::view::CacheView;

impl<const HOPS: usize, const LABELS: usize> KernelRules for RouteEntry<HOPS, LABELS> {
    fn reconcile(update: Update<Self>, view: &CacheView<'_, Self>) -> Plan<Self> {
        let Update { entry, op } = update;
        match entry.family {
            AddressFamily::INET => reconcile_v4(entry, op, view),
            AddressFamily::INET6 => reconcile_v6(entry, op, view),
            _ => Plan::simple(update, view),
        }
    }

    fn invalidates_dump(update: Option<&Update<Self>>) -> bool {
        update.is_none_or(|update| {
            update.op == UpdateOp::Delete && update.entry.family == AddressFamily::INET6
        })
    }

    fn candidates(trigger: &Trigger, nth: usize) -> Candidates {
        let found = |number| Candidates::Lookup { lookup: RouteIndex::BY_LINK, key: number };
        match (trigger, nth) {
            _ if trigger.is_unchanged() => Candidates::None,
            (Trigger::Link { index, .. } | Trigger::LinkDeleted { index }, 0) => {
                found(*index as u32)
            }
            (Trigger::Link { .. } | Trigger::LinkDeleted { .. }, 1) => {
                found(RouteIndex::NO_SINGLE_LINK)
            }
            (Trigger::AddressAdded { .. }, 0) => found(RouteIndex::NO_SINGLE_LINK),
            (Trigger::AddressDeleted { .. } | Trigger::NextHopDeleted { .. }, 0) => Candidates::All,
            _ => Candidates::None,
        }
    }

    fn apply(&self, trigger: &Trigger, _: &CacheView<'_, Self>) -> Effect<Self> {
        match *trigger {
            Trigger::LinkDeleted { index } => {
                self.after_link_change(index as u32, true, false, false)
            }
            // A carrier alone does not revive a next hop that is dead because its link has no
            // address.
            Trigger::Link { index, up: true, running: true, previous, .. }
                if self.family == AddressFamily::INET
                    && previous.is_none_or(|previous| previous.up)
                    && self.has_dead_hop(index as u32) =>
            {
                Effect::Resync
            }
            // Joining or leaving a VRF deletes the link's IPv4 routes, notified or not; the kernel
            // adds its own ones again in the other table.
            Trigger::Link { index, table, .. }
                if self.family == AddressFamily::INET
                    && self.is_local()
                    && self.protocol == RouteProtocol::KERNEL
                    && self.table != table
                    && self.uses_link(index as u32) =>
            {
                Effect::Resync
            }
            // Without the previous state of the link, local routes may have been added since it
            // went down.
            Trigger::Link { index, up: false, previous: None, .. }
                if self.family == AddressFamily::INET6
                    && self.is_local()
                    && self.uses_link(index as u32) =>
            {
                Effect::Resync
            }
            Trigger::Link { index, up, running, .. } => {
                self.after_link_change(index as u32, false, up, up && running)
            }
            // The kernel deletes the routes of a link with its last address, and those with a
            // preferred source that no link has any more. It notifies of its own routes.
            Trigger::AddressDeleted { address, index } if address.is_ipv4() => {
                let by_link =
                    self.hops().iter().any(|hop| hop.index == index) || self.is_truncated();
                let lost = by_link || self.prefsrc == octets(address);
                match self.family {
                    AddressFamily::INET if lost && self.protocol != RouteProtocol::KERNEL => {
                        Effect::Resync
                    }
                    _ => Effect::None,
                }
            }
            Trigger::AddressDeleted { .. } => Effect::None,
            // An address revives the next hops of a link that had none.
            Trigger::AddressAdded { index } => {
                let again = self.hops().iter().any(|hop| hop.index == index && hop.is_down());
                let again = again && self.family == AddressFamily::INET;
                if again { Effect::Resync } else { Effect::None }
            }
            Trigger::NextHopDeleted { id } if self.nexthop_id == id && id != 0 => Effect::Removed,
            _ => Effect::None,
        }
    }
}

/// Returns the plan of an IPv4 update. Routes of one key are distinguished by all of their fields,
/// and are in an order.
fn reconcile_v4<const H: usize, const L: usize>(
    entry: RouteEntry<H, L>,
    op: UpdateOp,
    view: &CacheView<'_, RouteEntry<H, L>>,
) -> Plan<RouteEntry<H, L>> {
    let (mut first, mut same, mut others) = (None, None, 0u32);
    for (slot, other) in view.slots(entry.key()) {
        first = first.or(Some(slot));
        match other.identical(&entry) {
            true => same = same.or(Some(slot)),
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
            // The replaced route may still come in the dump in progress.
            (_, 0) => {
                let resync = same.is_none() && view.is_dumping();
                Plan::Put { at: same, entry, before: None, resync }
            }
            // The kernel replaced the first, but the order is not known; and the dump may show a
            // route before its notification, so that another one was replaced.
            _ => Plan::Resync,
        },
        UpdateOp::Full => Plan::Put { at: same, entry, before: first, resync: false },
        _ => Plan::Put { at: same, entry, before: None, resync: false },
    }
}

/// Returns the plan of an IPv6 update. Routes by gateways are joined; each message has all next
/// hops, except that a deletion has only the deleted ones.
fn reconcile_v6<const H: usize, const L: usize>(
    entry: RouteEntry<H, L>,
    op: UpdateOp,
    view: &CacheView<'_, RouteEntry<H, L>>,
) -> Plan<RouteEntry<H, L>> {
    let same = view.find(&entry);
    let stored = same.and_then(|slot| view.at(slot));
    match (op, same, stored) {
        (UpdateOp::Delete, Some(at), Some(stored)) if stored.qualifies_for_ecmp() => {
            let mut left = *stored;
            let deleted =
                left.retain_hops(|hop| !entry.hops().iter().any(|it| it.has_path_of(hop)));
            if left.count == 0 || entry.count >= stored.count {
                Plan::Remove { at: same, entry }
            } else if stored.is_truncated() || deleted != entry.count {
                Plan::Resync
            } else {
                Plan::Put { at: Some(at), entry: left, before: None, resync: false }
            }
        }
        (UpdateOp::Delete, Some(_), Some(stored)) if stored.marks & DUPLICATE != 0 => Plan::Resync,
        (UpdateOp::Delete, at, _) => Plan::Remove { at, entry },
        // The kernel replaces the first route of the metric, preferably one of the same sort.
        (UpdateOp::Replace, _, _) => match (same, view.replaced(&entry)) {
            (None, Some(at)) => {
                let duplicate = view.at(at).is_some_and(|stored| stored.marks & DUPLICATE != 0);
                Plan::Put { at: Some(at), entry, before: None, resync: duplicate }
            }
            (Some(at), Some(only)) if at == only => {
                let duplicate = stored.map_or(0, |stored| stored.marks & DUPLICATE);
                let entry = RouteEntry { marks: entry.marks | duplicate, ..entry };
                Plan::Put { at: same, entry, before: None, resync: false }
            }
            (Some(_), _) if entry.qualifies_for_ecmp() => {
                Plan::Put { at: same, entry, before: None, resync: false }
            }
            // Another route was replaced, and this one exists twice.
            (Some(_), _) => {
                let entry = RouteEntry { marks: entry.marks | DUPLICATE, ..entry };
                Plan::Put { at: same, entry, before: None, resync: true }
            }
            (None, None) => Plan::Resync,
        },
        (_, at, stored) => {
            let duplicate = stored.map_or(0, |stored| stored.marks & DUPLICATE);
            let entry = RouteEntry { marks: entry.marks | duplicate, ..entry };
            Plan::Put { at, entry, before: None, resync: false }
        }
    }
}

impl<const H: usize, const L: usize> CacheView<'_, RouteEntry<H, L>> {
    /// Returns the IPv6 route that this one may have replaced, if there is only one: of the same
    /// metric, preferably also by a gateway or also not.
    fn replaced(&self, entry: &RouteEntry<H, L>) -> Option<SlotId> {
        let RouteEntry { family, table, dst, dst_len, .. } = *entry;
        let hash =
            |hasher| RouteEntry::<H, L>::prefix_hash(family.0, table.0, dst_len, dst, hasher);
        let (mut alike, mut others) = ((None, 0u32), (None, 0u32));
        for (slot, other) in self.lookup(RouteIndex::BY_PREFIX, hash) {
            if other.has_prefix(family, table, dst, dst_len)
                && (other.priority, other.src_len, other.src)
                    == (entry.priority, entry.src_len, entry.src)
            {
                let like = other.qualifies_for_ecmp() == entry.qualifies_for_ecmp();
                let (found, count) = if like { &mut alike } else { &mut others };
                (*found, *count) = (Some(slot), count.saturating_add(1));
            }
        }
        match (alike, others) {
            ((found, 1), _) | ((None, _), (found, 1)) => found,
            _ => None,
        }
    }
}

impl<const HOPS: usize, const LABELS: usize> RouteEntry<HOPS, LABELS> {
    /// Returns the effect on the route when a link is deleted, goes down, or loses its carrier.
    fn after_link_change(
        &self,
        index: u32,
        deleted: bool,
        up: bool,
        running: bool,
    ) -> Effect<Self> {
        if !self.uses_link(index) {
            return if self.is_truncated() { Effect::Resync } else { Effect::None };
        }
        if deleted {
            return match self.family {
                // A route is deleted with any of its links.
                AddressFamily::INET => Effect::Removed,
                _ => self.without_link(index),
            };
        }
        // Next hop objects are deleted when the carrier is lost, and with them their routes.
        if self.nexthop_id != 0 && !running {
            return self.without_link(index);
        }
        if self.is_local() && (up || self.family == AddressFamily::INET) {
            return Effect::None;
        }
        if !up && self.count == 1 {
            return match self.family {
                AddressFamily::MPLS => self.with_down(index, true),
                _ => Effect::Removed,
            };
        }
        let effect = self.with_down(index, !running);
        let now = if let Effect::Changed(entry) = &effect { entry } else { self };
        if up || !now.hops().iter().all(RouteNextHop::is_down) {
            return effect;
        }
        // A route is deleted when all of its links are down, but not when some just have no
        // carrier.
        let all = now.hops().iter().all(|hop| hop.index == index) && !now.is_truncated();
        if all { Effect::Removed } else { Effect::Resync }
    }

    fn uses_link(&self, link: u32) -> bool {
        self.hops().iter().any(|hop| hop.index == link)
    }

    fn has_dead_hop(&self, link: u32) -> bool {
        self.hops().iter().any(|hop| hop.index == link && hop.flags & DEAD != 0)
    }

    /// Returns whether the route is to this machine itself, which does not depend on a carrier.
    fn is_local(&self) -> bool {
        match self.family {
            AddressFamily::INET => self.scope == RouteScope::HOST,
            _ => matches!(self.rtm_type, RouteType::LOCAL | RouteType::ANYCAST),
        }
    }

    fn without_link(&self, index: u32) -> Effect<Self> {
        let mut left = *self;
        left.retain_hops(|hop| hop.index != index);
        match left.count {
            0 => Effect::Removed,
            _ if self.is_truncated() => Effect::Resync,
            _ => Effect::Changed(left),
        }
    }

    fn with_down(&self, index: u32, down: bool) -> Effect<Self> {
        let mut entry = *self;
        for hop in entry.hops_mut() {
            if hop.index == index {
                hop.set_down(down);
            }
        }
        if entry == *self { Effect::None } else { Effect::Changed(entry) }
    }
}
