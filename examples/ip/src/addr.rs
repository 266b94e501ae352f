//! `ip address`.
//!
//! The kernel dumps links and addresses apart. Here the addresses of each link are asked for as the
//! link is shown, over the second connection, so that none has to be kept.

use core::fmt::Write;

use barelink_codec::Parsed;
use barelink_codec::rtnl::addr::{self, Addr, AddrFlags, AddrHeader};
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::{self, ExtMask, Link, LinkFlags, LinkHeader};
use barelink_transport::{Channel, Error};

use super::ask;
use super::body::Body;
use super::index::Index;
use super::link::{Filter as LinkFilter, print as print_link, print_brief};
use super::links::{Links, Name};
use super::names::{self, Named, ORIGINS, SCOPES};
use super::options::Options;
use super::output::{Output, Small};
use super::pen::Pen;
use super::prefix::{Address, Prefix};
use super::words::{Exit, Words, abbreviates, fits, wrong};
use super::{Ip, errors, stats};

/// The flags' names, in the order that they are printed.
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

/// Which addresses are wanted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter<'w> {
    /// Those of this family.
    pub family: AddressFamily,
    /// Those that are valid this far.
    pub scope: Option<u8>,
    /// Those that have these flags,
    pub flags: AddrFlags,
    /// of these.
    pub flag_mask: AddrFlags,
    /// Those of this network.
    pub network: Option<Prefix>,
    /// Those whose label fits this pattern.
    pub label: Option<&'w str>,
    /// Those from here, and those that do not say from where.
    pub origin: Option<u8>,
}

impl<'w> Filter<'w> {
    /// Takes the name of a flag; whether it is one.
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

    /// Whether this says which addresses, and not only which family.
    fn is_choosy(&self) -> bool {
        self.scope.is_some()
            || self.flag_mask != AddrFlags::EMPTY
            || self.network.is_some()
            || self.label.is_some()
            || self.origin.is_some()
    }

    /// Whether this address, of the link of this name, is wanted.
    pub fn wants(&self, header: &AddrHeader, address: &Index<'_, Addr>, name: &Name) -> bool {
        let flags = address.get(Addr::FLAGS).unwrap_or(header.flags);
        let local = address.payload(Addr::LOCAL).or(address.payload(Addr::ADDRESS));
        (self.family == AddressFamily::UNSPEC || header.family == self.family)
            && self.scope.is_none_or(|scope| scope == header.scope.0)
            && (flags.0 ^ self.flags.0) & self.flag_mask.0 == 0
            && self
                .origin
                .is_none_or(|origin| address.get(Addr::PROTO).is_none_or(|known| known.0 == origin))
            && self.network.is_none_or(|network| {
                network.family == header.family
                    && local.is_some_and(|local| network.begins(local, network.bits))
            })
            && self.label.is_none_or(|pattern| match address.get(Addr::LABEL) {
                Some(label) => fits(pattern.as_bytes(), label.0),
                None => {
                    let mut text = Small::<16>::new();
                    let _ = write!(text, "{name}");
                    fits(pattern.as_bytes(), text.as_str().as_bytes())
                }
            })
    }
}

/// Which addresses, of which links.
pub fn parse<'w, C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    mut words: Words<'w>,
) -> Result<(LinkFilter<'w>, Filter<'w>), Exit> {
    let mut links = LinkFilter::default();
    let mut filter = Filter { family: ip.pen.options.family, ..Default::default() };
    while let Some(word) = words.next() {
        let err = &mut *ip.pen.err;
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
                    return Err(wrong(err, scope, "invalid \"scope\"\n"));
                }
                filter.scope = number;
            }
            "label" => filter.label = Some(words.value(err)?),
            "proto" => {
                let word = words.value(err)?;
                let origin = names::number(word, ORIGINS).and_then(|origin| origin.try_into().ok());
                let why = "\"proto\" value is invalid\n";
                filter.origin = Some(origin.ok_or_else(|| wrong(err, word, why))?);
            }
            _ if filter.flag(word) => {}
            _ if links.word(word, &mut words, &mut ip.pen)? => {}
            _ if word != "dev" && abbreviates(word, "help") => {
                return Err(super::usage::of("address", ip.pen.err));
            }
            _ => {
                let name = if word == "dev" { words.value(ip.pen.err)? } else { word };
                links.name(name, ip.pen.err)?;
            }
        }
    }
    links.resolve(&mut ip.pen)?;
    Ok((links, filter))
}

/// `ip address show`.
pub fn command<C: Channel>(ip: &mut Ip<'_, '_, C>, words: Words<'_>) -> Result<(), Exit> {
    let (links, filter) = parse(ip, words)?;
    let family = ip.pen.options.family;
    // `to` says a family, too, which counts for what is shown; the links are asked for as before.
    ip.pen.options.family = filter.family;
    show(ip, family, &links, &filter)
}

