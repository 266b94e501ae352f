//! Baseline: loops written by hand for exactly these attributes, with every bound checked.

use crate::Fold;

struct Attrs<'a>(&'a [u8]);

impl<'a> Iterator for Attrs<'a> {
    type Item = (u16, &'a [u8]);

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        let [l0, l1, n0, n1] = *self.0.first_chunk::<4>()?;
        let len = u16::from_ne_bytes([l0, l1]) as usize;
        let payload = self.0.get(4..len)?;
        self.0 = self.0.get((len + 3) & !3..).unwrap_or(&[]);
        Some((u16::from_ne_bytes([n0, n1]) & 0x3fff, payload))
    }
}

#[inline(always)]
fn word(bytes: &[u8]) -> Option<u64> {
    Some(u32::from_ne_bytes(bytes.try_into().ok()?).into())
}

#[inline(always)]
fn text(bytes: &[u8]) -> &[u8] {
    match bytes.split_last() {
        Some((0, text)) => text,
        _ => bytes,
    }
}

/// Calls `each` with the type and the payload of each message.
#[inline(always)]
pub fn messages(mut bytes: &[u8], mut each: impl FnMut(u16, &[u8]) -> Option<()>) -> Option<()> {
    while let Some(header) = bytes.first_chunk::<16>() {
        let [l0, l1, l2, l3, k0, k1, ..] = *header;
        let len = u32::from_ne_bytes([l0, l1, l2, l3]) as usize;
        each(u16::from_ne_bytes([k0, k1]), bytes.get(16..len)?)?;
        bytes = bytes.get((len + 3) & !3..).unwrap_or(&[]);
    }
    Some(())
}

#[inline(always)]
pub fn route(bytes: &[u8], fold: &mut Fold) -> Option<()> {
    let (header, attrs) = bytes.split_first_chunk::<12>()?;
    fold.number(0, header[1].into());
    for (number, payload) in Attrs(attrs) {
        match number {
            1 => fold.address(1, payload),
            3 => fold.number(2, word(payload)?),
            4 => fold.number(3, word(payload)?),
            5 => fold.address(4, payload),
            6 => fold.number(5, word(payload)?),
            7 => fold.address(6, payload),
            8 => fold.bytes(7, payload),
            9 => fold.bytes(8, payload),
            15 => fold.number(9, word(payload)?),
            20 => fold.number(10, u64::from(*payload.first()?)),
            _ => {}
        }
    }
    Some(())
}

#[inline(always)]
pub fn link(bytes: &[u8], fold: &mut Fold) -> Option<()> {
    let (header, attrs) = bytes.split_first_chunk::<16>()?;
    fold.number(0, word(header.get(4..8)?)?);
    for (number, payload) in Attrs(attrs) {
        match number {
            1 => fold.bytes(1, payload),
            3 => fold.bytes(2, text(payload)),
            4 => fold.number(3, word(payload)?),
            5 => fold.number(4, word(payload)?),
            6 => fold.bytes(5, text(payload)),
            10 => fold.number(6, word(payload)?),
            13 => fold.number(7, word(payload)?),
            16 => fold.number(8, u64::from(*payload.first()?)),
            18 => {
                for (number, payload) in Attrs(payload) {
                    if number == 1 {
                        fold.bytes(9, text(payload));
                    }
                }
            }
            27 => fold.number(10, word(payload)?),
            _ => {}
        }
    }
    Some(())
}
