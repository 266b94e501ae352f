//! Lost, interrupted, foreign and malformed messages, with a fake kernel.

mod common;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use barelink_cache::link::LinkIndex;
use barelink_cache::{Backoff, Cache, Event, LinkEntry, Manager, Progress, StaleReason};
use barelink_codec::message::Flags;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::{self, Link, LinkFlags, LinkHeader};
use barelink_codec::{Message, MessageType};
use barelink_transport::Errno;
use barelink_transport::testing::Answers;
use common::play::{Play, Wire};

type Links = Rc<RefCell<Vec<(i32, &'static str)>>>;

fn header(index: i32) -> LinkHeader {
    LinkHeader { index, ..Default::default() }
}

fn notify(answers: &mut Answers<'_>, kind: MessageType<LinkHeader, Link>, index: i32, name: &str) {
    answers.notify(kind, header(index), |link| {
        link.put(Link::IFNAME, name).put(Link::MTU, 1500);
    });
}

/// Answers with these links; `op` are the flags of the parts.
fn part(answers: &mut Answers<'_>, index: i32, name: &str, op: Flags) {
    answers.reply(link::NEW.with(Flags::MULTI).with(op), header(index), |link| {
        link.put(Link::IFNAME, name).put(Link::MTU, 1500);
    });
}

/// Returns a kernel that has these links.
fn having(links: &Links) -> impl FnMut(&Message<'_>, &mut Answers<'_>) + 'static {
    let links = links.clone();
    move |_, answers| {
        for (index, name) in links.borrow().iter() {
            part(answers, *index, name, Flags::NONE);
        }
        answers.done();
    }
}

