//! Replay test of changing commands: the requests, exit statuses and errors of recorded command
//! lines are compared with iproute2's.

mod common;

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use barelink_codec::frame::NESTED;
use barelink_codec::message::{Flags, Messages};
use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_codec::rtnl::route::{self, Route};
use barelink_ip::{self as ip, Buffers, System};
use barelink_transport::{Channel, Connection, Deadline, Errno, Error, Monitor, Received};
use common::recorded::{
    PORT, Sink, Step, error, header, link_name_and_index, parse, replay_all, shared_recordings,
};

/// Request without its sequence number and port.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Request {
    message_type: u16,
    flags: u16,
    payload: Vec<u8>,
}

/// State of the fake kernel, and the requests that it received.
#[derive(Default)]
struct Kernel {
    /// Names and indexes of the links.
    links: Vec<(String, i32)>,
    /// Replies to dumps by message type, each used once.
    dumps: BTreeMap<u16, VecDeque<Vec<Vec<u8>>>>,
    /// Replies to changes, in order: flags, and payload of the error message.
    replies: VecDeque<(u16, Vec<u8>)>,
    requests: Vec<Request>,
    /// Number of changes in each datagram.
    datagrams: Vec<usize>,
    stdin: VecDeque<u8>,
    /// Error of reading after the last byte, if any.
    read_error: Option<Errno>,
    /// `true` if the last read was interrupted by a signal.
    interrupted: bool,
}

#[derive(Clone, Default)]
struct FakeSystem {
    kernel: Rc<RefCell<Kernel>>,
    queue: Rc<RefCell<VecDeque<Vec<u8>>>>,
}

/// Returns whether a request of this message type reads.
fn is_get(message_type: u16) -> bool {
    message_type % 4 == 2
}

impl Channel for FakeSystem {
    fn port(&mut self) -> Result<u32, Error> {
        Ok(PORT)
    }

    fn send(&mut self, datagram: &[u8], _: Option<Deadline>) -> Result<(), Error> {
        let mut kernel = self.kernel.borrow_mut();
        let mut queue = self.queue.borrow_mut();
        let before = kernel.requests.len();
        for message in Messages::new(datagram).map_while(Result::ok) {
            let (message_type, seq) = (message.message_type, message.seq);
            if message.flags.contains(Flags::DUMP) && is_get(message_type) {
                let replies = kernel.dumps.get_mut(&message_type).and_then(VecDeque::pop_front);
                for reply in replies.into_iter().flatten() {
                    let reply = parse(&reply).unwrap();
                    let flags = reply.flags.0 | Flags::MULTI.0;
                    queue.push_back(header(reply.message_type, flags, seq, reply.payload));
                }
                queue.push_back(header(3, 2, seq, &0i32.to_ne_bytes()));
                continue;
            }
            if message_type == link::GET.number() {
                let request = message.read(link::GET);
                let name = [request.get(Link::IFNAME), request.get(Link::ALT_IFNAME)];
                let name = name.into_iter().flatten().flatten().next();
                let name = name.map(|name| String::from_utf8_lossy(name.0).into_owned());
                let found = kernel.links.iter().find(|row| match &name {
                    Some(name) => row.0 == *name,
                    None => row.1 == request.header.index,
                });
                match found {
                    Some((name, index)) => {
                        let mut buffer = [0; 64];
                        let about = LinkHeader { index: *index, ..Default::default() };
                        let reply = link::NEW.build(&mut buffer, seq, about, |link| {
                            link.put(Link::IFNAME, name.as_str());
                        });
                        let reply = parse(reply.unwrap()).unwrap().payload;
                        queue.push_back(header(16, 0, seq, reply));
                        queue.push_back(header(2, 0x100, seq, &error(0, datagram)));
                    }
                    None => queue.push_back(header(2, 0x100, seq, &error(-19, datagram))),
                }
                continue;
            }
            kernel.requests.push(Request {
                message_type,
                flags: message.flags.0,
                payload: message.payload.to_vec(),
            });
            let (flags, reply) = kernel.replies.pop_front().unwrap_or((0x100, error(0, datagram)));
            queue.push_back(header(2, flags, seq, &reply));
        }
        let changes = kernel.requests.len() - before;
        if changes > 0 {
            kernel.datagrams.push(changes);
        }
        Ok(())
    }

