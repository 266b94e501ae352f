//! The table: what a message changes, and what there is no room for.

use barelink_cache::{Cache, Change, Entry, Full, LinkEntry, Update};
use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_codec::{Kind, Messages};

/// What a message of this kind about this link says.
fn says(kind: Kind<LinkHeader, Link>, index: i32, name: &str, mtu: u32) -> Update<LinkEntry> {
    let mut buffer = [0; 128];
    let header = LinkHeader { index, ..Default::default() };
    let bytes = kind.build(&mut buffer, 0, header, |link| {
        link.put(Link::IFNAME, name).put(Link::MTU, mtu);
    });
    let message = Messages::new(bytes.unwrap()).next().unwrap().unwrap();
    LinkEntry::read(&message).unwrap().unwrap()
}

#[test]
fn a_link_is_new_then_changed_then_deleted_and_nothing_when_nothing_changed() {
    let mut cache = Cache::<LinkEntry, 4>::new();
    assert!(matches!(cache.update(says(link::NEW, 2, "a", 1500)), Ok(Some(Change::New(_)))));
    assert_eq!(cache.update(says(link::NEW, 2, "a", 1500)), Ok(None));
    match cache.update(says(link::NEW, 2, "a", 1400)).unwrap() {
        Some(Change::Changed { old, new }) => assert_eq!((old.mtu, new.mtu), (1500, 1400)),
        other => panic!("{other:?}"),
    }
    assert!(matches!(cache.update(says(link::DEL, 2, "a", 1400)), Ok(Some(Change::Deleted(_)))));
    assert_eq!(cache.update(says(link::DEL, 2, "a", 1400)), Ok(None));
    assert!(cache.is_empty());
}

#[test]
fn entries_are_found_by_key_and_come_in_its_order() {
    let mut cache = Cache::<LinkEntry, 4>::new();
    for index in [3, 1, 2] {
        cache.update(says(link::NEW, index, "x", 0)).unwrap();
    }
    assert_eq!(cache.iter().map(|link| link.index).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(cache.get(2).map(|link| link.index), Some(2));
    assert_eq!(cache.get(4), None);
}

#[test]
fn one_too_many_is_refused_and_the_cache_says_that_it_is_incomplete() {
    let mut cache = Cache::<LinkEntry, 2>::new();
    for index in [1, 2] {
        cache.update(says(link::NEW, index, "x", 0)).unwrap();
    }
    assert!(cache.is_complete());
    assert_eq!(cache.update(says(link::NEW, 3, "x", 0)), Err(Full { capacity: 2 }));
    assert!(!cache.is_complete());
    assert_eq!(cache.len(), 2);
    // What is there can still change.
    assert!(cache.update(says(link::NEW, 2, "y", 9)).unwrap().is_some());
}

#[test]
fn a_name_longer_than_a_name_can_be_is_an_error() {
    let mut buffer = [0; 128];
    let name = Link::IFNAME.raw::<barelink_codec::value::Bytes>();
    let bytes = link::NEW.build(&mut buffer, 0, LinkHeader::default(), |link| {
        link.put(name, &[b'x'; 16]);
    });
    let message = Messages::new(bytes.unwrap()).next().unwrap().unwrap();
    assert!(LinkEntry::read(&message).is_err());
}
