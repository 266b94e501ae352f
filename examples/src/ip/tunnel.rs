//! `ip tunnel`: another way to say what `ip link` says of tunnels.
//!
//! iproute2 has the kernel do it by ioctl; here the words become those of `ip link`, whose kinds know
//! the same ones.

use barelink_codec::rtnl::family::AddressFamily;
use barelink_codec::rtnl::kinds::gre::{Gre, GreFlags};
use barelink_codec::rtnl::kinds::iptun::Iptun;
use barelink_codec::rtnl::link::{self, Link, LinkHeader, LinkInfo};
use barelink_codec::value::Str;
use barelink_transport::Channel;
use heapless::Vec;

use super::ask;
use super::body::Body;
use super::index::Index;
use super::pen::Pen;
use super::sheet::{self, Form, Sheet, by, sheet, show as shown};
use super::verb::Verb;
use super::words::{Exit, USAGE, Words, refuse, wrong};
use super::{Ip, errors, link_change};

/// A word behind `mode`, whether packets go over IPv6, the kind of link, and what that kind wants
/// said.
type Mode = (&'static str, bool, &'static str, &'static [&'static str]);

/// The words that may stand behind `mode`.
const MODES: &[Mode] = &[
    ("ipip", false, "ipip", &["mode", "ipip"]),
    ("ip/ip", false, "ipip", &["mode", "ipip"]),
    ("gre", false, "gre", &[]),
    ("gre/ip", false, "gre", &[]),
    ("sit", false, "sit", &["mode", "ip6ip"]),
    ("ip6ip", false, "sit", &["mode", "ip6ip"]),
    ("ipv6/ip", false, "sit", &["mode", "ip6ip"]),
    ("isatap", false, "sit", &["mode", "ip6ip", "isatap"]),
    ("vti", false, "vti", &[]),
    ("ip6ip6", true, "ip6tnl", &["mode", "ip6ip6"]),
    ("ipv6/ipv6", true, "ip6tnl", &["mode", "ip6ip6"]),
    ("ip6tnl", true, "ip6tnl", &[]),
    ("ipip6", true, "ip6tnl", &["mode", "ipip6"]),
    ("ip4ip6", true, "ip6tnl", &["mode", "ipip6"]),
    ("ip/ipv6", true, "ip6tnl", &["mode", "ipip6"]),
    ("any", true, "ip6tnl", &["mode", "any"]),
    ("any/ipv6", true, "ip6tnl", &["mode", "any"]),
    ("ip6gre", true, "ip6gre", &[]),
    ("gre/ipv6", true, "ip6gre", &[]),
    ("vti6", true, "vti6", &[]),
];

/// Kinds that are shown, by what they carry.
const SHOWN: &[(&str, &str)] = &[("gre", "gre/ip"), ("ipip", "ip/ip"), ("sit", "ipv6/ip")];

/// Words that another one follows, in either language.
const VALUED: &[&str] = &[
    "remote",
    "local",
    "ttl",
    "hoplimit",
    "hlim",
    "tos",
    "tclass",
    "dsfield",
    "dev",
    "key",
    "ikey",
    "okey",
    "fwmark",
    "encaplimit",
    "flowlabel",
];

/// As many words as a tunnel takes.
type Said<'w> = Vec<&'w str, 64>;

