//! State of a small router in static memory: nothing is allocated, and nothing large is on a stack.
//! `router [SECONDS]` prints the state, then changes; for 1 second by default.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use barelink_cache::{AddrEntry, Event, LinkEntry, Manager, NeighEntry, RouteEntry, caches};
use barelink_codec::rtnl::route::RouteTable;
use barelink_transport::Error;

caches! {
    /// State of a small router.
    pub struct Router, changes RouterChange {
        /// Links of the router.
        Link: links => [LinkEntry; 64],
        /// Addresses of the links.
        Addr: addresses => [AddrEntry; 128],
        /// Unicast routes.
        Route: routes => [RouteEntry; 512],
        /// ARP and NDP entries.
        Neigh: neighbours => [NeighEntry; 256],
    }
}

static ROUTER: Mutex<Router> = Mutex::new(Router::new());
static BUFFER: Mutex<[u8; 32 * 1024]> = Mutex::new([0; 32 * 1024]);

fn main() -> Result<(), Error> {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1);
    let (mut router, mut buffer) = (ROUTER.lock().unwrap(), BUFFER.lock().unwrap());
    let mut manager = Manager::open(&mut *router, &mut *buffer)?;
    manager.sync(Duration::from_secs(10), |_, _| {})?;

    let known = manager.caches();
    for address in &known.addresses {
        let link = known.links.get(address.index as i32);
        let name = link.map_or_else(|| "?".to_owned(), |link| link.name.to_string());
        println!("{} on {name}", address.address());
    }
    let out = known.routes.longest_match(RouteTable::MAIN, [192, 0, 2, 1].into());
    println!("192.0.2.1 goes by {:?}", out.and_then(|route| route.hop()));

    let until = Instant::now() + Duration::from_secs(seconds);
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        manager.poll_for(Some(left), |_, event| match event {
            Event::Change(RouterChange::Route(change)) => println!("route: {change:?}"),
            Event::Change(_) => {}
            other => println!("{other:?}"),
        })?;
    }
    Ok(())
}
