//! Builds a message anew: each value is read by its row's type, and put by it, through the typed
//! writer.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use barelink_codec::family::Family;
use barelink_codec::frame::{self, NESTED, align};
use barelink_codec::nest::{Elements, FixedHeader, IndexedArray, Nest, Records};
use barelink_codec::schema::{Layout, LayoutField, Order, Type};
use barelink_codec::value::{
    Array, Be, Bitfield32, Bytes, Fixed, Flag, Le, Mac, Sint, Structure, Text, Uint, Value,
    WithTail,
};
use barelink_codec::{Flags, Key, Message, MessageType, Writer};
use barelink_examples_support::json;
use barelink_examples_support::tree::{Attr, Embedded, Node, Part, Run, Tree};

/// What came of building a family's messages anew.
#[derive(Debug, Default)]
pub struct Rebuild {
    /// Messages that came out the same.
    pub same: usize,
    /// Messages that did not, each with where the first difference is.
    pub different: Vec<String>,
    /// Of those, how many had something in their padding, which is left aside.
    pub padded: usize,
    /// Messages that did not and need not, by the reason.
    pub excepted: BTreeMap<&'static str, usize>,
    /// Messages with a header shorter than the family's, by its length.
    pub shorter: BTreeMap<usize, usize>,
    /// Values that were read and put by their type.
    pub typed: usize,
    /// Payloads that were only copied, by the reason.
    pub copied: BTreeMap<&'static str, usize>,
}

barelink_codec::attributes! {
    /// Stands for any set: keys are made of the rows that are found in tables.
    pub Any "" {}
}

/// A structure of `N` bytes, which has been put together field by field.
#[derive(Debug, Clone, Copy)]
struct Whole<const N: usize>([u8; N]);

impl<const N: usize> Default for Whole<N> {
    fn default() -> Self {
        Whole([0; N])
    }
}

impl<const N: usize> Structure for Whole<N> {
    const LEN: usize = N;
    const LAYOUT: &'static Layout = &Layout { name: "", len: N, fields: &[] };

    fn read(bytes: &[u8]) -> Self {
        Whole(bytes.first_chunk().copied().unwrap_or([0; N]))
    }
    fn write(&self, bytes: &mut [u8]) {
        bytes.copy_from_slice(&self.0);
    }
}

/// Does something with the type that a table's row stands for.
trait With {
    fn with<F: Fixed>(self) -> Option<()>;
}

/// Does something with the structure of this length; nothing where no table has one so long.
macro_rules! of_length {
    ($len:expr, |$whole:ident| $then:expr) => {
        of_length!(@ $len, $whole, $then,
            1 2 3 4 5 6 7 8 9 10 12 14 16 18 20 22 24 26 28 30 32 36 40 44 48 52 56 60 64 68 72 80
            84 88 92 96 100 104 108 112 116 120 124 128 132 136 140 144 160 192 196 200 208)
    };
    (@ $len:expr, $whole:ident, $then:expr, $($n:literal)*) => {
        match $len {
            $( $n => { type $whole = Whole<$n>; $then } )*
            _ => None,
        }
    };
}

/// The type of fixed length that is meant, if there is one.
fn by_type(ty: Type, with: impl With) -> Option<()> {
    if let Some(int) = ty.int() {
        return match (int.size, int.signed, int.order) {
            (1, false, _) => with.with::<u8>(),
            (1, true, _) => with.with::<i8>(),
            (2, false, Order::Native) => with.with::<u16>(),
            (2, true, Order::Native) => with.with::<i16>(),
            (4, false, Order::Native) => with.with::<u32>(),
            (4, true, Order::Native) => with.with::<i32>(),
            (8, false, Order::Native) => with.with::<u64>(),
            (8, true, Order::Native) => with.with::<i64>(),
            (2, false, Order::Big) => with.with::<Be<u16>>(),
            (2, true, Order::Big) => with.with::<Be<i16>>(),
            (4, false, Order::Big) => with.with::<Be<u32>>(),
            (4, true, Order::Big) => with.with::<Be<i32>>(),
            (8, false, Order::Big) => with.with::<Be<u64>>(),
            (8, true, Order::Big) => with.with::<Be<i64>>(),
            (2, false, Order::Little) => with.with::<Le<u16>>(),
            (4, false, Order::Little) => with.with::<Le<u32>>(),
            (8, false, Order::Little) => with.with::<Le<u64>>(),
            _ => None,
        };
    }
    match ty {
        Type::Ipv4 => with.with::<Ipv4Addr>(),
        Type::Ipv6 => with.with::<Ipv6Addr>(),
        Type::Bitfield32(_) => with.with::<Bitfield32<u32>>(),
        _ => None,
    }
}

