//! Netlink messages: reading them from bytes, building them in a buffer. No socket, no allocator.
//!
//! | to                                | see |
//! | --------------------------------- | --- |
//! | take a datagram apart             | [`message`]: [`Messages`], then [`Message::parse`] |
//! | read attributes                   | [`attr`]: [`Attrs`]; those within others: [`nest`] |
//! | build a request                   | [`writer`]: [`Kind::build`], [`Batch`] |
//! | know what a value can be          | [`value`] |
//! | follow a request's replies        | [`exchange`]: [`Exchange`]; or by callbacks, [`handler`]: [`Handler`] |
//! | understand the kernel's answer    | [`control`], and [`path`] for what it points at, [`errno`] for its number |
//! | check by policy                   | [`check`] |
//! | print with names, or bytes        | [`print::Named`], [`dump::Dump`] |
//! | read addresses as text            | [`addr_text`] |
//! | know a family's messages          | [`rtnl`], [`netfilter`], [`genl`], [`fib_lookup`] |
//! | write a family of one's own       | [`messages!`], [`commands!`], [`attributes!`], [`structure!`], [`values!`], [`flags!`], [`choices!`] |
//! | read tables as data               | [`policy`] |
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
pub mod check;
pub mod control;
pub mod dump;
pub mod errno;
pub mod error;
pub mod exchange;
#[cfg(feature = "defmt")]
mod format;
pub mod frame;
pub mod handler;
pub mod message;
pub mod nest;
pub mod path;
pub mod policy;
pub mod print;
pub mod socket;
pub mod value;
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

pub use attr::{Attr, Attrs, Key};
pub use error::Error;
pub use exchange::{Event, Exchange};
pub use frame::align;
pub use handler::{Action, Handler};
pub use message::{Flags, Kind, Message, Messages};
pub use nest::Parsed;
pub use policy::Set;
pub use socket::Protocol;
pub use writer::{Batch, Writer};
