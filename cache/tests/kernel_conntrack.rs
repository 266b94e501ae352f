//! Connection tracking entries, with the real kernel.
#![cfg(feature = "netfilter")]

mod common;
mod versus;

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use barelink_cache::conntrack::{ConntrackFields, ConntrackIndex, ConntrackKey, FlowTuple};
use barelink_cache::{Cache, Change, ConntrackEntry, Event, Manager};
use barelink_codec::Writer;
use barelink_codec::netfilter::conntrack::{
    self, Conntrack, ConntrackStatus, ProtoInfo, TcpInfo, TcpState, Tuple, TupleIp, TupleProto,
};
use barelink_codec::netfilter::header::{NfHeader, NfProto};
use barelink_transport::{Channel, Connection, Error, Protocol};
use common::in_namespace;
use common::kernel::compare;
use versus::{quick, read, settle};

type Connections = Cache<ConntrackEntry, 256>;

/// Connection to create.
#[derive(Clone, Copy)]
struct Spec {
    original: FlowTuple,
    reply: FlowTuple,
    zone: u16,
    mark: u32,
    status: ConntrackStatus,
    state: TcpState,
}

fn at(end: &str) -> SocketAddr {
    end.parse().unwrap()
}

fn turned(flow: &FlowTuple) -> FlowTuple {
    let mut reply = FlowTuple { source: flow.destination, destination: flow.source, ..*flow };
    match flow.icmp_type() {
        // An echo request and its reply.
        Some([8, code]) => reply.dst_port = u16::from_be_bytes([0, code]),
        Some([128, code]) => reply.dst_port = u16::from_be_bytes([129, code]),
        Some(_) => {}
        None => (reply.src_port, reply.dst_port) = (flow.dst_port, flow.src_port),
    }
    reply
}

impl Spec {
    fn new(original: FlowTuple) -> Spec {
        let (zone, mark, status) = (0, 0, ConntrackStatus::CONFIRMED);
        Spec { original, reply: turned(&original), zone, mark, status, state: TcpState::SYN_SENT }
    }

    fn header(&self) -> NfHeader {
        let v4 = self.original.source.is_ipv4();
        let family = if v4 { NfProto::IPV4 } else { NfProto::IPV6 };
        NfHeader { family, ..Default::default() }
    }

    fn put(&self, ct: &mut Writer<'_, Conntrack>) {
        ct.nest(Conntrack::TUPLE_ORIG, |tuple| put(tuple, &self.original));
        ct.nest(Conntrack::TUPLE_REPLY, |tuple| put(tuple, &self.reply));
        ct.put(Conntrack::TIMEOUT, 300).put(Conntrack::STATUS, self.status);
        ct.put(Conntrack::MARK, self.mark);
        if self.zone != 0 {
            ct.put(Conntrack::ZONE, self.zone);
        }
        if self.original.protocol == 6 {
            ct.nest(Conntrack::PROTOINFO, |info| {
                info.nest(ProtoInfo::TCP, |tcp| {
                    tcp.put(TcpInfo::STATE, self.state);
                });
            });
        }
    }
}

fn put(tuple: &mut Writer<'_, Tuple>, flow: &FlowTuple) {
    tuple.nest(Tuple::IP, |ip| match (flow.source, flow.destination) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            ip.put(TupleIp::V4_SRC, source).put(TupleIp::V4_DST, destination);
        }
        (IpAddr::V6(source), IpAddr::V6(destination)) => {
            ip.put(TupleIp::V6_SRC, source).put(TupleIp::V6_DST, destination);
        }
        _ => unreachable!(),
    });
    tuple.nest(Tuple::PROTO, |proto| {
        proto.put(TupleProto::NUM, flow.protocol);
        match (flow.protocol, flow.dst_port.to_be_bytes()) {
            (1, [kind, code]) => {
                proto.put(TupleProto::ICMP_ID, flow.src_port);
                proto.put(TupleProto::ICMP_TYPE, kind).put(TupleProto::ICMP_CODE, code);
            }
            (58, [kind, code]) => {
                proto.put(TupleProto::ICMPV6_ID, flow.src_port);
                proto.put(TupleProto::ICMPV6_TYPE, kind).put(TupleProto::ICMPV6_CODE, code);
            }
            _ => {
                proto
                    .put(TupleProto::SRC_PORT, flow.src_port)
                    .put(TupleProto::DST_PORT, flow.dst_port);
            }
        }
    });
}

