//! Connection entry: fields, reading, look-ups.

use core::fmt;
use core::net::IpAddr;

use barelink_codec::netfilter::conntrack::{
    self, Conntrack, ConntrackStatus, ProtoInfo, SctpInfo, SctpState, TcpInfo, TcpState, Tuple,
    TupleFilter, TupleFlags, TupleProto,
};
use barelink_codec::netfilter::group::Group;
use barelink_codec::netfilter::header::{NfHeader, NfProto};
use barelink_codec::socket::Protocol;
use barelink_codec::{Attrs, Error, Flags, Message};

use super::index::{ConntrackIndex, Mark};
use super::tuple::{ConntrackKey, FlowTuple, NO_STATE, PackedTuple, SCTP, TCP};
use crate::bits::{halves, ipv4, ipv6, mask_of, octets};
use crate::cache::Cache;
use crate::entry::{Diff, DumpRequest, Entry, Index, Update, UpdateOp};
use crate::filter::{ClassicFilter, Condition};
use crate::hash::Hasher;
use crate::kernel_rules::{KernelRules, Plan};
use crate::lookup::Lookups;
use crate::view::CacheView;

/// Status bits that the kernel sets without a notification.
const SILENT: ConntrackStatus =
    ConntrackStatus(ConntrackStatus::OFFLOAD.0 | ConntrackStatus::HW_OFFLOAD.0);

/// Connection tracking entry.
#[derive(Clone, PartialEq)]
pub struct ConntrackEntry {
    original: PackedTuple,
    reply: PackedTuple,
    /// Connection mark (`CTA_MARK`).
    pub mark: u32,
    /// Status (`CTA_STATUS`, `IPS_*`). A change of the offload bits is not reported.
    pub status: ConntrackStatus,
    /// Timeout in seconds from when the message was received (`CTA_TIMEOUT`). Its change is not
    /// reported.
    pub timeout: u32,
    /// Connection ID (`CTA_ID`); a later connection with the same tuple has another.
    pub id: u32,
    /// Zone of the original direction (`CTA_ZONE`, `CTA_TUPLE_ZONE`).
    pub zone: u16,
    /// Zone of the reply direction, usually the same.
    pub reply_zone: u16,
    /// Address family (`nfgen_family`), IPv4 or IPv6.
    pub family: NfProto,
    /// IP protocol (`CTA_PROTO_NUM`).
    pub protocol: u8,
    /// State in the protocol's numbering; [`NO_STATE`] if not known.
    state: u8,
}

impl ConntrackEntry {
    /// Returns the tuple of the original direction (`CTA_TUPLE_ORIG`).
    pub fn original(&self) -> FlowTuple {
        self.flow(&self.original)
    }

    /// Returns the tuple of the reply direction (`CTA_TUPLE_REPLY`): with NAT, not the inverse of
    /// the original tuple.
    pub fn reply(&self) -> FlowTuple {
        self.flow(&self.reply)
    }

    /// Returns the TCP state; `None` for other protocols, and if it is not known.
    pub fn tcp_state(&self) -> Option<TcpState> {
        (self.protocol == TCP && self.state != NO_STATE).then_some(TcpState(self.state))
    }

    /// Returns the SCTP state; `None` for other protocols, and if it is not known.
    pub fn sctp_state(&self) -> Option<SctpState> {
        (self.protocol == SCTP && self.state != NO_STATE).then_some(SctpState(self.state))
    }

    fn flow(&self, tuple: &PackedTuple) -> FlowTuple {
        let PackedTuple { source, destination, from, to } = *tuple;
        let address = if self.family == NfProto::IPV4 { ipv4 } else { ipv6 };
        let (source, destination) = (address(source), address(destination));
        FlowTuple { source, destination, protocol: self.protocol, src_port: from, dst_port: to }
    }

