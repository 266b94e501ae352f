//! A generic family's policies, as the kernel itself tells them: `CTRL_CMD_GETPOLICY`.

use crate::attr::Attrs;
use crate::check::{Inner, Policy, Rule};
use crate::error::Error;
use crate::genl::ctrl::{Ctrl, OpPolicy, PolicyAttr, PolicyType};
use crate::policy::{Bound, Int, Order, Scope, Table, Type};

/// What a family takes, in room of the caller's: the answers to one [`GET_POLICY`] dump.
///
/// A request can be checked against the very kernel that will get it, before it is sent:
///
/// ```
/// use barelink_codec::check::{Strictness, by_policy};
/// use barelink_codec::genl::policy::{Entry, KernelPolicy};
/// # fn example(answers: &[barelink_codec::Attrs<'_, barelink_codec::genl::ctrl::Ctrl>],
/// #     request: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
/// let mut room = [Entry::VACANT; 256];
/// let mut policy = KernelPolicy::new(&mut room);
/// for answer in answers {
///     policy.add(answer)?;
/// }
/// if let Some(run) = policy.doing(3) {
///     by_policy(&policy, run, None, request, Strictness::STRICT)?;
/// }
/// # Ok(())
/// # }
/// ```
///
/// [`GET_POLICY`]: crate::genl::ctrl::GET_POLICY
#[derive(Debug)]
pub struct KernelPolicy<'e> {
    entries: &'e mut [Entry],
    needed: usize,
}

/// Room for one of the kernel's statements about a family: which policies a command has, or what
/// an attribute is to be.
#[derive(Debug, Clone, Copy)]
pub struct Entry(Statement);

impl Entry {
    /// Room not taken yet.
    pub const VACANT: Entry = Entry(Statement::None);
}

#[derive(Debug, Clone, Copy)]
enum Statement {
    None,
    Command { number: u16, doing: Option<u16>, dumping: Option<u16> },
    Attr { policy: u16, number: u16, rule: Kernel },
}

/// What the kernel says of an attribute.
#[derive(Debug, Clone, Copy)]
struct Kernel {
    ty: PolicyType,
    bound: Option<Bound>,
    inner: Option<u16>,
}

/// A policy of the kernel's, by its index in what it told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// The attributes themselves.
    Attrs(u16),
    /// Elements that each hold such attributes.
    Elements(u16),
}

impl<'e> KernelPolicy<'e> {
    /// Nothing so far, to be filled in by [`add`](KernelPolicy::add).
    pub fn new(entries: &'e mut [Entry]) -> Self {
        KernelPolicy { entries, needed: 0 }
    }

    /// Takes in one message of the dump. What finds no room is counted.
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
                    let (number, said) = attr?;
                    let rule = Kernel::read(&said)?;
                    self.push(Statement::Attr { policy, number, rule });
                }
            }
        }
        Ok(())
    }

    fn push(&mut self, statement: Statement) {
        if let Some(entry) = self.entries.get_mut(self.needed) {
            *entry = Entry(statement);
        }
        self.needed = self.needed.saturating_add(1);
    }

    /// How many entries all that was told takes.
    pub const fn needed(&self) -> usize {
        self.needed
    }

    /// Whether there was room for all that was told. If not, it is not good for checks.
    pub const fn is_complete(&self) -> bool {
        self.needed <= self.entries.len()
    }

    /// What the command takes when it is to do something; none if it cannot, or takes anything.
    pub fn doing(&self, command: u8) -> Option<Run> {
        self.command(command).and_then(|(doing, _)| doing).map(Run::Attrs)
    }

    /// What the command takes when it is to dump; none if it cannot, or takes anything.
    pub fn dumping(&self, command: u8) -> Option<Run> {
        self.command(command).and_then(|(_, dumping)| dumping).map(Run::Attrs)
    }

    /// The commands that the kernel told policies of, in its order.
    pub fn commands(&self) -> impl Iterator<Item = u8> + use<'_> {
        self.statements().filter_map(|statement| match statement {
            Statement::Command { number, .. } => Some(number as u8),
            _ => None,
        })
    }

    fn command(&self, command: u8) -> Option<(Option<u16>, Option<u16>)> {
        self.statements().find_map(|statement| match statement {
            Statement::Command { number, doing, dumping } if number == command.into() => {
                Some((doing, dumping))
            }
            _ => None,
        })
    }

    fn statements(&self) -> impl Iterator<Item = Statement> + use<'_> {
        self.entries.iter().take(self.needed).map(|entry| entry.0)
    }

    /// The rules of the attributes in a policy: each one's number, what it is, and what its value is
    /// held to.
    pub fn rules(
        &self,
        run: Run,
    ) -> impl Iterator<Item = (u16, PolicyType, Option<Bound>)> + use<'_> {
        let (Run::Attrs(wanted) | Run::Elements(wanted)) = run;
        self.statements().filter_map(move |statement| match statement {
            Statement::Attr { policy, number, rule } if policy == wanted => {
                Some((number, rule.ty, rule.bound))
            }
            _ => None,
        })
    }
}

