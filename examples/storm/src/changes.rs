//! Changes routes, links, addresses and neighbours, in batches.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use barelink_codec::rtnl::addr::{self, Addr, AddrHeader};
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::kinds::veth::Veth;
use barelink_codec::rtnl::link::{self, Link, LinkFlags, LinkHeader, LinkInfo};
use barelink_codec::rtnl::neigh::{self, Neigh, NeighHeader, NeighState};
use barelink_codec::rtnl::route::{
    self, Route, RouteFlags, RouteHeader, RouteProtocol, RouteScope, RouteTable, RouteType,
};
use barelink_transport::{Connection, Error, KernelError, Requests};

/// Number of requests in a batch, whose replies fit in the default receive buffer.
const BATCH: usize = 128;

/// Statistics of a storm.
#[derive(Debug, Default, Clone, Copy)]
pub struct StormStats {
    /// Number of requests that the kernel accepted.
    pub accepted: u64,
    /// Number of requests that the kernel rejected, such as routes of a deleted link.
    pub rejected: u64,
    /// First error of the kernel.
    pub first_error: Option<KernelError>,
}

/// Change of one object; `number` selects its address.
#[derive(Debug, Clone, Copy)]
enum Change {
    Route { number: u32, action: Action },
    Neighbour { number: u32, index: i32, action: Action },
    Address { number: u32, index: i32, action: Action },
    Up { index: i32, up: bool },
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Action {
    Add,
    /// Replaces the gateway, hardware address or metric.
    Replace,
    Delete,
}

/// Runs storms, each on the state that the one before has left.
#[derive(Debug)]
pub struct Storm<'b> {
    kernel: Connection<'b>,
    /// `true` for each route that exists.
    exists: Vec<bool>,
    round: u32,
    random: u64,
    steady: i32,
    flapping: i32,
    /// Interface indices of one end of each veth pair that is created and deleted.
    pairs: Vec<i32>,
    pending: Vec<Change>,
    stats: StormStats,
}

impl<'b> Storm<'b> {
    /// Creates two veth pairs for the routes, in the network namespace of the connection.
    ///
    /// # Errors
    /// Errors of the kernel and the socket.
    pub fn new(mut kernel: Connection<'b>, routes: usize, seed: u64) -> Result<Self, Error> {
        // Without duplicate address detection, where it can be disabled.
        std::fs::write("/proc/sys/net/ipv6/conf/default/accept_dad", "0").ok();
        let steady = create_pair(&mut kernel, "steady")?;
        let flapping = create_pair(&mut kernel, "flapping")?;
        let mut storm = Storm {
            kernel,
            exists: vec![false; routes],
            round: 0,
            random: seed,
            steady,
            flapping,
            pairs: vec![],
            pending: vec![],
            stats: StormStats::default(),
        };
        for index in 1..=flapping {
            storm.change(Change::Up { index, up: true })?;
        }
        storm.change(Change::Address { number: 0xffff, index: steady, action: Action::Add })?;
        storm.flush()?;
        Ok(storm)
    }

    /// Runs a storm: in even rounds most routes are added and some deleted, in odd ones the reverse.
    ///
    /// # Errors
    /// Errors of the kernel for links, and of the socket; other rejected requests are counted.
    pub fn run(&mut self) -> Result<StormStats, Error> {
        self.stats = StormStats::default();
        let grows = self.round.is_multiple_of(2);
        let count = self.exists.len();
        // A change of a link takes a hundred times as long as one of a route.
        let (every_pair, every_flap) = ((count / 12).max(200), (count / 5).max(200));
        for number in 0..count {
            if self.exists[number] != grows {
                self.toggle(number)?;
            }
            let other = self.random_below(count);
            match self.random_below(16) {
                0..=3 if self.exists[other] == grows => self.toggle(other)?,
                4..=5 if self.exists[other] => {
                    self.change(Change::Route { number: other as u32, action: Action::Replace })?;
                }
                6 => self.change_neighbour_or_address(number as u32)?,
                _ => {}
            }
            if number % every_pair == every_pair / 2 {
                self.add_or_delete_pair(number)?;
            }
            if number % every_flap == every_flap / 2 {
                self.flap()?;
            }
        }
        self.flush()?;
        self.round += 1;
        Ok(self.stats)
    }

