//! Connection tuples, and keys of connections.

use core::hash::Hash;
use core::net::{IpAddr, SocketAddr};

use barelink_codec::netfilter::conntrack::{Tuple, TupleIp, TupleProto};
use barelink_codec::netfilter::header::NfProto;
use barelink_codec::{Attrs, Error};

use crate::bits::{halves, octets};

/// Protocols with a state.
pub(super) const TCP: u8 = 6;
pub(super) const SCTP: u8 = 132;
/// State that the message lacks.
pub(super) const NO_STATE: u8 = u8::MAX;
pub(super) const ICMP: u8 = 1;
pub(super) const UDP: u8 = 17;
pub(super) const ICMPV6: u8 = 58;
/// Tuple of one direction of a connection (`CTA_TUPLE_*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct FlowTuple {
    /// Source address.
    pub source: IpAddr,
    /// Destination address.
    pub destination: IpAddr,
    /// IP protocol (`IPPROTO_*`).
    pub protocol: u8,
    /// Source port in host byte order; for ICMP, the identifier of an echo request; for GRE, the
    /// key.
    pub src_port: u16,
    /// Destination port in host byte order; for ICMP, the type in the upper 8 bits and the code in
    /// the lower; for GRE, the key.
    pub dst_port: u16,
}

impl FlowTuple {
    /// Creates a TCP tuple.
    pub const fn tcp(from: SocketAddr, to: SocketAddr) -> Self {
        FlowTuple::between(from, to, TCP)
    }

    /// Creates a UDP tuple.
    pub const fn udp(from: SocketAddr, to: SocketAddr) -> Self {
        FlowTuple::between(from, to, UDP)
    }

    /// Creates a tuple of a protocol with ports.
    pub const fn between(from: SocketAddr, to: SocketAddr, protocol: u8) -> Self {
        FlowTuple {
            source: from.ip(),
            destination: to.ip(),
            protocol,
            src_port: from.port(),
            dst_port: to.port(),
        }
    }

    /// Creates an ICMP or ICMPv6 tuple, by the family of the source.
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

    /// Returns the ICMP type and code; `None` for other protocols.
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

    /// Reads a tuple. Returns also the protocol, and the zone if it is of this direction only.
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

/// Tuple as it is stored, without family and protocol.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct PackedTuple {
    pub(super) source: [u8; 16],
    pub(super) destination: [u8; 16],
    pub(super) from: u16,
    pub(super) to: u16,
}

/// Key of a connection: the original tuple, and its zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ConntrackKey {
    source: [u64; 2],
    destination: [u64; 2],
    /// Ports, zone, family and protocol.
    rest: u64,
}

impl ConntrackKey {
    /// Creates the key of a connection in zone 0.
    pub fn new(original: &FlowTuple) -> Self {
        original.key(0)
    }

    /// Creates the key of a connection in a zone.
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
