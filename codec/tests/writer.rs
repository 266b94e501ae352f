//! Building messages.

mod common;

use barelink_codec::{Batch, Error, MessageType, Writer};
use common::*;

/// Message type without a fixed header.
const PLAIN: MessageType<(), Car> = MessageType::new(16);

fn plain(buffer: &mut [u8], fill: impl FnOnce(&mut Writer<'_, Car>)) -> Result<&mut [u8], Error> {
    PLAIN.build(buffer, 7, (), fill)
}

#[test]
fn the_header_has_length_type_flags_and_sequence_number() {
    let mut buffer = [0xa5; 64];
    let built = NEW.create().build(&mut buffer, 7, CarHeader { family: 2, index: -1 }, |car| {
        car.put(Car::WHEELS, 4);
    });
    let payload = [&[2, 0, 0, 0, 255, 255, 255, 255][..], &attr(2, &[4])].concat();
    assert_eq!(built.unwrap(), message(16, 0x601, 7, 0, &payload));
}

#[test]
fn a_built_message_has_the_bytes_of_the_wire() {
    let mut buffer = [0xa5; 128];
    let built = NEW.build(&mut buffer, 7, CarHeader { family: 2, index: 5 }, |car| {
        car.put(Car::KIND, "lorry");
        car.nest(Car::DATA.nested::<Lorry>(), |lorry| {
            lorry.put(Lorry::LOAD, 9);
        });
        car.put(Car::PORT, 80);
    });
    #[rustfmt::skip]
    let expected = [
        56, 0, 0, 0,  16, 0,  1, 0,  7, 0, 0, 0,  0, 0, 0, 0,    // nlmsghdr: kind 16, request, seq 7
        2, 0, 0, 0,  5, 0, 0, 0,                                 // CarHeader: family 2, car 5
        10, 0, 5, 0,  b'l', b'o', b'r', b'r', b'y', 0,  0, 0,    // KIND, padded
        12, 0, 6, 0x80,  8, 0, 1, 0,  9, 0, 0, 0,                // DATA, marked; in it LOAD
        6, 0, 12, 0,  0, 80,  0, 0,                              // PORT, network byte order, padded
    ];
    if cfg!(target_endian = "little") {
        assert_eq!(built.unwrap(), expected);
    }
}

#[test]
fn every_built_value_is_read_back() {
    let bytes = everything();
    let car = first(&bytes).read(NEW);
    assert_eq!(car.header, CarHeader { family: 2, index: 5 });
    assert_eq!(car.require(Car::NAME).unwrap(), "beetle");
    assert_eq!((car.get(Car::WHEELS), car.get(Car::SPEED)), (Ok(Some(4)), Ok(Some(-5))));
    let lorry = car.require(Car::DATA.nested::<Lorry>()).unwrap();
    let cargo = lorry.require(Lorry::CARGO.nested::<Seat>()).unwrap();
    assert_eq!(cargo.require(Seat::PERSON).unwrap(), "me");
    assert_eq!(car.get(Car::BROKEN), Ok(Some(())));
    assert_eq!(car.get(Car::PLATE), Ok(Some(&[1, 2, 3][..])));
    let mut seats = car.require(Car::SEATS).unwrap();
    let (number, seat) = seats.next().unwrap().unwrap();
    assert_eq!((number, seat.get(Seat::WIDTH)), (1, Ok(Some(40))));
    assert!(seats.next().unwrap().unwrap().1.is_empty());
    let trip = car.require(Car::TRIP).unwrap().map(Result::unwrap);
    let legs: Vec<_> = trip.map(|leg| (leg.header.len, leg.header.miles)).collect();
    assert_eq!(legs, [(16, 10), (16, 20)]);
    let lights = car.require(Car::LIGHTS).unwrap();
    assert_eq!((lights.value, lights.selector), (Lights::FOG, Lights::HEAD | Lights::FOG));
    assert_eq!(car.get(Car::PORT), Ok(Some(80)));
    assert_eq!((car.get(Car::MILES), car.get(Car::HEIGHT)), (Ok(Some(1 << 40)), Ok(Some(-3))));
    let notes: Vec<_> = car.all(Car::NOTE).map(|note| note.unwrap().to_str()).collect();
    assert_eq!(notes, [Some("one"), Some("two")]);
    let engine = car.require(Car::ENGINE).unwrap();
    assert_eq!((engine.header.volume, engine.get(Seat::WIDTH)), (3, Ok(Some(1))));
    assert_eq!(car.require(Car::GEARS).unwrap().collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(car.require(Car::STATE).unwrap(), EngineHeader { power: 1, volume: 2 });
}

#[test]
fn values_read_can_be_put_into_another_message() {
    let bytes = everything();
    let car = first(&bytes).read(NEW);
    let mut buffer = [0; 1024];
    let copy = plain(&mut buffer, |copy| {
        copy.put(Car::SEATS, car.require(Car::SEATS).unwrap());
        copy.put(Car::TRIP, car.require(Car::TRIP).unwrap());
        copy.put(Car::ENGINE, car.require(Car::ENGINE).unwrap());
        copy.put(Car::DRIVER, car.require(Car::DRIVER).unwrap());
        copy.put(Car::DATA, car.require(Car::DATA).unwrap());
    });
    let copy = first(copy.unwrap()).read(PLAIN);
    for key in [Car::SEATS.number(), 10, 16, 21, 6] {
        let payload = |attrs: &barelink_codec::Attrs<'_, Car>| {
            frame_find(attrs.bytes(), key).map(<[u8]>::to_vec)
        };
        assert_eq!(payload(&copy.attrs), payload(&car.attrs), "attribute {key}");
    }
}

#[test]
fn every_kind_of_nest_has_the_nested_flag() {
    let bytes = everything();
    let car = first(&bytes).read(NEW);
    let mut buffer = [0; 1024];
    let copy = plain(&mut buffer, |copy| {
        copy.put(Car::SEATS, car.require(Car::SEATS).unwrap());
        copy.put(Car::DRIVER, car.require(Car::DRIVER).unwrap());
        copy.elements(Car::SEATS, |seats| {
            seats.put(1, car.require(Car::DRIVER).unwrap());
        });
        copy.put(Car::WHEELS, 4);
    });
    let copy = first(copy.unwrap()).read(PLAIN);
    let marks: Vec<_> = copy.iter().map(|attr| attr.unwrap().is_marked_nested()).collect();
    assert_eq!(marks, [true, true, true, false]);
    let element = copy.iter().nth(2).unwrap().unwrap();
    assert!(
        barelink_codec::Attrs::<Car>::new(element.payload())
            .iter()
            .all(|attr| attr.unwrap().is_marked_nested())
    );
}

fn frame_find(bytes: &[u8], number: u16) -> Option<&[u8]> {
    barelink_codec::frame::find(bytes, number).unwrap()
}

#[test]
fn attributes_keep_their_order_numbers_and_values() {
    let mut buffer = [0; 16 + 255 * 8];
    let built = plain(&mut buffer, |car| {
        for number in 0..255 {
            car.put_raw(number, &(u32::from(number) + 1).to_ne_bytes());
        }
    });
    let built = built.unwrap();
    assert_eq!(built.len(), 16 + 255 * 8);
    let read = first(built).read(PLAIN);
    for (number, attr) in read.iter().enumerate() {
        let attr = attr.unwrap();
        assert_eq!(attr.number() as usize, number);
        assert_eq!(attr.payload(), (number as u32 + 1).to_ne_bytes());
    }
    assert_eq!(read.iter().count(), 255);
}

#[test]
fn appended_bytes_are_padded_with_zeros() {
    let mut buffer = [0xa5; 64];
    let built = plain(&mut buffer, |car| {
        car.append(&[7; 17]);
        assert_eq!(car.len(), 36);
    });
    assert_eq!(built.unwrap()[16..], [&[7; 17][..], &[0; 3]].concat());
}

#[test]
fn a_reserved_attribute_is_zeroed() {
    let mut buffer = [0xa5; 64];
    let built = plain(&mut buffer, |car| {
        car.reserve(Car::STICKER, 5).unwrap()[0] = 9;
        assert!(car.reserve(Car::STICKER, 100).is_none(), "no room");
        assert!(!car.is_empty());
    });
    assert_eq!(built, Err(Error::Full { needed: 16 + 12 + 104 }));
    assert_eq!(buffer[16..28], attr(25, &[9, 0, 0, 0, 0]));
}

#[test]
fn a_short_buffer_reports_the_needed_length() {
    let fill = |car: &mut Writer<'_, Car>| {
        car.put(Car::NAME, "beetle");
        car.nest(Car::DRIVER, |seat| {
            seat.put(Seat::WIDTH, 4).put(Seat::PERSON, "me");
        });
        car.elements(Car::TYRES, |tyres| {
            tyres.put(1, 5).put(2, 6);
        });
        car.records(Car::TRIP, |trip| {
            trip.push(Leg::default(), |leg| {
                leg.put(Seat::WIDTH, 1);
            });
        });
        car.nest_with_header(Car::ENGINE, EngineHeader::default(), |seat| {
            seat.put(Seat::WIDTH, 1);
        });
        car.append(b"xyz");
    };
    let needed = plain(&mut [0; 512], fill).unwrap().len();
    let expected = plain(&mut [0; 512], fill).unwrap().to_vec();
    for len in 0..needed {
        assert_eq!(plain(&mut vec![0; len], fill), Err(Error::Full { needed }), "{len} bytes");
    }
    assert_eq!(plain(&mut vec![0xa5; needed], fill).unwrap(), expected);
}