fn links(of: &[(i32, &'static str)]) -> Links {
    Rc::new(RefCell::new(of.to_vec()))
}

fn names<const N: usize>(play: &Play<LinkEntry, N>) -> Vec<String> {
    let mut names: Vec<String> =
        play.cache().iter().map(|link| format!("{} {}", link.index, link.name)).collect();
    names.sort();
    names
}

/// W6, case 44 of docs/conformance.md: libnl reports it once, as `NLE_NOMEM`, and goes on.
#[test]
fn an_overrun_is_reported_once_and_resyncs_differences() {
    let there = links(&[(1, "lo"), (2, "a"), (3, "b")]);
    let mut play = Play::<LinkEntry, 8>::new(LinkIndex, having(&there));
    *there.borrow_mut() = vec![(1, "lo"), (3, "c"), (4, "d")];
    let changes = play.notify(|answers| {
        answers.overrun();
        answers.overrun();
        notify(answers, link::NEW, 4, "d");
    });
    assert_eq!(changes, ["stale", "new", "NAME", "deleted"]);
    assert_eq!(names(&play), ["1 lo", "3 c", "4 d"]);
    let counters = play.manager.stats();
    assert_eq!((counters.overruns, counters.rounds), (2, 2));
    assert!(play.manager.is_synced());
}

/// W5, case 45: libnl keeps the entries of the interrupted dump.
#[test]
fn an_interrupted_dump_leaves_no_outdated_entry() {
    let readings = Cell::new(0);
    let mut play = Play::<LinkEntry, 8>::new(LinkIndex, move |_, answers| {
        readings.set(readings.get() + 1);
        match readings.get() {
            1 => {
                part(answers, 2, "old", Flags::DUMP_INTR);
                part(answers, 3, "gone", Flags::NONE);
            }
            _ => part(answers, 2, "new", Flags::NONE),
        }
        answers.done();
    });
    assert_eq!(names(&play), ["2 new"]);
    assert_eq!((play.manager.stats().interrupted, play.manager.stats().rounds), (1, 2));
    assert_eq!(play.settle(), Vec::<String>::new());
}

/// W4, case 46, with a fake kernel; `kernel_links` has the real one.
#[test]
fn a_resync_without_differences_reports_no_change() {
    let mut play = Play::<LinkEntry, 8>::new(LinkIndex, having(&links(&[(1, "lo"), (2, "a")])));
    play.manager.resync(|_, _| {});
    assert_eq!(play.settle(), Vec::<String>::new());
    assert_eq!((names(&play).len(), play.manager.stats().rounds), (2, 2));
}

/// Case 47.
#[test]
fn a_rejected_entry_is_stored_once_a_slot_is_free() {
    let there = links(&[(1, "lo"), (2, "a"), (3, "b"), (4, "c")]);
    let mut play = Play::<LinkEntry, 2>::new(LinkIndex, having(&there));
    assert_eq!((play.cache().len(), play.cache().rejected()), (2, 2));
    assert!(!play.manager.is_complete());
    // A cached entry can still change; a rejected one is not reported again.
    let more = play.notify(|answers| {
        notify(answers, link::NEW, 2, "z");
        notify(answers, link::NEW, 5, "d");
    });
    assert_eq!(more, ["NAME"]);
    *there.borrow_mut() = vec![(1, "lo"), (3, "b")];
    let room = play.notify(|answers| {
        for index in [2, 4, 5] {
            notify(answers, link::DEL, index, "");
        }
    });
    assert_eq!(room, ["deleted", "stale", "new"]);
    assert_eq!(names(&play), ["1 lo", "3 b"]);
    assert!(play.manager.is_complete());
}

#[test]
fn a_reused_slot_does_not_count_as_free() {
    let there = links(&[(1, "lo"), (2, "a")]);
    let mut play = Play::<LinkEntry, 2>::new(LinkIndex, having(&there));
    *there.borrow_mut() = vec![(1, "lo"), (3, "b"), (4, "c")];
    let more = play.notify(|answers| {
        notify(answers, link::DEL, 2, "");
        notify(answers, link::NEW, 3, "b");
        notify(answers, link::NEW, 4, "c");
    });
    assert_eq!(more, ["deleted", "new", "rejected"]);
    assert_eq!(play.manager.stats().rounds, 1);
}

/// W7, case 30.
#[test]
fn a_foreign_datagram_is_dropped_counted_and_reported() {
    let mut play = Play::<LinkEntry, 8>::new(LinkIndex, having(&links(&[(1, "lo")])));
    let mut buffer = [0; 128];
    let forged = link::NEW.build(&mut buffer, 0, header(7), |link| {
        link.put(Link::IFNAME, "forged").put(Link::MTU, 1);
    });
    let forged = forged.unwrap();
    assert_eq!(play.notify(|answers| answers.foreign(4711, forged)), Vec::<String>::new());
    assert_eq!((names(&play).len(), play.manager.stats().foreign), (1, 1));
}

/// W18, case 42.
#[test]
fn bridge_ipv6_and_partial_messages_do_not_replace_a_link() {
    let mut play = Play::<LinkEntry, 8>::new(LinkIndex, having(&links(&[(1, "lo"), (2, "a")])));
    let quiet = play.notify(|answers| {
        for family in [AddressFamily::BRIDGE, AddressFamily::INET6] {
            let header = LinkHeader { family, ..header(2) };
            answers.notify(link::NEW, header, |link| {
                link.put(Link::IFNAME, "a").put(Link::MASTER, 9);
            });
            answers.notify(link::DEL, header, |_| {});
        }
    });
    assert_eq!(quiet, Vec::<String>::new());
    // As wireless extensions notify: flags, and an attribute of their own.
    let part = play.notify(|answers| {
        let header = LinkHeader { flags: LinkFlags::UP, ..header(2) };
        answers.notify(link::NEW, header, |link| {
            link.put(Link::WIRELESS, &[1, 2, 3, 4]);
        });
    });
    assert_eq!(part, ["FLAGS"]);
    let link = play.cache().get(2).unwrap();
    assert_eq!((link.name.as_bytes(), link.mtu, link.flags), (&b"a"[..], 1500, LinkFlags::UP));
}

/// W22: an unreadable message does not prevent the others from being processed.
#[test]
fn an_unreadable_event_causes_a_resync_and_loses_no_other() {
    let mut play = Play::<LinkEntry, 8>::new(LinkIndex, having(&links(&[(1, "lo")])));
    let changes = play.notify(|answers| {
        notify(answers, link::NEW, 2, "a");
        // The header has a length beyond the end of the datagram.
        answers.raw(&[200, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        notify(answers, link::NEW, 3, "b");
    });
    // Then the manager dumps from the kernel, which has only the one link.
    assert_eq!(changes, ["new", "stale", "new", "deleted", "deleted"]);
    assert_eq!(play.manager.stats().invalid, 1);
}

#[test]
fn a_truncated_event_causes_a_resync() {
    let there = links(&[(1, "lo")]);
    let mut play = Play::<LinkEntry, 8>::new(LinkIndex, having(&there));
    there.borrow_mut().push((2, "a"));
    assert_eq!(play.notify(|answers| answers.truncated(40_000)), ["stale", "new"]);
    assert_eq!(play.manager.stats().truncated, 1);
}

/// W22: a flood of messages does not block the caller.
#[test]
fn a_poll_does_a_bounded_part_of_the_work() {
    let events = Wire::new(|_, _| {});
    let mut play = Play::<LinkEntry, 8>::beside(
        events.clone(),
        LinkIndex,
        having(&links(&[(1, "lo"), (2, "a")])),
    );
    events.notify(|answers| {
        for number in 0..2500 {
            notify(answers, link::NEW, 2, if number % 2 == 0 { "x" } else { "y" });
        }
    });
    let mut calls = vec![];
    loop {
        let mut changes = 0;
        let progress =
            play.manager.poll(|_, event| changes += usize::from(matches!(event, Event::Change(_))));
        calls.push(changes);
        if progress.unwrap() == Progress::Idle {
            break;
        }
        // More to do: the caller need not wait.
        assert!(play.manager.next_deadline().unwrap().has_passed());
    }
    assert!(calls.len() > 2 && calls.iter().all(|changes| *changes <= 1024), "{calls:?}");
    assert_eq!(calls.iter().sum::<usize>(), 2500);
    assert_eq!(play.manager.next_deadline(), None);
}

/// After each failed dump, the manager waits twice as long.
#[test]
fn failed_resyncs_back_off_and_report_their_reason() {
    let (mut cache, mut buffer) = (Box::new(Cache::<LinkEntry, 8>::new()), vec![0; 32 * 1024]);
    let refusing = Wire::new(|_, answers| answers.error(1, |_| {}));
    let events = Wire::new(|_, _| {});
    let mut manager = Manager::with_channel(&mut *cache, events, refusing, &mut buffer).unwrap();
    let pace = Backoff { min: Duration::from_millis(20), ..Backoff::default() };
    manager.set_backoff(pace);
    let (mut whys, mut attempts) = (vec![], vec![]);
    let start = std::time::Instant::now();
    while start.elapsed() < Duration::from_millis(400) {
        let progress = manager.poll_for(Some(Duration::from_millis(5)), |_, event| match event {
            Event::Stale(why) => whys.push(why),
            Event::Resyncing { attempt } => attempts.push(attempt),
            Event::Change(_) | Event::Synced { .. } => panic!("{event:?}"),
            _ => {}
        });
        progress.unwrap();
    }
    // At once, after 40, 80, 160 ms: four in that time, on a machine that is not late.
    assert!((2..=4).contains(&attempts.len()), "{attempts:?}");
    assert_eq!(attempts, (1..=attempts.len() as u32).collect::<Vec<_>>());
    assert_eq!(whys[..2], [StaleReason::NotLoaded, StaleReason::DumpError { errno: 1 }]);
    assert!(!manager.is_synced());
}

/// A kernel without IPv6, or without such a table, has no entries of it.
#[test]
fn an_unsupported_family_is_an_empty_dump() {
    let play = Play::<LinkEntry, 8>::new(LinkIndex, |_, answers| {
        answers.abort_dump(Errno::OPNOTSUPP.raw_os_error(), |_| {})
    });
    assert!(play.manager.is_synced() && play.cache().is_empty());
}

#[test]
fn caches_work_at_any_capacity_even_zero() {
    let there = links(&[(1, "lo"), (2, "a"), (3, "b")]);
    let none = Play::<LinkEntry, 0>::new(LinkIndex, having(&there));
    assert_eq!((none.cache().len(), none.cache().rejected()), (0, 3));
    let three = Play::<LinkEntry, 3>::new(LinkIndex, having(&there));
    assert!(three.cache().is_complete());
    assert_eq!(three.cache().by_name("b").map(|link| link.index), Some(3));
}
