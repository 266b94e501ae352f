//! Selection of the wanted connections.

use barelink_codec::netfilter::header::NfProto;

/// Which connections are wanted; finds them by what replies have in front, and by either end.
#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ConntrackIndex {
    pub(super) family: Option<NfProto>,
    pub(super) protocol: Option<u8>,
    pub(super) mark: Option<Mark>,
}

/// A mark that is wanted.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(super) struct Mark {
    pub(super) value: u32,
    pub(super) mask: u32,
}

impl ConntrackIndex {
    /// Looks up by what replies have in front.
    pub(super) const BY_REPLY: usize = 0;
    /// Looks up by where the first packet comes from.
    pub(super) const BY_ORIGINAL_SOURCE: usize = 1;
    /// Looks up by where replies come from.
    pub(super) const BY_REPLY_SOURCE: usize = 2;

    /// All.
    pub const ALL: Self = ConntrackIndex { family: None, protocol: None, mark: None };

    /// Of these, those of IPv4 or of IPv6.
    pub const fn with_family(self, family: NfProto) -> Self {
        ConntrackIndex { family: Some(family), ..self }
    }

    /// Of these, those of this protocol, `IPPROTO_*`.
    pub const fn with_protocol(self, protocol: u8) -> Self {
        ConntrackIndex { protocol: Some(protocol), ..self }
    }

    /// Of these, those whose mark has this value, as far as the mask goes.
    pub const fn with_mark(self, value: u32, mask: u32) -> Self {
        ConntrackIndex { mark: Some(Mark { value, mask }), ..self }
    }
}
