//! The attributes of a message, found in one pass: a table by number.

use core::marker::PhantomData;

use barelink_codec::value::Value;
use barelink_codec::{Attrs, Key};

/// The highest number that is kept, and one more: above all that this program asks for.
const LEN: usize = 72;

/// The first attribute of each number of the set `S`.
pub struct Index<'a, S> {
    payloads: [Option<&'a [u8]>; LEN],
    set: PhantomData<fn() -> S>,
}

fn index(bytes: &[u8]) -> [Option<&[u8]>; LEN] {
    let mut payloads = [None; LEN];
    // Where the framing breaks, what came before still counts.
    for attr in Attrs::<()>::new(bytes).iter().map_while(Result::ok) {
        if let Some(slot) = payloads.get_mut(usize::from(attr.number())) {
            slot.get_or_insert(attr.payload());
        }
    }
    payloads
}

impl<'a, S> Index<'a, S> {
    /// Finds them all.
    pub fn new(attrs: Attrs<'a, S>) -> Self {
        Index { payloads: index(attrs.bytes()), set: PhantomData }
    }

    /// The value under this key; none if it is not there, or cannot be read.
    pub fn get<V: Value>(&self, key: Key<S, V>) -> Option<V::View<'a>> {
        V::read(self.payload(key)?)
    }

    /// The payload under this key as it came.
    pub fn payload<V>(&self, key: Key<S, V>) -> Option<&'a [u8]> {
        *self.payloads.get(usize::from(key.number()))?
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
