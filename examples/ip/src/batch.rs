//! `ip -batch`: runs the commands of a file, line by line.
//!
//! With `-force`, where the batch continues after an error, requests are collected and sent in one
//! datagram until a reply is needed. Without it each request waits for its reply, since an error
//! ends the batch.

use barelink_codec::message::Flags;
use barelink_codec::rtnl::link;
use barelink_transport::{Channel, Errno, Error, KernelError};

use super::change::{PushFn, send_batch};
use super::printer::Printer;
use super::words::{Exit, TextOutput, USAGE, Words};
use super::{Ip, batch_command, errors};

/// Limits of one datagram: number of requests, and bytes.
const REQUESTS: usize = 100;
const BYTES: usize = 16 * 1024;

/// Returns whether a request of this message type may change the names of links.
pub fn is_link(number: u16) -> bool {
    let message_types = [link::NEW, link::DEL, link::NEWPROP, link::DELPROP];
    message_types.iter().any(|known| known.number() == number)
}

/// Request that has not been sent yet.
#[derive(Clone, Copy)]
struct PendingRequest {
    push: PushFn,
    number: u16,
    flags: Flags,
    end: usize,
    line: u32,
}

/// Requests that are sent together.
pub struct Pending {
    bytes: [u8; BYTES],
    entries: [Option<PendingRequest>; REQUESTS],
    count: usize,
    /// `true` if a request may change the names or indexes of links.
    links: bool,
    line: u32,
    failed: bool,
}

impl Pending {
    /// Returns an empty batch.
    pub fn new() -> Pending {
        Pending {
            bytes: [0; BYTES],
            entries: [None; REQUESTS],
            count: 0,
            links: false,
            line: 0,
            failed: false,
        }
    }

    fn len(&self) -> usize {
        let last = self.count.checked_sub(1).and_then(|last| self.entries.get(last));
        last.copied().flatten().map_or(0, |entry| entry.end)
    }

    /// Adds a request; returns `false` if it does not fit.
    pub fn push(&mut self, push: PushFn, number: u16, flags: Flags, request: &[u8]) -> bool {
        let start = self.len();
        let end = start.saturating_add(request.len());
        let entry = PendingRequest { push, number, flags, end, line: self.line };
        let (Some(buffer), Some(slot)) =
            (self.bytes.get_mut(start..end), self.entries.get_mut(self.count))
        else {
            return false;
        };
        buffer.iter_mut().zip(request).for_each(|(to, from)| *to = *from);
        *slot = Some(entry);
        self.count = self.count.saturating_add(1);
        self.links |= is_link(number);
        true
    }

    /// Returns whether link names have to be requested again once these are sent.
    pub fn has_links(&self) -> bool {
        self.links
    }
}

impl Default for Pending {
    fn default() -> Self {
        Pending::new()
    }
}

/// Prints which line failed.
fn report_failed_line(err: &mut TextOutput<'_>, file: &str, line: u32) {
    writeln!(err, "Command failed {file}:{line}");
}

/// Sends the pending requests, and reports those that failed.
pub fn send_pending<C: Channel>(printer: &mut Printer<'_, '_, C>) {
    let Some(pending) = printer.pending.as_deref_mut().filter(|pending| pending.count > 0) else {
        return;
    };
    let err = &mut *printer.err;
    let file = printer.options.file;
    let (entries, bytes) = (&pending.entries, &pending.bytes);
    let entries = || entries.iter().take(pending.count).flatten();
    let mut failed = false;
    let sent = send_batch(
        &mut printer.links.second,
        &mut |requests| {
            let mut start = 0;
            entries().try_for_each(|entry| {
                let request = bytes.get(start..entry.end).unwrap_or_default();
                start = entry.end;
                (entry.push)(requests, entry.number, entry.flags, request)
            })
        },
        &mut |place, answer: Result<(), KernelError>| {
            if let Err(error) = answer {
                failed = true;
                errors::report(err, &Error::Kernel(error));
                report_failed_line(err, file, entries().nth(place).map_or(0, |entry| entry.line));
            }
        },
    );
    if let Err(error) = sent {
        failed = true;
        errors::report(err, &error);
        report_failed_line(err, file, pending.line);
    }
    if let Some(warning) = printer.links.second.warning() {
        errors::warning(err, warning);
    }
    if pending.links {
        printer.links.forget_all();
    }
    pending.failed |= failed;
    pending.links = false;
    pending.count = 0;
}

/// Limits of one line: bytes, and words.
const LINE: usize = 4096;
const WORDS: usize = 256;

/// Reason for ending a batch before the end of its file.
enum Stop {
    /// Read error.
    Unreadable(Errno),
    /// Line longer than the buffer.
    TooLong,
    /// Syntax error, with iproute2's message; it ends a batch with `-force` as well.
    Line(&'static str),
    /// Failed command, whose error has been printed.
    Command(Exit),
}

/// Reader of the file's lines.
struct Lines {
    /// Bytes read from the file; those before `next` have been consumed.
    buffer: [u8; 512],
    next: usize,
    len: usize,
    /// Number of lines read so far.
    count: u32,
    /// Current line without its comment, with its continuation lines.
    line: [u8; LINE],
}

impl Lines {
    /// Returns the next byte; `None` at the end of the file.
    fn byte<C: Channel>(&mut self, ip: &mut Ip<'_, '_, C>) -> Result<Option<u8>, Stop> {
        while self.next >= self.len {
            match ip.system.read(&mut self.buffer) {
                Ok(0) => return Ok(None),
                Ok(len) => (self.next, self.len) = (0, len),
                Err(Errno::INTR) => {}
                Err(errno) => return Err(Stop::Unreadable(errno)),
            }
        }
        let byte = self.buffer.get(self.next).copied();
        self.next = self.next.saturating_add(1);
        Ok(byte)
    }

