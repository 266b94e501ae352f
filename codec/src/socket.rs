//! What a netlink socket is told besides messages: which part of the kernel it talks to, and what it
//! is to hold back.

values! {
    /// A netlink protocol, `NETLINK_*`: a socket has one for life.
    pub Protocol "NETLINK_": u32 {
        /// Links, addresses, routes, neighbours, rules, queueing.
        0 => ROUTE,
        /// Programs talking to each other.
        2 => USERSOCK,
        /// What sockets there are, and how they do.
        4 => SOCK_DIAG,
        /// IPsec: policies and associations.
        6 => XFRM,
        /// SELinux events.
        7 => SELINUX,
        /// Open-iSCSI.
        8 => ISCSI,
        /// The audit log.
        9 => AUDIT,
        /// Which route a packet would take.
        10 => FIB_LOOKUP,
        /// Small messages of drivers, and of processes starting and ending.
        11 => CONNECTOR,
        /// Packet filters, connection tracking, logging, queueing to programs.
        12 => NETFILTER,
        /// IPv6 packets for a firewall in a program.
        13 => IP6_FW,
        /// DECnet routing.
        14 => DNRTMSG,
        /// Devices coming and going, as `udev` hears of them.
        15 => KOBJECT_UEVENT,
        /// The families that have a name.
        16 => GENERIC,
        /// SCSI transports.
        18 => SCSITRANSPORT,
        /// eCryptfs.
        19 => ECRYPTFS,
        /// RDMA devices.
        20 => RDMA,
        /// The kernel's ciphers.
        21 => CRYPTO,
        /// Sockets over RDMA or ISM, before they moved to a named family.
        22 => SMC,
    }
}

/// One step of a classic packet filter, `struct sock_filter`; it loads in network byte order, from
/// the message header on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(C)]
pub struct Instruction {
    /// What to do.
    pub code: u16,
    /// How many steps to skip if a comparison holds.
    pub jt: u8,
    /// How many steps to skip if it does not.
    pub jf: u8,
    /// What to do it with.
    pub k: u32,
}
