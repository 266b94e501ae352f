//! Waits for changes of links and addresses, by notifications and with a timeout.

use barelink_codec::rtnl::group::Group;
use barelink_transport::{Connection, Deadline, Error, Protocol, Socket};

/// Connection for requests, beside a socket for notifications.
pub struct Kernel<'b> {
    /// Connection for requests.
    pub route: Connection<'b>,
    notifications: Socket,
}

/// Multicast groups of links and IPv6 addresses.
const GROUPS: [Group; 2] = [Group::LINK, Group::IPV6_IFADDR];

impl<'b> Kernel<'b> {
    /// Opens both sockets, and joins the multicast groups.
    pub fn open(buffer: &'b mut [u8]) -> Result<Self, Error> {
        let notifications = Socket::open(Protocol::ROUTE)?;
        GROUPS.iter().try_for_each(|group| notifications.join(group.0))?;
        Ok(Kernel { route: Connection::open(Protocol::ROUTE, buffer)?, notifications })
    }

    /// Waits until the condition is met; [`Error::TimedOut`] at the deadline.
    ///
    /// The condition is evaluated by a request, again after each notification. The content of a
    /// notification is not read, so a lost or foreign one does no harm.
    pub fn wait(
        &mut self,
        deadline: Deadline,
        is_met: &mut dyn FnMut(&mut Connection<'b>) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        while !is_met(&mut self.route)? {
            if deadline.has_passed() {
                return Err(Error::TimedOut);
            }
            // One notification, and those that are queued behind it.
            let mut by = deadline;
            loop {
                match self.notifications.receive_by(&mut [0; 8], Some(by)) {
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
