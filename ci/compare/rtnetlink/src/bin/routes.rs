//! Dumps the IPv4 routes and sums up their links' indices; rtnetlink.

use std::net::Ipv4Addr;

use futures_util::stream::TryStreamExt;
use netlink_packet_route::route::RouteAttribute;
use rtnetlink::RouteMessageBuilder;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), rtnetlink::Error> {
    let (connection, handle, _) = rtnetlink::new_connection().expect("a socket");
    tokio::spawn(connection);
    let (mut count, mut sum) = (0u64, 0u64);
    let request = RouteMessageBuilder::<Ipv4Addr>::new().build();
    let mut routes = handle.route().get(request).execute();
    while let Some(route) = routes.try_next().await? {
        count += 1;
        for attribute in &route.attributes {
            if let RouteAttribute::Oif(index) = attribute {
                sum += u64::from(*index);
            }
        }
    }
    println!("{count} routes, sum {sum}");
    Ok(())
}
