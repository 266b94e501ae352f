//! Policies of a generic family as the running kernel reports them, `CTRL_CMD_GETPOLICY`.

use crate::attr::Attrs;
use crate::error::Error;
use crate::genl::ctrl::{Ctrl, OpPolicy, PolicyAttr, PolicyType};
use crate::schema::{Constraint, Int, Order, Scope, Table, Type};
use crate::validate::{AttrPolicy, InnerAttrs, Policy};

/// Policies of a family, from the replies to one [`GET_POLICY`] dump, in the caller's memory.
///
/// A request can be validated against the very kernel that will get it, before it is sent:
///
/// ```
/// use barelink_codec::validate::{Strictness, by_policy};
/// use barelink_codec::genl::kernel_policy::{PolicyEntry, KernelPolicy};
/// # fn example(answers: &[barelink_codec::Attrs<'_, barelink_codec::genl::ctrl::Ctrl>],
/// #     request: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
/// let mut room = [PolicyEntry::VACANT; 256];
/// let mut policy = KernelPolicy::new(&mut room);
/// for answer in answers {
///     policy.add(answer)?;
/// }
/// if let Some(run) = policy.do_policy(3) {
///     by_policy(&policy, run, None, request, Strictness::STRICT)?;
/// }
/// # Ok(())
/// # }
/// ```
///
/// [`GET_POLICY`]: crate::genl::ctrl::GET_POLICY
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct KernelPolicy<'e> {
    entries: &'e mut [PolicyEntry],
    needed: usize,
}

/// Entry of a [`KernelPolicy`]: the policies of a command, or the rule of an attribute.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PolicyEntry(Statement);

impl PolicyEntry {
    /// An unused entry.
    pub const VACANT: PolicyEntry = PolicyEntry(Statement::None);
}

#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Statement {
    None,
    Command { number: u16, doing: Option<u16>, dumping: Option<u16> },
    Attr { policy: u16, number: u16, rule: Kernel },
}

/// Rule of an attribute, as the kernel reports it.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
struct Kernel {
    ty: PolicyType,
    constraint: Option<Constraint>,
    inner: Option<u16>,
}

/// Run of attributes that a policy applies to, by the policy's index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Run {
    /// The attributes of the policy.
    Attrs(u16),
    /// Elements, each with the attributes of the policy.
    Elements(u16),
}

impl<'e> KernelPolicy<'e> {
    /// Creates an empty policy, to be filled by [`add`](KernelPolicy::add).
    pub fn new(entries: &'e mut [PolicyEntry]) -> Self {
        KernelPolicy { entries, needed: 0 }
    }

    /// Adds a message of the dump. Entries that do not fit are counted.
    ///
    /// # Errors
    ///
    /// As [`Attrs::get`], for a reply that cannot be read.
    pub fn add(&mut self, answer: &Attrs<'_, Ctrl>) -> Result<(), Error> {
        let (policies, commands) = answer.find((Ctrl::POLICY, Ctrl::OP_POLICY))?;
        if let Some(commands) = commands.get()? {
            for command in commands {
                let (number, which) = command?;
                let index = |key| which.get(key).map(|index| index.map(|index| index as u16));
                let (doing, dumping) = (index(OpPolicy::DO)?, index(OpPolicy::DUMP)?);
                self.push(Statement::Command { number, doing, dumping });
            }
        }
        if let Some(policies) = policies.get()? {
            for policy in policies {
                let (policy, attrs) = policy?;
                for attr in attrs {
                    let (number, attrs) = attr?;
                    let rule = Kernel::read(&attrs)?;
                    self.push(Statement::Attr { policy, number, rule });
                }
            }
        }
        Ok(())
    }

    fn push(&mut self, statement: Statement) {
        if let Some(entry) = self.entries.get_mut(self.needed) {
            *entry = PolicyEntry(statement);
        }
        self.needed = self.needed.saturating_add(1);
    }

    /// Returns the number of entries that the policies need.
    pub const fn needed(&self) -> usize {
        self.needed
    }

    /// Returns whether all entries fit. An incomplete policy is of no use for validation.
    pub const fn is_complete(&self) -> bool {
        self.needed <= self.entries.len()
    }

    /// Returns the policy of the command's do operation; `None` if it has none.
    pub fn do_policy(&self, command: u8) -> Option<Run> {
        self.command(command).and_then(|(doing, _)| doing).map(Run::Attrs)
    }

