//! Next hops of a route.

use core::fmt;
use core::net::IpAddr;

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::ids::Label;
use barelink_codec::rtnl::route::NextHopFlags;

use crate::bits::{ipv4, ipv6, octets};

/// Next hop of a route (`struct rtnexthop`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RouteNextHop<const LABELS: usize> {
    pub(super) gateway: [u8; 16],
    /// Interface index of the output link (`RTA_OIF`, `rtnh_ifindex`); 0 for none.
    pub index: u32,
    pub(super) labels: [u32; LABELS],
    pub(super) family: u8,
    /// Weight minus 1 (`rtnh_hops`).
    pub(super) weight_less_one: u8,
    pub(super) flags: u8,
    pub(super) label_count: u8,
}

impl<const LABELS: usize> RouteNextHop<LABELS> {
    pub(super) const NONE: Self = RouteNextHop {
        gateway: [0; 16],
        index: 0,
        labels: [0; LABELS],
        family: 0,
        weight_less_one: 0,
        flags: 0,
        label_count: 0,
    };

    /// Returns the gateway (`RTA_GATEWAY` or `RTA_VIA`).
    pub fn gateway(&self) -> Option<IpAddr> {
        address(AddressFamily(self.family), self.gateway)
    }

    /// Returns the weight, 1 to 256.
    pub fn weight(&self) -> u32 {
        u32::from(self.weight_less_one).saturating_add(1)
    }

    /// Returns the flags, without `RTNH_F_DEAD` and `RTNH_F_LINKDOWN`: see
    /// [`is_down`](RouteNextHop::is_down).
    pub const fn flags(&self) -> NextHopFlags {
        NextHopFlags((self.flags & !(DEAD | LINKDOWN)) as u32)
    }

    /// Returns whether the next hop is unusable: its link is down, has no carrier, or lost its last
    /// address (`RTNH_F_LINKDOWN` or `RTNH_F_DEAD`).
    pub const fn is_down(&self) -> bool {
        self.flags & (DEAD | LINKDOWN) != 0
    }

    /// Returns the MPLS labels that are pushed, or replace those of the packet; the outermost
    /// first.
    pub fn labels(&self) -> &[u32] {
        self.labels.get(..usize::from(self.label_count)).unwrap_or_default()
    }

    /// Returns whether it is the same next hop, up or down.
    pub(super) fn identical(&self, other: &Self) -> bool {
        let volatile = DEAD | LINKDOWN | OFFLOAD;
        let plain = |hop: &Self| RouteNextHop { flags: hop.flags & !volatile, ..*hop };
        plain(self) == plain(other)
    }

    /// Returns whether it has the same link and gateway.
    pub(super) fn has_path_of(&self, other: &Self) -> bool {
        (self.index, self.family, self.gateway) == (other.index, other.family, other.gateway)
    }

    pub(super) fn set_down(&mut self, down: bool) {
        self.flags = if down { self.flags | LINKDOWN } else { self.flags & !(DEAD | LINKDOWN) };
    }

    pub(super) fn set_gateway(&mut self, gateway: IpAddr) {
        self.family = family_of(gateway).0;
        self.gateway = octets(gateway);
    }

    pub(super) fn add_label(&mut self, label: Label) -> bool {
        let at = usize::from(self.label_count);
        let Some(slot) = self.labels.get_mut(at) else { return false };
        *slot = label.number();
        self.label_count = self.label_count.saturating_add(1);
        true
    }
}

impl<const LABELS: usize> fmt::Debug for RouteNextHop<LABELS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hop")
            .field("gateway", &self.gateway())
            .field("index", &self.index)
            .field("weight", &self.weight())
            .field("flags", &self.flags())
            .field("labels", &self.labels())
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<const LABELS: usize> defmt::Format for RouteNextHop<LABELS> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "Hop {{ gateway: {}, index: {}, weight: {}, flags: {}, labels: {} }}",
            self.gateway(),
            self.index,
            self.weight(),
            self.flags(),
            self.labels()
        );
    }
}

pub(super) const LINKDOWN: u8 = NextHopFlags::LINKDOWN.0 as u8;
pub(super) const DEAD: u8 = NextHopFlags::DEAD.0 as u8;
pub(super) const OFFLOAD: u8 = (NextHopFlags::OFFLOAD.0 | NextHopFlags::TRAP.0) as u8;
/// Stored flags of a next hop: those of a multipath record.
pub(super) const STORED_FLAGS: u32 = 0xff;

/// Returns the family of an address.
pub(super) fn family_of(address: IpAddr) -> AddressFamily {
    if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 }
}

/// Returns the address of these bytes; `None` if the family has no IP addresses.
pub(super) fn address(family: AddressFamily, octets: [u8; 16]) -> Option<IpAddr> {
    match family {
        AddressFamily::INET => Some(ipv4(octets)),
        AddressFamily::INET6 => Some(ipv6(octets)),
        _ => None,
    }
}