    fn receive(&mut self, buffer: &mut [u8], _: Option<Deadline>) -> Result<Received, Error> {
        let datagram = self.queue.borrow_mut().pop_front().ok_or(Error::TimedOut)?;
        buffer[..datagram.len()].copy_from_slice(&datagram);
        Ok(Received { len: datagram.len(), ..Received::default() })
    }
}

impl<'b> System<'b> for FakeSystem {
    type Channel = FakeSystem;

    fn connection(&mut self, buffer: &'b mut [u8]) -> Result<Connection<'b, FakeSystem>, Error> {
        Connection::with_channel(
            FakeSystem { kernel: self.kernel.clone(), queue: Rc::default() },
            buffer,
        )
    }

    fn monitor(
        &mut self,
        _: &[u32],
        buffer: &'b mut [u8],
    ) -> Result<Monitor<'b, FakeSystem>, Error> {
        Ok(Monitor::with_channel(self.clone(), buffer))
    }

    fn input(&mut self, _: &str) -> Result<(), Errno> {
        Ok(())
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Errno> {
        let kernel = &mut *self.kernel.borrow_mut();
        kernel.interrupted = !kernel.interrupted;
        if kernel.interrupted {
            return Err(Errno::INTR);
        }
        let stdin = &mut kernel.stdin;
        if let (true, Some(errno)) = (stdin.is_empty(), kernel.read_error) {
            return Err(errno);
        }
        // Short reads, so that lines are assembled from several.
        let len = buffer.len().min(stdin.len()).min(50);
        buffer.iter_mut().zip(stdin.drain(..len)).for_each(|(to, from)| *to = from);
        Ok(len)
    }
}

/// Returns the length of the fixed header of a message type.
fn header_len(message_type: u16) -> usize {
    match message_type / 4 {
        4 => 16,
        5 | 26 => 8,
        _ => 12,
    }
}

/// Sets the padding of attributes to zero, which iproute2 leaves uninitialized in some nests.
fn clean(bytes: &mut [u8], unmarked: &[u16]) {
    let mut at = 0;
    while let Some(head) = bytes.get(at..at + 4) {
        let len = usize::from(u16::from_ne_bytes([head[0], head[1]]));
        let number = u16::from_ne_bytes([head[2], head[3]]);
        if len < 4 || at + len > bytes.len() {
            break;
        }
        let end = (at + len).next_multiple_of(4).min(bytes.len());
        bytes[at + len..end].fill(0);
        if number & NESTED != 0 || unmarked.first() == Some(&number) {
            clean(&mut bytes[at + 4..at + len], &[]);
        } else if unmarked.contains(&number) {
            let mut hop = at + 4;
            while hop + 8 <= at + len {
                let long = usize::from(u16::from_ne_bytes([bytes[hop], bytes[hop + 1]]));
                if long < 8 || hop + long > at + len {
                    break;
                }
                clean(&mut bytes[hop + 8..hop + long], &[]);
                hop += long.next_multiple_of(4);
            }
        }
        at = end;
    }
}

impl Request {
    fn cleaned(mut self, flush: bool) -> Request {
        let head = header_len(self.message_type).min(self.payload.len());
        let route = self.message_type / 4 == route::NEW.number() / 4;
        let unmarked = [Route::METRICS.number(), Route::MULTIPATH.number()];
        clean(&mut self.payload[head..], if route { &unmarked } else { &[] });
        if flush {
            // iproute2 does not request an acknowledgement.
            self.flags &= !Flags::ACK.0;
        }
        self
    }
}

const OBJECTS: [&str; 7] = ["addr", "address", "route", "rule", "neigh", "nexthop", "neighbour"];
const SHOWS: [&str; 6] = ["show", "list", "get", "save", "help", "bucket"];

/// Returns the words of a command line, if it changes something that this test covers.
fn changes(line: &str) -> Option<Vec<&str>> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (first, rest) = words.split_first()?;
    let mut at = 0;
    while rest.get(at)?.starts_with('-') {
        at += 1 + usize::from(matches!(rest[at], "-f" | "-family"));
    }
    let verb = rest.get(at + 1)?;
    (*first == "ip" && OBJECTS.contains(&rest[at]) && !SHOWS.contains(verb)).then(|| rest.to_vec())
}

