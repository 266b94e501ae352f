//! Parses a kernel command line into a plan, and reports its invalid parameters.

use core::net::IpAddr;

use barelink_codec::addr_text::{self, MAX_HARDWARE, Prefix};
use heapless::Vec;

use super::bond;
use super::fields::{Fields, Params, name_and_value};
use super::param_error::{ParamError, ParamProblem};
use super::plan::{CreatedLink, Interface, LinkKind, Method, Plan, Rename, StaticRoute, Timeouts};

/// Invalid part of a parameter, and its problem.
type Invalid<'a> = (&'a str, ParamProblem);

/// Parses a parameter's value into the plan.
type ParseParam = for<'a> fn(&mut Plan<'a>, &'a str) -> Result<(), Invalid<'a>>;

/// Known parameters, by name.
const PARAMS: &[(&str, ParseParam)] = &[
    ("ip", interface),
    ("nfsaddrs", interface),
    ("nameserver", name_server),
    ("vlan", vlan),
    ("bond", bond_link),
    ("bridge", bridge),
    ("rd.route", static_route),
    ("ifname", rename),
    ("bootdev", boot_device),
    ("rd.neednet", need_network),
    ("rd.net.timeout", |plan, value| seconds(value).map(|all| plan.timeouts = Timeouts::all(all))),
    ("rd.net.timeout.iflink", |plan, value| seconds(value).map(|value| plan.timeouts.link = value)),
    ("rd.net.timeout.carrier", |plan, value| {
        seconds(value).map(|value| plan.timeouts.carrier = value)
    }),
    ("rd.net.timeout.ipv6dad", |plan, value| seconds(value).map(|value| plan.timeouts.dad = value)),
    ("rd.net.timeout.dhcp", |plan, value| seconds(value).map(|value| plan.timeouts.lease = value)),
    ("rd.net.timeout.ipv6auto", |plan, value| {
        seconds(value).map(|value| plan.timeouts.router = value)
    }),
    ("netup.run", |plan, value| push(&mut plan.run, value)),
    ("netup.then", |plan, value| {
        plan.then = Some(value);
        Ok(())
    }),
];

/// Parses a command line. An invalid parameter is reported and left out; unknown ones are ignored.
pub fn parse<'a>(cmdline: &'a str, report: &mut dyn FnMut(ParamError<'a>)) -> Plan<'a> {
    let mut plan = Plan::default();
    for param in Params(cmdline) {
        let (name, value) = name_and_value(param);
        let Some((_, parse)) = PARAMS.iter().find(|(known, _)| *known == name) else { continue };
        if let Err((part, problem)) = parse(&mut plan, value) {
            report(ParamError { param, part, problem });
        }
    }
    if plan.needs_network && !plan.has_ip_param {
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

/// Appends an element, if there is capacity.
fn push<'a, T, const N: usize>(list: &mut Vec<T, N>, element: T) -> Result<(), Invalid<'a>> {
    list.push(element).map_err(|_| ("", ParamProblem::TooMany))
}

/// Parses an address, with or without brackets, and the prefix length after it, if there is one.
fn address(text: &str) -> Result<(IpAddr, Option<u8>), Invalid<'_>> {
    let invalid = (text, ParamProblem::Address);
    let (inner, trailing) = match text.strip_prefix("[") {
        Some(text) => {
            let mut parts = Fields::separated_by(text, b']');
            (parts.field(), parts.rest.ok_or((text, ParamProblem::Bracket))?)
        }
        None => (text, ""),
    };
    let mut parts = Fields::separated_by(inner, b'/');
    let prefix = match parts.field() {
        "default" | "any" | "all" => return Err(invalid),
        // Without the length, since with one the last numbers of an address may be missing.
        whole => Prefix::parse(whole, None).map_err(|_| invalid)?,
    };
    let len = match (parts.rest, trailing) {
        (Some(len), "") => len,
        (None, "") => return Ok((prefix.address, None)),
        (None, trailing) => trailing.strip_prefix("/").ok_or(invalid)?,
        _ => return Err(invalid),
    };
    let len = prefix_len(len, prefix.len).ok_or((text, ParamProblem::Length))?;
    Ok((prefix.address, Some(len)))
}

/// Parses an address that has no prefix length.
fn host_address(text: &str) -> Result<IpAddr, Invalid<'_>> {
    match address(text)? {
        (address, None) => Ok(address),
        _ => Err((text, ParamProblem::Address)),
    }
}

/// Returns the prefix length of a number up to `max`, or of an IPv4 netmask.
fn prefix_len(text: &str, max: u8) -> Option<u8> {
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

/// Parses a decimal number.
pub fn number(text: &str) -> Option<u32> {
    if text.is_empty() || text.len() > 10 {
        return None;
    }
    text.bytes().try_fold(0u32, |value, byte| {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        value.checked_mul(10)?.checked_add(digit.into())
    })
}

/// Parses an interface name; `None` if it is empty.
fn optional_name(text: &str) -> Result<Option<&str>, Invalid<'_>> {
    let bad = |byte: u8| matches!(byte, b'/' | b':' | b'"') || !byte.is_ascii_graphic();
    if text.len() > 15 || matches!(text, "." | "..") || text.bytes().any(bad) {
        return Err((text, ParamProblem::Name));
    }
    Ok((!text.is_empty()).then_some(text))
}

/// Parses an interface name that may not be empty.
fn name(text: &str) -> Result<&str, Invalid<'_>> {
    optional_name(text)?.ok_or((text, ParamProblem::Name))
}

