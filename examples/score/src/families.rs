//! Which family a message is of.

use barelink_codec::family::Family;
use barelink_codec::genl::ctrl;
use barelink_codec::netfilter;
use barelink_codec::rtnl::bridge::mdb;
use barelink_codec::rtnl::{self};
use barelink_codec::{Flags, Message};

/// The number of the protocol of links, addresses and routes, `NETLINK_ROUTE`.
pub const ROUTE: u8 = 0;
/// The number of the packet filter's protocol, `NETLINK_NETFILTER`.
pub const NETFILTER: u8 = 12;
/// The number of the generic families' protocol, `NETLINK_GENERIC`.
pub const GENERIC: u8 = 16;

/// The family of a message of this protocol; none if no table has it. Of the generic families,
/// only the controller's number is known beforehand.
pub fn of(protocol: u8, message: &Message<'_>) -> Option<&'static Family> {
    match protocol {
        // The one object whose requests have other attributes than what the kernel tells of it.
        ROUTE
            if is_request(message)
                && mdb::request::FAMILY.message(message.message_type).is_some() =>
        {
            Some(&mdb::request::FAMILY)
        }
        ROUTE => among(rtnl::FAMILIES, message),
        NETFILTER => among(netfilter::FAMILIES, message),
        GENERIC if message.message_type == ctrl::ID => Some(&ctrl::FAMILY),
        _ => None,
    }
}

fn among(families: &[&'static Family], message: &Message<'_>) -> Option<&'static Family> {
    families.iter().find(|family| family.message(message.message_type).is_some()).copied()
}

fn is_request(message: &Message<'_>) -> bool {
    message.flags.contains(Flags::REQUEST)
}