#[test]
fn an_attribute_too_many_is_an_error_and_overwrites_nothing() {
    let mut buffer = [0; 32];
    let built = plain(&mut buffer, |car| {
        car.put_raw(1, &[1; 8]).put_raw(2, &[2; 8]);
    });
    assert_eq!(built, Err(Error::Full { needed: 40 }));
    assert_eq!(buffer[16..28], attr(1, &[1; 8]));
}

#[test]
fn padding_is_zeroed_in_a_used_buffer() {
    let clean = everything();
    let mut buffer = [0xa5; 1024];
    let used = NEW.build(&mut buffer, 7, CarHeader { family: 2, index: 5 }, |car| {
        car.append(first(&clean).read(NEW).attrs.bytes());
    });
    assert_eq!(used.unwrap(), clean);
    let mut buffer = [0xa5; 64];
    let built = plain(&mut buffer, |car| {
        car.put(Car::WHEELS, 1).put(Car::STATE, EngineHeader::default()).put(Car::NAME, "ab");
        car.nest_with_header(Car::ENGINE, EngineHeader::default(), |_| {});
    });
    assert!(!built.unwrap().contains(&0xa5));
}

#[test]
fn an_empty_nest_stays_and_has_the_nested_flag() {
    let mut buffer = [0; 64];
    let built = plain(&mut buffer, |car| {
        car.nest(Car::DRIVER, |_| {});
    });
    assert_eq!(built.unwrap()[16..], attr(0x8015, &[]));
}

