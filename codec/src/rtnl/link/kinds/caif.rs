//! `caif`: CAIF connection to an ST-Ericsson modem.

attributes! {
    /// Settings of a CAIF interface.
    pub Caif "IFLA_CAIF_" {
        /// CAIF connection ID for IPv4.
        1 => IPV4_CONNID: u32,
        /// CAIF connection ID for IPv6.
        2 => IPV6_CONNID: u32,
        /// 1 for loopback, for tests, otherwise 0.
        3 => LOOPBACK: u8,
    }
}
