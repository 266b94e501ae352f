//! Routes, as a cache keeps them.
//!
//! The kernel tells IPv4 routes of one destination, type of service and metric apart by all that
//! they are; IPv6 routes by their links, but for those by gateways, which are one route with several
//! next hops. Both follow in silence when a link goes down, loses its carrier or vanishes, when an
//! address that they send from goes, and when a next hop object goes.

mod index;
mod rules;

use core::fmt;
use core::hash::{Hash, Hasher as _};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

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
    self, Metrics, MultipathNextHop as HopHeader, NextHopFlags, Route, RouteFlags, RouteHeader,
    RouteProtocol, RouteScope, RouteTable, RouteType,
};
use barelink_codec::value::{Array, Embedded, Items};
use barelink_codec::{Attrs, Error, Flags, Message, Parsed};

pub use self::index::RouteIndex;
use self::rules::{meet_v4, meet_v6};
use crate::addr::halves;
use crate::entry::{Candidates, Diff, DumpRequest, Effect, Entry, Plan, Update, UpdateOp};
use crate::filter::{ClassicFilter, Condition};
use crate::hash::Hasher;
use crate::link::bits;
use crate::table::CacheView;
use crate::trigger::Trigger;

/// A route, with at most `HOPS` next hops and `LABELS` labels on each; of more, it says so.
#[derive(Clone, Copy, PartialEq)]
pub struct RouteEntry<const HOPS: usize = 1, const LABELS: usize = 0> {
    dst: [u8; 16],
    src: [u8; 16],
    prefsrc: [u8; 16],
    hops: [RouteNextHop<LABELS>; HOPS],
    /// The table that it is in, `RTA_TABLE`.
    pub table: RouteTable,
    /// The metric: of two routes for a packet, the one with the lower counts, `RTA_PRIORITY`.
    pub priority: u32,
    /// The next hop object that it goes by, `RTA_NH_ID`; 0 for none.
    pub nexthop_id: u32,
    /// The longest packet, in bytes, `RTAX_MTU`; 0 if it is not said.
    pub mtu: u16,
    /// IPv4, IPv6 or MPLS.
    pub family: AddressFamily,
    /// How many bits of the destination count.
    pub dst_len: u8,
    /// How many bits of the source count; 0 but for IPv6.
    pub src_len: u8,
    /// The type of service that it is for.
    pub tos: u8,
    /// Who set it.
    pub protocol: RouteProtocol,
    /// How far away the destination is.
    pub scope: RouteScope,
    /// What happens to packets.
    pub kind: RouteType,
    /// How many next hops it has, kept or not.
    count: u8,
    marks: u8,
}

/// A next hop.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RouteNextHop<const LABELS: usize> {
    gateway: [u8; 16],
    /// The index of the link that packets go out by, `RTA_OIF`, `rtnh_ifindex`; 0 for none.
    pub index: u32,
    labels: [u32; LABELS],
    family: u8,
    /// Its share of the packets, against that of others, `rtnh_hops` and one.
    weight_less_one: u8,
    flags: u8,
    label_count: u8,
}

impl<const LABELS: usize> RouteNextHop<LABELS> {
    const NONE: Self = RouteNextHop {
        gateway: [0; 16],
        index: 0,
        labels: [0; LABELS],
        family: 0,
        weight_less_one: 0,
        flags: 0,
        label_count: 0,
    };

    /// The router that packets are handed to, `RTA_GATEWAY` or `RTA_VIA`.
    pub fn gateway(&self) -> Option<IpAddr> {
        address(AddressFamily(self.family), self.gateway)
    }

    /// Its share of the packets, against that of others.
    pub fn weight(&self) -> u32 {
        u32::from(self.weight_less_one).saturating_add(1)
    }

    /// What it is like; whether it is dead or its link down, [`is_down`](RouteNextHop::is_down) says.
    pub const fn flags(&self) -> NextHopFlags {
        NextHopFlags((self.flags & !(DEAD | LINKDOWN)) as u32)
    }