#[test]
fn an_empty_nest_is_cancelled_by_a_mark() {
    let mut buffer = [0; 64];
    let built = plain(&mut buffer, |car| {
        let mark = car.mark();
        car.nest(Car::DRIVER, |_| {});
        assert_eq!(car.len(), 20);
        car.cancel(mark);
        assert!(car.is_empty());
    });
    assert_eq!(built.unwrap().len(), 16);
}

#[test]
fn cancelled_bytes_are_zeroed() {
    let mut buffer = [0; 64];
    let built = plain(&mut buffer, |car| {
        car.put(Car::WHEELS, 4);
        let mark = car.mark();
        car.nest(Car::DRIVER, |seat| {
            seat.put_raw(9, &[0xee; 7]);
        });
        car.cancel(mark);
        assert_eq!(car.len(), 24);
    });
    assert_eq!(built.unwrap().len(), 24);
    assert_eq!(buffer[24..], [0; 40]);
}

#[test]
fn a_cancelled_overflow_can_be_replaced() {
    let mut buffer = [0; 32];
    let built = plain(&mut buffer, |car| {
        let mark = car.mark();
        car.put_raw(1, &[1; 70_000]).put_raw(1, &[1; 100]);
        car.cancel(mark).put(Car::WHEELS, 4);
    });
    assert_eq!(built.unwrap()[16..], attr(2, &[4]));
}

#[test]
fn a_nest_cannot_cancel_the_attributes_before_it() {
    let mut buffer = [0; 64];
    let built = plain(&mut buffer, |car| {
        let mark = car.mark();
        car.put(Car::WHEELS, 4);
        car.nest(Car::TRAILER, |trailer| {
            trailer.put(Car::WHEELS, 6);
            trailer.cancel(mark);
            trailer.put(Car::WHEELS, 3);
        });
    });
    assert_eq!(built.unwrap()[16..], [attr(2, &[4]), attr(0x8016, &attr(2, &[3]))].concat());
}

#[test]
fn an_attribute_above_65535_bytes_is_an_error() {
    let mut buffer = vec![0; 200_000];
    let longest = [1; 65_531];
    assert_eq!(
        plain(&mut buffer, |car| {
            car.put_raw(1, &longest);
        })
        .unwrap()
        .len(),
        65_552
    );
    for len in [65_532, 65_536, 70_000] {
        let built = plain(&mut buffer, |car| {
            car.put_raw(1, &[0; 4]).put_raw(9, &vec![1; len]).put_raw(10, &vec![1; len]);
        });
        assert_eq!(built, Err(Error::InvalidValue { number: 9 }), "{len} bytes");
    }
}

