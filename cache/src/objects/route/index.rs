//! Selection of the wanted routes, and the number of routes of each prefix length.

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::{RouteProtocol, RouteTable};

/// Selection of the wanted routes. Look-ups: by prefix, by link.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RouteIndex {
    pub(super) family: Option<AddressFamily>,
    pub(super) table: Option<RouteTable>,
    pub(super) protocol: Option<RouteProtocol>,
    pub(super) link: Option<u32>,
    /// Number of routes of each prefix length.
    v4: [u32; 33],
    v6: [u32; 129],
}

impl RouteIndex {
    /// Look-up by prefix.
    pub(super) const BY_PREFIX: usize = 0;
    /// Look-up by the link of the only next hop.
    pub(super) const BY_LINK: usize = 1;
    /// Key of routes without a next hop, or with several, instead of a link.
    pub(super) const NO_SINGLE_LINK: u32 = u32::MAX;

    /// Every route of IPv4 and IPv6.
    pub const ALL: Self = RouteIndex {
        family: None,
        table: None,
        protocol: None,
        link: None,
        v4: [0; 33],
        v6: [0; 129],
    };

    /// Restricts the selection to a family.
    pub const fn with_family(self, family: AddressFamily) -> Self {
        RouteIndex { family: Some(family), ..self }
    }

    /// Restricts the selection to a routing table.
    pub const fn with_table(self, table: RouteTable) -> Self {
        RouteIndex { table: Some(table), ..self }
    }

    /// Restricts the selection to the routes that a protocol added (`rtm_protocol`).
    pub const fn with_protocol(self, protocol: RouteProtocol) -> Self {
        RouteIndex { protocol: Some(protocol), ..self }
    }

    /// Restricts the selection to the routes with a next hop on the link with this interface index.
    pub const fn with_link(self, link: u32) -> Self {
        RouteIndex { link: Some(link), ..self }
    }

    pub(super) fn is_of(&self, family: AddressFamily) -> bool {
        match self.family {
            Some(wanted) => wanted == family,
            None => matches!(family, AddressFamily::INET | AddressFamily::INET6),
        }
    }

    pub(super) fn count(&mut self, family: AddressFamily, len: u8) -> Option<&mut u32> {
        match family {
            AddressFamily::INET => self.v4.get_mut(usize::from(len)),
            AddressFamily::INET6 => self.v6.get_mut(usize::from(len)),
            _ => None,
        }
    }

    /// Returns the prefix lengths of the cached routes, the longest first.
    pub(super) fn lengths(&self, family: AddressFamily) -> impl Iterator<Item = u8> + use<'_> {
        let (counts, longest): (&[u32], u8) = match family {
            AddressFamily::INET => (&self.v4, 32),
            _ => (&self.v6, 128),
        };
        (0..=longest)
            .rev()
            .zip(counts.iter().rev())
            .filter(|(_, count)| **count > 0)
            .map(|(len, _)| len)
    }
}
