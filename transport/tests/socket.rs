//! Sockets, against the running kernel.

mod common;

use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use barelink_transport::{
    Deadline, Errno, Error, Instruction, IoSlice, KERNEL, PollFlags, Protocol, Received, Socket,
    SocketBuilder, SocketOption,
};
use common::{
    drop_capabilities, dump_links, in_namespace, kind, loopback_up, message, new_namespace,
};

/// Deadline for what has to arrive.
fn soon() -> Option<Deadline> {
    Some(Deadline::after(Duration::from_secs(5)))
}

fn user() -> Socket {
    Socket::open(Protocol::USERSOCK).unwrap()
}

fn route() -> Socket {
    Socket::open(Protocol::ROUTE).unwrap()
}

fn errno<T: std::fmt::Debug>(result: Result<T, Error>) -> Errno {
    match result {
        Err(Error::Socket { errno, .. }) => errno,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_socket_gets_its_own_port() {
    in_namespace(|| {
        let (one, other) = (user(), user());
        assert_ne!(one.local_port().unwrap(), KERNEL);
        assert_ne!(other.local_port().unwrap(), KERNEL);
        assert_ne!(one.local_port().unwrap(), other.local_port().unwrap());
    });
}

#[test]
fn a_chosen_port_is_exclusive() {
    in_namespace(|| {
        let one = SocketBuilder::new().port(0x1234).open(Protocol::USERSOCK).unwrap();
        assert_eq!(one.local_port().unwrap(), 0x1234);
        let again = SocketBuilder::new().port(0x1234).open(Protocol::USERSOCK);
        assert_eq!(again.unwrap_err(), Error::PortInUse { port: 0x1234 });
        drop(one);
        SocketBuilder::new().port(0x1234).open(Protocol::USERSOCK).unwrap();
    });
}

#[test]
fn two_protocols_may_use_the_same_port() {
    in_namespace(|| {
        let _one = SocketBuilder::new().port(77).open(Protocol::USERSOCK).unwrap();
        SocketBuilder::new().port(77).open(Protocol::ROUTE).unwrap();
    });
}

#[test]
fn a_bound_port_is_final() {
    in_namespace(|| {
        let socket = SocketBuilder::new().port(7).open(Protocol::USERSOCK).unwrap();
        assert_eq!(errno(socket.bind(8, 0)), Errno::INVAL);
        socket.bind(7, 0).unwrap();
        socket.bind(0, 0).unwrap();
        assert_eq!(socket.local_port().unwrap(), 7);
    });
}

#[test]
fn datagram_sockets_work_like_raw_ones() {
    in_namespace(|| {
        let socket = SocketBuilder::new().datagram().open(Protocol::ROUTE).unwrap();
        socket.send(&dump_links()).unwrap();
        let mut buffer = [0; 8192];
        let received = socket.receive_by(&mut buffer, soon()).unwrap();
        assert_eq!(kind(&buffer[..received.len]), 16);
    });
}

#[test]
fn a_protocol_that_the_kernel_lacks_is_reported() {
    let error = Socket::open(Protocol(31)).unwrap_err();
    assert_eq!(error, Error::Socket { call: "socket", errno: Errno::PROTONOSUPPORT });
    assert!(error.to_string().contains("the kernel lacks the protocol"), "{error}");
}

#[test]
fn sockets_are_close_on_exec() {
    let flags = rustix::io::fcntl_getfd(user()).unwrap();
    assert!(flags.contains(rustix::io::FdFlags::CLOEXEC));
}

#[test]
fn a_socket_reports_its_protocol() {
    assert_eq!(route().protocol().unwrap(), Protocol::ROUTE);
    assert_eq!(user().protocol().unwrap(), Protocol::USERSOCK);
}

#[test]
fn an_open_socket_can_be_adopted() {
    in_namespace(|| {
        let first = SocketBuilder::new().port(9).open(Protocol::USERSOCK).unwrap();
        let adopted = Socket::adopt(OwnedFd::from(first), Protocol::USERSOCK).unwrap();
        assert_eq!(adopted.local_port().unwrap(), 9);
    });
}

#[test]
fn an_adopted_socket_without_a_port_can_be_bound() {
    in_namespace(|| {
        use rustix::net::{AddressFamily, SocketType, netlink, socket};
        let fd = socket(AddressFamily::NETLINK, SocketType::RAW, Some(netlink::USERSOCK)).unwrap();
        let adopted = Socket::adopt(fd, Protocol::USERSOCK).unwrap();
        assert_eq!(adopted.local_port().unwrap(), 0);
        adopted.bind(12, 0).unwrap();
        assert_eq!(adopted.local_port().unwrap(), 12);
    });
}

#[test]
fn only_a_netlink_socket_of_the_right_protocol_is_adopted() {
    let generic = OwnedFd::from(Socket::open(Protocol::GENERIC).unwrap());
    assert_eq!(errno(Socket::adopt(generic, Protocol::ROUTE)), Errno::PROTOTYPE);
    let udp = OwnedFd::from(std::net::UdpSocket::bind("127.0.0.1:0").unwrap());
    assert_eq!(errno(Socket::adopt(udp, Protocol::ROUTE)), Errno::AFNOSUPPORT);
    let file = OwnedFd::from(std::fs::File::open("/dev/null").unwrap());
    let error = Socket::adopt(file, Protocol::ROUTE).unwrap_err();
    assert!(error.to_string().contains("not a netlink socket"), "{error}");
}

#[test]
fn groups_above_32_are_joined_listed_and_left() {
    in_namespace(|| {
        let socket = route();
        // Group 33 exists since Linux 5.10.
        for group in [1, 5, 32, 33] {
            socket.join(group).unwrap();
        }
        let mut words = [0xffff_ffff; 4];
        assert_eq!(socket.groups(&mut words).unwrap().collect::<Vec<_>>(), [1, 5, 32, 33]);
        socket.leave(5).unwrap();
        socket.leave(32).unwrap();
        assert_eq!(socket.groups(&mut words).unwrap().collect::<Vec<_>>(), [1, 33]);
    });
}

#[test]
fn a_short_list_of_groups_reports_the_needed_length() {
    in_namespace(|| {
        let socket = route();
        socket.join(33).unwrap();
        assert_eq!(
            socket.groups(&mut [0; 1]).unwrap_err(),
            Error::DatagramTruncated { needed: 8, room: 4 }
        );
    });
}

#[test]
fn a_socket_in_no_group_lists_none() {
    assert_eq!(user().groups(&mut [0; 4]).unwrap().count(), 0);
}

#[test]
fn unknown_groups_are_rejected() {
    in_namespace(|| {
        let socket = route();
        for group in [0, 60, 1000, u32::MAX] {
            let error = socket.join(group).unwrap_err();
            assert_eq!(error, Error::Socket { call: "join", errno: Errno::INVAL });
            assert!(error.to_string().contains("no such multicast group"), "{error}");
            assert!(socket.leave(group).is_err());
        }
    });
}

#[test]
fn a_group_mask_on_opening_joins_groups_up_to_32() {
    in_namespace(|| {
        let socket = SocketBuilder::new().groups(0x8000_0001).open(Protocol::ROUTE).unwrap();
        assert_eq!(socket.groups(&mut [0; 4]).unwrap().collect::<Vec<_>>(), [1, 32]);
        socket.bind(0, 0b10).unwrap();
        assert_eq!(socket.groups(&mut [0; 4]).unwrap().collect::<Vec<_>>(), [2]);
    });
}

#[test]
fn options_are_off_by_default_and_after_reset() {
    in_namespace(|| {
        let socket = route();
        for option in [
            SocketOption::PKTINFO,
            SocketOption::BROADCAST_ERROR,
            SocketOption::NO_ENOBUFS,
            SocketOption::LISTEN_ALL_NSID,
            SocketOption::CAP_ACK,
            SocketOption::EXT_ACK,
            SocketOption::GET_STRICT_CHK,
        ] {
            match socket.get(option) {
                Ok(on) => assert!(!on, "{option:?}"),
                Err(Error::Socket { errno: Errno::NOPROTOOPT, .. }) => {
                    println!("skipped: the kernel does not report {option:?}");
                    continue;
                }
                other => panic!("{option:?}: {other:?}"),
            }
            socket.set(option, true).unwrap();
            assert!(socket.get(option).unwrap(), "{option:?}");
            socket.set(option, false).unwrap();
            assert!(!socket.get(option).unwrap(), "{option:?}");
        }
        assert!(!socket.pass_credentials().unwrap());
        socket.set_pass_credentials(true).unwrap();
        assert!(socket.pass_credentials().unwrap());
    });
}

#[test]
fn an_unknown_option_is_enoprotoopt() {
    let unknown = SocketOption(999);
    assert_eq!(errno(user().set(unknown, true)), Errno::NOPROTOOPT);
    assert_eq!(errno(user().get(unknown)), Errno::NOPROTOOPT);
}

#[test]
fn buffers_are_raised_but_never_lowered() {
    in_namespace(|| {
        let socket = route();
        let before = socket.receive_buffer().unwrap();
        assert_eq!(socket.raise_receive_buffer(4096).unwrap(), before);
        assert_eq!(socket.raise_receive_buffer(0).unwrap(), before);
        assert_eq!(socket.receive_buffer().unwrap(), before);
        let now = socket.raise_receive_buffer(before + 1001).unwrap();
        assert!(now > before);
        assert_eq!(socket.receive_buffer().unwrap(), now);

        let before = socket.send_buffer().unwrap();
        assert_eq!(socket.raise_send_buffer(4096).unwrap(), before);
        assert!(socket.raise_send_buffer(before + 1001).unwrap() > before);
    });
}

#[test]
fn with_capabilities_a_buffer_may_exceed_the_limit() {
    in_namespace(|| {
        let bytes = 64 << 20;
        let socket = route();
        match socket.raise_receive_buffer(bytes) {
            Ok(now) if now >= bytes => {}
            other => eprintln!("skipped: no capability to exceed the limit ({other:?})"),
        }
    });
}

#[test]
fn without_capabilities_a_raised_buffer_is_not_lowered() {
    in_namespace(|| {
        let socket = route();
        let before = socket.raise_receive_buffer(64 << 20).unwrap();
        drop_capabilities();
        assert_eq!(socket.raise_receive_buffer(128 << 20).unwrap(), before);
        let other = route();
        let plain = other.receive_buffer().unwrap();
        assert!(other.raise_receive_buffer(128 << 20).unwrap() >= plain);
    });
}

#[test]
fn peek_len_returns_the_next_datagrams_length() {
    in_namespace(|| {
        let (here, there) = (user(), user());
        let port = here.local_port().unwrap();
        there.send_to(&[7; 1234], port, 0).unwrap();
        there.send_to(&[8; 5], port, 0).unwrap();
        assert_eq!(here.peek_len().unwrap(), 1234);
        assert_eq!(here.peek_len().unwrap(), 1234);
        assert_eq!(here.receive(&mut [0; 1234]).unwrap().len, 1234);
        assert_eq!(here.peek_len().unwrap(), 5);
    });
}

#[test]
fn a_truncated_datagram_reports_its_length() {
    in_namespace(|| {
        let (here, there) = (user(), user());
        let port = here.local_port().unwrap();
        for room in [64, 4, 0] {
            there.send_to(&[7; 100], port, 0).unwrap();
            there.send_to(&[8; 4], port, 0).unwrap();
            let mut buffer = vec![0; room];
            let truncated = here.receive_by(&mut buffer, soon()).unwrap_err();
            assert_eq!(truncated, Error::DatagramTruncated { needed: 100, room });
            let mut buffer = [0; 4];
            assert_eq!(here.receive_by(&mut buffer, soon()).unwrap().len, 4);
            assert_eq!(buffer, [8; 4]);
        }
    });
}

#[test]
fn a_truncated_reply_has_the_peeked_length() {
    in_namespace(|| {
        let socket = route();
        for room in [64, 4] {
            socket.send(&dump_links()).unwrap();
            let needed = socket.peek_len().unwrap();
            assert!(needed > 64);
            let truncated = socket.receive(&mut vec![0; room]).unwrap_err();
            assert_eq!(truncated, Error::DatagramTruncated { needed, room });
            socket.set_nonblocking(true).unwrap();
            while socket.receive(&mut [0; 8192]).is_ok() {}
            socket.set_nonblocking(false).unwrap();
        }
    });
}

#[test]
fn an_empty_datagram_is_received() {
    in_namespace(|| {
        let (here, there) = (user(), user());
        let port = here.local_port().unwrap();
        match there.send_to(&[], port, 0) {
            Ok(()) => {
                assert_eq!(here.peek_len().unwrap(), 0);
                let received = here.receive_by(&mut [0; 8], soon()).unwrap();
                assert_eq!((received.len, received.from), (0, there.local_port().unwrap()));
            }
            Err(error) => {
                assert_eq!(errno::<()>(Err(error)), Errno::NODATA);
                eprintln!("skipped: the kernel sends no empty datagrams");
            }
        }
        there.send_to(&[1], port, 0).unwrap();
        assert_eq!(here.receive_by(&mut [0; 8], soon()).unwrap().len, 1);
    });
}

#[test]
fn a_nonblocking_socket_without_data_is_would_block() {
    in_namespace(|| {
        let socket = SocketBuilder::new().nonblocking().open(Protocol::USERSOCK).unwrap();
        assert_eq!(socket.receive(&mut [0; 64]).unwrap_err(), Error::WouldBlock);
        assert_eq!(socket.peek_len().unwrap_err(), Error::WouldBlock);
        let other = user();
        other.set_nonblocking(true).unwrap();
        assert_eq!(other.receive(&mut [0; 64]).unwrap_err(), Error::WouldBlock);
    });
}

#[test]
fn waiting_ends_at_the_deadline() {
    in_namespace(|| {
        let socket = user();
        let start = Instant::now();
        let deadline = Some(Deadline::after(Duration::from_millis(40)));
        assert_eq!(socket.wait(PollFlags::IN, deadline).unwrap_err(), Error::TimedOut);
        assert_eq!(socket.receive_by(&mut [0; 64], deadline).unwrap_err(), Error::TimedOut);
        let took = start.elapsed();
        assert!(took >= Duration::from_millis(40) && took < Duration::from_secs(4), "{took:?}");
    });
}

#[test]
fn queued_datagrams_are_received_after_the_deadline() {
    in_namespace(|| {
        let (here, there) = (user(), user());
        there.send_to(&[1; 8], here.local_port().unwrap(), 0).unwrap();
        let passed = Deadline::after(Duration::ZERO);
        assert!(passed.has_passed());
        assert_eq!(here.wait(PollFlags::IN, Some(passed)).unwrap(), PollFlags::IN);
        assert_eq!(here.receive_by(&mut [0; 8], Some(passed)).unwrap().len, 8);
    });
}

#[test]
fn a_datagram_ends_the_wait_before_the_deadline() {
    in_namespace(|| {
        let (here, there) = (user(), user());
        let port = here.local_port().unwrap();
        let sender = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(30));
            there.send_to(&[1; 8], port, 0).unwrap();
        });
        let never = Some(Deadline::after(Duration::MAX));
        assert_eq!(here.receive_by(&mut [0; 8], never).unwrap().len, 8);
        sender.join().unwrap();
    });
}

