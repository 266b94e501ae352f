//! Connections and monitors against the running kernel, each in its own network namespace.

mod common;

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use barelink_codec::control::Status;
use barelink_codec::fib_lookup::{self, FibLookup};
use barelink_codec::message::Flags;
use barelink_codec::rtnl::addr::{self, Addr};
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::kinds::veth::Veth;
use barelink_codec::rtnl::link::kinds::vxlan::Vxlan;
use barelink_codec::rtnl::link::{self, Link, LinkFlags, LinkHeader, LinkInfo, PropList};
use barelink_codec::rtnl::route::nexthop::{self, NextHop, NextHopGroupMember, NextHopHeader};
use barelink_codec::rtnl::route::{
    self, MultipathNextHop, Route, RouteHeader, RouteProtocol, RouteScope, RouteTable, RouteType,
};
use barelink_codec::{Batch, Key, Messages, Parsed};
use barelink_transport::capture::CaptureChannel;
use barelink_transport::pcap::CaptureReader;
use barelink_transport::{
    Connection, Deadline, Errno, Error, KernelError, Monitor, MonitorEvent, Protocol, Socket,
    SocketOption,
};
use common::{drop_capabilities, in_namespace};

use common::links::*;

// Links, by name and by index

#[test]
fn links_of_several_kinds_are_created_found_and_deleted() {
    in_namespace(|| {
        let mut buffer = [0; ROOM];
        let mut route = connect(&mut buffer);
        make(&mut route, "bridge0", "bridge").unwrap();
        make(&mut route, "ifb0", "ifb").unwrap();
        route
            .execute(link::NEW.create(), header(0), |link| {
                link.put(Link::IFNAME, "here");
                link.nest(Link::LINKINFO, |info| {
                    info.put(LinkInfo::KIND, "veth");
                    info.nest(LinkInfo::DATA.nested::<Veth>(), |veth| {
                        veth.nest_with_header(Veth::PEER, header(0), |peer| {
                            peer.put(Link::IFNAME, "there");
                        });
                    });
                });
            })
            .unwrap();
        route
            .execute(link::NEW.create(), header(0), |link| {
                link.put(Link::IFNAME, "vxlan0").put(Link::MTU, 1400);
                link.nest(Link::LINKINFO, |info| {
                    info.put(LinkInfo::KIND, "vxlan");
                    info.nest(LinkInfo::DATA.nested::<Vxlan>(), |vxlan| {
                        vxlan.put(Vxlan::ID, 7).put(Vxlan::PORT, 4789);
                    });
                });
            })
            .unwrap();
        let mut there = names(&mut route);
        assert_eq!(there.remove(0), "lo");
        there.sort();
        assert_eq!(there, ["bridge0", "here", "ifb0", "there", "vxlan0"]);
        assert_eq!(index(&mut route, "lo"), Ok(1));

        let link = route
            .get(link::GET, header(0), |link| {
                link.put(Link::IFNAME, "vxlan0");
            })
            .unwrap();
        assert_eq!(link.require(Link::MTU), Ok(1400));
        let info = link.require(Link::LINKINFO).unwrap();
        assert_eq!(info.require(LinkInfo::KIND).unwrap(), "vxlan");
        let vxlan = info.require(LinkInfo::DATA.nested::<Vxlan>()).unwrap();
        assert_eq!((vxlan.require(Vxlan::ID), vxlan.require(Vxlan::PORT)), (Ok(7), Ok(4789)));

        let vxlan = index(&mut route, "vxlan0").unwrap();
        route.execute(link::DEL, header(vxlan), |_| {}).unwrap();
        assert_eq!(kernel_error(index(&mut route, "vxlan0")).errno(), Errno::NODEV);
    });
}

