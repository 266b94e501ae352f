//! Validation by policy: each violation, strict and liberal, with its path and offset.

mod common;

use barelink_codec::validate::{Invalid, Strictness, Violation, attributes, message};
use common::*;

const LIBERAL: Strictness = Strictness::LIBERAL;
const STRICT: Strictness = Strictness::STRICT;

fn strict(bytes: &[u8]) -> Result<(), Invalid> {
    attributes(cars, bytes, STRICT)
}

fn liberal(bytes: &[u8]) -> Result<(), Invalid> {
    attributes(cars, bytes, LIBERAL)
}

/// Asserts the results of strict and of liberal validation.
#[track_caller]
fn expect(bytes: &[u8], in_strict: &str, in_liberal: &str) {
    let words =
        |result: Result<(), Invalid>| result.map_or_else(|why| why.to_string(), |()| "fine".into());
    assert_eq!(words(strict(bytes)), in_strict, "strict");
    assert_eq!(words(liberal(bytes)), in_liberal, "liberal");
}

/// Asserts that strict and liberal validation have the same result.
#[track_caller]
fn expect_both(bytes: &[u8], words: &str) {
    expect(bytes, words, words);
}

#[test]
fn a_built_message_is_valid() {
    let bytes = everything();
    for strictness in [STRICT, LIBERAL] {
        assert_eq!(message(&CARS, 16, first(&bytes).payload, strictness), Ok(()));
    }
}

#[test]
fn an_error_has_its_path_offset_and_bound() {
    let bytes = [attr(1, b"a\0"), attr(2, &[7])].concat();
    let invalid = strict(&bytes).unwrap_err();
    assert_eq!(invalid.path.to_string(), "Car.WHEELS");
    assert_eq!((invalid.at, invalid.violation), (8, Violation::Range { value: 7, min: 3, max: 6 }));
    assert_eq!(invalid.to_string(), "Car.WHEELS, at byte 8: 7 is not within 3 to 6");
}

#[test]
fn short_integers_are_rejected_by_both() {
    for number in [3, 4] {
        let why = |len, max| Violation::Length { len, min: 4, max };
        for len in 0..4 {
            let short = attr(number, &vec![0; len]);
            assert_eq!(strict(&short).unwrap_err().violation, why(len, 4));
            assert_eq!(liberal(&short).unwrap_err().violation, why(len, usize::MAX));
        }
    }
}

#[test]
fn a_long_integer_is_rejected_only_by_strict() {
    expect(&attr(2, &[4, 0, 0]), "Car.WHEELS, at byte 0: 3 bytes instead of 1", "fine");
}

#[test]
fn ranges_are_checked_by_both() {
    for (wheels, fine) in [(2, false), (3, true), (6, true), (7, false)] {
        assert_eq!(strict(&attr(2, &[wheels])).is_ok(), fine, "{wheels}");
        assert_eq!(liberal(&attr(2, &[wheels])).is_ok(), fine, "{wheels}");
    }
    expect_both(
        &attr(26, &1u16.to_ne_bytes()),
        "Car.SEATING, at byte 0: 1 is not within 2 to 18446744073709551615",
    );
    expect_both(&attr(27, &6u16.to_ne_bytes()), "Car.DOORS, at byte 0: 6 is not within 0 to 5");
}

#[test]
fn signed_ranges_are_checked_by_both() {
    for (speed, fine) in [(-21, false), (-20, true), (200, true), (201, false), (i32::MIN, false)] {
        assert_eq!(strict(&attr(3, &i32::to_ne_bytes(speed))).is_ok(), fine, "{speed}");
    }
    let slow = attr(3, &(-21i32).to_ne_bytes());
    expect_both(&slow, "Car.SPEED, at byte 0: -21 is not within -20 to 200");
    let why = strict(&slow).unwrap_err().violation;
    assert_eq!(why, Violation::SignedRange { value: -21, min: -20, max: 200 });
}

