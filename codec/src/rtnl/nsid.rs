//! Network namespace IDs: the numbers by which one network namespace refers to others
//! (`RTM_NEWNSID`, `RTM_DELNSID`, `RTM_GETNSID`).

use crate::rtnl::ids::AddressFamily;

messages! {
    /// Network namespace ID messages.
    pub FAMILY "route/nsid": NsidHeader, Nsid {
        /// New namespace ID; as a request, assigns one.
        88 => NEW "RTM_NEWNSID",
        /// Namespace ID released along with its namespace (notification only).
        89 => DEL "RTM_DELNSID",
        /// Request for the ID of a namespace, or as a dump for all IDs.
        90 => GET "RTM_GETNSID",
    }
}

structure! {
    /// Header of network namespace ID messages.
    pub NsidHeader "struct rtgenmsg" "rtgen_" (1) {
        /// Address family, [`AddressFamily::UNSPEC`].
        0 => family: AddressFamily,
    }
}

attributes! {
    /// Network namespace and its ID.
    pub Nsid "NETNSA_" {
        /// Namespace ID; -1 (`NETNSA_NSID_NOT_ASSIGNED`) if none is assigned; in a request, to have
        /// the kernel choose one.
        1 => NSID: i32,
        /// PID of a process in the namespace (request only).
        2 => PID: u32,
        /// File descriptor of the namespace (request only).
        3 => FD: u32,
        /// ID of the namespace to answer for, in place of the socket's (request only).
        4 => TARGET_NSID: i32,
        /// ID of the namespace in the socket's own namespace, where `TARGET_NSID` selects another.
        5 => CURRENT_NSID: i32,
    }
}
