//! Family for tests, with an attribute of every type; and helpers to build messages as bytes.
#![allow(dead_code, unreachable_pub)]

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use barelink_codec::Message;
use barelink_codec::nest::{FixedHeader, IndexedArray, Nest, Records, SubMessage};
use barelink_codec::schema::{Set, Table};
use barelink_codec::value::{
    Array, Be, Bitfield32, Blob, Bytes, Flag, Mac, Multi, Reject, Sint, Struct, Text, Uint,
};
use barelink_codec::{attributes, flags, messages, structure, sub_messages, values};

messages! {
    /// Cars.
    pub CARS "test/car": CarHeader, Car {
        /// A car is new.
        16 => NEW,
        /// A car is gone.
        17 => DEL,
        /// Asks for a car.
        18 => GET,
    }
}

structure! {
    /// Fixed header of a car; bytes 1 to 3 belong to no field.
    pub CarHeader "" "" (8) {
        /// The address family.
        0 => family: u8,
        /// The car.
        4 => index: i32,
    }
}

attributes! {
    /// A car's attributes.
    pub Car "" {
        /// Text.
        1 => NAME: Text<7>,
        /// An integer within a range.
        2 => WHEELS: u8 where range(3, 6),
        /// One that may be negative.
        3 => SPEED: i32 where signed(-20, 200),
        /// Bits.
        4 => OPTIONS: u32 where mask(0x7),
        /// Kind of car, selects `DATA`.
        5 => KIND: Text<15>,
        /// Attributes of the kind.
        6 => DATA: SubMessage<CarData>,
        /// A flag.
        7 => BROKEN: Flag,
        /// Bytes.
        8 => PLATE: Blob<2, 4>,
        /// Elements.
        9 => SEATS: IndexedArray<Nest<Seat>>,
        /// Records.
        10 => TRIP: Records<Leg, Seat>,
        /// Bits with a selector.
        11 => LIGHTS: Bitfield32<Lights>,
        /// Network byte order.
        12 => PORT: Be<u16>,
        /// 4 or 8 bytes.
        13 => MILES: Uint,
        /// 4 or 8 bytes, perhaps negative.
        14 => HEIGHT: Sint,
        /// Several.
        15 => NOTE: Multi<Text<15>>,
        /// A structure with attributes behind it.
        16 => ENGINE: FixedHeader<EngineHeader, Seat>,
        /// An array.
        17 => GEARS: Array<u16>,
        /// An address of either kind.
        18 => ADDRESS: IpAddr,
        /// A hardware address.
        19 => HARDWARE: Mac,
        /// A structure.
        20 => STATE: Struct<EngineHeader>,
        /// A nest.
        21 => DRIVER: Nest<Seat>,
        /// A nest of the same set.
        22 => TRAILER: Nest<Car>,
        /// Address of the message's address family.
        23 => VIA: SubMessage<ByFamily>,
        /// Not to be sent.
        24 => SECRET: Reject,
        /// Bytes with a bound besides.
        25 => STICKER: Bytes where len(4, 6),
        /// At least.
        26 => SEATING: u16 where min(2),
        /// At most.
        27 => DOORS: u16 where max(5),
        /// Elements that are integers.
        28 => TYRES: IndexedArray<u32>,
        /// Bits with a selector, one of them valid.
        29 => LAMPS: Bitfield32<Lights> where mask(0x1),
    }
}

attributes! {
    /// A seat's attributes.
    pub Seat "" {
        /// Width.
        1 => WIDTH: u32,
        /// Name of the person.
        2 => PERSON: Text<7>,
    }
}

sub_messages! {
    /// Formats of [`Car::DATA`].
    pub CarData by text Car::KIND {
        "lorry" => Nest<Lorry>,
        "bus" | "coach" => Nest<Bus>,
        "bike" => u32,
    }
}

attributes! {
    /// A lorry's attributes.
    pub Lorry "" {
        /// Load.
        1 => LOAD: u32,
        /// Attributes for the kind of the car around it.
        2 => CARGO: SubMessage<Cargo>,
    }
}

sub_messages! {
    /// Formats of [`Lorry::CARGO`], by the kind in the enclosing nest.
    pub Cargo by text out 1 Car::KIND {
        "lorry" => Nest<Seat>,
    }
}

attributes! {
    /// A bus's attributes.
    pub Bus "" {
        /// Size, selects `DETAIL`.
        1 => SIZE: Size,
        /// Attributes of the size.
        2 => DETAIL: SubMessage<BySize>,
    }
}

sub_messages! {
    /// Formats of [`Bus::DETAIL`].
    pub BySize by number Bus::SIZE {
        Size::SMALL => u8,
        Size::LARGE => Nest<Seat>,
        _ => Text<31>,
    }
}

values! {
    /// Sizes.
    pub Size "": u16 {
        /// One seat.
        1 => SMALL,
        /// Two or more seats.
        2 => LARGE,
    }
}

sub_messages! {
    /// Formats of [`Car::VIA`].
    pub ByFamily by family {
        Af::INET => Ipv4Addr,
        Af::INET6 => Ipv6Addr,
    }
}

