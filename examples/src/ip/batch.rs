//! `ip -batch`: commands from a file, line by line.
//!
//! With `-force`, where a refusal ends nothing, changes are collected and sent together, as far as
//! nothing has to be asked in between. Without it each waits for its answer, as the next may not be
//! done if it is refused.

use core::fmt::Write;

use barelink_codec::message::Flags;
use barelink_codec::rtnl::link;
use barelink_transport::{Channel, Error, Refusal};

use super::change::{Push, together};
use super::pen::Pen;
use super::words::{Exit, USAGE, Words};
use super::{Ip, errors, line_command};

/// How many requests are sent together, and how many bytes.
const REQUESTS: usize = 100;
const BYTES: usize = 16 * 1024;

/// Whether a request may change what links are called.
pub fn is_link(number: u16) -> bool {
    let kinds = [link::NEW, link::DEL, link::NEWPROP, link::DELPROP];
    kinds.iter().any(|kind| kind.number() == number)
}

/// A request that waits to be sent.
#[derive(Clone, Copy)]
struct Entry {
    push: Push,
    number: u16,
    flags: Flags,
    end: usize,
    line: u32,
}

/// Requests that wait to be sent.
pub struct Pending {
    bytes: [u8; BYTES],
    entries: [Option<Entry>; REQUESTS],
    count: usize,
    /// Some are about links, whose names and indexes are not to be had before they are sent.
    links: bool,
    line: u32,
    refused: bool,
}

impl Pending {
    /// None yet.
    pub fn new() -> Pending {
        Pending {
            bytes: [0; BYTES],
            entries: [None; REQUESTS],
            count: 0,
            links: false,
            line: 0,
            refused: false,
        }
    }

    fn len(&self) -> usize {
        let last = self.count.checked_sub(1).and_then(|last| self.entries.get(last));
        last.copied().flatten().map_or(0, |entry| entry.end)
    }

    /// Takes one, if there is room.
    pub fn take(&mut self, push: Push, number: u16, flags: Flags, request: &[u8]) -> bool {
        let start = self.len();
        let end = start.saturating_add(request.len());
        let entry = Entry { push, number, flags, end, line: self.line };
        let (Some(room), Some(slot)) =
            (self.bytes.get_mut(start..end), self.entries.get_mut(self.count))
        else {
            return false;
        };
        room.iter_mut().zip(request).for_each(|(to, from)| *to = *from);
        *slot = Some(entry);
        self.count = self.count.saturating_add(1);
        self.links |= is_link(number);
        true
    }

    /// Whether what links are called has to be asked for anew, once these are sent.
    pub fn has_links(&self) -> bool {
        self.links
    }
}

impl Default for Pending {
    fn default() -> Self {
        Pending::new()
    }
}

/// Says which line failed.
fn failed(err: &mut dyn Write, file: &str, line: u32) {
    let _ = writeln!(err, "Command failed {file}:{line}");
}

/// Sends what waits, and tells what was refused.
pub fn settle<C: Channel>(pen: &mut Pen<'_, '_, C>) {
    let Some(pending) = pen.pending.as_deref_mut().filter(|pending| pending.count > 0) else {
        return;
    };
    let err = &mut *pen.err;
    let file = pen.options.file;
    let (entries, bytes) = (&pending.entries, &pending.bytes);
    let entries = || entries.iter().take(pending.count).flatten();
    let mut refused = false;
    let sent = together(
        &mut pen.links.second,
        &mut |requests| {
            let mut start = 0;
            entries().try_for_each(|entry| {
                let request = bytes.get(start..entry.end).unwrap_or_default();
                start = entry.end;
                (entry.push)(requests, entry.number, entry.flags, request)
            })
        },
        &mut |place, answer: Result<(), Refusal>| {
            if let Err(refusal) = answer {
                refused = true;
                errors::tell(err, &Error::Refused(refusal));
                failed(err, file, entries().nth(place).map_or(0, |entry| entry.line));
            }
        },
    );
    if let Err(error) = sent {
        refused = true;
        errors::tell(err, &error);
        failed(err, file, pending.line);
    }
    if let Some(warning) = pen.links.second.warning() {
        errors::warning(err, warning);
    }
    if pending.links {
        pen.links.forget_all();
    }
    pending.refused |= refused;
    pending.links = false;
    pending.count = 0;
}

