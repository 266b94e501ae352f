//! How much stack it takes to keep caches true.

mod common;

use std::sync::Mutex;
use std::time::Duration;

use barelink_cache::{AddrEntry, LinkEntry, Manager, NeighEntry, RouteEntry, caches};
use common::kernel::ip;

caches! {
    /// What a router keeps.
    pub struct Router, changes RouterChange {
        /// The links.
        Link: links => [LinkEntry; 64],
        /// Their addresses.
        Addr: addresses => [AddrEntry; 128],
        /// The routes.
        Route: routes => [RouteEntry; 512],
        /// The neighbours.
        Neigh: neighbours => [NeighEntry; 256],
    }
}

static ROUTER: Mutex<Router> = Mutex::new(Router::new());
static BUFFER: Mutex<[u8; 32 * 1024]> = Mutex::new([0; 32 * 1024]);

/// What a thread may take here. With optimisation, 16 KiB do, which is the least that there can be.
const STACK: usize = if cfg!(debug_assertions) { 64 * 1024 } else { 16 * 1024 };

/// On a thread that has so much, it would die of more.
#[test]
fn opening_reading_and_following_take_little_stack_however_much_is_kept() {
    common::in_namespace(|| {
        if !ip("link set lo up") {
            eprintln!("skipped: no iproute2");
            return;
        }
        let small = std::thread::Builder::new().stack_size(STACK).spawn(|| {
            let (mut router, mut buffer) = (ROUTER.lock().unwrap(), BUFFER.lock().unwrap());
            let mut manager = Manager::open(&mut *router, &mut *buffer).unwrap();
            manager.sync(Duration::from_secs(5), |_, _| {}).unwrap();
            assert!(!manager.caches().links.is_empty());
            let told = manager.stats().events;
            for second in 0..100 {
                manager.poll_for(Some(Duration::from_millis(20)), |_, _| {}).unwrap();
                if manager.stats().events > told || second == 99 {
                    break;
                }
            }
            assert!(manager.stats().events > told);
        });
        let small = small.unwrap();
        std::thread::sleep(Duration::from_millis(200));
        assert!(ip("addr add 192.0.2.1/24 dev lo") && ip("route add 10.1.0.0/16 dev lo"));
        small.join().unwrap();
    });
}
