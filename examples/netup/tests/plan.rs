//! What `netup` reads in command lines: what is to be done, and what is wrong with them.

use barelink_netup::parse::parse;
use barelink_netup::plan::{MadeKind, Plan};

/// A plan as lines of text.
fn lines(plan: &Plan<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let mac = |mac: [u8; 6]| mac.map(|byte| format!("{byte:02x}")).join(":");
    lines.extend(plan.names.iter().map(|one| format!("name {} {}", one.name, mac(one.mac))));
    lines.extend(plan.made.iter().map(|one| match one.kind {
        MadeKind::Vlan { id, on } => format!("vlan {} {id} on {on}", one.name),
        MadeKind::Bond { ports, options, mtu } => {
            let mtu = mtu.map_or_else(String::new, |mtu| format!(" mtu {mtu}"));
            format!("bond {} of {ports} {options}{mtu}", one.name)
        }
        MadeKind::Bridge { ports } => format!("bridge {} of {ports}", one.name),
    }));
    for one in &plan.interfaces {
        let mut line = format!("{} {:?}", one.device.unwrap_or("first"), one.method);
        line += &one.address.map_or_else(String::new, |it| format!(" {it}"));
        line += &one.peer.map_or_else(String::new, |it| format!(" peer {it}"));
        line += &one.gateway.map_or_else(String::new, |it| format!(" gateway {it}"));
        line += &one.mtu.map_or_else(String::new, |it| format!(" mtu {it}"));
        line += &one.mac.map_or_else(String::new, |it| format!(" mac {}", mac(it)));
        lines.push(line);
    }
    lines.extend(plan.routes.iter().map(|way| {
        let gateway = way.gateway.map_or_else(String::new, |it| format!(" via {it}"));
        let device = way.device.map_or_else(String::new, |it| format!(" dev {it}"));
        format!("route {}{gateway}{device}", way.to)
    }));
    lines.extend(plan.servers.iter().map(|server| format!("dns {server}")));
    lines.extend(plan.hostname.map(|name| format!("hostname {name}")));
    lines.extend(plan.boot_device.map(|name| format!("boot device {name}")));
    lines.extend(plan.runs.iter().map(|text| format!("run {text}")));
    lines.extend(plan.then.map(|text| format!("then {text}")));
    lines
}

/// Every line of a table is read as it says, without complaint.
#[track_caller]
fn reads(table: &[(&str, &[&str])]) {
    for (cmdline, expected) in table {
        let mut bad = Vec::new();
        let plan = parse(cmdline, &mut |word| bad.push(word.to_string()));
        assert_eq!(bad, [""; 0], "{cmdline}");
        assert_eq!(lines(&plan), *expected, "{cmdline}");
    }
}

/// Every word of a table is complained about as it says, and does nothing.
#[track_caller]
fn refuses(table: &[(&str, &str)]) {
    for (word, expected) in table {
        let mut bad = Vec::new();
        let plan = parse(word, &mut |word| bad.push(word.to_string()));
        assert_eq!(bad, [format!("{word}: {expected}")]);
        assert_eq!(lines(&plan), [""; 0], "{word}");
    }
}

