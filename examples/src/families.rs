//! Which family a message is of.

use barelink_codec::Message;
use barelink_codec::genl::ctrl;
use barelink_codec::policy::Family;
use barelink_codec::rtnl::link;

/// The number of the protocol of links, addresses and routes, `NETLINK_ROUTE`.
pub const ROUTE: u8 = 0;
/// The number of the generic families' protocol, `NETLINK_GENERIC`.
pub const GENERIC: u8 = 16;

/// The families of `NETLINK_ROUTE`.
pub const RTNL: &[&Family] = &[&link::FAMILY];

/// The family of a message of this protocol; none if no table has it. Of the generic families,
/// only the controller's number is known beforehand.
pub fn of(protocol: u8, message: &Message<'_>) -> Option<&'static Family> {
    match protocol {
        ROUTE => RTNL.iter().find(|family| family.message(message.kind).is_some()).copied(),
        GENERIC if message.kind == ctrl::ID => Some(&ctrl::FAMILY),
        _ => None,
    }
}
