//! `wwan`: data session of a WWAN modem.

attributes! {
    /// Settings of a WWAN interface.
    pub Wwan "IFLA_WWAN_" {
        /// Session ID of the link in the modem.
        1 => LINK_ID: u32,
    }
}
