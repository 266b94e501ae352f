//! Reads recorded traffic, and looks at every attribute of it, at every depth, by the tables.
#![allow(dead_code, unreachable_pub)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use barelink_codec::family::Family;
use barelink_codec::frame::{AttrWalk, NUMBER};
use barelink_codec::schema::{Scope, SplitRecords, Table, Type};
use barelink_codec::{Message, Messages, frame};

/// Every recording of the machines with this one's byte order; nothing, where recordings are not at
/// hand.
pub fn recordings() -> Option<Vec<PathBuf>> {
    let Some(shared) = std::env::var_os("BARELINK_SHARED") else {
        println!("skipped: BARELINK_SHARED is not set");
        return None;
    };
    let mut files = Vec::new();
    let mut folders = vec![Path::new(&shared).join("captures")];
    while let Some(folder) = folders.pop() {
        for path in list(&folder) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "nl") {
                files.push(path);
            }
        }
    }
    files.retain(|file| is_big_endian(file) == cfg!(target_endian = "big"));
    assert!(!files.is_empty(), "no recordings");
    files.sort();
    Some(files)
}

/// Whether the notes on a recording say that its machine is big-endian. Those on `NAME.notify.nl`
/// are those on `NAME.nl`.
fn is_big_endian(file: &Path) -> bool {
    let notes = std::fs::read(file.with_extension("").with_extension("json")).unwrap();
    let notes: serde_json::Value = serde_json::from_slice(&notes).unwrap();
    notes["byte-order"] == "big"
}

