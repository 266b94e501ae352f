//! Validation of attributes, `nla_validate`: by a table, or by a policy that the kernel reported.

use core::fmt;

use crate::addr_text::MAX_HARDWARE;
use crate::error::Error;
use crate::family::Family;
use crate::frame::{self, AttrWalk, NESTED, NUMBER};
use crate::message;
use crate::path::Path;
use crate::schema::MAX_DEPTH;
use crate::schema::{Constraint, Scope, SplitRecords, TableFn, Type};

/// Strictness of validation, as flags of the kernel's `enum netlink_validation`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Strictness {
    /// Rejects attributes that the table does not have, `NL_VALIDATE_MAXTYPE`.
    pub reject_unknown: bool,
    /// Rejects bytes behind the last attribute, `NL_VALIDATE_TRAILING`.
    pub reject_trailing: bool,
    /// Rejects payloads longer than their type, and text without NUL, `NL_VALIDATE_STRICT_ATTRS`.
    pub exact_length: bool,
    /// Requires `NLA_F_NESTED` on nests, `NL_VALIDATE_NESTED`.
    pub require_nested_flag: bool,
    /// Rejects attributes that occur twice, unless their row is `Multi`; the kernel has no such
    /// check.
    pub reject_duplicates: bool,
}

impl Strictness {
    /// Validation as the kernel's for old families, `NL_VALIDATE_LIBERAL`.
    pub const LIBERAL: Strictness = Strictness {
        reject_unknown: false,
        reject_trailing: false,
        exact_length: false,
        require_nested_flag: false,
        reject_duplicates: false,
    };
    /// Validation as the kernel's for new families, `NL_VALIDATE_STRICT`; rejects duplicates, too.
    pub const STRICT: Strictness = Strictness {
        reject_unknown: true,
        reject_trailing: true,
        exact_length: true,
        require_nested_flag: true,
        reject_duplicates: true,
    };
}

/// A violation and the attribute that has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Invalid {
    /// Path of the attribute.
    pub path: Path,
    /// Offset of the attribute in bytes: in a message from its `nlmsghdr`, otherwise from the first
    /// attribute.
    pub at: usize,
    /// Rule that is violated.
    pub violation: Violation,
}

/// Violation of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Violation {
    /// Cut off, or with a length below that of its header.
    Truncated,
    /// Too short or too long.
    Length {
        /// Length in bytes.
        len: usize,
        /// Minimum length.
        min: usize,
        /// Maximum length.
        max: usize,
    },
    /// Unsigned value out of range.
    Range {
        /// Value of the attribute.
        value: u64,
        /// Minimum.
        min: u64,
        /// Maximum.
        max: u64,
    },
    /// Signed value out of range.
    SignedRange {
        /// Value of the attribute.
        value: i64,
        /// Minimum.
        min: i64,
        /// Maximum.
        max: i64,
    },
    /// Bits set that may not be.
    Mask {
        /// Bits that are set.
        value: u64,
        /// Bits that may be set.
        mask: u64,
    },
    /// Text without a terminating NUL.
    Unterminated,
    /// Nest without `NLA_F_NESTED`.
    MissingNestedFlag,
    /// Not in the table.
    Unknown,
    /// Rejected by the kernel, `NLA_REJECT`.
    Rejected,
    /// Occurs twice.
    Duplicate,
    /// Nested deeper than the kernel accepts.
    TooDeep,
    /// This number of bytes behind the last attribute.
    Trailing(usize),
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, at byte {}: {}", self.path, self.at, self.violation)
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Violation::Truncated => f.write_str("truncated or invalid length"),
            Violation::Length { len, min, max } if min == max => {
                write!(f, "{len} bytes instead of {min}")
            }
            Violation::Length { len, min, .. } if len < min => {
                write!(f, "{len} bytes, at least {min} needed")
            }
            Violation::Length { len, max, .. } => {
                write!(f, "{len} bytes, at most {max} allowed")
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
            Violation::MissingNestedFlag => f.write_str("NLA_F_NESTED is not set"),
            Violation::Unknown => f.write_str("unknown attribute"),
            Violation::Rejected => f.write_str("not allowed here"),
            Violation::Duplicate => f.write_str("duplicate attribute"),
            Violation::TooDeep => f.write_str("nested too deep"),
            Violation::Trailing(len) => write!(f, "{len} trailing bytes"),
        }
    }
}

