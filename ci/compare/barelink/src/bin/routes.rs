//! Dumps the IPv4 routes and sums up their links' indices; barelink.

use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::route::{self, Route, RouteHeader};
use barelink_transport::{Connection, Error, Protocol};

fn main() -> Result<(), Error> {
    let mut buffer = [0; 33 * 1024];
    let mut route = Connection::open(Protocol::ROUTE, &mut buffer)?;
    let (mut count, mut sum) = (0u64, 0u64);
    let header = RouteHeader { family: AddressFamily::INET, ..Default::default() };
    let mut routes = route.dump(route::GET, header, |_| {})?;
    while let Some(route) = routes.next()? {
        count += 1;
        sum += u64::from(route.get(Route::OIF)?.unwrap_or(0));
    }
    println!("{count} routes, sum {sum}");
    Ok(())
}
