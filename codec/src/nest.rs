//! Attributes that contain attributes.

use core::fmt;
use core::marker::PhantomData;

#[cfg(feature = "defmt")]
use crate::attr::Interned;
use crate::attr::{Attrs, Key};
use crate::error::Error;
use crate::frame::{AttrWalk, NUMBER, align, copy};
use crate::schema::{self, Set, Type};
use crate::value::{Multi, Structure, Value};

/// Nest: attributes of the set `S`, `NLA_NESTED`.
#[derive(Debug)]
pub struct Nest<S>(PhantomData<S>);

impl<S: Set> Value for Nest<S> {
    type View<'a> = Attrs<'a, S>;
    type Arg<'a> = Attrs<'a, S>;
    const TYPE: Type = Type::Nest(S::table);

    #[inline(always)]
    fn read(payload: &[u8]) -> Option<Attrs<'_, S>> {
        Some(Attrs::new(payload))
    }
    fn len(value: &Attrs<'_, S>) -> usize {
        value.bytes().len()
    }
    fn write(value: &Attrs<'_, S>, out: &mut [u8]) {
        copy(out, value.bytes());
    }
}

/// Type of payloads that contain attributes of one set.
pub trait Nested: Value {
    /// Set of the attributes.
    type Set: Set;
}

impl<S: Set> Nested for Nest<S> {
    type Set = S;
}

impl<V: Nested> Nested for Multi<V> {
    type Set = V::Set;
}

/// Nest of elements `V`, whose attribute numbers are indexes, mostly counted from 0 or 1 (YNL's
/// `indexed-array`).
#[derive(Debug)]
pub struct IndexedArray<V>(PhantomData<V>);

impl<V: Value> Value for IndexedArray<V> {
    type View<'a> = Elements<'a, V>;
    type Arg<'a> = Elements<'a, V>;
    const TYPE: Type = Type::IndexedArray(&V::TYPE);

    fn read(payload: &[u8]) -> Option<Elements<'_, V>> {
        Some(Elements::new(payload))
    }
    fn len(value: &Elements<'_, V>) -> usize {
        value.walk.rest().len()
    }
    fn write(value: &Elements<'_, V>, out: &mut [u8]) {
        copy(out, value.walk.rest());
    }
}

/// Iterator over the elements of an [`IndexedArray`], each with its number.
pub struct Elements<'a, V> {
    walk: AttrWalk<'a>,
    types: PhantomData<fn() -> V>,
}

impl<'a, V> Elements<'a, V> {
    /// Creates an iterator over the elements in these bytes.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Elements { walk: AttrWalk::new(bytes), types: PhantomData }
    }
}

impl<V> Clone for Elements<'_, V> {
    fn clone(&self) -> Self {
        Elements { walk: self.walk, types: PhantomData }
    }
}

impl<V> fmt::Debug for Elements<'_, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.walk.fmt(f)
    }
}

impl<'a, V: Value> Iterator for Elements<'a, V> {
    type Item = Result<(u16, V::View<'a>), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(match self.walk.next()? {
            Err(error) => Err(error),
            Ok((raw, payload)) => match V::read(payload) {
                Some(value) => Ok((raw & NUMBER, value)),
                None => Err(Error::Payload { attr: "an element", len: payload.len() }),
            },
        })
    }
}

/// Structure, followed by attributes of the set `S` (YNL's `fixed-header`).
#[derive(Debug)]
pub struct FixedHeader<H, S>(PhantomData<(H, S)>);

impl<H: Structure, S: Set> Value for FixedHeader<H, S> {
    type View<'a> = Parsed<'a, H, S>;
    type Arg<'a> = Parsed<'a, H, S>;
    const TYPE: Type = Type::FixedHeader(H::LAYOUT, S::table);

    fn read(payload: &[u8]) -> Option<Parsed<'_, H, S>> {
        Some(Parsed::new(payload))
    }
    fn len(value: &Parsed<'_, H, S>) -> usize {
        let len = align(H::LEN).saturating_add(value.attrs.bytes().len());
        if value.header.fits() { len } else { usize::MAX }
    }
    fn write(value: &Parsed<'_, H, S>, out: &mut [u8]) {
        let Some((header, attrs)) = out.split_at_mut_checked(align(H::LEN)) else { return };
        header.fill(0);
        if let Some(header) = header.get_mut(..H::LEN) {
            value.header.write(header);
        }
        copy(attrs, value.attrs.bytes());
    }
}

/// Type of payloads that contain a structure, followed by attributes of one set.
pub trait NestedWithHeader: Value {
    /// Type of the structure.
    type Header: Structure;
    /// Set of the attributes.
    type Set: Set;
}

impl<H: Structure, S: Set> NestedWithHeader for FixedHeader<H, S> {
    type Header = H;
    type Set = S;
}

impl<V: NestedWithHeader> NestedWithHeader for Multi<V> {
    type Header = V::Header;
    type Set = V::Set;
}

/// Header, followed by attributes of the set `S`.
pub struct Parsed<'a, H, S> {
    /// Header of the message or nest.
    pub header: H,
    /// Attributes behind the header.
    pub attrs: Attrs<'a, S>,
}

