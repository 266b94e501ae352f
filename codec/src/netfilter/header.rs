//! Header of every netfilter message, `struct nfgenmsg`.

use crate::value::Be;

structure! {
    /// Header of netfilter messages.
    pub NfHeader "struct nfgenmsg" "" (4) {
        /// Protocol family.
        0 => family "nfgen_family": NfProto,
        /// Version of nfnetlink, `NFNETLINK_V0` (0).
        1 => version: u8,
        /// Resource ID, big-endian, with a meaning of the subsystem's: a queue number, a CPU
        /// number.
        2 => res_id: u16 as Be<u16>,
    }
}

values! {
    /// Netfilter protocol family.
    pub NfProto "NFPROTO_": u8 {
        /// Unspecified: any, or none.
        0 => UNSPEC,
        /// IPv4 and IPv6 together.
        1 => INET,
        /// IPv4 packets.
        2 => IPV4,
        /// ARP packets.
        3 => ARP,
        /// Packets of a network device, at its ingress or egress hook.
        5 => NETDEV,
        /// Ethernet bridging.
        7 => BRIDGE,
        /// IPv6 packets.
        10 => IPV6,
        /// DECnet, removed in Linux 6.1.
        12 => DECNET,
    }
}
