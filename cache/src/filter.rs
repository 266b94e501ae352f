//! Classic BPF filter (`SO_ATTACH_FILTER`) by which the kernel drops unwanted notifications.
//!
//! A message is accepted if any rule accepts it. Control messages (types below `NLMSG_MIN_TYPE`)
//! are always accepted.

use barelink_codec::message::{Flags, HEADER, MIN_TYPE};
use barelink_codec::socket::Instruction;
use heapless::Vec;

/// Rules that select messages, and the BPF program (`struct sock_fprog`) that applies them.
///
/// ```
/// use barelink_cache::filter::{Condition, ClassicFilter};
/// use barelink_codec::rtnl::{ids::AddressFamily, neigh};
///
/// let mut filter = ClassicFilter::new();
/// let ipv6 = Condition::byte(0, AddressFamily::INET6.0);
/// filter.accept(neigh::NEW.number(), &[ipv6]);
/// filter.accept(neigh::DEL.number(), &[ipv6]);
/// assert!(filter.instructions().is_some());
/// ```
#[derive(Debug, Clone)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ClassicFilter {
    rules: Vec<Rule, RULES>,
    all: bool,
}

/// Maximum number of rules. With more, every message is accepted.
const RULES: usize = 32;
/// Maximum number of conditions of a rule.
const CONDITIONS: usize = 4;
/// Maximum number of instructions of a rule: for the message type, the conditions, the return.
const RULE_INSTRUCTIONS: usize = 3 + 4 * CONDITIONS;
/// Maximum number of instructions of a program.
pub const MAX_INSTRUCTIONS: usize = 5 + RULES * RULE_INSTRUCTIONS;

/// Message type that is accepted if the conditions are true.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
struct Rule {
    message_type: u16,
    conditions: Vec<Condition, CONDITIONS>,
}

/// Condition on a field of the family's header.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Condition {
    /// Offset from the beginning of the message, in bytes.
    offset: u32,
    value: Value,
    or_replace_flag: bool,
}

#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Value {
    Byte(u8),
    Word(u32),
}

impl Condition {
    /// Creates a condition that the byte at this offset of the family's header has this value.
    pub fn byte(offset: usize, value: u8) -> Self {
        Condition { offset: from_start(offset), value: Value::Byte(value), or_replace_flag: false }
    }

    /// Creates a condition that the four bytes at this offset of the family's header have this
    /// value, in host byte order.
    pub fn word(offset: usize, value: u32) -> Self {
        Condition { offset: from_start(offset), value: Value::Word(value), or_replace_flag: false }
    }

    /// Extends the condition by "or the message has `NLM_F_REPLACE`", as the replaced object may be
    /// wanted.
    pub fn or_replace_flag(self) -> Self {
        Condition { or_replace_flag: true, ..self }
    }

    fn instructions(&self) -> u8 {
        if self.or_replace_flag { 4 } else { 2 }
    }
}

fn from_start(offset: usize) -> u32 {
    u32::try_from(HEADER.saturating_add(offset)).unwrap_or(u32::MAX)
}

impl Default for ClassicFilter {
    fn default() -> Self {
        ClassicFilter::new()
    }
}

impl ClassicFilter {
    /// Creates a filter without rules.
    pub const fn new() -> Self {
        ClassicFilter { rules: Vec::new(), all: false }
    }

    /// Accepts every message.
    pub fn accept_all(&mut self) {
        self.all = true;
    }

    /// Accepts messages of this type (`nlmsg_type`) for which every condition is true. Of more than
    /// four conditions, the first four count. After more than 32 rules, every message is accepted.
    pub fn accept(&mut self, message_type: u16, conditions: &[Condition]) {
        // A dropped condition lets more messages through, not fewer.
        let mut bounded = Vec::new();
        for condition in conditions {
            let _ = bounded.push(*condition);
        }
        self.all |= self.rules.push(Rule { message_type, conditions: bounded }).is_err();
    }

    /// Accepts messages of this type for which every condition that is `Some` is true.
    pub fn accept_if<const N: usize>(
        &mut self,
        message_type: u16,
        conditions: [Option<Condition>; N],
    ) {
        let mut present: Vec<Condition, N> = Vec::new();
        for condition in conditions.into_iter().flatten() {
            let _ = present.push(condition);
        }
        self.accept(message_type, &present);
    }

    /// Accepts messages of these types.
    pub fn accept_types(&mut self, types: &[u16]) {
        types.iter().for_each(|message_type| self.accept(*message_type, &[]));
    }

    /// Returns the program, for `Socket::attach_filter` of the transport; `None` if every message
    /// is accepted.
    pub fn instructions(&self) -> Option<Vec<Instruction, MAX_INSTRUCTIONS>> {
        if self.all || self.rules.is_empty() {
            return None;
        }
        let mut program = Vec::new();
        let mut add = |code: u16, jt: u8, jf: u8, k: u32| {
            let _ = program.push(Instruction { code, jt, jf, k });
        };
        // Control messages: their types are below those of the families.
        add(LOAD_HALF, 0, 0, TYPE_OFFSET);
        add(AND, 0, 0, half(!(MIN_TYPE.wrapping_sub(1))));
        add(JUMP_IF_EQUAL, 0, 1, 0);
        add(RETURN, 0, 0, u32::MAX);
        for rule in &self.rules {
            let steps =
                rule.conditions.iter().map(Condition::instructions).fold(0, u8::saturating_add);
            add(LOAD_HALF, 0, 0, TYPE_OFFSET);
            add(JUMP_IF_EQUAL, 0, steps.saturating_add(1), half(rule.message_type));
            let mut left = steps;
            for condition in &rule.conditions {
                left = left.saturating_sub(condition.instructions());
                if condition.or_replace_flag {
                    add(LOAD_HALF, 0, 0, FLAGS_OFFSET);
                    add(JUMP_IF_ANY, 2, 0, half(Flags::REPLACE.0));
                }
                let (load, value) = match condition.value {
                    Value::Byte(byte) => (LOAD_BYTE, byte.into()),
                    Value::Word(word) => (LOAD_WORD, u32::from_be_bytes(word.to_ne_bytes())),
                };
                add(load, 0, 0, condition.offset);
                add(JUMP_IF_EQUAL, 0, left.saturating_add(1), value);
            }
            add(RETURN, 0, 0, u32::MAX);
        }
        add(RETURN, 0, 0, 0);
        Some(program)
    }
}

/// Returns the value that `BPF_LD` gives for a number in host byte order: it loads in network
/// order.
const fn half(value: u16) -> u32 {
    u16::from_be_bytes(value.to_ne_bytes()) as u32
}

/// Offset of `nlmsg_type` in bytes.
const TYPE_OFFSET: u32 = 4;
/// Offset of `nlmsg_flags` in bytes.
const FLAGS_OFFSET: u32 = 6;

// Operation codes: sums of `BPF_*` constants.
const LOAD_WORD: u16 = 0x20;
const LOAD_HALF: u16 = 0x28;
const LOAD_BYTE: u16 = 0x30;
const AND: u16 = 0x54;
const JUMP_IF_EQUAL: u16 = 0x15;
const JUMP_IF_ANY: u16 = 0x45;
const RETURN: u16 = 0x06;
