//! Selections: unselected objects are not cached, and where the kernel can filter them, not
//! received.

mod common;

use std::time::{Duration, Instant};

use barelink_cache::addr::AddrIndex;
use barelink_cache::filter::ClassicFilter;
use barelink_cache::neigh::NeighIndex;
use barelink_cache::route::RouteIndex;
use barelink_cache::{
    AddrEntry, Cache, Entry, KernelRules, Manager, NeighEntry, Progress, RouteEntry,
};
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::{RouteProtocol, RouteTable};
use barelink_transport::{Error, Monitor, MonitorEvent, Protocol, Socket};
use common::in_namespace;
use common::kernel::ip;

/// Runs a test in a namespace with a link `v0` that is up; skipped without iproute2.
fn with_link(test: impl FnOnce() + Send + 'static) {
    in_namespace(|| {
        if !ip("link set lo up") {
            eprintln!("skipped: no iproute2");
            return;
        }
        assert!(ip("link add v0 type veth peer name v1"));
        for line in ["link set v0 addrgenmode none", "link set v1 addrgenmode none"] {
            assert!(ip(line));
        }
        assert!(ip("link set v0 up") && ip("link set v1 up"));
        // IPv6 sends notifications of its own until it has settled.
        let start = Instant::now();
        while !has_multicast("v0") && start.elapsed() < Duration::from_secs(5) {
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(50));
        test();
    });
}

/// Returns whether the kernel has added the IPv6 multicast route of a link, the last thing that it
/// does by itself.
fn has_multicast(link: &str) -> bool {
    let show = ["-6", "route", "show", "table", "local", "dev", link];
    let output = std::process::Command::new("ip").args(show).output();
    output.is_ok_and(|output| !output.stdout.is_empty())
}

fn run(lines: &str) {
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        assert!(ip(line), "ip {line}");
    }
}

/// Follows a cache while commands run. Returns the number of notifications and of dumped messages.
fn keep<E: KernelRules + 'static, const N: usize>(
    cache: &mut Cache<E, N>,
    lines: &str,
) -> (u64, u64) {
    let mut buffer = vec![0; 32 * 1024];
    let mut manager = Manager::open(cache, &mut buffer).unwrap();
    manager.sync(Duration::from_secs(5), |_, _| {}).unwrap();
    let (read, before) = (manager.stats().read, manager.stats().events);
    run(lines);
    while manager.poll(|_, _| {}).unwrap() == Progress::More {}
    (manager.stats().events - before, read)
}

const ROUTES: &str = "route add 10.1.0.0/16 dev v0
     route add 10.2.0.0/16 dev v0 table 99
     route add 10.3.0.0/16 dev v0 table 1000
     route add 10.4.0.0/16 dev v0 proto bird
     -6 route add 2001:db8:1::/48 dev v0
     route del 10.2.0.0/16 table 99";

#[test]
fn routes_of_other_tables_and_families_are_not_received() {
    with_link(|| {
        run("route add 10.8.0.0/16 dev v0\n route add 10.9.0.0/16 dev v0 table 99");
        let mut all = Box::new(Cache::<RouteEntry, 64>::new());
        let (events, read) = keep(&mut all, ROUTES);
        assert_eq!(events, 6);

        run("route del 10.1.0.0/16\n route del 10.3.0.0/16 table 1000\n route del 10.4.0.0/16");
        run("-6 route del 2001:db8:1::/48");
        let index = RouteIndex::ALL.with_table(RouteTable(99)).with_family(AddressFamily::INET);
        let mut some = Box::new(Cache::<RouteEntry, 64>::with_index(index));
        let (fewer, read_of_it) = keep(&mut some, ROUTES);
        assert_eq!((fewer, read_of_it), (2, 1), "of {events}, {read}");
        assert_eq!(some.len(), 1);
        assert!(some.iter().all(|route| route.table == RouteTable(99)));
    });
}

#[test]
fn tables_above_255_are_selected_by_attribute() {
    with_link(|| {
        let index = RouteIndex::ALL.with_table(RouteTable(1000));
        let mut some = Box::new(Cache::<RouteEntry, 64>::with_index(index));
        keep(&mut some, ROUTES);
        assert_eq!(some.iter().map(|route| route.table.0).collect::<Vec<_>>(), [1000]);
    });
}