#[test]
fn an_overrun_is_reported_once_then_messages_follow() {
    in_namespace(|| {
        let here = SocketBuilder::new().nonblocking().groups(1).open(Protocol::USERSOCK).unwrap();
        let there = user();
        let size = 4096;
        for _ in 0..here.receive_buffer().unwrap() / size + 10 {
            // USERSOCK has no receiver in the kernel: ECONNREFUSED, after delivery to the group.
            assert_eq!(errno(there.send_to(&vec![7; size], KERNEL, 1)), Errno::CONNREFUSED);
        }
        assert!(here.wait(PollFlags::IN, soon()).unwrap().contains(PollFlags::ERR));
        let mut buffer = vec![0; size];
        assert_eq!(here.receive(&mut buffer).unwrap_err(), Error::Overrun);
        let mut count = 0;
        while let Ok(received) = here.receive(&mut buffer) {
            assert_eq!(received.len, size);
            count += 1;
        }
        assert!(count > 0);
        assert_eq!(here.receive(&mut buffer).unwrap_err(), Error::WouldBlock);

        let _ = there.send_to(&[1; 8], KERNEL, 1);
        assert_eq!(here.receive(&mut buffer).unwrap().len, 8);
    });
}

#[test]
fn with_no_enobufs_an_overrun_is_unreported() {
    in_namespace(|| {
        let here = SocketBuilder::new().nonblocking().groups(1).open(Protocol::USERSOCK).unwrap();
        here.set(SocketOption::NO_ENOBUFS, true).unwrap();
        let there = user();
        for _ in 0..here.receive_buffer().unwrap() / 4096 + 10 {
            let _ = there.send_to(&[7; 4096], KERNEL, 1);
        }
        assert_eq!(here.receive(&mut [0; 4096]).unwrap().len, 4096);
    });
}

