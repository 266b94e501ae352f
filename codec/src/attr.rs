//! Reading attributes by typed keys.

use core::fmt;
use core::marker::PhantomData;

use crate::error::Error;
use crate::frame::{self, AttrWalk, NESTED, NUMBER};
use crate::schema::Set;
use crate::value::Value;

/// Key of an attribute of the set `S`, whose payload is a `V`.
pub struct Key<S, V> {
    number: u16,
    name: &'static str,
    types: PhantomData<fn() -> (S, V)>,
}

impl<S, V> Clone for Key<S, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S, V> Copy for Key<S, V> {}

impl<S, V> fmt::Debug for Key<S, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl<S, V> Key<S, V> {
    /// Creates a key for an attribute that is in no table.
    pub const fn new(number: u16, name: &'static str) -> Self {
        Key { number, name, types: PhantomData }
    }

    /// Returns the attribute's number.
    pub const fn number(self) -> u16 {
        self.number
    }

    /// Returns the attribute's name.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Returns the same attribute with the payload `W`, to read or write what its row does not
    /// provide for.
    pub const fn cast<W>(self) -> Key<S, W> {
        Key::new(self.number, self.name)
    }
}

/// Attributes of the set `S`, borrowed from the buffer that they were received in.
#[cfg_attr(feature = "rtnl", doc = "```")]
#[cfg_attr(not(feature = "rtnl"), doc = "```ignore")]
/// use barelink_codec::rtnl::link::{self, Link, LinkHeader};
/// # use barelink_codec::{Error, Messages};
/// # fn main() -> Result<(), Error> {
/// # let mut buffer = [0; 128];
/// # let bytes = link::NEW.build(&mut buffer, 1, LinkHeader::default(), |link| {
/// #     link.put(Link::IFNAME, "eth0").put(Link::MTU, 1500);
/// # })?;
/// # let message = Messages::new(bytes).next().unwrap()?;
/// # let link = message.read(link::NEW);
/// // one, or a few
/// assert_eq!(link.require(Link::IFNAME)?, "eth0");
/// assert_eq!(link.get(Link::MASTER)?, None);
/// // several, in one pass
/// let (name, mtu) = link.find((Link::IFNAME, Link::MTU))?;
/// assert_eq!((name.require()?.0, mtu.get()?), (&b"eth0"[..], Some(1500)));
/// # Ok(())
/// # }
/// ```
pub struct Attrs<'a, S> {
    bytes: &'a [u8],
    set: PhantomData<fn() -> S>,
}

impl<S> Clone for Attrs<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Attrs<'_, S> {}

impl<'a, S> Attrs<'a, S> {
    /// Creates a view of these bytes as attributes. Framing is checked during iteration.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Attrs { bytes, set: PhantomData }
    }

    /// Returns the attributes as bytes.
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Returns whether there are no attributes.
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Returns an iterator over the attributes in order, including those that are not in the set. An attribute
    /// with an invalid length yields an error and ends the iteration.
    #[inline(always)]
    pub fn iter(&self) -> AttrIter<'a, S> {
        AttrIter { walk: AttrWalk::new(self.bytes), set: PhantomData }
    }

    /// Returns the value of the first attribute with this key.
    ///
    /// # Errors
    ///
    /// [`Error::Payload`] where the payload does not fit the key's type; [`Error::Truncated`] where
    /// the framing is invalid ahead of it.
    pub fn get<V: Value>(&self, key: Key<S, V>) -> Result<Option<V::View<'a>>, Error> {
        Field {
            name: key.name,
            payload: frame::find(self.bytes, key.number)?,
            value: PhantomData::<fn() -> V>,
        }
        .get()
    }

    /// Returns the value of the first attribute with this key.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`] where there is none; otherwise as [`get`](Attrs::get).
    pub fn require<V: Value>(&self, key: Key<S, V>) -> Result<V::View<'a>, Error> {
        self.get(key)?.ok_or(Error::Missing { attr: key.name })
    }

    /// Returns an iterator over the values of every attribute with this key.
    pub fn all<V: Value>(
        &self,
        key: Key<S, V>,
    ) -> impl Iterator<Item = Result<V::View<'a>, Error>> + use<'a, S, V> {
        self.iter().filter_map(move |attr| attr.and_then(|attr| attr.get(key)).transpose())
    }

    /// Finds the first attributes of up to 16 keys in one pass; each value is decoded when it is
    /// asked for.
    ///
    /// # Errors
    ///
    /// [`Error::Truncated`] where the framing is invalid.
    #[inline(always)]
    pub fn find<K: Keys<S>>(&self, keys: K) -> Result<K::Fields<'a>, Error> {
        keys.find(self.bytes)
    }
}

