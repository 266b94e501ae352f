//! Every row of every link kind: the value that is put is read back, with the row's type.
#![cfg(feature = "rtnl")]

mod captures;
mod vectors;

use barelink_codec::attr::Key;
use barelink_codec::frame::attr_size;
use barelink_codec::nest::SubMessages;
use barelink_codec::rtnl::link::kinds::{LinkData, SlaveData};
use barelink_codec::rtnl::link::{self, Link, LinkHeader, LinkInfo};
use barelink_codec::schema::{self, Constraint, Int, Order, SelectorValue, Table, TableFn, Type};
use barelink_codec::value::{Bytes, Text};
use captures::Fit;
use vectors::message;

#[test]
fn values_of_each_link_kinds_rows_round_trip() {
    every_row(LinkInfo::KIND, LinkInfo::DATA.cast(), LinkData::SELECTOR);
}

#[test]
fn values_of_each_port_kinds_rows_round_trip() {
    every_row(LinkInfo::SLAVE_KIND, LinkInfo::SLAVE_DATA.cast(), SlaveData::SELECTOR);
    every_row(LinkInfo::KIND, LinkInfo::SLAVE_DATA.cast(), SlaveData::SELECTOR);
}

#[test]
fn no_kind_is_listed_twice() {
    for choices in [LinkData::SELECTOR, SlaveData::SELECTOR] {
        for (at, case) in choices.cases.iter().enumerate() {
            let name = text(&case.0);
            let same = |other: &&(SelectorValue, Type)| text(&other.0) == name;
            assert_eq!(choices.cases.iter().filter(same).count(), 1, "{at}: {name}");
        }
    }
}

fn text(case: &SelectorValue) -> &'static str {
    match *case {
        SelectorValue::Text(text) => text,
        _ => panic!("a kind without a name"),
    }
}

fn every_row<const MAX: usize>(
    kind: Key<LinkInfo, Text<MAX>>,
    data: Key<LinkInfo, Bytes>,
    choices: &'static schema::Selector,
) {
    for (case, ty) in choices.cases {
        let name = text(case);
        let Type::Nest(rows) = *ty else { panic!("{name} has no attributes") };
        for row in rows().rows {
            let value = fitting(row.ty, row.constraint.copied());
            let one = attribute(row.number, &value);
            let mut buffer = [0; 1024];
            let built = link::NEW.build(&mut buffer, 1, LinkHeader::default(), |link| {
                link.nest(Link::LINKINFO, |info| {
                    info.put(kind, name).put(data, &one);
                });
            });
            let built = built.unwrap_or_else(|error| panic!("{name}, {}: {error}", row.name));

            let within = format!("route/link NEW LINKINFO {} {}", data.name(), row.name);
            let mut found: Vec<u8> = Vec::new();
            captures::check(&link::FAMILY, &message(built), &mut |path, payload, fit| {
                assert!(matches!(fit, Fit::Fits), "{path}: {fit:?}, {payload:02x?}");
                if path.starts_with(&within) {
                    found.extend(payload);
                }
            });
            let holds_attributes =
                row.ty.nested().is_some() || matches!(row.ty, Type::IndexedArray(_));
            assert!(
                found == value || holds_attributes && !found.is_empty(),
                "{name}: {}",
                row.name
            );
        }
    }
}

fn attribute(number: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = (attr_size(payload.len()) as u16).to_ne_bytes().to_vec();
    bytes.extend(number.to_ne_bytes());
    bytes.extend(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

fn attributes(rows: TableFn) -> Vec<u8> {
    let table: &Table = rows();
    table
        .rows
        .iter()
        .flat_map(|row| attribute(row.number, &fitting(row.ty, row.constraint.copied())))
        .collect()
}

/// Returns a value that a row accepts: the maximum of its constraint, the last of its names, or ones.
fn fitting(ty: Type, bound: Option<Constraint>) -> Vec<u8> {
    match ty {
        Type::Flag => vec![],
        Type::Int(int) | Type::Enum(int, _) | Type::Flags(int, _) => {
            let names = match ty {
                Type::Enum(_, names) | Type::Flags(_, names) => names,
                _ => &[],
            };
            let value = match bound {
                Some(Constraint::Unsigned(least, u64::MAX)) => least,
                Some(Constraint::Unsigned(_, most)) => most,
                Some(Constraint::Mask(mask)) => mask,
                _ => names.last().map_or(0x0101_0101_0101_0101, |name| name.0),
            };
            integer(int, value)
        }
        Type::Text(most) => [&b"x".repeat(most.min(8))[..], b"\0"].concat(),
        Type::Bytes(least, most) => vec![0x5a; least.max(3).min(most)],
        Type::Hardware => vec![2, 0, 0, 0, 0, 1],
        Type::Ip | Type::Ipv4 => vec![192, 0, 2, 1],
        Type::Ipv6 => vec![0x20; 16],
        Type::Struct(layout) => vec![0x11; layout.len],
        Type::Array(element) => fitting(*element, None).repeat(2),
        Type::Nest(rows) => attributes(rows),
        Type::IndexedArray(element) => {
            [0, 1].into_iter().flat_map(|at| attribute(at, &fitting(*element, None))).collect()
        }
        // A nest of the link's own set is not entered again.
        Type::FixedHeader(layout, _) => vec![0x11; layout.len],
        other => panic!("no value for this type yet: {other:?}"),
    }
}

fn integer(int: Int, value: u64) -> Vec<u8> {
    let little = &value.to_le_bytes()[..int.size.into()];
    let big = match int.order {
        Order::Native => cfg!(target_endian = "big"),
        order => order == Order::Big,
    };
    if big { little.iter().rev().copied().collect() } else { little.to_vec() }
}
