//! `tun`: interface of a user-space program, TUN and TAP.

attributes! {
    /// Settings of a TUN or TAP interface; read-only.
    pub Tun "IFLA_TUN_" {
        /// User ID of the owner.
        1 => OWNER: u32,
        /// Group ID that may attach.
        2 => GROUP: u32,
        /// TUN or TAP.
        3 => TYPE: TunType,
        /// 1 if packets carry `struct tun_pi`, otherwise 0.
        4 => PI: u8,
        /// 1 if packets carry a virtio network header, otherwise 0.
        5 => VNET_HDR: u8,
        /// 1 if the interface persists without a program, otherwise 0.
        6 => PERSIST: u8,
        /// 1 if several queues are permitted, otherwise 0.
        7 => MULTI_QUEUE: u8,
        /// Number of enabled queues.
        8 => NUM_QUEUES: u32,
        /// Number of disabled queues.
        9 => NUM_DISABLED_QUEUES: u32,
    }
}

values! {
    /// Layer of a TUN or TAP interface's packets.
    pub TunType "": u8 {
        /// IP packets.
        1 => TUN "IFF_TUN",
        /// Ethernet frames.
        2 => TAP "IFF_TAP",
    }
}
