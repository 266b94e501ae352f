//! What the kernel says of one thing, and means of others as well, without saying so.

use barelink_codec::rtnl::addr::{self, Addr};
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::kinds::vrf::{Vrf, VrfPort};
use barelink_codec::rtnl::link::{self, Link, LinkFlags, LinkInfo};
use barelink_codec::rtnl::nsid::{self, Nsid};
use barelink_codec::rtnl::route::RouteTable;
use barelink_codec::rtnl::route::nexthop::{self, NextHop};
use barelink_codec::rtnl::tc::handle::Handle;
use barelink_codec::rtnl::tc::{TcHeader, class, qdisc};
use barelink_codec::{Attrs, Message};
use core::net::IpAddr;

/// Something that may change entries that no message is about: the kernel takes away the IPv4 routes
/// of a link that goes down, and tells of the link alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Trigger {
    /// A link is like this now.
    Link {
        /// Its index.
        index: i32,
        /// It is switched on, `IFF_UP`.
        up: bool,
        /// It has a carrier, `IFF_RUNNING` or `IFF_LOWER_UP`.
        running: bool,
        /// The index of the link that it is a port of; 0 for none.
        master: u32,
        /// The table that the kernel's routes to its addresses are in: a VRF's, if it is in one, or
        /// is one.
        table: RouteTable,
        /// What it was like before, where links are kept, too.
        was: Option<LinkState>,
        /// It has just been switched on or off.
        switched: bool,
    },
    /// A link is gone, or has moved to another namespace.
    LinkGone {
        /// Its index.
        index: i32,
    },
    /// An IPv4 address has come, or changed.
    AddressCame {
        /// The index of the link that it is on.
        index: u32,
    },
    /// An address is gone.
    AddressGone {
        /// The address.
        address: IpAddr,
        /// The index of the link that it was on.
        index: u32,
    },
    /// A next hop object is gone.
    NextHopGone {
        /// Its number.
        id: u32,
    },
    /// A namespace has lost its number, most often because it is gone.
    NamespaceGone {
        /// The number.
        nsid: i32,
    },
    /// A queueing discipline has come or changed.
    Qdisc(Queue),
    /// A queueing discipline is gone.
    QdiscGone(Queue),
    /// A class has come or changed.
    Class(Queue),
    /// A class is gone.
    ClassGone(Queue),
}

/// What of a link matters to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LinkState {
    /// It is switched on, `IFF_UP`.
    pub up: bool,
    /// It has a carrier, `IFF_RUNNING` or `IFF_LOWER_UP`.
    pub running: bool,
    /// The index of the link that it is a port of; 0 for none.
    pub master: u32,
}

/// By what a queueing discipline or a class is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Queue {
    /// The index of the link that it is on.
    pub index: i32,
    /// Its number.
    pub handle: Handle,
    /// What it is under.
    pub parent: Handle,
}

impl From<TcHeader> for Queue {
    fn from(TcHeader { index, handle, parent, .. }: TcHeader) -> Self {
        Queue { index, handle, parent }
    }
}

/// Whether a link has a carrier, as far as routes go.
pub(crate) fn is_running(flags: LinkFlags) -> bool {
    flags.intersects(LinkFlags::RUNNING | LinkFlags::LOWER_UP)
}

/// The table of a VRF, and of links in it.
fn vrf_table(info: Attrs<'_, LinkInfo>) -> Option<RouteTable> {
    let port = info.get(LinkInfo::SLAVE_DATA.nested::<VrfPort>()).ok().flatten();
    let table = match port {
        Some(port) => port.get(VrfPort::TABLE),
        None => info.get(LinkInfo::DATA.nested::<Vrf>()).ok()??.get(Vrf::TABLE),
    };
    table.ok()?.map(RouteTable)
}

impl Trigger {
    /// The same, where it is known what the link was like before.
    pub fn since(mut self, known: impl FnOnce(i32) -> Option<LinkState>) -> Trigger {
        if let Trigger::Link { index, was, .. } = &mut self {
            *was = known(*index);
        }
        self
    }

    /// Whether it is about a link that is as it was.
    pub fn is_unchanged(&self) -> bool {
        matches!(*self, Trigger::Link { up, running, master, was, .. }
            if was == Some(LinkState { up, running, master }))
    }

    /// What a message of the routing family may mean for others than what it is about.
    #[inline]
    pub fn of(message: &Message<'_>) -> Option<Trigger> {
        match message.message_type {
            // `parse` again: the numbers stand in the tables only.
            kind if kind == link::NEW.number() => {
                let link = message.parse(link::NEW)?;
                if link.header.family != AddressFamily::UNSPEC {
                    return None;
                }
                let flags = link.header.flags;
                let (master, info) = link.find((Link::MASTER, Link::LINKINFO)).ok()?;
                let table = info.get().ok().flatten().and_then(vrf_table);
                Some(Trigger::Link {
                    index: link.header.index,
                    up: flags.contains(LinkFlags::UP),
                    running: is_running(flags),
                    master: master.get().ok().flatten().unwrap_or(0),
                    table: table.unwrap_or(RouteTable::LOCAL),
                    was: None,
                    switched: link.header.change.contains(LinkFlags::UP),
                })
            }
            kind if kind == link::DEL.number() => {
                let link = message.parse(link::DEL)?;
                (link.header.family == AddressFamily::UNSPEC)
                    .then_some(Trigger::LinkGone { index: link.header.index })
            }
            kind if kind == addr::NEW.number() => {
                let addr = message.parse(addr::NEW)?;
                (addr.header.family == AddressFamily::INET)
                    .then_some(Trigger::AddressCame { index: addr.header.index })
            }
            kind if kind == addr::DEL.number() => {
                let addr = message.parse(addr::DEL)?;
                let (local, address) = addr.find((Addr::LOCAL, Addr::ADDRESS)).ok()?;
                let address = local.get().ok()?.or(address.get().ok()?)?;
                Some(Trigger::AddressGone { address, index: addr.header.index })
            }
            kind if kind == nexthop::DEL.number() => {
                let nexthop = message.parse(nexthop::DEL)?;
                Some(Trigger::NextHopGone { id: nexthop.get(NextHop::ID).ok()?? })
            }
            kind if kind == nsid::DEL.number() => {
                let namespace = message.parse(nsid::DEL)?;
                Some(Trigger::NamespaceGone { nsid: namespace.get(Nsid::NSID).ok()?? })
            }
            kind if kind == qdisc::NEW.number() => {
                Some(Trigger::Qdisc(message.parse(qdisc::NEW)?.header.into()))
            }
            kind if kind == qdisc::DEL.number() => {
                Some(Trigger::QdiscGone(message.parse(qdisc::DEL)?.header.into()))
            }
            kind if kind == class::NEW.number() => {
                Some(Trigger::Class(message.parse(class::NEW)?.header.into()))
            }
            kind if kind == class::DEL.number() => {
                Some(Trigger::ClassGone(message.parse(class::DEL)?.header.into()))
            }
            _ => None,
        }
    }
}
