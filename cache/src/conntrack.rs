//! Connections that the kernel follows, as a cache keeps them.
//!
//! The kernel tells of a connection only if somebody on the machine listened when it began, unless
//! `net.netfilter.nf_conntrack_events` is 1: of one that is older than the manager, and read, the end
//! may never be told. Where that is 2, as it is from the start, it takes a
//! [`resync`](crate::Manager::resync) from time to time. That packets put off a connection's end is
//! told to nobody either.

use core::fmt;
use core::hash::Hash;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use barelink_codec::netfilter::conntrack::{
    self, Conntrack, ConntrackStatus, ProtoInfo, SctpInfo, SctpState, TcpInfo, TcpState, Tuple,
    TupleFilter, TupleFlags, TupleIp, TupleProto,
};
use barelink_codec::netfilter::group::Group;
use barelink_codec::netfilter::header::{NfHeader, NfProto};
use barelink_codec::socket::Protocol;
use barelink_codec::{Attrs, Error, Flags, Message};

use crate::addr::halves;
use crate::entry::{Diff, DumpRequest, Entry, Index, Plan, Update, UpdateOp};
use crate::filter::{ClassicFilter, Condition};
use crate::hash::Hasher;
use crate::link::bits;
use crate::table::{Cache, CacheView, Lookups};

/// A connection.
#[derive(Clone, PartialEq)]
pub struct ConntrackEntry {
    original: Way,
    reply: Way,
    /// Its mark, `CTA_MARK`.
    pub mark: u32,
    /// How far it is, and what is done with it, `CTA_STATUS`. That its packets take a short cut
    /// counts as no change.
    pub status: ConntrackStatus,
    /// In how many seconds it is given up, from when it was last told of, `CTA_TIMEOUT`; counts as
    /// no change.
    pub timeout: u32,
    /// Its number, `CTA_ID`; a later one between the same ends has another.
    pub id: u32,
    /// The zone that its first packet was in, `CTA_ZONE`.
    pub zone: u16,
    /// The zone that replies are in: most often the same.
    pub reply_zone: u16,
    /// IPv4 or IPv6, `nfgen_family`.
    pub family: NfProto,
    /// The number of its protocol, `CTA_PROTO_NUM`.
    pub protocol: u8,
    /// As its protocol has it.
    state: u8,
}

/// What packets on one way have in front.
#[derive(Clone, Copy, PartialEq)]
struct Way {
    source: [u8; 16],
    destination: [u8; 16],
    from: u16,
    to: u16,
}

/// The protocols that have a state.
const TCP: u8 = 6;
const SCTP: u8 = 132;
/// A state that was not told.
const UNTOLD: u8 = u8::MAX;
const ICMP: u8 = 1;
const UDP: u8 = 17;
const ICMPV6: u8 = 58;
/// The kernel does not tell when it sets these.
const SILENT: ConntrackStatus =
    ConntrackStatus(ConntrackStatus::OFFLOAD.0 | ConntrackStatus::HW_OFFLOAD.0);

/// Who talks with whom: what packets have in front that go one way, `CTA_TUPLE_*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FlowTuple {
    /// Where packets come from.
    pub source: IpAddr,
    /// Where they go to.
    pub destination: IpAddr,
    /// The number of the protocol, `IPPROTO_*`.
    pub protocol: u8,
    /// The port that they come from; of a control message, the number of a series of echo requests;
    /// of GRE, the key.
    pub src_port: u16,
    /// The port that they go to; of a control message, what kind it is in the upper 8 bits, and what
    /// it is more closely in the lower; of GRE, the key.
    pub dst_port: u16,
}

impl FlowTuple {
    /// TCP, from here to there.
    pub const fn tcp(from: SocketAddr, to: SocketAddr) -> Self {
        FlowTuple::between(from, to, TCP)
    }

    /// UDP, from here to there.
    pub const fn udp(from: SocketAddr, to: SocketAddr) -> Self {
        FlowTuple::between(from, to, UDP)
    }

    /// A protocol with ports, from here to there.
    pub const fn between(from: SocketAddr, to: SocketAddr, protocol: u8) -> Self {
        FlowTuple {
            source: from.ip(),
            destination: to.ip(),
            protocol,
            src_port: from.port(),
            dst_port: to.port(),
        }
    }

    /// A control message of this kind and code, of the series with this number.
    pub const fn icmp(source: IpAddr, destination: IpAddr, id: u16, [kind, code]: [u8; 2]) -> Self {
        let protocol = if source.is_ipv4() { ICMP } else { ICMPV6 };
        FlowTuple {
            source,
            destination,
            protocol,
            src_port: id,
            dst_port: u16::from_be_bytes([kind, code]),
        }
    }

