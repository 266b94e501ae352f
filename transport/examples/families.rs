//! Lists the generic families with their commands and multicast groups.

use barelink_codec::genl::ctrl::{self, Ctrl, McastGroup, Op};
use barelink_transport::{Connection, Error, Protocol};

fn main() -> Result<(), Error> {
    let mut buffer = [0; 33 * 1024];
    let mut generic = Connection::open(Protocol::GENERIC, &mut buffer)?;

    let (message_type, header) =
        (ctrl::GET_FAMILY.message_type(ctrl::ID), ctrl::GET_FAMILY.header(()));
    let mut families = generic.dump(message_type, header, |_| {})?;
    while let Some(family) = families.next()? {
        let (id, name) = family.find((Ctrl::FAMILY_ID, Ctrl::FAMILY_NAME))?;
        print!("{} is {}; commands", name.require()?, id.require()?);
        for command in family.get(Ctrl::OPS)?.into_iter().flatten() {
            print!(" {}", command?.1.require(Op::ID)?);
        }
        for group in family.get(Ctrl::MCAST_GROUPS)?.into_iter().flatten() {
            let (name, id) = group?.1.find((McastGroup::NAME, McastGroup::ID))?;
            print!("; group {} is {}", name.require()?, id.require()?);
        }
        println!();
    }
    Ok(())
}
