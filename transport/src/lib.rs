//! Netlink sockets: datagrams to the kernel and back.
//!
//! | file | one thing it does |
//! |---|---|
//! | [`error`] | says what can go wrong between us and the kernel |
//! | [`deadline`] | bounds how long a call may wait |
//! | `sockopt` | asks the kernel for what rustix does not; the one file with `unsafe` |
//! | [`socket`] | moves datagrams: ports, groups, options, buffers |
//! | [`refusal`] | keeps what the kernel says when it refuses |
//! | [`channel`] | says what a connection needs of a socket |
//! | [`capture`] | writes what goes in and out to a file for Wireshark, and reads such files |
//! | [`replay`] | gives what once came in, in place of the kernel |
//! | [`fake`] | makes up a kernel for a test |
//! | [`requests`] | puts the requests of a batch together |
//! | [`connection`] | asks, and follows the replies: one at a time, dumps, batches |
//! | `format` | says to `defmt` what `Debug` says |
//! | [`monitor`] | listens to groups |
//! | [`generic`] | finds generic families, their groups and policies by name |
//!
//! Two sockets serve better than one: events come when they like, and would mix with the replies to
//! a request.
//!
//! ```no_run
//! use barelink_transport::{Deadline, Error, Protocol, Socket};
//! use core::time::Duration;
//!
//! let socket = Socket::open(Protocol::ROUTE)?;
//! socket.join(1)?; // RTNLGRP_LINK
//! let mut buffer = [0; 8192];
//! loop {
//!     match socket.receive_by(&mut buffer, Some(Deadline::after(Duration::from_secs(60)))) {
//!         Ok(event) if event.is_from_kernel() => println!("{:02x?}", &buffer[..event.len]),
//!         Ok(_) => {}                                                        // not the kernel's word
//!         Err(Error::Overrun) => println!("events were lost: look anew"),
//!         Err(Error::TimedOut) => println!("quiet for a minute"),
//!         Err(other) => return Err(other),
//!     }
//! }
//! # #[allow(unreachable_code)]
//! # Ok::<(), Error>(())
//! ```
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(unsafe_code)]

pub mod capture;
pub mod channel;
pub mod connection;
pub mod deadline;
pub mod error;
pub mod fake;
#[cfg(feature = "defmt")]
mod format;
#[cfg(feature = "genl")]
pub mod generic;
pub mod monitor;
pub mod refusal;
pub mod replay;
pub mod requests;
pub mod socket;
mod sockopt;

pub use barelink_codec::socket::{Instruction, Protocol};
pub use channel::Channel;
pub use connection::{Connection, ConnectionStats, Replies};
pub use deadline::Deadline;
pub use error::Error;
pub use fake::{Answers, Fake};
#[cfg(feature = "genl")]
pub use generic::GenericFamily;
pub use monitor::{Monitor, MonitorEvent};
pub use refusal::KernelError;
pub use replay::Replay;
pub use requests::Requests;
pub use rustix::event::PollFlags;
pub use rustix::io::{Errno, IoSlice};
pub use socket::{Credentials, Groups, KERNEL, Received, Socket, SocketBuilder, SocketOption};
