//! Builds a message again: reads each value by its row's type, and writes it through the typed writer.

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

/// Counts of rebuilding one family's messages.
#[derive(Debug, Default)]
pub struct RebuildScore {
    /// Number of messages that are identical when rebuilt.
    pub same: usize,
    /// Messages that differ, each with the position of the first difference.
    pub different: Vec<String>,
    /// Number of identical messages with nonzero padding, which is not compared.
    pub padded: usize,
    /// Numbers of messages that differ as expected, by reason.
    pub expected: BTreeMap<&'static str, usize>,
    /// Numbers of messages with a header shorter than the family's, by its length.
    pub shorter: BTreeMap<usize, usize>,
    /// Number of values read and written by their type.
    pub typed: usize,
    /// Numbers of payloads that were copied, by reason.
    pub copied: BTreeMap<&'static str, usize>,
}

barelink_codec::attributes! {
    /// Placeholder for any set: its keys are made from rows of tables.
    pub Any "" {}
}

/// Structure of `N` bytes that was written field by field.
#[derive(Debug, Clone, Copy)]
struct RawStruct<const N: usize>([u8; N]);

impl<const N: usize> Default for RawStruct<N> {
    fn default() -> Self {
        RawStruct([0; N])
    }
}

impl<const N: usize> Structure for RawStruct<N> {
    const LEN: usize = N;
    const LAYOUT: &'static Layout = &Layout { name: "", len: N, fields: &[] };

    fn read(bytes: &[u8]) -> Self {
        RawStruct(bytes.first_chunk().copied().unwrap_or([0; N]))
    }
    fn write(&self, bytes: &mut [u8]) {
        bytes.copy_from_slice(&self.0);
    }
}

/// Operation that is generic over the type of a row.
trait TypeOperation {
    fn run<F: Fixed>(self) -> Option<()>;
}

/// Evaluates an expression with the structure type of a length; `None` if no table has that length.
macro_rules! with_struct_of_length {
    ($len:expr, |$raw:ident| $then:expr) => {
        with_struct_of_length!(@ $len, $raw, $then,
            1 2 3 4 5 6 7 8 9 10 12 14 16 18 20 22 24 26 28 30 32 36 40 44 48 52 56 60 64 68 72 80
            84 88 92 96 100 104 108 112 116 120 124 128 132 136 140 144 160 192 196 200 208)
    };
    (@ $len:expr, $raw:ident, $then:expr, $($n:literal)*) => {
        match $len {
            $( $n => { type $raw = RawStruct<$n>; $then } )*
            _ => None,
        }
    };
}

/// Runs an operation with the Rust type of a row of fixed length; `None` for other rows.
fn with_type(ty: Type, operation: impl TypeOperation) -> Option<()> {
    if let Some(int) = ty.int() {
        return match (int.size, int.signed, int.order) {
            (1, false, _) => operation.run::<u8>(),
            (1, true, _) => operation.run::<i8>(),
            (2, false, Order::Native) => operation.run::<u16>(),
            (2, true, Order::Native) => operation.run::<i16>(),
            (4, false, Order::Native) => operation.run::<u32>(),
            (4, true, Order::Native) => operation.run::<i32>(),
            (8, false, Order::Native) => operation.run::<u64>(),
            (8, true, Order::Native) => operation.run::<i64>(),
            (2, false, Order::Big) => operation.run::<Be<u16>>(),
            (2, true, Order::Big) => operation.run::<Be<i16>>(),
            (4, false, Order::Big) => operation.run::<Be<u32>>(),
            (4, true, Order::Big) => operation.run::<Be<i32>>(),
            (8, false, Order::Big) => operation.run::<Be<u64>>(),
            (8, true, Order::Big) => operation.run::<Be<i64>>(),
            (2, false, Order::Little) => operation.run::<Le<u16>>(),
            (4, false, Order::Little) => operation.run::<Le<u32>>(),
            (8, false, Order::Little) => operation.run::<Le<u64>>(),
            _ => None,
        };
    }
    match ty {
        Type::Ipv4 => operation.run::<Ipv4Addr>(),
        Type::Ipv6 => operation.run::<Ipv6Addr>(),
        Type::Bitfield32(_) => operation.run::<Bitfield32<u32>>(),
        _ => None,
    }
}

