//! Queueing disciplines: what holds a link's packets until they go, and says which goes next.

use crate::rtnl::tc::{Tc, TcHeader};

messages! {
    /// Queueing disciplines.
    pub FAMILY "route/qdisc": TcHeader, Tc {
        /// A discipline is new or has changed; or is to be added.
        36 => NEW,
        /// A discipline is gone; or is to be removed.
        37 => DEL,
        /// Asks for a discipline, or for all. What links come with is in the answer, but what the
        /// kernel put under classes, as nobody set one, only if the request has
        /// [`Tc::DUMP_INVISIBLE`].
        38 => GET,
    }
}
