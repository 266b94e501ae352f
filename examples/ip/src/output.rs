//! Text and JSON output: the same calls print either.
//!
//! Templates of text have `{}` for the value: `any("mtu", "mtu {} ", 1500)` prints `mtu 1500 `, or
//! `"mtu":1500`.

use core::fmt::{self, Display, Write};

use super::names::{Names, each};
use super::words::{TextOutput, cut};

/// Destination and format of the output.
pub struct Output<'a> {
    sink: &'a mut dyn Write,
    /// `true` for JSON.
    pub json: bool,
    /// `true` for JSON with line breaks and indentation.
    pub pretty: bool,
    /// `true` if a record is printed on one line.
    pub oneline: bool,
    depth: usize,
    /// `true` if a comma is needed before the next value.
    comma: bool,
    broken: bool,
}

/// Value with a printed form in text and in JSON.
#[derive(Clone, Copy)]
pub enum Value<'v> {
    /// Unsigned number.
    Uint(u64),
    /// Signed number.
    Int(i64),
    /// Printed text; a string in JSON.
    Text(&'v dyn Display),
    /// Printed number, without quotes in JSON.
    Number(&'v dyn Display),
    /// Number in base 16 with `0x`; a string in JSON.
    Hex(u64),
    /// Boolean in JSON; in text, usually the template alone.
    Bool(bool),
    /// `on` or `off` in text; a boolean in JSON.
    OnOff(bool),
    /// This word in text; null in JSON.
    Null(&'v str),
}

impl From<u8> for Value<'_> {
    fn from(value: u8) -> Self {
        Value::Uint(value.into())
    }
}
impl From<u16> for Value<'_> {
    fn from(value: u16) -> Self {
        Value::Uint(value.into())
    }
}
impl From<u32> for Value<'_> {
    fn from(value: u32) -> Self {
        Value::Uint(value.into())
    }
}
impl From<u64> for Value<'_> {
    fn from(value: u64) -> Self {
        Value::Uint(value)
    }
}
impl From<i32> for Value<'_> {
    fn from(value: i32) -> Self {
        Value::Int(value.into())
    }
}
impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}
impl<'v> From<&'v &'v str> for Value<'v> {
    fn from(value: &'v &'v str) -> Self {
        Value::Text(value)
    }
}

impl Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Value::Uint(value) => value.fmt(f),
            Value::Int(value) => value.fmt(f),
            Value::Text(value) | Value::Number(value) => value.fmt(f),
            Value::Hex(0) => f.write_str("0"),
            Value::Hex(value) => write!(f, "{value:#x}"),
            Value::Bool(value) => f.write_str(if value { "true" } else { "false" }),
            Value::OnOff(value) => f.write_str(if value { "on" } else { "off" }),
            Value::Null(word) => f.write_str(word),
        }
    }
}

/// Writer that escapes a JSON string.
struct Escaped<'s>(&'s mut dyn Write);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for char in text.chars() {
            match char {
                '"' => self.0.write_str("\\\"")?,
                '\\' => self.0.write_str("\\\\")?,
                '\n' => self.0.write_str("\\n")?,
                '\t' => self.0.write_str("\\t")?,
                '\r' => self.0.write_str("\\r")?,
                control if control < ' ' => write!(self.0, "\\u{:04x}", u32::from(control))?,
                other => self.0.write_char(other)?,
            }
        }
        Ok(())
    }
}

impl<'a> Output<'a> {
    /// Returns a text output to `sink`.
    pub fn new(sink: &'a mut dyn Write) -> Self {
        Output {
            sink,
            json: false,
            pretty: false,
            oneline: false,
            depth: 0,
            comma: false,
            broken: false,
        }
    }

