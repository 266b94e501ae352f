//! Decoding of messages by their family's tables, and JSON: for the programs that print messages of any
//! family.
//!
//! | module | one thing it does |
//! |---|---|
//! | [`tree`] | decodes a message: every attribute with its row, at every depth |
//! | [`json`] | converts the decoded message to JSON, in the format of the kernel's YNL tool |
//!
//! [`tree::Tree::new`] decodes a message by the tables of its family; [`json::header`] and
//! [`json::attributes`] convert the tree. Programs without a tree, such as `watch`, whose entries are in a
//! cache, use the functions for one value ([`json::name`], [`json::flags`], [`json::text`],
//! [`json::address`]).

pub mod json;
pub mod tree;

/// Compiles the README's programs as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;