    /// Whether it is of no use: its link is down, has no carrier, or has lost its last address,
    /// `RTNH_F_LINKDOWN` or `RTNH_F_DEAD`.
    pub const fn is_down(&self) -> bool {
        self.flags & (DEAD | LINKDOWN) != 0
    }

    /// The labels that are put before packets, or in place of theirs, the outermost first.
    pub fn labels(&self) -> &[u32] {
        self.labels.get(..usize::from(self.label_count)).unwrap_or_default()
    }

    /// Whether it is the same next hop, be it up or down.
    fn identical(&self, other: &Self) -> bool {
        let volatile = DEAD | LINKDOWN | OFFLOAD;
        let plain = |hop: &Self| RouteNextHop { flags: hop.flags & !volatile, ..*hop };
        plain(self) == plain(other)
    }

    /// Whether it goes by the same link and gateway.
    fn goes_like(&self, other: &Self) -> bool {
        (self.index, self.family, self.gateway) == (other.index, other.family, other.gateway)
    }

    fn set_down(&mut self, down: bool) {
        self.flags = if down { self.flags | LINKDOWN } else { self.flags & !(DEAD | LINKDOWN) };
    }

    fn set_gateway(&mut self, gateway: IpAddr) {
        self.family = family_of(gateway).0;
        self.gateway = octets(gateway);
    }

    fn add_label(&mut self, label: Label) -> bool {
        let at = usize::from(self.label_count);
        let Some(room) = self.labels.get_mut(at) else { return false };
        *room = label.number();
        self.label_count = self.label_count.saturating_add(1);
        true
    }
}

impl<const LABELS: usize> fmt::Debug for RouteNextHop<LABELS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hop")
            .field("gateway", &self.gateway())
            .field("index", &self.index)
            .field("weight", &self.weight())
            .field("flags", &self.flags())
            .field("labels", &self.labels())
            .finish()
    }
}

impl<const HOPS: usize, const LABELS: usize> fmt::Debug for RouteEntry<HOPS, LABELS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RouteEntry")
            .field("family", &self.family)
            .field("dst", &(self.dst(), self.dst_len))
            .field("label", &self.label())
            .field("src", &(self.src(), self.src_len))
            .field("tos", &self.tos)
            .field("table", &self.table)
            .field("priority", &self.priority)
            .field("kind", &self.kind)
            .field("scope", &self.scope)
            .field("protocol", &self.protocol)
            .field("prefsrc", &self.prefsrc())
            .field("mtu", &self.mtu)
            .field("nexthop_id", &self.nexthop_id)
            .field("hops", &self.hops())
            .field("hop_count", &self.count)
            .field("is_cut", &self.is_truncated())
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<const LABELS: usize> defmt::Format for RouteNextHop<LABELS> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "Hop {{ gateway: {}, index: {}, weight: {}, flags: {}, labels: {} }}",
            self.gateway(),
            self.index,
            self.weight(),
            self.flags(),
            self.labels()
        );
    }
}

#[cfg(feature = "defmt")]
impl<const HOPS: usize, const LABELS: usize> defmt::Format for RouteEntry<HOPS, LABELS> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "RouteEntry {{ family: {}, dst: ({}, {})",
            self.family,
            self.dst(),
            self.dst_len
        );
        defmt::write!(f, ", label: {}, src: ({}, {})", self.label(), self.src(), self.src_len);
        defmt::write!(f, ", tos: {}, table: {}, priority: {}", self.tos, self.table, self.priority);
        defmt::write!(
            f,
            ", kind: {}, scope: {}, protocol: {}",
            self.kind,
            self.scope,
            self.protocol
        );
        defmt::write!(f, ", prefsrc: {}, mtu: {}", self.prefsrc(), self.mtu);
        defmt::write!(f, ", nexthop_id: {}, hops: {}", self.nexthop_id, self.hops());
        defmt::write!(f, ", hop_count: {}, is_cut: {} }}", self.count, self.is_truncated());
    }
}

