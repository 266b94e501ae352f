//! Filters: what looks at packets, puts them into classes, or does something with them.

use crate::rtnl::tc::{Tc, TcHeader};

messages! {
    /// Filters.
    pub FAMILY "route/filter": TcHeader, Tc {
        /// A filter is new or has changed; or is to be added.
        44 => NEW,
        /// A filter is gone; or is to be removed.
        45 => DEL,
        /// Asks for a filter, or for all under one parent.
        46 => GET,
    }
}

/// In place of a link's index: the filters are those of a block that links share, and the header's
/// parent is the block's number; `TCM_IFINDEX_MAGIC_BLOCK`.
pub const BLOCK: i32 = -1;

/// What a filter's header has in [`TcHeader::info`]: its priority, for the lowest is asked first,
/// and the protocol of the packets that it is for, `ETH_P_*`.
///
/// ```
/// use barelink_codec::rtnl::tc::filter;
///
/// const ETH_P_IP: u16 = 0x800;
/// let info = filter::info(10, ETH_P_IP);
/// assert_eq!((filter::priority(info), filter::protocol(info)), (10, ETH_P_IP));
/// ```
pub const fn info(priority: u16, protocol: u16) -> u32 {
    (priority as u32) << 16 | protocol.to_be() as u32
}

/// The priority in a filter's [`TcHeader::info`]; 0 lets the kernel choose one.
pub const fn priority(info: u32) -> u16 {
    (info >> 16) as u16
}

/// The protocol in a filter's [`TcHeader::info`].
pub const fn protocol(info: u32) -> u16 {
    u16::from_be(info as u16)
}
