//! Framing of attributes: where one ends and the next begins.
//!
//! ```text
//!  0       2       4                       len       align(len)
//!  +-------+-------+-----------------------+---------+
//!  |  len  | number|        payload        | padding |   struct nlattr
//!  +-------+-------+-----------------------+---------+
//!            15: NESTED  14: NET_BYTEORDER
//! ```

use crate::error::Error;

/// Alignment of messages and attributes in bytes, `NLA_ALIGNTO`, `NLMSG_ALIGNTO`.
pub const ALIGN: usize = 4;
/// Length of an attribute's header in bytes, `NLA_HDRLEN`.
pub const ATTR_HEADER: usize = 4;
/// Flag in an attribute's type: the payload consists of attributes, `NLA_F_NESTED`.
pub const NESTED: u16 = 1 << 15;
/// Flag in an attribute's type: the payload is in network byte order, `NLA_F_NET_BYTEORDER`.
pub const NET_BYTEORDER: u16 = 1 << 14;
/// Mask of the attribute's number within its type, `NLA_TYPE_MASK`.
pub const NUMBER: u16 = !(NESTED | NET_BYTEORDER);

/// Rounds `len` up to the next multiple of [`ALIGN`].
///
/// ```
/// # use barelink_codec::frame::align;
/// assert_eq!([align(0), align(1), align(4), align(5)], [0, 4, 4, 8]);
/// ```
pub const fn align(len: usize) -> usize {
    len.saturating_add(ALIGN - 1) & !(ALIGN - 1)
}

/// Returns the length of an attribute with a payload of `len` bytes, without padding,
/// `nla_attr_size`.
pub const fn attr_size(len: usize) -> usize {
    ATTR_HEADER.saturating_add(len)
}

/// Returns the length of an attribute with a payload of `len` bytes, with padding,
/// `nla_total_size`.
pub const fn attr_total_size(len: usize) -> usize {
    align(attr_size(len))
}

/// Copies as much of `from` as fits into `to`.
///
/// With equal lengths, which the caller ensures, this is `copy_from_slice` without its panic.
#[inline(always)]
pub(crate) fn copy(to: &mut [u8], from: &[u8]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
}

/// Copies these bytes if they fit into `to`; their number is known to the compiler.
#[inline(always)]
pub(crate) fn place<const N: usize>(to: &mut [u8], from: [u8; N]) {
    if let Some(to) = to.first_chunk_mut() {
        *to = from;
    }
}

/// Numbers items from 0, as `enumerate` does without its overflow panic.
pub(crate) fn count<I: IntoIterator>(items: I) -> impl Iterator<Item = (usize, I::Item)> {
    items.into_iter().scan(0usize, |next, item| {
        let at = *next;
        *next = at.wrapping_add(1);
        Some((at, item))
    })
}

/// Iterator over a run of attributes, each as its type (number and flags) and its payload.
///
/// An attribute with an invalid length yields one error and ends the iteration. One to three bytes
/// at the end are ignored, as the kernel does.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AttrWalk<'a> {
    rest: &'a [u8],
    total: usize,
}

impl<'a> AttrWalk<'a> {
    /// Creates an iterator over the attributes in these bytes.
    #[inline]
    pub const fn new(bytes: &'a [u8]) -> Self {
        AttrWalk { rest: bytes, total: bytes.len() }
    }

    /// Returns the offset of the next attribute, in bytes from the start of the run.
    #[inline]
    pub const fn at(&self) -> usize {
        self.total.saturating_sub(self.rest.len())
    }

    /// Returns the bytes not yet iterated over.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<'a> Iterator for AttrWalk<'a> {
    type Item = Result<(u16, &'a [u8]), Error>;

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        // Read as one word: half as many loads as two, and every attribute comes by here.
        let word = u32::from_ne_bytes(*self.rest.first_chunk()?);
        let (low, high) = (word as u16, (word >> 16) as u16);
        let little = cfg!(target_endian = "little");
        let (len, raw) = if little { (low, high) } else { (high, low) };
        let len = len as usize;
        let Some(payload) = self.rest.get(ATTR_HEADER..len) else {
            let at = self.at();
            self.rest = &[];
            return Some(Err(Error::Truncated { at }));
        };
        self.rest = self.rest.get(align(len)..).unwrap_or_default();
        Some(Ok((raw, payload)))
    }
}

/// Checks the length of every attribute.
///
/// # Errors
///
/// [`Error::Truncated`] with the offset of the first attribute whose length is invalid.
pub fn check(bytes: &[u8]) -> Result<(), Error> {
    AttrWalk::new(bytes).try_for_each(|attr| attr.map(|_| ()))
}

/// Returns the payload of the first attribute with this number.
///
/// # Errors
///
/// [`Error::Truncated`] where an attribute ahead of it has an invalid length.
#[inline]
pub fn find(bytes: &[u8], number: u16) -> Result<Option<&[u8]>, Error> {
    for attr in AttrWalk::new(bytes) {
        let (raw, payload) = attr?;
        if raw & NUMBER == number {
            return Ok(Some(payload));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_nla_attr_size_and_nla_total_size() {
        let sizes = [0, 1, 2, 3, 4, 5].map(|len| (attr_size(len), attr_total_size(len)));
        assert_eq!(sizes, [(4, 4), (5, 8), (6, 8), (7, 8), (8, 8), (9, 12)]);
    }

    #[test]
    fn an_invalid_length_ends_the_walk_with_an_error() {
        for len in [0u16, 1, 3, 9, 0xffff] {
            let mut bytes = [4, 0, 1, 0, 0, 0, 2, 0, 0xee, 0xee, 0xee, 0xee];
            bytes[..2].copy_from_slice(&4u16.to_ne_bytes());
            bytes[4..6].copy_from_slice(&len.to_ne_bytes());
            let mut walk = AttrWalk::new(&bytes);
            assert!(walk.next().is_some_and(|attr| attr.is_ok()));
            let expected = Some(Err(Error::Truncated { at: 4 }));
            assert_eq!(walk.next(), expected, "length {len}");
            assert_eq!(walk.next(), None);
        }
    }

    #[test]
    fn the_walk_skips_three_trailing_bytes() {
        let mut bytes = [4, 0, 1, 0, 9, 9, 9];
        bytes[..2].copy_from_slice(&4u16.to_ne_bytes());
        assert_eq!(AttrWalk::new(&bytes).count(), 1);
        assert_eq!(check(&bytes), Ok(()));
    }
}