const LINKDOWN: u8 = NextHopFlags::LINKDOWN.0 as u8;
const DEAD: u8 = NextHopFlags::DEAD.0 as u8;
const OFFLOAD: u8 = (NextHopFlags::OFFLOAD.0 | NextHopFlags::TRAP.0) as u8;
/// What is kept of a next hop's flags: those that fit into a multipath record.
const KEPT: u32 = 0xff;

/// There are more next hops, or labels, than are kept.
const CUT: u8 = 0x1;
/// Some hardware has it, or did not take it.
const IN_HARDWARE: u8 = 0x2;
const NOT_IN_HARDWARE: u8 = 0x4;
/// It is one of several that a router has announced.
const ANNOUNCED: u8 = 0x8;
/// The kernel may have it twice: it put another one in place of one beside it, without looking.
const TWICE: u8 = 0x10;

fn family_of(address: IpAddr) -> AddressFamily {
    if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 }
}

fn octets(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        }
        IpAddr::V6(v6) => v6.octets(),
    }
}

fn address(family: AddressFamily, [a, b, c, d, rest @ ..]: [u8; 16]) -> Option<IpAddr> {
    match family {
        AddressFamily::INET => Some(Ipv4Addr::new(a, b, c, d).into()),
        AddressFamily::INET6 => {
            let mut all = [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
            all.iter_mut().skip(4).zip(rest).for_each(|(to, from)| *to = from);
            Some(Ipv6Addr::from(all).into())
        }
        _ => None,
    }
}

/// The first bits of an address, and zeros.
fn masked(octets: [u8; 16], len: u8) -> [u8; 16] {
    let bits = u128::from_be_bytes(octets);
    let mask = u128::MAX.checked_shl(128u32.saturating_sub(len.into())).unwrap_or(0);
    (bits & mask).to_be_bytes()
}

/// What routes are looked up by: all but their next hops, and what they do with packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RouteKey {
    dst: [u64; 2],
    src: [u64; 2],
    table: u32,
    priority: u32,
    /// The family, the lengths, and the type of service, a byte each.
    small: u32,
    /// What IPv6 routes without a gateway have in place of it: a link, or a next hop object.
    by: u32,
}

impl RouteKey {
    /// The key of routes to this prefix in this table, with this metric. Routes of IPv6 that go by no
    /// gateway have the [link](RouteKey::by) in it, too.
    pub fn new(table: RouteTable, dst: IpAddr, len: u8, priority: u32) -> Self {
        let small = [family_of(dst).0, len, 0, 0];
        RouteKey {
            dst: halves(masked(octets(dst), len)),
            src: [0; 2],
            table: table.0,
            priority,
            small: u32::from_ne_bytes(small),
            by: 0,
        }
    }

    /// For this type of service.
    pub const fn tos(self, tos: u8) -> Self {
        let [family, dst_len, src_len, _] = self.small.to_ne_bytes();
        RouteKey { small: u32::from_ne_bytes([family, dst_len, src_len, tos]), ..self }
    }

    /// Of IPv6: by this link and no gateway, or by this next hop object.
    pub const fn by(self, number: u32) -> Self {
        RouteKey { by: number, ..self }
    }
}

impl Hash for RouteKey {
    #[inline(always)]
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        state.write_u64(self.dst[0] ^ u64::from(self.table) << 32 ^ u64::from(self.small));
        if self.dst[1] | self.src[0] | self.src[1] != 0 {
            state.write_u64(self.dst[1]);
            state.write_u64(self.src[0] ^ self.src[1].rotate_left(17));
        }
        state.write_u64(u64::from(self.priority) << 32 | u64::from(self.by));
    }
}

barelink_codec::flags! {
    /// Which fields of a route differ.
    pub RouteWhat "": u32 {
        /// Its next hops: which there are, their weights, labels, or flags other than those below.
        0x1 => HOPS,
        /// Whether a next hop's link is down, or has no carrier.
        0x2 => DOWN,
        /// What happens to packets.
        0x4 => KIND,
        /// Who set it.
        0x8 => PROTOCOL,
        /// Its scope, or the source address for packets that have none.
        0x10 => SOURCE,
        /// The next hop object that it goes by.
        0x20 => NEXTHOP_ID,
        /// Its MTU.
        0x40 => MTU,
        /// Whether hardware has it.
        0x80 => HARDWARE,
        /// Its metric, or what else it is looked up by.
        0x100 => KEY,
    }
}

