//! Difference masks, and addresses as words and as bytes.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Returns the bits whose condition is true.
pub(crate) fn mask_of<const N: usize>(conditions: [(bool, u32); N]) -> u32 {
    conditions
        .iter()
        .map(|(holds, bit)| if *holds { *bit } else { 0 })
        .fold(0, |all, bit| all | bit)
}

/// Returns an address as two words, which hash and compare faster than 16 bytes.
pub(crate) fn halves(bytes: [u8; 16]) -> [u64; 2] {
    let word = u128::from_ne_bytes(bytes);
    [word as u64, (word >> 64) as u64]
}

/// Returns the bytes of an address; of IPv4 followed by 12 zeros.
pub(crate) fn octets(address: IpAddr) -> [u8; 16] {
    match address {
        IpAddr::V4(v4) => {
            let [a, b, c, d] = v4.octets();
            [a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        }
        IpAddr::V6(v6) => v6.octets(),
    }
}

/// Returns the IPv4 address in the first four bytes.
pub(crate) fn ipv4([a, b, c, d, ..]: [u8; 16]) -> IpAddr {
    Ipv4Addr::new(a, b, c, d).into()
}

/// Returns the IPv6 address of these bytes.
pub(crate) fn ipv6(octets: [u8; 16]) -> IpAddr {
    Ipv6Addr::from(octets).into()
}

/// Returns the first `len` bits of an address, followed by zeros.
pub(crate) fn masked(octets: [u8; 16], len: u8) -> [u8; 16] {
    let bits = u128::from_be_bytes(octets);
    let mask = u128::MAX.checked_shl(128u32.saturating_sub(len.into())).unwrap_or(0);
    (bits & mask).to_be_bytes()
}
