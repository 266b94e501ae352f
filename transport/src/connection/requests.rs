//! Requests of a batch, built one after the other into one datagram.

use barelink_codec::message::{Flags, MessageType};
use barelink_codec::schema::{Set, TableFn};
use barelink_codec::value::Structure;
use barelink_codec::{Batch, Error as CodecError, Writer};

use crate::kernel_error::RequestLayout;

/// Bytes that are reserved for the replies to a batch: the longest error of the kernel, with text,
/// offset and policy, has some 230.
const REPLY_RESERVE: usize = 256;

/// Requests of a batch, added by the closure that [`Connection::batch`] takes.
///
/// [`Connection::batch`]: crate::Connection::batch
#[derive(Debug)]
pub struct Requests<'b> {
    batch: Batch<'b>,
    seq: u32,
    layouts: Layouts,
}

/// Layout of the requests of one message type.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TypeLayout {
    pub message_type: u16,
    /// Layout without a table where that differs between requests, as between a generic family's
    /// commands.
    pub layout: RequestLayout,
}

/// Layouts of a batch's message types, in the order of their first request.
pub(crate) type Layouts = [Option<TypeLayout>; MAX_LAYOUTS];

/// Number of message types in a batch for which errors name attributes; those of further types do
/// not.
const MAX_LAYOUTS: usize = 8;

impl<'b> Requests<'b> {
    /// Starts an empty batch; the first request gets the sequence number after `seq`.
    pub(crate) fn new(buffer: &'b mut [u8], seq: u32) -> Self {
        let capacity = buffer.len().saturating_sub(REPLY_RESERVE);
        let batch = Batch::new(buffer.get_mut(..capacity).unwrap_or_default());
        Requests { batch, seq, layouts: [None; MAX_LAYOUTS] }
    }

    /// Returns the length in bytes, the sequence number of the last request, and the layouts.
    pub(crate) fn finish(self) -> (usize, u32, Layouts) {
        (self.batch.bytes().len(), self.seq, self.layouts)
    }

    /// Adds a request.
    ///
    /// # Errors
    ///
    /// [`Full`](CodecError::Full) if it does not fit, with the length that the connection's buffer
    /// would need; the requests before it stay.
    pub fn push<H: Structure, S: Set>(
        &mut self,
        message_type: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<(), CodecError> {
        self.add(message_type, header, fill)?;
        self.add_layout(message_type.number(), RequestLayout::of::<H, S>());
        Ok(())
    }

    /// Adds a request whose header and attributes are encoded already; compiled once, not per
    /// message type.
    ///
    /// # Errors
    ///
    /// As [`push`](Requests::push).
    pub fn push_encoded<H: Structure, S: Set>(
        &mut self,
        message_type: MessageType<H, S>,
        bytes: &[u8],
    ) -> Result<(), CodecError> {
        let untyped = MessageType::new(message_type.number()).with(message_type.flags());
        self.push_untyped(untyped, bytes, RequestLayout::of::<H, S>())
    }

    #[inline(never)]
    fn push_untyped(
        &mut self,
        message_type: MessageType<(), ()>,
        bytes: &[u8],
        layout: RequestLayout,
    ) -> Result<(), CodecError> {
        self.add(message_type, (), |request| {
            request.append(bytes);
        })?;
        self.add_layout(message_type.number(), layout);
        Ok(())
    }

    fn add<H: Structure, S: Set>(
        &mut self,
        message_type: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<(), CodecError> {
        let seq = self.seq.wrapping_add(1);
        let before = self.batch.bytes().len();
        self.batch.push(message_type.with(Flags::ACK), seq, header, fill).map_err(|error| {
            match error {
                CodecError::Full { needed } => CodecError::Full {
                    needed: needed.saturating_add(before).saturating_add(REPLY_RESERVE),
                },
                error => error,
            }
        })?;
        self.seq = seq;
        Ok(())
    }

    /// Keeps the layout of a message type, for errors.
    fn add_layout(&mut self, message_type: u16, layout: RequestLayout) {
        let same = |slot: &&mut Option<TypeLayout>| {
            slot.is_none_or(|known| known.message_type == message_type)
        };
        if let Some(slot) = self.layouts.iter_mut().find(same) {
            let address = |table: Option<TableFn>| table.map(|rows| core::ptr::from_ref(rows()));
            let differs =
                slot.is_some_and(|known| address(known.layout.table) != address(layout.table));
            let table = layout.table.filter(|_| !differs);
            let layout = RequestLayout { table, ..layout };
            *slot = Some(TypeLayout { message_type, layout });
        }
    }

    /// Returns the number of requests.
    pub const fn count(&self) -> usize {
        self.batch.count()
    }
}
