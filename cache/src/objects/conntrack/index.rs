//! Selection of the wanted connections.

use barelink_codec::netfilter::header::NfProto;

/// Selection of the wanted connections. Look-ups: by reply tuple, by original source, by reply
/// source.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ConntrackIndex {
    pub(super) family: Option<NfProto>,
    pub(super) protocol: Option<u8>,
    pub(super) mark: Option<Mark>,
}

/// Mark that is wanted.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct Mark {
    pub(super) value: u32,
    pub(super) mask: u32,
}

impl ConntrackIndex {
    /// Look-up by reply tuple.
    pub(super) const BY_REPLY: usize = 0;
    /// Look-up by original source address.
    pub(super) const BY_ORIGINAL_SOURCE: usize = 1;
    /// Look-up by reply source address.
    pub(super) const BY_REPLY_SOURCE: usize = 2;

    /// Every connection.
    pub const ALL: Self = ConntrackIndex { family: None, protocol: None, mark: None };

    /// Restricts the selection to a family, IPv4 or IPv6.
    pub const fn with_family(self, family: NfProto) -> Self {
        ConntrackIndex { family: Some(family), ..self }
    }

    /// Restricts the selection to an IP protocol (`IPPROTO_*`).
    pub const fn with_protocol(self, protocol: u8) -> Self {
        ConntrackIndex { protocol: Some(protocol), ..self }
    }

    /// Restricts the selection to connections whose mark, masked, is `value`.
    pub const fn with_mark(self, value: u32, mask: u32) -> Self {
        ConntrackIndex { mark: Some(Mark { value, mask }), ..self }
    }
}
