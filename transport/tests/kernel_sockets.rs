//! Foreign senders, buffers, monitors, and user sockets, on the running kernel.

mod common;

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use barelink_codec::Messages;
use barelink_codec::message::MessageType;
use barelink_codec::rtnl::addr::{self, Addr};
use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_transport::{
    Connection, ConnectionStats, Deadline, Errno, Error, KERNEL, Monitor, MonitorEvent, Protocol,
    Socket, SocketBuilder, SocketOption,
};
use common::{drop_capabilities, in_namespace, new_namespace};

use common::links::*;

// Foreign senders, buffers, monitors

#[test]
fn a_monitor_drops_and_counts_foreign_datagrams() {
    in_namespace(|| {
        let socket = Socket::open(Protocol::ROUTE).unwrap();
        socket.join(1).unwrap();
        let port = socket.local_port().unwrap();
        let mut buffer = [0; 16384];
        let mut monitor = Monitor::with_channel(socket, &mut buffer);
        let foreign = Socket::open(Protocol::ROUTE).unwrap();
        let mut forged = [0; 64];
        let forged = link::NEW.build(&mut forged, 0, header(4711), |_| {}).unwrap();
        foreign.send_to(forged, port, 0).unwrap(); // as root
        let mut other = [0; ROOM];
        make(&mut connect(&mut other), "ifb0", "ifb").unwrap();
        let MonitorEvent::Message { message, .. } = monitor.next(soon()).unwrap() else { panic!() };
        assert_eq!(message.read(link::NEW).header.index, 2);
        assert_eq!(monitor.foreign(), 1);
    });
}

#[test]
fn an_opened_monitor_refuses_other_senders() {
    in_namespace(|| {
        let mut buffer = [0; 16384];
        let monitor = Monitor::open(Protocol::ROUTE, &[1], &mut buffer).unwrap();
        let port = monitor.channel().local_port().unwrap();
        let foreign = Socket::open(Protocol::ROUTE).unwrap();
        let result = foreign.send_to(&[0; 16], port, 0);
        assert_eq!(result, Err(Error::Socket { call: "send", errno: Errno::CONNREFUSED }));
    });
}

#[test]
fn a_connection_drops_and_counts_foreign_datagrams() {
    in_namespace(|| {
        let socket = Socket::open(Protocol::ROUTE).unwrap();
        let port = socket.local_port().unwrap();
        let mut buffer = [0; ROOM];
        let mut route = Connection::with_channel(socket, &mut buffer).unwrap();
        let foreign = Socket::open(Protocol::ROUTE).unwrap();
        // A forged acknowledgement with the right sequence number.
        foreign.send_to(&common::fake::ack(1, port, 20), port, 0).unwrap();
        let gone = route.execute(link::DEL, header(9999), |_| {});
        assert_eq!(kernel_error(gone).errno(), Errno::NODEV);
        assert_eq!(route.stats().foreign, 1);
    });
}

#[test]
fn opening_leaves_the_socket_buffers_at_their_defaults() {
    in_namespace(|| {
        let plain = Socket::open(Protocol::ROUTE).unwrap();
        let (mut buffer, mut events) = ([0; 1024], [0; 1024]);
        let route = connect(&mut buffer);
        let monitor = Monitor::open(Protocol::ROUTE, &[1], &mut events).unwrap();
        for socket in [route.channel(), monitor.channel()] {
            assert_eq!(socket.receive_buffer(), plain.receive_buffer());
            assert_eq!(socket.send_buffer(), plain.send_buffer());
        }
    });
}

