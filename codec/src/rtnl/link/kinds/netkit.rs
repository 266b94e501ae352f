//! `netkit`: pair of interfaces with BPF programs attached.

use crate::nest::FixedHeader;
use crate::rtnl::link::{Link, LinkHeader};

attributes! {
    /// Settings of a netkit interface.
    pub Netkit "IFLA_NETKIT_" {
        /// Peer, at creation: header and attributes of a link message.
        1 => PEER_INFO: FixedHeader<LinkHeader, Link>,
        /// 1 on the primary device, which manages the BPF programs of both.
        2 => PRIMARY: u8,
        /// Default policy, for packets that no program decides on.
        3 => POLICY: NetkitPolicy,
        /// Default policy of the peer.
        4 => PEER_POLICY: NetkitPolicy,
        /// Layer of the packets.
        5 => MODE: NetkitMode where max(1),
        /// Scrubbing of packet metadata on leaving the network namespace.
        6 => SCRUB: NetkitScrub where max(1),
        /// Scrubbing on leaving the peer's network namespace.
        7 => PEER_SCRUB: NetkitScrub where max(1),
        /// Headroom reserved ahead of packets, in bytes.
        8 => HEADROOM: u16,
        /// Tailroom reserved behind packets, in bytes.
        9 => TAILROOM: u16,
        /// Pair or single device.
        10 => PAIRING: NetkitPairing where max(1),
    }
}

values! {
    /// Default policy of a netkit interface.
    pub NetkitPolicy "": u32 {
        /// Packets pass.
        0 => FORWARD "NETKIT_PASS",
        /// Packets are dropped.
        2 => BLACKHOLE "NETKIT_DROP",
    }
}

values! {
    /// Layer of a netkit interface's packets.
    pub NetkitMode "NETKIT_": u32 {
        /// Ethernet frames.
        0 => L2,
        /// IP packets.
        1 => L3,
    }
}

values! {
    /// Scrubbing of packet metadata on leaving a network namespace.
    pub NetkitScrub "NETKIT_SCRUB_": u32 {
        /// Metadata kept.
        0 => NONE,
        /// Metadata such as mark and priority cleared.
        1 => DEFAULT,
    }
}

values! {
    /// Pairing of netkit devices.
    pub NetkitPairing "NETKIT_DEVICE_": u32 {
        /// Device with a peer.
        0 => PAIR,
        /// Device without a peer.
        1 => SINGLE,
    }
}
