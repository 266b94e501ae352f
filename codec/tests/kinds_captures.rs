//! Every message about a link in recorded traffic: whatever stands below what kind it is has a
//! name and a fitting length.

mod links;

use std::path::{Path, PathBuf};

use barelink_codec::policy::{Scope, Set, Type};
use barelink_codec::rtnl::link::{self, Link};
use barelink_codec::{Messages, align};
use links::walk;

/// What does not fit: in which captures, where, and why.
const EXCEPTIONS: &[(&str, &str, &str)] =
    &[("err/rtnetlink.nl", "/LINKINFO/DATA/FORWARD_DELAY", "one byte for four, to be refused")];

#[test]
fn all_that_recorded_links_hold_by_their_kind_is_known() {
    let Some(shared) = std::env::var_os("BARELINK_SHARED") else {
        println!("skipped: BARELINK_SHARED is not set");
        return;
    };
    let mut files = Vec::new();
    find(&Path::new(&shared).join("captures"), &mut files);
    assert!(files.len() > 100, "{} captures", files.len());
    let (mut links, mut problems) = (0, Vec::new());
    for file in files {
        for datagram in datagrams(&std::fs::read(&file).unwrap()) {
            // Some are cut, or wrong on purpose: then as far as they can be read.
            for message in Messages::new(datagram).map_while(Result::ok) {
                if !(link::NEW.number()..=link::SET.number()).contains(&message.kind) {
                    continue;
                }
                let link = message.read(link::NEW);
                if barelink_codec::frame::check(link.bytes()).is_err() {
                    continue;
                }
                let Ok(Some(info)) = link.get(Link::LINKINFO) else { continue };
                if barelink_codec::frame::check(info.bytes()).is_err() {
                    continue;
                }
                links += 1;
                let mut tell = |path: &str, payload: &[u8], ty: Option<Type>| {
                    let known = ty.is_some_and(|ty| fits(ty, payload));
                    let excepted =
                        EXCEPTIONS.iter().any(|&(end, at, _)| file.ends_with(end) && path == at);
                    if path.starts_with("/LINKINFO") && !known && !excepted {
                        problems.push(format!("{}: {path} {payload:02x?}", file.display()));
                    }
                };
                let scope = Scope::default();
                walk(<Link as Set>::TABLE, &scope.inner(link.bytes()), "", &mut tell);
            }
        }
    }
    problems.sort();
    problems.dedup();
    assert!(links > 5000, "{links} links");
    assert!(problems.is_empty(), "{}\n{}", problems.len(), problems.join("\n"));
}

/// The captures below a directory whose machine has the byte order of this one.
fn find(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "nl") {
            let notes = path.with_extension("").with_extension("json");
            let notes: serde_json::Value =
                serde_json::from_slice(&std::fs::read(notes).unwrap()).unwrap();
            if (notes["byte-order"] == "big") == cfg!(target_endian = "big") {
                files.push(path);
            }
        }
    }
}

/// The datagrams of the routing protocol in a capture.
fn datagrams(mut bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (header, rest) = bytes.split_first_chunk::<8>()?;
        let len = u32::from_le_bytes([header[0], header[1], header[2], header[3]]) as usize;
        let (datagram, rest) = rest.split_at(len);
        bytes = rest;
        Some((header[5], datagram))
    })
    .filter_map(|(protocol, datagram)| (protocol == 0).then_some(datagram))
}

/// Whether a payload is as long as its type, a structure perhaps of an older or newer kernel.
fn fits(ty: Type, payload: &[u8]) -> bool {
    match ty {
        Type::Flag => payload.is_empty(),
        Type::Int(int) | Type::Named(int, _) | Type::Flags(int, _) => int.load(payload).is_some(),
        Type::Bytes(least, most) => (least..=most).contains(&payload.len()),
        Type::Ip => [4, 16].contains(&payload.len()),
        Type::Ipv4 => payload.len() == 4,
        Type::Ipv6 => payload.len() == 16,
        Type::Struct(layout) | Type::Headed(layout, _) => align(payload.len()) == align(layout.len),
        _ => true,
    }
}
