//! 64-bit values that the kernel aligns to 8 bytes with a padding attribute, `*_PAD`, as on machines
//! without unaligned access.
#![cfg(all(feature = "rtnl", feature = "netfilter"))]

use barelink_codec::netfilter::conntrack::ConntrackCounters;
use barelink_codec::rtnl::link::{self, Link, LinkStats64};
use barelink_codec::rtnl::neigh::table::{NeighTable, NeighTableParms};
use barelink_codec::validate::{Strictness, attributes};
use barelink_codec::value::Structure;
use barelink_codec::{Attrs, Error, Key, Message, Messages, Set};

/// Attributes as such a kernel writes them, after headers of this many bytes.
struct Kernel {
    bytes: Vec<u8>,
    padded: usize,
}

impl Kernel {
    fn behind(header: usize) -> Self {
        Kernel { bytes: vec![0; header], padded: 0 }
    }

    fn put(&mut self, number: u16, payload: &[u8]) -> &mut Self {
        let len = 4 + payload.len() as u16;
        self.bytes.extend([len.to_ne_bytes(), number.to_ne_bytes()].concat());
        self.bytes.extend(payload);
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        self
    }

    fn put_64(&mut self, number: u16, payload: &[u8], pad: u16) -> &mut Self {
        if !(self.bytes.len() + 4).is_multiple_of(8) {
            self.put(pad, &[]);
            self.padded += 1;
        }
        assert!((self.bytes.len() + 4).is_multiple_of(8));
        self.put(number, payload)
    }
}

/// Returns whether attributes are valid by strict rules.
fn fit<S: Set>(bytes: &[u8]) -> bool {
    attributes(S::table, bytes, Strictness::STRICT).is_ok()
}

#[test]
fn link_statistics_are_read_at_any_alignment() -> Result<(), Error> {
    let stats = LinkStats64 { rx_packets: 1, tx_bytes: 1 << 40, ..LinkStats64::default() };
    let mut payload = [0; LinkStats64::LEN];
    stats.write(&mut payload);
    let mut padded = 0;
    for name in ["a", "eth0", "enp0s31f6", "a-longer-name-0"] {
        let mut kernel = Kernel::behind(16 + 16);
        kernel.put(Link::IFNAME.number(), &[name.as_bytes(), &[0]].concat());
        kernel.put_64(Link::STATS64.number(), &payload, Link::PAD.number());
        kernel.put(Link::MTU.number(), &1500u32.to_ne_bytes());
        padded += kernel.padded;
        let len = (kernel.bytes.len() as u32).to_ne_bytes();
        kernel.bytes[..4].copy_from_slice(&len);
        kernel.bytes[4..6].copy_from_slice(&16u16.to_ne_bytes());

        // The message may have any alignment in memory, too.
        for shift in 0..8 {
            let memory = [&vec![0; shift], &kernel.bytes[..]].concat();
            let message: Message<'_> = Messages::new(&memory[shift..]).next().unwrap()?;
            let link = message.parse(link::NEW).unwrap();
            assert_eq!(link.require(Link::IFNAME)?, name);
            assert_eq!(link.require(Link::STATS64)?, stats);
            assert_eq!(link.get(Link::MTU)?, Some(1500));
            assert!(fit::<Link>(link.attrs.bytes()), "{name}");
        }
    }
    assert_eq!(padded, 2, "some names need padding, some do not");
    Ok(())
}

/// Returns two consecutive numbers, after an attribute that makes the first need padding.
fn two<S: Set, V>(before: usize, one: Key<S, V>, other: Key<S, V>, pad: u16) -> Vec<u8> {
    let mut kernel = Kernel::behind(before);
    kernel.put_64(one.number(), &7u64.to_ne_bytes(), pad);
    kernel.put_64(other.number(), &u64::MAX.to_ne_bytes(), pad);
    assert_eq!(kernel.padded, 2);
    kernel.bytes.split_off(before)
}

#[test]
fn padded_64_bit_attributes_are_all_read() -> Result<(), Error> {
    let (one, other) = (NeighTable::GC_INTERVAL, NeighTableParms::REACHABLE_TIME);
    let mut kernel = Kernel::behind(8);
    kernel.put_64(one.number(), &5u64.to_ne_bytes(), NeighTable::PAD.number());
    let table = Attrs::<NeighTable>::new(&kernel.bytes[8..]);
    assert_eq!(table.get(one)?, Some(5));
    let mut kernel = Kernel::behind(8);
    kernel.put_64(other.number(), &6u64.to_ne_bytes(), NeighTableParms::PAD.number());
    assert_eq!(Attrs::<NeighTableParms>::new(&kernel.bytes[8..]).get(other)?, Some(6));

    let bytes = two(
        8,
        ConntrackCounters::PACKETS,
        ConntrackCounters::BYTES,
        ConntrackCounters::PAD.number(),
    );
    let counters = Attrs::<ConntrackCounters>::new(&bytes);
    assert_eq!(counters.require(ConntrackCounters::PACKETS)?, 7u64.to_be());
    assert_eq!(counters.require(ConntrackCounters::BYTES)?, u64::MAX);
    assert!(fit::<ConntrackCounters>(&bytes));
    let numbers: Vec<_> = counters.iter().map(|attr| attr.unwrap().number()).collect();
    let pad = ConntrackCounters::PAD.number();
    assert_eq!(
        numbers,
        [pad, ConntrackCounters::PACKETS.number(), pad, ConntrackCounters::BYTES.number()]
    );
    Ok(())
}
