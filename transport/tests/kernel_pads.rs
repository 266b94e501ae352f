//! 64-bit counters, which kernels for machines without unaligned access precede by `IFLA_PAD`.

mod common;

use std::net::UdpSocket;

use barelink_codec::rtnl::link::{self, Link};
use common::in_namespace;
use common::links::*;

#[test]
fn padded_and_unpadded_64_bit_counters_are_read() {
    in_namespace(|| {
        let mut buffer = [0; ROOM];
        let mut route = connect(&mut buffer);
        route.execute(link::NEW, up(1), |_| {}).unwrap();
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        for _ in 0..7 {
            socket.send_to(b"barelink", socket.local_addr().unwrap()).unwrap();
        }
        let link = route.get(link::GET, header(1), |_| {}).unwrap();
        let stats = link.require(Link::STATS64).unwrap();
        assert!(stats.rx_packets >= 7, "{stats:?}");
        assert_eq!((stats.rx_packets, stats.rx_bytes), (stats.tx_packets, stats.tx_bytes));
        let short = link.require(Link::STATS).unwrap();
        assert_eq!(
            (short.rx_packets, short.rx_bytes),
            (stats.rx_packets as u32, stats.rx_bytes as u32)
        );
        let pads = link.attrs.all(Link::PAD).count();
        println!("saw: {} bits, pads before counters: {pads}", usize::BITS);
        // Attributes after the counters are read as well.
        assert_eq!(link.require(Link::IFNAME).unwrap(), "lo");
    });
}
