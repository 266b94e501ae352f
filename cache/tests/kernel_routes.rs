//! Routes and next hops, with the real kernel: after each change, notified or not, the cache equals
//! a dump and the replayed changes.

mod common;

use std::net::IpAddr;

use barelink_codec::rtnl::route::RouteTable;
use common::kernel::{Kernel, with_kernel};

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// Returns the number of routes to a prefix in the main table.
fn count(kernel: &Kernel<'_>, prefix: &str, len: u8) -> usize {
    let routes = &kernel.manager.caches().routes;
    routes.by_prefix(RouteTable::MAIN, address(prefix), len).count()
}

/// W15, case 41 of docs/conformance.md.
#[test]
fn routes_that_differ_only_by_next_hop_are_all_cached() {
    with_kernel(|kernel| {
        kernel.each(
            "route add 10.1.0.0/16 via 192.0.2.1 dev v0 onlink
             route append 10.1.0.0/16 via 192.0.2.2 dev v1 onlink
             route append 10.1.0.0/16 dev v2
             route prepend 10.1.0.0/16 dev v3
             -6 route add 2001:db8:1::/48 dev v0
             -6 route append 2001:db8:1::/48 dev v1",
        );
        assert_eq!(count(kernel, "10.1.0.0", 16), 4);
        assert_eq!(count(kernel, "2001:db8:1::", 48), 2);
        // One for each link; libnl stores one of these.
        assert_eq!(count(kernel, "fe80::", 64), 4);
        kernel.each(
            "route del 10.1.0.0/16 dev v2
             route del 10.1.0.0/16 via 192.0.2.1 dev v0
             -6 route del 2001:db8:1::/48 dev v1",
        );
        assert_eq!(count(kernel, "10.1.0.0", 16), 2);
        assert_eq!(kernel.rounds(), 1, "every change was notified");
    });
}

/// W16.
#[test]
fn a_replacing_route_takes_the_slot_of_the_old() {
    with_kernel(|kernel| {
        kernel.each(
            "route add 10.1.0.0/16 via 192.0.2.1 dev v0 onlink
             route replace 10.1.0.0/16 via 192.0.2.2 dev v1 onlink
             route replace 10.1.0.0/16 via 192.0.2.2 dev v1 onlink mtu 1400
             route change 10.1.0.0/16 dev v2
             route replace blackhole 10.1.0.0/16
             -6 route add 2001:db8:1::/48 via fe80::1 dev v0
             -6 route replace 2001:db8:1::/48 via fe80::2 dev v1
             -6 route replace 2001:db8:1::/48 nexthop via fe80::3 dev v0 nexthop via fe80::4 dev v1
             -6 route change 2001:db8:1::/48 via fe80::5 dev v2
             -6 route replace 2001:db8:1::/48 dev v3",
        );
        assert_eq!((count(kernel, "10.1.0.0", 16), count(kernel, "2001:db8:1::", 48)), (1, 1));
        assert_eq!(kernel.rounds(), 1, "every change was notified");
    });
}

#[test]
fn an_ambiguous_replacement_causes_a_resync() {
    with_kernel(|kernel| {
        kernel.each(
            "route add 10.1.0.0/16 dev v0
             route append 10.1.0.0/16 dev v1
             route replace 10.1.0.0/16 dev v2",
        );
        assert_eq!(count(kernel, "10.1.0.0", 16), 2);
        assert_eq!(kernel.rounds(), 2);
    });
}

#[test]
fn ipv6_next_hops_are_added_and_deleted_one_by_one() {
    with_kernel(|kernel| {
        kernel.each(
            "-6 route add 2001:db8:1::/48 via fe80::1 dev v0
             -6 route append 2001:db8:1::/48 via fe80::2 dev v1
             -6 route append 2001:db8:1::/48 via fe80::3 dev v2
             -6 route del 2001:db8:1::/48 via fe80::2 dev v1
             -6 route del 2001:db8:1::/48 via fe80::1 dev v0
             -6 route del 2001:db8:1::/48 via fe80::3 dev v2
             -6 route add 2001:db8:2::/48 nexthop via fe80::1 dev v0 nexthop via fe80::1 dev v1 weight 3
             -6 route del 2001:db8:2::/48",
        );
        assert_eq!(kernel.rounds(), 1, "every change was notified");
    });
}