impl core::error::Error for Invalid {}

/// Source of rules: tables, or the kernel's policy.
pub trait Policy {
    /// Identifier of the rules of a run of attributes.
    type Run: Copy;

    /// Returns the rule of an attribute; `None` if it is unknown.
    fn rule(&self, run: Self::Run, number: u16, scope: &Scope<'_>)
    -> Option<AttrPolicy<Self::Run>>;
}

/// Rule of an attribute.
#[derive(Debug, Clone, Copy)]
pub struct AttrPolicy<R> {
    /// Type of the payload.
    pub ty: Type,
    /// Constraint on the value, beyond its type.
    pub constraint: Option<Constraint>,
    /// `true` if the attribute may occur several times.
    pub multi: bool,
    /// `Some(true)` if text needs a terminating NUL, `Some(false)` if not, `None` if only with
    /// [`Strictness::exact_length`].
    pub terminated: Option<bool>,
    /// Attributes within the payload.
    pub inner: InnerAttrs<R>,
    /// Index of the sub-message's case.
    pub case: Option<usize>,
}

/// Attributes within a payload.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum InnerAttrs<R> {
    /// No attributes.
    None,
    /// Run of attributes, at this offset in the payload.
    Run(usize, R),
    /// Records with a header of this length, each with a run of attributes.
    Records(usize, R),
}

/// Rules by the tables of this crate, or of others that use its macros.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Tables;

/// Run of attributes, by a table.
#[derive(Debug, Clone, Copy)]
pub enum TableRun {
    /// Attributes of a set.
    Set(TableFn),
    /// Elements of one type.
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

/// Validates a message's attributes; `payload` is what follows the `nlmsghdr`.
///
/// # Errors
///
/// The first violation, with the attribute's path and offset.
pub fn message(
    family: &Family,
    message_type: u16,
    payload: &[u8],
    strictness: Strictness,
) -> Result<(), Invalid> {
    let Some(row) = family.message(message_type) else {
        return Err(Invalid { path: Path::default(), at: 0, violation: Violation::Unknown });
    };
    let (len, min) = (payload.len(), family.header.len);
    if strictness.exact_length && len < min {
        let violation = Violation::Length { len, min, max: usize::MAX };
        return Err(Invalid { path: Path::new(Some(row.table)), at: message::HEADER, violation });
    }
    let head = frame::align(family.header.len);
    let run = payload.get(head..).unwrap_or_default();
    let scope = Scope { siblings: run, header: payload, outer: None };
    let at = message::HEADER.saturating_add(head);
    let check = Check { policy: &Tables, strictness };
    check.run(TableRun::Set(row.table), run, at, &scope, &mut Path::new(Some(row.table)))
}

/// Validates a run of attributes by a table.
///
/// # Errors
///
/// The first violation, with the attribute's path and offset.
pub fn attributes(rows: TableFn, bytes: &[u8], strictness: Strictness) -> Result<(), Invalid> {
    by_policy(&Tables, TableRun::Set(rows), Some(rows), bytes, strictness)
}

/// Validates a run of attributes by any policy; `names`, if given, is for the error's path.
///
/// # Errors
///
/// The first violation, with the attribute's path and offset.
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
                return Err(Invalid { path: *path, at, violation: Violation::Truncated });
            };
            let number = raw & NUMBER;
            if depth >= MAX_DEPTH {
                return Err(Invalid { path: *path, at, violation: Violation::TooDeep });
            }
            path.push(number);
            let fault = |violation| Invalid { path: *path, at, violation };
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
                return Err(fault(Violation::Duplicate));
            }
            path.choose(rule.case);
            let at = at.saturating_add(frame::ATTR_HEADER);
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
            return Err(Invalid { path: *path, at, violation: Violation::Trailing(left) });
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
                    return Err(Invalid { path: *path, at, violation: Violation::Truncated });
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
            return Err(Violation::MissingNestedFlag);
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

/// Validates a bitfield: its mask within the policy's, no bits outside of its own mask.
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
