//! Looks for attributes that no table knows, and payloads that do not fit their row.

use std::collections::BTreeMap;

use barelink_codec::schema::Type;
use barelink_examples_support::json;
use barelink_examples_support::tree::{Embedded, Tree};

/// What was found in a family's messages.
#[derive(Debug, Default)]
pub struct Names {
    /// Attributes that are known by name.
    pub known: usize,
    /// Attributes that need not be known, and payloads that need not fit, by the reason.
    pub excepted: BTreeMap<&'static str, usize>,
    /// Attributes that are not known, by their paths, each with an example.
    pub unknown: BTreeMap<String, (usize, String)>,
    /// Payloads that do not fit their row, by its path, each with an example.
    pub odd: BTreeMap<String, (usize, String)>,
    /// Structures of another length than we know, by the path and the length.
    pub lengths: BTreeMap<String, usize>,
}

/// Payloads that need not fit: where, whether this one is meant, and why.
type Exception = (&'static str, fn(&[u8]) -> bool, &'static str);

const EXCEPTIONS: &[Exception] = &[(
    "Rule.SRC",
    |payload| payload.is_empty(),
    "iproute2 sends an address of no bytes for `from all`",
)];

/// Why nobody can know an attribute.
const WRONG: &str = "sent wrong on purpose";

impl Names {
    /// Looks at a message. What programs send need not be right: `wrong` says that it was not meant
    /// to be.
    pub fn look(&mut self, tree: &Tree<'_>, wrong: bool, place: &str) {
        tree.visit(&mut |path, attr| {
            let payload = attr.node.payload;
            let example = || format!("{place}: {}", json::hex(payload));
            if !attr.known {
                if wrong {
                    *self.excepted.entry(WRONG).or_default() += 1;
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
                    .map(|(_, _, why)| *why)
                    .or(wrong.then_some(WRONG));
                match exception {
                    Some(why) => *self.excepted.entry(why).or_default() += 1,
                    None => {
                        let odd = self.odd.entry(path.to_owned());
                        odd.or_insert_with(|| (0, example())).0 += 1;
                    }
                }
            }
            if let Type::Struct(layout) = attr.node.ty
                && layout.len != payload.len()
            {
                let what = format!("{path}: {} bytes, known {}", payload.len(), layout.len);
                *self.lengths.entry(what).or_default() += 1;
            }
        });
    }
}
