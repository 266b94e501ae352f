//! Addresses as people write them: `10.0.0.1/16`, `default`, `02:00:00:00:00:01`.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

/// An address, and how many of its bits count.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Prefix {
    /// The address; bits beyond the length are kept.
    pub address: IpAddr,
    /// How many bits count, from the first.
    pub len: u8,
}

/// Which kind of IP address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Version {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// Why a text is no address with a length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum NotAPrefix {
    /// It is no IP address.
    Address,
    /// It is an address of the other kind than was asked for.
    Version,
    /// What stands behind the slash is no length, or a longer one than the address.
    Length {
        /// How many bits the address has.
        max: u8,
    },
}

impl Prefix {
    /// Reads an address with its length, or without one when all bits count. `default`, `any` and
    /// `all` are any address, of the version asked for or of IPv4.
    ///
    /// An IPv4 address may lack its last numbers where a length says how many count: `10/8`.
    pub fn parse(text: &str, version: Option<Version>) -> Result<Prefix, NotAPrefix> {
        if matches!(text, "default" | "any" | "all") {
            let address = match version {
                Some(Version::V6) => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
                _ => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            };
            return Ok(Prefix { address, len: 0 });
        }
        let (address, len) = match text.split_once('/') {
            Some((address, len)) => (address, Some(len)),
            None => (text, None),
        };
        let short = || len.and_then(|_| short(address)).map(IpAddr::V4);
        let address = address.parse().ok().or_else(short).ok_or(NotAPrefix::Address)?;
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
        write!(f, "{}/{}", self.address, self.len)
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

/// A number without a sign, which `parse` would take.
fn decimal(text: &str) -> Option<u8> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// An IPv4 address of one to three numbers; zeros follow.
fn short(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0; 4];
    let mut rest = octets.iter_mut();
    for part in text.split('.') {
        *rest.next()? = decimal(part)?;
    }
    Some(octets.into())
}

/// The longest hardware address, `MAX_ADDR_LEN`.
pub const MAX_HARDWARE: usize = 32;

/// Reads a hardware address, its bytes parted by `:` or `-`, into `out`; nothing if it is none.
///
/// ```
/// # use barelink_codec::addr_text::{MAX_HARDWARE, hardware};
/// let mut out = [0; MAX_HARDWARE];
/// assert_eq!(hardware("02:0:0:0:0:fF", &mut out), Some(&[2, 0, 0, 0, 0, 255][..]));
/// assert_eq!(hardware("02:00:", &mut out), None);
/// ```
pub fn hardware<'o>(text: &str, out: &'o mut [u8; MAX_HARDWARE]) -> Option<&'o [u8]> {
    let mut len = 0usize;
    for part in text.split([':', '-']) {
        let digits = part.bytes().all(|byte| byte.is_ascii_hexdigit());
        *out.get_mut(len)? = u8::from_str_radix(part, 16).ok().filter(|_| digits)?;
        if part.len() > 2 {
            return None;
        }
        len = len.saturating_add(1);
    }
    out.get(..len)
}
