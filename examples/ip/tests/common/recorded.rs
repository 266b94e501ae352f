//! Recorded traffic, as the tests of `ip` need it.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

use barelink_codec::Message;
use barelink_codec::message::Messages;
use barelink_codec::rtnl::link::{self, Link};

use super::Json;

/// The port of whom the recorded kernel answers.
pub(crate) const PORT: u32 = 77;

pub(crate) fn header(message_type: u16, flags: u16, seq: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend(((16 + payload.len()) as u32).to_ne_bytes());
    bytes.extend(message_type.to_ne_bytes());
    bytes.extend(flags.to_ne_bytes());
    bytes.extend(seq.to_ne_bytes());
    bytes.extend(PORT.to_ne_bytes());
    bytes.extend(payload);
    bytes
}

pub(crate) fn error(code: i32, request: &[u8]) -> Vec<u8> {
    let mut payload = code.to_ne_bytes().to_vec();
    payload.extend(&request[..16]);
    payload
}

pub(crate) fn parse(bytes: &[u8]) -> Option<Message<'_>> {
    Messages::new(bytes).next()?.ok()
}

/// A record of a capture: whether it goes to the kernel, the protocol, the datagram.
pub(crate) type Record<'f> = (bool, u8, &'f [u8]);

fn records(file: &[u8]) -> Vec<Record<'_>> {
    let mut found = Vec::new();
    let mut rest = file;
    while let Some((head, tail)) = rest.split_at_checked(8) {
        let len = u32::from_le_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let Some((datagram, tail)) = tail.split_at_checked(len) else { break };
        found.push((head[4] == 1, head[5], datagram));
        rest = tail;
    }
    found
}

pub(crate) struct Sink(pub(crate) String);

impl std::fmt::Write for Sink {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.push_str(text);
        Ok(())
    }
}

fn scenarios(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten().map(|entry| entry.path()) {
        if entry.is_dir() {
            scenarios(&entry, found);
        } else if entry.extension().is_some_and(|it| it == "json")
            && entry.with_extension("nl").exists()
        {
            found.push(entry);
        }
    }
    found.sort();
}

/// Takes in the links that the kernel told of.
fn update_links(datagram: &[u8], links: &mut Vec<Vec<u8>>) {
    for message in Messages::new(datagram).map_while(Result::ok) {
        let Some(link) = message.parse(link::NEW) else { continue };
        if link.header.family.0 != 0 || !matches!(link.get(Link::IFNAME), Ok(Some(_))) {
            continue;
        }
        let index = link.header.index;
        links.retain(|known| link_name_and_index(known).is_none_or(|known| known.1 != index));
        links.push(header(message.message_type, 0, 0, message.payload));
    }
}

/// The name and the index of a link that the kernel told of.
pub(crate) fn link_name_and_index(link: &[u8]) -> Option<(String, i32)> {
    let link = parse(link)?.parse(link::NEW)?;
    let name = link.get(Link::IFNAME).ok()??;
    Some((String::from_utf8_lossy(name.0).into_owned(), link.header.index))
}

/// A command of a recorded scenario, and what became of it.
pub(crate) struct Step<'s> {
    path: &'s Path,
    row: &'s Json,
    /// What was said meanwhile.
    pub(crate) records: &'s [Record<'s>],
    /// The links that the kernel has told of, whole messages.
    pub(crate) links: &'s [Vec<u8>],
}

impl<'s> Step<'s> {
    /// What is said of it under this key.
    pub(crate) fn get(&self, key: &str) -> Option<&'s Json> {
        self.row.get(key)
    }

    /// The text under this key.
    pub(crate) fn text(&self, key: &str) -> &'s str {
        self.get(key).and_then(Json::text).unwrap_or_default()
    }

    /// The command line.
    pub(crate) fn line(&self) -> &'s str {
        self.text("cmd")
    }

    /// Whether it only asks.
    pub(crate) fn is_query(&self) -> bool {
        self.get("query").is_some_and(Json::is_true)
    }

    /// The status that it ended with.
    pub(crate) fn status(&self) -> u8 {
        self.get("rc").and_then(Json::number).unwrap_or(0.0) as u8
    }

    /// The scenario, by the end of its path.
    pub(crate) fn scenario(&self) -> String {
        let path = self.path.with_extension("");
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
        parts[parts.len().saturating_sub(3)..].join("/")
    }
}

/// How many commands were done again, and how many of them came out as they did then.
#[derive(Default)]
pub(crate) struct Score {
    pub(crate) equal: usize,
    pub(crate) all: usize,
}

/// Goes through every scenario in a folder. `again` does a step again and says what is different,
/// unless the test is not about it.
pub(crate) fn replay_all(
    folder: &Path,
    mut replay: impl FnMut(&Step<'_>) -> Option<Vec<String>>,
) -> Score {
    let mut paths = Vec::new();
    scenarios(folder, &mut paths);
    // Of another byte order: their integers are not this machine's.
    let is_big = |path: &Path| path.to_string_lossy().contains("s390x");
    paths.retain(|path| is_big(path) == cfg!(target_endian = "big"));
    let mut score = Score::default();
    for path in &paths {
        let text = std::fs::read_to_string(path).unwrap();
        let scenario = Json::parse(&text).unwrap_or_else(|| panic!("{}: no JSON", path.display()));
        let file = std::fs::read(path.with_extension("nl")).unwrap();
        let records = records(&file);
        let mut links = Vec::new();
        for row in scenario.get("steps").map_or(&[][..], Json::list) {
            let bounds = row.get("records").map_or(&[][..], Json::list);
            let bound = |at: usize| bounds.get(at).and_then(Json::number).unwrap_or(0.0) as usize;
            let records = records.get(bound(0)..bound(1)).unwrap_or_default();
            let received = records.iter().filter(|it| !it.0 && it.1 == 0);
            received.for_each(|it| update_links(it.2, &mut links));
            let step = Step { path, row, records, links: &links };
            let Some(found) = replay(&step) else { continue };
            score.all += 1;
            score.equal += usize::from(found.is_empty());
            if !found.is_empty() {
                let shown = found.iter().take(4).cloned().collect::<Vec<_>>().join("\n    ");
                println!("{}: {}\n    {shown}", step.scenario(), step.line());
            }
        }
    }
    println!("{} of {} recorded command lines come out the same", score.equal, score.all);
    score
}

/// The folder of the recordings that are kept here.
pub(crate) fn local_recordings() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

/// The folder of all recordings, if it is there; says so if not.
pub(crate) fn shared_recordings() -> Option<PathBuf> {
    let shared = std::env::var_os("BARELINK_SHARED");
    if shared.is_none() {
        println!("skipped: BARELINK_SHARED is not set");
    }
    Some(Path::new(&shared?).join("captures"))
}
