//! `ip address show`: prints each link with its addresses.
//!
//! The kernel dumps links and addresses separately (`RTM_GETLINK`, `RTM_GETADDR`). The addresses of
//! a link are dumped over the second connection while the link is printed, so that none has to be
//! stored.

use core::fmt::Write;

use barelink_codec::Parsed;
use barelink_codec::rtnl::addr::{self, Addr, AddrFlags, AddrHeader};
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::{self, ExtMask, Link, LinkFlags, LinkHeader};
use barelink_transport::{Channel, Error};

use super::body::Body;
use super::index::Index;
use super::link::{Filter as LinkFilter, print as print_link, print_brief};
use super::links::{LinkName, LinkNames};
use super::names::{self, ADDR_PROTOCOLS, Named, SCOPES};
use super::options::Options;
use super::output::{Output, TextBuffer};
use super::prefix::{Address, Prefix};
use super::printer::Printer;
use super::request;
use super::words::{Exit, Words, abbreviates, invalid_argument, matches_pattern};
use super::{Ip, errors, stats};

/// Names of the address flags (`IFA_F_*`), in printing order.
pub const FLAGS: [(&str, AddrFlags); 13] = [
    ("secondary", AddrFlags::SECONDARY),
    ("temporary", AddrFlags::SECONDARY),
    ("nodad", AddrFlags::NODAD),
    ("optimistic", AddrFlags::OPTIMISTIC),
    ("dadfailed", AddrFlags::DADFAILED),
    ("home", AddrFlags::HOMEADDRESS),
    ("deprecated", AddrFlags::DEPRECATED),
    ("tentative", AddrFlags::TENTATIVE),
    ("permanent", AddrFlags::PERMANENT),
    ("mngtmpaddr", AddrFlags::MANAGETEMPADDR),
    ("noprefixroute", AddrFlags::NOPREFIXROUTE),
    ("autojoin", AddrFlags::MCAUTOJOIN),
    ("stable-privacy", AddrFlags::STABLE_PRIVACY),
];

/// Filter of `ip address show` and `flush`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'w> {
    /// Address family; `AF_UNSPEC` matches any.
    pub family: AddressFamily,
    /// Address scope (`RT_SCOPE_*`).
    pub scope: Option<u8>,
    /// Required values of the flags in `flag_mask`.
    pub flags: AddrFlags,
    /// Flags that are compared.
    pub flag_mask: AddrFlags,
    /// Network that contains the address.
    pub network: Option<Prefix>,
    /// Shell pattern of the label, or of the link's name if the address has no label.
    pub label: Option<&'w str>,
    /// Address protocol (`IFAPROT_*`); an address without `IFA_PROTO` matches as well.
    pub protocol: Option<u8>,
}

impl<'w> Filter<'w> {
    /// Adds the flag that a word names to the filter; returns `false` if the word names none.
    fn flag(&mut self, word: &str) -> bool {
        let (name, wanted) = match word {
            "dynamic" => ("permanent", false),
            "primary" => ("secondary", false),
            _ => match word.strip_prefix('-') {
                Some(name) => (name, false),
                None => (word, true),
            },
        };
        let Some((_, flag)) = FLAGS.iter().find(|row| row.0 == name) else { return false };
        self.flag_mask |= *flag;
        self.flags = if wanted { self.flags | *flag } else { self.flags.without(*flag) };
        true
    }

    /// Returns whether the filter selects by more than the family.
    fn selects_addresses(&self) -> bool {
        self.scope.is_some()
            || self.flag_mask != AddrFlags::EMPTY
            || self.network.is_some()
            || self.label.is_some()
            || self.protocol.is_some()
    }

