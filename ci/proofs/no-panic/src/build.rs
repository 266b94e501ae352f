//! Building with every function of the writer, in a buffer of any length.

use core::net::{Ipv4Addr, Ipv6Addr};

use codec::genl::GenlHeader;
use codec::value::Bitfield32;
use codec::{Batch, Error, Writer};

use crate::types::{All, Bits, Head, Named, Signed, Small, DO, NEW};
use crate::{black_box, Fixed, On, Structure};

pub fn every_verb(on: &mut On<'_>) {
    let header = Head::read(on.bytes);
    let (bytes, number) = (on.bytes, on.number);
    let seq = number as u32;
    let built = NEW.replace().change().append().dump().build(on.room, seq, header, |writer| {
        fill(writer, bytes, number);
    });
    match built.map(|message| message.len()) {
        Ok(len) => on.debug(&len),
        Err(error) => report(on, error),
    }
    let command = DO.message_type(number as u16);
    let header: GenlHeader<Small> = DO.header(Small::read(bytes));
    let built = command.build(on.room, seq, header, |writer| fill(writer, bytes, number));
    black_box(built.is_ok());

    let mut batch = Batch::new(on.room);
    for seq in 0..number {
        let header = Head::default();
        let pushed = batch.push(NEW.create(), seq as u32, header, |w| fill(w, bytes, number));
        if black_box(pushed).is_err() && number & 1 == 0 {
            batch.clear();
        }
    }
    let _ = core::fmt::Write::write_fmt(on.out, format_args!("{batch:?}"));
    black_box((batch.count(), batch.bytes()));
}

fn report(on: &mut On<'_>, error: Error) {
    on.debug(&error);
    on.display(&error);
}

#[inline(never)]
fn fill(w: &mut Writer<'_, All>, bytes: &[u8], number: usize) {
    let text = core::str::from_utf8(bytes).unwrap_or_default();
    let wide = u64::load(bytes);
    let mark = w.mark();
    w.put(All::U8, wide as u8).put(All::U16, wide as u16).put(All::U32, wide as u32);
    w.put(All::U64, wide).put(All::I8, wide as i8).put(All::I16, wide as i16);
    w.put(All::I32, wide as i32).put(All::I64, wide as i64).put(All::BE16, wide as u16);
    w.put(All::BE32, wide as i32).put(All::BE64, wide).put(All::LE32, wide as u32);
    w.put(All::UINT, wide).put(All::SINT, wide as i64).put(All::FLAG, ());
    w.put(All::BYTES, bytes).put(All::BLOB, bytes).put(All::TEXT, text).put(All::MAC, bytes);
    w.put(All::IPV4, Ipv4Addr::load(bytes)).put(All::IPV6, Ipv6Addr::load(bytes));
    w.put(All::IP, Ipv4Addr::load(bytes).into());
    w.put(All::IP, Ipv6Addr::load(bytes).into());
    w.put(All::STRUCT, Head::read(bytes)).put(All::STRUCTS, &[Head::read(bytes); 3]);
    w.put(All::ARRAY, &[1, wide as u32]).put(All::NONE, &[[]; 4]);
    w.put(All::NAMED, Named(wide as u32)).put(All::BITS, Bits(wide as u32));
    w.put(All::FIELD, Bitfield32::<Bits>::load(bytes)).put(All::MULTI, text);
    w.put(All::SIX, <[u8; 6]>::load(bytes));
    w.put(All::SEVERAL, [Signed(wide as i16); 4]).put(All::BY_TEXT, bytes);
    w.put(All::NEST, codec::Attrs::new(bytes));
    w.put(All::ADDRESSES, &[]).put(All::WITH_TAIL, (Small::read(bytes), bytes));
    w.put(All::SHORT, Named(wide as u32)).put(All::FLAGS, Bits(wide as u32));
    if let Ok(Some(parsed)) = codec::Attrs::<All>::new(bytes).get(All::WITH_HEADER) {
        w.put(All::WITH_HEADER, parsed);
    }
    if let Ok(Some(records)) = codec::Attrs::<All>::new(bytes).get(All::RECORDS) {
        w.put(All::RECORDS, records);
    }
    if let Ok(Some(elements)) = codec::Attrs::<All>::new(bytes).get(All::NESTS) {
        w.put(All::NESTS, elements);
    }
    w.put_raw(number as u16, bytes).append(bytes);
    if let Some(room) = w.reserve(All::BYTES, number) {
        black_box(room);
    }
    w.nest(All::NEST, |w| {
        w.put(All::U8, 1);
        w.nest(All::BY_TEXT.nested::<All>(), |w| {
            w.put_raw(number as u16, bytes);
        });
    });
    w.nest_with_header(All::WITH_HEADER, Head::read(bytes), |w| {
        w.append(bytes);
    });
    w.elements(All::NESTS, |w| {
        for at in 0..number {
            w.nest(at as u16, |w| {
                w.put(All::U16, at as u16);
            });
        }
    });
    w.elements(All::INDEXED, |w| {
        w.put(number as u16, wide as u32);
    });
    w.records(All::RECORDS, |w| {
        for _ in 0..number {
            w.push(Small::read(bytes), |w| {
                w.put(All::BYTES, bytes);
            });
        }
    });
    if number & 2 == 0 {
        w.cancel(mark);
    }
    black_box((w.len(), w.is_empty(), w.mark()));
}
