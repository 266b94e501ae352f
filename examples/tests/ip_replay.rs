//! `ip` against recorded traffic: asked the same, the recorded kernel answers the same, and what is
//! printed is what iproute2 printed then.

mod ip_common;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::path::Path;
use std::rc::Rc;

use barelink_codec::message::{Flags, Messages};
use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_codec::rtnl::nexthop::{self, NextHop};
use barelink_codec::{Attrs, Kind, Message};
use barelink_examples::ip::{self, Room, System};
use barelink_transport::{Channel, Connection, Deadline, Error, Monitor, Received};
use ip_common::recorded::{PORT, Sink, error, header, parse, records, scenarios};
use ip_common::{Json, Rules, differences, other_order};

/// A request and its answers, as recorded.
struct Asked {
    kind: u16,
    dump: bool,
    seq: u32,
    family: u8,
    /// Whole messages, with their headers.
    answers: Vec<Vec<u8>>,
}

/// What was recorded of a command, and the links that were seen before.
#[derive(Default)]
struct Recording {
    asked: Vec<Asked>,
    links: Vec<Vec<u8>>,
}

/// A kernel that answers as it was recorded to.
struct Recorded {
    recording: Rc<Recording>,
    queue: Rc<RefCell<VecDeque<Vec<u8>>>>,
}

/// Whether this is the link that a request asks for, by index or by name.
fn is_link(answer: &[u8], index: i32, name: Option<&[u8]>) -> bool {
    let Some(link) = parse(answer).and_then(|message| message.parse(link::NEW)) else {
        return false;
    };
    let Some(name) = name else { return link.header.index == index };
    let other = link.get(Link::PROP_LIST).ok().flatten().is_some_and(|list| {
        list.all(link::PropList::ALT_IFNAME).flatten().any(|other| other.0 == name)
    });
    other || link.get(Link::IFNAME).ok().flatten().is_some_and(|own| own.0 == name)
}

impl Recorded {
    /// The recorded answers to a dump like this.
    fn dumped(&self, kind: u16, family: u8) -> Option<&Asked> {
        let same = |asked: &&Asked| asked.kind == kind && asked.dump;
        let exact = self.recording.asked.iter().filter(same).find(|asked| asked.family == family);
        exact.or_else(|| {
            // Families that see the plain view of links are as good as one another.
            let plain = |family| kind != link::GET.number() || family != 10;
            self.recording
                .asked
                .iter()
                .filter(same)
                .find(|asked| plain(asked.family) && plain(family))
        })
    }

    /// The recorded answer to a question for one.
    fn answered(&self, message: &Message<'_>) -> Option<Vec<u8>> {
        let of_kind = || {
            self.recording.asked.iter().filter(|asked| asked.kind == message.kind && !asked.dump)
        };
        if message.kind == link::GET.number() {
            let request = message.read(link::GET);
            let name = [request.get(Link::IFNAME), request.get(Link::ALT_IFNAME)];
            let name = name.into_iter().flatten().flatten().next().map(|name| name.0);
            let every = || self.recording.asked.iter().flat_map(|asked| &asked.answers);
            let found = of_kind().flat_map(|asked| &asked.answers).chain(every());
            let mut found = found.chain(self.recording.links.iter().rev());
            let found = found.by_ref().filter(|it| is_link(it, request.header.index, name));
            // Some answers were asked to be short.
            let found: Vec<_> = found.collect();
            let longest = found.iter().map(|it| it.len()).max();
            return found.into_iter().find(|it| Some(it.len()) == longest).cloned();
        }
        if message.kind == nexthop::GET.number() {
            let id = message.read(nexthop::GET).get(NextHop::ID).ok()?;
            let mut every = self.recording.asked.iter().flat_map(|asked| &asked.answers);
            let found = every.find(|answer| {
                let hop = parse(answer).and_then(|message| message.parse(nexthop::NEW));
                hop.is_some_and(|hop| hop.get(NextHop::ID) == Ok(id))
            });
            return found.cloned();
        }
        of_kind().flat_map(|asked| &asked.answers).next().cloned()
    }

