//! Generic netlink: families, groups and policies by name.
//!
//! ```no_run
//! use barelink_codec::genl::ctrl::{self, Ctrl};
//! use barelink_transport::{Connection, Error, Monitor, Protocol};
//!
//! let mut buffer = [0; 33 * 1024];
//! let mut generic = Connection::open(Protocol::GENERIC, &mut buffer)?;
//! let family = generic.family("nlctrl")?; // the controller, which has commands like any other
//! let (kind, header) = (ctrl::GET_FAMILY.kind(family.id), ctrl::GET_FAMILY.header(()));
//! let mut families = generic.dump(kind, header, |_| {})?;
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
use crate::connection::Connection;
use crate::error::Error;

/// A generic family as this kernel has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct GenericFamily {
    /// The number that its messages have for a kind; another one after every boot, or loading of
    /// its module.
    pub id: u16,
    /// Its version.
    pub version: u32,
    /// How many bytes its own header has.
    pub header: u32,
    /// The highest number of an attribute that it knows; 0 where its commands differ in that.
    pub max_attribute: u32,
}

impl GenericFamily {
    /// Reads what the controller says of a family.
    pub fn read(answer: &Attrs<'_, Ctrl>) -> Result<Self, CodecError> {
        let (id, version, header, max) =
            answer.find((Ctrl::FAMILY_ID, Ctrl::VERSION, Ctrl::HDRSIZE, Ctrl::MAXATTR))?;
        Ok(GenericFamily {
            id: id.require()?,
            version: version.get()?.unwrap_or(0),
            header: header.get()?.unwrap_or(0),
            max_attribute: max.get()?.unwrap_or(0),
        })
    }
}

impl<C: Channel> Connection<'_, C> {
    /// Finds a generic family by its name; the kernel loads its module if it can.
    ///
    /// What has no such name is [`Error::NotFound`].
    pub fn family(&mut self, name: &str) -> Result<GenericFamily, Error> {
        Ok(GenericFamily::read(&self.controller(name)?)?)
    }

    /// Finds the number of a generic family's multicast group, to join it by.
    pub fn group(&mut self, family: &str, group: &str) -> Result<u32, Error> {
        let answer = self.controller(family)?;
        for found in answer.get(Ctrl::MCAST_GROUPS)?.into_iter().flatten() {
            let (name, id) = found?.1.find((McastGroup::NAME, McastGroup::ID))?;
            if name.require()? == group {
                return Ok(id.require()?);
            }
        }
        Err(Error::NotFound)
    }

    /// Tells a generic family's commands: each one's number, and what it can do.
    pub fn operations(
        &mut self,
        family: &str,
        mut each: impl FnMut(u8, OpFlags),
    ) -> Result<(), Error> {
        let answer = self.controller(family)?;
        for operation in answer.get(Ctrl::OPS)?.into_iter().flatten() {
            let (id, flags) = operation?.1.find((Op::ID, Op::FLAGS))?;
            each(id.require()? as u8, flags.get()?.unwrap_or_default());
        }
        Ok(())
    }

    /// Asks the kernel what a generic family takes, or one command of it; since Linux 5.7.
    ///
    /// All of a big family takes some hundred entries. With too few, the error says how many bytes
    /// of entries it takes.
    ///
    /// ```no_run
    /// # use barelink_codec::genl::kernel_policy::PolicyEntry;
    /// # use barelink_transport::{Connection, Error, Protocol};
    /// # let mut buffer = [0; 33 * 1024];
    /// # let mut generic = Connection::open(Protocol::GENERIC, &mut buffer)?;
    /// let family = generic.family("ethtool")?;
    /// let mut room = [PolicyEntry::VACANT; 512];
    /// let policy = generic.policy(family, None, &mut room)?;
    /// for command in policy.commands() {
    ///     println!("{command}: {:?} {:?}", policy.doing(command), policy.dumping(command));
    /// }
    /// # Ok::<(), Error>(())
    /// ```
    pub fn policy<'e>(
        &mut self,
        family: GenericFamily,
        command: Option<u8>,
        room: &'e mut [PolicyEntry],
    ) -> Result<KernelPolicy<'e>, Error> {
        let (kind, header) = (ctrl::GET_POLICY.kind(ctrl::ID), ctrl::GET_POLICY.header(()));
        let mut answers = self.dump(kind, header, |request| {
            request.put(Ctrl::FAMILY_ID, family.id);
            if let Some(command) = command {
                request.put(Ctrl::OP, command.into());
            }
        })?;
        let mut policy = KernelPolicy::new(room);
        while let Some(answer) = answers.next()? {
            policy.add(&answer)?;
        }
        if !policy.is_complete() {
            let needed = policy.needed().saturating_mul(size_of::<PolicyEntry>());
            return Err(CodecError::Full { needed }.into());
        }
        Ok(policy)
    }

    /// What the controller says of a family.
    fn controller(&mut self, name: &str) -> Result<Attrs<'_, Ctrl>, Error> {
        let (kind, header) = (ctrl::GET_FAMILY.kind(ctrl::ID), ctrl::GET_FAMILY.header(()));
        let answer = self.get(kind, header, |request| {
            request.put(Ctrl::FAMILY_NAME, name);
        });
        answer.map(|answer| answer.attrs).map_err(|error| match error {
            Error::Kernel(refusal) if refusal.errno() == Errno::NOENT => Error::NotFound,
            // No name is like that.
            Error::Codec(CodecError::InvalidValue { .. }) => Error::NotFound,
            error => error,
        })
    }
}
