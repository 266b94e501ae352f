//! `ip monitor`: what changes, as it changes; in JSON, a line a change.

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

use super::clock::{Long, Short};
use super::index::Index;
use super::neigh::Event;
use super::pen::Pen;
use super::said::Said;
use super::words::{Exit, USAGE, Words, abbreviates};
use super::{System, errors};

/// What one can listen to: the word, its label, and the groups with the family that each is for.
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

/// What is listened to, and how it is shown.
#[derive(Default)]
struct Wanted {
    objects: [bool; 7],
    label: bool,
    index: u32,
    /// When the change came.
    time: Option<Duration>,
}

/// `ip monitor`.
pub fn run<'b, S: System<'b>>(
    mut words: Words<'_>,
    system: &mut S,
    room: &'b mut [u8],
    mut pen: Pen<'_, 'b, S::Channel>,
) -> Result<(), Exit> {
    let mut wanted = Wanted::default();
    while let Some(word) = words.next() {
        let object = OBJECTS.iter().position(|object| abbreviates(word, object.word));
        if word == "dev" {
            let name = words.value(pen.err)?;
            wanted.index = pen.find_or(name, "Device does not exist\n")?;
        } else if word == "all" || abbreviates(word, "label") {
            wanted.label = true;
        } else if let Some(object) = object {
            if let Some(chosen) = wanted.objects.get_mut(object) {
                *chosen = true;
            }
        } else if abbreviates(word, "help") {
            return Err(super::usage(pen.err));
        } else {
            writeln!(pen.err, "Argument \"{word}\" is unknown, try \"ip monitor help\".");
            return Err(USAGE);
        }
    }
    if wanted.objects == [false; 7] {
        wanted.objects = [true; 7];
    }
    let mut groups = [0; 16];
    let mut count = 0;
    let family = pen.options.family;
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
    let opened = system.monitor(groups, room);
    let mut monitor = opened.map_err(|error| errors::request(pen.err, &error))?;
    pen.options.monitor = true;
    loop {
        match monitor.next(None) {
            Ok(MonitorEvent::Message { message, .. }) => {
                wanted.time = system.now().filter(|_| pen.options.timestamp);
                show(&mut pen, &wanted, &message);
                if pen.out.is_broken() {
                    return Err(Exit(1));
                }
            }
            Ok(MonitorEvent::Overrun) => {
                pen.err.write_str("Messages were lost: they came too fast.\n");
            }
            Ok(MonitorEvent::DatagramTruncated { .. } | MonitorEvent::Invalid(_)) => {
                pen.err.write_str("A message was lost: it could not be read.\n");
            }
            Ok(_) => {}
            // What stands in for a socket has come to its end.
            Err(Error::TimedOut) => return Ok(()),
            Err(error) => return Err(errors::request(pen.err, &error)),
        }
    }
}

/// Says when a change came, and which object it is of, as far as that is wanted.
fn label<C>(pen: &mut Pen<'_, '_, C>, wanted: &Wanted, label: &str) {
    match wanted.time {
        Some(time) if pen.options.short_timestamp => {
            pen.out.text(format_args!("[{}] ", Short(time)));
        }
        Some(time) => pen.out.text(format_args!("Timestamp: {}\n", Long(time))),
        None => {}
    }
    if wanted.label {
        pen.out.text(format_args!("[{label}]"));
    }
}