/// Runs a test with a socket that creates connections, if the kernel has connection tracking.
fn with_conntrack(test: impl FnOnce(&mut Connection<'_>) + Send + 'static) {
    in_namespace(|| {
        let mut buffer = vec![0; 34 * 1024];
        let mut nf = Connection::open(Protocol::NETFILTER, &mut buffer).unwrap();
        let there = nf.dump(conntrack::GET, NfHeader::default(), |_| {});
        if let Err(error) = there.and_then(|mut all| all.next().map(|_| ())) {
            return eprintln!("skipped: no connections in this kernel ({error})");
        }
        test(&mut nf);
    });
}

fn set(nf: &mut Connection<'_>, spec: &Spec) -> Result<(), Error> {
    nf.execute(conntrack::NEW.create(), spec.header(), |ct| spec.put(ct))
}

/// Creates a connection again that exists.
fn reset(nf: &mut Connection<'_>, spec: &Spec) -> Result<(), Error> {
    nf.execute(conntrack::NEW, spec.header(), |ct| spec.put(ct))
}

fn change(nf: &mut Connection<'_>, spec: &Spec) -> Result<(), Error> {
    nf.execute(conntrack::NEW, spec.header(), |ct| {
        ct.nest(Conntrack::TUPLE_ORIG, |tuple| put(tuple, &spec.original));
        ct.put(Conntrack::MARK, spec.mark);
        if spec.zone != 0 {
            ct.put(Conntrack::ZONE, spec.zone);
        }
    })
}

fn delete(nf: &mut Connection<'_>, spec: &Spec) -> Result<(), Error> {
    nf.execute(conntrack::DEL, spec.header(), |ct| {
        ct.nest(Conntrack::TUPLE_ORIG, |tuple| put(tuple, &spec.original));
        if spec.zone != 0 {
            ct.put(Conntrack::ZONE, spec.zone);
        }
    })
}

fn flush(nf: &mut Connection<'_>, header: NfHeader) -> Result<(), Error> {
    nf.execute(conntrack::DEL, header, |_| {})
}

fn natted() -> Spec {
    let original = FlowTuple::tcp(at("10.0.0.5:40000"), at("198.51.100.7:443"));
    let reply = FlowTuple::tcp(at("198.51.100.7:443"), at("192.0.2.1:61000"));
    Spec { reply, ..Spec::new(original) }
}

#[test]
fn after_each_change_the_cache_equals_a_dump() {
    with_conntrack(|nf| {
        let (mut cache, mut buffer) = (Box::new(Connections::new()), vec![0; 32 * 1024]);
        let mut manager = Manager::open(&mut *cache, &mut buffer).unwrap();
        manager.sync(Duration::from_secs(5), |_, _| {}).unwrap();
        quick(&mut manager);
        let mut seed: u64 = std::env::var("SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
        let mut rand = move |n: u64| {
            seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (seed >> 33) % n
        };
        let (mut done, mut refused) = (0, vec![]);
        for step in 0..600 {
            let (a, b) = (rand(3) + 1, rand(3) + 1);
            let (a, b) = match rand(3) {
                0 => (format!("[2001:db8::{a}]"), format!("[2001:db8::1{b}]")),
                _ => (format!("10.0.0.{a}"), format!("198.51.100.{b}")),
            };
            let (a, b) = (format!("{a}:{}", 4000 + rand(2)), format!("{b}:80"));
            let original = match rand(4) {
                0 => FlowTuple::udp(at(&a), at(&b)),
                1 => {
                    let kind = if at(&a).is_ipv4() { 8 } else { 128 };
                    FlowTuple::icmp(at(&a).ip(), at(&b).ip(), rand(2) as u16, [kind, 0])
                }
                _ => FlowTuple::tcp(at(&a), at(&b)),
            };
            let mut spec = Spec::new(original);
            spec.mark = rand(3) as u32;
            spec.zone = if rand(4) == 0 { 7 } else { 0 };
            spec.state = TcpState(rand(8) as u8 + 1);
            if rand(2) == 0 {
                spec.status |= ConntrackStatus::SEEN_REPLY | ConntrackStatus::ASSURED;
            }
            if spec.reply.icmp_type().is_none() && rand(3) == 0 {
                spec.reply.dst_port = 61000 + rand(4) as u16;
            }
            let result = match rand(20) {
                0..=9 => set(nf, &spec),
                10..=12 => reset(nf, &spec),
                13..=14 => change(nf, &spec),
                15..=18 => delete(nf, &spec),
                _ if rand(3) == 0 => flush(nf, NfHeader::default()),
                _ => flush(nf, NfHeader { version: 1, ..spec.header() }),
            };
            match result {
                Ok(()) => done += 1,
                Err(error) => refused.push(format!("{error}")),
            }
            if step % 3 == 0 {
                settle(&mut manager);
                let wrong = compare(manager.caches(), &*read(Box::new(Connections::new())));
                assert!(wrong.is_empty(), "step {step}: {}", wrong.join("\n"));
            }
        }
        refused.sort();
        refused.dedup();
        println!("{done} done; refused: {refused:#?}");
        assert!(done > 200);
        assert_eq!(manager.stats().rounds, 1, "an unneeded resync");
    });
}

#[test]
fn the_reply_tuple_finds_a_connection_behind_nat() {
    with_conntrack(|nf| {
        let spec = natted();
        set(nf, &spec).unwrap();
        set(nf, &Spec::new(FlowTuple::udp(at("10.0.0.5:53"), at("10.0.0.6:53")))).unwrap();
        let cache = read(Box::new(Connections::new()));
        let found: Vec<_> = cache.by_reply(&spec.reply).collect();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].original(), found[0].reply()), (spec.original, spec.reply));
        assert_eq!(found[0].tcp_state(), Some(TcpState::SYN_SENT));
        assert_eq!(cache.by_reply(&spec.original).count(), 0);
        assert!(cache.get(ConntrackKey::new(&spec.original)).is_some());
        assert!(cache.get(ConntrackKey::in_zone(&spec.original, 1)).is_none());
        let count = |address: &str| cache.by_address(address.parse().unwrap()).count();
        assert_eq!((count("10.0.0.5"), count("10.0.0.6"), count("198.51.100.7")), (2, 1, 1));
        assert_eq!(count("192.0.2.1"), 0);
    });
}