#[test]
fn the_send_timeout_limits_a_blocked_send() {
    in_namespace(|| {
        let (here, there) = (user(), user());
        let port = here.local_port().unwrap();
        there.set_send_timeout(Some(Duration::from_millis(20))).unwrap();
        let start = Instant::now();
        let error = loop {
            if let Err(error) = there.send_to(&[7; 4096], port, 0) {
                break error;
            }
        };
        assert_eq!(error, Error::WouldBlock);
        assert!(start.elapsed() < Duration::from_secs(4));
        assert_eq!(here.receive(&mut [0; 4096]).unwrap().len, 4096);
    });
}

#[test]
fn a_stopped_and_continued_sender_keeps_its_deadline() {
    const NAME: &str = "a_stopped_and_continued_sender_keeps_its_deadline";
    const SENDS: &str = "BARELINK_TEST_SENDS";
    if std::env::var_os(SENDS).is_none() {
        // A process of its own, as SIGSTOP stops all threads.
        let mut sender = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", NAME])
            .env(SENDS, "")
            .spawn()
            .unwrap();
        for signal in ["-STOP", "-CONT"].iter().cycle().take(60) {
            std::thread::sleep(Duration::from_millis(50));
            let id = sender.id().to_string();
            std::process::Command::new("kill").args([signal, &id[..]]).status().unwrap();
        }
        assert!(sender.wait().unwrap().success());
        return;
    }
    in_namespace(|| {
        let (here, there) = (user(), user());
        there.connect(here.local_port().unwrap(), 0).unwrap();
        there.set_nonblocking(true).unwrap();
        while there.send(&[7; 4096]).is_ok() {}
        there.set_nonblocking(false).unwrap();
        let start = Instant::now();
        let deadline = Some(Deadline::after(Duration::from_millis(400)));
        assert_eq!(there.send_by(&[7; 4096], deadline), Err(Error::TimedOut));
        let took = start.elapsed();
        assert!(took < Duration::from_millis(1500), "{took:?}");
    });
}

