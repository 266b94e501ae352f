//! Splits a kernel command line into parameters, and a parameter into fields.

/// Iterator over the parameters of a command line: separated by spaces outside of double quotes.
#[derive(Debug, Clone)]
pub struct Params<'a>(pub &'a str);

impl<'a> Iterator for Params<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let text = self.0.trim_ascii_start();
        let mut quoted = false;
        let end = text.bytes().position(|byte| {
            quoted ^= byte == b'"';
            byte.is_ascii_whitespace() && !quoted
        });
        let (param, rest) = text.split_at_checked(end.unwrap_or(text.len()))?;
        self.0 = rest;
        (!param.is_empty()).then_some(param)
    }
}

/// Removes a double quote at the beginning and one at the end.
fn unquoted(text: &str) -> &str {
    let text = text.strip_prefix("\"").unwrap_or(text);
    text.strip_suffix("\"").unwrap_or(text)
}

/// Splits a parameter at its first `=`, without the quotes around the parameter or the value.
pub fn name_and_value(param: &str) -> (&str, &str) {
    let mut fields = Fields::separated_by(unquoted(param), b'=');
    (fields.field(), unquoted(fields.rest.unwrap_or_default()))
}

/// Iterator over the fields of a value; a separator in square brackets does not separate.
#[derive(Debug, Clone)]
pub struct Fields<'a> {
    /// Remaining text; `None` after the last field.
    pub rest: Option<&'a str>,
    separator: u8,
}

impl<'a> Fields<'a> {
    /// Splits at colons.
    pub const fn new(value: &'a str) -> Self {
        Fields::separated_by(value, b':')
    }

    /// Splits at another ASCII character.
    pub const fn separated_by(value: &'a str, separator: u8) -> Self {
        Fields { rest: Some(value), separator }
    }

    /// Returns the next field; an empty one after the last.
    pub fn field(&mut self) -> &'a str {
        self.next().unwrap_or_default()
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let text = self.rest.take()?;
        let mut in_brackets = false;
        let end = text.bytes().position(|byte| {
            in_brackets = byte == b'[' || (in_brackets && byte != b']');
            byte == self.separator && !in_brackets
        });
        let Some(end) = end else { return Some(text) };
        self.rest = text.get(end.saturating_add(1)..);
        text.get(..end)
    }
}
