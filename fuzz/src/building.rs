//! Values: builds them into a message, in a buffer of any length, and reads them back.

use std::net::IpAddr;

use barelink_codec::message::MessageHeader;
use barelink_codec::nest::{FixedHeader, IndexedArray, Nest, Records};
use barelink_codec::value::{
    Array, Be, Bitfield32, Bits, Blob, Bytes, Embedded, Flag, Le, Mac, Sint, Struct, Structure,
    Text, Uint,
};
use barelink_codec::{Attr, Attrs, Batch, Error, MessageType, Messages, Writer};

use crate::input::Input;

barelink_codec::structure! {
    /// Header of a record: its length and a number.
    pub Head "" "" (8) {
        /// The record's length.
        0 => len: u16,
        /// A number in network byte order.
        4 => value: u32 as Be<u32>,
    }
}

barelink_codec::attributes! {
    /// An attribute of each type.
    pub All "" {
        /// An attribute of this type.
        1 => U8: u8,
        /// An attribute of this type.
        2 => U16: u16,
        /// An attribute of this type.
        3 => U32: u32,
        /// An attribute of this type.
        4 => U64: u64,
        /// An attribute of this type.
        5 => I32: i32,
        /// An attribute of this type.
        6 => BE16: Be<u16>,
        /// An attribute of this type.
        7 => BE64: Be<u64>,
        /// An attribute of this type.
        8 => LE32: Le<u32>,
        /// An attribute of this type.
        9 => UINT: Uint,
        /// An attribute of this type.
        10 => SINT: Sint,
        /// An attribute of this type.
        11 => FLAG: Flag,
        /// An attribute of this type.
        12 => BYTES: Bytes,
        /// An attribute of this type.
        13 => BLOB: Blob<0, 6>,
        /// An attribute of this type.
        14 => TEXT: Text<15>,
        /// An attribute of this type.
        15 => MAC: Mac,
        /// An attribute of this type.
        16 => IP: IpAddr,
        /// An attribute of this type.
        17 => HEAD: Struct<Head>,
        /// An attribute of this type.
        18 => ARRAY: Array<Be<u32>>,
        /// An attribute of this type.
        19 => FIELD: Bitfield32<u32>,
        /// An attribute of this type.
        20 => NEST: Nest<All>,
        /// An attribute of this type.
        21 => ELEMENTS: IndexedArray<u32>,
        /// An attribute of this type.
        22 => NESTS: IndexedArray<Nest<All>>,
        /// An attribute of this type.
        23 => WITH_HEADER: FixedHeader<Head, All>,
        /// An attribute of this type.
        24 => RECORDS: Records<Head, All>,
        /// An attribute of this type.
        25 => HEADS: Array<Embedded<Head>>,
    }
}