impl<'a, S> IntoIterator for Attrs<'a, S> {
    type Item = Result<Attr<'a, S>, Error>;
    type IntoIter = AttrIter<'a, S>;

    #[inline(always)]
    fn into_iter(self) -> AttrIter<'a, S> {
        self.iter()
    }
}

impl<'a, S> IntoIterator for &Attrs<'a, S> {
    type Item = Result<Attr<'a, S>, Error>;
    type IntoIter = AttrIter<'a, S>;

    #[inline(always)]
    fn into_iter(self) -> AttrIter<'a, S> {
        self.iter()
    }
}

/// Iterator over attributes.
pub struct AttrIter<'a, S> {
    walk: AttrWalk<'a>,
    set: PhantomData<fn() -> S>,
}

impl<'a, S> AttrIter<'a, S> {
    /// Returns the bytes not yet iterated over.
    pub const fn rest(&self) -> &'a [u8] {
        self.walk.rest()
    }
}

impl<S> fmt::Debug for AttrIter<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.walk.fmt(f)
    }
}

impl<'a, S> Iterator for AttrIter<'a, S> {
    type Item = Result<Attr<'a, S>, Error>;

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        match self.walk.next()? {
            Ok((raw, payload)) => Some(Ok(Attr { raw, payload, set: PhantomData })),
            Err(error) => Some(Err(error)),
        }
    }
}

/// An attribute of the set `S`.
pub struct Attr<'a, S> {
    raw: u16,
    payload: &'a [u8],
    set: PhantomData<fn() -> S>,
}

impl<S> Clone for Attr<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Attr<'_, S> {}

impl<'a, S> Attr<'a, S> {
    /// Returns the attribute's number, `nla_type` without flags.
    #[inline(always)]
    pub const fn number(&self) -> u16 {
        self.raw & NUMBER
    }

    /// Returns whether `NLA_F_NESTED` is set. Many attributes that contain attributes lack it.
    pub const fn is_marked_nested(&self) -> bool {
        self.raw & NESTED != 0
    }

    /// Returns whether `NLA_F_NET_BYTEORDER` is set, as `ipset` does.
    pub const fn is_marked_net_byteorder(&self) -> bool {
        self.raw & frame::NET_BYTEORDER != 0
    }

    /// Returns the payload, without padding.
    #[inline(always)]
    pub const fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// Returns the value, if this is the attribute of the key.
    ///
    /// # Errors
    ///
    /// [`Error::Payload`] where the payload does not fit the key's type.
    #[inline(always)]
    pub fn get<V: Value>(&self, key: Key<S, V>) -> Result<Option<V::View<'a>>, Error> {
        if self.number() != key.number {
            return Ok(None);
        }
        match V::read(self.payload) {
            Some(value) => Ok(Some(value)),
            None => Err(Error::Payload { attr: key.name, len: self.payload.len() }),
        }
    }
}

impl<S: Set> Attr<'_, S> {
    /// Returns the attribute's name, if the set has it.
    pub fn name(&self) -> Option<&'static str> {
        S::table().row(self.number()).map(|row| row.name)
    }
}