    /// Returns whether a write has failed.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    fn write(&mut self, args: fmt::Arguments<'_>) {
        self.broken |= self.sink.write_fmt(args).is_err();
    }

    fn raw(&mut self, text: &str) {
        self.broken |= self.sink.write_str(text).is_err();
    }

    /// Returns a writer to the destination that bypasses templates and JSON.
    pub fn plain(&mut self) -> TextOutput<'_> {
        TextOutput(self.sink)
    }

    // Text.

    /// Prints formatted text; nothing in JSON.
    pub fn text(&mut self, args: fmt::Arguments<'_>) {
        if !self.json {
            self.write(args);
        }
    }

    /// Prints a string; nothing in JSON.
    pub fn literal(&mut self, text: &str) {
        if !self.json {
            self.raw(text);
        }
    }

    /// Ends a line, or prints a backslash with `-oneline`; nothing in JSON.
    pub fn line(&mut self) {
        self.literal(if self.oneline { "\\" } else { "\n" });
    }

    // Both.

    /// Prints a value: by the template in text, under the key in JSON.
    pub fn any<'v>(&mut self, key: &str, template: &str, value: impl Into<Value<'v>>) {
        self.print(Some(key), "", template, value.into());
    }

    /// Prints a value: the word and the template in text, under the key in JSON; nothing in JSON if
    /// the key is empty.
    pub fn entry(&mut self, key: &str, word: &str, template: &str, value: Value<'_>) {
        if self.json && key.is_empty() {
            return;
        }
        self.print(Some(key), word, template, value);
    }

    /// Prints a displayed value: by the template in text, a string under the key in JSON.
    pub fn string(&mut self, key: &str, template: &str, value: &dyn Display) {
        self.print(Some(key), "", template, Value::Text(value));
    }

    /// Prints an element of a list: by the template in text.
    pub fn element<'v>(&mut self, template: &str, value: impl Into<Value<'v>>) {
        self.print(None, "", template, value.into());
    }

    /// Prints a value under a key; nothing in text.
    pub fn key<'v>(&mut self, key: &str, value: impl Into<Value<'v>>) {
        if self.json {
            self.print(Some(key), "", "", value.into());
        }
    }

    /// Prints a displayed value as a string under a key; nothing in text.
    pub fn key_string(&mut self, key: &str, value: &dyn Display) {
        self.key(key, Value::Text(value));
    }

    fn print(&mut self, key: Option<&str>, word: &str, template: &str, value: Value<'_>) {
        if !self.json {
            self.raw(word);
            let mut after = template;
            self.raw(cut(&mut after, b'{'));
            if let Some(after) = after.strip_prefix('}') {
                self.write(format_args!("{value}"));
                self.raw(after);
            }
            return;
        }
        if let Some(key) = key {
            self.name(key);
        }
        self.separate();
        match value {
            Value::Text(_) | Value::Hex(_) => {
                self.raw("\"");
                self.broken |= write!(Escaped(self.sink), "{value}").is_err();
                self.raw("\"");
            }
            Value::OnOff(value) => self.write(format_args!("{value}")),
            Value::Null(_) => self.raw("null"),
            Value::Uint(_) | Value::Int(_) | Value::Number(_) | Value::Bool(_) => {
                self.write(format_args!("{value}"));
            }
        }
    }

    /// Prints the names of the bits that are set, in the order of the names, and the remaining bits
    /// in base 16; separated by commas in text.
    pub fn bits(&mut self, mut bits: u32, names: Names) {
        for (bit, name) in each(names) {
            let mask = 1u32.checked_shl(bit).unwrap_or(0);
            if bits & mask != 0 {
                bits &= !mask;
                self.element(if bits == 0 { "{}" } else { "{}," }, Value::Text(&name));
            }
        }
        if bits != 0 {
            self.element("{}", Value::Text(&format_args!("{bits:x}")));
        }
    }

    // JSON.

    fn separate(&mut self) {
        if self.comma {
            self.raw(",");
        }
        self.comma = true;
    }

    fn new_line(&mut self) {
        if self.pretty {
            self.raw("\n");
            for _ in 0..self.depth {
                self.raw("    ");
            }
        }
    }

    fn name(&mut self, key: &str) {
        self.separate();
        self.new_line();
        self.comma = false;
        self.raw("\"");
        self.raw(key);
        self.raw(if self.pretty { "\": " } else { "\":" });
    }

    fn begin(&mut self, key: Option<&str>, bracket: &str) {
        if !self.json {
            return;
        }
        if let Some(key) = key {
            self.name(key);
        }
        self.separate();
        self.raw(bracket);
        self.depth = self.depth.saturating_add(1);
        self.comma = false;
    }

    /// Begins a JSON object, with a key unless it is an element of a list.
    pub fn object(&mut self, key: Option<&str>) {
        self.begin(key, "{");
    }

    /// Ends a JSON object.
    pub fn end_object(&mut self) {
        if self.json {
            self.depth = self.depth.saturating_sub(1);
            if self.comma {
                self.new_line();
            }
            self.raw("}");
            self.comma = true;
        }
    }

    /// Begins a JSON list, with a key unless it is the outermost.
    pub fn list(&mut self, key: Option<&str>) {
        self.begin(key, "[");
        if self.json && self.pretty {
            self.raw(" ");
        }
    }

    /// Ends a JSON list.
    pub fn end_list(&mut self) {
        if self.json {
            if self.pretty && self.comma {
                self.raw(" ");
            }
            self.depth = self.depth.saturating_sub(1);
            self.raw("]");
            self.comma = true;
        }
    }

    /// Ends the line of a JSON record that is not in a list.
    pub fn end_record(&mut self) {
        if self.json {
            self.raw("\n");
            self.comma = false;
        }
    }

    /// Begins the list of records.
    pub fn start(&mut self) {
        self.list(None);
    }

    /// Ends the list of records.
    pub fn finish(&mut self) {
        if self.json {
            self.end_list();
            self.raw("\n");
        }
    }
}

/// Text of at most `N` bytes; what does not fit is cut off.
pub struct TextBuffer<const N: usize> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> TextBuffer<N> {
    /// Returns an empty text.
    pub const fn new() -> Self {
        TextBuffer { bytes: [0; N], len: 0 }
    }

    /// Returns the text as a string slice.
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..self.len).unwrap_or_default();
        core::str::from_utf8(bytes).unwrap_or_default()
    }
}

impl<const N: usize> Default for TextBuffer<N> {
    fn default() -> Self {
        TextBuffer::new()
    }
}

impl<const N: usize> Write for TextBuffer<N> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for char in text.chars() {
            let end = self.len.saturating_add(char.len_utf8());
            let Some(buffer) = self.bytes.get_mut(self.len..end) else { return Err(fmt::Error) };
            char.encode_utf8(buffer);
            self.len = end;
        }
        Ok(())
    }
}
