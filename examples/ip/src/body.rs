//! Payload of a request: a fixed header and attributes, written in the order of the arguments.

use core::net::IpAddr;

use barelink_codec::frame::{self, AttrWalk};
use barelink_codec::value::Structure;

/// Size of a request's payload at most, in bytes.
const CAPACITY: usize = 4096;

/// Fixed header and attributes of a request.
pub struct Body {
    bytes: [u8; CAPACITY],
    /// Length in bytes; more than the capacity after an overflow.
    len: usize,
}

/// Start of an attribute whose payload is being written.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct OpenAttr(usize);

impl Body {
    /// Returns a body with a header and no attributes.
    pub fn new<H: Structure>(header: &H) -> Body {
        let mut body = Body { bytes: [0; CAPACITY], len: H::LEN.next_multiple_of(4) };
        body.header(header);
        body
    }

    /// Returns a body without a header, for attributes that become a nest of another.
    pub fn empty() -> Body {
        Body::new(&())
    }

    /// Overwrites the header.
    pub fn header<H: Structure>(&mut self, header: &H) {
        if let Some(buffer) = self.bytes.get_mut(..H::LEN) {
            header.write(buffer);
        }
    }

    /// Returns the payload; empty after an overflow.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// Returns whether the payload fits the capacity.
    pub fn fits(&self) -> bool {
        self.len <= CAPACITY
    }

    /// Returns whether nothing has been written.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends bytes, padded with zeros to a multiple of four.
    #[inline(never)]
    pub fn put_raw(&mut self, bytes: &[u8]) {
        let start = self.len;
        self.len = start.saturating_add(bytes.len()).next_multiple_of(4);
        if let Some(buffer) = self.bytes.get_mut(start..self.len) {
            buffer.fill(0);
            buffer.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        }
    }

    /// Appends an attribute.
    #[inline(never)]
    pub fn put(&mut self, number: u16, payload: &[u8]) {
        let open = self.open(number);
        self.put_raw(payload);
        self.set_len(open, payload.len());
    }

    /// Appends an attribute whose payload is another body, and its overflow if it has one.
    pub fn put_body(&mut self, number: u16, other: &Body) {
        self.put(number, other.bytes());
        self.inherit_overflow(other);
    }

    /// Overflows if another body has.
    pub fn inherit_overflow(&mut self, other: &Body) {
        if !other.fits() {
            self.len = other.len;
        }
    }

    /// Appends an attribute of 8 bits.
    pub fn put_u8(&mut self, number: u16, value: u8) {
        self.put(number, &[value]);
    }

    /// Appends an attribute of 16 bits in native byte order.
    pub fn put_u16(&mut self, number: u16, value: u16) {
        self.put(number, &value.to_ne_bytes());
    }

    /// Appends an attribute of 32 bits in native byte order.
    pub fn put_u32(&mut self, number: u16, value: u32) {
        self.put(number, &value.to_ne_bytes());
    }

    /// Appends a text attribute with its NUL.
    #[inline(never)]
    pub fn put_text(&mut self, number: u16, text: &str) {
        let open = self.open(number);
        let len = text.len().saturating_add(1);
        self.put_raw(text.as_bytes());
        if text.len().is_multiple_of(4) {
            self.put_raw(&[0; 4]);
        }
        self.set_len(open, len);
    }

    /// Appends an attribute with an IP address.
    pub fn put_address(&mut self, number: u16, addr: IpAddr) {
        match addr {
            IpAddr::V4(v4) => self.put(number, &v4.octets()),
            IpAddr::V6(v6) => self.put(number, &v6.octets()),
        }
    }

    /// Appends an attribute with a C structure.
    pub fn put_structure<H: Structure>(&mut self, number: u16, value: &H) {
        let open = self.open(number);
        self.put_raw_structure(value);
        self.close(open);
    }

