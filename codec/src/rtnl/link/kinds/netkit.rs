//! `netkit`: a cable between two links whose ends run BPF programs.

use crate::nest::FixedHeader;
use crate::rtnl::link::{Link, LinkHeader};

attributes! {
    /// A netkit's attributes, `IFLA_NETKIT_*`.
    pub Netkit "IFLA_NETKIT_" {
        /// The other end, when the two are made: a link message of its own.
        1 => PEER_INFO: FixedHeader<LinkHeader, Link>,
        /// Whether this is the end from which programs are managed.
        2 => PRIMARY: u8,
        /// What becomes of packets where no program decides.
        3 => POLICY: NetkitPolicy,
        /// What becomes of them at the other end.
        4 => PEER_POLICY: NetkitPolicy,
        /// Whether it carries Ethernet frames or IP packets.
        5 => MODE: NetkitMode where max(1),
        /// What is wiped off packets that leave the namespace.
        6 => SCRUB: NetkitScrub where max(1),
        /// What is wiped off those that leave the other end's.
        7 => PEER_SCRUB: NetkitScrub where max(1),
        /// How many bytes to keep free in front of a packet.
        8 => HEADROOM: u16,
        /// How many bytes to keep free behind a packet.
        9 => TAILROOM: u16,
        /// Whether there is another end at all.
        10 => PAIRING: NetkitPairing where max(1),
    }
}

values! {
    /// What becomes of packets where no program decides, `NETKIT_PASS` and `NETKIT_DROP`.
    pub NetkitPolicy "": u32 {
        /// They pass.
        0 => FORWARD,
        /// They are dropped.
        2 => BLACKHOLE,
    }
}

values! {
    /// Whether a netkit carries frames or packets, `NETKIT_*`.
    pub NetkitMode "NETKIT_": u32 {
        /// Ethernet frames.
        0 => L2,
        /// IP packets.
        1 => L3,
    }
}

values! {
    /// What is wiped off packets that leave a namespace, `NETKIT_SCRUB_*`.
    pub NetkitScrub "NETKIT_SCRUB_": u32 {
        /// Nothing.
        0 => NONE,
        /// Mark and priority, among others.
        1 => DEFAULT,
    }
}

values! {
    /// Whether a netkit has another end, `NETKIT_DEVICE_*`.
    pub NetkitPairing "NETKIT_DEVICE_": u32 {
        /// It has.
        0 => PAIR,
        /// It has none.
        1 => SINGLE,
    }
}
