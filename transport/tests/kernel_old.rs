//! Features by kernel version: present since the version that added them, done without before.

mod common;

use barelink_codec::rtnl::addr::{self, Addr};
use barelink_codec::rtnl::link;
use barelink_transport::Errno;
use common::in_namespace;
use common::links::*;

/// Version of the running kernel: 5.10 for `5.10.0-32-amd64`.
fn version() -> (u32, u32) {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let mut numbers = release.split(['.', '-']).map(|it| it.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

#[test]
fn strict_checking_and_extended_acks_exist_by_kernel_version() {
    in_namespace(|| {
        let mut buffer = [0; ROOM];
        let mut route = connect(&mut buffer);
        let error = kernel_error(route.execute(link::DEL, header(4711), |_| {}));
        assert_eq!(error.errno(), Errno::NODEV);
        let odd = kernel_error(make(&mut route, "odd", "no-such-kind"));
        assert_eq!(odd.errno(), Errno::OPNOTSUPP);
        let ext_ack = !odd.text().is_empty();
        println!(
            "saw: Linux {}.{}: strict checking: {}, extended acks: {ext_ack}",
            version().0,
            version().1,
            route.is_strict(),
        );
        assert_eq!(route.is_strict(), version() >= (4, 20));
        assert_eq!(ext_ack, version() >= (4, 12));
    });
}

#[test]
fn a_filtered_address_dump_has_them_with_and_without_strict() {
    in_namespace(|| {
        let mut buffer = [0; ROOM];
        let mut route = connect(&mut buffer);
        two_addresses(&mut route);
        let mut found = vec![];
        let mut dump = route.dump(addr::GET, inet(2, 0), |_| {}).unwrap();
        while let Some(addr) = dump.next().unwrap() {
            found.push((addr.header.index, addr.require(Addr::LOCAL).unwrap()));
        }
        assert!(found.contains(&(2, ip(2))), "{found:?}");
        assert_eq!(found.len(), if route.is_strict() { 1 } else { 2 });
    });
}
