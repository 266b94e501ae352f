//! Types of payloads, read and written.

mod common;

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use barelink_codec::nest::IndexedArray;
use barelink_codec::value::{
    Array, Be, Bitfield32, Bits, Blob, Embedded, FixedArray, Flag, Le, Mac, MacAddr, Reject, Sint,
    Str, Struct, Structure, Text, Uint, Value,
};
use barelink_codec::{flags, structure};
use common::*;

/// Returns the payload of a value.
fn bytes<V: Value>(value: V::Arg<'_>) -> Vec<u8> {
    let mut bytes = vec![0xa5; V::len(&value)];
    V::write(&value, &mut bytes);
    bytes
}

#[test]
fn integers_have_native_or_explicit_byte_order() {
    assert_eq!(bytes::<u16>(0x0102), 0x0102u16.to_ne_bytes());
    assert_eq!(bytes::<Be<u16>>(0x0102), [1, 2]);
    assert_eq!(bytes::<Le<u32>>(0x01020304), [4, 3, 2, 1]);
    assert_eq!(bytes::<Be<i64>>(-2), [255, 255, 255, 255, 255, 255, 255, 254]);
    assert_eq!(Be::<u32>::read(&[1, 2, 3, 4]), Some(0x01020304));
    assert_eq!(Le::<i16>::read(&[0xfe, 0xff]), Some(-2));
    assert_eq!((i8::read(&[0xff]), u8::read(&[0xff])), (Some(-1), Some(255)));
}

#[test]
fn integers_of_another_length_are_not_read() {
    assert_eq!(u16::read(&[1]), None);
    assert_eq!(u32::read(&[1; 5]), None);
    assert_eq!(Be::<u64>::read(&[]), None);
}

#[test]
fn uint_and_sint_take_four_bytes_if_enough_otherwise_eight() {
    let max = u64::from(u32::MAX);
    assert_eq!(bytes::<Uint>(max), u32::MAX.to_ne_bytes());
    assert_eq!(bytes::<Uint>(max + 1), (max + 1).to_ne_bytes());
    assert_eq!(bytes::<Sint>(-1), (-1i32).to_ne_bytes());
    assert_eq!(bytes::<Sint>(i64::MIN), i64::MIN.to_ne_bytes());
    for value in [0, 7, max, max + 1, u64::MAX] {
        assert_eq!(Uint::read(&bytes::<Uint>(value)), Some(value));
        assert_eq!(
            Uint::read(&value.to_ne_bytes()),
            Some(value),
            "8 bytes for a value that fits in 4"
        );
    }
    for value in [0, -1, i64::from(i32::MIN), i64::from(i32::MIN) - 1, i64::MAX] {
        assert_eq!(Sint::read(&bytes::<Sint>(value)), Some(value));
    }
    for len in [0, 1, 3, 5, 7, 9] {
        assert_eq!((Uint::read(&vec![0; len]), Sint::read(&vec![0; len])), (None, None));
    }
}

#[test]
fn a_bitfield32_is_value_then_selector() {
    let bits = Bits { value: Lights::FOG, selector: Lights::FOG | Lights::HEAD };
    let expected = [4u32.to_ne_bytes(), 5u32.to_ne_bytes()].concat();
    assert_eq!(bytes::<Bitfield32<Lights>>(bits), expected);
    assert_eq!(Bitfield32::<Lights>::read(&expected), Some(bits));
    assert!(Bitfield32::<Lights>::read(&expected[..4]).is_none());
}

#[test]
fn arrays_have_no_headers_and_may_end_in_a_partial_element() {
    assert_eq!(bytes::<Array<Be<u16>>>(&[1, 2]), [0, 1, 0, 2]);
    let mut items = Array::<Be<u16>>::read(&[0, 1, 0, 2, 7]).unwrap();
    assert_eq!(items.by_ref().collect::<Vec<_>>(), [1, 2]);
    assert_eq!(items.rest(), [7]);
    assert_eq!(Array::<Ipv4Addr>::read(&[]).unwrap().count(), 0);
    assert_eq!(Array::<[u8; 0]>::read(&[1, 2]).unwrap().count(), 0, "of nothing, none");
}

#[test]
fn text_ends_at_its_nul_or_at_its_end() {
    assert_eq!(bytes::<Text<7>>("abc"), b"abc\0");
    assert_eq!(bytes::<Text<7>>(""), b"\0");
    for read in [&b"abc"[..], b"abc\0", b"abc\0def\0", b"abc\0\0\0"] {
        assert_eq!(Text::<7>::read(read), Some(Str(b"abc")));
    }
    assert_eq!(Text::<2>::read(b"longer than it says").unwrap(), "longer than it says");
    assert_eq!(Text::<7>::read(b"").unwrap(), "");
}

