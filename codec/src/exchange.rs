//! One request and its replies, without a socket.

use crate::control::{Control, Status};
use crate::error::Error;
use crate::message::{Flags, Message};

/// Follows one request: takes each message that comes in, and says what it means to the request.
///
/// It owns no buffer and reads no clock. A request ends with its acknowledgement, or with the end
/// of its dump; wherever in a datagram that stands, and whatever else comes before: notifications,
/// even ones that carry the request's own number, and what is left of earlier requests.
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

/// What a message means to an exchange.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ExchangeEvent<'a> {
    /// It carries what was asked for; or what came of it, if an echo was asked for.
    Valid(Message<'a>),
    /// It acknowledges the request, perhaps with a warning. The exchange is done.
    Ack(Status<'a>),
    /// It ends the dump. The exchange is done.
    Finish {
        /// What was dumped changed meanwhile, so some may be missing or double.
        interrupted: bool,
        /// What the kernel says besides.
        verdict: Status<'a>,
    },
    /// It refuses the request, or breaks off the dump. The exchange is done.
    Error(Status<'a>),
    /// It says that messages were lost.
    Overrun,
    /// It says nothing.
    Skipped(Message<'a>),
    /// It is none of this exchange's: a notification, or a reply to another request.
    Stray(Message<'a>),
    /// It ends this exchange, and cannot be read.
    Invalid(Message<'a>, Error),
}

impl Exchange {
    /// Follows the request of this sequence number.
    pub const fn new(seq: u32) -> Self {
        Exchange { seq, port: None, single: false, interrupted: false, done: false }
    }

    /// Takes only what is addressed to this port, which is the one the request was sent from.
    pub const fn to_port(self, port: u32) -> Self {
        Exchange { port: Some(port), ..self }
    }

    /// Is done with the first reply: for protocols that neither acknowledge nor end,
    /// `NETLINK_FIB_LOOKUP`.
    pub const fn single(self) -> Self {
        Exchange { single: true, ..self }
    }

    /// The sequence number.
    pub const fn seq(&self) -> u32 {
        self.seq
    }

    /// Whether the last reply has come. What comes after is none of this exchange's.
    pub const fn is_done(&self) -> bool {
        self.done
    }

    /// Whether what was dumped changed meanwhile, as far as is known yet.
    pub const fn is_interrupted(&self) -> bool {
        self.interrupted
    }

    /// Whether the message is addressed to this exchange.
    pub fn owns(&self, message: &Message<'_>) -> bool {
        !self.done && message.seq == self.seq && self.port.is_none_or(|port| port == message.port)
    }

    /// What this message means.
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
        let verdict = match Status::read(&message) {
            Ok(verdict) => verdict,
            Err(error) => return ExchangeEvent::Invalid(message, error),
        };
        match (verdict.errno, message.message_type == Control::DONE.0) {
            (0, true) => ExchangeEvent::Finish { interrupted: self.interrupted, verdict },
            (0, false) => ExchangeEvent::Ack(verdict),
            _ => ExchangeEvent::Error(verdict),
        }
    }
}