    /// The kind of control message, and what it is more closely.
    pub const fn icmp_type(&self) -> Option<[u8; 2]> {
        match self.protocol {
            ICMP | ICMPV6 => Some(self.dst_port.to_be_bytes()),
            _ => None,
        }
    }

    fn way(&self) -> Way {
        let FlowTuple { source, destination, src_port: from, dst_port: to, .. } = *self;
        Way { source: octets(source), destination: octets(destination), from, to }
    }

    fn family(&self) -> NfProto {
        if self.source.is_ipv4() { NfProto::IPV4 } else { NfProto::IPV6 }
    }

    fn key(&self, zone: u16) -> ConntrackKey {
        self.way().key(self.family(), self.protocol, zone)
    }
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

impl Way {
    fn key(&self, family: NfProto, protocol: u8, zone: u16) -> ConntrackKey {
        let [zone_high, zone_low] = zone.to_be_bytes();
        let ([a, b], [c, d]) = (self.from.to_be_bytes(), self.to.to_be_bytes());
        ConntrackKey {
            source: halves(self.source),
            destination: halves(self.destination),
            rest: u64::from_be_bytes([a, b, c, d, zone_high, zone_low, family.0, protocol]),
        }
    }

    /// Reads a tuple; gives the protocol, and the zone where it is for this way only.
    fn read(tuple: Attrs<'_, Tuple>) -> Result<(Way, u8, Option<u16>), Error> {
        let (ip, proto, zone) = tuple.find((Tuple::IP, Tuple::PROTO, Tuple::ZONE))?;
        let (v4_source, v4_destination, v6_source, v6_destination) = ip.require()?.find((
            TupleIp::V4_SRC,
            TupleIp::V4_DST,
            TupleIp::V6_SRC,
            TupleIp::V6_DST,
        ))?;
        let (source, destination) = match v4_source.get()? {
            Some(source) => (source.into(), v4_destination.require()?.into()),
            None => (v6_source.require()?.into(), v6_destination.require()?.into()),
        };
        let proto = proto.require()?;
        let (number, from, to) =
            proto.find((TupleProto::NUM, TupleProto::SRC_PORT, TupleProto::DST_PORT))?;
        let protocol = number.require()?;
        let (from, to) = match protocol {
            ICMP => {
                let (id, kind, code) = proto.find((
                    TupleProto::ICMP_ID,
                    TupleProto::ICMP_TYPE,
                    TupleProto::ICMP_CODE,
                ))?;
                (id.get()?, Some(control(kind.get()?, code.get()?)))
            }
            ICMPV6 => {
                let (id, kind, code) = proto.find((
                    TupleProto::ICMPV6_ID,
                    TupleProto::ICMPV6_TYPE,
                    TupleProto::ICMPV6_CODE,
                ))?;
                (id.get()?, Some(control(kind.get()?, code.get()?)))
            }
            _ => (from.get()?, to.get()?),
        };
        let way = Way {
            source: octets(source),
            destination: octets(destination),
            from: from.unwrap_or(0),
            to: to.unwrap_or(0),
        };
        Ok((way, protocol, zone.get()?))
    }
}

fn control(kind: Option<u8>, code: Option<u8>) -> u16 {
    u16::from_be_bytes([kind.unwrap_or(0), code.unwrap_or(0)])
}

impl ConntrackEntry {
    /// Who talks with whom, as the first packet has it, `CTA_TUPLE_ORIG`.
    pub fn original(&self) -> FlowTuple {
        self.flow(&self.original)
    }

    /// Who talks with whom, as replies have it, `CTA_TUPLE_REPLY`: where addresses are replaced, not
    /// the first packet's turned around.
    pub fn reply(&self) -> FlowTuple {
        self.flow(&self.reply)
    }

    /// How far a TCP connection is; none for other protocols, and where it is not known.
    pub fn tcp_state(&self) -> Option<TcpState> {
        (self.protocol == TCP && self.state != UNTOLD).then_some(TcpState(self.state))
    }

    /// How far an SCTP connection is; none for other protocols, and where it is not known.
    pub fn sctp_state(&self) -> Option<SctpState> {
        (self.protocol == SCTP && self.state != UNTOLD).then_some(SctpState(self.state))
    }

