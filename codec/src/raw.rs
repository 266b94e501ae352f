//! The untyped layer: attributes by number, which the typed writer is a thin skin over.

use crate::error::Error;
use crate::frame::{self, align};

/// Writer of attributes by number into a buffer, `nla_put` and related functions.
///
/// What does not fit is counted all the same, so that the length a message needs is known in the
/// end. Padding is zeroed.
#[derive(Debug)]
pub struct RawWriter<'b> {
    pub(crate) buffer: &'b mut [u8],
    /// Number of bytes written, which may exceed the buffer.
    pub(crate) len: usize,
    /// Number of the first attribute whose value its type does not allow.
    pub(crate) invalid: Option<u16>,
    /// Lowest length that [`cancel`](RawWriter::cancel) goes back to.
    pub(crate) floor: usize,
}

impl<'b> RawWriter<'b> {
    /// Starts behind the first `len` bytes of this buffer, which are left as they are.
    pub fn new(buffer: &'b mut [u8], len: usize) -> Self {
        RawWriter { buffer, len, invalid: None, floor: 0 }
    }

    /// Returns the number of bytes written so far, more than the buffer has if they do not fit.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Returns whether nothing has been written.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the bytes written.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidValue`] where an attribute was longer than 65 531 bytes or had a value that
    /// its type does not allow; [`Error::Full`] with the length that is needed where the buffer was
    /// too short.
    pub fn finish(self) -> Result<&'b mut [u8], Error> {
        if let Some(number) = self.invalid {
            return Err(Error::InvalidValue { number });
        }
        let needed = self.len;
        self.buffer.get_mut(..needed).ok_or(Error::Full { needed })
    }

    /// Reserves `len` bytes and zeroes the padding behind them, `nlmsg_reserve`; `None` where they
    /// do not fit.
    pub fn take(&mut self, len: usize) -> Option<&mut [u8]> {
        let start = self.len;
        self.len = start.saturating_add(align(len));
        let room = self.buffer.get_mut(start..self.len)?;
        let (room, padding) = room.split_at_mut_checked(len)?;
        padding.fill(0);
        Some(room)
    }

    /// Writes an attribute's header and returns its payload of `len` bytes to be filled in,
    /// `nla_reserve`; `None` where it does not fit.
    // Once in a program, whatever it writes.
    #[inline(never)]
    pub fn attr(&mut self, number: u16, len: usize) -> Option<&mut [u8]> {
        let whole = frame::attr_size(len);
        if whole > u16::MAX as usize {
            self.invalid = self.invalid.or(Some(number & frame::NUMBER));
            return None;
        }
        let (header, payload) = self.take(whole)?.split_first_chunk_mut()?;
        let ([l0, l1], [n0, n1]) = ((whole as u16).to_ne_bytes(), number.to_ne_bytes());
        *header = [l0, l1, n0, n1];
        Some(payload)
    }

    /// Sets the 16-bit length of the attribute or record that started at `start`, `nla_nest_end`.
    pub fn close(&mut self, start: usize, number: u16) {
        let whole = self.len.saturating_sub(start);
        if whole > u16::MAX as usize {
            self.invalid = self.invalid.or(Some(number & frame::NUMBER));
        }
        if let Some(len) = self.buffer.get_mut(start..).and_then(|rest| rest.first_chunk_mut()) {
            *len = (whole as u16).to_ne_bytes();
        }
    }

    /// Goes back to a mark and zeroes what was written since, `nla_nest_cancel`. What comes before
    /// the innermost open nest's attributes stays.
    pub fn cancel(&mut self, mark: Mark) {
        let to = mark.len.max(self.floor);
        if let Some(rest) = self.buffer.get_mut(to..self.len) {
            rest.fill(0);
        }
        self.len = to.min(self.len);
        if to == mark.len {
            self.invalid = mark.invalid;
        }
    }

    /// Returns the current position, for [`cancel`](RawWriter::cancel).
    pub const fn mark(&self) -> Mark {
        Mark { len: self.len, invalid: self.invalid }
    }

    pub(crate) fn reborrow(&mut self) -> RawWriter<'_> {
        RawWriter { buffer: self.buffer, floor: self.len, ..*self }
    }
}

/// A position in a message that is being built.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Mark {
    len: usize,
    invalid: Option<u16>,
}
