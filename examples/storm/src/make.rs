//! Changes routes, links, addresses and neighbours, many in a batch.

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

/// So many requests go into a batch: the kernel has room for the answers to all of them.
const BATCH: usize = 128;

/// What the storm did so far.
#[derive(Debug, Default, Clone, Copy)]
pub struct Done {
    /// How many requests the kernel carried out.
    pub done: u64,
    /// How many it refused: where a link has gone, so have its routes.
    pub refused: u64,
    /// The first refusal.
    pub first: Option<KernelError>,
}

/// One change; routes and the like by their numbers.
#[derive(Debug, Clone, Copy)]
enum Change {
    Route { number: u32, how: How },
    Neighbour { number: u32, index: i32, how: How },
    Address { number: u32, index: i32, how: How },
    Up { index: i32, up: bool },
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum How {
    Add,
    /// With another gateway, or another hardware address.
    Replace,
    Delete,
}

/// Makes storms, one after the other, each on top of what the one before has left.
#[derive(Debug)]
pub struct Storm<'b> {
    kernel: Connection<'b>,
    /// Which of the routes are there.
    there: Vec<bool>,
    round: u32,
    random: u64,
    steady: i32,
    flapping: i32,
    /// Links that come and go: one end of each pair.
    pairs: Vec<i32>,
    waiting: Vec<Change>,
    done: Done,
}

impl<'b> Storm<'b> {
    /// Two pairs of links for so many routes, in this thread's network namespace.
    pub fn new(mut kernel: Connection<'b>, routes: usize, seed: u64) -> Result<Self, Error> {
        // Best without waiting for IPv6 to make sure that nobody else has its addresses.
        std::fs::write("/proc/sys/net/ipv6/conf/default/accept_dad", "0").ok();
        let steady = pair(&mut kernel, "steady")?;
        let flapping = pair(&mut kernel, "flapping")?;
        let mut storm = Storm {
            kernel,
            there: vec![false; routes],
            round: 0,
            random: seed,
            steady,
            flapping,
            pairs: vec![],
            waiting: vec![],
            done: Done::default(),
        };
        for index in 1..=flapping {
            storm.change(Change::Up { index, up: true })?;
        }
        storm.change(Change::Address { number: 0xffff, index: steady, how: How::Add })?;
        storm.flush()?;
        Ok(storm)
    }

    /// One storm: by turns, routes come and some of them go, or routes go and some of them come.
    pub fn rage(&mut self) -> Result<Done, Error> {
        self.done = Done::default();
        let grows = self.round.is_multiple_of(2);
        let count = self.there.len();
        // Links take a hundred times as long.
        let (every_pair, every_flap) = ((count / 12).max(200), (count / 5).max(200));
        for number in 0..count {
            if self.there[number] != grows {
                self.toggle(number)?;
            }
            let other = self.any(count);
            match self.any(16) {
                0..=3 if self.there[other] == grows => self.toggle(other)?,
                4..=5 if self.there[other] => {
                    self.change(Change::Route { number: other as u32, how: How::Replace })?;
                }
                6 => self.nearby(number as u32)?,
                _ => {}
            }
            if number % every_pair == every_pair / 2 {
                self.pair_comes_or_goes(number)?;
            }
            if number % every_flap == every_flap / 2 {
                self.flap()?;
            }
        }
        self.flush()?;
        self.round += 1;
        Ok(self.done)
    }