/// Writes an attribute with one value.
struct Put<'w, 'b, 'n>(&'w mut Writer<'b, Any>, u16, &'n [u8]);

impl TypeOperation for Put<'_, '_, '_> {
    fn run<F: Fixed>(self) -> Option<()> {
        let value = <F as Value>::read(self.2)?;
        self.0.put(Key::<Any, F>::new(self.1, ""), value);
        Some(())
    }
}

/// Writes an attribute that is an array.
struct PutArray<'w, 'b, 'n>(&'w mut Writer<'b, Any>, u16, &'n [u8]);

impl TypeOperation for PutArray<'_, '_, '_> {
    fn run<F: Fixed>(self) -> Option<()> {
        let values: Vec<F::Plain> = Array::<F>::read(self.2)?.collect();
        self.0.put(Key::<Any, Array<F>>::new(self.1, ""), &values);
        Some(())
    }
}

/// Writes a nest of numbered elements.
struct PutElements<'w, 'b, 'n>(&'w mut Writer<'b, Any>, u16, &'n [u8]);

impl TypeOperation for PutElements<'_, '_, '_> {
    fn run<F: Fixed>(self) -> Option<()> {
        let values = Elements::<F>::new(self.2).collect::<Result<Vec<_>, _>>().ok()?;
        self.0.elements(Key::<Any, IndexedArray<F>>::new(self.1, ""), |elements| {
            for (number, value) in values {
                elements.put(number, value);
            }
        });
        Some(())
    }
}

/// Writes a field of a structure.
struct Store<'n, 'o>(&'n [u8], &'o mut [u8]);

impl TypeOperation for Store<'_, '_> {
    fn run<F: Fixed>(self) -> Option<()> {
        F::store(&F::load(self.0), self.1);
        Some(())
    }
}

/// Builds a structure, whose fields are read and written by their types.
fn structure(layout: &'static Layout, parts: &[Part<'_>]) -> Vec<u8> {
    let mut bytes = vec![0; layout.len];
    for Part { field, node } in parts {
        store(field, node, &mut bytes);
    }
    bytes
}

fn store(field: &LayoutField, node: &Node<'_>, bytes: &mut [u8]) {
    let Some(buffer) = bytes.get_mut(field.offset..field.offset + node.payload.len()) else {
        return;
    };
    value(node, buffer);
}

/// Returns a value's type; that of an IP address depends on its length.
fn by_length(node: &Node<'_>) -> Type {
    match (node.ty, node.payload.len()) {
        (Type::Ip, 4) => Type::Ipv4,
        (Type::Ip, 16) => Type::Ipv6,
        (ty, _) => ty,
    }
}

fn value(node: &Node<'_>, buffer: &mut [u8]) {
    match &node.inner {
        Embedded::Parts(parts) => {
            parts.iter().for_each(|part| store(part.field, &part.node, buffer))
        }
        Embedded::Items(items) => {
            let mut rest = buffer;
            for item in items {
                let (buffer, after) = rest.split_at_mut(item.payload.len());
                value(item, buffer);
                rest = after;
            }
        }
        Embedded::WithTail(parts, tail) => {
            let (head, rest) = buffer.split_at_mut(buffer.len() - tail.payload.len());
            parts.iter().for_each(|part| store(part.field, &part.node, head));
            value(tail, rest);
        }
        _ if with_type(by_length(node), Store(node.payload, buffer)).is_some() => {}
        _ => buffer.copy_from_slice(node.payload),
    }
}

