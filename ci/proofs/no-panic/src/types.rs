//! Table with every type of attribute and every construct of the table language.

use core::fmt::Debug;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use codec::attr::Keys;
use codec::family::Family;
use codec::nest::{DefaultSubMessage, FixedHeader, IndexedArray, Nest, Records, SubMessage};
use codec::value::{
    Array, Be, Bitfield32, Blob, Bytes, Embedded, FixedArray, Flag, Le, Mac, MacAddr, Multi, Sint,
    StoredAs, Str, Struct, Text, Uint, WithTail,
};
use codec::Attrs;

use crate::{black_box, On};

codec::structure! {
    /// Structure with a field of every type.
    pub Head "" "" (80) {
        /// Length of the record.
        0 => len: u16,
        /// Unsigned byte.
        2 => byte: u8,
        /// Signed byte.
        3 => sign: i8,
        /// Big-endian integer.
        4 => big: u32 as Be<u32>,
        /// Little-endian integer.
        8 => little: u64 as Le<u64>,
        /// IPv4 address.
        16 => v4: Ipv4Addr,
        /// IPv6 address.
        20 => v6: Ipv6Addr,
        /// Named value.
        36 => named: Named,
        /// Named bits.
        40 => bits: Bits,
        /// Array of fixed length.
        44 => several: [u16; 3] as FixedArray<Be<u16>, 3>,
        /// Inner structure.
        52 => inner: Small as Embedded<Small>,
        /// Six bytes.
        60 => bytes: [u8; 6],
        /// No bytes.
        66 => none: [u8; 0],
        /// Bits with a selector.
        68 => field: codec::value::Bits<Bits> as Bitfield32<Bits>,
    }
}

codec::structure! {
    /// A structure in a structure.
    pub Small "" "" (6) {
        /// Length of the record.
        0 => len: u16,
        /// Signed integer.
        2 => value: i32,
    }
}

codec::values! {
    /// Names for values.
    pub Named "": u32 {
        /// Value 0.
        0 => ZERO,
        /// Value 7.
        7 => SEVEN,
    }
}

codec::flags! {
    /// Names for bits.
    pub Bits "": u32 {
        /// Bit 0.
        0x1 => ONE,
        /// Bits 1 and 2.
        0x6 => SIX,
    }
}

codec::values! {
    /// Names for values below 0 and in another order.
    pub Signed "": Be<i16> {
        /// Value 1.
        1 => ONE,
    }
}

codec::sub_messages! {
    /// Formats by a text attribute.
    pub ByText by text All::TEXT | All::LABEL { "all" | "more" => Nest<All>, "v4" => Ipv4Addr, _ => Bytes, }
}

codec::sub_messages! {
    /// Formats by a number of the enclosing nest.
    pub ByNumber by number out 1 All::NAMED { Named::SEVEN => Nest<All>, Named::ZERO => u64, }
}

codec::sub_messages! {
    /// Formats by the address family.
    pub ByFamily by family { Family2::INET => Ipv4Addr, Family2::INET6 => FixedHeader<Small, All>, }
}

codec::values! {
    /// Address families.
    pub Family2 "": u8 {
        /// IPv4.
        2 => INET,
        /// IPv6.
        10 => INET6,
    }
}

codec::attributes! {
    /// Every type.
    pub All "" {
        /// u8
        1 => U8: u8 where range(1, 9),
        /// u16
        2 => U16: u16 where min(3),
        /// u32
        3 => U32: u32 where max(3),
        /// u64
        4 => U64: u64 where mask(3),
        /// i8
        5 => I8: i8 where signed(-1, 1),
        /// i16
        6 => I16: i16,
        /// i32
        7 => I32: i32,
        /// i64
        8 => I64: i64 where signed(-1, 1),
        /// be
        9 => BE16: Be<u16>,
        /// be
        10 => BE32: Be<i32>,
        /// be
        11 => BE64: Be<u64>,
        /// le
        12 => LE32: Le<u32>,
        /// uint
        13 => UINT: Uint where range(1, 9),
        /// sint
        14 => SINT: Sint where signed(-1, 1),
        /// flag
        15 => FLAG: Flag,
        /// bytes
        16 => BYTES: Bytes,
        /// some bytes
        17 => BLOB: Blob<2, 8> where len(3, 7),
        /// text
        18 => TEXT: Text<15>,
        /// mac
        19 => MAC: Mac,
        /// ip
        20 => IP: IpAddr,
        /// ipv4
        21 => IPV4: Ipv4Addr,
        /// ipv6
        22 => IPV6: Ipv6Addr,
        /// structure
        23 => STRUCT: Struct<Head>,
        /// integers
        24 => ARRAY: Array<Be<u32>>,
        /// structures
        25 => STRUCTS: Array<Embedded<Head>>,
        /// named
        26 => NAMED: Named,
        /// bits
        27 => BITS: Bits,
        /// bit field
        28 => FIELD: Bitfield32<Bits> where mask(7),
        /// several
        29 => MULTI: Multi<Text<3>>,
        /// nest
        30 => NEST: Nest<All>,
        /// array of nests
        31 => NESTS: IndexedArray<Nest<All>>,
        /// array of integers
        32 => INDEXED: IndexedArray<u32>,
        /// array of arrays
        33 => DEEP: IndexedArray<IndexedArray<Nest<All>>>,
        /// structure and attributes
        34 => WITH_HEADER: FixedHeader<Head, All>,
        /// records
        35 => RECORDS: Records<Small, All>,
        /// by text
        36 => BY_TEXT: SubMessage<ByText>,
        /// by number
        37 => BY_NUMBER: SubMessage<ByNumber>,
        /// by family
        38 => BY_FAMILY: SubMessage<ByFamily>,
        /// fixed bytes
        39 => SIX: [u8; 6],
        /// no bytes
        40 => NONE: Array<[u8; 0]>,
        /// several in one
        41 => SEVERAL: FixedArray<Signed, 4>,
        /// addresses
        42 => ADDRESSES: Array<Ipv6Addr>,
        /// another text
        43 => LABEL: Text<7>,
        /// structure and tail
        44 => WITH_TAIL: WithTail<Small, Bytes>,
        /// another length
        45 => SHORT: StoredAs<Named, u16>,
        /// another length of bits
        46 => FLAGS: StoredAs<Bits, Be<u16>>,
        /// sub-message with a default
        47 => USUALLY: DefaultSubMessage<Ipv4Addr, ByFamily>,
    }
}