    fn answer(&mut self, request: &[u8]) {
        let Some(message) = parse(request) else { return };
        let seq = message.seq;
        let mut queue = self.queue.borrow_mut();
        if message.flags.contains(Flags::DUMP) {
            let family = message.payload.first().copied().unwrap_or(0);
            let found = self.dumped(message.kind, family);
            let links = (message.kind == link::GET.number()).then_some(&self.recording.links);
            let answers = found.map(|asked| &asked.answers).or(links);
            for answer in answers.into_iter().flatten() {
                let Some(answer) = parse(answer) else { continue };
                let flags = answer.flags.0 | Flags::MULTI.0;
                queue.push_back(header(answer.kind, flags, seq, answer.payload));
            }
            if !queue.back().is_some_and(|last| matches!(last[4], 2 | 3) && last[5] == 0) {
                queue.push_back(header(3, 2, seq, &0i32.to_ne_bytes()));
            }
            return;
        }
        match self.answered(&message) {
            Some(answer) => {
                let Some(answer) = parse(&answer) else { return };
                queue.push_back(header(answer.kind, answer.flags.0, seq, answer.payload));
                if answer.kind != 2 && message.flags.contains(Flags::ACK) {
                    queue.push_back(header(2, 0x100, seq, &error(0, request)));
                }
            }
            None => queue.push_back(header(2, 0x100, seq, &error(-19, request))),
        }
    }
}

impl Channel for Recorded {
    fn port(&mut self) -> Result<u32, Error> {
        Ok(PORT)
    }
    fn send(&mut self, datagram: &[u8], _: Option<Deadline>) -> Result<(), Error> {
        self.answer(datagram);
        Ok(())
    }
    fn receive(&mut self, buffer: &mut [u8], _: Option<Deadline>) -> Result<Received, Error> {
        let datagram = self.queue.borrow_mut().pop_front().ok_or(Error::TimedOut)?;
        let len = datagram.len();
        buffer
            .get_mut(..len)
            .ok_or(Error::Cut { needed: len, room: 0 })?
            .copy_from_slice(&datagram);
        Ok(Received { len, ..Received::default() })
    }
}

/// The recorded kernel for both connections of the program.
struct Machine(Rc<Recording>);

impl<'b> System<'b> for Machine {
    type Channel = Recorded;

