//! Attribute sets that the families' tables lead to.

use std::sync::LazyLock;

use barelink_codec::control::ExtAck;
use barelink_codec::family::{Family, MessageRow};
use barelink_codec::schema::{Layout, Selector, Set, TableFn, Type};
use barelink_codec::{genl, netfilter, rtnl};

/// Attribute set, and a family whose only message, type 0, carries it.
#[derive(Debug)]
pub struct KnownSet {
    /// Table of the set.
    pub rows: TableFn,
    /// Family to print by.
    pub family: &'static Family,
}

/// Returns every family.
pub fn families() -> impl Iterator<Item = &'static Family> {
    let kinds = rtnl::FAMILIES.iter().chain(netfilter::FAMILIES);
    kinds.copied().chain([&genl::ctrl::FAMILY])
}

/// Attribute sets, sorted by the hash of their name.
pub static SETS: LazyLock<Vec<(u16, KnownSet)>> = LazyLock::new(|| {
    let mut tables: Vec<TableFn> = vec![ExtAck::table];
    for family in families() {
        for message in family.messages {
            add(message.table, &mut tables);
        }
    }
    let mut at = 0;
    while at < tables.len() {
        for row in tables[at]().rows {
            reach(row.ty, &mut tables);
        }
        at += 1;
    }
    let mut sets: Vec<_> =
        tables.into_iter().map(|rows| (hash(rows().name), known(rows))).collect();
    sets.sort_by_key(|set| set.0);
    sets
});

/// Returns the set whose name has this hash, or the next higher one: an input keeps its set after
/// others were added.
pub fn by_hash(hash: u16) -> &'static KnownSet {
    let at = SETS.partition_point(|set| set.0 < hash);
    &SETS.get(at).unwrap_or(&SETS[0]).1
}

/// Returns the FNV-1a hash of a name, folded to 16 bits.
pub fn hash(name: &str) -> u16 {
    let hash = name
        .bytes()
        .fold(0x811c_9dc5u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash >> 16) as u16 ^ hash as u16
}

fn known(rows: TableFn) -> KnownSet {
    static NONE: Layout = Layout { name: "", len: 0, fields: &[] };
    let messages = vec![MessageRow { number: 0, name: "ONE", table: rows }].leak();
    let family = Family { name: rows().name, header: &NONE, messages, groups: &[], generic: false };
    KnownSet { rows, family: Box::leak(Box::new(family)) }
}

fn add(rows: TableFn, tables: &mut Vec<TableFn>) {
    if !tables.iter().any(|known| std::ptr::eq(known(), rows())) {
        tables.push(rows);
    }
}

fn reach(ty: Type, tables: &mut Vec<TableFn>) {
    match ty {
        Type::Nest(rows) | Type::FixedHeader(_, rows) | Type::Records(_, rows) => add(rows, tables),
        Type::IndexedArray(element) | Type::Array(element) => reach(*element, tables),
        Type::WithTail(_, tail) => reach(*tail, tables),
        Type::SubMessage(Selector { cases, .. }) => {
            cases.iter().for_each(|case| reach(case.1, tables));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_a_hundred_sets_are_found_by_name() {
        assert!(SETS.len() > 100, "{}", SETS.len());
        for name in
            ["Link", "LinkInfo", "Vlan", "Route", "Metrics", "Ctrl", "ExtAck", "Tc", "Conntrack"]
        {
            assert_eq!((by_hash(hash(name)).rows)().name, name);
        }
    }
}
