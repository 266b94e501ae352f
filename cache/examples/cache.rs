//! Keeps the links, prints their names, then what changes about them: `cache [SECONDS]`.

use barelink_cache::{Cache, Change, Event, LinkEntry, Manager};
use barelink_transport::{Deadline, Error};
use std::time::Duration;

fn main() -> Result<(), Error> {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(0);
    let (mut links, mut buffer) = (Cache::<LinkEntry, 64>::new(), [0; 32 * 1024]);
    let mut manager = Manager::open(&mut links, &mut buffer)?;

    manager.sync(Duration::from_secs(5), |_, _| {})?;
    for link in manager.caches() {
        println!("{}: {} mtu {}", link.index, link.name, link.mtu);
    }
    if !manager.caches().is_complete() {
        println!("and {} more, without room for them", manager.caches().rejected());
    }

    let end = Deadline::after(Duration::from_secs(seconds));
    while !end.has_passed() {
        manager.poll_for(Some(end.remaining()), |_, event| match event {
            Event::Change(Change::New(link)) => println!("new: {}", link.name),
            Event::Change(Change::Changed { old, new, diff }) => {
                println!("changed: {}, {diff}: mtu {} was {}", new.name, new.mtu, old.mtu);
            }
            Event::Change(Change::Deleted(link)) => println!("deleted: {}", link.name),
            Event::Change(Change::Rejected(link)) => println!("no room: {}", link.name),
            Event::Stale(why) => println!("reading all anew: {why:?}"),
            _ => {}
        })?;
    }
    Ok(())
}
