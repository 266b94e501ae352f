//! Policy routing rules, with a fake and with the real kernel.
#![allow(missing_docs)]

mod common;

use barelink_cache::rule::RuleIndex;
use barelink_cache::{Cache, Change, RuleEntry};
use barelink_codec::Message;
use barelink_codec::MessageType;
use barelink_codec::message::Flags;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::RouteTable;
use barelink_codec::rtnl::rule::{self, PortRange, Rule, RuleAction, RuleFlags, RuleHeader};
use barelink_transport::testing::Answers;
use barelink_transport::{Protocol, Socket};
use common::alone::{dump, follow, run, settle};
use common::in_namespace;
use common::play::Play;

const PART: MessageType<RuleHeader, Rule> = rule::NEW.with(Flags::MULTI);

fn header(flags: RuleFlags) -> RuleHeader {
    RuleHeader {
        family: AddressFamily::INET,
        action: RuleAction::TO_TBL,
        flags,
        ..Default::default()
    }
}

fn notify(
    answers: &mut Answers<'_>,
    kind: MessageType<RuleHeader, Rule>,
    flags: RuleFlags,
    name: &str,
) {
    answers.notify(kind, header(flags), |rule| {
        rule.put(Rule::PRIORITY, 5).put(Rule::TABLE, RouteTable(1000)).put(Rule::IIFNAME, name);
    });
}

fn none(_: &Message<'_>, answers: &mut Answers<'_>) {
    answers.done();
}

#[test]
fn a_rule_is_added_and_deleted_but_never_changed() {
    let mut play = Play::<RuleEntry, 8>::new(RuleIndex::ALL, none);
    assert_eq!(play.notify(|it| notify(it, rule::NEW, RuleFlags::EMPTY, "v0")), ["new"]);
    assert_eq!(play.notify(|it| notify(it, rule::NEW, RuleFlags::EMPTY, "v1")), ["new"]);
    assert_eq!(play.notify(|it| notify(it, rule::NEW, RuleFlags::INVERT, "v1")), ["new"]);
    assert_eq!(play.cache().at_priority(AddressFamily::INET, 5).count(), 3);
    assert_eq!(play.notify(|it| notify(it, rule::DEL, RuleFlags::EMPTY, "v1")), ["deleted"]);
    assert_eq!(play.notify(|it| notify(it, rule::DEL, RuleFlags::EMPTY, "v2")), [""; 0]);
    assert_eq!(play.cache().len(), 2);
}

#[test]
fn detached_flags_are_not_a_difference() {
    let mut play = Play::<RuleEntry, 8>::new(RuleIndex::ALL, none);
    play.notify(|it| notify(it, rule::NEW, RuleFlags::IIF_DETACHED, "v0"));
    assert_eq!(play.cache().iter().next().unwrap().flags, RuleFlags::EMPTY);
    assert_eq!(play.notify(|it| notify(it, rule::DEL, RuleFlags::EMPTY, "v0")), ["deleted"]);
}

#[test]
fn two_equal_rules_are_stored_as_one() {
    // Either both are dumped, or one is notified after the other.
    for both in [true, false] {
        let mut left = 1 + u32::from(both);
        let mut play = Play::<RuleEntry, 8>::new(RuleIndex::ALL, move |request, answers| {
            if request.parse(rule::GET).unwrap().header.family == AddressFamily::INET {
                for _ in 0..left {
                    answers.reply(PART, header(RuleFlags::EMPTY), |rule| {
                        rule.put(Rule::PRIORITY, 5).put(Rule::TABLE, RouteTable(1000));
                        rule.put(Rule::IIFNAME, "v0");
                    });
                }
                left = 1;
            }
            answers.done();
        });
        if !both {
            assert_eq!(play.notify(|it| notify(it, rule::NEW, RuleFlags::EMPTY, "v0")), [""; 0]);
        }
        assert_eq!(play.notify(|it| notify(it, rule::DEL, RuleFlags::EMPTY, "v0")), ["stale"]);
        assert_eq!(play.cache().len(), 1);
        assert_eq!(play.notify(|it| notify(it, rule::DEL, RuleFlags::EMPTY, "v0")), ["deleted"]);
    }
}

#[test]
fn multicast_routing_rules_are_ignored() {
    let mut play = Play::<RuleEntry, 8>::new(RuleIndex::ALL, none);
    let changes = play.notify(|answers| {
        let header = RuleHeader { family: AddressFamily::IPMR, ..header(RuleFlags::EMPTY) };
        answers.notify(rule::NEW, header, |_| {});
    });
    assert_eq!(changes, [""; 0]);
    assert!(play.cache().is_empty());
}

fn short(change: Change<'_, RuleEntry>) -> String {
    match change {
        Change::New(new) => format!("new {}", new.priority),
        Change::Changed { old, new, .. } => format!("changed {old:?} {new:?}"),
        Change::Deleted(old) => format!("deleted {}", old.priority),
        Change::Rejected(_) => "rejected".into(),
    }
}

