//! Filters, which classify packets and run actions on them (`RTM_NEWTFILTER`, `RTM_DELTFILTER`,
//! `RTM_GETTFILTER`).

use crate::rtnl::tc::{Tc, TcHeader};

messages! {
    /// Filter messages.
    pub FAMILY "route/filter": TcHeader, Tc {
        /// New or changed filter; in a request, adds or changes one.
        44 => NEW "RTM_NEWTFILTER",
        /// Deleted filter; in a request, deletes one, or all of a parent if the priority is 0.
        45 => DEL "RTM_DELTFILTER",
        /// Requests a filter; as a dump, all filters of a parent or block.
        46 => GET "RTM_GETTFILTER",
    }
}

/// Value of [`TcHeader::index`] for the filters of a shared block, with the block index in
/// [`TcHeader::parent`]: `TCM_IFINDEX_MAGIC_BLOCK`.
#[doc(alias = "TCM_IFINDEX_MAGIC_BLOCK")]
pub const BLOCK: i32 = -1;

/// Returns the value of [`TcHeader::info`] for a filter: its priority, of which the lowest is
/// evaluated first, and the protocol of the packets that it matches, `ETH_P_*` in host byte order.
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

/// Returns the priority of a filter from [`TcHeader::info`]; 0 in a request lets the kernel choose
/// one.
pub const fn priority(info: u32) -> u16 {
    (info >> 16) as u16
}

/// Returns the protocol (`ETH_P_*`, host byte order) of a filter from [`TcHeader::info`].
pub const fn protocol(info: u32) -> u16 {
    u16::from_be(info as u16)
}