#[test]
fn field_changes_are_reported_and_timeouts_are_not() {
    with_conntrack(|nf| {
        let (mut cache, mut buffer) = (Box::new(Connections::new()), vec![0; 32 * 1024]);
        let mut manager = Manager::open(&mut *cache, &mut buffer).unwrap();
        manager.sync(Duration::from_secs(5), |_, _| {}).unwrap();
        let mut spec = natted();
        let mut changes = vec![];
        let mut step = |manager: &mut Manager<'_, Connections>| {
            changes.clear();
            let limit = Some(Duration::from_millis(20));
            manager
                .poll_for(limit, |_, event| match event {
                    Event::Change(Change::New(_)) => changes.push("new".into()),
                    Event::Change(Change::Changed { diff, .. }) => {
                        changes.push(format!("{diff:?}"))
                    }
                    Event::Change(Change::Deleted(_)) => changes.push("gone".into()),
                    other => changes.push(format!("{other:?}")),
                })
                .unwrap();
            changes.clone()
        };
        let diff = |diff: ConntrackFields| vec![format!("{diff:?}")];
        set(nf, &spec).unwrap();
        assert_eq!(step(&mut manager), ["new"]);
        spec.state = TcpState::ESTABLISHED;
        reset(nf, &spec).unwrap();
        assert_eq!(step(&mut manager), diff(ConntrackFields::STATE));
        spec.status |= ConntrackStatus::SEEN_REPLY | ConntrackStatus::ASSURED;
        reset(nf, &spec).unwrap();
        assert_eq!(step(&mut manager), diff(ConntrackFields::STATUS));
        spec.mark = 7;
        change(nf, &spec).unwrap();
        assert_eq!(step(&mut manager), diff(ConntrackFields::MARK));
        // Only the timeout differs.
        change(nf, &spec).unwrap();
        assert_eq!(step(&mut manager), [""; 0]);
        let entry = manager.caches().get(ConntrackKey::new(&spec.original)).unwrap();
        assert_eq!((entry.mark, entry.tcp_state()), (7, Some(TcpState::ESTABLISHED)));
        delete(nf, &spec).unwrap();
        assert_eq!(step(&mut manager), ["gone"]);
        assert_eq!(manager.stats().rounds, 1);
    });
}

