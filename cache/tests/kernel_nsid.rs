//! Objects of other network namespaces, with the real kernel.

mod common;
mod versus;

use std::fs::File;
use std::os::fd::AsRawFd;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use barelink_cache::addr::AddrIndex;
use barelink_cache::link::LinkIndex;
use barelink_cache::nsid::InNamespaceIndex;
use barelink_cache::{AddrEntry, Cache, InNamespace, LinkEntry, Manager, NsidEntry, caches};
use barelink_codec::rtnl::nsid::{self, Nsid, NsidHeader};
use barelink_transport::{Connection, Protocol};
use common::in_namespace;
use common::kernel::compare;
use versus::{quick, read, run, settle};

caches! {
    /// State of several namespaces.
    pub struct Nets, changes NetsChange {
        /// Numbers of the namespaces.
        Namespace: namespaces => [NsidEntry; 8],
        /// Links of each namespace.
        Link: links => [InNamespace<LinkEntry>; 32],
        /// Addresses of the links.
        Address: addresses => [InNamespace<AddrEntry>; 64],
    }
}

/// Number of the other namespace, and one that no namespace has.
const OTHER: i32 = 5;
const UNASSIGNED: i32 = 9;

fn nets() -> Box<Nets> {
    let mut nets = Box::new(Nets::new());
    nets.links = Cache::with_index(InNamespaceIndex::new(LinkIndex, [OTHER, UNASSIGNED]));
    nets.addresses = Cache::with_index(InNamespaceIndex::new(AddrIndex::ALL, [OTHER, UNASSIGNED]));
    nets
}

/// Another namespace, which exists until this is dropped.
struct Other {
    lines: Sender<&'static str>,
    done: Receiver<bool>,
    thread: JoinHandle<()>,
}

impl Other {
    /// Creates a namespace with this number; `None`, with a message, if that is not possible.
    fn new(number: i32) -> Option<Other> {
        let (lines, orders) = channel::<&'static str>();
        let (notify, done) = channel();
        let (give, file) = channel();
        let thread = std::thread::spawn(move || {
            in_namespace(move || {
                // As in the other tests: tentative addresses are dumped, but not notified.
                for knob in ["all", "default"] {
                    let knob = format!("/proc/sys/net/ipv6/conf/{knob}/accept_dad");
                    let _ = std::fs::write(knob, "0");
                }
                give.send(File::open("/proc/thread-self/ns/net").unwrap()).unwrap();
                for line in orders {
                    notify.send(run(line)).unwrap();
                }
            });
        });
        let file = file.recv().ok()?;
        let mut buffer = [0; 4096];
        let mut route = Connection::open(Protocol::ROUTE, &mut buffer).unwrap();
        let named = route.execute(nsid::NEW, NsidHeader::default(), |namespace| {
            namespace.put(Nsid::NSID, number).put(Nsid::FD, file.as_raw_fd() as u32);
        });
        named.unwrap();
        Some(Other { lines, done, thread })
    }

    fn run(&self, line: &'static str) {
        self.lines.send(line).unwrap();
        assert!(self.done.recv().unwrap(), "{line}");
    }

    fn end(self) {
        drop(self.lines);
        self.thread.join().unwrap();
    }
}

fn wrong(ours: &Nets) -> Vec<String> {
    let fresh = read(nets());
    let mut wrong = compare(&ours.links, &fresh.links);
    wrong.extend(compare(&ours.addresses, &fresh.addresses));
    wrong.extend(compare(&ours.namespaces, &fresh.namespaces));
    wrong
}

#[test]
fn objects_of_another_namespace_are_followed_to_its_end() {
    in_namespace(|| {
        let Some(other) = Other::new(OTHER) else { return eprintln!("skipped") };
        other.run("ip link add before type ifb");
        let (mut ours, mut buffer) = (nets(), vec![0; 32 * 1024]);
        let mut manager = Manager::open(&mut *ours, &mut buffer).unwrap();
        if let Err(error) = manager.listen_all_namespaces() {
            return eprintln!("skipped: may not hear other namespaces ({error})");
        }
        manager.sync(Duration::from_secs(5), |_, _| {}).unwrap();
        quick(&mut manager);
        assert!(manager.caches().namespaces.get(OTHER).is_some());
        assert!(manager.caches().links.by_name(Some(OTHER), "before").is_some());
        assert!(manager.caches().links.by_name(None, "before").is_none());
        assert_eq!(manager.caches().links.of_namespace(Some(OTHER)).count(), 2);
        for line in [
            "ip link set lo up",
            "ip link add i0 type ifb",
            "ip link set i0 up",
            "ip addr add 192.0.2.1/24 dev i0",
            "ip addr add 2001:db8::1/64 dev i0",
            "ip link set i0 down",
            "ip link set i0 name i1",
            "ip link set i1 up",
            "ip link set i1 down",
            "ip link set i1 mtu 1400 up",
            "ip addr del 192.0.2.1/24 dev i1",
            "ip link del before",
        ] {
            other.run(line);
            settle(&mut manager);
            let wrong = wrong(manager.caches());
            assert!(wrong.is_empty(), "{line}: {}", wrong.join("\n"));
        }
        assert!(run("ip link add i1 type ifb"));
        settle(&mut manager);
        let (wrong, ours) = (wrong(manager.caches()), manager.caches());
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let mtu = |nsid| ours.links.by_name(nsid, "i1").unwrap().mtu;
        assert_eq!((mtu(None), mtu(Some(OTHER))), (1500, 1400));
        let address = "2001:db8::1".parse().unwrap();
        assert_eq!(ours.addresses.by_address(Some(OTHER), address).count(), 0);
        assert_eq!(ours.addresses.by_address(None, address).count(), 0);
        assert_eq!(manager.stats().rounds, 1);

        other.run("ip addr add 2001:db8::1/64 dev i1");
        settle(&mut manager);
        let found = manager.caches().addresses.by_address(Some(OTHER), address).next().unwrap();
        let index = found.index;
        assert!(manager.caches().addresses.of_link(Some(OTHER), index).count() >= 1);

        other.end();
        // The kernel deletes a namespace asynchronously.
        for _ in 0..200 {
            settle(&mut manager);
            if manager.caches().namespaces.is_empty() {
                break;
            }
        }
        let ours = manager.caches();
        assert!(ours.namespaces.is_empty());
        assert_eq!(ours.links.of_namespace(Some(OTHER)).count(), 0);
        assert_eq!(ours.addresses.of_namespace(Some(OTHER)).count(), 0);
        assert_eq!(ours.links.of_namespace(None).count(), 2);
    });
}
