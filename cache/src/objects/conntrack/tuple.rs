//! Connection tuples, and keys of connections.

use core::hash::Hash;
use core::net::{IpAddr, SocketAddr};

use barelink_codec::netfilter::conntrack::{Tuple, TupleIp, TupleProto};
use barelink_codec::netfilter::header::NfProto;
use barelink_codec::{Attrs, Error};

use crate::bits::{halves, octets};

/// The protocols that have a state.
pub(super) const TCP: u8 = 6;
pub(super) const SCTP: u8 = 132;
/// A state that was not told.
pub(super) const NO_STATE: u8 = u8::MAX;
pub(super) const ICMP: u8 = 1;
pub(super) const UDP: u8 = 17;
pub(super) const ICMPV6: u8 = 58;
/// Who talks with whom: what packets have in front that go one tuple, `CTA_TUPLE_*`.
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

    pub(super) fn pack(&self) -> PackedTuple {
        let FlowTuple { source, destination, src_port: from, dst_port: to, .. } = *self;
        PackedTuple { source: octets(source), destination: octets(destination), from, to }
    }

    pub(super) fn family(&self) -> NfProto {
        if self.source.is_ipv4() { NfProto::IPV4 } else { NfProto::IPV6 }
    }

    pub(super) fn key(&self, zone: u16) -> ConntrackKey {
        self.pack().key(self.family(), self.protocol, zone)
    }
}

impl PackedTuple {
    pub(super) fn key(&self, family: NfProto, protocol: u8, zone: u16) -> ConntrackKey {
        let [zone_high, zone_low] = zone.to_be_bytes();
        let ([a, b], [c, d]) = (self.from.to_be_bytes(), self.to.to_be_bytes());
        ConntrackKey {
            source: halves(self.source),
            destination: halves(self.destination),
            rest: u64::from_be_bytes([a, b, c, d, zone_high, zone_low, family.0, protocol]),
        }
    }

    /// Reads a tuple; gives the protocol, and the zone where it is for this tuple only.
    pub(super) fn read(tuple: Attrs<'_, Tuple>) -> Result<(PackedTuple, u8, Option<u16>), Error> {
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
        let tuple = PackedTuple {
            source: octets(source),
            destination: octets(destination),
            from: from.unwrap_or(0),
            to: to.unwrap_or(0),
        };
        Ok((tuple, protocol, zone.get()?))
    }
}

fn control(kind: Option<u8>, code: Option<u8>) -> u16 {
    u16::from_be_bytes([kind.unwrap_or(0), code.unwrap_or(0)])
}

/// What packets on one tuple have in front.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct PackedTuple {
    pub(super) source: [u8; 16],
    pub(super) destination: [u8; 16],
    pub(super) from: u16,
    pub(super) to: u16,
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