    /// Returns whether an address matches; `name` is the name of its link.
    pub fn matches(&self, header: &AddrHeader, address: &Index<'_, Addr>, name: &LinkName) -> bool {
        let flags = address.get(Addr::FLAGS).unwrap_or(header.flags);
        let local = address.payload(Addr::LOCAL).or(address.payload(Addr::ADDRESS));
        (self.family == AddressFamily::UNSPEC || header.family == self.family)
            && self.scope.is_none_or(|scope| scope == header.scope.0)
            && (flags.0 ^ self.flags.0) & self.flag_mask.0 == 0
            && self.protocol.is_none_or(|protocol| {
                address.get(Addr::PROTO).is_none_or(|known| known.0 == protocol)
            })
            && self.network.is_none_or(|network| {
                network.family == header.family
                    && local.is_some_and(|local| network.contains(local, network.bits))
            })
            && self.label.is_none_or(|pattern| match address.get(Addr::LABEL) {
                Some(label) => matches_pattern(pattern.as_bytes(), label.0),
                None => {
                    let mut text = TextBuffer::<16>::new();
                    let _ = write!(text, "{name}");
                    matches_pattern(pattern.as_bytes(), text.as_str().as_bytes())
                }
            })
    }
}

/// Parses the arguments of `show` and `flush` into filters of links and addresses.
pub fn parse<'w, C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    mut words: Words<'w>,
) -> Result<(LinkFilter<'w>, Filter<'w>), Exit> {
    let mut links = LinkFilter::default();
    let mut filter = Filter { family: ip.printer.options.family, ..Default::default() };
    while let Some(word) = words.next() {
        let err = &mut *ip.printer.err;
        match word {
            "to" => {
                let network = Prefix::parse(words.value(err)?, filter.family, err)?;
                filter.family = network.family;
                filter.network = Some(network);
            }
            "scope" => {
                let scope = words.value(err)?;
                let number = names::number(scope, SCOPES).and_then(|scope| scope.try_into().ok());
                if number.is_none() && scope != "all" {
                    return Err(invalid_argument(err, scope, "invalid \"scope\"\n"));
                }
                filter.scope = number;
            }
            "label" => filter.label = Some(words.value(err)?),
            "proto" => {
                let word = words.value(err)?;
                let protocol = names::number(word, ADDR_PROTOCOLS)
                    .and_then(|protocol| protocol.try_into().ok());
                let why = "\"proto\" value is invalid\n";
                filter.protocol = Some(protocol.ok_or_else(|| invalid_argument(err, word, why))?);
            }
            _ if filter.flag(word) => {}
            _ if links.word(word, &mut words, &mut ip.printer)? => {}
            _ if word != "dev" && abbreviates(word, "help") => {
                return Err(super::usage::of("address", ip.printer.err));
            }
            _ => {
                let name = if word == "dev" { words.value(ip.printer.err)? } else { word };
                links.name(name, ip.printer.err)?;
            }
        }
    }
    links.resolve(&mut ip.printer)?;
    Ok((links, filter))
}

/// Runs `ip address show`.
pub fn command<C: Channel>(ip: &mut Ip<'_, '_, C>, words: Words<'_>) -> Result<(), Exit> {
    let (links, filter) = parse(ip, words)?;
    let family = ip.printer.options.family;
    // `to` implies a family for the output; the link request keeps the one of the options.
    ip.printer.options.family = filter.family;
    show(ip, family, &links, &filter)
}

fn show<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    family: AddressFamily,
    links: &LinkFilter<'_>,
    filter: &Filter<'_>,
) -> Result<(), Exit> {
    let printer = &mut ip.printer;
    let wants_stats = printer.options.stats > 0;
    printer.out.start();
    if links.index != 0 {
        let mut body = Body::new(&LinkHeader { index: links.index as i32, ..Default::default() });
        body.put_u32(Link::EXT_MASK.number(), ExtMask::VF.0);
        let mut shown = Ok(());
        let result = request::get(&mut ip.kernel, link::GET, &body, &mut |link| {
            shown = show_link(printer, links, filter, link);
        });
        result.map_err(|error| errors::request_failed(printer.err, &error))?;
        shown?;
    } else {
        let mut body = Body::new(&LinkHeader { family, ..Default::default() });
        links.request(family, wants_stats, &mut body);
        let mut shown = Ok(());
        let result = request::dump(&mut ip.kernel, link::GET, &body, &mut |link| {
            if shown.is_ok() {
                shown = show_link(printer, links, filter, link);
            }
        });
        shown?;
        result.or_else(|error| errors::dump_failed(printer.err, &error, 1))?;
    }
    printer.out.finish();
    Ok(())
}

