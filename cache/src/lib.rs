//! What the kernel has, kept in tables of a fixed size.
//!
//! | file | one thing it does |
//! |---|---|
//! | [`table`] | keeps entries by key, says what a message changed, and when there is no room |
//! | [`link`] | links, as a cache keeps them |
//!
//! This is the table alone: it takes in messages, wherever they come from, and keeps no socket.
#![no_std]
#![forbid(unsafe_code)]

pub mod link;
pub mod table;

pub use link::LinkEntry;
pub use table::{Cache, Change, Entry, Full, Update};
