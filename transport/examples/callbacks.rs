//! Counts links by callbacks, like libnl's.

use barelink_codec::control::Status;
use barelink_codec::handler::{Action, Handler};
use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_codec::{Flags, Message};
use barelink_transport::{Connection, Error, Protocol};

#[derive(Default)]
struct Count {
    links: usize,
    up: usize,
}

impl Handler for Count {
    fn valid(&mut self, message: &Message<'_>) -> Action {
        if let Some(link) = message.parse(link::NEW) {
            self.links += 1;
            self.up += usize::from(matches!(link.get(Link::CARRIER), Ok(Some(1))));
        }
        Action::Ok
    }

    fn error(&mut self, status: &Status<'_>) -> Action {
        println!("kernel error: {status:?}");
        Action::Stop
    }
}

fn main() -> Result<(), Error> {
    let mut buffer = [0; 33 * 1024];
    let mut route = Connection::open(Protocol::ROUTE, &mut buffer)?;
    let mut count = Count::default();
    let all = link::GET.with(Flags::DUMP);
    route.request_with_handler(all, LinkHeader::default(), |_| {}, &mut count)?;
    println!("{} links, {} with a carrier", count.links, count.up);
    Ok(())
}
