//! Random commands on neighbours, bridges, VXLANs and rules; after each, the cache equals a dump.
//!
//! `BARELINK_STEPS` sets the number of steps, `BARELINK_SEED` the seed.

mod common;

use std::time::Duration;

use barelink_cache::{Backoff, FdbEntry, Manager, NeighEntry, RuleEntry, caches};
use common::alone::{attempt, dump, run, settle};
use common::in_namespace;
use common::kernel::compare;

caches! {
    /// State that the test follows.
    pub struct Tables, changes TableChange {
        /// Neighbours.
        Neigh: neighbours => [NeighEntry; 128],
        /// Forwarding entries.
        Fdb: forwarding => [FdbEntry; 256],
        /// Rules.
        Rule: rules => [RuleEntry; 128],
    }
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % sides
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }

    fn mac(&mut self) -> String {
        format!("02:00:00:00:00:{:02x}", self.roll(5) + 0xa0)
    }

    /// Returns a random command, which may fail.
    fn command(&mut self) -> String {
        let link = self.pick(&["v0", "v1", "v2", "v3", "vx0", "br0"]);
        let port = self.pick(&["v1", "v3", "vx0"]);
        let verb = self.pick(&["add", "replace", "append", "del"]);
        let dst = format!("192.0.2.{}", self.roll(3) + 5);
        let mac = self.mac();
        match self.roll(12) {
            0 | 1 => {
                let state = self.pick(&["permanent", "stale", "reachable", "noarp"]);
                let verb = self.pick(&["add", "replace", "change", "del"]);
                let to = self.pick(&["192.0.2.7", "192.0.2.8", "2001:db8::7"]);
                match verb {
                    "del" => format!("ip neigh del {to} dev v0"),
                    _ => format!("ip neigh {verb} {to} lladdr {mac} nud {state} dev v0"),
                }
            }
            2 | 3 => {
                let state = self.pick(&["dynamic", "static", "local", "static sticky"]);
                format!("bridge fdb {verb} {mac} dev {port} master {state}")
            }
            4 | 5 => {
                let mac = self.pick(&["00:00:00:00:00:00", "01:00:5e:00:00:09", &mac]).to_owned();
                // The kernel rejects the replacement of one of several destinations, but has
                // changed its state by then.
                let verb = if mac.starts_with("02") { verb } else { self.pick(&["append", "del"]) };
                let state = self.pick(&["", "dynamic", "permanent", "extern_learn"]);
                let more = self.pick(&["", "vni 7", "port 99", "via v0"]);
                format!("bridge fdb {verb} {mac} dev vx0 dst {dst} {more} self {state}")
            }
            6 => {
                let what = self.pick(&["up", "down", "nomaster", "master br0"]);
                format!("ip link set {link} {what}")
            }
            // An address that two ports share moves from one to the other without a notification.
            7 => format!("ip link set {link} address 02:00:00:00:01:{:02x}", self.roll(250)),
            8 => match self.roll(4) {
                0 => format!("ip link del {link}"),
                1 => "ip link add v0 type veth peer name v1".into(),
                2 => "ip link add v2 type veth peer name v3".into(),
                _ => "ip link add vx0 type vxlan id 10 dstport 4789 remote 192.0.2.9".into(),
            },
            9 => match self.roll(3) {
                0 => "ip link add br0 type bridge".into(),
                1 => "bridge fdb flush dev vx0 self".into(),
                _ => "bridge fdb flush dev v1 master".into(),
            },
            _ => {
                let verb = self.pick(&["add", "del"]);
                let family = self.pick(&["-4", "-6"]);
                let to = self.pick(&["lookup 7", "goto 9", "blackhole", "iif v0 lookup 8"]);
                let pref = self.roll(3) + 7;
                format!("ip {family} rule {verb} pref {pref} {to}")
            }
        }
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn random_changes_leave_the_cache_equal_to_a_dump() {
    in_namespace(|| {
        if attempt("ip link set lo up").is_err() {
            return eprintln!("skipped: no iproute2");
        }
        run("sysctl -qw net.ipv6.conf.default.disable_ipv6=0
             ip link add v0 type veth peer name v1
             ip link add v2 type veth peer name v3
             ip link add br0 type bridge
             ip link add vx0 type vxlan id 10 dstport 4789 remote 192.0.2.9
             ip link set v1 master br0
             ip link set v3 master br0");
        // Bridges learn at any time.
        for link in ["v0", "v1", "v2", "v3", "br0", "vx0", "default"] {
            std::fs::write(format!("/proc/sys/net/ipv6/conf/{link}/disable_ipv6"), "1").ok();
        }
        run("ip link set v1 up
             ip link set v0 up
             ip link set v3 up
             ip link set v2 up
             ip link set br0 up
             ip link set vx0 up
             ip addr add 192.0.2.1/24 dev v0");
        let mut tables = Box::new(Tables::new());
        let mut buffer = vec![0; 32 * 1024];
        let mut manager = Manager::open(&mut *tables, &mut buffer).unwrap();
        manager.set_backoff(Backoff { min: Duration::from_millis(10), ..Backoff::default() });
        settle(&mut manager);
        let mut dice = Dice(number("BARELINK_SEED", 1));
        let mut done = Vec::new();
        for _ in 0..number("BARELINK_STEPS", 60) {
            let command = dice.command();
            let worked = attempt(&command).is_ok();
            done.push(format!("{command}{}", if worked { "" } else { "  # failed" }));
            settle(&mut manager);
            let ours = manager.caches();
            let mut wrong = compare(&ours.neighbours, &dump(&ours.neighbours));
            wrong.extend(compare(&ours.forwarding, &dump(&ours.forwarding)));
            wrong.extend(compare(&ours.rules, &dump(&ours.rules)));
            let last = &done[done.len().saturating_sub(8)..];
            assert!(wrong.is_empty(), "{}\nafter {last:#?}", wrong.join("\n"));
        }
        println!("{} readings", manager.stats().rounds);
    });
}
