//! Carries out a plan: links first, then addresses, then routes.
//!
//! Each step is done for all interfaces before the first wait, so that they wait for carriers and
//! addresses at the same time. A failed step is logged, and the rest is still done.

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
use super::lookup::{self, AddressFilter, DadState, FoundLink};
use super::plan::{Interface, Method, Plan};
use super::status::{Host, Log, Status};
use super::wait::Kernel;

/// Interface index of `lo` in every network namespace.
const LO: u32 = 1;

/// Flags of a link with a carrier, once the kernel has updated the operational state.
const CARRIER: LinkFlags = LinkFlags(LinkFlags::RUNNING.0 | LinkFlags::LOWER_UP.0);

/// Lifetime of an address that is not leased (`INFINITY_LIFE_TIME`).
const INFINITE: u32 = u32::MAX;

/// Step in the log when a link does not appear.
const WAIT_FOR_LINK: &str = "wait for the link";

/// Carries out a plan.
pub struct Executor<'w, 'p, 'b, 'l> {
    /// Connection and monitor.
    pub kernel: Kernel<'b>,
    /// Plan to carry out.
    pub plan: &'w Plan<'p>,
    /// Log of the steps.
    pub log: &'w mut Log<'l>,
    /// Name servers of the plan and of the leases.
    pub name_servers: Vec<IpAddr, 8>,
}

/// State of an interface while it is configured.
pub(super) struct InterfaceState {
    pub index: u32,
    pub name: String<16>,
    mtu: u32,
    carrier: bool,
    /// `true` if the static or leased address was added and is usable.
    pub has_address: bool,
    /// Static or leased address.
    pub local: Option<Prefix>,
    /// Lease time in seconds; `u32::MAX` for a static address.
    pub lease_secs: u32,
    /// Gateway of the default route.
    pub default_gateway: Option<IpAddr>,
    has_default_route: bool,
    auto_address: Option<IpAddr>,
}

/// Returns the deadline this many seconds from now.
pub(super) fn deadline_in(seconds: u32) -> Deadline {
    Deadline::after(Duration::from_secs(seconds.into()))
}

impl Executor<'_, '_, '_, '_> {
    /// Carries out the plan.
    pub fn run(&mut self) {
        let plan = self.plan;
        let up = self.set_up(LO);
        self.log.check("lo", "up", up);
        let by = deadline_in(plan.timeouts.link);
        for one in &plan.renames {
            self.rename(one.name, &one.mac, by);
        }
        for one in &plan.created {
            self.create_link(one, by);
        }
        let mut all: Vec<Option<InterfaceState>, 16> = Vec::new();
        for one in &plan.interfaces {
            let _ = all.push(self.bring_up(one, by));
        }
        self.add_addresses(&mut all);
        self.wait_for_carriers(&mut all);
        self.wait_for_addresses(&mut all);
        self.add_default_routes(&mut all);
        self.add_static_routes(by);
        for (one, state) in plan.interfaces.iter().zip(&all) {
            if let Some(state) = state {
                self.report(one, state);
            }
        }
    }