#[test]
fn bits_outside_the_mask_are_rejected_by_both() {
    expect_both(&attr(4, &7u32.to_ne_bytes()), "fine");
    let bits = attr(4, &9u32.to_ne_bytes());
    expect_both(&bits, "Car.OPTIONS, at byte 0: 0x9 has bits that are not in 0x7");
    assert_eq!(strict(&bits).unwrap_err().violation, Violation::Mask { value: 9, mask: 7 });
}

#[test]
fn bytes_have_the_length_of_their_type_and_constraint() {
    expect_both(&attr(8, &[0]), "Car.PLATE, at byte 0: 1 bytes, at least 2 needed");
    expect_both(&attr(8, &[0; 2]), "fine");
    expect_both(&attr(8, &[0; 5]), "Car.PLATE, at byte 0: 5 bytes, at most 4 allowed");
    expect_both(&attr(25, &[0; 3]), "Car.STICKER, at byte 0: 3 bytes, at least 4 needed");
    expect_both(&attr(25, &[0; 7]), "Car.STICKER, at byte 0: 7 bytes, at most 6 allowed");
}

#[test]
fn text_needs_its_nul_only_by_strict_and_its_length_by_both() {
    expect_both(&attr(1, b"1234567\0"), "fine");
    expect(&attr(1, b"1234567"), "Car.NAME, at byte 0: text without its NUL", "fine");
    expect_both(&attr(1, b"12345678\0"), "Car.NAME, at byte 0: 9 bytes, at most 8 allowed");
    expect(
        &attr(1, b"12345678"),
        "Car.NAME, at byte 0: text without its NUL",
        "Car.NAME, at byte 0: 8 bytes, at most 7 allowed",
    );
}

#[test]
fn a_flag_with_a_payload_is_rejected_by_both() {
    expect_both(&attr(7, &[]), "fine");
    expect_both(&attr(7, &[1]), "Car.BROKEN, at byte 0: 1 bytes instead of 0");
}

#[test]
fn uint_and_sint_have_four_or_eight_bytes() {
    expect_both(&attr(13, &[0; 4]), "fine");
    expect_both(&attr(14, &[0; 8]), "fine");
    expect_both(&attr(13, &[0; 6]), "Car.MILES, at byte 0: 6 bytes instead of 4");
}

#[test]
fn addresses_have_the_length_of_their_family() {
    expect_both(&attr(18, &[0; 4]), "fine");
    expect_both(&attr(18, &[0; 16]), "fine");
    expect_both(&attr(18, &[0; 5]), "Car.ADDRESS, at byte 0: 5 bytes instead of 16");
    expect_both(&attr(19, &[0; 32]), "fine");
    expect_both(&attr(19, &[0; 33]), "Car.HARDWARE, at byte 0: 33 bytes, at most 32 allowed");
}

#[test]
fn structures_of_another_length_pass_only_liberal() {
    expect_both(&attr(20, &[0; 6]), "fine");
    expect(&attr(20, &[0; 4]), "Car.STATE, at byte 0: 4 bytes instead of 6", "fine");
    expect(&attr(20, &[0; 9]), "Car.STATE, at byte 0: 9 bytes instead of 6", "fine");
    let with_header = strict(&attr(16, &[0; 5])).unwrap_err();
    assert_eq!(with_header.violation, Violation::Length { len: 5, min: 6, max: usize::MAX });
}

#[test]
fn a_bitfield32_sets_only_selected_and_known_bits() {
    let lights = |number, value: u32, selector: u32| {
        attr(number, &[value.to_ne_bytes(), selector.to_ne_bytes()].concat())
    };
    expect_both(&lights(11, 1, 5), "fine");
    expect_both(&lights(11, 2, 5), "Car.LIGHTS, at byte 0: 0x2 has bits that are not in 0x5");
    expect(&lights(11, 8, 8), "Car.LIGHTS, at byte 0: 0x8 has bits that are not in 0x7", "fine");
    expect_both(&lights(29, 2, 2), "Car.LAMPS, at byte 0: 0x2 has bits that are not in 0x1");
    expect_both(&attr(11, &[0; 4]), "Car.LIGHTS, at byte 0: 4 bytes instead of 8");
}

