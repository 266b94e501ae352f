//! Addresses as text: `10.0.0.1/16`, `default`, `02:00:00:00:00:01`.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

use crate::frame;

/// IP address with a prefix length.
///
/// ```
/// use barelink_codec::addr_text::{NotAPrefix, Prefix, Version};
///
/// let prefix: Prefix = "2001:1:2::3/64".parse()?;
/// assert_eq!((prefix.len, prefix.to_string().as_str()), (64, "2001:1:2::3/64"));
/// assert_eq!(Prefix::parse("default", Some(Version::V6))?.to_string(), "::/0");
/// assert_eq!("10.0.0.1/99".parse::<Prefix>(), Err(NotAPrefix::Length { max: 32 }));
/// # Ok::<(), NotAPrefix>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Prefix {
    /// Address; bits beyond the prefix length are kept.
    pub address: IpAddr,
    /// Prefix length in bits.
    pub len: u8,
}

/// IP version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Version {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// Reason why a text is not an address with a prefix length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum NotAPrefix {
    /// Not an IP address.
    Address,
    /// An address of another version than the one requested.
    Version,
    /// Prefix length missing, not a number, or longer than the address.
    Length {
        /// Length of the address in bits.
        max: u8,
    },
}

impl Prefix {
    /// Parses an address, with a prefix length or without (then all bits count). `default`, `any`
    /// and `all` stand for the unspecified address with length 0, of the requested version or of
    /// IPv4.
    ///
    /// With a prefix length, an IPv4 address may lack its last numbers: `10/8`.
    ///
    /// # Errors
    ///
    /// [`NotAPrefix::Address`] for a text that is no address, [`NotAPrefix::Version`] for an
    /// address of the other version, [`NotAPrefix::Length`] for a wrong prefix length.
    pub fn parse(text: &str, version: Option<Version>) -> Result<Prefix, NotAPrefix> {
        if matches!(text, "default" | "any" | "all") {
            let address = match version {
                Some(Version::V6) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
                _ => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            };
            return Ok(Prefix { address, len: 0 });
        }
        let text = text.as_bytes();
        let (address, len) = match text.iter().position(|byte| *byte == b'/') {
            Some(at) => (text.get(..at).unwrap_or_default(), text.get(at.saturating_add(1)..)),
            None => (text, None),
        };
        let address = match ipv4(address, len.is_some()) {
            Some(octets) => IpAddr::V4(octets.into()),
            None => IpAddr::V6(ipv6(address).ok_or(NotAPrefix::Address)?.into()),
        };
        let (max, is) = match address {
            IpAddr::V4(_) => (32, Version::V4),
            IpAddr::V6(_) => (128, Version::V6),
        };
        if version.is_some_and(|version| version != is) {
            return Err(NotAPrefix::Version);
        }
        let len = match len {
            None => max,
            Some(len) => {
                decimal(len).filter(|len| *len <= max).ok_or(NotAPrefix::Length { max })?
            }
        };
        Ok(Prefix { address, len })
    }
}

impl FromStr for Prefix {
    type Err = NotAPrefix;

    fn from_str(text: &str) -> Result<Prefix, NotAPrefix> {
        Prefix::parse(text, None)
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address {
            IpAddr::V4(address) => write_ipv4(address, f)?,
            IpAddr::V6(address) => write_ipv6(address, f)?,
        }
        write!(f, "/{}", self.len)
    }
}

impl fmt::Debug for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for NotAPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotAPrefix::Address => f.write_str("no IP address"),
            NotAPrefix::Version => f.write_str("an address of the other IP version"),
            NotAPrefix::Length { max } => write!(f, "a prefix length has to be 0 to {max}"),
        }
    }
}

impl core::error::Error for NotAPrefix {}

// Read by hand: core's own way has panics in it, though ones that are never reached.

/// Parses a decimal number without sign or leading zeros.
fn decimal(text: &[u8]) -> Option<u8> {
    let extra = text.len() > 1 && text.first() == Some(&b'0');
    if text.is_empty() || extra {
        return None;
    }
    text.iter().try_fold(0u8, |value, byte| {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        value.checked_mul(10)?.checked_add(digit)
    })
}

/// Parses a hexadecimal number of one to `most` digits.
fn hexadecimal(text: &[u8], most: usize) -> Option<u16> {
    if text.is_empty() || text.len() > most {
        return None;
    }
    text.iter()
        .try_fold(0u16, |value, byte| Some(value << 4 | char::from(*byte).to_digit(16)? as u16))
}

