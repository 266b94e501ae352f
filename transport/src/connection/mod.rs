//! Requests and their replies.
//!
//! | file | contents |
//! |---|---|
//! | `requests` | [`Requests`]: the requests of a batch |
//! | `state` | [`Connection`]: socket, buffer, options, statistics, the pending request |
//! | `transact` | sends a request, receives and classifies its replies |
//! | `replies` | [`Replies`]: iteration over replies |
//! | `calls` | `execute`, `get`, `request`, `dump`, `request_one`, `send_encoded` |
//! | `batch` | `batch`: several requests in one datagram |
//! | `callbacks` | `request_with_handler`: replies by callbacks |

pub(crate) mod requests;
pub(crate) mod state;

mod transact;

pub(crate) mod replies;

mod batch;
mod callbacks;
mod calls;

pub use replies::Replies;
pub use requests::Requests;
pub use state::{Connection, ConnectionStats};
