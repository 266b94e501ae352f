//! Fuzz test of `ip`: replies with changed bytes, and arguments in any order, end with an exit
//! status, an error message unless that is 0, and well-formed JSON.

mod common;

use barelink_codec::frame::align;
use barelink_codec::message::Messages;
use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_ip::{self as ip, Buffers};
use common::Json;
use common::machine::{Machine, Recording, recording};
use common::recorded::{Record, Sink, local_recordings, replay_all};

/// Pseudorandom numbers, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end.max(1)
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}

/// Runs a command line; returns what is wrong with its result.
fn run(words: &[&str], recording: Recording, buffers: &mut Buffers) -> Result<u8, String> {
    let (mut out, mut err) = (Sink(String::new()), Sink(String::new()));
    let code = ip::run(words, Machine::new(recording), buffers, &mut out, &mut err);
    let wrong = |what: &str| Err(format!("{words:?}: {what}: {code}, {:?}, {:?}", out.0, err.0));
    if !matches!(code, 0 | 1 | 2 | 22 | 255) {
        return wrong("not a status of iproute2");
    }
    if code != 0 && err.0.is_empty() && out.0.is_empty() {
        return wrong("fails without a message");
    }
    if code == 0 && words[0] == "-j" && !out.0.trim().is_empty() && Json::parse(&out.0).is_none() {
        return wrong("not JSON");
    }
    Ok(code)
}

/// Returns the records with some of the kernel's bytes changed, except in message headers.
fn garbled(records: &[Record<'_>], random: &mut Random) -> Vec<(bool, u8, Vec<u8>)> {
    let garble = |(up, protocol, datagram): &Record<'_>| {
        let mut bytes = datagram.to_vec();
        let mut at = 0;
        for message in Messages::new(datagram).map_while(Result::ok).filter(|_| !up) {
            let end = at + 16 + message.payload.len();
            for _ in 0..random.below(6) {
                if end > at + 16 {
                    bytes[at + 16 + random.below(end - at - 16)] =
                        *random.of(&[0, 1, 2, 4, 5, 8, 0x0a, 0x22, 0x5c, 0x7f, 0x80, 0xff]);
                }
            }
            at = align(end);
        }
        (*up, *protocol, bytes)
    };
    records.iter().map(garble).collect()
}

#[test]
fn garbled_replies_are_printed_or_reported() {
    let mut random = Random(0x5eed);
    let mut buffers = Buffers::new();
    let (mut lines, mut accepted) = (0, 0);
    replay_all(&local_recordings(), |step| {
        let words: Vec<&str> = step.line().split_whitespace().skip(1).collect();
        if !step.is_query() || !step.line().starts_with("ip ") {
            return None;
        }
        let mut found = vec![];
        for options in [&["-d"][..], &["-j", "-d", "-s", "-s"], &["-o", "-s"], &["-br"]] {
            for _ in 0..20 {
                let records = garbled(step.records, &mut random);
                let records: Vec<Record<'_>> =
                    records.iter().map(|it| (it.0, it.1, &*it.2)).collect();
                let words = [options, &words].concat();
                match run(&words, recording(&records, step.links), &mut buffers) {
                    Ok(code) => accepted += usize::from(code == 0),
                    Err(wrong) => found.push(wrong),
                }
                lines += 1;
            }
        }
        assert!(found.is_empty(), "{}", found.join("\n"));
        Some(found)
    });
    println!("{lines} command lines, {accepted} of them printed");
    assert!(lines > 1000 && accepted > lines / 4);
}

/// Values at a bound, beyond one, or of another type than the expected.
const ODD: &str = "0 1 -1 255 256 65535 65536 4294967295 4294967296 18446744073709551615 \
    99999999999999999999 0x 0xff 1k 1.5s 010 / :: 0/0 ::/129 1.2.3.4/33 1.2.3.4/255.0.0.0 fe80::1%9 \
    00:11 ff:ff:ff:ff:ff:ff:ff:ff: a/b , 1,2 help ? -- - . .. \u{e9} \u{1f600} @ a@b abcdefghijklmnop";

#[test]
fn any_arguments_end_with_a_status_and_a_message() {
    let mut random = Random(0xfeed);
    let mut buffers = Buffers::new();
    let mut known: Vec<Vec<String>> = vec![];
    for file in ["changes.txt", "requests.txt", "link-requests.txt"] {
        let text = std::fs::read_to_string(local_recordings().join(file)).unwrap();
        // Requests and replies are indented.
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with(' '));
        let lines = lines.map(|line| line.trim_start_matches("ip "));
        known.extend(lines.map(|line| line.split_whitespace().map(String::from).collect()));
    }
    // All links exist that a line names.
    let mut names: Vec<&str> = known
        .iter()
        .flat_map(|line| line.windows(2).filter(|pair| pair[0] == "dev").map(|pair| &*pair[1]))
        .filter(|name| name.len() < 16)
        .collect();
    names.sort_unstable();
    names.dedup();
    let named = |(index, name): (usize, &&str)| {
        let mut buffers = [0; 64];
        let about = LinkHeader { index: index as i32 + 1, ..LinkHeader::default() };
        let link = link::NEW.build(&mut buffers, 0, about, |link| {
            link.put(Link::IFNAME, *name);
        });
        link.unwrap().to_vec()
    };
    let links: Vec<Vec<u8>> = names.iter().enumerate().map(named).collect();
    let odd: Vec<&str> = ODD.split_whitespace().collect();
    let (mut accepted, all) = (0, 20_000);
    for _ in 0..all {
        let mut words: Vec<&str> = random.of(&known).iter().map(|word| &**word).collect();
        for _ in 0..random.below(3) {
            // Rarely the object or the command, after which nothing else is parsed.
            let first = if random.below(16) == 0 { 0 } else { words.len().min(2) };
            let at = first + random.below(words.len() + 1 - first);
            let taken = (at < words.len()).then(|| words.remove(at));
            match (random.below(6), taken) {
                (0, _) => {}
                (1, Some(word)) => words.extend([word, word]),
                (2, Some(word)) => {
                    let mut end = random.below(word.len() + 1);
                    while !word.is_char_boundary(end) {
                        end -= 1;
                    }
                    words.insert(at, &word[..end]);
                }
                (3, _) => words.insert(at, *random.of(&odd)),
                _ => {
                    let other = random.of(&known);
                    words.insert(at, random.of(other).as_str());
                }
            }
        }
        if words.is_empty() {
            continue;
        }
        let recording = Recording { requests: vec![], links: links.clone() };
        match run(&words, recording, &mut buffers) {
            Ok(code) => accepted += usize::from(code == 0),
            Err(wrong) => panic!("{wrong}"),
        }
    }
    println!("{all} command lines, {accepted} of them valid");
    assert!(accepted > all / 20);
}
