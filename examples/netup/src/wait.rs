//! Waits for what the kernel is to do, by events and with a time limit.

use barelink_codec::rtnl::group::Group;
use barelink_transport::{Connection, Deadline, Error, Protocol, Socket};

/// Asks and listens.
pub struct Kernel<'b> {
    /// Asks.
    pub route: Connection<'b>,
    events: Socket,
}

/// What links and addresses do.
const GROUPS: [Group; 2] = [Group::LINK, Group::IPV6_IFADDR];

impl<'b> Kernel<'b> {
    /// Listens from now on.
    pub fn open(room: &'b mut [u8]) -> Result<Self, Error> {
        let events = Socket::open(Protocol::ROUTE)?;
        GROUPS.iter().try_for_each(|group| events.join(group.0))?;
        Ok(Kernel { route: Connection::open(Protocol::ROUTE, room)?, events })
    }

    /// Looks until it is so, or until time is up, which is [`Error::TimedOut`].
    ///
    /// An event is no more than a reason to look again, so that it does not matter whose it is, what
    /// it tells, or whether some were lost.
    pub fn wait(
        &mut self,
        until: Deadline,
        is_so: &mut dyn FnMut(&mut Connection<'b>) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        while !is_so(&mut self.route)? {
            if until.has_passed() {
                return Err(Error::TimedOut);
            }
            // One, and those that came with it.
            let mut by = until;
            loop {
                match self.events.receive_by(&mut [0; 8], Some(by)) {
                    Ok(_) | Err(Error::DatagramTruncated { .. } | Error::Overrun) => {
                        by = Deadline::NOW
                    }
                    Err(Error::TimedOut | Error::WouldBlock) => break,
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }
}
