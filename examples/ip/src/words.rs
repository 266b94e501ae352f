//! Words of the command line, and the numbers and patterns that they contain.

use core::fmt::{self, Write};

/// Exit status of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exit(pub u8);

/// Status of a usage error, `exit(-1)`.
pub const USAGE: Exit = Exit(255);

/// Writer for errors and usage texts that ignores write errors. It is not generic, since nearly
/// every function has one.
pub struct TextOutput<'a>(pub &'a mut dyn Write);

impl TextOutput<'_> {
    /// Writes a string, ignoring errors.
    #[inline(never)]
    pub fn write_str(&mut self, text: &str) {
        let _ = self.0.write_str(text);
    }

    /// Writes formatted text, for `write!`.
    #[inline(never)]
    pub fn write_fmt(&mut self, args: fmt::Arguments<'_>) {
        let _ = self.0.write_fmt(args);
    }
}

/// Words of the command line that have not been parsed.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    words: &'a [&'a str],
}

/// Returns whether a word is the beginning of another one.
#[inline(never)]
pub fn abbreviates(word: &str, whole: &str) -> bool {
    !word.is_empty() && whole.starts_with(word)
}

impl<'a> Words<'a> {
    /// Returns the words of a command line.
    pub const fn new(words: &'a [&'a str]) -> Self {
        Words { words }
    }

    /// Returns the next word without consuming it.
    pub fn peek(&self) -> Option<&'a str> {
        self.words.first().copied()
    }

    /// Returns the remaining words.
    pub fn rest(&self) -> &'a [&'a str] {
        self.words
    }

    /// Returns the word at this position without consuming it.
    pub fn nth_word(&self, at: usize) -> Option<&'a str> {
        self.words.get(at).copied()
    }

    /// Returns the next word, a required value; prints an error if it is missing.
    #[inline(never)]
    pub fn value(&mut self, err: &mut TextOutput<'_>) -> Result<&'a str, Exit> {
        self.next().ok_or_else(|| {
            err.write_str("Command line is not complete. Try option \"help\"\n");
            USAGE
        })
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    #[inline(never)]
    fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }
}

/// Returns whether a word can be a link's name of at most this many bytes.
pub fn is_name(name: &str, most: usize) -> bool {
    let fits = |byte: u8| byte != b'/' && !byte.is_ascii_whitespace();
    (1..=most).contains(&name.len()) && name.bytes().all(fits)
}

/// Prints an error message and returns the exit status.
#[inline(never)]
pub fn fail(err: &mut TextOutput<'_>, why: &str, exit: Exit) -> Exit {
    err.write_str(why);
    exit
}

/// Prints the error of an invalid argument, as iproute2's `invarg` does.
#[inline(never)]
pub fn invalid_argument(err: &mut TextOutput<'_>, word: &str, why: &str) -> Exit {
    writeln!(err, "Error: argument \"{word}\" is wrong: {why}");
    USAGE
}

/// Prints the error of a repeated argument or an unknown one, as iproute2's `duparg2` does.
pub fn duplicate_or_garbage(err: &mut TextOutput<'_>, what: &str, word: &str) -> Exit {
    writeln!(err, "Error: either \"{what}\" is duplicate, or \"{word}\" is a garbage.");
    USAGE
}

/// Splits off the text before a separator, and drops the separator.
#[inline(never)]
pub fn cut<'t>(text: &mut &'t str, mark: u8) -> &'t str {
    let end = text.bytes().position(|byte| byte == mark);
    let (part, rest) = text.split_at_checked(end.unwrap_or(text.len())).unwrap_or_default();
    *text = rest.get(1..).unwrap_or_default();
    part
}

/// Returns the rest of the line that begins with this word; empty if there is none.
#[inline(never)]
pub fn line(mut text: &'static str, word: &str) -> &'static str {
    while !text.is_empty() {
        let mut line = cut(&mut text, b'\n');
        if cut(&mut line, b' ') == word {
            return line;
        }
    }
    ""
}

/// Parses a number in base 10, 8 (`0`) or 16 (`0x`).
#[inline(never)]
pub fn number(word: &str) -> Option<u64> {
    let (digits, base) = match word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if word.len() > 1 && word.starts_with('0') => (word, 8),
        None => (word, 10),
    };
    if digits.starts_with('+') {
        return None;
    }
    u64::from_str_radix(digits, base).ok()
}

/// Parses a number in base 16, with or without `0x`.
pub fn hexadecimal(word: &str) -> Option<u64> {
    u64::from_str_radix(word.strip_prefix("0x").unwrap_or(word), 16).ok()
}

/// Parses a number of 32 bits.
pub fn number32(word: &str) -> Option<u32> {
    number(word)?.try_into().ok()
}

/// Returns whether a name matches a shell pattern with `*`, `?` and `[...]`.
pub fn matches_pattern(pattern: &[u8], name: &[u8]) -> bool {
    match pattern.split_first() {
        None => name.is_empty(),
        Some((b'*', rest)) => {
            (0..=name.len()).any(|at| matches_pattern(rest, name.get(at..).unwrap_or_default()))
        }
        Some((b'[', set)) if set.iter().skip(1).any(|byte| *byte == b']') => {
            let Some((first, name)) = name.split_first() else { return false };
            let (negated, set) = match set.split_first() {
                Some((b'!' | b'^', rest)) => (true, rest),
                _ => (false, set),
            };
            let end = set.iter().skip(1).position(|byte| *byte == b']').unwrap_or(0) + 1;
            let (set, rest) = set.split_at(end.min(set.len()));
            let found = set.contains(first)
                || set.windows(3).any(|range| match range {
                    [low, b'-', high] => (low..=high).contains(&first),
                    _ => false,
                });
            found != negated && matches_pattern(rest.get(1..).unwrap_or_default(), name)
        }
        Some((wanted, pattern)) => match name.split_first() {
            Some((byte, name)) => {
                (*wanted == b'?' || wanted == byte) && matches_pattern(pattern, name)
            }
            None => false,
        },
    }
}