#[test]
fn setting_a_link_to_its_state_causes_no_notification() {
    in_namespace(|| {
        let (mut buffer, mut events) = ([0; ROOM], [0; 16384]);
        let mut route = connect(&mut buffer);
        let mut monitor = Monitor::open(Protocol::ROUTE, &[1], &mut events).unwrap();
        let flags = |route: &mut Connection<'_>| {
            route.get(link::GET, header(1), |_| {}).unwrap().header.flags
        };
        assert!(!flags(&mut route).contains(LinkFlags::UP));
        route.execute(link::SET, up(1), |_| {}).unwrap();
        assert!(flags(&mut route).contains(LinkFlags::UP));
        let mut count = 0;
        while let Ok(event) = monitor.next(Some(Duration::ZERO)) {
            assert!(matches!(event, MonitorEvent::Message { .. }), "{event:?}");
            count += 1;
        }
        assert!(count > 0);
        route.execute(link::SET, up(1), |_| {}).unwrap();
        assert_eq!(monitor.next(Some(Duration::ZERO)).err(), Some(Error::TimedOut));

        let mtu = |route: &mut Connection<'_>| {
            route.execute(link::SET, header(1), |link| {
                link.put(Link::MTU, 9000);
            })
        };
        mtu(&mut route).unwrap();
        assert!(monitor.next(Some(Duration::ZERO)).is_ok());
        while monitor.next(Some(Duration::ZERO)).is_ok() {}
        mtu(&mut route).unwrap();
        assert_eq!(monitor.next(Some(Duration::ZERO)).err(), Some(Error::TimedOut));
    });
}

#[test]
fn links_are_dumped_in_every_address_family() {
    in_namespace(|| {
        let mut buffer = [0; ROOM];
        let mut route = connect(&mut buffer);
        let families = [AddressFamily::UNSPEC, AddressFamily::BRIDGE, AddressFamily::INET6];
        for family in families {
            let header = LinkHeader { family, ..Default::default() };
            let mut links = route.dump(link::GET, header, |_| {}).unwrap();
            while links.next().unwrap_or_else(|error| panic!("{family}: {error}")).is_some() {}
        }
    });
}

#[test]
fn a_link_with_a_hundred_altnames_is_dumped_or_truncated() {
    in_namespace(|| {
        let mut buffer = vec![0; 64 * 1024];
        let mut route = connect(&mut buffer);
        make(&mut route, "first", "ifb").unwrap();
        make(&mut route, "named", "bridge").unwrap();
        make(&mut route, "last", "ifb").unwrap();
        let named = index(&mut route, "named").unwrap();
        for number in 0..100 {
            route
                .execute(link::NEWPROP.create(), header(named), |link| {
                    link.nest(Link::PROP_LIST, |list| {
                        let name = format!("{number:0>100}");
                        list.put(PropList::ALT_IFNAME, &name);
                    });
                })
                .unwrap();
        }
        assert!(names(&mut route).contains(&"named".to_string()));

        let mut buffer = [0; 8192 + 64];
        let mut route = connect(&mut buffer);
        let mut links = route.dump(link::GET, header(0), |_| {}).unwrap();
        let (mut seen, mut cut) = (vec![], 0);
        loop {
            match links.next() {
                Ok(Some(link)) => seen.push(link.header.index),
                Ok(None) => break,
                Err(Error::DatagramTruncated { needed, room }) => {
                    assert!(needed > room && needed > 10_000, "{needed} {room}");
                    cut += 1;
                }
                Err(Error::TimedOut) if cut > 0 => break, // DONE was in a truncated datagram
                Err(error) => panic!("{error}"),
            }
        }
        assert!(seen.contains(&named) || cut > 0, "{seen:?}");
        assert_eq!(index(&mut connect(&mut [0; ROOM]), "last"), Ok(named + 1));
    });
}

// Errors of the kernel