/// Prints a link and its addresses, if they match.
fn show_link<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    links: &LinkFilter<'_>,
    filter: &Filter<'_>,
    link: Parsed<'_, LinkHeader, Link>,
) -> Result<(), Exit> {
    let index = Index::new(link.attrs);
    printer.links.remember(&link);
    let name = printer.link(link.header.index as u32);
    let alone = filter.family == AddressFamily::PACKET;
    if !alone && (filter.selects_addresses() || filter.family != AddressFamily::UNSPEC) {
        // The link is printed only if an address matches, so these are read first.
        let (mut any, mut wanted) = (false, false);
        let looked = each_address(
            &mut printer.links,
            &link.header,
            filter.family,
            &mut |header, address| {
                any = true;
                wanted |= filter.matches(&header, address, &name);
            },
        );
        looked.or_else(|error| errors::dump_failed(printer.err, &error, 1))?;
        let bare = !any && filter.family == AddressFamily::UNSPEC;
        if !wanted && !bare {
            return Ok(());
        }
    }
    let options = printer.options;
    printer.out.object(None);
    if !links.matches(&link.header, &index) {
        // In JSON, a link that does not match is an empty object, or one without addresses.
        if links.up && !link.header.flags.contains(LinkFlags::UP) && !options.brief {
            printer.out.list(Some("addr_info"));
            printer.out.end_list();
        }
        printer.out.end_object();
        return Ok(());
    }
    if options.brief {
        print_brief(printer, &index);
    } else if (!options.oneline || alone) && filter.label.is_none() {
        print_link(printer, &link.header, &index, false);
    }
    if !alone {
        printer.out.list(Some("addr_info"));
        let Printer { out, links: known, .. } = printer;
        let shown = each_address(known, &link.header, filter.family, &mut |header, address| {
            if filter.family == AddressFamily::UNSPEC || filter.family == header.family {
                out.object(None);
                if filter.matches(&header, address, &name) {
                    let name = Some(&name).filter(|_| options.oneline);
                    print(out, &options, &header, address, name);
                }
                out.end_object();
            }
        });
        printer.out.end_list();
        shown.or_else(|error| errors::dump_failed(printer.err, &error, 1))?;
    }
    if options.brief {
        printer.out.literal("\n");
    } else if options.stats > 0 && !options.oneline {
        stats::print(printer, &index);
        printer.out.line();
    }
    printer.out.end_object();
    Ok(())
}

