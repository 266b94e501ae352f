//! Checks attributes against what they are to be: by a table of ours, or by a policy that the
//! kernel gave.

use core::fmt;

use crate::addr_text::MAX_HARDWARE;
use crate::error::Error;
use crate::family::Family;
use crate::frame::{self, AttrWalk, NESTED, NUMBER};
use crate::message;
use crate::path::Path;
use crate::schema::MAX_DEPTH;
use crate::schema::{Constraint, Scope, SplitRecords, TableFn, Type};

/// How much is demanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Strictness {
    /// Attributes that the table does not know are wrong.
    pub reject_unknown: bool,
    /// Bytes behind the last attribute are wrong.
    pub reject_trailing: bool,
    /// Payloads longer than their type are wrong, as is text without its NUL.
    pub exact_length: bool,
    /// What holds attributes has to be marked so, `NLA_F_NESTED`.
    pub require_nested_flag: bool,
    /// Attributes that come twice without need are wrong.
    pub reject_duplicates: bool,
}

impl Strictness {
    /// What the kernel demands of old families, and what can be demanded of the kernel:
    /// `NL_VALIDATE_LIBERAL`.
    pub const LIBERAL: Strictness = Strictness {
        reject_unknown: false,
        reject_trailing: false,
        exact_length: false,
        require_nested_flag: false,
        reject_duplicates: false,
    };
    /// What the kernel demands of new families: `NL_VALIDATE_STRICT`; and nothing twice.
    pub const STRICT: Strictness = Strictness {
        reject_unknown: true,
        reject_trailing: true,
        exact_length: true,
        require_nested_flag: true,
        reject_duplicates: true,
    };
}

/// What is wrong with an attribute, and where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Invalid {
    /// The way to the attribute.
    pub path: Path,
    /// Where it starts, in bytes: of a message, from its `nlmsghdr`; of attributes, from the first.
    pub at: usize,
    /// What is wrong with it.
    pub why: Violation,
}

/// What is wrong with an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Violation {
    /// It is cut off, or its length is less than its header.
    Truncated,
    /// It has too few bytes or too many.
    Length {
        /// How many it has.
        len: usize,
        /// The fewest it may have.
        min: usize,
        /// The most it may have.
        max: usize,
    },
    /// Its value is too low or too high.
    Range {
        /// The value.
        value: u64,
        /// The lowest that it may be.
        min: u64,
        /// The highest that it may be.
        max: u64,
    },
    /// Its value, which may be negative, is too low or too high.
    SignedRange {
        /// The value.
        value: i64,
        /// The lowest that it may be.
        min: i64,
        /// The highest that it may be.
        max: i64,
    },
    /// It has bits that it may not have.
    Mask {
        /// The bits that it has.
        value: u64,
        /// The bits that it may have.
        mask: u64,
    },
    /// Its text has no NUL at the end.
    Unterminated,
    /// It is not marked as one that holds attributes.
    Unmarked,
    /// The table does not know it.
    Unknown,
    /// The kernel takes none such.
    Rejected,
    /// It is there already.
    Repeated,
    /// It is nested deeper than the kernel would have it.
    TooDeep,
    /// This many bytes are left behind the last attribute.
    Trailing(usize),
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, at byte {}: {}", self.path, self.at, self.why)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Violation::Truncated => f.write_str("cut off or garbled"),
            Violation::Length { len, min, max } if min == max => {
                write!(f, "{len} bytes, where there have to be {min}")
            }
            Violation::Length { len, min, max } if len < min => {
                write!(f, "{len} bytes, where there have to be {min} at least, {max} at most")
            }
            Violation::Length { len, max, .. } => {
                write!(f, "{len} bytes, where {max} are the most")
            }
            Violation::Range { value, min, max } => {
                write!(f, "{value} is not within {min} to {max}")
            }
            Violation::SignedRange { value, min, max } => {
                write!(f, "{value} is not within {min} to {max}")
            }
            Violation::Mask { value, mask } => {
                write!(f, "{value:#x} has bits that are not in {mask:#x}")
            }
            Violation::Unterminated => f.write_str("text without its NUL"),
            Violation::Unmarked => f.write_str("not marked as nested"),
            Violation::Unknown => f.write_str("unknown attribute"),
            Violation::Rejected => f.write_str("not allowed here"),
            Violation::Repeated => f.write_str("there already"),
            Violation::TooDeep => f.write_str("nested too deep"),
            Violation::Trailing(len) => write!(f, "{len} bytes left over"),
        }
    }
}

