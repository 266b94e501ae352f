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
