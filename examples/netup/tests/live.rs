//! Runs `netup`, each time in a new network namespace. The scripts print the exit status as
//! `status N`, and the kernel's configuration.

use barelink_test_support::{assert_prints, in_namespace};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// Runs a script; `up SECONDS PARAMETERS` in it is `netup` with this timeout and command line.
fn script(text: &str) -> Option<Output> {
    let setup = r#"
        up() {
            local limit=$1
            shift
            local code=0
            # In a new UTS namespace, for the hostname.
            unshare -u "$netup" --timeout "$limit" --resolv "$resolv" --cmdline "$*" 2>&1 || code=$?
            echo "status $code"
        }
        cards() {
            for i in 0 1; do
                ip link add "far$i" type veth peer name "eth$i"
                ip link set "far$i" up
            done
        }
        # Moves far0 to another namespace with a DHCP server, whose behaviour SERVER_MODE selects.
        dhcp_server() {
            unshare -n sleep 60 >/dev/null 2>&1 &
            local other=$!
            while [ "$(readlink /proc/$other/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do
                sleep 0.02
            done
            ip link set far0 netns "$other"
            nsenter -t "$other" -n sh -euc '
                ip link set far0 up
                ip addr add 192.0.2.1/24 dev far0
                ip route add 255.255.255.255 dev far0
                exec env SERVER_MODE="$0" "$tests" --ignored --exact server
            ' "$1" >"${2:-/dev/null}" 2>&1 &
            trap "kill $other $!" EXIT
        }
    "#;
    // Another build of the program, if `NETUP` is set.
    let netup = std::env::var("NETUP").unwrap_or(env!("CARGO_BIN_EXE_netup").into());
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let place = std::env::temp_dir().join(format!("netup-{}-{count}", std::process::id()));
    let resolv = place.join("resolv.conf");
    let tests = std::env::current_exe().expect("this program");
    let programs = [
        ("netup", netup.as_str()),
        ("resolv", resolv.to_str().expect("text")),
        ("tests", tests.to_str().expect("text")),
    ];
    let output = in_namespace(&format!("{setup}{text}"), &programs);
    let _ = std::fs::remove_dir_all(place);
    output
}

/// Runs a script, and asserts that its output contains these texts in order.
#[track_caller]
fn prints(text: &str, words: &[&str]) {
    if let Some(output) = script(text) {
        assert_prints(&output, words);
    }
}

#[test]
fn an_address_a_gateway_and_name_servers_are_set() {
    prints(
        "cards; up 5 ip=10.0.0.2::10.0.0.1:255.255.255.0::eth0:none:1.1.1.1 nameserver=[2001:db8::53]
         cat $resolv; ip -4 addr show eth0; ip route; ip link show lo",
        &[
            "netup: eth0: up, carrier, mtu 1500, 10.0.0.2/24, gateway 10.0.0.1",
            "status 0",
            "nameserver 1.1.1.1\nnameserver 2001:db8::53\n",
            "inet 10.0.0.2/24 brd 10.0.0.255 scope global eth0",
            "default via 10.0.0.1 dev eth0",
            "<LOOPBACK,UP,LOWER_UP>",
        ],
    );
}

#[test]
fn applying_a_command_line_twice_changes_nothing() {
    prints(
        "cards; for i in 1 2; do up 5 ip=10.0.0.2::10.0.0.1:24::eth0:none \
           ip=[2001:db8::2]::[2001:db8::1]:64::eth0:none bridge=br0:eth1 rd.route=192.0.2.0/24:10.0.0.9; done
         ip addr show eth0 | grep -c 'inet.* scope global'; ip route | grep -c '^default'",
        &["status 0\nnetup: br0: exists already", "mtu 1500, 10.0.0.2/24", "status 0\n2\n1\n"],
    );
}

#[test]
fn an_ipv6_address_is_usable_when_the_program_exits() {
    prints(
        "cards; up 9 ip=[2001:db8::2]::[2001:db8::1]:64::eth0:none
         echo tentative: $(ip -6 addr show eth0 tentative | grep -c 2001); ip -6 route",
        &[
            "eth0: up, carrier, mtu 1500, 2001:db8::2/64, gateway 2001:db8::1",
            "status 0",
            "tentative: 0",
            "default via 2001:db8::1 dev eth0",
        ],
    );
}

#[test]
fn a_duplicate_ipv6_address_is_reported() {
    prints(
        "cards; ip addr add 2001:db8::2/64 dev far0 nodad
         up 9 ip=[2001:db8::2]::[2001:db8::1]:64::eth0:none",
        &["eth0: duplicate address 2001:db8::2", "eth0: up, carrier, mtu 1500\n", "status 3"],
    );
}

#[test]
fn a_rejected_mtu_is_reported_and_the_rest_is_done() {
    prints(
        "cards; up 9 ip=10.0.0.2:::24::eth0:none:70000",
        &[
            "netup: eth0: set the MTU: ",
            "netup: eth0: up, carrier, mtu 1500, 10.0.0.2/24",
            "status 3",
        ],
    );
}

#[test]
fn a_carrier_is_waited_for() {
    prints(
        "cards; ip link set far0 down; (sleep 0.5; ip link set far0 up) &
         up 9 ip=10.0.0.2:::24::eth0:none",
        &["eth0: up, carrier, mtu 1500, 10.0.0.2/24", "status 0"],
    );
}

#[test]
fn a_missing_carrier_times_out_and_the_rest_is_done() {
    prints(
        "cards; ip link set far0 down
         up 1 ip=[2001:db8::2]:::64::eth0:none ip=10.0.0.2:::24::eth1:none; ip addr show eth0",
        &[
            "eth0: wait for a carrier: timed out",
            "eth0: up, no carrier, mtu 1500, 2001:db8::2/64",
            "eth1: up, carrier, mtu 1500, 10.0.0.2/24",
            "status 2",
        ],
    );
}

#[test]
fn an_interface_that_appears_late_is_waited_for() {
    prints(
        "(sleep 0.5; cards) & up 9 ip=10.0.0.2:::24::eth1:none",
        &["eth1: up, carrier, mtu 1500, 10.0.0.2/24", "status 0"],
    );
}

#[test]
fn a_missing_interface_takes_exactly_the_timeout() {
    prints(
        "cards; before=$(date +%s%N); up 1 ip=10.0.0.2:::24::eth7:none ip=10.1.0.2:::24::eth1:none
         echo \"tenths: $((($(date +%s%N) - before) / 100000000))\"",
        &[
            "eth7: wait for the link: timed out",
            "eth1: up, carrier, mtu 1500, 10.1.0.2/24",
            "status 2",
            "tenths: 1",
        ],
    );
}

#[test]
fn without_a_device_the_first_ethernet_link_is_used() {
    prints(
        "cards; ip link del far0; ip link add eth5 type veth peer name far5; ip link set far1 up
         up 9 ip=10.0.0.2:::24 bridge=br0:far1 bootdev=eth1; up 1 ip=10.3.0.2:::24 bridge=br0:far1",
        &[
            "eth1: up, carrier, mtu 1500, 10.0.0.2/24",
            "status 0",
            "eth1: up, carrier, mtu 1500, 10.3.0.2/24",
        ],
    );
}

#[test]
fn a_link_is_renamed_by_its_hardware_address() {
    prints(
        "cards; ip link set eth1 address 02:00:00:00:00:99 up
         up 5 ifname=lan:02:00:00:00:00:99 ip=10.0.0.2:::24::lan:none",
        &["lan: renamed from eth1", "lan: up, carrier, mtu 1500, 10.0.0.2/24", "status 0"],
    );
}

#[test]
fn an_mtu_and_a_hardware_address_are_set() {
    prints(
        "cards; ip link set eth0 up; up 5 ip=10.0.0.2:::24::eth0:none:1400:02:00:00:00:00:07
         ip link show eth0",
        &["eth0: up, carrier, mtu 1400, 10.0.0.2/24", "status 0", "mtu 1400", "02:00:00:00:00:07"],
    );
}

#[test]
fn a_point_to_point_link_has_a_peer() {
    prints(
        "cards; up 5 ip=10.0.0.2:10.9.0.1:10.9.0.1:32::eth0:none; ip -4 addr show eth0; ip route",
        &[
            "10.0.0.2/32 to 10.9.0.1/32, gateway 10.9.0.1",
            "status 0",
            "inet 10.0.0.2 peer 10.9.0.1/32",
            "default via 10.9.0.1 dev eth0 \n",
        ],
    );
}

#[test]
fn a_gateway_outside_of_the_network_is_on_link() {
    prints(
        "cards; up 5 ip=10.0.0.2::10.9.0.1:32::eth0:none; ip route",
        &["status 0", "default via 10.9.0.1 dev eth0 onlink"],
    );
}

#[test]
fn the_gateway_of_the_boot_device_is_preferred() {
    prints(
        "cards; up 5 ip=10.0.0.2::10.0.0.1:24::eth0:none ip=10.1.0.2::10.1.0.1:24::eth1:none bootdev=eth1
         ip route",
        &[
            "eth0: up, carrier, mtu 1500, 10.0.0.2/24, gateway 10.0.0.1",
            "eth1: up, carrier, mtu 1500, 10.1.0.2/24, gateway 10.1.0.1",
            "status 0",
            "default via 10.1.0.1 dev eth1 \n",
            "default via 10.0.0.1 dev eth0 metric 1 \n",
        ],
    );
}

#[test]
fn routes_are_added() {
    prints(
        "cards; up 5 ip=10.0.0.2:::24::eth0:none ip=[2001:db8::2]:::64::eth0:off \
           rd.route=192.0.2.9/24:10.0.0.9 rd.route=198.51.100.0/24::eth0 \
           rd.route=[2001:db8:5::/48]:[2001:db8::9]:eth0
         ip route; ip -6 route",
        &[
            "netup: route: 192.0.2.9/24 via 10.0.0.9",
            "netup: route: 198.51.100.0/24 dev eth0",
            "status 0",
            "192.0.2.0/24 via 10.0.0.9 dev eth0",
            "198.51.100.0/24 dev eth0 scope link",
            "2001:db8:5::/48 via 2001:db8::9 dev eth0",
        ],
    );
}

#[test]
fn a_rejected_route_is_reported_with_the_kernels_text() {
    prints(
        "cards; up 5 ip=10.0.0.2:::24::eth0:none rd.route=192.0.2.0/24:10.7.0.9; ip route",
        &[
            "rd.route=: add the route: Nexthop has invalid gateway",
            "status 3",
            "10.0.0.0/24 dev eth0",
        ],
    );
}

#[test]
fn a_bridge_is_created() {
    prints(
        "cards; up 5 bridge=br0:eth0,eth1 ip=10.0.0.2:::24::br0:none; ip link show master br0",
        &[
            "br0: bridge of eth0,eth1",
            "br0: up, carrier, mtu 1500, 10.0.0.2/24",
            "status 0",
            "eth0@",
            "eth1@",
        ],
    );
}

/// Returns whether the kernel supports a link kind.
fn has_kind(kind: &str) -> bool {
    let make = format!(
        "ip link add eth0 type veth peer name far0; ip link add link eth0 name x type {kind}"
    );
    let status =
        Command::new("unshare").args(["-n", "sh", "-c", &make]).stderr(Stdio::null()).status();
    let has = status.is_ok_and(|status| status.success());
    if !has {
        println!("skipped: this kernel has no {kind}");
    }
    has
}

#[test]
fn a_vlan_is_created_on_a_link_without_an_address() {
    if has_kind("vlan id 5") {
        prints(
            "cards; up 5 vlan=eth0.0005:eth0 ip=10.0.0.2:::24::eth0.0005:none; ip -d link show eth0.0005",
            &["eth0.0005: up, carrier, mtu 1500, 10.0.0.2/24", "status 0", "id 5 "],
        );
    }
}

#[test]
fn a_bond_is_created_with_its_options() {
    if has_kind("bond") {
        prints(
            "cards; ip link set eth0 up
             up 5 bond=bond0:eth0,eth1:mode=active-backup,miimon=100,primary=eth1:1400 \
               ip=10.0.0.2:::24::bond0:none
             ip -d link show bond0; ip link show master bond0",
            &[
                "bond0: up, carrier, mtu 1400, 10.0.0.2/24",
                "status 0",
                "mode active-backup",
                "miimon 100",
                "primary eth1",
                "eth0@",
            ],
        );
    }
}

#[test]
fn an_unsupported_link_kind_is_reported() {
    if !has_kind("vlan id 5") {
        prints(
            "cards; up 1 vlan=vlan5:eth0 ip=10.0.0.2:::24::eth0:none",
            &["vlan5: create: ", "status 3", "eth0: up, carrier, mtu 1500, 10.0.0.2/24"],
        );
    }
}

#[test]
fn a_link_that_needs_dhcpv6_is_up_and_the_rest_is_done() {
    prints(
        "cards; up 5 ip=eth0:dhcp6 ip=10.0.0.2:::24::eth1:none; ip link show eth0",
        &[
            "eth0: the link is up, but needs a DHCPv6 client",
            "eth0: up, carrier",
            "eth1: up, carrier, mtu 1500, 10.0.0.2/24",
            "status 1",
            ",UP,LOWER_UP> mtu 1500",
        ],
    );
}

#[cfg(feature = "dhcp")]
mod leases {
    use super::prints;
    use smoltcp::wire::{DhcpMessageType, DhcpPacket, DhcpRepr, EthernetAddress};
    use std::net::{Ipv4Addr, UdpSocket};

    /// Builds a reply.
    fn encode(reply: &DhcpRepr<'_>) -> Vec<u8> {
        let mut bytes = vec![0; reply.buffer_len()];
        reply.emit(&mut DhcpPacket::new_unchecked(&mut bytes)).unwrap();
        bytes
    }

    /// Runs a DHCP server; `SERVER_MODE` selects its behaviour.
    pub(super) fn serve() {
        let mode = std::env::var("SERVER_MODE").unwrap_or_default();
        let own = Ipv4Addr::new(192, 0, 2, 1);
        let socket = UdpSocket::bind("0.0.0.0:67").unwrap();
        socket.set_broadcast(true).unwrap();
        let send = |reply: &DhcpRepr<'_>| {
            socket.send_to(&encode(reply), "255.255.255.255:68").unwrap();
        };
        let (mut received, mut rejected) = (0, mode != "rejecting");
        loop {
            let mut bytes = [0; 1500];
            let (len, from) = socket.recv_from(&mut bytes).unwrap();
            assert!(len >= 300 && from.port() == 68 && from.ip() == Ipv4Addr::UNSPECIFIED);
            let packet = DhcpPacket::new_checked(&bytes[..len]).unwrap();
            let request = DhcpRepr::parse(&packet).unwrap();
            assert!(request.broadcast && request.client_identifier.is_some());
            received += 1;
            // The first DISCOVER and the first REQUEST are lost.
            if mode == "lossy" && matches!(received, 1 | 3) {
                continue;
            }
            let address = Ipv4Addr::new(192, 0, 2, if rejected { 77 } else { 66 });
            let message_type = match request.message_type {
                DhcpMessageType::Discover => DhcpMessageType::Offer,
                _ if !rejected => DhcpMessageType::Nak,
                _ => {
                    assert_eq!(request.server_identifier, Some(own));
                    assert_eq!(request.requested_ip, Some(address));
                    DhcpMessageType::Ack
                }
            };
            rejected |= message_type == DhcpMessageType::Nak;
            let reply = DhcpRepr {
                message_type,
                your_ip: address,
                server_identifier: Some(own),
                subnet_mask: Some(Ipv4Addr::new(255, 255, 255, 128)),
                router: Some(own),
                dns_servers: Some(
                    [Ipv4Addr::new(192, 0, 2, 53), Ipv4Addr::new(192, 0, 2, 54)]
                        .into_iter()
                        .collect(),
                ),
                lease_duration: Some(3600),
                client_identifier: None,
                requested_ip: None,
                parameter_request_list: None,
                max_size: None,
                ..request.clone()
            };
            if mode == "noisy" {
                let wrong = Ipv4Addr::new(192, 0, 2, 99);
                let nak = DhcpMessageType::Nak;
                for mut other in [
                    DhcpRepr { transaction_id: !request.transaction_id, ..reply.clone() },
                    DhcpRepr { client_hardware_address: EthernetAddress([2; 6]), ..reply.clone() },
                    DhcpRepr { message_type: nak, server_identifier: None, ..reply.clone() },
                    DhcpRepr { message_type: nak, server_identifier: Some(wrong), ..reply.clone() },
                    DhcpRepr {
                        message_type: DhcpMessageType::Ack,
                        server_identifier: Some(wrong),
                        ..reply.clone()
                    },
                    DhcpRepr { server_identifier: None, ..reply.clone() },
                ] {
                    other.your_ip = wrong;
                    send(&other);
                }
                let whole = encode(&reply);
                for len in [0, 1, 100, 239, 240, 241] {
                    socket.send_to(&whole[..len], "255.255.255.255:68").unwrap();
                }
            }
            send(&reply);
        }
    }

    const ALL: &[&str] = &[
        "netup: eth0: up, carrier, mtu 1500, 192.0.2.77/25 for 3600 s, gateway 192.0.2.1\n",
        "status 0",
        "nameserver 1.1.1.1\nnameserver 192.0.2.53\nnameserver 192.0.2.54\n",
        "inet 192.0.2.77/25 brd 192.0.2.127 scope global dynamic eth0",
        "default via 192.0.2.1 dev eth0",
        "broadcast routes: 0\n",
    ];

    const SHOW: &str = "cat $resolv; ip -4 addr show eth0; ip route
        echo broadcast routes: $(ip route | grep -c 255.255)";

    #[track_caller]
    fn acquires(mode: &str) {
        prints(
            &format!("cards; dhcp_server '{mode}'; up 20 ip=eth0:dhcp nameserver=1.1.1.1; {SHOW}"),
            ALL,
        );
    }

    #[test]
    fn a_lease_has_an_address_a_gateway_and_name_servers() {
        acquires("plain");
    }

    #[test]
    fn a_rejected_request_starts_over_with_discover() {
        acquires("rejecting");
    }

    #[test]
    fn lost_messages_are_sent_again() {
        acquires("lossy");
    }

    #[test]
    fn foreign_forged_and_malformed_replies_are_ignored() {
        acquires("noisy");
    }

    #[test]
    fn without_a_dhcp_server_it_times_out_and_the_rest_is_done() {
        prints(
            "cards; up 1 ip=eth0:dhcp ip=10.0.0.2:::24::eth1:none; ip route",
            &[
                "eth0: get a DHCP lease: timed out",
                "eth0: up, carrier, mtu 1500\n",
                "eth1: up, carrier, mtu 1500, 10.0.0.2/24",
                "status 2",
                "status 2\n10.0.0.0/24 dev eth1",
            ],
        );
    }
}

