//! `vxcan`: pair of virtual CAN interfaces.

use crate::nest::FixedHeader;
use crate::rtnl::link::{Link, LinkHeader};

attributes! {
    /// Settings of a virtual CAN pair.
    pub Vxcan "VXCAN_INFO_" {
        /// Peer, at creation: header and attributes of a link message.
        1 => PEER: FixedHeader<LinkHeader, Link>,
    }
}