    /// Returns the policy of the command's dump operation; `None` if it has none.
    pub fn dump_policy(&self, command: u8) -> Option<Run> {
        let (_, dumping) = self.command(command).or_else(|| {
            // The kernel reports 0 for a dump-only command. If one command alone has 0, it is
            // this one.
            let mut unnumbered = self.commands().filter(|number| *number == 0);
            let only = unnumbered.next().is_some() && unnumbered.next().is_none();
            self.command(0).filter(|(doing, _)| only && doing.is_none())
        })?;
        dumping.map(Run::Attrs)
    }

    /// Iterates over the commands with policies, in the kernel's order.
    pub fn commands(&self) -> impl Iterator<Item = u8> + use<'_> {
        self.statements().filter_map(|statement| match statement {
            Statement::Command { number, .. } => Some(number as u8),
            _ => None,
        })
    }

    fn command(&self, command: u8) -> Option<(Option<u16>, Option<u16>)> {
        self.statements().find_map(|statement| match statement {
            Statement::Command { number, doing, dumping } if number == u16::from(command) => {
                Some((doing, dumping))
            }
            _ => None,
        })
    }

    fn statements(&self) -> impl Iterator<Item = Statement> + use<'_> {
        self.entries.iter().take(self.needed).map(|entry| entry.0)
    }

    /// Iterates over the rules of a policy, each with the attribute's number, type and constraint.
    pub fn rules(
        &self,
        run: Run,
    ) -> impl Iterator<Item = (u16, PolicyType, Option<Constraint>)> + use<'_> {
        let (Run::Attrs(wanted) | Run::Elements(wanted)) = run;
        self.statements().filter_map(move |statement| match statement {
            Statement::Attr { policy, number, rule } if policy == wanted => {
                Some((number, rule.ty, rule.constraint))
            }
            _ => None,
        })
    }
}

impl Policy for KernelPolicy<'_> {
    type Run = Run;

    fn rule(&self, run: Run, number: u16, _: &Scope<'_>) -> Option<AttrPolicy<Run>> {
        match run {
            Run::Elements(policy) => Some(
                Kernel { ty: PolicyType::NESTED, constraint: None, inner: Some(policy) }.rule(),
            ),
            Run::Attrs(wanted) => self.statements().find_map(|statement| match statement {
                Statement::Attr { policy, number: there, rule }
                    if policy == wanted && there == number =>
                {
                    Some(rule.rule())
                }
                _ => None,
            }),
        }
    }
}

/// Substitute for the table of attributes that are validated by the kernel's policy.
static ATTRIBUTES: Table = Table { name: "", rows: &[] };
const NEST: Type = Type::Nest(|| &ATTRIBUTES);

impl Kernel {
    fn read(attrs: &Attrs<'_, PolicyAttr>) -> Result<Kernel, Error> {
        let (ty, low, high, signed_low, signed_high, shortest, longest, inner, bits, mask) = attrs
            .find((
                PolicyAttr::TYPE,
                PolicyAttr::MIN_VALUE_U,
                PolicyAttr::MAX_VALUE_U,
                PolicyAttr::MIN_VALUE_S,
                PolicyAttr::MAX_VALUE_S,
                PolicyAttr::MIN_LENGTH,
                PolicyAttr::MAX_LENGTH,
                PolicyAttr::POLICY_IDX,
                PolicyAttr::BITFIELD32_MASK,
                PolicyAttr::MASK,
            ))?;
        let ty = ty.require()?;
        let constraint = if let Some(mask) = mask.get()? {
            Some(Constraint::Mask(mask))
        } else if let Some(bits) = bits.get()? {
            Some(Constraint::Mask(bits.into()))
        } else if signed_low.is_some() || signed_high.is_some() {
            let (low, high) = (signed_low.get()?, signed_high.get()?);
            Some(Constraint::Signed(low.unwrap_or(i64::MIN), high.unwrap_or(i64::MAX)))
        } else if low.is_some() || high.is_some() {
            Some(Constraint::Unsigned(low.get()?.unwrap_or(0), high.get()?.unwrap_or(u64::MAX)))
        } else if shortest.is_some() || longest.is_some() {
            let longest = longest.get()?.map_or(usize::MAX, |longest| longest as usize);
            Some(Constraint::Len(shortest.get()?.unwrap_or(0) as usize, longest))
        } else {
            None
        };
        Ok(Kernel { ty, constraint, inner: inner.get()?.map(|inner| inner as u16) })
    }

