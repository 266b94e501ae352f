//! What every message of the packet filter starts with.

use crate::value::Be;

structure! {
    /// `struct nfgenmsg`.
    pub NfHeader "struct nfgenmsg" "" (4) {
        /// The protocol of the packets that it is about.
        0 => family: NfProto,
        /// The version of the messages' form, of which there is but 0.
        1 => version: u8,
        /// What the message is about besides: a queue, a processor.
        2 => res_id: u16 as Be<u16>,
    }
}

values! {
    /// The protocol that packets are of, as the packet filter numbers them, `NFPROTO_*`.
    pub NfProto "NFPROTO_": u8 {
        /// Any, or none.
        0 => UNSPEC,
        /// IPv4 and IPv6 together.
        1 => INET,
        /// IPv4.
        2 => IPV4,
        /// ARP.
        3 => ARP,
        /// Whatever a link sends and receives.
        5 => NETDEV,
        /// What bridges pass on.
        7 => BRIDGE,
        /// IPv6.
        10 => IPV6,
        /// Digital's protocol, gone from the kernel.
        12 => DECNET,
    }
}
