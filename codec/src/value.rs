//! Types of payloads: integers, text, bytes, addresses, structures.

use core::fmt;
use core::marker::PhantomData;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use byteorder::{BigEndian, ByteOrder, LittleEndian};

use crate::frame::{copy, place};
use crate::schema::{Int, Layout, Order, Type, ValueNames, int_of, until_nul};

/// Type of an attribute's payload.
pub trait Value {
    /// Result of reading: a copy, or a view of the buffer.
    type View<'a>;
    /// Argument of writing.
    type Arg<'a>;
    /// Type of the payload, as data.
    const TYPE: Type;
    /// `true` if the attribute may occur several times.
    const MULTI: bool = false;

    /// Reads the payload; `None` if it does not fit the type.
    fn read(payload: &[u8]) -> Option<Self::View<'_>>;
    /// Returns the length of the value in bytes; `usize::MAX` for a value that the type does not
    /// allow.
    fn len(value: &Self::Arg<'_>) -> usize;
    /// Writes the value into `out`, which has exactly its length.
    fn write(value: &Self::Arg<'_>, out: &mut [u8]);
}

/// Type of fixed length: a payload or a field of a structure.
pub trait Fixed {
    /// Rust type of the value.
    type Plain: Copy + 'static;
    /// Length in bytes.
    const LEN: usize;
    /// Type of the payload, as data.
    const TYPE: Type;

    /// Reads the value; missing bytes are read as zero.
    fn load(bytes: &[u8]) -> Self::Plain;
    /// Returns whether the value can be represented.
    #[inline(always)]
    fn fits(_: &Self::Plain) -> bool {
        true
    }
    /// Writes the value into `out`, which has [`LEN`](Fixed::LEN) bytes.
    fn store(value: &Self::Plain, out: &mut [u8]);
}

impl<F: Fixed> Value for F {
    type View<'a> = F::Plain;
    type Arg<'a> = F::Plain;
    const TYPE: Type = F::TYPE;

    #[inline(always)]
    fn read(payload: &[u8]) -> Option<F::Plain> {
        (payload.len() == F::LEN).then(|| F::load(payload))
    }
    #[inline(always)]
    fn len(value: &F::Plain) -> usize {
        if F::fits(value) { F::LEN } else { usize::MAX }
    }
    #[inline(always)]
    fn write(value: &F::Plain, out: &mut [u8]) {
        F::store(value, out);
    }
}

/// An integer in the byte order `O`.
#[derive(Debug)]
pub struct Ordered<T, O>(PhantomData<(T, O)>);

/// An integer in network byte order.
pub type Be<T> = Ordered<T, BigEndian>;
/// An integer in little-endian byte order.
pub type Le<T> = Ordered<T, LittleEndian>;

/// A byte order, as data.
pub trait NamedOrder: ByteOrder {
    /// The byte order.
    const ORDER: Order;
}
impl NamedOrder for BigEndian {
    const ORDER: Order = Order::Big;
}
impl NamedOrder for LittleEndian {
    const ORDER: Order = Order::Little;
}

macro_rules! integers {
    ($($int:ident $signed:literal;)*) => { $(
        impl Fixed for $int {
            type Plain = $int;
            const LEN: usize = size_of::<$int>();
            const TYPE: Type = Type::Int(Int {
                size: size_of::<$int>() as u8,
                signed: $signed,
                order: Order::Native,
            });

            #[inline(always)]
            fn load(bytes: &[u8]) -> $int {
                bytes.first_chunk().map_or(0, |bytes| $int::from_ne_bytes(*bytes))
            }
            #[inline(always)]
            fn store(value: &$int, out: &mut [u8]) {
                place(out, value.to_ne_bytes());
            }
        }

        impl<O: NamedOrder> Fixed for Ordered<$int, O> {
            type Plain = $int;
            const LEN: usize = size_of::<$int>();
            const TYPE: Type = Type::Int(Int {
                size: size_of::<$int>() as u8,
                signed: $signed,
                order: O::ORDER,
            });

            #[inline(always)]
            fn load(bytes: &[u8]) -> $int {
                bytes.first_chunk().map_or(0, |bytes| match O::ORDER {
                    Order::Big => $int::from_be_bytes(*bytes),
                    Order::Little => $int::from_le_bytes(*bytes),
                    Order::Native => $int::from_ne_bytes(*bytes),
                })
            }
            #[inline(always)]
            fn store(value: &$int, out: &mut [u8]) {
                place(out, match O::ORDER {
                    Order::Big => value.to_be_bytes(),
                    Order::Little => value.to_le_bytes(),
                    Order::Native => value.to_ne_bytes(),
                });
            }
        }
    )* };
}

integers! {
    u16 false;
    u32 false;
    u64 false;
    i16 true;
    i32 true;
    i64 true;
}

macro_rules! plain {
    ($($type:ty, $len:expr, $shape:expr, $load:expr, $store:expr;)*) => { $(
        impl Fixed for $type {
            type Plain = $type;
            const LEN: usize = $len;
            const TYPE: Type = $shape;

            #[inline(always)]
            fn load(bytes: &[u8]) -> $type {
                bytes.first_chunk().copied().map_or($load([0; $len]), $load)
            }
            #[inline(always)]
            fn store(value: &$type, out: &mut [u8]) {
                place(out, $store(value));
            }
        }
    )* };
}

plain! {
    u8, 1, Type::Int(Int::unsigned(1)), |[byte]: [u8; 1]| byte, |byte: &u8| [*byte];
    i8, 1, Type::Int(Int { size: 1, signed: true, order: Order::Native }),
        i8::from_ne_bytes, |value: &i8| value.to_ne_bytes();
    Ipv4Addr, 4, Type::Ipv4, |octets: [u8; 4]| Ipv4Addr::from(octets), Ipv4Addr::octets;
    Ipv6Addr, 16, Type::Ipv6, |octets: [u8; 16]| Ipv6Addr::from(octets), Ipv6Addr::octets;
}

/// Exactly `N` bytes, `NLA_POLICY_EXACT_LEN`.
impl<const N: usize> Fixed for [u8; N] {
    type Plain = [u8; N];
    const LEN: usize = N;
    const TYPE: Type = Type::Bytes(N, N);

    #[inline]
    fn load(bytes: &[u8]) -> [u8; N] {
        bytes.first_chunk().copied().unwrap_or([0; N])
    }
    #[inline]
    fn store(value: &[u8; N], out: &mut [u8]) {
        place(out, *value);
    }
}

/// Array of `N` values, as a field of a structure.
#[derive(Debug)]
pub struct FixedArray<F, const N: usize>(PhantomData<F>);

impl<F: Fixed, const N: usize> Fixed for FixedArray<F, N> {
    type Plain = [F::Plain; N];
    const LEN: usize = N * F::LEN;
    const TYPE: Type = Type::Array(&F::TYPE);

    fn load(bytes: &[u8]) -> [F::Plain; N] {
        core::array::from_fn(|at| F::load(bytes.get(at.wrapping_mul(F::LEN)..).unwrap_or_default()))
    }
    fn fits(value: &[F::Plain; N]) -> bool {
        value.iter().all(F::fits)
    }
    fn store(value: &[F::Plain; N], out: &mut [u8]) {
        // Not `chunks_exact_mut`: it would panic for a length of zero.
        let mut out = out;
        for value in value {
            let Some((room, rest)) = core::mem::take(&mut out).split_at_mut_checked(F::LEN) else {
                return;
            };
            F::store(value, room);
            out = rest;
        }
    }
}

macro_rules! variable {
    ($(#[$doc:meta])* $name:ident, $wide:ident, $narrow:ident, $signed:literal) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl Value for $name {
            type View<'a> = $wide;
            type Arg<'a> = $wide;
            const TYPE: Type = Type::Int(Int { size: 0, signed: $signed, order: Order::Native });

            fn read(payload: &[u8]) -> Option<$wide> {
                match payload.len() {
                    4 => Some(<$narrow>::load(payload).into()),
                    8 => Some(<$wide>::load(payload)),
                    _ => None,
                }
            }
            fn len(value: &$wide) -> usize {
                if <$narrow>::try_from(*value).is_ok() { 4 } else { 8 }
            }
            fn write(value: &$wide, out: &mut [u8]) {
                match <$narrow>::try_from(*value) {
                    Ok(value) => <$narrow>::store(&value, out),
                    Err(_) => <$wide>::store(value, out),
                }
            }
        }
    };
}

variable! {
    /// Unsigned integer of 4 or 8 bytes, whichever the value needs, `NLA_UINT`.
    Uint, u64, u32, false
}
variable! {
    /// Signed integer of 4 or 8 bytes, whichever the value needs, `NLA_SINT`.
    Sint, i64, i32, true
}

/// No payload; the attribute's presence is its value, `NLA_FLAG`.
#[derive(Debug)]
pub enum Flag {}

impl Value for Flag {
    type View<'a> = ();
    type Arg<'a> = ();
    const TYPE: Type = Type::Flag;

    fn read(payload: &[u8]) -> Option<()> {
        payload.is_empty().then_some(())
    }
    fn len(_: &()) -> usize {
        0
    }
    fn write(_: &(), _: &mut [u8]) {}
}

/// Rejected by the kernel, `NLA_REJECT`: can neither be read nor put.
#[derive(Debug)]
pub enum Reject {}

impl Value for Reject {
    type View<'a> = ();
    type Arg<'a> = core::convert::Infallible;
    const TYPE: Type = Type::Reject;

    fn read(_: &[u8]) -> Option<()> {
        None
    }
    fn len(value: &core::convert::Infallible) -> usize {
        match *value {}
    }
    fn write(value: &core::convert::Infallible, _: &mut [u8]) {
        match *value {}
    }
}

/// Bytes, at least `MIN` and at most `MAX`, `NLA_BINARY`.
#[derive(Debug)]
pub enum Blob<const MIN: usize, const MAX: usize> {}

/// Bytes of any length.
pub type Bytes = Blob<0, { usize::MAX }>;

impl<const MIN: usize, const MAX: usize> Value for Blob<MIN, MAX> {
    type View<'a> = &'a [u8];
    type Arg<'a> = &'a [u8];
    const TYPE: Type = Type::Bytes(MIN, MAX);

    fn read(payload: &[u8]) -> Option<&[u8]> {
        (MIN..=MAX).contains(&payload.len()).then_some(payload)
    }
    fn len(value: &&[u8]) -> usize {
        if (MIN..=MAX).contains(&value.len()) { value.len() } else { usize::MAX }
    }
    fn write(value: &&[u8], out: &mut [u8]) {
        copy(out, value);
    }
}

/// String of at most `MAX` bytes and a NUL, `NLA_NUL_STRING`. On reading, the NUL may be missing.
#[derive(Debug)]
pub enum Text<const MAX: usize> {}

impl<const MAX: usize> Value for Text<MAX> {
    type View<'a> = Str<'a>;
    type Arg<'a> = &'a str;
    const TYPE: Type = Type::Text(MAX);

    fn read(payload: &[u8]) -> Option<Str<'_>> {
        Some(Str(until_nul(payload)))
    }
    fn len(value: &&str) -> usize {
        let fits = value.len() <= MAX && !value.as_bytes().contains(&0);
        if fits { value.len().saturating_add(1) } else { usize::MAX }
    }
    fn write(value: &&str, out: &mut [u8]) {
        if let Some((end, text)) = out.split_last_mut() {
            copy(text, value.as_bytes());
            *end = 0;
        }
    }
}

/// String from the kernel: mostly ASCII, but any bytes other than NUL are possible.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Str<'a>(pub &'a [u8]);

impl<'a> Str<'a> {
    /// Returns the string if it is valid UTF-8.
    pub fn to_str(self) -> Option<&'a str> {
        core::str::from_utf8(self.0).ok()
    }
}

