//! Netlink messages: reading them from bytes, building them in a buffer. No socket, no allocator.
//!
//! | to                                | see |
//! | --------------------------------- | --- |
//! | take a datagram apart             | [`message`]: [`Messages`], then [`Message::parse`] |
//! | read attributes                   | [`attr`]: [`Attrs`]; those within others: [`nest`] |
//! | build a request                   | [`writer`]: [`MessageType::build`], [`Batch`] |
//! | know what a value can be          | [`value`] |
//! | follow a request's replies        | [`exchange`]: [`Exchange`]; or by callbacks, [`handler`]: [`Handler`] |
//! | understand the kernel's answer    | [`control`], and [`path`] for what it points at, [`errno`] for its number |
//! | check by policy                   | [`validate`] |
//! | print with names, or bytes        | [`print::MessageDebug`], [`hexdump::HexDump`] |
//! | read addresses as text            | [`addr_text`] |
//! | know a family's messages          | [`rtnl`], [`netfilter`], [`genl`], [`fib_lookup`] |
//! | write a family of one's own       | [`messages!`], [`commands!`], [`attributes!`], [`structure!`], [`values!`], [`flags!`], [`sub_messages!`] |
//! | read tables as data               | [`schema`] |
//! | tell a socket what it is for      | [`socket`] |
//! | know what can be wrong            | [`error`]: [`Error`]; byte by byte, [`frame`] |
//!
//! The feature `rtnl` has the routing families and the look-up of routes, `netfilter` the packet
//! filter's, `genl` generic netlink; all are on if nobody says otherwise. `defmt` has a `Format` for
//! everything public.
#![no_std]
#![forbid(unsafe_code)]
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
