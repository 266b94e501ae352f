//! Next hop objects and groups: [`NextHopEntry`].
//!
//! The kernel deletes next hops without a notification when their link is deleted, goes down or
//! loses its carrier, and removes them from their groups.

use core::net::IpAddr;

use barelink_codec::rtnl::group::Group;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link;
use barelink_codec::rtnl::route::nexthop::{self, NextHop, NextHopGroupType, NextHopHeader};
use barelink_codec::rtnl::route::{NextHopFlags, RouteProtocol, RouteScope};
use barelink_codec::{Error, Message};

use crate::bits::mask_of;
use crate::entry::{Diff, DumpRequest, Entry, Index, Update};
use crate::filter::ClassicFilter;
use crate::hash::Hasher;
use crate::kernel_rules::{Candidates, Effect, KernelRules};
use crate::lookup::Lookups;
use crate::trigger::Trigger;
use crate::view::CacheView;

/// Next hop object (`struct nhmsg`), or a group of at most `MEMBERS` next hops.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NextHopEntry<const MEMBERS: usize = 8> {
    /// Next hop ID (`NHA_ID`).
    pub id: u32,
    /// Interface index of the output link (`NHA_OIF`); 0 for none.
    pub index: u32,
    /// Address of the gateway (`NHA_GATEWAY`).
    pub gateway: Option<IpAddr>,
    /// Flags (`nh_flags`), without [`NextHopFlags::DEAD`] and [`NextHopFlags::LINKDOWN`], which the
    /// kernel does not notify of.
    pub flags: NextHopFlags,
    /// Address family; `AF_UNSPEC` for a group.
    pub family: AddressFamily,
    /// Scope (`nh_scope`).
    pub scope: RouteScope,
    /// Protocol that added the next hop (`nh_protocol`).
    pub protocol: RouteProtocol,
    /// Group type (`NHA_GROUP_TYPE`); `None` for a single next hop.
    pub group: Option<NextHopGroupType>,
    /// `true` if packets are discarded (`NHA_BLACKHOLE`).
    pub blackhole: bool,
    /// `true` if it is for forwarding entries of VXLANs (`NHA_FDB`).
    pub fdb: bool,
    members: [Member; MEMBERS],
    count: u16,
}

/// Member of a group (`struct nexthop_grp`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Member {
    /// Next hop ID.
    pub id: u32,
    /// Weight, 1 to 65536.
    pub weight: u32,
}

barelink_codec::flags! {
    /// Fields in which two next hops differ.
    pub NextHopFields "": u32 {
        /// Link, gateway, family, scope, or blackhole.
        0x1 => HOP,
        /// Members of the group, their weights, or the group type.
        0x2 => GROUP,
        /// Flags (`nh_flags`), as far as they are stored.
        0x4 => FLAGS,
        /// Protocol that added the next hop (`nh_protocol`).
        0x8 => PROTOCOL,
    }
}

impl Diff for NextHopFields {
    fn is_empty(&self) -> bool {
        *self == NextHopFields::EMPTY
    }
}

impl<const MEMBERS: usize> NextHopEntry<MEMBERS> {
    /// Returns the members that fit.
    pub fn members(&self) -> &[Member] {
        self.members.get(..usize::from(self.count)).unwrap_or(&self.members)
    }

    /// Returns the number of members, including those that did not fit.
    pub const fn member_count(&self) -> usize {
        self.count as usize
    }

    /// Returns whether the group has more than `MEMBERS` members.
    pub const fn is_truncated(&self) -> bool {
        self.count as usize > MEMBERS
    }

    fn add(&mut self, member: Member) {
        if let Some(slot) = self.members.get_mut(usize::from(self.count)) {
            *slot = member;
        }
        self.count = self.count.saturating_add(1);
    }
}

/// Look-up of next hops by link.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NextHopIndex;

impl NextHopIndex {
    /// Look-up by link.
    const BY_LINK: usize = 0;
    /// Key of groups, instead of a link.
    const GROUP: u32 = u32::MAX;
}

impl<const MEMBERS: usize> Index<NextHopEntry<MEMBERS>> for NextHopIndex {
    type Lookups = Lookups<1>;
    const NEW: Self = NextHopIndex;

    fn hash(entry: &NextHopEntry<MEMBERS>, _: usize, hasher: Hasher) -> Option<u32> {
        let number = if entry.group.is_some() { NextHopIndex::GROUP } else { entry.index };
        Some(hasher.hash_one(&number))
    }
}

