//! Prints attributes and messages by their tables, with names: `{IFNAME: "lo", MTU: 65536}`.
//!
//! `{:?}` prints on one line, `{:#?}` one attribute per line, nests indented.

use core::fmt;

use crate::attr::{Attr, Attrs};
use crate::family::Family;
use crate::frame;
use crate::message::Message;
use crate::nest::Parsed;
use crate::schema::{Scope, Set, Type};
use crate::value_text::{attribute, attributes, bytes, structure};

impl<S: Set> fmt::Debug for Attrs<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scope = Scope { siblings: self.bytes(), ..Scope::default() };
        attributes(Type::Nest(S::table), self.bytes(), &scope, 0, f)
    }
}

impl<S: Set> fmt::Debug for Attr<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        attribute(Type::Nest(S::table), self.number(), self.payload(), &Scope::default(), 0, f)
    }
}

impl<H: fmt::Debug, S: Set> fmt::Debug for Parsed<'_, H, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {:?}", self.header, self.attrs)
    }
}

/// A message that prints with the names of its family.
#[cfg_attr(feature = "rtnl", doc = "```")]
#[cfg_attr(not(feature = "rtnl"), doc = "```ignore")]
/// # use barelink_codec::{Messages, print::MessageDebug, rtnl::link::{self, Link, LinkHeader}};
/// # let mut buffer = [0; 128];
/// # let bytes = link::GET.build(&mut buffer, 7, LinkHeader::default(), |link| {
/// #     link.put(Link::IFNAME, "lo");
/// # }).unwrap();
/// let message = Messages::new(bytes).next().unwrap().unwrap();
/// let text = format!("{:?}", MessageDebug { message, family: Some(&link::FAMILY) });
/// assert!(text.starts_with("route/link GET REQUEST seq 7 port 0 {"));
/// assert!(text.ends_with("{IFNAME: \"lo\"}"));
/// ```
#[derive(Clone, Copy)]
pub struct MessageDebug<'a> {
    /// Message to print.
    pub message: Message<'a>,
    /// Family of the message; without one, the payload prints as bytes.
    pub family: Option<&'static Family>,
}

impl fmt::Debug for MessageDebug<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Message { message_type: kind, flags, seq, port, payload } = self.message;
        let row = self.family.and_then(|family| Some((family, family.row(&self.message)?)));
        match row {
            Some((family, row)) => write!(f, "{} {} ", family.name, row.name)?,
            None => write!(f, "kind {kind} ")?,
        }
        write!(f, "{flags:?} seq {seq} port {port} ")?;
        let Some((family, row)) = row else { return bytes(payload, f) };
        structure(family.header, payload, f)?;
        f.write_str(" ")?;
        let attrs = payload.get(frame::align(family.header.len)..).unwrap_or_default();
        let scope = Scope { siblings: attrs, header: payload, outer: None };
        attributes(Type::Nest(row.table), attrs, &scope, 0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::addr_text::{write_ipv4, write_ipv6};
    use core::net::{Ipv4Addr, Ipv6Addr};
    use std::format;

    struct Ours<T>(T);

    impl fmt::Display for Ours<Ipv4Addr> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write_ipv4(self.0, f)
        }
    }

    impl fmt::Display for Ours<Ipv6Addr> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write_ipv6(self.0, f)
        }
    }

    #[test]
    fn addresses_print_as_core_prints_them() {
        for address in [[0; 4], [255; 4], [192, 0, 2, 10]].map(Ipv4Addr::from) {
            assert_eq!(format!("{}", Ours(address)), format!("{address}"));
        }
        // Which segments are zero, in every combination.
        for zeros in 0..=255u32 {
            let address = Ipv6Addr::from(core::array::from_fn::<u16, 8, _>(|at| {
                if zeros >> at & 1 == 0 { 0 } else { 0x20 << at }
            }));
            assert_eq!(format!("{}", Ours(address)), format!("{address}"));
        }
        for address in ["::ffff:192.0.2.1", "::192.0.2.1", "::ffff:0:0", "64:ff9b::1"] {
            let address: Ipv6Addr = address.parse().unwrap();
            assert_eq!(format!("{}", Ours(address)), format!("{address}"));
        }
    }

    structure! {
        /// Structure of this test.
        Thing "" "" (8) {
            /// A number.
            0 => number: u16,
            /// An address.
            4 => address: Ipv4Addr,
        }
    }

    #[test]
    fn a_structure_prints_its_name_and_its_fields() {
        let thing = Thing { number: 7, address: Ipv4Addr::LOCALHOST };
        assert_eq!(format!("{thing:?}"), "Thing {number: 7, address: 127.0.0.1}");
    }

    #[test]
    fn an_error_prints_its_attribute_without_quotes() {
        let error = crate::Error::Payload { attr: "MTU", len: 3 };
        assert_eq!(format!("{error:?}"), "Payload { attr: MTU, len: 3 }");
    }

    values! {
        /// Values of this test.
        Which "": u8 {
            /// An address.
            1 => ADDRESS,
        }
    }

    attributes! {
        /// Attributes of this test.
        Outer "" {
            /// Selects the type of `VALUE`.
            1 => WHICH: Which,
            /// A nest.
            2 => INNER: crate::nest::Nest<Inside>,
        }
    }

    attributes! {
        /// Nested attributes of this test.
        Inside "" {
            /// Address or bytes, selected by `WHICH` one level further out.
            1 => VALUE: crate::nest::SubMessage<Chosen>,
        }
    }

    sub_messages! {
        /// Sub-messages of this test.
        Chosen by number out 1 Outer::WHICH { Which::ADDRESS => Ipv4Addr, _ => crate::value::Bytes, }
    }

    #[test]
    fn a_sub_message_may_be_selected_by_an_outer_attribute() {
        let mut buffer = [0; 64];
        let mut print = |which| {
            let kind = crate::MessageType::<(), Outer>::new(32);
            let built = kind.build(&mut buffer, 1, (), |outer| {
                outer.put(Outer::WHICH, which);
                outer.nest(Outer::INNER, |inner| {
                    inner.put(Inside::VALUE, &[127, 0, 0, 1]);
                });
            });
            format!("{:?}", Attrs::<Outer>::new(&built.unwrap()[crate::message::HEADER..]))
        };
        assert_eq!(print(Which::ADDRESS), "{WHICH: ADDRESS, INNER: {VALUE: 127.0.0.1}}");
        assert_eq!(print(Which(7)), "{WHICH: 7, INNER: {VALUE: #7f000001}}");
    }
}
