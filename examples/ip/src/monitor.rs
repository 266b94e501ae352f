//! `ip monitor`: prints notifications as they arrive; in JSON, one line each.

use core::time::Duration;

use barelink_codec::Message;
use barelink_codec::rtnl::addr;
use barelink_codec::rtnl::group::Group;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::{self, LinkFlags};
use barelink_codec::rtnl::neigh;
use barelink_codec::rtnl::netconf;
use barelink_codec::rtnl::route::nexthop;
use barelink_codec::rtnl::route::nexthop_bucket;
use barelink_codec::rtnl::route::{self, RouteFlags};
use barelink_codec::rtnl::rule;
use barelink_transport::{Channel, Error, MonitorEvent};

use super::args::ParsedArgs;
use super::clock::{CtimeTime, Iso8601Time};
use super::index::Index;
use super::neigh::NeighEvent;
use super::printer::Printer;
use super::words::{Exit, USAGE, Words, abbreviates};
use super::{System, errors};

/// Object to monitor: its word, and its multicast groups with the family of each.
struct Object {
    word: &'static str,
    groups: &'static [(AddressFamily, Group)],
}

const ANY: AddressFamily = AddressFamily::UNSPEC;

const OBJECTS: [Object; 7] = [
    Object { word: "link", groups: &[(ANY, Group::LINK)] },
    Object {
        word: "address",
        groups: &[
            (AddressFamily::INET, Group::IPV4_IFADDR),
            (AddressFamily::INET6, Group::IPV6_IFADDR),
        ],
    },
    Object {
        word: "route",
        groups: &[
            (AddressFamily::INET, Group::IPV4_ROUTE),
            (AddressFamily::INET6, Group::IPV6_ROUTE),
            (AddressFamily::MPLS, Group::MPLS_ROUTE),
        ],
    },
    Object { word: "neigh", groups: &[(ANY, Group::NEIGH)] },
    Object {
        word: "rule",
        groups: &[
            (AddressFamily::INET, Group::IPV4_RULE),
            (AddressFamily::INET6, Group::IPV6_RULE),
        ],
    },
    Object {
        word: "netconf",
        groups: &[
            (AddressFamily::INET, Group::IPV4_NETCONF),
            (AddressFamily::INET6, Group::IPV6_NETCONF),
            (AddressFamily::MPLS, Group::MPLS_NETCONF),
        ],
    },
    Object { word: "nexthop", groups: &[(ANY, Group::NEXTHOP)] },
];

/// Monitored objects, and the display options.
#[derive(Default)]
struct Wanted {
    objects: [bool; 7],
    label: bool,
    index: u32,
    /// Time of arrival.
    time: Option<Duration>,
}

/// Runs `ip monitor`.
pub fn run<'b, S: System<'b>>(
    mut words: Words<'_>,
    system: &mut S,
    buffer: &'b mut [u8],
    mut printer: Printer<'_, 'b, S::Channel>,
) -> Result<(), Exit> {
    let mut wanted = Wanted::default();
    while let Some(word) = words.next() {
        let object = OBJECTS.iter().position(|object| abbreviates(word, object.word));
        if word == "dev" {
            let name = words.value(printer.err)?;
            wanted.index = printer.find_or(name, "Device does not exist\n")?;
        } else if word == "all" || abbreviates(word, "label") {
            wanted.label = true;
        } else if let Some(object) = object {
            if let Some(chosen) = wanted.objects.get_mut(object) {
                *chosen = true;
            }
        } else if abbreviates(word, "help") {
            return Err(super::usage(printer.err));
        } else {
            writeln!(printer.err, "Argument \"{word}\" is unknown, try \"ip monitor help\".");
            return Err(USAGE);
        }
    }
    if wanted.objects == [false; 7] {
        wanted.objects = [true; 7];
    }
    let mut groups = [0; 16];
    let mut count = 0;
    let family = printer.options.family;
    for (object, _) in OBJECTS.iter().zip(wanted.objects).filter(|(_, chosen)| *chosen) {
        for (of, group) in object.groups {
            if family == ANY || *of == ANY || *of == family {
                if let Some(slot) = groups.get_mut(count) {
                    *slot = group.0;
                    count += 1;
                }
            }
        }
    }
    let groups = groups.get(..count).unwrap_or_default();
    let opened = system.monitor(groups, buffer);
    let mut monitor = opened.map_err(|error| errors::request_failed(printer.err, &error))?;
    printer.options.monitor = true;
    loop {
        match monitor.next(None) {
            Ok(MonitorEvent::Message { message, .. }) => {
                wanted.time = system.now().filter(|_| printer.options.timestamp);
                show(&mut printer, &wanted, &message);
                if printer.out.is_broken() {
                    return Err(Exit(1));
                }
            }
            Ok(MonitorEvent::Overrun) => {
                printer.err.write_str("Messages were lost: receive buffer overrun.\n");
            }
            Ok(MonitorEvent::DatagramTruncated { .. } | MonitorEvent::Invalid(_)) => {
                printer.err.write_str("A message was lost: truncated or malformed.\n");
            }
            Ok(_) => {}
            // End of a replay.
            Err(Error::TimedOut) => return Ok(()),
            Err(error) => return Err(errors::request_failed(printer.err, &error)),
        }
    }
}

