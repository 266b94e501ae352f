//! Reads the command line.

use std::ffi::OsString;
use std::time::Duration;

use lexopt::{Arg, Parser, ValueExt};

use crate::known::Object;

/// How it is used.
pub const USAGE: &str = "usage: watch [OPTIONS] [OBJECT...]

Shows what the kernel has, and what changes, until `q` or Ctrl-C. Needs no root.

OBJECT   links, addresses, routes, neighbours, rules, nexthops; the first four unless said otherwise.
         The beginning of a word will do.

  --json                   a line of JSON for each change, instead of a table
  --once                   read all, print it, and exit: a table, or with --json a line for each object
  --seconds N              end after N seconds
  --receive-buffer BYTES   room for events that wait; more than the system's limit takes CAP_NET_ADMIN
  -h, --help               this

Keys: q quits; Tab shows one kind of object alone, then the next; up, down, page up, page down, home
and end go through it.

Exit status: 0; 1 if it fails, or --once cannot read all within 10 seconds; 2 if asked wrongly.";

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// What to show, in this order.
    pub objects: Vec<Object>,
    /// As JSON.
    pub json: bool,
    /// All there is, once.
    pub once: bool,
    /// For so long.
    pub limit: Option<Duration>,
    /// So many bytes of events may wait.
    pub receive_buffer: Option<usize>,
}

/// What the command line says; nothing if it asks how it is used.
pub fn options(
    arguments: impl IntoIterator<Item = OsString>,
) -> Result<Option<Options>, lexopt::Error> {
    let mut options =
        Options { objects: vec![], json: false, once: false, limit: None, receive_buffer: None };
    let mut parser = Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("json") => options.json = true,
            Arg::Long("once") => options.once = true,
            Arg::Long("seconds") => {
                options.limit = Some(parser.value()?.parse_with(|text| match text.parse() {
                    Ok(seconds) => Duration::try_from_secs_f64(seconds).map_err(|_| "not so long"),
                    Err(_) => Err("not a number of seconds"),
                })?);
            }
            Arg::Long("receive-buffer") => {
                options.receive_buffer = Some(parser.value()?.parse_with(|text| {
                    let bytes: i32 = text.parse().map_err(|_| "not a number of bytes")?;
                    usize::try_from(bytes).map_err(|_| "not a number of bytes")
                })?);
            }
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            Arg::Value(word) => {
                let object = word.parse_with(|word| {
                    Object::named(word).ok_or(
                        "no such object; there are links, addresses, routes, neighbours, rules, \
                         nexthops",
                    )
                })?;
                if !options.objects.contains(&object) {
                    options.objects.push(object);
                }
            }
            other => return Err(other.unexpected()),
        }
    }
    if options.objects.is_empty() {
        options.objects = Object::USUAL.to_vec();
    }
    Ok(Some(options))
}
