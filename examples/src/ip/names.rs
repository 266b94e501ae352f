//! Names for numbers, as iproute2's own files have them: `rt_tables`, `rt_protos` and the like.

use core::fmt;

use super::words::{cut, hexadecimal, number32};

/// Names with commas between. Their numbers count from 0, or on from what one is said to have:
/// `none,default=253,main`.
pub type Names = &'static str;

/// Each name with its number.
pub struct Each {
    names: Names,
    next: u32,
}

/// Each of these names with its number.
pub fn each(names: Names) -> Each {
    Each { names, next: 0 }
}

impl Iterator for Each {
    type Item = (u32, &'static str);

    fn next(&mut self) -> Option<(u32, &'static str)> {
        if self.names.is_empty() {
            return None;
        }
        let mut number = cut(&mut self.names, b',');
        let name = cut(&mut number, b'=');
        let number = number32(number).unwrap_or(self.next);
        self.next = number.wrapping_add(1);
        Some((number, name))
    }
}

/// Routing tables.
pub const TABLES: Names = "default=253,main,local";

/// Who set a route.
pub const PROTOCOLS: Names = "unspec,redirect,kernel,boot,static,gated=8,ra,mrt,zebra,bird,dnrouted,xorp,ntk,dhcp,\
    keepalived=18,babel=42,ovn=84,openr=99,bgp=186,isis,ospf,rip,eigrp=192";

/// Who set an address.
pub const ORIGINS: Names = "unspec,kernel_lo,kernel_ra,kernel_ll";

/// How far away something is.
pub const SCOPES: Names = "global,nowhere=255,host=254,link=253,site=200";

/// Groups of links.
pub const GROUPS: Names = "default";

/// Realms of routes.
pub const REALMS: Names = "cosmos";

/// What happens to packets.
pub const TYPES: Names = "none,unicast,local,broadcast,anycast,multicast,blackhole,unreachable,prohibit,throw,nat,\
    xresolve";

/// Types of service, in the upper six bits of eight.
pub const DSFIELDS: Names = "default,CS1=0x20,AF11=0x28,AF12=0x30,AF13=0x38,CS2=0x40,AF21=0x48,AF22=0x50,AF23=0x58,\
    CS3=0x60,AF31=0x68,AF32=0x70,AF33=0x78,CS4=0x80,AF41=0x88,AF42=0x90,AF43=0x98,CS5=0xa0,\
    EF=0xb8,CS6=0xc0,CS7=0xe0";

/// Kinds of hardware.
pub const HARDWARE: Names = "netrom,ether,ax25=3,ieee802=6,arcnet,dlci=15,atm=19,ieee1394=24,infiniband=32,slip=256,\
    cslip,rose=270,x25,can=280,mctp=290,ppp=512,hdlc,lapb=516,rawip=519,ipip=768,tunnel6,\
    frad,loopback=772,fddi=774,sit=776,gre=778,pimreg,hippi,irda=783,ieee802.11=801,\
    ieee802.11/prism,ieee802.11/radiotap,ieee802.15.4,ieee802.15.4/monitor,phonet=820,\
    phonet_pipe,caif,gre6,netlink,6lowpan,vsockmon,none=0xfffe,void";

/// Transport protocols.
pub const TRANSPORTS: Names = "icmp=1,igmp,ipencap=4,tcp=6,udp=17,dccp=33,ipv6=41,gre=47,esp=50,ah,ipv6-icmp=58,ospf=89,\
    pim=103,vrrp=112,l2tp=115,sctp=132,udplite=136";

/// Address families.
pub const FAMILIES: Names = "inet=2,inet6=10,link=17,mpls=28,bridge=7";

/// How a number is printed that has no name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Otherwise {
    /// In base 10.
    Number,
    /// In base 16.
    Hex,
    /// Between brackets.
    Bracketed,
}

/// A number, printed by its name if it has one.
#[derive(Clone, Copy)]
pub struct Named {
    /// The number.
    pub number: u32,
    /// The names.
    pub names: Names,
    /// How it is printed if it has no name.
    pub otherwise: Otherwise,
}

impl Named {
    /// A number with these names.
    pub fn new(number: impl Into<u32>, names: Names) -> Self {
        Named { number: number.into(), names, otherwise: Otherwise::Number }
    }

    /// The same, in base 16 if it has none.
    pub fn or_hex(self) -> Self {
        Named { otherwise: Otherwise::Hex, ..self }
    }

    /// Its name, if it has one.
    pub fn name(&self) -> Option<&'static str> {
        name(self.number, self.names)
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name(), self.otherwise) {
            (Some(name), _) => f.write_str(name),
            (None, Otherwise::Number) => write!(f, "{}", self.number),
            (None, Otherwise::Hex) => write!(f, "{:#x}", self.number),
            (None, Otherwise::Bracketed) => write!(f, "[{}]", self.number),
        }
    }
}

/// The name of this number.
#[inline(never)]
pub fn name(number: u32, names: Names) -> Option<&'static str> {
    each(names).find(|row| row.0 == number).map(|row| row.1)
}

/// The number of this name.
#[inline(never)]
pub fn known(word: &str, names: Names) -> Option<u32> {
    each(names).find(|row| row.1 == word).map(|row| row.0)
}

/// The number of this name, or the number itself.
pub fn number(word: &str, names: Names) -> Option<u32> {
    known(word, names).or_else(|| number32(word))
}

/// A type of service: a name, or a number in base 16.
pub fn dsfield(word: &str) -> Option<u8> {
    let number = known(word, DSFIELDS).map(u64::from).or_else(|| hexadecimal(word));
    number?.try_into().ok()
}

/// Realms as an attribute has them: `TO`, or `FROM/TO`, of which the second may be left out.
#[inline(never)]
pub fn realms(word: &str) -> Option<u32> {
    let (from, to) = match word.split_once('/') {
        Some((from, to)) => (number(from, REALMS)?, to),
        None => (0, word),
    };
    let to = if to.is_empty() && word != to { 0 } else { number(to, REALMS)? };
    Some(from.wrapping_shl(16) | to)
}
