//! Netlink sockets: requests, dumps, batches, notifications, generic families.
//!
//! Moves the datagrams that `barelink-codec` builds and reads: `no_std` without the default feature
//! `std`, without an allocator, threads or a runtime, with a deadline on every call that waits.
//!
//! ```no_run
//! use barelink_codec::rtnl::link::{self, Link, LinkHeader};
//! use barelink_transport::{Connection, Error, Protocol};
//!
//! fn main() -> Result<(), Error> {
//!     let mut buffer = [0; 33 * 1024];
//!     let mut route = Connection::open(Protocol::ROUTE, &mut buffer)?;
//!     let mut links = route.dump(link::GET, LinkHeader::default(), |_| {})?;
//!     while let Some(link) = links.next()? {
//!         println!("{}: {}", link.header.index, link.require(Link::IFNAME)?);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # Types
//!
//! [`Connection`] sends requests and waits for their replies: [`execute`](Connection::execute) for a
//! change, [`get`](Connection::get) for one object, [`dump`](Connection::dump) for all,
//! [`batch`](Connection::batch) for several requests in one datagram. It matches replies to requests
//! by sequence number, and turns the kernel's errors into a [`KernelError`]: errno, text, attribute.
//!
//! [`Monitor`] joins multicast groups and returns their notifications. Lost ones (receive buffer
//! overrun, truncated datagram) are events, after which the program dumps again. Open a socket each
//! for requests and for notifications: on one, notifications arrive between the replies.
//!
//! [`Socket`] is the layer below: datagrams, ports, groups, the options of `netlink(7)`, classic BPF
//! filters; for messages between programs, and for event loops by `AsFd`.
//!
//! `Connection` finds generic families, their groups, operations and policies by name: see
//! [`generic`].
//!
//! [`Channel`] is what a `Connection` or a `Monitor` needs of a socket. Others are
//! [`CaptureChannel`](capture::CaptureChannel), which writes all datagrams to a file for Wireshark,
//! and for tests [`Fake`], a kernel in a closure, and [`Replay`], a kernel from such a file.
//!
//! [`Deadline`] limits how long a call waits; [`Error`] has a variant for each thing to do.
//!
//! # From datagram to reply
//!
//! ```text
//!            socket                  Messages                 Exchange               Replies
//! datagram  ───────>  from port 0?  ─────────>  nlmsghdr  ──────────────>  reply   ─────────>  Parsed
//! ≤ 32 KiB            no: foreign               nlmsghdr   seq, port       ACK       header, attributes
//!                     too long: truncated       nlmsghdr   no: stray       DONE      end, or interrupted
//!                                                                          ERROR     KernelError
//! ```
//!
//! # Modules
//!
//! From the lowest up; `docs/design.md` in the repository lists the layers.
//!
//! | module | contents |
//! |---|---|
//! | `sockopt`, [`kernel_error`] | system calls that rustix lacks, the one file with `unsafe`; the kernel's errors |
//! | [`error`], [`deadline`] | errors; limits of waiting |
//! | [`socket`] | sockets |
//! | [`pcap`], [`channel`] | capture files; the interface between connections and sockets |
//! | [`capture`] | capturing a channel |
//! | [`connection`], [`monitor`] | requests; notifications |
//! | [`generic`] | generic families by name |
//! | [`testing`] | fake kernel, recordings |
//! | `format` | `defmt::Format` |
#![warn(clippy::missing_errors_doc, clippy::undocumented_unsafe_blocks)]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(unsafe_code)]

pub mod kernel_error;
mod sockopt;

pub mod deadline;
pub mod error;

pub mod socket;

pub mod channel;
pub mod pcap;

pub mod capture;

pub mod connection;
pub mod monitor;

#[cfg(feature = "genl")]
pub mod generic;

pub mod testing;

#[cfg(feature = "defmt")]
mod format;

pub use barelink_codec::socket::{Instruction, Protocol};
pub use channel::Channel;
pub use connection::{Connection, ConnectionStats, Replies, Requests};
pub use deadline::Deadline;
pub use error::Error;
#[cfg(feature = "genl")]
pub use generic::GenericFamily;
pub use kernel_error::KernelError;
pub use monitor::{Monitor, MonitorEvent};
pub use rustix::event::PollFlags;
pub use rustix::io::{Errno, IoSlice};
pub use socket::{Credentials, Groups, KERNEL, Received, Socket, SocketBuilder, SocketOption};
pub use testing::{Answers, Fake, Replay};
