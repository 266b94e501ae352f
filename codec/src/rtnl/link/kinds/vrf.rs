//! `vrf`: Virtual Routing and Forwarding, a routing domain of its own.

attributes! {
    /// Settings of a VRF.
    pub Vrf "IFLA_VRF_" {
        /// Routing table of the VRF.
        1 => TABLE: u32,
    }
}

attributes! {
    /// Settings of a link in a VRF.
    pub VrfPort "IFLA_VRF_PORT_" {
        /// Routing table of the link's VRF.
        1 => TABLE: u32,
    }
}