/// Checks interface names separated by commas.
fn names(text: &str) -> Result<&str, Invalid<'_>> {
    Fields::separated_by(text, b',').try_for_each(|one| name(one).map(|_| ()))?;
    Ok(text)
}

/// Parses an Ethernet address.
fn mac(text: &str) -> Result<[u8; 6], Invalid<'_>> {
    let mut buffer = [0; MAX_HARDWARE];
    let found = addr_text::hardware(text, &mut buffer).and_then(|bytes| bytes.try_into().ok());
    found.ok_or((text, ParamProblem::Mac))
}

/// Parses an MTU of at least 68 bytes; `None` if it is empty.
fn mtu(text: &str) -> Result<Option<u32>, Invalid<'_>> {
    match number(text) {
        None if text.is_empty() => Ok(None),
        Some(mtu) if mtu >= 68 => Ok(Some(mtu)),
        _ => Err((text, ParamProblem::Number)),
    }
}

/// Methods by which an interface gets its addresses, by name.
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

/// Parses a method, or several separated by commas; DHCP takes precedence, and text after `dhcp,` (a
/// client identifier) is ignored.
fn method(text: &str) -> Option<Method> {
    let one = |text| METHODS.iter().find(|(name, _)| *name == text).map(|(_, method)| *method);
    let mut found = None;
    for name in Fields::separated_by(text, b',') {
        match (found, one(name)) {
            (Some(Method::Dhcp | Method::Dhcp6), _) | (Some(_), Some(Method::Static)) => {}
            (_, None) => return None,
            (_, some) => found = some,
        }
    }
    found
}

/// Parses `ip=METHOD`, `ip=DEVICE:METHOD[:MTU[:MAC]]`, or
/// `ip=CLIENT:SERVER:GATEWAY:MASK:HOSTNAME:DEVICE:METHOD` with its optional trailing fields.
fn interface<'a>(plan: &mut Plan<'a>, value: &'a str) -> Result<(), Invalid<'a>> {
    plan.has_ip_param = true;
    let mut fields = Fields::new(value);
    let first = fields.field();
    if matches!(value, "" | "off" | "none") {
        return Ok(());
    }
    if first == "ibft" || value.ends_with(":ibft") {
        return Err(("ibft", ParamProblem::Firmware));
    }
    if fields.rest.is_none() {
        if let Some(method) = method(first) {
            return push(&mut plan.interfaces, Interface { method, ..EMPTY });
        }
        address(first).map_err(|(part, problem)| match problem {
            ParamProblem::Address => (part, ParamProblem::Method),
            _ => (part, problem),
        })?;
    }
    if let (false, Err(invalid)) = (first.is_empty(), address(first)) {
        let second = fields.field();
        let Some(method) = method(second) else {
            let is_first_invalid = second.is_empty() || address(second).is_ok();
            return Err(if is_first_invalid { invalid } else { (second, ParamProblem::Method) });
        };
        let mtu = mtu(fields.field())?;
        let mac = fields.rest.filter(|text| !text.is_empty()).map(mac).transpose()?;
        let one = Interface { device: Some(name(first)?), method, mtu, mac, ..EMPTY };
        return push(&mut plan.interfaces, one);
    }
    let [peer, gateway, mask, hostname, dev, method_name] =
        core::array::from_fn(|_| fields.field());
    let mut one = Interface { device: optional_name(dev)?, ..EMPTY };
    (one.address, one.peer) = addresses(first, peer, mask)?;
    one.gateway = gateway_of(one.address.map(|prefix| prefix.address), gateway)?;
    one.method = match (method(method_name), method_name) {
        (_, "" | "on" | "any") if one.address.is_some() => Method::Static,
        (_, "") => Method::Dhcp,
        (Some(Method::Dhcp | Method::Dhcp6), _) if one.address.is_some() => {
            return Err((method_name, ParamProblem::StaticAndDhcp));
        }
        (Some(method), _) => method,
        (None, _) => return Err((method_name, ParamProblem::Method)),
    };
    let before = plan.name_servers.len();
    let pushed =
        trailing_fields(plan, &mut one, fields).and_then(|()| push(&mut plan.interfaces, one));
    if pushed.is_err() {
        plan.name_servers.truncate(before);
        return pushed;
    }
    if !hostname.is_empty() {
        plan.hostname = Some(hostname);
    }
    Ok(())
}

