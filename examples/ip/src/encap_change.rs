//! `encap TYPE ...`: parses the lightweight tunnel of a route or next hop.

use core::net::{IpAddr, Ipv6Addr};

use barelink_codec::frame::NESTED;
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::ids::Label;
use barelink_codec::rtnl::route::lwtunnel::{
    EncapType, Ioam6, Ioam6Mode, Ioam6Trace, Ip6Tunnel, IpTunnel, MplsTunnel, Rpl, RplHeader, Seg6,
    Seg6Local, Seg6LocalCounters, Seg6LocalFlavors, SegmentHeader, TunnelFlags, XfrmTunnel,
};
use barelink_transport::Channel;

use super::args::{ArgTable, ArgType, NameTable, ParsedArgs, arg_table, attr, key, parse_arg};
use super::body::Body;
use super::change::{address, uint, uint32};
use super::encap::{FLAVORS, SEG6_MODES};
use super::names::{self, Names};
use super::printer::Printer;
use super::words::{Exit, TextOutput, USAGE, Words, fail, invalid_argument, number32};

/// Encapsulations that can be configured, by name.
const TYPES: &[(&str, EncapType)] = &[
    ("mpls", EncapType::MPLS),
    ("ip", EncapType::IP),
    ("ip6", EncapType::IP6),
    ("seg6", EncapType::SEG6),
    ("seg6local", EncapType::SEG6_LOCAL),
    ("rpl", EncapType::RPL),
    ("ioam6", EncapType::IOAM6),
    ("xfrm", EncapType::XFRM),
];

const MPLS: ArgTable = arg_table! { "=ttl!\"ttl\" value is invalid" => key(MplsTunnel::TTL) };

const IP: ArgTable = arg_table! {
    "=id!\"id\" value is invalid" => key(IpTunnel::ID),
    "=dst" => key(IpTunnel::DST),
    "=src" => key(IpTunnel::SRC),
    "=tos!\"tos\" value is invalid" => attr(IpTunnel::TOS, ArgType::Dsfield),
    "=ttl!\"ttl\" value is invalid" => key(IpTunnel::TTL),
};

const IP6: ArgTable = arg_table! {
    "=id!\"id\" value is invalid" => key(Ip6Tunnel::ID),
    "=dst" => key(Ip6Tunnel::DST),
    "=src" => key(Ip6Tunnel::SRC),
    "=tc!\"tc\" value is invalid" => attr(Ip6Tunnel::TC, ArgType::Dsfield),
    "=hoplimit!\"hoplimit\" value is invalid" => key(Ip6Tunnel::HOPLIMIT),
};

const TUNNEL_FLAGS: &[(&str, TunnelFlags)] =
    &[("key", TunnelFlags::KEY), ("csum", TunnelFlags::CSUM), ("seq", TunnelFlags::SEQ)];

const SEG6_LOCAL: ArgTable = arg_table! {
    "=action!\"action\" value is invalid" => attr(Seg6Local::ACTION, ArgType::Named(NameTable::Actions)),
    "=table!invalid table id" => attr(Seg6Local::TABLE, ArgType::Named(NameTable::Tables)),
    "=vrftable!invalid vrf table id" => attr(Seg6Local::VRFTABLE, ArgType::Named(NameTable::Tables)),
    "=nh4" => key(Seg6Local::NH4),
    "=nh6" => key(Seg6Local::NH6),
    "=iif" => attr(Seg6Local::IIF, ArgType::Link),
    "=oif" => attr(Seg6Local::OIF, ArgType::Link),
};

const XFRM: ArgTable = arg_table! {
    "=if_id!\"if_id\" value is invalid" => key(XfrmTunnel::IF_ID),
    "=link_dev" => attr(XfrmTunnel::LINK, ArgType::Link),
};

/// Parses what follows `encap`, and appends it as the attributes of these two numbers.
pub fn parse<C: Channel>(
    words: &mut Words<'_>,
    body: &mut Body,
    encap: u16,
    encap_type: u16,
    printer: &mut Printer<'_, '_, C>,
) -> Result<(), Exit> {
    let word = words.value(printer.err)?;
    let Some((_, tunnel_type)) = TYPES.iter().find(|row| row.0 == word) else {
        return Err(invalid_argument(printer.err, word, "\"encap type\" value is invalid\n"));
    };
    // iproute2 requires two words.
    if words.nth_word(1).is_none() {
        return Err(fail(printer.err, "Error: unexpected end of line after \"encap\"\n", USAGE));
    }
    let open = body.open(encap | NESTED);
    match *tunnel_type {
        EncapType::MPLS => {
            let stack = words.value(printer.err)?;
            labels(stack, MplsTunnel::DST.number(), body, printer.err)?;
            options(&MPLS, words, body, printer)?;
        }
        EncapType::IP => tunnel(&IP, IpTunnel::FLAGS.number(), words, body, printer)?,
        EncapType::IP6 => tunnel(&IP6, Ip6Tunnel::FLAGS.number(), words, body, printer)?,
        EncapType::SEG6 => seg6(words, body, printer.err)?,
        EncapType::SEG6_LOCAL => seg6_local(words, body, printer)?,
        EncapType::RPL => rpl(words, body, printer.err)?,
        EncapType::IOAM6 => ioam6(words, body, printer.err)?,
        _ => options(&XFRM, words, body, printer)?,
    }
    body.close(open);
    body.put_u16(encap_type, tunnel_type.0);
    Ok(())
}

