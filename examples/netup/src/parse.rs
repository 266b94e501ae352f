//! A kernel command line is read: what is to be done, and which words are not understood.

use core::net::IpAddr;

use barelink_codec::addr_text::{self, MAX_HARDWARE, Prefix};
use heapless::Vec;

use super::bad::{Bad, Why};
use super::bond;
use super::fields::{Fields, Words, name_and_value};
use super::plan::{Interface, Limits, Made, MadeKind, Method, Plan, Rename, Way};

/// A part of a word, and what is wrong with it.
type Wrong<'a> = (&'a str, Why);

/// What is read of a word's value goes into the plan.
type Read = for<'a> fn(&mut Plan<'a>, &'a str) -> Result<(), Wrong<'a>>;

/// The words that mean something here, by their names.
const WORDS: &[(&str, Read)] = &[
    ("ip", interface),
    ("nfsaddrs", interface),
    ("nameserver", server),
    ("vlan", vlan),
    ("bond", bonded),
    ("bridge", bridge),
    ("rd.route", way),
    ("ifname", rename),
    ("bootdev", boot_device),
    ("rd.neednet", needed),
    ("rd.net.timeout", |plan, value| seconds(value).map(|all| plan.limits = Limits::all(all))),
    ("rd.net.timeout.iflink", |plan, value| seconds(value).map(|it| plan.limits.device = it)),
    ("rd.net.timeout.carrier", |plan, value| seconds(value).map(|it| plan.limits.carrier = it)),
    ("rd.net.timeout.ipv6dad", |plan, value| seconds(value).map(|it| plan.limits.unique = it)),
    ("rd.net.timeout.dhcp", |plan, value| seconds(value).map(|it| plan.limits.lease = it)),
    ("rd.net.timeout.ipv6auto", |plan, value| seconds(value).map(|it| plan.limits.router = it)),
    ("netup.run", |plan, value| keep(&mut plan.runs, value)),
    ("netup.then", |plan, value| {
        plan.then = Some(value);
        Ok(())
    }),
];

/// Reads a command line. A word that is not understood is told of, and left out; words of others are
/// passed over.
pub fn parse<'a>(cmdline: &'a str, complain: &mut dyn FnMut(Bad<'a>)) -> Plan<'a> {
    let mut plan = Plan::default();
    for word in Words(cmdline) {
        let (name, value) = name_and_value(word);
        let Some((_, read)) = WORDS.iter().find(|(known, _)| *known == name) else { continue };
        if let Err((part, why)) = read(&mut plan, value) {
            complain(Bad { word, part, why });
        }
    }
    if plan.is_needed && !plan.is_told {
        let _ = plan.interfaces.push(Interface { method: Method::Dhcp, ..EMPTY });
    }
    plan
}

const EMPTY: Interface<'static> = Interface {
    device: None,
    method: Method::Static,
    address: None,
    peer: None,
    gateway: None,
    mtu: None,
    mac: None,
};

/// Keeps one more.
fn keep<'a, T, const N: usize>(kept: &mut Vec<T, N>, one: T) -> Result<(), Wrong<'a>> {
    kept.push(one).map_err(|_| ("", Why::Many))
}

/// Reads an address, in brackets or without, and the length behind it if there is one.
fn address(text: &str) -> Result<(IpAddr, Option<u8>), Wrong<'_>> {
    let wrong = (text, Why::Address);
    let (inner, behind) = match text.strip_prefix("[") {
        Some(text) => {
            let mut parts = Fields::by(text, b']');
            (parts.field(), parts.rest.ok_or((text, Why::Bracket))?)
        }
        None => (text, ""),
    };
    let mut parts = Fields::by(inner, b'/');
    let prefix = match parts.field() {
        "default" | "any" | "all" => return Err(wrong),
        // Whole addresses only: with a length, the last numbers of one may be missing.
        whole => Prefix::parse(whole, None).map_err(|_| wrong)?,
    };
    let len = match (parts.rest, behind) {
        (Some(len), "") => len,
        (None, "") => return Ok((prefix.address, None)),
        (None, behind) => behind.strip_prefix("/").ok_or(wrong)?,
        _ => return Err(wrong),
    };
    let len = mask(len, prefix.len).ok_or((text, Why::Length))?;
    Ok((prefix.address, Some(len)))
}

/// An address without a length.
fn host(text: &str) -> Result<IpAddr, Wrong<'_>> {
    match address(text)? {
        (address, None) => Ok(address),
        _ => Err((text, Why::Address)),
    }
}

