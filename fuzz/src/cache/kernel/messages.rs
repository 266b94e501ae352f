//! Messages of the fake kernel, as bytes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use barelink_codec::control::Control;
use barelink_codec::message::{HEADER, MessageType};
use barelink_codec::rtnl::addr::{self, Addr, AddrCacheInfo, AddrHeader};
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_codec::schema::Set;
use barelink_codec::value::Structure;
use barelink_codec::{Flags, Writer};
use barelink_transport::Errno;

use super::{AddrState, Kernel};
use crate::cache::thing::{self, ThingHeader, Things};

/// Port id of the manager's sockets.
pub const PORT: u32 = 7;

/// Returns the address of this number on the link of this index.
pub fn address(index: u32, which: u8) -> IpAddr {
    match which & 1 {
        0 => Ipv4Addr::new(10, 0, index as u8, which).into(),
        _ => Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, index as u16, which.into()).into(),
    }
}

/// Sequence number, port id and flags of a message.
pub(super) type To = (u32, u32, Flags);

/// Header fields of a notification.
pub(super) const EVENT: To = (0, 0, Flags::NONE);

/// Builds a message of a family.
pub(super) fn message<H: Structure, S: Set>(
    message_type: MessageType<H, S>,
    to: To,
    header: H,
    fill: impl FnOnce(&mut Writer<'_, S>),
) -> Vec<u8> {
    let (seq, port, flags) = to;
    let mut buffer = [0; 256];
    let message_type = message_type.without(Flags::REQUEST).with(flags);
    let mut bytes = message_type.build(&mut buffer, seq, header, fill).unwrap().to_vec();
    bytes[12..16].copy_from_slice(&port.to_ne_bytes());
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// Builds a control message.
pub(super) fn control(message_type: Control, flags: Flags, seq: u32, payload: &[u8]) -> Vec<u8> {
    let len = (HEADER + payload.len()) as u32;
    let mut bytes = len.to_ne_bytes().to_vec();
    bytes.extend(message_type.0.to_ne_bytes());
    bytes.extend(flags.0.to_ne_bytes());
    bytes.extend(seq.to_ne_bytes());
    bytes.extend(PORT.to_ne_bytes());
    bytes.extend(payload);
    bytes
}

/// Builds an ERROR that quotes no more than the request's header.
pub(super) fn error_reply(errno: Errno, seq: u32) -> Vec<u8> {
    let mut payload = (-errno.raw_os_error()).to_ne_bytes().to_vec();
    payload.extend([0; HEADER]);
    control(Control::ERROR, Flags::CAPPED, seq, &payload)
}

/// Returns a message with another message type.
pub(super) fn with_message_type(message_type: u16, mut bytes: Vec<u8>) -> Vec<u8> {
    bytes[4..6].copy_from_slice(&message_type.to_ne_bytes());
    bytes
}

/// Builds a message that the caches ignore.
pub(super) fn noise(op: u8) -> Vec<u8> {
    match op & 7 {
        0 => control(Control::NOOP, Flags::NONE, 0, &[]),
        1 => control(Control::OVERRUN, Flags::NONE, 0, &[]),
        2 => control(Control::ERROR, Flags::NONE, 0, &[0; 4 + HEADER]),
        3 => control(Control::DONE, Flags::NONE, 0, &[0; 4]),
        4 => Vec::new(),
        // A link in the families of bridges and of IPv6.
        5 | 6 => {
            let family = if op & 1 != 0 { AddressFamily::BRIDGE } else { AddressFamily::INET6 };
            let message_type = if op & 8 != 0 { link::NEW } else { link::DEL };
            let index = i32::from(op >> 4 & 7);
            let header = LinkHeader { family, index, ..LinkHeader::default() };
            message(message_type, EVENT, header, |attrs| {
                attrs.put(Link::MTU, 1).put(Link::IFNAME, "br");
            })
        }
        _ => control(Control(0x99), Flags::NONE, 0, &[1, 2, 3, 4]),
    }
}

impl Kernel<'_> {
    pub(super) fn thing(&self, which: (u8, u8), op: u8, to: To) -> Vec<u8> {
        let thing = self.things[&which];
        let header = ThingHeader {
            key: which.0,
            twin: which.1,
            value: thing.value,
            odd: thing.odd.into(),
            tag: if op == thing::PARTIAL { 0 } else { thing.tag },
            op,
            half: 0,
        };
        message(thing::NEW, to, header, |attrs| {
            attrs.put(Things::STAMP, thing.stamp);
        })
    }

    pub(super) fn link(&self, index: i32, to: To) -> Vec<u8> {
        let link = self.links[&index];
        let header = LinkHeader { index, flags: link.flags(), ..LinkHeader::default() };
        message(link::NEW, to, header, |attrs| {
            attrs.put(Link::IFNAME, link.name().as_str());
            attrs.put(Link::MTU, link.mtu).put(Link::TXQLEN, link.stamp);
        })
    }

    pub(super) fn addr(&self, which: (u32, u8), to: To) -> Vec<u8> {
        let AddrState { priority, stamp } = self.addrs[&which];
        let address = address(which.0, which.1);
        let (family, prefix_len) = match address {
            IpAddr::V4(_) => (AddressFamily::INET, 24),
            IpAddr::V6(_) => (AddressFamily::INET6, 64),
        };
        let header = AddrHeader { family, prefix_len, index: which.0, ..AddrHeader::default() };
        message(addr::NEW, to, header, |attrs| {
            attrs.put(Addr::ADDRESS, address);
            let life = AddrCacheInfo { valid: stamp, preferred: stamp, ..AddrCacheInfo::default() };
            attrs.put(Addr::CACHEINFO, life).put(Addr::RT_PRIORITY, priority);
        })
    }

    /// Builds a forged message; a manager that accepted it would lose a link.
    pub(super) fn forged(&self) -> Vec<u8> {
        let index = self.links.keys().next().copied().unwrap_or(1);
        message(link::DEL, EVENT, LinkHeader { index, ..LinkHeader::default() }, |_| {})
    }
}

/// Calls back with each message's type, flags, sequence number and payload. Returns `false` if one
/// is truncated.
pub(super) fn each(mut bytes: &[u8], mut on: impl FnMut(Control, Flags, u32, &[u8])) -> bool {
    while !bytes.is_empty() {
        let word = |at: usize| u32::from_ne_bytes(bytes[at..at + 4].try_into().unwrap());
        let half = |at: usize| u16::from_ne_bytes(bytes[at..at + 2].try_into().unwrap());
        let len = word(0) as usize;
        if len < HEADER || len > bytes.len() {
            return false;
        }
        on(Control(half(4)), Flags(half(6)), word(8), &bytes[HEADER..len]);
        bytes = &bytes[len..];
    }
    true
}
