//! Message decoded by its family's tables: every attribute with its row, at every depth.

use barelink_codec::family::{Family, MessageRow};
use barelink_codec::frame::{self, AttrWalk, NUMBER, align};
use barelink_codec::message;
use barelink_codec::schema::MAX_DEPTH;
use barelink_codec::schema::{Layout, LayoutField, Row, Scope, SplitRecords, TableFn, Type};
use barelink_codec::{Error, Message};

/// Decoded message.
#[derive(Debug)]
pub struct Tree<'a> {
    /// Family whose tables decoded the message.
    pub family: &'static Family,
    /// Message type's row in the family's table.
    pub row: &'static MessageRow,
    /// Fields of the fixed header.
    pub header: Vec<Part<'a>>,
    /// Attributes after the header.
    pub run: Run<'a>,
}

/// Field of a structure.
#[derive(Debug)]
pub struct Part<'a> {
    /// Name, type and offset of the field.
    pub field: &'static LayoutField,
    /// Payload of the field.
    pub node: Node<'a>,
}

/// Sequence of attributes.
#[derive(Debug, Default)]
pub struct Run<'a> {
    /// Attributes in the order of the payload.
    pub attrs: Vec<Attr<'a>>,
    /// Framing error that ended the sequence.
    pub fault: Option<Error>,
}

/// Attribute, or an element of an indexed array.
#[derive(Debug)]
pub struct Attr<'a> {
    /// Attribute number without `NLA_F_NESTED` and `NLA_F_NET_BYTEORDER`.
    pub number: u16,
    /// Row of the table; `None` for an unknown attribute or an element.
    pub row: Option<&'static Row>,
    /// Offset from the start of the message, in bytes.
    pub at: usize,
    /// `true` if the table has a type for the attribute.
    pub known: bool,
    /// Payload of the attribute.
    pub node: Node<'a>,
}

/// Payload with its type and decoded contents.
#[derive(Debug)]
pub struct Node<'a> {
    /// Type, in a sub-message the selected one.
    pub ty: Type,
    /// Raw bytes.
    pub payload: &'a [u8],
    /// Decoded contents.
    pub inner: Embedded<'a>,
}