/// How many bits count: a length up to `max`, or an IPv4 netmask.
fn mask(text: &str, max: u8) -> Option<u8> {
    if let Some(len) = number(text) {
        return (len <= max.into()).then_some(len as u8);
    }
    let Ok(Prefix { address: IpAddr::V4(mask), len: 32 }) = Prefix::parse(text, None) else {
        return None;
    };
    let bits = mask.to_bits();
    let whole = bits.leading_ones() + bits.trailing_zeros() >= 32;
    (whole && max == 32).then_some(bits.leading_ones() as u8)
}

/// A decimal number.
pub fn number(text: &str) -> Option<u32> {
    if text.is_empty() || text.len() > 10 {
        return None;
    }
    text.bytes().try_fold(0u32, |value, byte| {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        value.checked_mul(10)?.checked_add(digit.into())
    })
}

/// An interface's name, if there is one.
fn device(text: &str) -> Result<Option<&str>, Wrong<'_>> {
    let bad = |byte: u8| matches!(byte, b'/' | b':' | b'"') || !byte.is_ascii_graphic();
    if text.len() > 15 || matches!(text, "." | "..") || text.bytes().any(bad) {
        return Err((text, Why::Name));
    }
    Ok((!text.is_empty()).then_some(text))
}

/// An interface's name, which has to be there.
fn name(text: &str) -> Result<&str, Wrong<'_>> {
    device(text)?.ok_or((text, Why::Name))
}

/// Names with commas between.
fn names(text: &str) -> Result<&str, Wrong<'_>> {
    Fields::by(text, b',').try_for_each(|one| name(one).map(|_| ()))?;
    Ok(text)
}

/// An Ethernet address.
fn mac(text: &str) -> Result<[u8; 6], Wrong<'_>> {
    let mut room = [0; MAX_HARDWARE];
    let found = addr_text::hardware(text, &mut room).and_then(|bytes| bytes.try_into().ok());
    found.ok_or((text, Why::Mac))
}

/// How long the longest packet is, if it is told.
fn mtu(text: &str) -> Result<Option<u32>, Wrong<'_>> {
    match number(text) {
        None if text.is_empty() => Ok(None),
        Some(mtu) if mtu >= 68 => Ok(Some(mtu)),
        _ => Err((text, Why::Number)),
    }
}

/// The ways to get an address, by their words.
const METHODS: &[(&str, Method)] = &[
    ("none", Method::Static),
    ("off", Method::Static),
    ("static", Method::Static),
    ("dhcp", Method::Dhcp),
    ("on", Method::Dhcp),
    ("any", Method::Dhcp),
    ("single-dhcp", Method::Dhcp),
    ("dhcp6", Method::Dhcp6),
    ("bootp", Method::Dhcp),
    ("rarp", Method::Dhcp),
    ("both", Method::Dhcp),
    ("auto6", Method::Router),
    ("either6", Method::RouterOrDhcp6),
    ("link6", Method::LinkLocal),
];

/// Reads one way, or several with commas between, of which DHCP is the one that counts; behind
/// `dhcp,` it is also what a client calls itself.
fn method(text: &str) -> Option<Method> {
    let one = |text| METHODS.iter().find(|(word, _)| *word == text).map(|(_, method)| *method);
    let mut found = None;
    for word in Fields::by(text, b',') {
        match (found, one(word)) {
            (Some(Method::Dhcp | Method::Dhcp6), _) | (Some(_), Some(Method::Static)) => {}
            (_, None) => return None,
            (_, some) => found = some,
        }
    }
    found
}

