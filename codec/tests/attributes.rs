//! Reading attributes.

mod common;

use barelink_codec::value::Str;
use barelink_codec::{Attrs, Error, Key, frame};
use common::*;

#[test]
fn sizes_are_those_of_nla_attr_size_and_nla_total_size() {
    let sizes = [0, 1, 2, 3, 4, 5].map(|len| (frame::attr_size(len), frame::attr_total_size(len)));
    assert_eq!(sizes, [(4, 4), (5, 8), (6, 8), (7, 8), (8, 8), (9, 12)]);
    assert_eq!(sizes.map(|(size, total)| total - size), [0, 3, 2, 1, 0, 3], "nla_padlen");
}

#[test]
fn get_returns_the_first_repeated_attribute_all_returns_each() {
    let bytes = [attr(2, &[4]), attr(1, b"a\0"), attr(2, &[6])].concat();
    let car = Attrs::<Car>::new(&bytes);
    assert_eq!(car.get(Car::WHEELS), Ok(Some(4)));
    assert_eq!(car.all(Car::WHEELS).collect::<Vec<_>>(), [Ok(4), Ok(6)]);
    let (wheels, name) = car.find((Car::WHEELS, Car::NAME)).unwrap();
    assert_eq!((wheels.get(), name.require().unwrap().0), (Ok(Some(4)), &b"a"[..]));
}

#[test]
fn an_absent_attribute_is_none_or_missing_by_name() {
    let car = Attrs::<Car>::new(&[]);
    assert_eq!(car.get(Car::NAME), Ok(None));
    assert_eq!(car.require(Car::NAME), Err(Error::Missing { attr: "NAME" }));
    let (name,) = car.find((Car::NAME,)).unwrap();
    assert!(!name.is_some() && name.payload().is_none());
    assert_eq!(name.require(), Err(Error::Missing { attr: "NAME" }));
}

#[test]
fn one_odd_attribute_spoils_itself_only() {
    let bytes = [attr(2, &[1, 2, 3]), attr(1, b"a\0")].concat();
    let car = Attrs::<Car>::new(&bytes);
    assert_eq!(car.get(Car::WHEELS), Err(Error::Payload { attr: "WHEELS", len: 3 }));
    assert_eq!(car.require(Car::NAME), Ok(Str(b"a")));
    let (wheels, name) = car.find((Car::WHEELS, Car::NAME)).unwrap();
    assert_eq!(wheels.get(), Err(Error::Payload { attr: "WHEELS", len: 3 }));
    assert_eq!(name.require(), Ok(Str(b"a")));
}

#[test]
fn an_unknown_attribute_keeps_its_number_and_has_no_name() {
    let bytes = [attr(999, &[7]), attr(2, &[4])].concat();
    let car = Attrs::<Car>::new(&bytes);
    let attrs: Vec<_> = car.iter().map(Result::unwrap).collect();
    assert_eq!((attrs[0].number(), attrs[0].name(), attrs[0].payload()), (999, None, &[7][..]));
    assert_eq!(attrs[1].name(), Some("WHEELS"));
    assert_eq!(car.get(Key::<Car, u8>::new(999, "MINE")), Ok(Some(7)));
    assert_eq!(car.get(Car::WHEELS), Ok(Some(4)));
}

#[test]
fn flag_bits_are_no_part_of_the_number() {
    for mark in [0x8000, 0x4000, 0xc000] {
        let bytes = attr(2 | mark, &[4]);
        let car = Attrs::<Car>::new(&bytes);
        assert_eq!(car.get(Car::WHEELS), Ok(Some(4)));
        let attr = car.iter().next().unwrap().unwrap();
        assert_eq!(attr.number(), 2);
        assert_eq!(attr.is_marked_nested(), mark & 0x8000 != 0);
        assert_eq!(attr.is_marked_net_byteorder(), mark & 0x4000 != 0);
    }
}

#[test]
fn an_invalid_length_ends_the_walk_with_an_error() {
    for len in [0, 1, 2, 3, 9, 0xffff] {
        let bytes = [attr(2, &[4]), raw_attr(len, 1, b"abcd")].concat();
        let car = Attrs::<Car>::new(&bytes);
        let mut walk = car.iter();
        assert!(walk.next().unwrap().is_ok());
        assert_eq!(walk.next().unwrap().unwrap_err(), Error::Truncated { at: 8 }, "length {len}");
        assert!(walk.next().is_none());
        assert_eq!(car.get(Car::WHEELS), Ok(Some(4)), "the attribute before it is read");
        assert_eq!(
            car.get(Car::NAME),
            Err(Error::Truncated { at: 8 }),
            "an attribute that may follow is not"
        );
        assert!(car.find((Car::WHEELS,)).is_err(), "one pass reads every length");
    }
}

