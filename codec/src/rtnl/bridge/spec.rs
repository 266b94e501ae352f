//! What bridges have to say of a link, in messages of their own family.

use crate::nest::Nest;
use crate::rtnl::bridge::cfm::Cfm;
use crate::rtnl::bridge::mrp::Mrp;
pub use crate::rtnl::ids::{VlanInfo, VlanInfoFlags};
use crate::value::{Multi, Struct};
use crate::writer::Writer;

attributes! {
    /// What a bridge has to say of itself or a port, `IFLA_BRIDGE_*`.
    pub BridgeSpec "IFLA_BRIDGE_" {
        /// Whether the bridge is told, or the port's own driver.
        0 => FLAGS: BridgeFlags,
        /// How the switch in a card passes packets on.
        1 => MODE: BridgeMode,
        /// A VLAN, or the first or the last of a range of them.
        2 => VLAN_INFO: Multi<Struct<VlanInfo>>,
        /// Which tunnel a VLAN becomes.
        3 => VLAN_TUNNEL_INFO: Multi<Nest<VlanTunnel>>,
        /// Media redundancy.
        4 => MRP: Nest<Mrp>,
        /// Fault management.
        5 => CFM: Nest<Cfm>,
        /// The states of spanning tree instances.
        6 => MST: Nest<Mst>,
    }
}

flags! {
    /// Who is told, `BRIDGE_FLAGS_*`.
    pub BridgeFlags "BRIDGE_FLAGS_": u16 {
        /// The bridge that the link is a port of.
        0x1 => MASTER,
        /// The link's own driver.
        0x2 => SELF,
    }
}

values! {
    /// How the switch in a card passes packets on, `BRIDGE_MODE_*`.
    pub BridgeMode "BRIDGE_MODE_": u16 {
        /// By itself.
        0 => VEB,
        /// All to the switch outside, which sends them back.
        1 => VEPA,
        /// As nobody has said yet.
        0xffff => UNDEF,
    }
}

attributes! {
    /// Which tunnel a VLAN becomes, `IFLA_BRIDGE_VLAN_TUNNEL_*`.
    pub VlanTunnel "IFLA_BRIDGE_VLAN_TUNNEL_" {
        /// The tunnel's number.
        1 => ID: u32,
        /// The VLAN.
        2 => VID: u16,
        /// Whether it is the first or the last of a range.
        3 => FLAGS: VlanInfoFlags,
    }
}

attributes! {
    /// The states of spanning tree instances, `IFLA_BRIDGE_MST_*`.
    pub Mst "IFLA_BRIDGE_MST_" {
        /// One of them.
        1 => ENTRY: Multi<Nest<MstEntry>>,
    }
}

attributes! {
    /// The state that a port has in a spanning tree instance, `IFLA_BRIDGE_MST_ENTRY_*`.
    pub MstEntry "IFLA_BRIDGE_MST_ENTRY_" {
        /// The instance's number.
        1 => MSTI: u16,
        /// What the instance has decided.
        2 => STATE: crate::rtnl::ids::PortState,
    }
}

/// A set of VLANs, one bit for each number from 0 to 4095.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VlanSet([u64; 64]);

impl Default for VlanSet {
    fn default() -> Self {
        VlanSet::new()
    }
}

impl VlanSet {
    /// How many VLANs there can be.
    const LEN: u16 = 4096;

    /// None.
    pub const fn new() -> Self {
        VlanSet([0; 64])
    }

    /// Adds a VLAN; numbers above 4095 there are none of.
    pub fn insert(&mut self, vid: u16) {
        if let Some(word) = self.0.get_mut(usize::from(vid >> 6)) {
            *word |= 1 << (vid & 63);
        }
    }

    /// Takes a VLAN out.
    pub fn remove(&mut self, vid: u16) {
        if let Some(word) = self.0.get_mut(usize::from(vid >> 6)) {
            *word &= !(1 << (vid & 63));
        }
    }

    /// Whether a VLAN is in it.
    pub fn contains(&self, vid: u16) -> bool {
        self.0.get(usize::from(vid >> 6)).is_some_and(|word| word >> (vid & 63) & 1 != 0)
    }
}

impl Writer<'_, BridgeSpec> {
    /// Puts in these VLANs as `VLAN_INFO`, in as few attributes as it takes: one for a VLAN that
    /// stands alone, two for a range of VLANs that are all untagged or all not, and last `pvid`, if
    /// it is among them. Those in `untagged` that are not in `vlans` are left out.
    ///
    /// ```
    /// use barelink_codec::rtnl::bridge::spec::*;
    /// use barelink_codec::rtnl::ids::AddressFamily;
    /// use barelink_codec::rtnl::link::{self, Link, LinkHeader};
    ///
    /// let mut vlans = VlanSet::new();
    /// (10..20).for_each(|vid| vlans.insert(vid));
    ///
    /// let header = LinkHeader { family: AddressFamily::BRIDGE, index: 3, ..Default::default() };
    /// let mut buffer = [0; 128];
    /// let message = link::SET.build(&mut buffer, 1, header, |link| {
    ///     link.nest(Link::AF_SPEC.nested::<BridgeSpec>(), |bridge| {
    ///         bridge.put_vlans(&vlans, &VlanSet::new(), None);
    ///     });
    /// });
    /// assert_eq!(message.unwrap().len(), 16 + 16 + 4 + 2 * 8);
    /// ```
    pub fn put_vlans(
        &mut self,
        vlans: &VlanSet,
        untagged: &VlanSet,
        pvid: Option<u16>,
    ) -> &mut Self {
        let flags = |vid| match untagged.contains(vid) {
            true => VlanInfoFlags::UNTAGGED,
            false => VlanInfoFlags::EMPTY,
        };
        // The kernel refuses a range with a PVID in it.
        let ranged = |vid| (vlans.contains(vid) && pvid != Some(vid)).then(|| flags(vid));
        let mut vid = 0;
        while vid < VlanSet::LEN {
            let first = vid;
            vid = vid.saturating_add(1);
            let Some(common) = ranged(first) else { continue };
            while ranged(vid) == Some(common) {
                vid = vid.saturating_add(1);
            }
            let last = vid.saturating_sub(1);
            if first == last {
                self.put(BridgeSpec::VLAN_INFO, VlanInfo { flags: common, vid: first });
                continue;
            }
            let ends = [(VlanInfoFlags::RANGE_BEGIN, first), (VlanInfoFlags::RANGE_END, last)];
            for (end, vid) in ends {
                self.put(BridgeSpec::VLAN_INFO, VlanInfo { flags: common | end, vid });
            }
        }
        if let Some(vid) = pvid.filter(|vid| vlans.contains(*vid)) {
            let flags = flags(vid) | VlanInfoFlags::PVID;
            self.put(BridgeSpec::VLAN_INFO, VlanInfo { flags, vid });
        }
        self
    }
}
