//! Neighbours, with a fake and with the real kernel.
#![allow(missing_docs)]

mod common;

use std::net::IpAddr;

use barelink_cache::neigh::{NeighFields, NeighIndex, NeighKey};
use barelink_cache::{Cache, Change, NeighEntry};
use barelink_codec::Message;
use barelink_codec::message::Flags;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::{self, LinkHeader};
use barelink_codec::rtnl::neigh::{self, Neigh, NeighFlags, NeighHeader, NeighState};
use barelink_transport::testing::Answers;
use common::alone::{follow, index, run};
use common::in_namespace;
use common::play::Play;

const PART: barelink_codec::MessageType<NeighHeader, Neigh> = neigh::NEW.with(Flags::MULTI);
const IP: &str = "192.0.2.7";

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn on(index: i32, state: NeighState) -> NeighHeader {
    NeighHeader { family: AddressFamily::INET, index, state, ..Default::default() }
}

/// A kernel without neighbours.
fn empty(_: &Message<'_>, answers: &mut Answers<'_>) {
    answers.done();
}

fn neighbour(answers: &mut Answers<'_>, state: NeighState, mac: &[u8]) {
    answers.notify(neigh::NEW, on(3, state), |neigh| {
        neigh.put(Neigh::DST, ip(IP)).put(Neigh::LLADDR, mac);
    });
}

#[test]
fn a_masked_state_leaves_the_other_differences() {
    let mut play = Play::<NeighEntry, 8>::new(NeighIndex::ALL, empty);
    assert_eq!(
        play.notify(|it| neighbour(it, NeighState::REACHABLE, &[2, 0, 0, 0, 0, 1])),
        ["new"]
    );
    assert_eq!(play.notify(|it| neighbour(it, NeighState::STALE, &[2, 0, 0, 0, 0, 1])), ["STATE"]);
    assert_eq!(play.notify(|it| neighbour(it, NeighState::STALE, &[2, 0, 0, 0, 0, 1])), [""; 0]);
    let both = play.notify(|it| neighbour(it, NeighState::REACHABLE, &[2, 0, 0, 0, 0, 2]));
    assert_eq!(both, ["STATE|LLADDR"]);
    assert_eq!(
        (NeighFields::STATE | NeighFields::LLADDR).without(NeighFields::STATE),
        NeighFields::LLADDR
    );
}

#[test]
fn entries_without_an_ip_address_are_not_neighbours() {
    let mut play = Play::<NeighEntry, 8>::new(NeighIndex::ALL, empty);
    let changes = play.notify(|answers| {
        let header = NeighHeader { family: AddressFamily::BRIDGE, ..on(3, NeighState::PERMANENT) };
        answers.notify(neigh::NEW, header, |neigh| {
            neigh.put(Neigh::DST, ip(IP));
        });
        answers.notify(neigh::NEW, on(3, NeighState::REACHABLE), |_| {});
    });
    assert_eq!(changes, [""; 0]);
    assert!(play.cache().is_empty());
}

#[test]
fn a_dumped_state_that_is_never_notified_is_ignored() {
    use NeighState as State;
    for (changes, read) in [(State::STALE, State::DELAY), (State::FAILED, State::INCOMPLETE)] {
        let mut state = changes;
        let mut play = Play::<NeighEntry, 8>::new(NeighIndex::ALL, move |_, answers| {
            answers.reply(PART, on(3, state), |neigh| {
                neigh.put(Neigh::DST, ip(IP));
            });
            answers.done();
            state = read;
        });
        play.manager.resync(|_, _| {});
        assert_eq!(play.settle(), [""; 0]);
        assert_eq!(play.cache().get(NeighKey::new(3, ip(IP))).unwrap().state, changes);
    }
}

