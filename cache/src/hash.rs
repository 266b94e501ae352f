//! Turns a key into a number that tells where to look for it.

use core::hash::{Hash, Hasher as _};

/// Mixes what is written to it with a seed; cheap, and for keys of a few words.
///
/// Neighbours and connections have keys that other machines choose. Who does not know the seed
/// cannot choose many that end up in one place.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Hasher(u64);

/// An odd number whose bits look like chance: the golden ratio's.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher {
    /// Starts from a seed.
    pub const fn new(seed: u32) -> Self {
        Hasher(seed as u64)
    }

    /// The number of a key.
    #[inline(always)]
    pub fn of<K: Hash + ?Sized>(mut self, key: &K) -> u32 {
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
    fn keys_that_follow_each_other_go_to_different_places() {
        let places: HashSet<u32> = (0..1000u32).map(|key| Hasher::new(0).of(&key) >> 16).collect();
        assert!(places.len() > 950, "{}", places.len());
        let places: HashSet<u32> =
            (0..1000u32).map(|key| Hasher::new(0).of(&key.to_be_bytes()) >> 16).collect();
        assert!(places.len() > 950, "{}", places.len());
    }

    #[test]
    fn another_seed_gives_other_places() {
        let same = (0..1000u32)
            .filter(|key| Hasher::new(1).of(key) >> 24 == Hasher::new(2).of(key) >> 24)
            .count();
        assert!(same < 50, "{same}");
    }
}