#[test]
fn a_monitor_reports_the_group_and_one_overrun() {
    in_namespace(|| {
        let (mut buffer, mut events) = ([0; ROOM], [0; 16384]);
        let mut route = connect(&mut buffer);
        let mut monitor = Monitor::open(Protocol::ROUTE, &[1], &mut events).unwrap();
        let changes = monitor.channel().receive_buffer().unwrap() as u32 / 512;
        for number in 0..changes {
            route
                .execute(link::SET, header(1), |link| {
                    link.put(Link::MTU, 10_000 + number);
                })
                .unwrap();
        }
        let (mut overruns, mut received) = (0, 0);
        loop {
            match monitor.next(Some(Duration::ZERO)) {
                Ok(MonitorEvent::Overrun) => overruns += 1,
                Ok(MonitorEvent::Message { group, .. }) => {
                    assert_eq!(group, Some(1));
                    received += 1;
                }
                Ok(other) => panic!("{other:?}"),
                Err(error) => break assert_eq!(error, Error::TimedOut),
            }
        }
        assert_eq!(overruns, 1);
        assert!(received > 10 && received < changes, "{received}");
        route.execute(link::SET, up(1), |_| {}).unwrap();
        assert!(matches!(monitor.next(soon()), Ok(MonitorEvent::Message { .. })));
    });
}

#[test]
fn a_nonblocking_monitor_without_timeout_does_not_wait() {
    in_namespace(|| {
        let mut events = [0; 16384];
        let mut monitor = Monitor::open(Protocol::ROUTE, &[1], &mut events).unwrap();
        monitor.channel().set_nonblocking(true).unwrap();
        // The thread ends the wait of a failing test.
        let mut buffer = [0; ROOM];
        let mut route = connect(&mut buffer);
        std::thread::scope(|scope| {
            scope.spawn(move || {
                std::thread::sleep(Duration::from_secs(1));
                let _ = route.execute(link::SET, up(1), |_| {});
            });
            assert!(matches!(monitor.next(None), Err(Error::WouldBlock)));
        });
    });
}

#[test]
fn a_monitor_with_listen_all_nsid_has_no_nsid_for_its_own() {
    in_namespace(|| {
        // Notifications of namespaces without an identifier here do not arrive.
        let (mut buffer, mut events) = ([0; ROOM], [0; 16384]);
        let mut monitor = Monitor::open(Protocol::ROUTE, &[1], &mut events).unwrap();
        monitor.channel().set(SocketOption::LISTEN_ALL_NSID, true).unwrap();
        let mut route = connect(&mut buffer);
        route.execute(link::SET, up(1), |_| {}).unwrap();
        let MonitorEvent::Message { nsid, group, .. } = monitor.next(soon()).unwrap() else {
            panic!()
        };
        assert_eq!((nsid, group), (None, Some(1)));
    });
}

#[test]
fn small_buffers_report_the_needed_length() {
    in_namespace(|| {
        let mut tiny = [0; 4];
        let error = connect(&mut tiny).get(link::GET, header(1), |_| {}).err();
        assert!(matches!(error, Some(Error::Codec(barelink_codec::Error::Full { needed: 68 }))));
        let mut small = [0; 64];
        let error = connect(&mut small).get(link::GET, header(1), |_| {}).err();
        assert!(matches!(error, Some(Error::Codec(barelink_codec::Error::Full { needed: 68 }))));
        let mut short = [0; 128];
        let mut route = connect(&mut short);
        let error = route.get(link::GET, header(1), |_| {}).err();
        assert!(
            matches!(error, Some(Error::DatagramTruncated { room: 96, needed: 500.. })),
            "{error:?}"
        );
        // The acknowledgement was not truncated.
        let start = Instant::now();
        assert_eq!(
            kernel_error(route.execute(link::DEL, header(9999), |_| {})).errno(),
            Errno::NODEV
        );
        let error = route.dump(link::GET, header(0), |_| {}).unwrap().finish();
        assert!(matches!(error, Err(Error::DatagramTruncated { .. })), "{error:?}");
        assert_eq!(
            kernel_error(route.execute(link::DEL, header(9999), |_| {})).errno(),
            Errno::NODEV
        );
        assert!(start.elapsed() < Duration::from_secs(4));

        let mut monitor = [0; 64];
        let mut monitor = Monitor::open(Protocol::ROUTE, &[1], &mut monitor).unwrap();
        let mut buffer = [0; ROOM];
        make(&mut connect(&mut buffer), "ifb0", "ifb").unwrap();
        assert!(matches!(
            monitor.next(soon()),
            Ok(MonitorEvent::DatagramTruncated { needed: 500.. })
        ));
    });
}