#[test]
fn a_neighbour_and_a_proxy_of_one_address_are_two_entries() {
    let index = NeighIndex::ALL.with_unnotified();
    let play = Play::<NeighEntry, 8>::new(index, |request, answers| {
        let asked = request.parse(neigh::GET).unwrap().header;
        if asked.family == AddressFamily::INET {
            let header = NeighHeader { flags: asked.flags, ..on(3, NeighState::EMPTY) };
            answers.reply(PART, header, |neigh| {
                neigh.put(Neigh::DST, ip(IP));
            });
        }
        answers.done();
    });
    assert_eq!(play.cache().len(), 2);
    assert!(!play.cache().get(NeighKey::new(3, ip(IP))).unwrap().is_proxy());
    assert!(play.cache().get(NeighKey::proxy(3, ip(IP))).unwrap().is_proxy());
    assert_eq!(play.cache().by_address(ip(IP)).count(), 2);
    assert_eq!(play.cache().of_link(3).count(), 2);
}

#[test]
fn a_deleted_link_removes_its_neighbours() {
    let mut play = Play::<NeighEntry, 8>::new(NeighIndex::ALL, empty);
    play.notify(|answers| neighbour(answers, NeighState::PERMANENT, &[2; 6]));
    let deleted = |index| {
        move |answers: &mut Answers<'_>| {
            answers.notify(link::DEL, LinkHeader { index, ..Default::default() }, |_| {});
        }
    };
    assert_eq!(play.notify(deleted(4)), [""; 0]);
    assert_eq!(play.notify(deleted(3)), ["deleted"]);
}

#[test]
fn only_selected_neighbours_are_dumped() {
    let index = NeighIndex::ALL.with_family(AddressFamily::INET6).with_link(7);
    Play::<NeighEntry, 8>::new(index, |request, answers| {
        let get = request.parse(neigh::GET).unwrap();
        assert_eq!((get.header.family, get.header.index), (AddressFamily::INET6, 0));
        assert_eq!(get.get(Neigh::IFINDEX), Ok(Some(7)));
        answers.done();
    });
}

fn short(change: Change<'_, NeighEntry>) -> String {
    match change {
        Change::New(new) => format!("new {} {}", new.address, new.state),
        Change::Changed { diff, new, .. } => format!("{diff} {} {}", new.address, new.state),
        Change::Deleted(old) => format!("deleted {}", old.address),
        Change::Rejected(_) => "rejected".into(),
    }
}

