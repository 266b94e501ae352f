//! Index of a message's attributes by number, built in one pass.

use core::marker::PhantomData;

use barelink_codec::schema::int_of;
use barelink_codec::value::Value;
use barelink_codec::{Attrs, Key};

use super::grammar::PackedInt;

/// Number of indexed attribute numbers; this program reads none above.
pub const LEN: usize = 72;

/// Payload of the first attribute of each number, of any set.
pub struct Payloads<'a> {
    payloads: [Option<&'a [u8]>; LEN],
}

impl<'a> Payloads<'a> {
    /// Indexes the attributes; those after a framing error are missing.
    #[inline(never)]
    pub fn new(bytes: &'a [u8]) -> Self {
        let mut payloads = [None; LEN];
        // After a framing error, the attributes before it are kept.
        for attr in Attrs::<()>::new(bytes).iter().map_while(Result::ok) {
            if let Some(slot) = payloads.get_mut(usize::from(attr.number())) {
                slot.get_or_insert(attr.payload());
            }
        }
        Payloads { payloads }
    }

    /// Returns the payload of an attribute.
    #[inline(never)]
    pub fn at(&self, number: u16) -> Option<&'a [u8]> {
        *self.payloads.get(usize::from(number))?
    }

    /// Returns an attribute's payload as an integer.
    #[inline(never)]
    pub fn number(&self, number: u16, int: PackedInt) -> Option<u64> {
        int.unpack().load(self.at(number)?)
    }

    /// Returns an attribute's value; `None` if it is missing or malformed. The key may be of any
    /// set.
    pub fn get<S, V: Value>(&self, key: Key<S, V>) -> Option<V::View<'a>> {
        V::read(self.at(key.number())?)
    }
}

/// Index of the attributes of the set `S`.
pub struct Index<'a, S> {
    /// Index without the set's type.
    pub all: Payloads<'a>,
    set: PhantomData<fn() -> S>,
}

impl<'a, S> Index<'a, S> {
    /// Indexes the attributes.
    pub fn new(attrs: Attrs<'a, S>) -> Self {
        Index { all: Payloads::new(attrs.bytes()), set: PhantomData }
    }

    /// Returns an attribute's value; `None` if it is missing or malformed.
    pub fn get<V: Value>(&self, key: Key<S, V>) -> Option<V::View<'a>> {
        self.all.get(key)
    }

    /// Returns an attribute's raw payload.
    pub fn payload<V>(&self, key: Key<S, V>) -> Option<&'a [u8]> {
        self.all.at(key.number())
    }

    /// Returns an attribute's value as an integer.
    #[inline(always)]
    pub fn number<V: Value>(&self, key: Key<S, V>) -> Option<u64> {
        self.all.number(key.number(), const { PackedInt::new(int_of(V::TYPE)) })
    }

    /// Returns whether the attribute is present.
    pub fn has<V>(&self, key: Key<S, V>) -> bool {
        self.payload(key).is_some()
    }

    /// Indexes the attributes of a nest.
    pub fn nest<N, V>(&self, key: Key<S, V>) -> Option<Index<'a, N>>
    where
        V: Value<View<'a> = Attrs<'a, N>>,
    {
        self.get(key).map(Index::new)
    }
}
