//! [`Entry`] of routes: key, differences, reading, dump requests.

use core::net::Ipv4Addr;

use barelink_codec::attr::{Attr, Key};
use barelink_codec::nest::RecordIter;
use barelink_codec::rtnl::addr;
use barelink_codec::rtnl::group::Group;
use barelink_codec::rtnl::ids::Label;
use barelink_codec::rtnl::ids::{Address, AddressFamily};
use barelink_codec::rtnl::link;
use barelink_codec::rtnl::route::lwtunnel::{EncapType, MplsTunnel};
use barelink_codec::rtnl::route::nexthop;
use barelink_codec::rtnl::route::{
    self, Metrics, MultipathNextHop as HopHeader, Route, RouteFlags, RouteHeader, RouteProtocol,
    RouteTable,
};
use barelink_codec::value::{Array, Embedded, Items};
use barelink_codec::{Attrs, Error, Flags, Message, Parsed};

use super::entry::{EXPIRES, OFFLOAD_FAILED, OFFLOADED, RouteEntry, TRUNCATED};
use super::hop::{RouteNextHop, STORED_FLAGS};
use super::index::RouteIndex;
use super::key::{RouteFields, RouteKey};
use crate::bits::{halves, mask_of, octets};
use crate::entry::{DumpRequest, Entry, Update, UpdateOp};
use crate::filter::{ClassicFilter, Condition};

impl<const HOPS: usize, const LABELS: usize> RouteEntry<HOPS, LABELS> {
    /// Reads an attribute of a next hop: one of the route, or one of a multipath record.
    #[inline(always)]
    fn hop_attr(
        &mut self,
        hop: &mut RouteNextHop<LABELS>,
        attr: &Attr<'_, Route>,
        encap: &mut EncapType,
    ) {
        match attr.number() {
            number if number == Route::GATEWAY.number() => {
                if let Ok(Some(gateway)) = attr.get(Route::GATEWAY) {
                    hop.set_gateway(gateway);
                }
            }
            number if number == Route::VIA.number() => {
                if let Ok(Some((_, gateway))) = attr.get(Route::VIA) {
                    hop.set_gateway(gateway);
                }
            }
            number if number == Route::NEWDST.number() => {
                if let Ok(Some(labels)) = attr.get(Route::NEWDST) {
                    self.add_labels(hop, labels);
                }
            }
            number if number == Route::ENCAP_TYPE.number() => {
                *encap = attr.get(Route::ENCAP_TYPE).ok().flatten().unwrap_or(EncapType::NONE);
            }
            _ => {}
        }
    }

    /// Reads the encapsulation of a next hop, if it is MPLS.
    #[cold]
    fn hop_encap(
        &mut self,
        hop: &mut RouteNextHop<LABELS>,
        attrs: Attrs<'_, Route>,
        encap_type: EncapType,
    ) {
        let encap = attrs.get(Route::ENCAP.nested::<MplsTunnel>()).ok().flatten();
        let labels = encap.and_then(|encap| encap.get(MplsTunnel::DST).ok().flatten());
        if let Some(labels) = labels.filter(|_| encap_type == EncapType::MPLS) {
            self.add_labels(hop, labels);
        }
    }

    #[cold]
    fn add_labels(&mut self, hop: &mut RouteNextHop<LABELS>, labels: Items<'_, Embedded<Label>>) {
        for label in labels {
            if !hop.add_label(label) {
                self.marks |= TRUNCATED;
            }
        }
    }

