//! Building messages in a buffer of the caller's.

use core::marker::PhantomData;

use crate::attr::Key;
use crate::error::Error;
use crate::frame::{self, align, copy};
use crate::message::{self, Flags, MessageHeader, MessageType};
use crate::nest::{IndexedArray, Nest, Nested, NestedWithHeader, Records};
use crate::schema::{Set, Type};
use crate::value::{Structure, Value};

impl<H: Structure, S: Set> MessageType<H, S> {
    /// Builds a message of this kind, with the attributes that `fill` puts in.
    ///
    /// Nothing fails on the way: what does not fit is counted all the same, so that
    /// [`Error::Full`] can say how many bytes the message takes. Padding is zeroed.
    ///
    #[cfg_attr(feature = "rtnl", doc = "```")]
    #[cfg_attr(not(feature = "rtnl"), doc = "```ignore")]
    /// use barelink_codec::rtnl::link::{self, Link, LinkHeader, LinkInfo, Vlan};
    ///
    /// let mut buffer = [0; 128];
    /// let message = link::NEW.create().build(&mut buffer, 7, LinkHeader::default(), |link| {
    ///     link.put(Link::IFNAME, "vlan7").put(Link::LINK, 2);
    ///     link.nest(Link::LINKINFO, |info| {
    ///         info.put(LinkInfo::KIND, "vlan");
    ///         info.nest(LinkInfo::DATA.of::<Vlan>(), |vlan| {
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
        let mut tail = Tail { buffer, len: message::HEADER, unfit: None, floor: 0 };
        tail.structure(0, &header);
        let family = tail.buffer.get(message::HEADER).copied();
        let mut writer = Writer { tail, set: PhantomData };
        if let Some((number, value)) = self.mask(family) {
            writer.put(Key::<S, u32>::new(number, ""), value);
        }
        fill(&mut writer);
        writer.tail.finish(self.number(), self.flags(), seq)
    }
}

/// Several messages in one buffer, to be sent as one datagram.
///
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
    /// An empty batch in this buffer.
    pub fn new(buffer: &'b mut [u8]) -> Self {
        Batch { buffer, len: 0, count: 0 }
    }

    /// Adds a message; one that does not fit leaves the batch as it was, and the error says how
    /// many bytes the message takes.
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

    /// How many messages it has.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The messages so far.
    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.len).unwrap_or_default()
    }

    /// Starts anew in the same buffer.
    pub fn clear(&mut self) {
        self.len = 0;
        self.count = 0;
    }
}

/// Puts attributes of the set `S` into a message.
#[derive(Debug)]
pub struct Writer<'b, S> {
    tail: Tail<'b>,
    set: PhantomData<fn() -> S>,
}