    /// Appends a C structure without an attribute header.
    pub fn put_raw_structure<H: Structure>(&mut self, value: &H) {
        let start = self.len;
        self.len = start.saturating_add(H::LEN).next_multiple_of(4);
        if let Some(buffer) = self.bytes.get_mut(start..self.len) {
            buffer.fill(0);
            value.write(buffer.get_mut(..H::LEN).unwrap_or_default());
        }
    }

    /// Writes a structure at a position reserved for it; its first two bytes are set to the length
    /// up to the end of the body.
    pub fn write_structure_at<H: Structure>(&mut self, OpenAttr(start): OpenAttr, value: &H) {
        let len = self.len.saturating_sub(start) as u16;
        let buffer = self.bytes.get_mut(start..).and_then(|rest| rest.get_mut(..H::LEN));
        if let Some(buffer) = buffer {
            value.write(buffer);
            buffer.iter_mut().zip(len.to_ne_bytes()).for_each(|(to, from)| *to = from);
        }
    }

    /// Begins an attribute whose payload follows. `NLA_F_NESTED` is part of `number`: iproute2
    /// leaves it out of most nests.
    #[inline(never)]
    pub fn open(&mut self, number: u16) -> OpenAttr {
        let start = self.len;
        let [n0, n1] = number.to_ne_bytes();
        self.put_raw(&[0, 0, n0, n1]);
        OpenAttr(start)
    }

    /// Ends an attribute by setting its length.
    #[inline(never)]
    pub fn close(&mut self, open: OpenAttr) {
        let len = self.len.saturating_sub(open.0).saturating_sub(4);
        self.set_len(open, len);
    }

    fn set_len(&mut self, OpenAttr(start): OpenAttr, payload: usize) {
        let len = payload.saturating_add(4) as u16;
        if let Some(to) = self.bytes.get_mut(start..).and_then(|rest| rest.first_chunk_mut()) {
            *to = len.to_ne_bytes();
        }
    }

    /// Returns the payload of the first attribute of this number; for bodies without a header.
    #[inline(never)]
    pub fn find(&mut self, number: u16) -> Option<&mut [u8]> {
        let mut walk = AttrWalk::new(self.bytes.get(..self.len)?);
        let mut start: usize = 0;
        while let Some(Ok((raw, payload))) = walk.next() {
            if raw == number {
                let end = start.saturating_add(frame::attr_size(payload.len()));
                return self.bytes.get_mut(start..end)?.get_mut(frame::ATTR_HEADER..);
            }
            start = walk.at();
        }
        None
    }

    /// Returns the first four bytes of the first attribute of this number as a big-endian integer.
    #[inline(never)]
    pub fn number(&mut self, number: u16) -> Option<u32> {
        let bytes = self.find(number)?.iter().take(4);
        Some(bytes.fold(0, |value, byte| value.wrapping_shl(8) | u32::from(*byte)))
    }

    /// Overwrites an attribute, or appends it if it is missing; for bodies without a header.
    #[inline(never)]
    pub fn set(&mut self, number: u16, payload: &[u8]) {
        match self.find(number).filter(|buffer| buffer.len() == payload.len()) {
            Some(buffer) => buffer.iter_mut().zip(payload).for_each(|(to, from)| *to = *from),
            None => self.put(number, payload),
        }
    }

    /// Removes everything from a position on.
    pub fn cancel(&mut self, open: OpenAttr) {
        self.len = open.0;
    }

    /// Returns the position of the next attribute.
    pub fn position(&self) -> OpenAttr {
        OpenAttr(self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_with_an_overflowed_part_overflows() {
        let mut part = Body::empty();
        let mut whole = Body::empty();
        part.put(1, &[0; CAPACITY - 4]);
        assert!(part.fits());
        whole.put_u8(2, 3);
        part.put_u8(1, 2);
        assert!(!part.fits());
        whole.put_body(4, &part);
        assert!(!whole.fits() && whole.bytes().is_empty());
    }
}
