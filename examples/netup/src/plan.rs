//! The plan that a kernel command line is parsed to; it borrows the command line's text.

use core::net::IpAddr;

use barelink_codec::addr_text::Prefix;
use heapless::Vec;

/// Network configuration requested by a kernel command line.
#[derive(Debug, Clone, Default)]
pub struct Plan<'a> {
    /// Links to rename, `ifname=`.
    pub renames: Vec<Rename<'a>, 16>,
    /// Links to create, `vlan=`, `bond=`, `bridge=`.
    pub created: Vec<CreatedLink<'a>, 16>,
    /// Interfaces to bring up, `ip=`.
    pub interfaces: Vec<Interface<'a>, 16>,
    /// Routes besides the default routes, `rd.route=`.
    pub routes: Vec<StaticRoute<'a>, 32>,
    /// Addresses of name servers, `nameserver=` and `ip=`.
    pub name_servers: Vec<IpAddr, 8>,
    /// Hostname, from `ip=`.
    pub hostname: Option<&'a str>,
    /// Interface of an `ip=` that names none, `bootdev=`.
    pub boot_device: Option<&'a str>,
    /// Timeouts, `rd.net.timeout=` and `rd.net.timeout.*=`.
    pub timeouts: Timeouts,
    /// `true` if an interface is required even without `ip=`, `rd.neednet=`.
    pub needs_network: bool,
    /// `true` if the command line has an `ip=`, `ip=off` included.
    pub has_ip_param: bool,
    /// Programs that process 1 runs, one after the other, `netup.run=`.
    pub run: Vec<&'a str, 8>,
    /// Program that process 1 executes in its own place, `netup.then=`.
    pub then: Option<&'a str>,
}

/// Timeout of each wait, in seconds; default 30.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Timeout for links to appear, `rd.net.timeout.iflink=`.
    pub link: u32,
    /// Timeout for carriers, `rd.net.timeout.carrier=`.
    pub carrier: u32,
    /// Timeout for IPv6 duplicate address detection, `rd.net.timeout.ipv6dad=`.
    pub dad: u32,
    /// Timeout for an IPv6 router advertisement, `rd.net.timeout.ipv6auto=`.
    pub router: u32,
    /// Timeout for a DHCP lease, `rd.net.timeout.dhcp=`.
    pub lease: u32,
}

impl Timeouts {
    /// Returns timeouts of the same length.
    pub const fn all(seconds: u32) -> Self {
        let (link, carrier, dad) = (seconds, seconds, seconds);
        Timeouts { link, carrier, dad, router: seconds, lease: seconds }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts::all(30)
    }
}

/// Link to rename.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rename<'a> {
    /// New name of the link.
    pub name: &'a str,
    /// Hardware address by which the link is found.
    pub mac: [u8; 6],
}

/// VLAN, bond or bridge of a `vlan=`, `bond=` or `bridge=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreatedLink<'a> {
    /// Name of the new link.
    pub name: &'a str,
    /// Link kind, and the links that it is created on.
    pub kind: LinkKind<'a>,
}

/// Kind of a link to create.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind<'a> {
    /// VLAN of another link.
    Vlan {
        /// VLAN identifier, 1 to 4094.
        id: u16,
        /// Name of the lower link.
        on: &'a str,
    },
    /// Bond of several links.
    Bond {
        /// Names of the ports, separated by commas.
        ports: &'a str,
        /// Options, `name=value` separated by commas.
        options: &'a str,
        /// MTU in bytes.
        mtu: Option<u32>,
    },
    /// Bridge of several links.
    Bridge {
        /// Names of the ports, separated by commas.
        ports: &'a str,
    },
}

/// Method by which an interface gets its addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Addresses of the parameter, or none.
    Static,
    /// DHCP for IPv4.
    Dhcp,
    /// DHCPv6, which is left to another program.
    Dhcp6,
    /// Stateless address autoconfiguration (SLAAC), done by the kernel.
    Router,
    /// SLAAC, and DHCPv6 if no router answers.
    RouterOrDhcp6,
    /// Link-local IPv6 address, assigned by the kernel.
    LinkLocal,
}

/// Interface to bring up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interface<'a> {
    /// Name of the interface; `None` is the first Ethernet link.
    pub device: Option<&'a str>,
    /// Method by which the interface gets addresses.
    pub method: Method,
    /// Static address.
    pub address: Option<Prefix>,
    /// Peer address of a point-to-point link.
    pub peer: Option<Prefix>,
    /// Default gateway.
    pub gateway: Option<IpAddr>,
    /// MTU to set, in bytes.
    pub mtu: Option<u32>,
    /// Hardware address to set.
    pub mac: Option<[u8; 6]>,
}

/// Route of an `rd.route=`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StaticRoute<'a> {
    /// Destination prefix.
    pub to: Prefix,
    /// Gateway; required without a `device`.
    pub gateway: Option<IpAddr>,
    /// Name of the output interface; required without a `gateway`.
    pub device: Option<&'a str>,
}