    fn connection(&mut self, room: &'b mut [u8]) -> Result<Connection<'b, Recorded>, Error> {
        Connection::over(Recorded { recording: self.0.clone(), queue: Rc::default() }, room)
    }

    fn monitor(&mut self, _: &[u32], room: &'b mut [u8]) -> Result<Monitor<'b, Recorded>, Error> {
        let queue = self.0.asked.iter().flat_map(|asked| asked.answers.clone()).collect();
        let queue = Rc::new(RefCell::new(queue));
        Ok(Monitor::over(Recorded { recording: self.0.clone(), queue }, room))
    }
}

/// What a command asked, of its records.
fn recording(records: &[(bool, u8, &[u8])], links: &[Vec<u8>]) -> Recording {
    let mut recording = Recording { asked: Vec::new(), links: links.to_vec() };
    for (up, _, datagram) in records.iter().filter(|record| record.1 == 0) {
        for message in Messages::new(datagram).map_while(Result::ok) {
            if *up {
                recording.asked.push(Asked {
                    kind: message.kind,
                    dump: message.flags.contains(Flags::DUMP),
                    seq: message.seq,
                    family: message.payload.first().copied().unwrap_or(0),
                    answers: Vec::new(),
                });
                continue;
            }
            let bytes = header(message.kind, message.flags.0, message.seq, message.payload);
            // Two sockets may count alike.
            let fits = |asked: &&mut Asked| {
                asked.seq == message.seq
                    && match message.kind {
                        2 => true,
                        3 => asked.dump,
                        new => asked.kind == new + 2,
                    }
            };
            let asked = recording.asked.iter_mut().rev().find(fits);
            if let Some(asked) = asked {
                asked.answers.push(bytes);
            }
        }
    }
    // A peek and a read of the same datagram are two records.
    for asked in &mut recording.asked {
        asked.answers.dedup();
        // The acknowledgement of a question is made anew.
        if !asked.dump {
            asked.answers.retain(|answer| answer[4] != 2 || answer[16..20] != [0; 4]);
        }
    }
    recording
}

/// The links that the kernel told of.
fn seen_links(datagram: &[u8], links: &mut Vec<Vec<u8>>) {
    for message in Messages::new(datagram).map_while(Result::ok) {
        let kind: Kind<LinkHeader, Link> = link::NEW;
        let Some(link) = message.parse(kind) else { continue };
        let attrs: Attrs<'_, Link> = link.attrs;
        if link.header.family.0 != 0 || !matches!(attrs.get(Link::IFNAME), Ok(Some(_))) {
            continue;
        }
        links.retain(|known| !is_link(known, link.header.index, None));
        links.push(header(message.kind, 0, 0, message.payload));
    }
}

/// The objects that this program shows.
const OBJECTS: [&str; 8] =
    ["link", "addr", "address", "route", "rule", "neigh", "nexthop", "neighbour"];

fn is_supported(line: &str) -> bool {
    let mut words = line.split_whitespace();
    if words.next() != Some("ip") {
        return false;
    }
    let mut object = words.next();
    while let Some(option) = object.filter(|word| word.starts_with('-')) {
        if matches!(option, "-f" | "-family") {
            words.next();
        }
        object = words.next();
    }
    object.is_some_and(|object| OBJECTS.contains(&object))
}

/// Known to differ, with the reason.
const EXCUSED: &[(&str, &str)] = &[("tuntap", "iproute2 looks up groups' names in /etc/group")];

#[derive(Default)]
struct Score {
    equal: usize,
    all: usize,
    misses: Vec<String>,
}

/// Runs every command of a scenario again.
fn replay(path: &Path, score: &mut Score) {
    let text = std::fs::read_to_string(path).unwrap();
    let scenario = Json::parse(&text).unwrap_or_else(|| panic!("{}: no JSON", path.display()));
    let Ok(file) = std::fs::read(path.with_extension("nl")) else { return };
    let records = records(&file);
    let mut links = Vec::new();
    for step in scenario.get("steps").map_or(&[][..], Json::list) {
        let bounds = step.get("records").map_or(&[][..], Json::list);
        let bound = |at: usize| bounds.get(at).and_then(Json::number).unwrap_or(0.0) as usize;
        let own = records.get(bound(0)..bound(1)).unwrap_or_default();
        own.iter().filter(|it| !it.0 && it.1 == 0).for_each(|it| seen_links(it.2, &mut links));
        let line = step.get("cmd").and_then(Json::text).unwrap_or_default();
        if !step.get("query").is_some_and(Json::is_true) || !is_supported(line) {
            continue;
        }
        score.all += 1;
        let words: Vec<&str> = line.split_whitespace().skip(1).collect();
        let (mut out, mut err) = (Sink(String::new()), Sink(String::new()));
        let machine = Machine(Rc::new(recording(own, &links)));
        let code = ip::run(&words, machine, &mut Room::new(), &mut out, &mut err);
        let expected = step.get("rc").and_then(Json::number).unwrap_or(0.0) as u8;
        let mut found = Vec::new();
        if code != expected {
            found.push(format!("status {code}, recorded {expected}: {}", err.0));
        }
        match (step.get("json"), step.get("stdout").and_then(Json::text)) {
            (Some(theirs), _) => match Json::parse(&out.0) {
                Some(ours) => {
                    let rules = Rules { extra: &[], near: &[] };
                    found.extend(differences(&ours, theirs, &rules));
                    // Of no consequence, but text has the same order.
                    if let Some(order) = other_order(&ours, theirs) {
                        println!("{}: {line}: another order: {order}", path.display());
                    }
                }
                None => found.push(format!("no JSON: {:?}", out.0)),
            },
            (None, Some(theirs)) if theirs != out.0 => found.push(format!("{:?}", out.0)),
            _ => {}
        }
        if found.is_empty() {
            score.equal += 1;
        } else {
            let name = path.with_extension("");
            let name: Vec<_> = name.iter().rev().take(3).collect();
            let name: Vec<_> = name.iter().rev().map(|part| part.to_string_lossy()).collect();
            let name = name.join("/");
            let reason = EXCUSED.iter().find(|row| name.contains(row.0));
            score.misses.push(format!(
                "{name}: {line}{}\n    {}",
                reason.map_or(String::new(), |row| format!(" ({})", row.1)),
                found.iter().take(4).cloned().collect::<Vec<_>>().join("\n    ")
            ));
        }
    }
}

fn score(folder: &Path) -> Score {
    let mut paths = Vec::new();
    scenarios(folder, &mut paths);
    let mut score = Score::default();
    // Of another byte order: their kernel's numbers are not this machine's.
    paths.iter().filter(|path| !path.to_string_lossy().contains("s390x")).for_each(|path| {
        replay(path, &mut score);
    });
    score.misses.iter().for_each(|miss| println!("{miss}"));
    println!("{} of {} recorded command lines print the same", score.equal, score.all);
    score
}

#[test]
fn a_handful_of_recorded_commands_print_what_iproute2_printed() {
    let score = score(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/ip"));
    assert!(score.all > 0, "no recordings");
    assert_eq!(score.equal, score.all);
}

#[test]
fn nine_in_ten_of_all_recorded_commands_print_what_iproute2_printed() {
    let Some(shared) = std::env::var_os("BARELINK_SHARED") else {
        println!("skipped: BARELINK_SHARED is not set");
        return;
    };
    let score = score(&Path::new(&shared).join("captures"));
    assert!(score.all > 0, "no recordings");
    assert!(score.equal * 10 >= score.all * 9, "{} of {}", score.equal, score.all);
}
