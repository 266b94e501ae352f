//! Several requests in one datagram.

use barelink_codec::control::Status;
use barelink_codec::message::Messages;
use barelink_codec::{Error as CodecError, ExchangeEvent};

use crate::channel::Channel;
use crate::connection::requests::{Layouts, Requests};
use crate::connection::state::Connection;
use crate::connection::transact::{check_deadline, exchange};
use crate::deadline::Deadline;
use crate::error::Error;
use crate::kernel_error::KernelError;

impl<C: Channel> Connection<'_, C> {
    /// Sends several requests in one datagram and waits for the acknowledgement of each.
    ///
    /// `fill` adds the requests; `each` is called once for each request, with its index in the batch
    /// and its result, in the order of the replies. The kernel processes all of them, whether or not
    /// one fails.
    ///
    /// The kernel queues a reply to each request before any is received, so that at the default
    /// receive buffer some 200 requests fit one batch; [`Error::Overrun`] if replies are lost. 256
    /// bytes of the connection's buffer are reserved for replies.
    ///
    /// ```no_run
    /// # use barelink_codec::rtnl::link::{self, Link, LinkHeader};
    /// # use barelink_transport::{Connection, Error, Protocol};
    /// # let mut buffer = [0; 4096];
    /// # let mut route = Connection::open(Protocol::ROUTE, &mut buffer)?;
    /// route.batch(
    ///     |batch| {
    ///         for index in 2..5 {
    ///             let header = LinkHeader { index, ..Default::default() };
    ///             batch.push(link::SET, header, |link| { link.put(Link::MTU, 1400); })?;
    ///         }
    ///         Ok(())
    ///     },
    ///     |index, result| if let Err(error) = result { eprintln!("{index}: {error}") },
    /// )?;
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Codec`] with `fill`'s error, before anything is sent; [`Error::Overrun`],
    /// [`Error::DatagramTruncated`] or [`Error::TimedOut`] if replies are missing. Errors of the
    /// kernel go to `each`.
    pub fn batch(
        &mut self,
        fill: impl FnOnce(&mut Requests<'_>) -> Result<(), CodecError>,
        mut each: impl FnMut(usize, Result<(), KernelError>),
    ) -> Result<(), Error> {
        let deadline = self.deadline();
        self.drain(0, deadline)?;
        self.warning = None;
        // No wrap-around within a batch: a reply's index is its distance from the first.
        if self.seq > u32::MAX / 2 {
            self.seq = 0;
        }
        let first = self.seq.wrapping_add(1);
        let mut requests = Requests::new(self.buffer, self.seq);
        fill(&mut requests)?;
        let count = requests.count();
        let layouts;
        (self.pending.len, self.seq, layouts) = requests.finish();
        if count == 0 {
            return Ok(());
        }
        self.transmit(deadline)?;
        self.batch_replies(first, count, &layouts, deadline, &mut each)
    }

    /// Receives the replies to the `count` requests of a batch.
    fn batch_replies(
        &mut self,
        first: u32,
        count: usize,
        layouts: &Layouts,
        deadline: Option<Deadline>,
        each: &mut dyn FnMut(usize, Result<(), KernelError>),
    ) -> Result<(), Error> {
        let mut open = count;
        while open > 0 {
            let end = self.receive(self.pending.len, deadline)?;
            let (requests, replies) = self.buffer.split_at(self.pending.len);
            let replies = replies.get(..end.saturating_sub(self.pending.len)).unwrap_or_default();
            let mut only_stray = true;
            for message in Messages::new(replies) {
                let message = message?;
                let index = message.seq.wrapping_sub(first) as usize;
                let mut exchange = exchange(self.options.peer, self.port, message.seq);
                let kernel_error = |status: &Status<'_>| {
                    let request = Messages::new(requests).nth(index).and_then(Result::ok);
                    let path = request.and_then(|request| {
                        let known = layouts
                            .iter()
                            .flatten()
                            .find(|known| known.message_type == request.message_type)?;
                        Some(known.layout.path(status, request.payload))
                    });
                    KernelError::new(status, path.unwrap_or_default())
                };
                let result = match exchange.step(message) {
                    ExchangeEvent::Ack(status) | ExchangeEvent::Finish { status, .. }
                        if index < count =>
                    {
                        let warning = status.text().map(|_| kernel_error(&status));
                        self.warning = warning.or(self.warning);
                        Ok(())
                    }
                    ExchangeEvent::Error(status) if index < count => Err(kernel_error(&status)),
                    ExchangeEvent::Overrun => return Err(Error::Overrun),
                    ExchangeEvent::Invalid(_, error) => return Err(error.into()),
                    _ => {
                        self.stats.stray = self.stats.stray.wrapping_add(1);
                        continue;
                    }
                };
                only_stray = false;
                open = open.saturating_sub(1);
                each(index, result);
            }
            if only_stray && open > 0 {
                check_deadline(deadline)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::socket::received::Received;
    use barelink_codec::message::{self, MessageType};
    use barelink_codec::rtnl::link::{self, LinkHeader};

    /// Peer that acknowledges each message, of at most three.
    #[derive(Default)]
    struct Acknowledging {
        seqs: [u32; 3],
        count: usize,
    }

    impl Channel for Acknowledging {
        fn port(&mut self) -> Result<u32, Error> {
            Ok(1)
        }
        fn send(&mut self, datagram: &[u8], _: Option<Deadline>) -> Result<(), Error> {
            for message in Messages::new(datagram) {
                let seq = message?.seq;
                assert_ne!(seq, 0);
                self.seqs[self.count] = seq;
                self.count += 1;
            }
            Ok(())
        }
        fn receive(&mut self, buffer: &mut [u8], _: Option<Deadline>) -> Result<Received, Error> {
            let seq = self.seqs[0];
            self.seqs.rotate_left(1);
            self.count = self.count.checked_sub(1).ok_or(Error::TimedOut)?;
            let ack = MessageType::<(), ()>::new(2).build(buffer, seq, (), |ack| {
                ack.append(&[0; 4 + message::HEADER]);
            })?;
            ack[12..16].copy_from_slice(&1u32.to_ne_bytes());
            Ok(Received { len: ack.len(), ..Received::default() })
        }
    }

    #[test]
    fn sequence_numbers_wrap_around_and_skip_zero() {
        let mut buffer = [0; 1024];
        let mut route = Connection::with_channel(Acknowledging::default(), &mut buffer).unwrap();
        route.seq = u32::MAX - 1;
        for _ in 0..3 {
            route.execute(link::SET, LinkHeader::default(), |_| {}).unwrap();
        }
        route.seq = u32::MAX - 1;
        let mut done = [false; 3];
        let fill = |batch: &mut Requests<'_>| {
            (0..3).try_for_each(|_| batch.push(link::SET, LinkHeader::default(), |_| {}))
        };
        route.batch(fill, |index, result| done[index] = result.is_ok()).unwrap();
        assert_eq!(done, [true; 3]);
    }
}
