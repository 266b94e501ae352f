//! Addresses and prefixes: parsing and printing.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::ids::Label;

use super::words::{Exit, TextOutput, number32};

/// Address with a prefix length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefix {
    /// Address family; `AF_UNSPEC` for `default` and `all` without a family.
    pub family: AddressFamily,
    /// Address, padded with zeros.
    pub bytes: [u8; 16],
    /// Length of the address in bytes; 0 for `any`.
    pub len: u8,
    /// Prefix length in bits.
    pub bits: u8,
    /// `true` if the prefix length was given.
    pub explicit_len: bool,
}

/// Returns the length of an address of this family in bits.
pub fn host_bits(family: AddressFamily) -> u8 {
    match family {
        AddressFamily::INET => 32,
        AddressFamily::INET6 => 128,
        AddressFamily::MPLS => 20,
        _ => 255,
    }
}

/// Returns the name of a family in error messages.
pub fn family_name(family: AddressFamily) -> &'static str {
    match family {
        AddressFamily::INET => "inet",
        AddressFamily::INET6 => "inet6",
        AddressFamily::MPLS => "mpls",
        _ => "any valid",
    }
}

/// Parses one to four numbers joined by dots; the missing ones are 0.
fn ipv4(word: &str) -> Option<Ipv4Addr> {
    let mut octets = [0; 4];
    let mut parts = word.split('.');
    for octet in &mut octets {
        let Some(part) = parts.next() else { break };
        *octet = number32(part)?.try_into().ok()?;
    }
    parts.next().is_none().then(|| octets.into())
}

impl Prefix {
    /// Returns the prefix of length 0 without an address.
    pub fn any(family: AddressFamily) -> Prefix {
        Prefix { family, bytes: [0; 16], len: 0, bits: 0, explicit_len: false }
    }

    /// Returns an address as a prefix of full length.
    pub fn host(addr: IpAddr) -> Prefix {
        let mut bytes = [0; 16];
        let (family, octets): (_, &[u8]) = match &addr {
            IpAddr::V4(v4) => (AddressFamily::INET, &v4.octets()),
            IpAddr::V6(v6) => (AddressFamily::INET6, &v6.octets()),
        };
        bytes.iter_mut().zip(octets).for_each(|(to, from)| *to = *from);
        Prefix {
            family,
            bytes,
            len: octets.len() as u8,
            bits: host_bits(family),
            explicit_len: false,
        }
    }

    /// Parses a prefix of this family, or of the one that its form implies.
    pub fn read(word: &str, family: AddressFamily) -> Option<Prefix> {
        let any = Prefix::any(family);
        match word {
            // Zeros of the family's length; `any` and `all` have no address.
            "default" => {
                let len = if family == AddressFamily::INET6 { 16 } else { 4 };
                let len = if family == AddressFamily::UNSPEC { 0 } else { len };
                return Some(Prefix { len, ..any });
            }
            "any" | "all" => return Some(any),
            _ => {}
        }
        let (addr, bits) = match word.split_once('/') {
            Some((addr, bits)) => (addr, Some(bits)),
            None => (word, None),
        };
        let addr = match family {
            AddressFamily::MPLS => {
                let label = number32(addr)?;
                let mut prefix = Prefix::any(family);
                let entry = Label::new(label, true).entry.to_be_bytes();
                prefix.bytes.iter_mut().zip(entry).for_each(|(to, from)| *to = from);
                prefix.bits = 20;
                prefix.len = 4;
                return Some(prefix);
            }
            AddressFamily::INET6 => IpAddr::V6(addr.parse::<Ipv6Addr>().ok()?),
            AddressFamily::INET => IpAddr::V4(ipv4(addr)?),
            _ if addr.contains(':') => IpAddr::V6(addr.parse::<Ipv6Addr>().ok()?),
            _ => IpAddr::V4(ipv4(addr)?),
        };
        let mut prefix = Prefix::host(addr);
        if let Some(bits) = bits {
            prefix.explicit_len = true;
            prefix.bits = match bits.parse::<Ipv4Addr>() {
                Ok(mask) => u32::from(mask).leading_ones() as u8,
                Err(_) => number32(bits)?.try_into().ok()?,
            };
            if prefix.bits > host_bits(prefix.family) {
                return None;
            }
        }
        Some(prefix)
    }

