//! Generic netlink: families, multicast groups, operations and policies by name.
//!
//! Families get their ID when they are registered, so that programs ask the controller (`nlctrl`)
//! for it by the family's name.
//!
//! ```no_run
//! use barelink_codec::genl::ctrl::{self, Ctrl};
//! use barelink_transport::{Connection, Error, Monitor, Protocol};
//!
//! let mut buffer = [0; 33 * 1024];
//! let mut generic = Connection::open(Protocol::GENERIC, &mut buffer)?;
//! let family = generic.family("nlctrl")?; // the controller itself
//! let (message_type, header) = (ctrl::GET_FAMILY.message_type(family.id), ctrl::GET_FAMILY.header(()));
//! let mut families = generic.dump(message_type, header, |_| {})?;
//! while let Some(family) = families.next()? {
//!     println!("{} {}", family.require(Ctrl::FAMILY_ID)?, family.require(Ctrl::FAMILY_NAME)?);
//! }
//!
//! let group = generic.group("nlctrl", "notify")?;
//! let mut buffer = [0; 8192];
//! let mut monitor = Monitor::open(Protocol::GENERIC, &[group], &mut buffer)?;
//! println!("{:?}", monitor.next(None)?);
//! # Ok::<(), Error>(())
//! ```

use barelink_codec::genl::ctrl::{self, Ctrl, McastGroup, Op, OpFlags};
use barelink_codec::genl::kernel_policy::{KernelPolicy, PolicyEntry};
use barelink_codec::{Attrs, Error as CodecError};
use rustix::io::Errno;

use crate::channel::Channel;
use crate::connection::state::Connection;
use crate::error::Error;

/// Properties of a generic netlink family in the running kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct GenericFamily {
    /// Family ID, the `nlmsg_type` of its messages (`CTRL_ATTR_FAMILY_ID`); assigned when the
    /// family is registered, apart from a few fixed ones, such as 16 (`GENL_ID_CTRL`) of the
    /// controller.
    pub id: u16,
    /// Version of the family (`CTRL_ATTR_VERSION`).
    pub version: u32,
    /// Length of the family's own header in bytes (`CTRL_ATTR_HDRSIZE`).
    pub header: u32,
    /// Highest attribute number (`CTRL_ATTR_MAXATTR`); 0 if it differs between commands.
    pub max_attribute: u32,
}

impl GenericFamily {
    /// Reads a reply of the controller (`CTRL_CMD_NEWFAMILY`).
    ///
    /// # Errors
    ///
    /// [`Missing`](CodecError::Missing) without a family ID.
    pub fn read(reply: &Attrs<'_, Ctrl>) -> Result<Self, CodecError> {
        let (id, version, header, max) =
            reply.find((Ctrl::FAMILY_ID, Ctrl::VERSION, Ctrl::HDRSIZE, Ctrl::MAXATTR))?;
        Ok(GenericFamily {
            id: id.require()?,
            version: version.get()?.unwrap_or(0),
            header: header.get()?.unwrap_or(0),
            max_attribute: max.get()?.unwrap_or(0),
        })
    }
}

impl<C: Channel> Connection<'_, C> {
    /// Returns a generic family by its name, e.g. `"ethtool"`; the kernel loads its module if need
    /// be.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if no family has that name; otherwise as [`get`](Connection::get).
    pub fn family(&mut self, name: &str) -> Result<GenericFamily, Error> {
        Ok(GenericFamily::read(&self.controller(name)?)?)
    }

    /// Returns the number of a generic family's multicast group, to [join](crate::Socket::join) it
    /// by.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if there is no such family or group; otherwise as
    /// [`get`](Connection::get).
    pub fn group(&mut self, family: &str, group: &str) -> Result<u32, Error> {
        let reply = self.controller(family)?;
        for found in reply.get(Ctrl::MCAST_GROUPS)?.into_iter().flatten() {
            let (name, id) = found?.1.find((McastGroup::NAME, McastGroup::ID))?;
            if name.require()? == group {
                return Ok(id.require()?);
            }
        }
        Err(Error::NotFound)
    }

    /// Calls `each` with number and flags of every command of a generic family (`CTRL_ATTR_OPS`).
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if no family has that name; otherwise as [`get`](Connection::get).
    pub fn operations(
        &mut self,
        family: &str,
        mut each: impl FnMut(u8, OpFlags),
    ) -> Result<(), Error> {
        let reply = self.controller(family)?;
        for operation in reply.get(Ctrl::OPS)?.into_iter().flatten() {
            let (id, flags) = operation?.1.find((Op::ID, Op::FLAGS))?;
            each(id.require()? as u8, flags.get()?.unwrap_or_default());
        }
        Ok(())
    }

    /// Dumps the validation policy of a generic family, or of one of its commands
    /// (`CTRL_CMD_GETPOLICY`, since Linux 5.7), into `entries`.
    ///
    /// The policy of a large family takes some hundred entries.
    ///
    /// ```no_run
    /// # use barelink_codec::genl::kernel_policy::PolicyEntry;
    /// # use barelink_transport::{Connection, Error, Protocol};
    /// # let mut buffer = [0; 33 * 1024];
    /// # let mut generic = Connection::open(Protocol::GENERIC, &mut buffer)?;
    /// let family = generic.family("ethtool")?;
    /// let mut entries = [PolicyEntry::VACANT; 512];
    /// let policy = generic.policy(family, None, &mut entries)?;
    /// for command in policy.commands() {
    ///     println!("{command}: {:?} {:?}", policy.do_policy(command), policy.dump_policy(command));
    /// }
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Codec`] with `Full` if `entries` is too short, with the length that it needs in
    /// bytes; [`Error::Kernel`] with `EOPNOTSUPP` before Linux 5.7; otherwise as
    /// [`dump`](Connection::dump).
    pub fn policy<'e>(
        &mut self,
        family: GenericFamily,
        command: Option<u8>,
        entries: &'e mut [PolicyEntry],
    ) -> Result<KernelPolicy<'e>, Error> {
        let (message_type, header) =
            (ctrl::GET_POLICY.message_type(ctrl::ID), ctrl::GET_POLICY.header(()));
        let mut replies = self.dump(message_type, header, |request| {
            request.put(Ctrl::FAMILY_ID, family.id);
            if let Some(command) = command {
                request.put(Ctrl::OP, command.into());
            }
        })?;
        let mut policy = KernelPolicy::new(entries);
        while let Some(reply) = replies.next()? {
            policy.add(&reply)?;
        }
        if !policy.is_complete() {
            let needed = policy.needed().saturating_mul(size_of::<PolicyEntry>());
            return Err(CodecError::Full { needed }.into());
        }
        Ok(policy)
    }

    /// Returns the controller's reply for a family.
    fn controller(&mut self, name: &str) -> Result<Attrs<'_, Ctrl>, Error> {
        let (message_type, header) =
            (ctrl::GET_FAMILY.message_type(ctrl::ID), ctrl::GET_FAMILY.header(()));
        let reply = self.get(message_type, header, |request| {
            request.put(Ctrl::FAMILY_NAME, name);
        });
        reply.map(|reply| reply.attrs).map_err(|error| match error {
            Error::Kernel(error) if error.errno() == Errno::NOENT => Error::NotFound,
            // Longer than a name can be.
            Error::Codec(CodecError::InvalidValue { .. }) => Error::NotFound,
            error => error,
        })
    }
}
