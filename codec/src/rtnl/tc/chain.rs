//! Chains: lists of filters, by number; packets start in chain 0, and a filter may send them on to
//! another.

use crate::rtnl::tc::{Tc, TcHeader};

messages! {
    /// Chains of filters.
    pub FAMILY "route/chain": TcHeader, Tc {
        /// A chain is new; or is to be added, perhaps with what its filters have to look like.
        100 => NEW,
        /// A chain is gone; or is to be removed, with its filters.
        101 => DEL,
        /// Asks for a chain, or for all under one parent.
        102 => GET,
    }
}
