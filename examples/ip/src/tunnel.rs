//! `ip tunnel`: rewrites its arguments as those of `ip link`.
//!
//! iproute2 uses ioctls here; the link kinds of `ip link` have the same arguments.

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::kinds::gre::{Gre, GreFlags};
use barelink_codec::rtnl::link::kinds::iptun::Iptun;
use barelink_codec::rtnl::link::{self, Link, LinkHeader, LinkInfo};
use barelink_codec::value::Str;
use barelink_transport::Channel;
use heapless::Vec;

use super::body::Body;
use super::index::Index;
use super::names::{Names, known};
use super::print_table::{self, Form, PrintTable, by, print_table, show as shown};
use super::printer::Printer;
use super::request;
use super::verb::Verb;
use super::words::{Exit, USAGE, Words, cut, fail, invalid_argument, line};
use super::{Ip, errors, link_change};

/// Words after `mode`: each with the family of the outer packets, the link kind, and the arguments
/// that the kind needs.
const MODES: &str = "\
ipip 4 ipip mode ipip\n\
ip/ip 4 ipip mode ipip\n\
gre 4 gre\n\
gre/ip 4 gre\n\
sit 4 sit mode ip6ip\n\
ip6ip 4 sit mode ip6ip\n\
ipv6/ip 4 sit mode ip6ip\n\
isatap 4 sit mode ip6ip isatap\n\
vti 4 vti\n\
ip6ip6 6 ip6tnl mode ip6ip6\n\
ipv6/ipv6 6 ip6tnl mode ip6ip6\n\
ip6tnl 6 ip6tnl\n\
ipip6 6 ip6tnl mode ipip6\n\
ip4ip6 6 ip6tnl mode ipip6\n\
ip/ipv6 6 ip6tnl mode ipip6\n\
any 6 ip6tnl mode any\n\
any/ipv6 6 ip6tnl mode any\n\
ip6gre 6 ip6gre\n\
gre/ipv6 6 ip6gre\n\
vti6 6 vti6\n\
";

/// Printed kinds, and the protocols that they carry.
const SHOWN: &[(&str, &str)] = &[("gre", "gre/ip"), ("ipip", "ip/ip"), ("sit", "ipv6/ip")];

/// Arguments that a value follows, in `ip tunnel` and `ip link`.
const VALUED: Names = "remote,local,ttl,hoplimit,hlim,tos,tclass,dsfield,dev,key,ikey,okey,fwmark,\
    encaplimit,flowlabel";

/// Arguments of `ip link`.
type LinkWords<'w> = Vec<&'w str, 64>;

/// Runs `ip tunnel show`, `add`, `change` and `delete`.
pub fn command<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    verb: Verb,
    mut words: Words<'_>,
) -> Result<(), Exit> {
    let (mut name, mut mode, mut rest) = (None, None, LinkWords::new());
    let mut fits = true;
    while let Some(word) = words.next() {
        match word {
            "mode" => {
                let word = words.value(ip.printer.err)?;
                let six = ip.printer.options.family == AddressFamily::INET6;
                let found = line(MODES, word);
                if found.is_empty() || six && !found.starts_with('6') {
                    return Err(invalid_argument(ip.printer.err, word, "unknown tunnel mode"));
                }
                mode = found.get(2..);
            }
            "name" => name = Some(words.value(ip.printer.err)?),
            _ if known(word, VALUED).is_some() => {
                let value = words.value(ip.printer.err)?;
                fits &= rest.extend_from_slice(&[word, value]).is_ok();
            }
            _ if name.is_none() => name = Some(word),
            _ => fits &= rest.push(word).is_ok(),
        }
    }
    if verb == Verb::Show {
        return show(ip, name);
    }
    let Some(name) = name else {
        return Err(fail(ip.printer.err, "A tunnel's name is required.\n", USAGE));
    };
    let dev = if verb == Verb::Add { "name" } else { "dev" };
    let mut link_words = LinkWords::new();
    fits &= link_words.extend_from_slice(&[dev, name]).is_ok();
    if verb != Verb::Delete {
        let mode = match mode {
            None if verb == Verb::Change => kind_of(ip, name)?,
            mode => mode,
        };
        let Some(mode) = mode else {
            let why = "cannot determine tunnel mode (ipip, gre, vti or sit)\n";
            return Err(fail(ip.printer.err, why, USAGE));
        };
        fits &= link_words.push("type").is_ok();
        let mut mode = mode;
        while !mode.is_empty() {
            fits &= link_words.push(cut(&mut mode, b' ')).is_ok();
        }
        fits &= link_words.extend_from_slice(&rest).is_ok();
    }
    if !fits {
        return Err(fail(ip.printer.err, "Too many arguments for a tunnel.\n", USAGE));
    }
    link_change::command(ip, verb, Words::new(&link_words))
}

