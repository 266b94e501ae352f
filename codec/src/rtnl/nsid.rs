//! Numbers by which one network namespace knows others.

use crate::rtnl::ids::AddressFamily;

messages! {
    /// Numbers of namespaces.
    pub FAMILY "route/nsid": NsidHeader, Nsid {
        /// A namespace has got a number; or is to get one.
        88 => NEW,
        /// A namespace with a number is gone.
        89 => DEL,
        /// Asks for a namespace's number, or for all.
        90 => GET,
    }
}

structure! {
    /// `struct rtgenmsg`.
    pub NsidHeader "struct rtgenmsg" "" (1) {
        /// None.
        0 => family: AddressFamily,
    }
}

attributes! {
    /// A namespace and its number, `NETNSA_*`.
    pub Nsid "NETNSA_" {
        /// Its number; -1 for none.
        1 => NSID: i32,
        /// A process in it.
        2 => PID: u32,
        /// A file descriptor that stands for it.
        3 => FD: u32,
        /// Asks in the namespace of this number instead of the socket's.
        4 => TARGET_NSID: i32,
        /// The number that it has in the socket's own namespace, where another was asked.
        5 => CURRENT_NSID: i32,
    }
}