/// Dumps the addresses of a link.
fn each_address<C: Channel>(
    links: &mut LinkNames<'_, C>,
    link: &LinkHeader,
    family: AddressFamily,
    each: &mut dyn FnMut(AddrHeader, &Index<'_, Addr>),
) -> Result<(), Error> {
    let header = AddrHeader { family, index: link.index as u32, ..Default::default() };
    request::dump(&mut links.second, addr::GET, &Body::new(&header), &mut |address| {
        // Kernels without strict checking return the addresses of all links.
        if address.header.index == link.index as u32 {
            each(address.header, &Index::new(address.attrs));
        }
    })
}

/// Prints an address family's name.
fn print_family(out: &mut Output<'_>, family: AddressFamily) {
    match family {
        AddressFamily::INET => out.string("family", "    {} ", &"inet"),
        AddressFamily::INET6 => out.string("family", "    {} ", &"inet6"),
        other => out.any("family_index", "    family {} ", other.0),
    }
}

/// Prints an address, after the name of its link if one is given.
pub fn print(
    out: &mut Output<'_>,
    options: &Options,
    header: &AddrHeader,
    address: &Index<'_, Addr>,
    name: Option<&LinkName>,
) {
    let flags = address.get(Addr::FLAGS).unwrap_or(header.flags);
    if !options.brief {
        if let Some(name) = name {
            out.key("index", header.index);
            out.key_string("dev", name);
            out.text(format_args!("{}: {name}", header.index));
        }
        print_family(out, header.family);
    }
    let local = address.payload(Addr::LOCAL).or(address.payload(Addr::ADDRESS));
    if let Some(local) = local {
        out.string("local", "{}", &Address(header.family, local));
        if let Some(peer) = address.payload(Addr::ADDRESS).filter(|peer| *peer != local) {
            out.string("address", " peer {}", &Address(header.family, peer));
        }
        out.any("prefixlen", "/{} ", header.prefix_len);
        if let Some(metric) = address.get(Addr::RT_PRIORITY) {
            out.any("metric", "metric {} ", metric);
        }
    }
    if options.brief {
        return;
    }
    if let Some(broadcast) = address.payload(Addr::BROADCAST) {
        out.string("broadcast", "brd {} ", &Address(header.family, broadcast));
    }
    if let Some(anycast) = address.payload(Addr::ANYCAST) {
        out.string("anycast", "any {} ", &Address(header.family, anycast));
    }
    let names = if options.numeric { "" } else { SCOPES };
    out.string("scope", "scope {} ", &Named::new(header.scope.0, names));
    print_flags(out, header.family, flags);
    if let Some(protocol) = address.get(Addr::PROTO).filter(|protocol| protocol.0 != 0) {
        out.string("protocol", "proto {} ", &Named::new(protocol.0, ADDR_PROTOCOLS).or_hex());
    }
    if let Some(label) = address.get(Addr::LABEL) {
        out.string("label", "{}", &label);
    }
    if let Some(lifetime) = address.get(Addr::CACHEINFO) {
        out.line();
        out.literal("       ");
        print_lifetime(out, "valid_life_time", "valid_lft", lifetime.valid, false);
        out.literal(" ");
        let past = flags.contains(AddrFlags::DEPRECATED);
        print_lifetime(out, "preferred_life_time", "preferred_lft", lifetime.preferred, past);
    }
    out.literal("\n");
}

fn print_flags(out: &mut Output<'_>, family: AddressFamily, flags: AddrFlags) {
    let mut left = flags;
    for (name, flag) in FLAGS {
        let set = left.contains(flag);
        left = left.without(flag);
        let name = match flag {
            AddrFlags::PERMANENT if !set => "dynamic",
            AddrFlags::PERMANENT => continue,
            _ if !set => continue,
            AddrFlags::SECONDARY if family == AddressFamily::INET6 => "temporary",
            _ => name,
        };
        out.key(name, true);
        out.text(format_args!("{name} "));
    }
    if left != AddrFlags::EMPTY {
        out.key_string("ifa_flags", &format_args!("{:02x}", left.0));
        out.text(format_args!("flags {:02x} ", left.0));
    }
}

/// Prints a lifetime in seconds; `u32::MAX` is infinite, and a deprecated address's preferred one
/// is signed.
fn print_lifetime(out: &mut Output<'_>, key: &str, word: &str, seconds: u32, past: bool) {
    match seconds {
        u32::MAX => out.text(format_args!("{word} forever")),
        seconds if past => out.text(format_args!("{word} {}sec", seconds as i32)),
        seconds => out.text(format_args!("{word} {seconds}sec")),
    }
    match past && seconds != u32::MAX {
        true => out.key(key, seconds as i32),
        false => out.key(key, seconds),
    }
}