impl PartialEq<str> for Str<'_> {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for Str<'_> {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl fmt::Display for Str<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.to_str() {
            Some(text) if !text.contains(char::is_control) => f.pad(text),
            _ => self.0.escape_ascii().fmt(f),
        }
    }
}

impl fmt::Debug for Str<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Str<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self.to_str() {
            Some(text) => defmt::write!(f, "{=str}", text),
            None => defmt::write!(f, "{=[u8]:a}", self.0),
        }
    }
}

/// Link-layer (hardware) address, whose length depends on the hardware.
#[derive(Debug)]
pub enum Mac {}

/// Link-layer address as read; prints as `02:00:…`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MacAddr<'a>(pub &'a [u8]);

impl fmt::Display for MacAddr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        for byte in self.0 {
            write!(f, "{between}{byte:02x}")?;
            between = ":";
        }
        Ok(())
    }
}

impl fmt::Debug for MacAddr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for MacAddr<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "{=[u8]:02x}", self.0);
    }
}

impl Value for Mac {
    type View<'a> = MacAddr<'a>;
    type Arg<'a> = &'a [u8];
    const TYPE: Type = Type::Hardware;

    fn read(payload: &[u8]) -> Option<MacAddr<'_>> {
        Some(MacAddr(payload))
    }
    fn len(value: &&[u8]) -> usize {
        value.len()
    }
    fn write(value: &&[u8], out: &mut [u8]) {
        copy(out, value);
    }
}

