//! Netlink messages: reading them from bytes, building them in a buffer. No socket, no allocator.
//!
//! | to                          | see |
//! | --------------------------- | --- |
//! | take a datagram apart       | [`Messages`], then [`Message::parse`] |
//! | read attributes             | [`Attrs`] |
//! | build a request             | [`Kind::build`], [`Batch`] |
//! | follow a request's replies  | [`Exchange`], or callbacks: [`Handler`] |
//! | check by policy             | [`check`] |
//! | print with names, or bytes  | [`print::Named`], [`dump::Dump`] |
//! | read addresses as text      | [`addr_text`] |
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
pub mod frame;
pub mod handler;
pub mod message;
pub mod nest;
pub mod path;
pub mod policy;
pub mod print;
pub mod value;
pub mod writer;

#[cfg(feature = "rtnl")]
pub mod fib_lookup;
#[cfg(feature = "genl")]
pub mod genl;
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
pub use writer::{Batch, Writer};
