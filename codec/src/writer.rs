//! Building messages in the caller's buffer.

use core::marker::PhantomData;

use crate::attr::Key;
use crate::error::Error;
use crate::frame::{self, copy};
use crate::message::{self, MessageHeader, MessageType};
use crate::nest::{IndexedArray, Nest, Nested, NestedWithHeader, Records};
use crate::raw::{Mark, RawWriter};
use crate::schema::{Set, Type};
use crate::value::{Structure, Value};

impl<H: Structure, S: Set> MessageType<H, S> {
    /// Builds a message of this type, with the attributes that `fill` puts.
    ///
    /// Building does not stop where the buffer ends, so that [`Error::Full`] reports the length
    /// that the message needs. Padding is zeroed. `NLM_F_ACK` is not added:
    /// [`with`](MessageType::with) adds it.
    ///
    /// # Errors
    ///
    /// [`Error::Full`] where the buffer is too small; [`Error::InvalidValue`] where a value is not
    /// allowed by its type, or an attribute is too long.
    #[cfg_attr(feature = "rtnl", doc = "```")]
    #[cfg_attr(not(feature = "rtnl"), doc = "```ignore")]
    /// use barelink_codec::rtnl::link::{self, Link, LinkHeader, LinkInfo, Vlan};
    ///
    /// let mut buffer = [0; 128];
    /// let message = link::NEW.create().build(&mut buffer, 7, LinkHeader::default(), |link| {
    ///     link.put(Link::IFNAME, "vlan7").put(Link::LINK, 2);
    ///     link.nest(Link::LINKINFO, |info| {
    ///         info.put(LinkInfo::KIND, "vlan");
    ///         info.nest(LinkInfo::DATA.nested::<Vlan>(), |vlan| {
    ///             vlan.put(Vlan::ID, 7);
    ///         });
    ///     });
    /// });
    /// assert_eq!(message.unwrap().len(), 80);
    /// ```
    pub fn build(
        self,
        buffer: &mut [u8],
        seq: u32,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<&mut [u8], Error> {
        let mut raw = RawWriter::new(buffer, message::HEADER);
        structure(&mut raw, 0, &header);
        let family = raw.buffer.get(message::HEADER).copied();
        let mut writer = Writer { raw, set: PhantomData };
        if let Some((number, value)) = self.mask(family) {
            writer.put(Key::<S, u32>::new(number, ""), value);
        }
        fill(&mut writer);
        let needed = writer.raw.len();
        let message = writer.raw.finish()?;
        let header = message.get_mut(..message::HEADER).ok_or(Error::Full { needed })?;
        MessageHeader {
            len: needed as u32,
            message_type: self.number(),
            flags: self.flags().0,
            seq,
            port: 0,
        }
        .write(header);
        Ok(message)
    }
}

/// Several messages in one buffer, to be sent as one datagram.
#[cfg_attr(feature = "rtnl", doc = "```")]
#[cfg_attr(not(feature = "rtnl"), doc = "```ignore")]
/// # use barelink_codec::{Batch, rtnl::link::{self, Link, LinkHeader}};
/// # fn main() -> Result<(), barelink_codec::Error> {
/// let mut buffer = [0; 256];
/// let mut batch = Batch::new(&mut buffer);
/// for (seq, index) in [(1, 2), (2, 3)] {
///     let header = LinkHeader { index, ..Default::default() };
///     batch.push(link::SET, seq, header, |link| { link.put(Link::MTU, 1400); })?;
/// }
/// assert_eq!(batch.bytes().len(), 2 * 40);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Batch<'b> {
    buffer: &'b mut [u8],
    len: usize,
    count: usize,
}

impl<'b> Batch<'b> {
    /// Creates an empty batch in this buffer.
    pub fn new(buffer: &'b mut [u8]) -> Self {
        Batch { buffer, len: 0, count: 0 }
    }

    /// Appends a message.
    ///
    /// # Errors
    ///
    /// As [`MessageType::build`]; the batch is then as before.
    pub fn push<H: Structure, S: Set>(
        &mut self,
        kind: MessageType<H, S>,
        seq: u32,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
    ) -> Result<(), Error> {
        let room = self.buffer.get_mut(self.len..).unwrap_or_default();
        let message = kind.build(room, seq, header, fill)?;
        self.len = self.len.saturating_add(message.len());
        self.count = self.count.saturating_add(1);
        Ok(())
    }

    /// Returns the number of messages.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Returns the messages.
    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.len).unwrap_or_default()
    }

    /// Removes all messages.
    pub fn clear(&mut self) {
        self.len = 0;
        self.count = 0;
    }
}

