//! Stack usage of a manager.

mod common;

use std::sync::Mutex;
use std::time::Duration;

use barelink_cache::{AddrEntry, LinkEntry, Manager, NeighEntry, RouteEntry, caches};
use common::kernel::ip;

caches! {
    /// State that a router follows.
    pub struct Router, changes RouterChange {
        /// Links.
        Link: links => [LinkEntry; 64],
        /// Addresses of the links.
        Addr: addresses => [AddrEntry; 128],
        /// Routes.
        Route: routes => [RouteEntry; 512],
        /// Neighbours.
        Neigh: neighbours => [NeighEntry; 256],
    }
}

static ROUTER: Mutex<Router> = Mutex::new(Router::new());
static BUFFER: Mutex<[u8; 32 * 1024]> = Mutex::new([0; 32 * 1024]);

/// Stack size of the thread. Optimised code needs 16 KiB, the least that a thread can have.
const STACK: usize = if cfg!(debug_assertions) { 64 * 1024 } else { 16 * 1024 };

/// The thread would overflow a smaller stack.
#[test]
fn a_manager_runs_on_a_small_stack_at_any_capacity() {
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
            let changes = manager.stats().events;
            for second in 0..100 {
                manager.poll_for(Some(Duration::from_millis(20)), |_, _| {}).unwrap();
                if manager.stats().events > changes || second == 99 {
                    break;
                }
            }
            assert!(manager.stats().events > changes);
        });
        let small = small.unwrap();
        std::thread::sleep(Duration::from_millis(200));
        assert!(ip("addr add 192.0.2.1/24 dev lo") && ip("route add 10.1.0.0/16 dev lo"));
        small.join().unwrap();
    });
}
