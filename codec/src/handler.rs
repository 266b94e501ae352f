//! Callbacks for receiving and sending, libnl's `nl_cb`.

use core::fmt;

use crate::control::Status;
use crate::errno::ErrnoText;
use crate::error::Error;
use crate::exchange::{Exchange, ExchangeEvent};
use crate::family::Family;
use crate::hexdump::{HexDump, Line};
use crate::message::{Flags, Message, Messages};

/// Action after a callback, `enum nl_cb_action`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Action {
    /// Proceed, `NL_OK`.
    Ok,
    /// Skip the rest of this message, `NL_SKIP`.
    Skip,
    /// Stop; the rest of the datagram is discarded, `NL_STOP`.
    Stop,
}

/// Callbacks for receiving and sending, `enum nl_cb_type`.
///
/// # For implementers
///
/// Every method has the default of libnl's `NL_CB_DEFAULT` set, without its output; override the
/// ones of interest.
pub trait Handler {
    /// Called for each received message, ahead of any processing, `NL_CB_MSG_IN`.
    fn msg_in(&mut self, _: &Message<'_>) -> Action {
        Action::Ok
    }
    /// Called for a message about to be sent, `NL_CB_MSG_OUT`; [`Action::Ok`] sends it.
    fn msg_out(&mut self, _: &Message<'_>) -> Action {
        Action::Ok
    }
    /// Called for a valid message, a reply or a notification, `NL_CB_VALID`.
    fn valid(&mut self, _: &Message<'_>) -> Action {
        Action::Ok
    }
    /// Called for an acknowledgement, possibly with a warning, `NL_CB_ACK`.
    fn ack(&mut self, _: &Status<'_>) -> Action {
        Action::Stop
    }
    /// Called at the end of a dump, `NL_CB_FINISH`.
    fn finish(&mut self, _: &Status<'_>) -> Action {
        Action::Stop
    }
    /// Called once before the end of a dump during which objects changed (`NLM_F_DUMP_INTR`),
    /// `NL_CB_DUMP_INTR`.
    fn dump_intr(&mut self) -> Action {
        Action::Ok
    }
    /// Called when messages were lost, `NL_CB_OVERRUN`.
    fn overrun(&mut self) -> Action {
        Action::Stop
    }
    /// Called for `NLMSG_NOOP`, `NL_CB_SKIPPED`.
    fn skipped(&mut self, _: &Message<'_>) -> Action {
        Action::Skip
    }
    /// Called for a message with another sequence number than the request's, `NL_CB_SEQ_CHECK`;
    /// [`Action::Ok`] processes the message all the same.
    fn seq_check(&mut self, _: &Message<'_>) -> Action {
        Action::Skip
    }
    /// Called for a message whose sender requests an acknowledgement, `NL_CB_SEND_ACK`.
    fn send_ack(&mut self, _: &Message<'_>) -> Action {
        Action::Ok
    }
    /// Called for bytes that are not a message, `NL_CB_INVALID`.
    fn invalid(&mut self, _: Error) -> Action {
        Action::Stop
    }
    /// Called for an error in reply to a request, or an aborted dump, `nl_cb_err`.
    fn error(&mut self, _: &Status<'_>) -> Action {
        Action::Stop
    }
}

/// Passes the messages of a datagram to their callbacks, until one returns [`Action::Stop`].
///
/// With an exchange, messages that do not belong to it go to [`Handler::seq_check`]; without one,
/// as on a socket for notifications, every message is valid.
pub fn dispatch(
    datagram: &[u8],
    mut exchange: Option<&mut Exchange>,
    handler: &mut (impl Handler + ?Sized),
) -> Action {
    for message in Messages::new(datagram) {
        let action = match message {
            Err(error) => handler.invalid(error),
            Ok(message) => one(message, exchange.as_deref_mut(), handler),
        };
        if action == Action::Stop {
            return Action::Stop;
        }
    }
    Action::Ok
}

fn one(
    message: Message<'_>,
    exchange: Option<&mut Exchange>,
    handler: &mut (impl Handler + ?Sized),
) -> Action {
    match handler.msg_in(&message) {
        Action::Ok => {}
        other => return other,
    }
    let mut listening = Exchange::new(message.seq);
    let listens = exchange.is_none();
    let event = exchange.unwrap_or(&mut listening).step(message);
    let event = match event {
        ExchangeEvent::Stray(message) => match handler.seq_check(&message) {
            Action::Ok => Exchange::new(message.seq).step(message),
            other => return other,
        },
        event => event,
    };
    match event {
        ExchangeEvent::Valid(message) => {
            if message.flags.contains(Flags::ACK)
                && (listens || message.flags.contains(Flags::REQUEST))
            {
                match handler.send_ack(&message) {
                    Action::Ok => {}
                    other => return other,
                }
            }
            handler.valid(&message)
        }
        ExchangeEvent::Ack(status) => handler.ack(&status),
        ExchangeEvent::Finish { interrupted, status } => {
            if interrupted {
                match handler.dump_intr() {
                    Action::Ok => {}
                    other => return other,
                }
            }
            handler.finish(&status)
        }
        ExchangeEvent::Error(status) => handler.error(&status),
        ExchangeEvent::Overrun => handler.overrun(),
        ExchangeEvent::Skipped(message) => handler.skipped(&message),
        ExchangeEvent::Invalid(_, error) => handler.invalid(error),
        // Answered above.
        ExchangeEvent::Stray(_) => Action::Skip,
    }
}

