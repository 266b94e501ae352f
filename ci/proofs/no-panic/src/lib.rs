//! Calls every public function of codec, on unknown bytes, tables, results and outputs. `ci/no-panic`
//! builds it, and checks that no panic is reachable from it.
#![no_std]

extern crate barelink_codec as codec;

use core::fmt::{Debug, Display, Write};
use core::hint::black_box;

use codec::addr_text::{self, Prefix, Version};
use codec::control::{Control, ExtAck, Status};
use codec::exchange::Exchange;
use codec::family::Family;
use codec::handler::{self, dispatch, Action, Handler};
use codec::hexdump::HexDump;
use codec::message::{self, Message, MessageHeader, MessageType, Messages};
use codec::nest::Parsed;
use codec::path::Path;
use codec::print::MessageDebug;
use codec::schema::{self, Scope, Set, Type};
use codec::validate::{self, AttrPolicy, InnerAttrs, Policy, Strictness, Tables};
use codec::value::{Fixed, Structure, Value};
use codec::{frame, Attrs, ExchangeEvent, Flags, Key};

mod build;
mod objects;
mod types;

include!(concat!(env!("OUT_DIR"), "/rows.rs"));

/// Called by the panic handler only, so that it is linked if a panic is reachable.
#[no_mangle]
#[inline(never)]
pub fn a_panic_is_reachable() -> ! {
    loop {
        black_box(0);
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    a_panic_is_reachable()
}

/// Arguments of every call; the optimiser knows nothing about them.
pub struct On<'a> {
    bytes: &'a [u8],
    room: &'a mut [u8],
    out: &'a mut dyn Write,
    number: usize,
    family: &'static Family,
    rule: fn(u16, &Scope<'_>) -> Option<AttrPolicy<usize>>,
    find: fn(&Message<'_>) -> Option<&'static Family>,
    callback: &'a mut dyn FnMut(usize) -> Action,
}

/// Entry point of the linker.
#[no_mangle]
pub fn every_function(on: &mut On<'_>) {
    #[cfg(feature = "planted")]
    black_box(on.bytes[on.number]);

    frames(on);
    values(on);
    types::every_type(on);
    every_row(on);
    objects::by_hand(on);
    objects::kernel_policy(on);
    tables(on);
    messages(on);
    handlers(on);
    texts(on);
    build::every_verb(on);
}

impl On<'_> {
    /// Prints by `Debug`, with several formats.
    #[inline(never)]
    fn debug(&mut self, value: &dyn Debug) {
        let _ = write!(self.out, "{value:?}");
        let _ = write!(self.out, "{value:#?}");
        let _ = write!(self.out, "{value:>#050x?}");
        let _ = write!(self.out, "{value:^9.3X?}");
    }

    #[inline(never)]
    fn display(&mut self, value: &dyn Display) {
        let _ = write!(self.out, "{value}");
        let _ = write!(self.out, "{value:>#050}");
        let _ = write!(self.out, "{value:^9.3}");
    }

    fn strictness(&self) -> Strictness {
        let bit = |at: usize| self.number >> at & 1 != 0;
        Strictness {
            reject_unknown: bit(0),
            reject_trailing: bit(1),
            exact_length: bit(2),
            require_nested_flag: bit(3),
            reject_duplicates: bit(4),
        }
    }

    /// Reads and validates the attributes of a set.
    #[inline(never)]
    fn set<S: Set>(&mut self) {
        let attrs = Attrs::<S>::new(self.bytes);
        self.debug(&attrs);
        for attr in attrs {
            let Ok(attr) = attr else { continue };
            self.debug(&attr);
            black_box((attr.name(), attr.number(), attr.payload()));
            black_box((attr.is_marked_nested(), attr.is_marked_net_byteorder()));
        }
        let strictness = self.strictness();
        if let Err(error) = validate::attributes(S::table, self.bytes, strictness) {
            self.debug(&error);
            self.display(&error);
        }
        black_box(S::table().named("IFNAME"));
    }

    /// Reads by the key of a row, with each function.
    #[inline(never)]
    fn row<S: Set, V: Value>(&mut self, key: Key<S, V>)
    where
        for<'v> V::View<'v>: Debug,
    {
        match Attrs::<S>::new(self.bytes).get(key) {
            Ok(value) => self.debug(&value),
            Err(error) => self.debug(&error),
        }
        self.unprinted(key);
    }

    /// Does the same for an IP address, without printing it: core's code for that has a panic that is
    /// never reached.
    #[inline(never)]
    fn unprinted<S: Set, V: Value>(&mut self, key: Key<S, V>) {
        self.debug(&key);
        black_box((key.number(), key.name()));
        let attrs = Attrs::<S>::new(self.bytes);
        black_box(attrs.require(key).is_ok());
        for value in attrs.all(key) {
            black_box(value.is_ok());
        }
        for attr in attrs.iter().flatten() {
            black_box(attr.get(key).is_ok());
        }
        if let Ok((field, other)) = attrs.find((key, key)) {
            black_box((field.is_some(), field.payload(), field.get().is_ok()));
            black_box(field.require().is_ok());
            self.debug(&other);
        }
    }

    /// Reads and writes a structure, alone and as a header before attributes.
    #[inline(never)]
    fn structure<T: Structure + Debug>(&mut self) {
        let value = T::read(self.bytes);
        value.write(self.room);
        self.debug(&value);
        self.debug(&T::default());
        black_box((T::LEN, T::LAYOUT));
        self.debug(&Parsed::<T, ExtAck>::new(self.bytes).header);
    }

    /// Reads and writes a type of fixed length.
    #[inline(never)]
    fn fixed<F: Fixed>(&mut self)
    where
        F::Plain: Debug,
    {
        let value = F::load(self.bytes);
        F::store(&value, self.room);
        self.debug(&value);
    }
}

fn frames(on: &mut On<'_>) {
    let (bytes, number) = (on.bytes, on.number);
    black_box((frame::align(number), frame::attr_size(number), frame::attr_total_size(number)));
    black_box((message::size(number), message::total_size(number)));
    let mut walk = frame::AttrWalk::new(bytes);
    while let Some(attr) = walk.next() {
        black_box((walk.at(), walk.rest(), attr.is_ok()));
    }
    on.debug(&walk);
    black_box(frame::check(bytes).is_ok());
    match frame::find(bytes, number as u16) {
        Ok(found) => on.debug(&found.is_some()),
        Err(error) => {
            on.debug(&error);
            on.display(&error);
        }
    }
    let mut split = schema::SplitRecords::new(bytes, number);
    while let Some(record) = split.next() {
        black_box((split.rest(), record.is_ok()));
    }
    on.debug(&split);
}

/// Reads and prints integers and names by any table.
fn values(on: &mut On<'_>) {
    for row in on.family.messages {
        let table = (row.table)();
        on.debug(&(table, table.row(on.number as u16), table.named(on.family.name)));
        on.debug(&(on.family, row, on.family.header, on.family.header.fields));
        for row in table.rows {
            if let Some(int) = row.ty.int() {
                black_box(int.load(on.bytes));
            }
            let scope = Scope { siblings: on.bytes, header: on.bytes, outer: None };
            let scope = scope.inner(on.bytes);
            let chosen = row.ty.choose(&scope);
            black_box((chosen.holds_attributes(), chosen.nested().is_some()));
            on.debug(&(chosen, row.constraint, scope));
            if let Type::SubMessage(choices) = row.ty {
                on.debug(choices);
                black_box(choices.choose(&scope));
            }
        }
    }
}

struct Kernel(fn(u16, &Scope<'_>) -> Option<AttrPolicy<usize>>);

impl Policy for Kernel {
    type Run = usize;

    fn rule(&self, _: usize, number: u16, scope: &Scope<'_>) -> Option<AttrPolicy<usize>> {
        (self.0)(number, scope)
    }
}

/// Validates and builds paths by any family's tables, `types::FAMILY` first.
fn tables(on: &mut On<'_>) {
    for family in types::families() {
        by(on, family);
    }
    by(on, on.family);
    let table = on.family.messages.first().map(|row| row.table);
    let mut strictness = on.strictness();
    for _ in 0..3 {
        let result = validate::by_policy(&Kernel(on.rule), 0, table, on.bytes, strictness);
        if let Err(invalid) = result {
            on.debug(&invalid);
            on.display(&invalid);
            on.display(&invalid.violation);
            on.display(&invalid.path);
        }
        strictness = Strictness::LIBERAL;
    }
    let scope = Scope { siblings: on.bytes, header: on.bytes, outer: None };
    if let Some(rows) = table {
        let run = validate::TableRun::Set(rows);
        if let Some(rule) = Tables.rule(run, on.number as u16, &scope) {
            if let InnerAttrs::Run(_, run) = rule.inner {
                on.debug(&Tables.rule(run, on.number as u16, &scope).is_some());
            }
        }
    }
    on.debug(&on.strictness());
    let mut path = Path::new(table);
    for at in 0..on.number {
        path.push(at as u16);
    }
    black_box((path.len(), path.is_empty(), path.numbers(), path == Path::default()));
    on.debug(&path);
}

#[inline(never)]
fn texts(on: &mut On<'_>) {
    let Ok(text) = core::str::from_utf8(on.bytes) else { return };
    for version in [None, Some(Version::V4), Some(Version::V6)] {
        match Prefix::parse(text, version) {
            Ok(prefix) => {
                on.display(&prefix);
                on.debug(&prefix);
            }
            Err(error) => {
                on.display(&error);
                on.debug(&error);
            }
        }
    }
    black_box(text.parse::<Prefix>().is_ok());
    black_box(addr_text::hardware(text, &mut [0; addr_text::MAX_HARDWARE]));
    black_box(codec::errno::text(on.number as i32));
}

#[inline(never)]
fn by(on: &mut On<'_>, family: &'static Family) {
    let (bytes, kind) = (on.bytes, on.number as u16);
    for strictness in [Strictness::STRICT, Strictness::LIBERAL, on.strictness()] {
        for row in family.messages {
            let number = if on.number & 1 == 0 { row.number } else { kind };
            if let Err(invalid) = validate::message(family, number, bytes, strictness) {
                on.debug(&invalid);
                on.display(&invalid);
            }
        }
    }
    let roots = [family.message(kind), family.messages.first(), None];
    for root in roots.map(|row| row.map(|row| row.table)) {
        for offset in 0..bytes.len() {
            on.display(&Path::at(root, family.header.len, bytes, offset));
        }
        on.display(&Path::at(root, on.number, bytes, on.number));
    }
    for message in Messages::new(bytes).flatten() {
        black_box((family.number(&message), family.message(kind)));
        on.debug(&MessageDebug { message, family: Some(family) });
        on.debug(&MessageDebug { message, family: None });
        for family in [Some(family), None, Some(&codec::genl::UNKNOWN)] {
            on.display(&HexDump { message, family });
            on.debug(&HexDump { message, family });
        }
        black_box(family.row(&message));
        if let Ok(status) = Status::read(&message) {
            let root = family.messages.first().map(|row| row.table);
            on.display(&status.path(root, family.header.len, message.payload));
            on.display(&status.path(None, on.number, status.quoted));
            black_box(status.text());
            on.debug(&status);
        }
    }
}

fn messages(on: &mut On<'_>) {
    black_box(Messages::rest(on.bytes).last().is_some());
    let mut walk = Messages::new(on.bytes);
    let (seq, port) = (on.number as u32, (on.number >> 32) as u32);
    let mut exchange = Exchange::new(seq).to_port(port);
    let mut single = Exchange::new(seq).single();
    while let Some(message) = walk.next() {
        black_box(walk.at());
        match message {
            Err(error) => on.display(&error),
            Ok(message) => {
                on.debug(&message);
                on.debug(&message.header());
                black_box(exchange.owns(&message));
                on.debug(&exchange.step(message));
                on.debug(&single.step(message));
                let kind = MessageType::<MessageHeader, ExtAck>::new(on.number as u16);
                on.debug(&message.read(kind));
                on.debug(&message.parse(kind));
                if let ExchangeEvent::Ack(status) = exchange.step(message) {
                    on.debug(&status);
                }
            }
        }
    }
    on.debug(&walk);
    on.debug(&exchange);
    black_box((exchange.seq(), exchange.is_done(), exchange.is_interrupted()));
    on.debug(&Flags(on.number as u16));
    on.debug(&Control(on.number as u16));
}

/// Handler whose callbacks return what a function returns.
struct Scripted<'f>(&'f mut dyn FnMut(usize) -> Action);

impl Handler for Scripted<'_> {
    fn msg_in(&mut self, _: &Message<'_>) -> Action {
        (self.0)(0)
    }
    fn msg_out(&mut self, _: &Message<'_>) -> Action {
        (self.0)(1)
    }
    fn valid(&mut self, _: &Message<'_>) -> Action {
        (self.0)(2)
    }
    fn ack(&mut self, _: &Status<'_>) -> Action {
        (self.0)(3)
    }
    fn finish(&mut self, _: &Status<'_>) -> Action {
        (self.0)(4)
    }
    fn dump_intr(&mut self) -> Action {
        (self.0)(5)
    }
    fn overrun(&mut self) -> Action {
        (self.0)(6)
    }
    fn skipped(&mut self, _: &Message<'_>) -> Action {
        (self.0)(7)
    }
    fn seq_check(&mut self, _: &Message<'_>) -> Action {
        (self.0)(8)
    }
    fn send_ack(&mut self, _: &Message<'_>) -> Action {
        (self.0)(9)
    }
    fn invalid(&mut self, _: codec::Error) -> Action {
        (self.0)(10)
    }
    fn error(&mut self, _: &Status<'_>) -> Action {
        (self.0)(11)
    }
}

/// Handler with every default.
struct Quiet;
impl Handler for Quiet {}

fn handlers(on: &mut On<'_>) {
    let bytes = on.bytes;
    let mut exchange = Exchange::new(on.number as u32);
    let mut out = Out(on.out);
    black_box(dispatch(bytes, None, &mut Quiet));
    black_box(dispatch(bytes, Some(&mut exchange), &mut Scripted(on.callback)));
    let mut verbose = handler::Verbose { inner: Scripted(on.callback), out: &mut out };
    black_box(dispatch(bytes, Some(&mut exchange), &mut verbose));
    black_box(dispatch(bytes, None, &mut verbose));
    let mut debug = handler::Debug { inner: Scripted(on.callback), out: &mut out, family: on.find };
    black_box(dispatch(bytes, Some(&mut exchange), &mut debug));
    black_box(dispatch(bytes, None, &mut debug));
    if let Some(Ok(message)) = Messages::new(bytes).next() {
        black_box(debug.msg_out(&message));
    }
    on.debug(&on_action(on.number));
}

struct Out<'a>(&'a mut dyn Write);

impl Write for Out<'_> {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        self.0.write_str(text)
    }
}

fn on_action(number: usize) -> Action {
    match number {
        0 => Action::Ok,
        1 => Action::Skip,
        _ => Action::Stop,
    }
}
