//! What came to the kernel over the years: this one has what its version has, and what it lacks is
//! done without.

mod common;

use barelink_codec::rtnl::addr::{self, Addr};
use barelink_codec::rtnl::link;
use barelink_transport::Errno;
use common::in_namespace;
use common::links::*;

/// The kernel's version, as far as it is told by: 5.10.0-32-amd64 is 5.10.
fn version() -> (u32, u32) {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let mut numbers = release.split(['.', '-']).map(|it| it.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

#[test]
fn strict_checking_and_words_with_refusals_are_there_since_they_were_added() {
    in_namespace(|| {
        let mut buffer = [0; ROOM];
        let mut route = connect(&mut buffer);
        let refusal = refused(route.execute(link::DEL, header(4711), |_| {}));
        assert_eq!(refusal.errno(), Errno::NODEV);
        let odd = refused(make(&mut route, "odd", "no-such-kind"));
        assert_eq!(odd.errno(), Errno::OPNOTSUPP);
        let words = !odd.text().is_empty();
        println!(
            "saw: Linux {}.{}: strict checking: {}, words with refusals: {words}",
            version().0,
            version().1,
            route.is_strict(),
        );
        assert_eq!(route.is_strict(), version() >= (4, 20));
        assert_eq!(words, version() >= (4, 12));
    });
}

#[test]
fn a_dump_of_one_links_addresses_has_them_whether_the_kernel_can_choose_or_not() {
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
