//! Generic netlink, `NETLINK_GENERIC`: families that have a name, and a number only at run time.

use core::marker::PhantomData;

use crate::message::{Flags, Message, MessageType};
use crate::nest::Parsed;
use crate::schema::{Layout, LayoutField, Type};
use crate::value::{Fixed, Structure};

pub mod ctrl;
pub mod kernel_policy;

/// `struct genlmsghdr`, and behind it the header of the family's own, if it has one.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct GenlHeader<H = ()> {
    /// The family's command.
    pub command: u8,
    /// The family's version.
    pub version: u8,
    /// The family's own header.
    pub own: H,
}

commands! {
    /// Stands for a generic family of which nothing is known but the header that all have.
    pub UNKNOWN "" "" version 0 {}
}

/// The length of `struct genlmsghdr`.
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

/// A command of a generic family, with the header of the family's own and the attributes that go
/// with it.
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
    /// The command of this number, of a family of this version.
    pub const fn new(number: u8, version: u8) -> Self {
        Command { number, version, flags: Flags::NONE, types: PhantomData }
    }

    /// Its number, `cmd` of `struct genlmsghdr`.
    pub const fn number(self) -> u8 {
        self.number
    }

    /// This command, with these flags as well.
    pub const fn with(self, flags: Flags) -> Self {
        Command { flags: Flags(self.flags.0 | flags.0), ..self }
    }

    /// The kind of message it is, given the number that the family has on this machine.
    pub const fn kind(self, family: u16) -> MessageType<GenlHeader<H>, S> {
        MessageType::new(family).with(self.flags)
    }

    /// The message as one of this command, if it is of this command and of the family that has
    /// this number on this machine.
    ///
    /// [`Message::parse`] looks at the family's number only, which all commands have in common.
    ///
    /// ```
    /// # use barelink_codec::{Messages, genl::ctrl::{self, Ctrl}};
    /// # let mut buffer = [0; 64];
    /// # let kind = ctrl::NEW_FAMILY.kind(ctrl::ID);
    /// # let bytes = kind.build(&mut buffer, 1, ctrl::NEW_FAMILY.header(()), |family| {
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
        message.parse(self.kind(family)).filter(|parsed| parsed.header.command == self.number)
    }

    /// The header that goes with it.
    pub const fn header(self, own: H) -> GenlHeader<H>
    where
        H: Copy,
    {
        GenlHeader { command: self.number, version: self.version, own }
    }
}