impl Value for IpAddr {
    type View<'a> = IpAddr;
    type Arg<'a> = IpAddr;
    const TYPE: Type = Type::Ip;

    #[inline]
    fn read(payload: &[u8]) -> Option<IpAddr> {
        match payload.len() {
            4 => Some(IpAddr::V4(Ipv4Addr::load(payload))),
            16 => Some(IpAddr::V6(Ipv6Addr::load(payload))),
            _ => None,
        }
    }
    fn len(value: &IpAddr) -> usize {
        if value.is_ipv4() { 4 } else { 16 }
    }
    fn write(value: &IpAddr, out: &mut [u8]) {
        match value {
            IpAddr::V4(v4) => place(out, v4.octets()),
            IpAddr::V6(v6) => place(out, v6.octets()),
        }
    }
}

/// A C structure.
pub trait Structure: Copy + Default + 'static {
    /// Length in bytes, of the newest version that is known.
    const LEN: usize;
    /// Layout of the fields.
    const LAYOUT: &'static Layout;
    /// Reads the structure; missing bytes are read as zero.
    fn read(bytes: &[u8]) -> Self;
    /// Returns whether every field can represent its value.
    #[inline(always)]
    fn fits(&self) -> bool {
        true
    }
    /// Writes the structure into `bytes`, which has [`LEN`](Structure::LEN) bytes.
    fn write(&self, bytes: &mut [u8]);
}

