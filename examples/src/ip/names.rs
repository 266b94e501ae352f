//! Names for numbers, as iproute2's own files have them: `rt_tables`, `rt_protos` and the like.

use core::fmt;

/// Numbers and their names.
pub type Names = &'static [(u32, &'static str)];

/// Routing tables.
pub const TABLES: Names = &[(253, "default"), (254, "main"), (255, "local")];

/// Who set a route.
pub const PROTOCOLS: Names = &[
    (0, "unspec"),
    (1, "redirect"),
    (2, "kernel"),
    (3, "boot"),
    (4, "static"),
    (8, "gated"),
    (9, "ra"),
    (10, "mrt"),
    (11, "zebra"),
    (12, "bird"),
    (13, "dnrouted"),
    (14, "xorp"),
    (15, "ntk"),
    (16, "dhcp"),
    (18, "keepalived"),
    (42, "babel"),
    (84, "ovn"),
    (99, "openr"),
    (186, "bgp"),
    (187, "isis"),
    (188, "ospf"),
    (189, "rip"),
    (192, "eigrp"),
];

/// Who set an address.
pub const ORIGINS: Names = &[(0, "unspec"), (1, "kernel_lo"), (2, "kernel_ra"), (3, "kernel_ll")];

/// How far away something is.
pub const SCOPES: Names =
    &[(0, "global"), (255, "nowhere"), (254, "host"), (253, "link"), (200, "site")];

/// Groups of links.
pub const GROUPS: Names = &[(0, "default")];

/// Realms of routes.
pub const REALMS: Names = &[(0, "cosmos")];

/// What happens to packets.
pub const TYPES: Names = &[
    (0, "none"),
    (1, "unicast"),
    (2, "local"),
    (3, "broadcast"),
    (4, "anycast"),
    (5, "multicast"),
    (6, "blackhole"),
    (7, "unreachable"),
    (8, "prohibit"),
    (9, "throw"),
    (10, "nat"),
    (11, "xresolve"),
];

/// Types of service, in the upper six bits of eight.
pub const DSFIELDS: Names = &[
    (0x00, "default"),
    (0x20, "CS1"),
    (0x28, "AF11"),
    (0x30, "AF12"),
    (0x38, "AF13"),
    (0x40, "CS2"),
    (0x48, "AF21"),
    (0x50, "AF22"),
    (0x58, "AF23"),
    (0x60, "CS3"),
    (0x68, "AF31"),
    (0x70, "AF32"),
    (0x78, "AF33"),
    (0x80, "CS4"),
    (0x88, "AF41"),
    (0x90, "AF42"),
    (0x98, "AF43"),
    (0xa0, "CS5"),
    (0xb8, "EF"),
    (0xc0, "CS6"),
    (0xe0, "CS7"),
];

/// Kinds of hardware.
pub const HARDWARE: Names = &[
    (0, "netrom"),
    (1, "ether"),
    (3, "ax25"),
    (6, "ieee802"),
    (7, "arcnet"),
    (15, "dlci"),
    (19, "atm"),
    (24, "ieee1394"),
    (32, "infiniband"),
    (256, "slip"),
    (257, "cslip"),
    (270, "rose"),
    (271, "x25"),
    (280, "can"),
    (290, "mctp"),
    (512, "ppp"),
    (513, "hdlc"),
    (516, "lapb"),
    (519, "rawip"),
    (768, "ipip"),
    (769, "tunnel6"),
    (770, "frad"),
    (772, "loopback"),
    (774, "fddi"),
    (776, "sit"),
    (778, "gre"),
    (779, "pimreg"),
    (780, "hippi"),
    (783, "irda"),
    (801, "ieee802.11"),
    (802, "ieee802.11/prism"),
    (803, "ieee802.11/radiotap"),
    (804, "ieee802.15.4"),
    (805, "ieee802.15.4/monitor"),
    (820, "phonet"),
    (821, "phonet_pipe"),
    (822, "caif"),
    (823, "gre6"),
    (824, "netlink"),
    (825, "6lowpan"),
    (826, "vsockmon"),
    (0xfffe, "none"),
    (0xffff, "void"),
];

/// Transport protocols.
pub const TRANSPORTS: Names = &[
    (1, "icmp"),
    (2, "igmp"),
    (4, "ipencap"),
    (6, "tcp"),
    (17, "udp"),
    (33, "dccp"),
    (41, "ipv6"),
    (47, "gre"),
    (50, "esp"),
    (51, "ah"),
    (58, "ipv6-icmp"),
    (89, "ospf"),
    (103, "pim"),
    (112, "vrrp"),
    (115, "l2tp"),
    (132, "sctp"),
    (136, "udplite"),
];

/// Address families.
pub const FAMILIES: Names =
    &[(2, "inet"), (10, "inet6"), (17, "link"), (28, "mpls"), (7, "bridge")];

/// A number, printed by its name if it has one.
#[derive(Clone, Copy)]
pub struct Named {
    /// The number.
    pub number: u32,
    /// The names.
    pub names: Names,
    /// Whether a number without a name is printed in base 16.
    pub hex: bool,
}

impl Named {
    /// A number with these names.
    pub fn new(number: impl Into<u32>, names: Names) -> Self {
        Named { number: number.into(), names, hex: false }
    }

    /// The same, in base 16 if it has none.
    pub fn or_hex(self) -> Self {
        Named { hex: true, ..self }
    }

    /// Its name, if it has one.
    pub fn name(&self) -> Option<&'static str> {
        name(self.number, self.names)
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None if self.hex => write!(f, "{:#x}", self.number),
            None => write!(f, "{}", self.number),
        }
    }
}

/// The name of this number.
pub fn name(number: u32, names: Names) -> Option<&'static str> {
    names.iter().find(|row| row.0 == number).map(|row| row.1)
}

/// The number of this name, or the number itself.
pub fn number(word: &str, names: Names) -> Option<u32> {
    let named = names.iter().find(|row| row.1 == word).map(|row| row.0);
    named.or_else(|| super::words::number32(word))
}