    /// Returns a random number below `count`.
    fn random_below(&mut self, count: usize) -> usize {
        self.random =
            self.random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.random >> 33) as usize % count
    }

    fn toggle(&mut self, number: usize) -> Result<(), Error> {
        let action = if self.exists[number] { Action::Delete } else { Action::Add };
        self.exists[number] = action == Action::Add;
        self.change(Change::Route { number: number as u32, action })
    }

    /// Adds, changes or deletes a neighbour, or sometimes an address.
    fn change_neighbour_or_address(&mut self, number: u32) -> Result<(), Error> {
        let action = match self.random_below(3) {
            0 => Action::Delete,
            1 => Action::Replace,
            _ => Action::Add,
        };
        let (number, index) = (number % 8192, self.steady);
        match self.random_below(8) {
            0 => self.change(Change::Address { number: number % 1024, index, action }),
            _ => self.change(Change::Neighbour { number, index, action }),
        }
    }

    /// Creates a veth pair with addresses and neighbours, or deletes one with all of these.
    fn add_or_delete_pair(&mut self, number: usize) -> Result<(), Error> {
        self.flush()?;
        if self.pairs.len() > 8 || (self.pairs.len() > 2 && self.random_below(2) == 0) {
            let nth = self.random_below(self.pairs.len());
            let index = self.pairs.swap_remove(nth);
            self.kernel.execute(link::DEL, header(index), |_| {})?;
            self.stats.accepted += 1;
            return Ok(());
        }
        let index = create_pair(&mut self.kernel, &format!("p{}x{number}", self.round))?;
        self.stats.accepted += 1;
        self.pairs.push(index);
        for index in [index, index - 1] {
            self.change(Change::Up { index, up: true })?;
            for number in 0..4 {
                self.change(Change::Address {
                    number: 2048 + number + 4 * index as u32,
                    index,
                    action: Action::Add,
                })?;
                self.change(Change::Neighbour { number, index, action: Action::Add })?;
            }
        }
        Ok(())
    }

    /// Sets a link down and up again; the kernel deletes its IPv4 routes without notification.
    fn flap(&mut self) -> Result<(), Error> {
        let index = self.flapping;
        self.change(Change::Up { index, up: false })?;
        for number in (0..self.exists.len()).filter(|number| is_flapping(*number as u32)) {
            self.exists[number] = false;
        }
        self.change(Change::Up { index, up: true })
    }

    fn change(&mut self, change: Change) -> Result<(), Error> {
        self.pending.push(change);
        if self.pending.len() < BATCH { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<(), Error> {
        let (pending, stats) = (&self.pending, &mut self.stats);
        let links = Links { steady: self.steady, flapping: self.flapping };
        self.kernel.batch(
            |batch| pending.iter().try_for_each(|change| links.push(batch, *change)),
            |_, result| match result {
                Ok(()) => stats.accepted += 1,
                Err(error) => {
                    stats.rejected += 1;
                    stats.first_error.get_or_insert(error);
                }
            },
        )?;
        self.pending.clear();
        Ok(())
    }
}

/// Returns whether a route uses the link that goes down and up.
const fn is_flapping(number: u32) -> bool {
    number % 40 < 2
}

fn header(index: i32) -> LinkHeader {
    LinkHeader { index, ..Default::default() }
}

/// Creates a veth pair, and returns the index of the end of this name; its peer's is one less.
fn create_pair(kernel: &mut Connection<'_>, name: &str) -> Result<i32, Error> {
    kernel.execute(link::NEW.create(), header(0), |link| {
        link.put(Link::IFNAME, name);
        link.nest(Link::LINKINFO, |info| {
            info.put(LinkInfo::KIND, "veth");
            info.nest(LinkInfo::DATA.nested::<Veth>(), |veth| {
                veth.nest_with_header(Veth::PEER, header(0), |peer| {
                    peer.put(Link::IFNAME, &format!("{name}-peer"));
                });
            });
        });
    })?;
    let created = kernel.get(link::GET, header(0), |link| {
        link.put(Link::IFNAME, name);
    })?;
    Ok(created.header.index)
}

/// Output interfaces of the routes.
struct Links {
    steady: i32,
    flapping: i32,
}

/// Returns the address of a number: of the IPv4 network if it is even, of the IPv6 one if odd.
fn numbered(v4: [u8; 4], v6: u16, number: u32) -> IpAddr {
    if number.is_multiple_of(2) {
        Ipv4Addr::from(u32::from_be_bytes(v4).wrapping_add(number)).into()
    } else {
        let [high, low] = [(number >> 16) as u16, number as u16];
        Ipv6Addr::new(0x2001, 0xdb8, v6, 0, 0, 0, high, low).into()
    }
}

fn family(address: IpAddr) -> AddressFamily {
    if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 }
}