    fn rule(self) -> AttrPolicy<Run> {
        let unsigned = |size| Type::Int(Int::unsigned(size));
        let signed = |size| Type::Int(Int { size, signed: true, order: Order::Native });
        let (shortest, longest) = match self.constraint {
            Some(Constraint::Len(shortest, longest)) => (shortest, longest),
            _ => (0, usize::MAX),
        };
        let mut constraint = self.constraint;
        let mut terminated = None;
        let ty = match self.ty {
            PolicyType::INVALID => Type::Reject,
            PolicyType::FLAG => Type::Flag,
            PolicyType::U8 => unsigned(1),
            PolicyType::U16 => unsigned(2),
            PolicyType::U32 => unsigned(4),
            PolicyType::U64 => unsigned(8),
            PolicyType::UINT => unsigned(0),
            PolicyType::S8 => signed(1),
            PolicyType::S16 => signed(2),
            PolicyType::S32 => signed(4),
            PolicyType::S64 => signed(8),
            PolicyType::SINT => signed(0),
            PolicyType::STRING | PolicyType::NUL_STRING => {
                // The longest is without the NUL, and an empty payload is no text.
                terminated = Some(self.ty == PolicyType::NUL_STRING);
                constraint = Some(Constraint::Len(shortest.max(1), usize::MAX));
                Type::Text(longest)
            }
            PolicyType::NESTED | PolicyType::NESTED_ARRAY => NEST,
            PolicyType::BITFIELD32 => Type::Bitfield32(&[]),
            // Bytes, and what newer kernels have.
            _ => Type::Bytes(0, usize::MAX),
        };
        let inner = match (self.ty, self.inner) {
            (PolicyType::NESTED, Some(inner)) => InnerAttrs::Run(0, Run::Attrs(inner)),
            (PolicyType::NESTED_ARRAY, Some(inner)) => InnerAttrs::Run(0, Run::Elements(inner)),
            _ => InnerAttrs::None,
        };
        // The kernel takes any attribute several times.
        AttrPolicy { ty, constraint, multi: true, terminated, inner, case: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::genl::ctrl;
    use crate::message::Messages;
    use crate::schema::Set;
    use crate::validate::{Strictness, Violation, by_policy};
    use crate::writer::Writer;
    use std::vec::Vec;

    /// Builds replies as the kernel does, one message for each closure.
    fn answer(add: impl FnOnce(&mut Writer<'_, Ctrl>)) -> Vec<u8> {
        let mut buffer = [0; 512];
        let kind = ctrl::GET_POLICY.kind(ctrl::ID);
        kind.build(&mut buffer, 1, ctrl::GET_POLICY.header(()), add).unwrap().to_vec()
    }

    fn command(number: u16, doing: Option<u32>, dumping: Option<u32>) -> Vec<u8> {
        answer(|ctrl| {
            ctrl.elements(Ctrl::OP_POLICY, |commands| {
                commands.nest(number, |which| {
                    doing.map(|index| which.put(OpPolicy::DO, index).len());
                    dumping.map(|index| which.put(OpPolicy::DUMP, index).len());
                });
            });
        })
    }

    fn rule(policy: u16, number: u16, fill: impl FnOnce(&mut Writer<'_, PolicyAttr>)) -> Vec<u8> {
        use crate::attr::Key;
        use crate::nest::Nest;
        // An element within an element, which the writer has no word for.
        crate::attributes! {
            /// Attributes of a policy.
            Attr "" {
                /// Any number.
                0 => ANY: Nest<PolicyAttr>,
            }
        }
        crate::attributes! {
            /// Policies.
            Policies "" {
                /// Any number.
                0 => ANY: Nest<Attr>,
            }
        }
        let _ = (Attr::ANY, Policies::ANY);
        answer(|ctrl| {
            ctrl.nest(Ctrl::POLICY.cast::<Nest<Policies>>(), |policies| {
                policies.nest(Key::<Policies, Nest<Attr>>::new(policy, ""), |attrs| {
                    attrs.nest(Key::<Attr, Nest<PolicyAttr>>::new(number, ""), fill);
                });
            });
        })
    }

    fn take<'e>(room: &'e mut [PolicyEntry], answers: &[u8]) -> KernelPolicy<'e> {
        let mut policy = KernelPolicy::new(room);
        for message in Messages::new(answers) {
            let kind = ctrl::GET_POLICY.kind(ctrl::ID);
            policy.add(&message.unwrap().read(kind).attrs).unwrap();
        }
        policy
    }

    /// Reply of Linux 6.18 for its controller: `genl ctrl policy name nlctrl`.
    #[rustfmt::skip]
    #[cfg(target_endian = "little")]
    const NLCTRL: &[u8] = &[
        52, 0, 0, 0,  16, 0,  2, 0,  1, 0, 0, 0,  0x4f, 0x3d, 0, 0,   // nlmsghdr: nlctrl, multi
        10, 2, 0, 0,                                                  // genlmsghdr: GETPOLICY
        6, 0, 1, 0,  16, 0, 0, 0,                                     // FAMILY_ID 16
        24, 0, 9, 0x80,  20, 0, 3, 0x80,                              // OP_POLICY, of GETFAMILY
        8, 0, 1, 0,  0, 0, 0, 0,  8, 0, 2, 0,  0, 0, 0, 0,            //   DO 0, DUMP 0

        44, 0, 0, 0,  16, 0,  2, 0,  1, 0, 0, 0,  0x4f, 0x3d, 0, 0,
        10, 2, 0, 0,
        6, 0, 1, 0,  16, 0, 0, 0,
        16, 0, 9, 0x80,  12, 0, 0, 0x80,                              // OP_POLICY, of "0"
        8, 0, 2, 0,  1, 0, 0, 0,                                      //   DUMP 1

        56, 0, 0, 0,  16, 0,  2, 0,  1, 0, 0, 0,  0x4f, 0x3d, 0, 0,
        10, 2, 0, 0,
        6, 0, 1, 0,  16, 0, 0, 0,
        28, 0, 8, 0x80,  24, 0, 0, 0x80,  20, 0, 2, 0x80,             // POLICY 0, FAMILY_NAME
        8, 0, 7, 0,  15, 0, 0, 0,                                     //   MAX_LENGTH 15
        8, 0, 1, 0,  12, 0, 0, 0,                                     //   TYPE NUL_STRING

        72, 0, 0, 0,  16, 0,  2, 0,  1, 0, 0, 0,  0x4f, 0x3d, 0, 0,
        10, 2, 0, 0,
        6, 0, 1, 0,  16, 0, 0, 0,
        44, 0, 8, 0x80,  40, 0, 1, 0x80,  36, 0, 10, 0x80,            // POLICY 1, OP
        12, 0, 4, 0,  0, 0, 0, 0, 0, 0, 0, 0,                         //   MIN_VALUE_U 0
        12, 0, 5, 0,  0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0,             //   MAX_VALUE_U
        8, 0, 1, 0,  4, 0, 0, 0,                                      //   TYPE U32
    ];

    #[test]
    #[cfg(target_endian = "little")]
    fn the_policy_of_the_controller_is_read() {
        let mut room = [PolicyEntry::VACANT; 4];
        let policy = take(&mut room, NLCTRL);
        assert!(policy.is_complete());
        assert_eq!(policy.commands().collect::<Vec<_>>(), [3, 0]);
        assert_eq!(
            (policy.do_policy(3), policy.dump_policy(3)),
            (Some(Run::Attrs(0)), Some(Run::Attrs(0)))
        );
        let name = (2, PolicyType::NUL_STRING, Some(Constraint::Len(0, 15)));
        assert_eq!(policy.rules(Run::Attrs(0)).collect::<Vec<_>>(), [name]);
        let op = (10, PolicyType::U32, Some(Constraint::Unsigned(0, u32::MAX.into())));
        assert_eq!(policy.rules(Run::Attrs(1)).collect::<Vec<_>>(), [op]);
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn the_command_without_a_number_is_the_dump_only_one() {
        let mut room = [PolicyEntry::VACANT; 8];
        let policy = take(&mut room, NLCTRL);
        assert_eq!((policy.do_policy(10), policy.dump_policy(10)), (None, Some(Run::Attrs(1))));
        let twice = [NLCTRL, &command(0, None, Some(2))].concat();
        let policy = take(&mut room, &twice);
        assert_eq!(policy.dump_policy(10), None);
    }

    #[test]
    fn a_short_buffer_reports_the_needed_length() {
        let mut room = [PolicyEntry::VACANT; 2];
        let answers = [command(1, Some(0), None), command(2, Some(0), None)].concat();
        assert!(take(&mut room, &answers).is_complete());
        let policy = take(&mut room[..1], &answers);
        assert_eq!((policy.is_complete(), policy.needed()), (false, 2));
    }

    fn put(ty: PolicyType) -> impl FnOnce(&mut Writer<'_, PolicyAttr>) {
        move |rule| {
            rule.put(PolicyAttr::TYPE, ty);
        }
    }

    /// Validates one attribute against one rule.
    fn status(
        fill: impl FnOnce(&mut Writer<'_, PolicyAttr>),
        strictness: Strictness,
        nested: bool,
        payload: &[u8],
    ) -> Result<(), Violation> {
        let mut room = [PolicyEntry::VACANT; 4];
        let answers = [
            rule(0, 7, fill),
            rule(1, 1, |inner| {
                inner.put(PolicyAttr::TYPE, PolicyType::U8).put(PolicyAttr::MAX_VALUE_U, 9);
            }),
        ]
        .concat();
        let policy = take(&mut room, &answers);
        let number = 7 | if nested { crate::frame::NESTED } else { 0 };
        let mut attr = (payload.len() as u16 + 4).to_ne_bytes().to_vec();
        attr.extend(number.to_ne_bytes());
        attr.extend(payload);
        attr.resize(attr.len().next_multiple_of(4), 0);
        by_policy(&policy, Run::Attrs(0), None, &attr, strictness)
            .map_err(|invalid| invalid.violation)
    }

    fn strict(
        fill: impl FnOnce(&mut Writer<'_, PolicyAttr>),
        payload: &[u8],
    ) -> Result<(), Violation> {
        status(fill, Strictness::STRICT, false, payload)
    }

    #[test]
    fn ranges_masks_and_lengths_are_validated() {
        let range = |rule: &mut Writer<'_, PolicyAttr>| {
            rule.put(PolicyAttr::TYPE, PolicyType::U32);
            rule.put(PolicyAttr::MIN_VALUE_U, 1).put(PolicyAttr::MAX_VALUE_U, 5);
        };
        assert_eq!(strict(range, &5u32.to_ne_bytes()), Ok(()));
        let why = Violation::Range { value: 6, min: 1, max: 5 };
        assert_eq!(strict(range, &6u32.to_ne_bytes()), Err(why));
        assert!(matches!(strict(range, &[1; 3]), Err(Violation::Length { len: 3, .. })));
        assert!(matches!(strict(range, &[1; 8]), Err(Violation::Length { len: 8, .. })));

        let signed = |rule: &mut Writer<'_, PolicyAttr>| {
            rule.put(PolicyAttr::TYPE, PolicyType::S8);
            rule.put(PolicyAttr::MIN_VALUE_S, -2).put(PolicyAttr::MAX_VALUE_S, 2);
        };
        assert_eq!(strict(signed, &(-2i8).to_ne_bytes()), Ok(()));
        let why = Violation::SignedRange { value: -3, min: -2, max: 2 };
        assert_eq!(strict(signed, &(-3i8).to_ne_bytes()), Err(why));

        let mask = |rule: &mut Writer<'_, PolicyAttr>| {
            rule.put(PolicyAttr::TYPE, PolicyType::UINT).put(PolicyAttr::MASK, 0x11);
        };
        assert_eq!(strict(mask, &0x10u32.to_ne_bytes()), Ok(()));
        assert_eq!(strict(mask, &0x10u64.to_ne_bytes()), Ok(()));
        let why = Violation::Mask { value: 0x12, mask: 0x11 };
        assert_eq!(strict(mask, &0x12u32.to_ne_bytes()), Err(why));

        let bytes = |rule: &mut Writer<'_, PolicyAttr>| {
            rule.put(PolicyAttr::TYPE, PolicyType::BINARY);
            rule.put(PolicyAttr::MIN_LENGTH, 4).put(PolicyAttr::MAX_LENGTH, 6);
        };
        assert_eq!(strict(bytes, &[0; 6]), Ok(()));
        assert_eq!(strict(bytes, &[0; 7]), Err(Violation::Length { len: 7, min: 4, max: 6 }));
        assert_eq!(strict(bytes, &[0; 3]), Err(Violation::Length { len: 3, min: 4, max: 6 }));
    }

    #[test]
    fn a_bitfield32_selects_only_bits_of_its_mask() {
        let bits = |rule: &mut Writer<'_, PolicyAttr>| {
            rule.put(PolicyAttr::TYPE, PolicyType::BITFIELD32).put(PolicyAttr::BITFIELD32_MASK, 3);
        };
        let field =
            |value: u32, selector: u32| [value.to_ne_bytes(), selector.to_ne_bytes()].concat();
        assert_eq!(strict(bits, &field(1, 3)), Ok(()));
        assert_eq!(strict(bits, &field(0, 4)), Err(Violation::Mask { value: 4, mask: 3 }));
        assert_eq!(strict(bits, &field(2, 1)), Err(Violation::Mask { value: 2, mask: 1 }));
        assert!(strict(bits, &[0; 4]).is_err());
    }

