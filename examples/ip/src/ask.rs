//! Asking the kernel: whatever is asked for, in one way, by code that is in the program once.

use barelink_codec::message::{Flags, Message};
use barelink_codec::schema::Set;
use barelink_codec::value::Structure;
use barelink_codec::{MessageType, Parsed};
use barelink_transport::{Channel, Connection, Error, Replies};

use super::body::Body;

/// What hears each answer.
pub type Each<'e, H, S> = &'e mut dyn FnMut(Parsed<'_, H, S>);

/// Asks for all there are of something.
pub fn all<C: Channel, H: Structure, S: Set>(
    kernel: &mut Connection<'_, C>,
    kind: MessageType<H, S>,
    body: &Body,
    each: Each<'_, H, S>,
) -> Result<(), Error> {
    let replies = kernel.send_encoded(kind.dump(), body.bytes());
    hear(replies, &mut |message| each(message.read(kind)))
}

/// Asks for one thing.
pub fn one<C: Channel, H: Structure, S: Set>(
    kernel: &mut Connection<'_, C>,
    kind: MessageType<H, S>,
    body: &Body,
    each: Each<'_, H, S>,
) -> Result<(), Error> {
    let replies = kernel.send_encoded(kind.with(Flags::ACK), body.bytes());
    hear(replies, &mut |message| each(message.read(kind)))
}

#[inline(never)]
fn hear<C: Channel>(
    replies: Result<Replies<'_, '_, (), (), C>, Error>,
    each: &mut dyn FnMut(Message<'_>),
) -> Result<(), Error> {
    let mut replies = replies?;
    while let Some(message) = replies.next_message()? {
        each(message);
    }
    Ok(())
}