    /// Sends a link request, and waits for its acknowledgement.
    fn link_request(
        &mut self,
        message_type: MessageType<LinkHeader, Link>,
        header: LinkHeader,
        fill: &mut dyn FnMut(&mut Writer<'_, Link>),
    ) -> Result<(), Error> {
        self.kernel.route.execute(message_type, header, |link| fill(link))
    }

    /// Sets a link up (`IFF_UP`).
    pub(super) fn set_up(&mut self, index: u32) -> Result<(), Error> {
        let (index, flags) = (index as i32, LinkFlags::UP);
        let header = LinkHeader { index, flags, change: flags, ..Default::default() };
        self.link_request(link::SET, header, &mut |_| {})
    }

    /// Sets a link down, if it is up; some changes require that.
    fn set_down(&mut self, link: &FoundLink) {
        if link.flags.contains(LinkFlags::UP) {
            let (index, change) = (link.index as i32, LinkFlags::UP);
            let header = LinkHeader { index, change, ..Default::default() };
            let down = self.link_request(link::SET, header, &mut |_| {});
            self.log.check(&link.name, "down", down);
        }
    }

    /// Creates a link with the attributes that `fill` writes, unless one of that name exists.
    pub(super) fn new_link(
        &mut self,
        name: &str,
        fill: &mut dyn FnMut(&mut Writer<'_, Link>),
    ) -> Result<(), Error> {
        match self.link_request(link::NEW.create(), LinkHeader::default(), fill) {
            Err(Error::Kernel(error)) if error.errno() == Errno::EXIST => {
                self.log.line(format_args!("{name}: exists already"));
                Ok(())
            }
            created => created,
        }
    }

    /// Waits for a link for which `fits` returns `true`; `name` and `step` are for the log.
    fn wait_for(
        &mut self,
        name: &str,
        step: &str,
        by: Deadline,
        fits: &mut dyn FnMut(&Parsed<'_, LinkHeader, Link>) -> bool,
    ) -> Option<FoundLink> {
        let mut found = None;
        let waited = self.kernel.wait(by, &mut |route| {
            found = lookup::first_link(route, fits)?;
            Ok(found.is_some())
        });
        self.log.check(name, step, waited);
        found
    }

    /// Waits for the link of this name.
    pub(super) fn wait_for_link(&mut self, name: &str, by: Deadline) -> Option<FoundLink> {
        self.wait_for(name, WAIT_FOR_LINK, by, &mut |link| lookup::has_name(link, name))
    }

    /// Renames the link with this hardware address, once it appears.
    fn rename(&mut self, name: &str, mac: &[u8; 6], by: Deadline) {
        let found = self.wait_for(name, WAIT_FOR_LINK, by, &mut |link| lookup::has_mac(link, mac));
        let Some(link) = found.filter(|link| link.name != name) else { return };
        self.set_down(&link);
        let named = self.change_link(link.index, &mut |link| {
            link.put(Link::IFNAME, name);
        });
        if self.log.check(name, "rename", named) {
            self.log.line(format_args!("{name}: renamed from {}", link.name));
        }
    }

    /// Changes the attributes of a link that `fill` writes.
    fn change_link(
        &mut self,
        index: u32,
        fill: &mut dyn FnMut(&mut Writer<'_, Link>),
    ) -> Result<(), Error> {
        let header = LinkHeader { index: index as i32, ..Default::default() };
        self.link_request(link::SET, header, fill)
    }

    /// Adds ports to a bond or bridge, sets all up, and returns whether every step succeeded.
    pub(super) fn add_ports(
        &mut self,
        master: &str,
        ports: &str,
        while_down: bool,
        by: Deadline,
    ) -> bool {
        let Some(master_link) = self.wait_for_link(master, by) else { return false };
        let mut all = true;
        for port in Fields::separated_by(ports, b',') {
            let Some(link) = self.wait_for_link(port, by) else {
                all = false;
                continue;
            };
            if while_down {
                self.set_down(&link);
            }
            // Two requests: from one, the kernel would set the port up first.
            let added = self.change_link(link.index, &mut |link| {
                link.put(Link::MASTER, master_link.index);
            });
            let added = added.and_then(|()| self.set_up(link.index));
            all &= self.log.check(port, "add as port", added);
        }
        let up = self.set_up(master_link.index);
        self.log.check(master, "up", up) && all
    }

    /// Brings an interface up, once it appears; without a name, the first Ethernet link.
    #[inline(never)]
    fn bring_up(&mut self, one: &Interface<'_>, by: Deadline) -> Option<InterfaceState> {
        let plan = self.plan;
        let link = match one.device.or(plan.boot_device) {
            Some(name) => self.wait_for_link(name, by)?,
            None => self.wait_for("ip=", WAIT_FOR_LINK, by, &mut |link| {
                let created = plan.created.iter().any(|one| lookup::has_name(link, one.name));
                lookup::is_card(link) && !created
            })?,
        };
        if one.mac.is_some() {
            self.set_down(&link);
        }
        // Separate requests: from one, the kernel may set the link up first. A rejected change is
        // logged, and the interface is used without it.
        if let Some(mac) = &one.mac {
            let set = self.change_link(link.index, &mut |link| {
                link.put(Link::ADDRESS, mac);
            });
            self.log.check(&link.name, "set the hardware address", set);
        }
        let mut mtu = link.mtu;
        if let Some(wanted) = one.mtu {
            let set = self.change_link(link.index, &mut |link| {
                link.put(Link::MTU, wanted);
            });
            if self.log.check(&link.name, "set the MTU", set) {
                mtu = wanted;
            }
        }
        let up = self.set_up(link.index);
        let state = InterfaceState {
            index: link.index,
            mtu,
            name: link.name,
            carrier: false,
            has_address: false,
            local: one.address,
            lease_secs: INFINITE,
            default_gateway: one.gateway,
            has_default_route: false,
            auto_address: None,
        };
        self.log.check(&state.name, "up", up).then_some(state)
    }

    /// Adds the static addresses.
    fn add_addresses(&mut self, all: &mut [Option<InterfaceState>]) {
        for (one, state) in self.plan.interfaces.iter().zip(all) {
            if let (Some(state), Some(address)) = (state, one.address) {
                let added = self.add_address(state.index, address, one.peer, INFINITE);
                state.has_address = self.log.check(&state.name, "add the address", added);
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
            if seconds != INFINITE {
                let lease =
                    AddrCacheInfo { preferred: seconds, valid: seconds, ..Default::default() };
                address.put(Addr::CACHEINFO, lease);
            }
        })
    }

    /// Waits for the interfaces' carriers.
    fn wait_for_carriers(&mut self, all: &mut [Option<InterfaceState>]) {
        let by = deadline_in(self.plan.timeouts.carrier);
        for state in all.iter_mut().flatten() {
            let found = self.wait_for(&state.name, "wait for a carrier", by, &mut |link| {
                let LinkHeader { index, flags, .. } = link.header;
                index == state.index as i32 && flags.contains(CARRIER)
            });
            state.carrier = found.is_some();
        }
    }

    /// Waits for duplicate address detection, and for automatic addresses and leases.
    ///
    /// An interface without a carrier is skipped.
    #[inline(never)]
    fn wait_for_addresses(&mut self, all: &mut [Option<InterfaceState>]) {
        let timeouts = self.plan.timeouts;
        let (dad, router) = (deadline_in(timeouts.dad), deadline_in(timeouts.router));
        for (one, state) in self.plan.interfaces.iter().zip(all) {
            let Some(state) = state.as_mut().filter(|state| state.carrier) else { continue };
            if let Some(Prefix { address: own @ IpAddr::V6(_), .. }) = one.address {
                if state.has_address {
                    let step = "duplicate address detection";
                    state.has_address = self
                        .wait_until_usable(state, AddressFilter::Exact(own), step, dad)
                        .is_some();
                }
            }
            match one.method {
                Method::Static => {}
                Method::Dhcp => self.acquire_lease(state),
                Method::Dhcp6 => self.report_client(&state.name, "DHCPv6"),
                Method::LinkLocal => {
                    let filter = AddressFilter::LinkLocal;
                    let step = "wait for the link-local address";
                    state.auto_address = self.wait_until_usable(state, filter, step, dad);
                }
                Method::Router | Method::RouterOrDhcp6 => {
                    let filter =
                        AddressFilter::WiderScope(one.address.map(|prefix| prefix.address));
                    let step = "wait for a router advertisement";
                    let before = self.log.status;
                    state.auto_address = self.wait_until_usable(state, filter, step, router);
                    if state.auto_address.is_none() && one.method == Method::RouterOrDhcp6 {
                        // Without a router, DHCPv6 is the next method, not a failure.
                        self.log.status = before;
                        self.report_client(&state.name, "DHCPv6");
                    }
                }
            }
        }
    }

    /// Logs that another program is needed: a client of this protocol.
    pub(super) fn report_client(&mut self, name: &str, protocol: &str) {
        let log = &mut *self.log;
        log.failure(
            Status::NeedsClient,
            format_args!("{name}: the link is up, but needs a {protocol} client"),
        );
    }

    #[cfg(not(feature = "dhcp"))]
    fn acquire_lease(&mut self, state: &mut InterfaceState) {
        self.report_client(&state.name, "DHCP");
    }

    /// Waits until an address is usable, and returns it; logs a duplicate address.
    fn wait_until_usable(
        &mut self,
        state: &InterfaceState,
        filter: AddressFilter,
        step: &str,
        by: Deadline,
    ) -> Option<IpAddr> {
        let mut last = (DadState::Absent, None);
        let waited = self.kernel.wait(by, &mut |route| {
            last = lookup::ipv6_address(route, state.index, filter)?;
            Ok(matches!(last.0, DadState::Usable | DadState::Duplicate))
        });
        if !self.log.check(&state.name, step, waited) {
            return None;
        }
        if let (DadState::Duplicate, Some(address)) = last {
            let name = &state.name;
            self.log.failure(
                Status::Rejected,
                format_args!("{name}: duplicate address {}", Host(address)),
            );
            return None;
        }
        last.1
    }

    /// Adds a default route through each gateway. Of several, the boot device's is preferred, then the first.
    #[inline(never)]
    fn add_default_routes(&mut self, all: &mut [Option<InterfaceState>]) {
        let plan = self.plan;
        let mut before = [0, 0];
        for boot in [true, false] {
            for (one, state) in plan.interfaces.iter().zip(all.iter_mut()) {
                let is_boot = plan.boot_device.is_some() && one.device == plan.boot_device;
                let Some(state) = state else { continue };
                let Some(gateway) = state.default_gateway else { continue };
                if is_boot != boot || !state.has_address {
                    continue;
                }
                let is_v6 = gateway.is_ipv6();
                let Some(count) = before.get_mut(usize::from(is_v6)) else { continue };
                // IPv6's default metric is 1024, which 0 stands for.
                let metric = if is_v6 && *count > 0 { 1024 + *count } else { *count };
                *count += 1;
                let any = if is_v6 { IpAddr::from([0; 16]) } else { IpAddr::from([0; 4]) };
                let near = one.peer.or(state.local).is_some_and(|prefix| contains(prefix, gateway));
                let to = Prefix { address: any, len: 0 };
                let added = self.add_route(to, Some(gateway), Some(state.index), metric, !near);
                state.has_default_route =
                    self.log.check(&state.name, "add the default route", added);
            }
        }
    }

    /// Adds the routes of `rd.route=`.
    fn add_static_routes(&mut self, by: Deadline) {
        for route in &self.plan.routes {
            let index = match route.device {
                None => None,
                Some(name) => match self.wait_for_link(name, by) {
                    Some(link) => Some(link.index),
                    None => continue,
                },
            };
            let added = self.add_route(route.to, route.gateway, index, 0, false);
            let done = self.log.check("rd.route=", "add the route", added);
            match route.gateway {
                _ if !done => {}
                Some(gateway) => {
                    self.log.line(format_args!("route: {} via {}", route.to, Host(gateway)))
                }
                None => {
                    let device = route.device.unwrap_or_default();
                    self.log.line(format_args!("route: {} dev {device}", route.to));
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
        self.route_request(route::NEW.replace(), to, (gateway, index), metric, onlink)
    }

    /// Sends a route request, and waits for its acknowledgement.
    pub(super) fn route_request(
        &mut self,
        message_type: MessageType<RouteHeader, Route>,
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
        self.kernel.route.execute(message_type, header, |route| {
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

    /// Logs the state of an interface, in one line.
    #[inline(never)]
    fn report(&mut self, one: &Interface<'_>, state: &InterfaceState) {
        let carrier = if state.carrier { "carrier" } else { "no carrier" };
        let log = &mut *self.log;
        let _ = write!(log, "netup: {}: up, {carrier}, mtu {}", state.name, state.mtu);
        if let (true, Some(address)) = (state.has_address, state.local) {
            let _ = write!(log, ", {address}");
        }
        if state.lease_secs != INFINITE {
            let _ = write!(log, " for {} s", state.lease_secs);
        }
        if let Some(peer) = one.peer.filter(|_| state.has_address) {
            let _ = write!(log, " to {peer}");
        }
        if let Some(found) = state.auto_address {
            let _ = write!(log, ", {}", Host(found));
        }
        if let (true, Some(gateway)) = (state.has_default_route, state.default_gateway) {
            let _ = write!(log, ", gateway {}", Host(gateway));
        }
        let _ = log.write_str("\n");
    }
}

const fn family(address: IpAddr) -> AddressFamily {
    if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 }
}

/// Returns the address with the bits after the prefix set to zero.
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

/// Returns whether an address is in a prefix, or link-local, which is on-link with any prefix.
fn contains(prefix: Prefix, address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(v6) if v6.is_unicast_link_local())
        || masked(prefix) == masked(Prefix { address, ..prefix })
}
