//! Generic netlink, `NETLINK_GENERIC`: families with a name, whose number is assigned at run time.

use core::marker::PhantomData;

use crate::message::{Flags, Message, MessageType};
use crate::nest::Parsed;
use crate::schema::{Layout, LayoutField, Type};
use crate::value::{Fixed, Structure};

pub mod ctrl;
pub mod kernel_policy;

/// Header of a generic message, `struct genlmsghdr`, followed by the family's own header if it has
/// one.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct GenlHeader<H = ()> {
    /// Command, `cmd`.
    pub command: u8,
    /// Version of the family, `version`.
    pub version: u8,
    /// Header of the family's own.
    pub own: H,
}

commands! {
    /// Family of which nothing but the common header is known.
    pub UNKNOWN "" "" version 0 {}
}

/// Length of `struct genlmsghdr` in bytes, `GENL_HDRLEN`.
pub const HEADER: usize = 4;

impl<H: Structure> Structure for GenlHeader<H> {
    const LEN: usize = HEADER + H::LEN;
    const LAYOUT: &'static Layout = &Layout {
        name: "GenlHeader",
        len: HEADER + H::LEN,
        fields: &[
            LayoutField { offset: 0, name: "command", ty: u8::TYPE },
            LayoutField { offset: 1, name: "version", ty: u8::TYPE },
            LayoutField { offset: HEADER, name: "own", ty: Type::Struct(H::LAYOUT) },
        ],
    };

    fn read(bytes: &[u8]) -> Self {
        let [command, version] = bytes.first_chunk().copied().unwrap_or_default();
        GenlHeader { command, version, own: H::read(bytes.get(HEADER..).unwrap_or_default()) }
    }

    fn fits(&self) -> bool {
        self.own.fits()
    }

    fn write(&self, bytes: &mut [u8]) {
        let Some((header, own)) = bytes.split_first_chunk_mut() else { return };
        *header = [self.command, self.version, 0, 0];
        self.own.write(own);
    }
}

/// Command of a generic family, with its own header and attribute set.
pub struct Command<H, S> {
    number: u8,
    version: u8,
    flags: Flags,
    types: PhantomData<fn() -> (H, S)>,
}

impl<H, S> Clone for Command<H, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H, S> Copy for Command<H, S> {}

impl<H, S> core::fmt::Debug for Command<H, S> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Command({}, version {})", self.number, self.version)
    }
}

impl<H, S> Command<H, S> {
    /// Creates a command of a family of this version.
    pub const fn new(number: u8, version: u8) -> Self {
        Command { number, version, flags: Flags::NONE, types: PhantomData }
    }

    /// Returns the command, `cmd` of `struct genlmsghdr`.
    pub const fn number(self) -> u8 {
        self.number
    }

    /// Adds flags.
    pub const fn with(self, flags: Flags) -> Self {
        Command { flags: Flags(self.flags.0 | flags.0), ..self }
    }

    /// Returns the message type, given the family's number on this machine.
    pub const fn message_type(self, family: u16) -> MessageType<GenlHeader<H>, S> {
        MessageType::new(family).with(self.flags)
    }

    /// Reads the message, if it is of this command and of the family with this number on this
    /// machine.
    ///
    /// [`Message::parse`] compares the family's number only, which all commands share.
    ///
    /// ```
    /// # use barelink_codec::{Messages, genl::ctrl::{self, Ctrl}};
    /// # let mut buffer = [0; 64];
    /// # let message_type = ctrl::NEW_FAMILY.message_type(ctrl::ID);
    /// # let bytes = message_type.build(&mut buffer, 1, ctrl::NEW_FAMILY.header(()), |family| {
    /// #     family.put(Ctrl::FAMILY_NAME, "wireguard");
    /// # }).unwrap();
    /// # let message = Messages::new(bytes).next().unwrap().unwrap();
    /// if let Some(family) = ctrl::NEW_FAMILY.parse(ctrl::ID, &message) {
    ///     assert_eq!(family.require(Ctrl::FAMILY_NAME)?, "wireguard");
    /// }
    /// assert!(ctrl::DEL_FAMILY.parse(ctrl::ID, &message).is_none());
    /// # Ok::<(), barelink_codec::Error>(())
    /// ```
    pub fn parse<'a>(
        self,
        family: u16,
        message: &Message<'a>,
    ) -> Option<Parsed<'a, GenlHeader<H>, S>>
    where
        H: Structure,
    {
        message
            .parse(self.message_type(family))
            .filter(|parsed| parsed.header.command == self.number)
    }

    /// Returns the header of a message with this command.
    pub const fn header(self, own: H) -> GenlHeader<H>
    where
        H: Copy,
    {
        GenlHeader { command: self.number, version: self.version, own }
    }
}
