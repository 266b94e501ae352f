//! `xfrm`: IPsec (XFRM) interface.

use crate::value::Flag;

attributes! {
    /// Settings of an XFRM interface.
    pub Xfrm "IFLA_XFRM_" {
        /// Interface index of the underlying link.
        1 => LINK: u32,
        /// XFRM interface ID, which policies and states refer to.
        2 => IF_ID: u32,
        /// Metadata collection (external control): the interface ID is set per packet by routes or
        /// filters.
        3 => COLLECT_METADATA: Flag,
    }
}