/// Parses options up to the first word that is none.
fn options<C: Channel>(
    table: &ArgTable,
    words: &mut Words<'_>,
    body: &mut Body,
    printer: &mut Printer<'_, '_, C>,
) -> Result<(), Exit> {
    let mut args = ParsedArgs::new(AddressFamily::UNSPEC);
    while let Some(word) = words.peek() {
        let mut rest = *words;
        rest.next();
        if !parse_arg(table, word, &mut rest, (&mut args, Some(body)), printer)? {
            break;
        }
        *words = rest;
    }
    Ok(())
}

fn tunnel<C: Channel>(
    table: &ArgTable,
    flags_number: u16,
    words: &mut Words<'_>,
    body: &mut Body,
    printer: &mut Printer<'_, '_, C>,
) -> Result<(), Exit> {
    let mut flags = TunnelFlags::EMPTY;
    loop {
        options(table, words, body, printer)?;
        let word = words.peek().unwrap_or_default();
        let Some((_, flag)) = TUNNEL_FLAGS.iter().find(|row| row.0 == word) else { break };
        flags |= *flag;
        words.next();
    }
    if flags != TunnelFlags::EMPTY {
        body.put(flags_number, &flags.0.to_be_bytes());
    }
    Ok(())
}

/// Appends an MPLS label stack; the last label has the bottom-of-stack bit.
pub fn labels(
    word: &str,
    number: u16,
    body: &mut Body,
    err: &mut TextOutput<'_>,
) -> Result<(), Exit> {
    let open = body.open(number);
    let mut parts = word.split('/').peekable();
    while let Some(part) = parts.next() {
        let Some(label) = number32(part).filter(|label| *label < 1 << 20) else {
            writeln!(err, "Error: mpls address is expected rather than \"{word}\".");
            return Err(Exit(1));
        };
        body.put_raw(&Label::new(label, parts.peek().is_none()).entry.to_be_bytes());
    }
    body.close(open);
    Ok(())
}

/// Returns the number of a name; prints an error if the list lacks it.
fn known(word: &str, names: Names, why: &str, err: &mut TextOutput<'_>) -> Result<u32, Exit> {
    names::known(word, names).ok_or_else(|| invalid_argument(err, word, why))
}

fn seg6(words: &mut Words<'_>, body: &mut Body, err: &mut TextOutput<'_>) -> Result<(), Exit> {
    let (mut mode, mut segments, mut source, mut hmac) = (None, None, None, 0);
    while let Some(word @ ("mode" | "segs" | "hmac" | "tunsrc")) = words.peek() {
        words.next();
        let value = words.value(err)?;
        match word {
            "mode" => {
                mode = Some(known(value, SEG6_MODES, "\"mode\" value is invalid\n", err)?);
            }
            "segs" => segments = Some(value),
            "hmac" => hmac = uint32(value, "\"hmac\" value is invalid\n", err)?,
            _ => source = Some(address(value, AddressFamily::INET6, err)?),
        }
    }
    let segments = segments.unwrap_or_default();
    // In inline mode the last segment is the packet's destination.
    let inline = mode.unwrap_or(0) == 0;
    let count = segments.split(',').count().saturating_add(inline.into());
    let last = count.saturating_sub(1) as u8;
    let blocks = count.saturating_mul(2).saturating_add(if hmac == 0 { 0 } else { 5 });
    let open = body.open(Seg6::SRH.number());
    body.put_raw(&mode.unwrap_or(0).to_ne_bytes());
    let mut header = SegmentHeader {
        len: blocks as u8,
        routing_type: 4,
        segments_left: last,
        ..Default::default()
    };
    header.first_segment = last;
    if hmac != 0 {
        header.flags = barelink_codec::rtnl::route::lwtunnel::SegmentFlags::HMAC;
    }
    body.put_raw_structure(&header);
    if inline {
        body.put_raw(&[0; 16]);
    }
    for segment in segments.rsplit(',') {
        body.put_raw(&v6(segment, err)?);
    }
    if hmac != 0 {
        // HMAC TLV: type, length, 2 reserved bytes, key ID, space for the digest.
        body.put_raw(&[5, 38, 0, 0]);
        body.put_raw(&hmac.to_be_bytes());
        body.put_raw(&[0; 32]);
    }
    body.close(open);
    if let Some(source) = source {
        body.put_address(Seg6::SRC.number(), source);
    }
    Ok(())
}

fn v6(word: &str, err: &mut TextOutput<'_>) -> Result<[u8; 16], Exit> {
    let addr = address(word, AddressFamily::INET6, err)?;
    Ok(if let IpAddr::V6(v6) = addr { v6.octets() } else { Ipv6Addr::UNSPECIFIED.octets() })
}