/// Puts an attribute.
struct Put<'w, 'b, 'n>(&'w mut Writer<'b, Any>, u16, &'n [u8]);

impl With for Put<'_, '_, '_> {
    fn with<F: Fixed>(self) -> Option<()> {
        let value = <F as Value>::read(self.2)?;
        self.0.put(Key::<Any, F>::new(self.1, ""), value);
        Some(())
    }
}

/// Puts an attribute of several values.
struct PutArray<'w, 'b, 'n>(&'w mut Writer<'b, Any>, u16, &'n [u8]);

impl With for PutArray<'_, '_, '_> {
    fn with<F: Fixed>(self) -> Option<()> {
        let values: Vec<F::Plain> = Array::<F>::read(self.2)?.collect();
        self.0.put(Key::<Any, Array<F>>::new(self.1, ""), &values);
        Some(())
    }
}

/// Puts an attribute of elements.
struct PutElements<'w, 'b, 'n>(&'w mut Writer<'b, Any>, u16, &'n [u8]);

impl With for PutElements<'_, '_, '_> {
    fn with<F: Fixed>(self) -> Option<()> {
        let values = Elements::<F>::new(self.2).collect::<Result<Vec<_>, _>>().ok()?;
        self.0.elements(Key::<Any, IndexedArray<F>>::new(self.1, ""), |elements| {
            for (number, value) in values {
                elements.put(number, value);
            }
        });
        Some(())
    }
}

/// Stores a structure's field.
struct Store<'n, 'o>(&'n [u8], &'o mut [u8]);

impl With for Store<'_, '_> {
    fn with<F: Fixed>(self) -> Option<()> {
        F::store(&F::load(self.0), self.1);
        Some(())
    }
}

/// A structure, each field of which is read and written by its type.
fn structure(layout: &'static Layout, parts: &[Part<'_>]) -> Vec<u8> {
    let mut bytes = vec![0; layout.len];
    for Part { field, node } in parts {
        store(field, node, &mut bytes);
    }
    bytes
}

fn store(field: &LayoutField, node: &Node<'_>, bytes: &mut [u8]) {
    let Some(room) = bytes.get_mut(field.offset..field.offset + node.payload.len()) else { return };
    value(node, room);
}

/// A value's type, where that goes by its length.
fn by_length(node: &Node<'_>) -> Type {
    match (node.ty, node.payload.len()) {
        (Type::Ip, 4) => Type::Ipv4,
        (Type::Ip, 16) => Type::Ipv6,
        (ty, _) => ty,
    }
}

fn value(node: &Node<'_>, room: &mut [u8]) {
    match &node.inner {
        Embedded::Parts(parts) => parts.iter().for_each(|part| store(part.field, &part.node, room)),
        Embedded::Items(items) => {
            let mut rest = room;
            for item in items {
                let (room, after) = rest.split_at_mut(item.payload.len());
                value(item, room);
                rest = after;
            }
        }
        Embedded::WithTail(parts, tail) => {
            let (head, rest) = room.split_at_mut(room.len() - tail.payload.len());
            parts.iter().for_each(|part| store(part.field, &part.node, head));
            value(tail, rest);
        }
        _ if by_type(by_length(node), Store(node.payload, room)).is_some() => {}
        _ => room.copy_from_slice(node.payload),
    }
}

