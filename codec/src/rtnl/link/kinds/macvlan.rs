//! `macvlan` and `macvtap`: links with hardware addresses of their own on one link.

use crate::nest::Nest;
use crate::value::{Mac, Multi};

attributes! {
    /// A macvlan's attributes, `IFLA_MACVLAN_*`.
    pub Macvlan "IFLA_MACVLAN_" {
        /// Whom on the same link it talks to.
        1 => MODE: MacvlanMode,
        /// What it leaves out.
        2 => FLAGS: MacvlanFlags,
        /// What to do to the list of source addresses.
        3 => MACADDR_MODE: MacaddrMode,
        /// The source address to add or to remove.
        4 => MACADDR: Mac,
        /// The source addresses that it receives from.
        5 => MACADDR_DATA: Nest<MacaddrData>,
        /// How many source addresses there are.
        6 => MACADDR_COUNT: u32,
        /// How many broadcasts it wants to be able to queue.
        7 => BC_QUEUE_LEN: u32,
        /// How many broadcasts the link under it can queue.
        8 => BC_QUEUE_LEN_USED: u32,
        /// From how many receivers on a multicast is queued; 0 for any, negative for never.
        9 => BC_CUTOFF: i32,
    }
}

attributes! {
    /// A list of hardware addresses, `IFLA_MACVLAN_MACADDR`.
    pub MacaddrData "" {
        /// One of them.
        4 => MACADDR: Multi<Mac>,
    }
}

values! {
    /// Whom on the same link a macvlan talks to, `MACVLAN_MODE_*`.
    pub MacvlanMode "MACVLAN_MODE_": u32 {
        /// Nobody.
        1 => PRIVATE,
        /// All, through a switch outside that sends frames back.
        2 => VEPA,
        /// All, directly.
        4 => BRIDGE,
        /// There is nobody else: it has the link for itself.
        8 => PASSTHRU,
        /// It gets the frames from certain sources.
        16 => SOURCE,
    }
}

flags! {
    /// What a macvlan leaves out, `MACVLAN_FLAG_*`.
    pub MacvlanFlags "MACVLAN_FLAG_": u16 {
        /// The link under it does not become promiscuous for it.
        0x1 => NOPROMISC,
        /// A frame from a certain source does not go to the one it is addressed to as well.
        0x2 => NODST,
    }
}

values! {
    /// What to do to a list of source addresses, `MACVLAN_MACADDR_*`.
    pub MacaddrMode "MACVLAN_MACADDR_": u32 {
        /// Add one.
        0 => ADD,
        /// Remove one.
        1 => DEL,
        /// Remove all.
        2 => FLUSH,
        /// Replace them.
        3 => SET,
    }
}