    fn has_state(&self) -> bool {
        matches!(self.protocol, TCP | SCTP)
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
    /// Fields in which two connections differ.
    pub ConntrackFields "": u32 {
        /// TCP or SCTP state.
        0x1 => STATE,
        /// Status (`CTA_STATUS`), other than the offload bits.
        0x2 => STATUS,
        /// Connection mark (`CTA_MARK`).
        0x4 => MARK,
        /// Reply tuple, or its zone.
        0x8 => REPLY,
        /// Connection ID (`CTA_ID`): another connection with the same tuple.
        0x10 => ID,
    }
}

impl Diff for ConntrackFields {
    fn is_empty(&self) -> bool {
        *self == ConntrackFields::EMPTY
    }
}

impl Index<ConntrackEntry> for ConntrackIndex {
    type Lookups = Lookups<3>;
    const NEW: Self = ConntrackIndex::ALL;

    #[inline]
    fn hash(entry: &ConntrackEntry, lookup: usize, hasher: Hasher) -> Option<u32> {
        Some(match lookup {
            // The look-up is for any zone.
            ConntrackIndex::BY_REPLY => {
                hasher.hash_one(&entry.reply.key(entry.family, entry.protocol, 0))
            }
            ConntrackIndex::BY_ORIGINAL_SOURCE => hasher.hash_one(&halves(entry.original.source)),
            _ => hasher.hash_one(&halves(entry.reply.source)),
        })
    }
    fn wants(&self, entry: &ConntrackEntry) -> bool {
        self.family.is_none_or(|family| family == entry.family)
            && self.protocol.is_none_or(|protocol| protocol == entry.protocol)
            && self.mark.is_none_or(|mark| (entry.mark ^ mark.value) & mark.mask == 0)
    }
}

/// Returns the state in the protocol's numbering, if the message has it.
fn state(info: Option<Attrs<'_, ProtoInfo>>, protocol: u8) -> Option<u8> {
    match protocol {
        TCP => info?.get(ProtoInfo::TCP).ok()??.get(TcpInfo::STATE).ok()?.map(|state| state.0),
        SCTP => info?.get(ProtoInfo::SCTP).ok()??.get(SctpInfo::STATE).ok()?.map(|state| state.0),
        _ => None,
    }
}

impl Entry for ConntrackEntry {
    type Key = ConntrackKey;
    type Diff = ConntrackFields;
    type Index = ConntrackIndex;
    const PROTOCOL: Protocol = Protocol::NETFILTER;
    const GROUPS: &'static [u32] =
        &[Group::CONNTRACK_NEW.0, Group::CONNTRACK_UPDATE.0, Group::CONNTRACK_DESTROY.0];

    #[inline]
    fn key(&self) -> ConntrackKey {
        self.original.key(self.family, self.protocol, self.zone)
    }

    fn diff(&self, new: &Self) -> ConntrackFields {
        let reply = |entry: &Self| (entry.reply, entry.reply_zone);
        ConntrackFields(mask_of([
            (self.state != new.state, ConntrackFields::STATE.0),
            (self.status.without(SILENT) != new.status.without(SILENT), ConntrackFields::STATUS.0),
            (self.mark != new.mark, ConntrackFields::MARK.0),
            (reply(self) != reply(new), ConntrackFields::REPLY.0),
            (self.id != new.id, ConntrackFields::ID.0),
        ]))
    }

    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
        let (ct, deleted) = match message.parse(conntrack::NEW) {
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
        let (original, protocol, original_zone) = PackedTuple::read(original.require()?)?;
        let (reply, _, reply_zone) = PackedTuple::read(reply.require()?)?;
        // `CTA_ZONE` is the zone of both directions, `CTA_TUPLE_ZONE` that of one.
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
            state: state.unwrap_or(NO_STATE),
        };
        // Notifications of other changes lack the state; dumps have it.
        let partial = entry.state == NO_STATE && entry.has_state();
        let op = match deleted {
            true => UpdateOp::Delete,
            false if partial && !message.flags.contains(Flags::MULTI) => UpdateOp::Partial,
            false => UpdateOp::Full,
        };
        Ok(Some(Update { entry, op }))
    }

