//! Callbacks: one method for each thing that can happen on receiving and sending.

use core::fmt;

use crate::control::Status;
use crate::errno::ErrnoText;
use crate::error::Error;
use crate::exchange::{Exchange, ExchangeEvent};
use crate::hexdump::{HexDump, Line};
use crate::message::{Flags, Message, Messages};
use crate::schema::Family;

/// What to do after a callback, `enum nl_cb_action`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Action {
    /// Go on as usual.
    Ok,
    /// Leave the rest of this message alone.
    Skip,
    /// Stop, and leave the rest of this datagram alone.
    Stop,
}

/// What happens on receiving and sending, `enum nl_cb_type`. Each method has the quiet default of
/// the library; override what you care about.
pub trait Handler {
    /// A message came in, whatever it is; before anything else is made of it.
    fn msg_in(&mut self, _: &Message<'_>) -> Action {
        Action::Ok
    }
    /// A message is about to be sent; [`Action::Ok`] sends it.
    fn msg_out(&mut self, _: &Message<'_>) -> Action {
        Action::Ok
    }
    /// A message carries what was asked for, or tells what happened.
    fn valid(&mut self, _: &Message<'_>) -> Action {
        Action::Ok
    }
    /// A request has been acknowledged, perhaps with a warning.
    fn ack(&mut self, _: &Status<'_>) -> Action {
        Action::Stop
    }
    /// A dump has come to its end.
    fn finish(&mut self, _: &Status<'_>) -> Action {
        Action::Stop
    }
    /// What is dumped changed meanwhile; told once, before the dump's end.
    fn dump_intr(&mut self) -> Action {
        Action::Ok
    }
    /// Messages were lost.
    fn overrun(&mut self) -> Action {
        Action::Stop
    }
    /// A message says nothing.
    fn skipped(&mut self, _: &Message<'_>) -> Action {
        Action::Skip
    }
    /// A message answers another request, or none. [`Action::Ok`] takes it for what it is all the
    /// same.
    fn seq_check(&mut self, _: &Message<'_>) -> Action {
        Action::Skip
    }
    /// The sender of a message wants it acknowledged.
    fn send_ack(&mut self, _: &Message<'_>) -> Action {
        Action::Ok
    }
    /// Bytes are no message.
    fn invalid(&mut self, _: Error) -> Action {
        Action::Stop
    }
    /// A request has been refused, or a dump broken off.
    fn error(&mut self, _: &Status<'_>) -> Action {
        Action::Stop
    }
}

/// Hands the messages of a datagram to their callbacks, until one says to stop.
///
/// With an exchange, what is not addressed to it goes to [`Handler::seq_check`]; without one, as
/// on a socket that only listens, every message counts.
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
        ExchangeEvent::Ack(verdict) => handler.ack(&verdict),
        ExchangeEvent::Finish { interrupted, verdict } => {
            if interrupted {
                match handler.dump_intr() {
                    Action::Ok => {}
                    other => return other,
                }
            }
            handler.finish(&verdict)
        }
        ExchangeEvent::Error(verdict) => handler.error(&verdict),
        ExchangeEvent::Overrun => handler.overrun(),
        ExchangeEvent::Skipped(message) => handler.skipped(&message),
        ExchangeEvent::Invalid(_, error) => handler.invalid(error),
        // Answered above.
        ExchangeEvent::Stray(_) => Action::Skip,
    }
}

/// Makes a handler that passes all on to another; what stands behind a method is done first.
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
        ack(verdict: &Status<'_>),
        finish(verdict: &Status<'_>),
        dump_intr(),
        overrun(),
        skipped(message: &Message<'_>),
        seq_check(message: &Message<'_>),
        send_ack(message: &Message<'_>),
        invalid(error: Error),
        error(verdict: &Status<'_>),
    }
}

/// Prints what goes wrong, and passes on to another handler, `NL_CB_VERBOSE`.
#[derive(Debug)]
pub struct Verbose<'o, H, O> {
    /// Who decides.
    pub inner: H,
    /// What is printed to; what it cannot take is lost.
    pub out: &'o mut O,
}

passing_on! {
    impl<H: Handler, O: fmt::Write> for Verbose<'_, H, O>, |this| this.inner => {
        msg_in(message: &Message<'_>),
        msg_out(message: &Message<'_>),
        valid(message: &Message<'_>),
        ack(verdict: &Status<'_>),
        finish(verdict: &Status<'_>),
        dump_intr() => writeln!(this.out, "-- Warning: Interrupted dump"),
        overrun() => writeln!(this.out, "-- Error: Netlink Overrun"),
        skipped(message: &Message<'_>),
        seq_check(message: &Message<'_>) =>
            writeln!(this.out, "-- Warning: Stray message: {}", Line(message.header())),
        send_ack(message: &Message<'_>),
        invalid(error: Error) => writeln!(this.out, "-- Error: Invalid message: {error}"),
        error(verdict: &Status<'_>) => refused(verdict, this.out),
    }
}

/// Prints all that happens, messages in full as [`HexDump`] does, and passes on to another handler,
/// `NL_CB_DEBUG`.
#[derive(Debug)]
pub struct Debug<'o, H, O> {
    /// Who decides.
    pub inner: H,
    /// What is printed to; what it cannot take is lost.
    pub out: &'o mut O,
    /// Finds the family whose message it is, for its name and for where its attributes start.
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
        ack(verdict: &Status<'_>) => told("ACK", verdict, this.out),
        finish(verdict: &Status<'_>) => told("End of multipart message block", verdict, this.out),
        dump_intr() => writeln!(this.out, "-- Warning: Interrupted dump"),
        overrun() => writeln!(this.out, "-- Error: Netlink Overrun"),
        skipped(message: &Message<'_>) =>
            writeln!(this.out, "-- Debug: Skipped message: {}", Line(message.header())),
        seq_check(message: &Message<'_>) =>
            writeln!(this.out, "-- Warning: Stray message: {}", Line(message.header())),
        send_ack(message: &Message<'_>) =>
            writeln!(this.out, "-- Debug: Asks for an ACK: {}", Line(message.header())),
        invalid(error: Error) => writeln!(this.out, "-- Error: Invalid message: {error}"),
        error(verdict: &Status<'_>) => refused(verdict, this.out),
    }
}

/// An errno in words, what the kernel says besides, and the request.
fn refused(verdict: &Status<'_>, out: &mut impl fmt::Write) -> fmt::Result {
    write!(out, "-- Error received: {:#}", ErrnoText(verdict.errno))?;
    details(verdict, out)?;
    match verdict.request {
        Some(request) => writeln!(out, "-- Original message: {}", Line(request)),
        None => Ok(()),
    }
}

fn told(what: &str, verdict: &Status<'_>, out: &mut impl fmt::Write) -> fmt::Result {
    write!(out, "-- Debug: {what}")?;
    details(verdict, out)
}

fn details(verdict: &Status<'_>, out: &mut impl fmt::Write) -> fmt::Result {
    match verdict.text() {
        Some(text) => writeln!(out, ": {text}"),
        None => writeln!(out),
    }
}
