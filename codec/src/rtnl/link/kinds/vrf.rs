//! `vrf`: links that have a routing table of their own.

attributes! {
    /// A VRF's attributes, `IFLA_VRF_*`.
    pub Vrf "IFLA_VRF_" {
        /// The number of its routing table.
        1 => TABLE: u32,
    }
}

attributes! {
    /// What a VRF says of a link in it, `IFLA_VRF_PORT_*`.
    pub VrfPort "IFLA_VRF_PORT_" {
        /// The number of the VRF's routing table.
        1 => TABLE: u32,
    }
}
