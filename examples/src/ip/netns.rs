//! `ip netns list|exec`: network namespaces with a name.

use core::fmt::Write;

use barelink_codec::rtnl::nsid::{self, Nsid, NsidHeader};
use barelink_transport::Channel;

use super::words::{Exit, USAGE, Words, abbreviates};
use super::{Ip, errors};

/// The verbs, in the order that abbreviations are tried.
const VERBS: [&str; 13] = [
    "help", "list", "show", "lst", "list-id", "add", "set", "delete", "identify", "pids", "exec",
    "monitor", "attach",
];

/// `ip netns`.
pub fn command<C: Channel>(ip: &mut Ip<'_, '_, C>, mut words: Words<'_>) -> Result<(), Exit> {
    let Some(word) = words.next() else { return list(ip) };
    match VERBS.iter().find(|verb| abbreviates(word, verb)) {
        Some(&"list" | &"show" | &"lst") => list(ip),
        Some(&"exec") => execute(ip, words),
        Some(&"help") => Err(super::usage(ip.pen.err)),
        Some(verb) => {
            let _ = writeln!(ip.pen.err, "Command \"{verb}\" is not supported by this ip.");
            Err(USAGE)
        }
        None => {
            let _ = writeln!(ip.pen.err, "Command \"{word}\" is unknown, try \"ip netns help\".");
            Err(USAGE)
        }
    }
}

/// Prints their names, and the numbers that this namespace has for them.
fn list<C: Channel>(ip: &mut Ip<'_, '_, C>) -> Result<(), Exit> {
    let Ip { system, kernel, pen } = ip;
    let mut room = [0; 2048];
    let names = system.namespaces(&mut room);
    pen.out.start();
    for name in names.split('\n').filter(|name| !name.is_empty()) {
        let namespace = system.namespace(name).ok();
        let id = namespace.and_then(|namespace| {
            let asked = kernel.get(nsid::GET, NsidHeader::default(), |request| {
                request.put(Nsid::FD, namespace as u32);
            });
            asked.ok()?.get(Nsid::NSID).ok()?
        });
        pen.out.object(None);
        pen.out.string("name", "{}", &name);
        if let Some(id) = id.filter(|id| *id >= 0) {
            pen.out.any("id", " (id: {})", id);
        }
        pen.out.words("\n");
        pen.out.end_object();
    }
    pen.out.finish();
    Ok(())
}

/// Runs a program in one.
fn execute<C: Channel>(ip: &mut Ip<'_, '_, C>, mut words: Words<'_>) -> Result<(), Exit> {
    let Some(name) = words.next() else {
        let _ = ip.pen.err.write_str("No netns name specified\n");
        return Err(Exit(1));
    };
    let Some(program) = words.peek() else {
        let _ = ip.pen.err.write_str("No command specified\n");
        return Err(Exit(1));
    };
    enter(ip.system.enter(name), name, ip.pen.err)?;
    // It comes back only if it fails.
    let why = errors::Words(ip.system.execute(words.rest()));
    let _ = writeln!(ip.pen.err, "exec of \"{program}\" failed: {why}");
    Err(Exit(1))
}

/// Complains if a namespace could not be gone to.
pub fn enter(
    entered: Result<(), barelink_transport::Errno>,
    name: &str,
    err: &mut dyn Write,
) -> Result<(), Exit> {
    entered.map_err(|errno| {
        let why = errors::Words(errno);
        let _ = writeln!(err, "Cannot open network namespace \"{name}\": {why}");
        USAGE
    })
}