#[test]
fn user_sockets_exchange_datagrams_with_sender_ports() {
    in_namespace(|| {
        let here = SocketBuilder::new().port(100).open(Protocol::USERSOCK).unwrap();
        let there = SocketBuilder::new().port(200).open(Protocol::USERSOCK).unwrap();
        there.connect(100, 0).unwrap();
        assert_eq!(there.peer().unwrap(), (100, 0));
        there.send(b"ping").unwrap();
        let mut buffer = [0; 16];
        let received = here.receive_by(&mut buffer, soon()).unwrap();
        assert_eq!(received, Received { len: 4, from: 200, ..Received::default() });
        assert!(!received.is_from_kernel());
        here.send_to(b"pong", received.from, 0).unwrap();
        assert_eq!(there.receive_by(&mut buffer, soon()).unwrap().from, 100);
        assert_eq!(&buffer[..4], b"pong");
    });
}

#[test]
fn send_vectored_sends_one_datagram() {
    in_namespace(|| {
        let (here, there) = (user(), user());
        there.connect(here.local_port().unwrap(), 0).unwrap();
        there
            .send_vectored(&[IoSlice::new(b"one "), IoSlice::new(b""), IoSlice::new(b"two")])
            .unwrap();
        let mut buffer = [0; 16];
        let received = here.receive_by(&mut buffer, soon()).unwrap();
        assert_eq!(&buffer[..received.len], b"one two");
    });
}

