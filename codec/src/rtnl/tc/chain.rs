//! Filter chains (`RTM_NEWCHAIN`, `RTM_DELCHAIN`, `RTM_GETCHAIN`): numbered lists of filters.
//! Classification starts in chain 0; a filter's action may continue in another chain.

use crate::rtnl::tc::{Tc, TcHeader};

messages! {
    /// Filter chain messages.
    pub FAMILY "route/chain": TcHeader, Tc {
        /// New chain; in a request, adds one, optionally with a template for its filters.
        100 => NEW "RTM_NEWCHAIN",
        /// Deleted chain; in a request, deletes one with its filters.
        101 => DEL "RTM_DELCHAIN",
        /// Requests a chain; as a dump, all chains of a parent or block.
        102 => GET "RTM_GETCHAIN",
    }
}
