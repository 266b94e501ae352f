//! Cost of the cache: duration of look-ups, compared with a table written by hand, and CPU time of
//! filling it, compared with a loop that only receives. `ci/cache-bench` runs it in a namespace.

use std::collections::HashMap;
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use barelink_cache::route::RouteKey;
use barelink_cache::{AddrEntry, Cache, KernelRules, LinkEntry, Manager, RouteEntry, Source};
use barelink_codec::rtnl::addr::{self, Addr, AddrHeader};
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::{self, Link, LinkFlags, LinkHeader};
use barelink_codec::rtnl::route::{
    self, Route, RouteHeader, RouteProtocol, RouteScope, RouteTable, RouteType,
};
use barelink_codec::{Flags, Messages};
use barelink_transport::{Connection, Protocol, Socket};

/// Returns prefix `number` of an internet routing table: most have 24 bits, few fewer, no two are
/// equal.
fn prefix(number: u32) -> (Ipv4Addr, u8) {
    let len = match number % 16 {
        0 => 16,
        1 => 20,
        2 | 3 => 22,
        4 | 5 => 23,
        _ => 24,
    };
    // Multiplication by an odd number is a permutation.
    let place = (number.wrapping_mul(0x9e37_79b1) >> 8) & 0x00ff_ffff;
    let spread = (0x0100_0000u32 + place) << 8;
    (Ipv4Addr::from(spread & (u32::MAX << (32 - len))), len)
}

fn header(len: u8) -> RouteHeader {
    RouteHeader {
        family: AddressFamily::INET,
        dst_len: len,
        table: RouteTable::MAIN,
        protocol: RouteProtocol::STATIC,
        scope: RouteScope::LINK,
        rtm_type: RouteType::UNICAST,
        ..Default::default()
    }
}

fn time<T>(rounds: u32, mut what: impl FnMut(u32) -> T) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        for round in 0..rounds {
            black_box(what(round));
        }
        best = best.min(start.elapsed().as_nanos() as f64 / f64::from(rounds));
    }
    best
}

/// Returns the numbers below `count` in random order, so that look-ups miss the CPU caches.
fn shuffled(count: u32) -> Vec<u32> {
    let mut order: Vec<u32> = (0..count).collect();
    let mut state = 1u64;
    for at in (1..order.len()).rev() {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        order.swap(at, (state >> 33) as usize % (at + 1));
    }
    order
}

fn insert<E: KernelRules, const N: usize>(cache: &mut Cache<E, N>, bytes: &[u8]) {
    let message = Messages::new(bytes).next().unwrap().unwrap();
    let update = E::read(&message).unwrap().unwrap();
    cache.table().update(update, Source::Event);
}

/// Hash table written by hand for this benchmark: open addressing, linear probing, half full.
struct Hand {
    slots: Vec<Option<(u64, [u64; 12])>>,
}

