//! `dsa`: the ports of a switch chip.

attributes! {
    /// The attributes of a switch chip's port, `IFLA_DSA_*`.
    pub Dsa "IFLA_DSA_" {
        /// The index of the link between the chip and the processor.
        1 => CONDUIT: u32,
    }
}