/// Result of a command line.
struct Outcome {
    requests: Vec<Request>,
    status: u8,
    errors: String,
}

fn run(words: &[&str], kernel: Kernel) -> Outcome {
    let system = FakeSystem { kernel: Rc::new(RefCell::new(kernel)), queue: Rc::default() };
    let (mut out, mut err) = (Sink(String::new()), Sink(String::new()));
    let status = ip::run(words, system.clone(), &mut Buffers::new(), &mut out, &mut err);
    let flush = words.contains(&"flush");
    let requests = std::mem::take(&mut system.kernel.borrow_mut().requests);
    let requests = requests.into_iter().map(|request| request.cleaned(flush)).collect();
    // The attribute's name is an addition of this program.
    let errors = err.0.lines().filter(|line| !line.starts_with("Attribute: "));
    Outcome { requests, status, errors: errors.collect::<Vec<_>>().join("\n") }
}

/// Returns the recorded kernel with its replies, and the requests that iproute2 sent.
fn recorded(step: &Step<'_>, flush: bool) -> (Kernel, Vec<Request>) {
    // The last reported link of a name has it.
    let links = step.links.iter().rev().filter_map(|link| link_name_and_index(link));
    let mut kernel = Kernel { links: links.collect(), ..Kernel::default() };
    let (mut requests, mut waiting, mut dump) = (Vec::new(), Vec::new(), None);
    for (up, _, datagram) in step.records.iter().filter(|record| record.1 == 0) {
        for message in Messages::new(datagram).map_while(Result::ok) {
            let bytes = header(message.message_type, message.flags.0, message.seq, message.payload);
            if *up && message.flags.contains(Flags::DUMP) && is_get(message.message_type) {
                dump = Some(message.seq);
                kernel.dumps.entry(message.message_type).or_default().push_back(Vec::new());
            } else if *up && !is_get(message.message_type) {
                let payload = message.payload.to_vec();
                let request =
                    Request { message_type: message.message_type, flags: message.flags.0, payload };
                requests.push(request.cleaned(flush));
                waiting.push(message.seq);
            } else if !*up && message.message_type == 2 && waiting.contains(&message.seq) {
                kernel.replies.push_back((message.flags.0, message.payload.to_vec()));
                waiting.retain(|seq| *seq != message.seq);
            } else if !*up && message.message_type >= 16 && dump == Some(message.seq) {
                let replies = kernel.dumps.get_mut(&(message.message_type + 2));
                if let Some(replies) = replies.and_then(|replies| replies.back_mut()) {
                    // A peek and a read of the same datagram are two records.
                    if !replies.contains(&bytes) {
                        replies.push(bytes);
                    }
                }
            }
        }
    }
    (kernel, requests)
}

/// Replays a step that changes something; returns the differences.
fn replay_step(step: &Step<'_>) -> Option<Vec<String>> {
    let line = step.line();
    let words = changes(line).filter(|_| !step.is_query())?;
    let (kernel, theirs) = recorded(step, line.contains(" flush"));
    let ours = run(&words, kernel);
    let mut found = Vec::new();
    let status = step.status();
    if ours.status != status {
        found.push(format!("status {}, recorded {status}", ours.status));
    }
    let errors = step.text("stderr").trim_end();
    if ours.errors != errors {
        found.push(format!("printed {:?}, recorded {errors:?}", ours.errors));
    }
    if ours.requests != theirs {
        found.push(format!("sent   {}", print(&ours.requests)));
        found.push(format!("theirs {}", print(&theirs)));
    }
    Some(found)
}

