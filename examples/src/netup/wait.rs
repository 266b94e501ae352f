//! Waits for what the kernel is to do, by events and with a time limit.

use core::time::Duration;

use barelink_codec::rtnl::group::Group;
use barelink_transport::{Connection, Deadline, Error, Monitor, Protocol};

/// Asks and listens.
pub struct Kernel<'b> {
    /// Asks.
    pub route: Connection<'b>,
    events: Monitor<'b>,
}

impl<'b> Kernel<'b> {
    /// Listens from now on.
    pub fn open(ask: &'b mut [u8], listen: &'b mut [u8]) -> Result<Self, Error> {
        let groups = [Group::LINK.0, Group::IPV6_IFADDR.0];
        let events = Monitor::open(Protocol::ROUTE, &groups, listen)?;
        Ok(Kernel { route: Connection::open(Protocol::ROUTE, ask)?, events })
    }

    /// Looks until it is so, or until time is up, which is [`Error::TimedOut`].
    ///
    /// An event is no more than a reason to look again: it may be of something else, or be lost.
    pub fn wait(
        &mut self,
        until: Deadline,
        is_so: &mut dyn FnMut(&mut Connection<'b>) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        loop {
            if is_so(&mut self.route)? {
                return Ok(());
            }
            let mut left = until.remaining();
            if left.is_zero() {
                return Err(Error::TimedOut);
            }
            // One, and those that came with it.
            loop {
                match self.events.next(Some(left)) {
                    Ok(_) => left = Duration::ZERO,
                    Err(Error::TimedOut | Error::WouldBlock) => break,
                    Err(error) => return Err(error),
                }
            }
        }
    }
}