fn list(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// A datagram as it was recorded.
pub struct Datagram {
    /// Its number in the recording.
    pub number: usize,
    /// Whether a program sent it, and not the kernel.
    pub sent: bool,
    /// The netlink protocol: 0 for the routing family.
    protocol: u8,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// The datagrams of a recording.
pub fn datagrams(file: &Path) -> Vec<Datagram> {
    let bytes = std::fs::read(file).unwrap();
    let mut rest = &bytes[..];
    let mut datagrams = Vec::new();
    while let Some((header, behind)) = rest.split_first_chunk::<8>() {
        let len = u32::from_le_bytes(*header.first_chunk().unwrap()) as usize;
        let (datagram, behind) = behind.split_at(len);
        let number = datagrams.len();
        let (sent, protocol) = (header[4] == 1, header[5]);
        datagrams.push(Datagram { number, sent, protocol, bytes: datagram.into() });
        rest = behind;
    }
    datagrams
}

/// What the tables do not know or do not fit, each once with where it was seen first.
#[derive(Default)]
pub struct Findings {
    /// The netlink protocol whose messages are looked at: 0 for the routing family.
    pub protocol: u8,
    /// How many values were looked at.
    values: usize,
    found: BTreeMap<String, String>,
}

impl Findings {
    /// Nothing found yet in the messages of this netlink protocol.
    pub fn of(protocol: u8) -> Self {
        Findings { protocol, ..Self::default() }
    }

    /// Looks at all messages of these families in a recording.
    pub fn look(&mut self, file: &Path, families: &[&Family]) {
        self.look_both(file, families, families);
    }

    /// Looks at all messages of these families in a recording, where what the kernel is told has
    /// other attributes than what it tells.
    pub fn look_both(&mut self, file: &Path, told: &[&Family], asked: &[&Family]) {
        let mut name: Vec<_> =
            file.iter().rev().take(3).map(|part| part.to_string_lossy()).collect();
        name.reverse();
        let protocol = self.protocol;
        for datagram in datagrams(file).iter().filter(|datagram| datagram.protocol == protocol) {
            let at = format!("{} #{}", name.join("/"), datagram.number);
            let families = if datagram.sent { asked } else { told };
            for message in Messages::new(&datagram.bytes) {
                let Ok(message) = message else {
                    self.tell("a message that is cut off".into(), &at);
                    continue;
                };
                let find = |family: &&&Family| family.message(message.message_type).is_some();
                let Some(family) = families.iter().find(find) else { continue };
                look(family, &message, &mut |path, payload, sight| {
                    self.values += 1;
                    match sight {
                        Sight::Fits => {}
                        Sight::InvalidValue(ty) => {
                            self.tell(
                                format!("{path}: {} bytes do not fit {ty:?}", payload.len()),
                                &at,
                            );
                        }
                        Sight::Unknown => {
                            self.tell(format!("{path} is unknown: {payload:02x?}"), &at)
                        }
                        Sight::Cut => self.tell(format!("{path} is cut off"), &at),
                    }
                });
            }
        }
    }

    /// Fails if anything was found but what is excepted: a part of the finding, and the reason; or if
    /// an exception is not needed, or fewer values were looked at. Of big-endian machines there are
    /// few recordings, which need few.
    pub fn are_only(self, least: usize, exceptions: &[(&str, &str)]) {
        println!("{} values", self.values);
        let many = !cfg!(target_endian = "big");
        assert!(self.values > if many { least } else { 100 });
        let mut rest = Vec::new();
        for exception in exceptions.iter().filter(|_| many) {
            if !self.found.keys().any(|finding| finding.contains(exception.0)) {
                rest.push(format!("no exception needed: {exception:?}"));
            }
        }
        for (finding, at) in &self.found {
            if !exceptions.iter().any(|exception| finding.contains(exception.0)) {
                rest.push(format!("{finding}, {at}"));
            }
        }
        assert!(rest.is_empty(), "{} findings:\n{}", rest.len(), rest.join("\n"));
    }

    fn tell(&mut self, finding: String, at: &str) {
        self.found.entry(finding).or_insert_with(|| at.into());
    }
}

/// What the tables make of a value.
#[derive(Debug, Clone, Copy)]
pub enum Sight {
    /// There is a row for it, and it is as long as the row's type.
    Fits,
    /// It is not as long as its type.
    InvalidValue(Type),
    /// There is no row for it, or what it is depends on another value, which is none of the known.
    Unknown,
    /// Attributes, elements or records of which the last is not whole.
    Cut,
}

/// What is told of a value: the path of names to it, its bytes, and what the tables make of it.
pub type Tell<'t> = dyn FnMut(&str, &[u8], Sight) + 't;

/// Looks at all that a message of this family holds, at every depth. Of what holds attributes, only
/// the header in front of them is told, if it has one.
pub fn look(family: &Family, message: &Message<'_>, tell: &mut Tell<'_>) {
    let Some(row) = family.row(message) else { return tell(family.name, &[], Sight::Unknown) };
    let len = frame::align(family.header.len).min(message.payload.len());
    let (header, siblings) = message.payload.split_at(len);
    let scope = Scope { siblings, header, outer: None };
    run((row.table)(), &scope, &format!("{} {}", family.name, row.name), tell);
}

fn run(table: &'static Table, scope: &Scope<'_>, path: &str, tell: &mut Tell<'_>) {
    for attr in AttrWalk::new(scope.siblings) {
        let Ok((raw, payload)) = attr else { return tell(path, &[], Sight::Cut) };
        let number = raw & NUMBER;
        let Some(row) = table.row(number) else {
            tell(&format!("{path} {} {number}", table.name), payload, Sight::Unknown);
            continue;
        };
        let path = format!("{path} {}", row.name);
        match row.ty {
            // Of a kind that has nothing to say, some programs say nothing at length.
            Type::SubMessage(_) if payload.is_empty() => tell(&path, payload, Sight::Fits),
            Type::SubMessage(choices) if choices.choose(scope).is_none() => {
                tell(&path, payload, Sight::Unknown);
            }
            ty => value(ty.choose(scope), payload, scope, &path, tell),
        }
    }
}

fn value(ty: Type, payload: &[u8], scope: &Scope<'_>, path: &str, tell: &mut Tell<'_>) {
    let sight = |fits: bool| if fits { Sight::Fits } else { Sight::InvalidValue(ty) };
    let len = payload.len();
    match ty {
        Type::Nest(rows) => run(rows(), &scope.inner(payload), path, tell),
        Type::FixedHeader(layout, rows) => {
            let (header, attrs) = payload.split_at(frame::align(layout.len).min(len));
            tell(path, header, sight(header.len() >= layout.len));
            run(rows(), &scope.inner(attrs), path, tell);
        }
        Type::Records(layout, rows) => {
            for record in SplitRecords::new(payload, layout.len) {
                let Ok((_, record)) = record else { return tell(path, payload, Sight::Cut) };
                let (header, attrs) = record.split_at(frame::align(layout.len).min(record.len()));
                tell(path, header, Sight::Fits);
                run(rows(), &scope.inner(attrs), path, tell);
            }
        }
        Type::IndexedArray(element) => {
            for attr in AttrWalk::new(payload) {
                let Ok((_, element_payload)) = attr else { return tell(path, payload, Sight::Cut) };
                value(*element, element_payload, &scope.inner(payload), path, tell);
            }
        }
        Type::WithTail(layout, tail) => match payload.split_at_checked(layout.len) {
            Some((_, rest)) => value(*tail, rest, scope, path, tell),
            None => tell(path, payload, sight(false)),
        },
        _ => {
            let fits = match ty {
                Type::Array(element) => {
                    element.fixed_len().is_none_or(|each| len.is_multiple_of(each))
                }
                Type::Text(most) => len <= most.saturating_add(1),
                Type::Bytes(least, most) => (least..=most).contains(&len),
                Type::Ip => len == 4 || len == 16,
                Type::Int(int) if int.size == 0 => len == 4 || len == 8,
                Type::Flag => len == 0,
                Type::Reject => false,
                _ => ty.fixed_len().is_none_or(|fixed| fixed == len),
            };
            tell(path, payload, sight(fits));
        }
    }
}
