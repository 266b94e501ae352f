//! `wwan`: a modem's data connections, each as a link.

attributes! {
    /// The attributes of a modem's data connection, `IFLA_WWAN_*`.
    pub Wwan "IFLA_WWAN_" {
        /// The number that the modem knows it by.
        1 => LINK_ID: u32,
    }
}
