//! VLANs: links that carry the packets with one tag.

attributes! {
    /// A VLAN's attributes, `IFLA_VLAN_*`.
    pub Vlan {
        /// The number in the tag.
        1 => ID: u16 where range(0, 4094),
    }
}