/// Prints the timestamp and the object's label, if requested.
fn label<C>(printer: &mut Printer<'_, '_, C>, wanted: &Wanted, label: &str) {
    match wanted.time {
        Some(time) if printer.options.short_timestamp => {
            printer.out.text(format_args!("[{}] ", Iso8601Time(time)));
        }
        Some(time) => printer.out.text(format_args!("Timestamp: {}\n", CtimeTime(time))),
        None => {}
    }
    if wanted.label {
        printer.out.text(format_args!("[{label}]"));
    }
}

fn show<C: Channel>(printer: &mut Printer<'_, '_, C>, wanted: &Wanted, message: &Message<'_>) {
    let family = printer.options.family;
    let here = |index: u32| wanted.index == 0 || wanted.index == index;
    let message_type = message.message_type;
    if message_type == link::NEW.number() || message_type == link::DEL.number() {
        let link = message.read(link::NEW);
        let index = Index::new(link.attrs);
        let deleted = message_type == link::DEL.number();
        if here(link.header.index as u32) {
            label(printer, wanted, "LINK");
            if !deleted && link.header.flags != LinkFlags::EMPTY {
                printer.links.remember(&link);
            }
            printer.out.object(None);
            super::link::print(printer, &link.header, &index, deleted);
            printer.out.end_object();
            printer.out.end_record();
            if deleted {
                printer.links.forget(link.header.index as u32);
            }
        }
    } else if message_type == addr::NEW.number() || message_type == addr::DEL.number() {
        let address = message.read(addr::NEW);
        if here(address.header.index) {
            label(printer, wanted, "ADDR");
            let name = printer.link(address.header.index);
            let index = Index::new(address.attrs);
            printer.out.object(None);
            if message_type == addr::DEL.number() {
                printer.out.any("deleted", "Deleted ", true);
            }
            let options = printer.options;
            super::addr::print(&mut printer.out, &options, &address.header, &index, Some(&name));
            printer.out.end_object();
            printer.out.end_record();
        }
    } else if message_type == route::NEW.number() || message_type == route::DEL.number() {
        let route = message.read(route::NEW);
        let multicast = matches!(route.header.family, AddressFamily::IPMR | AddressFamily::IP6MR);
        if !multicast && !route.header.flags.contains(RouteFlags::CLONED) {
            let index = Index::new(route.attrs);
            let mut args = ParsedArgs::new(family);
            args.set(super::route::OIF, Some(wanted.index.into()).filter(|index| *index != 0));
            if super::route::matches(&args, &route.header, &index) {
                label(printer, wanted, "ROUTE");
                let deleted = message_type == route::DEL.number();
                super::route::print(printer, &route.header, &index, &args, deleted);
                printer.out.end_record();
            }
        }
    } else if [neigh::NEW.number(), neigh::DEL.number(), neigh::GET.number()]
        .contains(&message_type)
    {
        let neigh = message.read(neigh::NEW);
        // Forwarding database entries belong to `bridge monitor`.
        let ours = neigh.header.family != AddressFamily::BRIDGE
            && (family == ANY || neigh.header.family == family);
        if ours && here(neigh.header.index as u32) {
            label(printer, wanted, "NEIGH");
            let event = match message_type {
                _ if message_type == neigh::DEL.number() => NeighEvent::Deleted,
                _ if message_type == neigh::GET.number() => NeighEvent::Miss,
                _ => NeighEvent::None,
            };
            super::neigh::print(printer, &neigh, &Index::new(neigh.attrs), event, true);
            printer.out.end_record();
        }
    } else if message_type == rule::NEW.number() || message_type == rule::DEL.number() {
        let rule = message.read(rule::NEW);
        label(printer, wanted, "RULE");
        let deleted = message_type == rule::DEL.number();
        super::rule::print(printer, &rule, &Index::new(rule.attrs), deleted);
        printer.out.end_record();
    } else if message_type == netconf::NEW.number() || message_type == netconf::DEL.number() {
        let conf = message.read(netconf::NEW);
        let index = Index::new(conf.attrs);
        let of = index.get(netconf::Netconf::IFINDEX).map_or(0, |link| link.0);
        if here(of as u32) {
            label(printer, wanted, "NETCONF");
            let deleted = message_type == netconf::DEL.number();
            super::netconf::print(printer, &conf.header, &index, deleted);
            printer.out.end_record();
        }
    } else if message_type == nexthop::NEW.number() || message_type == nexthop::DEL.number() {
        let hop = message.read(nexthop::NEW);
        label(printer, wanted, "NEXTHOP");
        printer.out.object(None);
        let deleted = message_type == nexthop::DEL.number();
        super::nexthop::print(printer, &hop.header, &Index::new(hop.attrs), deleted);
        printer.out.literal("\n");
        printer.out.end_object();
        printer.out.end_record();
    } else if message_type == nexthop_bucket::NEW.number()
        || message_type == nexthop_bucket::DEL.number()
    {
        label(printer, wanted, "NEXTHOPBUCKET");
        let bucket = message.read(nexthop_bucket::NEW);
        super::nexthop::print_bucket(
            printer,
            &bucket,
            message_type == nexthop_bucket::DEL.number(),
        );
        printer.out.end_record();
    }
}
