//! Runs a manager with each entry type over sockets of unknown behaviour, and every look-up.
//! `ci/no-panic` builds it, and checks that no panic is reachable from it.
#![no_std]

use core::fmt::Write;
use core::hint::black_box;
use core::net::{IpAddr, SocketAddr};
use core::time::Duration;

use barelink_cache::addr::{AddrIndex, AddrKey};
use barelink_cache::class::{ClassIndex, ClassKey};
use barelink_cache::conntrack::{ConntrackIndex, ConntrackKey, FlowTuple};
use barelink_cache::fdb::{FdbIndex, FdbKey};
use barelink_cache::filter::ClassicFilter;
use barelink_cache::link::LinkIndex;
use barelink_cache::neigh::{NeighIndex, NeighKey};
use barelink_cache::nsid::{InNamespace, InNamespaceIndex};
use barelink_cache::qdisc::{QdiscIndex, QdiscKey};
use barelink_cache::route::{RouteIndex, RouteKey};
use barelink_cache::rule::RuleIndex;
use barelink_cache::table::Cursor;
use barelink_cache::{
    caches, AddrEntry, Backoff, Cache, Caches, ClassEntry, ConntrackEntry, Event, FamilyEntry,
    FdbEntry, KernelRules, LinkEntry, LinkWithStats, Manager, NeighEntry, NextHopEntry, NsidEntry,
    QdiscEntry, RouteEntry, RuleEntry, Source, Trigger,
};
use barelink_codec::netfilter::header::NfProto;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::{RouteProtocol, RouteTable};
use barelink_codec::rtnl::tc::handle::Handle;
use barelink_codec::Messages;
use barelink_transport::{Channel, Deadline, Error, Received};

/// Called by the panic handler only, so that it is linked if a panic is reachable.
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
        /// Links of several namespaces.
        LinkIn: links_in => [InNamespace<LinkEntry>; 9],
        /// Addresses of several namespaces.
        AddrIn: addresses_in => [InNamespace<AddrEntry>; 9],
    }
}

/// Socket of unknown behaviour.
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

/// Arguments of every call; the optimiser knows nothing about them.
pub struct On<'a> {
    routing: &'a mut Routing,
    connections: &'a mut Cache<ConntrackEntry, 64>,
    families: &'a mut Cache<FamilyEntry, 8>,
    sockets: &'a mut dyn FnMut(usize) -> Unknown<'static>,
    buffer: &'a mut [u8],
    bytes: &'a [u8],
    out: &'a mut dyn Write,
    flow: FlowTuple,
    socket: SocketAddr,
    address: IpAddr,
    number: u32,
    limit: Option<Duration>,
    pace: Backoff,
}

/// Entry point of the linker.
#[no_mangle]
pub fn every_function(on: &mut On<'_>) {
    #[cfg(feature = "planted")]
    black_box(on.bytes[on.number as usize]);

    manage(on.routing, on.sockets, (on.buffer, on.out), on.limit, on.pace);
    manage(on.connections, on.sockets, (on.buffer, on.out), on.limit, on.pace);
    manage(on.families, on.sockets, (on.buffer, on.out), on.limit, on.pace);
    want(on);
    look_up(on);
    print(on);
}

/// Calls every function of a manager.
#[inline(never)]
fn manage<T: Caches>(
    caches: &mut T,
    sockets: &mut dyn FnMut(usize) -> Unknown<'static>,
    (buffer, out): (&mut [u8], &mut dyn Write),
    limit: Option<Duration>,
    pace: Backoff,
) {
    let mut filter = ClassicFilter::new();
    for cache in (0..T::COUNT).filter_map(|cache| caches.any(cache)) {
        cache.socket_filter(&mut filter);
    }
    black_box(filter.instructions());
    let Ok(mut manager) = Manager::with_channel(caches, sockets(0), sockets(1), buffer) else {
        return;
    };
    manager.set_backoff(pace);
    let mut count = 0u32;
    let _ = black_box(manager.poll(|_, event| {
        count = count.wrapping_add(1);
        if let Event::Stale(why) = event {
            let _ = write!(out, "{why:?}");
        }
    }));
    let _ = black_box(manager.poll_for(limit, |_, _| {}));
    let _ = black_box(manager.sync(limit.unwrap_or_default(), |_, _| {}));
    manager.resync(|_, _| {});
    black_box((manager.next_deadline(), manager.is_synced(), manager.is_complete()));
    black_box((manager.stats(), count));
}