#[test]
fn three_trailing_bytes_are_skipped() {
    let bytes = [attr(2, &[4]), vec![9, 9, 9]].concat();
    let car = Attrs::<Car>::new(&bytes);
    assert_eq!(car.iter().count(), 1);
    assert_eq!(car.get(Car::NAME), Ok(None));
}

#[test]
fn the_last_attribute_may_lack_its_padding() {
    let bytes = raw_attr(5, 2, &[4]);
    assert_eq!(Attrs::<Car>::new(&bytes).get(Car::WHEELS), Ok(Some(4)));
}

#[test]
fn a_nest_reads_with_or_without_its_flag_and_may_be_empty() {
    for number in [21, 0x8015] {
        let bytes = attr(number, &attr(1, &40u32.to_ne_bytes()));
        let driver = Attrs::<Car>::new(&bytes).require(Car::DRIVER).unwrap();
        assert_eq!(driver.get(Seat::WIDTH), Ok(Some(40)));
    }
    let bytes = attr(21, &[]);
    assert!(Attrs::<Car>::new(&bytes).require(Car::DRIVER).unwrap().is_empty());
}

#[test]
fn elements_have_their_number_and_their_value() {
    let bytes = attr(28, &[attr(1, &5u32.to_ne_bytes()), attr(7, &[1]), attr(9, &[])].concat());
    let tyres = Attrs::<Car>::new(&bytes).require(Car::TYRES).unwrap();
    let odd = |len| Err(Error::Payload { attr: "an element", len });
    assert_eq!(tyres.collect::<Vec<_>>(), [Ok((1, 5)), odd(1), odd(0)]);
}

#[test]
fn records_have_header_and_attributes_and_end_at_a_bad_length() {
    let record = |len: u16, miles: u32, attrs: &[u8]| {
        [&len.to_ne_bytes()[..], &[0, 0], &miles.to_ne_bytes(), attrs].concat()
    };
    let whole = [record(16, 10, &attr(1, &40u32.to_ne_bytes())), record(8, 20, &[])].concat();
    let bytes = attr(10, &whole);
    let mut trip = Attrs::<Car>::new(&bytes).require(Car::TRIP).unwrap();
    let leg = trip.next().unwrap().unwrap();
    assert_eq!((leg.header.miles, leg.get(Seat::WIDTH)), (10, Ok(Some(40))));
    assert_eq!(trip.next().unwrap().unwrap().header.miles, 20);
    assert!(trip.next().is_none());
    for len in [0, 1, 7, 9, 0xffff] {
        let bytes = attr(10, &[record(8, 10, &[]), record(len, 20, &[])].concat());
        let mut trip = Attrs::<Car>::new(&bytes).require(Car::TRIP).unwrap();
        assert!(trip.next().unwrap().is_ok());
        assert_eq!(trip.next().unwrap().unwrap_err(), Error::Truncated { at: 8 }, "length {len}");
        assert!(trip.next().is_none());
    }
}

#[test]
fn attributes_start_at_the_aligned_end_of_a_structure() {
    let bytes = attr(16, &[&[0; 8][..], &attr(1, &40u32.to_ne_bytes())].concat());
    let engine = Attrs::<Car>::new(&bytes).require(Car::ENGINE).unwrap();
    assert_eq!((engine.header.power, engine.get(Seat::WIDTH)), (0, Ok(Some(40))));
}

#[test]
fn a_sub_message_is_read_as_the_callers_type() {
    let bytes = [attr(5, b"bike\0"), attr(6, &7u32.to_ne_bytes())].concat();
    let car = Attrs::<Car>::new(&bytes);
    assert_eq!(car.get(Car::DATA.as_type::<u32>()), Ok(Some(7)));
    assert_eq!(car.get(Car::DATA), Ok(Some(&7u32.to_ne_bytes()[..])));
}

#[test]
fn a_key_can_be_read_as_another_type() {
    let bytes = attr(2, &[4]);
    let wheels = Attrs::<Car>::new(&bytes).get(Car::WHEELS.cast::<barelink_codec::value::Bytes>());
    assert_eq!(wheels, Ok(Some(&[4][..])));
}

#[test]
fn sixteen_attributes_are_found_in_one_pass() {
    let bytes = everything();
    let car = first(&bytes).read(NEW);
    let found = car.find((
        Car::NAME,
        Car::WHEELS,
        Car::SPEED,
        Car::OPTIONS,
        Car::KIND,
        Car::BROKEN,
        Car::PLATE,
        Car::SEATS,
        Car::TRIP,
        Car::LIGHTS,
        Car::PORT,
        Car::MILES,
        Car::HEIGHT,
        Car::NOTE,
        Car::ADDRESS,
        Car::DRIVER,
    ));
    let found = found.unwrap();
    assert_eq!(found.0.require(), Ok(Str(b"beetle")));
    assert_eq!(found.15.require().unwrap().require(Seat::PERSON), Ok(Str(b"you")));
}
