//! `ppp`: Point-to-Point Protocol.

attributes! {
    /// Settings of a PPP interface.
    pub Ppp "IFLA_PPP_" {
        /// File descriptor of an open `/dev/ppp`.
        1 => DEV_FD: i32,
    }
}