#[test]
fn a_4_kib_buffer_dumps_five_hundred_addresses() {
    in_namespace(|| {
        let mut buffer = [0; 4096];
        let mut route = connect(&mut buffer);
        let one = |number: u16| IpAddr::V4(Ipv4Addr::new(10, 1, (number >> 8) as u8, number as u8));
        let mut added = 0;
        while added < 500 {
            let fill = |batch: &mut barelink_transport::Requests<'_>| {
                (added..500.min(added + 50)).try_for_each(|number| {
                    batch.push(addr::NEW.create(), inet(1, 32), |addr| {
                        addr.put(Addr::LOCAL, one(number));
                    })
                })
            };
            let mut done = 0;
            route
                .batch(fill, |index, result| {
                    result.unwrap_or_else(|error| panic!("{index}: {error}"));
                    done += 1;
                })
                .unwrap();
            added += done;
        }
        let mut addresses = route.dump(addr::GET, inet(0, 0), |_| {}).unwrap();
        let mut found = std::collections::BTreeSet::new();
        while let Some(address) = addresses.next().unwrap() {
            assert!(found.insert(address.require(Addr::LOCAL).unwrap()), "duplicate address");
        }
        assert_eq!(found, (0..500).map(one).collect());
    });
}

#[test]
fn threads_with_own_connections_do_not_interfere() {
    in_namespace(|| {
        let threads: Vec<_> = (0..2)
            .map(|thread| {
                std::thread::spawn(move || {
                    let mut buffer = vec![0; ROOM];
                    let mut route = connect(&mut buffer);
                    for round in 0..50 {
                        let name = format!("t{thread}r{round}");
                        make(&mut route, &name, "ifb").unwrap();
                        assert!(names(&mut route).contains(&name));
                        let index = index(&mut route, &name).unwrap();
                        route.execute(link::DEL, header(index), |_| {}).unwrap();
                    }
                    assert_eq!(route.stats(), ConnectionStats::default());
                })
            })
            .collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
}

#[test]
fn sockets_connections_and_errors_are_send() {
    fn is_send<T: Send>() {}
    is_send::<Socket>();
    is_send::<Connection<'static>>();
    is_send::<Monitor<'static>>();
    is_send::<barelink_transport::Replies<'static, 'static, LinkHeader, Link>>();
    is_send::<Error>();
    is_send::<barelink_codec::Parsed<'static, LinkHeader, Link>>();
}

#[test]
fn a_truncated_reply_is_not_waited_for_again() {
    in_namespace(|| {
        let mut buffer = [0; 80];
        let mut route = connect(&mut buffer);
        let mut answer = route
            .request(link::SET, header(1), |link| {
                link.put(Link::MTU.cast::<u16>(), 1400);
            })
            .unwrap();
        let start = Instant::now();
        assert!(matches!(
            answer.next().err(),
            Some(Error::DatagramTruncated { room: 40, needed: 41.. })
        ));
        assert_eq!(answer.next().err(), Some(Error::TimedOut));
        assert!(start.elapsed() < Duration::from_secs(4));
    });
}

#[test]
fn an_unbound_socket_is_bound_by_its_first_request() {
    in_namespace(|| {
        let fd = rustix::net::socket(
            rustix::net::AddressFamily::NETLINK,
            rustix::net::SocketType::RAW,
            None,
        );
        let socket = Socket::adopt(fd.unwrap(), Protocol::ROUTE).unwrap();
        assert_eq!(socket.local_port(), Ok(0));
        let mut buffer = [0; ROOM];
        let mut route = Connection::with_channel(socket, &mut buffer).unwrap();
        assert_eq!(names(&mut route), ["lo"]);
        assert_eq!(names(&mut route), ["lo"]);
    });
}

#[test]
fn a_connection_works_over_a_nonblocking_socket() {
    in_namespace(|| {
        let socket = SocketBuilder::new().nonblocking().open(Protocol::ROUTE).unwrap();
        let mut buffer = [0; ROOM];
        let mut route = Connection::with_channel(socket, &mut buffer).unwrap();
        assert_eq!(names(&mut route), ["lo"]);
        make(&mut route, "ifb0", "ifb").unwrap();
    });
}

// User sockets

barelink_codec::attributes! {
    /// Attributes of the test's own protocol.
    Greeting "" {
        /// Text.
        1 => WORDS: barelink_codec::value::Text<63>,
    }
}

const GREET: MessageType<(), Greeting> = MessageType::new(16);

#[test]
fn user_sockets_exchange_requests_and_replies() {
    in_namespace(|| {
        let (here, there) =
            (Socket::open(Protocol::USERSOCK).unwrap(), Socket::open(Protocol::USERSOCK).unwrap());
        let port = there.local_port().unwrap();
        here.connect(port, 0).unwrap();
        let server = std::thread::spawn(move || {
            drop_capabilities(); // user sockets take none
            let mut buffer = [0; 256];
            for _ in 0..2 {
                let deadline = soon().map(Deadline::after);
                let received = there.receive_by(&mut buffer, deadline).unwrap();
                let message = Messages::new(&buffer[..received.len]).next().unwrap().unwrap();
                let words = message.parse(GREET).unwrap().require(Greeting::WORDS).unwrap();
                let answer = format!("{words}, too");
                let seq = message.seq;
                let mut reply = [0; 256];
                let reply = GREET.build(&mut reply, seq, (), |greeting| {
                    greeting.put(Greeting::WORDS, &answer);
                });
                there.send_to(reply.unwrap(), received.from, 0).unwrap();
            }
        });
        let mut buffer = [0; 512];
        let mut peer = Connection::with_channel(here, &mut buffer).unwrap().to_peer(port);
        for words in ["hello", "and good day"] {
            let answer = peer.request_one(GREET, (), |greeting| {
                greeting.put(Greeting::WORDS, words);
            });
            let answer = answer.unwrap().require(Greeting::WORDS).unwrap().to_string();
            assert_eq!(answer, format!("{words}, too"));
        }
        server.join().unwrap();
    });
}

#[test]
fn a_silent_peer_times_out() {
    in_namespace(|| {
        let (here, there) =
            (Socket::open(Protocol::USERSOCK).unwrap(), Socket::open(Protocol::USERSOCK).unwrap());
        let port = there.local_port().unwrap();
        here.connect(port, 0).unwrap();
        let mut buffer = [0; 8192];
        let mut peer = Connection::with_channel(here, &mut buffer).unwrap().to_peer(port);
        peer.set_timeout(Some(Duration::from_millis(40)));
        let start = Instant::now();
        let send = |peer: &mut Connection<'_>| {
            peer.execute(GREET, (), |greeting| {
                greeting.put_raw(2, &[0; 4096]);
            })
        };
        assert_eq!(send(&mut peer), Err(Error::TimedOut));
        let took = start.elapsed();
        assert!(took >= Duration::from_millis(40) && took < Duration::from_secs(2), "{took:?}");

        // A peer with a full receive buffer does not block the sender longer.
        let start = Instant::now();
        for _ in 0..50 {
            assert_eq!(send(&mut peer), Err(Error::TimedOut));
        }
        assert!(start.elapsed() < Duration::from_secs(8));

        drop(there);
        let gone = Error::Socket { call: "send", errno: Errno::CONNREFUSED };
        assert_eq!(send(&mut peer), Err(gone));
        assert!(gone.to_string().contains("no socket has that port"), "{gone}");
    });
}

#[test]
fn a_port_in_another_namespace_is_unreachable() {
    in_namespace(|| {
        let here = Socket::open(Protocol::USERSOCK).unwrap();
        let port = here.local_port().unwrap();
        new_namespace().unwrap();
        let there = Socket::open(Protocol::USERSOCK).unwrap();
        if there.local_port() == Ok(port) {
            return; // the kernel chose the same port there
        }
        let gone = Error::Socket { call: "send", errno: Errno::CONNREFUSED };
        assert_eq!(there.send_to(b"hello", port, KERNEL), Err(gone));
    });
}