#[test]
fn text_of_any_bytes_prints_safely() {
    let strange = Str(b"a\x1b\xff\"");
    assert_eq!(strange.to_str(), None);
    assert_eq!(strange.to_string(), "a\\x1b\\xff\\\"");
    assert_eq!(format!("{strange:?}"), r#""a\x1b\xff\"""#);
    assert_eq!(Str("größe".as_bytes()).to_string(), "größe");
    assert_eq!(format!("{:>5}|", Str(b"lo")), "   lo|");
    assert_eq!(Str(b"a\nb").to_string(), "a\\nb", "one line");
}

#[test]
fn bytes_are_limited_to_their_lengths() {
    type Plate = Blob<2, 4>;
    assert_eq!(Plate::read(&[1]), None);
    assert_eq!(Plate::read(&[1, 2]), Some(&[1, 2][..]));
    assert_eq!(Plate::read(&[1; 5]), None);
    assert_eq!(Plate::len(&&[1; 5][..]), usize::MAX, "rejected by the writer");
    assert_eq!((<[u8; 2]>::read(&[1]), <[u8; 2]>::read(&[1, 2])), (None, Some([1, 2])));
}

#[test]
fn flags_and_rejected_attributes_read_as_unit_or_nothing() {
    assert_eq!((Flag::read(&[]), Flag::read(&[1])), (Some(()), None));
    assert_eq!(bytes::<Flag>(()), []);
    assert_eq!((Reject::read(&[]), Reject::read(&[1])), (None, None));
}

#[test]
fn addresses_are_distinguished_by_length() {
    let (v4, v6) = (IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST));
    assert_eq!(bytes::<IpAddr>(v4), [127, 0, 0, 1]);
    assert_eq!(bytes::<IpAddr>(v6).len(), 16);
    assert_eq!(IpAddr::read(&bytes::<IpAddr>(v6)), Some(v6));
    assert_eq!(IpAddr::read(&[127, 0, 0, 1]), Some(v4));
    assert_eq!((IpAddr::read(&[]), IpAddr::read(&[0; 5])), (None, None));
    assert_eq!(Ipv4Addr::read(&[0; 16]), None);
}

#[test]
fn hardware_addresses_have_any_length() {
    assert_eq!(Mac::read(&[2, 0, 0xff]), Some(MacAddr(&[2, 0, 0xff])));
    assert_eq!(MacAddr(&[2, 0, 0xff]).to_string(), "02:00:ff");
    assert_eq!(MacAddr(&[]).to_string(), "");
    assert_eq!(bytes::<Mac>(&[1; 20]), [1; 20]);
}

structure! {
    /// Structure with a field of every type.
    Fields "" "" (20) {
        /// Network byte order.
        0 => port: u16 as Be<u16>,
        /// A named value.
        2 => size: Size,
        /// A fixed array.
        4 => gears: [u16; 2] as FixedArray<u16, 2>,
        /// A structure.
        8 => engine: EngineHeader as Embedded<EngineHeader>,
        /// An address.
        16 => address: Ipv4Addr,
    }
}

#[test]
fn structures_are_their_fields_with_zeros_between() {
    let engine = EngineHeader { power: 1, volume: 2 };
    let fields =
        Fields { port: 80, size: Size::LARGE, gears: [1, 2], engine, address: Ipv4Addr::LOCALHOST };
    let [size, one] = [2u16, 1].map(u16::to_ne_bytes);
    let written = bytes::<Struct<Fields>>(fields);
    let power = 1u32.to_ne_bytes();
    let expected =
        [&[0, 80], &size[..], &one, &size, &power, &[0, 2], &[0, 0], &[127, 0, 0, 1]].concat();
    assert_eq!(written, expected);
    assert_eq!(Fields::read(&written), fields);
}

#[test]
fn short_structures_read_zero_extended_long_ones_as_a_prefix() {
    let engine = EngineHeader { power: 0x01010101, volume: 0x0202 };
    let whole = bytes::<Struct<EngineHeader>>(engine);
    for len in 0..whole.len() {
        let mut padded = whole[..len].to_vec();
        padded.resize(6, 0);
        assert_eq!(EngineHeader::read(&whole[..len]), EngineHeader::read(&padded), "{len} bytes");
    }
    assert_eq!(Struct::<EngineHeader>::read(&[whole, vec![9; 9]].concat()), Some(engine));
    assert_eq!(EngineHeader::default(), EngineHeader { power: 0, volume: 0 });
}

#[test]
fn unknown_values_are_kept_and_print_by_number() {
    assert_eq!(Size::read(&9u16.to_ne_bytes()), Some(Size(9)));
    assert_eq!(bytes::<Size>(Size(9)), 9u16.to_ne_bytes());
    assert_eq!((Size(9).to_string(), Size::SMALL.to_string()), ("9".into(), "SMALL".into()));
}

flags! {
    /// Bits.
    Wide "": u64 {
        /// Lowest bit.
        0x1 => ONE,
        /// Highest bit.
        0x8000000000000000 => LAST,
    }
}

#[test]
fn flags_combine_and_print_by_name_unknown_bits_by_number() {
    let lights = Lights::HEAD | Lights::FOG | Lights(0x40);
    assert_eq!(lights.to_string(), "HEAD|FOG|0x40");
    assert_eq!((Lights(0x40).to_string(), Lights::EMPTY.to_string()), ("0x40".into(), "0".into()));
    assert!(lights.contains(Lights::HEAD) && !lights.contains(Lights::HEAD | Lights::TAIL));
    assert!(lights.intersects(Lights::HEAD | Lights::TAIL) && !lights.intersects(Lights::TAIL));
    assert_eq!(lights.without(Lights::FOG), Lights::HEAD | Lights(0x40));
    assert_eq!(Wide(u64::MAX).to_string(), "ONE|LAST|0x7ffffffffffffffe");
}

#[test]
fn plain_array_elements_are_written_by_number() {
    type Tyres = IndexedArray<u32>;
    let run = [attr(1, &5u32.to_ne_bytes()), attr(4, &6u32.to_ne_bytes())].concat();
    let elements = Tyres::read(&run).unwrap();
    assert_eq!(bytes::<Tyres>(elements.clone()), run);
    assert_eq!(elements.collect::<Vec<_>>(), [Ok((1, 5)), Ok((4, 6))]);
}
