//! Netlink protocols.

use barelink_transport::Protocol;
use linux_raw_sys::netlink as kernel;

#[test]
fn protocols_have_the_kernels_numbers() {
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
fn a_known_protocol_prints_its_name_others_the_number() {
    assert_eq!(Protocol::GENERIC.to_string(), "GENERIC");
    assert_eq!(Protocol(30).to_string(), "30");
}
