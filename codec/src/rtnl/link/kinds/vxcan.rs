//! `vxcan`: a cable between two links of CAN.

use crate::nest::FixedHeader;
use crate::rtnl::link::{Link, LinkHeader};

attributes! {
    /// A virtual CAN cable's attributes, `VXCAN_INFO_*`.
    pub Vxcan "VXCAN_INFO_" {
        /// The other end, when the two are made: a link message of its own.
        1 => PEER: FixedHeader<LinkHeader, Link>,
    }
}
