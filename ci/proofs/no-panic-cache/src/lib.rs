//! Has a manager keep each kind of entry over sockets that nobody knows anything about, and looks
//! each of them up. `ci/no-panic` builds it, and looks whether a panic can be reached from it.
#![no_std]

use core::hint::black_box;
use core::net::IpAddr;
use core::time::Duration;

use barelink_cache::class::ClassIndex;
use barelink_cache::filter::Program;
use barelink_cache::route::{RouteIndex, RouteKey};
use barelink_cache::{
    caches, AddrEntry, Cache, Caches, ClassEntry, ConntrackEntry, Entry, Event, FamilyEntry,
    FdbEntry, LinkEntry, LinkWithStats, Manager, NeighEntry, NextHopEntry, NsidEntry, Pace,
    QdiscEntry, RouteEntry, RuleEntry,
};
use barelink_codec::rtnl::route::RouteTable;
use barelink_transport::{Channel, Deadline, Error, Received};

/// Here a panic ends, and only a panic.
#[no_mangle]
#[inline(never)]
pub fn a_panic_is_reachable() -> ! {
    loop {
        black_box(0);
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    a_panic_is_reachable()
}

caches! {
    /// Each entry of the routing family.
    pub struct Routing, changes RoutingChange {
        /// Links.
        Link: links => [LinkEntry; 64],
        /// Links, with what they count.
        Counted: counted => [LinkWithStats; 16],
        /// Addresses.
        Addr: addresses => [AddrEntry; 100],
        /// Routes.
        Route: routes => [RouteEntry; 100],
        /// Routes of several next hops.
        Wide: wide => [RouteEntry<4, 2>; 10],
        /// Next hops.
        NextHop: nexthops => [NextHopEntry; 7],
        /// Neighbours.
        Neigh: neighbours => [NeighEntry; 1],
        /// Forwarding entries.
        Fdb: fdb => [FdbEntry; 33],
        /// Rules.
        Rule: rules => [RuleEntry; 3],
        /// Queueing disciplines.
        Qdisc: qdiscs => [QdiscEntry; 2],
        /// Classes.
        Class: classes => [ClassEntry; 5],
        /// Namespaces.
        Nsid: nsids => [NsidEntry; 5],
    }
}

/// A socket of which nothing is known.
pub struct Unknown<'a> {
    receive: &'a mut dyn FnMut(&mut [u8], Option<Deadline>) -> Result<Received, Error>,
    send: &'a mut dyn FnMut(&[u8]) -> Result<(), Error>,
    port: u32,
}

impl Channel for Unknown<'_> {
    fn port(&mut self) -> Result<u32, Error> {
        Ok(self.port)
    }
    fn send(&mut self, datagram: &[u8], _: Option<Deadline>) -> Result<(), Error> {
        (self.send)(datagram)
    }
    fn receive(&mut self, buffer: &mut [u8], by: Option<Deadline>) -> Result<Received, Error> {
        (self.receive)(buffer, by)
    }
}

/// What everything is done on; the optimiser knows nothing about it.
pub struct On<'a> {
    routing: &'a mut Routing,
    connections: &'a mut Cache<ConntrackEntry, 64>,
    families: &'a mut Cache<FamilyEntry, 8>,
    sockets: &'a mut dyn FnMut(usize) -> Unknown<'static>,
    buffer: &'a mut [u8],
    bytes: &'a [u8],
    address: IpAddr,
    number: u32,
    limit: Option<Duration>,
    pace: Pace,
}

/// Where the linker starts.
#[no_mangle]
pub fn every_function(on: &mut On<'_>) {
    #[cfg(feature = "planted")]
    black_box(on.bytes[on.number as usize]);

    manage(on.routing, on.sockets, on.buffer, on.limit, on.pace);
    manage(on.connections, on.sockets, on.buffer, on.limit, on.pace);
    manage(on.families, on.sockets, on.buffer, on.limit, on.pace);
    look_up(on);
}

