//! Buckets of next hop groups: where each share of the flows goes.

use crate::rtnl::route::nexthop::{NextHop, NextHopHeader};

messages! {
    /// Buckets of next hop groups; [`NextHop::RES_BUCKET`] tells of them.
    pub FAMILY "route/nexthop-bucket": NextHopHeader, NextHop {
        /// A bucket has moved to another next hop.
        116 => NEW,
        /// A bucket is gone.
        117 => DEL,
        /// Asks for a bucket, or for all.
        118 => GET,
    }
}
