//! Requests for objects, by code that is compiled once for all message types.

use barelink_codec::message::{Flags, Message};
use barelink_codec::schema::Set;
use barelink_codec::value::Structure;
use barelink_codec::{MessageType, Parsed};
use barelink_transport::{Channel, Connection, Error, Replies};

use super::body::Body;

/// Callback for each reply.
pub type OnReply<'e, H, S> = &'e mut dyn FnMut(Parsed<'_, H, S>);

/// Sends a dump request and passes each object to `each`.
pub fn dump<C: Channel, H: Structure, S: Set>(
    kernel: &mut Connection<'_, C>,
    message_type: MessageType<H, S>,
    body: &Body,
    each: OnReply<'_, H, S>,
) -> Result<(), Error> {
    let replies = kernel.send_encoded(message_type.dump(), body.bytes());
    each_reply(replies, &mut |message| each(message.read(message_type)))
}

/// Sends a request for one object and passes it to `each`.
pub fn get<C: Channel, H: Structure, S: Set>(
    kernel: &mut Connection<'_, C>,
    message_type: MessageType<H, S>,
    body: &Body,
    each: OnReply<'_, H, S>,
) -> Result<(), Error> {
    let replies = kernel.send_encoded(message_type.with(Flags::ACK), body.bytes());
    each_reply(replies, &mut |message| each(message.read(message_type)))
}

#[inline(never)]
fn each_reply<C: Channel>(
    replies: Result<Replies<'_, '_, (), (), C>, Error>,
    each: &mut dyn FnMut(Message<'_>),
) -> Result<(), Error> {
    let mut replies = replies?;
    while let Some(message) = replies.next_message()? {
        each(message);
    }
    Ok(())
}
