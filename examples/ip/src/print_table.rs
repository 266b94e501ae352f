//! What is printed of a message's attributes, as data.
//!
//! A sheet is a text with one entry a line, and a row for each, in the order that they are printed.
//! An entry is the key that JSON has; in text, the value stands behind the same word, or another.
//!
//! | entry | in text |
//! |---|---|
//! | `key` | `key value ` |
//! | `key=word` | `word value ` |
//! | `key\|template` | the template, its `{}` for the value |
//! | `key\|template\|other` | the other one, if the value is zero |
//! | `\|template` | the same, and nothing in JSON |
//! | `...:names` | the value's name, written as a grammar has them |

use core::fmt::Display;

use barelink_codec::schema::{Int, Type};
use barelink_codec::value::Str;
use barelink_codec::{Key, value};
use barelink_transport::Channel;

use super::grammar::PackedInt;
use super::index::{self, Payloads};
use super::names::{Fallback, Named, TABLES};
use super::output::Value;
use super::prefix::{Address, Bytes, HexString};
use super::printer::Printer;
use super::words::cut;
use super::{kind, kind_bridge, nexthop};

/// Entries, and a row for each.
pub struct PrintTable {
    /// The entries.
    pub text: &'static str,
    /// Their rows.
    pub rows: &'static [Row],
}

/// Writes a sheet: each entry with its row.
macro_rules! print_table {
    ($($entry:literal => $row:expr),* $(,)?) => {
        $crate::print_table::PrintTable { text: concat!($($entry, "\n"),*), rows: const { &[$($row),*] } }
    };
}
pub(super) use print_table;

/// Which attribute an entry is about, and how its value is printed.
#[derive(Clone, Copy)]
pub struct Row {
    number: u8,
    /// Where in the payload the value begins.
    offset: u8,
    int: PackedInt,
    form: Form,
    /// Whether it goes without saying if all of it is zero.
    omit_zero: bool,
}

/// How a value is printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A number.
    Int,
    /// A number in base 16.
    Hex,
    /// `on` or `off`.
    OnOff,
    /// True or false: in text, the one template or the other.
    Bool,
    /// True if the attribute is there.
    Has,
    /// Null in JSON.
    Null,
    /// True if this bit is set.
    Bit(u8),
    /// Whether this bit is set: in text, the one template or the other.
    Set(u8),
    /// The number's name, or the number.
    Named,
    /// The same; zero is null in JSON.
    NamedOrNull,
    /// The number's name, or `unknown`, which is null in JSON.
    Known,
    /// The number's name, or the number between brackets.
    Bracketed,
    /// The number's name, if it has one.
    NameOnly,
    /// A number in base 16 that has its base said even if it is 0.
    HexWithPrefix,
    /// The names of the bits that are set.
    Flags,
    /// The name of a routing table.
    Table,
    /// The name of the link that has this index.
    Link,
    /// Text.
    Text,
    /// Bytes with colons between.
    Bytes,
    /// Bytes in base 16.
    HexString,
    /// An IP address.
    Address,
    /// One end of a tunnel: `any`, or an IP address.
    End,
    /// Hundredths of a second.
    Timer,
    /// Hundredths of a second, with no more digits than it takes.
    Seconds,
    /// A bridge, as the spanning tree knows it.
    BridgeId,
    /// A traffic class: 1 is `inherit`, in text only or in JSON too.
    Tos(bool),
    /// What is printed by a function of its own, which is called in any case.
    Special(kind::SpecialField),
}

impl Form {
    /// True if this bit is set.
    pub const fn bit(bit: u64) -> Form {
        Form::Bit(bit.trailing_zeros() as u8)
    }

    /// Whether this bit is set.
    pub const fn set(bit: u16) -> Form {
        Form::Set(bit.trailing_zeros() as u8)
    }
}

impl Row {
    const fn new<S, V>(key: Key<S, V>, ty: Type, form: Form) -> Row {
        let int = match ty.int() {
            Some(int) => PackedInt::new(int),
            None => PackedInt::new(Int::unsigned(0)),
        };
        assert!((key.number() as usize) < index::LEN);
        Row { number: key.number() as u8, offset: 0, int, form, omit_zero: false }
    }

    /// The same, printed like this.
    pub const fn form(self, form: Form) -> Row {
        Row { form, ..self }
    }

    /// The same, as this integer.
    pub const fn int(self, int: Int) -> Row {
        Row { int: PackedInt::new(int), ..self }
    }

    /// The same, printed only if it is not zero.
    pub const fn omit_zero(self) -> Row {
        Row { omit_zero: true, ..self }
    }
}

/// The attribute, printed by its type.
pub const fn show<S, V: value::Value>(key: Key<S, V>) -> Row {
    Row::new(key, V::TYPE, form(V::TYPE))
}

/// The attribute, printed like this.
pub const fn by<S, V: value::Value>(key: Key<S, V>, form: Form) -> Row {
    Row::new(key, V::TYPE, form)
}