/// Set whose names `defmt` interns; the table macros implement it.
#[cfg(feature = "defmt")]
#[doc(hidden)]
pub trait Interned {
    /// Formats an attribute of the set.
    fn format(number: u16, payload: &[u8], f: defmt::Formatter<'_>);
}

#[cfg(feature = "defmt")]
impl<S: Interned> defmt::Format for Attr<'_, S> {
    fn format(&self, f: defmt::Formatter<'_>) {
        S::format(self.number(), self.payload, f);
    }
}

#[cfg(feature = "defmt")]
impl<S: Interned> defmt::Format for Attrs<'_, S> {
    fn format(&self, f: defmt::Formatter<'_>) {
        for (at, attr) in self.iter().enumerate() {
            if at > 0 {
                defmt::write!(f, ", ");
            }
            match attr {
                Ok(attr) => defmt::write!(f, "{}", attr),
                Err(error) => defmt::write!(f, "{}", error),
            }
        }
    }
}

/// Result of [`Attrs::find`] for one key.
pub struct Field<'a, V> {
    name: &'static str,
    payload: Option<&'a [u8]>,
    value: PhantomData<fn() -> V>,
}

impl<V> Clone for Field<'_, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<V> Copy for Field<'_, V> {}

impl<V> fmt::Debug for Field<'_, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:02x?}", self.name, self.payload)
    }
}

impl<'a, V: Value> Field<'a, V> {
    /// Returns whether the attribute is present.
    pub const fn is_some(&self) -> bool {
        self.payload.is_some()
    }

    /// Returns the payload as bytes.
    pub const fn payload(&self) -> Option<&'a [u8]> {
        self.payload
    }

    /// Returns the value, if the attribute is present.
    ///
    /// # Errors
    ///
    /// [`Error::Payload`] where the payload does not fit the key's type.
    #[inline(always)]
    pub fn get(&self) -> Result<Option<V::View<'a>>, Error> {
        let Some(payload) = self.payload else { return Ok(None) };
        match V::read(payload) {
            Some(value) => Ok(Some(value)),
            None => Err(Error::Payload { attr: self.name, len: payload.len() }),
        }
    }

    /// Returns the value.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`] where the attribute is absent; otherwise as [`get`](Field::get).
    #[inline(always)]
    pub fn require(&self) -> Result<V::View<'a>, Error> {
        self.get()?.ok_or(Error::Missing { attr: self.name })
    }
}

/// Tuple of keys of the set `S`, for [`Attrs::find`].
pub trait Keys<S> {
    /// Results, in the order of the keys.
    type Fields<'a>;
    /// Finds the keys in these attributes.
    ///
    /// # Errors
    ///
    /// [`Error::Truncated`] where the framing is invalid.
    fn find(self, bytes: &[u8]) -> Result<Self::Fields<'_>, Error>;
}

macro_rules! tuples {
    () => {};
    ($value:ident $key:ident $found:ident $($values:ident $keys:ident $founds:ident)*) => {
        tuples! { @ $value $key $found $($values $keys $founds)* }
        tuples! { $($values $keys $founds)* }
    };
    (@ $($value:ident $key:ident $found:ident)*) => {
        impl<S, $($value: Value,)*> Keys<S> for ($(Key<S, $value>,)*) {
            type Fields<'a> = ($(Field<'a, $value>,)*);

            #[inline(always)]
            fn find(self, bytes: &[u8]) -> Result<Self::Fields<'_>, Error> {
                let ($($key,)*) = self;
                $( let mut $found = None; )*
                for attr in AttrWalk::new(bytes) {
                    let (raw, payload) = attr?;
                    let number = raw & NUMBER;
                    $( if number == $key.number {
                        $found = Some($found.unwrap_or(payload));
                        continue;
                    } )*
                }
                Ok(($(Field { name: $key.name, payload: $found, value: PhantomData },)*))
            }
        }
    };
}

tuples! {
    A a fa  B b fb  C c fc  D d fd  E e fe  F f ff  G g fg  H h fh
    I i fi  J j fj  K k fk  L l fl  M m fm  N n fn_  O o fo  P p fp
}