#[test]
fn next_hops_over_capacity_are_counted_as_truncated() {
    with_kernel(|kernel| {
        let hops: Vec<String> =
            (1..=6).map(|hop| format!("nexthop via 192.0.2.{hop} dev v0 onlink")).collect();
        kernel.each(&format!("route add 10.1.0.0/16 {}", hops.join(" ")));
        let routes = &kernel.manager.caches().routes;
        let route = routes.by_prefix(RouteTable::MAIN, address("10.1.0.0"), 16).next().unwrap();
        assert!(route.is_truncated());
        assert_eq!((route.hops().len(), route.hop_count()), (4, 6));
    });
}

/// W17.
#[test]
fn ipv4_routes_are_removed_when_their_link_goes_down() {
    with_kernel(|kernel| {
        kernel.each(
            "addr add 192.0.2.10/24 dev v0
             route add 10.1.0.0/16 via 192.0.2.1 dev v0
             route add 10.2.0.0/16 nexthop via 192.0.2.1 dev v0 nexthop dev v2
             route add 10.3.0.0/16 nexthop via 192.0.2.1 dev v0 nexthop via 192.0.2.2 dev v0
             link set v0 down",
        );
        assert_eq!((count(kernel, "10.1.0.0", 16), count(kernel, "10.3.0.0", 16)), (0, 0));
        // The link of the other next hop is still up.
        assert_eq!(count(kernel, "10.2.0.0", 16), 1);
        kernel.each("link set v0 up\n link set v2 down");
    });
}

#[test]
fn a_lost_carrier_marks_next_hops_linkdown() {
    with_kernel(|kernel| {
        kernel.each(
            "route add 10.1.0.0/16 dev v0
             route add 10.2.0.0/16 nexthop dev v0 nexthop dev v2 weight 2
             -6 route add 2001:db8:1::/48 dev v0
             link set v1 down",
        );
        let routes = &kernel.manager.caches().routes;
        let down = |prefix: &str, len| {
            let route = routes.by_prefix(RouteTable::MAIN, address(prefix), len).next().unwrap();
            route.hops().iter().map(|hop| hop.is_down()).collect::<Vec<_>>()
        };
        assert_eq!(down("10.1.0.0", 16), [true]);
        assert_eq!(down("10.2.0.0", 16), [true, false]);
        assert_eq!(down("2001:db8:1::", 48), [true]);
        assert_eq!(routes.longest_match(RouteTable::MAIN, address("10.1.2.3")), None);
        kernel.each("link set v1 up");
        assert_eq!(kernel.rounds(), 1, "every change follows from a notification");
    });
}

#[test]
fn ipv6_routes_are_removed_when_their_link_goes_down() {
    with_kernel(|kernel| {
        let quiet = "/proc/sys/net/ipv6/route/skip_notify_on_dev_down";
        for silent in ["0", "1"] {
            if std::fs::write(quiet, silent).is_err() {
                eprintln!("skipped: this kernel always tells of IPv6 routes that go with a link");
            }
            kernel.each(
                "-6 route add 2001:db8:1::/48 via fe80::1 dev v0
                 -6 route add 2001:db8:2::/48 nexthop via fe80::1 dev v0 nexthop via fe80::1 dev v2
                 link set v0 down",
            );
            assert_eq!(count(kernel, "2001:db8:1::", 48), 0);
            kernel.each("link set v0 up\n -6 route del 2001:db8:2::/48");
        }
    });
}

