//! Plans that `netup` makes of command lines, and the errors that it reports.

use barelink_netup::parse::parse;
use barelink_netup::plan::{LinkKind, Plan};

/// Returns a plan as lines of text.
fn lines(plan: &Plan<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let mac = |mac: [u8; 6]| mac.map(|byte| format!("{byte:02x}")).join(":");
    lines.extend(plan.renames.iter().map(|one| format!("name {} {}", one.name, mac(one.mac))));
    lines.extend(plan.created.iter().map(|one| match one.kind {
        LinkKind::Vlan { id, on } => format!("vlan {} {id} on {on}", one.name),
        LinkKind::Bond { ports, options, mtu } => {
            let mtu = mtu.map_or_else(String::new, |mtu| format!(" mtu {mtu}"));
            format!("bond {} of {ports} {options}{mtu}", one.name)
        }
        LinkKind::Bridge { ports } => format!("bridge {} of {ports}", one.name),
    }));
    for one in &plan.interfaces {
        let mut line = format!("{} {:?}", one.device.unwrap_or("first"), one.method);
        line += &one.address.map_or_else(String::new, |value| format!(" {value}"));
        line += &one.peer.map_or_else(String::new, |value| format!(" peer {value}"));
        line += &one.gateway.map_or_else(String::new, |value| format!(" gateway {value}"));
        line += &one.mtu.map_or_else(String::new, |value| format!(" mtu {value}"));
        line += &one.mac.map_or_else(String::new, |value| format!(" mac {}", mac(value)));
        lines.push(line);
    }
    lines.extend(plan.routes.iter().map(|route| {
        let gateway = route.gateway.map_or_else(String::new, |value| format!(" via {value}"));
        let device = route.device.map_or_else(String::new, |value| format!(" dev {value}"));
        format!("route {}{gateway}{device}", route.to)
    }));
    lines.extend(plan.name_servers.iter().map(|server| format!("dns {server}")));
    lines.extend(plan.hostname.map(|name| format!("hostname {name}")));
    lines.extend(plan.boot_device.map(|name| format!("boot device {name}")));
    lines.extend(plan.run.iter().map(|text| format!("run {text}")));
    lines.extend(plan.then.map(|text| format!("then {text}")));
    lines
}

/// Asserts that each command line of a table is parsed to these lines, without errors.
#[track_caller]
fn parses_to(table: &[(&str, &[&str])]) {
    for (cmdline, expected) in table {
        let mut bad = Vec::new();
        let plan = parse(cmdline, &mut |error| bad.push(error.to_string()));
        assert_eq!(bad, [""; 0], "{cmdline}");
        assert_eq!(lines(&plan), *expected, "{cmdline}");
    }
}

/// Asserts that each parameter of a table is reported with this error, and has no effect.
#[track_caller]
fn rejects(table: &[(&str, &str)]) {
    for (param, expected) in table {
        let mut bad = Vec::new();
        let plan = parse(param, &mut |error| bad.push(error.to_string()));
        assert_eq!(bad, [format!("{param}: {expected}")]);
        assert_eq!(lines(&plan), [""; 0], "{param}");
    }
}

#[test]
fn the_kernels_own_syntax_is_parsed() {
    parses_to(&[
        (
            "ip=10.0.0.2:10.0.0.3:10.0.0.1:255.255.255.0:host:eth0:off:10.0.0.53:10.0.0.54:10.0.0.5",
            &[
                "eth0 Static 10.0.0.2/24 gateway 10.0.0.1",
                "dns 10.0.0.53",
                "dns 10.0.0.54",
                "hostname host",
            ],
        ),
        (
            "ip=10.0.0.2::10.0.0.1:255.255.255.0::eth0:none",
            &["eth0 Static 10.0.0.2/24 gateway 10.0.0.1"],
        ),
        (
            "ip=192.0.2.2::192.0.2.1:255.255.255.128",
            &["first Static 192.0.2.2/25 gateway 192.0.2.1"],
        ),
        // Of a class, and of the next.
        ("ip=10.0.0.2", &["first Static 10.0.0.2/8"]),
        ("ip=172.16.0.2:::::eth1", &["eth1 Static 172.16.0.2/16"]),
        ("nfsaddrs=192.168.0.2:::::eth1:off", &["eth1 Static 192.168.0.2/24"]),
        // A given address needs no other method.
        ("ip=10.0.0.2:::255.0.0.0::eth0:any", &["eth0 Static 10.0.0.2/8"]),
        ("ip=dhcp", &["first Dhcp"]),
        ("ip=on", &["first Dhcp"]),
        ("ip=:::::eth0:dhcp", &["eth0 Dhcp"]),
        ("ip=:::::eth0", &["eth0 Dhcp"]),
        ("ip=::::name:eth0:rarp", &["eth0 Dhcp", "hostname name"]),
        ("ip=dhcp,1,id", &["first Dhcp"]),
        ("ip=off", &[]),
        ("ip=none", &[]),
        ("ip=", &[]),
    ]);
}