impl<S> Writer<'_, S> {
    /// Puts in an attribute.
    #[inline]
    pub fn put<V: Value>(&mut self, key: Key<S, V>, value: V::Arg<'_>) -> &mut Self {
        if let Some(room) = self.tail.attr(key.number() | const { mark::<V>() }, V::len(&value)) {
            V::write(&value, room);
        }
        self
    }

    /// Puts in an attribute of this number and payload, `nla_put`; for what no table has.
    pub fn put_raw(&mut self, number: u16, payload: &[u8]) -> &mut Self {
        if let Some(room) = self.tail.attr(number, payload.len()) {
            copy(room, payload);
        }
        self
    }

    /// Makes room for an attribute of `len` zero bytes, to be filled in afterwards, `nla_reserve`;
    /// none where the buffer is too small.
    pub fn reserve<V>(&mut self, key: Key<S, V>, len: usize) -> Option<&mut [u8]> {
        let room = self.tail.attr(key.number(), len)?;
        room.fill(0);
        Some(room)
    }

    /// Puts in bytes as they are, padded to a multiple of 4, `nlmsg_append`.
    pub fn append(&mut self, bytes: &[u8]) -> &mut Self {
        if let Some(room) = self.tail.take(bytes.len()) {
            copy(room, bytes);
        }
        self
    }

    /// Puts in an attribute that holds what `fill` puts in, even if that is nothing.
    #[inline]
    pub fn nest<V: Nested>(
        &mut self,
        key: Key<S, V>,
        fill: impl FnOnce(&mut Writer<'_, V::Set>),
    ) -> &mut Self {
        self.run(key.number() | frame::NESTED, |tail| tail.scope(fill))
    }

    /// Puts in an attribute that holds a structure, and what `fill` puts in behind it.
    pub fn nest_with_header<V: NestedWithHeader>(
        &mut self,
        key: Key<S, V>,
        header: V::Header,
        fill: impl FnOnce(&mut Writer<'_, V::Set>),
    ) -> &mut Self {
        let number = key.number();
        self.run(number, |tail| {
            tail.structure(number, &header);
            tail.scope(fill);
        })
    }

    /// Puts in an attribute that holds the elements that `fill` puts in.
    pub fn elements<V: Value>(
        &mut self,
        key: Key<S, IndexedArray<V>>,
        fill: impl FnOnce(&mut ElementWriter<'_, V>),
    ) -> &mut Self {
        self.run(key.number() | frame::NESTED, |tail| {
            let mut inner = ElementWriter { tail: tail.reborrow(), value: PhantomData };
            fill(&mut inner);
            (tail.len, tail.unfit) = (inner.tail.len, inner.tail.unfit);
        })
    }

    /// Puts in an attribute that holds the records that `fill` puts in.
    pub fn records<H: Structure, N: Set>(
        &mut self,
        key: Key<S, Records<H, N>>,
        fill: impl FnOnce(&mut RecordWriter<'_, H, N>),
    ) -> &mut Self {
        let number = key.number();
        self.run(number, |tail| {
            let mut inner = RecordWriter { tail: tail.reborrow(), number, types: PhantomData };
            fill(&mut inner);
            (tail.len, tail.unfit) = (inner.tail.len, inner.tail.unfit);
        })
    }

    /// Takes back what was put in since [`mark`](Writer::mark), `nla_nest_cancel`; its bytes are
    /// zeroed. Within a nest, what stands before the nest's attributes stays.
    pub fn cancel(&mut self, mark: Mark) -> &mut Self {
        let to = mark.len.max(self.tail.floor);
        if let Some(rest) = self.tail.buffer.get_mut(to..self.tail.len) {
            rest.fill(0);
        }
        self.tail.len = to.min(self.tail.len);
        if to == mark.len {
            self.tail.unfit = mark.unfit;
        }
        self
    }

    /// Remembers how far the message is.
    pub fn mark(&self) -> Mark {
        Mark { len: self.tail.len, unfit: self.tail.unfit }
    }

    /// How many bytes the message takes so far.
    pub fn len(&self) -> usize {
        self.tail.len
    }

    /// Whether the message is but a header so far.
    pub fn is_empty(&self) -> bool {
        self.tail.len <= message::HEADER
    }

    #[inline]
    fn run(&mut self, number: u16, fill: impl FnOnce(&mut Tail<'_>)) -> &mut Self {
        let start = self.tail.len;
        self.tail.attr(number, 0);
        fill(&mut self.tail);
        self.tail.close(start, number);
        self
    }
}

/// The mark on the number of what holds attributes: newer families refuse such without.
const fn mark<V: Value>() -> u16 {
    match V::TYPE {
        Type::Nest(_) | Type::IndexedArray(_) => frame::NESTED,
        _ => 0,
    }
}

/// How far a message was.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Mark {
    len: usize,
    unfit: Option<u16>,
}

/// Puts elements into an attribute of the type [`IndexedArray`].
#[derive(Debug)]
pub struct ElementWriter<'b, V> {
    tail: Tail<'b>,
    value: PhantomData<fn() -> V>,
}

impl<V: Value> ElementWriter<'_, V> {
    /// Puts in the element of this number.
    pub fn put(&mut self, number: u16, value: V::Arg<'_>) -> &mut Self {
        if let Some(room) = self.tail.attr(number | const { mark::<V>() }, V::len(&value)) {
            V::write(&value, room);
        }
        self
    }
}

impl<N: Set> ElementWriter<'_, Nest<N>> {
    /// Puts in the element of this number, which holds what `fill` puts in.
    pub fn nest(&mut self, number: u16, fill: impl FnOnce(&mut Writer<'_, N>)) -> &mut Self {
        let start = self.tail.len;
        self.tail.attr(number | frame::NESTED, 0);
        self.tail.scope(fill);
        self.tail.close(start, number);
        self
    }
}

/// Puts records into an attribute of the type [`Records`].
#[derive(Debug)]
pub struct RecordWriter<'b, H, N> {
    tail: Tail<'b>,
    number: u16,
    types: PhantomData<fn() -> (H, N)>,
}

