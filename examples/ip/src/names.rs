//! Names for numbers, those of iproute2's files such as `rt_tables` and `rt_protos` among them.

use core::fmt;

use super::grammar::entry;
use super::words::{cut, hexadecimal, line, number32};

/// Names separated by commas. Numbers count up from 0, or from an explicit one:
/// `none,default=253,main`. A name with `@` before it refers to one of the [`LISTS`].
pub type Names = &'static str;

/// Lists that are both parsed and printed: the list's name, then its names.
pub const LISTS: &str = "\
vlan_protocol 802.1Q=0x8100,802.1q=0x8100,802.1ad=0x88a8\n\
stp_mode auto,user,kernel\n\
bond_mode balance-rr,active-backup,balance-xor,broadcast,802.3ad,balance-tlb,balance-alb\n\
arp_validate none,active,backup,all,filter,filter_active,filter_backup\n\
arp_all_targets any,all\n\
primary_reselect always,better,failure\n\
fail_over_mac none,active,follow\n\
xmit_hash_policy layer2,layer3+4,layer2+3,encap2+3,encap3+4,vlan+srcmac\n\
lacp_rate slow,fast\n\
off_on off,on\n\
macvlan_mode private=1,vepa,bridge=4,passthru=8,source=16\n\
ipvlan_mode l2,l3,l3s\n\
netkit_mode l2,l3\n\
netkit_policy forward,blackhole=2\n\
netkit_scrub none,default\n\
ovpn_mode p2p,mp\n\
df unset,set,inherit\n\
erspan_dir ingress,egress\n\
addr_gen_mode eui64,none,stable_secret,random\n\
vf_state auto,enable,disable\n\
";

/// Iterator over names and their numbers.
pub struct Each {
    names: Names,
    next: u32,
}

/// Returns each name with its number.
#[inline(never)]
pub fn each(names: Names) -> Each {
    let names = names.strip_prefix('@').map_or(names, |list| line(LISTS, list));
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
        let explicit = if number.is_empty() { None } else { number32(number) };
        let number = explicit.unwrap_or(self.next);
        self.next = number.wrapping_add(1);
        Some((number, name))
    }
}

/// Routing tables (`RT_TABLE_*`).
pub const TABLES: Names = "default=253,main,local";

/// Origins of routes (`RTPROT_*`).
pub const PROTOCOLS: Names = "unspec,redirect,kernel,boot,static,gated=8,ra,mrt,zebra,bird,dnrouted,xorp,ntk,dhcp,\
    keepalived=18,babel=42,ovn=84,openr=99,bgp=186,isis,ospf,rip,eigrp=192";

/// Origins of addresses (`IFAPROT_*`).
pub const ADDR_PROTOCOLS: Names = "unspec,kernel_lo,kernel_ra,kernel_ll";

/// Scopes of addresses and routes (`RT_SCOPE_*`).
pub const SCOPES: Names = "global,nowhere=255,host=254,link=253,site=200";

/// Link groups.
pub const GROUPS: Names = "default";

/// Route realms.
pub const REALMS: Names = "cosmos";

/// Route types (`RTN_*`).
pub const ROUTE_TYPES: Names = "none,unicast,local,broadcast,anycast,multicast,blackhole,unreachable,prohibit,throw,nat,\
    xresolve";

/// Words for route types on the command line; those without `=` may be abbreviated.
const TYPE_WORDS: &str = "=local\n=nat\nbroadcast\nanycast\nmulticast\nprohibit\nunreachable\n\
    blackhole\nxresolve\nunicast\nthrow\n";

/// Returns the route type that a word names.
#[inline(never)]
pub fn route_type(word: &str) -> Option<u32> {
    known(entry(TYPE_WORDS, word)?.name, ROUTE_TYPES)
}

/// DS field values, the DSCP in the upper six bits.
pub const DSFIELDS: Names = "default,CS1=0x20,AF11=0x28,AF12=0x30,AF13=0x38,CS2=0x40,AF21=0x48,AF22=0x50,AF23=0x58,\
    CS3=0x60,AF31=0x68,AF32=0x70,AF33=0x78,CS4=0x80,AF41=0x88,AF42=0x90,AF43=0x98,CS5=0xa0,\
    EF=0xb8,CS6=0xc0,CS7=0xe0";

