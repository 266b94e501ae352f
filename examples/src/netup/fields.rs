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

/// A word's name and its value, without the quotes around the word or the value.
pub fn name_and_value(word: &str) -> (&str, &str) {
    let bare = |text: &'_ str| -> usize { usize::from(text.starts_with('"')) };
    let word = word.get(bare(word)..).unwrap_or_default();
    let (name, value) = word.split_once('=').unwrap_or((word, ""));
    let value = value.get(bare(value)..).unwrap_or_default();
    (name.trim_end_matches('"'), value.trim_end_matches('"'))
}

/// The fields of a value: what stands between colons, but for colons in brackets.
#[derive(Debug, Clone)]
pub struct Fields<'a> {
    /// What is not taken yet; nothing at the end.
    pub rest: Option<&'a str>,
}

impl<'a> Fields<'a> {
    /// All of them.
    pub const fn new(value: &'a str) -> Self {
        Fields { rest: Some(value) }
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
            byte == b':' && !inside
        });
        let Some(end) = end else { return Some(text) };
        self.rest = text.get(end.saturating_add(1)..);
        text.get(..end)
    }
}
