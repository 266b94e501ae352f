//! MPLS labels.

structure! {
    /// An entry of a stack of labels, `struct mpls_label`.
    pub Label "struct mpls_label" "" (4) {
        /// From the top: the label (20 bits), traffic class (3), whether it is the last one (1),
        /// how many hops are left (8).
        0 => entry: u32 as Be<u32>,
    }
}

use crate::value::Be;

impl Label {
    /// The label of this number; the `last` one of a stack says so.
    pub const fn new(number: u32, last: bool) -> Label {
        Label { entry: number << 12 | (last as u32) << 8 }
    }

    /// The label's number.
    pub const fn number(self) -> u32 {
        self.entry >> 12
    }

    /// Whether it is the last one of its stack.
    pub const fn is_last(self) -> bool {
        self.entry & 0x100 != 0
    }
}