/// Hardware types (`ARPHRD_*`).
pub const HARDWARE: Names = "netrom,ether,ax25=3,ieee802=6,arcnet,dlci=15,atm=19,ieee1394=24,infiniband=32,slip=256,\
    cslip,rose=270,x25,can=280,mctp=290,ppp=512,hdlc,lapb=516,rawip=519,ipip=768,tunnel6,\
    frad,loopback=772,fddi=774,sit=776,gre=778,pimreg,hippi,irda=783,ieee802.11=801,\
    ieee802.11/prism,ieee802.11/radiotap,ieee802.15.4,ieee802.15.4/monitor,phonet=820,\
    phonet_pipe,caif,gre6,netlink,6lowpan,vsockmon,none=0xfffe,void";

/// IP protocols (`IPPROTO_*`) of routes and rules.
pub const IP_PROTOCOLS: Names = "icmp=1,igmp,ipencap=4,tcp=6,udp=17,dccp=33,ipv6=41,gre=47,esp=50,ah,ipv6-icmp=58,ospf=89,\
    pim=103,vrrp=112,l2tp=115,sctp=132,udplite=136";

/// Address families (`AF_*`).
pub const FAMILIES: Names = "inet=2,inet6=10,link=17,mpls=28,bridge=7";

/// Printed form of a number without a name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// Base 10.
    Number,
    /// Base 16 with `0x`.
    Hex,
    /// Base 10 in brackets.
    Bracketed,
}

/// Number that prints as its name.
#[derive(Clone, Copy)]
pub struct Named {
    /// The number itself.
    pub number: u32,
    /// List that the name is looked up in.
    pub names: Names,
    /// Printed form if the list has no name for the number.
    pub fallback: Fallback,
}

impl Named {
    /// Returns a number with its names; one without a name prints in base 10.
    pub fn new(number: impl Into<u32>, names: Names) -> Self {
        Named { number: number.into(), names, fallback: Fallback::Number }
    }

    /// Prints a number without a name in base 16.
    pub fn or_hex(self) -> Self {
        Named { fallback: Fallback::Hex, ..self }
    }

    /// Returns the number's name.
    pub fn name(&self) -> Option<&'static str> {
        name(self.number, self.names)
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name(), self.fallback) {
            (Some(name), _) => f.write_str(name),
            (None, Fallback::Number) => write!(f, "{}", self.number),
            (None, Fallback::Hex) => write!(f, "{:#x}", self.number),
            (None, Fallback::Bracketed) => write!(f, "[{}]", self.number),
        }
    }
}

/// Returns the name of a number.
#[inline(never)]
pub fn name(number: u32, names: Names) -> Option<&'static str> {
    each(names).find(|row| row.0 == number).map(|row| row.1)
}

/// Returns the number of a name.
#[inline(never)]
pub fn known(word: &str, names: Names) -> Option<u32> {
    each(names).find(|row| row.1 == word).map(|row| row.0)
}

/// Returns the number of a name, or the number that the word is.
pub fn number(word: &str, names: Names) -> Option<u32> {
    known(word, names).or_else(|| number32(word))
}

/// Parses a DS field: a name, or a number in base 16.
pub fn dsfield(word: &str) -> Option<u8> {
    let number = known(word, DSFIELDS).map(u64::from).or_else(|| hexadecimal(word));
    number?.try_into().ok()
}

/// Parses realms, `TO` or `FROM/TO`, as `RTA_FLOW` encodes them; the second may be empty.
#[inline(never)]
pub fn realms(word: &str) -> Option<u32> {
    let (from, to) = match word.split_once('/') {
        Some((from, to)) => (number(from, REALMS)?, to),
        None => (0, word),
    };
    let to = if to.is_empty() { 0 } else { number(to, REALMS)? };
    Some(from.wrapping_shl(16) | to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_a_shared_list() {
        assert_eq!(known("802.1q", "@vlan_protocol"), Some(0x8100));
        assert_eq!(name(0x8100, "@vlan_protocol"), Some("802.1Q"));
        assert_eq!(known("broadcast", "@bond_mode"), Some(3));
        assert_eq!(name(0, "@nothing"), None);
    }

    #[test]
    fn every_referenced_list_exists() {
        let texts = [
            include_str!("kind.rs"),
            include_str!("kind_bond.rs"),
            include_str!("kind_bridge.rs"),
            include_str!("kind_tunnel.rs"),
            include_str!("kind_vxlan.rs"),
            include_str!("link.rs"),
            include_str!("link_kinds.rs"),
            include_str!("link_tunnels.rs"),
            include_str!("link_words.rs"),
            include_str!("vf.rs"),
        ];
        let mut count = 0;
        for text in texts {
            for at in text.match_indices('@').map(|found| found.0) {
                let list = text[at + 1..].split('"').next().unwrap();
                if list.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
                    assert!(LISTS.lines().any(|it| it.split(' ').next() == Some(list)), "{list}");
                    count += 1;
                }
            }
        }
        assert!(count > 30, "{count}");
    }
}
