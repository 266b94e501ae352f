//! Queueing disciplines (qdiscs): the schedulers of a link's packets (`RTM_NEWQDISC`,
//! `RTM_DELQDISC`, `RTM_GETQDISC`).

use crate::rtnl::tc::{Tc, TcHeader};

messages! {
    /// Qdisc messages.
    pub FAMILY "route/qdisc": TcHeader, Tc {
        /// New or changed qdisc; in a request, adds, replaces or changes one.
        36 => NEW "RTM_NEWQDISC",
        /// Deleted qdisc; in a request, deletes one.
        37 => DEL "RTM_DELQDISC",
        /// Requests a qdisc; as a dump, all of them. The default qdiscs of links are included,
        /// those of classes (created by the kernel for lack of a configured one) only with
        /// [`Tc::DUMP_INVISIBLE`].
        38 => GET "RTM_GETQDISC",
    }
}