impl Diff for RouteWhat {
    fn is_empty(&self) -> bool {
        *self == RouteWhat::EMPTY
    }
}

impl<const HOPS: usize, const LABELS: usize> RouteEntry<HOPS, LABELS> {
    /// Where packets want to go, with [`dst_len`](RouteEntry::dst_len) bits that count, `RTA_DST`;
    /// none for MPLS.
    pub fn dst(&self) -> Option<IpAddr> {
        address(self.family, self.dst)
    }

    /// The label that packets come with; MPLS only.
    pub fn label(&self) -> Option<u32> {
        let [a, b, c, d, ..] = self.dst;
        (self.family == AddressFamily::MPLS).then_some(u32::from_be_bytes([a, b, c, d]))
    }

    /// Where packets come from, if it is for some only, `RTA_SRC`.
    pub fn src(&self) -> Option<IpAddr> {
        address(self.family, self.src).filter(|_| self.src_len > 0)
    }

    /// The source address for packets that have none yet, `RTA_PREFSRC`.
    pub fn prefsrc(&self) -> Option<IpAddr> {
        address(self.family, self.prefsrc).filter(|_| self.prefsrc != [0; 16])
    }

    /// The next hops that are kept.
    pub fn hops(&self) -> &[RouteNextHop<LABELS>] {
        self.hops.get(..usize::from(self.count)).unwrap_or(&self.hops)
    }

    /// How many next hops it has, kept or not.
    pub const fn hop_count(&self) -> usize {
        self.count as usize
    }

    /// The first next hop.
    pub fn hop(&self) -> Option<&RouteNextHop<LABELS>> {
        self.hops().first()
    }

    /// Whether it has more next hops, or labels, than are kept.
    pub const fn is_truncated(&self) -> bool {
        self.marks & CUT != 0
    }

    /// Whether hardware has it, `RTM_F_OFFLOAD` or `RTM_F_TRAP`.
    pub const fn is_in_hardware(&self) -> bool {
        self.marks & IN_HARDWARE != 0
    }

    /// Whether hardware did not take it, `RTM_F_OFFLOAD_FAILED`.
    pub const fn was_refused_by_hardware(&self) -> bool {
        self.marks & NOT_IN_HARDWARE != 0
    }

    fn hops_mut(&mut self) -> &mut [RouteNextHop<LABELS>] {
        let count = usize::from(self.count).min(HOPS);
        self.hops.get_mut(..count).unwrap_or_default()
    }

    /// Adds a next hop. IPv6 tells of them in any order: there they are kept sorted.
    fn add_hop(&mut self, hop: RouteNextHop<LABELS>) {
        let count = usize::from(self.count);
        self.count = self.count.saturating_add(1);
        if count >= HOPS {
            self.marks |= CUT;
        }
        let order = |hop: &RouteNextHop<LABELS>| (hop.index, hop.family, hop.gateway);
        let mut hop = hop;
        for (at, room) in self.hops.iter_mut().enumerate() {
            if at >= count {
                *room = hop;
                return;
            }
            if self.family == AddressFamily::INET6 && order(&hop) < order(room) {
                core::mem::swap(&mut hop, room);
            }
        }
    }

    /// Leaves the next hops for which this holds; how many went.
    fn retain_hops(&mut self, keep: impl Fn(&RouteNextHop<LABELS>) -> bool) -> u8 {
        let before = self.count;
        let missing = before.saturating_sub(self.hops().len() as u8);
        let (mut hops, mut kept) = ([RouteNextHop::NONE; HOPS], 0u8);
        for (hop, room) in self.hops().iter().filter(|hop| keep(hop)).zip(&mut hops) {
            *room = *hop;
            kept = kept.saturating_add(1);
        }
        (self.hops, self.count) = (hops, kept.saturating_add(missing));
        if let ([only], 1) = (self.hops_mut(), kept) {
            // Of a route with one next hop, no weight is told.
            only.weight_less_one = 0;
        }
        before.saturating_sub(self.count)
    }