/// Everything that a manager does.
#[inline(never)]
fn manage<T: Caches>(
    caches: &mut T,
    sockets: &mut dyn FnMut(usize) -> Unknown<'static>,
    buffer: &mut [u8],
    limit: Option<Duration>,
    pace: Pace,
) {
    let mut program = Program::new();
    (0..T::COUNT).for_each(|cache| caches.hears(cache, &mut program));
    black_box(program.instructions());
    let Ok(mut manager) = Manager::over(caches, sockets(0), sockets(1), buffer) else { return };
    manager.set_pace(pace);
    let mut count = 0u32;
    let _ = black_box(manager.poll(|_, event| {
        count = count.wrapping_add(1);
        if let Event::Stale(why) = event {
            black_box(why);
        }
    }));
    let _ = black_box(manager.poll_for(limit, |_, _| {}));
    let _ = black_box(manager.sync(limit.unwrap_or_default(), |_, _| {}));
    manager.resync(|_, _| {});
    black_box((manager.next_deadline(), manager.is_synced(), manager.is_complete()));
    black_box((manager.counters(), count));
}

fn each<E: Entry, const N: usize>(cache: &mut Cache<E, N>, key: Option<E::Key>) {
    black_box((cache.len(), cache.is_complete(), cache.refused(), cache.capacity()));
    for entry in cache.iter() {
        black_box(entry.key() == entry.key());
    }
    if let Some(key) = key {
        black_box(cache.get(key).is_some());
        black_box(cache.all(key).last().is_some());
    }
    cache.clear();
}

/// Every look-up.
#[inline(never)]
fn look_up(on: &mut On<'_>) {
    let (bytes, address, number) = (on.bytes, on.address, on.number);
    let table = RouteTable(number);
    let len = number as u8;
    let routing = &mut *on.routing;
    black_box(routing.links.by_name(bytes).map(|link| link.name.as_bytes().len()));
    black_box(routing.counted.by_name(bytes).is_some());
    black_box(routing.addresses.of_link(number).last().is_some());
    black_box(routing.addresses.by_address(address).last().is_some());
    black_box(routing.routes.by_prefix(table, address, len).last().is_some());
    black_box(routing.routes.longest_match(table, address).is_some());
    black_box(routing.routes.of_link(number).last().is_some());
    black_box(routing.wide.longest_match(table, address).map(|route| route.hops().len()));
    for route in routing.wide.iter() {
        black_box((route.dst(), route.src(), route.prefsrc(), route.label(), route.is_cut()));
        for hop in route.hops() {
            black_box((hop.gateway(), hop.weight(), hop.flags(), hop.labels().len()));
        }
    }
    for hop in routing.nexthops.iter() {
        black_box((hop.members().len(), hop.member_count(), hop.is_cut()));
    }
    black_box(routing.neighbours.by_address(address).last().is_some());
    for link in routing.links.iter() {
        black_box(link.alternative.iter().last().is_some());
    }
    for address in routing.addresses.iter() {
        black_box((address.address(), address.peer(), address.broadcast()));
    }
    let key = RouteKey::new(table, address, len, number).tos(len).by(number);
    each(&mut routing.links, Some(number as i32));
    each(&mut routing.counted, Some(number as i32));
    each(&mut routing.addresses, None);
    each(&mut routing.routes, Some(key));
    each(&mut routing.wide, Some(key));
    each(&mut routing.nexthops, Some(number));
    each(&mut routing.neighbours, None);
    each(&mut routing.fdb, None);
    each(&mut routing.rules, None);
    each(&mut routing.qdiscs, None);
    each(&mut routing.classes, None);
    each(&mut routing.nsids, None);
    each(on.connections, None);
    black_box(on.families.by_name(bytes).is_some());
    each(on.families, None);
    black_box(RouteIndex::ALL.within(table).by_link(number));
    black_box(ClassIndex::of_link(number as _));
}
