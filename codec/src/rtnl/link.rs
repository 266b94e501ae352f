//! Links: what sends and receives packets.

pub use super::kinds::vlan::Vlan;
use super::kinds::{LinkData, SlaveData, Xstats};
use crate::nest::{Choice, Nest};
use crate::value::{Mac, Text};

messages! {
    /// Links.
    pub FAMILY "route/link": LinkHeader, Link {
        /// A link is new or has changed; or is to be made.
        16 => NEW,
        /// A link is gone; or is to be.
        17 => DEL,
        /// Asks for a link, or for all.
        18 => GET where dump puts Link::EXT_MASK = 1,
        /// Changes a link.
        19 => SET,
    }
}

structure! {
    /// `struct ifinfomsg`.
    pub LinkHeader(16) {
        /// The address family, most often none.
        0 => family: u8,
        /// The kind of hardware, `ARPHRD_*`.
        2 => hardware: u16,
        /// The link's index.
        4 => index: i32,
        /// Its flags, `IFF_*`.
        8 => flags: u32,
        /// Which of the flags to change.
        12 => change: u32,
    }
}

attributes! {
    /// A link's attributes, `IFLA_*`.
    pub Link {
        /// The hardware address.
        1 => ADDRESS: Mac,
        /// The name.
        3 => IFNAME: Text<15>,
        /// The longest packet that it sends, in bytes.
        4 => MTU: u32,
        /// The link under it.
        5 => LINK: u32,
        /// The link that it is a port of.
        10 => MASTER: u32,
        /// What kind of link it is.
        18 => LINKINFO: Nest<LinkInfo>,
        /// What a dump is to tell besides.
        29 => EXT_MASK: u32,
    }
}

attributes! {
    /// What kind of link it is, `IFLA_INFO_*`.
    pub LinkInfo {
        /// The kind's name.
        1 => KIND: Text<63>,
        /// The kind's own attributes.
        2 => DATA: Choice<LinkData>,
        /// The kind's own statistics.
        3 => XSTATS: Choice<Xstats>,
        /// The kind of the link that it is a port of.
        4 => SLAVE_KIND: Text<63>,
        /// What that kind has to say of its ports.
        5 => SLAVE_DATA: Choice<SlaveData>,
    }
}