/// Builds a message of this family anew.
fn build<H: Structure, S>(
    kind: MessageType<H, S>,
    message: &Message<'_>,
    run: &Run<'_>,
    score: &mut Rebuild,
) -> Option<Vec<u8>> {
    let parsed = message.read(kind);
    if message.payload.len() >= H::LEN {
        return build_with(parsed.header, message, run, score);
    }
    // Old programs ask for dumps with a shorter header, `struct rtgenmsg`.
    let mut whole = vec![0; H::LEN];
    parsed.header.write(&mut whole);
    *score.shorter.entry(message.payload.len()).or_default() += 1;
    of_length! {
        message.payload.len(), |Exact| build_with(Exact::read(&whole), message, run, score)
    }
}

fn build_with<H: Structure>(
    header: H,
    message: &Message<'_>,
    run: &Run<'_>,
    score: &mut Rebuild,
) -> Option<Vec<u8>> {
    let kind = MessageType::<H, Any>::new(message.message_type)
        .without(Flags::REQUEST)
        .with(message.flags);
    let mut buffer = vec![0xa5; 65536];
    let built = kind.build(&mut buffer, message.seq, header, |writer| fill(writer, run, score));
    built.ok().map(|bytes| bytes.to_vec())
}

macro_rules! families {
    ($family:expr, |$kind:ident| $build:expr; $($name:literal $first:path,)*) => {
        match $family.name {
            $( $name => { let $kind = $first; $build } )*
            _ => return None,
        }
    };
}

/// A message of this family, built anew; nothing for families that are not rebuilt.
fn rebuilt(
    family: &Family,
    message: &Message<'_>,
    run: &Run<'_>,
    score: &mut Rebuild,
) -> Option<Option<Vec<u8>>> {
    use barelink_codec::{netfilter, rtnl};
    Some(families! {
        family, |kind| build(kind, message, run, score);
        "netfilter/conntrack" netfilter::conntrack::NEW,
        "route/addr" rtnl::addr::NEW,
        "route/addrlabel" rtnl::addrlabel::NEW,
        "route/chain" rtnl::tc::chain::NEW,
        "route/class" rtnl::tc::class::NEW,
        "route/filter" rtnl::tc::filter::NEW,
        "route/link" rtnl::link::NEW,
        "route/neigh" rtnl::neigh::NEW,
        "route/neightbl" rtnl::neigh::table::NEW,
        "route/netconf" rtnl::netconf::NEW,
        "route/nexthop" rtnl::route::nexthop::NEW,
        "route/nexthop-bucket" rtnl::route::nexthop_bucket::NEW,
        "route/nsid" rtnl::nsid::NEW,
        "route/qdisc" rtnl::tc::qdisc::NEW,
        "route/route" rtnl::route::NEW,
        "route/rule" rtnl::rule::NEW,
        "route/stats" rtnl::stats::GET,
        "route/vlan" rtnl::bridge::vlan::NEW,
        "route/mdb request" rtnl::bridge::mdb::request::NEW,
    })
}

impl Rebuild {
    /// Builds a message anew, if its family's are, and compares it with what it was, `whole`, in
    /// all but the marks of nests; `fault` says why it need not come out the same, if there is a
    /// reason.
    pub fn check(
        &mut self,
        tree: &Tree<'_>,
        message: &Message<'_>,
        whole: &[u8],
        fault: Option<&'static str>,
        place: &str,
    ) {
        let Some(built) = rebuilt(tree.family, message, &tree.run, self) else { return };
        let Some(mut built) = built else {
            self.different.push(format!("{place}: cannot be built"));
            return;
        };
        let mut whole = whole.to_vec();
        // The port is for a socket to fill in.
        built[12..16].copy_from_slice(&whole[12..16]);
        let mut padded = false;
        tree.visit(&mut |_, attr| {
            let end = attr.at + frame::ATTR_HEADER + attr.node.payload.len();
            // The sender's stack may show in the padding.
            for byte in whole.get_mut(end..align(end)).unwrap_or_default() {
                padded |= std::mem::take(byte) != 0;
            }
            for bytes in [&mut built, &mut whole] {
                if let Some(number) = bytes.get_mut(attr.at + 2..attr.at + 4) {
                    let unmarked = u16::from_ne_bytes([number[0], number[1]]) & !NESTED;
                    number.copy_from_slice(&unmarked.to_ne_bytes());
                }
            }
        });
        if built == whole {
            self.same += 1;
            self.padded += usize::from(padded);
        } else if let Some(why) = fault {
            *self.excepted.entry(why).or_default() += 1;
        } else {
            let differ = |(at, (ours, theirs)): (usize, (&u8, &u8))| (ours != theirs).then_some(at);
            let at = built.iter().zip(&whole).enumerate().find_map(differ);
            let at = at.unwrap_or(built.len().min(whole.len()));
            self.different.push(format!(
                "{place}: differs from byte {at} on, built {}, was {}",
                json::hex(&built[at.min(built.len())..]),
                json::hex(&whole[at.min(whole.len())..]),
            ));
        }
    }

