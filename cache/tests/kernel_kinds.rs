//! Links and routes of kinds that not every kernel has: after each change, the cache equals a dump
//! and the replayed changes.

mod common;

use barelink_cache::route::RouteIndex;
use barelink_cache::{Cache, LinkEntry, RouteEntry};
use barelink_codec::rtnl::ids::AddressFamily;
use common::alone::{attempt, follow, run};
use common::in_namespace;
use common::kernel::{Kernel, ip, with_kernel};

/// Runs a test if a link of a kind can be created, as `x0`; otherwise skips it.
fn with_kind(kind: &'static str, test: impl FnOnce(&mut Kernel<'_>) + Send + 'static) {
    with_kernel(move |kernel| {
        if !ip(&format!("link add x0 type {kind}")) {
            let kind = kind.split(' ').next().unwrap_or(kind);
            return eprintln!("skipped: this kernel makes no link of the kind {kind}, or not so");
        }
        kernel.check();
        test(kernel);
        kernel.each("link del x0");
        assert_eq!(kernel.manager.caches().links.by_name("x0"), None);
    });
}

fn link<'k>(kernel: &'k Kernel<'_>, name: &str) -> &'k LinkEntry {
    kernel.manager.caches().links.by_name(name).unwrap_or_else(|| panic!("no {name}"))
}

#[test]
fn a_deleted_dummy_removes_its_addresses_and_routes() {
    with_kind("dummy", |kernel| {
        kernel.each(
            "link set x0 up
             addr add 192.0.2.1/24 dev x0
             addr add 2001:db8::1/64 dev x0
             route add 10.1.0.0/16 via 192.0.2.9
             -6 route add 2001:db8:1::/48 via 2001:db8::9
             link set x0 address 02:00:00:00:00:01
             link set x0 mtu 1300
             link set x0 down
             link set x0 name x1
             link set x1 name x0
             link set x0 up",
        );
        assert_eq!(link(kernel, "x0").mtu, 1300);
        assert_eq!(link(kernel, "x0").kind, "dummy");
    });
}

#[test]
fn a_vlan_follows_its_underlying_link() {
    with_kind("dummy", |kernel| {
        if !ip("link add link x0 name x0.7 type vlan id 7") {
            return eprintln!("skipped: this kernel makes no VLANs");
        }
        kernel.check();
        kernel.each(
            "link set x0 up
             link set x0.7 up
             addr add 192.0.2.1/24 dev x0.7
             link set x0 mtu 1400
             link set x0 down
             link set x0 up
             link set x0.7 type vlan loose_binding on
             link set x0 down
             link set x0 up
             link set x0 address 02:00:00:00:00:02
             link add link x0 name x0.8 type vlan id 8 protocol 802.1ad
             link set x0.8 up",
        );
        let below = link(kernel, "x0").index;
        assert_eq!(link(kernel, "x0.7").link, below as u32);
        assert_eq!(link(kernel, "x0.7").mtu, 1400);
    });
}

/// Adds two ports to `x0`, with an address and a route. Returns its interface index.
fn with_two_ports(kernel: &mut Kernel<'_>) -> u32 {
    kernel.each(
        "link set v0 down
         link set v2 down
         link set v0 master x0
         link set v2 master x0
         link set x0 up
         link set v0 up
         link set v2 up
         addr add 192.0.2.1/24 dev x0
         route add 10.1.0.0/16 via 192.0.2.9",
    );
    let index = link(kernel, "x0").index as u32;
    assert_eq!((link(kernel, "v0").master, link(kernel, "v2").master), (index, index));
    index
}

#[test]
fn ports_of_a_bond_are_added_removed_and_fail() {
    with_kind("bond mode active-backup miimon 20", |kernel| {
        let bond = with_two_ports(kernel);
        kernel.each(
            "link set v1 down
             link set v1 up
             link set x0 type bond active_slave v2
             link set x0 mtu 1400
             link set x0 address 02:00:00:00:00:03
             link set v0 nomaster
             link set v3 down
             link set v3 up
             link set x0 down
             link set x0 up",
        );
        assert_eq!((link(kernel, "v0").master, link(kernel, "v2").master), (0, bond));
    });
}

