//! What is planned is done: links first, then addresses, then routes.
//!
//! Each step is taken for all interfaces before there is any waiting, so carriers and addresses come
//! in their own time, side by side. What fails is told, and the rest is done.

use core::fmt::Write;
use core::net::IpAddr;
use core::time::Duration;

use barelink_codec::addr_text::Prefix;
use barelink_codec::message::MessageType;
use barelink_codec::nest::Parsed;
use barelink_codec::rtnl::addr::{self, Addr, AddrCacheInfo, AddrHeader};
use barelink_codec::rtnl::ids::AddressFamily;
use barelink_codec::rtnl::link::{self, Link, LinkFlags, LinkHeader};
use barelink_codec::rtnl::route::{
    self, Route, RouteFlags, RouteHeader, RouteProtocol, RouteScope, RouteTable, RouteType,
};
use barelink_codec::writer::Writer;
use barelink_transport::{Deadline, Errno, Error};
use heapless::{String, Vec};

use super::fields::Fields;
use super::look::{self, Progress, Seen, Wanted};
use super::plan::{Interface, Method, Plan};
use super::status::{Host, Log, Status};
use super::wait::Kernel;

/// The first link of every machine is `lo`.
const LO: u32 = 1;

/// There is a signal, and the kernel has taken note of it, which it does a little later.
const CARRIER: LinkFlags = LinkFlags(LinkFlags::RUNNING.0 | LinkFlags::LOWER_UP.0);

/// How long an address is there that is not lent, `INFINITY_LIFE_TIME`.
const FOREVER: u32 = u32::MAX;

/// What is said of a link that does not come.
const WAIT: &str = "wait for the link";

/// Who does it.
pub struct Work<'w, 'p, 'b, 'l> {
    /// Asks the kernel.
    pub kernel: Kernel<'b>,
    /// What is planned.
    pub plan: &'w Plan<'p>,
    /// Where it is told.
    pub log: &'w mut Log<'l>,
    /// Name servers: those that are told, and those of who lends addresses.
    pub servers: Vec<IpAddr, 8>,
}

/// How far an interface is.
pub(super) struct State {
    pub index: u32,
    pub name: String<16>,
    mtu: u32,
    carrier: bool,
    /// Whether it has the address that is told, or lent.
    pub address: bool,
    /// That address.
    pub local: Option<Prefix>,
    /// For how many seconds it is lent.
    pub lent: u32,
    /// Who knows the way to everywhere else.
    pub way: Option<IpAddr>,
    gateway: bool,
    found: Option<IpAddr>,
}

/// This many seconds from now.
pub(super) fn seconds(seconds: u32) -> Deadline {
    Deadline::after(Duration::from_secs(seconds.into()))
}

impl Work<'_, '_, '_, '_> {
    /// Does it all.
    pub fn run(&mut self) {
        let plan = self.plan;
        let up = self.up(LO);
        self.log.is_done("lo", "up", up);
        let by = seconds(plan.limits.device);
        for one in &plan.names {
            self.rename(one.name, &one.mac, by);
        }
        for one in &plan.made {
            self.make(one, by);
        }
        let mut all: Vec<Option<State>, 16> = Vec::new();
        for one in &plan.interfaces {
            let _ = all.push(self.bring_up(one, by));
        }
        self.addresses(&mut all);
        self.carriers(&mut all);
        self.settle(&mut all);
        self.gateways(&mut all);
        self.routes(by);
        for (one, state) in plan.interfaces.iter().zip(&all) {
            if let Some(state) = state {
                self.tell(one, state);
            }
        }
    }

