//! Address families: which protocol an object belongs to.

use core::net::IpAddr;

use crate::nest::DefaultSubMessage;
use crate::rtnl::mpls::Label;
use crate::value::{Array, Embedded};

values! {
    /// An address family, `AF_*`: which protocol an object belongs to.
    pub AddressFamily "AF_": u8 {
        /// All of them, or none in particular.
        0 => UNSPEC,
        /// Sockets of one machine.
        1 => UNIX,
        /// IPv4.
        2 => INET,
        /// Amateur radio.
        3 => AX25,
        /// Novell's protocol.
        4 => IPX,
        /// Apple's protocol.
        5 => APPLETALK,
        /// Amateur radio's network layer.
        6 => NETROM,
        /// Ports of a bridge, and addresses that it has learned.
        7 => BRIDGE,
        /// Permanent ATM circuits.
        8 => ATMPVC,
        /// X.25, the packet layer.
        9 => X25,
        /// IPv6.
        10 => INET6,
        /// Amateur radio's X.25.
        11 => ROSE,
        /// Digital's protocol, gone from the kernel.
        12 => DECNET,
        /// IPsec's older interface.
        15 => KEY,
        /// Netlink itself.
        16 => NETLINK,
        /// Whole frames, addressed by hardware address.
        17 => PACKET,
        /// Switched ATM circuits.
        20 => ATMSVC,
        /// Reliable datagrams.
        21 => RDS,
        /// PPP over anything.
        24 => PPPOX,
        /// Logical link control.
        26 => LLC,
        /// InfiniBand, by its own addresses.
        27 => IB,
        /// Labels.
        28 => MPLS,
        /// Controller area networks, as in cars.
        29 => CAN,
        /// Messages within a cluster.
        30 => TIPC,
        /// Bluetooth.
        31 => BLUETOOTH,
        /// Between virtual machines on s390.
        32 => IUCV,
        /// Remote calls, as AFS makes them.
        33 => RXRPC,
        /// Modems in phones.
        35 => PHONET,
        /// Low-rate wireless.
        36 => IEEE802154,
        /// Modems by ST-Ericsson.
        37 => CAIF,
        /// The kernel's ciphers.
        38 => ALG,
        /// Near-field communication.
        39 => NFC,
        /// Between a virtual machine and its host.
        40 => VSOCK,
        /// Messages over TCP.
        41 => KCM,
        /// Between processors of a phone.
        42 => QIPCRTR,
        /// TCP over shared memory.
        43 => SMC,
        /// Packets straight from the driver.
        44 => XDP,
        /// Between parts of a server's board.
        45 => MCTP,
        /// Multicast routes of IPv4, `RTNL_FAMILY_IPMR`.
        128 => IPMR,
        /// Multicast routes of IPv6, `RTNL_FAMILY_IP6MR`.
        129 => IP6MR,
    }
}

sub_messages! {
    /// What an address is, by the message's address family.
    pub AddressOf by family {
        AddressFamily::MPLS => Array<Embedded<Label>>,
        AddressFamily::PHONET | AddressFamily::MCTP => u8,
        _ => IpAddr,
    }
}

/// An IP address; but a label in messages of [`AddressFamily::MPLS`], and a single byte in those of
/// [`AddressFamily::PHONET`] and [`AddressFamily::MCTP`].
pub type Address = DefaultSubMessage<IpAddr, AddressOf>;