#[test]
fn a_nest_above_65535_bytes_is_an_error() {
    let mut buffer = vec![0; 200_000];
    let half = [1; 60_000];
    let nested = plain(&mut buffer, |car| {
        car.nest(Car::TRAILER, |trailer| {
            trailer.put_raw(1, &half).put_raw(2, &half);
        });
    });
    assert_eq!(nested, Err(Error::InvalidValue { number: 22 }));
    let elements = plain(&mut buffer, |car| {
        car.elements(Car::SEATS, |seats| {
            seats.nest(3, |seat| {
                seat.put_raw(1, &half).put_raw(2, &half);
            });
        });
    });
    assert_eq!(elements, Err(Error::InvalidValue { number: 3 }));
    let records = plain(&mut buffer, |car| {
        car.records(Car::TRIP, |trip| {
            trip.push(Leg::default(), |leg| {
                leg.put_raw(1, &half).put_raw(2, &half);
            });
        });
    });
    assert!(matches!(records, Err(Error::InvalidValue { .. })));
    let with_header = plain(&mut buffer, |car| {
        car.nest_with_header(Car::ENGINE, EngineHeader::default(), |engine| {
            engine.put_raw(1, &half).put_raw(2, &half);
        });
    });
    assert_eq!(with_header, Err(Error::InvalidValue { number: 16 }));
}

#[test]
fn a_nest_too_long_for_header_and_buffer_is_an_invalid_value() {
    let mut buffer = [0; 32];
    let nested = plain(&mut buffer, |car| {
        car.nest(Car::TRAILER, |trailer| {
            trailer.put_raw(1, &[1; 60_000]).put_raw(2, &[1; 60_000]);
        });
    });
    assert_eq!(nested, Err(Error::InvalidValue { number: 22 }));
}

#[test]
fn a_value_longer_than_its_type_allows_is_an_error() {
    let mut buffer = [0; 64];
    assert!(
        plain(&mut buffer, |car| {
            car.put(Car::NAME, "1234567");
        })
        .is_ok()
    );
    let name = plain(&mut buffer, |car| {
        car.put(Car::NAME, "12345678");
    });
    assert_eq!(name, Err(Error::InvalidValue { number: 1 }));
    let plate = plain(&mut buffer, |car| {
        car.put(Car::PLATE, &[0; 5]);
    });
    assert_eq!(plate, Err(Error::InvalidValue { number: 8 }));
}

#[test]
fn a_records_first_field_becomes_its_length() {
    let mut buffer = [0; 64];
    let built = plain(&mut buffer, |car| {
        car.records(Car::TRIP, |trip| {
            trip.push(Leg { len: 999, miles: 1 }, |leg| {
                leg.put(Seat::PERSON, "me");
            });
            trip.push(Leg { len: 999, miles: 2 }, |_| {});
        });
    });
    let read = first(built.unwrap()).read(PLAIN).require(Car::TRIP).unwrap();
    let lens: Vec<_> = read.map(|leg| leg.unwrap().header.len).collect();
    assert_eq!(lens, [16, 8]);
}

#[test]
fn a_batch_holds_several_messages_each_with_its_own_number() {
    let mut buffer = [0xa5; 64];
    let mut batch = Batch::new(&mut buffer);
    for seq in [1, 2] {
        let pushed = batch.push(PLAIN, seq, (), |car| {
            car.put(Car::WHEELS, 4);
        });
        assert_eq!(pushed, Ok(()));
    }
    let third = batch.push(PLAIN, 3, (), |car| {
        car.put(Car::WHEELS, 4);
    });
    assert_eq!(third, Err(Error::Full { needed: 24 }), "what the one message takes");
    let one = message(16, 1, 1, 0, &attr(2, &[4]));
    let two = message(16, 1, 2, 0, &attr(2, &[4]));
    assert_eq!((batch.count(), batch.bytes()), (2, &[one, two].concat()[..]));
    batch.clear();
    assert_eq!((batch.count(), batch.bytes().len()), (0, 0));
}

#[test]
fn text_with_an_inner_nul_is_rejected() {
    let mut buffer = [0; 64];
    let built = MessageType::<(), ErrnoText>::new(16).build(&mut buffer, 1, (), |words| {
        words.put(ErrnoText::TEXT, "a\0b");
    });
    assert_eq!(built.unwrap_err(), Error::InvalidValue { number: 1 });
}

#[test]
fn too_few_bytes_for_the_type_are_rejected() {
    let mut buffer = [0; 64];
    let built = MessageType::<(), ErrnoText>::new(16).build(&mut buffer, 1, (), |words| {
        words.put(ErrnoText::BYTES, &[1, 2, 3]);
    });
    assert_eq!(built.unwrap_err(), Error::InvalidValue { number: 2 });
}

barelink_codec::attributes! {
    /// Attributes for the tests of a type's limits.
    ErrnoText "" {
        /// Text, without a NUL inside.
        1 => TEXT: barelink_codec::value::Text<15>,
        /// Bytes, at least four.
        2 => BYTES: barelink_codec::value::Blob<4, 8>,
    }
}