#[test]
fn after_each_command_the_cache_equals_a_dump() {
    in_namespace(|| {
        let mut cache = Box::new(Cache::<RuleEntry, 64>::new());
        let changes = follow(
            &mut cache,
            "ip rule add pref 5 from 192.0.2.0/24 lookup 1000 protocol bird
             ip rule add pref 5 from 192.0.2.0/24 lookup 1000 protocol zebra
             ip rule add pref 5 from 192.0.2.0/25 lookup 1000 protocol bird
             ip rule add pref 5 from 192.0.2.0/24 lookup 1000 protocol bird realms 1/5
             ip rule add pref 5 from 192.0.2.0/24 lookup 1000 protocol bird suppress_prefixlength 0
             ip rule add pref 5 from 192.0.2.0/24 lookup 1000 protocol bird suppress_ifgroup 7
             ip rule add not pref 6 to 198.51.100.1 fwmark 5/7 tos 0x10 blackhole
             ip rule add pref 9 uidrange 0-5 tun_id 7 sport 4-5 dport 7 ipproto udp l3mdev
             ip -6 rule add pref 10 to 2001:db8::/32 dport 5 ipproto tcp unreachable
             ip -6 rule add pref 10 from 2001:db8::/32 oif v1 prohibit
             ip rule add pref 7 iif v0 oif v1 lookup 10
             ip rule add pref 8 goto 100
             ip rule add pref 100 lookup 5
             ip rule del pref 100
             ip link add v0 type veth peer name v1
             ip link set v0 name w0
             ip link del w0
             ip rule del pref 6
             ip rule del pref 5 protocol zebra
             ip rule flush
             ip -6 rule flush",
            short,
        );
        assert!(!changes.iter().any(|line| line.contains("changed")), "{changes:#?}");
        let deleted = changes.iter().filter(|line| line.starts_with("ip rule flush")).count();
        assert_eq!(deleted, 10, "{changes:#?}");
    });
}

#[test]
fn every_rule_field_is_read() {
    in_namespace(|| {
        run("ip rule add not pref 9 from 192.0.2.0/24 to 198.51.100.7 iif v0 oif v1 fwmark 5/7
                 uidrange 0-5 tun_id 7 sport 4-5 dport 7 ipproto udp tos 0x10 lookup 1000
                 suppress_prefixlength 3 suppress_ifgroup 8 realms 1/5 protocol bird"
            .replace('\n', " ")
            .as_str());
        let rules = dump(&Cache::<RuleEntry, 64>::new());
        let rule = rules.at_priority(AddressFamily::INET, 9).next().unwrap();
        assert_eq!(rule.src, Some(("192.0.2.0".parse().unwrap(), 24)));
        assert_eq!(rule.dst, Some(("198.51.100.7".parse().unwrap(), 32)));
        assert_eq!((rule.iif.to_string(), rule.oif.to_string()), ("v0".into(), "v1".into()));
        assert_eq!((rule.mark, rule.mark_mask, rule.realms, rule.tunnel), (5, 7, 0x1_0005, 7));
        assert_eq!(rule.users.map(|users| (users.start, users.end)), Some((0, 5)));
        assert_eq!(rule.source_ports, PortRange { start: 4, end: 5 });
        assert_eq!(rule.destination_ports, PortRange { start: 7, end: 7 });
        assert_eq!((rule.ip_proto, rule.tos, rule.table), (17, 0x10, RouteTable(1000)));
        assert_eq!((rule.suppress_prefix_len, rule.suppress_group), (Some(3), Some(8)));
        assert_eq!((rule.action, rule.flags), (RuleAction::TO_TBL, RuleFlags::INVERT));
    });
}

#[test]
fn a_goto_rule_is_unresolved_until_its_target_exists() {
    in_namespace(|| {
        let mut cache = Box::new(Cache::<RuleEntry, 64>::new());
        let nowhere = |cache: &Cache<RuleEntry, 64>| {
            let rule = cache.at_priority(AddressFamily::INET, 8).next().unwrap();
            cache.is_unresolved(rule)
        };
        follow(&mut cache, "ip rule add pref 8 goto 100\n ip -6 rule add pref 100 lookup 5", short);
        assert!(nowhere(&cache));
        follow(&mut cache, "ip rule add pref 100 lookup 5", short);
        assert!(!nowhere(&cache));
        follow(&mut cache, "ip rule add pref 100 lookup 6\n ip rule del pref 100 lookup 5", short);
        assert!(!nowhere(&cache));
        follow(&mut cache, "ip rule del pref 100", short);
        assert!(nowhere(&cache));
    });
}

#[test]
fn deleting_one_of_two_equal_kernel_rules_leaves_one() {
    in_namespace(|| {
        let add = || {
            let mut buffer = [0; 128];
            let header = RuleHeader { dst_len: 32, ..header(RuleFlags::EMPTY) };
            let request = rule::NEW.with(Flags::CREATE).build(&mut buffer, 1, header, |rule| {
                rule.put(Rule::DST, "192.0.2.1".parse().unwrap());
                rule.put(Rule::PRIORITY, 5).put(Rule::TABLE, RouteTable(99));
            });
            let socket = Socket::open(Protocol::ROUTE).unwrap();
            socket.send(request.unwrap()).unwrap();
        };
        add();
        add();
        let mut cache = Box::new(Cache::<RuleEntry, 64>::new());
        let one = || run("ip rule del pref 5");
        let count =
            |cache: &Cache<RuleEntry, 64>| cache.at_priority(AddressFamily::INET, 5).count();
        let mut buffer = vec![0; 32 * 1024];
        let mut manager = barelink_cache::Manager::open(&mut *cache, &mut buffer).unwrap();
        settle(&mut manager);
        for (act, left) in [(&one as &dyn Fn(), 1), (&add, 1), (&one, 1), (&one, 0)] {
            act();
            settle(&mut manager);
            assert_eq!(count(manager.caches()), left);
        }
    });
}

#[test]
fn an_index_restricts_rules_to_a_family() {
    in_namespace(|| {
        let wanted = RuleIndex::ALL.with_family(AddressFamily::INET6);
        let mut cache = Box::new(Cache::<RuleEntry, 64>::with_index(wanted));
        follow(&mut cache, "ip rule add pref 5 lookup 7\n ip -6 rule add pref 6 lookup 7", short);
        assert!(cache.iter().all(|rule| rule.family == AddressFamily::INET6));
        assert_eq!(cache.iter().filter(|rule| rule.priority == 6).count(), 1);
    });
}