#[test]
fn an_error_in_done_of_a_real_dump_is_a_kernel_error() {
    in_namespace(|| {
        let mut buffer = [0; ROOM];
        let mut route = connect(&mut buffer);
        assert!(route.is_strict());
        let odd = RouteHeader { family: AddressFamily::INET, src_len: 5, ..Default::default() };
        let error = kernel_error(route.dump(route::GET, odd, |_| {}).unwrap().finish());
        assert_eq!(error.errno(), Errno::INVAL);
        assert!(!error.text().is_empty());
        let all = RouteHeader { family: AddressFamily::INET, ..Default::default() };
        route.dump(route::GET, all, |_| {}).unwrap().finish().unwrap();
    });
}

#[test]
fn the_kernels_errnos_are_reported() {
    in_namespace(|| {
        let mut buffer = [0; ROOM];
        let mut route = connect(&mut buffer);
        make(&mut route, "twice", "ifb").unwrap();
        assert_eq!(kernel_error(make(&mut route, "twice", "ifb")).errno(), Errno::EXIST);
        let unknown = kernel_error(make(&mut route, "odd", "no-such-kind"));
        assert_eq!(unknown.errno(), Errno::OPNOTSUPP);
        assert!(unknown.text().contains("nknown device type"), "{unknown}");
        let gone = kernel_error(route.execute(link::DEL, header(9999), |_| {}));
        assert_eq!(gone.errno(), Errno::NODEV);
        assert_eq!(
            kernel_error(route.execute(link::DEL, header(1), |_| {})).errno(),
            Errno::OPNOTSUPP
        );
    });
}

#[test]
fn a_rejected_value_is_named_by_path() {
    in_namespace(|| {
        let mut buffer = [0; ROOM];
        let mut route = connect(&mut buffer);
        let error = kernel_error(route.execute(link::NEW.create(), header(0), |link| {
            link.put(Link::IFNAME, "vxlan0");
            link.nest(Link::LINKINFO, |info| {
                info.put(LinkInfo::KIND, "vxlan");
                info.nest(LinkInfo::DATA.nested::<Vxlan>(), |vxlan| {
                    vxlan.put(Vxlan::PORT, 4789).put(Vxlan::ID, 1 << 24);
                });
            });
        }));
        assert_eq!(error.errno(), Errno::RANGE);
        assert!(error.text().contains("ID"), "{}", error.text());
        assert_eq!(error.path.numbers(), [18, 2, 1]);
        if cfg!(feature = "names") {
            assert_eq!(error.path.to_string(), "Link.LINKINFO.DATA.ID");
        }
    });
}

#[test]
fn capped_and_uncapped_errors_name_a_length_out_of_range() {
    in_namespace(|| {
        for capped in [true, false] {
            let mut buffer = [0; 1024];
            let mut route = connect(&mut buffer);
            route.channel().set(SocketOption::CAP_ACK, capped).unwrap();
            let error = kernel_error(route.execute(link::SET, header(1), |link| {
                link.put(Link::TXQLEN, 7).put(Link::MTU.cast::<u16>(), 1400);
            }));
            assert_eq!(error.errno(), Errno::RANGE);
            assert_eq!(error.path.numbers(), [4]);
        }
    });
}

#[test]
fn without_extended_acks_an_error_has_only_the_errno() {
    in_namespace(|| {
        let mut buffer = [0; 1024];
        let mut route = connect(&mut buffer);
        route.channel().set(SocketOption::EXT_ACK, false).unwrap();
        route.channel().set(SocketOption::CAP_ACK, false).unwrap();
        let error = kernel_error(route.execute(link::SET, header(1), |link| {
            link.put(Link::MTU.cast::<u16>(), 1400);
        }));
        assert_eq!((error.errno(), error.text()), (Errno::RANGE, ""));
        assert!(error.path.is_empty());
    });
}

