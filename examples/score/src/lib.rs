//! Tables and engine, held against recorded traffic. From the ground up:
//!
//! | file | one thing it does |
//! |---|---|
//! | `capture.rs` | reads recorded traffic, and what is known of it |
//! | `swap.rs` | turns a message of the other byte order into one of ours, by the tables |
//! | `walk.rs` | walks every datagram, message and attribute |
//! | `names.rs` | looks for attributes that no table knows, and payloads that do not fit |
//! | `spec.rs` | reads the kernel's descriptions of its families |
//! | `truth.rs` | compares values with what the kernel's own tool made of the same bytes |
//! | `rebuild.rs` | builds a message anew from its values |
//! | `report.rs` | does all of that to a folder of recordings |

pub mod capture;
pub mod families;
pub mod names;
pub mod rebuild;
pub mod report;
pub mod spec;
pub mod swap;
pub mod truth;
pub mod walk;
