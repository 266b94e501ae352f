//! Every attribute set there is: all that can be reached from the families' tables.

use std::sync::LazyLock;

use barelink_codec::control::ExtAck;
use barelink_codec::family::{Family, MessageRow};
use barelink_codec::schema::{Layout, Selector, Set, TableFn, Type};
use barelink_codec::{genl, netfilter, rtnl};

/// A set: its table, and a family whose one message, number 0, carries it.
#[derive(Debug)]
pub struct Known {
    /// The table.
    pub rows: TableFn,
    /// The family, to print by.
    pub family: &'static Family,
}

/// Every family there is.
pub fn families() -> impl Iterator<Item = &'static Family> {
    let kinds = rtnl::FAMILIES.iter().chain(netfilter::FAMILIES);
    kinds.copied().chain([&genl::ctrl::FAMILY])
}

/// Every set, sorted by the hash of its name.
pub static SETS: LazyLock<Vec<(u16, Known)>> = LazyLock::new(|| {
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

/// The set whose name has this hash, or the next above: so an input means the same set when others
/// have come.
pub fn by_hash(hash: u16) -> &'static Known {
    let at = SETS.partition_point(|set| set.0 < hash);
    &SETS.get(at).unwrap_or(&SETS[0]).1
}

/// FNV-1a, folded to 16 bits.
pub fn hash(name: &str) -> u16 {
    let hash = name
        .bytes()
        .fold(0x811c_9dc5u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash >> 16) as u16 ^ hash as u16
}

fn known(rows: TableFn) -> Known {
    static NONE: Layout = Layout { name: "", len: 0, fields: &[] };
    let messages = vec![MessageRow { number: 0, name: "ONE", table: rows }].leak();
    let family = Family { name: rows().name, header: &NONE, messages, groups: &[], generic: false };
    Known { rows, family: Box::leak(Box::new(family)) }
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
    fn more_than_a_hundred_sets_are_reached_and_each_by_its_name() {
        assert!(SETS.len() > 100, "{}", SETS.len());
        for name in
            ["Link", "LinkInfo", "Vlan", "Route", "Metrics", "Ctrl", "Details", "Tc", "Conntrack"]
        {
            assert_eq!((by_hash(hash(name)).rows)().name, name);
        }
    }
}