    /// IPv6 puts routes by gateways together, as next hops of one.
    fn is_joined(&self) -> bool {
        self.family == AddressFamily::INET6
            && self.nexthop_id == 0
            && self.marks & ANNOUNCED == 0
            && self.hop().is_some_and(|hop| hop.family != 0)
    }

    /// All that counts for looking it up but the metric and the rest of the identity.
    fn prefix_hash(family: u8, table: u32, len: u8, dst: [u8; 16], hasher: Hasher) -> u32 {
        let [low, high] = halves(dst);
        let mut hasher = hasher;
        hasher.write_u64(low ^ u64::from(table) << 32 ^ u64::from(len) << 8 ^ u64::from(family));
        if high != 0 {
            hasher.write_u64(high);
        }
        hasher.finish() as u32
    }

    fn has_prefix(&self, family: AddressFamily, table: RouteTable, dst: [u8; 16], len: u8) -> bool {
        (self.family, self.table, self.dst_len) == (family, table, len) && self.dst == dst
    }

    /// Reads an attribute of a next hop, which stands among those of the route or of one of several.
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

    /// Reads what is put around packets, if it is labels.
    #[cold]
    fn hop_encap(
        &mut self,
        hop: &mut RouteNextHop<LABELS>,
        attrs: Attrs<'_, Route>,
        kind: EncapType,
    ) {
        let encap = attrs.get(Route::ENCAP.nested::<MplsTunnel>()).ok().flatten();
        let labels = encap.and_then(|encap| encap.get(MplsTunnel::DST).ok().flatten());
        if let Some(labels) = labels.filter(|_| kind == EncapType::MPLS) {
            self.add_labels(hop, labels);
        }
    }

    #[cold]
    fn add_labels(&mut self, hop: &mut RouteNextHop<LABELS>, labels: Items<'_, Embedded<Label>>) {
        for label in labels {
            if !hop.add_label(label) {
                self.marks |= CUT;
            }
        }
    }