#[test]
fn the_kernels_own_syntax_is_read() {
    reads(&[
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
        // An address that is told needs no other way to get one.
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
fn the_variants_with_a_device_first_are_read() {
    reads(&[
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
fn addresses_of_ipv6_stand_in_brackets() {
    reads(&[
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
fn what_stands_behind_the_method_is_name_servers_or_an_mtu_and_a_mac() {
    let one = "eth0 Static 10.0.0.2/24";
    reads(&[
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
fn a_server_is_a_peer_where_a_link_has_two_ends() {
    reads(&[
        ("ip=10.0.0.2:10.0.0.9:::h:eth0:none", &["eth0 Static 10.0.0.2/8", "hostname h"]),
        (
            "ip=10.0.0.2:10.0.0.9::255.255.255.255::eth0:none",
            &["eth0 Static 10.0.0.2/32 peer 10.0.0.9/32"],
        ),
        ("ip=10.0.0.2:10.1.0.9/30::24::eth0:none", &["eth0 Static 10.0.0.2/24 peer 10.1.0.9/30"]),
    ]);
}

#[test]
fn links_that_are_made_are_read() {
    reads(&[
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
fn other_words_are_read_and_those_of_others_passed_over() {
    reads(&[
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
fn time_limits_are_read_for_all_or_for_one() {
    let mut bad = Vec::new();
    let plan = parse(
        "rd.net.timeout=7 rd.net.timeout.carrier=9 rd.net.timeout.dhcp=5 rd.net.timeout.ipv6dad=x",
        &mut |word| {
            bad.push(word.to_string());
        },
    );
    let limits = plan.limits;
    assert_eq!((limits.device, limits.carrier, limits.unique, limits.router), (7, 9, 7, 7));
    assert_eq!(limits.lease, 5);
    assert_eq!(bad, ["rd.net.timeout.ipv6dad=x: \"x\": no such number here"]);
}

#[test]
fn a_word_that_is_wrong_is_told_by_the_part_that_is() {
    let long = "ip=a-name-of-16-byt:off";
    refuses(&[
        ("ip=10.0.0.300", "\"10.0.0.300\": neither an address nor a way to get one"),
        ("ip=eth0", "\"eth0\": neither an address nor a way to get one"),
        ("ip=eth0:dhpc", "\"dhpc\": neither an address nor a way to get one"),
        ("ip=10.0.0.300::10.0.0.1", "\"10.0.0.300\": no IP address"),
        ("ip=10.0.0.2:::24::eth0:dhpc", "\"dhpc\": neither an address nor a way to get one"),
        ("ip=10.0.0.2:::24::eth0:dhcp", "\"dhcp\": it has an address already"),
        ("ip=10.0.0.2:::24::eth0:none:x", "\"x\": no IP address"),
        ("ip=10.0.0.2:::24::eth0:none:1.1.1.1:::x", "\"x\": nothing is known of this field"),
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
        (
            "ip=[2001:db8::2/129]:::::eth0:none",
            "\"[2001:db8::2/129]\": no prefix length of this address",
        ),
        ("ip=[2001:db8::2:::::eth0:none", "\"2001:db8::2:::::eth0:none\": a bracket is open"),
        (
            "ip=10.0.0.2::[2001:db8::1]:24::eth0:none",
            "\"[2001:db8::1]\": an address of the other IP version",
        ),
        (
            "ip=10.0.0.2:[2001:db8::1/64]::24::eth0:none",
            "\"[2001:db8::1/64]\": an address of the other IP version",
        ),
        ("ip=::10.0.0.1:24::eth0:none", "\"24\": there is no address that it goes with"),
        ("ip=::10.0.0.1:::eth0:none", "\"10.0.0.1\": there is no address that it goes with"),
        ("ip=10.0.0.2::10.0.0.1/24:24::eth0:none", "\"10.0.0.1/24\": no IP address"),
        ("ip=240.0.0.2:::::eth0:none", "\"240.0.0.2\": this address needs a netmask"),
        (long, "\"a-name-of-16-byt\": no name of an interface"),
        ("ip=..:off", "\"..\": no name of an interface"),
        ("ip=a/b:off", "\"a/b\": no name of an interface"),
        ("ip=eth0:off:67", "\"67\": no such number here"),
        ("ip=eth0:off:1500:02:00", "\"02:00\": no Ethernet address"),
        ("ip=eth0:off:99999999999", "\"99999999999\": no such number here"),
        ("ip=ibft", "\"ibft\": the firmware's table is not read"),
        ("ip=any.address", "\"any.address\": neither an address nor a way to get one"),
        ("nameserver=default", "\"default\": no IP address"),
        ("nameserver=", "no IP address"),
        ("nameserver=10.0.0.1/24", "\"10.0.0.1/24\": no IP address"),
        ("vlan=eth0:eth0", "\"eth0\": it does not end in a VLAN's number, 1 to 4094"),
        ("vlan=eth0.4095:eth0", "\"eth0.4095\": it does not end in a VLAN's number, 1 to 4094"),
        ("vlan=lan:eth0", "\"lan\": it does not end in a VLAN's number, 1 to 4094"),
        ("vlan=vlan5", "no name of an interface"),
        ("vlan=vlan5:eth0:x", "\"x\": nothing is known of this field"),
        ("bridge=br0:eth0,,eth1", "no name of an interface"),
        ("bond=b:a:mode=9k", "\"mode=9k\": not a value of this option"),
        ("bond=b:a:speed=1", "\"speed=1\": no option of a bond that is known"),
        (
            "bond=b:a:arp_ip_target=10.0.0.1;x",
            "\"arp_ip_target=10.0.0.1;x\": not a value of this option",
        ),
        ("bond=b:a:mode=1:9k", "\"9k\": no such number here"),
        ("rd.route=10.0.0.0/33:10.0.0.1", "\"10.0.0.0/33\": no prefix length of this address"),
        ("rd.route=10.0.0.0/8", "it has neither a gateway nor an interface"),
        ("rd.route=[2001:db8::/32]:10.0.0.1", "\"10.0.0.1\": an address of the other IP version"),
        ("ifname=net0", "\"net0\": no Ethernet address"),
        ("ifname=net0:02:00", "\"02:00\": no Ethernet address"),
        ("bootdev=", "no name of an interface"),
        ("rd.net.timeout=-1", "\"-1\": no such number here"),
    ]);
}

#[test]
fn more_than_there_is_room_for_is_told_and_the_first_are_kept() {
    let cmdline = "ip=eth0:off ".repeat(17) + &"nameserver=10.0.0.1 ".repeat(20);
    let mut bad = Vec::new();
    let plan = parse(&cmdline, &mut |word| bad.push(word.to_string()));
    assert_eq!(plan.interfaces.len(), 16);
    assert_eq!(plan.servers.len(), 1);
    assert_eq!(bad, ["ip=eth0:off: more of these than there is room for"]);
}

/// Command lines cut at every length, and with each byte changed.
#[test]
fn hostile_command_lines_are_read_to_their_end() {
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