    /// Parses a prefix; prints an error if it is invalid.
    pub fn parse(
        word: &str,
        family: AddressFamily,
        err: &mut TextOutput<'_>,
    ) -> Result<Prefix, Exit> {
        Prefix::read(word, family).ok_or_else(|| {
            let name = family_name(family);
            writeln!(err, "Error: {name} prefix is expected rather than \"{word}\".");
            Exit(1)
        })
    }

    /// Returns the bytes of the address; empty for `any`.
    pub fn octets(&self) -> &[u8] {
        self.bytes.get(..self.len.into()).unwrap_or_default()
    }

    /// Returns the IP address; `None` for `any` and MPLS labels.
    pub fn addr(&self) -> Option<IpAddr> {
        match *self.octets() {
            [a, b, c, d] if self.family != AddressFamily::MPLS => {
                Some(Ipv4Addr::new(a, b, c, d).into())
            }
            [_, _, _, _] | [] => None,
            _ => Some(Ipv6Addr::from(self.bytes).into()),
        }
    }

    /// Returns whether the first `bits` bits of an address equal those of the prefix.
    pub fn contains(&self, addr: &[u8], bits: u8) -> bool {
        let whole = usize::from(bits / 8);
        let byte = |bytes: &[u8], at: usize| bytes.get(at).copied().unwrap_or(0);
        (0..whole).all(|at| byte(addr, at) == byte(&self.bytes, at)) && {
            let mask = !(0xffu8.checked_shr(u32::from(bits % 8)).unwrap_or(0));
            (byte(addr, whole) ^ byte(&self.bytes, whole)) & mask == 0
        }
    }
}

/// Raw address, printed by its family.
#[derive(Clone, Copy)]
pub struct Address<'a>(pub AddressFamily, pub &'a [u8]);

impl<'a> Address<'a> {
    /// Returns an IP address of the family that its length implies.
    pub fn of(bytes: &'a [u8]) -> Address<'a> {
        match bytes.len() {
            4 => Address(AddressFamily::INET, bytes),
            _ => Address(AddressFamily::INET6, bytes),
        }
    }
}

impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, self.1) {
            (AddressFamily::INET, bytes) if bytes.len() >= 4 => {
                let octets: [u8; 4] = bytes.first_chunk().copied().unwrap_or_default();
                Ipv4Addr::from(octets).fmt(f)
            }
            (AddressFamily::INET6, bytes) if bytes.len() >= 16 => {
                let octets: [u8; 16] = bytes.first_chunk().copied().unwrap_or_default();
                V6(octets.into()).fmt(f)
            }
            (AddressFamily::MPLS, bytes) => {
                let mut between = "";
                for chunk in bytes.chunks_exact(4) {
                    let entry = u32::from_be_bytes(chunk.try_into().unwrap_or_default());
                    write!(f, "{between}{}", Label { entry }.number())?;
                    between = "/";
                }
                Ok(())
            }
            (_, bytes) => Bytes(bytes).fmt(f),
        }
    }
}

/// IPv6 address printed as the C library does: the end of `::a.b.c.d` and `::ffff:a.b.c.d` as IPv4.
pub struct V6(pub Ipv6Addr);

impl fmt::Display for V6 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.segments() {
            [0, 0, 0, 0, 0, 0, high, low] if high != 0 => {
                let [a, b] = high.to_be_bytes();
                let [c, d] = low.to_be_bytes();
                write!(f, "::{a}.{b}.{c}.{d}")
            }
            _ => self.0.fmt(f),
        }
    }
}

/// IP address printed as the C library does.
pub struct Ip(pub IpAddr);

impl fmt::Display for Ip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(v4) => v4.fmt(f),
            IpAddr::V6(v6) => V6(v6).fmt(f),
        }
    }
}

/// Bytes in base 16, separated by colons.
pub struct Bytes<'a>(pub &'a [u8]);

impl fmt::Display for Bytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        for byte in self.0 {
            write!(f, "{between}{byte:02x}")?;
            between = ":";
        }
        Ok(())
    }
}

/// Bytes in base 16, without separators.
pub struct HexString<'a>(pub &'a [u8]);

impl fmt::Display for HexString<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