impl<H: Structure, N: Set> RecordWriter<'_, H, N> {
    /// Puts in a record: a structure, whose first field becomes the record's length, and what
    /// `fill` puts in behind it.
    pub fn push(&mut self, header: H, fill: impl FnOnce(&mut Writer<'_, N>)) -> &mut Self {
        let start = self.tail.len;
        self.tail.structure(self.number, &header);
        self.tail.scope(fill);
        self.tail.close(start, 0);
        self
    }
}

/// The buffer, and how much of it the message takes so far: perhaps more than there is.
#[derive(Debug)]
struct Tail<'b> {
    buffer: &'b mut [u8],
    len: usize,
    /// The number of the first attribute whose value was not one that it can hold.
    unfit: Option<u16>,
    /// Where what the writer may take back starts.
    floor: usize,
}

impl<'b> Tail<'b> {
    fn reborrow(&mut self) -> Tail<'_> {
        Tail { buffer: self.buffer, floor: self.len, ..*self }
    }

    /// The next `len` bytes, the padding behind them zeroed; or nothing, if they do not fit.
    fn take(&mut self, len: usize) -> Option<&mut [u8]> {
        let start = self.len;
        self.len = start.saturating_add(align(len));
        let room = self.buffer.get_mut(start..self.len)?;
        let (room, padding) = room.split_at_mut_checked(len)?;
        padding.fill(0);
        Some(room)
    }

    /// Puts in a structure, on behalf of the attribute of this number.
    fn structure<H: Structure>(&mut self, number: u16, structure: &H) {
        if !structure.fits() {
            self.unfit = self.unfit.or(Some(number));
        }
        if let Some(room) = self.take(H::LEN) {
            structure.write(room);
        }
    }

    /// The next attribute's payload, the header before it written.
    // Once in a program, whatever it puts in.
    #[inline(never)]
    fn attr(&mut self, number: u16, len: usize) -> Option<&mut [u8]> {
        let whole = frame::attr_size(len);
        if whole > u16::MAX as usize {
            self.unfit = self.unfit.or(Some(number & frame::NUMBER));
            return None;
        }
        let (header, payload) = self.take(whole)?.split_first_chunk_mut()?;
        let ([l0, l1], [n0, n1]) = ((whole as u16).to_ne_bytes(), number.to_ne_bytes());
        *header = [l0, l1, n0, n1];
        Some(payload)
    }

    /// Attributes of the set `N`, behind what is there.
    #[inline]
    fn scope<N>(&mut self, fill: impl FnOnce(&mut Writer<'_, N>)) {
        let mut inner = Writer { tail: self.reborrow(), set: PhantomData };
        fill(&mut inner);
        let Tail { len, unfit, .. } = inner.tail;
        self.len = len;
        self.unfit = unfit;
    }

    /// Ends what started at `start` with a `u16` for its length.
    fn close(&mut self, start: usize, number: u16) {
        let whole = self.len.saturating_sub(start);
        if whole > u16::MAX as usize {
            self.unfit = self.unfit.or(Some(number & frame::NUMBER));
        }
        if let Some(len) = self.buffer.get_mut(start..).and_then(|rest| rest.first_chunk_mut()) {
            *len = (whole as u16).to_ne_bytes();
        }
    }

    fn finish(self, kind: u16, flags: Flags, seq: u32) -> Result<&'b mut [u8], Error> {
        if let Some(number) = self.unfit {
            return Err(Error::InvalidValue { number });
        }
        let needed = self.len;
        let message = self.buffer.get_mut(..needed).ok_or(Error::Full { needed })?;
        let header = message.get_mut(..message::HEADER).ok_or(Error::Full { needed })?;
        MessageHeader { len: needed as u32, message_type: kind, flags: flags.0, seq, port: 0 }
            .write(header);
        Ok(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Messages;

    attributes! {
        /// For this test.
        Thing "" {
            /// What a dump tells.
            1 => MASK: u32,
            /// Something else.
            2 => OTHER: u32,
        }
    }

    values! {
        /// For this test.
        Version "": u8 {
            /// The other.
            6 => SIX,
        }
    }

    structure! {
        /// For this test.
        ThingHeader "" "" (4) {
            /// Which.
            0 => family: u8,
        }
    }

    messages! {
        /// For this test.
        FAMILY "thing": ThingHeader, Thing {
            /// Asks.
            18 => GET where dump puts Thing::MASK = 8; not of Version::SIX,
            /// Asks otherwise.
            19 => ASK: Thing,
        }
    }

    #[test]
    fn a_kind_whose_dumps_need_an_attribute_puts_it_into_dumps_only() {
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