/// Parses an IPv4 address; a short one is extended with zeros.
fn ipv4(text: &[u8], short: bool) -> Option<[u8; 4]> {
    let mut octets = [0; 4];
    let mut rest = octets.iter_mut();
    for part in text.split(|byte| *byte == b'.') {
        *rest.next()? = decimal(part)?;
    }
    (short || rest.next().is_none()).then_some(octets)
}

/// Parses an IPv6 address.
fn ipv6(text: &[u8]) -> Option<[u16; 8]> {
    let mut segments = [0; 8];
    let Some(gap) = text.windows(2).position(|pair| pair == b"::") else {
        return (groups(text, true, &mut segments)? == 8).then_some(segments);
    };
    let head = groups(text.get(..gap)?, false, &mut segments)?;
    let mut behind = [0; 8];
    let tail = groups(text.get(gap.saturating_add(2)..)?, true, &mut behind)?;
    if head.saturating_add(tail) > 7 {
        return None;
    }
    let last = segments.iter_mut().rev().zip(behind.iter().take(tail).rev());
    last.for_each(|(to, from)| *to = *from);
    Some(segments)
}

/// Parses groups of an IPv6 address, the last two possibly as an IPv4 address, and returns their
/// number.
fn groups(text: &[u8], may_end_in_ipv4: bool, out: &mut [u16; 8]) -> Option<usize> {
    if text.is_empty() {
        return Some(0);
    }
    let mut count = 0usize;
    let mut parts = text.split(|byte| *byte == b':').peekable();
    while let Some(part) = parts.next() {
        let last = may_end_in_ipv4 && parts.peek().is_none();
        match ipv4(part, false).filter(|_| last) {
            Some([a, b, c, d]) => {
                let (first, second) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
                *out.get_mut(count)? = first;
                *out.get_mut(count.saturating_add(1))? = second;
                count = count.saturating_add(2);
            }
            None => {
                *out.get_mut(count)? = hexadecimal(part, 4)?;
                count = count.saturating_add(1);
            }
        }
    }
    Some(count)
}

/// Maximum length of a link-layer address in bytes, `MAX_ADDR_LEN`.
pub const MAX_HARDWARE: usize = 32;

/// Parses a link-layer address, its bytes separated by `:` or `-`, into `out`; `None` if the text
/// is not one.
///
/// ```
/// # use barelink_codec::addr_text::{MAX_HARDWARE, hardware};
/// let mut out = [0; MAX_HARDWARE];
/// assert_eq!(hardware("02:0:0:0:0:fF", &mut out), Some(&[2, 0, 0, 0, 0, 255][..]));
/// assert_eq!(hardware("02:00:", &mut out), None);
/// ```
pub fn hardware<'o>(text: &str, out: &'o mut [u8; MAX_HARDWARE]) -> Option<&'o [u8]> {
    let mut len = 0usize;
    for part in text.as_bytes().split(|byte| matches!(byte, b':' | b'-')) {
        *out.get_mut(len)? = hexadecimal(part, 2)? as u8;
        len = len.saturating_add(1);
    }
    out.get(..len)
}

/// Prints an IPv4 address as `core` does, without the panic path in it.
pub(crate) fn write_ipv4(address: Ipv4Addr, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let [a, b, c, d] = address.octets();
    write!(f, "{a}.{b}.{c}.{d}")
}

/// Prints an IPv6 address as `core` does: the longest run of zeros, if longer than one group, as
/// `::`.
pub(crate) fn write_ipv6(address: Ipv6Addr, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let Some(mapped) = address.to_ipv4_mapped() {
        f.write_str("::ffff:")?;
        return write_ipv4(mapped, f);
    }
    let segments = address.segments();
    let (mut longest, mut start) = (0..0, 0);
    for (at, segment) in frame::count(segments) {
        let end = at.saturating_add(1);
        if segment != 0 {
            start = end;
        } else if (start..end).len() > longest.len() {
            longest = start..end;
        }
    }
    let mut between = "";
    for (at, segment) in frame::count(segments) {
        if longest.len() > 1 && longest.contains(&at) {
            if at == longest.start {
                f.write_str("::")?;
            }
            between = "";
        } else {
            write!(f, "{between}{segment:x}")?;
            between = ":";
        }
    }
    Ok(())
}
