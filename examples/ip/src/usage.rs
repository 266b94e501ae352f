//! Usage texts of the objects; scripts search them for supported features.

use super::words::{self, Exit, TextOutput};

/// Text of `help`, by object.
const USAGE: &[(&str, &str)] = &[
    (
        "address",
        "ip address { add | change | replace } ADDRESS dev DEV [ LIFETIME ] [ FLAG ]...
       ip address del ADDRESS dev DEV
       ip address { show | flush } [ dev DEV ] [ scope SCOPE ] [ to PREFIX ] [ label PATTERN ]
              [ up ] [ master DEV ] [ vrf NAME ] [ type TYPE ] [ proto PROTO ] [ FLAG ]...
ADDRESS  := PREFIX [ peer PREFIX ] [ broadcast ADDR ] [ anycast ADDR ] [ label NAME ]
              [ scope SCOPE ] [ metric METRIC ] [ proto PROTO ]
LIFETIME := [ valid_lft SECONDS ] [ preferred_lft SECONDS ]
FLAG     := { home | nodad | mngtmpaddr | noprefixroute | autojoin }
",
    ),
    (
        "link",
        "ip link add [ link DEV ] [ name ] NAME [ OPTION ]... type TYPE [ WORDS OF TYPE ]
       ip link set { dev DEV | group GROUP } [ { up | down } ] [ OPTION ]... [ type TYPE ... ]
       ip link delete { dev DEV | group GROUP } [ type TYPE ]
       ip link show [ DEV | group GROUP ] [ up ] [ master DEV ] [ vrf NAME ] [ type TYPE ]
       ip link property { add | del } dev DEV altname NAME...
       ip link help TYPE
",
    ),
    (
        "route",
        "ip route { add | del | change | append | prepend | replace | test } ROUTE
       ip route { show | flush } [ root PREFIX | match PREFIX | exact PREFIX ] [ table TABLE ]
              [ vrf NAME ] [ proto PROTO ] [ type TYPE ] [ scope SCOPE ] [ dev DEV ] [ via ADDR ]
       ip route get [ fibmatch ] ADDRESS [ from ADDRESS ] [ iif DEV ] [ oif DEV ] [ mark MARK ]
              [ tos TOS ] [ vrf NAME ] [ ipproto PROTO ] [ sport PORT ] [ dport PORT ] [ uid UID ]
ROUTE    := [ TYPE ] PREFIX [ tos TOS ] [ table TABLE ] [ proto PROTO ] [ scope SCOPE ]
              [ metric METRIC ] [ src ADDR ] [ ttl-propagate BOOL ] { HOP | nexthop HOP... | nhid ID }
HOP      := [ encap ENCAP ] [ via [ FAMILY ] ADDR ] [ dev DEV ] [ weight NUMBER ] [ onlink ]
",
    ),
    (
        "rule",
        "ip rule { add | del } SELECTOR ACTION
       ip rule { show | flush } [ SELECTOR ]
SELECTOR := [ not ] [ from PREFIX ] [ to PREFIX ] [ tos TOS ] [ fwmark MARK[/MASK] ] [ iif DEV ]
              [ oif DEV ] [ priority NUMBER ] [ l3mdev ] [ uidrange FROM-TO ] [ ipproto PROTO ]
              [ sport PORTS ] [ dport PORTS ]
ACTION   := { table TABLE | goto NUMBER | prohibit | blackhole | unreachable } [ protocol PROTO ]
              [ realms REALMS ] [ suppress_prefixlength LENGTH ] [ suppress_ifgroup GROUP ]
",
    ),
    (
        "neigh",
        "ip neigh { add | del | change | replace } ADDR [ lladdr LLADDR ] [ nud STATE ] dev DEV
              [ router ] [ use ] [ managed ] [ extern_learn ] [ protocol PROTO ]
       ip neigh { add | del } proxy ADDR dev DEV
       ip neigh { show | flush } [ proxy ] [ to PREFIX ] [ dev DEV ] [ nud STATE ] [ vrf NAME ]
       ip neigh get { ADDR | proxy ADDR } dev DEV
",
    ),
    (
        "nexthop",
        "ip nexthop { add | replace } id ID { group GROUP [ type TYPE ] | [ blackhole | fdb ]
              [ encap ENCAP ] [ via ADDR ] [ dev DEV ] [ onlink ] } [ protocol PROTO ]
       ip nexthop { del | get } id ID
       ip nexthop { show | flush } [ id ID ] [ dev DEV ] [ vrf NAME ] [ groups ] [ fdb ]
       ip nexthop bucket { show | get } [ id ID ] [ index INDEX ] [ dev DEV ]
GROUP    := ID[,WEIGHT][/ID[,WEIGHT]]...
",
    ),
    (
        "tunnel",
        "ip tunnel { add | change | del | show } [ NAME ] [ mode { gre | ipip | sit | vti } ]
              [ remote ADDR ] [ local ADDR ] [ dev DEV ] [ ttl TTL ] [ tos TOS ] [ [i|o]key KEY ]
",
    ),
    (
        "netns",
        "ip netns list
       ip netns { add | del } NAME
       ip netns set NAME { NUMBER | auto }
       ip netns exec NAME PROGRAM...
",
    ),
];

/// Writes the usage of an object; returns `false` if there is none.
pub fn write_usage(object: &str, out: &mut TextOutput<'_>) -> bool {
    let Some((_, text)) = USAGE.iter().find(|row| row.0 == object) else { return false };
    out.write_str("Usage: ");
    out.write_str(text);
    true
}

/// Prints the usage of an object, or of the program; returns the status of a usage error.
pub fn of(object: &str, err: &mut TextOutput<'_>) -> Exit {
    if write_usage(object, err) { words::USAGE } else { super::usage(err) }
}