/// Creates a veth pair, one end of which has addresses.
fn cable() {
    for knob in ["dad_transmits", "accept_dad"] {
        std::fs::write(format!("/proc/sys/net/ipv6/conf/default/{knob}"), "0").ok();
    }
    run("ip link set lo up
         ip link add v0 type veth peer name v1
         ip link set v0 up
         ip link set v1 up
         ip addr add 192.0.2.1/24 dev v0
         ip addr add 2001:db8::1/64 dev v0");
}

#[test]
fn after_each_command_the_cache_equals_a_dump() {
    in_namespace(|| {
        cable();
        let mut cache = Box::new(Cache::<NeighEntry, 64>::new());
        let changes = follow(
            &mut cache,
            "ip neigh add 192.0.2.7 lladdr 02:00:00:00:00:01 nud permanent dev v0
             ip neigh change 192.0.2.7 lladdr 02:00:00:00:00:02 nud permanent dev v0
             ip neigh replace 192.0.2.7 lladdr 02:00:00:00:00:02 nud stale dev v0
             ip neigh replace 2001:db8::7 lladdr 02:00:00:00:00:02 nud permanent router dev v0
             ip neigh replace 2001:db8::7 lladdr 02:00:00:00:00:02 nud permanent protocol bird dev v0
             ip neigh add 192.0.2.8 lladdr 02:00:00:00:00:03 nud permanent dev v0
             ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:03 nud noarp dev v0
             ip neigh add proxy 192.0.2.10 dev v0
             ip neigh del 192.0.2.7 dev v0
             ip neigh add 192.0.2.7 lladdr 02:00:00:00:00:01 nud stale dev v0
             ip link set v1 down
             ip link set v1 up
             ip link set v0 address 02:00:00:00:00:99
             ip neigh add 192.0.2.8 lladdr 02:00:00:00:00:03 nud permanent dev v0
             ip link set v0 down
             ip link set v0 up
             ip neigh add 192.0.2.8 lladdr 02:00:00:00:00:03 nud permanent dev v0
             ip link del v0",
            short,
        );
        for part in [
            "nud permanent dev v0: new 192.0.2.7 PERMANENT",
            "nud permanent dev v0: LLADDR 192.0.2.7 PERMANENT",
            "nud stale dev v0: STATE 192.0.2.7 STALE",
            "nud permanent router dev v0: new 2001:db8::7 PERMANENT",
            "protocol bird dev v0: FLAGS|PROTOCOL 2001:db8::7 PERMANENT",
            "ip neigh del 192.0.2.7 dev v0: deleted 192.0.2.7",
            "ip link set v1 down: deleted 192.0.2.7",
            "ip link del v0: deleted 192.0.2.8",
        ] {
            assert!(changes.iter().any(|line| line.ends_with(part)), "{part} in {changes:#?}");
        }
        assert!(cache.is_empty());
    });
}

#[test]
fn a_neighbour_without_reply_is_reported_when_it_fails() {
    in_namespace(|| {
        cable();
        std::fs::write("/proc/sys/net/ipv4/neigh/v0/retrans_time_ms", "200").unwrap();
        let mut cache = Box::new(Cache::<NeighEntry, 64>::new());
        let changes = follow(
            &mut cache,
            "ip neigh add 192.0.2.7 use dev v0
             sleep 0.9",
            short,
        );
        let failed = |line: &String| line.ends_with("new 192.0.2.7 FAILED");
        assert!(changes.iter().any(failed), "{changes:#?}");
        let link = index("v0");
        assert_eq!(cache.get(NeighKey::new(link, ip(IP))).unwrap().state, NeighState::FAILED);
    });
}

#[test]
fn unnotified_neighbours_are_cached_if_selected() {
    in_namespace(|| {
        cable();
        run("ip neigh add proxy 192.0.2.10 dev v0
             ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:03 nud noarp dev v0");
        let mut cache =
            Box::new(Cache::<NeighEntry, 64>::with_index(NeighIndex::ALL.with_unnotified()));
        let link = index("v0");
        follow(
            &mut cache,
            "ip neigh add 192.0.2.8 lladdr 02:00:00:00:00:03 nud stale dev v0",
            short,
        );
        assert!(cache.get(NeighKey::proxy(link, ip("192.0.2.10"))).is_some());
        let noarp = cache.get(NeighKey::new(link, ip("192.0.2.9"))).unwrap();
        assert_eq!((noarp.state, noarp.flags), (NeighState::NOARP, NeighFlags::EMPTY));
    });
}

#[test]
fn an_index_restricts_neighbours_to_a_link_and_a_family() {
    in_namespace(|| {
        cable();
        run("ip addr add 198.51.100.1/24 dev v1
             ip neigh add 192.0.2.7 lladdr 02:00:00:00:00:01 dev v0
             ip neigh add 198.51.100.7 lladdr 02:00:00:00:00:01 dev v1");
        let wanted = NeighIndex::ALL.with_family(AddressFamily::INET).with_link(index("v0"));
        let mut cache = Box::new(Cache::<NeighEntry, 64>::with_index(wanted));
        follow(
            &mut cache,
            "ip neigh add 192.0.2.8 lladdr 02:00:00:00:00:01 dev v0
             ip neigh add 2001:db8::7 lladdr 02:00:00:00:00:01 dev v0
             ip neigh add 198.51.100.8 lladdr 02:00:00:00:00:01 dev v1",
            short,
        );
        let mut addresses: Vec<_> = cache.iter().map(|entry| entry.address.to_string()).collect();
        addresses.sort();
        assert_eq!(addresses, ["192.0.2.7", "192.0.2.8"]);
    });
}