/// The longest line, and the most words in one.
const LINE: usize = 4096;
const WORDS: usize = 256;

/// The next word of a line, which quotes may be around; what follows it.
fn word(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let quote = line.chars().next()?;
    if matches!(quote, '"' | '\'') {
        let rest = line.get(1..)?;
        return Some(rest.split_once(quote).unwrap_or((rest, "")));
    }
    Some(line.split_at(line.find(char::is_whitespace).unwrap_or(line.len())))
}

/// Runs the commands of the file.
pub fn run<C: Channel>(ip: &mut Ip<'_, '_, C>) -> Result<(), Exit> {
    let options = ip.pen.options;
    let file = options.file;
    if let Err(errno) = ip.system.input(file) {
        let why = errors::Words(errno);
        let _ = writeln!(ip.pen.err, "Cannot open file \"{file}\" for reading: {why}");
        return Err(Exit(1));
    }
    let mut room = [0; LINE];
    let (mut len, mut number, mut result) = (0, 0u32, Ok(()));
    loop {
        // A line that ends in a backslash goes on in the next.
        let mut end = None;
        let mut from = 0;
        while let Some(at) = newline(&room, from, len) {
            number = number.saturating_add(1);
            match at.checked_sub(1).and_then(|before| room.get_mut(before..=at)) {
                Some(pair) if pair.first() == Some(&b'\\') => pair.fill(b' '),
                _ => {
                    end = Some(at);
                    break;
                }
            }
            from = at;
        }
        if end.is_none() {
            let read = ip.system.read(room.get_mut(len..).unwrap_or_default()).unwrap_or(0);
            len = len.saturating_add(read);
            match read {
                0 if len == 0 => break,
                // The last line may lack its end.
                0 => number = number.saturating_add(1),
                _ => continue,
            }
        }
        let end = end.unwrap_or(len);
        let line = core::str::from_utf8(room.get(..end).unwrap_or_default()).unwrap_or("?");
        if let Some(pending) = ip.pen.pending.as_deref_mut() {
            pending.line = number;
        }
        ip.pen.options = options;
        match one(ip, line.split('#').next().unwrap_or_default()) {
            // What iproute2 ends the program for, in the middle of a batch, too.
            Err(USAGE) => {
                result = Err(USAGE);
                break;
            }
            Err(_) => {
                settle(&mut ip.pen);
                failed(ip.pen.err, file, number);
                result = Err(Exit(1));
                if !options.force {
                    break;
                }
            }
            Ok(()) => {}
        }
        let next = end.saturating_add(1).min(len);
        room.copy_within(next..len, 0);
        len = len.saturating_sub(next);
    }
    settle(&mut ip.pen);
    let refused = ip.pen.pending.as_deref().is_some_and(|pending| pending.refused);
    if refused && result.is_ok() { Err(Exit(1)) } else { result }
}

fn newline(room: &[u8], from: usize, len: usize) -> Option<usize> {
    let found = room.get(from..len)?.iter().position(|byte| *byte == b'\n')?;
    from.checked_add(found)
}

fn one<C: Channel>(ip: &mut Ip<'_, '_, C>, line: &str) -> Result<(), Exit> {
    let mut words = [""; WORDS];
    let (mut count, mut rest) = (0, line);
    while let Some((word, behind)) = word(rest) {
        let Some(slot) = words.get_mut(count) else {
            let _ = ip.pen.err.write_str("Too many arguments to command\n");
            return Err(Exit(1));
        };
        *slot = word;
        rest = behind;
        count = count.saturating_add(1);
    }
    if count == 0 {
        return Ok(());
    }
    line_command(ip, Words::new(words.get(..count).unwrap_or_default()))
}