#[test]
fn an_unknown_attribute_is_rejected_by_strict_checking() {
    in_namespace(|| {
        let mut buffer = [0; 4096];
        let mut route = connect(&mut buffer);
        let unknown = Key::<Link, u32>::new(999, "");
        let ask = |route: &mut Connection<'_>| {
            route
                .get(link::GET, header(1), |link| {
                    link.put(unknown, 0);
                })
                .map(|link| link.header.index)
        };
        let error = kernel_error(ask(&mut route));
        assert_eq!((error.errno(), error.path.numbers()), (Errno::INVAL, &[999][..]));
        assert!(error.text().contains("nknown attribute"), "{}", error.text());
        route.channel().set(SocketOption::GET_STRICT_CHK, false).unwrap();
        assert_eq!(ask(&mut route), Ok(1));
    });
}

#[test]
fn a_warning_of_the_real_kernel_is_kept() {
    in_namespace(|| {
        let mut buffer = [0; 4096];
        let mut route = connect(&mut buffer);
        route.channel().set(SocketOption::GET_STRICT_CHK, false).unwrap();
        route
            .get(link::GET, header(1), |link| {
                link.append(&[1, 0, 0, 0]); // no attribute
            })
            .unwrap();
        let warning = route.warning().unwrap();
        assert_eq!(warning.errno, 0);
        assert!(warning.text().contains("left"), "{}", warning.text());
    });
}

#[test]
fn without_nlm_f_request_the_kernel_acks_and_does_nothing() {
    in_namespace(|| {
        let mut buffer = [0; 4096];
        let mut route = connect(&mut buffer);
        let set = link::SET.without(Flags::REQUEST);
        route
            .execute(set, header(1), |link| {
                link.put(Link::MTU, 1400);
            })
            .unwrap();
        let link = route.get(link::GET, header(1), |_| {}).unwrap();
        assert_eq!(link.require(Link::MTU), Ok(65536));
    });
}

#[test]
fn without_capabilities_the_error_names_the_missing_one() {
    in_namespace(|| {
        let mut buffer = [0; ROOM];
        let mut route = connect(&mut buffer);
        drop_capabilities();
        let error = make(&mut route, "none", "ifb").unwrap_err();
        assert_eq!(kernel_error::<()>(Err(error)).errno(), Errno::PERM);
        let text = error.to_string();
        assert!(
            text.contains("Operation not permitted (errno 1): CAP_NET_ADMIN (or root) is needed"),
            "{text}"
        );
        assert_eq!(names(&mut route), ["lo"], "reading takes no capability");
    });
}

#[test]
fn a_request_longer_than_the_send_buffer_fails_at_once() {
    in_namespace(|| {
        let mut buffer = vec![0; 1 << 20];
        let mut route = connect(&mut buffer);
        let start = Instant::now();
        let error = route.execute(link::SET, header(1), |link| {
            for _ in 0..10 {
                link.put_raw(999, &[0; 60_000]);
            }
        });
        assert_eq!(error, Err(Error::Socket { call: "send", errno: Errno::MSGSIZE }));
        assert!(start.elapsed() < Duration::from_secs(4));
        assert_eq!(names(&mut route), ["lo"]);
    });
}

// Replies

#[test]
fn an_echo_and_its_ack_do_not_answer_the_next_request() {
    in_namespace(|| {
        let mut buffer = [0; ROOM];
        let mut route = connect(&mut buffer);
        route.execute(link::SET, up(1), |_| {}).unwrap();
        for last in 1..4 {
            let kind = addr::NEW.create().with(Flags::ECHO);
            let mut echo = route
                .request(kind, inet(1, 24), |addr| {
                    addr.put(Addr::LOCAL, ip(last)).put(Addr::ADDRESS, ip(last));
                })
                .unwrap();
            let added = echo.next().unwrap().expect("the echo");
            assert_eq!(added.require(Addr::LOCAL), Ok(ip(last)));
            if last == 1 {
                assert!(echo.next().unwrap().is_none());
            } // The second and third are abandoned before the acknowledgement.
            let gone = route.execute(link::DEL, header(9999), |_| {});
            assert_eq!(kernel_error(gone).errno(), Errno::NODEV);
        }
        assert_eq!(route.stats().stray, 0);
    });
}