impl<'a, H: Structure, S> Parsed<'a, H, S> {
    /// Reads a header; the bytes behind it are taken as attributes.
    #[inline(always)]
    pub fn new(bytes: &'a [u8]) -> Self {
        let attrs = bytes.get(align(H::LEN)..).unwrap_or_default();
        Parsed { header: H::read(bytes), attrs: Attrs::new(attrs) }
    }
}

#[cfg(feature = "defmt")]
impl<H: defmt::Format, S: Interned> defmt::Format for Parsed<'_, H, S> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "{} {{ {} }}", self.header, self.attrs);
    }
}

impl<H: Clone, S> Clone for Parsed<'_, H, S> {
    fn clone(&self) -> Self {
        Parsed { header: self.header.clone(), attrs: self.attrs }
    }
}

impl<H: Copy, S> Copy for Parsed<'_, H, S> {}

impl<'a, H, S> core::ops::Deref for Parsed<'a, H, S> {
    type Target = Attrs<'a, S>;

    #[inline(always)]
    fn deref(&self) -> &Attrs<'a, S> {
        &self.attrs
    }
}

/// Records, each a C structure `H` that starts with the record's length, followed by attributes of
/// the set `S`: `RTA_MULTIPATH` and its `struct rtnexthop`.
#[derive(Debug)]
pub struct Records<H, S>(PhantomData<(H, S)>);

impl<H: Structure, S: Set> Value for Records<H, S> {
    type View<'a> = RecordIter<'a, H, S>;
    type Arg<'a> = RecordIter<'a, H, S>;
    const TYPE: Type = Type::Records(H::LAYOUT, S::table);

    fn read(payload: &[u8]) -> Option<RecordIter<'_, H, S>> {
        Some(RecordIter { split: schema::SplitRecords::new(payload, H::LEN), types: PhantomData })
    }
    fn len(value: &RecordIter<'_, H, S>) -> usize {
        value.split.rest().len()
    }
    fn write(value: &RecordIter<'_, H, S>, out: &mut [u8]) {
        copy(out, value.split.rest());
    }
}

/// Iterator over the records of a [`Records`]. A record with an invalid length yields an error and
/// ends the iteration.
pub struct RecordIter<'a, H, S> {
    split: schema::SplitRecords<'a>,
    types: PhantomData<fn() -> (H, S)>,
}

impl<H, S> Clone for RecordIter<'_, H, S> {
    fn clone(&self) -> Self {
        RecordIter { split: self.split, types: PhantomData }
    }
}

impl<H, S> fmt::Debug for RecordIter<'_, H, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.split.fmt(f)
    }
}

impl<'a, H: Structure, S> Iterator for RecordIter<'a, H, S> {
    type Item = Result<Parsed<'a, H, S>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.split.next()?.map(|(_, record)| Parsed::new(record)))
    }
}

/// Payload types that another attribute's value selects; [`sub_messages!`](crate::sub_messages)
/// implements it.
pub trait SubMessages {
    /// The types by value.
    const SELECTOR: &'static schema::Selector;
}

/// Implemented for each type `V` that the selector may choose.
pub trait SubMessageFormat<V>: SubMessages {}

/// Payload whose type depends on another attribute's value (YNL's `sub-message`). [`Key::nested`]
/// or [`Key::as_type`] names the type.
#[derive(Debug)]
pub struct SubMessage<C>(PhantomData<C>);

impl<C: SubMessages> Value for SubMessage<C> {
    type View<'a> = &'a [u8];
    type Arg<'a> = &'a [u8];
    const TYPE: Type = Type::SubMessage(C::SELECTOR);

    fn read(payload: &[u8]) -> Option<&[u8]> {
        Some(payload)
    }
    fn len(value: &&[u8]) -> usize {
        value.len()
    }
    fn write(value: &&[u8], out: &mut [u8]) {
        copy(out, value);
    }
}

impl<S, C> Key<S, SubMessage<C>> {
    /// Returns the same attribute as a nest of the set `N`.
    pub const fn nested<N: Set>(self) -> Key<S, Nest<N>>
    where
        C: SubMessageFormat<Nest<N>>,
    {
        self.cast()
    }

    /// Returns the same attribute with the payload `V`.
    pub const fn as_type<V>(self) -> Key<S, V>
    where
        C: SubMessageFormat<V>,
    {
        self.cast()
    }
}

/// Payload `V`, unless the selector `C` chooses another type: a route's destination is an IP
/// address, except in the family MPLS. [`Key::as_type`] names the other type.
#[derive(Debug)]
pub struct DefaultSubMessage<V, C>(PhantomData<(V, C)>);

impl<V: Value, C: SubMessageFormat<V>> Value for DefaultSubMessage<V, C> {
    type View<'a> = V::View<'a>;
    type Arg<'a> = V::Arg<'a>;
    const TYPE: Type = Type::SubMessage(C::SELECTOR);

    fn read(payload: &[u8]) -> Option<V::View<'_>> {
        V::read(payload)
    }
    fn len(value: &V::Arg<'_>) -> usize {
        V::len(value)
    }
    fn write(value: &V::Arg<'_>, out: &mut [u8]) {
        V::write(value, out);
    }
}

impl<S, V, C> Key<S, DefaultSubMessage<V, C>> {
    /// Returns the same attribute with the payload `W`.
    pub const fn as_type<W>(self) -> Key<S, W>
    where
        C: SubMessageFormat<W>,
    {
        self.cast()
    }
}
