//! `xfrm`: what goes through it goes through the IPsec policies of its number.

use crate::value::Flag;

attributes! {
    /// An IPsec interface's attributes, `IFLA_XFRM_*`.
    pub Xfrm "IFLA_XFRM_" {
        /// The link that its packets go through.
        1 => LINK: u32,
        /// The number that policies and states know it by.
        2 => IF_ID: u32,
        /// Lets routes and filters say which number each packet gets.
        3 => COLLECT_METADATA: Flag,
    }
}
