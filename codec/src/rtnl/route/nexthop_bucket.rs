//! Buckets of resilient next hop groups, each of which maps a share of the flows to a next hop
//! (`RTM_NEWNEXTHOPBUCKET`, `RTM_DELNEXTHOPBUCKET`, `RTM_GETNEXTHOPBUCKET`).

use crate::rtnl::route::nexthop::{NextHop, NextHopHeader};

messages! {
    /// Next hop bucket messages; [`NextHop::ID`] is the group, [`NextHop::RES_BUCKET`] the bucket.
    pub FAMILY "route/nexthop-bucket": NextHopHeader, NextHop {
        /// Bucket in a reply; as a notification, a bucket that has migrated to another next hop.
        116 => NEW "RTM_NEWNEXTHOPBUCKET",
        /// Deleted bucket; the kernel neither sends nor accepts it.
        117 => DEL "RTM_DELNEXTHOPBUCKET",
        /// Requests a bucket; as a dump, all of them.
        118 => GET "RTM_GETNEXTHOPBUCKET",
    }
}