/// Calls every function of a cache and of its changes.
#[inline(never)]
fn each<E: KernelRules, const N: usize>(
    cache: &mut Cache<E, N>,
    key: Option<E::Key>,
    (bytes, number): (&[u8], u32),
) {
    black_box((cache.len(), cache.is_empty(), cache.is_complete(), cache.rejected()));
    black_box(cache.capacity());
    for entry in cache.iter() {
        black_box(entry.key() == entry.key());
        black_box(cache.all(entry.key()).last().is_some());
        black_box(cache.view().find(entry).and_then(|place| cache.at(place)).is_some());
    }
    if let Some(key) = key {
        black_box(cache.get(key).is_some());
    }
    black_box(cache.lookup(number as usize, bytes).last().is_some());
    let mut table = cache.table();
    table.set_seed(number);
    table.begin_dump();
    table.messages_lost();
    for message in Messages::new(bytes).flatten() {
        let source = if message.seq == 0 { Source::Event } else { Source::Dump };
        if let Ok(Some(update)) = E::read_from(&message, Some(number as i32)) {
            black_box(table.update(update, source));
        }
        let mut cursor = Cursor::new();
        let mut work = number as usize;
        if let Some(trigger) = Trigger::from_message(&message) {
            let trigger = trigger.with_previous(|index| E::link_state(&table.view(), index));
            black_box(table.apply_trigger(&trigger, &mut cursor, &mut work));
        }
    }
    black_box((table.end_dump(), table.view().needs_dump()));
    black_box(table.sweep(&mut Cursor::new(), &mut (number as usize)));
    cache.clear();
}

/// Calls the function of each filter.
#[inline(never)]
fn want(on: &mut On<'_>) {
    let (number, index) = (on.number, on.number as i32);
    let family = AddressFamily(number as u8);
    let routing = &mut *on.routing;
    routing.addresses.set_index(AddrIndex::ALL.with_family(family).with_link(number));
    let (table, protocol) = (RouteTable(number), RouteProtocol(number as u8));
    let route = RouteIndex::ALL
        .with_family(family)
        .with_table(table)
        .with_protocol(protocol)
        .with_link(number);
    routing.routes.set_index(route);
    routing.wide.set_index(route);
    routing
        .neighbours
        .set_index(NeighIndex::ALL.with_family(family).with_link(number).with_unnotified());
    routing
        .fdb
        .set_index(FdbIndex::ALL.with_bridge(number).with_link(number).with_device_addresses());
    routing.rules.set_index(RuleIndex::ALL.with_family(family));
    routing.qdiscs.set_index(QdiscIndex::of_link(index));
    routing.classes.set_index(ClassIndex::of_link(index));
    routing.links_in.set_index(InNamespaceIndex::new(LinkIndex, [index; 3]));
    routing.addresses_in.set_index(InNamespaceIndex::new(AddrIndex::ALL, [index; 16]));
    let connections =
        ConntrackIndex::ALL.with_family(NfProto(number as u8)).with_protocol(number as u8);
    on.connections.set_index(connections.with_mark(number, number));
    manage(on.routing, on.sockets, (on.buffer, on.out), on.limit, on.pace);
    manage(on.connections, on.sockets, (on.buffer, on.out), on.limit, on.pace);
}

/// Prints names. How core prints derived structures and addresses has panics that are never reached.
#[inline(never)]
fn print(on: &mut On<'_>) {
    for link in on.routing.links.iter() {
        let _ = write!(on.out, "{}{:>9}{:?}", link.name, link.name, link.name);
        let _ = write!(on.out, "{}{:?}", link.address.mac(), link.address);
    }
}

