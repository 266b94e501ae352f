//! Netlink sockets: ports, groups, options, buffers, datagrams.
//!
//! | file | contents |
//! |---|---|
//! | `option` | [`SocketOption`]: netlink's options |
//! | `received` | [`Received`]: length, sender, group of a datagram; [`Groups`] |
//! | `fd` | [`Socket`] and [`SocketBuilder`]: opening, binding, groups, options |
//! | `buffers` | sizes of the receive and the send buffer |
//! | `datagram` | sending, receiving, waiting |

pub(crate) mod option;
pub(crate) mod received;

pub(crate) mod fd;

mod buffers;
mod datagram;

pub use fd::{Socket, SocketBuilder};
pub use option::SocketOption;
pub use received::{Credentials, Groups, KERNEL, Received};