fn print(requests: &[Request]) -> String {
    let hex = |bytes: &[u8]| {
        let groups = bytes.chunks(4).map(|group| group.iter().map(|it| format!("{it:02x}")));
        groups.map(Iterator::collect::<String>).collect::<Vec<_>>().join(" ")
    };
    let one = |it: &Request| format!("{} {:#x} {}", it.message_type, it.flags, hex(&it.payload));
    requests.iter().map(one).collect::<Vec<_>>().join("\n           ")
}

#[test]
fn recorded_changes_send_the_requests_of_iproute2() {
    let Some(folder) = shared_recordings() else { return };
    let score = replay_all(&folder, replay_step);
    assert!(score.all > 250, "{} recordings", score.all);
    assert_eq!(score.equal, score.all);
}

/// Command lines with the links that they name and iproute2's request.
const REQUESTS: &str = include_str!("data/requests.txt");

#[test]
fn sample_changes_send_the_requests_of_iproute2() {
    let lines: Vec<&str> = REQUESTS.lines().collect();
    for row in lines.chunks_exact(3) {
        let links = row[1].split_whitespace().filter_map(|link| {
            let (name, index) = link.split_once('=')?;
            Some((name.to_owned(), index.parse().ok()?))
        });
        let mut fields = row[2].split_whitespace();
        let message_type = fields.next().unwrap().parse().unwrap();
        let flags = u16::from_str_radix(fields.next().unwrap().trim_start_matches("0x"), 16);
        let hex: String = fields.collect();
        let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        let payload = (0..hex.len()).step_by(2).map(byte).collect();
        let theirs = Request { message_type, flags: flags.unwrap(), payload }.cleaned(false);
        let words: Vec<&str> = row[0].split_whitespace().skip(1).collect();
        // The bytes are those of a little-endian machine.
        if cfg!(target_endian = "little") {
            let ours = run(&words, Kernel { links: links.collect(), ..Kernel::default() });
            assert_eq!(ours.status, 0, "{}: {}", row[0], ours.errors);
            assert_eq!(print(&ours.requests), print(&[theirs]), "{}", row[0]);
        }
    }
}

/// Runs a batch; returns the number of changes in each datagram, and the result.
fn batch(options: &[&str], lines: &str, replies: &[i32]) -> (Vec<usize>, Outcome) {
    broken_batch(options, lines, replies, None)
}

/// Runs a batch whose file has a read error after these lines.
fn broken_batch(
    options: &[&str],
    lines: &str,
    replies: &[i32],
    read_error: Option<Errno>,
) -> (Vec<usize>, Outcome) {
    let replies = replies.iter().map(|code| (0x100, error(*code, &[0; 16])));
    let kernel = Kernel {
        links: vec![("v0".into(), 7)],
        stdin: lines.bytes().collect(),
        replies: replies.collect(),
        read_error,
        ..Kernel::default()
    };
    let system = FakeSystem { kernel: Rc::new(RefCell::new(kernel)), queue: Rc::default() };
    let (mut out, mut err) = (Sink(String::new()), Sink(String::new()));
    let words = [options, &["-batch", "-"]].concat();
    let status = ip::run(&words, system.clone(), &mut Buffers::new(), &mut out, &mut err);
    let mut kernel = system.kernel.borrow_mut();
    let requests = std::mem::take(&mut kernel.requests);
    (std::mem::take(&mut kernel.datagrams), Outcome { requests, status, errors: err.0 })
}

const THREE: &str = "# the first\naddr add 10.0.0.1/24 \\\n dev v0\n\n\
    route add 10.1.0.0/16 via '10.0.0.9' # the second\nrule add table 5";

#[test]
fn a_forced_batch_is_sent_in_one_datagram() {
    let (datagrams, outcome) = batch(&["-force"], THREE, &[]);
    assert_eq!(datagrams, [3]);
    assert_eq!(outcome.requests.iter().map(|it| it.message_type).collect::<Vec<_>>(), [20, 24, 32]);
    assert_eq!((outcome.status, outcome.errors.as_str()), (0, ""));
    let (datagrams, outcome) = batch(&["-force"], THREE, &[0, -17, -13]);
    assert_eq!((datagrams, outcome.status), (vec![3], 1));
    let errors = "RTNETLINK answers: File exists\nCommand failed -:5\n\
        RTNETLINK answers: Permission denied\nCommand failed -:6\n";
    assert_eq!(outcome.errors, errors);
}

