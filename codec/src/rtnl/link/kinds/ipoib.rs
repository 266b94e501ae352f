//! `ipoib`: IP over InfiniBand.

attributes! {
    /// The attributes of a link over InfiniBand, `IFLA_IPOIB_*`.
    pub Ipoib "IFLA_IPOIB_" {
        /// The partition that it belongs to.
        1 => PKEY: u16,
        /// How it uses the fabric.
        2 => MODE: IpoibMode,
        /// Whether programs may join multicast groups by themselves.
        3 => UMCAST: u16,
    }
}

values! {
    /// How IP uses InfiniBand, `IPOIB_MODE_*`.
    pub IpoibMode "IPOIB_MODE_": u16 {
        /// By datagrams, of 2 or 4 kilobytes.
        0 => DATAGRAM,
        /// By connections, for longer packets.
        1 => CONNECTED,
    }
}
