//! Links, as a cache keeps them.

use barelink_codec::rtnl::link::{self, Link, OperState};
use barelink_codec::{Error, Message};
use heapless::Vec;

use crate::table::{Entry, Update};

/// A link.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkEntry {
    /// Its index.
    pub index: i32,
    /// Its name, as the kernel has it.
    pub name: Vec<u8, 15, u8>,
    /// The longest packet that it sends, in bytes.
    pub mtu: u32,
    /// Whether it can carry packets.
    pub state: OperState,
}

impl Entry for LinkEntry {
    type Key = i32;

    fn key(&self) -> i32 {
        self.index
    }

    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
        if let Some(link) = message.parse(link::DEL) {
            return Ok(Some(Update::Gone(link.header.index)));
        }
        let Some(link) = message.parse(link::NEW) else { return Ok(None) };
        let (name, mtu, state) = link.find((Link::IFNAME, Link::MTU, Link::OPERSTATE))?;
        let bytes = name.require()?.0;
        let long = Error::Payload { attr: Link::IFNAME.name(), len: bytes.len() };
        Ok(Some(Update::Is(LinkEntry {
            index: link.header.index,
            name: Vec::from_slice(bytes).map_err(|_| long)?,
            mtu: mtu.get()?.unwrap_or(0),
            state: state.get()?.unwrap_or(OperState::UNKNOWN),
        })))
    }
}