#[test]
fn the_variants_with_the_device_first_are_parsed() {
    parses_to(&[
        ("ip=eth0:dhcp", &["eth0 Dhcp"]),
        ("ip=eth0:none", &["eth0 Static"]),
        ("ip=eth0:off:1400", &["eth0 Static mtu 1400"]),
        ("ip=eth0:static", &["eth0 Static"]),
        ("ip=eth0:auto6:9000:02:00:00:00:00:01", &["eth0 Router mtu 9000 mac 02:00:00:00:00:01"]),
        ("ip=eth0:dhcp::02:00:00:00:00:01", &["eth0 Dhcp mac 02:00:00:00:00:01"]),
        ("ip=eth0:either6", &["eth0 RouterOrDhcp6"]),
        ("ip=eth0:link6", &["eth0 LinkLocal"]),
        ("ip=eth0:dhcp,auto6", &["eth0 Dhcp"]),
        ("ip=auto6", &["first Router"]),
    ]);
}

#[test]
fn ipv6_addresses_are_in_brackets() {
    parses_to(&[
        (
            "ip=[2001:db8::2]::[2001:db8::1]:48::eth0:none",
            &["eth0 Static 2001:db8::2/48 gateway 2001:db8::1"],
        ),
        ("ip=[2001:db8::2/56]:::::eth0:none", &["eth0 Static 2001:db8::2/56"]),
        ("ip=[2001:db8::2]/56:::::eth0:none", &["eth0 Static 2001:db8::2/56"]),
        ("ip=[2001:db8::2]:::::eth0:off", &["eth0 Static 2001:db8::2/64"]),
        (
            "ip=[2001:db8::2]::[fe80::1]:64:host:eth0:none:[2001:db8::53]",
            &["eth0 Static 2001:db8::2/64 gateway fe80::1", "dns 2001:db8::53", "hostname host"],
        ),
        (
            "nameserver=[2001:db8::53] nameserver=2001:db8::54",
            &["dns 2001:db8::53", "dns 2001:db8::54"],
        ),
    ]);
}

#[test]
fn name_servers_or_an_mtu_and_a_mac_follow_the_method() {
    let one = "eth0 Static 10.0.0.2/24";
    parses_to(&[
        ("ip=10.0.0.2:::24::eth0:none:1400", &["eth0 Static 10.0.0.2/24 mtu 1400"]),
        (
            "ip=10.0.0.2:::24::eth0:none:1400:02:00:00:00:00:01",
            &["eth0 Static 10.0.0.2/24 mtu 1400 mac 02:00:00:00:00:01"],
        ),
        (
            "ip=10.0.0.2:::24::eth0:none::02:00:00:00:00:01",
            &["eth0 Static 10.0.0.2/24 mac 02:00:00:00:00:01"],
        ),
        ("ip=10.0.0.2:::24::eth0:none::", &[one]),
        ("ip=10.0.0.2:::24::eth0:none::1.1.1.1", &[one, "dns 1.1.1.1"]),
        ("ip=10.0.0.2:::24::eth0:none:1.1.1.1:1.1.1.1", &[one, "dns 1.1.1.1"]),
    ]);
}

#[test]
fn the_server_is_the_peer_of_a_point_to_point_link() {
    parses_to(&[
        ("ip=10.0.0.2:10.0.0.9:::h:eth0:none", &["eth0 Static 10.0.0.2/8", "hostname h"]),
        (
            "ip=10.0.0.2:10.0.0.9::255.255.255.255::eth0:none",
            &["eth0 Static 10.0.0.2/32 peer 10.0.0.9/32"],
        ),
        ("ip=10.0.0.2:10.1.0.9/30::24::eth0:none", &["eth0 Static 10.0.0.2/24 peer 10.1.0.9/30"]),
    ]);
}

#[test]
fn created_links_are_parsed() {
    parses_to(&[
        ("vlan=eth0.5:eth0", &["vlan eth0.5 5 on eth0"]),
        ("vlan=vlan0005:eth0", &["vlan vlan0005 5 on eth0"]),
        ("bridge=br0:eth0,eth1", &["bridge br0 of eth0,eth1"]),
        ("bridge", &["bridge br0 of eth0"]),
        ("bond", &["bond bond0 of eth0,eth1 mode=balance-rr"]),
        ("bond=bond7:a,b", &["bond bond7 of a,b mode=balance-rr"]),
        (
            "bond=bond0:a,b:mode=802.3ad,lacp_rate=fast,miimon=100,xmit_hash_policy=layer3+4:9000",
            &[
                "bond bond0 of a,b mode=802.3ad,lacp_rate=fast,miimon=100,xmit_hash_policy=layer3+4 mtu 9000",
            ],
        ),
        (
            "bond=b:a:mode=1,arp_interval=100,arp_ip_target=10.0.0.1;10.0.0.2,primary=a",
            &["bond b of a mode=1,arp_interval=100,arp_ip_target=10.0.0.1;10.0.0.2,primary=a"],
        ),
    ]);
}

