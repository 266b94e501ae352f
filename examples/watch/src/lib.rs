//! `watch`: what the kernel has, live, as caches keep it.
//!
//! | file | one thing it does |
//! |---|---|
//! | `known.rs` | the caches, and which of them are wanted |
//! | `options.rs` | reads the command line |
//! | `show.rs` | what an entry looks like to people and to programs: [`show::Show`] |
//! | `shelf.rs` | a cache of any such entries |
//! | `link.rs`, `addr.rs`, ... | an entry each |
//! | `state.rs` | how certain all is |
//! | `once.rs` | prints all there is, once |
//! | `lines.rs` | a line of JSON for each change |
//! | `table.rs` | columns |
//! | `screen.rs` | a table on a terminal, drawn anew when something changes |
//! | `run.rs` | puts all this together |

pub mod addr;
pub mod known;
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
pub mod shelf;
pub mod show;
pub mod state;
pub mod table;
