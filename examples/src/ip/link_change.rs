//! `ip link add|set|delete`: links made, changed and deleted.

use barelink_transport::Channel;

use super::change::Verb;
use super::words::{Exit, Words};
use super::{Ip, usage};

/// `ip link add`, `set`, `replace`, `delete`, `property`.
pub fn command<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    verb: Verb,
    words: Words<'_>,
) -> Result<(), Exit> {
    let _ = (verb, words);
    Err(usage(ip.pen.err))
}
