//! Netlink messages: read from bytes, validated, built in the caller's buffer.
//!
//! `no_std`, no allocation, no `unsafe`, no panic on any input, no system call: the crate turns
//! bytes into messages and back. `barelink-transport` sends and receives them, `barelink-cache`
//! stores what they describe. Tables declare the kernel's attributes, one row for each: the row
//! gives the typed key, the validation, the printed name and the C name in this documentation, so
//! that the search finds `IFLA_MTU`.
//!
#![cfg_attr(feature = "rtnl", doc = "```")]
#![cfg_attr(not(feature = "rtnl"), doc = "```ignore")]
//! use barelink_codec::rtnl::link::{self, Link, LinkHeader};
//! use barelink_codec::{Error, Messages};
//!
//! fn main() -> Result<(), Error> {
//!     let mut buffer = [0; 128];
//!     let datagram = link::NEW.build(&mut buffer, 1, LinkHeader::default(), |link| {
//!         link.put(Link::IFNAME, "eth0").put(Link::MTU, 1500);
//!     })?;
//!     for message in Messages::new(datagram) {
//!         let Some(link) = message?.parse(link::NEW) else { continue };
//!         println!("{} mtu {:?}", link.require(Link::IFNAME)?, link.get(Link::MTU)?);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # From datagram to nested attribute
//!
//! ```text
//! datagram     | message | message | message |                      Messages
//!              '----+----'
//! message      | nlmsghdr                | header    | attributes |  Message, Parsed
//!              | len type flags seq port | ifinfomsg '-----+------'
//! attributes   | IFNAME "vlan7" | MTU 1500 | LINKINFO |             Attrs<Link>, Key
//!                                          '----+-----'
//! nest         | KIND "vlan" | DATA |                               Attrs<LinkInfo>
//!                            '--+---'
//! nest         | ID 7 | FLAGS |                                     Attrs<Vlan>
//!
//! attribute    | len | type, NLA_F_NESTED, NLA_F_NET_BYTEORDER | payload | padding to 4 bytes |
//! ```
//!
//! # Main types
//!
//! **[`Messages`] and [`Message`].** [`Messages`] iterates over a datagram and reports where a
//! message is truncated. [`Message::parse`] compares the message type, and returns [`Parsed`]: the
//! family's header and its attributes, borrowed from the buffer.
//!
//! **[`Attrs`] and [`Key`].** [`Attrs`] are the attributes of one set. A [`Key`] is a row of the
//! set, such as `Link::MTU`; it has the payload's type, so that a key of another set or a value of
//! another type does not compile. [`get`](Attrs::get) and [`require`](Attrs::require) read one
//! attribute, [`find`](Attrs::find) reads several in one pass, [`all`](Attrs::all) each occurrence.
//! A nest reads as [`Attrs`] of its own set. [`value`] has the types of payloads, [`nest`] those of
//! nests and arrays.
//!
//! **[`MessageType`].** A row of a family's messages, such as `link::NEW` (`RTM_NEWLINK`), with its
//! header and attribute set as type parameters. [`create`](MessageType::create),
//! [`dump`](MessageType::dump) and others add [`Flags`]; [`build`](MessageType::build) builds one
//! message. For generic netlink, `genl::Command` becomes a message type by the family's id.
//!
//! **[`Writer`] and [`Batch`].** [`Writer`] appends attributes and nests to a message. Building
//! never fails midway: what does not fit is counted, and [`Error::Full`] reports the length needed.
//! [`Batch`] puts several messages into one buffer.
//!
//! **[`Exchange`].** The state machine of one request: it classifies each received message as
//! reply, acknowledgement, end of the dump, error, or unrelated, by sequence number and port id. It
//! has no buffer, no clock and no socket.
//!
//! **[`Status`](control::Status) and [`ExtAck`](control::ExtAck).** The content of `NLMSG_ERROR`
//! and `NLMSG_DONE`: errno, the kernel's text, and the [`path`] of the attribute in question, such
//! as `Link.LINKINFO.DATA.ID`. [`errno`] has the texts of error numbers.
//!
//! **[`Handler`].** Callbacks as in libnl's `nl_cb`: a method for each type of callback, and one for
//! errors. [`dispatch`](handler::dispatch) calls them for a datagram.
//!
//! **[`MessageDebug`](print::MessageDebug) and [`HexDump`](hexdump::HexDump).** Print a message
//! with the names of its family, or in the layout of libnl's `NLCB=debug`. [`Attrs`] and [`Parsed`]
//! print with names by `{:?}`.
//!
//! **The table macros.** [`messages!`], [`commands!`], [`attributes!`], [`structure!`],
//! [`values!`], [`flags!`] and [`sub_messages!`] declare families, also in other crates. The
//! families here are [`rtnl`], [`netfilter`], [`genl`] and [`fib_lookup`].
//!
//! **[`schema`].** The same tables as data: sets, rows, types, constraints, layouts. [`validate`]
//! checks attributes by them as the kernel does (`nla_validate`), or by a policy that the kernel
//! reported. [`raw`] builds attributes by number, for tools that are driven by data; [`frame`]
//! finds where one attribute ends and the next begins.
//!
//! [`addr_text`] parses addresses, [`socket`] has protocol numbers and classic BPF instructions.
//!
//! # Features
//!
//! | feature | adds |
//! |---|---|
//! | `rtnl` (default) | [`rtnl`], `NETLINK_ROUTE`, and [`fib_lookup`] |
//! | `netfilter` (default) | [`netfilter`]: connection tracking |
//! | `genl` (default) | [`genl`]: generic netlink, its controller, policies of the running kernel |
//! | `defmt` | `defmt::Format` for all public types, with interned names |
//!
//! A table that a program does not use is not linked, so that a family costs compile time only.
#![no_std]
#![forbid(unsafe_code)]
#![warn(clippy::missing_errors_doc, clippy::undocumented_unsafe_blocks)]
#![cfg_attr(
    not(test),
    warn(
        clippy::indexing_slicing,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::arithmetic_side_effects
    )
)]

#[cfg(test)]
extern crate std;

#[macro_use]
mod table;

pub mod addr_text;
pub mod attr;
pub mod control;
pub mod errno;
pub mod error;
pub mod exchange;
pub mod family;
#[cfg(feature = "defmt")]
mod format;
pub mod frame;
pub mod handler;
pub mod hexdump;
pub mod message;
pub mod nest;
pub mod path;
pub mod print;
pub mod raw;
pub mod schema;
mod schema_debug;
pub mod socket;
pub mod validate;
pub mod value;
pub mod value_text;
pub mod writer;

#[cfg(feature = "rtnl")]
pub mod fib_lookup;
#[cfg(feature = "genl")]
pub mod genl;
#[cfg(feature = "netfilter")]
pub mod netfilter;
#[cfg(feature = "rtnl")]
pub mod rtnl;

#[cfg(feature = "defmt")]
#[doc(hidden)]
pub use defmt;

#[doc(hidden)]
pub use barelink_codec_names as names;

pub use attr::{Attr, Attrs, Key};
pub use error::Error;
pub use exchange::{Exchange, ExchangeEvent};
pub use frame::align;
pub use handler::{Action, Handler};
pub use message::{Flags, Message, MessageType, Messages};
pub use nest::Parsed;
pub use schema::Set;
pub use socket::Protocol;
pub use writer::{Batch, Writer};