#[test]
fn a_route_replaced_by_another_protocol_is_removed() {
    with_link(|| {
        let index = RouteIndex::ALL.with_protocol(RouteProtocol::STATIC);
        let mut some = Box::new(Cache::<RouteEntry, 64>::with_index(index));
        let (events, _) = keep(
            &mut some,
            "route add 10.1.0.0/16 dev v0 proto static
             route add 10.2.0.0/16 dev v0 proto static
             route add 10.3.0.0/16 dev v0 proto bird
             route replace 10.1.0.0/16 dev v0 proto bird",
        );
        // The replacing route has to be received, though it is of the other protocol.
        assert_eq!(events, 3);
        let cached: Vec<_> = some.iter().map(|route| route.dst().unwrap().to_string()).collect();
        assert_eq!(cached, ["10.2.0.0"]);
    });
}

#[test]
fn addresses_of_other_links_are_not_received() {
    with_link(|| {
        run("addr add 192.0.2.9/24 dev v1\n addr add 192.0.2.8/24 dev v0");
        let mut all = Box::new(Cache::<AddrEntry, 64>::new());
        let (_, read) = keep(&mut all, "");
        let v0 = all.by_address("192.0.2.8".parse().unwrap()).next().unwrap().index;
        let wanted = AddrIndex::ALL.with_link(v0).with_family(AddressFamily::INET);
        let mut some = Box::new(Cache::<AddrEntry, 64>::with_index(wanted));
        let (events, fewer) = keep(
            &mut some,
            "addr add 192.0.2.1/24 dev v0
             addr add 192.0.2.2/24 dev v1
             addr add 2001:db8::1/64 dev v0 nodad
             addr del 192.0.2.9/24 dev v1",
        );
        assert_eq!((events, fewer), (1, 1), "read {read} of all");
        assert_eq!(some.len(), 2);
    });
}

/// The kernel continues a dump by counting every object, selected or not.
#[test]
fn unselected_deletions_that_invalidate_a_dump_are_received() {
    with_link(|| {
        let by_static = RouteIndex::ALL.with_protocol(RouteProtocol::STATIC);
        let mut routes = Box::new(Cache::<RouteEntry, 64>::with_index(by_static));
        let (events, _) = keep(
            &mut routes,
            "route add 10.1.0.0/16 dev v0 proto bird
             route del 10.1.0.0/16 dev v0 proto bird
             -6 route add 2001:db8:1::/48 dev v0 proto bird
             -6 route del 2001:db8:1::/48 dev v0 proto bird",
        );
        assert_eq!(events, 1);

        let elsewhere = NeighIndex::ALL.with_family(AddressFamily::INET).with_link(u32::MAX);
        let mut neighbours = Box::new(Cache::<NeighEntry, 64>::with_index(elsewhere));
        let (events, _) = keep(
            &mut neighbours,
            "neigh add 192.0.2.1 dev v0 lladdr 02:00:00:00:00:01
             neigh del 192.0.2.1 dev v0",
        );
        assert_eq!(events, 1);
        assert!(routes.is_empty() && neighbours.is_empty());
    });
}

/// The filter on a socket that joined more groups than it needs.
#[test]
fn a_filter_accepts_selected_and_control_messages() {
    with_link(|| {
        let socket = Socket::open(Protocol::ROUTE).unwrap();
        let mut filter = ClassicFilter::new();
        let index = RouteIndex::ALL.with_table(RouteTable::MAIN);
        RouteEntry::<1, 0>::socket_filter(&index, &mut filter);
        socket.attach_filter(&filter.instructions().unwrap()).unwrap();
        for group in [1, 3, 4, 5, 7, 8, 9, 11] {
            socket.join(group).unwrap();
        }
        let mut buffer = [0; 8192];
        let mut monitor = Monitor::with_channel(socket, &mut buffer);
        run("addr add 192.0.2.1/24 dev v0
             rule add pref 7 lookup 99
             neigh add 192.0.2.7 lladdr 02:00:00:00:00:01 dev v0
             route add 10.1.0.0/16 dev v0
             route add 10.1.0.0/16 dev v0 table 99
             link set v0 mtu 1400");
        let mut kinds = vec![];
        loop {
            match monitor.next(Some(Duration::from_millis(50))) {
                Ok(MonitorEvent::Message { message, .. }) => kinds.push(message.message_type),
                Err(Error::TimedOut) => break,
                other => panic!("{other:?}"),
            }
        }
        // The address, which may revive a next hop; its prefix route; the route; the link, which
        // may delete routes.
        assert_eq!(kinds, [20, 24, 24, 16]);
    });
}

#[test]
fn an_entry_without_a_filter_receives_every_message() {
    let mut filter = ClassicFilter::new();
    filter.accept(24, &[]);
    assert!(filter.instructions().is_some());
    filter.accept_all();
    assert!(filter.instructions().is_none());
    let mut many = ClassicFilter::new();
    many.accept_types(&[24; 33]);
    assert!(many.instructions().is_none(), "more rules than fit accept every message");
}
