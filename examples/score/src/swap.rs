//! Converts messages of the other byte order to this machine's, by the tables.
//!
//! Lengths, types and integers are byte-swapped; values in network byte order are left alone.

use barelink_codec::control::{Control, ExtAck};
use barelink_codec::frame::{self, NUMBER, align};
use barelink_codec::message::HEADER;
use barelink_codec::schema::{Int, Layout, Order, Scope, Set, TableFn, Type};
use barelink_codec::{Flags, Message, Messages};

use crate::families;

/// Converts the messages of a datagram.
pub fn datagram(bytes: &mut [u8], protocol: u8) {
    let mut rest = bytes;
    while rest.len() >= HEADER {
        message_header(rest);
        let len = word(rest) as usize;
        if len < HEADER || len > rest.len() {
            return;
        }
        message(&mut rest[..len], protocol);
        let next = align(len).min(rest.len());
        rest = &mut rest[next..];
    }
}

fn message_header(bytes: &mut [u8]) {
    bytes[..4].reverse();
    bytes[4..6].reverse();
    bytes[6..8].reverse();
    bytes[8..12].reverse();
    bytes[12..16].reverse();
}

fn word(bytes: &[u8]) -> u32 {
    bytes.first_chunk().map_or(0, |bytes| u32::from_ne_bytes(*bytes))
}

/// Converts a message's payload; its header is in this machine's order already.
fn message(bytes: &mut [u8], protocol: u8) {
    let copy = bytes.to_vec();
    let Some(Ok(message)) = Messages::new(&copy).next() else { return };
    let payload = &mut bytes[HEADER..];
    if message.message_type == Control::ERROR.0 || message.message_type == Control::DONE.0 {
        return status(payload, &message, protocol);
    }
    let Some(family) = families::of(protocol, &message) else { return };
    structure(family.header, payload);
    let Some(row) = family.message(family.number(&message)) else { return };
    let head = align(family.header.len).min(payload.len());
    let (header, attrs) = payload.split_at_mut(head);
    let header = header.to_vec();
    run(
        RowTypes::Table(row.table),
        attrs,
        &Scope { siblings: &[], header: &header, outer: None },
        true,
    );
}

fn status(payload: &mut [u8], message: &Message<'_>, protocol: u8) {
    let Some((code, mut rest)) = payload.split_at_mut_checked(4) else { return };
    code.reverse();
    if message.message_type == Control::ERROR.0 {
        if rest.len() < HEADER {
            return;
        }
        message_header(rest);
        let capped = word(code) == 0 || message.flags.contains(Flags::CAPPED);
        let len = if capped { HEADER } else { (word(rest) as usize).clamp(HEADER, rest.len()) };
        if !capped {
            self::message(&mut rest[..len], protocol);
        }
        rest = rest.get_mut(align(len)..).unwrap_or_default();
    }
    if message.flags.contains(Flags::ACK_TLVS) {
        run(RowTypes::Table(ExtAck::table), rest, &Scope::default(), true);
    }
}

