//! Bytes that no kernel sends: errors at most, never a panic or an endless loop.

mod common;

use core::fmt::Write;

use barelink_codec::control::Status;
use barelink_codec::handler::{Action, Debug, Handler, dispatch};
use barelink_codec::hexdump::HexDump;
use barelink_codec::path::Path;
use barelink_codec::print::MessageDebug;
use barelink_codec::validate::{self, Strictness};
use barelink_codec::{Attrs, Exchange, Message, Messages};
use common::*;

/// Counts the bytes written, so that the compiler keeps the printing.
struct Count(usize);

impl Write for Count {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        self.0 += text.len();
        Ok(())
    }
}

/// Reads each attribute as each type.
fn values(attrs: Attrs<'_, Car>, depth: usize) {
    for attr in attrs {
        let Ok(attr) = attr else { return };
        let _ = (attr.get(Car::NAME), attr.get(Car::WHEELS), attr.get(Car::SPEED));
        let _ = (attr.get(Car::BROKEN), attr.get(Car::PLATE), attr.get(Car::LIGHTS));
        let _ = (attr.get(Car::PORT), attr.get(Car::MILES), attr.get(Car::HEIGHT));
        let _ = (attr.get(Car::ADDRESS), attr.get(Car::HARDWARE), attr.get(Car::STATE));
        let _ = (attr.get(Car::DATA), attr.get(Car::SECRET), attr.name());
    }
    let _ = attrs.get(Car::GEARS).map(|gears| gears.map(Iterator::count));
    let _ = attrs.get(Car::SEATS).map(|seats| seats.map(Iterator::count));
    let _ = attrs.get(Car::TRIP).map(|trip| trip.map(Iterator::count));
    let _ = attrs.get(Car::ENGINE).map(|engine| engine.map(|engine| engine.get(Seat::WIDTH)));
    let _ = attrs.find((Car::NAME, Car::DRIVER, Car::NOTE));
    assert!(attrs.all(Car::NOTE).count() <= attrs.bytes().len() / 4 + 1);
    if let (Ok(Some(inner)), true) = (attrs.get(Car::TRAILER), depth < 20) {
        values(inner, depth + 1);
    }
}

struct Quiet;
impl Handler for Quiet {
    fn seq_check(&mut self, _: &Message<'_>) -> Action {
        Action::Ok
    }
}

/// Reads, validates and prints a datagram with every function.
fn everything_with(datagram: &[u8]) {
    let mut out = Count(0);
    let mut exchange = Exchange::new(7);
    for message in Messages::new(datagram) {
        let Ok(message) = message else { break };
        let car = message.read(NEW);
        values(car.attrs, 0);
        let family = Some(&CARS);
        let _ = write!(out, "{:?}{:#?}", MessageDebug { message, family }, car);
        let _ = write!(out, "{}{}", HexDump { message, family }, HexDump { message, family: None });
        for strictness in [Strictness::STRICT, Strictness::LIBERAL] {
            if let Err(invalid) =
                validate::message(&CARS, message.message_type, message.payload, strictness)
            {
                let _ = write!(out, "{invalid}");
            }
        }
        for offset in 0..message.payload.len() + 20 {
            let _ = write!(out, "{}", Path::at(Some(cars), 8, message.payload, offset));
        }
        if let Ok(status) = Status::read(&message) {
            let _ = write!(out, "{status:?}{}", status.path(Some(cars), 8, status.quoted));
        }
        let _ = write!(out, "{:?}", exchange.step(message));
    }
    let mut handler = Debug { inner: Quiet, out: &mut out, family: |_| Some(&CARS) };
    dispatch(datagram, Some(&mut Exchange::new(7)), &mut handler);
    dispatch(datagram, None, &mut handler);
}

/// Returns valid datagrams: a message with every attribute, and control messages.
fn seeds() -> Vec<Vec<u8>> {
    let everything = everything();
    let details = [attr(1, b"why\0"), attr(2, &44u32.to_ne_bytes())].concat();
    let quoting = [&(-22i32).to_ne_bytes()[..], &everything, &details].concat();
    vec![
        message(2, 0x200, 7, 9, &quoting),
        [
            message(2, 0x300, 7, 9, &error(-22, &details)),
            message(3, 0x202, 7, 9, &[&[0; 4][..], &details].concat()),
            message(4, 0, 0, 0, &[]),
        ]
        .concat(),
        everything,
    ]
}

#[test]
fn a_datagram_cut_at_any_length_is_survived() {
    for seed in seeds() {
        for len in 0..seed.len() {
            everything_with(&seed[..len]);
        }
    }
}

#[test]
fn a_message_shorter_than_its_attributes_is_survived() {
    for mut seed in seeds() {
        for len in 16..seed.len() as u32 {
            seed[..4].copy_from_slice(&len.to_ne_bytes());
            everything_with(&seed);
        }
    }
}

#[test]
fn a_datagram_with_any_one_byte_changed_is_survived() {
    for seed in seeds() {
        for at in 0..seed.len() {
            for value in [0, 1, 3, 4, 5, 0x7f, 0x80, 0xff, seed[at] ^ 1, seed[at] ^ 0x40] {
                let mut changed = seed.clone();
                changed[at] = value;
                everything_with(&changed);
            }
        }
    }
}

#[test]
fn a_datagram_is_read_the_same_at_any_alignment() {
    for seed in seeds() {
        let expected: Vec<_> = Messages::new(&seed).map(|one| format!("{one:?}")).collect();
        for shift in 1..4 {
            let shifted = [&[0xff; 4][..shift], &seed].concat();
            everything_with(&shifted[shift..]);
            let read = Messages::new(&shifted[shift..]).map(|one| format!("{one:?}"));
            assert_eq!(read.collect::<Vec<_>>(), expected);
        }
    }
}

#[test]
fn endless_nests_are_survived() {
    for number in [22, 0x8016, 9, 21, 6] {
        let mut payload = attr(5, b"lorry\0");
        payload.extend((0..300).fold(attr(2, &[4]), |inner, _| attr(number, &inner)));
        everything_with(&message(16, 0, 7, 9, &[&[2, 0, 0, 0, 0, 0, 0, 0][..], &payload].concat()));
    }
}

#[test]
fn random_bytes_are_survived() {
    // A linear congruential generator: the same bytes each time.
    let mut state = 1u32;
    let mut byte = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    for round in 0..2000 {
        let payload: Vec<u8> = (0..round % 97).map(|_| byte()).collect();
        everything_with(&message([16, 2, 3][round % 3], byte().into(), 7, 9, &payload));
        // Plausible lengths: most attributes are short.
        let small: Vec<u8> = payload.iter().map(|byte| byte % 30).collect();
        everything_with(&message(16, 0, 7, 9, &small));
        everything_with(&payload);
    }
}

#[test]
fn every_walk_of_minimal_items_ends() {
    let tiny = raw_attr(4, 1, &[]).repeat(10_000);
    assert_eq!(Attrs::<Car>::new(&tiny).iter().count(), 10_000);
    let tiny = header(16, 16, 0, 7, 9).repeat(1000);
    assert_eq!(Messages::new(&tiny).count(), 1000);
}
