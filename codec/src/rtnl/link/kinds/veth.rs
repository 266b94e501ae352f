//! `veth`: pair of virtual Ethernet interfaces.

use crate::nest::FixedHeader;
use crate::rtnl::link::{Link, LinkHeader};

attributes! {
    /// Settings of a virtual Ethernet pair.
    pub Veth "VETH_INFO_" {
        /// Peer, at creation: header and attributes of a link message.
        1 => PEER: FixedHeader<LinkHeader, Link>,
    }
}
