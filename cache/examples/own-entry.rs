//! Keeps of each link only its index, its name, and whether it works, in a custom entry:
//! `own-entry [SECONDS]` prints what changes about these, and nothing about anything else.

use barelink_cache::short_bytes::ShortBytes;
use barelink_cache::{Cache, Change, DumpRequest, Entry, Event, KernelRules, Manager, Update};
use barelink_codec::rtnl::group::Group;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::{self, Link, LinkFlags, LinkHeader};
use barelink_codec::{Error, Message};
use barelink_transport::Deadline;
use std::time::Duration;

#[derive(Debug, Clone, PartialEq)]
struct Port {
    index: i32,
    name: ShortBytes<15>,
    up: bool,
    running: bool,
}

impl Entry for Port {
    type Key = i32;
    type Diff = bool;
    type Index = ();
    const GROUPS: &'static [u32] = &[Group::LINK.0];

    fn key(&self) -> i32 {
        self.index
    }
    fn diff(&self, new: &Self) -> bool {
        self != new
    }
    fn read(message: &Message<'_>) -> Result<Option<Update<Self>>, Error> {
        let gone = message.parse(link::DEL);
        let Some(link) = gone.or(message.parse(link::NEW)) else { return Ok(None) };
        // A bridge tells of its ports, too.
        if link.header.family != AddressFamily::UNSPEC {
            return Ok(None);
        }
        let LinkHeader { index, flags, .. } = link.header;
        let name = ShortBytes::new(link.require(Link::IFNAME)?.0);
        let (up, running) = (flags.contains(LinkFlags::UP), flags.contains(LinkFlags::RUNNING));
        let port = Port { index, name, up, running };
        Ok(Some(if gone.is_some() { Update::deleted(port) } else { Update::full(port) }))
    }
    fn dump_request(_: &(), step: usize, request: &mut DumpRequest<'_>) -> bool {
        step == 0 && request.dump(link::GET, LinkHeader::default(), |_| {})
    }
}

impl KernelRules for Port {}

fn print(_: &Cache<Port, 64>, event: Event<Change<'_, Port>>) {
    if let Event::Change(change) = event {
        println!("{change:?}");
    }
}

fn main() -> Result<(), barelink_transport::Error> {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(0);
    let (mut ports, mut buffer) = (Cache::<Port, 64>::new(), [0; 32 * 1024]);
    println!("{} bytes of memory for 64 links", size_of_val(&ports));
    let mut manager = Manager::open(&mut ports, &mut buffer)?;
    let end = Deadline::after(Duration::from_secs(seconds));
    manager.sync(Duration::from_secs(5), print)?;
    while !end.has_passed() {
        manager.poll_for(Some(end.remaining()), print)?;
    }
    Ok(())
}
