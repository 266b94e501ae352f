//! Bytes of a bounded number: names, hardware addresses.

use core::fmt;

use barelink_codec::value::{MacAddr, Str};

/// At most `N` bytes, `N` below 256; of more, the first.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShortBytes<const N: usize> {
    len: u8,
    bytes: [u8; N],
}

impl<const N: usize> ShortBytes<N> {
    /// None.
    pub const EMPTY: Self = ShortBytes { len: 0, bytes: [0; N] };

    /// These bytes; of more than there is room for, the first.
    pub fn new(bytes: &[u8]) -> Self {
        let mut new = ShortBytes::EMPTY;
        new.bytes.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        new.len = u8::try_from(bytes.len().min(N)).unwrap_or(u8::MAX);
        new
    }

    /// Adds these bytes and those behind them; false, and nothing added, where there is no room.
    pub(crate) fn extend(&mut self, bytes: &[u8], more: &[u8]) -> bool {
        let start = usize::from(self.len);
        let end = start.saturating_add(bytes.len()).saturating_add(more.len());
        let (Some(room), Ok(len)) = (self.bytes.get_mut(start..end), u8::try_from(end)) else {
            return false;
        };
        room.iter_mut().zip(bytes.iter().chain(more)).for_each(|(to, from)| *to = *from);
        self.len = len;
        true
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.len)).unwrap_or_default()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bytes, as text that prints.
    pub fn text(&self) -> Str<'_> {
        Str(self.as_bytes())
    }

    /// The bytes, as a hardware address that prints.
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
