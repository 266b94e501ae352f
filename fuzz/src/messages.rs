//! A datagram: walks, validates and prints its messages.

use std::fmt::Write;

use barelink_codec::Messages;
use barelink_codec::control::Status;
use barelink_codec::hexdump::HexDump;
use barelink_codec::message::HEADER;
use barelink_codec::path::Path;
use barelink_codec::print::MessageDebug;
use barelink_codec::validate::{self, Strictness};
use barelink_codec::value::Structure;

use crate::sets::families;

/// Reads a datagram.
pub fn run(data: &[u8]) {
    let mut walk = Messages::new(data);
    let mut failed = false;
    loop {
        let start = walk.at();
        let Some(message) = walk.next() else { break };
        assert!(!failed, "a walk that failed goes on");
        let Ok(message) = message else {
            failed = true;
            continue;
        };
        assert!(start + HEADER + message.payload.len() <= data.len());
        assert!(walk.at() > start && walk.at() % 4 == 0);
        let mut header = [0; HEADER];
        message.header().write(&mut header);
        assert_eq!(header, data[start..start + HEADER], "the header is not what it was read from");
        one(&message);
    }
    assert_eq!(walk.next().map(|_| ()), None);
}

fn one(message: &barelink_codec::Message<'_>) {
    let mut text = String::new();
    write!(text, "{message:?}").unwrap();
    write!(text, "{}", HexDump { message: *message, family: None }).unwrap();
    let mut known = false;
    for family in families() {
        let number = family.number(message);
        let Some(row) = family.row(message) else { continue };
        known = true;
        text.clear();
        write!(text, "{:?}", MessageDebug { message: *message, family: Some(family) }).unwrap();
        assert!(text.starts_with(family.name), "{text}");
        write!(text, "{}", HexDump { message: *message, family: Some(family) }).unwrap();
        write!(text, "{:#?}", MessageDebug { message: *message, family: Some(family) }).unwrap();
        for strictness in [Strictness::LIBERAL, Strictness::STRICT] {
            if let Err(invalid) = validate::message(family, number, message.payload, strictness) {
                write!(text, "{invalid} {invalid:?}").unwrap();
                assert!(invalid.at <= HEADER + message.payload.len().max(family.header.len + 3));
            }
        }
        let head = family.header.len;
        for offset in (0..message.payload.len()).step_by(4) {
            let path = Path::at(Some(row.table), head, message.payload, HEADER + offset);
            write!(text, "{path}").unwrap();
        }
    }
    if !known {
        write!(text, "{:?}", MessageDebug { message: *message, family: None }).unwrap();
    }
    if let Ok(status) = Status::read(message) {
        assert!(status.errno >= 0);
        write!(text, "{status:?} {:?}", status.text()).unwrap();
        for family in families() {
            let root = family.messages.first().map(|row| row.table);
            write!(text, "{}", status.path(root, family.header.len, status.quoted)).unwrap();
        }
    }
}