    /// Reads a line and returns its length; a backslash at its end continues it on the next.
    fn read<C: Channel>(&mut self, ip: &mut Ip<'_, '_, C>) -> Result<Option<usize>, Stop> {
        let (mut len, mut comment) = (0usize, false);
        // `begun`: the line has a byte; `more`: a continuation line is required.
        let (mut begun, mut more) = (false, false);
        while let Some(byte) = self.byte(ip)? {
            begun = true;
            comment |= byte == b'#';
            if byte == b'\n' {
                self.count = self.count.saturating_add(1);
                let before = len.saturating_sub(1);
                if comment || len == 0 || self.line.get(before) != Some(&b'\\') {
                    return Ok(Some(len));
                }
                (len, begun, more) = (before, false, true);
            } else if !comment {
                *self.line.get_mut(len).ok_or(Stop::TooLong)? = byte;
                len = len.saturating_add(1);
            }
        }
        // The last line may lack its newline.
        match (begun, more) {
            (true, _) => {
                self.count = self.count.saturating_add(1);
                Ok(Some(len))
            }
            (false, true) => Err(Stop::Line("Missing continuation line")),
            (false, false) => Ok(None),
        }
    }
}

/// Splits off the next word of a line, which may be quoted; returns it and the rest.
fn word(line: &str) -> Result<Option<(&str, &str)>, Stop> {
    let line = line.trim_start();
    match line.chars().next() {
        None => Ok(None),
        Some(quote @ ('"' | '\'')) => {
            let quoted = line.get(1..).and_then(|rest| rest.split_once(quote));
            quoted.map(Some).ok_or(Stop::Line("Unterminated quoted string"))
        }
        _ => Ok(Some(line.split_at(line.find(char::is_whitespace).unwrap_or(line.len())))),
    }
}

/// Runs the commands of the file given by `-batch`.
pub fn run<C: Channel>(ip: &mut Ip<'_, '_, C>) -> Result<(), Exit> {
    let file = ip.printer.options.file;
    if let Err(errno) = ip.system.input(file) {
        let why = errors::errno_text(errno);
        writeln!(ip.printer.err, "Cannot open file \"{file}\" for reading: {why:#}");
        return Err(Exit(1));
    }
    let mut lines = Lines { buffer: [0; 512], next: 0, len: 0, count: 0, line: [0; LINE] };
    let result = commands(ip, &mut lines);
    send_pending(&mut ip.printer);
    let err = &mut *ip.printer.err;
    match result {
        Ok(()) => {
            let failed = ip.printer.pending.as_deref().is_some_and(|pending| pending.failed);
            return if failed { Err(Exit(1)) } else { Ok(()) };
        }
        Err(Stop::Command(exit)) => return Err(exit),
        Err(Stop::Line(why)) => {
            writeln!(err, "{why}");
        }
        Err(Stop::TooLong) => {
            writeln!(err, "Line longer than {LINE} bytes");
            report_failed_line(err, file, lines.count.saturating_add(1));
        }
        Err(Stop::Unreadable(errno)) => {
            let why = errors::errno_text(errno);
            writeln!(err, "Cannot read file \"{file}\": {why:#}");
        }
    }
    Err(Exit(1))
}

/// Runs the commands until the end of the file or an error.
fn commands<C: Channel>(ip: &mut Ip<'_, '_, C>, lines: &mut Lines) -> Result<(), Stop> {
    let options = ip.printer.options;
    while let Some(len) = lines.read(ip)? {
        let line = core::str::from_utf8(lines.line.get(..len).unwrap_or_default()).unwrap_or("?");
        if let Some(pending) = ip.printer.pending.as_deref_mut() {
            pending.line = lines.count;
        }
        ip.printer.options = options;
        match run_line(ip, line) {
            // iproute2 exits on usage errors, in a batch with `-force` as well.
            Err(Stop::Command(exit)) if exit != USAGE => {
                send_pending(&mut ip.printer);
                report_failed_line(ip.printer.err, options.file, lines.count);
                match ip.printer.pending.as_deref_mut() {
                    Some(pending) => pending.failed = true,
                    None => return Err(Stop::Command(Exit(1))),
                }
            }
            other => other?,
        }
    }
    Ok(())
}

fn run_line<C: Channel>(ip: &mut Ip<'_, '_, C>, line: &str) -> Result<(), Stop> {
    let mut words = [""; WORDS];
    let (mut count, mut rest) = (0, line);
    while let Some((word, behind)) = word(rest)? {
        *words.get_mut(count).ok_or(Stop::Line("Too many arguments to command"))? = word;
        rest = behind;
        count = count.saturating_add(1);
    }
    if count == 0 {
        return Ok(());
    }
    let words = Words::new(words.get(..count).unwrap_or_default());
    batch_command(ip, words).map_err(Stop::Command)
}