/// Returns the client's address, and the peer's if there is one.
///
/// The server field is the peer if it has a prefix length, or if the netmask covers the client
/// address alone; otherwise it is the boot server, which is ignored.
#[inline(never)]
fn addresses<'a>(
    client: &'a str,
    server: &'a str,
    netmask: &'a str,
) -> Result<(Option<Prefix>, Option<Prefix>), Invalid<'a>> {
    let other = if server.is_empty() { None } else { Some(address(server)?) };
    if client.is_empty() {
        return if netmask.is_empty() {
            Ok((None, None))
        } else {
            Err((netmask, ParamProblem::NoAddress))
        };
    }
    let (address, given) = address(client)?;
    let max = if address.is_ipv4() { 32 } else { 128 };
    let len = match (given, netmask) {
        (Some(len), "") => len,
        (None, "") => default_prefix_len(address).ok_or((client, ParamProblem::Class))?,
        _ => prefix_len(netmask, max).ok_or((netmask, ParamProblem::Mask))?,
    };
    let peer = other
        .filter(|(_, bits)| bits.is_some() || len == max)
        .map(|(address, bits)| Prefix { address, len: bits.unwrap_or(max) });
    if peer.is_some_and(|peer| peer.address.is_ipv4() != address.is_ipv4()) {
        return Err((server, ParamProblem::Version));
    }
    Ok((Some(Prefix { address, len }), peer))
}

/// Returns the default prefix length: by address class for IPv4, as in the kernel, 64 for IPv6.
const fn default_prefix_len(address: IpAddr) -> Option<u8> {
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

/// Parses a gateway of the same IP version; `None` if it is empty.
fn gateway_of(from: Option<IpAddr>, text: &str) -> Result<Option<IpAddr>, Invalid<'_>> {
    if text.is_empty() {
        return Ok(None);
    }
    let gateway = host_address(text)?;
    match from {
        None => Err((text, ParamProblem::NoAddress)),
        Some(from) if from.is_ipv4() != gateway.is_ipv4() => Err((text, ParamProblem::Version)),
        Some(_) => Ok(Some(gateway)),
    }
}

/// Parses the fields after the method: two name servers and an NTP server, or an MTU and a MAC.
#[inline(never)]
fn trailing_fields<'a>(
    plan: &mut Plan<'a>,
    one: &mut Interface<'a>,
    fields: Fields<'a>,
) -> Result<(), Invalid<'a>> {
    let mut trailing = fields.clone();
    let first = trailing.field();
    let rest = trailing.rest.unwrap_or_default();
    if number(first).is_some() || (first.is_empty() && mac(rest).is_ok()) {
        one.mtu = mtu(first)?;
        one.mac = if rest.is_empty() { None } else { Some(mac(rest)?) };
        return Ok(());
    }
    for (place, text) in fields.enumerate() {
        match place {
            0..3 if text.is_empty() => {}
            0 | 1 => add_name_server(plan, host_address(text)?)?,
            2 => _ = host_address(text)?,
            _ => return Err((text, ParamProblem::Fields)),
        }
    }
    Ok(())
}

/// Adds a name server, unless it is in the plan already.
fn add_name_server<'a>(plan: &mut Plan<'a>, server: IpAddr) -> Result<(), Invalid<'a>> {
    if plan.name_servers.contains(&server) { Ok(()) } else { push(&mut plan.name_servers, server) }
}

/// Parses `nameserver=ADDRESS`.
fn name_server<'a>(plan: &mut Plan<'a>, value: &'a str) -> Result<(), Invalid<'a>> {
    add_name_server(plan, host_address(value)?)
}