impl core::error::Error for Invalid {}

/// Where rules come from: tables of ours, or the kernel.
pub trait Policy {
    /// Names a run of attributes: which rules hold in it.
    type Run: Copy;

    /// The rule for the attribute of this number; nothing if it is not known.
    fn rule(&self, run: Self::Run, number: u16, scope: &Scope<'_>)
    -> Option<AttrPolicy<Self::Run>>;
}

/// What an attribute is to be.
#[derive(Debug, Clone, Copy)]
pub struct AttrPolicy<R> {
    /// What its payload looks like.
    pub ty: Type,
    /// What its value is held to besides.
    pub constraint: Option<Constraint>,
    /// Whether there may be several.
    pub multi: bool,
    /// Whether its text has to end in a NUL; if that is not said, only where lengths are exact.
    pub terminated: Option<bool>,
    /// The attributes within.
    pub inner: InnerAttrs<R>,
    /// Which case of its choice it is.
    pub case: Option<usize>,
}

/// Which attributes are within an attribute, and where.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum InnerAttrs<R> {
    /// None.
    None,
    /// A run of them, so many bytes into the payload.
    Run(usize, R),
    /// Records with a header of so many bytes, and a run in each.
    Records(usize, R),
}

/// The tables of this crate, and of others that use its words.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Tables;

/// A run of attributes of a set, or of elements.
#[derive(Debug, Clone, Copy)]
pub enum TableRun {
    /// Attributes of a set.
    Set(TableFn),
    /// Elements that are each one of these.
    Elements(&'static Type),
}

impl Policy for Tables {
    type Run = TableRun;

    fn rule(&self, run: TableRun, number: u16, scope: &Scope<'_>) -> Option<AttrPolicy<TableRun>> {
        let (ty, constraint, multi) = match run {
            TableRun::Elements(ty) => (*ty, None, true),
            TableRun::Set(rows) => {
                let row = rows().row(number)?;
                (row.ty, row.constraint.copied(), row.multi)
            }
        };
        let case = match ty {
            Type::SubMessage(choices) => choices.choose(scope),
            _ => None,
        };
        let ty = ty.choose(scope);
        let inner = match ty {
            Type::Records(layout, rows) => {
                InnerAttrs::Records(frame::align(layout.len), TableRun::Set(rows))
            }
            Type::IndexedArray(element) => InnerAttrs::Run(0, TableRun::Elements(element)),
            _ => ty
                .nested()
                .map_or(InnerAttrs::None, |(at, rows)| InnerAttrs::Run(at, TableRun::Set(rows))),
        };
        Some(AttrPolicy { ty, constraint, multi, terminated: None, inner, case })
    }
}

/// Checks a message's attributes; `payload` is what follows the `nlmsghdr`.
pub fn message(
    family: &Family,
    kind: u16,
    payload: &[u8],
    strictness: Strictness,
) -> Result<(), Invalid> {
    let Some(row) = family.message(kind) else {
        return Err(Invalid { path: Path::default(), at: 0, why: Violation::Unknown });
    };
    let (len, min) = (payload.len(), family.header.len);
    if strictness.exact_length && len < min {
        let why = Violation::Length { len, min, max: usize::MAX };
        return Err(Invalid { path: Path::new(Some(row.table)), at: message::HEADER, why });
    }
    let head = frame::align(family.header.len);
    let run = payload.get(head..).unwrap_or_default();
    let scope = Scope { siblings: run, header: payload, outer: None };
    let at = message::HEADER.saturating_add(head);
    let check = Check { policy: &Tables, strictness };
    check.run(TableRun::Set(row.table), run, at, &scope, &mut Path::new(Some(row.table)))
}

/// Checks a run of attributes against a table of ours.
pub fn attributes(rows: TableFn, bytes: &[u8], strictness: Strictness) -> Result<(), Invalid> {
    by_policy(&Tables, TableRun::Set(rows), Some(rows), bytes, strictness)
}

/// Checks a run of attributes against any policy; `names`, if there are any, are for the error.
pub fn by_policy<P: Policy>(
    policy: &P,
    run: P::Run,
    names: Option<TableFn>,
    bytes: &[u8],
    strictness: Strictness,
) -> Result<(), Invalid> {
    let scope = Scope { siblings: bytes, header: &[], outer: None };
    Check { policy, strictness }.run(run, bytes, 0, &scope, &mut Path::new(names))
}

struct Check<'p, P> {
    policy: &'p P,
    strictness: Strictness,
}

