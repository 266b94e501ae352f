//! Hexdump of a message, in libnl's layout (`NLCB=debug`).

use core::fmt;

use crate::control::Control;
use crate::errno::ErrnoText;
use crate::family::Family;
use crate::frame::{self, NESTED, NUMBER, align};
use crate::message::{self, Flags, MIN_TYPE, Message, MessageHeader};
use crate::schema::ValueNames;
use crate::value::{Fixed, Structure};

/// A message that prints in libnl's layout: header by fields, then the family's header and each
/// attribute as bytes.
///
/// Identical to libnl 3's output, including the missing end of line behind an empty attribute,
/// except that attributes nested deeper than the kernel accepts print as bytes.
#[cfg_attr(feature = "rtnl", doc = "```")]
#[cfg_attr(not(feature = "rtnl"), doc = "```ignore")]
/// use barelink_codec::{Messages, hexdump::HexDump, rtnl::link::{self, Link, LinkHeader}};
///
/// # let mut buffer = [0; 128];
/// # let bytes = link::GET.build(&mut buffer, 7, LinkHeader::default(), |link| {
/// #     link.put(Link::IFNAME, "lo");
/// # }).unwrap();
/// let message = Messages::new(bytes).next().unwrap().unwrap();
/// let text = HexDump { message, family: Some(&link::FAMILY) }.to_string();
/// assert!(text.contains("\n    .type = 18 <route/link::get>\n"));
/// assert!(text.contains("\n  [ATTR 03] 3 octets\n    6c 6f 00 "));
/// ```
#[derive(Debug, Clone, Copy)]
pub struct HexDump<'a> {
    /// Message to print.
    pub message: Message<'a>,
    /// Family of the message; without one, the payload prints as bytes.
    ///
    /// [`genl::UNKNOWN`](crate::genl::UNKNOWN) is for generic families without tables.
    pub family: Option<&'static Family>,
}

impl fmt::Display for HexDump<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(BEGIN)?;
        writeln!(f, "  [NETLINK HEADER] {} octets", message::HEADER)?;
        header(&self.message.header(), self.name(), f)?;
        if self.message.message_type == Control::ERROR.0 {
            error(self.message.payload, f)?;
        } else if !self.message.payload.is_empty() {
            self.payload(f)?;
        }
        f.write_str(END)
    }
}

const BEGIN: &str =
    "--------------------------   BEGIN NETLINK MESSAGE ---------------------------\n";
const END: &str =
    "---------------------------  END NETLINK MESSAGE   ---------------------------\n";

/// Name of a message: object and operation.
type Name = Option<(&'static str, &'static str)>;

impl HexDump<'_> {
    /// Returns the family, if it has a row for the message.
    fn known(&self) -> Option<&'static Family> {
        self.family.filter(|family| match family.generic {
            // One command more is no reason not to know where its attributes are.
            true => self.message.message_type >= MIN_TYPE && !family.messages.is_empty(),
            false => family.message(self.message.message_type).is_some(),
        })
    }

    fn name(&self) -> Name {
        let family = self.known()?;
        match family.generic {
            true => Some(("genl/family", family.name)),
            false => family.message(self.message.message_type).map(|row| (family.name, row.name)),
        }
    }

    fn payload(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let payload = self.message.payload;
        let known = self.known();
        let head = known.map_or(payload.len(), |family| align(family.header.len));
        let (mut rest, _) = payload.split_at_checked(head).unwrap_or((payload, &[]));
        if self.family.is_some_and(|family| family.generic) {
            rest = generic(rest, known.map_or(0, |family| family.header.len), f)?;
        }
        if !rest.is_empty() {
            writeln!(f, "  [PAYLOAD] {} octets", rest.len())?;
            hex(rest, 0, f)?;
        }
        if payload.len() > head { attributes(payload, head, payload.len(), 0, f) } else { Ok(()) }
    }
}

fn header(header: &MessageHeader, name: Name, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f, "    .nlmsg_len = {}", header.len as i32)?;
    write!(f, "    .type = {} <", header.message_type)?;
    match name {
        Some((object, verb)) => {
            write!(f, "{object}::")?;
            verb.chars().try_for_each(|letter| write!(f, "{}", letter.to_ascii_lowercase()))?;
        }
        None => kind(header.message_type, f)?,
    }
    write!(f, ">\n    .flags = {} <", header.flags)?;
    flags(header.flags, f)?;
    writeln!(f, ">\n    .seq = {}\n    .port = {}", header.seq as i32, header.port as i32)
}

fn kind(kind: u16, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match Control::NAMES.iter().find(|name| name.0 == u64::from(kind)) {
        Some((_, name)) => f.write_str(name),
        None => write!(f, "{kind:#x}"),
    }
}

/// Names of flags in this layout, the same for every message type.
const FLAGS: ValueNames = &[
    (Flags::REQUEST.0 as u64, "REQUEST"),
    (Flags::MULTI.0 as u64, "MULTI"),
    (Flags::ACK.0 as u64, "ACK"),
    (Flags::ECHO.0 as u64, "ECHO"),
    (Flags::ROOT.0 as u64, "ROOT"),
    (Flags::MATCH.0 as u64, "MATCH"),
    (Flags::ATOMIC.0 as u64, "ATOMIC"),
    (Flags::APPEND.0 as u64, "APPEND"),
];