impl<const MEMBERS: usize> Entry for NextHopEntry<MEMBERS> {
    type Key = u32;
    type Diff = NextHopFields;
    type Index = NextHopIndex;
    const GROUPS: &'static [u32] = &[Group::NEXTHOP.0, Group::LINK.0];

    fn key(&self) -> u32 {
        self.id
    }

    fn diff(&self, new: &Self) -> NextHopFields {
        let hop = |entry: &Self| (entry.index, entry.gateway, entry.blackhole, entry.fdb);
        let hop_class = |entry: &Self| (entry.family, entry.scope);
        let group = |entry: &Self| (entry.group, entry.count);
        NextHopFields(mask_of([
            (hop(self) != hop(new) || hop_class(self) != hop_class(new), NextHopFields::HOP.0),
            (group(self) != group(new) || self.members() != new.members(), NextHopFields::GROUP.0),
            (self.flags != new.flags, NextHopFields::FLAGS.0),
            (self.protocol != new.protocol, NextHopFields::PROTOCOL.0),
        ]))
    }

    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
        let (hop, deleted) = match message.parse(nexthop::NEW) {
            Some(hop) => (hop, false),
            None => match message.parse(nexthop::DEL) {
                Some(hop) => (hop, true),
                None => return Ok(None),
            },
        };
        let (id, group, kind, blackhole, index, gateway, fdb) = hop.find((
            NextHop::ID,
            NextHop::GROUP,
            NextHop::GROUP_TYPE,
            NextHop::BLACKHOLE,
            NextHop::OIF,
            NextHop::GATEWAY,
            NextHop::FDB,
        ))?;
        let volatile = NextHopFlags::DEAD | NextHopFlags::LINKDOWN;
        let mut entry = NextHopEntry {
            id: id.require()?,
            index: index.get().ok().flatten().unwrap_or(0),
            gateway: gateway.get().ok().flatten(),
            flags: hop.header.flags.without(volatile),
            family: hop.header.family,
            scope: hop.header.scope,
            protocol: hop.header.protocol,
            group: None,
            blackhole: blackhole.is_some(),
            fdb: fdb.is_some(),
            members: [Member::default(); MEMBERS],
            count: 0,
        };
        if let Ok(Some(group)) = group.get() {
            entry.group = Some(kind.get().ok().flatten().unwrap_or(NextHopGroupType::MPATH));
            for member in group {
                let weight = u32::from(member.weight_high) << 8 | u32::from(member.weight);
                entry.add(Member { id: member.id, weight: weight.saturating_add(1) });
            }
        }
        Ok(Some(if deleted { Update::deleted(entry) } else { Update::full(entry) }))
    }

    fn dump_request(_: &NextHopIndex, step: usize, request: &mut DumpRequest<'_>) -> bool {
        step == 0 && request.dump(nexthop::GET, NextHopHeader::default(), |_| {})
    }

    fn socket_filter(_: &NextHopIndex, filter: &mut ClassicFilter) {
        filter.accept_types(&[
            nexthop::NEW.number(),
            nexthop::DEL.number(),
            link::NEW.number(),
            link::DEL.number(),
        ]);
    }
}

impl<const MEMBERS: usize> KernelRules for NextHopEntry<MEMBERS> {
    fn candidates(trigger: &Trigger, nth: usize) -> Candidates {
        let found = |number| Candidates::Lookup { lookup: NextHopIndex::BY_LINK, key: number };
        let deleted = match trigger {
            _ if trigger.is_unchanged() => return Candidates::None,
            Trigger::Link { index, up, running, .. } if !up || !running => *index,
            Trigger::LinkDeleted { index } => *index,
            _ => return Candidates::None,
        };
        match nth {
            0 => found(deleted as u32),
            // After the single next hops: members that were removed are known by now.
            1 => found(NextHopIndex::GROUP),
            _ => Candidates::None,
        }
    }

    fn apply(&self, trigger: &Trigger, view: &CacheView<'_, Self>) -> Effect<Self> {
        let (Trigger::Link { index, .. } | Trigger::LinkDeleted { index }) = *trigger else {
            return Effect::None;
        };
        if self.group.is_none() {
            let lost = self.index == index as u32 && !self.blackhole;
            return if lost { Effect::Removed } else { Effect::None };
        }
        if self.is_truncated() || !view.is_complete() {
            return Effect::Resync;
        }
        let mut left =
            NextHopEntry { count: 0, members: [Member::default(); MEMBERS], ..self.clone() };
        let there = self.members().iter().filter(|member| view.all(member.id).next().is_some());
        there.for_each(|member| left.add(*member));
        match left.count {
            0 => Effect::Removed,
            count if count == self.count => Effect::None,
            _ => Effect::Changed(left),
        }
    }
}
