//! Notifications and losses during a dump.
#![allow(missing_docs)]

mod common;

use std::net::IpAddr;

use barelink_cache::class::{ClassIndex, ClassKey};
use barelink_cache::route::RouteIndex;
use barelink_cache::{ClassEntry, Entry, RouteEntry};
use barelink_codec::Message;
use barelink_codec::MessageType;
use barelink_codec::message::Flags;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::{self, Route, RouteHeader, RouteTable, RouteType};
use barelink_codec::rtnl::tc::handle::Handle;
use barelink_codec::rtnl::tc::{TcHeader, class};
use barelink_transport::testing::Answers;
use common::play::{Play, Wire};

type Shape = MessageType<RouteHeader, Route>;

const PART: Shape = route::NEW.with(Flags::MULTI);

fn header(to: IpAddr) -> RouteHeader {
    RouteHeader {
        family: if to.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 },
        dst_len: if to.is_ipv4() { 32 } else { 128 },
        table: RouteTable::MAIN,
        rtm_type: RouteType::UNICAST,
        ..Default::default()
    }
}

fn notify(answers: &mut Answers<'_>, kind: Shape, to: &str, link: u32) {
    let to = to.parse().unwrap();
    answers.notify(kind, header(to), |route| {
        route.put(Route::DST, to).put(Route::OIF, link);
    });
}

fn read(answers: &mut Answers<'_>, to: &str, link: u32) {
    let to = to.parse().unwrap();
    answers.reply(PART, header(to), |route| {
        route.put(Route::DST, to).put(Route::OIF, link);
    });
}

fn links(play: &Play<RouteEntry, 8>) -> Vec<u32> {
    play.cache().iter().map(|route| route.hop().unwrap().index).collect()
}

/// Selects routes of one family, so that the dump takes one request.
fn of(family: AddressFamily) -> RouteIndex {
    RouteIndex::ALL.with_family(family)
}

#[test]
fn a_replaced_route_does_not_return_with_the_dump() {
    let events = Wire::new(|_, _| {});
    let (mut readings, besides) = (0, events.clone());
    let mut play = Play::<RouteEntry, 8>::beside(
        events.clone(),
        of(AddressFamily::INET),
        move |_, answers| {
            readings += 1;
            // The second time, it is replaced right after it was written to a part of the dump.
            read(answers, "192.0.2.1", if readings > 2 { 2 } else { 1 });
            answers.done();
            if readings == 2 {
                besides.notify(|it| notify(it, route::NEW.replace(), "192.0.2.1", 2));
            }
        },
    );
    play.manager.resync(|_, _| {});
    // After lost events, it might have replaced another route: another dump follows.
    assert_eq!(play.settle(), ["HOPS", "stale"]);
    assert_eq!(links(&play), [2]);
}

#[test]
fn a_replacement_before_its_dump_causes_a_resync() {
    let events = Wire::new(|_, _| {});
    let (mut readings, besides) = (0, events.clone());
    let answer = move |_: &Message<'_>, answers: &mut Answers<'_>| {
        readings += 1;
        read(answers, "192.0.2.1", if readings == 1 { 1 } else { 2 });
        answers.done();
        if readings == 1 {
            besides.notify(|it| notify(it, route::NEW.replace(), "192.0.2.1", 2));
        }
    };
    let play = Play::<RouteEntry, 8>::beside(events, of(AddressFamily::INET), answer);
    assert_eq!(links(&play), [2]);
}

#[test]
fn a_replacement_after_lost_events_leaves_no_old_route() {
    let events = Wire::new(|_, _| {});
    let (mut readings, besides) = (0, events.clone());
    let answer = move |_: &Message<'_>, answers: &mut Answers<'_>| {
        readings += 1;
        // The replacement of link 1 by link 2 was lost; now it is link 3.
        read(answers, "192.0.2.1", readings);
        answers.done();
        if readings == 2 {
            besides.notify(|it| notify(it, route::NEW.replace(), "192.0.2.1", 3));
        }
    };
    let mut play = Play::<RouteEntry, 8>::beside(events, of(AddressFamily::INET), answer);
    play.notify(|answers| answers.overrun());
    assert_eq!(links(&play), [3]);
}