    fn flow(&self, way: &Way) -> FlowTuple {
        let Way { source, destination, from, to } = *way;
        let address = |octets| address(self.family, octets);
        let (source, destination) = (address(source), address(destination));
        FlowTuple { source, destination, protocol: self.protocol, src_port: from, dst_port: to }
    }

    fn has_state(&self) -> bool {
        matches!(self.protocol, TCP | SCTP)
    }
}

fn address(family: NfProto, octets: [u8; 16]) -> IpAddr {
    let [a, b, c, d, ..] = octets;
    match family {
        NfProto::IPV4 => Ipv4Addr::new(a, b, c, d).into(),
        _ => Ipv6Addr::from(octets).into(),
    }
}

impl fmt::Debug for ConntrackEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConntrackEntry")
            .field("original", &self.original())
            .field("reply", &self.reply())
            .field("zone", &self.zone)
            .field("reply_zone", &self.reply_zone)
            .field("mark", &self.mark)
            .field("status", &self.status)
            .field("tcp_state", &self.tcp_state())
            .field("sctp_state", &self.sctp_state())
            .field("timeout", &self.timeout)
            .field("id", &self.id)
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for ConntrackEntry {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "ConntrackEntry {{ original: {}, reply: {}",
            self.original(),
            self.reply()
        );
        defmt::write!(f, ", zone: {}, reply_zone: {}", self.zone, self.reply_zone);
        defmt::write!(f, ", mark: {}, status: {}", self.mark, self.status);
        defmt::write!(f, ", tcp_state: {}, sctp_state: {}", self.tcp_state(), self.sctp_state());
        defmt::write!(f, ", timeout: {}, id: {} }}", self.timeout, self.id);
    }
}

barelink_codec::flags! {
    /// Which fields of a connection differ.
    pub ConntrackWhat "": u32 {
        /// How far it is as its protocol has it: TCP's state, or SCTP's.
        0x1 => STATE,
        /// How far it is, and what is done with it.
        0x2 => STATUS,
        /// Its mark.
        0x4 => MARK,
        /// What replies have in front, or their zone.
        0x8 => REPLY,
        /// It is another connection between the same ends.
        0x10 => ID,
    }
}

impl Diff for ConntrackWhat {
    fn is_empty(&self) -> bool {
        *self == ConntrackWhat::EMPTY
    }
}

/// What tells connections apart: what the first packet has in front, and its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ConntrackKey {
    source: [u64; 2],
    destination: [u64; 2],
    /// Ports, zone, family and protocol.
    rest: u64,
}

impl ConntrackKey {
    /// The key of the connection whose first packet had this in front, in zone 0.
    pub fn new(original: &FlowTuple) -> Self {
        original.key(0)
    }

    /// The key of the connection whose first packet had this in front, in this zone.
    pub fn in_zone(original: &FlowTuple, zone: u16) -> Self {
        original.key(zone)
    }
}

impl Hash for ConntrackKey {
    #[inline(always)]
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        let ([source, more], [destination, rest]) = (self.source, self.destination);
        state.write_u64(source);
        state.write_u64(destination);
        if more | rest != 0 {
            state.write_u64(more);
            state.write_u64(rest);
        }
        state.write_u64(self.rest);
    }
}

/// Which connections are wanted; finds them by what replies have in front, and by either end.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ConntrackIndex {
    family: Option<NfProto>,
    protocol: Option<u8>,
    mark: Option<Mark>,
}

/// A mark that is wanted.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
struct Mark {
    value: u32,
    mask: u32,
}

impl ConntrackIndex {
    /// Looks up by what replies have in front.
    const BY_REPLY: usize = 0;
    /// Looks up by where the first packet comes from.
    const BY_ORIGIN: usize = 1;
    /// Looks up by where replies come from.
    const BY_ANSWERER: usize = 2;

    /// All.
    pub const ALL: Self = ConntrackIndex { family: None, protocol: None, mark: None };

    /// Of these, those of IPv4 or of IPv6.
    pub const fn of(self, family: NfProto) -> Self {
        ConntrackIndex { family: Some(family), ..self }
    }

    /// Of these, those of this protocol, `IPPROTO_*`.
    pub const fn by(self, protocol: u8) -> Self {
        ConntrackIndex { protocol: Some(protocol), ..self }
    }

    /// Of these, those whose mark has this value, as far as the mask goes.
    pub const fn marked(self, value: u32, mask: u32) -> Self {
        ConntrackIndex { mark: Some(Mark { value, mask }), ..self }
    }
}

