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

pub mod families;
pub mod ip;
#[cfg(feature = "json")]
pub mod json;
#[cfg(feature = "score")]
pub mod score;
pub mod storm;
pub mod tree;
#[cfg(feature = "watch")]
pub mod watch;

/// What the README shows has to compile.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
