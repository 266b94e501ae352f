//! Paths of names: from the kernel's offsets to the attribute.

mod common;

use barelink_codec::control::{Control, Status};
use barelink_codec::path::Path;
use barelink_codec::schema::MAX_DEPTH;
use common::*;

const HEAD: usize = 8;

/// Returns the path of this offset in a message with this payload.
fn at(payload: &[u8], offset: usize) -> String {
    Path::at(Some(cars), HEAD, payload, offset).to_string()
}

fn request(attrs: &[u8]) -> Vec<u8> {
    [&[2, 0, 0, 0, 0, 0, 0, 0][..], attrs].concat()
}

#[test]
fn an_offset_leads_to_the_attribute_around_it() {
    let payload = request(&[attr(1, b"abcde\0"), attr(2, &[4])].concat());
    for offset in 24..36 {
        assert_eq!(at(&payload, offset), "Car.NAME", "offset {offset}");
    }
    assert_eq!(at(&payload, 36), "Car.WHEELS");
}

#[test]
fn an_offset_into_no_attribute_leads_to_none() {
    let payload = request(&attr(2, &[4]));
    for offset in [0, 15, 16, 23, 32, 1000, usize::MAX] {
        let path = Path::at(Some(cars), HEAD, &payload, offset);
        assert!(path.is_empty(), "offset {offset}: {path}");
    }
}

#[test]
fn an_offset_leads_through_nests_elements_and_structures() {
    let wide = attr(1, &[0; 4]);
    let nested = |outer: &[u8], offset: usize| at(&request(outer), 24 + offset);
    assert_eq!(nested(&attr(21, &wide), 0), "Car.DRIVER");
    assert_eq!(nested(&attr(21, &wide), 4), "Car.DRIVER.WIDTH");
    let seats = attr(9, &[attr(1, &[]), attr(2, &wide)].concat());
    assert_eq!(nested(&seats, 8), "Car.SEATS[2]");
    assert_eq!(nested(&seats, 12), "Car.SEATS[2].WIDTH");
    let engine = attr(16, &[&[0; 8][..], &wide].concat());
    assert_eq!(nested(&engine, 4), "Car.ENGINE", "the structure before its attributes");
    assert_eq!(nested(&engine, 12), "Car.ENGINE.WIDTH");
}

#[test]
fn an_offset_into_records_leads_to_record_and_attribute() {
    let record = |len: u16, attrs: &[u8]| [&len.to_ne_bytes()[..], &[0; 6], attrs].concat();
    let trip = attr(10, &[record(16, &attr(2, b"me")), record(16, &attr(1, &[0; 4]))].concat());
    let trip = request(&trip);
    let steps = [(24, "Car.TRIP"), (28, "Car.TRIP[0]"), (36, "Car.TRIP[0].PERSON")];
    let more = [(44, "Car.TRIP[1]"), (51, "Car.TRIP[1]"), (52, "Car.TRIP[1].WIDTH")];
    for (offset, path) in steps.into_iter().chain(more) {
        assert_eq!(at(&trip, offset), path, "offset {offset}");
    }
}

#[test]
fn an_offset_leads_through_sub_messages_of_each_selector() {
    let lorry = attr(6, &attr(2, &attr(1, &[0; 4])));
    let payload = request(&[attr(5, b"lorry\0"), lorry].concat());
    assert_eq!(at(&payload, 24 + 12), "Car.DATA");
    assert_eq!(at(&payload, 24 + 16), "Car.DATA.CARGO");
    assert_eq!(at(&payload, 24 + 20), "Car.DATA.CARGO.WIDTH");
    let size = Size::LARGE.0.to_ne_bytes();
    let bus = attr(6, &[attr(1, &size), attr(2, &attr(1, &[0; 4]))].concat());
    let payload = request(&[attr(5, b"bus\0"), bus].concat());
    assert_eq!(at(&payload, 24 + 8 + 4 + 8 + 4), "Car.DATA.DETAIL.WIDTH");
}

#[test]
fn unknown_attributes_are_followed_and_named_by_number() {
    let payload = request(&attr(99, &attr(5, &[0; 4])));
    assert_eq!(at(&payload, 24), "Car.99");
    let path = Path::at(None, HEAD, &payload, 28);
    assert_eq!(path.numbers(), [99, 5]);
    assert_eq!(path.to_string(), "99.5");
}

#[test]
fn a_path_ends_at_the_kernels_nesting_limit() {
    let payload = (0..20).fold(attr(2, &[4]), |inner, _| attr(22, &inner));
    let path = Path::at(Some(cars), HEAD, &request(&payload), 24 + 4 * 20);
    assert_eq!(path.len(), MAX_DEPTH);
}

#[test]
fn paths_of_one_table_and_the_same_numbers_are_equal() {
    let payload = request(&attr(21, &attr(1, &[0; 4])));
    let path = Path::at(Some(cars), HEAD, &payload, 28);
    let mut by_hand = Path::new(Some(cars));
    by_hand.push(21);
    assert_ne!(path, by_hand);
    by_hand.push(1);
    assert_eq!(path, by_hand);
    assert_ne!(path, Path::at(None, HEAD, &payload, 28));
}

/// Returns the path of the attribute in an error with this extended acknowledgement.
fn path_of_error(request: &[u8], details: &[(u16, u32)]) -> String {
    let details: Vec<u8> =
        details.iter().flat_map(|(number, value)| attr(*number, &value.to_ne_bytes())).collect();
    let bytes = message(Control::ERROR.0, 0x300, 7, 9, &error(-22, &details));
    Status::read(&first(&bytes)).unwrap().path(Some(cars), HEAD, request).to_string()
}

const OFFS: u16 = 2;
const MISS_TYPE: u16 = 5;
const MISS_NEST: u16 = 6;

#[test]
fn an_errors_offset_leads_to_the_invalid_attribute() {
    let payload = request(&[attr(1, b"a\0"), attr(2, &[9])].concat());
    assert_eq!(path_of_error(&payload, &[(OFFS, 32)]), "Car.WHEELS");
    assert_eq!(path_of_error(&payload, &[]), "");
}

#[test]
fn a_missing_attribute_is_named_with_its_nest() {
    let payload = request(&attr(21, &[]));
    assert_eq!(path_of_error(&payload, &[(MISS_TYPE, 2)]), "Car.WHEELS");
    assert_eq!(path_of_error(&payload, &[(MISS_TYPE, 2), (MISS_NEST, 24)]), "Car.DRIVER.PERSON");
    assert_eq!(
        path_of_error(&payload, &[(OFFS, 24), (MISS_TYPE, 99)]),
        "Car.99",
        "the missing attribute goes before the offset"
    );
}

#[test]
fn a_missing_attribute_of_a_sub_message_is_named() {
    let payload = request(&[attr(5, b"lorry\0"), attr(6, &[])].concat());
    assert_eq!(path_of_error(&payload, &[(MISS_TYPE, 1), (MISS_NEST, 36)]), "Car.DATA.LOAD");
}
