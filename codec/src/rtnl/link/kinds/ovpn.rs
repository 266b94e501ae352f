//! `ovpn`: OpenVPN data channel offload.

attributes! {
    /// Settings of an OpenVPN interface.
    pub Ovpn "IFLA_OVPN_" {
        /// Mode: one peer or several.
        1 => MODE: OvpnMode where max(1),
    }
}

values! {
    /// Mode of an OpenVPN interface.
    pub OvpnMode "OVPN_MODE_": u8 {
        /// Point to point, one peer.
        0 => P2P,
        /// Multipeer, as on a server.
        1 => MP,
    }
}