#[test]
fn sending_to_an_unused_port_is_econnrefused() {
    in_namespace(|| {
        assert_eq!(errno(user().send_to(b"hello", 4242, 0)), Errno::CONNREFUSED);
    });
}

#[test]
fn a_message_longer_than_the_send_buffer_is_emsgsize() {
    in_namespace(|| {
        let socket = user();
        let longer = vec![0; socket.send_buffer().unwrap() + 1];
        let error = socket.send_to(&longer, 1, 0);
        assert_eq!(errno(error), Errno::MSGSIZE);
    });
}

#[test]
fn a_reply_of_the_kernel_comes_from_port_0() {
    in_namespace(|| {
        let socket = route();
        assert_eq!(socket.peer().unwrap(), (KERNEL, 0));
        socket.send(&dump_links()).unwrap();
        let mut buffer = [0; 8192];
        let received = socket.receive_by(&mut buffer, soon()).unwrap();
        assert!(received.is_from_kernel());
        assert_eq!((received.group, received.nsid, received.credentials), (None, None, None));
        assert_eq!(kind(&buffer[..received.len]), 16);
    });
}

#[test]
fn a_socket_connected_to_the_kernel_refuses_other_senders() {
    in_namespace(|| {
        let (here, there) = (route(), route());
        let port = here.local_port().unwrap();
        there.send_to(b"forged", port, 0).unwrap();
        assert_eq!(here.receive(&mut [0; 64]).unwrap().from, there.local_port().unwrap());
        here.connect(KERNEL, 0).unwrap();
        assert_eq!(errno(there.send_to(b"forged", port, 0)), Errno::CONNREFUSED);
        here.send(&dump_links()).unwrap();
        assert!(here.receive_by(&mut [0; 8192], soon()).unwrap().is_from_kernel());
    });
}