    #[test]
    fn nul_strings_need_their_nul() {
        let text = |ty| {
            move |rule: &mut Writer<'_, PolicyAttr>| {
                rule.put(PolicyAttr::TYPE, ty).put(PolicyAttr::MAX_LENGTH, 2);
            }
        };
        for (ty, bare) in
            [(PolicyType::STRING, Ok(())), (PolicyType::NUL_STRING, Err(Violation::Unterminated))]
        {
            for strictness in [Strictness::STRICT, Strictness::LIBERAL] {
                assert_eq!(status(text(ty), strictness, false, b"ab\0"), Ok(()));
                assert_eq!(status(text(ty), strictness, false, b"ab"), bare);
                let long = status(text(ty), strictness, false, b"abc\0");
                assert!(matches!(long, Err(Violation::Length { .. })));
                assert!(status(text(ty), strictness, false, b"").is_err());
            }
        }
    }

    #[test]
    fn flags_have_no_payload_and_rejected_attributes_fail() {
        assert_eq!(strict(put(PolicyType::FLAG), &[]), Ok(()));
        assert!(strict(put(PolicyType::FLAG), &[1]).is_err());
        assert_eq!(strict(put(PolicyType::INVALID), &[]), Err(Violation::Rejected));
    }

    /// Attribute 1 with one byte.
    fn byte(value: u8) -> Vec<u8> {
        let ([l0, l1], [n0, n1]) = (5u16.to_ne_bytes(), 1u16.to_ne_bytes());
        std::vec![l0, l1, n0, n1, value, 0, 0, 0]
    }

    #[test]
    fn nests_and_array_elements_use_the_policy_of_their_index() {
        let nested = |ty| {
            move |rule: &mut Writer<'_, PolicyAttr>| {
                rule.put(PolicyAttr::TYPE, ty).put(PolicyAttr::POLICY_IDX, 1);
            }
        };
        let nest = |nested_mark, payload: &[u8]| {
            status(nested(PolicyType::NESTED), Strictness::STRICT, nested_mark, payload)
        };
        assert_eq!(nest(true, &byte(9)), Ok(()));
        assert_eq!(nest(true, &byte(10)), Err(Violation::Range { value: 10, min: 0, max: 9 }));
        assert_eq!(nest(false, &byte(9)), Err(Violation::MissingNestedFlag));

        let element = |value| {
            let mut element = 12u16.to_ne_bytes().to_vec();
            element.extend((3 | crate::frame::NESTED).to_ne_bytes());
            element.extend(byte(value));
            element
        };
        let array = |payload: &[u8]| {
            status(nested(PolicyType::NESTED_ARRAY), Strictness::STRICT, true, payload)
        };
        assert_eq!(array(&[element(9), element(1)].concat()), Ok(()));
        let why = Violation::Range { value: 10, min: 0, max: 9 };
        assert_eq!(array(&[element(9), element(10)].concat()), Err(why));
    }

    #[test]
    fn an_error_names_the_attribute_by_codecs_table() {
        let mut room = [PolicyEntry::VACANT; 2];
        let fill = |rule: &mut Writer<'_, PolicyAttr>| {
            rule.put(PolicyAttr::TYPE, PolicyType::U16).put(PolicyAttr::MIN_VALUE_U, 16);
        };
        let answers = rule(0, 1, fill);
        let policy = take(&mut room, &answers);
        let request = answer(|ctrl| {
            ctrl.put(Ctrl::FAMILY_ID, 3);
        });
        let run = Run::Attrs(0);
        let invalid =
            by_policy(&policy, run, Some(Ctrl::table), &request[20..], Strictness::STRICT);
        assert_eq!(
            std::string::ToString::to_string(&invalid.unwrap_err()),
            "Ctrl.FAMILY_ID, at byte 0: 3 is not within 16 to 18446744073709551615"
        );
    }

    #[test]
    fn attributes_missing_from_the_policy_are_unknown() {
        let why = strict(put(PolicyType::FLAG), &[]).and_then(|()| {
            let mut room = [PolicyEntry::VACANT; 1];
            let policy = take(&mut room, &rule(0, 7, put(PolicyType::FLAG)));
            by_policy(&policy, Run::Attrs(0), None, &byte(1), Strictness::STRICT)
                .map_err(|invalid| invalid.violation)
        });
        assert_eq!(why, Err(Violation::Unknown));
    }
}