/// Decoded contents of a payload.
#[derive(Debug)]
pub enum Embedded<'a> {
    /// One value that the type can read.
    Value,
    /// Bytes that do not fit the type.
    Odd,
    /// Fields of a structure.
    Parts(Vec<Part<'a>>),
    /// Elements of an array without attribute headers.
    Items(Vec<Node<'a>>),
    /// Structure followed by a payload of another type.
    WithTail(Vec<Part<'a>>, Box<Node<'a>>),
    /// Nest of attributes.
    Attrs(Run<'a>),
    /// Indexed array: elements whose attribute numbers are indexes.
    Elements(Run<'a>),
    /// Structure followed by attributes.
    FixedHeader(Vec<Part<'a>>, Run<'a>),
    /// Records that each have a structure and attributes; `true` if a malformed rest follows.
    Records(Vec<(Vec<Part<'a>>, Run<'a>)>, bool),
}

impl<'a> Tree<'a> {
    /// Decodes a message of this family; `None` if the family has no row for its type.
    pub fn new(family: &'static Family, message: &Message<'a>) -> Option<Tree<'a>> {
        let row = family.message(family.number(message))?;
        let payload = message.payload;
        let header = align(family.header.len);
        let attrs = payload.get(header..).unwrap_or_default();
        let scope = Scope { siblings: attrs, header: payload, outer: None };
        let run = Run::new(Of::Table(row.table), attrs, message::HEADER + header, &scope, 0);
        Some(Tree { family, row, header: parts(family.header, payload), run })
    }

    /// Visits every attribute, outer ones first, with its path of names.
    pub fn visit(&self, visitor: &mut dyn FnMut(&str, &Attr<'a>)) {
        self.run.visit((self.row.table)().name, visitor);
    }

    /// Visits every sequence of attributes.
    pub fn visit_runs(&self, visitor: &mut dyn FnMut(&Run<'a>)) {
        self.run.visit_runs(visitor);
    }
}

/// Source of the types of attributes: a table, or the element type of an indexed array.
#[derive(Clone, Copy)]
enum Of {
    Table(TableFn),
    Elements(&'static Type),
}

impl<'a> Run<'a> {
    fn new(of: Of, bytes: &'a [u8], base: usize, scope: &Scope<'_>, depth: usize) -> Run<'a> {
        let mut run = Run::default();
        if depth > MAX_DEPTH {
            return run;
        }
        let mut walk = AttrWalk::new(bytes);
        loop {
            let at = base + walk.at();
            let (raw, payload) = match walk.next() {
                Some(Ok(attr)) => attr,
                Some(Err(error)) => {
                    run.fault = Some(error);
                    break;
                }
                None => break,
            };
            let number = raw & NUMBER;
            let (row, ty) = match of {
                Of::Table(rows) => {
                    let row = rows().row(number);
                    (row, row.map(|row| row.ty))
                }
                Of::Elements(element) => (None, Some(*element)),
            };
            let known = match ty {
                Some(Type::SubMessage(choices)) => {
                    payload.is_empty() || choices.choose(scope).is_some()
                }
                other => other.is_some(),
            };
            let ty = ty.map_or(Type::Bytes(0, usize::MAX), |ty| ty.choose(scope));
            let node = Node::new(ty, payload, at + frame::ATTR_HEADER, scope, depth);
            run.attrs.push(Attr { number, row, at, known, node });
        }
        run
    }

    fn visit(&self, path: &str, visitor: &mut dyn FnMut(&str, &Attr<'a>)) {
        for attr in &self.attrs {
            let path = match attr.row {
                Some(row) => format!("{path}.{}", row.name),
                None if attr.known => format!("{path}[]"),
                None => format!("{path}.{}", attr.number),
            };
            visitor(&path, attr);
            match &attr.node.inner {
                Embedded::Attrs(run) | Embedded::Elements(run) | Embedded::FixedHeader(_, run) => {
                    run.visit(&path, visitor);
                }
                Embedded::Records(records, _) => {
                    records.iter().for_each(|(_, run)| run.visit(&format!("{path}[]"), visitor));
                }
                _ => {}
            }
        }
    }

    fn visit_runs(&self, visitor: &mut dyn FnMut(&Run<'a>)) {
        visitor(self);
        for attr in &self.attrs {
            match &attr.node.inner {
                Embedded::Attrs(run) | Embedded::Elements(run) | Embedded::FixedHeader(_, run) => {
                    run.visit_runs(visitor);
                }
                Embedded::Records(records, _) => {
                    records.iter().for_each(|(_, run)| run.visit_runs(visitor));
                }
                _ => {}
            }
        }
    }
}

impl<'a> Node<'a> {
    fn new(ty: Type, payload: &'a [u8], base: usize, scope: &Scope<'_>, depth: usize) -> Node<'a> {
        let run = |of, at: usize| {
            let bytes = payload.get(at..).unwrap_or_default();
            Run::new(of, bytes, base + at, &scope.inner(bytes), depth + 1)
        };
        let inner = match ty {
            Type::Nest(rows) => Embedded::Attrs(run(Of::Table(rows), 0)),
            Type::IndexedArray(element) => Embedded::Elements(run(Of::Elements(element), 0)),
            Type::FixedHeader(layout, rows) => Embedded::FixedHeader(
                parts(layout, payload),
                run(Of::Table(rows), align(layout.len)),
            ),
            Type::Records(layout, rows) => {
                let mut records = Vec::new();
                let mut odd = false;
                for record in SplitRecords::new(payload, layout.len) {
                    let Ok((at, record)) = record else {
                        odd = true;
                        break;
                    };
                    let head = align(layout.len);
                    let bytes = record.get(head..).unwrap_or_default();
                    let scope = scope.inner(bytes);
                    let base = base + at + head;
                    let run = Run::new(Of::Table(rows), bytes, base, &scope, depth + 1);
                    records.push((parts(layout, record), run));
                }
                Embedded::Records(records, odd)
            }
            _ => plain(ty, payload),
        };
        Node { ty, payload, inner }
    }

    /// Decodes a payload without attributes.
    fn plain(ty: Type, payload: &'a [u8]) -> Node<'a> {
        Node { ty, payload, inner: plain(ty, payload) }
    }

    /// Returns the integer value, sign-extended.
    pub fn int(&self) -> Option<u64> {
        self.ty.int()?.load(self.payload)
    }
}

fn plain(ty: Type, payload: &[u8]) -> Embedded<'_> {
    let len = payload.len();
    let fits = match ty {
        Type::Struct(layout) => return Embedded::Parts(parts(layout, payload)),
        Type::WithTail(layout, tail) => match payload.get(layout.len..) {
            Some(rest) => {
                let tail = Box::new(Node::plain(*tail, rest));
                return Embedded::WithTail(parts(layout, payload), tail);
            }
            None => false,
        },
        Type::Array(element) => match element.fixed_len() {
            Some(size) if len.is_multiple_of(size) => {
                let items = payload.chunks_exact(size).map(|item| Node::plain(*element, item));
                return Embedded::Items(items.collect());
            }
            _ => false,
        },
        Type::Int(int) | Type::Enum(int, _) | Type::Halves(int, _) | Type::Flags(int, _) => {
            int.load(payload).is_some()
        }
        Type::Flag => len == 0,
        Type::Bitfield32(_) => len == 8,
        Type::Ip => len == 4 || len == 16,
        Type::Ipv4 => len == 4,
        Type::Ipv6 => len == 16,
        Type::Bytes(min, max) => (min..=max).contains(&len),
        Type::Text(max) => payload.iter().take_while(|byte| **byte != 0).count() <= max,
        Type::Hardware => true,
        _ => false,
    };
    if fits { Embedded::Value } else { Embedded::Odd }
}

fn parts<'a>(layout: &'static Layout, payload: &'a [u8]) -> Vec<Part<'a>> {
    let node = |(field, bytes): (&'static LayoutField, _)| Part {
        field,
        node: Node::plain(field.ty, bytes),
    };
    layout.split(payload).map(node).collect()
}
