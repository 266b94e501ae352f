//! `amt`: multicast through networks that have none.

use core::net::Ipv4Addr;

use crate::value::Be;

attributes! {
    /// The attributes of a tunnel for multicast, `IFLA_AMT_*`.
    pub Amt "IFLA_AMT_" {
        /// Which side it is.
        1 => MODE: AmtMode where max(1),
        /// The port on the relay's side.
        2 => RELAY_PORT: Be<u16>,
        /// The port on the gateway's side.
        3 => GATEWAY_PORT: Be<u16>,
        /// The link that its packets go through.
        4 => LINK: u32,
        /// The address on this side.
        5 => LOCAL_IP: Ipv4Addr,
        /// The relay that a gateway has found.
        6 => REMOTE_IP: Ipv4Addr,
        /// Where a gateway asks for a relay.
        7 => DISCOVERY_IP: Ipv4Addr,
        /// How many gateways a relay serves.
        8 => MAX_TUNNELS: u32,
    }
}

values! {
    /// Which side of a tunnel for multicast it is, `AMT_MODE_*`.
    pub AmtMode "AMT_MODE_": u32 {
        /// The one that wants multicast.
        0 => GATEWAY,
        /// The one that has it.
        1 => RELAY,
    }
}
