//! Experiments of ci/compare, selected by name in the first argument; rtnetlink.

use futures_util::stream::{StreamExt, TryStreamExt};
use netlink_packet_core::{DefaultNla, NetlinkMessage, NetlinkPayload};
use netlink_packet_route::link::{LinkAttribute, LinkMessage};
use netlink_packet_route::route::RouteMessage;
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use netlink_sys::{AsyncSocket, SocketAddr};
use rtnetlink::{Error, MulticastGroup};

fn name(link: &LinkMessage) -> &str {
    link.attributes
        .iter()
        .find_map(|attribute| match attribute {
            LinkAttribute::IfName(name) => Some(name.as_str()),
            _ => None,
        })
        .unwrap_or("")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("done") => {
            let (connection, handle, _) = rtnetlink::new_connection_with_strict_check().unwrap();
            tokio::spawn(connection);
            let mut request = RouteMessage::default();
            request.header.address_family = AddressFamily::Inet;
            request.header.source_prefix_length = 5;
            let mut routes = handle.route().get(request).execute();
            let mut count = 0;
            loop {
                match routes.try_next().await {
                    Ok(Some(_)) => count += 1,
                    Ok(None) => break println!("no: success with {count} routes"),
                    Err(Error::NetlinkError(error)) if error.raw_code() == -22 => {
                        break println!("yes: {error}");
                    }
                    Err(error) => break println!("no: {error}"),
                }
            }
        }
        Some("altnames") => {
            let (connection, handle, _) = rtnetlink::new_connection().unwrap();
            tokio::spawn(connection);
            let mut links = handle.link().get().execute();
            let mut seen = false;
            loop {
                match links.try_next().await {
                    Ok(Some(link)) => seen |= name(&link) == "many",
                    Ok(None) if seen => break println!("yes"),
                    Ok(None) => break println!("no: success without it"),
                    Err(error) => break println!("no: {error}"),
                }
            }
        }
        Some("extack") => {
            let (mut connection, handle, _) = rtnetlink::new_connection().unwrap();
            connection.socket_mut().socket_mut().set_ext_ack(true).unwrap();
            tokio::spawn(connection);
            let mut link = LinkMessage::default();
            link.attributes.push(LinkAttribute::IfName("many".into()));
            link.attributes.push(LinkAttribute::Mtu(1_000_000));
            let error = handle.link().set(link).execute().await.unwrap_err();
            let text = error.to_string();
            if text.contains("mtu greater") {
                println!("yes: {text}");
            } else {
                println!("no: only \"{text}\", unless one walks the error's bytes oneself");
            }
        }
        Some("forged") => {
            let groups = [MulticastGroup::Link];
            let (mut connection, _handle, mut messages) =
                rtnetlink::new_multicast_connection(&groups).unwrap();
            let mut address = SocketAddr::new(0, 0);
            connection.socket_mut().socket_mut().get_address(&mut address).unwrap();
            println!("port {}", address.port_number());
            tokio::spawn(connection);
            while let Some((message, _)) = messages.next().await {
                if let NetlinkPayload::InnerMessage(RouteNetlinkMessage::NewLink(link)) =
                    message.payload
                {
                    let forged = name(&link) == "forged0";
                    println!(
                        "{}",
                        if forged {
                            "no: it is delivered as an event, beside its sender"
                        } else {
                            "yes"
                        }
                    );
                    break;
                }
            }
        }
        Some("large") => {
            let mut link = LinkMessage::default();
            link.attributes.push(LinkAttribute::Other(DefaultNla::new(100, vec![0; 70_000])));
            let mut message = NetlinkMessage::from(RouteNetlinkMessage::NewLink(link));
            message.finalize();
            let mut buffer = vec![0; message.buffer_len()];
            message.serialize(&mut buffer);
            println!("no: its length says {}", u16::from_ne_bytes([buffer[32], buffer[33]]));
        }
        _ => {}
    }
}