    /// Asks for something of a link, or for a link.
    fn ask(
        &mut self,
        kind: MessageType<LinkHeader, Link>,
        header: LinkHeader,
        fill: &mut dyn FnMut(&mut Writer<'_, Link>),
    ) -> Result<(), Error> {
        self.kernel.route.execute(kind, header, |link| fill(link))
    }

    /// Switches a link on.
    pub(super) fn up(&mut self, index: u32) -> Result<(), Error> {
        let (index, flags) = (index as i32, LinkFlags::UP);
        let header = LinkHeader { index, flags, change: flags, ..Default::default() };
        self.ask(link::SET, header, &mut |_| {})
    }

    /// Switches a link off, if it is not; some things it takes only then.
    fn down(&mut self, link: &Seen) {
        if link.flags.contains(LinkFlags::UP) {
            let (index, change) = (link.index as i32, LinkFlags::UP);
            let header = LinkHeader { index, change, ..Default::default() };
            let down = self.ask(link::SET, header, &mut |_| {});
            self.log.is_done(&link.name, "down", down);
        }
    }

    /// Makes a link, as `fill` says; one that is there already will do.
    pub(super) fn create(
        &mut self,
        name: &str,
        fill: &mut dyn FnMut(&mut Writer<'_, Link>),
    ) -> Result<(), Error> {
        match self.ask(link::NEW.create(), LinkHeader::default(), fill) {
            Err(Error::Kernel(refusal)) if refusal.errno() == Errno::EXIST => {
                self.log.line(format_args!("{name}: it is there already"));
                Ok(())
            }
            made => made,
        }
    }

    /// The first link that `fits`, when there is one; what it is called until then.
    fn find(
        &mut self,
        name: &str,
        what: &str,
        by: Deadline,
        fits: &mut dyn FnMut(&Parsed<'_, LinkHeader, Link>) -> bool,
    ) -> Option<Seen> {
        let mut found = None;
        let waited = self.kernel.wait(by, &mut |route| {
            found = look::first(route, fits)?;
            Ok(found.is_some())
        });
        self.log.is_done(name, what, waited);
        found
    }

    /// The link of that name, when it is there.
    pub(super) fn link(&mut self, name: &str, by: Deadline) -> Option<Seen> {
        self.find(name, WAIT, by, &mut |link| look::has_name(link, name))
    }

    /// Gives the link with that hardware address a name.
    fn rename(&mut self, name: &str, mac: &[u8; 6], by: Deadline) {
        let found = self.find(name, WAIT, by, &mut |link| look::has_mac(link, mac));
        let Some(link) = found.filter(|link| link.name != name) else { return };
        self.down(&link);
        let named = self.set(link.index, &mut |link| {
            link.put(Link::IFNAME, name);
        });
        if self.log.is_done(name, "rename", named) {
            self.log.line(format_args!("{name}: was {}", link.name));
        }
    }

    /// Changes a link: what `fill` says, and nothing else.
    fn set(
        &mut self,
        index: u32,
        fill: &mut dyn FnMut(&mut Writer<'_, Link>),
    ) -> Result<(), Error> {
        let header = LinkHeader { index: index as i32, ..Default::default() };
        self.ask(link::SET, header, fill)
    }

    /// Makes ports of the links with these names, and switches all on; whether all of them are.
    pub(super) fn join(
        &mut self,
        master: &str,
        ports: &str,
        while_down: bool,
        by: Deadline,
    ) -> bool {
        let Some(to) = self.link(master, by) else { return false };
        let mut all = true;
        for port in Fields::by(ports, b',') {
            let Some(link) = self.link(port, by) else {
                all = false;
                continue;
            };
            if while_down {
                self.down(&link);
            }
            // One after the other: together, the kernel would switch it on first.
            let joined = self.set(link.index, &mut |link| {
                link.put(Link::MASTER, to.index);
            });
            let joined = joined.and_then(|()| self.up(link.index));
            all &= self.log.is_done(port, "join", joined);
        }
        let up = self.up(to.index);
        self.log.is_done(master, "up", up) && all
    }

    /// Brings an interface up, once it is there; without a name, the machine's first.
    #[inline(never)]
    fn bring_up(&mut self, one: &Interface<'_>, by: Deadline) -> Option<State> {
        let plan = self.plan;
        let link = match one.device.or(plan.boot_device) {
            Some(name) => self.link(name, by)?,
            None => self.find("ip=", WAIT, by, &mut |link| {
                let made = plan.made.iter().any(|one| look::has_name(link, one.name));
                look::is_card(link) && !made
            })?,
        };
        if one.mac.is_some() {
            self.down(&link);
        }
        // One after the other: together, the kernel may switch it on first. What it refuses is
        // told, and no reason to do without the interface.
        if let Some(mac) = &one.mac {
            let set = self.set(link.index, &mut |link| {
                link.put(Link::ADDRESS, mac);
            });
            self.log.is_done(&link.name, "set the hardware address", set);
        }
        let mut mtu = link.mtu;
        if let Some(wanted) = one.mtu {
            let set = self.set(link.index, &mut |link| {
                link.put(Link::MTU, wanted);
            });
            if self.log.is_done(&link.name, "set the MTU", set) {
                mtu = wanted;
            }
        }
        let up = self.up(link.index);
        let state = State {
            index: link.index,
            mtu,
            name: link.name,
            carrier: false,
            address: false,
            local: one.address,
            lent: FOREVER,
            way: one.gateway,
            gateway: false,
            found: None,
        };
        self.log.is_done(&state.name, "up", up).then_some(state)
    }

    /// Gives them their addresses.
    fn addresses(&mut self, all: &mut [Option<State>]) {
        for (one, state) in self.plan.interfaces.iter().zip(all) {
            if let (Some(state), Some(address)) = (state, one.address) {
                let given = self.add_address(state.index, address, one.peer, FOREVER);
                state.address = self.log.is_done(&state.name, "add the address", given);
            }
        }
    }

    pub(super) fn add_address(
        &mut self,
        index: u32,
        local: Prefix,
        peer: Option<Prefix>,
        seconds: u32,
    ) -> Result<(), Error> {
        let other = peer.unwrap_or(local);
        let family = family(local.address);
        let header = AddrHeader { family, prefix_len: other.len, index, ..Default::default() };
        self.kernel.route.execute(addr::NEW.replace(), header, |address| {
            address.put(Addr::LOCAL, local.address).put(Addr::ADDRESS, other.address);
            if let (IpAddr::V4(own), None, 0..31) = (local.address, peer, local.len) {
                let hosts = u32::MAX.checked_shr(local.len.into()).unwrap_or(0);
                address.put(Addr::BROADCAST, (own.to_bits() | hosts).into());
            }
            if seconds != FOREVER {
                let lent =
                    AddrCacheInfo { preferred: seconds, valid: seconds, ..Default::default() };
                address.put(Addr::CACHEINFO, lent);
            }
        })
    }

    /// Waits for their carriers.
    fn carriers(&mut self, all: &mut [Option<State>]) {
        let by = seconds(self.plan.limits.carrier);
        for state in all.iter_mut().flatten() {
            let found = self.find(&state.name, "wait for a carrier", by, &mut |link| {
                let LinkHeader { index, flags, .. } = link.header;
                index == state.index as i32 && flags.contains(CARRIER)
            });
            state.carrier = found.is_some();
        }
    }

    /// Waits for IPv6 to find out whether the addresses can be used, and to find those that nobody
    /// told of. Without a carrier it finds nothing.
    #[inline(never)]
    fn settle(&mut self, all: &mut [Option<State>]) {
        let limits = self.plan.limits;
        let (unique, router) = (seconds(limits.unique), seconds(limits.router));
        for (one, state) in self.plan.interfaces.iter().zip(all) {
            let Some(state) = state.as_mut().filter(|state| state.carrier) else { continue };
            if let Some(Prefix { address: own @ IpAddr::V6(_), .. }) = one.address {
                if state.address {
                    let what = "wait until the address is known to be nobody else's";
                    state.address = self.usable(state, Wanted::Is(own), what, unique).is_some();
                }
            }
            match one.method {
                Method::Static => {}
                Method::Dhcp => self.lend(state),
                Method::Dhcp6 => self.needed(&state.name, "DHCPv6"),
                Method::LinkLocal => {
                    let wanted = Wanted::Link;
                    let what = "wait for the link's own address";
                    state.found = self.usable(state, wanted, what, unique);
                }
                Method::Router | Method::RouterOrDhcp6 => {
                    let wanted = Wanted::Wide(one.address.map(|prefix| prefix.address));
                    let what = "wait for a router's prefix";
                    let before = self.log.status;
                    state.found = self.usable(state, wanted, what, router);
                    if state.found.is_none() && one.method == Method::RouterOrDhcp6 {
                        // That no router answers is not the end of it.
                        self.log.status = before;
                        self.needed(&state.name, "DHCPv6");
                    }
                }
            }
        }
    }

    /// Tells what another program would have to do.
    pub(super) fn needed(&mut self, name: &str, what: &str) {
        let log = &mut *self.log;
        log.worse(
            Status::Dhcp,
            format_args!("{name}: {what} is needed: the link is up, run a client for it"),
        );
    }

    #[cfg(not(feature = "dhcp"))]
    fn lend(&mut self, state: &mut State) {
        self.needed(&state.name, "DHCP");
    }

    /// Waits until an address can be used.
    fn usable(
        &mut self,
        state: &State,
        wanted: Wanted,
        what: &str,
        by: Deadline,
    ) -> Option<IpAddr> {
        let mut last = (Progress::None, None);
        let waited = self.kernel.wait(by, &mut |route| {
            last = look::address(route, state.index, wanted)?;
            Ok(matches!(last.0, Progress::Usable | Progress::Taken))
        });
        if !self.log.is_done(&state.name, what, waited) {
            return None;
        }
        if let (Progress::Taken, Some(address)) = last {
            let name = &state.name;
            self.log.worse(
                Status::Refused,
                format_args!("{name}: somebody else has {}", Host(address)),
            );
            return None;
        }
        last.1
    }

    /// Sends everything else through their gateways. With several, the boot device's is preferred,
    /// and then whose comes first.
    #[inline(never)]
    fn gateways(&mut self, all: &mut [Option<State>]) {
        let plan = self.plan;
        let mut before = [0, 0];
        for boot in [true, false] {
            for (one, state) in plan.interfaces.iter().zip(all.iter_mut()) {
                let is_boot = plan.boot_device.is_some() && one.device == plan.boot_device;
                let Some(state) = state else { continue };
                let Some(gateway) = state.way else { continue };
                if is_boot != boot || !state.address {
                    continue;
                }
                let is_v6 = gateway.is_ipv6();
                let Some(count) = before.get_mut(usize::from(is_v6)) else { continue };
                // IPv6's usual metric is 1024, and 0 means that.
                let metric = if is_v6 && *count > 0 { 1024 + *count } else { *count };
                *count += 1;
                let any = if is_v6 { IpAddr::from([0; 16]) } else { IpAddr::from([0; 4]) };
                let near = one.peer.or(state.local).is_some_and(|prefix| holds(prefix, gateway));
                let to = Prefix { address: any, len: 0 };
                let added = self.add_route(to, Some(gateway), Some(state.index), metric, !near);
                state.gateway = self.log.is_done(&state.name, "route through the gateway", added);
            }
        }
    }

    /// Adds the routes that are told.
    fn routes(&mut self, by: Deadline) {
        for way in &self.plan.routes {
            let index = match way.device {
                None => None,
                Some(name) => match self.link(name, by) {
                    Some(link) => Some(link.index),
                    None => continue,
                },
            };
            let added = self.add_route(way.to, way.gateway, index, 0, false);
            let done = self.log.is_done("rd.route=", "add the route", added);
            match way.gateway {
                _ if !done => {}
                Some(gateway) => {
                    self.log.line(format_args!("route: {} through {}", way.to, Host(gateway)))
                }
                None => {
                    let device = way.device.unwrap_or_default();
                    self.log.line(format_args!("route: {} on {device}", way.to));
                }
            }
        }
    }

    fn add_route(
        &mut self,
        to: Prefix,
        gateway: Option<IpAddr>,
        index: Option<u32>,
        metric: u32,
        onlink: bool,
    ) -> Result<(), Error> {
        self.route(route::NEW.replace(), to, (gateway, index), metric, onlink)
    }

    /// Asks for something of a route, of which gateway and interface are told together.
    pub(super) fn route(
        &mut self,
        kind: MessageType<RouteHeader, Route>,
        to: Prefix,
        (gateway, index): (Option<IpAddr>, Option<u32>),
        metric: u32,
        onlink: bool,
    ) -> Result<(), Error> {
        let is_near = gateway.is_none() && to.address.is_ipv4();
        let header = RouteHeader {
            family: family(to.address),
            dst_len: to.len,
            table: RouteTable::MAIN,
            protocol: RouteProtocol::BOOT,
            rtm_type: RouteType::UNICAST,
            scope: if is_near { RouteScope::LINK } else { RouteScope::UNIVERSE },
            flags: if onlink { RouteFlags::ONLINK } else { RouteFlags::default() },
            ..Default::default()
        };
        self.kernel.route.execute(kind, header, |route| {
            if to.len > 0 {
                route.put(Route::DST, masked(to));
            }
            if let Some(gateway) = gateway {
                route.put(Route::GATEWAY, gateway);
            }
            if let Some(index) = index {
                route.put(Route::OIF, index);
            }
            if metric > 0 {
                route.put(Route::PRIORITY, metric);
            }
        })
    }

    /// Tells in one line how far an interface is.
    #[inline(never)]
    fn tell(&mut self, one: &Interface<'_>, state: &State) {
        let carrier = if state.carrier { "carrier" } else { "no carrier" };
        let log = &mut *self.log;
        let _ = write!(log, "netup: {}: up, {carrier}, mtu {}", state.name, state.mtu);
        if let (true, Some(address)) = (state.address, state.local) {
            let _ = write!(log, ", {address}");
        }
        if state.lent != FOREVER {
            let _ = write!(log, " for {} s", state.lent);
        }
        if let Some(peer) = one.peer.filter(|_| state.address) {
            let _ = write!(log, " to {peer}");
        }
        if let Some(found) = state.found {
            let _ = write!(log, ", {}", Host(found));
        }
        if let (true, Some(gateway)) = (state.gateway, state.way) {
            let _ = write!(log, ", gateway {}", Host(gateway));
        }
        let _ = log.write_str("\n");
    }
}

const fn family(address: IpAddr) -> AddressFamily {
    if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 }
}

/// The address's bits that count, the rest zero.
fn masked(prefix: Prefix) -> IpAddr {
    let Prefix { address, len } = prefix;
    match address {
        IpAddr::V4(v4) => {
            let hosts = u32::MAX.checked_shr(len.into()).unwrap_or(0);
            IpAddr::V4((v4.to_bits() & !hosts).into())
        }
        IpAddr::V6(v6) => {
            let hosts = u128::MAX.checked_shr(len.into()).unwrap_or(0);
            IpAddr::V6((v6.to_bits() & !hosts).into())
        }
    }
}

/// Whether an address is within a prefix; every link's own addresses are within each.
fn holds(prefix: Prefix, address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(v6) if v6.is_unicast_link_local())
        || masked(prefix) == masked(Prefix { address, ..prefix })
}