impl Index<ConntrackEntry> for ConntrackIndex {
    type Lookups = Lookups<3>;
    const NEW: Self = ConntrackIndex::ALL;

    #[inline]
    fn hash(entry: &ConntrackEntry, lookup: usize, hasher: Hasher) -> Option<u32> {
        Some(match lookup {
            // Whoever asks is not asked for the zone.
            ConntrackIndex::BY_REPLY => {
                hasher.of(&entry.reply.key(entry.family, entry.protocol, 0))
            }
            ConntrackIndex::BY_ORIGIN => hasher.of(&halves(entry.original.source)),
            _ => hasher.of(&halves(entry.reply.source)),
        })
    }
    fn wants(&self, entry: &ConntrackEntry) -> bool {
        self.family.is_none_or(|family| family == entry.family)
            && self.protocol.is_none_or(|protocol| protocol == entry.protocol)
            && self.mark.is_none_or(|mark| (entry.mark ^ mark.value) & mark.mask == 0)
    }
}

/// How far a connection is, as its protocol has it, if that is told.
fn state(info: Option<Attrs<'_, ProtoInfo>>, protocol: u8) -> Option<u8> {
    match protocol {
        TCP => info?.get(ProtoInfo::TCP).ok()??.get(TcpInfo::STATE).ok()?.map(|state| state.0),
        SCTP => info?.get(ProtoInfo::SCTP).ok()??.get(SctpInfo::STATE).ok()?.map(|state| state.0),
        _ => None,
    }
}

impl Entry for ConntrackEntry {
    type Key = ConntrackKey;
    type Diff = ConntrackWhat;
    type Index = ConntrackIndex;
    const PROTOCOL: Protocol = Protocol::NETFILTER;
    const GROUPS: &'static [u32] =
        &[Group::CONNTRACK_NEW.0, Group::CONNTRACK_UPDATE.0, Group::CONNTRACK_DESTROY.0];

    #[inline]
    fn key(&self) -> ConntrackKey {
        self.original.key(self.family, self.protocol, self.zone)
    }

    fn diff(&self, new: &Self) -> ConntrackWhat {
        let reply = |entry: &Self| (entry.reply, entry.reply_zone);
        ConntrackWhat(bits([
            (self.state != new.state, ConntrackWhat::STATE.0),
            (self.status.without(SILENT) != new.status.without(SILENT), ConntrackWhat::STATUS.0),
            (self.mark != new.mark, ConntrackWhat::MARK.0),
            (reply(self) != reply(new), ConntrackWhat::REPLY.0),
            (self.id != new.id, ConntrackWhat::ID.0),
        ]))
    }

    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
        let (ct, gone) = match message.parse(conntrack::NEW) {
            Some(ct) => (ct, false),
            None => match message.parse(conntrack::DEL) {
                Some(ct) => (ct, true),
                None => return Ok(None),
            },
        };
        let (original, reply, status, info, timeout, mark, id, zone) = ct.find((
            Conntrack::TUPLE_ORIG,
            Conntrack::TUPLE_REPLY,
            Conntrack::STATUS,
            Conntrack::PROTOINFO,
            Conntrack::TIMEOUT,
            Conntrack::MARK,
            Conntrack::ID,
            Conntrack::ZONE,
        ))?;
        let (original, protocol, original_zone) = Way::read(original.require()?)?;
        let (reply, _, reply_zone) = Way::read(reply.require()?)?;
        // The zone is told once if it is the same for both ways; else for the one that has any.
        let zone = zone.get()?.unwrap_or(0);
        let state = state(info.get().ok().flatten(), protocol);
        let entry = ConntrackEntry {
            original,
            reply,
            mark: mark.get().ok().flatten().unwrap_or(0),
            status: status.get().ok().flatten().unwrap_or(ConntrackStatus::EMPTY),
            timeout: timeout.get().ok().flatten().unwrap_or(0),
            id: id.get().ok().flatten().unwrap_or(0),
            zone: original_zone.unwrap_or(zone),
            reply_zone: reply_zone.unwrap_or(zone),
            family: ct.header.family,
            protocol,
            state: state.unwrap_or(UNTOLD),
        };
        // Where it has changed otherwise, the state is not told; who reads all is told all there is.
        let partly = entry.state == UNTOLD && entry.has_state();
        let op = match gone {
            true => UpdateOp::Delete,
            false if partly && !message.flags.contains(Flags::MULTI) => UpdateOp::Partial,
            false => UpdateOp::Full,
        };
        Ok(Some(Update { entry, op }))
    }

    fn dump_request(index: &ConntrackIndex, step: usize, asking: &mut DumpRequest<'_>) -> bool {
        // By protocol, the kernel tells those of one family only.
        let each: &[NfProto] = match (&index.family, index.protocol) {
            (Some(family), _) => core::slice::from_ref(family),
            (None, Some(_)) => &[NfProto::IPV4, NfProto::IPV6],
            (None, None) => &[NfProto::UNSPEC],
        };
        let Some(family) = each.get(step).copied() else { return false };
        let header = NfHeader { family, ..Default::default() };
        asking.dump(conntrack::GET, header, |ct| {
            if let Some(Mark { value, mask }) = index.mark {
                ct.put(Conntrack::MARK, value & mask).put(Conntrack::MARK_MASK, mask);
            }
            if let Some(protocol) = index.protocol {
                ct.nest(Conntrack::TUPLE_ORIG, |tuple| {
                    tuple.nest(Tuple::PROTO, |proto| {
                        proto.put(TupleProto::NUM, protocol);
                    });
                });
                ct.nest(Conntrack::FILTER, |filter| {
                    filter.put(TupleFilter::ORIG_FLAGS, TupleFlags::PROTO_NUM);
                    filter.put(TupleFilter::REPLY_FLAGS, TupleFlags::EMPTY);
                });
            }
        })
    }

    fn reconcile(update: Update<Self>, among: &CacheView<'_, Self>) -> Plan<Self> {
        let place = among.find(&update.entry);
        let kept = place.and_then(|place| among.at(place));
        match (update.op, kept) {
            // The kernel tells of an end as soon as it can: by then there may be another one.
            (UpdateOp::Delete, Some(kept)) if kept.id != update.entry.id => Plan::Nothing,
            (UpdateOp::Partial, Some(kept)) if kept.id == update.entry.id => {
                let entry = ConntrackEntry { state: kept.state, ..update.entry };
                Plan::Put { at: place, entry, before: None, resync: false }
            }
            (UpdateOp::Partial, _) => {
                Plan::Put { at: place, entry: update.entry, before: None, resync: true }
            }
            _ => Plan::simple(update, among),
        }
    }

    fn socket_filter(index: &ConntrackIndex, program: &mut ClassicFilter) {
        // `struct nfgenmsg` begins with the family.
        let family = index.family.map(|family| Condition::byte(0, family.0));
        for kind in [conntrack::NEW.number(), conntrack::DEL.number()] {
            program.kind_if(kind, [family]);
        }
    }
}

