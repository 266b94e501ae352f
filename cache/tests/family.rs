//! Generic netlink families, with a fake kernel.
#![allow(missing_docs)]

mod common;

use barelink_cache::family::FamilyIndex;
use barelink_cache::{Cache, FamilyEntry, Manager};
use barelink_codec::Message;
use barelink_codec::Writer;
use barelink_codec::genl::ctrl::{self, Ctrl, McastGroup};
use barelink_codec::genl::{Command, GenlHeader};
use barelink_codec::message::Flags;
use barelink_transport::Protocol;
use barelink_transport::testing::Answers;
use common::alone::{dump, settle};
use common::in_namespace;
use common::kernel::compare;
use common::play::{Play, Wire};

fn fill(family: &mut Writer<'_, Ctrl>, id: u16, groups: &[(&str, u32)]) {
    family.put(Ctrl::FAMILY_NAME, format!("family{id}").as_str()).put(Ctrl::FAMILY_ID, id);
    family.put(Ctrl::VERSION, 1).put(Ctrl::HDRSIZE, 4).put(Ctrl::MAXATTR, 9);
    family.elements(Ctrl::MCAST_GROUPS, |list| {
        for ((name, id), number) in groups.iter().zip(1..) {
            list.nest(number, |group| {
                group.put(McastGroup::NAME, name).put(McastGroup::ID, *id);
            });
        }
    });
}

/// A kernel with one family, of two groups.
fn one(_: &Message<'_>, answers: &mut Answers<'_>) {
    let kind = ctrl::NEW_FAMILY.message_type(ctrl::ID).with(Flags::MULTI);
    answers.reply(kind, ctrl::NEW_FAMILY.header(()), |family| {
        fill(family, 30, &[("config", 5), ("events", 6)]);
    });
    answers.done();
}

fn play() -> Play<FamilyEntry, 4> {
    Play::new(FamilyIndex, one)
}

fn notify(
    command: Command<(), Ctrl>,
    id: u16,
    groups: &[(&str, u32)],
) -> impl Fn(&mut Answers<'_>) {
    let groups: Vec<_> = groups.iter().map(|(name, id)| (name.to_string(), *id)).collect();
    move |answers| {
        let groups: Vec<_> = groups.iter().map(|(name, id)| (name.as_str(), *id)).collect();
        let header: GenlHeader = command.header(());
        answers.notify(command.message_type(ctrl::ID), header, |family| fill(family, id, &groups));
    }
}

#[test]
fn a_lookup_by_name_finds_a_family_and_its_groups() {
    let play = play();
    let family = play.cache().by_name("family30").unwrap();
    assert_eq!((family.id, family.version, family.header_len, family.max_attr), (30, 1, 4, 9));
    assert_eq!((family.group("events"), family.group("other")), (Some(6), None));
    assert_eq!(play.cache().by_name("family31"), None);
}

#[test]
fn registered_and_unregistered_families_are_reported() {
    let mut play = play();
    assert_eq!(play.notify(notify(ctrl::NEW_FAMILY, 31, &[])), ["new"]);
    assert_eq!(play.notify(notify(ctrl::DEL_FAMILY, 30, &[])), ["deleted"]);
    assert!(play.cache().by_name("family30").is_none());
    assert!(play.cache().by_name("family31").is_some());
}