#[test]
fn an_unknown_attribute_is_rejected_only_by_strict() {
    expect(&attr(999, &[1]), "Car.999, at byte 0: unknown attribute", "fine");
    let inner = attr(0x8015, &attr(9, &[1]));
    expect(&inner, "Car.DRIVER.9, at byte 4: unknown attribute", "fine");
}

#[test]
fn a_reject_attribute_is_rejected_by_both() {
    expect_both(&attr(24, &[]), "Car.SECRET, at byte 0: not allowed here");
}

#[test]
fn a_nest_needs_its_flag_only_by_strict() {
    expect(&attr(21, &[]), "Car.DRIVER, at byte 0: NLA_F_NESTED is not set", "fine");
    expect(&attr(9, &[]), "Car.SEATS, at byte 0: NLA_F_NESTED is not set", "fine");
    expect_both(&attr(0x8015, &[]), "fine");
}

#[test]
fn a_repeated_single_attribute_is_rejected_only_by_strict() {
    let twice = [attr(2, &[4]), attr(1, b"a\0"), attr(2, &[4])].concat();
    expect(&twice, "Car.WHEELS, at byte 16: duplicate attribute", "fine");
    expect_both(&[attr(15, b"a\0"), attr(15, b"b\0")].concat(), "fine");
    expect_both(&attr(0x801c, &[attr(1, &[0; 4]), attr(1, &[0; 4])].concat()), "fine");
}

#[test]
fn trailing_bytes_are_rejected_only_by_strict() {
    let bytes = [attr(2, &[4]), vec![0; 3]].concat();
    expect(&bytes, "Car, at byte 8: 3 trailing bytes", "fine");
    let inner = attr(0x8015, &[9, 9]);
    expect(&inner, "Car.DRIVER, at byte 4: 2 trailing bytes", "fine");
}

#[test]
fn a_garbled_length_is_rejected_by_both() {
    let bytes = [attr(2, &[4]), raw_attr(3, 1, &[0; 4])].concat();
    expect_both(&bytes, "Car, at byte 8: truncated or invalid length");
    let inner = attr(0x8015, &raw_attr(9, 1, &[0; 4]));
    expect_both(&inner, "Car.DRIVER, at byte 4: truncated or invalid length");
}

#[test]
fn nested_attributes_are_checked_with_their_path_and_offset() {
    let wide = attr(1, &[0; 3]);
    let length = "3 bytes";
    let within = |bytes: &[u8], start: &str| {
        let invalid = liberal(bytes).unwrap_err().to_string();
        assert!(invalid.starts_with(&format!("{start}: {length}")), "{invalid}");
    };
    within(&attr(0x8015, &wide), "Car.DRIVER.WIDTH, at byte 4");
    within(&attr(0x8016, &attr(0x8015, &wide)), "Car.TRAILER.DRIVER.WIDTH, at byte 8");
    within(
        &attr(0x8009, &[attr(1, &[]), attr(2, &wide)].concat()),
        "Car.SEATS[2].WIDTH, at byte 12",
    );
    within(&attr(0x801c, &attr(3, &[0; 3])), "Car.TYRES[3], at byte 4");
    within(&attr(16, &[&[0; 8][..], &wide].concat()), "Car.ENGINE.WIDTH, at byte 12");
    let record = |len: u16, attrs: &[u8]| [&len.to_ne_bytes()[..], &[0; 6], attrs].concat();
    let trip = attr(10, &[record(8, &[]), record(16, &wide)].concat());
    within(&trip, "Car.TRIP[1].WIDTH, at byte 20");
}

#[test]
fn a_garbled_record_is_reported_by_its_index_and_offset() {
    let record = |len: u16| [&len.to_ne_bytes()[..], &[0; 6]].concat();
    for len in [0, 7, 9] {
        let trip = attr(10, &[record(8), record(len)].concat());
        expect_both(&trip, "Car.TRIP[1], at byte 12: truncated or invalid length");
    }
}