fn seg6_local<C: Channel>(
    words: &mut Words<'_>,
    body: &mut Body,
    printer: &mut Printer<'_, '_, C>,
) -> Result<(), Exit> {
    loop {
        options(&SEG6_LOCAL, words, body, printer)?;
        match words.peek() {
            Some("count") => {
                words.next();
                let open = body.open(Seg6Local::COUNTERS.number() | NESTED);
                for key in [
                    Seg6LocalCounters::PACKETS,
                    Seg6LocalCounters::BYTES,
                    Seg6LocalCounters::ERRORS,
                ] {
                    body.put(key.number(), &[0; 8]);
                }
                body.close(open);
            }
            Some("flavors") => {
                words.next();
                flavors(words, body, printer.err)?;
            }
            Some(word @ ("srh" | "endpoint")) => {
                writeln!(printer.err, "\"{word}\" is not supported by this ip.");
                return Err(USAGE);
            }
            _ => return Ok(()),
        }
    }
}

fn flavors(words: &mut Words<'_>, body: &mut Body, err: &mut TextOutput<'_>) -> Result<(), Exit> {
    let open = body.open(Seg6Local::FLAVORS.number() | NESTED);
    let mut flags = 0;
    for word in words.value(err)?.split(',') {
        flags |= 1 << known(word, FLAVORS, "\"flavors\" value is invalid\n", err)?;
    }
    body.put_u32(Seg6LocalFlavors::OPERATION.number(), flags);
    for (name, key) in
        [("lblen", Seg6LocalFlavors::LCBLOCK_BITS), ("nflen", Seg6LocalFlavors::LCNODE_FN_BITS)]
    {
        if words.peek() == Some(name) {
            words.next();
            let bits = uint(words.value(err)?, 0xff, "invalid length of the flavor\n", err)?;
            body.put_u8(key.number(), bits as u8);
        }
    }
    body.close(open);
    Ok(())
}

fn rpl(words: &mut Words<'_>, body: &mut Body, err: &mut TextOutput<'_>) -> Result<(), Exit> {
    let mut segments = None;
    while words.peek() == Some("segs") {
        words.next();
        segments = Some(words.value(err)?);
    }
    let segments = segments.unwrap_or_default();
    let count = segments.split(',').count();
    let open = body.open(Rpl::SRH.number());
    body.put_raw_structure(&RplHeader {
        len: count.saturating_mul(2) as u8,
        routing_type: 3,
        segments_left: count as u8,
        ..Default::default()
    });
    for segment in segments.split(',') {
        body.put_raw(&v6(segment, err)?);
    }
    body.close(open);
    Ok(())
}

/// Consumes a required word.
fn expect(word: &str, words: &mut Words<'_>, err: &mut TextOutput<'_>) -> Result<(), Exit> {
    match words.value(err)? {
        found if found == word => Ok(()),
        found => Err(invalid_argument(err, found, "is not expected here\n")),
    }
}

fn ioam6(words: &mut Words<'_>, body: &mut Body, err: &mut TextOutput<'_>) -> Result<(), Exit> {
    const FREQUENCY: &str = "Invalid frequency\n";
    let (mut k, mut n, mut mode) = (1, 1, Ioam6Mode::INLINE);
    let (mut source, mut target) = (None, None);
    while let Some(word @ ("freq" | "mode" | "tunsrc" | "tundst")) = words.peek() {
        words.next();
        let value = words.value(err)?;
        match word {
            "freq" => {
                let (left, right) = value.split_once('/').unwrap_or((value, ""));
                k = uint32(left, FREQUENCY, err)?;
                n = uint32(right, FREQUENCY, err)?;
            }
            "mode" => {
                mode = match value {
                    "inline" => Ioam6Mode::INLINE,
                    "encap" => Ioam6Mode::ENCAP,
                    "auto" => Ioam6Mode::AUTO,
                    _ => return Err(invalid_argument(err, value, "Invalid mode\n")),
                };
            }
            "tunsrc" => source = Some(v6(value, err)?),
            _ => target = Some(v6(value, err)?),
        }
    }
    expect("trace", words, err)?;
    expect("prealloc", words, err)?;
    expect("type", words, err)?;
    let trace_type = uint(words.value(err)?, 0xff_ffff, "Invalid trace type\n", err)? as u32;
    expect("ns", words, err)?;
    let namespace = uint(words.value(err)?, 0xffff, "Invalid namespace ID\n", err)? as u16;
    expect("size", words, err)?;
    let size = uint(words.value(err)?, 244, "Invalid trace size\n", err)? as u8;
    body.put_u32(Ioam6::FREQ_K.number(), k);
    body.put_u32(Ioam6::FREQ_N.number(), n);
    body.put_u8(Ioam6::MODE.number(), mode.0);
    if let Some(source) = source {
        body.put(Ioam6::SRC.number(), &source);
    }
    if let Some(target) = target {
        body.put(Ioam6::DST.number(), &target);
    }
    let trace = Ioam6Trace {
        namespace,
        remaining: size / 4,
        trace_type: trace_type << 8,
        ..Default::default()
    };
    body.put_structure(Ioam6::TRACE.number(), &trace);
    Ok(())
}