/// DHCP server of the other tests, as a process of its own; not a test.
#[cfg(feature = "dhcp")]
#[test]
#[ignore = "the DHCP server of other tests, which does not end"]
fn server() {
    leases::serve();
}

/// Adds the address by hand that the kernel would add after a router advertisement.
#[test]
fn an_address_from_a_router_is_waited_for() {
    prints(
        "cards; (sleep 1; ip addr add 2001:db8:7::5/64 dev eth0) & up 9 ip=eth0:auto6",
        &["eth0: up, carrier, mtu 1500, 2001:db8:7::5", "status 0"],
    );
    prints(
        "cards; (sleep 1; ip addr add fec0::5/64 dev eth0) & up 9 ip=[2001:db8::2]:::64::eth0:auto6",
        &["eth0: up, carrier, mtu 1500, 2001:db8::2/64, fec0::5", "status 0"],
    );
}

#[test]
fn without_a_router_it_times_out_or_needs_dhcpv6() {
    prints(
        "cards; up 1 ip=eth0:auto6",
        &["eth0: wait for a router advertisement: timed out", "status 2"],
    );
    prints("cards; up 1 ip=eth0:either6", &["needs a DHCPv6 client", "status 1"]);
}

#[test]
fn the_link_local_address_is_waited_for() {
    prints("cards; up 9 ip=eth0:link6", &["eth0: up, carrier, mtu 1500, fe80::", "status 0"]);
}

