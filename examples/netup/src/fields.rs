//! How a kernel command line is cut into words, and a word into fields.

/// The words of a command line: what stands between spaces, but for spaces in double quotes.
#[derive(Debug, Clone)]
pub struct Words<'a>(pub &'a str);

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let text = self.0.trim_ascii_start();
        let mut quoted = false;
        let end = text.bytes().position(|byte| {
            quoted ^= byte == b'"';
            byte.is_ascii_whitespace() && !quoted
        });
        let (word, rest) = text.split_at_checked(end.unwrap_or(text.len()))?;
        self.0 = rest;
        (!word.is_empty()).then_some(word)
    }
}

/// Without a quote at its begin and its end.
fn bare(text: &str) -> &str {
    let text = text.strip_prefix("\"").unwrap_or(text);
    text.strip_suffix("\"").unwrap_or(text)
}

/// A word's name and its value, without the quotes around the word or the value.
pub fn name_and_value(word: &str) -> (&str, &str) {
    let mut fields = Fields::by(bare(word), b'=');
    (fields.field(), bare(fields.rest.unwrap_or_default()))
}

/// The fields of a value: what stands between colons or the like, but for those in brackets.
#[derive(Debug, Clone)]
pub struct Fields<'a> {
    /// What is not taken yet; nothing at the end.
    pub rest: Option<&'a str>,
    by: u8,
}

impl<'a> Fields<'a> {
    /// Those between colons.
    pub const fn new(value: &'a str) -> Self {
        Fields::by(value, b':')
    }

    /// Those between other characters.
    pub const fn by(value: &'a str, by: u8) -> Self {
        Fields { rest: Some(value), by }
    }

    /// The next field, empty where there is none.
    pub fn field(&mut self) -> &'a str {
        self.next().unwrap_or_default()
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let text = self.rest.take()?;
        let mut inside = false;
        let end = text.bytes().position(|byte| {
            inside = byte == b'[' || (inside && byte != b']');
            byte == self.by && !inside
        });
        let Some(end) = end else { return Some(text) };
        self.rest = text.get(end.saturating_add(1)..);
        text.get(..end)
    }
}