#[test]
fn ports_of_a_team_are_added_removed_and_fail() {
    with_kind("team", |kernel| {
        let team = with_two_ports(kernel);
        kernel.each(
            "link set v1 down
             link set v1 up
             link set x0 mtu 1400
             link set x0 address 02:00:00:00:00:03
             link set v0 nomaster
             link set x0 down
             link set x0 up",
        );
        assert_eq!((link(kernel, "v0").master, link(kernel, "v2").master), (0, team));
    });
}

#[test]
fn a_wireguard_link_has_routes_without_a_gateway() {
    with_kind("wireguard", |kernel| {
        kernel.each(
            "addr add 192.0.2.1/24 dev x0
             link set x0 mtu 1380
             link set x0 up
             addr add 2001:db8::1/64 dev x0
             route add 10.1.0.0/16 dev x0
             -6 route add 2001:db8:1::/48 dev x0
             rule add not fwmark 51820 table 51820
             route add default dev x0 table 51820
             link set x0 down
             link set x0 up
             link set x0 name x1
             link set x1 name x0",
        );
        let cached = link(kernel, "x0");
        assert_eq!(cached.kind, "wireguard");
        assert_eq!((cached.mtu, cached.address.as_bytes()), (1380, &[][..]));
    });
}

#[test]
fn a_macsec_link_follows_its_underlying_link() {
    with_kind("dummy", |kernel| {
        if !ip("link add link x0 name x0.s type macsec") {
            return eprintln!("skipped: this kernel makes no MACsec");
        }
        kernel.check();
        kernel.each(
            "link set x0 up
             link set x0.s up
             addr add 192.0.2.1/24 dev x0.s
             route add 10.1.0.0/16 via 192.0.2.9
             link set x0 mtu 1400
             link set x0 down
             link set x0 up",
        );
        let below = link(kernel, "x0").index;
        assert_eq!(link(kernel, "x0.s").link, below as u32);
    });
}

#[test]
fn a_vrf_moves_routes_of_its_ports_to_its_table() {
    with_kind("vrf table 77", |kernel| {
        kernel.each(
            "addr add 192.0.2.1/24 dev v0
             addr add 2001:db8::1/64 dev v0
             route add 10.1.0.0/16 via 192.0.2.9
             link set x0 up
             link set v0 master x0
             route add 10.2.0.0/16 via 192.0.2.9 vrf x0
             route add vrf x0 unreachable default metric 4278198272
             addr add 2001:db8::2/64 dev v0
             -6 route add 2001:db8:1::/48 via 2001:db8::9 vrf x0
             link set v0 mtu 1400
             link set v2 master x0
             addr add 198.51.100.1/24 dev v2
             link set v0 down
             link set v0 up
             link set v0 nomaster
             link set v2 down
             link set v2 nomaster
             link set v2 master x0
             link set v2 up
             addr add 127.0.0.1/8 dev x0
             link set x0 down
             link set x0 up",
        );
        let vrf = link(kernel, "x0").index as u32;
        assert_eq!((link(kernel, "v0").master, link(kernel, "v2").master), (0, vrf));
        let routes = &kernel.manager.caches().routes;
        assert!(routes.iter().any(|route| route.table.0 == 77));
    });
}

