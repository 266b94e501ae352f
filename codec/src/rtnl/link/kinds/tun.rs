//! `tun`: packets that a program sends and receives, TUN and TAP.

attributes! {
    /// The attributes of a program's link, `IFLA_TUN_*`.
    pub Tun "IFLA_TUN_" {
        /// The user who may use it.
        1 => OWNER: u32,
        /// The group that may use it.
        2 => GROUP: u32,
        /// Whether it carries IP packets or Ethernet frames.
        3 => TYPE: TunType,
        /// Whether the program gets a header with the packet's type.
        4 => PI: u8,
        /// Whether the program gets a virtio header.
        5 => VNET_HDR: u8,
        /// Whether it stays when the program ends.
        6 => PERSIST: u8,
        /// Whether several queues may be open.
        7 => MULTI_QUEUE: u8,
        /// How many queues are in use.
        8 => NUM_QUEUES: u32,
        /// How many queues are open but switched off.
        9 => NUM_DISABLED_QUEUES: u32,
    }
}

values! {
    /// Whether a program's link carries packets or frames, `IFF_TUN`, `IFF_TAP`.
    pub TunType "": u8 {
        /// IP packets.
        1 => TUN,
        /// Ethernet frames.
        2 => TAP,
    }
}
