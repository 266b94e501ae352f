//! `ipoib`: IP over InfiniBand (RFC 4391).

attributes! {
    /// Settings of an IPoIB interface.
    pub Ipoib "IFLA_IPOIB_" {
        /// Partition key.
        1 => PKEY: u16,
        /// Transport mode.
        2 => MODE: IpoibMode,
        /// 1 if multicast groups that user space joined directly are left to it, otherwise 0.
        3 => UMCAST: u16,
    }
}

values! {
    /// Transport mode of IPoIB.
    pub IpoibMode "IPOIB_MODE_": u16 {
        /// Unreliable datagram, MTU of 2044 or 4092 bytes.
        0 => DATAGRAM,
        /// Reliable connected (RFC 4755), MTU up to 65520 bytes.
        1 => CONNECTED,
    }
}
