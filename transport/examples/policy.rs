//! Asks the kernel what a command of a generic family takes, and checks requests by that before
//! they are sent.

use barelink_codec::Set;
use barelink_codec::genl::ctrl::{self, Ctrl};
use barelink_codec::genl::kernel_policy::PolicyEntry;
use barelink_codec::message::HEADER;
use barelink_codec::validate::{Strictness, by_policy};
use barelink_transport::{Connection, Error, Protocol};

fn main() -> Result<(), Error> {
    let mut buffer = [0; 33 * 1024];
    let mut generic = Connection::open(Protocol::GENERIC, &mut buffer)?;

    let family = generic.family("nlctrl")?;
    let mut room = [PolicyEntry::VACANT; 64];
    let policy = generic.policy(family, None, &mut room)?;
    let command = ctrl::GET_POLICY;
    let Some(run) = policy.dump_policy(command.number()) else {
        println!("this kernel says nothing about nlctrl's own policies");
        return Ok(());
    };
    for (number, ty, bound) in policy.rules(run) {
        let name = Ctrl::table().row(number).map_or("?", |row| row.name);
        println!("{name}: {ty} {bound:?}");
    }

    let (kind, header) = (command.kind(family.id), command.header(()));
    let mut request = [0; 128];
    let good = kind.build(&mut request, 1, header, |request| {
        request.put(Ctrl::FAMILY_NAME, "nlctrl");
    })?;
    println!(
        "by name: {:?}",
        by_policy(&policy, run, names(), &good[HEADER + 4..], Strictness::STRICT)
    );

    let bad = kind.build(&mut request, 1, header, |request| {
        request.put(Ctrl::FAMILY_ID.cast::<u8>(), 16);
    })?;
    match by_policy(&policy, run, names(), &bad[HEADER + 4..], Strictness::STRICT) {
        Ok(()) => println!("by a number of one byte: ok"),
        Err(wrong) => println!("by a number of one byte: {wrong}"),
    }
    Ok(())
}

/// The names that errors are told with.
fn names() -> Option<barelink_codec::schema::TableFn> {
    Some(Ctrl::table)
}
