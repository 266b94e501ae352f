//! Tables of the fields to print from a message's attributes.
//!
//! A table is a text with one entry a line, and a row for each entry, in printing order. An entry
//! is the JSON key; in text, the value follows the same word or another.
//!
//! | entry | in text |
//! |---|---|
//! | `key` | `key value ` |
//! | `key=word` | `word value ` |
//! | `key\|template` | the template, with the value for `{}` |
//! | `key\|template\|other` | the other template if the value is zero |
//! | `\|template` | the template; nothing in JSON |
//! | `...:names` | the value's name, in the syntax of [`Names`](super::names::Names) |

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

/// Table of fields: a text with one entry a line, and a row for each entry.
pub struct PrintTable {
    /// Entries, separated by newlines.
    pub text: &'static str,
    /// Attribute and printed form of each entry, in the order of the entries.
    pub rows: &'static [Row],
}

/// Builds a [`PrintTable`] from entries and their rows.
macro_rules! print_table {
    ($($entry:literal => $row:expr),* $(,)?) => {
        $crate::print_table::PrintTable { text: concat!($($entry, "\n"),*), rows: const { &[$($row),*] } }
    };
}
pub(super) use print_table;

/// Attribute of an entry, and the printed form of its value.
#[derive(Clone, Copy)]
pub struct Row {
    number: u8,
    /// Offset of the value in the payload.
    offset: u8,
    int: PackedInt,
    form: Form,
    /// `true` if a value of zeros is not printed.
    omit_zero: bool,
}

/// Printed form of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Number in base 10.
    Int,
    /// Number in base 16.
    Hex,
    /// `on` or `off`; a boolean in JSON.
    OnOff,
    /// Boolean; in text, the first template for true and the second for false.
    Bool,
    /// True, if the attribute is present.
    Present,
    /// Null in JSON; the template in text.
    Null,
    /// True, if this bit is set.
    Bit(u8),
    /// Boolean of this bit; in text, the first template for true and the second for false.
    Set(u8),
    /// Name of the number, or the number.
    Named,
    /// Name of the number, or the number; null in JSON if it is 0.
    NamedOrNull,
    /// Name of the number, or `unknown`, which is null in JSON.
    NameOrUnknown,
    /// Name of the number, or the number in brackets.
    Bracketed,
    /// Name of the number; nothing if it has none.
    NameOnly,
    /// Number in base 16, with `0x` even if it is 0.
    HexWithPrefix,
    /// Names of the bits that are set.
    Flags,
    /// Name of a routing table.
    Table,
    /// Name of the link that has this index.
    Link,
    /// Text without its NUL.
    Text,
    /// Bytes in base 16, separated by colons.
    Bytes,
    /// Bytes in base 16, without separators.
    HexString,
    /// IP address.
    Address,
    /// Tunnel endpoint: an IP address, or `any` if it is all zeros.
    Endpoint,
    /// Timer in hundredths of a second, printed with two decimals.
    Timer,
    /// Time in hundredths of a second, printed with as many decimals as needed.
    Seconds,
    /// Bridge identifier.
    BridgeId,
    /// Traffic class; 1 prints as `inherit` in text, and in JSON as well if the field is `true`.
    Tos(bool),
    /// Field that a function prints, also if the attribute is missing.
    Special(kind::SpecialField),
}

impl Form {
    /// Returns the form that is true if a bit is set.
    pub const fn bit(bit: u64) -> Form {
        Form::Bit(bit.trailing_zeros() as u8)
    }

    /// Returns the form of a bit as a boolean.
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

    /// Returns the row with this form.
    pub const fn form(self, form: Form) -> Row {
        Row { form, ..self }
    }

    /// Returns the row with this integer layout.
    pub const fn int(self, int: Int) -> Row {
        Row { int: PackedInt::new(int), ..self }
    }

    /// Returns the row that is omitted if its value is zero.
    pub const fn omit_zero(self) -> Row {
        Row { omit_zero: true, ..self }
    }
}

/// Prints an attribute in the form that follows from its type.
pub const fn show<S, V: value::Value>(key: Key<S, V>) -> Row {
    Row::new(key, V::TYPE, form(V::TYPE))
}

/// Prints an attribute in this form.
pub const fn by<S, V: value::Value>(key: Key<S, V>, form: Form) -> Row {
    Row::new(key, V::TYPE, form)
}

/// Prints an attribute by a function.
pub const fn special<S, V: value::Value>(key: Key<S, V>, special: kind::SpecialField) -> Row {
    Row::new(key, V::TYPE, Form::Special(special))
}

/// Prints a field of an attribute that is a C structure.
pub const fn field<S, V: value::Value>(key: Key<S, V>, place: usize) -> Row {
    match V::TYPE {
        Type::Struct(layout) => {
            let field = &layout.fields[place];
            let row = Row::new(key, field.ty, form(field.ty));
            Row { offset: field.offset as u8, ..row }
        }
        #[allow(clippy::panic)] // at compile time
        _ => panic!("the attribute is no structure"),
    }
}

const fn form(ty: Type) -> Form {
    match ty {
        Type::Flag => Form::Present,
        Type::Text(_) => Form::Text,
        Type::Ip | Type::Ipv4 | Type::Ipv6 => Form::Address,
        Type::Int(_) | Type::Enum(..) | Type::Flags(..) => Form::Int,
        _ => Form::Bytes,
    }
}

/// Prints the fields of a table.
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
    let int = row.int.unpack();
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
        Form::Endpoint if zero => &"any",
        Form::Address | Form::Endpoint => &Address::of(payload),
        Form::NameOnly if named.name().is_none_or(str::is_empty) => return,
        Form::Named | Form::NamedOrNull | Form::NameOnly | Form::NameOrUnknown => &named,
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
        Form::Int if row.int.unpack().signed => Value::Int(number as i64),
        Form::Int => Value::Uint(number),
        Form::Tos(both) if number != 1 || printer.out.json && !both => Value::Hex(number),
        Form::Hex => Value::Hex(number),
        Form::OnOff => Value::OnOff(number != 0),
        Form::Bool => Value::Bool(number != 0),
        Form::Present => Value::Bool(true),
        Form::Null => Value::Null(""),
        Form::NameOrUnknown if named.name().is_none() => Value::Null("unknown"),
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