/// Builds a message again; `None` if that fails.
fn build<H: Structure, S>(
    message_type: MessageType<H, S>,
    message: &Message<'_>,
    run: &Run<'_>,
    score: &mut RebuildScore,
) -> Option<Vec<u8>> {
    let parsed = message.read(message_type);
    if message.payload.len() >= H::LEN {
        return build_with(parsed.header, message, run, score);
    }
    // Old programs request dumps with a shorter header, `struct rtgenmsg`.
    let mut header = vec![0; H::LEN];
    parsed.header.write(&mut header);
    *score.shorter.entry(message.payload.len()).or_default() += 1;
    with_struct_of_length! {
        message.payload.len(), |Exact| build_with(Exact::read(&header), message, run, score)
    }
}

fn build_with<H: Structure>(
    header: H,
    message: &Message<'_>,
    run: &Run<'_>,
    score: &mut RebuildScore,
) -> Option<Vec<u8>> {
    let message_type = MessageType::<H, Any>::new(message.message_type)
        .without(Flags::REQUEST)
        .with(message.flags);
    let mut buffer = vec![0xa5; 65536];
    let built =
        message_type.build(&mut buffer, message.seq, header, |writer| fill(writer, run, score));
    built.ok().map(|bytes| bytes.to_vec())
}

macro_rules! families {
    ($family:expr, |$first_type:ident| $build:expr; $($name:literal $first:path,)*) => {
        match $family.name {
            $( $name => { let $first_type = $first; $build } )*
            _ => return None,
        }
    };
}

