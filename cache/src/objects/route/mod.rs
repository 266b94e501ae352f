//! Routes: [`RouteEntry`].
//!
//! The kernel distinguishes IPv4 routes of one destination, TOS and metric by all of their fields.
//! It distinguishes IPv6 routes by their links, except that routes by gateways are one route with
//! several next hops. It changes both without a notification when a link goes down, loses its
//! carrier or is deleted, when a preferred source address is deleted, and when a next hop object is
//! deleted.
//!
//! | file | contents |
//! |---|---|
//! | `hop` | [`RouteNextHop`] |
//! | `key` | [`RouteKey`], [`RouteFields`] |
//! | `index` | [`RouteIndex`]: which routes are wanted |
//! | `entry` | [`RouteEntry`] |
//! | `read` | its [`Entry`](crate::entry::Entry) |
//! | `rules` | its [`KernelRules`](crate::kernel_rules::KernelRules) |
//! | `lookup` | look-ups by prefix, by link, by longest match |

mod entry;
mod hop;
mod index;
mod key;
mod lookup;
mod read;
mod rules;

pub use entry::RouteEntry;
pub use hop::RouteNextHop;
pub use index::RouteIndex;
pub use key::{RouteFields, RouteKey};
