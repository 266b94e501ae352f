//! `dsa`: port of an Ethernet switch (Distributed Switch Architecture).

attributes! {
    /// Settings of a switch port.
    pub Dsa "IFLA_DSA_" {
        /// Interface index of the conduit, the link between switch and CPU.
        1 => CONDUIT: u32,
    }
}
