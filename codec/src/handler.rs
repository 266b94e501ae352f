//! Callbacks: one method for each thing that can happen on receiving and sending.

use core::fmt;

use crate::control::Verdict;
use crate::error::Error;
use crate::exchange::{Event, Exchange};
use crate::message::{Flags, Message, Messages};

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
    fn ack(&mut self, _: &Verdict<'_>) -> Action {
        Action::Stop
    }
    /// A dump has come to its end.
    fn finish(&mut self, _: &Verdict<'_>) -> Action {
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
    /// A message answers another request, or none. [`Action::Ok`] takes it as valid all the same.
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
    fn error(&mut self, _: &Verdict<'_>) -> Action {
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
        Event::Stray(message) => match handler.seq_check(&message) {
            Action::Ok => Event::Valid(message),
            other => return other,
        },
        event => event,
    };
    match event {
        Event::Valid(message) => {
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
        Event::Ack(verdict) => handler.ack(&verdict),
        Event::Finish { interrupted, verdict } => {
            if interrupted {
                match handler.dump_intr() {
                    Action::Ok => {}
                    other => return other,
                }
            }
            handler.finish(&verdict)
        }
        Event::Refused(verdict) => handler.error(&verdict),
        Event::Overrun => handler.overrun(),
        Event::Skipped(message) => handler.skipped(&message),
        Event::Invalid(_, error) => handler.invalid(error),
        // Answered above.
        Event::Stray(_) => Action::Skip,
    }
}

macro_rules! passing_on {
    ($($name:ident($argument:ty);)*) => { $(
        fn $name(&mut self, argument: $argument) -> Action {
            self.note(stringify!($name), &argument);
            self.inner.$name(argument)
        }
    )* };
}

/// Prints what goes wrong, and passes on to another handler, `NL_CB_VERBOSE`.
#[derive(Debug)]
pub struct Verbose<'o, H, O> {
    /// Who decides.
    pub inner: H,
    /// What is printed to; what it cannot take is lost.
    pub out: &'o mut O,
}

impl<H: Handler, O: fmt::Write> Verbose<'_, H, O> {
    fn note(&mut self, what: &str, argument: &dyn fmt::Debug) {
        let _ = writeln!(self.out, "-- {what}: {argument:?}");
    }
}

impl<H: Handler, O: fmt::Write> Handler for Verbose<'_, H, O> {
    passing_on! {
        seq_check(&Message<'_>);
        invalid(Error);
        error(&Verdict<'_>);
    }
    fn msg_in(&mut self, message: &Message<'_>) -> Action {
        self.inner.msg_in(message)
    }
    fn msg_out(&mut self, message: &Message<'_>) -> Action {
        self.inner.msg_out(message)
    }
    fn valid(&mut self, message: &Message<'_>) -> Action {
        self.inner.valid(message)
    }
    fn ack(&mut self, verdict: &Verdict<'_>) -> Action {
        self.inner.ack(verdict)
    }
    fn finish(&mut self, verdict: &Verdict<'_>) -> Action {
        self.inner.finish(verdict)
    }
    fn skipped(&mut self, message: &Message<'_>) -> Action {
        self.inner.skipped(message)
    }
    fn send_ack(&mut self, message: &Message<'_>) -> Action {
        self.inner.send_ack(message)
    }
    fn dump_intr(&mut self) -> Action {
        self.note("dump_intr", &());
        self.inner.dump_intr()
    }
    fn overrun(&mut self) -> Action {
        self.note("overrun", &());
        self.inner.overrun()
    }
}

/// Prints all that happens, messages in full, and passes on to another handler, `NL_CB_DEBUG`.
#[derive(Debug)]
pub struct Debug<'o, H, O> {
    /// Who decides.
    pub inner: H,
    /// What is printed to; what it cannot take is lost.
    pub out: &'o mut O,
}

impl<H: Handler, O: fmt::Write> Debug<'_, H, O> {
    fn note(&mut self, what: &str, argument: &dyn fmt::Debug) {
        let _ = writeln!(self.out, "-- {what}: {argument:?}");
    }
}

impl<H: Handler, O: fmt::Write> Handler for Debug<'_, H, O> {
    passing_on! {
        msg_in(&Message<'_>);
        msg_out(&Message<'_>);
        valid(&Message<'_>);
        ack(&Verdict<'_>);
        finish(&Verdict<'_>);
        skipped(&Message<'_>);
        seq_check(&Message<'_>);
        send_ack(&Message<'_>);
        invalid(Error);
        error(&Verdict<'_>);
    }
    fn dump_intr(&mut self) -> Action {
        self.note("dump_intr", &());
        self.inner.dump_intr()
    }
    fn overrun(&mut self) -> Action {
        self.note("overrun", &());
        self.inner.overrun()
    }
}