#[test]
fn next_hops_are_removed_with_their_link_and_their_routes() {
    with_kernel(|kernel| {
        kernel.each(
            "nexthop add id 1 via 192.0.2.1 dev v0 onlink
             nexthop add id 2 via 192.0.2.2 dev v2 onlink
             nexthop add id 10 group 1/2,3
             route add 10.1.0.0/16 nhid 1
             route add 10.2.0.0/16 nhid 10
             nexthop replace id 2 via 192.0.2.3 dev v2 onlink",
        );
        assert_eq!(kernel.manager.caches().nexthops.len(), 3);
        // The peer goes down: the kernel notifies of the lost carrier with the link only.
        kernel.each("link set v1 down");
        assert_eq!(kernel.manager.caches().nexthops.len(), 2);
        assert_eq!((count(kernel, "10.1.0.0", 16), count(kernel, "10.2.0.0", 16)), (0, 1));
        kernel.each("link set v2 down");
        assert_eq!(kernel.manager.caches().nexthops.len(), 0);
        assert_eq!(count(kernel, "10.2.0.0", 16), 0);
        kernel.each(
            "link set v1 up
             link set v2 up
             nexthop add id 1 via fe80::1 dev v0
             -6 route add 2001:db8:1::/48 nhid 1
             nexthop del id 1",
        );
    });
}

#[test]
fn routes_are_removed_with_their_preferred_source() {
    with_kernel(|kernel| {
        kernel.each(
            "addr add 192.0.2.10/24 dev v0
             addr add 198.51.100.10/24 dev v0
             route add 10.1.0.0/16 dev v2 src 198.51.100.10
             route add 10.2.0.0/16 dev v0
             addr del 198.51.100.10/24 dev v0",
        );
        assert_eq!((count(kernel, "10.1.0.0", 16), count(kernel, "10.2.0.0", 16)), (0, 1));
        kernel.each("addr del 192.0.2.10/24 dev v0");
        assert_eq!(count(kernel, "10.2.0.0", 16), 0);
    });
}

#[test]
fn a_deleted_or_moved_link_removes_its_objects() {
    with_kernel(|kernel| {
        kernel.each(
            "addr add 192.0.2.10/24 dev v0
             addr add 2001:db8:9::1/64 dev v0
             route add 10.1.0.0/16 dev v0
             route add 10.2.0.0/16 nexthop dev v0 nexthop dev v2
             -6 route add 2001:db8:1::/48 via fe80::1 dev v0
             -6 route add 2001:db8:2::/48 nexthop via fe80::1 dev v0 nexthop via fe80::1 dev v2
             nexthop add id 1 dev v0",
        );
        let other = std::process::Command::new("unshare").args(["-n", "sleep", "10"]).spawn();
        let mut other = other.unwrap();
        std::thread::sleep(std::time::Duration::from_millis(100));
        kernel.each(&format!("link set v0 netns {}", other.id()));
        assert!(kernel.manager.caches().links.by_name("v0").is_none());
        kernel.each("link del v2");
        other.kill().unwrap();
        other.wait().unwrap();
    });
}

#[test]
fn longest_match_prefers_the_lowest_metric() {
    with_kernel(|kernel| {
        kernel.each(
            "route add default dev v0
             route add 10.0.0.0/8 dev v1 metric 20
             route add 10.0.0.0/8 dev v2 metric 10
             route add 10.1.0.0/16 dev v3
             route add 10.1.0.0/16 dev v3 tos 0x10
             -6 route add 2001:db8::/32 dev v0
             -6 route add 2001:db8::1/128 dev v1
             -6 route add default dev v2 metric 5",
        );
        let net = kernel.manager.caches();
        let goes_by = |to: &str| {
            let route = net.routes.longest_match(RouteTable::MAIN, address(to)).unwrap();
            let link = net.links.get(route.hop().unwrap().index as i32).unwrap();
            link.name.to_string()
        };
        assert_eq!(goes_by("10.1.2.3"), "v3");
        assert_eq!(goes_by("10.2.2.3"), "v2");
        assert_eq!(goes_by("11.2.2.3"), "v0");
        assert_eq!(goes_by("2001:db8::1"), "v1");
        assert_eq!(goes_by("2001:db8::2"), "v0");
        assert_eq!(goes_by("2002::"), "v2");
    });
}