/// No structure: the header of messages without one.
impl Structure for () {
    const LEN: usize = 0;
    const LAYOUT: &'static Layout = &Layout { name: "", len: 0, fields: &[] };
    fn read(_: &[u8]) -> Self {}
    fn write(&self, _: &mut [u8]) {}
}

/// Structure as a payload. A shorter one, from an older kernel, is extended with zeros; the end of
/// a longer one is ignored.
#[derive(Debug)]
pub struct Struct<T>(PhantomData<T>);

impl<T: Structure> Value for Struct<T> {
    type View<'a> = T;
    type Arg<'a> = T;
    const TYPE: Type = Type::Struct(T::LAYOUT);

    #[inline]
    fn read(payload: &[u8]) -> Option<T> {
        Some(T::read(payload))
    }
    fn len(value: &T) -> usize {
        if value.fits() { T::LEN } else { usize::MAX }
    }
    fn write(value: &T, out: &mut [u8]) {
        value.write(out);
    }
}

/// Structure within a structure or array.
#[derive(Debug)]
pub struct Embedded<T>(PhantomData<T>);

impl<T: Structure> Fixed for Embedded<T> {
    type Plain = T;
    const LEN: usize = T::LEN;
    const TYPE: Type = Type::Struct(T::LAYOUT);

    fn load(bytes: &[u8]) -> T {
        T::read(bytes)
    }
    fn fits(value: &T) -> bool {
        value.fits()
    }
    fn store(value: &T, out: &mut [u8]) {
        value.write(out);
    }
}

/// Structure, followed directly by a `V` that takes the rest of the payload: `RTA_VIA` and its
/// `struct rtvia`.
#[derive(Debug)]
pub struct WithTail<T, V>(PhantomData<(T, V)>);

impl<T: Structure, V: Value> Value for WithTail<T, V> {
    type View<'a> = (T, V::View<'a>);
    type Arg<'a> = (T, V::Arg<'a>);
    const TYPE: Type = Type::WithTail(T::LAYOUT, &V::TYPE);

    fn read(payload: &[u8]) -> Option<(T, V::View<'_>)> {
        let (structure, tail) = payload.split_at_checked(T::LEN)?;
        Some((T::read(structure), V::read(tail)?))
    }
    fn len((structure, tail): &(T, V::Arg<'_>)) -> usize {
        if structure.fits() { T::LEN.saturating_add(V::len(tail)) } else { usize::MAX }
    }
    fn write((structure, tail): &(T, V::Arg<'_>), out: &mut [u8]) {
        let Some((room, rest)) = out.split_at_mut_checked(T::LEN) else { return };
        structure.write(room);
        V::write(tail, rest);
    }
}

/// Integer with named values, of [`values!`](crate::values) or [`flags!`](crate::flags).
pub trait Numbered: Fixed + Copy + 'static {
    /// Returns the integer, sign-extended.
    fn number(self) -> u64;
    /// Returns the value of this integer.
    fn from_number(number: u64) -> Self;
}

/// Named values or bits `T`, stored as an integer `I` of another length. A value that `I` cannot
/// represent cannot be built: routing table 1000 belongs in the attribute `RTA_TABLE`, as
/// `rtm_table` would cut it to another table.
#[derive(Debug)]
pub struct StoredAs<T, I>(PhantomData<(T, I)>);