/// Calls every look-up.
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
        black_box((route.dst(), route.src(), route.prefsrc(), route.label(), route.is_truncated()));
        for hop in route.hops() {
            black_box((hop.gateway(), hop.weight(), hop.flags(), hop.labels().len()));
        }
    }
    for hop in routing.nexthops.iter() {
        black_box((hop.members().len(), hop.member_count(), hop.is_truncated()));
    }
    black_box(routing.neighbours.by_address(address).last().is_some());
    for link in routing.links.iter() {
        black_box(link.alt_names.iter().last().is_some());
    }
    for address in routing.addresses.iter() {
        black_box((address.address(), address.peer(), address.broadcast()));
    }
    let index = number as i32;
    black_box(routing.neighbours.of_link(number).last().is_some_and(|it| it.is_proxy()));
    let mac = bytes.first_chunk().copied().unwrap_or_default();
    black_box(routing.fdb.by_mac(mac).last().is_some());
    black_box(routing.fdb.of_link(number).last().is_some());
    black_box(routing.fdb.of_bridge(number).last().is_some());
    for rule in routing.rules.iter() {
        black_box(routing.rules.is_unresolved(rule));
        black_box(routing.rules.at_priority(rule.family, number).last().is_some());
    }
    black_box((routing.qdiscs.root(index).is_some(), routing.qdiscs.ingress(index).is_some()));
    black_box(routing.qdiscs.of_link(index).last().is_some());
    black_box(routing.links_in.by_name(Some(index), bytes).is_some());
    black_box(routing.links_in.of_namespace(Some(index)).last().is_some());
    black_box(routing.addresses_in.of_link(None, number).last().is_some());
    black_box(routing.addresses_in.by_address(None, address).last().is_some());
    for flow in [
        on.flow,
        FlowTuple::tcp(on.socket, on.socket),
        FlowTuple::between(on.socket, on.socket, len),
        FlowTuple::icmp(address, address, number as u16, [len, len]),
    ] {
        black_box(on.connections.by_reply(&flow).last().is_some());
        black_box(on.connections.get(ConntrackKey::in_zone(&flow, number as u16)).is_some());
        black_box(flow.icmp_type());
    }
    black_box(on.connections.by_original_source(address).last().is_some());
    black_box(on.connections.by_reply_source(address).last().is_some());
    black_box(on.connections.by_address(address).last().is_some());
    for connection in on.connections.iter() {
        black_box((connection.original(), connection.reply()));
        black_box((connection.tcp_state(), connection.sctp_state()));
    }
    for family in on.families.iter() {
        black_box((family.group("nl80211"), family.groups().len()));
    }
    let known = (bytes, number);
    let addr = AddrKey::new(number, address, len);
    let key = RouteKey::new(table, address, len, number).with_tos(len).with_path(number);
    each(&mut routing.links, Some(number as i32), known);
    each(&mut routing.counted, Some(number as i32), known);
    each(&mut routing.addresses, Some(addr), known);
    each(&mut routing.routes, Some(key), known);
    each(&mut routing.wide, Some(key), known);
    each(&mut routing.nexthops, Some(number), known);
    each(&mut routing.neighbours, Some(NeighKey::proxy(number, address)), known);
    each(&mut routing.fdb, Some(FdbKey::vxlan(number, mac, number)), known);
    each(&mut routing.rules, None, known);
    each(&mut routing.qdiscs, Some(QdiscKey::new(index, Handle(number))), known);
    each(&mut routing.classes, Some(ClassKey::new(index, Handle(number))), known);
    each(&mut routing.nsids, Some(index), known);
    each(&mut routing.links_in, Some((None, index)), known);
    each(&mut routing.addresses_in, Some((Some(index), addr)), known);
    each(on.connections, Some(ConntrackKey::new(&on.flow)), known);
    black_box(on.families.by_name(bytes).is_some());
    each(on.families, Some(number as u16), known);
}