/// One call of the writer.
#[derive(Debug, Clone, PartialEq)]
enum Op<'a> {
    U8(u8),
    U16(u16),
    U32(u32),
    U64(u64),
    I32(i32),
    Be16(u16),
    Be64(u64),
    Le32(u32),
    Uint(u64),
    Sint(i64),
    Flag,
    Bytes(&'a [u8]),
    Blob(&'a [u8]),
    Text(&'a str),
    Mac(&'a [u8]),
    Ip(IpAddr),
    Head(Head),
    Array(Vec<u32>),
    LayoutField(Bits<u32>),
    Nest(Vec<Op<'a>>),
    Elements(Vec<(u16, u32)>),
    Nests(Vec<(u16, Vec<Op<'a>>)>),
    FixedHeader(Head, Vec<Op<'a>>),
    Records(Vec<(Head, Vec<Op<'a>>)>),
    Heads(Vec<Head>),
    Raw(u16, &'a [u8]),
    Cancelled(Vec<Op<'a>>),
}

fn head(input: &mut Input<'_>) -> Head {
    Head { len: input.short(), value: input.word() }
}

fn several<T>(input: &mut Input<'_>, mut one: impl FnMut(&mut Input<'_>) -> T) -> Vec<T> {
    (0..input.byte() & 7).map(|_| one(input)).collect()
}

fn ops<'a>(input: &mut Input<'a>, depth: usize) -> Vec<Op<'a>> {
    let mut all = Vec::new();
    while !input.0.is_empty() && all.len() < 40 {
        let what = input.byte();
        if what == 0 {
            break;
        }
        let len = usize::from(input.byte());
        all.push(match what % 28 {
            1 => Op::U8(input.byte()),
            2 => Op::U16(input.short()),
            3 => Op::U32(input.word()),
            4 => Op::U64(input.long()),
            5 => Op::I32(input.word() as i32),
            6 => Op::Be16(input.short()),
            7 => Op::Be64(input.long()),
            8 => Op::Le32(input.word()),
            9 => Op::Uint(if len & 1 == 0 { input.word().into() } else { input.long() }),
            10 => Op::Sint(if len & 1 == 0 {
                (input.word() as i32).into()
            } else {
                input.long() as i64
            }),
            11 => Op::Flag,
            12 => Op::Bytes(input.bytes(len)),
            13 => Op::Blob(input.bytes(len % 8)),
            14 => match std::str::from_utf8(input.bytes(len % 20)) {
                Ok(text) if !text.contains('\0') => Op::Text(text),
                _ => Op::Text("text"),
            },
            15 => Op::Mac(input.bytes(len % 33)),
            16 if len & 1 == 0 => Op::Ip(IpAddr::from(input.array::<4>())),
            16 => Op::Ip(IpAddr::from(input.array::<16>())),
            17 => Op::Head(head(input)),
            18 => Op::Array(several(input, |input| input.word())),
            19 => Op::LayoutField(Bits { value: input.word(), selector: input.word() }),
            20 if depth > 0 => Op::Nest(ops(input, depth - 1)),
            21 => Op::Elements(several(input, |input| (input.short() & 0x3fff, input.word()))),
            22 if depth > 0 => {
                let count = input.byte() & 3;
                Op::Nests((0..count).map(|at| (at.into(), ops(input, depth - 1))).collect())
            }
            23 if depth > 0 => Op::FixedHeader(head(input), ops(input, depth - 1)),
            24 if depth > 0 => {
                let count = input.byte() & 3;
                Op::Records((0..count).map(|_| (head(input), ops(input, depth - 1))).collect())
            }
            25 => Op::Heads(several(input, head)),
            26 => Op::Raw(100 + input.short() % 1000, input.bytes(len)),
            27 if depth > 0 => Op::Cancelled(ops(input, depth - 1)),
            _ => Op::Flag,
        });
    }
    all
}

fn put(w: &mut Writer<'_, All>, ops: &[Op<'_>]) {
    for op in ops {
        match op {
            Op::U8(it) => w.put(All::U8, *it),
            Op::U16(it) => w.put(All::U16, *it),
            Op::U32(it) => w.put(All::U32, *it),
            Op::U64(it) => w.put(All::U64, *it),
            Op::I32(it) => w.put(All::I32, *it),
            Op::Be16(it) => w.put(All::BE16, *it),
            Op::Be64(it) => w.put(All::BE64, *it),
            Op::Le32(it) => w.put(All::LE32, *it),
            Op::Uint(it) => w.put(All::UINT, *it),
            Op::Sint(it) => w.put(All::SINT, *it),
            Op::Flag => w.put(All::FLAG, ()),
            Op::Bytes(it) => w.put(All::BYTES, it),
            Op::Blob(it) => w.put(All::BLOB, it),
            Op::Text(it) => w.put(All::TEXT, it),
            Op::Mac(it) => w.put(All::MAC, it),
            Op::Ip(it) => w.put(All::IP, *it),
            Op::Head(it) => w.put(All::HEAD, *it),
            Op::Array(it) => w.put(All::ARRAY, it),
            Op::LayoutField(it) => w.put(All::FIELD, *it),
            Op::Nest(inner) => w.nest(All::NEST, |w| put(w, inner)),
            Op::Elements(all) => w.elements(All::ELEMENTS, |w| {
                all.iter().for_each(|(number, value)| {
                    w.put(*number, *value);
                });
            }),
            Op::Nests(all) => w.elements(All::NESTS, |w| {
                all.iter().for_each(|(number, inner)| {
                    w.nest(*number, |w| put(w, inner));
                });
            }),
            Op::FixedHeader(it, inner) => {
                w.nest_with_header(All::WITH_HEADER, *it, |w| put(w, inner))
            }
            Op::Records(all) => w.records(All::RECORDS, |w| {
                all.iter().for_each(|(it, inner)| {
                    w.push(*it, |w| put(w, inner));
                });
            }),
            Op::Heads(it) => w.put(All::HEADS, it),
            Op::Raw(number, it) => w.put_raw(*number, it),
            Op::Cancelled(inner) => {
                let mark = w.mark();
                put(w, inner);
                w.cancel(mark)
            }
        };
    }
}

/// Returns the number of the first attribute whose value is longer than its type allows.
fn too_long(ops: &[Op<'_>]) -> Option<u16> {
    ops.iter().find_map(|op| match op {
        Op::Blob(it) if it.len() > 6 => Some(13),
        Op::Text(it) if it.len() > 15 => Some(14),
        Op::Nest(inner) | Op::FixedHeader(_, inner) => too_long(inner),
        Op::Nests(all) => all.iter().find_map(|(_, inner)| too_long(inner)),
        Op::Records(all) => all.iter().find_map(|(_, inner)| too_long(inner)),
        _ => None,
    })
}

fn same(attrs: Attrs<'_, All>, ops: &[Op<'_>]) {
    let mut attrs = attrs.iter();
    for op in ops.iter().filter(|op| !matches!(op, Op::Cancelled(_))) {
        one(attrs.next().unwrap().unwrap(), op);
    }
    assert!(attrs.next().is_none());
}

fn one(attr: Attr<'_, All>, op: &Op<'_>) {
    match op {
        Op::U8(it) => assert_eq!(attr.get(All::U8), Ok(Some(*it))),
        Op::U16(it) => assert_eq!(attr.get(All::U16), Ok(Some(*it))),
        Op::U32(it) => assert_eq!(attr.get(All::U32), Ok(Some(*it))),
        Op::U64(it) => assert_eq!(attr.get(All::U64), Ok(Some(*it))),
        Op::I32(it) => assert_eq!(attr.get(All::I32), Ok(Some(*it))),
        Op::Be16(it) => assert_eq!(attr.get(All::BE16), Ok(Some(*it))),
        Op::Be64(it) => assert_eq!(attr.get(All::BE64), Ok(Some(*it))),
        Op::Le32(it) => assert_eq!(attr.get(All::LE32), Ok(Some(*it))),
        Op::Uint(it) => assert_eq!(attr.get(All::UINT), Ok(Some(*it))),
        Op::Sint(it) => assert_eq!(attr.get(All::SINT), Ok(Some(*it))),
        Op::Flag => assert_eq!(attr.get(All::FLAG), Ok(Some(()))),
        Op::Bytes(it) => assert_eq!(attr.get(All::BYTES), Ok(Some(*it))),
        Op::Blob(it) => assert_eq!(attr.get(All::BLOB), Ok(Some(*it))),
        Op::Text(it) => assert_eq!(attr.get(All::TEXT).unwrap().unwrap(), *it),
        Op::Mac(it) => assert_eq!(attr.get(All::MAC).unwrap().unwrap().0, *it),
        Op::Ip(it) => assert_eq!(attr.get(All::IP), Ok(Some(*it))),
        Op::Head(it) => assert_eq!(attr.get(All::HEAD), Ok(Some(*it))),
        Op::Array(it) => assert!(attr.get(All::ARRAY).unwrap().unwrap().eq(it.iter().copied())),
        Op::LayoutField(it) => assert_eq!(attr.get(All::FIELD), Ok(Some(*it))),
        Op::Nest(inner) => {
            assert!(attr.is_marked_nested());
            same(attr.get(All::NEST).unwrap().unwrap(), inner);
        }
        Op::Elements(all) => {
            let elements = attr.get(All::ELEMENTS).unwrap().unwrap();
            assert!(elements.map(Result::unwrap).eq(all.iter().copied()));
        }
        Op::Nests(all) => {
            let mut elements = attr.get(All::NESTS).unwrap().unwrap();
            for (number, inner) in all {
                let (found, attrs) = elements.next().unwrap().unwrap();
                assert_eq!(found, *number);
                same(attrs, inner);
            }
            assert!(elements.next().is_none());
        }
        Op::FixedHeader(it, inner) => {
            let nest = attr.get(All::WITH_HEADER).unwrap().unwrap();
            assert_eq!(nest.header, *it);
            same(nest.attrs, inner);
        }
        Op::Records(all) => {
            let mut records = attr.get(All::RECORDS).unwrap().unwrap();
            for (it, inner) in all {
                let record = records.next().unwrap().unwrap();
                // The writer sets the length.
                assert_eq!(record.header.value, it.value);
                assert_eq!(usize::from(record.header.len), Head::LEN + record.attrs.bytes().len());
                same(record.attrs, inner);
            }
            assert!(records.next().is_none());
        }
        Op::Heads(it) => assert!(attr.get(All::HEADS).unwrap().unwrap().eq(it.iter().copied())),
        Op::Raw(number, it) => assert_eq!((attr.number(), attr.payload()), (*number, *it)),
        Op::Cancelled(_) => unreachable!("cancelled operations are removed before the comparison"),
    }
}

const NEW: MessageType<Head, All> = MessageType::new(32);

/// Builds a message by the input: length of the first buffer, sequence number, header, values.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let capacity = usize::from(input.short());
    let (seq, header) = (input.word(), head(&mut input));
    let ops = ops(&mut input, 4);
    let build = |buffer: &mut [u8]| {
        NEW.build(buffer, seq, header, |w| put(w, &ops)).map(|message| message.to_vec())
    };

    // The length needed does not depend on the buffer's, and earlier contents do not show.
    let mut large = vec![0xa5; 1 << 20];
    let built = build(&mut large);
    if let Some(number) = too_long(&ops) {
        assert_eq!(built, Err(Error::InvalidValue { number }));
        return;
    }
    let built = match built {
        Ok(built) => built,
        Err(error) => {
            assert!(matches!(error, Error::InvalidValue { .. }), "{error}");
            assert!(
                large.iter().rposition(|byte| *byte != 0xa5).unwrap_or(0) > usize::from(u16::MAX)
            );
            return;
        }
    };
    let needed = built.len();
    let small = build(&mut vec![0x5a; capacity]);
    match capacity < needed {
        true => assert_eq!(small, Err(Error::Full { needed })),
        false => assert_eq!(small.as_ref(), Ok(&built)),
    }
    assert_eq!(build(&mut vec![0; needed]).as_ref(), Ok(&built));

    let message = Messages::new(&built).next().unwrap().unwrap();
    assert_eq!((message.seq, message.message_type), (seq, 32));
    assert_eq!(MessageHeader::read(&built).len as usize, needed);
    let parsed = message.parse(NEW).unwrap();
    assert_eq!(parsed.header, header);
    same(parsed.attrs, &ops);

    // A batch of two has the same message twice; a third that does not fit changes nothing.
    let mut buffer = vec![0xa5; 2 * needed + 8];
    let mut batch = Batch::new(&mut buffer);
    for _ in 0..2 {
        batch.push(NEW, seq, header, |w| put(w, &ops)).unwrap();
    }
    assert_eq!(batch.push(NEW, seq, header, |w| put(w, &ops)), Err(Error::Full { needed }));
    assert_eq!((batch.bytes(), batch.count()), (&[&built[..], &built[..]].concat()[..], 2));
}
