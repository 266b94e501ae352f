//! `macvlan` and `macvtap`: interfaces with MAC addresses of their own on a lower link.

use crate::nest::Nest;
use crate::value::{Mac, Multi};

attributes! {
    /// Settings of a macvlan interface.
    pub Macvlan "IFLA_MACVLAN_" {
        /// Mode of operation.
        1 => MODE: MacvlanMode,
        /// Flags, of the modes `PASSTHRU` and `SOURCE`.
        2 => FLAGS: MacvlanFlags,
        /// Operation on the list of source MAC addresses (request only).
        3 => MACADDR_MODE: MacaddrMode,
        /// Source MAC address to add or delete (request only).
        4 => MACADDR: Mac,
        /// Source MAC addresses of mode `SOURCE`.
        5 => MACADDR_DATA: Nest<MacaddrData>,
        /// Number of source MAC addresses.
        6 => MACADDR_COUNT: u32,
        /// Requested length of the broadcast queue.
        7 => BC_QUEUE_LEN: u32,
        /// Effective length of the broadcast queue, the maximum over the lower link's interfaces.
        8 => BC_QUEUE_LEN_USED: u32,
        /// Number of receivers of a multicast address above which its frames are queued; 1 by
        /// default, negative for never.
        9 => BC_CUTOFF: i32,
    }
}

attributes! {
    /// List of MAC addresses.
    pub MacaddrData "IFLA_MACVLAN_" {
        /// A MAC address of the list.
        4 => MACADDR: Multi<Mac>,
    }
}

values! {
    /// Mode of a macvlan interface.
    pub MacvlanMode "MACVLAN_MODE_": u32 {
        /// No communication with other interfaces of the lower link.
        1 => PRIVATE,
        /// Communication through an external switch (Virtual Ethernet Port Aggregator, 802.1Qbg).
        2 => VEPA,
        /// Direct communication between interfaces of the lower link.
        4 => BRIDGE,
        /// Exclusive use of the lower link.
        8 => PASSTHRU,
        /// Frames from a list of source MAC addresses.
        16 => SOURCE,
    }
}

flags! {
    /// Flags of a macvlan interface.
    pub MacvlanFlags "MACVLAN_FLAG_": u16 {
        /// Lower link not put into promiscuous mode, in mode `PASSTHRU`.
        0x1 => NOPROMISC,
        /// Frames that match a source MAC address not delivered to other destinations, in mode
        /// `SOURCE`.
        0x2 => NODST,
    }
}

values! {
    /// Operation on the list of source MAC addresses.
    pub MacaddrMode "MACVLAN_MACADDR_": u32 {
        /// Adds an address.
        0 => ADD,
        /// Deletes an address.
        1 => DEL,
        /// Deletes all addresses.
        2 => FLUSH,
        /// Replaces all addresses.
        3 => SET,
    }
}
