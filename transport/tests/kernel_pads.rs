//! Counters of 64 bits, before which some kernels pad, those for machines that cannot read them where
//! they are not aligned.

mod common;

use std::net::UdpSocket;

use barelink_codec::rtnl::link::{self, Link};
use common::in_namespace;
use common::links::*;

#[test]
fn counters_of_64_bits_are_read_whether_the_kernel_pads_before_them_or_not() {
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
        // What comes after them is in its place.
        assert_eq!(link.require(Link::IFNAME).unwrap(), "lo");
    });
}