/// The attribute, printed by a function of its own.
pub const fn special<S, V: value::Value>(key: Key<S, V>, special: kind::SpecialField) -> Row {
    Row::new(key, V::TYPE, Form::Special(special))
}

/// A field of the structure that the attribute is.
pub const fn field<S, V: value::Value>(key: Key<S, V>, place: usize) -> Row {
    match V::TYPE {
        Type::Struct(layout) => {
            let field = &layout.fields[place];
            let row = Row::new(key, field.ty, form(field.ty));
            Row { offset: field.offset as u8, ..row }
        }
        #[allow(clippy::panic)] // at compile time
        _ => panic!("a field of what is no structure"),
    }
}

const fn form(ty: Type) -> Form {
    match ty {
        Type::Flag => Form::Has,
        Type::Text(_) => Form::Text,
        Type::Ip | Type::Ipv4 | Type::Ipv6 => Form::Address,
        Type::Int(_) | Type::Enum(..) | Type::Flags(..) => Form::Int,
        _ => Form::Bytes,
    }
}

/// Prints what a sheet says of these attributes.
#[inline(never)]
pub fn print<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    from: &Payloads<'_>,
    print_table: &PrintTable,
) {
    let mut text = print_table.text;
    for row in print_table.rows {
        print_row(printer, from, *row, cut(&mut text, b'\n'));
    }
}

fn print_row<C: Channel>(
    printer: &mut Printer<'_, '_, C>,
    from: &Payloads<'_>,
    row: Row,
    mut names: &'static str,
) {
    let mut templates = cut(&mut names, b':');
    let (literal, two) = (templates.contains('|'), templates.matches('|').count() == 2);
    let mut word = cut(&mut templates, b'|');
    let key = cut(&mut word, b'=');
    let mut template = cut(&mut templates, b'|');
    if !literal {
        (word, template) = (if word.is_empty() { key } else { word }, " {} ");
    }
    if let Form::Special(special) = row.form {
        return kind::special(printer, from, special, row.number.into(), key);
    }
    let Some(payload) = from.at(row.number.into()) else { return };
    let int = row.int.int();
    let start = usize::from(row.offset);
    let end = match int.size {
        0 => payload.len(),
        size => start.saturating_add(size.into()),
    };
    let Some(payload) = payload.get(start..end) else { return };
    let number = int.load(payload).unwrap_or(0);
    let zero = payload.iter().all(|byte| *byte == 0);
    if row.omit_zero && zero {
        return;
    }
    if two && (zero || matches!(row.form, Form::Set(bit) if number >> bit & 1 == 0)) {
        template = templates;
    }
    let named = Named { number: number as u32, names, fallback: Fallback::Number };
    let bracketed = Named { fallback: Fallback::Bracketed, ..named };
    let hex = Named { fallback: Fallback::Hex, ..named };
    let timer = kind_bridge::Timer(number, if printer.out.json { 0 } else { 4 });
    let seconds = nexthop::Seconds(number);
    let (link, table);
    let shown: &dyn Display = match row.form {
        Form::Text => &Str(payload),
        Form::Bytes => &Bytes(payload),
        Form::HexString => &HexString(payload),
        Form::End if zero => &"any",
        Form::Address | Form::End => &Address::of(payload),
        Form::NameOnly if named.name().is_none_or(str::is_empty) => return,
        Form::Named | Form::NamedOrNull | Form::NameOnly | Form::Known => &named,
        Form::HexWithPrefix => &hex,
        Form::Table => {
            table = printer.named(number as u32, TABLES);
            &table
        }
        Form::Bracketed => &bracketed,
        Form::Link => {
            link = printer.link(number as u32);
            &link
        }
        Form::Tos(_) if number == 1 => &"inherit",
        Form::BridgeId => &kind_bridge::Id(payload),
        _ => &"",
    };
    let value = match row.form {
        Form::Int if row.int.int().signed => Value::Int(number as i64),
        Form::Int => Value::Uint(number),
        Form::Tos(both) if number != 1 || printer.out.json && !both => Value::Hex(number),
        Form::Hex => Value::Hex(number),
        Form::OnOff => Value::OnOff(number != 0),
        Form::Bool => Value::Bool(number != 0),
        Form::Has => Value::Bool(true),
        Form::Null => Value::Null(""),
        Form::Known if named.name().is_none() => Value::Null("unknown"),
        Form::Set(bit) => Value::Bool(number >> bit & 1 != 0),
        Form::Bit(bit) if number >> bit & 1 == 0 => return,
        Form::Bit(_) => Value::Bool(true),
        Form::NamedOrNull if zero => Value::Null(named.name().unwrap_or_default()),
        Form::Timer => Value::Number(&timer),
        Form::Seconds => Value::Number(&seconds),
        Form::Flags => {
            printer.out.list(Some(key));
            printer.out.literal(template);
            printer.out.bits(number as u32, names);
            printer.out.literal("> ");
            return printer.out.end_list();
        }
        _ => Value::Text(shown),
    };
    printer.out.entry(key, word, template, value);
}
