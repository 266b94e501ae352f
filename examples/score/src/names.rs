//! Counts attributes without a row in the tables, and payloads that do not fit their row.

use std::collections::BTreeMap;

use barelink_codec::schema::Type;
use barelink_examples_support::json;
use barelink_examples_support::tree::{Embedded, Tree};

/// Counts of one family's messages.
#[derive(Debug, Default)]
pub struct NameScore {
    /// Number of attributes that have a row.
    pub known: usize,
    /// Numbers of expected unknown attributes and misfits, by reason.
    pub expected: BTreeMap<&'static str, usize>,
    /// Attributes without a row, by path: number, and an example.
    pub unknown: BTreeMap<String, (usize, String)>,
    /// Payloads that do not fit their row, by path: number, and an example.
    pub misfits: BTreeMap<String, (usize, String)>,
    /// Numbers of structures whose length is not the table's, by path and length.
    pub lengths: BTreeMap<String, usize>,
}

/// Expected misfit: the path, a condition on the payload, and the reason.
type Exception = (&'static str, fn(&[u8]) -> bool, &'static str);

const EXCEPTIONS: &[Exception] = &[(
    "Rule.SRC",
    |payload| payload.is_empty(),
    "iproute2 sends an address of no bytes for `from all`",
)];

/// Reason for unknown attributes and misfits in tests of the kernel's errors.
const MALFORMED: &str = "malformed on purpose";

impl NameScore {
    /// Counts the attributes of a message; `malformed` is `true` for a request that is so on purpose.
    pub fn count(&mut self, tree: &Tree<'_>, malformed: bool, place: &str) {
        tree.visit(&mut |path, attr| {
            let payload = attr.node.payload;
            let example = || format!("{place}: {}", json::hex(payload));
            if !attr.known {
                if malformed {
                    *self.expected.entry(MALFORMED).or_default() += 1;
                } else {
                    let unknown = self.unknown.entry(path.to_owned());
                    unknown.or_insert_with(|| (0, example())).0 += 1;
                }
                return;
            }
            self.known += 1;
            if matches!(attr.node.inner, Embedded::Odd | Embedded::Records(_, true)) {
                let exception = EXCEPTIONS
                    .iter()
                    .find(|(at, applies, _)| *at == path && applies(payload))
                    .map(|(_, _, reason)| *reason)
                    .or(malformed.then_some(MALFORMED));
                match exception {
                    Some(reason) => *self.expected.entry(reason).or_default() += 1,
                    None => {
                        let misfits = self.misfits.entry(path.to_owned());
                        misfits.or_insert_with(|| (0, example())).0 += 1;
                    }
                }
            }
            let Type::Struct(layout) = attr.node.ty else { return };
            if layout.len != payload.len() {
                let length = format!("{path}: {} bytes, known {}", payload.len(), layout.len);
                *self.lengths.entry(length).or_default() += 1;
            }
        });
    }
}