#[test]
fn notifications_on_the_same_socket_do_not_answer_requests() {
    in_namespace(|| {
        let (mut buffer, mut other) = ([0; ROOM], [0; ROOM]);
        let mut route = connect(&mut buffer);
        route.channel().join(1).unwrap(); // links
        route.channel().join(5).unwrap(); // addresses
        let mut other = connect(&mut other);
        many(&mut other, 5);
        assert_eq!(names(&mut route).len(), 6);
        assert!(route.stats().stray >= 5);
        // Notifications of addresses carry the request's sequence number.
        other.execute(link::SET, up(1), |_| {}).unwrap();
        add_address(&mut route, 1, 1).unwrap();
        assert_eq!(kernel_error(add_address(&mut route, 1, 1)).errno(), Errno::EXIST);
        route.execute(link::DEL, header(2), |_| {}).unwrap();
        assert_eq!(names(&mut route).len(), 5);
    });
}

#[test]
fn a_dump_after_an_abandoned_one_works() {
    in_namespace(|| {
        let (mut buffer, mut large) = ([0; 8192], vec![0; ROOM]);
        many(&mut connect(&mut large), 60);
        let mut route = connect(&mut buffer);
        for read in [0, 1, 30] {
            let mut links = route.dump(link::GET, header(0), |_| {}).unwrap();
            for _ in 0..read {
                links.next().unwrap().unwrap();
            }
            assert_eq!(
                kernel_error(route.execute(link::DEL, header(9999), |_| {})).errno(),
                Errno::NODEV
            );
            let mut links = route.dump(link::GET, header(0), |_| {}).unwrap();
            links.next().unwrap().unwrap();
            assert_eq!(names(&mut route).len(), 61, "{read}");
        }
        assert_eq!(route.stats().foreign, 0);
    });
}

