//! What tests against a made-up kernel share.

use barelink_codec::message::{Flags, Kind, Message};
use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_transport::fake::{Answers, Fake};
use barelink_transport::{Channel, Connection, Error, Refusal};

pub const PART: Kind<LinkHeader, Link> = link::NEW.with(Flags::MULTI);

pub fn header(index: i32) -> LinkHeader {
    LinkHeader { index, ..Default::default() }
}

pub fn part(answers: &mut Answers<'_>, index: i32) {
    answers.reply(PART, header(index), |link| {
        link.put(Link::MTU, 1500);
    });
}

/// The indices that a dump gives, and how it ends.
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

/// Runs a test against a kernel that answers like this.
pub fn with<R>(
    answer: impl FnMut(&Message<'_>, &mut Answers<'_>),
    test: impl FnOnce(&mut Connection<'_, Fake<'_, Answer<'_>>>) -> R,
) -> R {
    let mut queue = vec![0; 64 * 1024];
    let mut buffer = vec![0; 4096];
    let answer: Answer<'_> = Box::new(answer);
    test(&mut Connection::over(Fake::new(&mut queue, answer), &mut buffer).unwrap())
}

pub fn refused(result: Result<(), Error>) -> Refusal {
    match result {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}
