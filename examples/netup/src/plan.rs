//! What is to be done, as read from a command line: it borrows its words.

use core::net::IpAddr;

use barelink_codec::addr_text::Prefix;
use heapless::Vec;

/// All that a command line asks for.
#[derive(Debug, Clone, Default)]
pub struct Plan<'a> {
    /// Links that get another name, `ifname=`.
    pub names: Vec<Rename<'a>, 16>,
    /// Links that are made, `vlan=`, `bond=`, `bridge=`.
    pub made: Vec<Made<'a>, 16>,
    /// Interfaces that are brought up, `ip=`.
    pub interfaces: Vec<Interface<'a>, 16>,
    /// Routes beside those through the interfaces' gateways, `rd.route=`.
    pub routes: Vec<Way<'a>, 32>,
    /// Name servers, `nameserver=` and `ip=`.
    pub servers: Vec<IpAddr, 8>,
    /// The machine's name, from `ip=`.
    pub hostname: Option<&'a str>,
    /// The interface that an `ip=` without one is about, `bootdev=`.
    pub boot_device: Option<&'a str>,
    /// How long to wait for each thing, in seconds, `rd.net.timeout=` and its likes.
    pub limits: Limits,
    /// Whether an interface is to be brought up though none is told, `rd.neednet=`.
    pub is_needed: bool,
    /// Whether one was told of, if only to leave it.
    pub is_told: bool,
    /// What process 1 starts, one after the other, `netup.run=`.
    pub runs: Vec<&'a str, 8>,
    /// What process 1 becomes, `netup.then=`.
    pub then: Option<&'a str>,
}

/// How long to wait, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For links to be there.
    pub device: u32,
    /// For carriers.
    pub carrier: u32,
    /// For IPv6 to find that nobody else has an address.
    pub unique: u32,
    /// For a router to give an IPv6 prefix.
    pub router: u32,
    /// For somebody to lend an address.
    pub lease: u32,
}

impl Limits {
    /// As long for each.
    pub const fn all(seconds: u32) -> Self {
        let (device, carrier, unique) = (seconds, seconds, seconds);
        Limits { device, carrier, unique, router: seconds, lease: seconds }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Limits::all(30)
    }
}

/// A link that gets another name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rename<'a> {
    /// The name.
    pub name: &'a str,
    /// The link's hardware address.
    pub mac: [u8; 6],
}

/// A link that is made of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is.
    pub kind: MadeKind<'a>,
}

/// What kind of link is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MadeKind<'a> {
    /// One VLAN of a link.
    Vlan {
        /// The number in its tag.
        id: u16,
        /// The link.
        on: &'a str,
    },
    /// Links that are used as one.
    Bond {
        /// The links, with commas between.
        ports: &'a str,
        /// Options, `name=value` with commas between.
        options: &'a str,
        /// The longest packet, in bytes.
        mtu: Option<u32>,
    },
    /// A switch.
    Bridge {
        /// Its ports, with commas between.
        ports: &'a str,
    },
}

/// How an interface gets its addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Those that are told, or none.
    Static,
    /// By DHCP.
    Dhcp,
    /// By DHCPv6, which is another program's work.
    Dhcp6,
    /// From an IPv6 router; the kernel does it.
    Router,
    /// From an IPv6 router or, if there is none, by DHCPv6.
    RouterOrDhcp6,
    /// The kernel's own IPv6 address for the link.
    LinkLocal,
}

/// An interface that is brought up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interface<'a> {
    /// Its name; without one, it is the machine's first.
    pub device: Option<&'a str>,
    /// How it gets addresses.
    pub method: Method,
    /// Its address.
    pub address: Option<Prefix>,
    /// Who is at the other end of a link with two ends.
    pub peer: Option<Prefix>,
    /// Who knows the way to everywhere else.
    pub gateway: Option<IpAddr>,
    /// The longest packet, in bytes.
    pub mtu: Option<u32>,
    /// The hardware address to give it.
    pub mac: Option<[u8; 6]>,
}

/// A route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way<'a> {
    /// Where to.
    pub to: Prefix,
    /// Who knows the way.
    pub gateway: Option<IpAddr>,
    /// Out of which interface.
    pub device: Option<&'a str>,
}
