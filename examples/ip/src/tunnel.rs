//! `ip tunnel`: another way to say what `ip link` says of tunnels.
//!
//! iproute2 has the kernel do it by ioctl; here the words become those of `ip link`, whose kinds know
//! the same ones.

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::kinds::gre::{Gre, GreFlags};
use barelink_codec::rtnl::link::kinds::iptun::Iptun;
use barelink_codec::rtnl::link::{self, Link, LinkHeader, LinkInfo};
use barelink_codec::value::Str;
use barelink_transport::Channel;
use heapless::Vec;

use super::ask;
use super::body::Body;
use super::index::Index;
use super::names::{Names, known};
use super::pen::Pen;
use super::sheet::{self, Form, Sheet, by, sheet, show as shown};
use super::verb::Verb;
use super::words::{Exit, USAGE, Words, cut, line, refuse, wrong};
use super::{Ip, errors, link_change};

/// The words that may stand behind `mode`: each with the family that packets go over, the kind of link,
/// and what that kind wants said.
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

/// Kinds that are shown, by what they carry.
const SHOWN: &[(&str, &str)] = &[("gre", "gre/ip"), ("ipip", "ip/ip"), ("sit", "ipv6/ip")];

/// Words that another one follows, in either language.
const VALUED: Names = "remote,local,ttl,hoplimit,hlim,tos,tclass,dsfield,dev,key,ikey,okey,fwmark,\
    encaplimit,flowlabel";

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
                let found = line(MODES, word);
                if found.is_empty() || six && !found.starts_with('6') {
                    return Err(wrong(ip.pen.err, word, "unknown tunnel mode"));
                }
                mode = found.get(2..);
            }
            "name" => name = Some(words.value(ip.pen.err)?),
            _ if known(word, VALUED).is_some() => {
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
        let Some(mode) = mode else {
            let why = "cannot determine tunnel mode (ipip, gre, vti or sit)\n";
            return Err(refuse(ip.pen.err, why, USAGE));
        };
        fits &= said.push("type").is_ok();
        let mut mode = mode;
        while !mode.is_empty() {
            fits &= said.push(cut(&mut mode, b' ')).is_ok();
        }
        fits &= said.extend_from_slice(&rest).is_ok();
    }
    if !fits {
        return Err(refuse(ip.pen.err, "Too many words for a tunnel.\n", USAGE));
    }
    link_change::command(ip, verb, Words::new(&said))
}

/// The kind of a tunnel that is there, and what that wants said.
fn kind_of<C: Channel>(ip: &mut Ip<'_, '_, C>, name: &str) -> Result<Option<&'static str>, Exit> {
    let header = LinkHeader { index: ip.pen.find(name)? as i32, ..LinkHeader::default() };
    let mut mode = None;
    let asked = ask::one(&mut ip.kernel, link::GET, &Body::new(&header), &mut |link| {
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
        let Some(gre) = info.nest(LinkInfo::DATA.nested::<Gre>()) else { return };
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
    } else if let Some(tunnel) = info.nest(LinkInfo::DATA.nested::<Iptun>()) {
        sheet::print(pen, &tunnel.all, &IPTUN);
        let len = tunnel.get(Iptun::IPTUN_6RD_PREFIXLEN).filter(|len| *len != 0);
        if let (Some(len), Some(prefix)) = (len, tunnel.get(Iptun::IPTUN_6RD_PREFIX)) {
            pen.out.text(format_args!(" 6rd-prefix {prefix}/{len}"));
        }
    }
    pen.out.line();
}