    fn copy(&mut self, writer: &mut Writer<'_, Any>, attr: &Attr<'_>, why: &'static str) {
        *self.copied.entry(why).or_default() += 1;
        writer.put_raw(attr.number, attr.node.payload);
    }
}

fn fill(writer: &mut Writer<'_, Any>, run: &Run<'_>, score: &mut Rebuild) {
    for attr in &run.attrs {
        put(writer, attr, score);
    }
}

fn put(writer: &mut Writer<'_, Any>, attr: &Attr<'_>, score: &mut Rebuild) {
    let (number, payload) = (attr.number, attr.node.payload);
    if !attr.known {
        return score.copy(writer, attr, "no table knows it");
    }
    let done = match &attr.node.inner {
        Embedded::Odd => return score.copy(writer, attr, "it does not fit its row"),
        Embedded::Value => put_value(writer, number, &attr.node),
        Embedded::Parts(parts) => put_structure(writer, number, &attr.node, parts),
        Embedded::Items(_) => match attr.node.ty {
            Type::Array(element) => match element {
                Type::Struct(layout) => put_structures(writer, number, &attr.node, layout),
                element => by_type(*element, PutArray(writer, number, payload)),
            },
            _ => None,
        },
        Embedded::WithTail(..) => put_tailed(writer, number, &attr.node),
        Embedded::Attrs(run) => {
            writer.nest(Key::<Any, Nest<Any>>::new(number, ""), |inner| fill(inner, run, score));
            Some(())
        }
        Embedded::FixedHeader(parts, run) => {
            put_headed(writer, number, &attr.node, parts, run, score)
        }
        Embedded::Records(records, _) => put_records(writer, number, &attr.node, records, score),
        Embedded::Elements(run) => put_elements(writer, number, &attr.node, run, score),
    };
    match done {
        Some(()) if matches!(attr.node.ty, Type::Bytes(..)) => {
            *score.copied.entry("its row says no more than bytes").or_default() += 1;
        }
        Some(()) => score.typed += 1,
        None => score.copy(writer, attr, why_not(&attr.node)),
    }
}

