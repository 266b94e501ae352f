//! The requests of a batch, one behind the other, as they are sent.

use barelink_codec::message::{Flags, MessageType};
use barelink_codec::schema::{Set, TableFn};
use barelink_codec::value::Structure;
use barelink_codec::{Batch, Error as CodecError, Writer};

use crate::refusal::names;

/// Room for any one answer to a batch's request: the longest of the kernel's words, with where they
/// point and what would be right, is some 230 bytes.
const ANSWER: usize = 256;

/// The requests of a batch.
#[derive(Debug)]
pub struct Requests<'b> {
    batch: Batch<'b>,
    seq: u32,
    shapes: Shapes,
}

/// What the requests of one kind look like, for an error to find its attribute.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub kind: u16,
    pub head: usize,
    /// None if they differ, as the commands of a generic family may.
    pub names: Option<TableFn>,
}

/// That of each kind, in the order that they came in.
pub(crate) type Shapes = [Option<Shape>; SHAPES];

/// Of more kinds than these in one batch, errors do not name attributes.
const SHAPES: usize = 8;

impl<'b> Requests<'b> {
    /// None yet, after this sequence number; room is left for the answers.
    pub(crate) fn new(buffer: &'b mut [u8], seq: u32) -> Self {
        let room = buffer.len().saturating_sub(ANSWER);
        let batch = Batch::new(buffer.get_mut(..room).unwrap_or_default());
        Requests { batch, seq, shapes: [None; SHAPES] }
    }

    /// How many bytes they are, the last one's sequence number, and what they look like.
    pub(crate) fn end(self) -> (usize, u32, Shapes) {
        (self.batch.bytes().len(), self.seq, self.shapes)
    }

    /// Adds a request; one that does not fit leaves the batch as it was, and the error says how long
    /// the connection's buffer would have to be.
    pub fn push<H: Structure, S: Set>(
        &mut self,
        kind: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<(), CodecError> {
        self.place(kind, header, fill)?;
        self.note(Shape { kind: kind.number(), head: H::LEN, names: names::<S>() });
        Ok(())
    }

    /// Adds a request whose header and attributes have been put together elsewhere.
    pub fn push_encoded<H: Structure, S: Set>(
        &mut self,
        kind: MessageType<H, S>,
        bytes: &[u8],
    ) -> Result<(), CodecError> {
        let shape = Shape { kind: kind.number(), head: H::LEN, names: names::<S>() };
        self.built(MessageType::new(kind.number()).with(kind.flags()), bytes, shape)
    }

    // Once in a program, whatever it adds.
    #[inline(never)]
    fn built(
        &mut self,
        kind: MessageType<(), ()>,
        bytes: &[u8],
        shape: Shape,
    ) -> Result<(), CodecError> {
        self.place(kind, (), |request| {
            request.append(bytes);
        })?;
        self.note(shape);
        Ok(())
    }

    fn place<H: Structure, S: Set>(
        &mut self,
        kind: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<(), CodecError> {
        let seq = self.seq.wrapping_add(1);
        let before = self.batch.bytes().len();
        self.batch.push(kind.with(Flags::ACK), seq, header, fill).map_err(|error| match error {
            CodecError::Full { needed } => {
                CodecError::Full { needed: needed.saturating_add(before).saturating_add(ANSWER) }
            }
            error => error,
        })?;
        self.seq = seq;
        Ok(())
    }

    /// Remembers what requests of a kind look like.
    fn note(&mut self, shape: Shape) {
        let same = |slot: &&mut Option<Shape>| slot.is_none_or(|it| it.kind == shape.kind);
        if let Some(slot) = self.shapes.iter_mut().find(same) {
            let table = |rows: Option<TableFn>| rows.map(|rows| core::ptr::from_ref(rows()));
            let differs = slot.is_some_and(|it| table(it.names) != table(shape.names));
            *slot = Some(Shape { names: shape.names.filter(|_| !differs), ..shape });
        }
    }

    /// How many there are.
    pub const fn count(&self) -> usize {
        self.batch.count()
    }
}