    /// Of so many, one at random.
    fn any(&mut self, count: usize) -> usize {
        self.random =
            self.random.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.random >> 33) as usize % count
    }

    fn toggle(&mut self, number: usize) -> Result<(), Error> {
        let how = if self.there[number] { How::Delete } else { How::Add };
        self.there[number] = how == How::Add;
        self.change(Change::Route { number: number as u32, how })
    }

    /// A neighbour, or now and then an address, comes, changes or goes.
    fn nearby(&mut self, number: u32) -> Result<(), Error> {
        let how = match self.any(3) {
            0 => How::Delete,
            1 => How::Replace,
            _ => How::Add,
        };
        let (number, index) = (number % 8192, self.steady);
        match self.any(8) {
            0 => self.change(Change::Address { number: number % 1024, index, how }),
            _ => self.change(Change::Neighbour { number, index, how }),
        }
    }

    /// A pair of links comes, with addresses, neighbours; or one goes, and all that with it.
    fn pair_comes_or_goes(&mut self, number: usize) -> Result<(), Error> {
        self.flush()?;
        if self.pairs.len() > 8 || (self.pairs.len() > 2 && self.any(2) == 0) {
            let nth = self.any(self.pairs.len());
            let index = self.pairs.swap_remove(nth);
            self.kernel.execute(link::DEL, header(index), |_| {})?;
            self.done.done += 1;
            return Ok(());
        }
        let index = pair(&mut self.kernel, &format!("p{}x{number}", self.round))?;
        self.done.done += 1;
        self.pairs.push(index);
        for index in [index, index - 1] {
            self.change(Change::Up { index, up: true })?;
            for number in 0..4 {
                self.change(Change::Address {
                    number: 2048 + number + 4 * index as u32,
                    index,
                    how: How::Add,
                })?;
                self.change(Change::Neighbour { number, index, how: How::Add })?;
            }
        }
        Ok(())
    }

    /// A link goes down and up again; its routes of IPv4 go without a word.
    fn flap(&mut self) -> Result<(), Error> {
        let index = self.flapping;
        self.change(Change::Up { index, up: false })?;
        for number in (0..self.there.len()).filter(|number| flaps(*number as u32)) {
            self.there[number] = false;
        }
        self.change(Change::Up { index, up: true })
    }

    fn change(&mut self, change: Change) -> Result<(), Error> {
        self.waiting.push(change);
        if self.waiting.len() < BATCH { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<(), Error> {
        let (waiting, done) = (&self.waiting, &mut self.done);
        let links = Links { steady: self.steady, flapping: self.flapping };
        self.kernel.batch(
            |batch| waiting.iter().try_for_each(|change| links.push(batch, *change)),
            |_, result| match result {
                Ok(()) => done.done += 1,
                Err(refusal) => {
                    done.refused += 1;
                    done.first.get_or_insert(refusal);
                }
            },
        )?;
        self.waiting.clear();
        Ok(())
    }
}

/// Whether a route goes by the link that goes down now and then.
const fn flaps(number: u32) -> bool {
    number % 40 < 2
}

fn header(index: i32) -> LinkHeader {
    LinkHeader { index, ..Default::default() }
}

/// Makes a pair of links; the index of the one of this name, which is that of the other and one.
fn pair(kernel: &mut Connection<'_>, name: &str) -> Result<i32, Error> {
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
    let made = kernel.get(link::GET, header(0), |link| {
        link.put(Link::IFNAME, name);
    })?;
    Ok(made.header.index)
}

/// The links that routes go by.
struct Links {
    steady: i32,
    flapping: i32,
}

/// An address with a number, in a network of IPv4, or one of IPv6, where the number is odd.
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
            Change::Route { number, how } => {
                let to = numbered([10, 0, 0, 0], 1, number);
                let by = if flaps(number) { self.flapping } else { self.steady };
                // Routes of IPv6 by gateways are next hops of one; these are of a link.
                let direct = flaps(number) && to.is_ipv6();
                let gateway = match how {
                    How::Replace => numbered([192, 0, 2, 10], 2, number % 2),
                    _ => numbered([192, 0, 2, 2], 3, number % 2),
                };
                let header = RouteHeader {
                    family: family(to),
                    dst_len: if to.is_ipv4() { 32 } else { 128 },
                    table: RouteTable::MAIN,
                    protocol: RouteProtocol::STATIC,
                    scope: RouteScope::UNIVERSE,
                    rtm_type: RouteType::UNICAST,
                    flags: if direct { RouteFlags::EMPTY } else { RouteFlags::ONLINK },
                    ..Default::default()
                };
                let header = match how {
                    How::Delete => RouteHeader { scope: RouteScope::NOWHERE, ..header },
                    _ => header,
                };
                let kind = match how {
                    How::Add => route::NEW.create(),
                    How::Replace => route::NEW.replace(),
                    How::Delete => route::DEL,
                };
                batch.push(kind, header, |route| {
                    route.put(Route::DST, to);
                    if how != How::Delete {
                        route.put(Route::OIF, by as u32);
                    }
                    if how != How::Delete && !direct {
                        route.put(Route::GATEWAY, gateway);
                    }
                })
            }
            Change::Neighbour { number, index, how } => {
                let address = numbered([172, 16, 0, 0], 4, number);
                let state = NeighState::PERMANENT;
                let header =
                    NeighHeader { family: family(address), index, state, ..Default::default() };
                let kind = match how {
                    How::Add => neigh::NEW.create(),
                    How::Replace => neigh::NEW.replace(),
                    How::Delete => neigh::DEL,
                };
                let [_, .., high, low] = number.to_be_bytes();
                let hardware = [2, 0, 0, if how == How::Add { 0 } else { 1 }, high, low];
                batch.push(kind, header, |neigh| {
                    neigh.put(Neigh::DST, address).put(Neigh::LLADDR, &hardware);
                })
            }
            Change::Address { number, index, how } => {
                let address = numbered([100, 64, 0, 0], 5, number);
                let header = AddrHeader {
                    family: family(address),
                    prefix_len: if address.is_ipv4() { 32 } else { 128 },
                    index: index as u32,
                    ..Default::default()
                };
                let kind = match how {
                    How::Add => addr::NEW.create(),
                    How::Replace => addr::NEW.replace(),
                    How::Delete => addr::DEL,
                };
                batch.push(kind, header, |addr| {
                    addr.put(Addr::LOCAL, address).put(Addr::ADDRESS, address);
                    if how == How::Replace {
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
