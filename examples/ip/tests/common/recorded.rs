//! Reader of recorded traffic, and replay of recorded command lines.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

use barelink_codec::Message;
use barelink_codec::message::Messages;
use barelink_codec::rtnl::link::{self, Link};

use super::Json;

/// Port number of the program in replies.
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

/// Record of a capture: `true` if it was sent to the kernel, the protocol, the datagram.
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

/// Updates the known links from a datagram of the kernel.
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

/// Returns the name and index in a link message.
pub(crate) fn link_name_and_index(link: &[u8]) -> Option<(String, i32)> {
    let link = parse(link)?.parse(link::NEW)?;
    let name = link.get(Link::IFNAME).ok()??;
    Some((String::from_utf8_lossy(name.0).into_owned(), link.header.index))
}

/// Command of a recorded scenario, with its result.
pub(crate) struct Step<'s> {
    path: &'s Path,
    row: &'s Json,
    /// Datagrams recorded while the command ran.
    pub(crate) records: &'s [Record<'s>],
    /// Links reported by the kernel so far, as complete messages.
    pub(crate) links: &'s [Vec<u8>],
}

impl<'s> Step<'s> {
    /// Returns the step's value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&'s Json> {
        self.row.get(key)
    }

    /// Returns the step's text of a key; empty if there is none.
    pub(crate) fn text(&self, key: &str) -> &'s str {
        self.get(key).and_then(Json::text).unwrap_or_default()
    }

    /// Returns the command line.
    pub(crate) fn line(&self) -> &'s str {
        self.text("cmd")
    }

    /// Returns whether the command only reads.
    pub(crate) fn is_query(&self) -> bool {
        self.get("query").is_some_and(Json::is_true)
    }

    /// Returns the exit status.
    pub(crate) fn status(&self) -> u8 {
        self.get("rc").and_then(Json::number).unwrap_or(0.0) as u8
    }

    /// Returns the scenario's name, the end of its path.
    pub(crate) fn scenario(&self) -> String {
        let path = self.path.with_extension("");
        let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
        parts[parts.len().saturating_sub(3)..].join("/")
    }
}

/// Number of replayed commands, and of those with the recorded result.
#[derive(Default)]
pub(crate) struct Score {
    pub(crate) equal: usize,
    pub(crate) all: usize,
}

/// Replays every scenario below a directory. `replay` returns the differences of a step, or `None`
/// if the test does not cover it.
pub(crate) fn replay_all(
    folder: &Path,
    mut replay: impl FnMut(&Step<'_>) -> Option<Vec<String>>,
) -> Score {
    let mut paths = Vec::new();
    scenarios(folder, &mut paths);
    // Recordings of the other byte order are skipped.
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
    println!("{} of {} recorded command lines have the same result", score.equal, score.all);
    score
}

/// Returns the directory of the recordings in this repository.
pub(crate) fn local_recordings() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

/// Returns the directory of all recordings; prints a message if it is not set.
pub(crate) fn shared_recordings() -> Option<PathBuf> {
    let shared = std::env::var_os("BARELINK_SHARED");
    if shared.is_none() {
        println!("skipped: BARELINK_SHARED is not set");
    }
    Some(Path::new(&shared?).join("captures"))
}
