use barelink_cache::*;
use std::time::Duration;
caches! {
    /// All.
    pub struct Net, changes NetChange {
        /// L.
        Link: links => [LinkEntry; 64],
        /// A.
        Addr: addresses => [AddrEntry; 128],
    }
}
#[test]
fn smoke() {
    println!("{} {}", size_of::<LinkEntry>(), size_of::<AddrEntry>());
    let mut net = Box::new(Net::new());
    let mut buffer = vec![0; 32768];
    let mut m = Manager::open(&mut *net, &mut buffer).unwrap();
    m.sync(Duration::from_secs(5), |_, event| println!("{event:?}")).unwrap();
    println!("{:?}", m.counters());
    println!("{:?}", m.caches().links.by_name("lo").map(|l| l.index));
    println!("{:?}", m.caches().addresses.by_address("127.0.0.1".parse().unwrap()).count());
}