/// Parses `vlan=NAME:DEVICE`; the VLAN id is the number at the end of the name.
fn vlan<'a>(plan: &mut Plan<'a>, value: &'a str) -> Result<(), Invalid<'a>> {
    let mut fields = Fields::new(value);
    let (own, on) = (name(fields.field())?, name(fields.field())?);
    expect_end(fields)?;
    let digits = own.bytes().rev().take_while(u8::is_ascii_digit).count();
    let id = own
        .get(own.len().saturating_sub(digits)..)
        .and_then(number)
        .filter(|id| (1..4095).contains(id));
    let id = id.ok_or((own, ParamProblem::Vlan))? as u16;
    push(&mut plan.created, CreatedLink { name: own, kind: LinkKind::Vlan { id, on } })
}

/// Parses `bond=NAME[:PORTS[:OPTIONS[:MTU]]]`.
fn bond_link<'a>(plan: &mut Plan<'a>, value: &'a str) -> Result<(), Invalid<'a>> {
    let mut fields = Fields::new(value);
    let own = or_default(fields.field(), "bond0");
    let (ports, options) =
        (or_default(fields.field(), "eth0,eth1"), or_default(fields.field(), "mode=balance-rr"));
    let mtu = mtu(fields.field())?;
    expect_end(fields)?;
    bond::for_each(options, &mut |_, _| {})?;
    let kind = LinkKind::Bond { ports: names(ports)?, options, mtu };
    push(&mut plan.created, CreatedLink { name: name(own)?, kind })
}

/// Parses `bridge=NAME:PORTS`.
fn bridge<'a>(plan: &mut Plan<'a>, value: &'a str) -> Result<(), Invalid<'a>> {
    let mut fields = Fields::new(value);
    let (own, ports) = (or_default(fields.field(), "br0"), or_default(fields.field(), "eth0"));
    expect_end(fields)?;
    push(
        &mut plan.created,
        CreatedLink { name: name(own)?, kind: LinkKind::Bridge { ports: names(ports)? } },
    )
}

/// Parses `rd.route=NET/LENGTH:GATEWAY[:DEVICE]`.
fn static_route<'a>(plan: &mut Plan<'a>, value: &'a str) -> Result<(), Invalid<'a>> {
    let mut fields = Fields::new(value);
    let (to, gateway) = (fields.field(), fields.field());
    let device = optional_name(fields.field())?;
    expect_end(fields)?;
    let known = if gateway.is_empty() { None } else { Some(host_address(gateway)?) };
    let to = match (to, known) {
        ("default", Some(IpAddr::V6(_))) => ("[::]/0", known),
        ("default", _) => ("0.0.0.0/0", known),
        other => other,
    };
    let (address, len) = address(to.0)?;
    let len = len.unwrap_or(if address.is_ipv4() { 32 } else { 128 });
    let gateway = gateway_of(Some(address), gateway)?;
    if gateway.is_none() && device.is_none() {
        return Err(("", ParamProblem::Nowhere));
    }
    push(&mut plan.routes, StaticRoute { to: Prefix { address, len }, gateway, device })
}

/// Parses `ifname=NAME:MAC`.
fn rename<'a>(plan: &mut Plan<'a>, value: &'a str) -> Result<(), Invalid<'a>> {
    let mut fields = Fields::new(value);
    let own = fields.field();
    let address = fields.rest.ok_or((own, ParamProblem::Mac))?;
    push(&mut plan.renames, Rename { name: name(own)?, mac: mac(address)? })
}

/// Parses `bootdev=NAME`.
fn boot_device<'a>(plan: &mut Plan<'a>, value: &'a str) -> Result<(), Invalid<'a>> {
    plan.boot_device = Some(name(value)?);
    Ok(())
}

/// Parses `rd.neednet`; any value but 0 enables it.
fn need_network<'a>(plan: &mut Plan<'a>, value: &'a str) -> Result<(), Invalid<'a>> {
    plan.needs_network = value != "0";
    Ok(())
}

/// Parses a number of seconds.
fn seconds(value: &str) -> Result<u32, Invalid<'_>> {
    number(value).ok_or((value, ParamProblem::Number))
}

/// Returns the text, or the default if it is empty.
fn or_default<'a>(text: &'a str, default: &'a str) -> &'a str {
    if text.is_empty() { default } else { text }
}

/// Checks that there are no more fields.
fn expect_end(mut fields: Fields<'_>) -> Result<(), Invalid<'_>> {
    match fields.next() {
        Some(more) => Err((more, ParamProblem::Fields)),
        None => Ok(()),
    }
}