#[test]
fn an_invalid_parameter_does_not_affect_the_others() {
    prints(
        "cards; up 5 ip=10.0.0.2:::256.0.0.0::eth0:none ip=10.1.0.2:::24:core0:eth1:none",
        &[
            "ip=10.0.0.2:::256.0.0.0::eth0:none: \"256.0.0.0\": neither a prefix length nor a netmask",
            "eth1: up, carrier, mtu 1500, 10.1.0.2/24",
            "hostname: core0",
            "status 4",
        ],
    );
}

#[test]
fn the_command_line_is_read_from_a_file() {
    prints(
        "cards; mkdir -p ${resolv%/*}; echo 'quiet ip=10.0.0.2:::24::eth0:none' > ${resolv%/*}/cmdline
         $netup --cmdline-file ${resolv%/*}/cmdline 2>&1; echo status $?
         $netup --cmdline-file /nowhere 2>&1 || echo status $?; $netup --what 2>&1 || echo status $?",
        &[
            "eth0: up, carrier, mtu 1500, 10.0.0.2/24",
            "status 0",
            "/nowhere: No such file or directory (errno 2)",
            "status 3",
            "usage: netup",
            "status 255",
        ],
    );
}

/// Runs `netup` as process 1 of a PID namespace; skips the test where that is not allowed.
#[track_caller]
fn as_process_1(cmdline: &str, words: &[&str]) {
    let allowed = Command::new("unshare").args(["-pfm", "true"]).stderr(Stdio::null()).status();
    if !allowed.is_ok_and(|status| status.success()) {
        println!("skipped: no PID namespace");
        return;
    }
    let text = format!(
        "cards; code=0; unshare -pfmu $netup --cmdline '{cmdline}' 2>&1 || code=$?; echo \"status $code\""
    );
    prints(&text, words);
}

#[test]
fn process_1_runs_programs_and_powers_off() {
    as_process_1(
        "ip=10.0.0.2:::24::eth0:none netup.run=/sbin/ip,-4,addr,show,eth0 netup.run=/bin/false netup.run=/nowhere",
        &[
            "eth0: up, carrier, mtu 1500, 10.0.0.2/24",
            "inet 10.0.0.2/24 brd 10.0.0.255 scope global eth0",
            "/bin/false: exit status 1",
            "/nowhere: ",
            "netup: powers off, status 3",
        ],
    );
}

#[test]
fn process_1_executes_another_program() {
    as_process_1(
        "ip=10.0.0.2:::24::eth0:none netup.then=/sbin/ip,-4,addr,show,eth0",
        &["inet 10.0.0.2/24 brd 10.0.0.255", "status 0"],
    );
}
