//! Classes of classful qdiscs (`RTM_NEWTCLASS`, `RTM_DELTCLASS`, `RTM_GETTCLASS`), each with its
//! share of the bandwidth.

use crate::rtnl::tc::{Tc, TcHeader};

messages! {
    /// Class messages.
    pub FAMILY "route/class": TcHeader, Tc {
        /// New or changed class; in a request, adds or changes one.
        40 => NEW "RTM_NEWTCLASS",
        /// Deleted class; in a request, deletes one.
        41 => DEL "RTM_DELTCLASS",
        /// Requests a class; as a dump, all classes of the link of the header's index, which is
        /// required.
        42 => GET "RTM_GETTCLASS",
    }
}