/// Returns the kind of an existing tunnel, with the arguments that it needs.
fn kind_of<C: Channel>(ip: &mut Ip<'_, '_, C>, name: &str) -> Result<Option<&'static str>, Exit> {
    let header = LinkHeader { index: ip.printer.find(name)? as i32, ..LinkHeader::default() };
    let mut mode = None;
    let result = request::get(&mut ip.kernel, link::GET, &Body::new(&header), &mut |link| {
        let info: Option<Index<'_, LinkInfo>> = Index::new(link.attrs).nest(Link::LINKINFO);
        let kind: Option<Str<'_>> = info.and_then(|info| info.get(LinkInfo::KIND));
        let mut modes = MODES;
        while mode.is_none() && !modes.is_empty() {
            let mut line = cut(&mut modes, b'\n');
            cut(&mut line, b' ');
            cut(&mut line, b' ');
            let whole = line;
            let name = cut(&mut line, b' ');
            mode = kind.filter(|kind| *kind == name).map(|_| whole);
        }
    });
    result.map_err(|error| errors::request_failed(ip.printer.err, &error))?;
    Ok(mode)
}

/// Prints a tunnel, or all of those over IPv4, one per line.
fn show<C: Channel>(ip: &mut Ip<'_, '_, C>, name: Option<&str>) -> Result<(), Exit> {
    let Ip { kernel, printer, .. } = ip;
    if let Some(name) = name {
        printer.find(name)?;
    }
    let body = Body::new(&LinkHeader::default());
    let result = request::dump(kernel, link::GET, &body, &mut |link| {
        print(printer, name, &Index::new(link.attrs));
    });
    result.or_else(|error| errors::dump_failed(printer.err, &error, 1))
}

/// Tables of the printed attributes.
const GRE: PrintTable = print_table! {
    "| remote {}" => by(Gre::REMOTE, Form::Endpoint),
    "| local {}" => by(Gre::LOCAL, Form::Endpoint),
    "| dev {}" => by(Gre::LINK, Form::Link).omit_zero(),
    "| ttl {}| ttl inherit" => shown(Gre::TTL),
    "| tos {}" => by(Gre::TOS, Form::Tos(true)).omit_zero(),
    "|| nopmtudisc" => by(Gre::PMTUDISC, Form::Bool),
};
const IPTUN: PrintTable = print_table! {
    "| remote {}" => by(Iptun::REMOTE, Form::Endpoint),
    "| local {}" => by(Iptun::LOCAL, Form::Endpoint),
    "| dev {}" => by(Iptun::LINK, Form::Link).omit_zero(),
    "| ttl {}| ttl inherit" => shown(Iptun::TTL),
    "| tos {}" => by(Iptun::TOS, Form::Tos(true)).omit_zero(),
    "|| nopmtudisc" => by(Iptun::PMTUDISC, Form::Bool),
};

fn print<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    wanted: Option<&str>,
    link: &Index<'_, Link>,
) {
    let Some(name) = link.get(Link::IFNAME).filter(|name| wanted.is_none_or(|it| *name == it))
    else {
        return;
    };
    let Some(info) = link.nest(Link::LINKINFO) else { return };
    let kind = info.get(LinkInfo::KIND).unwrap_or(Str(b""));
    let Some((_, carries)) = SHOWN.iter().find(|shown| kind == shown.0) else { return };
    printer.out.text(format_args!("{name}: {carries}"));
    if kind == "gre" {
        let Some(gre) = info.nest(LinkInfo::DATA.nested::<Gre>()) else { return };
        print_table::print(printer, &gre.all, &GRE);
        let keys = [(Gre::IFLAGS, Gre::IKEY), (Gre::OFLAGS, Gre::OKEY)].map(|(flags, key)| {
            let has = gre.get(flags).is_some_and(|flags| flags.contains(GreFlags::KEY));
            gre.get(key).filter(|_| has)
        });
        match keys {
            [Some(one), Some(other)] if one == other => {
                printer.out.text(format_args!(" key {one}"))
            }
            [one, other] => {
                for (word, key) in [("ikey", one), ("okey", other)] {
                    if let Some(key) = key {
                        printer.out.text(format_args!(" {word} {key}"));
                    }
                }
            }
        }
    } else if let Some(tunnel) = info.nest(LinkInfo::DATA.nested::<Iptun>()) {
        print_table::print(printer, &tunnel.all, &IPTUN);
        let len = tunnel.get(Iptun::IPTUN_6RD_PREFIXLEN).filter(|len| *len != 0);
        if let (Some(len), Some(prefix)) = (len, tunnel.get(Iptun::IPTUN_6RD_PREFIX)) {
            printer.out.text(format_args!(" 6rd-prefix {prefix}/{len}"));
        }
    }
    printer.out.line();
}
