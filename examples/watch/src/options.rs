//! Parses the command line.

use std::ffi::OsString;
use std::time::Duration;

use lexopt::{Arg, Parser, ValueExt};

use crate::caches::Object;

/// Usage text.
pub const USAGE: &str = "usage: watch [OPTIONS] [OBJECT...]

Shows the kernel's objects and their changes, until `q` or Ctrl-C. Needs no root.

OBJECT   links, addresses, routes, neighbours, rules, nexthops; default: the first four.
         Names may be abbreviated.

  --json                   a line of JSON for each change, instead of a table
  --once                   print all objects once, and exit: a table, or with --json a line for each object
  --seconds N              exit after N seconds
  --receive-buffer BYTES   socket buffer for notifications; above the system's limit it needs CAP_NET_ADMIN
  -h, --help               print this text

Keys: q quits; Tab shows one type of object alone, then the next; up, down, page up, page down, home
and end scroll.

Exit status: 0; 1 after an error, or if --once is not synced within 10 seconds; 2 for invalid options.";

/// Options of the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Objects to show, in this order.
    pub objects: Vec<Object>,
    /// `true` for JSON instead of a table, `--json`.
    pub json: bool,
    /// `true` to print all objects once and exit, `--once`.
    pub once: bool,
    /// Time after which to exit, `--seconds`.
    pub limit: Option<Duration>,
    /// Size of the socket's receive buffer in bytes, `--receive-buffer`.
    pub receive_buffer: Option<usize>,
}

impl Options {
    /// Parses the arguments; `None` for `--help`.
    ///
    /// # Errors
    /// An unknown option or object, or an invalid value.
    pub fn parse(
        arguments: impl IntoIterator<Item = OsString>,
    ) -> Result<Option<Options>, lexopt::Error> {
        let mut options = Options {
            objects: vec![],
            json: false,
            once: false,
            limit: None,
            receive_buffer: None,
        };
        let mut parser = Parser::from_args(arguments);
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("json") => options.json = true,
                Arg::Long("once") => options.once = true,
                Arg::Long("seconds") => {
                    options.limit =
                        Some(parser.value()?.parse_with(|text| match text.parse() {
                            Ok(seconds) => {
                                Duration::try_from_secs_f64(seconds).map_err(|_| "too long")
                            }
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
                Arg::Value(name) => {
                    let object = name.parse_with(|name| {
                        Object::by_prefix(name).ok_or(
                        "unknown object; known are links, addresses, routes, neighbours, rules, \
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
            options.objects = Object::DEFAULT.to_vec();
        }
        Ok(Some(options))
    }
}
