//! Reads recorded traffic and checks every attribute, at every depth, against the tables.
#![allow(dead_code, unreachable_pub)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use barelink_codec::family::Family;
use barelink_codec::frame::{AttrWalk, NUMBER};
use barelink_codec::schema::{Scope, SplitRecords, Table, Type};
use barelink_codec::{Message, Messages, frame};

/// Returns the recordings of machines with this one's byte order; `None` where recordings are not
/// available.
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

/// Returns whether a recording is of a big-endian machine, by its notes. `NAME.nl` and
/// `NAME.notify.nl` have the same notes.
fn is_big_endian(file: &Path) -> bool {
    let notes = std::fs::read(file.with_extension("").with_extension("json")).unwrap();
    let notes: serde_json::Value = serde_json::from_slice(&notes).unwrap();
    notes["byte-order"] == "big"
}

fn list(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// Recorded datagram.
pub struct Datagram {
    /// Index in the recording.
    pub number: usize,
    /// `true` if a program sent the datagram, `false` if the kernel did.
    pub sent: bool,
    /// Netlink protocol: 0 for rtnetlink.
    protocol: u8,
    /// Messages of the datagram.
    pub bytes: Vec<u8>,
}

/// Returns the datagrams of a recording.
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

/// Attributes that the tables lack or whose type does not fit, each with its first place.
#[derive(Default)]
pub struct Findings {
    /// Netlink protocol of the messages to check: 0 for rtnetlink.
    pub protocol: u8,
    /// Number of values checked.
    values: usize,
    found: BTreeMap<String, String>,
}

impl Findings {
    /// Creates empty findings for the messages of this netlink protocol.
    pub fn of(protocol: u8) -> Self {
        Findings { protocol, ..Self::default() }
    }

    /// Checks the messages of these families in a recording.
    pub fn check(&mut self, file: &Path, families: &[&Family]) {
        self.check_both(file, families, families);
    }

    /// Checks the messages of a recording, where families have other attributes in requests than in
    /// the kernel's messages.
    pub fn check_both(&mut self, file: &Path, replies: &[&Family], requests: &[&Family]) {
        let mut name: Vec<_> =
            file.iter().rev().take(3).map(|part| part.to_string_lossy()).collect();
        name.reverse();
        let protocol = self.protocol;
        for datagram in datagrams(file).iter().filter(|datagram| datagram.protocol == protocol) {
            let at = format!("{} #{}", name.join("/"), datagram.number);
            let families = if datagram.sent { requests } else { replies };
            for message in Messages::new(&datagram.bytes) {
                let Ok(message) = message else {
                    self.add("a truncated message".into(), &at);
                    continue;
                };
                let find = |family: &&&Family| family.message(message.message_type).is_some();
                let Some(family) = families.iter().find(find) else { continue };
                check(family, &message, &mut |path, payload, fit| {
                    self.values += 1;
                    match fit {
                        Fit::Fits => {}
                        Fit::InvalidValue(ty) => {
                            self.add(
                                format!("{path}: {} bytes do not fit {ty:?}", payload.len()),
                                &at,
                            );
                        }
                        Fit::Unknown => self.add(format!("{path} is unknown: {payload:02x?}"), &at),
                        Fit::Truncated => self.add(format!("{path} is truncated"), &at),
                    }
                });
            }
        }
    }

    /// Fails if there is a finding without an exception (a part of the finding, and the reason), an
    /// unneeded exception, or fewer than `least` values. Big-endian machines have few recordings, so
    /// that 100 values and any exceptions pass.
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

    fn add(&mut self, finding: String, at: &str) {
        self.found.entry(finding).or_insert_with(|| at.into());
    }
}

/// Result of comparing a value with its row.
#[derive(Debug, Clone, Copy)]
pub enum Fit {
    /// A row exists, and the length fits its type.
    Fits,
    /// The length does not fit the row's type.
    InvalidValue(Type),
    /// No row exists, or the selector of a sub-message has an unknown value.
    Unknown,
    /// The last attribute, element or record is truncated.
    Truncated,
}

/// Callback with the path of names of a value, its bytes, and the result.
pub type Report<'t> = dyn FnMut(&str, &[u8], Fit) + 't;

/// Checks every value of a message of this family, at every depth. Of a nest, only the header before
/// its attributes is reported, if it has one.
pub fn check(family: &Family, message: &Message<'_>, report: &mut Report<'_>) {
    let Some(row) = family.row(message) else { return report(family.name, &[], Fit::Unknown) };
    let len = frame::align(family.header.len).min(message.payload.len());
    let (header, siblings) = message.payload.split_at(len);
    let scope = Scope { siblings, header, outer: None };
    run((row.table)(), &scope, &format!("{} {}", family.name, row.name), report);
}

fn run(table: &'static Table, scope: &Scope<'_>, path: &str, report: &mut Report<'_>) {
    for attr in AttrWalk::new(scope.siblings) {
        let Ok((raw, payload)) = attr else { return report(path, &[], Fit::Truncated) };
        let number = raw & NUMBER;
        let Some(row) = table.row(number) else {
            report(&format!("{path} {} {number}", table.name), payload, Fit::Unknown);
            continue;
        };
        let path = format!("{path} {}", row.name);
        match row.ty {
            // Some programs send empty data for a kind without options.
            Type::SubMessage(_) if payload.is_empty() => report(&path, payload, Fit::Fits),
            Type::SubMessage(sub_message) if sub_message.choose(scope).is_none() => {
                report(&path, payload, Fit::Unknown);
            }
            ty => value(ty.choose(scope), payload, scope, &path, report),
        }
    }
}

fn value(ty: Type, payload: &[u8], scope: &Scope<'_>, path: &str, report: &mut Report<'_>) {
    let fit = |fits: bool| if fits { Fit::Fits } else { Fit::InvalidValue(ty) };
    let len = payload.len();
    match ty {
        Type::Nest(rows) => run(rows(), &scope.inner(payload), path, report),
        Type::FixedHeader(layout, rows) => {
            let (header, attrs) = payload.split_at(frame::align(layout.len).min(len));
            report(path, header, fit(header.len() >= layout.len));
            run(rows(), &scope.inner(attrs), path, report);
        }
        Type::Records(layout, rows) => {
            for record in SplitRecords::new(payload, layout.len) {
                let Ok((_, record)) = record else { return report(path, payload, Fit::Truncated) };
                let (header, attrs) = record.split_at(frame::align(layout.len).min(record.len()));
                report(path, header, Fit::Fits);
                run(rows(), &scope.inner(attrs), path, report);
            }
        }
        Type::IndexedArray(element) => {
            for attr in AttrWalk::new(payload) {
                let Ok((_, element_payload)) = attr else {
                    return report(path, payload, Fit::Truncated);
                };
                value(*element, element_payload, &scope.inner(payload), path, report);
            }
        }
        Type::WithTail(layout, tail) => match payload.split_at_checked(layout.len) {
            Some((_, rest)) => value(*tail, rest, scope, path, report),
            None => report(path, payload, fit(false)),
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
            report(path, payload, fit(fits));
        }
    }
}
