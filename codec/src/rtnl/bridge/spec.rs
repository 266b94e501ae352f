//! Bridge attributes in `IFLA_AF_SPEC` of link messages of family `AF_BRIDGE`: VLANs, tunnel
//! mapping, MRP, CFM, MST.

use crate::nest::Nest;
use crate::rtnl::bridge::cfm::Cfm;
use crate::rtnl::bridge::mrp::Mrp;
pub use crate::rtnl::ids::{VlanInfo, VlanInfoFlags};
use crate::value::{Multi, Struct};
use crate::writer::Writer;

attributes! {
    /// Attributes of a bridge or a bridge port.
    pub BridgeSpec "IFLA_BRIDGE_" {
        /// Addressee of a request: the bridge, the link's driver, or both; the bridge by default.
        0 => FLAGS: BridgeFlags,
        /// Mode of the device's embedded bridge.
        1 => MODE: BridgeMode,
        /// VLAN, or the first or the last VLAN of a range.
        2 => VLAN_INFO: Multi<Struct<VlanInfo>>,
        /// Mapping of a VLAN, or of one end of a range, to a tunnel ID.
        3 => VLAN_TUNNEL_INFO: Multi<Nest<VlanTunnel>>,
        /// Media Redundancy Protocol.
        4 => MRP: Nest<Mrp>,
        /// Connectivity fault management.
        5 => CFM: Nest<Cfm>,
        /// Multiple spanning tree (MST) port states.
        6 => MST: Nest<Mst>,
    }
}

flags! {
    /// Addressee of a request.
    pub BridgeFlags "BRIDGE_FLAGS_": u16 {
        /// Bridge that the link is a port of.
        0x1 => MASTER,
        /// Link's own driver.
        0x2 => SELF,
    }
}

values! {
    /// Mode of a device's embedded bridge.
    pub BridgeMode "BRIDGE_MODE_": u16 {
        /// Virtual Ethernet bridge: switches frames between the device's functions.
        0 => VEB,
        /// Virtual Ethernet port aggregator (IEEE 802.1Qbg): sends all frames to the adjacent
        /// switch.
        1 => VEPA,
        /// No mode set.
        0xffff => UNDEF,
    }
}

attributes! {
    /// Mapping of a VLAN to a tunnel ID.
    pub VlanTunnel "IFLA_BRIDGE_VLAN_TUNNEL_" {
        /// Tunnel ID (VNI of a VXLAN).
        1 => ID: u32,
        /// VLAN ID.
        2 => VID: u16,
        /// Flags: `RANGE_BEGIN` or `RANGE_END` for an end of a range.
        3 => FLAGS: VlanInfoFlags,
    }
}

attributes! {
    /// Multiple spanning tree port states.
    pub Mst "IFLA_BRIDGE_MST_" {
        /// State in one spanning tree instance.
        1 => ENTRY: Multi<Nest<MstEntry>>,
    }
}

attributes! {
    /// Port state in a multiple spanning tree instance.
    pub MstEntry "IFLA_BRIDGE_MST_ENTRY_" {
        /// Multiple spanning tree instance ID (MSTI).
        1 => MSTI: u16,
        /// Port state in the instance.
        2 => STATE: crate::rtnl::ids::PortState,
    }
}

/// Set of VLAN IDs, one bit for each from 0 to 4095.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VlanSet([u64; 64]);

impl Default for VlanSet {
    fn default() -> Self {
        VlanSet::new()
    }
}

impl VlanSet {
    /// Number of VLAN IDs.
    const LEN: u16 = 4096;

    /// Returns the empty set.
    pub const fn new() -> Self {
        VlanSet([0; 64])
    }

    /// Adds a VLAN ID; ignores one above 4095.
    pub fn insert(&mut self, vid: u16) {
        if let Some(word) = self.0.get_mut(usize::from(vid >> 6)) {
            *word |= 1 << (vid & 63);
        }
    }

    /// Removes a VLAN ID.
    pub fn remove(&mut self, vid: u16) {
        if let Some(word) = self.0.get_mut(usize::from(vid >> 6)) {
            *word &= !(1 << (vid & 63));
        }
    }

    /// Returns whether the set contains a VLAN ID.
    pub fn contains(&self, vid: u16) -> bool {
        self.0.get(usize::from(vid >> 6)).is_some_and(|word| word >> (vid & 63) & 1 != 0)
    }
}

impl Writer<'_, BridgeSpec> {
    /// Writes VLANs as `VLAN_INFO`, in the fewest attributes: one for a single VLAN, two for a
    /// range of VLANs that are all untagged or all tagged, and `pvid` last, if `vlans` contains it.
    /// Ignores VLANs in `untagged` that are not in `vlans`.
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