#[test]
fn notifications_report_their_group() {
    in_namespace(|| {
        let (events, requests) = (route(), route());
        events.join(1).unwrap(); // RTNLGRP_LINK
        events.set(SocketOption::PKTINFO, true).unwrap();
        requests.send(&loopback_up()).unwrap();
        let mut buffer = [0; 8192];
        let received = events.receive_by(&mut buffer, soon()).unwrap();
        assert_eq!(kind(&buffer[..received.len]), 16); // NEWLINK
        assert!(received.is_from_kernel());
        assert_eq!((received.groups, received.group), (1, Some(1)));
    });
}

#[test]
fn pktinfo_reports_group_0_for_unicast() {
    in_namespace(|| {
        let (here, there) = (user(), user());
        here.set(SocketOption::PKTINFO, true).unwrap();
        here.join(5).unwrap();
        let port = here.local_port().unwrap();
        there.send_to(b"you", port, 0).unwrap();
        let _ = there.send_to(b"all", KERNEL, 1 << 4);
        let mut buffer = [0; 8];
        let to_port = here.receive_by(&mut buffer, soon()).unwrap();
        assert_eq!((to_port.groups, to_port.group), (0, Some(0)));
        let to_group = here.receive_by(&mut buffer, soon()).unwrap();
        assert_eq!((to_group.groups, to_group.group), (1 << 4, Some(5)));
    });
}

#[test]
fn credentials_have_the_senders_pid() {
    in_namespace(|| {
        let (here, there) = (user(), user());
        here.set_pass_credentials(true).unwrap();
        here.set(SocketOption::PKTINFO, true).unwrap();
        there.send_to(b"hello", here.local_port().unwrap(), 0).unwrap();
        let received = here.receive_by(&mut [0; 8], soon()).unwrap();
        assert_eq!(received.credentials.unwrap().pid, std::process::id());
        assert_eq!(received.group, Some(0));
    });
}

#[test]
fn the_kernels_credentials_have_pid_0() {
    in_namespace(|| {
        let socket = route();
        socket.set_pass_credentials(true).unwrap();
        socket.send(&dump_links()).unwrap();
        let received = socket.receive_by(&mut [0; 8192], soon()).unwrap();
        assert_eq!(received.credentials.unwrap().pid, 0);
    });
}

