//! Recorded traffic against the tables: read, named, compared with the kernel's own tool, rebuilt.
//!
//! # From recordings to scores
//!
//! [`report`] does this to a folder of recordings, message by message:
//!
//! | module | one thing it does |
//! |---|---|
//! | [`capture`] | reads a recording, and what is known of it |
//! | [`swap`] | turns a message of the other byte order into one of this machine's, by the tables |
//! | [`walk`] | walks every datagram, message and attribute |
//! | [`families`] | finds the family of a message |
//! | [`names`] | counts attributes that no table knows, and payloads that do not fit |
//! | [`spec`] | reads the kernel's specifications of its families |
//! | [`truth`] | compares values with what the kernel's own tool made of the same bytes |
//! | [`rebuild`] | builds a request again from its values |
//!
//! A message's tree and its JSON are those of `barelink-examples-support`.

pub mod capture;
pub mod families;
pub mod names;
pub mod rebuild;
pub mod report;
pub mod spec;
pub mod swap;
pub mod truth;
pub mod walk;