#[test]
fn only_selected_connections_are_dumped_and_cached() {
    with_conntrack(|nf| {
        let mut marked = natted();
        marked.mark = 0x15;
        let (a, b) = (at("10.0.0.5:1"), at("10.0.0.6:2"));
        let v6 = (at("[2001:db8::1]:1"), at("[2001:db8::2]:2"));
        let echo = FlowTuple::icmp(a.ip(), b.ip(), 77, [8, 0]);
        for spec in [
            marked,
            Spec::new(FlowTuple::tcp(a, b)),
            Spec::new(FlowTuple::udp(a, b)),
            Spec::new(FlowTuple::udp(v6.0, v6.1)),
            Spec::new(echo),
        ] {
            set(nf, &spec).unwrap();
        }
        let all = ConntrackIndex::ALL;
        for (index, count) in [
            (all, 5),
            (all.with_family(NfProto::IPV4), 4),
            (all.with_family(NfProto::IPV6), 1),
            (all.with_protocol(6), 2),
            (all.with_protocol(17), 2),
            (all.with_protocol(1), 1),
            (all.with_protocol(17).with_family(NfProto::IPV4), 1),
            (all.with_mark(0x5, 0xf), 1),
            (all.with_mark(0, 0xf), 4),
            (all.with_mark(0x5, 0xf).with_protocol(17), 0),
        ] {
            let mut cache = Box::new(Connections::with_index(index));
            let mut buffer = vec![0; 32 * 1024];
            let mut manager = Manager::open(&mut *cache, &mut buffer).unwrap();
            manager.sync(Duration::from_secs(5), |_, _| {}).unwrap();
            assert_eq!(manager.caches().len(), count, "{index:?}");
            assert_eq!(manager.stats().read, count as u64, "the kernel sent others: {index:?}");
        }
        let cache = read(Box::new(Connections::with_index(all.with_protocol(1))));
        assert_eq!(cache.get(ConntrackKey::new(&echo)).unwrap().original(), echo);
    });
}

#[test]
fn a_connection_selected_by_a_new_mark_gets_its_state() {
    with_conntrack(|nf| {
        let mut cache =
            Box::new(Connections::with_index(ConntrackIndex::ALL.with_mark(7, u32::MAX)));
        let mut buffer = vec![0; 32 * 1024];
        let mut manager = Manager::open(&mut *cache, &mut buffer).unwrap();
        manager.sync(Duration::from_secs(5), |_, _| {}).unwrap();
        quick(&mut manager);
        let mut spec = natted();
        spec.state = TcpState::ESTABLISHED;
        set(nf, &spec).unwrap();
        settle(&mut manager);
        assert_eq!(manager.caches().len(), 0);
        spec.mark = 7;
        change(nf, &spec).unwrap();
        settle(&mut manager);
        let entry = manager.caches().get(ConntrackKey::new(&spec.original)).unwrap();
        assert_eq!(entry.tcp_state(), Some(TcpState::ESTABLISHED));
        spec.mark = 8;
        change(nf, &spec).unwrap();
        settle(&mut manager);
        assert_eq!(manager.caches().len(), 0);
    });
}

#[test]
fn nf_conntrack_events_1_notifies_ends_of_old_connections() {
    with_conntrack(|nf| {
        let knob = "/proc/sys/net/netfilter/nf_conntrack_events";
        for events in ["2", "1"] {
            if std::fs::write(knob, events).is_err() {
                return eprintln!("skipped: {knob} cannot be set");
            }
            let spec = natted();
            set(nf, &spec).unwrap();
            let (mut cache, mut buffer) = (Box::new(Connections::new()), vec![0; 32 * 1024]);
            let mut manager = Manager::open(&mut *cache, &mut buffer).unwrap();
            manager.sync(Duration::from_secs(5), |_, _| {}).unwrap();
            quick(&mut manager);
            assert_eq!(manager.caches().len(), 1);
            delete(nf, &spec).unwrap();
            settle(&mut manager);
            // Listeners of any namespace count, and another test may have one.
            println!("nf_conntrack_events is {events}: {} left", manager.caches().len());
            assert!(manager.caches().is_empty() || events == "2");
            manager.resync(|_, _| {});
            settle(&mut manager);
            assert!(manager.caches().is_empty());
        }
    });
}