/// Builds a message of this family again; the outer `None` is for families that are not rebuilt.
fn rebuilt(
    family: &Family,
    message: &Message<'_>,
    run: &Run<'_>,
    score: &mut RebuildScore,
) -> Option<Option<Vec<u8>>> {
    use barelink_codec::{netfilter, rtnl};
    Some(families! {
        family, |message_type| build(message_type, message, run, score);
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

impl RebuildScore {
    /// Builds a message again, and compares it with the `original`, except for nest flags.
    ///
    /// `fault` is the reason for which it may differ, if there is one.
    pub fn check(
        &mut self,
        tree: &Tree<'_>,
        message: &Message<'_>,
        original: &[u8],
        fault: Option<&'static str>,
        place: &str,
    ) {
        let Some(built) = rebuilt(tree.family, message, &tree.run, self) else { return };
        let Some(mut built) = built else {
            self.different.push(format!("{place}: cannot be built"));
            return;
        };
        let mut original = original.to_vec();
        // The port is set by the socket.
        built[12..16].copy_from_slice(&original[12..16]);
        let mut padded = false;
        tree.visit(&mut |_, attr| {
            let end = attr.at + frame::ATTR_HEADER + attr.node.payload.len();
            // Padding may have bytes of the sender's stack.
            for byte in original.get_mut(end..align(end)).unwrap_or_default() {
                padded |= std::mem::take(byte) != 0;
            }
            for bytes in [&mut built, &mut original] {
                if let Some(number) = bytes.get_mut(attr.at + 2..attr.at + 4) {
                    let unmarked = u16::from_ne_bytes([number[0], number[1]]) & !NESTED;
                    number.copy_from_slice(&unmarked.to_ne_bytes());
                }
            }
        });
        if built == original {
            self.same += 1;
            self.padded += usize::from(padded);
        } else if let Some(reason) = fault {
            *self.expected.entry(reason).or_default() += 1;
        } else {
            let differ = |(at, (ours, theirs)): (usize, (&u8, &u8))| (ours != theirs).then_some(at);
            let at = built.iter().zip(&original).enumerate().find_map(differ);
            let at = at.unwrap_or(built.len().min(original.len()));
            self.different.push(format!(
                "{place}: differs from byte {at} on, built {}, recorded {}",
                json::hex(&built[at.min(built.len())..]),
                json::hex(&original[at.min(original.len())..]),
            ));
        }
    }

    fn copy(&mut self, writer: &mut Writer<'_, Any>, attr: &Attr<'_>, reason: &'static str) {
        *self.copied.entry(reason).or_default() += 1;
        writer.put_raw(attr.number, attr.node.payload);
    }
}

fn fill(writer: &mut Writer<'_, Any>, run: &Run<'_>, score: &mut RebuildScore) {
    for attr in &run.attrs {
        put(writer, attr, score);
    }
}

fn put(writer: &mut Writer<'_, Any>, attr: &Attr<'_>, score: &mut RebuildScore) {
    let (number, payload) = (attr.number, attr.node.payload);
    if !attr.known {
        return score.copy(writer, attr, "no row in the tables");
    }
    let done = match &attr.node.inner {
        Embedded::Odd => return score.copy(writer, attr, "does not fit its row"),
        Embedded::Value => put_value(writer, number, &attr.node),
        Embedded::Parts(parts) => put_structure(writer, number, &attr.node, parts),
        Embedded::Items(_) => match attr.node.ty {
            Type::Array(element) => match element {
                Type::Struct(layout) => put_structures(writer, number, &attr.node, layout),
                element => with_type(*element, PutArray(writer, number, payload)),
            },
            _ => None,
        },
        Embedded::WithTail(..) => put_with_tail(writer, number, &attr.node),
        Embedded::Attrs(run) => {
            writer.nest(Key::<Any, Nest<Any>>::new(number, ""), |inner| fill(inner, run, score));
            Some(())
        }
        Embedded::FixedHeader(parts, run) => {
            put_fixed_header(writer, number, &attr.node, parts, run, score)
        }
        Embedded::Records(records, _) => put_records(writer, number, &attr.node, records, score),
        Embedded::Elements(run) => put_elements(writer, number, &attr.node, run, score),
    };
    match done {
        Some(()) if matches!(attr.node.ty, Type::Bytes(..)) => {
            *score.copied.entry("its row has the type bytes").or_default() += 1;
        }
        Some(()) => score.typed += 1,
        None => score.copy(writer, attr, copy_reason(&attr.node)),
    }
}

/// Returns the reason for which a payload that fits its row was copied.
fn copy_reason(node: &Node<'_>) -> &'static str {
    match node.ty {
        Type::Text(_) if node.payload.last() != Some(&0) => "text without its NUL",
        Type::Text(_) => "text with bytes after its NUL",
        Type::Struct(_) | Type::FixedHeader(..) => "a structure of another length",
        _ => "not supported by the writer",
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
            _ => return with_type(ty, Put(writer, number, payload)),
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
    with_struct_of_length! {
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
    with_struct_of_length! {
        layout.len, |Exact| {
            let all: Vec<Exact> = Array::<Embedded<Exact>>::read(&bytes)?.collect();
            writer.put(Key::<Any, Array<Embedded<Exact>>>::new(number, ""), &all);
            Some(())
        }
    }
}

fn put_with_tail(writer: &mut Writer<'_, Any>, number: u16, node: &Node<'_>) -> Option<()> {
    let Type::WithTail(layout, _) = node.ty else { return None };
    let mut bytes = vec![0; node.payload.len()];
    value(node, &mut bytes);
    let (head, tail) = bytes.split_at_checked(layout.len)?;
    with_struct_of_length! {
        layout.len, |Exact| {
            let key = Key::<Any, WithTail<Exact, Bytes>>::new(number, "");
            writer.put(key, (Exact::read(head), tail));
            Some(())
        }
    }
}

fn put_fixed_header(
    writer: &mut Writer<'_, Any>,
    number: u16,
    node: &Node<'_>,
    parts: &[Part<'_>],
    run: &Run<'_>,
    score: &mut RebuildScore,
) -> Option<()> {
    let Type::FixedHeader(layout, _) = node.ty else { return None };
    if layout.len > node.payload.len() {
        return None;
    }
    let bytes = structure(layout, parts);
    with_struct_of_length! {
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
    score: &mut RebuildScore,
) -> Option<()> {
    let Type::Records(layout, _) = node.ty else { return None };
    with_struct_of_length! {
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
    score: &mut RebuildScore,
) -> Option<()> {
    let Type::IndexedArray(element) = node.ty else { return None };
    if !matches!(element, Type::Nest(_)) {
        return with_type(*element, PutElements(writer, number, node.payload));
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