fn show<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    family: AddressFamily,
    links: &LinkFilter<'_>,
    filter: &Filter<'_>,
) -> Result<(), Exit> {
    let pen = &mut ip.pen;
    let wants_stats = pen.options.stats > 0;
    pen.out.start();
    if links.index != 0 {
        let mut body = Body::new(&LinkHeader { index: links.index as i32, ..Default::default() });
        body.put_u32(Link::EXT_MASK.number(), ExtMask::VF.0);
        let mut shown = Ok(());
        let asked = ask::one(&mut ip.kernel, link::GET, &body, &mut |link| {
            shown = show_link(pen, links, filter, link);
        });
        asked.map_err(|error| errors::request(pen.err, &error))?;
        shown?;
    } else {
        let mut body = Body::new(&LinkHeader { family, ..Default::default() });
        links.request(family, wants_stats, &mut body);
        let mut shown = Ok(());
        let asked = ask::all(&mut ip.kernel, link::GET, &body, &mut |link| {
            if shown.is_ok() {
                shown = show_link(pen, links, filter, link);
            }
        });
        shown?;
        asked.or_else(|error| errors::dump(pen.err, &error, 1))?;
    }
    pen.out.finish();
    Ok(())
}

/// Shows a link and its addresses, if they are wanted.
fn show_link<C: Channel>(
    pen: &mut Pen<'_, '_, C>,
    links: &LinkFilter<'_>,
    filter: &Filter<'_>,
    link: Parsed<'_, LinkHeader, Link>,
) -> Result<(), Exit> {
    let index = Index::new(link.attrs);
    pen.links.remember(&link);
    let name = pen.link(link.header.index as u32);
    let alone = filter.family == AddressFamily::PACKET;
    if !alone && (filter.is_choosy() || filter.family != AddressFamily::UNSPEC) {
        // Whether there is something to show has to be known before the link is.
        let (mut any, mut wanted) = (false, false);
        let looked =
            each_address(&mut pen.links, &link.header, filter.family, &mut |header, address| {
                any = true;
                wanted |= filter.wants(&header, address, &name);
            });
        looked.or_else(|error| errors::dump(pen.err, &error, 1))?;
        let bare = !any && filter.family == AddressFamily::UNSPEC;
        if !wanted && !bare {
            return Ok(());
        }
    }
    let options = pen.options;
    pen.out.object(None);
    if !links.wants(&link.header, &index) {
        // In JSON, what is not wanted is an empty object; or one without addresses.
        if links.up && !link.header.flags.contains(LinkFlags::UP) && !options.brief {
            pen.out.list(Some("addr_info"));
            pen.out.end_list();
        }
        pen.out.end_object();
        return Ok(());
    }
    if options.brief {
        print_brief(pen, &index);
    } else if (!options.oneline || alone) && filter.label.is_none() {
        print_link(pen, &link.header, &index, false);
    }
    if !alone {
        pen.out.list(Some("addr_info"));
        let Pen { out, links: known, .. } = pen;
        let shown = each_address(known, &link.header, filter.family, &mut |header, address| {
            if filter.family == AddressFamily::UNSPEC || filter.family == header.family {
                out.object(None);
                if filter.wants(&header, address, &name) {
                    let name = Some(&name).filter(|_| options.oneline);
                    print(out, &options, &header, address, name);
                }
                out.end_object();
            }
        });
        pen.out.end_list();
        shown.or_else(|error| errors::dump(pen.err, &error, 1))?;
    }
    if options.brief {
        pen.out.words("\n");
    } else if options.stats > 0 && !options.oneline {
        stats::print(pen, &index);
        pen.out.line();
    }
    pen.out.end_object();
    Ok(())
}

/// Asks for the addresses of a link.
fn each_address<C: Channel>(
    links: &mut Links<'_, C>,
    link: &LinkHeader,
    family: AddressFamily,
    each: &mut dyn FnMut(AddrHeader, &Index<'_, Addr>),
) -> Result<(), Error> {
    let header = AddrHeader { family, index: link.index as u32, ..Default::default() };
    ask::all(&mut links.second, addr::GET, &Body::new(&header), &mut |address| {
        // An old kernel tells those of all links.
        if address.header.index == link.index as u32 {
            each(address.header, &Index::new(address.attrs));
        }
    })
}

/// How an address's family is called.
fn print_family(out: &mut Output<'_>, family: AddressFamily) {
    match family {
        AddressFamily::INET => out.string("family", "    {} ", &"inet"),
        AddressFamily::INET6 => out.string("family", "    {} ", &"inet6"),
        other => out.any("family_index", "    family {} ", other.0),
    }
}

/// Prints an address; behind the link's name, if that is given.
pub fn print(
    out: &mut Output<'_>,
    options: &Options,
    header: &AddrHeader,
    address: &Index<'_, Addr>,
    name: Option<&Name>,
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
    if let Some(origin) = address.get(Addr::PROTO).filter(|origin| origin.0 != 0) {
        out.string("protocol", "proto {} ", &Named::new(origin.0, ORIGINS).or_hex());
    }
    if let Some(label) = address.get(Addr::LABEL) {
        out.string("label", "{}", &label);
    }
    if let Some(lifetime) = address.get(Addr::CACHEINFO) {
        out.line();
        out.words("       ");
        print_lifetime(out, "valid_life_time", "valid_lft", lifetime.valid, false);
        out.words(" ");
        let past = flags.contains(AddrFlags::DEPRECATED);
        print_lifetime(out, "preferred_life_time", "preferred_lft", lifetime.preferred, past);
    }
    out.words("\n");
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

/// A lifetime in seconds; a preferred one that is past may be below 0.
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
