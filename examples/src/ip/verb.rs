//! What is to be done with an object: the verbs of each, with their abbreviations.

use barelink_codec::message::Flags;

use super::words::{Complaints, Exit, USAGE, Words, abbreviates};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Show them.
    Show,
    /// Ask for one.
    Get,
    /// Make what is not there yet.
    Add,
    /// Change what is there.
    Change,
    /// Change it, or make it.
    Replace,
    /// Make it, behind others like it.
    Append,
    /// Make it, ahead of others like it.
    Prepend,
    /// See whether it is there.
    Test,
    /// Delete it.
    Delete,
    /// Delete all like this.
    Flush,
    /// Names that a link has besides.
    Property,
    /// What next hops' groups consist of.
    Bucket,
    /// Run a program in it.
    Exec,
    /// Say how it is used.
    Help,
    /// iproute2 has it, this program does not.
    Missing,
}

impl Verb {
    /// Whether one request is all there is to it.
    pub fn is_one_change(self) -> bool {
        use Verb::*;
        matches!(self, Add | Change | Replace | Append | Prepend | Test | Delete)
    }

    /// What `NEW` says of it.
    pub fn flags(self) -> Flags {
        match self {
            Verb::Add => Flags::CREATE | Flags::EXCL,
            Verb::Change => Flags::REPLACE,
            Verb::Replace => Flags::CREATE | Flags::REPLACE,
            Verb::Append => Flags::CREATE | Flags::APPEND,
            Verb::Prepend => Flags::CREATE,
            Verb::Test => Flags::EXCL,
            _ => Flags::NONE,
        }
    }
}

type Verbs = &'static [(&'static str, Verb)];

/// The verbs of each object, in the order that abbreviations are tried.
const VERBS: &[(&str, Verbs)] = &[
    (
        "link",
        &[
            ("add", Verb::Add),
            ("set", Verb::Change),
            ("change", Verb::Change),
            ("replace", Verb::Replace),
            ("delete", Verb::Delete),
            ("show", Verb::Show),
            ("lst", Verb::Show),
            ("list", Verb::Show),
            ("xstats", Verb::Missing),
            ("afstats", Verb::Missing),
            ("property", Verb::Property),
        ],
    ),
    (
        "address",
        &[
            ("add", Verb::Add),
            ("change", Verb::Change),
            ("chg", Verb::Change),
            ("replace", Verb::Replace),
            ("delete", Verb::Delete),
            ("show", Verb::Show),
            ("list", Verb::Show),
            ("lst", Verb::Show),
            ("flush", Verb::Flush),
            ("save", Verb::Missing),
            ("showdump", Verb::Missing),
            ("restore", Verb::Missing),
        ],
    ),
    (
        "route",
        &[
            ("list", Verb::Show),
            ("show", Verb::Show),
            ("lst", Verb::Show),
            ("get", Verb::Get),
            ("add", Verb::Add),
            ("change", Verb::Change),
            ("chg", Verb::Change),
            ("replace", Verb::Replace),
            ("prepend", Verb::Prepend),
            ("append", Verb::Append),
            ("test", Verb::Test),
            ("delete", Verb::Delete),
            ("flush", Verb::Flush),
            ("save", Verb::Missing),
            ("restore", Verb::Missing),
            ("showdump", Verb::Missing),
        ],
    ),
    (
        "rule",
        &[
            ("list", Verb::Show),
            ("lst", Verb::Show),
            ("show", Verb::Show),
            ("save", Verb::Missing),
            ("restore", Verb::Missing),
            ("add", Verb::Add),
            ("delete", Verb::Delete),
            ("flush", Verb::Flush),
        ],
    ),
    (
        "neigh",
        &[
            ("add", Verb::Add),
            ("change", Verb::Change),
            ("chg", Verb::Change),
            ("replace", Verb::Replace),
            ("delete", Verb::Delete),
            ("get", Verb::Get),
            ("show", Verb::Show),
            ("lst", Verb::Show),
            ("list", Verb::Show),
            ("flush", Verb::Flush),
        ],
    ),
    (
        "tunnel",
        &[
            ("add", Verb::Add),
            ("change", Verb::Change),
            ("delete", Verb::Delete),
            ("show", Verb::Show),
            ("lst", Verb::Show),
            ("list", Verb::Show),
            ("prl", Verb::Missing),
            ("6rd", Verb::Missing),
        ],
    ),
    (
        "nexthop",
        &[
            ("add", Verb::Add),
            ("replace", Verb::Replace),
            ("delete", Verb::Delete),
            ("list", Verb::Show),
            ("show", Verb::Show),
            ("lst", Verb::Show),
            ("get", Verb::Get),
            ("flush", Verb::Flush),
            ("bucket", Verb::Bucket),
        ],
    ),
    (
        "netns",
        &[
            ("list", Verb::Show),
            ("show", Verb::Show),
            ("lst", Verb::Show),
            ("list-id", Verb::Missing),
            ("add", Verb::Add),
            ("set", Verb::Change),
            ("delete", Verb::Delete),
            ("identify", Verb::Missing),
            ("pids", Verb::Missing),
            ("exec", Verb::Exec),
            ("monitor", Verb::Missing),
            ("attach", Verb::Missing),
        ],
    ),
];

/// Reads an object's verb; without one, things are shown.
pub fn verb(words: &mut Words<'_>, object: &str, err: &mut Complaints<'_>) -> Result<Verb, Exit> {
    let Some(word) = words.next() else { return Ok(Verb::Show) };
    let verbs = VERBS.iter().find(|row| row.0 == object).map_or(&[][..], |row| row.1);
    match verbs.iter().find(|row| abbreviates(word, row.0)) {
        Some((name, Verb::Missing)) => {
            writeln!(err, "Command \"{name}\" is not supported by this ip.");
        }
        Some((_, verb)) => return Ok(*verb),
        None if abbreviates(word, "help") => return Ok(Verb::Help),
        None => {
            writeln!(err, "Command \"{word}\" is unknown, try \"ip {object} help\".");
        }
    }
    Err(USAGE)
}