impl Policy for KernelPolicy<'_> {
    type Run = Run;

    fn rule(&self, run: Run, number: u16, _: &Scope<'_>) -> Option<Rule<Run>> {
        match run {
            Run::Elements(policy) => {
                Some(Kernel { ty: PolicyType::NESTED, bound: None, inner: Some(policy) }.rule())
            }
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

/// The attributes within are checked by the kernel's policy, not by a table.
static ATTRIBUTES: Table = Table { name: "", rows: &[] };
const NEST: Type = Type::Nest(|| &ATTRIBUTES);

impl Kernel {
    fn read(said: &Attrs<'_, PolicyAttr>) -> Result<Kernel, Error> {
        let (ty, low, high, signed_low, signed_high, shortest, longest, inner, bits, mask) =
            said.find((
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
        let bound = if let Some(mask) = mask.get()? {
            Some(Bound::Mask(mask))
        } else if let Some(bits) = bits.get()? {
            Some(Bound::Mask(bits.into()))
        } else if signed_low.is_some() || signed_high.is_some() {
            let (low, high) = (signed_low.get()?, signed_high.get()?);
            Some(Bound::Signed(low.unwrap_or(i64::MIN), high.unwrap_or(i64::MAX)))
        } else if low.is_some() || high.is_some() {
            Some(Bound::Unsigned(low.get()?.unwrap_or(0), high.get()?.unwrap_or(u64::MAX)))
        } else if shortest.is_some() || longest.is_some() {
            let longest = longest.get()?.map_or(usize::MAX, |longest| longest as usize);
            Some(Bound::Len(shortest.get()?.unwrap_or(0) as usize, longest))
        } else {
            None
        };
        Ok(Kernel { ty, bound, inner: inner.get()?.map(|inner| inner as u16) })
    }

    fn rule(self) -> Rule<Run> {
        let unsigned = |size| Type::Int(Int::unsigned(size));
        let signed = |size| Type::Int(Int { size, signed: true, order: Order::Native });
        let (shortest, longest) = match self.bound {
            Some(Bound::Len(shortest, longest)) => (shortest, longest),
            _ => (0, usize::MAX),
        };
        let mut bound = self.bound;
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
                bound = Some(Bound::Len(shortest.max(1), usize::MAX));
                Type::Text(longest)
            }
            PolicyType::NESTED | PolicyType::NESTED_ARRAY => NEST,
            PolicyType::BITFIELD32 => Type::Bitfield32(&[]),
            // Bytes, and what newer kernels have.
            _ => Type::Bytes(0, usize::MAX),
        };
        let inner = match (self.ty, self.inner) {
            (PolicyType::NESTED, Some(inner)) => Inner::Run(0, Run::Attrs(inner)),
            (PolicyType::NESTED_ARRAY, Some(inner)) => Inner::Run(0, Run::Elements(inner)),
            _ => Inner::None,
        };
        // The kernel takes any attribute several times.
        Rule { ty, bound, multi: true, terminated, inner, case: None }
    }
}
