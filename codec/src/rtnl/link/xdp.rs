//! XDP (eXpress Data Path): BPF programs that process a link's packets ahead of the network stack.

attributes! {
    /// XDP programs of a link.
    pub Xdp "IFLA_XDP_" {
        /// File descriptor of the program to attach; -1 detaches (request only).
        1 => FD: i32,
        /// Mode of the attached program.
        2 => ATTACHED: XdpAttached,
        /// Mode and conditions of attaching (request only).
        3 => FLAGS: XdpFlags,
        /// ID of the program, if there is exactly one.
        4 => PROG_ID: u32,
        /// ID of the program in native (driver) mode.
        5 => DRV_PROG_ID: u32,
        /// ID of the program in generic (SKB) mode.
        6 => SKB_PROG_ID: u32,
        /// ID of the program offloaded to hardware.
        7 => HW_PROG_ID: u32,
        /// File descriptor of the program that is replaced; with `XDP_FLAGS_REPLACE`.
        8 => EXPECTED_FD: i32,
    }
}

values! {
    /// Mode in which an XDP program is attached.
    pub XdpAttached "XDP_ATTACHED_": u8 {
        /// No program attached.
        0 => NONE,
        /// Native mode, in the driver.
        1 => DRV,
        /// Generic mode, on socket buffers, with any driver.
        2 => SKB,
        /// Offloaded to hardware.
        3 => HW,
        /// Programs in several modes.
        4 => MULTI,
    }
}

flags! {
    /// Mode and conditions of attaching an XDP program.
    pub XdpFlags "XDP_FLAGS_": u32 {
        /// Fails with `EBUSY` if a program is attached.
        0x1 => UPDATE_IF_NOEXIST,
        /// Generic mode, on socket buffers, with any driver.
        0x2 => SKB_MODE,
        /// Native mode, in the driver.
        0x4 => DRV_MODE,
        /// Offload to hardware.
        0x8 => HW_MODE,
        /// Replaces the program of `EXPECTED_FD` only.
        0x10 => REPLACE,
    }
}
