//! A request as it is put together: header and attributes, in the order that the words come in.

use core::net::IpAddr;

use barelink_codec::frame::{self, AttrWalk};
use barelink_codec::value::Structure;

/// The most that one request takes.
const CAPACITY: usize = 4096;

/// A request's header and attributes.
pub struct Body {
    bytes: [u8; CAPACITY],
    /// How much of them there is; more than there is room for, if it did not fit.
    len: usize,
}

/// Where an attribute that holds others began.
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct OpenAttr(usize);

impl Body {
    /// A header, and no attributes yet.
    pub fn new<H: Structure>(header: &H) -> Body {
        let mut body = Body { bytes: [0; CAPACITY], len: H::LEN.next_multiple_of(4) };
        body.header(header);
        body
    }

    /// No header, and no attributes yet: what is to go into another.
    pub fn empty() -> Body {
        Body::new(&())
    }

    /// Puts another header in place of the one that is there.
    pub fn header<H: Structure>(&mut self, header: &H) {
        if let Some(buffer) = self.bytes.get_mut(..H::LEN) {
            header.write(buffer);
        }
    }

    /// What there is; nothing if it did not fit.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// Whether there was room for all of it.
    pub fn fits(&self) -> bool {
        self.len <= CAPACITY
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Puts bytes behind what is there, and as many zeros as make it a multiple of four.
    #[inline(never)]
    pub fn put_raw(&mut self, bytes: &[u8]) {
        let start = self.len;
        self.len = start.saturating_add(bytes.len()).next_multiple_of(4);
        if let Some(buffer) = self.bytes.get_mut(start..self.len) {
            buffer.fill(0);
            buffer.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        }
    }

    /// Puts an attribute.
    #[inline(never)]
    pub fn put(&mut self, number: u16, payload: &[u8]) {
        let open = self.open(number);
        self.put_raw(payload);
        self.set_len(open, payload.len());
    }

    /// Puts an attribute that holds what has been put together elsewhere. What did not fit there does
    /// not here.
    pub fn put_body(&mut self, number: u16, other: &Body) {
        self.put(number, other.bytes());
        self.inherit_overflow(other);
    }

    /// Does not fit if another does not.
    pub fn inherit_overflow(&mut self, other: &Body) {
        if !other.fits() {
            self.len = other.len;
        }
    }

    /// Puts an attribute of eight bits.
    pub fn put_u8(&mut self, number: u16, value: u8) {
        self.put(number, &[value]);
    }

    /// Puts an attribute of 16 bits.
    pub fn put_u16(&mut self, number: u16, value: u16) {
        self.put(number, &value.to_ne_bytes());
    }

    /// Puts an attribute of 32 bits.
    pub fn put_u32(&mut self, number: u16, value: u32) {
        self.put(number, &value.to_ne_bytes());
    }

    /// Puts an attribute that is text, with the zero at its end.
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

    /// Puts an attribute that is an address.
    pub fn put_address(&mut self, number: u16, addr: IpAddr) {
        match addr {
            IpAddr::V4(v4) => self.put(number, &v4.octets()),
            IpAddr::V6(v6) => self.put(number, &v6.octets()),
        }
    }

    /// Puts an attribute that is a structure.
    pub fn put_structure<H: Structure>(&mut self, number: u16, value: &H) {
        let open = self.open(number);
        self.put_raw_structure(value);
        self.close(open);
    }

    /// Puts a structure, as it is.
    pub fn put_raw_structure<H: Structure>(&mut self, value: &H) {
        let start = self.len;
        self.len = start.saturating_add(H::LEN).next_multiple_of(4);
        if let Some(buffer) = self.bytes.get_mut(start..self.len) {
            buffer.fill(0);
            value.write(buffer.get_mut(..H::LEN).unwrap_or_default());
        }
    }

    /// Puts a structure where room was left for it; one that begins with its length is told it:
    /// up to here.
    pub fn write_structure_at<H: Structure>(&mut self, OpenAttr(start): OpenAttr, value: &H) {
        let len = self.len.saturating_sub(start) as u16;
        let buffer = self.bytes.get_mut(start..).and_then(|rest| rest.get_mut(..H::LEN));
        if let Some(buffer) = buffer {
            value.write(buffer);
            buffer.iter_mut().zip(len.to_ne_bytes()).for_each(|(to, from)| *to = from);
        }
    }

    /// Begins an attribute that holds others. The mark of a nest is the caller's to set:
    /// iproute2 leaves it out of most.
    #[inline(never)]
    pub fn open(&mut self, number: u16) -> OpenAttr {
        let start = self.len;
        let [n0, n1] = number.to_ne_bytes();
        self.put_raw(&[0, 0, n0, n1]);
        OpenAttr(start)
    }

    /// Ends an attribute that holds others; or a structure that begins with its length.
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

    /// The payload of the first attribute of this number, where there is no header.
    #[inline(never)]
    pub fn find(&mut self, number: u16) -> Option<&mut [u8]> {
        let mut walk = AttrWalk::new(self.bytes.get(..self.len)?);
        let mut start: usize = 0;
        while let Some(Ok((raw, payload))) = walk.next() {
            if raw == number {
                let end = start.saturating_add(frame::attr_size(payload.len()));
                return self.bytes.get_mut(start..end)?.get_mut(frame::HEADER..);
            }
            start = walk.at();
        }
        None
    }

    /// The first bytes of the first attribute of this number as an integer, big end first.
    #[inline(never)]
    pub fn number(&mut self, number: u16) -> Option<u32> {
        let bytes = self.find(number)?.iter().take(4);
        Some(bytes.fold(0, |value, byte| value.wrapping_shl(8) | u32::from(*byte)))
    }

    /// Sets an attribute where there is no header: the one that is there, or a new one.
    #[inline(never)]
    pub fn set(&mut self, number: u16, payload: &[u8]) {
        match self.find(number).filter(|buffer| buffer.len() == payload.len()) {
            Some(buffer) => buffer.iter_mut().zip(payload).for_each(|(to, from)| *to = *from),
            None => self.put(number, payload),
        }
    }

    /// Takes an attribute back.
    pub fn cancel(&mut self, open: OpenAttr) {
        self.len = open.0;
    }

    /// Where the next attribute will begin.
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