#[test]
fn added_and_deleted_groups_are_reported() {
    let mut play = play();
    let names = |play: &Play<FamilyEntry, 4>| {
        let groups = play.cache().get(30).unwrap().groups();
        groups.iter().map(|group| group.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(play.notify(notify(ctrl::NEW_MCAST_GRP, 30, &[("events", 6)])), [""; 0]);
    assert_eq!(play.notify(notify(ctrl::NEW_MCAST_GRP, 30, &[("more", 7)])), ["GROUPS"]);
    assert_eq!(names(&play), ["config", "events", "more"]);
    assert_eq!(play.notify(notify(ctrl::DEL_MCAST_GRP, 30, &[("events", 6)])), ["GROUPS"]);
    assert_eq!(names(&play), ["config", "more"]);
    assert_eq!(play.notify(notify(ctrl::DEL_MCAST_GRP, 30, &[("events", 6)])), [""; 0]);
}

#[test]
fn a_group_of_an_unknown_family_causes_a_resync() {
    assert_eq!(play().notify(notify(ctrl::NEW_MCAST_GRP, 31, &[("events", 6)])), ["stale"]);
}

#[test]
fn a_group_notified_before_its_family_hides_no_lost_group() {
    let events = Wire::new(|_, _| {});
    let (mut readings, besides) = (0, events.clone());
    let answer = move |request: &Message<'_>, answers: &mut Answers<'_>| {
        readings += 1;
        if readings == 1 {
            return one(request, answers);
        }
        // The notification of "lost" was lost; "more" is notified now.
        let kind = ctrl::NEW_FAMILY.message_type(ctrl::ID).with(Flags::MULTI);
        answers.reply(kind, ctrl::NEW_FAMILY.header(()), |family| {
            fill(family, 30, &[("lost", 8), ("more", 7)]);
        });
        answers.done();
        if readings == 2 {
            besides.notify(notify(ctrl::NEW_MCAST_GRP, 30, &[("more", 7)]));
        }
    };
    let mut play = Play::<FamilyEntry, 4>::beside(events, FamilyIndex, answer);
    play.notify(|answers| answers.overrun());
    let family = play.cache().get(30).unwrap();
    assert_eq!((family.group("lost"), family.group("more")), (Some(8), Some(7)));
    assert_eq!(family.group("events"), None);
}

#[test]
fn groups_over_capacity_mark_the_family_truncated() {
    let mut play = play();
    let groups: Vec<_> = (1..=9).map(|id| ("group", id)).collect();
    play.notify(notify(ctrl::NEW_FAMILY, 30, &groups[..8]));
    assert!(!play.cache().get(30).unwrap().is_truncated());
    play.notify(notify(ctrl::NEW_FAMILY, 30, &groups));
    assert!(play.cache().get(30).unwrap().is_truncated());
    assert_eq!(play.cache().get(30).unwrap().groups().len(), 8);
    // The kernel does not report which group fits now.
    let changes = play.notify(notify(ctrl::DEL_MCAST_GRP, 30, &[("group", 1)]));
    assert_eq!(changes, ["stale", "GROUPS"]);
    assert!(!play.cache().get(30).unwrap().is_truncated());
}

#[test]
fn command_notifications_are_ignored() {
    let mut play = play();
    assert_eq!(play.notify(notify(ctrl::NEW_OPS, 31, &[])), [""; 0]);
    assert_eq!(play.cache().len(), 1);
}

#[test]
fn the_kernels_controller_family_has_its_group() {
    in_namespace(|| {
        let mut cache = Box::new(Cache::<FamilyEntry, 64>::new());
        let mut buffer = vec![0; 32 * 1024];
        let mut manager = Manager::open(&mut *cache, &mut buffer).unwrap();
        settle(&mut manager);
        let families = manager.caches();
        let differences = compare(families, &dump(families));
        assert!(differences.is_empty(), "{}", differences.join("\n"));
        let controller = families.by_name(ctrl::FAMILY.name).unwrap();
        assert_eq!(controller.id, ctrl::ID);
        assert_eq!(controller.group(ctrl::NOTIFY), Some(ctrl::NOTIFY_ID));
        // A connection requests one as well.
        let mut buffer = vec![0; 32 * 1024];
        let mut generic =
            barelink_transport::Connection::open(Protocol::GENERIC, &mut buffer).unwrap();
        for family in families {
            let (kind, header) =
                (ctrl::GET_FAMILY.message_type(ctrl::ID), ctrl::GET_FAMILY.header(()));
            let got = generic.get(kind, header, |it| _ = it.put(Ctrl::FAMILY_ID, family.id));
            let got = got.unwrap();
            assert_eq!(family.name, *got.require(Ctrl::FAMILY_NAME).unwrap().to_string().as_str());
            assert_eq!(family.version, got.require(Ctrl::VERSION).unwrap());
            let groups = got.get(Ctrl::MCAST_GROUPS).unwrap();
            assert_eq!(family.groups().len(), groups.into_iter().flatten().count().min(8));
        }
    });
}