    /// Reads the attributes. Those that identify the route have to be readable; any other that is
    /// not leaves its field unchanged.
    #[inline(always)]
    fn fill(&mut self, route: &Parsed<'_, RouteHeader, Route>) -> Result<(), Error> {
        let flags = (route.header.flags.0 & STORED_FLAGS) as u8;
        let mut hop = RouteNextHop { flags, ..RouteNextHop::NONE };
        let mut encap = EncapType::NONE;
        let mut multipath = None;
        for attr in route.attrs {
            let attr = attr?;
            match attr.number() {
                number if number == Route::TABLE.number() => {
                    self.table = attr.get(Route::TABLE)?.unwrap_or(self.table);
                }
                number if number == Route::DST.number() => self.dst = bytes(attr, Route::DST)?,
                number if number == Route::PRIORITY.number() => {
                    self.priority = attr.get(Route::PRIORITY)?.unwrap_or(0);
                }
                number if number == Route::OIF.number() => {
                    hop.index = attr.get(Route::OIF)?.unwrap_or(0);
                }
                number if number == Route::PREFSRC.number() => {
                    self.prefsrc = attr.get(Route::PREFSRC).ok().flatten().map_or([0; 16], octets);
                }
                number if number == Route::SRC.number() => self.src = bytes(attr, Route::SRC)?,
                number if number == Route::MULTIPATH.number() => {
                    multipath = attr.get(Route::MULTIPATH)?;
                }
                number if number == Route::NH_ID.number() => {
                    self.nexthop_id = attr.get(Route::NH_ID)?.unwrap_or(0);
                }
                number if number == Route::METRICS.number() => {
                    let metrics = attr.get(Route::METRICS).ok().flatten();
                    let mtu = metrics.and_then(|metrics| metrics.get(Metrics::MTU).ok().flatten());
                    self.mtu = u16::try_from(mtu.unwrap_or(0)).unwrap_or(u16::MAX);
                }
                number if number == Route::CACHEINFO.number() => {
                    if self.protocol == RouteProtocol::RA && self.family == AddressFamily::INET6 {
                        let life = attr.get(Route::CACHEINFO).ok().flatten();
                        self.marks |=
                            life.map_or(0, |life| if life.expires != 0 { EXPIRES } else { 0 });
                    }
                }
                _ => self.hop_attr(&mut hop, &attr, &mut encap),
            }
        }
        if self.family == AddressFamily::MPLS {
            let labels = route.get(Route::DST.as_type::<Array<Embedded<Label>>>())?;
            let label = labels.and_then(|mut labels| labels.next()).map_or(0, Label::number);
            self.dst = octets(Ipv4Addr::from(label).into());
        }
        if let Some(multipath) = multipath {
            self.fill_hops(multipath);
            return Ok(());
        }
        if encap != EncapType::NONE {
            self.hop_encap(&mut hop, route.attrs, encap);
        }
        if hop.index != 0 || hop.family != 0 {
            self.add_hop(hop);
        }
        Ok(())
    }

    /// Reads the multipath records.
    fn fill_hops(&mut self, multipath: RecordIter<'_, HopHeader, Route>) {
        self.marks &= !EXPIRES;
        for parsed in multipath {
            let Ok(parsed) = parsed else {
                self.marks |= TRUNCATED;
                return;
            };
            let HopHeader { flags, hops, index, .. } = parsed.header;
            let flags = (flags.0 & STORED_FLAGS) as u8;
            let mut hop = RouteNextHop {
                index: index as u32,
                weight_less_one: hops,
                flags,
                ..RouteNextHop::NONE
            };
            let mut encap = EncapType::NONE;
            for attr in parsed.attrs.iter().flatten() {
                self.hop_attr(&mut hop, &attr, &mut encap);
            }
            if encap != EncapType::NONE {
                self.hop_encap(&mut hop, parsed.attrs, encap);
            }
            self.add_hop(hop);
        }
    }
}

/// Returns the bytes of an address; zeros for an MPLS label.
#[inline(always)]
fn bytes(attr: Attr<'_, Route>, key: Key<Route, Address>) -> Result<[u8; 16], Error> {
    match attr.get(key) {
        Ok(address) => Ok(address.map_or([0; 16], octets)),
        // MPLS labels are read elsewhere.
        Err(_) if attr.payload().len() % 4 == 0 => Ok([0; 16]),
        Err(error) => Err(error),
    }
}

