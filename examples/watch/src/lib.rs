//! `watch`: the kernel's links, addresses, routes, neighbours, rules and next hops, live out of caches.
//!
//! # From notifications to the screen
//!
//! 1. [`options`] parses the command line; [`caches`] has the caches, and enables the selected objects.
//! 2. [`run`] opens the manager, and polls its socket and the terminal together.
//! 3. Each entry is shown through the trait [`show::Show`], which `link.rs`, `addr.rs`, `route.rs`,
//!    `neigh.rs`, `rule.rs` and `nexthop.rs` implement: columns for people, JSON for programs.
//!    [`columns`] shows a cache of any such entries as rows.
//! 4. One of three outputs prints: [`once`] (`--once`, everything, once), [`lines`] (`--json`, one line
//!    for each change), [`screen`] (a table on the terminal). [`state`] describes how current the caches
//!    are, [`table`] lays out columns.

pub mod addr;
pub mod caches;
pub mod columns;

pub mod lines;
pub mod link;
pub mod neigh;
pub mod nexthop;
pub mod once;
pub mod options;
pub mod route;
pub mod rule;
pub mod run;
pub mod screen;

pub mod show;
pub mod state;
pub mod table;