#[test]
fn a_vlan_aware_bridge_changes_its_ports_and_vlans() {
    with_kind("bridge vlan_filtering 1 vlan_default_pvid 1", |kernel| {
        kernel.each("link set x0 up\n link set v0 master x0\n link set v2 master x0");
        let bridge = |words: &str| {
            let all = words.split_whitespace();
            std::process::Command::new("bridge").args(all).output().unwrap().status.success()
        };
        if !bridge("vlan add vid 7 dev v0") {
            return eprintln!("skipped: this kernel's bridges know no VLANs");
        }
        kernel.check();
        for line in [
            "vlan add vid 8 dev v0 pvid untagged",
            "vlan add vid 100-140 dev v2",
            "vlan add vid 7 dev x0 self",
            "vlan del vid 8 dev v0",
            "link set dev v2 state 0",
            "link set dev v2 learning off",
            "vlan del vid 100-120 dev v2",
        ] {
            assert!(bridge(line), "bridge {line}");
            kernel.lines.push(format!("bridge {line}"));
            kernel.check();
        }
        kernel.each(
            "link set x0 type bridge vlan_filtering 0
             link set x0 type bridge vlan_filtering 1
             link set x0 type bridge vlan_default_pvid 2
             link set v2 nomaster
             link set x0 down
             link set x0 up",
        );
        let bridge = link(kernel, "x0").index as u32;
        assert_eq!((link(kernel, "v0").master, link(kernel, "v2").master), (bridge, 0));
    });
}

/// Returns the labels of the MPLS routes in a cache.
fn labels<const N: usize>(routes: &Cache<RouteEntry<4, 2>, N>) -> Vec<u32> {
    let mut labels: Vec<_> = routes.iter().filter_map(|route| route.label()).collect();
    labels.sort();
    labels
}

#[test]
fn mpls_routes_are_deleted_with_their_link() {
    in_namespace(|| {
        if std::fs::write("/proc/sys/net/mpls/platform_labels", "1000").is_err() {
            return eprintln!("skipped: this kernel knows no MPLS");
        }
        run("ip link set lo up
             ip link add v0 type veth peer name v1
             ip link add v2 type veth peer name v3
             ip link set v0 up
             ip link set v1 up
             ip link set v2 up
             ip link set v3 up
             ip addr add 192.0.2.1/24 dev v0
             ip addr add 198.51.100.1/24 dev v2");
        for link in ["v0", "v2"] {
            std::fs::write(format!("/proc/sys/net/mpls/conf/{link}/input"), "1").unwrap();
        }
        let index = RouteIndex::ALL.with_family(AddressFamily::MPLS);
        let mut routes = Box::new(Cache::<RouteEntry<4, 2>, 64>::with_index(index));
        let lines = "
             ip -f mpls route add 100 as 200 via inet 192.0.2.9 dev v0
             ip -f mpls route add 101 via inet 192.0.2.9 dev v0
             ip -f mpls route add 102 as 300/301 via inet 198.51.100.9 dev v2
             ip -f mpls route add 103 dev lo
             ip -f mpls route replace 100 as 201 via inet 198.51.100.9 dev v2
             ip -f mpls route add 104 nexthop as 400 via inet 192.0.2.9 dev v0 nexthop as 401 via inet 198.51.100.9 dev v2
             ip -f mpls route del 101
             ip link set v1 down
             ip link set v1 up
             ip link set v0 down
             ip link set v0 up";
        follow(&mut routes, lines, |_| String::new());
        assert_eq!(labels(&routes), [100, 102, 103, 104]);
        follow(&mut routes, "ip link del v2", |_| String::new());
        assert!(!labels(&routes).contains(&102));
    });
}

#[test]
fn routes_with_mpls_encapsulation_are_replaced_and_deleted() {
    with_kernel(|kernel| {
        kernel.each("addr add 192.0.2.1/24 dev v0\n addr add 198.51.100.1/24 dev v2");
        if let Err(why) = attempt("ip route add 10.1.0.0/16 encap mpls 500/501 via 192.0.2.9") {
            return eprintln!("skipped: this kernel puts no labels on packets ({})", why.trim());
        }
        kernel.check();
        kernel.each(
            "route replace 10.1.0.0/16 encap mpls 502 via 192.0.2.9
             route add 10.2.0.0/16 nexthop encap mpls 503 via 192.0.2.9 nexthop via 198.51.100.9
             link set v1 down
             link set v1 up
             link set v0 down",
        );
    });
}
