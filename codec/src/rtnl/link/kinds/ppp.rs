//! `ppp`: the point-to-point protocol, as `pppd` speaks it.

attributes! {
    /// The attributes of a point-to-point link, `IFLA_PPP_*`.
    pub Ppp "IFLA_PPP_" {
        /// The open `/dev/ppp` that it belongs to.
        1 => DEV_FD: i32,
    }
}