#[derive(Clone, Copy)]
enum RowTypes {
    Table(TableFn),
    Elements(&'static Type),
}

/// Converts a run of attributes: selectors first, then nests and sub-messages, which may need them.
fn run(of: RowTypes, bytes: &mut [u8], outer: &Scope<'_>, outermost: bool) {
    let mut attrs = Vec::new();
    let mut at = 0;
    while bytes.len() - at >= frame::ATTR_HEADER {
        bytes[at..at + 2].reverse();
        bytes[at + 2..at + 4].reverse();
        let len = u16::from_ne_bytes([bytes[at], bytes[at + 1]]) as usize;
        let number = u16::from_ne_bytes([bytes[at + 2], bytes[at + 3]]) & NUMBER;
        if len < frame::ATTR_HEADER || len > bytes.len() - at {
            break;
        }
        let ty = match of {
            RowTypes::Table(table) => table().row(number).map(|row| row.ty),
            RowTypes::Elements(element) => Some(*element),
        };
        attrs.extend(ty.map(|ty| (ty, at + frame::ATTR_HEADER..at + len)));
        at = (at + align(len)).min(bytes.len());
    }
    let is_deferred = |ty: Type| ty.holds_attributes() || matches!(ty, Type::SubMessage(_));
    for (ty, range) in attrs.iter().filter(|(ty, _)| !is_deferred(*ty)) {
        value(*ty, &mut bytes[range.clone()], outer);
    }
    let siblings = bytes.to_vec();
    let outer_scope = (!outermost).then_some(outer);
    let scope = Scope { siblings: &siblings, header: outer.header, outer: outer_scope };
    for (ty, range) in attrs.iter().filter(|(ty, _)| is_deferred(*ty)) {
        value(ty.choose(&scope), &mut bytes[range.clone()], &scope);
    }
}

fn value(ty: Type, payload: &mut [u8], scope: &Scope<'_>) {
    if let Some(Int { size, order, .. }) = ty.int() {
        if order == Order::Native && (size == 0 || payload.len() == size as usize) {
            payload.reverse();
        }
        return;
    }
    match ty {
        Type::Bitfield32(_) => payload.chunks_exact_mut(4).for_each(<[u8]>::reverse),
        Type::Struct(layout) => structure(layout, payload),
        Type::Array(element) => {
            if let Some(len) = element.fixed_len() {
                payload.chunks_exact_mut(len).for_each(|item| value(*element, item, scope));
            }
        }
        Type::WithTail(layout, tail) => {
            structure(layout, payload);
            value(*tail, payload.get_mut(layout.len..).unwrap_or_default(), scope);
        }
        Type::Nest(table) => run(RowTypes::Table(table), payload, scope, false),
        Type::IndexedArray(element) => run(RowTypes::Elements(element), payload, scope, false),
        Type::FixedHeader(layout, table) => {
            structure(layout, payload);
            let attrs = payload.get_mut(align(layout.len)..).unwrap_or_default();
            run(RowTypes::Table(table), attrs, scope, false);
        }
        Type::Records(layout, table) => {
            let mut rest = payload;
            while rest.len() >= layout.len {
                structure(layout, rest);
                let len = u16::from_ne_bytes([rest[0], rest[1]]) as usize;
                if len < layout.len || len > rest.len() {
                    return;
                }
                let attrs = rest[..len].get_mut(align(layout.len)..).unwrap_or_default();
                run(RowTypes::Table(table), attrs, scope, false);
                let next = align(len).min(rest.len());
                rest = &mut rest[next..];
            }
        }
        _ => {}
    }
}

fn structure(layout: &'static Layout, bytes: &mut [u8]) {
    let copy = bytes.to_vec();
    for (field, part) in layout.split(&copy) {
        value(field.ty, &mut bytes[field.offset..field.offset + part.len()], &Scope::default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use barelink_codec::rtnl::link::kinds::vlan::{Vlan, VlanProtocol};
    use barelink_codec::rtnl::link::{self, Link, LinkFlags, LinkHeader, LinkInfo};

    #[test]
    fn a_foreign_request_is_converted_to_the_native_one() {
        #[rustfmt::skip]
        let big = [
            0, 0, 0, 76,  0, 16,  6, 5,  0, 0, 0, 7,  0, 0, 0, 0,   // nlmsghdr: NEWLINK
            0, 0, 0, 0,  0, 0, 0, 9,  0, 0, 0, 1,  0, 0, 0, 1,      // ifinfomsg: index 9, up
            0, 8, 0, 4,  0, 0, 5, 220,                              // MTU 1500
            0, 36, 128, 18,                                         // LINKINFO
            0, 9, 0, 1,  b'v', b'l', b'a', b'n', 0,  0, 0, 0,       // KIND
            0, 20, 128, 2,                                          // DATA, selected by KIND
            0, 6, 0, 1,  1, 44,  0, 0,                              // ID 300
            0, 6, 0, 5,  0x88, 0xa8,  0, 0,                         // PROTOCOL, in network order
        ];
        let mut buffer = [0; 128];
        let up = LinkFlags::UP;
        let header = LinkHeader { index: 9, flags: up, change: up, ..Default::default() };
        let request = link::NEW.create().with(Flags::ACK);
        let built = request.build(&mut buffer, 7, header, |link| {
            link.put(Link::MTU, 1500).nest(Link::LINKINFO, |info| {
                info.put(LinkInfo::KIND, "vlan").nest(LinkInfo::DATA.nested::<Vlan>(), |vlan| {
                    vlan.put(Vlan::ID, 300).put(Vlan::PROTOCOL, VlanProtocol(0x88a8));
                });
            });
        });
        let built = built.unwrap();
        if cfg!(target_endian = "little") {
            let mut converted = big;
            datagram(&mut converted, families::ROUTE);
            assert_eq!(converted, *built);
        } else {
            assert_eq!(big, *built);
        }
    }
}
