//! Replies by callbacks.

use barelink_codec::handler::{Action, Handler, dispatch};
use barelink_codec::message::{MessageType, Messages};
use barelink_codec::schema::Set;
use barelink_codec::value::Structure;
use barelink_codec::{Exchange, ExchangeEvent, Writer};

use crate::channel::Channel;
use crate::connection::state::Connection;
use crate::connection::transact::check_deadline;
use crate::error::Error;
use crate::kernel_error::{KernelError, RequestLayout};

impl<C: Channel> Connection<'_, C> {
    /// Sends a request and passes all messages that arrive to the callbacks of a [`Handler`], until
    /// one returns [`Action::Stop`] or the request is done.
    ///
    /// A request for which [`Handler::msg_out`] returns another action than [`Action::Ok`] is not
    /// sent.
    ///
    /// # Errors
    ///
    /// As [`execute`](Connection::execute) and [`Replies::next`](crate::Replies::next); the callbacks
    /// get the kernel's errors and interrupted dumps as well.
    pub fn request_with_handler<H: Structure, S: Set>(
        &mut self,
        message_type: MessageType<H, S>,
        header: H,
        fill: impl FnOnce(&mut Writer<'_, S>),
        handler: &mut (impl Handler + ?Sized),
    ) -> Result<(), Error> {
        let deadline = self.deadline();
        let built = self.build(message_type, header, fill);
        self.accept(built, RequestLayout::of::<H, S>())?;
        self.drain(self.pending.len, deadline)?;
        let request = self.buffer.get(..self.pending.len).unwrap_or_default();
        if let Some(Ok(message)) = Messages::new(request).next() {
            if handler.msg_out(&message) != Action::Ok {
                return Ok(());
            }
        }
        self.transmit(deadline)?;
        let mut exchange = self.exchange(self.seq);
        let result = loop {
            let end = match self.receive(self.pending.len, deadline) {
                Ok(end) => end,
                Err(Error::Overrun) if handler.overrun() != Action::Stop => {
                    self.pending.lost = false;
                    continue;
                }
                Err(error) => break Err(error),
            };
            let datagram = self.buffer.get(self.pending.len..end).unwrap_or_default();
            let before = exchange;
            let action = dispatch(datagram, Some(&mut exchange), handler);
            if exchange.is_done() || action == Action::Stop {
                let outcome = self.outcome(before, exchange.is_done(), datagram);
                break outcome.map(|warning| self.warning = warning);
            }
            if !Messages::new(datagram).flatten().any(|message| before.owns(&message)) {
                if let Err(error) = check_deadline(deadline) {
                    break Err(error);
                }
            }
        };
        self.pending.exchange = Some(exchange);
        result
    }

    /// Returns the error or the warning in the last datagram that the callbacks got.
    fn outcome(
        &self,
        mut exchange: Exchange,
        done: bool,
        datagram: &[u8],
    ) -> Result<Option<KernelError>, Error> {
        let mut warning = None;
        for message in Messages::new(datagram) {
            match exchange.step(message?) {
                ExchangeEvent::Error(status) if done => {
                    return Err(Error::Kernel(self.kernel_error(&status)));
                }
                ExchangeEvent::Finish { interrupted: true, .. } if done => {
                    return Err(Error::Interrupted);
                }
                ExchangeEvent::Ack(status) | ExchangeEvent::Finish { status, .. } if done => {
                    warning = self.warning_in(&status);
                }
                ExchangeEvent::Overrun => return Err(Error::Overrun),
                ExchangeEvent::Invalid(_, error) => return Err(error.into()),
                _ => {}
            }
        }
        Ok(warning)
    }
}
