//! Shared by tests against a fake kernel.

use barelink_codec::message::{Flags, Message, MessageType};
use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_transport::testing::{Answers, Fake};
use barelink_transport::{Channel, Connection, Error};

pub use super::links::{header, kernel_error};

pub const PART: MessageType<LinkHeader, Link> = link::NEW.with(Flags::MULTI);

pub fn part(answers: &mut Answers<'_>, index: i32) {
    answers.reply(PART, header(index), |link| {
        link.put(Link::MTU, 1500);
    });
}

/// Replies to dumps by `dump`, and acknowledges other requests.
pub fn dumping(
    mut dump: impl FnMut(&mut Answers<'_>),
) -> impl FnMut(&Message<'_>, &mut Answers<'_>) {
    move |request, answers| match request.flags.contains(Flags::DUMP) {
        true => dump(answers),
        false => answers.ack(),
    }
}

/// Acknowledgement, built by hand: a header with this sequence number and port, then a number of
/// zeros, 20 in a valid one.
pub fn ack(seq: u32, port: u32, zeros: usize) -> Vec<u8> {
    let mut buffer = [0; 64];
    let built = MessageType::<(), ()>::new(2).build(&mut buffer, seq, (), |out| {
        out.append(&[0; 20][..zeros]);
    });
    let built = built.unwrap();
    built[12..16].copy_from_slice(&port.to_ne_bytes());
    built.to_vec()
}

/// Interface indexes in a dump, and its result.
pub fn dump<C: Channel>(route: &mut Connection<'_, C>) -> (Vec<i32>, Result<(), Error>) {
    let mut links = match route.dump(link::GET, header(0), |_| {}) {
        Ok(links) => links,
        Err(error) => return (vec![], Err(error)),
    };
    let mut indices = vec![];
    loop {
        match links.next() {
            Ok(Some(link)) => indices.push(link.header.index),
            Ok(None) => return (indices, Ok(())),
            Err(error) => return (indices, Err(error)),
        }
    }
}

pub fn execute<C: Channel>(route: &mut Connection<'_, C>) -> Result<(), Error> {
    route.execute(link::SET, header(7), |link| {
        link.put(Link::MTU, 1400);
    })
}

pub type Answer<'a> = Box<dyn FnMut(&Message<'_>, &mut Answers<'_>) + 'a>;

/// Runs a test against a kernel that replies by `answer`.
pub fn with<R>(
    answer: impl FnMut(&Message<'_>, &mut Answers<'_>),
    test: impl FnOnce(&mut Connection<'_, Fake<'_, Answer<'_>>>) -> R,
) -> R {
    let mut queue = vec![0; 64 * 1024];
    let mut buffer = vec![0; 4096];
    let answer: Answer<'_> = Box::new(answer);
    test(&mut Connection::with_channel(Fake::new(&mut queue, answer), &mut buffer).unwrap())
}
