//! `ovpn`: OpenVPN in the kernel.

attributes! {
    /// The attributes of an OpenVPN link, `IFLA_OVPN_*`.
    pub Ovpn "IFLA_OVPN_" {
        /// How many peers it can have.
        1 => MODE: OvpnMode where max(1),
    }
}

values! {
    /// How many peers an OpenVPN link can have, `OVPN_MODE_*`.
    pub OvpnMode "OVPN_MODE_": u8 {
        /// One.
        0 => P2P,
        /// Many.
        1 => MP,
    }
}
