//! Reads recorded traffic, and looks at every attribute of it, at every depth, by the tables.
#![allow(dead_code, unreachable_pub)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use barelink_codec::frame::{NUMBER, Walk};
use barelink_codec::policy::{Family, Layout, Scope, Split, Table, Type};
use barelink_codec::{Messages, frame};

/// The recordings of a group, `addr` or `route`, of every machine with this one's byte order;
/// nothing, where recordings are not at hand.
pub fn recordings(groups: &[&str]) -> Option<Vec<PathBuf>> {
    let Some(shared) = std::env::var_os("BARELINK_SHARED") else {
        println!("skipped: BARELINK_SHARED is not set");
        return None;
    };
    let mut files = Vec::new();
    for machine in list(&Path::new(&shared).join("captures")) {
        for group in groups {
            files.extend(
                list(&machine.join(group))
                    .into_iter()
                    .filter(|file| file.extension().is_some_and(|extension| extension == "nl")),
            );
        }
    }
    assert!(!files.is_empty(), "no recordings of {groups:?}");
    Some(files)
}

fn list(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

/// A datagram as it was recorded.
pub struct Datagram {
    /// Its number in the recording.
    pub number: usize,
    /// Whether a program sent it, and not the kernel.
    pub sent: bool,
    /// The netlink protocol: 0 for the routing family.
    pub protocol: u8,
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
    /// How many attributes were looked at.
    pub attributes: usize,
    found: BTreeMap<String, String>,
}

impl Findings {
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
        for datagram in datagrams(file).iter().filter(|datagram| datagram.protocol == 0) {
            let at = format!("{} #{}", name.join("/"), datagram.number);
            let families = if datagram.sent { asked } else { told };
            for message in Messages::new(&datagram.bytes) {
                let Ok(message) = message else {
                    self.tell("a message that is cut off".into(), &at);
                    continue;
                };
                let family = families
                    .iter()
                    .find_map(|family| Some((*family, family.message(message.kind)?)));
                let Some((family, row)) = family else { continue };
                let path = format!("{} {}", family.name, row.name);
                let len = frame::align(family.header.len).min(message.payload.len());
                let (header, attrs) = message.payload.split_at(len);
                let scope = Scope { siblings: attrs, header, outer: None };
                self.attributes_of((row.table)(), attrs, &scope, &path, &at);
            }
        }
    }

    /// Everything found, less what is excepted: a part of the finding, and the reason. An exception
    /// that nothing needs is a finding.
    pub fn except(self, exceptions: &[(&str, &str)]) -> Vec<String> {
        let excepted =
            |finding: &str| exceptions.iter().any(|exception| finding.contains(exception.0));
        let unused = exceptions
            .iter()
            .filter(|exception| !self.found.keys().any(|finding| finding.contains(exception.0)));
        let mut rest: Vec<_> =
            unused.map(|unused| format!("no exception needed: {unused:?}")).collect();
        rest.extend(
            self.found
                .iter()
                .filter(|found| !excepted(found.0))
                .map(|(what, at)| format!("{what}, {at}")),
        );
        rest
    }

    fn tell(&mut self, finding: String, at: &str) {
        self.found.entry(finding).or_insert_with(|| at.into());
    }

    fn attributes_of(
        &mut self,
        table: &'static Table,
        bytes: &[u8],
        scope: &Scope<'_>,
        path: &str,
        at: &str,
    ) {
        for attr in Walk::new(bytes) {
            let Ok((raw, payload)) = attr else {
                return self.tell(format!("{path}: attributes that are cut off"), at);
            };
            self.attributes += 1;
            let number = raw & NUMBER;
            let Some(row) = table.row(number) else {
                let path = format!("{path} {} {number}", table.name);
                self.tell(format!("{path} is unknown: {payload:02x?}"), at);
                continue;
            };
            self.value(row.ty.choose(scope), payload, scope, &format!("{path} {}", row.name), at);
        }
    }

    fn value(&mut self, ty: Type, payload: &[u8], scope: &Scope<'_>, path: &str, at: &str) {
        let mut nest =
            |layout: Option<&Layout>, rows: barelink_codec::policy::Rows, bytes: &[u8]| {
                let attrs = bytes.get(layout.map_or(0, |layout| frame::align(layout.len))..);
                let attrs = attrs.unwrap_or_default();
                self.attributes_of(rows(), attrs, &scope.inner(attrs), path, at);
            };
        match ty {
            Type::Nest(rows) => nest(None, rows, payload),
            Type::Headed(layout, rows) => nest(Some(layout), rows, payload),
            Type::Records(layout, rows) => {
                for record in Split::new(payload, layout.len) {
                    match record {
                        Ok((_, record)) => nest(Some(layout), rows, record),
                        Err(_) => return self.tell(format!("{path}: a record cut off"), at),
                    }
                }
            }
            Type::Indexed(element) => {
                for attr in Walk::new(payload) {
                    let Ok((_, payload)) = attr else {
                        return self.tell(format!("{path}: elements that are cut off"), at);
                    };
                    self.value(*element, payload, scope, path, at);
                }
            }
            Type::Tailed(layout, tail) => match payload.split_at_checked(layout.len) {
                Some((_, rest)) => self.value(*tail, rest, scope, path, at),
                None => self.tell(format!("{path}: {} bytes do not fit", payload.len()), at),
            },
            Type::Array(element) => {
                if size(*element).is_some_and(|size| !payload.len().is_multiple_of(size)) {
                    self.tell(format!("{path}: {} bytes do not fit", payload.len()), at);
                }
            }
            _ => {
                let len = payload.len();
                let fits = match ty {
                    Type::Text(most) => len <= most.saturating_add(1),
                    Type::Bytes(least, most) => (least..=most).contains(&len),
                    Type::Ip => len == 4 || len == 16,
                    Type::Int(int) if int.size == 0 => len == 4 || len == 8,
                    Type::Reject => false,
                    _ => size(ty).is_none_or(|size| size == len),
                };
                if !fits {
                    self.tell(format!("{path}: {len} bytes do not fit {ty:?}"), at);
                }
            }
        }
    }
}

fn size(ty: Type) -> Option<usize> {
    match ty {
        Type::Flag => Some(0),
        Type::Int(int) | Type::Named(int, _) | Type::Flags(int, _) => Some(int.size.into()),
        Type::Bitfield32(_) => Some(8),
        Type::Bytes(least, most) if least == most => Some(least),
        Type::Ipv4 => Some(4),
        Type::Ipv6 => Some(16),
        Type::Struct(layout) => Some(layout.len),
        _ => None,
    }
}