impl<const HOPS: usize, const LABELS: usize> Entry for RouteEntry<HOPS, LABELS> {
    type Key = RouteKey;
    type Diff = RouteFields;
    type Index = RouteIndex;
    const GROUPS: &'static [u32] = &[
        Group::IPV4_ROUTE.0,
        Group::IPV6_ROUTE.0,
        Group::MPLS_ROUTE.0,
        Group::LINK.0,
        Group::IPV4_IFADDR.0,
        Group::NEXTHOP.0,
    ];

    #[inline(always)]
    fn key(&self) -> RouteKey {
        let small = [self.family.0, self.dst_len, self.src_len, self.tos];
        let by = match self.family {
            AddressFamily::INET6 if self.nexthop_id != 0 => self.nexthop_id,
            AddressFamily::INET6 if !self.qualifies_for_ecmp() => {
                self.hop().map_or(0, |hop| hop.index)
            }
            _ => 0,
        };
        RouteKey {
            dst: halves(self.dst),
            src: halves(self.src),
            table: self.table.0,
            priority: self.priority,
            small: u32::from_ne_bytes(small),
            by,
        }
    }

    fn identical(&self, other: &Self) -> bool {
        if self.family == AddressFamily::INET6 {
            return match (self.qualifies_for_ecmp(), other.qualifies_for_ecmp()) {
                (true, true) => true,
                (false, false) => match (self.hop(), other.hop()) {
                    (Some(hop), Some(other)) if self.nexthop_id == 0 => hop.has_path_of(other),
                    (hop, other) => hop.is_some() == other.is_some() || self.nexthop_id != 0,
                },
                _ => false,
            };
        }
        if self.family == AddressFamily::MPLS {
            return true;
        }
        (self.rtm_type, self.scope, self.protocol) == (other.rtm_type, other.scope, other.protocol)
            && (self.nexthop_id, self.mtu) == (other.nexthop_id, other.mtu)
            && self.prefsrc == other.prefsrc
            && (self.nexthop_id != 0
                || (self.count == other.count
                    && self
                        .hops()
                        .iter()
                        .zip(other.hops())
                        .all(|(hop, other)| hop.identical(other))))
    }

    fn diff(&self, new: &Self) -> RouteFields {
        let mut hops = self.count != new.count || (self.marks ^ new.marks) & TRUNCATED != 0;
        let mut down = false;
        for (hop, new) in self.hops().iter().zip(new.hops()) {
            down |= hop.is_down() != new.is_down();
            hops |= !hop.identical(new);
        }
        let hardware = OFFLOADED | OFFLOAD_FAILED;
        RouteFields(mask_of([
            (hops, RouteFields::HOPS.0),
            (down, RouteFields::DOWN.0),
            (self.rtm_type != new.rtm_type, RouteFields::TYPE.0),
            (self.protocol != new.protocol, RouteFields::PROTOCOL.0),
            (self.scope != new.scope || self.prefsrc != new.prefsrc, RouteFields::SOURCE.0),
            (self.nexthop_id != new.nexthop_id, RouteFields::NEXTHOP_ID.0),
            (self.mtu != new.mtu, RouteFields::MTU.0),
            ((self.marks ^ new.marks) & hardware != 0, RouteFields::OFFLOAD.0),
            (self.key() != new.key(), RouteFields::KEY.0),
        ]))
    }

    #[inline]
    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
        let (route, deleted) = match message.parse(route::NEW) {
            Some(route) => (route, false),
            None => match message.parse(route::DEL) {
                Some(route) => (route, true),
                None => return Ok(None),
            },
        };
        let header = &route.header;
        // Cached exceptions (`RTM_F_CLONED`) and multicast routes are ignored.
        let family = header.family;
        if !matches!(family, AddressFamily::INET | AddressFamily::INET6 | AddressFamily::MPLS)
            || header.flags.contains(RouteFlags::CLONED)
        {
            return Ok(None);
        }
        let mut marks = 0;
        if header.flags.intersects(RouteFlags::OFFLOAD | RouteFlags::TRAP) {
            marks |= OFFLOADED;
        }
        if header.flags.contains(RouteFlags::OFFLOAD_FAILED) {
            marks |= OFFLOAD_FAILED;
        }
        let mut entry = RouteEntry {
            dst: [0; 16],
            src: [0; 16],
            prefsrc: [0; 16],
            hops: [RouteNextHop::NONE; HOPS],
            table: header.table,
            priority: 0,
            nexthop_id: 0,
            mtu: 0,
            family,
            dst_len: header.dst_len,
            src_len: header.src_len,
            tos: header.tos,
            protocol: header.protocol,
            scope: header.scope,
            rtm_type: header.rtm_type,
            count: 0,
            marks,
        };
        entry.fill(&route)?;
        let op = if deleted {
            UpdateOp::Delete
        } else if message.flags.contains(Flags::MULTI) {
            // A dump reports routes in their order.
            UpdateOp::Append
        } else if message.flags.contains(Flags::REPLACE) {
            UpdateOp::Replace
        } else if message.flags.contains(Flags::APPEND) {
            UpdateOp::Append
        } else if message.flags.contains(Flags::CREATE) {
            UpdateOp::Full
        } else {
            // A field changed without a request, such as the offload state.
            UpdateOp::Partial
        };
        Ok(Some(Update { entry, op }))
    }

    fn dump_request(index: &RouteIndex, step: usize, request: &mut DumpRequest<'_>) -> bool {
        // One dump per family, as a kernel without the family answers with an error.
        let families = [AddressFamily::INET, AddressFamily::INET6, AddressFamily::MPLS];
        let Some(family) = families.into_iter().filter(|family| index.is_of(*family)).nth(step)
        else {
            return false;
        };
        let header = RouteHeader {
            family,
            protocol: index.protocol.unwrap_or(RouteProtocol::UNSPEC),
            ..Default::default()
        };
        request.dump(route::GET, header, |route| {
            if let Some(table) = index.table {
                route.put(Route::TABLE, table);
            }
            if let Some(link) = index.link {
                route.put(Route::OIF, link);
            }
        })
    }

    fn wants_group(index: &RouteIndex, group: u32) -> bool {
        match Group(group) {
            Group::IPV4_ROUTE | Group::IPV4_IFADDR => index.is_of(AddressFamily::INET),
            Group::IPV6_ROUTE => index.is_of(AddressFamily::INET6),
            Group::MPLS_ROUTE => index.is_of(AddressFamily::MPLS),
            _ => true,
        }
    }

    fn socket_filter(index: &RouteIndex, filter: &mut ClassicFilter) {
        // `struct rtmsg`: family at offset 0, table at 4, protocol at 5. A route that replaces
        // another can have another protocol, and deletes one that is wanted.
        let family = index.family.map(|family| Condition::byte(0, family.0));
        let low = |table: RouteTable| u8::try_from(table.0).ok();
        let table = index.table.and_then(low).map(|table| Condition::byte(4, table));
        let protocol =
            index.protocol.map(|protocol| Condition::byte(5, protocol.0).or_replace_flag());
        for message_type in [route::NEW.number(), route::DEL.number()] {
            filter.accept_if(message_type, [family, table, protocol]);
        }
        // IPv6 deletions count for any protocol: they shift a dump in progress.
        if protocol.is_some() && index.is_of(AddressFamily::INET6) {
            let family = Some(Condition::byte(0, AddressFamily::INET6.0));
            filter.accept_if(route::DEL.number(), [family, table]);
        }
        let triggers = [link::NEW.number(), link::DEL.number(), nexthop::DEL.number()];
        filter.accept_types(&triggers);
        if index.is_of(AddressFamily::INET) {
            for message_type in [addr::NEW.number(), addr::DEL.number()] {
                filter.accept(message_type, &[Condition::byte(0, AddressFamily::INET.0)]);
            }
        }
    }
}