#[test]
fn a_sub_message_is_checked_by_its_format() {
    let lorry = [attr(5, b"lorry\0"), attr(0x8006, &attr(1, &[0; 3]))].concat();
    assert_eq!(liberal(&lorry).unwrap_err().path.to_string(), "Car.DATA.LOAD");
    let bus = [attr(0x8006, &attr(1, &[0; 1])), attr(5, b"coach\0")].concat();
    assert_eq!(
        liberal(&bus).unwrap_err().path.to_string(),
        "Car.DATA.SIZE",
        "wherever the kind is"
    );
    let bike = [attr(5, b"bike"), attr(6, &[0; 3])].concat();
    assert_eq!(liberal(&bike).unwrap_err().path.to_string(), "Car.DATA");
    expect(&[attr(5, b"boat\0"), attr(6, &[0; 3])].concat(), "fine", "fine");
    expect_both(&attr(6, &[0; 3]), "fine");
}

#[test]
fn a_sub_message_by_number_has_its_default() {
    let bus = |size: u16, detail: &[u8]| {
        let bus = [attr(1, &size.to_ne_bytes()), attr(2, detail)].concat();
        [attr(5, b"bus\0"), attr(0x8006, &bus)].concat()
    };
    expect_both(&bus(1, &[1]), "fine");
    expect(&bus(1, &[1, 2]), "Car.DATA.DETAIL, at byte 20: 2 bytes instead of 1", "fine");
    expect(&bus(2, &[]), "Car.DATA.DETAIL, at byte 20: NLA_F_NESTED is not set", "fine");
    expect(&bus(3, b"text"), "Car.DATA.DETAIL, at byte 20: text without its NUL", "fine");
}

#[test]
fn a_sub_message_may_be_selected_by_an_outer_attribute() {
    let lorry =
        |kind: &[u8]| [attr(5, kind), attr(0x8006, &attr(0x8002, &attr(1, &[0; 3])))].concat();
    let path = liberal(&lorry(b"lorry\0")).unwrap_err().path;
    assert_eq!(path.to_string(), "Car.DATA.CARGO.WIDTH");
    expect_both(&lorry(b"boat\0"), "fine");
}

#[test]
fn a_sub_message_by_family_needs_the_messages_header() {
    let car = |family: u8, len: usize| {
        [&[family, 0, 0, 0, 0, 0, 0, 0][..], &attr(23, &vec![0; len])].concat()
    };
    for (family, len, fine) in [(2, 4, true), (2, 16, false), (10, 16, true), (10, 4, false)] {
        let checked = message(&CARS, 16, &car(family, len), STRICT);
        assert_eq!(checked.is_ok(), fine, "family {family}, {len} bytes");
    }
    assert_eq!(message(&CARS, 16, &car(7, 5), STRICT), Ok(()), "bytes, for another family");
}

#[test]
fn offsets_in_a_message_count_from_its_nlmsghdr() {
    let payload = [&[0; 8][..], &attr(1, b"a\0"), &attr(2, &[9])].concat();
    let invalid = message(&CARS, 16, &payload, STRICT).unwrap_err();
    assert_eq!((invalid.at, invalid.path.to_string()), (16 + 8 + 8, "Car.WHEELS".into()));
}

#[test]
fn a_short_fixed_header_is_rejected_only_by_strict() {
    let invalid = message(&CARS, 18, &[0; 4], STRICT).unwrap_err();
    assert_eq!(
        (invalid.at, invalid.violation),
        (16, Violation::Length { len: 4, min: 8, max: usize::MAX })
    );
    assert_eq!(message(&CARS, 18, &[0; 4], LIBERAL), Ok(()));
}

#[test]
fn a_message_type_that_the_family_lacks_is_unknown() {
    for strictness in [STRICT, LIBERAL] {
        assert_eq!(
            message(&CARS, 99, &[0; 8], strictness).unwrap_err().violation,
            Violation::Unknown
        );
    }
}

#[test]
fn nests_beyond_the_kernels_limit_are_rejected() {
    let nested = |depth: usize| (0..depth).fold(attr(2, &[4]), |inner, _| attr(0x8016, &inner));
    expect_both(&nested(9), "fine");
    let invalid = liberal(&nested(10)).unwrap_err();
    assert_eq!((invalid.violation, invalid.at), (Violation::TooDeep, 40));
    assert_eq!(invalid.path.len(), 10);
    assert_eq!(liberal(&nested(1000)).unwrap_err().violation, Violation::TooDeep);
}
