//! `ip link property`: alternative names of links.

use barelink_codec::frame::NESTED;
use barelink_codec::rtnl::link::{self, Link, LinkHeader, PropList};
use barelink_transport::Channel;

use super::body::Body;
use super::change::send;
use super::words::{
    Exit, USAGE, Words, abbreviates, duplicate_or_garbage, fail, invalid_argument, is_name,
};
use super::{Ip, usage};

/// Runs `ip link property add` and `del`.
pub fn command<C: Channel>(ip: &mut Ip<'_, '_, C>, mut words: Words<'_>) -> Result<(), Exit> {
    let message_type = match words.next() {
        Some(word) if abbreviates(word, "add") => link::NEWPROP.create().append(),
        Some(word) if abbreviates(word, "delete") => link::DELPROP,
        Some(word) if abbreviates(word, "help") => return Err(usage::of("link", ip.printer.err)),
        Some(_) => {
            return Err(fail(ip.printer.err, "Operator required\n", USAGE));
        }
        None => return Err(usage::of("link", ip.printer.err)),
    };
    let mut body = Body::new(&LinkHeader::default());
    let mut dev = None;
    let list = body.open(Link::PROP_LIST.number() | NESTED);
    while let Some(word) = words.next() {
        if abbreviates(word, "altname") {
            let name = words.value(ip.printer.err)?;
            if !is_name(name, 127) {
                return Err(invalid_argument(ip.printer.err, name, "not a valid altname"));
            }
            body.put_text(PropList::ALT_IFNAME.number(), name);
        } else {
            let word = if word == "dev" { words.value(ip.printer.err)? } else { word };
            if dev.replace(word).is_some() {
                return Err(duplicate_or_garbage(ip.printer.err, "dev", word));
            }
        }
    }
    body.close(list);
    let Some(dev) = dev else {
        return Err(fail(
            ip.printer.err,
            "Not enough of information: \"dev\" argument is required.\n",
            USAGE,
        ));
    };
    let index = ip.printer.find(dev)? as i32;
    body.header(&LinkHeader { index, ..LinkHeader::default() });
    send(ip, message_type, &body)
}
