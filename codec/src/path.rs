//! Paths of attributes: found from an offset, or recorded during validation.

use core::fmt;

use crate::frame::{self, AttrWalk, NUMBER};
use crate::message;
use crate::schema::{MAX_DEPTH, Scope, SplitRecords, Table, TableFn, Type};

/// Path from a message's attributes to one of them: `Link.LINKINFO.DATA.ID`.
///
/// Stored as numbers, printed with the names of the table that it starts from. An unknown attribute
/// prints as its number, an element as its index: `Route.MULTIPATH[1].GATEWAY`.
#[derive(Clone, Copy)]
pub struct Path {
    root: Option<TableFn>,
    steps: [u16; MAX_DEPTH],
    cases: [u8; MAX_DEPTH],
    len: u8,
}

/// Marks a step whose type is not a sub-message.
const NO_CASE: u8 = u8::MAX;

impl Path {
    /// Creates the path to the attributes of this table themselves.
    pub const fn new(root: Option<TableFn>) -> Self {
        Path { root, steps: [0; MAX_DEPTH], cases: [NO_CASE; MAX_DEPTH], len: 0 }
    }

    /// Returns the number of steps.
    pub const fn len(&self) -> usize {
        self.len as usize
    }

    /// Returns whether the path has no steps.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the attributes' numbers, from the outermost.
    pub fn numbers(&self) -> &[u16] {
        self.steps.get(..self.len()).unwrap_or_default()
    }

    /// Appends an attribute; beyond [`MAX_DEPTH`] it is ignored.
    pub fn push(&mut self, number: u16) {
        if let Some(step) = self.steps.get_mut(self.len as usize) {
            *step = number;
            if let Some(case) = self.cases.get_mut(self.len as usize) {
                *case = NO_CASE;
            }
            self.len = self.len.saturating_add(1);
        }
    }

    /// Records which case of its sub-message the last step is.
    pub(crate) fn choose(&mut self, case: Option<usize>) {
        let last = self.len().wrapping_sub(1);
        if let (Some(slot), Some(case)) = (self.cases.get_mut(last), case) {
            *slot = case as u8;
        }
    }

    /// Shortens the path to `len` steps.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len as u8);
    }

    /// Returns the path to the attribute at `offset`, counted from `nlmsghdr` as
    /// `NLMSGERR_ATTR_OFFS` is.
    ///
    /// `payload` is what follows `nlmsghdr`, `head` the length of the family's own header in it.
    /// Without a table, the path follows the framing alone and consists of numbers. It leads as far
    /// as attributes can be followed: to the one that contains the offset, or to none.
    pub fn at(root: Option<TableFn>, head: usize, payload: &[u8], offset: usize) -> Path {
        let head = frame::align(head);
        let run = payload.get(head..).unwrap_or_default();
        let header = payload.get(..head).unwrap_or(payload);
        let scope = Scope { siblings: run, header, outer: None };
        let mut path = Path::new(root);
        let offset = offset.checked_sub(message::HEADER).and_then(|at| at.checked_sub(head));
        if let Some(offset) = offset {
            match root {
                Some(rows) => path.follow(Type::Nest(rows), run, offset, &scope),
                None => path.follow_framing(run, offset),
            }
        }
        path
    }

    /// Follows `offset` through attributes without a table, as deep as the bytes look like
    /// attributes.
    fn follow_framing(&mut self, run: &[u8], offset: usize) {
        let (mut run, mut offset) = (run, offset);
        while let Some((number, payload, within)) = find(run, offset) {
            self.push(number);
            let Some(within) = within else { return };
            if self.len() >= MAX_DEPTH || frame::check(payload).is_err() {
                return;
            }
            (run, offset) = (payload, within);
        }
    }

    /// Follows `offset` into a payload of this type.
    fn follow(&mut self, ty: Type, payload: &[u8], offset: usize, scope: &Scope<'_>) {
        if self.len() >= MAX_DEPTH {
            return;
        }
        if let Type::Records(layout, rows) = ty {
            let head = frame::align(layout.len);
            let records = SplitRecords::new(payload, layout.len).map_while(Result::ok);
            for (index, (at, record)) in frame::count(records) {
                let Some(within) = offset.checked_sub(at).filter(|at| *at < record.len()) else {
                    continue;
                };
                self.push(index as u16);
                let attrs = record.get(head..).unwrap_or_default();
                if let Some(within) = within.checked_sub(head) {
                    self.follow(Type::Nest(rows), attrs, within, &scope.inner(attrs));
                }
            }
            return;
        }
        let head = ty.nested().map_or(0, |(head, _)| head);
        let (Some(run), Some(offset)) = (payload.get(head..), offset.checked_sub(head)) else {
            return;
        };
        if let Some((number, payload, within)) = find(run, offset) {
            self.push(number);
            self.enter(ty, number, payload, within, scope);
        }
    }

    /// Appends the attribute of this number, and follows into its payload unless the attribute
    /// itself is the target.
    fn enter(
        &mut self,
        ty: Type,
        number: u16,
        payload: &[u8],
        within: Option<usize>,
        scope: &Scope<'_>,
    ) {
        let inner = match ty {
            Type::IndexedArray(element) => *element,
            ty => {
                let row = ty.nested().and_then(|(_, rows)| rows().row(number));
                let Some(row) = row else { return };
                row.ty
            }
        };
        if let Type::SubMessage(choices) = inner {
            self.choose(choices.choose(scope));
        }
        let inner = inner.choose(scope);
        let Some(within) = within else { return };
        if inner.holds_attributes() {
            self.follow(inner, payload, within, &scope.inner(payload));
        }
    }
}

/// Returns the attribute at `offset` of a run: its number, its payload, and the offset within the
/// payload unless it is in the header.
fn find(run: &[u8], offset: usize) -> Option<(u16, &[u8], Option<usize>)> {
    let mut walk = AttrWalk::new(run);
    loop {
        let start = walk.at();
        let (raw, payload) = walk.next()?.ok()?;
        if offset < walk.at() {
            let within = offset.checked_sub(start.saturating_add(frame::ATTR_HEADER));
            return Some((raw & NUMBER, payload, within));
        }
    }
}

impl Default for Path {
    fn default() -> Self {
        Path::new(None)
    }
}

impl PartialEq for Path {
    fn eq(&self, other: &Path) -> bool {
        let name = |path: &Path| path.root.map(|rows| rows().name);
        self.numbers() == other.numbers() && name(self) == name(other)
    }
}

impl Eq for Path {}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut ty = self.root.map(Type::Nest);
        f.write_str(self.root.map_or("", |rows| rows().name))?;
        let mut between = if self.root.is_some() { "." } else { "" };
        for (number, case) in self.numbers().iter().zip(&self.cases) {
            let table: Option<&Table> = ty.and_then(|ty| ty.nested()).map(|(_, rows)| rows());
            let next = match (ty, table.and_then(|table| table.row(*number))) {
                (Some(Type::IndexedArray(element)), _) => {
                    write!(f, "[{number}]")?;
                    Some(*element)
                }
                (Some(Type::Records(_, rows)), _) => {
                    write!(f, "[{number}]")?;
                    Some(Type::Nest(rows))
                }
                (_, Some(row)) => {
                    write!(f, ".{}", row.name)?;
                    Some(row.ty)
                }
                (_, None) => {
                    write!(f, "{between}{number}")?;
                    None
                }
            };
            ty = match next {
                Some(Type::SubMessage(choices)) => {
                    choices.cases.get(*case as usize).map(|case| case.1)
                }
                other => other,
            };
            between = ".";
        }
        Ok(())
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Path {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "{}", self.numbers());
    }
}