#[test]
fn notifications_of_another_namespace_carry_its_nsid() {
    in_namespace(|| {
        // The thread's first namespace is the other one, with the identifier 5 in the second.
        let there = route();
        let other = std::fs::File::open("/proc/thread-self/ns/net").unwrap();
        new_namespace().unwrap();
        let here = route();
        let mut body = vec![0; 4]; // rtgenmsg, padded
        body.extend([8, 0, 1, 0]); // NETNSA_NSID
        body.extend(5i32.to_ne_bytes());
        body.extend([8, 0, 3, 0]); // NETNSA_FD
        body.extend(std::os::fd::AsRawFd::as_raw_fd(&other).to_ne_bytes());
        if cfg!(target_endian = "big") {
            for at in [4, 12] {
                body[at..at + 2].reverse();
                body[at + 2..at + 4].reverse();
            }
        }
        here.send(&message(88, 0x005, &body)).unwrap(); // NEWNSID, request|ack
        let mut buffer = [0; 8192];
        here.receive_by(&mut buffer, soon()).unwrap();
        assert_eq!(buffer[16..20], [0; 4], "rejected by the kernel");

        let events = route();
        events.set(SocketOption::LISTEN_ALL_NSID, true).unwrap();
        events.set(SocketOption::PKTINFO, true).unwrap();
        events.set_pass_credentials(true).unwrap();
        events.join(1).unwrap(); // RTNLGRP_LINK
        there.send(&loopback_up()).unwrap();
        let received = events.receive_by(&mut buffer, soon()).unwrap();
        assert_eq!((received.nsid, received.group), (Some(5), Some(1)));
        assert!(received.credentials.is_some());

        here.send(&loopback_up()).unwrap();
        let mut local = events.receive_by(&mut buffer, soon()).unwrap();
        while local.nsid.is_some() {
            local = events.receive_by(&mut buffer, soon()).unwrap(); // more of the other namespace
        }
        assert_eq!(local.group, Some(1));
    });
}

#[test]
fn without_capabilities_sending_to_other_ports_is_eperm() {
    in_namespace(|| {
        let (here, there) = (route(), route());
        let port = here.local_port().unwrap();
        drop_capabilities();
        let error = there.send_to(b"forged", port, 0).unwrap_err();
        assert_eq!(error, Error::Socket { call: "send", errno: Errno::PERM });
        assert!(error.to_string().contains("CAP_NET_ADMIN"), "{error}");
        assert_eq!(errno(there.connect(port, 0)), Errno::PERM);
        there.send(&dump_links()).unwrap();
        assert!(there.receive_by(&mut [0; 8192], soon()).unwrap().is_from_kernel());
    });
}

#[test]
fn a_filter_drops_what_it_does_not_accept() {
    in_namespace(|| {
        let (here, there) = (user(), user());
        here.set_nonblocking(true).unwrap();
        there.connect(here.local_port().unwrap(), 0).unwrap();
        let wanted = 0x1234;
        let instruction = |code, jt, jf, k| Instruction { code, jt, jf, k };
        let program = [
            instruction(0x28, 0, 0, 4), // load the message type
            instruction(0x15, 0, 1, u16::from_be_bytes(u16::to_ne_bytes(wanted)).into()), // is it the wanted one?
            instruction(0x06, 0, 0, u32::MAX), // all of it
            instruction(0x06, 0, 0, 0),        // nothing
        ];
        here.attach_filter(&program).unwrap();
        let mut buffer = [0; 64];
        for kind in [1, wanted, 2] {
            there.send(&message(kind, 0, &[])).unwrap();
        }
        assert_eq!(here.receive(&mut buffer).unwrap().len, 16);
        assert_eq!(kind(&buffer), wanted);
        assert_eq!(here.receive(&mut buffer).unwrap_err(), Error::WouldBlock);

        here.detach_filter().unwrap();
        there.send(&message(1, 0, &[])).unwrap();
        here.receive(&mut buffer).unwrap();
        assert_eq!(kind(&buffer), 1);
    });
}

#[test]
fn an_invalid_filter_is_rejected() {
    let socket = user();
    assert_eq!(errno(socket.attach_filter(&[])), Errno::INVAL);
    let endless = Instruction { code: 0x28, jt: 0, jf: 0, k: 4 };
    let error = socket.attach_filter(&[endless]).unwrap_err();
    assert!(error.to_string().contains("filter"), "{error}");
    assert_eq!(errno(socket.attach_filter(&vec![endless; 70_000])), Errno::INVAL);
    assert_eq!(errno(socket.detach_filter()), Errno::NOENT);
}