impl<T: Numbered, I: Fixed> Fixed for StoredAs<T, I>
where
    I::Plain: TryFrom<u64> + Into<u64>,
{
    type Plain = T;
    const LEN: usize = I::LEN;
    const TYPE: Type = match T::TYPE {
        Type::Flags(_, names) => Type::Flags(int_of(I::TYPE), names),
        other => Type::Enum(int_of(I::TYPE), names(other)),
    };

    #[inline]
    fn load(bytes: &[u8]) -> T {
        T::from_number(I::load(bytes).into())
    }
    #[inline]
    fn fits(value: &T) -> bool {
        I::Plain::try_from(value.number()).is_ok()
    }
    #[inline]
    fn store(value: &T, out: &mut [u8]) {
        if let Ok(number) = I::Plain::try_from(value.number()) {
            I::store(&number, out);
        }
    }
}

/// Array of values of fixed length, in any number.
#[derive(Debug)]
pub struct Array<F>(PhantomData<F>);

impl<F: Fixed> Value for Array<F> {
    type View<'a> = Items<'a, F>;
    type Arg<'a> = &'a [F::Plain];
    const TYPE: Type = Type::Array(&F::TYPE);

    fn read(payload: &[u8]) -> Option<Items<'_, F>> {
        Some(Items { rest: payload, types: PhantomData })
    }
    fn len(value: &&[F::Plain]) -> usize {
        let fit = value.iter().all(F::fits);
        if fit { value.len().saturating_mul(F::LEN) } else { usize::MAX }
    }
    fn write(value: &&[F::Plain], out: &mut [u8]) {
        let mut out = out;
        for value in *value {
            let Some((room, rest)) = core::mem::take(&mut out).split_at_mut_checked(F::LEN) else {
                return;
            };
            F::store(value, room);
            out = rest;
        }
    }
}

/// Iterator over the values of an [`Array`]. An incomplete value at the end stays in
/// [`rest`](Items::rest).
pub struct Items<'a, F> {
    rest: &'a [u8],
    types: PhantomData<fn() -> F>,
}

impl<'a, F> Items<'a, F> {
    /// Returns the bytes not yet iterated over.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

impl<F> Clone for Items<'_, F> {
    fn clone(&self) -> Self {
        Items { rest: self.rest, types: PhantomData }
    }
}

impl<F: Fixed> Iterator for Items<'_, F> {
    type Item = F::Plain;

    fn next(&mut self) -> Option<F::Plain> {
        let (item, rest) = self.rest.split_at_checked(F::LEN).filter(|_| F::LEN > 0)?;
        self.rest = rest;
        Some(F::load(item))
    }
}

impl<F> fmt::Debug for Items<'_, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02x?}", self.rest)
    }
}

/// Bits of the type `F` and a mask of those that are valid, `struct nla_bitfield32`.
#[derive(Debug)]
pub struct Bitfield32<F>(PhantomData<F>);

/// Bits and a mask of those that are valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Bits<P> {
    /// The bits.
    pub value: P,
    /// Mask of the bits that are valid.
    pub selector: P,
}

impl<F: Fixed> Fixed for Bitfield32<F> {
    type Plain = Bits<F::Plain>;
    const LEN: usize = {
        assert!(F::LEN == 4, "bits of another length than 32");
        8
    };
    const TYPE: Type = Type::Bitfield32(names(F::TYPE));

    fn load(bytes: &[u8]) -> Bits<F::Plain> {
        let selector = bytes.get(4..).unwrap_or_default();
        Bits { value: F::load(bytes), selector: F::load(selector) }
    }
    fn store(value: &Bits<F::Plain>, out: &mut [u8]) {
        if let Some((first, second)) = out.split_at_mut_checked(4) {
            F::store(&value.value, first);
            F::store(&value.selector, second);
        }
    }
}

const fn names(ty: Type) -> ValueNames {
    match ty {
        Type::Flags(_, names) | Type::Enum(_, names) | Type::Halves(_, names) => names,
        _ => &[],
    }
}

/// Value that may occur several times, each in an attribute of its own with the same number (YNL's
/// `multi-attr`).
#[derive(Debug)]
pub struct Multi<V>(PhantomData<V>);

impl<V: Value> Value for Multi<V> {
    type View<'a> = V::View<'a>;
    type Arg<'a> = V::Arg<'a>;
    const TYPE: Type = V::TYPE;
    const MULTI: bool = true;

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
