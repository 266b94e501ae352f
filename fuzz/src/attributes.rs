//! Attributes of any set: walks, validates and prints them, and turns their offsets into paths.

use std::fmt::Write;

use barelink_codec::frame::{self, AttrWalk};
use barelink_codec::message::HEADER;
use barelink_codec::path::Path;
use barelink_codec::print::MessageDebug;
use barelink_codec::rtnl::link::{Link, LinkInfo};
use barelink_codec::rtnl::route::Route;
use barelink_codec::schema::Set;
use barelink_codec::validate::{self, Strictness, Violation};
use barelink_codec::{Attrs, Flags, Message};

use crate::input::Input;
use crate::sets::by_hash;

/// Reads attributes; the first two bytes select their set.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let set = by_hash(input.short());
    let bytes = input.0;

    let framed = frame::check(bytes);
    let mut walked = Ok(());
    for attr in AttrWalk::new(bytes) {
        assert!(walked.is_ok(), "a walk that failed goes on");
        walked = attr.map(|(_, payload)| assert!(payload.len() + 4 <= bytes.len()));
    }
    assert_eq!(framed, walked);

    let mut text = String::new();
    let liberal = validate::attributes(set.rows, bytes, Strictness::LIBERAL);
    let strict = validate::attributes(set.rows, bytes, Strictness::STRICT);
    assert!(liberal.is_ok() || strict.is_err(), "{liberal:?}");
    assert!(framed.is_ok() || liberal.is_err(), "broken framing passes");
    for invalid in [liberal, strict].into_iter().filter_map(Result::err) {
        write!(text, "{invalid} {invalid:?}").unwrap();
        assert!(invalid.at <= bytes.len());
        if !matches!(
            invalid.violation,
            Violation::Truncated | Violation::Trailing(_) | Violation::TooDeep
        ) {
            let path = Path::at(Some(set.rows), 0, bytes, HEADER + invalid.at);
            assert_eq!(path.numbers(), invalid.path.numbers(), "{invalid}");
        }
    }

    let message = Message { message_type: 0, flags: Flags::NONE, seq: 0, port: 0, payload: bytes };
    let named = MessageDebug { message, family: Some(set.family) };
    write!(text, "{named:?}{named:#?}").unwrap();
    assert!(text.is_ascii(), "terminal escape sequences are printed unescaped");

    for offset in 0..bytes.len().min(600) {
        text.clear();
        write!(text, "{}", Path::at(Some(set.rows), 0, bytes, HEADER + offset)).unwrap();
        assert!(text.starts_with((set.rows)().name));
        Path::at(None, 0, bytes, HEADER + offset);
    }
    typed(bytes);
}

/// Reads by key, for two sets; `ci/no-panic` covers the keys of the rest.
fn typed(bytes: &[u8]) {
    let link = Attrs::<Link>::new(bytes);
    let found = link.find((Link::IFNAME, Link::MTU, Link::LINKINFO));
    if let Ok((name, mtu, info)) = found {
        assert_eq!(name.get(), link.get(Link::IFNAME));
        assert_eq!(mtu.get(), link.get(Link::MTU));
        let kind =
            |info: Attrs<'_, LinkInfo>| info.get(LinkInfo::KIND).map(|kind| format!("{kind:?}"));
        assert_eq!(
            info.get().map(|it| it.map(kind)),
            link.get(Link::LINKINFO).map(|it| it.map(kind))
        );
        assert_eq!(link.all(Link::MTU).next().transpose(), link.get(Link::MTU));
    } else {
        assert!(frame::check(bytes).is_err());
    }
    let route = Attrs::<Route>::new(bytes);
    if let Ok(Some(hops)) = route.get(Route::MULTIPATH) {
        let mut rest = bytes.len();
        for hop in hops {
            rest -= hop.map_or(0, |hop| hop.attrs.bytes().len());
        }
        assert!(rest <= bytes.len());
    }
    assert_eq!(Link::table().row(4).map(|row| row.name), Some("MTU"));
}