#[test]
fn other_parameters_are_parsed_and_unknown_ones_ignored() {
    parses_to(&[
        ("rd.route=192.0.2.0/24:10.0.0.9:eth0", &["route 192.0.2.0/24 via 10.0.0.9 dev eth0"]),
        ("rd.route=192.0.2.0/255.255.255.0:10.0.0.9", &["route 192.0.2.0/24 via 10.0.0.9"]),
        ("rd.route=192.0.2.0/24::eth0", &["route 192.0.2.0/24 dev eth0"]),
        (
            "rd.route=[2001:db8:3::/48]:[2001:db8::9]:eth0",
            &["route 2001:db8:3::/48 via 2001:db8::9 dev eth0"],
        ),
        ("rd.route=default:[fe80::1]:eth0", &["route ::/0 via fe80::1 dev eth0"]),
        ("rd.route=192.0.2.7:10.0.0.9", &["route 192.0.2.7/32 via 10.0.0.9"]),
        ("ifname=net0:02:00:00:00:00:0a", &["name net0 02:00:00:00:00:0a"]),
        ("bootdev=eth1", &["boot device eth1"]),
        ("rd.neednet=1", &["first Dhcp"]),
        ("rd.neednet ip=eth0:off", &["eth0 Static"]),
        ("rd.neednet=1 ip=off", &[]),
        ("rd.neednet=0", &[]),
        (
            "netup.run=/bin/ip,addr netup.run=/bin/ip,route",
            &["run /bin/ip,addr", "run /bin/ip,route"],
        ),
        ("netup.then=/sbin/init", &["then /sbin/init"]),
        ("root=/dev/sda1 quiet console=ttyS0,115200 -- ipx=1 rd.net.timeout.route=x", &[]),
        (
            "  \t\"ip=eth0:off\"\n ip=\"eth1:off\"  a=\"ip=eth2:off ip=eth3:off\"",
            &["eth0 Static", "eth1 Static"],
        ),
    ]);
}

#[test]
fn timeouts_are_parsed_for_all_waits_or_for_one() {
    let mut bad = Vec::new();
    let plan = parse(
        "rd.net.timeout=7 rd.net.timeout.carrier=9 rd.net.timeout.dhcp=5 rd.net.timeout.ipv6dad=x",
        &mut |error| {
            bad.push(error.to_string());
        },
    );
    let timeouts = plan.timeouts;
    assert_eq!((timeouts.link, timeouts.carrier, timeouts.dad, timeouts.router), (7, 9, 7, 7));
    assert_eq!(timeouts.lease, 5);
    assert_eq!(bad, ["rd.net.timeout.ipv6dad=x: \"x\": invalid number"]);
}