#[test]
fn a_batch_ends_at_the_first_kernel_error() {
    let (datagrams, outcome) = batch(&[], THREE, &[0, -17]);
    assert_eq!((datagrams, outcome.status), (vec![1, 1], 1));
    assert_eq!(outcome.errors, "RTNETLINK answers: File exists\nCommand failed -:5\n");
}

#[test]
fn pending_requests_are_sent_before_a_dump() {
    let lines = "addr add 10.0.0.1/24 dev v0\naddr add 10.0.0.2/24 dev v0\n\
        addr flush dev v0\naddr add 10.0.0.3/24 dev gone\nrule add table 5\n";
    let (datagrams, outcome) = batch(&["-force"], lines, &[]);
    assert_eq!(datagrams, [2, 1], "pending requests are sent before addresses are dumped");
    assert_eq!(outcome.status, 1);
    assert_eq!(outcome.errors, "Cannot find device \"gone\"\nCommand failed -:4\n");
}

#[test]
fn a_backslash_in_a_comment_does_not_continue_the_line() {
    let lines = "rule add table 5 # why \\\nrule add table 6\nrule add ta\\\nble 7 # it\n";
    let (datagrams, outcome) = batch(&[], lines, &[]);
    assert_eq!((datagrams, outcome.status), (vec![1, 1, 1], 0), "{}", outcome.errors);
    let (datagrams, outcome) = batch(&[], "rule add table 5\nrule add \\\n", &[]);
    assert_eq!((datagrams, outcome.status), (vec![1], 1));
    assert_eq!(outcome.errors, "Missing continuation line\n");
}

#[test]
fn an_unterminated_quote_ends_even_a_forced_batch() {
    let lines = "rule add table 5\nrule add table \"6\nrule add table 7\n";
    for options in [&[][..], &["-force"]] {
        let (datagrams, outcome) = batch(options, lines, &[]);
        assert_eq!((datagrams, outcome.status), (vec![1], 1));
        assert_eq!(outcome.errors, "Unterminated quoted string\n");
    }
}

#[test]
fn a_line_over_4096_bytes_ends_the_batch() {
    let fits = format!("rule add table 5 {}\n", " ".repeat(4096 - 17));
    let (datagrams, outcome) = batch(&[], &fits, &[]);
    assert_eq!((datagrams, outcome.status), (vec![1], 0), "{}", outcome.errors);
    for options in [&[][..], &["-force"]] {
        let lines = format!("rule add table 5\nrule add table 6 {fits}rule add table 7\n");
        let (datagrams, outcome) = batch(options, &lines, &[]);
        assert_eq!((datagrams, outcome.status), (vec![1], 1));
        assert_eq!(outcome.errors, "Line longer than 4096 bytes\nCommand failed -:2\n");
    }
    let comment = format!("# {}\nrule add table 5\n", "x".repeat(5000));
    assert_eq!(batch(&[], &comment, &[]).0, [1]);
}

#[test]
fn a_read_error_is_not_taken_for_the_end_of_the_file() {
    for options in [&[][..], &["-force"]] {
        let lines = "rule add table 5\nrule add table 6";
        let (datagrams, outcome) = broken_batch(options, lines, &[], Some(Errno::IO));
        assert_eq!((datagrams, outcome.status), (vec![1], 1), "half a line is no command");
        assert_eq!(outcome.errors, "Cannot read file \"-\": Input/output error\n");
    }
}

#[test]
fn netns_exec_is_rejected_in_a_batch() {
    let (datagrams, outcome) = batch(&["-force"], "netns exec blue true\nrule add table 5\n", &[]);
    assert_eq!((datagrams, outcome.status), (vec![1], 1));
    let errors = "exec is not supported in a batch.\nCommand failed -:1\n";
    assert_eq!(outcome.errors, errors);
}