impl<const N: usize> Cache<ConntrackEntry, N> {
    /// Every connection whose replies have this in front, in whichever zone: where addresses are
    /// replaced, who is behind this.
    ///
    /// ```
    /// use barelink_cache::conntrack::{ConntrackEntry, FlowTuple};
    /// use barelink_cache::Cache;
    ///
    /// fn who_is_behind(cache: &Cache<ConntrackEntry, 256>, reply: &FlowTuple) -> Option<FlowTuple> {
    ///     Some(cache.by_reply(reply).next()?.original())
    /// }
    /// # let (a, b) = ("192.0.2.1:80".parse().unwrap(), "198.51.100.1:4000".parse().unwrap());
    /// # assert_eq!(who_is_behind(&Cache::new(), &FlowTuple::tcp(a, b)), None);
    /// ```
    pub fn by_reply(&self, reply: &FlowTuple) -> impl Iterator<Item = &ConntrackEntry> {
        let (key, reply) = (reply.key(0), *reply);
        self.found(ConntrackIndex::BY_REPLY, &key).filter(move |entry| entry.reply() == reply)
    }

    /// Every connection that was begun from this address.
    pub fn begun_from(&self, address: IpAddr) -> impl Iterator<Item = &ConntrackEntry> {
        self.found(ConntrackIndex::BY_ORIGIN, &halves(octets(address)))
            .filter(move |entry| entry.original().source == address)
    }

    /// Every connection that is answered from this address, whichever the first packet was sent to.
    pub fn answered_from(&self, address: IpAddr) -> impl Iterator<Item = &ConntrackEntry> {
        self.found(ConntrackIndex::BY_ANSWERER, &halves(octets(address)))
            .filter(move |entry| entry.reply().source == address)
    }

    /// Every connection with an end at this address, once.
    pub fn by_address(&self, address: IpAddr) -> impl Iterator<Item = &ConntrackEntry> {
        let answered = self.answered_from(address);
        self.begun_from(address)
            .chain(answered.filter(move |entry| entry.original().source != address))
    }
}
