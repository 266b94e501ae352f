//! Finds the family of a message.

use barelink_codec::family::Family;
use barelink_codec::genl::ctrl;
use barelink_codec::netfilter;
use barelink_codec::rtnl;
use barelink_codec::rtnl::bridge::mdb;
use barelink_codec::{Flags, Message};

/// `NETLINK_ROUTE`, the protocol of links, addresses and routes.
pub const ROUTE: u8 = 0;
/// `NETLINK_NETFILTER`, the protocol of netfilter's subsystems.
pub const NETFILTER: u8 = 12;
/// `NETLINK_GENERIC`, the protocol of generic netlink families.
pub const GENERIC: u8 = 16;

/// Returns the family of a message of this protocol; `None` if no table has it.
///
/// Of the generic netlink families only the controller, `nlctrl`, has a fixed id.
pub fn of(protocol: u8, message: &Message<'_>) -> Option<&'static Family> {
    match protocol {
        // The only object whose requests have other attributes than its notifications.
        ROUTE
            if is_request(message)
                && mdb::request::FAMILY.message(message.message_type).is_some() =>
        {
            Some(&mdb::request::FAMILY)
        }
        ROUTE => find(rtnl::FAMILIES, message),
        NETFILTER => find(netfilter::FAMILIES, message),
        GENERIC if message.message_type == ctrl::ID => Some(&ctrl::FAMILY),
        _ => None,
    }
}

fn find(families: &[&'static Family], message: &Message<'_>) -> Option<&'static Family> {
    families.iter().find(|family| family.message(message.message_type).is_some()).copied()
}

fn is_request(message: &Message<'_>) -> bool {
    message.flags.contains(Flags::REQUEST)
}