fn flags(flags: u16, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut rest = u64::from(flags);
    for (mask, name) in FLAGS {
        if rest & mask != 0 {
            rest &= !mask;
            f.write_str(name)?;
            f.write_str(if rest != 0 { "," } else { "" })?;
        }
    }
    if rest != 0 { write!(f, "{rest:#x}") } else { Ok(()) }
}

fn error(payload: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let len = <i32 as Fixed>::LEN;
    let whole = len.saturating_add(message::HEADER);
    writeln!(f, "  [ERRORMSG] {whole} octets")?;
    let Some(request) = payload.get(len..whole) else { return Ok(()) };
    let code = i32::load(payload);
    writeln!(f, "    .error = {code} \"{:#}\"", ErrnoText(code.wrapping_neg()))?;
    writeln!(f, "  [ORIGINAL MESSAGE] {} octets", message::HEADER)?;
    // It prints as long as what is quoted of it in any case, whatever it was.
    let len = message::HEADER as u32;
    header(&MessageHeader { len, ..MessageHeader::read(request) }, None, f)
}

/// Header on one line, as libnl's verbose callbacks print it.
pub(crate) struct Line(pub(crate) MessageHeader);

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("type=")?;
        kind(self.0.message_type, f)?;
        write!(f, " length={} flags=<", self.0.len)?;
        flags(self.0.flags, f)?;
        write!(f, "> sequence-nr={} pid={}", self.0.seq, self.0.port)
    }
}

/// Prints a generic family's headers, as far as present, and returns the rest.
fn generic<'a>(
    payload: &'a [u8],
    head: usize,
    f: &mut fmt::Formatter<'_>,
) -> Result<&'a [u8], fmt::Error> {
    let Some(([command, version, r0, r1], rest)) = payload.split_first_chunk::<4>() else {
        return Ok(payload);
    };
    writeln!(f, "  [GENERIC NETLINK HEADER] 4 octets\n    .cmd = {command}")?;
    write!(f, "    .version = {version}\n    .unused = ")?;
    match u16::from_ne_bytes([*r0, *r1]) {
        0 => f.write_str("0\n")?,
        unused => writeln!(f, "{unused:#x}")?,
    }
    match rest.split_at_checked(head.saturating_sub(4)) {
        Some((own, rest)) if !own.is_empty() => {
            writeln!(f, "  [HEADER] {} octets", own.len())?;
            hex(own, 0, f)?;
            Ok(rest)
        }
        _ => Ok(rest),
    }
}

/// Prints the attributes from `at` to `end` of a payload, which may extend beyond with the last
/// one's padding.
fn attributes(
    payload: &[u8],
    at: usize,
    end: usize,
    depth: usize,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let mut at = at;
    while let Some(&[l0, l1, n0, n1]) = payload.get(at..end).and_then(|rest| rest.first_chunk()) {
        let (len, raw) = (u16::from_ne_bytes([l0, l1]), u16::from_ne_bytes([n0, n1]));
        let (start, stop) = (at.saturating_add(frame::ATTR_HEADER), at.saturating_add(len.into()));
        let Some(value) = payload.get(start..stop).filter(|_| stop <= end) else { break };
        let nested = raw & NESTED != 0;
        indent(depth, f)?;
        match raw {
            0 => f.write_str("  [ATTR PADDING]")?,
            _ => write!(f, "  [ATTR {:02}{}]", raw & NUMBER, if nested { " NESTED" } else { "" })?,
        }
        writeln!(f, " {} octets", value.len())?;
        if nested && depth < crate::schema::MAX_DEPTH {
            attributes(payload, start, stop, depth.saturating_add(1), f)?;
        } else {
            hex(value, depth, f)?;
        }
        let padding = align(value.len()).saturating_sub(value.len());
        if padding > 0 {
            indent(depth, f)?;
            writeln!(f, "  [PADDING] {padding} octets")?;
            // The last one's may be missing; then it is taken to be zero.
            let mut bytes = [0; frame::ALIGN];
            frame::copy(&mut bytes, payload.get(stop..).unwrap_or_default());
            hex(bytes.get(..padding).unwrap_or_default(), depth, f)?;
        }
        at = at.saturating_add(align(len.into()));
    }
    // Below 0, of a last attribute whose padding is missing.
    let left = (end as isize).wrapping_sub(at as isize);
    if left != 0 {
        indent(depth, f)?;
        writeln!(f, "  [LEFTOVER] {left} octets")?;
    }
    Ok(())
}

fn indent(depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    (0..depth).try_for_each(|_| f.write_str("  "))
}

/// Prints bytes, 16 per line, less 2 for each level of nesting. No bytes print as an indent without
/// an end of line.
fn hex(bytes: &[u8], depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let limit = 16usize.saturating_sub(depth.saturating_mul(2)).max(1);
    let mut rest = bytes;
    loop {
        indent(depth, f)?;
        f.write_str("    ")?;
        if rest.is_empty() {
            return Ok(());
        }
        let (line, after) = rest.split_at_checked(limit).unwrap_or((rest, &[]));
        line.iter().try_for_each(|byte| write!(f, "{byte:02x} "))?;
        (line.len()..limit).try_for_each(|_| f.write_str("   "))?;
        for byte in line {
            let printable = matches!(byte, b' '..=b'~');
            write!(f, "{}", if printable { char::from(*byte) } else { '.' })?;
        }
        f.write_str("\n")?;
        rest = after;
        if rest.is_empty() {
            return Ok(());
        }
    }
}
