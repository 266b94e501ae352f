//! Options of the level `SOL_NETLINK`.

use linux_raw_sys::netlink as number;

/// Boolean option of netlink sockets, `NETLINK_*` of `netlink(7)`; all are off by default.
///
/// [`Connection::open`](crate::Connection::open) turns on `CAP_ACK`, `EXT_ACK` and
/// `GET_STRICT_CHK`, [`Monitor::open`](crate::Monitor::open) `PKTINFO`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SocketOption(pub u32);

impl SocketOption {
    /// Adds the multicast group to each datagram: [`Received::group`].
    ///
    /// `NETLINK_PKTINFO` = 3.
    ///
    /// [`Received::group`]: crate::Received::group
    #[doc(alias = "NETLINK_PKTINFO")]
    pub const PKTINFO: SocketOption = SocketOption(number::NETLINK_PKTINFO);
    /// Reports to senders in the kernel that this socket missed a
    /// multicast message; some subsystems send it again. Since Linux 2.6.30.
    ///
    /// `NETLINK_BROADCAST_ERROR` = 4.
    #[doc(alias = "NETLINK_BROADCAST_ERROR")]
    pub const BROADCAST_ERROR: SocketOption = SocketOption(number::NETLINK_BROADCAST_ERROR);
    /// Suppresses `ENOBUFS`: overruns go unreported, no
    /// [`Error::Overrun`](crate::Error::Overrun) comes. Since Linux 2.6.30.
    ///
    /// `NETLINK_NO_ENOBUFS` = 5.
    #[doc(alias = "NETLINK_NO_ENOBUFS")]
    pub const NO_ENOBUFS: SocketOption = SocketOption(number::NETLINK_NO_ENOBUFS);
    /// Receives notifications of all network namespaces that have an ID (nsid) in this one, too:
    /// [`Received::nsid`]. Requires `CAP_NET_BROADCAST`. Since Linux 4.2.
    ///
    /// `NETLINK_LISTEN_ALL_NSID` = 8.
    ///
    /// [`Received::nsid`]: crate::Received::nsid
    #[doc(alias = "NETLINK_LISTEN_ALL_NSID")]
    pub const LISTEN_ALL_NSID: SocketOption = SocketOption(number::NETLINK_LISTEN_ALL_NSID);
    /// Caps errors: `NLMSG_ERROR` quotes the request's header, not its
    /// payload. Since Linux 4.3.
    ///
    /// `NETLINK_CAP_ACK` = 10.
    #[doc(alias = "NETLINK_CAP_ACK")]
    pub const CAP_ACK: SocketOption = SocketOption(number::NETLINK_CAP_ACK);
    /// Adds extended acknowledgements: text, offset and missing attribute
    /// (`NLMSGERR_ATTR_*`). Since Linux 4.12.
    ///
    /// `NETLINK_EXT_ACK` = 11.
    #[doc(alias = "NETLINK_EXT_ACK")]
    pub const EXT_ACK: SocketOption = SocketOption(number::NETLINK_EXT_ACK);
    /// Makes the kernel check the headers and attributes of `GET`
    /// requests strictly, and filter dumps by them. Since Linux 4.20.
    ///
    /// `NETLINK_GET_STRICT_CHK` = 12.
    #[doc(alias = "NETLINK_GET_STRICT_CHK")]
    pub const GET_STRICT_CHK: SocketOption = SocketOption(number::NETLINK_GET_STRICT_CHK);
}