#[test]
fn a_dump_interrupted_by_a_deletion_is_repeated() {
    in_namespace(|| {
        let (mut buffer, mut other) = ([0; 8192], vec![0; ROOM]);
        let mut other = connect(&mut other);
        many(&mut other, 60);
        let mut route = connect(&mut buffer);
        let mut links = route.dump(link::GET, header(0), |_| {}).unwrap();
        links.next().unwrap().unwrap();
        let last = index(&mut other, "ifb59").unwrap();
        other.execute(link::DEL, header(last), |_| {}).unwrap();
        let result = loop {
            match links.next() {
                Ok(Some(_)) => {}
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        assert_eq!(result, Err(Error::Interrupted));

        let mut tries = 0;
        let start = || {
            tries += 1;
            Vec::new()
        };
        let each = |all: &mut Vec<i32>, link: Parsed<'_, LinkHeader, Link>| {
            if all.is_empty() && link.header.index == 1 {
                // One deletion per try, as far as there is such a link.
                let gone = index(&mut other, "ifb58").ok();
                if let Some(gone) = gone {
                    other.execute(link::DEL, header(gone), |_| {}).unwrap();
                }
            }
            all.push(link.header.index);
            Ok(())
        };
        let all = route.dump_consistent(5, link::GET, header(0), |_| {}, start, each).unwrap();
        assert_eq!((tries, all.len()), (2, 59));
    });
}

#[test]
fn a_filtered_dump_carries_nlm_f_dump_filtered() {
    in_namespace(|| {
        let mut buffer = [0; ROOM];
        let mut route = connect(&mut buffer);
        route.execute(link::SET, up(1), |_| {}).unwrap();
        two_addresses(&mut route);
        let mut found = vec![];
        let mut dump = route.dump(addr::GET, inet(2, 0), |_| {}).unwrap();
        while let Some(message) = dump.next_message().unwrap() {
            assert!(message.flags.contains(Flags::DUMP_FILTERED));
            found.push(message.read(addr::GET).require(Addr::LOCAL).unwrap());
        }
        assert_eq!(found, [ip(2)]);
    });
}

#[test]
fn without_strict_checking_dumps_are_unfiltered() {
    in_namespace(|| {
        let mut buffer = [0; ROOM];
        let mut route = connect(&mut buffer);
        two_addresses(&mut route);
        for (strict, expected) in [(true, vec![ip(2)]), (false, vec![ip(1), ip(2)])] {
            route.channel().set(SocketOption::GET_STRICT_CHK, strict).unwrap();
            let mut found = vec![];
            let mut dump = route.dump(addr::GET, inet(2, 0), |_| {}).unwrap();
            while let Some(addr) = dump.next().unwrap() {
                found.push(addr.require(Addr::LOCAL).unwrap());
            }
            assert_eq!(found, expected, "strict: {strict}");
        }
    });
}

#[test]
fn a_second_dump_during_the_first_is_ebusy() {
    in_namespace(|| {
        let (mut large, mut buffer) = (vec![0; ROOM], [0; 8192]);
        many(&mut connect(&mut large), 60);
        let socket = Socket::open(Protocol::ROUTE).unwrap();
        for seq in [1, 2] {
            let dump = link::GET.dump().build(&mut buffer, seq, header(0), |_| {}).unwrap();
            socket.send(dump).unwrap();
        }
        let mut errors = vec![];
        while let Ok(received) = socket.receive_by(&mut buffer, Some(Deadline::NOW)) {
            for message in Messages::new(&buffer[..received.len]).map(Result::unwrap) {
                if message.message_type == 2 {
                    errors.push((message.seq, Status::read(&message).unwrap().errno));
                }
            }
        }
        assert_eq!(errors, [(2, Errno::BUSY.raw_os_error())]);
    });
}

#[test]
fn a_longer_buffer_takes_fewer_datagrams() {
    in_namespace(|| {
        let mut buffer = vec![0; ROOM];
        many(&mut connect(&mut buffer), 60);
        let datagrams = |room: usize| {
            let mut file = vec![];
            let mut buffer = vec![0; room];
            let socket = Socket::open(Protocol::ROUTE).unwrap();
            let sink = |bytes: &[u8]| file.extend_from_slice(bytes);
            let channel = CaptureChannel::new(socket, Protocol::ROUTE, sink);
            let mut route = Connection::with_channel(channel, &mut buffer).unwrap();
            assert_eq!(names(&mut route).len(), 61);
            let records = CaptureReader::open(&file).unwrap().map(Result::unwrap);
            let lengths: Vec<usize> =
                records.filter(|record| !record.outgoing).map(|record| record.len).collect();
            assert!(lengths.iter().all(|len| *len <= 32 * 1024));
            lengths.len()
        };
        let (few, more) = (datagrams(ROOM), datagrams(8192));
        assert!(few < more, "{few} {more}");
    });
}

// Batches

#[test]
fn a_batch_continues_after_a_failed_request() {
    in_namespace(|| {
        let mut buffer = [0; ROOM];
        let mut route = connect(&mut buffer);
        let mut results = vec![];
        let fill = |batch: &mut barelink_transport::Requests<'_>| {
            for name in ["one", "two", "one", "three"] {
                batch.push(link::NEW.create(), header(0), |link| {
                    link.put(Link::IFNAME, name);
                    link.nest(Link::LINKINFO, |info| {
                        info.put(LinkInfo::KIND, "ifb");
                    });
                })?;
            }
            Ok(())
        };
        let note = |place, result: Result<(), KernelError>| {
            results.push((place, result.err().map(|error| error.errno())));
        };
        route.batch(fill, note).unwrap();
        assert_eq!(results, [(0, None), (1, None), (2, Some(Errno::EXIST)), (3, None)]);
        assert_eq!(names(&mut route), ["lo", "one", "two", "three"]);
    });
}

