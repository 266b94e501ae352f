//! Recorded traffic against the tables: read, named, compared with the kernel's own tool, rebuilt.
//!
//! # From recordings to scores
//!
//! [`report`] does this with a directory of recordings, message by message:
//!
//! | module | one thing it does |
//! |---|---|
//! | [`capture`] | reads a recording and its notes |
//! | [`swap`] | converts a message of the other byte order to this machine's, by the tables |
//! | [`walk`] | walks every datagram, message and attribute |
//! | [`families`] | finds the family of a message |
//! | [`names`] | counts attributes without a row, and payloads that do not fit their row |
//! | [`spec`] | reads the kernel's specifications of its families |
//! | [`compare`] | compares values with the output of the kernel's own tool for the same bytes |
//! | [`rebuild`] | builds a request again from its values |
//!
//! A message's tree and its JSON are those of `barelink-examples-support`.

pub mod capture;
pub mod compare;
pub mod families;
pub mod names;
pub mod rebuild;
pub mod report;
pub mod spec;
pub mod swap;

pub mod walk;