/// `ip tunnel show`, `add`, `change`, `delete`.
pub fn command<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    verb: Verb,
    mut words: Words<'_>,
) -> Result<(), Exit> {
    let (mut name, mut mode, mut rest) = (None, None, Said::new());
    let mut fits = true;
    while let Some(word) = words.next() {
        match word {
            "mode" => {
                let word = words.value(ip.pen.err)?;
                let six = ip.pen.options.family == AddressFamily::INET6;
                let found = MODES.iter().find(|mode| mode.0 == word && (!six || mode.1));
                mode = Some(found.ok_or_else(|| wrong(ip.pen.err, word, "unknown tunnel mode"))?);
            }
            "name" => name = Some(words.value(ip.pen.err)?),
            _ if VALUED.contains(&word) => {
                let value = words.value(ip.pen.err)?;
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
        return Err(refuse(ip.pen.err, "A tunnel's name is required.\n", USAGE));
    };
    let dev = if verb == Verb::Add { "name" } else { "dev" };
    let mut said = Said::new();
    fits &= said.extend_from_slice(&[dev, name]).is_ok();
    if verb != Verb::Delete {
        let mode = match mode {
            None if verb == Verb::Change => kind_of(ip, name)?,
            mode => mode,
        };
        let Some((_, _, kind, own)) = mode else {
            let why = "cannot determine tunnel mode (ipip, gre, vti or sit)\n";
            return Err(refuse(ip.pen.err, why, USAGE));
        };
        fits &= said.extend_from_slice(&["type", kind]).is_ok();
        fits &= said.extend_from_slice(own).is_ok();
        fits &= said.extend_from_slice(&rest).is_ok();
    }
    if !fits {
        return Err(refuse(ip.pen.err, "Too many words for a tunnel.\n", USAGE));
    }
    link_change::command(ip, verb, Words::new(&said))
}

/// The mode of a tunnel that is there.
fn kind_of<C: Channel>(ip: &mut Ip<'_, '_, C>, name: &str) -> Result<Option<&'static Mode>, Exit> {
    let header = LinkHeader { index: ip.pen.find(name)? as i32, ..LinkHeader::default() };
    let mut mode = None;
    let asked = ask::one(&mut ip.kernel, link::GET, &Body::new(&header), &mut |link| {
        let info: Option<Index<'_, LinkInfo>> = Index::new(link.attrs).nest(Link::LINKINFO);
        let kind: Option<Str<'_>> = info.and_then(|info| info.get(LinkInfo::KIND));
        mode = MODES.iter().find(|mode| kind.is_some_and(|kind| kind == mode.2));
    });
    asked.map_err(|error| errors::request(ip.pen.err, &error))?;
    Ok(mode)
}

/// Shows a tunnel, or all; those over IPv4, each in a line.
fn show<C: Channel>(ip: &mut Ip<'_, '_, C>, name: Option<&str>) -> Result<(), Exit> {
    let Ip { kernel, pen, .. } = ip;
    if let Some(name) = name {
        pen.find(name)?;
    }
    let body = Body::new(&LinkHeader::default());
    let asked = ask::all(kernel, link::GET, &body, &mut |link| {
        print(pen, name, &Index::new(link.attrs));
    });
    asked.or_else(|error| errors::dump(pen.err, &error, 1))
}

/// What is shown of a tunnel.
const GRE: Sheet = sheet! {
    "| remote {}" => by(Gre::REMOTE, Form::End),
    "| local {}" => by(Gre::LOCAL, Form::End),
    "| dev {}" => by(Gre::LINK, Form::Link).quiet(),
    "| ttl {}| ttl inherit" => shown(Gre::TTL),
    "| tos {}" => by(Gre::TOS, Form::Tos(true)).quiet(),
    "|| nopmtudisc" => by(Gre::PMTUDISC, Form::Bool),
};
const IPTUN: Sheet = sheet! {
    "| remote {}" => by(Iptun::REMOTE, Form::End),
    "| local {}" => by(Iptun::LOCAL, Form::End),
    "| dev {}" => by(Iptun::LINK, Form::Link).quiet(),
    "| ttl {}| ttl inherit" => shown(Iptun::TTL),
    "| tos {}" => by(Iptun::TOS, Form::Tos(true)).quiet(),
    "|| nopmtudisc" => by(Iptun::PMTUDISC, Form::Bool),
};

fn print<C: Channel>(pen: &mut Pen<'_, '_, C>, wanted: Option<&str>, link: &Index<'_, Link>) {
    let Some(name) = link.get(Link::IFNAME).filter(|name| wanted.is_none_or(|it| *name == it))
    else {
        return;
    };
    let Some(info) = link.nest(Link::LINKINFO) else { return };
    let kind = info.get(LinkInfo::KIND).unwrap_or(Str(b""));
    let Some((_, carries)) = SHOWN.iter().find(|shown| kind == shown.0) else { return };
    pen.out.text(format_args!("{name}: {carries}"));
    if kind == "gre" {
        let Some(gre) = info.nest(LinkInfo::DATA.of::<Gre>()) else { return };
        sheet::print(pen, &gre.all, &GRE);
        let keys = [(Gre::IFLAGS, Gre::IKEY), (Gre::OFLAGS, Gre::OKEY)].map(|(flags, key)| {
            let has = gre.get(flags).is_some_and(|flags| flags.contains(GreFlags::KEY));
            gre.get(key).filter(|_| has)
        });
        match keys {
            [Some(one), Some(other)] if one == other => pen.out.text(format_args!(" key {one}")),
            [one, other] => {
                for (word, key) in [("ikey", one), ("okey", other)] {
                    if let Some(key) = key {
                        pen.out.text(format_args!(" {word} {key}"));
                    }
                }
            }
        }
    } else if let Some(tunnel) = info.nest(LinkInfo::DATA.of::<Iptun>()) {
        sheet::print(pen, &tunnel.all, &IPTUN);
        let len = tunnel.get(Iptun::IPTUN_6RD_PREFIXLEN).filter(|len| *len != 0);
        if let (Some(len), Some(prefix)) = (len, tunnel.get(Iptun::IPTUN_6RD_PREFIX)) {
            pen.out.text(format_args!(" 6rd-prefix {prefix}/{len}"));
        }
    }
    pen.out.line();
}
