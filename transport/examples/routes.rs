//! Lists the routes of the main table, read in one pass each.

use barelink_codec::rtnl::route::{self, Route, RouteHeader, RouteTable};
use barelink_transport::{Connection, Error, Protocol};

fn main() -> Result<(), Error> {
    let mut buffer = [0; 33 * 1024];
    let mut rtnl = Connection::open(Protocol::ROUTE, &mut buffer)?;

    // Without strict checking (before Linux 4.20) the kernel does not filter.
    let mut routes = rtnl.dump(route::GET, RouteHeader::default(), |filter| {
        filter.put(Route::TABLE, RouteTable::MAIN);
    })?;
    while let Some(found) = routes.next()? {
        let (table, destination, gateway, out, priority) =
            found.find((Route::TABLE, Route::DST, Route::GATEWAY, Route::OIF, Route::PRIORITY))?;
        if table.get()? != Some(RouteTable::MAIN) {
            continue;
        }
        match destination.get()? {
            Some(prefix) => print!("{prefix}/{}", found.header.dst_len),
            None => print!("default"),
        }
        if let Some(gateway) = gateway.get()? {
            print!(" via {gateway}");
        }
        if let Some(index) = out.get()? {
            print!(" link {index}");
        }
        println!(" metric {}", priority.get()?.unwrap_or(0));
    }
    Ok(())
}
