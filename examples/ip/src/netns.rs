//! `ip netns list`, `add`, `set`, `delete` and `exec`.

use barelink_codec::rtnl::nsid::{self, Nsid, NsidHeader};
use barelink_transport::{Channel, Errno};

use super::body::Body;
use super::change::{send, uint};
use super::index::Index;
use super::request;
use super::verb::{Verb, verb};
use super::words::{Exit, TextOutput, USAGE, Words, fail};
use super::{Ip, errors};

/// Runs `ip netns`.
pub fn command<C: Channel>(ip: &mut Ip<'_, '_, C>, mut words: Words<'_>) -> Result<(), Exit> {
    let odd =
        |name: &&str| name.len() > 255 || name.contains('/') || matches!(*name, "" | "." | "..");
    if let Some(name) = words.nth_word(1).filter(odd) {
        writeln!(ip.printer.err, "Invalid netns name \"{name}\"");
        return Err(USAGE);
    }
    let verb = verb(&mut words, "netns", ip.printer.err)?;
    let (Verb::Add | Verb::Change | Verb::Delete | Verb::Exec) = verb else {
        return if verb == Verb::Show {
            list(ip)
        } else {
            Err(super::usage::of("netns", ip.printer.err))
        };
    };
    let Some(name) = words.next() else {
        return Err(fail(ip.printer.err, "No netns name specified\n", Exit(1)));
    };
    match verb {
        Verb::Exec => execute(ip, name, words),
        Verb::Change => set_nsid(ip, name, words),
        Verb::Add => {
            let made = ip.system.make_namespace(name);
            file_result("Cannot create namespace file", name, made, ip.printer.err)
        }
        _ => {
            let deleted = ip.system.delete_namespace(name);
            file_result("Cannot remove namespace file", name, deleted, ip.printer.err)
        }
    }
}

/// Prints the error of an operation on a namespace's file.
fn file_result(
    action: &str,
    name: &str,
    result: Result<(), Errno>,
    err: &mut TextOutput<'_>,
) -> Result<(), Exit> {
    result.map_err(|errno| {
        let why = errors::errno_text(errno);
        writeln!(err, "{action} \"/run/netns/{name}\": {why:#}");
        Exit(1)
    })
}

/// Assigns an ID in this namespace to another one (`RTM_NEWNSID`).
fn set_nsid<C: Channel>(
    ip: &mut Ip<'_, '_, C>,
    name: &str,
    mut words: Words<'_>,
) -> Result<(), Exit> {
    let Some(word) = words.next() else {
        return Err(fail(ip.printer.err, "No nsid specified\n", Exit(1)));
    };
    let id = match word {
        "auto" => u32::MAX,
        _ => uint(word, i32::MAX as u64, "Invalid \"netnsid\" value", ip.printer.err)? as u32,
    };
    let found = ip.system.namespace(name);
    enter(found.map(|_| ()), name, ip.printer.err).map_err(|_| Exit(1))?;
    let namespace = found.unwrap_or_default();
    let mut body = Body::new(&NsidHeader::default());
    body.put_u32(Nsid::FD.number(), namespace as u32);
    body.put_u32(Nsid::NSID.number(), id);
    send(ip, nsid::NEW, &body)
}

/// Prints the names of network namespaces with their IDs.
fn list<C: Channel>(ip: &mut Ip<'_, '_, C>) -> Result<(), Exit> {
    let Ip { system, kernel, printer } = ip;
    printer.out.start();
    let listed = system.namespaces(&mut |name, namespace| {
        let id = namespace.and_then(|namespace| {
            let mut body = Body::new(&NsidHeader::default());
            body.put_u32(Nsid::FD.number(), namespace as u32);
            let mut id = None;
            let _ = request::get(kernel, nsid::GET, &body, &mut |known| {
                id = Index::new(known.attrs).get(Nsid::NSID);
            });
            id
        });
        printer.out.object(None);
        printer.out.string("name", "{}", &name);
        if let Some(id) = id.filter(|id| *id >= 0) {
            printer.out.any("id", " (id: {})", id);
        }
        printer.out.literal("\n");
        printer.out.end_object();
    });
    printer.out.finish();
    listed.map_err(|errno| {
        let why = errors::errno_text(errno);
        writeln!(printer.err, "Cannot list network namespaces: {why:#}");
        Exit(1)
    })
}

/// Runs a program in a network namespace.
fn execute<C: Channel>(ip: &mut Ip<'_, '_, C>, name: &str, words: Words<'_>) -> Result<(), Exit> {
    let Some(program) = words.peek() else {
        return Err(fail(ip.printer.err, "No command specified\n", Exit(1)));
    };
    if ip.printer.options.batch {
        return Err(fail(ip.printer.err, "exec is not supported in a batch.\n", Exit(1)));
    }
    enter(ip.system.enter(name), name, ip.printer.err)?;
    ip.system.set_up_mounts(name, ip.printer.err)?;
    // Returns only if it fails.
    let why = errors::errno_text(ip.system.execute(words.rest()));
    writeln!(ip.printer.err, "exec of \"{program}\" failed: {why:#}");
    Err(Exit(1))
}

/// Prints the error if a network namespace could not be entered.
pub fn enter(entered: Result<(), Errno>, name: &str, err: &mut TextOutput<'_>) -> Result<(), Exit> {
    entered.map_err(|errno| {
        let why = errors::errno_text(errno);
        writeln!(err, "Cannot open network namespace \"{name}\": {why:#}");
        USAGE
    })
}
