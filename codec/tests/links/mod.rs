//! What tests of link messages share: bytes written as text, requests like those of `ip`, and a
//! walk by the tables.
#![allow(dead_code, unreachable_pub)]

use barelink_codec::attr::{Attrs, Key};
use barelink_codec::nest::Nest;
use barelink_codec::policy::{Scope, Set, Table, Type};
use barelink_codec::rtnl::link::{self, Link, LinkHeader, LinkInfo};
use barelink_codec::value::Bytes;
use barelink_codec::{Flags, Kind, Message, Messages, Writer, align};

/// Bytes written in hexadecimal, with spaces where they help and a comment at a line's end.
pub fn bytes(text: &str) -> Vec<u8> {
    let code = text.lines().map(|line| line.split("//").next().unwrap_or(line));
    let digits: Vec<_> = code.flat_map(str::chars).filter_map(|c| c.to_digit(16)).collect();
    digits.chunks(2).map(|pair| (pair[0] << 4 | pair[1]) as u8).collect()
}

/// The one message that these bytes are.
pub fn message(bytes: &[u8]) -> Message<'_> {
    let mut messages = Messages::new(bytes);
    let message = messages.next().expect("a message").expect("a whole message");
    assert!(messages.next().is_none());
    message
}

/// What a message about a link of this kind holds of its own.
pub fn data<'a, N: Set>(sent: &'a [u8], kind: &str, key: Key<LinkInfo, Nest<N>>) -> Attrs<'a, N> {
    let info = message(sent).read(link::NEW).require(Link::LINKINFO).expect("what kind it is");
    assert_eq!(info.require(LinkInfo::KIND).expect("the kind's name"), kind);
    info.require(key).expect("what the kind has of its own")
}

/// Puts in what kind of link it is.
pub fn kind<N: Set>(
    link: &mut Writer<'_, Link>,
    kind: &str,
    key: Key<LinkInfo, Nest<N>>,
    fill: impl FnOnce(&mut Writer<'_, N>),
) {
    link.nest(Link::LINKINFO, |info| {
        info.put(LinkInfo::KIND, kind).nest(key, fill);
    });
}

/// Puts in what kind of link it is, the name without a NUL, as `ip` did until 6.x.
pub fn bare_kind<N: Set>(
    link: &mut Writer<'_, Link>,
    kind: &str,
    key: Key<LinkInfo, Nest<N>>,
    fill: impl FnOnce(&mut Writer<'_, N>),
) {
    link.nest(Link::LINKINFO, |info| {
        info.put(LinkInfo::KIND.raw::<Bytes>(), kind.as_bytes()).nest(key, fill);
    });
}

/// Builds a request as `ip` does, and compares it with the one that `ip` sent, but for the marks of
/// nests, which `ip` leaves out.
pub fn same(
    sent: &[u8],
    kind: Kind<LinkHeader, Link>,
    seq: u32,
    header: LinkHeader,
    fill: impl FnOnce(&mut Writer<'_, Link>),
) {
    // Used before, as buffers are.
    let mut buffer = [0xa5; 512];
    let built = kind.with(Flags::ACK).build(&mut buffer, seq, header, fill).expect("a message");
    let mut marks = Vec::new();
    find_marks(built, 32, built.len(), &mut marks);
    let mut sent = sent.to_vec();
    for at in marks {
        built[at] &= 0x7f;
        sent.get_mut(at).into_iter().for_each(|byte| *byte &= 0x7f);
    }
    assert_eq!(built, sent);
}

/// Where attributes are marked as nests, those within them as well.
fn find_marks(bytes: &[u8], mut at: usize, end: usize, marks: &mut Vec<usize>) {
    while at + 4 <= end {
        let len = u16::from_le_bytes([bytes[at], bytes[at + 1]]).into();
        if bytes[at + 3] & 0x80 != 0 {
            marks.push(at + 3);
            find_marks(bytes, at + 4, at + len, marks);
        }
        at += align(len);
    }
}

/// The paths of what no table knows in a message about a link.
pub fn unknown(bytes: &[u8]) -> Vec<String> {
    let link = message(bytes).read(link::NEW);
    let mut paths = Vec::new();
    walk(Link::TABLE, &Scope::default().inner(link.bytes()), "", &mut |path, payload, ty| {
        if ty.is_none() {
            paths.push(format!("{path} {payload:02x?}"));
        }
    });
    paths
}

/// Goes through attributes and those within, and tells the path, the payload and the type of each
/// that holds none; no type where the table has no row, or no case of a choice fits.
pub fn walk(table: &'static Table, scope: &Scope<'_>, path: &str, tell: &mut Tell<'_>) {
    for attr in Attrs::<Link>::new(scope.siblings) {
        let attr = attr.expect("whole attributes");
        let Some(row) = table.row(attr.number()) else {
            tell(&format!("{path}/{}", attr.number()), attr.payload(), None);
            continue;
        };
        let path = format!("{path}/{}", row.name);
        let ty = row.ty.choose(scope);
        let open = matches!(row.ty, Type::Choice(_)) && matches!(ty, Type::Bytes(..));
        walk_value(ty, attr.payload(), scope, &path, open, tell);
    }
}

fn walk_value(
    ty: Type,
    payload: &[u8],
    scope: &Scope<'_>,
    path: &str,
    open: bool,
    tell: &mut Tell<'_>,
) {
    if let Some((start, rows)) = ty.nested() {
        let (header, attrs) = payload.split_at(start.min(payload.len()));
        if !header.is_empty() {
            tell(path, header, Some(ty));
        }
        walk(rows(), &scope.inner(attrs), path, tell);
    } else if let Type::Indexed(element) = ty {
        for attr in Attrs::<Link>::new(payload) {
            let attr = attr.expect("whole attributes");
            let path = format!("{path}/{}", attr.number());
            walk_value(*element, attr.payload(), &scope.inner(payload), &path, false, tell);
        }
    } else {
        tell(path, payload, (!open).then_some(ty));
    }
}

/// What is told of an attribute: its path, its payload, and its type if a row has it.
type Tell<'t> = dyn FnMut(&str, &[u8], Option<Type>) + 't;