    fn dump_request(index: &ConntrackIndex, step: usize, request: &mut DumpRequest<'_>) -> bool {
        // With a protocol filter, the kernel dumps one family only.
        let each: &[NfProto] = match (&index.family, index.protocol) {
            (Some(family), _) => core::slice::from_ref(family),
            (None, Some(_)) => &[NfProto::IPV4, NfProto::IPV6],
            (None, None) => &[NfProto::UNSPEC],
        };
        let Some(family) = each.get(step).copied() else { return false };
        let header = NfHeader { family, ..Default::default() };
        request.dump(conntrack::GET, header, |ct| {
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

    fn socket_filter(index: &ConntrackIndex, filter: &mut ClassicFilter) {
        // `struct nfgenmsg`: the family is at offset 0.
        let family = index.family.map(|family| Condition::byte(0, family.0));
        for message_type in [conntrack::NEW.number(), conntrack::DEL.number()] {
            filter.accept_if(message_type, [family]);
        }
    }
}

impl KernelRules for ConntrackEntry {
    fn reconcile(update: Update<Self>, view: &CacheView<'_, Self>) -> Plan<Self> {
        let slot = view.find(&update.entry);
        let stored = slot.and_then(|slot| view.at(slot));
        match (update.op, stored) {
            // The kernel may notify of a deletion late: there may be another connection by then.
            (UpdateOp::Delete, Some(stored)) if stored.id != update.entry.id => Plan::Ignore,
            (UpdateOp::Partial, Some(stored)) if stored.id == update.entry.id => {
                let entry = ConntrackEntry { state: stored.state, ..update.entry };
                Plan::Put { at: slot, entry, before: None, resync: false }
            }
            (UpdateOp::Partial, _) => {
                Plan::Put { at: slot, entry: update.entry, before: None, resync: true }
            }
            _ => Plan::simple(update, view),
        }
    }
}

impl<const N: usize> Cache<ConntrackEntry, N> {
    /// Returns the connections with this reply tuple, in any zone: with NAT, the originals behind a
    /// translated address.
    ///
    /// ```
    /// use barelink_cache::conntrack::{ConntrackEntry, FlowTuple};
    /// use barelink_cache::Cache;
    ///
    /// fn original_of(cache: &Cache<ConntrackEntry, 256>, reply: &FlowTuple) -> Option<FlowTuple> {
    ///     Some(cache.by_reply(reply).next()?.original())
    /// }
    /// # let (a, b) = ("192.0.2.1:80".parse().unwrap(), "198.51.100.1:4000".parse().unwrap());
    /// # assert_eq!(original_of(&Cache::new(), &FlowTuple::tcp(a, b)), None);
    /// ```
    pub fn by_reply(&self, reply: &FlowTuple) -> impl Iterator<Item = &ConntrackEntry> {
        let (key, reply) = (reply.key(0), *reply);
        self.lookup(ConntrackIndex::BY_REPLY, &key).filter(move |entry| entry.reply() == reply)
    }

    /// Returns the connections whose original source is this address.
    pub fn by_original_source(&self, address: IpAddr) -> impl Iterator<Item = &ConntrackEntry> {
        self.lookup(ConntrackIndex::BY_ORIGINAL_SOURCE, &halves(octets(address)))
            .filter(move |entry| entry.original().source == address)
    }

    /// Returns the connections whose reply source is this address: that of the server, with NAT not
    /// the original destination.
    pub fn by_reply_source(&self, address: IpAddr) -> impl Iterator<Item = &ConntrackEntry> {
        self.lookup(ConntrackIndex::BY_REPLY_SOURCE, &halves(octets(address)))
            .filter(move |entry| entry.reply().source == address)
    }

    /// Returns the connections with this address as original source or reply source, each once.
    pub fn by_address(&self, address: IpAddr) -> impl Iterator<Item = &ConntrackEntry> {
        let replying = self.by_reply_source(address);
        self.by_original_source(address)
            .chain(replying.filter(move |entry| entry.original().source != address))
    }
}
