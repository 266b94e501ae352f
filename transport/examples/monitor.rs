//! Prints notifications of links, addresses and routes, until stopped: `monitor [SECONDS]`.

use barelink_codec::print::MessageDebug;
use barelink_codec::rtnl::{FAMILIES, group::Group};
use barelink_transport::{Error, Monitor, MonitorEvent, Protocol};
use std::time::Duration;

fn main() -> Result<(), Error> {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let groups =
        [Group::LINK, Group::IPV4_IFADDR, Group::IPV6_IFADDR, Group::IPV4_ROUTE, Group::IPV6_ROUTE];
    let mut buffer = [0; 16 * 1024];
    let mut monitor = Monitor::open(Protocol::ROUTE, &groups.map(|group| group.0), &mut buffer)?;
    println!("listening");
    loop {
        match monitor.next(seconds.map(Duration::from_secs)) {
            Ok(MonitorEvent::Message { message, .. }) => {
                let family =
                    FAMILIES.iter().find(|family| family.message(message.message_type).is_some());
                println!("{:?}", MessageDebug { message, family: family.copied() });
            }
            Ok(lost) => println!("notifications lost, dump again: {lost:?}"),
            Err(Error::TimedOut) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
}
