//! The attributes of a message, found in one pass: a table by number.

use core::marker::PhantomData;

use barelink_codec::value::{Be, Uint, Value};
use barelink_codec::{Attrs, Key};

use super::output::Output;

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

/// A number, which a table of forms tells how to print: there are hundreds of them, and code for each
/// would be most of the program.
pub trait Number: Value {
    /// How many bytes it has, 0 if that varies, and two bits of its form.
    const FORM: u16;
}

/// In network byte order.
const BIG: u16 = 1 << 4;
/// Perhaps negative.
const SIGNED: u16 = 1 << 5;

macro_rules! numbers {
    ($($number:ty = $form:expr;)*) => { $( impl Number for $number { const FORM: u16 = $form; } )* };
}

numbers! {
    u8 = 1;
    u16 = 2;
    u32 = 4;
    u64 = 8;
    i32 = 4 | SIGNED;
    Be<u16> = 2 | BIG;
    Be<u64> = 8 | BIG;
    Uint = 0;
}

/// Prints the number of which the lower eight bits of `what` are the attribute, and the upper the form.
#[inline(never)]
fn print(payloads: &[Option<&[u8]>; LEN], out: &mut Output<'_>, what: u16, text: &str) {
    let payload = payloads.get(usize::from(what & 0xff)).copied().flatten();
    let (Some(payload), Some((key, template))) = (payload, text.split_once('\0')) else { return };
    let form = what >> 8;
    if ![0, payload.len()].contains(&usize::from(form & 0xf)) {
        return;
    }
    let big = form & BIG != 0 || cfg!(target_endian = "big");
    let append = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
    let number = match big {
        true => payload.iter().fold(0, append),
        false => payload.iter().rev().fold(0, append),
    };
    match form & SIGNED {
        0 => out.any(key, template, number),
        _ => out.any(key, template, number as u32 as i32),
    }
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

    /// Prints the number under this key, if there is one; the text has the key and the template.
    #[inline(always)]
    pub fn print<V: Number>(&self, out: &mut Output<'_>, key: Key<S, V>, text: &'static str) {
        print(&self.payloads, out, key.number() | V::FORM << 8, text);
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
