//! Links and addresses, with the real kernel: after each change, the cache equals a dump and the
//! replayed changes.

mod common;

use common::kernel::{compare, with_kernel};

#[test]
fn a_renamed_link_is_found_by_each_of_its_names() {
    with_kernel(|kernel| {
        kernel.each(
            "link set v0 down
             link set v0 name wan
             link set wan up
             link property add dev wan altname enp1s0 altname a-name-longer-than-others-may-be",
        );
        let links = &kernel.manager.caches().links;
        let index = links.by_name("wan").unwrap().index;
        for name in ["enp1s0", "a-name-longer-than-others-may-be"] {
            assert_eq!(links.by_name(name).map(|link| link.index), Some(index));
        }
        assert_eq!(links.by_name("v0"), None);
        kernel.each(
            "link property del dev wan altname enp1s0\n link set wan down\n link set wan name lan",
        );
        let links = &kernel.manager.caches().links;
        assert_eq!((links.by_name("enp1s0"), links.by_name("wan")), (None, None));
        assert_eq!(links.by_name("lan").map(|link| link.index), Some(index));
    });
}

#[test]
fn names_over_capacity_mark_the_names_truncated() {
    with_kernel(|kernel| {
        for number in 0..6 {
            kernel.each(&format!("link property add dev v0 altname other{number}"));
        }
        let link = kernel.manager.caches().links.by_name("v0").unwrap();
        assert!(link.alt_names.is_truncated());
        assert_eq!(link.alt_names.iter().count(), 4);
    });
}

/// W18, case 42 of docs/conformance.md.
#[test]
fn bridge_notifications_do_not_duplicate_a_port() {
    with_kernel(|kernel| {
        kernel.each(
            "link add br0 type bridge
             link set br0 up
             link set v0 master br0
             link set v0 type bridge_slave priority 7
             link set v0 mtu 1400",
        );
        let net = kernel.manager.caches();
        let bridge = net.links.by_name("br0").unwrap();
        assert_eq!(net.links.by_name("v0").unwrap().master, bridge.index as u32);
        let before = net.links.len();
        // The bridge notifies that the port was removed; the link still exists.
        kernel.each("link set v0 nomaster");
        let net = kernel.manager.caches();
        assert_eq!((net.links.len(), net.links.by_name("v0").unwrap().master), (before, 0));
    });
}

/// W19, case 38.
#[test]
fn an_unchanged_value_is_no_change_and_a_carrier_is() {
    with_kernel(|kernel| {
        kernel.each("link set v0 mtu 1400");
        let before = kernel.changes;
        kernel.each("link set v0 mtu 1400\n link set v0 up");
        assert_eq!(kernel.changes, before);
        kernel.each("link set v1 down");
        let link = kernel.manager.caches().links.by_name("v0").unwrap();
        assert!(!link.carrier && link.carrier_changes > 0);
    });
}

#[test]
fn addresses_are_found_by_link_and_by_address() {
    with_kernel(|kernel| {
        kernel.each(
            "addr add 192.0.2.1/24 dev v0
             addr add 192.0.2.1/24 dev v1
             addr add 192.0.2.2/24 dev v0 label v0:2
             addr add 192.0.2.1 peer 203.0.113.1/32 dev v0
             addr add 2001:db8::1/64 dev v0 nodad
             addr change 2001:db8::1/64 dev v0 preferred_lft 0 valid_lft 3000",
        );
        let net = kernel.manager.caches();
        let index = net.links.by_name("v0").unwrap().index as u32;
        assert_eq!(net.addresses.of_link(index).count(), 5);
        assert_eq!(net.addresses.by_address("192.0.2.1".parse().unwrap()).count(), 3);
        assert_eq!(net.addresses.by_address("192.0.2.9".parse().unwrap()).count(), 0);
        kernel.each("addr del 192.0.2.1/24 dev v1\n addr flush dev v0");
    });
}

/// W4, case 46.
#[test]
fn a_resync_without_differences_reports_no_change() {
    with_kernel(|kernel| {
        kernel.each(
            "-6 route add 2001:db8:1::/48 via fe80::1 dev v0
             -6 route add 2001:db8:2::/48 nexthop via fe80::1 dev v0 nexthop via fe80::1 dev v1
             route add 10.1.0.0/16 dev v0
             route append 10.1.0.0/16 dev v1",
        );
        let (changes, routes) = (kernel.changes, kernel.manager.caches().routes.len());
        for round in 2..5 {
            kernel.manager.resync(|_, _| {});
            kernel.check();
            assert_eq!(kernel.rounds(), round);
        }
        assert_eq!((kernel.changes, kernel.manager.caches().routes.len()), (changes, routes));
        assert!(
            compare(&kernel.manager.caches().routes, &kernel.manager.caches().routes).is_empty()
        );
    });
}