#[test]
fn two_hundred_requests_fit_one_batch() {
    in_namespace(|| {
        let mut buffer = vec![0; 64 * 1024];
        let mut route = connect(&mut buffer);
        route.execute(link::SET, up(1), |_| {}).unwrap();
        let mut done = 0;
        let fill = |batch: &mut barelink_transport::Requests<'_>| {
            for last in 1..=200 {
                batch.push(addr::NEW.create(), inet(1, 24), |addr| {
                    addr.put(Addr::LOCAL, ip(last)).put(Addr::ADDRESS, ip(last));
                })?;
            }
            Ok(())
        };
        route.batch(fill, |_, result| done += usize::from(result.is_ok())).unwrap();
        assert_eq!(done, 200);
        let mut count = 0;
        let mut dump = route.dump(addr::GET, inet(0, 0), |_| {}).unwrap();
        while let Some(addr) = dump.next().unwrap() {
            count += usize::from(addr.header.prefix_len == 24);
        }
        assert_eq!(count, 200);
    });
}

#[test]
fn each_of_several_requests_in_a_datagram_is_answered() {
    in_namespace(|| {
        let socket = Socket::open(Protocol::ROUTE).unwrap();
        let mut buffer = [0; 256];
        let mut batch = Batch::new(&mut buffer);
        batch.push(link::GET, 1, header(1), |_| {}).unwrap();
        batch.push(link::DEL.with(Flags::ACK), 2, header(9999), |_| {}).unwrap();
        batch.push(link::SET.with(Flags::ACK), 3, header(1), |_| {}).unwrap();
        socket.send(batch.bytes()).unwrap();
        let (mut answers, mut buffer) = (vec![], [0; 4096]);
        while answers.len() < 3 {
            let deadline = soon().map(Deadline::after);
            let received = socket.receive_by(&mut buffer, deadline).unwrap();
            for message in Messages::new(&buffer[..received.len]) {
                let message = message.unwrap();
                answers.push((message.seq, message.message_type));
            }
        }
        assert_eq!(answers, [(1, 16), (2, 2), (3, 2)]);
    });
}

// Routes, next hops, lookups

fn ipv4_route(dst_len: u8) -> RouteHeader {
    RouteHeader {
        family: AddressFamily::INET,
        dst_len,
        table: RouteTable::MAIN,
        protocol: RouteProtocol::STATIC,
        rtm_type: RouteType::UNICAST,
        ..Default::default()
    }
}

fn with_network(test: impl FnOnce(&mut Connection<'_>, i32) + Send + 'static) {
    in_namespace(|| {
        let mut buffer = [0; ROOM];
        let mut route = connect(&mut buffer);
        make(&mut route, "ifb0", "ifb").unwrap();
        route.execute(link::SET, up(2), |_| {}).unwrap();
        route.execute(link::SET, up(1), |_| {}).unwrap();
        add_address(&mut route, 2, 1).unwrap();
        test(&mut route, 2);
    });
}

#[test]
fn single_and_multipath_routes_are_added_and_dumped() {
    with_network(|route, index| {
        let (one, two) =
            (Ipv4Addr::new(192, 0, 2, 0).into(), Ipv4Addr::new(198, 51, 100, 0).into());
        route
            .execute(route::NEW.create(), ipv4_route(24), |it| {
                it.put(Route::DST, one).put(Route::GATEWAY, ip(2)).put(Route::PRIORITY, 50);
            })
            .unwrap();
        let hop = |hops| MultipathNextHop { index, hops, ..Default::default() };
        route
            .execute(route::NEW.create(), ipv4_route(24), |it| {
                it.put(Route::DST, two);
                it.records(Route::MULTIPATH, |hops| {
                    for (last, weight) in [(2, 0), (3, 1)] {
                        hops.push(hop(weight), |hop| {
                            hop.put(Route::GATEWAY, ip(last));
                        });
                    }
                });
            })
            .unwrap();
        let mut seen = 0;
        let main = |it: &mut barelink_codec::Writer<'_, Route>| {
            it.put(Route::TABLE, RouteTable::MAIN);
        };
        let all = RouteHeader { family: AddressFamily::INET, ..Default::default() };
        let mut routes = route.dump(route::GET, all, main).unwrap();
        while let Some(found) = routes.next().unwrap() {
            let dst = found.get(Route::DST).unwrap();
            if dst == Some(one) {
                seen += 1;
                assert_eq!(found.require(Route::GATEWAY), Ok(ip(2)));
                assert_eq!(found.require(Route::PRIORITY), Ok(50));
            } else if dst == Some(two) {
                seen += 1;
                let hops: Vec<_> = found
                    .require(Route::MULTIPATH)
                    .unwrap()
                    .map(|hop| {
                        let hop = hop.unwrap();
                        (hop.require(Route::GATEWAY).unwrap(), hop.header.hops, hop.header.index)
                    })
                    .collect();
                assert_eq!(hops, [(ip(2), 0, index), (ip(3), 1, index)]);
            }
        }
        assert_eq!(seen, 2);
    });
}