impl<P: Policy> Check<'_, P> {
    fn run(
        &self,
        run: P::Run,
        bytes: &[u8],
        base: usize,
        scope: &Scope<'_>,
        path: &mut Path,
    ) -> Result<(), Invalid> {
        let depth = path.len();
        let mut walk = AttrWalk::new(bytes);
        loop {
            let start = walk.at();
            let at = base.saturating_add(start);
            path.truncate(depth);
            let Some(attr) = walk.next() else { break };
            let Ok((raw, payload)) = attr else {
                return Err(Invalid { path: *path, at, why: Violation::Truncated });
            };
            let number = raw & NUMBER;
            if depth >= MAX_DEPTH {
                return Err(Invalid { path: *path, at, why: Violation::TooDeep });
            }
            path.push(number);
            let fault = |why| Invalid { path: *path, at, why };
            let Some(rule) = self.policy.rule(run, number, scope) else {
                if self.strictness.reject_unknown {
                    return Err(fault(Violation::Unknown));
                }
                continue;
            };
            self.payload(&rule, raw, payload).map_err(fault)?;
            let before = bytes.get(..start).unwrap_or_default();
            // Bytes of which there are none fill up to a multiple of eight, as often as that takes.
            let fills = payload.is_empty() && matches!(rule.ty, Type::Bytes(..));
            if self.strictness.reject_duplicates
                && !rule.multi
                && !fills
                && frame::find(before, number).is_ok_and(|found| found.is_some())
            {
                return Err(fault(Violation::Repeated));
            }
            path.choose(rule.case);
            let at = at.saturating_add(frame::HEADER);
            match rule.inner {
                InnerAttrs::None => {}
                InnerAttrs::Run(head, inner) => {
                    let attrs = payload.get(head..).unwrap_or_default();
                    self.run(inner, attrs, at.saturating_add(head), &scope.inner(attrs), path)?;
                }
                InnerAttrs::Records(head, inner) => {
                    self.records(head, inner, payload, at, scope, path)?;
                }
            }
        }
        let left = bytes.len().saturating_sub(walk.at());
        if self.strictness.reject_trailing && left > 0 {
            let at = base.saturating_add(walk.at());
            return Err(Invalid { path: *path, at, why: Violation::Trailing(left) });
        }
        Ok(())
    }

    fn records(
        &self,
        head: usize,
        inner: P::Run,
        payload: &[u8],
        base: usize,
        scope: &Scope<'_>,
        path: &mut Path,
    ) -> Result<(), Invalid> {
        let depth = path.len();
        for (index, record) in frame::count(SplitRecords::new(payload, head)) {
            path.truncate(depth);
            path.push(index as u16);
            let (at, record) = match record {
                Ok(record) => record,
                Err(error) => {
                    let at = if let Error::Truncated { at } = error { at } else { 0 };
                    let at = base.saturating_add(at);
                    return Err(Invalid { path: *path, at, why: Violation::Truncated });
                }
            };
            let attrs = record.get(head..).unwrap_or_default();
            let at = base.saturating_add(at).saturating_add(head);
            self.run(inner, attrs, at, &scope.inner(attrs), path)?;
        }
        Ok(())
    }

    fn payload(
        &self,
        rule: &AttrPolicy<P::Run>,
        raw: u16,
        payload: &[u8],
    ) -> Result<(), Violation> {
        let len = payload.len();
        let exact = self.strictness.exact_length;
        let (min, max) = match rule.ty {
            Type::Reject => return Err(Violation::Rejected),
            Type::Flag => (0, 0),
            Type::Bitfield32(_) => (8, 8),
            Type::Ipv4 => (4, 4),
            Type::Ipv6 => (16, 16),
            Type::Ip if len == 4 => (4, 4),
            Type::Ip => (16, 16),
            Type::Hardware => (0, MAX_HARDWARE),
            Type::Bytes(min, max) => (min, max),
            Type::Int(int) | Type::Enum(int, _) | Type::Halves(int, _) | Type::Flags(int, _) => {
                match int.size {
                    0 if len == 8 => (8, 8),
                    0 => (4, 4),
                    size => (size as usize, if exact { size as usize } else { usize::MAX }),
                }
            }
            Type::Struct(layout) if exact => (layout.len, layout.len),
            Type::FixedHeader(layout, _) | Type::WithTail(layout, _) => (layout.len, usize::MAX),
            Type::Text(max) => {
                let unterminated = payload.last() != Some(&0);
                if rule.terminated.unwrap_or(exact) && unterminated {
                    return Err(Violation::Unterminated);
                }
                (0, max.saturating_add(usize::from(!unterminated)))
            }
            Type::Struct(_)
            | Type::Array(_)
            | Type::Nest(_)
            | Type::IndexedArray(_)
            | Type::Records(..)
            | Type::SubMessage(_) => (0, usize::MAX),
        };
        let (min, max) = match rule.constraint {
            Some(Constraint::Len(low, high)) => (min.max(low), max.min(high)),
            _ => (min, max),
        };
        if len < min || len > max {
            return Err(Violation::Length { len, min, max });
        }
        let nest = matches!(rule.ty, Type::Nest(_) | Type::IndexedArray(_));
        if self.strictness.require_nested_flag && nest && raw & NESTED == 0 {
            return Err(Violation::Unmarked);
        }
        if let Type::Bitfield32(names) = rule.ty {
            let named = names.iter().fold(0, |mask, name| mask | name.0);
            let mask = match rule.constraint {
                Some(Constraint::Mask(mask)) => mask,
                _ if exact && named != 0 => named,
                _ => u64::from(u32::MAX),
            };
            return bits(payload, mask);
        }
        match (rule.constraint, rule.ty.int()) {
            (Some(constraint), Some(int)) => {
                let size = if int.size == 0 { len } else { int.size as usize };
                let value = int.load(payload.get(..size).unwrap_or_default()).unwrap_or_default();
                within(value, constraint)
            }
            _ => Ok(()),
        }
    }
}

fn within(value: u64, constraint: Constraint) -> Result<(), Violation> {
    match constraint {
        Constraint::Unsigned(min, max) if value < min || value > max => {
            Err(Violation::Range { value, min, max })
        }
        Constraint::Signed(min, max) if (value as i64) < min || value as i64 > max => {
            Err(Violation::SignedRange { value: value as i64, min, max })
        }
        Constraint::Mask(mask) if value & !mask != 0 => Err(Violation::Mask { value, mask }),
        _ => Ok(()),
    }
}

/// A bit field may name no bits but the mask's, and set none that it does not name.
fn bits(payload: &[u8], mask: u64) -> Result<(), Violation> {
    let word = |at: usize| {
        let bytes = payload.get(at..).and_then(|rest| rest.first_chunk());
        u64::from(bytes.map_or(0, |bytes| u32::from_ne_bytes(*bytes)))
    };
    let (value, selector) = (word(0), word(4));
    if selector & !mask != 0 {
        return Err(Violation::Mask { value: selector, mask });
    }
    if value & !selector != 0 {
        return Err(Violation::Mask { value, mask: selector });
    }
    Ok(())
}
