//! State machine of one request and its replies, without IO.

use crate::control::{Control, Status};
use crate::error::Error;
use crate::message::{Flags, Message};

/// State of one request: classifies each received message as a reply, its end, or unrelated.
///
/// It owns no buffer and reads no clock. A request ends with its acknowledgement, or a dump with
/// `NLMSG_DONE`, wherever in a datagram that is, and whatever precedes it: notifications, even with
/// the request's own sequence number (`NLM_F_ECHO`), and leftovers of earlier requests.
///
/// ```
/// # use barelink_codec::{Messages, Exchange, ExchangeEvent, control::Control, MessageType};
/// # let mut buffer = [0; 64];
/// # let datagram = MessageType::<(), barelink_codec::control::ExtAck>::new(Control::DONE.0)
/// #     .build(&mut buffer, 7, (), |_| {}).unwrap();
/// let mut exchange = Exchange::new(7);
/// for message in Messages::new(datagram) {
///     match exchange.step(message.unwrap()) {
///         ExchangeEvent::Valid(message) => println!("{} bytes", message.payload.len()),
///         ExchangeEvent::Finish { interrupted, .. } => assert!(!interrupted),
///         other => println!("{other:?}"),
///     }
/// }
/// assert!(exchange.is_done());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Exchange {
    seq: u32,
    port: Option<u32>,
    single: bool,
    interrupted: bool,
    done: bool,
}

/// Classification of a message by an [`Exchange`].
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ExchangeEvent<'a> {
    /// Reply; with `NLM_F_ECHO`, the notification of the change.
    Valid(Message<'a>),
    /// Acknowledgement, possibly with a warning. The exchange is complete.
    Ack(Status<'a>),
    /// End of the dump. The exchange is complete.
    Finish {
        /// `NLM_F_DUMP_INTR`: objects changed during the dump, so that some may be missing or
        /// duplicate.
        interrupted: bool,
        /// Status in `NLMSG_DONE`.
        status: Status<'a>,
    },
    /// Error: the request was rejected, or the dump aborted. The exchange is complete.
    Error(Status<'a>),
    /// `NLMSG_OVERRUN`: messages were lost.
    Overrun,
    /// `NLMSG_NOOP`: to be ignored.
    Skipped(Message<'a>),
    /// Not part of this exchange: a notification, or a reply to another request.
    Stray(Message<'a>),
    /// Status that cannot be read. The exchange is complete.
    Invalid(Message<'a>, Error),
}

impl Exchange {
    /// Creates the state of the request with this sequence number.
    pub const fn new(seq: u32) -> Self {
        Exchange { seq, port: None, single: false, interrupted: false, done: false }
    }

    /// Accepts only messages to this port ID, the one the request was sent from.
    pub const fn to_port(self, port: u32) -> Self {
        Exchange { port: Some(port), ..self }
    }

    /// Completes with the first reply, for protocols without acknowledgement or `NLMSG_DONE`:
    /// `NETLINK_FIB_LOOKUP`.
    pub const fn single(self) -> Self {
        Exchange { single: true, ..self }
    }

    /// Returns the sequence number.
    pub const fn seq(&self) -> u32 {
        self.seq
    }

    /// Returns whether the exchange is complete. Later messages are not part of it.
    pub const fn is_done(&self) -> bool {
        self.done
    }

    /// Returns whether a message so far had `NLM_F_DUMP_INTR`.
    pub const fn is_interrupted(&self) -> bool {
        self.interrupted
    }

    /// Returns whether the message belongs to this exchange, by sequence number and port ID.
    pub fn owns(&self, message: &Message<'_>) -> bool {
        !self.done && message.seq == self.seq && self.port.is_none_or(|port| port == message.port)
    }

    /// Classifies a message.
    #[inline]
    pub fn step<'a>(&mut self, message: Message<'a>) -> ExchangeEvent<'a> {
        if message.message_type == Control::OVERRUN.0 {
            return ExchangeEvent::Overrun;
        }
        if message.message_type == Control::NOOP.0 {
            return ExchangeEvent::Skipped(message);
        }
        if !self.owns(&message) {
            return ExchangeEvent::Stray(message);
        }
        // In a notification that carries the request's number, the bit means something else only
        // above these, so it can be trusted in every message.
        self.interrupted |= message.flags.contains(Flags::DUMP_INTR);
        if message.message_type != Control::ERROR.0 && message.message_type != Control::DONE.0 {
            self.done = self.single;
            return ExchangeEvent::Valid(message);
        }
        self.done = true;
        let status = match Status::read(&message) {
            Ok(status) => status,
            Err(error) => return ExchangeEvent::Invalid(message, error),
        };
        match (status.errno, message.message_type == Control::DONE.0) {
            (0, true) => ExchangeEvent::Finish { interrupted: self.interrupted, status },
            (0, false) => ExchangeEvent::Ack(status),
            _ => ExchangeEvent::Error(status),
        }
    }
}
