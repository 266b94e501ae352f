//! Lists the links: index, name, mtu; rtnetlink.

use futures_util::stream::TryStreamExt;
use netlink_packet_route::link::LinkAttribute;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), rtnetlink::Error> {
    let (connection, handle, _) = rtnetlink::new_connection().expect("a socket");
    tokio::spawn(connection);
    let mut links = handle.link().get().execute();
    while let Some(link) = links.try_next().await? {
        let (mut name, mut mtu) = ("", 0);
        for attribute in &link.attributes {
            match attribute {
                LinkAttribute::IfName(value) => name = value,
                LinkAttribute::Mtu(value) => mtu = *value,
                _ => {}
            }
        }
        println!("{}: {name} mtu {mtu}", link.header.index);
    }
    Ok(())
}
