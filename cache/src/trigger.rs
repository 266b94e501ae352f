//! Notifications of one object that change others: [`Trigger`].

use core::net::IpAddr;

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

/// Notification that may change entries which no message is about: the kernel removes the IPv4
/// routes of a link that goes down, and notifies only of the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Trigger {
    /// A link was added or changed (`RTM_NEWLINK`).
    Link {
        /// Interface index.
        index: i32,
        /// `true` if the link is administratively up (`IFF_UP`).
        up: bool,
        /// `true` if the link has a carrier (`IFF_RUNNING` or `IFF_LOWER_UP`).
        running: bool,
        /// Interface index of the master (`IFLA_MASTER`); 0 for none.
        master: u32,
        /// Routing table of the kernel's routes to the link's addresses: that of the VRF, if the
        /// link is a VRF or a port of one.
        table: RouteTable,
        /// State before the notification, if links are cached.
        previous: Option<LinkState>,
        /// `true` if `IFF_UP` changed (`ifi_change`).
        up_changed: bool,
    },
    /// A link was deleted, or moved to another network namespace (`RTM_DELLINK`).
    LinkDeleted {
        /// Interface index.
        index: i32,
    },
    /// An IPv4 address was added or changed (`RTM_NEWADDR`).
    AddressAdded {
        /// Interface index of the link.
        index: u32,
    },
    /// An address was deleted (`RTM_DELADDR`).
    AddressDeleted {
        /// Deleted address.
        address: IpAddr,
        /// Interface index of the link.
        index: u32,
    },
    /// A next hop object was deleted (`RTM_DELNEXTHOP`).
    NextHopDeleted {
        /// Next hop ID (`NHA_ID`).
        id: u32,
    },
    /// A network namespace lost its ID (`RTM_DELNSID`), usually because it was deleted.
    NamespaceDeleted {
        /// Namespace ID (`NETNSA_NSID`).
        nsid: i32,
    },
    /// A queueing discipline was added or changed (`RTM_NEWQDISC`).
    Qdisc(TcId),
    /// A queueing discipline was deleted (`RTM_DELQDISC`).
    QdiscDeleted(TcId),
    /// A class was added or changed (`RTM_NEWTCLASS`).
    Class(TcId),
    /// A class was deleted (`RTM_DELTCLASS`).
    ClassDeleted(TcId),
}

/// Fields of a link that other entries depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LinkState {
    /// `true` if the link is administratively up (`IFF_UP`).
    pub up: bool,
    /// `true` if the link has a carrier (`IFF_RUNNING` or `IFF_LOWER_UP`).
    pub running: bool,
    /// Interface index of the master (`IFLA_MASTER`); 0 for none.
    pub master: u32,
}

/// Identity of a queueing discipline or a class (`struct tcmsg`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct TcId {
    /// Interface index of the link.
    pub index: i32,
    /// Handle (`tcm_handle`).
    pub handle: Handle,
    /// Handle of the parent (`tcm_parent`).
    pub parent: Handle,
}

impl From<TcHeader> for TcId {
    fn from(TcHeader { index, handle, parent, .. }: TcHeader) -> Self {
        TcId { index, handle, parent }
    }
}

/// Returns whether a link has a carrier, as the kernel decides it for routes.
pub(crate) fn is_running(flags: LinkFlags) -> bool {
    flags.intersects(LinkFlags::RUNNING | LinkFlags::LOWER_UP)
}

/// Returns the routing table of a VRF, or of a port of one.
fn vrf_table(info: Attrs<'_, LinkInfo>) -> Option<RouteTable> {
    let port = info.get(LinkInfo::SLAVE_DATA.nested::<VrfPort>()).ok().flatten();
    let table = match port {
        Some(port) => port.get(VrfPort::TABLE),
        None => info.get(LinkInfo::DATA.nested::<Vrf>()).ok()??.get(Vrf::TABLE),
    };
    table.ok()?.map(RouteTable)
}

impl Trigger {
    /// Adds the previous state of the link.
    pub fn with_previous(mut self, known: impl FnOnce(i32) -> Option<LinkState>) -> Trigger {
        if let Trigger::Link { index, previous, .. } = &mut self {
            *previous = known(*index);
        }
        self
    }

    /// Returns whether the trigger is a link whose [`LinkState`] did not change.
    pub fn is_unchanged(&self) -> bool {
        matches!(*self, Trigger::Link { up, running, master, previous, .. }
            if previous == Some(LinkState { up, running, master }))
    }

    /// Returns the trigger that a message of `NETLINK_ROUTE` is; `None` if it changes no other
    /// object.
    #[inline]
    pub fn from_message(message: &Message<'_>) -> Option<Trigger> {
        match message.message_type {
            // Compared by number first, since most messages are of other types.
            number if number == link::NEW.number() => {
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
                    previous: None,
                    up_changed: link.header.change.contains(LinkFlags::UP),
                })
            }
            number if number == link::DEL.number() => {
                let link = message.parse(link::DEL)?;
                (link.header.family == AddressFamily::UNSPEC)
                    .then_some(Trigger::LinkDeleted { index: link.header.index })
            }
            number if number == addr::NEW.number() => {
                let addr = message.parse(addr::NEW)?;
                (addr.header.family == AddressFamily::INET)
                    .then_some(Trigger::AddressAdded { index: addr.header.index })
            }
            number if number == addr::DEL.number() => {
                let addr = message.parse(addr::DEL)?;
                let (local, address) = addr.find((Addr::LOCAL, Addr::ADDRESS)).ok()?;
                let address = local.get().ok()?.or(address.get().ok()?)?;
                Some(Trigger::AddressDeleted { address, index: addr.header.index })
            }
            number if number == nexthop::DEL.number() => {
                let nexthop = message.parse(nexthop::DEL)?;
                Some(Trigger::NextHopDeleted { id: nexthop.get(NextHop::ID).ok()?? })
            }
            number if number == nsid::DEL.number() => {
                let namespace = message.parse(nsid::DEL)?;
                Some(Trigger::NamespaceDeleted { nsid: namespace.get(Nsid::NSID).ok()?? })
            }
            number if number == qdisc::NEW.number() => {
                Some(Trigger::Qdisc(message.parse(qdisc::NEW)?.header.into()))
            }
            number if number == qdisc::DEL.number() => {
                Some(Trigger::QdiscDeleted(message.parse(qdisc::DEL)?.header.into()))
            }
            number if number == class::NEW.number() => {
                Some(Trigger::Class(message.parse(class::NEW)?.header.into()))
            }
            number if number == class::DEL.number() => {
                Some(Trigger::ClassDeleted(message.parse(class::DEL)?.header.into()))
            }
            _ => None,
        }
    }
}
