//! What is to be done with an object: the verbs of each, with their abbreviations.

use barelink_codec::message::Flags;

use super::words::{Exit, TextOutput, USAGE, Words, abbreviates, cut, line};

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
}

impl Verb {
    /// Whether one request is all there is to it.
    pub fn is_single_request(self) -> bool {
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

/// What there is, by name.
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

/// The verbs of each object, in the order that abbreviations are tried; what a word means that is none
/// of the above. What iproute2 has, and this program has not, means `missing`.
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

/// Reads an object's verb; without one, things are shown.
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