/// `ip=METHOD`, `ip=DEVICE:METHOD[:MTU[:MAC]]`, or
/// `ip=CLIENT:SERVER:GATEWAY:MASK:HOSTNAME:DEVICE:METHOD` and what may stand behind.
fn interface<'a>(plan: &mut Plan<'a>, value: &'a str) -> Result<(), Wrong<'a>> {
    plan.is_told = true;
    let mut fields = Fields::new(value);
    let first = fields.field();
    if matches!(value, "" | "off" | "none") {
        return Ok(());
    }
    if first == "ibft" || value.ends_with(":ibft") {
        return Err(("ibft", Why::Firmware));
    }
    if fields.rest.is_none() {
        if let Some(method) = method(first) {
            return keep(&mut plan.interfaces, Interface { method, ..EMPTY });
        }
        address(first)
            .map_err(|(part, why)| (part, if why == Why::Address { Why::Method } else { why }))?;
    }
    if let (false, Err(wrong)) = (first.is_empty(), address(first)) {
        let second = fields.field();
        let Some(method) = method(second) else {
            let is_first_wrong = second.is_empty() || address(second).is_ok();
            return Err(if is_first_wrong { wrong } else { (second, Why::Method) });
        };
        let mtu = mtu(fields.field())?;
        let mac = fields.rest.filter(|text| !text.is_empty()).map(mac).transpose()?;
        let one = Interface { device: Some(name(first)?), method, mtu, mac, ..EMPTY };
        return keep(&mut plan.interfaces, one);
    }
    let [peer, gateway, mask, hostname, dev, way] = core::array::from_fn(|_| fields.field());
    let mut one = Interface { device: device(dev)?, ..EMPTY };
    (one.address, one.peer) = addresses(first, peer, mask)?;
    one.gateway = gateway_of(one.address.map(|prefix| prefix.address), gateway)?;
    one.method = match (method(way), way) {
        (_, "" | "on" | "any") if one.address.is_some() => Method::Static,
        (_, "") => Method::Dhcp,
        (Some(Method::Dhcp | Method::Dhcp6), _) if one.address.is_some() => {
            return Err((way, Why::TwoWays));
        }
        (Some(method), _) => method,
        (None, _) => return Err((way, Why::Method)),
    };
    let before = plan.servers.len();
    let kept = tail(plan, &mut one, fields).and_then(|()| keep(&mut plan.interfaces, one));
    if kept.is_err() {
        plan.servers.truncate(before);
        return kept;
    }
    if !hostname.is_empty() {
        plan.hostname = Some(hostname);
    }
    Ok(())
}

/// The address, and the peer if there is one. A server is a peer where it has a prefix length, or
/// where the netmask leaves room for none but the client; else it is whom to boot from.
#[inline(never)]
fn addresses<'a>(
    client: &'a str,
    server: &'a str,
    netmask: &'a str,
) -> Result<(Option<Prefix>, Option<Prefix>), Wrong<'a>> {
    let other = if server.is_empty() { None } else { Some(address(server)?) };
    if client.is_empty() {
        return if netmask.is_empty() { Ok((None, None)) } else { Err((netmask, Why::NoAddress)) };
    }
    let (address, told) = address(client)?;
    let max = if address.is_ipv4() { 32 } else { 128 };
    let len = match (told, netmask) {
        (Some(len), "") => len,
        (None, "") => usual_length(address).ok_or((client, Why::Class))?,
        _ => mask(netmask, max).ok_or((netmask, Why::Mask))?,
    };
    let peer = other
        .filter(|(_, bits)| bits.is_some() || len == max)
        .map(|(address, bits)| Prefix { address, len: bits.unwrap_or(max) });
    if peer.is_some_and(|peer| peer.address.is_ipv4() != address.is_ipv4()) {
        return Err((server, Why::Version));
    }
    Ok((Some(Prefix { address, len }), peer))
}

/// How many bits are the network's where that is not told: by its class, as the kernel has it, or
/// those of an IPv6 link.
const fn usual_length(address: IpAddr) -> Option<u8> {
    match address {
        IpAddr::V6(_) => Some(64),
        IpAddr::V4(address) => match address.octets()[0] {
            0..128 => Some(8),
            128..192 => Some(16),
            192..224 => Some(24),
            224.. => None,
        },
    }
}

/// A gateway of the same IP version, if there is one.
fn gateway_of(from: Option<IpAddr>, text: &str) -> Result<Option<IpAddr>, Wrong<'_>> {
    if text.is_empty() {
        return Ok(None);
    }
    let gateway = host(text)?;
    match from {
        None => Err((text, Why::NoAddress)),
        Some(from) if from.is_ipv4() != gateway.is_ipv4() => Err((text, Why::Version)),
        Some(_) => Ok(Some(gateway)),
    }
}

/// What stands behind the method: two name servers and one for the time, or an MTU and a MAC.
#[inline(never)]
fn tail<'a>(
    plan: &mut Plan<'a>,
    one: &mut Interface<'a>,
    fields: Fields<'a>,
) -> Result<(), Wrong<'a>> {
    let mut behind = fields.clone();
    let first = behind.field();
    let rest = behind.rest.unwrap_or_default();
    if number(first).is_some() || (first.is_empty() && mac(rest).is_ok()) {
        one.mtu = mtu(first)?;
        one.mac = if rest.is_empty() { None } else { Some(mac(rest)?) };
        return Ok(());
    }
    for (place, text) in fields.enumerate() {
        match place {
            0..3 if text.is_empty() => {}
            0 | 1 => add_server(plan, host(text)?)?,
            2 => _ = host(text)?,
            _ => return Err((text, Why::Fields)),
        }
    }
    Ok(())
}

