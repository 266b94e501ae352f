//! Recorded traffic: `NAME.nl`, and what is known of it.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde_json::Value;

/// The number of the protocol whose datagrams are no netlink messages, `NETLINK_KOBJECT_UEVENT`.
pub const UEVENT: u8 = 15;

/// One recorded file.
#[derive(Debug)]
pub struct Capture {
    /// Its path below the folder of recordings, without the ending.
    pub name: String,
    /// Its datagrams.
    pub records: Vec<Record>,
    /// Whether the machine that it comes from is big-endian.
    pub big_endian: bool,
    /// The names of generic families, by their numbers.
    pub generic: HashMap<u16, String>,
    /// The records that the receiver's buffer was too small for.
    pub truncated: HashSet<usize>,
    /// What the kernel's own tool made of it, by record and message.
    pub truth: HashMap<(usize, usize), Value>,
}

/// One datagram.
#[derive(Debug)]
pub struct Record {
    /// Whether it went from a program to the kernel.
    pub to_kernel: bool,
    /// The number of its protocol.
    pub protocol: u8,
    /// What was sent or received.
    pub bytes: Vec<u8>,
}

/// Every recording below this folder, sorted by name.
pub fn all(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "nl") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

impl Capture {
    /// Whether it comes from a machine of the other byte order.
    pub fn is_foreign(&self) -> bool {
        self.big_endian != cfg!(target_endian = "big")
    }

    /// Reads a recording, the notes on it, and what the kernel's tool made of it, if that is there.
    pub fn read(folder: &Path, file: &Path) -> io::Result<Capture> {
        let base = file.with_extension("");
        let notes = base.to_string_lossy();
        let notifications = notes.strip_suffix(".notify");
        let notes = format!("{}.json", notifications.unwrap_or(&notes));
        let notes: Value = match fs::read(notes) {
            Ok(text) => serde_json::from_slice(&text)?,
            Err(_) => Value::Null,
        };
        let mut truncated = HashSet::new();
        if notifications.is_none() {
            let steps = notes["steps"].as_array().into_iter().flatten();
            for note in steps.flat_map(|step| step["notes"].as_array().into_iter().flatten()) {
                if note["truncated"] == true {
                    truncated.extend(note["record"].as_u64().map(|record| record as usize));
                }
            }
        }
        let generic = notes["genl-families"].as_object().into_iter().flatten();
        let generic =
            generic.filter_map(|(name, number)| Some((number.as_u64()? as u16, name.clone())));
        Ok(Capture {
            name: base.strip_prefix(folder).unwrap_or(&base).to_string_lossy().into_owned(),
            records: records(&fs::read(file)?)?,
            big_endian: notes["byte-order"] == "big",
            generic: generic.collect(),
            truncated,
            truth: truth(&base.with_file_name(format!(
                "{}.ynl.jsonl.gz",
                base.file_name().unwrap_or_default().to_string_lossy()
            )))?,
        })
    }
}

fn records(mut bytes: &[u8]) -> io::Result<Vec<Record>> {
    let mut records = Vec::new();
    while let Some((header, rest)) = bytes.split_first_chunk::<8>() {
        let [l0, l1, l2, l3, direction, protocol, _, _] = *header;
        let len = u32::from_le_bytes([l0, l1, l2, l3]) as usize;
        let (datagram, rest) = rest.split_at_checked(len).ok_or(io::ErrorKind::UnexpectedEof)?;
        records.push(Record { to_kernel: direction == 1, protocol, bytes: datagram.to_owned() });
        bytes = rest;
    }
    Ok(records)
}

fn truth(file: &Path) -> io::Result<HashMap<(usize, usize), Value>> {
    let Ok(file) = fs::File::open(file) else { return Ok(HashMap::new()) };
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text)?;
    let mut truth = HashMap::new();
    for line in text.lines() {
        let message: Value = serde_json::from_str(line)?;
        let number = |name: &str| message[name].as_u64().unwrap_or_default() as usize;
        truth.insert((number("record"), number("message")), message);
    }
    Ok(truth)
}
