//! The programs that see a link's packets first.

attributes! {
    /// The programs that see a link's packets first, `IFLA_XDP_*`.
    pub Xdp "IFLA_XDP_" {
        /// The file descriptor of the program to attach; -1 to take it off.
        1 => FD: i32,
        /// Where a program is attached.
        2 => ATTACHED: XdpAttached,
        /// Where to attach it, and when not to.
        3 => FLAGS: XdpFlags,
        /// The number of the program, if there is just one.
        4 => PROG_ID: u32,
        /// The number of the program in the driver.
        5 => DRV_PROG_ID: u32,
        /// The number of the program behind the driver.
        6 => SKB_PROG_ID: u32,
        /// The number of the program in the hardware.
        7 => HW_PROG_ID: u32,
        /// The file descriptor of the program that has to be there to be replaced.
        8 => EXPECTED_FD: i32,
    }
}

values! {
    /// Where a program is attached, `XDP_ATTACHED_*`.
    pub XdpAttached "XDP_ATTACHED_": u8 {
        /// Nowhere.
        0 => NONE,
        /// In the driver.
        1 => DRV,
        /// Behind the driver, which works with any.
        2 => SKB,
        /// In the hardware.
        3 => HW,
        /// In several places.
        4 => MULTI,
    }
}

flags! {
    /// Where to attach a program, and when not to, `XDP_FLAGS_*`.
    pub XdpFlags "XDP_FLAGS_": u32 {
        /// Not if there is one.
        0x1 => UPDATE_IF_NOEXIST,
        /// Behind the driver, which works with any.
        0x2 => SKB_MODE,
        /// In the driver.
        0x4 => DRV_MODE,
        /// In the hardware.
        0x8 => HW_MODE,
        /// Only if the one of `EXPECTED_FD` is there.
        0x10 => REPLACE,
    }
}
