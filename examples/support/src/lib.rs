//! A message taken apart by its family's tables, and as JSON: shared by the programs that show messages
//! of any family.
//!
//! | module | one thing it does |
//! |---|---|
//! | [`tree`] | takes a message apart: every attribute with its row, at every depth |
//! | [`json`] | makes JSON of what was taken apart, in the shape of the kernel's own YNL tool |
//!
//! A message goes through them in this order: [`tree::Tree::new`] reads the message by the tables of its
//! family, then [`json::header`] and [`json::attributes`] print the tree. The helpers for one value
//! ([`json::name`], [`json::flags`], [`json::text`], [`json::address`]) also serve programs that have no
//! tree, such as `watch`, whose entries come out of a cache.

pub mod json;
pub mod tree;

/// The README's programs have to compile.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
pub struct Readme;