#[test]
fn nexthop_groups_are_created_and_a_missing_member_rejected() {
    with_network(|route, index| {
        let v4 = NextHopHeader { family: AddressFamily::INET, ..Default::default() };
        for (id, last) in [(1, 2), (2, 3)] {
            route
                .execute(nexthop::NEW.create(), v4, |hop| {
                    hop.put(NextHop::ID, id).put(NextHop::OIF, index as u32);
                    hop.put(NextHop::GATEWAY, ip(last));
                })
                .unwrap();
        }
        let without_family =
            route.execute(nexthop::NEW.create(), NextHopHeader::default(), |hop| {
                hop.put(NextHop::ID, 3).put(NextHop::OIF, index as u32);
            });
        assert_eq!(kernel_error(without_family).errno(), Errno::INVAL);
        let group = |route: &mut Connection<'_>, id: u32, members: [u32; 2]| {
            let members = members.map(|id| NextHopGroupMember { id, ..Default::default() });
            route.execute(nexthop::NEW.create(), NextHopHeader::default(), |hop| {
                hop.put(NextHop::ID, id).put(NextHop::GROUP, &members);
            })
        };
        group(route, 10, [1, 2]).unwrap();
        let missing = kernel_error(group(route, 11, [1, 99]));
        assert_eq!(missing.errno(), Errno::INVAL);
        assert!(!missing.text().is_empty());
        let mut ids = vec![];
        let mut hops = route.dump(nexthop::GET, NextHopHeader::default(), |_| {}).unwrap();
        while let Some(hop) = hops.next().unwrap() {
            ids.push(hop.require(NextHop::ID).unwrap());
        }
        assert_eq!(ids, [1, 2, 10]);
    });
}

#[test]
fn a_fib_lookup_is_one_reply_without_ack() {
    in_namespace(|| {
        let mut buffer = [0; ROOM];
        connect(&mut buffer).execute(link::SET, up(1), |_| {}).unwrap();
        let mut buffer = [0; 256];
        let mut fib = Connection::open(Protocol::FIB_LOOKUP, &mut buffer).unwrap();
        let ask = |fib: &mut Connection<'_>, addr| {
            let question =
                FibLookup { addr, max_scope: RouteScope::UNIVERSE, ..Default::default() };
            fib.request_one(fib_lookup::LOOKUP, question, |_| {}).unwrap().header
        };
        for _ in 0..2 {
            let found = ask(&mut fib, Ipv4Addr::LOCALHOST);
            assert_eq!((found.error, found.prefix_len), (0, 32));
            assert_eq!((found.route_type, found.scope), (RouteType::LOCAL, RouteScope::HOST));
            assert!(matches!(found.table, RouteTable::LOCAL | RouteTable::MAIN));
        }
        assert!(ask(&mut fib, Ipv4Addr::new(192, 0, 2, 1)).error < 0);
    });
}