    /// One walk over the attributes. Those by which routes are told apart have to be readable; any
    /// other that is not leaves its field as it was.
    #[inline(always)]
    fn fill(&mut self, route: &Parsed<'_, RouteHeader, Route>) -> Result<(), Error> {
        let flags = (route.header.flags.0 & KEPT) as u8;
        let mut hop = RouteNextHop { flags, ..RouteNextHop::NONE };
        let mut encap = EncapType::NONE;
        let mut several = None;
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
                    several = attr.get(Route::MULTIPATH)?;
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
                            life.map_or(0, |life| if life.expires != 0 { ANNOUNCED } else { 0 });
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
        if let Some(several) = several {
            self.fill_hops(several);
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

    /// Reads several next hops.
    fn fill_hops(&mut self, several: RecordIter<'_, HopHeader, Route>) {
        self.marks &= !ANNOUNCED;
        for parsed in several {
            let Ok(parsed) = parsed else {
                self.marks |= CUT;
                return;
            };
            let HopHeader { flags, hops, index, .. } = parsed.header;
            let flags = (flags.0 & KEPT) as u8;
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

/// An address; a label is none.
#[inline(always)]
fn bytes(attr: Attr<'_, Route>, key: Key<Route, Address>) -> Result<[u8; 16], Error> {
    match attr.get(key) {
        Ok(address) => Ok(address.map_or([0; 16], octets)),
        // Of MPLS, it is read apart.
        Err(_) if attr.payload().len() % 4 == 0 => Ok([0; 16]),
        Err(error) => Err(error),
    }
}

impl<const HOPS: usize, const LABELS: usize> Entry for RouteEntry<HOPS, LABELS> {
    type Key = RouteKey;
    type Diff = RouteWhat;
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
            AddressFamily::INET6 if !self.is_joined() => self.hop().map_or(0, |hop| hop.index),
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
            return match (self.is_joined(), other.is_joined()) {
                (true, true) => true,
                (false, false) => match (self.hop(), other.hop()) {
                    (Some(hop), Some(other)) if self.nexthop_id == 0 => hop.goes_like(other),
                    (hop, other) => hop.is_some() == other.is_some() || self.nexthop_id != 0,
                },
                _ => false,
            };
        }
        if self.family == AddressFamily::MPLS {
            return true;
        }
        (self.kind, self.scope, self.protocol) == (other.kind, other.scope, other.protocol)
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

    fn diff(&self, new: &Self) -> RouteWhat {
        let mut hops = self.count != new.count || (self.marks ^ new.marks) & CUT != 0;
        let mut down = false;
        for (hop, new) in self.hops().iter().zip(new.hops()) {
            down |= hop.is_down() != new.is_down();
            hops |= !hop.identical(new);
        }
        let hardware = IN_HARDWARE | NOT_IN_HARDWARE;
        RouteWhat(bits([
            (hops, RouteWhat::HOPS.0),
            (down, RouteWhat::DOWN.0),
            (self.kind != new.kind, RouteWhat::KIND.0),
            (self.protocol != new.protocol, RouteWhat::PROTOCOL.0),
            (self.scope != new.scope || self.prefsrc != new.prefsrc, RouteWhat::SOURCE.0),
            (self.nexthop_id != new.nexthop_id, RouteWhat::NEXTHOP_ID.0),
            (self.mtu != new.mtu, RouteWhat::MTU.0),
            ((self.marks ^ new.marks) & hardware != 0, RouteWhat::HARDWARE.0),
            (self.key() != new.key(), RouteWhat::KEY.0),
        ]))
    }

    #[inline]
    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
        let (route, gone) = match message.parse(route::NEW) {
            Some(route) => (route, false),
            None => match message.parse(route::DEL) {
                Some(route) => (route, true),
                None => return Ok(None),
            },
        };
        let header = &route.header;
        // What was made from another one for one destination, or is a multicast route, is none.
        let family = header.family;
        if !matches!(family, AddressFamily::INET | AddressFamily::INET6 | AddressFamily::MPLS)
            || header.flags.contains(RouteFlags::CLONED)
        {
            return Ok(None);
        }
        let mut marks = 0;
        if header.flags.intersects(RouteFlags::OFFLOAD | RouteFlags::TRAP) {
            marks |= IN_HARDWARE;
        }
        if header.flags.contains(RouteFlags::OFFLOAD_FAILED) {
            marks |= NOT_IN_HARDWARE;
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
            kind: header.rtm_type,
            count: 0,
            marks,
        };
        entry.fill(&route)?;
        let op = if gone {
            UpdateOp::Delete
        } else if message.flags.contains(Flags::MULTI) {
            // Reading gives them in their order.
            UpdateOp::Append
        } else if message.flags.contains(Flags::REPLACE) {
            UpdateOp::Replace
        } else if message.flags.contains(Flags::APPEND) {
            UpdateOp::Append
        } else if message.flags.contains(Flags::CREATE) {
            UpdateOp::Full
        } else {
            // Something about it changed, such as whether hardware has it.
            UpdateOp::Partial
        };
        Ok(Some(Update { entry, op }))
    }

    fn dump_request(index: &RouteIndex, step: usize, asking: &mut DumpRequest<'_>) -> bool {
        // Each family on its own: a kernel without one says so, and the others are read.
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
        asking.dump(route::GET, header, |route| {
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

    fn reconcile(update: Update<Self>, among: &CacheView<'_, Self>) -> Plan<Self> {
        let Update { entry, op } = update;
        match entry.family {
            AddressFamily::INET => meet_v4(entry, op, among),
            AddressFamily::INET6 => meet_v6(entry, op, among),
            _ => Plan::simple(update, among),
        }
    }

    fn invalidates_dump(update: Option<&Update<Self>>) -> bool {
        update.is_none_or(|update| {
            update.op == UpdateOp::Delete && update.entry.family == AddressFamily::INET6
        })
    }

    fn candidates(cause: &Trigger, nth: usize) -> Candidates {
        let found = |number| Candidates::Found { lookup: RouteIndex::BY_LINK, number };
        match (cause, nth) {
            _ if cause.is_unchanged() => Candidates::None,
            (Trigger::Link { index, .. } | Trigger::LinkGone { index }, 0) => found(*index as u32),
            (Trigger::Link { .. } | Trigger::LinkGone { .. }, 1) => found(RouteIndex::SEVERAL),
            (Trigger::AddressCame { .. }, 0) => found(RouteIndex::SEVERAL),
            (Trigger::AddressGone { .. } | Trigger::NextHopGone { .. }, 0) => Candidates::All,
            _ => Candidates::None,
        }
    }

    fn apply(&self, cause: &Trigger, _: &CacheView<'_, Self>) -> Effect<Self> {
        match *cause {
            Trigger::LinkGone { index } => self.lost_link(index as u32, true, false, false),
            // Its carrier alone does not bring a next hop back that is dead for want of an address.
            Trigger::Link { index, up: true, running: true, was, .. }
                if self.family == AddressFamily::INET
                    && was.is_none_or(|was| was.up)
                    && self.is_dead_by(index as u32) =>
            {
                Effect::Resync
            }
            // Joining or leaving a VRF takes all IPv4 routes of a link away, told or not; the
            // kernel's own ones come back in the other table.
            Trigger::Link { index, table, .. }
                if self.family == AddressFamily::INET
                    && self.is_own()
                    && self.protocol == RouteProtocol::KERNEL
                    && self.table != table
                    && self.goes_by(index as u32) =>
            {
                Effect::Resync
            }
            // Without knowing what the link was before, routes to this machine's own addresses may
            // have been added since it is down.
            Trigger::Link { index, up: false, was: None, .. }
                if self.family == AddressFamily::INET6
                    && self.is_own()
                    && self.goes_by(index as u32) =>
            {
                Effect::Resync
            }
            Trigger::Link { index, up, running, .. } => {
                self.lost_link(index as u32, false, up, up && running)
            }
            // With a link's last address, its routes go; with an address that no link has any more,
            // those that send from it. Of routes of the kernel's own, it tells.
            Trigger::AddressGone { address, index } if address.is_ipv4() => {
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
            Trigger::AddressGone { .. } => Effect::None,
            // A link that had no address any more is of use to next hops again.
            Trigger::AddressCame { index } => {
                let again = self.hops().iter().any(|hop| hop.index == index && hop.is_down());
                let again = again && self.family == AddressFamily::INET;
                if again { Effect::Resync } else { Effect::None }
            }
            Trigger::NextHopGone { id } if self.nexthop_id == id && id != 0 => Effect::Gone,
            _ => Effect::None,
        }
    }

    fn socket_filter(index: &RouteIndex, program: &mut ClassicFilter) {
        // `struct rtmsg`: the family first, then lengths, type of service, table, protocol. A route
        // that replaces another may have another protocol, and takes away one that is wanted.
        let family = index.family.map(|family| Condition::byte(0, family.0));
        let low = |table: RouteTable| u8::try_from(table.0).ok();
        let table = index.table.and_then(low).map(|table| Condition::byte(4, table));
        let protocol = index.protocol.map(|protocol| Condition::byte(5, protocol.0).or_replaces());
        for kind in [route::NEW.number(), route::DEL.number()] {
            program.kind_if(kind, [family, table, protocol]);
        }
        // One of IPv6 that goes disturbs what is being read, whoever set it.
        if protocol.is_some() && index.is_of(AddressFamily::INET6) {
            let family = Some(Condition::byte(0, AddressFamily::INET6.0));
            program.kind_if(route::DEL.number(), [family, table]);
        }
        let causes = [link::NEW.number(), link::DEL.number(), nexthop::DEL.number()];
        program.kinds(&causes);
        if index.is_of(AddressFamily::INET) {
            for kind in [addr::NEW.number(), addr::DEL.number()] {
                program.kind(kind, &[Condition::byte(0, AddressFamily::INET.0)]);
            }
        }
    }
}
