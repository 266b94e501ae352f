//! Hash of a key, seeded.

use core::hash::{Hash, Hasher as _};

/// Seeded hash function, fast for keys of a few words; not cryptographic.
///
/// Other machines choose the keys of neighbours and connections. Without the seed they cannot
/// choose many keys of one hash.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Hasher(u64);

/// Odd multiplier: 2⁶⁴ divided by the golden ratio.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher {
    /// Creates a hasher with a seed.
    pub const fn new(seed: u32) -> Self {
        Hasher(seed as u64)
    }

    /// Returns the hash of a key.
    #[inline(always)]
    pub fn hash_one<K: Hash + ?Sized>(mut self, key: &K) -> u32 {
        key.hash(&mut self);
        self.finish() as u32
    }
}

impl core::hash::Hasher for Hasher {
    #[inline(always)]
    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(MIX);
    }
    #[inline(always)]
    fn write_u32(&mut self, word: u32) {
        self.write_u64(word.into());
    }
    #[inline(always)]
    fn write_i32(&mut self, word: i32) {
        self.write_u64(word as u32 as u64);
    }
    #[inline(always)]
    fn write_u16(&mut self, word: u16) {
        self.write_u64(word.into());
    }
    #[inline(always)]
    fn write_u8(&mut self, byte: u8) {
        self.write_u64(byte.into());
    }
    #[inline(always)]
    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }
    #[inline(always)]
    fn write(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((word, after)) = rest.split_first_chunk() {
            self.write_u64(u64::from_le_bytes(*word));
            rest = after;
        }
        if !rest.is_empty() {
            let mut word = [0; 8];
            word.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            self.write_u64(u64::from_le_bytes(word));
        }
    }
    #[inline(always)]
    fn finish(&self) -> u64 {
        ((self.0 ^ self.0 >> 32).wrapping_mul(MIX)) >> 32
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn consecutive_keys_have_different_hashes() {
        let hashes: HashSet<u32> =
            (0..1000u32).map(|key| Hasher::new(0).hash_one(&key) >> 16).collect();
        assert!(hashes.len() > 950, "{}", hashes.len());
        let hashes: HashSet<u32> =
            (0..1000u32).map(|key| Hasher::new(0).hash_one(&key.to_be_bytes()) >> 16).collect();
        assert!(hashes.len() > 950, "{}", hashes.len());
    }

    #[test]
    fn another_seed_gives_other_hashes() {
        let same = (0..1000u32)
            .filter(|key| Hasher::new(1).hash_one(key) >> 24 == Hasher::new(2).hash_one(key) >> 24)
            .count();
        assert!(same < 50, "{same}");
    }
}