/// Writer of a message's attributes, of the set `S`.
#[derive(Debug)]
pub struct Writer<'b, S> {
    raw: RawWriter<'b>,
    set: PhantomData<fn() -> S>,
}

impl<S> Writer<'_, S> {
    /// Puts an attribute.
    #[inline]
    pub fn put<V: Value>(&mut self, key: Key<S, V>, value: V::Arg<'_>) -> &mut Self {
        if let Some(room) = self.raw.attr(key.number() | const { mark::<V>() }, V::len(&value)) {
            V::write(&value, room);
        }
        self
    }

    /// Puts an attribute by number, `nla_put`; for attributes without a row.
    pub fn put_raw(&mut self, number: u16, payload: &[u8]) -> &mut Self {
        if let Some(room) = self.raw.attr(number, payload.len()) {
            copy(room, payload);
        }
        self
    }

    /// Puts an attribute of `len` zero bytes and returns them to be filled in, `nla_reserve`;
    /// `None` where the buffer is too small.
    pub fn reserve<V>(&mut self, key: Key<S, V>, len: usize) -> Option<&mut [u8]> {
        let room = self.raw.attr(key.number(), len)?;
        room.fill(0);
        Some(room)
    }

    /// Appends bytes as they are, padded to a multiple of 4, `nlmsg_append`.
    pub fn append(&mut self, bytes: &[u8]) -> &mut Self {
        if let Some(room) = self.raw.take(bytes.len()) {
            copy(room, bytes);
        }
        self
    }

    /// Puts a nest with the attributes that `fill` puts, even if there are none.
    #[inline]
    pub fn nest<V: Nested>(
        &mut self,
        key: Key<S, V>,
        fill: impl FnOnce(&mut Writer<'_, V::Set>),
    ) -> &mut Self {
        self.run(key.number() | frame::NESTED, |raw| scope(raw, fill))
    }

    /// Puts an attribute with a structure, followed by the attributes that `fill` puts.
    pub fn nest_with_header<V: NestedWithHeader>(
        &mut self,
        key: Key<S, V>,
        header: V::Header,
        fill: impl FnOnce(&mut Writer<'_, V::Set>),
    ) -> &mut Self {
        let number = key.number();
        self.run(number, |raw| {
            structure(raw, number, &header);
            scope(raw, fill);
        })
    }

    /// Puts a nest with the elements that `fill` puts.
    pub fn elements<V: Value>(
        &mut self,
        key: Key<S, IndexedArray<V>>,
        fill: impl FnOnce(&mut ElementWriter<'_, V>),
    ) -> &mut Self {
        self.run(key.number() | frame::NESTED, |raw| {
            let mut inner = ElementWriter { raw: raw.reborrow(), value: PhantomData };
            fill(&mut inner);
            (raw.len, raw.invalid) = (inner.raw.len, inner.raw.invalid);
        })
    }

    /// Puts an attribute with the records that `fill` puts.
    pub fn records<H: Structure, N: Set>(
        &mut self,
        key: Key<S, Records<H, N>>,
        fill: impl FnOnce(&mut RecordWriter<'_, H, N>),
    ) -> &mut Self {
        let number = key.number();
        self.run(number, |raw| {
            let mut inner = RecordWriter { raw: raw.reborrow(), number, types: PhantomData };
            fill(&mut inner);
            (raw.len, raw.invalid) = (inner.raw.len, inner.raw.invalid);
        })
    }

    /// Removes what was put since [`mark`](Writer::mark), `nla_nest_cancel`. Within a nest, what
    /// precedes the nest's attributes remains.
    pub fn cancel(&mut self, mark: Mark) -> &mut Self {
        self.raw.cancel(mark);
        self
    }

    /// Returns the current position, for [`cancel`](Writer::cancel).
    pub fn mark(&self) -> Mark {
        self.raw.mark()
    }

    /// Returns the length of the message so far in bytes.
    pub fn len(&self) -> usize {
        self.raw.len
    }

    /// Returns whether the message has nothing but its header.
    pub fn is_empty(&self) -> bool {
        self.raw.len <= message::HEADER
    }

    #[inline]
    fn run(&mut self, number: u16, fill: impl FnOnce(&mut RawWriter<'_>)) -> &mut Self {
        let start = self.raw.len;
        self.raw.attr(number, 0);
        fill(&mut self.raw);
        self.raw.close(start, number);
        self
    }
}

/// Flag in the type of attributes that contain attributes: newer families reject nests without it.
const fn mark<V: Value>() -> u16 {
    match V::TYPE {
        Type::Nest(_) | Type::IndexedArray(_) => frame::NESTED,
        _ => 0,
    }
}

/// Writer of the elements of an [`IndexedArray`].
#[derive(Debug)]
pub struct ElementWriter<'b, V> {
    raw: RawWriter<'b>,
    value: PhantomData<fn() -> V>,
}

impl<V: Value> ElementWriter<'_, V> {
    /// Puts the element with this index.
    pub fn put(&mut self, number: u16, value: V::Arg<'_>) -> &mut Self {
        if let Some(room) = self.raw.attr(number | const { mark::<V>() }, V::len(&value)) {
            V::write(&value, room);
        }
        self
    }
}

impl<N: Set> ElementWriter<'_, Nest<N>> {
    /// Puts the element with this index, a nest with the attributes that `fill` puts.
    pub fn nest(&mut self, number: u16, fill: impl FnOnce(&mut Writer<'_, N>)) -> &mut Self {
        let start = self.raw.len;
        self.raw.attr(number | frame::NESTED, 0);
        scope(&mut self.raw, fill);
        self.raw.close(start, number);
        self
    }
}

/// Writer of the records of a [`Records`].
#[derive(Debug)]
pub struct RecordWriter<'b, H, N> {
    raw: RawWriter<'b>,
    number: u16,
    types: PhantomData<fn() -> (H, N)>,
}

impl<H: Structure, N: Set> RecordWriter<'_, H, N> {
    /// Puts a record: a structure, whose first field becomes the record's length, followed by the
    /// attributes that `fill` puts.
    pub fn push(&mut self, header: H, fill: impl FnOnce(&mut Writer<'_, N>)) -> &mut Self {
        let start = self.raw.len;
        structure(&mut self.raw, self.number, &header);
        scope(&mut self.raw, fill);
        self.raw.close(start, 0);
        self
    }
}

/// Writes a structure, for the attribute of this number.
fn structure<H: Structure>(raw: &mut RawWriter<'_>, number: u16, structure: &H) {
    if !structure.fits() {
        raw.invalid = raw.invalid.or(Some(number));
    }
    if let Some(room) = raw.take(H::LEN) {
        structure.write(room);
    }
}

/// Writes attributes of the set `N`.
#[inline]
fn scope<N>(raw: &mut RawWriter<'_>, fill: impl FnOnce(&mut Writer<'_, N>)) {
    let mut inner = Writer { raw: raw.reborrow(), set: PhantomData };
    fill(&mut inner);
    let RawWriter { len, invalid, .. } = inner.raw;
    raw.len = len;
    raw.invalid = invalid;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Messages;

    attributes! {
        /// Attributes of this test.
        Thing "" {
            /// Mask of a dump.
            1 => MASK: u32,
            /// Another attribute.
            2 => OTHER: u32,
        }
    }

    values! {
        /// Address families of this test.
        Version "": u8 {
            /// The exempted family.
            6 => SIX,
        }
    }

    structure! {
        /// Header of this test.
        ThingHeader "" "" (4) {
            /// Address family.
            0 => family: u8,
        }
    }

    messages! {
        /// Messages of this test.
        FAMILY "thing": ThingHeader, Thing {
            /// Dump request with a mask.
            18 => GET where dump puts Thing::MASK = 8; not of Version::SIX,
            /// Another request.
            19 => ASK: Thing,
        }
    }

    #[test]
    fn a_dump_mask_is_added_to_dumps_only() {
        let mut buffer = [0; 64];
        let get = |kind: MessageType<ThingHeader, Thing>, family: u8, buffer: &mut [u8]| {
            let bytes = kind.build(buffer, 1, ThingHeader { family }, |thing| {
                thing.put(Thing::OTHER, 5);
            });
            let message = Messages::new(bytes.unwrap()).next().unwrap().unwrap();
            message.read(kind).get(Thing::MASK).unwrap()
        };
        assert_eq!(get(GET.dump(), 0, &mut buffer), Some(8));
        assert_eq!(get(GET.dump(), 6, &mut buffer), None, "of a family that takes none");
        assert_eq!(get(GET, 0, &mut buffer), None);
        assert_eq!(get(ASK.dump(), 0, &mut buffer), None);
        assert!(matches!(Thing::table().rows[0].ty, Type::Int(_)));
        assert_eq!(FAMILY.messages.len(), 2);
    }
}
