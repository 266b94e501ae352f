//! `veth`: a cable between two links of Ethernet.

use crate::nest::FixedHeader;
use crate::rtnl::link::{Link, LinkHeader};

attributes! {
    /// A virtual cable's attributes, `VETH_INFO_*`.
    pub Veth "VETH_INFO_" {
        /// The other end, when the two are made: a link message of its own.
        1 => PEER: FixedHeader<LinkHeader, Link>,
    }
}
