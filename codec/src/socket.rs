//! Protocol numbers and classic BPF instructions, for opening a socket.

values! {
    /// Netlink protocol (family), the third argument of `socket(2)`.
    pub Protocol "NETLINK_": u32 {
        /// Links, addresses, routes, neighbours, rules, traffic control.
        0 => ROUTE,
        /// User-mode socket protocols, between programs.
        2 => USERSOCK,
        /// Socket monitoring, `sock_diag(7)`.
        4 => SOCK_DIAG,
        /// IPsec policies and security associations.
        6 => XFRM,
        /// SELinux event notifications.
        7 => SELINUX,
        /// Open-iSCSI.
        8 => ISCSI,
        /// Kernel auditing, as `auditd` uses it.
        9 => AUDIT,
        /// IPv4 FIB lookup.
        10 => FIB_LOOKUP,
        /// Kernel connector: process events and small messages of drivers.
        11 => CONNECTOR,
        /// Netfilter: nftables, connection tracking, logging, queueing to user space.
        12 => NETFILTER,
        /// IPv6 packets of the obsolete `ip6_queue`.
        13 => IP6_FW,
        /// DECnet routing.
        14 => DNRTMSG,
        /// Kernel object events, as `udev` receives them.
        15 => KOBJECT_UEVENT,
        /// Generic netlink.
        16 => GENERIC,
        /// Events of SCSI transport classes, such as Fibre Channel.
        18 => SCSITRANSPORT,
        /// eCryptfs, the stacked cryptographic file system; the kernel no longer uses it.
        19 => ECRYPTFS,
        /// RDMA (InfiniBand).
        20 => RDMA,
        /// Kernel crypto API.
        21 => CRYPTO,
        /// SMC monitoring; the kernel has moved it to generic netlink.
        22 => SMC,
    }
}

/// Instruction of a classic BPF program, `struct sock_filter`. Loads are in network byte order,
/// from the message header on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(C)]
pub struct Instruction {
    /// Opcode.
    pub code: u16,
    /// Number of instructions to skip if a comparison is true.
    pub jt: u8,
    /// Number of instructions to skip if it is false.
    pub jf: u8,
    /// Operand.
    pub k: u32,
}