fn show<C: Channel>(pen: &mut Pen<'_, '_, C>, wanted: &Wanted, message: &Message<'_>) {
    let family = pen.options.family;
    let here = |index: u32| wanted.index == 0 || wanted.index == index;
    let kind = message.message_type;
    if kind == link::NEW.number() || kind == link::DEL.number() {
        let link = message.read(link::NEW);
        let index = Index::new(link.attrs);
        let deleted = kind == link::DEL.number();
        if here(link.header.index as u32) {
            label(pen, wanted, "LINK");
            if !deleted && link.header.flags != LinkFlags::EMPTY {
                pen.links.remember(&link);
            }
            pen.out.object(None);
            super::link::print(pen, &link.header, &index, deleted);
            pen.out.end_object();
            pen.out.end_record();
            if deleted {
                pen.links.forget(link.header.index as u32);
            }
        }
    } else if kind == addr::NEW.number() || kind == addr::DEL.number() {
        let address = message.read(addr::NEW);
        if here(address.header.index) {
            label(pen, wanted, "ADDR");
            let name = pen.link(address.header.index);
            let index = Index::new(address.attrs);
            pen.out.object(None);
            if kind == addr::DEL.number() {
                pen.out.any("deleted", "Deleted ", true);
            }
            let options = pen.options;
            super::addr::print(&mut pen.out, &options, &address.header, &index, Some(&name));
            pen.out.end_object();
            pen.out.end_record();
        }
    } else if kind == route::NEW.number() || kind == route::DEL.number() {
        let route = message.read(route::NEW);
        let multicast = matches!(route.header.family, AddressFamily::IPMR | AddressFamily::IP6MR);
        if !multicast && !route.header.flags.contains(RouteFlags::CLONED) {
            let index = Index::new(route.attrs);
            let mut said = Said::new(family);
            said.set(super::route::OIF, Some(wanted.index.into()).filter(|index| *index != 0));
            if super::route::wants(&said, &route.header, &index) {
                label(pen, wanted, "ROUTE");
                let deleted = kind == route::DEL.number();
                super::route::print(pen, &route.header, &index, &said, deleted);
                pen.out.end_record();
            }
        }
    } else if [neigh::NEW.number(), neigh::DEL.number(), neigh::GET.number()].contains(&kind) {
        let neigh = message.read(neigh::NEW);
        // Forwarding entries of bridges are `bridge monitor`'s.
        let ours = neigh.header.family != AddressFamily::BRIDGE
            && (family == ANY || neigh.header.family == family);
        if ours && here(neigh.header.index as u32) {
            label(pen, wanted, "NEIGH");
            let event = match kind {
                _ if kind == neigh::DEL.number() => Event::Deleted,
                _ if kind == neigh::GET.number() => Event::Miss,
                _ => Event::None,
            };
            super::neigh::print(pen, &neigh, &Index::new(neigh.attrs), event, true);
            pen.out.end_record();
        }
    } else if kind == rule::NEW.number() || kind == rule::DEL.number() {
        let rule = message.read(rule::NEW);
        label(pen, wanted, "RULE");
        let deleted = kind == rule::DEL.number();
        super::rule::print(pen, &rule, &Index::new(rule.attrs), deleted);
        pen.out.end_record();
    } else if kind == netconf::NEW.number() || kind == netconf::DEL.number() {
        let conf = message.read(netconf::NEW);
        let index = Index::new(conf.attrs);
        let of = index.get(netconf::Netconf::IFINDEX).map_or(0, |link| link.0);
        if here(of as u32) {
            label(pen, wanted, "NETCONF");
            let deleted = kind == netconf::DEL.number();
            super::netconf::print(pen, &conf.header, &index, deleted);
            pen.out.end_record();
        }
    } else if kind == nexthop::NEW.number() || kind == nexthop::DEL.number() {
        let hop = message.read(nexthop::NEW);
        label(pen, wanted, "NEXTHOP");
        pen.out.object(None);
        let deleted = kind == nexthop::DEL.number();
        super::nexthop::print(pen, &hop.header, &Index::new(hop.attrs), deleted);
        pen.out.words("\n");
        pen.out.end_object();
        pen.out.end_record();
    } else if kind == nexthop_bucket::NEW.number() || kind == nexthop_bucket::DEL.number() {
        label(pen, wanted, "NEXTHOPBUCKET");
        let bucket = message.read(nexthop_bucket::NEW);
        super::nexthop::print_bucket(pen, &bucket, kind == nexthop_bucket::DEL.number());
        pen.out.end_record();
    }
}
