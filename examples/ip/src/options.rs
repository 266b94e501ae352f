//! The options before the object.

use core::fmt::Write;

use barelink_codec::rtnl::ids::AddressFamily;

use super::names;
use super::words::{Exit, TextOutput, USAGE, Words, abbreviates};

/// The options.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'w> {
    /// What is asked for: one family, or all.
    pub family: AddressFamily,
    /// More of everything.
    pub details: bool,
    /// Counters; twice, more of them.
    pub stats: u8,
    /// JSON.
    pub json: bool,
    /// JSON in lines.
    pub pretty: bool,
    /// One line a record.
    pub oneline: bool,
    /// One short line a link.
    pub brief: bool,
    /// Numbers, not names.
    pub numeric: bool,
    /// Counters with `k`, `M`, `G`.
    pub human: bool,
    /// Those by 1024.
    pub iec: bool,
    /// The time with each change.
    pub timestamp: bool,
    /// It on one line.
    pub short_timestamp: bool,
    /// `ip link`: the link without its addresses, but with all else.
    pub links_only: bool,
    /// `ip monitor`: the link as it is told of, without its queue.
    pub monitor: bool,
    /// The version was asked for, and printed.
    pub version: bool,
    /// Commands come from a file.
    pub batch: bool,
    /// The file, or `-`.
    pub file: &'w str,
    /// One that fails does not keep the others.
    pub force: bool,
    /// The network namespace to go to.
    pub netns: Option<&'w str>,
}

/// The options with one word, in the order that abbreviations are tried.
const WORDS: &[&str] = &[
    "loops",
    "family",
    "human-readable",
    "iec",
    "statistics",
    "details",
    "resolve",
    "oneline",
    "timestamp",
    "tshort",
    "Version",
    "force",
    "batch",
    "brief",
    "json",
    "rcvbuf",
    "color",
    "help",
    "netns",
    "Numeric",
    "all",
    "echo",
    "pretty",
];

impl<'w> Options<'w> {
    /// Takes the options off the words.
    pub fn parse(
        words: &mut Words<'w>,
        out: &mut dyn Write,
        err: &mut TextOutput<'_>,
    ) -> Result<Options<'w>, Exit> {
        let mut options = Options::default();
        while let Some(word) = words.peek().filter(|word| word.starts_with('-')) {
            words.next();
            if word == "--" {
                break;
            }
            let name = word.trim_start_matches('-');
            let family = match name {
                "4" => Some(AddressFamily::INET),
                "6" => Some(AddressFamily::INET6),
                "0" => Some(AddressFamily::PACKET),
                "M" => Some(AddressFamily::MPLS),
                "B" => Some(AddressFamily::BRIDGE),
                _ => None,
            };
            if let Some(family) = family {
                options.family = family;
                continue;
            }
            let whole = WORDS.iter().find(|whole| !name.is_empty() && abbreviates(name, whole));
            match whole.copied() {
                Some("family") => {
                    let family = words.value(err)?;
                    let row = names::known(family, names::FAMILIES);
                    let Some(row) = row else {
                        writeln!(
                            err,
                            "Error: argument \"{family}\" is wrong: invalid protocol family"
                        );
                        return Err(USAGE);
                    };
                    options.family = AddressFamily(row as u8);
                }
                Some("human-readable") => options.human = true,
                Some("iec") => options.iec = true,
                Some("statistics") => options.stats = options.stats.saturating_add(1),
                Some("details") => options.details = true,
                Some("oneline") => options.oneline = true,
                Some("timestamp") => options.timestamp = true,
                Some("tshort") => {
                    options.timestamp = true;
                    options.short_timestamp = true;
                }
                Some("brief") => options.brief = true,
                Some("json") => options.json = true,
                Some("pretty") => options.pretty = true,
                Some("Numeric") => options.numeric = true,
                Some("Version") => {
                    let _ = writeln!(out, "ip utility, barelink-{}", env!("CARGO_PKG_VERSION"));
                    options.version = true;
                    return Ok(options);
                }
                // Of no consequence here: how many loops a flush takes, colours, being asked back.
                Some("resolve" | "color" | "all" | "echo") => {}
                Some("force") => options.force = true,
                Some("batch") => {
                    options.batch = true;
                    options.file = words.value(err)?;
                }
                Some("netns") => options.netns = Some(words.value(err)?),
                Some("loops" | "rcvbuf") => {
                    words.value(err)?;
                }
                Some("help") => return Err(super::usage(err)),
                _ => {
                    writeln!(err, "Option \"{word}\" is unknown, try \"ip -help\".");
                    return Err(USAGE);
                }
            }
        }
        Ok(options)
    }
}
