//! The parts of the kernel that one can talk to.

use core::fmt;
use core::num::NonZeroU32;

/// A netlink protocol, `NETLINK_*`: a socket has one for life.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Protocol(pub u32);

/// A row `/// what it is, number => NAME` becomes the constant `Protocol::NAME`, and the name in print.
macro_rules! protocols {
    ($($(#[$doc:meta])* $number:literal => $name:ident,)*) => {
        impl Protocol {
            $($(#[$doc])* pub const $name: Protocol = Protocol($number);)*

            /// The kernel's name for it, without the prefix.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some(stringify!($name)),)*
                    _ => None,
                }
            }
        }
    };
}

protocols! {
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

impl Protocol {
    /// As `socket(2)` wants it.
    pub(crate) fn to_rustix(self) -> Option<rustix::net::Protocol> {
        NonZeroU32::new(self.0).map(rustix::net::Protocol::from_raw)
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => fmt::Display::fmt(&self.0, f),
        }
    }
}

impl fmt::Debug for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use linux_raw_sys::netlink as kernel;
    use std::string::ToString;

    #[test]
    fn the_numbers_are_the_kernels() {
        for (ours, kernels) in [
            (Protocol::ROUTE, kernel::NETLINK_ROUTE),
            (Protocol::USERSOCK, kernel::NETLINK_USERSOCK),
            (Protocol::SOCK_DIAG, kernel::NETLINK_SOCK_DIAG),
            (Protocol::XFRM, kernel::NETLINK_XFRM),
            (Protocol::SELINUX, kernel::NETLINK_SELINUX),
            (Protocol::ISCSI, kernel::NETLINK_ISCSI),
            (Protocol::AUDIT, kernel::NETLINK_AUDIT),
            (Protocol::FIB_LOOKUP, kernel::NETLINK_FIB_LOOKUP),
            (Protocol::CONNECTOR, kernel::NETLINK_CONNECTOR),
            (Protocol::NETFILTER, kernel::NETLINK_NETFILTER),
            (Protocol::IP6_FW, kernel::NETLINK_IP6_FW),
            (Protocol::DNRTMSG, kernel::NETLINK_DNRTMSG),
            (Protocol::KOBJECT_UEVENT, kernel::NETLINK_KOBJECT_UEVENT),
            (Protocol::GENERIC, kernel::NETLINK_GENERIC),
            (Protocol::SCSITRANSPORT, kernel::NETLINK_SCSITRANSPORT),
            (Protocol::ECRYPTFS, kernel::NETLINK_ECRYPTFS),
            (Protocol::RDMA, kernel::NETLINK_RDMA),
            (Protocol::CRYPTO, kernel::NETLINK_CRYPTO),
            (Protocol::SMC, kernel::NETLINK_SMC),
        ] {
            assert_eq!(ours.0, kernels, "{ours}");
        }
    }

    #[test]
    fn a_protocol_prints_as_its_name_and_a_stranger_as_its_number() {
        assert_eq!(Protocol::GENERIC.to_string(), "GENERIC");
        assert_eq!(Protocol(30).to_string(), "30");
    }
}
