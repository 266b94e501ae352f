//! Recorded traffic, as the tests of `ip` need it.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

use barelink_codec::Message;
use barelink_codec::message::Messages;

/// The port of whom the recorded kernel answers.
pub(crate) const PORT: u32 = 77;

pub(crate) fn header(kind: u16, flags: u16, seq: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    bytes.extend(((16 + payload.len()) as u32).to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
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
pub(crate) fn records(file: &[u8]) -> Vec<(bool, u8, &[u8])> {
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

pub(crate) fn scenarios(folder: &Path, found: &mut Vec<PathBuf>) {
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