#[test]
fn an_invalid_parameter_is_reported_with_its_invalid_part() {
    let long = "ip=a-name-of-16-byt:off";
    rejects(&[
        ("ip=10.0.0.300", "\"10.0.0.300\": neither an address nor a method"),
        ("ip=eth0", "\"eth0\": neither an address nor a method"),
        ("ip=eth0:dhpc", "\"dhpc\": neither an address nor a method"),
        ("ip=10.0.0.300::10.0.0.1", "\"10.0.0.300\": not an IP address"),
        ("ip=10.0.0.2:::24::eth0:dhpc", "\"dhpc\": neither an address nor a method"),
        ("ip=10.0.0.2:::24::eth0:dhcp", "\"dhcp\": conflicts with the address"),
        ("ip=10.0.0.2:::24::eth0:none:x", "\"x\": not an IP address"),
        ("ip=10.0.0.2:::24::eth0:none:1.1.1.1:::x", "\"x\": unexpected field"),
        ("ip=10.0.0.2:::33::eth0:none", "\"33\": neither a prefix length nor a netmask"),
        (
            "ip=10.0.0.2:::255.0.255.0::eth0:none",
            "\"255.0.255.0\": neither a prefix length nor a netmask",
        ),
        ("ip=[2001:db8::2]:::129::eth0:none", "\"129\": neither a prefix length nor a netmask"),
        (
            "ip=[2001:db8::2]:::255.255.0.0::eth0:none",
            "\"255.255.0.0\": neither a prefix length nor a netmask",
        ),
        ("ip=[2001:db8::2/129]:::::eth0:none", "\"[2001:db8::2/129]\": invalid prefix length"),
        ("ip=[2001:db8::2:::::eth0:none", "\"2001:db8::2:::::eth0:none\": unclosed bracket"),
        ("ip=10.0.0.2::[2001:db8::1]:24::eth0:none", "\"[2001:db8::1]\": IPv4 and IPv6 mixed"),
        (
            "ip=10.0.0.2:[2001:db8::1/64]::24::eth0:none",
            "\"[2001:db8::1/64]\": IPv4 and IPv6 mixed",
        ),
        ("ip=::10.0.0.1:24::eth0:none", "\"24\": needs a client address"),
        ("ip=::10.0.0.1:::eth0:none", "\"10.0.0.1\": needs a client address"),
        ("ip=10.0.0.2::10.0.0.1/24:24::eth0:none", "\"10.0.0.1/24\": not an IP address"),
        ("ip=240.0.0.2:::::eth0:none", "\"240.0.0.2\": this address needs a netmask"),
        (long, "\"a-name-of-16-byt\": invalid interface name"),
        ("ip=..:off", "\"..\": invalid interface name"),
        ("ip=a/b:off", "\"a/b\": invalid interface name"),
        ("ip=eth0:off:67", "\"67\": invalid number"),
        ("ip=eth0:off:1500:02:00", "\"02:00\": not an Ethernet address"),
        ("ip=eth0:off:99999999999", "\"99999999999\": invalid number"),
        ("ip=ibft", "\"ibft\": iBFT is not supported"),
        ("ip=any.address", "\"any.address\": neither an address nor a method"),
        ("nameserver=default", "\"default\": not an IP address"),
        ("nameserver=", "not an IP address"),
        ("nameserver=10.0.0.1/24", "\"10.0.0.1/24\": not an IP address"),
        ("vlan=eth0:eth0", "\"eth0\": does not end in a VLAN id, 1 to 4094"),
        ("vlan=eth0.4095:eth0", "\"eth0.4095\": does not end in a VLAN id, 1 to 4094"),
        ("vlan=lan:eth0", "\"lan\": does not end in a VLAN id, 1 to 4094"),
        ("vlan=vlan5", "invalid interface name"),
        ("vlan=vlan5:eth0:x", "\"x\": unexpected field"),
        ("bridge=br0:eth0,,eth1", "invalid interface name"),
        ("bond=b:a:mode=9k", "\"mode=9k\": invalid value of this option"),
        ("bond=b:a:speed=1", "\"speed=1\": unknown bond option"),
        (
            "bond=b:a:arp_ip_target=10.0.0.1;x",
            "\"arp_ip_target=10.0.0.1;x\": invalid value of this option",
        ),
        ("bond=b:a:mode=1:9k", "\"9k\": invalid number"),
        ("rd.route=10.0.0.0/33:10.0.0.1", "\"10.0.0.0/33\": invalid prefix length"),
        ("rd.route=10.0.0.0/8", "neither a gateway nor an interface"),
        ("rd.route=[2001:db8::/32]:10.0.0.1", "\"10.0.0.1\": IPv4 and IPv6 mixed"),
        ("ifname=net0", "\"net0\": not an Ethernet address"),
        ("ifname=net0:02:00", "\"02:00\": not an Ethernet address"),
        ("bootdev=", "invalid interface name"),
        ("rd.net.timeout=-1", "\"-1\": invalid number"),
    ]);
}

#[test]
fn parameters_beyond_the_capacity_are_reported() {
    let cmdline = "ip=eth0:off ".repeat(17) + &"nameserver=10.0.0.1 ".repeat(20);
    let mut bad = Vec::new();
    let plan = parse(&cmdline, &mut |error| bad.push(error.to_string()));
    assert_eq!(plan.interfaces.len(), 16);
    assert_eq!(plan.name_servers.len(), 1);
    assert_eq!(bad, ["ip=eth0:off: too many of these parameters"]);
}

/// Cuts command lines at every length, and changes each byte.
#[test]
fn hostile_command_lines_are_parsed_to_their_end() {
    let good = "ip=[2001:db8::2/56]:10.0.0.9/8:[fe80::1]:64:h:eth0:none:[::1]:1.1.1.1 vlan=eth0.5:eth0 \
                bond=b:a,c:mode=1,arp_ip_target=10.0.0.1;10.0.0.2:1500 rd.route=[::/0]::e ifname=n:2:0:0:0:0:1 \
                ip=eth0:off:1500:02:00:00:00:00:01 a=\"b c\" rd.net.timeout=5 netup.run=a,b";
    for end in 0..good.len() {
        parse(&good[..end], &mut |bad| drop(bad.to_string()));
        for byte in [":", "[", "]", "\"", "/", " ", "=", ",", "0", "\u{e9}", "\0"] {
            let cmdline = format!("{}{byte}{}", &good[..end], &good[end + 1..]);
            parse(&cmdline, &mut |bad| drop(bad.to_string()));
        }
    }
}