/// Implements a handler that forwards to another; the block behind a method runs first.
macro_rules! passing_on {
    (impl<$($generic:ident: $bound:path),*> for $handler:ty, |$this:ident| $inner:expr => {
        $( $name:ident($($arg:ident: $type:ty)?) $(=> $print:expr)?, )*
    }) => {
        impl<$($generic: $bound),*> Handler for $handler { $(
            fn $name(&mut self $(, $arg: $type)?) -> Action {
                let $this = self;
                $( let _ = $print; )?
                $inner.$name($($arg)?)
            }
        )* }
    };
}

passing_on! {
    impl<H: Handler> for &mut H, |this| (**this) => {
        msg_in(message: &Message<'_>),
        msg_out(message: &Message<'_>),
        valid(message: &Message<'_>),
        ack(status: &Status<'_>),
        finish(status: &Status<'_>),
        dump_intr(),
        overrun(),
        skipped(message: &Message<'_>),
        seq_check(message: &Message<'_>),
        send_ack(message: &Message<'_>),
        invalid(error: Error),
        error(status: &Status<'_>),
    }
}

/// Handler that prints errors and invalid messages and forwards to another, `NL_CB_VERBOSE`.
#[derive(Debug)]
pub struct Verbose<'o, H, O> {
    /// Handler that decides.
    pub inner: H,
    /// Output; what it cannot take is lost.
    pub out: &'o mut O,
}

passing_on! {
    impl<H: Handler, O: fmt::Write> for Verbose<'_, H, O>, |this| this.inner => {
        msg_in(message: &Message<'_>),
        msg_out(message: &Message<'_>),
        valid(message: &Message<'_>),
        ack(status: &Status<'_>),
        finish(status: &Status<'_>),
        dump_intr() => writeln!(this.out, "-- Warning: Interrupted dump"),
        overrun() => writeln!(this.out, "-- Error: Netlink Overrun"),
        skipped(message: &Message<'_>),
        seq_check(message: &Message<'_>) =>
            writeln!(this.out, "-- Warning: Stray message: {}", Line(message.header())),
        send_ack(message: &Message<'_>),
        invalid(error: Error) => writeln!(this.out, "-- Error: Invalid message: {error}"),
        error(status: &Status<'_>) => print_error(status, this.out),
    }
}

/// Handler that prints every message, as [`HexDump`] does, and forwards to another,
/// `NL_CB_DEBUG`.
#[derive(Debug)]
pub struct Debug<'o, H, O> {
    /// Handler that decides.
    pub inner: H,
    /// Output; what it cannot take is lost.
    pub out: &'o mut O,
    /// Returns the family of a message, for its name and the offset of its attributes.
    pub family: fn(&Message<'_>) -> Option<&'static Family>,
}

impl<H, O: fmt::Write> Debug<'_, H, O> {
    fn dump(&mut self, what: &str, message: &Message<'_>) -> fmt::Result {
        let dump = HexDump { message: *message, family: (self.family)(message) };
        write!(self.out, "-- Debug: {what} Message:\n{dump}")
    }
}

passing_on! {
    impl<H: Handler, O: fmt::Write> for Debug<'_, H, O>, |this| this.inner => {
        msg_in(message: &Message<'_>) => this.dump("Received", message),
        msg_out(message: &Message<'_>) => this.dump("Sent", message),
        valid(message: &Message<'_>) =>
            writeln!(this.out, "-- Debug: Valid message: {}", Line(message.header())),
        ack(status: &Status<'_>) => debug_line("ACK", status, this.out),
        finish(status: &Status<'_>) => debug_line("End of multipart message block", status, this.out),
        dump_intr() => writeln!(this.out, "-- Warning: Interrupted dump"),
        overrun() => writeln!(this.out, "-- Error: Netlink Overrun"),
        skipped(message: &Message<'_>) =>
            writeln!(this.out, "-- Debug: Skipped message: {}", Line(message.header())),
        seq_check(message: &Message<'_>) =>
            writeln!(this.out, "-- Warning: Stray message: {}", Line(message.header())),
        send_ack(message: &Message<'_>) =>
            writeln!(this.out, "-- Debug: Asks for an ACK: {}", Line(message.header())),
        invalid(error: Error) => writeln!(this.out, "-- Error: Invalid message: {error}"),
        error(status: &Status<'_>) => print_error(status, this.out),
    }
}

/// Prints an errno's text, the kernel's message, and the request.
fn print_error(status: &Status<'_>, out: &mut impl fmt::Write) -> fmt::Result {
    write!(out, "-- Error received: {:#}", ErrnoText(status.errno))?;
    details(status, out)?;
    match status.request {
        Some(request) => writeln!(out, "-- Original message: {}", Line(request)),
        None => Ok(()),
    }
}

fn debug_line(what: &str, status: &Status<'_>, out: &mut impl fmt::Write) -> fmt::Result {
    write!(out, "-- Debug: {what}")?;
    details(status, out)
}

fn details(status: &Status<'_>, out: &mut impl fmt::Write) -> fmt::Result {
    match status.text() {
        Some(text) => writeln!(out, ": {text}"),
        None => writeln!(out),
    }
}