impl Hand {
    fn new(count: usize) -> Self {
        Hand { slots: vec![None; (count * 2).next_power_of_two()] }
    }
    fn place(&self, key: u64) -> usize {
        (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & (self.slots.len() - 1)
    }
    fn insert(&mut self, key: u64) {
        let mut at = self.place(key);
        while self.slots[at].is_some() {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = Some((key, [key; 12]));
    }
    fn get(&self, key: u64) -> Option<&[u64; 12]> {
        let mut at = self.place(key);
        loop {
            match &self.slots[at] {
                Some((found, value)) if *found == key => return Some(value),
                Some(_) => at = (at + 1) & (self.slots.len() - 1),
                None => return None,
            }
        }
    }
}

fn look_ups<const N: usize>() {
    let count = N as u32;
    let order = shuffled(count);
    let pick = |round: u32| order[(round % count) as usize];
    let rounds = 1_000_000;
    let mut buffer = [0; 256];

    let mut links = Box::new(Cache::<LinkEntry, N>::new());
    let mut addresses = Box::new(Cache::<AddrEntry, N>::new());
    let mut routes = Box::new(Cache::<RouteEntry, N>::new());
    let (mut hand, mut map) = (Hand::new(N), HashMap::new());
    for number in 0..count {
        let index = number as i32 + 1;
        let name = format!("eth{number}");
        let bytes =
            link::NEW.build(&mut buffer, 0, LinkHeader { index, ..Default::default() }, |link| {
                link.put(Link::IFNAME, &name).put(Link::MTU, 1500);
            });
        insert(&mut links, bytes.unwrap());
        let header_of = AddrHeader { family: AddressFamily::INET, index: 1, ..Default::default() };
        let bytes = addr::NEW.build(&mut buffer, 0, header_of, |addr| {
            addr.put(Addr::LOCAL, Ipv4Addr::from(0x0a00_0000 + number).into());
        });
        insert(&mut addresses, bytes.unwrap());
        let (dst, len) = prefix(number);
        let bytes = route::NEW.build(&mut buffer, 0, header(len), |route| {
            route.put(Route::DST, dst.into()).put(Route::OIF, 1).put(Route::PRIORITY, number % 3);
        });
        insert(&mut routes, bytes.unwrap());
        hand.insert(u64::from(number));
        map.insert(u64::from(number), [u64::from(number); 12]);
    }
    let names: Vec<String> = (0..count).map(|number| format!("eth{number}")).collect();
    println!("{N} entries, nanoseconds a look-up (all hits, in no order):");
    let row = |what: &str, nanos: f64| println!("  {what:<44} {nanos:8.1}");
    let by_hand = time(rounds, |round| hand.get(u64::from(pick(round))).unwrap()[3]);
    row("a table by hand, 104-byte slots", by_hand);
    row("std's HashMap", time(rounds, |round| map[&u64::from(pick(round))][3]));
    let by_key = time(rounds, |round| links.get(pick(round) as i32 + 1).unwrap().mtu);
    row("link by key", by_key);
    row(
        "link by name",
        time(rounds, |round| links.by_name(&names[pick(round) as usize]).unwrap().mtu),
    );
    row(
        "address by itself",
        time(rounds, |round| {
            let address = IpAddr::from(Ipv4Addr::from(0x0a00_0000 + pick(round)));
            addresses.by_address(address).next().unwrap().index
        }),
    );
    row(
        "route by key",
        time(rounds, |round| {
            let number = pick(round);
            let (dst, len) = prefix(number);
            let key = RouteKey::new(RouteTable::MAIN, dst.into(), len, number % 3);
            routes.get(key).unwrap().priority
        }),
    );
    row(
        "route by prefix",
        time(rounds, |round| {
            let (dst, len) = prefix(pick(round));
            routes.by_prefix(RouteTable::MAIN, dst.into(), len).next().unwrap().priority
        }),
    );
    row(
        "route by longest match",
        time(rounds, |round| {
            let (dst, _) = prefix(pick(round));
            let to = Ipv4Addr::from(u32::from(dst) | 1);
            routes.longest_match(RouteTable::MAIN, to.into()).unwrap().priority
        }),
    );
    println!("  link by key: {:.2} times by hand", by_key / by_hand);
}

/// Returns the CPU time of this thread.
fn cpu() -> Duration {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(times.split_whitespace().next().unwrap().parse().unwrap())
}

fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

/// Receives all IPv4 routes and counts them.
fn receive() -> (u32, Duration) {
    let socket = Socket::open(Protocol::ROUTE).unwrap();
    Connection::set_up(&socket).unwrap();
    let mut buffer = vec![0; 32 * 1024];
    let header = RouteHeader { family: AddressFamily::INET, ..Default::default() };
    let start = cpu();
    let request = route::GET.dump().build(&mut buffer, 1, header, |_| {}).unwrap();
    socket.send(request).unwrap();
    let mut count = 0;
    loop {
        let received = socket.receive(&mut buffer).unwrap();
        for message in Messages::new(&buffer[..received.len]) {
            if message.unwrap().message_type == 3 {
                return (count, cpu() - start);
            }
            count += 1;
        }
    }
}

/// Caches in static memory, as firmware has them, and not on a stack.
static ROUTES: Mutex<Cache<RouteEntry, 110_000>> = Mutex::new(Cache::new());
static MILLION: Mutex<Cache<RouteEntry, 1_100_000>> = Mutex::new(Cache::new());

fn add(kernel: &mut Connection<'_>, numbers: core::ops::Range<u32>) {
    for start in numbers.clone().step_by(150) {
        let fill = |batch: &mut barelink_transport::Requests<'_>| {
            for number in start..(start + 150).min(numbers.end) {
                let (dst, len) = prefix(number);
                batch.push(route::NEW.with(Flags::CREATE), header(len), |route| {
                    route
                        .put(Route::DST, dst.into())
                        .put(Route::OIF, 1)
                        .put(Route::PRIORITY, number);
                })?;
            }
            Ok(())
        };
        kernel
            .batch(fill, |_, result| {
                if let Err(why) = result {
                    panic!("{why}")
                }
            })
            .unwrap();
    }
}

fn fill<const N: usize>(routes: &Mutex<Cache<RouteEntry, N>>) {
    let mut routes = routes.lock().unwrap();
    let (mut raw, mut ours, mut wall) = (Duration::MAX, Duration::MAX, Duration::MAX);
    let (mut seen, mut grown) = (0, 0);
    for _ in 0..5 {
        let (number, took) = receive();
        (seen, raw) = (number, raw.min(took));
        routes.clear();
        let before = resident();
        let mut buffer = vec![0; 32 * 1024];
        let (start, clock) = (cpu(), Instant::now());
        let mut manager = Manager::open(&mut *routes, &mut buffer).unwrap();
        manager.sync(Duration::from_secs(60), |_, _| {}).unwrap();
        ours = ours.min(cpu() - start);
        wall = wall.min(clock.elapsed());
        grown = grown.max(resident().saturating_sub(before));
    }
    println!(
        "filling with {} routes (of IPv4, a dump has {seen}): {:.0} ms of the processor, {:.0} ms by the \
         clock; a loop that only receives: {:.0} ms; ratio {:.2}; {:.1} MB more resident",
        routes.len(),
        ours.as_secs_f64() * 1e3,
        wall.as_secs_f64() * 1e3,
        raw.as_secs_f64() * 1e3,
        ours.as_secs_f64() / raw.as_secs_f64(),
        grown as f64 / 1e6,
    );
}

fn measure() {
    if std::env::args().nth(1).is_none_or(|part| part != "fill") {
        look_ups::<1_000>();
        look_ups::<100_000>();
    }
    #[allow(deprecated)]
    if let Err(errno) = rustix::thread::unshare(rustix::thread::UnshareFlags::NEWNET) {
        println!("skipped: filling from the kernel, for there is no namespace to be had ({errno})");
        return;
    }
    println!(
        "a route takes {} bytes of {}",
        size_of::<Cache<RouteEntry, 100_000>>() / 100_000,
        "its cache"
    );
    let mut buffer = vec![0; 64 * 1024];
    let mut kernel = Connection::open(Protocol::ROUTE, &mut buffer).unwrap();
    let up =
        LinkHeader { index: 1, flags: LinkFlags::UP, change: LinkFlags::UP, ..Default::default() };
    kernel.execute(link::SET, up, |_| {}).unwrap();
    add(&mut kernel, 0..100_000);
    fill(&ROUTES);
    if std::env::args().nth(1).is_some_and(|all| all == "all") {
        add(&mut kernel, 100_000..1_000_000);
        fill(&MILLION);
    }
}

fn main() {
    // Stack for caches that are built there and then moved to the heap.
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(measure);
    thread.unwrap().join().unwrap();
}