/// Why a payload that its row can read was not put by its type.
fn why_not(node: &Node<'_>) -> &'static str {
    match node.ty {
        Type::Text(_) if node.payload.last() != Some(&0) => "text without its NUL",
        Type::Text(_) => "text with something behind its NUL",
        Type::Struct(_) | Type::FixedHeader(..) => "a structure of another length",
        _ => "the writer has no word for it",
    }
}

fn put_value(writer: &mut Writer<'_, Any>, number: u16, node: &Node<'_>) -> Option<()> {
    let payload = node.payload;
    match node.ty {
        Type::Text(_) => {
            let text = Text::<{ usize::MAX }>::read(payload)?.to_str()?;
            if text.len() + 1 != payload.len() {
                return None;
            }
            writer.put(Key::<Any, Text<{ usize::MAX }>>::new(number, ""), text);
        }
        Type::Flag => {
            writer.put(Key::<Any, Flag>::new(number, ""), Flag::read(payload)?);
        }
        Type::Hardware => {
            writer.put(Key::<Any, Mac>::new(number, ""), Mac::read(payload)?.0);
        }
        Type::Ip => {
            writer.put(Key::<Any, IpAddr>::new(number, ""), IpAddr::read(payload)?);
        }
        Type::Bytes(..) => {
            writer.put(Key::<Any, Bytes>::new(number, ""), Bytes::read(payload)?);
        }
        ty => match ty.int() {
            Some(int) if int.size == 0 && int.signed => {
                writer.put(Key::<Any, Sint>::new(number, ""), Sint::read(payload)?);
            }
            Some(int) if int.size == 0 => {
                writer.put(Key::<Any, Uint>::new(number, ""), Uint::read(payload)?);
            }
            _ => return by_type(ty, Put(writer, number, payload)),
        },
    }
    Some(())
}

fn put_structure(
    writer: &mut Writer<'_, Any>,
    number: u16,
    node: &Node<'_>,
    parts: &[Part<'_>],
) -> Option<()> {
    use barelink_codec::value::Struct;
    let Type::Struct(layout) = node.ty else { return None };
    if layout.len != node.payload.len() {
        return None;
    }
    let bytes = structure(layout, parts);
    of_length! {
        layout.len, |Exact| {
            writer.put(Key::<Any, Struct<Exact>>::new(number, ""), Exact::read(&bytes));
            Some(())
        }
    }
}

fn put_structures(
    writer: &mut Writer<'_, Any>,
    number: u16,
    node: &Node<'_>,
    layout: &'static Layout,
) -> Option<()> {
    use barelink_codec::value::Embedded;
    let mut bytes = vec![0; node.payload.len()];
    value(node, &mut bytes);
    of_length! {
        layout.len, |Exact| {
            let all: Vec<Exact> = Array::<Embedded<Exact>>::read(&bytes)?.collect();
            writer.put(Key::<Any, Array<Embedded<Exact>>>::new(number, ""), &all);
            Some(())
        }
    }
}

fn put_tailed(writer: &mut Writer<'_, Any>, number: u16, node: &Node<'_>) -> Option<()> {
    let Type::WithTail(layout, _) = node.ty else { return None };
    let mut bytes = vec![0; node.payload.len()];
    value(node, &mut bytes);
    let (head, tail) = bytes.split_at_checked(layout.len)?;
    of_length! {
        layout.len, |Exact| {
            let key = Key::<Any, WithTail<Exact, Bytes>>::new(number, "");
            writer.put(key, (Exact::read(head), tail));
            Some(())
        }
    }
}

fn put_headed(
    writer: &mut Writer<'_, Any>,
    number: u16,
    node: &Node<'_>,
    parts: &[Part<'_>],
    run: &Run<'_>,
    score: &mut Rebuild,
) -> Option<()> {
    let Type::FixedHeader(layout, _) = node.ty else { return None };
    if layout.len > node.payload.len() {
        return None;
    }
    let bytes = structure(layout, parts);
    of_length! {
        layout.len, |Exact| {
            let key = Key::<Any, FixedHeader<Exact, Any>>::new(number, "");
            writer.nest_with_header(key, Exact::read(&bytes), |inner| fill(inner, run, score));
            Some(())
        }
    }
}

fn put_records(
    writer: &mut Writer<'_, Any>,
    number: u16,
    node: &Node<'_>,
    records: &[(Vec<Part<'_>>, Run<'_>)],
    score: &mut Rebuild,
) -> Option<()> {
    let Type::Records(layout, _) = node.ty else { return None };
    of_length! {
        layout.len, |Exact| {
            writer.records(Key::<Any, Records<Exact, Any>>::new(number, ""), |writer| {
                for (parts, run) in records {
                    let header = Exact::read(&structure(layout, parts));
                    writer.push(header, |inner| fill(inner, run, score));
                }
            });
            Some(())
        }
    }
}

fn put_elements(
    writer: &mut Writer<'_, Any>,
    number: u16,
    node: &Node<'_>,
    run: &Run<'_>,
    score: &mut Rebuild,
) -> Option<()> {
    let Type::IndexedArray(element) = node.ty else { return None };
    if !matches!(element, Type::Nest(_)) {
        return by_type(*element, PutElements(writer, number, node.payload));
    }
    writer.elements(Key::<Any, IndexedArray<Nest<Any>>>::new(number, ""), |elements| {
        for attr in &run.attrs {
            if let Embedded::Attrs(run) = &attr.node.inner {
                elements.nest(attr.number, |inner| fill(inner, run, score));
            }
        }
    });
    Some(())
}
