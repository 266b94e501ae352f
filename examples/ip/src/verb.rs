//! Commands of each object, with their abbreviations.

use barelink_codec::message::Flags;

use super::words::{Exit, TextOutput, USAGE, Words, abbreviates, cut, line};

/// Command of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Print all objects that match.
    Show,
    /// Look up one object.
    Get,
    /// Create an object; fail if it exists.
    Add,
    /// Change an existing object.
    Change,
    /// Change an object, or create it.
    Replace,
    /// Create an object, after others with the same key.
    Append,
    /// Create an object, before others with the same key.
    Prepend,
    /// Test whether an object exists.
    Test,
    /// Remove one object.
    Delete,
    /// Remove all objects that match.
    Flush,
    /// Change a link's alternative names.
    Property,
    /// Print the buckets of resilient next hop groups.
    Bucket,
    /// Run a program in a network namespace.
    Exec,
    /// Print the usage.
    Help,
}

impl Verb {
    /// Returns whether the command is one request.
    pub fn is_single_request(self) -> bool {
        use Verb::*;
        matches!(self, Add | Change | Replace | Append | Prepend | Test | Delete)
    }

    /// Returns the request flags of a `RTM_NEW*` message.
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

/// Commands by name.
const NAMES: &[(&str, Verb)] = &[
    ("show", Verb::Show),
    ("get", Verb::Get),
    ("add", Verb::Add),
    ("change", Verb::Change),
    ("replace", Verb::Replace),
    ("append", Verb::Append),
    ("prepend", Verb::Prepend),
    ("test", Verb::Test),
    ("delete", Verb::Delete),
    ("flush", Verb::Flush),
    ("property", Verb::Property),
    ("bucket", Verb::Bucket),
    ("exec", Verb::Exec),
];

/// Commands of each object, in the order that abbreviations are tried; after `=`, the command that
/// a synonym means. `missing` is a command of iproute2 that this program lacks.
const VERBS: &str = "\
link add,set=change,change,replace,delete,show,lst=show,list=show,xstats=missing,\
afstats=missing,property\n\
address add,change,chg=change,replace,delete,show,list=show,lst=show,flush,save=missing,\
showdump=missing,restore=missing\n\
route list=show,show,lst=show,get,add,change,chg=change,replace,prepend,append,test,\
delete,flush,save=missing,restore=missing,showdump=missing\n\
rule list=show,lst=show,show,save=missing,restore=missing,add,delete,flush\n\
neigh add,change,chg=change,replace,delete,get,show,lst=show,list=show,flush\n\
tunnel add,change,delete,show,lst=show,list=show,prl=missing,6rd=missing\n\
nexthop add,replace,delete,list=show,show,lst=show,get,flush,bucket\n\
netns list=show,show,lst=show,list-id=missing,add,set=change,delete,identify=missing,\
pids=missing,exec,monitor=missing,attach=missing\n\
";

/// Parses an object's command; the default is `show`.
pub fn verb(words: &mut Words<'_>, object: &str, err: &mut TextOutput<'_>) -> Result<Verb, Exit> {
    let Some(word) = words.next() else { return Ok(Verb::Show) };
    let mut verbs = line(VERBS, object);
    while !verbs.is_empty() {
        let mut meant = cut(&mut verbs, b',');
        let name = cut(&mut meant, b'=');
        if !abbreviates(word, name) {
            continue;
        }
        let meant = if meant.is_empty() { name } else { meant };
        if let Some((_, verb)) = NAMES.iter().find(|row| row.0 == meant) {
            return Ok(*verb);
        }
        writeln!(err, "Command \"{name}\" is not supported by this ip.");
        return Err(USAGE);
    }
    if abbreviates(word, "help") {
        return Ok(Verb::Help);
    }
    writeln!(err, "Command \"{word}\" is unknown, try \"ip {object} help\".");
    Err(USAGE)
}
