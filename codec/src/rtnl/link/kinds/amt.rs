//! `amt`: Automatic Multicast Tunneling (RFC 7450).

use core::net::Ipv4Addr;

use crate::value::Be;

attributes! {
    /// Settings of an AMT interface.
    pub Amt "IFLA_AMT_" {
        /// Gateway or relay.
        1 => MODE: AmtMode where max(1),
        /// UDP port of the relay; 2268 by default.
        2 => RELAY_PORT: Be<u16>,
        /// UDP port of the gateway; 2268 by default.
        3 => GATEWAY_PORT: Be<u16>,
        /// Interface index of the underlying link.
        4 => LINK: u32,
        /// Local address.
        5 => LOCAL_IP: Ipv4Addr,
        /// Address of the relay that a gateway has discovered.
        6 => REMOTE_IP: Ipv4Addr,
        /// Address to which a gateway sends relay discovery.
        7 => DISCOVERY_IP: Ipv4Addr,
        /// Maximum number of gateways that a relay serves; 128 by default.
        8 => MAX_TUNNELS: u32,
    }
}

values! {
    /// Role of an AMT interface.
    pub AmtMode "AMT_MODE_": u32 {
        /// Gateway: requests multicast.
        0 => GATEWAY,
        /// Relay: provides multicast.
        1 => RELAY,
    }
}