impl Links {
    fn push(&self, batch: &mut Requests<'_>, change: Change) -> Result<(), barelink_codec::Error> {
        match change {
            Change::Route { number, action } => {
                let to = numbered([10, 0, 0, 0], 1, number);
                let interface = if is_flapping(number) { self.flapping } else { self.steady };
                // IPv6 routes with the same gateway become one multipath route; these have none.
                let is_direct = is_flapping(number) && to.is_ipv6();
                let gateway = match action {
                    Action::Replace => numbered([192, 0, 2, 10], 2, number % 2),
                    _ => numbered([192, 0, 2, 2], 3, number % 2),
                };
                let header = RouteHeader {
                    family: family(to),
                    dst_len: if to.is_ipv4() { 32 } else { 128 },
                    table: RouteTable::MAIN,
                    protocol: RouteProtocol::STATIC,
                    scope: RouteScope::UNIVERSE,
                    rtm_type: RouteType::UNICAST,
                    flags: if is_direct { RouteFlags::EMPTY } else { RouteFlags::ONLINK },
                    ..Default::default()
                };
                let header = match action {
                    Action::Delete => RouteHeader { scope: RouteScope::NOWHERE, ..header },
                    _ => header,
                };
                let message_type = match action {
                    Action::Add => route::NEW.create(),
                    Action::Replace => route::NEW.replace(),
                    Action::Delete => route::DEL,
                };
                batch.push(message_type, header, |route| {
                    route.put(Route::DST, to);
                    if action != Action::Delete {
                        route.put(Route::OIF, interface as u32);
                    }
                    if action != Action::Delete && !is_direct {
                        route.put(Route::GATEWAY, gateway);
                    }
                })
            }
            Change::Neighbour { number, index, action } => {
                let address = numbered([172, 16, 0, 0], 4, number);
                let state = NeighState::PERMANENT;
                let header =
                    NeighHeader { family: family(address), index, state, ..Default::default() };
                let message_type = match action {
                    Action::Add => neigh::NEW.create(),
                    Action::Replace => neigh::NEW.replace(),
                    Action::Delete => neigh::DEL,
                };
                let [_, .., high, low] = number.to_be_bytes();
                let hardware = [2, 0, 0, if action == Action::Add { 0 } else { 1 }, high, low];
                batch.push(message_type, header, |neigh| {
                    neigh.put(Neigh::DST, address).put(Neigh::LLADDR, &hardware);
                })
            }
            Change::Address { number, index, action } => {
                let address = numbered([100, 64, 0, 0], 5, number);
                let header = AddrHeader {
                    family: family(address),
                    prefix_len: if address.is_ipv4() { 32 } else { 128 },
                    index: index as u32,
                    ..Default::default()
                };
                let message_type = match action {
                    Action::Add => addr::NEW.create(),
                    Action::Replace => addr::NEW.replace(),
                    Action::Delete => addr::DEL,
                };
                batch.push(message_type, header, |addr| {
                    addr.put(Addr::LOCAL, address).put(Addr::ADDRESS, address);
                    if action == Action::Replace {
                        addr.put(Addr::RT_PRIORITY, 77);
                    }
                })
            }
            Change::Up { index, up } => {
                let flags = if up { LinkFlags::UP } else { LinkFlags::EMPTY };
                let header = LinkHeader { flags, change: LinkFlags::UP, ..header(index) };
                batch.push(link::SET, header, |_| {})
            }
        }
    }
}