#[test]
fn a_dumped_route_notified_later_leaves_no_old_route() {
    let events = Wire::new(|_, _| {});
    let (mut readings, besides) = (0, events.clone());
    let answer = move |_: &Message<'_>, answers: &mut Answers<'_>| {
        readings += 1;
        // A notified route was replaced; the dump has that already, the notification follows.
        if readings == 1 {
            besides.notify(|it| notify(it, route::NEW.create(), "192.0.2.1", 1));
        }
        read(answers, "192.0.2.1", 2);
        answers.done();
    };
    let mut play = Play::<RouteEntry, 8>::beside(events, of(AddressFamily::INET), answer);
    play.notify(|it| notify(it, route::NEW.replace(), "192.0.2.1", 2));
    assert_eq!(links(&play), [2]);
}

#[test]
fn a_dump_during_lost_events_removes_nothing() {
    let events = Wire::new(|_, _| {});
    let (mut readings, besides) = (0, events.clone());
    let answer = move |_: &Message<'_>, answers: &mut Answers<'_>| {
        readings += 1;
        // During the second dump, a dumped route is deleted, and the notification is lost.
        if readings == 2 {
            besides.notify(|it| it.overrun());
        } else {
            read(answers, "2001:db8::1", 1);
        }
        answers.done();
    };
    let mut play = Play::<RouteEntry, 8>::beside(events, of(AddressFamily::INET6), answer);
    play.manager.resync(|_, _| {});
    assert_eq!(play.settle(), ["stale"]);
    assert_eq!(play.cache().len(), 1);
}

#[test]
fn a_dump_during_a_deletion_removes_nothing() {
    let events = Wire::new(|_, _| {});
    let (mut readings, besides) = (0, events.clone());
    let mut play = Play::<RouteEntry, 8>::beside(
        events.clone(),
        of(AddressFamily::INET6),
        move |_, answers| {
            readings += 1;
            match readings {
                1 => {
                    read(answers, "2001:db8::1", 1);
                    read(answers, "2001:db8::2", 1);
                }
                // A dumped route is deleted. The kernel continues after as many as it had dumped,
                // so that one is left out.
                2 => besides.notify(|it| notify(it, route::DEL, "2001:db8::1", 1)),
                _ => read(answers, "2001:db8::2", 1),
            }
            answers.done();
        },
    );
    play.manager.resync(|_, _| {});
    assert_eq!(play.settle(), ["deleted", "stale"]);
    let [left] = play.cache().iter().collect::<Vec<_>>()[..] else { panic!("{:?}", play.cache()) };
    assert_eq!(left.dst(), "2001:db8::2".parse().ok());
    assert_eq!(play.cache().get(left.key()), Some(left));
}

#[test]
fn a_class_deleted_during_a_dump_removes_no_other() {
    let class = |number| TcHeader {
        index: 1,
        handle: Handle::new(1, number),
        parent: Handle::new(1, 0),
        ..Default::default()
    };
    let events = Wire::new(|_, _| {});
    let (mut readings, besides) = (0, events.clone());
    let answer = move |_: &Message<'_>, answers: &mut Answers<'_>| {
        readings += 1;
        let there: &[u16] = match readings {
            1 => &[1, 2],
            // The first is deleted after it was dumped, and the other is left out.
            2 => &[1],
            _ => &[2],
        };
        for number in there {
            answers.reply(class::NEW.with(Flags::MULTI), class(*number), |_| {});
        }
        answers.done();
        if readings == 2 {
            besides.notify(|it| it.notify(class::DEL, class(1), |_| {}));
        }
    };
    let mut play = Play::<ClassEntry, 8>::beside(events, ClassIndex::of_link(1), answer);
    play.manager.resync(|_, _| {});
    assert_eq!(play.settle(), ["deleted", "stale"]);
    assert!(play.cache().get(ClassKey::new(1, Handle::new(1, 2))).is_some());
}
