//! Options before the object, such as `-j` and `-family`.

use core::fmt::Write;

use barelink_codec::rtnl::ids::AddressFamily;

use super::names;
use super::words::{Exit, TextOutput, USAGE, Words, abbreviates};

/// Parsed options.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'w> {
    /// `-family`: address family; `AF_UNSPEC` is all.
    pub family: AddressFamily,
    /// `-details`: all attributes.
    pub details: bool,
    /// `-statistics`: counters; more of them if 2.
    pub stats: u8,
    /// `-json`: JSON instead of text.
    pub json: bool,
    /// `-pretty`: indented JSON.
    pub pretty: bool,
    /// `-oneline`: one line per record.
    pub oneline: bool,
    /// `-brief`: one short line per link.
    pub brief: bool,
    /// `-Numeric`: numbers instead of names.
    pub numeric: bool,
    /// `-human-readable`: counters with the suffixes `k`, `M`, `G`.
    pub human: bool,
    /// `-iec`: suffixes of powers of 1024.
    pub iec: bool,
    /// `-timestamp`: the time of each notification.
    pub timestamp: bool,
    /// `-tshort`: the timestamp on the notification's line.
    pub short_timestamp: bool,
    /// Links are printed without addresses, as `ip link` does.
    pub links_only: bool,
    /// Links are printed as `ip monitor` does, without the queue length.
    pub monitor: bool,
    /// `-Version`, which has been printed.
    pub version: bool,
    /// `-batch`: commands are read from a file.
    pub batch: bool,
    /// File of `-batch`; `-` is the standard input.
    pub file: &'w str,
    /// `-force`: a batch continues after an error.
    pub force: bool,
    /// `-netns`: network namespace to enter.
    pub netns: Option<&'w str>,
}

/// Options, in the order that abbreviations are tried.
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
    /// Parses the options, and removes them from the words.
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
                // No effect here: name resolution, colours, the echoed reply.
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
