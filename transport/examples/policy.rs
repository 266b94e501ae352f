//! Dumps the validation policy of a generic family's command, and validates requests by it before
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
    let mut entries = [PolicyEntry::VACANT; 64];
    let policy = generic.policy(family, None, &mut entries)?;
    let command = ctrl::GET_POLICY;
    let Some(attributes) = policy.dump_policy(command.number()) else {
        println!("the kernel has no policy for nlctrl");
        return Ok(());
    };
    for (number, ty, bound) in policy.rules(attributes) {
        let name = Ctrl::table().row(number).map_or("?", |row| row.name);
        println!("{name}: {ty} {bound:?}");
    }

    let (message_type, header) = (command.message_type(family.id), command.header(()));
    let mut request = [0; 128];
    let valid = message_type.build(&mut request, 1, header, |request| {
        request.put(Ctrl::FAMILY_NAME, "nlctrl");
    })?;
    println!(
        "by name: {:?}",
        by_policy(&policy, attributes, names(), &valid[HEADER + 4..], Strictness::STRICT)
    );

    let invalid = message_type.build(&mut request, 1, header, |request| {
        request.put(Ctrl::FAMILY_ID.cast::<u8>(), 16);
    })?;
    match by_policy(&policy, attributes, names(), &invalid[HEADER + 4..], Strictness::STRICT) {
        Ok(()) => println!("by a number of one byte: ok"),
        Err(error) => println!("by a number of one byte: {error}"),
    }
    Ok(())
}

/// Returns the table with the attributes' names, for errors.
fn names() -> Option<barelink_codec::schema::TableFn> {
    Some(Ctrl::table)
}
