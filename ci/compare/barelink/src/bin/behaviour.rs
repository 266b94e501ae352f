//! Experiments of ci/compare, selected by name in the first argument; barelink.

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::{self, Link, LinkHeader};
use barelink_codec::rtnl::route::{self, RouteHeader};
use barelink_transport::{Connection, Errno, Error, Monitor, MonitorEvent, Protocol};

fn main() -> Result<(), Error> {
    let mut buffer = [0; 33 * 1024];
    match std::env::args().nth(1).as_deref() {
        Some("done") => {
            let mut rtnl = Connection::open(Protocol::ROUTE, &mut buffer)?;
            let family = AddressFamily::INET;
            let header = RouteHeader { family, src_len: 5, ..Default::default() };
            match rtnl.dump(route::GET, header, |_| {}).and_then(|routes| routes.finish()) {
                Err(Error::Kernel(error)) if error.errno() == Errno::INVAL => {
                    println!("yes: {error}");
                }
                other => println!("no: {other:?}"),
            }
        }
        Some(what @ ("altnames" | "altnames-8k")) => {
            let room = if what == "altnames" { 33 * 1024 } else { 8192 + 40 };
            let buffer = &mut buffer[..room];
            let mut rtnl = Connection::open(Protocol::ROUTE, buffer)?;
            let mut links = rtnl.dump(link::GET, LinkHeader::default(), |_| {})?;
            let mut seen = false;
            loop {
                match links.next() {
                    Ok(Some(link)) => seen |= link.require(Link::IFNAME)? == "many",
                    Ok(None) if seen => break println!("yes"),
                    Ok(None) => break println!("no: success without it"),
                    Err(error) => break println!("no, an error: {error}"),
                }
            }
        }
        Some("extack") => {
            let mut rtnl = Connection::open(Protocol::ROUTE, &mut buffer)?;
            let result = rtnl.execute(link::NEW, LinkHeader::default(), |link| {
                link.put(Link::IFNAME, "many").put(Link::MTU, 1_000_000);
            });
            match result {
                Err(Error::Kernel(error)) if error.text().contains("mtu greater") => {
                    println!("yes: {}", error.text());
                }
                other => println!("no: {other:?}"),
            }
        }
        Some("forged") => {
            let mut monitor = Monitor::open(Protocol::ROUTE, &[1], &mut buffer)?;
            println!("port {}", monitor.channel().local_port()?);
            loop {
                if let MonitorEvent::Message { message, .. } = monitor.next(None)? {
                    let Some(link) = message.parse(link::NEW) else { continue };
                    let forged = link.require(Link::IFNAME)? == "forged0";
                    println!("{}", if forged { "no: it is delivered as an event" } else { "yes" });
                    break;
                }
            }
        }
        Some("large") => {
            let mut room = vec![0; 131_072];
            let payload = vec![0; 70_000];
            let built = link::NEW.build(&mut room, 1, LinkHeader::default(), |link| {
                link.put_raw(100, &payload);
            });
            match built {
                Err(error) => println!("yes: {error}"),
                Ok(_) => println!("no"),
            }
        }
        _ => {}
    }
    Ok(())
}