/// Keeps a name server, once.
fn add_server<'a>(plan: &mut Plan<'a>, server: IpAddr) -> Result<(), Wrong<'a>> {
    if plan.servers.contains(&server) { Ok(()) } else { keep(&mut plan.servers, server) }
}

/// `nameserver=ADDRESS`.
fn server<'a>(plan: &mut Plan<'a>, value: &'a str) -> Result<(), Wrong<'a>> {
    add_server(plan, host(value)?)
}

/// `vlan=NAME:DEVICE`; the number is what the name ends in.
fn vlan<'a>(plan: &mut Plan<'a>, value: &'a str) -> Result<(), Wrong<'a>> {
    let mut fields = Fields::new(value);
    let (own, on) = (name(fields.field())?, name(fields.field())?);
    no_more(fields)?;
    let digits = own.bytes().rev().take_while(u8::is_ascii_digit).count();
    let id = own
        .get(own.len().saturating_sub(digits)..)
        .and_then(number)
        .filter(|id| (1..4095).contains(id));
    let id = id.ok_or((own, Why::Vlan))? as u16;
    keep(&mut plan.made, Made { name: own, kind: MadeKind::Vlan { id, on } })
}

/// `bond=NAME[:PORTS[:OPTIONS[:MTU]]]`.
fn bonded<'a>(plan: &mut Plan<'a>, value: &'a str) -> Result<(), Wrong<'a>> {
    let mut fields = Fields::new(value);
    let own = or(fields.field(), "bond0");
    let (ports, options) = (or(fields.field(), "eth0,eth1"), or(fields.field(), "mode=balance-rr"));
    let mtu = mtu(fields.field())?;
    no_more(fields)?;
    bond::each(options, &mut |_, _| {})?;
    let kind = MadeKind::Bond { ports: names(ports)?, options, mtu };
    keep(&mut plan.made, Made { name: name(own)?, kind })
}

/// `bridge=NAME:PORTS`.
fn bridge<'a>(plan: &mut Plan<'a>, value: &'a str) -> Result<(), Wrong<'a>> {
    let mut fields = Fields::new(value);
    let (own, ports) = (or(fields.field(), "br0"), or(fields.field(), "eth0"));
    no_more(fields)?;
    keep(&mut plan.made, Made { name: name(own)?, kind: MadeKind::Bridge { ports: names(ports)? } })
}

/// `rd.route=NET/LENGTH:GATEWAY[:DEVICE]`.
fn way<'a>(plan: &mut Plan<'a>, value: &'a str) -> Result<(), Wrong<'a>> {
    let mut fields = Fields::new(value);
    let (to, gateway) = (fields.field(), fields.field());
    let device = device(fields.field())?;
    no_more(fields)?;
    let known = if gateway.is_empty() { None } else { Some(host(gateway)?) };
    let to = match (to, known) {
        ("default", Some(IpAddr::V6(_))) => ("[::]/0", known),
        ("default", _) => ("0.0.0.0/0", known),
        other => other,
    };
    let (address, len) = address(to.0)?;
    let len = len.unwrap_or(if address.is_ipv4() { 32 } else { 128 });
    let gateway = gateway_of(Some(address), gateway)?;
    if gateway.is_none() && device.is_none() {
        return Err(("", Why::Nowhere));
    }
    keep(&mut plan.routes, Way { to: Prefix { address, len }, gateway, device })
}

/// `ifname=NAME:MAC`.
fn rename<'a>(plan: &mut Plan<'a>, value: &'a str) -> Result<(), Wrong<'a>> {
    let mut fields = Fields::new(value);
    let own = fields.field();
    let address = fields.rest.ok_or((own, Why::Mac))?;
    keep(&mut plan.names, Rename { name: name(own)?, mac: mac(address)? })
}

/// `bootdev=NAME`.
fn boot_device<'a>(plan: &mut Plan<'a>, value: &'a str) -> Result<(), Wrong<'a>> {
    plan.boot_device = Some(name(value)?);
    Ok(())
}

/// `rd.neednet=1`, also without the number.
fn needed<'a>(plan: &mut Plan<'a>, value: &'a str) -> Result<(), Wrong<'a>> {
    plan.is_needed = value != "0";
    Ok(())
}

/// A number of seconds.
fn seconds(value: &str) -> Result<u32, Wrong<'_>> {
    number(value).ok_or((value, Why::Number))
}

/// What is told, or what goes without saying.
fn or<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}

/// Nothing else is known here.
fn no_more(mut fields: Fields<'_>) -> Result<(), Wrong<'_>> {
    match fields.next() {
        Some(more) => Err((more, Why::Fields)),
        None => Ok(()),
    }
}
