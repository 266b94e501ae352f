//! Has the kernel hold back messages that nobody wants: classic packet filters for netlink sockets.
//!
//! A message is let through if any rule lets it through, and so are those of netlink itself.

use barelink_codec::message::{Flags, HEADER, MIN_TYPE};
use barelink_codec::socket::Instruction;
use heapless::Vec;

/// Which messages are wanted, and the program that says so to the kernel.
///
/// ```
/// use barelink_cache::filter::{Condition, ClassicFilter};
/// use barelink_codec::rtnl::{ids::AddressFamily, neigh};
///
/// let mut wanted = ClassicFilter::new();
/// let ipv6 = Condition::byte(0, AddressFamily::INET6.0);
/// wanted.kind(neigh::NEW.number(), &[ipv6]);
/// wanted.kind(neigh::DEL.number(), &[ipv6]);
/// assert!(wanted.instructions().is_some());
/// ```
#[derive(Debug, Clone)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ClassicFilter {
    rules: Vec<Rule, RULES>,
    all: bool,
}

/// As many rules as can be kept; of more, the kernel holds back nothing.
const RULES: usize = 32;
/// As many conditions as a rule can have.
const CONDITIONS: usize = 4;
/// Steps of a rule at most: its kind, its conditions, and to let through.
const STEPS: usize = 3 + 4 * CONDITIONS;
/// Steps of a whole program.
pub const LONGEST: usize = 5 + RULES * STEPS;

/// A kind of message that is wanted, if these conditions hold.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
struct Rule {
    kind: u16,
    conditions: Vec<Condition, CONDITIONS>,
}

/// What has to hold for a message to be wanted.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Condition {
    /// Where, from the beginning of the message.
    at: u32,
    what: Field,
    or_replaces: bool,
}

#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Field {
    Byte(u8),
    Word(u32),
}

impl Condition {
    /// The byte so far into the family's header has this value.
    pub fn byte(offset: usize, value: u8) -> Self {
        Condition { at: from_start(offset), what: Field::Byte(value), or_replaces: false }
    }

    /// The four bytes so far into the family's header have this value, in the machine's order.
    pub fn word(offset: usize, value: u32) -> Self {
        Condition { at: from_start(offset), what: Field::Word(value), or_replaces: false }
    }

    /// This, or the message says that it replaces something: which may have been wanted.
    pub fn or_replaces(self) -> Self {
        Condition { or_replaces: true, ..self }
    }

    fn steps(&self) -> u8 {
        if self.or_replaces { 4 } else { 2 }
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
    /// Nothing is wanted yet.
    pub const fn new() -> Self {
        ClassicFilter { rules: Vec::new(), all: false }
    }

    /// All messages are wanted.
    pub fn all(&mut self) {
        self.all = true;
    }

    /// Messages of this kind are wanted, if these conditions hold.
    pub fn kind(&mut self, kind: u16, conditions: &[Condition]) {
        // Without a condition more messages get through, no fewer: one too many is left out.
        let mut kept = Vec::new();
        for condition in conditions {
            let _ = kept.push(*condition);
        }
        self.all |= self.rules.push(Rule { kind, conditions: kept }).is_err();
    }

    /// Messages of this kind are wanted, if those of these conditions hold that there are.
    pub fn kind_if<const N: usize>(&mut self, kind: u16, conditions: [Option<Condition>; N]) {
        let mut there: Vec<Condition, N> = Vec::new();
        for condition in conditions.into_iter().flatten() {
            let _ = there.push(condition);
        }
        self.kind(kind, &there);
    }

    /// Messages of these kinds are wanted, whatever they say.
    pub fn kinds(&mut self, kinds: &[u16]) {
        kinds.iter().for_each(|kind| self.kind(*kind, &[]));
    }

    /// The program, as a socket of `transport` takes it with `attach_filter`; none if all messages
    /// are wanted.
    pub fn instructions(&self) -> Option<Vec<Instruction, LONGEST>> {
        if self.all || self.rules.is_empty() {
            return None;
        }
        let mut code = Vec::new();
        let mut add = |what: u16, jt: u8, jf: u8, k: u32| {
            let _ = code.push(Instruction { code: what, jt, jf, k });
        };
        // Netlink's own: its kind is below those of the families.
        add(LOAD_HALF, 0, 0, KIND);
        add(AND, 0, 0, half(!(MIN_TYPE.wrapping_sub(1))));
        add(JUMP_IF_EQUAL, 0, 1, 0);
        add(RETURN, 0, 0, u32::MAX);
        for rule in &self.rules {
            let steps = rule.conditions.iter().map(Condition::steps).fold(0, u8::saturating_add);
            add(LOAD_HALF, 0, 0, KIND);
            add(JUMP_IF_EQUAL, 0, steps.saturating_add(1), half(rule.kind));
            let mut left = steps;
            for condition in &rule.conditions {
                left = left.saturating_sub(condition.steps());
                if condition.or_replaces {
                    add(LOAD_HALF, 0, 0, FLAGS);
                    add(JUMP_IF_ANY, 2, 0, half(Flags::REPLACE.0));
                }
                let (load, value) = match condition.what {
                    Field::Byte(byte) => (LOAD_BYTE, byte.into()),
                    Field::Word(word) => (LOAD_WORD, u32::from_be_bytes(word.to_ne_bytes())),
                };
                add(load, 0, 0, condition.at);
                add(JUMP_IF_EQUAL, 0, left.saturating_add(1), value);
            }
            add(RETURN, 0, 0, u32::MAX);
        }
        add(RETURN, 0, 0, 0);
        Some(code)
    }
}

/// What loading gives for a number in the machine's order: it loads in network order.
const fn half(value: u16) -> u32 {
    u16::from_be_bytes(value.to_ne_bytes()) as u32
}

/// Where a message's kind stands, `nlmsg_type`.
const KIND: u32 = 4;
/// Where a message's flags stand, `nlmsg_flags`.
const FLAGS: u32 = 6;

// What a step can do, `BPF_*` added up.
const LOAD_WORD: u16 = 0x20;
const LOAD_HALF: u16 = 0x28;
const LOAD_BYTE: u16 = 0x30;
const AND: u16 = 0x54;
const JUMP_IF_EQUAL: u16 = 0x15;
const JUMP_IF_ANY: u16 = 0x45;
const RETURN: u16 = 0x06;
