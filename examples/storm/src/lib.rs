//! A storm: what a kernel can be made to do as fast as it can, and whether a cache stays true.
//!
//! | file | one thing it does |
//! |---|---|
//! | `make.rs` | changes routes, links, addresses and neighbours in batches |
//! | `model.rs` | replays what was told, and compares |
//! | `round.rs` | lets it rage, follows it, and looks at what is kept afterwards |

pub mod make;
pub mod model;
pub mod round;
