//! `caif`: connections to a modem by ST-Ericsson, each as a link.

attributes! {
    /// The attributes of a modem's connection, `IFLA_CAIF_*`.
    pub Caif "IFLA_CAIF_" {
        /// The connection's number for IPv4.
        1 => IPV4_CONNID: u32,
        /// The connection's number for IPv6.
        2 => IPV6_CONNID: u32,
        /// Whether it connects to itself, for tests.
        3 => LOOPBACK: u8,
    }
}
