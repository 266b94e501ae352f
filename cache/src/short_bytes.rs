//! Byte strings of a bounded length: names, hardware addresses.

use core::fmt;

use barelink_codec::value::{MacAddr, Str};

/// Byte string of at most `N` bytes, `N` < 256.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShortBytes<const N: usize> {
    len: u8,
    bytes: [u8; N],
}

impl<const N: usize> ShortBytes<N> {
    /// Empty string.
    pub const EMPTY: Self = ShortBytes { len: 0, bytes: [0; N] };

    /// Creates a string of these bytes, truncated to the first `N`.
    pub fn new(bytes: &[u8]) -> Self {
        let mut new = ShortBytes::EMPTY;
        new.bytes.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        new.len = u8::try_from(bytes.len().min(N)).unwrap_or(u8::MAX);
        new
    }

    /// Appends `bytes` and `more`. Returns `false`, and appends nothing, if they do not fit.
    pub(crate) fn extend(&mut self, bytes: &[u8], more: &[u8]) -> bool {
        let start = usize::from(self.len);
        let end = start.saturating_add(bytes.len()).saturating_add(more.len());
        let (Some(free), Ok(len)) = (self.bytes.get_mut(start..end), u8::try_from(end)) else {
            return false;
        };
        free.iter_mut().zip(bytes.iter().chain(more)).for_each(|(to, from)| *to = *from);
        self.len = len;
        true
    }

    /// Returns the contents, without the unused capacity.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// Returns whether the string is empty.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the bytes as text, for printing.
    pub fn text(&self) -> Str<'_> {
        Str(self.as_bytes())
    }

    /// Returns the bytes as a hardware address, for printing.
    pub fn mac(&self) -> MacAddr<'_> {
        MacAddr(self.as_bytes())
    }
}

impl<const N: usize> Default for ShortBytes<N> {
    fn default() -> Self {
        ShortBytes::EMPTY
    }
}

impl<const N: usize> fmt::Debug for ShortBytes<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text(), f)
    }
}

impl<const N: usize> fmt::Display for ShortBytes<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.text(), f)
    }
}

impl<const N: usize> PartialEq<str> for ShortBytes<N> {
    fn eq(&self, other: &str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl<const N: usize> PartialEq<&str> for ShortBytes<N> {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

#[cfg(feature = "defmt")]
impl<const N: usize> defmt::Format for ShortBytes<N> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::Format::format(&self.text(), f)
    }
}
