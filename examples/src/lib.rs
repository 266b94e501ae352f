//! Programs over barelink, and what they share.
//!
//! | file | one thing it does |
//! |---|---|
//! | `families.rs` | finds the family that a message is of |
//! | `tree.rs` | takes a message apart by its family's tables |
//! | `json.rs` | puts what was taken apart into JSON, as the kernel's own tool does |
//! | `storm/` | makes the kernel change all it can, and holds a cache against it |
//! | `watch/` | shows links, routes and so on live, out of caches |
//! | `score/` | holds tables and engine against recorded traffic |
//! | `ip/` | `ip`, which needs neither an allocator nor the standard library |
//! | `netup/` | `netup`, which brings a machine's network up and needs neither, too |
//! | `job.rs` | what has to be done before a machine can be reached; it needs neither, too |
//!
//! Without the feature `std`, which is there unless told otherwise, there are these three alone:
//! `tiny/` makes programs of them that have no C library either.
#![cfg_attr(not(feature = "std"), no_std)]

#[cfg(feature = "std")]
pub mod families;
pub mod ip;
pub mod job;
#[cfg(feature = "json")]
pub mod json;
pub mod netup;
#[cfg(feature = "score")]
pub mod score;
#[cfg(feature = "std")]
pub mod storm;
#[cfg(feature = "std")]
pub mod tree;
#[cfg(feature = "watch")]
pub mod watch;

/// What the README shows has to compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