codec::messages! {
    /// Messages with every type.
    pub FAMILY "every/type": Head, All {
        /// All.
        16 => NEW,
        /// All again.
        17 => OTHER: All,
    }
}

codec::commands! {
    /// A generic one.
    pub GENERIC "every" "" version 1 header Small {
        /// All.
        1 => DO: All,
    }
    groups {
        /// One.
        GROUP "group",
    }
}

/// Returns every family.
pub fn families() -> impl Iterator<Item = &'static Family> {
    let ours = [&FAMILY, &GENERIC, &codec::genl::ctrl::FAMILY, &codec::genl::UNKNOWN];
    let theirs = codec::rtnl::FAMILIES.iter().chain(codec::netfilter::FAMILIES);
    ours.into_iter().chain(theirs.copied())
}

macro_rules! rows {
    ($on:ident: $($key:ident)*) => { $( $on.row(All::$key); )* };
}

pub fn every_type(on: &mut On<'_>) {
    rows! { on: U8 U16 U32 U64 I8 I16 I32 I64 BE16 BE32 BE64 LE32 UINT SINT FLAG BYTES BLOB TEXT MAC
    STRUCT ARRAY STRUCTS NAMED BITS FIELD MULTI NEST NESTS INDEXED DEEP WITH_HEADER RECORDS
    BY_TEXT BY_NUMBER BY_FAMILY SIX NONE SEVERAL ADDRESSES WITH_TAIL SHORT FLAGS }
    on.unprinted(All::USUALLY);
    on.unprinted(All::IP);
    on.unprinted(All::IPV4);
    on.unprinted(All::IPV6);
    on.set::<All>();
    on.structure::<Head>();
    on.structure::<Small>();
    on.structure::<codec::genl::GenlHeader<Head>>();
    on.fixed::<Signed>();
    on.fixed::<FixedArray<Embedded<Small>, 5>>();

    let attrs = Attrs::<All>::new(on.bytes);
    black_box((attrs.bytes(), attrs.is_empty()));
    each(on, attrs.get(All::NESTS).ok().flatten().into_iter().flatten());
    each(on, attrs.get(All::INDEXED).ok().flatten().into_iter().flatten());
    each(on, attrs.get(All::RECORDS).ok().flatten().into_iter().flatten());
    each(on, attrs.get(All::ARRAY).ok().flatten().into_iter().flatten());
    each(on, attrs.get(All::STRUCTS).ok().flatten().into_iter().flatten());
    each(on, attrs.get(All::NONE).ok().flatten().into_iter().flatten());
    each(on, attrs.all(All::MULTI));
    black_box(attrs.get(All::ARRAY).ok().flatten().map(|items| items.rest()));
    on.debug(&attrs.get(All::BY_TEXT.nested::<All>()).ok());
    on.unprinted(All::BY_TEXT.as_type::<Ipv4Addr>());
    on.debug(&attrs.get(All::BY_NUMBER.cast::<u16>()).ok());
    let keys = (
        (All::U8, All::U16, All::U32, All::U64, All::I8, All::I16, All::I32, All::I64),
        (All::BE16, All::IP, All::MAC, All::TEXT, All::NEST, All::STRUCT, All::FLAG, All::BYTES),
    );
    black_box(keys.0.find(on.bytes).is_ok());
    if let Ok(found) = attrs.find(keys.1) {
        on.debug(&found.3.get());
        on.debug(&found.4.require());
    }

    let text = Str(on.bytes);
    on.debug(&text);
    on.display(&text);
    black_box((text.to_str(), text == "lo", text == *"lo"));
    on.debug(&MacAddr(on.bytes));
    on.display(&MacAddr(on.bytes));
    on.display(&Named(on.number as u32));
    on.display(&Bits(on.number as u32));
    on.display(&Signed(on.number as i16));
    let bits = Bits(on.number as u32);
    black_box((bits.contains(Bits::ONE), bits.intersects(Bits::SIX), bits.without(Bits::ONE)));
    black_box(bits | Bits::SIX);
    on.debug(&DO_AND(on.number));
}

/// Returns a command and its header.
#[allow(non_snake_case)]
fn DO_AND(number: usize) -> (codec::genl::Command<Small, All>, impl Debug) {
    (DO, DO.kind(number as u16).create())
}

#[inline(never)]
fn each<T: Debug>(on: &mut On<'_>, items: impl Iterator<Item = T>) {
    for item in items {
        on.debug(&item);
    }
}
