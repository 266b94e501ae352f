//! The attributes of a message, found in one pass: a table by number.

use core::marker::PhantomData;

use barelink_codec::schema::int_of;
use barelink_codec::value::Value;
use barelink_codec::{Attrs, Key};

use super::grammar::PackedInt;

/// The highest number that is kept, and one more: above all that this program asks for.
pub const LEN: usize = 72;

/// The first attribute of each number, of whatever set.
pub struct Payloads<'a> {
    payloads: [Option<&'a [u8]>; LEN],
}

impl<'a> Payloads<'a> {
    /// Finds them all.
    #[inline(never)]
    pub fn new(bytes: &'a [u8]) -> Self {
        let mut payloads = [None; LEN];
        // Where the framing breaks, what came before still counts.
        for attr in Attrs::<()>::new(bytes).iter().map_while(Result::ok) {
            if let Some(slot) = payloads.get_mut(usize::from(attr.number())) {
                slot.get_or_insert(attr.payload());
            }
        }
        Payloads { payloads }
    }

    /// The payload of the attribute of this number.
    #[inline(never)]
    pub fn at(&self, number: u16) -> Option<&'a [u8]> {
        *self.payloads.get(usize::from(number))?
    }

    /// The integer that the attribute of this number is.
    #[inline(never)]
    pub fn number(&self, number: u16, int: PackedInt) -> Option<u64> {
        int.int().load(self.at(number)?)
    }

    /// The value under this key, whatever set it is of; none if it is not there, or cannot be read.
    pub fn get<S, V: Value>(&self, key: Key<S, V>) -> Option<V::View<'a>> {
        V::read(self.at(key.number())?)
    }
}

/// The first attribute of each number of the set `S`.
pub struct Index<'a, S> {
    /// All of them.
    pub all: Payloads<'a>,
    set: PhantomData<fn() -> S>,
}

impl<'a, S> Index<'a, S> {
    /// Finds them all.
    pub fn new(attrs: Attrs<'a, S>) -> Self {
        Index { all: Payloads::new(attrs.bytes()), set: PhantomData }
    }

    /// The value under this key; none if it is not there, or cannot be read.
    pub fn get<V: Value>(&self, key: Key<S, V>) -> Option<V::View<'a>> {
        self.all.get(key)
    }

    /// The payload under this key as it came.
    pub fn payload<V>(&self, key: Key<S, V>) -> Option<&'a [u8]> {
        self.all.at(key.number())
    }

    /// The integer under this key.
    #[inline(always)]
    pub fn number<V: Value>(&self, key: Key<S, V>) -> Option<u64> {
        self.all.number(key.number(), const { PackedInt::new(int_of(V::TYPE)) })
    }

    /// Whether there is one.
    pub fn has<V>(&self, key: Key<S, V>) -> bool {
        self.payload(key).is_some()
    }

    /// The nest under this key, indexed.
    pub fn nest<N, V>(&self, key: Key<S, V>) -> Option<Index<'a, N>>
    where
        V: Value<View<'a> = Attrs<'a, N>>,
    {
        self.get(key).map(Index::new)
    }
}