values! {
    /// Address families.
    pub Af "": u8 {
        /// IPv4.
        2 => INET,
        /// IPv6.
        10 => INET6,
    }
}

flags! {
    /// Lights.
    pub Lights "": u32 {
        /// Headlights.
        0x1 => HEAD,
        /// Tail lights.
        0x2 => TAIL,
        /// Fog lights.
        0x4 => FOG,
    }
}

structure! {
    /// A record's header.
    pub Leg "" "" (8) {
        /// The record's length.
        0 => len: u16,
        /// Distance.
        4 => miles: u32,
    }
}

structure! {
    /// Six bytes, so that two of padding follow.
    pub EngineHeader "" "" (6) {
        /// Power.
        0 => power: u32,
        /// Volume, in network byte order.
        4 => volume: u16 as Be<u16>,
    }
}

/// Returns the table of [`Car`].
pub fn cars() -> &'static Table {
    Car::table()
}

/// Returns an attribute with its padding.
pub fn attr(number: u16, payload: &[u8]) -> Vec<u8> {
    let mut bytes = raw_attr(payload.len() as u16 + 4, number, payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// Returns an attribute with any length in its header, without padding.
pub fn raw_attr(len: u16, number: u16, payload: &[u8]) -> Vec<u8> {
    [&len.to_ne_bytes()[..], &number.to_ne_bytes(), payload].concat()
}

/// Returns a message with its padding.
pub fn message(message_type: u16, flags: u16, seq: u32, port: u32, payload: &[u8]) -> Vec<u8> {
    let mut bytes = header(16 + payload.len() as u32, message_type, flags, seq, port).to_vec();
    bytes.extend_from_slice(payload);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// Returns a message header with any length in it.
pub fn header(len: u32, message_type: u16, flags: u16, seq: u32, port: u32) -> [u8; 16] {
    let (message_type, flags) = (message_type.to_ne_bytes(), flags.to_ne_bytes());
    let (len, seq, port) = (len.to_ne_bytes(), seq.to_ne_bytes(), port.to_ne_bytes());
    [&len[..], &message_type, &flags, &seq, &port].concat().try_into().unwrap()
}

/// Returns the payload of an ERROR that quotes a request without payload.
pub fn error(code: i32, ext_ack: &[u8]) -> Vec<u8> {
    [&code.to_ne_bytes()[..], &header(16, 16, 5, 7, 9), ext_ack].concat()
}

/// Returns the first message of a datagram.
pub fn first(bytes: &[u8]) -> Message<'_> {
    barelink_codec::Messages::new(bytes).next().unwrap().unwrap()
}

/// Returns a message with every attribute, to be garbled.
pub fn everything() -> Vec<u8> {
    let mut buffer = [0; 1024];
    let header = CarHeader { family: 2, index: 5 };
    let built = NEW.build(&mut buffer, 7, header, |car| {
        car.put(Car::NAME, "beetle").put(Car::WHEELS, 4).put(Car::SPEED, -5);
        car.put(Car::OPTIONS, 5).put(Car::KIND, "lorry");
        car.nest(Car::DATA.nested::<Lorry>(), |lorry| {
            lorry.put(Lorry::LOAD, 7);
            lorry.nest(Lorry::CARGO.nested::<Seat>(), |seat| {
                seat.put(Seat::PERSON, "me");
            });
        });
        car.put(Car::BROKEN, ()).put(Car::PLATE, &[1, 2, 3]);
        car.elements(Car::SEATS, |seats| {
            seats.nest(1, |seat| {
                seat.put(Seat::WIDTH, 40);
            });
            seats.nest(2, |_| {});
        });
        car.records(Car::TRIP, |trip| {
            for (miles, person) in [(10, "a"), (20, "b")] {
                trip.push(Leg { len: 0, miles }, |leg| {
                    leg.put(Seat::PERSON, person);
                });
            }
        });
        let lights = Lights::HEAD | Lights::FOG;
        car.put(Car::LIGHTS, barelink_codec::value::Bits { value: Lights::FOG, selector: lights });
        car.put(Car::PORT, 80).put(Car::MILES, 1 << 40).put(Car::HEIGHT, -3);
        car.put(Car::NOTE, "one").put(Car::NOTE, "two");
        car.nest_with_header(Car::ENGINE, EngineHeader { power: 9, volume: 3 }, |seat| {
            seat.put(Seat::WIDTH, 1);
        });
        car.put(Car::GEARS, &[1, 2, 3]).put(Car::ADDRESS, IpAddr::from([10, 0, 0, 1]));
        car.put(Car::HARDWARE, &[2, 0, 0, 0, 0, 1]);
        car.put(Car::STATE, EngineHeader { power: 1, volume: 2 });
        car.nest(Car::DRIVER, |seat| {
            seat.put(Seat::PERSON, "you");
        });
        car.put(Car::VIA.as_type::<Ipv4Addr>(), Ipv4Addr::LOCALHOST);
    });
    built.unwrap().to_vec()
}
