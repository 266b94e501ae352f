//! Every message about links, their counts, bridge VLANs and groups that was ever recorded: whether
//! the tables know each attribute, and whether its payload is what they say.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use barelink_codec::Messages;
use barelink_codec::attr::Attrs;
use barelink_codec::policy::{Family, Scope, Table, Type};
use barelink_codec::rtnl::link::{Link, LinkInfo};
use barelink_codec::rtnl::{bridge_vlan, link, mdb, stats};

/// A recorded datagram.
struct Record<'a> {
    to_kernel: bool,
    protocol: u8,
    datagram: &'a [u8],
}

/// The records of a capture file.
fn records(file: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut rest = file;
    std::iter::from_fn(move || {
        let (head, behind) = rest.split_first_chunk::<8>()?;
        let len = u32::from_le_bytes([head[0], head[1], head[2], head[3]]) as usize;
        let (datagram, behind) = behind.split_at(len);
        rest = behind;
        Some(Record { to_kernel: head[4] == 1, protocol: head[5], datagram })
    })
}

/// The capture files of machines with this one's byte order, except those of requests that are
/// wrong on purpose.
fn captures(directory: &Path, found: &mut Vec<PathBuf>) {
    let other = if cfg!(target_endian = "big") { "linux-7.3" } else { "linux-6.12-s390x" };
    for entry in std::fs::read_dir(directory).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() && name != "err" && name != other {
            captures(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "nl") {
            found.push(path);
        }
    }
}

/// Why a payload is not of this type.
fn misfit(ty: Type, len: usize) -> Option<String> {
    let fits = match ty {
        Type::Flag => len == 0,
        Type::Int(int) | Type::Named(int, _) | Type::Flags(int, _) => {
            len == int.size.into() || int.size == 0 && (len == 4 || len == 8)
        }
        Type::Bitfield32(_) => len == 8,
        Type::Text(most) => len <= most.saturating_add(1),
        Type::Bytes(least, most) => (least..=most).contains(&len),
        Type::Hardware => len <= 32,
        Type::Ip => len == 4 || len == 16,
        Type::Ipv4 => len == 4,
        Type::Ipv6 => len == 16,
        Type::Struct(layout) => len == layout.len,
        Type::Array(element) => match element.int() {
            Some(int) => len % usize::from(int.size) == 0,
            None => true,
        },
        _ => true,
    };
    (!fits).then(|| format!("{len} bytes for {ty:?}"))
}

/// Tells what this run of attributes has that the table does not know.
fn walk(table: &Table, scope: &Scope<'_>, path: &str, problems: &mut BTreeSet<String>) {
    for attr in Attrs::<Link>::new(scope.siblings) {
        let Ok(attr) = attr else {
            problems.insert(format!("{path}: framing"));
            return;
        };
        let Some(row) = table.row(attr.number()) else {
            problems.insert(format!("{path}/{}", attr.number()));
            continue;
        };
        let path = format!("{path}/{}", row.name);
        // The kinds of link have a test of their own.
        let kinds = [LinkInfo::DATA.name(), LinkInfo::SLAVE_DATA.name()];
        if table.name == "LinkInfo" && kinds.contains(&row.name) {
            continue;
        }
        value(row.ty, scope, attr.payload(), &path, problems);
    }
}

fn value(ty: Type, scope: &Scope<'_>, payload: &[u8], path: &str, problems: &mut BTreeSet<String>) {
    let ty = ty.choose(scope);
    if let Some(problem) = misfit(ty, payload.len()) {
        problems.insert(format!("{path}: {problem}"));
    }
    if let Type::Indexed(element) = ty {
        for attr in Attrs::<Link>::new(payload) {
            let Ok(attr) = attr else {
                problems.insert(format!("{path}: framing"));
                return;
            };
            value(*element, &scope.inner(payload), attr.payload(), &format!("{path}[]"), problems);
        }
    } else if let Some((start, rows)) = ty.nested() {
        let inner = payload.get(start..).unwrap_or_default();
        walk(rows(), &scope.inner(inner), path, problems);
    }
}

#[test]
fn every_attribute_that_was_ever_seen_has_a_name_and_fits_its_type() {
    let Some(shared) = std::env::var_os("BARELINK_SHARED") else {
        println!("skipped: BARELINK_SHARED is not set");
        return;
    };
    let mut files = Vec::new();
    captures(&Path::new(&shared).join("captures"), &mut files);

    let replies: &[&Family] = &[&link::FAMILY, &stats::FAMILY, &bridge_vlan::FAMILY, &mdb::FAMILY];
    let requests: &[&Family] =
        &[&link::FAMILY, &stats::FAMILY, &bridge_vlan::FAMILY, &mdb::request::FAMILY];
    let (mut seen, mut problems) = (0, BTreeSet::new());
    for file in files {
        let file = std::fs::read(&file).unwrap();
        for record in records(&file).filter(|record| record.protocol == 0) {
            let families = if record.to_kernel { requests } else { replies };
            for message in Messages::new(record.datagram).map_while(Result::ok) {
                let found = families
                    .iter()
                    .find_map(|family| Some((family, family.message(message.kind)?)));
                let Some((family, row)) = found else { continue };
                seen += 1;
                let (header, attributes) = message
                    .payload
                    .split_at_checked(family.header.len)
                    .unwrap_or((message.payload, &[]));
                let scope = Scope { siblings: attributes, header, outer: None };
                let path = format!("{} {}", family.name, row.name);
                walk((row.table)(), &scope, &path, &mut problems);
            }
        }
    }
    println!("{seen} messages");
    assert!(seen > 0, "no message");
    assert!(problems.is_empty(), "of {seen} messages: {problems:#?}");
}
