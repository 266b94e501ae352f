//! Reads a recording: `NAME.nl`, with its notes and the output of the kernel's own tool.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde_json::Value;

/// `NETLINK_KOBJECT_UEVENT`, the protocol whose datagrams are not netlink messages.
pub const UEVENT: u8 = 15;

/// Recording of one file.
#[derive(Debug)]
pub struct Capture {
    /// Path below the directory of recordings, without the suffix.
    pub name: String,
    /// Datagrams, in the order in which they were sent.
    pub records: Vec<Record>,
    /// `true` if the recording is of a big-endian machine.
    pub big_endian: bool,
    /// Names of the generic netlink families, by id.
    pub generic: HashMap<u16, String>,
    /// Indices of the records that were truncated (`MSG_TRUNC`).
    pub truncated: HashSet<usize>,
    /// JSON of the kernel's own tool, pyynl, by indices of record and message.
    pub reference: HashMap<(usize, usize), Value>,
}

/// Datagram of a recording.
#[derive(Debug)]
pub struct Record {
    /// `true` if a program sent the datagram to the kernel.
    pub to_kernel: bool,
    /// Netlink protocol (`NETLINK_*`).
    pub protocol: u8,
    /// Content of the datagram.
    pub bytes: Vec<u8>,
}

/// Returns the paths of all recordings below a directory, sorted.
pub fn all(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut directories = vec![directory.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory)? {
            let path = entry?.path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|ending| ending == "nl") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

impl Capture {
    /// Returns whether the recording is of a machine of the other byte order.
    pub fn is_foreign(&self) -> bool {
        self.big_endian != cfg!(target_endian = "big")
    }

    /// Reads a recording, its notes, and the output of the kernel's tool, if there is any.
    pub fn read(directory: &Path, file: &Path) -> io::Result<Capture> {
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
            name: base.strip_prefix(directory).unwrap_or(&base).to_string_lossy().into_owned(),
            records: read_records(&fs::read(file)?)?,
            big_endian: notes["byte-order"] == "big",
            generic: generic.collect(),
            truncated,
            reference: read_reference(&base.with_file_name(format!(
                "{}.ynl.jsonl.gz",
                base.file_name().unwrap_or_default().to_string_lossy()
            )))?,
        })
    }
}

fn read_records(mut bytes: &[u8]) -> io::Result<Vec<Record>> {
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

fn read_reference(file: &Path) -> io::Result<HashMap<(usize, usize), Value>> {
    let Ok(file) = fs::File::open(file) else { return Ok(HashMap::new()) };
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text)?;
    let mut reference = HashMap::new();
    for line in text.lines() {
        let message: Value = serde_json::from_str(line)?;
        let number = |name: &str| message[name].as_u64().unwrap_or_default() as usize;
        reference.insert((number("record"), number("message")), message);
    }
    Ok(reference)
}