/// Builds an attribute.
fn attr(kind: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (payload.len() as u16 + 4).to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// Builds a message of nf_tables, or a batch boundary.
fn nft(kind: u16, flags: u16, family: u8, res_id: u16, attrs: &[Vec<u8>]) -> Vec<u8> {
    let body = attrs.concat();
    let mut bytes = (20 + body.len() as u32).to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(flags.to_ne_bytes());
    bytes.extend([1, 0, 0, 0, 0, 0, 0, 0, family, 0]);
    bytes.extend(res_id.to_be_bytes());
    bytes.extend(body);
    bytes
}

/// Enables connection tracking in this namespace, by an nf_tables rule that uses the connection
/// state.
fn follow_connections() -> bool {
    let (name, chain) = (b"t\0", b"c\0");
    let hook = [attr(1, &3u32.to_be_bytes()), attr(2, &0u32.to_be_bytes())].concat();
    let state = [attr(1, &8u32.to_be_bytes()), attr(2, &0u32.to_be_bytes())].concat();
    let expression = [attr(1, b"ct\0"), attr(2 | 0x8000, &state)].concat();
    let of = |number: u16| 10 << 8 | number;
    let (create, ip) = (0x401, 2);
    let batch = [
        nft(16, 1, 0, 10, &[]),
        nft(of(0), create, ip, 0, &[attr(1, name)]),
        nft(
            of(3),
            create,
            ip,
            0,
            &[attr(1, name), attr(3, chain), attr(4 | 0x8000, &hook), attr(7, b"filter\0")],
        ),
        nft(
            of(6),
            create | 0x800 | 4,
            ip,
            0,
            &[attr(1, name), attr(2, chain), attr(4 | 0x8000, &attr(1 | 0x8000, &expression))],
        ),
        nft(17, 1, 0, 10, &[]),
    ]
    .concat();
    let mut socket = barelink_transport::Socket::open(Protocol::NETFILTER).unwrap();
    socket.connect(barelink_transport::KERNEL, 0).unwrap();
    let limit = Some(barelink_transport::Deadline::after(Duration::from_secs(1)));
    Channel::send(&mut socket, &batch, limit).unwrap();
    let mut reply = [0; 4096];
    match Channel::receive(&mut socket, &mut reply, limit) {
        Ok(_) => i32::from_ne_bytes(reply[16..20].try_into().unwrap()) == 0,
        Err(_) => false,
    }
}

#[test]
fn a_tcp_connection_is_followed_from_syn_to_time_wait() {
    with_conntrack(|_| {
        if !versus::run("ip link set lo up") || !follow_connections() {
            return eprintln!("skipped: the kernel cannot be made to follow connections");
        }
        let (mut cache, mut buffer) = (Box::new(Connections::new()), vec![0; 32 * 1024]);
        let mut manager = Manager::open(&mut *cache, &mut buffer).unwrap();
        manager.sync(Duration::from_secs(5), |_, _| {}).unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let to = listener.local_addr().unwrap();
        let client = std::net::TcpStream::connect(to).unwrap();
        let (server, _) = listener.accept().unwrap();
        let flow = FlowTuple::tcp(client.local_addr().unwrap(), to);
        let udp = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        udp.send_to(b"hello", to).unwrap();
        let mut states = vec![];
        // Waits for the state, and for what follows it.
        let mut look = |manager: &mut Manager<'_, Connections>, until: TcpState| {
            for _ in 0..250 {
                let limit = Some(Duration::from_millis(20));
                let reached = states.contains(&until);
                let on = |_: &Connections, event: Event<Change<'_, ConntrackEntry>>| {
                    if let Event::Change(Change::New(new) | Change::Changed { new, .. }) = event {
                        states.extend(new.tcp_state());
                    }
                };
                manager.poll_for(limit, on).unwrap();
                if reached {
                    break;
                }
            }
        };
        look(&mut manager, TcpState::ESTABLISHED);
        let entry = manager.caches().get(ConntrackKey::new(&flow)).unwrap();
        assert_eq!(entry.tcp_state(), Some(TcpState::ESTABLISHED));
        assert!(entry.status.contains(ConntrackStatus::SEEN_REPLY | ConntrackStatus::ASSURED));
        assert_eq!(entry.reply(), turned(&flow));
        let wrong = compare(manager.caches(), &*read(Box::new(Connections::new())));
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        drop(client);
        look(&mut manager, TcpState::FIN_WAIT);
        drop(server);
        look(&mut manager, TcpState::TIME_WAIT);
        let wrong = compare(manager.caches(), &*read(Box::new(Connections::new())));
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        states.dedup();
        // The acknowledgement of the first FIN may be sent with the second FIN.
        states.retain(|state| *state != TcpState::CLOSE_WAIT);
        let all = [
            TcpState::SYN_SENT,
            TcpState::SYN_RECV,
            TcpState::ESTABLISHED,
            TcpState::FIN_WAIT,
            TcpState::LAST_ACK,
            TcpState::TIME_WAIT,
        ];
        assert_eq!(states, all);
        assert_eq!(manager.stats().rounds, 1);
    });
}
