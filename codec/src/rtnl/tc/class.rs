//! Classes: the parts that some queueing disciplines divide themselves into, each with its share.

use crate::rtnl::tc::{Tc, TcHeader};

messages! {
    /// Classes.
    pub FAMILY "route/class": TcHeader, Tc {
        /// A class is new or has changed; or is to be added.
        40 => NEW,
        /// A class is gone; or is to be removed.
        41 => DEL,
        /// Asks for a class, or for all of one link, which the header has to name.
        42 => GET,
    }
}
