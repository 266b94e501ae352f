//! Validation by any table, and by policies that no table has.

use std::fmt::Write;

use barelink_codec::schema::{Constraint, Int, Layout, Order, Scope, Type};
use barelink_codec::validate::{self, AttrPolicy, InnerAttrs, Policy, Strictness};

use barelink_codec::Attrs;
use barelink_codec::genl::ctrl::Ctrl;
use barelink_codec::genl::kernel_policy::{KernelPolicy, PolicyEntry};

use crate::input::Input;
use crate::sets::families;

/// Rules derived from bytes, the same ones for a run and an attribute number each time.
struct Derived<'a>(&'a [u8]);

static LAYOUT: Layout = Layout { name: "Derived", len: 6, fields: &[] };

impl Policy for Derived<'_> {
    type Run = u8;

    fn rule(&self, run: u8, number: u16, _: &Scope<'_>) -> Option<AttrPolicy<u8>> {
        let at = (usize::from(run) * 5 + usize::from(number) * 7) % (self.0.len() + 1);
        let mut input = Input(&self.0[at..]);
        let (what, next) = (input.byte(), input.byte());
        let (low, high) = (input.short().into(), input.short().into());
        let int = Int { size: next & 15, signed: next & 16 != 0, order: Order::Native };
        let (ty, inner) = match what & 15 {
            0 => return None,
            1 => (Type::Flag, InnerAttrs::None),
            2 => (Type::Int(int), InnerAttrs::None),
            3 => (Type::Flags(int, &[(1, "ONE")]), InnerAttrs::None),
            4 => (Type::Bitfield32(&[(1, "ONE"), (6, "SIX")]), InnerAttrs::None),
            5 => (Type::Text(usize::from(next)), InnerAttrs::None),
            6 => (Type::Bytes(usize::from(next & 15), usize::from(next >> 4)), InnerAttrs::None),
            7 => (Type::Hardware, InnerAttrs::None),
            8 => (Type::Ip, InnerAttrs::None),
            9 => (Type::Struct(&LAYOUT), InnerAttrs::None),
            10 => (Type::Reject, InnerAttrs::None),
            11 => (Type::Ipv6, InnerAttrs::None),
            12 => {
                (Type::Bytes(0, usize::MAX), InnerAttrs::Records(usize::from(next & 15), next >> 4))
            }
            _ => (Type::Bytes(0, usize::MAX), InnerAttrs::Run(usize::from(next & 15), next >> 4)),
        };
        let constraint = match what >> 4 & 7 {
            1 => Some(Constraint::Unsigned(low, high)),
            2 => Some(Constraint::Signed(-(low as i64), high as i64)),
            3 => Some(Constraint::Mask(low)),
            4 => Some(Constraint::Len(low as usize & 31, high as usize & 255)),
            _ => None,
        };
        let terminated = [None, Some(true), Some(false), None][usize::from(next >> 6)];
        Some(AttrPolicy { ty, constraint, multi: what & 128 != 0, terminated, inner, case: None })
    }
}

/// Validates attributes.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let bits = input.byte();
    let bit = |at: u8| bits >> at & 1 != 0;
    let strictness = Strictness {
        reject_unknown: bit(0),
        reject_trailing: bit(1),
        exact_length: bit(2),
        require_nested_flag: bit(3),
        reject_duplicates: bit(4),
    };
    let message_type = input.short();
    let len = usize::from(input.byte());
    let policy = Derived(input.bytes(len));
    let bytes = input.0;

    let mut text = String::new();
    let some = validate::by_policy(&policy, 0, None, bytes, strictness);
    let least = validate::by_policy(&policy, 0, None, bytes, Strictness::LIBERAL);
    let most = validate::by_policy(&policy, 0, None, bytes, Strictness::STRICT);
    assert!(least.is_ok() || some.is_err(), "{strictness:?} accepts what the most liberal rejects");
    assert!(some.is_ok() || most.is_err(), "the strictest accepts what {strictness:?} rejects");
    for invalid in [some, least, most].into_iter().filter_map(Result::err) {
        assert!(invalid.at <= bytes.len());
        write!(text, "{invalid}").unwrap();
    }
    by_kernel_policy(bytes, strictness);
    for family in families() {
        let some = validate::message(family, message_type, bytes, strictness);
        let least = validate::message(family, message_type, bytes, Strictness::LIBERAL);
        assert!(least.is_ok() || some.is_err(), "{}: {least:?}", family.name);
    }
}

/// Validates by a policy that these bytes encode as the kernel would report it.
fn by_kernel_policy(bytes: &[u8], strictness: Strictness) {
    let mut entries = [PolicyEntry::VACANT; 24];
    let mut policy = KernelPolicy::new(&mut entries);
    let _ = policy.add(&Attrs::<Ctrl>::new(bytes.get(4..).unwrap_or_default()));
    let mut text = String::new();
    for command in policy.commands() {
        for run in [policy.do_policy(command), policy.dump_policy(command)].into_iter().flatten() {
            write!(text, "{:?}", policy.rules(run).collect::<Vec<_>>()).unwrap();
            let some = validate::by_policy(&policy, run, None, bytes, strictness);
            let least = validate::by_policy(&policy, run, None, bytes, Strictness::LIBERAL);
            assert!(least.is_ok() || some.is_err());
        }
    }
    assert!(policy.is_complete() == (policy.needed() <= 24));
}
